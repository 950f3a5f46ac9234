"""What is kept of one member: the year table, measures of supply, classes of storage and flow.

Classes are counted in whole numbers over edges that stand before any run, so that counts of
chunks may be added in any order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.calendar import noleap_day
from hydrosim.hydrology.reliability import supply_measures
from hydrosim.reading.items import values_of
from hydrosim.reading.view import Result, of_frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.supply.build import Model

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

__all__ = [
    "DAYS_OF_YEAR",
    "DISCHARGE_EDGES",
    "SHORT_FRAC",
    "discharge_counts",
    "discharge_extremes",
    "first_steps",
    "storage_counts",
    "storage_edges",
    "supply_of",
]

DAYS_OF_YEAR = 365
SHORT_FRAC = 0.01
"""Short share of a month's demand up to which it counts as met, as in the year table."""
PER_DECADE = 20
DISCHARGE_EDGES: Floats = 10.0 ** (np.arange(-3 * PER_DECADE, 5 * PER_DECADE + 1) / PER_DECADE)
"""Edges between classes of discharge [m3/s]; the first class is below, the last above them."""
ABOVE_NORMAL = 1.5
MEASURES = ("reliability", "volumetric_reliability", "resilience", "vulnerability")


def supply_of(dataset: Result) -> dict[str, Floats]:
    """Return measures of Hashimoto, Loucks & Stedinger (1982) by claim, judged by months.

    As in the verdicts, months without demand count neither as met nor as the end of a break.

    Returns
    -------
    dict
        ``reliability``, ``volumetric_reliability``, ``resilience`` and ``vulnerability`` (mean
        over breaks of the deepest short share) [1], each of shape (claim,); nan for a claim
        without demand, and of what has no meaning without a break.
    """
    wanted, got = values_of(dataset, "demand"), values_of(dataset, "supplied")
    seconds, firsts = values_of(dataset, "dt"), first_steps(dataset)
    result = {name: np.full(wanted.shape[1], np.nan) for name in MEASURES}
    for claim in range(wanted.shape[1]):
        asked = np.maximum(np.add.reduceat(wanted[:, claim] * seconds, firsts), 0.0)
        if not (np.isfinite(asked).all() and asked.sum() > 0.0):
            continue
        given = np.maximum(np.add.reduceat(got[:, claim] * seconds, firsts), 0.0)
        measures = supply_measures(given, asked, tolerance_frac=SHORT_FRAC)
        numbers = (
            measures.time_reliability,
            measures.volumetric_reliability,
            measures.resilience,
            measures.vulnerability_frac,
        )
        for name, number in zip(MEASURES, numbers, strict=True):
            result[name][claim] = np.nan if number is None else number
    return result


def discharge_extremes(dataset: Result) -> dict[str, Floats]:
    """Return the largest and smallest discharge of a step by water year [m3/s], (year, reach)."""
    flow, year = values_of(dataset, "discharge"), values_of(dataset, "water_year_of_time")
    firsts = np.flatnonzero(np.append(True, year[1:] != year[:-1]))
    return {
        "year_discharge_max": np.maximum.reduceat(flow, firsts, axis=0),
        "year_discharge_min": np.minimum.reduceat(flow, firsts, axis=0),
    }


def storage_edges(model: Model, bins: int) -> Floats:
    """Return edges between classes of storage [m3], shape (store, bins + 1), stores by name.

    From zero to one and a half of the storage at the normal level; of an aquifer, whose state
    stands beside the allocation, to what it holds with water at the ground, or to twice what it
    holds at the start where that is more (heads of confined aquifers stand above the ground).
    """
    builder = model.builder
    stores = builder.items.get("store", {})
    edges = np.empty((len(stores), bins + 1))
    for row, name in enumerate(sorted(stores)):
        normal = stores[name].get("normal_storage_m3")
        if normal is not None:
            top = ABOVE_NORMAL * float(normal)
        else:
            start = builder.graph.initial[builder.quantities["storage", name]]
            top = max(2.0 * start, model.config.nodes[name].full_storage_m3 or 0.0)
        edges[row] = np.linspace(0.0, top if top > 0.0 else 1.0, bins + 1)
    return edges


def storage_counts(dataset: Result, edges: Floats) -> Integers:
    """Return how often a store was in each class on a day of the year.

    Returns
    -------
    ndarray, shape (store, day, bins + 2)
        Counts of steps; the first class is below the edges, the last above. 29 February counts
        as the 28th, a month by its first day.
    """
    storage, of_year = values_of(dataset, "storage"), _days_of_year(dataset)
    classes = edges.shape[1] + 1
    counts = np.zeros((edges.shape[0], DAYS_OF_YEAR, classes), dtype=np.int64)
    for store, limits in enumerate(edges):
        place = np.searchsorted(limits, storage[:, store], side="right")
        flat = np.bincount(of_year * classes + place, minlength=DAYS_OF_YEAR * classes)
        counts[store] = flat.reshape(DAYS_OF_YEAR, classes)
    return counts


def discharge_counts(dataset: Result) -> Integers:
    """Return how many days a reach had a discharge of each class, shape (reach, class)."""
    flow = values_of(dataset, "discharge")
    days = np.round(values_of(dataset, "dt") / 86400.0).astype(np.int64)
    classes = DISCHARGE_EDGES.size + 1
    counts = np.zeros((flow.shape[1], classes), dtype=np.int64)
    for reach in range(flow.shape[1]):
        place = np.searchsorted(DISCHARGE_EDGES, flow[:, reach], side="right")
        # Sums of whole numbers are exact as floats.
        counts[reach] = np.bincount(place, weights=days, minlength=classes)
    return counts


@of_frame
def first_steps(dataset: Result) -> Integers:
    """Return the first step of each month, shape (month,)."""
    month = values_of(dataset, "time").astype("datetime64[M]")
    return np.flatnonzero(np.append(True, month[1:] != month[:-1]))


@of_frame
def _days_of_year(dataset: Result) -> Integers:
    """Return the day of a year of 365 days in which each step starts, 0 to 364."""
    days = values_of(dataset, "time").astype("datetime64[D]")
    month = days.astype("datetime64[M]")
    return noleap_day(
        month.astype(np.int64) % 12 + 1, (days - month.astype("datetime64[D]")).astype(np.int64) + 1
    )
