"""hydrosim beside its peers on the same four networks and series, in one interleaved session.

    python benchmarks/peers.py [--json FILE] [--smoke] [--write-docs] [--from FILE]

Peers: Pywr 1 and 2, HiGHS, Kalix, each in a virtual environment of its own that is created below
the user's cache folder. A peer that cannot be installed or fails has a row that says so. Figures
are processor time; only ratios compare between machines. `--thousand` adds runs of 1000 scenarios.
"""

import argparse
import datetime
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:] = [place for place in sys.path if Path(place).resolve() != ROOT / "benchmarks"]
sys.path.append(str(ROOT))  # last: hydrosim is the one that is installed

from benchmarks.peers.environments import (
    PEERS,
    describe_machine,
    describe_version,
)
from benchmarks.peers.report import build_page, build_table
from benchmarks.peers.spec import NETWORKS

PAGE = ROOT / "docs" / "benchmarks.md"


def measure_all(options: argparse.Namespace) -> dict[str, Any]:
    """Run the session; return all figures."""
    import hydrosim
    from benchmarks.peers import session

    def told(text: str) -> None:
        sys.stderr.write(text + "\n")

    scenarios = [1, 100] + ([1000] if options.thousand and not options.smoke else [])
    processes = session.start_peers(options.peers, told)
    rounds = 1 if options.smoke else options.rounds
    try:
        result = session.measure(
            options.networks, scenarios, rounds, processes, told, options.smoke
        )
        result.agreement = session.compare(options.networks, processes, told, options.smoke)
    finally:
        for process in processes.values():
            process.stop()
    result.versions["hydrosim"] = describe_version(hydrosim.__version__)
    return {
        "date": datetime.date.today().isoformat(),
        "machine": describe_machine(),
        "rounds": rounds,
        **asdict(result),
    }


def measure_floods(options: argparse.Namespace) -> dict[str, Any]:
    """Measure the flood engine alone and beside Kalix; write what is asked for."""
    from benchmarks import flood
    from benchmarks.peers import floods

    rounds = 1 if options.smoke else options.rounds
    processes = floods.start_kalix(options.peers)
    try:
        beside = floods.compare_floods(
            processes, rounds, lambda text: print(text, file=sys.stderr), options.smoke
        )
    finally:
        for process in processes.values():
            process.stop()
    own = flood.figures(options.smoke)
    sys.stdout.write("\n".join(floods.flood_lines(beside)) + "\n")
    if options.write_docs:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(floods.with_floods(page, floods.flood_page(own, beside)), encoding="utf-8")
    return {"floods": own, "beside": beside}


def main(arguments: list[str]) -> dict[str, Any]:
    """Measure or read figures, print the table, write what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="file for all figures")
    parser.add_argument("--from", dest="source", type=Path, help="read figures, run nothing")
    parser.add_argument("--write-docs", action="store_true", help=f"write {PAGE.name}")
    parser.add_argument("--smoke", action="store_true", help="tiny runs, one round")
    parser.add_argument("--thousand", action="store_true", help="1000 scenarios too")
    parser.add_argument("--floods", action="store_true", help="floods only, beside Kalix")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--networks", nargs="+", default=list(NETWORKS), choices=list(NETWORKS))
    keys = [peer.key for peer in PEERS]
    parser.add_argument("--peers", nargs="*", default=keys, choices=keys)
    options = parser.parse_args(arguments)
    if options.floods:
        figures = measure_floods(options)
        if options.json is not None:
            options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
        return figures
    if options.source is not None:
        figures = json.loads(options.source.read_text(encoding="utf-8"))
    else:
        figures = measure_all(options)
    sys.stdout.write(build_table(figures) + "\n")
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    if options.write_docs:
        from benchmarks.peers.floods import flood_section, with_floods

        kept = flood_section(PAGE.read_text(encoding="utf-8"))
        page = build_page(figures)
        PAGE.write_text(with_floods(page, kept) if kept else page, encoding="utf-8")
    return figures


if __name__ == "__main__":
    main(sys.argv[1:])
