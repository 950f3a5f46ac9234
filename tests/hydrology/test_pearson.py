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

EXCEEDANCE = [0.0001, 0.001, 0.01, 0.05, 0.1, 0.5, 0.9, 0.99]
# Foster-Rybkin table of Phi, as printed in Chinese design codes and Bulletin 17B.
PHI = {
    0.0: [3.71902, 3.09023, 2.32635, 1.64485, 1.28155, 0.0, -1.28155, -2.32635],
    1.0: [5.95691, 4.53112, 3.02256, 1.87683, 1.34039, -0.16397, -1.12762, -1.58838],
    2.0: [8.21034, 5.90776, 3.60517, 1.99573, 1.30259, -0.30685, -0.89464, -0.98995],
    4.0: [12.35663, 8.25289, 4.36777, 1.92023, 1.00079, -0.41265, -0.49986, -0.50000],
    -1.0: [1.88410, 1.78572, 1.58838, 1.31684, 1.12762, 0.16397, -1.34039, -3.02256],
}


@pytest.mark.parametrize("skewness", PHI)
def test_frequency_factors_of_the_printed_table(skewness):
    np.testing.assert_allclose(frequency_factor(skewness, EXCEEDANCE), PHI[skewness], atol=6e-6)


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
