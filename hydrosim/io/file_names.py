"""Names of which a file or folder is made: those that some system does not take, or takes as one.

Results are handed on from one system to another, so that a name has to be one on all of them.
"""

from __future__ import annotations

import os
import unicodedata
from typing import TYPE_CHECKING

from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from hydrosim.locale import Message

__all__ = ["DEVICES", "alike", "refused_part", "unusable"]

DEVICES = frozenset(
    ("con", "prn", "aux", "nul", "conin$", "conout$",
     *(f"{port}{number}" for port in ("com", "lpt") for number in (*range(10), "¹", "²", "³")))
)  # fmt: skip
"""Names of devices on Windows, whatever stands behind a point after them."""
SIGNS = frozenset('<>:"|?*\\/')
LONGEST = 150
"""Longest name that leaves room for what is put before and behind it [byte]."""


def unusable(name: str, longest: int = LONGEST) -> Message | None:
    """Return why a name cannot be that of a file on every system; None where it can.

    Parameters
    ----------
    name
        One name, without the folders above it.
    longest
        Most bytes that it may take in UTF-8.
    """
    if not name.strip(" ."):
        return _("a name without letters")
    wrong = next((sign for sign in name if sign in SIGNS or not sign.isprintable()), None)
    if wrong is not None:
        return _("the sign {sign!r}, which no file name has on Windows", sign=wrong)
    if name.partition(".")[0].rstrip().lower() in DEVICES:
        return _("the name of a device on Windows")
    if name[-1] in " .":
        return _("a blank or point at its end, which Windows takes away")
    size = len(name.encode(errors="surrogatepass"))
    if size > longest:
        return _("a name of {size} bytes, at most {longest}", size=size, longest=longest)
    return None


def alike(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each name that is the same file as an earlier one where case does not count."""
    first: dict[str, str] = {}
    for name in names:
        before = first.setdefault(_folded(name), name)
        if before != name:
            yield name, before


def refused_part(path: Path, system: str = os.name) -> tuple[str, Message] | None:
    """Return the part of a path that this system does not take, and why; None where all are taken.

    Parameters
    ----------
    path
        A place that a user names.
    system
        Name of the system; only Windows (``nt``) takes some of these names for something else.
    """
    if system != "nt":
        return None
    for part in path.parts:
        reason = None if part in (path.anchor, ".", "..") else unusable(part, 255)
        if reason is not None:
            return part, reason
    return None


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
