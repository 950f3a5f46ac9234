from __future__ import annotations

from hydrosim.locale import Bilingual, in_all_languages
from hydrosim.standards.efficiency import SoilConservation
from hydrosim.standards.telling import Subject, used_by

QUANTITY = Bilingual("q", "指标")
STANDARD = SoilConservation(
    goal="1 km2", treated="1 km2", source="plan", clause="3", confidence="H"
)


def test_a_use_is_named_once() -> None:
    city = used_by(Bilingual("city domestic", "城区"), "domestic")
    assert in_all_languages(city) == {"en": "city domestic", "zh": "城区（生活）"}
    town = used_by(Bilingual("town", "镇"), "industry")
    assert in_all_languages(town) == {"en": "town, industry", "zh": "镇（工业）"}


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
