"""Parts of a year: exact sums for every step, account year and leap year."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest

from hydrosim.calendar import Calendar
from hydrosim.nodes._pattern import part_of_year, rest_of_year, shares_fault

SHARES = [0.0, 0.01, 0.18, 0.2, 0.2, 0.13, 0.05, 0.04, 0.04, 0.05, 0.09, 0.01]
STEPS = ["hour", "day", "pentad", "dekad", "month"]


def axis(step: Any, first: int = 1999, last: int = 2001) -> Calendar:
    return Calendar(datetime.date(first, 1, 1), datetime.date(last, 12, 31), step)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("begin", [(1, 1), (11, 1), (7, 1)])
@pytest.mark.parametrize("shares", [None, SHARES])
def test_an_account_year_sums_to_one(step: str, begin: tuple[int, int], shares: Any):
    calendar = axis(step)
    part, rest = part_of_year(calendar, shares, begin), rest_of_year(calendar, shares, begin)
    label = calendar.water_year(begin)
    inside = np.flatnonzero(label[1:] == label[:-1])
    np.testing.assert_allclose(rest[inside] - rest[inside + 1], part[inside], atol=1e-14)
    for year in (1999, 2000) if begin != (1, 1) else (1999, 2000, 2001):
        assert rest[np.flatnonzero(label == year)[0]] == pytest.approx(1.0, rel=1e-14)
        assert part[label == year].sum() == pytest.approx(1.0, rel=1e-13)


def test_months_get_their_shares_from_the_month_of_the_start():
    calendar = axis("day")
    part = part_of_year(calendar, SHARES, (11, 1))
    january = part[(calendar.year == 2000) & (calendar.month == 1)]
    np.testing.assert_allclose(january, 0.18 / 31, rtol=1e-13)


def test_a_year_that_starts_within_a_month_and_within_a_step():
    days, months = (part_of_year(axis(step), SHARES, (7, 15)) for step in ("day", "month"))
    number = axis("day").year * 12 + axis("day").month
    by_month = [days[number == value].sum() for value in np.unique(number)]
    np.testing.assert_allclose(months, by_month, rtol=1e-12, atol=1e-15)


def test_the_last_day_of_a_month_as_start():
    calendar = axis("day")
    part = part_of_year(calendar, SHARES, (1, 31))
    chosen = (calendar.year == 2001) & (calendar.month == 2) & (calendar.day < 28)
    np.testing.assert_allclose(part[chosen], 0.0)  # the first share, 31 January to 27 February
    assert part[(calendar.year == 2001) & (calendar.month == 2)][-1] > 0.0


def test_shares_are_twelve_of_a_whole():
    assert shares_fault([1 / 12] * 12) is None
    assert shares_fault([0.0833] * 12) is None  # rounded in print
    assert shares_fault([0.25] * 4) == ("4 shares", "twelve shares, one a month")
    assert shares_fault([0.09] * 12) == ("shares with a sum of 108 %", "shares with a sum of 100 %")
