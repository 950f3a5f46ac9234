"""Speed of the allocation core on the four benchmark networks, in both modes.

    python benchmarks/core.py [--json FILE] [--smoke] [--networks S M L XL]

Times are processor time of one thread per scenario-step, beside a straight-line floor kernel that
moves the same arrays without deciding anything; runs are interleaved and the machine's load is
reported, for only ratios and counters compare between machines.
"""

import argparse
import json
import os
import platform
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:] = [place for place in sys.path if Path(place).resolve() != ROOT / "benchmarks"]
sys.path.append(str(ROOT))  # last: hydrosim is the one that is installed

import numba
import numpy as np

from benchmarks.networks import CARRY_OVER, NETWORKS, build_case, build_series
from hydrosim.kernels._book import call, floats, open_book
from hydrosim.kernels.allocation import (
    COUNTER_NAMES,
    MODE_FAIR,
    MODE_LEAST_COST,
    build_allocation_state,
    slots,
)

STEPS = {"S": 100_000, "M": 50_000, "L": 4_000, "XL": 400}
WETNESS = {"S": 1.0, "M": 1.0, "L": 1.0, "XL": 8.0}
"""Factor on all inflows; as drawn, XL would be short in 96 % of the steps."""
SMOKE_STEPS = {"S": 1000, "M": 1000, "L": 60, "XL": 6}
MODES = {"fair": MODE_FAIR, "least_cost": MODE_LEAST_COST}
PER_STEP = (
    "pivots",
    "rounds",
    "new_cuts",
    "mixed_cuts",
    "activations",
    "refactorisations",
    "fallbacks",
    "widened",
)


@numba.njit(error_model="numpy", nogil=True)
def run_steps(
    address: int,
    series: Any,
    case_rhs: Any,
    case_upper: Any,
    case_wanted: Any,
    kind: Any,
    varying: Any,
    store_row: Any,
    zone_ptr: Any,
    zone_column: Any,
    storage: Any,
    steps: int,
    solve: bool,
) -> int:
    """Run the time loop; without `solve` only the data are prepared (the floor)."""
    inflow, demand, irrigation, imports = series
    book = open_book(address)
    rhs = floats(book, slots.GIVEN_RHS)
    upper = floats(book, slots.GIVEN_UPPER)
    wanted = floats(book, slots.GIVEN_WANTED)
    fulfilment = floats(book, slots.FULFILMENT)
    x = floats(book, slots.X)
    for j in range(case_upper.size):
        upper[j] = case_upper[j]
    for k in range(case_wanted.size):
        wanted[k] = case_wanted[k]
    short = 0
    for step in range(steps):
        t = step % demand.size
        for i in range(case_rhs.size):
            rhs[i] = case_rhs[i] + inflow[t, i]
        for r in range(store_row.size):
            rhs[store_row[r]] += storage[r] * CARRY_OVER
        for k in range(case_wanted.size):
            if kind[k] == 2:
                wanted[k] = case_wanted[k] * demand[t]
            elif kind[k] == 3:
                wanted[k] = case_wanted[k] * irrigation[t]
        for v in range(varying.size):
            upper[varying[v]] = case_upper[varying[v]] * imports[t]
        if solve:
            if call(book, slots.SOLVE_STEP, 0, 0) != 0:
                return -1
            for k in range(case_wanted.size):
                if kind[k] > 0 and fulfilment[k] < 1.0 - 1e-9:
                    short += 1
                    break
        for r in range(store_row.size):
            total = 0.0
            for z in range(zone_ptr[r], zone_ptr[r + 1]):
                total += x[zone_column[z]]
            storage[r] = total
    return short


def run_case(case: Any, series: Any, steps: int, solve: bool = True) -> tuple[float, Any, int]:
    """Return processor time [s], solver state and short steps of one run from an empty solver."""
    state = build_allocation_state(case.model)
    storage = case.storage_start.copy()
    arrays = (case.rhs, case.upper, case.wanted, case.claim_kind, case.varying)
    stores = (case.store_row, case.zone_ptr, case.zone_column, storage)
    before = time.thread_time()
    short = run_steps(state.address, series, *arrays, *stores, steps, solve)
    seconds = time.thread_time() - before
    if short < 0:
        message = f"{case.name}: a step failed"
        raise RuntimeError(message)
    return seconds, state, short


def measure(name: str, mode: str, steps: int, repeats: int) -> dict[str, Any]:
    """Return times and counters of one network in one mode."""
    case = build_case(name, NETWORKS[name](), mode=MODES[mode])
    series = build_series(case, max(steps, 365), wetness=WETNESS[name])
    times, floors = [], []
    for _ in range(repeats):
        floors.append(run_case(case, series, steps, solve=False)[0] / steps * 1e9)
        seconds, state, short = run_case(case, series, steps)
        times.append(seconds / steps * 1e9)
    counters = dict(zip(COUNTER_NAMES, state.counters.tolist(), strict=True))
    result: dict[str, Any] = {
        "network": name,
        "mode": mode,
        "rows": case.model.rows,
        "columns": case.model.columns,
        "claims": case.model.claims,
        "steps": steps,
        "ns_min": min(times),
        "ns_median": float(np.median(times)),
        "ns_floor": float(np.median(floors)),
        "short_share": short / steps,
        "quiet_share": counters["quiet_steps"] / steps,
        "largest_overshoot_m3": counters["largest_overshoot_m3"],
        "state_kib": state.size_kib,
    }
    for key in PER_STEP:
        result[key] = counters[key] / steps
    return result


def compare_threads(name: str, steps: int, repeats: int) -> dict[str, float]:
    """Return the processor time of a scenario-step alone and beside a second thread [ns]."""
    case = build_case(name, NETWORKS[name]())
    series = build_series(case, max(steps, 365), wetness=WETNESS[name])
    alone, beside = [], []
    with ThreadPoolExecutor(2) as pool:
        for _ in range(repeats):
            alone.append(run_case(case, series, steps)[0])
            runs = [pool.submit(run_case, case, series, steps) for _ in range(2)]
            beside.append(sum(run.result()[0] for run in runs) / 2)
    ratio = float(np.median(np.array(beside) / np.array(alone)))
    return {"alone": min(alone) / steps * 1e9, "beside": min(beside) / steps * 1e9, "ratio": ratio}


def main(arguments: list[str]) -> dict[str, Any]:
    """Measure, write the table, return all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--networks", nargs="+", default=list(NETWORKS))
    parser.add_argument("--modes", nargs="+", default=list(MODES))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", action="store_true", help="time two threads side by side too")
    options = parser.parse_args(arguments)
    before = time.process_time()
    small = build_case("S", NETWORKS["S"]())
    run_case(small, build_series(small, 365), 2)
    compile_s = time.process_time() - before
    sizes = SMOKE_STEPS if options.smoke else STEPS
    repeats = 1 if options.smoke else options.repeats
    report = {
        "machine": platform.processor() or platform.machine(),
        "load": os.getloadavg(),
        "numba": numba.__version__,
        "compile_s": compile_s,
        "results": [
            measure(name, mode, sizes[name], repeats)
            for mode in options.modes
            for name in options.networks
        ],
    }
    lines = [f"compiled in {compile_s:.1f} s (processor time), load {report['load'][0]:.1f}"]
    heads = (
        "network mode ns_min ns_median floor short quiet pivots rounds cuts mixed woken refactor"
        " fallback widened KiB"
    )
    lines.append("".join(f"{head:>11}" for head in heads.split()))
    for r in report["results"]:
        cells = [r["network"], r["mode"]]
        cells += [f"{r[key]:.0f}" for key in ("ns_min", "ns_median", "ns_floor")]
        cells += [f"{r[key]:.3f}" for key in ("short_share", "quiet_share", "pivots", "rounds")]
        cells += [f"{r[key]:.4f}" for key in PER_STEP[2:]]
        cells.append(f"{r['state_kib']:.0f}")
        lines.append("".join(f"{cell:>11}" for cell in cells))
    if options.threads:
        report["threads"] = {n: compare_threads(n, sizes[n], repeats) for n in options.networks}
        for network, times in report["threads"].items():
            cells = ", ".join(f"{key} {value:.4g}" for key, value in times.items())
            lines.append(f"two threads, {network}: {cells}")
    sys.stdout.write("\n".join(lines) + "\n")
    if options.json:
        options.json.write_text(json.dumps(report, indent=1), encoding="utf-8")
    return report


if __name__ == "__main__":
    main(sys.argv[1:])
