"""The steps of a result: their lengths, days, months and water years, and sums over these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from hydrosim.locale import _
from hydrosim.reading.items import NotJudged
from hydrosim.reading.view import of_frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.reading.view import Result

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = [
    "SECONDS_PER_DAY",
    "YearKind",
    "Years",
    "by_year",
    "calendar_years_of",
    "ends_days",
    "first_month",
    "labels_of",
    "longest_run",
    "month_seconds",
    "month_years",
    "monthly_volumes",
    "months_of",
    "seconds_of",
    "starts_days",
    "totals",
    "whole_years",
    "year_of_steps",
    "years_of",
]

SECONDS_PER_DAY = 86_400.0
YearKind = Literal["water", "calendar"]
"""Which years are counted: those of the config's water year, or calendar years."""


@dataclass(frozen=True)
class Years:
    """The water years of a run and which of them it covers whole."""

    year: Integers
    complete: Flags

    @property
    def whole(self) -> Integers:
        """The complete water years."""
        return self.year[self.complete]


@of_frame
def seconds_of(dataset: Result) -> Floats:
    """Return the length of each step [s]; without ``dt`` from one start to the next."""
    if "dt" in dataset.variables:
        lengths = dataset.variables["dt"].values
        if np.issubdtype(lengths.dtype, np.timedelta64):
            return lengths / np.timedelta64(1, "s")
        return lengths.astype(np.float64)
    starts = starts_days(dataset)
    if starts.size < 2:
        return np.full(starts.size, SECONDS_PER_DAY)
    steps = np.diff(starts)
    return np.append(steps, steps[-1]) * SECONDS_PER_DAY


@of_frame
def starts_days(dataset: Result) -> Floats:
    """Return the start of each step in days since 1970-01-01 (matplotlib's dates) (time,)."""
    stamps = dataset.variables["time"].values.astype("datetime64[s]").astype(np.int64)
    return np.asarray(stamps / SECONDS_PER_DAY, dtype=np.float64)


def ends_days(dataset: Result) -> Floats:
    """Return the end of each step, where storage and level are known, in days since 1970."""
    return starts_days(dataset) + seconds_of(dataset) / SECONDS_PER_DAY


def months_of(dataset: Result, dimension: str = "time") -> tuple[Integers, Integers]:
    """Return calendar year and month (1..12) of each stamp (time,)."""
    number = dataset.variables[dimension].values.astype("datetime64[M]").astype(np.int64)
    return number // 12 + 1970, number % 12 + 1


@of_frame
def year_of_steps(dataset: Result) -> Integers:
    """Return the water year of each step; the calendar year where the result tells none."""
    if "water_year_of_time" not in dataset.variables:
        return months_of(dataset)[0]
    return dataset.variables["water_year_of_time"].values.astype(np.int64)


@of_frame
def years_of(dataset: Result) -> Years:
    """Return the water years of the run, from the year table or else from the steps."""
    if "complete" in dataset.coords:
        year = dataset.variables["water_year"].values.astype(np.int64)
        return Years(year, dataset.variables["complete"].values.astype(np.bool_))
    if "time" not in dataset.dims:
        year = dataset.variables["water_year"].values.astype(np.int64)
        return Years(year, np.ones(year.size, dtype=np.bool_))
    return _covered(dataset, year_of_steps(dataset), first_month(dataset))


def _covered(dataset: Result, of_step: Integers, month: int) -> Years:
    """Return years by the label of each step; one is whole when all its days were run."""
    year, place = np.unique(of_step, return_inverse=True)
    covered = totals(place, seconds_of(dataset), year.size) / SECONDS_PER_DAY
    starts = ((year - 1970) * 12 + month - 1).astype("datetime64[M]").astype("datetime64[D]")
    after = ((year - 1969) * 12 + month - 1).astype("datetime64[M]").astype("datetime64[D]")
    days = (after - starts).astype(np.int64)
    return Years(year.astype(np.int64), covered >= days - 0.5)


@of_frame
def calendar_years_of(dataset: Result) -> Years:
    """Return the calendar years of the run and which of them it covers whole.

    Raises
    ------
    NotJudged
        When the result has no steps, and its water years start in another month than January.
    """
    if "time" not in dataset.dims:
        raise NotJudged(_("calendar years are unknown in a result without steps"))
    return _covered(dataset, months_of(dataset)[0], 1)


def whole_years(dataset: Result, kind: YearKind = "water") -> Integers:
    """Return the complete water years, or calendar years.

    Raises
    ------
    NotJudged
        When no such year was run whole.
    """
    if kind == "calendar":
        years = calendar_years_of(dataset).whole
        if years.size == 0:
            raise NotJudged(_("no calendar year was run whole"))
        return years
    years = years_of(dataset).whole
    if years.size == 0:
        raise NotJudged(_("no water year was run whole"))
    return years


def labels_of(dataset: Result, dimension: str, kind: YearKind) -> Integers:
    """Return the year of each step, month or water year of a result.

    Parameters
    ----------
    dataset
        Result of one scenario and member.
    dimension
        time, month or water_year.
    kind
        Whether water years or calendar years are meant.

    Raises
    ------
    NotJudged
        When calendar years are asked of volumes that are known by water years alone.
    """
    if dimension == "water_year":
        years = dataset.variables["water_year"].values.astype(np.int64)
        if kind == "water" or ("time" in dataset.dims and _is_calendar(dataset)):
            return years
        raise NotJudged(
            _(
                "volumes are known by water years alone: record the steps or months, or judge "
                "`years: water`"
            )
        )
    if kind == "calendar":
        return months_of(dataset, dimension)[0]
    return year_of_steps(dataset) if dimension == "time" else month_years(dataset)


def _is_calendar(dataset: Result) -> bool:
    """Return whether the water years of a result are calendar years."""
    return bool(np.array_equal(year_of_steps(dataset), months_of(dataset)[0]))


def first_month(dataset: Result) -> int:
    """Return the month (1..12) in which the water year starts; 1 when it cannot be seen."""
    changes = np.flatnonzero(np.diff(year_of_steps(dataset)))
    return int(months_of(dataset)[1][changes[0] + 1]) if changes.size else 1


@of_frame
def month_years(dataset: Result) -> Integers:
    """Return the water year of each month of the ledger."""
    month = dataset.variables["month"].values.astype("datetime64[M]")
    of_step = dataset.variables["time"].values.astype("datetime64[M]")
    first = np.minimum(np.searchsorted(of_step, month), of_step.size - 1)
    return year_of_steps(dataset)[first]


@of_frame
def month_seconds(dataset: Result) -> Floats:
    """Return how much of each month of a result its steps cover [s], (months,)."""
    month = dataset.variables["month"].values.astype("datetime64[M]")
    of_step = dataset.variables["time"].values.astype("datetime64[M]")
    return totals(np.searchsorted(month, of_step), seconds_of(dataset), month.size)


def totals(group: NDArray[np.integer[Any]], values: Floats, groups: int) -> Floats:
    """Return the sums of values by their group number, (groups,)."""
    return np.bincount(group, weights=values, minlength=groups).astype(np.float64)


def by_year(dataset: Result, values: Floats, years: Integers, kind: YearKind = "water") -> Floats:
    """Return the sums of values (steps,) in some years, in rising order, (years,)."""
    place, inside = _place_of_steps(dataset, years, kind)
    return totals(place, values[inside], years.size)


@of_frame
def _place_of_steps(dataset: Result, years: Integers, kind: YearKind) -> tuple[Integers, Flags]:
    """Return the place among some years of the steps inside them, and which steps these are."""
    of_step = labels_of(dataset, "time", kind)
    place = np.minimum(np.searchsorted(years, of_step), years.size - 1)
    inside = years[place] == of_step
    return place[inside], inside


def monthly_volumes(dataset: Result, flow_m3s: Floats) -> tuple[Integers, Floats]:
    """Return the calendar years (years,) and the volumes by year and month [m3] (years, 12).

    A step counts for the month it starts in; months that the run does not touch are NaN.
    """
    years, months = months_of(dataset)
    first = int(years.min())
    place = (years - first) * 12 + months - 1
    size = (int(years.max()) - first + 1) * 12
    sums = totals(place, np.nan_to_num(flow_m3s) * seconds_of(dataset), size)
    sums[np.bincount(place, minlength=size) == 0] = np.nan
    return np.arange(first, first + size // 12), sums.reshape(-1, 12)


def longest_run(flags: Flags) -> int:
    """Return the length of the longest unbroken run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return int(np.max(edges[1::2] - edges[::2], initial=0))
