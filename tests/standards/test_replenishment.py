from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import hydrosim
from hydrosim.config.load import config_from_text
from hydrosim.standards.replenishment import Replenishment, RiverGoal
from tests.standards.factory import days, make_dataset, only

START, END = "2000-06-01", "2002-06-01"  # two water years
JUNE = np.array([1.0 if month == 0 else 0.0 for month in range(12)] * 2)  # share of June, 24 months
ORIGINS = [
    {"name": "yangtze", "kind": "yangtze"},
    {"name": "wangkuai local", "kind": "surface"},
]
VOLUME = "replenished volume"


def release(volume: float, **more: Any) -> np.ndarray:
    """Flow that gives a volume in each June."""
    flow = volume / (30 * 86_400.0)
    return days(
        START, END, 0.0, ("2000-06-01", "2000-07-01", flow), ("2001-06-01", "2001-07-01", flow)
    )


def rivers(
    *,
    links: tuple[tuple[str, str], ...] = (),
    types: dict[str, str] | None = None,
    extra: Sequence[dict[str, Any]] = (),
    **more: Any,
) -> Any:
    claims = [
        {"name": "sha", "node": "sha", "kind": "ecology", "river": "sha",
         "demand": release(12e6), "supplied": release(10e6)},
        {"name": "lake", "node": "lake", "kind": "replenishment", "river": "lake",
         "demand": release(9e6), "supplied": release(8e6)},
        {"name": "base", "node": "sha", "kind": "base_flow", "river": "sha",
         "demand": release(50e6), "supplied": release(50e6)},
    ]  # fmt: skip
    ledger = {
        ("sha", "yangtze"): 6e6 * JUNE,
        ("sha", "wangkuai local"): 4e6 * JUNE,
        ("lake", "yangtze"): 5e6 * JUNE,
        ("lake", "wangkuai local"): 3e6 * JUNE,
        ("base", "wangkuai local"): 50e6 * JUNE,
    }
    claims.extend(extra)
    items = {"claim": claims, "origin": ORIGINS, **more}
    return make_dataset(
        START, END, items=items, ledger=ledger, network=links, node_types=types or {}
    )


def test_volume_by_source_against_the_plan() -> None:
    verdict = only(
        Replenishment(volume="12 Mm3/year", rivers=("sha",)).check(rivers()), "river sha", VOLUME
    )
    assert (verdict.outcome, verdict.required, verdict.achieved) == ("fail", 12.0, 10.0)
    assert (verdict.margin, verdict.unit, verdict.river) == (-2.0, "Mm3/year", "sha")
    assert "Mean by source: Yangtze water 6 Mm3/year, wangkuai local 4 Mm3/year." in verdict.reason
    assert "Worst water year 2000 with 10 Mm3 of 12 Mm3" in verdict.reason


def test_water_is_counted_once_at_first_entry() -> None:
    standard = Replenishment(volume="10 Mm3/year")
    apart = only(standard.check(rivers()), "all rivers", VOLUME)
    assert apart.achieved == pytest.approx(18.0)
    through = rivers(links=(("sha", "bou"), ("bou", "lake")))
    once = only(standard.check(through), "all rivers", VOLUME)
    assert once.achieved == pytest.approx(10.0)
    assert "8 Mm3/year of through-flow not again" in once.reason


def test_new_water_on_the_way_counts_by_source() -> None:
    dataset = rivers(links=(("sha", "lake"),))
    table = dataset["supplied_by_origin"]
    table.loc[{"claim": "lake", "origin": "yangtze"}] = 9e6 * JUNE  # 3e6 more than sha passed on
    verdict = Replenishment(volume="10 Mm3/year").check(dataset)[0]
    assert verdict.achieved == pytest.approx(13.0)
    assert "Yangtze water 9 Mm3/year, wangkuai local 4 Mm3/year" in verdict.reason


def test_a_release_from_a_reservoir_on_the_way_is_a_new_one() -> None:
    dataset = rivers(links=(("sha", "dam"), ("dam", "lake")), types={"dam": "reservoir"})
    assert Replenishment(volume="10 Mm3/year").check(dataset)[0].achieved == pytest.approx(18.0)


def test_parks_are_no_river() -> None:
    parks = {"name": "parks", "node": "parks", "kind": "ecology", "demand": release(3e6),
             "supplied": release(2e6)}  # fmt: skip
    dataset = rivers(extra=[parks]).drop_vars("supplied_by_origin")
    verdicts = Replenishment().check(dataset)
    assert [v.subject for v in verdicts] == ["sha", "river sha", "all rivers"]
    assert only(verdicts, "all rivers", VOLUME).required == pytest.approx(12.0)
    named = Replenishment(nodes=("parks",)).check(dataset)
    assert only(named, "parks", VOLUME).achieved == pytest.approx(2.0)


def test_a_circle_counts_once() -> None:
    dataset = rivers(links=(("sha", "lake"), ("lake", "sha")))
    assert Replenishment(volume="10 Mm3/year").check(dataset)[0].achieved == pytest.approx(10.0)


def test_water_passes_through_the_places_of_claims() -> None:
    pond = {"name": "pond", "node": "pond", "kind": "replenishment", "river": "sha",
            "demand": release(9e6), "supplied": release(7e6)}  # fmt: skip
    dataset = rivers(
        links=(("sha", "pond"), ("pond", "lake")),
        types={"sha": "demand", "pond": "demand", "lake": "demand"},
        extra=[pond],
    ).drop_vars("supplied_by_origin")
    assert Replenishment(volume="10 Mm3/year").check(dataset)[0].achieved == pytest.approx(10.0)


def test_only_named_sources_count() -> None:
    by_name = Replenishment(volume="10 Mm3/year", sources=("yangtze",)).check(rivers())[0]
    assert by_name.achieved == pytest.approx(11.0)
    by_kind = Replenishment(volume="10 Mm3/year", sources=("surface",)).check(rivers())[0]
    assert by_kind.achieved == pytest.approx(7.0)


def test_without_a_volume_the_plan_is_what_ecology_asks() -> None:
    verdicts = Replenishment().check(rivers(links=(("sha", "lake"),)))
    assert [v.subject for v in verdicts] == ["sha", "river sha", "all rivers"]
    sha = only(verdicts, "sha", VOLUME)
    assert (sha.required, sha.achieved) == (pytest.approx(12.0), pytest.approx(10.0))
    assert only(verdicts, "all rivers", VOLUME).achieved == pytest.approx(10.0)


def test_share_of_years_that_reach_the_plan() -> None:
    dataset = rivers()
    half = np.where(np.arange(24) < 12, 1.0, 0.5)
    dataset["supplied_by_origin"] = dataset["supplied_by_origin"] * half[:, None, None]
    verdict = Replenishment(volume="8 Mm3/year", rivers=("sha",), rate=0.75).check(dataset)[0]
    assert (verdict.outcome, verdict.required, verdict.achieved) == ("fail", 75.0, 50.0)
    assert "1 of 2 complete water years reach it" in verdict.reason
    assert "Worst water year 2001 with 5 Mm3 of 8 Mm3" in verdict.reason


def test_without_a_ledger_volumes_count_but_sources_do_not() -> None:
    dataset = rivers().drop_vars("supplied_by_origin")
    verdict = Replenishment(volume="12 Mm3/year", rivers=("sha",)).check(dataset)[0]
    assert verdict.achieved == pytest.approx(10.0)
    assert "unknown 10" in verdict.reason
    refused = Replenishment(volume="12 Mm3/year", sources=("yangtze",)).check(dataset)[0]
    assert (refused.outcome, refused.achieved) == ("not judged", None)
    assert "no ledger" in refused.reason


def test_replenishment_that_cannot_be_judged() -> None:
    assert Replenishment(rivers=("tang",)).check(rivers())[0].outcome == "not judged"
    assert Replenishment(nodes=("lake",)).check(rivers())[0].outcome == "not judged"  # no plan
    dataset = rivers().assign_coords(complete=("water_year", [False, False]))
    assert (
        "no water year was run whole" in Replenishment(volume="1 Mm3/year").check(dataset)[0].reason
    )
    broken = rivers()
    broken["supplied_by_origin"][3, 0, 0] = np.nan
    assert "NaN" in Replenishment(volume="1 Mm3/year").check(broken)[0].reason


def goal_rivers(*flows: Any, rivers_of: tuple[str, ...] = ("sha", "sha")) -> Any:
    reaches = [
        {"name": f"r{i}", "river": rivers_of[i], "discharge": flow} for i, flow in enumerate(flows)
    ]
    return rivers(reach=reaches)


def test_days_with_flow_are_counted_at_the_driest_reach() -> None:
    wet = 0.5
    dry = days(START, END, 0.5, ("2001-06-01", "2001-12-18", 0.05))  # 200 days of 2001 without flow
    dataset = goal_rivers(wet, dry)
    verdict = only(RiverGoal(river="sha", days=200).check(dataset), "river sha", "days with flow")
    assert (verdict.outcome, verdict.achieved, verdict.unit) == ("fail", 50.0, "% of years")
    assert "At r1, the driest reach, on average 265 days a year" in verdict.reason
    assert "Worst water year 2001 with 165 days" in verdict.reason
    assert RiverGoal(river="sha", days=165).check(dataset)[0].outcome == "pass"
    assert RiverGoal(river="sha", days=200, reaches=("r0",)).check(dataset)[0].outcome == "pass"
    assert RiverGoal(river="sha", days=200, flow="0.01 m3/s").check(dataset)[0].outcome == "pass"
    assert RiverGoal(river="sha", days=200, rate=0.5).check(dataset)[0].outcome == "pass"


def test_goals_on_volume_and_days_are_two_verdicts() -> None:
    verdicts = RiverGoal(river="sha", volume="11 Mm3/year", days=300).check(goal_rivers(1.0))
    volume = only(verdicts, "river sha", VOLUME)
    assert (volume.outcome, volume.achieved) == ("fail", 0.0)
    assert "Goal 11 Mm3/year in 100 % of the years" in volume.reason
    assert only(verdicts, "river sha", "days with flow").outcome == "pass"


def test_goals_that_cannot_be_judged() -> None:
    for goal, dataset in (
        (RiverGoal(river="sha"), goal_rivers(1.0)),
        (RiverGoal(river="tang", days=10), goal_rivers(1.0)),
        (RiverGoal(river="tang", volume="1 Mm3/year"), goal_rivers(1.0)),
        (RiverGoal(river="sha", days=10), goal_rivers(np.nan)),
        (RiverGoal(river="sha", days=10, reaches=("nowhere",)), goal_rivers(1.0)),
        (RiverGoal(river="sha", days=10), goal_rivers(1.0).drop_vars("discharge")),
    ):
        assert [v.outcome for v in goal.check(dataset)] == ["not judged"]


def test_water_by_a_canal_of_its_own_is_new() -> None:
    """Two places on a river: 60 Mm3, and 1 m3/s by the lower one's own canal, are 91.5 a year."""
    content = {
        "hydrosim": 1,
        "period": {"start": "2001-06-01", "end": "2003-05-31", "step": "day"},
        "ladder": ["flood_limit", "ecology", "storage"],
        "rules": {"inflow": {"type": "constant", "value": "2 m3/s"}},
        "nodes": {
            "dam": {
                "type": "reservoir", "initial": "60 %", "local_inflow": "inflow",
                "storage_curve": {
                    "level": ["180 m", "200 m", "210 m"],
                    "storage": ["0.2 亿m3", "2.2 亿m3", "4.0 亿m3"],
                },
                "levels": {"dead": "182 m", "normal": "200 m"},
            },
            "upper": {"type": "demand", "use": "ecology", "river": "R",
                      "flow": "1.9 m3/s", "passes_to": "upper_reach"},
            "lower": {"type": "demand", "use": "ecology", "river": "R",
                      "flow": "1.9 m3/s", "passes_to": "lower_reach"},
            "upper_reach": {"type": "reach", "river": "R", "loss": "60 %"},
            "lower_reach": {"type": "reach", "river": "R"},
            "sea": {"type": "outlet"},
        },
        "links": [
            {"from": "dam", "to": "upper", "type": "canal"},
            {"from": "dam", "to": "lower", "type": "canal", "capacity": "1.0 m3/s"},
            {"from": "upper_reach", "to": "lower", "type": "canal"},
            {"from": "upper_reach", "to": "lower_reach", "type": "river"},
            {"from": "lower_reach", "to": "sea", "type": "river"},
            {"from": "dam", "to": "upper_reach", "type": "river"},
        ],
        "standards": {"replenishment": {"type": "replenishment"}},
    }  # fmt: skip
    config = config_from_text(json.dumps(content, ensure_ascii=False), "canals.yaml")
    dataset = hydrosim.run(config)
    verdict = only(hydrosim.check(dataset, config.standards), "all rivers", "replenished volume")
    years = 365 * 86400 / 1e6  # m3/s to Mm3
    assert verdict.achieved == pytest.approx((1.9 + 1.0) * years, rel=1e-3)
