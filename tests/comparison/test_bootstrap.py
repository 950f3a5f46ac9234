"""Intervals by the circular block bootstrap."""

import numpy as np
import pytest

from hydrosim.comparison.bootstrap import interval_of_mean


def test_equal_values_have_no_width():
    assert interval_of_mean(np.full(20, 3.0), block=4) == pytest.approx((3.0, 3.0))


def test_independent_values_have_the_width_of_the_normal_law():
    values = np.random.default_rng(5).normal(2.0, 1.0, 400)
    low, high = interval_of_mean(values, confidence=0.9, resamples=8000)
    half = 1.6449 * values.std() / 20.0
    assert low == pytest.approx(values.mean() - half, abs=0.006)
    assert high == pytest.approx(values.mean() + half, abs=0.006)


def test_blocks_keep_what_follows_on_each_other():
    noise = np.random.default_rng(7).normal(size=600)
    slow = np.empty(600)
    slow[0] = noise[0]
    for k in range(1, 600):
        slow[k] = 0.8 * slow[k - 1] + noise[k]
    alone = np.subtract(*interval_of_mean(slow, block=1)[::-1])
    blocks = np.subtract(*interval_of_mean(slow, block=30)[::-1])
    # The variance of the mean of an AR(1) is (1 + r) / (1 - r) = 9 times that of white noise.
    assert 2.2 < blocks / alone < 3.4


def test_a_seed_draws_the_same_places_for_all_values():
    values = np.random.default_rng(2).normal(size=40)
    one = interval_of_mean(values, block=3, seed=4)
    assert one == interval_of_mean(values, block=3, seed=4)
    assert one != interval_of_mean(values, block=3, seed=5)
    shifted = interval_of_mean(values + 10.0, block=3, seed=4)
    assert shifted == pytest.approx([10.0 + limit for limit in one])


def test_few_values_have_no_interval():
    assert np.isnan(interval_of_mean(np.arange(4.0))).all()
