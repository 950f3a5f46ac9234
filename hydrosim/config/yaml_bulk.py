"""Configuration text that is too deep or too full to be one, found before it is read."""

from __future__ import annotations

import re

from hydrosim.errors import Fault
from hydrosim.locale import _

__all__ = ["DEEPEST", "MOST_VALUES", "bulk_fault"]

DEEPEST = 100
MOST_VALUES = 500_000
_ALMOST_NOTHING = 50
_INDENT = re.compile(r"^(?:[ \t]|[-?:](?=\s))*", re.MULTILINE)
_BRACKET = re.compile(r"[\[\]{}]")


def bulk_fault(text: str) -> Fault | None:
    """Return what is wrong with text whose blocks lie too deep, or that has too many values."""
    if len(text) <= _ALMOST_NOTHING:
        return None
    parts = text.count(",") + text.count("\n")
    if parts > MOST_VALUES:
        found = _("some {count} values, too many", count=parts)
        note = _("long series belong into data files")
        expected = _("at most {count} values", count=MOST_VALUES)
        return Fault((), found, expected, note=note, line=1, column=1)
    place = _first_too_deep(text)
    if place is None:
        return None
    line = text.count("\n", 0, place) + 1
    column = place - text.rfind("\n", 0, place)
    found = _("blocks more than {deepest} deep", deepest=DEEPEST)
    return Fault((), found, _("at most {deepest}", deepest=DEEPEST), line=line, column=column)


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
