"""What costs alone can decide: faults of costs, claims that the mode cannot keep, costs of limits.

`allocation: least_cost` asks for no ladder. Deliveries are worth what negative costs say. Minimum
flows, safe discharges and the storage above the normal level hold by a cost that outweighs all
others together; goals that only a ladder can weigh are faults.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.errors import Fault
from hydrosim.locale import _
from hydrosim.reading.kinds import REQUIRED_FLOWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from hydrosim.builders.primitives import Claim, Column
    from hydrosim.builders.supply import Builder
    from hydrosim.config.schema import Config

__all__ = ["LEAST_COST", "costs_of", "largest_cost", "mode_faults"]

LEAST_COST = "least_cost"
SMALLEST_SHARE = 1e-9
"""Share of the largest cost below which a cost cannot be distinguished from rounding."""


def mode_faults(builder: Builder, config: Config) -> list[Fault]:
    """Return what is wrong with costs, and with claims in a mode that cannot keep them."""
    if config.allocation != LEAST_COST:
        return list(_negative(builder, config))
    return [
        *_spread(builder, config),
        *_goals(builder),
        *_stores(config),
        *_ladders(config),
        *_unread(config),
        *_worthless(builder),
    ]


def largest_cost(builder: Builder) -> float:
    """Largest cost of a column, of either sign [yuan/m3]."""
    return max((abs(column.cost_yuan_per_m3) for column in builder.columns.values()), default=0.0)


def costs_of(columns: Sequence[Column], claims: Sequence[Claim]) -> NDArray[np.float64]:
    """Return the cost of each column, with those of limits [yuan/m3].

    What a limit costs outweighs what all other columns together bring or cost, so it gives way
    only where nothing else is possible.
    """
    costs = np.array([column.cost_yuan_per_m3 for column in columns])
    limit = 1.0 + 2.0 * float(np.abs(costs).sum())
    for claim in claims:
        if claim.limits:
            costs[claim.column.index] -= claim.sense * limit
    return costs


def _place(builder: Builder, config: Config, column: Column) -> tuple[str | int, ...]:
    """Where the cost of a column is written."""
    for label, (_unused, columns) in builder.links.items():
        if column in columns:
            labels = [link.label for link in config.links]
            return ("links", labels.index(label), "cost")
    node = column.name.split(".")[0]
    keys = [key for key in ("price", "cost") if getattr(config.nodes.get(node), key, None)]
    return ("nodes", node, *keys[:1])


def _negative(builder: Builder, config: Config) -> Iterator[Fault]:
    seen: set[tuple[str | int, ...]] = set()
    for name in sorted(builder.columns):
        column = builder.columns[name]
        path = _place(builder, config, column) if column.cost_yuan_per_m3 < 0.0 else ()
        if path and path not in seen:
            seen.add(path)
            yield Fault(
                path,
                _(
                    "a cost of {cost:g} yuan/m3",
                    cost=column.cost_yuan_per_m3,
                ),
                _("a cost of 0 or more: the ladder says what water is worth"),
                note=_("negative costs are benefits, which `allocation: least_cost` knows"),
            )


def _spread(builder: Builder, config: Config) -> list[Fault]:
    written = [
        column
        for name in sorted(builder.columns)
        if (column := builder.columns[name]).cost_yuan_per_m3 != 0.0 and _is_given(builder, column)
    ]
    if not written:
        return []
    largest = max(written, key=lambda column: abs(column.cost_yuan_per_m3))
    smallest = min(written, key=lambda column: abs(column.cost_yuan_per_m3))
    least = SMALLEST_SHARE * abs(largest.cost_yuan_per_m3)
    if abs(smallest.cost_yuan_per_m3) > least:
        return []
    return [
        Fault(
            _place(builder, config, smallest),
            _(
                "a cost of {cost:g} yuan/m3 at {name!r} beside {other:g} yuan/m3 at {second!r}",
                cost=smallest.cost_yuan_per_m3,
                name=smallest.name,
                other=largest.cost_yuan_per_m3,
                second=largest.name,
            ),
            _(
                "costs of more than {least:.3g} yuan/m3 beside the largest: smaller ones "
                "cannot be distinguished from rounding",
                least=least,
            ),
        )
    ]


def _is_given(builder: Builder, column: Column) -> bool:
    """Whether the config gives the cost, which a reach's water under way does not."""
    node = column.name.split(".")[0]
    return node not in builder.items.get("reach", {})


def _goals(builder: Builder) -> Iterator[Fault]:
    for name, item in sorted(builder.items.get("claim", {}).items()):
        # No cost states what a flow that passes is worth. A demand of the ecology is a delivery,
        # which a cost can be worth: its claim is the node.
        if item.get("kind") in REQUIRED_FLOWS and item["node"] != name:
            yield Fault(
                ("nodes", str(item["node"]), str(item["kind"])),
                _("the claim {name!r} in `allocation: least_cost`", name=name),
                _("a model without it: costs alone cannot keep a flow that passes"),
                note=_(
                    "a link's `minimum` holds in this mode; `allocation: fair` serves the claim"
                ),
            )


def _stores(config: Config) -> Iterator[Fault]:
    for name, node in config.nodes.items():
        keys = ("flood_limited_level", "zones", "reserved", "reserve")
        given: dict[str, Any] = {key: getattr(node, key, None) for key in keys}
        for key in ("reserved", "reserve"):
            if given.pop(key):
                yield Fault(
                    ("nodes", name, key),
                    _("`{key}` in `allocation: least_cost`", key=key),
                    _("a quota without it: costs know no lines that it could be kept for"),
                    note=_("`allocation: fair` keeps it"),
                )
        for key, value in given.items():
            if value:
                yield Fault(
                    ("nodes", name, key),
                    _("`{key}` in `allocation: least_cost`", key=key),
                    _(
                        "a store without it: the normal level holds as a limit, goals within it "
                        "need a ladder"
                    ),
                    note=_("`allocation: fair` keeps it"),
                )


def _unread(config: Config) -> Iterator[Fault]:
    """Warn of keys that only a ladder gives a meaning."""
    parts: list[tuple[tuple[str | int, ...], Any]] = [
        *((("nodes", name), node) for name, node in config.nodes.items()),
        *((("links", number), link) for number, link in enumerate(config.links)),
    ]
    for path, part in parts:
        for key in ("line", "share", "minimum_line"):
            if key in part.model_fields_set:
                yield Fault(
                    (*path, key),
                    _("`{key}` in `allocation: least_cost`", key=key),
                    _("costs alone: nothing reads it in this mode"),
                    severity="warning",
                )


def _worthless(builder: Builder) -> Iterator[Fault]:
    """Warn of demands to which no way has a negative cost: they get nothing."""
    gains = [column for column in builder.columns.values() if column.cost_yuan_per_m3 < 0.0]
    limits = [claim.column for claim in builder.claims.values() if claim.limits and claim.sense > 0]
    worth = {column.name for column in [*gains, *limits]}
    into: dict[str, list[Column]] = {}
    for column in builder.columns.values():
        for row, weight in column.entries:
            if weight < 0 and row.kind != "side":
                into.setdefault(row.name, []).append(column)
    for name, item in sorted(builder.items.get("claim", {}).items()):
        claim = builder.claims.get(name)
        if claim is None or item["node"] != name:
            continue
        waiting, seen = [claim.column], {claim.column.name}
        while waiting:
            column = waiting.pop()
            for row, weight in column.entries:
                above = into.get(row.name, ()) if weight > 0 and row.kind != "side" else ()
                for other in above:
                    if other.name not in seen:
                        seen.add(other.name)
                        waiting.append(other)
        if not seen & worth:
            yield Fault(
                ("nodes", name),
                _("a demand that brings nothing: no way to it has a negative cost"),
                _("a negative `cost` of a link to it: what its water is worth"),
                note=_("it gets nothing, since water costs nothing where it stays"),
                severity="warning",
            )


def _ladders(config: Config) -> Iterator[Fault]:
    for key in ("ladder", "policies", "policy"):
        if getattr(config, key):
            yield Fault(
                (key,),
                _("`{key}` in `allocation: least_cost`", key=key),
                _("costs alone: nothing reads it in this mode"),
                severity="warning",
            )
