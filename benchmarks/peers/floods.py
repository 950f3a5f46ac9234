"""Floods beside Kalix: the same reaches and stores, one long series, one thread, in turn."""

from __future__ import annotations

import os
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks import flood
from benchmarks.peers.environments import PEERS, Process, cache_root
from benchmarks.peers.to_kalix_flood import FILE, build_flood, inflow_table

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS, SMOKE_STEPS = 7200, 120
SIZE = 0.2
"""Size of the waves: the weirs of all stores take them."""
FLOOD_START, FLOOD_END = "<!-- floods -->", "<!-- end of floods -->"
LAST = "## Repeat it"

_OWN = f"""\
Nanoseconds of processor time a node and step of 1 h, median (least) of the rounds, in trees of
{flood.NODES} nodes. *With series* writes all hydrographs, *peaks only* what a bisection needs; both
carry two flows a step, its mean and its end, and prove the balance of each element in each step.
The *floor* moves one flow through the same order and looks each store up once, without gates,
bounds, records or proofs.""".splitlines()

_BESIDE = """\
Beside Kalix: the same reaches and stores (free weirs), ten floods of 720 h in one series, by turns
in one session. hydrosim keeps the hydrographs of all nodes, Kalix that of the last one. A step of
the flood is a day of Kalix. Kalix solves a store by backward Euler and a reach by its own form of
Muskingum, so peaks differ a little. Inflows are nodes of their own in Kalix, which are not
counted.""".splitlines()


def compare_floods(
    processes: dict[str, Process], rounds: int, told: Callable[[str], None], smoke: bool = False
) -> dict[str, Any]:
    """Run the networks without gates in hydrosim and Kalix by turns; return all figures."""
    steps = SMOKE_STEPS if smoke else STEPS
    rows: list[dict[str, Any]] = []
    for name in ("reaches", "mixed_free", "stores_free"):
        text = flood.NETWORKS[name]
        case = flood.build_case(text, steps, 1, SIZE)
        folder = cache_root() / "cases" / f"flood-{name}"
        folder.mkdir(parents=True, exist_ok=True)
        model, event = case.model, case.events[0]
        (folder / "kalix.ini").write_text(build_flood(model, text, event), encoding="utf-8")
        (folder / FILE).write_text(inflow_table(model, event), encoding="utf-8")
        row: dict[str, Any] = {"network": name, "nodes": len(model.elements), "steps": steps}
        row |= {"load": [], "hydrosim_ns": [], "kalix_ns": [], "peak_m3s": flood.peak_at_sea(case)}
        kalix = processes.get("kalix")
        if kalix is None:
            row["failure"] = "not asked for"
        else:
            _beside(row, case, kalix, str(folder), rounds, told)
        rows.append(row)
    versions = {name: process.version for name, process in processes.items()}
    return {"rows": rows, "versions": versions, "rounds": rounds}


def _beside(
    row: dict[str, Any],
    case: flood.Case,
    kalix: Process,
    folder: str,
    rounds: int,
    told: Callable[[str], None],
) -> None:
    key = f"flood-{row['network']}"
    answer = kalix.ask("load", case=key, folder=folder)
    if "failure" in answer:
        row["failure"] = answer["failure"]
        return
    row["kalix_nodes"] = answer["nodes"]
    per_step = 1e9 / (row["nodes"] * row["steps"])
    flood.run_case(case)
    for number in range(rounds):
        told(f"floods, {row['network']}: round {number + 1} of {rounds}")
        row["load"].append(os.getloadavg()[0])
        row["hydrosim_ns"].append(flood.run_case(case) * per_step)
        answer = kalix.ask("run", case=key)
        if "failure" in answer:
            row["failure"] = answer["failure"]
            return
        row["kalix_ns"].append(answer["processor_s"] * per_step)
    largest = kalix.ask("trace", case=key, folder=folder)["largest"]
    row["kalix_peak_m3s"] = max(largest.values()) * 1000.0 / case.model.step_s


def flood_lines(figures: dict[str, Any]) -> list[str]:
    """Return the rows of the comparison as a table of the page."""
    head = [
        "network", "steps", "hydrosim, ns", "Kalix, ns", "Kalix / hydrosim", "peak at the end",
        "Kalix",
    ]  # fmt: skip
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    for row in figures["rows"]:
        if "failure" in row:
            cells = [row["network"], str(row["steps"]), "-", f"did not run: {row['failure']}"]
            lines.append("| " + " | ".join([*cells, "-", "-", "-"]) + " |")
            continue
        ratios = np.divide(row["kalix_ns"], row["hydrosim_ns"])
        cells = [
            row["network"],
            str(row["steps"]),
            f"{median(row['hydrosim_ns']):.1f} ({min(row['hydrosim_ns']):.1f})",
            f"{median(row['kalix_ns']):.1f} ({min(row['kalix_ns']):.1f})",
            f"{median(ratios):.1f} ({ratios.min():.1f}-{ratios.max():.1f})",
            f"{row['peak_m3s']:.0f} m3/s",
            f"{row['kalix_peak_m3s']:.0f} m3/s",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def start_kalix(wanted: list[str]) -> dict[str, Process]:
    """Start the runner of Kalix, where it is wanted."""
    processes = {}
    for peer in PEERS:
        if peer.key == "kalix" and peer.key in wanted:
            processes[peer.key] = Process(peer)
            processes[peer.key].start()
    return processes


def flood_page(own: dict[str, Any], beside: dict[str, Any]) -> list[str]:
    """Return the section of floods of the page, between its marks."""
    machine = own["machine"]
    loads = [*own["load"], *(load for row in beside["rows"] for load in row["load"])]
    versions = ", ".join(
        [f"hydrosim {own['version']}", f"numba {own['numba']}"]
        + [f"{name} {version}" for name, version in beside["versions"].items()]
    )
    table = flood.rows_of(own)
    return [
        FLOOD_START,
        "## Floods",
        "",
        "Written by `benchmarks/peers.py --floods --write-docs`.",
        "",
        f"- Date: {own['date']}",
        f"- Machine: {machine['processor']}, {machine['cores']} cores, {machine['system']}",
        f"- Load while measuring (1 minute): {min(loads):.1f} to {max(loads):.1f}; one thread",
        f"- Versions: {versions}; Python {machine['python']}",
        "",
        *_OWN,
        "",
        "| " + " | ".join(table[0]) + " |",
        "| " + " | ".join("---" for _ in table[0]) + " |",
        *("| " + " | ".join(row) + " |" for row in table[1:]),
        "",
        *_BESIDE,
        "",
        *flood_lines(beside),
        FLOOD_END,
    ]


def with_floods(page: str, section: list[str] | str) -> str:
    """Return a page with its section of floods replaced, or put before the last section."""
    text = section if isinstance(section, str) else "\n".join(section)
    found = flood_section(page)
    if found:
        return page.replace(found, text)
    before, mark, after = page.partition(LAST)
    return f"{before}{text}\n\n{mark}{after}"


def flood_section(page: str) -> str:
    """Return the section of floods of a page with its marks, empty where it has none."""
    start, end = page.find(FLOOD_START), page.find(FLOOD_END)
    return page[start : end + len(FLOOD_END)] if 0 <= start < end else ""
