"""What ends a command from outside: Ctrl-C, and the signals of a system that stops or logs off."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

__all__ = ["Stop", "ending", "no_more_signals"]

LATER_S = 0.02
"""After which a signal that was lost comes again [s]."""
_ENDING = [one for one in signal.Signals if one.name in ("SIGTERM", "SIGHUP", "SIGBREAK")]


class Stop:
    """Whether a signal has come, and which; ``code`` is 128 and its number, as shells have it."""

    def __init__(self) -> None:
        self.came = False
        self.signal: int = signal.SIGINT

    @property
    def code(self) -> int:
        """Exit code of a command that was stopped."""
        return 128 + self.signal

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        """Take a signal as Ctrl-C.

        Raises
        ------
        KeyboardInterrupt
            Always.
        """
        self.came = True
        self.signal = number
        raise KeyboardInterrupt


@contextmanager
def ending() -> Iterator[Stop]:
    """Let signals that end the process end the body as Ctrl-C does, so that it cleans up.

    A signal that is ignored, as by ``nohup``, stays so; in other threads nothing is changed.
    """
    stop = Stop()
    before = {}
    hook = sys.unraisablehook
    sys.unraisablehook = partial(_again, hook)
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, *_ENDING):
            if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
                before[number] = signal.signal(number, stop)
    try:
        yield stop
    finally:
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)


def _again(hook: Callable[[sys.UnraisableHookArgs], object], lost: sys.UnraisableHookArgs) -> None:
    """Let Ctrl-C come once more where it came while Python cleaned up, which drops all errors."""
    if lost.exc_type is not KeyboardInterrupt or not hasattr(signal, "setitimer"):
        hook(lost)
        return
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, LATER_S)


def no_more_signals() -> None:
    """Let no signal disturb the end of the process: the command is done, its code is known.

    Python remembers a Ctrl-C that came inside a text that it executed, as for a named tuple, and
    would end with it although it was caught; a further text makes it forget.
    """
    exec("")
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, *_ENDING):
            signal.signal(number, signal.SIG_IGN)
