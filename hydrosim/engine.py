"""One scenario on its way through the kernel: what is constant, what changes, what is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.failures import failure_of
from hydrosim.in_lieu import open_credit
from hydrosim.kernels.arrays import (
    Certificate,
    Credit,
    LedgerBook,
    LedgerPlan,
    Reasons,
    Recording,
    Work,
)
from hydrosim.ledger import no_ledger, open_book
from hydrosim.reasons import open_reasons
from hydrosim.recording import open_recording

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from hydrosim.build import Model
    from hydrosim.kernels._records import Record
    from hydrosim.restart import Resumed
    from hydrosim.workspace import Workspace

__all__ = ["Engine", "advance", "compile_time_loop", "finish", "open_engine"]

MOST_PARTS = 40
LEAST_STEPS = 1000
"""Steps between two signs of progress, so that telling them costs nothing."""


@dataclass(eq=False)
class Engine:
    """One scenario on its way: constants of the model, and what changes."""

    model: Model
    solver: Any
    register: NDArray[np.float64]
    recording: Recording
    certificate: Certificate
    ledger: LedgerPlan
    book: LedgerBook
    credit: Credit
    reasons: Reasons
    resumed: Resumed | None = None

    @cached_property
    def work(self) -> Record:
        """All of it as the kernels see it."""
        from hydrosim.kernels._records import Record

        return Record(
            Work(
                variant=0,
                solver=self.solver.address,
                **{name: record.address for name, record in self._records.items()},
                **self._functions(),
                register=self.register,
                balance_m3=np.zeros(len(self.model.rows)),
                size_m3=np.zeros(len(self.model.rows)),
                following=np.zeros(self.model.tape.state_register.size),
            )
        )

    @cached_property
    def _records(self) -> dict[str, Record]:
        from hydrosim.kernels._records import Record

        return {
            "program": Record(self.model.program),
            "recording": Record(self.recording),
            "certificate": Record(self.certificate),
            "reasons": Record(self.reasons),
            "ledger": Record(self.ledger),
            "book": Record(self.book),
            "in_lieu": Record(self.model.in_lieu),
            "credit": Record(self.credit),
        }

    def _functions(self) -> dict[str, int]:
        """Addresses of what this scenario needs done in a step; 0 for what it does not."""
        from hydrosim.kernels.in_lieu import step_in_lieu
        from hydrosim.kernels.ledger import step_ledger
        from hydrosim.kernels.reasons import step_reasons

        explained = self.recording.reason.shape[0] > 0
        kept = self.ledger.order.size > 0
        lent = kept and self.model.in_lieu.pair_store.size > 0
        return {
            "step_reasons": step_reasons.address if explained else 0,
            "step_ledger": step_ledger.address if kept else 0,
            "step_in_lieu": step_in_lieu.address if lent else 0,
        }


def open_engine(
    model: Model,
    register: NDArray[np.float64],
    *,
    keep_series: bool = False,
    ledger: bool = False,
    workspace: Workspace | None = None,
) -> Engine:
    """Return a scenario at the start of its period: an empty solver, the given registers.

    With a workspace its steps are written over those of the run that used it before.
    """
    from hydrosim.kernels.allocation import build_allocation_state

    plan = model.ledger if ledger else no_ledger(model.ledger)
    own = register.copy()
    return Engine(
        model,
        build_allocation_state(model.allocation),
        own,
        open_recording(model, keep_series=keep_series)
        if workspace is None
        else workspace.recording(keep_series=keep_series),
        _certificate(),
        plan,
        open_book(plan, own),
        open_credit(model.in_lieu, model.ledger, len(model.columns), kept=ledger),
        open_reasons(len(model.rows), len(model.columns)),
    )


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


def _certificate() -> Certificate:
    return Certificate(
        np.zeros(1),
        np.zeros(2, dtype=np.int64),
        np.zeros(1),
        np.zeros(1, dtype=np.int64),
        np.zeros(3, dtype=np.int64),
    )
