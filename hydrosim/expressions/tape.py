"""Turns the values of a model into registers and the instruction tape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.expressions.values import Stage, Value
from hydrosim.kernels.opcodes import OPCODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from hydrosim.expressions.values import Graph

__all__ = ["CircularRulesError", "Tape", "compile_tape"]

_ARGUMENTS = 4
"""Registers that an instruction may name; the second may be the number of a curve."""
_COMPUTED = ("operation", "curve", "passed")


class CircularRulesError(Exception):
    """Values depend on each other in a circle; ``names`` are those of the deferred ones."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__(" -> ".join(names))


@dataclass(frozen=True, eq=False)
class Tape:
    """Registers and instructions of a model."""

    opcode: NDArray[np.int64]
    target: NDArray[np.int64]
    argument: NDArray[np.int64]
    start_count: int
    curve_start: NDArray[np.int64]
    curve_x: NDArray[np.float64]
    curve_y: NDArray[np.float64]
    series: NDArray[np.float64]
    series_register: NDArray[np.int64]
    flow_first: int
    state_register: NDArray[np.int64]
    next_register: NDArray[np.int64]
    foreseen_register: NDArray[np.int64]
    foreseen_start: NDArray[np.int64]
    foreseen_end: NDArray[np.int64]
    initial_register: NDArray[np.float64]
    register: dict[Value, int]

    def __getitem__(self, value: Value) -> int:
        """Register of a value."""
        return self.register[value]


def _ordered(graph: Graph, roots: Iterable[Value]) -> list[Value]:
    """All values the roots need, each after its arguments."""
    order: list[Value] = []
    seen: dict[Value, int] = {}
    for root in roots:
        stack: list[tuple[Value, bool]] = [(root, False)]
        while stack:
            value, done = stack.pop()
            if done:
                seen[value] = 2
                order.append(value)
                continue
            mark = seen.get(value, 0)
            if mark == 2:
                continue
            if mark == 1:
                open_names = [v.name for v, d in stack if d and v.key[0] == "deferred"]
                raise CircularRulesError([*open_names, value.name])
            seen[value] = 1
            stack.append((value, True))
            needed = reversed(_needs(graph, value))
            stack.extend((argument, False) for argument in needed if seen.get(argument, 0) != 2)
    return order


def _needs(graph: Graph, value: Value) -> tuple[Value, ...]:
    if value.key[0] == "deferred":
        return (graph.bound[value],)
    return () if value.known is not None else value.arguments


def compile_tape(
    graph: Graph, start: Sequence[Value], end: Sequence[Value], columns: Sequence[int]
) -> Tape:
    """Compile what the allocation needs (``start``) and what follows it (``end``).

    Parameters
    ----------
    columns
        For each column in the order of the arrays, the number its flow was made with.

    Raises
    ------
    CircularRulesError
        If start-of-step values depend on each other in a circle.
    """
    states = list(graph.initial)
    after = [graph.next_state[state] for state in states if state in graph.next_state]
    foreseen = list(graph.turned_out)
    ends = list(graph.turned_out.values())
    order = _ordered(graph, [*start, *end, *states, *after, *foreseen, *ends])
    known = [value for value in order if value.known is not None]
    constants = [value for value in known if value.is_constant]
    series = [value for value in known if not value.is_constant]
    given = [*constants, *series, *states, *foreseen]
    register = {value: place for place, value in enumerate(given)}
    flow_first = len(register)
    computed = [value for value in order if value.key[0] in _COMPUTED and value.known is None]
    computed.sort(key=lambda value: value.stage is Stage.END)
    next_free = _place_flows(graph, order, register, columns, computed)

    opcode, target_register, arguments = _instructions(computed, register)
    starts = sum(value.stage is not Stage.END for value in computed)
    initial, packed = _initial(graph, register, max(next_free, 1), (constants, series, states))
    curve_start, curve_x, curve_y = _packed_curves(graph)
    advanced = [state for state in states if state in graph.next_state]
    return Tape(
        opcode=opcode,
        target=target_register,
        argument=arguments,
        start_count=starts,
        curve_start=curve_start,
        curve_x=curve_x,
        curve_y=curve_y,
        series=packed,
        series_register=np.array([register[value] for value in series], dtype=np.int64),
        flow_first=flow_first,
        state_register=np.array([register[s] for s in advanced], dtype=np.int64),
        next_register=np.array([register[graph.next_state[s]] for s in advanced], dtype=np.int64),
        foreseen_register=np.array([register[value] for value in foreseen], dtype=np.int64),
        foreseen_start=np.array(
            [register[graph.foreseen_from[v]] for v in foreseen], dtype=np.int64
        ),
        foreseen_end=np.array([register[value] for value in ends], dtype=np.int64),
        initial_register=initial,
        register=register,
    )


def _place_flows(
    graph: Graph,
    order: Sequence[Value],
    register: dict[Value, int],
    columns: Sequence[int],
    computed: Sequence[Value],
) -> int:
    """Give flows, computed and deferred values their registers; return the next free one."""
    flow_first = len(register)
    position = {number: flow_first + p for p, number in enumerate(columns)}
    for value in order:
        if value.key[0] == "flow":
            register[value] = position[value.key[1]]
    first = flow_first + len(columns)
    register.update((value, first + place) for place, value in enumerate(computed))
    for value in order:
        if value.key[0] == "deferred":
            target = value
            while target.key[0] == "deferred":
                target = graph.bound[target]
            register[value] = register[target]
    return first + len(computed)


def _initial(
    graph: Graph,
    register: dict[Value, int],
    size: int,
    parts: tuple[list[Value], list[Value], list[Value]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return registers at the start, (variants, size), and series, (variants, steps, series).

    ``parts`` are the constants, the series and the states.
    """
    constants, series, states = parts
    known = [value.known for value in (*constants, *series) if value.known is not None]
    variants = max([1, *(numbers.shape[0] for numbers in known)])
    initial = np.zeros((variants, size))
    for value in constants:
        assert value.known is not None
        initial[:, register[value]] = value.known[:, 0]
    for state in states:
        initial[:, register[state]] = graph.initial[state]
    packed = np.zeros((variants, graph.steps, len(series)))
    for s, value in enumerate(series):
        assert value.known is not None
        packed[:, :, s] = value.known
    return initial, packed


def _instructions(
    computed: list[Value], register: dict[Value, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    opcode = np.zeros(len(computed), dtype=np.int64)
    target = np.zeros(len(computed), dtype=np.int64)
    argument = np.zeros((len(computed), _ARGUMENTS), dtype=np.int64)
    for i, value in enumerate(computed):
        target[i] = register[value]
        if value.key[0] in ("curve", "passed"):
            opcode[i] = OPCODES[value.key[0]]
            argument[i, 0] = register[value.arguments[0]]
            argument[i, 1] = value.key[1]
            for a, needed in enumerate(value.arguments[1:]):
                argument[i, 2 + a] = register[needed]
        else:
            opcode[i] = value.key[1]
            for a, needed in enumerate(value.arguments):
                argument[i, a] = register[needed]
    return opcode, target, argument


def _packed_curves(
    graph: Graph,
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    sizes = [curve.x.size for curve in graph.curves]
    start = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    if not graph.curves:
        return start, np.zeros(1), np.zeros(1)
    return (
        start,
        np.concatenate([curve.x for curve in graph.curves]),
        np.concatenate([curve.y for curve in graph.curves]),
    )
