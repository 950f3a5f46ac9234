from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from hydrosim.standards.ecology import BaseFlow, LakeLevel
from hydrosim.standards.tennant import Tennant
from tests.standards.factory import days, make_dataset, only

START, END = "2000-06-01", "2001-06-01"  # 365 days, one water year
SHARE = "share of periods with base flow"


def base_flow(**more: Any) -> Any:
    item = {
        "name": "sha_river", "node": "sha_river", "kind": "base_flow", "river": "sha",
        "demand": 2.0, "supplied": days(START, END, 2.0, ("2000-12-01", "2001-03-01", 1.0)),
    }  # fmt: skip
    reach = {"name": "sha_river", "natural_discharge": 1.0, "discharge": 2.0}
    return make_dataset(
        START, END, items={"claim": [{**item, **more}], "reach": [reach]}, reasons={5: "no water"}
    )


def test_base_flow_counts_months() -> None:
    verdict = only(BaseFlow().check(base_flow(reason=5)), "sha_river", SHARE)
    assert (verdict.outcome, verdict.required, verdict.achieved) == ("fail", 90.0, 75.0)  # 9 of 12
    assert verdict.margin == -15.0
    assert verdict.river == "sha"
    assert verdict.source == "水资管〔2020〕67号 (as entered)"
    assert "9 of 12 months reach 99 % of the requirement." in verdict.reason
    assert "Worst water year 2000 with 3 months short: no water." in verdict.reason
    assert "Longest gap 3 months; deepest in 2000-12, 50 % missing." in verdict.reason


def test_base_flow_rates_come_from_entry_claim_and_region() -> None:
    dataset = base_flow(reason=5)
    assert BaseFlow(region="short_of_water").check(dataset)[0].outcome == "pass"  # 75 of 75
    assert BaseFlow(rate=0.8).check(dataset)[0].required == 80.0
    own = BaseFlow().check(base_flow(reason=5, guarantee=0.7))[0]
    assert (own.required, own.outcome, own.source) == (70.0, "pass", "")


def test_base_flow_asks_no_more_than_nature_when_told_so() -> None:
    verdict = BaseFlow(natural_limit=True).check(base_flow(reason=5))[0]
    assert (verdict.outcome, verdict.achieved) == ("pass", 100.0)
    assert "capped by the natural inflow" in verdict.reason
    dry = base_flow(reason=5).drop_vars("natural_discharge")
    assert BaseFlow(natural_limit=True).check(dry)[0].outcome == "not judged"


def test_base_flow_by_dekad() -> None:
    verdict = BaseFlow(period="dekad").check(base_flow(reason=5))[0]
    assert "27 of 36 dekads" in verdict.reason


def test_base_flow_that_cannot_be_judged() -> None:
    for change in ({"demand": 0.0}, {"supplied": np.nan}):
        verdict = BaseFlow().check(base_flow(reason=5, **change))[0]
        assert verdict.outcome == "not judged"
    assert BaseFlow(rivers=("tang",)).check(base_flow(reason=5))[0].outcome == "not judged"


def lake(**more: Any) -> Any:
    level = days(
        START, END, 6.6, ("2000-06-01", "2000-08-13", 6.4), ("2001-01-01", "2001-02-06", 7.2)
    )  # 73 days below the band, 36 above
    item = {"name": "lake", "type": "lake", "level": level, "target_low_m": 6.5, **more}
    plain = {"name": "dam", "type": "reservoir", "level": 200.0}
    return make_dataset(START, END, items={"store": [item, plain]})


def test_lake_level_above_the_foot_of_its_band() -> None:
    verdicts = LakeLevel(share=0.75).check(lake(target_high_m=7.0))
    assert len(verdicts) == 1
    verdict = only(verdicts, "lake", "share of days above the low target")
    assert verdict.achieved == pytest.approx(100 * 292 / 365)
    assert (verdict.outcome, verdict.margin) == ("pass", pytest.approx(5.0))
    assert "73 days below and 36 days above, of 365" in verdict.reason
    assert "Lowest level 6.4 m on 2000-06-01" in verdict.reason
    assert "Worst water year 2000 with 73 days out" in verdict.reason


def test_lake_level_inside_its_band() -> None:
    verdict = LakeLevel(measure="inside").check(lake(target_high_m=7.0))[0]
    assert verdict.quantity == "share of days inside the band"
    assert verdict.achieved == pytest.approx(100 * 256 / 365)
    assert verdict.outcome == "fail"


def test_lake_level_with_its_own_band() -> None:
    verdict = LakeLevel(low="6.3 m", share=1.0, stores=("lake",)).check(lake())[0]
    assert (verdict.outcome, verdict.achieved) == ("pass", 100.0)


def test_lake_level_that_cannot_be_judged() -> None:
    assert LakeLevel(measure="inside").check(lake())[0].outcome == "not judged"
    assert LakeLevel(stores=("pond",)).check(lake())[0].outcome == "not judged"
    assert LakeLevel(stores=("dam",)).check(lake())[0].outcome == "not judged"
    assert LakeLevel().check(lake(target_low_m=np.nan))[0].outcome == "not judged"
    holes = days(START, END, 6.6, ("2001-01-01", "2001-01-04", np.nan))
    assert "on 3 steps" in LakeLevel().check(lake(level=holes))[0].reason
    assert LakeLevel().check(lake().drop_vars("level"))[0].outcome == "not judged"


def test_subjects_are_called_by_their_titles_in_both_languages() -> None:
    dataset = lake(target_high_m=7.0)
    name = str(dataset["store"].values[0])
    node = {"name": name, "type": "lake", "title": "Lake Baiyangdian", "title_zh": "白洋淀"}
    dataset.attrs["network"] = json.dumps({"nodes": [node], "links": []}, ensure_ascii=False)
    verdict = LakeLevel(measure="inside").check(dataset)[0]
    assert (verdict.subject, verdict.subject_zh) == ("Lake Baiyangdian", "白洋淀")
    assert verdict.id.startswith(f"lake_level/{name}/")
    assert verdict.quantity_zh == "水位在目标区间内的天数占比"
    assert verdict.reason_zh.startswith("要求不低于 90 %，实际 70.14 %：相差 19.86 个百分点。")


def reach(**more: Any) -> Any:
    flow = days("2000-06-01", "2002-06-01", 2.5, ("2000-06-01", "2000-10-01", 3.5),
                ("2001-04-01", "2001-10-01", 3.5), ("2002-04-01", "2002-06-01", 3.5))  # fmt: skip
    item = {"name": "bou", "river": "sha", "discharge": flow, "mean_natural_m3s": 10.0, **more}
    return make_dataset("2000-06-01", "2002-06-01", items={"reach": [item]})


def test_tennant_judges_each_half_year() -> None:
    verdicts = Tennant(required="good").check(reach())
    winter = only(verdicts, "bou", "Tennant class October-March")
    assert (winter.outcome, winter.required, winter.achieved) == ("pass", 20.0, 25.0)
    assert "Class good, required good" in winter.reason
    summer = only(verdicts, "bou", "Tennant class April-September")
    assert (summer.outcome, summer.required) == ("fail", 40.0)
    assert summer.achieved == pytest.approx(35.0)
    assert "Class fair, required good" in summer.reason
    assert summer.river == "sha"
    assert [v.outcome for v in Tennant().check(reach())] == ["pass", "pass"]


@pytest.mark.parametrize(
    ("share", "winter", "summer"),
    [
        (2.5, "maximum", "maximum"),
        (1.5, "optimum", "optimum"),
        (0.6, "optimum", "optimum"),
        (0.5, "outstanding", "excellent"),
        (0.1, "fair", "poor"),
        (0.05, "severe", "severe"),
    ],
)
def test_tennant_classes(share: float, winter: str, summer: str) -> None:
    verdicts = Tennant().check(reach(discharge=10.0 * share))
    assert f"Class {winter}, required fair" in verdicts[0].reason
    assert f"Class {summer}, required fair" in verdicts[1].reason


def test_tennant_names_the_worst_year() -> None:
    flow = days("2000-06-01", "2002-06-01", 4.0, ("2001-10-01", "2002-04-01", 1.0))
    winter = Tennant().check(reach(discharge=flow))[0]
    assert winter.achieved == pytest.approx(25.0)  # both halves have 182 days
    assert "Worst water year 2001 with 10 %, class fair" in winter.reason


def test_tennant_takes_the_recorded_natural_flow() -> None:
    recorded = reach(mean_natural_m3s=np.nan, natural_discharge=5.0)
    assert Tennant().check(recorded)[0].achieved == pytest.approx(50.0)
    assert Tennant(natural_mean="25 m3/s").check(recorded)[0].achieved == pytest.approx(10.0)


def test_tennant_that_cannot_be_judged() -> None:
    for dataset in (
        reach(mean_natural_m3s=np.nan),
        reach(mean_natural_m3s=0.0),
        reach(discharge=np.nan),
        reach().drop_vars("discharge"),
        reach().isel(time=slice(0, 90)).assign_coords(complete=("water_year", [False, False])),
    ):
        assert {v.outcome for v in Tennant().check(dataset)} == {"not judged"}
