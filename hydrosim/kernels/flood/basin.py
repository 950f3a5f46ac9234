"""What detention basins take from a section or pool, and give back when the flood has passed."""

from __future__ import annotations

import math

from hydrosim.kernels._jit import inner, merged
from hydrosim.kernels.flood import codes as c

__all__ = ["advance_basins", "drain_basins", "fill_from_pool", "fill_from_section", "slope_of"]

WEIR_EXPONENT = 1.5
VILLEMONTE = 0.385
BISECTIONS = 50


@merged
def slope_of(before_m3s, mean_m3s, end_m3s):
    """Change of an inflow within a step [m3/s]: a line of its mean that stays within its ends."""
    first = mean_m3s - before_m3s
    last = end_m3s - mean_m3s
    if first * last <= 0.0:
        return 0.0
    return 2.0 * (first if abs(first) < abs(last) else last)


@inner
def curve_value(curve, low, high, known, asked, value):
    """Value of a curve's column ``asked`` where the other, ``known``, has a value.

    Reads rows [low, high) of curve[row, 2]; held at the ends.
    """
    if value <= curve[low, known]:
        return curve[low, asked]
    if value >= curve[high - 1, known]:
        return curve[high - 1, asked]
    last = high - 1
    while last - low > 1:
        middle = (low + last) // 2
        if curve[middle, known] <= value:
            low = middle
        else:
            last = middle
    part = (value - curve[low, known]) / (curve[last, known] - curve[low, known])
    return curve[low, asked] + part * (curve[last, asked] - curve[low, asked])


@inner
def inlet_flow(b, basins, outside_m, inside_m):
    """Flow [m3/s] of the fully open inlet of a basin between two levels [m].

    A weir (or breach) gives C b h^1.5; its tailwater h2 above the crest reduces it by
    (1 - (h2 / h)^1.5)^0.385 (Villemonte 1947). A rating gives the flow by the level outside, with
    the same reduction. No inlet passes more than its capacity.
    """
    number = basins.number
    flow = number[b, c.INTAKE]
    if number[b, c.CREST] > -math.inf:
        head = outside_m - number[b, c.CREST]
        if head <= 0.0:
            return 0.0
        low = basins.rating_first[b]
        high = basins.rating_first[b + 1]
        if number[b, c.WEIR] > 0.0:
            flow = min(flow, number[b, c.WEIR] * head**WEIR_EXPONENT)
        elif high > low:
            rated = curve_value(basins.rating, low, high, c.CURVE_X, c.CURVE_Y, outside_m)
            flow = min(flow, rated)
        tail = inside_m - number[b, c.CREST]
        if tail >= head:
            return 0.0
        if tail > 0.0:
            flow *= (1.0 - (tail / head) ** WEIR_EXPONENT) ** VILLEMONTE
    return flow


@inner
def taken(b, basins, opened, flow_m3s, inside_m, elements, e):
    """Flow [m3/s] that a basin takes from a section in which ``flow_m3s`` arrives.

    A gate keeps the river at the trigger as far as the inlet can; a weir or an opened breach takes
    what passes it at the stage of the river that is left, which is found by bisection.
    """
    number = basins.number
    gate = number[b, c.INLET_KIND] == c.GATE_INLET
    if flow_m3s <= number[b, c.TRIGGER] and (gate or opened == 0.0):
        return 0.0
    most = flow_m3s - number[b, c.TRIGGER] if gate else flow_m3s
    if number[b, c.CREST] == -math.inf:
        return min(most, number[b, c.INTAKE])
    low = 0.0
    high = most
    first = elements.stage_first[e]
    last = elements.stage_first[e + 1]
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        rest_m3s = flow_m3s - middle
        outside = curve_value(elements.stage, first, last, c.CURVE_X, c.CURVE_Y, rest_m3s)
        if inlet_flow(b, basins, outside, inside_m) >= middle:
            low = middle
        else:
            high = middle
    return low


@inner
def basin_level(b, basins, held_m3):
    """Water level in a basin [m]; minus infinity for one without a curve."""
    low = basins.curve_first[b]
    high = basins.curve_first[b + 1]
    if high == low:
        return -math.inf
    return curve_value(basins.curve, low, high, c.CURVE_Y, c.CURVE_X, held_m3)


@inner
def take_part(e, mean_m3s, end_m3s, dt_s, share, elements, basins, state):
    """Let basins take from a section in a part of a step, in their order.

    Arguments: share (of the step). Returns mean and end flow that passes on, and 1 where some basin
    fills. Writes state[basin, :]; TAKEN grows to the mean of the step.
    """
    full = 0
    for b in range(elements.basin_first[e], elements.basin_first[e + 1]):
        inside = basin_level(b, basins, state[b, c.HELD])
        if end_m3s > basins.number[b, c.TRIGGER]:
            state[b, c.OPENED] = 1.0
        opened = state[b, c.OPENED]
        if basins.number[b, c.INLET_KIND] != c.BREACH_INLET:
            opened = 0.0
        take_mean = taken(b, basins, opened, mean_m3s, inside, elements, e)
        take_end = taken(b, basins, opened, end_m3s, inside, elements, e)
        room = (basins.number[b, c.FULL] - state[b, c.HELD]) / dt_s + state[b, c.DRAINED]
        room = max(room - state[b, c.TAKEN], 0.0) / share
        if take_mean > room:
            take_mean = room
            take_end = min(take_end, room)
            full = 1
        state[b, c.TAKEN] += share * take_mean
        mean_m3s -= take_mean
        end_m3s -= take_end
    return mean_m3s, end_m3s, full


@inner
def turns_on(e, before_m3s, mean_m3s, end_m3s, elements, basins):
    """Whether a flow passes the trigger of a basin of a section within a step."""
    least = min(before_m3s, mean_m3s, end_m3s)
    most = max(before_m3s, mean_m3s, end_m3s)
    for b in range(elements.basin_first[e], elements.basin_first[e + 1]):
        if least < basins.number[b, c.TRIGGER] < most:
            return True
    return False


@inner
def fill_from_section(
    e, before_m3s, mean_m3s, end_m3s, dt_s, parts, elements, basins, state, opened
):
    """Let basins take from a section in their order; returns mean and end flow that passes on.

    Where the flow passes a trigger or a basin fills within the step, it is taken in parts, with the
    flow on a line of its mean. Arguments: before_m3s (flow at the start), parts; opened (basin):
    scratch. Writes state[basin, :].
    """
    first = elements.basin_first[e]
    last = elements.basin_first[e + 1]
    for b in range(first, last):
        state[b, c.TAKEN] = 0.0
        opened[b] = state[b, c.OPENED]
    split = parts > 1 and turns_on(e, before_m3s, mean_m3s, end_m3s, elements, basins)
    if not split:
        rest, rest_end, full = take_part(e, mean_m3s, end_m3s, dt_s, 1.0, elements, basins, state)
        if full == 0 or parts == 1:
            return rest, rest_end
        for b in range(first, last):
            state[b, c.TAKEN] = 0.0
            state[b, c.OPENED] = opened[b]
    rise = slope_of(before_m3s, mean_m3s, end_m3s)
    total = 0.0
    rest_end = end_m3s
    for part in range(parts):
        mean = mean_m3s + rise * ((part + 0.5) / parts - 0.5)
        end = end_m3s if part + 1 == parts else mean + 0.5 * rise / parts
        rest, rest_end, _ = take_part(e, mean, end, dt_s, 1.0 / parts, elements, basins, state)
        total += rest / parts
    return total, rest_end


@inner
def fill_from_pool(e, p, above_m3, dt_s, elements, pools, basins, scratch):
    """Let basins take the water of a pool above their trigger; returns the flow taken [m3/s].

    Arguments: above_m3 (storage that the pool would reach without them). Reads
    scratch.pool_hint[p, LOOK_END], its row in the table; writes scratch.basin_state.
    """
    total = 0.0
    state = scratch.basin_state
    row = scratch.pool_hint[p, c.LOOK_END]
    table = pools.table
    for b in range(elements.basin_first[e], elements.basin_first[e + 1]):
        excess = (above_m3 - basins.number[b, c.TRIGGER]) / dt_s
        take = 0.0
        if excess > 0.0:
            level = table[row, c.LEVEL]
            level += table[row, c.LEVEL_SLOPE] * (above_m3 - table[row, c.STORAGE])
            inside = basin_level(b, basins, state[b, c.HELD])
            most = inlet_flow(b, basins, level, inside)
            room = (basins.number[b, c.FULL] - state[b, c.HELD]) / dt_s + state[b, c.DRAINED]
            take = min(excess, most, max(room, 0.0))
        state[b, c.TAKEN] = take
        above_m3 -= take * dt_s
        total += take
    return total


@inner
def drain_basins(dt_s, elements, basins, state, flow):
    """Give back what basins drain in this step, decided at its start.

    A basin drains while what stands outside (flow of a section, storage of a pool) is below its
    limit and nothing was taken in the step before; never more than it holds.
    Writes flow[element, :], state. Returns the flow that leaves the network [m3/s].
    """
    left = 0.0
    for b in range(basins.number.shape[0]):
        e = basins.section[b]
        outside = flow[e, c.STORED if elements.plan[e, c.KIND] == c.POOL else c.OUT]
        given = 0.0
        if (
            state[b, c.HELD] > 0.0
            and state[b, c.TAKEN] == 0.0
            and outside < basins.number[b, c.DRAIN_BELOW]
        ):
            given = min(basins.number[b, c.DRAIN], state[b, c.HELD] / dt_s)
        state[b, c.DRAINED] = given
        target = basins.target[b]
        if target >= 0:
            flow[target, c.MEAN] += given
            flow[target, c.END] += given
        else:
            left += given
    return left


@inner
def advance_basins(event, step, row, at, events, state, record):
    """Advance and write what basins hold, took and gave back in a step.

    Balance: H2 = H1 + dt (taken - drained). Returns the change of their storage and its size [m3].
    """
    dt_s = events.dt_s
    share = 1.0 / events.every
    # Means are those of all steps since the last point.
    kept = 1.0 if step % events.every > 0 else 0.0
    change = 0.0
    size = 0.0
    for b in range(state.shape[0]):
        before = state[b, c.HELD]
        held = before + dt_s * (state[b, c.TAKEN] - state[b, c.DRAINED])
        state[b, c.HELD] = held
        change += held - before
        size += abs(before)
        record.basin_summary[event, b, c.VOLUME_TAKEN] += dt_s * state[b, c.TAKEN]
        if held > record.basin_summary[event, b, c.MOST_HELD]:
            record.basin_summary[event, b, c.MOST_HELD] = held
        record.basin_m3[row, at, b] = held
        taken_m3s = kept * record.basin_inflow_m3s[row, at, b] + share * state[b, c.TAKEN]
        drained_m3s = kept * record.basin_outflow_m3s[row, at, b] + share * state[b, c.DRAINED]
        record.basin_inflow_m3s[row, at, b] = taken_m3s
        record.basin_outflow_m3s[row, at, b] = drained_m3s
    return change, size
