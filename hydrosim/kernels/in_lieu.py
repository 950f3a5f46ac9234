"""In-lieu credit (置换): reservoir water that stays because imported water was used instead.

The credit of a reservoir is what it holds more than it would hold, had it served in place of the
import. Its own water is the rest. Own water is drawn first; a spill takes the credit first, since
without it there had been room; losses take both in proportion.
"""

from __future__ import annotations

from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import floats, open_book
from hydrosim.kernels._flat import entries
from hydrosim.kernels._jit import merged
from hydrosim.kernels.allocation import slots
from hydrosim.kernels.codes import LEAVES_BY_RIVER, LEAVES_OVER
from hydrosim.kernels.openers import (
    open_credit,
    open_lieu,
    open_plan,
    open_program,
    open_tags,
    open_work,
)

__all__ = ["step_in_lieu"]


FULL_FRAC = 1e-9


@merged
def sort_outflows(step, store, register, flow_m3, upper_m3, lieu, credit):
    """Sort what left a reservoir into spill and release, for each of its ways out; once a step.

    A reservoir that ends the step at or above its limit lets water go by the river because it
    must; that counts as spill.
    Reads register, flow_m3[n], upper_m3[n], lieu; writes credit.outflow[way], credit.own_spill
    and credit.release [m3].
    """
    if credit.sorted_step[store] == step:
        return
    credit.sorted_step[store] = step
    room_m3 = 0.0
    size_m3 = 0.0
    for e in range(lieu.zone_start[store], lieu.zone_start[store + 1]):
        if lieu.zone_to_fill[e] == 1:
            column = lieu.zone_column[e]
            room_m3 += upper_m3[column] - flow_m3[column]
            size_m3 += upper_m3[column]
    is_full = room_m3 <= FULL_FRAC * size_m3
    spill_m3 = 0.0
    release_m3 = 0.0
    for way in range(lieu.out_start[store], lieu.out_start[store + 1]):
        volume = flow_m3[lieu.out_column[way]]
        kind = lieu.out_kind[way]
        spilled = kind == LEAVES_OVER or (kind == LEAVES_BY_RIVER and is_full)
        credit.outflow[way] = -volume if spilled else volume
        if spilled:
            spill_m3 += volume
        else:
            release_m3 += volume
    for e in range(lieu.weir_start[store], lieu.weir_start[store + 1]):
        spill_m3 -= register[lieu.weir_register[e]]
    credit.own_spill[store] = spill_m3
    credit.release[store] = release_m3


@merged
def move_credit(month, store, part_frac, sign, lieu, credit):
    """Hand a part of all credit to reservoirs that directly receive the outflow it left with.

    Outflows of one sign count: releases stand as positive volumes, spills as negative ones.

    Reads credit.outflow, credit.standing, lieu; writes credit.received, credit.moved.
    Returns the share of the part that was handed on.
    """
    total_m3 = 0.0
    for way in range(lieu.out_start[store], lieu.out_start[store + 1]):
        volume = sign * credit.outflow[way]
        if volume > 0.0:
            total_m3 += volume
    handed = 0.0
    for way in range(lieu.out_start[store], lieu.out_start[store + 1]):
        target = lieu.out_store[way]
        volume = sign * credit.outflow[way]
        if target >= 0 and volume > 0.0:
            share = volume / total_m3 * lieu.out_gain[way]
            handed += share
            for origin in range(credit.standing.shape[1]):
                moved = credit.standing[store, origin] * part_frac * share
                credit.received[target, origin] += moved
                credit.moved[month, target, origin] += moved
                credit.moved[month, store, origin] -= moved
    return handed


@merged
def take_credit(month, store, volume_m3, used_frac, handed_frac, credit):
    """Take a volume from the credit of a reservoir, of all origins alike, and book where it went.

    Writes credit.standing, credit.used, credit.lapsed.
    """
    total_m3 = 0.0
    for origin in range(credit.standing.shape[1]):
        total_m3 += credit.standing[store, origin]
    for origin in range(credit.standing.shape[1]):
        part = credit.standing[store, origin] * (volume_m3 / total_m3)
        credit.standing[store, origin] -= part
        gone = part * (1.0 - handed_frac)
        credit.used[month, store, origin] += gone * used_frac
        credit.lapsed[month, store, origin] += gone * (1.0 - used_frac)


@merged
def draw_credits(step, month, register, flow_m3, upper_m3, lieu, credit):
    """Take losses, spill and releases beyond a reservoir's own water from its credit.

    Reservoirs come from the highest down, so that credit that moves is there to be drawn on.
    Reads register, flow_m3[n], upper_m3[n], lieu; writes credit, with the spill that took no
    credit in credit.own_spill [m3].
    """
    origins = credit.standing.shape[1]
    for position in range(lieu.order.size):
        store = lieu.order[position]
        total_m3 = 0.0
        received_m3 = 0.0
        for origin in range(origins):
            total_m3 += credit.standing[store, origin]
            received_m3 += credit.received[store, origin]
        if total_m3 + received_m3 <= 0.0:
            continue
        sort_outflows(step, store, register, flow_m3, upper_m3, lieu, credit)
        start = register[lieu.store_start[store]]
        before = register[lieu.store_before[store]]
        if start > before and total_m3 > 0.0:
            lost_m3 = total_m3 * (1.0 - before / start)
            take_credit(month, store, lost_m3, 0.0, 0.0, credit)
            total_m3 -= lost_m3
        total_m3 += received_m3
        for origin in range(origins):
            credit.standing[store, origin] += credit.received[store, origin]
            credit.received[store, origin] = 0.0
        spilled_m3 = min(total_m3, credit.own_spill[store])
        if spilled_m3 > 0.0:
            handed = move_credit(month, store, spilled_m3 / total_m3, -1.0, lieu, credit)
            take_credit(month, store, spilled_m3, 0.0, handed, credit)
            total_m3 -= spilled_m3
            credit.own_spill[store] -= spilled_m3
        held_m3 = max(register[lieu.store_end[store]] - lieu.dead_m3[store], 0.0)
        drawn_m3 = total_m3 - held_m3
        if total_m3 > 0.0 and drawn_m3 > 0.0:
            used_m3 = min(drawn_m3, credit.release[store])
            if used_m3 > 0.0:
                handed = move_credit(month, store, used_m3 / total_m3, 1.0, lieu, credit)
                take_credit(month, store, used_m3, 1.0, handed, credit)
                total_m3 -= used_m3
            if drawn_m3 > used_m3 and total_m3 > 0.0:
                take_credit(month, store, min(drawn_m3 - used_m3, total_m3), 0.0, 0.0, credit)
    for store in range(lieu.store_start.size):
        for origin in range(origins):
            credit.standing[store, origin] += credit.received[store, origin]
            credit.received[store, origin] = 0.0


@merged
def find_imports(step, composition, plan, book, lieu, credit):
    """Sum the shares of each import in some water, all its cohorts together, once a step.

    Reads plan, book, lieu; writes credit.share[composition, import].
    """
    if credit.share_step[composition] == step:
        return
    credit.share_step[composition] = step
    for origin in range(credit.share.shape[1]):
        credit.share[composition, origin] = 0.0
    for e in range(plan.tag_start[composition], plan.tag_start[composition + 1]):
        tag = plan.tag_list[e]
        origin = lieu.import_of[tag]
        if origin >= 0:
            credit.share[composition, origin] += (
                book.amount[composition, tag] * book.inverse[composition]
            )


@merged
def room_on_route(step, pair, flow_m3, upper_m3, plan, book, lieu, credit):
    """Return how much more the claim could get by its route [m3 at the claim].

    A way carries what it has to spare, and what imported water in it makes room for; what earlier
    claims of the step were granted on it is taken off.
    Reads flow_m3[n], upper_m3[n], plan, book, lieu, credit.granted; writes credit.share.
    """
    room_m3 = 1e300
    for e in range(lieu.route_start[pair], lieu.route_start[pair + 1]):
        column = lieu.route_column[e]
        room = max(upper_m3[column] - flow_m3[column], 0.0)
        slack = lieu.route_slack[e]
        if slack >= 0:
            room = min(room, max(flow_m3[slack], 0.0) / lieu.route_weight[e])
        if lieu.route_imports[e] == 1 and flow_m3[column] > 0.0:
            composition = book.same_as[lieu.route_source[e]]
            find_imports(step, composition, plan, book, lieu, credit)
            for origin in range(credit.share.shape[1]):
                room += flow_m3[column] * credit.share[composition, origin]
        room_m3 = min(room_m3, (room - credit.granted[column]) / lieu.route_factor[e])
    return room_m3


@merged
def held_back(pair, policy, flow_m3, lieu, credit):
    """Own water that a reservoir keeps and the ladder would let the claim have [m3].

    It stands in zones whose lines come after the claim's; credit counts as lying on top.
    Reads flow_m3[n], lieu, credit.
    """
    store = lieu.pair_store[pair]
    held_m3 = 0.0
    first = lieu.zone_start[store]
    for e in range(first, lieu.zone_start[store + 1]):
        if lieu.open_zone[policy, pair, e - first] == 1:
            held_m3 += flow_m3[lieu.zone_column[e]]
    for origin in range(credit.standing.shape[1]):
        held_m3 -= credit.standing[store, origin]
    return max(held_m3, 0.0)


@merged
def book_credits(step, policy, register, flow_m3, upper_m3, plan, book, lieu, credit):
    """Book what reservoirs kept because claims were served with imported water.

    Pairs come by claim, and for each claim from the nearest reservoir on; each claim's imported
    water is replaced once. What would only have saved a spill brings no credit.
    Reads register, flow_m3[n], upper_m3[n], plan, book, lieu; writes credit.
    """
    month = plan.month[step]
    claim = -1
    is_first = True
    for pair in range(lieu.pair_store.size):
        if lieu.pair_claim[pair] != claim:
            claim = lieu.pair_claim[pair]
            if flow_m3[claim] > 0.0:
                composition = book.same_as[lieu.pair_source[pair]]
                find_imports(step, composition, plan, book, lieu, credit)
                for origin in range(credit.left.size):
                    credit.left[origin] = flow_m3[claim] * credit.share[composition, origin]
            else:
                for origin in range(credit.left.size):
                    credit.left[origin] = 0.0
        store = lieu.pair_store[pair]
        imported_m3 = 0.0
        for origin in range(credit.left.size):
            imported_m3 += credit.left[origin] * lieu.replaces[store, origin]
        if imported_m3 <= 0.0:
            continue
        if is_first:
            for e in range(lieu.route_column.size):
                credit.granted[lieu.route_column[e]] = 0.0
            is_first = False
        sort_outflows(step, store, register, flow_m3, upper_m3, lieu, credit)
        factor = lieu.route_factor[lieu.route_start[pair]]
        held_m3 = held_back(pair, policy, flow_m3, lieu, credit) + credit.own_spill[store]
        room_m3 = room_on_route(step, pair, flow_m3, upper_m3, plan, book, lieu, credit)
        replaced_m3 = min(imported_m3, held_m3 / factor, room_m3)
        if replaced_m3 <= 0.0:
            continue
        for e in range(lieu.route_start[pair], lieu.route_start[pair + 1]):
            credit.granted[lieu.route_column[e]] += replaced_m3 * lieu.route_factor[e]
        kept_m3 = replaced_m3 * factor
        saved_m3 = min(kept_m3, credit.own_spill[store])
        credit.own_spill[store] -= saved_m3
        for origin in range(credit.left.size):
            part = credit.left[origin] * lieu.replaces[store, origin] / imported_m3
            credit.left[origin] -= part * replaced_m3
            credit.standing[store, origin] += part * (kept_m3 - saved_m3)
            credit.booked[month, store, origin] += part * (kept_m3 - saved_m3)


@apart
def step_in_lieu(address: int, step: int, policy: int) -> int:
    """Draw and book the in-lieu credits of one step, after the ledger of the step.

    Balance, for each reservoir and import: booked + moved in = used + lapsed + rise of what
    stands.

    Parameters
    ----------
    address : int
        The scenario's `Work`; reads registers, bounds, the ledger and the plan of credits; writes
        the credits.
    step : int
        Which step.
    policy : int
        Ladder of the step.

    Returns
    -------
    int
        0.
    """
    work = open_work(address)
    program = open_program(work.program)
    plan = open_plan(work.ledger)
    book = open_tags(work.book)
    lieu = open_lieu(work.in_lieu)
    credit = open_credit(work.credit)
    register = work.register
    flow_m3 = entries(register, program.flow_first, program.upper_start.size - 1)
    upper_m3 = floats(open_book(work.solver), slots.GIVEN_UPPER)
    month = plan.month[step]
    draw_credits(step, month, register, flow_m3, upper_m3, lieu, credit)
    book_credits(step, policy, register, flow_m3, upper_m3, plan, book, lieu, credit)
    if step + 1 == plan.month.size or plan.month[step + 1] != month:
        for store in range(credit.standing.shape[0]):
            for origin in range(credit.standing.shape[1]):
                credit.at_end[month, store, origin] = credit.standing[store, origin]
    return 0
