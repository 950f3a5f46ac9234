"""Configuration text that is too deep or too full to be one, found before it is read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hydrosim.errors import ConfigError, Fault
from hydrosim.locale import _

if TYPE_CHECKING:
    from hydrosim.config.source import Source

__all__ = ["DEEPEST", "MOST_VALUES", "refuse_bulk"]

DEEPEST = 100
MOST_VALUES = 500_000
_ALMOST_NOTHING = 50
_INDENT = re.compile(r"^(?:[ \t]|[-?:](?=\s))*", re.MULTILINE)
_BRACKET = re.compile(r"[\[\]{}]")


def refuse_bulk(text: str, source: Source) -> None:
    """Refuse text whose blocks lie too deep in one another, or that has too many values.

    Raises
    ------
    ConfigError
        With the line where the depth or the number is reached.
    """
    if len(text) <= _ALMOST_NOTHING:
        return
    parts = text.count(",") + text.count("\n")
    if parts > MOST_VALUES:
        found = _("some {count} values, too many", count=parts)
        note = _("long series belong into data files")
        expected = _("at most {count} values", count=MOST_VALUES)
        fault = Fault((), found, expected, note=note, line=1, column=1)
        raise ConfigError([fault], source)
    place = _first_too_deep(text)
    if place is not None:
        line = text.count("\n", 0, place) + 1
        column = place - text.rfind("\n", 0, place)
        found = _("blocks more than {deepest} deep", deepest=DEEPEST)
        fault = Fault((), found, _("at most {deepest}", deepest=DEEPEST), line=line, column=column)
        raise ConfigError([fault], source)


def _first_too_deep(text: str) -> int | None:
    """Return where blocks lie too deep, by indents and brackets; None where they do not.

    Each level of a block takes a sign at the start of its line, each in brackets one bracket.
    Brackets inside text count as well, so that only balanced ones are no depth.
    """
    for found in _INDENT.finditer(text):
        if found.end() - found.start() > DEEPEST:
            return _deep_by_events(text, found.end())
    depth = 0
    for found in _BRACKET.finditer(text):
        depth = max(0, depth + (1 if found.group() in "[{" else -1))
        if depth > DEEPEST:
            return _deep_by_events(text, found.start())
    return None


def _deep_by_events(text: str, likely: int) -> int | None:
    """Return where the depth of the text, as YAML reads it, is reached.

    The reader of events gives up at a depth of its own: ``likely`` is the place then.
    """
    import yaml

    depth = 0
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                depth += 1
                if depth > DEEPEST:
                    return event.start_mark.index
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                depth -= 1
    except yaml.YAMLError:
        return likely
    return None
