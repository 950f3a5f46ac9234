"""The exit codes, what they mean, and which error ends in which."""

from __future__ import annotations

from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hydrosim.locale import Language

__all__ = ["FAILED", "FINE", "MEANINGS", "NOT_MET", "UsageError", "outcome_of", "refuse"]

FINE, FAILED, WRONG_INPUT, NOT_MET = range(4)
MEANINGS = (
    "0 it ran; 1 a run that failed, or an internal error; 2 wrong input, nothing was run; "
    "3 with --strict, a verdict failed"
)


PACKAGE = Path(__file__).parents[1]
MOST_VALUES = 8
MOST_LINES = 3
LONGEST_VALUE = 40


class UsageError(Exception):
    """Options that do not go together, or that need another."""


def refuse(wrong: bool, message: str) -> None:
    """Raise a UsageError where options are wrong."""
    if wrong:
        raise UsageError(message)


def outcome_of(error: BaseException, language: Language = "en") -> tuple[int, str]:
    """Return the exit code of a command that an error has ended, and the message for it."""
    from hydrosim.errors import ConfigError, DataError, SimulationError

    if isinstance(error, (ConfigError, DataError)):
        return WRONG_INPUT, error.render(language)
    if isinstance(error, UsageError):
        return WRONG_INPUT, str(error)
    if isinstance(error, SimulationError):
        return FAILED, str(error)
    if isinstance(error, KeyboardInterrupt):
        return FAILED, "stopped; nothing was written"
    return FAILED, _report(error)


def _report(error: BaseException) -> str:
    """Return an internal error with the innermost place in hydrosim and the values there."""
    frames = list(walk_tb(error.__traceback__))
    own = [one for one in frames if Path(one[0].f_code.co_filename).is_relative_to(PACKAGE)]
    frame, line = (own or frames)[-1]
    file = Path(frame.f_code.co_filename)
    place = file.relative_to(PACKAGE.parent) if file.is_relative_to(PACKAGE) else file.name
    values = [
        f"{name} = {_short(value)}"
        for name, value in frame.f_locals.items()
        if isinstance(value, (bool, int, float, str, Path)) and name[0].islower()
    ]
    sentence = "\n".join(str(error).splitlines()[:MOST_LINES])
    lines = [
        f"internal error: {type(error).__name__}: {sentence}",
        f"  at        {place}:{line}, in {frame.f_code.co_name}",
    ]
    if values:
        lines.append(f"  values    {'; '.join(values[:MOST_VALUES])}")
    return "\n".join(lines)


def _short(value: object) -> str:
    text = f"{value:.6g}" if isinstance(value, float) else repr(value)
    text = repr(str(value)) if isinstance(value, Path) else text
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."
