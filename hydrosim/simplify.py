"""Shorter equals of operations on values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from hydrosim.values import Value

__all__ = ["simplified"]


def _is_number(value: Value, number: float) -> bool:
    return value.is_constant and bool(np.all(value.known == number))


def simplified(name: str, arguments: tuple[Value, ...]) -> Value | None:
    """Return the shorter equal of an operation on finite numbers, if there is one."""
    if name == "where" and arguments[0].is_constant:
        return arguments[1] if arguments[0].constant != 0 else arguments[2]
    if len(arguments) != 2:
        return None
    first, second = arguments
    if (name in ("multiply", "divide") and _is_number(second, 1.0)) or (
        name in ("add", "subtract") and _is_number(second, 0.0)
    ):
        return first
    if (name == "multiply" and _is_number(first, 1.0)) or (
        name == "add" and _is_number(first, 0.0)
    ):
        return second
    if name == "multiply" and (_is_number(first, 0.0) or _is_number(second, 0.0)):
        return first.graph.constant(0.0)
    if name in ("minimum", "maximum"):
        if first is second:
            return first
        neutral = np.inf if name == "minimum" else -np.inf
        if _is_number(second, neutral):
            return first
        if _is_number(first, neutral):
            return second
    return None
