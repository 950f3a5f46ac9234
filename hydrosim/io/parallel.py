"""Work beside the body of a block: in a copy of this process, else in a second thread.

Python lets one thread of a process work at a time; a copy works truly beside it and hands back
what it found. Copying is safe only where no other thread runs, and is cheap and sound on Linux.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

__all__ = ["Second", "beside", "give_memory_back", "may_copy"]

T = TypeVar("T")
FEWEST_CORES = 2


def may_copy() -> bool:
    """Return whether work can be done in a copy of this process now, on a core of its own."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return False
    return len(os.sched_getaffinity(0)) >= FEWEST_CORES


def give_memory_back() -> None:
    """Give memory that was freed back to the system, where the C library knows how.

    A run frees what its arrays took in pieces that the library would keep: a tenth of the peak.
    """
    if sys.platform == "linux":
        from ctypes import CDLL

        with suppress(AttributeError, OSError):
            CDLL(None).malloc_trim(0)


class Second(Generic[T]):
    """What a copy does, until it is asked for."""

    def __init__(self, work: Callable[..., T], arguments: tuple[Any, ...]) -> None:
        self._work = work
        self._arguments = arguments
        self._known: list[T] = []
        sys.stdout.flush()
        self._pipe, other = os.pipe()
        with warnings.catch_warnings():  # of threads, of which there is none that could hold a lock
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process = os.fork()
        if self._process == 0:
            self._answer(other)
        os.close(other)

    def result(self) -> T:
        """Wait for the answer; what the copy could not do is done here, and raises here."""
        if not self._known:
            told = self._told()
            self._known.append(self._work(*self._arguments) if told is None else told[0])
        return self._known[0]

    def stop(self) -> None:
        """Let the copy end, if it has not."""
        if self._process:
            from signal import SIGTERM

            os.kill(self._process, SIGTERM)
            os.close(self._pipe)
            self._ended()

    def _answer(self, pipe: int) -> None:
        """Do the work and leave: nothing of the first process may be closed or flushed twice."""
        code = 1
        try:
            answer = pickle.dumps([self._work(*self._arguments)])
            with os.fdopen(pipe, "wb") as file:
                file.write(answer)
            code = 0
        finally:
            os._exit(code)

    def _told(self) -> list[T] | None:
        with os.fdopen(self._pipe, "rb") as file:
            answer = file.read()
        told: list[T] | None = pickle.loads(answer) if self._ended() == 0 else None
        return told

    def _ended(self) -> int:
        _, status = os.waitpid(self._process, 0)
        self._process = 0
        return os.waitstatus_to_exitcode(status)


class _Thread(Generic[T]):
    """What a second thread does, until it is asked for."""

    def __init__(self, work: Callable[..., T], arguments: tuple[Any, ...]) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._done = self._pool.submit(work, *arguments)

    def result(self) -> T:
        """Wait for the answer; raise what the work raised."""
        return self._done.result()

    def stop(self) -> None:
        """Wait for the end of the work, which nobody asks for."""
        self._pool.shutdown()


@contextmanager
def beside(work: Callable[..., T], *arguments: Any) -> Generator[Second[T] | _Thread[T]]:
    """Do some work while the body runs; what it raises is raised where its result is asked for.

    At the end of the body it is asked for in any case. Work in a copy leaves nothing in this
    process but its answer, which has to be one that can be pickled; its files are there. It may be
    done a second time here, when the copy fails, so it has to replace what it leaves.

    Parameters
    ----------
    work, arguments
        A function and what it is called with.

    Yields
    ------
    Second
        With ``result()``, which waits.
    """
    second = Second(work, arguments) if may_copy() else _Thread(work, arguments)
    try:
        yield second
        second.result()
    finally:
        second.stop()
