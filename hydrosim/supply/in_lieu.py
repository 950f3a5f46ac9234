"""In-lieu credit (置换): which reservoir could have served which claim in place of an import.

``docs/ledger.md`` defines the credit; ``kernels/in_lieu.py`` books it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.builders.primitives import WITHDRAWN
from hydrosim.kernels.arrays import Credit, InLieuPlan, LedgerPlan
from hydrosim.kernels.codes import LEAVES_BY_LINK, LEAVES_BY_RIVER, LEAVES_OVER
from hydrosim.supply.in_lieu_pairs import claim_row, serving_pairs
from hydrosim.supply.ledger import origin_names
from hydrosim.supply.network import starting_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from hydrosim.builders.primitives import Column
    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.tape import Tape
    from hydrosim.supply.in_lieu_pairs import Pair

    Integers = NDArray[np.int64]

__all__ = ["build_in_lieu", "import_names", "open_credit", "reservoir_names"]

IMPORT_KINDS = ("yangtze", "yellow")


def import_names(builder: Builder) -> list[str]:
    """Names of the origins that are imports, in order."""
    booked = {boundary.name for boundary in builder.boundaries if boundary.kind == "import"}
    found = {builder.columns[name].origin for name in booked if name in builder.columns}
    for name, origin in builder.items.get("origin", {}).items():
        if origin.get("kind") in IMPORT_KINDS:
            found.add(name)
    return sorted(found & set(origin_names(builder)))


def reservoir_names(builder: Builder) -> list[str]:
    """Names of the stores that can stand in for an import, in order."""
    return [name for name in sorted(builder.stores) if name in builder.lenders]


def build_in_lieu(
    builder: Builder,
    tape: Tape,
    ledger: LedgerPlan,
    ladders: Mapping[str, Sequence[str]],
) -> InLieuPlan:
    """Return the plan of the credits for an indexed builder and its ledger.

    Parameters
    ----------
    ladders
        Lines of each policy, from the top, in the order of the policies' numbers.
    """
    stores, imports = reservoir_names(builder), import_names(builder)
    store_number = {name: number for number, name in enumerate(stores)}
    number = {name: place for place, name in enumerate(origin_names(builder))}
    imports_at = _imports_by_composition(ledger, imports, number)
    reached = {name: imports_at(builder.rows[name].index) for name in stores}
    pairs = [
        pair
        for pair in serving_pairs(builder, stores, imports_at)
        if imports_at(claim_row(builder, pair.claim)) - reached[pair.store]
    ]
    zones = _zones(builder, stores)
    ways = _ways_out(builder, store_number)
    weirs = {
        name: [tape[volume] for volume, origin in builder.rows[name].forced if origin == WITHDRAWN]
        for name in stores
    }
    import_of = np.full((len(number), ledger.cohorts), -1, dtype=np.int64)
    for place, name in enumerate(imports):
        import_of[number[name]] = place
    entries = [entry for pair in pairs for entry in _route_entries(builder, pair.route)]
    flat_zones = [zone for name in stores for zone in zones[name]]
    deads = [builder.items["store"][name]["dead_storage_m3"] for name in stores]
    return InLieuPlan(
        order=_downward([{way[2] for way in ways[name]} for name in stores]),
        store_start=_integers(tape[builder.stores[name][0]] for name in stores),
        store_before=_integers(tape[builder.stores[name][1]] for name in stores),
        store_end=_integers(tape[builder.balances[name].end] for name in stores),
        dead_m3=np.array(deads, dtype=np.float64),
        zone_start=_starts(len(zones[name]) for name in stores),
        zone_column=_integers(column for column, _, _ in flat_zones),
        zone_to_fill=_integers(to_fill for _, to_fill, _ in flat_zones),
        **_ways_arrays([ways[name] for name in stores]),
        weir_start=_starts(len(weirs[name]) for name in stores),
        weir_register=_integers(one for name in stores for one in weirs[name]),
        import_of=import_of.ravel(),
        replaces=np.array(
            [[float(one not in reached[name]) for one in imports] for name in stores]
        ).reshape(len(stores), len(imports)),
        pair_store=_integers(store_number[pair.store] for pair in pairs),
        pair_claim=_integers(builder.claims[pair.claim].column.index for pair in pairs),
        pair_source=_integers(claim_row(builder, pair.claim) for pair in pairs),
        open_zone=_open_zones(builder, pairs, zones, ladders),
        route_imports=_integers(bool(imports_at(entry[1])) for entry in entries),
        **_route_arrays(pairs, entries),
    )


def _imports_by_composition(
    ledger: LedgerPlan, imports: Sequence[str], number: Mapping[str, int]
) -> Callable[[int], frozenset[str]]:
    """Return what gives the imports whose water can be part of a composition."""

    @cache
    def imports_at(composition: int) -> frozenset[str]:
        first, last = ledger.tag_start[composition], ledger.tag_start[composition + 1]
        origins = set((ledger.tag_list[first:last] // ledger.cohorts).tolist())
        return frozenset(name for name in imports if number[name] in origins)

    return imports_at


def _route_entries(
    builder: Builder, route: tuple[Column, ...]
) -> list[tuple[int, int, int, float, float]]:
    """Column, composition, slack, weight and factor of each way of a route."""
    entries: list[tuple[int, int, int, float, float]] = []
    factor = 1.0
    for place in range(len(route) - 1, -1, -1):
        column = route[place]
        start = starting_row(column)
        assert start is not None
        following = starting_row(route[place + 1]) if place + 1 < len(route) else None
        gain = sum(
            -weight
            for row, weight in column.entries
            if weight < 0 and row.kind != "side" and (following is None or row is following)
        )
        factor /= gain
        slack, weight = -1, 1.0
        for row, part in column.entries:
            if row.kind == "side" and part > 0:
                slack, weight = builder.columns[f"{row.name}.slack"].index, part
        entries.append((column.index, start.index, slack, weight, factor))
    return entries[::-1]


def _zones(builder: Builder, stores: Sequence[str]) -> dict[str, list[tuple[int, int, str | None]]]:
    """Column, whether it is to be filled, and line of each zone of stores, from the lowest up."""
    found: dict[str, list[tuple[int, int, str | None]]] = {name: [] for name in stores}
    for name, zone in builder.items.get("zone", {}).items():
        if zone["store"] in found:
            claim = builder.claims.get(name)
            fills = claim is None or claim.sense > 0
            line = claim.line if claim is not None and fills else None
            found[zone["store"]].append((builder.columns[name].index, int(fills), line))
    return found


def _ways_out(
    builder: Builder, place: Mapping[str, int]
) -> dict[str, list[tuple[int, int, int, float]]]:
    """Column, kind, reservoir where it arrives, and gain of all that leaves each store."""
    rivers = {
        column.name
        for link, columns in builder.links.values()
        if link.is_river
        for column in columns
    }
    zones = builder.items.get("zone", {})
    ways: dict[str, list[tuple[int, int, int, float]]] = {name: [] for name in place}
    for name in sorted(builder.columns):
        column = builder.columns[name]
        start = starting_row(column)
        if start is None or start.name not in place:
            continue
        if zones.get(name, {}).get("store") == start.name:
            continue
        kind = LEAVES_BY_RIVER if name in rivers else LEAVES_BY_LINK
        kind = LEAVES_OVER if name == f"{start.name}.overflow" else kind
        target, gain = -1, 0.0
        for row, weight in column.entries:
            if weight < 0 and row.name in place:
                target, gain = place[row.name], -weight
        ways[start.name].append((column.index, kind, target, gain))
    return ways


def _downward(ends: Sequence[set[int]]) -> Integers:
    """Numbers of the reservoirs, each before those that its ways out lead to; circles by name."""
    below = [{end for end in found if end not in (-1, start)} for start, found in enumerate(ends)]
    above = [0] * len(below)
    for found in below:
        for end in found:
            above[end] += 1
    left = dict.fromkeys(range(len(below)))
    ready = [number for number in left if above[number] == 0]
    order: list[int] = []
    while left:
        done = ready or [next(iter(left))]
        order.extend(done)
        for number in done:
            del left[number]
        freed: set[int] = set()
        for number in done:
            for end in below[number]:
                above[end] -= 1
                if above[end] == 0 and end in left:
                    freed.add(end)
        ready = sorted(freed)
    return _integers(order)


def _open_zones(
    builder: Builder,
    pairs: Sequence[Pair],
    zones: Mapping[str, list[tuple[int, int, str | None]]],
    ladders: Mapping[str, Sequence[str]],
) -> Integers:
    """1 where the ladder would let a claim have a zone's water: its line comes first."""
    most = max((len(one) for one in zones.values()), default=0)
    opened = np.zeros((len(ladders), len(pairs), most), dtype=np.int64)
    for p, lines in enumerate(ladders.values()):
        place: dict[str | None, int] = {}
        for number, line in enumerate(lines):
            place.setdefault(line, number)
        for k, pair in enumerate(pairs):
            line = builder.claims[pair.claim].line
            if line not in place:
                continue
            for z, (_, _, other) in enumerate(zones[pair.store]):
                opened[p, k, z] = int(other not in place or place[other] > place[line])
    return opened


def open_credit(plan: InLieuPlan, ledger: LedgerPlan, columns: int, *, kept: bool) -> Credit:
    """Return credits of nothing; without any arrays where the ledger is off."""
    stores, imports = plan.replaces.shape if kept else (0, 0)
    months = int(ledger.month[-1]) + 1 if kept and ledger.month.size else 0
    compositions = ledger.tag_start.size - 1 if kept else 0

    def by_month() -> NDArray[np.float64]:
        return np.zeros((months, stores, imports))

    return Credit(
        standing=np.zeros((stores, imports)),
        booked=by_month(),
        used=by_month(),
        lapsed=by_month(),
        moved=by_month(),
        at_end=by_month(),
        received=np.zeros((stores, imports)),
        own_spill=np.zeros(stores),
        release=np.zeros(stores),
        sorted_step=np.full(stores, -1, dtype=np.int64),
        outflow=np.zeros(plan.out_column.size),
        granted=np.zeros(columns),
        left=np.zeros(imports),
        share=np.zeros((compositions, imports)),
        share_step=np.full(compositions, -1, dtype=np.int64),
    )


def _integers(values: Iterable[Any]) -> Integers:
    return np.array(list(values), dtype=np.int64)


def _ways_arrays(ways: list[list[tuple[int, int, int, float]]]) -> dict[str, Any]:
    """Return the arrays of the plan for what leaves the reservoirs, see :func:`_ways_out`."""
    flat = [way for of_store in ways for way in of_store]
    return {
        "out_start": _starts(len(of_store) for of_store in ways),
        "out_column": _integers(way[0] for way in flat),
        "out_kind": _integers(way[1] for way in flat),
        "out_store": _integers(way[2] for way in flat),
        "out_gain": np.array([way[3] for way in flat], dtype=np.float64),
    }


def _route_arrays(
    pairs: list[Pair], entries: list[tuple[int, int, int, float, float]]
) -> dict[str, Any]:
    """Return the arrays of the plan for the routes of all pairs, see :func:`_route_entries`."""
    return {
        "route_start": _starts(len(pair.route) for pair in pairs),
        "route_column": _integers(entry[0] for entry in entries),
        "route_source": _integers(entry[1] for entry in entries),
        "route_slack": _integers(entry[2] for entry in entries),
        "route_weight": np.array([entry[3] for entry in entries], dtype=np.float64),
        "route_factor": np.array([entry[4] for entry in entries], dtype=np.float64),
    }


def _starts(counts: Iterable[int]) -> Integers:
    return _integers([0, *np.cumsum(list(counts))])
