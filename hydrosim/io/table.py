"""The columns of a data file once they are read, and what its reader notes about their cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import numpy as np

from hydrosim.errors import DataError, Fault, nearest, shown
from hydrosim.io.cell_notes import note_on_cell
from hydrosim.io.cells import decimal_sign_of, numbers_of, refused_cell
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    Column = NDArray[np.float64] | list[str]

__all__ = ["Notice", "Table", "cells_of", "line_of", "numbers_in", "refuse_cell"]

MOST_NAMES_SHOWN = 12


class Notice(NamedTuple):
    """A warning about a file that was read all the same."""

    file: str
    found: str
    expected: str
    note: str | None = None
    line: int | None = None

    def fault(self, *path: str | int) -> Fault:
        """Return it as a warning at the entry that names the file."""
        details = {"note": self.note, "file": self.file, "line": self.line}
        return Fault(path, self.found, self.expected, severity="warning", **details)


@dataclass(frozen=True, eq=False)
class Table:
    """The columns of a file.

    Attributes
    ----------
    columns
        Numbers (NaN where there is none) or text, by name.
    line
        Line of each row in text, row of a sheet; None elsewhere.
    words
        By column and row: what stands where there is no number.
    times, starts
        Of netCDF: its times, and the starts of the periods that they stand for.
    units
        Of netCDF: unit by column.
    left_out
        Of netCDF: variables that were not read, and why.
    extremes
        Of netCDF: ``maximum`` or ``minimum`` by column that is one of its periods.
    lost_bounds
        Of netCDF: name of the bounds of the times that the file does not hold.
    calendar
        Of netCDF: a calendar without 29 February.
    commas_part
        Whether commas part the columns.
    decimal
        Decimal sign that the configuration names.
    of_empty
        What an empty cell may mean in files of this kind.
    """

    columns: Mapping[str, Column]
    line: NDArray[np.int64] | None = None
    words: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    times: NDArray[np.datetime64] | None = None
    starts: NDArray[np.datetime64] | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    extremes: Mapping[str, str] = field(default_factory=dict)
    lost_bounds: str | None = None
    calendar: str | None = None
    commas_part: bool = True
    decimal: str | None = None
    of_empty: str | None = None


def cells_of(table: Table, file: Path, column: str) -> Column:
    """Return a column as it stands.

    Raises
    ------
    DataError
        When the file has no such column.
    """
    found = table.columns.get(column)
    if found is not None:
        return found
    if column in table.left_out:
        raise DataError(str(file), found=table.left_out[column], expected=_("a series over time"),
                        column=column)  # fmt: skip
    names = [*table.columns, *table.left_out]
    columns = ", ".join(names[:MOST_NAMES_SHOWN])
    more = ", ..." if len(names) > MOST_NAMES_SHOWN else ""
    raise DataError(
        str(file),
        found=_("no column {column!r}", column=column),
        expected=_("one of the columns {columns}{more}", columns=columns, more=more)
        if names
        else _("a file with series over time"),
        nearest=nearest(column, names),
    )


def numbers_in(table: Table, file: Path, column: str) -> NDArray[np.float64]:
    """Return a column of numbers, NaN where there is none.

    Raises
    ------
    DataError
        When there is no such column or a cell is no number.
    """
    values = cells_of(table, file, column)
    if not isinstance(values, list):
        return values
    row = refused_cell(values, table.decimal, commas_part=table.commas_part)
    if row is None:
        row = next((row for row, cell in enumerate(values) if "." in cell), 0)
    refuse_cell(table, file, column, row, shown(values[row]))


def refuse_cell(table: Table, file: Path, column: str, row: int, found: str) -> NoReturn:
    """Refuse a cell that is no number."""
    cells = table.columns[column]
    hint = _hint(table, cells, row) if isinstance(cells, list) else None
    raise DataError(
        str(file),
        found=found,
        expected=_("a finite number"),
        column=column,
        line=line_of(table, row),
        note=hint,
    )


def _hint(table: Table, cells: list[str], row: int) -> str | None:
    """Return what to write where a comma or a point keeps a cell from being a number."""
    cell = cells[row].strip()
    if note_on_cell(cell) is not None:
        return note_on_cell(cell)
    sign = decimal_sign_of([text.strip() for text in cells], commas_part=table.commas_part)
    if sign == "unclear":
        return _(
            "every comma has three digits behind it: between thousands write `decimal: point`, "
            "as decimal signs `decimal: comma`"
        )
    if "comma" in (table.decimal, sign) and _has_decimal_point(cell):
        return _("a point as decimal sign in a column of decimal commas")
    if "," in cell:
        return _(
            "commas as decimal signs: write `decimal: comma`; between thousands: `decimal: point`"
        )
    if table.decimal is None and _has_decimal_point(cell):
        return _(
            "points between thousands: write `decimal: comma`; as decimal signs: `decimal: point`"
        )
    return None


def _has_decimal_point(cell: str) -> bool:
    return "." in cell and numbers_of([cell]) is not None


def line_of(table: Table, row: int) -> int | None:
    """Return the line of a row, where the file has lines."""
    return None if table.line is None else int(table.line[row])
