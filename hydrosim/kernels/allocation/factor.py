"""Factors of the basis as one list of elementary operations.

An operation (r, 1/pivot, entries) means ``v[r] *= 1/pivot; v[i] -= value * v[r]`` for its
entries (i, value).  Applied in order the list solves B z = v in place; transposed and in reverse
order it solves B' y = v.  A network's basis is almost triangular: peeling rows and columns with
one entry left orders all but a small kernel, which gets a sparse left-looking LU.  Basic columns
are renumbered so that the column at position r was pivoted in row r, which makes a pivot of the
simplex one more operation of the same form (the product form of the inverse).
"""

from typing import Any

from hydrosim.kernels._jit import inner
from hydrosim.kernels.allocation.codes import (
    BASE_OPERATIONS,
    BUMP,
    NEED_FACTOR,
    OPERATIONS,
    REFACTORISATIONS,
    UPDATES,
)

SMALLEST_PIVOT = 1e-9

# Rows of state.peel.
_ROW_COUNT = 0
_COLUMN_COUNT = 1
_ROW_OPEN = 2
_POSITION_OPEN = 3
_ORDER_ROW = 4
_ORDER_POSITION = 5
_QUEUE = 6
_ROW_PTR = 7


@inner
def solve_forward(
    count: int, row: Any, inverse: Any, pointer: Any, entry_row: Any, entry_value: Any, vector: Any
) -> None:
    """Solve B z = v in place by applying the operations in order.

    Parameters
    ----------
    count : int
        Number of operations.
    row, inverse, pointer, entry_row, entry_value : ndarray
        The operations (read).
    vector : ndarray, shape (m,)
        v by row on entry, z by position on return (reads and writes).
    """
    for number in range(count):
        value = vector[row[number]]
        if value != 0.0:
            value *= inverse[number]
            vector[row[number]] = value
            for entry in range(pointer[number], pointer[number + 1]):
                vector[entry_row[entry]] -= entry_value[entry] * value


@inner
def solve_backward(
    count: int, row: Any, inverse: Any, pointer: Any, entry_row: Any, entry_value: Any, vector: Any
) -> None:
    """Solve B' y = v in place by applying the transposed operations in reverse order.

    Parameters
    ----------
    count : int
        Number of operations.
    row, inverse, pointer, entry_row, entry_value : ndarray
        The operations (read).
    vector : ndarray, shape (m,)
        v by position on entry, y by row on return (reads and writes).
    """
    for number in range(count - 1, -1, -1):
        value = vector[row[number]]
        for entry in range(pointer[number], pointer[number + 1]):
            value -= entry_value[entry] * vector[entry_row[entry]]
        vector[row[number]] = value * inverse[number]


# One function on purpose: each further call level is optimised again in every caller.
@inner
def factorise(model: Any, state: Any, variant: int) -> bool:
    """Factorise the basis named by ``state.head`` and renumber it.

    Parameters
    ----------
    model : AllocationModel
        Reads the matrix.
    state : AllocationState
        Reads and writes ``head``; writes the operations.
    variant : int
        Coefficient variant [-].

    Returns
    -------
    bool
        False when the basis is singular or the room for factors does not do.
    """
    rows = model.rows
    column_ptr = model.column_ptr
    row_index = model.row_index
    coefficient = model.coefficient
    head = state.head
    peel = state.peel
    row_list = state.row_list
    factor_row = state.factor_row
    factor_value = state.factor_value
    operation_row = state.operation_row
    operation_inverse = state.operation_inverse
    operation_ptr = state.operation_ptr
    work = state.work
    state.counters[REFACTORISATIONS] += 1.0

    for i in range(rows):
        peel[_ROW_COUNT, i] = 0
        peel[_ROW_OPEN, i] = 1
        peel[_POSITION_OPEN, i] = 1
    for p in range(rows):
        j = head[p]
        count = 0
        for e in range(column_ptr[j], column_ptr[j + 1]):
            if coefficient[variant, e] != 0.0:
                peel[_ROW_COUNT, row_index[e]] += 1
                count += 1
        peel[_COLUMN_COUNT, p] = count
    peel[_ROW_PTR, 0] = 0
    for i in range(rows):
        peel[_ROW_PTR, i + 1] = peel[_ROW_PTR, i] + peel[_ROW_COUNT, i]
        peel[_ROW_COUNT, i] = peel[_ROW_PTR, i]
    for p in range(rows):
        j = head[p]
        for e in range(column_ptr[j], column_ptr[j + 1]):
            if coefficient[variant, e] != 0.0:
                i = row_index[e]
                row_list[peel[_ROW_COUNT, i]] = p
                peel[_ROW_COUNT, i] += 1

    # Columns with one open row, again and again: the end of the operation list.
    found = 0
    first = 0
    last = 0
    for p in range(rows):
        if peel[_COLUMN_COUNT, p] == 1:
            peel[_QUEUE, last] = p
            last += 1
    while first < last:
        p = peel[_QUEUE, first]
        first += 1
        if peel[_COLUMN_COUNT, p] != 1:
            continue
        j = head[p]
        r = -1
        for e in range(column_ptr[j], column_ptr[j + 1]):
            if coefficient[variant, e] != 0.0 and peel[_ROW_OPEN, row_index[e]] == 1:
                r = row_index[e]
                if abs(coefficient[variant, e]) < SMALLEST_PIVOT:
                    return False
        peel[_ORDER_ROW, found] = r
        peel[_ORDER_POSITION, found] = p
        found += 1
        peel[_ROW_OPEN, r] = 0
        peel[_POSITION_OPEN, p] = 0
        for e in range(peel[_ROW_PTR, r], peel[_ROW_PTR, r + 1]):
            q = row_list[e]
            if peel[_POSITION_OPEN, q] == 1:
                peel[_COLUMN_COUNT, q] -= 1
                if peel[_COLUMN_COUNT, q] == 1:
                    peel[_QUEUE, last] = q
                    last += 1
    by_column = found

    # Rows with one open column: the start of the operation list.
    if found < rows:
        first = 0
        last = 0
        for i in range(rows):
            if peel[_ROW_OPEN, i] == 1:
                count = 0
                for e in range(peel[_ROW_PTR, i], peel[_ROW_PTR, i + 1]):
                    count += peel[_POSITION_OPEN, row_list[e]]
                peel[_ROW_COUNT, i] = count
                if count == 1:
                    peel[_QUEUE, last] = i
                    last += 1
        while first < last:
            r = peel[_QUEUE, first]
            first += 1
            if peel[_ROW_COUNT, r] != 1:
                continue
            p = -1
            for e in range(peel[_ROW_PTR, r], peel[_ROW_PTR, r + 1]):
                if peel[_POSITION_OPEN, row_list[e]] == 1:
                    p = row_list[e]
            j = head[p]
            for e in range(column_ptr[j], column_ptr[j + 1]):
                i = row_index[e]
                if coefficient[variant, e] == 0.0:
                    continue
                if i == r:
                    if abs(coefficient[variant, e]) < SMALLEST_PIVOT:
                        return False
                elif peel[_ROW_OPEN, i] == 1:
                    peel[_ROW_COUNT, i] -= 1
                    if peel[_ROW_COUNT, i] == 1:
                        peel[_QUEUE, last] = i
                        last += 1
            peel[_ORDER_ROW, found] = r
            peel[_ORDER_POSITION, found] = p
            found += 1
            peel[_ROW_OPEN, r] = 0
            peel[_POSITION_OPEN, p] = 0
    by_row = found

    made = 0
    room = factor_row.size
    used = 0
    operation_ptr[0] = 0
    for k in range(by_column, by_row):
        r = peel[_ORDER_ROW, k]
        j = head[peel[_ORDER_POSITION, k]]
        inverse = 1.0
        for e in range(column_ptr[j], column_ptr[j + 1]):
            value = coefficient[variant, e]
            if row_index[e] == r:
                inverse = 1.0 / value
            elif value != 0.0:
                factor_row[used] = row_index[e]
                factor_value[used] = value
                used += 1
        if used > operation_ptr[made] or inverse != 1.0:
            operation_row[made] = r
            operation_inverse[made] = inverse
            made += 1
            operation_ptr[made] = used

    # The kernel: left-looking, column by column; L into the list, U kept at the end of the room.
    kernel_size = rows - by_row
    state.control[BUMP] = kernel_size
    if kernel_size > 0:
        first_l = made
        top = room
        for i in range(rows):
            work[i] = 0.0
        k = by_row
        for p in range(rows):
            if peel[_POSITION_OPEN, p] == 1:
                peel[_ORDER_POSITION, k] = p
                k += 1
        for k in range(by_row, rows):
            j = head[peel[_ORDER_POSITION, k]]
            if used + 2 * rows > top:
                return False
            start = top
            for e in range(column_ptr[j], column_ptr[j + 1]):
                i = row_index[e]
                # Open rows are 1, kernel rows already pivoted 2, peeled rows 0.
                if peel[_ROW_OPEN, i] > 0:
                    work[i] = coefficient[variant, e]
                elif coefficient[variant, e] != 0.0:
                    top -= 1
                    factor_row[top] = i
                    factor_value[top] = coefficient[variant, e]
            for number in range(first_l, made):
                value = work[operation_row[number]]
                if value != 0.0:
                    for e in range(operation_ptr[number], operation_ptr[number + 1]):
                        work[factor_row[e]] -= factor_value[e] * value
            best = 0.0
            r = -1
            for i in range(rows):
                if peel[_ROW_OPEN, i] == 1 and abs(work[i]) > best:
                    best = abs(work[i])
                    r = i
            if best < SMALLEST_PIVOT:
                return False
            inverse = 1.0 / work[r]
            for i in range(rows):
                if work[i] != 0.0 and peel[_ROW_OPEN, i] > 0:
                    if peel[_ROW_OPEN, i] == 2:
                        top -= 1
                        factor_row[top] = i
                        factor_value[top] = work[i]
                    elif i != r:
                        factor_row[used] = i
                        factor_value[used] = work[i] * inverse
                        used += 1
                    work[i] = 0.0
            operation_row[made] = r
            operation_inverse[made] = 1.0
            made += 1
            operation_ptr[made] = used
            peel[_ROW_OPEN, r] = 2
            peel[_ORDER_ROW, k] = r
            # The queue is free here: it keeps the length of this column of U.
            peel[_QUEUE, k] = start - top
            state.column[k] = inverse
        for k in range(rows - 1, by_row - 1, -1):
            count = peel[_QUEUE, k]
            for e in range(count):
                factor_row[used] = factor_row[top + e]
                factor_value[used] = factor_value[top + e]
                used += 1
            top += count
            operation_row[made] = peel[_ORDER_ROW, k]
            operation_inverse[made] = state.column[k]
            made += 1
            operation_ptr[made] = used

    for k in range(by_column - 1, -1, -1):
        r = peel[_ORDER_ROW, k]
        j = head[peel[_ORDER_POSITION, k]]
        inverse = 1.0
        if used + rows > room:
            return False
        for e in range(column_ptr[j], column_ptr[j + 1]):
            value = coefficient[variant, e]
            if row_index[e] == r:
                inverse = 1.0 / value
            elif value != 0.0:
                factor_row[used] = row_index[e]
                factor_value[used] = value
                used += 1
        if used > operation_ptr[made] or inverse != 1.0:
            operation_row[made] = r
            operation_inverse[made] = inverse
            made += 1
            operation_ptr[made] = used

    for k in range(rows):
        peel[_QUEUE, peel[_ORDER_ROW, k]] = head[peel[_ORDER_POSITION, k]]
    for i in range(rows):
        head[i] = peel[_QUEUE, i]
    state.control[OPERATIONS] = made
    state.control[BASE_OPERATIONS] = made
    state.control[UPDATES] = 0
    state.control[NEED_FACTOR] = 0
    return True
