"""What leaves an aquifer by its head: exact over a step of any length."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.expressions.functions import exp, maximum, minimum, power, where

if TYPE_CHECKING:
    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value

__all__ = ["drained", "evaporated", "is_long", "leaked", "spring_volumes"]

SHARP = 1e-9
"""Share of the storage above the floor over which a spring below the floor begins to flow."""
HIGH_M = 1e4
"""Height above its highest outlet up to which a spring's flow is known."""


def spring_volumes(aquifer: str, builder: Builder) -> dict[str, Value]:
    """Return what each spring of an aquifer gives in a step [m3].

    Q = k (h - h0)+ of each, over a day with the head of its start. In longer steps the head falls
    by what all give together and rises by the aquifer's inflow from beyond the model,
    S dh/dt = I - sum Q, which is followed without error of a time step. What they give together
    falls on them as what each would give alone.

    Parameters
    ----------
    aquifer
        Aquifer whose head is known; its springs are declared.
    builder
        Holds its quantities.
    """
    springs = builder.springs[aquifer]
    if not is_long(builder):
        return _of_a_day(aquifer, builder)
    alone = {name: _passed(aquifer, builder, [springs[name]]) for name in sorted(springs)}
    if len(alone) == 1:
        return alone
    together = _passed(aquifer, builder, list(springs.values()))
    total = builder.graph.constant(0.0)
    for volume in alone.values():
        total = total + volume
    part = together / maximum(total, 1e-9)
    return {name: volume * part for name, volume in alone.items()}


def _of_a_day(aquifer: str, builder: Builder) -> dict[str, Value]:
    """Return what springs give by the head at the start; together no more than is there [m3]."""
    head = builder.quantities["level", aquifer]
    per_metre_m2 = builder.quantities["storage_per_metre", aquifer]
    water = maximum(builder.quantities["storage", aquifer], 0.0)
    total = most = builder.graph.constant(0.0)
    flows: dict[str, Value] = {}
    for name, (outlet_m, conductance) in sorted(builder.springs[aquifer].items()):
        above = maximum(head - outlet_m, 0.0)
        held = minimum(above * per_metre_m2, water)
        flows[name] = minimum(builder.volume(conductance) * above, held)
        total, most = total + flows[name], maximum(most, held)
    if len(flows) == 1:
        return flows
    part = where(total > most, most / maximum(total, 1e-9), 1.0)
    return {name: flow * part for name, flow in flows.items()}


def is_long(builder: Builder) -> bool:
    """Whether a step is longer than a day, so that what follows a level moves within it."""
    return builder.calendar.step not in ("hour", "day")


def _passed(aquifer: str, builder: Builder, springs: list[tuple[float, float]]) -> Value:
    """Return what springs give together in a step, from the storage above the floor [m3]."""
    graph = builder.graph
    storage = builder.quantities["storage", aquifer]
    per_metre_m2 = builder.quantities["storage_per_metre", aquifer].constant
    floor_m = builder.quantities["floor_level", aquifer].constant
    outlets = sorted({max(outlet_m, floor_m) for outlet_m, _unused in springs})
    levels = sorted({floor_m, *outlets, outlets[-1] + HIGH_M})
    volumes = [per_metre_m2 * (level - floor_m) for level in levels]
    flows = [sum(k * max(level - outlet, 0.0) for outlet, k in springs) for level in levels]
    if flows[0] > 0.0:
        # A spring below the floor stands still where the aquifer has nothing to give.
        volumes.insert(1, SHARP * volumes[-1])
        flows.insert(0, 0.0)
    inflow = builder.quantities["beyond_m3", aquifer]
    curve = graph.curve(volumes, flows)
    return graph.passed(curve, maximum(storage, 0.0), inflow, builder.dt_s)


def leaked(aquifer: str, below: str, conductance_m2s: float, builder: Builder) -> Value:
    """Return the leakage from one aquifer down to another in a step [m3].

    d(h - g)/dt = -c (h - g) (1 / S_h + 1 / S_g): the heads approach each other and never cross.
    Days and shorter steps take the heads of their start, up to where they meet.

    Parameters
    ----------
    aquifer, below
        The aquifers of heads h and g [m]; S is the storage of each for a metre of head [m2].
    conductance_m2s
        Conductance c.
    builder
        Holds their quantities.
    """
    given = builder.quantities
    ends = (aquifer, below)
    share = sum(1.0 / given["storage_per_metre", name].constant for name in ends)
    apart = maximum(given["level", aquifer] - given["level", below], 0.0)
    moved = builder.volume(conductance_m2s)
    if is_long(builder):
        return apart / share * (1.0 - exp(-1.0 * moved * share))
    return minimum(moved * apart, apart / share)


def drained(above_m: Value, conductance_m2s: float, per_metre_m2: float, builder: Builder) -> Value:
    """Return the outflow of a step by head, dh/dt = -c (h - h0) / S [m3].

    Parameters
    ----------
    above_m
        Head above the level from which none flows out [m].
    conductance_m2s, per_metre_m2
        Conductance c and storage S of a metre of head.
    builder
        Knows the length of the steps.
    """
    rate = conductance_m2s / per_metre_m2
    part = builder.graph.series(-np.expm1(-rate * builder.calendar.dt_s))
    return above_m * per_metre_m2 * part


def evaporated(
    potential_m3: Value, reach: Value, storage_m3: float, exponent: float, *, long: bool
) -> Value:
    """Return the evaporation from a water table, E = P u^n (Averianov 1965) [m3].

    u = 1 - depth / extinction depth falls while the water table does, du/dt = -P u^n / S. Days
    and shorter steps take u of their start.

    Parameters
    ----------
    potential_m3
        Evaporation P of a water table at the surface over the step.
    reach
        u at the start, 0 to 1.
    storage_m3
        Water S between the surface and the extinction depth.
    exponent
        n, 1 to 3.
    long
        Whether the step is longer than a day.
    """
    shape = reach if exponent == 1.0 else power(reach, exponent)
    if not long:
        return potential_m3 * shape
    ratio = potential_m3 / storage_m3
    if exponent == 1.0:
        return storage_m3 * reach * (1.0 - exp(-1.0 * ratio))
    more = exponent - 1.0
    left = reach / power(1.0 + more * ratio * power(reach, more), 1.0 / more)
    return storage_m3 * (reach - left)
