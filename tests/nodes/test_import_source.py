"""Imports: account, plan and surplus, season limits, losses, extra water, faults."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.nodes.small import faults, lowered, simulated, states, told, volumes

DAY = 86400.0
PLAN = ["7.5 %", "6.5 %", "6 %", "6 %", "8 %", "9 %", "10 %", *["9.5 %"] * 4, "9 %"]
YANGTZE = {
    "type": "import",
    "source_kind": "yangtze",
    "quota": "1000 万m3/year",
    "account_year": "11-01",
    "plan": PLAN,
    "capacity": "2 m3/s",
}
CITY = {"type": "demand", "use": "domestic", "flow": "0.2 m3/s"}
LADDER = ("domestic", {"spare": "yangtze.plan"}, "replenishment", {"spare": "yangtze.surplus"})
LAKE = {"type": "demand", "use": "ecology", "line": "replenishment", "flow": "5 m3/s"}


def with_plan(**keys: Any) -> dict[str, Any]:
    return {"yangtze": {**YANGTZE, **keys}, "city": CITY}


def test_lowers_to_plan_surplus_trunk_and_account():
    builder = lowered(with_plan(loss="10 %"), "yangtze > city")
    assert {name for name in builder.columns if name.startswith("yangtze.")} == {
        "yangtze.plan",
        "yangtze.surplus",
        "yangtze.trunk.slack",
    }
    spare = {claim.line for claim in builder.claims.values() if claim.sense < 0}
    assert spare == {"spare:yangtze.plan", "spare:yangtze.surplus"}
    plan = builder.columns["yangtze.plan"]
    assert [reason for _, reason in plan.upper] == ["account", "plan", "capacity"]
    assert dict((row.name, weight) for row, weight in plan.entries) == {
        "yangtze": -0.9,
        "yangtze.trunk": 1.0,
    }
    assert len(builder.accounts["yangtze"].uses) == 2
    kinds = sorted(b.kind for b in builder.boundaries if b.name.startswith("yangtze."))
    assert kinds == ["import", "import", "loss", "loss"]
    assert builder.items["source"]["yangtze"]["kind"] == "yangtze"


def test_without_plan_one_column_and_one_spare_line():
    source = {"type": "import", "capacity": "2 m3/s"}
    builder = lowered({"yellow": source, "city": CITY}, "yellow > city")
    assert "yellow.intake" in builder.columns
    assert builder.claims["spare:yellow.intake"].line == "spare:yellow"
    assert "yellow" not in builder.accounts


def test_account_over_years_with_reset_and_carry_over():
    quota = 365e4
    nodes = {
        "yellow": {
            "type": "import",
            "quota": "365 万m3/year",
            "account_year": "07-01",
            "carry_over": "50 %",
            "carry_over_limit": "60 万m3",
        },
        "city": {"type": "demand", "use": "domestic", "flow": "0.08 m3/s"},
    }
    result = simulated(nodes, "yellow > city", period=("2001-01-01", "2002-12-31", "day"))
    left = quota * 181 / 365
    expected = []
    for date in np.arange(np.datetime64("2001-01-01"), np.datetime64("2003-01-01")):
        if str(date)[5:] == "07-01":
            left = quota + min(0.5 * left, 60e4)
        left -= min(0.08 * DAY, left)
        expected.append(left)
    np.testing.assert_allclose(states(result, "account_left", "yellow"), expected, rtol=1e-9)
    assert max(expected) > quota  # something was carried over


def test_used_up_account_ends_the_supply_until_the_next_grant():
    nodes = {
        "yellow": {"type": "import", "quota": "10 万m3/year", "account_year": "01-20"},
        "city": {"type": "demand", "use": "domestic", "flow": "0.2 m3/s"},
    }
    result = simulated(nodes, "yellow > city", period=("2001-01-20", "2001-02-10", "day"))
    supplied = volumes(result, "supplied", "city")
    full = 0.2 * DAY
    np.testing.assert_allclose(supplied[:7], [full] * 5 + [1e5 - 5 * full, 0.0], atol=1e-3)


def test_availability_scales_the_grant_of_its_year():
    rules = {
        "danjiangkou": {"type": "by_year", "values": {2000: 1.0, 2001: 0.65}, "unit": 1},
    }
    nodes = with_plan(availability="danjiangkou", flexibility="0 %")
    nodes["city"] = {"type": "demand", "use": "domestic", "flow": "1 m3/s"}
    result = simulated(
        nodes,
        "yangtze > city",
        rules=rules,
        ladder=LADDER[:2],
        period=("2000-11-01", "2002-10-31", "day"),
        mode="trajectory",
    )
    taken = volumes(result, "withdrawn", "yangtze")
    assert taken[:365].sum() == pytest.approx(1e7, rel=1e-9)
    # the factor of the day of the grant, 1 November 2001, holds for its account year
    assert taken[365:].sum() == pytest.approx(0.65e7, rel=1e-9)
    assert taken[:30].sum() == pytest.approx(0.075e7, rel=1e-9)


def replenished(line: bool, demand: dict[str, Any]) -> Any:
    nodes = {"yangtze": {**YANGTZE, "flexibility": "20 %"}, "city": demand}
    links = ["yangtze > city"]
    if line:
        nodes["lake"] = LAKE
        links.append("yangtze > lake")
    ladder = LADDER if line else (LADDER[0], LADDER[1], LADDER[3])
    return simulated(nodes, *links, ladder=ladder, period=("2000-11-01", "2002-10-31", "day"))


@pytest.mark.parametrize("year", ["800 万m3/year", "1000 万m3/year", "1150 万m3/year"])
def test_replenishment_never_eats_the_plan_of_the_rest_of_the_year(year: str):
    shares = ["6 %", "6 %", "8 %", "8 %", "8 %", "9 %", "11 %", "11 %", "9 %", "8 %", "8 %", "8 %"]
    city = {"type": "demand", "use": "domestic", "amount": year, "pattern": shares}
    apart, both = replenished(False, city), replenished(True, city)
    wanted = volumes(both, "demand", "city")
    # what the plan could give, with its flexibility, is delivered alike with the line and without
    plan = np.array([0.01 * float(share.split()[0]) for share in PLAN])
    months = both["time"].dt.month.values
    days = both["time"].dt.days_in_month.values
    offered = 1.2 * 1e7 * plan[(months - 11) % 12] / days
    from_plan = np.minimum(wanted, offered)
    alone = np.minimum(volumes(apart, "supplied", "city"), from_plan)
    beside = np.minimum(volumes(both, "supplied", "city"), from_plan)
    np.testing.assert_allclose(beside, alone, rtol=1e-9, atol=1e-6)
    used = volumes(both, "withdrawn", "yangtze")
    assert used[:365].sum() <= 1e7 * (1 + 1e-9)
    if year.startswith("8"):
        assert volumes(both, "supplied", "lake").sum() > 1e6
        np.testing.assert_allclose(
            volumes(both, "supplied", "city"), volumes(apart, "supplied", "city"), rtol=1e-9
        )


def test_surplus_is_what_the_plan_can_no_longer_use():
    nodes = {**with_plan(), "lake": LAKE}
    nodes["city"] = {"type": "demand", "use": "domestic", "flow": "0 m3/s"}
    links = ("yangtze > city", "yangtze > lake")
    result = simulated(nodes, *links, ladder=LADDER, period=("2000-11-01", "2000-12-01", "day"))
    # nothing is used in November, so each day the plan of the day before becomes surplus
    expected = np.full(31, 0.075e7 / 30)
    expected[0] = 0.0
    np.testing.assert_allclose(volumes(result, "supplied", "lake"), expected, rtol=1e-9, atol=1e-3)


def test_ice_limits_the_trunk():
    ice = [0.5, 0.5, *[1.0] * 9, 0.5]
    nodes = {
        "yellow": {"type": "import", "capacity": "2 m3/s", "limits": {"ice": "ice"}},
        "city": {"type": "demand", "use": "domestic", "flow": "3 m3/s"},
    }
    rules = {"ice": {"type": "profile", "values": ice, "unit": 1}}
    period = ("2001-02-27", "2001-03-02", "day")
    result = simulated(nodes, "yellow > city", rules=rules, period=period)
    np.testing.assert_allclose(volumes(result, "supplied", "city") / DAY, [1, 1, 2, 2])
    builder = lowered(nodes, "yellow > city", rules=rules, period=period)
    reasons = [reason for _, reason in builder.columns["yellow.intake"].upper]
    assert reasons == ["capacity", "limit:ice"]


@pytest.mark.parametrize(("measured", "delivered"), [("intake", 0.7e6), ("delivery", 1e6)])
def test_quota_is_measured_at_the_intake_or_the_delivery(measured: str, delivered: float):
    nodes = {
        "yellow": {
            "type": "import",
            "quota": "100 万m3/year",
            "account_year": "03-01",
            "measured": measured,
            "loss": "30 %",
        },
        "city": {"type": "demand", "use": "domestic", "flow": "1 m3/s"},
    }
    result = simulated(nodes, "yellow > city", period=("2001-03-01", "2001-03-31", "day"))
    assert volumes(result, "supplied", "city").sum() == pytest.approx(delivered, rel=1e-9)
    assert volumes(result, "withdrawn", "yellow").sum() == pytest.approx(delivered / 0.7, rel=1e-9)


def test_extra_water_comes_beyond_the_quota_in_its_season():
    extra = {"quota": "50 万m3/year", "capacity": "1 m3/s", "factor": "season"}
    season = [0.0] * 3 + [1.0] * 4 + [0.0] * 5
    nodes = {**with_plan(extra=extra), "lake": LAKE}
    nodes["city"] = {"type": "demand", "use": "domestic", "flow": "0 m3/s"}
    result = simulated(
        nodes,
        "yangtze > city",
        "yangtze > lake",
        ladder=LADDER[:3],
        rules={"season": {"type": "profile", "values": season, "unit": 1}},
        period=("2001-03-30", "2001-04-10", "day"),
    )
    left = states(result, "account_left", "yangtze.extra")
    np.testing.assert_allclose(left[:2], 5e5)
    np.testing.assert_allclose(left[2:9], np.maximum(5e5 - DAY * np.arange(1, 8), 0.0), atol=1e-3)


def test_a_grant_by_a_rule_on_the_state_holds_for_its_year():
    nodes = {
        "well": {
            "type": "aquifer",
            "area": "1 km2",
            "specific_yield": 0.1,
            "initial_depth": "10 m",
            "floor_depth": "20 m",
            "lateral_outflow": {"flow": "0.05 m3/s"},
        },
        **with_plan(availability="wet"),
    }
    nodes["city"] = {"type": "demand", "use": "domestic", "flow": "1 m3/s"}
    result = simulated(
        nodes,
        "yangtze > city",
        ladder=LADDER[:2],
        rules={"wet": {"type": "expression", "expression": "storage('well') / 2000000"}},
        period=("2001-10-28", "2001-11-04", "day"),
    )
    taken = volumes(result, "withdrawn", "yangtze")
    first = 0.5 * 0.09 * 1e7 / 31  # half a quota; its October share
    second = (1e6 - 4 * 0.05 * DAY) / 2e6 * 0.075 * 1e7 / 30
    np.testing.assert_allclose(taken, [first] * 4 + [second] * 4, rtol=1e-9)


@pytest.mark.parametrize("step", ["day", "pentad", "dekad", "month"])
def test_the_whole_plan_is_given_in_a_year_of_any_step(step: str):
    nodes = with_plan()
    nodes["city"] = {"type": "demand", "use": "domestic", "flow": "2 m3/s"}
    result = simulated(
        nodes, "yangtze > city", ladder=LADDER[:2], period=("2003-11-01", "2004-10-31", step)
    )
    taken = volumes(result, "withdrawn", "yangtze")
    assert taken.sum() == pytest.approx(1e7, rel=1e-9)
    months = result["time"].dt.month.values
    assert taken[months == 2].sum() == pytest.approx(0.06e7, rel=1e-9)


def test_faults_in_engineers_words():
    found = told(with_plan(account_year=None, plan=PLAN[:11]), "yangtze > city")
    assert found["nodes.yangtze.account_year"] == (
        "a quota without a calendar",
        "the day on which the quota is granted anew, such as account_year: 11-01",
    )
    assert found["nodes.yangtze.plan"] == ("11 shares", "twelve shares, one a month")
    found = told(with_plan(plan=["8 %"] * 12, loss="100 %", loss_to="city"), "yangtze > city")
    assert found["nodes.yangtze.plan"] == (
        "shares with a sum of 96 %",
        "shares with a sum of 100 %",
    )
    assert found["nodes.yangtze.loss"] == ("1", "a loss below 100 %")
    assert found["nodes.yangtze.loss_to"] == ("'city', which is of type 'demand'", "an aquifer")
    bare = {"type": "import", "plan": PLAN, "flexibility": 0.1, "limits": {"ice": 0.5}}
    found = told({"yangtze": bare, "city": CITY}, "yangtze > city")
    assert found["nodes.yangtze"] == ("neither quota nor capacity", "a quota, a capacity or both")
    assert found["nodes.yangtze.plan"] == ("plan without a quota", "a quota, or no such key")
    assert found["nodes.yangtze.limits"] == ("limits without a capacity", "the key `capacity`")
    found = told({"yangtze": {"type": "import", "capacity": "1 m3/s", "flexibility": 0.1}})
    assert found["nodes.yangtze.flexibility"] == ("flexibility without a plan", "a plan")


def test_a_plan_above_the_capacity_is_a_warning():
    warnings = faults(with_plan(capacity="0.36 m3/s"), "yangtze > city")
    assert [fault.path for fault in warnings] == [
        ("nodes", "yangtze", "plan", 6),
        *[("nodes", "yangtze", "plan", month) for month in (7, 8, 9, 10)],
    ]
    assert warnings[0].severity == "warning"
    assert warnings[0].found.startswith("10 % of the quota in month 5, ")
    assert warnings[0].expected == "at most the capacity of 0.36 m3/s"
