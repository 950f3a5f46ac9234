"""One step of a level pool: storage indication, gates by decision, bounds in order of authority.

The step solves S2 + dt r(S2) + dt/2 F(S2) = a for the storage at its end. A release r that never
falls with the storage gives one solution; the release that is the smaller (larger) of two gives
the larger (smaller) of their solutions. So each rule is solved apart, with one look into a table,
and the order of authority is a chain of minima and maxima. A rule that jumps (a band's edge, the
limit) holds the storage at the jump with a release between both sides: it cannot alternate.
"""

from __future__ import annotations

import math

from hydrosim.kernels._jit import inner, merged
from hydrosim.kernels.flood import codes as c

SMALLEST_M3S = 1e-9
"""Release below which a closed gate shows the rounding of its balance."""

__all__ = ["segment", "step_pool", "storage_at"]


@merged
def segment(table, low, high, column, value, hint):
    """Row j of a table with table[j, column] <= value < table[j + 1, column], within its ends.

    Reads table rows [low, high); starts at ``hint``, since storages move slowly.
    """
    j = hint
    while j > low and table[j, column] > value:
        j -= 1
    while j < high - 2 and table[j + 1, column] <= value:
        j += 1
    return j


@merged
def storage_at(table, low, high, column, value, hint, pool):
    """Storage [m3] whose indication in a column is ``value`` [m3], held at the table's ends.

    Reads table; writes hint[pool, column + TO_LOOK], the row found.
    """
    j = segment(table, low, high, column, value, hint[pool, column + c.TO_LOOK])
    hint[pool, column + c.TO_LOOK] = j
    if value <= table[low, column]:
        return table[low, c.STORAGE]
    if value >= table[high - 1, column]:
        return table[high - 1, c.STORAGE]
    return table[j, c.STORAGE] + (value - table[j, column]) * table[j, column + c.TO_SLOPE]


@merged
def closed_storage(table, low, high, value, hint, pool, look):
    """Storage [m3] at which S + dt/2 F equals ``value`` [m3].

    Reads table; writes hint[pool, look].
    """
    j = segment(table, low, high, c.CLOSED, value, hint[pool, look])
    hint[pool, look] = j
    if value <= table[low, c.CLOSED]:
        return table[low, c.STORAGE]
    if value >= table[high - 1, c.CLOSED]:
        return table[high - 1, c.STORAGE]
    return table[j, c.STORAGE] + (value - table[j, c.CLOSED]) * table[j, c.CLOSED_SLOPE]


@merged
def free_flow(table, row, storage_m3):
    """Flow of the free outlets at a storage of a row [m3/s]."""
    above = storage_m3 - table[row, c.STORAGE]
    return table[row, c.FREE] + above * table[row, c.FREE_SLOPE]


@merged
def wanted_end(p, q, dt_s, available, highest, inflow_m3s, pools, scratch):
    """Storage at the end of a step by bands or wish alone, and the rule that holds [m3].

    Arguments: q (block of the table for steps of this length), available (storage indication a),
    highest (storage with gates closed), inflow_m3s (mean of the step). Reads pools,
    scratch.pool_order; writes scratch.pool_hint.
    """
    table = pools.table
    number = pools.number
    hint = scratch.pool_hint
    order = scratch.pool_order
    low = pools.first[q]
    high = pools.first[q + 1]
    wish_m3s = order[p, c.WISHED]
    if wish_m3s >= 0.0:
        wished = available - dt_s * wish_m3s
        return closed_storage(table, low, high, wished, hint, q, c.LOOK_WISH), c.WISH
    if highest <= order[p, c.LIMIT]:
        return highest, c.HOLD
    end = order[p, c.LIMIT]
    rule = c.AT_LIMIT
    if number[p, c.BANDED] == 1.0:
        capped = storage_at(table, low, high, c.BAND, available, hint, q)
        edge = table[hint[q, c.LOOK_BAND], c.BAND_SLOPE] == 0.0
        if highest > number[p, c.INFLOW_EDGE]:
            even = available - dt_s * inflow_m3s
            even = closed_storage(table, low, high, even, hint, q, c.LOOK_EVEN)
            even = max(even, number[p, c.INFLOW_EDGE])
            if even < capped:
                capped = even
                edge = even == number[p, c.INFLOW_EDGE]
        if capped > end:
            end = capped
            rule = c.BAND_EDGE if edge else c.BAND_CAP
    return end, rule


@inner
def bounded_end(p, q, dt_s, available, highest, end, rule, all_open, pools, scratch):
    """Storage at the end of a step by all rules in their order of authority, and the rule.

    The third value is the storage that gates of any capacity and speed would reach: what rules ask
    of them. A release that changes with its limit per hour has its mean half a step's change from
    that at the start.
    Arguments: highest (storage with gates closed), end and rule by bands or wish alone, all_open
    (1: no operation). Reads pools, the pool's state at the start of the step and what is asked of
    it; writes scratch.pool_hint.
    """
    table = pools.table
    number = pools.number
    hint = scratch.pool_hint
    order = scratch.pool_order
    low = pools.first[q]
    high = pools.first[q + 1]
    free_m3s = scratch.pool_state[p, c.FREE_NOW]
    gate_m3s = scratch.pool_state[p, c.GATE_NOW]
    released_m3s = scratch.pool_state[p, c.RELEASED]
    opened = storage_at(table, low, high, c.OPEN, available - 0.5 * dt_s * gate_m3s, hint, q)
    opened = max(opened, min(highest, number[p, c.SILL]))
    if all_open == 1:
        return opened, c.FULLY_OPEN, table[low, c.STORAGE]
    if order[p, c.MOST] < math.inf:
        row = segment(table, low, high, c.STORAGE, highest, hint[q, c.LOOK_CLOSED])
        bound = max(0.0, order[p, c.MOST] - max(free_flow(table, row, highest), free_m3s))
        kept = closed_storage(table, low, high, available - dt_s * bound, hint, q, c.LOOK_MOST)
        if kept > end:
            end = kept
            rule = int(order[p, c.MOST_RULE])
    pre_m3s = order[p, c.PRE]
    if pre_m3s > 0.0:
        kept = closed_storage(table, low, high, available - dt_s * pre_m3s, hint, q, c.LOOK_PRE)
        kept = max(kept, min(highest, order[p, c.PRE_END]))
        if kept < end:
            end = kept
            rule = c.PRE_RELEASE
    asked = end
    ramp = number[p, c.RAMP] * dt_s
    if ramp < math.inf:
        most = released_m3s + 0.5 * ramp
        kept = closed_storage(table, low, high, available - dt_s * most, hint, q, c.LOOK_RAMP)
        if kept > end:
            end = kept
            rule = c.RAMP_UP
        least = released_m3s - 0.5 * ramp
        if released_m3s < ramp:
            least = 0.5 * released_m3s * released_m3s / ramp
        kept = closed_storage(table, low, high, available - dt_s * least, hint, q, c.LOOK_RAMP)
        if kept < end:
            end = kept
            rule = c.RAMP_DOWN
    if end > number[p, c.SAFETY]:
        end = number[p, c.SAFETY]
        rule = c.DAM_SAFETY
        asked = end
    if opened > end:
        asked = end
        end = opened
        rule = c.FULLY_OPEN
    return end, rule, asked


@inner
def last_release(
    p, q, rule, release, end_m3, asked_m3s, end_inflow_m3s, side_m3s, free_m3s, dt_s, pools, scratch
):
    """Release at the end of a step [m3/s], where its mean is not what the gates pass then.

    A storage that is held passes on what flows in at the end of the step; a limit per hour lets the
    release go on to change; gates that cannot pass what is asked of them stay open until they can.
    Arguments: release (mean of the step), asked_m3s (what rules ask of gates of any capacity and
    speed), end_inflow_m3s and free_m3s (free flow) at the end of the step, side_m3s (what canals
    and basins take). Reads pools, what is asked of the pool and its release at the start.
    """
    number = pools.number
    order = scratch.pool_order
    ramp = number[p, c.RAMP] * dt_s
    before = scratch.pool_state[p, c.RELEASED]
    if rule == c.FULLY_OPEN:
        return max(asked_m3s, release)
    if rule == c.RAMP_UP:
        return min(before + ramp, max(asked_m3s, release))
    if rule == c.RAMP_DOWN:
        return max(before - ramp, min(asked_m3s, release), 0.0)
    follows = rule == c.BAND_CAP and end_m3 > number[p, c.INFLOW_EDGE]
    if not (follows or rule == c.AT_LIMIT or rule == c.BAND_EDGE or rule == c.DAM_SAFETY):
        return release
    table = pools.table
    row = scratch.pool_hint[q, c.LOOK_END]
    passed = max(end_inflow_m3s - side_m3s - free_m3s, 0.0)
    cap = table[row, c.CAP] if number[p, c.BANDED] == 1.0 else math.inf
    if end_m3 >= number[p, c.INFLOW_EDGE]:
        cap = max(cap, end_inflow_m3s)
    if rule == c.DAM_SAFETY:
        return max(passed, min(release, cap))
    if follows:
        passed = cap
    elif rule == c.BAND_EDGE and row > pools.first[q]:
        passed = max(passed, table[row - 1, c.CAP])
    passed = min(passed, cap, max(0.0, order[p, c.MOST] - free_m3s))
    return min(max(passed, before - ramp), before + ramp)


@merged
def step_pool(p, q, dt_s, mean_inflow_m3s, end_inflow_m3s, side_m3s, all_open, pools, scratch):
    """Storage, release and free flow of a pool at the end of a step (modified Puls).

    Balance: S2 = S1 + dt (inflow - side - release - (F1 + F2) / 2 - overflow).

    Arguments: q (block of the table for steps of this length), mean_inflow_m3s and side_m3s (what
    canals and basins take) means of the step, end_inflow_m3s (inflow at its end), all_open (1: no
    operation).
    Reads pools, the state of the pool at the start of the step (storage S1, free flow F1, gate
    capacity G1, release of the step before) and what is asked of it in scratch.pool_order; writes
    scratch.pool_hint.
    Returns end storage [m3], mean release, free flow at the end, gate capacity at the end, mean
    overflow over the crest [m3/s], rule, the mean of the free flow [m3/s], and the release at the
    end of the step [m3/s].
    """
    table = pools.table
    number = pools.number
    hint = scratch.pool_hint
    order = scratch.pool_order
    low = pools.first[q]
    high = pools.first[q + 1]
    free_m3s = scratch.pool_state[p, c.FREE_NOW]
    gate_m3s = scratch.pool_state[p, c.GATE_NOW]
    released_m3s = scratch.pool_state[p, c.RELEASED]
    start_m3 = scratch.pool_state[p, c.VOLUME]
    per_s = 1.0 / dt_s
    available = start_m3 + dt_s * (mean_inflow_m3s - side_m3s) - 0.5 * dt_s * free_m3s
    highest = closed_storage(table, low, high, available, hint, q, c.LOOK_CLOSED)
    end = highest
    asked = highest
    rule = c.NO_GATE
    if number[p, c.GATED] == 1.0:
        if all_open == 0:
            end, rule = wanted_end(p, q, dt_s, available, highest, mean_inflow_m3s, pools, scratch)
        row = segment(table, low, high, c.STORAGE, end, hint[q, c.LOOK_END])
        gate_end = table[row, c.GATE]
        gate_end += (end - table[row, c.STORAGE]) * table[row, c.GATE_SLOPE]
        release = (available - end) * per_s - 0.5 * free_flow(table, row, end)
        free_high = free_flow(table, hint[q, c.LOOK_CLOSED], highest)
        ramp = dt_s * number[p, c.RAMP]
        # What no bound touches needs no further look into the tables.
        if (
            all_open == 1
            or end > number[p, c.SAFETY]
            or order[p, c.PRE] > 0.0
            or abs(release - released_m3s) > 0.5 * ramp
            or (ramp < math.inf and release * ramp < 0.5 * released_m3s * min(released_m3s, ramp))
            or (rule != c.HOLD and end < number[p, c.SILL])
            or (rule != c.HOLD and release > 0.5 * (gate_m3s + gate_end))
            or (rule != c.HOLD and release > max(0.0, order[p, c.MOST] - max(free_high, free_m3s)))
        ):
            end, rule, asked = bounded_end(
                p, q, dt_s, available, highest, end, rule, all_open, pools, scratch
            )
    row = segment(table, low, high, c.STORAGE, end, hint[q, c.LOOK_END])
    hint[q, c.LOOK_END] = row
    free_end = free_flow(table, row, end)
    gate_end = table[row, c.GATE] + (end - table[row, c.STORAGE]) * table[row, c.GATE_SLOPE]
    free_mean = 0.5 * (free_m3s + free_end)
    left = (available - end) * per_s - 0.5 * free_end
    release = 0.0
    overflow = 0.0
    if end >= table[high - 1, c.STORAGE]:
        release = min(max(left, 0.0), 0.5 * (gate_m3s + gate_end))
        overflow = max(left - release, 0.0)
        rule = c.OVERTOPPED if overflow > 0.0 else rule
    elif end <= table[low, c.STORAGE] and left < 0.0:
        free_mean = max(free_mean + left, 0.0)
    elif rule == c.WISH:
        release = order[p, c.WISHED] if end > table[low, c.STORAGE] else max(left, 0.0)
    elif rule != c.NO_GATE and rule != c.HOLD and left > SMALLEST_M3S:
        release = left
    last = release
    if all_open == 1 and rule == c.FULLY_OPEN:
        last = gate_end
    elif rule != c.NO_GATE and rule != c.HOLD and rule != c.OVERTOPPED:
        asked_m3s = release
        if rule == c.FULLY_OPEN or rule == c.RAMP_UP or rule == c.RAMP_DOWN:
            row = segment(table, low, high, c.STORAGE, asked, row)
            asked_m3s = (available - asked) * per_s - 0.5 * free_flow(table, row, asked)
        last = last_release(
            p, q, rule, release, end, asked_m3s, end_inflow_m3s, side_m3s, free_end, dt_s, pools,
            scratch,
        )  # fmt: skip
    last = min(last, gate_end)
    return end, release, free_end, gate_end, overflow, rule, free_mean, last
