"""The unit of rules that state none: it follows from what they name, or is not known."""

from __future__ import annotations

import pytest

import hydrosim
from hydrosim.config.load import config_from_text
from hydrosim.errors import ConfigError
from hydrosim.rules.expression_unit import expression_unit
from hydrosim.rules.language import parse_expression
from hydrosim.supply.lowering import lower_config

UNITS = {"flow": "m3/s", "yearly": "亿m3/year", "volume": "亿m3", "share": "%", "a.b": "1"}


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("2 * share", "1"),
        ("rule('a.b') ** 2 + month", "1"),
        ("3 if flow > 2 else share", "%"),
        ("max(flow, 3)", "m3/s"),
        ("-flow + yearly", "m3/s"),
        ("storage('lake') - account('canal')", "m3"),
        ("0.2 + level('lake')", "m"),
        ("sqrt(fraction('lake'))", "1"),
        ("year_class() >= 4", "1"),
        ("share and share", "%"),
        # A number with a dimension times or over something may have any.
        ("0.5 * flow", None),
        ("storage('lake') / 86400", None),
        ("exp(flow)", None),
        # What does not agree, and what nothing is known of.
        ("flow + volume", None),
        ("other + flow", None),
        ("2 * other", None),
        # Numbers as written are in SI.
        ("3 if month > 6 else 1", None),
        ("1 +", None),
    ],
)
def test_of_an_expression(text: str, unit: str | None):
    assert expression_unit(parse_expression(text), UNITS.get) == unit


CITY = """
hydrosim: 1
period: {{start: 2001-01-01, end: 2001-03-31}}
ladder: [domestic, base_flow, storage, spare: canal]
rules:
  rich: {{type: profile, unit: "1", values: [0, 0.5, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]}}
  river: {{type: constant, value: 3 m3/s}}
  offer: {rule}
nodes:
  lake:
    type: reservoir
    storage_curve: {{level: [100 m, 130 m], storage: [0 m3, 3 亿m3]}}
    levels: {{dead: 100 m, normal: 110 m}}
    initial: {initial}
    local_inflow: {inflow}
  canal: {{type: import, quota: {quota}, account_year: 02-01, capacity: 8 m3/s}}
  town: {{type: demand, use: domestic, flow: {flow}}}
  reach: {{type: reach, base_flow: {{requirement: {base_flow}}}}}
  sea: {{type: outlet}}
links:
  - {{from: lake, to: town, capacity: {capacity}}}
  - {{from: canal, to: town}}
  - {{from: lake, to: reach, type: river}}
  - {{from: reach, to: sea, type: river}}
"""
KEYS = {
    "inflow": ("3 m3/s", "nodes.lake.local_inflow", "a flow"),
    "quota": ("1 亿m3/year", "nodes.canal.quota", "an annual volume"),
    "flow": ("2 m3/s", "nodes.town.flow", "a flow"),
    "base_flow": ("1 m3/s", "nodes.reach.base_flow.requirement", "a flow"),
    "capacity": ("5 m3/s", "links.lake->town.capacity", "a flow"),
}


def city(rule: str, key: str = "quota", **more: str):
    values = {name: given for name, (given, _place, _what) in KEYS.items()} | {"initial": "50 %"}
    return config_from_text(CITY.format(rule=rule, **{**values, key: "offer", **more}))


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "rule",
    [
        "{type: scaled, of: rich, factor: 2.0e8}",
        '{type: expression, expression: "2.0e8 * rich"}',
        '{type: expression, expression: "2.0e8 if month > 2 else 0"}',
    ],
)
def test_a_number_that_can_only_be_meant_in_another_unit_is_refused(key: str, rule: str):
    """2 x 10^8 m3 a year, read as 2 x 10^8 m3/s, would be no bound at all."""
    with pytest.raises(ConfigError) as caught:
        lower_config(city(rule, key))
    fault = caught.value.faults[0]
    number, day = ("1e+08", "2001-02-01") if "rich" in rule else ("2e+08", "2001-03-01")
    assert fault.path == ("rules", "offer")
    assert fault.found == f"{number} without a unit on {day}, taken as {number} m3/s"
    _given, place, what = KEYS[key]
    assert fault.expected == f"a rule with the unit of {what}, as {place} takes"
    assert fault.note == "a rule of the type `expression` states its unit under `unit`"


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "rule", ["{type: scaled, of: rich, factor: 2}", '{type: expression, expression: "2 * rich"}']
)
def test_a_small_number_without_unit_is_warned_of(key: str, rule: str):
    config = city(rule, key)
    (warning,) = config.warnings
    _given, place, what = KEYS[key]
    assert ".".join(map(str, warning.path)).replace("links.0", "links.lake->town") == place
    assert warning.found == "'offer', a rule without unit"
    assert warning.expected.startswith(f"{what} with its unit")
    assert warning.note == (
        "its numbers are taken in m3/s; a rule of the type `expression` states its unit under "
        "`unit`"
    )
    lower_config(config)


def test_another_dimension_that_follows_is_warned_of():
    (warning,) = city("{type: expression, expression: \"max(storage('lake'), 5)\"}").warnings
    assert warning.found == "'offer', a rule in m3"


@pytest.mark.parametrize(
    "rule",
    [
        "{type: expression, unit: 亿m3/year, expression: 2 * rich}",
        "{type: scaled, of: river, factor: rich}",
        "{type: expression, expression: \"min(river, 0.02 * storage('lake') / 86400)\"}",
        "{type: expression, unit: m3/s, expression: '1e9'}",
    ],
)
def test_a_rule_with_its_unit_is_taken(rule: str):
    config = city(rule)
    assert config.warnings == ()
    lower_config(config)


def test_the_quota_of_a_rule_with_its_unit_is_a_bound():
    """The town of 2 m3/s has no other water: from February it takes half of 0.01 x 10^8 m3."""
    config = city(
        "{type: expression, unit: 亿m3/year, expression: 0.01 * rich}",
        initial="0 %",
        inflow="0 m3/s",
    )
    result = hydrosim.run(config).isel(scenario=0, member=0)
    taken = result["withdrawn"].sel(source="canal", time=slice("2001-02-01", None)) * 86400.0
    assert float(taken.sum()) == pytest.approx(0.5e6, rel=1e-9)
    first = result["supplied"].sel(claim="town").values[31:34]
    assert first.tolist() == pytest.approx([2.0, 2.0, 0.5e6 / 86400.0 - 4.0])
