"""A table of the sanity page: rows of names and numbers, with the warnings that mark a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from hydrosim.errors import Path
    from hydrosim.locale import Message

    Cell = str | float | None

__all__ = ["YI", "Row", "Table", "finite", "mark"]

YI = 1e8
"""Volumes are shown in 10^8 m3."""


@dataclass(frozen=True)
class Row:
    """Cells in the order of the columns, and what marks them.

    ``rank`` says how far the row is from the ordinary: a long table shows those first.
    """

    cells: Sequence[Cell]
    marks: tuple[Fault, ...] = ()
    rank: float = 0.0


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes
    ----------
    name
        Plain name.
    title
        What it shows, with the unit.
    columns
        Headings by plain name, in order.
    most
        How many rows are printed beside those that are marked; None for all.
    """

    name: str
    title: Message
    columns: Mapping[str, str]
    rows: Sequence[Row]
    most: int | None = None

    @property
    def frame(self) -> pd.DataFrame:
        """The table with plain names of columns, all rows."""
        import pandas as pd

        names = list(self.columns)
        frame = pd.DataFrame([list(row.cells) for row in self.rows], columns=names)
        frame["marked"] = [bool(row.marks) for row in self.rows]
        return frame.set_index(names[0])

    @property
    def printed(self) -> Sequence[Row]:
        """The rows to print: the marked ones and those farthest from the ordinary, in order."""
        if self.most is None or len(self.rows) <= self.most:
            return self.rows
        order = sorted(range(len(self.rows)), key=lambda at: (-self.rows[at].rank, at))
        first = set(order[: self.most])
        return [row for at, row in enumerate(self.rows) if row.marks or at in first]


def finite(number: float | None) -> float | None:
    """Return a number, None for one that is not known or has no limit."""
    return number if number is not None and np.isfinite(number) else None


def mark(path: Path, found: str, expected: str, note: str | None = None) -> tuple[Fault, ...]:
    """Return the warning that marks a row."""
    return (Fault(path, found, expected, note=note, severity="warning"),)
