"""The three forms of a report, read back."""

from __future__ import annotations

import io
from functools import cache
from html.parser import HTMLParser
from xml.etree import ElementTree
from zipfile import ZipFile

from openpyxl import load_workbook

from hydrosim.handout.word import NUMBERS_PART


class Page(HTMLParser):
    """Tables of a page by name: rows of (key, cells), a cell being (text, number or None)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: dict[str, list[tuple[str, list[tuple[str, str | None]]]]] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._name = ""
        self._cell: list[str] | None = None
        self._value: str | None = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag == "figure" and "table" in (found.get("class") or ""):
            self._name = (found["id"] or "").removeprefix("table-")
            self.tables[self._name] = []
        elif tag == "figure":
            self._name = ""
        elif tag == "tr" and self._name:
            self.tables[self._name].append((found.get("data-key") or "", []))
        elif tag == "td" and self._name:
            self._cell, self._value = [], found.get("data-v")

    def handle_endtag(self, tag):
        if tag == "td" and self._cell is not None:
            self.tables[self._name][-1][1].append(("".join(self._cell).strip(), self._value))
            self._cell = None

    def handle_data(self, data):
        self.texts.append(data)
        if self._cell is not None:
            self._cell.append(data)


def numbers_of_document(content: bytes) -> dict[str, list[dict[int, float]]]:
    """Return the numbers of tables in full: table -> rows of column -> number."""
    with ZipFile(io.BytesIO(content)) as file:
        root = ElementTree.fromstring(file.read(NUMBERS_PART.lstrip("/")))
    return {
        table.attrib["name"]: [
            {int(one.attrib["column"]): float(one.text or "") for one in row} for row in table
        ]
        for table in root
    }


@cache
def book_of(content: bytes, *, values: bool = True):
    """Return a workbook: its values, or its formulas."""
    return load_workbook(io.BytesIO(content), data_only=values)


def sheet_of(content: bytes, title: str, *, values: bool = True):
    """Return the sheet whose first cell says a title; its formulas where no values are wanted."""
    book = book_of(content, values=values)
    return next(sheet for sheet in book.worksheets if sheet.cell(1, 1).value == title)
