"""Typical years (典型年): a year of record scaled to the total of a design frequency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.errors import DataError
from hydrosim.hydrology.margin import Pearson3Margin
from hydrosim.hydrology.member_plan import MemberPlan, plan_of_years
from hydrosim.hydrology.record import SeriesRecord
from hydrosim.hydrology.refusal import refuse
from hydrosim.locale import _

__all__ = [
    "FREQUENCIES",
    "TypicalYear",
    "distribution_adversity",
    "plan_of_typical_year",
    "typical_years",
]

Floats = NDArray[np.float64]

# Wet, normal, dry and very dry year of water-resources planning (GB/T 51051-2014).
FREQUENCIES = (0.25, 0.50, 0.75, 0.95)


@dataclass(frozen=True)
class TypicalYear:
    """A year of record that stands for a design frequency.

    Attributes
    ----------
    frequency : float
        Exceedance frequency [1].
    quantile : float
        Total of that frequency, in the unit of the totals.
    year : int
        The year chosen.
    total : float
        Its total of record.
    factor : float
        quantile / total: what all series of the year are multiplied by [1].
    adversity : float
        Storage that levels the year out to the demand, in parts of its total [1].
    candidates : tuple of int
        Years that were near enough, the nearest first.
    """

    frequency: float
    quantile: float
    year: int
    total: float
    factor: float
    adversity: float
    candidates: tuple[int, ...]


def distribution_adversity(
    within_year: ArrayLike, demand_share: ArrayLike | None = None
) -> NDArray[np.float64]:
    """How adverse years are distributed: the storage that turns inflow into the demand's shape.

    The year is followed by itself, and a demand of the year's total is drawn; the largest
    cumulated shortfall in parts of the total is what a reservoir must hold (sequent peak,
    Thomas & Burden 1963, over one cyclic year).

    Parameters
    ----------
    within_year : array_like, shape (years, steps)
        Inflow of each step, at least 0, with some water in each year.
    demand_share : array_like, shape (steps,), optional
        Share of each step in the year's demand, of sum one; equal shares without it.

    Returns
    -------
    ndarray, shape (years,)
        Storage in parts of the year's total [1].

    Raises
    ------
    DataError
        If a value is negative or missing, or a year has no water.
    ConfigError
        If the shares do not sum to one or do not fit the steps.
    """
    values = np.asarray(within_year, dtype=np.float64)
    if values.ndim != 2 or not (np.isfinite(values).all() and (values >= 0.0).all()):
        found = _("an array of shape {shape}, or a bad value in it", shape=values.shape)
        raise DataError(file="years", found=found, expected=_("(years, steps) of at least 0"))
    totals = values.sum(axis=1)
    if not (totals > 0.0).all():
        found = _("no water in year {totals} from the first", totals=int(np.argmin(totals)))
        raise DataError(file="years", found=found, expected=_("a total above 0"))
    steps = values.shape[1]
    shares = np.full(steps, 1.0 / steps) if demand_share is None else np.asarray(demand_share)
    if shares.shape != (steps,) or abs(float(shares.sum()) - 1.0) > 1e-9 or shares.min() < 0.0:
        found = _("{size} shares of sum {shares:g}", size=shares.size, shares=float(shares.sum()))
        refuse("demand_share", found, _("{steps} shares of at least 0 and of sum 1", steps=steps))
    departure = np.cumsum(values / totals[:, np.newaxis] - shares, axis=1)
    # Over a cyclic year with equal totals the largest fall is the whole range.
    return departure.max(axis=1) - departure.min(axis=1)


def typical_years(
    years: Sequence[int],
    within_year: ArrayLike,
    margin: Pearson3Margin,
    *,
    frequencies: Sequence[float] = FREQUENCIES,
    demand_share: ArrayLike | None = None,
    near_frac: float = 0.10,
) -> tuple[TypicalYear, ...]:
    """Choose typical years and their factors (典型年法, SL/T 278-2020, SL 104-2015).

    Of the years whose total lies within `near_frac` of the design total, the one with the most
    adverse distribution is taken; where none is that near, the nearest.

    Parameters
    ----------
    years : sequence of int
        Label of each year.
    within_year : array_like, shape (years, steps)
        Inflow by step, months say, in volume.
    margin : Pearson3Margin
        Distribution of the yearly totals.
    frequencies : sequence of float
        Exceedance frequencies [1].
    demand_share : array_like, shape (steps,), optional
        Shape of the demand (`distribution_adversity`).
    near_frac : float
        How near a total must be to compete, in parts of the design total, 0 to 0.5 [1].

    Returns
    -------
    tuple of TypicalYear
        One for each frequency, in the given order.

    Raises
    ------
    DataError
        If the labels do not fit the years; see also `distribution_adversity`.
    ConfigError
        If a frequency or `near_frac` is out of range.
    """
    values = np.asarray(within_year, dtype=np.float64)
    if not 0.0 <= near_frac <= 0.5:
        refuse("near_frac", f"{near_frac:g}", _("a part from 0 to 0.5"))
    adversity = distribution_adversity(values, demand_share)
    if len(years) != values.shape[0]:
        found = _("{count} labels for {shape} years", count=len(years), shape=values.shape[0])
        raise DataError(file="years", found=found, expected=_("one label a year"))
    totals = values.sum(axis=1)
    wanted = margin.quantile(np.array(frequencies))
    return tuple(
        _choose(frequency, float(total), np.asarray(years), totals, adversity, near_frac)
        for frequency, total in zip(frequencies, wanted, strict=True)
    )


def plan_of_typical_year(
    record: SeriesRecord,
    typical: TypicalYear,
    first_year: int,
    years: int = 1,
    variables: Sequence[str] = ("inflow",),
) -> MemberPlan:
    """Member in which a typical year follows itself.

    Parameters
    ----------
    record : SeriesRecord
        The record; the label of the typical year is the calendar year in which it begins there.
    typical : TypicalYear
        The year and its factor.
    first_year : int
        Calendar year in which the member begins.
    years : int
        How often the year comes, at least once.
    variables : sequence of str
        Variables whose series are scaled by the factor; the weather of others stays as it was.

    Returns
    -------
    MemberPlan
        The member.

    Raises
    ------
    ConfigError
        If the record does not hold the year, or no series has one of the variables.
    """
    place = typical.year - record.first_year
    if not 0 <= place < record.years:
        last = record.first_year + record.years - 1
        refuse(
            "typical",
            str(typical.year),
            _("a year from {first_year} to {last}", first_year=record.first_year, last=last),
        )
    for variable in variables:
        if variable not in {name.variable for name in record.names}:
            refuse("variables", repr(variable), _("a variable of the record"))
    plan = plan_of_years(record, np.full(years, place), first_year)
    factor = plan.factor.copy()
    factor[[name.variable in variables for name in record.names]] = typical.factor
    return replace(plan, factor=factor)


def _choose(
    frequency: float,
    wanted: float,
    years: NDArray[np.int64],
    totals: Floats,
    adversity: Floats,
    near_frac: float,
) -> TypicalYear:
    departure = np.abs(totals - wanted)
    order = np.argsort(departure, kind="stable")
    near = [place for place in order.tolist() if departure[place] <= near_frac * wanted]
    near = near or [int(order[0])]
    # Of equally adverse years the nearer one, which stands first.
    chosen = max(near, key=lambda place: adversity[place])
    return TypicalYear(
        frequency=float(frequency),
        quantile=wanted,
        year=int(years[chosen]),
        total=float(totals[chosen]),
        factor=wanted / float(totals[chosen]),
        adversity=float(adversity[chosen]),
        candidates=tuple(int(years[place]) for place in near),
    )
