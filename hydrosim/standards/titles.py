"""What readers call nodes, in both languages, from the network that a result describes."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from hydrosim.reading.text import Text
from hydrosim.reading.words import LANGUAGES, WORDS, Language, word

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["item_title", "node_title", "plain_title"]


@lru_cache(maxsize=8)
def _titles(network: str) -> dict[str, Text]:
    nodes: list[dict[str, Any]] = (json.loads(network) if network else {}).get("nodes", [])
    found: dict[str, Text] = {}
    for node in nodes:
        name = str(node["name"])
        plain = plain_title(name)
        english = str(node.get("title") or "")
        chinese = str(node.get("title_zh") or english)
        found[name] = Text(
            plain.en if english in ("", name) else english,
            plain.zh if chinese in ("", name) else chinese,
        )
    return found


def plain_title(name: str) -> Text:
    """Return a name as a title: without underscores, in Chinese if all its words are known."""
    words = name.split("_")
    english = " ".join(words)
    if all(part in WORDS for part in words):
        return Text(english, "".join(word(part, LANGUAGES[1]) for part in words))
    return Text(english, english)


def node_title(dataset: xr.Dataset, name: str) -> Text:
    """Return what readers call a node; its bare name when the result has no title for it."""
    return _titles(str(dataset.attrs.get("network") or "")).get(name) or plain_title(name)


def item_title(dataset: xr.Dataset, name: str, language: Language) -> str:
    """Return what readers call a node, or a part of it such as ``sha_river.base_flow``."""
    known = _titles(str(dataset.attrs.get("network") or ""))
    title = known.get(name)
    if title is None:
        node, _, part = name.partition(".")
        if part and node in known:
            return f"{known[node].tell(language)}, {word(part, language)}"
        title = plain_title(name)
    return title.tell(language)
