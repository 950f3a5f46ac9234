"""Records of annual floods in files: a row a year, or daily rows whose greatest counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.errors import DataError
from hydrosim.io.column_units import check_unit, unlikely_in
from hydrosim.io.date_forms import DateTroubleError, read_moments
from hydrosim.io.layout import PLAIN
from hydrosim.io.ranges import Limits, Range, outside
from hydrosim.io.table import Notice, line_of, numbers_in
from hydrosim.io.tables import table_of
from hydrosim.io.times import iso_text, stamps_of, time_columns
from hydrosim.locale import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.io.layout import Layout
    from hydrosim.io.table import Table

    Floats = NDArray[np.float64]
    Years = NDArray[np.int64]

__all__ = ["read_annual_maxima"]

_YEARS = (1500, 2999)
_FLOODS = Range(0.0, None, _("floods of 0 or more"))


def read_annual_maxima(
    path: str | Path,
    column: str,
    *,
    layout: Layout = PLAIN,
    unit: str = "m3/s",
    days: bool = False,
    notices: list[Notice] | None = None,
) -> Floats:
    """Return the greatest flood of each year, in the file's unit.

    Parameters
    ----------
    path
        A text table, a workbook or a .parquet file.
    column
        Name of the column of floods.
    layout
        What the configuration tells of the file.
    unit
        Unit of the floods, for messages.
    days
        Whether rows are days or shorter times, so that the greatest of each calendar year counts.
    notices
        Receives what is worth telling of a file that is read all the same.

    Raises
    ------
    DataError
        When the file cannot be read, a year has several rows without ``days`` or is not whole with
        it, or a flood is missing, negative or a code for a missing value.
    """
    file = Path(path)
    table = table_of(file, layout)
    values = numbers_in(table, file, column)
    check_unit(table, file, column, unit)
    bad = np.flatnonzero(~np.isfinite(values))
    if bad.size:
        row = int(bad[0])
        line = line_of(table, row)
        raise DataError(
            str(file),
            found=_("no number"),
            expected=_("a flood in each row"),
            column=column,
            line=line,
        )
    _refuse_outside(table, file, column, values, unit)
    if notices is not None:
        notices.extend(table.notices)
        limits = Limits(unit, (_FLOODS,))
        notices.extend(unlikely_in(table, file, column, values, limits, has_maximum=False))
        if not days and (values == 0.0).any():
            row = int(np.argmax(values == 0.0))
            found = _("0 {unit} in column {column!r}", unit=unit, column=column)
            expected = _(
                "as a rule a flood in each year, not a river that is dry or a missing value"
            )
            notices.append(Notice(str(file), found, expected, None, line_of(table, row)))
    times = _times(table, file, column, layout, needed=days)
    if times is None:
        return values.copy()
    years = times.astype("M8[Y]").astype(np.int64) + 1970
    if days:
        return _greatest(file, times, years, values)
    _refuse_several(table, file, times, years)
    return values.copy()


def _refuse_outside(table: Table, file: Path, column: str, values: Floats, unit: str) -> None:
    found = outside(values, Limits(unit, (_FLOODS,)))
    if found is not None:
        raise DataError(
            str(file),
            found=found.found,
            expected=found.expected,
            column=column,
            line=line_of(table, found.row),
            note=found.note,
        )


def _times(
    table: Table, file: Path, column: str, layout: Layout, *, needed: bool
) -> NDArray[np.datetime64] | None:
    """Return the times of the rows; None for a file without any, unless they are needed."""
    others = [name for name in table.columns if name != column]
    if not others and table.times is None and not needed:
        return None
    try:
        return stamps_of(table, file, layout).points
    except DataError:
        # A file need not tell the years of its floods; where most rows do, all must.
        given = layout.time is not None or layout.dates is not None
        if needed or given or _tells_most_years(table):
            raise
        return None


def _tells_most_years(table: Table) -> bool:
    """Return whether most cells of the column of times are dates, so that the others are none."""
    cells = table.columns[time_columns(table)[0]]
    if not isinstance(cells, list):
        years = (cells >= _YEARS[0]) & (cells <= _YEARS[1])
        return bool(2 * years.sum() > cells.size)
    return 2 * sum(_is_date(cell) for cell in cells) > len(cells)


def _is_date(cell: str) -> bool:
    try:
        read_moments([cell])
    except DateTroubleError:
        return False
    return True


def _refuse_several(table: Table, file: Path, times: NDArray[np.datetime64], years: Years) -> None:
    """Refuse two rows of one year."""
    first: dict[int, int] = {}
    for row, year in enumerate(years.tolist()):
        if year in first:
            rows = int(np.sum(years == year))
            raise DataError(
                str(file),
                found=_(
                    "{rows} rows of the year {year}, such as {first} and {second}",
                    rows=rows,
                    year=year,
                    first=iso_text(times[first[year]]),
                    second=iso_text(times[row]),
                ),
                expected=_("a row a year, its greatest flood"),
                line=line_of(table, row),
                note=_("`rows: days` takes the greatest of each calendar year"),
            )
        first[year] = row


def _greatest(file: Path, times: NDArray[np.datetime64], years: Years, values: Floats) -> Floats:
    """Return the greatest value of each calendar year, each of them whole."""
    days = times.astype("M8[D]")
    kept: list[float] = []
    for year in np.unique(years).tolist():
        inside = years == year
        start = np.datetime64(f"{year:04d}-01-01", "D")
        length = int((np.datetime64(f"{year + 1:04d}-01-01", "D") - start).astype(int))
        found = int(np.unique(days[inside]).size)
        if found < length:
            raise DataError(
                str(file),
                found=_(
                    "{found} of {length} days of the year {year}",
                    found=found,
                    length=length,
                    year=year,
                ),
                expected=_("whole calendar years, from which the greatest floods are taken"),
            )
        kept.append(float(values[inside].max()))
    return np.array(kept)
