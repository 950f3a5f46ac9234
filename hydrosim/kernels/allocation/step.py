"""One step of the allocation: today's bounds and wishes in, balanced flows out."""

from typing import Any

import numpy as np

from hydrosim.kernels._apart import apart, call, floats, indices, integers, open_book, size_of
from hydrosim.kernels._jit import inner
from hydrosim.kernels.allocation.codes import (
    ACTIVE_CUTS,
    BASIC,
    CLAIMS,
    CLASSES,
    COLUMNS,
    EVENTS,
    FEASIBLE,
    FIRST_CLASS,
    GAPS_KNOWN,
    INFEASIBLE,
    LARGEST_OVERSHOOT_M3,
    LAST_POLICY,
    LAST_VARIANT,
    LIVE_ENTRIES,
    LIVE_NEGATIVE,
    MODE,
    MODE_LEAST_COST,
    MOST_PIVOTS,
    NEED_COSTS,
    NEED_FACTOR,
    NEED_REACH,
    NEED_VALUES,
    NOW,
    PIVOTS,
    POLICY,
    QUIET_STEPS,
    ROUNDS,
    ROWS,
    SHORT_STEPS,
    STATUS_FINE,
    STATUS_INFEASIBLE,
    STATUS_NOT_FINITE,
    STATUS_TROUBLE,
    STEPS,
    WIDENED,
    WIDENING,
)
from hydrosim.kernels.allocation.cuts import KEPT_AWAKE, measure_cut
from hydrosim.kernels.allocation.model import AllocationModel
from hydrosim.kernels.allocation.simplex import DRY, start_cold
from hydrosim.kernels.allocation.slots import (
    ACTIVE,
    ADD_CUT,
    BASIC_VALUE,
    BEST,
    CLAIM_CLASS,
    CLAIM_COLUMN,
    CLAIM_OF_COLUMN,
    CLAIM_SENSE,
    CLASS_TODAY,
    CONTROL,
    COUNTERS,
    CUT_AWAKE,
    CUT_GAP,
    CUT_TIGHT,
    CUT_TOLERANCE,
    CUT_VARIANT,
    DEFICIT,
    ENLIVEN_CUT,
    ENTERS,
    EVENT,
    FILL_CLASSES,
    FULFILMENT,
    GIVEN_RHS,
    GIVEN_UPPER,
    GIVEN_WANTED,
    HEAD,
    HOLDER,
    LIVE_FIRST,
    LOWER,
    MEASURE_REACH,
    MIX_CUTS,
    OFFSET,
    RELATIVE_SHARE,
    RHS,
    RHS_SEEN,
    ROW_SCALE,
    RUN_NEWTON,
    RUN_SIMPLEX,
    SIZES,
    SLOPE,
    STATUS,
    TARGET,
    TARGET_BEFORE,
    TOLERANCE,
    UPPER,
    UPPER_SEEN,
    WAKE_CUTS,
    WISH,
    WORST,
    X,
)
from hydrosim.kernels.allocation.state import AllocationState

WIDEST = 4
"""Powers of ten by which the tolerance may be widened."""
MOST_ROUNDS = 400
MOST_MIXES = 4
MOST_MIXES_A_STEP = 12
"""Sums are cheap while they are few; then class by class is the shorter way."""
UNMOVED = 1e-3
NOTHING = 0
OLD_CUTS = 1
NEW_CUT = 2
FRESH = 3
VIOLATED = 2.0
HUGE = 1e300


@inner
def take_bounds(book: Any) -> int:
    """Take over right-hand sides and bounds.

    Returns
    -------
    int
        1 when a value outgrew what was seen before, -1 when one is not finite, else 0.
    """
    sizes = integers(book, SIZES)
    given_rhs = floats(book, GIVEN_RHS)
    given_upper = floats(book, GIVEN_UPPER)
    scale = floats(book, ROW_SCALE)
    rhs = floats(book, RHS)
    lower = floats(book, LOWER)
    upper = floats(book, UPPER)
    rhs_seen = floats(book, RHS_SEEN)
    upper_seen = floats(book, UPPER_SEEN)
    grown = 0
    for i in range(sizes[ROWS]):
        value = given_rhs[i] * scale[i]
        rhs[i] = value
        if not abs(value) <= rhs_seen[i]:
            if not abs(value) < HUGE:
                return -1
            rhs_seen[i] = 2.0 * abs(value)
            grown = 1
    for j in range(sizes[COLUMNS]):
        value = given_upper[j]
        upper[j] = value
        lower[j] = 0.0
        if not (value <= upper_seen[j] and value >= 0.0):
            if not (value >= 0.0 and value < HUGE):
                return -1
            upper_seen[j] = 2.0 * value
            grown = 1
    return grown


@inner
def take_wishes(book: Any, policy: int) -> bool:
    """Write each claim as a deficit by level of its class; False when a wish is not finite."""
    claims = integers(book, SIZES)[CLAIMS]
    given = floats(book, GIVEN_WANTED)
    claim_column = integers(book, CLAIM_COLUMN)
    class_today = integers(book, CLASS_TODAY)
    sense = floats(book, CLAIM_SENSE)
    share = floats(book, RELATIVE_SHARE)
    upper = floats(book, UPPER)
    best = floats(book, BEST)
    worst = floats(book, WORST)
    offset = floats(book, OFFSET)
    slope = floats(book, SLOPE)
    wish = floats(book, WISH)
    deficit = floats(book, DEFICIT)
    target = floats(book, TARGET)
    event = integers(book, EVENT)
    holder = integers(book, HOLDER)
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
def choose_entering(book: Any) -> None:
    """Mark the columns that may enter the basis: fixed claims never do."""
    sizes = integers(book, SIZES)
    of_column = integers(book, CLAIM_OF_COLUMN)
    class_today = integers(book, CLASS_TODAY)
    enters = integers(book, ENTERS)
    all_enter = sizes[MODE] == MODE_LEAST_COST
    for j in range(sizes[COLUMNS]):
        k = of_column[j]
        enters[j] = 1 if all_enter or k < 0 or class_today[k] < 0 else 0


@inner
def wake_yesterdays(book: Any, variant: int) -> None:
    """Make live the cuts that were tight in the last steps."""
    control = integers(book, CONTROL)
    active = integers(book, ACTIVE)
    tight = integers(book, CUT_TIGHT)
    awake = integers(book, CUT_AWAKE)
    made_for = integers(book, CUT_VARIANT)
    live_first = indices(book, LIVE_FIRST)
    for k in range(size_of(book, LIVE_FIRST)):
        live_first[k] = 0
    control[LIVE_ENTRIES] = 0
    control[LIVE_NEGATIVE] = 0
    control[GAPS_KNOWN] = 0
    kept = 0
    for a in range(control[ACTIVE_CUTS]):
        c = active[a]
        awake[c] = 0
        if tight[c] + KEPT_AWAKE >= control[NOW] and made_for[c] == variant:
            if call(book, ENLIVEN_CUT, c, 0) == 1:
                active[kept] = c
                kept += 1
    control[ACTIVE_CUTS] = kept


@inner
def find_violated(book: Any, first: int) -> int:
    """Return the place in the list of active cuts of the next one that the filling left violated.

    Parameters
    ----------
    book : ndarray
        Reads the active cuts and the targets.
    first : int
        Place to begin at.

    Returns
    -------
    int
        The place, -1 when no further cut is violated.
    """
    control = integers(book, CONTROL)
    active = integers(book, ACTIVE)
    gap = floats(book, CUT_GAP)
    tolerance = floats(book, CUT_TOLERANCE)
    target = floats(book, TARGET)
    widen = VIOLATED * 10.0 ** control[WIDENING]
    for place in range(first, control[ACTIVE_CUTS]):
        c = active[place]
        if gap[c] > widen * tolerance[c]:
            gap[c] = measure_cut(book, c, target)
            if gap[c] > widen * tolerance[c]:
                return place
    return -1


@inner
def mix_violated(book: Any, variant: int, first: int) -> bool:
    """Add up cuts for the violated ones until a sum binds; tell whether one does."""
    active = integers(book, ACTIVE)
    gap = floats(book, CUT_GAP)
    tolerance = floats(book, CUT_TOLERANCE)
    place = first
    while place >= 0:
        made = call(book, MIX_CUTS, variant, active[place])
        if made >= 0 and call(book, ENLIVEN_CUT, made, 0) == 1 and gap[made] > tolerance[made]:
            return True
        place = find_violated(book, place + 1)
    return False


@inner
def fill(book: Any, variant: int) -> int:
    """Fill from the first class that changes, till no active cut is violated or none can mend it.

    What one cut takes back another may have learnt before: sleeping cuts come first, then sums.
    Returns how often that was tried.
    """
    control = integers(book, CONTROL)
    classes = integers(book, SIZES)[CLASSES]
    mixes = 0
    while True:
        call(book, FILL_CLASSES, control[FIRST_CLASS], classes)
        control[FIRST_CLASS] = classes
        if control[LIVE_NEGATIVE] == 0 or mixes >= MOST_MIXES:
            return mixes
        place = find_violated(book, 0)
        if place < 0:
            return mixes
        mixes += 1
        if call(book, WAKE_CUTS, variant, 0) == 0 and not mix_violated(book, variant, place):
            return mixes


@inner
def fix_claims(book: Any) -> bool:
    """Bound today's claims to their targets; tell whether any has moved since the last time."""
    claims = integers(book, SIZES)[CLAIMS]
    claim_column = integers(book, CLAIM_COLUMN)
    class_today = integers(book, CLASS_TODAY)
    target = floats(book, TARGET)
    before = floats(book, TARGET_BEFORE)
    tolerance = floats(book, TOLERANCE)
    lower = floats(book, LOWER)
    upper = floats(book, UPPER)
    moved = False
    for k in range(claims):
        if class_today[k] >= 0:
            j = claim_column[k]
            if target[k] < DRY * tolerance[j]:
                # Rounding, which no row could balance.
                target[k] = 0.0
            value = target[k]
            if abs(value - before[k]) > UNMOVED * tolerance[j]:
                moved = True
            before[k] = value
            lower[j] = value
            upper[j] = value
    return moved


@inner
def share_water(book: Any, variant: int) -> int:
    """Fill and complete the flows until both agree; return what the simplex said last."""
    control = integers(book, CONTROL)
    counters = floats(book, COUNTERS)
    control[FIRST_CLASS] = 0
    control[EVENTS] = 0
    rounds = 0
    mixes = 0
    learnt = NOTHING
    refreshed = False
    while True:
        mixes += fill(book, variant)
        moved = fix_claims(book)
        if moved or rounds == 0 or learnt == FRESH:
            result = call(book, RUN_SIMPLEX, variant, 0)
            if result != INFEASIBLE:
                return result
            rounds += 1
            counters[ROUNDS] += 1.0
            if learnt != FRESH:
                refreshed = False
            learnt = NOTHING
        if learnt == NEW_CUT and not refreshed:
            # What the row says is no more than the rounding of updated factors: look again.
            refreshed = True
            learnt = FRESH
            control[NEED_FACTOR] = 1
            control[NEED_COSTS] = 1
            continue
        if learnt == NEW_CUT or rounds > MOST_ROUNDS or mixes > MOST_MIXES_A_STEP:
            return call(book, RUN_NEWTON, variant, 0)
        if learnt == NOTHING:
            learnt = OLD_CUTS
            if call(book, WAKE_CUTS, variant, 0) > 0:
                continue
        learnt = NEW_CUT
        made = call(book, ADD_CUT, variant, 0)
        if made < 0 or call(book, ENLIVEN_CUT, made, 0) == 0:
            return call(book, RUN_NEWTON, variant, 0)


@inner
def close_step(book: Any, pivots_before: float) -> None:
    """Write fulfilments and counters of a solved step."""
    sizes = integers(book, SIZES)
    columns = sizes[COLUMNS]
    counters = floats(book, COUNTERS)
    head = integers(book, HEAD)
    upper = floats(book, UPPER)
    basic_value = floats(book, BASIC_VALUE)
    x = floats(book, X)
    given = floats(book, GIVEN_WANTED)
    wish = floats(book, WISH)
    sense = floats(book, CLAIM_SENSE)
    claim_column = integers(book, CLAIM_COLUMN)
    fulfilment = floats(book, FULFILMENT)
    pivots = counters[PIVOTS] - pivots_before
    if pivots == 0.0:
        counters[QUIET_STEPS] += 1.0
    counters[MOST_PIVOTS] = max(counters[MOST_PIVOTS], pivots)
    overshoot = counters[LARGEST_OVERSHOOT_M3]
    for p in range(sizes[ROWS]):
        j = head[p]
        if j < columns:
            overshoot = max(overshoot, max(-x[j], x[j] - upper[j]))
        else:
            overshoot = max(overshoot, abs(basic_value[p]))
    counters[LARGEST_OVERSHOOT_M3] = overshoot
    short = False
    for k in range(sizes[CLAIMS]):
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
        counters[SHORT_STEPS] += 1.0


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
    sizes = integers(book, SIZES)
    control = integers(book, CONTROL)
    counters = floats(book, COUNTERS)
    status = integers(book, STATUS)
    head = integers(book, HEAD)
    class_today = integers(book, CLASS_TODAY)
    claim_class = integers(book, CLAIM_CLASS)
    claims = sizes[CLAIMS]
    control[NOW] += 1
    counters[STEPS] += 1.0
    pivots_before = counters[PIVOTS]

    # Kept in the state's reach: a step refused half-way must not hide a growth from the next.
    grown = control[NEED_REACH]
    control[NEED_REACH] = 1
    outgrown = take_bounds(book)
    if outgrown < 0:
        return STATUS_NOT_FINITE
    if variant != control[LAST_VARIANT]:
        if control[LAST_VARIANT] < 0:
            for p in range(sizes[ROWS]):
                status[head[p]] = BASIC
        control[LAST_VARIANT] = variant
        control[NEED_FACTOR] = 1
        control[NEED_COSTS] = 1
        grown = 1
    if grown == 1 or outgrown == 1:
        call(book, MEASURE_REACH, variant, 0)
    control[NEED_REACH] = 0
    if policy != control[LAST_POLICY]:
        control[LAST_POLICY] = policy
        control[POLICY] = policy
        control[NEED_COSTS] = 1
        for k in range(claims):
            class_today[k] = claim_class[policy * claims + k]
        choose_entering(book)
    if not take_wishes(book, policy):
        return STATUS_NOT_FINITE

    control[WIDENING] = 0
    while True:
        control[NEED_VALUES] = 1
        if sizes[MODE] == MODE_LEAST_COST:
            result = call(book, RUN_SIMPLEX, variant, 0)
        else:
            wake_yesterdays(book, variant)
            result = share_water(book, variant)
        if result == FEASIBLE:
            break
        # Last rungs of the ladder of trouble: all again from a cold start at a wider tolerance.
        if control[WIDENING] >= WIDEST:
            # The next step, if there is one, starts afresh.
            control[LAST_VARIANT] = -1
            control[LAST_POLICY] = -1
            return STATUS_INFEASIBLE if result == INFEASIBLE else STATUS_TROUBLE
        control[WIDENING] += 1
        if control[WIDENING] == 1:
            counters[WIDENED] += 1.0
        start_cold(book)
        choose_entering(book)
        take_bounds(book)
        take_wishes(book, policy)
    close_step(book, pivots_before)
    return STATUS_FINE


def step_allocation(
    model: AllocationModel,
    state: AllocationState,
    variant: int,
    policy: int,
    upper: Any,
    wanted: Any,
    rhs: Any,
) -> int:
    """Allocate one step, from Python: see `solve_step`.

    Parameters
    ----------
    model : AllocationModel
        The network.
    state : AllocationState
        The scenario's solver, built from that model; results in ``x`` [m3], ``fulfilment`` [-].
    variant : int
        Which coefficients and costs hold today [-].
    policy : int
        Which ladder holds today [-].
    upper : array_like, shape (n,)
        Upper bounds [m3].
    wanted : array_like, shape (K,)
        Wanted volume of each claim [m3].
    rhs : array_like, shape (m,)
        Right-hand side [m3].

    Returns
    -------
    int
        STATUS_FINE or another status of codes.py; then ``control[OFFENDING_ROW]`` names a row.

    Raises
    ------
    ValueError
        When the state belongs to another model.
    """
    if state.model is not model:
        message = "the solver's state belongs to another model"
        raise ValueError(message)
    for name, values in (("upper", upper), ("wanted", wanted), ("rhs", rhs)):
        state.arrays[f"given_{name}"][:] = np.asarray(values, dtype=np.float64)
    return solve_step(state.address, variant, policy)
