"""The values a model works with: constants, series, states, flows and what is computed from them.

A node or rule type writes its physics as ordinary arithmetic on :class:`Value` objects. What
depends on constants and series only is computed at once, in NumPy, for all steps together; the
rest becomes an instruction of the tape that the kernel runs in each step. Equal expressions are
one object, so nothing is computed twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.expressions.operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Number = float | int

__all__ = ["Curve", "Graph", "Stage", "Value"]


class Stage(IntEnum):
    """When a value is known: the later stage of its arguments."""

    KNOWN = 0  # constants and series: before the run
    START = 1  # states: at the start of the step, before the allocation
    END = 2  # flows: after the allocation of the step


@dataclass(frozen=True, eq=False)
class Curve:
    """A piecewise linear curve, held constant beyond its ends unless ``extend`` is set."""

    graph: Graph
    index: int
    x: NDArray[np.float64]
    y: NDArray[np.float64]

    def __call__(self, value: Value | Number) -> Value:
        """Value of the curve at ``value``."""
        return self.graph.apply_curve(self, self.graph.constant(value))

    def at(self, x: NDArray[np.float64] | Number) -> NDArray[np.float64]:
        """Plain NumPy value of the curve."""
        return np.asarray(np.interp(x, self.x, self.y))


class Value:
    """A number the model knows or computes in every step. Make one with a :class:`Graph`."""

    __array_priority__ = 100
    __slots__ = (
        "arguments", "forced", "graph", "index", "key", "known", "name", "number", "stage",
    )  # fmt: skip

    def __init__(
        self,
        graph: Graph,
        index: int,
        stage: Stage,
        key: tuple[Any, ...],
        arguments: tuple[Value, ...] = (),
        known: NDArray[np.float64] | None = None,
        name: str = "",
        *,
        forced: bool = False,
    ) -> None:
        self.graph = graph
        self.index = index
        self.stage = stage
        self.key = key
        self.arguments = arguments
        self.known = known
        self.name = name
        self.forced = forced
        self.number = None if known is None or forced or known.size != 1 else float(known[0, 0])

    def __repr__(self) -> str:
        return f"Value({self.name or self.key[0]}, {self.stage.name.lower()})"

    @property
    def is_constant(self) -> bool:
        """Whether the value is the same in every step, whatever the weather."""
        return self.known is not None and self.known.shape[1] == 1 and not self.forced

    @property
    def constant(self) -> float:
        """The number itself, for a value that is one number in all scenarios."""
        if self.number is None:
            msg = f"{self!r} is not one constant"
            raise ValueError(msg)
        return self.number

    def _binary(self, name: str, other: Value | Number, *, reverse: bool = False) -> Value:
        second = self.graph.constant(other)
        return (
            self.graph.apply(name, second, self)
            if reverse
            else self.graph.apply(name, self, second)
        )

    def __add__(self, other: Value | Number) -> Value:
        return self._binary("add", other)

    __radd__ = __add__

    def __sub__(self, other: Value | Number) -> Value:
        return self._binary("subtract", other)

    def __rsub__(self, other: Value | Number) -> Value:
        return self._binary("subtract", other, reverse=True)

    def __mul__(self, other: Value | Number) -> Value:
        return self._binary("multiply", other)

    __rmul__ = __mul__

    def __truediv__(self, other: Value | Number) -> Value:
        return self._binary("divide", other)

    def __rtruediv__(self, other: Value | Number) -> Value:
        return self._binary("divide", other, reverse=True)

    def __neg__(self) -> Value:
        return self * -1.0

    def __lt__(self, other: Value | Number) -> Value:
        return self._binary("less", other)

    def __le__(self, other: Value | Number) -> Value:
        return self._binary("less_equal", other)

    def __gt__(self, other: Value | Number) -> Value:
        return self._binary("less", other, reverse=True)

    def __ge__(self, other: Value | Number) -> Value:
        return self._binary("less_equal", other, reverse=True)

    def equals(self, other: Value | Number) -> Value:
        """1 where both are equal, else 0."""
        return self._binary("equal", other)


class Graph:
    """All values of one model, in the order in which they were made.

    Parameters
    ----------
    steps
        Number of steps of the run.
    """

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.values: list[Value] = []
        self.curves: list[Curve] = []
        self.initial: dict[Value, float] = {}
        self.forced_initial: dict[Value, Value] = {}
        self.next_state: dict[Value, Value] = {}
        self.bound: dict[Value, Value] = {}
        self.foreseen_from: dict[Value, Value] = {}
        self.turned_out: dict[Value, Value] = {}
        self.mappings: dict[Value, Callable[..., NDArray[np.float64]]] = {}
        self._known: dict[tuple[Any, ...], Value] = {}
        self._constants: dict[float, Value] = {}
        self._curves: dict[tuple[bytes, bytes], Curve] = {}

    def _add(
        self,
        stage: Stage,
        key: tuple[Any, ...],
        arguments: tuple[Value, ...] = (),
        known: NDArray[np.float64] | None = None,
        name: str = "",
        *,
        forced: bool = False,
    ) -> Value:
        found = self._known.get(key)
        if found is not None:
            return found
        value = Value(self, len(self.values), stage, key, arguments, known, name, forced=forced)
        self.values.append(value)
        self._known[key] = value
        return value

    def constant(self, number: Value | Number) -> Value:
        """Return ``number`` as a value; a value is returned as it is."""
        if isinstance(number, Value):
            return number
        number = float(number)
        found = self._constants.get(number) if number else None
        if found is None:
            key = ("constant", number.hex())
            found = self._add(Stage.KNOWN, key, known=np.array([[number]]))
            if number:
                self._constants[number] = found
        return found

    def series(self, numbers: NDArray[np.float64] | Sequence[float], name: str = "") -> Value:
        """Return a series known before the run, one number a step (shape (steps,))."""
        array = np.ascontiguousarray(numbers, dtype=np.float64).reshape(1, -1)
        if array.shape[1] not in (1, self.steps):
            msg = f"series {name!r} has {array.shape[1]} numbers for {self.steps} steps"
            raise ValueError(msg)
        if array.shape[1] > 1 and np.all(array == array[:, :1]):
            array = array[:, :1].copy()
        if array.size == 1:
            return self.constant(float(array[0, 0]))
        return self._add(Stage.KNOWN, ("series", _content(array)), known=array, name=name)

    def force(self, name: str, numbers: NDArray[np.float64]) -> Value:
        """Return a series that members may replace; what follows from it stays an expression."""
        array = np.ascontiguousarray(numbers, dtype=np.float64).reshape(1, self.steps)
        key = ("forced", name)
        return self._add(Stage.KNOWN, key, known=array, name=name, forced=True)

    def mapped(
        self, values: Sequence[Value], function: Callable[..., NDArray[np.float64]], name: str
    ) -> Value:
        """Return a function of known series as a whole, each of shape (steps,), to (steps,)."""
        known = [value.known[0] for value in values if value.known is not None]
        assert len(known) == len(values)
        array = function(*(np.broadcast_to(one, (self.steps,)) for one in known))
        if not any(value.forced for value in values):
            return self.series(array, name)
        numbers = np.ascontiguousarray(array, dtype=np.float64).reshape(1, self.steps)
        key = ("mapped", name, len(self.values))
        result = self._add(Stage.KNOWN, key, tuple(values), numbers, name, forced=True)
        self.mappings[result] = function
        return result

    def state(self, name: str, initial: float | Value) -> Value:
        """Return a state that keeps its number from step to step until :meth:`advance` sets it."""
        key = ("state", name)
        if key in self._known:
            msg = f"state {name!r} exists already"
            raise ValueError(msg)
        value = self._add(Stage.START, key, name=name)
        if isinstance(initial, Value):
            assert initial.known is not None
            if initial.forced:
                self.forced_initial[value] = initial
            initial = float(initial.known[0, 0])
        self.initial[value] = float(initial)
        return value

    def flow(self, column: int, name: str) -> Value:
        """Return the volume [m3] of a column after the allocation of the step."""
        return self._add(Stage.END, ("flow", column), name=name)

    def advance(self, state: Value, value: Value | Number) -> None:
        """Set what ``state`` is at the start of the next step."""
        if state in self.next_state:
            msg = f"state {state.name!r} is advanced twice"
            raise ValueError(msg)
        self.next_state[state] = self.constant(value)

    def deferred(self, name: str) -> Value:
        """Return a stand-in for a start-of-step value that :meth:`bind` supplies later."""
        return self._add(Stage.START, ("deferred", name), name=name)

    def bind(self, deferred: Value, value: Value) -> None:
        """Say what a deferred value stands for."""
        if value.stage is Stage.END:
            msg = f"{deferred.name} would need a flow of the same step"
            raise ValueError(msg)
        self.bound[deferred] = value

    def foreseen(self, name: str, first_guess: Value) -> Value:
        """Return what :meth:`turns_out` will be at the step's end, for use from its start on.

        The kernel computes the step again until both agree, beginning with ``first_guess``, a
        state.
        """
        value = self._add(Stage.START, ("foreseen", name), name=name)
        self.foreseen_from[value] = first_guess
        return value

    def turns_out(self, foreseen: Value, value: Value) -> None:
        """Say which value of the step's end a foreseen one stands for."""
        self.turned_out[foreseen] = value

    def previous(self, value: Value, name: str, initial: float = 0.0) -> Value:
        """Return the value that ``value`` had in the step before."""
        state = self.state(name, initial)
        self.advance(state, value)
        return state

    def curve(self, x: Sequence[float], y: Sequence[float]) -> Curve:
        """Return a piecewise linear curve with increasing ``x``."""
        x_values = np.asarray(x, dtype=np.float64)
        y_values = np.asarray(y, dtype=np.float64)
        key = (x_values.tobytes(), y_values.tobytes())
        found = self._curves.get(key)
        if found is None:
            wrong = x_values.size < 1 or x_values.size != y_values.size
            if wrong or np.any(np.diff(x_values) <= 0):
                msg = "a curve needs increasing x and as many y"
                raise ValueError(msg)
            found = self._curves[key] = Curve(self, len(self.curves), x_values, y_values)
            self.curves.append(found)
        return found

    def apply_curve(self, curve: Curve, value: Value) -> Value:
        """Return the curve at a value."""
        key = ("curve", curve.index, value.index)
        if value.forced:
            assert value.known is not None
            return self._add(Stage.KNOWN, key, (value,), curve.at(value.known), forced=True)
        if value.known is not None:
            return self._folded(curve.at(value.known), f"curve {curve.index}")
        return self._add(value.stage, key, (value,))

    def passed(self, curve: Curve, storage: Value, inflow: Value, length_s: Value) -> Value:
        """Return the volume that outlets pass in a step, fully open, with an even inflow.

        Parameters
        ----------
        curve
            Flow of the outlets [m3/s] by storage [m3]; it never falls.
        storage, inflow, length_s
            Storage at the start, which follows from a state [m3]; inflow of the step [m3]; its
            length [s].
        """
        arguments = (storage, inflow, length_s)
        stage = max(value.stage for value in arguments)
        if stage is Stage.KNOWN:
            msg = "outlets pass water by the storage of the step's start, which a state holds"
            raise ValueError(msg)
        key = ("passed", curve.index, *(value.index for value in arguments))
        return self._add(stage, key, arguments)

    def _folded(self, array: NDArray[np.float64], name: str) -> Value:
        if array.size == 1:
            return self.constant(float(array.flat[0]))
        return self._add(Stage.KNOWN, ("series", _content(array)), known=array, name=name)

    def apply(self, name: str, *arguments: Value) -> Value:
        """Return operation ``name`` on values, at once when all are known before the run."""
        operation = OPERATIONS[name]
        known = [a.known for a in arguments if a.known is not None]
        if len(known) == len(arguments) and not any([a.forced for a in arguments]):
            numbers = [a.number for a in arguments]
            if operation.of_numbers is not None and None not in numbers:
                return self.constant(operation.of_numbers(*numbers))
            return self._folded(operation.function(*known), name)
        simple = _simplified(name, arguments)
        if simple is not None:
            return simple
        key = ("operation", operation.code, *(a.index for a in arguments))
        if len(known) == len(arguments):
            array = operation.function(*known)
            return self._add(Stage.KNOWN, key, arguments, array, name, forced=True)
        return self._add(max(a.stage for a in arguments), key, arguments, name=name)


def _content(array: NDArray[np.float64]) -> bytes:
    """Return what tells a series from all others, in a few bytes instead of all of its own."""
    return sha256(np.ascontiguousarray(array).data).digest()


def _simplified(name: str, arguments: tuple[Value, ...]) -> Value | None:
    """Return the shorter equal of an operation on finite numbers, if there is one."""
    if name == "where" and arguments[0].is_constant:
        return arguments[1] if arguments[0].constant != 0 else arguments[2]
    if len(arguments) != 2:
        return None
    first, second = arguments
    left, right = first.number, second.number
    if name in ("minimum", "maximum"):
        if first is second:
            return first
        neutral = np.inf if name == "minimum" else -np.inf
        return first if right == neutral else second if left == neutral else None
    if left is None and right is None:
        return None
    if (name in ("multiply", "divide") and right == 1.0) or (
        name in ("add", "subtract") and right == 0.0
    ):
        return first
    if (name == "multiply" and left == 1.0) or (name == "add" and left == 0.0):
        return second
    if name == "multiply" and (left == 0.0 or right == 0.0):
        return first.graph.constant(0.0)
    return None
