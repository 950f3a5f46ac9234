"""The basis of the simplex: a cold start, prices, the values of its columns, their last digits."""

from typing import Any

from hydrosim.kernels._book import floats, indices, integers
from hydrosim.kernels._jit import inner
from hydrosim.kernels.allocation import codes, slots
from hydrosim.kernels.allocation.factor import solve_backward, solve_forward

TIE_ZERO = 1e-10
MOST_REFINEMENTS = 3
CLOSED = 2e-13
A_LITTLE = 2.0**-6
"""Tolerances by which a volume may stay out of its bounds in the end."""
DRY = 1e-16
"""Tolerances below which a flow is none (1e-27 of the water that can reach it)."""


@inner
def start_cold(book: Any) -> None:
    """Put every column at its lower bound but those of the starting basis."""
    sizes = integers(book, slots.SIZES)
    control = integers(book, slots.CONTROL)
    status = integers(book, slots.STATUS)
    head = integers(book, slots.HEAD)
    start_head = integers(book, slots.START_HEAD)
    floats(book, slots.COUNTERS)[codes.COLD_STARTS] += 1.0
    for j in range(sizes[codes.COLUMNS] + sizes[codes.ROWS]):
        status[j] = codes.AT_LOWER
    for p in range(sizes[codes.ROWS]):
        head[p] = start_head[p]
        status[head[p]] = codes.BASIC
    control[codes.NEED_FACTOR] = 1
    control[codes.NEED_COSTS] = 1


@inner
def price_afresh(book: Any, variant: int) -> None:
    """Compute the reduced costs of all columns from the basis."""
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    total = sizes[codes.COLUMNS] + rows
    base = variant * sizes[codes.ENTRIES]
    column_ptr = integers(book, slots.COLUMN_PTR)
    row_index = indices(book, slots.ROW_INDEX)
    coefficient = floats(book, slots.COEFFICIENT)
    cost = floats(book, slots.COST)
    tie_break = floats(book, slots.TIE_BREAK)
    control = integers(book, slots.CONTROL)
    status = integers(book, slots.STATUS)
    head = integers(book, slots.HEAD)
    reduced_cost = floats(book, slots.REDUCED_COST)
    reduced_tie = floats(book, slots.REDUCED_TIE)
    first = floats(book, slots.RHO)
    second = floats(book, slots.WORK)
    for p in range(rows):
        first[p] = cost[variant * total + head[p]]
        second[p] = tie_break[head[p]]
    solve_backward(book, first)
    solve_backward(book, second)
    for j in range(total):
        if status[j] == codes.BASIC:
            reduced_cost[j] = 0.0
            reduced_tie[j] = 0.0
        else:
            value = cost[variant * total + j]
            tie = tie_break[j]
            for e in range(column_ptr[j], column_ptr[j + 1]):
                value -= coefficient[base + e] * first[row_index[e]]
                tie -= coefficient[base + e] * second[row_index[e]]
            reduced_cost[j] = value
            reduced_tie[j] = tie
    control[codes.NEED_COSTS] = 0
    control[codes.COST_UPDATES] = 0
    control[codes.NEED_FLIPS] = 1


@inner
def place_columns(book: Any, variant: int, narrow: float) -> None:
    """Put nonbasic columns at their bounds and compute the basic ones from the balance."""
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    columns = sizes[codes.COLUMNS]
    base = variant * sizes[codes.ENTRIES]
    zero = floats(book, slots.COST_ZERO)[variant]
    column_ptr = integers(book, slots.COLUMN_PTR)
    row_index = indices(book, slots.ROW_INDEX)
    coefficient = floats(book, slots.COEFFICIENT)
    control = integers(book, slots.CONTROL)
    status = integers(book, slots.STATUS)
    lower = floats(book, slots.LOWER)
    upper = floats(book, slots.UPPER)
    reduced_cost = floats(book, slots.REDUCED_COST)
    reduced_tie = floats(book, slots.REDUCED_TIE)
    sharpness = floats(book, slots.SHARPNESS)
    head = integers(book, slots.HEAD)
    basic_value = floats(book, slots.BASIC_VALUE)
    basic_lower = floats(book, slots.BASIC_LOWER)
    basic_upper = floats(book, slots.BASIC_UPPER)
    basic_weight = floats(book, slots.BASIC_WEIGHT)
    rhs = floats(book, slots.RHS)
    work = floats(book, slots.WORK)
    x = floats(book, slots.X)
    if control[codes.NEED_FLIPS] == 1:
        control[codes.NEED_FLIPS] = 0
        control[codes.NEED_VALUES] = 1
        for j in range(columns):
            if status[j] != codes.BASIC:
                value = reduced_cost[j]
                if abs(value) <= zero:
                    value = reduced_tie[j]
                    if abs(value) <= TIE_ZERO:
                        value = 0.0
                if value > 0.0:
                    status[j] = codes.AT_LOWER
                elif value < 0.0:
                    status[j] = codes.AT_UPPER
    if control[codes.NEED_VALUES] == 1:
        control[codes.NEED_VALUES] = 0
        for i in range(rows):
            work[i] = rhs[i]
        for j in range(columns):
            if status[j] != codes.BASIC:
                value = upper[j] if status[j] == codes.AT_UPPER else lower[j]
                x[j] = value
                if value != 0.0:
                    for e in range(column_ptr[j], column_ptr[j + 1]):
                        work[row_index[e]] -= coefficient[base + e] * value
        solve_forward(book, work)
        for p in range(rows):
            basic_value[p] = work[p]
    else:
        # Only volumes of claims have moved since the last run in this step.
        claim_column = integers(book, slots.CLAIM_COLUMN)
        for i in range(rows):
            work[i] = 0.0
        for k in range(sizes[codes.CLAIMS]):
            j = claim_column[k]
            if status[j] != codes.BASIC:
                value = upper[j] if status[j] == codes.AT_UPPER else lower[j]
                change = value - x[j]
                if change != 0.0:
                    x[j] = value
                    for e in range(column_ptr[j], column_ptr[j + 1]):
                        work[row_index[e]] -= coefficient[base + e] * change
        solve_forward(book, work)
        for p in range(rows):
            basic_value[p] += work[p]
    for p in range(rows):
        j = head[p]
        basic_lower[p] = lower[j]
        basic_upper[p] = upper[j]
        basic_weight[p] = narrow * sharpness[j]


@inner
def refine(book: Any, variant: int) -> bool:
    """Write the flows and mend rows whose balance is open; tell whether all closed.

    A row that passes little water keeps the rounding of those that pass much, until its own
    residual is solved for.
    """
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    columns = sizes[codes.COLUMNS]
    base = variant * (sizes[codes.ENTRIES] - rows)
    row_ptr = integers(book, slots.ROW_PTR)
    row_column = indices(book, slots.ROW_COLUMN)
    row_coefficient = floats(book, slots.ROW_COEFFICIENT)
    head = integers(book, slots.HEAD)
    basic_value = floats(book, slots.BASIC_VALUE)
    tolerance = floats(book, slots.TOLERANCE)
    rhs = floats(book, slots.RHS)
    work = floats(book, slots.WORK)
    x = floats(book, slots.X)
    for attempt in range(MOST_REFINEMENTS + 1):
        for p in range(rows):
            if head[p] < columns:
                # A dry row would pass on its rounding for ever.
                if abs(basic_value[p]) < DRY * tolerance[head[p]]:
                    basic_value[p] = 0.0
                x[head[p]] = basic_value[p]
        closed = True
        for i in range(rows):
            left = rhs[i]
            size = abs(left)
            for e in range(row_ptr[i], row_ptr[i + 1]):
                term = row_coefficient[base + e] * x[row_column[e]]
                left -= term
                size += abs(term)
            work[i] = left
            if abs(left) > CLOSED * size:
                closed = False
        if closed:
            return True
        if attempt == MOST_REFINEMENTS:
            break
        solve_forward(book, work)
        for p in range(rows):
            basic_value[p] += work[p]
    return False
