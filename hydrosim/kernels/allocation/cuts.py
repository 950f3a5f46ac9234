"""The pool of cuts: what infeasible rows of the simplex have taught, valid at every step.

For any row multipliers y and w = y A, every feasible x has w x = y b; so the claims' columns obey
``sum_claims w_k x_k <= y b - sum_others min(w_j 0, w_j u_j)``, whatever today's b and u are: the
cut depends on the coefficients only.  A cut is stored sparse: (row, y), (claim, w) and, of the
columns that no policy claims, only those with w < 0, whose upper bounds count.  A claim column
that is an ordinary column today is split off when the cut is evaluated.

A cut's *gap* is its violation at the claims' present volumes.  The weights stand a second time as
one array over all cuts for each row and claim, so that the gaps of all sleeping cuts follow a
change of a few claims by a few sums of arrays.  Today's active cuts stand once more side by side:
their *live* weights are a row for each claim, which the water-filling adds.
"""

from typing import Any

from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import call, floats, indices, integers, open_book, size_of
from hydrosim.kernels._jit import inner
from hydrosim.kernels.allocation import codes, slots
from hydrosim.kernels.allocation.factor import solve_backward

DUST = 1e-13
CANCELLED = 1e-12
ELIMINATED = 1e-7


@inner
def find_slot(book: Any) -> int:
    """Return a free slot of the pool with room in the lists behind it.

    At need at least an eighth of the sleeping cuts is forgotten, those tight longest ago.

    Returns
    -------
    int
        The slot, -1 when too few cuts sleep.
    """
    sizes = integers(book, slots.SIZES)
    control = integers(book, slots.CONTROL)
    start = integers(book, slots.CUT_START)
    claims_at = integers(book, slots.CUT_CLAIMS)
    columns_at = integers(book, slots.CUT_COLUMNS)
    end = integers(book, slots.CUT_END)
    tight = integers(book, slots.CUT_TIGHT)
    variant = integers(book, slots.CUT_VARIANT)
    awake = integers(book, slots.CUT_AWAKE)
    order = integers(book, slots.CUT_ORDER)
    index = indices(book, slots.CUT_INDEX)
    weight = floats(book, slots.CUT_VALUE)
    pool = size_of(book, slots.CUT_START)
    entries = size_of(book, slots.CUT_INDEX)
    now = control[codes.NOW]
    count = control[codes.CUTS]
    most = sizes[codes.ROWS] + sizes[codes.CLAIMS] + sizes[codes.COLUMNS]
    if count == pool or (count > 0 and end[order[count - 1]] + most > entries):
        limit = now
        for place in range(count):
            c = order[place]
            if awake[c] == 0:
                limit = min(limit, tight[c])
        stride = 1
        while True:
            leaving = 0
            for place in range(count):
                c = order[place]
                if awake[c] == 0 and tight[c] <= limit:
                    leaving += 1
            if leaving * 8 >= count or limit >= now:
                break
            limit += stride
            stride *= 2
        kept = 0
        used = 0
        for place in range(count):
            c = order[place]
            if awake[c] == 0 and tight[c] <= limit:
                floats(book, slots.COUNTERS)[codes.EVICTED_CUTS] += 1.0
                variant[c] = -1
                continue
            shift = start[c] - used
            if shift > 0:
                for e in range(start[c], end[c]):
                    index[e - shift] = index[e]
                    weight[e - shift] = weight[e]
                start[c] = used
                claims_at[c] -= shift
                columns_at[c] -= shift
                end[c] -= shift
            used = end[c]
            order[kept] = c
            kept += 1
        control[codes.CUTS] = kept
        if kept == count or used + most > entries:
            return -1
    for c in range(pool):
        if variant[c] < 0:
            return c
    return -1


# One function on purpose: its parts share most of the arrays, and a call would open them again.
@apart
def store_cut(address: int, variant: int, mixed: int) -> int:
    """Store the multipliers in ``rho`` as a new cut; its tolerance is the caller's to set.

    Parameters
    ----------
    address : int
        The book; reads ``rho``, the matrix and the basis; writes the pool.
    variant : int
        Coefficient variant [-].
    mixed : int
        1 for a sum of cuts; else basic columns other than the blocked one, whose weight is zero
        but for rounding, are left out.

    Returns
    -------
    int
        Number of the cut, -1 if there is no room.
    """
    book = open_book(address)
    number = find_slot(book)
    if number < 0:
        return -1
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    row_base = variant * (sizes[codes.ENTRIES] - rows)
    control = integers(book, slots.CONTROL)
    order = integers(book, slots.CUT_ORDER)
    row_ptr = integers(book, slots.ROW_PTR)
    row_column = indices(book, slots.ROW_COLUMN)
    row_coefficient = floats(book, slots.ROW_COEFFICIENT)
    claim_of_column = integers(book, slots.CLAIM_OF_COLUMN)
    status = integers(book, slots.STATUS)
    blocked = -1 if mixed == 1 else integers(book, slots.HEAD)[control[codes.BLOCKED_ROW]]
    rho = floats(book, slots.RHO)
    alpha = floats(book, slots.ALPHA)
    alpha_size = floats(book, slots.ALPHA_SIZE)
    touched = integers(book, slots.TOUCHED)
    mix = floats(book, slots.MIX)
    sense = floats(book, slots.CLAIM_SENSE)
    index = indices(book, slots.CUT_INDEX)
    weight = floats(book, slots.CUT_VALUE)
    row_weight = floats(book, slots.ROW_WEIGHT)
    claim_weight = floats(book, slots.CLAIM_WEIGHT)
    pool = size_of(book, slots.CUT_ORDER)
    used = 0
    if control[codes.CUTS] > 0:
        used = integers(book, slots.CUT_END)[order[control[codes.CUTS] - 1]]
    integers(book, slots.CUT_START)[number] = used
    met = 0
    largest = 0.0
    for i in range(rows):
        y = rho[i]
        row_weight[i * pool + number] = y
        if y != 0.0:
            index[used] = i
            weight[used] = y
            used += 1
            largest = max(largest, abs(y))
            for e in range(row_ptr[i], row_ptr[i + 1]):
                j = row_column[e]
                if mixed == 1 or status[j] != codes.BASIC or j == blocked:
                    if alpha_size[j] == 0.0:
                        touched[met] = j
                        met += 1
                        alpha_size[j] = 1e-300
                    term = y * row_coefficient[row_base + e]
                    alpha[j] += term
                    alpha_size[j] += abs(term)
    integers(book, slots.CUT_CLAIMS)[number] = used
    for k in range(sizes[codes.CLAIMS]):
        claim_weight[k * pool + number] = 0.0
    negative = 0
    for c in range(met):
        j = touched[c]
        k = claim_of_column[j]
        least = CANCELLED * alpha_size[j]
        if mixed == 0:
            least = max(least, DUST * largest)
        elif k >= 0 and mix[k] == 0.0:
            # A claim that was eliminated: what is left is the rounding of all the sums.
            least = ELIMINATED * alpha_size[j]
        if abs(alpha[j]) <= least:
            alpha[j] = 0.0
        if k >= 0 and alpha[j] != 0.0:
            index[used] = k
            weight[used] = alpha[j]
            claim_weight[k * pool + number] = alpha[j]
            used += 1
            if alpha[j] * sense[k] < 0.0:
                negative = 1
    integers(book, slots.CUT_COLUMNS)[number] = used
    for c in range(met):
        j = touched[c]
        if claim_of_column[j] < 0 and alpha[j] < 0.0:
            index[used] = j
            weight[used] = alpha[j]
            used += 1
        alpha[j] = 0.0
        alpha_size[j] = 0.0
    integers(book, slots.CUT_END)[number] = used
    integers(book, slots.CUT_TIGHT)[number] = control[codes.NOW]
    integers(book, slots.CUT_VARIANT)[number] = variant
    integers(book, slots.CUT_AWAKE)[number] = 0
    integers(book, slots.CUT_NEGATIVE)[number] = negative
    order[control[codes.CUTS]] = number
    control[codes.CUTS] += 1
    return number


@apart
def add_cut(address: int, variant: int, _unused: int) -> int:
    """Turn the row that proved infeasibility into a cut, which sleeps.

    Parameters
    ----------
    address : int
        The book; reads the matrix, the factors and the blocked row; writes the pool.
    variant : int
        Coefficient variant [-].

    Returns
    -------
    int
        Number of the cut in the pool, -1 if it has no room at all.
    """
    book = open_book(address)
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    base = variant * sizes[codes.ENTRIES]
    column_ptr = integers(book, slots.COLUMN_PTR)
    row_index = indices(book, slots.ROW_INDEX)
    coefficient = floats(book, slots.COEFFICIENT)
    control = integers(book, slots.CONTROL)
    head = integers(book, slots.HEAD)
    rho = floats(book, slots.RHO)
    work = floats(book, slots.WORK)
    r = control[codes.BLOCKED_ROW]
    sign = float(control[codes.BLOCKED_SIGN])

    # The row of the inverse with one refinement, so that basic columns drop out of the cut.
    for p in range(rows):
        rho[p] = 0.0
    rho[r] = 1.0
    solve_backward(book, rho)
    for p in range(rows):
        j = head[p]
        value = 1.0 if p == r else 0.0
        for e in range(column_ptr[j], column_ptr[j + 1]):
            value -= coefficient[base + e] * rho[row_index[e]]
        work[p] = value
    solve_backward(book, work)
    largest = 0.0
    for i in range(rows):
        rho[i] += work[i]
        if abs(rho[i]) > largest:
            largest = abs(rho[i])
            control[codes.OFFENDING_ROW] = i
    for i in range(rows):
        rho[i] = 0.0 if abs(rho[i]) <= DUST * largest else rho[i] * sign
    number = call(book, slots.STORE_CUT, variant, 0)
    if number >= 0:
        widen = 10.0 ** control[codes.WIDENING]
        floats(book, slots.CUT_TOLERANCE)[number] = floats(book, slots.TOLERANCE)[head[r]] * widen
        floats(book, slots.COUNTERS)[codes.NEW_CUTS] += 1.0
    return number
