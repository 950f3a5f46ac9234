"""Series in netCDF: bounds of times, calendars, points of grids."""

from __future__ import annotations

from datetime import date

import cftime
import netCDF4
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from hydrosim.calendar import Calendar
from hydrosim.errors import DataError
from hydrosim.io.forcing import read_series
from hydrosim.io.layout import Layout
from hydrosim.io.ranges import Limits

YEAR = Calendar(date(2001, 1, 1), date(2001, 12, 31), "month")
THREE = Calendar(date(2001, 1, 1), date(2001, 1, 3))
DAYS = pd.date_range("2001-01-01", "2001-01-03")


def refused(path, column, calendar=THREE, limits=None, **layout):
    with pytest.raises(DataError) as caught:
        read_series(path, column, calendar, layout=Layout(**layout), limits=limits or Limits())
    return str(caught.value).replace(str(path), "q.nc")


def read(path, column, calendar=THREE, kind="mean", **layout):
    return read_series(path, column, calendar, kind, layout=Layout(**layout)).tolist()


def saved(tmp_path, dataset, **encoding):
    path = tmp_path / "q.nc"
    dataset.to_netcdf(path, encoding=encoding)
    return path


@pytest.fixture
def month_ends(tmp_path):
    """Means of months stamped at their end, with the months as bounds."""
    end = pd.date_range("2001-01-01", "2002-02-01", freq="MS")
    begin = pd.date_range("2000-12-01", "2002-01-01", freq="MS")
    origin = np.datetime64("2000-01-01")
    bounds = ((np.stack([begin, end], 1) - origin) / np.timedelta64(1, "D")).astype(float)
    attributes = {"units": "days since 2000-01-01", "bounds": "time_bnds"}
    dataset = xr.Dataset(
        {
            "q": ("time", np.array([float(month.month) for month in begin])),
            "time_bnds": (("time", "nbnd"), bounds),
        },
        {"time": ("time", bounds[:, 1], attributes)},
    )
    return saved(tmp_path, dataset)


def test_bounds_tell_the_month_of_a_mean(month_ends):
    assert read(month_ends, "q", YEAR) == list(range(1, 13))


def test_a_state_holds_at_its_stamp_whatever_the_bounds(month_ends):
    assert read(month_ends, "q", YEAR, "point") == [12.0, *range(1, 12)]


def test_a_stamp_that_is_named_counts_before_the_bounds(month_ends):
    assert read(month_ends, "q", YEAR, stamp="start") == [12.0, *range(1, 12)]


@pytest.mark.filterwarnings("ignore:Variable time")
def test_days_stamped_at_their_end_with_bounds(tmp_path):
    dataset = xr.Dataset(
        {
            "q": ("time", [1.0, 2.0, 3.0]),
            "b": (("time", "n"), np.stack([DAYS, DAYS + pd.Timedelta(1, "D")], 1)),
        },
        {"time": ("time", DAYS + pd.Timedelta(1, "D"), {"bounds": "b"})},
    )
    path = saved(tmp_path, dataset)
    assert read(path, "q") == [1.0, 2.0, 3.0]
    (tmp_path / "more").mkdir()
    bare = saved(
        tmp_path / "more", dataset.drop_vars("b").assign_coords(time=dataset["time"].values)
    )
    assert read(bare, "q", stamp="end") == [1.0, 2.0, 3.0]
    assert "a series that starts on 2001-01-02" in refused(bare, "q")


@pytest.mark.filterwarnings("ignore:Variable time")
def test_bounds_that_end_before_they_start(tmp_path):
    dataset = xr.Dataset(
        {"q": ("time", [1.0, 2.0, 3.0]), "b": (("time", "n"), np.stack([DAYS, DAYS], 1))},
        {"time": ("time", DAYS, {"bounds": "b"})},
    )
    assert refused(saved(tmp_path, dataset), "q") == (
        "q.nc  column 'b'\n"
        "  found     bounds 2001-01-01T00:00:00 to 2001-01-01T00:00:00\n"
        "  expected  bounds with a start before their end"
    )


def days_of(calendar, *days):
    return [cftime.datetime(*day, calendar=calendar) for day in days]


def test_a_calendar_of_real_dates_is_read(tmp_path):
    months = days_of("noleap", *((2001, month, 16) for month in range(1, 13)))
    dataset = xr.Dataset({"q": ("time", np.arange(1.0, 13.0))}, {"time": months})
    assert read(saved(tmp_path, dataset), "q", YEAR) == list(range(1, 13))


def test_a_day_that_the_calendar_has_not_is_told_with_the_calendar(tmp_path):
    days = days_of("noleap", (2000, 2, 27), (2000, 2, 28), (2000, 3, 1))
    dataset = xr.Dataset({"q": ("time", [1.0, 2.0, 3.0])}, {"time": days})
    leap = Calendar(date(2000, 2, 28), date(2000, 3, 1))
    assert refused(saved(tmp_path, dataset), "q", leap) == (
        "q.nc  column 'q', 2000-02-29\n"
        "  found     no row; 1 of 3 rows are missing\n"
        "  expected  all of 2000-02-28 to 2000-03-01\n"
        "  note      the calendar 'noleap' of the file has no 29 February"
    )


@pytest.mark.parametrize(
    ("calendar", "why"),
    [
        ("360_day", "years of 360 days, which are no days of the run"),
        ("julian", "dates of the Julian calendar"),
        ("all_leap", "a 29 February in every year"),
    ],
)
def test_other_calendars_are_refused_with_the_reason(tmp_path, calendar, why):
    days = days_of(calendar, (2001, 1, 1), (2001, 1, 2), (2001, 1, 3))
    dataset = xr.Dataset({"q": ("time", [1.0, 2.0, 3.0])}, {"time": days})
    assert refused(saved(tmp_path, dataset), "q") == (
        f"q.nc\n  found     the calendar {calendar!r}: {why}\n"
        "  expected  the calendar 'standard', 'proleptic_gregorian' or 'noleap'\n"
        "  note      bring the data to the standard calendar first, with xarray's "
        "convert_calendar or `cdo setcalendar,standard`"
    )


@pytest.fixture
def grid(tmp_path):
    values = np.arange(27.0).reshape(3, 3, 3)
    dataset = xr.Dataset(
        {
            "rain": (("time", "lat", "lon"), values, {"units": "mm/day"}),
            "flow": ("time", [1.0, 2.0, 3.0], {"units": "m3 s-1"}),
            "runoff": (("time", "river"), values[:, 0, :2], {"units": "kg m-2 s-1"}),
        },
        {
            "time": DAYS,
            "lat": [39.0, 38.5, 38.0],
            "lon": [115.0, 115.5, 116.0],
            "river": ["a", "b"],
        },
    )
    return saved(tmp_path, dataset)


def test_a_point_of_a_grid_is_selected(grid):
    assert read(grid, "rain", select=(("lat", 38.4), ("lon", 116.1))) == [5.0, 14.0, 23.0]
    assert read(grid, "flow") == [1.0, 2.0, 3.0]


def test_a_grid_without_its_point_says_what_to_write(grid):
    assert refused(grid, "rain") == (
        "q.nc  column 'rain'\n"
        "  found     a grid over lat (39 to 38) and lon (115 to 116): write "
        "`select: {lat: 39, lon: 115}` with your point\n"
        "  expected  a series over time"
    )
    assert "one of the columns flow, runoff:a, runoff:b, rain" in refused(grid, "rein")


def test_a_point_beside_the_grid_is_refused(grid):
    assert refused(grid, "rain", select=(("lat", 45.0), ("lon", 115.0))) == (
        "q.nc\n  found     lat 45\n  expected  a place on the grid, 38 to 39"
    )
    assert refused(grid, "rain", select=(("Lat", 38.0), ("lon", 115.0))) == (
        "q.nc\n"
        "  found     no dimension 'Lat' to select from\n"
        "  expected  one of time, lat, lon, river\n"
        "  nearest   'lat'"
    )
    assert refused(grid, "runoff", select=(("river", "c"),)) == (
        "q.nc\n  found     no river 'c'\n  expected  one of a, b"
    )


def test_an_entry_of_a_dimension_by_its_name(grid):
    assert read(grid, "runoff", select=(("river", "b"),)) == [1.0, 10.0, 19.0]
    assert read(grid, "runoff:b") == [1.0, 10.0, 19.0]


def test_a_grid_of_one_point_needs_no_key(tmp_path):
    values = np.arange(3.0).reshape(3, 1, 1)
    dataset = xr.Dataset(
        {"q": (("time", "lat", "lon"), values), "s": (("time", "station"), values[:, 0])},
        {"time": DAYS, "station": ["north"]},
    )
    path = saved(tmp_path, dataset)
    assert read(path, "q") == [0.0, 1.0, 2.0]
    assert read(path, "s") == read(path, "s:north") == [0.0, 1.0, 2.0]


def test_a_unit_that_contradicts_the_file_is_refused(grid):
    assert refused(grid, "runoff:a", limits=Limits("m3/s")) == (
        "q.nc  column 'runoff:a'\n"
        "  found     the unit 'kg m-2 s-1' in the file, 'm3/s' in the configuration\n"
        "  expected  one unit in both"
    )
    assert "the unit 'm3 s-1' in the file, 'L/s'" in refused(grid, "flow", limits=Limits("L/s"))
    assert read_series(grid, "flow", THREE, limits=Limits("m^3/s")).size == 3
    assert read_series(grid, "runoff:a", THREE, limits=Limits("mm/s")).size == 3


def test_other_names_of_the_time(tmp_path):
    dataset = xr.Dataset({"q": ("valid_time", [1.0, 2.0, 3.0])}, {"valid_time": DAYS})
    path = saved(tmp_path, dataset)
    assert read(path, "q") == [1.0, 2.0, 3.0]
    assert read(path, "q", time=("valid_time",)) == [1.0, 2.0, 3.0]
    assert refused(path, "q", time=("valid",)) == (
        "q.nc\n"
        "  found     time: valid\n"
        "  expected  the name of one coordinate of dates\n"
        "  nearest   'valid_time'"
    )


def test_times_with_a_zone_in_their_units_are_refused(tmp_path):
    attributes = {"units": "hours since 2001-01-01 00:00:00 +08:00"}
    dataset = xr.Dataset(
        {"q": ("time", [1.0, 2.0, 3.0])}, {"time": ("time", [0.0, 24.0, 48.0], attributes)}
    )
    assert refused(saved(tmp_path, dataset), "q") == (
        "q.nc  column 'time'\n"
        "  found     times with the zone +08:00\n"
        "  expected  times without a zone: rewrite the units of the time"
    )


def test_times_of_utc_are_brought_to_the_clock_of_the_run(tmp_path):
    hours = pd.date_range("2000-12-31T16:00", periods=72, freq="h")
    dataset = xr.Dataset({"q": ("time", np.repeat([1.0, 2.0, 3.0], 24))}, {"time": hours})
    assert read(saved(tmp_path, dataset), "q", zone=("UTC", "+08:00")) == [1.0, 2.0, 3.0]


def test_keys_of_text_have_no_effect_here(grid):
    assert refused(grid, "flow", dates="d/m/Y") == (
        "q.nc\n"
        "  found     the key `dates` for a netCDF file, where it has no effect\n"
        "  expected  of the keys of a layout only select, time, zone, stamp"
    )


def test_missing_values_are_no_numbers(tmp_path):
    dataset = xr.Dataset({"q": ("time", [1.0, np.nan, 3.0])}, {"time": DAYS})
    path = saved(tmp_path, dataset, q={"_FillValue": -9999.0})
    assert "column 'q', 2001-01-02\n  found     nothing (NaN)" in refused(path, "q")


def bounded(tmp_path, hour):
    """Days from an hour to the same of the next day, stamped at their start."""
    first = DAYS - pd.Timedelta(1 if hour > 12 else 0, "D") + pd.Timedelta(hour, "h")
    dataset = xr.Dataset(
        {
            "q": ("time", [1.0, 2.0, 3.0]),
            "b": (("time", "n"), np.stack([first, first + pd.Timedelta(1, "D")], 1)),
        },
        {"time": ("time", first, {"bounds": "b"})},
    )
    return saved(tmp_path, dataset)


@pytest.mark.filterwarnings("ignore:Variable time")
@pytest.mark.parametrize("hour", [9, 18])
def test_days_between_other_hours_belong_to_the_day_that_has_most_of_them(tmp_path, hour):
    path = bounded(tmp_path, hour)
    notices = []
    values = read_series(path, "q", THREE, limits=Limits(), notices=notices)
    assert values.tolist() == [1.0, 2.0, 3.0]
    day = "2000-12-31" if hour == 18 else "2001-01-01"
    assert str(notices[0].found).startswith(f"bounds from {day}T{hour:02}:00")
    assert notices[0].note == "each is read as the day that has most of it"


@pytest.mark.filterwarnings("ignore:Variable time")
def test_days_from_noon_to_noon_are_of_no_day(tmp_path):
    path = bounded(tmp_path, 12)
    message = refused(path, "q")
    assert "bounds from 2001-01-01T12:00" in message
    assert "half of one day and half of the next" in message
    assert "`stamp: start` or `stamp: end`" in message
    assert read(path, "q", stamp="start") == [1.0, 2.0, 3.0]
    assert read(bounded(tmp_path, 0), "q") == [1.0, 2.0, 3.0]


def numbered(tmp_path, days, values=(1.0, 2.0, 3.0), since="2001-01-01", dtype="f8", **more):
    """Return a file whose times are numbers of days."""
    attributes = {"units": f"days since {since}", **more}
    times = ("time", np.array(days, dtype), attributes)
    return saved(tmp_path, xr.Dataset({"q": ("time", np.array(values))}, {"time": times}))


@pytest.mark.parametrize("beside", [-1e-5, 1e-9, 1e-3])
def test_days_rounded_beside_midnight_are_those_days(tmp_path, beside):
    assert read(numbered(tmp_path, np.arange(3) + beside), "q") == [1.0, 2.0, 3.0]


def test_hours_as_days_since_1900_in_32_bit(tmp_path):
    hours = Calendar(date(2001, 1, 1), date(2001, 1, 1), "hour")
    days = 36890.0 + np.arange(24) / 24.0
    path = numbered(tmp_path, days, np.arange(24.0), "1900-01-01", "f4")
    assert read(path, "q", hours) == list(range(24))


@pytest.mark.parametrize("zone", ["+8:0", "-06", "+0530"])
def test_a_zone_in_the_units_of_times_in_any_form(tmp_path, zone):
    path = numbered(tmp_path, range(3), since=f"2001-01-01 00:00:00 {zone}")
    assert f"found     times with the zone {zone}\n" in refused(path, "q")


@pytest.mark.parametrize("zone", ["+0:0", "-00:00", "+00"])
def test_the_zone_of_utc_in_the_units_of_times(tmp_path, zone):
    assert read(numbered(tmp_path, range(3), since=f"2001-01-01 00:00:00 {zone}"), "q") == [1, 2, 3]


def test_times_that_cannot_be_read_are_named(tmp_path):
    text = refused(numbered(tmp_path, range(3), calendar="none"), "q")
    assert "'days since 2001-01-01' of the calendar 'none', which cannot be read" in text
    assert "expected  units such as 'days since 2001-01-01' in the calendar 'standard'" in text


@pytest.mark.parametrize(("lengths", "found"), [(0.25, "6 h"), (3.0, "72 h")])
def test_bounds_of_a_part_of_the_days_are_refused(tmp_path, lengths, found):
    start = np.arange(5.0)
    dataset = xr.Dataset(
        {"q": ("time", start), "b": (("time", "n"), np.stack([start, start + lengths], 1))},
        {"time": ("time", start, {"units": "days since 2001-01-01", "bounds": "b"})},
    )
    path = saved(tmp_path, dataset)
    assert f"found     bounds of {found}, rows 24 h apart\n" in refused(path, "q")
    assert read(path, "q", stamp="start") == [0.0, 1.0, 2.0]


def test_bounds_that_are_named_and_lost(tmp_path):
    path = numbered(tmp_path, np.arange(4) + 1.0, np.arange(4.0), bounds="time_bnds")
    text = refused(path, "q")
    assert "found     bounds 'time_bnds' of the times, which the file does not hold" in text
    assert "`stamp: start` or `stamp: end`" in text
    assert read(path, "q", stamp="end") == [0.0, 1.0, 2.0]
    assert read(numbered(tmp_path, np.arange(3) + 0.5, bounds="time_bnds"), "q") == [1, 2, 3]


@pytest.mark.parametrize("code", [-32767, 32767])
def test_the_default_fill_of_packed_numbers_is_no_number(tmp_path, code):
    with netCDF4.Dataset(tmp_path / "q.nc", "w") as file:
        file.createDimension("time", 3)
        time = file.createVariable("time", "i4", ("time",))
        time.units, time[:] = "days since 2001-01-01", range(3)
        packed = file.createVariable("q", "i2", ("time",), fill_value=False)
        packed.set_auto_maskandscale(False)
        packed.scale_factor, packed.add_offset, packed[:] = 0.1, 3400.0, [1, code, 2]
    assert "found     nothing (NaN)" in refused(tmp_path / "q.nc", "q")


def test_greatest_values_of_periods_are_no_means(tmp_path):
    attributes = {"units": "m3 s-1", "cell_methods": "time: maximum"}
    path = saved(tmp_path, xr.Dataset({"q": ("time", [1.0, 2, 3], attributes)}, {"time": DAYS}))
    notices = []
    read_series(path, "q", THREE, notices=notices)
    assert [one.found for one in notices] == [
        "the maximum of each period by `cell_methods`, in column 'q'"
    ]
