"""One step of a channel as a nonlinear diffusive wave, for rivers too flat for Muskingum-Cunge.

Q = K(h) sqrt(S0 - dh/dx), with the conveyance K of Manning's formula, carries water between cells
of one length (Cunge, Holly and Verwey 1980, section 2.4). Cells behind the end of the reach let
the river go on, so that its end is no fall; their water is not counted. Depths are found
implicitly (backward Euler, Newton), which keeps flows between those that were there and those that
arrive. Water moves by flows alone, so that the balance holds whatever the iteration leaves.
"""

from __future__ import annotations

import math

from hydrosim.kernels._jit import inner, merged
from hydrosim.kernels.flood import codes as c

__all__ = ["channel_depth", "start_wave", "step_wave"]

LONGEST_S = 600.0
"""Longest part of a step [s]."""
SPREAD_SHARE = 0.1
"""Share of the river's own diffusion that the length of a part may add."""
MOST_ROUNDS = 30
SETTLED = 1e-9
LEVEL_SHARE = 0.01
"""Share of the bed slope below which the root of a slope is a straight line."""
UPWIND_SHARE = 0.3
"""Half of 3/5, the exponent of the flow in the normal depth of a wide river."""
DRY_M = 1e-3


@merged
def section_at(depth_m, column, r, plan, weight, channel):
    """Return a column of the section at a depth, and its derivative; rows are even in the root.

    Arguments: column (CHANNEL_AREA [m2] or CONVEYANCE [m3/s]).
    """
    root = math.sqrt(max(depth_m, 0.0))
    spacing = weight[r, c.SPACING]
    low = plan[r, c.ROW_LOW]
    row = min(low + int(root * spacing), plan[r, c.ROW_HIGH] - 2)
    change = channel[row + 1, column] - channel[row, column]
    value = channel[row, column] + (root * spacing - (row - low)) * change
    return value, 0.5 * change * spacing / max(root, 0.5 / spacing)


@inner
def channel_depth(flow_m3s, r, plan, weight, channel):
    """Return the normal depth [m] of a flow: bisection of the rows, linear between two."""
    wanted = max(flow_m3s, 0.0) / math.sqrt(weight[r, c.BED_SLOPE])
    low = plan[r, c.ROW_LOW]
    below = low
    above = plan[r, c.ROW_HIGH] - 1
    while above - below > 1:
        middle = (below + above) // 2
        if channel[middle, c.CONVEYANCE] <= wanted:
            below = middle
        else:
            above = middle
    step = channel[above, c.CONVEYANCE] - channel[below, c.CONVEYANCE]
    root = (below - low + (wanted - channel[below, c.CONVEYANCE]) / step) / weight[r, c.SPACING]
    return root * root


@inner
def flow_below(place, last, r, plan, weight, channel, cell):
    """Return the flow out of a cell [m3/s] and its derivatives by its depth and that of the next.

    The conveyance is that of the middle, or nearer to the upper cell where cells are long for the
    depth, so that more water below never draws more from above; the last cell flows normally.
    Arguments: cell[place, CELL_WATER] before the part of the step, cell[place, CELL_DEPTH].
    """
    bed_slope = weight[r, c.BED_SLOPE]
    upper = cell[place, c.CELL_DEPTH]
    if place == last:
        conveyance, change = section_at(upper, c.CONVEYANCE, r, plan, weight, channel)
        return conveyance * math.sqrt(bed_slope), change * math.sqrt(bed_slope), 0.0
    cell_m = weight[r, c.CELL_LENGTH]
    lower = cell[place + 1, c.CELL_DEPTH]
    _, width = section_at(upper, c.CHANNEL_AREA, r, plan, weight, channel)
    held_m = cell[place, c.CELL_WATER] / (width * cell_m)
    share = 1.0 - min(0.5, UPWIND_SHARE * held_m / (bed_slope * cell_m))
    between = share * upper + (1.0 - share) * lower
    conveyance, change = section_at(between, c.CONVEYANCE, r, plan, weight, channel)
    slope = bed_slope - (lower - upper) / cell_m
    root = math.sqrt(max(abs(slope), LEVEL_SHARE * bed_slope))
    rooted = slope / root
    steeper = conveyance / (root * cell_m)
    if abs(slope) > LEVEL_SHARE * bed_slope:
        steeper *= 0.5
    by_upper = change * share * rooted + steeper
    return conveyance * rooted, by_upper, change * (1.0 - share) * rooted - steeper


@inner
def settle(first, last, part_s, inflow_m3s, r, plan, weight, channel, cell, up, rest):
    """Find the depths at the end of a part of a step, in cells [first, last].

    Balance of each cell: length (A2 - A1) = part_s (inflow - outflow), by Newton with a tridiagonal
    elimination. Arguments: up, rest (scratch of the elimination, by place).
    Writes cell[:, CELL_DEPTH], up, rest.
    """
    cell_m = weight[r, c.CELL_LENGTH]
    for _ in range(MOST_ROUNDS):
        above = inflow_m3s
        by_above = 0.0
        by_here = 0.0
        for place in range(first, last + 1):
            area, width = section_at(
                cell[place, c.CELL_DEPTH], c.CHANNEL_AREA, r, plan, weight, channel
            )
            flow, by_upper, by_lower = flow_below(place, last, r, plan, weight, channel, cell)
            missing = cell[place, c.CELL_WATER] + part_s * (above - flow) - cell_m * area
            own = cell_m * width + part_s * (by_upper - by_here)
            if place > first:
                own += part_s * by_above * up[place - 1]
                missing += part_s * by_above * rest[place - 1]
            up[place] = part_s * by_lower / own
            rest[place] = missing / own
            above = flow
            by_above = by_upper
            by_here = by_lower
        largest = 0.0
        change = 0.0
        for back in range(last - first + 1):
            place = last - back
            change = rest[place] - up[place] * change
            depth = cell[place, c.CELL_DEPTH]
            cell[place, c.CELL_DEPTH] = max(depth + change, 0.5 * depth)
            largest = max(largest, abs(change) / (depth + DRY_M))
        if largest < SETTLED:
            return


@inner
def move_water(first, last, end, part_s, inflow_m3s, r, plan, weight, channel, cell):
    """Move water by the flows between the depths found; return the flow out of the cell ``end``.

    Writes cell[:, CELL_WATER]; no cell gives more than it has.
    """
    above = inflow_m3s
    out = 0.0
    for place in range(first, last + 1):
        flow, _, _ = flow_below(place, last, r, plan, weight, channel, cell)
        flow = min(flow, above + cell[place, c.CELL_WATER] / part_s)
        if place < last:
            flow = max(flow, -cell[place + 1, c.CELL_WATER] / part_s)
        cell[place, c.CELL_WATER] += part_s * (above - flow)
        if place == end:
            out = flow
        above = flow
    return out


@inner
def parts_of(dt_s, depth_m, r, plan, weight, channel):
    """Return in how many parts a step is solved, by how fast a wave of a depth runs and spreads."""
    area, width = section_at(depth_m, c.CHANNEL_AREA, r, plan, weight, channel)
    conveyance, _ = section_at(depth_m, c.CONVEYANCE, r, plan, weight, channel)
    bed_slope = weight[r, c.BED_SLOPE]
    flow = conveyance * math.sqrt(bed_slope)
    parts = dt_s / LONGEST_S
    if flow > 0.0 and area > 0.0:
        celerity = 5.0 * flow / (3.0 * area)
        spread = flow / (2.0 * width * bed_slope)
        parts = max(parts, dt_s * celerity * celerity / (2.0 * SPREAD_SHARE * spread))
    return math.ceil(parts - 1e-9)


@inner
def step_wave(r, mean, end, dt_s, plan, weight, up, rest, cell, channel):
    """Route the mean and end inflow of a step [m3/s] through the cells of a channel.

    Within the step the inflow is a straight line of that mean between the ends, and even where
    it has jumped. Balance: the water of the cells changes by dt (inflow - outflow).
    Arguments: rest[first]: the inflow at the end of the step before; see `settle`.
    Writes cell, up, rest. Returns mean and end outflow [m3/s].
    """
    head = plan[r, c.FIRST]
    first = head + 1
    last = head + plan[r, c.PARTS] + plan[r, c.BEYOND]
    rise = 0.0
    before = rest[head]
    if (end - mean) * (mean - before) > 0.0:
        rise = 2.0 * (end - mean) if abs(end - mean) < abs(mean - before) else 2.0 * (mean - before)
    depth = max(cell[first, c.CELL_DEPTH], channel_depth(mean, r, plan, weight, channel))
    parts = parts_of(dt_s, depth, r, plan, weight, channel)
    part_s = dt_s / parts
    total = 0.0
    out = 0.0
    for part in range(parts):
        inflow = mean + rise * ((part + 0.5) / parts - 0.5)
        settle(first, last, part_s, inflow, r, plan, weight, channel, cell, up, rest)
        out = move_water(
            first, last, head + plan[r, c.PARTS], part_s, inflow, r, plan, weight, channel, cell
        )
        total += out
    rest[head] = end
    return total / parts, out


@inner
def start_wave(r, inflow_m3s, outflow_m3s, plan, weight, rest, cell, channel):
    """Fill the cells with the normal depths of flows from the inflow to the outflow [m3/s]."""
    head = plan[r, c.FIRST]
    count = plan[r, c.PARTS]
    rest[head] = inflow_m3s
    for place in range(head + 1, head + count + plan[r, c.BEYOND] + 1):
        share = min((place - head) / count, 1.0)
        flow = inflow_m3s + share * (outflow_m3s - inflow_m3s)
        depth = channel_depth(flow, r, plan, weight, channel)
        area, _ = section_at(depth, c.CHANNEL_AREA, r, plan, weight, channel)
        cell[place, c.CELL_DEPTH] = depth
        cell[place, c.CELL_WATER] = area * weight[r, c.CELL_LENGTH]
