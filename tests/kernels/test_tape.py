"""The tape's instruction for outlets against closed forms and a plain twin."""

import math

import numpy as np
import pytest

from hydrosim.kernels.tape import passed_volume
from tests.naive import outlets

DAY = 86400.0


def passed(storage, flow, start, inflow, length):
    """Return the kernel's volume for one curve that stands second among two."""
    x = np.array([0.0, 1.0, *storage], dtype=float)
    y = np.array([7.0, 7.0, *flow], dtype=float)
    pointers = np.array([0, 2, 2 + len(storage)])
    return passed_volume(1, float(start), float(inflow), float(length), pointers, x, y)


def test_a_constant_flow_passes_its_capacity():
    assert passed([0.0, 1.0, 1e8], [0.0, 10.0, 10.0], 1e7, 100 * DAY, DAY) == 10 * DAY


def test_a_pool_below_the_sill_passes_nothing_until_it_is_filled():
    """30 000 m3 fill the pool in 3000 s; from then on the gate passes 5 of the 10 m3/s."""
    volume = passed([5e4, 5e4 + 1e-4, 1e8], [0.0, 5.0, 5.0], 2e4, 10 * DAY, DAY)
    assert volume == pytest.approx(5.0 * (DAY - 3000.0), rel=1e-9)


def test_a_pool_at_its_sill_passes_what_comes():
    """The gate could pass 20 m3/s; 15 come, and the level stays at the sill all month."""
    month = 31 * DAY
    volume = passed([1e6, 1e6 + 0.1, 1e8], [0.0, 20.0, 20.0], 1e6, 15 * month, month)
    assert volume == pytest.approx(15 * month, rel=1e-8)


def test_a_linear_reservoir_empties_exponentially():
    """Q = S / k without inflow: V = S (1 - exp(-t / k))."""
    k = 2.5 * DAY
    volume = passed([0.0, 1e7], [0.0, 1e7 / k], 4e6, 0.0, 3 * DAY)
    assert volume == pytest.approx(4e6 * -math.expm1(-3 / 2.5), rel=1e-13)


def test_a_linear_reservoir_with_inflow():
    """S(t) = q k + (S0 - q k) exp(-t / k), within one piece."""
    k, q, start, length = 2.0 * DAY, 12.0, 4e6, 1.0 * DAY
    end = q * k + (start - q * k) * math.exp(-length / k)
    volume = passed([0.0, 1e7], [0.0, 1e7 / k], start, q * length, length)
    assert volume == pytest.approx(start + q * length - end, rel=1e-13)


def test_above_the_curve_the_flow_is_the_last():
    assert passed([0.0, 1e6], [0.0, 30.0], 5e6, 0.0, DAY) == 30.0 * DAY


def test_what_is_taken_beside_the_outlets_counts_as_less_inflow():
    """Nothing flows at a storage below the outlets, however much is taken."""
    assert passed([1e5, 2e5], [0.0, 30.0], 9e4, -5e4, DAY) == 0.0


def test_no_number_stays_no_number():
    assert math.isnan(passed([0.0, 1e6], [0.0, 30.0], math.nan, 0.0, DAY))


@pytest.mark.parametrize("seed", range(40))
def test_random_pools_against_many_short_steps(seed):
    rng = np.random.default_rng(seed)
    points = int(rng.integers(2, 9))
    storage = np.cumsum(rng.uniform(0.5e6, 2e7, points))
    flow = np.concatenate([[0.0], np.cumsum(rng.choice([0.0, 1.0, 1.0], points - 1))])
    flow *= rng.uniform(1.0, 400.0)
    start = rng.uniform(0.0, 1.2 * storage[-1])
    length = DAY * rng.choice([1.0, 5.0, 10.0, 31.0])
    inflow = length * rng.choice([0.0, rng.uniform(0.0, 300.0), rng.uniform(0.0, 3000.0)])
    volume = passed(storage, flow, start, inflow, length)
    assert volume == pytest.approx(
        outlets.passed_volume(storage, flow, start, inflow, length), rel=1e-6, abs=1e-6 * start
    )
    more = passed(storage, flow, start, inflow + 1e5, length)
    assert more >= volume * (1 - 1e-12)
