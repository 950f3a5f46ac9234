"""Work beside the body of a block: in a copy of this process, else in a second thread.

Python lets one thread of a process work at a time; a copy works truly beside it. Copying is safe
only where no other thread runs, and is cheap and sound on Linux. The copy shares the memory of
this process, so that a result of hundreds of megabytes is neither packed nor sent; an executor of
processes would pack it (all arguments go through its queue), and starts threads, beside which a
second copy could not be made.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import warnings
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from multiprocessing.connection import Connection
    from types import FrameType

__all__ = ["Second", "beside", "give_memory_back", "may_copy"]

T = TypeVar("T")
FEWEST_CORES = 2
PR_SET_PDEATHSIG = 1
"""Of Linux: the signal that a process gets when its parent ends."""
_STOPPING = [one for one in signal.Signals if one.name in ("SIGINT", "SIGTERM", "SIGHUP")]
"""What a command takes as a wish to stop."""


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


@dataclass(frozen=True)
class Second(Generic[T]):
    """What is done beside the body: ``result()`` waits for it and returns it."""

    result: Callable[[], T]


@contextmanager
def beside(work: Callable[..., T], *arguments: Any) -> Generator[Second[T]]:
    """Do some work while the body runs; what it raises is raised where its result is asked for.

    At the end of the body it is asked for in any case. Work in a copy leaves nothing in this
    process but its result, which has to be one that can be pickled; its files are there. It may be
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
    way = _copied if may_copy() else _threaded
    with way(work, arguments) as result:
        yield Second(result)
        result()


@contextmanager
def _copied(work: Callable[..., T], arguments: tuple[Any, ...]) -> Generator[Callable[[], T]]:
    """Do the work in a copy, which ends with the block."""
    from multiprocessing import get_context

    context = get_context("fork")
    answer, sender = context.Pipe(duplex=False)
    copy = context.Process(target=_answer, args=(answer, sender, work, arguments))

    @cache
    def result() -> T:
        """Wait; what the copy could not do is done here, and raises here."""
        try:
            return answer.recv()
        except EOFError:
            return work(*arguments)

    try:
        with warnings.catch_warnings(), _interrupts_held():  # Python loses Ctrl-C while it copies
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads: there are none
            copy.start()
        sender.close()
        yield result
    finally:
        if copy.pid is not None:
            copy.kill()
            copy.join()
        answer.close()


def _answer(
    answer: Connection, sender: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]
) -> None:
    _end_with_parent()
    answer.close()  # else a copy without its first process would wait for itself to read
    for number in _STOPPING:
        signal.signal(number, signal.SIG_IGN)  # the first process ends this one
    with suppress(BaseException):  # the first process does the work again and tells what is wrong
        sender.send(work(*arguments))


def _end_with_parent() -> None:
    """Let the system end this process with the one that it is a copy of, however that one ends."""
    from ctypes import CDLL

    parent = os.getppid()
    with suppress(AttributeError, OSError):
        CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


@contextmanager
def _threaded(work: Callable[..., T], arguments: tuple[Any, ...]) -> Generator[Callable[[], T]]:
    """Do the work in a second thread, which has ended when the block has, whatever ends it.

    The libraries that write results crash where two threads use them, so that Ctrl-C has to wait.
    """
    done: Future[T] = Future()

    def act() -> None:
        try:
            done.set_result(work(*arguments))
        except BaseException as error:
            done.set_exception(error)

    second = threading.Thread(target=act)
    try:
        with _interrupts_held():
            second.start()
        yield done.result
    finally:
        with _interrupts_held():
            if second.ident is not None:
                second.join()


@contextmanager
def _interrupts_held() -> Generator[None]:
    """Let Ctrl-C, and signals that a command takes as such, come after the block, not in it.

    They only ever come to the main thread.
    """
    came: list[tuple[int, FrameType | None]] = []
    before: dict[int, Callable[[int, FrameType | None], Any]] = {}
    if threading.current_thread() is threading.main_thread():
        for number in _STOPPING:
            handler = signal.getsignal(number)
            if callable(handler):  # not of the system alone, and no other than Python's
                before[number] = handler
                signal.signal(number, lambda *what: came.append(what))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if came:
        before[came[0][0]](*came[0])
