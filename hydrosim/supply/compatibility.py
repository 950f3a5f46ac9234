"""Whether a state belongs to a model: names, arrays, and what differs between two configs."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import Message, _
from hydrosim.supply.in_lieu import import_names, reservoir_names
from hydrosim.supply.ledger import origin_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.io.state import State
    from hydrosim.supply.build import Model

__all__ = ["difference_of", "names_of", "signature_of", "state_registers"]
NOT_OF_THE_STEP = (
    "title",
    "notes",
    "outputs",
    "standards",
    "economy",
    "start",
    "flood",
    "scenarios",
    "ensemble",
    "outlook",
)
"""Keys that change no step. The period may also end later, but not begin on another day: what rules
look back on, such as the class of the last year, is not in a state."""
LEDGER_PARTS = ("order", "tag_start", "tag_list", "into_source", "into_gain", "carry_share")
MOST_KEYS = 5


def difference_of(model: Model, state: State) -> Message | None:
    """Say in what the model differs from that of the state, as far as it changes a step."""
    changed = sorted(_changed(state.header["config"], model.config.plain, ()))
    if changed:
        shown, more = ", ".join(changed[:MOST_KEYS]), len(changed) - MOST_KEYS
        if more > 0:
            return _("the config differs in {shown} and {more} more", shown=shown, more=more)
        return _("the config differs in {shown}", shown=shown)
    if state.header["model"] != signature_of(model):
        return _("the matrix of the model differs, though the config does not")
    return None


def _changed(before: Any, now: Any, path: tuple[str, ...]) -> Iterator[str]:
    """Yield the paths at which two configs differ, but for what changes no step."""
    if path and path[-1] == "title":
        return
    if len(path) == 1 and path[0] in NOT_OF_THE_STEP:
        return
    if path == ("period", "end"):
        return
    if isinstance(before, dict) and isinstance(now, dict):
        for key in before.keys() | now.keys():
            yield from _changed(before.get(key), now.get(key), (*path, key))
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for place, (old, new) in enumerate(zip(before, now, strict=True)):
            yield from _changed(old, new, (*path, str(place)))
    elif before != now:
        yield ".".join(path)


def signature_of(model: Model) -> str:
    """Hash what the solver and the ledger are built on: matrix, ladder, names, ways of the tags.

    Not in it: constants, series and rules. They follow from the config, and a value that happens
    to be constant over one period may be a series over another.
    """
    digest = hashlib.sha256()
    ledger = model.ledger._asdict()
    parts: list[tuple[str, Any]] = [
        *vars(model.allocation).items(),
        *((name, ledger[name]) for name in LEDGER_PARTS),
        ("rows", np.array(model.rows)),
        ("columns", np.array(model.columns)),
        ("claims", np.array(model.claims)),
    ]
    for name, value in parts:
        array = np.ascontiguousarray(value)
        digest.update(f"{name} {array.dtype} {array.shape}\0".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def names_of(model: Model) -> dict[str, Any]:
    """Names behind the places of all that a state holds."""
    builder = model.builder
    return {
        "states": _state_names(model),
        "stores": sorted(builder.stores),
        "carriers": sorted(builder.carried),
        "origins": origin_names(builder),
        "ages": model.ledger.cohorts,
        "first_held": model.ledger.first_held,
        "claims": sorted(builder.year_claims),
        "quantities": [
            f"{one.item}: {', '.join(one.variables)} {list(one.thresholds)}"
            for one in model.quantities
        ],
        "boundaries": [boundary.name for boundary in builder.boundaries],
        "reservoirs": reservoir_names(builder),
        "imports": import_names(builder),
    }


def _states(model: Model) -> list[Any]:
    graph = model.builder.graph
    states = [state for state in graph.initial if state in graph.next_state]
    return sorted(states, key=lambda state: state.name)


def _state_names(model: Model) -> list[str]:
    return [state.name for state in _states(model)]


def state_registers(model: Model) -> list[int]:
    """Return the register of each state, in the order of their names."""
    return [model.tape[state] for state in _states(model)]
