"""Files that people name: what is opened at all, and how large it may be.

A device, a pipe or a socket has no end, or waits for one; a file that is far larger than any table
of its kind is not what was meant. Both are refused before a byte is read.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

from hydrosim.errors import DataError, nearest
from hydrosim.io.file_names import refused_part
from hydrosim.io.reasons import reason_of
from hydrosim.locale import _

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "MOST_ARRAYS",
    "MOST_CONFIG",
    "MOST_TEXT",
    "bytes_of",
    "followed",
    "refuse_special",
    "refuse_unreadable",
]

MIB = 1 << 20
MOST_CONFIG = 8 * MIB
MOST_TEXT = 128 * MIB
MOST_ARRAYS = 1 << 35
"""Largest file of a configuration, of text or a workbook, and of arrays read in parts [byte]."""


def refuse_unreadable(file: Path, expected: str, most: int = MOST_ARRAYS) -> os.stat_result:
    """Return what the system knows of a file.

    Raises
    ------
    DataError
        When it is not there, no regular file, or larger than ``most`` bytes.
    """
    try:
        state = file.stat()
    except (OSError, ValueError) as error:
        near, note = _beside(file) if isinstance(error, FileNotFoundError) else (None, None)
        raise DataError(
            str(file), found=reason_of(error), expected=expected, nearest=near, note=note
        ) from None
    if not stat.S_ISREG(state.st_mode):
        kind = _("a folder") if stat.S_ISDIR(state.st_mode) else _("no regular file")
        raise DataError(str(file), found=kind, expected=expected)
    if state.st_size > most:
        found = _("a file of {size} MiB, too large", size=-(-state.st_size // MIB))
        limit = _("at most {most} MiB", most=most // MIB)
        raise DataError(str(file), found=found, expected=limit)
    return state


def followed(target: Path) -> Path:
    """Return a place with all links followed; nothing need be there.

    Raises
    ------
    DataError
        When links lead in a circle, or the system takes no such name.
    """
    refused = refused_part(target)
    if refused is not None:
        raise DataError(
            str(target),
            found=_("{name!r}: {reason}", name=refused[0], reason=refused[1]),
            expected=_("a place that can be written"),
        )
    try:
        place = target.resolve()
        place.exists()  # asks the system whether it takes the name
    except RuntimeError:  # of older versions of Python, for a circle of links
        reason = reason_of(OSError(errno.ELOOP, os.strerror(errno.ELOOP)))
    except (OSError, ValueError) as error:
        reason = reason_of(error)
    else:
        return place
    raise DataError(str(target), found=reason, expected=_("a place that can be written"))


def refuse_special(file: Path, expected: str) -> None:
    """Refuse what is there and no regular file: a pipe would be waited for without an end.

    Raises
    ------
    DataError
        When it is a folder, a device, a pipe or a socket.
    """
    if file.exists() and not file.is_file():
        refuse_unreadable(file, expected)


def _beside(file: Path) -> tuple[str | None, str | None]:
    """Return the nearest name in the folder of a file that is not there, and the folder."""
    folder = file.parent
    try:
        names = [one.name for one in folder.iterdir() if one.is_file()]
    except FileNotFoundError:
        return None, _("there is no folder {folder}", folder=str(folder))
    note = _("searched in the folder {folder}", folder=str(folder))
    return nearest(file.name, names), note


def bytes_of(file: Path, expected: str, most: int) -> bytes:
    """Return the content of a regular file of at most ``most`` bytes.

    Raises
    ------
    DataError
        As :func:`refuse_unreadable`, or when it cannot be read.
    """
    refuse_unreadable(file, expected, most)
    try:
        return file.read_bytes()
    except OSError as error:
        raise DataError(str(file), found=reason_of(error), expected=expected) from None
