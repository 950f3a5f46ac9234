"""One step of routed reaches: lag, Muskingum with sub-reaches, Muskingum-Cunge, diffusive wave.

Every flow has two values a step: its mean, which carries the water, and its value at the step's
end. A gate moves at the start of a step, so the two differ behind a reservoir. A linear reach is a
filter with weights that sum to one: it turns means into means and ends into ends.
"""

from __future__ import annotations

import math

from hydrosim.kernels._jit import inner, merged
from hydrosim.kernels.flood import codes as c
from hydrosim.kernels.flood.openers import (
    open_elements,
    open_events,
    open_reaches,
    open_record,
    open_scratch,
)
from hydrosim.kernels.flood.wave import step_wave

__all__ = ["channel_values", "run_rivers", "step_cunge"]


@merged
def step_muskingum(first, count, weight, r, mean, end, in_mean, in_end):
    """Route a step through sub-reaches: O2 = C0 I2 + C1 I1 + C2 O1 (McCarthy 1938).

    Balance: K (x I + (1 - x) O) of each sub-reach changes by what flows in less what flows out.
    Arguments: first (place of the reach in the state), count (sub-reaches), weight[r, :] (C0, C1,
    C2), mean and end [m3/s]: flows at the places 0..count, those of the step before.
    Reads weight; writes mean, end.
    Returns mean and end outflow [m3/s].
    """
    c0 = weight[r, c.C0]
    c1 = weight[r, c.C1]
    c2 = weight[r, c.C2]
    place = first
    before_mean = mean[first]
    before_end = end[first]
    mean[first] = in_mean
    end[first] = in_end
    for _ in range(count):
        place += 1
        old_mean = mean[place]
        old_end = end[place]
        # What is known of the step before is added first: the chain from reach to reach is short.
        in_mean = c0 * in_mean + (c1 * before_mean + c2 * old_mean)
        in_end = c0 * in_end + (c1 * before_end + c2 * old_end)
        mean[place] = in_mean
        end[place] = in_end
        before_mean = old_mean
        before_end = old_end
    return in_mean, in_end


@merged
def step_lag(first, count, part, r, plan, mean, end, mean_m3s, end_m3s):
    """Delay a step by ``count`` whole steps and the share ``part`` of one step more.

    Balance: what is under way changes by what flows in less what flows out.
    Arguments: first (place of the ring in the state), mean and end [m3/s]: a ring of count + 2
    flows, plan[r, CURSOR]: the place on it where this step enters.
    Writes mean, end, plan.
    Returns mean and end outflow [m3/s].
    """
    size = count + 2
    at = plan[r, c.CURSOR]
    mean[first + at] = mean_m3s
    end[first + at] = end_m3s
    later = at + 1 if at + 1 < size else 0
    late = later + 1 if later + 1 < size else 0
    plan[r, c.CURSOR] = later
    out_mean = (1.0 - part) * mean[first + late] + part * mean[first + later]
    out_end = (1.0 - part) * end[first + late] + part * end[first + later]
    return out_mean, out_end


@merged
def channel_values(flow_m3s, spacing, low, high, channel):
    """Time through a part of the channel [s] and cell Reynolds number at a flow.

    Arguments: spacing (inverse of the steps of the root of the flow), channel[row, 2] (time
    [s], number) at equal steps of that root, rows [low, high).
    """
    place = math.sqrt(max(flow_m3s, 0.0)) * spacing
    row = low + int(place)
    if row >= high - 1:
        return channel[high - 1, c.CHANNEL_TIME], channel[high - 1, c.CHANNEL_NUMBER]
    share = place - (row - low)
    time_s = channel[row, c.CHANNEL_TIME]
    time_s += share * (channel[row + 1, c.CHANNEL_TIME] - time_s)
    number = channel[row, c.CHANNEL_NUMBER]
    number += share * (channel[row + 1, c.CHANNEL_NUMBER] - number)
    return time_s, number


@inner
def step_cunge(dt_s, in1_m3s, in2_m3s, out1_m3s, stored_m3, spacing, low, high, channel):
    """Route one flow through one part of a channel, variable Muskingum-Cunge (Todini 2007).

    S = T ((1 - D) / 2 I + (1 + D) / 2 O) with the time T and the cell Reynolds number D of the
    mean flow, solved with the balance S2 - S1 = dt/2 (I1 + I2 - O1 - O2), which holds exactly.
    Arguments: in1, in2, out1 [m3/s], stored_m3 S1, spacing, channel (see `channel_values`).
    Returns out2 [m3/s] and S2 [m3].
    """
    half = 0.5 * dt_s
    water = stored_m3 + half * (in1_m3s + in2_m3s - out1_m3s)
    out = max(out1_m3s, 0.0)
    for _ in range(30):
        time_s, number = channel_values(0.5 * (in2_m3s + out), spacing, low, high, channel)
        # Between the rows of the table too no weight is negative; else a part that is short for
        # the step rings.
        courant = dt_s / time_s
        number = min(max(number, abs(1.0 - courant)), 1.0 + courant)
        kept = 0.5 * time_s * (1.0 - number) * in2_m3s
        following = max(water - kept, 0.0) / (0.5 * time_s * (1.0 + number) + half)
        change = abs(following - out)
        out = following
        if change <= 1e-10 * (out + in2_m3s):
            break
    return out, water - half * out


@inner
def step_channel(r, plan, weight, dt_s, flow_m3s, which, flows, part_m3, channel):
    """Route one flow of a step through the parts of a channel; returns its outflow [m3/s].

    Arguments: which (OF_MEANS or OF_ENDS), flows [m3/s] at the places of the reach.
    Writes flows, part_m3[place, which].
    """
    first = plan[r, c.FIRST]
    before = flows[first]
    flows[first] = flow_m3s
    for part in range(first + 1, first + plan[r, c.PARTS] + 1):
        old = flows[part]
        flow_m3s, part_m3[part, which] = step_cunge(
            dt_s, before, flow_m3s, old, part_m3[part, which], weight[r, c.SPACING],
            plan[r, c.ROW_LOW], plan[r, c.ROW_HIGH], channel,
        )  # fmt: skip
        flows[part] = flow_m3s
        before = old
    return flow_m3s


@merged
def bed_loss(r, mean_m3s, end_m3s, weight):
    """Return what the bed takes of the mean and end inflow of a reach [m3/s]."""
    share = weight[r, c.LOSS_SHARE]
    largest = weight[r, c.LARGEST_LOSS]
    return min(share * mean_m3s, largest), min(share * end_m3s, largest)


@merged
def step_reach(r, mean, end, dt_s, plan, weight, reach_mean, reach_end, part_m3, channel):
    """Route the mean and end inflow [m3/s] of a step through a reach; returns its outflow.

    Writes reach_mean, reach_end, part_m3, plan (place on the ring of a lag).
    """
    kind = plan[r, c.ROUTING]
    if kind == c.WAVE:
        return step_wave(r, mean, end, dt_s, plan, weight, reach_mean, reach_end, part_m3, channel)
    if kind == c.CUNGE:
        mean = step_channel(r, plan, weight, dt_s, mean, c.OF_MEANS, reach_mean, part_m3, channel)
        end = step_channel(r, plan, weight, dt_s, end, c.OF_ENDS, reach_end, part_m3, channel)
        return mean, end
    place = plan[r, c.FIRST]
    count = plan[r, c.PARTS]
    lag = plan[r, c.WHOLE_LAG]
    if lag > 0 or kind == c.LAG:
        ring = place if kind == c.LAG else place + count + 1
        part = weight[r, c.PART_LAG]
        mean, end = step_lag(ring, lag, part, r, plan, reach_mean, reach_end, mean, end)
    if kind == c.MUSKINGUM:
        mean, end = step_muskingum(place, count, weight, r, reach_mean, reach_end, mean, end)
    return mean, end


@inner
def run_rivers(work, first, last, row, at, point):
    """Carry a run of reaches and places that pass through a step, and hand on their outflow.

    Balance: V2 = V1 + dt (inflow - lost - outflow) of each reach.
    Arguments: elements [first, last); row, at (place in the series), point of time.
    Writes the state of reaches, scratch.flow, scratch.peak, record.series[row, at, element, :].
    Returns what left the network [m3/s], the change of storage and its size [m3].
    """
    elements = open_elements(work.elements)
    scratch = open_scratch(work.scratch)
    dt_s = open_events(work.events).dt_s
    series = open_record(work.record).series
    channel = open_reaches(work.reaches).channel
    plan = elements.plan
    gain = elements.gain
    flow = scratch.flow
    peak = scratch.peak
    reach_plan = scratch.plan
    weight = scratch.weight
    reach_mean = scratch.reach_mean_m3s
    reach_end = scratch.reach_end_m3s
    part_m3 = scratch.part_m3
    left = 0.0
    change = 0.0
    size = 0.0
    for e in range(first, last):
        mean = flow[e, c.MEAN]
        end = flow[e, c.END]
        series[row, at, e, c.INFLOW] = end
        flow[e, c.IN] = end
        if end > peak[e, c.HIGHEST_IN]:
            peak[e, c.HIGHEST_IN] = end
            peak[e, c.HIGHEST_IN_POINT] = point
        flow[e, c.SUM_IN] += mean
        stored = 0.0
        if plan[e, c.KIND] == c.REACH:
            r = plan[e, c.PLACE]
            lost, lost_end = bed_loss(r, mean, end, weight)
            arrived = mean - lost
            left += lost
            flow[e, c.SUM_LOST] += lost
            mean, end = step_reach(
                r, arrived, end - lost_end, dt_s, reach_plan, weight, reach_mean, reach_end,
                part_m3, channel,
            )  # fmt: skip
            gained = dt_s * (arrived - mean)
            stored = flow[e, c.STORED] + gained
            flow[e, c.STORED] = stored
            change += gained
            size += abs(stored)
        flow[e, c.OUT] = end
        flow[e, c.SUM_OUT] += mean
        series[row, at, e, c.OUTFLOW] = end
        series[row, at, e, c.STORAGE_SERIES] = stored
        if end > peak[e, c.HIGHEST_OUT]:
            peak[e, c.HIGHEST_OUT] = end
            peak[e, c.HIGHEST_OUT_POINT] = point
        if plan[e, c.TARGET] < 0:
            left += mean
        else:
            target = plan[e, c.TARGET]
            part = gain[e]
            if part < 1.0:
                left += mean * (1.0 - part)
                flow[e, c.SUM_LOST] += mean * (1.0 - part)
                mean *= part
                end *= part
            flow[target, c.MEAN] += mean
            flow[target, c.END] += end
    return left, change, size
