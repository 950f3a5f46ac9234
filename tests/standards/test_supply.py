from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hydrosim.standards.refuted import chance_of_as_few
from hydrosim.standards.supply import Guarantee
from tests.standards.factory import days, make_dataset, only, times

START, END = "2000-06-01", "2019-06-01"  # 19 water years


def claim(name: str = "city", **more: Any) -> dict[str, Any]:
    base = {"node": name, "kind": "demand", "use": "domestic", "tier": "city", "period": "month"}
    return {"name": name, "demand": 2.0, "supplied": 2.0, **base, **more}


def result(*claims: dict[str, Any], start: str = START, end: str = END, **more: Any) -> Any:
    return make_dataset(start, end, items={"claim": claims}, **more)


def test_nineteen_full_years_prove_exactly_95_percent() -> None:
    verdict = only(Guarantee().check(result(claim())), "city domestic", "guarantee")
    assert verdict.outcome == "pass"
    assert verdict.achieved == pytest.approx(95.0)  # 19 / 20
    assert verdict.margin == 0.0
    assert "m = 19 of n = 19" in verdict.reason
    assert verdict.source == "GB 50013-2018 (as entered)"
    assert verdict.tier == "city"


def test_one_short_month_fails_and_says_where_and_why() -> None:
    got = days(START, END, 2.0, ("2003-05-01", "2003-06-01", 1.0))
    reason = days(START, END, 0, ("2003-05-01", "2003-05-03", 4), ("2003-05-03", "2003-06-01", 7))
    dataset = result(
        claim(supplied=got, reason=reason),
        reasons={4: "canal c3 full", 7: "yangtze quota used up"},
    )
    verdicts = Guarantee(by=("node",)).check(dataset)
    rate = only(verdicts, "city domestic", "guarantee")
    assert (rate.outcome, rate.achieved, rate.margin) == ("fail", 90.0, -5.0)  # 18 / 20
    assert rate.reason == (
        "Required at least 95 %, reached 90 %: missed by 5 percentage points. Full supply in m = 18"
        " of n = 19 complete water years, m/(n+1). A period is full at 99 % of its demand. Water"
        " years short: 2002. By time 99.56 % (227 of 228 months). Worst in 2003-05, 50 % of the"
        " demand missing: yangtze quota used up."
    )
    depth = only(verdicts, "city domestic", "deepest monthly shortage")
    assert (depth.outcome, depth.required, depth.achieved) == ("fail", 20.0, 50.0)
    assert "1 break, of 1 month." in depth.reason
    assert depth.confidence == "M"


def test_a_short_run_can_refute_a_rate_that_it_cannot_prove() -> None:
    # 0 full years of 5 at 95 %: 0.05**5; 4 of 5: 1 - 0.95**5 = 0.226.
    short = [(f"{year}-07-01", f"{year}-09-01", 1.0) for year in range(2000, 2005)]
    bad = result(claim(supplied=days(START, "2005-06-01", 2.0, *short)), end="2005-06-01")
    verdict = only(Guarantee().check(bad), "city domestic", "guarantee")
    assert (verdict.outcome, verdict.achieved) == ("fail", 0.0)
    assert "too few to prove 95 %, but 0 full ones of 5 refute it" in verdict.reason
    one = result(claim(supplied=days(START, "2005-06-01", 2.0, short[0])), end="2005-06-01")
    assert only(Guarantee().check(one), "city domestic", "guarantee").outcome == "not provable"
    assert chance_of_as_few(5, 4, 0.95) == pytest.approx(1.0 - 0.95**5)
    assert chance_of_as_few(5, 0, 0.95) == pytest.approx(0.05**5)


def test_a_run_too_short_for_the_target_proves_nothing() -> None:
    dataset = result(claim(), end="2018-06-01")
    verdict = only(Guarantee().check(dataset), "city domestic", "guarantee")
    assert verdict.outcome == "not provable"
    assert verdict.achieved == pytest.approx(100 * 18 / 19)
    assert verdict.margin is None
    assert "18 complete water years can prove at most 94.74 %" in verdict.reason


def test_a_run_without_a_complete_year_proves_nothing() -> None:
    dataset = result(claim(), start="2000-07-01", end="2001-05-01")
    verdict = only(Guarantee().check(dataset), "city domestic", "guarantee")
    assert verdict.outcome == "not provable"
    assert "0 complete water years" in verdict.reason


def test_an_incomplete_year_enters_the_breaks_but_not_the_rate() -> None:
    end = "2019-09-01"
    got = days(START, end, 2.0, ("2019-07-01", end, 1.5))
    verdicts = Guarantee(by=("node",)).check(result(claim(supplied=got), end=end))
    rate = only(verdicts, "city domestic", "guarantee")
    assert (rate.outcome, rate.achieved) == ("pass", 95.0)
    depth = only(verdicts, "city domestic", "deepest monthly shortage")
    assert (depth.outcome, depth.achieved, depth.margin) == ("fail", 25.0, -5.0)
    assert "1 break, of 2 months. The last break is still open at the end" in depth.reason


@pytest.mark.parametrize(
    ("share", "tolerance", "outcome"),
    [(0.991, 0.01, "pass"), (0.99, 0.01, "pass"), (0.985, 0.01, "fail"), (0.985, 0.02, "pass")],
)
def test_tolerance_of_a_period(share: float, tolerance: float, outcome: str) -> None:
    dataset = result(claim(supplied=2.0 * share))
    verdict = Guarantee(by=("node",), tolerance=tolerance).check(dataset)[0]
    assert verdict.outcome == outcome


def test_a_trajectory_is_refused() -> None:
    verdict = Guarantee(by=("node",)).check(result(claim(), mode="trajectory"))[0]
    assert verdict.outcome == "not judged"
    assert "no sample of one planning year" in verdict.reason


def test_targets_come_from_the_demand_then_the_standard_then_the_table() -> None:
    dataset = result(claim(), claim("mill", use="industry"), claim("farm", guarantee=0.5))
    standard = Guarantee(by=("node",), targets={"industry": 0.93, "domestic": 0.97})
    verdicts = standard.check(dataset)
    assert only(verdicts, "mill industry", "guarantee").required == pytest.approx(93.0)
    assert only(verdicts, "farm domestic", "guarantee").required == pytest.approx(50.0)
    city = only(verdicts, "city domestic", "guarantee")
    assert city.required == pytest.approx(97.0)
    assert (city.outcome, city.source) == ("not provable", "")
    table = only(Guarantee(by=("node",)).check(dataset), "mill industry", "guarantee")
    assert table.required == pytest.approx(90.0)
    assert table.confidence == "M"


def test_a_use_without_a_rate_is_not_judged() -> None:
    verdict = Guarantee(by=("node",)).check(result(claim(use="fountains")))[0]
    assert verdict.outcome == "not judged"
    assert "'fountains'" in verdict.reason


def test_own_depth_limit() -> None:
    got = days(START, END, 2.0, ("2003-05-01", "2003-06-01", 1.5))
    verdicts = Guarantee(by=("node",)).check(result(claim(supplied=got, depth_limit=0.25)))
    depth = only(verdicts, "city domestic", "deepest monthly shortage")
    assert (depth.outcome, depth.required, depth.margin) == ("pass", 25.0, 0.0)


def test_a_dekad_sees_what_a_month_does_not() -> None:
    got = days(START, END, 2.0, ("2003-05-15", "2003-05-16", 1.6))  # 2 % of a dekad, 0.65 % of May
    by_month = Guarantee(by=("node",)).check(result(claim(supplied=got)))[0]
    assert by_month.outcome == "pass"
    by_dekad = Guarantee(by=("node",), period="dekad").check(result(claim(supplied=got)))[0]
    assert by_dekad.outcome == "fail"
    assert "(683 of 684 dekads)" in by_dekad.reason
    assert "Worst in 2003-05 dekad 2, 2 %" in by_dekad.reason


def test_claims_of_one_use_at_one_node_are_one_subject() -> None:
    parts = [claim("a", node="city", demand=9.0, supplied=9.0)]
    parts.append(claim("b", node="city", demand=1.0, supplied=0.95))
    verdicts = Guarantee(by=("node",)).check(result(*parts))
    assert [v.subject for v in verdicts] == ["city, domestic"] * 2
    assert verdicts[0].outcome == "pass"  # 0.5 % of the whole is missing


def test_a_tier_is_full_only_when_each_of_its_users_is() -> None:
    first = days(START, END, 2.0, ("2003-05-01", "2003-06-01", 1.0))
    second = days(START, END, 2.0, ("2007-05-01", "2007-06-01", 1.2))
    dataset = result(
        claim("x", supplied=first, tier="county"),
        claim("y", supplied=second, tier="county"),
        claim("z", tier="township"),
    )
    verdicts = Guarantee().check(dataset)
    county = only(verdicts, "tier county domestic", "guarantee")
    assert (county.achieved, county.tier) == (85.0, "county")  # 17 / 20
    assert "Water years short: 2002, 2006" in county.reason
    assert only(verdicts, "tier township domestic", "guarantee").achieved == 95.0
    whole = only(verdicts, "use domestic", "guarantee")
    assert whole.achieved == 85.0
    assert "each of 3 users" in whole.reason
    assert only(verdicts, "use domestic", "deepest monthly shortage").achieved == 50.0


def test_a_group_answers_to_the_strictest_of_its_members() -> None:
    got = days(START, END, 2.0, ("2003-05-01", "2003-06-01", 1.5))
    dataset = result(
        claim("x", guarantee=0.5, depth_limit=0.1, supplied=got),
        claim("y", guarantee=0.9, depth_limit=0.3),
    )
    verdicts = Guarantee(by=("use",)).check(dataset)
    assert only(verdicts, "use domestic", "guarantee").required == 90.0
    assert only(verdicts, "use domestic", "deepest monthly shortage").required == 10.0


def test_a_period_that_the_run_cuts_has_no_depth() -> None:
    end = "2019-06-11"
    got = days(START, end, 2.0, ("2019-06-01", end, 0.0))
    verdicts = Guarantee(by=("node",)).check(result(claim(supplied=got), end=end))
    depth = only(verdicts, "city domestic", "deepest monthly shortage")
    assert (depth.outcome, depth.achieved) == ("pass", 0.0)
    assert "still open at the end of the run" in depth.reason
    assert "(228 of 228 months)" in only(verdicts, "city domestic", "guarantee").reason


def test_a_season_without_demand_does_not_end_a_break() -> None:
    wanted = days(START, END, 0.0, ("2003-05-01", "2003-06-01", 2.0),
                  ("2003-09-01", "2003-10-01", 2.0), ("2004-05-01", "2004-06-01", 2.0))  # fmt: skip
    got = np.where(times(result(claim())) < np.datetime64("2004-01-01"), wanted / 2, wanted)
    verdicts = Guarantee(by=("node",)).check(result(claim(demand=wanted, supplied=got)))
    reason = only(verdicts, "city domestic", "deepest monthly shortage").reason
    assert "1 break, of 2 months." in reason


def test_a_year_without_demand_is_met() -> None:
    farm = days(START, END, 0.0, ("2003-05-01", "2003-06-01", 3.0))
    item = claim("farm", kind="irrigation", use="agriculture", demand=farm, supplied=farm)
    verdict = Guarantee(by=("node",)).check(result(item))[0]
    assert (verdict.outcome, verdict.achieved, verdict.required) == ("pass", 95.0, 50.0)
    assert "(1 of 1 month)" in verdict.reason


def test_no_demand_nan_and_nothing_recorded_are_not_judged() -> None:
    none = Guarantee(by=("node",)).check(result(claim(demand=0.0, supplied=0.0)))
    assert [v.outcome for v in none] == ["not judged"]
    assert "nothing was ever wanted" in none[0].reason
    holes = days(START, END, 2.0, ("2003-05-07", "2003-05-09", np.nan))
    broken = Guarantee(by=("node",)).check(result(claim(supplied=holes)))
    assert [v.outcome for v in broken] == ["not judged"]
    assert "from 2003-05-07 on" in broken[0].reason
    bare = result(claim()).drop_vars(["demand", "supplied"])
    missing = Guarantee(by=("node",)).check(bare)
    assert [v.outcome for v in missing] == ["not judged"]
    assert "did not record year_periods" in missing[0].reason
    empty = Guarantee(uses=("industry",)).check(result(claim()))
    assert [v.outcome for v in empty] == ["not judged"]


def test_a_member_without_demand_does_not_hide_its_group() -> None:
    verdicts = Guarantee(by=("use",)).check(
        result(claim("x"), claim("y", demand=0.0, supplied=0.0))
    )
    assert only(verdicts, "use domestic", "guarantee").outcome == "pass"


def yearly(**more: Any) -> dict[str, Any]:
    item = claim(**more)
    del item["demand"], item["supplied"]
    short = np.zeros(19)
    short[[4, 9]] = 2
    return {
        **item,
        "year_periods": 12,
        "year_periods_short": short,
        "year_deepest_break": short * 0.15,
        "year_longest_break": short,
    }


def test_the_year_table_stands_in_for_the_series() -> None:
    verdicts = Guarantee(by=("node",)).check(result(yearly()))
    rate = only(verdicts, "city domestic", "guarantee")
    assert (rate.outcome, rate.achieved) == ("fail", 85.0)
    assert "(224 of 228 months)" in rate.reason
    assert "Worst in water year 2004, 30 %" in rate.reason
    assert only(verdicts, "city domestic", "deepest monthly shortage").margin == pytest.approx(
        -10.0
    )


def test_the_year_table_stands_in_where_a_claim_was_not_recorded() -> None:
    unrecorded = {**yearly(), "demand": np.nan, "supplied": np.nan}
    verdicts = Guarantee(by=("node",)).check(result(unrecorded, claim("other")))
    assert only(verdicts, "city domestic", "guarantee").achieved == 85.0
    assert only(verdicts, "other domestic", "guarantee").achieved == 95.0


def test_the_year_table_has_its_own_tolerance_and_claims() -> None:
    strict = Guarantee(by=("node",), tolerance=0.001).check(result(yearly()))[0]
    assert strict.outcome == "not judged"
    assert "tolerance of 0.01, not 0.001" in strict.reason
    two = [{**yearly(), "name": name} for name in ("a", "b")]
    verdict = Guarantee(by=("node",)).check(result(*two))[0]
    assert verdict.outcome == "not judged"
    assert "a, b cannot be taken together" in verdict.reason


def test_planned_ecology_has_a_guarantee_and_opportunistic_water_has_none() -> None:
    dataset = result(
        claim("parks", kind="ecology", use="ecology"),
        claim("lake", kind="replenishment", use="ecology", supplied=0.0),
        claim("sha", kind="base_flow", use="ecology", supplied=0.0),
    )
    verdicts = Guarantee().check(dataset)
    assert [(v.subject, v.outcome) for v in verdicts] == [
        ("parks, ecology", "pass"),
        ("all ecology, city tier", "pass"),
        ("all ecology use", "pass"),
    ]


def test_month_steps_give_months() -> None:
    months = 19 * 12
    got = np.full(months, 2.0)
    got[3] = 0.0
    dataset = result(claim(supplied=got, period="dekad"), step="M")
    verdict = Guarantee(by=("node",)).check(dataset)[0]
    assert verdict.achieved == 90.0
    assert "(227 of 228 months)" in verdict.reason
    assert "Worst in 2000-09, 100 %" in verdict.reason
