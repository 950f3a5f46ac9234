"""What the ledger costs: runs of shipped configs with and without it, side by side.

``python benchmarks/ledger.py [CONFIG ...] [--pairs N] [--json FILE]``

Processor time of the kernel alone, in pairs that alternate, so that a busy machine harms both.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

from hydrosim.config.load import load_config
from hydrosim.supply.build import build_model
from hydrosim.supply.engine import open_engine
from hydrosim.supply.loop import advance

CONFIGS = Path(__file__).parents[1] / "configs"
SMOKE_PAIRS = 3


def seconds(model, *, ledger):
    """Processor time of one run of the kernel [s]."""
    engine = open_engine(model, model.tape.initial_register[0], keep_series=True, ledger=ledger)
    begin = time.thread_time()
    advance(engine, 0, model.calendar.dt_s.size, None)
    return time.thread_time() - begin


def measured(path, pairs):
    """Medians with and without the ledger and the spread of their ratio, for one config."""
    model = build_model(load_config(path))
    for ledger in (False, True):
        seconds(model, ledger=ledger)
    found = [(seconds(model, ledger=False), seconds(model, ledger=True)) for _ in range(pairs)]
    ratios = sorted(kept / plain for plain, kept in found)
    return {
        "config": path.stem,
        "steps": int(model.calendar.dt_s.size),
        "without_ms": 1e3 * statistics.median(plain for plain, _ in found),
        "with_ms": 1e3 * statistics.median(kept for _, kept in found),
        "ratio": statistics.median(ratios),
        "ratio_quartiles": [ratios[len(ratios) // 4], ratios[(3 * len(ratios)) // 4]],
    }


def main(arguments=None):
    """Measure and print a line a config."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("configs", nargs="*", type=Path, default=sorted(CONFIGS.glob("*.yaml")))
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--smoke", action="store_true", help=f"{SMOKE_PAIRS} pairs")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    pairs = SMOKE_PAIRS if options.smoke else options.pairs
    rows = [measured(path, pairs) for path in options.configs]
    for row in rows:
        low, high = row["ratio_quartiles"]
        sys.stdout.write(
            f"{row['config']:<20} {row['steps']:>6} steps  without {row['without_ms']:9.2f} ms  "
            f"with {row['with_ms']:9.2f} ms  ratio {row['ratio']:.3f} ({low:.3f} - {high:.3f})\n"
        )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
