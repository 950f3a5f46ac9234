"""The boxed dual simplex: from a basis that is optimal for the costs to one that is feasible.

All columns have finite bounds, so every basis becomes dual feasible by moving nonbasic columns to
their other bound: there is no first phase.  Reduced costs are pairs (yuan, tie-break) compared
lexicographically, which makes every optimal flow unique.
"""

from typing import Any

from hydrosim.kernels._jit import merged
from hydrosim.kernels.allocation.codes import (
    AT_LOWER,
    AT_UPPER,
    BASIC,
    BASIC_LOWER,
    BASIC_UPPER,
    BASIC_VALUE,
    BASIC_WEIGHT,
    BLOCKED_ROW,
    BLOCKED_SIGN,
    CANDIDATES,
    COLD_STARTS,
    COST_UPDATES,
    FEASIBLE,
    FLIPS,
    INFEASIBLE,
    NEED_COSTS,
    NEED_FACTOR,
    NEED_FLIPS,
    OPERATIONS,
    PIVOTS,
    TROUBLE,
    UPDATES,
)
from hydrosim.kernels.allocation.factor import factorise, solve_backward, solve_forward

SMALLEST_ALPHA = 1e-11
TIE_ZERO = 1e-10
MOST_UPDATES = 64
MOST_PASSES = 8
MOST_REFINEMENTS = 4
CLOSED = 2e-13
MOST_YIELDS = 12
SLIGHT = 16.0


# One function on purpose: each further call level is optimised again in every caller.
@merged
def run_simplex(model: Any, state: Any, variant: int, widening: float) -> int:
    """Find the cheapest x within today's bounds, from the basis at hand.

    Parameters
    ----------
    model : AllocationModel
        Reads matrix and costs.
    state : AllocationState
        Reads ``rhs``, bounds and ``candidate``; reads and writes the basis; writes ``x``.
    variant : int
        Coefficient variant [-].
    widening : float
        Factor on the tolerance [-].

    Returns
    -------
    int
        FEASIBLE; INFEASIBLE with the proving row of the inverse in ``rho``, its position and sign
        in ``control``; or TROUBLE.
    """
    rows = model.rows
    columns = model.columns
    column_ptr = model.column_ptr
    row_index = model.row_index
    coefficient = model.coefficient
    lower = state.lower
    upper = state.upper
    status = state.status
    head = state.head
    basic = state.basic
    x = state.x
    rho = state.rho
    column = state.column
    work = state.work
    alpha = state.alpha
    ratio = state.ratio
    eligible = state.eligible
    reduced_cost = state.reduced_cost
    reduced_tie = state.reduced_tie
    control = state.control
    zero = model.cost_zero[variant]
    narrow = 1.0 / widening
    most_pivots = 200 + 20 * rows
    pivots = 0
    troubles = 0
    passes = 0
    yielded = 0
    while True:
        # Ladder of trouble: factorise again, then start cold, then give up (the caller widens).
        if troubles >= 3:
            return TROUBLE
        if troubles == 2:
            state.counters[COLD_STARTS] += 1.0
            for j in range(columns + rows):
                status[j] = AT_LOWER
            for p in range(rows):
                head[p] = model.start_head[p]
                status[head[p]] = BASIC
            control[NEED_FACTOR] = 1
            control[NEED_COSTS] = 1
        if control[NEED_FACTOR] == 1:
            if not factorise(model, state, variant):
                troubles = max(2, troubles + 1)
                continue
        if control[NEED_COSTS] == 1:
            for p in range(rows):
                rho[p] = model.cost[variant, head[p]]
                work[p] = model.tie_break[head[p]]
            for vector in range(2):
                solve_backward(
                    control[OPERATIONS],
                    state.operation_row,
                    state.operation_inverse,
                    state.operation_ptr,
                    state.factor_row,
                    state.factor_value,
                    rho if vector == 0 else work,
                )
            for j in range(columns + rows):
                if status[j] == BASIC:
                    reduced_cost[j] = 0.0
                    reduced_tie[j] = 0.0
                else:
                    first = model.cost[variant, j]
                    second = model.tie_break[j]
                    for e in range(column_ptr[j], column_ptr[j + 1]):
                        first -= coefficient[variant, e] * rho[row_index[e]]
                        second -= coefficient[variant, e] * work[row_index[e]]
                    reduced_cost[j] = first
                    reduced_tie[j] = second
            control[NEED_COSTS] = 0
            control[COST_UPDATES] = 0
            control[NEED_FLIPS] = 1

        # Nonbasic columns to their bounds, basic ones from the balance.
        flips = control[NEED_FLIPS]
        control[NEED_FLIPS] = 0
        for i in range(rows):
            work[i] = state.rhs[i]
        for j in range(columns):
            if status[j] != BASIC:
                if flips == 1:
                    if reduced_cost[j] > zero:
                        status[j] = AT_LOWER
                    elif reduced_cost[j] < -zero:
                        status[j] = AT_UPPER
                    elif reduced_tie[j] > TIE_ZERO:
                        status[j] = AT_LOWER
                    elif reduced_tie[j] < -TIE_ZERO:
                        status[j] = AT_UPPER
                value = upper[j] if status[j] == AT_UPPER else lower[j]
                x[j] = value
                if value != 0.0:
                    for e in range(column_ptr[j], column_ptr[j + 1]):
                        work[row_index[e]] -= coefficient[variant, e] * value
        solve_forward(
            control[OPERATIONS],
            state.operation_row,
            state.operation_inverse,
            state.operation_ptr,
            state.factor_row,
            state.factor_value,
            work,
        )
        for p in range(rows):
            j = head[p]
            basic[BASIC_VALUE, p] = work[p]
            basic[BASIC_LOWER, p] = lower[j]
            basic[BASIC_UPPER, p] = upper[j]
            basic[BASIC_WEIGHT, p] = narrow * state.sharpness[j]

        result = FEASIBLE
        while True:
            # The row that is furthest out, measured in tolerances.
            r = -1
            worst = 1.0
            for p in range(rows):
                value = basic[BASIC_VALUE, p]
                out = max(basic[BASIC_LOWER, p] - value, value - basic[BASIC_UPPER, p])
                out *= basic[BASIC_WEIGHT, p]
                if out > worst:
                    worst = out
                    r = p
            if r < 0:
                break
            if pivots >= most_pivots:
                result = TROUBLE
                break
            below = basic[BASIC_VALUE, r] < basic[BASIC_LOWER, r]
            sign = 1.0 if below else -1.0
            goal = basic[BASIC_LOWER, r] if below else basic[BASIC_UPPER, r]
            for p in range(rows):
                rho[p] = 0.0
            rho[r] = 1.0
            solve_backward(
                control[OPERATIONS],
                state.operation_row,
                state.operation_inverse,
                state.operation_ptr,
                state.factor_row,
                state.factor_value,
                rho,
            )
            count = 0
            for c in range(control[CANDIDATES]):
                j = state.candidate[c]
                if status[j] == BASIC:
                    alpha[j] = 0.0
                    continue
                a = 0.0
                for e in range(column_ptr[j], column_ptr[j + 1]):
                    a += coefficient[variant, e] * rho[row_index[e]]
                alpha[j] = a
                if lower[j] < upper[j]:
                    a *= sign
                    if status[j] == AT_LOWER and a < -SMALLEST_ALPHA:
                        ratio[j] = max(reduced_cost[j], 0.0) / -a
                        eligible[count] = j
                        count += 1
                    elif status[j] == AT_UPPER and a > SMALLEST_ALPHA:
                        ratio[j] = max(-reduced_cost[j], 0.0) / a
                        eligible[count] = j
                        count += 1

            # Bound-flipping ratio test: pass breakpoints while the row stays out.
            tolerance = 1.0 / basic[BASIC_WEIGHT, r]
            left = worst * tolerance
            flipped = 0
            entering = -1
            while count > 0:
                least = 1e300
                for c in range(count):
                    least = min(least, ratio[eligible[c]])
                least += zero + 1e-12 * least
                second = 1e300
                chosen = -1
                size = 0.0
                for c in range(count):
                    j = eligible[c]
                    if ratio[j] <= least:
                        a = abs(alpha[j])
                        tie = reduced_tie[j] / a
                        if status[j] == AT_UPPER:
                            tie = -tie
                        if tie < second - TIE_ZERO or (tie < second + TIE_ZERO and a > size):
                            second = min(tie, second)
                            size = a
                            chosen = c
                j = eligible[chosen]
                gained = size * (upper[j] - lower[j])
                if left - gained <= tolerance:
                    entering = j
                    break
                left -= gained
                count -= 1
                eligible[chosen] = eligible[count]
                # Passed columns collect behind the eligible ones.
                eligible[count] = j
                flipped += 1
            if entering < 0:
                # A row with huge entries calls a rounding error of the fixed claims infeasible.
                # Where a claim could mend it by less than a quarter of its own tolerance, the row
                # may stay out a little further, or else that claim gives way.
                best = 4.0 * worst * tolerance
                for k in range(model.claims if yielded < MOST_YIELDS else 0):
                    j = model.claim_column[k]
                    if status[j] != BASIC and lower[j] == upper[j]:
                        a = 0.0
                        for e in range(column_ptr[j], column_ptr[j + 1]):
                            a += coefficient[variant, e] * rho[row_index[e]]
                        if abs(a) * state.tolerance[j] > best:
                            best = abs(a) * state.tolerance[j]
                            entering = j
                if entering >= 0 and worst <= SLIGHT:
                    basic[BASIC_WEIGHT, r] /= SLIGHT
                    continue
                if entering >= 0:
                    leaving = head[r]
                    status[leaving] = AT_LOWER if below else AT_UPPER
                    status[entering] = BASIC
                    head[r] = entering
                    pivots += 1
                    yielded += 1
                    state.counters[PIVOTS] += 1.0
                    control[NEED_FACTOR] = 1
                    control[NEED_COSTS] = 1
                    result = -1
                    break
                control[BLOCKED_ROW] = r
                control[BLOCKED_SIGN] = 1 if below else -1
                result = INFEASIBLE
                break
            if flipped > 0:
                state.counters[FLIPS] += flipped
                for p in range(rows):
                    work[p] = 0.0
                for c in range(count, count + flipped):
                    j = eligible[c]
                    if status[j] == AT_LOWER:
                        status[j] = AT_UPPER
                        x[j] = upper[j]
                        value = upper[j] - lower[j]
                    else:
                        status[j] = AT_LOWER
                        x[j] = lower[j]
                        value = lower[j] - upper[j]
                    for e in range(column_ptr[j], column_ptr[j + 1]):
                        work[row_index[e]] += coefficient[variant, e] * value
                solve_forward(
                    control[OPERATIONS],
                    state.operation_row,
                    state.operation_inverse,
                    state.operation_ptr,
                    state.factor_row,
                    state.factor_value,
                    work,
                )
                for p in range(rows):
                    basic[BASIC_VALUE, p] -= work[p]

            for p in range(rows):
                column[p] = 0.0
            for e in range(column_ptr[entering], column_ptr[entering + 1]):
                column[row_index[e]] = coefficient[variant, e]
            solve_forward(
                control[OPERATIONS],
                state.operation_row,
                state.operation_inverse,
                state.operation_ptr,
                state.factor_row,
                state.factor_value,
                column,
            )
            pivot = column[r]
            wrong = abs(pivot - alpha[entering])
            if wrong > 1e-7 * (1.0 + abs(pivot)) or abs(pivot) < 1e-10:
                result = TROUBLE
                break
            step = (basic[BASIC_VALUE, r] - goal) / pivot
            for p in range(rows):
                basic[BASIC_VALUE, p] -= column[p] * step
            leaving = head[r]
            if leaving < columns:
                x[leaving] = goal
            status[leaving] = AT_LOWER if below else AT_UPPER
            basic[BASIC_VALUE, r] = x[entering] + step
            basic[BASIC_LOWER, r] = lower[entering]
            basic[BASIC_UPPER, r] = upper[entering]
            basic[BASIC_WEIGHT, r] = narrow * state.sharpness[entering]
            first = reduced_cost[entering] / pivot
            second = reduced_tie[entering] / pivot
            for c in range(control[CANDIDATES]):
                j = state.candidate[c]
                a = alpha[j]
                if a != 0.0:
                    reduced_cost[j] -= first * a
                    reduced_tie[j] -= second * a
                    if lower[j] == upper[j] and status[j] != BASIC:
                        # No range today, so no part in the ratio test: keep its side right.
                        value = reduced_cost[j]
                        if abs(value) <= zero:
                            value = reduced_tie[j]
                        status[j] = AT_UPPER if value < 0.0 else AT_LOWER
            reduced_cost[leaving] = -first
            reduced_tie[leaving] = -second
            reduced_cost[entering] = 0.0
            reduced_tie[entering] = 0.0
            status[entering] = BASIC
            head[r] = entering
            pivots += 1
            state.counters[PIVOTS] += 1.0
            control[UPDATES] += 1
            control[COST_UPDATES] += 1

            number = control[OPERATIONS]
            used = state.operation_ptr[number]
            if control[UPDATES] >= MOST_UPDATES or used + rows > state.factor_row.size:
                control[NEED_FACTOR] = 1
                control[NEED_COSTS] = 1
                result = -1
                break
            for p in range(rows):
                if column[p] != 0.0 and p != r:
                    state.factor_row[used] = p
                    state.factor_value[used] = column[p]
                    used += 1
            state.operation_row[number] = r
            state.operation_inverse[number] = 1.0 / pivot
            state.operation_ptr[number + 1] = used
            control[OPERATIONS] = number + 1

        if result == TROUBLE:
            troubles += 1
            pivots = 0
            control[NEED_FACTOR] = 1
            control[NEED_COSTS] = 1
            continue
        if result == FEASIBLE:
            passes += 1
            if control[UPDATES] > 0 and passes < MOST_PASSES:
                # A fresh factor gives x its last digits and the next step its start.
                control[NEED_FACTOR] = 1
                if control[COST_UPDATES] >= MOST_UPDATES:
                    control[NEED_COSTS] = 1
                continue
            # Refinement: a row that passes little water keeps the rounding of those that pass
            # much, until its own residual is solved for.
            for _ in range(MOST_REFINEMENTS):
                for p in range(rows):
                    if head[p] < columns:
                        x[head[p]] = basic[BASIC_VALUE, p]
                for i in range(rows):
                    work[i] = state.rhs[i]
                    state.column[i] = abs(state.rhs[i])
                for j in range(columns):
                    if x[j] != 0.0:
                        for e in range(column_ptr[j], column_ptr[j + 1]):
                            term = coefficient[variant, e] * x[j]
                            work[row_index[e]] -= term
                            state.column[row_index[e]] += abs(term)
                open_rows = 0
                for i in range(rows):
                    if abs(work[i]) > CLOSED * state.column[i]:
                        open_rows += 1
                if open_rows == 0:
                    break
                solve_forward(
                    control[OPERATIONS],
                    state.operation_row,
                    state.operation_inverse,
                    state.operation_ptr,
                    state.factor_row,
                    state.factor_value,
                    work,
                )
                for p in range(rows):
                    basic[BASIC_VALUE, p] += work[p]
                    if head[p] < columns:
                        x[head[p]] = basic[BASIC_VALUE, p]
            return FEASIBLE
        if result == INFEASIBLE:
            return INFEASIBLE
