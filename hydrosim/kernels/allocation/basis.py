"""The basis of the simplex: a cold start, prices, the values of its columns, their last digits."""

from typing import Any

from hydrosim.kernels._apart import floats, indices, integers
from hydrosim.kernels._jit import inner
from hydrosim.kernels.allocation.codes import (
    AT_LOWER,
    AT_UPPER,
    BASIC,
    CLAIMS,
    COLD_STARTS,
    COLUMNS,
    COST_UPDATES,
    ENTRIES,
    NEED_COSTS,
    NEED_FACTOR,
    NEED_FLIPS,
    NEED_VALUES,
    ROWS,
)
from hydrosim.kernels.allocation.factor import solve_backward, solve_forward
from hydrosim.kernels.allocation.slots import (
    BASIC_LOWER,
    BASIC_UPPER,
    BASIC_VALUE,
    BASIC_WEIGHT,
    CLAIM_COLUMN,
    COEFFICIENT,
    COLUMN_PTR,
    CONTROL,
    COST,
    COST_ZERO,
    COUNTERS,
    HEAD,
    LOWER,
    REDUCED_COST,
    REDUCED_TIE,
    RHO,
    RHS,
    ROW_COEFFICIENT,
    ROW_COLUMN,
    ROW_INDEX,
    ROW_PTR,
    SHARPNESS,
    SIZES,
    START_HEAD,
    STATUS,
    TIE_BREAK,
    TOLERANCE,
    UPPER,
    WORK,
    X,
)

TIE_ZERO = 1e-10
MOST_REFINEMENTS = 3
CLOSED = 2e-13
DRY = 1e-16
"""Tolerances below which a flow is none (1e-27 of the water that can reach it)."""


@inner
def start_cold(book: Any) -> None:
    """Put every column at its lower bound but those of the starting basis."""
    sizes = integers(book, SIZES)
    control = integers(book, CONTROL)
    status = integers(book, STATUS)
    head = integers(book, HEAD)
    start_head = integers(book, START_HEAD)
    floats(book, COUNTERS)[COLD_STARTS] += 1.0
    for j in range(sizes[COLUMNS] + sizes[ROWS]):
        status[j] = AT_LOWER
    for p in range(sizes[ROWS]):
        head[p] = start_head[p]
        status[head[p]] = BASIC
    control[NEED_FACTOR] = 1
    control[NEED_COSTS] = 1


@inner
def price_afresh(book: Any, variant: int) -> None:
    """Compute the reduced costs of all columns from the basis."""
    sizes = integers(book, SIZES)
    rows = sizes[ROWS]
    total = sizes[COLUMNS] + rows
    base = variant * sizes[ENTRIES]
    column_ptr = integers(book, COLUMN_PTR)
    row_index = indices(book, ROW_INDEX)
    coefficient = floats(book, COEFFICIENT)
    cost = floats(book, COST)
    tie_break = floats(book, TIE_BREAK)
    control = integers(book, CONTROL)
    status = integers(book, STATUS)
    head = integers(book, HEAD)
    reduced_cost = floats(book, REDUCED_COST)
    reduced_tie = floats(book, REDUCED_TIE)
    first = floats(book, RHO)
    second = floats(book, WORK)
    for p in range(rows):
        first[p] = cost[variant * total + head[p]]
        second[p] = tie_break[head[p]]
    solve_backward(book, first)
    solve_backward(book, second)
    for j in range(total):
        if status[j] == BASIC:
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
    control[NEED_COSTS] = 0
    control[COST_UPDATES] = 0
    control[NEED_FLIPS] = 1


@inner
def place_columns(book: Any, variant: int, narrow: float) -> None:
    """Put nonbasic columns at their bounds and compute the basic ones from the balance."""
    sizes = integers(book, SIZES)
    rows = sizes[ROWS]
    columns = sizes[COLUMNS]
    base = variant * sizes[ENTRIES]
    zero = floats(book, COST_ZERO)[variant]
    column_ptr = integers(book, COLUMN_PTR)
    row_index = indices(book, ROW_INDEX)
    coefficient = floats(book, COEFFICIENT)
    control = integers(book, CONTROL)
    status = integers(book, STATUS)
    lower = floats(book, LOWER)
    upper = floats(book, UPPER)
    reduced_cost = floats(book, REDUCED_COST)
    reduced_tie = floats(book, REDUCED_TIE)
    sharpness = floats(book, SHARPNESS)
    head = integers(book, HEAD)
    basic_value = floats(book, BASIC_VALUE)
    basic_lower = floats(book, BASIC_LOWER)
    basic_upper = floats(book, BASIC_UPPER)
    basic_weight = floats(book, BASIC_WEIGHT)
    rhs = floats(book, RHS)
    work = floats(book, WORK)
    x = floats(book, X)
    if control[NEED_FLIPS] == 1:
        control[NEED_FLIPS] = 0
        control[NEED_VALUES] = 1
        for j in range(columns):
            if status[j] != BASIC:
                value = reduced_cost[j]
                if abs(value) <= zero:
                    value = reduced_tie[j]
                    if abs(value) <= TIE_ZERO:
                        value = 0.0
                if value > 0.0:
                    status[j] = AT_LOWER
                elif value < 0.0:
                    status[j] = AT_UPPER
    if control[NEED_VALUES] == 1:
        control[NEED_VALUES] = 0
        for i in range(rows):
            work[i] = rhs[i]
        for j in range(columns):
            if status[j] != BASIC:
                value = upper[j] if status[j] == AT_UPPER else lower[j]
                x[j] = value
                if value != 0.0:
                    for e in range(column_ptr[j], column_ptr[j + 1]):
                        work[row_index[e]] -= coefficient[base + e] * value
        solve_forward(book, work)
        for p in range(rows):
            basic_value[p] = work[p]
    else:
        # Only volumes of claims have moved since the last run in this step.
        claim_column = integers(book, CLAIM_COLUMN)
        for i in range(rows):
            work[i] = 0.0
        for k in range(sizes[CLAIMS]):
            j = claim_column[k]
            if status[j] != BASIC:
                value = upper[j] if status[j] == AT_UPPER else lower[j]
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
    sizes = integers(book, SIZES)
    rows = sizes[ROWS]
    columns = sizes[COLUMNS]
    base = variant * (sizes[ENTRIES] - rows)
    row_ptr = integers(book, ROW_PTR)
    row_column = indices(book, ROW_COLUMN)
    row_coefficient = floats(book, ROW_COEFFICIENT)
    head = integers(book, HEAD)
    basic_value = floats(book, BASIC_VALUE)
    tolerance = floats(book, TOLERANCE)
    rhs = floats(book, RHS)
    work = floats(book, WORK)
    x = floats(book, X)
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
