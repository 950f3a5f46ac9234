"""What a flood-limited level gives and costs: a table for the terminal and as CSV."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from rich import box
from rich.table import Table

from hydrosim.locale import Language, Message, _
from hydrosim.report.flood import add_head
from hydrosim.standards.titles import item_title

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr

__all__ = ["column_head", "tradeoff_frame", "tradeoff_tables"]

MILLION = 1e6
_WORDS = {
    "stage": _("from"),
    "rise": _("rise, m"),
    "limit_level": _("limit, m"),
    "dry_year_gain": _("dry years, 10⁶ m3/year"),
    "ecology_gain": _("ecology, 10⁶ m3/year"),
    "peak_level": _("highest level, m"),
    "flood_control": _("T at flood control, years"),
    "design": _("T at design level, years"),
    "check": _("T at check level, years"),
}


def tradeoff_frame(dataset: xr.Dataset) -> pd.DataFrame:
    """Return a row a limit and rise.

    Parameters
    ----------
    dataset
        Result of :func:`hydrosim.flood.tradeoff.tradeoff`.

    Returns
    -------
    pandas.DataFrame
        Columns store, stage, rise [m], limit_level [m], dry_year_gain and ecology_gain
        [10^6 m3/year], peak_level [m] in the largest flood that was routed, and by bound the return
        period reached [year] (inf above what was routed, 0 below).
    """
    rows: list[dict[str, Any]] = []
    for i in range(dataset.sizes["limit"]):
        for j, rise in enumerate(dataset["rise"].values.tolist()):
            one = dataset.isel(limit=i, rise=j)
            level = float(one["limit_level"])
            if not math.isfinite(level):
                continue
            peaks = np.asarray(one["peak_level"].values, dtype=np.float64)
            row: dict[str, Any] = {
                "store": str(one["store"].values),
                "stage": str(one["stage"].values),
                "rise": rise,
                "limit_level": level,
                "dry_year_gain": float(one["dry_year_gain"]) / MILLION,
                "ecology_gain": float(one["ecology_gain"]) / MILLION,
                "peak_level": float(np.nanmax(peaks)) if np.isfinite(peaks).any() else math.nan,
            }
            if "bound" in dataset.dims:
                reached = one["return_period_reached"].values.tolist()
                names = [str(bound) for bound in dataset["bound"].values]
                row.update(zip(names, reached, strict=True))
            rows.append(row)
    return pd.DataFrame(rows)


def column_head(column: str) -> Message:
    """Return what a column of the frame is called, with its unit."""
    return _WORDS[column]


def tradeoff_tables(dataset: xr.Dataset, language: str = "en") -> Iterator[Table]:
    """Yield the rows of :func:`tradeoff_frame` for the terminal, a table a store.

    Parameters
    ----------
    dataset
        Result of :func:`hydrosim.flood.tradeoff.tradeoff`.
    language
        "en" or "zh".
    """
    spoken: Language = "zh" if language == "zh" else "en"
    floods = (
        dataset["flood"].values.tolist() if str(dataset["flood_kind"].values) != "event" else []
    )
    for store, frame in tradeoff_frame(dataset).groupby("store", sort=False):
        rows = frame.drop(columns="store")
        table = Table(
            title=_(
                "Flood-limited level: water against floods, {store}",
                store=item_title(dataset, str(store)),
            ).in_language(spoken),
            title_justify="left",
            title_style="bold",
            box=box.SIMPLE_HEAD,
            pad_edge=False,
        )
        for column in rows.columns:
            add_head(table, _WORDS[str(column)].in_language(spoken), left=column == "stage")
        for row in rows.to_dict("records"):
            cells = [_cell(str(key), value, floods) for key, value in row.items()]
            table.add_row(*cells, style="bold" if row["rise"] == 0.0 else "")
        yield table


def _cell(column: str, value: Any, floods: list[str]) -> str:
    if column == "stage":
        return str(value)
    if column in ("flood_control", "design", "check"):
        if math.isnan(value):
            return "-"
        if math.isinf(value):
            return f"> {floods[-1]}"
        return f"< {floods[0]}" if value == 0.0 else f"{float(f'{value:.3g}'):g}"
    if not math.isfinite(value):
        return "-"
    return f"{value:+.1f}" if column == "rise" else f"{round(value, 2) + 0.0:.2f}"
