"""What leaves a store by decision: bounded by outlets, release bands and the dead level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hydrosim.expressions.functions import maximum, where
from hydrosim.nodes._outlets import Outlet, band_cap, flow_by_storage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hydrosim.builders.primitives import Column
    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value
    from hydrosim.nodes._store_schema import StoreNode
    from hydrosim.parts.storage_curve import StorageCurve

__all__ = ["Pool", "bound_releases"]

ROUNDING = 1e-9
"""Share of the largest storage by which a store may stand below its dead level by rounding."""
RATING = "outlet rating"


class Pool(NamedTuple):
    """Water of a store at the start, after its losses, and what comes for certain [m3]."""

    storage: Value
    inflow: Value


def bound_releases(
    name: str, node: StoreNode[Any], builder: Builder, curve: StorageCurve, pool: Pool
) -> None:
    """Bound the columns that leave a store: outlets, band caps, nothing from dead storage.

    A gate passes what it passes in the step when it stands fully open, from the storage at the
    start and with the inflow that is known. Gates of one store that stand open together lower the
    level for each other: together they pass no more than all of them open at once.

    Parameters
    ----------
    name, node
        The store; its links are lowered.
    builder
        Receives the bounds.
    curve
        Level and storage of the store.
    pool
        Its water.
    """
    dead_m = node.dead_m(curve)
    least = curve.storage_at(dead_m) - ROUNDING * curve.top_m3
    wet = where(pool.storage + pool.inflow >= least, np.inf, 0.0)
    gates: dict[tuple[Outlet, ...], list[Column]] = {}
    for link, columns in builder.links.values():
        if link.start != name:
            continue
        own = _gates_of(node, curve, link)
        for column in columns:
            column.upper.append((wet, "dead storage"))
            if own == () and link.is_river and node.outlets:
                column.upper.append((builder.graph.constant(0.0), RATING))
            if link.is_river and node.release_bands:
                column.upper.append((_band_m3(name, node, builder), "release band"))
        if own:
            gates.setdefault(own, []).extend(columns)
    for own, columns in gates.items():
        passed = _passed(own, builder, curve, dead_m, pool)
        for column in columns:
            column.upper.append((passed, RATING))
    _share_gates(name, builder, curve, dead_m, pool, gates)


def _gates_of(node: StoreNode[Any], curve: StorageCurve, link: Any) -> tuple[Outlet, ...]:
    """Return the gates through which a link takes its water; none where nothing is said of it."""
    if link.is_river and not node.outlets and curve.release_m3s is not None:
        return (Outlet.model_validate({"name": "all", "rating": "storage_curve"}),)
    return tuple(
        one
        for one in node.outlets
        if one.kind == "gate" and (one.to == link.end or (link.is_river and one.to is None))
    )


def _band_m3(name: str, node: StoreNode[Any], builder: Builder) -> Value:
    level = builder.quantities["level", name]
    inflow_m3s = maximum(builder.quantity("known_inflow", name), 0.0)
    unlimited = builder.graph.constant(np.inf)
    return band_cap(node.release_bands, level, inflow_m3s, unlimited) * builder.dt_s


def _passed(
    gates: Sequence[Outlet], builder: Builder, curve: StorageCurve, dead_m: float, pool: Pool
) -> Value:
    """Return what gates pass in the step when they, and they alone, stand fully open [m3]."""
    storage, flow = flow_by_storage(gates, curve, dead_m)
    graph = builder.graph
    return graph.passed(graph.curve(storage, flow), pool.storage, pool.inflow, builder.dt_s)


def _share_gates(
    name: str,
    builder: Builder,
    curve: StorageCurve,
    dead_m: float,
    pool: Pool,
    gates: dict[tuple[Outlet, ...], list[Column]],
) -> None:
    """Hold the columns of one set of gates, and those of all, to what these pass together."""
    for number, (own, columns) in enumerate(gates.items()):
        if len(columns) > 1:
            passed = _passed(own, builder, curve, dead_m, pool)
            parts = [(column, 1.0) for column in columns]
            builder.group(f"{name}.gates_{number}", parts, passed, RATING)
    if len(gates) > 1:
        every = tuple(dict.fromkeys(one for own in gates for one in own))
        passed = _passed(every, builder, curve, dead_m, pool)
        parts = [(column, 1.0) for columns in gates.values() for column in columns]
        builder.group(f"{name}.gates", parts, passed, RATING)
