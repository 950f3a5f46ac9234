"""A reservoir's step: what bounds its release, the storage indication, basins and ways out."""

from __future__ import annotations

import math

from hydrosim.kernels._jit import inner
from hydrosim.kernels.flood import codes as c
from hydrosim.kernels.flood.basin import fill_from_pool
from hydrosim.kernels.flood.joint import book
from hydrosim.kernels.flood.pool import step_pool

__all__ = ["run_pool"]


@inner
def forecast(step, e, p, limit_m3, program, joint):
    """Largest pre-release [m3/s] and the storage where it ends [m3], from the local inflow ahead.

    Within the horizon the pool may be drawn down by what is sure to come, less the error, and no
    deeper than its lowest pre-release level. Reads joint.local_mean_m3s.
    Returns 0 and the limit where no flood is in sight.
    """
    number = program.pool_number
    last = min(step + 1 + int(number[p, c.HORIZON]), joint.local_mean_m3s.shape[0])
    volume = 0.0
    highest = 0.0
    for k in range(step + 1, last):
        volume += joint.local_mean_m3s[k, e] * program.dt_s
        highest = max(highest, joint.local_mean_m3s[k, e])
    sure = 1.0 - number[p, c.ERROR]
    if sure * highest <= number[p, c.PRE_WHEN]:
        return 0.0, limit_m3
    lowest = max(number[p, c.PRE_LOWEST], limit_m3 - sure * volume)
    return min(sure * highest, number[p, c.PRE_SAFE]), min(lowest, limit_m3)


@inner
def send_aside(p, release, release_end, free_mean, free, end_m3, program, scratch):
    """Send what goes by further ways, each by its part of the capacity at the end of the step.

    Writes scratch.mean_m3s, end_m3s and tally. Returns mean and end flow of all of them [m3/s].
    """
    aside_mean = 0.0
    aside_end = 0.0
    low = program.pool_first[p]
    row = scratch.pool_hint[p, 8]
    above = end_m3 - program.pool_table[row, c.STORAGE]
    gate = program.pool_table[row, c.GATE] + above * program.pool_table[row, c.GATE_SLOPE]
    span = program.pool_table[row + 1, c.STORAGE] - program.pool_table[row, c.STORAGE]
    part = min(max(above / span, 0.0), 1.0) if span > 0.0 else 0.0
    for w in range(program.way_first[p], program.way_first[p + 1]):
        at = row - low + program.way_row[w]
        own_gate = program.way_flow[at, 0]
        own_gate += part * (program.way_flow[at + 1, 0] - own_gate)
        own_free = program.way_flow[at, 1]
        own_free += part * (program.way_flow[at + 1, 1] - own_free)
        share_r = min(own_gate / gate, 1.0) if gate > 0.0 else 0.0
        share_f = min(own_free / free, 1.0) if free > 0.0 else 0.0
        flow_mean = share_r * release + share_f * free_mean
        flow_end = share_r * release_end + share_f * free
        aside_mean += flow_mean
        aside_end += flow_end
        target = program.way_target[w]
        if target >= 0:
            gain = program.way_gain[w]
            scratch.mean_m3s[target] += flow_mean * gain
            scratch.end_m3s[target] += flow_end * gain
            scratch.tally[c.LEFT] += flow_mean * (1.0 - gain)
        else:
            scratch.tally[c.LEFT] += flow_mean
    return aside_mean, aside_end


@inner
def run_pool(
    step, event, e, mean_m3s, end_m3s, program, rules, groups, events, record, joint, scratch
):
    """Carry a pool through a step: bounds, storage indication, basins, ways out.

    Balance: S2 = S1 + dt (inflow - draw - basins - release - free flow - overflow).
    Writes the pool's state, what basins took, the inflow of further ways, scratch.tally.
    Returns mean and end outflow of the main way and the mean of all water that left the pool
    [m3/s], the storage [m3] and the rule.
    """
    p = program.place[e]
    dt_s = program.dt_s
    state = scratch.pool_state
    number = program.pool_number
    start = state[p, c.VOLUME]
    free_before = state[p, c.FREE_NOW]
    if end_m3s > state[p, c.HIGHEST_INFLOW]:
        state[p, c.HIGHEST_INFLOW] = end_m3s
    state[p, c.ARRIVED] = end_m3s
    limit = events.limit_m3[step + 1, p]
    over = number[p, c.REFILL_BELOW]
    if end_m3s < over and state[p, c.HIGHEST_INFLOW] > over:
        limit = max(limit, number[p, c.REFILL])
    side = min(number[p, c.DRAW], max(start / dt_s + mean_m3s - 0.5 * free_before, 0.0))
    scratch.tally[c.LEFT] += side
    wish = -1.0
    upper = math.inf
    upper_rule = c.NO_ARTIFICIAL_PEAK
    pre = 0.0
    pre_m3 = limit
    all_open = events.all_open[event]
    if number[p, c.GATED] == 1.0 and all_open == 0:
        if rules.wish_register[p] >= 0:
            wish = max(scratch.register[rules.wish_register[p]], 0.0)
        if number[p, c.PEAK_BOUND] == 1.0:
            upper = state[p, c.HIGHEST_INFLOW]
        if joint.allowed_m3s[p] < upper:
            upper = joint.allowed_m3s[p]
            upper_rule = c.COMPENSATION
        if number[p, c.PRE_WHEN] < math.inf:
            pre, pre_m3 = forecast(step, e, p, limit, program, joint)
    low = program.pool_first[p]
    high = program.pool_first[p + 1]
    end, release, free, gate, overflow, rule, free_mean = step_pool(
        p, program.pool_table, low, high, number, scratch.pool_hint, dt_s, start, mean_m3s,
        side, free_before, state[p, c.GATE_NOW], state[p, c.RELEASED], limit, wish, upper,
        upper_rule, pre, pre_m3, all_open,
    )  # fmt: skip
    if program.basin_first[e + 1] > program.basin_first[e]:
        taken = fill_from_pool(e, p, end + overflow * dt_s, program, scratch)
        if taken > 0.0:
            side += taken
            end, release, free, gate, overflow, rule, free_mean = step_pool(
                p, program.pool_table, low, high, number, scratch.pool_hint, dt_s, start, mean_m3s,
                side, free_before, state[p, c.GATE_NOW], state[p, c.RELEASED], limit, wish, upper,
                upper_rule, pre, pre_m3, all_open,
            )  # fmt: skip
    release_end = gate if rule == c.FULLY_OPEN else min(release, gate)
    if free_mean < 0.5 * (free_before + free) * (1.0 - 1e-9):
        record.proof[event, c.EMPTIED_STEPS] += 1.0
    all_mean = side + release + free_mean + overflow
    stored = start + dt_s * (mean_m3s - all_mean)
    size = start + dt_s * (abs(mean_m3s) + abs(all_mean))
    if abs(stored - end) > record.proof[event, c.CLOSURE] * size:
        record.proof[event, c.CLOSURE] = abs(stored - end) / size
        record.proof[event, c.CLOSURE_STEP] = step
        record.proof[event, c.CLOSURE_ELEMENT] = e
    state[p, c.VOLUME] = stored
    state[p, c.FREE_NOW] = free
    state[p, c.GATE_NOW] = gate
    state[p, c.RELEASED] = release_end
    state[p, c.PASSED] = release_end + free + overflow
    out_mean = release + free_mean + overflow
    out_end = release_end + free + overflow
    if groups.section.size > 0:
        book(step, event, groups, events, p, out_mean, joint)
    if program.way_first[p + 1] > program.way_first[p]:
        aside_mean, aside_end = send_aside(
            p, release, release_end, free_mean, free, end, program, scratch
        )
        out_mean -= aside_mean
        out_end -= aside_end
    if overflow > 0.0:
        record.overflow_m3[event, p] += overflow * dt_s
        over_target = program.pool_overflow[p]
        if over_target != program.target[e]:
            out_mean -= overflow
            out_end -= overflow
            if over_target >= 0:
                scratch.mean_m3s[over_target] += overflow
                scratch.end_m3s[over_target] += overflow
            else:
                scratch.tally[c.LEFT] += overflow
    return out_mean, out_end, all_mean, stored, rule
