"""Speed of the flood engine: nanoseconds a node-step in networks of 50 nodes.

    python benchmarks/flood.py [--json FILE] [--smoke]

Times are processor time of one thread over whole events, by step of the flood block whatever the
parts in which it is routed, beside a floor that moves the same flows
through the same order and solves each store by one look into a table, without gates, bounds,
records or proofs. Both are interleaved; the load of the machine is told.
"""

import argparse
import datetime
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:] = [place for place in sys.path if Path(place).resolve() != ROOT / "benchmarks"]
sys.path.append(str(ROOT))  # last: hydrosim is the one that is installed

import numba
import numpy as np

import hydrosim
from benchmarks.peers.environments import describe_machine, describe_version
from hydrosim.config.load import config_from_text
from hydrosim.flood.build import FloodModel, build_flood_model
from hydrosim.flood.events import Event
from hydrosim.flood.memory import event_arrays, open_record, open_scratch
from hydrosim.flood.simulation import flood_work
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


def events_of(model: FloodModel, count: int, steps: int, smallest: float = 0.3) -> list[Event]:
    """Return floods of growing size that enter at every third node, a wave every 720 h."""
    hours = np.arange(steps + 1.0)
    length = min(steps, STEPS)
    wave = 10.0 + 600.0 * np.exp(-(((hours % length - 0.3 * length) / (0.06 * length)) ** 2))
    places = [name for name in model.elements if name != "sea"][::3]
    start = np.datetime64("2001-07-15", "s")
    return [
        Event.from_points(f"e{i}", start, {p: wave * (smallest + 0.2 * i) for p in places})
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


NETWORKS = {
    "reaches": network(0, False),
    "mixed_free": network(10, False),
    "mixed_gated": network(10, True),
    "stores_free": network(NODES - 1, False),
    "stores_gated": network(NODES - 1, True),
}


class Case(NamedTuple):
    """A network with its floods, ready for the kernel."""

    model: FloodModel
    events: list[Event]
    data: Any
    dates: Any
    memory: tuple[Any, Any]

    def route(self, keep_series: bool) -> tuple[Any, float]:
        """Route all floods once; return what the kernel wrote and its processor time [s].

        Raises
        ------
        RuntimeError
            If an event failed.
        """
        record = open_record(self.model, self.data, keep_series)
        steps = (0, self.data.limit_m3.shape[0] - 1)
        constants = (self.model, self.data, self.dates)
        work = flood_work(*constants, record, *self.memory, steps, self.model.needs_local)
        before = time.thread_time()
        state = route_events(work.address, 0, len(self.events))
        spent = time.thread_time() - before
        if state != c.FINE:
            message = "an event failed"
            raise RuntimeError(message)
        return record, spent


def build_case(text: dict[str, Any], steps: int, count: int, smallest: float = 0.3) -> Case:
    """Return the arrays of a network and of some floods."""
    model = build_flood_model(config_from_text(json.dumps(text)))
    given = events_of(model, count, steps, smallest)
    events = [event.refined(model.dt_s, model.every) for event in given]
    dates = timeline(model, events[0].start, events[0].steps)
    data = event_arrays(model, events, dates, np.tile(model.first_set[:-1], (count, 1)))
    return Case(model, events, data, dates, open_scratch(model, data, dates))


def run_case(case: Case, keep_series: bool = True) -> float:
    """Route all floods once; return the processor time [s]."""
    return case.route(keep_series)[1]


def peak_at_sea(case: Case) -> float:
    """Return the largest flow that arrives at the outlet in the first flood [m3/s]."""
    record, _ = case.route(False)
    return float(record.summary[0, c.HIGHEST_IN, case.model.place("sea")])


def run_floor(case: Case) -> float:
    """Move the same flows by the floor kernel; return the processor time [s]."""
    model, data = case.model, case.data
    reaches = max(len(model.reaches), 1)
    weights = np.array([0.1, 0.5, 0.4])
    spent = 0.0
    for i in range(len(case.events)):
        state = np.zeros((reaches, 2)), np.zeros(len(model.elements))
        before = time.thread_time()
        floor(
            model.dt_s, model.parts.elements, model.parts.pools, data.source_mean_m3s[i],
            data.source_element, weights, data.start_m3[i].copy(), *state,
        )  # fmt: skip
        spent += time.thread_time() - before
    return spent


def measure(name: str, sizes: tuple[int, int], repeats: int) -> dict[str, Any]:
    """Return times of one network in nanoseconds a node-step, engine and floor by turns."""
    steps, count = sizes
    case = build_case(NETWORKS[name], steps, count)
    per_step = 1e9 / (len(case.model.elements) * steps * count)
    times: dict[str, list[float]] = {"series": [], "peaks": [], "floor": []}
    for _ in range(repeats + 1):
        times["series"].append(run_case(case, True) * per_step)
        times["peaks"].append(run_case(case, False) * per_step)
        times["floor"].append(run_floor(case) * per_step)
    result: dict[str, Any] = {
        "network": name,
        "nodes": len(case.model.elements),
        "stores": len(case.model.pools),
        "reaches": len(case.model.reaches),
        "steps": steps,
        "events": count,
    }
    for key, values in times.items():
        result[f"ns_{key}"] = float(np.median(values[1:]))
        result[f"ns_{key}_min"] = float(np.min(values[1:]))
    ratios = np.divide(times["series"][1:], times["floor"][1:])
    result["to_floor"] = [float(value) for value in np.quantile(ratios, (0.5, 0.0, 1.0))]
    return result


def figures(smoke: bool = False, repeats: int = 15) -> dict[str, Any]:
    """Measure all networks."""
    sizes = (48, 1) if smoke else (STEPS, EVENTS)
    loads = [os.getloadavg()[0]]
    results = []
    for name in NETWORKS:
        results.append(measure(name, sizes, 1 if smoke else repeats))
        loads.append(os.getloadavg()[0])
    return {
        "date": datetime.date.today().isoformat(),
        "machine": describe_machine(),
        "version": describe_version(hydrosim.__version__),
        "numba": numba.__version__,
        "load": loads,
        "results": results,
    }


def rows_of(report: dict[str, Any]) -> list[list[str]]:
    """Return the table of a report, its heads first."""
    rows = [["network", "stores", "reaches", "with series", "peaks only", "floor", "to floor"]]
    for r in report["results"]:
        cells = [r["network"], str(r["stores"]), str(r["reaches"])]
        cells += [
            f"{r[f'ns_{key}']:.1f} ({r[f'ns_{key}_min']:.1f})"
            for key in ("series", "peaks", "floor")
        ]
        middle, low, high = r["to_floor"]
        rows.append([*cells, f"{middle:.1f} ({low:.1f}-{high:.1f})"])
    return rows


def main(arguments: list[str]) -> dict[str, Any]:
    """Measure, write the table, return all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="file for all figures")
    parser.add_argument("--smoke", action="store_true", help="tiny runs, one round")
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args(arguments)
    report = figures(options.smoke, options.repeats)
    low, high = min(report["load"]), max(report["load"])
    lines = [f"load {low:.1f} to {high:.1f}; nanoseconds a node-step, median (least)"]
    lines += ["".join(f"{cell:>16}" for cell in row) for row in rows_of(report)]
    sys.stdout.write("\n".join(lines) + "\n")
    if options.json:
        options.json.write_text(json.dumps(report, indent=1), encoding="utf-8")
    return report


if __name__ == "__main__":
    main(sys.argv[1:])
