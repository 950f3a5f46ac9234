"""Opcodes of the instruction tape, shared by the kernel and by the values that compile to it."""

from __future__ import annotations

__all__ = ["OPCODES"]

ADD = 0
SUBTRACT = 1
MULTIPLY = 2
DIVIDE = 3
MINIMUM = 4
MAXIMUM = 5
POWER = 6
LESS = 7
LESS_EQUAL = 8
EQUAL = 9
NOT_EQUAL = 10
BOTH = 11
EITHER = 12
NEGATE = 13
WHERE = 14
SQRT = 15
EXP = 16
LOG = 17
FLOOR = 18
ABSOLUTE = 19
MODULO = 20
CURVE = 21
PASSED = 22

OPCODES: dict[str, int] = {
    name.lower(): code for name, code in list(globals().items()) if name.isupper()
}
