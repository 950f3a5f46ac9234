"""Bootstrap limits: seeds, closed forms, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from hydrosim.errors import ConfigError
from hydrosim.hydrology import (
    FrequencyMethod,
    PearsonIII,
    bootstrap_quantiles,
    flood_sample,
)

FLOODS = PearsonIII(1000.0, 0.6, 1.5).quantile(np.arange(1, 31) / 31.0)
MOMENTS = FrequencyMethod(method="moments")


def test_same_seed_same_numbers_and_another_seed_others():
    sample = flood_sample(FLOODS)
    one = bootstrap_quantiles(sample, [10, 100], MOMENTS, replicates=50, seed=7)
    two = bootstrap_quantiles(sample, [10, 100], MOMENTS, replicates=50, seed=7)
    other = bootstrap_quantiles(sample, [10, 100], MOMENTS, replicates=50, seed=8)
    np.testing.assert_array_equal(one.lower, two.lower)
    np.testing.assert_array_equal(one.standard_error, two.standard_error)
    assert (one.lower != other.lower).all()


def test_error_of_a_normal_quantile_is_that_of_theory():
    # Lognormal: the error of the logarithm at P is s sqrt((1 + z^2 / 2) / n) for large n.
    logs = 2.0 + 0.2 * np.sqrt(2.0) * np.linspace(-1.5, 1.5, 200)
    method = FrequencyMethod("lognormal", "moments")
    band = bootstrap_quantiles(flood_sample(10.0**logs), [2, 100], method, replicates=800)
    spread = np.log10(band.upper / band.lower) / (2.0 * 1.6449)
    deviation = logs.std(ddof=1)
    z = np.array([0.0, 2.32635])
    np.testing.assert_allclose(spread, deviation * np.sqrt((1 + z**2 / 2) / 200), rtol=0.09)
    assert band.replicates == 800
    assert band.failed == 0


@pytest.mark.parametrize("resampling", ["parametric", "cases"])
def test_limits_enclose_the_estimate_and_open_with_the_return_period(resampling):
    band = bootstrap_quantiles(
        flood_sample(FLOODS), [5, 50, 500], MOMENTS, resampling=resampling, replicates=200
    )
    assert (band.lower < band.estimate).all()
    assert (band.estimate < band.upper).all()
    assert (np.diff(band.upper - band.lower) > 0.0).all()


def test_history_narrows_the_limits():
    # The same curve, once from 30 years, once with what is known of 300.
    curve = PearsonIII(1000.0, 0.6, 1.5)
    method = FrequencyMethod(method="l_moments")
    ordinary = curve.quantile(4 / 301 + (1 - 4 / 301) * np.arange(1, 31) / 31.0)
    history = flood_sample(
        ordinary, historical=curve.quantile(np.arange(1, 5) / 301.0), survey_years=300
    )
    short = bootstrap_quantiles(flood_sample(FLOODS), [100], method, replicates=300)
    long = bootstrap_quantiles(history, [100], method, replicates=300)
    assert long.standard_error[0] < 0.75 * short.standard_error[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"replicates": 10}, "at least 20 replicates"),
        ({"level": 1.0}, "a share strictly between 0 and 1"),
        ({"seed": -1}, "a whole number of 0 or more"),
        ({"resampling": "case"}, "nearest +'cases'"),
    ],
)
def test_arguments_that_are_refused(arguments, message):
    with pytest.raises(ConfigError, match=message):
        bootstrap_quantiles(flood_sample(FLOODS), [10], MOMENTS, **arguments)


def test_cases_with_history_are_refused():
    sample = flood_sample(FLOODS, historical=[9000], survey_years=200)
    with pytest.raises(ConfigError, match="parametric where there are historical"):
        bootstrap_quantiles(sample, [10], MOMENTS, resampling="cases")


def test_a_method_that_often_fails_is_refused():
    # Draws of this curve fall to 0, where logarithms end; the sample itself does not.
    with pytest.raises(ConfigError, match="drawn samples that allow no fit"):
        bootstrap_quantiles(
            flood_sample([1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 30.0, 1e-3]),
            [10],
            FrequencyMethod(method="l_moments"),
            replicates=60,
        )
