"""The data files that a configuration names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["named_files"]

LONGEST_NAME = 300


def named_files(tree: Any, folder: Path) -> list[str]:
    """Return the files below a folder that a configuration names, each once, by name.

    Parameters
    ----------
    tree
        The configuration as written.
    folder
        From which relative names count. Absolute names, and those that lead out of it, are left
        out.
    """
    names = {text for text in _texts(tree) if "." in text and len(text) < LONGEST_NAME}
    return sorted(name for name in names if is_inside(name, folder) and (folder / name).is_file())


def is_inside(name: str, folder: Path) -> bool:
    """Return whether a name leads to a place below a folder."""
    try:
        return (folder / name).resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        return False


def _texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        for part in tree.values():
            yield from _texts(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from _texts(part)
    elif isinstance(tree, str):
        yield str(tree)
