"""What a flood-limited level gives and costs: a table for the terminal and as CSV."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from rich import box
from rich.table import Table

from hydrosim.standards.titles import item_title
from hydrosim.standards.words import LANGUAGES, Language

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["tradeoff_frame", "tradeoff_table"]

MILLION = 1e6
_WORDS = {
    "title": ("Flood-limited level: water against floods", "汛限水位: 兴利与防洪"),
    "store": ("store", "水库"),
    "stage": ("from", "起始日"),
    "rise": ("rise, m", "抬高 m"),
    "limit_level": ("limit, m", "汛限水位 m"),
    "dry_year_gain": ("dry years, 10⁶ m3/year", "枯水年增供 10⁶m3/年"),
    "ecology_gain": ("ecology, 10⁶ m3/year", "生态增供 10⁶m3/年"),
    "peak_level": ("highest level, m", "最高水位 m"),
    "flood_control": ("T at flood control, years", "防洪高水位重现期 年"),
    "design": ("T at design level, years", "设计洪水位重现期 年"),
    "check": ("T at check level, years", "校核洪水位重现期 年"),
}


def tradeoff_frame(dataset: xr.Dataset) -> pd.DataFrame:
    """Return a row a limit and rise.

    Parameters
    ----------
    dataset
        Result of :func:`hydrosim.tradeoff.tradeoff`.

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


def tradeoff_table(dataset: xr.Dataset, language: str = "en") -> Table:
    """Return the table of :func:`tradeoff_frame` for the terminal.

    Parameters
    ----------
    dataset
        Result of :func:`hydrosim.tradeoff.tradeoff`.
    language
        "en" or "zh".
    """
    spoken: Language = "zh" if language == "zh" else "en"
    place = LANGUAGES.index(spoken)
    frame = tradeoff_frame(dataset)
    table = Table(
        title=_WORDS["title"][place],
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for column in frame.columns:
        left = column in ("store", "stage")
        table.add_column(_WORDS[str(column)][place], justify="left" if left else "right")
    floods = (
        dataset["flood"].values.tolist() if str(dataset["flood_kind"].values) != "event" else []
    )
    for row in frame.to_dict("records"):
        cells = [_cell(dataset, str(key), value, floods, spoken) for key, value in row.items()]
        table.add_row(*cells, style="bold" if row["rise"] == 0.0 else "")
    return table


def _cell(
    dataset: xr.Dataset, column: str, value: Any, floods: list[str], language: Language
) -> str:
    if column == "store":
        return item_title(dataset, str(value), language)
    if column == "stage":
        return str(value)
    if column in ("flood_control", "design", "check"):
        if math.isnan(value):
            return "-"
        if math.isinf(value):
            return f"> {floods[-1]}"
        return f"< {floods[0]}" if value == 0.0 else f"{value:.3g}"
    if not math.isfinite(value):
        return "-"
    return f"{value:+.1f}" if column == "rise" else f"{value:.2f}"
