"""In-lieu credit (置换): which reservoir could have served which claim in place of an import.

``docs/ledger.md`` defines the credit; ``kernels/in_lieu.py`` books it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.builders.primitives import PHYSICAL, WITHDRAWN
from hydrosim.kernels.arrays import Credit, InLieuPlan, LedgerPlan
from hydrosim.kernels.codes import LEAVES_BY_LINK, LEAVES_BY_RIVER, LEAVES_OVER
from hydrosim.reading.kinds import is_firm
from hydrosim.supply.ledger import origin_names
from hydrosim.supply.network import starting_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from hydrosim.builders.primitives import Column
    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.tape import Tape

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


@dataclass(frozen=True)
class _Pair:
    """A reservoir that can serve a claim, by its route with the fewest columns."""

    claim: str
    store: str
    route: tuple[Column, ...]


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
    number = {name: place for place, name in enumerate(origin_names(builder))}
    rows = {name: builder.rows[name].index for name in stores}
    reached = {name: _imports_at(ledger, rows[name], imports, number) for name in stores}
    pairs = [
        pair
        for pair in _pairs(builder, stores)
        if _imports_at(ledger, _claim_row(builder, pair.claim), imports, number)
        - reached[pair.store]
    ]
    zones = {name: _zones(builder, name) for name in stores}
    ways = {name: _ways_out(builder, name, stores) for name in stores}
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
        order=_downward({name: {way[2] for way in ways[name]} for name in stores}),
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
        pair_store=_integers(stores.index(pair.store) for pair in pairs),
        pair_claim=_integers(builder.claims[pair.claim].column.index for pair in pairs),
        pair_source=_integers(_claim_row(builder, pair.claim) for pair in pairs),
        open_zone=_open_zones(builder, pairs, zones, ladders),
        route_imports=_integers(
            bool(_imports_at(ledger, entry[1], imports, number)) for entry in entries
        ),
        **_route_arrays(pairs, entries),
    )


def _imports_at(
    ledger: LedgerPlan, composition: int, imports: Sequence[str], number: Mapping[str, int]
) -> set[str]:
    """Return the imports whose water can be part of a composition."""
    first, last = ledger.tag_start[composition], ledger.tag_start[composition + 1]
    origins = set((ledger.tag_list[first:last] // ledger.cohorts).tolist())
    return {name for name in imports if number[name] in origins}


def _claim_row(builder: Builder, claim: str) -> int:
    start = starting_row(builder.claims[claim].column)
    assert start is not None
    return start.index


def _pairs(builder: Builder, stores: Sequence[str]) -> list[_Pair]:
    """Pairs by firm claim, from the reservoir with the shortest route on, then by name."""
    items = builder.items.get("claim", {})
    reaches = builder.items.get("reach", {})
    claims = [
        name
        for name in sorted(builder.year_claims)
        if name in builder.claims
        and is_firm(items.get(name, {}).get("kind", ""))
        and items.get(name, {}).get("node") not in reaches
        and starting_row(builder.claims[name].column) is not None
    ]
    onward = _onward(builder)
    routes = {store: _routes(builder, store, onward) for store in stores}
    pairs = [
        _Pair(claim, store, route)
        for claim in claims
        for store in stores
        if (route := routes[store].get(_claim_row(builder, claim)))
    ]
    return sorted(pairs, key=lambda pair: (pair.claim, len(pair.route), pair.store))


def _onward(builder: Builder) -> dict[int, list[tuple[int, Column]]]:
    """Columns that carry water onward, by the row they leave, with the row where they end.

    A claim's own column is no way onward: what it carries is used, or passes beside it too.
    """
    own = {
        claim.column.name
        for claim in builder.claims.values()
        if claim.line == PHYSICAL or claim.sense > 0
    }
    onward: dict[int, list[tuple[int, Column]]] = {}
    for name in sorted(builder.columns):
        column = builder.columns[name]
        start = starting_row(column)
        if start is None or name in own:
            continue
        for row, weight in column.entries:
            if weight < 0 and row.kind != "side":
                onward.setdefault(start.index, []).append((row.index, column))
    return onward


def _routes(
    builder: Builder, store: str, onward: Mapping[int, list[tuple[int, Column]]]
) -> dict[int, tuple[Column, ...]]:
    """Route with the fewest columns from a store to each row; ties go to the first name."""
    origin = builder.rows[store].index
    found: dict[int, tuple[Column, ...]] = {origin: ()}
    waiting = [origin]
    while waiting:
        row = waiting.pop(0)
        for end, column in onward.get(row, ()):
            if end not in found:
                found[end] = (*found[row], column)
                waiting.append(end)
    return found


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


def _zones(builder: Builder, store: str) -> list[tuple[int, int, str | None]]:
    """Column, whether it is to be filled, and line of each zone, from the lowest up."""
    found: list[tuple[int, int, str | None]] = []
    for name, zone in builder.items.get("zone", {}).items():
        if zone["store"] == store:
            claim = builder.claims.get(name)
            fills = claim is None or claim.sense > 0
            line = claim.line if claim is not None and fills else None
            found.append((builder.columns[name].index, int(fills), line))
    return found


def _ways_out(
    builder: Builder, store: str, stores: Sequence[str]
) -> list[tuple[int, int, int, float]]:
    """Column, kind, reservoir where it arrives, and gain of all that leaves a store."""
    rivers = {
        column.name
        for link, columns in builder.links.values()
        if link.start == store and link.is_river
        for column in columns
    }
    zones = {name for name, zone in builder.items.get("zone", {}).items() if zone["store"] == store}
    ways: list[tuple[int, int, int, float]] = []
    for name in sorted(builder.columns):
        column = builder.columns[name]
        start = starting_row(column)
        if start is None or start.name != store or name in zones:
            continue
        kind = LEAVES_BY_RIVER if name in rivers else LEAVES_BY_LINK
        kind = LEAVES_OVER if name == f"{store}.overflow" else kind
        target, gain = -1, 0.0
        for row, weight in column.entries:
            if weight < 0 and row.name in stores:
                target, gain = stores.index(row.name), -weight
        ways.append((column.index, kind, target, gain))
    return ways


def _downward(ends: Mapping[str, set[int]]) -> Integers:
    """Numbers of the reservoirs, each before those that its ways out lead to; circles by name."""
    names = list(ends)
    left = dict.fromkeys(range(len(names)))
    order: list[int] = []
    while left:
        fed = {end for number in left for end in ends[names[number]] if end != number}
        ready = [number for number in left if number not in fed] or [next(iter(left))]
        order.extend(ready)
        for number in ready:
            del left[number]
    return _integers(order)


def _open_zones(
    builder: Builder,
    pairs: Sequence[_Pair],
    zones: Mapping[str, list[tuple[int, int, str | None]]],
    ladders: Mapping[str, Sequence[str]],
) -> Integers:
    """1 where the ladder would let a claim have a zone's water: its line comes first."""
    most = max((len(one) for one in zones.values()), default=0)
    opened = np.zeros((len(ladders), len(pairs), most), dtype=np.int64)
    for p, lines in enumerate(ladders.values()):
        for k, pair in enumerate(pairs):
            line = builder.claims[pair.claim].line
            if line not in lines:
                continue
            for z, (_, _, other) in enumerate(zones[pair.store]):
                unclaimed = other is None or other not in lines
                opened[p, k, z] = int(unclaimed or lines.index(other) > lines.index(line))
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
    pairs: list[_Pair], entries: list[tuple[int, int, int, float, float]]
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
