"""Taking the state of a run, and going on from it: bit for bit, or with the solver cold.

A run that goes on from a state is the rest of the run that wrote it, to the last bit, if the model
is the same and versions and processor are. A state taken into a changed config of the same nodes
starts the solver cold, which the result says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from hydrosim.calendar import STEPS, step_word
from hydrosim.errors import DataError
from hydrosim.io.state import FORMAT, State, machine
from hydrosim.locale import OR, SEMICOLON, Message, _, listed, pgettext
from hydrosim.supply.compatibility import (
    difference_of,
    names_of,
    signature_of,
    state_registers,
)
from hydrosim.supply.ledger import open_book
from hydrosim.supply.monthly import month_sums
from hydrosim.supply.resumed import Resumed
from hydrosim.supply.state_ranges import MONTH, refuse_damaged_state
from hydrosim.variables import VARIABLES

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from hydrosim.supply.build import Model
    from hydrosim.supply.engine import Engine

__all__ = ["RESTARTS", "Restart", "capture", "resume", "step_of"]

Restart = Literal["auto", "exact", "cold"]
RESTARTS: tuple[Restart, ...] = ("auto", "exact", "cold")
LEDGER_ARRAYS = ("amount", "inverse", "same_as")
LEDGER_NAMES = ("stores", "carriers", "origins", "ages")
TABLE_NAMES = ("claims", "quantities", "boundaries")


def capture(engine: Engine, step: int) -> State:
    """Return the state of a run at the start of a step, once all steps before have run."""
    model, recording = engine.model, engine.recording
    arrays: dict[str, NDArray[Any]] = {
        "register": engine.register[state_registers(model)],
        "table.running": recording.claim_running,
        "table.claims": recording.claim_table[recording.year[step - 1]],
        "table.quantities": recording.quantity_table[recording.year[step - 1]],
        "table.boundaries": recording.boundary_table[recording.year[step - 1]],
        "reasons.table": engine.reasons.table,
        "reasons.used": engine.reasons.used,
    }
    arrays |= {
        f"solver.{name}": array
        for name, array in engine.solver.arrays.items()
        if name != "counters"
    }
    arrays |= {
        f"month.{name}": sums
        for name, sums in month_sums(model, recording, engine.resumed, step).items()
    }
    kept = engine.ledger.order.size > 0
    if kept:
        month = int(engine.ledger.month[step - 1])
        book, credit = engine.book._asdict(), engine.credit._asdict()
        arrays |= {f"ledger.{name}": book[name] for name in LEDGER_ARRAYS}
        arrays["ledger.supplied"] = engine.book.supplied[month]
        arrays["credit.standing"] = engine.credit.standing
        for name in ("booked", "used", "lapsed", "moved"):
            arrays[f"credit.{name}"] = credit[name][month]
    calendar = model.calendar
    header = {
        "format": FORMAT,
        "time": str(calendar.ends[step - 1].astype("datetime64[s]")),
        "step": model.config.period.step,
        "machine": machine(),
        "config": model.config.plain,
        "config_hash": model.config.hash,
        "model": signature_of(model),
        "names": names_of(model),
        "ledger": kept,
        "water_year": int(_water_years(model)[step - 1]),
        "year_days": _year_days(engine, step),
        "month": _month(calendar.starts[step - 1]),
    }
    return State(header, {name: np.array(array) for name, array in arrays.items()})


def step_of(model: Model, moment: date | str | np.datetime64, what: str) -> int:
    """Return the step that starts at a time; the number of steps for the end of the run.

    Raises
    ------
    DataError
        If no step starts then.
    """
    try:
        time = np.datetime64(moment).astype("datetime64[s]")  # type: ignore[arg-type]
    except ValueError:
        raise DataError(what, found=str(moment), expected=_("a date as 1990-07-01")) from None
    edges = np.append(model.calendar.starts, model.calendar.ends[-1])
    place = int(np.searchsorted(edges, time))
    if place < edges.size and edges[place] == time:
        return place
    near = edges[max(place - 1, 0) : place + 1]
    raise DataError(
        what,
        found=f"{_day(time)}",
        expected=_(
            "the start of a step, from {first} to {last}",
            first=_day(edges[0]),
            last=_day(edges[-1]),
        ),
        note=_("the nearest is {near}", near=listed([_day(edge) for edge in near], OR)),
    )


def resume(engine: Engine, state: State, restart: Restart, file: str) -> Resumed:
    """Put a state into an engine that has just been opened.

    Parameters
    ----------
    engine
        The opened scenario; it is changed.
    state
        The state.
    restart
        ``exact``: refuse all but the same model on the same machine; ``cold``: start the solver
        anew in any case; ``auto``: go on exactly if possible, cold for a changed config, and
        refuse a state of another version or processor.
    file
        Name of the state for messages.

    Returns
    -------
    Resumed
        The first step, and how the run goes on.

    Raises
    ------
    DataError
        If names, time or step do not fit, or the state is refused.
    """
    model = engine.model
    _check_names(model, state, file)
    first = step_of(model, state.time, file)
    if first == len(model.calendar):
        found = _("a state of {time}, where the run ends", time=_day(state.time))
        raise DataError(file, found=found, expected=_("a state from before the end of the run"))
    difference = difference_of(model, state)
    _refuse(state, restart, difference, file)
    continues = restart != "cold" and difference is None
    refuse_damaged_state(engine, state, continues=continues)
    engine.register[state_registers(model)] = state.arrays["register"]
    notes: list[Message] = []
    if restart == "cold":
        notes.append(_("the solver starts cold, as asked"))
    elif difference is not None:
        notes.append(_("the solver starts cold: {difference}", difference=difference))
    else:
        _continue_solver(engine, state)
    _resume_ledger(engine, state, first, exact=not notes, notes=notes)
    year_days = _resume_tables(engine, state, first, notes)
    sums = _month_sums(engine, state, first, notes)
    return Resumed(first, "continued" if continues else "cold", tuple(notes), year_days, sums)


def _continue_solver(engine: Engine, state: State) -> None:
    """Fill the solver's arrays; their addresses are known to the kernels and must stay."""
    for name, array in engine.solver.arrays.items():
        if name != "counters":
            array[...] = state.arrays[f"solver.{name}"]
    engine.reasons.table[...] = state.arrays["reasons.table"]
    engine.reasons.used[...] = state.arrays["reasons.used"]


def _resume_ledger(
    engine: Engine, state: State, first: int, *, exact: bool, notes: list[Message]
) -> None:
    """Fill the books of the ledger, all of them or by what stores and carriers hold."""
    plan, book, credit = engine.ledger, engine.book, engine.credit
    if plan.order.size == 0:
        return
    names, kept = names_of(engine.model), state.header["names"]
    unlike = [name for name in LEDGER_NAMES if names[name] != kept[name]]
    if not state.header["ledger"] or unlike:
        why = _("the state was kept without one")
        if unlike:
            parts = listed(unlike, pgettext("between the last of a list", " and "))
            why = _("its {parts} differ", parts=parts)
        notes.append(_("the ledger begins anew: {why}", why=why))
        fresh = open_book(plan, engine.register)._asdict()
        for name in LEDGER_ARRAYS:
            book._asdict()[name][...] = fresh[name]
        return
    if exact:
        for name in LEDGER_ARRAYS:
            book._asdict()[name][...] = state.arrays[f"ledger.{name}"]
    else:
        held = slice(plan.first_held, plan.first_filled)
        count = plan.first_filled - plan.first_held
        amount, inverse = state.arrays["ledger.amount"], state.arrays["ledger.inverse"]
        before = int(kept["first_held"])
        book.amount[held] = amount[before : before + count]
        book.inverse[held] = inverse[before : before + count]
    same_credit = all(names[name] == kept[name] for name in ("reservoirs", "imports"))
    if same_credit and credit.standing.size:
        credit.standing[...] = state.arrays["credit.standing"]
    elif not same_credit and state.arrays["credit.standing"].any():
        notes.append(_("in-lieu credits begin anew: reservoirs or imports differ"))
    if state.header["month"] == _month(engine.model.calendar.starts[first]):
        month = int(plan.month[first])
        if names["claims"] == kept["claims"]:
            book.supplied[month] = state.arrays["ledger.supplied"]
        for name in ("booked", "used", "lapsed", "moved"):
            if same_credit and credit.standing.size:
                credit._asdict()[name][month] = state.arrays[f"credit.{name}"]


def _resume_tables(engine: Engine, state: State, first: int, notes: list[Message]) -> float:
    """Go on with the sums of the water year; return the days that stand in them [days]."""
    names, kept = names_of(engine.model), state.header["names"]
    unlike = [name for name in TABLE_NAMES if names[name] != kept[name]]
    year, recording = int(_water_years(engine.model)[first]), engine.recording
    if names["claims"] == kept["claims"]:
        recording.claim_running[...] = state.arrays["table.running"]
    if state.header["water_year"] != year:
        return 0.0
    if unlike or state.header["config"]["water_year"] != engine.model.config.plain["water_year"]:
        notes.append(
            _("the sums of the water year {year} begin anew: what is summed differs", year=year)
        )
        return 0.0
    row = recording.year[first]
    recording.claim_table[row] = state.arrays["table.claims"]
    recording.quantity_table[row] = state.arrays["table.quantities"]
    recording.boundary_table[row] = state.arrays["table.boundaries"]
    return float(state.header["year_days"])


def _month_sums(
    engine: Engine, state: State, first: int, notes: list[Message]
) -> dict[str, NDArray[np.float64]]:
    """Return the sums of the month that goes on, where they are of the same items."""
    model = engine.model
    if state.header["month"] != _month(model.calendar.starts[first]):
        return {}
    sums = {
        name.removeprefix(MONTH): array
        for name, array in state.arrays.items()
        if name.startswith(MONTH)
    }
    items = model.builder.items
    sizes = {
        name: len(items.get(VARIABLES[name].dimension, {}))
        for name in sums.keys() & VARIABLES.keys()
    }
    names, kept = names_of(model), state.header["names"]
    if any(names[name] != kept[name] for name in TABLE_NAMES) or any(
        sums[name].size != size for name, size in sizes.items()
    ):
        notes.append(_("the means of the month begin anew: what is summed differs"))
        return {}
    return sums


def _refuse(state: State, restart: Restart, difference: Message | None, file: str) -> None:
    """Refuse a state of another version or processor, and what is not exact where it has to be."""
    if restart == "cold":
        return
    here, there = machine(), state.header["machine"]
    labels = {"hydrosim": _("version"), "kernels": _("kernels"), "processor": _("processor")}
    unlike = [name for name in labels if here[name] != there.get(name)]
    own = listed([_("{part} {value}", part=labels[name], value=here[name]) for name in unlike])
    if unlike:
        raise DataError(
            file,
            found=listed(
                [_("{part} {value}", part=labels[name], value=there.get(name)) for name in unlike]
            ),
            expected=_("{machine}: only there does a run go on bit for bit", machine=own),
            note=_("`--restart cold` takes what is stored and starts the solver anew"),
        )
    if restart == "exact" and difference is not None:
        raise DataError(
            file,
            found=_("a state of another model: {difference}", difference=difference),
            expected=_("a state of the same model, to go on bit for bit"),
            note=_("without `--restart exact` the run goes on with the solver cold"),
        )


def _check_names(model: Model, state: State, file: str) -> None:
    """Refuse a state whose states are not those of the model."""
    if state.header["step"] != model.config.period.step:
        raise DataError(
            file,
            found=_steps_of(state.header["step"]),
            expected=_steps_of(model.config.period.step),
        )
    here, there = set(names_of(model)["states"]), set(state.header["names"]["states"])
    if here == there:
        return
    differences: list[str] = []
    if there - here:
        names = ", ".join(sorted(there - here))
        differences.append(_("states that the config lacks: {names}", names=names))
    if here - there:
        differences.append(
            _("states that it lacks: {names}", names=", ".join(sorted(here - there)))
        )
    raise DataError(
        file,
        found=listed(differences, SEMICOLON),
        expected=_("a state of the same nodes with the same states"),
    )


def _steps_of(step: str) -> Message:
    """Return what a state is by its step; that of a flood is none of a run."""
    if step not in STEPS:
        return _("a state of a flood")
    return _("a state in steps of a {step}", step=step_word(step))


def _water_years(model: Model) -> NDArray[np.int64]:
    return np.asarray(model.calendar.water_year(model.config.water_year))


def _year_days(engine: Engine, step: int) -> float:
    """Days of the water year of the step before that stand in its sums [days]."""
    labels = _water_years(engine.model)
    resumed = engine.resumed
    first = 0 if resumed is None else resumed.first
    mine = labels[first:step] == labels[step - 1]
    days = float(engine.model.calendar.days[first:step][mine].sum())
    if resumed is not None and labels[first] == labels[step - 1]:
        days += resumed.year_days
    return days


def _month(time: np.datetime64) -> int:
    return int(time.astype("datetime64[M]").astype(np.int64))


def _day(time: np.datetime64) -> str:
    return str(time.astype("datetime64[D]"))
