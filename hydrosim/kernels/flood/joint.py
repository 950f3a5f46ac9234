"""How much each reservoir may let go so that a control section below stays safe (错峰, 联合调度).

The section can take its safe discharge less the local flow that the forecast shows. Reservoirs
that give way to one section share what is left so that all use the same part of their flood
storage; of two that need a different time to the section, the farther one decides first and its
water is booked at the step in which it arrives.
"""

from __future__ import annotations

import math

from hydrosim.kernels._jit import inner
from hydrosim.kernels.flood import codes as c

__all__ = ["book", "share_out"]

BISECTIONS = 60


@inner
def visible_local(section, arrival, early, late, seen, local_end):
    """Largest local flow [m3/s] at a section around an arrival, as far as the forecast shows it.

    Arguments: arrival (step), early and late (steps of spread), seen (last visible point of
    time), local_end[point, element]. Beyond what is seen its last value is taken to hold.
    """
    last = min(seen, local_end.shape[0] - 1)
    first = arrival - early
    if first > last:
        return local_end[last, section]
    highest = 0.0
    for point in range(max(first, 0), min(arrival + 1 + late, last) + 1):
        highest = max(highest, local_end[point, section])
    return highest


@inner
def releases(fraction, step, first, last, group, events, program, scratch, most, out):
    """Release of each member that leaves it with a part of its flood storage filled.

    Members stand in the order of the river; what one lets go reaches the next. Reads group, the
    pools; writes out[member].
    Returns the sum of what members release toward the section directly.
    """
    total = 0.0
    pool_state = scratch.pool_state
    for m in range(first, last):
        p = group.member_pool[m]
        arriving = pool_state[p, c.ARRIVED]
        for u in range(first, m):
            if group.member_parent[u] == m:
                arriving += out[u] - pool_state[group.member_pool[u], c.PASSED]
        above = pool_state[p, c.VOLUME] - events.limit_m3[step + 1, p]
        above -= fraction * program.pool_number[p, c.RANGE]
        out[m] = min(max(above / program.dt_s + max(arriving, 0.0), 0.0), most[m])
        if group.member_parent[m] < 0:
            total += out[m]
    return total


@inner
def share_out(step, group, event, events, program, joint, scratch):
    """Set the largest outflow of each member of each group for a step.

    Writes joint.allowed_m3s[pool]. Reads joint.local_end_m3s, joint.booked_m3s, group, events,
    the pools.
    """
    pool_state = scratch.pool_state
    pool_number = program.pool_number
    for g in range(group.first.size - 1):
        first = group.first[g]
        last = group.first[g + 1]
        section = group.section[g]
        others = 0.0
        for o in range(group.other_first[g], group.other_first[g + 1]):
            others += pool_state[group.other_pool[o], c.PASSED]
        for m in range(first, last):
            p = group.member_pool[m]
            joint.most[m] = pool_state[p, c.GATE_NOW]
        for m in range(first, last):
            p = group.member_pool[m]
            lag = events.member_lag[event, m]
            arrival = step + lag
            seen = step + 1 + events.member_horizon[event, m]
            spread = events.member_spread[event, m]
            local = visible_local(section, arrival, spread, spread, seen, joint.local_end_m3s)
            free = group.safe_m3s[g] - (1.0 + pool_number[p, c.ERROR]) * local - others
            budget = max(free - joint.booked_m3s[g, arrival], 0.0)
            joint.allowed_m3s[p] = member_share(
                step, m, first, last, lag, budget, event, group, events, program, joint, scratch
            )  # fmt: skip


@inner
def member_share(
    step, member, first, last, lag, budget, event, group, events, program, joint, scratch
):  # fmt: skip
    """Part of a budget [m3/s] that goes to one member: equal fractions of flood storage.

    Members that are farther from the section have decided on this arrival before. Writes
    joint.share, joint.near.
    """
    if group.member_parent[member] < 0 and last - first == 1:
        return budget
    direct = 0
    for m in range(first, last):
        joint.near[m] = joint.most[m] if events.member_lag[event, m] <= lag else 0.0
        if group.member_parent[m] < 0 and events.member_lag[event, m] <= lag:
            direct += 1
    low = 0.0
    high = 1.0
    for m in range(first, last):
        p = group.member_pool[m]
        above = scratch.pool_state[p, c.VOLUME] - events.limit_m3[step + 1, p]
        above += program.dt_s * scratch.pool_state[p, c.ARRIVED]
        high = max(high, above / program.pool_number[p, c.RANGE])
    total = releases(
        0.0, step, first, last, group, events, program, scratch, joint.near, joint.share
    )
    if total <= budget:
        if group.member_parent[member] >= 0:
            return math.inf
        return joint.share[member] + (budget - total) / max(direct, 1)
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        total = releases(
            middle, step, first, last, group, events, program, scratch, joint.near, joint.share
        )
        if total > budget:
            low = middle
        else:
            high = middle
    releases(high, step, first, last, group, events, program, scratch, joint.near, joint.share)
    return joint.share[member]


@inner
def book(step, event, group, events, pool, outflow_m3s, joint):
    """Note what a pool lets go at the step in which it arrives at its section.

    Writes joint.booked_m3s.
    """
    for g in range(group.first.size - 1):
        for m in range(group.first[g], group.first[g + 1]):
            if group.member_pool[m] == pool and group.member_parent[m] < 0:
                joint.booked_m3s[g, step + events.member_lag[event, m]] += outflow_m3s
