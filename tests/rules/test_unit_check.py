"""A rule of another dimension than the key that names it."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, Field

from hydrosim.rules.shared import RuleType
from hydrosim.rules.unit_check import unit_faults
from hydrosim.units import AnnualVolumeOrRule, FlowOrRule, FractionOrRule, LevelOrRule, VolumeOrRule
from tests.rules.models import rule

PROFILE = {"type": "profile", "values": [1.0] * 12}
RULES: dict[str, RuleType] = {
    "flow": rule({"type": "constant", "value": "3 m3/s"}),
    "yearly": rule({"type": "by_year", "values": {2020: 3}, "unit": "亿m3/year"}),
    "volume": rule({"type": "by_year", "values": {2020: 3}, "unit": "亿m3"}),
    "level": rule({"type": "seasonal_curve", "points": {"07-01": 3}, "unit": "m"}),
    "share": rule({"type": "constant", "value": "30 %"}),
    "pattern": rule(PROFILE | {"normalise": "mean"}),
    "told": rule({"type": "expression", "expression": "flow * 2", "unit": "m3/s"}),
    "untold": rule({"type": "expression", "expression": "flow * 2"}),
    "twice": rule({"type": "scaled", "of": "flow", "factor": 2}),
    "wet": rule({"type": "year_class", "method": "forecast", "of": "share"}),
    "zone": rule({"type": "control_curve", "node": "n", "thresholds": [0.2], "factors": [0, 1]}),
}


class Import(BaseModel):
    """A part of a config that names rules."""

    quota: AnnualVolumeOrRule | None = None
    capacity: FlowOrRule | None = Field(None, alias="cap")
    availability: FractionOrRule | None = None
    zones: dict[str, VolumeOrRule | LevelOrRule | FractionOrRule] = {}


@pytest.mark.parametrize("name", ["yearly", "flow", "told", "untold", "twice", "missing"])
def test_fits(name: str):
    assert unit_faults(Import(quota=name, cap=name), RULES) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("volume", "'volume', a rule in 亿m3"),
        ("level", "'level', a rule in m"),
        ("share", "'share', a rule in %"),
        ("pattern", "'pattern', a rule without unit"),
        ("wet", "'wet', a rule without unit"),
        ("zone", "'zone', a rule without unit"),
    ],
)
def test_another_dimension_is_told(name: str, told: str):
    node = Import.model_validate({"quota": name, "cap": name})
    faults = unit_faults({"yangtze": node}, RULES, ("nodes",))
    assert [fault.path for fault in faults] == [
        ("nodes", "yangtze", "quota"),
        ("nodes", "yangtze", "cap"),
    ]
    assert {fault.found for fault in faults} == {told}
    assert "an annual volume with its unit" in faults[0].expected


def test_keys_that_take_several_dimensions():
    good = {"a": "volume", "b": "level", "c": "share", "d": "zone"}
    assert unit_faults([Import(zones=good)], RULES) == []  # type: ignore[arg-type]
    faults = unit_faults([Import(zones={"e": "flow"})], RULES)  # type: ignore[arg-type]
    assert [fault.path for fault in faults] == [(0, "zones", "e")]


def test_bare_keys_take_shares():
    for name in ("share", "pattern", "zone"):
        assert unit_faults(Import(availability=name), RULES) == []  # type: ignore[arg-type]
    assert len(unit_faults(Import(availability="flow"), RULES)) == 1  # type: ignore[arg-type]
