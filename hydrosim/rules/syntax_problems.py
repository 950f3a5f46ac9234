"""What Python says of an expression that is none, as messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hydrosim.locale import Message, _

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["syntax_message"]

_PLAIN = (
    _("expected 'else' after 'if' expression"),
    _('expression cannot contain assignment, perhaps you meant "=="?'),
    _("invalid decimal literal"),
    _("invalid hexadecimal literal"),
    _("invalid syntax"),
    _("invalid syntax. Maybe you meant '==' or ':=' instead of '='?"),
    _("invalid syntax. Perhaps you forgot a comma?"),
    _(
        "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal "
        "integers"
    ),
    _("positional argument follows keyword argument"),
    _("source code string cannot contain null bytes"),
    _("unexpected EOF while parsing"),
    _("unexpected character after line continuation character"),
    _("unexpected indent"),
)
_KNOWN: dict[str, Message] = {str.__str__(text): text for text in _PLAIN}

_WITH_VALUES: tuple[tuple[re.Pattern[str], Callable[..., Message]], ...] = (
    (re.compile(r"'(.)' was never closed"), lambda sign: _("'{sign}' was never closed", sign=sign)),
    (re.compile(r"unmatched '(.)'"), lambda sign: _("unmatched '{sign}'", sign=sign)),
    (
        re.compile(r"closing parenthesis '(.)' does not match opening parenthesis '(.)'"),
        lambda closing, opening: _(
            "closing parenthesis '{closing}' does not match opening parenthesis '{opening}'",
            closing=closing, opening=opening,
        ),
    ),
    (
        re.compile(r"invalid character '(.)' \((.+)\)"),
        lambda sign, code: _("invalid character '{sign}' ({code})", sign=sign, code=code),
    ),
    (
        re.compile(r"invalid non-printable character (.+)"),
        lambda code: _("invalid non-printable character {code}", code=code),
    ),
    (
        re.compile(r"unterminated string literal \(detected at line (\d+)\)"),
        lambda line: _("unterminated string literal (detected at line {line})", line=line),
    ),
    (
        re.compile(r"cannot assign to (.+) here\. Maybe you meant '==' instead of '='\?"),
        lambda what: _(
            "cannot assign to {what} here. Maybe you meant '==' instead of '='?", what=what
        ),
    ),
)  # fmt: skip


def syntax_message(text: str) -> Message:
    """Return what Python says of a syntax as a message; what is not known stays as it is."""
    if text in _KNOWN:
        return _KNOWN[text]
    for pattern, message in _WITH_VALUES:
        found = pattern.fullmatch(text)
        if found is not None:
            return message(*found.groups())
    return Message(text)
