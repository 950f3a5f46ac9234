"""The cells of text tables by column, with the line of each row.

Columns are parted by commas, semicolons, tabs, bars or blanks, whichever the header shows; a
layout may name the sign, the line of the header and that of the first row.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import numpy as np

from hydrosim.errors import DataError
from hydrosim.io.layout import PLAIN, SEPARATORS
from hydrosim.locale import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from hydrosim.io.layout import Layout

    Row = tuple[int, list[str]]

__all__ = ["Cells", "columns_of_rows", "columns_of_text", "decimal_sign_of", "numbers_of",
           "points_are_unclear", "refuse_doubled", "refused_cell"]  # fmt: skip

_SIGNS = "\t;,|"
_OTHER_SIGNS = "\uff0c\uff1b\u3001"  # commas and semicolons of a Chinese keyboard
_ROWS_TRIED = 20
_RDB_WIDTHS = re.compile(r"\d+[sdn]", re.IGNORECASE)
_NO_VALUE = frozenset(
    ("", "na", "n/a", "#n/a", "nan", "null", "none", "-", "--", "---", "----", "m", "ice", "eqp",
     "missing", "nodata", "no data", "n.a.", "-nan", "/", "//", "*", "**", "***", ".",
     "\u2014", "\u2014\u2014", "\uff0d", "\u7f3a\u6d4b", "\u7f3a", "\u7f3a\u62a5",
     "\u7f3a\u6e2c", "\u6b20\u6e2c", "\u672a\u6d4b", "\u65e0", "\u65e0\u6570\u636e",
     "#value!", "#div/0!", "#ref!", "#num!", "#name?", "#null!")
)  # fmt: skip
_BLANK = " \t;,|"
_ONLY_COMMAS = re.compile(r"^,+$", re.MULTILINE)
_SEPARATOR_LINE = re.compile(r"\s*sep=(.)\s*", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d*)?(?:[eE][+-]?\d+)?")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_NUMBER_BEGINS = re.compile(r"\s*[+-]?(?:\d|[.,]\d|inf|nan)", re.IGNORECASE)
_DATE_BEGINS = re.compile(r"\s*\d+[-/:]")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_THREE_DIGITS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_POINTS_OF_THREE = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+")


class Cells(NamedTuple):
    """Names of columns, their cells, the line of each row, and the sign between the columns."""

    header: list[str]
    columns: list[list[str]]
    lines: NDArray[np.int64]
    separator: str = ","


def columns_of_text(text: str, file: Path, layout: Layout = PLAIN) -> Cells:
    """Return the header, the cells of each column, and the line of each row below the header.

    Empty lines and lines that start with ``#`` are left out, empty cells that end all rows too.

    Raises
    ------
    DataError
        If a row has more or fewer entries than the header, or there is no row.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = _plain_cells(text) if layout == PLAIN else None
    cells = plain or _any_cells(text, file, layout)
    refuse_doubled(cells, file)
    return cells


def refuse_doubled(cells: Cells, file: Path) -> None:
    """Refuse columns of one name, for either may be meant.

    Raises
    ------
    DataError
        Naming the first such column.
    """
    doubled = next((name for name, count in Counter(cells.header).items() if count > 1), None)
    if doubled is not None:
        raise DataError(
            str(file),
            found=_("the name twice"),
            expected=_("each name once"),
            column=doubled,
            note=_("`columns:` gives all columns other names, with `data_from:` for the first row"),
        )


def _plain_cells(text: str) -> Cells | None:
    """Cut columns out of text without quotes and of one width; None for other text.

    Most files are of that kind, and whole columns are cut out of them in half the time of a
    reader that goes row by row.
    """
    if '"' in text or "\r" in text or (",\n" in text and _ONLY_COMMAS.search(text)):
        return None
    rows = text.split("\n")
    lines = np.flatnonzero([bool(row) and row[0] != "#" for row in rows]) + 1
    kept = rows if lines.size == len(rows) else [rows[line - 1] for line in lines.tolist()]
    if len(kept) < 2 or len({row.count(",") for row in kept}) > 1:
        return None
    header = [name.strip() for name in kept[0].split(",")]
    if len(header) == 1 or "" in header or any(sign in kept[0] for sign in ";\t|"):
        return None
    if not header[0][0].isalpha():
        return None
    cells = ",".join(kept[1:]).split(",")
    columns = [cells[column :: len(header)] for column in range(len(header))]
    return Cells(header, columns, lines[1:])


def _any_cells(text: str, file: Path, layout: Layout = PLAIN) -> Cells:
    lines = text.split("\n")
    first = layout.header if isinstance(layout.header, int) else 1
    if layout.header == "none" or layout.columns is not None:
        first = layout.data_from or 1
    kept = [
        (number, line)
        for number, line in enumerate(lines, 1)
        if number >= first and line.strip(_BLANK) and (line[0] != "#" or number == layout.header)
    ]
    if layout.header is not None and kept and kept[0][0] == layout.header:
        kept[0] = (kept[0][0], kept[0][1].lstrip("# "))
    if not kept:
        raise DataError(str(file), found=_("no rows"), expected=_("a header and rows"))
    named = _SEPARATOR_LINE.fullmatch(kept[0][1]) if layout.separator is None else None
    if named is not None and len(kept) > 1:
        kept = kept[1:]
    separator = named[1] if named is not None else _separator(kept, file, layout)
    rows = _cut(kept, separator, file)
    return columns_of_rows(rows, file, layout, separator)


def _separator(kept: Sequence[tuple[int, str]], file: Path, layout: Layout) -> str:
    """Return the sign that parts columns; a blank stands for any number of blanks."""
    if layout.separator is not None:
        return SEPARATORS[layout.separator]
    number, header = kept[0]
    sample = [line for _unused, line in kept[1:_ROWS_TRIED]] or [header]
    signs = [sign for sign in _SIGNS if sign in header]
    for sign in signs:
        if all(line.count(sign) == header.count(sign) for line in sample):
            return sign
    if signs:
        return max(signs, key=lambda sign: (min(line.count(sign) for line in sample), sign == ","))
    other = next((sign for sign in _OTHER_SIGNS if sign in header), None)
    if other is not None:
        raise DataError(
            str(file),
            found=_("a header parted by {other!r}", other=other),
            expected=_("columns parted by commas, semicolons, tabs, bars or blanks"),
            line=number,
        )
    width = len(header.split())
    if width == 1:
        return ","
    for line_number, line in kept[1:_ROWS_TRIED]:
        words = len(line.split())
        if words not in (1, width):
            raise DataError(
                str(file),
                found=_("{count} entries between blanks, where the first line has {width}",
                        count=words, width=width),
                expected=_("as many in each line, or columns parted by another sign"),
                line=line_number,
                note=_("`columns:` with a name for each entry, and `data_from:` with the first "
                       "row, where only the header has more"),
            )  # fmt: skip
    return " " if len(sample[0].split()) == width else ","


def _cut(kept: Sequence[tuple[int, str]], separator: str, file: Path) -> list[Row]:
    """Return the cells of each row with its line."""
    if separator == " ":
        return [(number, line.split()) for number, line in kept]
    if not any('"' in line for _unused, line in kept):
        return [(number, line.split(separator)) for number, line in kept]
    text = io.StringIO("\n".join(line for _unused, line in kept))
    reader = csv.reader(text, delimiter=separator, skipinitialspace=True)
    rows: list[Row] = []
    before = 0
    try:
        for row in reader:
            rows.append((kept[before][0], row))
            before = reader.line_num
    except csv.Error as error:
        number = kept[min(before, len(kept) - 1)][0]
        limit = csv.field_size_limit()
        long = any(len(line) > limit for _unused, line in kept)
        found = _("a cell of more than {limit} signs", limit=limit) if long else str(error)
        raise DataError(str(file), found=found, expected=_("cells of text"), line=number) from None
    return rows


def columns_of_rows(rows: list[Row], file: Path, layout: Layout, separator: str = "") -> Cells:
    """Return header, columns and lines of rows of cells."""
    header = rows[0][1]
    if layout.header == "none" or layout.columns is not None:
        header = list(layout.columns or map(str, range(1, len(header) + 1)))
    else:
        if layout.header is None and _NUMBER.fullmatch(header[0].strip()):
            _refuse_numbers(file, rows[0][0], header[0].strip())
        rows = rows[1:]
    if layout.data_from is not None:
        rows = [row for row in rows if row[0] >= layout.data_from]
    if separator == "\t" and rows and all(_RDB_WIDTHS.fullmatch(cell) for cell in rows[0][1]):
        rows = rows[1:]  # widths of the columns, in tables of the USGS
    header = [name.strip() for name in header]
    while (
        header
        and not header[-1]
        and all(_blank_from(row, len(header) - 1) for _unused, row in rows)
    ):
        header.pop()
    if not rows or not header:
        raise DataError(str(file), found=_("no rows"), expected=_("a header and rows"))
    width = len(header)
    cut: list[list[str]] = []
    for line, row in rows:
        if len(row) != width and not (len(row) > width and _blank_from(row, width)):
            _refuse_width(file, line, len(row), width, layout)
        cut.append(row[:width])
    names = [name or str(place) for place, name in enumerate(header, 1)]
    columns = [list(column) for column in zip(*cut, strict=True)]
    return Cells(names, columns, np.array([line for line, _unused in rows], np.int64), separator)


def _refuse_numbers(file: Path, line: int, cell: str) -> NoReturn:
    """Refuse a first line that holds numbers where names are due."""
    raise DataError(
        str(file),
        found=_("a first line that begins with the number {cell}", cell=cell),
        expected=_("a header with the names of the columns"),
        line=line,
        note=_(
            "`header:` with its line where it stands below; `columns:` with the names, "
            "or `header: none`, where there is none"
        ),
    )


def _blank_from(row: Sequence[str], place: int) -> bool:
    return all(not cell.strip() for cell in row[place:])


def _refuse_width(file: Path, line: int, found: int, width: int, layout: Layout) -> NoReturn:
    whose = "`columns:`" if layout.columns is not None else _("the header")
    if layout.header == "none" and layout.columns is None:
        whose = _("the first row")
    note = _("where the header stands below other lines: `header:` with its line")
    raise DataError(
        str(file),
        found=ngettext("{count} entry", "{count} entries", found),
        expected=_(
            "{entries}, as {whose} has",
            entries=ngettext("{count} entry", "{count} entries", width),
            whose=whose,
        ),
        line=line,
        note=None if layout.header or layout.columns else note,
    )


def numbers_of(
    cells: Sequence[str], decimal: str | None = None, *, commas_part: bool = True
) -> tuple[NDArray[np.float64], dict[int, str]] | None:
    """Return cells as numbers, with the words that stand for no value; None for other text.

    Parameters
    ----------
    cells
        A column.
    decimal
        Decimal sign that the configuration names, ``point`` or ``comma``.
    commas_part
        Whether commas part the columns; where they do not, they may be decimal signs.

    Returns
    -------
    tuple or None
        The numbers, NaN where there is none, and the words by row. None where a cell is no
        number, and where commas may part thousands as well as decimals.
    """
    odd = _is_odd("".join(cells))
    if decimal is None and not odd:
        try:
            return np.array(cells, np.float64), {}
        except ValueError:
            """Not all are numbers: some may be empty."""
    if not _begins_with_number(cells):
        return None
    words = {row: cell for row, cell in enumerate(cells) if cell.strip().lower() in _NO_VALUE}
    texts = [cell.strip() for cell in cells]
    decimal = decimal or decimal_sign_of(texts, commas_part=commas_part)
    if decimal == "unclear":
        return None
    if decimal == "comma":
        if not all(_DECIMAL_COMMA.fullmatch(t) for row, t in enumerate(texts) if row not in words):
            return None
        texts = [text.replace(".", "").replace(",", ".") for text in texts]
    elif decimal == "point":
        texts = [text.replace(",", "") if _GROUPED.fullmatch(text) else text for text in texts]
    if odd and any(_is_odd(text) for row, text in enumerate(texts) if row not in words):
        return None
    try:
        numbers = [np.nan if row in words else float(text) for row, text in enumerate(texts)]
    except ValueError:
        return None
    return np.array(numbers, np.float64), words


def _is_odd(text: str) -> bool:
    """Return whether digits may be other than 0 to 9, or parted by underscores, as in 1_000."""
    return "_" in text or not text.isascii()


def _begins_with_number(cells: Sequence[str]) -> bool:
    """Return whether the first cell that stands for something begins as a number may."""
    first = next((cell for cell in cells if cell.strip().lower() not in _NO_VALUE), "0")
    return _NUMBER_BEGINS.match(first) is not None and _DATE_BEGINS.match(first) is None


def decimal_sign_of(texts: Sequence[str], *, commas_part: bool) -> str | None:
    """Return what the commas of a column without named decimal sign are.

    Parameters
    ----------
    texts
        Cells without blanks around them.
    commas_part
        Whether commas part the columns.

    Returns
    -------
    str or None
        ``comma``: decimal signs, since at least one of them cannot part thousands. ``unclear``:
        exactly three digits stand behind each, so 2,125 may be either. None: no decimal commas.
    """
    with_comma = [text for text in texts if "," in text]
    if commas_part or not with_comma or not any(map(_DECIMAL_COMMA.fullmatch, texts)):
        return None
    return "unclear" if all(map(_THREE_DIGITS.fullmatch, with_comma)) else "comma"


def points_are_unclear(cells: Sequence[str]) -> bool:
    """Return whether each point of a column may part thousands, as beside decimal commas."""
    with_point = [cell.strip() for cell in cells if "." in cell]
    clear = not with_point or any("," in cell for cell in cells)
    return not clear and all(map(_POINTS_OF_THREE.fullmatch, with_point))


def refused_cell(cells: Sequence[str], decimal: str | None, *, commas_part: bool) -> int | None:
    """Return the first row whose cell is no number, or None."""
    texts = [cell.strip() for cell in cells]
    decimal = decimal or decimal_sign_of(texts, commas_part=commas_part)
    if decimal == "unclear":
        return next(row for row, text in enumerate(texts) if "," in text)
    for row, cell in enumerate(cells):
        if numbers_of([cell], decimal, commas_part=commas_part) is None:
            return row
    return None
