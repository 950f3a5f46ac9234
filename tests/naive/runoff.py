"""GR4J written once more as plain text of the paper, for comparison with the kernel."""

from __future__ import annotations

import numpy as np


def s_curve_slow(day: float, x4: float) -> float:
    """Cumulated share of the routed branch after `day` days."""
    return min(day / x4, 1.0) ** 2.5


def s_curve_fast(day: float, x4: float) -> float:
    """Cumulated share of the direct branch after `day` days."""
    if day <= x4:
        return 0.5 * (day / x4) ** 2.5
    if day < 2.0 * x4:
        return 1.0 - 0.5 * (2.0 - day / x4) ** 2.5
    return 1.0


def ordinates(curve, x4: float, days: int) -> np.ndarray:
    """Shares by day from an S-curve."""
    return np.array([curve(day + 1, x4) - curve(day, x4) for day in range(days)])


def gr4j(rain, demand, x1, x2, x3, x4, production, routing):
    """Runoff, evaporation, exchange by day and the water in the model at the end, all in mm.

    The branches are convolutions of the whole series instead of a queue that is shifted.
    """
    days = len(rain)
    slow = ordinates(s_curve_slow, x4, days)
    fast = ordinates(s_curve_fast, x4, days)
    effective = np.zeros(days)
    runoff, evaporation, exchange = np.zeros(days), np.zeros(days), np.zeros(days)
    for t in range(days):
        if rain[t] >= demand[t]:
            net = rain[t] - demand[t]
            w = np.tanh(net / x1)
            infiltration = x1 * (1 - (production / x1) ** 2) * w / (1 + production / x1 * w)
            production += infiltration
            evaporation[t] = demand[t]
            left = net - infiltration
        else:
            w = np.tanh((demand[t] - rain[t]) / x1)
            drawn = production * (2 - production / x1) * w / (1 + (1 - production / x1) * w)
            production -= drawn
            evaporation[t] = rain[t] + drawn
            left = 0.0
        percolation = production * (1 - (1 + (4 / 9 * production / x1) ** 4) ** (-1 / 4))
        production -= percolation
        effective[t] = left + percolation
        arriving_slow = 0.9 * np.dot(effective[: t + 1], slow[t::-1])
        arriving_fast = 0.1 * np.dot(effective[: t + 1], fast[t::-1])
        wanted = x2 * (routing / x3) ** 3.5
        got_slow = max(wanted, -(routing + arriving_slow))
        got_fast = max(wanted, -arriving_fast)
        routing = (routing + arriving_slow) + got_slow
        routed = routing * (1 - (1 + (routing / x3) ** 4) ** (-1 / 4))
        routing -= routed
        runoff[t] = routed + (arriving_fast + got_fast)
        exchange[t] = got_slow + got_fast
    arrived_slow = np.array([s_curve_slow(days - t, x4) for t in range(days)])
    arrived_fast = np.array([s_curve_fast(days - t, x4) for t in range(days)])
    under_way = np.dot(effective, 0.9 * (1 - arrived_slow) + 0.1 * (1 - arrived_fast))
    return runoff, evaporation, exchange, production + routing + under_way
