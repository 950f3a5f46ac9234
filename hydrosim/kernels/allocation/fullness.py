"""Whether a store is full, or a junction passes on all that anything below could take."""

from typing import Any

from hydrosim.kernels._book import floats, indices, integers
from hydrosim.kernels._jit import inner
from hydrosim.kernels.allocation import codes, slots

ROOM = 4.0
"""Tolerances from which on a flow counts, or room for it."""


@inner
def has_slack(book: Any, variant: int, row: int) -> bool:
    """Whether a side row still lets the columns that it holds together carry more."""
    sizes = integers(book, slots.SIZES)
    base = variant * sizes[codes.ENTRIES]
    column_ptr = integers(book, slots.COLUMN_PTR)
    row_ptr = integers(book, slots.ROW_PTR)
    row_column = indices(book, slots.ROW_COLUMN)
    coefficient = floats(book, slots.COEFFICIENT)
    tolerance = floats(book, slots.TOLERANCE)
    x = floats(book, slots.X)
    for entry in range(row_ptr[row], row_ptr[row + 1]):
        j = row_column[entry]
        single = column_ptr[j + 1] - column_ptr[j] == 1
        if single and coefficient[base + column_ptr[j]] > 0.0 and x[j] > ROOM * tolerance[j]:
            return True
    return False


@inner
def has_room(book: Any, j: int) -> bool:
    """Whether a column could carry more: overflow and what is to stay unused take nothing."""
    if integers(book, slots.OVERFLOW_OF_COLUMN)[j] >= 0:
        return False
    most = floats(book, slots.GIVEN_UPPER)[j]
    k = integers(book, slots.CLAIM_OF_COLUMN)[j]
    if k >= 0 and integers(book, slots.CLASS_TODAY)[k] >= 0:
        if floats(book, slots.CLAIM_SENSE)[k] < 0.0:
            return False
        most = min(most, floats(book, slots.GIVEN_WANTED)[k])
    return most - floats(book, slots.X)[j] > ROOM * floats(book, slots.TOLERANCE)[j]


@inner
def takes_more(book: Any, variant: int, start: int) -> bool:
    """Whether water could still go from a row, by columns with room, to where some end has room."""
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    base = variant * sizes[codes.ENTRIES]
    row_base = variant * (sizes[codes.ENTRIES] - rows)
    column_ptr = integers(book, slots.COLUMN_PTR)
    row_index = indices(book, slots.ROW_INDEX)
    coefficient = floats(book, slots.COEFFICIENT)
    row_ptr = integers(book, slots.ROW_PTR)
    row_column = indices(book, slots.ROW_COLUMN)
    row_coefficient = floats(book, slots.ROW_COEFFICIENT)
    mark = integers(book, slots.ROW_MARK)
    queue = integers(book, slots.ROW_QUEUE)
    for i in range(rows):
        mark[i] = 0
    mark[start] = 1
    queue[0] = start
    first = 0
    last = 1
    while first < last:
        i = queue[first]
        first += 1
        for entry in range(row_ptr[i], row_ptr[i + 1]):
            j = row_column[entry]
            if row_coefficient[row_base + entry] <= 0.0 or not has_room(book, j):
                continue
            fits = True
            arrives = False
            for e in range(column_ptr[j], column_ptr[j + 1]):
                r = row_index[e]
                if coefficient[base + e] < 0.0:
                    arrives = True
                elif r != i and coefficient[base + e] > 0.0 and not has_slack(book, variant, r):
                    fits = False
            if not fits:
                continue
            if not arrives:
                return True
            for e in range(column_ptr[j], column_ptr[j + 1]):
                r = row_index[e]
                if coefficient[base + e] < 0.0 and mark[r] == 0:
                    mark[r] = 1
                    queue[last] = r
                    last += 1
    return False


@inner
def is_full(book: Any, variant: int, v: int) -> bool:
    """Whether the row that an overflow leaves can hold and pass on no more."""
    if integers(book, slots.OVERFLOW_STORES)[v] == 0:
        return not takes_more(book, variant, integers(book, slots.OVERFLOW_ROW)[v])
    zone_ptr = integers(book, slots.ZONE_PTR)
    zone_column = integers(book, slots.ZONE_COLUMN)
    upper = floats(book, slots.GIVEN_UPPER)
    tolerance = floats(book, slots.TOLERANCE)
    x = floats(book, slots.X)
    for place in range(zone_ptr[v], zone_ptr[v + 1]):
        j = zone_column[place]
        if x[j] < upper[j] - ROOM * tolerance[j]:
            return False
    return True


@inner
def runs(book: Any, v: int) -> bool:
    """Whether an overflow is in use."""
    j = integers(book, slots.OVERFLOW_COLUMN)[v]
    return floats(book, slots.X)[j] > ROOM * floats(book, slots.TOLERANCE)[j]
