"""Dates of data files: forms that are recognised, forms that are named, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from hydrosim.io.date_forms import DateTroubleError, check_form, read_moments, zone_offset_s

AMBIGUOUS = (
    "day and month can be taken for each other: write `dates: d/m/Y` where the day comes first, "
    "`dates: m/d/Y` where the month does"
)


def times(cells, form=None):
    return [str(moment)[:16] for moment in read_moments(cells, form).times]


def trouble(cells, form=None):
    with pytest.raises(DateTroubleError) as caught:
        read_moments(cells, form)
    return caught.value.row, caught.value.found, caught.value.note


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2001-01-02", "2001-01-02T00:00"),
        ("2001-1-2", "2001-01-02T00:00"),
        ("2001/1/2", "2001-01-02T00:00"),
        ("2001.01.02", "2001-01-02T00:00"),
        ("2001 1 2", "2001-01-02T00:00"),
        ("2001 01 02 12", "2001-01-02T12:00"),
        ("2001-01-02T06:30", "2001-01-02T06:30"),
        ("2001-01-02 06:30:00.000", "2001-01-02T06:30"),
        ("2001/1/2 8:00", "2001-01-02T08:00"),
        ("2001/1/2 2:05:10 PM", "2001-01-02T14:05"),
        ("2001/1/2 12:05 AM", "2001-01-02T00:05"),
        ("2001-01-02 24:00", "2001-01-03T00:00"),
        ("2001-02", "2001-02-01T00:00"),
        ("2001/2", "2001-02-01T00:00"),
        ("20010102", "2001-01-02T00:00"),
        ("2001010206", "2001-01-02T06:00"),
        ("200101020630", "2001-01-02T06:30"),
        ("20010102063059", "2001-01-02T06:30"),
        ("20010102T0630", "2001-01-02T06:30"),
        ("20010102 2400", "2001-01-03T00:00"),
        ("2001年1月2日", "2001-01-02T00:00"),
        ("2001年1月2日8时", "2001-01-02T08:00"),
        ("2001年1月2日 8时30分", "2001-01-02T08:30"),
        ("2001年1月2日 8:30", "2001-01-02T08:30"),
        ("2001年1月", "2001-01-01T00:00"),
        ("2001年", "2001-01-01T00:00"),
        ("13/1/1980", "1980-01-13T00:00"),
        ("1/13/1980", "1980-01-13T00:00"),
        ("13-01-1980 06:00", "1980-01-13T06:00"),
        ("02.01.1980", "1980-01-02T00:00"),
        ("02.01.1980 06:30", "1980-01-02T06:30"),
        ("02Jan1980 2400", "1980-01-03T00:00"),
        ("02Jan1980, 24:00", "1980-01-03T00:00"),
        ("2-Jan-1980", "1980-01-02T00:00"),
        ("Jan 2, 1980", "1980-01-02T00:00"),
        ("January-1980", "1980-01-01T00:00"),
        ("1980-Feb", "1980-02-01T00:00"),
    ],
)
def test_a_form_that_can_be_nothing_else_is_recognised(cell, moment):
    assert times([cell]) == [moment]
    assert times([f" {cell} "]) == [moment]


@pytest.mark.parametrize(
    ("number", "moment"),
    [
        (2001.0, "2001-01-01T00:00"),
        (20010102.0, "2001-01-02T00:00"),
        (2001010206.0, "2001-01-02T06:00"),
        (20010102063059.0, "2001-01-02T06:30"),
    ],
)
def test_whole_numbers_that_are_dates(number, moment):
    assert times(np.array([number])) == [moment]


@pytest.mark.parametrize(
    ("form", "cell", "moment"),
    [
        ("%d/%m/%Y", "1/2/1980", "1980-02-01T00:00"),
        ("%m/%d/%y", "1/2/80", "1980-01-02T00:00"),
        ("%d-%b-%Y %H:%M", "2-Jan-2001 06:30", "2001-01-02T06:30"),
        ("%m/%d/%Y %I:%M %p", "1/2/2001 01:30 PM", "2001-01-02T13:30"),
        ("%Y%j", "2001034", "2001-02-03T00:00"),
        ("%Y-%m-%d %H:%M PST", "2001-01-02 06:30 PST", "2001-01-02T06:30"),
        ("d/m/Y", "1/2/1980", "1980-02-01T00:00"),
        ("d/m/y", "1/2/80", "1980-02-01T00:00"),
        ("d/m/y", "1/2/05", "2005-02-01T00:00"),
        ("m/d/Y", "1/2/1980", "1980-01-02T00:00"),
        ("dd.mm.yyyy", "01.02.1980", "1980-02-01T00:00"),
        ("yyyymm", "200102", "2001-02-01T00:00"),
        ("YYYY-MM-DD HH:MM", "2001-01-02 06:30", "2001-01-02T06:30"),
        ("yyyy-mm-ddTHH:MM", "2001-01-02T06:30", "2001-01-02T06:30"),
        ("dd-mmm-yyyy", "02-Jan-2001", "2001-01-02T00:00"),
        ("24:00", "2001-01-02 24:00", "2001-01-03T00:00"),
        ("2001年1月31日", "2001年1月2日", "2001-01-02T00:00"),
        ("2001/1/31", "2001/1/2", "2001-01-02T00:00"),
        ("31/1/2001", "1/2/2001", "2001-02-01T00:00"),
    ],
)
def test_a_form_that_is_named(form, cell, moment):
    check_form(form)
    assert times([cell], form) == [moment]


def test_numbers_in_a_form_of_digits_keep_their_leading_zeros():
    assert times(np.array([1021980.0]), "ddmmyyyy") == ["1980-02-01T00:00"]
    assert times(np.array([2001071508.0]), "yyyymmddHH") == ["2001-07-15T08:00"]


def test_day_numbers_of_excel():
    assert times(np.array([36892.0, 37087.333, 37087.4583]), "excel") == [
        "2001-01-01T00:00",
        "2001-07-15T08:00",
        "2001-07-15T11:00",
    ]
    assert times(np.array([35430.0]), "excel1904") == ["2001-01-01T00:00"]
    note = "day numbers of Excel? 36892 is 2001-01-01 there: write `dates: excel`"
    assert trouble(np.array([36892.0, 36893.0])) == (0, "36892", note)
    assert trouble(["2001-01-01"], "excel")[1] == "'2001-01-01'"
    assert trouble(np.array([36892.0, 5.0]), "excel")[:2] == (1, "5")


def test_day_and_month_that_all_rows_leave_open():
    assert trouble(["1/2/1980", "2/2/1980"]) == (0, "'1/2/1980'", AMBIGUOUS)
    assert trouble(["1-2-1980"]) == (0, "'1-2-1980'", AMBIGUOUS)
    with pytest.raises(DateTroubleError, match="1/2/1980"):
        check_form("1/2/1980")


def test_a_later_row_may_tell_which_is_the_day():
    assert times(["1/2/1980", "13/2/1980"])[0] == "1980-02-01T00:00"
    assert times(["1/2/1980", "1/13/1980"])[0] == "1980-01-02T00:00"
    assert trouble(["13/1/1980", "1/13/1980"])[:2] == (0, "'13/1/1980'")


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        ("2001-02-29", "there is no such day or time"),
        ("2001-13-01", "there is no such day or time"),
        ("2001-01-01 25:00", "there is no such day or time"),
        ("2001-01-01 24:30", "there is no such day or time"),
        ("20011301", "there is no such day or time"),
        ("31006000", "there is no such day or time"),
        ("Abc 1, 2001", "there is no such day or time"),
        ("36892x", None),
        ("", None),
        ("1/2/80", "a year of two digits: write the form, such as `dates: d/m/y`"),
        ("200101", "write the form, `dates: yyyymm` or `dates: yymmdd`"),
        (
            "2001-01-01 06:00 PST",
            "'PST' is no clear zone: leave it out, or name the form, `dates: '%Y-%m-%d %H:%M PST'`",
        ),
    ],
)
def test_what_is_no_date_is_refused_with_what_to_write(cell, note):
    assert trouble([cell]) == (0, repr(cell), note)


def test_all_rows_have_the_form_of_the_first():
    assert trouble(["2001-01-01", "2001-01-02", "dry"]) == (2, "'dry'", None)
    assert trouble(["2001/1/1", "1/2/2001"])[:2] == (1, "'1/2/2001'")
    assert trouble(np.array([2001.0, np.nan]))[:2] == (1, "nothing")
    assert trouble(np.array([2001.5]))[:2] == (0, "2001.5")


def test_zones_are_kept_beside_the_times():
    found = read_moments(
        ["2001-01-01T08:00:00+08:00", "2001-01-02T08:00Z", "2001-01-03 08:00-0530"]
    )
    assert found.offset_s.tolist() == [28800, 0, -19800]
    assert str(found.times[0]) == "2001-01-01T08:00:00"
    assert read_moments(["2001-01-01T08:00"]).offset_s is None
    with pytest.raises(DateTroubleError, match="a zone behind each time, or behind none"):
        read_moments(["2001-01-01T08:00Z", "2001-01-02T08:00"])


def test_rows_of_24_are_marked():
    assert read_moments(["2001-01-01 23:00", "2001-01-01 24:00"]).at_24.tolist() == [False, True]


@pytest.mark.parametrize(
    ("zone", "seconds"),
    [("UTC", 0), ("Z", 0), ("+08:00", 28800), ("-0330", -12600), ("UTC+8", 28800)],
)
def test_zones(zone, seconds):
    assert zone_offset_s(zone) == seconds


@pytest.mark.parametrize("zone", ["CST", "Asia/Shanghai", "+15:00", "8", ""])
def test_names_of_zones_are_not_known(zone):
    with pytest.raises(ValueError, match="is not known"):
        zone_offset_s(zone)


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ("%d/%q/%Y", "the code %q in the form '%d/%q/%Y' is not known"),
        ("%H:%M", "the form '%H:%M' has no year and month"),
        ("yyyy", "the form 'yyyy' has no year and month"),
        ("dd/dd/yyyy", "the form 'dd/dd/yyyy' names a part of the date twice"),
        ("julian", "the form 'julian' is not known"),
        ("", "the form '' is not known"),
    ],
)
def test_a_form_that_is_none(form, message):
    with pytest.raises(ValueError, match=message):
        check_form(form)
