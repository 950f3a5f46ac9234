"""hydrosim in the benchmark: build a case, time its kernel, and repeat single days of a peer."""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.spec import FloatArray, Network
from benchmarks.peers.to_hydrosim import DAY_S
from hydrosim import build_model, load_config
from hydrosim.kernels.allocation import COUNTER_NAMES, MODE_LEAST_COST, build_allocation
from hydrosim.supply.build import Model
from hydrosim.supply.engine import Engine, open_engine
from hydrosim.supply.loop import advance

EMPTY = 1e-15
"""Share of a store's volume given to a store that starts a day empty (see `repeat_days`)."""

COUNTED = ("pivots", "refactorisations", "new_cuts", "activations", "fallbacks", "evicted_cuts")

WHOLE = 1e-9
"""A claim short by less than this part counts as met."""


@dataclass(frozen=True, eq=False)
class Case:
    """A model with the inflow of its scenarios; `place` leads to each source's series."""

    network: Network
    model: Model
    inflow: FloatArray
    place: list[list[tuple[int, float]]]


def build_case(network: Network, folder: Path, inflow: FloatArray, least_cost: bool) -> Case:
    """Build the model of `hydrosim.yaml` in a folder.

    With `least_cost` the ladder is set aside and the plain linear program of the peers is solved
    by the same kernel.
    """
    model = build_model(load_config(folder / "hydrosim.yaml"))
    if least_cost:
        model = replace(model, allocation=_by_cost(network, model))
    return Case(network, model, inflow, _places(model, inflow))


def claim_column(network: Network, name: str) -> str:
    """Return the name of the column that carries a claim."""
    kind = type(network.nodes[name]).__name__
    return name + {"Use": ".delivery", "Gauge": ".base_flow", "Store": ".storage"}[kind]


def _by_cost(network: Network, model: Model) -> Any:
    columns = [model.builder.columns[name] for name in model.columns]
    cost = np.array([column.cost_yuan_per_m3 for column in columns])
    for node in [*network.gauges, *network.demands, *network.stores]:
        cost[model.columns.index(claim_column(network, node.name))] -= node.value
    claims = [model.builder.claims[name] for name in model.claims]
    program = model.program
    return build_allocation(
        program.column_start,
        program.row_index,
        program.coefficient,
        cost[None, :],
        np.array(model.allocation.tie_break)[: len(columns)],
        np.array([claim.column.index for claim in claims]),
        np.array([claim.sense for claim in claims]),
        np.ones(len(claims)),
        [np.arange(len(claims))],
        [[0, len(claims)]],
        rows=len(model.rows),
        mode=MODE_LEAST_COST,
    )


def _places(model: Model, inflow: FloatArray) -> list[list[tuple[int, float]]]:
    """Find the series that each source fills, as flows or as volumes, by their numbers."""
    series = model.program.series[0]
    places: list[list[tuple[int, float]]] = []
    for values in inflow[:, :, 0]:
        found = [
            (column, factor)
            for column in range(series.shape[1])
            for factor in (1.0, DAY_S)
            if np.allclose(series[:, column], values * factor, rtol=1e-12, atol=0.0)
        ]
        if not found:
            message = "a source's series is not in the model"
            raise RuntimeError(message)
        places.append(found)
    return places


def _with_scenario(case: Case, scenario: int) -> Model:
    """Return the model with the inflow of a scenario."""
    if scenario == 0:
        return case.model
    series = case.model.program.series.copy()
    for values, places in zip(case.inflow[:, :, scenario], case.place, strict=True):
        for column, factor in places:
            series[0, :, column] = values * factor
    return replace(case.model, program=case.model.program._replace(series=series))


def _engine(model: Model) -> Engine:
    engine = open_engine(model, model.tape.initial_register[0])
    engine.work.address  # noqa: B018
    return engine


def run_case(case: Case) -> dict[str, Any]:
    """Run every scenario from an empty solver through the whole kernel; return times [s].

    Rules, allocation, balance checks and the year table are in the time; building the model and
    its arrays is not.
    """
    days = case.inflow.shape[1]
    processor = wall = 0.0
    counters = dict.fromkeys(COUNTED, 0.0)
    for scenario in range(case.inflow.shape[2]):
        engine = _engine(_with_scenario(case, scenario))
        begin, begin_wall = time.thread_time(), time.perf_counter()
        advance(engine, 0, days, None)
        processor += time.thread_time() - begin
        wall += time.perf_counter() - begin_wall
        names = dict(zip(COUNTER_NAMES, engine.solver.counters.tolist(), strict=False))
        for name in COUNTED:
            counters[name] += names.get(name, 0.0)
    return {"processor_s": processor, "wall_s": wall, "counters": counters}


def repeat_days(case: Case, storage: FloatArray) -> tuple[dict[str, FloatArray], float]:
    """Allocate each day from the storages with which a peer began it.

    A store that begins a day empty gets `EMPTY` of its volume: in hydrosim the outlet of an empty
    store is dry until the next day, in a linear program the day's inflow can leave at once.

    Parameters
    ----------
    case
        A case of one scenario.
    storage
        The peer's storages at the end of each day, shape (store, day).

    Returns
    -------
    flows : dict
        Flow of each claim's column by day, in the units of the network.
    short : float
        Share of days on which a minimum flow or demand was not met in full.
    """
    model, network = case.model, case.network
    engine = _engine(model)
    register, tape = engine.register, model.tape
    names = [n.name for n in [*network.gauges, *network.demands, *network.stores]]
    columns = [model.columns.index(claim_column(network, name)) for name in names]
    flows = model.program.flow_first + np.array(columns)
    states = [tape[model.builder.quantities["storage", s.name]] for s in network.stores]
    volume = np.array([s.volume for s in network.stores])
    start = np.array([s.filled for s in network.stores]) * volume
    before = np.column_stack([start, storage[:, :-1]])
    watched = np.array([c.index for c in model.builder.claims.values() if _is_flow(c)])
    short = 0
    result = np.zeros((len(names), storage.shape[1]))
    for t in range(storage.shape[1]):
        register[states] = np.clip(before[:, t], EMPTY * volume, volume) * DAY_S
        advance(engine, t, t + 1, None)
        result[:, t] = register[flows] / DAY_S
        short += bool(np.any(engine.solver.fulfilment[watched] < 1.0 - WHOLE))
    return dict(zip(names, result, strict=True)), short / storage.shape[1]


def _is_flow(claim: Any) -> bool:
    return claim.sense > 0 and not claim.stock
