"""What to write where a cell is no date that is recognised: the form that it has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hydrosim.errors import shown
from hydrosim.locale import _, alternatives

if TYPE_CHECKING:
    from hydrosim.locale import Message

__all__ = ["NO_WHOLE_NUMBERS", "note_on_date", "note_on_digits"]

NO_WHOLE_NUMBERS = _(
    "a year with a fraction, or a month behind a point, is written as a date such as 2001-02-01"
)
_NO_YEAR = _("there is no year in it: write the whole date")
_YEARS = range(1800, 2200)
_TWO_DIGITS = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}(?!\d).*")
_SHORT_YEAR = re.compile(r"(?:\d{1,2}[-/. ]?)?[A-Za-z]{3,9}[-/. ]\d{2}(?!\d).*")
# Month before year, and year with the day of the year: neither is taken for a date unasked.
_OTHER_FORMS = {
    r"\d{1,2}/\d{4}": "m/Y",
    r"\d{1,2}-\d{4}": "m-Y",
    r"\d{4}-\d{3}": "'%Y-%j'",
}
_MONTH_NAMES = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
_MONTH, _DAY, _ZERO = "\u6708", "\u65e5", "\u3007"
_MONTH_ALONE = re.compile(rf"\d{{1,2}}{_MONTH}(?:\d{{1,2}}{_DAY})?.*|\d{{1,2}}-\d{{1,2}}(?:\s.*)?")
_WEEK = re.compile(r"\d{4}-?W\d{2}.*", re.IGNORECASE)
_IN_WORDS = re.compile(rf"[{_ZERO}\u4e00-\u9fff]+\u5e74.*")
_WITH_TAIL = re.compile(
    r"\d{4}(?P<s>[-/.])\d{1,2}(?P=s)\d{1,2}(?P<t>[T ]\d{1,2}:\d{2}(?P<c>:\d{2})?)?(?P<rest>.*)"
)
_ZONE_NAME = re.compile(r".*\d\s*([A-Z]{3,4})")


def note_on_date(text: str) -> Message | None:
    """Return what to write for a cell that is no date by itself; None where that is unknown.

    Parameters
    ----------
    text
        The cell, without blanks around it.
    """
    if _TWO_DIGITS.fullmatch(text):
        return _("a year of two digits: write the form, such as `dates: {form}`", form="d/m/y")
    if _SHORT_YEAR.fullmatch(text) and text[:3].lower() != "day":
        sign = re.search(r"[-/. ]", text)
        form = ("d-b-y" if text[0].isdigit() else "b-y").replace("-", sign[0] if sign else "-")
        return _("a year of two digits: write the form, such as `dates: {form}`", form=form)
    if text.isdigit() and text.isascii():
        return note_on_digits([text])
    for pattern, form in _OTHER_FORMS.items():
        if re.fullmatch(pattern, text):
            return _("write the form, such as `dates: {form}`", form=form)
    if _MONTH_ALONE.fullmatch(text) or (text[:3].lower() in _MONTH_NAMES and text.isalpha()):
        return _NO_YEAR
    if _WEEK.fullmatch(text):
        return _("weeks are brought to days first")
    if _IN_WORDS.fullmatch(text):
        return _("dates are written in the digits 0 to 9")
    return _note_on_tail(text)


def _note_on_tail(text: str) -> Message | None:
    """Return the form of a date with something behind it that is neither time of day nor zone."""
    zone = _ZONE_NAME.fullmatch(text)
    if zone is not None and zone[1] not in ("UTC", "GMT"):
        form = f"%Y-%m-%d %H:%M {zone[1]}"
        return _("{zone!r} is no clear zone: leave it out, or name the form, `dates: {form!r}`",
                 zone=zone[1], form=form)  # fmt: skip
    match = _WITH_TAIL.fullmatch(text)
    if match is None or not match["rest"].strip() or "%" in match["rest"]:
        return None
    clock = "" if match["t"] is None else match["t"][0] + ("%H:%M:%S" if match["c"] else "%H:%M")
    form = "%Y{0}%m{0}%d".format(match["s"]) + clock + match["rest"]
    return _("{rest} is no part of a date: leave it out, or name the form, `dates: {form!r}`",
             rest=shown(match["rest"].strip()), form=form)  # fmt: skip


def note_on_digits(texts: list[str]) -> Message | None:
    """Return the forms that digits may have, such as 010131; None for a number of another kind.

    Parameters
    ----------
    texts
        Cells of digits alone; a form must fit all of them.
    """
    forms = [form for form in _DIGITS if all(_fits(text, form) for text in texts)]
    if forms:
        keys = [f"`dates: {form}`" for form in forms]
        return _("write the form, {keys}", keys=alternatives(keys))
    if all(len(text) >= 6 for text in texts):
        return _("days or seconds since some date are brought to dates first")
    return None


_DIGITS = ("yyyymm", "yymmdd", "ddmmyyyy", "mmddyyyy", "'%Y%j'")


def _fits(text: str, form: str) -> bool:
    """Return whether digits may be a date of a form; a zero in front may have been lost."""
    if form == "'%Y%j'":
        return len(text) == 7 and int(text[:4]) in _YEARS and 1 <= int(text[4:]) <= 366
    if len(text) not in (len(form), len(form) - 1) or (form[0] == "y" and len(text) < len(form)):
        return False
    digits = text.zfill(len(form))
    parts = {letter: digits[form.index(letter) : form.rindex(letter) + 1] for letter in set(form)}
    year = int(parts["y"])
    return (
        (len(parts["y"]) == 2 or year in _YEARS)
        and 1 <= int(parts["m"]) <= 12
        and 1 <= int(parts.get("d", "1")) <= 31
    )
