"""Overflow is a consequence: by hand, and on random networks against the oracle."""

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hydrosim.kernels.allocation import (
    COUNTER_NAMES,
    MODE_FAIR,
    MODE_LEAST_COST,
    STATUS_FINE,
    Overflows,
    build_allocation,
    build_allocation_state,
    step_allocation,
)
from tests.kernels.allocation.random_networks import build_sample
from tests.naive.leximin import Leximin, OracleError

LONG = os.environ.get("HYDROSIM_LONG") == "1"
PROPERTY = settings(
    max_examples=1500 if LONG else 120,
    deadline=None,
    derandomize=not LONG,
    suppress_health_check=list(HealthCheck),
)
WATER = 1e4


class Network:
    """A small network: columns by name, claims by class, overflow of stores and junctions."""

    def __init__(self, rows, columns, classes, overflow, mode=MODE_FAIR):
        self.names = list(columns)
        entries = [columns[name][0] for name in self.names]
        self.upper = np.array([columns[name][1] for name in self.names], dtype=float)
        cost = [columns[name][2] if len(columns[name]) > 2 else 0.0 for name in self.names]
        listed = [name for members in classes for name in members] + list(overflow)
        sense = [-1 if name.startswith("-") or name in overflow else 1 for name in listed]
        self.claimed = [self.names.index(name.lstrip("-")) for name in listed]
        sizes = [len(members) for members in classes]
        count, over = len(listed), len(overflow)
        last = np.cumsum([0, *sizes, over])
        first = np.cumsum([0, over, *sizes])
        order = np.arange(count)
        self.model = build_allocation(
            np.cumsum([0] + [len(one) for one in entries]),
            [row for one in entries for row in one],
            [[value for one in entries for value in one.values()]],
            [cost],
            np.linspace(1.0, 1.9, len(entries)),
            self.claimed,
            sense,
            np.ones(count),
            [order, np.roll(order, over)],
            [last, first],
            rows,
            mode=mode,
            overflows=Overflows(
                [self.names.index(name) for name in overflow],
                [row for row, _ in overflow.values()],
                [int(zones is not None) for _, zones in overflow.values()],
                np.cumsum([0] + [len(zones or ()) for _, zones in overflow.values()]),
                [self.names.index(z) for _, zones in overflow.values() for z in zones or ()],
            ),
        )
        self.state = build_allocation_state(self.model)

    def solve(self, *rhs):
        """Return the flows by name."""
        wanted = self.upper[self.claimed]
        status = step_allocation(
            self.model, self.state, 0, 0, self.upper, wanted, np.array(rhs, dtype=float)
        )
        assert status == STATUS_FINE
        np.testing.assert_allclose(self.state.arrays["given_upper"], self.upper)
        return dict(zip(self.names, np.round(self.state.x, 9).tolist(), strict=True))

    def counter(self, name):
        """Return a counter of the solver."""
        return self.state.counters[COUNTER_NAMES.index(name)]


def gated(ladder, mode=MODE_FAIR, cost=0.0):
    """A store (row 0) with a gate of 10 to a river (row 1) that has a base flow and the sea."""
    return Network(
        2,
        {
            "zone": ({0: 1.0}, 50.0),
            "flood": ({0: 1.0}, 30.0),
            "gate": ({0: 1.0, 1: -1.0}, 10.0),
            "over": ({0: 1.0, 1: -1.0}, WATER),
            "base": ({1: 1.0}, 25.0, cost),
            "sea": ({1: 1.0}, WATER),
        },
        ladder,
        {"over": (0, ("zone", "flood"))},
        mode,
    )


def test_emptiness_is_not_bought_by_overflow():
    """65 of water, limit 50, gate 10: 5 stay above the limit, nothing goes over the crest."""
    network = gated([["-flood"], ["base"], ["zone"]])
    flows = network.solve(65.0, 0.0)
    assert flows == {
        "zone": 50.0, "flood": 5.0, "gate": 10.0, "over": 0.0, "base": 10.0, "sea": 0.0,
    }  # fmt: skip
    assert network.counter("overflow_solves") == 0


def test_a_base_flow_does_not_draw_on_overflow():
    """A gate of 10 gives a base flow of 10, though 25 are asked for and the store holds 40."""
    flows = gated([["base"], ["-flood"], ["zone"]]).solve(40.0, 0.0)
    assert (flows["base"], flows["over"], flows["zone"]) == (10.0, 0.0, 30.0)


def test_what_the_gate_cannot_pass_overflows_from_the_crest():
    """100 of water: 80 stay, 10 by the gate, 10 over the crest; the base flow has both."""
    network = gated([["-flood"], ["base"], ["zone"]])
    flows = network.solve(100.0, 0.0)
    assert flows == {
        "zone": 50.0, "flood": 30.0, "gate": 10.0, "over": 10.0, "base": 20.0, "sea": 0.0,
    }  # fmt: skip
    assert network.counter("overflow_given_up") == 0


@pytest.mark.parametrize("cost", [0.0, -5.0])
def test_least_cost_stores_before_it_overflows(cost):
    """At equal cost water stays; a benefit below draws on the gate, never on overflow."""
    network = gated([["-flood"], ["base"], ["zone"]], MODE_LEAST_COST, cost)
    flows = network.solve(40.0, 0.0)
    assert (flows["over"], flows["base"]) == (0.0, 10.0 if cost else 0.0)
    flows = network.solve(100.0, 0.0)
    assert flows["over"] == 10.0
    assert flows["zone"] + flows["flood"] == 80.0


def returning(room, local):
    """A town on an upper store (row 0) whose return flow of 0.8 ends in a full lower one (row 1).

    A farm takes up to 0.5 from the lower store; row 2 is the town.
    """
    return Network(
        3,
        {
            "upper": ({0: 1.0}, 100.0),
            "pipe": ({0: 1.0, 2: -1.0}, 50.0),
            "town": ({2: 1.0, 1: -0.8}, 5.0),
            "lower": ({1: 1.0}, 10.0 + room),
            "farm": ({1: 1.0}, 0.5),
            "over": ({1: 1.0}, WATER),
            "over2": ({0: 1.0, 1: -1.0}, WATER),
        },
        [["town"], ["farm"], ["upper"], ["lower"]],
        {"over": (1, ("lower",)), "over2": (0, ("upper",))},
    ), (90.0, 10.0 + local, 0.0)


@pytest.mark.parametrize("local", [0.0, 1.0])
@pytest.mark.parametrize("room", [0.0, 1.0])
def test_a_town_is_not_cut_because_its_return_flow_overflows_below(room, local):
    """The town has its 5 whether or not the full store below has water of its own."""
    network, water = returning(room, local)
    flows = network.solve(*water)
    assert (flows["town"], flows["farm"], flows["lower"]) == (5.0, 0.5, 10.0 + room)
    assert flows["over"] == pytest.approx(4.0 + local - 0.5 - room)
    assert flows["over2"] == 0.0


def brook(wanted, town=2.0):
    """A brook (row 0) with a canal of 5 to a pond (row 1); what is left runs over to a river."""
    return Network(
        4,
        {
            "canal": ({0: 1.0, 1: -1.0}, 5.0),
            "over": ({0: 1.0, 2: -1.0}, WATER),
            "pond": ({1: 1.0}, 100.0),
            "base": ({2: 1.0}, wanted),
            "sea": ({2: 1.0}, WATER),
            "pipe": ({1: 1.0, 3: -1.0}, 5.0),
            "town": ({3: 1.0, 0: -0.5}, town),
        },
        [["town"], ["base"], ["pond"]],
        {"over": (0, None)},
    )


def test_a_junction_overflows_only_what_nothing_takes():
    """Of 7 the canal takes 5, so the base flow gets 2 of 3; with a full pond it gets all."""
    for inflow, over, base in ((7.0, 2.0, 2.0), (6.0, 1.0, 1.0), (9.0, 4.0, 3.0), (4.0, 0.0, 0.0)):
        flows = brook(3.0, 0.0).solve(inflow, 0.0, 0.0, 0.0)
        assert (flows["canal"], flows["over"]) == (inflow - over, over)
        assert flows["base"] == base
    flows = brook(3.0).solve(7.0, 100.0, 0.0, 0.0)
    assert (flows["town"], flows["base"], flows["pond"]) == (2.0, 3.0, 100.0)
    assert (flows["canal"], flows["over"]) == (2.0, 6.0)


def test_a_town_is_not_cut_because_its_return_flow_runs_over_a_junction():
    """The canal is full with the brook's own 7, so the town's return of 1 runs over: 3 do."""
    flows = brook(3.0).solve(7.0, 20.0, 0.0, 0.0)
    assert (flows["town"], flows["canal"], flows["over"]) == (2.0, 5.0, 3.0)
    assert flows["base"] == 3.0


@PROPERTY
@given(seed=st.integers(0, 2**31), size=st.integers(2, 9))
def test_overflow_leaves_only_what_is_full(seed, size):
    """Every overflow in use is in place, and the claims are the oracle's for what is held."""
    sample = build_sample(seed, size)
    state = build_allocation_state(sample.model)
    columns = sample.columns
    for _ in range(4):
        step = sample.draw_step()
        assert step_allocation(sample.model, state, *step) == STATUS_FINE
        upper = step[2]
        tolerance = 200.0 * state.tolerance[: upper.size]
        if not sample.given_up(state):
            for v, j in enumerate(sample.model.overflow_column):
                if state.x[j] <= tolerance[j] or not sample.model.overflow_stores[v]:
                    continue
                first, last = sample.model.zone_ptr[v : v + 2]
                zones = sample.model.zone_column[first:last]
                assert (state.x[zones] >= upper[zones] - tolerance[zones]).all(), columns[j]
        settled, kept = sample.settle(step, state)
        problem = sample.describe(settled)
        try:
            _, fulfilment, _ = Leximin(problem).solve()
        except OracleError:
            continue
        listed = [k for members in problem.classes for k in members]
        claimed = np.array(sample.claims())
        volume = np.where(
            np.array(problem.claim_sense) > 0,
            fulfilment * problem.wanted,
            (1.0 - fulfilment) * problem.wanted,
        )
        found = (state.x - kept)[claimed]
        scale = np.maximum(problem.wanted, 1.0)
        assert (np.abs(found - volume) / scale)[listed].max(initial=0.0) <= 1e-6
