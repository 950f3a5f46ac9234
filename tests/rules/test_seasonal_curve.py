"""Seasonal curves over the new year and leap days."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from tests.rules.models import calendar, known, rule

POINTS = {"07-01": 193.0, "08-11": 197.0, "09-01": 200.4}


def curve(points: dict[str, float], **more: str) -> dict[str, object]:
    return {"type": "seasonal_curve", "points": points, "unit": "m", **more}


def test_steps_hold_over_the_new_year():
    axis = calendar("2019-06-30", "2020-09-01")
    result = known(axis, {"x": curve(POINTS)}, "x")
    dates = np.arange("2019-06-30", "2020-09-02", dtype="M8[D]")
    told = dict(zip(dates.astype(str), result, strict=True))
    assert told["2019-06-30"] == 200.4
    assert told["2019-07-01"] == 193.0
    assert told["2019-08-10"] == 193.0
    assert told["2019-08-11"] == 197.0
    assert told["2020-01-01"] == 200.4
    assert told["2020-02-29"] == 200.4
    assert told["2020-07-01"] == 193.0
    assert told["2020-09-01"] == 200.4


def test_lines_wrap_the_year_and_stand_still_on_a_leap_day():
    points = {"12-22": 10.0, "01-11": 30.0}  # 20 days across the new year
    axis = calendar("2019-12-22", "2020-01-11")
    result = known(axis, {"x": curve(points, method="linear")}, "x")
    np.testing.assert_allclose(result, np.arange(10, 31))
    leap = calendar("2020-02-27", "2020-03-01")
    spring = {"02-27": 0.0, "03-01": 2.0}
    assert known(leap, {"x": curve(spring, method="linear")}, "x").tolist() == [0, 1, 1, 2]


def test_longer_steps_take_their_first_day():
    axis = calendar("2020-07-01", "2020-08-31", "dekad")
    assert known(axis, {"x": curve(POINTS)}, "x").tolist() == [193, 193, 193, 193, 197, 197]


@pytest.mark.parametrize(
    "points", [{}, {"02-29": 1.0}, {"7/1": 1.0}, {"13-01": 1.0}, {"07-01": "high"}]
)
def test_refused(points: dict[str, float]):
    with pytest.raises(ValidationError):
        rule(curve(points))
