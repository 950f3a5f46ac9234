"""The state a run starts from: as given, after a warm-up, or one to which the run returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.supply.engine import open_engine
from hydrosim.supply.failures import not_cyclic
from hydrosim.supply.loop import advance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.supply.build import Model
    from hydrosim.supply.run_buffers import Workspace

__all__ = ["started_register"]

CYCLES = 60
PLAIN_CYCLES = 3
CYCLE_WINDOW = 6
CYCLE_CLOSURE = 1e-9


def started_register(
    model: Model, register: NDArray[np.float64], workspace: Workspace | None = None
) -> tuple[NDArray[np.float64], int]:
    """Return the registers at the start of the run: as given, after a warm-up, or cyclic.

    A warm-up runs the first years once; a cyclic start repeats the whole period until every
    stored volume ends as it began, to 1e-9 of all stored water.
    """
    start = model.config.start
    if start.state == "given":
        return register, 0
    if start.state == "warm_up":
        assert start.years is not None
        last = _steps_of_years(model, start.years)
        engine = open_engine(model, register, workspace=workspace)
        advance(engine, 0, last, None)
        return _restarted(model, engine.register), 1
    return _cyclic(model, register, workspace)


def _cyclic(
    model: Model, register: NDArray[np.float64], workspace: Workspace | None
) -> tuple[NDArray[np.float64], int]:
    """Return registers from which a run ends as it began, and how many cycles that took.

    After some plain repetitions the next start is extrapolated from the last cycles (Anderson
    1965), because a slow store, such as an aquifer, would take hundreds of them. The start is a
    combination of ends with weights that sum to one, so what holds between states (a delay's
    volume and its parts) still holds.

    Raises
    ------
    SimulationError
        If there is no such start, as where an aquifer is mined year by year.
    """
    states = model.tape.state_register
    stored = model.program.stored_start
    begun: list[NDArray[np.float64]] = []
    ended: list[NDArray[np.float64]] = []
    before = np.inf
    for cycle in range(1, CYCLES + 1):
        engine = open_engine(model, register, workspace=workspace)
        advance(engine, 0, model.calendar.dt_s.size, None)
        end = _restarted(model, engine.register)
        begun.append(register[states])
        ended.append(end[states])
        missed = float(np.max(np.abs(ended[-1] - begun[-1]), initial=0.0))
        water = float(np.sum(np.abs(register[stored])))
        if missed <= CYCLE_CLOSURE * max(water, 1.0):
            return register, cycle
        if missed > before:
            # Past a brim or an empty store the last cycles tell nothing: begin anew from here.
            del begun[:-1], ended[:-1]
        before = missed
        register = end
        if len(begun) >= PLAIN_CYCLES:
            register[states] = _extrapolated(begun[-CYCLE_WINDOW:], ended[-CYCLE_WINDOW:])
    raise not_cyclic(model, begun[-1], ended[-1], CYCLES)


def _extrapolated(
    begun: list[NDArray[np.float64]], ended: list[NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Return where states that went from ``begun`` to ``ended`` would stay, never below zero."""
    ends = np.array(ended)
    misses = ends - np.array(begun)
    weights = np.linalg.lstsq(np.diff(misses, axis=0).T, misses[-1], rcond=1e-10)[0]
    last = ends[-1]
    step = -np.diff(ends, axis=0).T @ weights
    falls = (last >= 0.0) & (last + step < 0.0)
    part = float(np.min(last[falls] / -step[falls], initial=1.0))
    return np.where(falls, np.maximum(last + part * step, 0.0), last + part * step)


def _restarted(model: Model, register: NDArray[np.float64]) -> NDArray[np.float64]:
    fresh = model.tape.initial_register[0].copy()
    states = model.tape.state_register
    fresh[states] = register[states]
    return fresh


def _steps_of_years(model: Model, years: int) -> int:
    starts = model.calendar.starts
    end = starts[0] + np.timedelta64(round(years * 365.25), "D")
    return max(1, int(np.searchsorted(starts, end)))
