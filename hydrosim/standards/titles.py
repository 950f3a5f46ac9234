"""What readers call nodes, from the network that a result describes."""

from __future__ import annotations

import json
import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from hydrosim.locale import Bilingual, Composed, Language, Message, _
from hydrosim.reading.flood import event_title, periods, season_titles
from hydrosim.reading.items import item_texts, position
from hydrosim.reading.words import word

if TYPE_CHECKING:
    from hydrosim.reading.view import Result

__all__ = ["flood_name", "item_title", "node_title", "plain_title"]


@lru_cache(maxsize=8)
def _titles(network: str) -> dict[str, Message]:
    nodes: list[dict[str, Any]] = (json.loads(network) if network else {}).get("nodes", [])
    return {
        str(node["name"]): Composed(
            _title, str(node["name"]), str(node.get("title") or ""), str(node.get("title_zh") or "")
        )
        for node in nodes
    }


def _title(language: Language, name: str, english: str, chinese: str) -> str:
    given = Bilingual(english, chinese).in_language(language)
    return plain_title(name) if given in ("", name) else given


def plain_title(name: str) -> Message:
    """Return a name as a title: without underscores, in every language as it stands.

    A name is no word of the language: a node ``city`` or ``other`` is neither the urban tier nor
    other uses.
    """
    return Message(" ".join(name.split("_")))


def node_title(dataset: Result, name: str) -> Message:
    """Return what readers call a node; its bare name when the result has no title for it."""
    return _titles(str(dataset.attrs.get("network") or "")).get(name) or plain_title(name)


def item_title(dataset: Result, name: str) -> Message:
    """Return what readers call a node, or a part of it such as ``sha_river.base_flow``."""
    known = _titles(str(dataset.attrs.get("network") or ""))
    title = known.get(name)
    if title is None:
        node, _dot, part = name.partition(".")
        if part and node in known:
            return _("{node}, {part}", node=known[node], part=word(part))
        title = plain_title(name)
    return title


def flood_name(dataset: Result, event: str) -> Message:
    """Return what readers call a flood: its title, what design flood it is, else its name.

    Parameters
    ----------
    dataset
        A result of the flood engine.
    event
        Name of a flood.
    """
    title = Bilingual(event_title(dataset, event, "en"), event_title(dataset, event, "zh"))
    if str(title):
        return title
    place = position(dataset, "event", event)
    years = periods(dataset)[place]
    if not math.isfinite(years):
        return plain_title(event)
    control, season, scheme = (
        item_texts(dataset, "event", f"event_{key}")[place]
        for key in ("control", "season", "scheme")
    )
    name = _("flood of {years:g} years at {site}", years=years, site=node_title(dataset, control))
    if season in (titles := season_titles(dataset)):
        name = _("{flood}, {season}", flood=name, season=titles[season])
    kind, _colon, leader = scheme.partition(":")
    if kind == "typical_year":
        name = _("{flood}, as in the typical year", flood=name)
    elif leader:
        name = _(
            "{flood}, {leader} at the same frequency", flood=name,
            leader=node_title(dataset, leader),
        )  # fmt: skip
    typical = item_texts(dataset, "event", "event_typical")
    if len({one for one in typical if one}) > 1:
        name = _("{flood}, form of {typical}", flood=name, typical=typical[place])
    return name
