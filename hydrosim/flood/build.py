"""Flood primitives to arrays: the only place of the flood engine where a name becomes an index."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.builders.channel import Routing
from hydrosim.builders.flood import FloodBuilder, Pool, Reach
from hydrosim.flood.basins import build_basins
from hydrosim.flood.groups import build_groups
from hydrosim.flood.lowering import lower_flood_config, topological_order
from hydrosim.flood.tables import PoolTable, pool_table, storage_at
from hydrosim.kernels.flood import codes as c
from hydrosim.kernels.flood.arrays import Elements, Groups, Parts, Pools, Reaches

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from hydrosim.config.schema import Config

__all__ = ["FloodModel", "build_flood_model"]

TURNING_S = 60.0
"""Length of the parts of a step in which another rule takes over at a store [s]."""
KINDS = {"lag": c.LAG, "muskingum": c.MUSKINGUM, "cunge": c.CUNGE, "wave": c.WAVE}


@dataclass(frozen=True, eq=False)
class FloodModel:
    """A flood model ready to route events: arrays, and the names behind every index.

    Attributes
    ----------
    parts, groups
        Arrays of elements, reaches, pools and basins; reservoirs that give way to a section.
    needs_local
        1 where some forecast needs the flow that no reservoir decides on.
    step_s, dt_s, every
        Length of a step of the flood block, of the steps that are routed [s], and how many of
        these make one of those.
    elements, pools, reaches, basins
        Names in index order; elements in topological order.
    tables
        Table of each pool.
    routings
        Routing of each set; ``first_set`` is that of each reach.
    """

    config: Config
    builder: FloodBuilder
    step_s: float
    dt_s: float
    every: int
    parts: Parts
    groups: Groups
    needs_local: int
    elements: list[str]
    pools: list[str]
    reaches: list[str]
    basins: list[str]
    tables: dict[str, PoolTable]
    routings: list[Routing]
    first_set: NDArray[np.int64]
    members: list[str]
    timelines: dict[Any, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return (
            f"<hydrosim.FloodModel: {len(self.elements)} elements, {len(self.pools)} pools, "
            f"{len(self.reaches)} reaches, {len(self.basins)} basins, step {self.step_s:g} s>"
        )

    def place(self, name: str) -> int:
        """Index of an element."""
        return self.elements.index(name)


def build_flood_model(config: Config) -> FloodModel:
    """Lower the floods of a config and turn the network into arrays.

    Returns
    -------
    FloodModel
        The arrays with their names; the same for any order of the config's entries.

    Raises
    ------
    ConfigError
        With all that is wrong with the flood network.
    """
    builder = lower_flood_config(config)
    elements = topological_order(builder)
    place = {name: index for index, name in enumerate(elements)}
    pools = [name for name in elements if isinstance(builder.elements[name], Pool)]
    reaches = [name for name in elements if isinstance(builder.elements[name], Reach)]
    tables = {name: pool_table(builder.pools[name], builder.dt_s) for name in pools}
    routings, first_set = _routing_sets(builder, reaches)
    in_order = {name: pool.basins for name, pool in builder.pools.items()}
    basins, basin_first, basin_arrays = build_basins(builder, elements, in_order)
    draws = config.flood.draws if config.flood is not None else {}
    groups, members = build_groups(builder, elements, pools)
    builder.raise_faults()
    own = [builder.pools[name] for name in pools]
    forecasts = any(pool.operation is not None and pool.operation.pre_release for pool in own)
    return FloodModel(
        config=config,
        builder=builder,
        step_s=builder.dt_s * builder.every,
        dt_s=builder.dt_s,
        every=builder.every,
        parts=Parts(
            elements=_elements(builder, elements, pools, reaches, basin_first),
            reaches=_reaches(builder, reaches, routings, first_set),
            pools=_pools(builder, draws, own, tables, place, members),
            basins=basin_arrays,
        ),
        groups=groups,
        needs_local=int(groups.section.size > 0 or forecasts),
        elements=elements,
        pools=pools,
        reaches=reaches,
        basins=basins,
        tables=tables,
        routings=routings,
        first_set=first_set,
        members=members,
    )


def _routing_sets(
    builder: FloodBuilder, reaches: Sequence[str]
) -> tuple[list[Routing], NDArray[np.int64]]:
    routings: list[Routing] = []
    first = [0]
    for name in reaches:
        routings.extend(routing for _, routing in builder.reaches[name].routings)
        first.append(len(routings))
    return routings, np.array(first, dtype=np.int64)


def starts(sizes: Sequence[int]) -> NDArray[np.int64]:
    """First index of each of several blocks, and the end of the last."""
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)


def _target(place: dict[str, int], name: str | None) -> int:
    return -1 if name is None else place.get(name, -1)


def _elements(
    builder: FloodBuilder,
    names: list[str],
    pools: list[str],
    reaches: list[str],
    basin_first: NDArray[np.int64],
) -> Elements:
    place = {name: index for index, name in enumerate(names)}
    elements = [builder.elements[name] for name in names]
    kind = [c.POOL if n in pools else c.REACH if n in reaches else c.PASS for n in names]
    own = [
        pools.index(n) if n in pools else reaches.index(n) if n in reaches else -1 for n in names
    ]
    stage = [_stage(element.stage) for element in elements]
    target = [_target(place, element.target) for element in elements]
    plan = np.column_stack((kind, own, target, np.diff(basin_first)))
    safe = [element.safe_m3s for element in elements]
    return Elements(
        plan=np.ascontiguousarray(plan, dtype=np.int64),
        gain=np.array([element.gain for element in elements]),
        segment=_segments(plan),
        basin_first=basin_first,
        stage_first=starts([len(one) for one in stage]),
        stage=_stacked(stage, 2),
        bounded=np.array([e for e, one in enumerate(safe) if one is not None], dtype=np.int64),
        safe_m3s=np.array([one for one in safe if one is not None], dtype=np.float64),
    )


def _segments(plan: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return runs of rivers, and of stores and places with basins, in the order of the elements."""
    store = (plan[:, c.KIND] == c.POOL) | (plan[:, c.BASIN_COUNT] > 0)
    kind = np.where(store, c.STORES, c.RIVERS)
    edges = [0, *(np.flatnonzero(np.diff(kind)) + 1).tolist(), len(kind)]
    rows = [(kind[low], low, high) for low, high in pairwise(edges) if high > low]
    return np.array(rows, dtype=np.int64).reshape(-1, c.SEGMENT_COLUMNS)


def _reaches(
    builder: FloodBuilder,
    names: list[str],
    routings: list[Routing],
    first_set: NDArray[np.int64],
) -> Reaches:
    weights = np.zeros((len(routings), c.SET_WEIGHTS))
    for s, routing in enumerate(routings):
        weights[s, : c.SET_SPACING] = routing.weights
        weights[s, c.SET_SPACING] = routing.spacing
    places = [
        max(one.count + one.lag + 3 for one in routings[first_set[r] : first_set[r + 1]])
        for r in range(len(names))
    ]
    losses = [
        (one.loss, np.inf if one.most_loss_m3s is None else one.most_loss_m3s)
        for one in (builder.reaches[name] for name in names)
    ]
    return Reaches(
        first=starts(places),
        loss=np.array(losses).reshape(-1, 2),
        kind=np.array([KINDS[one.kind] for one in routings], dtype=np.int64),
        parts=np.array([one.count for one in routings], dtype=np.int64),
        lag=np.array([one.lag for one in routings], dtype=np.int64),
        weight=weights,
        stored=np.array([one.part for one in routings]).reshape(-1, 2),
        row=starts([len(one.table) for one in routings]),
        channel=_stacked([one.table for one in routings], 2),
    )


def _pools(
    builder: FloodBuilder,
    draws: Mapping[str, float],
    pools: list[Pool],
    tables: dict[str, PoolTable],
    place: dict[str, int],
    members: list[str],
) -> Pools:
    ways = _ways(pools, tables, place)
    overflow = np.array([_target(place, pool.overflow_to) for pool in pools], dtype=np.int64)
    number = _pool_numbers(builder, draws, pools, tables)
    beside = {basin.section for basin in builder.basins.values()}
    for p, pool in enumerate(pools):
        assert pool.operation is not None
        number[p, c.PLAIN] = float(
            number[p, c.DRAW] == 0.0
            and number[p, c.PRE_WHEN] == np.inf
            and pool.operation.release is None
            and pool.name not in members
            and pool.name not in beside
            and pool.overflow_to == pool.target
            and ways["way_first"][p] == ways["way_first"][p + 1]
        )
    parts = max(1, round(builder.dt_s / TURNING_S))
    blocks = [tables[pool.name].rows for pool in pools]
    blocks += [pool_table(pool, builder.dt_s / parts).rows for pool in pools]
    return Pools(
        parts=parts,
        first=starts([len(rows) for rows in blocks]),
        table=_stacked(blocks, c.TABLE_COLUMNS),
        number=number,
        overflow=overflow,
        **ways,
    )


def _stacked(parts: Sequence[NDArray[np.float64]], width: int) -> NDArray[np.float64]:
    rows = [np.asarray(part, dtype=np.float64).reshape(-1, width) for part in parts]
    return np.concatenate(rows) if rows else np.zeros((0, width))


def _stage(curve: Any) -> NDArray[np.float64]:
    return np.zeros((0, 2)) if curve is None else np.column_stack(curve)


def _ways(pools: list[Pool], tables: dict[str, PoolTable], place: dict[str, int]) -> dict[str, Any]:
    """Ways out of each pool that lead elsewhere than its river, outlets of one target together."""
    counts: list[int] = []
    targets: list[int] = []
    rows: list[int] = []
    flows: list[NDArray[np.float64]] = []
    size = 0
    for pool in pools:
        table = tables[pool.name]
        others = sorted({str(w.to) for w in pool.ways if w.to is not None and w.to != pool.target})
        counts.append(len(others))
        for other in others:
            own = [i for i, way in enumerate(pool.ways) if str(way.to) == other]
            gated = np.array([pool.ways[i].gated for i in own])
            part = table.flows_m3s[own]
            flows.append(np.column_stack((part[gated].sum(axis=0), part[~gated].sum(axis=0))))
            targets.append(place.get(other, -1))
            rows.append(size)
            size += len(table.rows)
    return {
        "way_first": starts(counts),
        "way_target": np.array(targets, dtype=np.int64),
        "way_row": np.array(rows, dtype=np.int64),
        "way_flow": _stacked(flows, 2),
    }


def _pool_numbers(
    builder: FloodBuilder,
    draws: Mapping[str, float],
    pools: list[Pool],
    tables: dict[str, PoolTable],
) -> NDArray[np.float64]:
    numbers = np.zeros((len(pools), c.POOL_NUMBERS))
    for p, pool in enumerate(pools):
        row, table = numbers[p], tables[pool.name]
        operation = pool.operation
        assert operation is not None
        assert pool.curve is not None
        sills = [float(way.level_m[0]) for way in pool.ways if way.gated]
        safety = np.inf if pool.safety_m is None else storage_at(pool, pool.safety_m)
        row[c.SILL] = storage_at(pool, min(sills)) if sills else np.inf
        row[c.SAFETY] = safety
        row[c.INFLOW_EDGE] = table.inflow_edge_m3
        row[c.RAMP] = np.inf if pool.ramp_m3s2 is None else pool.ramp_m3s2
        row[c.DRAW] = draws.get(pool.name, 0.0)
        row[c.PRE_WHEN] = row[c.PRE_SAFE] = np.inf
        row[c.REFILL_BELOW] = 0.0
        if operation.pre_release is not None:
            row[c.PRE_LOWEST] = storage_at(pool, operation.pre_release.to)
            row[c.PRE_WHEN] = operation.pre_release.when
            row[c.PRE_SAFE] = pre_release_cap(builder, pool)
            row[c.HORIZON] = forecast_steps(builder, pool)
        if operation.refill is not None:
            row[c.REFILL] = storage_at(pool, operation.refill.level)
            row[c.REFILL_BELOW] = operation.refill.below
        row[c.ERROR] = pool.forecast_error
        row[c.FLOOD_TOP] = min(safety, float(table.storage_m3[-1]))
        row[c.GATED] = float(pool.gated)
        row[c.BANDED] = float(table.banded)
        row[c.PEAK_BOUND] = float(not operation.artificial_peak)
    return numbers


def forecast_steps(builder: FloodBuilder, pool: Pool) -> float:
    """Whole steps that the forecast of a pool sees ahead."""
    return float(np.floor((pool.forecast_s or 0.0) / builder.dt_s + 1e-9))


def pre_release_cap(builder: FloodBuilder, pool: Pool) -> float:
    """Largest pre-release [m3/s]: as given, else the safe discharge down to the next pool."""
    operation = pool.operation
    assert operation is not None
    assert operation.pre_release is not None
    caps = [] if operation.pre_release.most is None else [operation.pre_release.most]
    name = pool.target
    while name is not None and name in builder.elements:
        element = builder.elements[name]
        if isinstance(element, Pool):
            break
        if element.safe_m3s is not None:
            caps.append(element.safe_m3s)
        name = element.target
    return min(caps, default=np.inf)
