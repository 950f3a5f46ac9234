"""One step of a level pool: storage indication, gates by decision, bounds in order of authority.

The step solves S2 + dt r(S2) + dt/2 F(S2) = a for the storage at its end. A release r that never
falls with the storage gives one solution; the release that is the smaller (larger) of two gives
the larger (smaller) of their solutions. So each rule is solved apart, with one look into a table,
and the order of authority is a chain of minima and maxima. A rule that jumps (a band's edge, the
limit) holds the storage at the jump with a release between both sides: it cannot alternate.
"""

from __future__ import annotations

import math

from hydrosim.kernels._jit import merged
from hydrosim.kernels.flood import codes as c

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

    Reads table; writes hint[pool, column - 1], the row found.
    """
    j = segment(table, low, high, column, value, hint[pool, column - 1])
    hint[pool, column - 1] = j
    if value <= table[low, column]:
        return table[low, c.STORAGE]
    if value >= table[high - 1, column]:
        return table[high - 1, c.STORAGE]
    return table[j, c.STORAGE] + (value - table[j, column]) * table[j, column + 3]


@merged
def closed_storage(table, low, high, value, hint, pool, place):
    """Storage [m3] at which S + dt/2 F equals ``value`` [m3].

    Reads table; writes hint[pool, place]: bounds far from the storage keep their own row.
    """
    j = segment(table, low, high, c.CLOSED, value, hint[pool, place])
    hint[pool, place] = j
    if value <= table[low, c.CLOSED]:
        return table[low, c.STORAGE]
    if value >= table[high - 1, c.CLOSED]:
        return table[high - 1, c.STORAGE]
    return table[j, c.STORAGE] + (value - table[j, c.CLOSED]) * table[j, c.CLOSED_SLOPE]


@merged
def step_pool(
    pool,
    table,
    low,
    high,
    number,
    hint,
    dt_s,
    start_m3,
    mean_inflow_m3s,
    side_m3s,
    free_m3s,
    gate_m3s,
    released_m3s,
    limit_m3,
    wish_m3s,
    upper_m3s,
    upper_rule,
    pre_m3s,
    pre_m3,
    all_open,
):
    """Storage, release and free flow of a pool at the end of a step (modified Puls).

    Balance: S2 = S1 + dt (inflow - side - release - (F1 + F2) / 2 - overflow).

    Arguments: number[pool, :], hint[pool, :] (rows found before), start_m3 S1,
    mean_inflow_m3s and side_m3s (what canals and basins take) means of the step, free_m3s F1 and
    gate_m3s G1 at its start, released_m3s of the step before, limit_m3, wish_m3s (negative: by
    bands), upper_m3s (largest total outflow) and the rule that set it, pre_m3s and pre_m3 (largest
    pre-release and the storage where it ends), all_open (1: no operation).
    Reads table, number; writes hint.
    Returns end storage [m3], mean release, free flow at the end, gate capacity at the end, mean
    overflow over the crest [m3/s], rule, and the mean of the free flow [m3/s].
    """
    half = 0.5 * dt_s
    bottom = table[low, c.STORAGE]
    top = table[high - 1, c.STORAGE]
    available = start_m3 + dt_s * (mean_inflow_m3s - side_m3s) - half * free_m3s
    end = closed_storage(table, low, high, available, hint, pool, 0)
    highest = end
    rule = c.NO_GATE
    if number[pool, c.GATED] == 1.0:
        opened = storage_at(table, low, high, c.OPEN, available - half * gate_m3s, hint, pool)
        opened = max(opened, min(highest, number[pool, c.SILL]))
        if all_open == 1:
            rule = c.FULLY_OPEN
            end = opened
        else:
            if wish_m3s >= 0.0:
                end = closed_storage(table, low, high, available - dt_s * wish_m3s, hint, pool, 3)
                rule = c.WISH
            else:
                rule = c.HOLD
                if highest > limit_m3:
                    end = limit_m3
                    rule = c.AT_LIMIT
                if number[pool, c.BANDED] == 1.0:
                    capped = storage_at(table, low, high, c.BAND, available, hint, pool)
                    edge = table[hint[pool, c.BAND - 1], c.BAND_SLOPE] == 0.0
                    if highest > number[pool, c.INFLOW_EDGE]:
                        even = available - dt_s * mean_inflow_m3s
                        even = closed_storage(table, low, high, even, hint, pool, 4)
                        even = max(even, number[pool, c.INFLOW_EDGE])
                        if even < capped:
                            capped = even
                            edge = even == number[pool, c.INFLOW_EDGE]
                    if capped > end:
                        end = capped
                        rule = c.BAND_EDGE if edge else c.BAND_CAP
            if upper_m3s < math.inf:
                row = segment(table, low, high, c.STORAGE, highest, hint[pool, 0])
                free = table[row, c.FREE]
                free += (highest - table[row, c.STORAGE]) * table[row, c.FREE_SLOPE]
                bound = max(0.0, upper_m3s - max(free, free_m3s))
                kept = closed_storage(table, low, high, available - dt_s * bound, hint, pool, 5)
                if kept > end:
                    end = kept
                    rule = upper_rule
            if number[pool, c.RAMP] < math.inf:
                most = released_m3s + number[pool, c.RAMP]
                kept = closed_storage(table, low, high, available - dt_s * most, hint, pool, 6)
                if kept > end:
                    end = kept
                    rule = c.RAMP_UP
                least = max(0.0, released_m3s - number[pool, c.RAMP])
                kept = closed_storage(table, low, high, available - dt_s * least, hint, pool, 6)
                if kept < end:
                    end = kept
                    rule = c.RAMP_DOWN
            if pre_m3s > 0.0:
                kept = closed_storage(table, low, high, available - dt_s * pre_m3s, hint, pool, 7)
                kept = max(kept, min(highest, pre_m3))
                if kept < end:
                    end = kept
                    rule = c.PRE_RELEASE
            if end > number[pool, c.SAFETY]:
                end = number[pool, c.SAFETY]
                rule = c.DAM_SAFETY
            if opened > end:
                end = opened
                rule = c.FULLY_OPEN
    row = segment(table, low, high, c.STORAGE, end, hint[pool, 8])
    hint[pool, 8] = row
    above = end - table[row, c.STORAGE]
    free_end = table[row, c.FREE] + above * table[row, c.FREE_SLOPE]
    gate_end = table[row, c.GATE] + above * table[row, c.GATE_SLOPE]
    free_mean = 0.5 * (free_m3s + free_end)
    left = (available - end) / dt_s - 0.5 * free_end
    release = 0.0
    overflow = 0.0
    if end >= top:
        release = min(max(left, 0.0), 0.5 * (gate_m3s + gate_end))
        overflow = max(left - release, 0.0)
        rule = c.OVERTOPPED if overflow > 0.0 else rule
    elif rule == c.NO_GATE or rule == c.HOLD:
        if left < 0.0 and end <= bottom:
            free_mean = max(free_mean + left, 0.0)
    elif end <= bottom and left < 0.0:
        free_mean = max(free_mean + left, 0.0)
    elif rule == c.WISH:
        release = min(wish_m3s, max(left, 0.0)) if end <= bottom else wish_m3s
    else:
        release = max(left, 0.0)
    return end, release, free_end, gate_end, overflow, rule, free_mean
