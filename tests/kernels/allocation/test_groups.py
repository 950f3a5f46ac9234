"""Steps solved by groups against the same steps solved by cuts, which share no line of theirs."""

import os

import numpy as np
import pytest

from hydrosim.kernels.allocation import (
    COUNTER_NAMES,
    STATUS_FINE,
    AllocationState,
    build_allocation_state,
    codes,
    step_allocation,
)
from hydrosim.kernels.allocation.group_rates import BAND
from tests.kernels.allocation.fuzz import solve_network
from tests.kernels.allocation.random_networks import build_sample

LONG = bool(os.environ.get("HYDROSIM_LONG"))
NETWORKS = 4000 if LONG else 60
STEPS = 8


def both_ways(seed: int) -> tuple[AllocationState, AllocationState]:
    """Solve steps of a random network both ways; compare status and flows; return the solvers."""
    sample = build_sample(seed, 2 + seed % 11)
    groups = build_allocation_state(sample.model)
    cuts = build_allocation_state(sample.model)
    groups.control[codes.WAY] = codes.WAY_GROUPS
    cuts.control[codes.WAY] = codes.WAY_CUTS
    for number in range(STEPS):
        step = sample.draw_step()
        assert step_allocation(sample.model, groups, *step) == STATUS_FINE
        assert step_allocation(sample.model, cuts, *step) == STATUS_FINE
        n = sample.model.columns
        tolerance = np.maximum(groups.tolerance[:n], cuts.tolerance[:n])
        allowed = np.maximum(1e4 * tolerance, 1e-7 * np.abs(cuts.x))
        error = np.abs(groups.x - cuts.x)
        assert (error <= allowed).all(), f"seed {seed}, step {number}, column {error.argmax()}"
    return groups, cuts


def test_groups_and_cuts_find_the_same_flows() -> None:
    """Random networks with every feature, several steps each; few are left to cuts."""
    total = np.zeros(len(COUNTER_NAMES))
    for seed in range(NETWORKS):
        groups, cuts = both_ways(seed)
        total += groups.counters
        assert cuts.counters[codes.GROUP_STEPS] == 0.0
    assert total[codes.GROUP_STEPS] >= NETWORKS * STEPS * 0.98
    assert total[codes.GROUP_FAILURES] <= 0.02 * total[codes.GROUP_STEPS]


def test_overflow_let_go_in_vain_is_shut() -> None:
    """Two stores are full and either would relieve a claim; one does, the other ends empty."""
    sample = build_sample(1475605170, 8, scale=10.0**6.072296861925459, parallel=True)
    for _number in range(10):
        step = sample.draw_step()
    for way in (codes.WAY_GROUPS, codes.WAY_CUTS):
        state = build_allocation_state(sample.model)
        state.control[codes.WAY] = way
        assert step_allocation(sample.model, state, *step) == STATUS_FINE
        overflow = state.x[sample.model.overflow_column]
        assert np.flatnonzero(overflow > 1.0).tolist() == [1]
        assert overflow[1] == pytest.approx(1701665.8)
        assert state.fulfilment[12] == 1.0


@pytest.mark.parametrize("seed", [3, 11, 27])
def test_rates_of_levels_are_rows_of_the_inverse(seed: int) -> None:
    """What exchanges made of the rates is what the basis says, solved densely."""
    groups, _ = both_ways(seed)
    model, arrays = groups.model, groups.arrays
    n, m = model.columns, model.rows
    variant = int(groups.control[codes.GROUP_VARIANT])
    matrix = np.zeros((m, n + m))
    column = np.repeat(np.arange(n + m), np.diff(model.column_ptr))
    matrix[model.row_index, column] = model.coefficient[variant]
    basis = np.zeros((m, m))
    for place, head in enumerate(arrays["group_head"]):
        if head < n + m:
            basis[:, place] = matrix[:, head]
        for k in np.flatnonzero(arrays["picture"] == head - n - m):
            basis[:, place] += arrays["member_part"][k] * matrix[:, model.claim_column[k]]
    rows = np.linalg.solve(basis, matrix[:, :n])
    rates = np.zeros((n, arrays["group_first"].size))
    for j in range(n):
        cell = arrays["column_cell"][j]
        while cell >= 0:
            assert arrays["cell_column"][cell] == j
            start = BAND * arrays["cell_band"][cell]
            rates[j, start : start + BAND] = arrays["cell_value"][BAND * cell : BAND * cell + BAND]
            cell = arrays["cell_next"][cell]
    in_use = np.flatnonzero(arrays["group_place"] >= 0)
    for slot in in_use:
        assert rates[:, slot] == pytest.approx(rows[arrays["group_place"][slot]], abs=1e-9)
    assert in_use.size > 0


@pytest.mark.parametrize(
    ("network", "size", "exponent"),
    [(1880510066, 9, 6.842584682090315), (491119888, 10, 7.00670395233942)],
)
def test_overflow_is_let_go_where_a_group_that_lacks_nothing_stands_before(
    network: int, size: int, exponent: float
) -> None:
    """The rates of a corner say nothing of the groups behind one that has to leave it first."""
    assert solve_network(network, size, exponent, 10)[codes.GROUP_STEPS] > 0
