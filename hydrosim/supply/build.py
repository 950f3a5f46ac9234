"""Config to arrays: the only place where a name becomes an index."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.builders.primitives import Claim, Column, Row
from hydrosim.builders.supply import Builder
from hydrosim.config.schema import STANDARD_POLICY
from hydrosim.errors import ConfigError, Fault
from hydrosim.expressions.tape import CircularRulesError, Tape, compile_tape
from hydrosim.io.collection import collection_paused
from hydrosim.kernels.arrays import InLieuPlan, LedgerPlan, Program
from hydrosim.locale import _
from hydrosim.reading.kinds import OFFERED
from hydrosim.supply.in_lieu import build_in_lieu
from hydrosim.supply.ladder import (
    complete_lines,
    ladder_faults,
    ladder_lines,
    policy_faults,
    policy_ladders,
    spare_warnings,
)
from hydrosim.supply.least_cost import LEAST_COST, costs_of, largest_cost, mode_faults
from hydrosim.supply.ledger import build_ledger
from hydrosim.supply.limit_order import limit_warnings
from hydrosim.supply.lowering import lower_config
from hydrosim.supply.matrices import (
    claim_order,
    classes_of,
    integers,
    matrix_of,
    overflows_of,
    pointers,
    tie_break,
)
from hydrosim.supply.network import network_faults
from hydrosim.supply.origins import join_origins
from hydrosim.supply.quota_checks import quota_warnings
from hydrosim.supply.quota_needs import with_reserved_lines
from hydrosim.supply.travel_time import travel_warnings
from hydrosim.supply.year_table import YearQuantity, year_quantities

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from hydrosim.calendar import Calendar
    from hydrosim.config.ladder_line import LadderLine
    from hydrosim.config.schema import Config
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

    def _repr_html_(self) -> str:
        from hydrosim.supply.overview import model_html

        return model_html(self)


@collection_paused()
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
    by_cost = config.allocation == LEAST_COST
    ladders: dict[str, Sequence[LadderLine]] = {STANDARD_POLICY: ()}
    if not by_cost:
        ladders = with_reserved_lines(builder, policy_ladders(config))
    _claim_intakes(builder, ladders)
    faults = [*network_faults(builder, config), *mode_faults(builder, config)]
    if not by_cost:
        faults += ladder_faults(builder, ladders, config.policies)
        faults += policy_faults(builder, config, ladders)
    if any(fault.severity == "error" for fault in faults):
        raise ConfigError([*faults, *config.warnings], config.source)
    builder.warnings.extend(faults)
    builder.warnings.extend(travel_warnings(builder))
    if by_cost:
        return builder, ladders
    builder.warnings.extend(limit_warnings(builder, ladders, config.policies))
    builder.warnings.extend(spare_warnings(builder, ladders, config.policies))
    builder.warnings.extend(quota_warnings(builder, config))
    return builder, ladders


@collection_paused()
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
    if isinstance(config, (str, PathLike)):
        msg = f"{str(config)!r} is no config: load it first, hydrosim.load_config({str(config)!r})"
        raise TypeError(msg)
    builder, ladders = check_model(config, forced=forced)
    policies = list(ladders)
    policy = _policy_in_force(config, builder, policies)
    builder.finish()
    join_origins(builder, config.ledger.origins)

    rows = _indexed(builder.rows)
    columns = _indexed(builder.columns)
    claims = _indexed(builder.claims)
    quantities = year_quantities(builder)
    tape = _compiled(config, builder, columns, policy, quantities)
    allocation = _allocation(config, builder, rows, columns, claims, ladders)
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
    lines = {name: complete_lines(ladder, claims) for name, ladder in ladders.items()}
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


def _policy_in_force(config: Config, builder: Builder, policies: list[str]) -> Value:
    """Return the value that says which policy holds: its rule's, or the number of the fixed one."""
    if config.policy_rule is not None:
        return builder.value(config.policy_rule)
    return builder.graph.constant(float(policies.index(config.fixed_policy or policies[0])))


def _allocation(
    config: Config,
    builder: Builder,
    rows: list[Row],
    columns: list[Column],
    claims: list[Claim],
    ladders: dict[str, Sequence[LadderLine]],
) -> Any:
    """Return the allocation problem of one step, as the kernel takes it."""
    from hydrosim.kernels.allocation import Overflows, build_allocation

    by_cost = config.allocation == LEAST_COST
    order, class_start = claim_order(claims, classes_of(config, claims, columns, ladders))
    column_start, row_index, coefficient = matrix_of(columns)
    return build_allocation(
        column_ptr=column_start,
        row_index=row_index,
        coefficient=coefficient[np.newaxis, :],
        cost=[costs_of(columns, claims if by_cost else ())],
        tie_break=np.array([tie_break(column.name) for column in columns]),
        claim_column=integers(claim.column.index for claim in claims),
        claim_sense=integers(claim.sense for claim in claims),
        claim_share=np.array([claim.share for claim in claims]),
        claim_order=order,
        class_ptr=class_start,
        rows=len(rows),
        mode=int(by_cost),
        largest_cost=largest_cost(builder),
        overflows=Overflows(*overflows_of(rows)),
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
                source, _unused, place = line.removeprefix("spare:").partition("@")
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
        start.extend(volume for volume, _unused in row.forced)
    for column in columns:
        start.extend(bound for bound, _unused in column.upper)
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
                    expected=_("rules that do not depend on each other in a circle"),
                )
            ],
            config.source,
        ) from error


def _can_be_short(builder: Builder, claim: str) -> bool:
    """Whether a claim has a demand of its own; replenishment takes what is offered."""
    kind = builder.items.get("claim", {}).get(claim, {}).get("kind")
    return kind not in OFFERED


def _program(
    builder: Builder,
    tape: Tape,
    rows: list[Row],
    columns: list[Column],
    claims: list[Claim],
    policy: Value,
) -> Program:
    upper_start, upper_register = pointers(
        [[tape[bound] for bound, _unused in column.upper] for column in columns]
    )
    rhs_start, rhs_register = pointers([[tape[v] for v, _unused in row.forced] for row in rows])
    column_start, row_index, coefficient = matrix_of(columns)
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
        wanted_register=integers(tape[c.wanted] if c.sense > 0 else -1 for c in claims),
        claim_column=integers(claim.column.index for claim in claims),
        rhs_start=rhs_start,
        rhs_register=rhs_register,
        policy_register=tape[policy],
        flow_first=tape.flow_first,
        column_start=column_start,
        row_index=row_index,
        coefficient=coefficient[np.newaxis, :],
        state_register=tape.state_register,
        next_register=tape.next_register,
        foreseen_register=tape.foreseen_register,
        foreseen_start=tape.foreseen_start,
        foreseen_end=tape.foreseen_end,
        stored_start=integers(tape[balance.start] for balance in balances),
        stored_end=integers(tape[balance.end] for balance in balances),
        boundary_register=integers(tape[boundary.volume] for boundary in boundaries),
        boundary_sign=np.array([float(boundary.sign) for boundary in boundaries]),
        short_claim=integers(reported),
    )
