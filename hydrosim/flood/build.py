"""Flood primitives to arrays: the only place of the flood engine where a name becomes an index."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.flood.arrays import FloodProgram, Groups
from hydrosim.flood.basins import basin_arrays
from hydrosim.flood.builder import FloodBuilder, Pool, Reach
from hydrosim.flood.channel import Routing
from hydrosim.flood.groups import build_groups
from hydrosim.flood.lowering import lower_flood_config, topological_order
from hydrosim.flood.tables import PoolTable, pool_table, storage_at
from hydrosim.kernels.flood import codes as c

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hydrosim.config.schema import Config

__all__ = ["FloodModel", "build_flood_model"]

KINDS = {"lag": c.LAG, "muskingum": c.MUSKINGUM, "cunge": c.CUNGE}


@dataclass(frozen=True, eq=False)
class FloodModel:
    """A flood model ready to route events: arrays, and the names behind every index.

    Attributes
    ----------
    elements, pools, reaches, basins
        Names in index order; elements in topological order.
    tables
        Table of each pool.
    routings
        Routing of each set; ``first_set`` is that of each reach.
    """

    config: Config
    builder: FloodBuilder
    dt_s: float
    program: FloodProgram
    groups: Groups
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
            f"{len(self.reaches)} reaches, {len(self.basins)} basins, step {self.dt_s:g} s>"
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
    basins, basin_part = basin_arrays(builder, elements, tables)
    groups, members = build_groups(builder, elements, pools)
    builder.raise_faults()
    program = _program(
        builder, place, pools, reaches, tables, routings, first_set, basin_part, groups
    )
    return FloodModel(
        config,
        builder,
        builder.dt_s,
        program,
        groups,
        elements,
        pools,
        reaches,
        basins,
        tables,
        routings,
        first_set,
        members,
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


def _program(
    builder: FloodBuilder,
    place: dict[str, int],
    pools: list[str],
    reaches: list[str],
    tables: dict[str, PoolTable],
    routings: list[Routing],
    first_set: NDArray[np.int64],
    basin_part: dict[str, Any],
    groups: Groups,
) -> FloodProgram:
    names = list(place)
    elements = [builder.elements[name] for name in names]
    kind = [c.POOL if n in pools else c.REACH if n in reaches else c.PASS for n in names]
    index = [
        pools.index(n) if n in pools else reaches.index(n) if n in reaches else -1 for n in names
    ]
    weights = np.zeros((len(routings), 4))
    stored = np.zeros((len(routings), 2))
    for s, routing in enumerate(routings):
        weights[s, :3] = routing.weights
        weights[s, 3] = routing.spacing
        stored[s] = routing.part
    places = [
        max(one.count + one.lag + 3 for one in routings[first_set[r] : first_set[r + 1]])
        for r in range(len(reaches))
    ]
    own_reaches = [builder.reaches[name] for name in reaches]
    own_pools = [builder.pools[name] for name in pools]
    stage = [_stage(element.stage) for element in elements]
    ways = _ways(own_pools, tables, place)
    return FloodProgram(
        dt_s=builder.dt_s,
        kind=np.array(kind, dtype=np.int64),
        place=np.array(index, dtype=np.int64),
        target=np.array([_target(place, e.target) for e in elements], dtype=np.int64),
        gain=np.array([element.gain for element in elements]),
        set_kind=np.array([KINDS[one.kind] for one in routings], dtype=np.int64),
        set_count=np.array([one.count for one in routings], dtype=np.int64),
        set_lag=np.array([one.lag for one in routings], dtype=np.int64),
        set_weight=weights,
        set_first=starts([len(one.table) for one in routings]),
        channel=_stacked([one.table for one in routings], 2),
        set_stored=stored,
        reach_first=starts(places),
        reach_loss=np.array(
            [
                (one.loss, np.inf if one.most_loss_m3s is None else one.most_loss_m3s)
                for one in own_reaches
            ]
        ).reshape(-1, 2),
        pool_first=starts([len(tables[name].rows) for name in pools]),
        pool_table=_stacked([tables[name].rows for name in pools], c.TABLE_COLUMNS),
        pool_number=_pool_numbers(builder, own_pools, tables),
        pool_overflow=np.array(
            [_target(place, pool.overflow_to) for pool in own_pools], dtype=np.int64
        ),
        stage_first=starts([len(one) for one in stage]),
        stage=_stacked(stage, 2),
        local_pass=int(
            groups.section.size > 0
            or any(p.operation is not None and p.operation.pre_release for p in own_pools)
        ),
        **ways,
        **basin_part,
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
        "way_gain": np.ones(len(targets)),
        "way_row": np.array(rows, dtype=np.int64),
        "way_flow": _stacked(flows, 2),
    }


def _pool_numbers(
    builder: FloodBuilder, pools: list[Pool], tables: dict[str, PoolTable]
) -> NDArray[np.float64]:
    flood = builder.config.flood
    assert flood is not None
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
        row[c.RAMP] = np.inf if pool.ramp_m3s2 is None else pool.ramp_m3s2 * builder.dt_s
        row[c.DRAW] = flood.draws.get(pool.name, 0.0)
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
        top = safety if safety < np.inf else float(table.storage_m3[-1])
        row[c.RANGE] = max(top - storage_at(pool, pool.normal_m), 1.0)
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
