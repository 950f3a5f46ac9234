"""What to write where a cell of a data file is no number."""

from __future__ import annotations

import re

from hydrosim.errors import shown
from hydrosim.locale import _
from hydrosim.units.scalars import note_plainly

__all__ = ["note_on_cell"]

_NUMBER = r"[+-]?\d[\d.,]*(?:[eE][+-]?\d+)?"
_PERCENT = re.compile(rf"{_NUMBER}\s*[%\uff05]")
_BEHIND = re.compile(rf"{_NUMBER}\s*([^\d\s.,'\u2019\u202f\u00a0].*)")
_BOUND = re.compile(rf"[<>\u2264\u2265~\u2248]\s*{_NUMBER}")
_ACCOUNTING = re.compile(rf"\({_NUMBER}\)")
_APART = re.compile(r"[+-]?\d{1,3}(?:[\s'\u2019\u202f\u00a0]\d{3})+(?:[.,]\d*)?")


def note_on_cell(cell: str) -> str | None:
    """Return what to write instead of a cell that is no number; None where that is unknown.

    Parameters
    ----------
    cell
        The cell, without blanks around it.
    """
    plain = note_plainly(cell)
    if plain is not None:
        return plain
    if _PERCENT.fullmatch(cell):
        return _("leave out the sign in each cell, and write `unit: percent`")
    if _APART.fullmatch(cell):
        return _("leave out what parts the thousands")
    if _BOUND.fullmatch(cell):
        return _("a bound is no number: write the number that counts")
    if _ACCOUNTING.fullmatch(cell):
        return _("a number below 0 is written with a minus sign")
    behind = _BEHIND.fullmatch(cell)
    if behind is not None:
        return _(
            "{tail} behind the number: a flag stands in a column of its own, a unit in `unit:`",
            tail=shown(behind[1]),
        )
    if not any(sign.isdigit() for sign in cell):
        return _("a missing value is an empty cell, and filled before the run")
    return None
