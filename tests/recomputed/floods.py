"""Flood verdicts, computed a second time from the results file of the floods alone.

Each definition gives by the id of a verdict what it must say: outcome, number reached, return
period reached, and margins. Numbers of codes are typed from SL 252, GB 50286 and GB 50201.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, NamedTuple

import netCDF4
import numpy as np

from tests.recomputed.record import MEGA, key

HUNDRED_MILLION = 1e8
LEVELS = {
    "flood_control": "flood-control level",
    "design": "design flood level",
    "check": "check flood level",
    "guaranteed": "guaranteed level",
    "warning": "warning level",
    "crest": "crest",
}
RANKS = ((10, 1), (1, 2), (0.1, 3), (0.01, 4), (0.001, 5))
"""Total storage [10^8 m3] from which a reservoir's main structures have a level (SL 252)."""
DESIGN = {"hill": (500, 100, 50, 30, 20), "plain": (100, 50, 20, 10, 10)}
CHECK = {
    ("hill", "earth"): (5000, 2000, 1000, 300, 200),
    ("hill", "concrete"): (2000, 1000, 500, 200, 100),
    ("plain", "earth"): (1000, 300, 100, 50, 20),
    ("plain", "concrete"): (1000, 300, 100, 50, 20),
}
FREEBOARD = ((100, 1.0), (50, 0.8), (30, 0.7), (20, 0.6), (10, 0.5))
ZONES = {
    "urban": ((150, 300, 200), (50, 100, 100), (20, 40, 50), (0, 0, 20)),
    "rural": ((150, 300, 50), (50, 100, 30), (20, 30, 20), (0, 0, 10)),
}
"""Population and economy or farmland [10^4] from which a class begins, and its years."""
PLANTS = {"largest": 100, "large": 50, "medium": 20, "small": 10}
CLASSES = ("I", "II", "III", "IV")
Said = dict[str, Any]


class Floods:
    """Variables of a flood result, read by netCDF4 alone."""

    def __init__(self, path: Path) -> None:
        self.values: dict[str, np.ndarray] = {}
        self.dims: dict[str, tuple[str, ...]] = {}
        with netCDF4.Dataset(path) as file:
            for name, variable in file.variables.items():
                found = variable[...]
                if found.dtype.kind == "f":
                    found = np.ma.filled(found, np.nan)
                self.values[name] = np.asarray(found)
                self.dims[name] = variable.dimensions
            self.attrs = {name: file.getncattr(name) for name in file.ncattrs()}
        self.years = np.asarray(self.values["event_return_period"], dtype=float)
        self.events = self.names("event")
        labels = [self.values[f"event_{part}"] for part in ("season", "scheme", "typical")]
        self.cases = [tuple(str(part) for part in case) for case in zip(*labels, strict=True)]
        self.zones = json.loads(self.attrs.get("zones") or "[]")

    def names(self, dimension: str) -> list[str]:
        """Return the names along a dimension."""
        return [str(name) for name in self.values.get(dimension, [])]

    def number(self, name: str, item: int) -> float:
        """Return a number of a place, NaN where there is none."""
        return float(self.values[name][item]) if name in self.values else math.nan

    def peaks(self, name: str, item: int) -> np.ndarray:
        """Return what is left of each flood for an item."""
        axis = self.dims[name].index("event")
        return np.moveaxis(self.values[name], axis, 0)[:, item].astype(float)

    def place(self, name: str) -> tuple[str, int] | None:
        """Return the dimension and place of a work."""
        for dimension in ("reach", "basin", "node"):
            if name in self.names(dimension):
                return dimension, self.names(dimension).index(name)
        return None

    def own(self, dimension: str, item: int) -> np.ndarray | None:
        """Return the floods of the control point of a place, None where there is none."""
        control = str(self.values[f"{dimension}_control"][item])
        if control in ("", "*"):
            return None
        return np.array([str(one) == control for one in self.values["event_control"]])

    def of_zones(self, name: str) -> float | None:
        """Return the largest return period that zones ask of a work."""
        asked = [zone["years"] for zone in self.zones if name in zone["members"]]
        return float(max(asked)) if asked else None


class Bound(NamedTuple):
    """A work, what it may not exceed, and what it reached in each flood."""

    name: str
    what: str
    unit: str
    most: float
    value: np.ndarray
    judged: np.ndarray | None
    failed: np.ndarray
    over: np.ndarray
    level: np.ndarray | None = None
    flow: np.ndarray | None = None
    volume: np.ndarray | None = None


def store_level(floods: Floods, name: str, kind: str, judged: Any = None) -> Bound | None:
    """Return the peak level of a store against one of its levels."""
    item = floods.names("node").index(name)
    most = floods.number(f"{kind}_level", item)
    if math.isnan(most):
        return None
    level, over = floods.peaks("peak_level", item), floods.peaks("overflow", item)
    stored = floods.number(f"{kind}_storage", item)
    left = None
    if not math.isnan(stored):
        left = stored - floods.peaks("peak_storage", item) - np.where(over > 0, over, 0)
    judged = floods.own("node", item) if judged is None else judged
    failed = (level > most + 1e-9) | (over > 0)
    return Bound(name, LEVELS[kind], "m", most, level, judged, failed, over, most - level, None,
                 left)  # fmt: skip


def peak_flow(floods: Floods, name: str, what: str = "safe discharge", judged: Any = None) -> Any:
    """Return the peak of a reach, at either end, or of a section against its safe discharge."""
    dimension, item = floods.place(name)  # type: ignore[misc]
    start = "reach_" if dimension == "reach" else ""
    most = floods.number(f"{start}safe_discharge", item)
    if math.isnan(most):
        return None
    if start:
        ends = (floods.peaks("peak_discharge", item), floods.peaks("reach_peak_inflow", item))
        peak = np.where(ends[0] > ends[1], *ends)
    else:
        peak = floods.peaks("peak_outflow", item)
    excess = floods.peaks(f"{start}excess_volume", item)
    judged = floods.own(dimension, item) if judged is None else judged
    return Bound(name, what, "m3 s-1", most, peak, judged, peak > most * (1 + 1e-9),
                 np.zeros(peak.size), None, most - peak, -excess)  # fmt: skip


def stage(floods: Floods, name: str, kind: str, judged: Any = None, less: float = 0.0) -> Any:
    """Return the peak stage of a reach or section against a level; None without a rating."""
    dimension, item = floods.place(name)  # type: ignore[misc]
    start = "reach_" if dimension == "reach" else ""
    most = floods.number(f"{start}{kind}_level", item) - less
    if math.isnan(most) or f"{start}peak_level" not in floods.values:
        return None
    level = floods.peaks(f"{start}peak_level", item)
    if np.isnan(level).all():
        return None
    over = np.zeros(level.size)
    if kind == "crest" and not start:
        over = np.nan_to_num(floods.peaks("overflow", item))
    judged = floods.own(dimension, item) if judged is None else judged
    what = LEVELS[kind] if kind != "crest" else "crest less freeboard"
    return Bound(name, what, "m", most, level, judged, (level > most + 1e-9) | (over > 0), over,
                 most - level)  # fmt: skip


def standing(floods: Floods, bound: Bound) -> tuple[float, float, Any]:
    """Return the years held, the smallest that fail, and the answer of a bound."""
    of_bound = np.flatnonzero(bound.judged)
    years = floods.years[of_bound]
    fails, held = math.inf, math.inf
    for case in {floods.cases[i] for i in of_bound}:
        own = [i for i in of_bound if floods.cases[i] == case]
        first = min((floods.years[i] for i in own if bound.failed[i]), default=math.inf)
        if first < fails:
            fails = first
            held = max((floods.years[i] for i in own if floods.years[i] < first), default=0.0)
    if math.isinf(fails):
        return math.inf, fails, f"> {years.max():g}"
    return held, fails, f"< {years.min():g}" if held == 0 else held


def at(values: np.ndarray | None, flood: int) -> float | None:
    """Return a margin in a flood, None where it is not known."""
    return None if values is None or not np.isfinite(values[flood]) else float(values[flood])


def said(floods: Floods, bound: Bound, years: float | None, event: str | None) -> Said:
    """Return what a verdict on a bound must say."""
    if bound.judged is None:
        return {"outcome": "not judged"}
    size = MEGA if bound.unit == "m3" else 1.0
    if event is not None:
        there = np.flatnonzero(bound.judged)
        if not there.size:
            return {"outcome": "not judged"}
        flood, more = int(there[0]), {"outcome": "fail" if bound.failed[there[0]] else "pass"}
    else:
        _held, fails, answer = standing(floods, bound)
        if years is None:
            return {"outcome": "not judged", "reached": answer}
        of_bound = [i for i in np.flatnonzero(bound.judged) if np.isclose(floods.years[i], years)]
        flood = max(of_bound, key=lambda i: (bound.value[i], bound.over[i]))
        more = {"outcome": "fail" if fails <= years else "pass", "reached": answer}
    return {
        "achieved": bound.value[flood] / size,
        "level": at(bound.level, flood),
        "flow": at(bound.flow, flood),
        "volume": at(bound.volume, flood),
        **more,
    }


def by_name(floods: Floods, name: str, event: str | None) -> np.ndarray | None:
    """Return the named flood where it reaches a place."""
    if event is None:
        return None
    named = np.array([one == event for one in floods.events])
    dimension, item = floods.place(name)  # type: ignore[misc]
    if dimension == "basin":
        return named
    variable = "reach_peak_inflow" if dimension == "reach" else "peak_outflow"
    if dimension == "node" and floods.values["node_is_store"][item]:
        variable = "peak_inflow"
    return named & (floods.peaks(variable, item) > 0)


def flood_reservoir(floods: Floods, standard: dict[str, Any]) -> dict[str, Said]:
    """Return the peak levels of dams against three of their levels."""
    dams = [n for n, dam in zip(floods.names("node"), floods.values["node_is_dam"], strict=True)
            if dam]  # fmt: skip
    found: dict[str, Said] = {}
    for name in standard["reservoirs"] or dams:
        item = floods.names("node").index(name)
        work = standard["works"].get(name) or {}
        events = {
            kind: work.get(f"{word}_event")
            for kind, word in (("flood_control", "protection"), ("design", "design"),
                               ("check", "check"))
        }  # fmt: skip
        for kind, years in _years_of_dam(floods, standard, work, name, item).items():
            event = events[kind]
            bound = store_level(floods, name, kind, by_name(floods, name, event))
            if bound is not None:
                found[key("flood_reservoir", name, bound.what)] = said(floods, bound, years, event)
    return found


def flood_years_of_dam(
    floods: Floods, standard: dict[str, Any], name: str
) -> dict[str, float | None]:
    """Return the return periods required of the levels of a dam."""
    item = floods.names("node").index(name)
    return _years_of_dam(floods, standard, standard["works"].get(name) or {}, name, item)


def _years_of_dam(
    floods: Floods, standard: dict[str, Any], work: dict[str, Any], name: str, item: int
) -> dict[str, float | None]:
    level = work.get("level")
    total = floods.number("check_storage", item)
    if level is None and not math.isnan(total):
        level = next((n for least, n in RANKS if total >= least * HUNDRED_MILLION), None)
    dam, terrain = work.get("dam") or standard["dam"], work.get("terrain") or standard["terrain"]
    table = (None, None)
    if level is not None:
        table = (DESIGN[terrain][level - 1], CHECK[terrain, dam][level - 1])
    return {
        "flood_control": work.get("protection") or floods.of_zones(name),
        "design": work.get("design") or table[0],
        "check": work.get("check_flood") or work.get("check") or table[1],
    }


def flood_channel(floods: Floods, standard: dict[str, Any]) -> dict[str, Said]:
    """Return peaks of reaches, sections and lakes against what they may carry."""
    banks = floods.values["node_is_embanked"]
    places = [n for n, bank in zip(floods.names("node"), banks, strict=True) if bank]
    found: dict[str, Said] = {}
    for name in standard["places"] or [*floods.names("reach"), *places]:
        dimension, item = floods.place(name)  # type: ignore[misc]
        event = standard["events"].get(name)
        judged = by_name(floods, name, event)
        years = standard["return_periods"].get(name) or floods.of_zones(name)
        if floods.values[f"{dimension}_is_store"][item]:
            levels = (store_level(floods, name, k, judged) for k in ("guaranteed", "flood_control"))
            bounds = [next((one for one in levels if one is not None), None)]
            warning = store_level(floods, name, "warning")
        else:
            bounds = [peak_flow(floods, name, judged=judged)]
            bounds.append(stage(floods, name, "guaranteed", judged))
            warning = stage(floods, name, "warning")
        known = [one for one in bounds if one is not None]
        if known and known[0].judged is None:
            found[key("flood_channel", name, "flood peak")] = {"outcome": "not judged"}
            continue
        for bound in known:
            found[key("flood_channel", name, bound.what)] = said(floods, bound, years, event)
        if warning is not None and event is None:
            found[key("flood_channel", name, warning.what)] = said(floods, warning, None, None)
    return found


def flood_levee(floods: Floods, standard: dict[str, Any]) -> dict[str, Said]:
    """Return levels at levees against their crests less freeboard."""
    found: dict[str, Said] = {}
    for dimension, crest in (("node", "crest_level"), ("reach", "reach_crest_level")):
        for item, name in enumerate(floods.names(dimension)):
            banked = floods.values[f"{dimension}_is_embanked"][item]
            if standard["places"] is not None and name not in standard["places"]:
                continue
            if not banked or math.isnan(floods.number(crest, item)):
                continue
            years = standard["return_periods"].get(name) or floods.of_zones(name)
            event = standard["events"].get(name)
            less = standard["freeboard"]
            if less is None:
                less = next((f for least, f in FREEBOARD if years and years >= least), 0.0)
            judged = by_name(floods, name, event)
            bound = stage(floods, name, "crest", judged, less)
            if bound is None:
                bound = peak_flow(floods, name, "safe discharge of the levee", judged)
            if bound is not None:
                found[key("flood_levee", name, bound.what)] = said(floods, bound, years, event)
    return found


def flood_basin(floods: Floods, standard: dict[str, Any]) -> dict[str, Said]:
    """Return the most water in detention basins against what they hold."""
    found: dict[str, Said] = {}
    for name in standard["basins"] or floods.names("basin"):
        bound = _basin(floods, name, by_name(floods, name, standard["events"].get(name)))
        years = standard["return_periods"].get(name) or floods.of_zones(name)
        event = standard["events"].get(name)
        found[key("flood_basin", name, bound.what)] = said(floods, bound, years, event)
    return found


def _basin(floods: Floods, name: str, judged: np.ndarray | None = None) -> Bound:
    item = floods.names("basin").index(name)
    most = floods.number("basin_capacity", item)
    held = floods.peaks("basin_peak_storage", item)
    judged = floods.own("basin", item) if judged is None else judged
    full, none = held >= most * (1 - 1e-9), np.zeros(held.size)
    return Bound(name, "storage of the basin", "m3", most, held, judged, full, none, None, None,
                 most - held)  # fmt: skip


def flood_zone(floods: Floods, standard: dict[str, Any]) -> dict[str, Said]:
    """Return the least return period that the works of a chain stand."""
    protects = json.loads(floods.attrs.get("protects") or "{}")
    chain = list(standard["protects"])
    chain += sorted(
        name for name, below in protects.items()
        if name not in chain and set(below) & set(standard["protects"])
    )  # fmt: skip
    bounds = [_member(floods, name) for name in chain]
    stands = [standing(floods, bound) for bound in bounds]
    least = min(range(len(bounds)), key=lambda k: stands[k][1])
    held, fails, answer = stands[least]
    years = _years_of_zone(standard)
    title = standard["title"] or standard["name"]
    title = title["en"] if isinstance(title, dict) else " ".join(title.split("_"))
    place = key("flood_zone", title.lower(), "return period of the chain")
    if years is None:
        return {place: {"outcome": "not judged", "reached": answer}}
    bound = bounds[least]
    asked = [i for i in np.flatnonzero(bound.judged) if np.isclose(floods.years[i], years)]
    flood = max(asked, key=lambda i: (bound.value[i], bound.over[i]))
    highest = floods.years[np.flatnonzero(bound.judged)].max()
    return {
        place: {
            "outcome": "fail" if fails <= years else "pass",
            "achieved": float(highest) if math.isinf(held) else held,
            "reached": answer,
            "level": at(bound.level, flood),
            "flow": at(bound.flow, flood),
            "volume": at(bound.volume, flood),
        }
    }


def _years_of_zone(standard: dict[str, Any]) -> float | None:
    if standard["return_period"] is not None:
        return standard["return_period"]
    given = standard.get("flood_class") or standard.get("class")
    if standard["kind"] == "industry":
        sizes = dict(zip(CLASSES, PLANTS.values(), strict=True))
        return sizes[given] if given else PLANTS.get(standard["size"])
    rows = ZONES[standard["kind"]]
    if given:
        return rows[CLASSES.index(given)][2]
    people = standard["population"]
    other = standard["economy"] if standard["kind"] == "urban" else standard["farmland"]
    unit = 1e4 if standard["kind"] == "urban" else 1e8 / 15
    for persons, more, years in rows:
        if (people is not None and people >= persons * 1e4) or (
            other is not None and other >= more * unit
        ):
            return years
    return None


def _member(floods: Floods, name: str) -> Bound:
    """Return the bound by which a work protects: the first that it has."""
    dimension, item = floods.place(name)  # type: ignore[misc]
    if dimension == "basin":
        return _basin(floods, name)
    store = floods.values[f"{dimension}_is_store"][item]
    for kind in str(floods.values[f"{dimension}_flood_bounds"][item]).split():
        if kind == "safe_discharge":
            bound = peak_flow(floods, name)
        else:
            bound = store_level(floods, name, kind) if store else stage(floods, name, kind)
        if bound is not None:
            return bound
    raise ValueError(name)


def flood_peak(floods: Floods, standard: dict[str, Any]) -> dict[str, Said]:
    """Return outflow peaks of stores behind their start in percent of inflow peaks."""
    dams = [n for n, dam in zip(floods.names("node"), floods.values["node_is_dam"], strict=True)
            if dam]  # fmt: skip
    found: dict[str, Said] = {}
    for name in standard["stores"] or dams:
        item = floods.names("node").index(name)
        came, more = floods.peaks("peak_inflow", item), floods.peaks("peak_increase", item)
        there = [i for i in range(came.size) if came[i] > 0]
        place = key("flood_peak", name, "outflow peak of inflow peak")
        if not there:
            found[place] = {"outcome": "not judged"}
            continue
        worst = max(there, key=lambda i: more[i] / came[i])
        made = any(more[i] > 0 for i in there)
        found[place] = {
            "outcome": "fail" if made else "pass",
            "achieved": 100 * (1 + more[worst] / came[worst]),
            "flow": -more[worst] if made else None,
        }
    return found
