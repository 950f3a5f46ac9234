"""A step solved by groups: yesterday's picture, mended by exchanges until every condition holds."""

from typing import Any

from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import call, floats, indices, integers, open_book, size_of
from hydrosim.kernels._jit import inner
from hydrosim.kernels.allocation import codes, slots
from hydrosim.kernels.allocation.basis import CLOSED, DRY, MOST_REFINEMENTS, TIE_ZERO
from hydrosim.kernels.allocation.factor import solve_backward, solve_forward
from hydrosim.kernels.allocation.group_basis import (
    MOST_GROUP_UPDATES,
    bound_place,
    clear_row,
    detach,
    rank_groups,
    row_of_basis,
    volume_of,
)
from hydrosim.kernels.allocation.group_picture import (
    follow_slopes,
    gather_members,
    start_picture,
    take_claims,
)
from hydrosim.kernels.allocation.group_rates import entry_of, forget_rates, has_room

MOST_ATTEMPTS = 4
LONGEST_PAUSE = 63
LONG_ROW = 64
"""Entries beyond which a row holds many parts of the network together."""
OLDEST_RATES = 5000
"""Exchanges after which the rates are computed afresh, so that rounding does not add up."""


@inner
def price_groups(book: Any, variant: int) -> bool:
    """Compute the rates of all levels and the reduced costs afresh from the basis.

    False when there is no room for so many rates.
    """
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    columns = sizes[codes.COLUMNS]
    total = columns + rows
    base = variant * sizes[codes.ENTRIES]
    column_ptr = integers(book, slots.COLUMN_PTR)
    row_index = indices(book, slots.ROW_INDEX)
    coefficient = floats(book, slots.COEFFICIENT)
    cost = floats(book, slots.COST)
    tie_break = floats(book, slots.TIE_BREAK)
    control = integers(book, slots.CONTROL)
    head = integers(book, slots.GROUP_HEAD)
    side = integers(book, slots.GROUP_SIDE)
    place = integers(book, slots.GROUP_PLACE)
    first_member = integers(book, slots.GROUP_FIRST)
    following = integers(book, slots.MEMBER_NEXT)
    part = floats(book, slots.MEMBER_PART)
    claim_column = integers(book, slots.CLAIM_COLUMN)
    of_column = integers(book, slots.CLAIM_OF_COLUMN)
    picture = integers(book, slots.PICTURE)
    value_of_cell = floats(book, slots.CELL_VALUE)
    alpha = floats(book, slots.ALPHA)
    touched = integers(book, slots.TOUCHED)
    reduced_cost = floats(book, slots.GROUP_COST)
    reduced_tie = floats(book, slots.GROUP_TIE)
    first = floats(book, slots.RHO)
    second = floats(book, slots.WORK)
    zero = floats(book, slots.COST_ZERO)[variant]
    forget_rates(book)
    # From the last on, so that a new cell is the first of its column.
    for s in range(control[codes.GROUPS_USED] - 1, -1, -1):
        if place[s] < 0:
            continue
        met = row_of_basis(book, variant, place[s])
        if not has_room(book, met):
            clear_row(book, met)
            return False
        for c in range(met):
            j = touched[c]
            value_of_cell[entry_of(book, j, s)] = alpha[j]
            alpha[j] = 0.0
    for p in range(rows):
        j = head[p]
        if j < total:
            first[p] = cost[variant * total + j]
            second[p] = tie_break[j]
        else:
            first[p] = 0.0
            second[p] = 0.0
            k = first_member[j - total]
            while k >= 0:
                first[p] += part[k] * cost[variant * total + claim_column[k]]
                second[p] += part[k] * tie_break[claim_column[k]]
                k = following[k]
    solve_backward(book, first)
    solve_backward(book, second)
    for j in range(columns):
        value = cost[variant * total + j]
        tie = tie_break[j]
        for e in range(column_ptr[j], column_ptr[j + 1]):
            value -= coefficient[base + e] * first[row_index[e]]
            tie -= coefficient[base + e] * second[row_index[e]]
        reduced_cost[j] = value
        reduced_tie[j] = tie
        if control[codes.GROUP_PRICES] == 2 and side[j] != codes.BASIC:
            if of_column[j] < 0 or picture[of_column[j]] == codes.ORDINARY:
                if abs(value) <= zero:
                    value = tie if abs(tie) > TIE_ZERO else 0.0
                side[j] = codes.AT_UPPER if value < 0.0 else codes.AT_LOWER
    control[codes.GROUP_PRICES] = 0
    control[codes.GROUP_AGE] = 0
    return True


@inner
def write_flows(book: Any, with_basis: bool) -> None:
    """Write the flows of the picture; without the basis, those that its volumes add to."""
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    columns = sizes[codes.COLUMNS]
    of_column = integers(book, slots.CLAIM_OF_COLUMN)
    picture = integers(book, slots.PICTURE)
    side = integers(book, slots.GROUP_SIDE)
    head = integers(book, slots.GROUP_HEAD)
    upper = floats(book, slots.UPPER)
    best = floats(book, slots.BEST)
    sense = floats(book, slots.CLAIM_SENSE)
    offset = floats(book, slots.MEMBER_OFFSET)
    tolerance = floats(book, slots.TOLERANCE)
    value = floats(book, slots.BASIC_VALUE)
    x = floats(book, slots.X)
    for j in range(columns):
        k = of_column[j]
        if k >= 0 and picture[k] != codes.ORDINARY:
            deficit = offset[k]
            if with_basis or picture[k] < 0:
                deficit = volume_of(book, k)
            x[j] = best[k] - sense[k] * deficit
            if with_basis and abs(x[j]) < DRY * tolerance[j]:
                x[j] = 0.0
        elif side[j] == codes.AT_UPPER:
            x[j] = upper[j]
        else:
            x[j] = 0.0
    if with_basis:
        for p in range(rows):
            j = head[p]
            if j < columns:
                if abs(value[p]) < DRY * tolerance[j]:
                    value[p] = 0.0
                x[j] = value[p]


@inner
def place_groups(book: Any, variant: int) -> None:
    """Compute the basic volumes from the picture, and their bounds."""
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    base = variant * sizes[codes.ENTRIES]
    column_ptr = integers(book, slots.COLUMN_PTR)
    row_index = indices(book, slots.ROW_INDEX)
    coefficient = floats(book, slots.COEFFICIENT)
    rhs = floats(book, slots.RHS)
    work = floats(book, slots.WORK)
    value = floats(book, slots.BASIC_VALUE)
    x = floats(book, slots.X)
    write_flows(book, with_basis=False)
    for i in range(rows):
        work[i] = rhs[i]
    for j in range(sizes[codes.COLUMNS]):
        volume = x[j]
        if volume != 0.0:
            for e in range(column_ptr[j], column_ptr[j + 1]):
                work[row_index[e]] -= coefficient[base + e] * volume
    solve_forward(book, work)
    for p in range(rows):
        value[p] = work[p]
        work[p] = 0.0
    for p in range(rows):
        bound_place(book, p)


@inner
def refine_groups(book: Any, variant: int) -> bool:
    """Write the flows and mend rows whose balance is open; tell whether all closed."""
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    row_base = variant * (sizes[codes.ENTRIES] - rows)
    row_ptr = integers(book, slots.ROW_PTR)
    row_column = indices(book, slots.ROW_COLUMN)
    row_coefficient = floats(book, slots.ROW_COEFFICIENT)
    rhs = floats(book, slots.RHS)
    work = floats(book, slots.WORK)
    value = floats(book, slots.BASIC_VALUE)
    x = floats(book, slots.X)
    for attempt in range(MOST_REFINEMENTS + 1):
        write_flows(book, with_basis=True)
        closed = True
        for i in range(rows):
            left = rhs[i]
            size = abs(left)
            for e in range(row_ptr[i], row_ptr[i + 1]):
                term = row_coefficient[row_base + e] * x[row_column[e]]
                left -= term
                size += abs(term)
            work[i] = left
            if abs(left) > CLOSED * size:
                closed = False
        if closed:
            return True
        if attempt == MOST_REFINEMENTS:
            break
        solve_forward(book, work)
        for p in range(rows):
            value[p] += work[p]
    return False


@inner
def release_members(book: Any, variant: int) -> bool:
    """Take members beyond their best or worst out of groups of several; tell whether any was."""
    control = integers(book, slots.CONTROL)
    place = integers(book, slots.GROUP_PLACE)
    size = integers(book, slots.GROUP_SIZE)
    first = integers(book, slots.GROUP_FIRST)
    following = integers(book, slots.MEMBER_NEXT)
    worst = floats(book, slots.WORST)
    claim_column = integers(book, slots.CLAIM_COLUMN)
    tolerance = floats(book, slots.TOLERANCE)
    value = floats(book, slots.BASIC_VALUE)
    lower = floats(book, slots.BASIC_LOWER)
    upper = floats(book, slots.BASIC_UPPER)
    released = False
    for s in range(control[codes.GROUPS_USED]):
        p = place[s]
        if p < 0 or size[s] < 2 or (lower[p] <= value[p] <= upper[p]):
            continue
        k = first[s]
        while k >= 0 and size[s] > 1:
            after = following[k]
            volume = volume_of(book, k)
            few = tolerance[claim_column[k]]
            if volume < -few or volume > worst[k] + few:
                released = True
                detach(book, variant, k, codes.FULL if volume < -few else codes.EMPTY)
            k = after
        bound_place(book, p)
    return released


@inner
def furthest_out(book: Any) -> int:
    """Return the position that is furthest beyond its bounds, in tolerances; -1 for none."""
    value = floats(book, slots.BASIC_VALUE)
    lower = floats(book, slots.BASIC_LOWER)
    upper = floats(book, slots.BASIC_UPPER)
    weight = floats(book, slots.BASIC_WEIGHT)
    r = -1
    worst = 1.0
    for p in range(integers(book, slots.SIZES)[codes.ROWS]):
        out = max(lower[p] - value[p], value[p] - upper[p]) * weight[p]
        if out > worst:
            worst = out
            r = p
    return r


@inner
def factorise_if_due(book: Any, variant: int) -> bool:
    """Factorise where updates outweigh the factors; the volumes move with their columns."""
    control = integers(book, slots.CONTROL)
    pointer = integers(book, slots.OPERATION_PTR)
    rows = integers(book, slots.SIZES)[codes.ROWS]
    number = control[codes.OPERATIONS]
    if (
        control[codes.GROUP_FACTOR] == 0
        and control[codes.UPDATES] < MOST_GROUP_UPDATES
        and pointer[number] - control[codes.BASE_ENTRIES] <= rows + control[codes.BASE_ENTRIES]
        and pointer[number] + 8 * rows <= size_of(book, slots.FACTOR_ROW)
        and number + 16 < size_of(book, slots.OPERATION_ROW)
    ):
        return True
    control[codes.GROUP_FACTOR] = 0
    if call(book, slots.FACTORISE, variant, 1) == 0:
        return False
    sizes = integers(book, slots.SIZES)
    total = sizes[codes.COLUMNS] + sizes[codes.ROWS]
    head = integers(book, slots.GROUP_HEAD)
    place = integers(book, slots.GROUP_PLACE)
    for p in range(sizes[codes.ROWS]):
        if head[p] >= total:
            place[head[p] - total] = p
    place_groups(book, variant)
    return True


@inner
def may_go_on(book: Any, variant: int, most: int) -> bool:
    """Whether the basis and its rates are sound and there were not too many exchanges."""
    control = integers(book, slots.CONTROL)
    if control[codes.GROUP_FACTOR] == 1 or control[codes.EXCHANGES] > most:
        # An exchange that did not succeed leaves rates that are no longer those of the basis.
        return False
    return factorise_if_due(book, variant)


@inner
def mend(book: Any, variant: int, most: int) -> int:
    """Exchange until the flows are within bounds and no move makes the ladder better."""
    control = integers(book, slots.CONTROL)
    while True:
        if not may_go_on(book, variant, most):
            return codes.TROUBLE
        if release_members(book, variant):
            # What they held before goes to the others.
            place_groups(book, variant)
            control[codes.EXCHANGES] += 1
            continue
        r = furthest_out(book)
        if r < 0:
            break
        control[codes.RANKS] = rank_groups(book)
        control[codes.EXCHANGES] += 1
        if call(book, slots.ENTER_FOR_ROW, variant, r) == 0:
            # A row that an exchange could not mend for want of room says nothing of the water.
            return codes.TROUBLE if control[codes.GROUP_FACTOR] == 1 else codes.INFEASIBLE
    whole = 1
    while True:
        j = call(book, slots.FIND_MOVE, variant, whole)
        if j < 0:
            if whole == 1:
                return codes.FEASIBLE
            whole = 1
            continue
        whole = 0
        control[codes.EXCHANGES] += 1
        if not may_go_on(book, variant, most):
            return codes.TROUBLE
        if call(book, slots.MOVE_CLAIM, variant, j) == 0:
            return codes.TROUBLE


@inner
def solve_apart(book: Any, variant: int, most: int) -> None:
    """Mend a new picture while what holds many parts of the network together carries nothing.

    Each part then finds its own groups, few columns at a time; what is shared afterwards changes
    the parts that lack most. Begun together, all parts would first stand in one great group.
    """
    sizes = integers(book, slots.SIZES)
    row_ptr = integers(book, slots.ROW_PTR)
    row_column = indices(book, slots.ROW_COLUMN)
    of_column = integers(book, slots.CLAIM_OF_COLUMN)
    picture = integers(book, slots.PICTURE)
    side = integers(book, slots.GROUP_SIDE)
    upper = floats(book, slots.UPPER)
    kept = floats(book, slots.RATIO)
    held = integers(book, slots.ELIGIBLE)
    count = 0
    for i in range(sizes[codes.ROWS]):
        if row_ptr[i + 1] - row_ptr[i] <= LONG_ROW:
            continue
        for e in range(row_ptr[i], row_ptr[i + 1]):
            j = row_column[e]
            k = of_column[j]
            if upper[j] > 0.0 and (k < 0 or picture[k] == codes.ORDINARY):
                held[count] = j
                kept[count] = upper[j]
                upper[j] = 0.0
                count += 1
    if count == 0:
        return
    place_groups(book, variant)
    mend(book, variant, most)
    for c in range(count):
        upper[held[c]] = kept[c]
        if side[held[c]] == codes.AT_UPPER:
            side[held[c]] = codes.AT_LOWER


@inner
def end_by_groups(book: Any) -> None:
    """Write deficits; move each claim's own bound."""
    sizes = integers(book, slots.SIZES)
    deficit = floats(book, slots.DEFICIT)
    picture = integers(book, slots.PICTURE)
    for k in range(sizes[codes.CLAIMS]):
        if picture[k] != codes.ORDINARY:
            deficit[k] = volume_of(book, k)


@inner
def begin_step(book: Any, variant: int, policy: int) -> None:
    """Take today's claims, and note what of yesterday's picture is to be computed afresh."""
    sizes = integers(book, slots.SIZES)
    control = integers(book, slots.CONTROL)
    take_claims(book)
    if variant != control[codes.GROUP_VARIANT]:
        if control[codes.GROUP_VARIANT] < 0:
            start_picture(book)
        control[codes.GROUP_VARIANT] = variant
        control[codes.GROUP_FACTOR] = 1
        control[codes.GROUP_PRICES] = max(1, control[codes.GROUP_PRICES])
    if policy != control[codes.GROUP_POLICY]:
        control[codes.GROUP_POLICY] = policy
        control[codes.GROUP_PRICES] = max(1, control[codes.GROUP_PRICES])
    if control[codes.FACTORS_OF_GROUPS] == 0:
        control[codes.GROUP_FACTOR] = 1
    if control[codes.GROUP_AGE] > OLDEST_RATES:
        control[codes.GROUP_PRICES] = max(1, control[codes.GROUP_PRICES])
    control[codes.SUSPECTS] = 0
    is_suspect = integers(book, slots.IS_SUSPECT)
    for j in range(sizes[codes.COLUMNS]):
        is_suspect[j] = 0


@apart
def solve_by_groups(address: int, variant: int, policy: int) -> int:
    """Solve the step's data by groups of claims that are limited together.

    Parameters
    ----------
    address : int
        The book; reads bounds, wishes and ``rhs``; reads and writes the picture; writes ``x`` [m3]
        and ``deficit`` [m3].
    variant, policy : int
        Coefficients and ladder of the step [-].

    Returns
    -------
    int
        FEASIBLE, or TROUBLE: then cuts are to find the flows.
    """
    book = open_book(address)
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    control = integers(book, slots.CONTROL)
    counters = floats(book, slots.COUNTERS)
    begin_step(book, variant, policy)
    result = codes.TROUBLE
    for attempt in range(MOST_ATTEMPTS):
        if attempt == 2:
            counters[codes.COLD_STARTS] += 1.0
            start_picture(book)
        if not gather_members(book):
            start_picture(book)
            if not gather_members(book):
                break
        if attempt > 0:
            control[codes.GROUP_FACTOR] = 1
            control[codes.GROUP_PRICES] = max(1, control[codes.GROUP_PRICES])
        if control[codes.GROUP_FACTOR] == 1:
            if not factorise_if_due(book, variant):
                continue
        if control[codes.GROUP_PRICES] > 0 and not price_groups(book, variant):
            break
        if not follow_slopes(book, variant):
            control[codes.GROUP_FACTOR] = 1
            continue
        control[codes.EXCHANGES] = 0
        if control[codes.NEW_PICTURE] == 1:
            control[codes.NEW_PICTURE] = 0
            solve_apart(book, variant, 200 + 16 * rows)
            if control[codes.GROUP_FACTOR] == 1:
                continue
        place_groups(book, variant)
        result = mend(book, variant, 200 + 16 * rows)
        counters[codes.GROUP_EXCHANGES] += control[codes.EXCHANGES]
        if result == codes.INFEASIBLE and attempt > 0 and control[codes.PATIENT] == 0:
            return result
        if result != codes.FEASIBLE:
            continue
        if not refine_groups(book, variant):
            if control[codes.UPDATES] == 0:
                break
            continue
        if furthest_out(book) >= 0:
            continue
        end_by_groups(book)
        counters[codes.GROUP_STEPS] += 1.0
        control[codes.GROUP_PAUSE] = 0
        return codes.FEASIBLE
    counters[codes.GROUP_FAILURES] += 1.0
    control[codes.GROUP_REST] = control[codes.GROUP_PAUSE]
    control[codes.GROUP_PAUSE] = min(2 * control[codes.GROUP_PAUSE] + 1, LONGEST_PAUSE)
    control[codes.GROUP_VARIANT] = -1
    control[codes.GROUP_POLICY] = -1
    control[codes.NEED_FACTOR] = 1
    return codes.TROUBLE
