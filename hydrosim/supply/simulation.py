"""Runs a model and returns its results as one Dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.errors import DataError
from hydrosim.io.state import State, load_state
from hydrosim.locale import _
from hydrosim.supply.build import Model, build_model
from hydrosim.supply.engine import open_engine
from hydrosim.supply.failures import prove_balance, prove_numbers
from hydrosim.supply.loop import advance, finish
from hydrosim.supply.restart import Restart, capture, resume, step_of
from hydrosim.supply.start import started_register

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    import xarray as xr

    from hydrosim.config.schema import Config
    from hydrosim.supply.engine import Engine
    from hydrosim.supply.run_buffers import Workspace

__all__ = ["result_of", "run"]

STATE_DATE = _("the date of the state")


def run(
    source: Config | Model,
    *,
    progress: Callable[[float], None] | None = None,
    keep_series: bool = True,
    ledger: bool = True,
    from_state: State | str | Path | None = None,
    restart: Restart = "auto",
    save_state: str | Path | None = None,
    save_at: date | str | None = None,
    workspace: Workspace | None = None,
) -> xr.Dataset:
    """Simulate a config or model over its period, or the rest of it from a state.

    Parameters
    ----------
    source
        A loaded config, or a model built from one.
    progress
        Called with the done share in [0, 1].
    keep_series
        Keep the series of every step; without them only the year table is returned.
    ledger
        Follow the water by origin and water year.
    from_state
        A state, or its file: the run begins at the state's time, which has to be the start of a
        step of the period, and its results tell of the rest.
    restart
        ``exact`` goes on bit for bit or refuses; ``cold`` takes what is stored and starts the
        solver anew; ``auto`` goes on exactly where it can, cold (and says so) for a changed config
        of the same nodes, and refuses a state of another version or processor.
    save_state
        File to which a state is written.
    save_at
        The state is that at the start of this day; default the end of the run.
    workspace
        Memory and constants of runs of the same model with other series, from its first step on;
        the Dataset then lasts until the next of them.

    Returns
    -------
    xarray.Dataset
        Dims (scenario, member, time, ...), see ``variables.py``. ``attrs["certificate"]`` holds
        the proof of the balance.

    Raises
    ------
    ValueError
        If a workspace is given together with a state.
    ConfigError
        If the config does not make a model.
    DataError
        If the state is refused, or no step starts at a date.
    SimulationError
        If a step could not be computed or a balance did not close; it names date, place and
        values.
    """
    if workspace is not None and from_state is not None:
        msg = "a workspace serves runs from the first step on, not from a state"
        raise ValueError(msg)
    model = source if isinstance(source, Model) else build_model(source)
    register = model.tape.initial_register[0].copy()
    first, cycles = 0, 0
    if from_state is None:
        register, cycles = started_register(model, register, workspace)
    engine = open_engine(
        model, register, keep_series=keep_series, ledger=ledger, workspace=workspace
    )
    if from_state is not None:
        state = from_state if isinstance(from_state, State) else load_state(from_state)
        file = _("the state") if isinstance(from_state, State) else str(from_state)
        engine.resumed = resume(engine, state, restart, file)
        first = engine.resumed.first
    _run_and_save(engine, first, progress, save_state, save_at)
    finish(engine)
    prove_balance(engine)
    prove_numbers(engine)
    return result_of(engine, cycles, ledger=ledger, workspace=workspace)


def result_of(
    engine: Engine, cycles: int, *, ledger: bool, workspace: Workspace | None = None
) -> xr.Dataset:
    """Return what an engine has left as a Dataset; see :func:`run`."""
    from hydrosim.kernels.allocation import COUNTER_NAMES

    # Imported here, so that it can be loaded while the kernel runs.
    from hydrosim.supply.results import build_dataset
    from hydrosim.supply.run_record import RunRecord

    return build_dataset(
        engine.model,
        RunRecord(
            recording=engine.recording,
            certificate=engine.certificate,
            counters=dict(zip(COUNTER_NAMES, engine.solver.counters.tolist(), strict=True)),
            register=engine.register,
            book=engine.book if ledger else None,
            credit=engine.credit,
            reasons=engine.reasons,
            cycles=cycles,
            resumed=engine.resumed,
        ),
        workspace,
    )


def _run_and_save(
    engine: Engine,
    first: int,
    progress: Callable[[float], None] | None,
    save_state: str | Path | None,
    save_at: date | str | None,
) -> None:
    """Run to the end; on the way write the state at the start of a day.

    Raises
    ------
    DataError
        If no step that the run reaches starts then.
    """
    last = engine.model.calendar.dt_s.size
    if save_state is None:
        if save_at is not None:
            raise DataError(
                STATE_DATE, found=_("a date without a file"), expected=_("a file for it")
            )
        advance(engine, first, last, progress)
        return
    saved = last
    if save_at is not None:
        saved = step_of(engine.model, save_at, STATE_DATE)
    if saved <= first:
        found = _("{save_at}, where the run begins or before", save_at=save_at)
        expected = _("a later date: a state is of what a run has left behind")
        raise DataError(STATE_DATE, found=found, expected=expected)
    part = (saved - first) / (last - first)
    advance(engine, first, saved, progress and (lambda done: progress(part * done)))
    capture(engine, saved).save(save_state)
    if saved < last:
        rest = progress and (lambda done: progress(part + (1.0 - part) * done))
        advance(engine, saved, last, rest)
