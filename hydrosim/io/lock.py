"""One writer at a time in a folder of results, by a lock that ends with its process."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from hydrosim.errors import DataError
from hydrosim.io.bounded import followed
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["only_writer"]


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Keep other commands from writing into a folder while the body runs.

    The lock is a file beside the folder. The system gives it up when the process ends, however it
    ends; a file that was left behind locks nothing.

    Raises
    ------
    DataError
        If another command is writing there.
    """
    folder = followed(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    place = folder.with_name(f".{folder.name}.lock")
    handle = _locked(place)
    if handle is None:
        raise DataError(
            str(folder),
            found=_("a folder into which another command is writing"),
            expected=_("another folder, or to wait until it has ended"),
        )
    try:
        yield
    finally:
        with suppress(OSError):
            place.unlink()
        os.close(handle)


def _locked(place: Path) -> int | None:
    """Return an open file that this process has locked; None where another one has.

    A file that was removed between opening and locking locks nothing: the next one is tried.
    """
    while True:
        handle = os.open(place, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(handle)
        except OSError:
            os.close(handle)
            return None
        with suppress(FileNotFoundError):
            if os.fstat(handle).st_ino == place.stat().st_ino:
                return handle
        os.close(handle)


def _lock(handle: int) -> None:
    """Lock an open file without waiting."""
    try:
        import fcntl
    except ImportError:
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        return
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
