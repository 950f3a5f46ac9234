"""Values with units: the types of a configuration's entries, SI float64 once validated.

An entry carries its unit (``13.89 亿m3``, ``30 m3/s``, ``1050 mm/year``); a bare number where a
unit is due is an error. Only the units listed here are known and no prefixes are derived, so that
``Mm3`` is a million cubic metres and never a cubed megametre. The arithmetic of units is exact
(rational), hence the SI number is the correctly rounded one. A year has 365.25 days and a month a
twelfth of that. The pint registry is built at the first use.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction as Rational
from functools import cache, lru_cache
from typing import Annotated, Any, NamedTuple, NoReturn, get_args

from pydantic_core import PydanticCustomError, core_schema

from hydrosim.errors import nearest, shown

FAULT = "hydrosim_fault"  # kind of the errors raised by reject()

# Name of each unit -> its definition for pint, base units first.
_UNITS = {
    "m": "[length]",
    "s": "[time]",
    "yuan": "[money]",
    "person": "[person]",
    "percent": "1 / 100",
    "permille": "1 / 1000",
    **dict.fromkeys(("米", "metre", "meter"), "m"),
    "mm": "1 / 1000 * m",
    "cm": "1 / 100 * m",
    "km": "1000 * m",
    "毫米": "mm",
    "公里": "km",
    "m2": "m ** 2",
    "km2": "1000000 * m2",
    "ha": "10000 * m2",
    "亩": "10000 / 15 * m2",
    "mu": "亩",
    "万亩": "10000 * 亩",
    "亿亩": "100000000 * 亩",
    "平方公里": "km2",
    "公顷": "ha",
    "万m2": "10000 * m2",
    "万ha": "10000 * ha",
    "万km2": "10000 * km2",
    "m3": "m ** 3",
    **dict.fromkeys(("L", "l", "升"), "1 / 1000 * m3"),
    "立方米": "m3",
    **dict.fromkeys(("Mm3", "hm3", "MCM"), "1000000 * m3"),
    **dict.fromkeys(("km3", "BCM"), "1000000000 * m3"),
    **dict.fromkeys(("万m3", "万立方米", "万方"), "10000 * m3"),
    **dict.fromkeys(("亿m3", "亿立方米", "亿方"), "100000000 * m3"),
    **dict.fromkeys(("sec", "second", "seconds", "秒"), "s"),
    **dict.fromkeys(("min", "minute", "minutes", "分钟"), "60 * s"),
    **dict.fromkeys(("h", "hr", "hour", "hours", "小时"), "3600 * s"),
    **dict.fromkeys(("d", "day", "days", "天", "日"), "86400 * s"),
    **dict.fromkeys(("week", "weeks", "周"), "604800 * s"),
    **dict.fromkeys(("month", "months", "月"), "2629800 * s"),
    **dict.fromkeys(("a", "year", "years", "yr", "年"), "31557600 * s"),
    "cms": "m3 / s",
    **dict.fromkeys(("元", "CNY"), "yuan"),
    **dict.fromkeys(("万yuan", "万元"), "10000 * yuan"),
    **dict.fromkeys(("亿yuan", "亿元"), "100000000 * yuan"),
    **dict.fromkeys(("persons", "人"), "person"),
    "万人": "10000 * person",
    "万": "10000",
    "亿": "100000000",
}

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_UNIT_NAME = r"[^\W\d]\w*"
_UNIT_TEXT = re.compile(rf"{_UNIT_NAME}(?:\s*[*/ ]\s*{_UNIT_NAME})*")
_RULE_NAME = re.compile(r"[^\W\d]\w*(?:\.\w+)*")
_SAME_SIGN = str.maketrans({"³": "3", "²": "2", "·": "*", "／": "/", "％": "%"})


class RuleRef(NamedTuple):
    """The name of a rule or series that gives a value; it stands where a number could stand."""

    name: str

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._validate)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string", "description": "name of a rule or series"}

    @classmethod
    def _validate(cls, value: object) -> RuleRef:
        if isinstance(value, RuleRef):
            return value
        if isinstance(value, str) and _RULE_NAME.fullmatch(value.strip()):
            return cls(str(value).strip())
        reject(value, "the name of a rule under `rules:` or of a series under `series:`")


RuleName = RuleRef


class NodeRef(str):
    """The name of a node, a plain text otherwise; that the node exists is checked at load."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._validate)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string", "description": "name of a node"}

    @classmethod
    def _validate(cls, value: object) -> NodeRef:
        if isinstance(value, str) and value.strip():
            return cls(str(value).strip())
        reject(value, "the name of a node")


class MonthDay(NamedTuple):
    """A day that every year has, written ``07-01``; 29 February is refused."""

    month: int
    day: int

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._validate)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d{1,2}-\d{1,2}$", "examples": ["07-01"]}

    def __str__(self) -> str:
        return f"{self.month:02d}-{self.day:02d}"

    @classmethod
    def _validate(cls, value: object) -> MonthDay:
        expected = "a day of the year as month-day, such as 07-01"
        if isinstance(value, MonthDay):
            return value
        match = re.fullmatch(r"(\d{1,2})-(\d{1,2})", value) if isinstance(value, str) else None
        if match is None:
            reject(value, expected)
        month, day = int(match[1]), int(match[2])
        if (month, day) == (2, 29):
            reject(value, expected, note="02-29 is not in every year: write 02-28 or 03-01")
        try:
            datetime.date(2001, month, day)
        except ValueError:
            reject(value, expected)
        return cls(month, day)


class Suspect(NamedTuple):
    """A value of an unlikely size, reported as a warning by whoever reads the configuration."""

    text: str  # as written; carries .path when it comes from a file
    expected: str
    likely_unit: str | None


@dataclass(frozen=True)
class Dimension:
    """A kind of value: what it is called, its SI unit, how it is written and what is plausible.

    As metadata of an annotated type it validates text with a unit into a float in ``unit``.
    """

    name: str
    unit: str
    example: str
    units: tuple[str, ...] = ()  # usual units, the likeliest first
    minimum: float | None = 0.0
    maximum: float | None = None
    plausible: tuple[float, float] | None = None  # SI; magnitudes outside give a warning
    bare: bool = False  # a number without unit is allowed
    rule: bool = False  # the name of a rule is allowed

    def within(self, low: str, high: str) -> Dimension:
        """Return the same dimension with another plausible range, each end with its unit."""
        return replace(self, plausible=(convert(low, self), convert(high, self)))

    def or_rule(self) -> Dimension:
        """Return the same dimension that also accepts the name of a rule."""
        return replace(self, rule=True)

    @property
    def phrase(self) -> str:
        """What is expected, in words, with an example."""
        article = "an" if self.name[0] in "aeiou" else "a"
        unit = "" if self.bare else " with its unit"
        rule = ", or the name of a rule" if self.rule else ""
        return f"{article} {self.name}{unit}, such as {self.example}{rule}"

    def validate(self, value: object, info: core_schema.ValidationInfo) -> float | RuleRef:
        """Return a value in SI, or the rule that it names."""
        if isinstance(value, RuleRef) and self.rule:
            return value
        if isinstance(value, str):
            number = _NUMBER.match(value.strip())
            if number is None and self.rule and _RULE_NAME.fullmatch(value.strip()):
                return RuleRef(str(value).strip())
            result, unit = self._from_text(value, number)
            self._note_suspect(value, result, unit, info.context)
            return result
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            reject(value, self.phrase)
        if not self.bare:
            reject(value, self.phrase, found=f"{shown(value)}, a bare number")
        return self._bounded(float(value), value)

    def _from_text(self, text: str, number: re.Match[str] | None) -> tuple[float, str]:
        if number is None:
            reject(text, self.phrase)
        rest = text.strip()[number.end() :].strip()
        if not rest and not self.bare:
            reject(text, self.phrase, found=f"{text.strip()}, a bare number")
        unit = _tidy(rest)
        unknown = _unknown_unit(unit)
        if unknown is not None:
            near = nearest(unit, self.units) or nearest(unknown, _UNITS)
            reject(text, self.phrase, near=near, note=f"the unit {unknown!r} is not known")
        factor, dimension = _unit(unit)
        if dimension != _unit(_tidy(self.unit))[1]:
            reject(text, self.phrase, found=f"{shown(text.strip())}, {_kind(dimension)}")
        scale = factor / _unit(_tidy(self.unit))[0]
        return self._bounded(_scaled(number[0], scale), text), unit

    def _bounded(self, value: float, written: object) -> float:
        low, high = self.minimum, self.maximum
        inside = (
            math.isfinite(value)
            and (low is None or value >= low)
            and (high is None or value <= high)
        )
        if inside:
            return value
        if low is not None and high is not None:
            limits = f" between {low:g} and {high:g}"
        else:
            limits = "" if low is None else f" of {low:g} or more"
        likely = high == 1.0 and 1.0 < value <= 100.0 and not isinstance(written, str)
        note = f"{value:g} % is written '{value:g} %'" if likely else None
        reject(written, f"a {self.name}{limits}, such as {self.example}", note=note)

    def _note_suspect(self, text: str, value: float, unit: str, context: Any) -> None:
        suspects = context.get("suspects") if isinstance(context, dict) else None
        if suspects is None or self.plausible is None or value == 0.0 or self._fits(value):
            return
        own = _unit(unit)[0]
        likely = None
        for candidate in self.units:
            factor = float(_unit(candidate)[0] / own)
            if factor != 1.0 and self._fits(value * factor):
                likely = candidate
                break
        low, high = (told(limit, self) for limit in self.plausible)
        suspects.append(Suspect(text, f"as a rule a {self.name} between {low} and {high}", likely))

    def _fits(self, value: float) -> bool:
        low, high = self.plausible or (-math.inf, math.inf)
        return low <= (abs(value) if low > 0 else value) <= high

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.with_info_plain_validator_function(self.validate)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        text = {"type": "string", "examples": [self.example], "x-unit": self.unit}
        if not self.rule:
            text["pattern"] = r"^\s*[+-]?[0-9.]+([eE][+-]?[0-9]+)?\s*\S*.*$"
        return {"anyOf": [{"type": "number"}, text], "x-unit": self.unit} if self.bare else text


_FLOW_UNITS = ("m3/s", "万m3/day", "亿m3/year", "m3/day", "L/s")
VOLUME = Dimension(
    "volume", "m3", "13.89 亿m3", ("万m3", "亿m3", "Mm3", "m3"), plausible=(5e4, 1e11)
)
FLOW = Dimension("flow", "m3/s", "30 m3/s", _FLOW_UNITS, plausible=(1e-4, 1.5e5))
ANNUAL_VOLUME = Dimension(
    "annual volume",
    "m3/year",
    "5.51 亿m3/year",
    ("万m3/year", "亿m3/year", "Mm3/year", "m3/year"),
    plausible=(1e4, 1e11),
)
LEVEL = Dimension(
    "level", "m", "200.4 m", ("m", "cm", "mm"), minimum=None, plausible=(-200.0, 6000.0)
)
DEPTH = Dimension("depth", "m", "120 mm", ("mm", "cm", "m"), plausible=(1e-4, 300.0))
DEPTH_RATE = Dimension(
    "depth a time",
    "m/s",
    "1050 mm/year",
    ("mm/year", "mm/day", "mm/month"),
    plausible=(1e-11, 1.2e-5),
)
AREA = Dimension("area", "m2", "3770 km2", ("km2", "万亩", "亩", "ha", "m2"), plausible=(1e3, 1e12))
LENGTH = Dimension("length", "m", "12 km", ("m", "km"), plausible=(0.1, 5e6))
DURATION = Dimension(
    "duration", "s", "3 days", ("days", "hours", "years"), plausible=(1.0, 200 * 31557600.0)
)
FRACTION = Dimension("fraction", "1", "80 % or 0.8", maximum=1.0, bare=True)
FACTOR = Dimension("factor", "1", "1.2 or 120 %", bare=True)
NUMBER = Dimension("number", "1", "0.65", minimum=None, bare=True)
PRICE = Dimension(
    "price",
    "yuan/m3",
    "1.2 yuan/m3",
    ("yuan/m3", "yuan/万m3"),
    minimum=None,
    plausible=(1e-4, 1e3),
)
MONEY = Dimension("sum of money", "yuan", "3760 亿元", ("亿元", "万元", "yuan"))
CONDUCTANCE_FLOW = Dimension("flow per metre of head", "m2/s", "0.5 m2/s", ("m2/s", "m2/day"))
SPEED = Dimension("speed", "m/s", "2.5 m/s", ("m/s", "km/h", "m/day"), plausible=(1e-10, 30.0))
FLOW_CHANGE = Dimension("change of flow a time", "m3/s/s", "200 m3/s/h", ("m3/s/h", "m3/s/day"))
PERSONS = Dimension("number of people", "person", "1150 万人", ("万人", "person"))
USE_PER_PERSON = Dimension(
    "use a person a day", "m3/s/person", "120 L/person/day", ("L/person/day", "m3/person/year")
)
WATER_INTENSITY = Dimension("water use a unit of value", "m3/yuan", "13 m3/万元", ("m3/万元",))

_BY_KIND = (
    VOLUME,
    FLOW,
    LENGTH,
    AREA,
    DURATION,
    DEPTH_RATE,
    PRICE,
    MONEY,
    CONDUCTANCE_FLOW,
    FLOW_CHANGE,
    PERSONS,
    USE_PER_PERSON,
    WATER_INTENSITY,
    FACTOR,
)
_KIND_NAMES = {"length": "a length or level", "factor": "a share without dimension"}

Volume = Annotated[float, VOLUME]
VolumeOrRule = Annotated[float | RuleRef, VOLUME.or_rule()]
Flow = Annotated[float, FLOW]
FlowOrRule = Annotated[float | RuleRef, FLOW.or_rule()]
AnnualVolume = Annotated[float, ANNUAL_VOLUME]
AnnualVolumeOrRule = Annotated[float | RuleRef, ANNUAL_VOLUME.or_rule()]
Level = Annotated[float, LEVEL]
LevelOrRule = Annotated[float | RuleRef, LEVEL.or_rule()]
Depth = Annotated[float, DEPTH]
DepthOrRule = Annotated[float | RuleRef, DEPTH.or_rule()]
DepthRate = Annotated[float, DEPTH_RATE]
DepthRateOrRule = Annotated[float | RuleRef, DEPTH_RATE.or_rule()]
Area = Annotated[float, AREA]
AreaOrRule = Annotated[float | RuleRef, AREA.or_rule()]
Length = Annotated[float, LENGTH]
LengthOrRule = Annotated[float | RuleRef, LENGTH.or_rule()]
Duration = Annotated[float, DURATION]
DurationOrRule = Annotated[float | RuleRef, DURATION.or_rule()]
Fraction = Annotated[float, FRACTION]
FractionOrRule = Annotated[float | RuleRef, FRACTION.or_rule()]
Factor = Annotated[float, FACTOR]
FactorOrRule = Annotated[float | RuleRef, FACTOR.or_rule()]
Number = Annotated[float, NUMBER]
NumberOrRule = Annotated[float | RuleRef, NUMBER.or_rule()]
Price = Annotated[float, PRICE]
PriceOrRule = Annotated[float | RuleRef, PRICE.or_rule()]
Money = Annotated[float, MONEY]
ConductanceFlow = Annotated[float, CONDUCTANCE_FLOW]
ConductanceFlowOrRule = Annotated[float | RuleRef, CONDUCTANCE_FLOW.or_rule()]
Conductance = ConductanceFlow
Speed = Annotated[float, SPEED]
SpeedOrRule = Annotated[float | RuleRef, SPEED.or_rule()]
FlowChange = Annotated[float, FLOW_CHANGE]
Persons = Annotated[float, PERSONS]
PersonsOrRule = Annotated[float | RuleRef, PERSONS.or_rule()]
UsePerPerson = Annotated[float, USE_PER_PERSON]
WaterIntensity = Annotated[float, WATER_INTENSITY]


@dataclass(frozen=True)
class _TextFormat:
    """Metadata that validates text of one format."""

    read: Any
    schema: tuple[tuple[str, Any], ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return dict(self.schema)


def _read_date(value: object) -> datetime.date:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    try:
        return datetime.date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        reject(value, "a date as year-month-day, such as 1980-01-01")


def _read_name(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"\w+", value):
        return str(value)
    reject(value, "a name of letters, digits and underscores")


def _read_rule_key(value: object) -> str:
    if isinstance(value, str) and _RULE_NAME.fullmatch(value):
        return str(value)
    reject(value, "a name that starts with a letter: letters, digits, underscores and dots")


Date = Annotated[datetime.date, _TextFormat(_read_date, (("type", "string"), ("format", "date")))]
Name = Annotated[str, _TextFormat(_read_name, (("type", "string"), ("pattern", r"^\w+$")))]
RuleKey = Annotated[str, _TextFormat(_read_rule_key, (("type", "string"),))]


def reject(
    value: object,
    expected: str,
    *,
    found: str | None = None,
    near: str | None = None,
    note: str | None = None,
    key: str | None = None,
) -> NoReturn:
    """Refuse a value inside a validator, in the words that the user will read.

    Parameters
    ----------
    value
        What was written.
    expected
        What is allowed.
    found
        Text in place of the quoted value.
    near
        The nearest valid name.
    note
        A further sentence.
    key
        Key of the block at fault, for validators of whole blocks.

    Raises
    ------
    PydanticCustomError
        Always; the reader of the configuration turns it into a fault.
    """
    context = {
        "found": found or shown(value),
        "expected": expected,
        "nearest": near,
        "note": note,
        "key": key,
    }
    template = "found {found}, expected {expected}"
    raise PydanticCustomError(FAULT, template, context)


def convert(text: str, dimension: Dimension) -> float:
    """Return a text such as ``13.89 亿m3`` in the SI unit of a dimension.

    Raises
    ------
    ValueError
        When the text is no number with a unit of that dimension.
    """
    number = _NUMBER.match(text.strip())
    try:
        return dimension._from_text(text, number)[0]
    except PydanticCustomError as error:
        raise ValueError(error.message()) from None


def unit_factor(unit: str, dimension: Dimension) -> float:
    """Return what a number in ``unit`` is multiplied by to be in the SI unit of a dimension.

    Raises
    ------
    ValueError
        When the unit is unknown or of another dimension.
    """
    return convert(f"1 {unit}", replace(dimension, minimum=None, maximum=None))


def told(value: float, dimension: Dimension) -> str:
    """Return an SI value as text in the usual unit that keeps its number readable."""
    if dimension.bare:
        return f"{value:.6g}"
    own = _unit(_tidy(dimension.unit))[0]
    units = dimension.units or (dimension.unit,)
    numbers = [value * float(own / _unit(_tidy(unit))[0]) for unit in units]
    for number, unit in zip(numbers, units, strict=True):
        if number == 0.0 or 1.0 <= abs(number) < 1e4:
            return f"{number:.6g} {unit}"
    misfits = [abs(math.log10(abs(number)) - 2.0) for number in numbers]
    best = misfits.index(min(misfits))
    return f"{numbers[best]:.6g} {units[best]}"


def dimension_of(annotation: Any, metadata: tuple[Any, ...] = ()) -> Dimension | None:
    """Return the first dimension inside a type annotation, or None.

    Parameters
    ----------
    annotation
        A type such as ``Volume | None`` or ``dict[str, Flow]``.
    metadata
        Metadata that pydantic has already taken off the annotation.
    """
    return next(_dimensions(annotation, metadata), None)


def _dimensions(annotation: Any, metadata: tuple[Any, ...]) -> Iterator[Dimension]:
    own = (*metadata, *getattr(annotation, "__metadata__", ()))
    for item in own:
        if isinstance(item, Dimension):
            yield item
    for argument in get_args(annotation):
        yield from _dimensions(argument, ())


def _tidy(unit: str) -> str:
    """Return unit text in one spelling: ``m³ s-1`` and ``m^3/s`` become ``m3/s``."""
    text = unit.strip().translate(_SAME_SIGN).replace("%", "percent").replace("‰", "permille")
    text = re.sub(r"(?<=[A-Za-z])(?:\*\*|\^)(?=\d)", "", text)
    text = re.sub(r"\s+([A-Za-z]+)-1\b", r"/\1", text)
    return "" if text == "1" else re.sub(r"\s*([*/])\s*", r"\1", text)


def _unknown_unit(unit: str) -> str | None:
    if not unit:
        return None
    if not _UNIT_TEXT.fullmatch(unit):
        return unit
    return next((name for name in re.split(r"[*/ ]+", unit) if name not in _UNITS), None)


@cache
def _registry() -> Any:
    """Return an empty registry; units are defined in it as they are met, which saves time."""
    import pint

    # pint's own annotations know neither an empty registry nor exact numbers.
    build: Any = pint.UnitRegistry
    return build(None, non_int_type=Rational)


@cache
def _define(name: str) -> None:
    definition = _UNITS[name]
    if not definition.startswith("["):
        for part in re.findall(_UNIT_NAME, definition):
            _define(part)
    _registry().define(f"{name} = {definition}")


@lru_cache(maxsize=512)
def _unit(unit: str) -> tuple[Rational, frozenset[tuple[str, int]]]:
    """Return the exact factor to base units and the dimension of tidy unit text."""
    if not unit:
        return Rational(1), frozenset()
    for name in re.findall(_UNIT_NAME, unit):
        _define(name)
    registry = _registry()
    parsed = registry.parse_units(unit)
    factor, _ = registry.get_root_units(parsed)
    dimension = frozenset((name, int(power)) for name, power in parsed.dimensionality.items())
    return Rational(factor), dimension


def _scaled(number: str, factor: Rational) -> float:
    try:
        return float(Rational(number) * factor)
    except OverflowError:
        return math.inf


def _kind(dimension: frozenset[tuple[str, int]]) -> str:
    for known in _BY_KIND:
        if _unit(_tidy(known.unit))[1] == dimension:
            article = "an" if known.name[0] in "aeiou" else "a"
            return _KIND_NAMES.get(known.name, f"{article} {known.name}")
    return "of another dimension"
