"""Computes anew what follows from replaced series alone, without lowering the model again.

A model built with ``forced`` rules keeps all values that depend on them as expressions. For a
member of an ensemble the forced series are exchanged and these expressions evaluated in NumPy,
each once and in the order in which they were made; the matrix, the tape and all that no weather
changes stay. The functions are those that folded the record, so the record gives its own bits.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.errors import DataError, SimulationError
from hydrosim.expressions.operations import OPERATIONS
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hydrosim.expressions.values import Value
    from hydrosim.supply.build import Model

    Floats = NDArray[np.float64]

__all__ = ["Refold"]

BLOCK = 256
_BY_CODE = {operation.code: operation.function for operation in OPERATIONS.values()}


class Refold:
    """The expressions of a model that depend on forced series, ready to be computed anew.

    Parameters
    ----------
    model
        A model built with ``forced`` rules.

    Attributes
    ----------
    names
        The forced rules that the run reads, in the order of their names.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        graph, tape = model.builder.graph, model.tape
        self._column = {
            value: column
            for column, value in enumerate(
                sorted(
                    (v for v in tape.register if v.known is not None and not v.is_constant),
                    key=lambda value: tape[value],
                )
            )
        }
        inflows = {
            name: value
            for (kind, name), value in model.builder.quantities.items()
            if kind == "local_inflow" and value.forced
        }
        kept = [value for value in self._column if value.forced]
        self._initial = {tape[state]: value for state, value in graph.forced_initial.items()}
        self._order = _needed([*kept, *inflows.values(), *self._initial.values()])
        self._kept = sorted(kept, key=lambda value: self._column[value])
        self._places = np.array([self._column[value] for value in self._kept], dtype=np.int64)
        self._inflows = sorted(inflows.items())
        self._curves = graph.curves
        self._mappings = graph.mappings
        self.names = sorted(value.name for value in self._order if value.key[0] == "forced")

    def model_of(self, numbers: Mapping[str, Floats], series: Floats | None = None) -> Model:
        """Return the model with other forced series; all else is shared.

        Parameters
        ----------
        numbers
            Numbers of each forced rule in SI, shape (steps,).
        series
            The ``program.series`` of an earlier call, which is filled anew.

        Raises
        ------
        SimulationError
            If a number is not finite, weather that inflow is modelled from is negative, or a local
            inflow that follows from them is.
        """
        found: dict[Value, Floats] = {}
        for value in self._order:
            found[value] = self._number(value, numbers, found)
        self._check(found)
        if series is None:
            series = self._model.program.series.copy()
        if self._kept:
            _write(series[0], self._places, [found[value] for value in self._kept])
        tape = self._model.tape
        if self._initial:
            initial = tape.initial_register.copy()
            for register, value in self._initial.items():
                initial[0, register] = found[value][0]
            tape = replace(tape, initial_register=initial)
        return replace(self._model, tape=tape, program=self._model.program._replace(series=series))

    def _number(
        self, value: Value, numbers: Mapping[str, Floats], found: Mapping[Value, Floats]
    ) -> Floats:
        kind = value.key[0]
        if kind == "forced":
            given = np.asarray(numbers[value.name], dtype=np.float64)
            self._check_finite(value.name, given)
            return given
        arguments = [found[a] if a.forced else _plain(a) for a in value.arguments]
        if kind == "mapped":
            return self._mapped(value, arguments)
        if kind == "curve":
            return self._curves[value.key[1]].at(arguments[0])
        return _BY_CODE[value.key[1]](*arguments)

    def _mapped(self, value: Value, arguments: list[Floats]) -> Floats:
        steps = (len(self._model.calendar),)
        try:
            return self._mappings[value](*(np.broadcast_to(one, steps) for one in arguments))
        except DataError as error:
            message = _("the member's {column} is {found}", column=error.column, found=error.found)
            day = str(error.date or "")
            raise SimulationError(message, scenario="", date=day, node=value.name) from error

    def _check_finite(self, name: str, given: Floats) -> None:
        bad = np.flatnonzero(~np.isfinite(given))
        if bad.size:
            message = _("the member's {name} is no finite number", name=name)
            raise self._failure(message, name, given, int(bad[0]))

    def _check(self, found: Mapping[Value, Floats]) -> None:
        for name, value in self._inflows:
            bad = np.flatnonzero(found[value] < 0.0)
            if bad.size:
                message = _("the member's local inflow is negative")
                raise self._failure(message, name, found[value], int(bad[0]))

    def _failure(self, message: str, place: str, given: Floats, step: int) -> SimulationError:
        day = str(self._model.calendar.starts[step].astype("datetime64[D]"))
        values: dict[str, tuple[float, str]] = {_("value"): (float(given[step]), "SI")}
        return SimulationError(message, scenario="", date=day, node=place, values=values)


def _write(series: Floats, places: NDArray[np.int64], rows: list[Floats]) -> None:
    """Write rows into columns, a few steps of all of them at a time: these stay in the cache."""
    for first in range(0, series.shape[0], BLOCK):
        steps = slice(first, first + BLOCK)
        series[steps, places] = np.array([row[steps] for row in rows]).T


def _plain(value: Value) -> Floats:
    assert value.known is not None
    return value.known[0]


def _needed(roots: list[Value]) -> list[Value]:
    """Return the forced values that others follow from, each after its arguments."""
    seen: set[Value] = set()
    stack = list(roots)
    while stack:
        value = stack.pop()
        if value in seen:
            continue
        seen.add(value)
        stack.extend(argument for argument in value.arguments if argument.forced)
    return sorted(seen, key=lambda value: value.index)
