"""Run shipped configs and their floods, as fast as they go: for the checked build.

    HYDROSIM_CHECKED=1 python -m tests.kernels.shipped [NAME ...]

Without names all of them. Prints what was run; an index outside of an array ends it with an error.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import hydrosim
from hydrosim.flood.simulation import route
from hydrosim.kernels._checked import CHECKED

CONFIGS = Path(__file__).parents[2] / "configs"
MEMBERS = 2


def run_shipped(name: str) -> str:
    """Run a config in all the ways that it knows; return what was run."""
    config = hydrosim.load_config(CONFIGS / f"{name}.yaml")
    if config.scenarios is not None and config.ensemble is not None:
        with tempfile.TemporaryDirectory() as folder:
            chosen = hydrosim.expand_scenarios(config)[:1]
            done = hydrosim.run_ensemble(chosen, folder, members=MEMBERS, threads=1)
            assert not done.failed, done.failed
            return f"{len(chosen)} scenario with {MEMBERS} members"
    results = hydrosim.run(config, ledger=True)
    parts = [f"{results.sizes['time']} steps"]
    if config.flood is not None:
        kept = route(config)
        judged = hydrosim.check_floods(config)
        parts.append(f"{kept.sizes['event'] + judged.dataset.sizes['event']} floods")
    return ", ".join(parts)


def main(names: list[str]) -> None:
    """Run configs and print a line for each."""
    chosen = names or sorted(path.stem for path in CONFIGS.glob("*.yaml"))
    sys.stdout.write(f"{'checked' if CHECKED else 'ordinary'} build\n")
    for name in chosen:
        begun = time.perf_counter()
        done = run_shipped(name)
        sys.stdout.write(f"{name}: {done} ({time.perf_counter() - begun:.0f} s)\n")
    sys.stdout.write(f"{len(chosen)} configs, no index outside\n")


if __name__ == "__main__":
    main(sys.argv[1:])
