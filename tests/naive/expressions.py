"""A tiny evaluator of the expression language, one step at a time with Python's own floats."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping

Numbers = Mapping[str, float]

_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_COMPARE: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "min": min,
    "max": max,
    "clip": lambda value, low, high: min(max(value, low), high),
    "abs": abs,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "floor": math.floor,
    "ceil": math.ceil,
}


def evaluate(text: str, numbers: Numbers) -> float:
    """Value of an expression; quantities of nodes stand in ``numbers`` as ``storage:lake``."""
    return float(_value(ast.parse(text, mode="eval").body, numbers))


def _value(node: ast.expr, numbers: Numbers) -> float:
    match node:
        case ast.Constant(value=value):
            return float(value)  # type: ignore[arg-type]
        case ast.Name(id=name):
            return numbers[name]
        case ast.UnaryOp(op=sign, operand=operand):
            value = _value(operand, numbers)
            if isinstance(sign, ast.Not):
                return float(not value)
            return -value if isinstance(sign, ast.USub) else value
        case ast.BinOp(left=left, op=sign, right=right):
            return _BINARY[type(sign)](_value(left, numbers), _value(right, numbers))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _value(body if _value(test, numbers) else orelse, numbers)
        case ast.BoolOp(op=sign, values=parts):
            stop = isinstance(sign, ast.Or)
            for part in parts[:-1]:
                value = _value(part, numbers)
                if bool(value) == stop:
                    return value
            return _value(parts[-1], numbers)
        case ast.Compare(left=left, ops=signs, comparators=rights):
            value = _value(left, numbers)
            for sign, right in zip(signs, rights, strict=True):
                other = _value(right, numbers)
                if not _COMPARE[type(sign)](value, other):
                    return 0.0
                value = other
            return 1.0
        case ast.Call(func=ast.Name(id=name), args=arguments):
            if name in _FUNCTIONS:
                return _FUNCTIONS[name](*(_value(part, numbers) for part in arguments))
            argument = arguments[0]
            assert isinstance(argument, ast.Constant)
            return numbers[f"{name}:{argument.value}"]
    raise TypeError(ast.dump(node))
