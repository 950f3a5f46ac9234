"""A configuration that a script holds as a mapping: the same tree as that of a file."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from math import isfinite
from numbers import Integral, Real
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from hydrosim.config.source import PlacedText, Source
from hydrosim.errors import ConfigError, Fault, shown
from hydrosim.locale import _

if TYPE_CHECKING:
    from hydrosim.errors import Path

__all__ = ["source_of_mapping"]

DEEPEST = 64
"""Blocks within blocks that a mapping may have."""


def source_of_mapping(given: Mapping[str, Any], name: str = "configuration") -> Source:
    """Return a mapping as a tree like that of a file; relative names count from the working folder.

    Parameters
    ----------
    given
        Keys and values as in YAML: text, numbers, booleans, None, dates, lists and mappings.
    name
        What messages call it.

    Raises
    ------
    ConfigError
        With the path of each value that no configuration can hold.
    """
    source = Source(name, folder=FilePath.cwd())
    source.tree = _block(given, (), source)
    if source.faults:
        raise ConfigError(source.faults, source)
    return source


def _block(given: Mapping[Any, Any], path: Path, source: Source) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for key, value in given.items():
        name = key if isinstance(key, str) else str(_plain(key, path, source))
        tree[name] = _plain(value, (*path, name), source)
    return tree


def _plain(value: Any, path: Path, source: Source) -> Any:
    """Return a value as the reader of files gives it."""
    if len(path) > DEEPEST:
        source.faults.append(
            Fault(path[:8], _("blocks within blocks without end"), _("a block without itself"))
        )
        return None
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return PlacedText(value, path)
    if isinstance(value, Mapping):
        return _block(value, path, source)
    if isinstance(value, (list, tuple)):
        return [_plain(item, (*path, number), source) for number, item in enumerate(value)]
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time() and value.tzinfo is None
        return PlacedText(value.date().isoformat() if midnight else value.isoformat(" "), path)
    if isinstance(value, (datetime.date, FilePath)):
        return PlacedText(str(value), path)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real) and isfinite(value):
        return float(value)
    expected = _("text, a finite number, true or false, a date, a list or a mapping")
    source.faults.append(Fault(path, shown(value), expected))
    return None
