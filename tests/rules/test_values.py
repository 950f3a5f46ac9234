"""Values by date."""

from __future__ import annotations

import datetime

import pytest
from pydantic import ValidationError

from hydrosim.errors import ConfigError
from tests.rules.models import calendar, known, rule

BLOCK = {
    "type": "values",
    "dates": ["2019-12-01", "2020-02-11", "2020-03-16"],
    "values": [1, 4, 8],
    "unit": "1",
}


def test_holds_until_the_next_date():
    axis = calendar("2020-02-09", "2020-02-12")
    assert known(axis, {"x": BLOCK}, "x").tolist() == [1, 1, 4, 4]


def test_longer_steps_take_the_mean_of_days():
    result = known(calendar("2020-02-01", "2020-03-31", "month"), {"x": BLOCK}, "x")
    assert result == pytest.approx([(10 * 1 + 19 * 4) / 29, (15 * 4 + 16 * 8) / 31], rel=1e-15)


def test_dates_may_be_dates():
    block = BLOCK | {"dates": [datetime.date(2020, 1, 1)], "values": [86.4], "unit": "m3/day"}
    result = known(calendar("2020-01-01", "2020-01-01"), {"x": block}, "x")
    assert result.tolist() == pytest.approx([1e-3])


def test_run_before_the_first_date_is_a_fault():
    with pytest.raises(ConfigError, match="on or before the start of the run, 2019-11-30"):
        known(calendar("2019-11-30", "2020-01-01"), {"x": BLOCK}, "x")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"values": [1, 2]}, "3 dates and 2 values"),
        ({"dates": ["2020-01-01", "2020-01-01", "2020-02-01"]}, "dates that increase"),
        ({"dates": ["2020-01-01", "2020-13-01", "2020-02-01"]}, "a date as year-month-day"),
        ({"unit": "x"}, "the unit of the numbers"),
    ],
)
def test_refused(change: dict[str, object], message: str):
    with pytest.raises(ValidationError, match=message):
        rule(BLOCK | change)
