"""Kernels that leave their arrays; run in the checked build each gives the message of its error.

HYDROSIM_CHECKED=1 python -m tests.kernels.out_of_bounds
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hydrosim.kernels._apart import apart
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
from hydrosim.kernels._checked import name_book
from hydrosim.kernels._flat import entries
from hydrosim.kernels._jit import hot, inner, kernel
from hydrosim.kernels._records import Record, opener
from hydrosim.kernels._vectors import add_scaled

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = FloatTable = FloatCube = NDArray[np.float64]
    Integers = NDArray[np.int64]

AMOUNTS, PLACES, ROWS, READ_TWICE, MISSING = range(1, 6)
NAMES = {AMOUNTS: "amounts", PLACES: "places", ROWS: "rows", READ_TWICE: "read_twice", MISSING: "x"}


class Lake(NamedTuple):
    """A record with an array of each number of axes."""

    line: Floats
    table: FloatTable
    cube: FloatCube
    order: Integers
    read: int


open_lake = opener(Lake)


@apart
def read_amount(address: int, place: int, _unused: int) -> int:
    return int(floats(open_book(address), AMOUNTS)[place])


@inner
def write_place(book: Any, place: int) -> None:
    integers(book, PLACES)[place] = 3


@apart
def write_below(address: int, place: int, _unused: int) -> int:
    write_place(open_book(address), place)
    return 0


@apart
def read_row(address: int, place: int, _unused: int) -> int:
    return int(indices(open_book(address), ROWS)[place])


@apart
def read_part(address: int, first: int, place: int) -> int:
    return int(floats_from(open_book(address), AMOUNTS, first)[place])


@apart
def add_lanes(address: int, first: int, count: int) -> int:
    book = open_book(address)
    add_scaled(floats(book, AMOUNTS), floats_from(book, AMOUNTS, first), 1.0, count)
    return 0


@apart
def read_twice(address: int, place: int, _unused: int) -> int:
    line = open_lake(address).line
    return int(line[0] + line[place])


@apart
def call_slot(address: int, slot: int, place: int) -> int:
    return call(open_book(address), slot, place, 0)


@apart
def read_slot(address: int, slot: int, _unused: int) -> int:
    return size_of(open_book(address), slot)


@apart
def read_table(address: int, row: int, column: int) -> int:
    return int(open_lake(address).table[row, column])


@apart
def write_cube(address: int, row: int, layer: int) -> int:
    open_lake(address).cube[row, 0, layer] = 1.0
    return 0


@apart
def read_entries(address: int, first: int, size: int) -> int:
    part = entries(open_lake(address).order, first, size)
    return part[size - 1]


@apart
def call_below(address: int, place: int, _unused: int) -> int:
    lake = open_lake(address)
    return call_at(lake.read, address, place, 0)


@hot
def read_array(values: Floats, place: int) -> float:
    return values[place]


@kernel
def start_call(address: int, slot: int, place: int) -> int:
    return call(open_book(address), slot, place, 0)


def message_of(function: Callable[..., Any], *arguments: Any) -> str:
    """Return the message of a kernel that fails, empty where it ends well."""
    try:
        function(*arguments)
    except IndexError as error:
        return f"{type(error).__name__}: {error}"
    return ""


def main() -> dict[str, str]:
    """Run all; return the message of each."""
    amounts, places = np.zeros(10), np.zeros(4, dtype=np.int64)
    rows = np.zeros(6, dtype=np.uint32)
    book = np.zeros(LONGEST_BOOK, dtype=np.int64)
    for slot, array in enumerate((book, amounts, places, rows)):
        book[2 * slot : 2 * slot + 2] = array.ctypes.data, array.size
    content = Lake(np.zeros(3), np.zeros((2, 5)), np.zeros((2, 3, 4)), places, read_twice.address)
    lake = Record(content)
    of_lake = np.zeros(LONGEST_BOOK, dtype=np.int64)
    of_lake[0] = lake.address
    of_lake[2 * READ_TWICE] = read_twice.address
    book_at, lake_at, caller = (int(one.ctypes.data) for one in (book, lake._table, of_lake))
    name_book(book_at, NAMES)
    name_book(caller, NAMES)
    return {
        "inside": message_of(read_amount, book_at, 9),
        "above": message_of(read_amount, book_at, 10),
        "below": message_of(read_amount, book_at, -1),
        "written": message_of(write_below, book_at, 4),
        "unsigned": message_of(read_row, book_at, 6),
        "part": message_of(read_part, book_at, 8, 2),
        "part_inside": message_of(read_part, book_at, 8, 1),
        "part_begins_outside": message_of(read_part, book_at, 11, 0),
        "lanes_inside": message_of(add_lanes, book_at, 2, 8),
        "lanes": message_of(add_lanes, book_at, 3, 5),
        "no_function": message_of(call_slot, book_at, MISSING, 0),
        "no_slot": message_of(read_slot, book_at, LONGEST_BOOK),
        "table": message_of(read_table, lake_at, 1, 5),
        "table_row": message_of(read_table, lake_at, 2, 0),
        "cube": message_of(write_cube, lake_at, 0, -1),
        "entries": message_of(read_entries, lake_at, 2, 3),
        "called_at": message_of(call_below, lake_at, 3),
        "called": message_of(call_slot, caller, READ_TWICE, 3),
        "called_by_kernel": message_of(start_call, caller, READ_TWICE, 4),
        "numpy": message_of(read_array, np.zeros(3), 3),
        "inside_again": message_of(read_amount, book_at, 0),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()))
