"""Runs members of one scenario, each alone: its water, its model, its results and verdicts."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.config.schema import Outputs
from hydrosim.ensemble.measures import (
    discharge_counts,
    discharge_extremes,
    storage_counts,
    storage_edges,
    supply_of,
)
from hydrosim.ensemble.refold import Refold
from hydrosim.ensemble.water import fit_water
from hydrosim.standards.board import Board
from hydrosim.supply.build import build_model
from hydrosim.supply.engine import open_engine
from hydrosim.supply.run_buffers import Workspace
from hydrosim.supply.simulation import result_of, run

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    import xarray as xr
    from numpy.typing import NDArray

    from hydrosim.config.schema import Config
    from hydrosim.ensemble.hindcast import LeaveOut
    from hydrosim.standards.verdict import Verdict
    from hydrosim.supply.build import Model

__all__ = ["Member", "MemberRunner"]


@dataclass(frozen=True, eq=False)
class Member:
    """What one member leaves.

    Attributes
    ----------
    tables
        By name: the year table (water_year, item), measures (item).
    counts
        Whole numbers that may be added to those of other members.
    verdicts
        What the standards say of it.
    certificate
        Proof of its balance.
    seconds
        Processor time by part: water, build, run, judge [s].
    """

    tables: Mapping[str, NDArray[np.float64]]
    counts: Mapping[str, NDArray[np.int64]]
    verdicts: list[Verdict]
    certificate: str
    seconds: Mapping[str, float]


class MemberRunner:
    """Runs the members of one scenario.

    It may be used by several threads: each has arrays of its own.

    Parameters
    ----------
    config
        The config of a scenario with an ensemble block.
    end, today, leave_out
        Last day of the members, the day before which they have the record's water, and the years
        of the record that they do not take then; see :func:`hydrosim.ensemble.water.fit_water`.

    Raises
    ------
    ConfigError
        If the config does not make a model, or its record does not suit the ensemble.
    """

    def __init__(
        self,
        config: Config,
        *,
        end: datetime.date | None = None,
        today: np.datetime64 | None = None,
        leave_out: LeaveOut = "later",
    ) -> None:
        ensemble = config.ensemble
        self.water = fit_water(config, end=end, today=today, leave_out=leave_out)
        whole = self.water.config.model_copy(update={"outputs": Outputs()})
        self.model = build_model(whole, forced=self.water.base)
        self.refold = Refold(self.model)
        assert ensemble is not None
        self.edges = storage_edges(self.model, ensemble.storage_bins)
        self._ledger = ensemble.ledger
        self._board = Board(self.model.config.standards)
        self._own = threading.local()

    def template(self) -> xr.Dataset:
        """Return a result that nothing has filled yet, without series, for its names."""
        register = self.model.tape.initial_register[0]
        return result_of(open_engine(self.model, register), 0, ledger=False)

    def model_of(self, member: int) -> Model:
        """Return the model of a member; its arrays last until this thread's next one."""
        return self._refolded(self.water.numbers(member))

    def _refolded(self, numbers: Mapping[str, NDArray[np.float64]]) -> Model:
        model = self.refold.model_of(numbers, getattr(self._own, "series", None))
        self._own.series = model.program.series
        return model

    def _workspace(self, model: Model) -> Workspace:
        """Return what the runs of this thread share."""
        if not hasattr(self._own, "workspace"):
            self._own.workspace = Workspace(model)
        return self._own.workspace

    def dataset(self, member: int, *, ledger: bool) -> xr.Dataset:
        """Run a member and return its whole result.

        Raises
        ------
        SimulationError
            If a step could not be computed or a balance did not close.
        """
        return run(self.model_of(member), ledger=ledger)

    def run(self, member: int) -> Member:
        """Run a member and return what the ensemble keeps of it.

        Raises
        ------
        SimulationError
            If a step could not be computed or a balance did not close.
        """
        clock = _Clock()
        numbers = self.water.numbers(member)
        clock.stop("water")
        model = self._refolded(numbers)
        clock.stop("build")
        model = _without_reasons(model)
        dataset = run(model, ledger=self._ledger, workspace=self._workspace(model))
        clock.stop("run")
        view = self._board.view(dataset)
        verdicts = self._board.judge(view)
        tables = {
            name: column.values
            for name, column in view.data_vars.items()
            if column.dims[0] == "water_year"
        }
        counts: dict[str, Any] = {}
        if "demand" in view.data_vars:
            tables |= supply_of(view)
        if "storage" in view.data_vars:
            counts["storage_count"] = storage_counts(view, self.edges)
        if "discharge" in view.data_vars:
            tables |= discharge_extremes(view)
            counts["discharge_count"] = discharge_counts(view)
        clock.stop("judge")
        return Member(tables, counts, verdicts, dataset.attrs["certificate"], clock.seconds)


def _without_reasons(model: Model) -> Model:
    """Return a model whose run does not look for reasons of shortage, which no ensemble keeps."""
    none = np.zeros(0, dtype=model.program.short_claim.dtype)
    return replace(model, program=model.program._replace(short_claim=none))


class _Clock:
    """Processor time of this thread by part."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.thread_time()

    def stop(self, part: str) -> None:
        now = time.thread_time()
        self.seconds[part] = now - self._last
        self._last = now
