"""Habits of real files: what spreadsheets, loggers and web pages leave in them."""

from __future__ import annotations

import numpy as np
import openpyxl
import pytest
import xarray as xr

from hydrosim.errors import ConfigError
from tests.io.test_misreadings import DAYS, lowered, read, refused, rows
from tests.rules.models import calendar

FOUR = [1.5, 2.5, 3.5, 4.5]
PLAIN = rows(",", [["1.5", "2.5", "3.5", "4.5"]])


def put(folder, content, name="q.csv"):
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


@pytest.mark.parametrize(
    "text",
    [
        "sep=,\n" + PLAIN,
        "sep=;\n" + PLAIN.replace(",", ";"),
        PLAIN.replace(",", '", "').replace("\n", '"\n"').rstrip('"').join(['"', ""]),
        PLAIN.replace("2001-01-03", ",\n2001-01-03"),  # an empty row of a spreadsheet
        PLAIN + ",\n,\n",
        PLAIN.replace("2001-01-03", "  \n2001-01-03"),
    ],
)
def test_what_spreadsheets_leave_in_a_file_is_read(tmp_path, text):
    assert read(tmp_path, text) == FOUR


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        ("12.3E", "'E' behind the number: a flag stands in a column of its own, a unit in `unit:`"),
        (
            "12.3 e",
            "'e' behind the number: a flag stands in a column of its own, a unit in `unit:`",
        ),
        (
            "1.5万",
            "'万' behind the number: a flag stands in a column of its own, a unit in `unit:`",
        ),
        ("5%", "leave out the sign in each cell, and write `unit: percent`"),
        ("<0.1", "a bound is no number: write the number that counts"),
        ("(1.5)", "a number below 0 is written with a minus sign"),
        ("1 000", "leave out what parts the thousands"),
        ("1\u2019000.5", "leave out what parts the thousands"),
        ("\u0661\u0662", "write 12"),
        ("dry", "a missing value is an empty cell, and filled before the run"),
    ],
)
def test_a_cell_that_is_no_number_says_what_to_write(tmp_path, cell, note):
    put(tmp_path, rows(",", [["1", "2", cell, "4"]]))
    assert refused(tmp_path) == (4, repr(cell), note)


@pytest.mark.parametrize(
    "word", ["/", "*", "***", "--", "\u2014", "M", "Ice", "缺测", "缺报", "无", "#VALUE!", "NoData"]
)
def test_words_for_a_missing_value_outside_the_run_do_no_harm(tmp_path, word):
    text = f"date,q\n2000-12-31,{word}\n" + "".join(f"{day},{word[:0]}7\n" for day in DAYS)
    assert read(tmp_path, text) == [7.0] * 4
    put(tmp_path, text.replace("2001-01-02,7", f"2001-01-02,{word}"))
    assert refused(tmp_path) == (4, f"{word!r}, no value", None)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PLAIN.encode("utf-16-le"), "zero bytes, as text in utf-16-le has them"),
        (PLAIN.encode("utf-16-be"), "zero bytes, as text in utf-16-be has them"),
        (PLAIN.encode("utf-32"), "zero bytes, as text in utf-32 has them"),
        (PLAIN.replace("2.5", "2.\0005").encode(), "a zero byte at position 35, no text"),
        (b"PK\x03\x04....", "a workbook in the form .xlsx, or another zip file"),
        (b"<html><body>404</body></html>", "a page in HTML or XML"),
    ],
)
def test_what_is_no_text_is_named(tmp_path, content, found):
    put(tmp_path, content)
    assert refused(tmp_path)[1] == found


def test_utf_16_without_its_mark_is_read_by_its_name(tmp_path):
    put(tmp_path, PLAIN.encode("utf-16-le"))
    assert lowered(tmp_path, "q.csv", encoding="utf-16-le")[0].tolist() == FOUR


@pytest.mark.parametrize(
    ("content", "found", "note"),
    [
        (PLAIN, "text, no workbook", "text has a name such as 'q.csv'"),
        ("<table></table>", "a page in HTML or XML",
         "open it in a spreadsheet program and save it as .xlsx"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_named(tmp_path, content, found, note):
    put(tmp_path, content, "q.xls")
    assert refused(tmp_path, "q.xls") == (None, found, note)


def test_two_tables_side_by_side_in_a_sheet_are_refused(tmp_path):
    book = openpyxl.Workbook()
    for row in (["date", "q", None, "date", "q"], *([day, 1, None, day, 9] for day in DAYS)):
        book.active.append(row)
    book.save(tmp_path / "q.xlsx")
    line, found, note = refused(tmp_path, "q.xlsx")
    assert (line, found) == (None, "the name twice")
    assert note.startswith("`columns:` gives all columns other names")


def test_a_formula_that_was_never_computed_is_told(tmp_path):
    book = openpyxl.Workbook()
    for row in (["date", "q"], *([day, "=1+1"] for day in DAYS)):
        book.active.append(row)
    book.save(tmp_path / "q.xlsx")
    assert "a formula that was never computed, counts as empty" in refused(tmp_path, "q.xlsx")[2]


@pytest.mark.parametrize("sign", ["   ", "  "])
def test_blanks_between_columns_that_do_not_count_alike(tmp_path, sign):
    put(tmp_path, rows(sign, [["1", "2", "3", "4"]], "date;q (m3/s)"))
    line, found, note = refused(tmp_path)
    assert (line, found) == (2, "2 entries between blanks, where the first line has 3")
    assert note.startswith("`columns:` with a name for each entry, and `data_from:`")


def hours(folder, text, **keys):
    axis = calendar("2001-01-01", "2001-01-01", "hour")
    return read(folder, text, axis, **keys)[:4]


@pytest.mark.parametrize(
    ("head", "row", "keys"),
    [
        ("year,month,day,hour,minute,q", "2001,1,1,{h},0,{h}", {}),
        ("年,月,日,时,分,q", "2001,1,1,{h},0,{h}", {}),
        ("Year,DOY,Hour,q", "2001,1,{h},{h}", {}),
        ("date,q", "2001/1/1 {half} {twelve}:00,{h}", {}),
        ("date,q", "2001/1/1 {half}{twelve}:00:00,{h}", {}),
        ("date,q", "2001-01-01T{h:02d}:00+08:00[Asia/Shanghai],{h}", {"zone": "+08:00"}),
        ("date,q", "2001-01-01 {h:02d}:00 UTC+8,{h}", {"zone": "+08:00"}),
        ("date,q", "2001-01-01T{h:02d}:00z,{h}", {"zone": "UTC"}),
        ("date,q", "2001-01-01T{h:02d}:00\u221205:00,{h}", {"zone": "-05:00"}),
        ("date,q", "2001-01-01 {h:02d}:00 北京时,{h}", {"dates": "%Y-%m-%d %H:%M 北京时"}),
    ],
)
def test_hours_in_the_forms_of_loggers_and_spreadsheets(tmp_path, head, row, keys):
    rows = [
        row.format(h=h, half="上午" if h < 12 else "下午", twelve=h % 12 or 12) for h in range(24)
    ]
    assert hours(tmp_path, "\n".join([head, *rows, ""]), **keys) == [0.0, 1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("head", "row", "keys"),
    [
        ("year,doy,q", "2001,{n},{n}", {}),
        ("Year,JD,q", "2001,{n},{n}", {"time": ["Year", "JD"]}),
        ("year,doy,q", "2001,{n},{n}", {"time": ["year", "doy"], "dates": "%Y %j"}),
    ],
)
def test_days_of_the_year_in_a_column(tmp_path, head, row, keys):
    rows = [row.format(n=n) for n in range(1, 5)]
    assert read(tmp_path, "\n".join([head, *rows, ""]), **keys) == [1.0, 2.0, 3.0, 4.0]


def test_dekads_of_chinese_tables(tmp_path):
    rows = [f"2001年{m}月{x}旬,{n}" for m in (1, 2) for n, x in enumerate("上中下", 3 * m)]
    axis = calendar("2001-01-01", "2001-02-28", "dekad")
    assert read(tmp_path, "\n".join(["date,q", *rows, ""]), axis) == [3.0, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    ("date", "found", "note"),
    [
        ("2001-W05", None, "weeks are brought to days first"),
        ("2001.083", 2001.083, "a year with a fraction, or a month behind a point, is written as a "
         "date such as 2001-02-01"),
        ("Jan", None, "there is no year in it: write the whole date"),
        ("1月", None, "there is no year in it: write the whole date"),
        ("二〇〇一年一月", None, "dates are written in the digits 0 to 9"),
        ("010131", None, "write the form, `dates: yymmdd`"),
        ("01012001", "'1012001'", "write the form, `dates: ddmmyyyy` or `dates: mmddyyyy`"),
        ("730852", None, "days or seconds since some date are brought to dates first"),
        ("978307200", None, "days or seconds since some date are brought to dates first"),
        ("2001-01-01 00:00 北京时", None, "'北京时' is no part of a date: leave it out, or name "
         "the form, `dates: '%Y-%m-%d %H:%M 北京时'`"),
    ],
)  # fmt: skip
def test_what_is_no_date_says_what_to_write(tmp_path, date, found, note):
    put(tmp_path, f"date,q\n{date},1\n{date},2\n")
    line, told, notes = refused(tmp_path)
    assert (line, notes) == (2, note)
    assert told == (repr(date) if found is None else str(found)) or date == "010131"


def test_two_columns_of_dates_without_a_name_for_times(tmp_path):
    text = "end,start,q\n" + "".join(f"2001-01-0{n + 1},2001-01-0{n},{n}\n" for n in range(1, 5))
    put(tmp_path, text)
    assert refused(tmp_path)[1] == "dates in the columns end and start"
    assert read(tmp_path, text, time="end", stamp="end") == [1.0, 2.0, 3.0, 4.0]
    assert read(tmp_path, text, time="start") == [1.0, 2.0, 3.0, 4.0]


def test_a_file_of_one_column_as_it_is_read(tmp_path):
    put(tmp_path, PLAIN.replace(",", "~"))
    assert refused(tmp_path)[2].startswith("the file has one column, as it is read")


def test_percentages_of_a_workbook_are_shares(tmp_path):
    book = openpyxl.Workbook()
    for row in (["date", "q"], *([day, 0.05] for day in DAYS)):
        book.active.append(row)
    for cell in book.active["B"]:
        cell.number_format = "0%"
    book.save(tmp_path / "q.xlsx")
    numbers, (warning,) = lowered(tmp_path, "q.xlsx", unit="%")
    assert numbers.tolist() == [0.0005] * 4
    assert warning.found == "numbers up to 0.05 % in column 'q'"
    assert warning.note.startswith("shares of 1, as a workbook keeps percentages, have the unit 1")
    assert lowered(tmp_path, "q.xlsx", unit="1")[1] == []
    assert lowered(tmp_path, "q.xlsx", unit="%", maximum=1)[1] == []


@pytest.mark.parametrize(
    ("unit", "keys", "flow"),
    [
        ("10^4 m3", {"kind": "sum"}, 1e4 / 86400),
        ("×10⁴m³", {"kind": "sum"}, 1e4 / 86400),
        ("1e6 m3", {"kind": "sum"}, 1e6 / 86400),
        ("10⁸ m³/a", {}, 1e8 / 31557600),
        ("m³·s⁻¹", {}, 1.0),
        ("in/day", {}, 0.0254 / 86400),
        ("CMD", {}, 1 / 86400),
    ],
)
def test_units_as_tables_write_them(tmp_path, unit, keys, flow):
    text = rows(",", [["1", "1", "1", "1"]])
    assert read(tmp_path, text, unit=unit, **keys) == pytest.approx([flow] * 4, rel=1e-14)


def test_a_header_in_ten_thousands(tmp_path):
    put(tmp_path, rows(",", [["1", "2", "3", "4"]], "date;W(10^4m3)"))
    warning = lowered(tmp_path, "q.csv", column="W(10^4m3)", unit="亿m3", kind="sum")[1][0]
    assert warning.found.startswith("'10^4m3' in the file, '亿m3' in the configuration")
    assert not lowered(tmp_path, "q.csv", column="W(10^4m3)", unit="万m3", kind="sum")[1]


def test_a_unit_in_parts_asks_for_a_factor(tmp_path):
    dataset = xr.Dataset(
        {"q": ("time", [10.0, 20.0, 30.0, 40.0], {"units": "0.1 mm"})},
        {"time": np.array(DAYS, "M8[ns]")},
    )
    dataset.to_netcdf(tmp_path / "q.nc")
    with pytest.raises(ConfigError) as caught:
        lowered(tmp_path, "q.nc", unit="mm", kind="sum")
    assert caught.value.faults[0].expected == "`unit: mm` with `factor: 0.1`"
    flows = lowered(tmp_path, "q.nc", unit="mm", kind="sum", factor=0.1)[0]
    assert flows == pytest.approx(np.arange(1, 5) * 1e-3 / 86400)
