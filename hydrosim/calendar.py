"""The steps of a run, and seasons, water years and profiles by the calendar.

A step is an hour, a day, a pentad (候: 1-5, 6-10, ..., 26 to the month's end; 72 a year), a dekad
(旬: 1-10, 11-20, 21 to the month's end; 36 a year) or a month. Years are those of the Gregorian
calendar, leap years included. What depends on the day of the year uses a year of 365 days in which
29 February is taken as 28 February, so that a date has the same number in every year.

All rules here look at the day on which a step starts, unless said otherwise.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from hydrosim.locale import Message, _, pgettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["STEPS", "Calendar", "EdgeError", "Step", "noleap_day", "step_word"]

Step = Literal["hour", "day", "pentad", "dekad", "month"]
Period = Literal["day", "pentad", "dekad", "month", "year"]
STEPS: tuple[Step, ...] = ("hour", "day", "pentad", "dekad", "month")

_WORDS: dict[str, Message] = {
    word: word
    for word in (
        pgettext("step of a run", "hour"), pgettext("step of a run", "day"),
        pgettext("step of a run", "pentad"), pgettext("step of a run", "dekad"),
        pgettext("step of a run", "month"), pgettext("step of a run", "year"),
    )
}  # fmt: skip
_PERIOD_RANK = {"hour": 0, "day": 1, "pentad": 2, "dekad": 3, "month": 4, "year": 5}
_PARTS_OF_MONTH = {"pentad": 6, "dekad": 3, "month": 1}
_DAYS_OF_PART = {"pentad": 5, "dekad": 10, "month": 31}
_MEAN_YEAR_DAYS = 365.2425
_MEAN_DAYS = {
    "hour": 1.0 / 24.0,
    "day": 1.0,
    "pentad": _MEAN_YEAR_DAYS / 72.0,
    "dekad": _MEAN_YEAR_DAYS / 36.0,
    "month": _MEAN_YEAR_DAYS / 12.0,
}
_MOST_DAYS = {"hour": 1.0 / 24.0, "day": 1.0, "pentad": 6.0, "dekad": 11.0, "month": 31.0}
_DAYS_BEFORE_MONTH = np.array([0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334], np.int64)
_DAYS_PER_YEAR = 365


def noleap_day(month: ArrayLike, day: ArrayLike) -> NDArray[np.int64]:
    """Return the day of a year of 365 days, 0 for 1 January; 29 February is 28 February (58)."""
    months, days = np.asarray(month, np.int64), np.asarray(day, np.int64)
    return _DAYS_BEFORE_MONTH[months - 1] + np.where((months == 2) & (days == 29), 28, days) - 1


def step_word(step: str) -> Message:
    """Return the word for a step: ``day``, ``month``."""
    return _WORDS[step]


class EdgeError(ValueError):
    """A first or last day that no step begins or ends with, with the key that is wrong."""

    def __init__(self, message: Message, key: str) -> None:
        super().__init__(message)
        self.key = key


MOST_DAYS = 730485
"""Longest period, 2000 years [day]."""
_LAST_DAY = datetime.date(9999, 12, 31)


@dataclass(frozen=True, eq=False)
class Calendar:
    """The steps of a run.

    Parameters
    ----------
    start
        First day. Its first hour starts the first step.
    end
        Last day, inclusive: the last step ends with it.
    step
        Length of a step.

    Raises
    ------
    ValueError
        When ``end`` is before ``start``, or either does not stand on the edge of a step.
    """

    start: datetime.date
    end: datetime.date
    step: Step = "day"

    def __post_init__(self) -> None:
        if self.step not in STEPS:
            msg = f"a step is one of {', '.join(STEPS)}, not {self.step!r}"
            raise ValueError(msg)
        if self.end < self.start:
            msg = _("the end {end} is before the start {start}", end=self.end, start=self.start)
            raise EdgeError(msg, "end")
        if (self.end - self.start).days >= MOST_DAYS or self.end >= _LAST_DAY:
            msg = _("more than {years} years", years=MOST_DAYS * 400 // 146097)
            raise EdgeError(msg, "end")
        after = self.end + datetime.timedelta(days=1)
        for name, edge, day in (("start", self.start, self.start), ("end", after, self.end)):
            if not _is_edge(edge, self.step):
                edge_before = _edge_before(edge, self.step)
                if name == "end":
                    edge_before -= datetime.timedelta(days=1)
                raise EdgeError(_off_edge(name, day, self.step, edge_before), name)

    @cached_property
    def starts(self) -> NDArray[np.datetime64]:
        """Start of each step, datetime64[s], shape (T,)."""
        return self._edges[:-1]

    @cached_property
    def ends(self) -> NDArray[np.datetime64]:
        """End of each step (start of the next), datetime64[s], shape (T,)."""
        return self._edges[1:]

    @cached_property
    def _edges(self) -> NDArray[np.datetime64]:
        first, after = np.datetime64(self.start, "D"), np.datetime64(self.end, "D") + 1
        if self.step == "hour":
            return np.arange(first.astype("M8[h]"), after.astype("M8[h]") + 1).astype("M8[s]")
        days = np.arange(first, after + 1)
        if self.step != "day":
            _unused, _unused, day = _fields(days)
            parts, length = _PARTS_OF_MONTH[self.step], _DAYS_OF_PART[self.step]
            days = days[((day - 1) % length == 0) & (day <= length * (parts - 1) + 1)]
        return days.astype("M8[s]")

    @cached_property
    def dt_s(self) -> NDArray[np.float64]:
        """Length of each step [s], shape (T,)."""
        return np.diff(self._edges).astype(np.float64)

    @property
    def mean_s(self) -> float:
        """Mean length of a step of this kind [s], whatever the period: no step knows its end."""
        return _MEAN_DAYS[self.step] * 86400.0

    @property
    def longest_s(self) -> float:
        """Length of the longest step of this kind [s], whatever the period."""
        return _MOST_DAYS[self.step] * 86400.0

    @cached_property
    def days(self) -> NDArray[np.float64]:
        """Length of each step [days], shape (T,); 1/24 for an hour."""
        return self.dt_s / 86400.0

    @cached_property
    def _start_fields(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        return _fields(self.starts)

    @property
    def year(self) -> NDArray[np.int64]:
        """Calendar year of each step, shape (T,)."""
        return self._start_fields[0]

    @property
    def month(self) -> NDArray[np.int64]:
        """Month of each step, 1 to 12, shape (T,)."""
        return self._start_fields[1]

    @property
    def day(self) -> NDArray[np.int64]:
        """Day of the month on which each step starts, 1 to 31, shape (T,)."""
        return self._start_fields[2]

    @cached_property
    def month_index(self) -> NDArray[np.int64]:
        """Month of each step, 0 to 11, shape (T,)."""
        return self.month - 1

    @cached_property
    def dekad_of_year(self) -> NDArray[np.int64]:
        """Dekad of the year in which each step starts, 0 to 35, shape (T,)."""
        return 3 * self.month_index + np.minimum((self.day - 1) // 10, 2)

    @cached_property
    def pentad_of_year(self) -> NDArray[np.int64]:
        """Pentad of the year in which each step starts, 0 to 71, shape (T,)."""
        return 6 * self.month_index + np.minimum((self.day - 1) // 5, 5)

    @cached_property
    def day_of_year(self) -> NDArray[np.int64]:
        """Day of a year of 365 days, 0 to 364, 29 February as the 28th; shape (T,)."""
        return noleap_day(self.month, self.day)

    def __len__(self) -> int:
        """Return the number of steps T."""
        return self._edges.size - 1

    def __repr__(self) -> str:
        return f"Calendar({self.start} to {self.end}, {len(self)} steps of a {self.step})"

    def step_at(self, date: datetime.date) -> int:
        """Return the index of the step in which a day starts.

        Raises
        ------
        ValueError
            When the day is outside the run.
        """
        if not self.start <= date <= self.end:
            msg = f"{date} is outside the run, {self.start} to {self.end}"
            raise ValueError(msg)
        moment = np.datetime64(date, "s")
        return int(np.searchsorted(self.starts, moment, side="right")) - 1

    def season_mask(self, start: tuple[int, int], end: tuple[int, int]) -> NDArray[np.bool_]:
        """Return whether each step starts in a season, both days included, shape (T,).

        A season whose end is before its start runs over the new year. 29 February belongs to a
        season that holds 28 February.

        Parameters
        ----------
        start, end
            First and last day as (month, day).
        """
        first, last = int(noleap_day(*start)), int(noleap_day(*end))
        after, before = self.day_of_year >= first, self.day_of_year <= last
        return after & before if first <= last else after | before

    def resets(self, start: tuple[int, int]) -> NDArray[np.bool_]:
        """Return the first step of each year that starts on or after a day, shape (T,).

        The first step of the run is one only when it starts on the very day.

        Parameters
        ----------
        start
            First day of a year of accounts as (month, day).
        """
        label = self.water_year(start)
        result = np.zeros(len(self), np.bool_)
        result[1:] = label[1:] != label[:-1]
        result[0] = (self.start.month, self.start.day) == tuple(start)
        return result

    def water_year(self, start: tuple[int, int]) -> NDArray[np.int64]:
        """Return the calendar year in which the water year of each step starts, shape (T,).

        Parameters
        ----------
        start
            First day of the water year as (month, day).
        """
        begun = self.month * 100 + self.day >= start[0] * 100 + start[1]
        return np.where(begun, self.year, self.year - 1)

    def period_index(self, period: Period) -> NDArray[np.int64]:
        """Return the running number of the period of each step, 0 for the first, shape (T,).

        Raises
        ------
        ValueError
            When the period is shorter than a step, or steps of it would stand in two periods.
        """
        if period not in _PERIOD_RANK or _PERIOD_RANK[period] < _PERIOD_RANK[self.step]:
            msg = f"steps of a {self.step} cannot be gathered by {period}"
            raise ValueError(msg)
        number = {
            "hour": self.starts.astype("M8[h]").astype(np.int64),
            "day": self.starts.astype("M8[D]").astype(np.int64),
            "pentad": self.year * 72 + self.pentad_of_year,
            "dekad": self.year * 36 + self.dekad_of_year,
            "month": self.year * 12 + self.month_index,
            "year": self.year,
        }[period]
        return number - number[0]

    def piecewise(
        self,
        points: Sequence[tuple[tuple[int, int], float]],
        mode: Literal["step", "linear"] = "step",
    ) -> NDArray[np.float64]:
        """Return a seasonal curve at the start of each step, shape (T,).

        Parameters
        ----------
        points
            ((month, day), value) pairs in any order. Before the first point of a year the last
            one of the year before holds (``step``) or is left from (``linear``).
        mode
            ``step`` keeps a value until the next point, ``linear`` draws a line between points.

        Raises
        ------
        ValueError
            When there is no point, or two on one day.
        """
        days = np.array([int(noleap_day(*point)) for point, _unused in points], np.int64)
        if days.size == 0 or np.unique(days).size != days.size:
            msg = "a seasonal curve needs points on different days of the year"
            raise ValueError(msg)
        order = np.argsort(days)
        days = days[order]
        values = np.array([value for _unused, value in points], np.float64)[order]
        if mode == "step":
            year = values[np.searchsorted(days, np.arange(_DAYS_PER_YEAR), side="right") - 1]
        else:
            year = np.interp(np.arange(_DAYS_PER_YEAR), days, values, period=_DAYS_PER_YEAR)
        return year[self.day_of_year]

    def profile(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return a profile over the year as the mean over the days of each step, shape (T,).

        Parameters
        ----------
        values
            12 values by month, 36 by dekad, 72 by pentad or 365 by day (29 February as the 28th).

        Raises
        ------
        ValueError
            When there are neither 12, 36, 72 nor 365 values.
        """
        year = np.asarray(values, np.float64)
        if year.shape not in ((12,), (36,), (72,), (365,)):
            msg = f"a profile has 12, 36, 72 or 365 values, not {year.size}"
            raise ValueError(msg)
        coarse = {12: "month", 36: "dekad", 72: "pentad", 365: "day"}[year.size]
        if _PERIOD_RANK[self.step] <= _PERIOD_RANK[coarse] and not (
            self.step == "pentad" and coarse == "dekad"
        ):
            return year[self._place_in_year(coarse)]
        days = Calendar(self.start, self.end, "day")
        return self.mean_of_days(year[days._place_in_year(coarse)])

    def _place_in_year(self, period: str) -> NDArray[np.int64]:
        """Return which month, dekad, pentad or day of the year each step is in, from 0."""
        if period == "month":
            return self.month_index
        if period == "dekad":
            return self.dekad_of_year
        return self.pentad_of_year if period == "pentad" else self.day_of_year

    def mean_of_days(self, daily: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean over each step of one value a day of the run, shape (T,)."""
        if self.step == "hour":
            return np.repeat(daily, 24)
        if self.step == "day":
            return daily.astype(np.float64)
        return np.add.reduceat(daily, self.first_day) / self.days

    @cached_property
    def first_day(self) -> NDArray[np.int64]:
        """Day of the run on which each step starts, 0 for the first, shape (T,)."""
        elapsed = self.starts - self.starts[0]
        return elapsed.astype("m8[s]").astype(np.int64) // 86400

    def truncate(self, steps: int) -> Calendar:
        """Return the calendar of the first steps; it has at least as many as end with a day.

        Raises
        ------
        ValueError
            When there are fewer steps, or an hourly run would end within a day.
        """
        if not 1 <= steps <= len(self):
            msg = f"cannot keep {steps} of {len(self)} steps"
            raise ValueError(msg)
        after: datetime.datetime = self._edges[steps].item()
        if after.hour:
            msg = f"{steps} hours end within a day"
            raise ValueError(msg)
        return Calendar(self.start, after.date() - datetime.timedelta(days=1), self.step)


def _fields(
    moments: NDArray[np.datetime64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return year, month (1 to 12) and day of the month of each moment."""
    days, months = moments.astype("M8[D]"), moments.astype("M8[M]")
    whole_months = months.astype(np.int64)
    day = (days - months.astype("M8[D]")).astype(np.int64) + 1
    return whole_months // 12 + 1970, whole_months % 12 + 1, day


def _off_edge(key: str, day: datetime.date, step: Step, other: datetime.date) -> Message:
    values = {"day": day, "step": step_word(step), "other": other}
    if key == "end":
        return _("the end {day} is not on the edge of a {step}: take {other}", **values)
    return _("the start {day} is not on the edge of a {step}: take {other}", **values)


def _is_edge(day: datetime.date, step: Step) -> bool:
    return _edge_before(day, step) == day


def _edge_before(day: datetime.date, step: Step) -> datetime.date:
    """Return the last step's edge on or before a day."""
    if step in ("hour", "day"):
        return day
    length, parts = _DAYS_OF_PART[step], _PARTS_OF_MONTH[step]
    part = min((day.day - 1) // length, parts - 1)
    return day.replace(day=part * length + 1)
