"""The ledger: whose water flows and is stored, from which water year."""

from __future__ import annotations

from hydrosim.kernels._jit import hot
from hydrosim.kernels.codes import FROM_CARRIER, FROM_ORIGIN, FROM_ROW, FROM_STORE

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


@hot
def add_forced(row, register, plan, book):
    """Add to a row's mix what the step brings before the allocation; return its volume [m3].

    Water of a store: what it holds, less its losses in proportion, or with its rain on top.
    Reads register, plan, book; writes book.mix [m3].
    """
    tags = book.share.shape[1]
    mix_m3 = book.mix
    brought_m3 = 0.0
    for e in range(plan.forced_start[row], plan.forced_start[row + 1]):
        volume = register[plan.forced_register[e]]
        kind = plan.forced_kind[e]
        source = plan.forced_source[e]
        if kind == FROM_STORE:
            start = register[plan.store_start[source]]
            before = register[plan.store_before[source]]
            kept = before / start if start > before else 1.0
            for tag in range(tags):
                mix_m3[tag] += book.content[source, tag] * kept
            if before > start:
                mix_m3[plan.store_origin[source]] += before - start
            brought_m3 += before
        elif volume > 0.0:
            brought_m3 += volume
            if kind == FROM_ORIGIN:
                mix_m3[source] += volume
            elif kind == FROM_ROW:
                for tag in range(tags):
                    mix_m3[tag] += book.share[source, tag] * volume
            else:
                total = 0.0
                for tag in range(tags):
                    total += book.carried[source, tag]
                if total > 0.0:
                    for tag in range(tags):
                        mix_m3[tag] += book.carried[source, tag] / total * volume
    return brought_m3


@hot
def mix_rows(register, flow_m3, plan, book):
    """Mix what meets in each row; every outflow has the composition of the mix.

    Rows come in topological order, those of a circle several times.
    Reads register, flow_m3[n], plan, book.content, book.carried; writes book.share, book.total,
    book.brought.
    """
    tags = book.share.shape[1]
    mix_m3 = book.mix
    for position in range(plan.order.size):
        row = plan.order[position]
        for tag in range(tags):
            mix_m3[tag] = 0.0
        brought_m3 = add_forced(row, register, plan, book)
        for e in range(plan.into_start[row], plan.into_start[row + 1]):
            volume = flow_m3[plan.into_column[e]] * plan.into_gain[e]
            if volume > 0.0:
                brought_m3 += volume
                if plan.into_row[e] < 0:
                    mix_m3[plan.into_origin[e]] += volume
                else:
                    for tag in range(tags):
                        mix_m3[tag] += book.share[plan.into_row[e], tag] * volume
        total_m3 = 0.0
        for tag in range(tags):
            total_m3 += mix_m3[tag]
        if total_m3 > 0.0:
            for tag in range(tags):
                book.share[row, tag] = mix_m3[tag] / total_m3
        book.total[row] = total_m3
        book.brought[row] = brought_m3


@hot
def step_ledger(step, register, flow_m3, plan, book):
    """Pass the tags of one step through the network.

    Balance: the tags of a store sum to its volume at the end of the step. ``book.correction``
    sums what rounding made the tags of a row differ from the water it received, and that water.
    Reads register, flow_m3[n], plan; writes book.
    """
    tags = book.share.shape[1]
    mix_rows(register, flow_m3, plan, book)
    for row in range(plan.row_store.size):
        book.correction[0] += abs(book.total[row] - book.brought[row])
        book.correction[1] += book.brought[row]
        store = plan.row_store[row]
        if store >= 0:
            end = register[plan.store_end[store]]
            for tag in range(tags):
                book.content[store, tag] = book.share[row, tag] * end
    for e in range(plan.forced_kind.size):
        volume = register[plan.forced_register[e]]
        if plan.forced_kind[e] == FROM_CARRIER and volume > 0.0:
            carrier = plan.forced_source[e]
            total = 0.0
            for tag in range(tags):
                total += book.carried[carrier, tag]
            left = max(1.0 - volume / total, 0.0) if total > 0.0 else 0.0
            for tag in range(tags):
                book.carried[carrier, tag] *= left
    for e in range(plan.carry_column.size):
        volume = flow_m3[plan.carry_column[e]] * plan.carry_share[e]
        if volume > 0.0:
            for tag in range(tags):
                book.carried[plan.carry_target[e], tag] += (
                    book.share[plan.carry_row[e], tag] * volume
                )
    month = plan.month[step]
    for c in range(plan.claim_supplied.size):
        volume = register[plan.claim_supplied[c]]
        if volume > 0.0:
            row = plan.claim_row[c]
            if row >= 0:
                for tag in range(tags):
                    book.supplied[month, c, tag] += book.share[row, tag] * volume
            else:
                book.supplied[month, c, plan.claim_origin[c]] += volume
    for store in range(plan.store_end.size):
        for tag in range(tags):
            book.stored[month, store, tag] = book.content[store, tag]
