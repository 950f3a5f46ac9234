"""A member as a plan: which step of the record each step takes, and by what it is multiplied.

A plan of a dozen daily series takes a ninth of the memory of the arrays it stands for. The
value of series s at time t is ``record[s, place[t]] * factor[s, month[t]] +
offset[s, month[t]]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hydrosim.hydrology.record import (
    RecordStep,
    SeriesName,
    SeriesRecord,
    is_leap,
    year_steps,
)
from hydrosim.hydrology.refusal import refuse
from hydrosim.locale import _

__all__ = ["MemberPlan", "plan_of_years"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class MemberPlan:
    """One member over whole years.

    Attributes
    ----------
    dates : ndarray of datetime64[D], shape (time,)
        First day of each step.
    place : ndarray of int64, shape (time,)
        Step of the record that each step takes.
    month : ndarray of int64, shape (time,)
        Running month of each step, 0 for the first.
    factor : ndarray, shape (series, months)
        Factor on the record's values [1].
    offset : ndarray, shape (series, months), or None
        What is added, in the unit of the series; sums below 0 become 0.
    record_year : ndarray of int64, shape (years,)
        Calendar year in which the record year begins whose pattern each year has.
    """

    dates: NDArray[np.datetime64]
    place: NDArray[np.int64]
    month: NDArray[np.int64]
    factor: Floats
    offset: Floats | None
    record_year: NDArray[np.int64]

    def expand(self, record: SeriesRecord, series: list[SeriesName] | None = None) -> Floats:
        """Return the member's series as full arrays.

        Parameters
        ----------
        record : SeriesRecord
            The record that the plan was made from.
        series : list of SeriesName, optional
            Which series, in this order; all without it.

        Returns
        -------
        ndarray, shape (series, time)
            Values in the units of the record.

        Raises
        ------
        ConfigError
            If the record has no such series.
        """
        rows = range(len(record.names)) if series is None else [record.row(n) for n in series]
        values = np.empty((len(rows), self.place.size))
        # Row by row: what one row needs stays in the processor's cache.
        for row, out in zip(rows, values, strict=True):
            factor = np.take(self.factor[row], self.month, mode="clip")
            np.multiply(np.take(record.values[row], self.place, mode="clip"), factor, out=out)
            if self.offset is not None and self.offset[row].any():
                out += np.take(self.offset[row], self.month, mode="clip")
                np.maximum(out, 0.0, out=out)
        return values

    def between(self, first: np.datetime64, last: np.datetime64) -> MemberPlan:
        """Return the part of the plan from a day to a day, both included.

        Raises
        ------
        ConfigError
            If the plan does not hold both days as steps.
        """
        begin = int(np.searchsorted(self.dates, first))
        after = int(np.searchsorted(self.dates, last, side="right"))
        if self.dates[0] > first or self.dates[-1] < last or begin >= after:
            found = _("{first} to {last}", first=first, last=last)
            refuse(
                "period",
                found,
                _("days within {first} to {last}", first=self.dates[0], last=self.dates[-1]),
            )
        cut = slice(begin, after)
        return MemberPlan(
            self.dates[cut],
            self.place[cut],
            self.month[cut],
            self.factor,
            self.offset,
            self.record_year,
        )


def plan_of_years(record: SeriesRecord, year_map: NDArray[np.int64], first_year: int) -> MemberPlan:
    """Plan in which each year is a record year, unscaled.

    Parameters
    ----------
    record : SeriesRecord
        The record.
    year_map : ndarray of int64, shape (years,)
        Place of the record year that each year takes, 0 for the record's first.
    first_year : int
        Calendar year in which the first year of the plan begins; it has that year's leap days. A
        29 February that the record year lacks repeats its 28th; one that the plan's year lacks is
        left out.

    Returns
    -------
    MemberPlan
        The plan, with factors of one.

    Raises
    ------
    ConfigError
        If a place is outside the record.
    """
    chosen = np.asarray(year_map, dtype=np.int64)
    if chosen.size == 0 or chosen.min() < 0 or chosen.max() >= record.years:
        refuse(
            "year_map",
            f"{chosen.tolist()[:5]} ...",
            _("places from 0 to {years}", years=record.years - 1),
        )
    axis, month, leaps = _axis(first_year, chosen.size, record.first_month, record.step)
    patterns = record.patterns
    place = [patterns[leap][year] for leap, year in zip(leaps, chosen.tolist(), strict=True)]
    return MemberPlan(
        dates=axis,
        place=np.concatenate(place),
        month=month,
        factor=np.ones((len(record.names), 12 * chosen.size)),
        offset=None,
        record_year=record.first_year + chosen,
    )


@lru_cache(maxsize=16)
def _axis(
    first_year: int, years: int, first_month: int, step: RecordStep
) -> tuple[NDArray[np.datetime64], NDArray[np.int64], tuple[int, ...]]:
    """Return first days and running months of all steps, and which years are leap years.

    All members of an ensemble share them, so they are made once and cannot be written to.
    """
    every = range(first_year, first_year + years)
    axis = np.concatenate([year_steps(year, first_month, step)[0] for year in every])
    month = axis.astype("datetime64[M]").astype(np.int64)
    month -= month[0]
    axis.flags.writeable = month.flags.writeable = False
    return axis, month, tuple(int(is_leap(year, first_month)) for year in every)
