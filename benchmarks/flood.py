"""Speed of the flood engine: nanoseconds a node-step in networks of 50 nodes.

    python benchmarks/flood.py [--json FILE] [--smoke]

Times are processor time of one thread over whole events, beside a floor that moves the same flows
through the same order and solves each store by one look into a table, without gates, bounds,
records or proofs. Both are interleaved; the load of the machine is told.
"""

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any

import numba
import numpy as np

from hydrosim.config.load import config_from_text
from hydrosim.flood.build import FloodModel, build_flood_model
from hydrosim.flood.events import Event
from hydrosim.flood.simulation import _event_arrays, _record, _scratch
from hydrosim.flood.timeline import timeline
from hydrosim.kernels.flood import codes as c
from hydrosim.kernels.flood.route import route_events

NODES = 50
STEPS = 720
EVENTS = 8
CURVE = {"level": ["100 m", "110 m", "120 m", "130 m"], "storage": ["0 m3", "20 Mm3", "60 Mm3",
         "140 Mm3"]}  # fmt: skip
WEIR = {"level": ["108 m", "112 m", "118 m", "126 m"], "flow": ["0 m3/s", "120 m3/s", "700 m3/s",
        "2500 m3/s"]}  # fmt: skip
BANDS = [{"up_to": "114 m", "cap": "150 m3/s"}, {"up_to": "118 m", "cap": "400 m3/s"}]


def network(stores: int, gated: bool) -> dict[str, Any]:
    """Return a tree of 50 nodes: stores, reaches and junctions by turns, down to one outlet."""
    nodes: dict[str, Any] = {"sea": {"type": "outlet"}}
    links = []
    for number in range(NODES - 1):
        name = f"n{number:02d}"
        if number < stores:
            outlet = {"name": "weir", "kind": "free", "rating": WEIR}
            nodes[name] = {
                "type": "reservoir",
                "storage_curve": CURVE,
                "levels": {"dead": "101 m", "normal": "108 m", "flood_control": "122 m"},
                "initial": "50 %",
                "outlets": [outlet],
            }
            if gated:
                nodes[name]["outlets"].append({"name": "gate", "capacity": "800 m3/s"})
                nodes[name]["release_bands"] = BANDS
        elif number % 4 == 3:
            nodes[name] = {"type": "junction"}
        else:
            nodes[name] = {"type": "reach", "muskingum": {"k": "3 h", "x": 0.25}}
        below = min(2 * number + 25, NODES - 1) if number < 12 else number + 1
        end = "sea" if below >= NODES - 1 else f"n{below:02d}"
        links.append({"from": name, "to": end, "type": "river"})
    return {
        "hydrosim": 1,
        "period": {"start": "2001-01-01", "end": "2001-12-31"},
        "ladder": ["storage"],
        "nodes": nodes,
        "links": links,
        "flood": {"events": {}},
    }


def events_of(model: FloodModel, count: int, steps: int) -> list[Event]:
    """Return floods of growing size that enter at every third node."""
    hours = np.arange(steps + 1.0)
    wave = 10.0 + 600.0 * np.exp(-(((hours - 0.3 * steps) / (0.06 * steps)) ** 2))
    places = [name for name in model.elements if name != "sea"][::3]
    start = np.datetime64("2001-07-15", "s")
    return [
        Event.from_points(f"e{i}", start, {p: wave * (0.3 + 0.2 * i) for p in places})
        for i in range(count)
    ]


@numba.njit(error_model="numpy", nogil=True)
def floor(dt_s, elements, pools, source, element, weights, storage, state, means):  # type: ignore[no-untyped-def]
    """Move the flows of all steps: one table look-up a store, three products a reach."""
    total = 0.0
    for step in range(source.shape[0]):
        means[:] = 0.0
        for s in range(element.size):
            means[element[s]] += source[step, s]
        for e in range(elements.gain.size):
            flow = means[e]
            if elements.plan[e, 0] == 2:
                p = elements.plan[e, 1]
                low = pools.first[p]
                high = pools.first[p + 1]
                wanted = storage[p] + dt_s * flow
                j = low
                while j < high - 2 and pools.table[j + 1, 1] <= wanted:
                    j += 1
                table = pools.table
                after = table[j, 0] + (wanted - table[j, 1]) * table[j, 4]
                out = table[j, 7] + (after - table[j, 0]) * table[j, 8]
                storage[p] += dt_s * (flow - out)
                flow = out
            elif elements.plan[e, 0] == 1:
                r = elements.plan[e, 1]
                out = weights[0] * flow + weights[1] * state[r, 0] + weights[2] * state[r, 1]
                state[r, 0] = flow
                state[r, 1] = out
                flow = out
            if elements.plan[e, 2] >= 0:
                means[elements.plan[e, 2]] += flow
            total += flow
    return total


def measure(
    name: str, text: dict[str, Any], sizes: tuple[int, int], repeats: int
) -> dict[str, Any]:
    """Return times of one network, with and without kept series."""
    steps, count = sizes
    model = build_flood_model(config_from_text(json.dumps(text)))
    events = events_of(model, count, steps)
    dates = timeline(model, events[0].start, steps)
    data = _event_arrays(model, events, dates, np.tile(model.first_set[:-1], (count, 1)))
    joint, scratch = _scratch(model, data, dates)
    node_steps = len(model.elements) * steps * count
    times: dict[str, list[float]] = {"series": [], "peaks": [], "floor": []}
    reaches = max(len(model.reaches), 1)
    for _ in range(repeats + 1):
        for key in ("series", "peaks"):
            record = _record(model, data, key == "series")
            before = time.thread_time()
            state = route_events(
                0, count, model.needs_local, *model.parts, dates.rules, model.groups, data, record,
                joint, scratch,
            )  # fmt: skip
            times[key].append((time.thread_time() - before) / node_steps * 1e9)
            if state != c.FINE:
                message = f"{name}: an event failed"
                raise RuntimeError(message)
        before = time.thread_time()
        for i in range(count):
            floor(
                model.dt_s, model.parts[0], model.parts[2], data.source_mean_m3s[i],
                data.source_element, np.array([0.1, 0.5, 0.4]), data.start_m3[i].copy(),
                np.zeros((reaches, 2)), np.zeros(len(model.elements)),
            )  # fmt: skip
        times["floor"].append((time.thread_time() - before) / node_steps * 1e9)
    result: dict[str, Any] = {
        "network": name,
        "nodes": len(model.elements),
        "stores": len(model.pools),
        "reaches": len(model.reaches),
        "steps": steps,
        "events": count,
    }
    for key, values in times.items():
        result[f"ns_{key}"] = float(np.median(values[1:]))
        result[f"ns_{key}_min"] = float(np.min(values[1:]))
    return result


def main(arguments: list[str]) -> dict[str, Any]:
    """Measure, write the table, return all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args(arguments)
    sizes = (48, 1) if options.smoke else (STEPS, EVENTS)
    repeats = 1 if options.smoke else options.repeats
    networks = {
        "reaches": network(0, False),
        "mixed_free": network(10, False),
        "mixed_gated": network(10, True),
        "stores": network(NODES - 1, True),
    }
    report = {
        "machine": platform.processor() or platform.machine(),
        "load": os.getloadavg(),
        "numba": numba.__version__,
        "results": [measure(name, text, sizes, repeats) for name, text in networks.items()],
    }
    lines = [f"load {report['load'][0]:.1f}; nanoseconds a node-step, median (least)"]
    heads = ("network", "stores", "reaches", "with series", "peaks only", "floor")
    lines.append("".join(f"{head:>16}" for head in heads))
    for r in report["results"]:
        cells = [r["network"], str(r["stores"]), str(r["reaches"])]
        cells += [
            f"{r[f'ns_{key}']:.1f} ({r[f'ns_{key}_min']:.1f})"
            for key in ("series", "peaks", "floor")
        ]
        lines.append("".join(f"{cell:>16}" for cell in cells))
    sys.stdout.write("\n".join(lines) + "\n")
    if options.json:
        options.json.write_text(json.dumps(report, indent=1), encoding="utf-8")
    return report


if __name__ == "__main__":
    main(sys.argv[1:])
