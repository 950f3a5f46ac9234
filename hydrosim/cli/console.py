"""What a command prints: tables, lines and progress on the output, complaints beside it."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from functools import cached_property, partial
from threading import Lock
from typing import TYPE_CHECKING, Any

from hydrosim.cli.output import Output
from hydrosim.io.visible import visible
from hydrosim.locale import EMPTY, Language, Message, _, in_language, language_of_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console as RichConsole
    from rich.text import Text

__all__ = ["Console", "duration", "time_left"]

WIDTH = 100
"""Columns of what is printed into a file or pipe."""


class Console:
    """Standard output and standard error of a command."""

    def __init__(self) -> None:
        self.output = Output(sys.stdout)
        self.errors = Output(sys.stderr)
        self.language: Language = language_of_environment()
        """Language in which messages are printed."""
        self.quiet = False
        """Whether no progress is shown."""
        self._draws = False

    def said(self, text: object) -> str:
        """Return a text in the language of the console, without what would steer a terminal."""
        return visible(in_language(text, self.language))

    def print(self, part: Any, style: str | None = None) -> None:
        """Print a table, or a text that is wrapped at the width of the terminal."""
        self._rich.print(self.said(part) if isinstance(part, str) else part, style=style)

    def line(self, text: object) -> None:
        """Print a text as it is, above a bar that is drawn."""
        if self._draws:
            self._rich.print(self.said(text), soft_wrap=True)
        else:
            self.output.write(f"{self.said(text)}\n")
            self.output.flush()

    def complain(self, *texts: object) -> None:
        """Print texts to standard error, a line each; empty ones are left out."""
        for text in texts:
            if text:
                self.errors.write(f"{self.said(text)}\n")
        self.errors.flush()

    @property
    def has_all_characters(self) -> bool:
        """Whether the encoding of the output has every character."""
        return self.output.encoding.lower().startswith("utf")

    @property
    def is_terminal(self) -> bool:
        """Whether somebody looks on, so that progress may be drawn."""
        return self._rich.is_terminal

    @contextmanager
    def progress(
        self, text: str, total: float, signs: int = 0, *, thread: bool = True
    ) -> Iterator[Any]:
        """Draw a bar with the time left while the body runs; into a file print some lines, or none.

        Without ``thread`` the bar is drawn when a share comes, so that the process may be
        copied meanwhile.

        Yields
        ------
        Callable or None
            Takes ``completed`` or ``advance``, and ``description``; None where nothing is shown.
        """
        if self.quiet or not self.is_terminal:
            yield _Signs(self, total, signs) if signs and not self.quiet else None
            return
        from rich import progress as rich

        columns = (
            rich.TextColumn("{task.description}"), rich.BarColumn(), rich.TaskProgressColumn(),
            rich.TimeElapsedColumn(), rich.TextColumn(self.said(_("left"))),
            rich.TimeRemainingColumn(),
        )  # fmt: skip
        how: dict[str, Any] = {"console": self._rich, "transient": True, "auto_refresh": thread}
        with rich.Progress(*columns, **how) as bar:
            self._draws = True
            try:
                yield partial(bar.update, bar.add_task(self.said(text), total=total))
            finally:
                self._draws = False

    @contextmanager
    def share_of(
        self, text: str, *, thread: bool = True
    ) -> Iterator[Callable[[float], None] | None]:
        """Draw a bar of shares in [0, 1]; into a file print nothing.

        Yields
        ------
        Callable or None
            Takes the share that is done; None where nothing is shown.
        """
        with self.progress(text, 1.0, thread=thread) as update:
            yield update and (lambda done: update(completed=done, refresh=not thread))

    @cached_property
    def _rich(self) -> RichConsole:
        from rich.console import Console as RichConsole

        class Plain(RichConsole):
            """Names and titles are text: nothing in them is markup, a link or a control."""

            def render_str(self, text: str, **how: Any) -> Text:
                """Return the text of a cell or line."""
                return super().render_str(visible(text), **how)

        return Plain(
            file=self.output,  # type: ignore[arg-type]
            width=None if sys.stdout is not None and sys.stdout.isatty() else WIDTH,
            highlight=False,
            markup=False,
            emoji=False,
        )


class _Signs:
    """Prints some lines of progress; called from any thread."""

    def __init__(self, console: Console, total: float, signs: int) -> None:
        self._console, self._total, self._signs = console, total, signs
        self._lock, self._begun = Lock(), time.monotonic()
        self._first, self._last = total, -1

    def __call__(self, completed: float, description: str) -> None:
        with self._lock:
            sign = int(self._signs * completed / self._total)
            if sign != self._last:
                self._first, self._last = min(self._first, completed), sign
                passed, done = time.monotonic() - self._begun, completed - self._first
                left = time_left(passed, done, self._total - completed)
                self._console.line(f"{description}{self._console.said(left)}")


def duration(seconds: float) -> Message:
    """Return a duration in seconds, minutes or hours, such as ``12 min``."""
    if seconds < 90.0:
        return _("{seconds:.0f} s", seconds=seconds)
    minutes = seconds / 60.0
    if minutes < 90.0:
        return _("{minutes:.0f} min", minutes=minutes)
    return _("{hours:.1f} h", hours=minutes / 60.0)


def time_left(passed_s: float, done: float, left: float) -> Message:
    """Return how long what is left will take at the pace so far; empty where nothing tells."""
    if not (done and left):
        return EMPTY
    return _(", about {duration} left", duration=duration(passed_s / done * left))
