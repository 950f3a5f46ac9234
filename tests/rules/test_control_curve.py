"""Factors by zone of a store."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from hydrosim.errors import ConfigError
from tests.rules.models import calendar, in_step, rule

AXIS = calendar("2020-05-31", "2020-06-01")
STEP = {"type": "control_curve", "node": "lake", "thresholds": [0.2, 0.5], "factors": [0, 0.6, 1]}


def at(fraction: float, block: dict[str, object], step: int = 0, **rules: object) -> float:
    states = {
        ("fraction", "lake"): fraction,
        ("storage", "lake"): fraction * 1e8,
        ("level", "lake"): 100 + 10 * fraction,
    }
    return in_step(AXIS, {"x": block, **rules}, "x", states, step)


@pytest.mark.parametrize(
    ("fraction", "factor"), [(0.0, 0), (0.199, 0), (0.2, 0.6), (0.49, 0.6), (0.5, 1), (1.2, 1)]
)
def test_factor_of_the_zone(fraction: float, factor: float):
    assert at(fraction, STEP) == factor


@pytest.mark.parametrize(
    ("fraction", "factor"), [(0.0, 0.4), (0.2, 0.4), (0.35, 0.7), (0.5, 1.0), (0.9, 1.0)]
)
def test_lines_between_factors_at_thresholds(fraction: float, factor: float):
    block = STEP | {"factors": [0.4, 1.0], "interpolate": "linear"}
    assert at(fraction, block) == pytest.approx(factor, rel=1e-14)


def test_storage_and_level_with_units():
    storage = STEP | {"of": "storage", "thresholds": ["2000 万m3", "5000 万m3"]}
    assert [at(f, storage) for f in (0.1, 0.3, 0.6)] == [0, 0.6, 1]
    level = STEP | {"of": "level", "thresholds": ["102 m", "105 m"]}
    assert [at(f, level) for f in (0.1, 0.3, 0.6)] == [0, 0.6, 1]


def test_thresholds_by_month_and_factors_by_rule():
    by_month = [0.1] * 5 + [0.4] * 7
    half = {"type": "constant", "value": 0.5, "unit": "1"}
    block = STEP | {"thresholds": [by_month, 0.5], "factors": [0, "half", 1]}
    assert at(0.3, block, step=0, half=half) == 0.5  # May
    assert at(0.3, block, step=1, half=half) == 0.0  # June
    assert rule(block).references() == ["half"]
    assert [node for _, _, node in rule(block).reads()] == ["lake"]


def test_threshold_that_follows_the_state_never_falls_below_the_one_before():
    moving = {"type": "expression", "expression": "storage('lake') / 1e9"}
    block = STEP | {"thresholds": [0.2, "moving"]}
    assert at(0.3, block, moving=moving) == 1.0  # both thresholds at 0.2
    assert at(0.1, block, moving=moving) == 0.0
    line = block | {"factors": [0.4, 1.0], "interpolate": "linear"}
    assert at(0.1, line, moving=moving) == 0.4
    assert at(0.3, line, moving=moving) == 1.0


def test_known_thresholds_out_of_order_name_the_day():
    curve = {"type": "profile", "values": [0.6] * 5 + [0.1] * 7, "unit": "1"}
    with pytest.raises(ConfigError, match="threshold 2 below threshold 1 on 2020-06-01"):
        at(0.3, STEP | {"thresholds": [0.2, "curve"]}, curve=curve)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"factors": [0, 1]}, "3 factors, one a zone"),
        ({"interpolate": "linear"}, "2 factors, one a threshold"),
        ({"thresholds": [0.5, 0.2]}, "thresholds from the lowest up"),
        ({"thresholds": [0.2, 50]}, "between 0 and 1"),
        ({"thresholds": [0.2, [0.5] * 11]}, "11 values"),
        ({"of": "level"}, "a bare number"),
        ({"thresholds": [["a"] * 12, 0.5]}, "not rules"),
    ],
)
def test_refused(change: dict[str, object], message: str):
    with pytest.raises(ValidationError, match=message):
        rule(STEP | change)
