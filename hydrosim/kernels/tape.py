"""The instruction tape: all state-dependent arithmetic of a model, in one list."""

from __future__ import annotations

import math

from hydrosim.kernels import opcodes as op
from hydrosim.kernels._jit import hot

__all__ = ["interpolate", "passed_volume", "run_tape"]


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
def passed_volume(curve, storage, inflow, length, curve_start, curve_x, curve_y):
    """Volume [m3] that leaves a pool in a step with its outlets fully open, V = S + I - S(dt).

    dS/dt = I / dt - Q(S) with the inflow even over the step (the level pool of Chow, Maidment and
    Mays 1988, section 8.2). Q is piecewise linear and never falls with S, so on each piece S goes
    exponentially toward its balance: the path is followed from point to point without error of
    a time step. A balance within a piece is never left.

    curve : the outlets' flow [m3/s] by storage [m3]; storage [m3] at the start; inflow [m3] of the
    step; length [s] of the step.
    Reads curve_start[c], curve_x, curve_y (points of all curves, one after another).
    """
    if not (length > 0.0 and storage == storage and inflow == inflow):
        return storage + inflow + length if length > 0.0 else 0.0
    first = curve_start[curve]
    last = curve_start[curve + 1] - 1
    supply = inflow / length
    left = length
    volume = 0.0
    while True:
        flow = interpolate(curve, storage, curve_start, curve_x, curve_y)
        net = supply - flow
        # The piece that the pool moves into: from `low` to `low + 1`, or beyond an end.
        low = first - 1
        for p in range(first, last + 1):
            if curve_x[p] < storage or (curve_x[p] == storage and net > 0.0):
                low = p
        beyond = net == 0.0 or (net > 0.0 and low == last) or (net < 0.0 and low < first)
        if beyond:
            return volume + flow * left
        end = curve_x[low + 1] if net > 0.0 else curve_x[low]
        slope = 0.0
        if first <= low < last:
            slope = (curve_y[low + 1] - curve_y[low]) / (curve_x[low + 1] - curve_x[low])
        distance = end - storage
        time = math.inf
        if slope * distance / net < 1.0:
            time = distance / net
            if slope > 0.0:
                time = -math.log1p(-slope * distance / net) / slope
        if time >= left:
            if slope == 0.0:
                return volume + flow * left
            moved = -net * math.expm1(-slope * left) / slope
            return volume + max(supply * left - moved, 0.0)
        volume += flow * time if slope == 0.0 else max(supply * time - distance, 0.0)
        storage = end
        left -= time


@hot
def run_tape(first, last, opcode, target, argument, register, curve_start, curve_x, curve_y):
    """Run instructions [first, last): register[target] = opcode(register[arguments]).

    What is not a number stays so through every operation but comparisons and the choice between
    two values, so that no bound hides it.
    Reads opcode[i], target[i], argument[i, 4], the packed curves; writes register.
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
        elif code == op.PASSED:
            result = passed_volume(
                argument[i, 1],
                a,
                register[argument[i, 2]],
                register[argument[i, 3]],
                curve_start,
                curve_x,
                curve_y,
            )
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
            result = math.log(a) if a > 0.0 else (-math.inf if a == 0.0 else math.nan)
        elif code == op.FLOOR:
            result = math.floor(a)
        elif code == op.ABSOLUTE:
            result = abs(a)
        elif code == op.MODULO:
            result = a % b
        else:
            result = a**b
        register[target[i]] = result
