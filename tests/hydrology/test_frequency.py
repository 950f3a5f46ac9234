"""Frequency curves against textbook series, closed forms and their own properties."""

from __future__ import annotations

import csv
import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hydrosim.errors import ConfigError
from hydrosim.hydrology import (
    FitRules,
    FrequencyMethod,
    Gumbel,
    LogPearsonIII,
    PearsonIII,
    at_return_period,
    fit_frequency,
    flood_sample,
    l_moments,
    log_moments,
    plotting_positions,
    return_period,
    sample_moments,
)
from hydrosim.hydrology.curve_fitting import _least_absolute, _median_slope
from hydrosim.hydrology.moments import LMoments, pearson_shape

# Zhan Daojiang & Ye Shouze, 工程水文学 (3rd ed.), table 7-3: annual peaks, m3/s.
CONTINUOUS = [
    *(1540, 980, 1090, 1050, 1860, 1140, 790, 2750, 762, 2390, 1210),
    *(1270, 1200, 1740, 883, 1260, 408, 1050, 1520, 483, 794),
]
# The same book, table 9-4 (2200 and 346 as corrected): thirty measured years, two floods before.
MEASURED = [
    *(1400, 1210, 960, 920, 890, 880, 790, 784, 670, 650, 638, 590, 520, 510, 480),
    *(470, 462, 440, 386, 368, 346, 322, 300, 288, 262, 240, 220, 200, 186, 160),
]
HISTORICAL = [2520, 2200]
CURVES = [
    PearsonIII(1300.0, 1.6, 4.0),
    PearsonIII(586.9, 0.68, 2.1),
    PearsonIII(1246.0, 0.46, 0.0),
    PearsonIII(50.0, 0.3, -0.4),
    LogPearsonIII(4.274, 0.403, -0.067),
    LogPearsonIII(2.0, 0.3),
    Gumbel(1246.0, 575.0),
]
SAMPLES = st.lists(st.integers(1, 5000), min_size=6, max_size=25).filter(
    lambda values: len(set(values)) > 4
)


def continuous():
    return flood_sample(CONTINUOUS)


def with_history():
    return flood_sample(MEASURED, historical=HISTORICAL, survey_years=102)


def by(distribution="pearson3", method="curve_fitting", **held):
    return FrequencyMethod(distribution, method, rules=FitRules(**held))


def test_moments_of_the_continuous_series():
    moments = sample_moments(continuous())
    assert moments.mean == pytest.approx(26170 / 21, rel=1e-14)
    assert moments.variation == pytest.approx(0.46109, abs=5e-6)
    assert moments.skewness == pytest.approx(1.1343, abs=5e-5)
    assert sample_moments(continuous(), "unbiased").skewness == pytest.approx(1.1283, abs=5e-5)


def test_l_moments_of_the_continuous_series():
    found = l_moments(continuous())
    expected = (1246.190, 313.800, 0.22270, 0.24427)
    np.testing.assert_allclose(dataclasses.astuple(found), expected, rtol=2e-5)
    pytest.importorskip("scipy", minversion="1.15")
    standardised = stats.lmoment(CONTINUOUS, standardize=True)  # SciPy, written apart
    np.testing.assert_allclose(dataclasses.astuple(found), standardised, rtol=1e-13)


def test_quantiles_of_trial_curves():
    one = PearsonIII(26170 / 21, 0.5, 1.25)
    np.testing.assert_allclose(
        at_return_period(one, [1000, 100, 50, 20, 10]), [4290, 3228, 2895, 2441, 2081], atol=0.5
    )
    two = PearsonIII(26170 / 21, 0.6, 1.5)
    np.testing.assert_allclose(at_return_period(two, [1000, 100, 10]), [5159, 3736, 2243], atol=0.5)


def test_series_with_historical_floods():
    sample = with_history()
    moments = sample_moments(sample)
    assert moments.mean == pytest.approx(586.8627, abs=5e-5)
    assert moments.variation == pytest.approx(0.67726, abs=5e-6)
    assert moments.skewness == pytest.approx(2.1068, abs=5e-5)
    unified = plotting_positions(sample)
    np.testing.assert_allclose(
        unified.exceedance_frac[[0, 1, 2, -1]], [0.0097087, 0.0194175, 0.0510492, 0.9683683],
        atol=5e-8,
    )  # fmt: skip
    separate = plotting_positions(sample, "separate")
    np.testing.assert_allclose(
        separate.exceedance_frac[[0, 1, 2, -1]], [0.0097087, 0.0194175, 0.0322581, 0.9677419],
        atol=5e-8,
    )  # fmt: skip
    np.testing.assert_array_equal(unified.value, HISTORICAL + MEASURED)


def test_small_cases_of_plotting():
    one = plotting_positions(flood_sample([1, 2, 3], historical=[10], survey_years=9))
    np.testing.assert_allclose(one.exceedance_frac, [0.1, 0.325, 0.55, 0.775], rtol=1e-14)
    two = flood_sample([1, 2, 3, 4], historical=[10], survey_years=9, extreme_in_record=1)
    np.testing.assert_allclose(
        plotting_positions(two).exceedance_frac, [0.1, 0.2, 0.4, 0.6, 0.8], rtol=1e-14
    )
    np.testing.assert_allclose(
        plotting_positions(two, "separate").exceedance_frac, [0.1, 0.2, 0.4, 0.6, 0.8], rtol=1e-14
    )
    assert two.extreme_in_record == 1
    plain = plotting_positions(flood_sample([5, 7, 6]))
    np.testing.assert_allclose(plain.exceedance_frac, [0.25, 0.5, 0.75], rtol=1e-14)


def test_a_complete_survey_is_the_plain_record():
    # All floods of N = n years, the greatest five called extraordinary: nothing may change.
    plain, split = continuous(), flood_sample(CONTINUOUS, survey_years=21, extreme_in_record=5)
    np.testing.assert_allclose(split.weights, plain.weights, rtol=1e-13)
    np.testing.assert_allclose(
        dataclasses.astuple(l_moments(split)), dataclasses.astuple(l_moments(plain)), rtol=1e-12
    )
    np.testing.assert_allclose(
        plotting_positions(split).exceedance_frac, plotting_positions(plain).exceedance_frac,
        rtol=1e-13,
    )  # fmt: skip
    unbiased = sample_moments(plain, "unbiased")
    np.testing.assert_allclose(
        dataclasses.astuple(sample_moments(split)), dataclasses.astuple(unbiased), rtol=1e-12
    )


def test_l_moments_with_history_are_unbiased():
    # All ways to know two greatest of seven years and three of the other five: their mean is exact.
    from itertools import combinations

    years = np.array([12.0, 9.0, 7.0, 6.0, 4.5, 3.0, 1.0, 0.5])
    exact = l_moments(flood_sample(years))
    found = [
        l_moments(flood_sample(chosen, historical=years[:2], survey_years=8))
        for chosen in combinations(years[2:], 4)
    ]
    assert np.mean([one.location for one in found]) == pytest.approx(exact.location, rel=1e-12)
    assert np.mean([one.scale for one in found]) == pytest.approx(exact.scale, rel=1e-12)
    third = np.mean([one.skewness * one.scale for one in found])
    assert third == pytest.approx(exact.skewness * exact.scale, rel=1e-11)


def test_guadalupe_lognormal_and_log_pearson3(shared_data):
    # Chow, Maidment & Mays (1988), examples 12.2 and 12.3; cfs.
    path = shared_data / "b17c_peaks" / "AH_Tab12_1_1.csv"
    if not path.is_file():
        pytest.skip("the peaks of the Guadalupe river are absent")
    with path.open(encoding="utf-8") as file:
        sample = flood_sample([float(row["Q_cfs"]) for row in csv.DictReader(file)])
    moments = log_moments(sample)
    found = (moments.mean, moments.deviation, moments.skewness)
    np.testing.assert_allclose(found, [4.27428, 0.40268, -0.06722], atol=5e-6)
    lognormal = fit_frequency(sample, by("lognormal", "moments")).curve
    np.testing.assert_allclose(at_return_period(lognormal, [5, 50]), [41060, 126300], rtol=2e-3)
    np.testing.assert_allclose(at_return_period(lognormal, [5, 50]), [41037, 126264], atol=0.5)
    log_pearson3 = fit_frequency(sample, by("log_pearson3", "moments")).curve
    np.testing.assert_allclose(at_return_period(log_pearson3, [5, 50]), [41170, 121990], rtol=2e-3)
    np.testing.assert_allclose(at_return_period(log_pearson3, [5, 50]), [41156, 122093], atol=0.5)


@pytest.mark.parametrize("skewness", [0.01, 0.3, 1.0, 2.0, 3.5, 8.0])
def test_l_moments_of_pearson3_lead_back(skewness):
    # L-moments as integrals of the quantile function, apart from the closed forms.
    curve = PearsonIII(100.0, 0.5, skewness)
    nodes, weights = np.polynomial.legendre.leggauss(120)
    # P = v^4 / 2 at both ends gathers the nodes where the quantile runs away.
    v = 0.5 * (nodes + 1.0)
    half, jacobian = 0.5 * v**4, 2.0 * v**3 * 0.5 * weights
    p = np.concatenate([half, np.minimum(1.0 - half, 1.0 - 1e-16)])
    x, w = curve.quantile(p), np.concatenate([jacobian, jacobian])
    f = 1.0 - p
    scale = np.sum(w * x * (2.0 * f - 1.0))
    third = np.sum(w * x * (6.0 * f**2 - 6.0 * f + 1.0))
    deviation, found = pearson_shape(LMoments(100.0, scale, third / scale, 0.0))
    assert found == pytest.approx(skewness, rel=2e-6)
    assert deviation == pytest.approx(50.0, rel=2e-7)


def test_l_skewness_without_skew_and_of_the_exponential_law():
    assert pearson_shape(LMoments(0.0, 1.0, 0.0, 0.0)) == (np.sqrt(np.pi), 0.0)
    deviation, skewness = pearson_shape(LMoments(1.0, 0.5, 1.0 / 3.0, 0.0))
    assert (deviation, skewness) == (pytest.approx(1.0, rel=1e-10), pytest.approx(2.0, rel=1e-10))
    mirrored = pearson_shape(LMoments(1.0, 0.5, -1.0 / 3.0, 0.0))
    assert mirrored == (pytest.approx(1.0, rel=1e-10), pytest.approx(-2.0, rel=1e-10))
    with pytest.raises(ConfigError, match="an L-skewness between -1 and 1"):
        pearson_shape(LMoments(1.0, 0.5, 1.0, 0.0))


@pytest.mark.parametrize("criterion", ["least_squares", "absolute", "relative"])
def test_curve_fitting_finds_the_curve_that_made_the_points(criterion):
    # Floods put exactly on a curve at their plotting positions.
    made = PearsonIII(1300.0, 0.9, 2.3)
    floods = made.quantile(np.arange(1, 41) / 41.0)
    found = fit_frequency(flood_sample(floods), by(criterion=criterion)).curve
    assert found.mean == pytest.approx(1300.0, rel=1e-5)
    assert found.variation == pytest.approx(0.9, rel=1e-5)
    assert found.skewness == pytest.approx(2.3, rel=1e-4)


@pytest.mark.parametrize("criterion", ["least_squares", "absolute", "relative"])
@pytest.mark.parametrize(
    "held",
    [
        {},
        {"skewness": 1.5},
        {"skewness_ratio": 2.5},
        {"variation": 0.55},
        {"mean": 1246.0},
        {"mean": 1246.0, "skewness_ratio": 2.5},
        {"mean": 1246.0, "variation": 0.5},
        {"mean": 1246.0, "skewness": 1.3},
        {"variation": 0.5, "skewness_ratio": 3.0},
    ],
    ids=str,
)
def test_curve_fitting_is_least_among_its_neighbours(criterion, held):
    sample = continuous()
    curve = fit_frequency(sample, by(criterion=criterion, **held)).curve
    positions = plotting_positions(sample)

    def measure(mean, variation, skewness):
        on_curve = PearsonIII(mean, variation, skewness).quantile(positions.exceedance_frac)
        off = positions.value - on_curve
        if criterion == "absolute":
            return np.abs(off).sum()
        return np.sum((off / (positions.value if criterion == "relative" else 1.0)) ** 2)

    for name, value in held.items():
        got = curve.skewness_ratio if name == "skewness_ratio" else getattr(curve, name)
        assert got == pytest.approx(value, rel=1e-9), name
    best = measure(curve.mean, curve.variation, curve.skewness)
    draws = np.random.default_rng(5).uniform(-0.02, 0.02, (300, 3)) * np.array([1.0, 1.0, 3.0])
    for step in draws:
        mean = held.get("mean", curve.mean * (1.0 + step[0]))
        variation = held.get("variation", curve.variation * (1.0 + step[1]))
        skewness = held.get("skewness", curve.skewness * (1.0 + step[2]))
        if "skewness_ratio" in held:
            skewness = held["skewness_ratio"] * variation
        assert measure(mean, variation, skewness) >= best * (1.0 - 1e-9)


def test_least_absolute_line_against_all_pairs():
    draws = np.random.default_rng(3)
    for _ in range(20):
        across = np.sort(draws.normal(size=14))
        target = 3.0 + 2.0 * across + draws.standard_t(2, size=14)
        columns = np.column_stack([np.ones(14), across])
        least = min(
            np.abs(target - target[i] - slope * (across - across[i])).sum()
            for i in range(14)
            for j in range(i)
            for slope in [(target[j] - target[i]) / (across[j] - across[i])]
        )
        line = _least_absolute(columns, target)
        assert np.abs(target - columns @ line).sum() == pytest.approx(least, rel=1e-12)
        slope = _median_slope(across, target)[0]
        trials = [np.abs(target - one * across).sum() for one in target / across]
        assert np.abs(target - slope * across).sum() == pytest.approx(min(trials), rel=1e-12)


def test_history_moves_the_fitted_curve():
    alone = fit_frequency(flood_sample(MEASURED)).curve
    curves = {
        formula: fit_frequency(with_history(), FrequencyMethod(plotting=formula)).curve
        for formula in ("unified", "separate")
    }
    for curve in curves.values():
        assert at_return_period(curve, 100) > 1.2 * at_return_period(alone, 100)
    assert curves["unified"] != curves["separate"]


def test_mean_from_moments_is_held():
    method = FrequencyMethod(rules=FitRules(skewness_ratio=3.0), mean_from_moments=True)
    curve = fit_frequency(with_history(), method).curve
    assert curve.mean == pytest.approx(586.8627, abs=5e-5)
    assert curve.skewness_ratio == pytest.approx(3.0, rel=1e-9)


def test_goodness_of_a_perfect_and_of_a_real_fit():
    made = PearsonIII(1300.0, 0.9, 2.3)
    perfect = fit_frequency(flood_sample(made.quantile(np.arange(1, 41) / 41.0))).goodness
    assert perfect.root_mean_square < 1e-2
    assert perfect.determination > 1.0 - 1e-9
    assert perfect.correlation > 1.0 - 1e-9
    real = fit_frequency(continuous(), by(method="moments"))
    positions = plotting_positions(continuous())
    off = positions.value - real.curve.quantile(positions.exceedance_frac)
    assert real.goodness.root_mean_square == pytest.approx(np.sqrt((off**2).mean()), rel=1e-12)
    top = real.curve.quantile(1 / 22)
    assert real.goodness.greatest_relative == pytest.approx(2750 / top - 1.0, rel=1e-12)


def test_notes_for_the_reviewer():
    low = fit_frequency(continuous(), by(criterion="relative"))
    assert low.curve.skewness < 2.0 * low.curve.variation
    assert "Cs < 2 Cv: the curve falls below 0" in low.notes[0]
    edge = fit_frequency(continuous(), by(skewness_range=(0.0, 1.0)))
    assert "the search ended at an edge of skewness_range" in edge.notes


@pytest.mark.parametrize("curve", CURVES, ids=repr)
@given(chance=st.floats(1e-6, 1.0 - 1e-4))
def test_quantile_and_probability_invert_each_other(curve, chance):
    value = curve.quantile(chance)
    if getattr(curve, "skewness", 0.0) < 3.0 or chance < 0.9:  # near the bound digits are lost
        assert curve.exceedance(value) == pytest.approx(chance, rel=1e-8)


@pytest.mark.parametrize("curve", CURVES, ids=repr)
@given(chances=st.lists(st.floats(1e-6, 0.999), min_size=2, max_size=9, unique=True))
def test_rarer_floods_are_greater(curve, chances):
    values = curve.quantile(np.sort(chances))
    assert (np.diff(values) <= 0.0).all()
    steps = np.linspace(values[-1], values[0], 7)
    assert (np.diff(curve.exceedance(steps)) <= 1e-15).all()


@pytest.mark.parametrize("curve", CURVES, ids=repr)
def test_a_scaled_curve_scales_its_values(curve):
    chances = [0.9, 0.5, 0.01, 0.0001]
    np.testing.assert_allclose(
        curve.scaled(2.5).quantile(chances), 2.5 * curve.quantile(chances), rtol=1e-12
    )


@given(values=SAMPLES, factor=st.sampled_from([0.01, 3.0, 1000.0]))
@pytest.mark.parametrize(
    "method",
    [
        by(method="moments"),
        by(method="l_moments"),
        by(criterion="least_squares", skewness=2.0),
        by(criterion="absolute", skewness=2.0),
        by(criterion="relative", skewness=2.0),
        by("log_pearson3", "moments"),
        by("gumbel", "l_moments"),
        by("lognormal", "curve_fitting"),
    ],
    ids=lambda method: f"{method.distribution}-{method.method}-{method.rules.criterion}",
)
def test_fits_follow_the_scale(method, values, factor):
    floods = np.array(values, dtype=np.float64)
    one = fit_frequency(flood_sample(floods), method).curve
    other = fit_frequency(flood_sample(floods * factor), method).curve
    periods = [2, 10, 100, 10000]
    np.testing.assert_allclose(
        at_return_period(other, periods), factor * at_return_period(one, periods), rtol=1e-7
    )


@given(values=SAMPLES, shift=st.sampled_from([100.0, 10000.0]))
@pytest.mark.parametrize(
    "method",
    [
        by(method="moments"),
        by(method="l_moments"),
        by(criterion="least_squares", skewness=1.5),
        by("gumbel", "moments"),
        by("gumbel", "curve_fitting", criterion="absolute"),
    ],
    ids=lambda method: f"{method.distribution}-{method.method}-{method.rules.criterion}",
)
def test_fits_follow_a_shift(method, values, shift):
    floods = np.array(values, dtype=np.float64)
    periods = [2, 10, 100, 10000]
    one = fit_frequency(flood_sample(floods), method).curve
    other = fit_frequency(flood_sample(floods + shift), method).curve
    np.testing.assert_allclose(
        at_return_period(other, periods),
        shift + at_return_period(one, periods),
        rtol=1e-7,
    )


def test_free_curve_fitting_follows_scale_and_shift():
    floods = np.array(CONTINUOUS, dtype=np.float64)
    periods = [2, 10, 100, 1000]
    one = at_return_period(fit_frequency(flood_sample(floods)).curve, periods)
    scaled = at_return_period(fit_frequency(flood_sample(7.0 * floods)).curve, periods)
    moved = at_return_period(fit_frequency(flood_sample(floods + 500.0)).curve, periods)
    np.testing.assert_allclose(scaled, 7.0 * one, rtol=1e-6)
    np.testing.assert_allclose(moved, 500.0 + one, rtol=1e-6)


def test_return_periods():
    curve = PearsonIII(100.0, 1.0, 2.0)
    assert return_period(curve, 100.0 * np.log(50.0)) == pytest.approx(50.0, rel=1e-12)
    assert return_period(PearsonIII(100.0, 0.3, -2.0), 1e6) == np.inf
    assert return_period(LogPearsonIII(2.0, 0.3), 0.0) == 1.0
    gumbel = Gumbel(1246.0, 575.0)
    location = stats.gumbel_r.ppf(0.99, 1246.0 - 0.5772156649 * 575.0 * np.sqrt(6) / np.pi,
                                  575.0 * np.sqrt(6) / np.pi)  # fmt: skip
    assert at_return_period(gumbel, 100.0) == pytest.approx(location, rel=1e-9)
    for years in (1.0, 0.5, float("nan")):
        with pytest.raises(ConfigError, match="a return period above 1 year"):
            at_return_period(curve, years)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2, -3],), "finite floods of 0 or more"),
        (([1, 2, float("nan")],), "finite floods of 0 or more"),
        (([1, 2],), "at least 3 ordinary floods that are not all equal"),
        (([4, 4, 4],), "at least 3 ordinary floods that are not all equal"),
        (([1, 2, 3], {"survey_years": 50}), "no survey period where there are no extraordinary"),
        (([1, 2, 3], {"historical": [9]}), "the years N that the extraordinary floods stand for"),
        (([1, 2, 3], {"historical": [9], "survey_years": 3}), "at least 4 years"),
        (([1, 2, 9], {"historical": [5], "survey_years": 99}), "count the greater measured floods"),
        (([1, 2, 3], {"extreme_in_record": 4, "survey_years": 99}), "from 0 to 3, the length"),
    ],
)
def test_samples_that_are_refused(arguments, message):
    measured, *held = arguments
    with pytest.raises(ConfigError, match=message):
        flood_sample(measured, **(held[0] if held else {}))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: FitRules(criterion="least_square"), "nearest +'least_squares'"),
        (lambda: FitRules(skewness=1.0, skewness_ratio=2.0), "Cs and Cs/Cv both held"),
        (lambda: FitRules(variation=0.0), "a number above 0"),
        (lambda: FitRules(skewness=float("nan")), "a finite Cs"),
        (lambda: FitRules(skewness_range=(2.0, 1.0)), "a lower and a higher finite number"),
        (lambda: FitRules(variation_range=(0.0, 1.0)), "a Cv above 0"),
        (lambda: FrequencyMethod("pearson_3"), "nearest +'pearson3'"),
        (lambda: FrequencyMethod(method="lmoments"), "nearest +'l_moments'"),
        (lambda: by("gumbel", mean=3.0), "curve fitting of pearson3 only"),
        (lambda: by(method="moments", skewness_ratio=2.0), "curve fitting of pearson3 only"),
        (lambda: by("lognormal", criterion="relative"), "is relative already"),
        (lambda: FrequencyMethod(rules=FitRules(mean=3.0), mean_from_moments=True), "held twice"),
        (lambda: PearsonIII(0.0, 1.0, 1.0), "pearson3.mean"),
        (lambda: LogPearsonIII(1.0, 0.0), "log_pearson3.log_deviation"),
        (lambda: Gumbel(float("inf"), 1.0), "a finite number"),
        (lambda: plotting_positions(continuous(), "both"), "one of unified, separate"),
        (lambda: l_moments(flood_sample([1, 2, 3])), "at least 4 for L-moments"),
        (lambda: sample_moments(flood_sample([1, 2, 3])), "at least 4 for the textbook form"),
        (lambda: log_moments(flood_sample([0, 2, 3])), "floods above 0"),
        (
            lambda: fit_frequency(flood_sample([0, 2, 3, 4]), by(criterion="relative")),
            "floods that are not 0",
        ),
    ],
)
def test_what_is_refused(make, message):
    with pytest.raises(ConfigError, match=message):
        make()
