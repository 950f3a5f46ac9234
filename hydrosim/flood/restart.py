"""The state of a flood at an edge of its steps, and going on from it, bit for bit.

A state holds all that the steps before have left behind: storages, releases, flows under way in
reaches, basins, water booked for sections, peaks and sums so far, and the routing sets of the
flood. What a forecast shows of local flow follows from the hydrographs and stands in no state: they
may change after its moment, as a forecast does.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from hydrosim.config.schema import Config
from hydrosim.errors import DataError
from hydrosim.flood.build import FloodModel, build_flood_model
from hydrosim.flood.checks import check_events
from hydrosim.flood.memory import event_arrays, open_record, open_scratch, points_of
from hydrosim.flood.results import build_flood_dataset
from hydrosim.flood.routed import Routed
from hydrosim.flood.simulation import prove_balance, run_steps, settled, whole_event
from hydrosim.flood.state_digests import (
    PARTS_OF_NETWORK,
    digest_of_past,
    digests_of_network,
    digests_of_parts,
    digests_of_stores,
)
from hydrosim.flood.state_ranges import refuse_damaged_arrays, refuse_damaged_sets
from hydrosim.flood.timeline import timeline
from hydrosim.io.state import FORMAT, State, machine
from hydrosim.io.state_header import FLOOD
from hydrosim.kernels.flood import codes as c
from hydrosim.locale import Message, _, in_all_languages, listed

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from hydrosim.flood.events import Event
    from hydrosim.flood.timeline import Timeline
    from hydrosim.kernels.flood.arrays import FloodEvents, FloodRecord, Joint, Scratch

__all__ = ["Restart", "route_on", "route_saving"]

Restart = Literal["auto", "exact"]
SWITCH, MOMENT = "--from-state", "--at"
SCRATCH = (
    "flow", "peak", "reach_mean_m3s", "reach_end_m3s", "part_m3", "plan", "weight", "pool_state",
    "pool_hint", "basin_state", "passed_m3s",
)  # fmt: skip
RECORD = ("basin_summary", "pool_volume", "excess_m3", "proof")


def route_saving(
    source: Config | FloodModel, event: Event, at: str | np.datetime64
) -> tuple[xr.Dataset, State]:
    """Route a flood and return its result, and its state at a moment.

    Parameters
    ----------
    source
        A loaded config with a flood block, or a model built from one.
    event
        The flood.
    at
        Moment on an edge of its steps, behind its first and before its last point.

    Raises
    ------
    ConfigError
        If the config makes no flood model, or the flood does not fit it.
    DataError
        If no step within the flood begins at the moment.
    SimulationError
        If a flow is not a number or a balance does not close.
    """
    model = _model(source)
    event = whole_event(model, event)
    step = _step_at(model, event, at)
    dates, data, sets_fit = _prepared(model, event, None)
    memory = _opened(model, data, dates)
    run_steps(model, data, dates, *memory, (0, step), model.needs_local)
    state = _captured(model, event, step, dates, data, memory)
    run_steps(model, data, dates, *memory, (step, event.steps), 0)
    return _result(model, event, data, memory[0], sets_fit), state


def route_on(
    source: Config | FloodModel, event: Event, state: State, *, restart: Restart = "auto"
) -> xr.Dataset:
    """Route the rest of a flood from a state; peaks and volumes are those of the whole flood.

    Parameters
    ----------
    source
        A loaded config with a flood block, or a model built from one, with the same network.
    event
        The flood. Its hydrographs may differ from those of the state, and it may last longer.
    state
        What `route_saving` returned, or ``load_state`` read.
    restart
        ``exact``: the same model, past and processor, so that every bit is that of the uncut
        flood, or an error; ``auto``: what differs is written to ``attrs["certificate"]``.

    Returns
    -------
    xarray.Dataset
        As of ``route``, with the points of time behind the state's moment.

    Raises
    ------
    ConfigError
        If the config makes no flood model, or the flood does not fit it.
    DataError
        If the state is none of this flood and network, or is not exact where it has to be.
    SimulationError
        If a flow is not a number or a balance does not close.
    """
    model = _model(source)
    event = whole_event(model, event)
    _refuse(model, event, state)
    refuse_damaged_sets(model, event, state)
    step = int(state.header["step_number"])
    dates, data, _unused = _prepared(model, event, state.arrays["reach_set"])
    memory = _opened(model, data, dates)
    same = digests_of_stores(model) == state.header["parts"]["stores"]
    refuse_damaged_arrays(model, state, memory, (SCRATCH, RECORD), same_tables=same)
    if model.needs_local:
        run_steps(model, data, dates, *memory, (0, 0), 1)
    notes = _differences(model, event, state, dates, step)
    if restart == "exact" and notes:
        raise DataError(
            state.file or SWITCH,
            found=_("a state of another flood: {difference}", difference=notes[0]),
            expected=_("a state of the same model, flood and processor, to go on bit for bit"),
            note=_("without `--restart exact` the flood goes on and tells what differs"),
        )
    _loaded(model, state, memory)
    run_steps(model, data, dates, *memory, (step, event.steps), 0)
    result = _result(model, event, data, memory[0], True).isel(
        time=slice(step // model.every + 1, None)
    )
    certificate = json.loads(result.attrs["certificate"])
    certificate["restart"] = {
        "from": str(state.time),
        "solver": "changed" if notes else "continued",
        "notes": [in_all_languages(note) for note in notes],
    }
    return result.assign_attrs(certificate=json.dumps(certificate, ensure_ascii=False))


def _model(source: Config | FloodModel) -> FloodModel:
    return source if isinstance(source, FloodModel) else build_flood_model(source)


def _step_at(model: FloodModel, event: Event, at: str | np.datetime64) -> int:
    """Return the step routed that begins at a moment, an edge of the steps of the flood block."""
    try:
        moment = np.datetime64(str(at), "s")
    except ValueError:
        moment = np.datetime64("NaT", "s")
    since = (moment - event.start.astype("M8[s]")).astype(float)
    step = since / model.step_s
    steps = event.steps // model.every
    if np.isnat(moment) or step != round(step) or not 1 <= step < steps:
        end = event.start + np.timedelta64(round(event.steps * model.dt_s), "s")
        raise DataError(
            MOMENT,
            found=str(at),
            expected=_(
                "an edge of a step of {step:g} h between {start} and {end}, such as {example}",
                step=model.step_s / 3600,
                start=event.start,
                end=end,
                example=event.start + np.timedelta64(round(model.step_s), "s"),
            ),
        )
    return int(step) * model.every


def _prepared(
    model: FloodModel, event: Event, sets: NDArray[Any] | None
) -> tuple[Timeline, FloodEvents, bool]:
    """Return the arrays of a flood with its routing sets: those given, or those that fit it."""
    check_events(model, [event])
    dates = timeline(model, event.start, event.steps)
    if sets is None:
        part = settled(model, [event], dates, keep_series=False, threads=1)
        return dates, part.data, part.settled
    return dates, event_arrays(model, [event], dates, sets), True


def _opened(
    model: FloodModel, data: FloodEvents, dates: Timeline
) -> tuple[FloodRecord, Joint, Scratch]:
    return open_record(model, data, True), *open_scratch(model, data, dates)


def _result(
    model: FloodModel, event: Event, data: FloodEvents, record: FloodRecord, sets_fit: bool
) -> xr.Dataset:
    part = Routed([event], data, record, sets_fit, points_of(model, event.steps))
    prove_balance(model, part)
    return build_flood_dataset(model, [event], [part])


def _captured(
    model: FloodModel,
    event: Event,
    step: int,
    dates: Timeline,
    data: FloodEvents,
    memory: tuple[FloodRecord, Joint, Scratch],
) -> State:
    record, joint, scratch = memory
    own, kept = scratch._asdict(), record._asdict()
    arrays = {name: own[name] for name in SCRATCH}
    arrays |= {f"record.{name}": kept[name] for name in RECORD}
    arrays |= {"booked_m3s": joint.booked_m3s, "reach_set": data.reach_set}
    moment = event.start + np.timedelta64(round(step * model.dt_s), "s")
    header = {
        "format": FORMAT,
        "kind": FLOOD,
        "time": str(moment.astype("M8[s]")),
        "step": f"flood in steps of {model.step_s:g} s",
        "step_number": step,
        "event": event.name,
        "start": str(event.start),
        "machine": machine(),
        "config": model.config.plain,
        "config_hash": model.config.hash,
        "names": {"states": model.elements, "stores": model.pools},
        "network": digests_of_network(model),
        "parts": digests_of_parts(model, dates, event),
        "past": digest_of_past(event, step),
    }
    return State(header, {name: np.array(array) for name, array in arrays.items()})


def _loaded(model: FloodModel, state: State, memory: tuple[FloodRecord, Joint, Scratch]) -> None:
    """Put a state into the scratch of a flood that has been opened."""
    record, joint, scratch = memory
    for name in SCRATCH:
        scratch._asdict()[name][...] = state.arrays[name]
    for name in RECORD:
        record._asdict()[name][...] = state.arrays[f"record.{name}"]
    booked = state.arrays["booked_m3s"]
    shared = min(booked.shape[1], joint.booked_m3s.shape[1])
    joint.booked_m3s[...] = 0.0
    joint.booked_m3s[:, :shared] = booked[:, :shared]
    here, there = digests_of_stores(model), state.header["parts"]["stores"]
    if here != there:
        # The rows of a store stand behind those of others: where one table differs all may.
        for p, name in enumerate(model.pools):
            _find_rows(model, p, state, scratch, changed=here[name] != there.get(name))


def _find_rows(model: FloodModel, p: int, state: State, scratch: Scratch, *, changed: bool) -> None:
    """Find the row of a store in its table, and its flows where a config has changed them."""
    pools, row = model.parts.pools, scratch.pool_state[p]
    low, high = int(pools.first[p]), int(pools.first[p + 1])
    table = pools.table[low:high]
    volume = row[c.VOLUME]
    if not table[0, c.STORAGE] <= volume <= table[-1, c.STORAGE]:
        raise DataError(
            state.file or SWITCH,
            found=_(
                "{volume:.6g} 10⁶ m3 in {pools!r}", volume=volume / 1000000.0, pools=model.pools[p]
            ),
            expected=_(
                "between {low:.6g} and {high:.6g} 10⁶ m3, what its curve in the config holds",
                low=table[0, c.STORAGE] / 1000000.0,
                high=table[-1, c.STORAGE] / 1000000.0,
            ),
        )
    if changed:
        row[c.FREE_NOW] = np.interp(volume, table[:, c.STORAGE], table[:, c.FREE])
        row[c.GATE_NOW] = np.interp(volume, table[:, c.STORAGE], table[:, c.GATE])
    place = np.searchsorted(table[:, c.STORAGE], volume, side="right") - 1
    found = min(max(int(place), 0), high - low - 2)
    scratch.pool_hint[p, :] = low + found
    block = p + len(model.pools)
    scratch.pool_hint[block, :] = pools.first[block] + found


def _refuse(model: FloodModel, event: Event, state: State) -> None:
    """Refuse what is no state of this flood and network, or was written by another version."""
    header, where = state.header, state.file or SWITCH
    if header.get("kind") != FLOOD:
        raise DataError(
            where,
            found=_("the state of a run of days"),
            expected=_("a state that `hydrosim flood --save-state` has written"),
        )
    here, there = machine(), header["machine"]
    unlike = [name for name in ("hydrosim", "kernels") if here[name] != there[name]]
    if unlike:
        raise DataError(
            where,
            found=listed([f"{name} {there[name]}" for name in unlike]),
            expected=listed([f"{name} {here[name]}" for name in unlike]),
        )
    if (event.name, str(event.start)) != (header["event"], header["start"]):
        raise DataError(
            where,
            found=_(
                "a state of the flood {event!r} from {start}",
                event=header["event"],
                start=header["start"],
            ),
            expected=_("a state of {name!r} from {start}", name=event.name, start=event.start),
        )
    mine = digests_of_network(model)
    differing = [key for key, value in mine.items() if value != header["network"].get(key)]
    if differing:
        raise DataError(
            where,
            found=_(
                "a state of another network: {differing} differ",
                differing=listed([PARTS_OF_NETWORK[key] for key in differing]),
            ),
            expected=_(
                "the same places, rivers, routing of reaches and compensation, since flows "
                "under way belong to them"
            ),
        )
    if int(header["step_number"]) >= event.steps:
        raise DataError(
            where, found=_("a state of {time}, where the flood has ended", time=state.time),
            expected=_("a flood that goes on behind it"),
        )  # fmt: skip


def _differences(
    model: FloodModel, event: Event, state: State, dates: Timeline, step: int
) -> list[Message]:
    """Say what keeps the rest from being that of the uncut flood to the last bit."""
    notes: list[Message] = []
    there = state.header["parts"]
    for key, value in digests_of_parts(model, dates, event).items():
        if isinstance(value, dict):
            unlike = ", ".join(name for name in value if value[name] != there[key].get(name))
            if unlike:
                notes.append(_("{parts} differ: {names}", parts=_PARTS[key], names=unlike))
        elif value != there[key]:
            notes.append(_("{parts} differ", parts=_PARTS[key]))
    if digest_of_past(event, step) != state.header["past"]:
        notes.append(_("the inflow before the state differs: the past is that of the state"))
    if machine()["processor"] != state.header["machine"]["processor"]:
        notes.append(_("the processor differs"))
    return notes


_PARTS = {
    "stores": _("outlets and operation of stores"),
    "basins": _("detention basins or rating curves"),
    "rules": _("rules of releases"),
    "limits": _("flood-limited levels"),
    "operation": _("ways of operation"),
}
