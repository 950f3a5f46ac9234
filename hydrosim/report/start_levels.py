"""Floods from the levels of a supply run: a table for the terminal and as CSV."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich import box
from rich.table import Table

from hydrosim.locale import Language, _, pgettext
from hydrosim.standards.flood_chance import chance_years
from hydrosim.standards.flood_works import LEVEL_BOUNDS
from hydrosim.standards.titles import item_title

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["start_level_frame", "start_level_table"]

_WORDS = {
    "title": _("Yearly chance to exceed a level"),
    "store": _("store"),
    "bound": pgettext("bound", "level"),
    "level": _("m"),
    "from_limit": _("from the limit, %"),
    "years_from_limit": pgettext("return period", "years"),
    "from_run": _("from the run, %"),
    "years_from_run": pgettext("return period", "years"),
}


def start_level_frame(dataset: xr.Dataset) -> pd.DataFrame:
    """Return a row a store and level.

    Parameters
    ----------
    dataset
        Result of :func:`hydrosim.flood.start_levels.start_level_floods`.

    Returns
    -------
    pandas.DataFrame
        Columns store, bound, level [m], from_limit and from_run [% a year], years_from_limit and
        years_from_run [year], text ``> 10000`` where the rarest flood routed does not reach it.
    """
    smallest = float(dataset.attrs["smallest"])
    rows: list[dict[str, Any]] = []
    for i, store in enumerate(dataset["node"].values.astype(str)):
        for j, bound in enumerate(dataset["bound"].values.astype(str)):
            level = float(dataset["bound_level"].values[i, j])
            if math.isnan(level):
                continue
            limit, run = (float(p) for p in dataset["exceedance"].values[:, i, j])
            rows.append(
                {
                    "store": store,
                    "bound": bound,
                    "level": level,
                    "from_limit": 100.0 * limit,
                    "years_from_limit": chance_years(limit, smallest),
                    "from_run": 100.0 * run,
                    "years_from_run": chance_years(run, smallest),
                }
            )
    return pd.DataFrame(rows)


def start_level_table(dataset: xr.Dataset, language: str = "en") -> Table:
    """Return the table of :func:`start_level_frame` for the terminal.

    Parameters
    ----------
    dataset
        Result of :func:`hydrosim.flood.start_levels.start_level_floods`.
    language
        "en" or "zh".
    """
    spoken: Language = "zh" if language == "zh" else "en"
    frame = start_level_frame(dataset)
    table = Table(
        title=_WORDS["title"].in_language(spoken), title_justify="left", title_style="bold",
        box=box.SIMPLE_HEAD, pad_edge=False,
    )  # fmt: skip
    for column in frame.columns:
        left = column in ("store", "bound")
        table.add_column(
            _WORDS[str(column)].in_language(spoken), justify="left" if left else "right"
        )
    for row in frame.to_dict("records"):
        texts = (item_title(dataset, row["store"]), LEVEL_BOUNDS[row["bound"]])
        cells = [text.in_language(spoken) for text in texts]
        cells.append(f"{row['level']:.2f}")
        for share, years in (("from_limit", "years_from_limit"), ("from_run", "years_from_run")):
            period = row[years]
            bare = isinstance(period, str)
            cells += ["-" if row[share] == 0.0 else f"{row[share]:.3g}"]
            cells += [period if bare else f"{float(f'{period:.3g}'):g}"]
        table.add_row(*cells)
    return table
