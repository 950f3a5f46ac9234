"""Overflow as a consequence: it is used only where what it leaves is full.

Overflow stands in the last class of every ladder, so it takes nothing from a claim. But a claim
could draw on it: a base flow that the gates cannot pass, a flood storage that is to be empty. An
overflow in use is in place when its store ends full, or, for a junction, when nothing that leaves
the junction has room for more.

A store that its own water alone does not fill begins the step with its overflow *held* at zero;
other overflow begins *free*. After a solution, free overflow that is out of place is held. Held
overflow is *let go* where it has to flow because the water has no other way, and where its store
is full all the same and some claim is short for want of it: what the store or the ways from the
junction hold stays as it is, and above that the overflow is free. So a line upstream is not cut
because its return flow would overflow from a full store. Then the step is solved again.

A held overflow costs no new variable: its bound is zero. What stays as it is leaves the problem:
it is taken from the right-hand side and the bounds, and added to the flows at the end. Cuts depend
on the matrix only and stay true. Overflow that was let go and is not used after all, because
another one brought the relief, is *shut*: its store need not stay full. Overflow goes from free to
held to let go to shut and never back, so this ends; where even that leaves a step without
solution, overflow goes before all lines, which always has one. A day without overflow is solved
once.
"""

from typing import Any

from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import (
    call,
    floats,
    floats_from,
    indices,
    integers,
    open_book,
    size_of,
)
from hydrosim.kernels._jit import inner
from hydrosim.kernels.allocation import codes, slots
from hydrosim.kernels.allocation.fullness import ROOM, is_full, runs
from hydrosim.kernels.allocation.group_rates import BAND

FREE = 0
HELD = 1
LET_GO = 2
GIVEN_UP = 3
SHUT = 4
RELIEVES = 1e-9
MOST_SOLVES = 24
MOST_PROBES = 3


@inner
def lacks(book: Any, s: int) -> bool:
    """Whether a member of a group gets less than it could."""
    claim_column = integers(book, slots.CLAIM_COLUMN)
    following = integers(book, slots.MEMBER_NEXT)
    first = integers(book, slots.GROUP_FIRST)
    deficit = floats(book, slots.DEFICIT)
    tolerance = floats(book, slots.TOLERANCE)
    k = first[s]
    while k >= 0:
        if deficit[k] > ROOM * tolerance[claim_column[k]]:
            return True
        k = following[k]
    return False


@inner
def relieves_group(book: Any, j: int) -> bool:
    """Whether a column that rises may raise a group that lacks something.

    A group that it raises and that lacks nothing leaves the basis when the column rises: what
    the rates then say of the others no longer holds, and any that lacks something may rise.
    """
    place = integers(book, slots.GROUP_PLACE)
    value = floats(book, slots.CELL_VALUE)
    bands = integers(book, slots.CELL_BAND)
    blocked = False
    cell = integers(book, slots.COLUMN_CELL)[j]
    while cell >= 0:
        for n in range(BAND):
            s = bands[cell] * BAND + n
            if value[cell * BAND + n] > RELIEVES and place[s] >= 0:
                if lacks(book, s):
                    return True
                blocked = True
        cell = integers(book, slots.CELL_NEXT)[cell]
    if blocked:
        for s in range(integers(book, slots.CONTROL)[codes.GROUPS_USED]):
            if place[s] >= 0 and lacks(book, s):
                return True
    return False


@inner
def is_wanted(book: Any, variant: int, v: int) -> bool:
    """Whether some claim would rise, or cost fall, if a held overflow were free.

    A claim is held back by a cut; it can rise only if the overflow stands in that cut and relieves
    it. Where costs decide the overflow's reduced cost tells.
    """
    j = integers(book, slots.OVERFLOW_COLUMN)[v]
    control = integers(book, slots.CONTROL)
    sizes = integers(book, slots.SIZES)
    if sizes[codes.MODE] == codes.MODE_LEAST_COST:
        zero = floats(book, slots.COST_ZERO)[variant]
        value = floats(book, slots.REDUCED_COST)[j]
        if abs(value) <= zero:
            value = floats(book, slots.REDUCED_TIE)[j]
        return value < 0.0
    if control[codes.BY_GROUPS] == 1:
        return relieves_group(book, j)
    own = integers(book, slots.CLAIM_OF_COLUMN)[j]
    if own < 0 or control[codes.LOST_CUTS] == 1:
        return True
    holder = integers(book, slots.HOLDER)
    deficit = floats(book, slots.DEFICIT)
    tolerance = floats(book, slots.TOLERANCE)
    claim_column = integers(book, slots.CLAIM_COLUMN)
    pool = size_of(book, slots.CUT_GAP)
    weight = floats_from(book, slots.CLAIM_WEIGHT, own * pool)
    for k in range(sizes[codes.CLAIMS]):
        if holder[k] >= 0 and deficit[k] > ROOM * tolerance[claim_column[k]]:
            if weight[holder[k]] < 0.0:
                return True
    return False


@inner
def is_unsettled(book: Any, variant: int) -> bool:
    """Whether some overflow is to change its state after a solution."""
    state = integers(book, slots.OVERFLOW_STATE)
    for v in range(integers(book, slots.SIZES)[codes.OVERFLOWS]):
        if state[v] == FREE and runs(book, v) and not is_full(book, variant, v):
            return True
        if state[v] == HELD and is_full(book, variant, v) and is_wanted(book, variant, v):
            return True
    return False


@inner
def hold_stores(book: Any) -> bool:
    """Hold the overflow of stores that their own water does not fill; tell whether any is held."""
    over = integers(book, slots.OVERFLOW_COLUMN)
    row = integers(book, slots.OVERFLOW_ROW)
    stores = integers(book, slots.OVERFLOW_STORES)
    state = integers(book, slots.OVERFLOW_STATE)
    zone_ptr = integers(book, slots.ZONE_PTR)
    zone_column = integers(book, slots.ZONE_COLUMN)
    of_column = integers(book, slots.CLAIM_OF_COLUMN)
    upper = floats(book, slots.GIVEN_UPPER)
    wanted = floats(book, slots.GIVEN_WANTED)
    rhs = floats(book, slots.GIVEN_RHS)
    kept_upper = floats(book, slots.OVERFLOW_UPPER)
    kept_wanted = floats(book, slots.OVERFLOW_WANTED)
    held = False
    for v in range(integers(book, slots.SIZES)[codes.OVERFLOWS]):
        j = over[v]
        k = of_column[j]
        kept_upper[v] = upper[j]
        kept_wanted[v] = wanted[k] if k >= 0 else 0.0
        state[v] = FREE
        if stores[v] == 1:
            room = -rhs[row[v]]
            for place in range(zone_ptr[v], zone_ptr[v + 1]):
                room += upper[zone_column[place]]
            if room >= 0.0:
                state[v] = HELD
                held = True
                upper[j] = 0.0
                if k >= 0:
                    wanted[k] = 0.0
    return held


@inner
def give_back(book: Any) -> None:
    """Give held overflow its own bound and wish back."""
    over = integers(book, slots.OVERFLOW_COLUMN)
    state = integers(book, slots.OVERFLOW_STATE)
    of_column = integers(book, slots.CLAIM_OF_COLUMN)
    upper = floats(book, slots.GIVEN_UPPER)
    wanted = floats(book, slots.GIVEN_WANTED)
    wish = floats(book, slots.WISH)
    kept_upper = floats(book, slots.OVERFLOW_UPPER)
    kept_wanted = floats(book, slots.OVERFLOW_WANTED)
    for v in range(integers(book, slots.SIZES)[codes.OVERFLOWS]):
        j = over[v]
        k = of_column[j]
        if state[v] == HELD:
            upper[j] = kept_upper[v]
            if k >= 0:
                wanted[k] = kept_wanted[v]
                wish[k] = wanted[k] if wanted[k] > 0.0 else upper[j]


@inner
def keep_given(book: Any) -> None:
    """Keep the step's own bounds, wishes and right-hand sides."""
    sizes = integers(book, slots.SIZES)
    upper = floats(book, slots.GIVEN_UPPER)
    wanted = floats(book, slots.GIVEN_WANTED)
    rhs = floats(book, slots.GIVEN_RHS)
    own_upper = floats(book, slots.OWN_UPPER)
    own_wanted = floats(book, slots.OWN_WANTED)
    own_rhs = floats(book, slots.OWN_RHS)
    shift = floats(book, slots.SHIFT)
    for j in range(sizes[codes.COLUMNS]):
        own_upper[j] = upper[j]
        shift[j] = 0.0
    for k in range(sizes[codes.CLAIMS]):
        own_wanted[k] = wanted[k]
    for i in range(sizes[codes.ROWS]):
        own_rhs[i] = rhs[i]


@inner
def restore_given(book: Any) -> None:
    """Give the step its own bounds, wishes and right-hand sides back."""
    sizes = integers(book, slots.SIZES)
    upper = floats(book, slots.GIVEN_UPPER)
    wanted = floats(book, slots.GIVEN_WANTED)
    rhs = floats(book, slots.GIVEN_RHS)
    own_upper = floats(book, slots.OWN_UPPER)
    own_wanted = floats(book, slots.OWN_WANTED)
    own_rhs = floats(book, slots.OWN_RHS)
    for j in range(sizes[codes.COLUMNS]):
        upper[j] = own_upper[j]
    for k in range(sizes[codes.CLAIMS]):
        wanted[k] = own_wanted[k]
    for i in range(sizes[codes.ROWS]):
        rhs[i] = own_rhs[i]


@inner
def impose(book: Any, variant: int) -> None:
    """Bound held overflow to zero; take what stays as it is out of the problem."""
    sizes = integers(book, slots.SIZES)
    base = variant * sizes[codes.ENTRIES]
    column_ptr = integers(book, slots.COLUMN_PTR)
    row_index = indices(book, slots.ROW_INDEX)
    coefficient = floats(book, slots.COEFFICIENT)
    scale = floats(book, slots.ROW_SCALE)
    of_column = integers(book, slots.CLAIM_OF_COLUMN)
    over = integers(book, slots.OVERFLOW_COLUMN)
    state = integers(book, slots.OVERFLOW_STATE)
    shift = floats(book, slots.SHIFT)
    upper = floats(book, slots.GIVEN_UPPER)
    wanted = floats(book, slots.GIVEN_WANTED)
    rhs = floats(book, slots.GIVEN_RHS)
    restore_given(book)
    for v in range(sizes[codes.OVERFLOWS]):
        if state[v] == HELD or state[v] == SHUT:
            upper[over[v]] = 0.0
            if of_column[over[v]] >= 0:
                wanted[of_column[over[v]]] = 0.0
    for j in range(sizes[codes.COLUMNS]):
        volume = shift[j]
        if volume > 0.0:
            upper[j] = max(upper[j] - volume, 0.0)
            if of_column[j] >= 0:
                wanted[of_column[j]] = max(wanted[of_column[j]] - volume, 0.0)
            for e in range(column_ptr[j], column_ptr[j + 1]):
                i = row_index[e]
                rhs[i] -= coefficient[base + e] / scale[i] * volume


@inner
def let_go(book: Any, variant: int, v: int) -> None:
    """Keep what the row of an overflow holds and passes on now; above that it may overflow."""
    sizes = integers(book, slots.SIZES)
    row_base = variant * (sizes[codes.ENTRIES] - sizes[codes.ROWS])
    zone_ptr = integers(book, slots.ZONE_PTR)
    zone_column = integers(book, slots.ZONE_COLUMN)
    row_ptr = integers(book, slots.ROW_PTR)
    row_column = indices(book, slots.ROW_COLUMN)
    row_coefficient = floats(book, slots.ROW_COEFFICIENT)
    of_column = integers(book, slots.CLAIM_OF_COLUMN)
    sense = floats(book, slots.CLAIM_SENSE)
    own_upper = floats(book, slots.OWN_UPPER)
    shift = floats(book, slots.SHIFT)
    x = floats(book, slots.X)
    integers(book, slots.OVERFLOW_STATE)[v] = LET_GO
    if integers(book, slots.OVERFLOW_STORES)[v] == 1:
        for place in range(zone_ptr[v], zone_ptr[v + 1]):
            shift[zone_column[place]] = own_upper[zone_column[place]]
        return
    row = integers(book, slots.OVERFLOW_ROW)[v]
    for entry in range(row_ptr[row], row_ptr[row + 1]):
        j = row_column[entry]
        unwanted = of_column[j] >= 0 and sense[of_column[j]] < 0.0
        if row_coefficient[row_base + entry] > 0.0 and not unwanted and shift[j] == 0.0:
            shift[j] = min(max(x[j], 0.0), own_upper[j])


@inner
def change_states(book: Any, variant: int) -> bool:
    """Hold what is out of place, let go what is wanted and full; tell whether any changed."""
    state = integers(book, slots.OVERFLOW_STATE)
    changed = False
    for v in range(integers(book, slots.SIZES)[codes.OVERFLOWS]):
        if state[v] == HELD:
            if is_full(book, variant, v) and is_wanted(book, variant, v):
                let_go(book, variant, v)
                changed = True
        elif state[v] == FREE and runs(book, v) and not is_full(book, variant, v):
            state[v] = HELD
            changed = True
    return changed


@inner
def shut_what_stays_dry(book: Any, variant: int) -> bool:
    """Hold again for good what was let go and is not in use; tell whether there is any."""
    sizes = integers(book, slots.SIZES)
    row_base = variant * (sizes[codes.ENTRIES] - sizes[codes.ROWS])
    state = integers(book, slots.OVERFLOW_STATE)
    zone_ptr = integers(book, slots.ZONE_PTR)
    zone_column = integers(book, slots.ZONE_COLUMN)
    row_ptr = integers(book, slots.ROW_PTR)
    row_column = indices(book, slots.ROW_COLUMN)
    row_coefficient = floats(book, slots.ROW_COEFFICIENT)
    shift = floats(book, slots.SHIFT)
    found = False
    for v in range(sizes[codes.OVERFLOWS]):
        if state[v] != LET_GO or runs(book, v):
            continue
        state[v] = SHUT
        found = True
        if integers(book, slots.OVERFLOW_STORES)[v] == 1:
            for place in range(zone_ptr[v], zone_ptr[v + 1]):
                shift[zone_column[place]] = 0.0
            continue
        row = integers(book, slots.OVERFLOW_ROW)[v]
        for entry in range(row_ptr[row], row_ptr[row + 1]):
            if row_coefficient[row_base + entry] > 0.0:
                shift[row_column[entry]] = 0.0
    return found


@inner
def let_go_what_must(book: Any, variant: int) -> bool:
    """Let go the held overflow that runs even before all lines; tell whether there is any."""
    state = integers(book, slots.OVERFLOW_STATE)
    found = False
    for v in range(integers(book, slots.SIZES)[codes.OVERFLOWS]):
        if state[v] == HELD and runs(book, v):
            found = True
            if is_full(book, variant, v):
                let_go(book, variant, v)
            else:
                state[v] = GIVEN_UP
    return found


@inner
def add_kept(book: Any) -> None:
    """Give the step its own data back and add to the flows what was taken out of the problem."""
    sizes = integers(book, slots.SIZES)
    shift = floats(book, slots.SHIFT)
    lower = floats(book, slots.LOWER)
    upper = floats(book, slots.UPPER)
    own_upper = floats(book, slots.OWN_UPPER)
    own_wanted = floats(book, slots.OWN_WANTED)
    wish = floats(book, slots.WISH)
    claim_column = integers(book, slots.CLAIM_COLUMN)
    sense = floats(book, slots.CLAIM_SENSE)
    x = floats(book, slots.X)
    restore_given(book)
    for j in range(sizes[codes.COLUMNS]):
        volume = shift[j]
        if volume > 0.0:
            x[j] += volume
            lower[j] += volume
            upper[j] += volume
    for k in range(sizes[codes.CLAIMS]):
        wish[k] = own_wanted[k]
        if sense[k] < 0.0 and wish[k] == 0.0:
            wish[k] = own_upper[claim_column[k]]


@inner
def solve_again(book: Any, variant: int, policy: int, patient: int) -> int:
    """Solve the step as it is given now."""
    control = integers(book, slots.CONTROL)
    control[codes.PATIENT] = patient
    floats(book, slots.COUNTERS)[codes.OVERFLOW_SOLVES] += 1.0
    result = call(book, slots.SOLVE_ONCE, variant, policy)
    control[codes.PATIENT] = 1
    return result


@inner
def give_up(book: Any) -> None:
    """Take the flows with overflow before all lines for the step's."""
    shift = floats(book, slots.SHIFT)
    for j in range(integers(book, slots.SIZES)[codes.COLUMNS]):
        shift[j] = 0.0
    add_kept(book)
    floats(book, slots.COUNTERS)[codes.OVERFLOW_GIVEN_UP] += 1.0


@apart
def settle_overflow(address: int, variant: int, policy: int) -> int:
    """Solve a step again until no overflow is in use but from what is full.

    Parameters
    ----------
    address : int
        The book; reads the step's data and how its first solution ended (``control[ENDED]``);
        reads and writes ``overflow_state``, the flows, and what a solution writes.
    variant, policy : int
        Coefficients and ladder of the step [-].

    Returns
    -------
    int
        FEASIBLE, or what the solver said when it did not end well.
    """
    book = open_book(address)
    sizes = integers(book, slots.SIZES)
    counters = floats(book, slots.COUNTERS)
    result = integers(book, slots.CONTROL)[codes.ENDED]
    counters[codes.OVERFLOW_STEPS] += 1.0
    give_back(book)
    keep_given(book)
    solves = 0
    probes = 0
    while True:
        if result == codes.FEASIBLE:
            if not change_states(book, variant) and (
                solves >= MOST_SOLVES or not shut_what_stays_dry(book, variant)
            ):
                add_kept(book)
                return result
        else:
            # What has no other way shows where overflow goes before all lines.
            restore_given(book)
            before = solve_again(book, variant, policy + sizes[codes.POLICIES], 1)
            if before != codes.FEASIBLE:
                return before
            probes += 1
            if probes > MOST_PROBES or solves > MOST_SOLVES:
                give_up(book)
                return codes.FEASIBLE
            if not let_go_what_must(book, variant):
                # Rounding, or trouble that a wider tolerance ends.
                impose(book, variant)
                result = solve_again(book, variant, policy, 1)
                if result != codes.FEASIBLE:
                    probes = MOST_PROBES
                continue
        solves += 1
        result = codes.TROUBLE
        if solves <= MOST_SOLVES:
            impose(book, variant)
            result = solve_again(book, variant, policy, 0)
