"""The value of a cell: what a configuration writes as one, and back."""

from __future__ import annotations

import datetime
import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hydrosim.projects.headings import MONTH_DAY
from hydrosim.units.scalars import plainly

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["NOTHING", "Percent", "common_unit", "quantity", "value_of", "written"]

NOTHING = object()
"""A cell in which nothing stands."""
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_QUANTITY = re.compile(rf"({_NUMBER})\s*(\S[^\[\]]*)")
_WORDS: dict[str, Any] = {"~": None, "{}": {}, "[]": []}
"""What stands for nothing, an empty block and an empty list."""
LARGEST_WHOLE = 10**15


class Percent(Decimal):
    """A number that a cell shows in per cent: 5 for a cell that shows 5 %."""


def quantity(text: Any) -> tuple[float, str] | None:
    """Return number and unit of a text that a cell and its heading can hold without loss."""
    found = _QUANTITY.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    number = float(found[1])
    exact = abs(number) < LARGEST_WHOLE and Decimal(repr(number)) == Decimal(found[1])
    unit = found[2].strip()
    return (number, unit) if exact and unit[0] not in "0123456789.+-eE:-/" else None


def common_unit(values: Iterable[Any]) -> str | None:
    """Return the unit that most values of a column have; None where numbers have none."""
    counted: dict[str, int] = {}
    for value in values:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return None
        one = quantity(value)
        if one is not None:
            counted[one[1]] = counted.get(one[1], 0) + 1
    return max(counted, key=lambda unit: counted[unit]) if counted else None


def written(value: Any, unit: str | None) -> str | float | bool:
    """Return what stands in a cell for a value, in a column with or without unit."""
    if value is None:
        return "~"
    if isinstance(value, (dict, list)):
        return "[]" if isinstance(value, list) else "{}"
    if isinstance(value, (bool, int, float)):
        return value
    one = quantity(value) if unit is not None and unit != MONTH_DAY else None
    if one is not None and one[1] == unit:
        return one[0]
    text = str(value)
    unlike = text in _WORDS or text[:1] in ('"', "#", "") or text != text.strip()
    alone = unit is not None and re.fullmatch(_NUMBER, text)
    return json.dumps(text, ensure_ascii=False) if unlike or alone else text


def value_of(cell: Any, unit: str | None, *, is_text: bool = False) -> Any:
    """Return the value that a cell stands for; text as it would stand in a configuration.

    Parameters
    ----------
    cell
        Number, truth, text, date or :class:`Percent`.
    unit
        Unit of the column.
    is_text
        Whether the schema takes nothing but text there.
    """
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, Percent):
        return f"{_plain(cell)} %"
    if isinstance(cell, (int, float)):
        number = int(cell) if float(cell).is_integer() and abs(cell) < LARGEST_WHOLE else cell
        if unit is not None and unit != MONTH_DAY:
            return f"{number} {unit}"
        return str(number) if is_text or unit == MONTH_DAY else cell
    if isinstance(cell, datetime.datetime) and (cell.hour or cell.minute or cell.second):
        return cell.isoformat(timespec="minutes" if not cell.second else "seconds")
    if isinstance(cell, (datetime.datetime, datetime.date)):
        day = cell.strftime("%Y-%m-%d") if cell.year >= 1000 else cell.isoformat()[:10]
        return day[5:] if unit == MONTH_DAY else day
    text = str(cell).strip()
    if text in _WORDS:
        return type(_WORDS[text])() if text != "~" else None
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        try:
            return str(json.loads(text))
        except ValueError:
            return text
    alone = re.fullmatch(_NUMBER, plainly(text) or text)
    return f"{text} {unit}" if alone and unit is not None and unit != MONTH_DAY else text


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")
