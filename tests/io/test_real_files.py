"""Habits of real files: what spreadsheets, loggers and web pages leave in them."""

from __future__ import annotations

import openpyxl
import pytest

from tests.io.test_misreadings import DAYS, read, refused, rows

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
    from tests.io.test_misreadings import lowered

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
