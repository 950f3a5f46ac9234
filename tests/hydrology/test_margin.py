"""Moments of yearly totals and their Pearson III margin."""

from __future__ import annotations

import numpy as np
import pytest

from hydrosim.errors import ConfigError, DataError
from hydrosim.hydrology.margin import Pearson3Margin, fit_margin
from hydrosim.hydrology.sample_statistics import cross_correlation, lag_one_correlation, moments

# Yearly peaks of a textbook (Zhan & Ye, Engineering Hydrology, 3rd ed., table 7-3).
PEAKS = [1540, 980, 1090, 1050, 1860, 1140, 790, 2750, 762, 2390, 1210, 1270, 1200, 1740, 883]
PEAKS += [1260, 408, 1050, 1520, 483, 794]


def test_moments_of_a_textbook_series():
    told = moments(PEAKS)
    assert told.mean == pytest.approx(1246.19, abs=0.005)
    assert told.variation == pytest.approx(0.46109, abs=5e-6)
    assert told.skewness == pytest.approx(1.1283, abs=5e-5)


def test_correlations_by_hand():
    assert lag_one_correlation([1.0, 2.0, 3.0, 4.0]) == pytest.approx(1.0)
    assert lag_one_correlation([1.0, -1.0, 1.0, -1.0, 1.0]) == pytest.approx(-1.0)
    assert lag_one_correlation([2.0, 2.0, 2.0, 2.0]) == 0.0
    told = cross_correlation(np.array([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0], [5.0, 5.0, 5.0]]))
    np.testing.assert_allclose(told, [[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])


def test_margin_keeps_the_moments_of_the_sample():
    margin = fit_margin(PEAKS)
    chance = (np.arange(200_000) + 0.5) / 200_000
    told = moments(margin.quantile(chance))
    assert told.mean == pytest.approx(1246.19, rel=1e-4)
    assert told.variation == pytest.approx(0.46109, rel=1e-3)
    assert told.skewness == pytest.approx(1.1283, rel=5e-3)


def test_totals_below_zero_raise_the_skew_to_twice_cv():
    # Dry and wet years alike, Cv 0.63 and Cs 0: the curve would reach far below zero.
    totals = [0.2, 0.4, 0.6, 0.8, 1.0, 1.0, 1.2, 1.4, 1.6, 1.8, 1.9, 0.1]
    sample = moments(totals)
    margin = fit_margin(totals)
    assert sample.skewness == pytest.approx(0.0, abs=1e-12)
    assert margin.skewness == pytest.approx(2.0 * sample.variation)
    assert margin.chance_below_zero == pytest.approx(0.0, abs=1e-12)
    assert fit_margin(totals, skewness_ratio=2.5).skewness == pytest.approx(2.5 * sample.variation)


def test_every_total_drawn_is_above_zero():
    margin = Pearson3Margin(1.0, 0.32, 0.1)
    assert 1e-5 < margin.chance_below_zero < 1e-3
    assert (margin.of_normal([-40.0, -8.0, -4.0]) > 0.0).all()


def test_scores_and_totals_are_inverse():
    margin = Pearson3Margin(3.6e8, 0.84, 1.68)
    scores = np.linspace(-3.0, 4.0, 29)
    np.testing.assert_allclose(margin.normal_of(margin.of_normal(scores)), scores, atol=1e-9)
    # Below the lower end of the curve there is no score; it stops.
    assert -8.0 < float(margin.normal_of(0.0)) < -6.0


def test_margins_without_a_meaning():
    with pytest.raises(ConfigError, match="a mean and a Cv above 0 and a finite Cs"):
        Pearson3Margin(0.0, 0.3, 0.6)
    with pytest.raises(ConfigError, match="at least twice Cv keeps the lower end"):
        Pearson3Margin(1.0, 0.8, 0.4)
    with pytest.raises(DataError, match="every year alike"):
        fit_margin([2.0] * 12)
    with pytest.raises(DataError, match="one series of at least 10 values"):
        fit_margin([1.0, 2.0])
    with pytest.raises(DataError, match="-1 at place 3"):
        fit_margin([1.0, 2.0, 3.0, -1.0, *range(10)])
