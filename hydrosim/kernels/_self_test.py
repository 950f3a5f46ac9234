"""A test of what the kernels do with numba's insides, for versions of numba that nobody tested.

Small kernels use books, records, flat arrays and lanes as the large ones do, and are compared with
NumPy.  It runs once for each version of numba: a marker in the cache folder remembers that it
passed.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hydrosim.kernels._book import (
    LONGEST_BOOK,
    call,
    call_at,
    floats,
    floats_from,
    indices,
    integers,
    open_book,
    size_of,
)
from hydrosim.kernels._flat import entries
from hydrosim.kernels._jit import cache_folder, compile_apart, inner
from hydrosim.kernels._numba import TESTED, VERSION, config, untested
from hydrosim.kernels._records import Record, opener
from hydrosim.kernels._vectors import add_positive, add_scaled, count_positive, set_scaled

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = FloatTable = FloatCube = FloatBlock = NDArray[np.float64]
    IntegerTable = NDArray[np.int64]

Y, X, PLACES, ROWS, SCALE = range(1, 6)
FIRST, COUNT = 3, 9


class UntestedNumbaError(RuntimeError):
    """A version of numba with which the kernels give wrong numbers."""


class Case(NamedTuple):
    """A record with a field of every kind."""

    number: int
    factor: float
    line: Floats
    table: FloatTable
    cube: FloatCube
    block: FloatBlock
    order: IntegerTable
    function: int
    book: int


open_case = opener(Case)


@inner
def _move(book: Any, first: int, count: int) -> None:
    y = floats(book, Y)
    x = floats_from(book, X, first)
    places = integers(book, PLACES)
    rows = indices(book, ROWS)
    for n in range(count):
        y[rows[n]] += x[n]
        places[n] = rows[n] - n


def _scale(address: int, place: int, times: int) -> int:
    floats(open_book(address), Y)[place] *= times
    return place + times


def _use_book(address: int, first: int, times: int) -> int:
    book = open_book(address)
    _move(book, first, size_of(book, ROWS))
    return call(book, SCALE, indices(book, ROWS)[0], times)


def _use_lanes(address: int, first: int, count: int) -> int:
    book = open_book(address)
    y = floats(book, Y)
    x = floats_from(book, X, first)
    set_scaled(y, x, 0.3, count)
    add_scaled(y, x, -1.7, count)
    add_positive(y, x, 0.9, count)
    count_positive(y, x, 0.1, count)
    return 0


def _use_record(address: int, first: int, count: int) -> int:
    case = open_case(address)
    rows, columns = case.table.shape
    for i in range(rows):
        case.order[i, 1] += case.order[i, 0] * case.number
        for j in range(columns):
            case.table[i, j] = case.factor * i - j
            for k in range(case.cube.shape[2]):
                case.cube[i, j, k] += case.table[i, j]
                case.block[i, j, k, 1] = case.cube[i, j, k] + k
    tail = entries(case.line, first, count)
    tail[0] = tail.size
    return call_at(case.function, case.book, first, count) + case.line.size


def _is_tested() -> bool:
    return ".".join(VERSION.split(".")[:2]) in TESTED


@cache
def require_sound_numba() -> None:
    """Test a version of numba that is none of the tested ones, once.

    Raises
    ------
    UntestedNumbaError
        If a small kernel cannot be compiled or gives other numbers than NumPy.
    """
    if config.DISABLE_JIT or _is_tested():
        return
    folder = cache_folder()
    marker = folder / f"self-test-{VERSION}" if folder else None
    if marker is not None and marker.exists():
        return
    if wrong := failures():
        raise UntestedNumbaError(untested("; ".join(wrong)))
    if marker is not None:
        with suppress(OSError):
            marker.touch()


def failures() -> list[str]:
    """Run the small kernels; return what does not work, each with the reason."""
    tests: dict[str, Callable[[], None]] = {
        "books": _test_book,
        "lanes": _test_lanes,
        "records": _test_record,
    }
    wrong = []
    for name, test in tests.items():
        try:
            test()
        except Exception as error:
            first = (str(error).strip().splitlines() or [""])[0]
            wrong.append(f"{name}: {type(error).__name__}: {first}")
    return wrong


def _arrays() -> dict[int, NDArray[Any]]:
    numbers = np.linspace(-3.0, 5.0, 24) ** 3
    return {
        Y: numbers[::-1].copy(),
        X: numbers.copy(),
        PLACES: np.zeros(5, dtype=np.int64),
        ROWS: np.array([7, 2, 7, 0, 4], dtype=np.uint32),
    }


def _book_of(arrays: dict[int, NDArray[Any]], function: int) -> NDArray[np.int64]:
    book = np.zeros(LONGEST_BOOK, dtype=np.int64)
    for slot, array in ((0, book), *arrays.items()):
        book[2 * slot : 2 * slot + 2] = array.ctypes.data, array.size
    book[2 * SCALE] = function
    return book


def _same(found: Any, expected: Any) -> None:
    if not np.array_equal(found, expected):
        message = f"{found} instead of {expected}"
        raise ValueError(message)


def _test_book() -> None:
    given, expected = _arrays(), _arrays()
    scale = compile_apart(_scale)
    book = _book_of(given, scale.address)
    result = compile_apart(_use_book).ctypes(book.ctypes.data, FIRST, 3)
    for n, row in enumerate(expected[ROWS]):
        expected[Y][row] += expected[X][FIRST + n]
        expected[PLACES][n] = int(row) - n
    expected[Y][7] *= 3
    _same(result, 10)
    for slot in (Y, PLACES):
        _same(given[slot], expected[slot])


def _test_lanes() -> None:
    given, expected = _arrays(), _arrays()
    book = _book_of(given, 0)
    compile_apart(_use_lanes).ctypes(book.ctypes.data, FIRST, COUNT)
    x = expected[X][FIRST : FIRST + COUNT]
    y = 0.3 * x
    y += -1.7 * x
    y += 0.9 * np.where(x > 0.0, x, 0.0)
    y += np.where(x > 0.0, 0.1, 0.0)
    _same(given[Y][:COUNT], y)
    _same(given[Y][12:], expected[Y][12:])


def _test_record() -> None:
    arrays = _arrays()
    scale = compile_apart(_scale)
    book = _book_of(arrays, scale.address)
    case = Case(
        number=7,
        factor=2.5,
        line=np.arange(6.0),
        table=np.zeros((2, 3)),
        cube=np.ones((2, 3, 4)),
        block=np.zeros((2, 3, 4, 2)),
        order=np.array([[1, 2], [3, 4]]),
        function=scale.address,
        book=int(book.ctypes.data),
    )
    record = Record(case)
    result = compile_apart(_use_record).ctypes(record.address, FIRST, 2)
    table = np.subtract.outer(2.5 * np.arange(2), np.arange(3))
    _same(result, FIRST + 2 + 6)
    _same(case.line, [0, 1, 2, 2, 4, 5])
    _same(case.order, [[1, 9], [3, 25]])
    _same(case.table, table)
    _same(case.cube, 1.0 + table[..., None] + np.zeros(4))
    _same(case.block[..., 1], case.cube + np.arange(4))
    _same(case.block[..., 0], np.zeros((2, 3, 4)))
    _same(arrays[Y][FIRST], _arrays()[Y][FIRST] * 2)
