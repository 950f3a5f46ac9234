"""Rows added in lanes of four: the same bits as one by one, whatever the length and the place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hydrosim.kernels import _vectors
from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import LONGEST_BOOK, floats, floats_from, open_book

SIZE = 24
Y, X, FACTOR = 1, 2, 3


@apart
def combine(address: int, first: int, count: int) -> int:
    book = open_book(address)
    y, x = floats_from(book, Y, first), floats_from(book, X, first)
    factor = floats(book, FACTOR)[0]
    which = int(floats(book, FACTOR)[1])
    if which == 0:
        _vectors.set_scaled(y, x, factor, count)
    elif which == 1:
        _vectors.add_scaled(y, x, factor, count)
    elif which == 2:
        _vectors.add_positive(y, x, factor, count)
    else:
        _vectors.count_positive(y, x, factor, count)
    return 0


def one_by_one(which: int, y: float, x: float, factor: float) -> float:
    positive = x if x > 0.0 else 0.0
    counted = factor if x > 0.0 else 0.0
    return (factor * x, y + factor * x, y + factor * positive, y + counted)[which]


@pytest.mark.parametrize("which", range(4))
@pytest.mark.parametrize("first", [0, 1, 3])
@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 8, 17])
def test_lanes_give_the_bits_of_single_numbers(which: int, first: int, count: int) -> None:
    rng = np.random.default_rng(100 * which + 10 * first + count)
    y, x = rng.normal(size=SIZE), rng.normal(size=SIZE) * 1e6
    x[rng.random(SIZE) < 0.2] = 0.0
    given: list[Any] = [y.copy(), x, np.array([0.3, float(which)])]
    book = np.zeros(LONGEST_BOOK, dtype=np.int64)
    book[0], book[1] = book.ctypes.data, book.size
    for slot, array in zip((Y, X, FACTOR), given, strict=True):
        book[2 * slot : 2 * slot + 2] = array.ctypes.data, array.size
    combine(book.ctypes.data, first, count)
    wanted = [one_by_one(which, *pair, 0.3) for pair in zip(y, x, strict=True)]
    last = first + count
    np.testing.assert_array_equal(given[0][first:last], wanted[first:last])
    np.testing.assert_array_equal(given[0][:first], y[:first])
    lane = first + -(-count // _vectors.LANE) * _vectors.LANE
    np.testing.assert_array_equal(given[0][lane:], y[lane:])


@pytest.mark.parametrize("size", [1, 8, 9, 64, 72, 256, 264])
def test_whole_lanes_leave_room_and_are_odd_in_eights(size: int) -> None:
    width = _vectors.whole_lanes(size)
    assert width >= size
    assert width % 8 == 0
    assert (width // 8) % 2 == 1
    assert width < size + 16
