"""A reservoir's step: what bounds its release, the storage indication, basins and ways out."""

from __future__ import annotations

import math

from hydrosim.kernels._jit import inner, merged
from hydrosim.kernels.flood import codes as c
from hydrosim.kernels.flood.basin import fill_from_pool
from hydrosim.kernels.flood.joint import book
from hydrosim.kernels.flood.openers import (
    open_basins,
    open_elements,
    open_events,
    open_groups,
    open_joint,
    open_pools,
    open_record,
    open_rules,
    open_scratch,
)
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
def send_aside(p, release, release_end, free_mean, free, end_m3, pools, scratch):
    """Send what goes by further ways, each by its part of the capacity at the end of the step.

    Writes scratch.flow[element, :] (inflow of elements). Returns mean and end flow of all of them,
    and the mean of those that leave the network [m3/s].
    """
    aside_mean = 0.0
    aside_end = 0.0
    left = 0.0
    table = pools.table
    way_flow = pools.way_flow
    row = scratch.pool_hint[p, c.LOOK_END]
    above = end_m3 - table[row, c.STORAGE]
    gate = table[row, c.GATE] + above * table[row, c.GATE_SLOPE]
    span = table[row + 1, c.STORAGE] - table[row, c.STORAGE]
    part = min(max(above / span, 0.0), 1.0) if span > 0.0 else 0.0
    for w in range(pools.way_first[p], pools.way_first[p + 1]):
        at = row - pools.first[p] + pools.way_row[w]
        own_gate = way_flow[at, c.WAY_GATES]
        own_gate += part * (way_flow[at + 1, c.WAY_GATES] - own_gate)
        own_free = way_flow[at, c.WAY_FREE]
        own_free += part * (way_flow[at + 1, c.WAY_FREE] - own_free)
        share_r = min(own_gate / gate, 1.0) if gate > 0.0 else 0.0
        share_f = min(own_free / free, 1.0) if free > 0.0 else 0.0
        flow_mean = share_r * release + share_f * free_mean
        flow_end = share_r * release_end + share_f * free
        aside_mean += flow_mean
        aside_end += flow_end
        target = pools.way_target[w]
        if target >= 0:
            scratch.flow[target, c.MEAN] += flow_mean
            scratch.flow[target, c.END] += flow_end
        else:
            left += flow_mean
    return aside_mean, aside_end, left


@inner
def prepare_pool(work, step, event, p, mean_m3s):
    """Return what canals draw [m3/s]; write what rules and sections ask of the step.

    Reads scratch.pool_order[p, LIMIT]; writes the rest of it, scratch.tally, record.pool_volume.
    """
    events = open_events(work.events)
    scratch = open_scratch(work.scratch)
    rules = open_rules(work.rules)
    joint = open_joint(work.joint)
    number = open_pools(work.pools).number
    order = scratch.pool_order
    limit_m3 = order[p, c.LIMIT]
    draw = number[p, c.DRAW]
    if draw > 0.0:
        state = scratch.pool_state
        present = state[p, c.VOLUME] / events.dt_s + mean_m3s - 0.5 * state[p, c.FREE_NOW]
        draw = min(draw, max(present, 0.0))
        scratch.tally[c.LEFT] += draw
        open_record(work.record).pool_volume[event, p, c.DRAWN] += events.dt_s * draw
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
    order[p, c.WISHED] = wish
    order[p, c.MOST] = upper
    order[p, c.MOST_RULE] = rule
    order[p, c.PRE] = pre
    order[p, c.PRE_END] = pre_m3
    return draw


@inner
def finish_pool(work, step, event, e, p, end_m3, release, free, free_mean, overflow):
    """Book what leaves for sections, send what goes by other ways, let the crest's water pass.

    Writes scratch.flow, scratch.tally, joint.booked_m3s.
    Returns mean and end outflow of the main way [m3/s].
    """
    pools = open_pools(work.pools)
    scratch = open_scratch(work.scratch)
    groups = open_groups(work.groups)
    state = scratch.pool_state
    out_mean = state[p, c.PASSED_MEAN]
    out_end = state[p, c.PASSED]
    if groups.section.size > 0:
        lag = open_events(work.events).member_lag
        book(step, event, p, out_mean, groups, lag, open_joint(work.joint).booked_m3s)
    if pools.way_first[p + 1] > pools.way_first[p]:
        aside_mean, aside_end, left = send_aside(
            p, release, state[p, c.RELEASED], free_mean, free, end_m3, pools, scratch
        )
        out_mean -= aside_mean
        out_end -= aside_end
        scratch.tally[c.LEFT] += left
    target = pools.overflow[p]
    if overflow > 0.0 and target != open_elements(work.elements).plan[e, c.TARGET]:
        out_mean -= overflow
        out_end -= overflow
        if target >= 0:
            scratch.flow[target, c.MEAN] += overflow
            scratch.flow[target, c.END] += overflow
        else:
            scratch.tally[c.LEFT] += overflow
    return out_mean, out_end


@merged
def ask_pool(p, limit_m3, end_m3s, pools, scratch):
    """Write what a plain pool is asked in a step: no more than the highest inflow so far.

    Arguments: limit_m3 of the day, end_m3s (inflow at the end of the step).
    Writes scratch.pool_order, scratch.pool_state[p, HIGHEST_INFLOW].
    """
    number = pools.number
    order = scratch.pool_order
    highest = max(end_m3s, scratch.pool_state[p, c.HIGHEST_INFLOW])
    scratch.pool_state[p, c.HIGHEST_INFLOW] = highest
    over = number[p, c.REFILL_BELOW]
    if end_m3s < over and highest > over:
        limit_m3 = max(limit_m3, number[p, c.REFILL])
    order[p, c.LIMIT] = limit_m3
    order[p, c.WISHED] = -1.0
    order[p, c.MOST] = highest if number[p, c.PEAK_BOUND] == 1.0 else math.inf
    order[p, c.MOST_RULE] = c.NO_ARTIFICIAL_PEAK
    order[p, c.PRE] = 0.0
    order[p, c.PRE_END] = limit_m3


@merged
def prove_pool(event, step, e, stored, end, size, record):
    """Keep the largest relative closure of an element. Writes record.proof[event, :]."""
    proof = record.proof
    if abs(stored - end) > proof[event, c.CLOSURE] * size:
        proof[event, c.CLOSURE] = abs(stored - end) / size
        proof[event, c.CLOSURE_STEP] = step
        proof[event, c.CLOSURE_ELEMENT] = e


@merged
def run_pool(work, step, event, e, p, mean_m3s, end_m3s):
    """Carry a pool through a step: bounds, storage indication, basins, ways out.

    Balance: S2 = S1 + dt (inflow - draw - basins - release - free flow - overflow).
    Writes the pool's state, what basins took, the inflow of further ways, scratch.tally.
    Returns mean and end outflow of the main way [m3/s], the storage [m3] and the rule.
    """
    elements = open_elements(work.elements)
    pools = open_pools(work.pools)
    events = open_events(work.events)
    record = open_record(work.record)
    scratch = open_scratch(work.scratch)
    dt_s = events.dt_s
    state = scratch.pool_state
    start = state[p, c.VOLUME]
    free_before = state[p, c.FREE_NOW]
    ask_pool(p, events.limit_m3[step + 1, p], end_m3s, pools, scratch)
    side = 0.0
    plain = pools.number[p, c.PLAIN] == 1.0
    if not plain:
        side = prepare_pool(work, step, event, p, mean_m3s)
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
            p, dt_s, mean_m3s, side, events.all_open[event], pools, scratch
        )
        if plain or attempt == 1 or elements.plan[e, c.BASIN_COUNT] == 0:
            break
        basins = open_basins(work.basins)
        taken = fill_from_pool(e, p, end + overflow * dt_s, dt_s, elements, pools, basins, scratch)
        if taken == 0.0:
            break
        side += taken
    # Gates that cannot pass what is asked of them stay open until they can, and no further.
    release_end = min(gate, max(asked, release) if rule == c.FULLY_OPEN else release)
    out_mean = release + free_mean + overflow
    out_end = release_end + free + overflow
    stored = start + dt_s * (mean_m3s - side - out_mean)
    size = start + dt_s * (abs(mean_m3s) + abs(out_mean) + side)
    prove_pool(event, step, e, stored, end, size, record)
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
        record.pool_volume[event, p, c.OVER_CREST] += overflow * dt_s
    if not plain:
        out_mean, out_end = finish_pool(
            work, step, event, e, p, end, release, free, free_mean, overflow
        )
    return out_mean, out_end, stored, rule
