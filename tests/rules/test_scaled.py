"""Another rule times a factor plus an offset."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from hydrosim.errors import ConfigError
from tests.rules.models import calendar, known, rule

AXIS = calendar("2020-01-31", "2020-02-01")
RULES = {
    "base": {"type": "profile", "values": list(range(1, 13)), "unit": "m3/s"},
    "share": {"type": "constant", "value": "50 %"},
}


def test_factor_and_offset():
    block = {"type": "scaled", "of": "base", "factor": 3, "offset": 864, "unit": "万m3/day"}
    assert known(AXIS, {**RULES, "x": block}, "x").tolist() == [103, 106]


def test_factor_from_a_rule():
    block = {"type": "scaled", "of": "base", "factor": "share"}
    assert known(AXIS, {**RULES, "x": block}, "x").tolist() == [0.5, 1.0]
    assert rule(block).references() == ["base", "share"]


def test_refused_and_unknown():
    with pytest.raises(ValidationError, match="the unit of the offset"):
        rule({"type": "scaled", "of": "base", "offset": 2})
    with pytest.raises(ConfigError, match="'bse'"):
        known(AXIS, {**RULES, "x": {"type": "scaled", "of": "bse"}}, "x")
