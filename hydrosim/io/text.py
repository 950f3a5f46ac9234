"""Text of files: its encoding, and how it is named where it is not UTF-8."""

from __future__ import annotations

import re
from typing import NamedTuple

from hydrosim.locale import _

__all__ = ["Decoded", "NotUtf8", "decoded", "text_of"]

_CHINESE = re.compile(r"[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]+")
# What Chinese tables hold beside Chinese: signs of units, quotation marks, dashes, ellipses.
_BESIDE_CHINESE = "".join(
    map(chr, (0x2103, 0xB0, 0xB7, 0xB1, 0xD7, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026))
)
_BOTH_HIGH = re.compile(rb"(?:[\x00-\x7f]|[\xa1-\xf7][\xa1-\xfe])*")
_LONGEST_SAMPLE = 24
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class NotUtf8(NamedTuple):
    """What a message says of a file that is not UTF-8."""

    found: str
    line: int
    note: str


class Decoded(NamedTuple):
    """Text of a data file; ``other`` tells of an encoding that was recognised."""

    text: str
    other: NotUtf8 | None = None


def text_of(raw: bytes) -> str | NotUtf8:
    """Return bytes as text in UTF-8, with or without its mark, or what is wrong with them."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if raw.startswith(_UTF16):
            return NotUtf8(_("text in UTF-16"), 1, _("save it as UTF-8"))
        start = raw.rfind(b"\n", 0, error.start) + 1
        found = _("bytes that are not UTF-8 at position {position}", position=error.start)
        return NotUtf8(found, raw.count(b"\n", 0, error.start) + 1, _note(raw[start:]))


def decoded(raw: bytes, encoding: str | None = None) -> Decoded | NotUtf8:
    """Return bytes of a data file as text, or what is wrong with them.

    Text in GBK is read where it cannot be anything else: all signs that are not ASCII are Chinese
    or stand beside Chinese in tables, and at least two are Chinese. So is UTF-16 with its mark.

    Parameters
    ----------
    raw
        Bytes of the file.
    encoding
        Encoding that the configuration names.
    """
    if encoding is not None:
        try:
            named = raw.decode("utf-8-sig" if encoding == "utf-8" else encoding)
            return _zero(raw) if "\0" in named else Decoded(named)
        except UnicodeError as error:
            place = getattr(error, "start", 0)
            found = _("bytes that are not {encoding} at position {position}",
                      encoding=encoding, position=place)  # fmt: skip
            return NotUtf8(
                found, raw.count(b"\n", 0, place) + 1, _("name another, or save it as UTF-8")
            )
    if b"\0" in raw and not raw.startswith(_UTF16):
        return _zero(raw)
    text = text_of(raw)
    if isinstance(text, str):
        return Decoded(text)
    if raw.startswith(_UTF16):
        try:
            other = raw.decode("utf-16")
        except UnicodeError:
            return text
        if "\0" in other:
            return _zero(raw)
        return Decoded(other, NotUtf8(_("text in UTF-16"), 1, _("`encoding: utf-16` says so")))
    if _BOTH_HIGH.fullmatch(raw) is None:
        return text
    try:
        other = raw.decode("gb18030")
    except UnicodeDecodeError:
        return text
    if not _is_chinese(other, _BESIDE_CHINESE):
        return text
    sample = next(line for line in other.splitlines() if _is_chinese(line, _BESIDE_CHINESE, 1))
    found = _("text in GBK, such as {sample!r}", sample=_short(sample))
    return Decoded(other, NotUtf8(found, text.line, _("`encoding: gbk` says so")))


def _zero(raw: bytes) -> NotUtf8:
    """Return what is wrong with text that has zero bytes, by where they stand."""
    place = raw.find(b"\0")
    sample = raw[:4000]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    encoding = None
    if even + odd > len(sample) // 2:
        encoding = "utf-32"
    elif max(even, odd) > len(sample) // 8 and max(even, odd) > 4 * min(even, odd):
        encoding = "utf-16-le" if odd > even else "utf-16-be"
    found = (
        _("a zero byte at position {position}, no text", position=place)
        if encoding is None
        else _("zero bytes, as text in {encoding} has them", encoding=encoding)
    )
    return NotUtf8(found, raw.count(b"\n", 0, place) + 1, _("save it as UTF-8"))


def _is_chinese(text: str, beside: str = "", least: int = 2) -> bool:
    """Return whether all signs that are not ASCII are Chinese or of others, some Chinese."""
    signs = "".join(sign for sign in text if not sign.isascii() and sign not in beside)
    return len(signs) >= least and _CHINESE.fullmatch(signs) is not None


def _short(text: str) -> str:
    sample = text.strip()
    return sample if len(sample) <= _LONGEST_SAMPLE else sample[:_LONGEST_SAMPLE] + "…"


def _note(rest: bytes) -> str:
    """Return what to do, with the line as GBK reads it where that gives Chinese."""
    line = rest.partition(b"\n")[0].rstrip(b"\r")
    try:
        text = line.decode("gb18030")
    except UnicodeDecodeError:
        return _("save it as UTF-8")
    if not _is_chinese(text):
        return _("save it as UTF-8")
    return _("it reads as GBK, {sample!r}: save it as UTF-8", sample=_short(text))
