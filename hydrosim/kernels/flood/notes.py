"""What is noted of each step: means of recorded points, peaks, volumes above safe discharges."""

from __future__ import annotations

from hydrosim.kernels._jit import inner, merged
from hydrosim.kernels.flood import codes as c

__all__ = ["add_excess", "enter_place", "leave_place", "record_mean"]


@inner
def add_excess(event, dt_s, elements, flow, passed_m3s, excess_m3):
    """Add what flows above the safe discharge in a step, by mean inflow and mean outflow.

    Writes excess_m3[event, bounded, :], passed_m3s.
    """
    for b in range(elements.bounded.size):
        e = elements.bounded[b]
        safe = elements.safe_m3s[b]
        out = flow[e, c.SUM_OUT] - passed_m3s[b]
        passed_m3s[b] = flow[e, c.SUM_OUT]
        excess_m3[event, b, c.EXCESS_IN] += dt_s * max(flow[e, c.MEAN] - safe, 0.0)
        excess_m3[event, b, c.EXCESS_OUT] += dt_s * max(out - safe, 0.0)


@merged
def record_mean(series, row, at, p, column, mean_m3s, step, every):
    """Record the mean since the last point; each of its steps adds its part.

    Writes series[row, at, p, column].
    """
    if every == 1:
        series[row, at, p, column] = mean_m3s
    else:
        before = series[row, at, p, column] if step % every > 0 else 0.0
        series[row, at, p, column] = before + mean_m3s / every


@merged
def enter_place(e, point, flow, peak):
    """Note what flows into a place in a step. Writes flow[e, :], peak[e, :]."""
    end = flow[e, c.END]
    flow[e, c.IN] = end
    if end > peak[e, c.HIGHEST_IN]:
        peak[e, c.HIGHEST_IN] = end
        peak[e, c.HIGHEST_IN_POINT] = point
    flow[e, c.SUM_IN] += flow[e, c.MEAN]


@merged
def leave_place(e, point, flow, peak):
    """Note what flows out of a place, and is stored there. Writes peak[e, :]."""
    if flow[e, c.OUT] > peak[e, c.HIGHEST_OUT]:
        peak[e, c.HIGHEST_OUT] = flow[e, c.OUT]
        peak[e, c.HIGHEST_OUT_POINT] = point
    if flow[e, c.STORED] > peak[e, c.MOST_STORED]:
        peak[e, c.MOST_STORED] = flow[e, c.STORED]
        peak[e, c.MOST_STORED_POINT] = point
