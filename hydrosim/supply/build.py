"""Config to arrays: the only place where a name becomes an index."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.builders.primitives import PHYSICAL, Claim, Column, Row
from hydrosim.builders.supply import Builder
from hydrosim.errors import ConfigError, Fault
from hydrosim.expressions.tape import CircularRulesError, Tape, compile_tape
from hydrosim.kernels.arrays import InLieuPlan, LedgerPlan, Program
from hydrosim.reading.kinds import OFFERED
from hydrosim.supply.in_lieu import build_in_lieu
from hydrosim.supply.ladder import (
    ladder_faults,
    ladder_lines,
    on_line,
    policy_faults,
    policy_ladders,
    spare_warnings,
)
from hydrosim.supply.ledger import build_ledger
from hydrosim.supply.lowering import lower_config
from hydrosim.supply.network import network_faults
from hydrosim.supply.quota_checks import quota_warnings
from hydrosim.supply.quota_needs import with_reserved_lines
from hydrosim.supply.travel_time import travel_warnings
from hydrosim.supply.year_table import YearQuantity, year_quantities

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from hydrosim.calendar import Calendar
    from hydrosim.config.schema import Config, LadderLine
    from hydrosim.expressions.values import Value

__all__ = ["Model", "build_model", "check_model", "lower_config"]


@dataclass(frozen=True, eq=False)
class Model:
    """A supply model ready to run: arrays, and the names behind every index.

    Attributes
    ----------
    config, calendar, builder
        What the arrays were made from.
    rows, columns, claims
        Names in index order.
    policies
        Names of the policies; the policy register holds an index into them.
    lines
        The ladder lines of each policy, from the top.
    """

    config: Config
    calendar: Calendar
    builder: Builder
    tape: Tape
    program: Program
    allocation: Any
    ledger: LedgerPlan
    in_lieu: InLieuPlan
    rows: list[str]
    columns: list[str]
    claims: list[str]
    policies: list[str]
    lines: dict[str, list[str]]
    quantities: list[YearQuantity]

    def __repr__(self) -> str:
        return (
            f"<hydrosim.Model: {len(self.builder.ports)} nodes, {len(self.builder.links)} links, "
            f"{len(self.rows)} rows, {len(self.columns)} columns, {len(self.claims)} claims, "
            f"{self.tape.opcode.size} instructions, {self.calendar.dt_s.size} steps>"
        )


def check_model(
    config: Config,
    *,
    check_only: bool = False,
    forced: Mapping[str, NDArray[np.float64]] | None = None,
) -> tuple[Builder, dict[str, Sequence[LadderLine]]]:
    """Lower a config and check what only the whole network can tell.

    What is no fault but worth telling is added to the builder's ``warnings``.

    Parameters
    ----------
    config
        A loaded config.
    check_only, forced
        As for :func:`lower_config`.

    Raises
    ------
    ConfigError
        If data or rules are wrong, the ladder and the claims do not fit, no water reaches a
        demand, or links form a circle within a step.
    """
    builder = lower_config(config, check_only=check_only, forced=forced)
    ladders = with_reserved_lines(builder, policy_ladders(config))
    _claim_intakes(builder, ladders)
    faults = [
        *ladder_faults(builder, ladders, config.policies),
        *network_faults(builder, config),
        *policy_faults(builder, config, ladders),
    ]
    if faults:
        raise ConfigError([*faults, *config.warnings], config.source)
    builder.warnings.extend(travel_warnings(builder))
    builder.warnings.extend(spare_warnings(builder, ladders, config.policies))
    builder.warnings.extend(quota_warnings(builder, config))
    return builder, ladders


def build_model(
    config: Config, *, forced: Mapping[str, NDArray[np.float64]] | None = None
) -> Model:
    """Lower a config and turn it into arrays.

    Parameters
    ----------
    config
        A loaded config.
    forced
        Rules whose numbers members of an ensemble replace, with those of the record in SI,
        shape (steps,); see :mod:`hydrosim.ensemble.refold`.

    Returns
    -------
    Model
        The arrays with their names; the same for any order of the config's entries.

    Raises
    ------
    ConfigError
        If the config does not make a model, see :func:`check_model`.
    TypeError
        If ``config`` is the name of a file.
    """
    from hydrosim.kernels.allocation import build_allocation

    if isinstance(config, (str, PathLike)):
        msg = f"{str(config)!r} is no config: load it first, hydrosim.load_config({str(config)!r})"
        raise TypeError(msg)
    builder, ladders = check_model(config, forced=forced)
    policy = builder.value(config.policy_rule) if config.policy_rule is not None else None
    policies = list(ladders)
    if policy is None:
        policy = builder.graph.constant(float(policies.index(config.fixed_policy or policies[0])))
    builder.finish()

    rows = _indexed(builder.rows)
    columns = _indexed(builder.columns)
    claims = _indexed(builder.claims)
    quantities = year_quantities(builder)
    tape = _compiled(config, builder, columns, policy, quantities)
    order, pointers = _claim_order(claims, ladders)
    column_start, row_index, coefficient = _matrix(columns)
    allocation = build_allocation(
        column_ptr=column_start,
        row_index=row_index,
        coefficient=coefficient[np.newaxis, :],
        cost=np.array([[column.cost_yuan_per_m3 for column in columns]]),
        tie_break=np.array([_tie_break(column.name) for column in columns]),
        claim_column=_integers(claim.column.index for claim in claims),
        claim_sense=_integers(claim.sense for claim in claims),
        claim_share=np.array([claim.share for claim in claims]),
        claim_order=order,
        class_ptr=pointers,
        rows=len(rows),
        mode=0 if config.allocation == "fair" else 1,
    )
    program = _program(builder, tape, rows, columns, claims, policy)
    calendar = builder.calendar
    ledger = build_ledger(
        builder,
        tape,
        _month_of(calendar),
        np.asarray(calendar.resets(config.water_year)).astype(np.int64),
        config.ledger.years,
        config.ledger.draw,
        {str(name): draw for name, draw in config.ledger.stores.items()},
    )
    lines = {name: ladder_lines(ladder) for name, ladder in ladders.items()}
    return Model(
        config=config,
        calendar=calendar,
        builder=builder,
        tape=tape,
        program=program,
        allocation=allocation,
        ledger=ledger,
        in_lieu=build_in_lieu(builder, tape, ledger, lines),
        rows=[row.name for row in rows],
        columns=[column.name for column in columns],
        claims=[claim.name for claim in claims],
        policies=policies,
        lines=lines,
        quantities=quantities,
    )


def _month_of(calendar: Calendar) -> NDArray[np.int64]:
    number = calendar.year * 12 + calendar.month_index
    return (number - number[0]).astype(np.int64)


def _indexed(items: dict[str, Any]) -> list[Any]:
    ordered = [items[name] for name in sorted(items)]
    for index, item in enumerate(ordered):
        item.index = index
    return ordered


def _claim_intakes(builder: Builder, ladders: dict[str, Sequence[LadderLine]]) -> None:
    """Add the claims that spare lines of the form ``source@place`` make on links."""
    for ladder in ladders.values():
        for line in ladder_lines(ladder):
            if line.startswith("spare:") and "@" in line:
                source, _, place = line.removeprefix("spare:").partition("@")
                for link, columns in builder.links.values():
                    if link.start == source and link.end == place:
                        for column in columns:
                            name = f"spare:{column.name}"
                            if name not in builder.claims and column.upper:
                                builder.spare(f"{source}@{place}", column)


def _compiled(
    config: Config,
    builder: Builder,
    columns: list[Column],
    policy: Value,
    quantities: list[YearQuantity],
) -> Tape:
    start: list[Value] = [policy]
    for row in builder.rows.values():
        start.extend(volume for volume, _ in row.forced)
    for column in columns:
        start.extend(bound for bound, _ in column.upper)
    start.extend(claim.wanted for claim in builder.claims.values() if claim.sense > 0)
    end: list[Value] = []
    for balance in builder.balances.values():
        end.extend((balance.start, balance.end, *balance.gains, *balance.losses))
    end.extend(boundary.volume for boundary in builder.boundaries)
    end.extend(record.value for record in builder.records.values())
    for content in builder.year_claims.values():
        end.extend((content["wanted"], content["supplied"]))
    end.extend(quantity.value for quantity in quantities)
    end.extend(column.volume for column in columns)
    numbers = [column.volume.key[1] for column in columns]
    try:
        return compile_tape(builder.graph, start, end, numbers)
    except CircularRulesError as error:
        raise ConfigError(
            [
                Fault(
                    ("rules",),
                    found=" -> ".join(error.names),
                    expected="rules that do not depend on each other in a circle",
                )
            ],
            config.source,
        ) from error


def _matrix(
    columns: list[Column],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    start = [0]
    index: list[int] = []
    value: list[float] = []
    for column in columns:
        by_row: dict[int, float] = {}
        for row, weight in column.entries:
            by_row[row.index] = by_row.get(row.index, 0.0) + weight
        for row_index in sorted(by_row):
            if by_row[row_index] != 0.0:
                index.append(row_index)
                value.append(by_row[row_index])
        start.append(len(index))
    return (
        np.array(start, dtype=np.int64),
        np.array(index, dtype=np.int64),
        np.array(value, dtype=np.float64),
    )


def _tie_break(name: str) -> float:
    """Weight in [1, 2) from the name alone, so that adding a link leaves the others' ties."""
    digest = hashlib.blake2b(name.encode(), digest_size=6).digest()
    return 1.0 + int.from_bytes(digest, "big") / 2.0**48


def _claim_order(
    claims: list[Claim], ladders: dict[str, Sequence[LadderLine]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Claims of each class, policy by policy; policies with fewer classes end in empty ones."""
    orders: list[list[int]] = []
    pointers: list[list[int]] = []
    for ladder in ladders.values():
        order: list[int] = []
        pointer = [0]
        for line in [PHYSICAL, *ladder_lines(ladder)]:
            order.extend(c.index for c in claims if on_line(c, line) and c.index not in order)
            pointer.append(len(order))
        orders.append(order)
        pointers.append(pointer)
    width = max(len(order) for order in orders)
    depth = max(len(pointer) for pointer in pointers)
    return (
        np.array([o + [-1] * (width - len(o)) for o in orders], dtype=np.int64),
        np.array([p + [p[-1]] * (depth - len(p)) for p in pointers], dtype=np.int64),
    )


def _can_be_short(builder: Builder, claim: str) -> bool:
    """Whether a claim has a demand of its own; replenishment takes what is offered."""
    kind = builder.items.get("claim", {}).get(claim, {}).get("kind")
    return kind not in OFFERED


def _pointers(groups: list[list[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    start = np.concatenate(([0], np.cumsum([len(group) for group in groups]))).astype(np.int64)
    flat = [entry for group in groups for entry in group]
    return start, np.array(flat, dtype=np.int64)


def _program(
    builder: Builder,
    tape: Tape,
    rows: list[Row],
    columns: list[Column],
    claims: list[Claim],
    policy: Value,
) -> Program:
    upper_start, upper_register = _pointers(
        [[tape[bound] for bound, _ in column.upper] for column in columns]
    )
    rhs_start, rhs_register = _pointers([[tape[v] for v, _ in row.forced] for row in rows])
    column_start, row_index, coefficient = _matrix(columns)
    balances = [builder.balances[name] for name in sorted(builder.balances)]
    boundaries = builder.boundaries
    source = [
        int(not any(weight > 0 for row, weight in c.entries if row.kind != "side")) for c in columns
    ]
    reported = [
        builder.claims[name].index
        for name in sorted(builder.year_claims)
        if name in builder.claims and _can_be_short(builder, name)
    ]
    return Program(
        opcode=tape.opcode,
        target=tape.target,
        argument=tape.argument,
        start_count=tape.start_count,
        curve_start=tape.curve_start,
        curve_x=tape.curve_x,
        curve_y=tape.curve_y,
        series=tape.series,
        series_register=tape.series_register,
        upper_start=upper_start,
        upper_register=upper_register,
        source=np.array(source, dtype=np.int64),
        wanted_register=_integers(tape[c.wanted] if c.sense > 0 else -1 for c in claims),
        claim_column=_integers(claim.column.index for claim in claims),
        rhs_start=rhs_start,
        rhs_register=rhs_register,
        policy_register=tape[policy],
        flow_first=tape.flow_first,
        column_start=column_start,
        row_index=row_index,
        coefficient=coefficient[np.newaxis, :],
        state_register=tape.state_register,
        next_register=tape.next_register,
        stored_start=_integers(tape[balance.start] for balance in balances),
        stored_end=_integers(tape[balance.end] for balance in balances),
        boundary_register=_integers(tape[boundary.volume] for boundary in boundaries),
        boundary_sign=np.array([float(boundary.sign) for boundary in boundaries]),
        short_claim=_integers(reported),
    )


def _integers(values: Iterable[int]) -> NDArray[np.int64]:
    return np.array(list(values), dtype=np.int64)
