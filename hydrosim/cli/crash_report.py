"""A failure that is nobody's wrong input, told with its place in hydrosim and values at hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["told_failure"]

MOST_VALUES = 8
MOST_LINES = 3
LONGEST_VALUE = 40


def told_failure(error: Exception) -> str:
    """Return an internal failure with its place in hydrosim and the values at hand."""
    frames = []
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        frames.append((trace.tb_frame, trace.tb_lineno))
        trace = trace.tb_next
    here = Path(__file__).parent
    own = [frame for frame in frames if Path(frame[0].f_code.co_filename).is_relative_to(here)]
    frame, line = (own or frames)[-1]
    file = Path(frame.f_code.co_filename)
    place = file.relative_to(here.parent) if file.is_relative_to(here) else file.name
    values = [
        f"{name} = {_short(value)}"
        for name, value in frame.f_locals.items()
        if isinstance(value, (bool, int, float, str, Path)) and name[0].islower()
    ]
    sentence = "\n".join(str(error).splitlines()[:MOST_LINES])
    lines = [
        f"internal failure: {type(error).__name__}: {sentence}",
        f"  at        {place}:{line}, in {frame.f_code.co_name}",
    ]
    if values:
        lines.append(f"  values    {'; '.join(values[:MOST_VALUES])}")
    return "\n".join(lines)


def _short(value: Any) -> str:
    text = f"{value:.6g}" if isinstance(value, float) else repr(value)
    text = repr(str(value)) if isinstance(value, Path) else text
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."
