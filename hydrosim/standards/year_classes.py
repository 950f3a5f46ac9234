"""Wet, normal and dry water years of a run, in hindsight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.hydrology.year_class import (
    CLASS_LIMITS,
    CLASS_NAMES,
    class_of_frequency,
    rank_frequency,
)
from hydrosim.reading.items import has, item_flags, items
from hydrosim.reading.steps import by_year, seconds_of, years_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.reading.view import Result

__all__ = ["year_classes", "year_inflow"]


def year_inflow(dataset: Result) -> NDArray[np.float64] | None:
    """Return the local inflow of each water year [m3] (water_year,); None when it is not known.

    It is that of the whole budget, or else that of reservoirs and lakes.
    """
    kinds = items(dataset, "budget")
    if has(dataset, "year_budget") and "local_inflow" in kinds:
        return np.asarray(
            dataset.variables["year_budget"].values[:, kinds.index("local_inflow")], np.float64
        )
    if not has(dataset, "local_inflow"):
        return None
    flags = item_flags(dataset, "store", "store_groundwater")
    members = [place for place, flag in enumerate(flags) if not flag]
    flow = np.nan_to_num(dataset.variables["local_inflow"].values[:, members]).sum(axis=1)
    return by_year(dataset, flow * seconds_of(dataset), years_of(dataset).year)


def year_classes(dataset: Result) -> list[str] | None:
    """Return the class of each water year: wet, normal, dry or incomplete (water_year,).

    A complete year's class is the rank of its local inflow among the complete years of the same
    run, in the three classes of :mod:`hydrosim.hydrology.year_class` (wet up to 37.5 %, dry above
    62.5 %). This is hindsight; no rule of a run may use it. None when no year has a local inflow.
    """
    volumes = year_inflow(dataset)
    complete = years_of(dataset).complete
    if volumes is None or (complete.any() and not volumes[complete].any()):
        return None
    classes = ["incomplete"] * volumes.size
    if complete.any():
        judged = class_of_frequency(rank_frequency(volumes[complete]), CLASS_LIMITS[3])
        for place, number in zip(np.flatnonzero(complete), judged, strict=True):
            classes[place] = str(CLASS_NAMES[3][number - 1])
    return classes
