"""The opcodes of the tape with their NumPy meaning, so that both give the same bits."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.kernels.opcodes import OPCODES

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["CURVE_CODE", "OPERATIONS", "Operation"]


@dataclass(frozen=True)
class Operation:
    """One opcode of the tape with its NumPy meaning.

    ``of_numbers`` gives the same bits of plain numbers, many times faster; None where there is no
    such function.
    """

    code: int
    name: str
    function: Callable[..., Any]
    of_numbers: Callable[..., float] | None = None


def _as_float(function: Callable[..., Any]) -> Callable[..., NDArray[np.float64]]:
    def apply(*arguments: NDArray[np.float64]) -> NDArray[np.float64]:
        with np.errstate(all="ignore"):
            return np.asarray(function(*arguments), dtype=np.float64)

    return apply


_NUMPY_MEANING: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("add", np.add),
    ("subtract", np.subtract),
    ("multiply", np.multiply),
    ("divide", np.divide),
    ("minimum", lambda a, b: np.where((a < b) | np.isnan(a), a, b)),
    ("maximum", lambda a, b: np.where((a > b) | np.isnan(a), a, b)),
    ("power", np.power),
    ("less", np.less),
    ("less_equal", np.less_equal),
    ("equal", np.equal),
    ("not_equal", np.not_equal),
    ("both", lambda a, b: (a != 0) & (b != 0)),
    ("either", lambda a, b: (a != 0) | (b != 0)),
    ("negate", lambda a: a == 0),
    ("where", lambda a, b, c: np.where(a != 0, b, c)),
    ("sqrt", np.sqrt),
    ("exp", np.exp),
    ("log", np.log),
    ("floor", np.floor),
    ("absolute", np.abs),
    ("modulo", np.mod),
)
_OF_NUMBERS: dict[str, Callable[..., float]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "minimum": lambda a, b: a if a < b or a != a else b,
    "maximum": lambda a, b: a if a > b or a != a else b,
}
OPERATIONS: dict[str, Operation] = {
    name: Operation(OPCODES[name], name, _as_float(function), _OF_NUMBERS.get(name))
    for name, function in _NUMPY_MEANING
}
CURVE_CODE = OPCODES["curve"]
