"""Names and texts as they may be shown anywhere: control characters are made visible."""

from __future__ import annotations

__all__ = ["visible"]

_CONTROLS = {sign: chr(0x2400 + sign) for sign in range(0x20) if chr(sign) not in "\n\t"}
_CONTROLS |= {sign: f"\\x{sign:02x}" for sign in range(0x80, 0xA0)}
_CONTROLS |= {sign: f"\\u{sign:04x}" for sign in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
_CONTROLS[0x7F] = "\u2421"


def visible(text: str) -> str:
    """Return text whose control characters are shown as symbols, so that none steers a terminal."""
    return text.translate(_CONTROLS)
