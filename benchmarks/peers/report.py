"""Figures of a session as a table for the terminal and as the page `docs/benchmarks.md`."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any

OWN = ("hydrosim fair", "hydrosim least cost")
TITLES = {
    "hydrosim fair": "hydrosim, fair",
    "hydrosim least cost": "hydrosim, least cost",
    "pywr_1": "Pywr 1 (glpk-edge)",
    "pywr_2": "Pywr 2 (Clp)",
    "highs": "HiGHS, warm, from Python",
    "kalix": "Kalix (rules, no allocation)",
}
NAMES = {"pywr_1": "Pywr", "pywr_2": "Pywr", "highs": "highspy", "kalix": "Kalix"}
EQUAL = 1e-9
"""Largest relative difference that counts as none."""

Key = tuple[str, int, str, str]
"""Network, scenarios, series, peer."""


@dataclass(frozen=True)
class Row:
    """One peer on one network: time of a scenario-step, and its ratio to each mode of hydrosim."""

    network: str
    scenarios: int
    series: str
    peer: str
    microseconds: float = 0.0
    spread: tuple[float, float] = (0.0, 0.0)
    ratios: tuple[tuple[float, float, float], ...] = ()
    failure: str = ""


def summarise(figures: dict[str, Any]) -> list[Row]:
    """Return the rows of a session; a ratio is the median of the ratios within each round."""
    times: dict[Key, dict[int, float]] = {}
    failures: dict[Key, str] = {}
    for run in figures["runs"]:
        key = run["network"], run["scenarios"], run["series"], run["peer"]
        times.setdefault(key, {})
        if "failure" in run:
            failures[key] = run["failure"]
        else:
            times[key][run["round"]] = run["ns"]
    rows = []
    for key, by_round in sorted(times.items(), key=_place):
        if not by_round:
            rows.append(Row(*key, failure=failures.get(key, "no run")))
            continue
        ratios = tuple(
            _range(
                by_round[number] / own[number]
                for own in [times.get((*key[:3], mode), {})]
                for number in by_round
                if number in own
            )
            for mode in OWN
        )
        spread = min(by_round.values()) / 1e3, max(by_round.values()) / 1e3
        middle = median(by_round.values()) / 1e3
        rows.append(Row(*key, middle, spread, ratios))
    return rows


def _place(item: tuple[Key, Any]) -> tuple[int, int, str, int]:
    network, scenarios, series, peer = item[0]
    return ("S", "M", "L", "XL").index(network), scenarios, series, list(TITLES).index(peer)


def _range(values: Iterable[float]) -> tuple[float, float, float]:
    found = sorted(values)
    return (median(found), found[0], found[-1]) if found else (0.0, 0.0, 0.0)


def _number(value: float) -> str:
    """Return a number with three figures and no exponent."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:.{digits}f}"


def _ratio(ratio: tuple[float, float, float]) -> str:
    middle, low, high = ratio
    if middle == 0.0:
        return "-"
    return f"{_number(middle)} ({_number(low)}-{_number(high)})"


def _cells(row: Row) -> list[str]:
    cells = [row.network, str(row.scenarios), row.series, TITLES[row.peer]]
    if row.failure:
        return [*cells, "-", "-", f"did not run: {row.failure}"]
    against = [_ratio(r) for r in row.ratios]
    if row.peer in OWN:
        against[OWN.index(row.peer)] = "1"
    low, high = row.spread
    return [*cells, *against, f"{_number(row.microseconds)} ({_number(low)}-{_number(high)})"]


HEADS = [
    "network",
    "scenarios",
    "water",
    "engine",
    "time / fair",
    "time / least cost",
    "microseconds",
]


def build_table(figures: dict[str, Any]) -> str:
    """Return the table for the terminal."""
    lines = [HEADS, *(_cells(row) for row in summarise(figures))]
    width = [max(len(line[place]) for line in lines) for place in range(len(HEADS))]
    text = ["  ".join(c.ljust(w) for c, w in zip(line, width, strict=True)) for line in lines]
    text += ["", "largest difference of class totals, each day from the peer's storages:"]
    text += ["  ".join(c.ljust(12) for c in line) for line in _agreement(figures)]
    text += _failures(figures)
    load = figures["load"]
    if load:
        text.append(f"load during the runs: {min(load):.1f} to {max(load):.1f}")
    return "\n".join(line.rstrip() for line in text)


def _agreement(figures: dict[str, Any]) -> list[list[str]]:
    """One line a network, series and class: the largest difference to any peer, by mode."""
    worst: dict[tuple[str, str, str], dict[str, float]] = {}
    for row in figures["agreement"]:
        if "failure" not in row and row["against"] in OWN:
            cell = worst.setdefault((row["network"], row["series"], row["class"]), {})
            cell[row["against"]] = max(cell.get(row["against"], 0.0), row["largest"])
            cell["single"] = max(cell.get("single", 0.0), row["largest_of_one"])
            cell |= {"days": row["days"], "short": row["short_share"]}
    lines = [["network", "water", "class", "fair", "least cost", "one claim", "short days"]]
    for (network, series, line), cell in worst.items():
        told = [f"{cell.get(key, 0.0):.0e}" for key in (*OWN, "single")]
        short = f"{100 * cell['short']:.0f} % of {cell['days']:.0f}"
        lines.append([network, series, line.replace("_", " "), *told, short])
    return lines


def _must_agree(figures: dict[str, Any]) -> float | None:
    """Largest difference of flow claims, and of storage in the least-cost mode."""
    found = [
        row["largest"]
        for row in figures["agreement"]
        if row.get("against") in OWN
        and (row["against"] == OWN[1] or not row["class"].startswith("storage"))
    ]
    return max(found) if found else None


def _failures(figures: dict[str, Any]) -> list[str]:
    return [
        f"{row['network']}: {TITLES[row['peer']]} did not run: {row['failure']}"
        for row in figures["agreement"]
        if "failure" in row
    ]


def _markdown(lines: list[list[str]]) -> list[str]:
    rule = ["---"] * len(lines[0])
    return ["| " + " | ".join(line) + " |" for line in [lines[0], rule, *lines[1:]]]


def slower(rows: list[Row]) -> list[str]:
    """Tell where hydrosim takes longer than a peer."""
    return [
        f"{row.network}, {row.scenarios} scenario{'s' * (row.scenarios > 1)}, water "
        f"{row.series}: {mode} mode "
        f"{_number(1.0 / ratio[0])} times as long as {TITLES[row.peer]}"
        for row in rows
        if row.peer not in OWN and not row.failure
        for mode, ratio in zip(("fair", "least-cost"), row.ratios, strict=True)
        if 0.0 < ratio[0] < 1.0
    ]


def build_page(figures: dict[str, Any]) -> str:
    """Return the page `docs/benchmarks.md`."""
    rows = summarise(figures)
    machine, load = figures["machine"], figures["load"]
    versions = [f"{NAMES.get(key, key)} {told}" for key, told in figures["versions"].items()]
    sizes = [["network", "nodes", "edges", "hydrosim rows", "columns", "claims"]]
    sizes += [
        [name, *(str(size[key]) for key in ("nodes", "edges", "rows", "columns", "claims"))]
        for name, size in figures["sizes"].items()
    ]
    behind = slower(rows)
    head = [
        "# Benchmarks against peers",
        "",
        "Written by `benchmarks/peers.py --write-docs`; do not edit by hand.",
        "",
        f"- Date: {figures['date']}",
        f"- Machine: {machine['processor']}, {machine['cores']} cores, {machine['system']}",
        f"- Load while measuring (1 minute): {min(load):.1f} to {max(load):.1f}; each engine on "
        "one thread",
        f"- Versions: {', '.join(versions)}; Python {machine['python']}",
        f"- Rounds: {figures['rounds']}; within a round all engines run in turn, and ratios are "
        "taken within a round",
        "",
        "## Times",
        "",
        "Processor time of one scenario-step (one day of one scenario). The ratios come first: how "
        "many times as long as hydrosim in its fair mode and in its least-cost mode, as median "
        "(smallest-largest) of the rounds. Above 1 hydrosim is faster. Microseconds belong to this "
        "machine and load.",
        "",
        *_markdown([HEADS, *(_cells(row) for row in rows)]),
        "",
        "### Where hydrosim is slower",
        "",
        *([f"- {line}" for line in behind] or ["Nowhere in this table."]),
        *_kalix(rows, figures["sizes"]),
        "",
        *_MEANING,
        "",
        *_markdown(sizes),
        "",
        *_agreement_page(figures),
        *_REPEAT,
    ]
    return "\n".join(head) + "\n"


def _agreement_page(figures: dict[str, Any]) -> list[str]:
    largest = _must_agree(figures)
    verdict = "no figures"
    if largest is not None:
        told = "they agree" if largest <= EQUAL else "THEY DO NOT AGREE"
        verdict = f"{told}; largest {largest:.0e}"
    return [
        *_AGREEMENT,
        "",
        f"**Flow claims, and storage in the least-cost mode: {verdict}.**",
        "",
        *_markdown(_agreement(figures)),
        *([""] if _failures(figures) else []),
        *_failures(figures),
    ]


def _kalix(rows: list[Row], sizes: dict[str, dict[str, int]]) -> list[str]:
    """Tell Kalix's time a node and step."""
    found = [
        f"{row.network} {_number(row.microseconds * 1e3 / sizes[row.network]['nodes'])}"
        for row in rows
        if row.peer == "kalix" and not row.failure and row.series == "as it is"
    ]
    return ["", f"Kalix in nanoseconds a node and step: {', '.join(found)}."] if found else []


_MEANING = """\
## What is compared

The same four networks, inflows, demands and control curves for all, drawn from fixed seeds
(`benchmarks/peers/spec.py`). All of them solve each day's network exactly, except Kalix. With the
water as drawn S, M and L are hardly ever short and XL always is; with half of it all are short on
most days (the last table has the shares), which is where sharing costs time.

- **hydrosim** runs a configuration made from the network: rules, allocation, balance checks and
  the year table are in its time; building arrays is not, nor is the netCDF file. *fair* is the
  ladder with lexicographic max-min inside each line; *least cost* is the peers' linear program in
  the same kernel. The ladder has one line for each run of like claims in the order of the values:
  minimum flows, demands, storage. Many scenarios are as many runs, each from an empty solver.
- **Pywr 1** with `glpk-edge`, `use_unsafe_api` and all three `set_fixed_..._once` flags, inflows
  as arrays in memory, one recorder. **Pywr 2** with its Clp solver, one aggregating output; its
  `ipm-simd` solver is left out, because it drops minimum flows without a word. Both run as
  programs of their own.
- **HiGHS** solves the linear program that `benchmarks/peers/linear.py` writes, kept warm from day
  to day; the loop that changes bounds and reads flows is Python, as it would be in a script.
- **Kalix** runs rule-based counterparts of M and L: orders go upstream to the nearest reservoirs,
  nothing is allocated over the network. It answers a simpler question; its row is the price of
  answering only that one.

Pywr splits shortage among claims of one class by their costs, hydrosim's fair mode in proportion:
single claims differ by design, class totals do not.""".splitlines()

_AGREEMENT = """\
## Do they agree?

Each day is repeated in hydrosim from the storages with which the peer began it, and the totals of
each class are compared; the table has the largest difference over all days and peers (Pywr 1,
Pywr 2, HiGHS), relative to the largest total. Totals are in water taken from the network: behind a
lossy plant one unit used is 1.04 units taken. *Half* is the same series with half the water;
*short days* are those with a demand or minimum flow not met in full. *One claim* is the largest
difference of a single claim in either mode: the split inside a class, which is meant to differ in
the fair mode.

- A store that begins a day empty releases nothing in hydrosim until the next day (its outlet is
  dry); in the peers the day's inflow passes. The repetition gives such a store a trace of water
  (1e-15 of its volume).
- In XL filling a store costs something (priced sources and transfers), and Pywr fills only as far
  as that is cheaper than the store's value; a ladder fills it in any case. So the storage totals of
  the fair mode differ there; in the least-cost mode they do not.
""".splitlines()

_REPEAT = """
## Repeat it

```
python benchmarks/peers.py --json peers.json --write-docs   # all four networks, 1 and 100 scenarios
python benchmarks/peers.py --thousand                       # 1000 scenarios too
python benchmarks/peers.py --from peers.json --write-docs   # this page again, nothing is run
python benchmarks/peers.py --smoke --peers highs            # seconds
python benchmarks/peers.py --floods --write-docs            # floods only, beside Kalix
python benchmarks/flood.py --json flood.json                # floods without a peer
```

The environments of the peers are made below the user's cache folder (`hydrosim-peers`) on first
use; a peer that cannot be installed or fails has a row that tells why.""".splitlines()
