"""One step of the allocation: today's bounds and wishes in, balanced flows out."""

from typing import Any

from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import call, floats, integers, open_book
from hydrosim.kernels._jit import inner
from hydrosim.kernels.allocation import codes, slots
from hydrosim.kernels.allocation.basis import start_cold
from hydrosim.kernels.allocation.live_cuts import wake_yesterdays
from hydrosim.kernels.allocation.overflow import give_back, hold_stores, is_unsettled
from hydrosim.kernels.allocation.sharing import share_water

WIDEST = 4
"""Powers of ten by which the tolerance may be widened."""
HUGE = 1e300
FEWEST_CLAIMS = 64
"""Fewest claims that are served by groups: with fewer, cuts are as quick or quicker."""


@inner
def take_bounds(book: Any) -> int:
    """Take over right-hand sides and bounds.

    Returns
    -------
    int
        1 when a value outgrew what was seen before, -1 when one is not finite, else 0.
    """
    sizes = integers(book, slots.SIZES)
    given_rhs = floats(book, slots.GIVEN_RHS)
    given_upper = floats(book, slots.GIVEN_UPPER)
    scale = floats(book, slots.ROW_SCALE)
    rhs = floats(book, slots.RHS)
    lower = floats(book, slots.LOWER)
    upper = floats(book, slots.UPPER)
    rhs_seen = floats(book, slots.RHS_SEEN)
    upper_seen = floats(book, slots.UPPER_SEEN)
    wish_seen = floats(book, slots.WISH_SEEN)
    wanted = floats(book, slots.GIVEN_WANTED)
    sense = floats(book, slots.CLAIM_SENSE)
    grown = 0
    for i in range(sizes[codes.ROWS]):
        value = given_rhs[i] * scale[i]
        rhs[i] = value
        if not abs(value) <= rhs_seen[i]:
            if not abs(value) < HUGE:
                return -1
            rhs_seen[i] = 2.0 * abs(value)
            grown = 1
    for j in range(sizes[codes.COLUMNS]):
        value = given_upper[j]
        upper[j] = value
        lower[j] = 0.0
        if not (value <= upper_seen[j] and value >= 0.0):
            if not (value >= 0.0 and value < HUGE):
                return -1
            upper_seen[j] = 2.0 * value
            grown = 1
    for k in range(sizes[codes.CLAIMS]):
        value = wanted[k]
        if sense[k] > 0.0 and value > wish_seen[k] and value < HUGE:
            wish_seen[k] = 2.0 * value
            grown = 1
    return grown


@inner
def take_wishes(book: Any, policy: int) -> bool:
    """Write each claim as a deficit by level of its class; False when a wish is not finite."""
    claims = integers(book, slots.SIZES)[codes.CLAIMS]
    given = floats(book, slots.GIVEN_WANTED)
    claim_column = integers(book, slots.CLAIM_COLUMN)
    class_today = integers(book, slots.CLASS_TODAY)
    sense = floats(book, slots.CLAIM_SENSE)
    share = floats(book, slots.RELATIVE_SHARE)
    upper = floats(book, slots.UPPER)
    best = floats(book, slots.BEST)
    worst = floats(book, slots.WORST)
    offset = floats(book, slots.OFFSET)
    slope = floats(book, slots.SLOPE)
    wish = floats(book, slots.WISH)
    deficit = floats(book, slots.DEFICIT)
    target = floats(book, slots.TARGET)
    event = integers(book, slots.EVENT)
    holder = integers(book, slots.HOLDER)
    for k in range(claims):
        volume = given[k]
        if not (volume >= 0.0 and volume < HUGE):
            return False
        bound = upper[claim_column[k]]
        if sense[k] > 0.0:
            most = min(bound, volume)
            if class_today[k] >= 0:
                upper[claim_column[k]] = most
            best[k] = most
            worst[k] = most
            rise = volume * share[policy * claims + k]
            offset[k] = most - rise
        else:
            if volume == 0.0:
                volume = bound
            best[k] = 0.0
            worst[k] = bound
            rise = volume * share[policy * claims + k]
            offset[k] = volume - rise
        slope[k] = rise
        wish[k] = volume
        target[k] = best[k]
        deficit[k] = 0.0
        event[k] = 0
        holder[k] = -1
    return True


@inner
def choose_entering(book: Any, all_enter: bool) -> None:
    """Mark the columns that may enter the basis: fixed claims never do."""
    sizes = integers(book, slots.SIZES)
    of_column = integers(book, slots.CLAIM_OF_COLUMN)
    class_today = integers(book, slots.CLASS_TODAY)
    enters = integers(book, slots.ENTERS)
    for j in range(sizes[codes.COLUMNS]):
        k = of_column[j]
        enters[j] = 1 if all_enter or k < 0 or class_today[k] < 0 else 0


@inner
def goes_by_groups(book: Any) -> bool:
    """Whether claims are served by groups: in large networks, or where that is asked for."""
    way = integers(book, slots.CONTROL)[codes.WAY]
    if way == codes.WAY_BY_SIZE:
        return integers(book, slots.SIZES)[codes.CLAIMS] >= FEWEST_CLAIMS
    return way == codes.WAY_GROUPS


@inner
def close_step(book: Any, pivots_before: float) -> None:
    """Write fulfilments and counters of a solved step."""
    sizes = integers(book, slots.SIZES)
    columns = sizes[codes.COLUMNS]
    counters = floats(book, slots.COUNTERS)
    head = integers(book, slots.HEAD)
    upper = floats(book, slots.UPPER)
    basic_value = floats(book, slots.BASIC_VALUE)
    x = floats(book, slots.X)
    given = floats(book, slots.GIVEN_WANTED)
    wish = floats(book, slots.WISH)
    sense = floats(book, slots.CLAIM_SENSE)
    claim_column = integers(book, slots.CLAIM_COLUMN)
    claim_of_column = integers(book, slots.CLAIM_OF_COLUMN)
    class_today = integers(book, slots.CLASS_TODAY)
    own_upper = floats(book, slots.GIVEN_UPPER)
    fulfilment = floats(book, slots.FULFILMENT)
    pivots = counters[codes.PIVOTS] - pivots_before
    if pivots == 0.0:
        counters[codes.QUIET_STEPS] += 1.0
    counters[codes.MOST_PIVOTS] = max(counters[codes.MOST_PIVOTS], pivots)
    overshoot = counters[codes.LARGEST_OVERSHOOT_M3]
    for p in range(sizes[codes.ROWS]):
        j = head[p]
        if j < columns:
            # A claim is fixed at its target while the flows are found; its bound is its own.
            most = upper[j]
            k = claim_of_column[j]
            if k >= 0 and class_today[k] >= 0:
                most = own_upper[j]
                if sense[k] > 0.0:
                    most = min(most, given[k])
            overshoot = max(overshoot, max(-x[j], x[j] - most))
        else:
            overshoot = max(overshoot, abs(basic_value[p]))
    counters[codes.LARGEST_OVERSHOOT_M3] = overshoot
    short = False
    for k in range(sizes[codes.CLAIMS]):
        value = x[claim_column[k]]
        volume = wish[k]
        if given[k] == 0.0:
            fulfilment[k] = 1.0
        elif sense[k] > 0.0:
            fulfilment[k] = value / volume
            short = short or value < volume * (1.0 - 1e-9)
        else:
            fulfilment[k] = 1.0 - value / volume
    if short:
        counters[codes.SHORT_STEPS] += 1.0


@apart
def solve_once(address: int, variant: int, policy: int) -> int:
    """Solve the step's data as they are given: A x = rhs, 0 <= x <= upper, claims by class.

    Parameters
    ----------
    address : int
        The book; reads ``given_upper``, ``given_wanted``, ``given_rhs`` [m3] and the model;
        writes ``x`` [m3] and the solver's state.
    variant : int
        Which coefficients and costs hold today [-].
    policy : int
        Which ladder holds today [-]; from the number of ladders on, the same with overflow first.

    Returns
    -------
    int
        FEASIBLE, or INFEASIBLE, TROUBLE or UNSOUND.
    """
    book = open_book(address)
    sizes = integers(book, slots.SIZES)
    control = integers(book, slots.CONTROL)
    counters = floats(book, slots.COUNTERS)
    status = integers(book, slots.STATUS)
    head = integers(book, slots.HEAD)
    class_today = integers(book, slots.CLASS_TODAY)
    claim_class = integers(book, slots.CLAIM_CLASS)
    claims = sizes[codes.CLAIMS]
    by_cost = sizes[codes.MODE] == codes.MODE_LEAST_COST and policy < sizes[codes.POLICIES]

    # Kept in the state's reach: a step refused half-way must not hide a growth from the next.
    grown = control[codes.NEED_REACH]
    control[codes.NEED_REACH] = 1
    outgrown = take_bounds(book)
    if outgrown < 0:
        return codes.UNSOUND
    if variant != control[codes.LAST_VARIANT]:
        if control[codes.LAST_VARIANT] < 0:
            for p in range(sizes[codes.ROWS]):
                status[head[p]] = codes.BASIC
        control[codes.LAST_VARIANT] = variant
        control[codes.NEED_FACTOR] = 1
        control[codes.NEED_COSTS] = 1
        grown = 1
    if grown == 1 or outgrown == 1:
        call(book, slots.MEASURE_REACH, variant, 0)
    control[codes.NEED_REACH] = 0
    if policy != control[codes.LAST_POLICY]:
        control[codes.LAST_POLICY] = policy
        control[codes.POLICY] = policy
        control[codes.NEED_COSTS] = 1
        for k in range(claims):
            class_today[k] = claim_class[policy * claims + k]
        choose_entering(book, by_cost)
    if not take_wishes(book, policy):
        return codes.UNSOUND

    control[codes.WIDENING] = 0
    control[codes.LOST_CUTS] = 0
    while True:
        control[codes.NEED_VALUES] = 1
        control[codes.BY_GROUPS] = 0
        if by_cost:
            result = call(book, slots.RUN_SIMPLEX, variant, 0)
        else:
            result = codes.TROUBLE
            if control[codes.GROUP_REST] > 0:
                control[codes.GROUP_REST] -= 1
            elif control[codes.WIDENING] == 0 and goes_by_groups(book):
                result = call(book, slots.SOLVE_BY_GROUPS, variant, policy)
            if result == codes.FEASIBLE:
                control[codes.BY_GROUPS] = 1
            elif result != codes.INFEASIBLE:
                wake_yesterdays(book, variant)
                result = share_water(book, variant)
        if result == codes.FEASIBLE:
            if control[codes.BY_GROUPS] == 0 and control[codes.SLIGHTLY_OUT] == 1:
                call(book, slots.KEEP_BOUNDS, variant, 0)
            return result
        # Last rungs of the ladder of trouble: all again from a cold start at a wider tolerance.
        if control[codes.PATIENT] == 0 or control[codes.WIDENING] >= WIDEST:
            # What comes next, if anything does, starts afresh.
            control[codes.LAST_POLICY] = -1
            if control[codes.PATIENT] == 1:
                control[codes.LAST_VARIANT] = -1
            return result
        control[codes.WIDENING] += 1
        if control[codes.WIDENING] == 1:
            counters[codes.WIDENED] += 1.0
        start_cold(book)
        choose_entering(book, by_cost)
        take_bounds(book)
        take_wishes(book, policy)


@apart
def solve_step(address: int, variant: int, policy: int) -> int:
    """Allocate one step: A x = rhs, 0 <= x <= upper, claims served by class, costs least.

    Parameters
    ----------
    address : int
        The book; reads ``given_upper``, ``given_wanted``, ``given_rhs`` [m3] and the model;
        writes ``x`` [m3], ``fulfilment`` [-] and ``counters``.
    variant : int
        Which coefficients and costs hold today [-].
    policy : int
        Which ladder holds today [-].

    Returns
    -------
    int
        STATUS_FINE or another status of codes.py; then ``control[OFFENDING_ROW]`` names a row.
    """
    book = open_book(address)
    sizes = integers(book, slots.SIZES)
    control = integers(book, slots.CONTROL)
    counters = floats(book, slots.COUNTERS)
    if policy < 0 or policy >= sizes[codes.POLICIES]:
        return codes.STATUS_NO_POLICY
    control[codes.NOW] += 1
    counters[codes.STEPS] += 1.0
    pivots_before = counters[codes.PIVOTS]
    control[codes.PATIENT] = 1
    if sizes[codes.OVERFLOWS] > 0 and hold_stores(book):
        control[codes.PATIENT] = 0
    result = call(book, slots.SOLVE_ONCE, variant, policy)
    if result == codes.UNSOUND:
        return codes.STATUS_NOT_FINITE
    if sizes[codes.OVERFLOWS] > 0:
        if result != codes.FEASIBLE or is_unsettled(book, variant):
            control[codes.ENDED] = result
            result = call(book, slots.SETTLE_OVERFLOW, variant, policy)
        else:
            give_back(book)
    if result != codes.FEASIBLE:
        return codes.STATUS_INFEASIBLE if result == codes.INFEASIBLE else codes.STATUS_TROUBLE
    close_step(book, pivots_before)
    return codes.STATUS_FINE
