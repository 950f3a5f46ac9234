"""Routes events: prepares their arrays, calls the kernel on threads, chooses parameter sets."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.config.schema import Config
from hydrosim.errors import SimulationError
from hydrosim.flood.arrays import FloodEvents, FloodRecord, Joint, Scratch
from hydrosim.flood.build import FloodModel, build_flood_model
from hydrosim.flood.checks import check_events
from hydrosim.flood.events import Event, config_events
from hydrosim.flood.groups import travel_steps
from hydrosim.flood.tables import storage_at
from hydrosim.flood.timeline import Timeline, timeline
from hydrosim.kernels.flood import codes as c

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from numpy.typing import NDArray

__all__ = ["Routed", "route", "route_events"]

LARGEST_CLOSURE = 1e-12
MOST_PASSES = 6
SMALLEST_SHARE = 200_000
"""Element-steps below which a further thread costs more than it brings."""


@dataclass(frozen=True, eq=False)
class Routed:
    """Events of one start and length with what the kernel left of them.

    Attributes
    ----------
    settled
        Whether the parameter sets of all reaches fit the peaks that came of them.
    kept
        Number of points of time whose series are kept; 0 without series.
    """

    events: list[Event]
    data: FloodEvents
    record: FloodRecord
    settled: bool
    kept: int


def route(
    source: Config | FloodModel,
    events: Sequence[Event] | None = None,
    *,
    keep_series: bool = True,
    threads: int | None = None,
) -> xr.Dataset:
    """Route floods through the network of a configuration.

    Parameters
    ----------
    source
        A loaded config with a flood block, or a model built from one.
    events
        Floods to route; by default those of the configuration.
    keep_series
        Keep the hydrographs; without them only peaks and volumes are returned.
    threads
        Number of threads; by default as many as there is work for. No bit depends on it.

    Returns
    -------
    xarray.Dataset
        Dims (event, time, node | reach | basin | outlet), see ``FLOOD_VARIABLES``;
        ``attrs["certificate"]`` holds the proof of the balance.

    Raises
    ------
    ConfigError
        If the config makes no flood model, or an event does not fit it.
    SimulationError
        If a flow is not a number or a balance does not close.
    """
    from hydrosim.flood.results import build_flood_dataset

    model = source if isinstance(source, FloodModel) else build_flood_model(source)
    chosen = config_events(model.config) if events is None else list(events)
    parts = route_events(model, chosen, keep_series=keep_series, threads=threads)
    return build_flood_dataset(model, chosen, parts)


def route_events(
    model: FloodModel,
    events: Sequence[Event],
    *,
    keep_series: bool = True,
    threads: int | None = None,
) -> list[Routed]:
    """Route events and return the raw records, those of one start and length together.

    Raises
    ------
    ConfigError
        If an event does not fit the model.
    SimulationError
        If a flow is not a number or a balance does not close.
    """
    check_events(model, events)
    groups: dict[tuple[str, int], list[Event]] = {}
    for event in events:
        groups.setdefault((str(event.start), event.steps), []).append(event)
    parts: list[Routed] = []
    for together in groups.values():
        dates = timeline(model, together[0].start, together[0].steps)
        part = _settled(model, together, dates, keep_series=keep_series, threads=threads)
        _prove_balance(model, part)
        parts.append(part)
    return parts


def _settled(
    model: FloodModel,
    events: list[Event],
    dates: Timeline,
    *,
    keep_series: bool,
    threads: int | None,
) -> Routed:
    """Route events with the parameter sets that fit their own peaks.

    The set of a reach follows the peak that enters it, which depends on the sets above and, where
    reservoirs give way to a section, below. From the sets of small floods on, sets are chosen by
    the last peaks until they stay; where they would alternate the set of the larger flood is kept.
    """
    chosen = np.tile(model.first_set[:-1], (len(events), 1))
    kept = dates.limit_m3.shape[0] if keep_series else 0
    if np.all(np.diff(model.first_set) == 1):
        data = _event_arrays(model, events, dates, chosen)
        record = _run(model, data, dates, keep_series, threads)
        return Routed(events, data, record, True, kept)
    for attempt in range(MOST_PASSES):
        data = _event_arrays(model, events, dates, chosen)
        record = _run(model, data, dates, False, threads)
        fitting = _fitting_sets(model, record)
        if attempt > 2:
            fitting = np.maximum(fitting, chosen)
        if np.array_equal(fitting, chosen):
            if keep_series:
                record = _run(model, data, dates, True, threads)
            return Routed(events, data, record, True, kept)
        chosen = fitting
    data = _event_arrays(model, events, dates, chosen)
    record = _run(model, data, dates, keep_series, threads)
    return Routed(events, data, record, False, kept)


def _fitting_sets(model: FloodModel, record: FloodRecord) -> NDArray[np.int64]:
    """Set of each reach whose size holds the peak that entered it, shape (event, reach)."""
    sets = np.zeros((record.summary.shape[0], len(model.reaches)), dtype=np.int64)
    for r, name in enumerate(model.reaches):
        sizes = [up_to for up_to, _ in model.builder.reaches[name].routings]
        bounds = np.array([np.inf if size is None else size for size in sizes[:-1]])
        peaks = record.summary[:, c.PEAK_INFLOW, model.place(name)]
        sets[:, r] = model.first_set[r] + np.searchsorted(bounds, peaks, side="left")
    return sets


def _event_arrays(
    model: FloodModel, events: list[Event], dates: Timeline, chosen: NDArray[np.int64]
) -> FloodEvents:
    steps, count = events[0].steps, len(events)
    ends = np.zeros((count, steps + 1, len(model.elements)))
    means = np.zeros((count, steps, len(model.elements)))
    start_m3 = np.tile(dates.limit_m3[0], (count, 1))
    start_flow = np.full((count, len(model.elements)), np.nan)
    pools = model.builder.pools
    for i, event in enumerate(events):
        for place, flow in event.end_m3s.items():
            ends[i, :, model.place(place)] = flow
            means[i, :, model.place(place)] = event.mean_m3s[place]
        for place, level in event.start_levels_m.items():
            start_m3[i, model.pools.index(place)] = storage_at(pools[place], level)
        for place, flow in event.start_flows_m3s.items():
            start_flow[i, model.place(place)] = flow
    lag, spread, horizon = _member_times(model, chosen)
    used = np.array([e for e in range(len(model.elements)) if np.any(ends[:, :, e])], np.int64)
    return FloodEvents(
        model.dt_s,
        used,
        np.ascontiguousarray(means[:, :, used]),
        np.ascontiguousarray(ends[:, :, used]),
        dates.limit_m3,
        dates.series,
        start_m3,
        start_flow,
        chosen,
        np.array([event.operation == "all_open" for event in events], dtype=np.int64),
        lag,
        spread,
        horizon,
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
            told = pool.forecast_s
            horizon[i, m] = lag[i, m] if told is None else int(told / model.dt_s + 1e-9)
    return lag, spread, horizon


def _record(model: FloodModel, data: FloodEvents, keep_series: bool) -> FloodRecord:
    """Return room for what the kernel writes."""
    count, points = data.start_m3.shape[0], data.limit_m3.shape[0]
    rows = count if keep_series else 1
    points = points if keep_series else 1
    elements, pools, basins = len(model.elements), len(model.pools), len(model.basins)

    def series(items: int) -> NDArray[np.float64]:
        return np.zeros((rows, points, items))

    return FloodRecord(
        series=np.zeros((rows, points, elements, c.SERIES)),
        release_m3s=series(pools),
        mean_inflow_m3s=series(pools),
        mean_outflow_m3s=series(pools),
        rule=np.zeros((rows, points, pools), dtype=np.int64),
        basin_inflow_m3s=series(basins),
        basin_outflow_m3s=series(basins),
        basin_m3=series(basins),
        summary=np.zeros((count, c.SUMMARY_FIELDS, elements)),
        basin_summary=np.zeros((count, basins, 2)),
        pool_volume=np.zeros((count, pools, 2)),
        excess_m3=np.zeros((count, model.parts[0].bounded.size, 2)),
        proof=np.zeros((count, c.PROOF_FIELDS)),
    )


def _scratch(model: FloodModel, data: FloodEvents, dates: Timeline) -> tuple[Joint, Scratch]:
    elements, pools, basins = len(model.elements), len(model.pools), len(model.basins)
    points = data.limit_m3.shape[0]
    places = int(model.parts[1].first[-1])
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
        part_m3=np.zeros((places, 2)),
        plan=np.zeros((len(model.reaches), c.REACH_PLANS), dtype=np.int64),
        weight=np.zeros((len(model.reaches), c.REACH_WEIGHTS)),
        tally=np.zeros(c.TALLIES),
        pool_state=np.zeros((pools, c.POOL_STATES)),
        pool_hint=np.zeros((pools, c.POOL_HINTS), dtype=np.int64),
        basin_state=np.zeros((basins, c.BASIN_STATES)),
        passed_m3s=np.zeros(model.parts[0].bounded.size),
        register=dates.rules.initial.copy(),
    )
    return joint, scratch


def _run(
    model: FloodModel,
    data: FloodEvents,
    dates: Timeline,
    keep_series: bool,
    threads: int | None,
) -> FloodRecord:
    """Call the kernel on all events; threads take blocks of events and share nothing."""
    from hydrosim.kernels.flood.route import route_events as route_kernel

    record = _record(model, data, keep_series)
    count = data.start_m3.shape[0]
    work = count * (data.limit_m3.shape[0] - 1) * max(len(model.elements), 1)
    most = threads or min(os.cpu_count() or 1, max(1, work // SMALLEST_SHARE))
    edges = np.linspace(0, count, min(most, count) + 1).astype(int)

    def block(first: int, last: int) -> int:
        joint, scratch = _scratch(model, data, dates)
        own = record if keep_series or first == 0 else _with_own_series(model, data, record)
        return int(
            route_kernel(
                first,
                last,
                model.needs_local,
                *model.parts,
                dates.rules,
                model.groups,
                data,
                own,
                joint,
                scratch,
            )
        )

    blocks = list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
    if len(blocks) == 1:
        states = [block(*blocks[0])]
    else:
        with ThreadPoolExecutor(len(blocks)) as pool:
            states = list(pool.map(lambda edge: block(*edge), blocks))
    if any(states):
        finite = np.isfinite(record.summary).all(axis=(1, 2))
        record.proof[~finite, c.NETWORK_CLOSURE] = np.nan
    return record


def _with_own_series(model: FloodModel, data: FloodEvents, record: FloodRecord) -> FloodRecord:
    """Return a record that shares what is left of events but has series of its own."""
    fresh = _record(model, data, False)
    return fresh._replace(
        summary=record.summary,
        basin_summary=record.basin_summary,
        pool_volume=record.pool_volume,
        excess_m3=record.excess_m3,
        proof=record.proof,
    )


def _prove_balance(model: FloodModel, part: Routed) -> None:
    """Refuse events in which an element or the network did not close to 1e-12 in some step."""
    for i, event in enumerate(part.events):
        proof = part.record.proof[i]
        for closure, step, place in (
            (proof[c.CLOSURE], proof[c.CLOSURE_STEP], int(proof[c.CLOSURE_ELEMENT])),
            (proof[c.NETWORK_CLOSURE], proof[c.NETWORK_STEP], -1),
        ):
            if closure <= LARGEST_CLOSURE:
                continue
            moment = event.start + np.timedelta64(round(step * model.dt_s), "s")
            what = "a flow is no number" if np.isnan(closure) else "the balance does not close"
            raise SimulationError(
                what,
                scenario=event.name,
                date=str(moment),
                node=model.elements[place] if place >= 0 else "network",
                values={"relative closure": (float(closure), "")},
            )
