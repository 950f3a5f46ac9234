"""What lies behind and before places, as bits, on a network with a circle drawn by hand."""

from __future__ import annotations

import random

import pytest

from hydrosim.sanity.flows import INTO, Flows
from hydrosim.sanity.reach import Reach, marked, members

WAYS = {"brook": ["lake"], "lake": ["town", "bed"], "bed": ["marsh"], "marsh": ["bed", "sea"]}


def test_behind_and_before_of_a_network_with_a_circle() -> None:
    reach = Reach(WAYS)
    names = ["brook", "lake", "town", "bed", "marsh", "sea", "alone"]
    bits = marked((name, number) for number, name in enumerate(names))
    behind, before = reach.behind(bits), reach.before(bits)
    assert members(behind["lake"]) == [1, 2, 3, 4, 5]
    assert members(behind["bed"]) == [3, 4, 5]
    assert members(before["sea"]) == [0, 1, 3, 4, 5]
    assert members(before["town"]) == [0, 1, 2]
    assert members(behind["alone"]) == [6]


def test_members_of_large_numbers() -> None:
    assert members(0) == []
    assert members(1 << 5000 | 1 << 8 | 1) == [0, 8, 5000]


@pytest.mark.parametrize("seed", range(20))
def test_the_largest_flow_to_several_places_is_that_of_linear_programming(seed: int) -> None:
    from scipy.optimize import linprog

    drawn = random.Random(seed)
    places = [str(number) for number in range(7)]
    ways = [(INTO, drawn.choice(places), drawn.uniform(0, 3)) for _unused in range(3)]
    ways += [(*drawn.sample(places, 2), drawn.uniform(0, 2)) for _unused in range(14)]
    ends = drawn.sample(places, 3)
    flows = Flows()
    for start, end, rate in ways:
        flows.add(start, end, rate)
    balances = [
        [float(end == place) - float(start == place) for start, end, _rate in ways]
        + [-float(place == one) for one in ends]
        for place in places
    ]
    best = linprog(
        [0.0] * len(ways) + [-1.0] * len(ends),
        A_eq=balances,
        b_eq=[0.0] * len(places),
        bounds=[(0.0, rate) for _start, _end, rate in ways] + [(0.0, None)] * len(ends),
    )
    assert flows.most(ends) == pytest.approx(-best.fun, abs=1e-9)


def test_a_shared_source_that_is_used_up_is_looked_at_once() -> None:
    flows = Flows()
    flows.add(INTO, "canal", 10.0)
    towns = [f"town {number}" for number in range(400)]
    for town in towns:
        flows.add("canal", town, 1.0)
    assert flows.most(towns) == pytest.approx(10.0)
    assert not Flows(visits=3000).spent
    few = Flows(visits=3000)
    few.add(INTO, "canal", 10.0)
    for town in towns:
        few.add("canal", town, 1.0)
    assert few.most(towns) == pytest.approx(10.0), "each town searches all others again"
