"""Class by class: the way on where the filling ends with a violated cut that it cannot mend.

The water-filling counts a claim with a negative weight as fully served while it decides earlier
claims.  Where something else then holds that claim back, the cut ends violated, and filling again
would change nothing: a source that wants to stay unused is counted on, though the canal behind it
is full; a lower line's return flow is counted on, though that line gets no water.

The volumes of most classes stand all the same.  The filling is never below the truth, so a class
whose volumes are within reach while the claims of later classes are free has its true volumes.
Only a class out of reach is solved by Newton's method: its claims may have deficits up to
e_k(mu), each infeasible row of the simplex raises mu to the least value that it allows (the
deficits are piecewise linear in mu), and once feasible the claims that hold the last row are
fixed and the others start again from the best.  Those rows count on no later claim; with them the
later classes are filled afresh.
"""

from typing import Any

from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import call, floats, floats_from, indices, integers, open_book, size_of
from hydrosim.kernels._jit import inner
from hydrosim.kernels._vectors import add_scaled
from hydrosim.kernels.allocation import codes, slots
from hydrosim.kernels.allocation.live_cuts import measure_cut
from hydrosim.kernels.allocation.waterfill import find_level

MOST_NEWTON = 4000
HUGE = 1e300
REACHED = 1e-3
"""Tolerances by which a volume may miss its target and still be called reached."""


@inner
def bound_claims(book: Any, number: int, level: float) -> None:
    """Bound the claims' columns to their targets, of one class at a level, of later ones not.

    Parameters
    ----------
    book : ndarray
        Writes ``lower`` and ``upper`` of today's claims.
    number : int
        Which class; claims of earlier ones stand at their targets.
    level : float
        mu of the class [-].
    """
    claim_column = integers(book, slots.CLAIM_COLUMN)
    sense = floats(book, slots.CLAIM_SENSE)
    class_today = integers(book, slots.CLASS_TODAY)
    event = integers(book, slots.EVENT)
    best = floats(book, slots.BEST)
    worst = floats(book, slots.WORST)
    offset = floats(book, slots.OFFSET)
    slope = floats(book, slots.SLOPE)
    target = floats(book, slots.TARGET)
    lower = floats(book, slots.LOWER)
    upper = floats(book, slots.UPPER)
    for k in range(integers(book, slots.SIZES)[codes.CLAIMS]):
        q = class_today[k]
        if q < 0:
            continue
        j = claim_column[k]
        if q < number or (q == number and event[k] != 0):
            lower[j] = target[k]
            upper[j] = target[k]
            continue
        most = worst[k]
        if q == number:
            most = min(max(offset[k] + slope[k] * level, 0.0), most)
        if sense[k] > 0.0:
            lower[j] = best[k] - most
            upper[j] = best[k]
        else:
            lower[j] = 0.0
            upper[j] = most


@inner
def free_claims(book: Any) -> None:
    """Let claims enter the basis, each from the bound near its target, at no cost meanwhile."""
    claim_column = integers(book, slots.CLAIM_COLUMN)
    class_today = integers(book, slots.CLASS_TODAY)
    enters = integers(book, slots.ENTERS)
    status = integers(book, slots.STATUS)
    sense = floats(book, slots.CLAIM_SENSE)
    worst = floats(book, slots.WORST)
    deficit = floats(book, slots.DEFICIT)
    reduced_cost = floats(book, slots.REDUCED_COST)
    reduced_tie = floats(book, slots.REDUCED_TIE)
    for k in range(integers(book, slots.SIZES)[codes.CLAIMS]):
        j = claim_column[k]
        if class_today[k] >= 0:
            enters[j] = 1
            if status[j] != codes.BASIC:
                upper = (deficit[k] < 0.5 * worst[k]) == (sense[k] > 0.0)
                status[j] = codes.AT_UPPER if upper else codes.AT_LOWER
                reduced_cost[j] = 0.0
                reduced_tie[j] = 0.0


@inner
def first_unreached(book: Any, number: int) -> int:
    """Return the first class, from one on, whose targets the flows at hand do not carry."""
    classes = integers(book, slots.SIZES)[codes.CLASSES]
    claim_column = integers(book, slots.CLAIM_COLUMN)
    class_today = integers(book, slots.CLASS_TODAY)
    target = floats(book, slots.TARGET)
    tolerance = floats(book, slots.TOLERANCE)
    x = floats(book, slots.X)
    found = classes
    for k in range(integers(book, slots.SIZES)[codes.CLAIMS]):
        q = class_today[k]
        if number <= q < found:
            j = claim_column[k]
            if abs(x[j] - target[k]) > REACHED * tolerance[j]:
                found = q
    return found


@inner
def raise_level(book: Any, cut: int, number: int) -> float:
    """Return the least level at which a cut gets what it needs."""
    index = indices(book, slots.CUT_INDEX)
    weight = floats(book, slots.CUT_VALUE)
    sense = floats(book, slots.CLAIM_SENSE)
    class_today = integers(book, slots.CLASS_TODAY)
    deficit = floats(book, slots.DEFICIT)
    worst = floats(book, slots.WORST)
    need = measure_cut(book, cut, floats(book, slots.BEST))
    for e in range(integers(book, slots.CUT_CLAIMS)[cut], integers(book, slots.CUT_COLUMNS)[cut]):
        k = index[e]
        if class_today[k] >= 0:
            a = weight[e] * sense[k]
            if class_today[k] <= number:
                need -= a * deficit[k]
            elif a > 0.0:
                need -= a * worst[k]
    return find_level(book, cut, number, need)


@inner
def lowest_level(book: Any, first: int, last: int) -> float:
    """Return the level at which no open claim of a class has a deficit yet."""
    claim_order = integers(book, slots.CLAIM_ORDER)
    event = integers(book, slots.EVENT)
    offset = floats(book, slots.OFFSET)
    slope = floats(book, slots.SLOPE)
    level = HUGE
    for place in range(first, last):
        k = claim_order[place]
        if event[k] == 0 and slope[k] > 0.0:
            level = min(level, -offset[k] / slope[k])
    return level


@inner
def settle(book: Any, number: int, cut: int, level: float) -> int:
    """Fix the claims of a class that a cut holds at a level; return how many it were."""
    index = indices(book, slots.CUT_INDEX)
    weight = floats(book, slots.CUT_VALUE)
    sense = floats(book, slots.CLAIM_SENSE)
    class_today = integers(book, slots.CLASS_TODAY)
    event = integers(book, slots.EVENT)
    holder = integers(book, slots.HOLDER)
    best = floats(book, slots.BEST)
    worst = floats(book, slots.WORST)
    offset = floats(book, slots.OFFSET)
    slope = floats(book, slots.SLOPE)
    deficit = floats(book, slots.DEFICIT)
    target = floats(book, slots.TARGET)
    gap = floats(book, slots.LIVE_GAP)
    width = size_of(book, slots.LIVE_GAP)
    live = integers(book, slots.CONTROL)[codes.ACTIVE_CUTS]
    held = 0
    for entry in range(
        integers(book, slots.CUT_CLAIMS)[cut], integers(book, slots.CUT_COLUMNS)[cut]
    ):
        k = index[entry]
        if class_today[k] != number or event[k] != 0 or weight[entry] * sense[k] <= 0.0:
            continue
        held += 1
        out = min(max(offset[k] + slope[k] * level, 0.0), worst[k])
        event[k] = 1
        holder[k] = cut
        deficit[k] = out
        target[k] = best[k] - out if sense[k] > 0.0 else out
        add_scaled(gap, floats_from(book, slots.LIVE_WEIGHT, k * width), -out, live)
    return held


@inner
def cut_here(book: Any, variant: int) -> int:
    """Store the infeasible row as a cut that sleeps; return its number, -1 without room."""
    control = integers(book, slots.CONTROL)
    awake = integers(book, slots.CUT_AWAKE)
    active = integers(book, slots.ACTIVE)
    made = call(book, slots.ADD_CUT, variant, 0)
    if made < 0:
        # The pool may be needed whole: the cuts that are live today give way.
        for a in range(control[codes.ACTIVE_CUTS]):
            awake[active[a]] = 0
        control[codes.ACTIVE_CUTS] = 0
        control[codes.LOST_CUTS] = 1
        made = call(book, slots.ADD_CUT, variant, 0)
    if made >= 0:
        # First to be forgotten, unless it comes to hold a claim.
        integers(book, slots.CUT_TIGHT)[made] = 0
        floats(book, slots.COUNTERS)[codes.NEWTON_CUTS] += 1.0
    return made


@inner
def solve_class(book: Any, variant: int, number: int) -> int:
    """Find the levels of one class whose targets are out of reach; return FEASIBLE or not."""
    sizes = integers(book, slots.SIZES)
    control = integers(book, slots.CONTROL)
    class_ptr = integers(book, slots.CLASS_PTR)
    tight = integers(book, slots.CUT_TIGHT)
    ptr = control[codes.POLICY] * (sizes[codes.CLASSES] + 1) + number
    first = control[codes.POLICY] * sizes[codes.CLAIMS] + class_ptr[ptr]
    last = control[codes.POLICY] * sizes[codes.CLAIMS] + class_ptr[ptr + 1]
    # Take back what was filled from this class on.
    call(book, slots.FILL_CLASSES, number, number)
    open_claims = last - first
    level = lowest_level(book, first, last)
    holder = -1
    rounds = 0
    while open_claims > 0:
        bound_claims(book, number, level)
        result = call(book, slots.RUN_SIMPLEX, variant, 0)
        if result == codes.FEASIBLE:
            if holder < 0:
                break
            tight[holder] = control[codes.NOW]
            open_claims -= settle(book, number, holder, level)
            call(book, slots.ENLIVEN_CUT, holder, 0)
            holder = -1
            level = lowest_level(book, first, last)
            continue
        rounds += 1
        if result != codes.INFEASIBLE or rounds > MOST_NEWTON:
            return codes.TROUBLE
        holder = cut_here(book, variant)
        if holder < 0:
            return codes.TROUBLE
        before = level
        level = raise_level(book, holder, number)
        if not level > before:
            return result
    return codes.FEASIBLE


@apart
def run_newton(address: int, variant: int, _unused: int) -> int:
    """Solve the step class by class, beginning with what the filling gave.

    Parameters
    ----------
    address : int
        The book; reads and writes ``target`` and ``deficit`` of today's claims, and the flows.
    variant : int
        Coefficient variant [-].

    Returns
    -------
    int
        FEASIBLE with the flows in ``x``, or what the simplex said when it did not end well.
    """
    book = open_book(address)
    sizes = integers(book, slots.SIZES)
    classes = sizes[codes.CLASSES]
    control = integers(book, slots.CONTROL)
    class_today = integers(book, slots.CLASS_TODAY)
    of_column = integers(book, slots.CLAIM_OF_COLUMN)
    enters = integers(book, slots.ENTERS)
    floats(book, slots.COUNTERS)[codes.FALLBACKS] += 1.0
    free_claims(book)
    control[codes.NEED_VALUES] = 1
    number = 0
    result = codes.FEASIBLE
    while number < classes:
        bound_claims(book, number + 1, HUGE)
        result = call(book, slots.RUN_SIMPLEX, variant, 0)
        if result == codes.INFEASIBLE:
            result = solve_class(book, variant, number)
            if result == codes.FEASIBLE and number + 1 < classes:
                call(book, slots.FILL_CLASSES, number + 1, classes)
        if result != codes.FEASIBLE:
            return result
        number = first_unreached(book, number + 1)
    control[codes.FIRST_CLASS] = classes
    # All claims fixed: the same end as after a water-filling.
    for j in range(sizes[codes.COLUMNS]):
        k = of_column[j]
        enters[j] = 0 if k >= 0 and class_today[k] >= 0 else 1
    bound_claims(book, classes, HUGE)
    result = call(book, slots.RUN_SIMPLEX, variant, 0)
    control[codes.NEED_COSTS] = 1
    return result
