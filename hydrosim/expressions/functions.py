"""Functions of values: minima, maxima, choices, powers and logarithms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.expressions.values import Value

if TYPE_CHECKING:
    Number = float | int

__all__ = ["clip", "exp", "floor", "log", "maximum", "minimum", "power", "sqrt", "where"]


def _chain(name: str, first: Value | Number, rest: tuple[Value | Number, ...]) -> Value:
    graph = next(v.graph for v in (first, *rest) if isinstance(v, Value))
    result = graph.constant(first)
    for other in rest:
        result = graph.apply(name, result, graph.constant(other))
    return result


def minimum(first: Value | Number, *rest: Value | Number) -> Value:
    """Smallest of several values."""
    return _chain("minimum", first, rest)


def maximum(first: Value | Number, *rest: Value | Number) -> Value:
    """Largest of several values."""
    return _chain("maximum", first, rest)


def clip(value: Value, low: Value | Number, high: Value | Number) -> Value:
    """Value held inside [low, high]."""
    return minimum(maximum(value, low), high)


def where(condition: Value, yes: Value | Number, no: Value | Number) -> Value:
    """``yes`` where the condition is not zero, else ``no``."""
    graph = condition.graph
    return graph.apply("where", condition, graph.constant(yes), graph.constant(no))


def power(base: Value, exponent: Value | Number) -> Value:
    """Raise ``base`` to the power ``exponent``."""
    return base.graph.apply("power", base, base.graph.constant(exponent))


def sqrt(value: Value) -> Value:
    """Square root."""
    return value.graph.apply("sqrt", value)


def exp(value: Value) -> Value:
    """Exponential."""
    return value.graph.apply("exp", value)


def log(value: Value) -> Value:
    """Natural logarithm."""
    return value.graph.apply("log", value)


def floor(value: Value) -> Value:
    """Largest whole number not above the value."""
    return value.graph.apply("floor", value)
