"""The lowered network as a graph: demands that no water reaches, and circles within a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.builders.primitives import WITHDRAWN
from hydrosim.errors import Fault
from hydrosim.locale import _, listed, pgettext

if TYPE_CHECKING:
    from hydrosim.builders.primitives import Column, Row
    from hydrosim.builders.supply import Builder
    from hydrosim.config.schema import Config

__all__ = ["network_faults", "starting_row"]

THEN = pgettext("between the links of a circle", ", then ")

BASE_FLOW = "base_flow"


def starting_row(column: Column) -> Row | None:
    """Row that a column leaves; None for a source."""
    for row, weight in column.entries:
        if weight > 0 and row.kind != "side":
            return row
    return None


def _edges(builder: Builder) -> dict[str, list[tuple[str, str]]]:
    """For each row the rows its columns reach, with the column's name."""
    edges: dict[str, list[tuple[str, str]]] = {name: [] for name in sorted(builder.rows)}
    for name in sorted(builder.columns):
        column = builder.columns[name]
        start = starting_row(column)
        if start is None:
            continue
        for row, weight in column.entries:
            if weight < 0 and row.kind != "side":
                edges[start.name].append((row.name, name))
    return edges


def network_faults(builder: Builder, config: Config) -> list[Fault]:
    """Return claims that no water can reach, circles of the one-step graph, and trapped water.

    Stores do not break a circle: within a step water passes through them.
    """
    edges = _edges(builder)
    return [
        *_unreachable(builder, edges, config),
        *_circles(builder, edges, config),
        *_trapped(builder, config),
    ]


def _watered(builder: Builder, edges: dict[str, list[tuple[str, str]]]) -> set[str]:
    """Rows that some water can reach."""
    ready = [row.name for row in builder.rows.values() if row.kind != "side" and row.forced]
    for column in builder.columns.values():
        if starting_row(column) is None:
            ready.extend(
                row.name for row, weight in column.entries if weight < 0 and row.kind != "side"
            )
    return _reached(ready, edges)


def _unreachable(
    builder: Builder, edges: dict[str, list[tuple[str, str]]], config: Config
) -> list[Fault]:
    watered = _watered(builder, edges)
    faults: list[Fault] = []
    for name in sorted(builder.year_claims):
        claim = builder.claims.get(name)
        row = starting_row(claim.column) if claim is not None else None
        if row is None or row.name in watered:
            continue
        node = str(builder.items.get("claim", {}).get(name, {}).get("node", name))
        into = sorted(link.label for link in config.link_ends.reaching(node))
        found = _("no source reaches it: no link ends here")
        if into:
            found = _("no source reaches it through {links}", links=", ".join(into))
        faults.append(
            Fault(
                ("nodes", node),
                found=found,
                expected=_("a way for water from a source, reservoir or inflow"),
            )
        )
    return faults


def _trapped(builder: Builder, config: Config) -> list[Fault]:
    """Tell water that comes of itself and has no unlimited way out, link by link.

    A brook that a river leads into a demand brings more than the demand takes: the step would have
    no solution.
    """
    free: dict[str, list[Column]] = {}
    for name in sorted(builder.columns):
        column = builder.columns[name]
        start = starting_row(column)
        held = any(row.kind == "side" and weight > 0 for row, weight in column.entries)
        limited = bool(column.upper) or held
        if start is not None and not limited:
            free.setdefault(start.name, []).append(column)
    passing = _passing(free)
    positions = {link.label: number for number, link in enumerate(config.links)}
    labels = {one.name: label for label, (_unused, ways) in builder.links.items() for one in ways}
    faults: dict[tuple[str | int, ...], Fault] = {}
    for row in sorted(builder.rows.values(), key=lambda one: one.name):
        comes = any(origin != WITHDRAWN for _unused, origin in row.forced)
        if row.kind == "side" or not comes or row.name in passing:
            continue
        way, name = _dead_end(row.name, free)
        node = name.split(".")[0]
        label = labels.get(way.name) if way is not None else None
        path = ("links", positions[label]) if label is not None else ("nodes", node)
        faults[path] = Fault(
            path,
            _(
                "water of {value!r} that comes of itself ends in {node!r}, which takes only "
                "so much",
                value=row.name.split(".")[0],
                node=node,
            ),
            _(
                "a river to a node that passes on all that comes (a reach, junction, store "
                "or outlet); or a canal, pipe or pump, and `spill_to` for the rest"
            ),
        )
    return list(faults.values())


def _passing(free: dict[str, list[Column]]) -> set[str]:
    """Rows with a column all of whose water arrives at such rows, or leaves the model."""
    above: dict[str, list[tuple[str, int]]] = {}
    missing: list[int] = []
    passing: set[str] = set()
    waiting: list[str] = []
    for name, columns in free.items():
        for column in columns:
            ends = [row.name for row, w in column.entries if w < 0 and row.kind != "side"]
            for end in ends:
                above.setdefault(end, []).append((name, len(missing)))
            missing.append(len(ends))
            if not ends:
                waiting.append(name)
    while waiting:
        name = waiting.pop()
        if name in passing:
            continue
        passing.add(name)
        for start, number in above.get(name, ()):
            missing[number] -= 1
            if missing[number] == 0:
                waiting.append(start)
    return passing


def _dead_end(name: str, free: dict[str, list[Column]]) -> tuple[Column | None, str]:
    """Follow the unlimited ways from a row; return the last of them and the row where it ends."""
    way: Column | None = None
    seen = {name}
    while True:
        further = [
            (column, row.name)
            for column in free.get(name, ())
            for row, weight in column.entries
            if weight < 0 and row.kind != "side" and row.name not in seen
        ]
        if not further:
            return way, name
        way, name = further[0]
        seen.add(name)


def _circles(
    builder: Builder, edges: dict[str, list[tuple[str, str]]], config: Config
) -> list[Fault]:
    allowed = {
        column.name
        for link, columns in builder.links.values()
        if link.cycle == "allowed"
        for column in columns
    }
    open_edges = _without(edges, allowed)
    labels = {
        column.name: label
        for label, (_unused, columns) in builder.links.items()
        for column in columns
    }
    positions = {link.label: number for number, link in enumerate(config.links)}
    faults = _base_flow_faults(builder, edges, positions)
    while circle := _first_circle(open_edges):
        named = [labels[column] for column in circle if column in labels]
        path = ("links", positions[named[0]]) if named else ("nodes", circle[0].split(".")[0])
        names = listed([labels.get(c, c) for c in circle], THEN)
        faults.append(
            Fault(
                path,
                _("a circle within one step: {circle}", circle=names),
                _(
                    "no circle; or a delay of a whole step on it, or `cycle: allowed` with a "
                    "`reason` on one of its links"
                ),
            )
        )
        open_edges = _without(open_edges, set(circle))
    return faults


def _without(
    edges: dict[str, list[tuple[str, str]]], columns: set[str]
) -> dict[str, list[tuple[str, str]]]:
    return {
        name: [(other, column) for other, column in out if column not in columns]
        for name, out in edges.items()
    }


def _base_flow_faults(
    builder: Builder, edges: dict[str, list[tuple[str, str]]], positions: dict[str, int]
) -> list[Fault]:
    """Tell base flows on a circle that a link allows: the same water would meet them for ever."""
    backward: dict[str, list[tuple[str, str]]] = {name: [] for name in edges}
    for name, out in edges.items():
        for other, column in out:
            backward[other].append((name, column))
    faults: list[Fault] = []
    for label, (link, columns) in sorted(builder.links.items()):
        start = starting_row(columns[0]) if link.cycle == "allowed" else None
        if start is None:
            continue
        ends = [row.name for row, weight in columns[0].entries if weight < 0 and row.kind != "side"]
        circle = _reached(ends, edges) & _reached([start.name], backward)
        for claim in builder.claims.values():
            row = starting_row(claim.column)
            if claim.line == BASE_FLOW and row is not None and row.name in circle:
                found = _("the base flow {name!r} on the circle", name=claim.name)
                expected = _("a circle without a base flow: its water would be counted again")
                faults.append(Fault(("links", positions[label], "cycle"), found, expected))
    return faults


def _reached(names: list[str], edges: dict[str, list[tuple[str, str]]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(other for other, _unused in edges[name])
    return seen


def _first_circle(edges: dict[str, list[tuple[str, str]]]) -> list[str]:
    """Columns of a circle, or nothing."""
    done: set[str] = set()
    for root in edges:
        path: dict[str, int] = {}
        via: list[str] = []
        stack: list[tuple[str, str, bool]] = [(root, "", False)]
        while stack:
            name, column, leaving = stack.pop()
            if leaving:
                del path[name]
                via.pop()
                done.add(name)
                continue
            if name in path:
                return [*via[path[name] + 1 :], column]
            if name in done:
                continue
            path[name] = len(path)
            via.append(column)
            stack.append((name, column, True))
            stack.extend((other, by, False) for other, by in edges[name])
    return []
