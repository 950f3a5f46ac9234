"""Dry years: which they are, and which run keeps its guarantee in them at what price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hydrosim.hydrology.year_class import CLASS_LIMITS, class_of_frequency, rank_frequency
from hydrosim.reading.items import items
from hydrosim.reading.kinds import NEEDS
from hydrosim.reading.steps import years_of
from hydrosim.scenarios.figures import FIGURES, figure_grid, key_figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from hydrosim.comparison.sources import Side

    Floats = NDArray[np.float64]

__all__ = ["DRY_LIMIT", "GUARANTEE_COLUMNS", "dry_flags", "guarantee_frame"]

DRY = len(CLASS_LIMITS[3]) + 1
DRY_LIMIT = CLASS_LIMITS[3][-1]
"""Exceedance frequency beyond which a year is dry."""
USUAL_GUARANTEE = 95.0
_EQUAL = 1e-9
INFLOW = "local_inflow"
PRICE = ("shortage", "groundwater_pumped", "groundwater_stored", "replenished", "water_cost")
"""Figures shown beside the guarantee: in dry years, as a difference, and in all years."""
GUARANTEE_COLUMNS = (
    "run", "use", "required", "dry_years", "full_years", "keeps", "provable", "members_keeping",
    "full_years_all", "reliability", "reliability_all",
    *(f"{name}{part}" for name in PRICE for part in ("", "_difference", "_all")),
)  # fmt: skip


def dry_flags(tables: xr.Dataset) -> NDArray[np.bool_] | None:
    """Return which complete water years of which members are dry, (member, water_year).

    A year is dry when the rank of its local inflow among all complete years of all members lies
    beyond 62.5 % (m / (n + 1)), the driest of three classes. This is hindsight.

    Returns
    -------
    ndarray or None
        None where no year has a local inflow.
    """
    kinds = items(tables, "budget")
    if "year_budget" not in tables or INFLOW not in kinds:
        return None
    inflow = tables["year_budget"].isel(budget=kinds.index(INFLOW))
    inflow = inflow.isel(water_year=np.flatnonzero(years_of(tables).complete))
    volumes = figure_grid(inflow)
    known = np.isfinite(volumes)
    if not (known.any() and volumes[known].any()):
        return None
    dry = np.zeros(volumes.shape, dtype=bool)
    dry[known] = class_of_frequency(rank_frequency(volumes[known]), CLASS_LIMITS[3]) == DRY
    return dry


def guarantee_frame(sides: Sequence[Side], dry: NDArray[np.bool_] | None) -> pd.DataFrame:
    """Return a row a run: how far it keeps the guarantee in dry years, and at what price.

    Parameters
    ----------
    sides
        Runs, the reference first.
    dry
        Dry years of the reference, (member, water_year), which are those of all.

    Returns
    -------
    pandas.DataFrame
        ``full_years``: ``m / (n + 1)`` with the m of n dry years in which no period of a demand of
        ``use`` (people, where there are any) is short, as the verdict of a guarantee by years
        counts; ``keeps``: whether it is at least ``required``, both in %; ``provable``: whether
        n dry years can reach ``required`` at all; ``members_keeping`` [%]: share of the members of
        which that is true, among those whose dry years can prove it (nan for one member, or where
        none can); ``reliability``: share of the periods of dry years that are met.
        Volumes and money of dry years in the units of :data:`FIGURES`, with the paired difference
        from the reference, and their means of all years. Empty without dry years or demands.
    """
    figures = [key_figures(side.tables) for side in sides]
    use = next((one for one in NEEDS if f"reliability_{one}" in figures[0]), None)
    if dry is None or not dry.any() or use is None:
        return pd.DataFrame(columns=list(GUARANTEE_COLUMNS))
    required = _required(sides, use)
    first = _grids(figures[0])
    rows = [
        {"run": side.name, **_row(_grids(own), first, dry, use, required)}
        for side, own in zip(sides, figures, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(GUARANTEE_COLUMNS))


def _required(sides: Sequence[Side], use: str) -> float:
    """Return the guarantee of a use that the verdicts ask for [%], else the usual one."""
    for side in sides:
        judged = side.verdicts.get(f"guarantee/use_{use}/guarantee")
        if judged is not None and np.isfinite(judged.required):
            return judged.required
    return USUAL_GUARANTEE


def _grids(figures: xr.Dataset) -> dict[str, Floats]:
    return {
        str(name): figure_grid(array) * FIGURES[str(name)].factor
        for name, array in figures.data_vars.items()
    }


def _row(
    own: Mapping[str, Floats],
    first: Mapping[str, Floats],
    dry: NDArray[np.bool_],
    use: str,
    required: float,
) -> dict[str, Any]:
    # A run may have other uses than the reference.
    nothing = np.full(dry.shape, np.nan)
    full, met = (own.get(f"{what}_{use}", nothing) for what in ("full_years", "reliability"))
    share, provable = _guarantee(full[dry], required)
    judged = [_guarantee(row[flags], required) for row, flags in zip(full, dry, strict=True)]
    by_member = np.array([one for one, can in judged if can])
    several = dry.shape[0] > 1 and by_member.size > 0
    row: dict[str, Any] = {
        "use": use,
        "required": required,
        "dry_years": int(dry.sum()),
        "full_years": share,
        "keeps": bool(provable and share >= required - _EQUAL),
        "provable": provable,
        "members_keeping": (
            100.0 * float((by_member >= required - _EQUAL).mean()) if several else np.nan
        ),
        "full_years_all": _guarantee(full.ravel(), required)[0],
        "reliability": _mean(met[dry]),
        "reliability_all": _mean(met),
    }
    for name in PRICE:
        values = own.get(name, nothing)
        row[name] = _mean(values[dry])
        row[f"{name}_difference"] = _mean((values - first.get(name, nothing))[dry])
        row[f"{name}_all"] = _mean(values)
    return row


def _guarantee(full: Floats, required: float) -> tuple[float, bool]:
    """Return m / (n + 1) of full years [%], and whether n years can prove what is required."""
    known = full[np.isfinite(full)]
    count = known.size
    met = float((known > 100.0 - _EQUAL).sum())
    provable = bool(count and required <= 100.0 * count / (count + 1.0) + _EQUAL)
    return (100.0 * met / (count + 1.0) if count else float("nan")), provable


def _mean(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")
