"""Values with units: exact SI numbers, refused dimensions, rules in place of numbers."""

from __future__ import annotations

import datetime
from fractions import Fraction
from functools import cache
from typing import Annotated

import pint
import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from hydrosim.units import RuleRef
from hydrosim.units import dimensions as units
from hydrosim.units.table import UNITS, tidy, unit_of

YEAR_S = 365.25 * 86400


def read(kind, value, context=None):
    return TypeAdapter(kind).validate_python(value, context=context)


@cache
def registry_of_pint():
    return pint.UnitRegistry()


@cache
def registry_of_ours():
    registry = pint.UnitRegistry(None, non_int_type=Fraction)
    for name, definition in UNITS.items():
        registry.define(f"{name} = {definition}")
    return registry


def refused(kind, value):
    with pytest.raises(ValidationError) as caught:
        read(kind, value)
    told = caught.value.errors()[0]["ctx"]
    return {name: told[name] for name in ("found", "expected", "nearest", "note") if told[name]}


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (units.Volume, "13.89 亿m3", 1.389e9),
        (units.Volume, "138900 万m3", 1.389e9),
        (units.Volume, "1389 Mm3", 1.389e9),
        (units.Volume, "13.89亿立方米", 1.389e9),
        (units.Volume, "1.389e9 m³", 1.389e9),
        (units.Flow, "30 m3/s", 30.0),
        (units.Flow, "30 m^3/s", 30.0),
        (units.Flow, "30 m**3 / s", 30.0),
        (units.Flow, "30 m3 s-1", 30.0),
        (units.Flow, "8.64 万m3/day", 1.0),
        (units.Flow, "1000 L/s", 1.0),
        (units.AnnualVolume, "5.51 亿m3/year", 5.51e8),
        (units.AnnualVolume, "5.51 亿m3/年", 5.51e8),
        (units.AnnualVolume, "1 m3/s", YEAR_S),
        (units.Level, "-3.5 m", -3.5),
        (units.Depth, "120 mm", 0.12),
        (units.Depth, "200 m3/亩", 0.3),
        (units.DepthRate, "1050 mm/year", 1.05 / YEAR_S),
        (units.DepthRate, "6 mm/d", 0.006 / 86400),
        (units.Area, "3770 km2", 3.77e9),
        (units.Area, "15 亩", 1e4),
        (units.Area, "50 万亩", 1e9 / 3),
        (units.Length, "12 km", 1.2e4),
        (units.Duration, "3 days", 259200.0),
        (units.Duration, "36 h", 129600.0),
        (units.Fraction, "80 %", 0.8),
        (units.Fraction, 0.8, 0.8),
        (units.Fraction, 1, 1.0),
        (units.Factor, "120%", 1.2),
        (units.Factor, 1.2, 1.2),
        (units.Number, -0.5, -0.5),
        (units.Price, "1.2 yuan/m3", 1.2),
        (units.Price, "-1.2 元/m3", -1.2),
        (units.Money, "3760 亿元", 3.76e11),
        (units.ConductanceFlow, "0.5 m2/s", 0.5),
        (units.Speed, "3.6 km/h", 1.0),
        (units.FlowChange, "3600 m3/s/h", 1.0),
        (units.Persons, "1150 万人", 1.15e7),
        (units.UsePerPerson, "86.4 L/person/day", 1e-6),
        (units.WaterIntensity, "13 m3/万元", 0.0013),
    ],
)
def test_a_value_is_the_correctly_rounded_si_number(kind, text, expected):
    assert read(kind, text) == expected


def test_a_bare_number_is_refused_with_the_dimension_and_an_example():
    expected = "a flow with its unit, such as 30 m3/s"
    assert refused(units.Flow, 30) == {"found": "30, a bare number", "expected": expected}
    assert refused(units.Flow, "30") == {"found": "30, a bare number", "expected": expected}


def test_a_wrong_dimension_is_told():
    assert refused(units.Volume, "30 m3/s") == {
        "found": "'30 m3/s', a flow",
        "expected": "a volume with its unit, such as 13.89 亿m3",
    }
    assert refused(units.Flow, "30 m")["found"] == "'30 m', a length or level"
    assert (
        refused(units.Flow, "30 yuan/person")["found"] == "'30 yuan/person', of another dimension"
    )


def test_an_unknown_unit_gets_the_nearest():
    assert refused(units.Flow, "30 m3/sek") == {
        "found": "'30 m3/sek'",
        "expected": "a flow with its unit, such as 30 m3/s",
        "nearest": "m3/s",
        "note": "the unit 'sek' is not known",
    }


def test_no_prefix_is_derived():
    # A cubed megametre would be 10^18 m3.
    assert refused(units.Volume, "3 Mm^3/1")["note"] == "the unit 'Mm3/1' is not known"
    assert refused(units.Length, "3 Mm")["note"] == "the unit 'Mm' is not known"


@pytest.mark.parametrize(
    "value", ["about 3 m3", "1,389 m3", "m3", "", "3 m3 and more 4", [1], True]
)
def test_what_is_no_number_with_a_unit_is_refused(value):
    assert refused(units.Volume, value)["expected"].startswith("a volume with its unit")


def test_limits():
    assert refused(units.Volume, "-3 m3")["expected"] == (
        "a volume of 0 or more, such as 13.89 亿m3"
    )
    assert refused(units.Volume, "1e400 m3")["found"] == "'1e400 m3'"
    assert refused(units.Fraction, 80) == {
        "found": "80",
        "expected": "a fraction between 0 and 1, such as 80 % or 0.8",
        "note": "80 % is written '80 %'",
    }
    assert "note" not in refused(units.Fraction, "120 %")
    assert refused(units.Number, float("nan"))["expected"] == "a number, such as 0.65"


def test_a_rule_stands_where_a_number_may():
    assert read(units.FlowOrRule, "inflows.wangkuai") == RuleRef("inflows.wangkuai")
    assert read(units.FlowOrRule, RuleRef("x")) == RuleRef("x")
    assert read(units.FlowOrRule, "3 m3/s") == 3.0
    assert read(units.FractionOrRule, 0.5) == 0.5
    assert refused(units.FlowOrRule, 3)["expected"] == (
        "a flow with its unit, such as 30 m3/s, or the name of a rule"
    )
    for text in ("-x", ".x", "a b", "a-b", "x.", "/"):
        assert "or the name of a rule" in refused(units.FlowOrRule, text)["expected"]
    assert refused(units.RuleName, 3)["expected"].startswith("the name of a rule")


def test_names_of_nodes_are_text():
    reference = read(units.NodeRef, "wangkuai")
    assert reference == "wangkuai"
    assert isinstance(reference, units.NodeRef)
    assert refused(units.NodeRef, "")["expected"] == "the name of a node"
    assert read(units.Name, "王快_2") == "王快_2"
    assert refused(units.Name, "a-b")["expected"] == "a name of letters, digits and underscores"
    assert read(units.RuleKey, "curve.city") == "curve.city"
    assert "starts with a letter" in refused(units.RuleKey, "9a")["expected"]


def test_days_of_the_year():
    assert read(units.MonthDay, "07-01") == (7, 1)
    assert read(units.MonthDay, units.MonthDay(7, 1)) == (7, 1)
    assert str(units.MonthDay(7, 1)) == "07-01"
    assert refused(units.MonthDay, "02-29")["note"] == (
        "02-29 is not in every year: write 02-28 or 03-01"
    )
    for value in ("02-30", "13-01", "7", 701, "2000-07-01"):
        assert refused(units.MonthDay, value)["expected"] == (
            "a day of the year as month-day, such as 07-01"
        )
    assert read(dict[units.MonthDay, units.Level], {"07-01": "193.0 m"}) == {(7, 1): 193.0}


def test_dates():
    assert read(units.Date, "1980-02-29") == datetime.date(1980, 2, 29)
    for value in ("1981-02-29", "1980", 1980, None):
        assert refused(units.Date, value)["expected"].startswith("a date as year-month-day")
    assert read(units.Date, datetime.date(1980, 1, 1)) == datetime.date(1980, 1, 1)


@pytest.mark.parametrize(
    ("kind", "text", "likely"),
    [
        (units.Volume, "13890 m3", "万m3"),
        (units.Volume, "138900 亿m3", "万m3"),
        (units.Depth, "1050 m", "mm"),
        (units.DepthRate, "1050 m/year", "mm/year"),
        (units.Level, "178000 m", "cm"),
        (units.Area, "377 m2", "km2"),
        (units.AnnualVolume, "551 m3/year", "万m3/year"),
    ],
)
def test_an_absurd_magnitude_is_noted_with_the_likely_unit(kind, text, likely):
    context = {"suspects": []}
    read(kind, text, context)
    assert [(s.text, s.likely_unit) for s in context["suspects"]] == [(text, likely)]


def test_a_plausible_magnitude_is_not_noted():
    context = {"suspects": []}
    for text in ("13.89 亿m3", "0 m3", "5 万m3"):
        read(units.Volume, text, context)
    read(Annotated[float, units.VOLUME.within("1 m3", "10 m3")], "3 m3", context)
    assert context["suspects"] == []


def test_a_field_may_have_its_own_plausible_range():
    context = {"suspects": []}
    read(Annotated[float, units.VOLUME.within("100 万m3", "1000 亿m3")], "13.89 万m3", context)
    assert context["suspects"][0].expected == "as a rule a volume between 100 万m3 and 1000 亿m3"


def test_conversion_of_plain_text_and_units():
    assert units.convert("13.89 亿m3", units.VOLUME) == 1.389e9
    with pytest.raises(ValueError, match="found '3 m', a length or level, expected a volume"):
        units.convert("3 m", units.VOLUME)
    assert units.unit_factor("mm/day", units.DEPTH_RATE) == 0.001 / 86400
    assert units.unit_factor("1", units.NUMBER) == 1.0


@pytest.mark.parametrize(
    ("value", "dimension", "text"),
    [
        (1.389e9, units.VOLUME, "13.89 亿m3"),
        (5e4, units.VOLUME, "5 万m3"),
        (0.0, units.VOLUME, "0 万m3"),
        (30.0, units.FLOW, "30 m3/s"),
        (0.12, units.DEPTH, "120 mm"),
        (1e13, units.VOLUME, "100000 亿m3"),
        (0.5, units.FRACTION, "0.5"),
    ],
)
def test_an_si_value_is_told_in_a_usual_unit(value, dimension, text):
    assert units.with_unit(value, dimension) == text


class Part(BaseModel):
    volume: units.Volume | None = None
    flows: dict[units.MonthDay, units.FlowOrRule] = {}
    day: units.MonthDay = units.MonthDay(6, 1)
    first: units.Date = datetime.date(2000, 1, 1)
    node: units.NodeRef = units.NodeRef("a")
    rule: units.RuleName = RuleRef("r")
    share: units.Fraction = 0.5
    name: units.Name = "x"


def test_types_carry_their_unit():
    fields = Part.model_fields
    found = {
        name: units.dimension_of(f.annotation, tuple(f.metadata)) for name, f in fields.items()
    }
    assert found["volume"] is units.VOLUME
    assert found["flows"].unit == "m3/s"
    assert found["share"] is units.FRACTION
    assert found["day"] is None


def test_json_schema_of_the_types():
    schema = Part.model_json_schema()["properties"]
    assert schema["volume"]["anyOf"][0]["x-unit"] == "m3"
    assert schema["volume"]["anyOf"][0]["type"] == "string"
    assert {option["type"] for option in schema["share"]["anyOf"]} == {"number", "string"}
    assert schema["first"]["format"] == "date"
    assert schema["rule"]["type"] == schema["node"]["type"] == "string"


@pytest.mark.parametrize(
    "unit",
    [
        *UNITS, "m3/s", "m3/s/h", "亿m3/year", "L/person/day", "m3/万元", "mm/month", "m2/day",
        "yuan/万m3", "m3/s*h", "m3 s", "万亩*mm/year",
    ],
)  # fmt: skip
def test_units_are_those_of_pint(unit):
    registry = registry_of_ours()
    parsed = registry.parse_units(unit)
    factor, dimension = unit_of(unit)
    assert Fraction(registry.get_root_units(parsed)[0]) == factor
    assert dict(parsed.dimensionality) == dict(dimension)


@pytest.mark.parametrize(
    ("unit", "in_pint"),
    [
        ("ML", "megaliter"), ("GL", "gigaliter"), ("kL", "kiloliter"), ("dam3", "dam**3"),
        ("ft", "foot"), ("inch/day", "inch/day"), ("mi", "mile"), ("mi2", "mile**2"),
        ("ft3/s", "ft**3/s"), ("ft^3/s", "ft**3/s"), ("cfs", "ft**3/s"), ("cusecs", "ft**3/s"),
        ("cfs-day", "ft**3/s*day"), ("sfd", "ft**3/s*day"), ("kcfs", "1000*ft**3/s"),
        ("gal", "gallon"), ("gpm", "gallon/minute"), ("MG", "1e6*gallon"),
        ("MGD", "1e6*gallon/day"), ("kgal", "1000*gallon"), ("ML/d", "megaliter/day"),
        ("MLD", "megaliter/day"), ("cumecs", "m**3/s"), ("m3.s-1", "m**3/s"),
        ("m3s-1", "m**3/s"), ("kg m-2 s-1", "mm/s"), ("L/s", "liter/s"),
        ("万吨/日", "1e4*m**3/day"), ("万方", "1e4*m**3"), ("亿方", "1e8*m**3"),
        ("万t/d", "1e4*m**3/day"),
        ("个流量", "m**3/s"), ("个", "m**3/s"), ("千m3", "1000*m**3"), ("百万方", "1e6*m**3"),
        ("方/s", "m**3/s"), ("厘米", "cm"), ("公顷", "hectare"), ("吨", "m**3"),
    ],
)  # fmt: skip
def test_units_of_the_trade_are_those_that_pint_brings(unit, in_pint):
    theirs = registry_of_pint()(in_pint).to_base_units().magnitude
    assert float(unit_of(tidy(unit))[0]) == pytest.approx(float(theirs), rel=1e-12)


@pytest.mark.parametrize(
    ("unit", "in_pint"),
    [
        ("acre", "acre"), ("acre-ft", "acre_foot"), ("acre-feet", "acre_foot"),
        ("ac-ft", "acre_foot"), ("AF", "acre_foot"), ("acre ft", "acre_foot"),
        ("TAF", "1000*acre_foot"), ("KAF/month", "1000*acre_foot/month"), ("MAF", "1e6*acre_foot"),
    ],
)  # fmt: skip
def test_acres_are_of_the_international_foot(unit, in_pint):
    # Those of pint are of the survey foot, given up in 2022: 2 parts in a million a foot.
    theirs = registry_of_pint()(in_pint).to_base_units().magnitude
    ours = float(unit_of(tidy(unit))[0])
    feet = 2 if unit == "acre" else 3
    assert (ours / float(theirs) - 1.0) == pytest.approx(-2e-6 * feet, rel=1e-3)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (units.Flow, "100 cfs", 2.8316846592),
        (units.Flow, "1 MGD", 3785.411784 / 86400),
        (units.Flow, "30 个流量", 30.0),
        (units.Flow, "8.64 万吨/日", 1.0),
        (units.Volume, "1 acre-ft", 1233.48183754752),
        (units.Volume, "3 TAF", 3700445.51264256),
        (units.Volume, "2 GL", 2e6),
        (units.AnnualVolume, "5 ML/year", 5e3),
        (units.Level, "100 ft", 30.48),
        (units.Depth, "2 inch", 0.0508),
        (units.Area, "10 acres", 40468.564224),
    ],
)
def test_a_value_in_a_unit_of_the_trade(kind, text, expected):
    assert read(kind, text) == expected
