"""Profiles on steps of every length, leap years included."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from tests.rules.models import calendar, known, rule

MONTHS = list(range(1, 13))


def profile(values: list[float], **more: object) -> dict[str, object]:
    return {"type": "profile", "values": values, **more}


def test_by_month_on_days_and_its_unit():
    axis = calendar("2020-01-30", "2020-03-01")
    result = known(axis, {"x": profile(MONTHS, unit="万m3/day")}, "x")
    np.testing.assert_allclose(result, np.array([1] * 2 + [2] * 29 + [3]) * 1e4 / 86400)


def test_by_dekad_on_days_dekads_and_months():
    rules = {"x": profile([float(i) for i in range(36)], unit="1")}
    assert known(calendar("2021-01-10", "2021-01-21"), rules, "x").tolist() == (
        [0.0] + [1.0] * 10 + [2.0]
    )
    assert known(calendar("2020-02-01", "2020-03-10", "dekad"), rules, "x").tolist() == [3, 4, 5, 6]
    # February 2020: 10 days of 3, 10 of 4, 9 of 5.
    month = known(calendar("2020-02-01", "2020-03-31", "month"), rules, "x")
    np.testing.assert_allclose(month, [(30 + 40 + 45) / 29, (60 + 70 + 88) / 31], rtol=1e-15)


def test_by_day_of_365_and_366():
    axis = calendar("2020-02-28", "2020-03-01")
    assert known(axis, {"x": profile(list(range(365)), unit="1")}, "x").tolist() == [58, 58, 59]
    assert known(axis, {"x": profile(list(range(366)), unit="1")}, "x").tolist() == [58, 59, 60]
    common = calendar("2021-02-28", "2021-03-01")
    assert known(common, {"x": profile(list(range(366)), unit="1")}, "x").tolist() == [58, 60]
    last = calendar("2021-12-31", "2021-12-31")
    assert known(last, {"x": profile(list(range(366)), unit="1")}, "x").tolist() == [365]


def test_by_day_of_366_on_month_steps():
    axis = calendar("2020-02-01", "2020-02-29", "month")
    result = known(axis, {"x": profile(list(range(366)), unit="1")}, "x")
    np.testing.assert_allclose(result, [(31 + 59) / 2])


def test_normalised_to_a_mean_of_one_over_the_days():
    values = [2.0] + [1.0] * 11
    result = known(
        calendar("2021-01-01", "2021-12-31"), {"x": profile(values, normalise="mean")}, "x"
    )
    assert result.mean() == pytest.approx(1.0, rel=1e-14)
    assert result[0] / result[-1] == pytest.approx(2.0)
    assert result[0] == pytest.approx(2 * 365 / (2 * 31 + 334))


@pytest.mark.parametrize("count", [36, 72, 365, 366])
def test_normalised_mean_of_a_common_year(count: int):
    values = [1.0 + (i % 7) for i in range(count)]
    axis = calendar("2021-01-01", "2021-12-31")
    result = known(axis, {"x": profile(values, normalise="mean")}, "x")
    assert result.mean() == pytest.approx(1.0, rel=1e-13)


def test_normalised_to_shares():
    result = known(
        calendar("2021-01-01", "2021-12-31", "month"), {"x": profile(MONTHS, normalise="sum")}, "x"
    )
    np.testing.assert_allclose(result, np.arange(1, 13) / 78)


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (profile([1.0] * 11, unit="1"), "11 values"),
        (profile([1.0] * 12), "1 for numbers without unit"),
        (profile([1.0, -1.0] * 6, normalise="sum"), "whose sum is not 0"),
        (profile([1.0] * 12, normalise="mean", unit="m3/s"), "no unit"),
        (profile([True] * 12, unit="1"), "a number"),
    ],
)
def test_refused(block: dict[str, object], message: str):
    with pytest.raises(ValidationError, match=message):
        rule(block)
