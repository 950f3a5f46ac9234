"""What the arrays of a state of a run may hold: names, types, shapes, numbers within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.io.state import damaged
from hydrosim.kernels.codes import TERMS
from hydrosim.locale import Message, _, listed
from hydrosim.supply.monthly import SECONDS
from hydrosim.supply.reasons import (
    FIRST_BLOCK,
    FLAG_NO_ROOM,
    FLAG_NO_TAKER,
    FLAG_NO_WATER,
    FLAG_USED_ABOVE,
)
from hydrosim.supply.recording import CLAIM_FIELDS, QUANTITY_FIELDS, RUNNING_FIELDS
from hydrosim.supply.solver_ranges import faults_of_solver, outside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from hydrosim.io.state import State
    from hydrosim.supply.engine import Engine

    Form = tuple[str, tuple[int | None, ...]]

__all__ = ["refuse_damaged_state"]

MOST_M3 = 1e15
"""Far above what any lake holds [m3]; states of other units are smaller."""
ROUNDING_M3, ROUNDING_FRAC = 1.0, 1e-9
"""By how much rounding may take a stored volume below nothing [m3], and that as a share of the
largest volume beside it."""
FLOATS, INTEGERS = "<f8", "<i8"
MONTH = "month."
SOLVER = "solver."
CREDITS = ("booked", "used", "lapsed", "moved", "standing")
REASON_FLAGS = FLAG_USED_ABOVE | FLAG_NO_WATER | FLAG_NO_TAKER | FLAG_NO_ROOM


def refuse_damaged_state(engine: Engine, state: State, *, continues: bool) -> None:
    """Refuse a state whose arrays cannot be those of a run.

    Parameters
    ----------
    engine
        The opened scenario that is to go on; the states of the model are those of the state.
    state
        The state; its header is sound.
    continues
        Whether its solver goes on too.

    Raises
    ------
    DataError
        With the file and the first thing that is wrong.
    """
    fault = next(_faults(engine, state, continues), None)
    if fault is not None:
        raise damaged(state.file, fault)


def _faults(engine: Engine, state: State, continues: bool) -> Iterator[Message]:
    forms = _forms(engine, state)
    arrays = {name: one for name, one in state.arrays.items() if not name.startswith(SOLVER)}
    months = {name for name in arrays if name.startswith(MONTH)}
    unlike = sorted((arrays.keys() - months) ^ forms.keys())
    if unlike:
        yield _("missing or unknown: {names}", names=listed(unlike[:5]))
        return
    for name, form in forms.items():
        if not _has_form(arrays[name], form):
            yield _form_fault(name)
            return
    yield from _faults_of_numbers(engine, state, arrays)
    yield from _faults_of_months({name: arrays[name] for name in months})
    if continues:
        yield from _faults_of_continuing(engine, state)


def _forms(engine: Engine, state: State) -> dict[str, Form]:
    """Return the type and the shape of each array by the names in the header."""
    header = state.header
    names = header["names"]
    claims, quantities = len(names["claims"]), len(names["quantities"])
    forms: dict[str, Form] = {
        "register": (FLOATS, (len(names["states"]),)),
        "table.running": (FLOATS, (claims, RUNNING_FIELDS)),
        "table.claims": (FLOATS, (claims, CLAIM_FIELDS)),
        "table.quantities": (FLOATS, (quantities, QUANTITY_FIELDS)),
        "table.boundaries": (FLOATS, (len(names["boundaries"]),)),
        "reasons.table": (INTEGERS, engine.reasons.table.shape),
        "reasons.used": (INTEGERS, (1,)),
    }
    if not header["ledger"]:
        return forms
    tags = len(names["origins"]) * names["ages"]
    held = state.arrays.get("ledger.inverse", np.zeros(0)).size
    forms |= {
        "ledger.amount": (FLOATS, (held, tags)),
        "ledger.inverse": (FLOATS, (held,)),
        "ledger.same_as": (INTEGERS, (held,)),
        "ledger.supplied": (FLOATS, (claims, tags)),
    }
    lent = len(names["reservoirs"]), len(names["imports"])
    return forms | {f"credit.{name}": (FLOATS, lent) for name in CREDITS}


def _has_form(array: NDArray[Any], form: Form) -> bool:
    return (array.dtype.str, array.shape) == form


def _form_fault(name: str) -> Message:
    return _("{name} has another type or another shape than a run writes", name=name)


def _faults_of_numbers(
    engine: Engine, state: State, arrays: dict[str, NDArray[Any]]
) -> Iterator[Message]:
    for name, values in arrays.items():
        # The least and the largest of a year without a step are infinite.
        unsound = np.isnan if name == "table.quantities" else _not_finite
        if values.dtype.kind == "f" and unsound(values).any():
            yield _("{name} holds a value that is no number", name=name)
    register, names = arrays["register"], state.header["names"]
    fault = outside("register", register, -MOST_M3, MOST_M3)
    if fault is not None:
        yield fault
        return
    least = -ROUNDING_M3 - ROUNDING_FRAC * float(np.abs(register).max(initial=0.0))
    stored = {balance.state.name for balance in engine.model.builder.balances.values()}
    for name, value in zip(names["states"], register, strict=True):
        if name in stored and value < least:
            yield _("{name} holds {value:.6g} m3, a negative volume", name=name, value=value)
    used, table = int(arrays["reasons.used"][0]), arrays["reasons.table"]
    if not 0 <= used <= table.shape[0]:
        yield _("it counts {count} reasons of shortage", count=used)
    if state.header["ledger"]:
        yield from _faults_of_ledger(state, arrays)


def _not_finite(values: NDArray[Any]) -> NDArray[Any]:
    return ~np.isfinite(values)


def _faults_of_ledger(state: State, arrays: dict[str, NDArray[Any]]) -> Iterator[Message]:
    names = state.header["names"]
    count = arrays["ledger.inverse"].size
    if names["first_held"] + len(names["stores"]) + len(names["carriers"]) > count:
        yield _("its ledger holds fewer compositions than stores and carriers")
    for name, least, most in (
        ("ledger.same_as", 0, count - 1),
        ("ledger.amount", 0.0, np.inf),
        ("ledger.inverse", 0.0, np.inf),
    ):
        fault = outside(name, arrays[name], least, most)
        if fault is not None:
            yield fault


def _faults_of_months(sums: dict[str, NDArray[Any]]) -> Iterator[Message]:
    """Yield what is wrong with the sums of the month that a state cuts."""
    for name, values in sums.items():
        if values.dtype.str != FLOATS or values.ndim != 1:
            yield _form_fault(name)
    seconds = sums.get(f"{MONTH}{SECONDS}")
    if sums and (seconds is None or seconds.size != 1):
        yield _form_fault(f"{MONTH}{SECONDS}")


def _faults_of_continuing(engine: Engine, state: State) -> Iterator[Message]:
    """Yield what is wrong with what only a run of the same model takes over."""
    mine = {name: one for name, one in engine.solver.arrays.items() if name != "counters"}
    theirs = {
        name.removeprefix(SOLVER): one
        for name, one in state.arrays.items()
        if name.startswith(SOLVER)
    }
    unlike = sorted(mine.keys() ^ theirs.keys())
    if unlike:
        yield _("missing or unknown: {names}", names=listed(unlike[:5]))
        return
    for name, array in mine.items():
        if not _has_form(theirs[name], (array.dtype.str, array.shape)):
            yield _form_fault(f"{SOLVER}{name}")
            return
    yield from faults_of_solver(engine.model.allocation, theirs)
    yield from _faults_of_reasons(engine, state)
    if engine.ledger.order.size and state.header["ledger"]:
        for name in ("amount", "inverse", "same_as"):
            if state.arrays[f"ledger.{name}"].shape != engine.book._asdict()[name].shape:
                yield _form_fault(f"ledger.{name}")


def _faults_of_reasons(engine: Engine, state: State) -> Iterator[Message]:
    table = state.arrays["reasons.table"]
    most = len(engine.model.columns) * TERMS - 1
    blocks = table.shape[1] - FIRST_BLOCK
    for part, least, last in (
        (table[:, 0], 0, blocks),
        (table[:, 1], 0, REASON_FLAGS),
        (table[:, FIRST_BLOCK:], -1, most),
    ):
        fault = outside("reasons.table", part, least, last)
        if fault is not None:
            yield fault
