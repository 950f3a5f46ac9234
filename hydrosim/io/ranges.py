"""Numbers that a quantity cannot have, and the codes by which files tell that there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hydrosim.locale import SEMICOLON, _, listed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["NO_LIMITS", "Limits", "Outside", "Range", "is_missing_code", "outside", "suspicious"]

MISSING = _("a usual code for a missing value")
FILL = _("fill the gap in the file: nothing is filled in")
_NINES = re.compile(r"-?9+(?:\.9+)?")
# 16 bit and 32 bit integers, HEC-DSS, radar and stations, the daily files of the CMA.
_OTHER_CODES = frozenset(
    (-32768.0, -32767.0, 32767.0, -2147483648.0, 2147483647.0, -901.0, -902.0, -6999.0, -7777.0,
     -8888.0, -88888.0, 7777.0, 8888.0, 77777.0, 88888.0, 888888.0, 32766.0, 32744.0, 32700.0,
     65535.0, 999990.0, 999998.0)
)  # fmt: skip
_FILL_VALUE = 1e15  # 1e20, 9.97e36, -3.4e38: nothing on this planet is as large
_FEW_NINES = -10.0  # codes above it, such as -9, are numbers where others are negative too
_LEAST = 20.0  # positive codes below it, such as 9.9, are numbers
_FAR = 3.0  # how many times the next largest number a code is that stands in one row
_FAR_REPEATED = 1.2  # the same of a code in several rows, or of many nines: measured numbers differ
_MANY_NINES = 4
_LEAST_OF_ALL = 999.0  # least code that is unlikely where no other number stands beside it
_FAR_SIZE = 20.0  # how many times the next largest a number is that is hardly true
_FAR_FROM_FOURTH = 50.0  # the same of the fourth largest number
_ENOUGH = 60  # numbers from which on one far above the others is unlikely


@dataclass(frozen=True)
class Range:
    """Numbers that are possible in one place, in the unit of the file.

    Attributes
    ----------
    low, high
        The limits; None for none.
    expected
        The limits in words.
    likely_high
        Numbers above it are unlikely.
    """

    low: float | None
    high: float | None
    expected: str
    likely_high: float | None = None


@dataclass(frozen=True)
class Limits:
    """All that is known of the numbers of a column.

    Attributes
    ----------
    unit
        Unit in which a number is shown; empty for none.
    ranges
        What its unit and each place that uses it allow.
    minimum, maximum
        What the configuration allows; inside, no number is taken for a code.
    converted
        Whether a factor brings the numbers to the unit, so that those of the file have another.
    """

    unit: str = ""
    ranges: tuple[Range, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    converted: bool = False

    def with_unit(self, number: float) -> str:
        """Return a number with its unit."""
        return f"{number:.10g} {self.unit}".rstrip()


NO_LIMITS = Limits()


class Outside(NamedTuple):
    """The first number outside the limits."""

    row: int
    found: str
    expected: str
    note: str | None


def is_missing_code(number: float) -> bool:
    """Return whether a number is one by which files usually mark a missing value."""
    if abs(number) >= _FILL_VALUE:
        return True
    return (
        number in _OTHER_CODES
        or _NINES.fullmatch(f"{number:.6f}".rstrip("0").rstrip(".")) is not None
    )


def outside(numbers: Floats, limits: Limits) -> Outside | None:
    """Return the first number outside the limits, or the first code for a missing value.

    Parameters
    ----------
    numbers
        Finite numbers, shape (n,).
    limits
        What is possible.
    """
    if not numbers.size:
        return None
    for one in (*_stated(limits), *limits.ranges):
        bad = np.zeros(numbers.size, np.bool_)
        if one.low is not None:
            bad |= numbers < one.low
        if one.high is not None:
            bad |= numbers > one.high
        if bad.any():
            return _first_bad(numbers, bad, limits, one.expected)
    bad = np.abs(numbers) >= _FILL_VALUE
    if not bad.any():
        bad = _codes(numbers, limits)
    return (
        _first_bad(numbers, bad, limits, _("a number that was measured or counted"))
        if bad.any()
        else None
    )


def _expected_of_code(numbers: Floats, largest: float, limits: Limits) -> str | None:
    """Return what is expected instead of a code; None where it may be a number."""
    others = numbers[numbers < largest]
    if not others.size:
        if numbers.size == 1 or largest < _LEAST_OF_ALL:
            return None
        return _("numbers that were measured or counted")
    next_largest = float(others.max())
    alone = others.size == numbers.size - 1
    short = largest not in _OTHER_CODES and f"{largest:.10g}".count("9") < _MANY_NINES
    far = _FAR if alone and (short or largest >= _FAR * next_largest) else _FAR_REPEATED
    if largest < far * max(next_largest, 0.0):
        return None
    return _("as a rule no such number {times:g} times the next largest, {number}",
             times=far, number=limits.with_unit(next_largest))  # fmt: skip


def _expected_size(numbers: Floats, largest: float, limits: Limits) -> str | None:
    """Return what is expected instead of a number of another size; None where it may be true.

    Its bounds are 20 times the next largest number, or 50 times the fourth largest, so that three
    such numbers do not hide each other. A few numbers, or mere zeros beside it, say nothing.
    """
    if numbers.size < _ENOUGH:
        return None
    next_largest = float(numbers[numbers < largest].max(initial=0.0))
    if next_largest > 0.0 and largest >= _FAR_SIZE * next_largest:
        return _("as a rule no number {times:g} times the next largest, {number}",
                 times=_FAR_SIZE, number=limits.with_unit(next_largest))  # fmt: skip
    fourth = float(np.partition(numbers, -4)[-4])
    if fourth > 0.0 and largest >= _FAR_FROM_FOURTH * fourth:
        return _("as a rule no number {times:g} times the fourth largest, {number}",
                 times=_FAR_FROM_FOURTH, number=limits.with_unit(fourth))  # fmt: skip
    return None


def suspicious(numbers: Floats, limits: Limits) -> Outside | None:
    """Return a number far above all others: possible but unlikely.

    A code of nines that stands alone, is repeated, or is three times the next largest; or a slip
    of the decimal sign, see :func:`_expected_size`.
    """
    largest = float(numbers.max(initial=0.0))
    if largest < _LEAST or limits.maximum is not None:
        return None
    of_code = _expected_of_code(numbers, largest, limits) if is_missing_code(largest) else None
    expected = of_code or _expected_size(numbers, largest, limits)
    if expected is None:
        return None
    found = _first_bad(numbers, numbers == largest, limits, expected)
    return found._replace(note=_("a true value is stated by `maximum:`"))


def _stated(limits: Limits) -> list[Range]:
    found = []
    if limits.minimum is not None:
        expected = _(
            "{number} or more, as `minimum:` says", number=limits.with_unit(limits.minimum)
        )
        found.append(Range(limits.minimum, None, expected))
    if limits.maximum is not None:
        expected = _(
            "{number} or less, as `maximum:` says", number=limits.with_unit(limits.maximum)
        )
        found.append(Range(None, limits.maximum, expected))
    return found


def _codes(numbers: Floats, limits: Limits) -> NDArray[np.bool_]:
    """Return where the least or greatest number is a code and cannot well be a number."""
    none = np.zeros(numbers.size, np.bool_)
    least, greatest = float(numbers.min()), float(numbers.max())
    if least < 0.0 and limits.minimum is None and is_missing_code(least):
        found = numbers == least
        if least < _FEW_NINES or not (numbers[~found] < 0.0).any():
            return found
    likely = [one.likely_high for one in limits.ranges if one.likely_high is not None]
    if limits.maximum is None and likely and greatest > min(likely) and is_missing_code(greatest):
        return numbers == greatest
    return none


def _first_bad(numbers: Floats, bad: NDArray[np.bool_], limits: Limits, expected: str) -> Outside:
    row = int(np.argmax(bad))
    number = float(numbers[row])
    code = is_missing_code(number)
    found = limits.with_unit(number)
    if code:
        found = listed([found, MISSING])
    count = int(bad.sum())
    notes: list[str] = []
    if count > 1:
        notes.append(_("{count} of {all} rows", count=count, all=numbers.size))
    if code:
        notes.append(FILL)
    note = listed(notes, SEMICOLON) if notes else None
    return Outside(row, found, expected, note)
