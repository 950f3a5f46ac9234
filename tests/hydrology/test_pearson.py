"""Pearson III against printed tables and closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from hydrosim.errors import ConfigError
from hydrosim.hydrology.pearson import (
    frequency_factor,
    pearson3_class_means,
    pearson3_exceedance,
    pearson3_quantile,
)

EXCEEDANCE = [0.0001, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.75, 0.9, 0.95, 0.99]
# Foster-Rybkin table of Phi, as printed in Chinese design codes and Bulletin 17B.
PHI = {
    0.0: "3.71902 3.09023 2.32635 2.05375 1.64485 1.28155 0.84162 0 "
    "-0.67449 -1.28155 -1.64485 -2.32635",
    0.5: "4.82141 3.81090 2.68572 2.31084 1.77428 1.32309 0.80829 -0.08302 "
    "-0.71199 -1.21618 -1.49101 -1.95472",
    1.0: "5.95691 4.53112 3.02256 2.54206 1.87683 1.34039 0.75752 -0.16397 "
    "-0.73234 -1.12762 -1.31684 -1.58838",
    1.5: "7.09277 5.23353 3.33035 2.74325 1.95083 1.33330 0.69051 -0.23996 "
    "-0.73312 -1.01810 -1.13075 -1.25611",
    2.0: "8.21034 5.90776 3.60517 2.91202 1.99573 1.30259 0.60944 -0.30685 "
    "-0.71232 -0.89464 -0.94871 -0.98995",
    2.5: "9.29920 6.54814 3.84540 3.04787 2.01247 1.25039 0.51789 -0.35992 "
    "-0.67097 -0.77062 -0.79015 -0.79921",
    3.0: "10.35418 7.15235 4.05138 3.15193 2.00335 1.18006 0.42040 -0.39554 "
    "-0.61500 -0.66023 -0.66532 -0.66663",
    4.0: "12.35663 8.25289 4.36777 3.27404 1.92023 1.00079 0.22617 -0.41265 "
    "-0.49472 -0.49986 -0.49999 -0.50000",
    -0.5: "2.70836 2.39867 1.95472 1.77716 1.49101 1.21618 0.85653 0.08302 "
    "-0.62162 -1.32309 -1.77428 -2.68572",
    -1.0: "1.88410 1.78572 1.58838 1.49188 1.31684 1.12762 0.85161 0.16397 "
    "-0.55471 -1.34039 -1.87683 -3.02256",
}


@pytest.mark.parametrize("skewness", PHI)
def test_frequency_factors_of_the_printed_table(skewness):
    printed = [float(number) for number in PHI[skewness].split()]
    np.testing.assert_allclose(frequency_factor(skewness, EXCEEDANCE), printed, atol=6e-6)


def test_skew_of_two_is_the_exponential_law():
    # Mean 100, Cv 1, Cs 2: x_P = -100 ln P.
    values = pearson3_quantile([0.01, 0.5, 0.99], 100.0, 1.0, 2.0)
    np.testing.assert_allclose(values, [460.517019, 69.314718, 1.005034], atol=1e-6)
    chances = pearson3_exceedance([50.0, 100.0, 200.0], 100.0, 1.0, 2.0)
    np.testing.assert_allclose(chances, [0.60653066, 0.36787944, 0.13533528], atol=1e-8)


def test_design_peak_of_the_demonstration_river():
    # Mean 1300 m3/s, Cv 1.6, Cs = 2.5 Cv: the flood of 1 %.
    assert pearson3_quantile(0.01, 1300.0, 1.6, 4.0) == pytest.approx(10385, abs=1.0)


def test_exceedance_inverts_the_quantile():
    chances = np.linspace(0.02, 0.98, 25)
    values = pearson3_quantile(chances, 3.6e8, 0.84, 1.68)
    np.testing.assert_allclose(pearson3_exceedance(values, 3.6e8, 0.84, 1.68), chances, rtol=1e-10)


def test_class_means_of_the_exponential_law():
    # For x = -ln P the mean between P1 > P2 is the difference of (P ln P - P) over P1 - P2.
    edges = 1.0 - np.arange(1, 6) / 5.0
    primitive = np.append(0.0, -np.log(edges[:-1]) * edges[:-1] + edges[:-1] - 1.0)
    primitive = np.append(primitive, -1.0)
    means = pearson3_class_means(5, 1.0, 1.0, 2.0)
    np.testing.assert_allclose(means, -5.0 * np.diff(primitive), rtol=1e-12)


@pytest.mark.parametrize(("variation", "skewness"), [(0.3, 0.6), (0.84, 1.68), (1.15, 2.875)])
def test_class_means_keep_the_mean_and_nearly_the_variation(variation, skewness):
    means = pearson3_class_means(39, 2.5e8, variation, skewness)
    assert means.mean() == pytest.approx(2.5e8, rel=1e-12)
    assert (np.diff(means) > 0.0).all()
    assert 0.94 * variation < means.std(ddof=1) / means.mean() < 1.01 * variation


@pytest.mark.parametrize("chance", [0.0, 1.0, -0.1, float("nan")])
def test_probability_outside_the_open_interval(chance):
    with pytest.raises(ConfigError, match="strictly between 0 and 1"):
        frequency_factor(1.0, chance)


def test_nonsense_moments():
    with pytest.raises(ConfigError, match="a mean and a Cv above 0"):
        pearson3_exceedance(1.0, 0.0, 0.5, 1.0)
    with pytest.raises(ConfigError, match="a mean, a Cv and a Cs above 0"):
        pearson3_class_means(5, 1.0, 0.5, 0.0)
    with pytest.raises(ConfigError, match="at least 1 class"):
        pearson3_class_means(0, 1.0, 0.5, 1.0)
