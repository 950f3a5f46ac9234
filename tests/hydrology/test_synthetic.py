"""The annual model, the correction of correlations and the generator of members."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from hydrosim.errors import ConfigError, DataError
from hydrosim.hydrology.annual_model import fit_annual_model
from hydrosim.hydrology.margin import Pearson3Margin
from hydrosim.hydrology.normal_scores import (
    hermite_coefficients,
    nearest_covariance,
    score_correlation,
    total_correlation,
)
from hydrosim.hydrology.record import SeriesName, build_series_record
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
    assert fitted.correlation[0, 1] == pytest.approx(wanted, abs=0.02)
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
        target = plan.dates >= np.datetime64(f"{1999 + year}-07-01")
        target &= plan.dates < np.datetime64(f"{1999 + year}-12-01")
        source = record.dates >= np.datetime64(f"{origin}-07-01")
        source &= record.dates < np.datetime64(f"{origin}-12-01")
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
    scores = model.annual.scores_of(model.record.totals)
    # One neighbour: a record year finds itself.
    alone = fit_synthetic_model(model.record, neighbours=1)
    np.testing.assert_array_equal(alone._nearest(scores, 1, 1), np.arange(30))
    drawn = np.stack([model._nearest(scores, 1, member) for member in range(2000)])
    hits = (drawn == np.arange(30)).mean(axis=0)
    # Chances 1, 1/2 ... 1/5 over their sum: the nearest has 60 / 137.
    assert model.neighbours == 5
    assert hits.mean() == pytest.approx(60.0 / 137.0, abs=0.01)


def test_years_without_water_give_no_pattern():
    record = toy_record()
    values = record.values.copy()
    dry = (record.dates >= np.datetime64("1990-07-01")) & (
        record.dates < np.datetime64("1991-07-01")
    )
    values[0, dry] = 0.0
    series = dict(zip(record.names, values, strict=True))
    fitted = fit_synthetic_model(build_series_record(record.dates, series, first_month=7))
    chosen = np.concatenate([fitted.plan(1, m, 2000, 30).record_year for m in range(50)])
    assert 1990 not in chosen
    assert np.isfinite(fitted.generate(1, 0, 2000, 30)).all()
    values[0, record.dates >= np.datetime64("1982-07-01")] = 0.0
    series = dict(zip(record.names, values, strict=True))
    margins = {NAMES[0]: Pearson3Margin(1.0, 1.0, 2.0)}
    with pytest.raises(DataError, match="1 years in which every series has water"):
        fit_synthetic_model(
            build_series_record(record.dates, series, first_month=7), margins=margins
        )


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
