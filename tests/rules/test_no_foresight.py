"""Cutting a run changes no earlier day, for every rule type and length of step."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hydrosim.calendar import Step
from hydrosim.rules import RULE_TYPES
from tests.rules.models import calendar, known

DAYS = np.arange("1999-01-01", "2004-01-01", dtype="M8[D]")
WEATHER = {"file": "weather.csv", "column": "rain"}
RUNOFF = {
    "type": "runoff",
    "area": "500 km2",
    "x1": "300 mm",
    "x2": "0.1 mm/day",
    "x3": "60 mm",
    "x4": "2.2 days",
    "rain": WEATHER,
    "et0": WEATHER | {"column": "et0"},
    "warm_up_years": 1,
    "year_factors": {1999: 1.0, 2000: 0.8, 2001: 1.3, 2002: 1.0, 2003: 0.9},
}
REFERENCE = {"mean": 0.9, "unit": "亿m3", "cv": 0.4, "water_year": "06-01"}
RULES = {
    "constant": {"type": "constant", "value": "3 m3/s"},
    "profile": {"type": "profile", "values": [float(i) for i in range(36)], "normalise": "mean"},
    "series": {"type": "series", **WEATHER, "unit": "mm/day"},
    "values": {
        "type": "values",
        "dates": ["1999-05-05", "2000-09-17", "2002-03-03"],
        "values": [1, 5, 2],
        "unit": "1",
    },
    "seasonal_curve": {
        "type": "seasonal_curve",
        "points": {"02-20": 1, "07-01": 5, "11-11": 2},
        "unit": "m",
        "method": "linear",
    },
    "by_year": {
        "type": "by_year",
        "values": {1999: 1, 2003: 9},
        "unit": "m3/s",
        "method": "linear",
    },
    "quota_year_series": {
        "type": "quota_year_series",
        "file": "years.csv",
        "starts": "11-01",
        "unit": "1",
    },
    "expression": {
        "type": "expression",
        "expression": "max(series, 0) * day_of_year + year_class('last') * runoff % 3",
    },
    "scaled": {"type": "scaled", "of": "runoff", "factor": "profile"},
    "lookup": {
        "type": "lookup",
        "of": "runoff",
        "x": [0, 2, 8],
        "x_unit": "m3/s",
        "y_by_month": [[0, 1, 2 + i] for i in range(12)],
        "unit": "1",
    },
    "runoff": RUNOFF,
    "year_class": {
        "type": "year_class",
        "method": "running",
        "of": "runoff",
        "month_shares": [1, 1, 2, 3, 4, 9, 30, 25, 12, 6, 4, 3],
        **REFERENCE,
    },
    "last": {"type": "year_class", "method": "last_year", "of": "runoff", **REFERENCE},
    "forecast": {
        "type": "year_class",
        "method": "forecast",
        "forecast_is": "total",
        "of": "values",
        **REFERENCE,
        "unit": "m",
    },
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weather")
    rng = np.random.default_rng(7)
    rain = rng.gamma(0.15, 12.0, DAYS.size)
    et0 = rng.uniform(0.5, 5.0, DAYS.size)
    rows = [f"{day},{p:.2f},{e:.2f}" for day, p, e in zip(DAYS, rain, et0, strict=True)]
    (path / "weather.csv").write_text("\n".join(["date,rain,et0", *rows]) + "\n")
    years = "\n".join(f"{year},{0.7 + 0.05 * (year % 7)}" for year in range(1999, 2004))
    (path / "years.csv").write_text(f"year,value\n{years}\n")
    return path


# A control curve follows the state of a node, which each step knows from the step before.
STATE_ONLY = {"control_curve"}


def test_every_type_is_cut():
    types = {str(block["type"]) for block in RULES.values()}
    assert types | STATE_ONLY == set(RULE_TYPES)


@pytest.mark.parametrize("name", sorted(RULES))
@pytest.mark.parametrize("step", ["day", "pentad", "dekad", "month"])
def test_cutting_the_run_changes_no_earlier_day(name: str, step: Step, folder: Path):
    whole = calendar("2000-02-01", "2003-12-31", step)
    expected = known(whole, RULES, name, folder=folder, mode="trajectory")
    assert np.isfinite(expected).all()
    for part in (0.01, 0.23, 0.336, 0.7, 0.999):
        axis = whole.truncate(max(1, int(part * len(whole))))
        cut = known(axis, RULES, name, folder=folder, mode="trajectory")
        np.testing.assert_array_equal(cut, expected[: len(axis)])


def test_cutting_an_hourly_run(folder: Path):
    whole = calendar("2000-02-27", "2000-07-02", "hour")
    for name in sorted(RULES):
        expected = known(whole, RULES, name, folder=folder, mode="trajectory")
        axis = whole.truncate(24 * 40)
        cut = known(axis, RULES, name, folder=folder, mode="trajectory")
        np.testing.assert_array_equal(cut, expected[: len(axis)])


def test_thresholds_of_a_control_curve(folder: Path):
    """Thresholds that are known before the run do not see its end either."""
    from tests.rules.models import build, value_in_step

    block = {
        "type": "control_curve",
        "node": "lake",
        "of": "storage",
        "thresholds": ["runoff", "5000 万m3"],
        "factors": [0.2, "profile"],
        "interpolate": "linear",
    }
    whole = calendar("2000-02-01", "2002-12-31")
    numbers = []
    for axis in (whole, whole.truncate(500)):
        rules = {**RULES, "x": block}
        builder = build(axis, rules, {("storage", "lake"): 1e7}, folder=folder)
        value = builder.rule("x")
        numbers.append([value_in_step(builder.graph, value, step) for step in range(0, 500, 37)])
    assert numbers[0] == numbers[1]
