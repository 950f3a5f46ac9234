"""Runs a model: prepares registers and records, calls the kernel, turns a failure into a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.arrays import Certificate, LedgerBook, LedgerPlan, Recording
from hydrosim.build import Model, build_model
from hydrosim.errors import SimulationError
from hydrosim.ledger import no_ledger, open_book
from hydrosim.results import RunRecord, build_dataset

if TYPE_CHECKING:
    from collections.abc import Callable

    import xarray as xr
    from numpy.typing import NDArray

    from hydrosim.calendar import Calendar, Period
    from hydrosim.config.schema import Config

__all__ = ["run"]

PROGRESS_PARTS = 40
CYCLES = 20
SCRATCH_ROWS = 6
CYCLE_CLOSURE = 1e-9
PERIODS: tuple[Period, ...] = ("month", "dekad")


@dataclass(eq=False)
class _Engine:
    """One scenario on its way: constants of the model, and what changes."""

    model: Model
    solver: Any
    register: NDArray[np.float64]
    recording: Recording
    certificate: Certificate
    ledger: LedgerPlan
    book: LedgerBook
    scratch: NDArray[np.float64]


def run(
    source: Config | Model,
    *,
    progress: Callable[[float], None] | None = None,
    keep_series: bool = True,
    ledger: bool = True,
) -> xr.Dataset:
    """Simulate a config or model over its period.

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

    Returns
    -------
    xarray.Dataset
        Dims (scenario, member, time, ...), see ``variables.py``. ``attrs["certificate"]`` holds
        the proof of the balance.

    Raises
    ------
    ConfigError
        If the config does not make a model.
    SimulationError
        If a step could not be computed; it names date, place and values.
    """
    model = source if isinstance(source, Model) else build_model(source)
    register = model.tape.initial_register[0].copy()
    register, cycles = _started(model, register)
    engine = _engine(model, register, keep_series=keep_series, ledger=ledger)
    _advance(engine, 0, model.calendar.dt_s.size, progress)
    return build_dataset(
        model,
        RunRecord(
            engine.recording,
            engine.certificate,
            engine.solver.counters,
            engine.register,
            engine.book if ledger else None,
            cycles,
        ),
    )


def _started(model: Model, register: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
    """Registers at the start of the run: as given, after a warm-up, or cyclic.

    A warm-up runs the first years once; a cyclic start repeats the whole period until every
    stored volume ends as it began, to 1e-9 of all stored water.
    """
    start = model.config.start
    if start.state == "given":
        return register, 0
    if start.state == "warm_up":
        last = _steps_of_years(model, start.years)
        engine = _engine(model, register)
        _advance(engine, 0, last, None)
        return _restarted(model, engine.register), 1
    for cycle in range(1, CYCLES + 1):
        before = register[model.tape.state_register].copy()
        engine = _engine(model, register)
        _advance(engine, 0, model.calendar.dt_s.size, None)
        register = _restarted(model, engine.register)
        change = np.abs(register[model.tape.state_register] - before)
        if np.max(change, initial=0.0) <= CYCLE_CLOSURE * np.max(np.abs(before), initial=1.0):
            return register, cycle
    return register, CYCLES


def _restarted(model: Model, register: NDArray[np.float64]) -> NDArray[np.float64]:
    fresh = model.tape.initial_register[0].copy()
    states = model.tape.state_register
    fresh[states] = register[states]
    return fresh


def _steps_of_years(model: Model, years: int) -> int:
    starts = model.calendar.starts
    end = starts[0] + np.timedelta64(round(years * 365.25), "D")
    return max(1, int(np.searchsorted(starts, end)))


def _engine(
    model: Model,
    register: NDArray[np.float64],
    *,
    keep_series: bool = False,
    ledger: bool = False,
) -> _Engine:
    from hydrosim.kernels.allocation import build_allocation_state

    plan = model.ledger if ledger else no_ledger(model.ledger)
    return _Engine(
        model,
        build_allocation_state(model.allocation),
        register.copy(),
        _recording(model, keep_series=keep_series),
        _certificate(),
        plan,
        open_book(plan, model.builder, register),
        np.zeros((SCRATCH_ROWS, _width(model))),
    )


def _width(model: Model) -> int:
    states = model.tape.state_register.size
    return max(len(model.columns), len(model.claims), len(model.rows), states, 1)


def _certificate() -> Certificate:
    return Certificate(
        np.zeros(1),
        np.zeros(2, dtype=np.int64),
        np.zeros(1),
        np.zeros(1, dtype=np.int64),
        np.zeros(3, dtype=np.int64),
    )


def _recording(model: Model, *, keep_series: bool) -> Recording:

    builder, tape, calendar = model.builder, model.tape, model.calendar
    steps = calendar.dt_s.size
    records = [tape[builder.records[key].value] for key in sorted(builder.records)]
    claims = [builder.year_claims[name] for name in sorted(builder.year_claims)]
    labels = np.asarray(calendar.water_year(model.config.water_year))
    years, year = np.unique(labels, return_inverse=True)
    quantity = np.zeros((years.size, len(model.quantities), 8))
    quantity[:, :, 1] = np.inf
    quantity[:, :, 2] = -np.inf
    thresholds = np.full((len(model.quantities), 4), np.nan)
    for q, one in enumerate(model.quantities):
        thresholds[q, : len(one.thresholds)] = one.thresholds
    return Recording(
        np.array(records, dtype=np.int64),
        np.zeros((steps if keep_series else 0, len(records))),
        year.astype(np.int64),
        calendar.days,
        np.array([_period_ends(calendar, period) for period in PERIODS]),
        np.array([tape[c["wanted"]] for c in claims], dtype=np.int64),
        np.array([tape[c["supplied"]] for c in claims], dtype=np.int64),
        np.array([PERIODS.index(c["period"]) for c in claims], dtype=np.int64),
        np.zeros((years.size, len(claims), 6)),
        np.zeros((len(claims), 3)),
        np.array([tape[one.value] for one in model.quantities], dtype=np.int64),
        thresholds,
        quantity,
        np.zeros((years.size, len(builder.boundaries))),
        np.zeros((steps if keep_series else 0, model.program.short_claim.size), dtype=np.int64),
    )


def _period_ends(calendar: Calendar, period: Period) -> NDArray[np.int64]:
    """1 on the last step of each period; a step longer than the period is one itself."""
    try:
        index = calendar.period_index(period)
    except ValueError:
        return np.ones(calendar.dt_s.size, dtype=np.int64)
    return np.append(index[1:] != index[:-1], True).astype(np.int64)


def _advance(
    engine: _Engine, first: int, last: int, progress: Callable[[float], None] | None
) -> None:
    from hydrosim.kernels.simulate import simulate

    edges = [first, last]
    if progress is not None:
        edges = [int(e) for e in np.unique(np.linspace(first, last, PROGRESS_PARTS + 1))]
    for begin, end in zip(edges[:-1], edges[1:], strict=True):
        status = simulate(
            begin,
            end,
            0,
            engine.model.program,
            engine.model.allocation,
            engine.solver,
            engine.register,
            engine.recording,
            engine.certificate,
            engine.ledger,
            engine.book,
            engine.scratch,
        )
        if status != 0:
            raise _failure(engine)
        if progress is not None:
            progress((end - first) / max(last - first, 1))


def _failure(engine: _Engine) -> SimulationError:
    from hydrosim.kernels.simulate import FAILURES, NOT_A_NUMBER

    model = engine.model
    status, step, place = (int(number) for number in engine.certificate.failure)
    date = str(model.calendar.starts[step].astype("datetime64[D]"))
    if status == NOT_A_NUMBER:
        names = [v.name or str(v.key[0]) for v, r in model.tape.register.items() if r == place]
        users = _users(model, place)
        return SimulationError(
            f"{FAILURES[status]}: {', '.join(names[:3]) or 'storage balance'}",
            scenario="base",
            date=date,
            node=users or "network",
        )
    row = int(getattr(engine.solver, "offending", np.array([-1]))[0])
    name = model.rows[row] if 0 <= row < len(model.rows) else "network"
    return SimulationError(
        f"{FAILURES.get(status, 'failure')} (status {place})",
        scenario="base",
        date=date,
        node=name,
    )


def _users(model: Model, register: int) -> str:
    """Columns, claims and rows that read a register."""
    tape, builder = model.tape, model.builder
    found = [
        column.name
        for column in builder.columns.values()
        if any(tape[bound] == register for bound, _ in column.upper)
    ]
    found += [c.name for c in builder.claims.values() if tape.register.get(c.wanted) == register]
    found += [
        row.name
        for row in builder.rows.values()
        if any(tape[volume] == register for volume, _ in row.forced)
    ]
    return ", ".join(found[:3])
