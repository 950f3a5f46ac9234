"""How good outlooks were: Brier scores by danger, and the reliability diagram as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.locale import _, in_language, language_of
from hydrosim.report.outlook import DANGER_WORDS

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from rich.table import Table

__all__ = ["reliability_frame", "skill_frame", "skill_tables"]

SCORES = ("brier", "brier_reference", "skill", "reliability", "resolution", "uncertainty")


def skill_frame(dataset: xr.Dataset) -> pd.DataFrame:
    """Return a row a danger: how often it came, and the scores of its probabilities."""
    import pandas as pd

    danger_of = dataset["warning_danger"].to_numpy()
    came = dataset["came_any"].to_numpy()
    rows = []
    for place, danger in enumerate(dataset["danger"].to_numpy().tolist()):
        cases = came[:, danger_of == danger]
        scores = {name: float(dataset[name].to_numpy()[place]) for name in SCORES}
        rows.append({"danger": danger, "cases": cases.size, "came": int(cases.sum()), **scores})
    return pd.DataFrame(rows)


def reliability_frame(dataset: xr.Dataset) -> pd.DataFrame:
    """Return a row a danger and class of probability: mean, how often it came, how many cases."""
    import pandas as pd

    mean, frequency, count = (
        dataset[name].to_numpy() for name in ("bin_probability", "bin_frequency", "bin_count")
    )
    dangers = dataset["danger"].to_numpy().tolist()
    rows = [
        (dangers[place], mean[place, one], frequency[place, one], int(count[place, one]))
        for place, one in np.argwhere(count > 0).tolist()
    ]
    return pd.DataFrame(rows, columns=["danger", "probability", "came", "cases"])


def skill_tables(dataset: xr.Dataset, language: str = "en") -> list[Table]:
    """Return the scores and the reliability diagram as tables for the terminal."""
    from rich.table import Table

    spoken = language_of(language)
    days = dataset["start"].to_numpy().astype("datetime64[D]")
    title = _(
        "Skill of {count} outlooks of {months} months, {first} to {last}",
        count=days.size,
        months=int(dataset.attrs["months"]),
        first=str(days[0]),
        last=str(days[-1]),
    )
    scores = Table(title=title.in_language(spoken), title_justify="left", caption_justify="left")
    heads = (
        _("danger"), _("count of cases"), _("came"), _("Brier score"), _("of the other years"),
        _("skill"), _("reliability"), _("resolution"),
    )  # fmt: skip
    for place, head in enumerate(heads):
        justify = "right" if place else "left"
        scores.add_column(in_language(head, spoken), justify=justify)
    for row in skill_frame(dataset).to_dict("records"):
        numbers = [row[name] for name in SCORES[:-1]]
        cells = [f"{number:.3f}" if np.isfinite(number) else "-" for number in numbers]
        word = DANGER_WORDS[str(row["danger"])].in_language(spoken)
        scores.add_row(word, str(row["cases"]), str(row["came"]), *cells)
    scores.caption = _(
        "skill: 1 is perfect, 0 no better than the share of the other years in which a danger came"
    ).in_language(spoken)
    diagram = Table(title=_("Reliability diagram").in_language(spoken), title_justify="left")
    for place, head in enumerate(
        (_("danger"), _("probability"), _("came in"), _("count of cases"))
    ):
        diagram.add_column(in_language(head, spoken), justify="right" if place else "left")
    for row in reliability_frame(dataset).to_dict("records"):
        word = DANGER_WORDS[str(row["danger"])].in_language(spoken)
        diagram.add_row(word, f"{row['probability']:.0%}", f"{row['came']:.0%}", str(row["cases"]))
    return [scores, diagram]
