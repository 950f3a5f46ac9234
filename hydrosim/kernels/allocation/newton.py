"""The way out when filling and mixing do not move: one class after the other, by Newton's method.

The claims of the class at hand may have deficits up to e_k(mu), those of later classes are free,
those of earlier ones fixed.  Each infeasible row of the simplex raises mu to the least value that
it allows (the deficits are piecewise linear in mu); once feasible, the claims that hold the last
row are fixed and the others start again from the best.
"""

from typing import Any

from hydrosim.kernels._apart import apart, call, floats, indices, integers, open_book
from hydrosim.kernels._jit import inner
from hydrosim.kernels.allocation.codes import (
    ACTIVE_CUTS,
    CLAIMS,
    CLASSES,
    COLUMNS,
    FALLBACKS,
    FEASIBLE,
    INFEASIBLE,
    LIVE_ENTRIES,
    NEED_COSTS,
    NEED_VALUES,
    NEWTON_CUTS,
    NOW,
    POLICY,
    TROUBLE,
)
from hydrosim.kernels.allocation.cuts import measure_cut
from hydrosim.kernels.allocation.slots import (
    ACTIVE,
    ADD_CUT,
    BEST,
    CLAIM_COLUMN,
    CLAIM_OF_COLUMN,
    CLAIM_ORDER,
    CLAIM_SENSE,
    CLASS_PTR,
    CLASS_TODAY,
    CONTROL,
    COUNTERS,
    CUT_AWAKE,
    CUT_CLAIMS,
    CUT_COLUMNS,
    CUT_INDEX,
    CUT_TIGHT,
    CUT_VALUE,
    DEFICIT,
    ENTERS,
    EVENT,
    LOWER,
    OFFSET,
    RUN_SIMPLEX,
    SIZES,
    SLOPE,
    TARGET,
    UPPER,
    WORST,
)
from hydrosim.kernels.allocation.waterfill import NOWHERE, find_level

MOST_NEWTON = 4000
HUGE = 1e300


@inner
def bound_claims(book: Any, number: int, level: float) -> None:
    """Bound the claims' columns: settled, of the class at hand at a level, or free."""
    claim_column = integers(book, CLAIM_COLUMN)
    sense = floats(book, CLAIM_SENSE)
    class_today = integers(book, CLASS_TODAY)
    event = integers(book, EVENT)
    best = floats(book, BEST)
    worst = floats(book, WORST)
    offset = floats(book, OFFSET)
    slope = floats(book, SLOPE)
    target = floats(book, TARGET)
    lower = floats(book, LOWER)
    upper = floats(book, UPPER)
    for k in range(integers(book, SIZES)[CLAIMS]):
        if class_today[k] < 0:
            continue
        j = claim_column[k]
        if event[k] == 1:
            lower[j] = target[k]
            upper[j] = target[k]
            continue
        most = worst[k]
        if class_today[k] == number:
            most = min(max(offset[k] + slope[k] * level, 0.0), most)
        if sense[k] > 0.0:
            lower[j] = best[k] - most
            upper[j] = best[k]
        else:
            lower[j] = 0.0
            upper[j] = most


@inner
def raise_level(book: Any, cut: int, number: int, level: float) -> float:
    """Return the least level, at least the present one, at which a cut gets what it needs."""
    index = indices(book, CUT_INDEX)
    weight = floats(book, CUT_VALUE)
    sense = floats(book, CLAIM_SENSE)
    class_today = integers(book, CLASS_TODAY)
    event = integers(book, EVENT)
    deficit = floats(book, DEFICIT)
    worst = floats(book, WORST)
    need = measure_cut(book, cut, floats(book, BEST))
    for e in range(integers(book, CUT_CLAIMS)[cut], integers(book, CUT_COLUMNS)[cut]):
        k = index[e]
        if class_today[k] < 0:
            continue
        a = weight[e] * sense[k]
        if event[k] == 1:
            need -= a * deficit[k]
        elif a > 0.0 and class_today[k] > number:
            need -= a * worst[k]
    found = find_level(book, cut, number, need)
    if found == NOWHERE:
        return NOWHERE
    return max(found, level)


@inner
def lowest_level(book: Any, first: int, last: int) -> float:
    """Return the level at which no open claim of a class has a deficit yet."""
    claim_order = integers(book, CLAIM_ORDER)
    event = integers(book, EVENT)
    offset = floats(book, OFFSET)
    slope = floats(book, SLOPE)
    level = HUGE
    for place in range(first, last):
        k = claim_order[place]
        if event[k] == 0 and slope[k] > 0.0:
            level = min(level, -offset[k] / slope[k])
    return level


@inner
def settle(book: Any, number: int, first: int, last: int, cut: int, level: float) -> int:
    """Fix what a cut holds at a level, or all that is open without a cut; return what is left."""
    claim_order = integers(book, CLAIM_ORDER)
    index = indices(book, CUT_INDEX)
    weight = floats(book, CUT_VALUE)
    sense = floats(book, CLAIM_SENSE)
    class_today = integers(book, CLASS_TODAY)
    event = integers(book, EVENT)
    best = floats(book, BEST)
    worst = floats(book, WORST)
    offset = floats(book, OFFSET)
    slope = floats(book, SLOPE)
    deficit = floats(book, DEFICIT)
    target = floats(book, TARGET)
    if cut >= 0:
        for e in range(integers(book, CUT_CLAIMS)[cut], integers(book, CUT_COLUMNS)[cut]):
            k = index[e]
            if class_today[k] == number and event[k] == 0 and weight[e] * sense[k] > 0.0:
                out = min(max(offset[k] + slope[k] * level, 0.0), worst[k])
                event[k] = 1
                deficit[k] = out
                target[k] = best[k] - out if sense[k] > 0.0 else out
    left = 0
    for place in range(first, last):
        k = claim_order[place]
        if event[k] == 0:
            if cut >= 0:
                left += 1
            else:
                event[k] = 1
                deficit[k] = 0.0
                target[k] = best[k]
    return left


@apart
def run_newton(address: int, variant: int, _unused: int) -> int:
    """Solve the step class by class.

    Parameters
    ----------
    address : int
        The book; writes ``target`` and ``deficit`` of all of today's claims, and the flows.
    variant : int
        Coefficient variant [-].

    Returns
    -------
    int
        FEASIBLE with the flows in ``x``, or what the simplex said when it did not end well.
    """
    book = open_book(address)
    sizes = integers(book, SIZES)
    classes = sizes[CLASSES]
    claims = sizes[CLAIMS]
    control = integers(book, CONTROL)
    counters = floats(book, COUNTERS)
    class_ptr = integers(book, CLASS_PTR)
    class_today = integers(book, CLASS_TODAY)
    of_column = integers(book, CLAIM_OF_COLUMN)
    event = integers(book, EVENT)
    enters = integers(book, ENTERS)
    order_base = control[POLICY] * claims
    ptr_base = control[POLICY] * (classes + 1)
    awake = integers(book, CUT_AWAKE)
    active = integers(book, ACTIVE)
    tight = integers(book, CUT_TIGHT)
    counters[FALLBACKS] += 1.0
    # The pool may be needed whole: no cut is in use here but the last one made.
    for a in range(control[ACTIVE_CUTS]):
        awake[active[a]] = 0
    control[ACTIVE_CUTS] = 0
    control[LIVE_ENTRIES] = 0
    for k in range(claims):
        event[k] = 0
    for j in range(sizes[COLUMNS]):
        enters[j] = 1
    control[NEED_COSTS] = 1
    control[NEED_VALUES] = 1
    rounds = 0
    result = FEASIBLE
    for number in range(classes):
        first = order_base + class_ptr[ptr_base + number]
        last = order_base + class_ptr[ptr_base + number + 1]
        left = last - first
        holder = -1
        level = lowest_level(book, first, last)
        while left > 0:
            bound_claims(book, number, level)
            result = call(book, RUN_SIMPLEX, variant, 0)
            if result == FEASIBLE:
                if holder >= 0 and awake[holder] == 0:
                    awake[holder] = 1
                    tight[holder] = control[NOW]
                    active[control[ACTIVE_CUTS]] = holder
                    control[ACTIVE_CUTS] += 1
                left = settle(book, number, first, last, holder, level)
                holder = -1
                level = lowest_level(book, first, last)
                continue
            rounds += 1
            if result != INFEASIBLE or rounds > MOST_NEWTON:
                return TROUBLE
            made = call(book, ADD_CUT, variant, 0)
            if made < 0:
                return result
            counters[NEWTON_CUTS] += 1.0
            # It sleeps, first to be forgotten, unless it comes to hold a claim.
            awake[made] = 0
            tight[made] = 0
            control[ACTIVE_CUTS] -= 1
            before = level
            level = raise_level(book, made, number, level)
            if not level > before:
                return result
            holder = made
    # All claims fixed: the same end as after a water-filling.
    for j in range(sizes[COLUMNS]):
        k = of_column[j]
        enters[j] = 0 if k >= 0 and class_today[k] >= 0 else 1
    bound_claims(book, classes, 0.0)
    result = call(book, RUN_SIMPLEX, variant, 0)
    control[NEED_COSTS] = 1
    return result
