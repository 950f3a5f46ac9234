"""A configuration as written, laid out in tables: a row an entry, nested parts in tables of theirs.

What reads a book (assemble.py) needs no more than the headings to put each cell back in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hydrosim.config.schema import STANDARD_POLICY, Policy
from hydrosim.locale import LANGUAGES
from hydrosim.nodes import LINK_TYPES, NODE_TYPES
from hydrosim.projects.headings import COUNT, NAMES, NUMBERS
from hydrosim.projects.keys import known_at
from hydrosim.rules import RULE_TYPES
from hydrosim.standards import STANDARD_TYPES

if TYPE_CHECKING:
    from pydantic import BaseModel

    from hydrosim.errors import Path
    from hydrosim.projects.keys import Known

__all__ = ["LADDER", "NODES", "OWNERS", "SECTIONS", "Grid", "laid_out", "node_sheets"]

NODES, LADDER = "nodes", "ladder"
WIDEST = 40
"""Entries of a list that stand side by side; a longer one stands below each other."""
OWNERS = {
    "node": "nodes", "series": "series", "rule": "rules", "standard": "standards",
    "policy": "policies",
}  # fmt: skip
"""What the first column of a table of nested parts is called, and the section of its entries."""
SECTIONS: dict[str, Mapping[str, Any]] = {
    "nodes": NODE_TYPES, "links": LINK_TYPES, "series": RULE_TYPES, "rules": RULE_TYPES,
    "standards": STANDARD_TYPES, "policies": {"policy": Policy},
}  # fmt: skip
"""The schemas of the sections that have sheets, by type."""


@dataclass
class Grid:
    """One table: rows of entries below a pattern of names and numbers.

    Attributes
    ----------
    section
        The section of its entries, such as ``nodes``.
    sheet
        Its name; of nested parts the wanted one.
    pattern
        Path from the entry of the section to that of a row; ``*`` and ``#`` stand for keys.
    rows
        Keys of each row, the name of its owner first, and its values by path from the row's entry.
    """

    section: str
    sheet: str
    pattern: Path = ()
    rows: list[tuple[tuple[str | int, ...], dict[Path, Any]]] = field(default_factory=list)

    @property
    def columns(self) -> list[Path]:
        """Paths of its columns, in the order in which they occur."""
        return list(dict.fromkeys(path for _keys, cells in self.rows for path in cells))

    def known(self, path: Path) -> Known:
        """Return what the schema says of a column."""
        return known_at(self.models, (*self.pattern, *path))

    @property
    def models(self) -> tuple[type[BaseModel], ...]:
        """Schemas of the entries: of a sheet of nodes that of its type."""
        if self.section == NODES and not self.pattern:
            own = tuple(NODE_TYPES[name] for name, sheet in node_sheets().items()
                        if self.sheet in (name, sheet))  # fmt: skip
            if own:
                return own
        return tuple(SECTIONS[self.section].values())


def node_sheets() -> dict[str, str]:
    """Return the sheet of each type of node."""
    return {name: (name + ("es" if name.endswith(("ch", "s")) else "s"))[:31]
            for name in sorted(NODE_TYPES)}  # fmt: skip


def laid_out(tree: dict[str, Any]) -> tuple[list[Grid], list[tuple[Path, Any]]]:
    """Return a configuration as tables, and what fits none: paths and values.

    Parameters
    ----------
    tree
        The configuration as written.
    """
    spread = _Spread()
    rest: list[tuple[Path, Any]] = []
    for section, part in tree.items():
        if section == NODES:
            sheets = node_sheets()
            for name, node in part.items():
                kind = str(node["type"])
                without = {key: value for key, value in node.items() if key != "type"}
                spread.add(Grid(NODES, sheets[kind]), (name,), without)
        elif section == "links":
            for link in part:
                spread.wide(Grid("links", "links"), link)
        elif section == LADDER:
            spread.add(Grid("policies", "policies"), (STANDARD_POLICY,), {LADDER: part})
        elif section in SECTIONS:
            for name, entry in part.items():
                spread.add(Grid(section, section), (name,), entry)
        else:
            rest += list(_leaves((section,), part))
    return [grid for grid in spread.grids.values() if grid.rows], rest


class _Spread:
    """Spreads entries over tables."""

    def __init__(self) -> None:
        self.grids: dict[tuple[str, str, Path], Grid] = {}

    def _own(self, grid: Grid) -> Grid:
        key = (grid.section, "" if grid.pattern else grid.sheet, grid.pattern)
        return self.grids.setdefault(key, grid)

    def add(self, grid: Grid, keys: tuple[str | int, ...], entry: Any) -> None:
        """Add the row of an entry, and those of its nested parts."""
        grid = self._own(grid)
        cells: dict[Path, Any] = {}
        # A policy has a row of its own only for what is not its ladder.
        only_nested = grid.section == "policies" and not grid.pattern and set(entry) == {LADDER}
        if not only_nested:
            grid.rows.append((keys, cells))
        if entry != {} or grid.pattern:
            self._flatten(grid, keys, (), entry, cells)

    def wide(self, grid: Grid, entry: dict[str, Any]) -> None:
        """Add an entry in one row, whatever is nested in it."""
        self._own(grid).rows.append(((), dict(_leaves((), entry))))

    def _flatten(
        self, grid: Grid, keys: tuple[str | int, ...], at: Path, value: Any, cells: dict[Path, Any]
    ) -> None:
        if isinstance(value, dict) and value:
            self._block(grid, keys, at, value, cells)
        elif isinstance(value, list) and value:
            self._list(grid, keys, at, value, cells)
        else:
            cells[at] = value

    def _block(
        self, grid: Grid, keys: tuple[str | int, ...], at: Path, value: dict[str, Any],
        cells: dict[Path, Any],
    ) -> None:  # fmt: skip
        free = at and grid.known(at).is_map and not set(value) <= set(LANGUAGES)
        if free and not any(isinstance(item, list) for item in value.values()):
            inner = self._inner(grid, (*at, NAMES))
            for name, item in value.items():
                self.add(inner, (*keys, name), item)
            return
        columns = _side_by_side(value)
        if columns:
            inner = self._inner(grid, (*at, ""))
            for row in range(len(value[columns[0]])):
                inner.rows.append(
                    (keys, {(*at, name, NUMBERS): value[name][row] for name in columns})
                )
        for name, item in value.items():
            if name not in columns:
                self._flatten(grid, keys, (*at, name), item, cells)

    def _list(
        self, grid: Grid, keys: tuple[str | int, ...], at: Path, value: list[Any],
        cells: dict[Path, Any],
    ) -> None:  # fmt: skip
        blocks = any(isinstance(item, dict) for item in value) or at == (LADDER,)
        if blocks and not any(isinstance(item, list) for item in value):
            inner = self._inner(grid, (*at, COUNT))
            for number, item in enumerate(value, start=1):
                self.add(inner, (*keys, number), item)
        elif not blocks and len(value) > WIDEST and all(map(_is_scalar, value)):
            inner = self._inner(grid, (*at, ""))
            inner.rows += [(keys, {(*at, NUMBERS): item}) for item in value]
        else:
            cells.update(_leaves(at, value))

    def _inner(self, grid: Grid, pattern: Path) -> Grid:
        """Return the table of nested parts; a last step of "" only keeps tables apart."""
        whole = (*grid.pattern, *pattern)
        named = [str(step) for step in whole if step not in (NAMES, COUNT, "")]
        key = (grid.section, "", whole)
        if key not in self.grids:
            kept = whole if whole[-1] else grid.pattern
            self.grids[key] = Grid(grid.section, ".".join(named), kept)
        return self.grids[key]


def _side_by_side(value: dict[str, Any]) -> list[str]:
    """Return the keys whose lists are the columns of one table, as those of a curve."""
    lists = {
        name: item
        for name, item in value.items()
        if isinstance(item, list) and len(item) > 1 and all(map(_is_scalar, item))
    }
    same = len({len(item) for item in lists.values()}) == 1
    return list(lists) if len(lists) > 1 and same else []


def _is_scalar(value: Any) -> bool:
    return not isinstance(value, (dict, list))


def _leaves(path: Path, value: Any) -> list[tuple[Path, Any]]:
    """Return the values of a part with their paths; empty blocks and lists count as values."""
    if isinstance(value, dict) and value:
        return [leaf for key, item in value.items() for leaf in _leaves((*path, key), item)]
    if isinstance(value, list) and value:
        numbered = enumerate(value)
        return [leaf for number, item in numbered for leaf in _leaves((*path, number), item)]
    return [(path, value)]
