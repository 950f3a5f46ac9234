"""The boxed dual simplex: from a basis that is optimal for the costs to one that is feasible.

All columns have finite bounds, so every basis becomes dual feasible by moving nonbasic columns to
their other bound: there is no first phase.  Reduced costs are pairs (yuan, tie-break) compared
lexicographically, which makes every optimal flow unique.

A pivot visits only what it touches: the row of the inverse is sparse in a network, and the matrix
by rows gives the columns that it meets.
"""

from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import call, floats, indices, integers, open_book, size_of
from hydrosim.kernels.allocation import codes, slots
from hydrosim.kernels.allocation.basis import (
    A_LITTLE,
    TIE_ZERO,
    place_columns,
    price_afresh,
    refine,
    start_cold,
)
from hydrosim.kernels.allocation.factor import solve_backward, solve_forward

SMALLEST_ALPHA = 1e-11
MOST_UPDATES = 64
MOST_COST_UPDATES = 100
MOST_PASSES = 4
MOST_YIELDS = 12
SLIGHT = 128.0
"""Tolerances by which a row may stay out where rounding alone could put it there."""
ROUNDING = 2.0**-43
"""What a sum may be out by rounding alone, as a share of its absolute terms."""


# One function on purpose: its parts share most of the arrays, and a call would open them again.
@apart
def run_simplex(address: int, variant: int, _unused: int) -> int:
    """Find the cheapest x within today's bounds, from the basis at hand.

    Parameters
    ----------
    address : int
        The book; reads matrix, costs, ``rhs``, bounds and ``enters``; reads and writes the basis;
        writes ``x`` [m3].
    variant : int
        Coefficient variant [-].

    Returns
    -------
    int
        FEASIBLE; INFEASIBLE with the proving row of the inverse in ``rho``, its position and sign
        in ``control``; or TROUBLE.
    """
    book = open_book(address)
    sizes = integers(book, slots.SIZES)
    rows = sizes[codes.ROWS]
    columns = sizes[codes.COLUMNS]
    claims = sizes[codes.CLAIMS]
    base = variant * sizes[codes.ENTRIES]
    row_base = variant * (sizes[codes.ENTRIES] - rows)
    column_ptr = integers(book, slots.COLUMN_PTR)
    row_index = indices(book, slots.ROW_INDEX)
    coefficient = floats(book, slots.COEFFICIENT)
    row_ptr = integers(book, slots.ROW_PTR)
    row_column = indices(book, slots.ROW_COLUMN)
    row_coefficient = floats(book, slots.ROW_COEFFICIENT)
    claim_column = integers(book, slots.CLAIM_COLUMN)
    control = integers(book, slots.CONTROL)
    counters = floats(book, slots.COUNTERS)
    lower = floats(book, slots.LOWER)
    upper = floats(book, slots.UPPER)
    status = integers(book, slots.STATUS)
    enters = integers(book, slots.ENTERS)
    head = integers(book, slots.HEAD)
    basic_value = floats(book, slots.BASIC_VALUE)
    basic_lower = floats(book, slots.BASIC_LOWER)
    basic_upper = floats(book, slots.BASIC_UPPER)
    basic_weight = floats(book, slots.BASIC_WEIGHT)
    x = floats(book, slots.X)
    rhs = floats(book, slots.RHS)
    rho = floats(book, slots.RHO)
    column = floats(book, slots.COLUMN)
    work = floats(book, slots.WORK)
    alpha = floats(book, slots.ALPHA)
    ratio = floats(book, slots.RATIO)
    touched = integers(book, slots.TOUCHED)
    eligible = integers(book, slots.ELIGIBLE)
    reduced_cost = floats(book, slots.REDUCED_COST)
    reduced_tie = floats(book, slots.REDUCED_TIE)
    sharpness = floats(book, slots.SHARPNESS)
    tolerances = floats(book, slots.TOLERANCE)
    factor_row = indices(book, slots.FACTOR_ROW)
    factor_value = floats(book, slots.FACTOR_VALUE)
    operation_row = indices(book, slots.OPERATION_ROW)
    factor_room = size_of(book, slots.FACTOR_ROW)
    operation_room = size_of(book, slots.OPERATION_ROW)
    operation_inverse = floats(book, slots.OPERATION_INVERSE)
    operation_ptr = integers(book, slots.OPERATION_PTR)
    zero = floats(book, slots.COST_ZERO)[variant]
    narrow = 10.0 ** -control[codes.WIDENING]
    most_pivots = 200 + 20 * rows
    pivots = 0
    troubles = 0
    passes = 0
    yielded = 0
    tolerated = narrow < 1.0
    while True:
        # Ladder of trouble: factorise again, then start cold, then give up (the caller widens).
        if troubles >= 3:
            return codes.TROUBLE
        if troubles == 2:
            start_cold(book)
        if control[codes.NEED_FACTOR] == 1 or control[codes.FACTORS_OF_GROUPS] == 1:
            control[codes.NEED_VALUES] = 1
            if call(book, slots.FACTORISE, variant, 0) == 0:
                troubles = max(2, troubles + 1)
                continue
        if control[codes.NEED_COSTS] == 1:
            price_afresh(book, variant)
        place_columns(book, variant, narrow)

        result = codes.FEASIBLE
        while True:
            # The row that is furthest out, measured in tolerances.
            r = -1
            worst = 0.0
            for p in range(rows):
                value = basic_value[p]
                out = max(basic_lower[p] - value, value - basic_upper[p])
                out *= basic_weight[p]
                if out > worst:
                    worst = out
                    r = p
            if worst <= 1.0:
                control[codes.SLIGHTLY_OUT] = 1 if worst > A_LITTLE or tolerated else 0
                break
            if pivots >= most_pivots:
                result = codes.TROUBLE
                break
            below = basic_value[r] < basic_lower[r]
            sign = 1.0 if below else -1.0
            goal = basic_lower[r] if below else basic_upper[r]
            for p in range(rows):
                rho[p] = 0.0
            rho[r] = 1.0
            solve_backward(book, rho)
            met = 0
            for i in range(rows):
                y = rho[i]
                if y != 0.0:
                    for e in range(row_ptr[i], row_ptr[i + 1]):
                        j = row_column[e]
                        if enters[j] == 1 and status[j] != codes.BASIC:
                            if alpha[j] == 0.0:
                                touched[met] = j
                                met += 1
                                # So that a sum that cancels is not listed twice.
                                alpha[j] = 1e-300
                            alpha[j] += y * row_coefficient[row_base + e]
            # What is small beside the largest entry is the rounding of the row.
            smallest = 1.0
            for c in range(met):
                smallest = max(smallest, abs(alpha[touched[c]]))
            smallest *= SMALLEST_ALPHA
            count = 0
            for c in range(met):
                j = touched[c]
                if lower[j] < upper[j]:
                    a = alpha[j] * sign
                    if status[j] == codes.AT_LOWER and a < -smallest:
                        ratio[j] = reduced_cost[j] / -a if reduced_cost[j] > zero else 0.0
                        eligible[count] = j
                        count += 1
                    elif status[j] == codes.AT_UPPER and a > smallest:
                        ratio[j] = -reduced_cost[j] / a if reduced_cost[j] < -zero else 0.0
                        eligible[count] = j
                        count += 1

            # Bound-flipping ratio test: pass breakpoints while the row stays out.
            tolerance = 1.0 / basic_weight[r]
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
                        if status[j] == codes.AT_UPPER:
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
            yielding = -1
            noise = 0.0
            if entering < 0:
                # Not even all bounds together mend the row. Is it more than rounding?
                size = 0.0
                best = 4.0 * left
                for i in range(rows):
                    size += abs(rho[i] * rhs[i])
                for c in range(met):
                    size += abs(alpha[touched[c]] * x[touched[c]])
                for k in range(claims):
                    j = claim_column[k]
                    if status[j] != codes.BASIC and enters[j] == 0:
                        a = 0.0
                        for e in range(column_ptr[j], column_ptr[j + 1]):
                            a += coefficient[base + e] * rho[row_index[e]]
                        size += abs(a * x[j])
                        if abs(a) * tolerances[j] > best:
                            best = abs(a) * tolerances[j]
                            yielding = j
                noise = min(ROUNDING * size, SLIGHT / (narrow * sharpness[head[r]]))
                if left <= noise and flipped > 0:
                    # The column passed last enters after all.
                    entering = eligible[0]
                    count = 1
                    flipped -= 1
            if entering < 0:
                for c in range(met):
                    alpha[touched[c]] = 0.0
                if left <= noise:
                    basic_weight[r] = 1.0 / noise
                    tolerated = True
                    continue
                # A row with huge entries calls a rounding error of the fixed claims infeasible.
                # Where a claim could mend it by less than a quarter of its own tolerance, the row
                # may stay out a little further, or else that claim gives way.
                entering = yielding if yielded < MOST_YIELDS else -1
                if entering >= 0 and left * narrow * sharpness[head[r]] <= SLIGHT:
                    basic_weight[r] = narrow * sharpness[head[r]] / SLIGHT
                    tolerated = True
                    continue
                if entering >= 0:
                    leaving = head[r]
                    status[leaving] = codes.AT_LOWER if below else codes.AT_UPPER
                    status[entering] = codes.BASIC
                    head[r] = entering
                    pivots += 1
                    yielded += 1
                    tolerated = True
                    counters[codes.PIVOTS] += 1.0
                    control[codes.NEED_FACTOR] = 1
                    control[codes.NEED_COSTS] = 1
                    result = -1
                    break
                control[codes.BLOCKED_ROW] = r
                control[codes.BLOCKED_SIGN] = 1 if below else -1
                result = codes.INFEASIBLE
                break
            if flipped > 0:
                counters[codes.FLIPS] += flipped
                for p in range(rows):
                    work[p] = 0.0
                for c in range(count, count + flipped):
                    j = eligible[c]
                    if status[j] == codes.AT_LOWER:
                        status[j] = codes.AT_UPPER
                        x[j] = upper[j]
                        value = upper[j] - lower[j]
                    else:
                        status[j] = codes.AT_LOWER
                        x[j] = lower[j]
                        value = lower[j] - upper[j]
                    for e in range(column_ptr[j], column_ptr[j + 1]):
                        work[row_index[e]] += coefficient[base + e] * value
                solve_forward(book, work)
                for p in range(rows):
                    basic_value[p] -= work[p]

            for p in range(rows):
                column[p] = 0.0
            for e in range(column_ptr[entering], column_ptr[entering + 1]):
                column[row_index[e]] = coefficient[base + e]
            solve_forward(book, column)
            pivot = column[r]
            wrong = abs(pivot - alpha[entering])
            if wrong > 1e-7 * (1.0 + abs(pivot)) or abs(pivot) < 1e-10:
                for c in range(met):
                    alpha[touched[c]] = 0.0
                result = codes.TROUBLE
                break
            step = (basic_value[r] - goal) / pivot
            leaving = head[r]
            if leaving < columns:
                x[leaving] = goal
            status[leaving] = codes.AT_LOWER if below else codes.AT_UPPER
            number = control[codes.OPERATIONS]
            used = operation_ptr[number]
            room = used + rows <= factor_room and number + 1 < operation_room
            for p in range(rows):
                value = column[p]
                if value != 0.0:
                    basic_value[p] -= value * step
                    if room and p != r:
                        factor_row[used] = p
                        factor_value[used] = value
                        used += 1
            basic_value[r] = x[entering] + step
            basic_lower[r] = lower[entering]
            basic_upper[r] = upper[entering]
            basic_weight[r] = narrow * sharpness[entering]
            first = reduced_cost[entering] / pivot
            second = reduced_tie[entering] / pivot
            for c in range(met):
                j = touched[c]
                a = alpha[j]
                alpha[j] = 0.0
                reduced_cost[j] -= first * a
                reduced_tie[j] -= second * a
                if lower[j] == upper[j]:
                    # No range today, so no part in the ratio test: keep its side right.
                    value = reduced_cost[j]
                    if abs(value) <= zero:
                        value = reduced_tie[j]
                    status[j] = codes.AT_UPPER if value < 0.0 else codes.AT_LOWER
            reduced_cost[leaving] = -first
            reduced_tie[leaving] = -second
            reduced_cost[entering] = 0.0
            reduced_tie[entering] = 0.0
            status[entering] = codes.BASIC
            head[r] = entering
            pivots += 1
            counters[codes.PIVOTS] += 1.0
            control[codes.UPDATES] += 1
            control[codes.COST_UPDATES] += 1
            if control[codes.UPDATES] >= MOST_UPDATES or not room:
                control[codes.NEED_FACTOR] = 1
                if control[codes.COST_UPDATES] >= MOST_COST_UPDATES:
                    control[codes.NEED_COSTS] = 1
                result = -1
                break
            operation_row[number] = r
            operation_inverse[number] = 1.0 / pivot
            operation_ptr[number + 1] = used
            control[codes.OPERATIONS] = number + 1

        if result == codes.TROUBLE:
            troubles += 1
            pivots = 0
            control[codes.NEED_FACTOR] = 1
            control[codes.NEED_COSTS] = 1
            continue
        if result == codes.INFEASIBLE:
            return codes.INFEASIBLE
        if result == codes.FEASIBLE:
            passes += 1
            if refine(book, variant):
                # The next step starts from fresh factors where the updates outweigh them.
                used = operation_ptr[control[codes.OPERATIONS]] - control[codes.BASE_ENTRIES]
                if (
                    used > rows + control[codes.BASE_ENTRIES]
                    or control[codes.COST_UPDATES] > MOST_COST_UPDATES
                ):
                    control[codes.NEED_FACTOR] = 1
                    if control[codes.COST_UPDATES] > MOST_COST_UPDATES:
                        control[codes.NEED_COSTS] = 1
                return codes.FEASIBLE
            if control[codes.UPDATES] == 0 or passes >= MOST_PASSES:
                return codes.FEASIBLE
            control[codes.NEED_FACTOR] = 1
