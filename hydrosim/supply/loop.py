"""Runs the steps of one scenario in the kernel."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.supply.failures import failure_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from hydrosim.supply.engine import Engine

__all__ = ["advance", "compile_time_loop", "finish"]

MOST_PARTS = 40


LEAST_STEPS = 1000
"""Steps between two signs of progress, so that telling them costs nothing."""


def compile_time_loop() -> None:
    """Compile the time loop and all that it may call, or load it from the cache.

    The allocation comes last and backwards: where a second process compiles it from its first
    function on, the two meet.
    """
    from hydrosim.kernels.allocation.functions import FUNCTIONS
    from hydrosim.kernels.in_lieu import step_in_lieu
    from hydrosim.kernels.ledger import step_ledger
    from hydrosim.kernels.reasons import step_reasons
    from hydrosim.kernels.simulate import simulate
    from hydrosim.kernels.year_table import close_year_claims

    own = (simulate, step_ledger, step_in_lieu, step_reasons, close_year_claims)
    for function in (*own, *reversed(FUNCTIONS.values())):
        function.address  # noqa: B018


def advance(
    engine: Engine, first: int, last: int, progress: Callable[[float], None] | None
) -> None:
    """Run steps [first, last).

    Raises
    ------
    SimulationError
        If a step could not be computed.
    """
    from hydrosim.kernels.simulate import simulate

    edges = [first, last]
    if progress is not None:
        parts = min(MOST_PARTS, max((last - first) // LEAST_STEPS, 1))
        edges = np.linspace(first, last, parts + 1).astype(np.int64).tolist()
    for begin, end in pairwise(edges):
        status = simulate(engine.work.address, begin, end)
        if status != 0:
            raise failure_of(engine)
        if progress is not None:
            progress((end - first) / max(last - first, 1))


def finish(engine: Engine) -> None:
    """Judge the months and dekads that the end of the run cuts."""
    from hydrosim.kernels.year_table import close_year_claims

    close_year_claims(engine.work.address, engine.model.calendar.dt_s.size - 1)
