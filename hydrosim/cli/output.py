"""A stream of text that never ends a command: results matter more than what is printed of them."""

from __future__ import annotations

import codecs
import io
import os
import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

__all__ = ["Output"]

REPLACED = "hydrosim.replaced"
"""Name of the way in which characters that an encoding lacks are replaced."""
STRICT = ("strict", "surrogateescape")
"""Ways of the standard streams in which such a character is an error."""
_SIGNS = {
    "–": "-", "—": "-", "−": "-", "→": "->", "≤": "<=", "≥": ">=", "×": "x", "·": ".", "…": "...",
    "✓": "+", "✗": "-",
}  # fmt: skip


class Output:
    """A text stream whose encoding may lack characters, and whose reader may go away.

    Characters are replaced; when nothing can be written any more, what is printed is dropped.

    Parameters
    ----------
    stream
        Standard output or standard error; None where the process has none.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self.failure: OSError | None = None
        """Why nothing can be written any more."""
        self._stream = stream
        if isinstance(stream, io.TextIOWrapper) and stream.errors in STRICT:
            stream.reconfigure(errors=REPLACED)

    @property
    def encoding(self) -> str:
        """Name of the encoding; UTF-8 where any character will do."""
        return (self._stream and self._stream.encoding) or "utf-8"

    def write(self, text: str) -> int:
        """Write a text and return its length."""
        self._unless_lost(lambda stream: stream.write(text))
        return len(text)

    def flush(self) -> None:
        """Hand on what was written."""
        self._unless_lost(lambda stream: stream.flush())

    def __getattr__(self, name: str) -> Any:
        """Be like the stream in all else: its encoding, whether it is a terminal."""
        return getattr(self._stream, name)

    def _unless_lost(self, act: Callable[[TextIO], object]) -> None:
        if self._stream is None or self.failure is not None:
            return
        try:
            act(self._stream)
        except OSError as error:
            self.failure = error
            _discard(self._stream)


def _discard(stream: TextIO) -> None:
    """Let what stands in the buffers go nowhere; the interpreter would try to write it at exit."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _replacement(error: UnicodeError) -> tuple[str, int]:
    """Return what stands for characters that an encoding lacks: 10⁸ m³ becomes 10^8 m^3."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text, signs = error.object, []
    for place in range(error.start, error.end):
        raised = _is_raised(text[place]) and not (place and _is_raised(text[place - 1]))
        signs.append("^" * raised + _plain(text[place]))
    return "".join(signs), error.end


def _is_raised(sign: str) -> bool:
    return unicodedata.decomposition(sign).startswith("<super>")


def _plain(sign: str) -> str:
    like = unicodedata.normalize("NFKD", sign)
    plain = "".join(_SIGNS.get(one, one) for one in like).encode("ascii", "ignore").decode()
    return plain or "?"


codecs.register_error(REPLACED, _replacement)
