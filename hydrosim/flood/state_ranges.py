"""What the arrays of the state of a flood may hold: names, types, shapes, indices within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.io.state import damaged
from hydrosim.kernels.flood import codes as c
from hydrosim.locale import Message, _, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from hydrosim.flood.build import FloodModel
    from hydrosim.flood.events import Event
    from hydrosim.io.state import State
    from hydrosim.kernels.flood.arrays import FloodRecord, Joint, Scratch

    Arrays = Mapping[str, NDArray[Any]]

__all__ = ["refuse_damaged_arrays", "refuse_damaged_sets"]

REACH_SET, BOOKED = "reach_set", "booked_m3s"
LARGEST = 1e15
"""Far above any volume [m3], flow [m3/s] and sum of flows of a flood."""
ROUNDING = 1e-9
"""By what share of its largest storage rounding may take a store out of its table."""
POINTS = (c.HIGHEST_IN_POINT, c.HIGHEST_OUT_POINT, c.MOST_STORED_POINT)
WEIGHTS = ((c.C0, c.C0), (c.C1, c.C1), (c.C2, c.C2), (c.SPACING, c.SET_SPACING))
"""Columns of the weights of a reach that are those of its set, and which of its columns."""


def refuse_damaged_sets(model: FloodModel, event: Event, state: State) -> None:
    """Refuse a state whose time is none of its flood, or whose routing sets no reach has.

    Raises
    ------
    DataError
        With the file and what is wrong.
    """
    step = state.header["step_number"]
    moment = event.start.astype("M8[s]") + np.timedelta64(round(step * model.dt_s), "s")
    if step < 1 or moment != state.time:
        raise damaged(state.file, _("its date and its step do not belong together"))
    sets = state.arrays.get(REACH_SET)
    first, last = model.first_set[:-1], model.first_set[1:] - 1
    if sets is None or (sets.dtype.str, sets.shape) != ("<i8", (1, first.size)):
        raise damaged(state.file, _form_fault(REACH_SET))
    if ((sets < first) | (sets > last)).any():
        raise damaged(state.file, _("a reach is routed by a set that it does not have"))


def refuse_damaged_arrays(
    model: FloodModel,
    state: State,
    memory: tuple[FloodRecord, Joint, Scratch],
    names: tuple[tuple[str, ...], tuple[str, ...]],
    *,
    same_tables: bool,
) -> None:
    """Refuse a state whose arrays cannot be those of a flood.

    Parameters
    ----------
    model
        The flood model, of the network of the state.
    state
        The state; its header and its routing sets are sound.
    memory
        What has been opened for the flood: record, joint scratch, scratch.
    names
        Fields of the scratch and of the record that a state holds.
    same_tables
        Whether the tables of all stores are those of the state.

    Raises
    ------
    DataError
        With the file and the first thing that is wrong.
    """
    fault = next(_faults(model, state, memory, names), None)
    if fault is None and same_tables:
        fault = next(_faults_of_pools(model, state.arrays), None)
    if fault is not None:
        raise damaged(state.file, fault)


def _form_fault(name: str) -> Message:
    return _("{name} has another type or another shape than a run writes", name=name)


def _faults(
    model: FloodModel,
    state: State,
    memory: tuple[FloodRecord, Joint, Scratch],
    names: tuple[tuple[str, ...], tuple[str, ...]],
) -> Iterator[Message]:
    record, joint, scratch = memory
    mine: dict[str, NDArray[Any]] = {name: scratch._asdict()[name] for name in names[0]}
    mine |= {f"record.{name}": record._asdict()[name] for name in names[1]}
    theirs = {name: one for name, one in state.arrays.items() if name != REACH_SET}
    unlike = sorted(theirs.keys() ^ (mine.keys() | {BOOKED}))
    if unlike:
        yield _("missing or unknown: {names}", names=listed(unlike[:5]))
        return
    booked = theirs[BOOKED]
    if booked.dtype.str != "<f8" or booked.ndim != 2 or len(booked) != len(joint.booked_m3s):
        yield _form_fault(BOOKED)
    for name, array in mine.items():
        if (theirs[name].dtype.str, theirs[name].shape) != (array.dtype.str, array.shape):
            yield _form_fault(name)
            return
    for name, values in theirs.items():
        # The largest loss of a reach may be infinite; its weights are compared below.
        if values.dtype.kind == "f" and name != "weight" and not (np.abs(values) <= LARGEST).all():
            yield _("{name} holds a value beyond that of any flood", name=name)
    yield from _faults_of_reaches(model, state.arrays)
    points = theirs["peak"][:, POINTS]
    if not ((points >= 0) & (points <= state.header["step_number"])).all():
        yield _("a peak stands at a time that has not come")


def _faults_of_reaches(model: FloodModel, arrays: Arrays) -> Iterator[Message]:
    """Yield where the plans and weights of reaches are not those of their sets."""
    reaches, sets = model.parts.reaches, arrays[REACH_SET][0]
    kind, parts = reaches.kind[sets], reaches.parts[sets]
    lag = np.where(kind == c.LAG, parts, reaches.lag[sets])
    plan, weight = arrays["plan"], arrays["weight"]
    expected = {
        c.FIRST: reaches.first[:-1],
        c.PARTS: parts,
        c.WHOLE_LAG: lag,
        c.ROUTING: kind,
        c.SET: sets,
        c.ROW_LOW: reaches.row[sets],
        c.ROW_HIGH: reaches.row[sets + 1],
    }
    if any((plan[:, column] != values).any() for column, values in expected.items()):
        yield _("a reach is routed in another way than by its set")
    cursor = plan[:, c.CURSOR]
    if not ((cursor >= 0) & (cursor <= np.where(lag > 0, lag + 1, cursor.clip(0, 1)))).all():
        yield _("the flow under way in a reach begins at a place that it does not have")
    own = {column: reaches.weight[sets, place] for column, place in WEIGHTS}
    own[c.PART_LAG] = np.where(kind == c.LAG, reaches.weight[sets, c.SET_PART_LAG], 0.0)
    own[c.LOSS_SHARE] = reaches.loss[:, c.LOST_SHARE]
    own[c.LARGEST_LOSS] = reaches.loss[:, c.LOST_MOST]
    if any((weight[:, column] != values).any() for column, values in own.items()):
        yield _("a reach is routed in another way than by its set")


def _faults_of_pools(model: FloodModel, arrays: Arrays) -> Iterator[Message]:
    """Yield which store stands in a row, or holds a volume, that its table does not have."""
    pools, hints = model.parts.pools, arrays["pool_hint"]
    for block, rows in enumerate(hints):
        low, high = int(pools.first[block]), int(pools.first[block + 1])
        if not ((rows >= low) & (rows <= high - 2)).all():
            name = model.pools[block % len(model.pools)]
            yield _("{name!r} stands in a row that its table does not have", name=name)
    for p, name in enumerate(model.pools):
        low, high = int(pools.first[p]), int(pools.first[p + 1])
        least, most = pools.table[[low, high - 1], c.STORAGE]
        volume = arrays["pool_state"][p, c.VOLUME]
        if not least - ROUNDING * most <= volume <= most * (1.0 + ROUNDING):
            yield _("{name!r} holds {volume:.6g} m3, which its table does not have",
                    name=name, volume=volume)  # fmt: skip
