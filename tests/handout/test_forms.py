"""Page, document and workbook say the same numbers to the last bit, and names stay text."""

from __future__ import annotations

import io
import re

import pytest
from docx import Document
from openpyxl.utils.cell import range_boundaries

from hydrosim.handout.drawn import slim_svg
from hydrosim.handout.html import html_of
from hydrosim.handout.model import tables_of
from hydrosim.handout.run import RunResult, run_report
from hydrosim.handout.texts import plain
from hydrosim.report.table import Column, Number, Table, number_of
from tests.handout.conftest import HOSTILE, made_up
from tests.handout.reading import Page, book_of, numbers_of_document, sheet_of

NUMBERS = ("required", "achieved", "margin")


def test_numbers_of_verdicts_are_one_number_in_all_three(english):
    exact = next(table for table in tables_of(english.report) if table.name == "verdicts_exact")
    page = dict(Page(english.html).tables["verdicts_exact"][1:])
    document = numbers_of_document(english.docx)["verdicts_exact"]
    sheet = sheet_of(english.xlsx, exact.title)
    book = {row[0].value: row for row in sheet.iter_rows(min_row=4)}
    assert len(page) == len(document) == len(english.verdicts)
    for at, key in enumerate(exact.keys):
        verdict = next(one for one in english.verdicts if one["id"] == key)
        for place, name in enumerate(NUMBERS, start=1):
            value = verdict[name]
            if value is None:
                assert page[key][place] == ("-", None)
                assert place not in document[at]
                assert book[key][place].value == "-"
            else:
                assert page[key][place][1] == repr(value)
                assert document[at][place] == value
                assert book[key][place].value == value


def test_the_board_shows_the_same_numbers_rounded(english):
    page = dict(Page(english.html).tables["verdicts"][1:])
    for verdict in english.verdicts:
        for place, name in enumerate(NUMBERS, start=3):
            text, value = page[verdict["id"]][place]
            if verdict[name] is not None:
                assert value == repr(verdict[name])
                assert float(text) == pytest.approx(verdict[name], abs=0.51)


def test_every_number_of_every_table_is_the_same(english):
    page, document = Page(english.html), numbers_of_document(english.docx)
    for table in tables_of(english.report):
        sheet = sheet_of(english.xlsx, table.title)
        assert len(page.tables[table.name]) - 1 == len(table.rows) == len(document[table.name])
        for at, row in enumerate(table.rows):
            for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
                number = number_of(cell, column)
                told = sheet.cell(4 + at, 1 + place).value
                if number is None:
                    assert (told or "") == (plain(cell) if isinstance(cell, str) else "-")
                    continue
                assert page.tables[table.name][1 + at][1][place][1] == repr(number.value)
                assert document[table.name][at][place] == number.value
                assert told == number.value / number.factor


def summed(sheet, formula):
    """Return what a formula of sums gives."""
    total = 0.0
    for one in re.fullmatch(r"=SUM\((.*)\)", formula)[1].split(","):
        left, top, right, bottom = range_boundaries(one)
        for row in sheet.iter_rows(top, bottom, left, right, values_only=True):
            total += sum(value for value in row if isinstance(value, (int, float)))
    return total


def test_sums_of_the_workbook_are_live_and_right(english):
    formulas, values = book_of(english.xlsx, values=False), book_of(english.xlsx)
    count = 0
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" and cell.value.startswith("=SUM"):
                    found = summed(values[sheet.title], cell.value)
                    shown = values[sheet.title][cell.coordinate].value
                    assert found == pytest.approx(shown, rel=1e-12, abs=1e-12)
                    count += 1
    assert count >= 20


def test_a_wrong_sum_is_counted_by_the_check_column():
    from hydrosim.handout.model import Report, Section
    from hydrosim.handout.workbook import workbook_of

    table = Table("t", "T", (Column("a"), Column("b")), (("x", 1.0), ("y", 2.0), ("s", 4.0)),
                  {2: (0, 1)})  # fmt: skip
    report = Report("R", "", "en", (Section("s", "S", (table,)),))
    sheet = sheet_of(workbook_of(report), "T", values=False)
    assert sheet["B6"].value == "=SUM(B4:B5)"
    assert sheet["C6"].value == "=(ABS(B6-4.0)>1e-09*MAX(1,ABS(B6)))"


@pytest.mark.parametrize("title", HOSTILE)
def test_names_stay_text_everywhere(english, title):
    said = plain(title[:1].upper() + title[1:])
    page = Page(english.html)
    assert any(said in text for text in page.texts)
    document = Document(io.BytesIO(english.docx))
    cells = [cell.text for cell in document.tables[0].columns[1].cells]
    assert said in cells
    sheets = book_of(english.xlsx, values=False).worksheets
    told = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row
            if cell.value == said]  # fmt: skip
    assert told
    assert {cell.data_type for cell in told} == {"s"}
    assert not any(cell.hyperlink for cell in told)


def test_the_page_asks_for_nothing(english):
    page = Page(english.html)
    assert [tag for tag, _attrs in page.tags].count("script") == 1
    assert not [tag for tag, _attrs in page.tags if tag in ("link", "img", "iframe", "object")]
    for _tag, attrs in page.tags:
        for key in ("src", "href", "xlink:href", "action"):
            assert (attrs.get(key) or "#").startswith("#")
        assert not [key for key in attrs if key.startswith("on")]
    assert "default-src 'none'" in english.html
    named = set(re.findall(r"https?://[^\s\"'<]+", english.html))
    assert named <= {"http://www.w3.org/1999/xlink", "http://www.w3.org/2000/svg"}


def test_names_inside_pictures_are_their_own():
    text = (
        '<?xml version="1.0"?><svg width="9pt" viewBox="0 0 9 9"><defs><clipPath id="p1"/></defs>'
        '<g id="axes_1"><path d="M 1.23456 2.0\nL 3.987654 -0.012" clip-path="url(#p1)"/>'
        '<text>a id="x" 1.23456 url(#p1)</text></g></svg>'
    )
    slim = slim_svg(text, "supply_1", 'what "it" <is>')
    assert '<clipPath id="supply_1-p1"/>' in slim
    assert '<path d="M 1.2 2.0 L 4 0" clip-path="url(#supply_1-p1)"/>' in slim
    assert '<text>a id="x" 1.23456 url(#p1)</text>' in slim
    assert 'aria-label="what &quot;it&quot; &lt;is&gt;"' in slim
    assert "axes_1" not in slim
    assert " width=" not in slim


def test_captions_are_numbered_fields_and_heads_are_repeated(english):
    document = Document(io.BytesIO(english.docx))
    xml = document.element.xml
    tables = len(document.tables)
    assert xml.count('w:instr=" SEQ Table \\* ARABIC "') == tables > 5
    assert xml.count('w:instr=" SEQ Figure \\* ARABIC "') == len(document.inline_shapes) == 1
    assert xml.count("<w:tblHeader ") == tables
    styles = document.styles
    for name in ("Normal", "Heading 1", "Caption"):
        fonts = styles[name].element.rPr.rFonts
        assert [key for key in fonts.attrib if key.endswith("eastAsia")]


def test_the_reason_of_a_short_month_is_at_hand(english):
    calendar = next(
        part for section in english.report.sections for part in section.parts
        if part.__class__.__name__ == "Calendar" and part.name == "agriculture"
    )  # fmt: skip
    short = [share for row in calendar.shares for share in row if share]
    assert short
    reasons = {reason for row in calendar.reasons for reason in row if reason}
    assert reasons == {f"{HOSTILE[0]}: at capacity"}
    shown = re.findall(r'<td class="c\d"[^>]*data-v="([^"]*)"', english.html)
    assert {repr(share) for share in short} <= set(shown)


def test_chinese_is_whole(chinese):
    assert '<html lang="zh-CN">' in chinese.html
    titles = [section.title for section in chinese.report.sections]
    heads = [column.head for table in tables_of(chinese.report) for column in table.columns
             if table.name != "verdicts_exact"]  # fmt: skip
    for text in {*titles, *heads, chinese.report.subtitle} - {"SHA-256"}:
        assert re.search(r"[\u4e00-\u9fff]", text), text
    document = Document(io.BytesIO(chinese.docx))
    captions = [one.text for one in document.paragraphs if one.style.name == "Caption"]
    assert {text.split()[0] for text in captions} == {"图", "表"}
    assert 'w:instr=" SEQ 表 ' in document.element.xml


def test_without_verdicts_there_is_no_board():
    result = made_up()
    report = run_report(RunResult(result.dataset, [], {}), [], "en")
    names = [section.name for section in report.sections]
    assert "verdicts" not in names
    assert "no standard was asked for" in " ".join(map(str, report.sections[0].parts)).lower()
    assert html_of(report)


def test_a_table_refuses_rows_of_another_length():
    with pytest.raises(ValueError, match="1 cells in a row of 2 columns"):
        Table("t", "T", (Column("a"), Column("b")), (("x",),))
    with pytest.raises(ValueError, match="1 keys, marks or details of 0 rows"):
        Table("t", "T", (Column("a"),), (), keys=("k",))


@pytest.mark.parametrize(("number", "text"), [
    (Number(1.2345, 2), "1.23"), (Number(0.0655, 1, 0.01), "6.5"), (Number(-0.0, 1), "0.0"),
    (Number(2.0, 0, 1.0, True), "+2"),
])  # fmt: skip
def test_how_a_number_is_shown(number, text):
    assert number.text == text
