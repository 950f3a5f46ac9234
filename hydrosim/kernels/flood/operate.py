"""A reservoir's step: what bounds its release, the storage indication, basins and ways out."""

from __future__ import annotations

import math

from hydrosim.kernels._jit import inner, merged
from hydrosim.kernels.flood import codes as c
from hydrosim.kernels.flood.basin import fill_from_pool
from hydrosim.kernels.flood.joint import book
from hydrosim.kernels.flood.pool import step_pool

__all__ = ["run_pool"]


@inner
def forecast(step, p, limit_m3, dt_s, number, local_mean_m3s):
    """Largest pre-release [m3/s] and the storage where it ends [m3], from the local inflow ahead.

    Within the horizon the pool may be drawn down by what is sure to come, less the error, and no
    deeper than its lowest pre-release level. Reads number[p, :], local_mean_m3s[point, pool].
    Returns 0 and the limit where no flood is in sight.
    """
    last = min(step + 2 + int(number[p, c.HORIZON]), local_mean_m3s.shape[0])
    volume = 0.0
    highest = 0.0
    for point in range(step + 2, last):
        volume += local_mean_m3s[point, p] * dt_s
        highest = max(highest, local_mean_m3s[point, p])
    sure = 1.0 - number[p, c.ERROR]
    if sure * highest <= number[p, c.PRE_WHEN]:
        return 0.0, limit_m3
    lowest = max(number[p, c.PRE_LOWEST], limit_m3 - sure * volume)
    return min(sure * highest, number[p, c.PRE_SAFE]), min(lowest, limit_m3)


@inner
def send_aside(p, release, release_end, free_mean, free, end_m3, pools, hint, flow):
    """Send what goes by further ways, each by its part of the capacity at the end of the step.

    Writes flow[element, :] (inflow of elements). Returns mean and end flow of all of them, and
    the mean of those that leave the network [m3/s].
    """
    aside_mean = 0.0
    aside_end = 0.0
    left = 0.0
    table = pools.table
    row = hint[p, 8]
    above = end_m3 - table[row, c.STORAGE]
    gate = table[row, c.GATE] + above * table[row, c.GATE_SLOPE]
    span = table[row + 1, c.STORAGE] - table[row, c.STORAGE]
    part = min(max(above / span, 0.0), 1.0) if span > 0.0 else 0.0
    for w in range(pools.way_first[p], pools.way_first[p + 1]):
        at = row - pools.first[p] + pools.way_row[w]
        own_gate = pools.way_flow[at, 0]
        own_gate += part * (pools.way_flow[at + 1, 0] - own_gate)
        own_free = pools.way_flow[at, 1]
        own_free += part * (pools.way_flow[at + 1, 1] - own_free)
        share_r = min(own_gate / gate, 1.0) if gate > 0.0 else 0.0
        share_f = min(own_free / free, 1.0) if free > 0.0 else 0.0
        flow_mean = share_r * release + share_f * free_mean
        flow_end = share_r * release_end + share_f * free
        aside_mean += flow_mean
        aside_end += flow_end
        target = pools.way_target[w]
        if target >= 0:
            flow[target, c.MEAN] += flow_mean
            flow[target, c.END] += flow_end
        else:
            left += flow_mean
    return aside_mean, aside_end, left


@inner
def prepare_pool(step, event, p, mean_m3s, limit_m3, pools, rules, events, record, joint, scratch):
    """Return what canals draw, and what rules and sections ask of the release of a step.

    Writes scratch.tally, record.pool_volume.
    Returns draw [m3/s], wish (negative without one), largest outflow and its rule, largest
    pre-release and the storage where it ends.
    """
    number = pools.number
    draw = number[p, c.DRAW]
    if draw > 0.0:
        state = scratch.pool_state
        present = state[p, c.VOLUME] / events.dt_s + mean_m3s - 0.5 * state[p, c.FREE_NOW]
        draw = min(draw, max(present, 0.0))
        scratch.tally[c.LEFT] += draw
        record.pool_volume[event, p, 1] += events.dt_s * draw
    wish = -1.0
    upper = math.inf
    rule = c.NO_ARTIFICIAL_PEAK
    pre = 0.0
    pre_m3 = limit_m3
    if number[p, c.GATED] == 1.0 and events.all_open[event] == 0:
        if rules.wish_register[p] >= 0:
            wish = max(scratch.register[rules.wish_register[p]], 0.0)
        if number[p, c.PEAK_BOUND] == 1.0:
            upper = scratch.pool_state[p, c.HIGHEST_INFLOW]
        if joint.allowed_m3s[p] < upper:
            upper = joint.allowed_m3s[p]
            rule = c.COMPENSATION
        if number[p, c.PRE_WHEN] < math.inf:
            local = joint.local_mean_m3s
            pre, pre_m3 = forecast(step, p, limit_m3, events.dt_s, number, local)
    return draw, wish, upper, rule, pre, pre_m3


@inner
def finish_pool(
    step, event, e, p, end_m3, release, free, free_mean, overflow, elements, pools, groups, events,
    joint, scratch,
):  # fmt: skip
    """Book what leaves for sections, send what goes by other ways, let the crest's water pass.

    Writes scratch.flow, scratch.tally, joint.booked_m3s.
    Returns mean and end outflow of the main way [m3/s].
    """
    state = scratch.pool_state
    out_mean = state[p, c.PASSED_MEAN]
    out_end = state[p, c.PASSED]
    if groups.section.size > 0:
        book(step, event, p, out_mean, groups, events.member_lag, joint.booked_m3s)
    if pools.way_first[p + 1] > pools.way_first[p]:
        aside_mean, aside_end, left = send_aside(
            p, release, state[p, c.RELEASED], free_mean, free, end_m3, pools, scratch.pool_hint,
            scratch.flow,
        )  # fmt: skip
        out_mean -= aside_mean
        out_end -= aside_end
        scratch.tally[c.LEFT] += left
    target = pools.overflow[p]
    if overflow > 0.0 and target != elements.plan[e, c.TARGET]:
        out_mean -= overflow
        out_end -= overflow
        if target >= 0:
            scratch.flow[target, c.MEAN] += overflow
            scratch.flow[target, c.END] += overflow
        else:
            scratch.tally[c.LEFT] += overflow
    return out_mean, out_end


@merged
def run_pool(
    step, event, e, p, mean_m3s, end_m3s, elements, pools, basins, rules, groups, events, record,
    joint, scratch,
):  # fmt: skip
    """Carry a pool through a step: bounds, storage indication, basins, ways out.

    Balance: S2 = S1 + dt (inflow - draw - basins - release - free flow - overflow).
    Writes the pool's state, what basins took, the inflow of further ways, scratch.tally.
    Returns mean and end outflow of the main way [m3/s], the storage [m3] and the rule.
    """
    dt_s = events.dt_s
    state = scratch.pool_state
    number = pools.number
    start = state[p, c.VOLUME]
    free_before = state[p, c.FREE_NOW]
    highest = max(end_m3s, state[p, c.HIGHEST_INFLOW])
    state[p, c.HIGHEST_INFLOW] = highest
    limit = events.limit_m3[step + 1, p]
    over = number[p, c.REFILL_BELOW]
    if end_m3s < over and highest > over:
        limit = max(limit, number[p, c.REFILL])
    side = 0.0
    wish = -1.0
    upper = highest if number[p, c.PEAK_BOUND] == 1.0 else math.inf
    upper_rule = c.NO_ARTIFICIAL_PEAK
    pre = 0.0
    pre_m3 = limit
    plain = number[p, c.PLAIN] == 1.0
    if not plain:
        side, wish, upper, upper_rule, pre, pre_m3 = prepare_pool(
            step, event, p, mean_m3s, limit, pools, rules, events, record, joint, scratch
        )
    end = start
    release = 0.0
    free = 0.0
    gate = 0.0
    overflow = 0.0
    rule = c.NO_GATE
    free_mean = 0.0
    asked = 0.0
    for attempt in range(2):
        end, release, free, gate, overflow, rule, free_mean, asked = step_pool(
            p, pools.table, pools.first[p], pools.first[p + 1], number, scratch.pool_hint, dt_s,
            start, mean_m3s, side, free_before, state[p, c.GATE_NOW], state[p, c.RELEASED], limit,
            wish, upper, upper_rule, pre, pre_m3, events.all_open[event],
        )  # fmt: skip
        if plain or attempt == 1 or elements.plan[e, c.BASIN_COUNT] == 0:
            break
        taken = fill_from_pool(
            e, p, end + overflow * dt_s, dt_s, elements, pools, basins, scratch.pool_hint,
            scratch.basin_state,
        )  # fmt: skip
        if taken == 0.0:
            break
        side += taken
    # Gates that cannot pass what is asked of them stay open until they can, and no further.
    release_end = min(gate, max(asked, release) if rule == c.FULLY_OPEN else release)
    out_mean = release + free_mean + overflow
    out_end = release_end + free + overflow
    stored = start + dt_s * (mean_m3s - side - out_mean)
    size = start + dt_s * (abs(mean_m3s) + abs(out_mean) + side)
    if abs(stored - end) > record.proof[event, c.CLOSURE] * size:
        record.proof[event, c.CLOSURE] = abs(stored - end) / size
        record.proof[event, c.CLOSURE_STEP] = step
        record.proof[event, c.CLOSURE_ELEMENT] = e
    if free_mean < 0.5 * (free_before + free) * (1.0 - 1e-9):
        record.proof[event, c.EMPTIED_STEPS] += 1.0
    state[p, c.VOLUME] = stored
    state[p, c.FREE_NOW] = free
    state[p, c.GATE_NOW] = gate
    state[p, c.RELEASED] = release_end
    state[p, c.ARRIVED] = end_m3s
    state[p, c.PASSED] = out_end
    state[p, c.PASSED_MEAN] = out_mean
    if overflow > 0.0:
        record.pool_volume[event, p, 0] += overflow * dt_s
    if not plain:
        out_mean, out_end = finish_pool(
            step, event, e, p, end, release, free, free_mean, overflow, elements, pools, groups,
            events, joint, scratch,
        )  # fmt: skip
    return out_mean, out_end, stored, rule
