"""The unit of an expression, as far as it follows from what it names."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from hydrosim.rules.language_terms import CALENDAR_NAMES, YEAR_CLASS
from hydrosim.units.table import tidy
from hydrosim.units.table import unit_of as unit_of_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hydrosim.rules.language_terms import Expression

__all__ = ["alike", "expression_unit"]

_OF_QUANTITY = {
    "storage": "m3",
    "level": "m",
    "depth": "m",
    "fraction": "1",
    "account": "m3",
    "local_inflow": "m3/s",
    "known_inflow": "m3/s",
}
_WRITTEN = ""  # a number as written, which stands beside any unit
_SAME_UNIT = ("min", "max", "clip", "abs", "floor", "ceil")


def expression_unit(expression: Expression, unit_of: Callable[[str], str | None]) -> str | None:
    """Return the unit of an expression's result: "1" for a number without dimension.

    A sum, a least or largest value and a choice have the unit of their parts, where these agree.
    A product or quotient in which something has a dimension may have any: it is not known.

    Parameters
    ----------
    expression
        A read expression.
    unit_of
        Unit of a rule by its name; None when that is not known.

    Returns
    -------
    str or None
        A unit in SI, or of a rule as that states it; None when it is not known, as of numbers
        that are written in the expression alone, which are in SI.
    """
    if expression.offences or expression.tree is None:
        return None
    unit = _unit(expression.tree, unit_of)
    return None if unit == _WRITTEN else unit


def alike(unit: str, other: str) -> bool:
    """Return whether two units are of one dimension; "1" has none, as a percentage."""
    return _dimension(unit) == _dimension(other)


def _dimension(unit: str) -> object:
    return unit_of_text("percent" if unit in ("1", "-") else tidy(unit))[1]


def _unit(node: ast.expr, unit_of: Callable[[str], str | None]) -> str | None:
    match node:
        case ast.Constant():
            return _WRITTEN
        case ast.Name(id=name):
            return "1" if name in CALENDAR_NAMES else unit_of(name)
        case ast.UnaryOp(op=ast.Not()) | ast.Compare():
            return "1"
        case ast.UnaryOp():
            return _unit(node.operand, unit_of)
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return _common((node.left, node.right), unit_of)
        case ast.BinOp():
            return _of_numbers((node.left, node.right), unit_of)
        case ast.BoolOp():
            return _common(node.values, unit_of)
        case ast.IfExp():
            return _common((node.body, node.orelse), unit_of)
        case ast.Call(func=ast.Name(id=name)):
            return _of_call(node, name, unit_of)
        case _:
            return None


def _of_call(node: ast.Call, name: str, unit_of: Callable[[str], str | None]) -> str | None:
    if name in _OF_QUANTITY:
        return _OF_QUANTITY[name]
    if name == YEAR_CLASS:
        return "1"
    if name == "rule" and node.args and isinstance(node.args[0], ast.Constant):
        return unit_of(str(node.args[0].value))
    if name in _SAME_UNIT:
        return _common(node.args, unit_of)
    return _of_numbers(node.args, unit_of)


def _common(parts: Iterable[ast.expr], unit_of: Callable[[str], str | None]) -> str | None:
    """Return the unit that parts agree on; numbers as written agree with any."""
    named = [unit for unit in (_unit(part, unit_of) for part in parts) if unit != _WRITTEN]
    if not named:
        return _WRITTEN
    first = named[0]
    if first is None or any(unit is None or not alike(unit, first) for unit in named):
        return None
    return first


def _of_numbers(parts: Iterable[ast.expr], unit_of: Callable[[str], str | None]) -> str | None:
    """Return "1" where all parts are numbers without dimension."""
    found = {_unit(part, unit_of) for part in parts}
    if found == {_WRITTEN}:
        return _WRITTEN
    numbers = all(unit == _WRITTEN or (unit is not None and alike(unit, "1")) for unit in found)
    return "1" if numbers else None
