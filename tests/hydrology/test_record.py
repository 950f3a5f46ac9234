"""Records cut into whole years, plans of members, and members resampled from the record."""

from __future__ import annotations

import numpy as np
import pytest

from hydrosim.errors import ConfigError, DataError
from hydrosim.hydrology.member_plan import plan_of_years
from hydrosim.hydrology.record import SeriesName, build_series_record
from hydrosim.hydrology.resampling import block_bootstrap, index_sequential

FLOW, RAIN = SeriesName("b", "inflow"), SeriesName("a", "rain")


def days(first, last):
    return np.arange(np.datetime64(first), np.datetime64(last) + 1)


def stamped(first="2000-02-10", last="2012-08-20", first_month=6):
    """A record whose values tell the date: year * 10000 + month * 100 + day."""
    dates = days(first, last)
    text = np.datetime_as_string(dates)
    values = np.array([float(day.replace("-", "")) for day in text])
    return build_series_record(dates, {FLOW: values, RAIN: values + 0.5}, first_month=first_month)


def test_incomplete_years_are_cut_and_names_sorted():
    record = stamped()
    assert record.names == (RAIN, FLOW)
    assert (str(record.dates[0]), str(record.dates[-1])) == ("2000-06-01", "2012-05-31")
    assert (record.years, record.first_year) == (12, 2000)
    own = [record.values[1, record.dates >= np.datetime64("2011-06-01")].sum()]
    np.testing.assert_allclose(record.totals[1, -1:], own)


def test_a_record_that_ends_with_the_year_keeps_its_last_year():
    record = stamped("2001-01-01", "2012-12-31", 1)
    assert (record.years, record.dates.size) == (12, 4383)
    assert stamped("2001-01-02", "2012-12-30", 1).years == 10


def test_leap_days_of_the_plan_and_of_the_record():
    record = stamped("2001-01-01", "2012-12-31", 1)
    # 2004 takes the pattern of 2001, 2005 that of 2004 (the fourth year).
    plan = plan_of_years(record, np.array([0, 3]), 2004)
    told = plan.expand(record, [FLOW])[0]
    assert (told.size, plan.record_year.tolist()) == (366 + 365, [2001, 2004])
    assert told[58:61].tolist() == [20010228.0, 20010228.0, 20010301.0]
    assert told[366 + 58 : 366 + 60].tolist() == [20040228.0, 20040301.0]
    assert (plan.month[0], plan.month[-1]) == (0, 23)


def test_part_of_a_plan():
    record = stamped("2001-01-01", "2012-12-31", 1)
    plan = plan_of_years(record, np.arange(12), 2001)
    part = plan.between(np.datetime64("2003-05-17"), np.datetime64("2004-02-29"))
    told = part.expand(record)[1]
    assert (told[0], told[-1]) == (20030517.0, 20040229.0)
    with pytest.raises(ConfigError, match="days within 2001-01-01 to 2012-12-31"):
        plan.between(np.datetime64("2003-05-17"), np.datetime64("2013-01-01"))


def test_months():
    dates = np.arange("2000-01", "2013-01", dtype="datetime64[M]").astype("datetime64[D]")
    record = build_series_record(dates, {FLOW: np.arange(156.0)}, first_month=10, step="month")
    assert (record.years, record.values.shape) == (12, (1, 144))
    assert record.totals[0, 0] == sum(range(9, 21))
    told = plan_of_years(record, np.array([2]), 1999).expand(record)[0]
    np.testing.assert_array_equal(told, np.arange(33.0, 45.0))


def test_the_index_sequential_method_goes_round_the_record():
    assert index_sequential(10, 12, 5).tolist() == [10, 11, 0, 1, 2]
    # All members of one round together visit each record year equally often.
    visits = np.concatenate([index_sequential(m, 12, 39) for m in range(12)])
    assert np.bincount(visits).tolist() == [39] * 12


def test_blocks_are_whole_deterministic_and_even():
    told = block_bootstrap(3, 8, 39, 50, 5)
    np.testing.assert_array_equal(told, block_bootstrap(3, 8, 39, 50, 5))
    np.testing.assert_array_equal(told[:23], block_bootstrap(3, 8, 39, 23, 5))
    steps = (np.diff(told) % 39).reshape(-1)
    assert (np.delete(steps, np.arange(4, 49, 5)) == 1).all()
    assert not np.array_equal(told, block_bootstrap(3, 9, 39, 50, 5))
    assert not np.array_equal(told, block_bootstrap(4, 8, 39, 50, 5))
    visits = np.concatenate([block_bootstrap(3, m, 39, 40, 5) for m in range(400)])
    assert np.bincount(visits, minlength=39).std() < 0.1 * 16_000 / 39


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: index_sequential(-1, 5, 5), "a member from 0"),
        (lambda: index_sequential(0, 0, 5), "at least one year each"),
        (lambda: block_bootstrap(1, 0, 5, 5, 6), "a length from 1 to 5 years"),
        (lambda: plan_of_years(stamped(), np.array([12]), 2000), "places from 0 to 11"),
        (lambda: stamped(first_month=13), "a month from 1 to 12"),
        (lambda: stamped().row(SeriesName("c", "rain")), "one of a.rain, b.inflow"),
    ],
)
def test_arguments_without_a_meaning(call, message):
    with pytest.raises(ConfigError, match=message):
        call()


def test_faulty_records():
    dates = days("2001-01-01", "2012-12-31")
    good = np.ones(dates.size)
    bad = good.copy()
    bad[40] = np.nan
    with pytest.raises(DataError, match=r"column 'b.inflow', 2001-02-10\n  found     nan"):
        build_series_record(dates, {FLOW: bad})
    with pytest.raises(DataError, match="2001-01-05 after 2001-01-03"):
        build_series_record(np.delete(dates, 3), {FLOW: good[1:]})
    with pytest.raises(DataError, match="first days of months that follow one another"):
        build_series_record(dates, {FLOW: good}, step="month")
    with pytest.raises(DataError, match="4382 values for 4383 dates"):
        build_series_record(dates, {FLOW: good[1:]})
    with pytest.raises(DataError, match="11 whole years from month 6"):
        build_series_record(dates, {FLOW: good}, first_month=6, least_years=12)
    with pytest.raises(ConfigError, match="at least one series"):
        build_series_record(dates, {})
