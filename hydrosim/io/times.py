"""The times of the rows of a file: which columns hold them, in which zone, start or end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.errors import DataError, shown
from hydrosim.io.date_forms import DateTroubleError, Moments, read_moments, zone_offset_s
from hydrosim.io.table import Notice, cells_of, line_of
from hydrosim.locale import AND, _, listed

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from hydrosim.io.layout import Layout
    from hydrosim.io.table import Column, Table

    Times = NDArray[np.datetime64]

__all__ = [
    "Stamps",
    "floor_to",
    "iso_text",
    "moved_days",
    "refuse_halves",
    "stamps_of",
    "time_columns",
]

DAY_S = 86400
# Names of a column of times, the likeliest first; blanks and underscores do not count.
_TIME_NAMES = (
    "datetime", "timestamp", "date", "time", "tm", "\u65e5\u671f", "\u65f6\u95f4",
    "\u65e5\u671f\u65f6\u95f4", "\u65f6\u95f4\u65e5\u671f", "datum", "dateandtime", "date/time",
)  # fmt: skip
_CLOCK_NAMES = ("time", "hour", "hr", "uhrzeit", "zeit", "\u65f6\u95f4", "\u65f6", "hh:mm")
_YEAR = ("year", "yr", "yyyy", "\u5e74")
_MONTH = ("month", "mnth", "mon", "mo", "mm", "\u6708")
_DAY = ("day", "dy", "dd", "\u65e5")
_HOUR = ("hour", "hr", "hh", "\u65f6")
_MINUTE = ("minute", "min", "mi", "\u5206")
_DAY_OF_YEAR = ("doy", "dayofyear", "jday", "julianday", "jd", "yday", "\u5e74\u79ef\u65e5")
_STARTS = ("start", "begin", "from", "\u5f00\u59cb", "\u8d77\u59cb", "\u8d77")
_SINGLE = ("day", "month", "year")
_CLOCK = re.compile(r"\d{1,2}(:\d{2}(:\d{2}(\.\d+)?)?|\d{2})?(\s*[AaPp][Mm])?")
_FIRST_OF_PART = {"pentad": (1, 6, 11, 16, 21, 26), "dekad": (1, 11, 21), "month": (1,)}


@dataclass(frozen=True, eq=False)
class Stamps:
    """The times of the rows of a file on the clock of the run.

    Attributes
    ----------
    times
        Times as written; in netCDF the starts of the periods, where bounds tell them.
    points
        Times at which states hold.
    ends
        Whether a value belongs to the time before its stamp; None where a row of 24:00 among
        others leaves that open.
    moved
        Whether times were brought from another zone.
    row_at_24
        First row written as 24:00.
    column
        Name of the column.
    bounded
        Whether bounds in netCDF tell the starts of the periods.
    lost_bounds
        Name of bounds in netCDF that the file does not hold, where no key says what counts.
    """

    times: Times
    points: Times
    ends: bool | None
    moved: bool = False
    row_at_24: int = 0
    column: str = "time"
    bounded: bool = False
    lost_bounds: str | None = None


@lru_cache(maxsize=32)
def stamps_of(table: Table, file: Path, layout: Layout) -> Stamps:
    """Return the times of the rows of a table.

    Raises
    ------
    DataError
        When a cell holds no time, or a zone that the configuration does not name.
    """
    if table.times is not None:
        return _of_netcdf(table, file, layout)
    names = layout.time or time_columns(table)
    column = listed(names, AND)
    guessed = layout.time is None and _plain(names[0]) not in (*_TIME_NAMES, *_SINGLE)
    if guessed and len(names) == 1:
        _refuse_others(table, file, names[0])
    try:
        moments = read_moments(_joined(table, file, names, layout.dates), layout.dates)
    except DateTroubleError as trouble:
        note = None
        if len(table.columns) == 1:
            note = _("the file has one column, as it is read: columns are parted by commas, "
                     "semicolons, tabs, bars or blanks")  # fmt: skip
        elif guessed and len(names) == 1:
            note = _("the column of the times is named by `time:`")
        raise DataError(
            str(file),
            found=trouble.found,
            expected=trouble.expected,
            column=column,
            line=line_of(table, trouble.row),
            note=note if len(table.columns) == 1 else trouble.note or note,
        ) from None
    shift = _shift_s(moments, table, file, layout, names)
    times = moments.times if shift is None else moments.times + shift
    ends: bool | None = layout.stamp == "end" or layout.dates == "24:00"
    if layout.stamp is None and layout.dates != "24:00" and moments.at_24.any():
        ends = True if moments.at_24.all() else None
    return Stamps(times, times, ends, shift is not None, int(np.argmax(moments.at_24)), column)


def _of_netcdf(table: Table, file: Path, layout: Layout) -> Stamps:
    assert table.times is not None
    moments = Moments(table.times, None, np.zeros(table.times.size, np.bool_))
    shift = _shift_s(moments, table, file, layout, ("time",))
    moved = 0 if shift is None else shift
    points = table.times + moved
    if layout.stamp is not None or table.starts is None:
        lost = table.lost_bounds if layout.stamp is None else None
        ends, moved_at_all = layout.stamp == "end", shift is not None
        return Stamps(points, points, ends, moved_at_all, lost_bounds=lost)
    return Stamps(table.starts + moved, points, False, shift is not None, bounded=True)


def _plain(name: str) -> str:
    return re.sub(r"[\s_]", "", name).lower()


def time_columns(table: Table) -> tuple[str, ...]:
    """Return the columns that hold the times: a name of times, year and month, or the first."""
    plain = {_plain(name): name for name in reversed(list(table.columns))}
    for name in _TIME_NAMES:
        if name in plain:
            return _with_clock(table, plain, plain[name])
    year, month = (_named(table, plain, names) for names in (_YEAR, _MONTH))
    if year is not None and month is not None:
        day = _named(table, plain, _DAY)
        hour = _named(table, plain, _HOUR) if day is not None else None
        minute = _named(table, plain, _MINUTE) if hour is not None else None
        return tuple(name for name in (year, month, day, hour, minute) if name is not None)
    of_year = _named(table, plain, _DAY_OF_YEAR)
    if year is not None and of_year is not None:
        hour = _named(table, plain, _HOUR)
        return (year, of_year) if hour is None else (year, of_year, hour)
    for name in _SINGLE:
        if name in plain:
            return (plain[name],)
    return (next(iter(table.columns)),)


def _refuse_others(table: Table, file: Path, name: str) -> None:
    """Refuse the first column as that of the times where other columns hold dates too."""
    if _plain(name).startswith(_STARTS):
        return
    dates = [other for other, cells in table.columns.items() if _begins_with_date(cells)]
    if name in dates and len(dates) > 1:
        raise DataError(
            str(file),
            found=_("dates in the columns {names}", names=listed(dates, AND)),
            expected=_(
                "`time:` with the column that counts, `stamp: end` where a value ends there"
            ),
        )


def _begins_with_date(cells: Column) -> bool:
    """Return whether the first cell of a column of text is a date."""
    if not isinstance(cells, list) or not cells:
        return False
    try:
        read_moments(cells[:1])
    except DateTroubleError:
        return False
    return True


def _with_clock(table: Table, plain: dict[str, str], date: str) -> tuple[str, ...]:
    """Return the column of dates, with that of the time of day where there is one."""
    for name in _CLOCK_NAMES:
        other = plain.get(name)
        if other is None or other == date:
            continue
        cells = table.columns[other]
        first = cells[0] if isinstance(cells, list) else f"{cells[0]:g}"
        if _CLOCK.fullmatch(first.strip()):
            return (date, other)
    return (date,)


def _named(table: Table, plain: dict[str, str], names: tuple[str, ...]) -> str | None:
    """Return the first column of whole numbers with one of the names."""
    for name in names:
        if name in plain and not isinstance(table.columns[plain[name]], list):
            return plain[name]
    return None


def _joined(
    table: Table, file: Path, names: tuple[str, ...], form: str | None
) -> list[str] | NDArray[np.float64]:
    """Return the cells of the columns of times, put together with blanks, dates with hyphens."""
    columns = [cells_of(table, file, name) for name in names]
    if len(columns) == 1:
        return columns[0]
    texts = [
        column if isinstance(column, list) else [_whole(number) for number in column.tolist()]
        for column in columns
    ]
    first = columns[0]
    if not isinstance(first, list) and first.size and 1000 <= first[0] < 10000:
        # Year, month and day, or year and its day, and perhaps hour and minute.
        by_year = _plain(names[1]) in _DAY_OF_YEAR
        if by_year and form is not None:
            return [" ".join(parts) for parts in zip(*texts, strict=True)]
        clock = texts[2:] if by_year else texts[3:]
        dates = (
            [_of_year(year, day) for year, day in zip(*texts[:2], strict=True)]
            if by_year
            else ["-".join(parts) for parts in zip(*texts[:3], strict=True)]
        )
        if not clock:
            return dates
        times = [":".join(parts) for parts in zip(*clock, strict=True)]
        return [" ".join(parts) for parts in zip(dates, times, strict=True)]
    return [" ".join(parts) for parts in zip(*texts, strict=True)]


def _of_year(year: str, day: str) -> str:
    """Return the date of a day of the year; the two numbers where there is none."""
    first = np.datetime64(year, "Y") if year.isdigit() else None
    if first is None or not day.isdigit():
        return f"{year} {day}"
    moment = first.astype("M8[D]") + (int(day) - 1)
    return str(moment) if moment.astype("M8[Y]") == first else f"{year} {day}"


def _whole(number: float) -> str:
    return f"{int(number)}" if np.isfinite(number) and number == int(number) else f"{number:g}"


def _shift_s(
    moments: Moments, table: Table, file: Path, layout: Layout, names: tuple[str, ...]
) -> NDArray[np.timedelta64] | np.timedelta64 | None:
    """Return by what times are moved to be on the clock of the run; None where they are."""
    of_file, of_run = layout.zone or ("", "")
    column = listed(names, AND)
    if moments.offset_s is None:
        if not of_run:
            return None
        if not of_file:
            raise DataError(
                str(file),
                found=_("times without a zone"),
                expected=_(
                    "`zone:` with the zone of the file before that of the run, such as [UTC, "
                    "{of_run!r}], or no key `zone`",
                    of_run=of_run,
                ),
                column=column,
            )
        return np.timedelta64(zone_offset_s(of_run) - zone_offset_s(of_file), "s")
    if not of_run or of_file:
        cell = table.columns[names[0]][0]
        first = int(moments.offset_s[0])
        own = f"{'-' if first < 0 else '+'}{abs(first) // 3600:02d}:{abs(first) % 3600 // 60:02d}"
        note = _("`zone: {own!r}` brings the times to that clock", own=own if first else "+08:00")
        expected = _("local times without zone, or `zone:` with the zone whose days the run counts")
        if of_file:
            expected, note = (
                _("`zone:` with the zone of the run alone: the times tell their own"),
                None,
            )
        raise DataError(
            str(file),
            found=_(
                "times with a zone, such as {cell}",
                cell=shown(cell) if isinstance(cell, str) else cell,
            ),
            expected=expected,
            column=column,
            line=line_of(table, 0),
            note=note,
        )
    return (zone_offset_s(of_run) - moments.offset_s).astype("m8[s]")


def floor_to(step: str, times: Times) -> Times:
    """Return the start of the hour, day, pentad, dekad or month in which each time lies."""
    if step in ("hour", "day"):
        return times.astype("M8[h]" if step == "hour" else "M8[D]").astype("M8[s]")
    months = times.astype("M8[M]")
    if step == "month":
        return months.astype("M8[s]")
    day = (times.astype("M8[D]") - months.astype("M8[D]")).astype(np.int64) + 1
    firsts = np.array(_FIRST_OF_PART[step])
    first = firsts[np.searchsorted(firsts, day, side="right") - 1]
    return (months.astype("M8[D]") + (first - 1)).astype("M8[s]")


def iso_text(moment: np.datetime64) -> str:
    """Return a time in ISO form, a date where it is midnight."""
    text = str(moment.astype("M8[s]"))
    return text[:10] if text.endswith("T00:00:00") else text[:16]


def _clock_s(times: Times) -> NDArray[np.int64]:
    """Return the seconds since midnight."""
    return (times - floor_to("day", times)).astype(np.int64)


def refuse_halves(times: Times, file: Path, column: str) -> None:
    """Refuse days from noon to noon, of which each of two days has one half."""
    noon = np.flatnonzero(_clock_s(times) == DAY_S // 2)
    if noon.size:
        first, last = (iso_text(times[int(noon[0])] + np.timedelta64(s, "s")) for s in (0, DAY_S))
        raise DataError(
            str(file),
            found=_("bounds from {first} to {last}: half of one day and half of the next",
                    first=first, last=last),
            expected=_("bounds with most of a day"),
            column=column,
            note=_("`stamp: start` or `stamp: end` says that each time stands at the start or at "
                   "the end of its day, and leaves the bounds aside"),
        )  # fmt: skip


def moved_days(stamps: Stamps, file: Path, spacing_s: int) -> list[Notice]:
    """Return the notice of days whose bounds are not at midnight."""
    if not stamps.bounded or stamps.moved or spacing_s != DAY_S:
        return []
    late = np.flatnonzero(_clock_s(stamps.times))
    if not late.size:
        return []
    first = stamps.times[int(late[0])]
    return [
        Notice(
            str(file),
            _("bounds from {first} to {last}", first=iso_text(first),
              last=iso_text(first + np.timedelta64(DAY_S, "s"))),
            _("as a rule days from midnight to midnight"),
            _("each is read as the day that has most of it"),
        )
    ]  # fmt: skip
