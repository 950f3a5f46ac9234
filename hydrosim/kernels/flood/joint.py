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
from hydrosim.kernels.flood.openers import (
    open_events,
    open_groups,
    open_joint,
    open_pools,
    open_scratch,
)

__all__ = ["book", "share_out"]

BISECTIONS = 60


@inner
def visible_local(section, arrival, spread, seen, local_end_m3s):
    """Largest local flow [m3/s] at a section around an arrival, as far as the forecast shows it.

    Arguments: arrival (step), spread (steps before and after it), seen (last visible point of
    time), local_end_m3s[point, element]. Beyond what is seen its last value is taken to hold.
    """
    last = min(seen, local_end_m3s.shape[0] - 1)
    first = arrival - spread
    if first > last:
        return local_end_m3s[last, section]
    highest = 0.0
    for point in range(max(first, 0), min(arrival + 1 + spread, last) + 1):
        highest = max(highest, local_end_m3s[point, section])
    return highest


@inner
def releases(fraction, first, last, dt_s, group, joint):
    """Release of each member that leaves it with a part of its flood storage filled.

    Members stand in the order of the river; what one lets go adds to what the next holds or
    awaits. Reads group, joint.position_m3, room_m3, near; writes joint.share.
    Returns the sum of what members release toward the section directly.
    """
    total = 0.0
    for m in range(first, last):
        above = joint.position_m3[m] - fraction * joint.room_m3[m]
        for u in range(first, m):
            if group.member_parent[u] == m:
                above += dt_s * joint.share[u]
        joint.share[m] = min(max(above / dt_s, 0.0), joint.near[m])
        if group.member_parent[m] < 0:
            total += joint.share[m]
    return total


@inner
def member_share(member, first, last, budget, event, dt_s, group, lag, joint):
    """Part of a budget [m3/s] that goes to one member: equal fractions of flood storage.

    Members that are farther from the section have decided on this arrival before. Writes
    joint.share, joint.near.
    """
    if group.member_parent[member] < 0 and last - first == 1:
        return budget
    direct = 0
    water = 0.0
    high = 1.0
    for m in range(first, last):
        near = lag[event, m] <= lag[event, member]
        joint.near[m] = joint.most[m] if near else 0.0
        if group.member_parent[m] < 0 and near:
            direct += 1
        water += max(joint.position_m3[m], 0.0)
        high = max(high, water / joint.room_m3[m])
    low = 0.0
    fraction = 0.0
    for attempt in range(BISECTIONS + 2):
        total = releases(fraction, first, last, dt_s, group, joint)
        if attempt == 0:
            if total <= budget:
                if group.member_parent[member] >= 0:
                    return math.inf
                return joint.share[member] + (budget - total) / max(direct, 1)
        elif total > budget:
            low = fraction
        else:
            high = fraction
        fraction = 0.5 * (low + high) if attempt < BISECTIONS else high
    return joint.share[member]


@inner
def take_stock(work, step, first, last):
    """Note what each member holds above its limit and awaits from others, and what it can pass.

    Water under way between two members counts as the lower one's, as the inventory position of a
    store with a delivery time; so their shares do not swing. Writes joint.position_m3, room_m3,
    most.
    """
    group = open_groups(work.groups)
    events = open_events(work.events)
    joint = open_joint(work.joint)
    scratch = open_scratch(work.scratch)
    number = open_pools(work.pools).number
    state = scratch.pool_state
    dt_s = events.dt_s
    for m in range(first, last):
        p = group.member_pool[m]
        limit = events.limit_m3[step + 1, p]
        joint.most[m] = state[p, c.GATE_NOW]
        joint.room_m3[m] = max(number[p, c.FLOOD_TOP] - limit, 1.0)
        local = joint.local_end_m3s[step, group.member_element[m]]
        joint.position_m3[m] = state[p, c.VOLUME] - limit + dt_s * local
    for m in range(first, last):
        parent = group.member_parent[m]
        for place in range(group.path_first[m], group.path_first[m + 1]):
            joint.position_m3[parent] += scratch.flow[group.path_element[place], c.STORED]


@inner
def share_out(work, step, event):
    """Set the largest outflow of each member of each group for a step.

    Writes joint.allowed_m3s[pool]. Reads joint.local_end_m3s, joint.booked_m3s, the groups, the
    events, the pools.
    """
    group = open_groups(work.groups)
    events = open_events(work.events)
    joint = open_joint(work.joint)
    number = open_pools(work.pools).number
    state = open_scratch(work.scratch).pool_state
    for g in range(group.first.size - 1):
        first = group.first[g]
        last = group.first[g + 1]
        section = group.section[g]
        others = 0.0
        for o in range(group.other_first[g], group.other_first[g + 1]):
            others += state[group.other_pool[o], c.PASSED]
        take_stock(work, step, first, last)
        for m in range(first, last):
            p = group.member_pool[m]
            arrival = step + events.member_lag[event, m]
            seen = step + 1 + events.member_horizon[event, m]
            spread = events.member_spread[event, m]
            local = visible_local(section, arrival, spread, seen, joint.local_end_m3s)
            free = group.safe_m3s[g] - (1.0 + number[p, c.ERROR]) * local - others
            budget = max(free - joint.booked_m3s[g, arrival], 0.0)
            joint.allowed_m3s[p] = member_share(
                m, first, last, budget, event, events.dt_s, group, events.member_lag, joint
            )


@inner
def book(step, event, pool, outflow_m3s, group, lag, booked_m3s):
    """Note what a pool lets go at the step in which it arrives at its section.

    Writes booked_m3s[group, step].
    """
    for g in range(group.first.size - 1):
        for m in range(group.first[g], group.first[g + 1]):
            if group.member_pool[m] == pool and group.member_parent[m] < 0:
                booked_m3s[g, step + lag[event, m]] += outflow_m3s
