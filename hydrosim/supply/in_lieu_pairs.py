"""Which reservoir could serve which claim, by which route: the pairs of in-lieu credits."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hydrosim.builders.primitives import PHYSICAL
from hydrosim.reading.kinds import is_firm
from hydrosim.supply.network import starting_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from hydrosim.builders.primitives import Column
    from hydrosim.builders.supply import Builder

__all__ = ["Pair", "claim_row", "serving_pairs"]

NEAREST = 24
"""Reservoirs above a claim, from the nearest on, that can stand in for its imported water."""


@dataclass(frozen=True)
class Pair:
    """A reservoir that can serve a claim, by its route with the fewest columns."""

    claim: str
    store: str
    route: tuple[Column, ...]


def claim_row(builder: Builder, claim: str) -> int:
    """Return the row that a claim takes its water from."""
    start = starting_row(builder.claims[claim].column)
    assert start is not None
    return start.index


def serving_pairs(
    builder: Builder, stores: Sequence[str], imports_at: Callable[[int], frozenset[str]]
) -> list[Pair]:
    """Pairs by firm claim, from the reservoir with the shortest route on, then by name.

    Of each claim the ``NEAREST`` reservoirs count, so that a long river with many of them has as
    many pairs for each claim as a short one.
    """
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
    row_of = {name: claim_row(builder, name) for name in claims}
    served = sorted({row for row in row_of.values() if imports_at(row)})
    near = _nearest(served, {builder.rows[store].index: store for store in stores}, onward)
    farthest: dict[str, int] = {}
    for found in near.values():
        for store, distance in found.items():
            farthest[store] = max(farthest.get(store, 0), distance)
    routes = {store: _routes(builder, store, onward, far) for store, far in farthest.items()}
    pairs = [
        Pair(claim, store, route)
        for claim in claims
        for store in near.get(row_of[claim], ())
        if (route := routes[store][row_of[claim]])
    ]
    return sorted(pairs, key=lambda pair: (pair.claim, len(pair.route), pair.store))


def _nearest(
    rows: Iterable[int],
    store_of: Mapping[int, str],
    onward: Mapping[int, Sequence[tuple[int, Column]]],
) -> dict[int, dict[str, int]]:
    """Return for each row the nearest stores above it, with the columns between; ties by name."""
    above: dict[int, list[int]] = {}
    for start, ways in onward.items():
        for end, _column in ways:
            above.setdefault(end, []).append(start)
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        near: dict[str, int] = {}
        seen, level, distance = {row}, [row], 0
        while level and len(near) < NEAREST:
            level = list(dict.fromkeys(up for one in level for up in above.get(one, ())))
            level = [one for one in level if one not in seen]
            seen.update(level)
            distance += 1
            met = sorted(store_of[one] for one in level if one in store_of)
            near.update(dict.fromkeys(met[: NEAREST - len(near)], distance))
        found[row] = near
    return found


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
    builder: Builder,
    store: str,
    onward: Mapping[int, Sequence[tuple[int, Column]]],
    farthest: int,
) -> dict[int, tuple[Column, ...]]:
    """Route with the fewest columns from a store to each row; ties go to the first name.

    Rows to which it takes more than ``farthest`` columns are left out.
    """
    origin = builder.rows[store].index
    found: dict[int, tuple[Column, ...]] = {origin: ()}
    waiting = deque([origin])
    while waiting:
        row = waiting.popleft()
        if len(found[row]) == farthest:
            break
        for end, column in onward.get(row, ()):
            if end not in found:
                found[end] = (*found[row], column)
                waiting.append(end)
    return found
