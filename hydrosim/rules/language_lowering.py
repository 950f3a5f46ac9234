"""From a read expression to a value of the model."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.errors import ConfigError, shown
from hydrosim.expressions.functions import (
    clip,
    exp,
    floor,
    log,
    maximum,
    minimum,
    power,
    sqrt,
    where,
)
from hydrosim.rules.language_terms import FUNCTIONS, QUANTITIES, YEAR_CLASS
from hydrosim.rules.shared import quantity_value, rule_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from hydrosim.builders.supply import Builder
    from hydrosim.calendar import Calendar
    from hydrosim.expressions.values import Value
    from hydrosim.rules.language_terms import Expression

__all__ = ["calendar_numbers", "lower_expression"]

_CALENDAR: dict[str, Callable[[Calendar], NDArray[np.int64] | NDArray[np.float64]]] = {
    "month": lambda calendar: calendar.month,
    "day_of_year": lambda calendar: calendar.day_of_year + 1,
    "dekad": lambda calendar: calendar.dekad_of_year + 1,
    "year": lambda calendar: calendar.year,
    "days": lambda calendar: calendar.days,
}


def calendar_numbers(name: str, calendar: Calendar) -> NDArray[np.float64]:
    """Return a name of the calendar as one number a step, shape (T,).

    ``month`` 1 to 12, ``day_of_year`` 1 to 365 (29 February as the 28th), ``dekad`` 1 to 36,
    ``year``, all of the day on which the step starts; ``days`` is the length of the step.
    """
    return _CALENDAR[name](calendar).astype(np.float64)


def lower_expression(expression: Expression, builder: Builder, *path: str | int) -> Value:
    """Return an expression as a value of the model.

    Parameters
    ----------
    expression
        A read expression.
    builder
        Knows the calendar, the other rules and the quantities of nodes.
    path
        Where the expression stands inside its rule, for faults.

    Returns
    -------
    Value
        Known before the run if all it uses is, else computed in every step.

    Raises
    ------
    ConfigError
        For offences, an unknown rule or quantity, and a circle of rules.
    """
    if expression.offences or expression.tree is None:
        raise ConfigError(expression.faults(*path))
    return _Lowering(expression, builder, path).value(expression.tree)


class _Lowering:
    """Turns one syntax tree into values, from the leaves up."""

    def __init__(
        self, expression: Expression, builder: Builder, path: tuple[str | int, ...]
    ) -> None:
        self.builder = builder
        self.path = path
        self.line = " ".join(expression.text.strip().splitlines())

    def source(self, node: ast.expr) -> str:
        """Text of a part; names as written, not in the normal form of the parser."""
        line = self.line.encode()
        return line[node.col_offset : node.end_col_offset].decode()

    def value(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=int() | float() as number):
                return self.builder.graph.constant(float(number))
            case ast.Name():
                return self.name(self.source(node))
            case ast.UnaryOp():
                return self.unary(node)
            case ast.BinOp():
                return self.operation(node.op, self.value(node.left), self.value(node.right))
            case ast.BoolOp():
                return self.boolean(node)
            case ast.Compare():
                return self.comparison(node)
            case ast.IfExp():
                return where(self.value(node.test), self.value(node.body), self.value(node.orelse))
            case ast.Call(func=ast.Name()):
                return self.call(node, self.source(node.func))
            case _:
                msg = f"{shown(self.source(node))} passed the reader but has no meaning"
                raise TypeError(msg)

    def name(self, name: str) -> Value:
        if name in _CALENDAR:
            return self.builder.graph.series(calendar_numbers(name, self.builder.calendar), name)
        return rule_value(self.builder, name, *self.path)

    def unary(self, node: ast.UnaryOp) -> Value:
        operand = self.value(node.operand)
        if isinstance(node.op, ast.Not):
            return operand.graph.apply("negate", operand)
        return -operand if isinstance(node.op, ast.USub) else operand

    def operation(self, sign: ast.operator, left: Value, right: Value) -> Value:
        match sign:
            case ast.Add():
                return left + right
            case ast.Sub():
                return left - right
            case ast.Mult():
                return left * right
            case ast.Div():
                return left / right
            case ast.Mod():
                return left.graph.apply("modulo", left, right)
            case ast.FloorDiv():
                # The quotient less the remainder's part is whole but for rounding.
                rest = left.graph.apply("modulo", left, right)
                return floor((left - rest) / right + 0.5)
            case _:
                return power(left, right)

    def boolean(self, node: ast.BoolOp) -> Value:
        """Python's meaning: the first operand that decides, else the last."""
        result = self.value(node.values[-1])
        for part in reversed(node.values[:-1]):
            first = self.value(part)
            if isinstance(node.op, ast.And):
                result = where(first, result, first)
            else:
                result = where(first, first, result)
        return result

    def comparison(self, node: ast.Compare) -> Value:
        parts = [self.value(part) for part in (node.left, *node.comparators)]
        result: Value | None = None
        for sign, left, right in zip(node.ops, parts[:-1], parts[1:], strict=True):
            holds = self.compared(sign, left, right)
            result = holds if result is None else holds.graph.apply("both", result, holds)
        assert result is not None
        return result

    @staticmethod
    def compared(sign: ast.cmpop, left: Value, right: Value) -> Value:
        match sign:
            case ast.Lt():
                return left < right
            case ast.LtE():
                return left <= right
            case ast.Gt():
                return left > right
            case ast.GtE():
                return left >= right
            case ast.Eq():
                return left.equals(right)
            case _:
                return left.graph.apply("not_equal", left, right)

    def call(self, node: ast.Call, name: str) -> Value:
        if name in FUNCTIONS:
            return self.function(name, [self.value(argument) for argument in node.args])
        text = YEAR_CLASS
        if node.args and isinstance(node.args[0], ast.Constant):
            text = str(node.args[0].value)
        if name in QUANTITIES:
            return quantity_value(self.builder, name, text, *self.path)
        return rule_value(self.builder, text, *self.path)

    @staticmethod
    def function(name: str, values: list[Value]) -> Value:
        first = values[0]
        match name:
            case "min":
                return minimum(first, *values[1:])
            case "max":
                return maximum(first, *values[1:])
            case "clip":
                return clip(first, values[1], values[2])
            case "abs":
                return first.graph.apply("absolute", first)
            case "sqrt":
                return sqrt(first)
            case "exp":
                return exp(first)
            case "log":
                return log(first)
            case "floor":
                return floor(first)
            case _:
                return -floor(-first)
