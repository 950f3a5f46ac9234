"""Series from CSV, Parquet or netCDF files on the steps of a run.

A file may be finer than the run's steps (its values are averaged, summed, or the first of a step
is taken), of the same step, or daily under an hourly run (a mean or a point is held through the
day, a sum is spread evenly). Nothing is filled in: a missing day, a NaN, a duplicate or an unsorted
row is a DataError with file, column and first date. A file is read once, however many columns are
asked for, as long as it does not change.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import numpy as np

from hydrosim.errors import DataError, nearest, shown
from hydrosim.io.text import NotUtf8, columns_of_text, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hydrosim.calendar import Calendar

__all__ = ["Kind", "read_cells", "read_series", "read_table"]

Kind = Literal["mean", "sum", "point"]
_DAY_S = 86400
_TIME_NAMES = ("time", "date", "datetime", "day", "month", "year", "时间", "日期")
_CSV_ENDINGS = (".csv", ".csv.gz", ".txt")
_MOST_NAMES_SHOWN = 12


@dataclass(frozen=True, eq=False)
class _Table:
    """The columns of a file; ``line`` is where each row stands in a text file."""

    columns: dict[str, NDArray[np.float64] | list[str]]
    line: NDArray[np.int64] | None
    times: NDArray[np.datetime64] | None = None


def read_series(
    path: str | Path, column: str, calendar: Calendar, kind: Kind = "mean"
) -> NDArray[np.float64]:
    """Return one column of a file on the steps of a run, shape (T,), in the file's unit.

    Parameters
    ----------
    path
        A .csv, .csv.gz, .parquet or .nc file. In a table the column of times is the one named
        time, date, datetime, day, month or year, else the first; times are ISO text
        (1980-01-01, 1980-01-01T06:00, or 1980-01 for months).
    column
        Name of the column. In netCDF: of a variable over time, or ``variable:label`` for one
        entry of its second dimension.
    calendar
        The steps of the run.
    kind
        ``mean``: the values are means over their step; ``sum``: amounts of their step;
        ``point``: states at their time; the one at the start of a step is taken.

    Raises
    ------
    DataError
        When the file cannot be read or does not cover the run without gap.
    """
    file = Path(path)
    table = _table_of(file)
    times = _times(table, file)
    values = _numbers(table, file, column)
    expected, spacing_s = _expected_times(times, file, column, calendar)
    if calendar.step == "month" and spacing_s > _DAY_S:
        times = times.astype("M8[M]").astype("M8[s]")
    _check_order(table, times, file, column)
    native = values[_rows_at(times, expected, file, column, spacing_s)]
    bad = np.flatnonzero(~np.isfinite(native))
    if bad.size:
        first = int(bad[0])
        row = int(np.searchsorted(times, expected[first]))
        raise DataError(
            str(file),
            found="nothing (NaN)" if np.isnan(native[first]) else "an infinite number",
            expected=f"a finite number in each row; {bad.size} of {native.size} rows have none",
            column=column,
            date=_told(expected[first]),
            line=_line(table, row),
        )
    return _on_steps(native, spacing_s, calendar, kind)


def read_table(path: str | Path, columns: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    """Return columns of numbers of a CSV or Parquet file without times, such as a curve.

    Parameters
    ----------
    path
        A .csv, .csv.gz or .parquet file.
    columns
        Names of the columns wanted.

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
    table = _table_of(file)
    result = {}
    for name in columns:
        values = _numbers(table, file, name)
        bad = np.flatnonzero(~np.isfinite(values))
        if bad.size:
            _refuse_cell(table, file, name, int(bad[0]), "nothing (NaN)")
        result[name] = values.copy()
    return result


def read_cells(
    path: str | Path, column: str
) -> tuple[NDArray[np.float64] | list[str], NDArray[np.int64] | None]:
    """Return a column as it stands, numbers or text, and the line of each row in a text file.

    Raises
    ------
    DataError
        When the file cannot be read or has no such column.
    """
    file = Path(path)
    table = _table_of(file)
    if column not in table.columns:
        _numbers(table, file, column)
    return table.columns[column], table.line


def _table_of(file: Path) -> _Table:
    try:
        state = file.stat()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DataError(str(file), found=reason, expected="a data file") from None
    return _read_file(str(file), state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=32)
def _read_file(name: str, modified_ns: int, size: int) -> _Table:
    """Read a file; the time of its last change and its size are part of what is remembered."""
    del modified_ns, size
    file = Path(name)
    if file.name.lower().endswith(_CSV_ENDINGS):
        return _read_csv(file)
    if file.suffix.lower() in (".parquet", ".pq"):
        return _read_parquet(file)
    if file.suffix.lower() in (".nc", ".nc4", ".cdf"):
        return _read_netcdf(file)
    raise DataError(
        name, found=f"the ending {file.suffix!r}", expected=".csv, .csv.gz, .parquet or .nc"
    )


def _read_csv(file: Path) -> _Table:
    raw = file.read_bytes()
    try:
        text = text_of(gzip.decompress(raw) if file.suffix == ".gz" else raw)
    except (OSError, EOFError) as error:
        raise DataError(str(file), found=str(error), expected="CSV text in UTF-8") from None
    if isinstance(text, NotUtf8):
        told = {"line": text.line, "note": f"{text.note} (in Excel: CSV UTF-8)"}
        raise DataError(str(file), found=text.found, expected="CSV text in UTF-8", **told)
    header, cells, lines = columns_of_text(text, file)
    doubled = next((name for name in header if header.count(name) > 1), None)
    if doubled is not None:
        raise DataError(
            str(file), found="the name twice", expected="each name once", column=doubled
        )
    columns = {name: _as_numbers(column) for name, column in zip(header, cells, strict=True)}
    return _Table(columns, lines)


def _as_numbers(cells: Sequence[str]) -> NDArray[np.float64] | list[str]:
    """Return cells as numbers, NaN where empty; as they are where one is no number."""
    try:
        return np.array(cells, np.float64)
    except ValueError:
        """Not all are numbers: some may be empty."""
    try:
        return np.array([float(cell) if cell.strip() else np.nan for cell in cells], np.float64)
    except ValueError:
        return list(cells)


def _read_parquet(file: Path) -> _Table:
    import pandas as pd

    try:
        frame = pd.read_parquet(file)
    except ImportError:
        raise DataError(
            str(file),
            found="no reader for Parquet on this machine",
            expected="the package pyarrow, or the data as CSV or netCDF",
        ) from None
    except (OSError, ValueError) as error:
        raise DataError(str(file), found=str(error), expected="a Parquet file") from None
    if isinstance(frame.index, pd.DatetimeIndex):
        frame = frame.rename_axis("time").reset_index()
    return _Table({str(name): _array(frame[name].to_numpy()) for name in frame}, None)


def _array(values: NDArray[Any]) -> NDArray[np.float64] | list[str]:
    if values.dtype.kind == "M":
        return [str(moment) for moment in values.astype("M8[s]")]
    return values.astype(np.float64) if values.dtype.kind in "iuf" else [str(v) for v in values]


def _read_netcdf(file: Path) -> _Table:
    import xarray as xr

    try:
        dataset = xr.open_dataset(file)
    except (OSError, ValueError) as error:
        raise DataError(str(file), found=str(error), expected="a netCDF file") from None
    with dataset:
        if "time" not in dataset.coords or dataset["time"].dtype.kind != "M":
            raise DataError(
                str(file), found="no coordinate of dates", expected="a coordinate 'time'"
            )
        columns: dict[str, NDArray[np.float64] | list[str]] = {}
        for name, variable in dataset.data_vars.items():
            if variable.dims == ("time",):
                columns[str(name)] = variable.to_numpy().astype(np.float64)
            elif len(variable.dims) == 2 and "time" in variable.dims:
                turned = variable.transpose("time", ...)
                labels = turned[turned.dims[1]].to_numpy()
                values = turned.to_numpy().astype(np.float64)
                columns.update({f"{name}:{label}": values[:, i] for i, label in enumerate(labels)})
        return _Table(columns, None, dataset["time"].to_numpy().astype("M8[s]"))


@lru_cache(maxsize=32)
def _times(table: _Table, file: Path) -> NDArray[np.datetime64]:
    if table.times is not None:
        return table.times
    name = next((n for n in table.columns if n.lower() in _TIME_NAMES), next(iter(table.columns)))
    cells = table.columns[name]
    if not isinstance(cells, list):
        cells = [f"{int(cell):04d}" if np.isfinite(cell) else "" for cell in cells]
    cells = [cell.strip() for cell in cells]
    try:
        times = np.array(cells, "M8[s]")
    except ValueError:
        times = np.array([_moment(cell) for cell in cells], "M8[s]")
    bad = np.flatnonzero(np.isnat(times))
    if bad.size:
        raise DataError(
            str(file),
            found=shown(cells[bad[0]]),
            expected="a date such as 1980-01-01",
            column=name,
            line=_line(table, int(bad[0])),
        )
    return times


def _moment(cell: str) -> np.datetime64:
    try:
        return np.datetime64(cell, "s")
    except ValueError:
        return np.datetime64("NaT", "s")


def _numbers(table: _Table, file: Path, column: str) -> NDArray[np.float64]:
    values = table.columns.get(column)
    if values is None:
        names = list(table.columns)
        told = ", ".join(names[:_MOST_NAMES_SHOWN])
        more = ", ..." if len(names) > _MOST_NAMES_SHOWN else ""
        raise DataError(
            str(file),
            found=f"no column {column!r}",
            expected=f"one of the columns {told}{more}",
            nearest=nearest(column, names),
        )
    if not isinstance(values, list):
        return values
    for row, cell in enumerate(values):
        if isinstance(_as_numbers([cell]), list):
            _refuse_cell(table, file, column, row, shown(cell))
    return np.asarray(_as_numbers(values), np.float64)


def _refuse_cell(table: _Table, file: Path, column: str, row: int, found: str) -> NoReturn:
    raise DataError(
        str(file),
        found=found,
        expected="a finite number",
        column=column,
        line=_line(table, row),
    )


def _check_order(table: _Table, times: NDArray[np.datetime64], file: Path, column: str) -> None:
    """Refuse rows that are not in the order of time, or twice."""
    steps = np.diff(times).astype(np.int64)
    bad = np.flatnonzero(steps <= 0)
    if bad.size:
        row = int(bad[0]) + 1
        twice = steps[row - 1] == 0
        raise DataError(
            str(file),
            found="the date twice" if twice else f"a date after {_told(times[row - 1])}",
            expected="one row for each date, in the order of time",
            column=column,
            date=_told(times[row]),
            line=_line(table, row),
        )


def _expected_times(
    times: NDArray[np.datetime64], file: Path, column: str, calendar: Calendar
) -> tuple[NDArray[np.datetime64], int]:
    """Return the times that the file must hold for the run, and their usual spacing [s]."""
    spacing_s = int(np.median(np.abs(np.diff(times).astype(np.int64)))) if times.size > 1 else 0
    if 0 < spacing_s <= _DAY_S and _DAY_S % spacing_s == 0:
        native = np.arange(calendar.starts[0], calendar.ends[-1], np.timedelta64(spacing_s, "s"))
        return native, spacing_s
    usual_s = int(np.median(calendar.dt_s))
    if times.size > 1 and abs(spacing_s - usual_s) > 3 * _DAY_S:
        raise DataError(
            str(file),
            found=f"rows about {spacing_s / _DAY_S:.0f} days apart",
            expected=f"daily rows, or one for each {calendar.step} of the run",
            column=column,
        )
    return calendar.starts, max(spacing_s, usual_s)


def _rows_at(
    times: NDArray[np.datetime64],
    expected: NDArray[np.datetime64],
    file: Path,
    column: str,
    spacing_s: int,
) -> NDArray[np.int64]:
    """Return the rows of the expected times."""
    if spacing_s == _DAY_S:
        times = times.astype("M8[D]").astype("M8[s]")
    rows = np.searchsorted(times, expected)
    inside = rows < times.size
    held = inside.copy()
    held[inside] = times[rows[inside]] == expected[inside]
    missing = np.flatnonzero(~held)
    if missing.size:
        first = expected[int(missing[0])]
        if first < times[0]:
            found = f"a series that starts on {_told(times[0])}"
        elif first > times[-1]:
            found = f"a series that ends on {_told(times[-1])}"
        else:
            found = f"no row; {missing.size} of {expected.size} rows are missing"
        whole = f"all of {_told(expected[0])} to {_told(expected[-1])}"
        raise DataError(str(file), found=found, expected=whole, column=column, date=_told(first))
    return rows


def _on_steps(
    native: NDArray[np.float64], spacing_s: int, calendar: Calendar, kind: Kind
) -> NDArray[np.float64]:
    """Return gapless values from the start of the run on its steps."""
    if native.size == len(calendar):
        return np.ascontiguousarray(native, np.float64)
    if native.size < len(calendar):
        held = len(calendar) // native.size
        return np.repeat(native / held if kind == "sum" else native, held)
    elapsed = (calendar.starts - calendar.starts[0]).astype(np.int64)
    first = elapsed // spacing_s
    if kind == "point":
        return native[first]
    total = np.add.reduceat(native, first)
    return total if kind == "sum" else total / (calendar.dt_s / spacing_s)


def _line(table: _Table, row: int) -> int | None:
    return None if table.line is None else int(table.line[row])


def _told(moment: np.datetime64) -> str:
    text = str(moment.astype("M8[s]"))
    return text[:10] if text.endswith("T00:00:00") else text[:16]
