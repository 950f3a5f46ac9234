"""Yearly chances from the levels of a run, computed a second time from files alone.

Read are ``start_levels.nc``, ``results.nc`` of the run and, for the return periods required,
``design_floods.nc``. Curves are those of SciPy.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
from scipy import stats

from tests.recomputed.floods import LEVELS, Floods, flood_years_of_dam
from tests.recomputed.record import key

SAME_M = 1e-6
PARTS = ("control", "season", "scheme", "typical")


class Starts:
    """Variables of ``start_levels.nc``, read by netCDF4 alone."""

    def __init__(self, path: Path) -> None:
        with netCDF4.Dataset(path) as file:
            self.values = {name: np.asarray(one[...]) for name, one in file.variables.items()}
            self.attrs = {name: file.getncattr(name) for name in file.ncattrs()}
        self.curves = json.loads(self.attrs["curves"])
        self.smallest = float(self.attrs["smallest"])
        self.nodes = [str(name) for name in self.values["node"]]
        self.cases = list(
            zip(*([str(one) for one in self.values[f"flood_{p}"]] for p in PARTS), strict=True)
        )

    def seasons(self) -> dict[str, list[str]]:
        """Return the days of each season."""
        days, found = [str(day) for day in self.values["day"]], {}
        for name, count in zip(self.values["season"], self.values["season_days"], strict=True):
            found[str(name)], days = days[: int(count)], days[int(count) :]
        assert not days
        return found


def start_levels(starts: Starts, run: Path) -> np.ndarray:
    """Return the levels that stand for classes of equal probability, (season, class, node)."""
    with netCDF4.Dataset(run) as file:
        time, levels = file["time"], np.asarray(file["level"][...])
        stamps: Any = netCDF4.num2date(time[...], time.units, time.calendar)
        stores = [str(name) for name in file["store"][...]]
        axes = file["level"].dimensions
    begins = np.array([one.isoformat() for one in stamps], dtype="datetime64[s]")
    # The level of a step is that at its end, the start of the next; steps here are whole days.
    ends = np.append(begins[1:], begins[-1] + (begins[-1] - begins[-2]))
    of_day = np.array([str(one)[5:10] for one in ends])
    levels = np.moveaxis(levels, axes.index("store"), -1).reshape(len(begins), len(stores))
    shares = starts.values["share"]
    found = np.empty((len(starts.seasons()), len(shares), len(starts.nodes)))
    for s, days in enumerate(starts.seasons().values()):
        for n, node in enumerate(starts.nodes):
            inside = np.sort(levels[np.isin(of_day, days), stores.index(node)])
            for k, share in enumerate(shares):
                place = share * (inside.size - 1)
                low = math.floor(place)
                high = min(low + 1, inside.size - 1)
                found[s, k, n] = inside[low] + (place - low) * (inside[high] - inside[low])
    return found


def yearly(starts: Starts, node: str, level: float, *, run: bool, most: bool = False) -> float:
    """Return the yearly probability that a store exceeds a level."""
    control = str(starts.values["node_control"][starts.nodes.index(node)])
    own = starts.curves[control]["seasons"]
    worst: dict[str, float] = {}
    for case in sorted({case for case in starts.cases if case[0] == control}):
        season = case[1]
        classes = range(len(starts.values["share"])) if run else [-1]
        chances = []
        for k in classes:
            chance = _of_class(starts, case, k, node, level, most=most)
            if season not in own:
                chance = _in_no_other(starts, control, chance)
            chances.append(chance)
        worst[season] = max(worst.get(season, 0.0), float(np.mean(chances)))
    days = {name: len(some) for name, some in starts.seasons().items()}
    shared = [name for name in worst if name not in own]
    held = 1.0
    if shared:
        whole = sum(days[name] for name in shared)
        held -= sum(worst[name] * days[name] / whole for name in shared)
    for name in worst:
        held *= 1.0 - worst[name] if name in own else 1.0
    return 1.0 - held


def _of_class(
    starts: Starts, case: tuple[str, ...], k: int, node: str, level: float, *, most: bool
) -> float:
    """Return the probability from one start level: the flood of 1 / P just reaches the level."""
    item = starts.nodes.index(node)
    rows = [
        row for row, one in enumerate(starts.cases)
        if one == case and starts.values["flood_class"][row] == k
    ]  # fmt: skip
    rows.sort(key=lambda row: starts.values["flood_return_period"][row])
    start = float(starts.values["flood_start_level"][rows[0], item])
    if level < start - SAME_M:
        return 1.0
    points = [(start, 1.0)]
    for row in rows:
        height = max(float(starts.values["flood_peak_level"][row, item]), points[-1][0])
        points.append((height, float(starts.values["flood_return_period"][row])))
    above = [p for p, (height, _years) in enumerate(points) if height > level + SAME_M]
    if not above:
        return 1.0 / points[-1][1] if most else 0.0
    high = above[0]
    low = high - 1
    # Floods that reach one level: the rarest of them.
    while high + 1 < len(points) and points[high + 1][0] <= points[high][0] + SAME_M:
        high += 1
    (z0, t0), (z1, t1) = points[low], points[high]
    part = min(max((level - z0) / (z1 - z0), 0.0), 1.0)
    return math.exp(-(math.log(t0) + part * (math.log(t1) - math.log(t0))))


def _in_no_other(starts: Starts, control: str, chance: float) -> float:
    """Return the part of the floods of the year that comes in no season with a curve of its own."""
    curves = starts.curves[control]
    if not curves["seasons"] or not 0.0 < chance < 1.0:
        return chance
    flood = _flood(curves["annual"], chance)
    held = 1.0
    for given in curves["seasons"].values():
        there = min(_exceedance(given, flood), chance)
        held *= 1.0 - (there if there >= starts.smallest else 0.0)
    return max(1.0 - (1.0 - chance) / held, 0.0)


def _flood(given: dict[str, Any], chance: float) -> float:
    """Return the flood that a Pearson III curve by mean, Cv and Cs exceeds so often."""
    deviation = given["mean"] * given["variation"]
    return float(stats.pearson3.isf(chance, given["skewness"], given["mean"], deviation))


def _exceedance(given: dict[str, Any], flood: float) -> float:
    """Return how often a curve exceeds a flood; one with a cap as often as the lower of the two."""
    if given["law"] == "CappedCurve":
        return min(_exceedance(given["own"], flood), _exceedance(given["cap"], flood))
    assert given["law"] == "PearsonIII"
    deviation = given["mean"] * given["variation"]
    return float(stats.pearson3.sf(flood, given["skewness"], given["mean"], deviation))


def chances_of_dams(
    starts: Starts, floods: Floods, standard: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return what the verdicts on yearly chances must say, by their id."""
    found: dict[str, dict[str, Any]] = {}
    bounds = [str(one) for one in starts.values["bound"]]
    for name in starts.nodes:
        for kind, years in flood_years_of_dam(floods, standard, name).items():
            level = float(
                starts.values["bound_level"][starts.nodes.index(name), bounds.index(kind)]
            )
            if years is None or math.isnan(level):
                continue
            chance = yearly(starts, name, level, run=True)
            rarer = yearly(starts, name, level, run=True, most=True)
            outcome = "pass" if chance * years <= 1.0 else "fail"
            if outcome == "pass" and rarer * years > 1.0:
                outcome = "not provable"
            seldom = chance < starts.smallest * (1.0 - 1e-9)
            place = key("flood_reservoir", name, f"{LEVELS[kind]}, yearly chance")
            found[place] = {
                "outcome": outcome,
                "achieved": 100.0 * chance,
                "required": 100.0 / years,
                "reached": f"> {1.0 / starts.smallest:g}" if seldom else 1.0 / chance,
            }
    return found
