"""The state in which an event starts: given storages, and steady flow through the network."""

from __future__ import annotations

import math

from hydrosim.kernels._jit import inner
from hydrosim.kernels.flood import codes as c
from hydrosim.kernels.flood.pool import segment
from hydrosim.kernels.flood.reach import channel_values

__all__ = ["reach_stored", "start_event"]


@inner
def start_reach(reach, route, inflow_m3s, outflow_m3s, program, scratch):
    """Fill a reach with its flow at the start; return the water in it [m3].

    Writes scratch.reach_mean_m3s, reach_end_m3s, part_mean_m3, part_end_m3.
    """
    first = program.reach_first[reach]
    count = program.set_count[route]
    kind = program.set_kind[route]
    size = count + 2 if kind == c.LAG else count + 1
    for place in range(first, first + size):
        scratch.reach_mean_m3s[place] = outflow_m3s
        scratch.reach_end_m3s[place] = outflow_m3s
    if kind != c.LAG:
        for place in range(first + count + 1, program.reach_first[reach + 1]):
            scratch.reach_mean_m3s[place] = inflow_m3s
            scratch.reach_end_m3s[place] = inflow_m3s
        scratch.reach_mean_m3s[first] = inflow_m3s
        scratch.reach_end_m3s[first] = inflow_m3s
    above = inflow_m3s
    for part in range(first + 1, first + count + 1):
        if kind == c.CUNGE:
            low = program.set_first[route]
            high = program.set_first[route + 1]
            spacing = program.set_weight[route, 3]
            mean = 0.5 * (above + outflow_m3s)
            time_s, number = channel_values(mean, spacing, low, high, program.channel)
            held = 0.5 * time_s * ((1.0 - number) * above + (1.0 + number) * outflow_m3s)
            scratch.part_mean_m3[part] = held
            scratch.part_end_m3[part] = held
        above = outflow_m3s
    return reach_stored(reach, route, -1, program, scratch)


@inner
def ring_stored(first, count, part, step, program, scratch):
    """Water on a ring of ``count`` steps and a part of one step of lag [m3]."""
    stored = 0.0
    for age in range(count + 1):
        share = part if age == count else 1.0
        stored += share * scratch.reach_mean_m3s[first + (step - age) % (count + 2)]
    return stored * program.dt_s


@inner
def reach_stored(reach, route, step, program, scratch):
    """Water in a reach by its state after a step [m3].

    Of a linear form V = K (x I + (1 - x) O) + dt/2 (I - O) with the means I, O of the step, since
    that function changes by dt (I - O); a lag holds what is on its ring.
    Reads scratch.reach_mean_m3s, part_mean_m3.
    """
    first = program.reach_first[reach]
    count = program.set_count[route]
    kind = program.set_kind[route]
    mean = scratch.reach_mean_m3s
    if kind == c.LAG:
        return ring_stored(first, count, program.set_weight[route, 0], step, program, scratch)
    stored = 0.0
    if program.set_lag[route] > 0:
        ring = first + count + 1
        stored += ring_stored(ring, program.set_lag[route], 0.0, step, program, scratch)
    stored += 0.5 * program.dt_s * (mean[first] - mean[first + count])
    for part in range(first + 1, first + count + 1):
        if kind == c.MUSKINGUM:
            x = program.set_stored[route, 1]
            held = x * mean[part - 1] + (1.0 - x) * mean[part]
            stored += program.set_stored[route, 0] * held
        else:
            stored += scratch.part_mean_m3[part]
    return stored


@inner
def start_pool(pool, event, inflow_m3s, program, events, scratch):
    """Set the state of a pool; return its outflow at the start [m3/s].

    At or above the limit what flows in is released, as far as bands and gates allow.
    """
    low = program.pool_first[pool]
    high = program.pool_first[pool + 1]
    table = program.pool_table
    number = program.pool_number
    stored = events.start_m3[event, pool]
    row = segment(table, low, high, c.STORAGE, stored, low)
    above = stored - table[row, c.STORAGE]
    free = table[row, c.FREE] + above * table[row, c.FREE_SLOPE]
    gate = table[row, c.GATE] + above * table[row, c.GATE_SLOPE]
    release = 0.0
    if events.all_open[event] == 1:
        release = gate
    elif stored >= events.limit_m3[0, pool] * (1.0 - 1e-12):
        cap = max(table[row, c.CAP], inflow_m3s if stored >= number[pool, c.INFLOW_EDGE] else 0.0)
        release = min(max(inflow_m3s - number[pool, c.DRAW], 0.0), gate, cap)
    for place in range(scratch.pool_hint.shape[1]):
        scratch.pool_hint[pool, place] = row
    state = scratch.pool_state
    state[pool, c.VOLUME] = stored
    state[pool, c.FREE_NOW] = free
    state[pool, c.GATE_NOW] = gate
    state[pool, c.RELEASED] = release
    state[pool, c.HIGHEST_INFLOW] = inflow_m3s
    state[pool, c.ARRIVED] = inflow_m3s
    state[pool, c.PASSED] = free + release
    return free + release


@inner
def start_event(event, blocked, program, events, scratch):
    """Set all states at the first point of time; flows are those of steady inflow.

    Arguments: blocked (1: gated pools let nothing through, for the local flows).
    Writes scratch; scratch.end_m3s holds the inflow of each element afterwards, passed_m3s the
    outflow.
    """
    for e in range(program.kind.size):
        scratch.mean_m3s[e] = 0.0
        scratch.end_m3s[e] = 0.0
        scratch.stored_m3[e] = 0.0
    for s in range(events.source_element.size):
        scratch.end_m3s[events.source_element[s]] += events.source_end_m3s[event, 0, s]
    for b in range(program.basin_number.shape[0]):
        scratch.basin_state[b, c.HELD] = events.start_basin_m3[event, b]
        scratch.basin_state[b, c.TAKEN] = 0.0
        scratch.basin_state[b, c.OPENED] = 0.0
        scratch.basin_state[b, c.DRAINED] = 0.0
    for e in range(program.kind.size):
        inflow = scratch.end_m3s[e]
        outflow = inflow
        given = events.start_flow_m3s[event, e]
        if program.kind[e] == c.REACH:
            r = program.place[e]
            arrived = inflow - min(program.reach_loss[r, 0] * inflow, program.reach_loss[r, 1])
            outflow = arrived if math.isnan(given) else given
            route = events.reach_set[event, r]
            scratch.stored_m3[e] = start_reach(r, route, arrived, outflow, program, scratch)
        elif program.kind[e] == c.POOL:
            p = program.place[e]
            outflow = start_pool(p, event, inflow, program, events, scratch)
            if not math.isnan(given):
                outflow = max(given, scratch.pool_state[p, c.FREE_NOW])
                released = outflow - scratch.pool_state[p, c.FREE_NOW]
                scratch.pool_state[p, c.RELEASED] = released
                scratch.pool_state[p, c.PASSED] = outflow
            if blocked == 1 and program.pool_number[p, c.GATED] == 1.0:
                outflow = 0.0
            scratch.stored_m3[e] = scratch.pool_state[p, c.VOLUME]
        scratch.passed_m3s[e] = outflow
        main = outflow
        if program.kind[e] == c.POOL and blocked == 0:
            p = program.place[e]
            main -= start_ways(p, program, scratch)
        if program.target[e] >= 0:
            scratch.end_m3s[program.target[e]] += main * program.gain[e]


@inner
def start_ways(pool, program, scratch):
    """Send the shares of a pool's further ways at the start; return their sum [m3/s].

    Writes scratch.end_m3s.
    """
    total = 0.0
    row = scratch.pool_hint[pool, 8]
    state = scratch.pool_state
    table = program.pool_table
    span = table[row + 1, c.STORAGE] - table[row, c.STORAGE]
    part = (state[pool, c.VOLUME] - table[row, c.STORAGE]) / span if span > 0.0 else 0.0
    part = min(max(part, 0.0), 1.0)
    for w in range(program.way_first[pool], program.way_first[pool + 1]):
        at = row - program.pool_first[pool] + program.way_row[w]
        gate = program.way_flow[at, 0]
        gate += part * (program.way_flow[at + 1, 0] - gate)
        free = program.way_flow[at, 1]
        free += part * (program.way_flow[at + 1, 1] - free)
        flow = min(free, state[pool, c.FREE_NOW])
        if state[pool, c.GATE_NOW] > 0.0:
            flow += gate / state[pool, c.GATE_NOW] * state[pool, c.RELEASED]
        total += flow
        if program.way_target[w] >= 0:
            scratch.end_m3s[program.way_target[w]] += flow * program.way_gain[w]
    return total
