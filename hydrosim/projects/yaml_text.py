"""A configuration as YAML text that reads back as the same tree."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from hydrosim.config.describe import keys_of
from hydrosim.config.schema import Config
from hydrosim.locale import as_message, in_language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hydrosim.locale import Language

__all__ = ["yaml_of"]

WIDEST_LINE = 110
_PLAIN = re.compile(r"(?:\w|-[0-9])(?:[\w \-./+*%()=<>^]*[\w%)])?")
_NUMBER_LIKE = re.compile(r"[-+]?[0-9_.]+(?:[eE][-+]?[0-9_]*)?|0[xo][0-9a-fA-F]*")
_WORDS = frozenset(("null", "true", "false"))


def yaml_of(tree: Mapping[str, Any], remark: str, language: Language = "en") -> str:
    """Return a configuration as text, with a remark at its head and one above each section.

    Parameters
    ----------
    tree
        The configuration as written.
    remark
        Text of the head, in any number of lines.
    language
        Of the remarks above sections, which are the descriptions of the schema.
    """
    described = {key.name: key.description for key in keys_of(Config)}
    lines = [f"# {line}" for line in in_language(remark, language).split("\n")]
    for key, value in tree.items():
        if isinstance(value, (dict, list)) and value:
            text = as_message(described.get(key, "")).in_language(language)
            lines += ["", f"# {text}"] if text else [""]
        lines += _lines(key, value, 0)
    return "\n".join(lines) + "\n"


def _lines(key: str, value: Any, depth: int) -> Iterator[str]:
    pad, name = "  " * depth, _key(key)
    flow = f"{pad}{name}: {_flow(value)}"
    nested = isinstance(value, (dict, list)) and len(value) > 0
    whole = depth == 0 and isinstance(value, dict) and any(
        isinstance(part, (dict, list)) for part in value.values()
    )  # fmt: skip
    if not nested or (len(flow) <= WIDEST_LINE and not whole):
        yield flow
    elif isinstance(value, dict):
        yield f"{pad}{name}:"
        for inner, part in value.items():
            yield from _lines(inner, part, depth + 1)
    elif any(isinstance(part, (dict, list)) for part in value) or depth == 0:
        yield f"{pad}{name}:"
        yield from (f"{pad}  - {_flow(part)}" for part in value)
    else:
        yield flow


def _flow(value: Any) -> str:
    """Return a value in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if value is None:
        return "~"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value) if isinstance(value, str) else repr(value)


def _key(key: str) -> str:
    return key if re.fullmatch(r"\w(?:[\w\-. ]*\w)?", key) else _quoted(key)


def _text(text: str) -> str:
    plain = _PLAIN.fullmatch(text) and not _NUMBER_LIKE.fullmatch(text)
    usual = text.casefold() not in _WORDS and unicodedata.normalize("NFKC", text) == text
    return str(text) if plain and usual else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(str(text), ensure_ascii=not text.isprintable())
