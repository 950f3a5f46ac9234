"""A reservoir's step: what bounds its release, the storage indication, basins and ways out."""

from __future__ import annotations

import math

from hydrosim.kernels._jit import inner, merged
from hydrosim.kernels.flood import codes as c
from hydrosim.kernels.flood.basin import fill_from_pool, slope_of
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

SAME_SHARE = 1e-6
"""Share of a release that its rounding may change."""

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
        most = max(out_mean, out_end)
        book(step, event, p, most, groups, lag, open_joint(work.joint).booked_m3s)
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
def turns(p, rule, release, release_end, passing, all_open, pools, state):
    """Whether another rule takes over at a gate within a step, or a band with another cap.

    The release then jumps, or begins to change, at a moment that a whole step does not see.
    Arguments: rule, release (mean) and release_end (at the end) of the whole step, passing (inflow
    at its end less what leaves by other ways) [m3/s]. Reads the pool's state at its start.
    """
    if pools.number[p, c.GATED] == 0.0 or all_open == 1 or pools.parts == 1:
        return False
    if rule != state[p, c.RULE_NOW]:
        return True
    if rule == c.AT_LIMIT or rule == c.BAND_EDGE or rule == c.DAM_SAFETY:
        return abs(release_end - passing) > SAME_SHARE * (release_end + passing)
    before = state[p, c.RELEASED]
    jumps = rule == c.BAND_CAP and state[p, c.VOLUME] <= pools.number[p, c.INFLOW_EDGE]
    return jumps and abs(release - before) > SAME_SHARE * (release + before)


@inner
def inflow_of_part(p, part, parts, mean_m3s, end_m3s, rise, highest_m3s, pools, scratch):
    """Mean and end inflow of a part of a step [m3/s]; no more is asked than the highest so far.

    Arguments: rise (change within the step), highest_m3s (highest inflow before the step).
    Writes scratch.pool_order.
    """
    order = scratch.pool_order
    mean = mean_m3s + rise * ((part + 0.5) / parts - 0.5)
    last = end_m3s if part + 1 == parts else mean + 0.5 * rise / parts
    if pools.number[p, c.PEAK_BOUND] == 1.0 and order[p, c.MOST_RULE] == c.NO_ARTIFICIAL_PEAK:
        order[p, c.MOST] = max(highest_m3s, last)
    return mean, last


@merged
def book_peaks(e, point, out_m3s, stored_m3, peak):
    """Note the outflow and storage of a pool within a step. Writes peak[e, :]."""
    if out_m3s > peak[e, c.HIGHEST_OUT]:
        peak[e, c.HIGHEST_OUT] = out_m3s
        peak[e, c.HIGHEST_OUT_POINT] = point
    if stored_m3 > peak[e, c.MOST_STORED]:
        peak[e, c.MOST_STORED] = stored_m3
        peak[e, c.MOST_STORED_POINT] = point


@merged
def keep_state(p, end, free, gate, release_end, rule, state):
    """Keep what the next step of a pool starts from. Writes state[p, :]."""
    state[p, c.VOLUME] = end
    state[p, c.FREE_NOW] = free
    state[p, c.GATE_NOW] = gate
    state[p, c.RELEASED] = release_end
    state[p, c.RULE_NOW] = rule


@inner
def basins_take(e, p, above_m3, dt_s, work):
    """Let basins take the water of a pool above their trigger; returns the flow taken [m3/s]."""
    elements = open_elements(work.elements)
    if elements.plan[e, c.BASIN_COUNT] == 0:
        return 0.0
    pools = open_pools(work.pools)
    basins = open_basins(work.basins)
    return fill_from_pool(e, p, above_m3, dt_s, elements, pools, basins, open_scratch(work.scratch))


@inner
def pass_step(work, step, event, e, p, mean_m3s, end_m3s, side, highest_m3s):
    """Solve a step of a pool; where another rule takes over within it, again in short parts.

    Balance: S2 = S1 + dt (inflow - draw - basins - release - free flow - overflow).
    Arguments: side (what canals draw), highest_m3s (highest inflow before the step) [m3/s].
    Writes the pool's state, what basins took, scratch.peak.
    Returns end storage [m3], means of release, free flow, overflow and of what canals and basins
    take [m3/s], and the rule.
    """
    pools = open_pools(work.pools)
    events = open_events(work.events)
    scratch = open_scratch(work.scratch)
    state = scratch.pool_state
    proof = open_record(work.record).proof
    all_open = events.all_open[event]
    dt_s = events.dt_s
    mean, last, rise = mean_m3s, end_m3s, 0.0
    release, free_mean, overflow = 0.0, 0.0, 0.0
    q, parts, part, attempt = p, 1, 0, 0
    while True:
        if parts > 1:
            mean, last = inflow_of_part(
                p, part, parts, mean_m3s, end_m3s, rise, highest_m3s, pools, scratch
            )
        end, own, free, gate, over, rule, free_own, release_end = step_pool(
            p, q, dt_s, mean, last, side, all_open, pools, scratch
        )
        if parts == 1:
            if attempt == 0:
                attempt = 1
                taken = basins_take(e, p, end + over * dt_s, dt_s, work)
                if taken > 0.0:
                    side += taken
                    continue
            passing = max(end_m3s - side - free, 0.0)
            if turns(p, rule, own, release_end, passing, all_open, pools, state):
                parts = pools.parts
                rise = slope_of(state[p, c.ARRIVED], mean_m3s, end_m3s)
                q = p + pools.number.shape[0]
                dt_s = events.dt_s / parts
                continue
        if free_own < 0.5 * (state[p, c.FREE_NOW] + free) * (1.0 - 1e-9):
            proof[event, c.EMPTIED_STEPS] += 1.0
        release += own / parts
        free_mean += free_own / parts
        overflow += over / parts
        keep_state(p, end, free, gate, release_end, rule, state)
        part += 1
        if part == parts:
            break
        book_peaks(e, step + part / parts, release_end + free + over, end, scratch.peak)
    if parts > 1:
        row = scratch.pool_hint[q, c.LOOK_END] - pools.first[q] + pools.first[p]
        scratch.pool_hint[p, c.LOOK_END] = row
    state[p, c.PASSED] = release_end + free + over
    return end, release, free_mean, overflow, side, rule


@merged
def run_pool(work, step, event, e, p, mean_m3s, end_m3s):
    """Carry a pool through a step: bounds, storage indication, basins, ways out.

    Balance: S2 = S1 + dt (inflow - draw - basins - release - free flow - overflow).
    Writes the pool's state, what basins took, the inflow of further ways, scratch.tally.
    Returns mean and end outflow of the main way [m3/s], the storage [m3] and the rule.
    """
    pools = open_pools(work.pools)
    events = open_events(work.events)
    record = open_record(work.record)
    scratch = open_scratch(work.scratch)
    dt_s = events.dt_s
    state = scratch.pool_state
    start = state[p, c.VOLUME]
    highest = state[p, c.HIGHEST_INFLOW]
    ask_pool(p, events.limit_m3[step + 1, p], end_m3s, pools, scratch)
    side = 0.0
    plain = pools.number[p, c.PLAIN] == 1.0
    if not plain:
        side = prepare_pool(work, step, event, p, mean_m3s)
    end, release, free_mean, overflow, side, rule = pass_step(
        work, step, event, e, p, mean_m3s, end_m3s, side, highest
    )
    out_mean = release + free_mean + overflow
    out_end = state[p, c.PASSED]
    stored = start + dt_s * (mean_m3s - side - out_mean)
    size = start + dt_s * (abs(mean_m3s) + abs(out_mean) + side)
    prove_pool(event, step, e, stored, end, size, record)
    state[p, c.VOLUME] = stored
    state[p, c.ARRIVED] = end_m3s
    state[p, c.PASSED_MEAN] = out_mean
    if overflow > 0.0:
        record.pool_volume[event, p, c.OVER_CREST] += overflow * dt_s
    if not plain:
        out_mean, out_end = finish_pool(
            work, step, event, e, p, end, release, state[p, c.FREE_NOW], free_mean, overflow
        )
    return out_mean, out_end, stored, rule
