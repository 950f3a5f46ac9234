"""A configuration as an Excel workbook: a sheet a type of node, units in the headings.

A row that begins with # is a remark; what no table holds stands in `settings`, a key path a row.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from hydrosim.config.describe import keys_of
from hydrosim.config.schema import Config
from hydrosim.locale import _, as_message, in_language
from hydrosim.projects.cells import common_unit, written
from hydrosim.projects.headings import COUNT, ENTRY, MONTH_DAY, NAMES, NUMBERS, path_text
from hydrosim.projects.layout import OWNERS, Grid, laid_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hydrosim.errors import Path
    from hydrosim.locale import Language, Message

__all__ = ["ABOUT", "DATA_FOLDER", "SETTINGS", "book_of"]

ABOUT, SETTINGS, DATA_FOLDER = "about", "settings", "data_folder"
LONGEST_SHEET = 31
WIDTHS = (9, 46)
"""Narrowest and widest column."""
HOW = (
    _("Each sheet is a table: a row an entry, a column a key. A row that begins with # is a "
      "remark."),
    _("The unit of a column stands in brackets in its heading; change both together. A cell may "
      "carry its own unit (5 km2), or the name of a rule or series in place of a number."),
    _("Days of the year are written month-day, such as 07-01. An empty cell is a key that is not "
      "given. ~ stands for nothing."),
    _("Sheets whose first heading is node, series, rule, standard or policy hold nested parts: "
      "the first column says whose they are. A heading that ends in .* holds names, one that ends "
      "in .# numbers of entries, one that ends in [] the values of a list below each other."),
    _("What fits no table stands in the sheet settings: a key path and its value."),
    _("hydrosim init NAME --from-excel BOOK makes a configuration of it; faults name sheet and "
      "cell."),
)  # fmt: skip


class _Exact(float):
    """A number that is written with all its digits."""

    def __format__(self, form: str) -> str:
        return repr(float(self))


def book_of(config: Config, language: Language = "en", data_folder: str | None = None) -> bytes:
    """Return a configuration as the content of a workbook.

    Parameters
    ----------
    config
        A configuration read from a file.
    language
        Of descriptions and remarks.
    data_folder
        Where relative names of data files count from, seen from the folder of the book; None for
        that folder itself.

    Raises
    ------
    ValueError
        If the configuration was not read from a file or text.
    """
    import xlsxwriter

    if config.source is None:
        msg = "only a configuration that was read from a file or text can be exported"
        raise ValueError(msg)
    grids, rest = laid_out(config.source.tree)
    if data_folder is not None:
        rest = [((DATA_FOLDER,), data_folder), *rest]
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_calc_mode("auto")
        _Book(book, language).write(grids, rest)
    return content.getvalue()


class _Book:
    """Writes sheets."""

    def __init__(self, book: Any, language: Language) -> None:
        self.book = book
        self.language: Language = language
        self.head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "bottom": 1})
        self.remark = book.add_format({"font_color": "#666666", "italic": True, "text_wrap": True,
                                       "valign": "top"})  # fmt: skip
        self.text = book.add_format({"num_format": "@"})
        self.names: set[str] = set()

    def write(self, grids: Sequence[Grid], rest: Sequence[tuple[Path, Any]]) -> None:
        about = self._sheet(ABOUT)
        about.set_column(0, 0, 110)
        for row, text in enumerate(HOW):
            about.write_string(row, 0, in_language(text, self.language), self.remark)
        self._settings(rest)
        # Sheets of entries have their names before those of nested parts.
        ordered = sorted(grids, key=lambda grid: (bool(grid.pattern), not _is_main(grid)))
        mains = [grid for grid in ordered if _is_main(grid)]
        self.names |= {grid.sheet.casefold() for grid in mains}
        for grid in ordered:
            name = grid.sheet if _is_main(grid) else self._free(grid)
            self._grid(self._sheet(name), grid)

    def _sheet(self, name: str) -> Any:
        self.names.add(name.casefold())
        return self.book.add_worksheet(name)

    def _free(self, grid: Grid) -> str:
        """Return a name for a table of nested parts that no other sheet has."""
        wanted = re.sub(r"[\[\]:*?/\\']", "_", grid.sheet)
        owner = next(word for word, section in OWNERS.items() if section == grid.section)
        tries = [wanted, f"{wanted} ({owner})", *(f"{wanted} {n}" for n in range(2, 1000))]
        for one in tries:
            extra = one[len(wanted) :]
            name = wanted[: LONGEST_SHEET - len(extra)] + extra
            if name.casefold() not in self.names:
                return name
        raise AssertionError(wanted)

    def _settings(self, rest: Sequence[tuple[Path, Any]]) -> None:
        sheet = self._sheet(SETTINGS)
        described = {key.name: key.description for key in keys_of(Config)}
        self._head(sheet, ["key", "value"], ["", ""])
        for row, (path, value) in enumerate(rest, start=2):
            sheet.write_string(row, 0, path_text(path))
            self._cell(sheet, row, 1, written(value, None), None)
            sheet.write_string(row, 2, self._said(described.get(str(path[0]), "")), self.remark)
        sheet.set_column(0, 0, 52)
        sheet.set_column(1, 1, 40, self.text)
        sheet.set_column(2, 2, 60)

    def _grid(self, sheet: Any, grid: Grid) -> None:
        main = _is_main(grid)
        owner = "name"
        if not main:
            owner = next(word for word, section in OWNERS.items() if section == grid.section)
        heads, remarks, units = [], [], []
        if grid.section != "links":
            heads.append(owner)
            remarks.append("")
            units.append(None)
        for at, unit in _key_columns(grid):
            heads.append(path_text(at, unit))
            remarks.append("")
            units.append(unit)
        keyed, columns = len(heads), grid.columns
        for path in columns:
            unit = _unit(grid, path)
            heads.append(_heading(path, unit))
            remarks.append(self._said(grid.known(path).description))
            units.append(unit)
        self._head(sheet, heads, remarks)
        for row, (keys, cells) in enumerate(grid.rows, start=2):
            for column, key in enumerate(keys):
                self._cell(sheet, row, column, written(key, None), units[column])
            for column, path in enumerate(columns, start=keyed):
                if path in cells:
                    cell = written(cells[path], units[column])
                    self._cell(sheet, row, column, cell, units[column])
        self._widths(sheet, heads, units)

    def _head(self, sheet: Any, heads: Sequence[str], remarks: Sequence[str]) -> None:
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, self.head)
        for column, remark in enumerate(["#", *remarks[1:]]):
            sheet.write_string(1, column, remark, self.remark)
        sheet.freeze_panes(2, 1)

    def _cell(self, sheet: Any, row: int, column: int, cell: Any, unit: str | None) -> None:
        if isinstance(cell, bool):
            sheet.write_boolean(row, column, cell)
        elif isinstance(cell, int):
            sheet.write_number(row, column, cell)
        elif isinstance(cell, float):
            whole = unit is not None and cell.is_integer()
            sheet.write_number(row, column, int(cell) if whole else _Exact(cell))
        else:
            sheet.write_string(row, column, cell, self.text if unit == MONTH_DAY else None)

    def _widths(self, sheet: Any, heads: Sequence[str], units: Sequence[str | None]) -> None:
        for column, head in enumerate(heads):
            width = min(max(len(head) + 2, WIDTHS[0]), WIDTHS[1])
            sheet.set_column(
                column, column, width, self.text if units[column] == MONTH_DAY else None
            )

    def _said(self, text: str | Message) -> str:
        return as_message(text).in_language(self.language) if text else ""


def _is_main(grid: Grid) -> bool:
    """Return whether a table has one row an entry of its section."""
    return not grid.pattern and not any(NUMBERS in path for path in grid.columns)


def _key_columns(grid: Grid) -> list[tuple[Path, str | None]]:
    """Return path and unit of the columns behind the owner that say which part a row is."""
    columns: list[tuple[Path, str | None]] = []
    last = 0
    for place, step in enumerate(grid.pattern, start=1):
        if step in (NAMES, COUNT):
            above = Grid(grid.section, "", grid.pattern[: place - 1])
            days = step == NAMES and above.known(()).key().is_month_day
            columns.append((grid.pattern[last:place], MONTH_DAY if days else None))
            last = place
    return columns


def _unit(grid: Grid, path: Path) -> str | None:
    known = grid.known(path)
    if known.is_month_day:
        return MONTH_DAY
    if known.dimension is None:
        return None
    return common_unit(cells[path] for _keys, cells in grid.rows if path in cells)


def _heading(path: Path, unit: str | None) -> str:
    if not path:
        return f"{ENTRY} [{unit}]" if unit else ENTRY
    if path[0] == ENTRY:
        quoted = f'"{ENTRY}"' + path_text(("", *path[1:])).removeprefix('""')
        return f"{quoted} [{unit}]" if unit else quoted
    return path_text(path, unit)
