"""The exit codes, what they mean, and which error ends in which."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from traceback import walk_tb

from hydrosim.locale import Language, Message, _, in_language, listed

__all__ = [
    "FAILED",
    "FINE",
    "INTERRUPTED",
    "MEANINGS",
    "NOT_MET",
    "STOPPED",
    "UsageError",
    "month_day",
    "outcome_of",
    "refuse",
]

FINE, FAILED, WRONG_INPUT, NOT_MET = range(4)
INTERRUPTED = 130
"""128 and the number of the signal of Ctrl-C, as shells have it."""
MEANINGS = _(
    "0 it ran; 1 a run that failed, or an internal error; 2 wrong input, nothing was run; "
    "3 with --strict, a verdict failed, or check warned of something; 130 stopped by Ctrl-C; "
    "143 or 129 stopped by the system, as `kill` does or the end of a session"
)


NO_ROOM = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO))
"""Errors of the system that are nobody's input: the disk is full, or fails."""
GONE = frozenset(
    (errno.ENOENT, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EISDIR, errno.ESTALE)
)
"""Errors of the system about a file that others have removed or changed meanwhile."""
OF_NETCDF = "NetCDF: "
"""What stands before the errors of the library of netCDF."""
STOPPED = _("stopped; unfinished results were removed")
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


def month_day(option: str, text: str) -> tuple[int, int]:
    """Return a month and day of every year from the text of an option, such as 07-01."""
    parts = text.split("-")
    numbers = [int(part) for part in parts if part.isascii() and part.isdigit()]
    fits = len(parts) == len(numbers) == 2 and 1 <= numbers[0] <= 12 and 1 <= numbers[1] <= 28
    refuse(
        not fits,
        _(
            "{option} {text!r}: a month and a day up to the 28th, as 07-01",
            option=option,
            text=text,
        ),
    )
    return numbers[0], numbers[1]


def outcome_of(error: BaseException, language: Language = "en") -> tuple[int, str]:
    """Return the exit code of a command that an error has ended, and the message for it."""
    from hydrosim.errors import ConfigError, DataError, SimulationError
    from hydrosim.io.reasons import reason_of

    if isinstance(error, (ConfigError, DataError)):
        return WRONG_INPUT, error.render(language)
    if isinstance(error, UsageError):
        return WRONG_INPUT, in_language(error.args[0], language)
    if isinstance(error, SimulationError):
        return FAILED, error.render(language)
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return FAILED, in_language(_unwritten(error), language)
    if isinstance(error, OSError) and error.errno in GONE and error.filename is not None:
        gone = _("{file}: {reason}", file=str(error.filename), reason=reason_of(error))
        return FAILED, in_language(gone, language)
    if isinstance(error, (OSError, RuntimeError)) and OF_NETCDF in str(error):
        damaged = _(
            "a file of results was damaged or changed while it was being used: {reason}",
            reason=str(error),
        )
        return FAILED, in_language(damaged, language)
    if _is_of_environment(error):
        return WRONG_INPUT, in_language(_refused_environment(error), language)
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED, in_language(STOPPED, language)
    return FAILED, _report(error, language)


def _is_of_environment(error: BaseException) -> bool:
    """Whether numba cannot be imported with the environment, as with 0 for a number of threads."""
    frames = [frame for frame, _line in walk_tb(error.__traceback__)]
    importing = any(
        frame.f_globals.get("__name__") == "numba" and frame.f_code.co_name == "<module>"
        for frame in frames
    )
    named = any(name.startswith("NUMBA_") for name in os.environ)
    return isinstance(error, ValueError) and importing and named


def _refused_environment(error: BaseException) -> Message:
    """Return what is wrong with variables of the environment that numba reads."""
    names = listed([name for name in sorted(os.environ) if name.startswith("NUMBA_")])
    return _(
        "numba cannot be used with these variables of the environment, {names}: {reason}",
        names=names,
        reason=str(error),
    )


def _unwritten(error: OSError) -> Message:
    """Return which file could not be written, and why."""
    from hydrosim.io.reasons import reason_of

    if error.filename is None:
        return _("results could not be written: {reason}", reason=reason_of(error))
    return _(
        "{file} could not be written: {reason}", file=str(error.filename), reason=reason_of(error)
    )


def _report(error: BaseException, language: Language) -> str:
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
    head = _("internal error: {kind}: {text}", kind=type(error).__name__, text=sentence)
    at = _("  at        {place}:{line}, in {function}",
           place=place, line=line, function=frame.f_code.co_name)  # fmt: skip
    lines = [head, at]
    if values:
        lines.append(_("  values    {values}", values="; ".join(values[:MOST_VALUES])))
    return "\n".join(in_language(one, language) for one in lines)


def _short(value: object) -> str:
    text = f"{value:.6g}" if isinstance(value, float) else repr(value)
    text = repr(str(value)) if isinstance(value, Path) else text
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."
