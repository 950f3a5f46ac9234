"""One step of the allocation: today's bounds and wishes in, balanced flows out."""

from typing import Any

from hydrosim.kernels._jit import hot_merged, inner
from hydrosim.kernels.allocation.codes import (
    ACTIVATIONS,
    ACTIVE_CUTS,
    AT_LOWER,
    BASIC,
    BEFORE,
    BEST,
    BLOCKED_ROW,
    CANDIDATES,
    CLASS_TODAY,
    COLD_STARTS,
    CUT_CLAIMS,
    CUT_COLUMNS,
    CUT_TIGHT,
    CUT_VARIANT,
    DEFICIT,
    FALLBACKS,
    FEASIBLE,
    FIXED,
    INFEASIBLE,
    LARGEST_OVERSHOOT_M3,
    LAST_POLICY,
    LAST_VARIANT,
    MODE_LEAST_COST,
    MOST_PIVOTS,
    NEED_CANDIDATES,
    NEED_COSTS,
    NEED_FACTOR,
    NEED_REACH,
    NEWTON_CUTS,
    NOW,
    OFFSET,
    PHASE_DIRECT,
    PHASE_FINAL,
    PHASE_NEWTON,
    PHASE_WATER_FILL,
    PIVOTS,
    QUIET_STEPS,
    SHORT_STEPS,
    SLOPE,
    STATUS_FINE,
    STATUS_INFEASIBLE,
    STATUS_NOT_FINITE,
    STATUS_TROUBLE,
    STEPS,
    TARGET,
    WANTED,
    WIDENED,
    WORST,
)
from hydrosim.kernels.allocation.cuts import add_cut, measure_cut, wake_cuts
from hydrosim.kernels.allocation.simplex import run_simplex
from hydrosim.kernels.allocation.waterfill import fill_classes

ROUNDING = 2.0**-44
"""Tolerance floor as a share of the largest volume of the connected part (256 unit roundoffs)."""
WIDEST = 1e4
MOST_ROUNDS = 400
MOST_NEWTON = 4000
HUGE = 1e300


@inner
def measure_reach(model: Any, state: Any, variant: int) -> None:
    """Set each column's tolerance from the largest volume that can reach it.

    A row's reach is the largest of its right-hand side and of what a column can bring to it, a
    column's reach the least of its bound and the reach of the rows that it leaves.

    Parameters
    ----------
    model : AllocationModel
        Reads the matrix.
    state : AllocationState
        Reads ``rhs_seen``, ``upper_seen`` [m3]; writes ``reach`` and ``tolerance`` [m3].
    variant : int
        Coefficient variant [-].
    """
    rows = model.rows
    columns = model.columns
    reach = state.reach
    for i in range(rows):
        reach[i] = state.rhs_seen[i]
    changed = True
    while changed:
        changed = False
        for j in range(columns):
            volume = state.upper_seen[j]
            for e in range(model.column_ptr[j], model.column_ptr[j + 1]):
                value = model.coefficient[variant, e]
                if value > 0.0 and reach[model.row_index[e]] < volume * value:
                    volume = reach[model.row_index[e]] / value
            state.tolerance[j] = volume
            for e in range(model.column_ptr[j], model.column_ptr[j + 1]):
                value = model.coefficient[variant, e]
                # The margin keeps a cycle with gains near one from creeping for ever.
                if -value * volume > 1.01 * reach[model.row_index[e]]:
                    reach[model.row_index[e]] = -value * volume
                    changed = True
    for i in range(rows):
        state.tolerance[columns + i] = reach[i]
    for i in range(rows):
        largest = 0.0
        for other in range(rows):
            if model.row_component[other] == model.row_component[i]:
                largest = max(largest, reach[other])
        state.work[i] = largest
    for j in range(columns + rows):
        floor = 1e-290
        for e in range(model.column_ptr[j], model.column_ptr[j + 1]):
            floor = max(floor, ROUNDING * state.work[model.row_index[e]])
        state.tolerance[j] = max(floor, model.tolerance * state.tolerance[j])
        state.sharpness[j] = 1.0 / state.tolerance[j]


# One function on purpose: each further call level is optimised again in every caller, and the
# simplex and the water-filling may have one call site each.
@hot_merged
def step_allocation(
    model: Any, state: Any, variant: int, policy: int, upper: Any, wanted: Any, rhs: Any
) -> int:
    """Allocate one step: A x = rhs, 0 <= x <= upper, claims served by class, costs least.

    Parameters
    ----------
    model : AllocationModel
        The network.
    state : AllocationState
        The scenario's solver; results in ``x`` [m3], ``fulfilment`` [-] and ``counters``.
    variant : int
        Which coefficients and costs hold today [-].
    policy : int
        Which ladder holds today [-].
    upper : ndarray, shape (n,)
        Upper bounds [m3].
    wanted : ndarray, shape (K,)
        Wanted volume of each claim [m3].
    rhs : ndarray, shape (m,)
        Right-hand side [m3].

    Returns
    -------
    int
        STATUS_FINE or another status of codes.py; then ``control[OFFENDING_ROW]`` names a row.
    """
    rows = model.rows
    columns = model.columns
    claims = model.claims
    claim = state.claim
    flag = state.claim_flag
    control = state.control
    counters = state.counters
    claim_column = model.claim_column
    sense = model.claim_sense
    control[NOW] += 1
    now = control[NOW]
    counters[STEPS] += 1.0
    pivots_before = counters[PIVOTS]

    # Kept in the state's reach: a step refused half-way must not hide a growth from the next.
    grown = control[NEED_REACH] == 1
    control[NEED_REACH] = 1
    for i in range(rows):
        value = rhs[i] * model.row_scale[i]
        state.rhs[i] = value
        if not abs(value) <= state.rhs_seen[i]:
            if not abs(value) < HUGE:
                return STATUS_NOT_FINITE
            state.rhs_seen[i] = 2.0 * abs(value)
            grown = True
    for j in range(columns):
        value = upper[j]
        state.upper[j] = value
        state.lower[j] = 0.0
        if not (value <= state.upper_seen[j] and value >= 0.0):
            if not (value >= 0.0 and value < HUGE):
                return STATUS_NOT_FINITE
            state.upper_seen[j] = 2.0 * value
            grown = True
    if variant != control[LAST_VARIANT]:
        if control[LAST_VARIANT] < 0:
            for p in range(rows):
                state.status[state.head[p]] = BASIC
        control[LAST_VARIANT] = variant
        control[NEED_FACTOR] = 1
        control[NEED_COSTS] = 1
        grown = True
    if grown:
        measure_reach(model, state, variant)
    control[NEED_REACH] = 0
    if policy != control[LAST_POLICY]:
        control[LAST_POLICY] = policy
        control[NEED_CANDIDATES] = 1
        control[NEED_COSTS] = 1
        for k in range(claims):
            flag[CLASS_TODAY, k] = model.claim_class[policy, k]

    for k in range(claims):
        if not (wanted[k] >= 0.0 and wanted[k] < HUGE):
            return STATUS_NOT_FINITE
        bound = state.upper[claim_column[k]]
        volume = wanted[k]
        if sense[k] > 0.0:
            best = min(bound, volume)
            if flag[CLASS_TODAY, k] >= 0:
                state.upper[claim_column[k]] = best
            claim[BEST, k] = best
            claim[WORST, k] = best
            slope = volume * model.relative_share[policy, k]
            claim[OFFSET, k] = best - slope
        else:
            if volume == 0.0:
                volume = bound
            claim[BEST, k] = 0.0
            claim[WORST, k] = bound
            slope = volume * model.relative_share[policy, k]
            claim[OFFSET, k] = volume - slope
        claim[SLOPE, k] = slope
        claim[WANTED, k] = volume

    # Active cuts: those of this variant that were tight in the last two steps.
    kept = 0
    for a in range(control[ACTIVE_CUTS]):
        c = state.active[a]
        if state.cut[c, CUT_TIGHT] + 2 >= now and state.cut[c, CUT_VARIANT] == variant:
            state.active[kept] = c
            kept += 1
    control[ACTIVE_CUTS] = kept

    status = STATUS_FINE
    widening = 1.0
    start_phase = PHASE_DIRECT if model.mode == MODE_LEAST_COST else PHASE_WATER_FILL
    phase = start_phase
    rounds = 0
    fill = phase == PHASE_WATER_FILL
    woken = False
    may_wake = True
    # Newton's state: class, level, cut that last held it.
    number = 0
    level = 0.0
    holder = -1
    first = 0
    last = 0
    while True:
        if phase == PHASE_WATER_FILL and fill:
            fill_classes(model, state, policy, now)
            moved = False
            for k in range(claims):
                if flag[CLASS_TODAY, k] >= 0:
                    change = abs(claim[TARGET, k] - claim[BEFORE, k])
                    if change > 1e-3 * state.tolerance[claim_column[k]]:
                        moved = True
                    claim[BEFORE, k] = claim[TARGET, k]
            if rounds > 0 and woken and not moved:
                may_wake = False
            elif rounds > 0 and (not moved or rounds > MOST_ROUNDS):
                phase = PHASE_NEWTON
                counters[FALLBACKS] += 1.0
                control[NEED_CANDIDATES] = 1
                control[NEED_COSTS] = 1
                number = -1
                for k in range(claims):
                    flag[FIXED, k] = 0
            fill = False
        if phase == PHASE_NEWTON:
            # Open the next class once the present one is settled.
            while number < 0 or first == last:
                number += 1
                if number == model.class_ptr.shape[1] - 1:
                    phase = PHASE_FINAL
                    control[NEED_CANDIDATES] = 1
                    break
                first = model.class_ptr[policy, number]
                last = model.class_ptr[policy, number + 1]
                level = HUGE
                holder = -1
                for e in range(first, last):
                    k = model.claim_order[policy, e]
                    if claim[SLOPE, k] > 0.0:
                        level = min(level, -claim[OFFSET, k] / claim[SLOPE, k])
        if phase == PHASE_NEWTON:
            for k in range(claims):
                j = claim_column[k]
                if flag[CLASS_TODAY, k] < 0:
                    continue
                best = claim[BEST, k]
                worst = claim[WORST, k]
                if flag[FIXED, k] == 1:
                    state.lower[j] = claim[TARGET, k]
                    state.upper[j] = claim[TARGET, k]
                    continue
                if flag[CLASS_TODAY, k] == number:
                    worst = min(max(claim[OFFSET, k] + claim[SLOPE, k] * level, 0.0), worst)
                if sense[k] > 0.0:
                    state.lower[j] = best - worst
                    state.upper[j] = best
                else:
                    state.lower[j] = 0.0
                    state.upper[j] = worst
        elif phase != PHASE_DIRECT:
            for k in range(claims):
                if flag[CLASS_TODAY, k] >= 0:
                    state.lower[claim_column[k]] = claim[TARGET, k]
                    state.upper[claim_column[k]] = claim[TARGET, k]
        if control[NEED_CANDIDATES] == 1:
            # Fixed columns never enter the basis: leave them out of every row.
            control[NEED_CANDIDATES] = 0
            count = 0
            for j in range(columns):
                k = model.claim_of_column[j]
                fixed = k >= 0 and flag[CLASS_TODAY, k] >= 0
                if not fixed or phase in (PHASE_NEWTON, PHASE_DIRECT):
                    state.candidate[count] = j
                    count += 1
            control[CANDIDATES] = count

        result = run_simplex(model, state, variant, widening)

        failed = False
        if result == FEASIBLE:
            if phase != PHASE_NEWTON:
                break
            if holder < 0:
                for e in range(first, last):
                    k = model.claim_order[policy, e]
                    if flag[FIXED, k] == 0:
                        flag[FIXED, k] = 1
                        claim[TARGET, k] = claim[BEST, k]
                        claim[DEFICIT, k] = 0.0
                number_left = 0
            else:
                number_left = 0
                for e in range(state.cut[holder, CUT_CLAIMS], state.cut[holder, CUT_COLUMNS]):
                    k = state.cut_index[e]
                    a_k = state.cut_value[e] * sense[k]
                    if flag[CLASS_TODAY, k] == number and flag[FIXED, k] == 0 and a_k > 0.0:
                        deficit = claim[OFFSET, k] + claim[SLOPE, k] * level
                        deficit = min(max(deficit, 0.0), claim[WORST, k])
                        flag[FIXED, k] = 1
                        claim[DEFICIT, k] = deficit
                        if sense[k] > 0.0:
                            claim[TARGET, k] = claim[BEST, k] - deficit
                        else:
                            claim[TARGET, k] = deficit
                level = HUGE
                holder = -1
                for e in range(first, last):
                    k = model.claim_order[policy, e]
                    if flag[FIXED, k] == 0:
                        number_left += 1
                        if claim[SLOPE, k] > 0.0:
                            level = min(level, -claim[OFFSET, k] / claim[SLOPE, k])
            if number_left == 0:
                first = last
        elif result == INFEASIBLE:
            rounds += 1
            if phase == PHASE_WATER_FILL:
                fill = True
                if may_wake:
                    blocked = state.head[control[BLOCKED_ROW]]
                    threshold = 10.0 * widening * state.tolerance[blocked]
                    found = wake_cuts(model, state, variant, now, threshold)
                    if found > 0:
                        counters[ACTIVATIONS] += found
                        woken = True
                        continue
                woken = False
                may_wake = True
            made = add_cut(model, state, variant, now)
            if made < 0 or phase in (PHASE_DIRECT, PHASE_FINAL):
                failed = True
            elif phase == PHASE_NEWTON:
                counters[NEWTON_CUTS] += 1.0
                # The least level at which the claims that the cut holds give enough.
                need = measure_cut(model, state, made, BEST)
                free = 0
                for e in range(state.cut[made, CUT_CLAIMS], state.cut[made, CUT_COLUMNS]):
                    k = state.cut_index[e]
                    if flag[CLASS_TODAY, k] < 0:
                        continue
                    a_k = state.cut_value[e] * sense[k]
                    if flag[FIXED, k] == 1:
                        need -= a_k * claim[DEFICIT, k]
                    elif a_k > 0.0 and flag[CLASS_TODAY, k] > number:
                        need -= a_k * claim[WORST, k]
                    elif a_k > 0.0 and claim[SLOPE, k] > 0.0:
                        free += 1
                before = level
                while free > 0:
                    total = 0.0
                    slope = 0.0
                    until = HUGE
                    for e in range(state.cut[made, CUT_CLAIMS], state.cut[made, CUT_COLUMNS]):
                        k = state.cut_index[e]
                        a_k = state.cut_value[e] * sense[k]
                        if (
                            a_k > 0.0
                            and flag[CLASS_TODAY, k] == number
                            and flag[FIXED, k] == 0
                            and claim[SLOPE, k] > 0.0
                        ):
                            start = -claim[OFFSET, k] / claim[SLOPE, k]
                            stop = (claim[WORST, k] - claim[OFFSET, k]) / claim[SLOPE, k]
                            if level >= stop:
                                total += a_k * claim[WORST, k]
                            elif level >= start:
                                total += a_k * (claim[OFFSET, k] + claim[SLOPE, k] * level)
                                slope += a_k * claim[SLOPE, k]
                                until = min(until, stop)
                            else:
                                until = min(until, start)
                    if total >= need:
                        break
                    ahead = until
                    if slope > 0.0:
                        ahead = level + (need - total) / slope
                    if ahead < until:
                        level = ahead
                        break
                    if until == HUGE:
                        free = 0
                    else:
                        level = until
                if level > before and rounds < MOST_NEWTON:
                    holder = made
                else:
                    failed = True
        else:
            failed = True
        if failed:
            # Ladder of trouble, last rung: all again from a cold start at a wider tolerance.
            if widening >= WIDEST:
                status = STATUS_TROUBLE
                if result == INFEASIBLE:
                    status = STATUS_INFEASIBLE
                break
            widening *= 10.0
            if widening == 10.0:
                counters[WIDENED] += 1.0
            counters[COLD_STARTS] += 1.0
            for j in range(columns + rows):
                state.status[j] = AT_LOWER
            for p in range(rows):
                state.head[p] = model.start_head[p]
                state.status[state.head[p]] = BASIC
            control[NEED_FACTOR] = 1
            control[NEED_COSTS] = 1
            control[NEED_CANDIDATES] = 1
            phase = start_phase
            fill = phase == PHASE_WATER_FILL
            rounds = 0
            for k in range(claims):
                j = claim_column[k]
                state.lower[j] = 0.0
                state.upper[j] = upper[j]
                if sense[k] > 0.0 and flag[CLASS_TODAY, k] >= 0:
                    state.upper[j] = min(upper[j], wanted[k])

    if status != STATUS_FINE:
        # The next step, if there is one, starts afresh.
        control[LAST_VARIANT] = -1
        control[LAST_POLICY] = -1
        return status
    if phase == PHASE_FINAL:
        control[NEED_COSTS] = 1
        control[NEED_CANDIDATES] = 1
    pivots = counters[PIVOTS] - pivots_before
    if pivots == 0.0:
        counters[QUIET_STEPS] += 1.0
    counters[MOST_PIVOTS] = max(counters[MOST_PIVOTS], pivots)
    overshoot = counters[LARGEST_OVERSHOOT_M3]
    for p in range(rows):
        j = state.head[p]
        if j < columns:
            out = max(-state.x[j], state.x[j] - state.upper[j])
            overshoot = max(overshoot, out)
        else:
            overshoot = max(overshoot, abs(state.basic[0, p]))
    counters[LARGEST_OVERSHOOT_M3] = overshoot
    short = False
    for k in range(claims):
        value = state.x[claim_column[k]]
        volume = claim[WANTED, k]
        if wanted[k] == 0.0:
            state.fulfilment[k] = 1.0
        elif sense[k] > 0.0:
            state.fulfilment[k] = value / volume
            short = short or value < volume * (1.0 - 1e-9)
        else:
            state.fulfilment[k] = 1.0 - value / volume
    if short:
        counters[SHORT_STEPS] += 1.0
    return STATUS_FINE
