"""Tables as CSV: full numbers in the unit of the heading."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from hydrosim.report.table import Number

if TYPE_CHECKING:
    from hydrosim.report.table import Cell, Table

__all__ = ["csv_of"]

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Signs at the start of a text that a spreadsheet takes for a formula."""


def csv_of(table: Table) -> str:
    """Return a table as CSV text; numbers in full, what is not known as an empty cell.

    A text that a spreadsheet would take for a formula has an apostrophe in front of it.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_head(column.head, column.unit) for column in table.columns])
    writer.writerows([_cell(cell) for cell in row] for row in table.rows)
    return text.getvalue()


def _head(head: str, unit: str) -> str:
    return _text(f"{head} [{unit}]" if unit else head)


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Number):
        return repr(float(cell.value / cell.factor))
    if isinstance(cell, str):
        return _text(cell)
    return repr(cell) if cell == cell and abs(cell) != float("inf") else ""


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else str(text)
