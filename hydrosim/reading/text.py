"""Sentences in two languages, made from parts: numbers, shares, counts, volumes and names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from hydrosim.reading.words import LANGUAGES, Language, word

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "EMPTY",
    "Text",
    "amount",
    "both",
    "counted",
    "listed",
    "number",
    "percent",
    "sentences",
    "unit_scale",
    "volume",
    "worded",
]

_EQUAL = 1e-9
_MEGA = 1e6
_HUNDRED_MILLION_AT = 20.0
_COUNTED_ZH = {
    "month": "个月", "dekad": "个旬", "period": "个时段", "break": "次破坏", "day": "天",
}  # fmt: skip
# Units of verdicts as they are written in Chinese; volumes a year change their size as well.
_UNITS_ZH = {
    "% of days": "%(天数)",
    "% of years": "%(年数)",
    "% of natural mean flow": "%(天然均值)",
    "m3 per 10^4 yuan": "m³/万元",
    "km2/year": "km²/年",
    "days a year": "天/年",
    "days": "天",
    "years": "年",
}
_PRETTY = (("m3 s-1", "m³/s"), ("m3", "m³"), ("km2", "km²"), ("10^4", "10⁴"))


class Text(NamedTuple):
    """One phrase in English and Chinese."""

    en: str
    zh: str

    def __str__(self) -> str:
        """Return the English phrase."""
        return self.en

    def tell(self, language: Language) -> str:
        """Return the phrase in a language."""
        return self[LANGUAGES.index(language)]


EMPTY = Text("", "")


def both(en: str, zh: str, **values: object) -> Text:
    """Return a phrase with its values filled in, each in the language of the phrase.

    Floats are written by :func:`number`, a :class:`Text` in its own language, the rest as it is.
    """
    if not values:
        return Text(en, zh)
    english: dict[str, object] = {}
    chinese: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, Text):
            english[name], chinese[name] = value
        else:
            told = number(value) if isinstance(value, float) else value
            english[name] = chinese[name] = told
    return Text(en.format_map(english), zh.format_map(chinese))


def worded(key: str) -> Text:
    """Return a word of the shared table in both languages."""
    return Text(word(key, "en"), word(key, "zh"))


def number(value: float) -> str:
    """Return a number with four significant digits; what is smaller than 1e-9 is 0."""
    if abs(value) < _EQUAL:
        return "0"
    if value != 0 and 1e4 <= abs(value) < 1e9:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def percent(share: float) -> str:
    """Return a share as a percentage."""
    return f"{number(100 * share)} %"


def counted(count: int, what: str) -> Text:
    """Return a count with its word: ``1 month``, ``3 months``."""
    return Text(f"{count} {what}{'' if count == 1 else 's'}", f"{count}{_COUNTED_ZH[what]}")


def listed(parts: Iterable[Text], separator: tuple[str, str] = (", ", "、")) -> Text:
    """Return phrases one after the other."""
    told = list(parts)
    return Text(*(separator[k].join(part[k] for part in told) for k in range(2)))


def sentences(*parts: Text) -> Text:
    """Join parts as sentences: a capital in front, a stop behind, empty parts left out."""
    english = [part.en.strip().rstrip(".") for part in parts if part.en.strip()]
    chinese = [part.zh.strip().rstrip("。") for part in parts if part.zh.strip()]
    return Text(
        " ".join(f"{part[0].upper()}{part[1:]}." for part in english),
        "".join(f"{part}。" for part in chinese),
    )


def volume(volume_m3: float, *, a_year: bool = False) -> Text:
    """Return a volume: Mm3 in English; 亿m³, or 万m³ when it is small, in Chinese."""
    unit = "Mm3/year" if a_year else "Mm3"
    return amount(volume_m3 / _MEGA, unit)


def amount(value: float, unit: str) -> Text:
    """Return a number with its unit in both languages."""
    factor, written = unit_scale(unit, abs(value), "zh")
    chinese = number(value / factor)
    if written[:1] == "%":
        return Text(f"{number(value)} {unit}".rstrip(), f"{chinese} %{written[1:]}")
    return Text(f"{number(value)} {unit}".rstrip(), f"{chinese} {written}".rstrip())


def unit_scale(unit: str, largest: float, language: Language) -> tuple[float, str]:
    """Return how readers write a unit: numbers are divided by the factor.

    In English the unit keeps its size; in Chinese Mm3 become 亿m³ from 20 Mm3 on, else 万m³.

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
        ending = "/年" if unit.endswith("/year") else ""
        if largest >= _HUNDRED_MILLION_AT or not math.isfinite(largest):
            return 100.0, f"亿m³{ending}"
        return 0.01, f"万m³{ending}"
    written = _UNITS_ZH.get(unit, unit) if language == "zh" else unit
    for plain, pretty in _PRETTY:
        written = written.replace(plain, pretty)
    return 1.0, written
