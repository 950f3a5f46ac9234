"""One reservoir by the standard operating policy: storage, yield and reliability of a record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.errors import DataError
from hydrosim.hydrology.checked_series import checked_series
from hydrosim.hydrology.refusal import check_choice, refuse
from hydrosim.hydrology.reliability import supply_measures
from hydrosim.locale import _

__all__ = [
    "StandardOperation",
    "operate_standard_policy",
    "sequent_peak",
    "storage_for_reliability",
    "yield_for_reliability",
]

Floats = NDArray[np.float64]
Measure = Literal["time", "annual", "volume"]
_RELATIVE_WIDTH = 1e-10


@dataclass(frozen=True, eq=False)
class StandardOperation:
    """Volumes of each step of a reservoir without losses.

    Attributes
    ----------
    storage, supplied, spill : ndarray, shape (steps,)
        Storage at the end of each step, what was supplied and what spilled, in the unit of the
        inflow; ``start + inflow = supplied + spill + storage`` in each step.
    """

    storage: Floats
    supplied: Floats
    spill: Floats


def operate_standard_policy(
    inflow: ArrayLike, demand: ArrayLike, capacity: float, start: float | None = None
) -> StandardOperation:
    """Run the standard operating policy: supply the demand as long as there is water.

    ``supplied = min(demand, storage + inflow)``; what then lies above the capacity spills.

    Parameters
    ----------
    inflow : array_like, shape (steps,)
        Volume of each step, at least 0.
    demand : array_like, shape (steps,) or scalar
        Volume wanted in each step, at least 0.
    capacity : float
        Storage, at least 0, of the same unit.
    start : float, optional
        Storage before the first step; full without it.

    Returns
    -------
    StandardOperation
        What happened.

    Raises
    ------
    DataError
        If a value is negative or missing, or lengths differ.
    ConfigError
        If the capacity is negative or the start lies outside it.
    """
    water, wanted = _checked(inflow, demand)
    storage = capacity if start is None else start
    if not (np.isfinite(capacity) and 0.0 <= storage <= capacity):
        refuse(
            "capacity",
            _("{capacity:g} with a start of {storage:g}", capacity=capacity, storage=storage),
            _("0 <= start <= capacity"),
        )
    stored, given, spilled = (np.empty(water.size) for _unused in range(3))
    for step, (comes, asked) in enumerate(zip(water.tolist(), wanted.tolist(), strict=True)):
        there = storage + comes
        supplied = min(asked, there)
        rest = there - supplied
        storage = min(rest, capacity)
        given[step] = supplied
        stored[step] = storage
        spilled[step] = rest - storage
    return StandardOperation(stored, given, spilled)


def sequent_peak(inflow: ArrayLike, demand: ArrayLike, *, cyclic: bool = True) -> float:
    """Smallest storage with which the demand never fails (Thomas & Burden 1963).

    ``K_t = max(0, K_(t-1) + demand_t - inflow_t)``; the storage is the largest K.

    Parameters
    ----------
    inflow : array_like, shape (steps,)
        Volume of each step, at least 0.
    demand : array_like, shape (steps,) or scalar
        Volume wanted in each step, at least 0.
    cyclic : bool
        Whether the record follows itself (two passes); else the reservoir is full at the start.

    Returns
    -------
    float
        Storage in the unit of the inflow.

    Raises
    ------
    DataError
        If a value is negative or missing, lengths differ, or, in a cyclic record, more is
        demanded than flows in.
    """
    water, wanted = _checked(inflow, demand)
    if cyclic and wanted.sum() > water.sum() * (1.0 + 1e-12):
        found = _(
            "a demand of {wanted:g} for an inflow of {water:g}",
            wanted=wanted.sum(),
            water=water.sum(),
        )
        raise DataError(
            file="demand", found=found, expected=_("no more than flows in over the record")
        )
    lack, largest = 0.0, 0.0
    change = (wanted - water).tolist()
    for _unused in range(2 if cyclic else 1):
        for step in change:
            lack = max(0.0, lack + step)
            largest = max(largest, lack)
    return largest


def storage_for_reliability(
    inflow: ArrayLike,
    demand: ArrayLike,
    reliability: float,
    *,
    measure: Measure = "time",
    periods_per_year: int = 12,
) -> float:
    """Smallest storage with which a demand reaches a reliability, starting full.

    Bisection between 0 and the storage without any failure, to 1e-10 of the result.

    Parameters
    ----------
    inflow, demand : array_like
        As for `operate_standard_policy`.
    reliability : float
        Wanted reliability, above 0, at most 1 [1].
    measure : {"time", "annual", "volume"}
        Which reliability (`SupplyMeasures`).
    periods_per_year : int
        Steps of a year, for the annual one.

    Returns
    -------
    float
        Storage in the unit of the inflow.

    Raises
    ------
    ConfigError
        If the reliability or the measure is not valid.
    DataError
        See `operate_standard_policy`; also if nothing is demanded.
    """
    reaches = _test_of(measure, reliability, periods_per_year)
    water, wanted = _checked(inflow, demand)
    enough = sequent_peak(water, wanted, cyclic=False)

    def fails(capacity: float) -> bool:
        return not reaches(operate_standard_policy(water, wanted, capacity).supplied, wanted)

    if not fails(0.0):
        return 0.0
    return _bisect(fails, enough * (1.0 + 1e-12))[1]


def yield_for_reliability(
    inflow: ArrayLike,
    capacity: float,
    reliability: float,
    *,
    measure: Measure = "time",
    periods_per_year: int = 12,
) -> float:
    """Largest constant demand a step that a storage supplies with a reliability, starting full.

    Parameters
    ----------
    inflow : array_like, shape (steps,)
        Volume of each step, at least 0.
    capacity : float
        Storage of the same unit.
    reliability : float
        Wanted reliability, above 0, at most 1 [1].
    measure : {"time", "annual", "volume"}
        Which reliability (`SupplyMeasures`).
    periods_per_year : int
        Steps of a year, for the annual one.

    Returns
    -------
    float
        Demand a step, in the unit of the inflow.

    Raises
    ------
    ConfigError
        If the reliability, the measure or the capacity is not valid.
    DataError
        See `operate_standard_policy`; also if no water flows in.
    """
    reaches = _test_of(measure, reliability, periods_per_year)
    water, _unused = _checked(inflow, 0.0)
    if not water.sum() > 0.0:
        raise DataError(
            file="inflow", found=_("no water in any step"), expected=_("an inflow above 0")
        )

    def succeeds(demand: float) -> bool:
        run = operate_standard_policy(water, demand, capacity)
        return reaches(run.supplied, np.full(water.size, demand))

    top = (float(water.sum()) + capacity) / reliability + float(water.max())
    return _bisect(succeeds, top)[0]


def _bisect(holds: Callable[[float], bool], high: float) -> tuple[float, float]:
    """Return the last number from 0 at which a condition holds and the first where it does not."""
    low = 0.0
    least = 1e-15 * high
    while high - low > max(_RELATIVE_WIDTH * high, least):
        middle = 0.5 * (low + high)
        if holds(middle):
            low = middle
        else:
            high = middle
    return low, high


def _test_of(
    measure: Measure, reliability: float, periods_per_year: int
) -> Callable[[Floats, Floats], bool]:
    check_choice("measure", measure, ("time", "annual", "volume"))
    if not 0.0 < reliability <= 1.0:
        refuse("reliability", f"{reliability:g}", _("a reliability above 0, at most 1"))

    def reaches(supplied: Floats, demand: Floats) -> bool:
        # What rounding takes from a full supply is no failure.
        measures = supply_measures(
            supplied, demand, periods_per_year=periods_per_year, tolerance_frac=1e-9
        )
        found = {
            "time": measures.time_reliability,
            "annual": measures.annual_reliability,
            "volume": measures.volumetric_reliability,
        }[measure]
        if found is None:
            expected = _(
                "whole years of {periods_per_year} steps", periods_per_year=periods_per_year
            )
            raise DataError(
                file="inflow", found=_("{size} steps", size=supplied.size), expected=expected
            )
        return found >= reliability - 1e-12

    return reaches


def _checked(inflow: ArrayLike, demand: ArrayLike) -> tuple[Floats, Floats]:
    water = checked_series("inflow", inflow, least=0.0)
    wanted = np.asarray(demand, dtype=np.float64)
    if wanted.ndim == 0:
        wanted = np.full(water.size, float(wanted))
    wanted = checked_series("demand", wanted, least=0.0)
    if wanted.size != water.size:
        found = _(
            "{demands} demands for {inflows} inflows", demands=wanted.size, inflows=water.size
        )
        raise DataError(file="demand", found=found, expected=_("one demand a step"))
    return water, wanted
