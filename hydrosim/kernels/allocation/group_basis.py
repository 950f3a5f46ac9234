"""The picture of groups and the basis that holds their levels as columns.

A *group* is a set of claims of one class that are limited together: their deficits move with one
level.  Their columns add to one column of the basis, whose volume is the level times a scale:
e_k = offset_k + part_k * volume.  The rows of the inverse that belong to groups tell what each
column does to each level (``group_rates.py``).
"""

from typing import Any

from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import call, floats, indices, integers, open_book, size_of
from hydrosim.kernels._jit import inner
from hydrosim.kernels.allocation import codes, slots
from hydrosim.kernels.allocation.factor import solve_backward, solve_forward
from hydrosim.kernels.allocation.group_rates import (
    BAND,
    NOTHING,
    entry_of,
    has_room,
    list_shares,
    rate_of,
    take_shares,
)

MOST_GROUP_UPDATES = 300
TINY = 1e-300


@inner
def width_of(book: Any) -> int:
    """Return how many slots of groups there are."""
    return size_of(book, slots.GROUP_FIRST)


@inner
def volume_of(book: Any, k: int) -> float:
    """Return the deficit of a claim as the picture has it [m3]."""
    slot = integers(book, slots.PICTURE)[k]
    if slot >= 0:
        part = abs(floats(book, slots.MEMBER_PART)[k])
        place = integers(book, slots.GROUP_PLACE)[slot]
        value = floats(book, slots.BASIC_VALUE)[place]
        return floats(book, slots.MEMBER_OFFSET)[k] + part * value
    if slot == codes.EMPTY:
        return floats(book, slots.WORST)[k]
    if slot == codes.FROZEN:
        return floats(book, slots.FROZEN_VOLUME)[k]
    return 0.0


@inner
def free_slot(book: Any) -> int:
    """Take a slot for a new group; -1 when there is none, and the step is to begin afresh."""
    control = integers(book, slots.CONTROL)
    first = integers(book, slots.GROUP_FIRST)
    place = integers(book, slots.GROUP_PLACE)
    for slot in range(width_of(book)):
        if place[slot] < 0:
            first[slot] = -1
            integers(book, slots.GROUP_SIZE)[slot] = 0
            if slot >= control[codes.GROUPS_USED]:
                control[codes.GROUPS_USED] = slot + 1
            return slot
    control[codes.GROUP_FACTOR] = 1
    return -1


@inner
def add_member(book: Any, slot: int, k: int) -> None:
    """Put a claim into a group."""
    first = integers(book, slots.GROUP_FIRST)
    integers(book, slots.MEMBER_NEXT)[k] = first[slot]
    first[slot] = k
    integers(book, slots.GROUP_SIZE)[slot] += 1
    integers(book, slots.PICTURE)[k] = slot
    sense = floats(book, slots.CLAIM_SENSE)[k]
    slope = floats(book, slots.MEMBER_SLOPE)[k]
    floats(book, slots.MEMBER_PART)[k] = -sense * slope / floats(book, slots.GROUP_SCALE)[slot]


@inner
def drop_member(book: Any, k: int, state: int) -> None:
    """Take a claim out of its group."""
    picture = integers(book, slots.PICTURE)
    first = integers(book, slots.GROUP_FIRST)
    following = integers(book, slots.MEMBER_NEXT)
    slot = picture[k]
    if first[slot] == k:
        first[slot] = following[k]
    else:
        other = first[slot]
        while following[other] != k:
            other = following[other]
        following[other] = following[k]
    integers(book, slots.GROUP_SIZE)[slot] -= 1
    picture[k] = state


@inner
def open_group(book: Any, slot: int, position: int, k: int) -> None:
    """Begin a group of one claim at a position of the basis."""
    total = integers(book, slots.SIZES)[codes.COLUMNS] + integers(book, slots.SIZES)[codes.ROWS]
    slope = floats(book, slots.MEMBER_SLOPE)[k]
    floats(book, slots.GROUP_SCALE)[slot] = slope
    integers(book, slots.GROUP_CLASS)[slot] = integers(book, slots.CLASS_TODAY)[k]
    integers(book, slots.GROUP_PLACE)[slot] = position
    integers(book, slots.GROUP_HEAD)[position] = total + slot
    add_member(book, slot, k)


@inner
def close_group(book: Any, slot: int, state: int) -> None:
    """End a group; its members go to a state outside of groups."""
    first = integers(book, slots.GROUP_FIRST)
    following = integers(book, slots.MEMBER_NEXT)
    picture = integers(book, slots.PICTURE)
    k = first[slot]
    while k >= 0:
        picture[k] = state
        k = following[k]
    first[slot] = -1
    integers(book, slots.GROUP_SIZE)[slot] = 0
    integers(book, slots.GROUP_PLACE)[slot] = -1


@inner
def bound_place(book: Any, p: int) -> None:
    """Write the bounds of the basic column at a position."""
    sizes = integers(book, slots.SIZES)
    columns = sizes[codes.COLUMNS]
    total = columns + sizes[codes.ROWS]
    basic_lower = floats(book, slots.BASIC_LOWER)
    basic_upper = floats(book, slots.BASIC_UPPER)
    basic_weight = floats(book, slots.BASIC_WEIGHT)
    sharpness = floats(book, slots.SHARPNESS)
    j = integers(book, slots.GROUP_HEAD)[p]
    if j < total:
        basic_lower[p] = 0.0
        basic_upper[p] = floats(book, slots.UPPER)[j] if j < columns else 0.0
        basic_weight[p] = sharpness[j]
        return
    claim_column = integers(book, slots.CLAIM_COLUMN)
    following = integers(book, slots.MEMBER_NEXT)
    part = floats(book, slots.MEMBER_PART)
    offset = floats(book, slots.MEMBER_OFFSET)
    worst = floats(book, slots.WORST)
    least = -1e300
    most = 1e300
    weight = 0.0
    k = integers(book, slots.GROUP_FIRST)[j - total]
    while k >= 0:
        size = abs(part[k])
        least = max(least, -offset[k] / size)
        most = min(most, (worst[k] - offset[k]) / size)
        weight = max(weight, size * sharpness[claim_column[k]])
        k = following[k]
    basic_lower[p] = least
    basic_upper[p] = most
    basic_weight[p] = weight


@inner
def add_column(book: Any, variant: int, j: int, factor: float) -> None:
    """Add a column to ``column``."""
    base = variant * integers(book, slots.SIZES)[codes.ENTRIES]
    column_ptr = integers(book, slots.COLUMN_PTR)
    row_index = indices(book, slots.ROW_INDEX)
    coefficient = floats(book, slots.COEFFICIENT)
    column = floats(book, slots.COLUMN)
    for e in range(column_ptr[j], column_ptr[j + 1]):
        column[row_index[e]] += factor * coefficient[base + e]


@inner
def forward_column(book: Any, variant: int, j: int, factor: float) -> None:
    """Write into ``column`` what the basis makes of a column, times a factor."""
    rows = integers(book, slots.SIZES)[codes.ROWS]
    base = variant * integers(book, slots.SIZES)[codes.ENTRIES]
    column_ptr = integers(book, slots.COLUMN_PTR)
    row_index = indices(book, slots.ROW_INDEX)
    coefficient = floats(book, slots.COEFFICIENT)
    column = floats(book, slots.COLUMN)
    for p in range(rows):
        column[p] = 0.0
    for e in range(column_ptr[j], column_ptr[j + 1]):
        column[row_index[e]] = factor * coefficient[base + e]
    solve_forward(book, column)


@inner
def row_of_basis(book: Any, variant: int, r: int) -> int:
    """Write the row of the inverse times the matrix into ``alpha``; return how many it meets.

    ``touched`` lists the columns.
    """
    rows = integers(book, slots.SIZES)[codes.ROWS]
    row_base = variant * (integers(book, slots.SIZES)[codes.ENTRIES] - rows)
    row_ptr = integers(book, slots.ROW_PTR)
    row_column = indices(book, slots.ROW_COLUMN)
    row_coefficient = floats(book, slots.ROW_COEFFICIENT)
    alpha = floats(book, slots.ALPHA)
    touched = integers(book, slots.TOUCHED)
    rho = floats(book, slots.RHO)
    met = 0
    for p in range(rows):
        rho[p] = 0.0
    rho[r] = 1.0
    solve_backward(book, rho)
    for i in range(rows):
        y = rho[i]
        if y != 0.0:
            for e in range(row_ptr[i], row_ptr[i + 1]):
                j = row_column[e]
                if alpha[j] == 0.0:
                    touched[met] = j
                    met += 1
                value = alpha[j] + y * row_coefficient[row_base + e]
                # So that a sum that cancels is not listed twice.
                alpha[j] = value if value != 0.0 else TINY
    kept = 0
    for c in range(met):
        j = touched[c]
        if abs(alpha[j]) > NOTHING:
            touched[kept] = j
            kept += 1
        else:
            alpha[j] = 0.0
    return kept


@inner
def row_of_place(book: Any, variant: int, r: int) -> int:
    """Write the row of a position into ``alpha``: that of a group is known, another solved for.

    Returns how many columns it meets; ``touched`` lists them.
    """
    sizes = integers(book, slots.SIZES)
    slot = integers(book, slots.GROUP_HEAD)[r] - sizes[codes.COLUMNS] - sizes[codes.ROWS]
    if slot < 0:
        return row_of_basis(book, variant, r)
    value = floats(book, slots.CELL_VALUE)
    columns = integers(book, slots.CELL_COLUMN)
    below = integers(book, slots.CELL_BELOW)
    alpha = floats(book, slots.ALPHA)
    touched = integers(book, slots.TOUCHED)
    met = 0
    cell = integers(book, slots.BAND_CELL)[slot // BAND]
    while cell >= 0:
        entry = cell * BAND + slot % BAND
        if abs(value[entry]) > NOTHING:
            j = columns[cell]
            alpha[j] = value[entry]
            touched[met] = j
            met += 1
        else:
            value[entry] = 0.0
        cell = below[cell]
    return met


@inner
def clear_row(book: Any, met: int) -> None:
    """Forget the row in ``alpha``."""
    alpha = floats(book, slots.ALPHA)
    touched = integers(book, slots.TOUCHED)
    for c in range(met):
        alpha[touched[c]] = 0.0


@inner
def suspect(book: Any, j: int) -> None:
    """Note a column whose price is to be looked at again."""
    control = integers(book, slots.CONTROL)
    marked = integers(book, slots.IS_SUSPECT)
    if marked[j] == 0:
        marked[j] = 1
        integers(book, slots.SUSPECT)[control[codes.SUSPECTS]] = j
        control[codes.SUSPECTS] += 1


@inner
def swap(book: Any, r: int, met: int, slot: int, cost: float, tie: float) -> bool:
    """Let another column stand at a position of the basis: factors, rates and reduced costs.

    Parameters
    ----------
    book : ndarray
        Reads the row of that position in ``alpha`` (its entries are forgotten), and in ``column``
        what the basis makes of the entering column.
    r : int
        The position.
    met : int
        Entries of the row.
    slot : int
        Slot of the entering group, -1 for a plain column.
    cost, tie : float
        Reduced costs of the entering column.

    Returns
    -------
    bool
        False when there is no room or the pivot is too small: then nothing has changed, and
        ``control[GROUP_FACTOR]`` says that the step is to begin afresh.
    """
    rows = integers(book, slots.SIZES)[codes.ROWS]
    control = integers(book, slots.CONTROL)
    column = floats(book, slots.COLUMN)
    alpha = floats(book, slots.ALPHA)
    touched = integers(book, slots.TOUCHED)
    factor_row = indices(book, slots.FACTOR_ROW)
    factor_value = floats(book, slots.FACTOR_VALUE)
    operation_row = indices(book, slots.OPERATION_ROW)
    operation_inverse = floats(book, slots.OPERATION_INVERSE)
    operation_ptr = integers(book, slots.OPERATION_PTR)
    place = integers(book, slots.GROUP_PLACE)
    share = floats(book, slots.GROUP_SHARE)
    reduced_cost = floats(book, slots.GROUP_COST)
    reduced_tie = floats(book, slots.GROUP_TIE)
    value_of_cell = floats(book, slots.CELL_VALUE)
    used_slots = control[codes.GROUPS_USED]
    pivot = column[r]
    inverse = 1.0 / pivot
    for s in range(used_slots):
        value = 0.0
        if place[s] == r:
            value = 1.0
        elif place[s] >= 0:
            value = column[place[s]] * inverse
            if abs(value) < NOTHING:
                value = 0.0
        share[s] = value
    for s in range(used_slots, (used_slots + BAND - 1) // BAND * BAND):
        share[s] = 0.0
    bands = list_shares(book)
    number = control[codes.OPERATIONS]
    used = operation_ptr[number]
    if (
        abs(pivot) < 1e-9
        or used + rows > size_of(book, slots.FACTOR_ROW)
        or number + 1 >= size_of(book, slots.OPERATION_ROW)
        or not has_room(book, met * (bands + 1))
    ):
        clear_row(book, met)
        control[codes.GROUP_FACTOR] = 1
        return False
    for p in range(rows):
        value = column[p]
        if value != 0.0 and p != r:
            factor_row[used] = p
            factor_value[used] = value
            used += 1
    operation_row[number] = r
    operation_inverse[number] = inverse
    operation_ptr[number + 1] = used
    control[codes.OPERATIONS] = number + 1
    control[codes.UPDATES] += 1
    control[codes.EXCHANGES] += 1
    control[codes.GROUP_AGE] += 1
    by_cost = cost * inverse
    by_tie = tie * inverse
    for c in range(met):
        j = touched[c]
        a = alpha[j]
        alpha[j] = 0.0
        reduced_cost[j] -= by_cost * a
        reduced_tie[j] -= by_tie * a
        suspect(book, j)
        take_shares(book, j, a, bands)
        if slot >= 0:
            value_of_cell[entry_of(book, j, slot)] = a * inverse
    return True


@apart
def exchange(address: int, code: int, slot: int) -> int:
    """Let another column stand at a position of the basis: see `swap`.

    Parameters
    ----------
    address : int
        The book; ``move_tie[0:2]`` holds the reduced costs of the entering column.
    code : int
        The position, plus the entries of its row times the number of rows.
    slot : int
        Slot of the entering group, -1 for a plain column.
    """
    book = open_book(address)
    rows = integers(book, slots.SIZES)[codes.ROWS]
    prices = floats(book, slots.SET_RATE)
    return 1 if swap(book, code % rows, code // rows, slot, prices[0], prices[1]) else 0


@inner
def enter(book: Any, r: int, met: int, slot: int, cost: float, tie: float) -> bool:
    """Call `exchange`."""
    rows = integers(book, slots.SIZES)[codes.ROWS]
    prices = floats(book, slots.SET_RATE)
    prices[0] = cost
    prices[1] = tie
    return call(book, slots.EXCHANGE, r + met * rows, slot) == 1


@inner
def change_group(book: Any, variant: int, k: int, joins: bool) -> bool:
    """Make the column of a group follow a claim that joins or leaves it; the list is not touched.

    ``member_part[k]`` holds the claim's part.  False when what is left would have no weight.
    """
    j = integers(book, slots.CLAIM_COLUMN)[k]
    slot = integers(book, slots.PICTURE)[k]
    place = integers(book, slots.GROUP_PLACE)[slot]
    part = floats(book, slots.MEMBER_PART)[k]
    if not joins:
        part = -part
        if abs(1.0 + part * rate_of(book, j, slot)) < 1e-7:
            return False
    forward_column(book, variant, j, part)
    floats(book, slots.COLUMN)[place] += 1.0
    met = row_of_place(book, variant, place)
    return enter(
        book, place, met, slot,
        part * floats(book, slots.GROUP_COST)[j], part * floats(book, slots.GROUP_TIE)[j],
    )  # fmt: skip


@inner
def detach(book: Any, variant: int, k: int, state: int) -> bool:
    """Take a claim out of a group of several.

    Where it alone carries the weight of the group the others are frozen instead and it stays.
    """
    if change_group(book, variant, k, joins=False):
        drop_member(book, k, state)
        return True
    following = integers(book, slots.MEMBER_NEXT)
    picture = integers(book, slots.PICTURE)
    first = integers(book, slots.GROUP_FIRST)
    frozen = floats(book, slots.FROZEN_VOLUME)
    worst = floats(book, slots.WORST)
    slot = picture[k]
    j = integers(book, slots.CLAIM_COLUMN)[k]
    place = integers(book, slots.GROUP_PLACE)[slot]
    part = floats(book, slots.MEMBER_PART)[k]
    forward_column(book, variant, j, part)
    met = row_of_place(book, variant, place)
    enter(
        book, place, met, slot,
        part * floats(book, slots.GROUP_COST)[j], part * floats(book, slots.GROUP_TIE)[j],
    )  # fmt: skip
    other = first[slot]
    while other >= 0:
        if other != k:
            frozen[other] = min(max(volume_of(book, other), 0.0), worst[other])
        other = following[other]
    other = first[slot]
    while other >= 0:
        if other != k:
            picture[other] = codes.FROZEN
        other = following[other]
    first[slot] = k
    following[k] = -1
    integers(book, slots.GROUP_SIZE)[slot] = 1
    bound_place(book, place)
    return False


@inner
def put_in_order(book: Any, count: int, s: int) -> int:
    """Put a group among those in order; return how many there are now."""
    ranked = integers(book, slots.GROUP_RANKED)
    rank = integers(book, slots.GROUP_RANK)
    level = floats(book, slots.GROUP_LEVEL)
    own = integers(book, slots.GROUP_CLASS)
    place = integers(book, slots.GROUP_PLACE)
    level[s] = floats(book, slots.BASIC_VALUE)[place[s]] / floats(book, slots.GROUP_SCALE)[s]
    rank[s] = 0
    at = count
    while at > 0:
        other = ranked[at - 1]
        if own[other] < own[s] or (own[other] == own[s] and level[other] >= level[s]):
            break
        ranked[at] = other
        at -= 1
    ranked[at] = s
    return count + 1


@inner
def rank_groups(book: Any) -> int:
    """Put the groups in order: by class, in it the worst off first; return how many there are."""
    control = integers(book, slots.CONTROL)
    place = integers(book, slots.GROUP_PLACE)
    ranked = integers(book, slots.GROUP_RANKED)
    rank = integers(book, slots.GROUP_RANK)
    count = 0
    # From the order that was, which is nearly that of now.
    for before in range(control[codes.RANKS]):
        s = ranked[before]
        if place[s] < 0 or rank[s] == codes.NO_RANK:
            rank[s] = codes.NO_RANK
            continue
        count = put_in_order(book, count, s)
    for s in range(control[codes.GROUPS_USED]):
        if place[s] >= 0 and rank[s] == codes.NO_RANK:
            count = put_in_order(book, count, s)
    for at in range(count):
        rank[ranked[at]] = at
    control[codes.RANKS] = count
    return count
