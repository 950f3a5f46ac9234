"""One step of the allocation: today's bounds and wishes in, balanced flows out."""

from typing import Any

import numpy as np

from hydrosim.kernels._apart import apart, call, floats, integers, open_book
from hydrosim.kernels._jit import inner
from hydrosim.kernels.allocation.basis import start_cold
from hydrosim.kernels.allocation.codes import (
    BASIC,
    CLAIMS,
    COLUMNS,
    FEASIBLE,
    INFEASIBLE,
    LARGEST_OVERSHOOT_M3,
    LAST_POLICY,
    LAST_VARIANT,
    MODE,
    MODE_LEAST_COST,
    MOST_PIVOTS,
    NEED_COSTS,
    NEED_FACTOR,
    NEED_REACH,
    NEED_VALUES,
    NOW,
    PIVOTS,
    POLICIES,
    POLICY,
    QUIET_STEPS,
    ROWS,
    SHORT_STEPS,
    STATUS_FINE,
    STATUS_INFEASIBLE,
    STATUS_NO_POLICY,
    STATUS_NOT_FINITE,
    STATUS_TROUBLE,
    STEPS,
    WIDENED,
    WIDENING,
)
from hydrosim.kernels.allocation.live_cuts import wake_yesterdays
from hydrosim.kernels.allocation.model import AllocationModel
from hydrosim.kernels.allocation.sharing import share_water
from hydrosim.kernels.allocation.slots import (
    BASIC_VALUE,
    BEST,
    CLAIM_CLASS,
    CLAIM_COLUMN,
    CLAIM_OF_COLUMN,
    CLAIM_SENSE,
    CLASS_TODAY,
    CONTROL,
    COUNTERS,
    DEFICIT,
    ENTERS,
    EVENT,
    FULFILMENT,
    GIVEN_RHS,
    GIVEN_UPPER,
    GIVEN_WANTED,
    HEAD,
    HOLDER,
    LOWER,
    MEASURE_REACH,
    OFFSET,
    RELATIVE_SHARE,
    RHS,
    RHS_SEEN,
    ROW_SCALE,
    RUN_SIMPLEX,
    SIZES,
    SLOPE,
    STATUS,
    TARGET,
    UPPER,
    UPPER_SEEN,
    WISH,
    WORST,
    X,
)
from hydrosim.kernels.allocation.state import AllocationState

WIDEST = 4
"""Powers of ten by which the tolerance may be widened."""
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
    if policy < 0 or policy >= sizes[POLICIES]:
        return STATUS_NO_POLICY
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
