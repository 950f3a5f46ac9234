"""Cuts at today's volumes: what each lacks, the live lists of the active, waking others."""

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
    CLAIMS,
    CLASSES,
    FIRST_CLASS,
    GAPS_KNOWN,
    LIVE_ENTRIES,
    LIVE_NEGATIVE,
    NOW,
    ROWS,
)
from hydrosim.kernels.allocation.slots import (
    ACTIVE,
    BEST,
    CLAIM_COLUMN,
    CLAIM_SENSE,
    CLAIM_WEIGHT,
    CLASS_GIVEN,
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
    CUT_START,
    CUT_TIGHT,
    CUT_TOLERANCE,
    CUT_VALUE,
    CUT_VARIANT,
    DEFICIT,
    ENLIVEN_CUT,
    GAP_TARGET,
    LEVEL,
    LIVE_CUT,
    LIVE_FIRST,
    LIVE_LATER,
    LIVE_NEXT,
    LIVE_WEIGHT,
    RHS,
    ROW_WEIGHT,
    SIZES,
    TARGET,
    UPPER,
    WORST,
)

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
