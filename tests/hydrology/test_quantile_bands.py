"""Bands about fitted curves: the quick fits are the plain ones, bits repeat, the share is right."""

from __future__ import annotations

import os

import numpy as np
import pytest

from hydrosim.hydrology import quantile_bands as bands
from hydrosim.hydrology.curve_fitting import FitRules
from hydrosim.hydrology.curves import PearsonIII
from hydrosim.hydrology.flood_samples import flood_sample
from hydrosim.hydrology.frequency import FrequencyMethod, fit_frequency

RECORD = [160.0, 320, 90, 250, 410, 130, 75, 520, 205, 180, 300, 145, 110, 95, 260, 340, 170, 60]
SAMPLE = flood_sample(RECORD, historical=[900, 640], survey_years=90, extreme_in_record=1)
CHANCES = np.array([0.0001, 0.001, 0.01, 0.1, 0.5, 0.9])


@pytest.mark.parametrize(
    ("method", "near"),
    [
        (FrequencyMethod(), 3e-3),
        (FrequencyMethod(plotting="separate", rules=FitRules("relative")), 3e-3),
        (FrequencyMethod(rules=FitRules(skewness_ratio=3.0)), 3e-3),
        (FrequencyMethod(rules=FitRules(mean=240.0, skewness_ratio=2.5)), 3e-3),
        (FrequencyMethod(rules=FitRules(mean=240.0, variation=0.8)), 3e-3),
        (FrequencyMethod(rules=FitRules(variation=0.8, skewness=2.0)), 1e-12),
        (FrequencyMethod(mean_from_moments=True), 3e-3),
        (FrequencyMethod("log_pearson3"), 3e-3),
        (FrequencyMethod("lognormal"), 1e-12),
        (FrequencyMethod("gumbel"), 1e-12),
        (FrequencyMethod(rules=FitRules("absolute")), 0.06),  # flat near its least
    ],
)
def test_fits_of_many_samples_are_those_of_one(method: FrequencyMethod, near: float) -> None:
    fitted = fit_frequency(SAMPLE, method)
    drawn = bands._samples(SAMPLE, fitted, 4, 7)
    many = bands._quantiles_by_fitting(SAMPLE, method, drawn, CHANCES)
    plain = bands._quantiles_one_by_one(SAMPLE, method, drawn, CHANCES)
    assert many.shape == plain.shape == (4, 6)
    np.testing.assert_allclose(many, plain, rtol=near)


def test_samples_have_the_form_of_the_record() -> None:
    fitted = fit_frequency(SAMPLE)
    drawn = bands._samples(SAMPLE, fitted, 50, 7)
    assert drawn.shape == (50, 3 + 17)
    extreme, ordinary = drawn[:, :3], drawn[:, 3:]
    assert (np.diff(extreme, axis=1) <= 0).all()
    assert (np.diff(ordinary, axis=1) <= 0).all()
    assert (ordinary[:, 0] <= extreme[:, -1]).all()


def test_the_band_holds_the_curve_is_monotonous_and_repeats() -> None:
    fitted = fit_frequency(SAMPLE)
    band = bands.quantile_band(SAMPLE, fitted, CHANCES)
    curve = fitted.curve.quantile(CHANCES)
    assert (band.lower < curve).all()
    assert (curve < band.upper).all()
    assert (np.diff(band.lower) < 0).all()
    assert (np.diff(band.upper) < 0).all()
    again = bands.quantile_band(SAMPLE, fitted, CHANCES)
    assert np.array_equal(band.lower, again.lower)
    assert np.array_equal(band.upper, again.upper)
    other = bands.quantile_band(SAMPLE, fitted, CHANCES, seed=2)
    assert not np.array_equal(band.lower, other.lower)


def test_historical_floods_make_the_band_narrower() -> None:
    alone = flood_sample(RECORD)
    curve = PearsonIII(220.0, 0.8, 2.4)
    width = []
    for sample in (alone, SAMPLE):
        fitted = fit_frequency(sample)
        known = type(fitted)(curve, fitted.method, fitted.goodness)
        band = bands.quantile_band(sample, known, [0.01])
        width.append(float(band.upper[0] - band.lower[0]))
    assert width[1] < 0.8 * width[0]


def coverage(years: int, trials: int) -> np.ndarray:
    """Return the share of samples whose 90 % band holds the true value at 10, 100, 1000 years."""
    truth = PearsonIII(700.0, 0.8, 2.0)
    chances = np.array([0.1, 0.01, 0.001])
    random = np.random.Generator(np.random.Philox(5))
    held = np.zeros(3)
    method = FrequencyMethod(rules=FitRules(skewness_ratio=2.5))
    for _trial in range(trials):
        sample = flood_sample(truth.quantile(random.uniform(size=years)))
        band = bands.quantile_band(sample, fit_frequency(sample, method), chances, draws=200)
        value = truth.quantile(chances)
        held += (band.lower <= value) & (value <= band.upper)
    return held / trials


@pytest.mark.skipif("HYDROSIM_LONG" not in os.environ, reason="HYDROSIM_LONG=1 asks for it")
def test_ninety_of_a_hundred_bands_hold_the_truth() -> None:
    share = coverage(40, 500)
    assert (share > 0.87).all()
    assert (share < 0.96).all()
