"""The unit that a file states for a column, beside the one that the configuration names.

In netCDF it is an attribute. In text and workbooks it may stand in the name of the column,
``flow (cfs)``, in a column of units, or in the parameter code of the USGS.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hydrosim.errors import DataError
from hydrosim.io.ranges import suspicious
from hydrosim.io.table import Notice, line_of
from hydrosim.locale import _
from hydrosim.units.table import tidy, unit_of, unknown_unit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from hydrosim.io.ranges import Limits
    from hydrosim.io.table import Table
    from hydrosim.units.table import Signature

__all__ = ["check_unit", "unit_notice", "unlikely_in"]

_BRACKETS = re.compile(r"[(\[{\uff08\u3010](.+?)[)\]}\uff09\u3011]")
_AFTER_SIGN = re.compile(r".*(?:[,;\uff0c]\s*|[_\s])([^,;\s_]+)")
_NO_UNIT = "\u6d41\u91cf"  # the word for flow, which is a unit in speech and a name in a header
_PARTS = re.compile(r"(\d*\.?\d+(?:[eE][-+]?\d+)?)\s+(\D.*)")
_UNIT_COLUMNS = ("unit", "units", "\u5355\u4f4d")
# Parameter codes of the USGS: discharge, stage, precipitation.
_USGS = {"00060": "cfs", "00061": "cfs", "00065": "ft", "00045": "inch", "30208": "m3/s"}
_USGS_NAME = re.compile(r"(?:\d+_)?(\d{5})(?:_\d{5})?")
_WATER = ("m3", "m3/s", "m", "m/s", "m2")
_TIMES = re.compile(r"/(?:s|sec|min|h|hr|hour|d|day|month|year|yr|a|\u65e5|\u5929|\u6708|\u5e74)$")


def check_unit(
    table: Table, file: Path, column: str, unit: str, *, converted: bool = False
) -> None:
    """Refuse a unit that contradicts the one in the attributes of the file.

    Parameters
    ----------
    table, file, column
        The column and where it stands.
    unit
        Unit in the configuration; empty for none.
    converted
        Whether a factor brings the numbers of the file to the unit.

    Raises
    ------
    DataError
        When both are known and differ, or the one of the file counts in parts such as 0.1 mm.
    """
    own = tidy(table.units.get(column, ""))
    parts = _PARTS.fullmatch(own)
    if unit and not converted and parts is not None and unknown_unit(tidy(parts[2])) is None:
        raise DataError(
            str(file),
            found=_("the unit {units!r} in the file, {unit!r} in the configuration",
                    units=own, unit=unit),
            expected=_("`unit: {own}` with `factor: {part}`", own=parts[2], part=parts[1]),
            column=column,
        )  # fmt: skip
    if not unit or not own or unknown_unit(own) is not None or unknown_unit(tidy(unit)) is not None:
        return
    if unit_of(own) != unit_of(tidy(unit)):
        raise DataError(
            str(file),
            found=_(
                "the unit {units!r} in the file, {unit!r} in the configuration",
                units=table.units[column],
                unit=unit,
            ),
            expected=_("one unit in both"),
            column=column,
        )


def unit_notice(table: Table, file: Path, column: str, unit: str) -> Notice | None:
    """Return the notice where the file seems to have another unit; None where all is well.

    Parameters
    ----------
    table
        The file.
    file
        Its path, for the message.
    column
        Column that is read.
    unit
        Unit in the configuration; empty for none.
    """
    own = table.units.get(column, "")
    if own:
        if not unit or unknown_unit(tidy(own)) is None or tidy(own) == tidy(unit):
            return None
        found = _("the unit {own!r} of {column!r} in the file, which is not known here",
                  own=own, column=column)  # fmt: skip
        return Notice(str(file), found, _("{unit!r}, as the configuration says", unit=unit))
    own = _told_unit(table, file, column)
    if own is None or not unit or unknown_unit(tidy(unit)) is not None or _agree(own, tidy(unit)):
        return None
    found = _("{own!r} in the file, {unit!r} in the configuration for {column!r}",
              own=own, unit=unit, column=column)  # fmt: skip
    note = _("a `factor:` other than 1 says that the numbers are converted")
    return Notice(str(file), found, _("one unit in both"), note)


def unlikely_in(
    table: Table,
    file: Path,
    column: str,
    numbers: NDArray[np.float64],
    limits: Limits,
    place: Callable[[int], tuple[str | None, int]] | None = None,
    *,
    has_maximum: bool = True,
) -> list[Notice]:
    """Return notices of a column that is read all the same: another unit, an unlikely number.

    Parameters
    ----------
    table, file, column
        The column and where it stands.
    numbers
        Numbers of the column that are used.
    limits
        What they can be; a column that a factor converts may have another unit.
    place
        Date and row in the table of a place in ``numbers``; without it places are rows.
    has_maximum
        Whether the configuration may state the largest number, by a key ``maximum``.
    """
    notices: list[Notice] = []
    other = None if limits.converted else unit_notice(table, file, column, limits.unit)
    if other is not None:
        notices.append(other)
    unlikely = suspicious(numbers, limits)
    if unlikely is not None:
        date, row = (None, unlikely.row) if place is None else place(unlikely.row)
        found = _("{found}, in column {column!r}", found=unlikely.found, column=column)
        if date is not None:
            found = _("{found}, {date}", found=found, date=date)
        line, note = line_of(table, row), unlikely.note if has_maximum else None
        notices.append(Notice(str(file), found, unlikely.expected, note, line))
    return notices


def _told_unit(table: Table, file: Path, column: str) -> str | None:
    """Return the unit that name, code or a column of units states; None for none."""
    candidates = _BRACKETS.findall(column)
    after = _AFTER_SIGN.fullmatch(column)
    if after is not None and len(after[1]) > 1:
        candidates.append(after[1])
    for text in candidates:
        own = tidy(text.strip())
        if own in ("", _NO_UNIT) or unknown_unit(own) is not None:
            continue
        if _dimension(own) in _known_dimensions():
            return text.strip()
    code = _USGS_NAME.fullmatch(column) if file.suffix.lower() == ".rdb" else None
    if code is not None:
        return _USGS.get(code[1])
    for name, cells in table.columns.items():
        if name.strip().lower() in _UNIT_COLUMNS and isinstance(cells, list):
            texts = {cell.strip() for cell in cells}
            own = tidy(next(iter(texts)))
            if len(texts) == 1 and own and unknown_unit(own) is None:
                return next(iter(texts))
    return None


def _known_dimensions() -> set[Signature]:
    return {unit_of(unit)[1] for unit in _WATER}


def _dimension(unit: str) -> Signature:
    return unit_of(_TIMES.sub("", unit))[1] if _TIMES.search(unit) else unit_of(unit)[1]


def _agree(own: str, unit: str) -> bool:
    """Return whether two units are one, an amount and the same amount per time among them."""
    first, second = tidy(own), unit
    if unit_of(first)[1] != unit_of(second)[1]:
        first, second = _TIMES.sub("", first), _TIMES.sub("", second)
    return unit_of(first) == unit_of(second) if second else False
