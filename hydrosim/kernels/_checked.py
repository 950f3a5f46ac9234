"""The checked build: every access of a kernel tests its bound.

With ``HYDROSIM_CHECKED=1`` in the environment the kernels are compiled into a cache folder of
their own.  Arrays of books and records then carry their name, and an index outside ends the kernel
with an `OutOfBoundsError` that names array, index, size and kernel; arrays of NumPy are tested by
numba.  Without it nothing of this is in the machine code.
"""

import ctypes
import os
import re
import threading
from collections.abc import Mapping
from typing import Any

from hydrosim.kernels._numba import cgutils, config, ir, llvm, types

SWITCH = "HYDROSIM_CHECKED"
CHECKED = os.environ.get(SWITCH, "0") not in ("", "0") and not config.DISABLE_JIT
"""Whether this process runs the checked build."""

# What went wrong.
INDEX = 0
PART = 1
FUNCTION = 2
OUTSIDE_OF_BOOK = 3

NO_SLOT = -1
_SYMBOL = "hydrosim_note_fault"
_BOOKS: dict[int, Mapping[int, str]] = {}


class _Fault(threading.local):
    """What the last kernel of a thread that left its bounds has noted."""

    noted: tuple[int, ...] = ()


_FAULT = _Fault()


class OutOfBoundsError(IndexError):
    """A kernel read or wrote outside an array; raised in the checked build only."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or _describe(*_FAULT.noted))


def name_book(address: int, names: Mapping[int, str]) -> None:
    """Name the arrays and functions of a book for the faults of the checked build.

    Parameters
    ----------
    address : int
        The book's address.
    names : mapping
        Name of each slot.
    """
    if CHECKED:
        _BOOKS[address] = names


def _describe(
    function: int, origin: int, slot: int, reason: int, axis: int, index: int, size: int
) -> str:
    """Return a fault in words."""
    kernel = _readable(ctypes.string_at(function).decode())
    if slot == NO_SLOT:
        name = ctypes.string_at(origin).decode()
    else:
        name = _BOOKS.get(origin, {}).get(slot, f"slot {slot} of a book")
    if reason == FUNCTION:
        return f"{kernel}: {name} is not a function"
    if reason == OUTSIDE_OF_BOOK:
        return f"{kernel}: slot {index} is out of bounds for a book with {size} slots"
    if reason == PART:
        return f"{kernel}: entries up to {index} are out of bounds for {name} with size {size}"
    whole = f"axis {axis} of {name}" if axis >= 0 else name
    return f"{kernel}: index {index} is out of bounds for {whole} with size {size}"


def _readable(mangled: str) -> str:
    """Return the dotted name of a compiled function."""
    parts, rest = [], mangled.removeprefix("_ZN")
    while found := re.match(r"\d+", rest):
        begin = found.end()
        parts.append(rest[begin : begin + int(found.group())])
        rest = rest[begin + int(found.group()) :]
    return ".".join(parts) or mangled


def _note(*fault: int) -> None:
    _FAULT.noted = fault


_WORD = ir.IntType(64)
if CHECKED:
    _NOTE = ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * 7)(_note)
    llvm.add_symbol(_SYMBOL, ctypes.cast(_NOTE, ctypes.c_void_p).value)


def text_address(context: Any, builder: Any, text: str) -> Any:
    """Return the address of a text that is kept in the machine code."""
    return builder.ptrtoint(context.insert_const_string(builder.module, text), _WORD)


def require_index(
    context: Any, builder: Any, name: tuple[Any, Any], axis: int, index: Any, size: Any
) -> None:
    """Let the kernel end with a fault unless 0 <= index < size.

    Parameters
    ----------
    context, builder
        Numba's, of the function being compiled.
    name : tuple
        Origin and slot of the array, as values of machine code.
    axis : int
        Which axis; -1 for an array of one.
    index, size
        Values of machine code.
    """
    outside = builder.icmp_unsigned(">=", index, size)
    _refuse(context, builder, outside, (*name, INDEX, axis, index, size))


def require_end(context: Any, builder: Any, name: tuple[Any, Any], end: Any, size: Any) -> None:
    """Let the kernel end with a fault unless 0 <= end <= size."""
    outside = builder.icmp_unsigned(">", end, size)
    _refuse(context, builder, outside, (*name, PART, -1, end, size))


def require_slot(context: Any, builder: Any, slot: Any, slots: int) -> None:
    """Let the kernel end with a fault unless a book has a slot."""
    size = ir.Constant(_WORD, slots)
    outside = builder.icmp_unsigned(">=", slot, size)
    _refuse(context, builder, outside, (0, 0, OUTSIDE_OF_BOOK, -1, slot, size))


def require_function(context: Any, builder: Any, name: tuple[Any, Any], address: Any) -> None:
    """Let the kernel end with a fault where an address is none of a function."""
    missing = builder.icmp_unsigned("==", address, ir.Constant(_WORD, 0))
    _refuse(context, builder, missing, (*name, FUNCTION, -1, 0, 0))


def _refuse(context: Any, builder: Any, wrong: Any, fault: tuple[Any, ...]) -> None:
    with cgutils.if_unlikely(builder, wrong):
        shape = ir.FunctionType(ir.VoidType(), [_WORD] * 7)
        note = cgutils.get_or_insert_function(builder.module, shape, _SYMBOL)
        function = text_address(context, builder, builder.function.name)
        values = [ir.Constant(_WORD, one) if isinstance(one, int) else one for one in fault]
        builder.call(note, [function, *values])
        context.call_conv.return_user_exc(builder, OutOfBoundsError, ())


def call_checked(context: Any, builder: Any, function: Any, arguments: list[Any]) -> Any:
    """Call a kernel compiled apart by the address of its native code; pass on what it raises."""
    kinds = (types.int64,) * len(arguments)
    shape = context.call_conv.get_function_type(types.int64, kinds)
    callee = builder.inttoptr(function, shape.as_pointer())
    status, result = context.call_conv.call_function(builder, callee, types.int64, kinds, arguments)
    with cgutils.if_unlikely(builder, status.is_error):
        context.call_conv.return_status_propagate(builder, status)
    return result
