"""Books of addresses: how a kernel reaches arrays and other kernels without handing them over.

A *book* is an int64 array of pairs (address, size).  A kernel that is given its address opens the
arrays that it needs by their slot, and calls the functions that stand there.  Slot 0 holds the
book's own address.
"""

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np

from hydrosim.kernels import _checked
from hydrosim.kernels._flat import FlatType, make_flat
from hydrosim.kernels._numba import config, intrinsic, ir, types

LONGEST_BOOK = 512
"""Entries of a book; every book has this size."""

_PLAIN: dict[int, Callable[..., int]] = {}


def plain_address(function: Callable[..., int]) -> int:
    """Return the number by which `call` finds a function where compilation is off."""
    _PLAIN[id(function)] = function
    return id(function)


def _word_of(builder: Any, context: Any, book: Any, slot: Any, kind: Any, entry: int) -> Any:
    whole = context.cast(builder, slot, kind, types.intp)
    if _checked.CHECKED:
        _checked.require_slot(context, builder, whole, LONGEST_BOOK // 2)
    place = builder.mul(whole, _constant(context, 2))
    return builder.load(builder.gep(book, [builder.add(place, _constant(context, entry))]))


def _name_of(builder: Any, context: Any, book: Any, slot: Any, kind: Any) -> tuple[Any, Any]:
    """Return what the checked build calls a slot's array by: the book's address and the slot."""
    whole = context.cast(builder, slot, kind, types.intp)
    return builder.ptrtoint(book, context.get_value_type(types.intp)), whole


def _constant(context: Any, value: int) -> Any:
    return context.get_constant(types.intp, value)


def _viewer(dtype: Any, number: Any) -> Any:
    kind = FlatType(dtype, 1) if _checked.CHECKED else types.CPointer(dtype)

    @intrinsic
    def view(typing_context, book, slot):  # type: ignore[no-untyped-def]
        del typing_context

        def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
            address = _word_of(builder, context, *arguments, signature.args[1], 0)
            if _checked.CHECKED:
                size = _word_of(builder, context, *arguments, signature.args[1], 1)
                name = _name_of(builder, context, *arguments, signature.args[1])
                return make_flat(context, builder, kind, address, [size], name)
            return builder.inttoptr(address, context.get_value_type(kind))

        return kind(book, slot), generate

    def plain(book, slot):  # type: ignore[no-untyped-def]
        return _at(int(book[2 * slot]), int(book[2 * slot + 1]), number)

    return plain if config.DISABLE_JIT else view


@intrinsic
def _size(typing_context, book, slot):  # type: ignore[no-untyped-def]
    del typing_context

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        return _word_of(builder, context, *arguments, signature.args[1], 1)

    return types.int64(book, slot), generate


def _plain_size(book: Any, slot: int) -> int:
    return int(book[2 * slot + 1])


@intrinsic
def _floats_from(typing_context, book, slot, first):  # type: ignore[no-untyped-def]
    del typing_context
    pointer = types.CPointer(types.float64)
    kind = FlatType(types.float64, 1) if _checked.CHECKED else pointer

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        address = _word_of(builder, context, *arguments[:2], signature.args[1], 0)
        start = context.cast(builder, arguments[2], signature.args[2], types.intp)
        values = builder.gep(builder.inttoptr(address, context.get_value_type(pointer)), [start])
        if not _checked.CHECKED:
            return values
        size = _word_of(builder, context, *arguments[:2], signature.args[1], 1)
        name = _name_of(builder, context, *arguments[:2], signature.args[1])
        _checked.require_end(context, builder, name, start, size)
        address = builder.ptrtoint(values, context.get_value_type(types.intp))
        return make_flat(context, builder, kind, address, [builder.sub(size, start)], name)

    return kind(book, slot, first), generate


def _plain_floats_from(book: Any, slot: int, first: int) -> Any:
    return floats(book, slot)[first:]


def _at(address: int, size: int, number: Any) -> Any:
    if size == 0:
        return np.zeros(0, dtype=number)
    room = (ctypes.c_char * (size * np.dtype(number).itemsize)).from_address(address)
    return np.frombuffer(room, dtype=number)


@intrinsic
def _open_book(typing_context, address):  # type: ignore[no-untyped-def]
    del typing_context
    kind = types.CPointer(types.int64)

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        del signature
        return builder.inttoptr(arguments[0], context.get_value_type(kind))

    return kind(types.int64), generate


@intrinsic
def _call(typing_context, book, slot, first, second):  # type: ignore[no-untyped-def]
    del typing_context

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        word = ir.IntType(64)
        own = builder.load(arguments[0])
        function = _word_of(builder, context, *arguments[:2], signature.args[1], 0)
        shape = ir.FunctionType(word, [word, word, word])
        values = [
            context.cast(builder, arguments[n], signature.args[n], types.int64) for n in (2, 3)
        ]
        if _checked.CHECKED:
            name = _name_of(builder, context, *arguments[:2], signature.args[1])
            _checked.require_function(context, builder, name, function)
            return _checked.call_checked(context, builder, function, [own, *values])
        return builder.call(builder.inttoptr(function, shape.as_pointer()), [own, *values])

    return types.int64(book, slot, first, second), generate


@intrinsic
def _call_at(typing_context, function, address, first, second):  # type: ignore[no-untyped-def]
    del typing_context

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        word = ir.IntType(64)
        shape = ir.FunctionType(word, [word, word, word])
        values = [
            context.cast(builder, value, kind, types.int64)
            for value, kind in zip(arguments, signature.args, strict=True)
        ]
        if _checked.CHECKED:
            return _checked.call_checked(context, builder, values[0], values[1:])
        return builder.call(builder.inttoptr(values[0], shape.as_pointer()), values[1:])

    return types.int64(function, address, first, second), generate


def _plain_call_at(function: int, address: int, first: int, second: int) -> int:
    return int(_PLAIN[int(function)](int(address), int(first), int(second)))


def _plain_call(book: Any, slot: int, first: int, second: int) -> int:
    return int(_PLAIN[int(book[2 * slot])](int(book[0]), int(first), int(second)))


def _plain_book(address: int) -> Any:
    return _at(address, LONGEST_BOOK, np.int64)


floats = _viewer(types.float64, np.float64)
"""``floats(book, slot)``: the float64 array of a slot."""
floats_from = _plain_floats_from if config.DISABLE_JIT else _floats_from
"""``floats_from(book, slot, first)``: the float64 array of a slot, from one entry on."""
integers = _viewer(types.int64, np.int64)
"""``integers(book, slot)``: the int64 array of a slot."""
indices = _viewer(types.uint32, np.uint32)
"""``indices(book, slot)``: the uint32 array of a slot (read without a test of the sign)."""
size_of = _plain_size if config.DISABLE_JIT else _size
"""``size_of(book, slot)``: the number of entries of a slot's array."""
open_book = _plain_book if config.DISABLE_JIT else _open_book
"""``open_book(address)``: the book at an address."""
call = _plain_call if config.DISABLE_JIT else _call
"""``call(book, slot, first, second)``: call the function of a slot with the book's address."""
call_at = _plain_call_at if config.DISABLE_JIT else _call_at
"""``call_at(function, address, first, second)``: call the function at an address."""
