"""The sheets of a workbook as cells with their values, or with what keeps them from having one."""

from __future__ import annotations

import datetime
import io
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from hydrosim.errors import DataError
from hydrosim.io.bounded import MOST_CONFIG, MOST_TEXT, bytes_of
from hydrosim.locale import _
from hydrosim.projects.cells import Percent

if TYPE_CHECKING:
    from pathlib import Path

    from hydrosim.locale import Message

__all__ = ["Refused", "Sheet", "read_sheets"]

ENDINGS = (".xlsx", ".xlsm")
MOST_PARTS = 5000
MOST_PLACES = 4_000_000
"""Parts of a workbook file, and cells of a sheet from the first to the last that is used."""


class Refused(NamedTuple):
    """A cell without a value that could be used: what was found, and what is expected."""

    found: Message
    expected: Message


@dataclass
class Sheet:
    """The cells of a sheet by row and column, from 1, that are not empty."""

    name: str
    cells: dict[tuple[int, int], Any] = field(default_factory=dict)


def read_sheets(file: Path) -> list[Sheet]:
    """Return the sheets of a workbook.

    Raises
    ------
    DataError
        When it is no workbook that can be read, is damaged, or is larger than any that is meant.
    """
    expected = _("an Excel workbook (.xlsx)")
    raw = bytes_of(file, expected, MOST_CONFIG)
    if file.suffix.lower() not in ENDINGS:
        note = _("save it as .xlsx") if file.suffix.lower() in (".xls", ".xlsb", ".ods") else None
        raise DataError(str(file), found=_("the ending {suffix!r}", suffix=file.suffix),
                        expected=expected, note=note)  # fmt: skip
    _refuse_bomb(file, raw)
    # The reader raises whatever a damaged part leads to.
    try:
        from openpyxl import load_workbook

        values = load_workbook(io.BytesIO(raw), data_only=True, keep_links=False)
        formulas = load_workbook(io.BytesIO(raw), keep_links=False)
        return [_sheet(file, formulas[one.title], one) for one in values.worksheets]
    except DataError:
        raise
    except Exception as error:
        found = _("a workbook that cannot be read: {error}", error=str(error)[:200])
        raise DataError(str(file), found=found, expected=expected) from None


def _refuse_bomb(file: Path, raw: bytes) -> None:
    """Refuse what is no archive, and one whose parts unpack to more than is meant."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(raw)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError) as error:
        found = _("a file that is no workbook: {error}", error=error)
        raise DataError(str(file), found=found, expected=_("an Excel workbook (.xlsx)")) from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_TEXT:
        found = _("a workbook that unpacks to more than {most} MiB", most=MOST_TEXT >> 20)
        raise DataError(str(file), found=found, expected=_("a workbook of a configuration"))


def _sheet(file: Path, formulas: Any, values: Any) -> Sheet:
    if formulas.max_row * formulas.max_column > MOST_PLACES:
        raise DataError(
            str(file),
            found=_("the sheet {sheet!r} of {rows} rows and {columns} columns",
                    sheet=values.title, rows=formulas.max_row, columns=formulas.max_column),
            expected=_("at most {most} cells", most=MOST_PLACES),
        )  # fmt: skip
    sheet = Sheet(values.title)
    for row, row_values in zip(formulas.iter_rows(), values.iter_rows(), strict=True):
        for cell, cached in zip(row, row_values, strict=True):
            value = _value(cell, cached)
            if value is not None:
                sheet.cells[cell.row, cell.column] = value
    for area in formulas.merged_cells.ranges:
        sheet.cells[area.min_row, area.min_col] = Refused(
            _("the merged cells {area}", area=area.coord), _("one value a cell, nothing merged")
        )
    return sheet


def _value(cell: Any, cached: Any) -> Any:
    """Return the value of a cell; None for an empty one."""
    if cell.__class__.__name__ == "MergedCell":
        return None
    value = cached.value
    if cell.data_type == "f" and value is None:
        return Refused(
            _("a formula without a value"),
            _("a value: open the book in Excel and save it, or write the number"),
        )
    if "e" in (cell.data_type, cached.data_type):
        return Refused(_("the error {value}", value=str(value)), _("a value"))
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, (datetime.time, datetime.timedelta)):
        return Refused(_("the time of day {value}", value=str(value)), _("a number, text or date"))
    if isinstance(value, float) and value != value:
        return Refused(_("no number"), _("a value"))
    percent = "%" in str(cached.number_format)
    if percent and isinstance(value, (int, float)) and not isinstance(value, bool):
        return Percent(Decimal(repr(value)) * 100)
    return value
