"""Lowers what floods touch: rivers, the nodes on a flood's way, basins; in topological order."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from hydrosim.builders.flood import FloodBuilder, Pool
from hydrosim.errors import Fault
from hydrosim.flood.inner_steps import choose_inner_step
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.config.schema import Config

__all__ = ["lower_flood_config", "topological_order"]


def lower_flood_config(config: Config) -> FloodBuilder:
    """Lower the flood network of a configuration.

    A node stands on a flood path if a flood can start there (a place of a type that carries
    floods) or reach it by rivers, overflow and outlets. Imports, aquifers, demands and works stand
    outside, unless a river of a flood path ends there, which is an error.

    Raises
    ------
    ConfigError
        With all that is wrong.
    """
    assert config.flood is not None
    builder = FloodBuilder(config, config.flood.step)
    for link in sorted(config.links, key=lambda one: one.label):
        link.lower_flood(builder)
    names = sorted(_on_path(config, builder))
    for name in names:
        config.nodes[name].lower_flood(name, builder)
    for name in sorted(config.nodes):
        node = config.nodes[name]
        if node.flood_section in builder.elements:
            node.lower_flood(name, builder)
    _drop_closed_ways(config, builder)
    choose_inner_step(config, builder)
    builder.faults.extend(_circle_faults(builder))
    builder.raise_faults()
    return builder


def _on_path(config: Config, builder: FloodBuilder) -> set[str]:
    """Return the nodes at which a flood starts or arrives."""
    below: dict[str, set[str]] = {}
    for river in builder.rivers.values():
        below.setdefault(river.start, set()).add(river.end)
    for name, node in config.nodes.items():
        spill = node.spills_to
        if spill is not None and spill in config.nodes:
            below.setdefault(name, set()).add(spill)
    pending = [name for name, node in config.nodes.items() if node.carries_floods()]
    found: set[str] = set()
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending.extend(below.get(name, ()))
    return found


def _drop_closed_ways(config: Config, builder: FloodBuilder) -> None:
    """Close, in floods, the gates that release to what carries no flood, such as a canal's users.

    Raises
    ------
    ConfigError
        If water would pass a free outlet to such a node.
    """
    for pool in builder.pools.values():
        kept = []
        for way in pool.ways:
            to = way.to
            if to is None or to == "outside" or to in builder.elements:
                kept.append(way)
            elif not way.gated:
                builder.refuse(
                    ("nodes", pool.name),
                    _(
                        "the free outlet {name!r} to {to!r}, of type {type_name}",
                        name=way.name,
                        to=to,
                        type_name=config.nodes[to].type_name,
                    ),
                    _("a place through which a flood can pass"),
                )
        pool.ways = kept


def edges(builder: FloodBuilder) -> Iterator[tuple[str, str]]:
    """Yield each pair (above, below) of elements between which water passes within a step."""
    for name, element in builder.elements.items():
        targets = {element.target}
        if isinstance(element, Pool):
            targets.add(element.overflow_to)
            targets.update(way.to for way in element.ways)
        for target in targets:
            if target is not None and target in builder.elements:
                yield name, target


def topological_order(builder: FloodBuilder) -> list[str]:
    """Return the elements, each after all above it.

    Where the river leaves a choice, the kind of the element before goes on (reaches and places
    that pass, or stores and places with basins), and among alike names decide: so rivers stand
    together in long runs. Elements of a circle are left out.
    """
    beside = {basin.section for basin in builder.basins.values()}
    stores = {name for name in builder.elements if name in beside or name in builder.pools}
    waiting = dict.fromkeys(builder.elements, 0)
    below: dict[str, list[str]] = {name: [] for name in builder.elements}
    for above, under in edges(builder):
        below[above].append(under)
        waiting[under] += 1
    ready: tuple[list[str], list[str]] = ([], [])
    for name in sorted(name for name, count in waiting.items() if count == 0):
        ready[name in stores].append(name)
    order: list[str] = []
    kind = 0
    while ready[0] or ready[1]:
        kind = kind if ready[kind] else 1 - kind
        name = heappop(ready[kind])
        order.append(name)
        for under in below[name]:
            waiting[under] -= 1
            if waiting[under] == 0:
                heappush(ready[under in stores], under)
    return order


def _circle_faults(builder: FloodBuilder) -> list[Fault]:
    left = set(builder.elements) - set(topological_order(builder))
    pairs = [(above, under) for above, under in edges(builder) if above in left]
    while ends := left - {above for above, under in pairs if under in left}:
        left -= ends
    if not left:
        return []
    trail = [min(left)]
    while True:
        onward = min(under for above, under in pairs if above == trail[-1] and under in left)
        if onward in trail:
            circle = [*trail[trail.index(onward) :], onward]
            return [
                Fault(
                    ("nodes", circle[0]),
                    _("rivers in a circle: {circle}", circle=" -> ".join(circle)),
                    _("rivers that lead downstream"),
                )
            ]
        trail.append(onward)
