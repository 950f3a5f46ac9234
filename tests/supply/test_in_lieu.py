"""In-lieu credit (置换), worked out by hand: volumes in flow-days, see two_sources."""

from __future__ import annotations

import json

import numpy as np
import pytest

import hydrosim
from hydrosim.config.load import load_config
from tests.conftest import ROOT
from tests.models.every_type import every_type
from tests.models.random_city import load, random_city
from tests.models.two_sources import FLOW_DAY_M3, by_day, reservoir, table, volume
from tests.nodes.small import simulated

PARTS = ("booked", "used", "lapsed", "moved", "credit")
LADDER = ("flood_limit", "domestic", "storage", {"spare": "yangtze"})


def told(result, store="dam", origin="yangtze", month=0):
    """Booked, used, lapsed, moved in and standing [flow-days]."""
    place = {"store": store, "origin": origin}
    found = {p: result[f"in_lieu_{p}"].isel(month=month).sel(place).item() for p in PARTS}
    found = {part: amount / FLOW_DAY_M3 for part, amount in found.items()}
    return {part: amount for part, amount in found.items() if abs(amount) > 1e-9}


def city(days, *, inflow=(0,), wanted=(3,), offered=(2, 2, 0), dam=None, link="6 m3/s", **more):
    """A city that is served from an import as long as it comes, and from a dam otherwise."""
    nodes = {
        "dam": {**reservoir(40, 20, "inflow"), **(dam or {})},
        "yangtze": {"type": "import", "source_kind": "yangtze", "capacity": "offered"},
        "city": {"type": "demand", "use": "domestic", "flow": "wanted"},
        **more.pop("nodes", {}),
    }
    return simulated(
        nodes,
        "yangtze > city",
        {"from": "dam", "to": "city", "capacity": link, **more.pop("way", {})},
        *more.pop("links", ()),
        ladder=more.pop("ladder", LADDER),
        rules={"inflow": by_day(*inflow), "wanted": by_day(*wanted), "offered": by_day(*offered)},
        period=("2001-01-01", f"2001-01-{days:02d}", "day"),
        **more,
    )


def test_water_that_stays_because_of_an_import_is_a_credit():
    # Two days the import brings 2 of the 3 wanted; the dam keeps 2 a day more than without it.
    assert told(city(1)) == pytest.approx({"booked": 2, "credit": 2})
    assert told(city(2)) == pytest.approx({"booked": 4, "credit": 4})


def test_own_water_is_drawn_first():
    # Storage 20, 19, 18, then 3 a day: 3 on day 7, where 4 stand to credit, so 1 of it was used.
    result = city(6)
    assert table(result, "storage", "dam") == [19, 18, 15, 12, 9, 6]
    assert told(result) == pytest.approx({"booked": 4, "credit": 4})
    assert told(city(7)) == pytest.approx({"booked": 4, "used": 1, "credit": 3})
    assert told(city(8)) == pytest.approx({"booked": 4, "used": 4}, abs=1e-9)


def test_without_the_import_the_dam_would_hold_its_own_water():
    # What the dam holds less its credit is what it holds where no import ever comes.
    nothing = city(4, offered=(0,))
    result = city(4)
    own = result["storage"].sel(store="dam").isel(time=-1).item() / FLOW_DAY_M3 - 4
    assert own == pytest.approx(table(nothing, "storage", "dam")[-1])


def test_dead_storage_is_no_credit():
    # Dead storage 2: what can be drawn ends there, so the credit of 4 is used up at 2.
    dam = {"levels": {"dead": "100.5 m", "normal": "110 m"}, "initial": volume(20)}
    result = city(9, dam=dam)
    assert table(result, "storage", "dam")[-1] == pytest.approx(2)
    assert told(result) == pytest.approx({"booked": 4, "used": 4}, abs=1e-9)


@pytest.mark.parametrize(("link", "booked"), [("1 m3/s", 0), ("2 m3/s", 1), ("5 m3/s", 2)])
def test_only_what_the_way_could_have_carried_counts(link, booked):
    # The dam gives 1 of the 3 by its canal; what is free in it could have replaced the import.
    assert told(city(1, link=link)).get("booked", 0.0) == pytest.approx(booked)


def test_losses_of_the_way_make_the_credit_larger():
    # To deliver 2 with a loss of 20 % the dam would have let 2.5 go.
    result = city(1, way={"loss": "20 %"})
    assert told(result) == pytest.approx({"booked": 2.5, "credit": 2.5})


def test_only_water_that_is_there_counts():
    # The dam holds 1.5 behind what it gives; it could not have given 2 more.
    result = city(1, dam={"initial": volume(2.5)})
    assert told(result) == pytest.approx({"booked": 1.5, "credit": 1.5})


def test_a_dry_dam_earns_nothing_on_the_water_of_its_credit():
    # Day 1 books 1.5 and leaves 1.5 stored, all of it credit; day 2 has nothing of its own.
    result = city(2, dam={"initial": volume(2.5)}, wanted=(3, 2), offered=(2, 2))
    assert told(result) == pytest.approx({"booked": 1.5, "credit": 1.5})


def test_a_spill_takes_the_credit_first():
    # 18 stored, 4 to credit; 107 come, 3 are drawn, the brim is 120: 2 spill, then 5 a day.
    result = city(3, inflow=(0, 0, 107))
    assert table(result, "spill", "dam")[-1] == pytest.approx(2)
    assert told(result) == pytest.approx({"booked": 4, "lapsed": 2, "credit": 2})
    result = city(4, inflow=(0, 0, 107, 8))
    assert told(result) == pytest.approx({"booked": 4, "lapsed": 4})


def test_what_would_only_have_saved_a_spill_is_no_credit():
    # At its limit the dam gives 1 to the city beside 2 imported, and lets 5 of 6 go by the river:
    # 2 more for the city had been 2 less in the river. Where only 1 goes, 1 had been kept.
    ladder = ("flood_limit", "domestic", {"spare": "dam@city"}, "storage", {"spare": "yangtze"})
    river = {
        "dam": {"initial": volume(40)},
        "ladder": ladder,
        "nodes": {"sea": {"type": "outlet"}},
        "links": ({"from": "dam", "to": "sea", "type": "river"},),
    }
    result = city(1, inflow=(6,), **river)
    assert table(result, "flow", "dam->sea") == [5]
    assert told(result) == {}
    assert told(city(1, inflow=(2,), **river)) == pytest.approx({"booked": 1, "credit": 1})


def test_the_river_of_a_full_dam_carries_spill():
    # As the spill above, but it leaves by a river: the limit forces it out, nobody asked for it.
    result = city(
        3,
        inflow=(0, 0, 27),
        nodes={"sea": {"type": "outlet"}},
        links=({"from": "dam", "to": "sea", "type": "river"},),
    )
    assert table(result, "storage", "dam")[-1] == pytest.approx(40)
    assert told(result) == pytest.approx({"booked": 4, "lapsed": 2, "credit": 2})


def test_losses_take_from_own_water_and_credit_alike():
    # 19 stored on day 2, 1.9 seep: a tenth of the 2 to credit; then 2 more are booked.
    result = city(2, dam={"seepage": {"flow": "1.9 m3/s"}, "initial": volume(21.9)})
    assert table(result, "storage", "dam") == pytest.approx([19, 16.1])
    assert told(result) == pytest.approx({"booked": 4, "lapsed": 0.2, "credit": 3.8})


def test_a_zone_that_is_kept_from_the_claim_could_not_have_served_it():
    # The farm comes after the reserve of 15: of the 19 left only 4 were the farm's to have.
    result = city(
        1,
        dam={"zones": {"reserve": volume(15)}},
        wanted=(9,),
        offered=(8,),
        link="20 m3/s",
        ladder=("flood_limit", "reserve", "domestic", "storage", {"spare": "yangtze"}),
    )
    assert table(result, "storage", "dam") == [19]
    assert told(result) == pytest.approx({"booked": 4, "credit": 4})


def test_offered_water_replaces_nothing():
    result = city(
        1,
        nodes={"city": {"type": "demand", "use": "ecology", "line": "replenishment",
                        "flow": "wanted"}},
        ladder=("flood_limit", "storage", "replenishment", {"spare": "yangtze"}),
    )  # fmt: skip
    assert "in_lieu_booked" not in result


def test_an_import_that_the_dam_can_store_is_followed_there_instead():
    result = city(2, links=({"from": "yangtze", "to": "dam", "type": "pump",
                             "capacity": "1 m3/s"},))  # fmt: skip
    assert "in_lieu_booked" not in result


def test_two_imports_share_the_credit_as_they_share_the_supply():
    result = city(
        1,
        wanted=(5,),
        offered=(3,),
        nodes={"yellow": {"type": "import", "source_kind": "yellow", "capacity": "1 m3/s"}},
        links=("yellow > city",),
        ladder=(*LADDER, {"spare": "yellow"}),
    )
    assert told(result) == pytest.approx({"booked": 3, "credit": 3})
    assert told(result, origin="yellow") == pytest.approx({"booked": 1, "credit": 1})


def two_dams(days, tunnel="2 m3/s", **more):
    """An upper dam that reaches the city through a tunnel and the lower dam."""
    return city(
        days,
        nodes={"above": reservoir(40, 10)},
        links=({"from": "above", "to": "dam", "type": "tunnel", "capacity": tunnel},),
        **more,
    )


def test_the_nearer_reservoir_is_credited_first_and_no_water_twice():
    # Of 8 imported the dam (1.5 left of 2.5 after giving 1) could have given 1.5, the upper dam 2
    # more by its tunnel; 4.5 could not have been replaced.
    dam = {"initial": volume(2.5)}
    result = two_dams(1, wanted=(9,), offered=(8,), link="20 m3/s", dam=dam)
    total = sum(told(result, store).get("booked", 0.0) for store in ("above", "dam"))
    stored = sum(table(result, "storage", store)[0] for store in ("above", "dam"))
    assert stored == pytest.approx(11.5)
    tunnel = table(result, "flow", "above->dam")[0]
    in_dam = table(result, "storage", "dam")[0]
    assert told(result, "dam")["booked"] == pytest.approx(in_dam)
    assert total == pytest.approx(in_dam + 2 - tunnel)


def test_credit_moves_with_the_water_to_the_next_reservoir():
    # 11 stored; 11 of 12 wanted are imported, so both dams keep 5, all of it saved by the import.
    # Then 1 a day is drawn for five days: the tunnel keeps both equally full.
    one = {"dam": {"initial": volume(1)}, "wanted": (12, 1), "offered": (11, 0), "link": "20 m3/s"}
    result = two_dams(6, tunnel="20 m3/s", **one)
    assert told(result, "above") == pytest.approx({"booked": 5, "moved": -2.5, "credit": 2.5})
    assert told(result) == pytest.approx({"booked": 5, "moved": 2.5, "used": 5, "credit": 2.5})


def assert_conserved(result):
    """Booked and moved in are used, lapsed or standing, month by month and store by store."""
    flows = {p: np.nan_to_num(result[f"in_lieu_{p}"].values) for p in PARTS}
    standing = np.cumsum(flows["booked"] + flows["moved"] - flows["used"] - flows["lapsed"], axis=0)
    size = max(float(np.cumsum(flows["booked"], axis=0).max()), 1.0)
    np.testing.assert_allclose(standing, flows["credit"], atol=1e-12 * size)
    assert flows["credit"].min() >= -1e-12 * size
    np.testing.assert_allclose(flows["moved"].sum(axis=(1, 2)), 0.0, atol=1e-12 * size)
    return float(flows["booked"].sum())


def test_credits_are_conserved_with_every_type():
    result = hydrosim.run(every_type("2002-12-31")).isel(scenario=0, member=0)
    assert assert_conserved(result) > 0.0


@pytest.mark.parametrize("seed", range(12))
def test_credits_are_conserved_in_random_cities(seed):
    result = hydrosim.run(load(random_city(seed))).isel(scenario=0, member=0)
    if "in_lieu_booked" in result:
        assert_conserved(result)


def test_the_demonstration_city_saves_reservoir_water_by_imports():
    result = hydrosim.run(load_config(ROOT / "configs" / "daqing_city.yaml"))
    result = result.isel(scenario=0, member=0)
    assert assert_conserved(result) > 0.0
    standing = result["in_lieu_credit"].sum("origin").values
    months = result["month"].values.astype("datetime64[M]")
    steps = result["time"].values.astype("datetime64[M]")
    last = [np.nonzero(steps == month)[0][-1] for month in months]
    stored = result["storage"].isel(time=last).values
    assert (np.nan_to_num(standing) <= np.nan_to_num(stored) * (1 + 1e-9)).all()
    assert json.loads(result.attrs["certificate"])["ledger_correction"] <= 1e-12
