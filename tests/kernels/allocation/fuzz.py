"""Random steps over random networks: every scale, degenerate and parallel arcs.

    python -m tests.kernels.allocation.fuzz [--steps 100000] [--seed 0]

Each network is solved over a few steps from one warm solver. Every step must end well, close its
rows, keep its bounds within the tolerance, and give the same fulfilment as an empty solver. The
first step that does not is printed with its seed.
"""

import argparse
import sys
import time

import numpy as np

from hydrosim.kernels.allocation import (
    COUNTER_NAMES,
    STATUS_FINE,
    STATUS_TEXT,
    AllocationState,
    build_allocation_state,
    codes,
    step_allocation,
)
from tests.kernels.allocation.random_networks import Sample, build_sample

STEPS_OF_A_NETWORK = 10
CLOSED = 1e-12
AGREED = 1e-7
STRETCH = 200.0
"""Tolerances by which a bound may be overshot: rounding may keep a row out by 128 of them."""


def judge(sample: Sample, state: AllocationState, step: tuple) -> str:
    """Return what is wrong with a solved step, an empty text if nothing is."""
    _, _, upper, wanted, rhs = step
    problem = sample.describe(step)
    pointer, index = np.asarray(problem.column_ptr), np.asarray(problem.row_index)
    terms = np.asarray(problem.coefficient) * np.repeat(state.x, np.diff(pointer))
    balance = np.bincount(index, terms, minlength=rhs.size) - rhs
    size = np.bincount(index, np.abs(terms), minlength=rhs.size) + np.abs(rhs)
    if (np.abs(balance) > CLOSED * size).any():
        return f"row {int(np.argmax(np.abs(balance) - CLOSED * size))} is open"
    allowed = STRETCH * state.tolerance[: upper.size]
    out = np.maximum(-state.x, state.x - upper) - allowed
    if (out > 0.0).any():
        return f"column {int(np.argmax(out))} is {float(out.max()):.3g} m3 out of its bounds"
    cold = build_allocation_state(sample.model)
    status = step_allocation(sample.model, cold, *step)
    if status != STATUS_FINE:
        return f"an empty solver says: {STATUS_TEXT[status]}"
    volume = np.abs(cold.fulfilment - state.fulfilment) * wanted
    scale = np.maximum(wanted, 1e-3 * float(np.abs(rhs).max(initial=0.0)))
    if (volume > AGREED * scale).any():
        claim = int(np.argmax(volume - AGREED * scale))
        return f"claim {claim} differs by {float(volume[claim]):.3g} m3 from an empty solver's"
    return ""


def solve_network(network: int, size: int, exponent: float, steps: int) -> np.ndarray:
    """Solve steps of one random network; return its counters.

    Raises
    ------
    AssertionError
        At the first step that is wrong.
    """
    sample = build_sample(network, size, scale=10.0**exponent, parallel=True)
    state = build_allocation_state(sample.model)
    # Every other network by groups; the empty solver that judges goes by cuts, as these are small.
    state.control[codes.WAY] = codes.WAY_CUTS if network % 2 else codes.WAY_GROUPS
    for number in range(steps):
        step = sample.draw_step()
        status = step_allocation(sample.model, state, *step)
        wrong = STATUS_TEXT[status] if status != STATUS_FINE else judge(sample, state, step)
        place = f"network {network}, size {size}, scale 1e{exponent!r}, step {number}"
        assert not wrong, f"{place}: {wrong}"
    return state.counters


def fuzz(steps: int, seed: int) -> dict[str, float]:
    """Run a number of steps; return the sums of all counters.

    Raises
    ------
    AssertionError
        At the first step that is wrong, with the seed of its network.
    """
    rng = np.random.default_rng(seed)
    total = np.zeros(len(COUNTER_NAMES))
    for first in range(0, steps, STEPS_OF_A_NETWORK):
        network = int(rng.integers(2**31))
        exponent = float(rng.uniform(-3.0, 9.0))
        size = int(rng.integers(2, 13))
        count = min(STEPS_OF_A_NETWORK, steps - first)
        total += solve_network(network, size, exponent, count)
    return dict(zip(COUNTER_NAMES, total.tolist(), strict=True))


def main() -> None:
    """Parse, run, print the counters."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    begun = time.perf_counter()
    counters = fuzz(options.steps, options.seed)
    lines = [f"{name:>22} {value:.6g}" for name, value in counters.items()]
    lines.append(f"{options.steps} steps in {time.perf_counter() - begun:.0f} s, none wrong")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
