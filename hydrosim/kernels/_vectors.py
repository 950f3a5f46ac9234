"""Short vectors in lanes of four: what a compiler leaves to a loop of single numbers.

The allocation adds rows of some ten or hundred entries to one another.  A compiler guards each
such loop against overlap and goes one by one through the rest that fills no register.  These
take four entries at a time and go on to the end of the lane, so every vector has to have room
for whole lanes, and what stands behind its last entry means nothing.  The bits are those of the
plain loop.  Where compilation is off, numpy stands in.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from hydrosim.kernels import _checked
from hydrosim.kernels._flat import FlatType
from hydrosim.kernels._numba import cgutils, config, intrinsic, ir, types

LANE = 4

_LANE = ir.VectorType(ir.DoubleType(), LANE)
_ZERO = ir.Constant(_LANE, [0.0] * LANE)
_ALIGNED = 8


def whole_lanes(size: int) -> int:
    """Return the least odd multiple of eight that is not below a size.

    Rows of such a length do not fall into the same few lines of the processor's cache.
    """
    return 8 * (-(-size // 8) | 1)


def _compiled(combine: Callable[..., Any]) -> Any:
    number = types.float64
    pointer = FlatType(number, 1) if _checked.CHECKED else types.CPointer(number)

    @intrinsic
    def combined(typing_context, y, x, factor, count):  # type: ignore[no-untyped-def]
        del typing_context, y, x

        def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
            *vectors, value, end = arguments
            value = context.cast(builder, value, signature.args[2], number)
            end = context.cast(builder, end, signature.args[3], types.intp)
            if _checked.CHECKED:
                vectors = [_room(context, builder, pointer, one, end) for one in vectors]
            factors = ir.Constant(_LANE, ir.Undefined)
            for n in range(LANE):
                factors = builder.insert_element(factors, value, ir.Constant(ir.IntType(32), n))
            start, step = (context.get_constant(types.intp, n) for n in (0, LANE))
            with cgutils.for_range_slice(builder, start, end, step, end.type) as (at, _):
                places = [
                    builder.bitcast(builder.gep(vector, [at]), _LANE.as_pointer())
                    for vector in vectors
                ]
                lanes = [builder.load(place, align=_ALIGNED) for place in places]
                result = combine(builder, *lanes, factors)
                builder.store(result, places[0], align=_ALIGNED)
            return context.get_dummy_value()

        return types.void(pointer, pointer, factor, count), generate

    return combined


def _room(context: Any, builder: Any, kind: FlatType, vector: Any, count: Any) -> Any:
    """Return the pointer of a vector that has to have room for whole lanes."""
    flat = cgutils.create_struct_proxy(kind)(context, builder, vector)
    lanes = builder.and_(builder.add(count, count.type(LANE - 1)), count.type(-LANE))
    _checked.require_end(context, builder, (flat.origin, flat.slot), lanes, flat.extent_0)
    return flat.data


def _where_positive(builder: Any, x: Any, value: Any) -> Any:
    return builder.select(builder.fcmp_ordered(">", x, _ZERO), value, _ZERO)


def _set(builder: Any, y: Any, x: Any, factor: Any) -> Any:
    del y
    return builder.fmul(x, factor)


def _add(builder: Any, y: Any, x: Any, factor: Any) -> Any:
    return builder.fadd(y, builder.fmul(x, factor))


def _add_positive(builder: Any, y: Any, x: Any, factor: Any) -> Any:
    return builder.fadd(y, builder.fmul(_where_positive(builder, x, x), factor))


def _count_positive(builder: Any, y: Any, x: Any, factor: Any) -> Any:
    return builder.fadd(y, _where_positive(builder, x, factor))


def _plain_set(y: Any, x: Any, factor: float, count: int) -> None:
    y[:count] = x[:count] * factor


def _plain_add(y: Any, x: Any, factor: float, count: int) -> None:
    y[:count] += x[:count] * factor


def _plain_add_positive(y: Any, x: Any, factor: float, count: int) -> None:
    y[:count] += np.where(x[:count] > 0.0, x[:count], 0.0) * factor


def _plain_count_positive(y: Any, x: Any, factor: float, count: int) -> None:
    y[:count] += np.where(x[:count] > 0.0, factor, 0.0)


set_scaled = _plain_set if config.DISABLE_JIT else _compiled(_set)
"""``set_scaled(y, x, factor, count)``: y = factor x."""
add_scaled = _plain_add if config.DISABLE_JIT else _compiled(_add)
"""``add_scaled(y, x, factor, count)``: y += factor x."""
add_positive = _plain_add_positive if config.DISABLE_JIT else _compiled(_add_positive)
"""``add_positive(y, x, factor, count)``: y += factor max(x, 0)."""
count_positive = _plain_count_positive if config.DISABLE_JIT else _compiled(_count_positive)
"""``count_positive(y, x, factor, count)``: y += factor where x > 0."""
