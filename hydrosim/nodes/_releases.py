"""What leaves a store by decision: bounded by outlets, release bands and the dead level."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hydrosim.builders.arrivals import gain_to
from hydrosim.expressions.functions import maximum, minimum, where
from hydrosim.nodes._outlets import Outlet, band_cap, caps_by_storage, flow_by_storage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hydrosim.builders.arrivals import Arrivals
    from hydrosim.builders.primitives import Column
    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value
    from hydrosim.nodes._store_schema import StoreNode
    from hydrosim.parts.storage_curve import StorageCurve

__all__ = ["Pool", "bound_releases"]

ROUNDING = 1e-9
"""Share of the largest storage by which a store may stand below its dead level by rounding."""
RATING = "outlet rating"
SILL = "outlet sill"
NO_OUTLET = "no outlet"
INTAKE = "intake level"
FLOOD = 1e5
"""Inflow of a step, as a multiple of a pool and of what its gates pass, that fills it at once."""


class Pool(NamedTuple):
    """Water of a store at the start, after its losses, and what comes for certain [m3]."""

    storage: Value
    inflow: Value


def bound_releases(
    name: str,
    node: StoreNode[Any],
    builder: Builder,
    curve: StorageCurve,
    pool: Pool,
    *,
    is_refilled: bool,
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
    is_refilled
        Whether links may fill it to its dead level in the step, before anything leaves it.
    """
    dead_m = node.dead_m(curve)
    least = curve.storage_at(dead_m) - ROUNDING * curve.top_m3
    wet = where(pool.storage + pool.inflow >= least, np.inf, 0.0)
    gates: dict[tuple[Outlet, ...], list[Column]] = {}
    intakes: list[_Intake] = []
    band = _band_m3(name, node, builder, curve, pool) if node.release_bands else None
    for link, columns in builder.links.leaving(name):
        own = _gates_of(node, curve, link)
        low = None if link.intake_m is None else _Intake(curve.storage_at(link.intake_m), columns)
        if low is not None:
            intakes.append(low)
        for column in columns:
            if not is_refilled:
                column.upper.append((wet, "dead storage"))
            if own == () and link.is_river and node.outlets:
                column.upper.append((builder.graph.constant(0.0), NO_OUTLET))
            if link.is_river and band is not None:
                column.upper.append((band, "release band"))
        if own:
            gates.setdefault(own, []).extend(columns)
    if gates or intakes:
        room = _Room(name, builder, curve, dead_m, pool)
        builder.when_lowered(builder.rows[name], partial(_bound_ways, room, gates, intakes))


def _gates_of(node: StoreNode[Any], curve: StorageCurve, link: Any) -> tuple[Outlet, ...]:
    """Return the gates through which a link takes its water; none where nothing is said of it."""
    if link.is_river and not node.outlets and curve.release_m3s is not None:
        return (Outlet.model_validate({"name": "all", "rating": "storage_curve"}),)
    return tuple(
        one
        for one in node.outlets
        if one.kind == "gate" and (one.to == link.end or (link.is_river and one.to is None))
    )


def _band_m3(
    name: str, node: StoreNode[Any], builder: Builder, curve: StorageCurve, pool: Pool
) -> Value:
    """Return the largest release of the step by the bands [m3].

    Over a day that is the cap at the level of its start. In longer steps it follows the level
    while the caps are released, unless a cap is the inflow.
    """
    caps = [(band.up_to, band.cap) for band in node.release_bands]
    fixed = [(top, cap) for top, cap in caps if not isinstance(cap, str)]
    if builder.calendar.step in ("hour", "day") or len(fixed) < len(caps):
        level = builder.quantities["level", name]
        inflow_m3s = maximum(builder.quantity("sure_inflow", name), 0.0)
        unlimited = builder.graph.constant(np.inf)
        return band_cap(node.release_bands, level, inflow_m3s, unlimited) * builder.dt_s
    free_m3s = curve.top_m3 / float(builder.calendar.dt_s.min()) * FLOOD
    storage, flow = caps_by_storage(fixed, curve, free_m3s)
    graph = builder.graph
    return graph.passed(graph.curve(storage, flow), pool.storage, pool.inflow, builder.dt_s)


class _Intake(NamedTuple):
    """The columns of a link that takes only what stands above a storage [m3]."""

    storage_m3: float
    columns: list[Column]


class _Room(NamedTuple):
    """A store whose gates are to be bounded."""

    name: str
    builder: Builder
    curve: StorageCurve
    dead_m: float
    pool: Pool

    def passed(self, gates: Sequence[Outlet], more: Value | float = 0.0) -> Value:
        """Return what gates, and they alone, pass fully open with more inflow than is sure [m3]."""
        storage, flow = flow_by_storage(gates, self.curve, self.dead_m)
        graph, dt_s = self.builder.graph, self.builder.dt_s
        # What comes may have no bound: more than this fills any pool at once.
        flood = FLOOD * (self.curve.top_m3 + flow[-1] * dt_s)
        inflow = self.pool.inflow + minimum(graph.constant(more), flood)
        return graph.passed(graph.curve(storage, flow), self.pool.storage, inflow, dt_s)


def _bound_ways(
    room: _Room,
    gates: dict[tuple[Outlet, ...], list[Column]],
    intakes: list[_Intake],
    arrivals: Arrivals,
) -> None:
    """Hold what leaves by each set of gates, by all, and above intakes, to what can pass.

    That is no more than with all that links could bring, and no more than with the sure inflow
    and what links do bring beyond it.
    """
    row = room.builder.rows[room.name]
    decided = bool(arrivals.decided(row))
    more: Value | float = 0.0
    if decided:
        more = maximum(arrivals.most(row) - arrivals.certain(row), 0.0)
    for number, intake in enumerate(intakes):
        _bound_intake(f"{room.name}.intake_{number}", intake, room, more, arrivals)
    _bound_gates(room, gates, more, arrivals, decided=decided)


def _bound_intake(
    label: str, intake: _Intake, room: _Room, more: Value | float, arrivals: Arrivals
) -> None:
    """Let an intake take what stands above its level at the start and comes in the step.

    A pool that its sure inflow does not fill to the intake opens it in the next step.
    """
    pool = room.pool
    above = pool.storage + pool.inflow - intake.storage_m3
    most = where(above >= -ROUNDING * room.curve.top_m3, maximum(above, 0.0) + more, 0.0)
    for column in intake.columns:
        column.upper.append((most, INTAKE))
    if len(intake.columns) > 1:
        parts = [(column, 1.0) for column in intake.columns]
        room.builder.group(label, parts, most, INTAKE)
    if arrivals.decided(room.builder.rows[room.name]):
        limit = maximum(above, 0.0)
        _follow_arrivals(f"{label}.arrivals", limit, intake.columns, INTAKE, room, arrivals)


def _bound_gates(
    room: _Room,
    gates: dict[tuple[Outlet, ...], list[Column]],
    more: Value | float,
    arrivals: Arrivals,
    *,
    decided: bool,
) -> None:
    """Hold what leaves by each set of gates, and by all, to what these pass together."""
    for number, (own, columns) in enumerate(gates.items()):
        passed = room.passed(own, more)
        reached = where(passed > 0.0, np.inf, 0.0)
        for column in columns:
            column.upper.append((reached, SILL))
            column.upper.append((passed, RATING))
        label = f"{room.name}.gates_{number}"
        if len(columns) > 1:
            parts = [(column, 1.0) for column in columns]
            room.builder.group(label, parts, passed, RATING)
        if decided:
            label = f"{room.name}.arrivals_{number}"
            _follow_arrivals(label, room.passed(own), columns, RATING, room, arrivals)
    if len(gates) > 1:
        every = tuple(dict.fromkeys(one for own in gates for one in own))
        label = f"{room.name}.gates"
        columns = [column for columns in gates.values() for column in columns]
        parts = [(column, 1.0) for column in columns]
        room.builder.group(label, parts, room.passed(every, more), RATING)
        if decided:
            label = f"{room.name}.arrivals"
            _follow_arrivals(label, room.passed(every), columns, RATING, room, arrivals)


def _follow_arrivals(
    label: str,
    limit: Value,
    columns: Sequence[Column],
    reason: str,
    room: _Room,
    arrivals: Arrivals,
) -> None:
    """Hold columns to what can leave with the sure inflow, and what links bring beyond it."""
    row = room.builder.rows[room.name]
    parts = [(column, 1.0) for column in columns]
    for bundle in arrivals.into(row):
        parts += [(column, -gain_to(column, row)) for column in bundle.columns]
    sure = arrivals.certain(row) * (1.0 - ROUNDING)
    room.builder.group(label, parts, limit - sure, reason)
