"""Quotas: what opportunistic use leaves, what a plan lends, what is reserved for a use."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.nodes.small import lowered, simulated, states, told, volumes

PLAN = ["7.5 %", "6.5 %", "6 %", "6 %", "8 %", "9 %", "10 %", *["9.5 %"] * 4, "9 %"]
SHARES = 0.01 * np.array([7.5, 6.5, 6, 6, 8, 9, 10, 9.5, 9.5, 9.5, 9.5, 9])
FLAT = ["8 %", *["9.2 %"] * 10, "0 %"]
PEAK = [3, 3, 3, 3.5, 4, 5, 6, 6, 5, 4, 3, 3]  # m3/s by month, January first
AUTUMN = [1, 1, 1, 1, 1, 1, 1, 2, 6, 7, 4, 1]
LADDER = ("domestic", "industry", {"spare": "yangtze.plan"}, "replenishment")
END = {"spare": "yangtze.surplus"}
IMPORT = {
    "type": "import",
    "quota": "1.2 亿m3/year",
    "account_year": "11-01",
    "plan": PLAN,
    "availability": "available",
    "capacity": "9 m3/s",
}
WETLAND = {"type": "demand", "use": "ecology", "line": "replenishment", "flow": "2 m3/s"}
YEARS = {
    "available": {"type": "by_year", "values": {2000: 1.0, 2001: 0.65, 2002: 0.9}, "unit": 1},
    "peak": {"type": "profile", "unit": "m3/s", "values": PEAK},
    "autumn": {"type": "profile", "unit": "m3/s", "values": AUTUMN},
    "works": {"type": "seasonal_curve", "unit": "m3/s", "points": {"01-01": 0.2, "06-01": 0.9}},
}
PERIOD = ("2000-11-01", "2003-10-31", "day")


def system(
    wetland: bool,
    *,
    wants: str = "peak",
    step: str = "day",
    works: bool = False,
    way: str = "direct",
    keys: dict[str, Any] | None = None,
) -> Any:
    """Run an import for a city, works and a wetland, and return the result."""
    nodes: dict[str, Any] = {
        "yangtze": {**IMPORT, "quota": "1.6 亿m3/year", **(keys or {})},
        "city": {"type": "demand", "use": "domestic", "flow": wants, "loss": "8 %"},
    }
    links: list[Any] = ["yangtze > city"]
    if way == "plant":
        nodes["node"] = {"type": "junction"}
        nodes["plant"] = {"type": "treatment_plant", "capacity": "8 m3/s", "loss": "4 %"}
        links = [{"from": "yangtze", "to": "node", "loss": "3 %"}, "node > plant", "plant > city"]
    if works:
        nodes["works"] = {"type": "demand", "use": "industry", "flow": "works"}
        links.append({"from": "yangtze", "to": "works", "loss": "5 %"})
    ladder = [line for line in LADDER if works or line != "industry"]
    if wetland:
        nodes["wetland"] = WETLAND
        links.append("yangtze > wetland")
    else:
        ladder.remove("replenishment")
    return simulated(
        nodes,
        *links,
        ladder=(*ladder, END),
        rules=YEARS,
        period=(PERIOD[0], PERIOD[1], step),
        water_year="11-01",
        mode="trajectory",
    )


CASES: dict[str, dict[str, Any]] = {
    "the demand peaks before the plan": {},
    "the demand peaks behind the plan": {"wants": "autumn"},
    "pentads": {"step": "pentad"},
    "dekads": {"step": "dekad", "wants": "autumn"},
    "months": {"step": "month"},
    "two lines above": {"works": True, "keys": {"quota": "2 亿m3/year"}},
    "through a junction and a plant, with losses": {
        "way": "plant", "works": True, "keys": {"quota": "2.2 亿m3/year"},
    },
    "the trunk loses": {"keys": {"loss": "4 %"}},
    "measured at the delivery": {"keys": {"loss": "4 %", "measured": "delivery"}},
    "a flexible plan": {"keys": {"flexibility": "20 %"}, "wants": "autumn"},
    "months of a flexible plan": {"keys": {"flexibility": "20 %"}, "step": "month"},
    "a plan with an empty month": {"keys": {"plan": FLAT}, "wants": "autumn"},
    "an account year that starts within a pentad": {
        "keys": {"account_year": "10-19"}, "step": "pentad",
    },
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_replenishment_changes_no_delivery_above_it(case: dict[str, Any]):
    apart, both = system(False, **case), system(True, **case)
    for claim in ("city", "works") if case.get("works") else ("city",):
        np.testing.assert_allclose(
            volumes(both, "supplied", claim), volumes(apart, "supplied", claim), atol=1e-6
        )
    assert volumes(both, "supplied", "wetland").sum() > 1e6
    assert states(both, "account_left", "yangtze").min() > -1e-6


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_with_carry_over_the_rest_of_the_quota_year_is_untouched(share: float):
    keys = {"carry_over": share, "carry_over_limit": "0.3 亿m3"}
    apart = system(False, wants="autumn", keys=keys)
    both = system(True, wants="autumn", keys=keys)
    first = apart["time"].values < np.datetime64("2001-11-01")
    alone = volumes(apart, "supplied", "city")
    np.testing.assert_allclose(volumes(both, "supplied", "city")[first], alone[first], atol=1e-6)
    assert volumes(both, "supplied", "wetland")[first].sum() > 1e5


def test_the_same_surplus_for_a_period_cut_short():
    nodes = {"yangtze": {**IMPORT, "flexibility": "20 %"}, "wetland": WETLAND}
    nodes["city"] = {"type": "demand", "use": "domestic", "flow": "autumn"}
    links = ("yangtze > city", "yangtze > wetland")
    results = [
        simulated(nodes, *links, ladder=(LADDER[0], *LADDER[2:], END), rules=YEARS,
                  period=(PERIOD[0], end, "day"), mode="trajectory")
        for end in ("2003-10-31", "2002-03-17")
    ]  # fmt: skip
    for claim in ("city", "wetland"):
        whole, cut = (volumes(result, "supplied", claim) for result in results)
        np.testing.assert_array_equal(whole[: cut.size], cut)


def test_a_grant_that_the_run_tells_keeps_at_least_as_much():
    rules = {**YEARS, "told": {"type": "expression", "expression": "storage('well') / 2e6"}}
    well = {"type": "aquifer", "area": "1 km2", "specific_yield": 0.1, "initial_depth": "8 m",
            "floor_depth": "20 m"}  # fmt: skip
    results = []
    for wetland in (False, True):
        nodes = {"yangtze": {**IMPORT, "availability": "told"}, "well": well,
                 "city": {"type": "demand", "use": "domestic", "flow": "peak"}}  # fmt: skip
        links = ["yangtze > city"]
        if wetland:
            nodes["wetland"] = WETLAND
            links.append("yangtze > wetland")
        ladder = (LADDER[0], LADDER[2], *((LADDER[3],) if wetland else ()), END)
        results.append(simulated(nodes, *links, ladder=ladder, rules=rules, period=PERIOD,
                                 mode="trajectory"))  # fmt: skip
    alone, beside = (volumes(result, "supplied", "city") for result in results)
    np.testing.assert_allclose(beside, alone, atol=1e-6)


def flexible(want: list[float] | str, flexibility: str, step: str = "day") -> Any:
    nodes = {
        "yangtze": {**IMPORT, "availability": 1.0, "flexibility": flexibility},
        "city": {"type": "demand", "use": "domestic", "flow": "want"},
    }
    rules = {"want": {"type": "profile", "unit": "m3/s", "values": want}}
    ladder = (LADDER[0], LADDER[2], END)
    period = ("2000-11-01", "2001-10-31", step)
    return simulated(nodes, "yangtze > city", ladder=ladder, rules=rules, period=period)


def by_month(result: Any) -> np.ndarray[Any, Any]:
    """Delivered volume of each month as a share of the quota, November first."""
    months, got = result["time"].dt.month.values, volumes(result, "supplied", "city")
    return np.array([got[months == (10 + n) % 12 + 1].sum() for n in range(12)]) / 1.2e8


DAYS = np.array([30, 31, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31])  # November first


def profile(volume: np.ndarray[Any, Any]) -> list[float]:
    """Flow of each month, January first, of volumes as shares of the quota, November first."""
    flow = volume * 1.2e8 / DAYS / 86400.0
    return [float(flow[(month + 2) % 12]) for month in range(12)]


@pytest.mark.parametrize("step", ["day", "pentad", "month"])
@pytest.mark.parametrize("flexibility", ["0 %", "20 %", "100 %"])
def test_a_demand_above_the_plan_gets_each_month_its_plan(flexibility: str, step: str):
    got = by_month(flexible([6.0] * 12, flexibility, step))
    np.testing.assert_allclose(got, SHARES, rtol=1e-9)


@pytest.mark.parametrize("step", ["day", "dekad", "month"])
def test_the_account_lasts_where_the_demand_fits_the_plan_within_the_flexibility(step: str):
    turns = np.array([1.2, 1.2, 1.15, 1.2, 1.1, 1.0, 0.9, 0.85, 0.9, 0.95, 0.9, 0.88])
    want = SHARES * turns
    assert 0.95 < want.sum() <= 1.0
    result = flexible(profile(want), "20 %", step)
    np.testing.assert_allclose(
        volumes(result, "supplied", "city"), volumes(result, "demand", "city"), rtol=1e-9
    )
    # without flexibility the first months get their plan
    stiff = by_month(flexible(profile(want), "0 %", step))
    np.testing.assert_allclose(stiff[:4], SHARES[:4], rtol=1e-9)


def test_a_month_lends_at_most_its_flexibility():
    # October wants nothing and lends 20 % of its 9 %: November gets 7.5 % * 1.2 = 9 %, December
    # the 0.3 % that is left of 1.8 % beside its 6.5 %; what October keeps is saved for nobody.
    want = np.array([0.2, 0.2, *SHARES[2:11], 0.0])
    got = by_month(flexible(profile(want), "20 %"))
    np.testing.assert_allclose(got[:3], [0.09, 0.068, 0.06], rtol=1e-9)
    assert got[11] == 0.0


def test_a_rule_states_the_reserve():
    rules = {**YEARS, "kept": {"type": "constant", "value": "0.9 亿m3"}}
    nodes = {"yangtze": {**IMPORT, "availability": 1.0, "reserve": "kept"}, "wetland": WETLAND}
    nodes["city"] = {"type": "demand", "use": "domestic", "flow": "0 m3/s"}
    period = ("2000-11-01", "2001-10-31", "day")
    links = ("yangtze > city", "yangtze > wetland")
    result = simulated(nodes, *links, ladder=(LADDER[0], *LADDER[2:], END), rules=rules,
                       period=period, mode="trajectory")  # fmt: skip
    assert states(result, "account_left", "yangtze").min() == pytest.approx(0.9e8, rel=1e-9)
    assert volumes(result, "supplied", "wetland").sum() == pytest.approx(0.3e8, rel=1e-9)


SOURCES: dict[str, dict[str, Any]] = {
    "import": {"type": "import", "capacity": "20 m3/s"},
    "local_source": {"type": "local_source", "capacity": "20 m3/s"},
    "aquifer": {
        "type": "aquifer",
        "area": "500 km2",
        "specific_yield": 0.1,
        "initial_depth": "5 m",
        "floor_depth": "30 m",
        "capacity": "20 m3/s",
    },
}


def shared(kind: str, step: str = "day", **keys: Any) -> Any:
    """Run a town above fields that want more of one quota than it has."""
    nodes = {
        "wells": {**SOURCES[kind], "quota": "1 亿m3/year", "account_year": "01-01", **keys},
        "town": {"type": "demand", "use": "domestic", "amount": "0.3 亿m3/year"},
        "fields": {"type": "demand", "use": "agriculture", "flow": "8 m3/s"},
    }
    return simulated(
        nodes,
        "wells > town",
        "wells > fields",
        ladder=("domestic", "agriculture", {"spare": "wells"}),
        period=("2001-01-01", "2002-12-31", step),
    )


@pytest.mark.parametrize("step", ["day", "month"])
@pytest.mark.parametrize("kind", SOURCES)
def test_a_reserved_part_lasts_its_use_the_whole_year(kind: str, step: str):
    bare = shared(kind, step)
    wanted = volumes(bare, "demand", "town")
    assert volumes(bare, "supplied", "town")[-1] == pytest.approx(0.0, abs=1e-6)
    kept = shared(kind, step, reserved={"domestic": "0.3 亿m3/year"})
    np.testing.assert_allclose(volumes(kept, "supplied", "town"), wanted, rtol=1e-9)
    fields = volumes(kept, "supplied", "fields")
    first = kept["time"].dt.year.values == 2001
    assert fields[first].sum() == pytest.approx(0.7e8, rel=1e-9)
    assert states(kept, "account_left", "wells")[first][-1] == pytest.approx(0.0, abs=1.0)


def test_a_reserved_part_smaller_than_the_need_is_kept_for_the_end_of_the_year():
    kept = shared("aquifer", reserved={"domestic": "0.1 亿m3/year"})
    town, fields = volumes(kept, "supplied", "town"), volumes(kept, "supplied", "fields")
    wanted = volumes(kept, "demand", "town")
    first = kept["time"].dt.year.values == 2001
    # fields leave 0.1 of the account; from then on the town has a third of a year of its demand
    last = int(np.flatnonzero(fields[first] > 1.0)[-1])
    assert town[first][last:].sum() == pytest.approx(0.1e8, abs=2 * wanted[0])
    np.testing.assert_allclose(town[: last + 1], wanted[: last + 1], rtol=1e-9)


def test_a_reserve_by_line_and_two_reserves():
    nodes = {
        "wells": {**SOURCES["local_source"], "quota": "1 亿m3/year", "account_year": "01-01",
                  "reserved": {"people": "0.3 亿m3/year", "industry": "0.2 亿m3/year"}},
        "town": {"type": "demand", "use": "domestic", "line": "people", "amount": "0.3 亿m3/year"},
        "works": {"type": "demand", "use": "industry", "amount": "0.2 亿m3/year"},
        "fields": {"type": "demand", "use": "agriculture", "flow": "8 m3/s"},
    }  # fmt: skip
    result = simulated(
        nodes, "wells > town", "wells > works", "wells > fields",
        ladder=("people", "industry", "agriculture", {"spare": "wells"}),
        period=("2001-01-01", "2001-12-31", "day"),
    )  # fmt: skip
    for claim, part in (("town", 0.3e8), ("works", 0.2e8), ("fields", 0.5e8)):
        assert volumes(result, "supplied", claim).sum() == pytest.approx(part, rel=1e-9)


def test_demand_by_weather_is_kept_for_by_the_days_that_are_left():
    rules = {
        "told": {
            "type": "expression",
            "unit": "m3/s",
            "expression": "0.9 + storage('wells') / 1e10",
        }
    }
    nodes = {
        "wells": {**SOURCES["aquifer"], "quota": "1 亿m3/year", "account_year": "01-01",
                  "reserved": {"domestic": "0.4 亿m3/year"}},
        "town": {"type": "demand", "use": "domestic", "flow": "told"},
        "fields": {"type": "demand", "use": "agriculture", "flow": "8 m3/s"},
    }  # fmt: skip
    result = simulated(
        nodes, "wells > town", "wells > fields", rules=rules,
        ladder=("domestic", "agriculture", {"spare": "wells"}),
        period=("2001-01-01", "2001-12-31", "day"),
    )  # fmt: skip
    left = states(result, "account_left", "wells")
    rest = 0.4e8 * np.arange(364, -1, -1) / 365
    assert (left > rest - 1e-3).all()
    assert left[200] == pytest.approx(rest[200], rel=1e-9)


def test_faults_of_reserves():
    nodes = {
        "wells": {**SOURCES["import"], "quota": "1 亿m3/year", "account_year": "01-01",
                  "reserved": {"domestic": "1.2 亿m3/year"}, "reserve": "1 亿m3"},
        "town": {"type": "demand", "use": "domestic", "flow": "1 m3/s"},
    }  # fmt: skip
    found = told(nodes, "wells > town")
    assert found["nodes.wells.reserved"] == (
        "1.2e+08 m3/year reserved of a quota of 1e+08 m3/year",
        "parts that sum to at most the quota",
    )
    assert found["nodes.wells.reserve"] == ("reserve without a plan", "a plan")
    nodes["wells"] = {**SOURCES["import"], "reserved": {"domestic": "1 亿m3/year"}}
    assert told(nodes, "wells > town")["nodes.wells.reserved"] == (
        "reserved without a quota",
        "a quota, or no such key",
    )


def test_a_reserve_for_nobody_is_a_fault():
    from hydrosim.errors import ConfigError

    nodes = {
        "wells": {**SOURCES["import"], "quota": "1 亿m3/year", "account_year": "01-01",
                  "reserved": {"industry": "0.2 亿m3/year"}},
        "town": {"type": "demand", "use": "domestic", "flow": "1 m3/s"},
    }  # fmt: skip
    with pytest.raises(ConfigError) as error:
        lowered(nodes, "wells > town")
    (fault,) = error.value.faults
    assert fault.path == ("nodes", "wells", "reserved", "industry")
    assert fault.found == "'industry', which no claim has as use or line"
    assert fault.expected == "a use or line of a claim that a link from here leads to: domestic"
