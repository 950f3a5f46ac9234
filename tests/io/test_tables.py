"""Files as tables: workbooks, GBK, files that are none, keys without effect."""

from __future__ import annotations

import datetime
import gzip
import os
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from hydrosim.calendar import Calendar
from hydrosim.errors import DataError
from hydrosim.io import tables
from hydrosim.io.forcing import read_series, read_table
from hydrosim.io.layout import Layout
from hydrosim.io.table import Notice

THREE = Calendar(date(2001, 1, 1), date(2001, 1, 3))
DAYS = [datetime.date(2001, 1, day) for day in (1, 2, 3)]


def workbook(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def read(path, column="q", notices=None, **layout):
    return read_series(path, column, THREE, layout=Layout(**layout), notices=notices).tolist()


def refused(path, column="q", **layout):
    with pytest.raises(DataError) as caught:
        read(path, column, **layout)
    return str(caught.value).replace(str(path), path.name)


def test_a_sheet_is_read_like_text(tmp_path):
    rows = [["date", "q", "name"], *([day, number, "x"] for number, day in enumerate(DAYS, 1))]
    path = workbook(tmp_path / "data.xlsx", flows=rows)
    assert read(path) == [1.0, 2.0, 3.0]
    rows = [["date", "q"], *([day, number] for number, day in enumerate(DAYS, 5))]
    path = workbook(tmp_path / "two.xlsx", notes=[["see the other sheet"]], flows=rows)
    assert read(path, sheet="flows") == [5.0, 6.0, 7.0]
    assert refused(path) == (
        "two.xlsx\n  found     2 sheets\n  expected  the key `sheet` with one of 'notes', 'flows'"
    )
    assert refused(path, sheet="flow") == (
        "two.xlsx\n"
        "  found     no sheet 'flow'\n"
        "  expected  the key `sheet` with one of 'notes', 'flows'\n"
        "  nearest   'flows'"
    )


def test_dates_of_a_sheet_in_every_form(tmp_path):
    stamps = {
        "serial": [36892, 36893, 36894],
        "text": ["2001/1/1", "2001/1/2", "2001/1/3"],
        "moments": [datetime.datetime(2001, 1, day, 8, 0) for day in (1, 2, 3)],
    }
    for name, cells in stamps.items():
        rows = [["TM", "q"], *([cell, number] for number, cell in enumerate(cells, 1))]
        path = workbook(tmp_path / f"{name}.xlsx", s=rows)
        assert read(path, dates="excel" if name == "serial" else None) == [1.0, 2.0, 3.0]
    assert "day numbers of Excel? 36892 is 2001-01-01" in refused(tmp_path / "serial.xlsx")


def test_a_sheet_with_a_title_above_its_header(tmp_path):
    rows = [["流量表"], [], ["date", "q"], ["d", "m3/s"], *([day, 1.5] for day in DAYS)]
    path = workbook(tmp_path / "data.xlsx", s=rows)
    assert read(path, header=3, data_from=5) == [1.5, 1.5, 1.5]
    assert refused(path, header=3) == (
        "data.xlsx:4  column 'date'\n  found     'd'\n  expected  a date such as 1980-01-01"
    )


def test_a_cell_that_is_no_number_is_told_with_its_row(tmp_path):
    rows = [["date", "q"], [DAYS[0], 1], [DAYS[1], "dry"], [DAYS[2], 3]]
    path = workbook(tmp_path / "data.xlsx", s=rows)
    assert refused(path) == (
        "data.xlsx:3  column 'q'\n  found     'dry'\n  expected  a finite number\n"
        "  note      a missing value is an empty cell, and filled before the run"
    )
    rows[2][1] = None
    path = workbook(tmp_path / "hole.xlsx", s=rows)
    assert refused(path).startswith("hole.xlsx:3  column 'q', 2001-01-02\n  found     nothing")
    path = workbook(tmp_path / "empty.xlsx", s=[])
    assert "found     the empty sheet 's'" in refused(path)


def test_a_curve_of_a_sheet(tmp_path):
    path = workbook(tmp_path / "curve.xlsx", s=[["level", "storage"], [100, 0], [110, 2.5]])
    assert read_table(path, ["storage"])["storage"].tolist() == [0.0, 2.5]


def test_what_is_no_workbook_is_told(tmp_path):
    path = tmp_path / "data.xlsx"
    path.write_text("x")
    assert "expected  a workbook" in refused(path)


def test_gbk_is_read_with_a_notice(tmp_path):
    path = tmp_path / "q.csv"
    text = "日期,流量\n2001-01-01,1\n2001-01-02,2\n2001-01-03,3\n"
    path.write_bytes(text.encode("gbk"))
    notices: list[Notice] = []
    assert read(path, "流量", notices) == [1.0, 2.0, 3.0]
    told = ("text in GBK, such as '日期,流量'", "text in UTF-8", "`encoding: gbk` says so", 1)
    assert notices == [Notice(str(path), *told)]
    notices.clear()
    assert read(path, "流量", notices, encoding="gbk") == [1.0, 2.0, 3.0]
    assert notices == []


def test_other_encodings_are_refused_or_named(tmp_path):
    path = tmp_path / "q.csv"
    path.write_bytes("Tag;Abfluß\n1.1.2001;1,5\n2.1.2001;2,5\n3.1.2001;3\n".encode("latin-1"))
    assert refused(path) == (
        "q.csv:1\n"
        "  found     bytes that are not UTF-8 at position 9\n"
        "  expected  CSV text in UTF-8\n"
        "  note      save it as UTF-8 (in Excel: CSV UTF-8), or name its encoding: `encoding:`"
    )
    assert read(path, "Abfluß", encoding="latin-1") == [1.5, 2.5, 3.0]


def test_words_for_no_value_are_told(tmp_path):
    path = tmp_path / "q.csv"
    path.write_text("date,q\n2001-01-01,1\n2001-01-02,NA\n2001-01-03,---\n")
    assert refused(path) == (
        "q.csv:3  column 'q', 2001-01-02\n"
        "  found     'NA', no value\n"
        "  expected  a finite number in each row; 2 of 3 rows have none"
    )


def test_commas_in_numbers_say_what_to_write(tmp_path):
    path = tmp_path / "q.csv"
    path.write_text('date,q\n2001-01-01,"1,234"\n2001-01-02,2\n2001-01-03,3\n')
    assert refused(path) == (
        "q.csv:2  column 'q'\n"
        "  found     '1,234'\n"
        "  expected  a finite number\n"
        "  note      commas as decimal signs: write `decimal: comma`; between thousands: "
        "`decimal: point`"
    )
    assert read(path, decimal="point") == [1234.0, 2.0, 3.0]
    assert read(path, decimal="comma") == [1.234, 2.0, 3.0]
    path.write_text("date;q\n2001-01-01;1.5\n2001-01-02;2,5\n2001-01-03;3\n")
    assert refused(path) == (
        "q.csv:2  column 'q'\n"
        "  found     '1.5'\n"
        "  expected  a finite number\n"
        "  note      a point as decimal sign in a column of decimal commas"
    )
    assert refused(path, decimal="comma") == refused(path)


def test_commas_before_three_digits_are_taken_for_neither(tmp_path):
    path = tmp_path / "q.txt"
    path.write_text("date\tq\n2001-01-01\t875\n2001-01-02\t2,125\n2001-01-03\t14,250\n")
    assert refused(path) == (
        "q.txt:3  column 'q'\n"
        "  found     '2,125'\n"
        "  expected  a finite number\n"
        "  note      every comma has three digits behind it: between thousands write "
        "`decimal: point`, as decimal signs `decimal: comma`"
    )
    assert read(path, decimal="point") == [875.0, 2125.0, 14250.0]
    assert read(path, decimal="comma") == [875.0, 2.125, 14.25]


@pytest.mark.parametrize(
    ("name", "layout", "key"),
    [
        ("q.csv", {"sheet": "a"}, "the key `sheet` for a text file"),
        ("q.csv", {"select": (("lat", 1.0),)}, "the key `select` for a text file"),
        ("q.xlsx", {"separator": "tab"}, "the key `separator` for a workbook"),
        ("q.parquet", {"header": 2}, "the key `header` for a Parquet file"),
    ],
)
def test_a_key_without_effect_is_refused(tmp_path, name, layout, key):
    path = tmp_path / name
    path.write_text("date,q\n2001-01-01,1\n")
    assert f"found     {key}, where it has no effect" in refused(path, **layout)


def test_compressed_text_of_several_parts(tmp_path, monkeypatch):
    path = tmp_path / "q.csv.gz"
    parts = [b"date,q\n2001-01-01,1\n", b"2001-01-02,2\n2001-01-03,3\n"]
    path.write_bytes(b"".join(gzip.compress(part) for part in parts))
    assert read(path) == [1.0, 2.0, 3.0]
    path.write_bytes(gzip.compress(parts[0])[:-4])
    assert "found     a gzip file that ends early" in refused(path)
    monkeypatch.setattr(tables, "MOST_TEXT", 200)
    path.write_bytes(gzip.compress(parts[0] * 50))
    assert "found     more than 0 MiB of text" in refused(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_what_is_no_file_is_not_read(tmp_path):
    path = tmp_path / "q.csv"
    os.mkfifo(path)
    assert refused(path) == "q.csv\n  found     no regular file\n  expected  a data file"
    assert "expected  a data file" in refused(Path("a\0b.csv"))
