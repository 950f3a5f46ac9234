"""The columns of a data file, as they stand: text, workbooks, Parquet, and what opens netCDF.

A file is read once, however many columns are asked for, as long as it does not change.
"""

from __future__ import annotations

import datetime
import zlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.errors import DataError, nearest
from hydrosim.io.bounded import MOST_ARRAYS, MOST_TEXT, bytes_of, refuse_unreadable
from hydrosim.io.cells import (
    columns_of_rows,
    columns_of_text,
    decimal_sign_of,
    numbers_of,
    points_are_unclear,
    refuse_doubled,
)
from hydrosim.io.content import other_content
from hydrosim.io.layout import PLAIN, Layout, refuse_idle_keys
from hydrosim.io.table import MOST_NAMES_SHOWN, Notice, Table
from hydrosim.io.text import NotUtf8, decoded
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hydrosim.io.cells import Cells
    from hydrosim.io.table import Column

__all__ = ["table_of"]

_TEXT = (".csv", ".txt", ".tsv", ".tab", ".dat", ".rdb", ".prn", ".asc", ".day", ".mon", ".out")
_WORKBOOK = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
_PARQUET = (".parquet", ".pq")
_NETCDF = (".nc", ".nc4", ".cdf")


def table_of(file: Path, layout: Layout = PLAIN) -> Table:
    """Return the columns of a file.

    Raises
    ------
    DataError
        When it cannot be read as the kind of file that its name says.
    """
    in_parts = file.suffix.lower() in (*_NETCDF, *_PARQUET)
    state = refuse_unreadable(file, _("a data file"), MOST_ARRAYS if in_parts else MOST_TEXT)
    own = layout if file.suffix.lower() in _NETCDF else layout.of_file
    return _read_file(str(file), state.st_mtime_ns, state.st_size, own)


@lru_cache(maxsize=32)
def _read_file(name: str, modified_ns: int, size: int, layout: Layout) -> Table:
    """Read a file; the time of its last change and its size are part of what is remembered."""
    del modified_ns, size
    file = Path(name)
    ending = file.suffix.lower()
    if ending == ".gz":
        ending = Path(file.stem).suffix.lower()
        ending = ending if ending in _TEXT else ".gz"
    if ending in _TEXT:
        refuse_idle_keys(layout, "text", name)
        return _read_text(file, layout)
    if ending in _PARQUET:
        refuse_idle_keys(layout, "Parquet", name)
        return _read_parquet(file)
    if ending in _WORKBOOK:
        refuse_idle_keys(layout, "workbook", name)
        return _read_workbook(file, layout)
    if ending in _NETCDF:
        from hydrosim.io.netcdf_series import read_netcdf

        refuse_idle_keys(layout, "netCDF", name)
        return read_netcdf(file, layout)
    expected = _(".csv, .txt, .tsv, .dat, .rdb (or these with .gz), .xlsx, .xls, .parquet or .nc")
    raise DataError(name, found=_("the ending {suffix!r}", suffix=file.suffix), expected=expected)


def _read_text(file: Path, layout: Layout) -> Table:
    raw = bytes_of(file, _("CSV text in UTF-8"), MOST_TEXT)
    other = None if file.suffix.lower() == ".gz" else other_content(raw)
    if other is not None:
        note = _("the ending of its name says how a file is read")
        raise DataError(str(file), found=other, expected=_("CSV text in UTF-8"), note=note)
    try:
        content = decoded(_unpacked(raw) if file.suffix.lower() == ".gz" else raw, layout.encoding)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            str(file),
            found=error.args[0] if error.args else str(error),
            expected=_("CSV text in UTF-8"),
        ) from None
    if isinstance(content, NotUtf8):
        note = _("{note} (in Excel: CSV UTF-8)", note=content.note)
        if not layout.encoding:
            note = _("{note}, or name its encoding: `encoding:`", note=note)
        where = {"line": content.line, "note": note}
        raise DataError(str(file), found=content.found, expected=_("CSV text in UTF-8"), **where)
    cells = columns_of_text(content.text, file, layout)
    notices = ()
    if (other := content.other) is not None:
        notices = (Notice(str(file), other.found, _("text in UTF-8"), other.note, other.line),)
    commas = cells.separator == ","
    columns, words = _columns(cells, layout, commas_part=commas)
    return Table(columns, cells.lines, words, notices, commas_part=commas, decimal=layout.decimal)


def _unpacked(raw: bytes) -> bytes:
    """Return what a gzip file holds, unless it is so large that it cannot be meant."""
    parts: list[bytes] = []
    size = 0
    while raw:
        stream = zlib.decompressobj(wbits=31)
        parts.append(stream.decompress(raw, MOST_TEXT - size))
        size += len(parts[-1])
        if not stream.eof:
            more = bool(stream.unconsumed_tail)
            longer = _("more than {most} MiB of text", most=MOST_TEXT >> 20)
            raise OSError(longer if more else _("a gzip file that ends early"))
        raw = stream.unused_data
    return b"".join(parts)


def _columns(
    cells: Cells, layout: Layout, *, commas_part: bool
) -> tuple[dict[str, Column], dict[str, dict[int, str]]]:
    columns: dict[str, Column] = {}
    words: dict[str, dict[int, str]] = {}
    commas_shown = (
        layout.decimal is None
        and not commas_part
        and any(
            decimal_sign_of([cell.strip() for cell in column], commas_part=False) == "comma"
            for column in cells.columns
        )
    )
    for name, column in zip(cells.header, cells.columns, strict=True):
        made = numbers_of(column, layout.decimal, commas_part=commas_part)
        if commas_shown and made is not None and points_are_unclear(column):
            made = None
        if made is None:
            columns[name] = column
        else:
            columns[name], words[name] = made
    return columns, words


def _read_workbook(file: Path, layout: Layout) -> Table:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(file))
        names = workbook.sheet_names
        sheet = _sheet(file, names, layout.sheet)
        content = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        raise _no_workbook(file, str(error)) from None
    first = layout.header if isinstance(layout.header, int) else 1
    rows = [
        (number, [_cell(cell) for cell in row])
        for number, row in enumerate(content, 1)
        if number >= first and any(str(cell).strip() for cell in row)
    ]
    if not rows:
        raise DataError(
            str(file),
            found=_("the empty sheet {sheet!r}", sheet=sheet),
            expected=_("a header and rows"),
        )
    cells = columns_of_rows(rows, file, layout)
    refuse_doubled(cells, file)
    columns, words = _columns(cells, layout, commas_part=False)
    return Table(
        columns,
        cells.lines,
        words,
        commas_part=False,
        decimal=layout.decimal,
        of_empty=_(
            "a cell with an error, or a formula that was never computed, counts as empty: open "
            "the workbook and save it"
        ),
    )


def _no_workbook(file: Path, reason: str) -> DataError:
    """Return the error of a file that is no workbook, whatever its name says."""
    raw = bytes_of(file, _("a workbook"), MOST_TEXT)
    damaged = raw.startswith((b"PK", b"\xd0\xcf\x11\xe0"))
    other = other_content(raw)
    if other is not None and not damaged:
        note = _("open it in a spreadsheet program and save it as .xlsx")
        return DataError(str(file), found=other, expected=_("a workbook"), note=note)
    if damaged or isinstance(decoded(raw), NotUtf8):
        return DataError(str(file), found=reason, expected=_("a workbook"))
    return DataError(
        str(file),
        found=_("text, no workbook"),
        expected=_("a workbook"),
        note=_("text has a name such as {name!r}", name=file.stem + ".csv"),
    )


def _sheet(file: Path, names: Sequence[str], wanted: str | None) -> str:
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted in names:
        return str(wanted)
    found = (
        _("{count} sheets", count=len(names))
        if wanted is None
        else _("no sheet {wanted!r}", wanted=wanted)
    )
    sheets = ", ".join(repr(name) for name in names[:MOST_NAMES_SHOWN])
    raise DataError(
        str(file),
        found=found,
        expected=_("the key `sheet` with one of {sheets}", sheets=sheets),
        nearest=None if wanted is None else nearest(wanted, names),
    )


def _cell(value: Any) -> str:
    """Return a cell of a workbook as text: dates in ISO form, whole numbers without a point."""
    if isinstance(value, datetime.datetime):
        rounded = value + datetime.timedelta(seconds=0.5)
        return rounded.replace(microsecond=0).isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value) if isinstance(value, float) else str(value)


def _read_parquet(file: Path) -> Table:
    import pandas as pd

    try:
        frame = pd.read_parquet(file)
    except ImportError:
        raise DataError(
            str(file),
            found=_("no reader for Parquet on this machine"),
            expected=_("the package pyarrow, or the data as CSV or netCDF"),
        ) from None
    except (OSError, ValueError) as error:
        raise DataError(str(file), found=str(error), expected=_("a Parquet file")) from None
    if isinstance(frame.index, pd.DatetimeIndex):
        frame = frame.rename_axis("time").reset_index()
    return Table({str(name): _array(frame[name].to_numpy()) for name in frame})


def _array(values: NDArray[Any]) -> Column:
    if values.dtype.kind == "M":
        return [str(moment) for moment in values.astype("M8[s]")]
    return values.astype(np.float64) if values.dtype.kind in "iuf" else [str(v) for v in values]
