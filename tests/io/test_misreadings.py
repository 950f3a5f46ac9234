"""Files that could be read as other numbers: the right ones, or the text of the error."""

from __future__ import annotations

import netCDF4
import numpy as np
import openpyxl
import pytest

from hydrosim.errors import ConfigError
from tests.rules.models import build, calendar

FOUR = calendar("2001-01-01", "2001-01-04")
DAYS = ("2001-01-01", "2001-01-02", "2001-01-03", "2001-01-04")
THOUSANDS = (
    "every comma has three digits behind it: between thousands write `decimal: point`, as decimal "
    "signs `decimal: comma`"
)
POINTS = "points between thousands: write `decimal: comma`; as decimal signs: `decimal: point`"


def lowered(folder, file, axis=FOUR, **keys):
    rule = {"type": "series", "file": file, "column": "q", "unit": "m3/s", **keys}
    builder = build(axis, {"x": rule}, folder=folder)
    known = builder.rule("x").known
    return np.broadcast_to(known[0], (len(axis),)), builder.warnings


def read(folder, text, axis=FOUR, **keys):
    (folder / "q.csv").write_text(text)
    return lowered(folder, "q.csv", axis, **keys)[0].tolist()


def refused(folder, file="q.csv", axis=FOUR, **keys):
    with pytest.raises(ConfigError) as caught:
        lowered(folder, file, axis, **keys)
    (fault,) = caught.value.faults
    return fault.line, fault.found.partition(" in column ")[0], fault.note


def rows(sign, cells, head="date;q"):
    body = [sign.join(row) for row in zip(DAYS, *cells, strict=True)]
    return "\n".join([head.replace(";", sign), *body]) + "\n"


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_thousands_are_not_taken_for_decimals(tmp_path, sign):
    text = rows(sign, [["1,100", "1,200", "1,300", "999"]])
    (tmp_path / "q.csv").write_text(text)
    assert refused(tmp_path) == (2, "'1,100'", THOUSANDS)
    assert read(tmp_path, text, decimal="point") == [1100.0, 1200.0, 1300.0, 999.0]
    assert read(tmp_path, text, decimal="comma") == [1.1, 1.2, 1.3, 999.0]


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1,100", "1,25", "1,300", "2"], [1.1, 1.25, 1.3, 2.0]),
        (["0,100", "1,200", "1,300", "2"], [0.1, 1.2, 1.3, 2.0]),
        (["1.100,5", "1.200,0", "7,5", "2"], [1100.5, 1200.0, 7.5, 2.0]),
    ],
)
def test_a_column_shows_its_decimal_commas(tmp_path, cells, numbers):
    assert read(tmp_path, rows(";", [cells])) == numbers


def test_another_column_shows_the_decimal_comma(tmp_path):
    head = "date;q;level"
    levels = ["12,5", "12,6", "12,7", "12,8"]
    text = rows(";", [["1.100", "950", "1.300", "2.000"], levels], head)
    (tmp_path / "q.csv").write_text(text)
    assert refused(tmp_path) == (2, "'1.100'", POINTS)
    assert read(tmp_path, text, decimal="comma") == [1100.0, 950.0, 1300.0, 2000.0]


def test_thousands_in_the_text_of_a_sheet(tmp_path):
    book = openpyxl.Workbook()
    for row in (["date", "q"], *zip(DAYS, ["1,100", "1,200", "1,300", "1,400"], strict=True)):
        book.active.append(row)
    book.save(tmp_path / "q.xlsx")
    assert refused(tmp_path, "q.xlsx") == (2, "'1,100'", THOUSANDS)


@pytest.mark.parametrize(
    ("clock", "first"),
    [
        ("00:00", "2001-01-02"),  # to midnight: the whole day before
        ("08:00", "2001-01-02"),  # rain of ST_PPTN_R: 16 of 24 hours are of the day before
        ("12:00", "2001-01-01"),
        ("20:00", "2001-01-01"),
        ("23:59:59", "2001-01-01"),
    ],
)
def test_daily_values_stamped_at_their_end_are_those_of_most_of_their_hours(tmp_path, clock, first):
    dates = np.datetime64(first) + np.arange(4)
    text = "date,q\n" + "".join(f"{d} {clock},{n}\n" for n, d in enumerate(dates, 1))
    assert read(tmp_path, text, stamp="end") == [1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize(
    ("start", "end", "step"),
    [
        ("2001-01-31", "2001-02-01", "day"),
        ("2001-01-31", "2001-01-31", "day"),
        ("2001-01-26", "2001-02-05", "pentad"),
        ("2001-02-01", "2001-02-10", "dekad"),
        ("2001-01-01", "2001-03-31", "month"),
    ],
)
def test_sums_of_months_are_parted_in_runs_of_any_length(tmp_path, start, end, step):
    # 31, 28 and 31 x 10^4 m3 are one flow, whether a run has as many steps as months or not.
    text = "date,q\n2001-01-01,31\n2001-02-01,28\n2001-03-01,31\n"
    flows = read(tmp_path, text, calendar(start, end, step), unit="万m3", kind="sum")
    np.testing.assert_allclose(flows, 1e4 / 86400, rtol=1e-14)


@pytest.mark.parametrize("form", ["m/d/Y", "m/d/y", "d/m/Y"])
def test_a_form_of_days_takes_times_of_day(tmp_path, form):
    parts = ["1/{}/2001 0:00", "1/{}/2001 12:00:00 AM"]
    for part in [one.replace("1/{}", "{}/1") if form == "d/m/Y" else one for one in parts]:
        text = "date,q\n" + "".join(f"{part.format(n)},{n}\n" for n in range(1, 5))
        assert read(tmp_path, text, dates=form) == [1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize(
    ("date", "note"),
    [
        ("01-Jan-01", "a year of two digits: write the form, such as `dates: d-b-y`"),
        ("Jan-01", "a year of two digits: write the form, such as `dates: b-y`"),
        ("1/2001", "write the form, such as `dates: m/Y`"),
        ("2001-001", "write the form, such as `dates: '%Y-%j'`"),
        ("2001001", "write the form, `dates: '%Y%j'`"),
    ],
)
def test_other_forms_of_dates_say_what_to_write(tmp_path, date, note):
    (tmp_path / "q.csv").write_text(f"date,q\n{date},1\n{date},2\n")
    assert refused(tmp_path) == (2, repr(date), note)


@pytest.mark.parametrize(
    ("cells", "keys", "expected"),
    [
        ([800, 9999, 801, 802], {}, "no such number 3 times the next largest, 802 m3/s"),
        ([800, 9999, 9999, 4000], {}, "no such number 1.2 times the next largest, 4000 m3/s"),
        ([9999, 9999, 9999, 9999], {}, "numbers that were measured or counted"),
        ([190, 191, 999.9, 192], {"unit": "m"}, "no such number 3 times the next largest, 192 m"),
        ([1, 88888, 3, 4], {}, "no such number 3 times the next largest, 4 m3/s"),
    ],
)
def test_a_code_that_could_be_a_number_is_warned_of(tmp_path, cells, keys, expected):
    (tmp_path / "q.csv").write_text(rows(",", [map(str, cells)], "date,q"))
    _flows, warnings = lowered(tmp_path, "q.csv", **keys)
    assert [fault.expected.removeprefix("as a rule ") for fault in warnings] == [expected]
    assert lowered(tmp_path, "q.csv", **keys, maximum=1e6)[1] == []


@pytest.mark.parametrize("code", ["9999", "32766", "999990"])
def test_a_code_is_no_depth_of_rain(tmp_path, code):
    (tmp_path / "q.csv").write_text(rows(",", [["0", "3", code, "12"]], "date,q"))
    found = refused(tmp_path, unit="mm", kind="sum")
    assert found[:2] == (4, f"{code} mm, a usual code for a missing value")


def netcdf(folder, fill, *, unit="m3 s-1", **attributes):
    path = folder / "q.nc"
    path.unlink(missing_ok=True)
    with netCDF4.Dataset(path, "w") as data:
        data.createDimension("time", 4)
        time = data.createVariable("time", "f8", ("time",))
        time.units, time[:] = "days since 2001-01-01", np.arange(4)
        flow = data.createVariable("q", *fill, ("time",))
        flow.set_auto_maskandscale(False)
        flow.setncatts({"units": unit, **attributes})
        flow[:] = [100, 200, 300, 400]


def test_numbers_outside_their_valid_range_are_missing(tmp_path):
    missing = (None, "nothing (NaN)", None)
    netcdf(tmp_path, ("f8",), valid_range=np.array([0.0, 350.0]))
    assert refused(tmp_path, "q.nc") == missing
    netcdf(tmp_path, ("f8",), valid_min=150.0)
    assert refused(tmp_path, "q.nc") == missing
    # Packed numbers: the limit is packed too, and the numbers are 6, 7, 8 and 9.
    packed = {"scale_factor": 0.01, "add_offset": 5.0}
    netcdf(tmp_path, ("i2",), valid_max=np.int16(400), **packed)
    np.testing.assert_allclose(lowered(tmp_path, "q.nc")[0], [6, 7, 8, 9], rtol=1e-12)
    netcdf(tmp_path, ("i2",), valid_max=np.int16(399), **packed)
    assert refused(tmp_path, "q.nc") == missing


def test_an_unknown_unit_of_a_file_is_warned_of(tmp_path):
    netcdf(tmp_path, ("f8",), unit="K")
    (fault,) = lowered(tmp_path, "q.nc")[1]
    assert fault.found == "the unit 'K' of 'q' in the file, which is not known here"
    assert fault.expected == "'m3/s', as the configuration says"


def test_a_station_is_not_the_nearest_number(tmp_path):
    with netCDF4.Dataset(tmp_path / "q.nc", "w") as data:
        for name, labels in (("time", range(4)), ("station", [101, 202])):
            data.createDimension(name, len(labels))
            axis = data.createVariable(name, "i4", (name,))
            axis[:] = list(labels)
        data["time"].units = "days since 2001-01-01"
        flow = data.createVariable("q", "f8", ("station", "time"))
        flow[:] = np.arange(8.0).reshape(2, 4)
    assert lowered(tmp_path, "q.nc", select={"station": 202})[0].tolist() == [4.0, 5.0, 6.0, 7.0]
    found = refused(tmp_path, "q.nc", select={"station": 140})
    assert found == (None, "no station '140'", None)


def test_a_place_far_from_a_grid_of_one_cell(tmp_path):
    with netCDF4.Dataset(tmp_path / "q.nc", "w") as data:
        for name, labels in (("time", range(4)), ("lat", [38.5])):
            data.createDimension(name, len(labels))
            axis = data.createVariable(name, "f8", (name,))
            axis[:] = list(labels)
        data["time"].units = "days since 2001-01-01"
        data.createVariable("q", "f8", ("time", "lat"))[:] = np.ones((4, 1))
    assert lowered(tmp_path, "q.nc", select={"lat": 38.9})[0].tolist() == [1.0] * 4
    assert refused(tmp_path, "q.nc", select={"lat": 10.0})[1] == "lat 10"
