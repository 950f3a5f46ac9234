"""Runs a model: prepares registers and records, calls the kernel, tells a failure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.arrays import Certificate, LedgerBook, LedgerPlan, Reasons, Recording
from hydrosim.build import Model, build_model
from hydrosim.errors import SimulationError
from hydrosim.ledger import no_ledger, open_book
from hydrosim.reasons import open_reasons
from hydrosim.results import RunRecord, build_dataset

if TYPE_CHECKING:
    from collections.abc import Callable

    import xarray as xr
    from numpy.typing import NDArray

    from hydrosim.calendar import Calendar, Period
    from hydrosim.config.schema import Config

__all__ = ["run"]

PROGRESS_PARTS = 40
CYCLES = 60
PLAIN_CYCLES = 3
CYCLE_WINDOW = 6
LARGEST_CLOSURE = 1e-12
CYCLE_CLOSURE = 1e-9
SCRATCH_ROWS = 6
SCENARIO = "base"
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
    reasons: Reasons
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
        If a step could not be computed or a balance did not close; it names date, place and
        values.
    """
    from hydrosim.kernels.allocation import COUNTER_NAMES

    model = source if isinstance(source, Model) else build_model(source)
    register = model.tape.initial_register[0].copy()
    register, cycles = _started(model, register)
    engine = _engine(model, register, keep_series=keep_series, ledger=ledger)
    _advance(engine, 0, model.calendar.dt_s.size, progress)
    _prove_balance(engine)
    return build_dataset(
        model,
        RunRecord(
            engine.recording,
            engine.certificate,
            dict(zip(COUNTER_NAMES, engine.solver.counters.tolist(), strict=True)),
            engine.register,
            engine.book if ledger else None,
            engine.reasons,
            cycles,
        ),
    )


def _prove_balance(engine: _Engine) -> None:
    """Refuse a run in which a row or the network did not close to 1e-12 in some step."""
    proof, model = engine.certificate, engine.model
    row_step, row = (int(number) for number in proof.row_place)
    closures = {
        "row": (float(proof.row_closure[0]), row_step, model.rows[row] if model.rows else ""),
        "network": (float(proof.network_closure[0]), int(proof.network_place[0]), "network"),
    }
    for what, (closure, step, place) in closures.items():
        if closure > LARGEST_CLOSURE:
            message = f"the balance of the {what} does not close"
            raise SimulationError(
                message,
                scenario="base",
                date=str(model.calendar.starts[step].astype("datetime64[D]")),
                node=place,
                values={"relative closure": (closure, "")},
            )


def _started(model: Model, register: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
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
        engine = _engine(model, register)
        _advance(engine, 0, last, None)
        return _restarted(model, engine.register), 1
    return _cyclic(model, register)


def _cyclic(model: Model, register: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
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
        engine = _engine(model, register)
        _advance(engine, 0, model.calendar.dt_s.size, None)
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
    raise _not_cyclic(model, begun[-1], ended[-1])


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


def _not_cyclic(
    model: Model, begun: NDArray[np.float64], ended: NDArray[np.float64]
) -> SimulationError:
    graph = model.builder.graph
    names = [state.name for state in graph.initial if state in graph.next_state]
    worst = int(np.argmax(np.abs(ended - begun)))
    return SimulationError(
        f"no cyclic start: after {CYCLES} cycles the run still ends otherwise than it begins",
        scenario=SCENARIO,
        date=str(model.calendar.end),
        node=_places(model, [names[worst]])[0],
        values={"change in a cycle": (float(ended[worst] - begun[worst]), "m3")},
    )


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
        open_reasons(len(model.rows)),
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
    for begin, end in pairwise(edges):
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
            engine.reasons,
            engine.scratch,
        )
        if status != 0:
            raise _failure(engine)
        if progress is not None:
            progress((end - first) / max(last - first, 1))


def _failure(engine: _Engine) -> SimulationError:
    from hydrosim.kernels.allocation import STATUS_TEXT
    from hydrosim.kernels.allocation.codes import OFFENDING_ROW
    from hydrosim.kernels.simulate import FAILURES, NOT_A_NUMBER

    model = engine.model
    status, step, place = (int(number) for number in engine.certificate.failure)
    date = str(model.calendar.starts[step].astype("datetime64[D]"))
    if status == NOT_A_NUMBER:
        users = _users(model, place) if place >= 0 else _unclosed(engine)
        return SimulationError(
            FAILURES[status],
            scenario=SCENARIO,
            date=date,
            node=", ".join(users[:3]) or "network",
            values=_not_finite_rules(engine),
        )
    row = int(engine.solver.control[OFFENDING_ROW])
    name = model.rows[row] if 0 <= row < len(model.rows) else "network"
    return SimulationError(
        f"{FAILURES[status]}: {STATUS_TEXT.get(place, f'status {place}')}",
        scenario=SCENARIO,
        date=date,
        node=name,
    )


def _not_finite_rules(engine: _Engine) -> dict[str, tuple[float, str]]:
    """Rules of the failed step that gave no finite number."""
    tape = engine.model.tape
    found: dict[str, tuple[float, str]] = {}
    for name, value in sorted(engine.model.builder.rule_values.items()):
        if value in tape.register and not np.isfinite(engine.register[tape[value]]):
            found[f"rule {name}"] = (float(engine.register[tape[value]]), "")
    return found


def _users(model: Model, register: int) -> list[str]:
    """Nodes and links whose columns, claims and rows read a register."""
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
    return _places(model, found)


def _unclosed(engine: _Engine) -> list[str]:
    """Nodes whose stored volume or flux over the model's edge is no finite number."""
    builder, tape = engine.model.builder, engine.model.tape
    found = [
        name
        for name, balance in sorted(builder.balances.items())
        if not np.isfinite(engine.register[tape[balance.end]])
    ]
    found += [
        boundary.name
        for boundary in builder.boundaries
        if not np.isfinite(engine.register[tape[boundary.volume]])
    ]
    return _places(engine.model, found)


def _places(model: Model, names: list[str]) -> list[str]:
    """Return the nodes and links that the names of primitives belong to, each once."""
    known = [*model.config.nodes, *model.builder.links]
    places: dict[str, None] = {}
    for name in names:
        owners = [one for one in known if name == one or name.startswith(f"{one}.")]
        places[max(owners, key=len, default=name)] = None
    return list(places)
