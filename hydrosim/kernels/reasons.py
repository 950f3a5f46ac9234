"""Reasons of shortage: which bounds hold back a short claim, as codes into a table of the run."""

from __future__ import annotations

from hydrosim.kernels._apart import floats, open_book
from hydrosim.kernels._jit import hot
from hydrosim.kernels.allocation.codes import BLOCK_FULL, OUTCOME_COUNT, OUTCOME_FLAGS
from hydrosim.kernels.allocation.reasons import explain
from hydrosim.kernels.allocation.slots import FULFILMENT
from hydrosim.kernels.codes import EMPTY_TERM, TERMS

__all__ = ["step_reasons"]


FIRST_BLOCK = 2
MET_FRAC = 1.0 - 1e-6


@hot
def step_reasons(step, variant, policy, program, solver, register, recording, reasons):
    """Write the code of the reason of each short claim; 0 stands for a claim that is met.

    An entry of the table is (count, flags, block, ...), a block being column * TERMS + the place
    of the smallest of the column's bounds (EMPTY_TERM for a column that is empty). A full table
    keeps its last entry for all further reasons.
    Reads program, solver (address of the allocation's book), register; writes recording.reason,
    reasons.
    """
    fulfilment = floats(open_book(solver), FULFILMENT)
    width = reasons.table.shape[1]
    for c in range(program.short_claim.size):
        claim = program.short_claim[c]
        if fulfilment[claim] >= MET_FRAC:
            continue
        explain(
            solver,
            variant,
            policy,
            claim,
            reasons.row_seen,
            reasons.blocked,
            reasons.kind,
            reasons.outcome,
        )
        entry = reasons.entry
        for place in range(width):
            entry[place] = -1
        entry[0] = reasons.outcome[OUTCOME_COUNT]
        entry[1] = reasons.outcome[OUTCOME_FLAGS]
        for b in range(reasons.outcome[OUTCOME_COUNT]):
            column = reasons.blocked[b]
            term = EMPTY_TERM
            if reasons.kind[b] == BLOCK_FULL:
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
