"""The workbook: a sheet a table, sums as live formulas with a check beside, texts as texts."""

from __future__ import annotations

import io
import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from hydrosim.handout.model import Calendar, Report
from hydrosim.handout.texts import plain
from hydrosim.locale import Language, _, capital
from hydrosim.plot.text import text_width
from hydrosim.reading.words import word
from hydrosim.report.table import UNKNOWN, Cell, Column, Table, number_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["CLOSE", "workbook_of"]

CLOSE = 1e-9
"""Part of a sum by which the numbers it sums may differ from it."""
_HEAD_ROW = 2
_LONGEST_SHEET = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_WIDEST = 60.0
_MEASURED = 150
"""Rows that a width is taken from."""
_EDGES = {"border": 1, "border_color": "#C5CED6"}


class _Sum(NamedTuple):
    """A cell that is a sum: its formula, and others that it has to equal."""

    formula: str
    equal: tuple[str, ...]


def workbook_of(report: Report) -> bytes:
    """Return the workbook of a report.

    Parameters
    ----------
    report
        The report; its tables and calendars are shown, not its pictures.
    """
    import xlsxwriter

    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": plain(report.title)[:255], "author": "hydrosim"})
        _Writer(book, report).write()
    return content.getvalue()


def _sheet_class() -> type[Any]:
    from xlsxwriter.worksheet import Worksheet

    class Exact(Worksheet):
        """A sheet that keeps numbers to the last bit; XlsxWriter itself keeps 16 digits."""

        def _xml_number_element(self, number: Any, attributes: Any = ()) -> None:
            written = "".join(f' {key}="{value}"' for key, value in attributes)
            self.fh.write(f"<c{written}><v>{number!r}</v></c>")

    return Exact


class _Writer:
    """Writes a report into an empty workbook."""

    def __init__(self, book: Any, report: Report) -> None:
        self._book, self._report = book, report
        self._language: Language = report.language
        self._formats: dict[tuple[Any, ...], Any] = {}
        self._looks: dict[tuple[str, bool], Any] = {}
        self._sheet = _sheet_class()
        self._number = 0
        self._checks: list[str] = []

    def write(self) -> None:
        """Write all sheets; the first has the summary."""
        first = self._new_sheet(self._report.sections[0].title)
        for section in self._report.sections:
            for part in section.parts:
                if isinstance(part, Table):
                    self._table(part, section.title)
                elif isinstance(part, Calendar):
                    self._table(_calendar_table(part, self._language), section.title)
        self._summary(first)

    def _said(self, text: Any) -> str:
        return capital(text.in_language(self._language), self._language)

    def _new_sheet(self, title: str) -> Any:
        self._number += 1
        name = _FORBIDDEN.sub(" ", plain(f"{self._number} {title}")).strip()[:_LONGEST_SHEET]
        return self._book.add_worksheet(name.strip(), self._sheet)

    def _format(self, **keys: Any) -> Any:
        known = tuple(sorted(keys.items()))
        if known not in self._formats:
            self._formats[known] = self._book.add_format(keys)
        return self._formats[known]

    def _summary(self, sheet: Any) -> None:
        """Write title, sentences, and how many checks of all sheets do not hold."""
        wrapped = self._format(text_wrap=True, valign="top", font_size=12)
        sheet.set_column(0, 0, 100)
        sheet.write_string(0, 0, plain(self._report.title), self._format(bold=True, font_size=16))
        sheet.write_string(1, 0, plain(self._report.subtitle))
        row = 3
        for part in self._report.sections[0].parts:
            if isinstance(part, str):
                sheet.write_string(row, 0, plain(part), wrapped)
                row += 1
        if self._checks:
            check_label = self._said(_("sums that differ from their parts (0 is right)"))
            sheet.write_string(row + 1, 0, check_label, self._format(bold=True))
            counts = "+".join(f'COUNTIF({one},"<>0")' for one in self._checks)
            sheet.write_formula(row + 2, 0, f"={counts}", self._format(align="left"), 0)

    def _table(self, table: Table, section: str) -> None:
        sheet = self._new_sheet(table.title)
        sheet.write_string(0, 0, plain(table.title), self._format(bold=True, font_size=13))
        sheet.write_string(1, 0, plain(section), self._format(font_color="#5B6774"))
        detailed = any(table.details)
        heads = [_head(column) for column in table.columns]
        heads += [self._said(word("reason"))] * detailed
        sums = _sums(table)
        check_at = len(heads)
        if sums:
            heads.append(self._said(_("check (0 is right)")))
        look = {
            **_EDGES,
            "bold": True,
            "text_wrap": True,
            "valign": "vcenter",
            "bg_color": "#E8EEF3",
        }
        for at, head in enumerate(heads):
            sheet.write_string(_HEAD_ROW, at, plain(head), self._format(**look))
        for at, row in enumerate(table.rows):
            self._row(sheet, table, at, sums)
            if detailed:
                wrapped = self._format(**_EDGES, text_wrap=True, valign="top")
                sheet.write_string(_place(at), len(row), plain(table.details[at]), wrapped)
        last = _place(len(table.rows))
        for number, note in enumerate(table.notes):
            sheet.write_string(last + 1 + number, 0, plain(note))
        if sums:
            self._check(sheet, table, sums, check_at)
        self._fit(sheet, table, heads)

    def _row(self, sheet: Any, table: Table, at: int, sums: dict[tuple[int, int], _Sum]) -> None:
        bold = at in table.sums
        for place, (cell, column) in enumerate(zip(table.rows[at], table.columns, strict=True)):
            number = number_of(cell, column)
            if number is None:
                text = plain(cell) if isinstance(cell, str) else UNKNOWN
                side = "left" if isinstance(cell, str) else "right"
                sheet.write_string(_place(at), place, text, self._look(side, bold=bold))
                continue
            value = number.value / number.factor if number.factor != 1.0 else number.value
            look = self._look(_form(number.digits, signed=number.signed), bold=bold)
            found = sums.get((at, place))
            if found is not None:
                sheet.write_formula(_place(at), place, found.formula, look, value)
            else:
                sheet.write_number(_place(at), place, value, look)

    def _look(self, form: str, *, bold: bool) -> Any:
        """Return the look of a text by its side, or of a number by its form."""
        key = (form, bold)
        if key not in self._looks:
            kind = {"align": form} if form in ("left", "right") else {"num_format": form}
            more: dict[str, Any] = {"bold": True, "top": 2} if bold else {}
            self._looks[key] = self._format(**{**_EDGES, **more, **kind, "valign": "top"})
        return self._looks[key]

    def _check(
        self, sheet: Any, table: Table, sums: dict[tuple[int, int], _Sum], check_at: int
    ) -> None:
        """Write how many sums of a row differ from what the run says, or from their other sum."""
        for row in sorted({at for at, _place_in_row in sums}):
            tests = []
            for (at, place), one in sums.items():
                if at != row:
                    continue
                number = number_of(table.rows[at][place], table.columns[place])
                assert number is not None
                value = repr(number.value / number.factor)
                cell = _cell(at, place)
                tests += [
                    f"(ABS({cell}-{other})>{CLOSE!r}*MAX(1,ABS({cell})))"
                    for other in (value, *one.equal)
                ]
            sheet.write_formula(
                _place(row), check_at, f"={'+'.join(tests)}", self._format(**_EDGES), 0
            )
        first, last = _cell(0, check_at), _cell(len(table.rows) - 1, check_at)
        filled = f"'{sheet.get_name()}'!{first}:{last}"
        self._checks.append(filled)

    def _fit(self, sheet: Any, table: Table, heads: Sequence[str]) -> None:
        """Set widths, what stays in sight, and how it is printed."""
        for at, head in enumerate(heads):
            texts = [head[: max(len(head) // 2, 8)]]
            if at < len(table.columns):
                texts += [_shown(row[at], table.columns[at]) for row in table.rows[:_MEASURED]]
            elif any(table.details):
                texts.append("x" * 60)
            sheet.set_column(at, at, min(2.0 + 1.7 * max(map(text_width, texts)), _WIDEST))
        sheet.freeze_panes(_HEAD_ROW + 1, 1)
        if table.rows and not table.sums:
            sheet.autofilter(_HEAD_ROW, 0, _place(len(table.rows) - 1), len(heads) - 1)
        sheet.repeat_rows(_HEAD_ROW)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)


def _place(row: int) -> int:
    """Return the row of a sheet of a row of a table."""
    return _HEAD_ROW + 1 + row


def _cell(row: int, column: int) -> str:
    """Return the address of a cell of a table."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    return xl_rowcol_to_cell(_place(row), column)


def _head(column: Column) -> str:
    return f"{column.head} ({column.unit})" if column.unit else column.head


def _shown(cell: Cell, column: Column) -> str:
    number = number_of(cell, column)
    return number.text if number is not None else str(cell or "")


@cache
def _form(digits: int, *, signed: bool) -> str:
    """Return the format in which a number is shown."""
    if digits > 9:
        return "General"
    places = f"0.{'0' * digits}" if digits else "0"
    return f"+{places};-{places};{places}" if signed else places


def _sums(table: Table) -> dict[tuple[int, int], _Sum]:
    """Return which cells are sums of others: down their column, along their row, or both."""
    found: dict[tuple[int, int], _Sum] = {}
    if not table.sums and not any(column.sums for column in table.columns):
        return found
    last = max(table.sums, default=len(table.rows) - 1)
    for at, row in enumerate(table.rows):
        for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            if number_of(cell, column) is None:
                continue
            ways = []
            if at in table.sums and (table.summed is None or place in table.summed):
                ways.append(_sum_of([(one, place) for one in table.sums[at]]))
            if column.sums and at <= last:
                ways.append(_sum_of([(at, one) for one in column.sums]))
            if ways:
                found[at, place] = _Sum(f"={ways[0]}", tuple(ways[1:]))
    return found


def _sum_of(cells: list[tuple[int, int]]) -> str:
    """Return the sum of cells; of such as stand side by side by their range."""
    ranges = list(_ranges(cells))
    return f"SUM({','.join(ranges)})"


def _ranges(cells: list[tuple[int, int]]) -> Iterator[str]:
    start = before = cells[0]
    for cell in cells[1:]:
        if (cell[0] - before[0]) + (cell[1] - before[1]) != 1:
            yield _range(start, before)
            start = cell
        before = cell
    yield _range(start, before)


def _range(first: tuple[int, int], last: tuple[int, int]) -> str:
    return _cell(*first) if first == last else f"{_cell(*first)}:{_cell(*last)}"


def _calendar_table(part: Calendar, language: Language) -> Table:
    """Return a calendar as a table: a row a year, a column a month."""
    head = capital(word("year").in_language(language), language)
    rows = tuple((year, *shares) for year, shares in zip(part.years, part.shares, strict=True))
    return Table(
        f"calendar_{part.name}"[:25],
        _("Missing share by month: {use}", use=part.title).in_language(language),
        (Column(head, "", 0), *(Column(month, "%", 1) for month in part.months)),
        rows,
    )
