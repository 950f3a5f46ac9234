"""Pivots that bring a picture back within its bounds: the dual half of the solution by groups."""

from typing import Any

from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import floats, indices, integers, open_book
from hydrosim.kernels._jit import inner
from hydrosim.kernels.allocation import codes, slots
from hydrosim.kernels.allocation.factor import solve_forward
from hydrosim.kernels.allocation.group_basis import (
    add_column,
    add_member,
    bound_place,
    clear_row,
    close_group,
    detach,
    drop_member,
    enter,
    forward_column,
    free_slot,
    open_group,
    row_of_place,
    volume_of,
)
from hydrosim.kernels.allocation.group_moves import first_ranked, level_of, place_in_order
from hydrosim.kernels.allocation.group_rates import BAND, entry_of, has_room, rate_of

BY_COST = 1 << 41
"""Rank of a move that touches no level: costs decide."""


@inner
def add_flip(book: Any, variant: int, j: int, change: float) -> None:
    """Note in ``work`` that a column changed."""
    base = variant * integers(book, slots.SIZES)[codes.ENTRIES]
    column_ptr = integers(book, slots.COLUMN_PTR)
    row_index = indices(book, slots.ROW_INDEX)
    coefficient = floats(book, slots.COEFFICIENT)
    work = floats(book, slots.WORK)
    for e in range(column_ptr[j], column_ptr[j + 1]):
        work[row_index[e]] += coefficient[base + e] * change


@inner
def apply_flips(book: Any) -> None:
    """Change the basic volumes by what ``work`` holds."""
    rows = integers(book, slots.SIZES)[codes.ROWS]
    work = floats(book, slots.WORK)
    value = floats(book, slots.BASIC_VALUE)
    solve_forward(book, work)
    for p in range(rows):
        value[p] -= work[p]
        work[p] = 0.0


@inner
def leave(book: Any, r: int, below: bool) -> None:
    """Let the column at a position leave the basis to the bound that it passed."""
    total = integers(book, slots.SIZES)[codes.COLUMNS] + integers(book, slots.SIZES)[codes.ROWS]
    j = integers(book, slots.GROUP_HEAD)[r]
    if j >= total:
        close_group(book, j - total, codes.FULL if below else codes.EMPTY)
    else:
        integers(book, slots.GROUP_SIDE)[j] = codes.AT_LOWER if below else codes.AT_UPPER


@inner
def put_column(book: Any, r: int, j: int, value: float) -> None:
    """Let a plain column stand at a position."""
    integers(book, slots.GROUP_HEAD)[r] = j
    integers(book, slots.GROUP_SIDE)[j] = codes.BASIC
    floats(book, slots.BASIC_VALUE)[r] = value
    bound_place(book, r)


# One function on purpose: its parts share most of the arrays, and a call would open them again.
@inner
def list_moves(book: Any, met: int, sign: float, count: int) -> int:
    """List the moves that would bring a row nearer to its bound, with their prices.

    Full claims of a class that no group minds are one move together, listed with a negative
    column: they would share what is missing.
    """
    sizes = integers(book, slots.SIZES)
    classes = sizes[codes.CLASSES]
    alpha = floats(book, slots.ALPHA)
    touched = integers(book, slots.TOUCHED)
    of_column = integers(book, slots.CLAIM_OF_COLUMN)
    sense = floats(book, slots.CLAIM_SENSE)
    picture = integers(book, slots.PICTURE)
    side = integers(book, slots.GROUP_SIDE)
    group_size = integers(book, slots.GROUP_SIZE)
    ranked = integers(book, slots.GROUP_RANKED)
    own_class = integers(book, slots.CLASS_TODAY)
    upper = floats(book, slots.UPPER)
    worst = floats(book, slots.WORST)
    slope = floats(book, slots.MEMBER_SLOPE)
    reduced_cost = floats(book, slots.GROUP_COST)
    reduced_tie = floats(book, slots.GROUP_TIE)
    move_column = integers(book, slots.MOVE_COLUMN)
    move_sense = integers(book, slots.MOVE_SENSE)
    lead = integers(book, slots.MOVE_LEAD)
    price = floats(book, slots.MOVE_VALUE)
    tie = floats(book, slots.MOVE_TIE)
    gain = floats(book, slots.MOVE_GAIN)
    set_start = floats(book, slots.SET_START)
    set_rate = floats(book, slots.SET_RATE)
    set_gain = floats(book, slots.SET_GAIN)
    for q in range(classes):
        set_start[q] = 1e300
        set_rate[q] = 0.0
        set_gain[q] = 0.0
    found = 0
    for c in range(met):
        j = touched[c]
        k = of_column[j]
        a = alpha[j]
        tie[found] = 0.0
        if k >= 0 and picture[k] != codes.ORDINARY:
            slot = picture[k]
            if worst[k] <= 0.0 or (slot >= 0 and group_size[slot] == 1):
                continue
            # More water to a claim of sense +1 is less deficit.
            direction = 1.0 if -a * sign > 0.0 else -1.0
            sigma = -direction * sense[k]
            if (slot == codes.FULL and sigma < 0.0) or (slot == codes.EMPTY and sigma > 0.0):
                continue
            effect = abs(a)
            if effect <= 1e-9:
                continue
            volume = volume_of(book, k)
            level = level_of(book, k)
            position = place_in_order(book, count, own_class[k], level)
            first = first_ranked(book, j)
            if first < position:
                lead[found] = 2 * first
                price[found] = -rate_of(book, j, ranked[first]) * direction / effect
            elif slot == codes.FULL:
                q = own_class[k]
                if level < set_start[q] - 1e-9:
                    set_start[q] = level
                    set_rate[q] = 0.0
                    set_gain[q] = 0.0
                if level <= set_start[q] + 1e-9:
                    set_rate[q] += effect * slope[k]
                    set_gain[q] += effect * worst[k]
                continue
            elif sigma < 0.0 and slot >= 0:
                lead[found] = 2 * integers(book, slots.GROUP_RANK)[slot]
                price[found] = -rate_of(book, j, slot) * direction / effect
            else:
                lead[found] = 2 * position - 1
                price[found] = sigma / (slope[k] * effect)
            move_column[found] = j
            move_sense[found] = 1 if sigma > 0.0 else -1
            gain[found] = effect * (volume if sigma < 0.0 else worst[k] - volume)
            found += 1
        elif side[j] != codes.BASIC and upper[j] > 0.0:
            direction = 1.0 if side[j] == codes.AT_LOWER else -1.0
            effect = -a * direction * sign
            if effect <= 1e-9:
                continue
            first = first_ranked(book, j)
            if first < codes.NO_RANK:
                lead[found] = 2 * first
                price[found] = -rate_of(book, j, ranked[first]) * direction / effect
            else:
                lead[found] = BY_COST
                price[found] = reduced_cost[j] * direction / effect
                tie[found] = reduced_tie[j] * direction / effect
            move_column[found] = j
            move_sense[found] = 1 if direction > 0.0 else -1
            gain[found] = effect * upper[j]
            found += 1
    for q in range(classes):
        if set_rate[q] > 0.0:
            position = place_in_order(book, count, q, set_start[q])
            move_column[found] = -1 - q
            move_sense[found] = 1
            lead[found] = 2 * position - 1
            price[found] = 1.0 / set_rate[q]
            tie[found] = 0.0
            gain[found] = set_gain[q]
            found += 1
    return found


@inner
def comes_before(book: Any, c: int, other: int, zero: float) -> bool:
    """Whether a listed move hurts a later rank than another, or the same rank less."""
    lead = integers(book, slots.MOVE_LEAD)
    if lead[c] != lead[other]:
        return lead[c] > lead[other]
    price = floats(book, slots.MOVE_VALUE)
    margin = zero if lead[c] == BY_COST else 1e-12 * abs(price[other])
    if price[c] < price[other] - margin:
        return True
    if price[c] > price[other] + margin:
        return False
    tie = floats(book, slots.MOVE_TIE)
    gain = floats(book, slots.MOVE_GAIN)
    return tie[c] < tie[other] - 1e-10 or (tie[c] <= tie[other] + 1e-10 and gain[c] > gain[other])


@inner
def put_down(book: Any, at: int, found: int, zero: float) -> None:
    """Let a move sink in the heap of moves until none below comes before it."""
    order = integers(book, slots.MOVE_ORDER)
    c = order[at]
    below = 2 * at + 1
    while below < found:
        if below + 1 < found and comes_before(book, order[below + 1], order[below], zero):
            below += 1
        if not comes_before(book, order[below], c, zero):
            break
        order[at] = order[below]
        at = below
        below = 2 * at + 1
    order[at] = c


@inner
def take_move(book: Any, found: int, taken: int, zero: float) -> int:
    """Return the cheapest of the listed moves, and take it out of the list.

    The first is found by looking at all, for most often no other is asked for; then they are put
    into a heap.  ``taken`` tells how many were taken before.
    """
    order = integers(book, slots.MOVE_ORDER)
    if taken == 0:
        best = 0
        for c in range(1, found):
            if comes_before(book, c, best, zero):
                best = c
        order[0] = best
        return best
    left = found - taken
    if taken == 1:
        first = order[0]
        for at in range(left):
            order[at] = at if at < first else at + 1
        for at in range(left // 2 - 1, -1, -1):
            put_down(book, at, left, zero)
    best = order[0]
    order[0] = order[left - 1]
    put_down(book, 0, left - 1, zero)
    return best


@inner
def is_in_set(book: Any, k: int, q: int, sign: float, count: int) -> bool:
    """Whether a full claim shares what a row lacks with others of its class."""
    j = integers(book, slots.CLAIM_COLUMN)[k]
    if (
        integers(book, slots.PICTURE)[k] != codes.FULL
        or integers(book, slots.CLASS_TODAY)[k] != q
        or floats(book, slots.WORST)[k] <= 0.0
    ):
        return False
    # A full claim only takes less: the deficit rises.
    effect = floats(book, slots.ALPHA)[j] * sign * floats(book, slots.CLAIM_SENSE)[k]
    if effect <= 1e-9:
        return False
    level = level_of(book, k)
    if level > floats(book, slots.SET_START)[q] + 1e-9:
        return False
    return first_ranked(book, j) >= place_in_order(book, count, q, level)


@inner
def flip_set(book: Any, variant: int, q: int, sign: float, count: int) -> None:
    """Empty all claims of a set."""
    sense = floats(book, slots.CLAIM_SENSE)
    claim_column = integers(book, slots.CLAIM_COLUMN)
    picture = integers(book, slots.PICTURE)
    worst = floats(book, slots.WORST)
    for k in range(integers(book, slots.SIZES)[codes.CLAIMS]):
        if is_in_set(book, k, q, sign, count):
            picture[k] = codes.EMPTY
            add_flip(book, variant, claim_column[k], -sense[k] * worst[k])


@inner
def enter_set(
    book: Any, variant: int, r: int, met: int, q: int, sign: float, count: int, left: float,
    below: bool, goal: float,
) -> bool:  # fmt: skip
    """Let the full claims of a class that would mend a row enter as a group of their own."""
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    total = sizes[codes.COLUMNS] + rows
    claim_column = integers(book, slots.CLAIM_COLUMN)
    slope = floats(book, slots.MEMBER_SLOPE)
    part = floats(book, slots.MEMBER_PART)
    scale = floats(book, slots.GROUP_SCALE)
    value = floats(book, slots.BASIC_VALUE)
    column = floats(book, slots.COLUMN)
    reduced_cost = floats(book, slots.GROUP_COST)
    reduced_tie = floats(book, slots.GROUP_TIE)
    picture = integers(book, slots.PICTURE)
    slot = free_slot(book)
    if slot < 0:
        clear_row(book, met)
        return False
    size = 0.0
    for k in range(sizes[codes.CLAIMS]):
        if is_in_set(book, k, q, sign, count):
            # Marked, for rates and levels are asked for while the set is found.
            picture[k] = codes.FROZEN
            floats(book, slots.FROZEN_VOLUME)[k] = -1.0
            size += slope[k]
    scale[slot] = size
    for p in range(rows):
        column[p] = 0.0
    cost = 0.0
    tie = 0.0
    for k in range(sizes[codes.CLAIMS]):
        if picture[k] == codes.FROZEN and floats(book, slots.FROZEN_VOLUME)[k] == -1.0:
            add_member(book, slot, k)
            j = claim_column[k]
            add_column(book, variant, j, part[k])
            cost += part[k] * reduced_cost[j]
            tie += part[k] * reduced_tie[j]
    solve_forward(book, column)
    pivot = column[r]
    step = (value[r] - goal) / pivot
    start = floats(book, slots.SET_START)[q] * size
    if not enter(book, r, met, slot, cost, tie):
        close_group(book, slot, codes.FULL)
        return False
    for p in range(rows):
        value[p] -= column[p] * step
    leave(book, r, below)
    integers(book, slots.GROUP_CLASS)[slot] = q
    integers(book, slots.GROUP_PLACE)[slot] = r
    integers(book, slots.GROUP_HEAD)[r] = total + slot
    value[r] = start + step
    bound_place(book, r)
    return True


@inner
def enter_claim(
    book: Any, variant: int, r: int, met: int, k: int, below: bool, goal: float
) -> bool:
    """Let a claim enter the basis as a group of its own."""
    rows = integers(book, slots.SIZES)[codes.ROWS]
    j = integers(book, slots.CLAIM_COLUMN)[k]
    sense = floats(book, slots.CLAIM_SENSE)[k]
    picture = integers(book, slots.PICTURE)
    value = floats(book, slots.BASIC_VALUE)
    column = floats(book, slots.COLUMN)
    volume = volume_of(book, k)
    slot = free_slot(book)
    if slot < 0:
        clear_row(book, met)
        return False
    forward_column(book, variant, j, -sense)
    step = (value[r] - goal) / column[r]
    swapped = enter(
        book, r, met, slot,
        -sense * floats(book, slots.GROUP_COST)[j], -sense * floats(book, slots.GROUP_TIE)[j],
    )  # fmt: skip
    if not swapped:
        return False
    for p in range(rows):
        value[p] -= column[p] * step
    held = picture[k]
    place = -1
    part = floats(book, slots.MEMBER_PART)[k]
    if held >= 0:
        # Its group has moved on the way, and it with it.
        volume = volume_of(book, k)
        place = integers(book, slots.GROUP_PLACE)[held]
        drop_member(book, k, codes.FROZEN)
    leave(book, r, below)
    open_group(book, slot, r, k)
    value[r] = volume + step - floats(book, slots.MEMBER_OFFSET)[k]
    bound_place(book, r)
    if place >= 0 and place != r:
        # Its column stands for itself now, so the group's goes on without it.
        shift_group(book, held, slot, r, place, -sense * part)
        bound_place(book, place)
    return True


@inner
def shift_group(book: Any, held: int, slot: int, r: int, place: int, part: float) -> None:
    """Take the column of the group at ``r`` out of that of another, of which it was a part."""
    control = integers(book, slots.CONTROL)
    value = floats(book, slots.CELL_VALUE)
    column_of_cell = integers(book, slots.CELL_COLUMN)
    below = integers(book, slots.CELL_BELOW)
    touched = integers(book, slots.TOUCHED)
    factor_row = indices(book, slots.FACTOR_ROW)
    factor_value = floats(book, slots.FACTOR_VALUE)
    operation_row = indices(book, slots.OPERATION_ROW)
    operation_inverse = floats(book, slots.OPERATION_INVERSE)
    operation_ptr = integers(book, slots.OPERATION_PTR)
    # B z of the new group column is e_place - part e_r: one more elementary operation.
    number = control[codes.OPERATIONS]
    used = operation_ptr[number]
    factor_row[used] = r
    factor_value[used] = -part
    operation_row[number] = place
    operation_inverse[number] = 1.0
    operation_ptr[number + 1] = used + 1
    control[codes.OPERATIONS] = number + 1
    control[codes.UPDATES] += 1
    met = 0
    cell = integers(book, slots.BAND_CELL)[held // BAND]
    while cell >= 0:
        if value[cell * BAND + held % BAND] != 0.0:
            touched[met] = column_of_cell[cell]
            met += 1
        cell = below[cell]
    if not has_room(book, met):
        control[codes.GROUP_FACTOR] = 1
        return
    for c in range(met):
        j = touched[c]
        value[entry_of(book, j, slot)] += part * rate_of(book, j, held)


# One function on purpose: its parts share most of the arrays, and a call would open them again.
@apart
def enter_for_row(address: int, variant: int, r: int) -> int:
    """Bring the basic column at a position to its bound by the move that costs the ladder least.

    Parameters
    ----------
    address : int
        The book; reads and writes the picture and its basis.
    variant : int
        Coefficient variant [-].
    r : int
        The position.

    Returns
    -------
    int
        1; 0 when nothing can mend the row, or it is not safe to go on.
    """
    book = open_book(address)
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    zero = floats(book, slots.COST_ZERO)[variant]
    value = floats(book, slots.BASIC_VALUE)
    lower = floats(book, slots.BASIC_LOWER)
    upper = floats(book, slots.BASIC_UPPER)
    bound = floats(book, slots.UPPER)
    work = floats(book, slots.WORK)
    column = floats(book, slots.COLUMN)
    of_column = integers(book, slots.CLAIM_OF_COLUMN)
    sense = floats(book, slots.CLAIM_SENSE)
    worst = floats(book, slots.WORST)
    picture = integers(book, slots.PICTURE)
    side = integers(book, slots.GROUP_SIDE)
    move_column = integers(book, slots.MOVE_COLUMN)
    move_sense = integers(book, slots.MOVE_SENSE)
    gain = floats(book, slots.MOVE_GAIN)
    count = integers(book, slots.CONTROL)[codes.RANKS]
    below = value[r] < lower[r]
    goal = lower[r] if below else upper[r]
    sign = 1.0 if below else -1.0
    left = abs(goal - value[r])
    few = 1.0 / floats(book, slots.BASIC_WEIGHT)[r]
    met = row_of_place(book, variant, r)
    found = list_moves(book, met, sign, count)
    for p in range(rows):
        work[p] = 0.0
    flipped = False
    for taken in range(found):
        c = take_move(book, found, taken, zero)
        j = move_column[c]
        k = of_column[j] if j >= 0 else -1
        claimed = k >= 0 and picture[k] != codes.ORDINARY
        if left - gain[c] > few:
            if claimed and picture[k] >= 0:
                # Its group changes, and with it the row.
                clear_row(book, met)
                if flipped:
                    apply_flips(book)
                volume = volume_of(book, k)
                state = codes.FULL if move_sense[c] < 0 else codes.EMPTY
                place = integers(book, slots.GROUP_PLACE)[picture[k]]
                if detach(book, variant, k, state):
                    goes = 0.0 if state == codes.FULL else worst[k]
                    for p in range(rows):
                        work[p] = 0.0
                    add_flip(book, variant, j, -sense[k] * (goes - volume))
                    apply_flips(book)
                    bound_place(book, place)
                return 1
            left -= gain[c]
            flipped = True
            if j < 0:
                flip_set(book, variant, -1 - j, sign, count)
            elif claimed:
                goes = 0.0 if move_sense[c] < 0 else worst[k]
                add_flip(book, variant, j, -sense[k] * (goes - volume_of(book, k)))
                picture[k] = codes.FULL if move_sense[c] < 0 else codes.EMPTY
            else:
                add_flip(book, variant, j, move_sense[c] * bound[j])
                side[j] = codes.AT_UPPER if side[j] == codes.AT_LOWER else codes.AT_LOWER
            continue
        if flipped:
            apply_flips(book)
        if j < 0:
            q = -1 - j
            return 1 if enter_set(book, variant, r, met, q, sign, count, left, below, goal) else 0
        if claimed:
            return 1 if enter_claim(book, variant, r, met, k, below, goal) else 0
        forward_column(book, variant, j, 1.0)
        step = (value[r] - goal) / column[r]
        start = bound[j] if side[j] == codes.AT_UPPER else 0.0
        if not enter(
            book, r, met, -1, floats(book, slots.GROUP_COST)[j], floats(book, slots.GROUP_TIE)[j]
        ):
            return 0
        for p in range(rows):
            value[p] -= column[p] * step
        leave(book, r, below)
        put_column(book, r, j, start + step)
        return 1
    clear_row(book, met)
    return 0
