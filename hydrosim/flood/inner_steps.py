"""In how many parts a step of the flood block is routed, so that results do not follow its length.

The step of the flood block is that of what is given and shown. Gates, basins and forecasts decide
at the start of a step, so what they do follows its length: they are routed in parts of a step. So
are reaches and stores that a flood passes in a few steps, hydrographs with a peak between the edges
of steps, and any step of more than an hour, in which points would miss a peak.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.builders.channel import RoutingError
from hydrosim.errors import ConfigError
from hydrosim.flood.events import config_events
from hydrosim.flood.tables import pool_table
from hydrosim.kernels.flood import codes as c

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hydrosim.builders.channel import Routing
    from hydrosim.builders.flood import FloodBuilder, Pool
    from hydrosim.config.schema import Config
    from hydrosim.flood.events import Event

__all__ = ["choose_inner_step"]

DECIDED_S = 900.0
"""Longest part of a step [s] where something decides; it is short enough for any place."""
PLAIN_S = 3600.0
"""Longest part of a step [s] where nothing decides."""
SHORTEST_S = 300.0
"""Shortest part of a step [s] that is made to meet the peak of a hydrograph."""
MISSED_SHARE = 0.003
"""Share of the peak of a hydrograph that the edges of steps may miss."""
SPREADS = 3.0
"""Steps in the spread of a wave that a Muskingum reach shows in its form of any step."""
RESERVOIR_SPREADS = 2.0
"""The same where the form is one of linear reservoirs, x_l = 0, which is alike in any step."""
RESERVOIR_X = 0.03
"""x_l up to which a form counts as one of linear reservoirs."""
PASSAGES = 4.0
"""Steps in the travel time of a channel whose parameters follow the flow."""
EMPTYINGS = 2.0
"""Steps in the time in which free outlets or open gates would empty a store."""
THINNEST_M = 0.1
"""Thinnest piece of a store [m] that counts: below a sill a thinner one stands for a jump."""
WHOLE = 0.01
"""Share of a step by which a lag may differ from whole steps."""
SHORTEST_STEP_S = 60.0


def choose_inner_step(config: Config, builder: FloodBuilder) -> None:
    """Part the steps of a lowered network, and find the routing of its reaches for the parts.

    Where a reach has no form in parts that short, they are longer.
    Writes builder.dt_s, builder.every and the routings of reaches; notes faults.
    """
    flood = config.flood
    assert flood is not None
    step_s = flood.step
    if flood.inner_step is not None:
        possible = [max(1, round(step_s / flood.inner_step))]
    else:
        wanted = _wanted_parts(config, builder)
        possible = [parts for parts in _numbers_of_parts(step_s) if parts <= wanted]
    for parts in reversed(possible):
        builder.every, builder.dt_s = parts, step_s / parts
        if _has_forms(builder):
            break
    builder.route_reaches()


def _numbers_of_parts(step_s: float) -> list[int]:
    """Return the numbers of parts of whole seconds, a minute or longer, of a step; 1 at least."""
    whole = round(step_s)
    if abs(step_s - whole) > 1e-9:
        return [1]
    most = max(1, int(step_s // SHORTEST_STEP_S))
    return [parts for parts in range(1, most + 1) if whole % parts == 0]


def _wanted_parts(config: Config, builder: FloodBuilder) -> int:
    """Return in how many parts a step should be routed."""
    assert config.flood is not None
    step_s = config.flood.step
    possible = _numbers_of_parts(step_s)
    longest = DECIDED_S if _decides(config, builder) else PLAIN_S
    short = [parts for parts in possible if step_s / parts <= longest * (1.0 + 1e-9)]
    fewest = short[0] if short else possible[-1]
    fine = [n for n in possible if n >= fewest and (n == fewest or step_s / n >= SHORTEST_S)]
    quiet = next((n for n in fine if _suits_places(builder, step_s / n)), fine[-1])
    try:
        events = config_events(config)
    except ConfigError:
        return quiet  # what is wrong with them is said where they are read to be routed
    return next((n for n in fine if n >= quiet and _meets_peaks(events, step_s / n)), fine[-1])


def _decides(config: Config, builder: FloodBuilder) -> bool:
    """Whether a gate acts by rules in some event, or a detention basin takes water."""
    flood = config.flood
    assert flood is not None
    if builder.basins:
        return True
    ways = {flood.operation, *(one.operation or flood.operation for one in flood.events.values())}
    return "rules" in ways and any(pool.gated for pool in builder.pools.values())


def _suits_places(builder: FloodBuilder, dt_s: float) -> bool:
    """Whether steps of a length are short for every reach and store, or for any."""
    if dt_s <= DECIDED_S:
        return True
    try:
        routings = [one for reach in builder.reaches.values() for one in reach.routings_in(dt_s)]
    except RoutingError:
        return True
    return all(_suits_reach(one, dt_s) for _unused, one in routings) and all(
        dt_s <= _emptying_s(pool, dt_s) / EMPTYINGS for pool in builder.pools.values()
    )


def _suits_reach(routing: Routing, dt_s: float) -> bool:
    if routing.kind == "lag":
        steps = routing.travel_s / dt_s
        return abs(steps - round(steps)) <= WHOLE
    if routing.kind == "muskingum":
        even = abs(routing.part[1]) <= RESERVOIR_X
        return dt_s <= routing.spread_s / (RESERVOIR_SPREADS if even else SPREADS)
    return routing.kind == "wave" or dt_s <= routing.travel_s / PASSAGES


def _emptying_s(pool: Pool, dt_s: float) -> float:
    """Return the shortest time in which open outlets would empty a piece of a store [s]."""
    rows = pool_table(pool, dt_s).rows
    water = np.diff(rows[:, c.STORAGE])
    flow = np.diff(rows[:, c.FREE] + rows[:, c.GATE])
    rises = (flow > 0.0) & (water > 0.0) & (np.diff(rows[:, c.LEVEL]) >= THINNEST_M)
    return float(np.min(water[rises] / flow[rises], initial=np.inf))


def _meets_peaks(events: Sequence[Event], dt_s: float) -> bool:
    """Whether steps of a length have an edge near the peak of each hydrograph."""
    for event in events:
        end_s = event.steps * (event.step_s or dt_s)
        for times, flows in event.points.values():
            edges = np.arange(0.0, end_s + 0.5 * dt_s, dt_s)
            peak = float(flows[times <= end_s].max(initial=0.0))
            if float(np.interp(edges, times, flows).max()) < peak * (1.0 - MISSED_SHARE):
                return False
    return True


def _has_forms(builder: FloodBuilder) -> bool:
    """Whether each reach has a form of routing in steps of the builder's length."""
    try:
        for reach in builder.reaches.values():
            reach.routings_in(builder.dt_s)
    except RoutingError:
        return False
    return True
