"""Cuts at today's volumes: what each lacks, weights of the active ones, waking others."""

from typing import Any

from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import call, floats, floats_from, indices, integers, open_book, size_of
from hydrosim.kernels._jit import inner
from hydrosim.kernels._vectors import add_positive, set_scaled
from hydrosim.kernels.allocation import codes, slots

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
    index = indices(book, slots.CUT_INDEX)
    weight = floats(book, slots.CUT_VALUE)
    rhs = floats(book, slots.RHS)
    upper = floats(book, slots.UPPER)
    class_today = integers(book, slots.CLASS_TODAY)
    claim_column = integers(book, slots.CLAIM_COLUMN)
    first = integers(book, slots.CUT_CLAIMS)[number]
    last = integers(book, slots.CUT_COLUMNS)[number]
    total = 0.0
    for e in range(integers(book, slots.CUT_START)[number], first):
        total -= weight[e] * rhs[index[e]]
    for e in range(first, last):
        k = index[e]
        if class_today[k] >= 0:
            total += weight[e] * volume[k]
        elif weight[e] < 0.0:
            total += weight[e] * upper[claim_column[k]]
    for e in range(last, integers(book, slots.CUT_END)[number]):
        total += weight[e] * upper[index[e]]
    return total


@inner
def measure_later(book: Any) -> None:
    """Sum up by class what its claims and those of later classes can give the live cuts."""
    sizes = integers(book, slots.SIZES)
    classes = sizes[codes.CLASSES]
    control = integers(book, slots.CONTROL)
    policy = control[codes.POLICY]
    live = control[codes.ACTIVE_CUTS]
    width = size_of(book, slots.LIVE_GAP)
    claim_order = integers(book, slots.CLAIM_ORDER)
    class_ptr = integers(book, slots.CLASS_PTR)
    worst = floats(book, slots.WORST)
    order_base = policy * sizes[codes.CLAIMS]
    ptr_base = policy * (classes + 1)
    room = floats_from(book, slots.LIVE_LATER, classes * width)
    for a in range(live):
        room[a] = 0.0
    for q in range(classes - 1, -1, -1):
        before = room
        room = floats_from(book, slots.LIVE_LATER, q * width)
        set_scaled(room, before, 1.0, live)
        for place in range(class_ptr[ptr_base + q], class_ptr[ptr_base + q + 1]):
            k = claim_order[order_base + place]
            add_positive(room, floats_from(book, slots.LIVE_WEIGHT, k * width), worst[k], live)


@inner
def wake_yesterdays(book: Any, variant: int) -> None:
    """Keep active the cuts that were tight in the last steps; measure them anew."""
    control = integers(book, slots.CONTROL)
    active = integers(book, slots.ACTIVE)
    tight = integers(book, slots.CUT_TIGHT)
    awake = integers(book, slots.CUT_AWAKE)
    negative = integers(book, slots.CUT_NEGATIVE)
    made_for = integers(book, slots.CUT_VARIANT)
    best = floats(book, slots.BEST)
    gap = floats(book, slots.LIVE_GAP)
    width = size_of(book, slots.LIVE_GAP)
    claims = integers(book, slots.SIZES)[codes.CLAIMS]
    control[codes.LIVE_NEGATIVE] = 0
    control[codes.GAPS_KNOWN] = 0
    live = control[codes.ACTIVE_CUTS]
    a = 0
    while a < live:
        c = active[a]
        if tight[c] + KEPT_AWAKE >= control[codes.NOW] and made_for[c] == variant:
            gap[a] = measure_cut(book, c, best)
            control[codes.LIVE_NEGATIVE] |= negative[c]
            a += 1
            continue
        awake[c] = 0
        live -= 1
        if a < live:
            active[a] = active[live]
            for k in range(claims):
                row = floats_from(book, slots.LIVE_WEIGHT, k * width)
                row[a] = row[live]
    control[codes.ACTIVE_CUTS] = live
    measure_later(book)


@inner
def join_active(book: Any, number: int) -> int:
    """Put a cut behind the active ones, with its column of weights; return its place."""
    control = integers(book, slots.CONTROL)
    sense = floats(book, slots.CLAIM_SENSE)
    weight = floats(book, slots.CLAIM_WEIGHT)
    pool = size_of(book, slots.CUT_GAP)
    width = size_of(book, slots.LIVE_GAP)
    place = control[codes.ACTIVE_CUTS]
    control[codes.ACTIVE_CUTS] = place + 1
    integers(book, slots.ACTIVE)[place] = number
    integers(book, slots.CUT_AWAKE)[number] = 1
    control[codes.LIVE_NEGATIVE] |= integers(book, slots.CUT_NEGATIVE)[number]
    column = floats_from(book, slots.LIVE_WEIGHT, place)
    for k in range(integers(book, slots.SIZES)[codes.CLAIMS]):
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
    classes = integers(book, slots.SIZES)[codes.CLASSES]
    control = integers(book, slots.CONTROL)
    index = indices(book, slots.CUT_INDEX)
    weight = floats(book, slots.CUT_VALUE)
    sense = floats(book, slots.CLAIM_SENSE)
    class_today = integers(book, slots.CLASS_TODAY)
    deficit = floats(book, slots.DEFICIT)
    worst = floats(book, slots.WORST)
    room = floats(book, slots.CLASS_ROOM)
    given = floats(book, slots.CLASS_GIVEN)
    width = size_of(book, slots.LIVE_GAP)
    place = join_active(book, number)
    # By class: what its claims could give and give now; then the same of it and all later ones.
    for q in range(classes + 1):
        room[q] = 0.0
        given[q] = 0.0
    gap = measure_cut(book, number, floats(book, slots.BEST))
    lowest = classes
    for e in range(
        integers(book, slots.CUT_CLAIMS)[number], integers(book, slots.CUT_COLUMNS)[number]
    ):
        k = index[e]
        q = class_today[k]
        if q >= 0:
            lowest = min(lowest, q)
            a = weight[e] * sense[k]
            out = a * deficit[k]
            room[q] += max(a, 0.0) * worst[k]
            given[q] += out
            gap -= out
    floats(book, slots.LIVE_GAP)[place] = gap
    later = floats_from(book, slots.LIVE_LATER, place)
    later[classes * width] = 0.0
    for q in range(classes - 1, -1, -1):
        room[q] += room[q + 1]
        given[q] += given[q + 1]
        later[q * width] = room[q]
    for q in range(lowest, min(classes, control[codes.FIRST_CLASS])):
        if gap > room[q + 1] - given[q + 1]:
            control[codes.FIRST_CLASS] = q
            break
    return 0


@inner
def measure_pool(book: Any) -> None:
    """Measure the gaps of all sleeping cuts at the targets: whole columns of the pool at a time."""
    sizes = integers(book, slots.SIZES)
    control = integers(book, slots.CONTROL)
    awake = integers(book, slots.CUT_AWAKE)
    gap = floats(book, slots.CUT_GAP)
    sleeping = floats(book, slots.LEVEL)
    pool = size_of(book, slots.CUT_GAP)
    rhs = floats(book, slots.RHS)
    upper = floats(book, slots.UPPER)
    target = floats(book, slots.TARGET)
    seen = floats(book, slots.GAP_TARGET)
    class_today = integers(book, slots.CLASS_TODAY)
    claim_column = integers(book, slots.CLAIM_COLUMN)
    if control[codes.GAPS_KNOWN] == 0:
        control[codes.GAPS_KNOWN] = 1
        columns_at = integers(book, slots.CUT_COLUMNS)
        end = integers(book, slots.CUT_END)
        index = indices(book, slots.CUT_INDEX)
        weight = floats(book, slots.CUT_VALUE)
        made_for = integers(book, slots.CUT_VARIANT)
        for c in range(pool):
            total = 0.0
            if made_for[c] >= 0:
                for e in range(columns_at[c], end[c]):
                    total += weight[e] * upper[index[e]]
            sleeping[c] = total
        for i in range(sizes[codes.ROWS]):
            value = rhs[i]
            if value != 0.0:
                column = floats_from(book, slots.ROW_WEIGHT, i * pool)
                for c in range(pool):
                    sleeping[c] -= column[c] * value
        for k in range(sizes[codes.CLAIMS]):
            column = floats_from(book, slots.CLAIM_WEIGHT, k * pool)
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
    for k in range(sizes[codes.CLAIMS]):
        change = target[k] - seen[k]
        if change != 0.0 and class_today[k] >= 0:
            seen[k] = target[k]
            column = floats_from(book, slots.CLAIM_WEIGHT, k * pool)
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
    control = integers(book, slots.CONTROL)
    awake = integers(book, slots.CUT_AWAKE)
    made_for = integers(book, slots.CUT_VARIANT)
    tight = integers(book, slots.CUT_TIGHT)
    gap = floats(book, slots.CUT_GAP)
    tolerance = floats(book, slots.CUT_TOLERANCE)
    target = floats(book, slots.TARGET)
    measure_pool(book)
    woken = 0
    for c in range(size_of(book, slots.CUT_GAP)):
        if awake[c] == 0 and made_for[c] == variant and gap[c] > WAKING * tolerance[c]:
            # The sum of many changes may have drifted: only what holds afresh wakes a cut.
            gap[c] = measure_cut(book, c, target)
            if gap[c] > WAKING * tolerance[c]:
                call(book, slots.ENLIVEN_CUT, c, 0)
                woken += 1
                # Of use tomorrow only if it comes to hold a claim today.
                tight[c] = max(tight[c], control[codes.NOW] - KEPT_AWAKE - 1)
    floats(book, slots.COUNTERS)[codes.ACTIVATIONS] += woken
    return woken
