"""Sums of cuts: what the active cuts say together and none of them says alone.

The water-filling counts a claim with a negative weight as fully served while it decides earlier
claims.  Where another cut then holds that claim back, the first cut ends violated, and filling
again would change nothing: a source that wants to stay unused is counted on, though the canal
behind it is full; a lower line's return flow is counted on, though that line gets no water.  The
sum of both cuts in which that claim drops out is a cut again and says it at once.  Claims are
eliminated from the last one fixed back to the last positive claim that has something left to
give; every elimination brings in only claims that were fixed earlier, so it ends.
"""

from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import call, floats, indices, integers, open_book
from hydrosim.kernels.allocation import codes, slots

CANCELLED = 1e-12
FULL = 1.0 - 1e-12
MOST_SUMS = 24
FAINT = 1e-5


@apart
def mix_cuts(address: int, variant: int, violated: int) -> int:
    """Add to a violated active cut the cuts that hold its negative claims back.

    Parameters
    ----------
    address : int
        The book; reads the pool and the claims as they are filled; writes ``rho`` and the pool.
    variant : int
        Coefficient variant [-].
    violated : int
        Which cut.

    Returns
    -------
    int
        Number of the new cut; -1 when there was nothing to eliminate, or no room.
    """
    book = open_book(address)
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    claims = sizes[codes.CLAIMS]
    index = indices(book, slots.CUT_INDEX)
    weight = floats(book, slots.CUT_VALUE)
    start = integers(book, slots.CUT_START)
    claims_at = integers(book, slots.CUT_CLAIMS)
    columns_at = integers(book, slots.CUT_COLUMNS)
    tolerance_of = floats(book, slots.CUT_TOLERANCE)
    sense = floats(book, slots.CLAIM_SENSE)
    class_today = integers(book, slots.CLASS_TODAY)
    class_event = integers(book, slots.CLASS_EVENT)
    deficit = floats(book, slots.DEFICIT)
    worst = floats(book, slots.WORST)
    event = integers(book, slots.EVENT)
    holder = integers(book, slots.HOLDER)
    mix = floats(book, slots.MIX)
    rho = floats(book, slots.RHO)
    for i in range(rows):
        rho[i] = 0.0
    for k in range(claims):
        mix[k] = 0.0
    for e in range(start[violated], claims_at[violated]):
        rho[index[e]] = weight[e]
    for e in range(claims_at[violated], columns_at[violated]):
        mix[index[e]] = weight[e] * sense[index[e]]
    tolerance = tolerance_of[violated]
    sums = 0
    while sums < MOST_SUMS:
        giving = -1
        for k in range(claims):
            if mix[k] > 0.0 and class_today[k] >= 0 and deficit[k] < FULL * worst[k]:
                when = event[k] if event[k] > 0 else class_event[class_today[k]]
                giving = max(giving, when)
        last = -1
        chosen = -1
        for k in range(claims):
            if mix[k] < 0.0 and deficit[k] > 0.0 and event[k] >= giving and event[k] > last:
                if holder[k] >= 0:
                    last = event[k]
                    chosen = k
        if chosen < 0:
            break
        c = holder[chosen]
        held = 0.0
        for e in range(claims_at[c], columns_at[c]):
            if index[e] == chosen:
                held = weight[e] * sense[chosen]
        if held <= 0.0:
            return -1
        times = -mix[chosen] / held
        for e in range(start[c], claims_at[c]):
            i = index[e]
            before = rho[i]
            rho[i] += times * weight[e]
            if abs(rho[i]) <= CANCELLED * abs(before):
                rho[i] = 0.0
        for e in range(claims_at[c], columns_at[c]):
            k = index[e]
            before = mix[k]
            mix[k] += times * weight[e] * sense[k]
            if abs(mix[k]) <= CANCELLED * abs(before):
                mix[k] = 0.0
        mix[chosen] = 0.0
        tolerance += times * tolerance_of[c]
        sums += 1
    if sums == 0 or sums == MOST_SUMS:
        return -1
    # Sums of sums may creep towards a weight of zero: such a cut holds a claim by rounding alone.
    largest = 0.0
    for k in range(claims):
        largest = max(largest, abs(mix[k]))
    for k in range(claims):
        if mix[k] != 0.0 and abs(mix[k]) < FAINT * largest:
            return -1
    number = call(book, slots.STORE_CUT, variant, 1)
    if number >= 0:
        tolerance_of[number] = tolerance
        floats(book, slots.COUNTERS)[codes.MIXED_CUTS] += 1.0
    return number
