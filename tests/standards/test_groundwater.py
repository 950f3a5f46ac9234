from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hydrosim.standards.groundwater import CoastalHead, Groundwater, SpringHead
from tests.standards.factory import days, make_dataset, only

START, END = "2000-06-01", "2002-06-01"
PUMPED, LEVEL, BOTH = "pumped volume", "share of days with level", "volume and level"


def aquifer(**more: Any) -> Any:
    shallow = {
        "name": "shallow", "type": "aquifer", "tier": "city",
        "pumped": days(START, END, 1.0, ("2001-06-01", "2001-08-01", 2.0)),
        "depth_to_water": days(START, END, 15.0, ("2002-01-01", "2002-03-15", 18.0)),
        "level": days(START, END, 30.0, ("2002-01-01", "2002-03-15", 27.0)),
        **more,
    }  # fmt: skip
    dam = {"name": "dam", "type": "reservoir", "level": 200.0}
    pump = {"name": "wells", "node": "shallow", "withdrawn": 1.5}
    return make_dataset(START, END, items={"store": [shallow, dam], "source": [pump]})


def test_volume_and_level_together() -> None:
    limits = {"pumping_cap": "35 Mm3/year", "depth_max": "16 m", "share": 0.85}
    verdicts = Groundwater(**limits, years="water").check(aquifer())
    assert len(verdicts) == 3
    pumped = only(verdicts, "shallow", PUMPED)
    assert pumped.achieved == pytest.approx(31.536 + 61 * 0.0864)  # 61 days of 2 m3/s
    assert (pumped.outcome, pumped.required, pumped.tier) == ("fail", 35.0, "city")
    assert "Worst water year 2001; mean 34.17 Mm3/year; 1 of 2 complete" in pumped.reason
    dual = only(Groundwater(**limits).check(aquifer()), "shallow", PUMPED)  # by calendar years
    assert dual.achieved == pytest.approx(36.806, abs=1e-3)
    assert "Worst calendar year 2001; mean 36.81 Mm3/year; 1 of 1 complete" in dual.reason
    level = only(verdicts, "shallow", LEVEL)
    assert (level.outcome, level.achieved) == ("pass", pytest.approx(90.0))  # 657 of 730 days
    assert "Deepest 18 m on 2002-01-01; from 15 m at the start to 15 m" in level.reason
    assert "Worst water year 2001 with 73 days out" in level.reason
    both = only(verdicts, "shallow", BOTH)
    assert both.outcome == "fail"
    assert "Pumped volume broken; share of days with level kept" in both.reason


def test_both_pass_only_when_each_does() -> None:
    standard = Groundwater(pumping_cap="40 Mm3/year", depth_max="18 m")
    assert [v.outcome for v in standard.check(aquifer())] == ["pass", "pass", "pass"]
    level_only = Groundwater(depth_max="18 m").check(aquifer())
    assert [v.outcome for v in level_only] == ["not judged", "pass", "not judged"]
    failing = Groundwater(depth_max="16 m").check(aquifer())
    assert [v.outcome for v in failing] == ["not judged", "fail", "fail"]


def test_limits_of_the_aquifer_itself() -> None:
    by_depth = Groundwater().check(aquifer(depth_max_m=16.0))
    assert only(by_depth, "shallow", LEVEL).achieved == pytest.approx(90.0)
    by_level = only(Groundwater().check(aquifer(level_min_m=28.0)), "shallow", LEVEL)
    assert by_level.achieved == pytest.approx(90.0)
    assert "Lowest 27 m on 2002-01-01" in by_level.reason
    own = Groundwater(level_min="26 m").check(aquifer(depth_max_m=16.0))
    assert only(own, "shallow", LEVEL).outcome == "pass"  # the entry stands above the aquifer's


def test_sources_stand_in_for_the_pumping() -> None:
    dataset = aquifer().drop_vars("pumped")
    pumped = only(Groundwater(pumping_cap="50 Mm3/year").check(dataset), "shallow", PUMPED)
    assert pumped.achieved == pytest.approx(1.5 * 31.536)
    bare = dataset.drop_vars("withdrawn")
    assert (
        only(Groundwater(pumping_cap="50 Mm3/year").check(bare), "shallow", PUMPED).margin is None
    )


def test_groundwater_that_cannot_be_judged() -> None:
    limits = {"pumping_cap": "50 Mm3/year", "depth_max": "20 m"}
    for dataset in (
        aquifer(pumped=np.nan, depth_to_water=np.nan),
        aquifer().drop_vars(["pumped", "withdrawn", "depth_to_water"]),
    ):
        assert {v.outcome for v in Groundwater(**limits).check(dataset)} == {"not judged"}
    incomplete = aquifer().assign_coords(complete=("water_year", [False, False]))
    assert Groundwater(**limits, years="water").check(incomplete)[0].outcome == "not judged"
    no_aquifer = Groundwater(**limits).check(aquifer(type="lake"))
    assert [v.outcome for v in no_aquifer] == ["not judged"]
    unknown = Groundwater(stores=("deep",), **limits).check(aquifer())
    assert {v.outcome for v in unknown} == {"not judged"}


@pytest.mark.parametrize("type_", [SpringHead, CoastalHead])
def test_head_of_spring_and_coast(type_: Any) -> None:
    assert type_(store="shallow", level="27 m").check(aquifer())[0].outcome == "pass"
    verdict = type_(store="shallow", level="28 m", share=0.95).check(aquifer())[0]
    assert (verdict.outcome, verdict.achieved) == ("fail", pytest.approx(90.0))
    assert verdict.margin == pytest.approx(-5.0)
    assert "at least 28 m in shallow" in verdict.reason
    assert type_(store="deep", level="28 m").check(aquifer())[0].outcome == "not judged"
    assert type_(store="shallow", level="28 m").check(aquifer(level=np.nan))[0].margin is None


def test_spring_has_its_own_name() -> None:
    verdict = SpringHead(store="shallow", level="27 m", spring="baiquan").check(aquifer())[0]
    assert (verdict.subject, verdict.tier) == ("baiquan", "city")
