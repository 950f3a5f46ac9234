from __future__ import annotations

import pytest

from hydrosim.reading.text import (
    EMPTY,
    Text,
    amount,
    both,
    counted,
    listed,
    number,
    percent,
    sentences,
    unit_scale,
    volume,
)
from hydrosim.standards.efficiency import SoilConservation
from hydrosim.standards.telling import Subject, used_by

QUANTITY = Text("q", "指标")
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
    parts = (Text("one", "甲"), EMPTY, Text("two: B.", "乙。"), Text(" three ", " 丙 "))
    assert sentences(*parts) == ("One. Two: B. Three.", "甲。乙。丙。")
    assert sentences(EMPTY) == EMPTY
    assert str(Text("one", "甲")) == Text("one", "甲").tell("en") == "one"
    assert Text("one", "甲").tell("zh") == "甲"


def test_phrases_are_made_of_parts_in_each_language() -> None:
    lost = counted(3, "dekad")
    told = both("{lost} of {all}, {x}", "{all} 中 {lost}，{x}", lost=lost, all=1.25, x=7)
    assert told == ("3 dekads of 1.25, 7", "1.25 中 3个旬，7")
    assert listed([Text("a", "甲"), Text("b", "乙")]) == ("a, b", "甲、乙")
    assert counted(1, "month") == ("1 month", "1个月")


def test_volumes_take_the_unit_that_each_language_uses() -> None:
    assert volume(1.1e9, a_year=True) == ("1100 Mm3/year", "11 亿m³/年")
    assert volume(3e6) == ("3 Mm3", "300 万m³")
    assert amount(13.0, "m3 per 10^4 yuan") == ("13 m3 per 10^4 yuan", "13 m³/万元")
    assert amount(97.4, "% of days") == ("97.4 % of days", "97.4 %(天数)")
    assert amount(0.0, "") == ("0", "0")
    assert unit_scale("Mm3/year", 20.0, "zh") == (100.0, "亿m³/年")
    assert unit_scale("Mm3", 19.9, "zh") == (0.01, "万m³")
    assert unit_scale("Mm3/year", 20.0, "en") == (1.0, "Mm³/year")


def test_a_use_is_named_once() -> None:
    assert used_by(Text("city domestic", "城区"), "domestic") == ("city domestic", "城区（生活）")
    assert used_by(Text("town", "镇"), "industry") == ("town, industry", "镇（工业）")


def test_rounding_of_a_double_is_no_failure() -> None:
    verdict = STANDARD.judge(
        Subject("x"), QUANTITY, required=0.3, achieved=0.1 + 0.2, unit="m", sense="at most"
    )
    assert (verdict.outcome, verdict.margin) == ("pass", 0.0)
    assert verdict.reason == "Required at most 0.3 m, reached 0.3 m: just met."
    assert verdict.reason_zh == "要求不超过 0.3 m，实际 0.3 m：恰好达到。"
    assert (verdict.subject, verdict.subject_zh, verdict.quantity_zh) == ("x", "x", "指标")
    assert (verdict.source, verdict.clause, verdict.confidence) == ("plan", "3", "H")


def test_margin_is_positive_on_the_safe_side() -> None:
    low = STANDARD.judge(Subject("x"), QUANTITY, required=3, achieved=5, unit="m", sense="at most")
    assert (low.outcome, low.margin) == ("fail", -2)
    assert low.reason.endswith("missed by 2 m.")
    high = STANDARD.judge(
        Subject("x"), QUANTITY, required=3, achieved=5, unit="%", sense="at least"
    )
    assert (high.outcome, high.margin) == ("pass", 2)
    assert high.reason.endswith("met by 2 percentage points.")
