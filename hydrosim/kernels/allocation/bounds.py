"""The last digits of the flows: what stays out of its bounds by less than the tolerance comes home.

A basis is feasible where every volume lies within its bounds but for a tolerance, and a target is
exact but for the rounding of the cuts that gave it. So a flow can end as far below zero as the
tolerance reaches, 1e-11 of the largest volume that has ever come its way. Other columns make room
for it here: by as little, within bounds of their own, in the order of their reduced costs, claims
last. The basis stays as it is.
"""

from typing import Any

from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import floats, indices, integers, open_book
from hydrosim.kernels._jit import inner
from hydrosim.kernels.allocation import codes, slots
from hydrosim.kernels.allocation.basis import A_LITTLE, refine
from hydrosim.kernels.allocation.factor import solve_backward, solve_forward

ROUNDING = 2.0**-46
"""What a volume may be out by rounding, as a share of the step's largest (64 unit roundoffs)."""
SMALLEST_RATE = 1e-6
"""Least change of the volume by a change of the column that makes room."""
MOST_MOVES = 24
MOST_TRIES = 4


@inner
def most_of(book: Any, j: int) -> float:
    """Return the upper bound of a column: a claim that is fixed at its target has its own."""
    k = integers(book, slots.CLAIM_OF_COLUMN)[j]
    if k < 0 or integers(book, slots.ENTERS)[j] == 1:
        return floats(book, slots.UPPER)[j]
    if floats(book, slots.CLAIM_SENSE)[k] > 0.0:
        return floats(book, slots.BEST)[k]
    return floats(book, slots.WORST)[k]


@inner
def bound_basic(book: Any) -> float:
    """Give the columns of the basis their own bounds; return what a volume may be out [m3]."""
    sizes = integers(book, slots.SIZES)
    head = integers(book, slots.HEAD)
    lower = floats(book, slots.LOWER)
    enters = integers(book, slots.ENTERS)
    of_column = integers(book, slots.CLAIM_OF_COLUMN)
    basic_value = floats(book, slots.BASIC_VALUE)
    basic_lower = floats(book, slots.BASIC_LOWER)
    basic_upper = floats(book, slots.BASIC_UPPER)
    basic_weight = floats(book, slots.BASIC_WEIGHT)
    sharpness = floats(book, slots.SHARPNESS)
    x = floats(book, slots.X)
    largest = 0.0
    for j in range(sizes[codes.COLUMNS]):
        largest = max(largest, abs(x[j]))
    for p in range(sizes[codes.ROWS]):
        j = head[p]
        basic_lower[p] = 0.0
        basic_upper[p] = 0.0
        if j < sizes[codes.COLUMNS]:
            if of_column[j] < 0 or enters[j] == 1:
                basic_lower[p] = lower[j]
            basic_upper[p] = most_of(book, j)
        basic_weight[p] = sharpness[j]
        largest = max(largest, abs(basic_value[p]))
    return ROUNDING * largest


@inner
def out_by(book: Any, p: int, value: float, least: float) -> float:
    """Return by how many tolerances a volume of the basis is out, 0 where that is rounding."""
    out = max(
        floats(book, slots.BASIC_LOWER)[p] - value, value - floats(book, slots.BASIC_UPPER)[p]
    )
    if out <= least:
        return 0.0
    return max(out * floats(book, slots.BASIC_WEIGHT)[p] - A_LITTLE, 0.0)


@inner
def rate_columns(book: Any, variant: int, r: int, change: float) -> int:
    """List the columns that can bring a volume of the basis home; return how many.

    Parameters
    ----------
    book : ndarray
        Writes ``eligible``, their ``ratio`` (what counts against them) and ``alpha`` (their move).
    variant : int
        Coefficient variant [-].
    r : int
        Place in the basis.
    change : float
        What the volume must gain [m3].
    """
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    base = variant * sizes[codes.ENTRIES]
    column_ptr = integers(book, slots.COLUMN_PTR)
    row_index = indices(book, slots.ROW_INDEX)
    coefficient = floats(book, slots.COEFFICIENT)
    status = integers(book, slots.STATUS)
    enters = integers(book, slots.ENTERS)
    lower = floats(book, slots.LOWER)
    sharpness = floats(book, slots.SHARPNESS)
    reduced_cost = floats(book, slots.REDUCED_COST)
    ratio = floats(book, slots.RATIO)
    alpha = floats(book, slots.ALPHA)
    eligible = integers(book, slots.ELIGIBLE)
    rho = floats(book, slots.RHO)
    x = floats(book, slots.X)
    for p in range(rows):
        rho[p] = 0.0
    rho[r] = 1.0
    solve_backward(book, rho)
    count = 0
    for j in range(sizes[codes.COLUMNS]):
        alpha[j] = 0.0
        if status[j] == codes.BASIC:
            continue
        a = 0.0
        for e in range(column_ptr[j], column_ptr[j + 1]):
            a += coefficient[base + e] * rho[row_index[e]]
        if abs(a) < SMALLEST_RATE:
            continue
        move = -change / a
        least = lower[j] if enters[j] == 1 else 0.0
        if x[j] + move < least or x[j] + move > most_of(book, j):
            continue
        if enters[j] == 1:
            ratio[j] = abs(reduced_cost[j] / a)
        else:
            ratio[j] = 1e200 * (1.0 + abs(move) * sharpness[j])
        alpha[j] = move
        eligible[count] = j
        count += 1
    return count


@inner
def emptied(volume: float, change: float) -> float:
    """Return a volume after a change: zero where only the rounding of the two is left."""
    left = volume + change
    return 0.0 if abs(left) <= ROUNDING * abs(volume) else left


@inner
def move_column(book: Any, variant: int, j: int, move: float) -> None:
    """Compute the volumes of the basis, into ``column``, that follow the move of a column."""
    sizes = integers(book, slots.SIZES)
    base = variant * sizes[codes.ENTRIES]
    column_ptr = integers(book, slots.COLUMN_PTR)
    row_index = indices(book, slots.ROW_INDEX)
    coefficient = floats(book, slots.COEFFICIENT)
    basic_value = floats(book, slots.BASIC_VALUE)
    column = floats(book, slots.COLUMN)
    for p in range(sizes[codes.ROWS]):
        column[p] = 0.0
    for e in range(column_ptr[j], column_ptr[j + 1]):
        column[row_index[e]] = coefficient[base + e]
    solve_forward(book, column)
    for p in range(sizes[codes.ROWS]):
        column[p] = emptied(basic_value[p], -column[p] * move)


@inner
def bring_home(book: Any, variant: int, r: int, least: float) -> bool:
    """Move one column so that a volume of the basis lies at its bound; tell whether one helped."""
    rows = integers(book, slots.SIZES)[codes.ROWS]
    basic_value = floats(book, slots.BASIC_VALUE)
    basic_lower = floats(book, slots.BASIC_LOWER)
    basic_upper = floats(book, slots.BASIC_UPPER)
    alpha = floats(book, slots.ALPHA)
    ratio = floats(book, slots.RATIO)
    eligible = integers(book, slots.ELIGIBLE)
    column = floats(book, slots.COLUMN)
    x = floats(book, slots.X)
    goal = basic_lower[r] if basic_value[r] < basic_lower[r] else basic_upper[r]
    count = rate_columns(book, variant, r, goal - basic_value[r])
    before = 0.0
    for p in range(rows):
        before += out_by(book, p, basic_value[p], least)
    helped = False
    for _ in range(min(count, MOST_TRIES)):
        best = 0
        for c in range(1, count):
            if ratio[eligible[c]] < ratio[eligible[best]]:
                best = c
        j = eligible[best]
        move_column(book, variant, j, alpha[j])
        after = 0.0
        for p in range(rows):
            after += out_by(book, p, column[p], least)
        if after < before:
            x[j] = emptied(x[j], alpha[j])
            for p in range(rows):
                basic_value[p] = column[p]
            helped = True
            break
        count -= 1
        eligible[best] = eligible[count]
    for j in range(integers(book, slots.SIZES)[codes.COLUMNS]):
        alpha[j] = 0.0
    return helped


@apart
def keep_bounds(address: int, variant: int, _unused: int) -> int:
    """Bring the volumes that the solution leaves out of their bounds back, where that is possible.

    Parameters
    ----------
    address : int
        The book; reads the basis, reduced costs and bounds; reads and writes ``x`` [m3].
    variant : int
        Coefficient variant [-].

    Returns
    -------
    int
        Columns moved.
    """
    book = open_book(address)
    rows = integers(book, slots.SIZES)[codes.ROWS]
    basic_value = floats(book, slots.BASIC_VALUE)
    basic_weight = floats(book, slots.BASIC_WEIGHT)
    least = bound_basic(book)
    moved = 0
    for _ in range(MOST_MOVES):
        worst = 0.0
        r = -1
        for p in range(rows):
            out = out_by(book, p, basic_value[p], least)
            if out > worst:
                worst = out
                r = p
        if r < 0:
            break
        if bring_home(book, variant, r, least):
            moved += 1
        else:
            # Nothing can make room for it.
            basic_weight[r] = 0.0
    if moved > 0:
        refine(book, variant)
    return moved
