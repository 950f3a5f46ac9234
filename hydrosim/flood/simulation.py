"""Routes events: prepares their arrays, calls the kernel on threads, chooses parameter sets."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.config.schema import Config
from hydrosim.errors import SimulationError
from hydrosim.flood.build import FloodModel, build_flood_model
from hydrosim.flood.checks import check_events
from hydrosim.flood.events import Event, config_events
from hydrosim.flood.memory import (
    event_arrays,
    open_record,
    open_scratch,
    points_of,
    with_own_series,
)
from hydrosim.flood.routed import Routed, rows_of
from hydrosim.flood.tail import with_tails
from hydrosim.flood.timeline import Timeline, timeline
from hydrosim.kernels.flood import codes as c
from hydrosim.locale import _
from hydrosim.variables import LARGEST_CLOSURE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from hydrosim.kernels._records import Record
    from hydrosim.kernels.flood.arrays import FloodEvents, FloodRecord, Joint, Scratch

__all__ = [
    "flood_work",
    "prove_balance",
    "route",
    "route_events",
    "run_steps",
    "settled",
    "whole_event",
]

MOST_PASSES = 6
SMALLEST_SHARE = 200_000
"""Element-steps below which a further thread costs more than it brings."""


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

    An event without an end goes on until what it fills has risen to its peak; the longer event
    stands in a later part, under the same name.

    Raises
    ------
    ConfigError
        If an event does not fit the model.
    SimulationError
        If a flow is not a number or a balance does not close.
    """
    check_events(model, events)
    events = [event.refined(model.dt_s, model.every) for event in events]

    def routed(chosen: Sequence[Event]) -> list[Routed]:
        return _routed_alike(model, chosen, keep_series=keep_series, threads=threads)

    return with_tails(model, routed(events), routed)


def whole_event(model: FloodModel, event: Event) -> Event:
    """Return an event as long as it is routed."""
    part, place = rows_of(route_events(model, [event], keep_series=False))[event.name]
    return part.events[place]


def _routed_alike(
    model: FloodModel, events: Sequence[Event], *, keep_series: bool, threads: int | None
) -> list[Routed]:
    """Route events of one start and length together."""
    groups: dict[tuple[str, int], list[Event]] = {}
    for event in events:
        groups.setdefault((str(event.start), event.steps), []).append(event)
    parts: list[Routed] = []
    for together in groups.values():
        dates = timeline(model, together[0].start, together[0].steps)
        part = settled(model, together, dates, keep_series=keep_series, threads=threads)
        prove_balance(model, part)
        parts.append(part)
    return parts


def settled(
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
    kept = points_of(model, dates.limit_m3.shape[0] - 1) if keep_series else 0
    if np.all(np.diff(model.first_set) == 1):
        data = event_arrays(model, events, dates, chosen)
        record = _run(model, data, dates, keep_series, threads)
        return Routed(events, data, record, True, kept)
    for attempt in range(MOST_PASSES):
        data = event_arrays(model, events, dates, chosen)
        record = _run(model, data, dates, False, threads)
        fitting = _fitting_sets(model, record)
        if attempt > 2:
            fitting = np.maximum(fitting, chosen)
        if np.array_equal(fitting, chosen):
            if keep_series:
                record = _run(model, data, dates, True, threads)
            return Routed(events, data, record, True, kept)
        chosen = fitting
    data = event_arrays(model, events, dates, chosen)
    record = _run(model, data, dates, keep_series, threads)
    return Routed(events, data, record, False, kept)


def _fitting_sets(model: FloodModel, record: FloodRecord) -> NDArray[np.int64]:
    """Set of each reach whose size holds the peak that entered it, shape (event, reach)."""
    sets = np.zeros((record.summary.shape[0], len(model.reaches)), dtype=np.int64)
    for r, name in enumerate(model.reaches):
        sizes = [up_to for up_to, _unused in model.builder.reaches[name].routings]
        bounds = np.array([np.inf if size is None else size for size in sizes[:-1]])
        peaks = record.summary[:, c.PEAK_INFLOW, model.place(name)]
        sets[:, r] = model.first_set[r] + np.searchsorted(bounds, peaks, side="left")
    return sets


def _run(
    model: FloodModel,
    data: FloodEvents,
    dates: Timeline,
    keep_series: bool,
    threads: int | None,
) -> FloodRecord:
    """Call the kernel on all events; threads take blocks of events and share nothing."""
    record = open_record(model, data, keep_series)
    count = data.start_m3.shape[0]
    steps = data.limit_m3.shape[0] - 1
    work = count * steps * max(len(model.elements), 1)
    most = threads or min(os.cpu_count() or 1, max(1, work // SMALLEST_SHARE))
    edges = np.linspace(0, count, min(most, count) + 1).astype(int)

    def block(first: int, last: int) -> int:
        joint, scratch = open_scratch(model, data, dates)
        own = record if keep_series or first == 0 else with_own_series(model, data, record)
        return run_steps(
            model, data, dates, own, joint, scratch, (0, steps), model.needs_local, (first, last)
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


def flood_work(
    model: FloodModel,
    data: FloodEvents,
    dates: Timeline,
    record: FloodRecord,
    joint: Joint,
    scratch: Scratch,
    steps: tuple[int, int],
    needs_local: int,
) -> Record:
    """Return all that the kernel needs to route some steps of events."""
    from hydrosim.kernels._records import Record
    from hydrosim.kernels.flood.arrays import FloodWork

    records = {
        **{name: Record(part) for name, part in model.parts._asdict().items()},
        "rules": Record(dates.rules),
        "groups": Record(model.groups),
        "events": Record(data),
        "record": Record(record),
        "joint": Record(joint),
        "scratch": Record(scratch),
    }
    addresses = {name: one.address for name, one in records.items()}
    return Record(FloodWork(*steps, needs_local, **addresses), records.values())


def run_steps(
    model: FloodModel,
    data: FloodEvents,
    dates: Timeline,
    record: FloodRecord,
    joint: Joint,
    scratch: Scratch,
    steps: tuple[int, int],
    needs_local: int,
    events: tuple[int, int] = (0, 1),
) -> int:
    """Call the kernel for some steps of some events; see ``kernels/flood/route.py``."""
    from hydrosim.kernels.flood.route import route_events as route_kernel

    work = flood_work(model, data, dates, record, joint, scratch, steps, needs_local)
    return route_kernel(work.address, *events)


def prove_balance(model: FloodModel, part: Routed) -> None:
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
            what = (
                _("a flow is no number") if np.isnan(closure) else _("the balance does not close")
            )
            raise SimulationError(
                what,
                scenario=event.name,
                date=str(moment),
                node=model.elements[place] if place >= 0 else "network",
                values={_("relative closure"): (float(closure), "")},
            )
