"""The water-filling and the simplex, in turns until both agree."""

from typing import Any

from hydrosim.kernels._book import call, floats, integers
from hydrosim.kernels._jit import inner
from hydrosim.kernels.allocation import codes, slots
from hydrosim.kernels.allocation.basis import DRY
from hydrosim.kernels.allocation.live_cuts import measure_cut

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
    control = integers(book, slots.CONTROL)
    active = integers(book, slots.ACTIVE)
    gap = floats(book, slots.LIVE_GAP)
    tolerance = floats(book, slots.CUT_TOLERANCE)
    target = floats(book, slots.TARGET)
    widen = VIOLATED * 10.0 ** control[codes.WIDENING]
    for place in range(first, control[codes.ACTIVE_CUTS]):
        c = active[place]
        if gap[place] > widen * tolerance[c]:
            gap[place] = measure_cut(book, c, target)
            if gap[place] > widen * tolerance[c]:
                return place
    return -1


@inner
def mix_violated(book: Any, variant: int, first: int) -> bool:
    """Add up cuts for the violated ones until a sum binds; tell whether one does."""
    control = integers(book, slots.CONTROL)
    active = integers(book, slots.ACTIVE)
    gap = floats(book, slots.LIVE_GAP)
    tolerance = floats(book, slots.CUT_TOLERANCE)
    place = first
    while place >= 0:
        made = call(book, slots.MIX_CUTS, variant, active[place])
        if made >= 0:
            call(book, slots.ENLIVEN_CUT, made, 0)
            if gap[control[codes.ACTIVE_CUTS] - 1] > tolerance[made]:
                return True
        place = find_violated(book, place + 1)
    return False


@inner
def fill(book: Any, variant: int) -> int:
    """Fill from the first class that changes, till no active cut is violated or none can mend it.

    What one cut takes back another may have learnt before: sleeping cuts come first, then sums.
    Returns how often that was tried.
    """
    control = integers(book, slots.CONTROL)
    classes = integers(book, slots.SIZES)[codes.CLASSES]
    mixes = 0
    while True:
        call(book, slots.FILL_CLASSES, control[codes.FIRST_CLASS], classes)
        control[codes.FIRST_CLASS] = classes
        if control[codes.LIVE_NEGATIVE] == 0 or mixes >= MOST_MIXES:
            return mixes
        place = find_violated(book, 0)
        if place < 0:
            return mixes
        mixes += 1
        if call(book, slots.WAKE_CUTS, variant, 0) == 0 and not mix_violated(book, variant, place):
            return mixes


@inner
def fix_claims(book: Any) -> bool:
    """Bound today's claims to their targets; tell whether any has moved since the last time."""
    claims = integers(book, slots.SIZES)[codes.CLAIMS]
    claim_column = integers(book, slots.CLAIM_COLUMN)
    class_today = integers(book, slots.CLASS_TODAY)
    target = floats(book, slots.TARGET)
    before = floats(book, slots.TARGET_BEFORE)
    tolerance = floats(book, slots.TOLERANCE)
    lower = floats(book, slots.LOWER)
    upper = floats(book, slots.UPPER)
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
    control = integers(book, slots.CONTROL)
    counters = floats(book, slots.COUNTERS)
    control[codes.FIRST_CLASS] = 0
    control[codes.EVENTS] = 0
    rounds = 0
    mixes = 0
    learnt = NOTHING
    refreshed = False
    while True:
        mixes += fill(book, variant)
        moved = fix_claims(book)
        if moved or rounds == 0 or learnt == FRESH:
            result = call(book, slots.RUN_SIMPLEX, variant, 0)
            if result != codes.INFEASIBLE:
                return result
            rounds += 1
            counters[codes.ROUNDS] += 1.0
            if learnt != FRESH:
                refreshed = False
            learnt = NOTHING
        if learnt == NEW_CUT and not refreshed:
            # What the row says is no more than the rounding of updated factors: look again.
            refreshed = True
            learnt = FRESH
            control[codes.NEED_FACTOR] = 1
            control[codes.NEED_COSTS] = 1
            continue
        if learnt == NEW_CUT or rounds > MOST_ROUNDS or mixes > MOST_MIXES_A_STEP:
            return call(book, slots.RUN_NEWTON, variant, 0)
        if learnt == NOTHING:
            learnt = OLD_CUTS
            if call(book, slots.WAKE_CUTS, variant, 0) > 0:
                continue
        learnt = NEW_CUT
        made = call(book, slots.ADD_CUT, variant, 0)
        if made < 0:
            return call(book, slots.RUN_NEWTON, variant, 0)
        call(book, slots.ENLIVEN_CUT, made, 0)
