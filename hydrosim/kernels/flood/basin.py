"""What detention basins take from a section or pool, and give back when the flood has passed."""

from __future__ import annotations

import math

from hydrosim.kernels._jit import inner, merged
from hydrosim.kernels.flood import codes as c

__all__ = ["curve_value", "drain_basins", "fill_from_pool", "fill_from_section"]

WEIR_EXPONENT = 1.5
VILLEMONTE = 0.385
BISECTIONS = 50


@inner
def curve_value(curve, low, high, column, value):
    """Second column at a value of the first (0 or 1) in rows [low, high), held at the ends.

    Reads curve[row, 2]; ``column`` is the known one.
    """
    other = 1 - column
    if value <= curve[low, column]:
        return curve[low, other]
    if value >= curve[high - 1, column]:
        return curve[high - 1, other]
    last = high - 1
    while last - low > 1:
        middle = (low + last) // 2
        if curve[middle, column] <= value:
            low = middle
        else:
            last = middle
    part = (value - curve[low, column]) / (curve[last, column] - curve[low, column])
    return curve[low, other] + part * (curve[last, other] - curve[low, other])


@inner
def inlet_flow(basin, number, rating, rating_low, rating_high, outside_m, inside_m):
    """Flow [m3/s] of a fully open inlet between two levels [m].

    A weir (or breach) gives C b h^1.5; its tailwater h2 above the crest reduces it by
    (1 - (h2 / h)^1.5)^0.385 (Villemonte 1947). A rating gives the flow by the level outside, with
    the same reduction. A gate never passes more than its capacity.
    Reads number[basin, :], rating[row, 2] (level, flow) rows [rating_low, rating_high).
    """
    flow = number[basin, c.INTAKE]
    if number[basin, c.CREST] > -math.inf:
        head = outside_m - number[basin, c.CREST]
        if head <= 0.0:
            return 0.0
        if number[basin, c.WEIR] > 0.0:
            flow = min(flow, number[basin, c.WEIR] * head**WEIR_EXPONENT)
        elif rating_high > rating_low:
            flow = min(flow, curve_value(rating, rating_low, rating_high, 0, outside_m))
        tail = inside_m - number[basin, c.CREST]
        if tail >= head:
            return 0.0
        if tail > 0.0:
            flow *= (1.0 - (tail / head) ** WEIR_EXPONENT) ** VILLEMONTE
    return flow


@inner
def taken(
    basin, number, opened, flow_m3s, inside_m, rating, rating_low, rating_high, stage, stage_low,
    stage_high,
):  # fmt: skip
    """Flow [m3/s] that a basin takes from a section in which ``flow_m3s`` arrives.

    A gate keeps the river at the trigger as far as the inlet can; a weir or an opened breach takes
    what passes it at the stage of the river that is left, which is found by bisection.
    Reads number[basin, :], rating, stage[row, 2] (flow, stage) of the section.
    """
    gate = number[basin, c.INLET_KIND] == c.GATE_INLET
    if flow_m3s <= number[basin, c.TRIGGER] and (gate or opened == 0.0):
        return 0.0
    most = flow_m3s - number[basin, c.TRIGGER] if gate else flow_m3s
    if number[basin, c.CREST] == -math.inf:
        return min(most, number[basin, c.INTAKE])
    low = 0.0
    high = most
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        outside = curve_value(stage, stage_low, stage_high, 0, flow_m3s - middle)
        passing = inlet_flow(basin, number, rating, rating_low, rating_high, outside, inside_m)
        if passing >= middle:
            low = middle
        else:
            high = middle
    return low


@merged
def drained(basin, number, state, outside, dt_s):
    """Flow [m3/s] that a basin gives back in a step, decided at its start.

    It drains while what stands outside (flow or storage) is below its limit and nothing was taken
    in the step before; never more than it holds.
    """
    if state[basin, c.HELD] <= 0.0 or state[basin, c.TAKEN] > 0.0:
        return 0.0
    if outside >= number[basin, c.DRAIN_BELOW]:
        return 0.0
    return min(number[basin, c.DRAIN], state[basin, c.HELD] / dt_s)


@inner
def basin_level(b, program, scratch):
    """Water level in a basin [m]; minus infinity for one without a curve."""
    low = program.basin_curve_first[b]
    high = program.basin_curve_first[b + 1]
    if high == low:
        return -math.inf
    return curve_value(program.basin_curve, low, high, 1, scratch.basin_state[b, c.HELD])


@inner
def fill_from_section(e, mean_m3s, end_m3s, program, scratch):
    """Let basins take from a section in their order; returns mean and end flow that passes on.

    Writes scratch.basin_state.
    """
    for b in range(program.basin_first[e], program.basin_first[e + 1]):
        inside = basin_level(b, program, scratch)
        if end_m3s > program.basin_number[b, c.TRIGGER]:
            scratch.basin_state[b, c.OPENED] = 1.0
        opened = scratch.basin_state[b, c.OPENED]
        if program.basin_number[b, c.INLET_KIND] != c.BREACH_INLET:
            opened = 0.0
        low = program.basin_rating_first[b]
        high = program.basin_rating_first[b + 1]
        stage_low = program.stage_first[e]
        stage_high = program.stage_first[e + 1]
        take_mean = taken(
            b, program.basin_number, opened, mean_m3s, inside, program.basin_rating, low, high,
            program.stage, stage_low, stage_high,
        )  # fmt: skip
        take_end = taken(
            b, program.basin_number, opened, end_m3s, inside, program.basin_rating, low, high,
            program.stage, stage_low, stage_high,
        )  # fmt: skip
        room = program.basin_number[b, c.FULL] - scratch.basin_state[b, c.HELD]
        room = max(room / program.dt_s + scratch.basin_state[b, c.DRAINED], 0.0)
        if take_mean > room:
            take_mean = room
            take_end = min(take_end, room)
        scratch.basin_state[b, c.TAKEN] = take_mean
        mean_m3s -= take_mean
        end_m3s -= take_end
    return mean_m3s, end_m3s


@inner
def fill_from_pool(e, p, above_m3, program, scratch):
    """Let basins take the water of a pool above their trigger; returns the flow taken [m3/s].

    Arguments: above_m3 (storage that the pool would reach without them).
    Writes scratch.basin_state.
    """
    total = 0.0
    low = program.pool_first[p]
    for b in range(program.basin_first[e], program.basin_first[e + 1]):
        excess = (above_m3 - program.basin_number[b, c.TRIGGER]) / program.dt_s
        take = 0.0
        if excess > 0.0:
            row = min(scratch.pool_hint[p, 8], program.pool_first[p + 1] - 2)
            row = max(row, low)
            level = program.pool_table[row, c.LEVEL]
            level += program.pool_table[row, c.LEVEL_SLOPE] * (
                above_m3 - program.pool_table[row, c.STORAGE]
            )
            inside = basin_level(b, program, scratch)
            first = program.basin_rating_first[b]
            last = program.basin_rating_first[b + 1]
            most = inlet_flow(
                b, program.basin_number, program.basin_rating, first, last, level, inside
            )
            room = program.basin_number[b, c.FULL] - scratch.basin_state[b, c.HELD]
            room = max(room / program.dt_s + scratch.basin_state[b, c.DRAINED], 0.0)
            take = min(excess, most, room)
        scratch.basin_state[b, c.TAKEN] = take
        above_m3 -= take * program.dt_s
        total += take
    return total


@inner
def drain_basins(program, scratch):
    """Give back what basins drain in this step, decided at its start.

    Writes scratch.mean_m3s, end_m3s, basin_state. Returns the flow that leaves the network.
    """
    left = 0.0
    for b in range(program.basin_number.shape[0]):
        e = program.basin_section[b]
        outside = scratch.passed_m3s[e]
        if program.kind[e] == c.POOL:
            outside = scratch.stored_m3[e]
        flow = drained(b, program.basin_number, scratch.basin_state, outside, program.dt_s)
        scratch.basin_state[b, c.DRAINED] = flow
        target = program.basin_target[b]
        if target >= 0:
            scratch.mean_m3s[target] += flow
            scratch.end_m3s[target] += flow
        else:
            left += flow
    return left
