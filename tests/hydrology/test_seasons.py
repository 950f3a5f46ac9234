"""Seasons of the limit: samples with overlap, curves never above the annual one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hydrosim.errors import ConfigError
from hydrosim.hydrology import (
    FrequencyMethod,
    PearsonIII,
    Season,
    SiteStatistics,
    at_return_period,
    fit_seasons,
    limit_statistics,
    limit_to_annual,
    seasonal_maxima,
    seasons_of_stages,
)

DAY = 86400.0
MAIN, LATE = Season("main", "07-01", "08-10"), Season("late", "08-11", "09-30")
MOMENTS = FrequencyMethod(method="moments")


def days_of(first, last):
    return np.arange(np.datetime64(first), np.datetime64(last) + 1)


def record(years=40, seed=4):
    """Daily flow with a few storms a year, most of them in the main season."""
    draws = np.random.default_rng(seed)
    days = days_of("1960-01-01", f"{1959 + years}-12-31")
    flow = np.full(days.size, 5.0)
    for year in range(1960, 1960 + years):
        begins = int((np.datetime64(f"{year}-07-01") - days[0]).astype(int))
        for _ in range(6):
            at = begins + int(draws.normal(30.0, 18.0))
            flow[at : at + 3] += draws.gamma(0.7, 800.0) * np.array([0.6, 1.0, 0.4])
    return days, flow


def test_seasons_of_the_stages_of_a_limit():
    found = seasons_of_stages({"main": "07-01", "late": "08-11", "end": "09-01"}, "09-30")
    assert found == (
        Season("main", "07-01", "08-10"),
        Season("late", "08-11", "08-31"),
        Season("end", "09-01", "09-30"),
    )


def test_maxima_with_and_without_overlap():
    days = days_of("2001-01-01", "2002-12-31")
    flow = np.ones(days.size)
    flow[days == np.datetime64("2001-07-20")] = 50.0
    flow[days == np.datetime64("2001-08-08")] = 80.0  # three days before the late season
    flow[days == np.datetime64("2001-08-25")] = 30.0
    flow[days == np.datetime64("2002-08-11")] = 70.0
    plain = seasonal_maxima(days, flow, LATE)
    np.testing.assert_array_equal(plain.value, [30.0, 70.0])
    assert not plain.borrowed.any()
    wide = seasonal_maxima(days, flow, LATE, overlap_days=5)
    np.testing.assert_array_equal(wide.value, [80.0, 70.0])
    np.testing.assert_array_equal(wide.borrowed, [True, False])
    assert str(wide.date[0]) == "2001-08-08"
    np.testing.assert_array_equal(wide.year, [2001, 2002])
    # A day too few, and the flood stays with the main season.
    assert seasonal_maxima(days, flow, LATE, overlap_days=2).value[0] == 30.0


def test_volumes_of_three_days():
    days = days_of("2001-07-01", "2001-08-10")
    flow = np.zeros(days.size)
    flow[10:14] = [10.0, 40.0, 30.0, 20.0]
    found = seasonal_maxima(days, flow, MAIN, duration_days=3)
    assert found.value[0] == pytest.approx(90.0 * DAY)
    assert str(found.date[0]) == "2001-07-12"


def test_a_season_over_new_year():
    days = days_of("2001-06-01", "2003-06-30")
    flow = np.ones(days.size)
    flow[days == np.datetime64("2002-02-03")] = 9.0
    found = seasonal_maxima(days, flow, Season("cold", "11-01", "03-31"))
    np.testing.assert_array_equal(found.year, [2001, 2002])
    np.testing.assert_array_equal(found.value, [9.0, 1.0])


def test_years_with_gaps_are_left_out_and_told():
    days = days_of("2001-01-01", "2003-12-31")
    flow = np.ones(days.size)
    flow[days == np.datetime64("2002-09-02")] = np.nan
    found = seasonal_maxima(days, flow, LATE)
    np.testing.assert_array_equal(found.year, [2001, 2003])
    assert found.incomplete_years == (2002,)
    # A gap in the days of overlap alone leaves the year in.
    kept = seasonal_maxima(days, flow, Season("early", "07-01", "08-31"), overlap_days=5)
    assert kept.incomplete_years == ()


def test_seasons_are_sampled_fitted_and_limited():
    days, flow = record()
    found = fit_seasons(days, flow, [MAIN, LATE], overlap_days=5, method=MOMENTS)
    annual = found.samples["annual"].value
    assert annual.size == 40
    for season in (MAIN, LATE):
        sample = found.samples[season.name]
        assert (sample.value <= annual).all()
        assert not sample.incomplete_years
    assert found.samples["late"].borrowed.any()
    curves = found.floods.curves
    for years in (2, 10, 100, 1000, 10000):
        most = at_return_period(found.floods.annual, years)
        for name in ("main", "late"):
            assert at_return_period(curves[name], years) <= most
    assert at_return_period(curves["late"], 100) < at_return_period(curves["main"], 100)


def test_what_stands_above_the_annual_curve_is_lowered_and_told():
    annual = PearsonIII(1000.0, 0.8, 2.0)
    steep = PearsonIII(700.0, 1.1, 3.3)  # crosses the annual curve between 20 and 50 years
    found = limit_to_annual(annual, {"late": steep}, [2, 10, 20, 50, 100])
    told = [(one.season, one.return_period_years) for one in found.lowered]
    own = {years: at_return_period(steep, years) for years in (2, 10, 20, 50, 100)}
    over = [years for years in own if own[years] > at_return_period(annual, years)]
    assert told == [("late", float(years)) for years in over]
    assert 100 in over
    assert 2 not in over
    assert found.lowered[-1].seasonal == pytest.approx(float(own[100]))
    assert at_return_period(found.curves["late"], 100) == at_return_period(annual, 100)
    assert at_return_period(found.curves["late"], 2) == own[2]
    assert found.curves["late"].scaled(2.0).quantile(0.01) == pytest.approx(
        2.0 * found.curves["late"].quantile(0.01)
    )


@given(chance=st.floats(1e-5, 0.95))
def test_a_limited_curve_inverts(chance):
    curve = limit_to_annual(
        PearsonIII(1000.0, 0.8, 2.0), {"late": PearsonIII(700.0, 1.1, 3.3)}
    ).curves["late"]
    assert curve.exceedance(curve.quantile(chance)) == pytest.approx(chance, rel=1e-9)


def test_seasons_that_together_fall_short_of_the_year_are_told():
    annual = PearsonIII(1000.0, 0.8, 2.0)
    low = {"main": annual.scaled(0.6), "late": annual.scaled(0.4)}
    notes = limit_to_annual(annual, low, [100]).notes
    assert "the seasons together reach the annual flood of 100 years only every" in notes[0]
    enough = {"main": annual, "late": annual.scaled(0.4)}
    assert limit_to_annual(annual, enough, [100]).notes == ()


def test_statistics_of_a_site_by_season():
    annual = SiteStatistics(
        "a", PearsonIII(1000.0, 0.8, 2.0), ((DAY, PearsonIII(6e7, 0.7, 2.0)),), "demo"
    )
    late = SiteStatistics(
        "a", PearsonIII(700.0, 1.1, 3.3), ((DAY, PearsonIII(3e7, 0.7, 2.0)),), "demo, late"
    )
    limited, lowered = limit_statistics(annual, {"late": late})
    assert {one.season for one in lowered} == {"late peak"}
    values, most = limited["late"].design_values(1000.0), annual.design_values(1000.0)
    assert values.peak_m3s == most.peak_m3s
    assert values.volumes_m3[0][1] < most.volumes_m3[0][1]
    assert limited["late"].source == "demo, late"
    unlike = SiteStatistics("a", None, ((3 * DAY, PearsonIII(3e7, 0.7, 2.0)),))
    with pytest.raises(ConfigError, match="what the annual statistics have: peak, 1 d"):
        limit_statistics(annual, {"late": unlike})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Season("x", "02-29", "03-31"), "month and day of every year"),
        (lambda: Season("x", "7-1", "08-31"), "month and day of every year"),
        (lambda: Season("x", "07-01", "08-32"), "month and day of every year"),
        (lambda: seasons_of_stages({}, "09-30"), "one stage at least"),
        (
            lambda: seasons_of_stages({"a": "08-01", "b": "07-01"}, "09-30"),
            "first days in the order of the year",
        ),
        (lambda: maxima(overlap_days=200), "so that a year holds the widened season"),
        (lambda: maxima(overlap_days=-1), "so that a year holds the widened season"),
        (lambda: maxima(duration_days=90), "from 1 to 51 days"),
        (lambda: seasonal_maxima([], [], LATE), "as many flows as days"),
        (
            lambda: seasonal_maxima(["2001-01-02", "2001-01-01"], [1.0, 1.0], LATE),
            "ascending days, each once",
        ),
        (lambda: seasonal_maxima(["2001-01-02"], [-1.0], LATE), "flows of 0 m3/s or more"),
        (lambda: limit_to_annual(PearsonIII(1.0, 1.0, 1.0), {}), "one season at least"),
        (lambda: fit_seasons(*record(5), [MAIN, MAIN]), "'main' twice"),
    ],
)
def test_what_is_refused(make, message):
    with pytest.raises(ConfigError, match=message):
        make()


def maxima(**how):
    days = days_of("2001-01-01", "2001-12-31")
    return seasonal_maxima(days, np.ones(days.size), LATE, **how)
