"""Whose water is stored and supplied, from which year, worked out by hand."""

import json

import numpy as np
import pytest

import hydrosim
from hydrosim.supply.ledger import INITIAL, _order
from hydrosim.supply.ledger_order import CIRCLE_TURNS
from tests.models.every_type import every_type
from tests.models.two_sources import FLOW_DAY_M3, by_day, reservoir, table
from tests.naive.ledger import Bucket, by_origin
from tests.nodes.small import simulated


def of_origin(result, name, item, month=0):
    """Volumes [flow-days] by origin."""
    data = result[name].isel(month=month)
    dimension = "claim" if name == "supplied_by_origin" else "store"
    data = data.sel({dimension: item})
    names = [str(name) for name in data["origin"].values]
    return {name: float(data.sel(origin=name)) / FLOW_DAY_M3 for name in names}


def by_age(result, store, month=0):
    return (result["storage_by_age"].isel(month=month).sel(store=store) / FLOW_DAY_M3).values


def mixing(days, start="2001-01-01", city="3 m3/s", **more):
    """Reservoir with 4 of initial storage, inflow 2 a day, 1 a day imported, 3 a day taken."""
    nodes = {
        "dam": reservoir(20, 4, "2 m3/s", **more.pop("dam", {})),
        "yellow": {"type": "import", "capacity": "1 m3/s", "source_kind": "yellow"},
        "city": {"type": "demand", "use": "domestic", "flow": city, **more.pop("demand", {})},
    }
    end = np.datetime64(start) + np.timedelta64(days - 1, "D")
    return simulated(
        nodes,
        "yellow > dam",
        "dam > city",
        ladder=("flood_limit", "domestic", "storage", {"spare": "yellow"}),
        period=(start, str(end), "day"),
        **more,
    )


def test_two_sources_mix_in_a_store_over_four_days():
    # Each day 4 are stored, 2 + 1 come, 3 of the mixed 7 leave: 4/7 of everything stays.
    # initial: 4 (4/7)^n; river: after n days 2 (4/7 + ... + (4/7)^n).
    result = mixing(4)
    kept = 4 / 7
    stays = [kept**n for n in range(1, 5)]
    initial = 4 * stays[-1]
    river = 2 * sum(stays)
    yellow = 1 * sum(stays)
    stored = of_origin(result, "storage_by_origin", "dam")
    assert stored[INITIAL] == pytest.approx(initial, rel=1e-12)
    assert stored["dam"] == pytest.approx(river, rel=1e-12)
    assert stored["yellow"] == pytest.approx(yellow, rel=1e-12)
    supplied = of_origin(result, "supplied_by_origin", "city")
    assert supplied[INITIAL] == pytest.approx(4 - initial, rel=1e-12)
    assert supplied["dam"] == pytest.approx(8 - river, rel=1e-12)
    assert supplied["yellow"] == pytest.approx(4 - yellow, rel=1e-12)
    # Day 1 by numbers: 4/7 of the initial 4 are left, 16/7.
    one = of_origin(mixing(1), "storage_by_origin", "dam")
    assert one[INITIAL] == pytest.approx(16 / 7)
    assert one["dam"] == pytest.approx(8 / 7)
    assert by_age(result, "dam").tolist() == pytest.approx([4 - initial, 0, 0, 0, initial])


def test_supplied_water_is_counted_behind_the_network_loss():
    # 25 % of the 4 taken are lost: 3 supplied, of 4 + 2 + 1 mixed.
    result = mixing(1, demand={"loss": "25 %"})
    supplied = of_origin(result, "supplied_by_origin", "city")
    assert supplied == pytest.approx({INITIAL: 12 / 7, "dam": 6 / 7, "yellow": 3 / 7})
    assert sum(supplied.values()) == pytest.approx(table(result, "supplied", "city")[0])


def test_water_grows_a_year_older_on_the_day_of_the_water_year():
    # 30 May to 2 June, the water year turns on 1 June: what came on 30 and 31 May is a year old.
    result = mixing(4, start="2001-05-30", ledger={"years": 1})
    twin = Bucket(2, **{INITIAL: 4.0})
    for day in range(4):
        if day == 2:
            twin.new_year()
        twin.add("dam", 2.0)
        twin.add("yellow", 1.0)
        twin.draw(3.0)
    ages = twin.by(1)
    kept = 4 / 7
    assert ages[0] == pytest.approx(3 * (kept + kept**2))
    assert ages[1] == pytest.approx(3 * (kept**3 + kept**4))
    assert by_age(result, "dam", month=1).tolist() == pytest.approx([ages[0], ages[1], ages[2]])
    assert of_origin(result, "storage_by_origin", "dam", 1) == pytest.approx(twin.by(0))


def test_a_run_from_the_first_day_of_a_water_year_keeps_the_first_water_young():
    result = mixing(2, start="2001-06-01")
    old = 4 * (4 / 7) ** 2
    assert by_age(result, "dam").tolist() == pytest.approx([4 - old, 0, 0, 0, old])


def test_losses_take_from_all_water_in_proportion_and_rain_is_the_stores_own():
    # A surface of 1 km2. Evaporation 1 a day from 4: every part keeps 3/4 before the inflow.
    metre = 1e6 / FLOW_DAY_M3
    pan = {
        "storage_curve": {
            "level": ["100 m", "130 m"],
            "storage": ["0 m3", "30e6 m3"],
            "area": ["1 km2", "1 km2"],
        },
        "levels": {"dead": "100 m", "normal": "120 m"},
    }
    result = mixing(1, dam={**pan, "evaporation": f"{1000 / metre!r} mm/day"})
    stored = of_origin(result, "storage_by_origin", "dam")
    assert stored == pytest.approx({INITIAL: 3 * 3 / 6, "dam": 2 * 3 / 6, "yellow": 3 / 6})
    wet = mixing(1, dam={**pan, "precipitation": f"{1000 / metre!r} mm/day"})
    stored = of_origin(wet, "storage_by_origin", "dam")
    assert stored == pytest.approx({INITIAL: 4 * 5 / 8, "dam": 3 * 5 / 8, "yellow": 5 / 8})


def test_a_free_outlet_draws_the_mix_and_adds_no_second_store():
    # The weir takes 1 m3/s of the 4 + 2 + 1 mixed, the city 3: 3/7 of everything stay.
    weir = {
        "name": "weir", "kind": "free", "capacity": "1 m3/s", "sill": "100 m",
    }  # fmt: skip
    result = mixing(1, dam={"outlets": [weir]})
    stored = of_origin(result, "storage_by_origin", "dam")
    assert stored == pytest.approx({INITIAL: 12 / 7, "dam": 6 / 7, "yellow": 3 / 7})
    supplied = of_origin(result, "supplied_by_origin", "city")
    assert supplied == pytest.approx({INITIAL: 12 / 7, "dam": 6 / 7, "yellow": 3 / 7})


def delayed(days, initial_flow=0, **more):
    """River with travel time from a spring of two waters to a pond."""
    nodes = {
        "hills": {"type": "inflow", "local_inflow": "hills"},
        "yellow": {"type": "inflow", "local_inflow": "south", "origin": "yellow"},
        "reach": {
            "type": "reach", "travel_time": "48 h", "initial_flow": f"{initial_flow} m3/s",
        },
        "pond": reservoir(100, 0),
    }  # fmt: skip
    return simulated(
        nodes,
        {"from": "hills", "to": "reach", "type": "river"},
        {"from": "yellow", "to": "reach", "type": "river"},
        {"from": "reach", "to": "pond", "type": "river"},
        ladder=("flood_limit", "storage"),
        period=("2001-01-01", f"2001-01-{days:02d}", "day"),
        rules={"hills": by_day(4, 2, 0), "south": by_day(0, 2, 0)},
        **more,
    )


def test_water_under_way_keeps_its_tags():
    # All of it is claimed by the pond's storage, so it is ordered and arrives at once, tagged.
    result = delayed(4)
    assert table(result, "storage", "pond") == pytest.approx([4, 8, 8, 8])
    stored = of_origin(result, "storage_by_origin", "pond")
    assert stored == pytest.approx({"hills": 6, "yellow": 2, INITIAL: 0}, abs=1e-12)


def free_river(days, initial_flow=0, start="2001-01-01", **more):
    """River that nobody claims on its way to a pond behind an overflowing pond."""
    nodes = {
        "hills": {"type": "inflow", "local_inflow": "4 m3/s"},
        "reach": {
            "type": "reach", "travel_time": "48 h", "initial_flow": f"{initial_flow} m3/s",
            "base_flow": {"requirement": "1 m3/s"},
        },
        "sea": {"type": "outlet"},
    }  # fmt: skip
    end = np.datetime64(start) + np.timedelta64(days - 1, "D")
    return simulated(
        nodes,
        {"from": "hills", "to": "reach", "type": "river"},
        {"from": "reach", "to": "sea", "type": "river"},
        ladder=("base_flow",),
        period=(start, str(end), "day"),
        **more,
    )


def test_what_flows_at_the_start_is_initial_storage():
    # A steady 3 is under way for two days: 6. Base flow takes 1 of what arrives. On day 1 all of
    # it is initial; the reach mixes, so later days bring the mix of 6 with what entered.
    result = free_river(1, initial_flow=3)
    supplied = of_origin(result, "supplied_by_origin", "reach.base_flow")
    assert supplied == pytest.approx({INITIAL: 1, "hills": 0}, abs=1e-12)
    proof = json.loads(result.attrs["certificate"])
    assert proof["ledger_correction"] <= 1e-15


def test_tags_under_way_sum_to_the_water_under_way():
    # Water enters from day 1 and arrives from day 3; every base flow is tagged in full.
    result = free_river(9)
    supplied = of_origin(result, "supplied_by_origin", "reach.base_flow")
    assert sum(supplied.values()) == pytest.approx(table(result, "supplied", "reach.base_flow")[0]
                                                   + 8, rel=1e-9)  # fmt: skip
    assert supplied[INITIAL] == pytest.approx(0, abs=1e-12)


def test_return_flow_is_an_origin_of_its_own():
    nodes = {
        "dam": reservoir(20, 10),
        "city": {
            "type": "demand", "use": "domestic", "flow": "4 m3/s",
            "return": {"share": "50 %", "to": "pond"},
        },
        "pond": reservoir(20, 0),
    }  # fmt: skip
    result = simulated(
        nodes,
        "dam > city",
        ladder=("flood_limit", "domestic", "storage"),
        period=("2001-01-01", "2001-01-03", "day"),
    )
    stored = of_origin(result, "storage_by_origin", "pond")
    assert stored == pytest.approx({"return_flow": 4, INITIAL: 0}, abs=1e-9)


def test_the_ledger_is_the_twins_on_a_chain_of_stores():
    # Two reservoirs in series with an import into the lower one, 40 days over a water year.
    nodes = {
        "upper": reservoir(20, 12, "rain"),
        "lower": reservoir(30, 3),
        "yellow": {"type": "import", "capacity": "2 m3/s"},
        "city": {"type": "demand", "use": "domestic", "flow": "5 m3/s"},
    }
    wet = [0.5, 3, 7, 0, 0, 9, 1, 2, 0, 4]
    result = simulated(
        nodes,
        {"from": "upper", "to": "lower", "type": "river"},
        {"from": "yellow", "to": "lower"},
        "lower > city",
        ladder=("flood_limit", "domestic", "storage", {"spare": "yellow"}),
        rules={"rain": {"type": "values", "values": wet * 4, "unit": "m3/s",
                        "dates": [str(np.datetime64("2001-05-12") + k) for k in range(40)]}},
        period=("2001-05-12", "2001-06-20", "day"),
    )  # fmt: skip
    upper, lower = Bucket(4, **{INITIAL: 12.0}), Bucket(4, **{INITIAL: 3.0})
    supplied = [{}, {}]
    river = table(result, "flow", "upper->lower", 12)
    imported = table(result, "flow", "yellow->lower", 12)
    delivered = table(result, "supplied", "city", 12)
    for day in range(40):
        month = int(day >= 20)
        if day == 20:
            upper.new_year()
            lower.new_year()
        upper.add("upper", (wet * 4)[day])
        lower.add_mix(upper.draw(river[day]))
        lower.add("yellow", imported[day])
        for origin, part in by_origin(lower.draw(delivered[day])).items():
            supplied[month][origin] = supplied[month].get(origin, 0.0) + part
    for month in range(2):
        found = of_origin(result, "supplied_by_origin", "city", month)
        for origin, part in supplied[month].items():
            assert found[origin] == pytest.approx(part, rel=1e-9), origin
    assert of_origin(result, "storage_by_origin", "lower", 1) == pytest.approx(lower.by(0))
    ages = lower.by(1)
    np.testing.assert_allclose(
        by_age(result, "lower", 1), [ages.get(age, 0.0) for age in range(5)], rtol=1e-9, atol=1e-9
    )


def test_in_a_circle_the_tags_settle_and_none_is_lost():
    # The pump lifts from the empty-handed lower store; names make the upper row come first.
    nodes = {
        "above": reservoir(10, 0),
        "below": reservoir(10, 8),
        "city": {"type": "demand", "use": "domestic", "flow": "2 m3/s"},
    }
    result = simulated(
        nodes,
        {"from": "above", "to": "below", "type": "river"},
        {"from": "below", "to": "above", "type": "pump", "capacity": "3 m3/s",
         "cycle": "allowed", "reason": "pumped storage"},
        "above > city",
        ladder=("flood_limit", "domestic", "storage"),
        period=("2001-01-01", "2001-01-01", "day"),
    )  # fmt: skip
    assert of_origin(result, "supplied_by_origin", "city") == pytest.approx({INITIAL: 2})
    proof = json.loads(result.attrs["certificate"])
    assert proof["ledger_correction"] <= 1e-12


def test_rows_below_a_circle_come_after_it():
    class Piece:
        def __init__(self, index):
            self.index, self.kind, self.name, self.forced = index, "junction", str(index), []

    class Way:
        def __init__(self, start, end):
            self.entries = [(start, 1.0), (end, -1.0)]

    rows = [Piece(index) for index in range(4)]
    # 3 feeds the circle 1 - 2, which feeds 0.
    ways = [Way(rows[3], rows[1]), Way(rows[1], rows[2]), Way(rows[2], rows[1]),
            Way(rows[2], rows[0])]  # fmt: skip
    assert _order(rows, ways) == [3, *[1, 2] * CIRCLE_TURNS, 0]


def test_tags_sum_to_the_volumes_with_every_type():
    result = hydrosim.run(every_type("2002-12-31")).isel(scenario=0, member=0)
    stored = result["storage_by_origin"].isel(month=-1)
    for store in stored["store"].values:
        tags = float(stored.sel(store=store).sum("origin"))
        if np.isfinite(stored.sel(store=store).values).all():
            volume_m3 = float(result["storage"].sel(store=store).isel(time=-1))
            assert tags == pytest.approx(volume_m3, rel=1e-12), store
    supplied = result["supplied_by_origin"].sum(["month", "origin"])
    total = result["year_supplied"].sum("water_year")
    np.testing.assert_allclose(supplied.values, total.values, rtol=1e-9)
    assert json.loads(result.attrs["certificate"])["ledger_correction"] <= 1e-12


def test_the_ledger_changes_no_flow():
    model = hydrosim.build_model(every_type("2001-06-30"))
    kept, plain = hydrosim.run(model), hydrosim.run(model, ledger=False)
    assert "storage_by_origin" not in plain
    for name in plain.data_vars:
        np.testing.assert_array_equal(kept[name].values, plain[name].values, err_msg=name)


def test_initial_storage_is_followed_until_it_is_gone():
    result = mixing(60, city="3 m3/s")
    left = [of_origin(result, "storage_by_origin", "dam", month)[INITIAL] for month in range(2)]
    assert left[0] == pytest.approx(4 * (4 / 7) ** 31, rel=1e-9)
    assert left[1] == pytest.approx(4 * (4 / 7) ** 59, rel=1e-9)


FIFO = {"draw": "first_in_first_out"}


def test_first_in_first_out_lets_the_oldest_water_year_go_first():
    # Day 1: of 4 old and 2 + 1 of this year 3 old go. Day 2: 1 old goes and 2 of 4 + 2 young.
    one = of_origin(mixing(1, ledger=FIFO), "storage_by_origin", "dam")
    assert one == pytest.approx({INITIAL: 1, "dam": 2, "yellow": 1})
    result = mixing(2, ledger=FIFO)
    stored = of_origin(result, "storage_by_origin", "dam")
    assert stored == pytest.approx({INITIAL: 0, "dam": 4 - 4 / 3, "yellow": 2 - 2 / 3})
    supplied = of_origin(result, "supplied_by_origin", "city")
    assert supplied == pytest.approx({INITIAL: 4, "dam": 4 / 3, "yellow": 2 / 3})
    assert by_age(result, "dam").tolist() == pytest.approx([4, 0, 0, 0, 0])


def test_first_in_first_out_tells_water_years_apart():
    # The water year turns on 1 June: what is left of May goes before what June brings.
    result = mixing(4, start="2001-05-30", ledger={**FIFO, "years": 1})
    # 30, 31 May: 4 old and 6 of May, less 6; 1, 2 June: 4 of May and 6 of June, less 6.
    assert by_age(result, "dam", month=0).tolist() == pytest.approx([4, 0, 0])
    assert by_age(result, "dam", month=1).tolist() == pytest.approx([4, 0, 0])
    result = mixing(3, start="2001-05-30", ledger={**FIFO, "years": 1})
    assert by_age(result, "dam", month=1).tolist() == pytest.approx([3, 1, 0])


def test_one_store_may_draw_otherwise_than_the_others():
    only = mixing(1, ledger={"stores": {"dam": "first_in_first_out"}})
    assert of_origin(only, "storage_by_origin", "dam")[INITIAL] == pytest.approx(1)
    but = mixing(1, ledger={**FIFO, "stores": {"dam": "proportional"}})
    assert of_origin(but, "storage_by_origin", "dam")[INITIAL] == pytest.approx(16 / 7)


def test_water_under_way_first_in_first_out_arrives_in_the_order_of_its_years():
    # Two days of the 3 that flowed before, all initial, then what the hills sent. Mixed, some of
    # the hills' water has come on the second day already.
    mixed = of_origin(free_river(2, 3), "supplied_by_origin", "reach.base_flow")
    assert mixed["hills"] > 0.1
    for days in (2, 3, 6):
        river = free_river(days, 3, ledger=FIFO)
        ordered = of_origin(river, "supplied_by_origin", "reach.base_flow")
        assert ordered == pytest.approx({INITIAL: 2, "hills": days - 2}, abs=1e-9)


def test_tags_sum_to_the_volumes_first_in_first_out_too():
    result = hydrosim.run(every_type("2002-12-31", ledger=FIFO)).isel(scenario=0, member=0)
    stored = result["storage_by_origin"].isel(month=-1)
    ages = result["storage_by_age"].isel(month=-1)
    for store in stored["store"].values:
        if np.isfinite(stored.sel(store=store).values).all():
            volume_m3 = float(result["storage"].sel(store=store).isel(time=-1))
            for tags in (stored, ages):
                assert float(tags.sel(store=store).sum()) == pytest.approx(volume_m3, rel=1e-12)
    supplied = result["supplied_by_origin"].sum(["month", "origin"])
    total = result["year_supplied"].sum("water_year")
    np.testing.assert_allclose(supplied.values, total.values, rtol=1e-9)
    assert json.loads(result.attrs["certificate"])["ledger_correction"] <= 1e-12
    plain = hydrosim.run(every_type("2002-12-31")).isel(scenario=0, member=0)
    oldest = plain["storage_by_age"].isel(month=-1, age=-1).sum()
    assert float(ages.isel(age=-1).sum()) < float(oldest)


@pytest.mark.parametrize("draw", ["proportional", "first_in_first_out"])
def test_in_a_circle_of_stores_no_water_is_lost(draw):
    nodes = {
        "above": reservoir(10, 4, "1 m3/s"),
        "below": reservoir(10, 8),
        "city": {"type": "demand", "use": "domestic", "flow": "2 m3/s"},
    }
    result = simulated(
        nodes,
        {"from": "above", "to": "below", "type": "river"},
        {"from": "below", "to": "above", "type": "pump", "capacity": "3 m3/s",
         "cycle": "allowed", "reason": "pumped storage"},
        "above > city",
        ladder=("flood_limit", "domestic", "storage"),
        period=("2001-01-01", "2001-01-05", "day"),
        ledger={"draw": draw},
    )  # fmt: skip
    stored = [of_origin(result, "storage_by_origin", store) for store in ("above", "below")]
    supplied = of_origin(result, "supplied_by_origin", "city")
    for origin, came in (("above", 5), (INITIAL, 12)):
        total = supplied[origin] + sum(one[origin] for one in stored)
        assert total == pytest.approx(came, abs=1e-6), origin
