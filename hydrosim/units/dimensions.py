"""Values with units: the types of a configuration's entries, SI float64 once validated.

An entry carries its unit (``13.89 亿m3``, ``30 m3/s``, ``1050 mm/year``); a bare number where a
unit is due is an error. Only the units of table.py are known and no prefixes are derived, so
that ``Mm3`` is a million cubic metres and never a cubed megametre. The arithmetic of units is exact
(rational), hence the SI number is the correctly rounded one. A year has 365.25 days and a month a
twelfth of that.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any, NamedTuple, get_args

from pydantic_core import PydanticCustomError, core_schema

from hydrosim.errors import nearest, shown
from hydrosim.locale import Message, _, an, pgettext
from hydrosim.units.scalars import (
    FAULT,
    RULE_NAME,
    Date,
    MonthDay,
    Name,
    NodeRef,
    RuleKey,
    RuleName,
    RuleRef,
    note_plainly,
    plainly,
    reject,
)
from hydrosim.units.table import (
    UNITS,
    Signature,
    scale_of,
    scaled,
    tidy,
    unit_of,
    unknown_unit,
)

__all__ = [
    "ANNUAL_VOLUME", "AREA", "CONDUCTANCE_FLOW", "DEPTH", "DEPTH_RATE", "DURATION", "FACTOR",
    "FAULT", "FLOW", "FLOW_CHANGE", "FRACTION", "LENGTH", "LEVEL", "MONEY", "NUMBER", "PERSONS",
    "PRICE", "RETURN_PERIOD", "SPEED", "USE_PER_PERSON", "VOLUME", "WATER_INTENSITY",
    "AnnualVolume", "AnnualVolumeOrRule", "Area", "AreaOrRule", "Conductance", "ConductanceFlow",
    "ConductanceFlowOrRule", "Date", "Depth", "DepthOrRule", "DepthRate", "DepthRateOrRule",
    "Dimension", "Duration", "DurationOrRule", "Factor", "FactorOrRule", "Flow", "FlowChange",
    "FlowOrRule", "Fraction", "FractionOrRule", "Length", "LengthOrRule", "Level", "LevelOrRule",
    "Money", "MonthDay", "Name", "NodeRef", "Number", "NumberOrRule", "Persons", "PersonsOrRule",
    "Price", "PriceOrRule", "ReturnPeriod", "RuleKey", "RuleName", "RuleRef", "Speed",
    "SpeedOrRule", "Suspect", "TakesRule", "UsePerPerson", "Volume", "VolumeOrRule",
    "WaterIntensity", "convert", "dimension_of", "reject", "unit_factor", "with_unit",
]  # fmt: skip

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


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

    name: Message
    unit: str
    example: str
    units: tuple[str, ...] = ()  # usual units, the likeliest first
    minimum: float | None = 0.0
    maximum: float | None = None
    plausible: tuple[float, float] | None = None  # SI; magnitudes outside give a warning
    bare: bool = False  # a number without unit is allowed
    rule: bool = False  # the name of a rule is allowed
    rule_maximum: float | None = None  # largest number of a rule, where a written one may be larger

    def within(self, low: str, high: str) -> Dimension:
        """Return the same dimension with another plausible range, each end with its unit."""
        return replace(self, plausible=(convert(low, self), convert(high, self)))

    def or_rule(self) -> Dimension:
        """Return the same dimension that also accepts the name of a rule."""
        return replace(self, rule=True)

    @property
    def of_rule(self) -> Dimension:
        """The dimension of a rule's numbers: a rule gives a volume a year as a flow."""
        return FLOW if self.unit == ANNUAL_VOLUME.unit else self

    @property
    def rule_range(self) -> tuple[float | None, float | None]:
        """Least and largest number that a rule may give, in SI."""
        return self.minimum, self.maximum if self.maximum is not None else self.rule_maximum

    @property
    def rule_phrase(self) -> Message:
        """The range of a rule in words."""
        low, high = self.rule_range
        if low is not None and high is not None:
            return _("{quantity} between {low} and {high}", quantity=an(self.name),
                     low=with_unit(low, self), high=with_unit(high, self))  # fmt: skip
        if low is None:
            return an(self.name)
        return _("{quantity} of {low:g} or more", quantity=an(self.name), low=low)

    @property
    def phrase(self) -> Message:
        """What is expected, in words, with an example."""
        quantity = (
            an(self.name) if self.bare else _("{quantity} with its unit", quantity=an(self.name))
        )
        phrase = _("{quantity}, such as {example}", quantity=quantity, example=self.example)
        return _("{phrase}, or the name of a rule", phrase=phrase) if self.rule else phrase

    def validate(self, value: object, info: core_schema.ValidationInfo) -> float | RuleRef:
        """Return a value in SI, or the rule that it names."""
        if isinstance(value, RuleRef) and self.rule:
            return value
        if isinstance(value, str):
            number = _NUMBER.match(value.strip())
            if number is None and self.rule and RULE_NAME.fullmatch(value.strip()):
                return RuleRef(str(value).strip())
            result, unit = self._from_text(value, number)
            self._note_suspect(value, result, unit, info.context)
            return result
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            reject(value, self.phrase)
        if not self.bare:
            reject(value, self.phrase, found=_("{value}, a bare number", value=shown(value)))
        return self._bounded(float(value), value)

    def _from_text(self, text: str, number: re.Match[str] | None) -> tuple[float, str]:
        if number is None or plainly(text) is not None:
            reject(text, self.phrase, note=note_plainly(text))
        rest = text.strip()[number.end() :].strip()
        known = scale_of(rest, self.unit) if rest or self.bare else None
        if known is not None:
            return self._bounded(scaled(number[0], known[1]), text), known[0]
        if not rest and not self.bare:
            reject(text, self.phrase, found=_("{text}, a bare number", text=text.strip()))
        unit = tidy(rest)
        unknown = unknown_unit(unit)
        if unknown is not None:
            near = nearest(unit, self.units) or nearest(unknown, UNITS)
            note = _("the unit {unknown} is not known", unknown=shown(unknown))
            reject(text, self.phrase, near=near, note=note)
        kind = _kind(unit_of(unit)[1], unit)
        found = _("{value}, {kind}", value=shown(text.strip()), kind=kind)
        near = nearest(unit, self.units) if "/" in unit else None
        reject(text, self.phrase, found=found, near=near)

    def _bounded(self, value: float, written: object) -> float:
        low, high = self.minimum, self.maximum
        inside = (
            math.isfinite(value)
            and (low is None or value >= low)
            and (high is None or value <= high)
        )
        if inside:
            return value
        quantity: Message = an(self.name)
        if low is not None and high is not None:
            quantity = _("{quantity} between {low} and {high}", quantity=quantity,
                         low=with_unit(low, self), high=with_unit(high, self))  # fmt: skip
        elif low is not None:
            quantity = _("{quantity} of {low:g} or more", quantity=quantity, low=low)
        likely = high == 1.0 and 1.0 < value <= 100.0 and not isinstance(written, str)
        note = _("{value:g} % is written '{value:g} %'", value=value) if likely else None
        reject(
            written,
            _("{quantity}, such as {example}", quantity=quantity, example=self.example),
            note=note,
        )

    def _note_suspect(self, text: str, value: float, unit: str, context: Any) -> None:
        suspects = context.get("suspects") if isinstance(context, dict) else None
        if suspects is None or self.plausible is None or value == 0.0 or self._fits(value):
            return
        own = unit_of(unit)[0]
        likely = None
        for candidate in self.units:
            factor = float(unit_of(candidate)[0] / own)
            if factor != 1.0 and self._fits(value * factor):
                likely = candidate
                break
        low, high = (with_unit(limit, self) for limit in self.plausible)
        expected = _("as a rule {quantity} between {low} and {high}",
                     quantity=an(self.name), low=low, high=high)  # fmt: skip
        suspects.append(Suspect(text, expected, likely))

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


@dataclass(frozen=True)
class TakesRule:
    """Metadata of a type that reads itself: the dimension of the rule that may stand there."""

    dimension: Dimension


LONGEST_S = 200 * 31557600.0
"""Two hundred years: what waits longer than a run lasts is an error of writing."""
_FLOW_UNITS = ("m3/s", "万m3/day", "亿m3/year", "m3/day", "L/s")
VOLUME = Dimension(
    pgettext("quantity", "volume"), "m3", "13.89 亿m3", ("万m3", "亿m3", "Mm3", "m3"),
    plausible=(5e4, 1e11),
)  # fmt: skip
FLOW = Dimension(
    pgettext("quantity", "flow"), "m3/s", "30 m3/s", _FLOW_UNITS, plausible=(1e-4, 1.5e5),
)  # fmt: skip
ANNUAL_VOLUME = Dimension(
    pgettext("quantity", "annual volume"), "m3/year", "5.51 亿m3/year", ("万m3/year", "亿m3/year",
    "Mm3/year", "m3/year"), plausible=(1e4, 1e11),
)  # fmt: skip
LEVEL = Dimension(
    pgettext("quantity", "level"), "m", "200.4 m", ("m", "cm", "mm"), minimum=None,
    plausible=(-200.0, 6000.0),
)  # fmt: skip
DEPTH = Dimension(
    pgettext("quantity", "depth"), "m", "120 mm", ("mm", "cm", "m"), plausible=(1e-4, 300.0),
)  # fmt: skip
DEPTH_RATE = Dimension(
    pgettext("quantity", "depth per time"), "m/s", "1050 mm/year", ("mm/year", "mm/day",
    "mm/month"), plausible=(1e-11, 1.2e-5),
)  # fmt: skip
AREA = Dimension(
    pgettext("quantity", "area"), "m2", "3770 km2", ("km2", "万亩", "亩", "ha", "m2"),
    plausible=(1e3, 1e12),
)  # fmt: skip
LENGTH = Dimension(
    pgettext("quantity", "length"), "m", "12 km", ("m", "km"), plausible=(0.1, 5e6),
)  # fmt: skip
DURATION = Dimension(
    pgettext("quantity", "duration"), "s", "3 days", ("days", "hours", "years"),
    maximum=LONGEST_S, plausible=(1.0, LONGEST_S),
)  # fmt: skip
FRACTION = Dimension(
    pgettext("quantity", "fraction"), "1", pgettext("example of a value", "80 % or 0.8"),
    maximum=1.0, bare=True,
)  # fmt: skip
FACTOR = Dimension(
    pgettext("quantity", "factor"), "1", pgettext("example of a value", "1.2 or 120 %"), bare=True,
)  # fmt: skip
NUMBER = Dimension(pgettext("quantity", "number"), "1", "0.65", minimum=None, bare=True)
PRICE = Dimension(
    pgettext("quantity", "price"), "yuan/m3", "1.2 yuan/m3", ("yuan/m3", "yuan/万m3"),
    minimum=None, plausible=(1e-4, 1e3),
)  # fmt: skip
MONEY = Dimension(
    pgettext("quantity", "sum of money"), "yuan", "3760 亿元", ("亿元", "万元", "yuan"),
)  # fmt: skip
CONDUCTANCE_FLOW = Dimension(
    pgettext("quantity", "flow per metre of head"), "m2/s", "0.5 m2/s", ("m2/s", "m2/day"),
)  # fmt: skip
SPEED = Dimension(
    pgettext("quantity", "speed"), "m/s", "2.5 m/s", ("m/s", "km/h", "m/day"), plausible=(1e-10,
    30.0),
)  # fmt: skip
FLOW_CHANGE = Dimension(
    pgettext("quantity", "change of flow per time"), "m3/s/s", "200 m3/s/h", ("m3/s/h",
    "m3/s/day"),
)  # fmt: skip
PERSONS = Dimension(
    pgettext("quantity", "number of people"), "person", "1150 万人", ("万人", "person"),
)  # fmt: skip
USE_PER_PERSON = Dimension(
    pgettext("quantity", "use per person and day"), "m3/s/person", "120 L/person/day",
    ("L/person/day", "m3/person/year"),
)  # fmt: skip
WATER_INTENSITY = Dimension(
    pgettext("quantity", "water use per unit of value"), "m3/yuan", "13 m3/万元", ("m3/万元",),
)  # fmt: skip
RETURN_PERIOD = Dimension(
    pgettext("quantity", "return period"), "year", "100 years", ("years",), minimum=1.01,
    bare=True,
)  # fmt: skip

_BY_KIND = (
    VOLUME, FLOW, LENGTH, AREA, DURATION, DEPTH_RATE, PRICE, MONEY, CONDUCTANCE_FLOW, FLOW_CHANGE,
    PERSONS, USE_PER_PERSON, WATER_INTENSITY, FACTOR,
)  # fmt: skip
_KIND_NAMES = {"length": _("a length or level"), "factor": _("a share without dimension")}

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
FactorOrRule = Annotated[float | RuleRef, replace(FACTOR, rule_maximum=10.0).or_rule()]
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
ReturnPeriod = Annotated[float, RETURN_PERIOD]


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


def with_unit(value: float, dimension: Dimension) -> str:
    """Return an SI value as text in the usual unit that keeps its number readable."""
    if dimension.bare:
        return f"{value:.6g}"
    own = unit_of(tidy(dimension.unit))[0]
    units = dimension.units or (dimension.unit,)
    numbers = [value * float(own / unit_of(tidy(unit))[0]) for unit in units]
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


def _kind(dimension: Signature, unit: str) -> Message:
    if dimension == unit_of(CONDUCTANCE_FLOW.unit)[1] and unit.split("/")[0] != "m3":
        return _("an area per time")
    for known in _BY_KIND:
        if unit_of(tidy(known.unit))[1] == dimension:
            return _KIND_NAMES.get(known.name, an(known.name))
    return _("of another dimension")
