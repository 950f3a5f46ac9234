"""Series from data files on the steps of a run.

A file may be finer than the run's steps (its values are averaged, summed, or the first of a step
is taken), of the same step, or coarser where that is plain: daily values under an hourly run (a
mean or a point is held through the day, a sum is spread evenly), sums of months under any step.
Nothing is filled in: a missing day, a NaN, a number that the quantity cannot have, a duplicate or
an unsorted row is a DataError with file, column and first date.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from hydrosim.errors import DataError, shown
from hydrosim.io.column_units import check_unit, unlikely_in
from hydrosim.io.layout import PLAIN
from hydrosim.io.ranges import NO_LIMITS, outside
from hydrosim.io.table import Notice, cells_of, line_of, numbers_in, refuse_cell
from hydrosim.io.tables import table_of
from hydrosim.io.times import DAY_S, floor_to, iso_text, moved_days, refuse_halves, stamps_of
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hydrosim.calendar import Calendar
    from hydrosim.io.layout import Layout
    from hydrosim.io.ranges import Limits
    from hydrosim.io.table import Table
    from hydrosim.io.times import Stamps

    Floats = NDArray[np.float64]
    Times = NDArray[np.datetime64]

__all__ = ["Kind", "read_cells", "read_series", "read_table", "rows_are_months"]

Kind = Literal["mean", "sum", "point"]
_OF_YEARS = _(
    "months in columns are brought to a row a month first; one number a year has "
    "the type quota_year_series"
)
_MONTH_S = (28 * DAY_S, 31 * DAY_S)


def read_series(
    path: str | Path,
    column: str,
    calendar: Calendar,
    kind: Kind = "mean",
    *,
    layout: Layout = PLAIN,
    limits: Limits = NO_LIMITS,
    notices: list[Notice] | None = None,
) -> Floats:
    """Return one column of a file on the steps of a run, shape (T,), in the file's unit.

    Parameters
    ----------
    path
        A text table, a workbook, a .parquet or a .nc file. Without a layout the column of times is
        the one with a name such as date or time, columns of year, month and day, or the first.
    column
        Name of the column. In netCDF: of a variable over time, or ``variable:label`` for one
        entry of its second dimension.
    calendar
        The steps of the run.
    kind
        ``mean``: the values are means over their step; ``sum``: amounts of their step;
        ``point``: states at their time; the one at the start of a step is taken.
    layout
        What the configuration tells of the file.
    limits
        What its numbers can be.
    notices
        Receives what is worth telling of a file that is read all the same.

    Raises
    ------
    DataError
        When the file cannot be read, does not cover the run without gap, or holds a number that
        the quantity cannot have.
    """
    file = Path(path)
    table = table_of(file, layout)
    stamps = stamps_of(table, file, layout)
    values = numbers_in(table, file, column)
    check_unit(table, file, column, limits.unit, converted=limits.converted)
    times, expected, spacing_s = _placed(stamps, table, file, column, calendar, kind)
    _check_order(table, times, file, column)
    rows = _rows_at(times, expected, table, file, column)
    native = values[rows]
    bad = np.flatnonzero(~np.isfinite(native))
    if bad.size:
        first = int(bad[0])
        raise DataError(
            str(file),
            found=_nothing(table, column, int(rows[first]), native[first]),
            expected=_(
                "a finite number in each row; {count} of {all} rows have none",
                count=bad.size,
                all=native.size,
            ),
            column=column,
            date=iso_text(expected[first]),
            line=line_of(table, int(rows[first])),
            note=table.of_empty,
        )
    _check_limits(native, table, file, column, limits, rows, expected, notices)
    if notices is not None and kind != "point":
        notices.extend(moved_days(stamps, file, spacing_s))
    return _on_steps(native, spacing_s, calendar, kind)


def rows_are_months(path: str | Path, layout: Layout = PLAIN) -> bool:
    """Return whether a file has a row for each month.

    Raises
    ------
    DataError
        When the file or its times cannot be read.
    """
    file = Path(path)
    stamps = stamps_of(table_of(file, layout), file, layout)
    return _MONTH_S[0] <= _spacing_s(stamps.times) <= _MONTH_S[1]


def read_table(
    path: str | Path, columns: Sequence[str], *, layout: Layout = PLAIN
) -> dict[str, Floats]:
    """Return columns of numbers of a file without times, such as a curve.

    Parameters
    ----------
    path
        A text table, a workbook or a .parquet file.
    columns
        Names of the columns wanted.
    layout
        What the configuration tells of the file.

    Returns
    -------
    dict
        Each column, shape (N,), in the file's unit.

    Raises
    ------
    DataError
        When the file cannot be read, a column is missing or an entry is no finite number.
    """
    file = Path(path)
    table = table_of(file, layout)
    result = {}
    for name in columns:
        values = numbers_in(table, file, name)
        bad = np.flatnonzero(~np.isfinite(values))
        if bad.size:
            row = int(bad[0])
            refuse_cell(table, file, name, row, _nothing(table, name, row, values[row]))
        result[name] = values.copy()
    return result


def read_cells(
    path: str | Path, column: str, *, layout: Layout = PLAIN
) -> tuple[Floats | list[str], NDArray[np.int64] | None]:
    """Return a column as it stands, numbers or text, and the line of each row in a text file.

    Raises
    ------
    DataError
        When the file cannot be read or has no such column.
    """
    file = Path(path)
    table = table_of(file, layout)
    return cells_of(table, file, column), table.line


def _nothing(table: Table, column: str, row: int, number: float) -> str:
    """Return what stands in a cell without a finite number."""
    word = table.words.get(column, {}).get(row, "").strip()
    if word:
        return _("{value}, no value", value=shown(word))
    return _("nothing (NaN)") if np.isnan(number) else _("an infinite number")


def _check_limits(
    native: Floats,
    table: Table,
    file: Path,
    column: str,
    limits: Limits,
    rows: NDArray[np.int64],
    dates: Times,
    notices: list[Notice] | None,
) -> None:
    """Refuse what the quantity cannot be; tell what it will hardly be."""
    found = outside(native, limits)
    if found is not None:
        raise DataError(
            str(file),
            found=found.found,
            expected=found.expected,
            column=column,
            date=iso_text(dates[found.row]),
            line=line_of(table, int(rows[found.row])),
            note=found.note,
        )
    if notices is None:
        return
    notices.extend(table.notices)
    if table.extremes.get(column):
        found = _("the {extreme} of each period by `cell_methods`, in column {column!r}",
                  extreme=table.extremes[column], column=column)  # fmt: skip
        notices.append(Notice(str(file), found, _("as a rule means, sums or states")))
    notices.extend(
        unlikely_in(
            table, file, column, native, limits, lambda row: (iso_text(dates[row]), int(rows[row]))
        )
    )


def _spacing_s(times: Times) -> int:
    """Return the usual time between two rows [s]; 0 for a single row."""
    return int(np.median(np.abs(np.diff(times).astype(np.int64)))) if times.size > 1 else 0


def _placed(
    stamps: Stamps, table: Table, file: Path, column: str, calendar: Calendar, kind: Kind
) -> tuple[Times, Times, int]:
    """Return the starts of the periods of the rows, those that the run needs, and their length."""
    times = stamps.points if kind == "point" else stamps.times
    spacing_s = _spacing_s(times)
    if kind != "point" and stamps.lost_bounds and (times == floor_to("day", times)).all():
        raise DataError(
            str(file),
            found=_("bounds {name!r} of the times, which the file does not hold",
                    name=stamps.lost_bounds),
            expected=_("`stamp: start` or `stamp: end`, where a value begins or ends at its time"),
            column=stamps.column,
        )  # fmt: skip
    if kind != "point" and stamps.ends is None:
        raise DataError(
            str(file),
            found=_("times with 24:00"),
            expected=_(
                "`stamp: end` where a value is of the time before its stamp, `stamp: start` "
                "where that time begins there"
            ),
            column=stamps.column,
            line=line_of(table, stamps.row_at_24),
        )
    back = np.timedelta64(1 if stamps.ends and kind != "point" else 0, "s")
    if 0 < spacing_s < DAY_S and DAY_S % spacing_s == 0:
        times = times - back * spacing_s
        return times, _every(calendar, spacing_s), spacing_s
    if spacing_s == DAY_S:
        # A value of the time before its stamp is that of the day which has most of that time.
        half = np.timedelta64(DAY_S // 2, "s")
        if stamps.bounded and not stamps.moved and kind != "point":
            refuse_halves(times, file, column)
            return floor_to("day", times + half), _every(calendar, DAY_S), DAY_S
        days = floor_to("day", times - back * (DAY_S // 2))
        _check_days(stamps, table, times, days, file, column)
        return days, _every(calendar, DAY_S), DAY_S
    usual_s = int(np.median(calendar.dt_s))
    if kind == "sum" and usual_s < _MONTH_S[0] <= spacing_s <= _MONTH_S[1]:
        months = np.unique(floor_to("month", calendar.starts))
        return floor_to("month", times - back), months, spacing_s
    if times.size > 1 and abs(spacing_s - usual_s) > 3 * DAY_S:
        raise DataError(
            str(file),
            found=_("rows about {spacing_s:.0f} days apart", spacing_s=spacing_s / DAY_S),
            expected=_("daily rows, or one for each {step} of the run", step=calendar.step),
            column=column,
            note=_OF_YEARS if spacing_s > _MONTH_S[1] * 11 else None,
        )
    if spacing_s > DAY_S:
        times = floor_to(calendar.step, times - back)
    return times, calendar.starts, max(spacing_s, usual_s)


def _every(calendar: Calendar, spacing_s: int) -> Times:
    return np.arange(calendar.starts[0], calendar.ends[-1], np.timedelta64(spacing_s, "s"))


def _check_days(
    stamps: Stamps, table: Table, times: Times, days: Times, file: Path, column: str
) -> None:
    """Refuse daily rows that are no days of the run, and several rows of one day."""
    if stamps.moved and not stamps.ends:
        late = (times - days).astype(np.int64) > DAY_S // 2
        if late.any():
            row = int(np.argmax(late))
            raise DataError(
                str(file),
                found=_(
                    "a day from {times} to the next on the clock of the run",
                    times=str(times[row])[11:16],
                ),
                expected=_("days of the run: rows by hours, or another `zone`"),
                column=stamps.column,
                line=line_of(table, row),
            )
    same = np.flatnonzero(days[1:] == days[:-1])
    if same.size and np.all(np.diff(times).astype(np.int64) > 0):
        row = int(same[0]) + 1
        raise DataError(
            str(file),
            found=_(
                "several rows of one day, {first} and {second}",
                first=iso_text(times[row - 1]),
                second=iso_text(times[row]),
            ),
            expected=_("one row a day, or rows at even times"),
            column=column,
            line=line_of(table, row),
            note=_("values at uneven times are averaged by day first"),
        )


def _check_order(table: Table, times: Times, file: Path, column: str) -> None:
    """Refuse rows that are not in the order of time, or twice."""
    steps = np.diff(times).astype(np.int64)
    bad = np.flatnonzero(steps <= 0)
    if bad.size:
        row = int(bad[0]) + 1
        twice = steps[row - 1] == 0
        raise DataError(
            str(file),
            found=_("the date twice")
            if twice
            else _("a date after {times}", times=iso_text(times[row - 1])),
            expected=_("one row for each date, in the order of time"),
            column=column,
            date=iso_text(times[row]),
            line=line_of(table, row),
        )


def _rows_at(
    times: Times, expected: Times, table: Table, file: Path, column: str
) -> NDArray[np.int64]:
    """Return the rows of the expected times."""
    rows = np.searchsorted(times, expected)
    inside = rows < times.size
    held = inside.copy()
    held[inside] = times[rows[inside]] == expected[inside]
    missing = np.flatnonzero(~held)
    if missing.size:
        first = expected[int(missing[0])]
        note = None
        if first < times[0]:
            found = _("a series that starts on {times}", times=iso_text(times[0]))
        elif first > times[-1]:
            found = _("a series that ends on {times}", times=iso_text(times[-1]))
        else:
            found = _(
                "no row; {count} of {all} rows are missing",
                count=missing.size,
                all=expected.size,
            )
            if table.calendar is not None:
                note = _(
                    "the calendar {calendar!r} of the file has no 29 February",
                    calendar=table.calendar,
                )
        whole = _(
            "all of {first} to {last}",
            first=iso_text(expected[0]),
            last=iso_text(expected[-1]),
        )
        inside_series = times[0] <= first <= times[-1]
        raise DataError(
            str(file),
            found=found,
            expected=whole,
            column=column,
            date=iso_text(first) if inside_series else None,
            note=note,
        )
    return rows


def _on_steps(native: Floats, spacing_s: int, calendar: Calendar, kind: Kind) -> Floats:
    """Return gapless values from the start of the run on its steps."""
    if kind == "sum" and spacing_s >= _MONTH_S[0] and calendar.step != "month":
        months = floor_to("month", calendar.starts)
        first, place = np.unique(months, return_inverse=True)
        after = (first.astype("M8[M]") + 1).astype("M8[s]")
        length_s = (after - first).astype(np.float64)
        return native[place] * (calendar.dt_s / length_s[place])
    if native.size == len(calendar):
        return np.ascontiguousarray(native, np.float64)
    if native.size < len(calendar):
        held = len(calendar) // native.size
        return np.repeat(native / held if kind == "sum" else native, held)
    elapsed = (calendar.starts - calendar.starts[0]).astype(np.int64)
    first_row = elapsed // spacing_s
    if kind == "point":
        return native[first_row]
    total = np.add.reduceat(native, first_row)
    return total if kind == "sum" else total / (calendar.dt_s / spacing_s)
