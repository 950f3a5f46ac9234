"""Places of nodes and courses of links from a GeoJSON file: `coordinates: places.geojson`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from hydrosim.errors import ConfigError, DataError, Fault, nearest, shown
from hydrosim.io.geojson import features_of
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hydrosim.config.source import Source
    from hydrosim.io.geojson import Feature

__all__ = ["with_coordinates"]

KEY = "coordinates"
NEAR_DEG = 1e-9
"""Distance below which the end of a line is that of a node [degrees]."""


def with_coordinates(source: Source) -> Source:
    """Return a configuration with `at` and `course` filled from the file that it names.

    What stands in the configuration itself goes before the file. The result holds the places
    alone, as if they had been written.

    Raises
    ------
    ConfigError
        If the file cannot be read, or has a name that no node or link has.
    """
    name = source.tree.get(KEY)
    nodes, links = source.tree.get("nodes"), source.tree.get("links", [])
    if not isinstance(name, str) or not isinstance(nodes, dict) or not isinstance(links, list):
        return source
    folder = source.folder or FilePath(source.file).parent
    try:
        features = features_of(folder / name)
    except DataError as error:
        raise ConfigError([error.fault(KEY)], source) from None
    tree = {**source.tree, "nodes": dict(nodes), "links": list(links)}
    del tree[KEY]
    faults = [*_points(features, tree["nodes"]), *_lines(features, tree["nodes"], tree["links"])]
    if faults:
        file = str(folder / name)
        raise ConfigError([replace(fault, file=file) for fault in faults], source)
    if "links" not in source.tree:
        del tree["links"]
    return replace(source, tree=tree)


def _fault(found: str, expected: str, near: str | None = None, file: str | None = None) -> Fault:
    return Fault((KEY,), found, expected, nearest=near, file=file)


def _points(features: list[Feature], nodes: dict[str, Any]) -> list[Fault]:
    """Set the places of nodes that have none."""
    faults: list[Fault] = []
    seen: set[str] = set()
    for feature in features:
        if feature.is_line:
            continue
        name = str(feature.properties.get("name", ""))
        if name not in nodes:
            found = _("feature {number}: the point {name}", number=feature.number, name=shown(name))
            faults.append(_fault(found, _("the name of a node"), nearest(name, nodes)))
        elif name in seen:
            faults.append(_fault(_("{name} twice", name=shown(name)), _("each node once")))
        elif isinstance(nodes[name], dict):
            nodes[name] = {**nodes[name], "at": nodes[name].get("at", list(feature.positions[0]))}
        seen.add(name)
    return faults


def _lines(
    features: list[Feature], nodes: Mapping[str, Any], links: list[Any]
) -> list[Fault]:  # fmt: skip
    """Set the courses of links that have none: the positions between the places of their ends."""
    named = {_label(link): place for place, link in enumerate(links) if isinstance(link, dict)}
    faults: list[Fault] = []
    for feature in features:
        if not feature.is_line:
            continue
        given = feature.properties
        label = str(given.get("name") or f"{given.get('from', '')}->{given.get('to', '')}")
        if label not in named:
            if "way" in given:  # a way that a node opens itself, as `hydrosim geojson` writes it
                continue
            found = _("feature {number}: the line {name}", number=feature.number, name=shown(label))
            faults.append(_fault(found, _("the name of a link"), nearest(label, named)))
            continue
        link = links[named[label]]
        inner = list(feature.positions)
        if _is_at(nodes.get(str(link.get("from"))), inner[0]):
            inner = inner[1:]
        if inner and _is_at(nodes.get(str(link.get("to"))), inner[-1]):
            inner = inner[:-1]
        if "course" not in link and inner:
            links[named[label]] = {**link, "course": [list(one) for one in inner]}
    return faults


def _label(link: Mapping[str, Any]) -> str:
    return str(link.get("name") or f"{link.get('from', '')}->{link.get('to', '')}")


def _is_at(node: Any, position: tuple[float, float]) -> bool:
    """Return whether a position is the place of a node."""
    at = node.get("at") if isinstance(node, dict) else None
    if not isinstance(at, list) or len(at) != 2:
        return False
    return all(
        isinstance(one, (int, float)) and abs(one - other) < NEAR_DEG
        for one, other in zip(at, position, strict=True)
    )
