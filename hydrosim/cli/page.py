"""The sanity page as text: tables in columns of equal width, with `!` before what is marked."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from hydrosim.locale import _, in_language, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hydrosim.locale import Language
    from hydrosim.sanity import SanityPage, Table

__all__ = ["page_text"]

MARK, GAP, UNKNOWN = "!", "  ", "-"
WIDE = ("W", "F")


def page_text(page: SanityPage, language: Language) -> str:
    """Return the page as text, each table under its title."""
    blocks = [_table_text(table, language) for table in page.tables]
    count = sum(bool(row.marks) for table in page.tables for row in table.rows)
    note = _("`!` marks what is out of the ordinary ({count}); `-` is not known before a run, or "
             "without limit. Nothing was run; losses on the way are left out.",
             count=count)  # fmt: skip
    notes = [note]
    if page.is_short:
        notes.append(
            _("The network is too large for all searches of this page: the most that some uses, "
              "stores and ways could get is left out as `-` and not looked at.")
        )  # fmt: skip
    return "\n".join([*blocks, *(in_language(one, language) for one in notes), ""])


def _table_text(table: Table, language: Language) -> str:
    heads = [in_language(head, language) for head in table.columns.values()]
    rows = [[_said(cell, language) for cell in row.cells] for row in table.printed]
    widths = [max(map(_width, column)) for column in zip(heads, *rows, strict=True)]
    numeric = [
        any(not isinstance(row.cells[at], str | None) for row in table.printed)
        for at in range(len(heads))
    ]
    lines = [in_language(table.title, language), _line(" ", heads, widths, numeric)]
    for row, cells in zip(table.printed, rows, strict=True):
        lines.append(_line(MARK if row.marks else " ", cells, widths, numeric))
    left = len(table.rows) - len(rows)
    if left:
        lines.append(
            in_language(_("  and {left} more, farther from their bounds", left=left), language)
        )
    return "\n".join([*lines, ""])


def _line(mark: str, cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    padded = [
        _padded(cell, width, right=right)
        for cell, width, right in zip(cells, widths, numeric, strict=True)
    ]
    return f"{mark} {GAP.join(padded)}".rstrip()


def _said(cell: str | float | None, language: Language) -> str:
    if cell is None:
        return UNKNOWN
    return in_language(cell, language) if isinstance(cell, str) else short(cell)


def _padded(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def _width(text: str) -> int:
    """Columns of a terminal that a text takes: two for a Chinese sign."""
    return sum(2 if unicodedata.east_asian_width(sign) in WIDE else 1 for sign in text)
