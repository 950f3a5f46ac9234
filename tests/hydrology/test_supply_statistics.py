"""Reliability, storage and yield, droughts: published numbers and cases by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hydrosim.errors import ConfigError, DataError
from hydrosim.hydrology.drought import drought_runs, hurst_coefficient
from hydrosim.hydrology.reliability import (
    empirical_rate,
    group_sustainability,
    shortage_index,
    supply_measures,
    sustainability_index,
)
from hydrosim.hydrology.storage_yield import (
    operate_standard_policy,
    sequent_peak,
    storage_for_reliability,
    yield_for_reliability,
)

SUPPLY = [10, 10, 8, 6, 10, 10, 9, 10, 10, 5]

# The package `reservoir` 1.1.5 (Turner) on its reservoir X: capacity over 61.9 Mm3, demand over
# mean; annual, time and volumetric reliability, resilience, vulnerability.
RESERVOIR_X = [
    (1, 0.50, 0.039473684, 0.675438596, 0.828784807, 0.253378378, 0.646145867),
    (1, 0.80, 0.0, 0.480263158, 0.693798796, 0.181434599, 0.721341163),
    (1, 0.95, 0.0, 0.432017544, 0.646539571, 0.164092664, 0.759790118),
    (20, 0.50, 1.0, 1.0, 1.0, None, None),
    (20, 0.80, 0.960526316, 0.991228070, 0.994028105, 0.375, 0.71199),
    (20, 0.95, 0.736842105, 0.934210526, 0.959984746, 0.316666667, 0.712522105),
]


@pytest.fixture
def inflow(shared_data):
    table = pd.read_csv(shared_data / "resx_monthly" / "resx_inflow.csv")
    return table["inflow_mm3"].to_numpy()


def test_measures_of_a_published_reservoir(inflow):
    for k, part, *expected in RESERVOIR_X:
        demand = part * inflow.mean()
        run = operate_standard_policy(inflow, demand, 61.9 * k)
        told = supply_measures(run.supplied, demand, periods_per_year=12, decimals=5)
        reached = [
            told.annual_reliability,
            told.time_reliability,
            told.volumetric_reliability,
            told.resilience,
            told.vulnerability_frac,
        ]
        for found, wanted in zip(reached, expected, strict=True):
            # The numbers are printed to nine decimals.
            assert found == (None if wanted is None else pytest.approx(wanted, abs=6e-10))


def test_sequent_peak_hurst_and_storage_of_a_published_reservoir(inflow):
    mean = inflow.mean()
    for part, storage in ((0.3, 179.231811), (0.5, 663.481145), (0.8, 1774.409523)):
        for cyclic in (True, False):
            told = sequent_peak(inflow, part * mean, cyclic=cyclic)
            assert told == pytest.approx(storage, abs=6e-7)
    yearly = inflow.reshape(-1, 12).sum(axis=1)
    assert hurst_coefficient(yearly, per="n") == pytest.approx(0.5742, abs=5e-5)
    assert hurst_coefficient(yearly) == pytest.approx(0.6837, abs=5e-5)
    storage = storage_for_reliability(inflow, 0.9 * mean, 0.95)
    assert storage == pytest.approx(1106.45, abs=0.005)
    assert yield_for_reliability(inflow, storage, 0.95) == pytest.approx(0.9 * mean, rel=1e-8)
    # The storage without a failure is that of the sequent peak.
    whole = storage_for_reliability(inflow, 0.5 * mean, 1.0, measure="annual")
    assert whole == pytest.approx(663.481145, abs=1e-6)


def test_sequent_peak_by_hand():
    assert sequent_peak([1, 3, 3, 5, 8, 6, 7, 2, 1], 3.5) == 7.5
    # Full at the start, the record alone: the last two dry steps are all that counts beside the
    # first three.
    assert sequent_peak([1, 3, 3, 5, 8, 6, 7, 2, 1], 3.5, cyclic=False) == 4.0


def test_two_years_by_hand():
    # 1e7 m3, full; 2 m3/s for a year, then 0.5; demand 1 m3/s; months of 2000 and 2001.
    months = np.arange("2000-01", "2002-02", dtype="datetime64[M]").astype("datetime64[s]")
    seconds = np.diff(months).astype(float)
    water = np.repeat([2.0, 0.5], 12) * seconds
    run = operate_standard_policy(water, seconds, 1e7)
    expected = [8_660_800, 7_451_200, 6_112_000, 4_816_000, 3_476_800, 2_180_800, 841_600, 0]
    np.testing.assert_allclose(run.storage[12:20], expected, atol=1e-6)
    flow = (run.supplied + run.spill) / seconds
    np.testing.assert_allclose(flow[:12], 2.0, rtol=1e-15)
    assert flow[19] == pytest.approx(0.8142174, abs=5e-8)
    np.testing.assert_allclose(flow[20:], 0.5, rtol=1e-15)
    before = np.concatenate([[1e7], run.storage[:-1]])
    balance = before + water - run.supplied - run.spill - run.storage
    assert np.abs(balance).max() <= 1e-12 * 1e7


def test_measures_by_hand():
    told = supply_measures(SUPPLY, 10)
    assert (told.periods, told.failures, told.events, told.longest_event) == (10, 4, 3, 2)
    assert told.time_reliability == pytest.approx(0.6)
    assert told.volumetric_reliability == pytest.approx(0.88)
    assert told.resilience == pytest.approx(0.75)
    assert told.vulnerability == pytest.approx(10.0 / 3.0)
    assert told.mean_deficit_frac == pytest.approx(0.30)
    assert told.annual_reliability is None
    assert shortage_index(SUPPLY, 10) == pytest.approx(4.6)
    assert sustainability_index(told) == pytest.approx((0.6 * 0.75 * 0.7) ** (1 / 3))
    assert sustainability_index(supply_measures([1.0, 1.0], 1.0)) == 1.0
    assert group_sustainability([0.5, 1.0], [3.0, 1.0]) == pytest.approx(0.625)


def test_tolerance_steps_without_demand_and_years():
    told = supply_measures(
        [9.95, 0, 10, 4], [10, 0, 10, 10], periods_per_year=2, tolerance_frac=0.01
    )
    assert (told.failures, told.annual_reliability) == (1, 0.5)
    assert told.vulnerability_frac == pytest.approx(0.6)
    assert shortage_index([5, 0], [10, 0]) == pytest.approx(25.0)
    # More than is asked does not make up for a shortage elsewhere.
    assert supply_measures([15, 5], [10, 10]).volumetric_reliability == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("position", "rate"),
    [
        ("m/n", 0.5),
        ("m/(n+1)", 660 / 1321),
        ("(m-1)/(n-1)", 0.499620924943),
        ("(m-0.3)/(n+0.4)", 0.499621326871),
    ],
)
def test_rates_of_660_among_1320_months(position, rate):
    assert empirical_rate(660, 1320, position) == pytest.approx(rate, abs=1e-12)
    assert empirical_rate(0, 10, position) == 0.0


def test_published_rates_of_months_met():
    assert empirical_rate(1320, 1320, "(m-0.3)/(n+0.4)") == pytest.approx(0.999469857619, abs=1e-12)
    assert empirical_rate(1254, 1320, "(m-1)/(n-1)") == pytest.approx(0.949962092494, abs=1e-12)


def test_drought_runs_by_hand():
    runs = drought_runs([5, 2, 1, 4, 3, 3, 0, 1], 3)
    assert (runs.start.tolist(), runs.length.tolist()) == ([1, 6], [2, 2])
    assert runs.deficit.tolist() == [3.0, 5.0]
    assert (runs.longest, runs.largest_deficit) == (2, 5.0)
    none = drought_runs([5, 6], 3)
    assert (none.longest, none.largest_deficit, none.start.size) == (0, 0.0, 0)


def test_hurst_of_a_trend_is_high_and_of_noise_low():
    assert hurst_coefficient(np.arange(100.0)) > 0.8
    noise = np.random.Generator(np.random.Philox(1)).standard_normal(2000)
    assert hurst_coefficient(noise) < 0.62


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: supply_measures([1.0], [1.0, 2.0]), DataError, "2 demands for 1 supplies"),
        (lambda: supply_measures([1.0], 0.0), DataError, "no demand in any step"),
        (lambda: supply_measures([-1.0], 1.0), DataError, "-1 at place 0"),
        (lambda: supply_measures([1.0], 1.0, periods_per_year=0), ConfigError, "at least 1"),
        (lambda: supply_measures([1.0], 1.0, tolerance_frac=1.0), ConfigError, "below 1"),
        (lambda: empirical_rate(3, 2), ConfigError, "3 of 2"),
        (lambda: empirical_rate(1, 2, "m"), ConfigError, "'m'"),  # type: ignore[arg-type]
        (lambda: sequent_peak([1.0, 1.0], 1.5), DataError, "no more than flows in"),
        (lambda: sequent_peak([1.0, 1.0], [1.0]), DataError, "1 demands for 2 inflows"),
        (lambda: operate_standard_policy([1.0], 1.0, 2.0, 3.0), ConfigError, "start <= capacity"),
        (lambda: storage_for_reliability([1.0], 1.0, 0.0), ConfigError, "above 0, at most 1"),
        (
            lambda: storage_for_reliability([1.0], 2.0, 0.5, measure="annual"),
            DataError,
            "whole years of 12 steps",
        ),
        (
            lambda: storage_for_reliability([1.0], 1.0, 0.5, measure="a"),  # type: ignore[arg-type]
            ConfigError,
            "one of time, annual, volume",
        ),
        (lambda: yield_for_reliability([0.0], 1.0, 0.5), DataError, "no water in any step"),
        (lambda: hurst_coefficient([1.0] * 12), DataError, "all values alike"),
        (
            lambda: hurst_coefficient(np.arange(12.0), per="m"),  # type: ignore[arg-type]
            ConfigError,
            "one of n, n/2",
        ),
    ],
)
def test_arguments_without_a_meaning(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_steps_without_demand_are_neither_met_nor_the_end_of_a_failure():
    # Two summers of three months with a demand; the break goes on over the winter between them.
    told = supply_measures(
        [10, 4, 5, 0, 0, 0, 0, 8, 10, 10, 0, 0], [10, 10, 10, 0, 0, 0, 0, 10, 10, 10, 0, 0],
        periods_per_year=6,
    )  # fmt: skip
    assert (told.periods, told.failures, told.events, told.longest_event) == (6, 3, 1, 3)
    assert told.time_reliability == pytest.approx(0.5)
    assert told.resilience == pytest.approx(1 / 3)
    assert told.annual_reliability == 0.0
    assert told.vulnerability_frac == pytest.approx(0.6)
    # A year in which nothing is wanted is no year.
    told = supply_measures([1.0, 1.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0], periods_per_year=2)
    assert (told.periods, told.annual_reliability) == (2, 1.0)
    told = supply_measures([0.5, 1.0, 0.0, 0.0, 1.0, 1.0], [1, 1, 0, 0, 1, 1], periods_per_year=2)
    assert told.annual_reliability == pytest.approx(0.5)
