"""Arrays of events for the kernel, and room for what it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.flood.groups import travel_steps
from hydrosim.flood.tables import storage_at
from hydrosim.kernels.flood import codes as c
from hydrosim.kernels.flood.arrays import FloodEvents, FloodRecord, Joint, Scratch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.flood.build import FloodModel
    from hydrosim.flood.events import Event
    from hydrosim.flood.timeline import Timeline

__all__ = ["event_arrays", "open_record", "open_scratch", "points_of", "with_own_series"]


def event_arrays(
    model: FloodModel, events: list[Event], dates: Timeline, chosen: NDArray[np.int64]
) -> FloodEvents:
    """Return the arrays of events of one start and length, with the routing set of each reach."""
    steps, count = events[0].steps, len(events)
    named = {name for event in events for name, flow in event.end_m3s.items() if np.any(flow)}
    places = sorted((model.place(name), name) for name in named)
    column = {name: i for i, (_, name) in enumerate(places)}
    ends = np.zeros((count, steps + 1, len(places)))
    means = np.zeros((count, steps, len(places)))
    start_m3 = np.tile(dates.limit_m3[0], (count, 1))
    start_flow = np.full((count, len(model.elements)), np.nan)
    pools = model.builder.pools
    for i, event in enumerate(events):
        for name in event.end_m3s.keys() & named:
            ends[i, :, column[name]] = event.end_m3s[name]
            means[i, :, column[name]] = event.mean_m3s[name]
        for place, level in event.start_levels_m.items():
            start_m3[i, model.pools.index(place)] = storage_at(pools[place], level)
        for place, flow in event.start_flows_m3s.items():
            start_flow[i, model.place(place)] = flow
    lag, spread, horizon = _member_times(model, chosen)
    return FloodEvents(
        dt_s=model.dt_s,
        every=model.every,
        source_element=np.array([place for place, _ in places], dtype=np.int64),
        source_mean_m3s=means,
        source_end_m3s=ends,
        limit_m3=dates.limit_m3,
        series=dates.series,
        start_m3=start_m3,
        start_flow_m3s=start_flow,
        reach_set=chosen,
        all_open=np.array([event.operation == "all_open" for event in events], dtype=np.int64),
        member_lag=lag,
        member_spread=spread,
        member_horizon=horizon,
    )


def _member_times(
    model: FloodModel, chosen: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the steps from each member to its section, their spread, and what it foresees."""
    shape = (chosen.shape[0], len(model.members))
    lag, spread, horizon = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    for m, name in enumerate(model.members):
        pool = model.builder.pools[name]
        assert pool.compensation is not None
        for i in range(chosen.shape[0]):
            routing = {one: model.routings[chosen[i, r]] for r, one in enumerate(model.reaches)}
            lag[i, m], spread[i, m] = travel_steps(model.builder, name, pool.compensation, routing)
            forecast_s = pool.forecast_s
            horizon[i, m] = lag[i, m] if forecast_s is None else int(forecast_s / model.dt_s + 1e-9)
    return lag, spread, horizon


def points_of(model: FloodModel, steps: int) -> int:
    """Return the points of time that are recorded of a number of steps routed."""
    return -(-steps // model.every) + 1


def open_record(model: FloodModel, data: FloodEvents, keep_series: bool) -> FloodRecord:
    """Return room for what the kernel writes."""
    count, points = data.start_m3.shape[0], points_of(model, data.limit_m3.shape[0] - 1)
    rows = count if keep_series else 1
    points = points if keep_series else 1
    elements, pools, basins = len(model.elements), len(model.pools), len(model.basins)

    def series(items: int) -> NDArray[np.float64]:
        return np.zeros((rows, points, items))

    return FloodRecord(
        series=np.zeros((rows, points, elements, c.SERIES)),
        pools=np.zeros((rows, points, pools, c.POOL_SERIES)),
        basin_inflow_m3s=series(basins),
        basin_outflow_m3s=series(basins),
        basin_m3=series(basins),
        summary=np.zeros((count, c.SUMMARY_FIELDS, elements)),
        basin_summary=np.zeros((count, basins, c.BASIN_SUMMARIES)),
        pool_volume=np.zeros((count, pools, c.POOL_VOLUMES)),
        excess_m3=np.zeros((count, model.parts.elements.bounded.size, c.EXCESSES)),
        proof=np.zeros((count, c.PROOF_FIELDS)),
    )


def open_scratch(model: FloodModel, data: FloodEvents, dates: Timeline) -> tuple[Joint, Scratch]:
    """Return the scratch of one thread."""
    elements, pools, basins = len(model.elements), len(model.pools), len(model.basins)
    points = data.limit_m3.shape[0]
    places = int(model.parts.reaches.first[-1])
    local = points if model.needs_local else 0
    late = int(data.member_lag.max(initial=0))
    members = len(model.members)
    joint = Joint(
        local_mean_m3s=np.zeros((local, pools)),
        local_end_m3s=np.zeros((local, elements)),
        booked_m3s=np.zeros((model.groups.section.size, points + late + 1)),
        allowed_m3s=np.full(pools, np.inf),
        most=np.zeros(members),
        near=np.zeros(members),
        share=np.zeros(members),
        position_m3=np.zeros(members),
        room_m3=np.zeros(members),
    )
    scratch = Scratch(
        flow=np.zeros((elements, c.FLOWS)),
        peak=np.zeros((elements, c.PEAKS)),
        reach_mean_m3s=np.zeros(places),
        reach_end_m3s=np.zeros(places),
        part_m3=np.zeros((places, c.PART_STORAGES)),
        plan=np.zeros((len(model.reaches), c.REACH_PLANS), dtype=np.int64),
        weight=np.zeros((len(model.reaches), c.REACH_WEIGHTS)),
        tally=np.zeros(c.TALLIES),
        pool_state=np.zeros((pools, c.POOL_STATES)),
        pool_order=np.zeros((pools, c.POOL_ORDERS)),
        pool_hint=np.zeros((2 * pools, c.POOL_HINTS), dtype=np.int64),
        basin_state=np.zeros((basins, c.BASIN_STATES)),
        opened=np.zeros(basins),
        passed_m3s=np.zeros(model.parts.elements.bounded.size),
        register=dates.rules.initial.copy(),
    )
    return joint, scratch


def with_own_series(model: FloodModel, data: FloodEvents, record: FloodRecord) -> FloodRecord:
    """Return a record that shares what is left of events but has series of its own."""
    fresh = open_record(model, data, False)
    return fresh._replace(
        summary=record.summary,
        basin_summary=record.basin_summary,
        pool_volume=record.pool_volume,
        excess_m3=record.excess_m3,
        proof=record.proof,
    )
