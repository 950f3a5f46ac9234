"""What a key takes, by the kind of error that pydantic reports of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hydrosim.locale import Message, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["EXPECTED", "LIMITS"]

_BLOCK = _("a block of keys")
_LIST = _("a list")
_TEXT = _("text")
_NUMBER = _("a number")
_WHOLE_NUMBER = _("a whole number")
_BOOLEAN = _("true or false")
EXPECTED: dict[str, Message] = {
    "model_type": _BLOCK,
    "model_attributes_type": _BLOCK,
    "dict_type": _BLOCK,
    "mapping_type": _BLOCK,
    "dataclass_type": _BLOCK,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "string_type": _TEXT,
    "string_sub_type": _TEXT,
    "string_unicode": _TEXT,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "int_type": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_parsing_size": _WHOLE_NUMBER,
    "int_from_float": _WHOLE_NUMBER,
    "bool_type": _BOOLEAN,
    "bool_parsing": _BOOLEAN,
    "finite_number": _("a finite number"),
    "none_required": _("nothing"),
}
LIMITS: dict[str, tuple[str, Callable[[Any], Message]]] = {
    "greater_than": ("gt", lambda limit: _("a number greater than {limit}", limit=str(limit))),
    "greater_than_equal": ("ge", lambda limit: _("a number of {limit} or more", limit=str(limit))),
    "less_than": ("lt", lambda limit: _("a number less than {limit}", limit=str(limit))),
    "less_than_equal": ("le", lambda limit: _("a number of {limit} or less", limit=str(limit))),
    "too_short": (
        "min_length",
        lambda limit: ngettext("at least {count} entry", "at least {count} entries", limit),
    ),
    "too_long": (
        "max_length",
        lambda limit: ngettext("at most {count} entry", "at most {count} entries", limit),
    ),
    "string_too_short": (
        "min_length",
        lambda limit: ngettext(
            "text of at least {count} character", "text of at least {count} characters", limit
        ),
    ),
    "string_too_long": (
        "max_length",
        lambda limit: ngettext(
            "text of at most {count} character", "text of at most {count} characters", limit
        ),
    ),
    "string_pattern_mismatch": (
        "pattern",
        lambda pattern: _("text of the form {pattern}", pattern=pattern),
    ),
}
