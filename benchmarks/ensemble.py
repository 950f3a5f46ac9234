"""Time, memory and processor time of an ensemble: threads, a local Dask cluster, many members.

    python benchmarks/ensemble.py [--json FILE] [--config FILE] [--members 1000] [--measured 60]
    python benchmarks/ensemble.py --growth 1000 --config configs/month_lake.yaml

Each figure comes from a process of its own, so that memory is not that of another. Fewer members
than asked for are measured by default; what is then said of all of them is set-up plus members
times the measured time of one, and marked as such.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FEW = 20
KIB_PER_GIB = 2**20


def child(config: str, members: int, threads: int, dask: str | None, out: str) -> dict[str, Any]:
    """Run one ensemble here; return its figures."""
    begun = time.perf_counter()
    from hydrosim import load_config, run_ensemble
    from hydrosim.config import changed

    marks: list[float] = []
    patch = {"ensemble.worst": 0, "ensemble.method": {"type": "synthetic"}}
    source = changed(load_config(config), patch)
    run = run_ensemble(
        source, out, members=members, threads=threads, dask=dask,
        progress=lambda now: marks.append(time.perf_counter()),
    )  # fmt: skip
    own, others = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "members": members,
        "wall_s": time.perf_counter() - begun,
        "set_up_s": marks[0] - begun,
        "members_wall_s": marks[-1] - marks[0],
        "cpu_s": own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime,
        "parts_cpu_s": run.seconds,
        "peak_gib": own.ru_maxrss / KIB_PER_GIB,
        "failed": len(run.failed),
    }


def measured(config: Path, members: int, threads: int, dask: str | None = None) -> dict[str, Any]:
    """Run one ensemble in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--child", str(config), str(members), str(threads),
                   dask or "-", f"{folder}/out"]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"an ensemble could not be run:\n{done.stderr.strip()}")
        return json.loads(done.stdout.splitlines()[-1])


def per_member(figures: dict[str, Any]) -> float:
    """Processor time of a member in its chunk [s]."""
    return sum(figures["parts_cpu_s"].values()) / figures["members"]


def report(config: Path, members: int, count: int, threads: int, repeats: int) -> dict[str, Any]:
    """Measure and sum up."""
    measured(config, 1, threads)  # compiles, if need be
    cluster = find_spec("distributed") is not None
    runs = [
        (measured(config, count, threads),
         measured(config, count, threads, "local") if cluster else None)
        for _ in range(repeats)
    ]  # fmt: skip
    few, many = measured(config, FEW, threads), measured(config, 2 * count, threads)
    main = sorted((here for here, _ in runs), key=lambda one: one["wall_s"])[len(runs) // 2]
    parts = main["parts_cpu_s"]
    whole = main["wall_s"] - main["members_wall_s"] + main["members_wall_s"] / count * members
    ratios = [dask["members_wall_s"] / here["members_wall_s"] for here, dask in runs if dask]
    return {
        "config": config.name,
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "load": os.getloadavg()[0],
        "threads": threads,
        "measured_members": count,
        "wall_s_of_measured": main["wall_s"],
        "members": members,
        "wall_s": whole,
        "extrapolated": members != count,
        "cpu_ms_per_member": 1000.0 * per_member(main),
        "cpu_ms_per_member_of_few": 1000.0 * per_member(few),
        "cpu_ms_per_member_of_many": 1000.0 * per_member(many),
        "many_over_few": per_member(many) / per_member(few),
        "share_of_generation_and_build": (parts["water"] + parts["build"]) / sum(parts.values()),
        "share_of_judging": parts["judge"] / sum(parts.values()),
        "set_up_s": main["set_up_s"],
        "peak_gib": main["peak_gib"],
        "peak_of_twice_over_once": many["peak_gib"] / main["peak_gib"],
        "dask_over_threads": statistics.median(ratios) if ratios else None,
    }


def growth(config: Path, members: int, threads: int) -> dict[str, Any]:
    """Measure how processor time a member and memory grow with the members, without guessing.

    A small model is run with few members, with ``members`` and with twice as many, whole: chunks,
    results of each member on disk, statistics.
    """
    measured(config, 1, threads)
    few, once, twice = (measured(config, n, threads) for n in (FEW, members, 2 * members))
    further = (twice["cpu_s"] - once["cpu_s"]) / members
    return {
        "config": config.name,
        "members": [FEW, members, 2 * members],
        "cpu_ms_per_member": [1000.0 * per_member(one) for one in (few, once, twice)],
        "many_over_few": per_member(twice) / per_member(few),
        "whole_ms_per_further_member": 1000.0 * further,
        "peak_gib": [one["peak_gib"] for one in (few, once, twice)],
        "peak_of_twice_over_once": twice["peak_gib"] / once["peak_gib"],
        "failed": [one["failed"] for one in (few, once, twice)],
    }


def told_growth(figures: dict[str, Any]) -> list[str]:
    """Return the figures of growth as lines."""
    counts = ", ".join(map(str, figures["members"]))
    times = ", ".join(f"{time:.1f}" for time in figures["cpu_ms_per_member"])
    peaks = ", ".join(f"{peak:.3f}" for peak in figures["peak_gib"])
    return [
        f"{figures['config']} with {counts} members: processor time a member in its chunk {times} "
        f"ms, last over first {figures['many_over_few']:.2f}; all in all "
        f"{figures['whole_ms_per_further_member']:.1f} ms for each further member",
        f"peak memory {peaks} GiB, last over the one before "
        f"{figures['peak_of_twice_over_once']:.3f}",
    ]


def told(figures: dict[str, Any]) -> list[str]:
    """Return the figures as lines."""
    ratio = figures["dask_over_threads"]
    dask = "not measured, it needs hydrosim[dask]" if ratio is None else f"{ratio:.2f}"
    how = "extrapolated from" if figures["extrapolated"] else "measured on"
    return [
        f"{figures['config']}, {figures['threads']} threads of {figures['processors']} processors, "
        f"load {figures['load']:.1f}",
        f"{figures['members']} members: {figures['wall_s']:.0f} s ({how} "
        f"{figures['measured_members']} members in {figures['wall_s_of_measured']:.0f} s)",
        f"processor time a member: {figures['cpu_ms_per_member']:.0f} ms; of {FEW} members "
        f"{figures['cpu_ms_per_member_of_few']:.0f}, of {2 * figures['measured_members']} "
        f"{figures['cpu_ms_per_member_of_many']:.0f}: ratio {figures['many_over_few']:.2f}",
        f"generation and build: {figures['share_of_generation_and_build']:.1%} of it, judging "
        f"{figures['share_of_judging']:.1%}; set-up {figures['set_up_s']:.1f} s once",
        f"peak memory: {figures['peak_gib']:.2f} GiB; with twice the members "
        f"{figures['peak_of_twice_over_once']:.2f} times that",
        f"Dask local over threads, time of the members: {dask}",
    ]


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--config", type=Path, default=ROOT / "configs" / "daqing_city.yaml")
    parser.add_argument("--members", type=int, default=1000)
    parser.add_argument("--measured", type=int, default=60)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--growth", type=int, metavar="MEMBERS", help="only measure growth")
    options = parser.parse_args(arguments)
    if options.growth is not None:
        figures = growth(options.config, options.growth, options.threads)
        print("\n".join(told_growth(figures)))
    else:
        figures = report(
            options.config, options.members, options.measured, options.threads, options.repeats
        )
        print("\n".join(told(figures)))
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return figures


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        config, members, threads, dask, out = sys.argv[2:]
        figures = child(config, int(members), int(threads), None if dask == "-" else dask, out)
        print(json.dumps(figures))
    else:
        main()
