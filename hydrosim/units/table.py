"""The units that are known, each by its names, and their exact factors.

No prefixes are derived: only what stands in the table is a unit, and a unit text is a row of them,
multiplied or divided. That is little enough to be worked out here, exactly and in no time; the
tests hold pint beside it.
"""

from __future__ import annotations

import re
from fractions import Fraction as Rational
from functools import cache, lru_cache

__all__ = ["UNITS", "is_per_month", "scale_of", "scaled", "tidy", "unit_of", "unknown_unit"]

Signature = frozenset[tuple[str, int]]
"""Dimension of a unit: base dimensions with their powers."""

_MONTH_NAMES = ("month", "months", "mon", "月")
# Name of each unit -> its definition as pint reads it too, base units first.
UNITS = {
    "m": "[length]",
    "s": "[time]",
    "yuan": "[money]",
    "person": "[person]",
    "percent": "1 / 100",
    "permille": "1 / 1000",
    **dict.fromkeys(("米", "metre", "meter", "metres", "meters"), "m"),
    "mm": "1 / 1000 * m",
    "cm": "1 / 100 * m",
    "dm": "1 / 10 * m",
    "km": "1000 * m",
    "毫米": "mm",
    "厘米": "cm",
    **dict.fromkeys(("公里", "千米"), "km"),
    # The international foot; acre-feet of the survey foot are 4 parts in a million larger.
    **dict.fromkeys(("ft", "foot", "feet", "英尺"), "3048 / 10000 * m"),
    **dict.fromkeys(("inch", "inches", "in", "英寸"), "254 / 10000 * m"),
    **dict.fromkeys(("mi", "mile", "miles", "英里"), "5280 * ft"),
    "m2": "m ** 2",
    "km2": "1000000 * m2",
    "ha": "10000 * m2",
    "hm2": "ha",
    "亩": "10000 / 15 * m2",
    "mu": "亩",
    "万亩": "10000 * 亩",
    "亿亩": "100000000 * 亩",
    **dict.fromkeys(("平方公里", "平方千米", "sqkm"), "km2"),
    **dict.fromkeys(("公顷", "hectare", "hectares"), "ha"),
    **dict.fromkeys(("平方米", "sqm"), "m2"),
    "万m2": "10000 * m2",
    **dict.fromkeys(("万ha", "万公顷"), "10000 * ha"),
    "万hm2": "10000 * ha",
    "万km2": "10000 * km2",
    "ft2": "ft ** 2",
    **dict.fromkeys(("acre", "acres", "ac", "英亩"), "43560 * ft2"),
    **dict.fromkeys(("mi2", "sqmi"), "mi ** 2"),
    "m3": "m ** 3",
    **dict.fromkeys(("L", "l", "升", "litre", "liter", "litres", "liters"), "1 / 1000 * m3"),
    **dict.fromkeys(("立方米", "立方", "方", "kL", "kl"), "m3"),
    **dict.fromkeys(("ML", "Ml", "dam3", "TCM", "千m3", "千立方米", "千方"), "1000 * m3"),
    **dict.fromkeys(("Mm3", "hm3", "MCM", "mcm", "GL", "Gl"), "1000000 * m3"),
    **dict.fromkeys(("百万m3", "百万立方米", "百万方"), "1000000 * m3"),
    **dict.fromkeys(("km3", "BCM", "bcm", "TL"), "1000000000 * m3"),
    **dict.fromkeys(("万m3", "万立方米", "万立方", "万方"), "10000 * m3"),
    **dict.fromkeys(("亿m3", "亿立方米", "亿立方", "亿方"), "100000000 * m3"),
    # A tonne of water is a cubic metre, and a kilogram on a square metre is a millimetre.
    "kg": "1 / 1000 * m3",
    **dict.fromkeys(("吨", "t", "tonne", "tonnes"), "m3"),
    "千吨": "1000 * m3",
    **dict.fromkeys(("万吨", "万t"), "10000 * m3"),
    **dict.fromkeys(("亿吨", "亿t"), "100000000 * m3"),
    **dict.fromkeys(("ft3", "cf", "cuft", "cubicfeet"), "ft ** 3"),
    **dict.fromkeys(("AF", "acft", "acreft", "af"), "acre * ft"),
    **dict.fromkeys(("TAF", "KAF", "kaf", "taf"), "1000 * AF"),
    **dict.fromkeys(("MAF", "maf"), "1000000 * AF"),
    # Gallons are those of the United States, of 231 cubic inches.
    **dict.fromkeys(("gal", "gallon", "gallons"), "231 * inch ** 3"),
    **dict.fromkeys(("kgal", "Kgal"), "1000 * gal"),
    **dict.fromkeys(("MG", "Mgal"), "1000000 * gal"),
    **dict.fromkeys(("sec", "second", "seconds", "秒"), "s"),
    **dict.fromkeys(("min", "minute", "minutes", "分钟"), "60 * s"),
    **dict.fromkeys(("h", "hr", "hour", "hours", "小时"), "3600 * s"),
    **dict.fromkeys(("d", "day", "days", "天", "日"), "86400 * s"),
    **dict.fromkeys(("week", "weeks", "周"), "604800 * s"),
    **dict.fromkeys(_MONTH_NAMES, "2629800 * s"),
    **dict.fromkeys(("a", "year", "years", "yr", "年"), "31557600 * s"),
    **dict.fromkeys(
        ("cms", "CMS", "cumec", "cumecs", "立方米每秒", "流量", "个流量", "个"), "m3 / s"
    ),
    **dict.fromkeys(("cfs", "CFS", "cusec", "cusecs"), "ft3 / s"),
    **dict.fromkeys(("kcfs", "KCFS"), "1000 * cfs"),
    **dict.fromkeys(("sfd", "cfsd"), "cfs * day"),
    **dict.fromkeys(("CMD", "cmd"), "m3 / day"),
    "lps": "L / s",
    **dict.fromkeys(("MLD", "Mld"), "ML / day"),
    **dict.fromkeys(("MGD", "mgd"), "MG / day"),
    "gpm": "gal / min",
    "gpd": "gal / day",
    **dict.fromkeys(("元", "CNY"), "yuan"),
    **dict.fromkeys(("万yuan", "万元"), "10000 * yuan"),
    **dict.fromkeys(("亿yuan", "亿元"), "100000000 * yuan"),
    **dict.fromkeys(("persons", "人"), "person"),
    "万人": "10000 * person",
    "万": "10000",
    "亿": "100000000",
}

_UNIT_NAME = r"[^\W\d]\w*"
_PART = re.compile(rf"([*/]?)\s*({_UNIT_NAME}|\d+)(?:\s*\*\*\s*(\d+))?")
_UNIT_TEXT = re.compile(rf"{_UNIT_NAME}(?:\s*[*/ ]\s*{_UNIT_NAME})*")
_SAME_SIGN = str.maketrans(
    {"³": "3", "²": "2", "¹": "1", "⁻": "-", "·": "*", "⋅": "*", "×": "*", "／": "/", "％": "%"}
)
# Powers of ten before a unit, as in headers of tables: 10^4 m3, x10⁸m³, 1e6 m3.
_TENS = re.compile(
    r"[*x]?\s*(?:10\s*(?:\^|\*\*)\s*([34689])|1[eE]\+?0?([34689]))\s*\*?\s*(?=[^\W\d])"
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_RAISED_TENS = re.compile("10([⁰¹²³⁴⁵⁶⁷⁸⁹])")
_OF_TENS = {"3": "千m3", "4": "万m3", "6": "百万m3", "8": "亿m3", "9": "km3"}
_PER = re.compile(
    r"(?:\s*[.*]\s*|\s+|(?<=\d))([^\W\d]+)(?:\*\*|\^)?-(\d)(?!\w)"
)  # m s-1, m.s-1, kg m-2


@lru_cache(maxsize=1024)
def tidy(unit: str) -> str:
    """Return unit text in one spelling: ``m³ s-1`` and ``m^3/s`` become ``m3/s``.

    A hyphen joins what is multiplied: ``acre-ft``, ``cfs-day``.
    """
    text = _RAISED_TENS.sub(lambda found: f"10^{found[1].translate(_RAISED)}", unit.strip())
    text = text.translate(_SAME_SIGN).replace("%", "percent").replace("‰", "permille")
    text = _in_words(text)
    text = re.sub(r"(?<=[A-Za-z])(?:\*\*|\^)(?=\d)", "", text)
    text = _PER.sub(lambda part: f"/{part[1]}{'' if part[2] == '1' else part[2]}", text)
    text = re.sub(r"(?<=[^\W\d])-(?=[^\W\d])", "*", text)
    return "" if text == "1" else re.sub(r"\s*([*/])\s*", r"\1", text)


def _in_words(text: str) -> str:
    """Return a unit behind a power of ten as the unit that has a name: 10^4 m3 is 万m3."""
    found = _TENS.match(text)
    if found is None:
        return text
    rest = re.sub(r"(?<=[A-Za-z])(?:\*\*|\^)(?=\d)", "", text[found.end() :])
    name, of_m3 = rest.partition("/")[0], _OF_TENS[found[1] or found[2]]
    named = of_m3.removesuffix("m3") + name.strip()
    if named in UNITS and (named == of_m3 or not named.isascii()):
        return named + rest[len(name) :]
    return text


def unknown_unit(unit: str) -> str | None:
    """Return the first name in tidy unit text that is no unit, or None."""
    if not unit:
        return None
    if not _UNIT_TEXT.fullmatch(unit):
        return unit
    return next((name for name in re.split(r"[*/ ]+", unit) if name not in UNITS), None)


def is_per_month(unit: str) -> bool:
    """Return whether unit text is an amount a month, such as ``Mm3/month``."""
    return any(name in _MONTH_NAMES for name in re.findall(r"/(\w+)", tidy(unit)))


@cache
def _known(name: str) -> tuple[Rational, tuple[tuple[str, int], ...]]:
    """Return factor and dimension of a unit of the table."""
    definition = UNITS[name]
    if definition.startswith("["):
        return Rational(1), ((definition, 1),)
    return _product(definition)


def _product(text: str) -> tuple[Rational, tuple[tuple[str, int], ...]]:
    """Return factor and dimension of numbers and units in a row, each multiplied or divided by."""
    factor = Rational(1)
    dimension: dict[str, int] = {}
    for sign, name, exponent in _PART.findall(text):
        power = (-1 if sign == "/" else 1) * int(exponent or 1)
        own, powers = (Rational(name), ()) if name.isdigit() else _known(name)
        factor *= own**power
        for base, times in powers:
            dimension[base] = dimension.get(base, 0) + power * times
    return factor, tuple((base, power) for base, power in dimension.items() if power)


@lru_cache(maxsize=512)
def unit_of(unit: str) -> tuple[Rational, Signature]:
    """Return the exact factor to base units and the dimension of tidy unit text."""
    factor, dimension = _product(unit)
    return factor, frozenset(dimension)


@lru_cache(maxsize=1024)
def scale_of(written: str, si_unit: str) -> tuple[str, Rational] | None:
    """Return a unit in tidy text and its factor to another; None where it is none of its kind."""
    unit = tidy(written)
    if unknown_unit(unit) is not None:
        return None
    factor, dimension = unit_of(unit)
    own, wanted = unit_of(tidy(si_unit))
    return (unit, factor / own) if dimension == wanted else None


def scaled(number: str, factor: Rational) -> float:
    """Return a number times a factor, rounded once; numbers of absurd length round twice."""
    plain = float(number)
    exact = len(number) <= 200 and 1e-290 < abs(plain) < 1e290
    if not exact:
        return plain * float(factor)
    digits, _e, power = number.lower().partition("e")
    whole, _point, part = digits.partition(".")
    shift = int(power or 0) - len(part)
    above, below = int(whole + part) * factor.numerator, factor.denominator
    # The quotient of two whole numbers is rounded once.
    return above * 10**shift / below if shift >= 0 else above / (below * 10**-shift)
