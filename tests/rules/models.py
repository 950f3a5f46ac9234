"""Small models for the tests of rules: a builder over named rules and given states."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hydrosim.builders.settings import RunSettings
from hydrosim.builders.supply import Builder
from hydrosim.calendar import Calendar, Step
from hydrosim.expressions.operations import CURVE_CODE, OPERATIONS
from hydrosim.expressions.tape import compile_tape
from hydrosim.expressions.values import Graph, Value
from hydrosim.kernels.tape import run_tape
from hydrosim.rules import RULE_TYPES
from hydrosim.rules.shared import RuleType

Block = Mapping[str, Any]
NAMES = {operation.code: name for name, operation in OPERATIONS.items()}


def calendar(start: str, end: str, step: Step = "day") -> Calendar:
    return Calendar(datetime.date.fromisoformat(start), datetime.date.fromisoformat(end), step)


def rule(block: Block) -> RuleType:
    made = RULE_TYPES[block["type"]].model_validate(block)
    assert isinstance(made, RuleType)
    return made


@dataclass(frozen=True)
class Whole:
    """What rules ask of a configuration."""

    rules: Mapping[str, Any] = field(default_factory=dict)
    nodes: Mapping[str, Any] = field(default_factory=dict)
    series: Mapping[str, Any] = field(default_factory=dict)
    mode: str = "planning_level"
    planning_year: int | None = None

    @property
    def rule_names(self) -> set[str]:
        return {*self.rules, *self.series}


def build(
    axis: Calendar,
    rules: Mapping[str, Block],
    states: Mapping[tuple[str, str], float] | None = None,
    **settings: Any,
) -> Builder:
    made = {name: rule(block) for name, block in rules.items()}
    folder = settings.pop("folder", Path())
    builder = Builder(axis, made.__getitem__, RunSettings(Path(folder), **settings))
    for (kind, node), number in (states or {}).items():
        builder.quantities[kind, node] = builder.graph.state(f"{kind} {node}", number)
    return builder


def known(
    axis: Calendar, rules: Mapping[str, Block], name: str, **settings: Any
) -> NDArray[np.float64]:
    """Numbers of a rule that is known before the run, one a step."""
    value = build(axis, rules, **settings).rule(name)
    assert value.known is not None
    return np.broadcast_to(value.known[0], (len(axis),))


def in_step(
    axis: Calendar,
    rules: Mapping[str, Block],
    name: str,
    states: Mapping[tuple[str, str], float],
    step: int = 0,
    **settings: Any,
) -> float:
    """Number of a rule in one step at given states."""
    builder = build(axis, rules, states, **settings)
    return value_in_step(builder.graph, builder.rule(name), step)


def value_in_step(graph: Graph, value: Value, step: int) -> float:
    """Number of a value in one step, states at their initial numbers."""
    if value.known is not None:
        return float(value.known[0, min(step, value.known.shape[1] - 1)])
    if value in graph.initial:
        return graph.initial[value]
    arguments = [value_in_step(graph, argument, step) for argument in value.arguments]
    if value.key[0] == "curve":
        return float(graph.curves[value.key[1]].at(arguments[0]))
    assert value.key[1] < CURVE_CODE
    operation = OPERATIONS[NAMES[value.key[1]]]
    return float(operation.function(*(np.array(number) for number in arguments)))


def on_tape(graph: Graph, value: Value) -> list[float]:
    """Number of a value in each step, from the compiled tape; states keep their initial numbers."""
    tape = compile_tape(graph, [value], [], [])
    register = tape.initial_register[0].copy()
    numbers: list[float] = []
    for step in range(graph.steps):
        register[tape.series_register] = tape.series[0, step]
        run_tape(
            0,
            tape.start_count,
            tape.opcode,
            tape.target,
            tape.argument,
            register,
            tape.curve_start,
            tape.curve_x,
            tape.curve_y,
        )
        numbers.append(float(register[tape[value]]))
    return numbers
