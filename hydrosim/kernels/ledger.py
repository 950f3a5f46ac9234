"""The ledger: whose water flows and is stored, from which water year.

A *composition* tells the share of each tag (origin, cohort) in some water. There is one for every
row, one for each origin as it enters (all of one tag), and one for what each carrier lets go. Only
the tags that can reach a composition are ever touched (``tag_list``), and a row whose water has one
composition points at it instead of holding a copy (``same_as``).
"""

from __future__ import annotations

from hydrosim.kernels._jit import hot, hot_merged, merged
from hydrosim.kernels.codes import FROM_CARRIER, FROM_STORE

__all__ = ["shift_cohorts", "step_ledger"]


@hot
def shift_cohorts(content_m3, cohort_count):
    """Make every cohort one water year older; the oldest collects all before.

    Balance: the sum over the tags of each store is kept. Writes content_m3[s, tag].
    """
    for s in range(content_m3.shape[0]):
        for origin in range(content_m3.shape[1] // cohort_count):
            base = origin * cohort_count
            if cohort_count > 1:
                content_m3[s, base + cohort_count - 1] += content_m3[s, base + cohort_count - 2]
                for cohort in range(cohort_count - 2, 0, -1):
                    content_m3[s, base + cohort] = content_m3[s, base + cohort - 1]
                content_m3[s, base] = 0.0


@merged
def keep_youngest(content_m3, place, composition, keep_m3, plan, book):
    """Let the oldest water go until ``keep_m3`` is left; within a cohort all origins alike.

    What stays is built up from the youngest cohort, so that its tags sum to ``keep_m3`` however
    much goes. Reads plan; writes content_m3[place, tag], and what went as book.share[composition].
    """
    first, last = plan.tag_start[composition], plan.tag_start[composition + 1]
    for cohort in range(plan.cohorts):
        book.of_age[cohort] = 0.0
    for e in range(first, last):
        tag = plan.tag_list[e]
        book.of_age[tag % plan.cohorts] += content_m3[place, tag]
    left_m3 = keep_m3
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
        whole = content_m3[place, tag]
        stays = whole * book.of_age[tag % plan.cohorts]
        content_m3[place, tag] = stays
        book.share[composition, tag] = whole - stays
        gone_m3 += whole - stays
        kept_m3 += stays
    for e in range(first, last):
        tag = plan.tag_list[e]
        if gone_m3 > 0.0:
            book.share[composition, tag] /= gone_m3
        elif kept_m3 > 0.0:
            book.share[composition, tag] = content_m3[place, tag] / kept_m3


@merged
def release_carriers(register, plan, book):
    """Take from each carrier what arrives in this step, and say what that is made of.

    Reads register, plan; writes book.carried [m3], book.share, book.correction.
    """
    for carrier in range(plan.carrier_state.size):
        book.arriving[carrier] = 0.0
    for e in range(plan.forced_kind.size):
        if plan.forced_kind[e] == FROM_CARRIER:
            volume = register[plan.forced_register[e]]
            if volume > 0.0:
                book.arriving[plan.forced_source[e] - plan.first_carrier] += volume
    for carrier in range(plan.carrier_state.size):
        composition = plan.first_carrier + carrier
        first, last = plan.tag_start[composition], plan.tag_start[composition + 1]
        total = 0.0
        for e in range(first, last):
            total += book.carried[carrier, plan.tag_list[e]]
        under_way = register[plan.carrier_state[carrier]]
        book.correction[0] += abs(total - under_way)
        book.correction[1] += abs(under_way)
        volume = book.arriving[carrier]
        if volume <= 0.0 or total <= 0.0:
            continue
        if plan.carrier_fifo == 1:
            keep_youngest(book.carried, carrier, composition, max(total - volume, 0.0), plan, book)
            continue
        left = max(1.0 - volume / total, 0.0)
        for e in range(first, last):
            tag = plan.tag_list[e]
            book.share[composition, tag] = book.carried[carrier, tag] / total
            book.carried[carrier, tag] *= left


@merged
def add_water(composition, volume_m3, plan, book):
    """Add a volume of some composition to book.mix [m3]."""
    for e in range(plan.tag_start[composition], plan.tag_start[composition + 1]):
        tag = plan.tag_list[e]
        book.mix[tag] += book.share[composition, tag] * volume_m3


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
def mix_row(row, register, flow_m3, plan, book):
    """Mix what meets in a row in book.mix; return its volume [m3].

    A store brings what it held, less its losses in proportion, or with its rain on top.
    Reads register, flow_m3[n], plan, book.content, book.share; writes book.mix.
    """
    for e in range(plan.tag_start[row], plan.tag_start[row + 1]):
        book.mix[plan.tag_list[e]] = 0.0
    brought_m3 = 0.0
    for e in range(plan.forced_start[row], plan.forced_start[row + 1]):
        volume = register[plan.forced_register[e]]
        source = plan.forced_source[e]
        if plan.forced_kind[e] == FROM_STORE:
            start = register[plan.store_start[source]]
            before = register[plan.store_before[source]]
            kept = before / start if start > before else 1.0
            for t in range(plan.tag_start[row], plan.tag_start[row + 1]):
                tag = plan.tag_list[t]
                book.mix[tag] += book.content[source, tag] * kept
            if before > start:
                book.mix[plan.store_origin[source]] += before - start
            brought_m3 += before
        elif volume > 0.0:
            brought_m3 += volume
            add_water(book.same_as[source], volume, plan, book)
    for e in range(plan.into_start[row], plan.into_start[row + 1]):
        volume = flow_m3[plan.into_column[e]] * plan.into_gain[e]
        if volume > 0.0:
            brought_m3 += volume
            add_water(book.same_as[plan.into_source[e]], volume, plan, book)
    return brought_m3


@merged
def mix_rows(register, flow_m3, plan, book):
    """Give every row the composition of what leaves it, and every store what stays in it.

    Rows come in topological order, those of a circle several times; only the last turn counts.
    Reads register, flow_m3[n], plan; writes book.share, book.same_as, book.content,
    book.correction.
    """
    for position in range(plan.order.size):
        row = plan.order[position]
        store = plan.row_store[row]
        if store < 0 and plan.row_in_circle[row] == 0:
            single = single_composition(row, register, flow_m3, plan, book)
            if single >= 0:
                book.same_as[row] = single
            if single >= -1:
                continue
            book.same_as[row] = row
        brought_m3 = mix_row(row, register, flow_m3, plan, book)
        first, last = plan.tag_start[row], plan.tag_start[row + 1]
        total_m3 = 0.0
        for e in range(first, last):
            total_m3 += book.mix[plan.tag_list[e]]
        if total_m3 > 0.0:
            for e in range(first, last):
                tag = plan.tag_list[e]
                book.share[row, tag] = book.mix[tag] / total_m3
        end_m3 = register[plan.store_end[store]] if store >= 0 else 0.0
        for e in range(first, last):
            tag = plan.tag_list[e]
            book.stays[0, tag] = book.share[row, tag] * end_m3
        if store >= 0 and plan.store_fifo[store] == 1:
            for e in range(first, last):
                tag = plan.tag_list[e]
                book.stays[0, tag] = book.mix[tag]
            keep_youngest(book.stays, 0, row, end_m3, plan, book)
        if plan.last_turn[position] == 1:
            book.correction[0] += abs(total_m3 - brought_m3)
            book.correction[1] += brought_m3
            if store >= 0:
                for e in range(first, last):
                    tag = plan.tag_list[e]
                    book.content[store, tag] = book.stays[0, tag]


@hot_merged
def step_ledger(step, register, flow_m3, plan, book):
    """Pass the tags of one step through the network.

    Balance: the tags of a store sum to its volume at the end of the step. ``book.correction``
    sums what rounding made the tags of mixed water differ from the water itself, and that water.
    Reads register, flow_m3[n], plan; writes book.
    """
    release_carriers(register, plan, book)
    mix_rows(register, flow_m3, plan, book)
    for e in range(plan.carry_column.size):
        volume = flow_m3[plan.carry_column[e]] * plan.carry_share[e]
        if volume > 0.0:
            source = book.same_as[plan.carry_source[e]]
            for t in range(plan.tag_start[source], plan.tag_start[source + 1]):
                tag = plan.tag_list[t]
                book.carried[plan.carry_target[e], tag] += book.share[source, tag] * volume
    month = plan.month[step]
    for c in range(plan.claim_supplied.size):
        volume = register[plan.claim_supplied[c]]
        if volume > 0.0:
            source = book.same_as[plan.claim_source[c]]
            for t in range(plan.tag_start[source], plan.tag_start[source + 1]):
                tag = plan.tag_list[t]
                book.supplied[month, c, tag] += book.share[source, tag] * volume
    if step + 1 == plan.month.size or plan.month[step + 1] != month:
        for store in range(plan.store_end.size):
            for tag in range(book.stored.shape[2]):
                book.stored[month, store, tag] = book.content[store, tag]
