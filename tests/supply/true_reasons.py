"""Whether reasons of shortage are true: what they name is loosened, and the step solved again.

    python -m tests.supply.true_reasons [--networks 500] [--seed 0]

A bound that is named is lifted, a zone that is named empty gets water, claims of its own line and
those above are dropped where they are named, where there is no water there is some, and where
nobody takes more somebody does. Then the claim rises, or the next reason names something else. If
neither, the reason was not true.
"""

import argparse
import sys
from dataclasses import dataclass, replace

import numpy as np

from hydrosim.kernels.allocation import (
    STATUS_FINE,
    STATUS_TEXT,
    build_allocation_state,
    explain,
    step_allocation,
)
from hydrosim.kernels.allocation.codes import (
    BLOCK_EMPTY,
    BLOCK_FULL,
    FLAG_NO_ROOM,
    FLAG_NO_TAKER,
    FLAG_NO_WATER,
)
from hydrosim.kernels.allocation.codes import FLAG_USED_ABOVE as USED_ABOVE
from hydrosim.kernels.codes import EMPTY_TERM, TERMS
from hydrosim.supply.build import build_model
from hydrosim.supply.engine import open_engine
from hydrosim.supply.loop import advance
from hydrosim.supply.reasons import FIRST_BLOCK, MOST_CAUSES, _block
from hydrosim.supply.start import started_register
from tests.kernels.allocation.random_networks import build_sample

MET = 1.0 - 1e-6
MOST_BLOCKS = 12
EACH = 2
"""Times that a reason of a claim is tried."""


@dataclass
class Step:
    """A step as the allocation took it."""

    variant: int
    policy: int
    upper: np.ndarray
    wanted: np.ndarray
    rhs: np.ndarray


def reason_of(state, step, claim):
    """Return the columns that block a claim with their kind, and the flags."""
    model = state.model
    seen = np.zeros(model.rows, dtype=np.int64)
    turned = np.zeros(model.columns, dtype=np.int64)
    blocked = np.zeros(MOST_BLOCKS, dtype=np.int64)
    kind = np.zeros(MOST_BLOCKS, dtype=np.int64)
    outcome = np.zeros(2, dtype=np.int64)
    own = (seen, turned, blocked, kind, outcome)
    explain(state.address, step.variant, step.policy, claim, *own)
    count = int(outcome[0])
    named = list(zip(blocked[:count].tolist(), kind[:count].tolist(), strict=True))
    return named, int(outcome[1])


def without(model, policy, claim):
    """Return the model in whose ladder a claim's own line and those above have only the claim."""
    classes = model.claim_class.copy()
    own = classes[policy, claim]
    dropped = (classes[policy] >= 0) & (classes[policy] <= own)
    dropped[claim] = False
    classes[policy, dropped] = -1
    order, pointer = model.claim_order.copy(), model.class_ptr.copy()
    listed = [k for k in order[policy] if k >= 0 and not dropped[k]]
    order[policy] = -1
    order[policy, : len(listed)] = listed
    lines = np.array([classes[policy, k] for k in listed])
    pointer[policy] = [int((lines < line).sum()) for line in range(pointer.shape[1])]
    return replace(model, claim_class=classes, claim_order=order, class_ptr=pointer)


def is_true(model, step, claim, named, flags, flow_m3, lifted=None):
    """Whether a claim rises, or the next reason names something else, once all is loosened.

    `lifted` gives the bound of a named full column without the term that is named.
    """
    upper, rhs = step.upper.copy(), step.rhs.copy()
    much = 10.0 * float(np.abs(rhs).sum() + step.wanted.sum() + 1.0)
    own = int(model.claim_column[claim])
    short = min(step.wanted[claim], step.upper[own]) - flow_m3

    def enrich(j, volume, way=1.0):
        """Give water to the rows that a column leaves, or take it from those where it arrives."""
        for e in range(model.column_ptr[j], model.column_ptr[j + 1]):
            i = model.row_index[e]
            weight = model.coefficient[step.variant, e] / model.row_scale[i]
            if weight * way > 0.0 and is_balance(model, i):
                rhs[i] += volume * weight

    upper[model.overflow_column] += much + 100.0 * short
    for j, kind in named:
        if kind == BLOCK_FULL:
            upper[j] = max(lifted(j) if lifted else upper[j] + much, upper[j])
            upper[j] = min(upper[j], max(step.upper[j], 0.0) + much)
        elif kind == BLOCK_EMPTY:
            enrich(j, 3.0 * short)
    if flags & FLAG_NO_WATER and not any(kind == BLOCK_FULL for _, kind in named):
        enrich(own, short)
    untaken = rhs.copy()
    if flags & FLAG_NO_TAKER:
        enrich(own, short, way=-1.0)
    others = flags & (USED_ABOVE | FLAG_NO_ROOM)
    changed = without(model, step.policy, claim) if others else model
    state = build_allocation_state(changed)
    status = step_allocation(changed, state, step.variant, step.policy, upper, step.wanted, rhs)
    if status != STATUS_FINE and flags & FLAG_NO_TAKER:
        # Nothing can bring what is taken there: with a way on, by overflow, that is the reason.
        rhs = untaken
        state = build_allocation_state(changed)
        status = step_allocation(changed, state, step.variant, step.policy, upper, step.wanted, rhs)
    assert status == STATUS_FINE, STATUS_TEXT[status]
    wanted = min(step.wanted[claim], step.upper[own])
    if state.x[own] > flow_m3 + 1e-9 * wanted:
        return True
    after, flags_after = reason_of(state, replace(step, upper=upper, rhs=rhs), claim)
    bounded = [one for one in after if one[1] == BLOCK_FULL and one in named]
    return bool(set(after) - set(named)) or bool(flags_after & ~flags) or bool(lifted and bounded)


def is_balance(model, row):
    """Whether a row is a balance of water: some column brings to it."""
    entries = model.row_index == row
    return bool((model.coefficient[0][entries] < 0.0).any() or entries.sum() > 1)


def untrue_on_networks(networks, seed):
    """Return the reasons on random networks that are not true, and how many were tried."""
    rng = np.random.default_rng(seed)
    wrong, tried = [], 0
    for _network in range(networks):
        number = int(rng.integers(2**31))
        sample = build_sample(number, int(rng.integers(2, 9)))
        state = build_allocation_state(sample.model)
        for count in range(3):
            step = Step(*sample.draw_step())
            assert step_allocation(sample.model, state, *vars(step).values()) == STATUS_FINE
            for k, j in enumerate(sample.claims()):
                if sample.columns[j].sense < 0 or state.fulfilment[k] >= MET:
                    continue
                if sample.model.claim_class[step.policy, k] < 0 or step.wanted[k] == 0.0:
                    continue
                if step.upper[j] <= state.x[j] + 1e-9 * step.wanted[k]:
                    continue  # its own bound, which its record tells
                tried += 1
                named, flags = reason_of(state, step, k)
                zones = [n for n, c in enumerate(sample.columns) if c.kind == "zone"]
                named = [one for one in named if one[1] == BLOCK_FULL or one[0] in zones]
                if not named and not flags & (USED_ABOVE | FLAG_NO_TAKER | FLAG_NO_ROOM):
                    flags |= FLAG_NO_WATER
                if not is_true(sample.model, step, k, named, flags, float(state.x[j])):
                    wrong.append((number, count, k, named, flags))
    return wrong, tried


def unheld(program, register, step):
    """Return bounds without the hold to all water of the network [m3]; a large one for none."""
    largest = 100.0 * (step.upper.max() + step.wanted.max())
    bounds = [
        np.min(register[program.upper_register[first:last]], initial=np.inf)
        for first, last in zip(program.upper_start[:-1], program.upper_start[1:], strict=True)
    ]
    return np.maximum(step.upper, np.minimum(bounds, largest))


def untrue_of_config(config):
    """Return the reasons of a config's run that are not true, and how many were tried."""
    model = build_model(config)
    register, _cycles = started_register(model, model.tape.initial_register[0].copy(), None)
    engine = open_engine(model, register, keep_series=True)
    allocation, program = model.allocation, model.program
    times: dict = {}
    wrong, tried = [], 0
    for t in range(model.calendar.dt_s.size):
        advance(engine, t, t + 1, None)
        codes = engine.recording.reason[t]
        for c in np.flatnonzero(codes):
            key = (int(c), int(codes[c]))
            times[key] = times.get(key, 0) + 1
            if times[key] > EACH:
                continue
            claim = int(program.short_claim[c])
            entry = engine.reasons.table[codes[c] - 1]
            told: dict = {}
            for block in (int(b) for b in entry[FIRST_BLOCK:] if b >= 0):
                text = _block(model, block)
                if text is not None:
                    told.setdefault(str(text), []).append(block)
            blocks = [b for one in list(told.values())[:MOST_CAUSES] for b in one]
            named = [
                (b // TERMS, BLOCK_EMPTY if b % TERMS == EMPTY_TERM else BLOCK_FULL) for b in blocks
            ]
            flags = int(entry[1])
            if not named and not flags & (USED_ABOVE | FLAG_NO_TAKER | FLAG_NO_ROOM):
                flags |= FLAG_NO_WATER
            given = {name: engine.solver.arrays[f"given_{name}"].copy()
                     for name in ("upper", "wanted", "rhs")}  # fmt: skip
            step = Step(0, int(engine.register[program.policy_register]), **given)
            step.upper[:] = unheld(program, engine.register, step)
            terms = {b // TERMS: b % TERMS for b in blocks}

            def lifted(j, terms=terms):
                first, last = program.upper_start[j], program.upper_start[j + 1]
                others = [
                    engine.register[program.upper_register[e]]
                    for e in range(first, last)
                    if min(e - first, EMPTY_TERM - 1) != terms[j]
                ]
                return max(min(others, default=np.inf), 0.0)

            own = int(allocation.claim_column[claim])
            if step.upper[own] <= float(engine.solver.x[own]) + 1e-9 * step.wanted[claim]:
                continue
            tried += 1
            flow = float(engine.solver.x[own])
            if not is_true(allocation, step, claim, named, flags, flow, lifted):
                name = model.claims[claim]
                wrong.append((str(model.calendar.starts[t])[:10], name, list(told), flags))
    return wrong, tried


def main() -> None:
    """Parse, try, print what is not true."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    wrong, tried = untrue_on_networks(options.networks, options.seed)
    lines = [*(str(one) for one in wrong), f"{tried} reasons tried, {len(wrong)} not true"]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
