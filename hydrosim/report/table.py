"""A table as data: what a page, a document and a workbook all show, with its numbers in full.

Numbers are those of the results, never rounded; how many decimals are shown is said beside them.
Texts may be messages, which are said in the reader's language where the table is written.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["UNKNOWN", "Cell", "Column", "Number", "Table", "number_of"]

UNKNOWN = "-"
"""What stands where a number is not known."""


class Number(NamedTuple):
    """A number that is shown otherwise than its column says.

    Attributes
    ----------
    value
        The number in full.
    digits
        Decimals that are shown.
    factor
        What it is divided by where it is shown, in another unit than its own.
    signed
        Whether a plus is shown too.
    """

    value: float
    digits: int = 2
    factor: float = 1.0
    signed: bool = False

    @property
    def text(self) -> str:
        """The number as it is shown."""
        return f"{self.value / self.factor + 0.0:{'+' * self.signed}.{self.digits}f}"


Cell = str | float | int | Number | None
"""A text, a number, or None for what is not known."""


class Column(NamedTuple):
    """A column: its heading, the unit of its numbers, how many decimals are shown.

    Attributes
    ----------
    head
        Heading without unit.
    unit
        Unit of the numbers, as readers see it; empty for texts and pure numbers.
    digits
        Decimals that are shown.
    sums
        Places of the columns whose sum this column is, in the rows down to the last one that is
        a sum of rows (in all where none is); empty for none.
    """

    head: str
    unit: str = ""
    digits: int = 3
    sums: tuple[int, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes
    ----------
    name
        Plain name, unique in a report: letters, digits and underscores, 25 at most.
    title
        What it shows.
    columns
        The columns, the first of which names the rows.
    rows
        Cells of each row, in the order of the columns.
    sums
        Row -> the rows above it whose sum it is, by place.
    summed
        Places of the columns of which that holds; None for all that hold numbers.
    notes
        Sentences below the table.
    keys
        Plain name of each row, such as the id of a verdict; empty for none.
    marks
        What each row is marked as: ``pass``, ``fail`` and the like, or nothing; empty for none.
    details
        What is to be said of each row beside its cells, such as a reason; empty for none.
    beside
        Whether it stands beside others as data: whole in the workbook, folded on the page, not in
        the document.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    sums: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    summed: tuple[int, ...] | None = None
    beside: bool = False

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                msg = f"{self.name}: {len(row)} cells in a row of {len(self.columns)} columns"
                raise ValueError(msg)
        for beside in (self.keys, self.marks, self.details):
            if beside and len(beside) != len(self.rows):
                msg = f"{self.name}: {len(beside)} keys, marks or details of {len(self.rows)} rows"
                raise ValueError(msg)


def number_of(cell: Cell, column: Column) -> Number | None:
    """Return a cell as a number with the decimals that are shown; None for a text or nothing."""
    if isinstance(cell, Number):
        return cell if math.isfinite(cell.value) else None
    if cell is None or isinstance(cell, str) or not math.isfinite(cell):
        return None
    return Number(float(cell), column.digits)
