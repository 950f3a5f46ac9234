"""Text files: their encoding, and the cells of CSV text by column with the line of each row."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hydrosim.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Cells = tuple[list[str], list[list[str]], NDArray[np.int64]]

__all__ = ["NotUtf8", "columns_of_text", "text_of"]

_CHINESE = re.compile(r"[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]+")
_LONGEST_SAMPLE = 24
_LONGEST_HEAD = 200


class NotUtf8(NamedTuple):
    """What is told of a file that is not UTF-8."""

    found: str
    line: int
    note: str


def text_of(raw: bytes) -> str | NotUtf8:
    """Return bytes as text in UTF-8, with or without its mark, or what is wrong with them."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            return NotUtf8("text in UTF-16", 1, "save it as UTF-8")
        start = raw.rfind(b"\n", 0, error.start) + 1
        found = f"bytes that are not UTF-8 at position {error.start}"
        return NotUtf8(found, raw.count(b"\n", 0, error.start) + 1, _note(raw[start:]))


def _note(rest: bytes) -> str:
    """Return what to do, with the line as GBK reads it where that gives Chinese."""
    line = rest.partition(b"\n")[0].rstrip(b"\r")
    try:
        text = line.decode("gb18030")
    except UnicodeDecodeError:
        return "save it as UTF-8"
    other = [character for character in text if not character.isascii()]
    if len(other) < 2 or not _CHINESE.fullmatch("".join(other)):
        return "save it as UTF-8"
    sample = text.strip()
    short = sample if len(sample) <= _LONGEST_SAMPLE else sample[:_LONGEST_SAMPLE] + "…"
    return f"it reads as GBK, {short!r}: save it as UTF-8"


def columns_of_text(text: str, file: Path) -> Cells:
    """Return the header, the cells of each column, and the line of each row below the header.

    Empty lines and lines that start with ``#`` are left out.

    Raises
    ------
    DataError
        If a row has more or fewer entries than the header, other signs than commas part the
        columns, or there is no row.
    """
    _refuse_other_separators(text, file)
    return _plain_cells(text) or _any_cells(text, file)


def _refuse_other_separators(text: str, file: Path) -> None:
    """Refuse a header of one name that other signs than commas part."""
    for number, row in enumerate(text.splitlines()[:_LONGEST_HEAD], 1):
        if not row.strip() or row.startswith("#"):
            continue
        sign = next((sign for sign in ";\t，；|" if sign in row), None)
        if sign is not None and "," not in row:
            raise DataError(
                str(file),
                found=f"a header parted by {sign!r}",
                expected="columns parted by commas",
                line=number,
            )
        return


def _plain_cells(text: str) -> Cells | None:
    """Cut columns out of text without quotes and of one width; None for other text.

    Most files are of that kind, and whole columns are cut out of them in half the time of a
    reader that goes row by row.
    """
    if '"' in text or "\r" in text:
        return None
    rows = text.split("\n")
    lines = np.flatnonzero([bool(row) and row[0] != "#" for row in rows]) + 1
    kept = rows if lines.size == len(rows) else [rows[line - 1] for line in lines.tolist()]
    if len(kept) < 2 or len({row.count(",") for row in kept}) > 1:
        return None
    header = [name.strip() for name in kept[0].split(",")]
    cells = ",".join(kept[1:]).split(",")
    return header, [cells[column :: len(header)] for column in range(len(header))], lines[1:]


def _any_cells(text: str, file: Path) -> Cells:
    reader = csv.reader(io.StringIO(text))
    header: list[str] | None = None
    rows: list[list[str]] = []
    lines: list[int] = []
    for row in reader:
        if not row or row[0].startswith("#"):
            continue
        if header is None:
            header = [name.strip() for name in row]
        elif len(row) == len(header):
            rows.append(row)
            lines.append(reader.line_num)
        else:
            raise DataError(
                str(file),
                found=f"{len(row)} entries",
                expected=f"{len(header)} entries, as the header has",
                line=reader.line_num,
            )
    if header is None or not rows:
        raise DataError(str(file), found="no rows", expected="a header and rows")
    return header, [list(column) for column in zip(*rows, strict=True)], np.array(lines, np.int64)
