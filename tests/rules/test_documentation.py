"""The examples of docs/rules.md give what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from hydrosim.rules import RULE_TYPES
from hydrosim.rules.language import parse_expression
from tests.rules.models import Whole, build, calendar, in_step, rule

TEXT = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
STATES = {
    ("storage", "lake"): 4e7,
    ("level", "lake"): 7.2,
    ("fraction", "lake"): 0.4,
    ("account", "yangtze"): 3e8,
    ("local_inflow", "lake"): 5.0,
    ("known_inflow", "lake"): 8.0,
}
RULES = {
    "demand": {"type": "constant", "value": "12 m3/s"},
    "curve.reserve": {"type": "constant", "value": "3000 万m3"},
    "year_class": {"type": "constant", "value": 4, "unit": "1"},
}


def fenced(kind: str) -> str:
    found = re.search(rf"```{kind}\n(.*?)```", TEXT, re.DOTALL)
    assert found
    return found[1]


EXAMPLES = [
    tuple(part.strip() for part in line.split("=>", 1))
    for line in fenced("expressions").splitlines()
]


@pytest.mark.parametrize(("text", "told"), EXAMPLES)
def test_example(text: str, told: str):
    if told.startswith("error column"):
        assert parse_expression(text).offences[0].column == int(told.split()[-1])
        return
    block = {"type": "expression", "expression": text}
    axis = calendar("2001-07-15", "2001-07-15")
    result = in_step(axis, {**RULES, "x": block}, "x", STATES)
    assert result == pytest.approx(float(told), rel=1e-14)


def test_rules_of_the_example_can_be_built():
    blocks = YAML(typ="safe").load(fenced("yaml"))["rules"]
    axis = calendar("2001-07-01", "2001-07-31")
    states = {("storage", "wangkuai"): 1e8, ("fraction", "wangkuai"): 0.2, ("level", "lake"): 7.1}
    builder = build(axis, blocks, states, mode="planning_level", planning_year=2030)
    for name in blocks:
        builder.rule(name)
    assert builder.rule("growth").constant == pytest.approx(3.7e8 / 31557600)
    config = Whole(rules=blocks, nodes={"wangkuai": 1, "lake": 1}, planning_year=2030)
    assert [fault for block in blocks.values() for fault in rule(block).faults(config)] == []


def test_every_type_is_told():
    for name in RULE_TYPES:
        assert f"| `{name}` |" in TEXT
