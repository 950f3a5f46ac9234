"""Factors of the basis as one list of elementary operations.

An operation (r, 1/pivot, entries) means ``v[r] *= 1/pivot; v[i] -= value * v[r]`` for its
entries (i, value).  Applied in order the list solves B z = v in place; transposed and in reverse
order it solves B' y = v.  A network's basis is almost triangular: peeling rows and columns with
one entry left orders all but a small kernel, which gets a sparse left-looking LU.  Basic columns
are renumbered so that the column at position r was pivoted in row r, which makes a pivot of the
simplex one more operation of the same form (the product form of the inverse).

The operations of columns with one open row, nearly all, are kept by rows too: a vector with few
entries then passes both ways by visiting only what it touches.
"""

from typing import Any

from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import floats, indices, integers, open_book, size_of
from hydrosim.kernels._jit import inner
from hydrosim.kernels.allocation import codes, slots

SMALLEST_PIVOT = 1e-9


@inner
def solve_forward(book: Any, vector: Any) -> None:
    """Solve B z = v in place by applying the operations in order.

    Parameters
    ----------
    book : ndarray
        Reads the operations.
    vector : ndarray, shape (m,)
        v by row on entry, z by position on return (reads and writes).
    """
    count = integers(book, slots.CONTROL)[codes.OPERATIONS]
    row = indices(book, slots.OPERATION_ROW)
    inverse = floats(book, slots.OPERATION_INVERSE)
    pointer = integers(book, slots.OPERATION_PTR)
    entry_row = indices(book, slots.FACTOR_ROW)
    entry_value = floats(book, slots.FACTOR_VALUE)
    for number in range(count):
        value = vector[row[number]]
        if value != 0.0:
            value *= inverse[number]
            vector[row[number]] = value
            for entry in range(pointer[number], pointer[number + 1]):
                vector[entry_row[entry]] -= entry_value[entry] * value


@inner
def solve_backward(book: Any, vector: Any) -> None:
    """Solve B' y = v in place by applying the transposed operations in reverse order.

    Parameters
    ----------
    book : ndarray
        Reads the operations.
    vector : ndarray, shape (m,)
        v by position on entry, y by row on return (reads and writes).
    """
    control = integers(book, slots.CONTROL)
    row = indices(book, slots.OPERATION_ROW)
    inverse = floats(book, slots.OPERATION_INVERSE)
    pointer = integers(book, slots.OPERATION_PTR)
    entry_row = indices(book, slots.FACTOR_ROW)
    entry_value = floats(book, slots.FACTOR_VALUE)
    back_ptr = integers(book, slots.BACK_PTR)
    back_row = indices(book, slots.BACK_ROW)
    back_value = floats(book, slots.BACK_VALUE)
    base = control[codes.BASE_OPERATIONS]
    gathered = control[codes.GATHERED]
    for number in range(control[codes.OPERATIONS] - 1, base - 1, -1):
        value = vector[row[number]]
        for entry in range(pointer[number], pointer[number + 1]):
            value -= entry_value[entry] * vector[entry_row[entry]]
        vector[row[number]] = value * inverse[number]
    for number in range(base - 1, gathered - 1, -1):
        value = vector[row[number]]
        if value != 0.0:
            value *= inverse[number]
            vector[row[number]] = value
            r = row[number]
            for entry in range(back_ptr[r], back_ptr[r + 1]):
                vector[back_row[entry]] -= back_value[entry] * value
    for number in range(gathered - 1, -1, -1):
        value = vector[row[number]]
        for entry in range(pointer[number], pointer[number + 1]):
            value -= entry_value[entry] * vector[entry_row[entry]]
        vector[row[number]] = value * inverse[number]


@inner
def gather_basis(book: Any, variant: int) -> None:
    """Copy the columns of the basis, side by side and without zeros."""
    rows = integers(book, slots.SIZES)[codes.ROWS]
    base = variant * integers(book, slots.SIZES)[codes.ENTRIES]
    column_ptr = integers(book, slots.COLUMN_PTR)
    row_index = indices(book, slots.ROW_INDEX)
    coefficient = floats(book, slots.COEFFICIENT)
    head = integers(book, slots.HEAD)
    pointer = integers(book, slots.BASIS_PTR)
    row = indices(book, slots.BASIS_ROW)
    value = floats(book, slots.BASIS_VALUE)
    used = 0
    pointer[0] = 0
    for p in range(rows):
        j = head[p]
        for e in range(column_ptr[j], column_ptr[j + 1]):
            if coefficient[base + e] != 0.0:
                row[used] = row_index[e]
                value[used] = coefficient[base + e]
                used += 1
        pointer[p + 1] = used


@inner
def gather_grouped_basis(book: Any, variant: int) -> None:
    """Copy the columns of the basis where some are those of groups: sums over their members."""
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    total = sizes[codes.COLUMNS] + rows
    base = variant * sizes[codes.ENTRIES]
    column_ptr = integers(book, slots.COLUMN_PTR)
    row_index = indices(book, slots.ROW_INDEX)
    coefficient = floats(book, slots.COEFFICIENT)
    claim_column = integers(book, slots.CLAIM_COLUMN)
    head = integers(book, slots.GROUP_HEAD)
    first_member = integers(book, slots.GROUP_FIRST)
    next_member = integers(book, slots.MEMBER_NEXT)
    part = floats(book, slots.MEMBER_PART)
    pointer = integers(book, slots.BASIS_PTR)
    row = indices(book, slots.BASIS_ROW)
    value = floats(book, slots.BASIS_VALUE)
    work = floats(book, slots.WORK)
    for i in range(rows):
        work[i] = 0.0
    used = 0
    pointer[0] = 0
    for p in range(rows):
        j = head[p]
        if j < total:
            for e in range(column_ptr[j], column_ptr[j + 1]):
                if coefficient[base + e] != 0.0:
                    row[used] = row_index[e]
                    value[used] = coefficient[base + e]
                    used += 1
        else:
            start = used
            k = first_member[j - total]
            while k >= 0:
                c = claim_column[k]
                for e in range(column_ptr[c], column_ptr[c + 1]):
                    if coefficient[base + e] != 0.0:
                        i = row_index[e]
                        if work[i] == 0.0:
                            row[used] = i
                            used += 1
                        total_value = work[i] + part[k] * coefficient[base + e]
                        # So that a sum that cancels is not listed twice.
                        work[i] = total_value if total_value != 0.0 else 1e-300
                k = next_member[k]
            end = used
            used = start
            for e in range(start, end):
                i = row[e]
                if abs(work[i]) > 1e-290:
                    row[used] = i
                    value[used] = work[i]
                    used += 1
                work[i] = 0.0
        pointer[p + 1] = used


# One function on purpose: its parts share most of the arrays, and a call would open them again.
@apart
def factorise(address: int, variant: int, grouped: int) -> int:
    """Factorise the basis named by ``head`` and renumber it.

    Parameters
    ----------
    address : int
        The book; reads the matrix; reads and writes ``head``; writes the operations.
    variant : int
        Coefficient variant [-].
    grouped : int
        1 for the basis named by ``group_head``, some columns of which are those of groups.

    Returns
    -------
    int
        1, or 0 when the basis is singular or the room for factors does not do.
    """
    book = open_book(address)
    rows = integers(book, slots.SIZES)[codes.ROWS]
    column_ptr = integers(book, slots.BASIS_PTR)
    row_index = indices(book, slots.BASIS_ROW)
    coefficient = floats(book, slots.BASIS_VALUE)
    control = integers(book, slots.CONTROL)
    head = integers(book, slots.HEAD)
    if grouped == 1:
        head = integers(book, slots.GROUP_HEAD)
    row_count = integers(book, slots.ROW_COUNT)
    column_count = integers(book, slots.COLUMN_COUNT)
    row_open = integers(book, slots.ROW_OPEN)
    position_open = integers(book, slots.POSITION_OPEN)
    order_row = integers(book, slots.ORDER_ROW)
    order_position = integers(book, slots.ORDER_POSITION)
    queue = integers(book, slots.QUEUE)
    back_ptr = integers(book, slots.BACK_PTR)
    back_row = indices(book, slots.BACK_ROW)
    back_value = floats(book, slots.BACK_VALUE)
    factor_row = indices(book, slots.FACTOR_ROW)
    factor_value = floats(book, slots.FACTOR_VALUE)
    operation_row = indices(book, slots.OPERATION_ROW)
    operation_inverse = floats(book, slots.OPERATION_INVERSE)
    operation_ptr = integers(book, slots.OPERATION_PTR)
    work = floats(book, slots.WORK)
    column = floats(book, slots.COLUMN)
    floats(book, slots.COUNTERS)[codes.REFACTORISATIONS] += 1.0
    if grouped == 0:
        gather_basis(book, variant)
    else:
        gather_grouped_basis(book, variant)
    control[codes.FACTORS_OF_GROUPS] = grouped

    for i in range(rows):
        row_count[i] = 0
        row_open[i] = 1
        position_open[i] = 1
    for p in range(rows):
        j = p
        count = 0
        for e in range(column_ptr[j], column_ptr[j + 1]):
            if coefficient[e] != 0.0:
                row_count[row_index[e]] += 1
                count += 1
        column_count[p] = count
    back_ptr[0] = 0
    for i in range(rows):
        back_ptr[i + 1] = back_ptr[i] + row_count[i]
        row_count[i] = back_ptr[i]
    for p in range(rows):
        j = p
        for e in range(column_ptr[j], column_ptr[j + 1]):
            if coefficient[e] != 0.0:
                i = row_index[e]
                back_row[row_count[i]] = p
                back_value[row_count[i]] = coefficient[e]
                row_count[i] += 1

    # Columns with one open row, again and again: the end of the operation list.
    found = 0
    first = 0
    last = 0
    for p in range(rows):
        if column_count[p] == 1:
            queue[last] = p
            last += 1
    while first < last:
        p = queue[first]
        first += 1
        if column_count[p] != 1:
            continue
        j = p
        r = -1
        for e in range(column_ptr[j], column_ptr[j + 1]):
            if coefficient[e] != 0.0 and row_open[row_index[e]] == 1:
                r = row_index[e]
                if abs(coefficient[e]) < SMALLEST_PIVOT:
                    return 0
        order_row[found] = r
        order_position[found] = p
        found += 1
        row_open[r] = 0
        position_open[p] = 0
        for e in range(back_ptr[r], back_ptr[r + 1]):
            q = back_row[e]
            if position_open[q] == 1:
                column_count[q] -= 1
                if column_count[q] == 1:
                    queue[last] = q
                    last += 1
    by_column = found

    # Rows with one open column: the start of the operation list.
    if found < rows:
        first = 0
        last = 0
        for i in range(rows):
            if row_open[i] == 1:
                count = 0
                for e in range(back_ptr[i], back_ptr[i + 1]):
                    count += position_open[back_row[e]]
                row_count[i] = count
                if count == 1:
                    queue[last] = i
                    last += 1
        while first < last:
            r = queue[first]
            first += 1
            if row_count[r] != 1:
                continue
            p = -1
            for e in range(back_ptr[r], back_ptr[r + 1]):
                if position_open[back_row[e]] == 1:
                    p = back_row[e]
            j = p
            for e in range(column_ptr[j], column_ptr[j + 1]):
                i = row_index[e]
                if coefficient[e] == 0.0:
                    continue
                if i == r:
                    if abs(coefficient[e]) < SMALLEST_PIVOT:
                        return 0
                elif row_open[i] == 1:
                    row_count[i] -= 1
                    if row_count[i] == 1:
                        queue[last] = i
                        last += 1
            order_row[found] = r
            order_position[found] = p
            found += 1
            row_open[r] = 0
            position_open[p] = 0
    by_row = found

    made = 0
    room = size_of(book, slots.FACTOR_ROW)
    used = 0
    operation_ptr[0] = 0
    for k in range(by_column, by_row):
        r = order_row[k]
        j = order_position[k]
        inverse = 1.0
        for e in range(column_ptr[j], column_ptr[j + 1]):
            value = coefficient[e]
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
    control[codes.BUMP] = kernel_size
    if kernel_size > 0:
        first_l = made
        top = room
        for i in range(rows):
            work[i] = 0.0
        k = by_row
        for p in range(rows):
            if position_open[p] == 1:
                order_position[k] = p
                k += 1
        for k in range(by_row, rows):
            j = order_position[k]
            if used + 2 * rows > top:
                return 0
            start = top
            for e in range(column_ptr[j], column_ptr[j + 1]):
                i = row_index[e]
                # Open rows are 1, kernel rows already pivoted 2, peeled rows 0.
                if row_open[i] > 0:
                    work[i] = coefficient[e]
                elif coefficient[e] != 0.0:
                    top -= 1
                    factor_row[top] = i
                    factor_value[top] = coefficient[e]
            for number in range(first_l, made):
                value = work[operation_row[number]]
                if value != 0.0:
                    for e in range(operation_ptr[number], operation_ptr[number + 1]):
                        work[factor_row[e]] -= factor_value[e] * value
            best = 0.0
            r = -1
            for i in range(rows):
                if row_open[i] == 1 and abs(work[i]) > best:
                    best = abs(work[i])
                    r = i
            if best < SMALLEST_PIVOT:
                return 0
            inverse = 1.0 / work[r]
            for i in range(rows):
                if work[i] != 0.0 and row_open[i] > 0:
                    if row_open[i] == 2:
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
            row_open[r] = 2
            order_row[k] = r
            # The queue is free here: it keeps the length of this column of U.
            queue[k] = start - top
            column[k] = inverse
        for k in range(rows - 1, by_row - 1, -1):
            count = queue[k]
            for e in range(count):
                factor_row[used] = factor_row[top + e]
                factor_value[used] = factor_value[top + e]
                used += 1
            top += count
            operation_row[made] = order_row[k]
            operation_inverse[made] = column[k]
            made += 1
            operation_ptr[made] = used

    # Where a column is pivoted: by position, from here on in place of the count.
    control[codes.GATHERED] = made
    for k in range(rows):
        column_count[order_position[k]] = order_row[k]
        position_open[order_position[k]] = 0
    for k in range(by_column):
        position_open[order_position[k]] = 1
    for i in range(rows):
        for e in range(back_ptr[i], back_ptr[i + 1]):
            p = back_row[e]
            if position_open[p] == 1 and column_count[p] != i:
                back_row[e] = column_count[p]
            else:
                back_row[e] = i
                back_value[e] = 0.0
    for k in range(by_column - 1, -1, -1):
        r = order_row[k]
        j = order_position[k]
        inverse = 1.0
        if used + rows > room:
            return 0
        for e in range(column_ptr[j], column_ptr[j + 1]):
            value = coefficient[e]
            if row_index[e] == r:
                inverse = 1.0 / value
            elif value != 0.0:
                factor_row[used] = row_index[e]
                factor_value[used] = value
                used += 1
        if used > operation_ptr[made] or inverse != 1.0 or back_ptr[r + 1] > back_ptr[r] + 1:
            operation_row[made] = r
            operation_inverse[made] = inverse
            made += 1
            operation_ptr[made] = used

    for k in range(rows):
        queue[order_row[k]] = head[order_position[k]]
    for i in range(rows):
        head[i] = queue[i]
    control[codes.OPERATIONS] = made
    control[codes.BASE_OPERATIONS] = made
    control[codes.BASE_ENTRIES] = used
    control[codes.UPDATES] = 0
    control[codes.NEED_FACTOR] = 0
    return 1
