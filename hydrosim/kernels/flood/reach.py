"""One step of a routed reach: lag, Muskingum with sub-reaches, variable Muskingum-Cunge.

Every flow has two values a step: its mean, which carries the water, and its value at the step's
end. A gate moves at the start of a step, so the two differ behind a reservoir. A linear reach is a
filter with weights that sum to one: it turns means into means and ends into ends.
"""

from __future__ import annotations

import math

from hydrosim.kernels._jit import inner, merged

__all__ = ["channel_values", "step_cunge", "step_lag", "step_muskingum"]


@merged
def step_muskingum(first, count, weight, route, mean, end, mean_inflow_m3s, end_inflow_m3s):
    """Route a step through sub-reaches: O2 = C0 I2 + C1 I1 + C2 O1 (McCarthy 1938).

    Balance: K (x I + (1 - x) O) of each sub-reach changes by what flows in less what flows out.
    Arguments: first (place of the reach in the state), count (sub-reaches), weight[route] (C0, C1,
    C2), mean and end [m3/s]: flows at the places 0..count, those of the step before.
    Reads weight; writes mean, end.
    Returns mean and end outflow [m3/s].
    """
    c0 = weight[route, 0]
    c1 = weight[route, 1]
    c2 = weight[route, 2]
    in_mean = mean_inflow_m3s
    in_end = end_inflow_m3s
    before_mean = mean[first]
    before_end = end[first]
    mean[first] = in_mean
    end[first] = in_end
    for part in range(first + 1, first + count + 1):
        old_mean = mean[part]
        old_end = end[part]
        in_mean = c0 * in_mean + c1 * before_mean + c2 * old_mean
        in_end = c0 * in_end + c1 * before_end + c2 * old_end
        mean[part] = in_mean
        end[part] = in_end
        before_mean = old_mean
        before_end = old_end
    return in_mean, in_end


@merged
def step_lag(first, count, part, step, mean, end, mean_inflow_m3s, end_inflow_m3s):
    """Delay a step by ``count`` whole steps and the share ``part`` of one step more.

    Balance: what is under way changes by what flows in less what flows out.
    Arguments: first (place of the reach in the state), step (number of the step, from 0), mean
    and end [m3/s]: a ring of count + 2 flows.
    Writes mean, end.
    Returns mean and end outflow [m3/s].
    """
    size = count + 2
    mean[first + step % size] = mean_inflow_m3s
    end[first + step % size] = end_inflow_m3s
    late = first + (step + 2) % size
    later = first + (step + 1) % size
    out_mean = (1.0 - part) * mean[late] + part * mean[later]
    out_end = (1.0 - part) * end[late] + part * end[later]
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
        return channel[high - 1, 0], channel[high - 1, 1]
    share = place - (row - low)
    time_s = channel[row, 0] + share * (channel[row + 1, 0] - channel[row, 0])
    number = channel[row, 1] + share * (channel[row + 1, 1] - channel[row, 1])
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
        kept = 0.5 * time_s * (1.0 - number) * in2_m3s
        following = max(water - kept, 0.0) / (0.5 * time_s * (1.0 + number) + half)
        change = abs(following - out)
        out = following
        if change <= 1e-10 * (out + in2_m3s):
            break
    return out, water - half * out
