"""The state in which an event starts: given storages, and steady flow through the network."""

from __future__ import annotations

import math

from hydrosim.kernels._jit import inner
from hydrosim.kernels.flood import codes as c
from hydrosim.kernels.flood.openers import (
    open_elements,
    open_events,
    open_pools,
    open_reaches,
    open_scratch,
)
from hydrosim.kernels.flood.operate import send_aside
from hydrosim.kernels.flood.pool import segment
from hydrosim.kernels.flood.reach import channel_values
from hydrosim.kernels.flood.wave import start_wave

__all__ = ["reach_stored", "start_event"]


@inner
def start_reach(r, route, inflow_m3s, outflow_m3s, dt_s, reaches, scratch):
    """Fill a reach with its flow at the start; return the water in it [m3].

    Writes scratch.plan, weight, reach_mean_m3s, reach_end_m3s, part_m3.
    """
    first = reaches.first[r]
    count = reaches.parts[route]
    kind = reaches.kind[route]
    scratch.plan[r, c.FIRST] = first
    scratch.plan[r, c.PARTS] = count
    scratch.plan[r, c.WHOLE_LAG] = count if kind == c.LAG else reaches.lag[route]
    scratch.plan[r, c.ROUTING] = kind
    scratch.plan[r, c.SET] = route
    scratch.plan[r, c.CURSOR] = 0
    scratch.plan[r, c.ROW_LOW] = reaches.row[route]
    scratch.plan[r, c.ROW_HIGH] = reaches.row[route + 1]
    part_lag = reaches.weight[route, c.SET_PART_LAG] if kind == c.LAG else 0.0
    scratch.weight[r, c.C0] = reaches.weight[route, c.C0]
    scratch.weight[r, c.C1] = reaches.weight[route, c.C1]
    scratch.weight[r, c.C2] = reaches.weight[route, c.C2]
    scratch.weight[r, c.PART_LAG] = part_lag
    scratch.weight[r, c.SPACING] = reaches.weight[route, c.SET_SPACING]
    scratch.weight[r, c.LOSS_SHARE] = reaches.loss[r, c.LOST_SHARE]
    scratch.weight[r, c.LARGEST_LOSS] = reaches.loss[r, c.LOST_MOST]
    for place in range(first, reaches.first[r + 1]):
        flow = outflow_m3s
        if kind != c.LAG and (place == first or place > first + count):
            flow = inflow_m3s
        scratch.reach_mean_m3s[place] = flow
        scratch.reach_end_m3s[place] = flow
    if kind == c.WAVE:
        start_wave(
            r, inflow_m3s, outflow_m3s, scratch.plan, scratch.weight, scratch.reach_end_m3s,
            scratch.part_m3, reaches.channel,
        )  # fmt: skip
        return reach_stored(r, dt_s, reaches, scratch)
    above = inflow_m3s
    for part in range(first + 1, first + count + 1):
        if kind == c.CUNGE:
            low = reaches.row[route]
            high = reaches.row[route + 1]
            spacing = reaches.weight[route, c.SET_SPACING]
            mean = 0.5 * (above + outflow_m3s)
            time_s, number = channel_values(mean, spacing, low, high, reaches.channel)
            held = 0.5 * time_s * ((1.0 - number) * above + (1.0 + number) * outflow_m3s)
            scratch.part_m3[part, c.OF_MEANS] = held
            scratch.part_m3[part, c.OF_ENDS] = held
        above = outflow_m3s
    return reach_stored(r, dt_s, reaches, scratch)


@inner
def reach_stored(r, dt_s, reaches, scratch):
    """Water in a reach by its state after a step [m3].

    Of a linear form V = K (x I + (1 - x) O) + dt/2 (I - O) with the means I, O of the step, since
    that function changes by dt (I - O); a lag holds what is on its ring.
    """
    plan = scratch.plan
    mean_m3s = scratch.reach_mean_m3s
    first = plan[r, c.FIRST]
    count = plan[r, c.PARTS]
    kind = plan[r, c.ROUTING]
    route = plan[r, c.SET]
    lag = plan[r, c.WHOLE_LAG]
    stored = 0.0
    if kind == c.WAVE:
        for place in range(first + 1, first + count + 1):
            stored += scratch.part_m3[place, c.CELL_WATER]
        return stored
    if kind == c.LAG or lag > 0:
        ring = first if kind == c.LAG else first + count + 1
        part = reaches.weight[route, c.SET_PART_LAG] if kind == c.LAG else 0.0
        for age in range(lag + 1):
            at = (plan[r, c.CURSOR] - 1 - age) % (lag + 2)
            stored += dt_s * (part if age == lag else 1.0) * mean_m3s[ring + at]
    if kind == c.LAG:
        return stored
    stored += 0.5 * dt_s * (mean_m3s[first] - mean_m3s[first + count])
    for place in range(first + 1, first + count + 1):
        if kind == c.MUSKINGUM:
            x = reaches.stored[route, c.HELD_SHARE]
            held = x * mean_m3s[place - 1] + (1.0 - x) * mean_m3s[place]
            stored += reaches.stored[route, c.HELD_TIME] * held
        else:
            stored += scratch.part_m3[place, c.OF_MEANS]
    return stored


@inner
def start_pool(p, event, inflow_m3s, pools, events, scratch):
    """Set the state of a pool; return its outflow at the start [m3/s].

    At or above the limit what flows in is released, as far as bands and gates allow.
    """
    low = pools.first[p]
    table = pools.table
    number = pools.number
    stored = events.start_m3[event, p]
    row = segment(table, low, pools.first[p + 1], c.STORAGE, stored, low)
    above = stored - table[row, c.STORAGE]
    free = table[row, c.FREE] + above * table[row, c.FREE_SLOPE]
    gate = table[row, c.GATE] + above * table[row, c.GATE_SLOPE]
    release = 0.0
    if events.all_open[event] == 1:
        release = gate
    elif stored >= events.limit_m3[0, p] * (1.0 - 1e-12):
        cap = max(table[row, c.CAP], inflow_m3s if stored >= number[p, c.INFLOW_EDGE] else 0.0)
        release = min(max(inflow_m3s - number[p, c.DRAW] - free, 0.0), gate, cap)
    block = p + number.shape[0]
    for look in range(c.POOL_HINTS):
        scratch.pool_hint[p, look] = row
        scratch.pool_hint[block, look] = row - low + pools.first[block]
    state = scratch.pool_state
    state[p, c.VOLUME] = stored
    state[p, c.FREE_NOW] = free
    state[p, c.GATE_NOW] = gate
    state[p, c.RELEASED] = release
    state[p, c.HIGHEST_INFLOW] = inflow_m3s
    state[p, c.ARRIVED] = inflow_m3s
    state[p, c.RULE_NOW] = c.HOLD
    return free + release


@inner
def start_event(work, event, blocked):
    """Set all states at the first point of time; flows are those of steady inflow.

    Arguments: blocked (1: gated pools let nothing through, for the local flows).
    Writes scratch; scratch.flow holds inflow and outflow of each element afterwards.
    """
    elements = open_elements(work.elements)
    reaches = open_reaches(work.reaches)
    pools = open_pools(work.pools)
    events = open_events(work.events)
    scratch = open_scratch(work.scratch)
    state = scratch.pool_state
    for e in range(elements.gain.size):
        for field in range(c.FLOWS):
            scratch.flow[e, field] = 0.0
    for s in range(events.source_element.size):
        scratch.flow[events.source_element[s], c.END] += events.source_end_m3s[event, 0, s]
    for b in range(scratch.basin_state.shape[0]):
        for field in range(c.BASIN_STATES):
            scratch.basin_state[b, field] = 0.0
    for e in range(elements.gain.size):
        inflow = scratch.flow[e, c.END]
        outflow = inflow
        main = inflow
        given = events.start_flow_m3s[event, e]
        if elements.plan[e, c.KIND] == c.REACH:
            r = elements.plan[e, c.PLACE]
            lost = min(reaches.loss[r, c.LOST_SHARE] * inflow, reaches.loss[r, c.LOST_MOST])
            arrived = inflow - lost
            outflow = arrived if math.isnan(given) else given
            main = outflow
            route = events.reach_set[event, r]
            scratch.flow[e, c.STORED] = start_reach(
                r, route, arrived, outflow, events.dt_s, reaches, scratch
            )
        elif elements.plan[e, c.KIND] == c.POOL:
            p = elements.plan[e, c.PLACE]
            outflow = start_pool(p, event, inflow, pools, events, scratch)
            if not math.isnan(given):
                outflow = max(given, state[p, c.FREE_NOW])
                state[p, c.RELEASED] = outflow - state[p, c.FREE_NOW]
            if blocked == 1 and pools.number[p, c.GATED] == 1.0:
                outflow = 0.0
            state[p, c.PASSED] = outflow
            state[p, c.PASSED_MEAN] = outflow
            scratch.flow[e, c.STORED] = state[p, c.VOLUME]
            main = outflow
            if pools.way_first[p + 1] > pools.way_first[p] and outflow > 0.0:
                released = state[p, c.RELEASED]
                free = state[p, c.FREE_NOW]
                _, aside, _ = send_aside(
                    p, released, released, free, free, state[p, c.VOLUME], pools, scratch
                )
                main -= aside
        scratch.flow[e, c.IN] = inflow
        scratch.flow[e, c.OUT] = outflow
        if elements.plan[e, c.TARGET] >= 0:
            scratch.flow[elements.plan[e, c.TARGET], c.END] += main * elements.gain[e]
