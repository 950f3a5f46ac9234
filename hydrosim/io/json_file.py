"""JSON that this program has written, read as what may be damaged."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["json_of", "proved", "proved_text"]

OWN = "sha256"


def json_of(file: Path) -> Any:
    """Return the content of a JSON file.

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If it is no JSON, or nested too deep.
    """
    if file.exists() and not file.is_file():
        raise OSError(_("no regular file"))
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except RecursionError:
        raise ValueError(_("nested too deep")) from None


def proved_text(content: Mapping[str, Any]) -> str:
    """Return a mapping as JSON that carries its own check sum."""
    return json.dumps({**content, OWN: _sum(content)}, ensure_ascii=False)


def proved(file: Path) -> dict[str, Any]:
    """Return the mapping of a file that :func:`proved_text` has made.

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If it is not what was written.
    """
    content = json_of(file)
    if not isinstance(content, dict) or content.pop(OWN, None) != _sum(content):
        raise ValueError(_("another content than was written"))
    return content


def _sum(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
