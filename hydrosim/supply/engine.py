"""One scenario on its way through the kernel: what is constant, what changes, what is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.kernels.arrays import (
    Certificate,
    Credit,
    LedgerBook,
    LedgerPlan,
    Reasons,
    Recording,
    Work,
)
from hydrosim.supply.in_lieu import open_credit
from hydrosim.supply.ledger import no_ledger, open_book
from hydrosim.supply.reasons import open_reasons
from hydrosim.supply.recording import open_recording

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.kernels._records import Record
    from hydrosim.supply.build import Model
    from hydrosim.supply.resumed import Resumed
    from hydrosim.supply.run_buffers import Workspace

__all__ = ["Engine", "open_engine"]


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
        model=model,
        solver=build_allocation_state(model.allocation),
        register=own,
        recording=open_recording(model, keep_series=keep_series)
        if workspace is None
        else workspace.recording(keep_series=keep_series),
        certificate=_certificate(),
        ledger=plan,
        book=open_book(plan, own),
        credit=open_credit(model.in_lieu, model.ledger, len(model.columns), kept=ledger),
        reasons=open_reasons(len(model.rows), len(model.columns)),
    )


def _certificate() -> Certificate:
    return Certificate(
        row_closure=np.zeros(1),
        row_place=np.zeros(2, dtype=np.int64),
        network_closure=np.zeros(1),
        network_place=np.zeros(1, dtype=np.int64),
        failure=np.zeros(3, dtype=np.int64),
    )
