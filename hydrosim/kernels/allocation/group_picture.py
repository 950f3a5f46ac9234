"""The picture of a step before it is mended: yesterday's, with the claims and slopes of today."""

from typing import Any

from hydrosim.kernels._book import floats, integers
from hydrosim.kernels._jit import inner
from hydrosim.kernels.allocation import codes, slots
from hydrosim.kernels.allocation.factor import solve_forward
from hydrosim.kernels.allocation.group_basis import add_column, enter, row_of_place, width_of
from hydrosim.kernels.allocation.group_rates import forget_rates

SAME_PART = 1e-12


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
