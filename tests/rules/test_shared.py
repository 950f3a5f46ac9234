"""Units, circles and names over all rule types."""

from __future__ import annotations

import pytest

from hydrosim.rules import RULE_TYPES
from hydrosim.rules.shared import RuleType, rule_cycles, si_factor
from tests.rules.models import rule


def expression(text: str) -> RuleType:
    return rule({"type": "expression", "expression": text})


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("1", 1.0),
        ("%", 0.01),
        ("m3/s", 1.0),
        ("万m3/day", 1e4 / 86400),
        ("亿m3", 1e8),
        ("mm/day", 1e-3 / 86400),
        ("cm", 0.01),
        ("km2", 1e6),
        ("days", 86400.0),
        ("yuan/m3", 1.0),
    ],
)
def test_unit(unit: str, factor: float):
    assert si_factor(unit) == pytest.approx(factor, rel=1e-15)


def test_unknown_unit():
    with pytest.raises(ValueError, match="'parsec' is not known"):
        si_factor("parsec")


def test_circles_are_named_once_each():
    rules = {
        "a": expression("b + 1"),
        "b": expression("c"),
        "c": expression("a + d"),
        "d": expression("2"),
        "self": expression("rule('self')"),
        "outside": expression("a + missing"),
    }
    faults = rule_cycles(rules)
    assert [fault.found for fault in faults] == ["a -> b -> c -> a", "self -> self"]
    assert faults[0].path == ("rules", "a")
    assert rule_cycles({"d": expression("2"), "e": expression("d + d")}) == []


def test_long_chains_are_walked():
    rules = {f"r{i:05d}": expression(f"r{i + 1:05d}") for i in range(3000)}
    assert rule_cycles(rules) == []
    rules["r03000"] = expression("r00000")
    assert len(rule_cycles(rules)) == 1


@pytest.mark.parametrize("name", sorted(RULE_TYPES))
def test_every_key_is_described(name: str):
    for key, entry in RULE_TYPES[name].model_fields.items():
        assert entry.description, f"{name}.{key}"
    assert RULE_TYPES[name].__doc__


@pytest.mark.parametrize("name", sorted(RULE_TYPES))
def test_every_type_has_a_schema_for_editors(name: str):
    schema = RULE_TYPES[name].model_json_schema()
    assert "type" in schema["properties"]
