"""The months or dekads (旬) of a run, by which supply and flows are judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from hydrosim.locale import EMPTY, Message, _
from hydrosim.reading.items import item_texts
from hydrosim.reading.steps import (
    SECONDS_PER_DAY,
    YearKind,
    by_year,
    seconds_of,
    totals,
    year_of_steps,
    years_of,
)
from hydrosim.reading.supply import series
from hydrosim.reading.view import Result, of_frame, of_result

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = [
    "Periods",
    "claim_periods",
    "counted_years",
    "half_year",
    "in_whole_years",
    "period_volumes",
    "periods_of",
    "step_note",
    "year_name",
]

_LONGEST_DEKAD_STEP_S = 11.5 * SECONDS_PER_DAY
_LONGEST_DAY_STEP_S = 1.5 * SECONDS_PER_DAY
_DEKADS = (_("dekad 1"), _("dekad 2"), _("dekad 3"))


@dataclass(frozen=True)
class Periods:
    """The months or dekads (旬) of a run.

    ``of_step`` (steps,) is the period of each step; ``month``, ``part`` (dekad of the month, from
    0), ``year`` (water year of the first step) and ``whole`` (all of the period was run) have one
    value for each period.
    """

    kind: Literal["month", "dekad"]
    of_step: Integers
    month: NDArray[np.datetime64]
    part: Integers
    year: Integers
    whole: Flags

    def sums(self, values: Floats) -> Floats:
        """Return the sums of ``values`` (steps,) by period."""
        return totals(self.of_step, values, self.month.size)

    def label(self, period: int) -> Message:
        """Return the name of a period, such as 2002-05 or 2002-05 dekad 2."""
        month = str(self.month[period])
        if self.kind == "month":
            return Message(month)
        part = int(self.part[period])
        return _("{month} {dekad}", month=month, dekad=_DEKADS[part])


@of_frame
def claim_periods(dataset: Result) -> list[Literal["month", "dekad"]]:
    """Return the period by which each claim is judged; a month where it names none."""
    texts = item_texts(dataset, "claim", "claim_period")
    return ["dekad" if text == "dekad" else "month" for text in texts]


@of_frame
def periods_of(dataset: Result, kind: Literal["month", "dekad"]) -> Periods:
    """Return the months or dekads of the run.

    A dekad (旬) is one of three parts of a month, from day 1, 11 and 21. Steps longer than a
    dekad are taken by months.
    """
    time = dataset.variables["time"].values.astype("datetime64[D]")
    seconds = seconds_of(dataset)
    month = time.astype("datetime64[M]")
    by_dekad = kind == "dekad" and float(np.max(seconds, initial=0.0)) < _LONGEST_DEKAD_STEP_S
    day = (time - month.astype("datetime64[D]")).astype(np.int64)
    part = np.minimum(day // 10, 2) if by_dekad else np.zeros(day.size, dtype=np.int64)
    key, first, of_step = np.unique(
        month.astype(np.int64) * 3 + part, return_index=True, return_inverse=True
    )
    month_days = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(
        np.int64
    )[first]
    part = part[first]
    length = np.where(part < 2, 10, month_days - 20) if by_dekad else month_days
    covered = totals(of_step, seconds, key.size)
    return Periods(
        "dekad" if by_dekad else "month",
        of_step.astype(np.int64),
        month[first],
        part,
        year_of_steps(dataset)[first],
        covered >= length * SECONDS_PER_DAY - 1.0,
    )


@of_result
def period_volumes(
    dataset: Result, name: str, which: int | tuple[int, ...], kind: Literal["month", "dekad"]
) -> Floats:
    """Return the volume of a flow in each period [m3], (periods,), of items taken together."""
    if isinstance(which, int):
        flow = series(dataset, name, which)
    elif len(which) == 1:
        return period_volumes(dataset, name, which[0], kind)
    else:
        flow = series(dataset, name, which).sum(axis=1)
    return periods_of(dataset, kind).sums(flow * seconds_of(dataset))


@of_frame
def in_whole_years(dataset: Result) -> Flags:
    """Return which steps lie in complete water years, (steps,)."""
    return np.isin(year_of_steps(dataset), years_of(dataset).whole)


@of_frame
def half_year(dataset: Result, *, summer: bool) -> tuple[Flags, Integers, Floats]:
    """Return the steps of April-September, or else of October-March, in complete water years.

    With them come the water years and the length of these steps in each [s], (years,).
    """
    month = dataset.variables["time"].values.astype("datetime64[M]").astype(np.int64) % 12 + 1
    where = in_whole_years(dataset) & (((month >= 4) & (month <= 9)) == summer)
    years = np.unique(year_of_steps(dataset)[where])
    return where, years, by_year(dataset, np.where(where, seconds_of(dataset), 0.0), years)


def counted_years(count: int, kind: YearKind) -> Message:
    """Return how many complete years there are, with their kind."""
    if kind == "calendar":
        return _("{count} complete calendar years", count=count)
    return _("{count} complete water years", count=count)


def year_name(year: int, kind: YearKind) -> Message:
    """Return a year with its kind."""
    if kind == "calendar":
        return _("calendar year {year}", year=year)
    return _("water year {year}", year=year)


@of_frame
def step_note(dataset: Result) -> Message:
    """Return a sentence on how days are counted where steps are longer than a day, else nothing."""
    if float(np.max(seconds_of(dataset), initial=0.0)) < _LONGEST_DAY_STEP_S:
        return EMPTY
    return _("steps are longer than a day: days are counted by whole steps")
