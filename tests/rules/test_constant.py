"""A constant in SI."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.rules.models import build, calendar, rule

AXIS = calendar("2001-01-01", "2001-01-03")


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ({"value": "30 m3/s"}, 30.0),
        ({"value": "13.89 亿m3"}, 1.389e9),
        ({"value": "80 %"}, 0.8),
        ({"value": "-2.5 m"}, -2.5),
        ({"value": 864, "unit": "万m3/day"}, 100.0),
        ({"value": 0.5, "unit": 1}, 0.5),
        ({"value": "5.51", "unit": "亿m3"}, 5.51e8),
        ({"value": "1 亿m3/year"}, 1e8 / 31557600.0),
    ],
)
def test_number_in_si(block: dict[str, object], expected: float):
    value = build(AXIS, {"x": {"type": "constant", **block}}).rule("x")
    assert value.constant == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ({"value": 30}, "30, a bare number"),
        ({"value": "30"}, "a number with its unit"),
        ({"value": 30, "unit": "m3/sec2"}, "the unit of the numbers"),
        ({"value": "30 m3/s", "unit": "m3/s"}, "a number in m3/s"),
        ({"value": "30 parsec"}, "a number with its unit"),
        ({"value": 1, "unit": "1", "extra": 2}, "extra"),
    ],
)
def test_refused(block: dict[str, object], message: str):
    with pytest.raises(ValidationError, match=message):
        rule({"type": "constant", **block})
