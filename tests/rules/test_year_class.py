"""Classes of wetness from the past only."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from hydrosim.calendar import Calendar
from hydrosim.errors import ConfigError
from hydrosim.hydrology.pearson import pearson3_quantile
from tests.rules.models import build, calendar, known, rule

# A year of 365 days with 1 m3/s is 31.536e6 m3; that is the mean of the reference.
CLASS = {
    "type": "year_class",
    "method": "last_year",
    "of": "flow",
    "mean": 3153.6,
    "unit": "万m3",
    "cv": 0.5,
    "water_year": "06-01",
}


def flow(*values: float) -> dict[str, object]:
    dates = [f"{2001 + i}-06-01" for i in range(len(values))]
    return {"type": "values", "dates": ["1990-01-01", *dates], "values": [1, *values], "unit": "1"}


def by_water_year(axis: Calendar, numbers: np.ndarray) -> dict[int, set[float]]:
    year = axis.water_year((6, 1))
    return {int(y): set(numbers[year == y].tolist()) for y in np.unique(year)}


def test_last_complete_water_year():
    axis = calendar("2001-01-01", "2006-05-31")
    rules = {"flow": flow(3.0, 0.2, 1.0, 1.6, 0.6), "x": CLASS}
    told = by_water_year(axis, known(axis, rules, "x"))
    # 2000 is not complete; 2001 is very wet, 2002 very dry, 2003 mean, 2004 rather wet.
    assert told == {2000: {3}, 2001: {3}, 2002: {1}, 2003: {5}, 2004: {3}, 2005: {1}}


def test_run_that_starts_with_the_water_year_has_a_complete_first_one():
    axis = calendar("2001-06-01", "2003-05-31")
    rules = {"flow": flow(3.0, 0.2), "x": CLASS | {"initial": 2}}
    assert by_water_year(axis, known(axis, rules, "x")) == {2001: {2}, 2002: {1}}


def test_limits_are_pearson_quantiles_and_classes_lie_between_them():
    made = rule(CLASS | {"cs": 1.2})
    limits = pearson3_quantile([0.125, 0.375, 0.625, 0.875], 3.1536e7, 0.5, 1.2)
    np.testing.assert_allclose(made.limits(), limits, rtol=1e-12)  # type: ignore[attr-defined]
    between = np.array([limits[0], limits[0] - 1, limits[1], limits[2], limits[3], 0.0])
    assert made.class_of(between).tolist() == [1, 2, 2, 3, 4, 5]  # type: ignore[attr-defined]
    default = rule(CLASS).limits()  # type: ignore[attr-defined]
    np.testing.assert_allclose(
        default, pearson3_quantile([0.125, 0.375, 0.625, 0.875], 3.1536e7, 0.5, 1.0), rtol=1e-12
    )


def test_three_classes_and_own_frequencies():
    axis = calendar("2001-06-01", "2005-05-31", "month")
    rules = {"flow": flow(3.0, 0.2, 1.0, 1.0), "x": CLASS | {"classes": 3}}
    told = by_water_year(axis, known(axis, rules, "x"))
    assert told == {2001: {2}, 2002: {1}, 2003: {3}, 2004: {2}}
    rules["x"] = CLASS | {"classes": 3, "frequencies": [0.001, 0.999]}
    assert by_water_year(axis, known(axis, rules, "x")) == {
        2001: {2},
        2002: {2},
        2003: {2},
        2004: {2},
    }


def test_running_year_against_the_part_of_the_mean_year():
    """Even shares: with twice the mean flow the class is wet once a tenth has passed."""
    axis = calendar("2001-06-01", "2002-05-31")
    running = CLASS | {
        "method": "running",
        "month_shares": [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31],
        "initial": 4,
    }
    result = known(axis, {"flow": flow(2.0), "x": running}, "x")
    begin = int(np.argmax(result != 4))
    assert begin == 37  # 36 / 365 is below a tenth, 37 / 365 above
    assert set(result[begin:].tolist()) == {1}


def test_running_year_turns_dry_with_the_season():
    """All of the mean year's water falls in July; a July without rain shows day by day."""
    axis = calendar("2001-06-01", "2002-05-31")
    shares = [0] * 6 + [1] + [0] * 5
    running = CLASS | {"method": "running", "month_shares": shares, "initial": 3}
    rules = {
        "flow": {"type": "constant", "value": 0, "unit": "m3/s"},
        "x": running,
    }
    result = known(axis, rules, "x")
    # 30 days of June, then on 5 July 4/31 of the share has passed without water.
    assert result[:34].tolist() == [3] * 34
    assert set(result[34:].tolist()) == {5}


def test_running_year_of_a_run_that_starts_within_it():
    axis = calendar("2001-08-01", "2001-12-31")
    shares = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    running = CLASS | {"method": "running", "month_shares": shares, "least_share": 0}
    result = known(axis, {"flow": {"type": "constant", "value": 1, "unit": "1"}, "x": running}, "x")
    assert set(result.tolist()) == {3}


def test_forecast_of_a_class_or_a_total():
    axis = calendar("2001-05-31", "2001-06-01")
    told = {"type": "values", "dates": ["2001-01-01", "2001-06-01"], "values": [2, 9], "unit": "1"}
    rules = {"told": told, "x": {"type": "year_class", "method": "forecast", "of": "told"}}
    assert known(axis, rules, "x").tolist() == [2, 5]
    total = told | {"values": [0.1, 9000], "unit": "万m3"}
    block = CLASS | {"method": "forecast", "forecast_is": "total", "of": "told"}
    assert known(axis, {"told": total, "x": block}, "x").tolist() == [5, 1]


def test_water_year_of_the_config_is_the_default():
    axis = calendar("2001-01-01", "2002-12-31")
    block = {key: value for key, value in CLASS.items() if key != "water_year"}
    rules = {"flow": flow(3.0), "x": block}
    result = known(axis, rules, "x", water_year=(1, 1))
    assert set(result[:365].tolist()) == {3}
    assert set(result[365:].tolist()) == {1}


def test_year_class_function_reads_the_rule():
    axis = calendar("2001-06-01", "2003-05-31", "month")
    rules = {
        "flow": flow(3.0, 0.2),
        "year_class": CLASS,
        "x": {"type": "expression", "expression": "year_class() * 10 + year_class('year_class')"},
    }
    assert known(axis, rules, "x")[[0, -1]].tolist() == [33, 11]


def test_state_dependent_total_is_refused():
    state = {"type": "expression", "expression": "storage('lake')"}
    builder = build(
        calendar("2001-01-01", "2001-01-02"), {"flow": state, "x": CLASS}, {("storage", "lake"): 1}
    )
    with pytest.raises(ConfigError, match="known before the run"):
        builder.rule("x")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"mean": None}, "the reference record"),
        ({"cv": 0}, "above 0"),
        ({"method": "running"}, "12 `month_shares`"),
        ({"frequencies": [0.5]}, "4 frequencies"),
        ({"frequencies": [0.1, 0.1, 0.3, 0.4]}, "that increase"),
        ({"classes": 3, "initial": 4}, "between 1 and 3"),
    ],
)
def test_refused(change: dict[str, object], message: str):
    with pytest.raises(ValidationError, match=message):
        rule(CLASS | change)
