"""Columns of data files that nothing in the config reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from hydrosim.errors import DataError
from hydrosim.io.tables import table_of
from hydrosim.io.times import time_columns
from hydrosim.locale import _, listed, pgettext
from hydrosim.parts.data_file import LaidOut
from hydrosim.parts.storage_curve import COLUMNS
from hydrosim.rules.unit_check import NAMELESS
from hydrosim.sanity.table import Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hydrosim.config.schema import Config

__all__ = ["column_table"]

MOST_NAMES = 3
"""Columns of a file that are named."""
MOST_FILES = 12
"""Files that are printed."""


def column_table(config: Config, words: Iterable[str]) -> Table:
    """Return the data files with columns that nothing reads: how many, and the first of them.

    A column that is not read is no fault, so no row is marked: it may be the one that was meant.

    Parameters
    ----------
    config
        The config.
    words
        Words that scenarios write; a column named among them is read.
    """
    read = set(words)
    found: dict[str, dict[str, bool]] = {}
    for file, part in _files(config):
        label = file if part.sheet is None else f"{file}, {part.sheet}"
        try:
            table = table_of(config.folder / file, part.layout)
        except DataError:
            continue  # What is wrong with it is a fault where it is read.
        columns = found.setdefault(label, {})
        own = {*part.columns_read, *time_columns(table), *read}
        for name in table.columns:
            columns[name] = columns.get(name, False) or name in own
    for name in sorted({*_curve_files(config)}):
        try:
            table = table_of(config.folder / name)
        except DataError:
            continue
        found[name] = {column: column in COLUMNS for column in table.columns}
    rows = []
    for label, columns in sorted(found.items()):
        left = [name for name, is_read in columns.items() if not is_read]
        if left:
            rows.append(Row((label, float(len(left)), _named(left)), rank=float(len(left))))
    return Table(
        "columns",
        _("Columns of data files that nothing reads"),
        {
            "file": pgettext("sanity page", "file"),
            "count": pgettext("sanity page", "columns"),
            "first": _("which, in their order"),
        },
        rows,
        most=MOST_FILES,
    )


def _named(names: list[str]) -> str:
    if len(names) <= MOST_NAMES:
        return listed(names)
    return _("{names} and {more} more", names=listed(names[:MOST_NAMES]),
             more=len(names) - MOST_NAMES)  # fmt: skip


def _curve_files(config: Config) -> Iterator[str]:
    """Yield the files of storage curves."""
    for node in config.nodes.values():
        curve = node.__dict__.get("storage_curve")
        if isinstance(curve, str):
            yield curve


def _files(value: Any) -> Iterator[tuple[str, LaidOut]]:
    """Yield all parts of a config that read columns of a file, each with its file."""
    if isinstance(value, LaidOut) and (file := dict(value).get("file")):
        yield file, value
    if isinstance(value, BaseModel):
        value = value.__dict__
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        return
    for item in value:
        if type(item) not in NAMELESS:
            yield from _files(item)
