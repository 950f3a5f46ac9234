"""Flood limits that stand above supply lines whose water reaches their store.

Such a line is cut to keep the store empty above its limit: a base flow that ends in a lake whose
outlet is full gets nothing while the reservoir above it is well filled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.builders.primitives import PHYSICAL
from hydrosim.errors import Fault
from hydrosim.locale import _
from hydrosim.nodes._storage import FLOOD_LIMIT
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
    """Return a warning for each ladder and store whose limit may cut lines below it.

    Water above the flood-control level (`dam_safety`) endangers the dam: that it goes before all
    else needs no warning.
    """
    limited = sorted(
        claim.name.rpartition(".")[0]
        for claim in builder.claims.values()
        if claim.line == FLOOD_LIMIT and claim.stock
    )
    reaching = _reaching(builder)
    faults: list[Fault] = []
    for policy, ladder in ladders.items():
        lines = ladder_lines(ladder)
        if FLOOD_LIMIT not in lines:
            continue
        place = lines.index(FLOOD_LIMIT)
        path = ("ladder",) if policy not in policies else ("policies", policy, "ladder")
        for store in limited:
            above = reaching.get(store, {})
            cut = [line for line in lines[place + 1 :] if line in above]
            if cut:
                faults.append(_warning((*path, place), store, cut, above))
    return faults


def _reaching(builder: Builder) -> dict[str, dict[str, str]]:
    """Ladder lines of flow claims whose water comes to a row within a step, with a claim each.

    Of several claims of a line the first name stands for it.
    """
    unused = {claim.column.name for claim in builder.claims.values() if claim.line == PHYSICAL}
    onward: dict[str, list[str]] = {}
    for column in builder.columns.values():
        start = starting_row(column)
        if start is not None and column.name not in unused:
            for row, weight in column.entries:
                if weight < 0 and row.kind != "side":
                    onward.setdefault(start.name, []).append(row.name)
    found: dict[str, dict[str, str]] = {}
    for name in sorted(builder.claims):
        claim = builder.claims[name]
        if claim.sense < 0 or claim.stock:
            continue
        waiting = [row.name for row, weight in claim.column.entries if weight < 0]
        while waiting:
            lines = found.setdefault(row := waiting.pop(), {})
            if claim.line not in lines:
                lines[claim.line] = name
                waiting.extend(onward.get(row, ()))
    return found


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
