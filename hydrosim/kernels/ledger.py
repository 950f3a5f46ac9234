"""The ledger: whose water flows and is stored, from which water year.

A *composition* is an amount of each tag (origin, cohort) and what one over their sum is; its unit
does not matter. There is one for every row, for each origin as it enters (all of one tag), for what
each carrier lets go, and for what each store and carrier holds. Only the tags that can reach a
composition are ever touched (``tag_list``), and where some water has the composition of other water
it points there instead of holding a copy (``same_as``).
"""

from __future__ import annotations

from hydrosim.kernels._apart import apart
from hydrosim.kernels._flat import entries
from hydrosim.kernels._jit import hot, merged
from hydrosim.kernels.codes import FROM_STORE
from hydrosim.kernels.openers import open_plan, open_program, open_tags, open_work

__all__ = ["shift_cohorts", "step_ledger"]


@hot
def shift_cohorts(amount, cohort_count, first, last):
    """Make every cohort of some compositions one water year older; the oldest collects all before.

    Balance: the sum over the tags of each composition is kept. Writes amount[first:last, tag].
    """
    for s in range(first, last):
        for origin in range(amount.shape[1] // cohort_count):
            base = origin * cohort_count
            if cohort_count > 1:
                amount[s, base + cohort_count - 1] += amount[s, base + cohort_count - 2]
                for cohort in range(cohort_count - 2, 0, -1):
                    amount[s, base + cohort] = amount[s, base + cohort - 1]
                amount[s, base] = 0.0


@merged
def keep_youngest(mixed, leaving, staying, keep_m3, plan, book):
    """Let the oldest of some water [m3] leave until ``keep_m3`` is left; in a cohort all alike.

    What stays is built up from the youngest cohort, so that its tags sum to ``keep_m3`` however
    much leaves. Reads plan, book.amount[mixed]; writes book.amount and book.inverse of what leaves
    and what stays.
    """
    first, last = plan.tag_start[mixed], plan.tag_start[mixed + 1]
    for cohort in range(plan.cohorts):
        book.of_age[cohort] = 0.0
    for e in range(first, last):
        tag = plan.tag_list[e]
        book.of_age[tag % plan.cohorts] += book.amount[mixed, tag]
    # A store that has run empty may hold less than nothing by rounding.
    left_m3 = max(keep_m3, 0.0)
    for cohort in range(plan.cohorts):
        volume_m3 = book.of_age[cohort]
        book.of_age[cohort] = 1.0
        if volume_m3 > left_m3:
            book.of_age[cohort] = left_m3 / volume_m3
            left_m3 = 0.0
        else:
            left_m3 -= volume_m3
    gone_m3 = 0.0
    kept_m3 = 0.0
    for e in range(first, last):
        tag = plan.tag_list[e]
        whole = book.amount[mixed, tag]
        stays = whole * book.of_age[tag % plan.cohorts]
        book.amount[staying, tag] = stays
        book.amount[leaving, tag] = whole - stays
        gone_m3 += whole - stays
        kept_m3 += stays
    book.inverse[staying] = 1.0 / kept_m3 if kept_m3 > 0.0 else 0.0
    book.inverse[leaving] = 1.0 / gone_m3 if gone_m3 > 0.0 else 0.0


@merged
def release_carriers(register, plan, book):
    """Find what arrives from each carrier in this step, and what that is made of.

    Drawn in proportion it is made of what the carrier holds, which then needs no change.
    Reads register, plan; writes book.arriving [m3], and first in, first out book.amount.
    """
    for carrier in range(plan.carrier_state.size):
        book.arriving[carrier] = 0.0
    for e in range(plan.carrier_forced.size):
        forced = plan.carrier_forced[e]
        volume = register[plan.forced_register[forced]]
        if volume > 0.0:
            book.arriving[plan.forced_source[forced] - plan.first_carrier] += volume
    if plan.carrier_fifo == 1:
        for carrier in range(plan.carrier_state.size):
            if book.arriving[carrier] > 0.0:
                held = plan.first_carried + carrier
                under_way = register[plan.carrier_state[carrier]]
                scale(held, under_way * book.inverse[held], plan, book)
                left_m3 = max(under_way - book.arriving[carrier], 0.0)
                keep_youngest(held, plan.first_carrier + carrier, held, left_m3, plan, book)


@merged
def scale(composition, factor, plan, book):
    """Multiply the amounts of a composition. Reads plan; writes book.amount."""
    for e in range(plan.tag_start[composition], plan.tag_start[composition + 1]):
        book.amount[composition, plan.tag_list[e]] *= factor


@merged
def add_water(target, source, volume_m3, plan, book):
    """Add a volume of some water to a composition in m3. Reads plan, book; writes book.amount."""
    source = book.same_as[source]
    part = volume_m3 * book.inverse[source]
    for e in range(plan.tag_start[source], plan.tag_start[source + 1]):
        tag = plan.tag_list[e]
        book.amount[target, tag] += book.amount[source, tag] * part


@merged
def single_composition(row, register, flow_m3, plan, book):
    """Return the one composition of all that meets in a row; -1 for none, -2 for several.

    Reads register, flow_m3[n], plan, book.same_as.
    """
    found = -1
    for e in range(plan.forced_start[row], plan.forced_start[row + 1]):
        if register[plan.forced_register[e]] > 0.0:
            composition = book.same_as[plan.forced_source[e]]
            if found >= 0 and composition != found:
                return -2
            found = composition
    for e in range(plan.into_start[row], plan.into_start[row + 1]):
        if flow_m3[plan.into_column[e]] > 0.0:
            composition = book.same_as[plan.into_source[e]]
            if found >= 0 and composition != found:
                return -2
            found = composition
    return found


@merged
def add_arrivals(row, target, register, flow_m3, plan, book):
    """Add to a composition all that arrives at a row, but for the content of its store.

    Reads register, flow_m3[n], plan, book; writes book.amount; returns the volume [m3].
    """
    brought_m3 = 0.0
    for e in range(plan.forced_start[row], plan.forced_start[row + 1]):
        volume = register[plan.forced_register[e]]
        if volume > 0.0 and plan.forced_kind[e] != FROM_STORE:
            brought_m3 += volume
            add_water(target, plan.forced_source[e], volume, plan, book)
    for e in range(plan.into_start[row], plan.into_start[row + 1]):
        volume = flow_m3[plan.into_column[e]] * plan.into_gain[e]
        if volume > 0.0:
            brought_m3 += volume
            add_water(target, plan.into_source[e], volume, plan, book)
    return brought_m3


@merged
def sum_amounts(composition, plan, book):
    """Sum the amounts of a composition and keep one over it. Reads plan; writes book.inverse."""
    total = 0.0
    for e in range(plan.tag_start[composition], plan.tag_start[composition + 1]):
        total += book.amount[composition, plan.tag_list[e]]
    book.inverse[composition] = 1.0 / total if total > 0.0 else 0.0
    return total


@merged
def mix_row(row, register, flow_m3, plan, book):
    """Give a row without a store the composition of what meets in it.

    Reads register, flow_m3[n], plan, book; writes book.amount, book.inverse, book.same_as.
    """
    if plan.row_in_circle[row] == 0:
        single = single_composition(row, register, flow_m3, plan, book)
        if single >= 0:
            book.same_as[row] = single
        if single >= -1:
            return
        book.same_as[row] = row
    # In a circle the row's own water of the turn before may come back: it is read before written.
    target = plan.scratch if plan.row_in_circle[row] == 1 else row
    for e in range(plan.tag_start[row], plan.tag_start[row + 1]):
        book.amount[target, plan.tag_list[e]] = 0.0
    brought_m3 = add_arrivals(row, target, register, flow_m3, plan, book)
    book.inverse[row] = 1.0 / brought_m3 if brought_m3 > 0.0 else 0.0
    if plan.row_in_circle[row] == 1:
        for e in range(plan.tag_start[row], plan.tag_start[row + 1]):
            book.amount[row, plan.tag_list[e]] = book.amount[target, plan.tag_list[e]]
        sum_amounts(row, plan, book)


@merged
def mix_store(row, store, is_last, register, flow_m3, plan, book):
    """Mix what a store held with what meets in its row; part it into what leaves and what stays.

    The store holds what it held, less its losses in proportion, or with its rain on top.
    Reads register, flow_m3[n], plan, book; writes book.amount, book.inverse, book.correction.
    """
    held = plan.first_held + store
    start = register[plan.store_start[store]]
    before = register[plan.store_before[store]]
    kept_m3 = max(min(before, start), 0.0)
    in_circle = plan.row_in_circle[row] == 1
    target = plan.scratch if in_circle else held
    first, last = plan.tag_start[row], plan.tag_start[row + 1]
    factor = kept_m3 * book.inverse[held]
    for e in range(first, last):
        tag = plan.tag_list[e]
        book.amount[target, tag] = book.amount[held, tag] * factor
    brought_m3 = add_arrivals(row, target, register, flow_m3, plan, book)
    brought_m3 += before
    if before > start:
        book.amount[target, plan.store_origin[store]] += before - start
    if in_circle:
        for e in range(first, last):
            book.amount[row, plan.tag_list[e]] = book.amount[target, plan.tag_list[e]]
        target = row
    total_m3 = sum_amounts(target, plan, book)
    if is_last:
        book.correction[0] += abs(total_m3 - brought_m3)
        book.correction[1] += brought_m3
    if plan.store_fifo[store] == 1:
        staying = held if is_last else plan.scratch
        keep_youngest(target, row, staying, register[plan.store_end[store]], plan, book)
    elif in_circle and is_last:
        for e in range(first, last):
            book.amount[held, plan.tag_list[e]] = book.amount[row, plan.tag_list[e]]
        book.inverse[held] = book.inverse[row]


@merged
def fill_carriers(register, flow_m3, plan, book):
    """Add what goes under way to what is left of each carrier.

    Reads register, flow_m3[n], plan; writes book.amount, book.inverse, book.correction.
    """
    for carrier in range(plan.carrier_state.size):
        filled_m3 = 0.0
        for e in range(plan.carry_start[carrier], plan.carry_start[carrier + 1]):
            filled_m3 += max(flow_m3[plan.carry_column[e]] * plan.carry_share[e], 0.0)
        book.filled[carrier] = filled_m3
        if filled_m3 > 0.0:
            held = plan.first_carried + carrier
            for e in range(plan.tag_start[held], plan.tag_start[held + 1]):
                book.amount[plan.first_filled + carrier, plan.tag_list[e]] = 0.0
            for e in range(plan.carry_start[carrier], plan.carry_start[carrier + 1]):
                volume = flow_m3[plan.carry_column[e]] * plan.carry_share[e]
                if volume > 0.0:
                    target = plan.first_filled + carrier
                    add_water(target, plan.carry_source[e], volume, plan, book)
    # Only now: what one carrier lets go may be what goes into another.
    for carrier in range(plan.carrier_state.size):
        if book.filled[carrier] > 0.0:
            held = plan.first_carried + carrier
            under_way = register[plan.carrier_state[carrier]]
            left_m3 = max(under_way - book.arriving[carrier], 0.0)
            factor = left_m3 * book.inverse[held]
            for e in range(plan.tag_start[held], plan.tag_start[held + 1]):
                tag = plan.tag_list[e]
                book.amount[held, tag] = (
                    book.amount[held, tag] * factor + book.amount[plan.first_filled + carrier, tag]
                )
            total_m3 = sum_amounts(held, plan, book)
            book.correction[0] += abs(total_m3 - left_m3 - book.filled[carrier])
            book.correction[1] += left_m3 + book.filled[carrier]


@apart
def step_ledger(address: int, step: int, _policy: int) -> int:
    """Pass the tags of one step through the network.

    Rows come in topological order, those of a circle several times; only the last turn counts.
    Balance: the tags of a store sum to its volume at the end of the step. ``book.correction``
    sums by how much the tags of stored water differed from the water, and that water.

    Parameters
    ----------
    address : int
        The scenario's `Work`; reads registers and the ledger's plan; writes its book.
    step : int
        Which step.

    Returns
    -------
    int
        0.
    """
    work = open_work(address)
    program = open_program(work.program)
    plan = open_plan(work.ledger)
    book = open_tags(work.book)
    register = work.register
    flow_m3 = entries(register, program.flow_first, program.upper_start.size - 1)
    if plan.new_year[step] == 1:
        shift_cohorts(book.amount, plan.cohorts, plan.first_held, plan.first_filled)
    release_carriers(register, plan, book)
    for position in range(plan.order.size):
        row = plan.order[position]
        store = plan.row_store[row]
        if store < 0:
            mix_row(row, register, flow_m3, plan, book)
        else:
            is_last = plan.last_turn[position] == 1
            mix_store(row, store, is_last, register, flow_m3, plan, book)
    month = plan.month[step]
    for c in range(plan.claim_supplied.size):
        volume = register[plan.claim_supplied[c]]
        if volume > 0.0:
            source = book.same_as[plan.claim_source[c]]
            part = volume * book.inverse[source]
            for t in range(plan.tag_start[source], plan.tag_start[source + 1]):
                tag = plan.tag_list[t]
                book.supplied[month, c, tag] += book.amount[source, tag] * part
    fill_carriers(register, flow_m3, plan, book)
    if step + 1 == plan.month.size or plan.month[step + 1] != month:
        for store in range(plan.store_end.size):
            held = plan.first_held + store
            part = register[plan.store_end[store]] * book.inverse[held]
            for tag in range(book.stored.shape[2]):
                book.stored[month, store, tag] = book.amount[held, tag] * part
    return 0
