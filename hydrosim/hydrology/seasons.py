"""Seasons of the flood-limited level 汛限水位 and their samples 分期选样.

Each stage of the limit is judged by floods of its own season. A season's sample is the greatest
flood of each year between its dates, widened at both ends by some days of overlap 跨期 (SL 44).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.hydrology.hydrographs import SECONDS_PER_DAY
from hydrosim.hydrology.refusal import refuse
from hydrosim.locale import _

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]
_MONTH_DAY = re.compile(r"(\d\d)-(\d\d)")
_DAYS_IN_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class Season:
    """Part of the year, both days included; it may run over New Year.

    Attributes
    ----------
    name : str
        Name of the season, such as that of a stage of the limit.
    first_day, last_day : str
        Month and day, ``"07-01"``; 29 February is refused, for most years lack it.

    Raises
    ------
    ConfigError
        If a day is no day of every year.
    """

    name: str
    first_day: str
    last_day: str

    def __post_init__(self) -> None:
        _check_day(f"seasons.{self.name}.first_day", self.first_day)
        _check_day(f"seasons.{self.name}.last_day", self.last_day)

    def span(self, year: int) -> tuple[np.datetime64, np.datetime64]:
        """First and last day of the season that begins in a year."""
        ends = year if self.last_day >= self.first_day else year + 1
        return np.datetime64(f"{year:04d}-{self.first_day}"), np.datetime64(
            f"{ends:04d}-{self.last_day}"
        )


@dataclass(frozen=True, eq=False)
class SeasonalSample:
    """Greatest floods of a season, one a year.

    Attributes
    ----------
    season : Season
        Season before it is widened.
    year : ndarray of int, shape (n,)
        Years in which the season begins.
    value : ndarray, shape (n,)
        Greatest flow [m3/s] or greatest volume of a duration [m3].
    date : ndarray of datetime64[D], shape (n,)
        Day of the flow, or first day of the volume.
    borrowed : ndarray of bool, shape (n,)
        Whether it lies in the days of overlap.
    incomplete_years : tuple of int
        Years left out because a day of the season has no flow.
    """

    season: Season
    year: NDArray[np.int64]
    value: Floats
    date: Dates
    borrowed: NDArray[np.bool_]
    incomplete_years: tuple[int, ...]


def seasons_of_stages(first_days: Mapping[str, str], last_day: str) -> tuple[Season, ...]:
    """Seasons of the stages of a limit: each lasts to the day before the next begins.

    Parameters
    ----------
    first_days : mapping of str to str
        Name and first day of each stage, ``{"main": "07-01", "late": "08-11"}``, in their order.
    last_day : str
        Last day of the last stage.

    Returns
    -------
    tuple of Season

    Raises
    ------
    ConfigError
        If there is none, a day does not exist, or the stages are out of order.
    """
    names, days = list(first_days), list(first_days.values())
    if not names:
        refuse("stages", _("none"), _("one stage at least"))
    for name, day in zip(names, days, strict=True):
        _check_day(f"stages.{name}", day)
    ends = []
    for day, after in zip(days[1:], days, strict=False):
        if day <= after:
            refuse(
                "stages",
                _("{day} after {after}", day=day, after=after),
                _("first days in the order of the year"),
            )
        ends.append(str(np.datetime64(f"2001-{day}") - 1)[5:])
    ends.append(last_day)
    return tuple(Season(*parts) for parts in zip(names, days, ends, strict=True))


def seasonal_maxima(
    dates: ArrayLike,
    flow_m3s: ArrayLike,
    season: Season,
    *,
    overlap_days: int = 0,
    duration_days: int | None = None,
) -> SeasonalSample:
    """Greatest flood of a season in each year (分期选样, 跨期选样).

    Parameters
    ----------
    dates : array_like of datetime64, shape (n,)
        Days, ascending, each once; days may be missing.
    flow_m3s : array_like, shape (n,)
        Flow of these days [m3/s], means for volumes, peaks or means for the greatest flow; a
        missing one is not a number.
    season : Season
        Season.
    overlap_days : int
        Days by which the season is widened at both ends; 5 to 10 are usual.
    duration_days : int, optional
        Days of a volume; the greatest flow without it. The window lies within the widened season.

    Returns
    -------
    SeasonalSample
        Of the years in which every day of the season itself has a flow.

    Raises
    ------
    ConfigError
        If days do not ascend, a flow is negative, or a number of days is out of range.
    """
    days, flow = _checked_series(dates, flow_m3s)
    length = _season_length(season)
    if not 0 <= overlap_days <= (365 - length) // 2:
        expected = _(
            "from 0 to {length} days, so that a year holds the widened season",
            length=(365 - length) // 2,
        )
        refuse("overlap", _("{overlap_days} days", overlap_days=overlap_days), expected)
    if duration_days is not None and not 1 <= duration_days <= length:
        refuse(
            "duration",
            _("{duration_days} days", duration_days=duration_days),
            _("from 1 to {length} days, the season's length", length=length),
        )
    first_year, last_year = (int(str(days[index])[:4]) for index in (0, -1))
    years, values, at, borrowed, left_out = [], [], [], [], []
    for year in range(first_year - 1, last_year + 1):
        first, last = season.span(year)
        if last < days[0] or first > days[-1]:
            continue
        whole = _days_of(days, flow, first, last)
        if np.isnan(whole).any():
            left_out.append(year)
            continue
        wide = _days_of(days, flow, first - overlap_days, last + overlap_days)
        width = duration_days or 1
        sums = np.convolve(wide, np.ones(width), mode="valid")
        best = int(np.nanargmax(sums))
        value = float(sums[best]) * (1.0 if duration_days is None else SECONDS_PER_DAY)
        begins = first - overlap_days + best
        years.append(year)
        values.append(value)
        at.append(begins)
        borrowed.append(begins < first or begins + width - 1 > last)
    return SeasonalSample(
        season,
        np.array(years, dtype=np.int64),
        np.array(values, dtype=np.float64),
        np.array(at, dtype="datetime64[D]"),
        np.array(borrowed, dtype=bool),
        tuple(left_out),
    )


def _check_day(place: str, day: str) -> None:
    parts = _MONTH_DAY.fullmatch(day)
    month, number = (int(parts[1]), int(parts[2])) if parts else (0, 0)
    if not (1 <= month <= 12 and 1 <= number <= _DAYS_IN_MONTH[month - 1]):
        refuse(place, repr(day), _("month and day of every year, such as '07-01'"))


def _season_length(season: Season) -> int:
    first, last = season.span(2001)
    return int((last - first).astype(np.int64)) + 1


def _checked_series(dates: ArrayLike, flow_m3s: ArrayLike) -> tuple[Dates, Floats]:
    days = np.asarray(dates, dtype="datetime64[D]").ravel()
    flow = np.asarray(flow_m3s, dtype=np.float64).ravel()
    if days.size == 0 or days.size != flow.size:
        refuse(
            "series",
            _("{days} days, {flows} flows", days=days.size, flows=flow.size),
            _("as many flows as days, one or more"),
        )
    if not (np.diff(days).astype(np.int64) > 0).all():
        refuse("series.dates", _("days that do not ascend"), _("ascending days, each once"))
    wrong = flow[(flow < 0.0) | np.isinf(flow)]
    if wrong.size:
        refuse("series.flow", f"{wrong[0]:g} m3/s", _("flows of 0 m3/s or more"))
    return days, flow


def _days_of(days: Dates, flow: Floats, first: np.datetime64, last: np.datetime64) -> Floats:
    """Flow of every day from first to last; not a number where there is none."""
    found = np.full(int((last - first).astype(np.int64)) + 1, np.nan)
    low, high = np.searchsorted(days, first), np.searchsorted(days, last, side="right")
    found[(days[low:high] - first).astype(np.int64)] = flow[low:high]
    return found
