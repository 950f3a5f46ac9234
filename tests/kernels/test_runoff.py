"""The GR4J kernel against its twin, its balance and closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hydrosim.hydrology.gr4j import (
    Gr4jParameters,
    Gr4jState,
    simulate_gr4j,
    start_state,
    unit_hydrographs,
)
from hydrosim.kernels.runoff import gr4j_production, pass_unit_hydrograph
from tests.naive import runoff as naive

parameter_sets = st.builds(
    Gr4jParameters,
    x1_mm=st.floats(5.0, 3000.0),
    x2_mm=st.floats(-10.0, 5.0),
    x3_mm=st.floats(1.0, 500.0),
    x4_day=st.floats(0.5, 6.0),
)
seeds = st.integers(0, 2**31)


def make_weather(seed: int, days: int = 120) -> tuple[np.ndarray, np.ndarray]:
    """Rain on a third of the days, evapotranspiration on all."""
    generator = np.random.default_rng(seed)
    rain = generator.gamma(0.4, 20.0, days) * (generator.random(days) < 0.35)
    return rain, generator.uniform(0.0, 7.0, days)


@settings(max_examples=40, deadline=None)
@given(parameters=parameter_sets, seed=seeds)
def test_kernel_equals_its_twin(parameters, seed):
    rain, demand = make_weather(seed)
    state = start_state(parameters, 0.4, 0.6)
    run = simulate_gr4j(rain, demand, parameters, state)
    runoff, evaporation, exchange, content = naive.gr4j(
        rain,
        demand,
        parameters.x1_mm,
        parameters.x2_mm,
        parameters.x3_mm,
        parameters.x4_day,
        state.production_mm,
        state.routing_mm,
    )
    np.testing.assert_allclose(run.runoff_mm, runoff, rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(run.evaporation_mm, evaporation, rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(run.exchange_mm, exchange, rtol=1e-9, atol=1e-10)
    assert run.state.content_mm == pytest.approx(content, rel=1e-9, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(parameters=parameter_sets, seed=seeds)
def test_balance_closes_every_day(parameters, seed):
    rain, demand = make_weather(seed, 60)
    state = start_state(parameters, 0.9, 0.9)
    for day in range(rain.size):
        run = simulate_gr4j(rain[day : day + 1], demand[day : day + 1], parameters, state)
        gained = rain[day] + run.exchange_mm[0] - run.runoff_mm[0] - run.evaporation_mm[0]
        moved = rain[day] + abs(run.exchange_mm[0]) + run.runoff_mm[0] + run.evaporation_mm[0]
        change = run.state.content_mm - state.content_mm
        assert abs(change - gained) <= 1e-13 * (state.content_mm + moved)
        assert run.runoff_mm[0] >= 0.0
        assert run.evaporation_mm[0] <= demand[day] * (1.0 + 1e-15)
        assert 0.0 <= run.state.production_mm <= parameters.x1_mm * (1.0 + 1e-14)
        assert run.state.routing_mm >= 0.0
        state = run.state


@pytest.mark.parametrize("x4_day", [0.5, 0.6, 1.0, 1.3, 2.0, 2.208, 7.9])
def test_unit_hydrographs_sum_to_one(x4_day):
    for shares in unit_hydrographs(x4_day):
        assert shares.sum() == pytest.approx(1.0, abs=4e-16)
        assert (shares >= 0.0).all()
    slow, fast = unit_hydrographs(x4_day)
    assert slow.size == math.ceil(x4_day)
    assert fast.size == math.ceil(2.0 * x4_day)


def test_unit_hydrographs_by_hand():
    # x4 = 2: (1/2)^2.5 = 0.1767767; the direct branch is symmetric over four days.
    slow, fast = unit_hydrographs(2.0)
    np.testing.assert_allclose(slow, [0.1767767, 0.8232233], atol=5e-8)
    np.testing.assert_allclose(fast, [0.0883883, 0.4116117, 0.4116117, 0.0883883], atol=5e-8)


def test_impulse_passes_the_queue_as_its_ordinates():
    _, shares = unit_hydrographs(2.7)
    queue = np.zeros_like(shares)
    arrived = [pass_unit_hydrograph(10.0, shares, queue)]
    arrived += [pass_unit_hydrograph(0.0, shares, queue) for _ in range(shares.size)]
    np.testing.assert_allclose(arrived[:-1], 10.0 * shares, rtol=1e-15)
    assert arrived[-1] == 0.0
    assert queue.sum() == 0.0


def test_recession_of_the_routing_store_has_a_closed_form():
    # Without inflow, R(t)^-4 grows by x3^-4 a day: R = (R0^-4 + t x3^-4)^(-1/4).
    parameters = Gr4jParameters(x1_mm=100.0, x2_mm=0.0, x3_mm=80.0, x4_day=1.0)
    state = Gr4jState(0.0, 64.0, np.zeros(1), np.zeros(2))
    run = simulate_gr4j(np.zeros(50), np.zeros(50), parameters, state)
    expected = (64.0**-4 + np.arange(51) * 80.0**-4) ** -0.25
    np.testing.assert_allclose(run.runoff_mm, -np.diff(expected), rtol=1e-11)
    assert run.state.routing_mm == pytest.approx(expected[-1], rel=1e-13)


def test_drainage_of_the_production_store_has_a_closed_form():
    # Without rain and demand, S(t)^-4 grows by (4 / (9 x1))^4 a day.
    content = 250.0
    for _ in range(30):
        content, effective, evaporation = gr4j_production(0.0, 0.0, 300.0, content)
        assert evaporation == 0.0
        assert effective > 0.0
    expected = (250.0**-4 + 30 * (4.0 / 9.0 / 300.0) ** 4) ** -0.25
    assert content == pytest.approx(expected, rel=1e-13)


def test_infiltration_follows_the_integral_of_the_paper():
    # dS/dp = 1 - (S/x1)^2 integrates to S = x1 tanh(atanh(S0/x1) + Pn/x1); percolation follows.
    x1, start, net = 300.0, 120.0, 35.0
    filled = x1 * math.tanh(math.atanh(start / x1) + net / x1)
    after = filled * (1.0 + (4.0 / 9.0 * filled / x1) ** 4) ** -0.25
    content, effective, _ = gr4j_production(net, 0.0, x1, start)
    assert content == pytest.approx(after, rel=1e-13)
    assert effective == pytest.approx(net - (after - start), rel=1e-12)


def test_constant_rain_ends_in_a_steady_state():
    # With x2 = 0 runoff tends to the rain, and the routing store to the level that empties
    # 0.9 of it a day.
    parameters = Gr4jParameters(x1_mm=50.0, x2_mm=0.0, x3_mm=40.0, x4_day=1.7)
    days = 4000
    run = simulate_gr4j(np.full(days, 6.0), np.full(days, 2.0), parameters, start_state(parameters))
    assert run.runoff_mm[-1] == pytest.approx(4.0, rel=1e-12)
    level = run.state.routing_mm + 3.6
    emptied = level * (1.0 - (1.0 + (level / 40.0) ** 4) ** -0.25)
    assert emptied == pytest.approx(3.6, rel=1e-12)


def test_exchange_never_takes_more_than_is_there():
    parameters = Gr4jParameters(x1_mm=20.0, x2_mm=-500.0, x3_mm=10.0, x4_day=1.0)
    rain, demand = make_weather(3)
    run = simulate_gr4j(rain, demand, parameters, start_state(parameters, 0.5, 1.0))
    assert run.runoff_mm.min() >= 0.0
    assert run.exchange_mm.sum() < 0.0
