"""The points of a hydrograph in a file: hours from the start of an event, or dates with hour."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.errors import DataError, shown
from hydrosim.io.forcing import read_cells, read_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["read_hydrograph"]

HOUR_S = 3600.0


def read_hydrograph(
    path: str | Path, column: str, time: str, start: np.datetime64
) -> tuple[Floats, Floats]:
    """Return the points of a hydrograph: times from a start [s] and flows in the file's unit.

    Parameters
    ----------
    path
        A .csv, .csv.gz or .parquet file.
    column
        Name of the column of flows.
    time
        Name of the column of times: hours from the start, or dates with hour.
    start
        The moment from which times count.

    Raises
    ------
    DataError
        When the file cannot be read, times do not increase, or flows are missing or negative.
    """
    cells, line = read_cells(path, time)
    times_s = _seconds(path, time, cells, line, start)
    flows = read_table(path, [column])[column]
    _refuse(path, time, line, np.diff(times_s, prepend=-np.inf) <= 0, "times that increase", cells)
    _refuse(path, column, line, flows < 0, "flows of 0 or more", flows)
    if times_s.size < 2 or times_s[-1] <= 0:
        raise DataError(
            str(path), found="no flow after the start", expected="two points or more", column=time
        )
    return times_s, flows


def _seconds(
    path: str | Path,
    time: str,
    cells: Floats | list[str],
    line: NDArray[np.int64] | None,
    start: np.datetime64,
) -> Floats:
    if not isinstance(cells, list):
        return read_table(path, [time])[time] * HOUR_S
    moments = np.array([_moment(cell.strip()) for cell in cells], "M8[s]")
    expected = "hours, or dates with hour such as 1963-08-01T08:00"
    _refuse(path, time, line, np.isnat(moments), expected, cells)
    return (moments - start.astype("M8[s]")).astype(np.float64)


def _moment(cell: str) -> np.datetime64:
    try:
        return np.datetime64(cell, "s")
    except ValueError:
        return np.datetime64("NaT", "s")


def _refuse(
    path: str | Path,
    column: str,
    line: NDArray[np.int64] | None,
    wrong: NDArray[np.bool_],
    expected: str,
    cells: Floats | list[str],
) -> None:
    rows = np.flatnonzero(wrong)
    if rows.size:
        row = int(rows[0])
        cell = cells[row]
        raise DataError(
            str(path),
            found=shown(cell) if isinstance(cell, str) else f"{float(cell):g}",
            expected=expected,
            column=column,
            line=None if line is None else int(line[row]),
        )
