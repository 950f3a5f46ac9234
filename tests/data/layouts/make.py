"""Writes the files of this folder: made-up numbers in the layouts of public data.

    python tests/data/layouts/make.py

Numbers are 1.5, 2.5, 3.5 ... from 1 January 2001 on, or the number of the month.
"""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import xarray as xr

FOLDER = Path(__file__).parent
DAYS = [datetime.date(2001, 1, 1) + datetime.timedelta(days=number) for number in range(10)]
FLOWS = [number + 1.5 for number in range(10)]
MONTHS = [datetime.date(2001, month, 1) for month in range(1, 13)]


def save(name: str, lines: list[str], *, encoding: str = "utf-8", end: str = "\n") -> None:
    (FOLDER / name).write_bytes((end.join(lines) + end).encode(encoding))


def rows(form: str) -> list[str]:
    """One row a day; ``{d}`` is the day, ``{q}`` its number, ``{n}`` its place from 1."""
    return [form.format(d=d, q=q, n=n) for n, (d, q) in enumerate(zip(DAYS, FLOWS, strict=True), 1)]


def usa() -> None:
    save("camels_us_streamflow.txt", rows("01013500 {d:%Y %m %d} {q:8.2f} A"))
    head = ["  47.23", " 250.0", "2303095", "Year Mnth Day Hr\tdayl(s)\tprcp(mm/day)\tsrad(W/m2)"]
    save("camels_us_forcing.txt", head + rows("{d:%Y %m %d} 12\t30172.51\t{q:.2f}\t138.34"))
    head = [
        "# ---------------------------------- WARNING ----------------------------------------",
        "# Some of the data may be provisional.",
        "#",
        "agency_cd\tsite_no\tdatetime\t74010_00060_00003\t74010_00060_00003_cd",
        "5s\t15s\t20d\t14n\t10s",
    ]
    save("usgs_daily.rdb", head + rows("USGS\t01646500\t{d}\t{q}\tA:e"))
    head[3:] = ["agency_cd\tsite_no\tdatetime\ttz_cd\t69928_00060\t69928_00060_cd",
                "5s\t15s\t20d\t6s\t14n\t10s"]  # fmt: skip
    hours = [f"2001-01-01 {hour:02d}:00" for hour in range(24)]
    more = [f"USGS\t01646500\t{hour}\tEST\t{n + 1.5}\tP" for n, hour in enumerate(hours)]
    save("usgs_hourly.rdb", head + more)
    head = ["date,storage,inflow,outflow,elevation,evaporation"]
    body = rows("{d},1234.5,{q},2.1,210.4,")
    save("resopsus.csv", head + body)
    head = [
        "STATION_ID,DURATION,SENSOR_NUMBER,SENSOR_TYPE,DATE TIME,OBS DATE,VALUE,DATA_FLAG,UNITS"
    ]
    body = rows("SHA,D,76,INFLOW,{d:%Y%m%d} 0000,{d:%Y%m%d} 0000,{q}, ,CFS")
    save("cdec.csv", head + body)
    body[4] = body[4].replace(",5.5, ,", ",---, ,")
    save("cdec_gap.csv", head + body)
    head = [
        "A,,AMERICAN RIVER",
        "B,,FOLSOM",
        "C,,FLOW-IN",
        "F,,OBS",
        "Units,,CFS",
        "Type,,PER-AVER",
    ]
    save("hec_dssvue.csv", head + rows("{n},{d:%d%b%Y} 2400,{q}"))
    body = [f"{month:%b-%Y},{month.month}.5" for month in MONTHS]
    save("full_natural_flow.csv", ["Month,Unimpaired flow (TAF)", *body])
    save("reclamation.csv", ["Date,Inflow (cfs)", *rows("{d:%m/%d/%Y},{q}")])


def europe() -> None:
    head = [
        "# Title:                 GRDC STATION DATA FILE",
        "# GRDC-No.:              6335020",
        "# Unit of measure:       m3/s",
        "# DATA",
        "YYYY-MM-DD;hh:mm; Value",
    ]
    save("grdc_day.txt", head + rows("{d};--:--;     {q:.3f}"), encoding="ascii", end="\r\n")
    body = rows("{d};--:--;     {q:.3f}")
    body[6] = body[6].replace("7.500", "-999.000")
    save("grdc_day_gap.txt", head + body)
    numbers = [f"{flow:.1f}".replace(".", ",") for flow in FLOWS]
    body = [f"{day:%d.%m.%Y};00:00;{number}" for day, number in zip(DAYS, numbers, strict=True)]
    save("pegel.csv", ["Datum;Uhrzeit;Abfluß [m³/s]", *body], encoding="latin-1", end="\r\n")
    body = rows("{d:%Y-%m-%d}T00:00:00.000Z;{q};20")
    save("hydroportail.csv", ["Date (TU);Valeur (en l/s);Qualification", *body])
    head = [f"file,metadata,line {number}" for number in range(1, 4)]
    head += ["station,id,39001", "last,observation,2001-01-10"]
    save("nrfa_gdf.csv", head + rows("{d},{q},"))
    head = ["date,precipitation,pet,temperature,discharge_spec,discharge_vol"]
    save("camels_gb.csv", head + rows("{d},1.2,0.4,5.5,NaN,{q}"))


def canada_and_australia() -> None:
    head = ["Daily Discharge (m3/s) (PARAM = 1) and Daily Water Level (m) (PARAM = 2),,,,",
            " ID,PARAM,Date,Value,SYM"]  # fmt: skip
    save("hydat.csv", head + rows("05BB001,1,{d:%Y/%m/%d},{q},"))
    head = ['"Longitude (x)","Station Name","Date/Time","Year","Month","Day","Total Precip (mm)"']
    body = rows(
        '"-75.7","OTTAWA","{d.day}/{d.month}/{d.year}","{d.year}","{d.month}","{d.day}","{q}"'
    )
    save("eccc_climate.csv", head + body, encoding="utf-8-sig")
    head = ["#Station Number: 410730", "#Timestamp,Value,Quality Code"]
    save("bom.csv", head + rows("{d}T00:00:00.000+10:00,{q},140"))


def china_and_japan() -> None:
    head = ["STCD,TM,RZ,INQ,W,BLRZ,OTQ,RWCHRCD"]
    save("st_rsvr_r.csv", head + rows("30912300,{d} 08:00:00.000,196.42,{q},512.3,,2.0,5"))
    flood = [
        f"30912300,2001-01-05 {hour:02d}:00:00.000,196.42,9.5,512.3,,2.0,5" for hour in (14, 20)
    ]
    body = rows("30912300,{d} 08:00:00.000,196.42,{q},512.3,,2.0,5")
    save("st_rsvr_r_flood.csv", head + body[:5] + flood + body[5:])
    body = [
        f"{day.year}年{day.month}月{day.day}日,{flow}"
        for day, flow in zip(DAYS, FLOWS, strict=True)
    ]
    save("rain_gbk.csv", ["日期,降水量（mm）", *body], encoding="gbk", end="\r\n")
    body = rows("54602 3851 11531 172 {d.year} {d.month:2d} {d.day:2d} 0 {q:.0f} {q:.1f} 0")
    save("cma_daily.txt", body)
    body[3] = body[3].replace(" 4.5 0", " 32766 0")
    save("cma_daily_gap.txt", body)
    hours = [f"2001/01/01,{hour}:00,{hour + 0.5}" for hour in range(1, 25)]
    save("mlit.csv", ["日付,時刻,流量", *hours], encoding="shift_jis", end="\r\n")
    save("excel_serial.csv", ["date,flow", *(f"{36892 + n},{q}" for n, q in enumerate(FLOWS))])
    save("macintosh.csv", ["date,flow", *rows("{d},{q}")], end="\r")
    save("trailing_commas.csv", ["date,flow,,", *rows("{d},{q},,")])
    save("compact.csv", ["station,year,date,flow", *rows("7,{d.year},{d:%Y%m%d},{q}")])
    wide = [f"2001,{','.join(str(month + 0.5) for month in range(1, 13))}"]
    wide.append(wide[0].replace("2001", "2002"))
    save("months_in_columns.csv", ["year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec", *wide])
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["Made up."])
    sheet = book.create_sheet("入库流量")
    sheet.append(["水库日报"])
    for row in (["日期", "入库流量"], *([d, q] for d, q in zip(DAYS, FLOWS, strict=True))):
        sheet.append(row)
    book.save(FOLDER / "report.xlsx")


def netcdf() -> None:
    ends = pd.date_range("2001-02-01", "2002-01-01", freq="MS")
    starts = pd.date_range("2001-01-01", "2001-12-01", freq="MS")
    origin = np.datetime64("2000-01-01")
    bounds = ((np.stack([starts, ends], 1) - origin) / np.timedelta64(1, "D")).astype(float)
    of_time = {"units": "days since 2000-01-01", "calendar": "standard", "bounds": "time_bnds"}
    xr.Dataset(
        {
            "q": ("time", np.arange(1.5, 13.5), {"units": "m3 s-1", "cell_methods": "time: mean"}),
            "time_bnds": (("time", "nv"), bounds),
        },
        {"time": ("time", bounds[:, 1], of_time)},
    ).to_netcdf(FOLDER / "period_end.nc")
    values = np.zeros((10, 3, 4)) + np.arange(10.0)[:, None, None]
    values[:, 1, 2] = FLOWS
    xr.Dataset(
        {"pr": (("time", "lat", "lon"), values / 86400.0, {"units": "kg m-2 s-1"})},
        {
            "time": pd.date_range("2001-01-01", periods=10),
            "lat": ("lat", [39.25, 38.75, 38.25], {"units": "degrees_north"}),
            "lon": ("lon", [114.25, 114.75, 115.25, 115.75], {"units": "degrees_east"}),
        },
    ).to_netcdf(FOLDER / "grid.nc")
    days = xr.date_range("2001-01-01", periods=10, calendar="360_day", use_cftime=True)
    xr.Dataset({"q": ("time", FLOWS)}, {"time": days}).to_netcdf(FOLDER / "calendar_360.nc")
    hours = pd.date_range("2000-12-31T16:00", periods=240, freq="h")
    xr.Dataset(
        {"dis24": ("valid_time", np.repeat(FLOWS, 24), {"units": "m**3 s**-1"})},
        {"valid_time": hours},
    ).to_netcdf(FOLDER / "reanalysis_utc.nc")


if __name__ == "__main__":
    for make in (usa, europe, canada_and_australia, china_and_japan, netcdf):
        make()
