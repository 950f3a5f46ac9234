"""Numbers by year in both modes."""

from __future__ import annotations

import pytest

from hydrosim.errors import ConfigError
from tests.rules.models import Whole, calendar, known, rule

BLOCK = {"type": "by_year", "values": {2020: 4.0, 2015: 2.0}, "unit": "亿m3"}
AXIS = calendar("2016-12-31", "2017-01-01")


def test_trajectory_takes_the_year_of_each_step():
    block = BLOCK | {"method": "linear"}
    result = known(AXIS, {"x": block}, "x", mode="trajectory")
    assert result == pytest.approx([2.4e8, 2.8e8], rel=1e-15)
    assert known(AXIS, {"x": BLOCK}, "x", mode="trajectory") == pytest.approx([2e8, 2e8])


@pytest.mark.parametrize(("year", "expected"), [(2015, 2e8), (2018, 3.2e8), (2035, 4e8)])
def test_planning_level_takes_the_planning_year(year: int, expected: float):
    block = BLOCK | {"method": "linear"}
    result = known(AXIS, {"x": block}, "x", mode="planning_level", planning_year=year)
    assert result == pytest.approx([expected] * 2, rel=1e-15)


def test_new_year_inside_a_run_of_months():
    axis = calendar("2019-11-01", "2020-02-29", "month")
    result = known(axis, {"x": BLOCK}, "x", mode="trajectory")
    assert result == pytest.approx([2e8, 2e8, 4e8, 4e8])


def test_year_before_the_first_is_a_fault():
    with pytest.raises(ConfigError, match="the year 2014"):
        known(calendar("2014-12-31", "2015-01-01"), {"x": BLOCK}, "x", mode="trajectory")


def test_planning_year_is_checked_without_a_model():
    made = rule(BLOCK)
    early = Whole(planning_year=2010)
    assert [fault.found for fault in made.faults(early)] == ["the year 2010"]
    missing = Whole()
    assert [fault.found for fault in made.faults(missing)] == ["no `planning_year`"]
    fine = Whole(mode="trajectory")
    assert made.faults(fine) == []
    with pytest.raises(ConfigError, match="no `planning_year`"):
        known(AXIS, {"x": BLOCK}, "x", mode="planning_level")
