"""The columns of a sheet, as its headings say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hydrosim.errors import cell_name, nearest, shown
from hydrosim.locale import _
from hydrosim.projects.headings import ENTRY, MONTH_DAY, heading_of, path_text
from hydrosim.projects.keys import known_at, unknown_step
from hydrosim.projects.sheets import Refused
from hydrosim.units.table import tidy, unknown_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from hydrosim.errors import Path
    from hydrosim.projects.layout import Grid
    from hydrosim.projects.sheets import Sheet

__all__ = ["Column", "columns_of"]


@dataclass(frozen=True)
class Column:
    """A column: where its values go, from the entry of a row, and their unit."""

    number: int
    path: Path
    unit: str | None
    is_key: bool = False
    is_text: bool = False


def columns_of(
    sheet: Sheet, grid: Grid, fault: Callable[..., None], *, child: bool
) -> list[Column]:
    """Return the columns of a sheet, without those whose heading is a fault.

    Parameters
    ----------
    sheet, grid
        The sheet, and what it is a table of.
    fault
        Takes sheet, place, what was found, what is expected and the nearest name.
    child
        Whether its rows are nested parts, whose first column names their owner.
    """
    columns: list[Column] = []
    seen: dict[Path, int] = {}
    pattern: Path = ()
    numbers = sorted(column for row, column in sheet.cells if row == 1)
    values_begun = False
    for number in numbers:
        place, text = (1, number), sheet.cells[1, number]
        if number == 1 and grid.section != "links":
            if not child and text != "name":
                fault(sheet, place, shown(text), _("the heading 'name'"))
            columns.append(Column(1, (), None))
            continue
        if isinstance(text, Refused):
            fault(sheet, place, text.found, text.expected)
            continue
        heading = heading_of(str(text))
        if heading is None:
            fault(sheet, place, shown(text), _("a key path and a unit, such as levels.dead [m]"))
            continue
        path, unit = heading
        entry = child and str(text).strip().partition(" ")[0] == ENTRY
        key = child and not values_begun and heading.is_key
        own = () if entry else path
        if own in seen and not key:
            found = _("the heading {text} twice, first in cell {cell}",
                      text=shown(text), cell=cell_name(1, seen[own]))  # fmt: skip
            fault(sheet, place, found, _("each heading once"))
            continue
        seen[own] = number
        whole = (*pattern, *own)
        known = known_at(grid.models, whole)
        wrong = unknown_step(grid.models, whole)
        if wrong is not None:
            near = _nearest(grid, whole, wrong)
            found = _("the heading {text}, which no key has", text=shown(text))
            fault(sheet, place, found, _("a key, such as those of `hydrosim describe`"), near)
            continue
        unknown = None if unit in (None, MONTH_DAY) else unknown_unit(tidy(unit))
        if unknown is not None:
            fault(sheet, place, shown(text), _("a unit that is known"), None)
            continue
        if key:
            pattern = whole
            columns.append(Column(number, path, unit, is_key=True))
            continue
        values_begun = True
        columns.append(Column(number, own, unit, is_text=known.is_text))
    return columns


def _nearest(grid: Grid, path: Path, wrong: int) -> str | None:
    """Return the heading that looks most like one whose step no key has."""
    near = nearest(str(path[wrong]), known_at(grid.models, path[:wrong]).names())
    above = path[len(grid.pattern) : wrong] if len(grid.pattern) <= wrong else ()
    return None if near is None else path_text((*above, near, *path[wrong + 1 :]))
