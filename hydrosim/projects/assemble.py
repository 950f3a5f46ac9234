"""The sheets of a book as a configuration that knows the cell of each of its parts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from hydrosim.config.schema import STANDARD_POLICY, Config
from hydrosim.config.source import PlacedText, Source
from hydrosim.errors import ConfigError, Fault, cell_name, nearest, shown
from hydrosim.locale import _
from hydrosim.projects.book_write import ABOUT, DATA_FOLDER, SETTINGS
from hydrosim.projects.cells import value_of
from hydrosim.projects.columns import Column, columns_of
from hydrosim.projects.headings import COUNT, MONTH_DAY, NUMBERS, steps
from hydrosim.projects.keys import known_at
from hydrosim.projects.layout import NODES, OWNERS, Grid, node_sheets
from hydrosim.projects.sheets import Refused, Sheet, read_sheets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hydrosim.errors import Path
    from hydrosim.locale import Message

__all__ = ["read_book", "source_of"]

Place = tuple[int, int]
_MAIN = ("links", "series", "rules", "standards", "policies")


@dataclass
class _Leaf:
    """A value, where it goes, and the cell that it comes from."""

    path: Path
    value: Any
    sheet: str
    place: Place


def read_book(file: FilePath) -> Source:
    """Return the configuration that a workbook holds.

    Raises
    ------
    DataError
        When the file cannot be read.
    ConfigError
        When cells or headings cannot be understood; each fault names sheet and cell.
    """
    return source_of(str(file), read_sheets(file))


def source_of(file: str, sheets: Iterable[Sheet]) -> Source:
    """Return the configuration that sheets hold; ``file`` is the name of the book in messages.

    Raises
    ------
    ConfigError
        As :func:`read_book`.
    """
    return _Assembly(file, list(sheets)).source()


class _Assembly:
    """Puts cells in their places."""

    def __init__(self, file: str, sheets: list[Sheet]) -> None:
        self.file, self.sheets = file, sheets
        self.result = Source(file, in_cells=True)
        self.leaves: dict[Path, _Leaf] = {}
        self.empty: dict[Path, tuple[str, Place]] = {}
        self.owners: list[tuple[str, str, str, Place]] = []
        self.unknown: list[Sheet] = []
        self.kinds = {name: kind for kind, plural in node_sheets().items()
                      for name in (kind, plural)}  # fmt: skip

    def source(self) -> Source:
        for sheet in self.sheets:
            self._read(sheet)
        self._check_owners()
        self.result.tree = _tree(self._with_numbers())
        self._check_sheets()
        if self.result.faults:
            raise ConfigError(self.result.faults, self.result)
        self._set_places()
        folder = self.result.tree.pop(DATA_FOLDER, None)
        parent = FilePath(self.file).parent
        self.result.folder = parent / folder if isinstance(folder, str) else parent
        return self.result

    # -- sheets ----------------------------------------------------------------------------------

    def _read(self, sheet: Sheet) -> None:
        if sheet.name == ABOUT or not sheet.cells:
            return
        first = sheet.cells.get((1, 1))
        owner = first.strip() if isinstance(first, str) else None
        if sheet.name == SETTINGS:
            self._read_settings(sheet)
        elif owner in OWNERS:
            self._read_table(sheet, Grid(OWNERS[owner], ""), child=True)
        elif sheet.name in self.kinds:
            self._read_table(sheet, Grid(NODES, sheet.name))
        elif sheet.name in _MAIN:
            self._read_table(sheet, Grid(sheet.name, sheet.name))
        else:
            self.unknown.append(sheet)

    def _read_settings(self, sheet: Sheet) -> None:
        for row in _rows(sheet):
            key, value = sheet.cells.get((row, 1)), sheet.cells.get((row, 2))
            if self._is_refused(sheet, (row, 1)) or self._is_refused(sheet, (row, 2)):
                continue
            path = steps(str(key)) if key is not None else None
            if path is None or NUMBERS in path:
                expected = _("a key path, such as period.start")
                self._fault(sheet, (row, 1), shown(key), expected)
                continue
            keys = {DATA_FOLDER, *(field.alias or name for name, field in
                                   Config.model_fields.items())}  # fmt: skip
            if path[0] not in keys:
                found, expected = (
                    _("the key {key!r}", key=str(path[0])),
                    _("a key of the configuration"),
                )
                self._fault(sheet, (row, 1), found, expected, nearest(str(path[0]), keys))
            elif value is None:
                self._note_empty(path, sheet, (row, 2), len(path) - 1)
            else:
                text = path == (DATA_FOLDER,) or known_at((Config,), path).is_text
                self._put(sheet, (row, 2), path, value_of(value, None, is_text=text))

    def _read_table(self, sheet: Sheet, grid: Grid, *, child: bool = False) -> None:
        columns = columns_of(sheet, grid, self._fault, child=child)
        seen: dict[str, int] = {}
        listed: dict[Path, int] = {}
        row_number = 0
        for row in _rows(sheet):
            if any([self._is_refused(sheet, (row, c)) for c in _used(sheet, row)]):
                continue
            for stray in _used(sheet, row):
                if (1, stray) not in sheet.cells:
                    found = _("{value} in a column without a heading",
                              value=shown(sheet.cells[row, stray]))  # fmt: skip
                    self._fault(sheet, (row, stray), found, _("a heading in row 1"))
            if grid.section == "links":
                entry: Path | None = ("links", row_number)
                self.result.keys["links", row_number] = (row, 1)
                self.result.files["links", row_number] = self._sheet_name(sheet)
                row_number += 1
            else:
                entry = self._entry(sheet, row, grid, columns, seen, child=child)
            if entry is not None:
                self._read_row(sheet, row, entry, columns, listed)

    def _entry(
        self, sheet: Sheet, row: int, grid: Grid, columns: list[Column], seen: dict[str, int],
        *, child: bool,
    ) -> Path | None:  # fmt: skip
        """Return the path of the entry of a row, from its first cell and its key columns."""
        cell = sheet.cells.get((row, 1))
        if cell is None:
            found = _("nothing in the first column of a row that is used")
            self._fault(sheet, (row, 1), found, _("a name"))
            return None
        name = str(value_of(cell, None, is_text=True))
        path: Path = (grid.section, name)
        if child:
            if (grid.section, name) == ("policies", STANDARD_POLICY):
                path = ()
            else:
                self.owners.append((grid.section, name, sheet.name, (row, 1)))
        elif name in seen:
            found = _("the name {name!r} twice, first in cell {cell}",
                      name=name, cell=cell_name(seen[name], 1))  # fmt: skip
            self._fault(sheet, (row, 1), found, _("each name once"))
            return None
        else:
            self._place_entry(path, sheet, (row, 1))
            if grid.section == NODES:
                if path in self.leaves or (*path, "type") in self.leaves:
                    other = self.leaves[*path, "type"]
                    found = _("the name {name!r} twice, first in the sheet {sheet!r}",
                              name=name, sheet=other.sheet)  # fmt: skip
                    self._fault(sheet, (row, 1), found, _("each name once"))
                    return None
                self._put(sheet, (row, 1), (*path, "type"), self.kinds[sheet.name])
        seen.setdefault(name, row)
        return self._keyed(sheet, row, path, columns)

    def _keyed(self, sheet: Sheet, row: int, path: Path, columns: list[Column]) -> Path | None:
        """Return the path of a row below its key columns."""
        for column in columns:
            if not column.is_key:
                continue
            cell = sheet.cells.get((row, column.number))
            path = (*path, *column.path[:-1])
            if column.path[-1] == COUNT:
                if not isinstance(cell, (int, float)) or cell != int(cell) or cell < 1:
                    expected = _("the number of an entry: 1, 2, 3 ...")
                    self._fault(sheet, (row, column.number), shown(cell), expected)
                    return None
                path = (*path, int(cell) - 1)
                continue
            if cell is None:
                self._fault(sheet, (row, column.number), shown(None), _("a name"))
                return None
            path = (*path, str(value_of(cell, column.unit, is_text=column.unit != MONTH_DAY)))
            self._place_entry(path, sheet, (row, column.number))
        return path

    def _read_row(
        self, sheet: Sheet, row: int, entry: Path, columns: list[Column], listed: dict[Path, int]
    ) -> None:
        for column in columns:
            if column.is_key or (column.number == 1 and entry[:1] != ("links",)):
                continue
            place = (row, column.number)
            path = (*entry, *column.path)
            if column.path[-1:] == (NUMBERS,):
                if place not in sheet.cells:
                    continue
                whole = path[:-1]
                path = (*whole, listed.setdefault(whole, 0))
                listed[whole] += 1
            cell = sheet.cells.get(place)
            if cell is None:
                self._note_empty(path, sheet, place, len(entry))
            else:
                self._put(sheet, place, path, value_of(cell, column.unit, is_text=column.is_text))

    # -- values ----------------------------------------------------------------------------------

    def _put(self, sheet: Sheet, place: Place, path: Path, value: Any) -> None:
        before = next((self.leaves[path[:size]] for size in range(1, len(path) + 1)
                       if path[:size] in self.leaves), None)  # fmt: skip
        if before is not None:
            found = _("a value of {path}, which has one in the sheet {sheet!r}, cell {cell}",
                      path=self.result.label(path), sheet=before.sheet,
                      cell=cell_name(*before.place))  # fmt: skip
            self._fault(sheet, place, found, _("each value once"))
            return
        if isinstance(value, str):
            value = PlacedText(value, path)
        self.leaves[path] = _Leaf(path, value, sheet.name, place)

    def _with_numbers(self) -> list[_Leaf]:
        """Return the values whose lists have no gaps; each gap is a fault at what is behind it."""
        above: dict[Path, dict[int, _Leaf]] = {}
        for leaf in self.leaves.values():
            for size, step in enumerate(leaf.path):
                if isinstance(step, int):
                    above.setdefault(leaf.path[:size], {}).setdefault(step, leaf)
        for path, numbers in above.items():
            gap = next((n for n, number in enumerate(sorted(numbers)) if n != number), None)
            if gap is not None and path[:1] != ("links",):
                sheet, place = self.empty.get((*path, gap), ("", (0, 0)))
                behind = numbers[next(n for n in sorted(numbers) if n > gap)]
                if not sheet:
                    sheet, place = behind.sheet, behind.place
                label = self.result.label((*path, gap))
                self._fault(Sheet(sheet), place, _("no entry {label}", label=label),
                            _("a list without gaps"))  # fmt: skip
        return list(self.leaves.values())

    # -- places and faults -----------------------------------------------------------------------

    def _place_entry(self, path: Path, sheet: Sheet, place: Place) -> None:
        if path not in self.result.keys:
            self.result.keys[path] = place
            self.result.files[path] = self._sheet_name(sheet)

    def _note_empty(self, path: Path, sheet: Sheet, place: Place, entry: int) -> None:
        for size in range(entry + 1, len(path) + 1):
            self.empty.setdefault(path[:size], (sheet.name, place))

    def _set_places(self) -> None:
        """Say where each value stands, and where one is missing."""
        source = self.result
        for leaf in self.leaves.values():
            for size in range(len(leaf.path), 0, -1):
                path = leaf.path[:size]
                if size == len(leaf.path) or path not in source.keys:
                    source.keys[path] = source.values[path] = leaf.place
                    source.files[path] = self._sheet_name(Sheet(leaf.sheet))
            if isinstance(leaf.value, (int, float)) and not isinstance(leaf.value, bool):
                source.written[leaf.path] = str(leaf.value)
        for path, (sheet, place) in self.empty.items():
            if path not in source.keys:
                source.values[path] = place
                source.files[path] = self._sheet_name(Sheet(sheet))

    def _check_owners(self) -> None:
        for section, name, sheet, place in self.owners:
            known = {path[1] for path in self.result.keys if len(path) == 2 and path[0] == section}
            known |= {path[1] for path in self.leaves if path[0] == section and len(path) == 2}
            own = {owner for part, owner, _sheet, _place in self.owners if part == section}
            if name not in known and not (section == "policies" and name in own):
                expected = _("a name from the sheets of {section}", section=section)
                self._fault(Sheet(sheet), place, shown(name), expected,
                            nearest(name, map(str, known)))  # fmt: skip

    def _check_sheets(self) -> None:
        """Refuse sheets that are neither part of the configuration nor data that it names."""
        own = FilePath(self.file).name
        data = {str(part.get("sheet")) for part in _blocks(self.result.tree)
                if FilePath(str(part.get("file"))).name == own}  # fmt: skip
        known = [*node_sheets().values(), *_MAIN, SETTINGS, ABOUT]
        for sheet in self.unknown:
            if sheet.name not in data:
                found = _("the sheet {sheet!r}", sheet=sheet.name)
                expected = _("a sheet of a type of node, {sheets}, one whose first heading is "
                             "{owners}, or one that `sheet` names",
                             sheets=", ".join([*_MAIN, SETTINGS]),
                             owners=", ".join(OWNERS))  # fmt: skip
                self._fault(sheet, (1, 1), found, expected, nearest(sheet.name, known))

    def _is_refused(self, sheet: Sheet, place: Place) -> bool:
        cell = sheet.cells.get(place)
        if isinstance(cell, Refused):
            self._fault(sheet, place, cell.found, cell.expected)
            return True
        return False

    def _sheet_name(self, sheet: Sheet) -> Message:
        return _("{file}, sheet {sheet}", file=self.file, sheet=sheet.name)

    def _fault(
        self, sheet: Sheet, place: Place, found: str, expected: str, near: str | None = None
    ) -> None:
        where = _("{file}, cell {cell}", file=self._sheet_name(sheet), cell=cell_name(*place))
        self.result.faults.append(Fault((), found, expected, near, file=where))


def _rows(sheet: Sheet) -> list[int]:
    """Return the rows below the heading that are used and no remark."""
    used = sorted({row for row, _column in sheet.cells if row > 1})
    return [row for row in used if not str(sheet.cells.get((row, 1), "")).startswith("#")]


def _used(sheet: Sheet, row: int) -> list[int]:
    return sorted(column for one, column in sheet.cells if one == row)


def _blocks(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
    for item in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _blocks(item)


def _tree(leaves: Iterable[_Leaf]) -> dict[str, Any]:
    root: dict[Any, Any] = {}
    for leaf in leaves:
        part = root
        for step in leaf.path[:-1]:
            part = part.setdefault(step, {})
        part[leaf.path[-1]] = leaf.value
    return {key: _with_lists(part) for key, part in root.items()}


def _with_lists(part: Any) -> Any:
    if not isinstance(part, dict) or not part:
        return part
    if all(isinstance(key, int) for key in part):
        return [_with_lists(part[number]) for number in sorted(part)]
    return {str(key): _with_lists(item) for key, item in part.items()}
