"""Large networks: how long configurations of thousands of nodes take to load, build and run.

A network is a number of valleys; each has an inflow, a reservoir, a demand and a reach below.
Valleys stand apart (each reach ends in the sea), share one import, or form a river tree in which
each reach ends in the reservoir of a valley further down, with the shared import besides.
"""

from __future__ import annotations

import random

SHAPES = ("apart", "shared", "tree")
NODES_A_VALLEY = 4


def network(valleys: int, shape: str = "shared", days: int = 30) -> str:
    """Return the text of a configuration of many valleys.

    Parameters
    ----------
    valleys
        How many; each has four nodes, and the sea and an import are shared.
    shape
        One of ``SHAPES``.
    days
        Length of the run, from June 2001.

    Raises
    ------
    ValueError
        If there is no such shape.
    """
    if shape not in SHAPES:
        msg = f"shape {shape!r}, not one of {', '.join(SHAPES)}"
        raise ValueError(msg)
    drawn = random.Random(valleys)
    last = f"2001-{6 + (days - 1) // 30:02d}-{1 + (days - 1) % 30:02d}"
    lines = [
        "hydrosim: 1",
        f"period: {{start: 2001-06-01, end: {last}, step: day}}",
        "ladder: [base_flow, domestic, agriculture, storage]",
        "rules:",
        "  wet: {type: profile, unit: m3/s, values: [2, 2, 3, 2, 2, 4, 16, 26, 10, 6, 4, 3]}",
        "  evaporation: {type: profile, unit: mm/day,"
        " values: [1, 1, 2, 4, 5, 6, 5, 4, 3, 2, 1, 1]}",
    ]
    lines += [
        f"  water_{i}: {{type: scaled, of: wet, factor: {drawn.uniform(0.1, 0.6):.3f}}}"
        for i in range(valleys)
    ]
    lines.append("nodes:")
    lines.append("  sea: {type: outlet}")
    if shape != "apart":
        quota = 0.02 * valleys
        lines.append(
            f"  canal: {{type: import, source_kind: yangtze, quota: {quota:.2f} 亿m3/year,"
            f" account_year: 11-01, capacity: {max(valleys // 20, 1)} m3/s}}"
        )
    for i in range(valleys):
        lines += _nodes(i, drawn)
    lines.append("links:")
    for i in range(valleys):
        below = f"lake_{drawn.randrange(max(0, i - 8), i)}" if shape == "tree" and i else "sea"
        lines += [
            f"  - {{from: brook_{i}, to: lake_{i}, type: river}}",
            f"  - {{from: lake_{i}, to: town_{i}, capacity: {drawn.uniform(2, 6):.2f} m3/s,"
            f" loss: 5 %}}",
            f"  - {{from: lake_{i}, to: bed_{i}, type: river}}",
            f"  - {{from: bed_{i}, to: {below}, type: river}}",
        ]
        if shape != "apart":
            lines.append(f"  - {{from: canal, to: town_{i}, capacity: 1 m3/s}}")
    return "\n".join(lines) + "\n"


def _nodes(number: int, drawn: random.Random) -> list[str]:
    """Return the lines of a valley's nodes."""
    size = drawn.uniform(0.5, 2.0)
    use = drawn.choice(("domestic", "agriculture"))
    return [
        f"  brook_{number}: {{type: inflow, local_inflow: water_{number}}}",
        f"  lake_{number}: {{type: reservoir, storage_curve: {{level: [180 m, 200 m, 210 m],"
        f" storage: [{0.02 * size:.4f} 亿m3, {0.3 * size:.4f} 亿m3, {0.5 * size:.4f} 亿m3]}},"
        f" levels: {{dead: 182 m, normal: 200 m, flood_control: 205 m}},"
        f" evaporation: evaporation, initial: {drawn.randrange(20, 90)} %}}",
        f"  town_{number}: {{type: demand, use: {use},"
        f" amount: {drawn.uniform(0.1, 0.9):.3f} 亿m3/year}}",
        f"  bed_{number}: {{type: reach, loss: 3 %,"
        f" base_flow: {{requirement: {drawn.uniform(0.05, 0.3):.3f} m3/s}}}}",
    ]
