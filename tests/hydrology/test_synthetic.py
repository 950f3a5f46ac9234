"""The annual model, the correction of correlations and the generator of members."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from hydrosim.errors import ConfigError, DataError
from hydrosim.hydrology.annual_model import fit_annual_model
from hydrosim.hydrology.kept_statistics import kept_statistics
from hydrosim.hydrology.margin import Pearson3Margin
from hydrosim.hydrology.normal_scores import (
    hermite_coefficients,
    nearest_covariance,
    score_correlation,
    total_correlation,
)
from hydrosim.hydrology.patterns import Patterns
from hydrosim.hydrology.record import SeriesName, build_series_record, is_leap
from hydrosim.hydrology.sample_statistics import cross_correlation, lag_one_correlation, moments
from hydrosim.hydrology.synthetic import fit_synthetic_model

NAMES = [SeriesName("a", "inflow"), SeriesName("a", "rain"), SeriesName("b", "inflow")]


def toy_record(years=30):
    """Days of three series with wet and dry years, a season and days without rain."""
    dates = np.arange(np.datetime64("1981-07-01"), np.datetime64(f"{1981 + years}-07-01"))
    draw = np.random.Generator(np.random.Philox(11))
    year = (dates.astype("datetime64[M]").astype(int) - 6) // 12 - 11
    month = dates.astype("datetime64[M]").astype(int) % 12
    wet = np.exp(0.5 * draw.standard_normal(years))[year]
    season = 1.0 + np.cos((month - 7) * np.pi / 6.0)
    rain = wet * season * draw.gamma(0.3, 5.0, dates.size) * (draw.random(dates.size) < 0.4)
    flow = wet**2 * (0.1 + season) * draw.gamma(2.0, 1.0, dates.size)
    other = wet**1.5 * (0.2 + season) * draw.gamma(1.5, 1.0, dates.size)
    series = dict(zip(NAMES, (flow, rain, other), strict=True))
    return build_series_record(dates, series, first_month=7)


@pytest.fixture(scope="module")
def model():
    return fit_synthetic_model(toy_record())


# -- correlations of totals and of scores --------------------------------------------------------


def test_correlations_of_two_exponential_totals():
    # With Cv 1 and Cs 2 the totals are exponential: mirrored ones have 1 - pi^2 / 6.
    terms = hermite_coefficients(Pearson3Margin(5.0, 1.0, 2.0))
    told = total_correlation(terms, terms, np.array([-1.0, 0.0, 1.0]))
    np.testing.assert_allclose(told, [1.0 - np.pi**2 / 6.0, 0.0, 1.0], atol=1e-6)


def test_totals_of_correlated_scores_have_the_wanted_correlation():
    first, second = Pearson3Margin(2.0, 1.1, 2.8), Pearson3Margin(7.0, 0.25, 0.2)
    terms = [hermite_coefficients(margin) for margin in (first, second)]
    score = score_correlation(terms[0], terms[1], np.array(0.6))
    # Against a two-dimensional Gauss-Hermite sum.
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    other = score * nodes[:, np.newaxis] + np.sqrt(1.0 - score**2) * nodes
    joint = weights[:, np.newaxis] * weights
    x, y = first.of_normal(nodes)[:, np.newaxis], second.of_normal(other)
    spread = [
        float(np.sqrt(weights @ m.of_normal(nodes) ** 2 - m.mean**2)) for m in (first, second)
    ]
    covariance = float((joint * (x - first.mean) * (y - second.mean)).sum())
    assert covariance / (spread[0] * spread[1]) == pytest.approx(0.6, abs=2e-4)
    assert score > 0.6


def test_a_matrix_that_contradicts_itself_is_mended():
    wanted = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    mended = nearest_covariance(wanted)
    assert np.linalg.eigvalsh(mended)[0] > 0.0
    np.testing.assert_allclose(np.diag(mended), 1.0, rtol=1e-14)
    sound = np.array([[1.0, 0.5], [0.5, 2.0]])
    assert nearest_covariance(sound) is sound


# -- the annual model ----------------------------------------------------------------------------


def test_totals_of_a_long_member_have_the_moments_and_correlations_asked_for():
    record = toy_record()
    margins = {NAMES[0]: Pearson3Margin(3.0, 0.9, 2.0), NAMES[1]: Pearson3Margin(500.0, 0.2, 0.4)}
    lags = {NAMES[0]: 0.45, NAMES[1]: -0.2, NAMES[2]: 0.1}
    fitted = fit_annual_model(NAMES, record.totals, margins=margins, lag_one=lags)
    np.testing.assert_allclose(fitted.lag_one, list(lags.values()), atol=1e-9)
    totals = fitted.totals(fitted.scores(5, 0, 40_000))
    for row, name in zip(totals, NAMES[:2], strict=False):
        told = moments(row)
        assert told.mean == pytest.approx(margins[name].mean, rel=0.02)
        assert told.variation == pytest.approx(margins[name].variation, rel=0.03)
        assert told.skewness == pytest.approx(margins[name].skewness, rel=0.08)
    for row, name in zip(totals, NAMES, strict=True):
        assert lag_one_correlation(row) == pytest.approx(lags[name], abs=0.02)
    np.testing.assert_allclose(cross_correlation(totals), fitted.correlation, atol=0.02)
    assert fitted.largest_change == pytest.approx(
        np.abs(fitted.correlation - cross_correlation(record.totals)).max(), abs=1e-12
    )


def test_correlations_that_totals_cannot_have_are_told():
    draw = np.random.Generator(np.random.Philox(3)).standard_normal(40)
    totals = np.stack([np.exp(draw), np.exp(-draw)])
    fitted = fit_annual_model(NAMES[:2], totals)
    wanted = cross_correlation(totals)[0, 1]
    assert fitted.correlation[0, 1] == pytest.approx(wanted, abs=0.03)
    mirrored = np.stack([np.exp(draw), 12.0 - np.exp(draw)])
    margins = dict.fromkeys(NAMES[:2], Pearson3Margin(1.0, 1.0, 2.0))
    fitted = fit_annual_model(NAMES[:2], mirrored, margins=margins)
    assert fitted.largest_change == pytest.approx(1.0 - (np.pi**2 / 6.0 - 1.0), abs=2e-3)


def test_the_start_is_drawn_from_the_long_run():
    fitted = fit_annual_model(NAMES, toy_record().totals, lag_one=dict.fromkeys(NAMES, 0.6))
    first = np.stack([fitted.scores(9, member, 1)[:, 0] for member in range(4000)], axis=1)
    np.testing.assert_allclose(cross_correlation(first), fitted.score_correlation, atol=0.05)
    np.testing.assert_allclose(first.std(axis=1), 1.0, atol=0.04)


# -- members -------------------------------------------------------------------------------------


def test_totals_are_exact_in_common_and_leap_years(model):
    record = model.record
    plan = model.plan(4, 2, 1999, 20)
    values = plan.expand(record)
    wanted = model.totals(4, 2, 20)
    starts = np.array([f"{year}-07-01" for year in range(1999, 2019)], dtype="M8[D]")
    edges = np.searchsorted(plan.dates, starts)
    np.testing.assert_allclose(np.add.reduceat(values, edges, axis=1), wanted, rtol=1e-12)


def test_all_series_of_a_year_have_the_weather_of_one_record_year(model):
    record = model.record
    plan = model.plan(4, 2, 1999, 6)
    values = plan.expand(record)
    for year, origin in enumerate(plan.record_year):
        # From the third month on: the first two of a river go on from the year before.
        for month in ("09", "10", "11"):
            target = plan.dates.astype("datetime64[M]") == np.datetime64(f"{1999 + year}-{month}")
            source = record.dates.astype("datetime64[M]") == np.datetime64(f"{origin}-{month}")
            for row in range(3):
                there, here = record.values[row, source], values[row, target]
                factor = here.sum() / there.sum()
                np.testing.assert_allclose(here, factor * there, rtol=1e-12)


def test_expanded_and_compact_members_have_the_same_bits(model):
    plan = model.plan(4, 7, 2000, 10)
    by_hand = model.record.values[:, plan.place] * plan.factor[:, plan.month]
    np.testing.assert_array_equal(model.generate(4, 7, 2000, 10), by_hand)
    one = plan.expand(model.record, [NAMES[2]])
    np.testing.assert_array_equal(one[0], by_hand[2])


def test_a_longer_member_begins_with_the_shorter_one(model):
    long, short = model.plan(4, 7, 2000, 20), model.plan(4, 7, 2000, 8)
    np.testing.assert_array_equal(long.factor[:, :96], short.factor)
    np.testing.assert_array_equal(long.place[: short.place.size], short.place)


def test_near_years_are_chosen_most_often(model):
    record = model.record
    leap = np.array([is_leap(year, 7) for year in range(1981, 2011)])
    # One neighbour: a record year finds itself, after the record's own years too.
    alone = Patterns(record, 1)
    chosen, factor = alone.choose(record.totals, leap, np.full(30, 0.5))
    np.testing.assert_array_equal(chosen, np.arange(30))
    np.testing.assert_allclose(factor, 1.0, rtol=1e-9)
    fifth, common = record.totals[:, 4:5], np.zeros(1, dtype=bool)
    drawn = [
        model._patterns.choose(fifth, common, np.array([chance]))[0][0]
        for chance in np.linspace(0.0005, 0.9995, 1000)
    ]
    # Chances 1, 1/2 ... 1/5 over their sum: the nearest, the year itself, has 60 / 137.
    assert model.neighbours == 5
    assert np.mean(np.array(drawn) == 4) == pytest.approx(60.0 / 137.0, abs=0.002)


def test_factors_are_bounded(model):
    plans = [model.plan(1, member, 2000, 60) for member in range(20)]
    assert max(plan.factor.max() for plan in plans) <= 5.0 + 1e-12
    wanted = np.array([[1e-6], [1.0], [1e9]]) * model.record.totals.mean(axis=1)[:, np.newaxis]
    leap = np.zeros(1, dtype=bool)
    chosen, factor = model._patterns.choose(wanted, leap, np.array([0.1]))
    made = model._patterns.totals_of(chosen, leap, factor)[:, 0]
    there = model.record.pattern_totals[0][:, chosen[0]]
    np.testing.assert_allclose(made[[0, 2]], there[[0, 2]] * [0.2, 5.0], rtol=0.35)


def test_a_river_goes_on_where_the_year_before_has_left_it():
    """A recession over the seam: each day a part of the day before, floods in summer."""
    random = np.random.default_rng(8)
    dates = np.arange(np.datetime64("1961-04-01"), np.datetime64("2001-04-01"))
    year = (dates.astype("datetime64[M]").astype(int) - 3) // 12 + 9
    wet = np.exp(0.7 * random.standard_normal(40))[year]
    summer = np.isin(dates.astype("datetime64[M]").astype(int) % 12, (6, 7, 8))
    flow = np.empty(dates.size)
    level = 1.0
    for day in range(dates.size):
        level = 0.985 * level + (wet[day] * random.gamma(0.5, 2.0) if summer[day] else 0.004)
        flow[day] = level
    record = build_series_record(dates, {SeriesName("a", "inflow"): flow}, first_month=4)
    fitted = fit_synthetic_model(record)
    seams = np.array([np.datetime64(f"{y}-04-01") for y in range(1962, 2001)])
    here = np.searchsorted(record.dates, seams)

    def seam(values):
        return np.corrcoef(np.log(values[here - 1]), np.log(values[here]))[0, 1]

    made = [seam(fitted.generate(3, member, 1961, 40)[0]) for member in range(30)]
    assert seam(record.values[0]) > 0.99
    assert np.median(made) > 0.85


def dry_record(years=78):
    """Months of a steady river and of one that has no water in eight years of 78."""
    random = np.random.default_rng(5)
    months = np.arange(np.datetime64("1930-01"), np.datetime64("1930-01") + 12 * years)
    wet = random.gamma(4.0, 0.25, years)
    season = np.repeat([[0.2, 0.2, 0.5, 1, 1, 2, 4, 3, 1, 0.5, 0.3, 0.2]], years, axis=0)
    steady = (wet[:, np.newaxis] ** 0.5 * season * random.uniform(0.8, 1.2, (years, 12))).ravel()
    wild = np.maximum(wet - np.sort(wet)[8] + 0.02, 0.0)
    wild[np.argsort(wet)[:8]] = 0.0
    flashy = (wild[:, np.newaxis] * season * random.uniform(0.5, 1.5, (years, 12))).ravel()
    series = {SeriesName("steady", "inflow"): steady, SeriesName("wild", "inflow"): flashy}
    return build_series_record(months.astype("datetime64[D]"), series, step="month")


def test_a_river_that_falls_dry_has_dry_years_and_its_patterns():
    record = dry_record()
    assert (record.totals[1] == 0.0).sum() == 8
    fitted = fit_synthetic_model(record)
    totals = np.stack([fitted.year_totals(1, member, 1930, 78) for member in range(60)])
    assert (totals[:, 1] == 0.0).mean() == pytest.approx(8 / 78, abs=0.015)
    assert (totals[:, 0] > 0.0).all()
    assert totals[:, 1].mean() == pytest.approx(record.totals[1].mean(), rel=0.06)
    # Dry years of the record give their pattern to the other river, in dry years alone.
    chosen = np.stack([fitted.plan(1, m, 1930, 78).record_year - 1930 for m in range(60)])
    from_dry = record.totals[1, chosen] == 0.0
    assert from_dry.any()
    assert (totals[:, 1][from_dry] == 0.0).all()
    lost = [row for row in kept_statistics(fitted, 1, members=100) if not row.kept]
    assert not {"zero_share", "lowest_year", "seam_correlation"} & {row.statistic for row in lost}


ALONE = """
import hashlib
from tests.hydrology.test_synthetic import toy_record
from hydrosim.hydrology.synthetic import fit_synthetic_model
model = fit_synthetic_model(toy_record())
print(hashlib.sha256(model.generate(77, 913, 1980, 39).tobytes()).hexdigest())
"""


def test_a_member_made_alone_in_another_process_has_the_same_bits(model):
    for member in (910, 911, 912):
        model.generate(77, member, 1980, 39)
    here = hashlib.sha256(model.generate(77, 913, 1980, 39).tobytes()).hexdigest()
    there = subprocess.run(
        [sys.executable, "-c", ALONE], capture_output=True, text=True, check=True
    )
    assert there.stdout.strip() == here


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda m: m.plan(1, 0, 2000, 0), ConfigError, "at least one year"),
        (lambda m: m.plan(-1, 0, 2000, 1), ConfigError, "a whole number from 0"),
        (
            lambda m: fit_synthetic_model(m.record, neighbours=31),
            ConfigError,
            "a number from 1 to 30",
        ),
        (
            lambda m: fit_synthetic_model(m.record, lag_one={NAMES[0]: 1.0}),
            ConfigError,
            "a lag-one correlation of 1\n  expected  one within -0.95 to 0.95",
        ),
        (
            lambda m: fit_synthetic_model(m.record, lag_one={SeriesName("c", "rain"): 0.1}),
            ConfigError,
            "one of a.inflow, a.rain, b.inflow",
        ),
        (lambda m: fit_annual_model(NAMES, m.record.totals[:2]), DataError, "3 rows"),
        (
            lambda m: fit_annual_model(NAMES[:1], np.ones((1, 20))),
            DataError,
            "column 'a.inflow'\n  found     every year alike",
        ),
    ],
)
def test_arguments_without_a_meaning(model, call, error, message):
    with pytest.raises(error, match=message):
        call(model)
