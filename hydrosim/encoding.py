"""Bytes of a text file that are not UTF-8: where they stand, and how the file was likely saved."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["NotUtf8", "text_of"]

_CHINESE = re.compile(r"[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]+")
_LONGEST_SAMPLE = 24


class NotUtf8(NamedTuple):
    """What is told of a file that is not UTF-8."""

    found: str
    line: int
    note: str


def text_of(raw: bytes) -> str | NotUtf8:
    """Return bytes as text in UTF-8, with or without its mark, or what is wrong with them."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            return NotUtf8("text in UTF-16", 1, "save it as UTF-8")
        start = raw.rfind(b"\n", 0, error.start) + 1
        found = f"bytes that are not UTF-8 at position {error.start}"
        return NotUtf8(found, raw.count(b"\n", 0, error.start) + 1, _note(raw[start:]))


def _note(rest: bytes) -> str:
    """Return what to do, with the line as GBK reads it where that gives Chinese."""
    line = rest.partition(b"\n")[0].rstrip(b"\r")
    try:
        text = line.decode("gb18030")
    except UnicodeDecodeError:
        return "save it as UTF-8"
    other = [character for character in text if not character.isascii()]
    if len(other) < 2 or not _CHINESE.fullmatch("".join(other)):
        return "save it as UTF-8"
    sample = text.strip()
    short = sample if len(sample) <= _LONGEST_SAMPLE else sample[:_LONGEST_SAMPLE] + "…"
    return f"it reads as GBK, {short!r}: save it as UTF-8"
