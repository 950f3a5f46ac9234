"""The calendar: steps, leap years, seasons, water years, seasonal curves and profiles."""

from __future__ import annotations

import datetime
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hydrosim.calendar import STEPS, Calendar, noleap_day


def days_1980_2018(step: str = "day") -> Calendar:
    return Calendar(date(1980, 1, 1), date(2018, 12, 31), step)  # type: ignore[arg-type]


def test_thirty_nine_years_of_each_step():
    # 39 years with leap years 1980, 84, ..., 2016: ten of them.
    lengths = {step: len(days_1980_2018(step)) for step in STEPS}
    assert lengths == {
        "hour": (39 * 365 + 10) * 24,
        "day": 39 * 365 + 10,
        "pentad": 39 * 72,
        "dekad": 39 * 36,
        "month": 39 * 12,
    }


@pytest.mark.parametrize("step", STEPS)
def test_steps_fill_the_run_without_gap(step):
    calendar = Calendar(date(1999, 1, 1), date(2000, 12, 31), step)
    assert calendar.days.sum() == pytest.approx(731.0, abs=1e-9)
    assert np.array_equal(calendar.ends[:-1], calendar.starts[1:])
    assert calendar.starts[0] == np.datetime64("1999-01-01")
    assert calendar.ends[-1] == np.datetime64("2001-01-01")
    assert calendar.dt_s.dtype == np.float64


def test_dekads_have_eight_to_eleven_days():
    leap = Calendar(date(2000, 2, 1), date(2000, 3, 31), "dekad")
    plain = Calendar(date(2001, 2, 1), date(2001, 3, 31), "dekad")
    assert leap.days.tolist() == [10, 10, 9, 10, 10, 11]
    assert plain.days.tolist() == [10, 10, 8, 10, 10, 11]
    assert leap.day.tolist() == [1, 11, 21, 1, 11, 21]
    assert leap.dekad_of_year.tolist() == [3, 4, 5, 6, 7, 8]


def test_pentads_end_with_the_month():
    calendar = Calendar(date(2001, 2, 1), date(2001, 2, 28), "pentad")
    assert calendar.days.tolist() == [5, 5, 5, 5, 5, 3]
    assert calendar.pentad_of_year.tolist() == [6, 7, 8, 9, 10, 11]


def test_months_of_a_leap_year():
    calendar = Calendar(date(2000, 1, 1), date(2000, 12, 31), "month")
    assert calendar.days.tolist() == [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert calendar.month_index.tolist() == list(range(12))


def test_the_29th_of_february_is_the_28th():
    calendar = Calendar(date(2000, 2, 27), date(2000, 3, 1))
    assert calendar.day_of_year.tolist() == [57, 58, 58, 59]
    assert int(noleap_day(12, 31)) == 364
    assert int(noleap_day(3, 1)) == 59


@pytest.mark.parametrize(
    ("step", "start", "end", "message"),
    [
        ("day", date(2000, 2, 1), date(2000, 1, 31), "the end 2000-01-31 is before the start"),
        (
            "month",
            date(2000, 1, 2),
            date(2000, 1, 31),
            "the start 2000-01-02 is not on the edge of a month: take 2000-01-01",
        ),
        (
            "dekad",
            date(2000, 1, 1),
            date(2000, 2, 28),
            "the end 2000-02-28 is not on the edge of a dekad: take 2000-02-20",
        ),
        ("week", date(2000, 1, 1), date(2000, 2, 28), "a step is one of hour, day, pentad"),
    ],
)
def test_a_run_that_does_not_fit_its_steps_is_refused(step, start, end, message):
    with pytest.raises(ValueError, match=message):
        Calendar(start, end, step)


def test_a_season_includes_both_ends():
    calendar = Calendar(date(2001, 1, 1), date(2001, 12, 31))
    flood = calendar.season_mask((6, 15), (9, 30))
    assert flood.sum() == 16 + 31 + 31 + 30
    assert calendar.starts[flood][0] == np.datetime64("2001-06-15")
    assert calendar.starts[flood][-1] == np.datetime64("2001-09-30")


def test_a_season_runs_over_the_new_year():
    calendar = Calendar(date(2001, 1, 1), date(2001, 12, 31))
    ice = calendar.season_mask((12, 1), (2, 28))
    assert ice.sum() == 31 + 31 + 28


def test_a_season_to_the_28th_of_february_holds_the_29th():
    calendar = Calendar(date(2000, 2, 27), date(2000, 3, 1))
    assert calendar.season_mask((12, 1), (2, 28)).tolist() == [True, True, True, False]
    assert calendar.season_mask((3, 1), (3, 31)).tolist() == [False, False, False, True]


def test_an_account_resets_on_its_day_each_year():
    calendar = Calendar(date(1999, 1, 1), date(2001, 12, 31))
    starts = calendar.starts[calendar.resets((11, 1))].astype("M8[D]")
    assert starts.astype(str).tolist() == ["1999-11-01", "2000-11-01", "2001-11-01"]


def test_the_first_step_resets_only_on_the_day_itself():
    assert Calendar(date(1999, 11, 1), date(1999, 12, 31)).resets((11, 1))[0]
    assert not Calendar(date(1999, 11, 2), date(1999, 12, 31)).resets((11, 1)).any()


def test_a_reset_within_a_step_falls_on_the_next_step():
    calendar = Calendar(date(1999, 1, 1), date(1999, 12, 31), "dekad")
    assert calendar.starts[calendar.resets((6, 5))] == np.datetime64("1999-06-11")


@pytest.mark.parametrize("step", STEPS)
def test_there_is_one_reset_a_year(step):
    calendar = Calendar(date(1999, 1, 1), date(2002, 12, 31), step)
    assert calendar.resets((3, 7)).sum() == 4


def test_a_water_year_is_named_by_the_year_it_starts_in():
    calendar = Calendar(date(2000, 5, 31), date(2001, 6, 1))
    label = calendar.water_year((6, 1))
    assert (label[0], label[1], label[-2], label[-1]) == (1999, 2000, 2000, 2001)


def test_days_are_gathered_by_period():
    calendar = Calendar(date(2000, 2, 19), date(2000, 3, 1))
    assert calendar.period_index("month").tolist() == [0] * 11 + [1]
    assert calendar.period_index("dekad").tolist() == [0, 0] + [1] * 9 + [2]
    assert calendar.period_index("year").tolist() == [0] * 12
    assert calendar.period_index("day").tolist() == list(range(12))
    with pytest.raises(ValueError, match="steps of a month cannot be gathered by dekad"):
        Calendar(date(2000, 1, 1), date(2000, 1, 31), "month").period_index("dekad")


LIMITS = [((9, 1), 200.4), ((7, 1), 193.0), ((8, 11), 197.0)]


def test_a_step_curve_holds_until_the_next_point_and_over_the_new_year():
    calendar = Calendar(date(2000, 1, 1), date(2000, 12, 31))
    level = calendar.piecewise(LIMITS)
    at = {str(d): v for d, v in zip(calendar.starts.astype("M8[D]"), level, strict=True)}
    assert at["2000-01-01"] == at["2000-06-30"] == at["2000-12-31"] == 200.4
    assert at["2000-07-01"] == at["2000-08-10"] == 193.0
    assert at["2000-08-11"] == at["2000-08-31"] == 197.0
    assert at["2000-09-01"] == 200.4


def test_a_linear_curve_runs_over_the_new_year():
    calendar = Calendar(date(2000, 1, 1), date(2000, 12, 31))
    # 1 December (day 334) to 31 January (day 30 of the next year): 61 days.
    value = calendar.piecewise([((12, 1), 0.0), ((1, 31), 61.0)], "linear")
    at = {str(d): v for d, v in zip(calendar.starts.astype("M8[D]"), value, strict=True)}
    assert at["2000-12-01"] == 0.0
    assert at["2000-12-31"] == pytest.approx(30.0)
    assert at["2000-01-01"] == pytest.approx(31.0)
    assert at["2000-01-31"] == 61.0
    assert at["2000-02-28"] == at["2000-02-29"]


def test_a_curve_of_one_point_is_constant():
    calendar = Calendar(date(2000, 1, 1), date(2000, 12, 31))
    for mode in ("step", "linear"):
        assert np.all(calendar.piecewise([((3, 1), 2.5)], mode) == 2.5)


def test_a_curve_without_points_or_with_two_on_a_day_is_refused():
    calendar = Calendar(date(2000, 1, 1), date(2000, 1, 2))
    for points in ([], [((1, 1), 1.0), ((1, 1), 2.0)]):
        with pytest.raises(ValueError, match="points on different days"):
            calendar.piecewise(points)


def test_a_monthly_profile_on_each_step():
    values = np.arange(12.0)
    for step in STEPS:
        calendar = Calendar(date(2000, 1, 1), date(2000, 12, 31), step)
        assert np.array_equal(calendar.profile(values), values[calendar.month_index])


def test_a_profile_finer_than_the_step_is_averaged_by_days():
    calendar = Calendar(date(2000, 2, 1), date(2000, 2, 29), "month")
    dekads = np.zeros(36)
    dekads[3:6] = [1.0, 2.0, 3.0]
    assert calendar.profile(dekads) == pytest.approx([(10 * 1 + 10 * 2 + 9 * 3) / 29])
    daily = np.arange(365.0)
    # 29 days with numbers 31 to 58 and 58 once more.
    assert calendar.profile(daily) == pytest.approx([(sum(range(31, 59)) + 58) / 29])
    pentads = Calendar(date(2000, 2, 21), date(2000, 2, 29), "pentad")
    assert pentads.profile(dekads).tolist() == [3.0, 3.0]


def test_a_profile_of_another_length_is_refused():
    calendar = Calendar(date(2000, 1, 1), date(2000, 1, 2))
    with pytest.raises(ValueError, match="12, 36, 72 or 365 values, not 366"):
        calendar.profile(np.zeros(366))


def test_a_date_is_found_in_its_step():
    calendar = Calendar(date(2000, 1, 1), date(2000, 12, 31), "dekad")
    assert calendar.step_at(date(2000, 1, 31)) == 2
    assert calendar.step_at(date(2000, 2, 1)) == 3
    with pytest.raises(ValueError, match="2001-01-01 is outside the run"):
        calendar.step_at(date(2001, 1, 1))


@pytest.mark.parametrize("step", STEPS)
def test_truncating_keeps_the_first_steps(step):
    calendar = Calendar(date(1999, 1, 1), date(2000, 12, 31), step)
    short = calendar.truncate(24)
    assert len(short) == 24
    assert np.array_equal(short.starts, calendar.starts[:24])
    assert np.array_equal(short.dt_s, calendar.dt_s[:24])


def test_truncating_refuses_what_is_not_there():
    calendar = Calendar(date(1999, 1, 1), date(1999, 1, 2), "hour")
    with pytest.raises(ValueError, match="cannot keep 49 of 48 steps"):
        calendar.truncate(49)
    with pytest.raises(ValueError, match="25 hours end within a day"):
        calendar.truncate(25)


@given(
    start=st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    length=st.integers(0, 900),
    month_day=st.dates(date(2001, 1, 1), date(2001, 12, 31)),
)
def test_seasons_split_the_year_and_resets_match_water_years(start, length, month_day):
    calendar = Calendar(start, start + datetime.timedelta(days=length))
    here = (month_day.month, month_day.day)
    day_before = month_day - datetime.timedelta(days=1)
    before = (day_before.month, day_before.day)
    rest = ((month_day.month % 12) + 1, 1)
    inside = calendar.season_mask(here, rest)
    next_day = date(2001, rest[0], 2)
    outside = calendar.season_mask((next_day.month, next_day.day), before)
    assert np.all(inside | outside)
    resets = calendar.resets(here)
    starts = np.flatnonzero(resets)
    assert all((calendar.month[i], calendar.day[i]) == here for i in starts)
