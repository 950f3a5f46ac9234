"""Low flows: duration flow, nQT, driest month, base-flow index, by plain loops over the steps."""

from __future__ import annotations

import datetime
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import stats

from tests.recomputed.record import DAY_S, Record, key

FEWEST = 10


def low_flow(record: Record, standard: dict[str, Any]) -> dict[str, float]:
    """Return what each requirement reached at each node."""
    found: dict[str, float] = {}
    for node, flow in _flows(record, standard).items():
        if standard["duration_flow"] is not None:
            reached = _duration(record, flow, standard["exceedance"])
            if reached is not None:
                what = f"duration flow Q{100 * standard['exceedance']:.4g}"
                found[key("low_flow", node, what)] = reached
        years = f"{standard['return_period']:.4g}"
        if standard["low_flow"] is not None and record.seconds.max() <= DAY_S:
            reached = _returning(_yearly(record, flow, standard, standard["days"]), standard)
            if reached is not None:
                found[key("low_flow", node, f"low flow {standard['days']}Q{years}")] = reached
        if standard["driest_month"] is not None:
            reached = _returning(_yearly(record, flow, standard, None), standard)
            if reached is not None:
                found[key("low_flow", node, f"driest month of {years} years")] = reached
        if standard["base_flow_index"] is not None and record.seconds.max() <= DAY_S:
            reached = _index(record, flow, standard["separation"])
            if reached is not None:
                found[key("low_flow", node, "base-flow index")] = reached
    return found


def _flows(record: Record, standard: dict[str, Any]) -> dict[str, np.ndarray]:
    variable = "discharge" if standard["flow"] == "discharge" else "natural_discharge"
    reaches = record.names("reach")
    flows: dict[str, np.ndarray] = {}
    if record.has(variable):
        for k, name in enumerate(reaches):
            flow = record.series(variable, k)
            if not np.isnan(flow).all():
                flows[name] = np.maximum(flow, 0)
    if standard["nodes"] is None:
        return flows
    for name in standard["nodes"]:
        if name not in reaches and name in record.names("store"):
            k = record.names("store").index(name)
            flows[name] = record.series("release", k) + record.series("spill", k)
    return {name: flows[name] for name in standard["nodes"] if name in flows}


def _duration(record: Record, flow: np.ndarray, share: float) -> float | None:
    inside = np.isin(record.water_year, record.whole_years("water"))
    pairs = sorted(zip(flow[inside], record.seconds[inside], strict=True), reverse=True)
    if not pairs:
        return None
    whole = sum(seconds for _flow, seconds in pairs) * (1 + 1 / len(pairs))
    before, lasted = None, 0.0
    for value, seconds in pairs:
        lasted += seconds
        at = lasted / whole
        if at >= share:
            if before is None:
                return value if at <= share else None
            return before[1] + (value - before[1]) * (share - before[0]) / (at - before[0])
        before = (at, value)
    return None


def _yearly(
    record: Record, flow: np.ndarray, standard: dict[str, Any], days: int | None
) -> list[float]:
    """Return the lowest mean of each complete climatic year."""
    month, day = standard["year_start"] or _water_year_start(record)
    start = (int(month), int(day))
    parts: dict[Any, list[tuple[float, float]]] = {}
    for stamp, value, seconds in zip(record.time, flow, record.seconds, strict=True):
        date = stamp.astype("datetime64[D]").astype(object)
        place = date if days is not None else datetime.date(date.year, date.month, 1)
        parts.setdefault(place, []).append((value, seconds))
    years: dict[int, dict[Any, float]] = {}
    for place, steps in parts.items():
        length = 1
        if days is None:
            after = datetime.date(place.year + place.month // 12, place.month % 12 + 1, 1)
            length = (after - place).days
        covered = sum(seconds for _value, seconds in steps)
        if abs(covered - length * DAY_S) < 1:
            year = place.year - ((place.month, place.day) < start)
            mean = sum(value * seconds for value, seconds in steps) / covered
            years.setdefault(year, {})[place] = mean
    found = []
    for year, means in sorted(years.items()):
        length = (datetime.date(year + 1, *start) - datetime.date(year, *start)).days
        if len(means) != (12 if days is None else length):
            continue
        values = [means[place] for place in sorted(means)]
        window = days or 1
        found.append(min(
            sum(values[k : k + window]) / window for k in range(len(values) - window + 1)
        ))  # fmt: skip
    return found


def _water_year_start(record: Record) -> tuple[int, int]:
    changes = np.flatnonzero(np.diff(record.water_year))
    if not changes.size:
        return (1, 1)
    day = record.time[changes[0] + 1].astype("datetime64[D]").astype(object)
    return day.month, day.day


def _returning(minima: list[float], standard: dict[str, Any]) -> float | None:
    if len(minima) < FEWEST:
        return None
    lows = sorted(0.0 if low < standard["zero_below"] else low for low in minima)
    below = 1 / standard["return_period"]
    if standard["frequency"] == "empirical":
        at = below * (len(lows) + 1)
        if not 1 <= at <= len(lows):
            return None
        k = min(int(at), len(lows) - 1)
        return lows[k - 1] + (at - k) * (lows[k] - lows[k - 1])
    flowing = [low for low in lows if low > 0]
    dry = 1 - len(flowing) / len(lows)
    if below <= dry + 1e-12:
        return 0.0
    if max(flowing) - min(flowing) <= 1e-9 * max(flowing):
        return float(np.mean(flowing))
    if len(flowing) < 3:
        return None
    logs = np.log10(flowing)
    law = stats.pearson3(stats.skew(logs, bias=False), logs.mean(), logs.std(ddof=1))
    return float(10 ** law.ppf((below - dry) / (1 - dry)))


def _index(record: Record, flow: np.ndarray, method: str) -> float | None:
    inside = np.isin(record.water_year, record.whole_years("water"))
    days: dict[Any, list[float]] = {}
    for stamp, value in zip(record.time[inside], flow[inside], strict=True):
        days.setdefault(stamp.astype("datetime64[D]"), []).append(float(value))
    daily = [sum(values) / len(values) for _day, values in sorted(days.items())]
    if not sum(daily) > 0:
        return None
    if method == "smoothed_minima":
        return _smoothed(daily)
    if method == "eckhardt":
        base = [0.8 * daily[0]]
        for now in daily[1:]:
            then = (0.2 * 0.98 * base[-1] + 0.02 * 0.8 * now) / (1 - 0.98 * 0.8)
            base.append(min(now, then))
        return sum(base) / sum(daily)
    around = min(30, len(daily) - 1)
    line = daily[around:0:-1] + daily + daily[-2 : -around - 2 : -1]
    for _pass in range(3):
        quick, left = 0.0, [line[0]]
        for k in range(1, len(line)):
            quick = 0.925 * quick + 1.925 / 2 * (line[k] - line[k - 1])
            left.append(line[k] - max(quick, 0.0))
        line = [max(one, 0.0) for one in left][::-1]
    line = line[::-1]
    return sum(line[around : around + len(daily)]) / sum(daily)


def _smoothed(daily: list[float]) -> float | None:
    lows = []
    for first in range(0, len(daily) - 4, 5):
        block = daily[first : first + 5]
        lows.append((first + block.index(min(block)), min(block)))
    turning = [
        middle
        for left, middle, right in zip(lows, lows[1:], lows[2:], strict=False)
        if middle[1] == 0 or 0.9 * middle[1] < min(left[1], right[1])
    ]
    if len(turning) < 2:
        return None
    base, whole = 0.0, 0.0
    for (one, low), (other, high) in pairwise(turning):
        last = other == turning[-1][0]
        for day in range(one, other + last):
            line = low + (high - low) * (day - one) / (other - one)
            base += min(line, daily[day])
            whole += daily[day]
    return base / whole if whole > 0 else None
