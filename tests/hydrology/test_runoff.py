"""Inflow series, the stored map of annual totals, the fit, and the shipped catchments."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hydrosim.errors import ConfigError, DataError
from hydrosim.hydrology.calibration import (
    FitBounds,
    FitWeights,
    RunoffTarget,
    calibrate,
    misfit,
    summarise,
)
from hydrosim.hydrology.gr4j import Gr4jParameters, simulate_gr4j, spin_up, start_state
from hydrosim.hydrology.runoff import (
    Catchment,
    blend_series,
    calendar_years,
    factors_by_day,
    fit_year_factors,
    runoff_series,
)

DATA = Path(__file__).parents[2] / "configs" / "data"
PARAMETERS = Gr4jParameters(x1_mm=320.0, x2_mm=-0.6, x3_mm=25.0, x4_day=1.4)
CATCHMENT = Catchment(3.77e9, 1.1, PARAMETERS, 0.35, 0.4)


def make_weather(years: int = 6, seed: int = 7) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Days from 1980-01-01 with a summer rain season and seasonal evapotranspiration."""
    dates = np.arange("1980-01-01", f"{1980 + years}-01-01", dtype="datetime64[D]")
    generator = np.random.default_rng(seed)
    season = np.exp(-(((np.arange(dates.size) % 365.25 - 205.0) / 55.0) ** 2))
    rain = generator.gamma(0.5, 24.0 * season + 1.0) * (generator.random(dates.size) < 0.35)
    yearly = np.exp(generator.normal(0.0, 0.25, years))
    rain *= yearly[calendar_years(dates) - 1980]
    return dates, rain, 0.5 + 4.0 * season


def test_units_by_hand():
    # 1 mm a day over 86.4 km2 is 1 m3/s.
    dates, rain, demand = make_weather(1)
    catchment = Catchment(86.4e6, 1.0, PARAMETERS, 0.35, 0.4)
    inflow = runoff_series(dates, rain, demand, catchment)
    run = simulate_gr4j(rain, demand, PARAMETERS, start_state(PARAMETERS, 0.35, 0.4))
    np.testing.assert_allclose(inflow, run.runoff_mm, rtol=1e-14)


def test_rain_factor_acts_on_rain_alone():
    dates, rain, demand = make_weather(1)
    doubled = Catchment(3.77e9, 2.0, PARAMETERS, 0.35, 0.4)
    plain = Catchment(3.77e9, 1.0, PARAMETERS, 0.35, 0.4)
    np.testing.assert_array_equal(
        runoff_series(dates, rain, demand, doubled),
        runoff_series(dates, 2.0 * rain, demand, plain),
    )


@pytest.mark.parametrize("kept", [1, 59, 366, 400, 1000])
def test_cutting_the_weather_changes_no_earlier_day(kept):
    dates, rain, demand = make_weather()
    factors = {1980: 0.7, 1981: 1.3, 1982: 1.0, 1983: 0.9, 1984: 1.1, 1985: 2.0}
    whole = runoff_series(dates, rain, demand, CATCHMENT, factors)
    part = runoff_series(dates[:kept], rain[:kept], demand[:kept], CATCHMENT, factors)
    np.testing.assert_array_equal(part, whole[:kept])


def test_two_halves_equal_one_run():
    _, rain, demand = make_weather(2)
    whole = simulate_gr4j(rain, demand, PARAMETERS, start_state(PARAMETERS))
    first = simulate_gr4j(rain[:300], demand[:300], PARAMETERS, start_state(PARAMETERS))
    second = simulate_gr4j(rain[300:], demand[300:], PARAMETERS, first.state)
    np.testing.assert_array_equal(
        np.concatenate([first.runoff_mm, second.runoff_mm]), whole.runoff_mm
    )
    assert second.state.content_mm == whole.state.content_mm


def test_spin_up_repeats_the_years():
    _, rain, demand = make_weather(2)
    twice = simulate_gr4j(np.tile(rain, 2), np.tile(demand, 2), PARAMETERS, start_state(PARAMETERS))
    production_frac, routing_frac = spin_up(rain, demand, PARAMETERS, passes=2)
    assert production_frac == pytest.approx(twice.state.production_mm / 320.0, rel=1e-13)
    assert routing_frac == pytest.approx(twice.state.routing_mm / 25.0, rel=1e-13)


def test_year_factors_keep_ranks_and_set_the_mean():
    totals = {1980: 4.0, 1981: 9.0, 1982: 2.0, 1983: 6.0, 1984: 5.0}
    factors = fit_year_factors(totals, 3.6, 0.8, 1.6)
    mapped = {year: factors[year] * total for year, total in totals.items()}
    assert np.mean(list(mapped.values())) == pytest.approx(3.6, rel=1e-12)
    assert sorted(mapped, key=mapped.__getitem__) == sorted(totals, key=totals.__getitem__)
    assert list(factors) == sorted(factors)


def test_year_factors_keep_the_shape_within_a_year():
    dates, rain, demand = make_weather(3)
    plain = runoff_series(dates, rain, demand, CATCHMENT)
    mapped = runoff_series(dates, rain, demand, CATCHMENT, {1980: 0.5, 1981: 2.0, 1982: 1.25})
    years = calendar_years(dates)
    for year, factor in ((1980, 0.5), (1981, 2.0), (1982, 1.25)):
        np.testing.assert_array_equal(mapped[years == year], factor * plain[years == year])


def test_blend_by_hand():
    blended = blend_series([np.array([1.0, 2.0]), np.array([5.0, 10.0])], [0.75, 0.25])
    np.testing.assert_allclose(blended, [2.0, 4.0])


def test_summary_by_hand():
    dates = np.arange("2001-01-01", "2004-01-01", dtype="datetime64[D]")
    inflow = np.where(calendar_years(dates) == 2002, 3.0, 1.0)
    inflow[calendar_years(dates) == 2003] = 2.0
    summary = summarise(dates, inflow)
    assert summary.mean_m3 == pytest.approx(2.0 * 365 * 86400.0)
    assert summary.variation == pytest.approx(0.5)
    assert summary.skewness == pytest.approx(0.0, abs=1e-12)
    assert summary.annual_m3[2002] == pytest.approx(3.0 * 365 * 86400.0)
    assert summary.share_of((7, 8)) == pytest.approx(62 / 365)


def test_calibration_finds_a_synthetic_truth():
    dates, rain, demand = make_weather(8)
    truth = summarise(dates, runoff_series(dates, rain, demand, CATCHMENT))
    skewness = max(2.0 * truth.variation, truth.skewness)
    target = RunoffTarget(
        truth.mean_m3,
        truth.variation,
        skewness,
        tuple(float(share) for share in truth.month_shares),
        lag_one=(-1.0, 1.0),
    )
    bounds = FitBounds((100.0, 900.0), (-2.0, 1.0), (5.0, 100.0), (1.0, 2.0), (1.0, 1.2))
    settings = {"bounds": bounds, "iterations": 6, "population": 4, "spin_up_days": 366}
    fit = calibrate(dates, rain, demand, CATCHMENT.area_m2, target, **settings)
    assert fit.modelled.mean_m3 == pytest.approx(truth.mean_m3, rel=0.05)
    assert fit.modelled.variation == pytest.approx(truth.variation, rel=0.1)
    assert fit.mapped.mean_m3 == pytest.approx(truth.mean_m3, rel=2e-4)
    assert fit.mapped.share_of((7, 8)) == pytest.approx(truth.share_of((7, 8)), abs=0.03)


def test_calibration_repeats_itself():
    dates, rain, demand = make_weather(3)
    target = RunoffTarget(4e8, 0.4, 0.8, (1 / 12,) * 12)
    settings = {"iterations": 1, "population": 2, "spin_up_days": 30}
    first = calibrate(dates, rain, demand, 3.77e9, target, **settings)
    second = calibrate(dates, rain, demand, 3.77e9, target, **settings)
    assert first.catchment == second.catchment
    assert first.year_factors == second.year_factors


def test_misfit_counts_each_statistic():
    dates, rain, demand = make_weather(4)
    summary = summarise(dates, runoff_series(dates, rain, demand, CATCHMENT))
    target = RunoffTarget(
        summary.mean_m3,
        summary.variation,
        1.0,
        tuple(float(share) for share in summary.month_shares),
        lag_one=(-1.0, 1.0),
    )
    same = {1980: 1.0}
    assert misfit(summary, summary, same, target, FitWeights()) == pytest.approx(0.0, abs=1e-20)
    assert misfit(summary, summary, {1980: np.e}, target, FitWeights(factors=3.0)) == (
        pytest.approx(9.0)
    )


class TestErrors:
    def test_missing_rain_names_the_date(self):
        dates, rain, demand = make_weather(1)
        rain[40] = np.nan
        with pytest.raises(DataError, match=r"weather.csv  column 'precipitation', 1980-02-10"):
            runoff_series(dates, rain, demand, CATCHMENT, source="weather.csv")

    def test_negative_evapotranspiration(self):
        dates, rain, demand = make_weather(1)
        demand[3] = -0.5
        with pytest.raises(DataError, match=r"evapotranspiration'.*1980-01-04\n.*-0.5 mm"):
            runoff_series(dates, rain, demand, CATCHMENT)

    def test_gap_in_the_days(self):
        dates, rain, demand = make_weather(1)
        dates[10:] += np.timedelta64(1, "D")
        with pytest.raises(DataError, match="1980-01-12 after 1980-01-10"):
            runoff_series(dates, rain, demand, CATCHMENT)

    def test_lengths_differ(self):
        dates, rain, demand = make_weather(1)
        with pytest.raises(DataError, match="365 values for 366 dates"):
            runoff_series(dates, rain[1:], demand, CATCHMENT)
        with pytest.raises(DataError, match="two series of the same length"):
            simulate_gr4j(rain[1:], demand, PARAMETERS, start_state(PARAMETERS))

    def test_year_without_a_factor(self):
        dates, _, _ = make_weather(2)
        with pytest.raises(DataError, match="1981"):
            factors_by_day(dates, {1980: 1.0}, "factors.csv")

    def test_parameters_outside_their_range(self):
        with pytest.raises(ConfigError) as caught:
            Gr4jParameters(0.0, float("nan"), -1.0, 0.2)
        assert [fault.path[0] for fault in caught.value.faults] == [
            "x1_mm",
            "x2_mm",
            "x3_mm",
            "x4_day",
        ]
        assert "at least 0.5, at most 60 (day)" in str(caught.value)

    def test_catchment_outside_its_range(self):
        with pytest.raises(ConfigError) as caught:
            Catchment(-1.0, -0.1, PARAMETERS, 1.5, -0.5)
        assert len(caught.value.faults) == 4

    def test_weights_of_stations(self):
        with pytest.raises(ConfigError, match="the sum 1"):
            blend_series([np.ones(2), np.ones(2)], [0.5, 0.6])
        with pytest.raises(ConfigError, match="one weight for each"):
            blend_series([np.ones(2)], [0.5, 0.5])

    def test_map_without_water(self):
        with pytest.raises(DataError, match="1981"):
            fit_year_factors({1980: 1.0, 1981: 0.0}, 1.0, 0.5, 1.0)
        with pytest.raises(DataError, match="twice Cv"):
            fit_year_factors({1980: 1.0, 1981: 2.0, 1982: 3.0}, 1.0, 1.2, 0.4)

    def test_years_all_alike(self):
        dates = np.arange("2001-01-01", "2004-01-01", dtype="datetime64[D]")
        with pytest.raises(DataError, match="years that differ"):
            summarise(dates, np.ones(dates.size))

    def test_too_few_years(self):
        dates, rain, _ = make_weather(2)
        with pytest.raises(DataError, match="at least 3 years"):
            summarise(dates, rain)

    def test_fit_to_a_skew_that_leaves_years_dry(self):
        dates, rain, demand = make_weather(4)
        target = RunoffTarget(1e8, 1.5, 0.4, (1 / 12,) * 12)
        with pytest.raises(DataError, match="twice Cv"):
            calibrate(dates, rain, demand, 1e9, target, iterations=1, population=2)


@pytest.fixture(scope="module")
def inflows():
    """Plain and mapped inflow of each shipped catchment from the stored numbers."""
    weather = {
        name: pd.read_csv(DATA / f"weather_{name}.csv.gz") for name in ("xinzhou", "yangquan")
    }
    dates = weather["xinzhou"]["date"].to_numpy().astype("datetime64[D]")
    table = pd.read_csv(DATA / "catchments.csv", index_col="catchment")
    factors = {
        name: pd.read_csv(DATA / f"year_factors_{name}.csv", index_col="year")["factor"]
        for name in table.index
    }
    series = {}
    for name, row in table.iterrows():
        weights = [row["xinzhou_weight"], row["yangquan_weight"]]
        catchment = Catchment(
            row["area_m2"],
            row["rain_factor"],
            Gr4jParameters(row["x1_mm"], row["x2_mm"], row["x3_mm"], row["x4_day"]),
            row["production_frac"],
            row["routing_frac"],
        )
        rain, demand = (
            blend_series([weather[gauge][column].to_numpy() for gauge in weather], weights)
            for column in ("precip_mm", "eto_mm")
        )
        plain = runoff_series(dates, rain, demand, catchment)
        by_year = {int(year): float(value) for year, value in factors[name].items()}
        series[name] = (plain, runoff_series(dates, rain, demand, catchment, by_year))
    return dates, table, factors, series


def test_shipped_means_variations_and_seasons(inflows):
    dates, table, _, series = inflows
    ranges = {
        "wangkuai": (0.8, 0.9),
        "xidayang": (0.8, 0.9),
        "angezhuang": (0.6, 0.9),
        "longmen": (1.0, 1.3),
    }
    for name, (low, high) in ranges.items():
        summary = summarise(dates, series[name][1])
        assert summary.mean_m3 == pytest.approx(table.loc[name, "mean_m3"], rel=0.001)
        assert low <= summary.variation <= high
        assert 0.44 <= summary.share_of((7, 8)) <= 0.52


def test_shipped_factors_are_the_fitted_ones(inflows):
    dates, table, factors, series = inflows
    for name, row in table.iterrows():
        totals = summarise(dates, series[name][0]).annual_m3
        fitted = fit_year_factors(totals, row["mean_m3"], row["variation"], row["skewness"])
        np.testing.assert_allclose(
            factors[name].to_numpy(), list(fitted.values()), rtol=6e-4, err_msg=name
        )


def test_shipped_angezhuang_with_the_diverted_water(inflows):
    dates, _, _, series = inflows
    diverted = pd.read_csv(DATA / "diversion_juma.csv.gz")
    assert (diverted["date"].to_numpy().astype("datetime64[D]") == dates).all()
    both = summarise(dates, series["angezhuang"][1] + diverted["inflow_m3s"].to_numpy())
    assert both.mean_m3 == pytest.approx(1.36e8, rel=0.03)
    assert 0.6 <= both.variation <= 0.9


@pytest.mark.parametrize("name", ["wangkuai", "xidayang", "angezhuang", "longmen", "baiyangdian"])
def test_shipped_storage_curves(name):
    curve = pd.read_csv(DATA / f"curve_{name}.csv")
    for column in ("level_m", "area_m2", "storage_m3"):
        assert (np.diff(curve[column]) > 0.0).all(), column
    assert (np.diff(curve["release_capacity_m3s"]) >= 0.0).all()
    assert curve["storage_m3"].iloc[0] == 0
    between = 0.5 * (curve["area_m2"] + curve["area_m2"].shift(1)) * curve["level_m"].diff()
    assert between.sum() == pytest.approx(curve["storage_m3"].iloc[-1], rel=0.002)


@pytest.mark.parametrize(("name", "drawn_apart"), [("yangtze", "2018/19"), ("yellow", "1979/80")])
def test_shipped_availability(name, drawn_apart):
    table = pd.read_csv(DATA / f"availability_{name}.csv")
    assert len(table) == 40
    assert table["plan_frac"].between(0.0, 1.0).all()
    assert table["extra_frac"].between(0.0, 1.0).all()
    assert (np.diff(table["year"]) == 1).all()
    assert (table["start"].str[:4].astype(int) == table["year"]).all()
    ranked = np.sort(table.loc[table["quota_year"] != drawn_apart, "ratio"].to_numpy())
    assert ranked[1] == pytest.approx(0.65, abs=0.002)
    assert ranked.mean() == pytest.approx(1.0, abs=0.01)
