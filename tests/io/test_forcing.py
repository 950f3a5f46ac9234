"""Series from files: onto the steps of a run, or refused with file, column and date."""

from __future__ import annotations

import gzip
from datetime import date

import numpy as np
import pytest
import xarray as xr

from hydrosim.calendar import Calendar
from hydrosim.errors import DataError
from hydrosim.io import forcing, tables
from hydrosim.io.ranges import Limits, Range

JANUARY = Calendar(date(2000, 1, 1), date(2000, 1, 31))


def write(path, rows, header="date,inflow,rain"):
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def days(first, last, value=lambda number: number):
    every = np.arange(np.datetime64(first), np.datetime64(last) + 1)
    return [f"{day},{value(number)},{2 * number}" for number, day in enumerate(every)]


def refused(path, column, calendar, kind="mean"):
    with pytest.raises(DataError) as caught:
        forcing.read_series(path, column, calendar, kind)
    return str(caught.value).replace(str(path), "q.csv")


def test_daily_values_on_days(tmp_path):
    path = write(tmp_path / "q.csv", days("1999-12-01", "2000-02-10"))
    values = forcing.read_series(path, "inflow", JANUARY)
    assert values.tolist() == list(range(31, 62))
    assert values.dtype == np.float64
    assert forcing.read_series(str(path), "rain", JANUARY)[0] == 62.0


def test_daily_values_on_longer_steps(tmp_path):
    path = write(tmp_path / "q.csv", days("2000-02-01", "2000-02-29"))
    dekads = Calendar(date(2000, 2, 1), date(2000, 2, 29), "dekad")
    # Days 0-9, 10-19 and 20-28 of a leap February.
    assert forcing.read_series(path, "inflow", dekads).tolist() == [4.5, 14.5, 24.0]
    assert forcing.read_series(path, "inflow", dekads, "sum").tolist() == [45.0, 145.0, 216.0]
    assert forcing.read_series(path, "inflow", dekads, "point").tolist() == [0.0, 10.0, 20.0]


def test_daily_values_under_hours(tmp_path):
    path = write(tmp_path / "q.csv", days("2000-01-01", "2000-01-02", lambda n: 24.0 * n))
    hours = Calendar(date(2000, 1, 1), date(2000, 1, 2), "hour")
    assert forcing.read_series(path, "inflow", hours)[[23, 24]].tolist() == [0.0, 24.0]
    assert forcing.read_series(path, "inflow", hours, "sum")[[23, 24]].tolist() == [0.0, 1.0]


def test_six_hourly_values_on_days(tmp_path):
    moments = np.arange(np.datetime64("2000-01-01T00"), np.datetime64("2000-02-01T00"), 6)
    path = write(tmp_path / "q.csv", [f"{m}:00,{i % 4},0" for i, m in enumerate(moments)])
    assert set(forcing.read_series(path, "inflow", JANUARY)) == {1.5}


@pytest.mark.parametrize("stamp", ["2000-{:02d}", "2000-{:02d}-01", "2000-{:02d}-28"])
def test_monthly_values_on_months(tmp_path, stamp):
    path = write(tmp_path / "q.csv", [f"{stamp.format(m)},{m},0" for m in range(1, 13)])
    year = Calendar(date(2000, 1, 1), date(2000, 12, 31), "month")
    assert forcing.read_series(path, "inflow", year).tolist() == list(range(1, 13))


def test_values_of_dekads_on_dekads(tmp_path):
    dekads = Calendar(date(2000, 1, 1), date(2000, 12, 31), "dekad")
    stamps = dekads.starts.astype("M8[D]")
    path = write(tmp_path / "q.csv", [f"{day},{i},0" for i, day in enumerate(stamps)])
    assert forcing.read_series(path, "inflow", dekads).tolist() == list(range(36))


def test_monthly_values_do_not_do_for_a_daily_run(tmp_path):
    path = write(tmp_path / "q.csv", [f"2000-{m:02d}-01,{m},0" for m in range(1, 13)])
    assert refused(path, "inflow", JANUARY) == (
        "q.csv  column 'inflow'\n"
        "  found     rows about 31 days apart\n"
        "  expected  daily rows, or one for each day of the run"
    )


def test_a_gap_is_told_with_its_first_date(tmp_path):
    rows = days("2000-01-01", "2000-01-31")
    path = write(tmp_path / "q.csv", rows[:9] + rows[11:])
    assert refused(path, "inflow", JANUARY) == (
        "q.csv  column 'inflow', 2000-01-10\n"
        "  found     no row; 2 of 31 rows are missing\n"
        "  expected  all of 2000-01-01 to 2000-01-31"
    )


def test_a_short_series_is_told_with_its_ends(tmp_path):
    late = write(tmp_path / "late.csv", days("2000-01-03", "2000-02-28"))
    assert "found     a series that starts on 2000-01-03" in refused(late, "inflow", JANUARY)
    early = write(tmp_path / "early.csv", days("1999-01-03", "2000-01-28"))
    message = refused(early, "inflow", JANUARY)
    assert "column 'inflow'\n" in message
    assert "found     a series that ends on 2000-01-28" in message


def test_nan_is_told_with_line_and_date_inside_the_run_only(tmp_path):
    rows = days("1999-12-31", "2000-02-01", lambda n: "" if n in (0, 5, 7) else n)
    path = write(tmp_path / "q.csv", rows)
    assert refused(path, "inflow", JANUARY) == (
        "q.csv:7  column 'inflow', 2000-01-05\n"
        "  found     nothing (NaN)\n"
        "  expected  a finite number in each row; 2 of 31 rows have none"
    )
    path = write(tmp_path / "inf.csv", days("2000-01-01", "2000-01-31", lambda n: "inf"))
    assert "found     an infinite number" in refused(path, "inflow", JANUARY)


def test_doubles_and_disorder_are_told(tmp_path):
    rows = days("2000-01-01", "2000-01-31")
    twice = write(tmp_path / "twice.csv", [*rows[:3], rows[2], *rows[3:]])
    message = refused(twice, "inflow", JANUARY)
    assert message.startswith("q.csv:5  column 'inflow', 2000-01-03\n  found     the date twice")
    swapped = write(tmp_path / "swapped.csv", [rows[1], rows[0], *rows[2:]])
    message = refused(swapped, "inflow", JANUARY)
    assert "found     a date after 2000-01-02" in message
    assert "column 'inflow', 2000-01-01" in message


def test_an_unknown_column_gets_the_nearest(tmp_path):
    path = write(tmp_path / "q.csv", days("2000-01-01", "2000-01-31"))
    assert refused(path, "inflw", JANUARY) == (
        "q.csv\n"
        "  found     no column 'inflw'\n"
        "  expected  one of the columns date, inflow, rain\n"
        "  nearest   'inflow'"
    )


def test_text_in_place_of_a_number_is_told_with_its_line(tmp_path):
    rows = days("2000-01-01", "2000-01-31", lambda n: "dry" if n == 3 else n)
    path = write(tmp_path / "q.csv", rows)
    assert refused(path, "inflow", JANUARY) == (
        "q.csv:5  column 'inflow'\n  found     'dry'\n  expected  a finite number\n"
        "  note      a missing value is an empty cell, and filled before the run"
    )
    assert forcing.read_series(path, "rain", JANUARY)[3] == 6.0


def test_a_bad_date_is_told_with_its_line(tmp_path):
    path = write(tmp_path / "q.csv", ["2000-01-01,1,1", "2000-01-32,1,1", "2000-01-03,1,1"])
    assert refused(path, "inflow", JANUARY) == (
        "q.csv:3  column 'date'\n  found     '2000-01-32'\n  expected  a date such as 1980-01-01\n"
        "  note      there is no such day or time"
    )


def test_rows_of_another_length_and_doubled_names_are_told(tmp_path):
    path = write(tmp_path / "q.csv", ["2000-01-01,1"])
    assert refused(path, "inflow", JANUARY) == (
        "q.csv:2\n  found     2 entries\n  expected  3 entries, as the header has\n"
        "  note      where the header stands below other lines: `header:` with its line"
    )
    path = write(tmp_path / "r.csv", ["2000-01-01,1,2"], "date,q,q")
    assert "column 'q'\n  found     the name twice" in refused(path, "q", JANUARY)
    path = write(tmp_path / "s.csv", [])
    assert "found     no rows" in refused(path, "inflow", JANUARY)


def test_files_that_cannot_be_read_are_told(tmp_path):
    assert refused(tmp_path / "none.csv", "q", JANUARY) == (
        "q.csv\n  found     no such file or directory\n  expected  a data file\n"
        f"  note      searched in the folder {tmp_path}"
    )
    (tmp_path / "inflow.csv").write_text("x")
    assert "nearest   'inflow.csv'" in refused(tmp_path / "inflw.csv", "q", JANUARY)
    lost = tmp_path / "data" / "q.csv"
    assert f"note      there is no folder {lost.parent}" in refused(lost, "q", JANUARY)
    path = tmp_path / "q.doc"
    path.write_text("x")
    assert refused(path, "q", JANUARY) == (
        "q.csv\n  found     the ending '.doc'\n  expected  .csv, .txt, .tsv, .dat, .rdb (or these "
        "with .gz), .xlsx, .xls, .parquet or .nc"
    )
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    assert "found     a folder\n  expected  a data file" in refused(folder, "q", JANUARY)
    path = tmp_path / "q.csv.gz"
    path.write_text("x")
    assert "expected  CSV text in UTF-8" in refused(path, "q", JANUARY)
    path = tmp_path / "q.nc"
    path.write_text("x")
    assert "expected  a netCDF file" in refused(path, "q", JANUARY)


def test_comments_and_compressed_text(tmp_path):
    text = "\n".join(["# source: a gauge", "date,inflow,rain", *days("2000-01-01", "2000-01-31")])
    path = tmp_path / "q.csv.gz"
    path.write_bytes(gzip.compress(text.encode("utf-8-sig")))
    assert forcing.read_series(path, "inflow", JANUARY).tolist() == list(range(31))


def test_netcdf(tmp_path):
    time = np.arange(np.datetime64("2000-01-01"), np.datetime64("2000-02-01")).astype("M8[ns]")
    dataset = xr.Dataset(
        {
            "inflow": ("time", np.arange(31.0)),
            "rain": (("station", "time"), np.arange(62.0).reshape(2, 31)),
        },
        coords={"time": time, "station": ["north", "south"]},
    )
    path = tmp_path / "q.nc"
    dataset.to_netcdf(path)
    assert forcing.read_series(path, "inflow", JANUARY).tolist() == list(range(31))
    assert forcing.read_series(path, "rain:south", JANUARY)[0] == 31.0
    assert "one of the columns inflow, rain:north, rain:south" in refused(path, "rain", JANUARY)
    plain = tmp_path / "plain.nc"
    dataset.drop_vars("time").to_netcdf(plain)
    assert "found     no coordinate of dates" in refused(plain, "inflow", JANUARY)


def test_parquet_without_its_reader_says_what_to_install(tmp_path, monkeypatch):
    import pandas as pd

    def no_reader(file):
        raise ImportError

    monkeypatch.setattr(pd, "read_parquet", no_reader)
    path = tmp_path / "q.parquet"
    path.write_bytes(b"PAR1")
    assert "expected  the package pyarrow, or the data as CSV" in refused(path, "q", JANUARY)


def test_parquet(tmp_path, monkeypatch):
    import pandas as pd

    time = pd.date_range("2000-01-01", "2000-01-31", name="when")
    frame = pd.DataFrame({"inflow": np.arange(31), "name": ["x"] * 31}, index=time)
    monkeypatch.setattr(pd, "read_parquet", lambda file: frame)
    path = tmp_path / "q.parquet"
    path.write_bytes(b"PAR1")
    assert forcing.read_series(path, "inflow", JANUARY).tolist() == list(range(31))


def test_a_file_is_read_once_until_it_changes(tmp_path, monkeypatch):
    path = write(tmp_path / "q.csv", days("2000-01-01", "2000-01-31"))
    calls = []
    read = tables._read_text
    monkeypatch.setattr(tables, "_read_text", lambda *asked: calls.append(asked) or read(*asked))
    forcing.read_series(path, "inflow", JANUARY)
    forcing.read_series(path, "rain", JANUARY)
    assert len(calls) == 1
    write(path, days("2000-01-01", "2000-02-01", lambda n: n + 1))
    assert forcing.read_series(path, "inflow", JANUARY)[0] == 1.0
    assert len(calls) == 2


def test_a_table_without_times(tmp_path):
    path = write(tmp_path / "curve.csv", ["178.0,0.5,a", "200.4,8.2,b"], "level,storage,name")
    table = forcing.read_table(path, ["storage", "level"])
    assert {name: values.tolist() for name, values in table.items()} == {
        "storage": [0.5, 8.2],
        "level": [178.0, 200.4],
    }
    with pytest.raises(DataError, match="found     'a'"):
        forcing.read_table(path, ["name"])
    path = write(tmp_path / "gap.csv", ["178.0,"], "level,storage")
    with pytest.raises(DataError, match=r"found     nothing \(NaN\)"):
        forcing.read_table(path, ["storage"])


def test_years_as_whole_numbers(tmp_path):
    path = write(tmp_path / "q.csv", ["1998,1", "1999,2", "2000,3"], "Year,q")
    assert "rows about 365 days apart" in refused(path, "q", JANUARY)


def test_sums_of_months_on_shorter_steps(tmp_path):
    path = write(tmp_path / "q.csv", [f"2000-{m:02d},{31 * m},0" for m in (1, 2, 3)])
    days = Calendar(date(2000, 1, 1), date(2000, 2, 29))
    values = forcing.read_series(path, "inflow", days, "sum")
    assert values[:31].tolist() == [1.0] * 31
    assert values[31:] == pytest.approx([62 / 29] * 29)
    dekads = Calendar(date(2000, 1, 11), date(2000, 2, 29), "dekad")
    sums = forcing.read_series(path, "inflow", dekads, "sum")
    assert sums == pytest.approx([10, 11, 620 / 29, 620 / 29, 9 * 62 / 29])
    assert forcing.rows_are_months(path)
    short = Calendar(date(2000, 1, 1), date(2000, 4, 30))
    with pytest.raises(DataError, match="a series that ends on 2000-03-01"):
        forcing.read_series(path, "inflow", short, "sum")


def test_numbers_out_of_range_are_told_inside_the_run_only(tmp_path):
    flow = Range(0.0, None, "a flow of 0 or more")
    rows = days("1999-12-31", "2000-02-01", lambda n: {0: -999, 10: -99, 12: -99}.get(n, n))
    path = write(tmp_path / "q.csv", rows)
    with pytest.raises(DataError) as caught:
        forcing.read_series(path, "inflow", JANUARY, limits=Limits("m3/s", (flow,)))
    assert str(caught.value).replace(str(path), "q.csv") == (
        "q.csv:12  column 'inflow', 2000-01-10\n"
        "  found     -99 m3/s, a usual code for a missing value\n"
        "  expected  a flow of 0 or more\n"
        "  note      2 of 31 rows; fill the gap in the file: nothing is filled in"
    )


def test_a_code_is_seen_inside_a_mean(tmp_path):
    moments = np.arange(np.datetime64("2000-01-01T00"), np.datetime64("2000-02-01T00"), 6)
    rows = [f"{m}:00,{-9 if i == 6 else 30},0" for i, m in enumerate(moments)]
    path = write(tmp_path / "q.csv", rows)
    assert "column 'inflow', 2000-01-02T12:00\n  found     -9, a usual code" in refused(
        path, "inflow", JANUARY
    )


def test_an_unlikely_number_is_a_notice(tmp_path):
    path = write(
        tmp_path / "q.csv", days("2000-01-01", "2000-01-31", lambda n: 9999 if n == 3 else n)
    )
    notices = []
    forcing.read_series(path, "inflow", JANUARY, limits=Limits("m3/s"), notices=notices)
    (notice,) = notices
    assert notice.found == (
        "9999 m3/s, a usual code for a missing value, in column 'inflow', 2000-01-04"
    )
    assert notice.line == 5
    assert notice.note == "a true value is stated by `maximum:`"
