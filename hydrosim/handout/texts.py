"""Texts of users in documents: nothing in them is markup, a formula, or what a file cannot hold."""

from __future__ import annotations

import re

from hydrosim.io.visible import visible

__all__ = ["plain"]

_UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
"""Halves of characters, and codes that are none: no XML holds them."""


def plain(text: str) -> str:
    """Return a text as any document can hold it; control characters become visible.

    Parameters
    ----------
    text
        Any text, such as the title of a node.
    """
    return _UNWRITABLE.sub("\ufffd", visible(str(text)))
