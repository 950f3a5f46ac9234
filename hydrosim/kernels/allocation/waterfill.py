"""Water-filling over the active cuts: the lexicographic max-min vector of a relaxation.

Every claim is written by its deficit e: what its column falls short of its best (delivery), or
carries (a column that wants to stay unused).  In a class, e_k(mu) = clamp(c_k + g_k mu, 0, E_k)
with mu = 1 - level; a plain claim has c = 0, g = E = wanted, a share factor or a bound below the
wish moves c and g.  A cut reads sum_k a_k e_k >= V with a_k = w_k (delivery) or -w_k (unused) and
V its violation with every claim at its best; what is left of V is its gap.  Class by class mu
falls from the worst until a cut is tight; the claims that it holds (a_k > 0) are fixed, the
others go on.  Claims of later classes count as unserved where that relieves the cut, claims with
a_k < 0 as fully served until they are fixed.  Levels only rise within a class: so the result is
never below the truth, and it is the truth as soon as it is feasible.
"""

from typing import Any

from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import floats, floats_from, indices, integers, open_book, size_of
from hydrosim.kernels._jit import inner
from hydrosim.kernels._vectors import add_positive, add_scaled, count_positive, set_scaled
from hydrosim.kernels.allocation import codes, slots

NOWHERE = -1e300
ENDLESS = 1e300
"""Beyond every mu."""
SMALL = 1e-6
FULL = 1.0 - 1e-14
"""Share of the largest deficit from which on a claim gets nothing: the rest is rounding."""


@inner
def find_level(book: Any, number: int, q: int, need: float) -> float:
    """Return the least mu at which the open claims of a class give a cut what it needs.

    Parameters
    ----------
    book : ndarray
        Reads the cut and the claims.
    number : int
        Which cut.
    q : int
        Which class.
    need : float
        What the class must give [m3, in the cut's scale].

    Returns
    -------
    float
        mu [-]; the last at which anything changes where the claims cannot give enough, NOWHERE
        where no open claim could give.
    """
    index = indices(book, slots.CUT_INDEX)
    weight = floats(book, slots.CUT_VALUE)
    sense = floats(book, slots.CLAIM_SENSE)
    class_today = integers(book, slots.CLASS_TODAY)
    event = integers(book, slots.EVENT)
    offset = floats(book, slots.OFFSET)
    slope = floats(book, slots.SLOPE)
    worst = floats(book, slots.WORST)
    first = integers(book, slots.CUT_CLAIMS)[number]
    last = integers(book, slots.CUT_COLUMNS)[number]
    mu = ENDLESS
    for e in range(first, last):
        k = index[e]
        if class_today[k] == q and event[k] == 0 and weight[e] * sense[k] > 0.0 and slope[k] > 0.0:
            mu = min(mu, -offset[k] / slope[k])
    if mu == ENDLESS:
        return NOWHERE
    while True:
        total = 0.0
        rise = 0.0
        until = ENDLESS
        for e in range(first, last):
            k = index[e]
            a = weight[e] * sense[k]
            g = slope[k]
            if class_today[k] == q and event[k] == 0 and a > 0.0 and g > 0.0:
                start = -offset[k] / g
                stop = (worst[k] - offset[k]) / g
                if mu >= stop:
                    total += a * worst[k]
                elif mu >= start:
                    total += a * (offset[k] + g * mu)
                    rise += a * g
                    until = min(until, stop)
                else:
                    until = min(until, start)
        if total >= need or until == ENDLESS:
            return mu
        ahead = until
        if rise > 0.0:
            ahead = mu + (need - total) / rise
        if ahead < until:
            return ahead
        mu = until


@inner
def weigh_cut(book: Any, number: int, q: int) -> float:
    """Return what the open claims of a class could give a cut at most, summed afresh."""
    index = indices(book, slots.CUT_INDEX)
    weight = floats(book, slots.CUT_VALUE)
    sense = floats(book, slots.CLAIM_SENSE)
    class_today = integers(book, slots.CLASS_TODAY)
    event = integers(book, slots.EVENT)
    worst = floats(book, slots.WORST)
    total = 0.0
    for e in range(
        integers(book, slots.CUT_CLAIMS)[number], integers(book, slots.CUT_COLUMNS)[number]
    ):
        k = index[e]
        if class_today[k] == q and event[k] == 0:
            total += max(weight[e] * sense[k], 0.0) * worst[k]
    return total


@inner
def release_classes(book: Any, from_class: int) -> None:
    """Take back the deficits of all classes from one on."""
    control = integers(book, slots.CONTROL)
    live = control[codes.ACTIVE_CUTS]
    width = size_of(book, slots.LIVE_GAP)
    class_today = integers(book, slots.CLASS_TODAY)
    deficit = floats(book, slots.DEFICIT)
    target = floats(book, slots.TARGET)
    best = floats(book, slots.BEST)
    event = integers(book, slots.EVENT)
    holder = integers(book, slots.HOLDER)
    gap = floats(book, slots.LIVE_GAP)
    for k in range(integers(book, slots.SIZES)[codes.CLAIMS]):
        if class_today[k] >= from_class and event[k] != 0:
            if deficit[k] != 0.0:
                add_scaled(gap, floats_from(book, slots.LIVE_WEIGHT, k * width), deficit[k], live)
            event[k] = 0
            holder[k] = -1
            deficit[k] = 0.0
            target[k] = best[k]
    if from_class == 0:
        control[codes.EVENTS] = 0


# One function on purpose: its parts share most of the arrays, and a call would open them again.
@apart
def fill_classes(address: int, from_class: int, until: int) -> int:
    """Set the targets and deficits of today's claims, from one class on, from the active cuts.

    Parameters
    ----------
    address : int
        The book; reads the ladder, the live cuts and the claims' wishes; writes ``target``,
        ``deficit`` [m3], ``event``, ``holder``, ``live_gap``; marks the cuts that are tight.
    from_class : int
        First class whose claims are set anew; those of earlier classes stay.
    until : int
        Class before which to end: claims from there on are left without deficits.
    """
    book = open_book(address)
    sizes = integers(book, slots.SIZES)
    classes = sizes[codes.CLASSES]
    control = integers(book, slots.CONTROL)
    policy = control[codes.POLICY]
    live = control[codes.ACTIVE_CUTS]
    width = size_of(book, slots.LIVE_GAP)
    claim_order = integers(book, slots.CLAIM_ORDER)
    class_ptr = integers(book, slots.CLASS_PTR)
    sense = floats(book, slots.CLAIM_SENSE)
    best = floats(book, slots.BEST)
    worst = floats(book, slots.WORST)
    offset = floats(book, slots.OFFSET)
    slope = floats(book, slots.SLOPE)
    deficit = floats(book, slots.DEFICIT)
    target = floats(book, slots.TARGET)
    event = integers(book, slots.EVENT)
    holder = integers(book, slots.HOLDER)
    class_event = integers(book, slots.CLASS_EVENT)
    tight_at = integers(book, slots.CUT_TIGHT)
    active = integers(book, slots.ACTIVE)
    gap = floats(book, slots.LIVE_GAP)
    need = floats(book, slots.NEED)
    could = floats(book, slots.WEIGHT)
    little = floats(book, slots.LITTLE)
    still_open = floats(book, slots.OPEN)
    level_of = floats(book, slots.LEVEL)
    met = integers(book, slots.MET)
    order_base = policy * sizes[codes.CLAIMS]
    ptr_base = policy * (classes + 1)
    release_classes(book, from_class)
    now_event = control[codes.EVENTS]
    for q in range(from_class, until):
        first = order_base + class_ptr[ptr_base + q]
        last = order_base + class_ptr[ptr_base + q + 1]
        later = floats_from(book, slots.LIVE_LATER, (q + 1) * width)
        binding = False
        for a in range(live):
            binding = binding or gap[a] > later[a]
        binding = binding and first < last
        # What the class could give each cut and what it must; the cuts that it can give to.
        plain = True
        count = 0
        if binding:
            set_scaled(need, gap, 1.0, live)
            add_scaled(need, later, -1.0, live)
            for a in range(live):
                could[a] = 0.0
                still_open[a] = 0.0
            for place in range(first, last):
                k = claim_order[place]
                if offset[k] != 0.0 or worst[k] != slope[k]:
                    plain = False
                row = floats_from(book, slots.LIVE_WEIGHT, k * width)
                add_positive(could, row, worst[k], live)
                count_positive(still_open, row, 1.0, live)
            set_scaled(little, could, SMALL, live)
            for a in range(live):
                if could[a] > 0.0:
                    met[count] = a
                    count += 1
                    level_of[a] = ENDLESS
        highest = ENDLESS
        while binding:
            tight = -1
            level = 0.0
            if plain:
                for m in range(count):
                    a = met[m]
                    if need[a] > level * could[a] and could[a] > 0.0 and still_open[a] > 0.0:
                        level = need[a] / could[a]
                        tight = a
                if level > FULL:
                    level = 1.0
            else:
                level = NOWHERE
                for m in range(count):
                    a = met[m]
                    if need[a] > 0.0 and still_open[a] > 0.0:
                        if level_of[a] == ENDLESS:
                            level_of[a] = find_level(book, active[a], q, need[a])
                        if level_of[a] > level:
                            level = level_of[a]
                            tight = a
            if tight < 0:
                break
            if level > highest:
                # A claim of this class that the cut counted on was held back at the level before.
                # No claim may fall below that: the cut stays violated, for sums of cuts to tell.
                level = highest
            else:
                highest = level
                now_event += 1
            tight_at[active[tight]] = control[codes.NOW]
            for place in range(first, last):
                k = claim_order[place]
                row = floats_from(book, slots.LIVE_WEIGHT, k * width)
                if event[k] != 0 or row[tight] <= 0.0:
                    continue
                event[k] = now_event
                holder[k] = active[tight]
                out = max(offset[k] + slope[k] * level, 0.0)
                if out > FULL * worst[k]:
                    out = worst[k]
                deficit[k] = out
                if sense[k] < 0.0:
                    target[k] = out
                elif plain:
                    target[k] = best[k] * (1.0 - level)
                else:
                    target[k] = best[k] - out
                add_scaled(gap, row, -out, live)
                add_scaled(need, row, -out, live)
                add_positive(could, row, -worst[k], live)
                count_positive(still_open, row, -1.0, live)
            still_open[tight] = 0.0
            need[tight] = 0.0
            for m in range(count):
                a = met[m]
                level_of[a] = ENDLESS
                if could[a] < little[a] and still_open[a] > 0.0:
                    # So much has gone that rounding tells in the rest.
                    could[a] = weigh_cut(book, active[a], q)
        now_event += 1
        class_event[q] = now_event
    control[codes.EVENTS] = now_event
    return 0
