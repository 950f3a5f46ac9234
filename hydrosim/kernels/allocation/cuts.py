"""The pool of cuts: what infeasible rows of the simplex have taught, valid at every step.

For any row multipliers y and w = y A, every feasible x has w x = y b; so the claims' columns obey
``sum_claims w_k x_k <= y b - sum_others min(w_j 0, w_j u_j)``, whatever today's b and u are: the
cut depends on the coefficients only.  A cut is stored sparse: (row, y), (claim, w) and, of the
columns that no policy claims, only those with w < 0, whose upper bounds count.  A claim column
that is an ordinary column today is split off when the cut is evaluated.
"""

from typing import Any

from hydrosim.kernels._jit import inner, merged
from hydrosim.kernels.allocation.codes import (
    ACTIVE_CUTS,
    BASIC,
    BLOCKED_ROW,
    BLOCKED_SIGN,
    CLASS_TODAY,
    CUT_CLAIMS,
    CUT_COLUMNS,
    CUT_END,
    CUT_START,
    CUT_TIGHT,
    CUT_VARIANT,
    CUTS,
    EVICTED_CUTS,
    NEW_CUTS,
    OFFENDING_ROW,
    OPERATIONS,
    TARGET,
)
from hydrosim.kernels.allocation.factor import solve_backward

DUST = 1e-13


@merged
def measure_cut(model: Any, state: Any, number: int, field: int) -> float:
    """Return by how much a cut is violated [m3] when the claims carry the volumes of a field.

    Parameters
    ----------
    model : AllocationModel
        Reads the claims' columns.
    state : AllocationState
        Reads the cut, ``rhs``, ``upper`` and the claims.
    number : int
        Which cut.
    field : int
        BEST or TARGET: row of ``state.claim`` with the columns' volumes.

    Returns
    -------
    float
        Left-hand side less right-hand side [m3, in the cut's scale].
    """
    cut = state.cut
    index = state.cut_index
    weight = state.cut_value
    total = 0.0
    for e in range(cut[number, CUT_START], cut[number, CUT_CLAIMS]):
        total -= weight[e] * state.rhs[index[e]]
    for e in range(cut[number, CUT_CLAIMS], cut[number, CUT_COLUMNS]):
        k = index[e]
        if state.claim_flag[CLASS_TODAY, k] >= 0:
            total += weight[e] * state.claim[field, k]
        elif weight[e] < 0.0:
            total += weight[e] * state.upper[model.claim_column[k]]
    for e in range(cut[number, CUT_COLUMNS], cut[number, CUT_END]):
        total += weight[e] * state.upper[index[e]]
    return total


@inner
def add_cut(model: Any, state: Any, variant: int, now: int) -> int:
    """Turn the row that proved infeasibility into a cut and make it active.

    Parameters
    ----------
    model : AllocationModel
        Reads the matrix.
    state : AllocationState
        Reads the factors and the blocked row; writes the pool.
    variant : int
        Coefficient variant [-].
    now : int
        Number of this step.

    Returns
    -------
    int
        Number of the cut in the pool, -1 if it has no room at all.
    """
    rows = model.rows
    columns = model.columns
    column_ptr = model.column_ptr
    row_index = model.row_index
    coefficient = model.coefficient
    cut = state.cut
    index = state.cut_index
    weight = state.cut_value
    control = state.control
    rho = state.rho
    work = state.work
    r = control[BLOCKED_ROW]
    sign = float(control[BLOCKED_SIGN])

    # One refinement of the row of the inverse, so that basic columns drop out of the cut.
    for p in range(rows):
        j = state.head[p]
        value = 1.0 if p == r else 0.0
        for e in range(column_ptr[j], column_ptr[j + 1]):
            value -= coefficient[variant, e] * rho[row_index[e]]
        work[p] = value
    solve_backward(
        control[OPERATIONS],
        state.operation_row,
        state.operation_inverse,
        state.operation_ptr,
        state.factor_row,
        state.factor_value,
        work,
    )
    largest = 0.0
    for i in range(rows):
        rho[i] += work[i]
        if abs(rho[i]) > largest:
            largest = abs(rho[i])
            control[OFFENDING_ROW] = i

    # Room: forget the quarter of the pool's age that was tight longest ago, never an active cut.
    most = rows + model.claims + columns
    while control[CUTS] >= cut.shape[0] or (
        control[CUTS] > 0 and cut[control[CUTS] - 1, CUT_END] + most > index.size
    ):
        oldest = now
        for c in range(control[CUTS]):
            oldest = min(oldest, cut[c, CUT_TIGHT])
        limit = oldest + (now - oldest) // 4
        kept = 0
        used = 0
        active = 0
        for c in range(control[CUTS]):
            if cut[c, CUT_TIGHT] <= limit and oldest < now:
                state.counters[EVICTED_CUTS] += 1.0
                continue
            if oldest == now and c < control[CUTS] // 4:
                state.counters[EVICTED_CUTS] += 1.0
                continue
            shift = cut[c, CUT_START] - used
            for e in range(cut[c, CUT_START], cut[c, CUT_END]):
                index[e - shift] = index[e]
                weight[e - shift] = weight[e]
            is_active = 0
            for a in range(control[ACTIVE_CUTS]):
                if state.active[a] == c:
                    is_active = 1
            if is_active == 1:
                state.active[active] = kept
                active += 1
            cut[kept, CUT_START] = used
            cut[kept, CUT_CLAIMS] = cut[c, CUT_CLAIMS] - shift
            cut[kept, CUT_COLUMNS] = cut[c, CUT_COLUMNS] - shift
            used = cut[c, CUT_END] - shift
            cut[kept, CUT_END] = used
            cut[kept, CUT_TIGHT] = cut[c, CUT_TIGHT]
            cut[kept, CUT_VARIANT] = cut[c, CUT_VARIANT]
            kept += 1
        control[ACTIVE_CUTS] = active
        if kept == control[CUTS]:
            return -1
        control[CUTS] = kept

    number = control[CUTS]
    used = 0
    if number > 0:
        used = cut[number - 1, CUT_END]
    cut[number, CUT_START] = used
    for i in range(rows):
        if abs(rho[i]) <= DUST * largest:
            rho[i] = 0.0
        else:
            rho[i] *= sign
            index[used] = i
            weight[used] = rho[i]
            used += 1
    cut[number, CUT_CLAIMS] = used
    # Basic columns other than the blocked one have w = 0; rounding times a wide bound is not.
    blocked = state.head[r]
    for k in range(model.claims):
        j = model.claim_column[k]
        if state.status[j] == BASIC and j != blocked:
            continue
        value = 0.0
        for e in range(column_ptr[j], column_ptr[j + 1]):
            value += coefficient[variant, e] * rho[row_index[e]]
        if abs(value) > DUST * largest:
            index[used] = k
            weight[used] = value
            used += 1
    cut[number, CUT_COLUMNS] = used
    for j in range(columns):
        if model.claim_of_column[j] < 0 and (state.status[j] != BASIC or j == blocked):
            value = 0.0
            for e in range(column_ptr[j], column_ptr[j + 1]):
                value += coefficient[variant, e] * rho[row_index[e]]
            if value < -DUST * largest:
                index[used] = j
                weight[used] = value
                used += 1
    cut[number, CUT_END] = used
    cut[number, CUT_TIGHT] = now
    cut[number, CUT_VARIANT] = variant
    control[CUTS] = number + 1
    state.active[control[ACTIVE_CUTS]] = number
    control[ACTIVE_CUTS] += 1
    state.counters[NEW_CUTS] += 1.0
    return number


@inner
def wake_cuts(model: Any, state: Any, variant: int, now: int, threshold: float) -> int:
    """Make all sleeping cuts active that today's targets violate.

    Parameters
    ----------
    model : AllocationModel
        Reads the claims' columns.
    state : AllocationState
        Reads the pool and the targets; writes the list of active cuts.
    variant : int
        Coefficient variant [-].
    now : int
        Number of this step.
    threshold : float
        Violation below which a cut sleeps on [m3].

    Returns
    -------
    int
        How many cuts woke up.
    """
    cut = state.cut
    found = 0
    for c in range(state.control[CUTS]):
        if cut[c, CUT_TIGHT] + 2 < now and cut[c, CUT_VARIANT] == variant:
            if measure_cut(model, state, c, TARGET) > threshold:
                found += 1
                cut[c, CUT_TIGHT] = now
                state.active[state.control[ACTIVE_CUTS]] = c
                state.control[ACTIVE_CUTS] += 1
    return found
