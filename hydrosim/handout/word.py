"""The document: headings, numbered captions of tables and figures, headings of tables repeated."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from hydrosim.handout.model import Picture, Report, is_long, tables_of
from hydrosim.handout.texts import plain
from hydrosim.locale import Language, capital, in_language, pgettext
from hydrosim.plot.text import text_width
from hydrosim.report.table import UNKNOWN, Cell, Column, Table, number_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from docx.document import Document
    from docx.table import Table as DocxTable
    from docx.table import _Cell, _Row
    from docx.text.paragraph import Paragraph

__all__ = ["NUMBERS_PART", "word_of"]

LATIN, CHINESE, CHINESE_HEAD = "Times New Roman", "SimSun", "SimHei"
"""Fonts of the trade; the reader's computer has them, or lends others."""
NUMBERS_PART = "/customXml/numbers.xml"
"""Where the file keeps the numbers of its tables in full."""
_WIDEST_IN = 6.3
_WIDE_CM = {False: 16.0, True: 24.7}
"""Width of a table on an upright page and on one in landscape [cm]."""
_SHORTEST, _LONGEST_WORD, _LONGEST_TEXT = 3.2, 14.0, 30.0
"""Widths of a column in its letters: at least, and as far as it follows words and texts."""
_CM, _PADDING_CM = 0.29, 0.4
"""Width of a letter as wide as high in a table, and of what stands beside texts [cm]."""
_WORD = re.compile(r"[^\s\u3000-\u9fff]+")
"""What is not broken between lines; Chinese is broken anywhere."""
_LABELS = {"table": pgettext("caption", "table"), "figure": pgettext("caption", "figure")}
_COLOURS = {"fail": "B3430A", "pass": "00619A"}


def word_of(report: Report) -> bytes:
    """Return the document of a report.

    Parameters
    ----------
    report
        The report; of its pictures those with PNG are shown. Calendars and the map of the network
        are for the page: the document has their pictures.
    """
    from docx import Document as new_document

    document = new_document()
    _Writer(document, report).write()
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


class _Writer:
    """Writes a report into an empty document."""

    def __init__(self, document: Document, report: Report) -> None:
        self._document, self._report = document, report
        self._language: Language = report.language
        self._numbers = {"table": 0, "figure": 0}
        self._wide = False

    def write(self) -> None:
        """Write everything."""
        report = self._report
        _set_page(self._document)
        _set_fonts(self._document)
        properties = self._document.core_properties
        properties.title, properties.author = plain(report.title)[:255], "hydrosim"
        properties.comments = ""
        self._document.add_heading(plain(report.title), 0)
        self._document.add_paragraph(plain(report.subtitle), style="Subtitle")
        for number, section in enumerate(report.sections, start=1):
            first = section.parts[0]
            self._turn(wide=isinstance(first, Table) and not first.beside and _is_wide(first))
            self._document.add_heading(f"{number}  {plain(section.title)}", 1)
            for part in section.parts:
                if isinstance(part, str):
                    self._document.add_paragraph(plain(part))
                elif isinstance(part, Table):
                    if not part.beside:
                        self._table(part)
                elif isinstance(part, Picture) and part.png:
                    self._picture(part)
        _keep_numbers(self._document, tables_of(report))

    def _turn(self, *, wide: bool) -> None:
        """Go on with pages in landscape for a wide table, or upright again."""
        from docx.enum.section import WD_ORIENT, WD_SECTION

        if wide == self._wide:
            return
        self._wide = wide
        section = self._document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = section.page_height, section.page_width

    def _said(self, text: str) -> str:
        return capital(in_language(text, self._language), self._language)

    def _caption(self, kind: str, text: str) -> Paragraph:
        """Write a caption whose number is a field, so that Word can list and renumber them."""
        self._numbers[kind] += 1
        label = self._said(_LABELS[kind])
        paragraph = self._document.add_paragraph(style="Caption")
        paragraph.add_run(f"{label} ")
        _field(paragraph, f"SEQ {label} \\* ARABIC", str(self._numbers[kind]))
        paragraph.add_run(f"  {plain(text)}")
        paragraph.paragraph_format.keep_with_next = kind == "table"
        return paragraph

    def _picture(self, picture: Picture) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Inches

        self._turn(wide=False)
        paragraph = self._document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.first_line_indent = None
        width = Inches(min(picture.width_in, _WIDEST_IN))
        paragraph.add_run().add_picture(io.BytesIO(picture.png), width=width)
        self._caption("figure", picture.caption)

    def _table(self, table: Table) -> None:
        from docx.enum.table import WD_TABLE_ALIGNMENT

        self._turn(wide=_is_wide(table))
        self._caption("table", table.title)
        rows = table.rows
        numeric = [
            any(number_of(row[at], column) is not None for row in rows)
            for at, column in enumerate(table.columns)
        ]
        made = self._document.add_table(rows=1 + len(rows), cols=len(table.columns))
        made.style, made.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
        _set_widths(made, _widths(table, _WIDE_CM[self._wide]))
        # The rows of a table are looked up anew at each access, so they are taken once.
        first, *others = made.rows
        for cell, column, right in zip(first.cells, table.columns, numeric, strict=True):
            unit = f" ({plain(column.unit)})" if column.unit else ""
            _fill(cell, f"{plain(column.head)}{unit}", right=right, bold=True)
        _repeat(first)
        for at, (made_row, row) in enumerate(zip(others, rows, strict=True)):
            mark = table.marks[at] if table.marks else ""
            for cell, value, column, right in zip(
                made_row.cells, row, table.columns, numeric, strict=True
            ):
                bold = at in table.sums
                _fill(cell, _shown(value, column), right=right, bold=bold)
            if mark in _COLOURS:
                _colour(made_row.cells[-1], _COLOURS[mark])
            _whole(made_row)
        for note in table.notes:
            self._document.add_paragraph(plain(note), style="Table Note")
        self._reasons(table)

    def _reasons(self, table: Table) -> None:
        """Write why rows are marked as not met; one paragraph for the same reason."""
        shared: dict[str, list[str]] = {}
        for row, mark, detail in zip(table.rows, table.marks, table.details, strict=False):
            if detail and mark not in ("", "pass"):
                names = [cell for cell in row[:3] if isinstance(cell, str) and cell]
                head = ", ".join(names[-2:] if table.name == "verdicts" else names[:1])
                shared.setdefault(detail, []).append(head)
        for detail, names in shared.items():
            paragraph = self._document.add_paragraph(style="List Bullet")
            paragraph.add_run(f"{plain('; '.join(dict.fromkeys(names)))}: ").bold = True
            paragraph.add_run(plain(detail))


def _shown(cell: Cell, column: Column) -> str:
    number = number_of(cell, column)
    if number is not None:
        return number.text
    return plain(cell) if isinstance(cell, str) else UNKNOWN


def _is_wide(table: Table) -> bool:
    """Return whether an upright page would break the words of a table."""
    return sum(_least(table)[0]) > _WIDE_CM[False]


def _least(table: Table) -> tuple[list[float], list[float]]:
    """Return what the columns need for their longest words, and want for their texts [cm]."""
    wanted, least = [], []
    for at, column in enumerate(table.columns):
        texts = [_shown(row[at], column) for row in table.rows]
        head = f"{column.head} {column.unit}"
        longest = max(map(text_width, [head[: len(head) // 2 + 1], *texts]))
        words = [word for text in (head, *texts) for word in _WORD.findall(text)]
        word = max(map(text_width, words), default=0.0)
        least.append(min(max(word, _SHORTEST), _LONGEST_WORD))
        wanted.append(max(min(longest, _LONGEST_TEXT), least[-1]))
    low, high = ([_CM * one + _PADDING_CM for one in some] for some in (least, wanted))
    return low, high


def _widths(table: Table, wide_cm: float) -> list[float]:
    """Return widths of columns [cm]: what their texts want, at least their longest word."""
    low, high = _least(table)
    spare = sum(high) - sum(low)
    share = min(max((wide_cm - sum(low)) / spare, 0.0), 1.0) if spare > 0.0 else 0.0
    widths = [small + share * (large - small) for small, large in zip(low, high, strict=True)]
    return [width * wide_cm / sum(widths) for width in widths]


def _set_widths(made: DocxTable, widths: Sequence[float]) -> None:
    from docx.shared import Cm

    made.autofit = False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Cm(width)


def _set_page(document: Document) -> None:
    """Give A4 with the margins of a report, and a page number below."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(22)
    below = section.footer.paragraphs[0]
    below.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(below, "PAGE", "1")


def _set_fonts(document: Document) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    styles: Any = document.styles
    note = styles.add_style("Table Note", WD_STYLE_TYPE.PARAGRAPH)
    note.base_style = styles["Normal"]
    sizes = {"Normal": 10.5, "Title": 20, "Subtitle": 11, "Heading 1": 15, "Caption": 10,
             "Table Note": 9, "List Bullet": 9.5}  # fmt: skip
    for name, size in sizes.items():
        style = styles[name]
        head = name in ("Title", "Heading 1", "Caption")
        style.font.size, style.font.name = Pt(size), LATIN
        style.font.color.rgb = RGBColor(0x1C, 0x27, 0x33)
        style.font.italic = False
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[key]
        fonts.set(_name("w:eastAsia"), CHINESE_HEAD if head else CHINESE)
        fonts.set(_name("w:hAnsi"), LATIN)
    caption = styles["Caption"].paragraph_format
    caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption.space_before, caption.space_after = Pt(8), Pt(4)
    styles["List Bullet"].paragraph_format.space_after = Pt(2)


def _name(name: str) -> str:
    from docx.oxml.ns import qn

    return qn(name)


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement

    made: Any = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(_name(f"w:{key}"), value)
    return made


def _field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """Write a field with what it shows until it is updated."""
    simple = _element("fldSimple", instr=f" {instruction} ")
    run, text = _element("r"), _element("t")
    text.text = shown
    run.append(text)
    simple.append(run)
    paragraph._p.append(simple)


def _fill(cell: _Cell, text: str, *, right: bool, bold: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold or None, Pt(8.5)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.paragraph_format.space_after = Pt(0)


def _colour(cell: _Cell, colour: str) -> None:
    from docx.shared import RGBColor

    for run in cell.paragraphs[0].runs:
        run.font.color.rgb = RGBColor.from_string(colour)


def _repeat(row: _Row) -> None:
    """Repeat a row at the head of each page."""
    row._tr.get_or_add_trPr().append(_element("tblHeader", val="true"))
    for cell in row.cells:
        cell._tc.get_or_add_tcPr().append(_element("shd", val="clear", color="auto", fill="E8EEF3"))


def _whole(row: _Row) -> None:
    """Keep a row on one page."""
    row._tr.get_or_add_trPr().append(_element("cantSplit", val="true"))


def _keep_numbers(document: Document, tables: Iterable[Table]) -> None:
    """Keep the numbers of all tables in full, as a part of the file that Word leaves alone."""
    from xml.etree import ElementTree

    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    root = ElementTree.Element("numbers")
    for table in (one for one in tables if not is_long(one)):
        group = ElementTree.SubElement(root, "table", name=table.name)
        for at, row in enumerate(table.rows):
            key = {"key": plain(table.keys[at])} if table.keys else {}
            line = ElementTree.SubElement(group, "row", key)
            for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
                number = number_of(cell, column)
                if number is not None:
                    one = ElementTree.SubElement(line, "number", column=str(place))
                    one.text = repr(number.value)
    content = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    package = document.part.package
    assert package is not None
    part = Part(PackURI(NUMBERS_PART), "application/xml", content, package)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
    document.part.relate_to(part, kind)
