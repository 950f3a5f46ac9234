"""Dates in data files: which forms are recognised, and forms that a configuration names.

Without a name a column has the first form that its first cell has, if all its cells have it. A day
and a month that can be taken for each other are refused with the name to write. A form is named by
letters (``d/m/Y``, ``yyyymmddHH``), by codes (``%d/%m/%Y``), by an example, or as ``excel``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hydrosim.errors import shown
from hydrosim.io.date_notes import NO_WHOLE_NUMBERS, note_on_date, note_on_digits
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Seconds = NDArray[np.int64]

__all__ = ["DateTroubleError", "Moments", "check_form", "read_moments", "zone_offset_s"]

EXPECTED = _("a date such as 1980-01-01")
_NOTHING = np.datetime64("NaT", "s")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONE = r"[Zz]|(?:UTC|GMT)?[-+\u2212]\d{1,2}(?::?\d{2})?|UTC|GMT"
# Before and after noon, as a clock of twelve hours says it in Chinese.
_HALF = "(?P<q>\u4e0a\u5348|\u4e0b\u5348)"
_LATE = "pP\u4e0b"
_CLOCK = (
    rf"(?:{_HALF}\s*)?"
    r"(?P<H>\d{1,2})(?::(?P<M>\d{1,2})(?::(?P<S>\d{1,2})(?:\.\d+)?)?|(?P<N>\d{2})(?:\d{2})?)?"
    r"(?:\s*(?P<p>[AaPp])\.?[Mm]\.?)?"
)
_TAIL = rf"(?:[T\s,]+{_CLOCK})?\s*(?:(?P<z>{_ZONE})(?:\[[\w/]+\])?)?"
# Year, month, day, hour and minute as they are written after a number in Chinese.
_Y, _M, _D, _H, _N = "\u5e74", "\u6708", "\u65e5", "\u65f6", "\u5206"
# The three parts of a month, with their first day.
_PART, _X = {"\u4e0a": 1, "\u4e2d": 11, "\u4e0b": 21}, "\u65ec"
_CHINESE_TAIL = rf"(?:\s*(?P<h>\d{{1,2}}){_H}(?:(?P<n>\d{{1,2}}){_N}?)?|{_TAIL})"
FORMS = {
    name: re.compile(pattern)
    for name, pattern in {
        "Y-m-d": rf"(?P<Y>\d{{4}})(?P<s>[-/. ])(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}}){_TAIL}",
        "Y-m": r"(?P<Y>\d{4})[-/.](?P<m>\d{1,2})",
        "Y": r"(?P<Y>\d{4})",
        "Ymd": rf"(?P<Y>\d{{4}})(?P<m>\d{{2}})(?P<d>\d{{2}})"
        rf"(?:[T\s]*(?P<H>\d{{2}}):?(?:(?P<M>\d{{2}}):?(?:(?P<S>\d{{2}}))?)?)?(?P<z>{_ZONE})?",
        "Chinese": rf"(?P<Y>\d{{4}}){_Y}(?:(?P<m>\d{{1,2}}){_M}"
        rf"(?:(?P<x>[{''.join(_PART)}]){_X}|(?P<d>\d{{1,2}}){_D}{_CHINESE_TAIL})?)?",
        "day or month first": r"(?P<d>\d{1,2})(?P<s>[-/])(?P<m>\d{1,2})(?P=s)(?P<Y>\d{4})" + _TAIL,
        "d.m.Y": rf"(?P<d>\d{{1,2}})\.(?P<m>\d{{1,2}})\.(?P<Y>\d{{4}}){_TAIL}",
        "d b Y": rf"(?P<d>\d{{1,2}})[-\s/.]?(?P<b>[A-Za-z]{{3,9}})\.?[-\s/,]*(?P<Y>\d{{4}}){_TAIL}",
        "b d Y": rf"(?P<b>[A-Za-z]{{3,9}})\.?\s+(?P<d>\d{{1,2}}),?\s+(?P<Y>\d{{4}}){_TAIL}",
        "b Y": r"(?P<b>[A-Za-z]{3,9})[-\s/]?(?P<Y>\d{4})",
        "Y b": r"(?P<Y>\d{4})[-\s/]?(?P<b>[A-Za-z]{3,9})",
    }.items()
}
_UNCLEAR = "day or month first"
_OTHER_SIGN = re.compile(r"[A-SU-Za-z+]|[^\x00-\x7f]")  # what ISO dates without zones do not have
_PERCENT = {
    "Y": r"(?P<Y>\d{4})", "y": r"(?P<y>\d{2})", "m": r"(?P<m>\d{1,2})", "d": r"(?P<d>\d{1,2})",
    "H": r"(?P<H>\d{1,2})", "I": r"(?P<H>\d{1,2})", "M": r"(?P<M>\d{1,2})",
    "S": r"(?P<S>\d{1,2})", "b": r"(?P<b>[A-Za-z]{3,9})", "B": r"(?P<b>[A-Za-z]{3,9})",
    "p": rf"(?:(?P<p>[AaPp])\.?[Mm]\.?|{_HALF})", "j": r"(?P<j>\d{1,3})",
    "z": rf"(?P<z>{_ZONE})", "%": "%",
}  # fmt: skip
_LETTERS = re.compile(r"[yY]+|[mM]+|[dD]+|[hH]+|[sS]+|[bB]+")
EXCEL_S = {"excel": -2209161600, "excel1904": -2082844800}  # day 0 of serial numbers [s]
_EXCEL_RANGE = (10000.0, 100000.0)
_EXCEL_1970 = 25569.0
_FIRST_YEAR, _LAST_YEAR = 1500, 2999


class DateTroubleError(Exception):
    """Dates that cannot be read: the row at fault, what it holds and what would help."""

    def __init__(self, row: int, found: str, note: str | None = None, expected: str = EXPECTED):
        self.row, self.found, self.note, self.expected = row, found, note, expected
        super().__init__(_("{found}, expected {expected}", found=found, expected=expected))


class Moments(NamedTuple):
    """Times of the rows of a file.

    Attributes
    ----------
    times
        As written; 24:00 is the start of the next day.
    offset_s
        Offset from UTC [s], for times written with one.
    at_24
        Whether a row is written as 24:00.
    """

    times: NDArray[np.datetime64]
    offset_s: Seconds | None
    at_24: NDArray[np.bool_]


def check_form(form: str) -> None:
    """Refuse a name of a form that is none.

    Raises
    ------
    ValueError
        When it has no year, month or day, or is no form at all.
    """
    _patterns(form)


def zone_offset_s(zone: str) -> int:
    """Return the offset of a zone such as ``+08:00`` or ``UTC`` from UTC [s].

    Raises
    ------
    ValueError
        When it is no such zone.
    """
    if zone in ("Z", "z", "UTC", "GMT"):
        return 0
    match = re.fullmatch(r"(?:UTC|GMT)?([-+\u2212])(\d{1,2})(?::?(\d{2}))?", zone)
    if match is None or int(match[2]) > 14 or int(match[3] or 0) > 59:
        msg = _("the zone {zone!r} is not known", zone=zone)
        raise ValueError(msg)
    seconds = int(match[2]) * 3600 + int(match[3] or 0) * 60
    return seconds if match[1] == "+" else -seconds


def read_moments(cells: Sequence[str] | NDArray[np.float64], form: str | None = None) -> Moments:
    """Return the times that a column of text or numbers holds.

    Parameters
    ----------
    cells
        A column as it stands in the file.
    form
        Form of the dates; None where they are to be recognised.

    Raises
    ------
    DateTroubleError
        With the first row at fault, and the form to write where that would help.
    """
    if form in EXCEL_S:
        return _serial(cells, EXCEL_S[form])
    texts = _texts(cells, form) if isinstance(cells, np.ndarray) else [c.strip() for c in cells]
    if form is None or form == "24:00":
        return _iso(texts) or _matched(texts, _recognised(texts))
    return _matched(texts, _patterns(form))


def _texts(numbers: NDArray[np.float64], form: str | None) -> list[str]:
    """Return whole numbers as text, filled with zeros to the width of a form of digits."""
    low, high = _EXCEL_RANGE
    if form is None and numbers.size and np.all((numbers >= low) & (numbers < high)):
        first = float(numbers[0])
        short = note_on_digits([f"{number:06.0f}" for number in numbers.tolist()])
        if form is None and short is not None and first < _EXCEL_1970:
            raise DateTroubleError(0, f"{first:.10g}", short)
        day = np.datetime64(int(EXCEL_S["excel"] + np.floor(first) * 86400), "s").astype("M8[D]")
        note = _("day numbers of Excel? {first:g} is {day} there: write `dates: excel`",
                 first=first, day=day)  # fmt: skip
        raise DateTroubleError(0, f"{first:.10g}", note)
    whole = np.isfinite(numbers) & (numbers == np.floor(numbers))
    if not whole.all():
        row = int(np.argmin(whole))
        number = float(numbers[row])
        if np.isnan(number):
            raise DateTroubleError(row, shown(None))
        raise DateTroubleError(row, f"{number:.10g}", NO_WHOLE_NUMBERS)
    width = len(form) if form is not None and re.fullmatch(r"[a-zA-Z]+", form) else 4
    return [f"{int(number):0{width}d}" for number in numbers.tolist()]


def _serial(cells: Sequence[str] | NDArray[np.float64], origin_s: int) -> Moments:
    """Return day numbers of Excel as times, to the minute: they are written with few digits."""
    if not isinstance(cells, np.ndarray):
        raise DateTroubleError(0, repr(cells[0]), expected=_("a day number of Excel such as 36892"))
    bad = np.flatnonzero(~((cells > 60) & (cells < 1e6)))
    if bad.size:
        row = int(bad[0])
        expected = _("a day number of Excel such as 36892")
        raise DateTroubleError(row, f"{cells[row]:.10g}", expected=expected)
    minutes = np.rint(cells * 1440.0).astype(np.int64)
    times = (origin_s + minutes * 60).astype("M8[s]")
    return Moments(times, None, np.zeros(times.size, np.bool_))


def _iso(texts: list[str]) -> Moments | None:
    """Return ISO dates without zones, the quick way; None for other text."""
    joined = "".join(texts)
    if joined.count("-") not in (len(texts), 2 * len(texts)) or _OTHER_SIGN.search(joined):
        return None
    try:
        times = np.array(texts, "M8[s]")
    except ValueError:
        return None
    if not texts or np.isnat(times).any():
        return None
    years = times.min().astype("M8[Y]").astype(int), times.max().astype("M8[Y]").astype(int)
    if years[0] + 1970 < _FIRST_YEAR or years[1] + 1970 > _LAST_YEAR:
        return None
    return Moments(times, None, np.zeros(times.size, np.bool_))


def _recognised(texts: list[str]) -> list[re.Pattern[str]]:
    """Return the patterns of the form that the first cell has."""
    first = texts[0] if texts else ""
    for name, pattern in FORMS.items():
        if pattern.fullmatch(first):
            if name != _UNCLEAR:
                return [pattern]
            day_first, month_first = _day_first_or_month_first(texts, pattern)
            if day_first == month_first:
                note = _(
                    "day and month can be taken for each other: write `dates: d/m/Y` where the "
                    "day comes first, `dates: m/d/Y` where the month does"
                )
                raise DateTroubleError(0, repr(first), note)
            return [pattern] if day_first else [_swapped(pattern)]
    raise DateTroubleError(0, repr(first), note_on_date(first))


def _day_first_or_month_first(texts: list[str], pattern: re.Pattern[str]) -> tuple[bool, bool]:
    """Return whether all cells are dates with the day first, and with the month first."""
    pairs = [(match["d"], match["m"]) for text in texts if (match := pattern.fullmatch(text))]
    first, second = np.array(pairs, np.int64).T
    return bool((second <= 12).all()), bool((first <= 12).all())


def _swapped(pattern: re.Pattern[str]) -> re.Pattern[str]:
    """Return a pattern with day and month in each other's place."""
    text = pattern.pattern.replace("(?P<d>", "(?P<_>").replace("(?P<m>", "(?P<d>")
    return re.compile(text.replace("(?P<_>", "(?P<m>"))


@lru_cache(maxsize=64)
def _patterns(form: str) -> list[re.Pattern[str]]:
    """Return the patterns that a named form allows."""
    if form in EXCEL_S or form == "24:00":
        return []
    text = form.strip()
    if "%" in text:
        pattern = re.sub(
            r"%(.)|([^%]+)",
            lambda part: _code(part[1], form) if part[1] else re.escape(part[2]),
            text,
        )
    elif text and text[0].isdigit():
        return _recognised([text])
    else:
        pattern = _of_letters(text)
    compiled = re.compile(pattern)
    names = compiled.groupindex.keys()
    if not ({"Y", "y"} & names and ({"m", "b", "j"} & names)):
        msg = _("the form {form!r} has no year and month", form=form)
        raise ValueError(msg)
    return [compiled]


def _code(letter: str, form: str) -> str:
    if letter not in _PERCENT:
        msg = _("the code %{letter} in the form {form!r} is not known", letter=letter, form=form)
        raise ValueError(msg)
    return _PERCENT[letter]


def _of_letters(text: str) -> str:
    """Return the pattern of a form such as ``yyyymmddHH`` or ``d/m/Y``."""
    parts: list[str] = []
    names: set[str] = set()
    seen_hour, place = False, 0
    for run in _LETTERS.finditer(text):
        between = text[place : run.start()]
        digits = not between and (place > 0 or text[run.end() : run.end() + 1].isalpha())
        letters, kind = run[0], run[0][0].lower()
        if kind == "m":
            kind = "M" if seen_hour else "b" if len(letters) >= 3 else "m"
        seen_hour = seen_hour or kind == "h"
        name = {"y": "y" if letters in ("y", "yy", "YY") else "Y", "h": "H", "s": "S"}.get(
            kind, kind
        )
        if name == "Y":
            body = r"\d{4}"
        elif name == "b":
            body = "[A-Za-z]{3,9}"
        else:
            body = r"\d{2}" if digits or letters in ("yy", "YY") else r"\d{1,2}"
            body = r"\d{4}|\d{2}" if letters == "y" else body
        parts += [re.escape(between), f"(?P<{name}>{body})"]
        names.add(name)
        place = run.end()
    rest = text[place:]
    # A form of days alone takes times of day behind them too.
    days_alone = not rest and "d" in names <= {"Y", "y", "m", "b", "d"}
    if (
        not parts
        or any(part.count("(?P<") > 1 for part in parts)
        or re.search(r"[A-SU-Za-z]", rest)
    ):
        msg = _("the form {form!r} is not known", form=text)
        raise ValueError(msg)
    try:
        re.compile("".join(parts))
    except re.error:
        msg = _("the form {form!r} names a part of the date twice", form=text)
        raise ValueError(msg) from None
    return "".join(parts) + (_TAIL if days_alone else re.escape(rest))


def _matched(texts: list[str], patterns: list[re.Pattern[str]]) -> Moments:
    """Return the times of cells that all have one pattern."""
    pattern = patterns[0]
    names = pattern.groupindex.keys()
    matches = [pattern.fullmatch(text) for text in texts]
    for row, match in enumerate(matches):
        if match is None:
            raise DateTroubleError(row, repr(texts[row]), note_on_date(texts[row]))

    def part(name: str, default: int) -> Seconds:
        if name not in names:
            return np.full(len(matches), default, np.int64)
        return np.array([int(m[name] or default) for m in matches if m is not None], np.int64)

    year = part("Y", 0)
    if "y" in names:
        short = part("y", 0)
        year = np.where(short > 99, short, np.where(short < 69, 2000, 1900) + short)
    month = part("m", 1)
    if "b" in names:
        month = np.array([_month_of(m["b"]) for m in matches if m is not None], np.int64)
    day = part("d", 1)
    if "j" in names:
        month, day = np.ones_like(year), part("j", 1)
    hour = part("H", 0) + part("h", 0)
    if "x" in names:
        parts = [_PART.get(m["x"], 0) for m in matches if m is not None]
        day = np.where(parts, parts, day)
    for half in {"p", "q"} & names:
        hour = _of_twelve(hour, [m[half] for m in matches if m is not None])
    minute = part("M", 0) + part("N", 0) + part("n", 0)
    times, wrong = _times_of(year, month, day, hour, minute, part("S", 0), "j" in names)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise DateTroubleError(row, repr(texts[row]), _("there is no such day or time"))
    return Moments(times, _offsets(texts, matches, "z" in names), hour == 24)


def _month_of(name: str) -> int:
    """Return the number of a month by its first three letters; 0 for no month."""
    short = name[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def _of_twelve(hour: Seconds, halves: list[str | None]) -> Seconds:
    """Return hours of a clock of twelve hours as hours of the day."""
    late = np.array([half is not None and half[0] in _LATE for half in halves])
    has_half = np.array([half is not None for half in halves])
    return np.where(has_half, hour % 12 + 12 * late, hour)


def _times_of(
    year: Seconds,
    month: Seconds,
    day: Seconds,
    hour: Seconds,
    minute: Seconds,
    second: Seconds,
    by_year: bool,
) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
    """Return times, and which of them are none."""
    wrong = (year < _FIRST_YEAR) | (year > _LAST_YEAR) | (month < 1) | (month > 12)
    months = ((year - 1970) * 12 + np.clip(month, 1, 12) - 1).astype("M8[M]")
    after = months + (12 if by_year else 1)
    length = (after.astype("M8[D]") - months.astype("M8[D]")).astype(np.int64)
    wrong |= (day < 1) | (day > length) | (hour > 24) | (minute > 59) | (second > 59)
    wrong |= (hour == 24) & ((minute > 0) | (second > 0))
    seconds = (day - 1) * 86400 + hour * 3600 + minute * 60 + second
    return months.astype("M8[s]") + seconds.astype("m8[s]"), wrong


def _offsets(
    texts: list[str], matches: Sequence[re.Match[str] | None], zoned: bool
) -> Seconds | None:
    """Return the offset of each time from UTC; None where no time has one."""
    zones = [match["z"] for match in matches if match is not None] if zoned else []
    if not any(zones):
        return None
    known = {zone: zone_offset_s(zone) for zone in set(zones) if zone}
    for row, zone in enumerate(zones):
        if not zone:
            expected = _("a zone behind each time, or behind none")
            raise DateTroubleError(row, repr(texts[row]), expected=expected)
    return np.array([known[str(zone)] for zone in zones], np.int64)
