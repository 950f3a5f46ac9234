"""The instruction tape: all state-dependent arithmetic of a model, in one list."""

from __future__ import annotations

import math

from hydrosim.kernels import opcodes as op
from hydrosim.kernels._jit import hot

__all__ = ["interpolate", "run_tape"]


@hot
def interpolate(curve, value, curve_start, curve_x, curve_y):
    """Piecewise linear value of a packed curve, constant beyond its ends.

    Reads curve_start[c], curve_x, curve_y (points of all curves, one after another).
    """
    low = curve_start[curve]
    high = curve_start[curve + 1] - 1
    if not value > curve_x[low]:
        return curve_y[low] if value == value else value
    if value >= curve_x[high]:
        return curve_y[high]
    while high - low > 1:
        middle = (low + high) // 2
        if curve_x[middle] <= value:
            low = middle
        else:
            high = middle
    part = (value - curve_x[low]) / (curve_x[high] - curve_x[low])
    return curve_y[low] + part * (curve_y[high] - curve_y[low])


@hot
def run_tape(first, last, opcode, target, argument, register, curve_start, curve_x, curve_y):
    """Run instructions [first, last): register[target] = opcode(register[arguments]).

    What is not a number stays so through every operation but comparisons and the choice between
    two values, so that no bound hides it.
    Reads opcode[i], target[i], argument[i, 3], the packed curves; writes register.
    """
    for i in range(first, last):
        code = opcode[i]
        a = register[argument[i, 0]]
        b = register[argument[i, 1]]
        if code == op.ADD:
            result = a + b
        elif code == op.SUBTRACT:
            result = a - b
        elif code == op.MULTIPLY:
            result = a * b
        elif code == op.DIVIDE:
            result = a / b
        elif code == op.MINIMUM:
            result = a if a < b or math.isnan(a) else b
        elif code == op.MAXIMUM:
            result = a if a > b or math.isnan(a) else b
        elif code == op.WHERE:
            result = b if a != 0.0 else register[argument[i, 2]]
        elif code == op.CURVE:
            result = interpolate(argument[i, 1], a, curve_start, curve_x, curve_y)
        elif code == op.LESS:
            result = 1.0 if a < b else 0.0
        elif code == op.LESS_EQUAL:
            result = 1.0 if a <= b else 0.0
        elif code == op.EQUAL:
            result = 1.0 if a == b else 0.0
        elif code == op.NOT_EQUAL:
            result = 1.0 if a != b else 0.0
        elif code == op.BOTH:
            result = 1.0 if a != 0.0 and b != 0.0 else 0.0
        elif code == op.EITHER:
            result = 1.0 if a != 0.0 or b != 0.0 else 0.0
        elif code == op.NEGATE:
            result = 1.0 if a == 0.0 else 0.0
        elif code == op.SQRT:
            result = math.sqrt(a) if a >= 0.0 else math.nan
        elif code == op.EXP:
            result = math.exp(a)
        elif code == op.LOG:
            result = math.log(a) if a > 0.0 else math.nan
        elif code == op.FLOOR:
            result = math.floor(a)
        elif code == op.ABSOLUTE:
            result = abs(a)
        elif code == op.MODULO:
            result = a % b
        else:
            result = a**b
        register[target[i]] = result
