"""The table of a pool: storage, level, free flow, gate capacity, band cap at its breakpoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.kernels.flood import codes as c

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.builders.flood import Pool, Way

    Floats = NDArray[np.float64]

__all__ = ["PoolTable", "crest_levels", "level_at", "pool_table", "storage_at"]

UNBOUNDED_M3S = 1e9
"""Band cap that stands for none."""
CREST_POINTS = 61
"""Points of a crest weir's curve, closer near the crest: its flow is linear between them."""


@dataclass(frozen=True, eq=False)
class PoolTable:
    """The packed rows of a pool, and flows by outlet at the same rows.

    Attributes
    ----------
    rows
        Shape (n, TABLE_COLUMNS), see ``kernels/flood/codes.py``.
    flows_m3s
        Flow of each open outlet, shape (outlet, n).
    inflow_edge_m3
        Storage above which a band lets the inflow pass; infinite without one.
    banded
        Whether some band has a cap.
    """

    rows: Floats
    flows_m3s: Floats
    inflow_edge_m3: float
    banded: bool

    @property
    def level_m(self) -> Floats:
        """Levels of the rows."""
        return self.rows[:, c.LEVEL]

    @property
    def storage_m3(self) -> Floats:
        """Storages of the rows."""
        return self.rows[:, c.STORAGE]


def storage_at(pool: Pool, level_m: float) -> float:
    """Storage [m3] at a level; above the curve's top it goes on with the area there."""
    assert pool.curve is not None
    level, storage = pool.curve.level_m, pool.curve.storage_m3
    if level_m > level[-1]:
        return float(storage[-1] + (level_m - level[-1]) * _top_area(pool))
    return float(np.interp(level_m, level, storage))


def level_at(table: PoolTable, storage_m3: Floats) -> Floats:
    """Level [m] at each storage; nan stays nan."""
    level, first = np.unique(table.level_m, return_index=True)
    return np.interp(storage_m3, table.storage_m3[first], level)


def _top_area(pool: Pool) -> float:
    assert pool.curve is not None
    curve = pool.curve
    slope = (curve.storage_m3[-1] - curve.storage_m3[-2]) / (curve.level_m[-1] - curve.level_m[-2])
    return float(slope)


def _top_m(pool: Pool) -> float:
    """Level [m] where the table ends: the crest, or the height up to which its weir counts."""
    assert pool.curve is not None
    crest = pool.crest_m if pool.crest_m is not None else pool.curve.top_m
    weir = pool.operation.crest if pool.operation is not None else None
    return crest + weir.height if weir is not None else crest


def crest_levels(pool: Pool) -> Floats:
    """Levels [m] at which the flow over the crest is taken, from the crest to the table's top."""
    assert pool.crest_m is not None
    share = np.linspace(0.0, 1.0, CREST_POINTS) ** 2
    return pool.crest_m + (_top_m(pool) - pool.crest_m) * share


def _levels(pool: Pool) -> tuple[Floats, list[tuple[float, float]]]:
    """Breakpoints [m] up to the top, and the bands as (edge, cap above it)."""
    assert pool.curve is not None
    bottom, top = pool.curve.bottom_m, _top_m(pool)
    points = [pool.curve.level_m, np.array([bottom, top, pool.dead_m])]
    points.extend(way.level_m for way in pool.ways)
    weir = pool.operation.crest if pool.operation is not None else None
    if weir is not None and pool.crest_m is not None:
        points.append(crest_levels(pool))
    edges: list[tuple[float, float]] = []
    cap = 0.0
    above = bottom
    for up_to, given in pool.bands:
        cap = cap if given is None else max(cap, given)
        edges.append((above, cap))
        above = np.inf if up_to is None else up_to
    if pool.bands and above < np.inf:
        edges.append((above, UNBOUNDED_M3S))
    points.append(np.array([edge for edge, _ in edges]))
    levels = np.unique(np.concatenate(points))
    return levels[(levels >= bottom) & (levels <= top)], edges


def _weir_flow(pool: Pool, levels: Floats) -> Floats:
    weir = pool.operation.crest if pool.operation is not None else None
    if weir is None or pool.crest_m is None:
        return np.zeros_like(levels)
    points = crest_levels(pool)
    flow = weir.coefficient * weir.length * (points - pool.crest_m) ** 1.5
    return np.interp(levels, points, flow)


def _flow(way: Way, levels: Floats) -> Floats:
    """Flow of an open outlet at levels: 0 below its points, constant above them."""
    return np.interp(levels, way.level_m, way.flow_m3s, left=0.0)


def pool_table(pool: Pool, dt_s: float) -> PoolTable:
    """Return the table of a pool for steps of a length [s].

    A band's edge stands twice, with the cap below and above it, so that the column of the bands
    has a vertical there.
    """
    levels, edges = _levels(pool)
    inner = [level for level, _ in edges if levels[0] < level < levels[-1]]
    places = np.sort(np.concatenate((levels, inner)))
    caps = np.full(places.size, UNBOUNDED_M3S)
    if edges:
        starts = np.array([level for level, _ in edges])
        values = np.array([cap for _, cap in edges])
        caps = values[np.maximum(np.searchsorted(starts, places, side="right") - 1, 0)]
        for level in inner:
            first = int(np.searchsorted(places, level))
            below = max(int(np.searchsorted(starts, level)) - 1, 0)
            caps[first] = values[below]
    storage = np.array([storage_at(pool, level) for level in places])
    flows = np.array([_flow(way, places) for way in pool.ways])
    gated = np.array([way.gated for way in pool.ways], dtype=bool)
    free = flows[~gated].sum(axis=0) + _weir_flow(pool, places)
    gate = flows[gated].sum(axis=0)
    rows = np.zeros((places.size, c.TABLE_COLUMNS))
    half = 0.5 * dt_s
    rows[:, c.STORAGE] = storage
    rows[:, c.CLOSED] = storage + half * free
    rows[:, c.BAND] = storage + half * free + dt_s * caps
    rows[:, c.OPEN] = storage + half * (free + gate)
    rows[:, c.FREE] = free
    rows[:, c.GATE] = gate
    rows[:, c.CAP] = caps
    rows[:, c.LEVEL] = places
    for value, by, slope in (
        (storage, rows[:, c.CLOSED], c.CLOSED_SLOPE),
        (storage, rows[:, c.BAND], c.BAND_SLOPE),
        (storage, rows[:, c.OPEN], c.OPEN_SLOPE),
        (free, storage, c.FREE_SLOPE),
        (gate, storage, c.GATE_SLOPE),
        (places, storage, c.LEVEL_SLOPE),
    ):
        rise, run = np.diff(value), np.diff(by)
        rows[:-1, slope] = np.divide(rise, run, out=np.zeros_like(rise), where=run > 0)
    inflow = [place for place, (_, cap) in enumerate(pool.bands) if cap is None]
    edge = storage_at(pool, edges[inflow[0]][0]) if inflow else np.inf
    return PoolTable(rows, flows, edge, bool(edges))
