"""Moves that make the ladder better from feasible flows: the primal half of groups."""

from typing import Any

from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import floats, integers, open_book
from hydrosim.kernels._jit import inner
from hydrosim.kernels.allocation import codes, slots
from hydrosim.kernels.allocation.group_basis import (
    add_member,
    bound_place,
    change_group,
    detach,
    enter,
    forward_column,
    free_slot,
    open_group,
    row_of_place,
    volume_of,
)
from hydrosim.kernels.allocation.group_dual import leave, put_column

FLIP = 0
OUT = 1
CLAMP = 2
MERGE = 3
JOIN = 4
MOST_EVENTS = 400
SMALL = 1e-9


@inner
def first_event(book: Any, k: int, sigma: int, volume: float, lead: int, room: float) -> float:
    """Return how far a move may go and write in ``control`` what ends it.

    ``column`` holds what the basis makes of the move.  Basic columns reach bounds; members of
    groups their best or worst; groups that fall meet the one that the move raises, or the claim.
    """
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    columns = sizes[codes.COLUMNS]
    total = columns + rows
    control = integers(book, slots.CONTROL)
    head = integers(book, slots.GROUP_HEAD)
    value = floats(book, slots.BASIC_VALUE)
    upper = floats(book, slots.BASIC_UPPER)
    column = floats(book, slots.COLUMN)
    first_member = integers(book, slots.GROUP_FIRST)
    following = integers(book, slots.MEMBER_NEXT)
    part = floats(book, slots.MEMBER_PART)
    offset = floats(book, slots.MEMBER_OFFSET)
    worst = floats(book, slots.WORST)
    scale = floats(book, slots.GROUP_SCALE)
    group_class = integers(book, slots.GROUP_CLASS)
    place = integers(book, slots.GROUP_PLACE)
    own_class = -1
    own_level = 0.0
    own_rate = 0.0
    if k >= 0:
        own_class = integers(book, slots.CLASS_TODAY)[k]
        slope = floats(book, slots.MEMBER_SLOPE)[k]
        own_level = (volume - offset[k]) / slope
        own_rate = sigma / slope
    lead_level = 0.0
    lead_rate = 0.0
    if lead >= 0:
        lead_level = value[place[lead]] / scale[lead]
        lead_rate = -column[place[lead]] / scale[lead]
    step = room
    control[codes.EVENT_KIND] = FLIP
    for p in range(rows):
        rate = -column[p]
        if abs(rate) < SMALL:
            continue
        slot = head[p] - total
        if slot < 0:
            limit = value[p] / -rate if rate < 0.0 else (upper[p] - value[p]) / rate
            limit = max(limit, 0.0)
            if limit < step:
                step = limit
                control[codes.EVENT_KIND] = OUT
                control[codes.EVENT_PLACE] = p
                control[codes.EVENT_SIDE] = 1 if rate < 0.0 else 0
            continue
        m = first_member[slot]
        while m >= 0:
            size = abs(part[m])
            now = offset[m] + size * value[p]
            limit = (worst[m] - now) / (size * rate) if rate > 0.0 else now / (size * -rate)
            limit = max(limit, 0.0)
            if limit < step:
                step = limit
                control[codes.EVENT_KIND] = CLAMP
                control[codes.EVENT_PLACE] = p
                control[codes.EVENT_SIDE] = 1 if rate < 0.0 else 0
                control[codes.EVENT_CLAIM] = m
            m = following[m]
        level = value[p] / scale[slot]
        own = rate / scale[slot]
        if lead >= 0 and slot != lead and group_class[slot] == group_class[lead]:
            if own > 0.0 and own > lead_rate:
                limit = max((lead_level - level) / (own - lead_rate), 0.0)
                if limit < step:
                    step = limit
                    control[codes.EVENT_KIND] = MERGE
                    control[codes.EVENT_PLACE] = p
        if group_class[slot] == own_class:
            limit = 1e300
            if lead < 0 and own > 0.0:
                if own_level >= level - 1e-12:
                    limit = max((own_level - level) / (own - own_rate), 0.0)
            elif slot == lead and sigma > 0:
                limit = max((level - own_level) / (own_rate - own), 0.0)
            if limit < step:
                step = limit
                control[codes.EVENT_KIND] = JOIN
                control[codes.EVENT_PLACE] = p
    return step


@inner
def merge_groups(book: Any, variant: int, lead: int, p: int) -> bool:
    """Make the group at a position part of another: its column goes on as a sum of both.

    The row and column of the entering move at ``p`` are to be found afresh afterwards.
    """
    columns = integers(book, slots.SIZES)[codes.COLUMNS]
    rows = integers(book, slots.SIZES)[codes.ROWS]
    head = integers(book, slots.GROUP_HEAD)
    place = integers(book, slots.GROUP_PLACE)
    column = floats(book, slots.COLUMN)
    scale = floats(book, slots.GROUP_SCALE)
    slot = head[p] - columns - rows
    factor = scale[slot] / scale[lead]
    for q in range(rows):
        column[q] = 0.0
    column[place[lead]] = 1.0
    column[p] = factor
    met = row_of_place(book, variant, place[lead])
    return enter(book, place[lead], met, lead, 0.0, 0.0)


@inner
def move_members(book: Any, slot: int, lead: int) -> None:
    """Move all members of a group into another; the slot becomes free."""
    first = integers(book, slots.GROUP_FIRST)
    following = integers(book, slots.MEMBER_NEXT)
    m = first[slot]
    while m >= 0:
        after = following[m]
        add_member(book, lead, m)
        m = after
    first[slot] = -1
    integers(book, slots.GROUP_SIZE)[slot] = 0
    integers(book, slots.GROUP_PLACE)[slot] = -1


@inner
def stand_in(
    book: Any, variant: int, p: int, j: int, k: int, value: float, sigma: int, below: bool,
    merged: int,
) -> bool:  # fmt: skip
    """Let the moved column or claim stand at a position of the basis."""
    sense = 1.0
    slot = -1
    columns = integers(book, slots.SIZES)[codes.COLUMNS]
    total = columns + integers(book, slots.SIZES)[codes.ROWS]
    if k >= 0:
        sense = -floats(book, slots.CLAIM_SENSE)[k]
        slot = free_slot(book)
        if slot < 0:
            return False
    forward_column(book, variant, j, sense)
    met = row_of_place(book, variant, p)
    if not enter(
        book, p, met, slot,
        sense * floats(book, slots.GROUP_COST)[j], sense * floats(book, slots.GROUP_TIE)[j],
    ):  # fmt: skip
        return False
    if merged >= 0:
        move_members(book, integers(book, slots.GROUP_HEAD)[p] - total, merged)
        bound_place(book, integers(book, slots.GROUP_PLACE)[merged])
    else:
        leave(book, p, below)
    if k < 0:
        put_column(book, p, j, value)
        return True
    open_group(book, slot, p, k)
    floats(book, slots.BASIC_VALUE)[p] = value - floats(book, slots.MEMBER_OFFSET)[k]
    bound_place(book, p)
    return True


# One function on purpose: its parts share most of the arrays, and a call would open them again.
@apart
def move_claim(address: int, variant: int, j: int) -> int:
    """Carry out a move that makes the ladder better, until it ends.

    Parameters
    ----------
    address : int
        The book; reads ``control[MOVE_RANK]`` and ``control[MOVE_SENSE]``; reads and writes the
        picture and its basis.
    variant : int
        Coefficient variant [-].
    j : int
        The column that moves.

    Returns
    -------
    int
        1; 0 when it is not safe to go on.
    """
    book = open_book(address)
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    total = sizes[codes.COLUMNS] + rows
    control = integers(book, slots.CONTROL)
    picture = integers(book, slots.PICTURE)
    side = integers(book, slots.GROUP_SIDE)
    frozen = floats(book, slots.FROZEN_VOLUME)
    worst = floats(book, slots.WORST)
    bound = floats(book, slots.UPPER)
    value = floats(book, slots.BASIC_VALUE)
    column = floats(book, slots.COLUMN)
    head = integers(book, slots.GROUP_HEAD)
    group_size = integers(book, slots.GROUP_SIZE)
    ranked = integers(book, slots.GROUP_RANKED)
    sigma = control[codes.MOVE_SENSE]
    rank = control[codes.MOVE_RANK]
    lead = -1
    if rank < control[codes.RANKS]:
        lead = ranked[rank]
    k = integers(book, slots.CLAIM_OF_COLUMN)[j]
    if k >= 0 and picture[k] == codes.ORDINARY:
        k = -1
    direction = float(sigma)
    if k >= 0:
        direction = -floats(book, slots.CLAIM_SENSE)[k] * sigma
        start = volume_of(book, k)
        room = start if sigma < 0 else worst[k] - start
        if picture[k] >= 0:
            place = integers(book, slots.GROUP_PLACE)[picture[k]]
            if not detach(book, variant, k, codes.FROZEN):
                return 1 - control[codes.GROUP_FACTOR]
            bound_place(book, place)
        picture[k] = codes.FROZEN
        frozen[k] = start
    else:
        start = bound[j] if side[j] == codes.AT_UPPER else 0.0
        room = bound[j]
    moved = 0.0
    kind = FLIP
    for _event in range(MOST_EVENTS):
        forward_column(book, variant, j, direction)
        volume = start + sigma * moved
        step = first_event(book, k, sigma, volume, lead, room - moved)
        kind = control[codes.EVENT_KIND]
        for p in range(rows):
            value[p] -= column[p] * step
        moved += step
        if k >= 0:
            frozen[k] = start + sigma * moved
        if kind != CLAMP:
            break
        p = control[codes.EVENT_PLACE]
        m = control[codes.EVENT_CLAIM]
        slot = head[p] - total
        if group_size[slot] == 1:
            kind = OUT
            break
        if not detach(
            book, variant, m, codes.FULL if control[codes.EVENT_SIDE] == 1 else codes.EMPTY
        ):
            # It alone carries the group's weight: the others are frozen and it leaves.
            kind = OUT
            break
        bound_place(book, p)
    end = start + sigma * moved
    if kind == FLIP:
        if k >= 0:
            picture[k] = codes.FULL if sigma < 0 else codes.EMPTY
        else:
            side[j] = codes.AT_LOWER if side[j] == codes.AT_UPPER else codes.AT_UPPER
        return 1
    p = control[codes.EVENT_PLACE]
    if kind == JOIN:
        slot = head[p] - total
        add_member(book, slot, k)
        if not change_group(book, variant, k, joins=True):
            return 0
        bound_place(book, p)
        return 1
    if kind == CLAMP:
        return 0
    merged = -1
    if kind == MERGE:
        if not merge_groups(book, variant, lead, p):
            return 0
        merged = lead
    below = control[codes.EVENT_SIDE] == 1
    return 1 if stand_in(book, variant, p, j, k, end, sigma, below, merged) else 0
