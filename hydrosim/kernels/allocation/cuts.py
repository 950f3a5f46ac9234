"""The pool of cuts: what infeasible rows of the simplex have taught, valid at every step.

For any row multipliers y and w = y A, every feasible x has w x = y b; so the claims' columns obey
``sum_claims w_k x_k <= y b - sum_others min(w_j 0, w_j u_j)``, whatever today's b and u are: the
cut depends on the coefficients only.  A cut is stored sparse: (row, y), (claim, w) and, of the
columns that no policy claims, only those with w < 0, whose upper bounds count.  A claim column
that is an ordinary column today is split off when the cut is evaluated.

A cut's *gap* is its violation at the claims' present volumes.  The weights stand a second time as
one array over all cuts for each row and claim, so that the gaps of all sleeping cuts follow a
change of a few claims by a few sums of arrays.  Today's active cuts stand once more in *live*
lists by claim, which the water-filling walks.
"""

from typing import Any

from hydrosim.kernels._apart import (
    apart,
    call,
    floats,
    floats_from,
    indices,
    integers,
    open_book,
    size_of,
)
from hydrosim.kernels._jit import inner
from hydrosim.kernels.allocation.codes import (
    ACTIVATIONS,
    ACTIVE_CUTS,
    BASIC,
    BLOCKED_ROW,
    BLOCKED_SIGN,
    CLAIMS,
    CLASSES,
    COLUMNS,
    CUTS,
    ENTRIES,
    EVICTED_CUTS,
    FIRST_CLASS,
    GAPS_KNOWN,
    LIVE_ENTRIES,
    LIVE_NEGATIVE,
    NEW_CUTS,
    NOW,
    OFFENDING_ROW,
    ROWS,
    WIDENING,
)
from hydrosim.kernels.allocation.factor import solve_backward
from hydrosim.kernels.allocation.slots import (
    ACTIVE,
    ALPHA,
    ALPHA_SIZE,
    BEST,
    CLAIM_COLUMN,
    CLAIM_OF_COLUMN,
    CLAIM_SENSE,
    CLAIM_WEIGHT,
    CLASS_GIVEN,
    CLASS_ROOM,
    CLASS_TODAY,
    COEFFICIENT,
    COLUMN_PTR,
    CONTROL,
    COUNTERS,
    CUT_AWAKE,
    CUT_CLAIMS,
    CUT_COLUMNS,
    CUT_END,
    CUT_GAP,
    CUT_INDEX,
    CUT_ORDER,
    CUT_START,
    CUT_TIGHT,
    CUT_TOLERANCE,
    CUT_VALUE,
    CUT_VARIANT,
    DEFICIT,
    ENLIVEN_CUT,
    GAP_TARGET,
    HEAD,
    LEVEL,
    LIVE_CUT,
    LIVE_FIRST,
    LIVE_LATER,
    LIVE_NEXT,
    LIVE_WEIGHT,
    MIX,
    RHO,
    RHS,
    ROW_COEFFICIENT,
    ROW_COLUMN,
    ROW_INDEX,
    ROW_PTR,
    ROW_WEIGHT,
    SIZES,
    STATUS,
    STORE_CUT,
    TARGET,
    TOLERANCE,
    TOUCHED,
    UPPER,
    WORK,
    WORST,
)

DUST = 1e-13
CANCELLED = 1e-12
ELIMINATED = 1e-7
KEPT_AWAKE = 2
"""Steps for which a cut that was tight stays active."""
WAKING = 0.5
"""Tolerances by which a sleeping cut must be violated to wake up."""


@inner
def measure_cut(book: Any, number: int, volume: Any) -> float:
    """Return by how much a cut is violated [m3] when the claims' columns carry some volumes.

    Parameters
    ----------
    book : ndarray
        Reads the cut, ``rhs``, ``upper``, ``class_today``.
    number : int
        Which cut.
    volume : ndarray, shape (K,)
        Volumes of the claims' columns: their best ones or their targets [m3].

    Returns
    -------
    float
        Left-hand side less right-hand side [m3, in the cut's scale].
    """
    index = indices(book, CUT_INDEX)
    weight = floats(book, CUT_VALUE)
    rhs = floats(book, RHS)
    upper = floats(book, UPPER)
    class_today = integers(book, CLASS_TODAY)
    claim_column = integers(book, CLAIM_COLUMN)
    first = integers(book, CUT_CLAIMS)[number]
    last = integers(book, CUT_COLUMNS)[number]
    total = 0.0
    for e in range(integers(book, CUT_START)[number], first):
        total -= weight[e] * rhs[index[e]]
    for e in range(first, last):
        k = index[e]
        if class_today[k] >= 0:
            total += weight[e] * volume[k]
        elif weight[e] < 0.0:
            total += weight[e] * upper[claim_column[k]]
    for e in range(last, integers(book, CUT_END)[number]):
        total += weight[e] * upper[index[e]]
    return total


@apart
def enliven_cut(address: int, number: int, _unused: int) -> int:
    """Enter a cut into the live lists and find the first class that it binds.

    Parameters
    ----------
    address : int
        The book; reads the cut and the claims; writes the live lists, ``cut_gap``,
        ``control[FIRST_CLASS]``.
    number : int
        Which cut.

    Returns
    -------
    int
        0 when there is no room, and the cut sleeps on; else 1.
    """
    book = open_book(address)
    control = integers(book, CONTROL)
    index = indices(book, CUT_INDEX)
    weight = floats(book, CUT_VALUE)
    sense = floats(book, CLAIM_SENSE)
    class_today = integers(book, CLASS_TODAY)
    worst = floats(book, WORST)
    deficit = floats(book, DEFICIT)
    room = floats(book, CLASS_ROOM)
    given = floats(book, CLASS_GIVEN)
    live_first = indices(book, LIVE_FIRST)
    live_next = indices(book, LIVE_NEXT)
    live_cut = indices(book, LIVE_CUT)
    live_weight = floats(book, LIVE_WEIGHT)
    live_later = floats(book, LIVE_LATER)
    first = integers(book, CUT_CLAIMS)[number]
    last = integers(book, CUT_COLUMNS)[number]
    classes = integers(book, SIZES)[CLASSES]
    used = control[LIVE_ENTRIES]
    if used + last - first > size_of(book, LIVE_WEIGHT):
        return 0
    integers(book, CUT_AWAKE)[number] = 1
    gap = measure_cut(book, number, floats(book, BEST))
    # By class: what its claims could give, and give now; then the same of it and all later ones.
    for q in range(classes + 1):
        room[q] = 0.0
        given[q] = 0.0
    negative = False
    moved = 0.0
    lowest = classes
    for e in range(first, last):
        k = index[e]
        q = class_today[k]
        if q >= 0:
            a = weight[e] * sense[k]
            if a > 0.0:
                room[q] += a * worst[k]
            else:
                negative = True
            given[q] += a * deficit[k]
            moved += a * deficit[k]
            lowest = min(lowest, q)
    matters = gap > 0.0 or negative
    gap -= moved
    floats(book, CUT_GAP)[number] = gap
    if not matters:
        return 1
    for q in range(classes - 1, -1, -1):
        room[q] += room[q + 1]
        given[q] += given[q + 1]
    for e in range(first, last):
        k = index[e]
        q = class_today[k]
        if q >= 0:
            live_cut[used] = number
            live_weight[used] = weight[e] * sense[k]
            live_later[used] = room[q + 1]
            live_next[used] = live_first[k]
            used += 1
            live_first[k] = used
    control[LIVE_ENTRIES] = used
    if negative:
        control[LIVE_NEGATIVE] = 1
    for q in range(lowest, min(classes, control[FIRST_CLASS])):
        if gap > room[q + 1] - given[q + 1]:
            control[FIRST_CLASS] = q
            break
    return 1


@inner
def find_slot(book: Any) -> int:
    """Return a free slot of the pool with room in the lists behind it.

    At need at least an eighth of the sleeping cuts is forgotten, those tight longest ago.

    Returns
    -------
    int
        The slot, -1 when too few cuts sleep.
    """
    sizes = integers(book, SIZES)
    control = integers(book, CONTROL)
    start = integers(book, CUT_START)
    claims_at = integers(book, CUT_CLAIMS)
    columns_at = integers(book, CUT_COLUMNS)
    end = integers(book, CUT_END)
    tight = integers(book, CUT_TIGHT)
    variant = integers(book, CUT_VARIANT)
    awake = integers(book, CUT_AWAKE)
    order = integers(book, CUT_ORDER)
    index = indices(book, CUT_INDEX)
    weight = floats(book, CUT_VALUE)
    pool = size_of(book, CUT_START)
    entries = size_of(book, CUT_INDEX)
    now = control[NOW]
    count = control[CUTS]
    most = sizes[ROWS] + sizes[CLAIMS] + sizes[COLUMNS]
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
                floats(book, COUNTERS)[EVICTED_CUTS] += 1.0
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
        control[CUTS] = kept
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
    sizes = integers(book, SIZES)
    rows = sizes[ROWS]
    row_base = variant * (sizes[ENTRIES] - rows)
    control = integers(book, CONTROL)
    order = integers(book, CUT_ORDER)
    row_ptr = integers(book, ROW_PTR)
    row_column = indices(book, ROW_COLUMN)
    row_coefficient = floats(book, ROW_COEFFICIENT)
    claim_of_column = integers(book, CLAIM_OF_COLUMN)
    status = integers(book, STATUS)
    blocked = -1 if mixed == 1 else integers(book, HEAD)[control[BLOCKED_ROW]]
    rho = floats(book, RHO)
    alpha = floats(book, ALPHA)
    alpha_size = floats(book, ALPHA_SIZE)
    touched = integers(book, TOUCHED)
    mix = floats(book, MIX)
    index = indices(book, CUT_INDEX)
    weight = floats(book, CUT_VALUE)
    row_weight = floats(book, ROW_WEIGHT)
    claim_weight = floats(book, CLAIM_WEIGHT)
    pool = size_of(book, CUT_ORDER)
    used = 0
    if control[CUTS] > 0:
        used = integers(book, CUT_END)[order[control[CUTS] - 1]]
    integers(book, CUT_START)[number] = used
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
                if mixed == 1 or status[j] != BASIC or j == blocked:
                    if alpha_size[j] == 0.0:
                        touched[met] = j
                        met += 1
                        alpha_size[j] = 1e-300
                    term = y * row_coefficient[row_base + e]
                    alpha[j] += term
                    alpha_size[j] += abs(term)
    integers(book, CUT_CLAIMS)[number] = used
    for k in range(sizes[CLAIMS]):
        claim_weight[k * pool + number] = 0.0
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
    integers(book, CUT_COLUMNS)[number] = used
    for c in range(met):
        j = touched[c]
        if claim_of_column[j] < 0 and alpha[j] < 0.0:
            index[used] = j
            weight[used] = alpha[j]
            used += 1
        alpha[j] = 0.0
        alpha_size[j] = 0.0
    integers(book, CUT_END)[number] = used
    integers(book, CUT_TIGHT)[number] = control[NOW]
    integers(book, CUT_VARIANT)[number] = variant
    order[control[CUTS]] = number
    control[CUTS] += 1
    integers(book, ACTIVE)[control[ACTIVE_CUTS]] = number
    control[ACTIVE_CUTS] += 1
    integers(book, CUT_AWAKE)[number] = 1
    return number


@apart
def add_cut(address: int, variant: int, _unused: int) -> int:
    """Turn the row that proved infeasibility into a cut and make it active.

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
    sizes = integers(book, SIZES)
    rows = sizes[ROWS]
    base = variant * sizes[ENTRIES]
    column_ptr = integers(book, COLUMN_PTR)
    row_index = indices(book, ROW_INDEX)
    coefficient = floats(book, COEFFICIENT)
    control = integers(book, CONTROL)
    head = integers(book, HEAD)
    rho = floats(book, RHO)
    work = floats(book, WORK)
    r = control[BLOCKED_ROW]
    sign = float(control[BLOCKED_SIGN])

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
            control[OFFENDING_ROW] = i
    for i in range(rows):
        rho[i] = 0.0 if abs(rho[i]) <= DUST * largest else rho[i] * sign
    number = call(book, STORE_CUT, variant, 0)
    if number >= 0:
        widen = 10.0 ** control[WIDENING]
        floats(book, CUT_TOLERANCE)[number] = floats(book, TOLERANCE)[head[r]] * widen
        floats(book, COUNTERS)[NEW_CUTS] += 1.0
    return number


@inner
def measure_pool(book: Any) -> None:
    """Measure the gaps of all sleeping cuts at the targets: whole columns of the pool at a time."""
    sizes = integers(book, SIZES)
    control = integers(book, CONTROL)
    awake = integers(book, CUT_AWAKE)
    gap = floats(book, CUT_GAP)
    sleeping = floats(book, LEVEL)
    pool = size_of(book, CUT_GAP)
    rhs = floats(book, RHS)
    upper = floats(book, UPPER)
    target = floats(book, TARGET)
    seen = floats(book, GAP_TARGET)
    class_today = integers(book, CLASS_TODAY)
    claim_column = integers(book, CLAIM_COLUMN)
    if control[GAPS_KNOWN] == 0:
        control[GAPS_KNOWN] = 1
        columns_at = integers(book, CUT_COLUMNS)
        end = integers(book, CUT_END)
        index = indices(book, CUT_INDEX)
        weight = floats(book, CUT_VALUE)
        made_for = integers(book, CUT_VARIANT)
        for c in range(pool):
            total = 0.0
            if made_for[c] >= 0:
                for e in range(columns_at[c], end[c]):
                    total += weight[e] * upper[index[e]]
            sleeping[c] = total
        for i in range(sizes[ROWS]):
            value = rhs[i]
            if value != 0.0:
                column = floats_from(book, ROW_WEIGHT, i * pool)
                for c in range(pool):
                    sleeping[c] -= column[c] * value
        for k in range(sizes[CLAIMS]):
            column = floats_from(book, CLAIM_WEIGHT, k * pool)
            if class_today[k] >= 0:
                value = target[k]
                seen[k] = value
                if value != 0.0:
                    for c in range(pool):
                        sleeping[c] += column[c] * value
            else:
                value = upper[claim_column[k]]
                if value != 0.0:
                    for c in range(pool):
                        sleeping[c] += min(column[c], 0.0) * value
        for c in range(pool):
            if awake[c] == 0:
                gap[c] = sleeping[c]
        return
    for c in range(pool):
        sleeping[c] = gap[c]
    for k in range(sizes[CLAIMS]):
        change = target[k] - seen[k]
        if change != 0.0 and class_today[k] >= 0:
            seen[k] = target[k]
            column = floats_from(book, CLAIM_WEIGHT, k * pool)
            for c in range(pool):
                sleeping[c] += column[c] * change
    for c in range(pool):
        if awake[c] == 0:
            gap[c] = sleeping[c]


@apart
def wake_cuts(address: int, variant: int, _unused: int) -> int:
    """Make all sleeping cuts active that today's targets violate.

    Parameters
    ----------
    address : int
        The book; reads the pool and the claims; writes gaps, live lists, the list of active cuts.
    variant : int
        Coefficient variant [-].

    Returns
    -------
    int
        How many cuts woke up.
    """
    book = open_book(address)
    control = integers(book, CONTROL)
    awake = integers(book, CUT_AWAKE)
    made_for = integers(book, CUT_VARIANT)
    tight = integers(book, CUT_TIGHT)
    gap = floats(book, CUT_GAP)
    tolerance = floats(book, CUT_TOLERANCE)
    active = integers(book, ACTIVE)
    target = floats(book, TARGET)
    measure_pool(book)
    woken = 0
    for c in range(size_of(book, CUT_GAP)):
        if awake[c] == 0 and made_for[c] == variant and gap[c] > WAKING * tolerance[c]:
            # The sum of many changes may have drifted: only what holds afresh wakes a cut.
            gap[c] = measure_cut(book, c, target)
            if gap[c] > WAKING * tolerance[c] and call(book, ENLIVEN_CUT, c, 0) == 1:
                woken += 1
                # Of use tomorrow only if it comes to hold a claim today.
                tight[c] = max(tight[c], control[NOW] - KEPT_AWAKE - 1)
                active[control[ACTIVE_CUTS]] = c
                control[ACTIVE_CUTS] += 1
    floats(book, COUNTERS)[ACTIVATIONS] += woken
    return woken
