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
    add_column,
    bound_place,
    clear_row,
    detach,
    enter,
    rank_groups,
    row_of_basis,
    row_of_place,
    volume_of,
    width_of,
)
from hydrosim.kernels.allocation.group_rates import entry_of, forget_rates, has_room

MOST_ATTEMPTS = 4
LONGEST_PAUSE = 63
SAME_PART = 1e-12
LONG_ROW = 64
"""Entries beyond which a row holds many parts of the network together."""
OLDEST_RATES = 5000
"""Exchanges after which the rates are computed afresh, so that rounding does not add up."""


@inner
def take_claims(book: Any) -> None:
    """Write offsets and slopes of today's claims; one without volume keeps its old slope."""
    claims = integers(book, slots.SIZES)[codes.CLAIMS]
    worst = floats(book, slots.WORST)
    offset = floats(book, slots.OFFSET)
    slope = floats(book, slots.SLOPE)
    own_offset = floats(book, slots.MEMBER_OFFSET)
    own_slope = floats(book, slots.MEMBER_SLOPE)
    for k in range(claims):
        if worst[k] > 0.0:
            own_offset[k] = offset[k]
            own_slope[k] = slope[k]
        else:
            own_offset[k] = 0.0
            if own_slope[k] <= 0.0:
                own_slope[k] = 1.0


@inner
def start_picture(book: Any) -> None:
    """Begin with all claims full and the starting basis."""
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    columns = sizes[codes.COLUMNS]
    control = integers(book, slots.CONTROL)
    head = integers(book, slots.GROUP_HEAD)
    start_head = integers(book, slots.START_HEAD)
    side = integers(book, slots.GROUP_SIDE)
    picture = integers(book, slots.PICTURE)
    place = integers(book, slots.GROUP_PLACE)
    for j in range(columns + rows):
        side[j] = codes.AT_LOWER
    for p in range(rows):
        head[p] = start_head[p]
        side[head[p]] = codes.BASIC
    for k in range(sizes[codes.CLAIMS]):
        picture[k] = codes.ORDINARY
    rank = integers(book, slots.GROUP_RANK)
    for s in range(width_of(book)):
        place[s] = -1
        rank[s] = codes.NO_RANK
    control[codes.RANKS] = 0
    forget_rates(book)
    control[codes.GROUPS_USED] = 0
    control[codes.GROUP_FACTOR] = 1
    control[codes.GROUP_PRICES] = 2
    control[codes.NEW_PICTURE] = 1


@inner
def move_slots_down(book: Any, used: int) -> int:
    """Move groups to the first slots; return how many there are."""
    sizes = integers(book, slots.SIZES)
    total = sizes[codes.COLUMNS] + sizes[codes.ROWS]
    control = integers(book, slots.CONTROL)
    head = integers(book, slots.GROUP_HEAD)
    picture = integers(book, slots.PICTURE)
    place = integers(book, slots.GROUP_PLACE)
    first = integers(book, slots.GROUP_FIRST)
    size = integers(book, slots.GROUP_SIZE)
    rank = integers(book, slots.GROUP_RANK)
    group_class = integers(book, slots.GROUP_CLASS)
    following = integers(book, slots.MEMBER_NEXT)
    scale = floats(book, slots.GROUP_SCALE)
    to = 0
    for s in range(used):
        rank[s] = codes.NO_RANK
        if place[s] < 0:
            continue
        if to < s:
            place[to] = place[s]
            first[to] = first[s]
            size[to] = size[s]
            group_class[to] = group_class[s]
            scale[to] = scale[s]
            head[place[to]] = total + to
            k = first[to]
            while k >= 0:
                picture[k] = to
                k = following[k]
            place[s] = -1
            first[s] = -1
            size[s] = 0
        to += 1
    control[codes.RANKS] = 0
    control[codes.GROUP_PRICES] = max(1, control[codes.GROUP_PRICES])
    return to


@inner
def follow_slopes(book: Any, variant: int) -> bool:
    """Make the columns of groups follow today's slopes of their members."""
    rows = integers(book, slots.SIZES)[codes.ROWS]
    control = integers(book, slots.CONTROL)
    place = integers(book, slots.GROUP_PLACE)
    first = integers(book, slots.GROUP_FIRST)
    following = integers(book, slots.MEMBER_NEXT)
    claim_column = integers(book, slots.CLAIM_COLUMN)
    part = floats(book, slots.MEMBER_PART)
    slope = floats(book, slots.MEMBER_SLOPE)
    scale = floats(book, slots.GROUP_SCALE)
    column = floats(book, slots.COLUMN)
    reduced_cost = floats(book, slots.GROUP_COST)
    reduced_tie = floats(book, slots.GROUP_TIE)
    for s in range(control[codes.GROUPS_USED]):
        if place[s] < 0:
            continue
        changed = False
        cost = 0.0
        tie = 0.0
        k = first[s]
        while k >= 0:
            now = slope[k] / scale[s]
            if part[k] < 0.0:
                now = -now
            change = now - part[k]
            if abs(change) > SAME_PART * abs(now):
                if not changed:
                    for p in range(rows):
                        column[p] = 0.0
                changed = True
                j = claim_column[k]
                add_column(book, variant, j, change)
                cost += change * reduced_cost[j]
                tie += change * reduced_tie[j]
                part[k] = now
            k = following[k]
        if changed:
            solve_forward(book, column)
            column[place[s]] += 1.0
            met = row_of_place(book, variant, place[s])
            if not enter(book, place[s], met, s, cost, tie):
                return False
    return True


# One function on purpose: its parts share most of the arrays, and a call would open them again.
@inner
def gather_members(book: Any) -> bool:
    """Make the lists of members from the picture, and groups of what is no group yet.

    False when the picture contradicts its basis, or there are too many groups.
    """
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    columns = sizes[codes.COLUMNS]
    total = columns + rows
    claims = sizes[codes.CLAIMS]
    control = integers(book, slots.CONTROL)
    head = integers(book, slots.GROUP_HEAD)
    picture = integers(book, slots.PICTURE)
    place = integers(book, slots.GROUP_PLACE)
    first = integers(book, slots.GROUP_FIRST)
    size = integers(book, slots.GROUP_SIZE)
    group_class = integers(book, slots.GROUP_CLASS)
    following = integers(book, slots.MEMBER_NEXT)
    side = integers(book, slots.GROUP_SIDE)
    class_today = integers(book, slots.CLASS_TODAY)
    claim_column = integers(book, slots.CLAIM_COLUMN)
    of_column = integers(book, slots.CLAIM_OF_COLUMN)
    part = floats(book, slots.MEMBER_PART)
    slope = floats(book, slots.MEMBER_SLOPE)
    scale = floats(book, slots.GROUP_SCALE)
    sense = floats(book, slots.CLAIM_SENSE)
    worst = floats(book, slots.WORST)
    frozen = floats(book, slots.FROZEN_VOLUME)
    width = width_of(book)
    for s in range(width):
        place[s] = -1
        first[s] = -1
        size[s] = 0
    for p in range(rows):
        if head[p] >= total:
            if head[p] >= total + width or place[head[p] - total] >= 0:
                return False
            place[head[p] - total] = p
    for k in range(claims - 1, -1, -1):
        s = picture[k]
        if class_today[k] < 0:
            if s >= 0:
                return False
            if s != codes.ORDINARY:
                j = claim_column[k]
                if side[j] == codes.BASIC:
                    return False
                side[j] = codes.AT_UPPER if s == codes.FULL and sense[k] > 0.0 else codes.AT_LOWER
                picture[k] = codes.ORDINARY
                control[codes.GROUP_PRICES] = max(1, control[codes.GROUP_PRICES])
            continue
        if s == codes.FROZEN:
            if worst[k] <= 0.0:
                picture[k] = codes.FULL
            frozen[k] = min(frozen[k], worst[k])
            continue
        if s == codes.ORDINARY:
            j = claim_column[k]
            if side[j] != codes.BASIC:
                lies_low = side[j] == codes.AT_LOWER
                full = lies_low == (sense[k] < 0.0)
                picture[k] = codes.FULL if full else codes.EMPTY
                # Sides of claims stand in the picture.
                side[j] = codes.AT_LOWER
            continue
        if s >= 0:
            if place[s] < 0:
                return False
            if size[s] > 0 and group_class[s] != class_today[k]:
                # Another ladder: it is no longer limited together with these.
                picture[k] = codes.FULL
                control[codes.GROUP_FACTOR] = 1
                control[codes.GROUP_PRICES] = max(1, control[codes.GROUP_PRICES])
                continue
            following[k] = first[s]
            first[s] = k
            size[s] += 1
            group_class[s] = class_today[k]
    last = 0
    live = 0
    for s in range(width):
        if place[s] >= 0:
            last = s + 1
            live += 1
            if size[s] == 0:
                return False
            # Its column stays as it is where all slopes changed alike.
            scale[s] = slope[first[s]] / abs(part[first[s]])
            whole = 0.0
            k = first[s]
            while k >= 0:
                whole += slope[k]
                k = following[k]
            if not (whole <= 8.0 * scale[s] and scale[s] <= 8.0 * whole):
                scale[s] = whole
    if last > 2 * live + 16:
        last = move_slots_down(book, last)
    control[codes.GROUPS_USED] = last
    for p in range(rows):
        j = head[p]
        if j < columns and of_column[j] >= 0 and class_today[of_column[j]] >= 0:
            k = of_column[j]
            s = 0
            while s < width and place[s] >= 0:
                s += 1
            if s == width:
                return False
            control[codes.GROUPS_USED] = max(control[codes.GROUPS_USED], s + 1)
            head[p] = total + s
            place[s] = p
            first[s] = k
            size[s] = 1
            following[k] = -1
            picture[k] = s
            group_class[s] = class_today[k]
            scale[s] = slope[k]
            part[k] = -sense[k]
            side[j] = codes.AT_LOWER
            control[codes.GROUP_FACTOR] = 1
            control[codes.GROUP_PRICES] = max(1, control[codes.GROUP_PRICES])
    return True


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
            return codes.INFEASIBLE
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
            solve_apart(book, variant, 200 + 24 * rows)
            if control[codes.GROUP_FACTOR] == 1:
                continue
        place_groups(book, variant)
        result = mend(book, variant, 200 + 24 * rows)
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
