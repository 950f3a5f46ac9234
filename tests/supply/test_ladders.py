"""Supplies, storages and flows of small networks under different ladders, worked out by hand.

Volumes are in flow-days (86 400 m3), flows in m3/s, so both are the same numbers a day.
"""

import numpy as np
import pytest

from hydrosim.errors import ConfigError
from hydrosim.supply.build import build_model
from tests.models.two_sources import by_day, lake, reservoir, table, two_sources, volume
from tests.nodes.small import config, faults, simulated

CLOSE = 1e-6
DEMANDS_FIRST = (
    "flood_limit", "domestic", "lake", "agriculture", "storage", "spare yangtze", "spare yellow",
)  # fmt: skip
MOUNTAIN_WATER_FIRST = (
    "flood_limit", "domestic", "spare yangtze", "lake", "spare yellow", "agriculture", "storage",
)  # fmt: skip
PLAN_KEPT_FROM_STORAGE = (
    "flood_limit", "domestic", "lake", "agriculture", "spare yangtze.plan", "storage",
    "spare yellow", "spare yangtze.surplus",
)  # fmt: skip
ONE_INTAKE = (
    "flood_limit", "domestic", "agriculture", "spare yangtze@city", "lake", "storage",
    "spare yangtze", "spare yellow",
)  # fmt: skip
TOGETHER = ("flood_limit", "use", "lake", "storage", "spare yangtze", "spare yellow")


def expect(result, quantity, item, values):
    assert table(result, quantity, item) == pytest.approx(values, abs=CLOSE)


def test_all_demands_before_storage():
    # Day 1: 3 + 5 in the dam, 1 in the lake, 3 and 4 imported: 16. City 4, lake zone 3, farm 6
    # leave 3 for the storage zones of 12 and 3: 3/15 of each, so the dam ends at 12/5 and the
    # lake at 3 + 3/5.
    # Day 2: 2.4 + 5 in the dam. The farm gets at most 2 from the Yellow River and so 4 from the
    # dam, the city 3 from the Yangtze and so 1: the dam cannot end above 2.4. The lake takes the
    # other 2 of the Yellow River: 5.6.
    # Day 3: no inflow. City 3 + 1, farm 2 + the dam's last 1.4; the lake is full with 0.4.
    result = two_sources(DEMANDS_FIRST)
    expect(result, "supplied", "city", [4, 4, 4])
    expect(result, "supplied", "farm", [6, 6, 3.4])
    expect(result, "storage", "dam", [2.4, 2.4, 0])
    expect(result, "storage", "lake", [3.6, 5.6, 6])
    expect(result, "withdrawn", "yangtze", [3, 3, 3])
    expect(result, "withdrawn", "yellow", [4, 4, 2.4])
    expect(result, "flow", "dam->farm", [4, 4, 1.4])
    expect(result, "account_left", "yangtze", [1113, 1110, 1107])


def test_imports_spared_above_the_lake_and_the_farm():
    # The Yangtze only helps the city, and only when the dam cannot; the Yellow River nobody.
    # Day 1: dam 8 = city 4 + lake 2 (1 + 2 fill its zone) + farm 2. Day 2: inflow 5 = city 4 +
    # farm 1. Day 3: no inflow: the city has 3 through its canal.
    # Day 3 takes 3 of plan 3 and surplus 6 (two days of plan unused): a third of each.
    result = two_sources(MOUNTAIN_WATER_FIRST)
    expect(result, "supplied", "city", [4, 4, 3])
    expect(result, "supplied", "farm", [2, 1, 0])
    expect(result, "storage", "dam", [0, 0, 0])
    expect(result, "storage", "lake", [3, 3, 3])
    expect(result, "withdrawn", "yellow", [0, 0, 0])
    expect(result, "flow", "yangtze->city", [0, 0, 3])
    expect(result, "flow", "dam->lake", [2, 0, 0])
    expect(result, "account_left", "yangtze", [1116, 1116, 1113])


def test_storage_may_use_the_surplus_but_not_the_plan():
    # Day 1: no surplus yet. Without the plan there is 8 + 1 + 4 = 13, just what city, lake zone
    # and farm want. Day 2: yesterday's plan is surplus, 3 to the city; dam 5 = city 1 + farm 4;
    # Yellow River 2 to the farm, 2 to the lake: 5. Day 3: surplus 3 to the city, farm 2 from the
    # Yellow River, and 1 more fills the lake.
    result = two_sources(PLAN_KEPT_FROM_STORAGE)
    expect(result, "supplied", "city", [4, 4, 3])
    expect(result, "supplied", "farm", [6, 6, 2])
    expect(result, "storage", "dam", [0, 0, 0])
    expect(result, "storage", "lake", [3, 5, 6])
    expect(result, "withdrawn", "yellow", [4, 4, 3])
    expect(result, "withdrawn", "yangtze", [0, 3, 3])
    expect(result, "account_left", "yangtze", [1116, 1113, 1110])
    expect(result, "available", "yangtze", [3, 6, 6])


def test_one_intake_of_a_source_is_spared():
    # The canal to the city stays dry unless city or farm would go short, the one to the lake is
    # free. Day 1: dam 8 = city 4 + farm 4; all of both imports reaches the lake: 1 + 2 + 3 = 6.
    # Day 2: dam 5 and 2 of the Yellow River for wishes of 10: 3 through the spared canal.
    # Day 3: city 3, farm 2.
    result = two_sources(ONE_INTAKE)
    expect(result, "flow", "yangtze->city", [0, 3, 3])
    expect(result, "flow", "yangtze->lake", [3, 0, 0])
    expect(result, "supplied", "city", [4, 4, 3])
    expect(result, "supplied", "farm", [6, 6, 2])
    expect(result, "storage", "lake", [6, 6, 6])
    expect(result, "withdrawn", "yellow", [4, 2, 2])


def test_one_line_shares_a_shortage_equally():
    # 2.4 in the dam, 2 by canal to each: 6.4 for wishes of 10, so each gets 64 %.
    uses = {"city": {"line": "use"}, "farm": {"line": "use"}}
    result = two_sources(TOGETHER, days=1, dam=2.4, inflow=(0,), yangtze_to_city=2, **uses)
    expect(result, "supplied", "city", [2.56])
    expect(result, "supplied", "farm", [3.84])
    expect(result, "flow", "dam->city", [0.56])


def test_share_factors_weight_the_fulfilment():
    # 7.4 for both; f_city / 1 = f_farm / 0.875 = t: 4 t + 6 * 0.875 t = 7.4 gives t = 0.8.
    uses = {"city": {"line": "use"}, "farm": {"line": "use", "share": 0.875}}
    result = two_sources(TOGETHER, days=1, dam=2.4, inflow=(0,), **uses)
    expect(result, "supplied", "city", [3.2])
    expect(result, "supplied", "farm", [4.2])


def test_who_cannot_rise_is_left_behind():
    # The farm reaches at most 2.4 + 2 = 4.4 (73 %); the city goes on to the 3 of its canal (75 %).
    uses = {"city": {"line": "use"}, "farm": {"line": "use"}}
    result = two_sources(TOGETHER, days=1, dam=2.4, inflow=(0,), **uses)
    expect(result, "supplied", "city", [3])
    expect(result, "supplied", "farm", [4.4])


def test_opportunistic_use_of_the_surplus_never_touches_the_plan():
    # The plan gives 3 a day; the lake may take surplus only. With and without the lake's line the
    # city, which needs up to 6 a day in the dry second half, is delivered the same.
    def deliveries(ladder):
        wish = {"city": {"flow": "wish"}, "rules": {"wish": by_day(0, 0, 0, 0, 3, 3, 3, 3)}}
        result = two_sources(ladder, days=8, dam=0, inflow=(0,), yangtze_to_city=10, **wish)
        return result

    # Days 1 to 4 leave 3, 6, 9, 12 of surplus on the account, the first usable on day 2.
    with_use = deliveries(PLAN_KEPT_FROM_STORAGE)
    without = deliveries(
        ("flood_limit", "domestic", "agriculture", "spare yangtze", "lake", "storage",
         "spare yellow")
    )  # fmt: skip
    expect(with_use, "supplied", "city", [0, 0, 0, 0, 3, 3, 3, 3])
    expect(without, "supplied", "city", [0, 0, 0, 0, 3, 3, 3, 3])


# -- pump-back and parallel reservoirs ---------------------------------------------------------


def pump_back(**pump):
    nodes = {
        "upper": reservoir(10, 2),
        "lower": reservoir(10, 8),
        "city": {"type": "demand", "use": "domestic", "flow": "4 m3/s"},
        "sea": {"type": "outlet"},
    }
    links = (
        {"from": "upper", "to": "lower", "type": "river"},
        {"from": "lower", "to": "upper", "type": "pump", "capacity": "3 m3/s", **pump},
        "upper > city",
        {"from": "lower", "to": "sea", "type": "river"},
    )
    ladder = ("flood_limit", "domestic", "storage")
    return nodes, links, ladder


def test_a_pump_back_is_refused_unless_allowed():
    nodes, links, ladder = pump_back()
    with pytest.raises(ConfigError, match="a circle within one step") as caught:
        build_model(config(nodes, *links, ladder=ladder))
    assert "lower->upper" in str(caught.value)


def test_an_allowed_pump_back_lifts_what_the_city_lacks():
    # 2 above, 8 below, 4 wanted: the pump lifts 2 for the city, then 1 more so that both stores
    # are nearest to the same filling: 1 and 5. Day 2: 3 lifted + 1: none left above, 2 below.
    # Day 3: 2 lifted, city 2. The pump's circle is never run for nothing.
    nodes, links, ladder = pump_back(cycle="allowed", reason="pumped storage")
    result = simulated(nodes, *links, ladder=ladder, period=("2001-01-01", "2001-01-03", "day"))
    expect(result, "supplied", "city", [4, 4, 2])
    expect(result, "flow", "lower->upper", [3, 3, 2])
    expect(result, "flow", "upper->lower", [0, 0, 0])
    expect(result, "storage", "upper", [1, 0, 0])
    expect(result, "storage", "lower", [5, 2, 0])


def test_parallel_reservoirs_stay_balanced_by_their_filling():
    # Zones: reserve up to 2 and 4 (20 %), storage up to 10 and 20. 6 + 15 stored, 9 wanted:
    # 12 left; the reserves take 6, the other 6 fill 1/4 of the storage zones of 8 and 16:
    # 2 + 2 = 4 and 4 + 4 = 8. Day 2: 3 left, half of each reserve: 1 and 2. Day 3: all 3 to the
    # city.
    nodes = {
        "east": reservoir(10, 6, zones={"reserve": volume(2)}),
        "west": reservoir(20, 15, zones={"reserve": volume(4)}),
        "city": {"type": "demand", "use": "domestic", "flow": "9 m3/s"},
        "sea": {"type": "outlet"},
    }
    result = simulated(
        nodes,
        "east > city",
        "west > city",
        {"from": "east", "to": "sea", "type": "river"},
        {"from": "west", "to": "sea", "type": "river"},
        ladder=("flood_limit", "domestic", "reserve", "storage"),
        period=("2001-01-01", "2001-01-03", "day"),
    )
    expect(result, "storage", "east", [4, 1, 0])
    expect(result, "storage", "west", [8, 2, 0])
    expect(result, "supplied", "city", [9, 9, 3])
    expect(result, "flow", "east->city", [2, 3, 1])


def test_a_reservoir_that_cannot_be_steered_is_left_behind():
    # East holds 1 and gets nothing; west holds 20. 9 wanted: west gives all it must, 9, as its
    # filling (11/20) stays above east's (1/10).
    nodes = {
        "east": reservoir(10, 1),
        "west": reservoir(20, 20),
        "city": {"type": "demand", "use": "domestic", "flow": "9 m3/s"},
    }
    result = simulated(
        nodes,
        "east > city",
        "west > city",
        ladder=("flood_limit", "domestic", "storage"),
        period=("2001-01-01", "2001-01-01", "day"),
    )
    expect(result, "storage", "east", [1])
    expect(result, "storage", "west", [11])


def test_a_reserve_rations_the_line_below_it():
    # City above the reserve, farm below. 10 stored, reserve 4: day 1 city 2, farm 3, left 5;
    # day 2 city 2, left 3 is below the reserve: the farm gets nothing.
    nodes = {
        "dam": reservoir(20, 10, zones={"reserve": volume(4)}),
        "city": {"type": "demand", "use": "domestic", "flow": "2 m3/s"},
        "farm": {"type": "demand", "use": "agriculture", "flow": "3 m3/s"},
    }
    result = simulated(
        nodes,
        "dam > city",
        "dam > farm",
        ladder=("flood_limit", "domestic", "reserve", "agriculture", "storage"),
        period=("2001-01-01", "2001-01-03", "day"),
    )
    expect(result, "storage", "dam", [5, 3, 1])
    expect(result, "supplied", "farm", [3, 0, 0])
    expect(result, "supplied", "city", [2, 2, 2])


# -- policies ----------------------------------------------------------------------------------


def seasonal(policy, days=4, **more):
    nodes = {
        "dam": reservoir(20, 9),
        "yellow": {"type": "import", "capacity": "2 m3/s"},
        "city": {"type": "demand", "use": "domestic", "flow": "2 m3/s"},
        "farm": {"type": "demand", "use": "agriculture", "flow": "3 m3/s"},
    }
    return simulated(
        nodes,
        "dam > city",
        "dam > farm",
        "yellow > city",
        ladder=("flood_limit", "domestic", "storage", "agriculture", {"spare": "yellow"}),
        policy=policy,
        policies={
            "irrigation": {
                "ladder": [
                    "flood_limit", "agriculture", {"spare": "yellow"}, "domestic", "storage",
                ]
            }
        },
        period=("2001-06-28", f"2001-07-{days - 3:02d}", "day"),
        **more,
    )  # fmt: skip


def test_the_ladder_switches_on_the_day_of_its_rule():
    # Storage stands above the farm until July: city 2 from the Yellow River, nothing to the farm.
    # From 1 July the farm is first, and the Yellow River is spared: 9 - 3 - 2.
    rules = {"season": {"type": "seasonal_curve", "points": {"01-01": 0, "07-01": 1}, "unit": "1"}}
    result = seasonal("season", days=6, rules=rules)
    expect(result, "supplied", "farm", [0, 0, 0, 3, 3, 0])
    expect(result, "supplied", "city", [2, 2, 2, 2, 1, 0])
    expect(result, "withdrawn", "yellow", [2, 2, 2, 0, 0, 0])
    expect(result, "storage", "dam", [9, 9, 9, 4, 0, 0])


def test_a_policy_may_be_chosen_by_the_storage_at_the_start():
    # 9 stored: policy 1 while more than 5 is stored, so 9 -> 4 on the first day, then policy 0.
    rules = {"choice": {"type": "expression", "expression": f"storage('dam') > {5 * 86400}"}}
    result = seasonal("choice", rules=rules)
    expect(result, "supplied", "farm", [3, 0, 0, 0])
    expect(result, "storage", "dam", [4, 4, 4, 4])


def test_a_policy_may_be_named():
    result = seasonal("irrigation")
    expect(result, "supplied", "farm", [3, 3, 0, 0])


def test_a_policy_without_a_spare_line_leaves_the_source_free():
    # Fewer lines: without its spare line the Yellow River is an ordinary way for water, used as
    # far as claims need it.
    nodes = {
        "dam": reservoir(20, 2),
        "yellow": {"type": "import", "capacity": "2 m3/s"},
        "city": {"type": "demand", "use": "domestic", "flow": "3 m3/s"},
    }
    result = simulated(
        nodes,
        "dam > city",
        "yellow > city",
        ladder=("flood_limit", "domestic", {"spare": "yellow"}, "storage"),
        policy="season",
        policies={"plain": {"ladder": ["flood_limit", "domestic", "storage"]}},
        rules={"season": {"type": "seasonal_curve", "points": {"01-01": 0, "01-02": 1},
                          "unit": "1"}},
        period=("2001-01-01", "2001-01-03", "day"),
    )  # fmt: skip
    # Day 1: 2 from the dam, 1 from the Yellow River. Then the dam is empty: 2 of 3.
    expect(result, "supplied", "city", [3, 2, 2])
    expect(result, "withdrawn", "yellow", [1, 2, 2])
    expect(result, "storage", "dam", [0, 0, 0])


# -- return flows ------------------------------------------------------------------------------


def returning(same_step):
    nodes = {
        "dam": reservoir(20, 10),
        "city": {
            "type": "demand",
            "use": "domestic",
            "flow": "4 m3/s",
            "return": {"share": "50 %", "to": "creek", "same_step": same_step},
        },
        "creek": {"type": "junction"},
        "park": {"type": "demand", "use": "ecology", "flow": "3 m3/s"},
        "sea": {"type": "outlet"},
    }
    return simulated(
        nodes,
        "dam > city",
        "creek > park",
        {"from": "creek", "to": "sea", "type": "river"},
        {"from": "dam", "to": "sea", "type": "river"},
        ladder=("flood_limit", "domestic", "ecology", "storage"),
        period=("2001-01-01", "2001-01-04", "day"),
    )


def test_return_flow_arrives_the_next_day():
    result = returning(same_step=False)
    expect(result, "supplied", "city", [4, 4, 2, 0])
    expect(result, "supplied", "park", [0, 2, 2, 1])


def test_return_flow_of_the_same_step():
    result = returning(same_step=True)
    expect(result, "supplied", "city", [4, 4, 2, 0])
    expect(result, "supplied", "park", [2, 2, 1, 0])


def test_a_lower_line_is_served_early_where_its_return_lifts_a_higher_claim():
    # Only the farm's return reaches the city: 50 % of 6. The farm stands below the storage line
    # and would get nothing for itself; for the city it is given all it wants.
    nodes = {
        "dam": reservoir(20, 10),
        "farm": {
            "type": "demand",
            "use": "agriculture",
            "flow": "6 m3/s",
            "return": {"share": "50 %", "to": "drain", "same_step": True},
        },
        "drain": {"type": "junction"},
        "city": {"type": "demand", "use": "domestic", "flow": "2 m3/s"},
        "sea": {"type": "outlet"},
    }
    result = simulated(
        nodes,
        "dam > farm",
        "drain > city",
        {"from": "drain", "to": "sea", "type": "river"},
        ladder=("flood_limit", "domestic", "storage", "agriculture"),
        period=("2001-01-01", "2001-01-03", "day"),
    )
    # The city wants 2: the farm gets 4, no more.
    expect(result, "supplied", "city", [2, 2, 1])
    expect(result, "supplied", "farm", [4, 4, 2])
    expect(result, "storage", "dam", [6, 2, 0])


@pytest.mark.parametrize(("same_step", "stored"), [(True, [3, 6, 7]), (False, [0, 3, 6])])
def test_ecological_water_passes_on_and_is_stored(same_step, stored):
    # 3, 3 and 1 flow through the park to the lake, at once or on the day after.
    nodes = {
        "dam": reservoir(20, 7),
        "park": {
            "type": "demand", "use": "ecology", "flow": "3 m3/s", "passes_to": "lake",
            "passes_same_step": same_step,
        },
        "lake": lake(0, zone=3, size=10),
    }  # fmt: skip
    result = simulated(
        nodes,
        "dam > park",
        ladder=("flood_limit", "lake", "ecology", "storage"),
        period=("2001-01-01", "2001-01-03", "day"),
    )
    expect(result, "supplied", "park", [3, 3, 1])
    expect(result, "storage", "lake", stored)
    expect(result, "storage", "dam", [4, 1, 0])


# -- odd networks ------------------------------------------------------------------------------


def test_two_links_between_the_same_nodes_share_the_way():
    nodes = {
        "dam": reservoir(20, 10),
        "city": {"type": "demand", "use": "domestic", "flow": "4 m3/s"},
    }
    result = simulated(
        nodes,
        {"from": "dam", "to": "city", "name": "old", "capacity": "1 m3/s", "cost": "2 yuan/m3"},
        {"from": "dam", "to": "city", "name": "new", "capacity": "2.5 m3/s", "cost": "1 yuan/m3"},
        ladder=("flood_limit", "domestic", "storage"),
        period=("2001-01-01", "2001-01-02", "day"),
    )
    expect(result, "supplied", "city", [3.5, 3.5])
    expect(result, "flow", "old", [1, 1])
    expect(result, "flow", "new", [2.5, 2.5])


def test_a_node_without_links_keeps_its_water():
    result = simulated(
        {"dam": reservoir(20, 10, "inflow")},
        ladder=("flood_limit", "storage"),
        rules={"inflow": by_day(6, 6, 0)},
        period=("2001-01-01", "2001-01-03", "day"),
    )
    expect(result, "storage", "dam", [16, 22, 22])
    expect(result, "spill", "dam", [0, 0, 0])


@pytest.mark.parametrize("size", [1e-3 / 86400, 1e10 / 86400])
def test_the_size_of_the_numbers_changes_nothing(size):
    # 10 stored, 4 wanted, inflow 1; the limit of the pipe is 3: ends at 8, 6, 4.
    nodes = {
        "dam": reservoir(20 * size, 10 * size, f"{size!r} m3/s"),
        "city": {"type": "demand", "use": "domestic", "flow": f"{4 * size!r} m3/s"},
    }
    result = simulated(
        nodes,
        {"from": "dam", "to": "city", "capacity": f"{3 * size!r} m3/s"},
        ladder=("flood_limit", "domestic", "storage"),
        period=("2001-01-01", "2001-01-03", "day"),
    )
    stored = result["storage"].sel(store="dam").values / (86400 * size)
    np.testing.assert_allclose(stored, [8, 6, 4], rtol=1e-9)
    np.testing.assert_allclose(result["supplied"].sel(claim="city") / size, 3.0, rtol=1e-9)


def test_zero_capacity_zero_demand_and_an_empty_store():
    nodes = {
        "dam": reservoir(20, 0),
        "city": {"type": "demand", "use": "domestic", "flow": "0 m3/s"},
        "farm": {"type": "demand", "use": "agriculture", "flow": "3 m3/s"},
        "yellow": {"type": "import", "capacity": "0 m3/s"},
    }
    result = simulated(
        nodes,
        "dam > city",
        "dam > farm",
        {"from": "yellow", "to": "farm", "capacity": "0 m3/s"},
        ladder=("flood_limit", "domestic", "agriculture", "storage", {"spare": "yellow"}),
        period=("2001-01-01", "2001-01-03", "day"),
    )
    expect(result, "supplied", "farm", [0, 0, 0])
    expect(result, "storage", "dam", [0, 0, 0])
    assert float(result["year_periods"].sel(claim="city").sum()) == 0


def test_unlikely_links_are_refused_or_told():
    nodes = {
        "dam": reservoir(20, 10),
        "city": {"type": "demand", "use": "domestic", "flow": "4 m3/s"},
    }
    told = faults(nodes, "dam > city", "dam > city", ladder=("flood_limit", "domestic", "storage"))
    assert any("dam->city" in fault.found for fault in told)
