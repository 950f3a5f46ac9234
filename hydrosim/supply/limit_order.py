"""Limits that stand above supply lines whose water reaches what they limit.

Such a line is cut to keep a store empty above its flood limit: a base flow that ends in a lake
whose outlet is full gets nothing while the reservoir above it is well filled. A use is cut, too,
while its return flow would raise a river that is above its safe discharge already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.builders.primitives import PHYSICAL
from hydrosim.errors import Fault
from hydrosim.locale import _
from hydrosim.nodes._storage import FLOOD_LIMIT
from hydrosim.nodes.reach import SAFE_DISCHARGE
from hydrosim.reading.kinds import WATER_USE
from hydrosim.supply.ladder import ladder_lines
from hydrosim.supply.network import starting_row

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from hydrosim.builders.supply import Builder
    from hydrosim.config.ladder_line import LadderLine

__all__ = ["limit_warnings"]


def limit_warnings(
    builder: Builder, ladders: dict[str, Sequence[LadderLine]], policies: Collection[str]
) -> list[Fault]:
    """Return a warning for each ladder and limit that may cut lines below it.

    Of a safe discharge only uses of water count, by their return flow: rivers and ecology release
    what would pass it. Water above the flood-control level (`dam_safety`) endangers the dam: that
    it goes before all else needs no warning.
    """
    limited = sorted(
        claim.name.rpartition(".")[0]
        for claim in builder.claims.values()
        if claim.line == FLOOD_LIMIT and claim.stock
    )
    reaching = _reaching(builder)
    returning = _reaching(builder, WATER_USE)
    rivers = [
        (claim.name.rpartition(".")[0], row.name)
        for claim in sorted(builder.claims.values(), key=lambda claim: claim.name)
        if claim.line == SAFE_DISCHARGE and (row := starting_row(claim.column)) is not None
    ]
    faults: list[Fault] = []
    for policy, ladder in ladders.items():
        lines = ladder_lines(ladder)
        path = ("ladder",) if policy not in policies else ("policies", policy, "ladder")
        if SAFE_DISCHARGE in lines:
            place = lines.index(SAFE_DISCHARGE)
            for river, row in rivers:
                above = returning.get(row, {})
                cut = [line for line in lines[place + 1 :] if line in above]
                if cut:
                    faults.append(_return_warning((*path, place), river, cut, above))
        if FLOOD_LIMIT not in lines:
            continue
        place = lines.index(FLOOD_LIMIT)
        for store in limited:
            above = reaching.get(store, {})
            cut = [line for line in lines[place + 1 :] if line in above]
            if cut:
                faults.append(_warning((*path, place), store, cut, above))
    return faults


def _reaching(builder: Builder, kinds: Collection[str] | None = None) -> dict[str, dict[str, str]]:
    """Ladder lines of flow claims whose water comes to a row within a step, with a claim each.

    Only claims of these kinds, or of all. Of several claims of a line the first name stands for it.
    """
    unused = {claim.column.name for claim in builder.claims.values() if claim.line == PHYSICAL}
    onward: dict[str, list[str]] = {}
    for column in builder.columns.values():
        start = starting_row(column)
        if start is not None and column.name not in unused:
            for row, weight in column.entries:
                if weight < 0 and row.kind != "side":
                    onward.setdefault(start.name, []).append(row.name)
    items = builder.items.get("claim", {})
    found: dict[str, dict[str, str]] = {}
    for name in sorted(builder.claims):
        claim = builder.claims[name]
        if claim.sense < 0 or claim.stock:
            continue
        if kinds is not None and items.get(name, {}).get("kind") not in kinds:
            continue
        waiting = [row.name for row, weight in claim.column.entries if weight < 0]
        while waiting:
            lines = found.setdefault(row := waiting.pop(), {})
            if claim.line not in lines:
                lines[claim.line] = name
                waiting.extend(onward.get(row, ()))
    return found


def _return_warning(
    path: tuple[str | int, ...], river: str, cut: list[str], claims: dict[str, str]
) -> Fault:
    lines = ", ".join(f"{line!r} ({claims[line]})" for line in cut)
    return Fault(
        path,
        _(
            "{SAFE_DISCHARGE!r} above {lines}, whose water returns to {river!r} within the step",
            SAFE_DISCHARGE=SAFE_DISCHARGE,
            lines=lines,
            river=river,
        ),
        _(
            "such lines above {SAFE_DISCHARGE!r}, or a return in the next step: they are cut while "
            "{river!r} is above its safe discharge",
            SAFE_DISCHARGE=SAFE_DISCHARGE,
            river=river,
        ),
        severity="warning",
    )


def _warning(
    path: tuple[str | int, ...], store: str, cut: list[str], claims: dict[str, str]
) -> Fault:
    lines = ", ".join(f"{line!r} ({claims[line]})" for line in cut)
    return Fault(
        path,
        _(
            "{FLOOD_LIMIT!r} above {lines}, whose water reaches {store!r} within the step",
            FLOOD_LIMIT=FLOOD_LIMIT,
            lines=lines,
            store=store,
        ),
        _(
            "supply lines above {FLOOD_LIMIT!r}: below it they are cut to keep {store!r} "
            "empty above its limit, however much water stands upstream",
            FLOOD_LIMIT=FLOOD_LIMIT,
            store=store,
        ),
        severity="warning",
    )
