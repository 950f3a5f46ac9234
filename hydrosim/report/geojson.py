"""The network of a result as GeoJSON (RFC 7946): points, lines, results by year, verdicts."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from hydrosim.errors import DataError
from hydrosim.locale import _
from hydrosim.reading.items import RESULTS, attributes, has, item_texts, items, one_run, values_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import xarray as xr

__all__ = ["Places", "geojson_of", "places_of"]


class Places(NamedTuple):
    """A network as text of GeoJSON, and the nodes that have no place on the map."""

    text: str
    unplaced: list[str]


class Yearly(NamedTuple):
    """A quantity of a result by year: its variable, the name of its items, how items are joined."""

    key: str
    variable: str
    dimension: str
    node: str
    adds: bool = True


# Of a node: volumes add up over its claims; storages are those of the store itself.
_NODES = (
    Yearly("demand_m3", "year_demand", "claim", "claim_node"),
    Yearly("supplied_m3", "year_supplied", "claim", "claim_node"),
    Yearly("withdrawn_m3", "year_withdrawn", "source", "source_node"),
    Yearly("storage_min_m3", "year_storage_min", "store", "", adds=False),
    Yearly("storage_max_m3", "year_storage_max", "store", "", adds=False),
    Yearly("storage_end_m3", "year_storage_end", "store", "", adds=False),
    Yearly("days_above_limit", "year_days_above_limit", "store", "", adds=False),
)
_LINKS = (Yearly("volume_m3", "year_volume", "link", ""),)
_SAID = ("type", "title", "title_zh", "tier", "river", "unit")
_JUDGED = ("id", "quantity", "quantity_zh", "required", "achieved", "margin", "unit", "reason",
           "reason_zh")  # fmt: skip
_WORST = ("fail", "not provable", "not judged", "pass")


def places_of(network: Mapping[str, Any]) -> dict[str, list[float]]:
    """Return the places [longitude, latitude] of the nodes that have one, by name.

    Parameters
    ----------
    network
        The network that a result holds.
    """
    return {str(one["name"]): one["at"] for one in network.get("nodes", ()) if one.get("at")}


def geojson_of(dataset: xr.Dataset, verdicts: Sequence[Mapping[str, Any]] = ()) -> Places:
    """Return the network of a result as a FeatureCollection.

    Nodes are points and links lines, with names, results and verdicts as properties; results are
    those of complete water years in SI, ``supplied_m3_2001`` by year and ``supplied_m3`` their
    mean. What is not known is left out. Where a place is not known the geometry is null.

    Parameters
    ----------
    dataset
        A result of one scenario and member, of a run or of floods.
    verdicts
        Verdicts as verdicts.json holds them; all stand beside the features too.

    Raises
    ------
    DataError
        If no node of the network has a place.
    """
    dataset = one_run(dataset)
    network: dict[str, Any] = attributes(dataset, "network") or {}
    places = places_of(network)
    if not places:
        raise DataError(
            RESULTS, found=_("a network without coordinates"),
            expected=_("`at: [longitude, latitude]` at nodes, or `coordinates:` of the "
                       "configuration, before the run"),
        )  # fmt: skip
    nodes, links = network.get("nodes", []), network.get("links", [])
    years = _by_item(dataset, _NODES)
    passed = _by_item(dataset, _LINKS)
    judged = _by_node(verdicts, nodes)
    features = [
        _feature(_point(places.get(str(node["name"]))),
                 {**_about(node), **years.get(str(node["name"]), {}),
                  **_board(judged.get(str(node["name"]), ()))})
        for node in nodes
    ]  # fmt: skip
    features += [
        _feature(_line(link, places), {**_way(link), **passed.get(str(link["name"]), {})})
        for link in links
    ]
    content = {
        "type": "FeatureCollection",
        "title": str(dataset.attrs.get("title", "")),
        "features": features,
        "verdicts": [_clean(dict(one)) for one in verdicts],
    }
    text = _text(content)
    unplaced = [str(node["name"]) for node in nodes if str(node["name"]) not in places]
    return Places(text, unplaced)


def _text(content: Mapping[str, Any]) -> str:
    """Return JSON with a line for each feature and verdict; NaN would be an error."""
    parts: list[str] = []
    for key, value in content.items():
        some = value if isinstance(value, list) else None
        rows = [json.dumps(one, ensure_ascii=False, allow_nan=False) for one in some or [value]]
        text = ",\n".join(rows)
        parts.append(
            f"{json.dumps(key)}: {text if some is None else f'[{text}]' if some else '[]'}"
        )
    return "{" + ",\n".join(parts) + "}\n"


def _feature(geometry: dict[str, Any] | None, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _point(at: list[float] | None) -> dict[str, Any] | None:
    return None if at is None else {"type": "Point", "coordinates": at}


def _line(link: Mapping[str, Any], places: Mapping[str, list[float]]) -> dict[str, Any] | None:
    """Return the course of a link with its ends; None where an end has no place."""
    start, end = places.get(str(link.get("from"))), places.get(str(link.get("to")))
    if start is None or end is None:
        return None
    return {"type": "LineString", "coordinates": [start, *link.get("course", ()), end]}


def _about(node: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a node says of itself; its name as it is, so that it is found again."""
    said = {key: str(node[key]) for key in _SAID if node.get(key)}
    return {"name": str(node["name"]), "kind": "node", **said}


def _way(link: Mapping[str, Any]) -> dict[str, Any]:
    kind = str(link.get("type", "") or "link")
    own = {"way": kind} if link.get("symbol") in _QUIET else {}
    return {
        "name": str(link["name"]), "kind": "link", "type": kind, "from": str(link.get("from", "")),
        "to": str(link.get("to", "")), **own,
    }  # fmt: skip


_QUIET = ("passes_to", "discharge", "return", "recharge")
"""Ways that nodes open themselves, which are no links of the configuration."""


def _by_item(dataset: xr.Dataset, wanted: Sequence[Yearly]) -> dict[str, dict[str, float]]:
    """Return the results of each item, by complete year and as their mean."""
    found: dict[str, dict[str, float]] = {}
    if not {"water_year", "complete"} <= set(dataset.coords):
        return found
    complete = [bool(one) for one in dataset["complete"].values]
    years = [int(one) for one in dataset["water_year"].values]
    for one in wanted:
        if not has(dataset, one.variable):
            continue
        table = values_of(dataset, one.variable, "water_year", one.dimension)
        names = items(dataset, one.dimension)
        owners = item_texts(dataset, one.dimension, one.node) if one.node else names
        for at, owner in enumerate(owners):
            own = found.setdefault(owner, {})
            for row, year in enumerate(years):
                value = float(table[row, at])
                if complete[row] and math.isfinite(value):
                    key = f"{one.key}_{year}"
                    own[key] = own.get(key, 0.0) + value if one.adds else value
    for own in found.values():
        for one in wanted:
            some = [value for key, value in own.items() if key.rpartition("_")[0] == one.key]
            if some:
                own[one.key] = sum(some) / len(some)
    return {name: dict(sorted(own.items())) for name, own in found.items()}


def _by_node(
    verdicts: Sequence[Mapping[str, Any]], nodes: Sequence[Mapping[str, Any]]
) -> dict[str, list[Mapping[str, Any]]]:
    """Return the verdicts about each node, by the plain name in their ids and their subject."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    by_length = sorted(nodes, key=lambda node: -len(str(node["name"])))
    for verdict in verdicts:
        plain = str(verdict.get("id", "")).partition("/")[2].partition("/")[0]
        subject = str(verdict.get("subject", "")).lower()
        for node in by_length:
            name = str(node["name"]).replace(" ", "_")
            fits = plain == name or plain.startswith(f"{name}_")
            if fits and str(node.get("title") or node["name"]).lower() in subject:
                found.setdefault(str(node["name"]), []).append(verdict)
                break
    return found


def _board(verdicts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the verdicts of a node, and the worst of their outcomes."""
    if not verdicts:
        return {}
    made = [{**_clean({key: one.get(key) for key in _JUDGED}), "outcome": _outcome(one)}
            for one in verdicts]  # fmt: skip
    return {"verdict": min((one["outcome"] for one in made), key=_WORST.index), "verdicts": made}


def _outcome(verdict: Mapping[str, Any]) -> str:
    passed = verdict.get("pass", "not judged")
    return {True: "pass", False: "fail"}.get(passed, str(passed))


def _clean(content: dict[str, Any]) -> dict[str, Any]:
    """Return what is known as JSON can hold it, without NaN."""
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in content.items()
    }
