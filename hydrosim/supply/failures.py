"""What a run tells when it fails: date, place and values, from what the kernel left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.errors import SimulationError
from hydrosim.locale import Message, _
from hydrosim.supply.ladder import policy_numbers
from hydrosim.variables import LARGEST_CLOSURE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.supply.build import Model
    from hydrosim.supply.engine import Engine

__all__ = ["failure_of", "not_cyclic", "prove_balance", "prove_numbers"]

SCENARIO = "base"


def prove_balance(engine: Engine) -> None:
    """Refuse a run in which a row or the network did not close to 1e-12 in some step.

    Raises
    ------
    SimulationError
        With the worst closure, its date and place.
    """
    proof, model = engine.certificate, engine.model
    row_step, row = (int(number) for number in proof.row_place)
    closures = {
        "row": (float(proof.row_closure[0]), row_step, model.rows[row] if model.rows else ""),
        "network": (float(proof.network_closure[0]), int(proof.network_place[0]), "network"),
    }
    for what, (closure, step, place) in closures.items():
        if closure > LARGEST_CLOSURE:
            message = _("the balance of the {what} does not close", what=what)
            raise SimulationError(
                message,
                scenario=SCENARIO,
                date=str(model.calendar.starts[step].astype("datetime64[D]")),
                node=place,
                values={_("relative closure"): (closure, "")},
            )


def prove_numbers(engine: Engine) -> None:
    """Refuse a run that has left what is not a number in a series, a table or the ledger.

    Raises
    ------
    SimulationError
        With the first series, its date and place, or the table.
    """
    recording, model = engine.recording, engine.model
    # The sum tells in one pass; that of infinite numbers of both signs is none either.
    missing = np.isnan(recording.record) if np.isnan(recording.record.sum()) else np.zeros((0, 0))
    if missing.any():
        step, number = (int(place) for place in np.argwhere(missing)[0])
        quantity, item = sorted(model.builder.records)[number]
        message = _("the series {quantity!r} is not a number", quantity=quantity)
        date = str(model.calendar.starts[step].astype("datetime64[D]"))
        raise SimulationError(message, scenario=SCENARIO, date=date, node=item)
    book, credit = engine.book, engine.credit
    tables = {
        _("the year table"): (
            recording.claim_table,
            recording.quantity_table,
            recording.boundary_table,
        ),
        _("the ledger of origins"): (book.amount, book.stored, book.supplied, book.correction),
        _("the in-lieu credits"): (credit.at_end, credit.booked, credit.used, credit.lapsed),
    }
    for title, numbers in tables.items():
        if any(bool(np.isnan(part).any()) for part in numbers):
            message = _("{table} holds what is not a number", table=title)
            raise SimulationError(message, scenario=SCENARIO)


def failure_of(engine: Engine) -> SimulationError:
    """Return what the kernel's failure of a step means, with date, place and values."""
    from hydrosim.kernels.allocation.codes import OFFENDING_ROW, STATUS_NO_POLICY
    from hydrosim.kernels.simulate import NOT_A_NUMBER

    model = engine.model
    status, step, place = (int(number) for number in engine.certificate.failure)
    date = str(model.calendar.starts[step].astype("datetime64[D]"))
    if status == NOT_A_NUMBER:
        users = _users(model, place) if place >= 0 else _unclosed(engine)
        return SimulationError(
            _("not a number"),
            scenario=SCENARIO,
            date=date,
            node=", ".join(users[:3]) or "network",
            values=_not_finite_rules(engine),
        )
    if place == STATUS_NO_POLICY:
        number = float(engine.register[model.program.policy_register])
        return SimulationError(
            _(
                "the rule of the policy gives {number:.6g}, but the policies are {policies}",
                number=number,
                policies=policy_numbers(model.policies),
            ),
            scenario=SCENARIO,
            date=date,
        )
    row = int(engine.solver.control[OFFENDING_ROW])
    name = model.rows[row] if 0 <= row < len(model.rows) else "network"
    return SimulationError(
        _unsolved(place),
        scenario=SCENARIO,
        date=date,
        node=name,
    )


def _not_finite_rules(engine: Engine) -> dict[str, tuple[float, str]]:
    """Rules of the failed step that gave no finite number."""
    tape = engine.model.tape
    found: dict[str, tuple[float, str]] = {}
    for name, value in sorted(engine.model.builder.rule_values.items()):
        if value in tape.register and not np.isfinite(engine.register[tape[value]]):
            found[_("rule {name}", name=name)] = (float(engine.register[tape[value]]), "")
    return found


def _users(model: Model, register: int) -> list[str]:
    """Nodes and links whose columns, claims and rows read a register."""
    tape, builder = model.tape, model.builder
    found = [
        column.name
        for column in builder.columns.values()
        if any(tape[bound] == register for bound, _reason in column.upper)
    ]
    found += [c.name for c in builder.claims.values() if tape.register.get(c.wanted) == register]
    found += [
        row.name
        for row in builder.rows.values()
        if any(tape[volume] == register for volume, _origin in row.forced)
    ]
    return _places(model, found)


def _unclosed(engine: Engine) -> list[str]:
    """Nodes whose stored volume or flux over the model's edge is no finite number."""
    builder, tape = engine.model.builder, engine.model.tape
    found = [
        name
        for name, balance in sorted(builder.balances.items())
        if not np.isfinite(engine.register[tape[balance.end]])
    ]
    found += [
        boundary.name
        for boundary in builder.boundaries
        if not np.isfinite(engine.register[tape[boundary.volume]])
    ]
    return _places(engine.model, found)


def not_cyclic(
    model: Model, begun: NDArray[np.float64], ended: NDArray[np.float64], cycles: int
) -> SimulationError:
    """Return the error of a model that no start returns to: the state that misses most."""
    graph = model.builder.graph
    names = [state.name for state in graph.initial if state in graph.next_state]
    worst = int(np.argmax(np.abs(ended - begun)))
    return SimulationError(
        _(
            "no cyclic start: after {cycles} cycles the run still ends otherwise than it begins",
            cycles=cycles,
        ),
        scenario=SCENARIO,
        date=str(model.calendar.end),
        node=_places(model, [names[worst]])[0],
        values={_("change in a cycle"): (float(ended[worst] - begun[worst]), "m3")},
    )


def _places(model: Model, names: list[str]) -> list[str]:
    """Return the nodes and links that the names of primitives belong to, each once."""
    known = [*model.config.nodes, *model.builder.links]
    places: dict[str, None] = {}
    for name in names:
        owners = [one for one in known if name == one or name.startswith(f"{one}.")]
        places[max(owners, key=len, default=name)] = None
    return list(places)


def _unsolved(status: int) -> Message:
    """Return why the allocation was not solved."""
    from hydrosim.kernels.allocation import codes

    meanings = {
        codes.STATUS_FINE: _("fine"),
        codes.STATUS_INFEASIBLE: _("no feasible flow"),
        codes.STATUS_NOT_FINITE: _("a value is not finite or a bound is negative"),
        codes.STATUS_TROUBLE: _("numerical trouble in the allocation"),
        codes.STATUS_NO_POLICY: _("no policy has this number"),
    }
    meaning = meanings.get(status) or _("status {number}", number=status)
    return _("the allocation was not solved: {meaning}", meaning=meaning)
