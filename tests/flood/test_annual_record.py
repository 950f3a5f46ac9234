"""Annual floods in files: a row a year, or days whose greatest counts."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from hydrosim.errors import DataError
from hydrosim.flood.annual_record import read_annual_maxima
from hydrosim.io.layout import Layout


def write(tmp_path, text):
    path = tmp_path / "floods.csv"
    path.write_text(text, encoding="utf-8")
    return path


def read(tmp_path, text, *, days=False, **layout):
    path = write(tmp_path, text)
    return read_annual_maxima(path, "q", layout=Layout(**layout), days=days).tolist()


def refused(tmp_path, text, *, days=False, **layout):
    with pytest.raises(DataError) as caught:
        read(tmp_path, text, days=days, **layout)
    return str(caught.value).replace(str(tmp_path / "floods.csv"), "floods.csv")


def daily(first, last):
    """Rows of days; the greatest of each year is its number on 10 August."""
    days = np.arange(np.datetime64(first), np.datetime64(last) + 1)
    return "date,q\n" + "".join(
        f"{day},{int(str(day)[:4]) if str(day)[5:] == '08-10' else 5}\n" for day in days
    )


@pytest.mark.parametrize(
    "text",
    [
        "q\n300\n200\n250\n",
        "year,q\n2000,300\n2001,200\n2002,250\n",
        "date,q\n2000-08-01,300\n2001-07-15,200\n2002-08-09,250\n",
        "station,year,q\nA,2000,300\nA,2001,200\nA,2002,250\n",
        "name,q\nfirst,300\nsecond,200\nthird,250\n",
    ],
)
def test_a_row_a_year(tmp_path, text):
    assert read(tmp_path, text) == [300.0, 200.0, 250.0]


def test_several_rows_of_a_year_are_refused(tmp_path):
    assert refused(tmp_path, daily("2000-01-01", "2000-03-31")) == (
        "floods.csv:3\n"
        "  found     91 rows of the year 2000, such as 2000-01-01 and 2000-01-02\n"
        "  expected  a row a year, its greatest flood\n"
        "  note      `rows: days` takes the greatest of each calendar year"
    )
    twice = "year,q\n1971,3\n1972,4\n1971,3\n"
    assert "found     2 rows of the year 1971, such as 1971-01-01 and 1971-01-01" in refused(
        tmp_path, twice
    )


def test_the_greatest_of_each_year_is_taken_from_days(tmp_path):
    assert read(tmp_path, daily("2000-01-01", "2002-12-31"), days=True) == [2000.0, 2001.0, 2002.0]
    assert refused(tmp_path, daily("2000-01-01", "2002-06-30"), days=True) == (
        "floods.csv\n"
        "  found     181 of 365 days of the year 2002\n"
        "  expected  whole calendar years, from which the greatest floods are taken"
    )
    assert "expected  a date such as 1980-01-01" in refused(
        tmp_path, "name,q\nfirst,300\nsecond,200\n", days=True
    )


def test_numbers_that_are_no_floods(tmp_path):
    assert refused(tmp_path, "year,q\n2000,300\n2001,-99\n2002,-99\n") == (
        "floods.csv:3  column 'q'\n"
        "  found     -99 m3/s, a usual code for a missing value\n"
        "  expected  floods of 0 or more\n"
        "  note      2 of 3 rows; fill the gap in the file: nothing is filled in"
    )
    assert refused(tmp_path, "year,q\n2000,300\n2001,\n") == (
        "floods.csv:3  column 'q'\n  found     no number\n  expected  a flood in each row"
    )
    assert "found     no column 'q'" in refused(tmp_path, "year,Q\n2000,300\n")


def test_dates_that_are_named_must_be_dates(tmp_path):
    text = "when,q\n1/2/2000,300\n1/2/2001,200\n"
    assert read(tmp_path, text, dates="d/m/Y") == [300.0, 200.0]
    assert "found     '1/2/2000'" in refused(tmp_path, text, dates="yyyymmdd")


def test_codes_and_other_units_are_told(tmp_path):
    notices = []
    path = write(tmp_path, "year,q_cfs\n2000,300\n2001,9999\n2002,250\n")
    read_annual_maxima(path, "q_cfs", notices=notices)
    assert [notice.found for notice in notices] == [
        "'cfs' in the file, 'm3/s' in the configuration for 'q_cfs'",
        "9999 m3/s, a usual code for a missing value, in column 'q_cfs'",
    ]
    assert notices[1].line == 3


def test_a_row_that_is_no_year_among_years(tmp_path):
    text = "year,q\n" + "".join(f"{year},{300 + year % 7}\n" for year in range(1991, 2001))
    assert refused(tmp_path, text + "mean,303\n") == (
        "floods.csv:12  column 'year'\n  found     'mean'\n  expected  a date such as 1980-01-01"
    )
    assert "column 'year'" in refused(tmp_path, text + ",303\n")


def test_a_year_without_a_flood_is_told(tmp_path):
    notices = []
    path = write(tmp_path, "year,q\n2000,300\n2001,0\n2002,250\n")
    read_annual_maxima(path, "q", notices=notices)
    assert [(one.found, one.line) for one in notices] == [("0 m3/s in column 'q'", 3)]


def test_a_unit_in_netcdf_is_binding_for_floods_too(tmp_path):
    years = np.array(["2000-08-01", "2001-08-01", "2002-08-01"], "M8[ns]")
    floods = xr.Dataset({"q": ("time", [1.0, 2, 3], {"units": "ft3 s-1"})}, {"time": years})
    floods.to_netcdf(tmp_path / "floods.nc")
    with pytest.raises(DataError) as caught:
        read_annual_maxima(tmp_path / "floods.nc", "q")
    assert "the unit 'ft3 s-1' in the file, 'm3/s' in the configuration" in str(caught.value)
