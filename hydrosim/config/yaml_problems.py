"""What the reader of YAML says of text that is not YAML, as messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hydrosim.locale import Message, _

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["problem_message"]

_PLAIN = (
    _("could not find expected ':'"),
    _("found duplicate anchor"),
    _("found unexpected ':'"),
    _("found unexpected document separator"),
    _("found unexpected end of stream"),
    _("invalid intendation or unclosed '[' or '{'"),
    _("mapping keys are not allowed here"),
    _("mapping values are not allowed here"),
    _("more indented follow up line than first in a block scalar"),
    _("sequence entries are not allowed here"),
    _("while parsing a block collection"),
    _("while parsing a block mapping"),
    _("while parsing a flow mapping"),
    _("while parsing a flow sequence"),
    _("while parsing a node"),
    _("while parsing a tag"),
    _("while scanning a block scalar"),
    _("while scanning a directive"),
    _("while scanning a double-quoted scalar"),
    _("while scanning a plain scalar"),
    _("while scanning a quoted scalar"),
    _("while scanning a simple key"),
    _("while scanning a tag"),
    _("while scanning an alias"),
    _("while scanning an anchor"),
    _("while scanning for the next token"),
)
_KNOWN: dict[str, Message] = {str.__str__(text): text for text in _PLAIN}

_WITH_VALUES: tuple[tuple[re.Pattern[str], Callable[..., Message]], ...] = (
    (
        re.compile(r"expected ',' or '(.)', but got '(.+)'"),
        lambda sign, got: _("expected ',' or '{sign}', but got '{got}'", sign=sign, got=got),
    ),
    (
        re.compile(r"expected '(.+)', but got '(.+)'"),
        lambda wanted, got: _("expected '{wanted}', but got '{got}'", wanted=wanted, got=got),
    ),
    (
        re.compile(r"expected <block end>, but found '(.+)'"),
        lambda found: _("expected <block end>, but found '{found}'", found=found),
    ),
    (
        re.compile(r"expected the node content, but found '(.+)'"),
        lambda found: _("expected the node content, but found '{found}'", found=found),
    ),
    (
        re.compile(r"expected alphabetic or numeric character, but found '(.+)'"),
        lambda found: _(
            "expected alphabetic or numeric character, but found '{found}'", found=found
        ),
    ),
    (
        re.compile(r"expected a comment or a line break, but found '(.+)'"),
        lambda found: _("expected a comment or a line break, but found '{found}'", found=found),
    ),
    (
        re.compile(r"expected chomping or indentation indicators, but found '(.+)'"),
        lambda found: _(
            "expected chomping or indentation indicators, but found '{found}'", found=found
        ),
    ),
    (
        re.compile(r"found character (.+) that cannot start any token"),
        lambda sign: _("found character {sign} that cannot start any token", sign=sign),
    ),
    (
        re.compile(r"found unknown escape character (.+)"),
        lambda sign: _("found unknown escape character {sign}", sign=sign),
    ),
    (
        re.compile(r"found undefined alias (.+)"),
        lambda name: _("found undefined alias {name}", name=name),
    ),
)


def problem_message(text: str) -> Message:
    """Return a sentence of the reader as a message; one that is not known stays as it is."""
    if text in _KNOWN:
        return _KNOWN[text]
    for pattern, message in _WITH_VALUES:
        found = pattern.fullmatch(text)
        if found is not None:
            return message(*found.groups())
    return Message(text)
