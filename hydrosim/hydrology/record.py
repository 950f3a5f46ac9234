"""Record of several series by day or month, cut into whole years, from which members are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hydrosim.errors import DataError
from hydrosim.hydrology.refusal import check_choice, refuse
from hydrosim.locale import _

__all__ = ["SeriesName", "SeriesRecord", "build_series_record", "year_steps"]

RecordStep = Literal["day", "month"]
Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]


class SeriesName(NamedTuple):
    """A series: where it belongs and what it is, such as ("wangkuai", "inflow")."""

    site: str
    variable: str

    def __str__(self) -> str:
        """Return site and variable as one word."""
        return f"{self.site}.{self.variable}"


@dataclass(frozen=True, eq=False)
class SeriesRecord:
    """Whole years of several series; make it with `build_series_record`.

    Attributes
    ----------
    names : tuple of SeriesName
        The series in sorted order.
    dates : ndarray of datetime64[D], shape (time,)
        Days, or first days of months.
    values : ndarray, shape (series, time)
        Amounts of each step, or rates where all steps are days; at least 0.
    first_month : int
        Month with whose first day a year begins, 1 to 12.
    step : {"day", "month"}
        Step of the series.
    first_year : int
        Calendar year in which the first year of the record begins.
    """

    names: tuple[SeriesName, ...]
    dates: Dates
    values: Floats
    first_month: int
    step: RecordStep
    first_year: int

    @property
    def years(self) -> int:
        """Number of whole years."""
        return _years_between(self.dates[0], self.dates[-1] + np.timedelta64(31, "D"))

    @cached_property
    def patterns(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places of each record year's steps for a common and a leap year, (years, steps).

        For a leap year without a 29 February of its own the 28th stands twice; for a common year
        the 29th of a leap year is left out. With months both are alike.
        """
        common, leap = [], []
        for year in range(self.first_year, self.first_year + self.years):
            steps, months = year_steps(year, self.first_month, self.step)
            own = int(np.searchsorted(self.dates, steps[0])) + np.arange(steps.size)
            last = int(np.flatnonzero(months == 2)[-1])
            if self.step == "month":
                common.append(own)
                leap.append(own)
            elif is_leap(year, self.first_month):
                common.append(np.delete(own, last))
                leap.append(own)
            else:
                common.append(own)
                leap.append(np.insert(own, last + 1, own[last]))
        return np.stack(common), np.stack(leap)

    @cached_property
    def totals(self) -> Floats:
        """Sum of the steps of each record year as it was, shape (series, years)."""
        common, leap = self.pattern_totals
        if self.step == "month":
            return common
        years = self.first_year + np.arange(self.years)
        has_leap = np.array([is_leap(int(year), self.first_month) for year in years])
        return np.where(has_leap, leap, common)

    @cached_property
    def pattern_totals(self) -> tuple[Floats, Floats]:
        """Sum over the places of `patterns` for a common and a leap year, (series, years)."""
        common, leap = (self.values[:, pattern].sum(axis=2) for pattern in self.patterns)
        return common, leap

    def row(self, name: SeriesName) -> int:
        """Return the place of a series.

        Raises
        ------
        ConfigError
            If the record has no such series.
        """
        if name not in self.names:
            refuse(
                "series",
                str(name),
                _("one of {names}", names=", ".join(str(n) for n in self.names)),
            )
        return self.names.index(name)


def is_leap(year: int, first_month: int) -> bool:
    """Tell whether the year that begins in a month of a calendar year holds a 29 February."""
    holds = year if first_month <= 2 else year + 1
    return holds % 4 == 0 and (holds % 100 != 0 or holds % 400 == 0)


def year_steps(year: int, first_month: int, step: RecordStep) -> tuple[Dates, NDArray[np.int64]]:
    """First days and months of the steps of the year that begins in a calendar year.

    Parameters
    ----------
    year : int
        Calendar year.
    first_month : int
        Month with whose first day the year begins, 1 to 12.
    step : {"day", "month"}
        Step.

    Returns
    -------
    dates : ndarray of datetime64[D], shape (steps,)
        First days.
    months : ndarray of int64, shape (steps,)
        Months, 1 to 12.
    """
    start = np.datetime64(f"{year:04d}-{first_month:02d}", "M")
    if step == "month":
        dates = (start + np.arange(12)).astype("datetime64[D]")
    else:
        dates = np.arange(start.astype("datetime64[D]"), (start + 12).astype("datetime64[D]"))
    return dates, dates.astype("datetime64[M]").astype(np.int64) % 12 + 1


def build_series_record(
    dates: Dates,
    series: Mapping[SeriesName, Floats],
    *,
    first_month: int = 1,
    step: RecordStep = "day",
    least_years: int = 10,
) -> SeriesRecord:
    """Check series, sort them by name and cut them to whole years.

    Parameters
    ----------
    dates : ndarray of datetime64, shape (time,)
        Days that follow one another, or first days of such months.
    series : mapping of SeriesName to ndarray of shape (time,)
        The series; values of at least 0.
    first_month : int
        Month with whose first day a year begins, 1 to 12.
    step : {"day", "month"}
        Step of the dates.
    least_years : int
        Smallest number of whole years.

    Returns
    -------
    SeriesRecord
        The record; incomplete years at its ends are left out.

    Raises
    ------
    ConfigError
        If the month is not 1 to 12, or there is no series.
    DataError
        If dates have gaps, a value is missing or negative, lengths differ, or too few whole years
        remain; the message names the series and the first date.
    """
    if not 1 <= first_month <= 12:
        refuse("first_month", str(first_month), _("a month from 1 to 12"))
    given = {SeriesName(*name): values for name, values in series.items()}
    if not given:
        refuse("series", _("none"), _("at least one series"))
    names = tuple(sorted(given))
    axis = dates.astype("datetime64[D]")
    _check_axis(axis, step)
    rows = [_checked(name, given[name], axis) for name in names]
    first, after = _whole_years(axis, first_month, step)
    count = max(0, _years_between(first, after))
    if count < max(least_years, 1):
        found = _(
            "{count} whole years from month {first_month}", count=count, first_month=first_month
        )
        raise DataError(
            file="record",
            found=found,
            expected=_("at least {least_years} whole years", least_years=least_years),
        )
    kept = (axis >= first) & (axis < after)
    values = np.ascontiguousarray(np.stack(rows)[:, kept])
    values.flags.writeable = False
    begin = int(first.astype("datetime64[Y]").astype(np.int64)) + 1970
    return SeriesRecord(names, axis[kept], values, first_month, step, begin)


def _check_axis(axis: Dates, step: RecordStep) -> None:
    check_choice("step", step, ("day", "month"))
    if axis.size < 2:
        raise DataError(
            file="record", found=_("{size} dates", size=axis.size), expected=_("at least two dates")
        )
    if step == "month":
        months = axis.astype("datetime64[M]")
        wrong = np.flatnonzero(
            (months.astype("datetime64[D]") != axis)
            | np.append(False, np.diff(months) != np.timedelta64(1, "M"))
        )
        expected = _("first days of months that follow one another")
    else:
        wrong = np.flatnonzero(np.diff(axis) != np.timedelta64(1, "D")) + 1
        expected = _("days that follow one another")
    if wrong.size:
        found = _("{day} after {before}", day=axis[wrong[0]], before=axis[max(wrong[0] - 1, 0)])
        raise DataError(file="record", found=found, expected=expected, date=str(axis[wrong[0]]))


def _checked(name: SeriesName, values: Floats, axis: Dates) -> Floats:
    row = np.asarray(values, dtype=np.float64)
    if row.shape != axis.shape:
        found = _("{values} values for {dates} dates", values=row.size, dates=axis.size)
        raise DataError(
            file="record", found=found, expected=_("one value a date"), column=str(name)
        )
    bad = np.flatnonzero(~(np.isfinite(row) & (row >= 0.0)))
    if bad.size:
        raise DataError(
            file="record",
            found=f"{row[bad[0]]:g}",
            expected=_("a number of at least 0"),
            column=str(name),
            date=str(axis[bad[0]]),
        )
    return row


def _whole_years(
    axis: Dates, first_month: int, step: RecordStep
) -> tuple[np.datetime64, np.datetime64]:
    """Return the first day of the first whole year and the day after the last one."""
    months = axis.astype("datetime64[M]")
    begins = months[0] if months[0].astype("datetime64[D]") == axis[0] else months[0] + 1
    begins = begins + (first_month - 1 - begins.astype(np.int64)) % 12
    # The first month that is not whole.
    after = months[-1] + 1 if step == "month" else (axis[-1] + 1).astype("datetime64[M]")
    ends = after - (after.astype(np.int64) - (first_month - 1)) % 12
    return begins.astype("datetime64[D]"), ends.astype("datetime64[D]")


def _years_between(first: np.datetime64, after: np.datetime64) -> int:
    months = after.astype("datetime64[M]") - first.astype("datetime64[M]")
    return int(months.astype(np.int64)) // 12
