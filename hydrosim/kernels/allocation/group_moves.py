"""Which move of a single column or claim would make the ladder better: the conditions of a picture.

A move raises or lowers one column from its bound, or one claim's deficit from where it stands.
It changes the levels of groups; the first of them in order, and where the claim itself stands,
tell whether the vector of sorted fulfilments rises.
"""

from typing import Any

from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import floats, integers, open_book
from hydrosim.kernels._jit import inner
from hydrosim.kernels.allocation import codes, slots
from hydrosim.kernels.allocation.basis import TIE_ZERO
from hydrosim.kernels.allocation.group_basis import rank_groups, volume_of
from hydrosim.kernels.allocation.group_rates import BAND, NO_RATE, rate_of

SAME_LEVEL = 1e-9


@inner
def first_ranked(book: Any, j: int) -> int:
    """Return the rank of the first group whose level a column moves; NO_RANK for none."""
    rank = integers(book, slots.GROUP_RANK)
    value = floats(book, slots.CELL_VALUE)
    bands = integers(book, slots.CELL_BAND)
    following = integers(book, slots.CELL_NEXT)
    lead = codes.NO_RANK
    cell = integers(book, slots.COLUMN_CELL)[j]
    while cell >= 0:
        for n in range(BAND):
            if abs(value[cell * BAND + n]) > NO_RATE:
                lead = min(lead, rank[bands[cell] * BAND + n])
        cell = following[cell]
    return lead


@inner
def level_of(book: Any, k: int) -> float:
    """Return the level at which a claim stands."""
    slot = integers(book, slots.PICTURE)[k]
    if slot >= 0:
        return floats(book, slots.GROUP_LEVEL)[slot]
    return (volume_of(book, k) - floats(book, slots.MEMBER_OFFSET)[k]) / floats(
        book, slots.MEMBER_SLOPE
    )[k]


@inner
def place_in_order(book: Any, count: int, own: int, level: float) -> int:
    """Return how many groups come before a class and level: earlier classes, or worse off."""
    ranked = integers(book, slots.GROUP_RANKED)
    group_class = integers(book, slots.GROUP_CLASS)
    levels = floats(book, slots.GROUP_LEVEL)
    low = 0
    high = count
    while low < high:
        middle = (low + high) // 2
        s = ranked[middle]
        if group_class[s] < own or (group_class[s] == own and levels[s] > level + SAME_LEVEL):
            low = middle + 1
        else:
            high = middle
    return low


@inner
def first_of_equals(
    book: Any, j: int, sign: float, position: int, count: int, own: int, level: float
) -> int:
    """Return what a claim's rise does first to groups of its class that are as badly off.

    The rank of the group that rises first, -1 where that one falls, NO_RANK where none moves. The
    order of the ranks decides among equals, so that a move that is right stays right.
    """
    rank = integers(book, slots.GROUP_RANK)
    group_class = integers(book, slots.GROUP_CLASS)
    levels = floats(book, slots.GROUP_LEVEL)
    value = floats(book, slots.CELL_VALUE)
    bands = integers(book, slots.CELL_BAND)
    following = integers(book, slots.CELL_NEXT)
    first = codes.NO_RANK
    change = 0.0
    cell = integers(book, slots.COLUMN_CELL)[j]
    while cell >= 0:
        for n in range(BAND):
            rate = value[cell * BAND + n]
            s = bands[cell] * BAND + n
            if (
                abs(rate) > NO_RATE
                and position <= rank[s] < min(first, count)
                and group_class[s] == own
                and levels[s] >= level - SAME_LEVEL
            ):
                first = rank[s]
                change = -rate * sign
        cell = following[cell]
    return -1 if change > 0.0 else first


@inner
def claim_gain(book: Any, count: int, k: int, sigma: int) -> int:
    """Return the rank that a claim's move makes better; -1 when it makes nothing better.

    ``sigma`` is -1 for less deficit, +1 for more.  The rank of the claim's own place is returned
    plus ``NO_RANK``.
    """
    j = integers(book, slots.CLAIM_COLUMN)[k]
    own = integers(book, slots.CLASS_TODAY)[k]
    sign = -floats(book, slots.CLAIM_SENSE)[k] * sigma
    level = level_of(book, k)
    position = place_in_order(book, count, own, level)
    lead = first_ranked(book, j)
    if lead < position:
        s = integers(book, slots.GROUP_RANKED)[lead]
        return lead if -rate_of(book, j, s) * sign < 0.0 else -1
    if sigma > 0:
        return -1
    first = first_of_equals(book, j, sign, position, count, own, level)
    return first if first < codes.NO_RANK else position + codes.NO_RANK


@inner
def column_gain(book: Any, variant: int, count: int, j: int, sign: float) -> int:
    """Return the rank that a plain column's move makes better; -1 for none."""
    lead = first_ranked(book, j)
    if lead < codes.NO_RANK:
        s = integers(book, slots.GROUP_RANKED)[lead]
        return lead if -rate_of(book, j, s) * sign < 0.0 else -1
    value = floats(book, slots.GROUP_COST)[j] * sign
    if abs(value) <= floats(book, slots.COST_ZERO)[variant]:
        value = floats(book, slots.GROUP_TIE)[j] * sign
        return count if value < -TIE_ZERO else -1
    return count if value < 0.0 else -1


@apart
def find_move(address: int, variant: int, whole: int) -> int:
    """Find the move that makes the earliest rank better, among suspects or all columns.

    Parameters
    ----------
    address : int
        The book; reads the picture; reads and writes the suspects: those that keep a move stay.
        Writes ``move_lead[0]`` (rank) and ``move_sense[0]`` (direction of the column or claim).
    variant : int
        Coefficient variant [-].
    whole : int
        1 to look at all columns.

    Returns
    -------
    int
        The column, -1 for none.
    """
    book = open_book(address)
    sizes = integers(book, slots.SIZES)
    control = integers(book, slots.CONTROL)
    of_column = integers(book, slots.CLAIM_OF_COLUMN)
    picture = integers(book, slots.PICTURE)
    side = integers(book, slots.GROUP_SIDE)
    group_size = integers(book, slots.GROUP_SIZE)
    upper = floats(book, slots.UPPER)
    worst = floats(book, slots.WORST)
    tolerance = floats(book, slots.TOLERANCE)
    suspects = integers(book, slots.SUSPECT)
    marked = integers(book, slots.IS_SUSPECT)
    heads = integers(book, slots.COLUMN_CELL)
    count = rank_groups(book)
    control[codes.RANKS] = count
    listed = sizes[codes.COLUMNS] if whole == 1 else control[codes.SUSPECTS]
    if whole == 1:
        for c in range(control[codes.SUSPECTS]):
            marked[suspects[c]] = 0
    kept = 0
    best = -1
    best_gain = 1 << 40
    best_sense = 0
    for c in range(listed):
        j = c if whole == 1 else suspects[c]
        marked[j] = 0
        k = of_column[j]
        gain = -1
        sense = 0
        if k >= 0 and picture[k] != codes.ORDINARY:
            if worst[k] <= 2.0 * tolerance[j]:
                continue
            slot = picture[k]
            if slot >= 0 and group_size[slot] == 1:
                continue
            if slot == codes.FULL and heads[j] < 0:
                continue
            volume = volume_of(book, k)
            if slot != codes.FULL and volume > 2.0 * tolerance[j]:
                gain = claim_gain(book, count, k, -1)
                sense = -1
            if gain < 0 and slot != codes.EMPTY and worst[k] - volume > 2.0 * tolerance[j]:
                gain = claim_gain(book, count, k, 1)
                sense = 1
        elif side[j] != codes.BASIC and upper[j] > 2.0 * tolerance[j]:
            sense = 1 if side[j] == codes.AT_LOWER else -1
            gain = column_gain(book, variant, count, j, float(sense))
        if gain < 0:
            continue
        suspects[kept] = j
        kept += 1
        marked[j] = 1
        # A claim that rises by itself comes after what moves a group of the same rank.
        order = 2 * gain if gain < codes.NO_RANK else 2 * (gain - codes.NO_RANK) + 1
        if order < best_gain:
            best_gain = order
            best = j
            best_sense = sense
            control[codes.MOVE_RANK] = gain
    control[codes.SUSPECTS] = kept
    control[codes.MOVE_SENSE] = best_sense
    return best
