"""Travel time from stores to claims, where a step is too short for what the allocation assumes.

Within a step the allocation hands ordered water down a whole river. That is true to nature as long
as the water takes no longer than the step; where it takes longer, a release has to be ordered
ahead, which no allocation of one step can know.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hydrosim.builders.primitives import PHYSICAL, REFILL
from hydrosim.errors import Fault
from hydrosim.locale import _
from hydrosim.supply.network import starting_row

if TYPE_CHECKING:
    from hydrosim.builders.primitives import Claim, Column
    from hydrosim.builders.supply import Builder

__all__ = ["travel_warnings"]

ROUNDING = 1e-9
HOUR_S, DAY_S = 3600.0, 86400.0
MOST_AWAY = 0.25
"""Steps between the travel time of a reach and that of its form, above which it is warned of."""


@dataclass(frozen=True)
class _Way:
    """The fastest way from a store to a row: its time [s] and the reaches on it."""

    time_s: float
    reaches: tuple[str, ...]


def travel_warnings(builder: Builder) -> list[Fault]:
    """Return a warning for each claim that is farther than one step from a controllable store.

    Before them stand the reaches whose travel time long steps cannot show.
    Of several ways the fastest counts. A way ends at the next controllable store, which answers
    with its own water; a store is controllable if a column decides what leaves it.
    """
    leaving = _leaving(builder)
    claims = _claims(builder)
    reaches = set(builder.items.get("reach", {}))
    longest_s = builder.calendar.longest_s
    faults = _rounded(builder)
    for store in sorted(builder.stores):
        ways = _fastest(store, leaving, builder, reaches)
        for row in sorted(ways):
            if ways[row].time_s > longest_s * (1.0 + ROUNDING):
                faults.extend(
                    _warning(store, claim, ways[row], longest_s, builder)
                    for claim in claims.get(row, ())
                )
    return faults


def _rounded(builder: Builder) -> list[Fault]:
    """Return a warning for each reach whose water comes days earlier or later than it is to.

    Below one step a travel time is rounded to none or a whole step: a share that arrives in the
    same step would let the allocation count on water that is still under way.
    """
    step_s = builder.calendar.mean_s
    faults: list[Fault] = []
    for name, reach in sorted(builder.items.get("reach", {}).items()):
        wanted = float(reach.get("travel_time_wanted_steps", 0.0))
        has = float(reach.get("travel_time_steps", 0.0))
        away = abs(has - wanted)
        if away <= MOST_AWAY or away * step_s <= DAY_S:
            continue
        found = _("a travel time of {wanted:.3g} days, where the steps of the run give {has:.3g}",
                  wanted=wanted * step_s / DAY_S, has=has * step_s / DAY_S)  # fmt: skip
        expected = _("as a rule at most {share:g} of a step away from it", share=MOST_AWAY)
        note = _("shorter steps of the run show it: below one step it is rounded to none or one")
        faults.append(Fault(("nodes", name), found, expected, note=note, severity="warning"))
    return faults


def _leaving(builder: Builder) -> dict[str, list[Column]]:
    """Columns by the row they leave, without the overflow that no decision uses."""
    unused = {claim.column.name for claim in builder.claims.values() if claim.line == PHYSICAL}
    leaving: dict[str, list[Column]] = {}
    for name in sorted(builder.columns):
        column = builder.columns[name]
        start = starting_row(column)
        arrives = any(weight < 0 and row.kind != "side" for row, weight in column.entries)
        if start is not None and arrives and name not in unused:
            leaving.setdefault(start.name, []).append(column)
    return leaving


def _claims(builder: Builder) -> dict[str, list[Claim]]:
    """Claims on water by the row their column leaves; a store's own line stands for its refill."""
    claims: dict[str, list[Claim]] = {}
    for name in sorted(builder.claims):
        claim = builder.claims[name]
        start = starting_row(claim.column)
        refills = claim.line.startswith(REFILL)
        if claim.sense > 0 and start is not None and not refills:
            claims.setdefault(start.name, []).append(claim)
    return claims


def _fastest(
    store: str, leaving: dict[str, list[Column]], builder: Builder, reaches: set[str]
) -> dict[str, _Way]:
    """Rows that water of a store reaches, each with the fastest way (Dijkstra 1959)."""
    found: dict[str, _Way] = {}
    waiting: list[tuple[float, str, tuple[str, ...]]] = [(0.0, store, ())]
    while waiting:
        time_s, name, way = heapq.heappop(waiting)
        if name in found:
            continue
        found[name] = _Way(time_s, way)
        if name != store and name in builder.stores and name in leaving:
            continue
        for column in leaving.get(name, ()):
            passed = column.name.rsplit(".", 1)[0]
            longer = (*way, passed) if column.travel_s > 0.0 and passed in reaches else way
            for row, weight in column.entries:
                if weight < 0 and row.kind != "side" and row.name not in found:
                    heapq.heappush(waiting, (time_s + column.travel_s, row.name, longer))
    del found[store]
    return found


def _warning(store: str, claim: Claim, way: _Way, step_s: float, builder: Builder) -> Fault:
    items = builder.items.get("claim", {})
    node = str(items.get(claim.name, {}).get("node", claim.name.split(".", 1)[0]))
    hours, step_hours = way.time_s / HOUR_S, step_s / HOUR_S
    return Fault(
        ("nodes", node),
        _(
            "water from the store {store!r} travels {hours:.4g} h to the claim {claim!r} "
            "(line {line!r}) by {reaches}: {steps:.3g} steps",
            store=store, hours=hours, claim=claim.name, line=claim.line,
            reaches=", ".join(way.reaches), steps=way.time_s / step_s,
        ),
        _(
            "at most one step ({hours:.4g} h): what is ordered arrives in the same step, so "
            "the claim is served earlier than the river could",
            hours=step_hours,
        ),
        note=_("a longer step, or a store or source nearer to the claim"),
        severity="warning",
    )  # fmt: skip
