"""Times of the rows of a file: their columns, zones, ends of periods."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from hydrosim.calendar import Calendar
from hydrosim.errors import DataError
from hydrosim.io.forcing import read_series
from hydrosim.io.layout import Layout
from hydrosim.io.times import floor_to

THREE = Calendar(date(2001, 1, 1), date(2001, 1, 3))
QUARTER = Calendar(date(2001, 1, 1), date(2001, 3, 31), "month")
HOURS = Calendar(date(2001, 1, 1), date(2001, 1, 1), "hour")


def write(tmp_path, text):
    path = tmp_path / "q.csv"
    path.write_text(text, encoding="utf-8")
    return path


def read(tmp_path, text, calendar=THREE, kind="mean", **layout):
    return read_series(write(tmp_path, text), "q", calendar, kind, layout=Layout(**layout)).tolist()


def refused(tmp_path, text, calendar=THREE, kind="mean", **layout):
    with pytest.raises(DataError) as caught:
        read(tmp_path, text, calendar, kind, **layout)
    return str(caught.value).replace(str(tmp_path / "q.csv"), "q.csv")


def rows(*stamps):
    return "".join(f"{stamp},{number}\n" for number, stamp in enumerate(stamps, 1))


@pytest.mark.parametrize(
    "text",
    [
        "year,date,q\n2001,2001-01-01,1\n2001,2001-01-02,2\n2001,2001-01-03,3\n",
        "STCD,TM,q\n31,2001-01-01 08:00,1\n31,2001-01-02 08:00,2\n31,2001-01-03 08:00,3\n",
        "station,日期,q\nA,2001年1月1日,1\nA,2001年1月2日,2\nA,2001年1月3日,3\n",
        "Date,Time,q\n2001-01-01,08:00,1\n2001-01-02,08:00,2\n2001-01-03,08:00,3\n",
        "id,YEAR,MNTH,DAY,q\n7,2001,1,1,1\n7,2001,1,2,2\n7,2001,1,3,3\n",
        "id,Year,Mnth,Day,Hr,q\n7,2001,1,1,12,1\n7,2001,1,2,12,2\n7,2001,1,3,12,3\n",
        "DATE TIME,OBS DATE,q\n20010101 0000,,1\n20010102 0000,,2\n20010103 0000,,3\n",
        "when,q\n1.1.2001,1\n2.1.2001,2\n3.1.2001,3\n",
    ],
)
def test_the_columns_of_the_times_are_found(tmp_path, text):
    assert read(tmp_path, text) == [1.0, 2.0, 3.0]


def test_the_columns_of_the_times_are_named(tmp_path):
    text = "date,obs,q\nx,2001-01-01,1\nx,2001-01-02,2\nx,2001-01-03,3\n"
    assert read(tmp_path, text, time=("obs",)) == [1.0, 2.0, 3.0]
    assert refused(tmp_path, text) == (
        "q.csv:2  column 'date'\n  found     'x'\n  expected  a date such as 1980-01-01"
    )
    assert "found     no column 'obsx'" in refused(tmp_path, text, time=("obsx",))
    text = "a,b,q\n01Jan2001,2400,1\n02Jan2001,2400,2\n03Jan2001,2400,3\n"
    assert read(tmp_path, text, time=("a", "b")) == [1.0, 2.0, 3.0]


def test_a_first_column_without_dates_says_what_to_write(tmp_path):
    assert refused(tmp_path, "station,q,day of month\nA,1,2\nA,2,3\n") == (
        "q.csv:2  column 'station'\n"
        "  found     'A'\n"
        "  expected  a date such as 1980-01-01\n"
        "  note      the column of the times is named by `time:`"
    )


def test_day_numbers_of_excel_are_named_and_converted(tmp_path):
    text = "date,q\n36892,1\n36893,2\n36894,3\n"
    assert refused(tmp_path, text) == (
        "q.csv:2  column 'date'\n"
        "  found     36892\n"
        "  expected  a date such as 1980-01-01\n"
        "  note      day numbers of Excel? 36892 is 2001-01-01 there: write `dates: excel`"
    )
    assert read(tmp_path, text, dates="excel") == [1.0, 2.0, 3.0]


def test_day_and_month_that_can_be_taken_for_each_other(tmp_path):
    text = "date,q\n" + rows("1/1/2001", "2/1/2001", "3/1/2001")
    assert refused(tmp_path, text) == (
        "q.csv:2  column 'date'\n"
        "  found     '1/1/2001'\n"
        "  expected  a date such as 1980-01-01\n"
        "  note      day and month can be taken for each other: write `dates: d/m/Y` where the day "
        "comes first, `dates: m/d/Y` where the month does"
    )
    assert read(tmp_path, text, dates="d/m/Y") == [1.0, 2.0, 3.0]
    assert read(tmp_path, text, QUARTER, dates="m/d/Y") == [1.0, 2.0, 3.0]


# Local days with their offset: each is that day of the run, or refused (data_files/01).
LOCAL = "date,q\n" + rows(*(f"2001-01-0{day}T00:00:00+08:00" for day in (1, 2, 3)))


def test_a_zone_in_the_file_is_refused_unless_the_run_has_one(tmp_path):
    assert refused(tmp_path, LOCAL) == (
        "q.csv:2  column 'date'\n"
        "  found     times with a zone, such as '2001-01-01T00:00:00+08:00'\n"
        "  expected  local times without zone, or `zone:` with the zone whose days the run counts\n"
        "  note      `zone: '+08:00'` brings the times to that clock"
    )
    assert read(tmp_path, LOCAL, zone=("", "+08:00")) == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("zone", ["Z", "+01:00", "-05:00", "+0800", " UTC"])
def test_every_zone_is_refused(tmp_path, zone):
    text = "date,q\n" + rows(*(f"2001-01-0{day}T00:00{zone}" for day in (1, 2, 3)))
    assert "found     times with a zone" in refused(tmp_path, text)


def test_times_are_brought_to_the_clock_of_the_run(tmp_path):
    hours = np.arange(np.datetime64("2000-12-31T16"), np.datetime64("2001-01-01T16"))
    utc = "t,q\n" + "".join(f"{hour}:00Z,{n}\n" for n, hour in enumerate(hours))
    assert read(tmp_path, utc, HOURS, zone=("", "+08:00")) == list(range(24))
    bare = utc.replace("Z", "")
    assert read(tmp_path, bare, HOURS, zone=("UTC", "+08:00")) == list(range(24))
    assert refused(tmp_path, bare, HOURS, zone=("", "+08:00")) == (
        "q.csv  column 't'\n"
        "  found     times without a zone\n"
        "  expected  `zone:` with the zone of the file before that of the run, such as "
        "[UTC, '+08:00'], or no key `zone`"
    )
    assert "found     times with a zone" in refused(tmp_path, utc, HOURS, zone=("UTC", "+08:00"))


def test_days_of_another_zone_are_days_of_the_run_or_refused(tmp_path):
    # 00:00 UTC is 08:00 in the east: most of that day; 19:00 of the day before in the west.
    text = "date,q\n" + rows(*(f"2001-01-0{day}T00:00Z" for day in (1, 2, 3)))
    assert read(tmp_path, text, zone=("", "+08:00")) == [1.0, 2.0, 3.0]
    assert refused(tmp_path, text, zone=("", "-05:00")) == (
        "q.csv:2  column 'date'\n"
        "  found     a day from 19:00 to the next on the clock of the run\n"
        "  expected  days of the run: rows by hours, or another `zone`"
    )


@pytest.mark.parametrize("form", [None, "24:00"])
def test_days_stamped_at_24_are_those_that_end(tmp_path, form):
    text = "date,q\n" + rows(*(f"2001-01-0{day} 24:00" for day in (1, 2, 3)))
    assert read(tmp_path, text, dates=form) == [1.0, 2.0, 3.0]
    next_day = "date,q\n" + rows(
        *(f"{day} 24:00" for day in ("2000-12-31", "2001-01-01", "2001-01-02"))
    )
    assert read(tmp_path, next_day, stamp="start") == [1.0, 2.0, 3.0]
    # A state at 24:00 is the one at the start of the next day.
    assert read(tmp_path, next_day, kind="point") == [1.0, 2.0, 3.0]


def test_hours_to_24_need_to_say_what_they_end(tmp_path):
    text = "date,q\n" + rows(*(f"2001-01-01 {hour:02d}:00" for hour in range(1, 25)))
    assert refused(tmp_path, text, HOURS) == (
        "q.csv:25  column 'date'\n"
        "  found     times with 24:00\n"
        "  expected  `stamp: end` where a value is of the time before its stamp, `stamp: start` "
        "where that time begins there"
    )
    assert read(tmp_path, text, HOURS, stamp="end") == list(range(1, 25))
    assert read(tmp_path, text, HOURS, dates="24:00") == list(range(1, 25))


def test_stamps_at_the_end_of_days_months_and_dekads(tmp_path):
    days = "date,q\n" + rows("2001-01-02", "2001-01-03", "2001-01-04")
    assert read(tmp_path, days, stamp="end") == [1.0, 2.0, 3.0]
    months = "date,q\n" + rows("2001-02-01", "2001-03-01", "2001-04-01")
    assert read(tmp_path, months, QUARTER, stamp="end") == [1.0, 2.0, 3.0]
    last_days = "date,q\n" + rows("2001-01-31", "2001-02-28", "2001-03-31")
    assert read(tmp_path, last_days, QUARTER, stamp="end") == [1.0, 2.0, 3.0]
    assert read(tmp_path, last_days, QUARTER) == [1.0, 2.0, 3.0]
    dekads = Calendar(date(2001, 1, 1), date(2001, 1, 31), "dekad")
    text = "date,q\n" + rows("2001-01-10", "2001-01-20", "2001-01-31")
    assert read(tmp_path, text, dekads, stamp="end") == [1.0, 2.0, 3.0]
    text = "date,q\n" + rows("2001-01-11", "2001-01-21", "2001-02-01")
    assert read(tmp_path, text, dekads, stamp="end") == [1.0, 2.0, 3.0]


def test_several_rows_of_one_day_are_not_one_day(tmp_path):
    stamps = ("2001-01-01 08:00", "2001-01-02 08:00", "2001-01-02 20:00", "2001-01-03 08:00",
              "2001-01-04 08:00", "2001-01-05 08:00")  # fmt: skip
    assert refused(tmp_path, "date,q\n" + rows(*stamps)) == (
        "q.csv:4  column 'q'\n"
        "  found     several rows of one day, 2001-01-02T08:00 and 2001-01-02T20:00\n"
        "  expected  one row a day, or rows at even times\n"
        "  note      values at uneven times are averaged by day first"
    )


def test_starts_of_steps():
    moments = np.array(["2001-01-31T23:59", "2001-02-01", "2001-02-12T06:30"], "M8[s]")

    def starts(step):
        return [str(one)[:13] for one in floor_to(step, moments)]

    assert starts("hour") == ["2001-01-31T23", "2001-02-01T00", "2001-02-12T06"]
    assert starts("day") == ["2001-01-31T00", "2001-02-01T00", "2001-02-12T00"]
    assert starts("pentad") == ["2001-01-26T00", "2001-02-01T00", "2001-02-11T00"]
    assert starts("dekad") == ["2001-01-21T00", "2001-02-01T00", "2001-02-11T00"]
    assert starts("month") == ["2001-01-01T00", "2001-02-01T00", "2001-02-01T00"]
