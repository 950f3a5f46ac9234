"""Python's search for unused circles of objects, paused while many objects are made at once.

A configuration of thousands of nodes becomes millions of objects, all of them in use. The search
goes through them again and again while they are made, and takes a third of the time for nothing.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["collection_paused"]


class _Pauses:
    """How many blocks of all threads want the search paused, and whether it was on before."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._count = 0
        self._was_on = False

    def begin(self) -> None:
        with self._lock:
            if self._count == 0:
                self._was_on = gc.isenabled()
                gc.disable()
            self._count += 1

    def end(self) -> None:
        with self._lock:
            self._count -= 1
            if self._count == 0 and self._was_on:
                gc.enable()


_PAUSES = _Pauses()


@contextmanager
def collection_paused() -> Iterator[None]:
    """Pause the search within the block; it goes on when the last block of all threads ends.

    Yields
    ------
    None
        Nothing.
    """
    _PAUSES.begin()
    try:
        yield
    finally:
        _PAUSES.end()
