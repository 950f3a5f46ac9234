"""Tables of one quantity, the same all year or by month."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.rules.models import Whole, calendar, in_step, known, rule

AXIS = calendar("2020-01-31", "2020-02-01")
TABLE = {
    "type": "lookup",
    "of": "level('lake')",
    "x": [600, 700, 900],
    "x_unit": "cm",
    "y": [0, 10, 14],
    "unit": "m3/s",
}


def at(level: float, block: dict[str, object], step: int = 0) -> float:
    return in_step(AXIS, {"x": block}, "x", {("level", "lake"): level}, step)


@pytest.mark.parametrize(
    ("level", "expected"), [(5, 0), (6, 0), (6.5, 5), (7, 10), (8, 12), (9, 14), (99, 14)]
)
def test_lines(level: float, expected: float):
    assert at(level, TABLE) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(("level", "expected"), [(5, 0), (6.99, 0), (7, 10), (8.9, 10), (9, 14)])
def test_steps(level: float, expected: float):
    assert at(level, TABLE | {"method": "step"}) == expected


def by_month(**more: str) -> dict[str, object]:
    table = {key: value for key, value in TABLE.items() if key != "y"}
    return table | {"y_by_month": [[0, 10, 14]] + [[1, 3, 3]] * 11} | more


def test_by_month():
    assert [at(6.5, by_month(), step) for step in (0, 1)] == pytest.approx([5, 2])
    assert [at(8, by_month(), step) for step in (0, 1)] == pytest.approx([12, 3])
    assert [at(8, by_month(method="step"), step) for step in (0, 1)] == [10, 3]


def test_of_what_is_known_before_the_run():
    block = TABLE | {"of": "6 + month / 4", "x_unit": "m", "x": [6.25, 6.5, 9]}
    assert known(AXIS, {"x": block}, "x") == pytest.approx([0, 10], rel=1e-14)


def test_names_and_faults():
    made = rule(TABLE | {"of": "level('lakee') + flow.x"})
    faults = made.faults(Whole(nodes={"lake": 1}))
    assert [node for _, _, node in made.reads()] == ["lakee"]
    assert [fault.nearest for fault in faults] == [None, "lake"]
    assert "column 18" in faults[0].found
    assert {fault.path for fault in faults} == {("of",)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": [600, 600, 900]}, "600 after 600"),
        ({"y": [1, 2]}, "2 numbers for 3 places"),
        ({"y": None}, "either `y` or `y_by_month`"),
        ({"y": None, "y_by_month": [[1, 2, 3]]}, "1 lists"),
        ({"x_unit": "bucket"}, "the unit of the numbers"),
    ],
)
def test_refused(change: dict[str, object], message: str):
    with pytest.raises(ValidationError, match=message):
        rule(TABLE | change)
