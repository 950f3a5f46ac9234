"""The allocation core against hand-written answers, the HiGHS oracle and its own invariants."""

import os
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.core import run_case as run_benchmark
from benchmarks.networks import CARRY_OVER, NETWORKS, Case, build_case, build_series
from hydrosim.kernels.allocation import (
    COUNTER_NAMES,
    MODE_LEAST_COST,
    STATUS_FINE,
    STATUS_INFEASIBLE,
    STATUS_NOT_FINITE,
    build_allocation,
    build_allocation_state,
    explain,
    step_allocation,
)
from hydrosim.kernels.allocation.codes import (
    BLOCK_EMPTY,
    BLOCK_FULL,
    FLAG_NO_WATER,
    FLAG_USED_ABOVE,
    OFFENDING_ROW,
)
from tests.kernels.allocation.fuzz import fuzz, solve_network
from tests.kernels.allocation.random_networks import build_sample
from tests.naive.leximin import Leximin, OracleError, Problem, solve_least_cost

LONG = os.environ.get("HYDROSIM_LONG") == "1"
PROPERTY = settings(
    max_examples=2000 if LONG else 150,
    deadline=None,
    derandomize=not LONG,
    suppress_health_check=list(HealthCheck),
)
SEEDS = st.integers(min_value=0, max_value=2**31)


def balance(problem: Problem, x: Any) -> tuple[Any, Any]:
    """Return the residual of each row and the sum of its absolute terms [m3]."""
    residual = np.array(problem.rhs, dtype=float) * -1.0
    size = np.abs(problem.rhs)
    for j in range(len(x)):
        for e in range(problem.column_ptr[j], problem.column_ptr[j + 1]):
            residual[problem.row_index[e]] += problem.coefficient[e] * x[j]
            size[problem.row_index[e]] += abs(problem.coefficient[e] * x[j])
    return residual, size


def small_network(order: list[list[int]], inflow: list[float], wanted: list[float]) -> Any:
    """Two sources (river, wells), one reservoir, one lake; return the state after one step.

    Rows: reservoir, lake, wells.  Columns: reservoir zone, lake zone, city from the reservoir
    (capacity 6), farm from the reservoir, farm from the wells, city from the wells, reservoir to
    the lake, lake outflow, wells left; claims on zones, one city and one farm node each.
    """
    # Rows 3 and 4 are the city and the farm.
    columns = [
        ({0: 1.0}, 50.0, 0.0),
        ({1: 1.0}, 20.0, 0.0),
        ({0: 1.0, 3: -1.0}, 6.0, 0.1),
        ({0: 1.0, 4: -0.8}, 100.0, 0.2),
        ({2: 1.0, 4: -1.0}, 100.0, 0.3),
        ({2: 1.0, 3: -1.0}, 100.0, 0.4),
        ({0: 1.0, 1: -1.0}, 100.0, 0.0),
        ({1: 1.0}, 100.0, 0.0),
        ({2: 1.0}, 100.0, 0.0),
        ({3: 1.0}, 100.0, 0.0),
        ({4: 1.0}, 100.0, 0.0),
    ]
    flat = [k for members in order for k in members]
    model = build_allocation(
        column_ptr=np.cumsum([0] + [len(c[0]) for c in columns]),
        row_index=[i for c in columns for i in c[0]],
        coefficient=[[v for c in columns for v in c[0].values()]],
        cost=[[c[2] for c in columns]],
        tie_break=np.linspace(1.0, 1.9, len(columns)),
        claim_column=[0, 1, 9, 10],
        claim_sense=[1, 1, 1, 1],
        claim_share=[1, 1, 1, 1],
        claim_order=[flat],
        class_ptr=[np.cumsum([0] + [len(members) for members in order])],
        rows=5,
    )
    state = build_allocation_state(model)
    upper = np.array([c[1] for c in columns])
    upper[[9, 10]] = wanted
    wishes = np.array([upper[0], upper[1], *wanted])
    rhs = np.array([*inflow, 0.0, 0.0])
    assert step_allocation(model, state, 0, 0, upper, wishes, rhs) == STATUS_FINE
    return model, state, upper


RESERVOIR, LAKE, CITY, FARM = range(4)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        # City first: 6 of 10 by pipe, 4 from the wells; the farm takes the wells' other 1 and
        # 19 of the reservoir's water: 0.8 * 14 + 1 = 12.2 of 20; nothing is left to store.
        ([[CITY], [FARM], [RESERVOIR], [LAKE]], [0.0, 0.0, 1.0, 0.61]),
        # Farm first: 5 from the wells, 15 / 0.8 = 18.75 from the reservoir; the city gets 1.25.
        ([[FARM], [CITY], [RESERVOIR], [LAKE]], [0.0, 0.0, 0.125, 1.0]),
        # Together: f = t: 10 t from 20 + 5 with the farm's 20 t; the city takes 6 at most by
        # pipe: w wells to the city, 10 t = r + w, 20 t = 0.8 (20 - r) + 5 - w; best is w = 0,
        # r = 10 t = 6 at most: t = 0.6 gives 12 <= 16.2, so w > 0: 6 + w = 10 t,
        # 0.8 * 14 + 5 - w = 20 t: 22.2 = 30 t.
        ([[CITY, FARM], [RESERVOIR], [LAKE]], [0.0, 0.0, 0.74, 0.74]),
        # The reservoir first: all 20 stay; the wells alone serve the city.
        ([[RESERVOIR], [CITY], [FARM], [LAKE]], [0.4, 0.0, 0.5, 0.0]),
        # Stores together share by fill: 20 = 50 t + 20 t.
        ([[RESERVOIR, LAKE], [CITY, FARM]], [2 / 7, 2 / 7, 1 / 6, 1 / 6]),
    ],
)
def test_five_ladders_by_hand(order: list[list[int]], expected: list[float]) -> None:
    """Two sources, a reservoir and a lake under five ladders."""
    _, state, _ = small_network(order, [20.0, 0.0, 5.0], [10.0, 20.0])
    np.testing.assert_allclose(state.fulfilment, expected, atol=1e-12)


def test_reasons_by_hand() -> None:
    """The city stops at its full pipe; the farm because the city above uses the wells."""
    model, state, _ = small_network(
        [[CITY], [FARM], [RESERVOIR], [LAKE]], [4.0, 0.0, 1.0], [10.0, 20.0]
    )
    seen = np.zeros(model.rows, dtype=np.int64)
    turned = np.zeros(model.columns, dtype=np.int64)
    blocked = np.zeros(8, dtype=np.int64)
    kind = np.zeros(8, dtype=np.int64)
    outcome = np.zeros(2, dtype=np.int64)
    explain(state.address, 0, 0, CITY, seen, turned, blocked, kind, outcome)
    assert outcome[1] == FLAG_NO_WATER
    explain(state.address, 0, 0, FARM, seen, turned, blocked, kind, outcome)
    assert outcome[1] == FLAG_USED_ABOVE
    _, state, _ = small_network(
        [[CITY], [FARM], [RESERVOIR], [LAKE]], [40.0, 0.0, 1.0], [10.0, 20.0]
    )
    explain(state.address, 0, 0, CITY, seen, turned, blocked, kind, outcome)
    assert state.fulfilment[CITY] == pytest.approx(0.7)
    found = dict(zip(blocked[: outcome[0]], kind[: outcome[0]], strict=True))
    assert found[2] == BLOCK_FULL
    assert found[8] == BLOCK_EMPTY
    short = np.zeros(1, dtype=np.int64)
    assert explain(state.address, 0, 0, CITY, seen, turned, short, kind, outcome) == len(found)
    assert outcome[0] == 1


def test_reasons_name_nothing_that_cannot_help() -> None:
    """Half of a plant's effluent goes to a user, half to a river with an empty lake.

    More effluent takes more sewage, of which there is none; less of it, so that the river would
    need the lake's water, helps nobody.
    """
    columns = [
        ({1: 1.0}, 20.0),
        ({0: 1.0, 1: -0.5, 2: -0.5}, 100.0),
        ({2: 1.0}, 100.0),
        ({2: 1.0}, 5.0),
    ]
    model = build_allocation(
        column_ptr=np.cumsum([0] + [len(c[0]) for c in columns]),
        row_index=[i for c in columns for i in c[0]],
        coefficient=[[v for c in columns for v in c[0].values()]],
        cost=[[0.0, 0.0, 0.0, 1.0]],
        tie_break=[1.1, 1.2, 1.3, 1.4],
        claim_column=[0],
        claim_sense=[1],
        claim_share=[1],
        claim_order=[[0]],
        class_ptr=[[0, 1]],
        rows=3,
    )
    state = build_allocation_state(model)
    upper = np.array([c[1] for c in columns])
    assert (
        step_allocation(model, state, 0, 0, upper, upper[:1], np.array([10.0, 0.0, 0.0]))
        == STATUS_FINE
    )
    np.testing.assert_allclose(state.x, [5.0, 10.0, 5.0, 0.0], atol=1e-12)
    seen, turned = np.zeros(3, dtype=np.int64), np.zeros(4, dtype=np.int64)
    blocked, kind = np.zeros(8, dtype=np.int64), np.zeros(8, dtype=np.int64)
    outcome = np.zeros(2, dtype=np.int64)
    assert explain(state.address, 0, 0, 0, seen, turned, blocked, kind, outcome) == 0
    assert outcome[1] == FLAG_NO_WATER


def test_pump_back_between_two_reservoirs() -> None:
    """A pump lifts the lower reservoir's water; one class keeps both at the same fill."""
    columns = [
        ({0: 1.0}, 100.0, 0.0),
        ({1: 1.0}, 50.0, 0.0),
        ({0: 1.0, 1: -1.0}, 1000.0, 0.0),
        ({1: 1.0, 0: -1.0}, 8.0, 0.5),
    ]
    model = build_allocation(
        column_ptr=np.cumsum([0] + [len(c[0]) for c in columns]),
        row_index=[i for c in columns for i in c[0]],
        coefficient=[[v for c in columns for v in c[0].values()]],
        cost=[[c[2] for c in columns]],
        tie_break=[1.1, 1.2, 1.3, 1.4],
        claim_column=[0, 1],
        claim_sense=[1, 1],
        claim_share=[1, 1],
        claim_order=[[0, 1]],
        class_ptr=[[0, 2]],
        rows=2,
    )
    state = build_allocation_state(model)
    upper = np.array([c[1] for c in columns])
    wanted = upper[:2].copy()
    for storage, expected in (
        ([70.0, 20.0], [60.0, 30.0]),
        ([50.0, 40.0], [58.0, 32.0]),
        ([56.0, 34.0], [60.0, 30.0]),
    ):
        rhs = np.array(storage)
        assert step_allocation(model, state, 0, 0, upper, wanted, rhs) == STATUS_FINE
        np.testing.assert_allclose(state.x[:2], expected, atol=1e-10)
        assert state.x[2] * state.x[3] == 0.0


def run_case(case: Case, steps: int, every: int, seed: int = 1, least_cost: bool = False) -> Any:
    """Run a benchmark network; return the largest differences from the oracle and counters."""
    model = case.model
    state = build_allocation_state(model)
    inflow, demand, irrigation, imports = build_series(case, max(steps, 365), seed)
    storage = case.storage_start.copy()
    pointer = model.class_ptr[0]
    order = model.claim_order[0]
    classes = [order[a:b].tolist() for a, b in pairwise(pointer)]
    worst = worst_cost = 0.0
    checked = 0
    for t in range(steps):
        rhs = case.rhs + inflow[t]
        rhs[case.store_row] += storage * CARRY_OVER
        wanted = case.wanted * np.array([1.0, 1.0, demand[t], irrigation[t]])[case.claim_kind]
        upper = case.upper.copy()
        upper[case.varying] *= imports[t]
        assert step_allocation(model, state, 0, 0, upper, wanted, rhs) == STATUS_FINE
        storage = np.add.reduceat(state.x[case.zone_column], case.zone_ptr[:-1])
        if t % every:
            continue
        n = model.columns
        problem = Problem(
            model.column_ptr[: n + 1], model.row_index, model.coefficient[0], model.cost[0, :n],
            model.tie_break[:n], model.claim_column, model.claim_sense, np.ones(model.claims),
            classes, upper, wanted, rhs,
        )  # fmt: skip
        residual, size = balance(problem, state.x)
        assert (np.abs(residual) <= 1e-12 * size + 1e-13).all()
        try:
            if least_cost:
                _, cost = solve_least_cost(problem)
            else:
                _, fulfilment, cost = Leximin(problem).solve()
                reached = state.tolerance[model.claim_column]
                error = np.abs(fulfilment - state.fulfilment)
                error = np.where(wanted >= 1e3 * reached, error, error * wanted)
                worst = max(worst, float(error.max()))
        except OracleError:
            continue
        checked += 1
        worst_cost = max(worst_cost, abs(model.cost[0, :n] @ state.x - cost) / (1 + abs(cost)))
    counters = dict(zip(COUNTER_NAMES, state.counters.tolist(), strict=True))
    return worst, worst_cost, checked, counters


@pytest.mark.parametrize(
    ("name", "caps", "steps", "every"),
    [
        ("S", 0, 200, 2),
        ("M", 0, 3000, 1 if LONG else 4),
        ("M", 1, 600, 1 if LONG else 6),
        ("L", 0, 700, 1 if LONG else 20),
        ("L", 6, 300, 1 if LONG else 30),
        ("XL", 0, 100, 1 if LONG else 15),
    ],
)
def test_benchmark_networks_match_the_oracle(name: str, caps: int, steps: int, every: int) -> None:
    """Fulfilment and cost of S, M, L, XL as HiGHS finds them."""
    if not LONG:
        steps = {"M": 1500, "L": 240, "XL": 30}.get(name, steps)
    network = NETWORKS[name](caps) if caps else NETWORKS[name]()
    worst, worst_cost, checked, counters = run_case(build_case(name, network), steps, every)
    assert checked > 0
    assert worst <= 1e-7
    assert worst_cost <= 1e-6
    assert counters["widened"] <= (1 + 0.03 * steps if name == "XL" else 0)
    assert counters["fallbacks"] <= 0.04 * steps + 1


@pytest.mark.parametrize(("name", "steps", "every"), [("S", 100, 1), ("M", 300, 3), ("L", 60, 6)])
def test_least_cost_matches_the_oracle(name: str, steps: int, every: int) -> None:
    """The second mode is the plain linear program."""
    case = build_case(name, NETWORKS[name](), mode=MODE_LEAST_COST)
    _, worst_cost, checked, _ = run_case(case, steps, every, least_cost=True)
    assert checked > 0
    assert worst_cost <= 1e-8


@PROPERTY
@given(seed=SEEDS, size=st.integers(min_value=2, max_value=12))
def test_random_networks_match_the_oracle(seed: int, size: int) -> None:
    """Every feature at once: claims, cost, flows and balance, over steps from one warm solver."""
    sample = build_sample(seed, size)
    state = build_allocation_state(sample.model)
    for _ in range(5):
        step = sample.draw_step()
        assert step_allocation(sample.model, state, *step) == STATUS_FINE
        residual, total = balance(sample.describe(step), state.x)
        assert (np.abs(residual) <= 1e-12 * total + 1e-13).all()
        settled, kept = sample.settle(step, state)
        problem = sample.describe(settled)
        flows = state.x - kept
        try:
            x, fulfilment, cost = (oracle := Leximin(problem)).solve()
        except OracleError:
            continue
        listed = [k for members in problem.classes for k in members]
        wanted = problem.wanted
        scale = wanted / np.maximum(wanted, 1.0)
        part = flows[problem.claim_column] / np.where(wanted > 0.0, wanted, 1.0)
        part = np.where(np.array(problem.claim_sense) > 0, part, 1.0 - part)
        error = np.abs(fulfilment - part) * scale
        if error[listed].max(initial=0.0) > 2e-7:
            exact = oracle.fulfilment_without_slack(fulfilment)
            error = np.abs(exact - part) * scale
        assert error[listed].max(initial=0.0) <= 2e-7
        found = problem.cost @ flows
        assert found == pytest.approx(cost, abs=1e-6 * (1 + abs(cost)))
        # The tie-break decides among equal costs: the flows are the oracle's own.
        assert problem.tie_break @ flows <= problem.tie_break @ x + oracle.bought + 1e-4


@PROPERTY
@given(seed=SEEDS)
def test_least_cost_on_random_networks(seed: int) -> None:
    """Negative costs, group caps, blending rows in the plain linear program."""
    sample = build_sample(seed, 8, mode=MODE_LEAST_COST)
    state = build_allocation_state(sample.model)
    for _ in range(3):
        step = sample.draw_step()
        assert step_allocation(sample.model, state, *step) == STATUS_FINE
        settled, kept = sample.settle(step, state)
        problem = sample.describe(settled)
        try:
            _, cost = solve_least_cost(problem)
        except OracleError:
            continue
        if not sample.given_up(state):
            found = problem.cost @ (state.x - kept)
            assert found == pytest.approx(cost, abs=1e-7 * (1 + abs(cost)))


@PROPERTY
@given(seed=SEEDS, exponent=st.integers(min_value=-3, max_value=9))
def test_warm_and_cold_agree_at_any_scale(seed: int, exponent: int) -> None:
    """From the same data a warm and an empty solver give the same flows, from 1e-3 to 1e10 m3."""
    scale = 10.0**exponent
    sample = build_sample(seed, 8, scale=scale)
    warm = build_allocation_state(sample.model)
    for _ in range(4):
        step = sample.draw_step()
        assert step_allocation(sample.model, warm, *step) == STATUS_FINE
        cold = build_allocation_state(sample.model)
        assert step_allocation(sample.model, cold, *step) == STATUS_FINE
        total = max(float(np.abs(step[4]).max()), scale)
        np.testing.assert_allclose(warm.x, cold.x, rtol=0, atol=2e-8 * total)
        assert warm.x.min() >= -1e-8 * total
        assert (warm.x <= step[2] + 1e-8 * total).all()


@PROPERTY
@given(seed=SEEDS)
def test_raising_a_lower_demand_leaves_higher_lines_alone(seed: int) -> None:
    """Priority: the sorted vectors of the lines above do not fall (no return into them)."""
    sample = build_sample(seed, 6)
    step = sample.draw_step()
    variant, policy, upper, wanted, rhs = step
    problem = sample.describe(step)
    claimed = sample.claims()
    uses = [k for k, j in enumerate(claimed) if sample.columns[j].kind == "demand"]
    classes = problem.classes
    lowest = max((q for q, members in enumerate(classes) if set(members) & set(uses)), default=None)
    if lowest is None:
        return
    chosen = [k for k in classes[lowest] if k in uses]
    if any(len(sample.columns[claimed[k]].entries) > 1 for k in chosen):
        return
    first = build_allocation_state(sample.model)
    assert step_allocation(sample.model, first, variant, policy, upper, wanted, rhs) == 0
    more, high = wanted.copy(), upper.copy()
    for k in chosen:
        more[k] *= 1.5
        high[claimed[k]] *= 1.5
    second = build_allocation_state(sample.model)
    assert step_allocation(sample.model, second, variant, policy, high, more, rhs) == 0
    for members in classes[:lowest]:
        change = np.sort(second.fulfilment[members]) - np.sort(first.fulfilment[members])
        moved = np.flatnonzero(np.abs(change) > 1e-7)
        if moved.size:
            # More room below may relieve a line above (less spill); then the rest may differ.
            assert change[moved[0]] > 0.0
            return


@pytest.mark.parametrize("beyond", [4e-12, 4e-10])
def test_a_wish_just_beyond_a_capacity_does_not_pass_it(beyond: float) -> None:
    """4e-12 lies within the tolerance of 1e-11, 4e-10 does not: the canal carries 1e6."""
    model = build_allocation(
        column_ptr=[0, 2, 3, 4],
        row_index=[0, 1, 0, 1],
        coefficient=[[1.0, -1.0, 1.0, 1.0]],
        cost=[[0.0, 0.0, 0.0]],
        tie_break=[1.0, 1.3, 1.6],
        claim_column=[2],
        claim_sense=[1],
        claim_share=[1],
        claim_order=[[0]],
        class_ptr=[[0, 1]],
        rows=2,
    )
    state = build_allocation_state(model)
    wanted = 1e6 * (1.0 + beyond)
    assert wanted > 1e6
    upper, rhs = np.array([1e6, 5e6, wanted]), np.array([3e6, 0.0])
    for _ in range(2):
        assert step_allocation(model, state, 0, 0, upper, np.array([wanted]), rhs) == STATUS_FINE
        assert state.x.tolist() == pytest.approx([1e6, 2e6, 1e6], rel=1e-15)
        assert state.counters[COUNTER_NAMES.index("largest_overshoot_m3")] <= 1e-9


def test_infeasible_and_unsound_data_are_told() -> None:
    """A forced inflow without outlet and a NaN give a status and a row, never numbers."""
    model = build_allocation(
        column_ptr=[0, 1, 3],
        row_index=[0, 0, 1],
        coefficient=[[1.0, 1.0, -1.0]],
        cost=[[0.0, 0.0]],
        tie_break=[1.0, 1.5],
        claim_column=[0],
        claim_sense=[1],
        claim_share=[1],
        claim_order=[[0]],
        class_ptr=[[0, 1]],
        rows=2,
    )
    state = build_allocation_state(model)
    upper = np.array([5.0, 5.0])
    wanted = np.array([5.0])
    rhs = np.array([7.0, -2.0])
    assert step_allocation(model, state, 0, 0, upper, wanted, rhs) == STATUS_FINE
    np.testing.assert_allclose(state.x, [5.0, 2.0])
    assert step_allocation(model, state, 0, 0, upper, wanted, rhs * 2) == STATUS_INFEASIBLE
    assert state.control[OFFENDING_ROW] in {0, 1}
    assert step_allocation(model, state, 0, 0, upper, wanted * np.nan, rhs) == STATUS_NOT_FINITE
    assert step_allocation(model, state, 0, 0, upper * -1, wanted, rhs) == STATUS_NOT_FINITE
    assert step_allocation(model, state, 0, 0, upper, wanted, rhs * np.nan) == STATUS_NOT_FINITE
    assert step_allocation(model, state, 0, 0, upper * np.inf, wanted, rhs) == STATUS_NOT_FINITE
    assert step_allocation(model, state, 0, 0, upper, wanted, rhs) == STATUS_FINE
    np.testing.assert_allclose(state.x, [5.0, 2.0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rows": 0}, "at least one row"),
        ({"row_index": [0, 2, 1]}, "row_index out of range"),
        ({"coefficient": [[1.0, np.nan, 1.0]]}, "coefficient must be finite"),
        ({"coefficient": [[1.0, -1.0, 1e-14]]}, "differ by more than a factor"),
        ({"cost": [[-1.0, 0.0]]}, "cost must not be negative"),
        ({"tie_break": [0.5, 1.0]}, r"tie_break must lie in \[1, 2\)"),
        ({"claim_share": [0.0]}, "claim_share must be positive"),
        ({"claim_sense": [2]}, r"claim_sense must be \+1 or -1"),
        ({"claim_column": [7]}, "claim_column out of range"),
        ({"mode": 3}, "mode must be 0"),
    ],
)
def test_build_refuses(change: dict[str, Any], message: str) -> None:
    """Shapes, indices and values are checked before anything runs."""
    arguments: dict[str, Any] = {
        "column_ptr": [0, 2, 3],
        "row_index": [0, 1, 0],
        "coefficient": [[1.0, -1.0, 1.0]],
        "cost": [[0.0, 0.0]],
        "tie_break": [1.0, 1.5],
        "claim_column": [0],
        "claim_sense": [1],
        "claim_share": [1],
        "claim_order": [[0]],
        "class_ptr": [[0, 1]],
        "rows": 2,
    }
    with pytest.raises(ValueError, match=message):
        build_allocation(**(arguments | change))


@pytest.mark.parametrize(
    ("network", "size", "exponent"),
    [
        # A cut counts on a claim that another cut holds at the same level of the same class.
        (632392033, 11, 5.7883300479072552),
        # Sums of cuts creep towards a weight of zero.
        (136635603, 8, -2.5914530126666948),
        # No water at all, and rows that would pass on their rounding.
        (820331815, 2, 0.64210711919412811),
        (617101915, 5, 3.1616138792522968),
        # No water at all in a first step, and columns with room.
        (787806290, 2, 2.7482331175584687),
        # A source that may stay unused but for its rounding.
        (1812398358, 12, 5.756272956866951),
        # Rounding in a row of large entries, taken for an entry, flipped a column.
        (922548265, 9, 3.1255672412782323),
    ],
)
def test_networks_that_were_wrong_once(network: int, size: int, exponent: float) -> None:
    """Found by the fuzz job."""
    solve_network(network, size, exponent, 10)


def test_random_steps_of_every_scale() -> None:
    """A bounded part of the fuzz job; ``python -m tests.kernels.allocation.fuzz`` runs more."""
    counters = fuzz(100_000 if LONG else 1500, seed=1)
    assert counters["steps"] >= 1500


def test_a_long_run_neither_drifts_nor_fails() -> None:
    """No failed, cold or widened step, and bounds as tight at the end as at the start."""
    case = build_case("M", NETWORKS["M"]())
    steps = 1_000_000 if LONG else 20_000
    series = build_series(case, 3650)
    _, state, _ = run_benchmark(case, series, steps)
    counters = dict(zip(COUNTER_NAMES, state.counters.tolist(), strict=True))
    assert counters["steps"] == steps
    assert counters["widened"] == counters["cold_starts"] == 0.0
    assert counters["largest_overshoot_m3"] <= 1e-9
