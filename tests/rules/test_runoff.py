"""Local inflow by GR4J from rules and files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from hydrosim.errors import ConfigError
from hydrosim.hydrology.runoff import Catchment, Gr4jParameters, runoff_series
from tests.rules.models import build, calendar, known, rule

DAYS = np.arange("2019-01-01", "2021-01-01", dtype="M8[D]")
RAIN = np.where(np.arange(DAYS.size) % 9 == 0, 18.0, 0.4)
ET0 = 3.0 - 2.0 * np.cos(2 * np.pi * np.arange(DAYS.size) / 365.25)
RUNOFF = {
    "type": "runoff",
    "area": "3770 km2",
    "rain_factor": 1.1,
    "x1": "320 mm",
    "x2": "-0.4 mm/day",
    "x3": "45 mm",
    "x4": "1.7 days",
    "rain": {"file": "weather.csv", "column": "rain"},
    "et0": {"file": "weather.csv", "column": "et0", "unit": "cm/day"},
}
AXIS = calendar("2020-01-01", "2020-12-31")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [
        f"{day},{rain},{et0 / 10},{2 * rain},{0.0}"
        for day, rain, et0 in zip(DAYS, RAIN, ET0, strict=True)
    ]
    (tmp_path / "weather.csv").write_text("\n".join(["date,rain,et0,double,dry", *rows]) + "\n")
    (tmp_path / "factors.csv").write_text("year,factor\n2019,1\n2020,1.5\n")
    return tmp_path


def direct(first: str) -> np.ndarray:
    """The model itself from a day on, cut to the year 2020."""
    days = DAYS >= np.datetime64(first)
    catchment = Catchment(3.77e9, 1.1, Gr4jParameters(320.0, -0.4, 45.0, 1.7))
    inflow = runoff_series(DAYS[days], RAIN[days], ET0[days], catchment)
    return inflow[-366:]


def test_from_the_start_of_the_run(folder: Path):
    result = known(AXIS, {"x": RUNOFF}, "x", folder=folder)
    np.testing.assert_allclose(result, direct("2020-01-01"), rtol=1e-9)


@pytest.mark.parametrize("start", [{"warm_up_years": 1}, {"weather_from": "2019-01-01"}])
def test_warm_up(folder: Path, start: dict[str, object]):
    result = known(AXIS, {"x": RUNOFF | start}, "x", folder=folder)
    np.testing.assert_allclose(result, direct("2019-01-01"), rtol=1e-9)


def test_stations_are_weighted(folder: Path):
    stations = [
        {"file": "weather.csv", "column": "double", "weight": 0.5},
        {"file": "weather.csv", "column": "dry", "weight": "50 %"},
    ]
    result = known(AXIS, {"x": RUNOFF | {"rain": stations}}, "x", folder=folder)
    np.testing.assert_allclose(result, direct("2020-01-01"), rtol=1e-9)


def test_rain_of_a_rule_with_warm_up_and_dekads(folder: Path):
    rules = {
        "rain": {"type": "series", "file": "weather.csv", "column": "rain", "unit": "mm/day"},
        "x": RUNOFF | {"rain": "rain", "warm_up_years": 1},
    }
    dekads = calendar("2020-01-01", "2020-12-31", "dekad")
    result = known(dekads, rules, "x", folder=folder)
    np.testing.assert_allclose(result, dekads.mean_of_days(direct("2019-01-01")), rtol=1e-9)
    assert rule(rules["x"]).references() == ["rain"]


@pytest.mark.parametrize("factors", ["factors.csv", {2019: 1.0, 2020: 1.5}])
def test_yearly_factors(folder: Path, factors: object):
    result = known(AXIS, {"x": RUNOFF | {"year_factors": factors}}, "x", folder=folder)
    np.testing.assert_allclose(result, 1.5 * direct("2020-01-01"), rtol=1e-9)


def test_year_without_factor_and_weather_that_is_missing(folder: Path):
    block = RUNOFF | {"year_factors": {2019: 1.0}}
    with pytest.raises(ConfigError, match="no factor for the year 2020"):
        known(AXIS, {"x": block}, "x", folder=folder)
    with pytest.raises(ConfigError, match="2018-01-01"):
        known(AXIS, {"x": RUNOFF | {"warm_up_years": 2}}, "x", folder=folder)
    with pytest.raises(ConfigError, match="on or before the start of the run"):
        known(AXIS, {"x": RUNOFF | {"weather_from": "2020-02-01"}}, "x", folder=folder)


def test_negative_rain_names_its_first_day(folder: Path):
    rain = {"type": "constant", "value": "-1 mm/day"}
    with pytest.raises(ConfigError, match="2020-01-01"):
        known(AXIS, {"rain": rain, "x": RUNOFF | {"rain": "rain"}}, "x", folder=folder)


def test_state_dependent_rain_is_refused(folder: Path):
    rain = {"type": "expression", "expression": "storage('lake')"}
    builder = build(AXIS, {"rain": rain, "x": RUNOFF | {"rain": "rain"}}, {("storage", "lake"): 1})
    builder.settings = replace(builder.settings, folder=folder)
    with pytest.raises(ConfigError):
        builder.rule("x")


def test_circle_through_the_weather_is_named(folder: Path):
    rain = {"type": "expression", "expression": "x"}
    with pytest.raises(ConfigError, match="x -> rain -> x"):
        known(AXIS, {"rain": rain, "x": RUNOFF | {"rain": "rain"}}, "x", folder=folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x4": "0.1 days"}, "x4"),
        ({"x1": "0 mm"}, "x1"),
        ({"area": 3770}, "a bare number"),
        ({"weather_from": "2019-01-01", "warm_up_years": 1}, "either `weather_from`"),
        ({"rain": {"file": "a.csv", "column": "b", "weight": 0.4}}, "a sum of 0.4"),
        ({"rain": []}, "a sum of 0"),
    ],
)
def test_refused(change: dict[str, object], message: str):
    with pytest.raises(ValidationError, match=message):
        rule(RUNOFF | change)


def test_a_land_cover_factor_is_a_number_or_a_rule(folder: Path):
    plain = known(AXIS, {"x": RUNOFF}, "x", folder=folder)
    lower = known(AXIS, {"x": RUNOFF | {"land_cover_factor": "93 %"}}, "x", folder=folder)
    np.testing.assert_allclose(lower, 0.93 * plain, rtol=1e-14)
    cover = {"type": "by_year", "values": {2020: 0.98, 2030: 0.9}, "unit": "1"}
    rules = {"x": RUNOFF | {"land_cover_factor": "cover"}, "cover": cover}
    later = known(AXIS, rules, "x", folder=folder, planning_year=2030)
    np.testing.assert_allclose(later, 0.9 * plain, rtol=1e-14)
    now = known(AXIS, rules, "x", folder=folder, mode="trajectory")
    np.testing.assert_allclose(now, 0.98 * plain, rtol=1e-14)


def test_a_land_cover_factor_may_not_depend_on_the_state(folder: Path):
    state = {"type": "expression", "unit": "1", "expression": "fraction('lake')"}
    rules = {"x": RUNOFF | {"land_cover_factor": "state"}, "state": state}
    built = build(AXIS, rules, {("fraction", "lake"): 0.5}, folder=folder)
    with pytest.raises(ConfigError, match="depends on the state of the model"):
        built.rule("x")
