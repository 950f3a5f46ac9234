"""How a column of a book says what stands in it: a key path, and a unit in brackets.

``levels.dead [m]`` is the key ``dead`` of the block ``levels``; ``values[3]`` the third entry of a
list; ``stages.*`` holds names of entries, ``bands.#`` their numbers in a list, ``level[]`` the
values of a list below each other; ``value`` is the entry itself. A step that has signs of the path
in it stands in quotes: ``axes."a.b"``.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hydrosim.errors import Path

__all__ = [
    "COUNT",
    "ENTRY",
    "MONTH_DAY",
    "NAMES",
    "NUMBERS",
    "Heading",
    "heading_of",
    "path_text",
    "steps",
]

NAMES, COUNT, NUMBERS = "*", "#", "[]"
"""Steps that stand for any name of a block, any number of a list, and the rows of a list."""
ENTRY = "value"
MONTH_DAY = "month-day"
"""Stands where the unit stands, in columns of days of the year."""
LARGEST_NUMBER = 16_384
_STEP = re.compile(r'"(?:[^"\\]|\\.)*"|\[[0-9]*\]|[^."\[\]]+')
_HEADING = re.compile(r"(?P<path>.*?)(?:\s+\[(?P<unit>[^\[\]]+)\])?", re.DOTALL)
_PLAIN = re.compile(r'[^\s."\[\]*#](?:[^."\[\]\n]*[^\s."\[\]*])?')


class Heading(NamedTuple):
    """Path of a column from its entry, with what stands for any name or number, and its unit."""

    path: Path
    unit: str | None

    @property
    def is_key(self) -> bool:
        """Whether its cells say which entry of a block or list a row is."""
        return bool(self.path) and self.path[-1] in (NAMES, COUNT)


def steps(text: str) -> Path | None:
    """Return a path from its text; entries of lists count from 0. None where it is no path."""
    path: list[str | int] = []
    place, text = 0, text.strip()
    while place < len(text):
        bracket = text[place] == "["
        if place and not bracket:
            if text[place] != ".":
                return None
            place += 1
        found = _STEP.match(text, place)
        if found is None or (not path and bracket):
            return None
        step = found[0]
        place = found.end()
        if not bracket:
            path.append(_unquoted(step) if step[0] == '"' else step.strip())
        elif step == NUMBERS:
            path.append(NUMBERS)
        else:
            number = int(step[1:-1][:6])
            if not 1 <= number <= LARGEST_NUMBER:
                return None
            path.append(number - 1)
    return tuple(path) if path and all(step != "" for step in path) else None


def _unquoted(step: str) -> str:
    try:
        return str(json.loads(step))
    except ValueError:
        return ""


def heading_of(text: str) -> Heading | None:
    """Return what a heading says; None where it is none."""
    found = _HEADING.fullmatch(text.strip())
    path = steps(found["path"]) if found else None
    return None if found is None or path is None else Heading(path, found["unit"])


def path_text(path: Path, unit: str | None = None) -> str:
    """Return a path as text, with its unit where it has one; the reverse of the above."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step + 1}]"
        elif step == NUMBERS:
            text += NUMBERS
        else:
            plain = step in (NAMES, COUNT) or _PLAIN.fullmatch(step)
            name = step if plain else json.dumps(step, ensure_ascii=False)
            text += f".{name}" if text else name
    return f"{text} [{unit}]" if unit else text
