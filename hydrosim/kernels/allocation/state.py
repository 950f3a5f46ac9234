"""The mutable part of an allocation: basis, factors, cuts, scratch, counters."""

from typing import NamedTuple

import numpy as np

from hydrosim.kernels.allocation import codes
from hydrosim.kernels.allocation.model import AllocationModel, FloatArray, IntArray

LARGEST_POOL = 256


class AllocationState(NamedTuple):
    """All that a scenario's allocation remembers; saving these arrays saves the solver whole.

    ``x`` [m3], ``fulfilment`` [-] and ``counters`` are results; the rest is the solver's own.
    """

    x: FloatArray
    fulfilment: FloatArray
    counters: FloatArray
    control: IntArray
    lower: FloatArray
    upper: FloatArray
    tolerance: FloatArray
    sharpness: FloatArray
    status: IntArray
    reduced_cost: FloatArray
    reduced_tie: FloatArray
    alpha: FloatArray
    ratio: FloatArray
    candidate: IntArray
    eligible: IntArray
    head: IntArray
    basic: FloatArray
    rhs: FloatArray
    rho: FloatArray
    column: FloatArray
    work: FloatArray
    operation_row: IntArray
    operation_inverse: FloatArray
    operation_ptr: IntArray
    factor_row: IntArray
    factor_value: FloatArray
    peel: IntArray
    row_list: IntArray
    claim: FloatArray
    claim_flag: IntArray
    cut: IntArray
    cut_index: IntArray
    cut_value: FloatArray
    active: IntArray
    water: FloatArray
    later: FloatArray
    share_of_cut: FloatArray
    rhs_seen: FloatArray
    upper_seen: FloatArray
    reach: FloatArray


def build_allocation_state(model: AllocationModel) -> AllocationState:
    """Return an empty solver for one scenario.

    Parameters
    ----------
    model : AllocationModel
        The network's model.

    Returns
    -------
    AllocationState
        Starting basis, no cuts, counters at zero.
    """
    rows, claims = model.rows, model.claims
    total = model.columns + rows
    pool = min(LARGEST_POOL, 32 + 2 * (rows + claims))
    classes = model.class_ptr.shape[1]
    sizes = np.sort(np.diff(model.column_ptr))[::-1]
    entries = int(sizes[:rows].sum())
    factor_room = 4 * entries + 24 * rows + 256
    updates = rows + 128
    longest = rows + total
    cut_room = max(4 * longest, pool * min(longest, 16 + (rows + claims) // 2))
    control = np.zeros(codes.CONTROLS, dtype=np.int64)
    control[[codes.LAST_VARIANT, codes.LAST_POLICY]] = -1
    return AllocationState(
        x=np.zeros(model.columns),
        fulfilment=np.ones(claims),
        counters=np.zeros(codes.COUNTERS),
        control=control,
        lower=np.zeros(total),
        upper=np.zeros(total),
        tolerance=np.zeros(total),
        sharpness=np.zeros(total),
        status=np.zeros(total, dtype=np.int64),
        reduced_cost=np.zeros(total),
        reduced_tie=np.zeros(total),
        alpha=np.zeros(total),
        ratio=np.zeros(total),
        candidate=np.zeros(total, dtype=np.int64),
        eligible=np.zeros(max(total, pool), dtype=np.int64),
        head=model.start_head.copy(),
        basic=np.zeros((codes.BASIC_FIELDS, rows)),
        rhs=np.zeros(rows),
        rho=np.zeros(rows),
        column=np.zeros(rows),
        work=np.zeros(rows),
        operation_row=np.zeros(2 * rows + updates + 2, dtype=np.int64),
        operation_inverse=np.zeros(2 * rows + updates + 2),
        operation_ptr=np.zeros(2 * rows + updates + 3, dtype=np.int64),
        factor_row=np.zeros(factor_room, dtype=np.int64),
        factor_value=np.zeros(factor_room),
        peel=np.zeros((8, rows + 1), dtype=np.int64),
        row_list=np.zeros(entries + 1, dtype=np.int64),
        claim=np.zeros((codes.CLAIM_FIELDS, claims)),
        claim_flag=np.zeros((codes.CLAIM_FLAGS, claims), dtype=np.int64),
        cut=np.zeros((pool, codes.CUT_FIELDS), dtype=np.int64),
        cut_index=np.zeros(cut_room, dtype=np.int64),
        cut_value=np.zeros(cut_room),
        active=np.zeros(pool, dtype=np.int64),
        water=np.zeros((codes.WATER_FIELDS, pool)),
        later=np.zeros((classes + 1, pool)),
        share_of_cut=np.zeros((claims, pool)),
        rhs_seen=np.zeros(rows),
        upper_seen=np.zeros(model.columns),
        reach=np.zeros(rows),
    )
