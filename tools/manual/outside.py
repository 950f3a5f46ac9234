"""What a built page would fetch from elsewhere: it has to be nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["fetched_from_elsewhere"]

_LOADED = re.compile(
    r"""<(?:script|img|iframe|source|link)\b[^>]*?\b(?:src|href)=["'](?:https?:)?//[^"']+["']"""
)
_IN_STYLE = re.compile(r"""(?:url\(|@import)\s*["']?(?:https?:)?//[^)"']+""")


def fetched_from_elsewhere(folder: Path) -> list[str]:
    """Return what pages and styles of a folder load from other hosts, each with its file.

    Parameters
    ----------
    folder : Path
        Folder of a built manual.

    Returns
    -------
    list of str
        File and text of each reference; links that a reader may follow are none.
    """
    found = []
    for pattern, forms in (("*.html", (_LOADED, _IN_STYLE)), ("*.css", (_IN_STYLE,))):
        for file in sorted(folder.rglob(pattern)):
            text = file.read_text(encoding="utf-8")
            for form in forms:
                found += [f"{file.relative_to(folder)}: {one[0]}" for one in form.finditer(text)]
    return found
