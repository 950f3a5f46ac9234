"""Random small flood networks: stores with gates and weirs, reaches, sections with basins."""

from __future__ import annotations

import numpy as np

from tests.flood.small import flood_config

STEPS = 40
KINDS = ("reservoir", "reservoir", "reach", "reach", "junction", "control_section", "lake")


def m3s(number):
    return f"{number:.6g} m3/s"


def random_store(rng, kind, below, others):
    area = rng.uniform(2, 30)
    curve = np.cumsum([0.0, *(area * rng.uniform(0.7, 1.6, 3))])
    levels = [100.0, 105.0, 112.0, 121.0]
    node = {
        "type": kind,
        "storage_curve": {
            "level": [f"{z} m" for z in levels],
            "storage": [f"{v:.6g} Mm3" for v in curve * 4],
        },
        "levels": {"dead": "101 m", "normal": "108 m"},
        "initial": "40 %",
        "outlets": [],
    }
    for number in range(rng.integers(1, 3)):
        gate = {"name": f"gate_{number}", "sill": f"{rng.uniform(101, 104):.4g} m"}
        gate["capacity"] = m3s(rng.uniform(100, 900))
        if others and rng.random() < 0.3:
            gate["to"] = str(rng.choice(others))
        node["outlets"].append(gate)
    if rng.random() < 0.5:
        weir = {"level": ["109 m", "113 m", "118 m"], "flow": ["0 m3/s", "200 m3/s", "900 m3/s"]}
        node["outlets"].append({"name": "weir", "kind": "free", "rating": weir})
    if rng.random() < 0.25:
        node["outlets"] = [one for one in node["outlets"] if one.get("kind") == "free"] or node[
            "outlets"
        ]
    if rng.random() < 0.6:
        caps = np.sort(rng.uniform(30, 600, 2))
        node["release_bands"] = [
            {"up_to": "110 m", "cap": m3s(caps[0])},
            {"up_to": "114 m", "cap": "inflow" if rng.random() < 0.3 else m3s(caps[1])},
        ]
    if rng.random() < 0.6:
        node["levels"]["flood_control"] = f"{rng.uniform(112, 118):.4g} m"
    if kind == "reservoir" and rng.random() < 0.4:
        node["release_change"] = f"{rng.uniform(5, 120):.4g} m3/s/h"
    operation = {"artificial_peak": bool(rng.random() < 0.3)}
    if rng.random() < 0.3:
        operation["refill"] = {"level": "109 m", "below": m3s(rng.uniform(50, 300))}
    if rng.random() < 0.3:
        operation["release"] = m3s(rng.uniform(0, 400))
    if rng.random() < 0.3:
        node["levels"]["crest"] = "120 m"
        operation["crest"] = {"length": f"{rng.uniform(20, 300):.4g} m"}
    node["flood_operation"] = operation
    del below
    return node


def random_reach(rng):
    node = {"type": "reach", "loss": f"{rng.uniform(0, 20):.3g} %"}
    if rng.random() < 0.5:
        node["flood_loss"] = m3s(rng.uniform(1, 30))
    if rng.random() < 0.4:
        return {**node, "travel_time": f"{rng.uniform(0, 9):.3g} h"}
    x = rng.uniform(0.05, 0.45)
    sizes = [{"k": f"{rng.uniform(2, 9):.3g} h", "x": float(f"{x:.3g}"), "up_to": m3s(200)}]
    sizes.append({"k": f"{rng.uniform(2, 6):.3g} h", "x": float(f"{x:.3g}")})
    return {**node, "muskingum": sizes}


def random_basin(rng, section, kind, target):
    trigger = {"level": f"{rng.uniform(109, 114):.4g} m"}
    if kind == "control_section":
        trigger = {"discharge": m3s(rng.uniform(50, 400))}
    node = {
        "type": "detention_basin",
        "section": section,
        "trigger": trigger,
        "capacity": f"{rng.uniform(0.5, 20):.4g} Mm3",
        "order": int(rng.integers(1, 4)),
        "inlet": {"kind": "gate", "capacity": m3s(rng.uniform(20, 500))},
    }
    if rng.random() < 0.7:
        node["drain"] = {"to": target, "capacity": m3s(rng.uniform(5, 100))}
    return node


def wave(rng, steps=STEPS):
    time = np.arange(steps + 1)
    peak, at, width = rng.uniform(50, 1500), rng.uniform(5, 25), rng.uniform(2, 9)
    return rng.uniform(0, 40) + peak * np.exp(-(((time - at) / width) ** 2))


def random_flood(seed, steps=STEPS, **flood):
    """Configuration of a random network with one event; the same for the same seed."""
    rng = np.random.default_rng(seed)
    names = [f"n{i}" for i in range(rng.integers(2, 8))]
    order = list(rng.permutation(names))
    nodes, rivers, inflows = {}, [], {}
    for place, name in enumerate(order):
        later = [*order[place + 1 :], "sea"]
        kind, below = str(rng.choice(KINDS)), str(rng.choice(later[:3]))
        if kind in ("reservoir", "lake"):
            nodes[name] = random_store(rng, kind, below, [one for one in later if one != below])
        elif kind == "reach":
            nodes[name] = random_reach(rng)
        else:
            nodes[name] = {"type": kind}
        ends = {"from": name, "to": below, "type": "river"}
        loss = {"loss": f"{rng.uniform(0, 5):.3g} %"} if rng.random() < 0.3 else {}
        rivers.append({**ends, **loss})
        for outlet in nodes[name].get("outlets", ()):
            if "to" in outlet:
                way = {"from": name, "to": outlet["to"], "type": "canal"}
                if way not in rivers:
                    rivers.append(way)
        if place == 0 or rng.random() < 0.5:
            inflows[name] = wave(rng, steps)
        if kind in ("control_section", "lake") and rng.random() < 0.6:
            for number in range(rng.integers(1, 3)):
                target = str(rng.choice([name, *later]))
                nodes[f"{name}_b{number}"] = random_basin(rng, name, kind, target)
    draws = {n: m3s(rng.uniform(0, 30)) for n in order if nodes[n]["type"] == "reservoir"}
    keep = dict(list(draws.items())[:1])
    operation = "all_open" if rng.random() < 0.15 else "rules"
    options = {"draws": keep, "operation": operation, **flood}
    return flood_config(nodes, *rivers, inflows=inflows, **options)
