"""Texts made of several: lists, sentences, counts, and numbers with their unit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from hydrosim.locale.message import Composed, Message, in_language, ngettext, pgettext
from hydrosim.locale.numbers import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hydrosim.locale.languages import Language

__all__ = [
    "AND",
    "COMMA",
    "EMPTY",
    "OR",
    "SEMICOLON",
    "alternatives",
    "amount",
    "an",
    "capital",
    "clause",
    "counted",
    "listed",
    "sentences",
    "unit_scale",
    "volume",
]

EMPTY = Message("")

COMMA = pgettext("between the items of a list", ", ")
SEMICOLON = pgettext("between the clauses of a sentence", "; ")
AND = pgettext("between the items of a list", " and ")
OR = pgettext("between the items of a list", " or ")

_STOP = pgettext("end of a sentence", ".")
_TWO_SENTENCES = pgettext("two sentences", "{first} {second}")

_MEGA = 1e6
_HUNDRED_MILLION_AT = 20.0
_COUNTED: dict[str, Callable[[int], Message]] = {
    "month": lambda count: ngettext("{count} month", "{count} months", count),
    "dekad": lambda count: ngettext("{count} dekad", "{count} dekads", count),
    "period": lambda count: ngettext("{count} period", "{count} periods", count),
    "break": lambda count: ngettext("{count} break", "{count} breaks", count),
    "day": lambda count: ngettext("{count} day", "{count} days", count),
}
_UNITS: dict[str, Message] = {
    unit: unit
    for unit in (
        pgettext("unit", "% of days"),
        pgettext("unit", "% of years"),
        pgettext("unit", "% of natural mean flow"),
        pgettext("unit", "m3 per 10^4 yuan"),
        pgettext("unit", "km2/year"),
        pgettext("unit", "days a year"),
        pgettext("unit", "days"),
        pgettext("unit", "years"),
    )
}
_LARGE = pgettext("unit", "10^8 m3"), pgettext("unit", "10^8 m3/year")
_SMALL = pgettext("unit", "10^4 m3"), pgettext("unit", "10^4 m3/year")
_PRETTY = (("m3 s-1", "m³/s"), ("m3", "m³"), ("km2", "km²"), ("10^4", "10⁴"))


def counted(count: int, what: str) -> Message:
    """Return a count with its word: ``1 month``, ``3 months``."""
    return _COUNTED[what](count)


def listed(parts: Iterable[str], separator: str = COMMA) -> Message:
    """Return texts one after the other, with the separator of the language between them.

    A Chinese word between texts stands apart from Latin letters and digits.
    """
    return Composed(_listed, separator, *parts)


def _listed(language: Language, separator: str, *parts: str) -> str:
    between = in_language(separator, language)
    texts = [in_language(part, language) for part in parts]
    if language != "zh" or not between.isalpha():
        return between.join(texts)
    joined = texts[0] if texts else ""
    for text in texts[1:]:
        before = " " if joined[-1:].isascii() else ""
        after = " " if text[:1].isascii() else ""
        joined = f"{joined}{before}{between}{after}{text}"
    return joined


def alternatives(names: Sequence[str]) -> Message:
    """Return names of which one is to be chosen: ``a, b or c``."""
    if len(names) < 2:
        return listed(names)
    return listed([listed(names[:-1]), names[-1]], OR)


def an(noun: str) -> Message:
    """Return a noun with its indefinite article, in a language that has one."""
    return Composed(_an, noun)


def _an(language: Language, noun: str) -> str:
    said = in_language(noun, language)
    if language != "en":
        return said
    return f"{'an' if said[:1] in 'aeiou' else 'a'} {said}"


def sentences(*parts: str) -> Message:
    """Join parts as sentences: a capital in front, a stop behind, empty parts left out."""
    return Composed(_sentences, *parts)


def _sentences(language: Language, *parts: str) -> str:
    stop = _STOP.in_language(language)
    between = _TWO_SENTENCES.in_language(language).format(first="", second="")
    texts = [in_language(part, language).strip().rstrip(stop) for part in parts]
    return between.join(f"{capital(part, language)}{stop}" for part in texts if part)


def clause(sentence: str) -> Message:
    """Return a sentence as a part of another: without its capital and its stop."""
    return Composed(_clause, sentence)


def _clause(language: Language, sentence: str) -> str:
    said = in_language(sentence, language).rstrip(_STOP.in_language(language))
    return said[:1].lower() + said[1:] if language == "en" else said


def capital(text: str, language: Language = "en") -> str:
    """Return the text with its first letter as a capital, in a language that has them."""
    return text[:1].upper() + text[1:] if language == "en" else text


def volume(volume_m3: float, *, a_year: bool = False) -> Message:
    """Return a volume: Mm3 in English; 10^8 m3, or 10^4 m3 when it is small, in Chinese."""
    return amount(volume_m3 / _MEGA, "Mm3/year" if a_year else "Mm3")


def amount(value: float, unit: str) -> Message:
    """Return a number with its unit, in the size and the words of each language."""
    return Composed(_amount, value, unit)


def _amount(language: Language, value: float, unit: str) -> str:
    if language == "en":
        return f"{number(value)} {unit}".rstrip()
    factor, written = unit_scale(unit, abs(value), language)
    scaled = number(value / factor)
    return f"{scaled} %{written[1:]}" if written[:1] == "%" else f"{scaled} {written}".rstrip()


def unit_scale(unit: str, largest: float, language: Language) -> tuple[float, str]:
    """Return how readers write a unit: numbers are divided by the factor.

    In English the unit keeps its size; in Chinese Mm3 become 10^8 m3 from 20 Mm3 on, else 10^4 m3.

    Parameters
    ----------
    unit
        The unit of a verdict.
    largest
        Largest absolute number that is to be written.
    language
        "en" or "zh".
    """
    if language == "zh" and unit.startswith("Mm3"):
        a_year = unit.endswith("/year")
        if largest >= _HUNDRED_MILLION_AT or not math.isfinite(largest):
            return 100.0, _LARGE[a_year].in_language(language)
        return 0.01, _SMALL[a_year].in_language(language)
    written = in_language(_UNITS.get(unit, unit), language)
    for plain, pretty in _PRETTY:
        written = written.replace(plain, pretty)
    return 1.0, written
