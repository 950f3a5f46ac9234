"""Public layouts of data files: each is read with its keys, or says what to write.

The files under tests/data/layouts are made up by make.py there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from hydrosim.errors import ConfigError
from tests.rules.models import build, calendar

FOLDER = Path(__file__).parents[1] / "data" / "layouts"
TEN = calendar("2001-01-01", "2001-01-10")
HOURS = calendar("2001-01-01", "2001-01-01", "hour")
YEAR = calendar("2001-01-01", "2001-12-31", "month")
FLOWS = np.arange(1.5, 11.5)
CFS = 0.028316846592


class Read(NamedTuple):
    """A file that is read: its keys, the numbers in SI, and warnings if any."""

    file: str
    keys: dict[str, Any]
    numbers: Any = FLOWS
    axis: Any = TEN
    warning: str = ""


class Refused(NamedTuple):
    """A file that is refused: its keys, and what is told with it."""

    file: str
    keys: dict[str, Any]
    told: str
    axis: Any = TEN


READ = [
    # United States
    Read(
        "camels_us_streamflow.txt",
        {
            "columns": ["gauge", "year", "month", "day", "flow", "flag"],
            "column": "flow",
            "unit": "cfs",
        },
        FLOWS * CFS,
    ),
    Read(
        "camels_us_forcing.txt",
        {"header": 4, "column": "prcp(mm/day)", "unit": "mm/day"},
        FLOWS * 1e-3 / 86400,
    ),
    Read("usgs_daily.rdb", {"column": "74010_00060_00003", "unit": "ft3/s"}, FLOWS * CFS),
    Read(
        "usgs_hourly.rdb",
        {"column": "69928_00060", "unit": "cfs"},
        np.arange(1.5, 25.5) * CFS,
        HOURS,
    ),
    Read("resopsus.csv", {"column": "inflow", "unit": "m3/s"}),
    Read("cdec.csv", {"column": "VALUE", "unit": "cfs"}, FLOWS * CFS),
    Read(
        "hec_dssvue.csv",
        {"columns": ["no", "time", "flow"], "data_from": 7, "column": "flow", "unit": "cfs"},
        FLOWS * CFS,
    ),
    Read(
        "full_natural_flow.csv",
        {"column": "Unimpaired flow (TAF)", "unit": "TAF", "kind": "sum"},
        np.arange(1.5, 13.5) * 1233481.83754752 / (YEAR.days * 86400),
        YEAR,
    ),
    Read(
        "reclamation.csv", {"column": "Inflow (cfs)", "unit": "cfs", "dates": "m/d/Y"}, FLOWS * CFS
    ),
    # Europe
    Read("grdc_day.txt", {"column": "Value", "unit": "m3/s"}),
    Read("pegel.csv", {"column": "Abfluß [m³/s]", "unit": "m3/s", "encoding": "latin-1"}),
    Read(
        "hydroportail.csv",
        {"column": "Valeur (en l/s)", "unit": "L/s", "zone": "UTC"},
        FLOWS / 1000,
    ),
    Read(
        "nrfa_gdf.csv", {"header": "none", "data_from": 6, "time": 1, "column": 2, "unit": "m3/s"}
    ),
    Read("camels_gb.csv", {"column": "discharge_vol", "unit": "m3/s"}),
    # Canada and Australia
    Read("hydat.csv", {"header": 2, "column": "Value", "unit": "m3/s"}),
    Read(
        "eccc_climate.csv",
        {"column": "Total Precip (mm)", "unit": "mm", "kind": "sum", "dates": "d/m/Y"},
        FLOWS * 1e-3 / 86400,
    ),
    Read(
        "bom.csv",
        {"header": 2, "column": "Value", "unit": "ML/day", "zone": "+10:00"},
        FLOWS * 1000 / 86400,
    ),
    # China and Japan
    Read("st_rsvr_r.csv", {"column": "INQ", "unit": "m3/s"}),
    Read(
        "rain_gbk.csv",
        {"column": "降水量（mm）", "unit": "mm", "kind": "sum"},
        FLOWS * 1e-3 / 86400,
        TEN,
        "text in GBK, such as '日期,降水量（mm）'",
    ),
    Read(
        "cma_daily.txt",
        {
            "columns": [
                "station",
                "lat",
                "lon",
                "height",
                "year",
                "month",
                "day",
                "night",
                "noon",
                "rain",
                "flag",
            ],
            "column": "rain",
            "unit": "mm",
            "kind": "sum",
            "factor": 0.1,
        },
        FLOWS * 1e-4 / 86400,
    ),
    Read(
        "mlit.csv",
        {
            "column": "流量",
            "unit": "m3/s",
            "time": ["日付", "時刻"],
            "stamp": "end",
            "encoding": "shift_jis",
        },
        np.arange(1.5, 25.5),
        HOURS,
    ),
    Read("excel_serial.csv", {"column": "flow", "unit": "m3/s", "dates": "excel"}),
    Read("report.xlsx", {"sheet": "入库流量", "header": 2, "column": "入库流量", "unit": "m3/s"}),
    Read("macintosh.csv", {"column": "flow", "unit": "m3/s"}),
    Read("trailing_commas.csv", {"column": "flow", "unit": "m3/s"}),
    Read("compact.csv", {"column": "flow", "unit": "m3/s"}),
    # netCDF
    Read("period_end.nc", {"column": "q", "unit": "m3/s"}, np.arange(1.5, 13.5), YEAR),
    Read(
        "grid.nc",
        {"column": "pr", "unit": "kg m-2 s-1", "select": {"lat": 38.8, "lon": 115.2}},
        FLOWS * 1e-3 / 86400,
    ),
    Read("reanalysis_utc.nc", {"column": "dis24", "unit": "m3/s", "zone": ["UTC", "+08:00"]}),
]
REFUSED = [
    Refused(
        "camels_us_streamflow.txt",
        {"column": "flow", "unit": "cfs"},
        "a first line that begins with the number 01013500; a header with the names of "
        "the columns; `header:` with its line where it stands below; `columns:` with the "
        "names, or `header: none`, where there is none",
    ),
    Refused(
        "camels_us_forcing.txt",
        {"column": "prcp(mm/day)", "unit": "mm/day"},
        "a first line that begins with the number 47.23; a header with the names of the "
        "columns; `header:` with its line where it stands below; `columns:` with the "
        "names, or `header: none`, where there is none",
    ),
    Refused(
        "usgs_daily.rdb",
        {"column": "flow", "unit": "cfs"},
        "no column 'flow'; one of the columns agency_cd, site_no, datetime, "
        "74010_00060_00003, 74010_00060_00003_cd",
    ),
    Refused(
        "resopsus.csv",
        {"column": "evaporation", "unit": "mm/day"},
        "nothing (NaN) in column 'evaporation', 2001-01-01; a finite number in each row; "
        "10 of 10 rows have none",
    ),
    Refused(
        "cdec_gap.csv",
        {"column": "VALUE", "unit": "cfs"},
        "'---', no value in column 'VALUE', 2001-01-05; a finite number in each row; 1 "
        "of 10 rows have none",
    ),
    Refused(
        "reclamation.csv",
        {"column": "Inflow (cfs)", "unit": "cfs"},
        "'01/01/2001' in column 'Date'; a date such as 1980-01-01; day and month can be "
        "taken for each other: write `dates: d/m/Y` where the day comes first, `dates: "
        "m/d/Y` where the month does",
    ),
    Refused(
        "eccc_climate.csv",
        {"column": "Total Precip (mm)", "unit": "mm", "kind": "sum"},
        "'1/1/2001' in column 'Date/Time'; a date such as 1980-01-01; day and month can "
        "be taken for each other: write `dates: d/m/Y` where the day comes first, "
        "`dates: m/d/Y` where the month does",
    ),
    Refused(
        "grdc_day_gap.txt",
        {"column": "Value", "unit": "m3/s"},
        "-999 m3/s, a usual code for a missing value in column 'Value', 2001-01-07; a "
        "flow of 0 or more; fill the gap in the file: nothing is filled in",
    ),
    Refused(
        "pegel.csv",
        {"column": "Abfluß [m³/s]", "unit": "m3/s"},
        "bytes that are not UTF-8 at position 19; CSV text in UTF-8; save it as UTF-8 "
        "(in Excel: CSV UTF-8), or name its encoding: `encoding:`",
    ),
    Refused(
        "hydroportail.csv",
        {"column": "Valeur (en l/s)", "unit": "L/s"},
        "times with a zone, such as '2001-01-01T00:00:00.000Z' in column 'Date (TU)'; "
        "local times without zone, or `zone:` with the zone whose days the run counts; "
        "`zone: '+08:00'` brings the times to that clock",
    ),
    Refused(
        "bom.csv",
        {"header": 2, "column": "Value", "unit": "ML/day"},
        "times with a zone, such as '2001-01-01T00:00:00.000+10:00' in column "
        "'Timestamp'; local times without zone, or `zone:` with the zone whose days the "
        "run counts; `zone: '+10:00'` brings the times to that clock",
    ),
    Refused(
        "st_rsvr_r_flood.csv",
        {"column": "INQ", "unit": "m3/s"},
        "several rows of one day, 2001-01-05T08:00 and 2001-01-05T14:00 in column 'INQ'; "
        "one row a day, or rows at even times; values at uneven times are averaged by "
        "day first",
    ),
    Refused(
        "cma_daily_gap.txt",
        {
            "columns": [
                "station",
                "lat",
                "lon",
                "height",
                "year",
                "month",
                "day",
                "night",
                "noon",
                "rain",
                "flag",
            ],
            "column": "rain",
            "unit": "mm",
            "kind": "sum",
            "factor": 0.1,
            "maximum": 20000,
        },
        "32766 mm, a usual code for a missing value in column 'rain', 2001-01-04; 20000 "
        "mm or less, as `maximum:` says; fill the gap in the file: nothing is filled in",
    ),
    Refused(
        "mlit.csv",
        {"column": "流量", "unit": "m3/s", "time": ["日付", "時刻"], "encoding": "shift_jis"},
        "times with 24:00 in column '日付 and 時刻'; `stamp: end` where a value is of the "
        "time before its stamp, `stamp: start` where that time begins there",
        HOURS,
    ),
    Refused(
        "excel_serial.csv",
        {"column": "flow", "unit": "m3/s"},
        "36892 in column 'date'; a date such as 1980-01-01; day numbers of Excel? 36892 "
        "is 2001-01-01 there: write `dates: excel`",
    ),
    Refused(
        "report.xlsx",
        {"column": "入库流量", "unit": "m3/s"},
        "2 sheets; the key `sheet` with one of '说明', '入库流量'",
    ),
    Refused(
        "months_in_columns.csv",
        {"column": "Jan", "unit": "m3/s"},
        "rows about 365 days apart in column 'Jan'; daily rows, or one for each month of "
        "the run; months in columns are brought to a row a month first; one number a "
        "year has the type quota_year_series",
        YEAR,
    ),
    Refused(
        "grid.nc",
        {"column": "pr", "unit": "mm/day"},
        "a grid over lat (39.25 to 38.25) and lon (114.25 to 115.75): write `select: "
        "{lat: 39.25, lon: 114.25}` with your point in column 'pr'; a series over time",
    ),
    Refused(
        "grid.nc",
        {"column": "pr", "unit": "mm/day", "select": {"lat": 38.8, "lon": 115.2}},
        "the unit 'kg m-2 s-1' in the file, 'mm/day' in the configuration in column "
        "'pr'; one unit in both",
    ),
    Refused(
        "calendar_360.nc",
        {"column": "q", "unit": "m3/s"},
        "the calendar '360_day': years of 360 days, which are no days of the run; the "
        "calendar 'standard', 'proleptic_gregorian' or 'noleap'; bring the data to the "
        "standard calendar first, with xarray's convert_calendar or `cdo "
        "setcalendar,standard`",
    ),
]


def lowered(one):
    rule = {"type": "series", "file": one.file, **one.keys}
    builder = build(one.axis, {"x": rule}, folder=FOLDER)
    return builder, builder.rule("x").known


@pytest.mark.parametrize("one", READ, ids=lambda one: one.file)
def test_a_layout_is_read(one):
    builder, known = lowered(one)
    np.testing.assert_allclose(np.broadcast_to(known[0], (len(one.axis),)), one.numbers, rtol=1e-13)
    assert [fault.found for fault in builder.warnings] == ([one.warning] if one.warning else [])


@pytest.mark.parametrize("one", REFUSED, ids=lambda one: one.file)
def test_a_layout_that_is_refused_says_what_to_write(one):
    with pytest.raises(ConfigError) as caught:
        lowered(one)
    (fault,) = caught.value.faults
    told = "; ".join(part for part in (fault.found, fault.expected, fault.note) if part)
    assert told == one.told
    assert fault.file is not None
    assert fault.file.endswith(one.file)


def test_each_file_is_shown():
    told = {one.file for one in (*READ, *REFUSED)} | {"make.py"}
    assert told == {path.name for path in FOLDER.iterdir() if path.is_file()}
    assert len({one.file for one in READ}) >= 20
