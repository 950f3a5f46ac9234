from __future__ import annotations

import pytest

from hydrosim.standards.efficiency import SoilConservation
from hydrosim.standards.telling import Subject, number, percent, sentences

STANDARD = SoilConservation(
    goal="1 km2", treated="1 km2", source="plan", clause="3", confidence="H"
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (95.0, "95"),
        (94.7368, "94.74"),
        (12345.6, "12,346"),
        (2.5e9, "2.5e+09"),
        (0.0, "0"),
        (-1.3e-13, "0"),
    ],
)
def test_numbers_have_four_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_words() -> None:
    assert percent(0.9474) == "94.74 %"
    assert sentences("one", "", "two: B.", " three ") == "One. Two: B. Three."
    assert sentences("") == ""


def test_rounding_of_a_double_is_no_failure() -> None:
    verdict = STANDARD.judge(
        Subject("x"), "q", required=0.3, achieved=0.1 + 0.2, unit="m", sense="at most"
    )
    assert (verdict.outcome, verdict.margin) == ("pass", 0.0)
    assert verdict.reason == "Required at most 0.3 m, reached 0.3 m: just met."
    assert (verdict.source, verdict.clause, verdict.confidence) == ("plan", "3", "H")


def test_margin_is_positive_on_the_safe_side() -> None:
    low = STANDARD.judge(Subject("x"), "q", required=3, achieved=5, unit="m", sense="at most")
    assert (low.outcome, low.margin) == ("fail", -2)
    assert low.reason.endswith("missed by 2 m.")
    high = STANDARD.judge(Subject("x"), "q", required=3, achieved=5, unit="%", sense="at least")
    assert (high.outcome, high.margin) == ("pass", 2)
    assert high.reason.endswith("met by 2 percentage points.")
