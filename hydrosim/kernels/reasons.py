"""Reasons of shortage: which bounds hold back a short claim, as codes into a table of the run."""

from __future__ import annotations

import math

from hydrosim.kernels._apart import apart
from hydrosim.kernels._book import floats, open_book
from hydrosim.kernels._jit import inner
from hydrosim.kernels.allocation import codes, slots
from hydrosim.kernels.allocation.reasons import explain
from hydrosim.kernels.codes import EMPTY_TERM, TERMS
from hydrosim.kernels.openers import open_program, open_reasons, open_recording, open_work

__all__ = ["step_reasons"]


FIRST_BLOCK = 2
MET_FRAC = 1.0 - 1e-6


@inner
def lift_bounds(program, register, upper_m3):
    """Give columns that were held to all water of the network their own bounds again.

    `gather` holds what has no bound, or a larger one, to all the water that there is: such a
    column is never a reason. Reads program, register; writes upper_m3[n]. Returns that water [m3],
    or infinity where no column was held to it.
    """
    water_m3 = math.inf
    for j in range(program.upper_start.size - 1):
        bound = math.inf
        for e in range(program.upper_start[j], program.upper_start[j + 1]):
            bound = min(bound, register[program.upper_register[e]])
        if bound > upper_m3[j] and bound > 0.0:
            water_m3 = upper_m3[j]
            upper_m3[j] = bound
    return water_m3


@apart
def step_reasons(address: int, step: int, policy: int) -> int:
    """Write the code of the reason of each short claim; 0 stands for a claim that is met.

    An entry of the table is (count, flags, block, ...), a block being column * TERMS + the place
    of the smallest of the column's bounds (EMPTY_TERM for a column that is empty). A full table
    keeps its last entry for all further reasons.

    Parameters
    ----------
    address : int
        The scenario's `Work`; reads its program, solver and registers; writes
        ``recording.reason`` and the table of reasons.
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
    recording = open_recording(work.recording)
    reasons = open_reasons(work.reasons)
    register = work.register
    fulfilment = floats(open_book(work.solver), slots.FULFILMENT)
    width = reasons.table.shape[1]
    upper_m3 = floats(open_book(work.solver), slots.GIVEN_UPPER)
    water_m3 = math.inf
    lifted = False
    for c in range(program.short_claim.size):
        claim = program.short_claim[c]
        if fulfilment[claim] >= MET_FRAC:
            continue
        if not lifted:
            water_m3 = lift_bounds(program, register, upper_m3)
            lifted = True
        explain(
            work.solver,
            work.variant,
            policy,
            claim,
            reasons.row_seen,
            reasons.turned,
            reasons.blocked,
            reasons.kind,
            reasons.outcome,
        )
        entry = reasons.entry
        for place in range(width):
            entry[place] = -1
        entry[0] = reasons.outcome[codes.OUTCOME_COUNT]
        entry[1] = reasons.outcome[codes.OUTCOME_FLAGS]
        for b in range(reasons.outcome[codes.OUTCOME_COUNT]):
            column = reasons.blocked[b]
            term = EMPTY_TERM
            if reasons.kind[b] == codes.BLOCK_FULL:
                first = program.upper_start[column]
                smallest = 0.0
                for e in range(first, program.upper_start[column + 1]):
                    value = register[program.upper_register[e]]
                    if e == first or value < smallest:
                        smallest = value
                        term = min(e - first, EMPTY_TERM - 1)
            entry[FIRST_BLOCK + b] = column * TERMS + term
        code = -1
        for known in range(reasons.used[0]):
            same = True
            for place in range(width):
                if reasons.table[known, place] != entry[place]:
                    same = False
                    break
            if same:
                code = known
                break
        if code < 0:
            code = reasons.used[0]
            if code < reasons.table.shape[0]:
                for place in range(width):
                    reasons.table[code, place] = entry[place]
                reasons.used[0] += 1
            else:
                code -= 1
        recording.reason[step, c] = code + 1
    if lifted:
        for j in range(program.upper_start.size - 1):
            upper_m3[j] = min(upper_m3[j], water_m3)
    return 0
