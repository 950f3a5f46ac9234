"""Cuts at today's volumes: what each lacks, weights of the active ones, waking others."""

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
from hydrosim.kernels._vectors import add_positive, set_scaled
from hydrosim.kernels.allocation.codes import (
    ACTIVATIONS,
    ACTIVE_CUTS,
    CLAIMS,
    CLASSES,
    FIRST_CLASS,
    GAPS_KNOWN,
    LIVE_NEGATIVE,
    NOW,
    POLICY,
    ROWS,
)
from hydrosim.kernels.allocation.slots import (
    ACTIVE,
    BEST,
    CLAIM_COLUMN,
    CLAIM_ORDER,
    CLAIM_SENSE,
    CLAIM_WEIGHT,
    CLASS_GIVEN,
    CLASS_PTR,
    CLASS_ROOM,
    CLASS_TODAY,
    CONTROL,
    COUNTERS,
    CUT_AWAKE,
    CUT_CLAIMS,
    CUT_COLUMNS,
    CUT_END,
    CUT_GAP,
    CUT_INDEX,
    CUT_NEGATIVE,
    CUT_START,
    CUT_TIGHT,
    CUT_TOLERANCE,
    CUT_VALUE,
    CUT_VARIANT,
    DEFICIT,
    ENLIVEN_CUT,
    GAP_TARGET,
    LEVEL,
    LIVE_GAP,
    LIVE_LATER,
    LIVE_WEIGHT,
    RHS,
    ROW_WEIGHT,
    SIZES,
    TARGET,
    UPPER,
    WORST,
)

KEPT_AWAKE = 4
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


@inner
def measure_later(book: Any) -> None:
    """Sum up by class what its claims and those of later classes can give the live cuts."""
    sizes = integers(book, SIZES)
    classes = sizes[CLASSES]
    control = integers(book, CONTROL)
    policy = control[POLICY]
    live = control[ACTIVE_CUTS]
    width = size_of(book, LIVE_GAP)
    claim_order = integers(book, CLAIM_ORDER)
    class_ptr = integers(book, CLASS_PTR)
    worst = floats(book, WORST)
    order_base = policy * sizes[CLAIMS]
    ptr_base = policy * (classes + 1)
    room = floats_from(book, LIVE_LATER, classes * width)
    for a in range(live):
        room[a] = 0.0
    for q in range(classes - 1, -1, -1):
        before = room
        room = floats_from(book, LIVE_LATER, q * width)
        set_scaled(room, before, 1.0, live)
        for place in range(class_ptr[ptr_base + q], class_ptr[ptr_base + q + 1]):
            k = claim_order[order_base + place]
            add_positive(room, floats_from(book, LIVE_WEIGHT, k * width), worst[k], live)


@inner
def wake_yesterdays(book: Any, variant: int) -> None:
    """Keep active the cuts that were tight in the last steps; measure them anew."""
    control = integers(book, CONTROL)
    active = integers(book, ACTIVE)
    tight = integers(book, CUT_TIGHT)
    awake = integers(book, CUT_AWAKE)
    negative = integers(book, CUT_NEGATIVE)
    made_for = integers(book, CUT_VARIANT)
    best = floats(book, BEST)
    gap = floats(book, LIVE_GAP)
    width = size_of(book, LIVE_GAP)
    claims = integers(book, SIZES)[CLAIMS]
    control[LIVE_NEGATIVE] = 0
    control[GAPS_KNOWN] = 0
    live = control[ACTIVE_CUTS]
    a = 0
    while a < live:
        c = active[a]
        if tight[c] + KEPT_AWAKE >= control[NOW] and made_for[c] == variant:
            gap[a] = measure_cut(book, c, best)
            control[LIVE_NEGATIVE] |= negative[c]
            a += 1
            continue
        awake[c] = 0
        live -= 1
        if a < live:
            active[a] = active[live]
            for k in range(claims):
                row = floats_from(book, LIVE_WEIGHT, k * width)
                row[a] = row[live]
    control[ACTIVE_CUTS] = live
    measure_later(book)


@inner
def join_active(book: Any, number: int) -> int:
    """Put a cut behind the active ones, with its column of weights; return its place."""
    control = integers(book, CONTROL)
    sense = floats(book, CLAIM_SENSE)
    weight = floats(book, CLAIM_WEIGHT)
    pool = size_of(book, CUT_GAP)
    width = size_of(book, LIVE_GAP)
    place = control[ACTIVE_CUTS]
    control[ACTIVE_CUTS] = place + 1
    integers(book, ACTIVE)[place] = number
    integers(book, CUT_AWAKE)[number] = 1
    control[LIVE_NEGATIVE] |= integers(book, CUT_NEGATIVE)[number]
    column = floats_from(book, LIVE_WEIGHT, place)
    for k in range(integers(book, SIZES)[CLAIMS]):
        column[k * width] = weight[k * pool + number] * sense[k]
    return place


@apart
def enliven_cut(address: int, number: int, _unused: int) -> int:
    """Make a cut active and find the first class that it binds.

    Parameters
    ----------
    address : int
        The book; reads the cut and the claims; writes the active cuts' list, weights and gaps,
        ``control[FIRST_CLASS]``.
    number : int
        Which cut.
    """
    book = open_book(address)
    classes = integers(book, SIZES)[CLASSES]
    control = integers(book, CONTROL)
    index = indices(book, CUT_INDEX)
    weight = floats(book, CUT_VALUE)
    sense = floats(book, CLAIM_SENSE)
    class_today = integers(book, CLASS_TODAY)
    deficit = floats(book, DEFICIT)
    worst = floats(book, WORST)
    room = floats(book, CLASS_ROOM)
    given = floats(book, CLASS_GIVEN)
    width = size_of(book, LIVE_GAP)
    place = join_active(book, number)
    # By class: what its claims could give and give now; then the same of it and all later ones.
    for q in range(classes + 1):
        room[q] = 0.0
        given[q] = 0.0
    gap = measure_cut(book, number, floats(book, BEST))
    lowest = classes
    for e in range(integers(book, CUT_CLAIMS)[number], integers(book, CUT_COLUMNS)[number]):
        k = index[e]
        q = class_today[k]
        if q >= 0:
            lowest = min(lowest, q)
            a = weight[e] * sense[k]
            out = a * deficit[k]
            room[q] += max(a, 0.0) * worst[k]
            given[q] += out
            gap -= out
    floats(book, LIVE_GAP)[place] = gap
    later = floats_from(book, LIVE_LATER, place)
    later[classes * width] = 0.0
    for q in range(classes - 1, -1, -1):
        room[q] += room[q + 1]
        given[q] += given[q + 1]
        later[q * width] = room[q]
    for q in range(lowest, min(classes, control[FIRST_CLASS])):
        if gap > room[q + 1] - given[q + 1]:
            control[FIRST_CLASS] = q
            break
    return 0


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
        The book; reads the pool and the claims; writes gaps and the active cuts.
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
    target = floats(book, TARGET)
    measure_pool(book)
    woken = 0
    for c in range(size_of(book, CUT_GAP)):
        if awake[c] == 0 and made_for[c] == variant and gap[c] > WAKING * tolerance[c]:
            # The sum of many changes may have drifted: only what holds afresh wakes a cut.
            gap[c] = measure_cut(book, c, target)
            if gap[c] > WAKING * tolerance[c]:
                call(book, ENLIVEN_CUT, c, 0)
                woken += 1
                # Of use tomorrow only if it comes to hold a claim today.
                tight[c] = max(tight[c], control[NOW] - KEPT_AWAKE - 1)
    floats(book, COUNTERS)[ACTIVATIONS] += woken
    return woken
