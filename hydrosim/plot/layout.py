"""Places for the nodes of a network: layers by longest path, order by barycentre.

After Sugiyama, Tagawa and Toda (1981): cycles are opened, nodes fall into layers, long links are
cut by bends, each layer is put in the order of its neighbours, and rows are moved as close to
their neighbours as the distances allow (least squares, by pooling).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Layout", "layered", "spaced"]

_SWEEPS = 16
_BEND_MARK = "\0"


@dataclass(frozen=True)
class Layout:
    """Where everything stands.

    Parameters
    ----------
    places
        For each node its place along its layer, from 0, and its layer, from 0.
    routes
        For each link the points it runs through, from its start to its end.
    backward
        Places of the links that run against the order (they close a cycle).
    layers
        Number of layers.
    length
        Length of the longest layer, from the first node's place to the end of the last.
    """

    places: dict[str, tuple[float, float]]
    routes: list[list[tuple[float, float]]]
    backward: frozenset[int]
    layers: int
    length: float


@dataclass(frozen=True)
class _Spaces:
    """Room that nodes and bends need along a layer."""

    before: float
    after: Mapping[str, float]
    bend: float

    def gaps(self, items: Sequence[str]) -> list[float]:
        """Return the distance that each item keeps to the one before it."""
        return [
            self.after.get(first, self.bend)
            + (self.bend if second.startswith(_BEND_MARK) else self.before)
            for first, second in pairwise(items)
        ]


def layered(
    nodes: Sequence[str],
    links: Sequence[tuple[str, str]],
    *,
    before: float = 0.5,
    after: Mapping[str, float] | float = 0.5,
    bend: float = 0.2,
) -> Layout:
    """Return a layout in layers of a directed graph.

    Parameters
    ----------
    nodes
        Names.
    links
        (start, end) names; a link with an unknown end or from a node to itself is an empty route.
    before, after
        Room that a node needs along its layer on either side; ``after`` may differ by node.
    bend
        Room on either side of a link that passes a layer.
    """
    room = dict.fromkeys(nodes, after) if isinstance(after, (int, float)) else after
    spaces = _Spaces(before, room, bend)
    order = sorted(nodes)
    known = set(order)
    usable = [k for k, (a, b) in enumerate(links) if a in known and b in known and a != b]
    backward = _backward(order, {k: links[k] for k in usable})
    forward: dict[int, tuple[str, str]] = {}
    for k in usable:
        start, end = links[k]
        forward[k] = (end, start) if k in backward else (start, end)
    layer = _layers(order, list(forward.values()))
    chains, members, neighbours = _bends(order, forward, layer)
    _order(members, neighbours)
    rows = _rows(members, neighbours, spaces)
    layer_of = {item: float(k) for k, items in enumerate(members) for item in items}
    routes: list[list[tuple[float, float]]] = [[] for _ in links]
    for k, chain in chains.items():
        points = [(rows[item], layer_of[item]) for item in chain]
        routes[k] = points[::-1] if k in backward else points
    places = {name: (rows[name], layer_of[name]) for name in order}
    length = max(
        (place + spaces.after.get(item, bend) for item, place in rows.items()), default=0.0
    )
    return Layout(places, routes, frozenset(backward), len(members), length)


def _backward(order: Sequence[str], links: Mapping[int, tuple[str, str]]) -> set[int]:
    """Return the links that close a cycle in a depth-first walk in name order."""
    following: dict[str, list[tuple[str, int]]] = {name: [] for name in order}
    entered = dict.fromkeys(order, 0)
    for k, (start, end) in sorted(links.items(), key=lambda pair: (pair[1], pair[0])):
        following[start].append((end, k))
        entered[end] += 1
    state = dict.fromkeys(order, 0)
    closing: set[int] = set()
    for root in sorted(order, key=lambda name: (entered[name] > 0, name)):
        if state[root]:
            continue
        state[root] = 1
        stack = [(root, iter(following[root]))]
        while stack:
            name, ways = stack[-1]
            step = next(ways, None)
            if step is None:
                state[name] = 2
                stack.pop()
            elif state[step[0]] == 1:
                closing.add(step[1])
            elif state[step[0]] == 0:
                state[step[0]] = 1
                stack.append((step[0], iter(following[step[0]])))
    return closing


def _layers(order: Sequence[str], links: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Return the layer of each node: longest path, sources moved next to what they feed."""
    ways = sorted(set(links))
    layer = dict.fromkeys(order, 0)
    for _ in range(len(order)):
        changed = False
        for start, end in ways:
            if layer[end] < layer[start] + 1:
                layer[end] = layer[start] + 1
                changed = True
        if not changed:
            break
    entered = {end for _, end in ways}
    for name in order:
        ends = [layer[end] for start, end in ways if start == name]
        if name not in entered and ends:
            layer[name] = min(ends) - 1
    least = min(layer.values(), default=0)
    return {name: value - least for name, value in layer.items()}


def _bends(
    order: Sequence[str], links: Mapping[int, tuple[str, str]], layer: Mapping[str, int]
) -> tuple[dict[int, list[str]], list[list[str]], dict[str, list[str]]]:
    """Cut long links; return chains by link, members by layer and neighbours by item."""
    members: list[list[str]] = [[] for _ in range(max(layer.values(), default=0) + 1)]
    neighbours: dict[str, list[str]] = {name: [] for name in order}
    for name in order:
        members[layer[name]].append(name)
    chains: dict[int, list[str]] = {}
    shared: dict[tuple[str, str], list[str]] = {}
    for k, (start, end) in links.items():
        if (start, end) not in shared:
            chain = [start]
            for column in range(layer[start] + 1, layer[end]):
                bend = f"{_BEND_MARK}{k}{_BEND_MARK}{column}"
                members[column].append(bend)
                neighbours[bend] = []
                chain.append(bend)
            chain.append(end)
            for before, after in pairwise(chain):
                neighbours[before].append(after)
                neighbours[after].append(before)
            shared[start, end] = chain
        chains[k] = shared[start, end]
    return chains, members, neighbours


def _order(members: list[list[str]], neighbours: Mapping[str, list[str]]) -> None:
    """Sort each layer by the mean place of its neighbours; keep the order with fewest crossings."""
    layer = {item: k for k, items in enumerate(members) for item in items}
    best = [list(items) for items in members]
    fewest = _crossings(members, neighbours, layer)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        span = range(1, len(members)) if down else range(len(members) - 2, -1, -1)
        for k in span:
            other = k - 1 if down else k + 1
            place = {item: n for n, item in enumerate(members[other])}
            current = {item: n for n, item in enumerate(members[k])}
            scale = max(len(place), 1) / max(len(current), 1)
            keys: dict[str, float] = {}
            for item in members[k]:
                near = [place[name] for name in neighbours[item] if layer[name] == other]
                keys[item] = sum(near) / len(near) if near else current[item] * scale
            members[k].sort(key=lambda item: (keys[item], current[item]))
        crossings = _crossings(members, neighbours, layer)
        if crossings < fewest:
            fewest = crossings
            best = [list(items) for items in members]
    members[:] = best


def _crossings(
    members: list[list[str]], neighbours: Mapping[str, list[str]], layer: Mapping[str, int]
) -> int:
    total = 0
    for k, items in enumerate(members[:-1]):
        place = {item: n for n, item in enumerate(members[k + 1])}
        ends = [
            n
            for item in items
            for n in sorted(place[name] for name in neighbours[item] if layer[name] == k + 1)
        ]
        total += sum(a > b for n, a in enumerate(ends) for b in ends[n + 1 :])
    return total


def _rows(
    members: list[list[str]], neighbours: Mapping[str, list[str]], spaces: _Spaces
) -> dict[str, float]:
    """Return the place of each item along its layer: near its neighbours, apart from the next."""
    rows: dict[str, float] = {}
    for items in members:
        rows.update(zip(items, spaced([0.0] * len(items), spaces.gaps(items)), strict=True))
    layer = {item: k for k, items in enumerate(members) for item in items}
    for sweep in range(_SWEEPS):
        both = sweep >= _SWEEPS - 4
        forward = sweep % 2 == 0
        for k in range(len(members)) if forward else range(len(members) - 1, -1, -1):
            items = members[k]
            other = k - 1 if forward else k + 1
            wanted: list[float] = []
            for item in items:
                near = [rows[n] for n in neighbours[item] if both or layer[n] == other]
                wanted.append(sum(near) / len(near) if near else rows[item])
            rows.update(zip(items, spaced(wanted, spaces.gaps(items)), strict=True))
    top = min(rows.values(), default=0.0)
    return {item: row - top for item, row in rows.items()}


def spaced(wanted: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Return places nearest to ``wanted`` (least squares) with at least ``gaps`` between them.

    Pooling of adjacent violators (Ayer et al. 1955) on the places less the running gaps.
    """
    shift = [0.0]
    for gap in gaps:
        shift.append(shift[-1] + gap)
    blocks: list[tuple[float, int]] = []
    for place, offset in zip(wanted, shift, strict=False):
        total, count = place - offset, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / count:
            before = blocks.pop()
            total, count = total + before[0], count + before[1]
        blocks.append((total, count))
    level = [total / count for total, count in blocks for _ in range(count)]
    return [value + offset for value, offset in zip(level, shift, strict=False)]
