"""One session: cases written to files, runs of all peers in turn, agreement of results."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.peers.environments import PEERS, Process, cache_root
from benchmarks.peers.own import Case, build_case, repeat_days, run_case
from benchmarks.peers.spec import NETWORKS, START, FloatArray, Network, build_inflow, classes
from benchmarks.peers.to_hydrosim import build_config
from benchmarks.peers.to_kalix import FILE, build_kalix
from benchmarks.peers.to_pywr import build_pywr_1, build_pywr_2

DAYS = {
    1: {"S": 18262, "M": 18262, "L": 3650, "XL": 365},
    100: {"S": 1825, "M": 1095, "L": 240, "XL": 40},
    1000: {"S": 365, "M": 180, "L": 30, "XL": 10},
}
"""Days by number of scenarios and network; the scenario-days of a run stay alike."""
SMOKE_DAYS = {1: {"S": 60, "M": 60, "L": 20, "XL": 5}, 100: {"S": 4, "M": 4, "L": 3, "XL": 2}}
TRACED = {"S": 3650, "M": 3650, "L": 730, "XL": 200}
SMOKE_TRACED = {"S": 60, "M": 60, "L": 20, "XL": 10}

AS_IT_IS = "as it is"
SERIES = {AS_IT_IS: 1.0, "half": 0.5}
"""The water as drawn, and half of it: hardly ever short in S, M and L, and often short."""

FAIR, LEAST_COST = "hydrosim fair", "hydrosim least cost"
ONE_SCENARIO = ("highs", "kalix")
Told = Callable[[str], None]


class Key(NamedTuple):
    """What is run: a network, how many scenarios, which series."""

    network: str
    scenarios: int
    series: str

    def __str__(self) -> str:
        return f"{self.network}:{self.scenarios}:{self.series}"


@dataclass
class Result:
    """All figures of a session, as they go into the JSON file."""

    versions: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, dict[str, int]] = field(default_factory=dict)
    runs: list[dict[str, Any]] = field(default_factory=list)
    agreement: list[dict[str, Any]] = field(default_factory=list)
    load: list[float] = field(default_factory=list)


def write_case(
    network: Network, days: int, scenarios: int, folder: Path, water: float = 1.0
) -> FloatArray:
    """Write a network with its series, times `water`, for every peer; return the inflow."""
    folder.mkdir(parents=True, exist_ok=True)
    inflow = build_inflow(network, days, scenarios) * water
    np.save(folder / "inflow.npy", inflow)
    names = {
        "start": str(START),
        "sources": [source.name for source in network.sources],
        "flows": [node.name for node in (*network.gauges, *network.demands)],
        "stores": [store.name for store in network.stores],
    }
    recorded = dict.fromkeys(names["flows"], "Inflow") | dict.fromkeys(names["stores"], "Volume")
    files: dict[str, Any] = {
        "names.json": names,
        "hydrosim.yaml": build_config(network, days),
        "pywr_1.json": build_pywr_1(network, days, scenarios),
        "pywr_2.json": build_pywr_2(network, days, scenarios),
        "pywr_2_trace.json": build_pywr_2(network, days, scenarios, recorded),
    }
    for name, tree in files.items():
        (folder / name).write_text(json.dumps(tree), encoding="utf-8")
    days_from_start = np.datetime64(str(START), "D") + np.arange(days)
    rows = [",".join(["date", *names["sources"]])]
    rows += [
        ",".join([str(day), *(repr(float(v)) for v in inflow[:, t, 0])])
        for t, day in enumerate(days_from_start)
    ]
    for name in ("inflow.csv", FILE):
        (folder / name).write_text("\n".join(rows) + "\n", encoding="utf-8")
    if network.name in ("M", "L"):
        (folder / "kalix.ini").write_text(build_kalix(network), encoding="utf-8")
    return inflow


def start_peers(wanted: list[str], told: Told) -> dict[str, Process]:
    """Start the runner of each wanted peer."""
    processes = {}
    for peer in PEERS:
        if peer.key in wanted:
            told(f"environment of {peer.title}")
            processes[peer.key] = Process(peer)
            processes[peer.key].start()
    return processes


def measure(
    names: list[str],
    scenarios: list[int],
    rounds: int,
    processes: dict[str, Process],
    told: Told,
    smoke: bool = False,
) -> Result:
    """Run every peer on every network in turn, round after round."""
    result = Result()
    days = SMOKE_DAYS if smoke else DAYS
    cases = {
        Key(name, count, series): _prepare(name, days[count][name], count, SERIES[series])
        for name in names
        for count in scenarios
        for series in (SERIES if count == 1 else (AS_IT_IS,))
    }
    for key, (network, own, folder) in cases.items():
        told(f"{key}: load")
        model = own[FAIR].model
        result.sizes[key.network] = {
            "nodes": len(network.nodes),
            "edges": len(network.edges),
            "rows": len(model.rows),
            "columns": len(model.columns),
            "claims": len(model.claims),
        }
        for case in own.values():
            run_case(case)  # compiled and warm
        for peer in _peers_of(processes, key):
            answer = processes[peer].ask("load", case=str(key), folder=str(folder))
            if "failure" in answer:
                result.runs.append(_row(key, peer, own[FAIR], answer))
    failed = {(run["network"], run["scenarios"], run["series"], run["peer"]) for run in result.runs}
    for number in range(rounds):
        for key, (_, own, _) in cases.items():
            told(f"round {number + 1} of {rounds}: {key}")
            result.load.append(os.getloadavg()[0])
            for peer, answer in _round(key, own, processes, number):
                if (*key, peer) not in failed:
                    result.runs.append(_row(key, peer, own[FAIR], answer, number))
    result.versions = {name: process.version for name, process in processes.items()}
    return result


def _peers_of(processes: dict[str, Process], key: Key) -> Iterator[str]:
    for peer in processes:
        rules = peer == "kalix" and key.network not in ("M", "L")
        if not rules and (key.scenarios == 1 or peer not in ONE_SCENARIO):
            yield peer


def _prepare(
    name: str, days: int, count: int, water: float = 1.0
) -> tuple[Network, dict[str, Case], Path]:
    network = NETWORKS[name]()
    folder = cache_root() / "cases" / f"{name}-{count}-{water:g}"
    inflow = write_case(network, days, count, folder, water)
    own = {
        title: build_case(network, folder, inflow, least_cost)
        for title, least_cost in ((FAIR, False), (LEAST_COST, True))
    }
    return network, own, folder


def _round(
    key: Key, own: dict[str, Case], processes: dict[str, Process], number: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Run each once, the order turned by one place from round to round."""
    order = [*own, *_peers_of(processes, key)]
    turn = number % len(order)
    for peer in [*order[turn:], *order[:turn]]:
        if peer in own:
            yield peer, run_case(own[peer])
        else:
            yield peer, processes[peer].ask("run", case=str(key))


def _row(
    key: Key, peer: str, case: Case, answer: dict[str, Any], number: int = -1
) -> dict[str, Any]:
    steps = case.inflow.shape[1] * key.scenarios
    row: dict[str, Any] = {**key._asdict(), "peer": peer, "round": number}
    if "failure" in answer:
        return {**row, "failure": answer["failure"]}
    row |= {"steps": steps, "ns": answer["processor_s"] / steps * 1e9}
    row["wall_ns"] = answer["wall_s"] / steps * 1e9
    for name, count in answer.get("counters", {}).items():
        row[name] = count / steps
    return row


def compare(
    names: list[str], processes: dict[str, Process], told: Told, smoke: bool = False
) -> list[dict[str, Any]]:
    """Compare class totals day by day, each day from the storages with which the peer began it.

    Totals are in water taken from the network (behind a plant a unit used is 1.04 units taken):
    in that measure they do not depend on who of a class is served. The difference is relative to
    the class's largest total.
    """
    found: list[dict[str, Any]] = []
    for name in names:
        for series, water in SERIES.items():
            told(f"{name}, {series}: agreement")
            days = (SMOKE_TRACED if smoke else TRACED)[name]
            prepared = _prepare(name, days, 1, water)
            rows = _compare_one(*prepared, processes)
            found += [{**row, "series": series} for row in rows]
    return found


def _compare_one(
    network: Network, own: dict[str, Case], folder: Path, processes: dict[str, Process]
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    traces: dict[str, dict[str, FloatArray]] = {}
    for key in ("pywr_1", "pywr_2", "highs"):
        if key in processes:
            answer = processes[key].ask("trace", case=f"{network.name}:trace", folder=str(folder))
            if "failure" in answer:
                failure = {"network": network.name, "peer": key, "failure": answer["failure"]}
                found.append(failure)
            else:
                traces[key] = read_trace(network, folder / answer["file"])
    for key, trace in traces.items():
        storage = np.array([trace[store.name] for store in network.stores])
        for title, case in own.items():
            repeated, short = repeat_days(case, storage)
            rows = differences(network, key, title, trace, repeated)
            found += [{**row, "short_share": short} for row in rows]
    for key in list(traces)[1:]:
        first = next(iter(traces))
        found += differences(network, key, first, traces[key], traces[first])
    return found


def read_trace(network: Network, file: Path) -> dict[str, FloatArray]:
    """Return each claim of a peer by day; of a gauge only what it asks for."""
    kept = np.load(file)
    gauges = {gauge.name: gauge.flow for gauge in network.gauges}
    flows = [node.name for node in (*network.gauges, *network.demands)]
    stores = [store.name for store in network.stores]
    trace = dict(zip([*flows, *stores], [*kept["flow"], *kept["storage"]], strict=True))
    return {name: np.minimum(v, gauges.get(name, np.inf)) for name, v in trace.items()}


def differences(
    network: Network,
    peer: str,
    other: str,
    trace: dict[str, FloatArray],
    repeated: dict[str, FloatArray],
) -> list[dict[str, Any]]:
    """Return the largest difference of each class's total, and of a single claim."""
    rows = []
    for line, members in classes(network).items():
        weight = np.array([network.taken(n) if line.startswith("demand") else 1.0 for n in members])
        one = np.array([trace[name] for name in members])
        two = np.array([repeated[name] for name in members])
        totals = weight @ one, weight @ two
        scale = max(float(np.max(totals[0])), 1e-300)
        rows.append(
            {
                "network": network.name,
                "peer": peer,
                "against": other,
                "class": line,
                "days": one.shape[1],
                "largest": float(np.max(np.abs(totals[0] - totals[1]))) / scale,
                "mean": float(np.mean(np.abs(totals[0] - totals[1]))) / scale,
                "largest_of_one": float(np.max(np.abs(one - two))) / float(np.max(one)),
            }
        )
    return rows
