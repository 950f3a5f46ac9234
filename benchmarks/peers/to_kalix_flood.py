"""The networks of the flood benchmark as model files of Kalix.

Kalix steps by days; a step of the flood stands for one of them, so volumes are in ML and flows in
ML a step. A store is a storage node whose spill is the weir's rating at the breakpoints of both
tables, a reach a routing node with the sub-reaches, travel time and weighting that hydrosim chose,
a junction a gauge; each inflow is a node of its own in front of its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hydrosim.flood.build import FloodModel
    from hydrosim.flood.events import Event

FILE = "inflow_flood.csv"
ML_M3 = 1000.0
MOST_ML = 1e9


def build_flood(model: FloodModel, network: Mapping[str, Any], event: Event) -> str:
    """Return the model file of a network without gates.

    Raises
    ------
    ValueError
        For a reach that is not a plain Muskingum reach, or a store with a gate.
    """
    per_m3s = model.dt_s / ML_M3
    below = {link["from"]: link["to"] for link in network["links"]}
    parts = ["[kalix]", "", "[data]", FILE, ""]
    for place in sorted(event.mean_m3s):
        series = f"data.{FILE.replace('.', '_')}.by_name.{place}"
        parts += _node(f"in_{place}", "inflow", inflow=series, ds_1=place)
    for name, target in below.items():
        if name in model.pools:
            parts += _store(model, name, target, per_m3s)
        elif name in model.reaches:
            parts += _reach(model, name, target)
        else:
            parts += _node(name, "gauge", ds_1=target)
    last = next(name for name, target in below.items() if target == "sea")
    parts += [*_node("sea", "blackhole"), "[outputs]", f"node.{last}.dsflow"]
    return "\n".join(parts) + "\n"


def inflow_table(model: FloodModel, event: Event) -> str:
    """Return the data file: mean inflow of each step in ML."""
    places = sorted(event.mean_m3s)
    steps = np.datetime64("1900-01-01") + np.arange(event.steps)
    columns = [event.mean_m3s[place] * (model.dt_s / ML_M3) for place in places]
    rows = [",".join(["date", *places])]
    rows += [
        ",".join([str(day), *(repr(float(column[t])) for column in columns)])
        for t, day in enumerate(steps)
    ]
    return "\n".join(rows) + "\n"


def _node(name: str, kind: str, **keys: str) -> list[str]:
    told = [f"{key} = {value}" for key, value in keys.items()]
    return [f"[node.{name}]", "loc = 0, 0", f"type = {kind}", *told, ""]


def _store(model: FloodModel, name: str, target: str, per_m3s: float) -> list[str]:
    pool = model.builder.pools[name]
    if pool.gated:
        message = f"{name} has a gate"
        raise ValueError(message)
    curve, (weir,) = pool.curve, pool.ways
    levels = np.union1d(curve.level_m, weir.level_m)
    stored = np.interp(levels, curve.level_m, curve.storage_m3) / ML_M3
    spill = np.interp(levels, weir.level_m, weir.flow_m3s, left=0.0) * per_m3s
    rows = [f"{z}, {v}, 0, {q}" for z, v, q in zip(levels, stored, spill, strict=True)]
    start = float(np.interp(pool.levels["normal"], curve.level_m, curve.storage_m3)) / ML_M3
    keys = {"initial_volume": str(start), "dimensions": ", ".join(rows), "ds_1": target}
    return _node(name, "storage", **keys)


def _reach(model: FloodModel, name: str, target: str) -> list[str]:
    routing = model.routings[model.first_set[model.reaches.index(name)]]
    if routing.kind != "muskingum" or routing.lag:
        message = f"{name} is not a plain Muskingum reach"
        raise ValueError(message)
    time = routing.travel_s / model.dt_s
    keys = {
        "n_divs": str(routing.count),
        "x": str(routing.part[1]),
        "pwl": f"0, {time}, {MOST_ML}, {time}",
        "ds_1": target,
    }
    return _node(name, "routing", **keys)
