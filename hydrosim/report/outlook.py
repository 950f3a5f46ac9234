"""The outlook as a table: what threatens, where, in which month, red, orange or yellow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.locale import Message, _, language_of

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from rich.table import Table
    from rich.text import Text

__all__ = [
    "ALARM_WORDS",
    "DANGER_WORDS",
    "left_out_lines",
    "outlook_frame",
    "outlook_table",
    "worst_first",
]

DANGER_WORDS = {
    "shortage": _("shortage"),
    "drying": _("drying"),
    "limit": _("above the flood limit"),
}
ALARM_WORDS = (Message("-"), _("yellow"), _("orange"), _("red"))
STYLES = ("", "yellow", "dark_orange", "bold red")


def outlook_frame(dataset: xr.Dataset) -> pd.DataFrame:
    """Return a row a warning: danger, node, alarm, probability over the time and by month."""
    import pandas as pd

    months = dataset["month"].to_numpy().astype("datetime64[M]").astype(str)
    share = dataset["probability"].to_numpy()
    frame = pd.DataFrame(
        {
            "danger": dataset["warning_danger"].to_numpy(),
            "item": dataset["warning_item"].to_numpy(),
            "alarm": [str(ALARM_WORDS[code]) for code in dataset["alarm_any"].to_numpy()],
            "probability": dataset["probability_any"].to_numpy(),
        }
    )
    for column, month in enumerate(months):
        frame[month] = share[:, column]
    return frame


def worst_first(dataset: xr.Dataset) -> list[int]:
    """Return the warnings that may come, the worst alarm and the likeliest first."""
    share, alarm = dataset["probability_any"].to_numpy(), dataset["alarm_any"].to_numpy()
    return sorted(np.flatnonzero(share > 0.0).tolist(), key=lambda w: (-alarm[w], -share[w], w))


def outlook_table(dataset: xr.Dataset, language: str = "en") -> Table | Text:
    """Return the warnings that may come as a table for the terminal, the worst first.

    Where none may come, a line says so in place of a table.
    """
    from rich.table import Table
    from rich.text import Text

    spoken = language_of(language)
    months = dataset["month"].to_numpy().astype("datetime64[M]").astype(str)
    today, members = dataset.attrs["today"], dataset.attrs["members"]
    title = _("Outlook from {today}: {members} members", today=today, members=members)
    table = Table(title=title.in_language(spoken), title_justify="left", caption_justify="left")
    for head in (_("alarm"), _("danger"), _("where")):
        table.add_column(head.in_language(spoken), justify="left")
    table.add_column(_("in all").in_language(spoken), justify="right")
    for month in months:
        table.add_column(month[5:], justify="right")
    titles = dataset["warning_title_zh" if spoken == "zh" else "warning_title"].to_numpy()
    share, alarm = dataset["probability"].to_numpy(), dataset["alarm"].to_numpy()
    shown = worst_first(dataset)
    for w in shown:
        code = int(dataset["alarm_any"].to_numpy()[w])
        cells = [
            Text(f"{100.0 * p:.0f} %", STYLES[a])
            for p, a in zip(share[w], alarm[w].astype(int), strict=True)
        ]
        word = ALARM_WORDS[code].in_language(spoken)
        table.add_row(
            Text(word, STYLES[code]),
            DANGER_WORDS[str(dataset["warning_danger"].to_numpy()[w])].in_language(spoken),
            str(titles[w]),
            f"{100.0 * float(dataset['probability_any'].to_numpy()[w]):.0f} %",
            *cells,
        )
    rest = dataset.sizes["warning"] - len(shown)
    caption = _("{rest} other risks occur in no member", rest=rest)
    if not shown:
        return Text(f"{table.title}\n{caption.in_language(spoken)}")
    table.caption = caption.in_language(spoken)
    return table


def left_out_lines(dataset: xr.Dataset, language: str = "en") -> list[str]:
    """Return a line on the years of the record that members did not take, if there are any."""
    years = np.atleast_1d(dataset.attrs["left_out_years"])
    if not years.size:
        return []
    line = _(
        "years of the record from {first} to {last} are left out, since an outlook must not know "
        "what came; --leave-out changes this",
        first=int(years[0]),
        last=int(years[-1]),
    )
    return [line.in_language(language_of(language))]
