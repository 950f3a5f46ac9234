"""Reservoirs: losses, zones, flood-limited level, outlets, levels in order."""

from __future__ import annotations

import numpy as np
import pytest

from hydrosim.nodes.reservoir import Reservoir
from tests.nodes.river_models import (
    LADDER,
    content,
    faults_of,
    lowered,
    reservoir,
    simulated,
    told,
    volume,
    write_series,
)

ROW = [line for line in LADDER if line != "safe_discharge"]


def alone(days=30, ladder=ROW, demand=None, **changes):
    """A reservoir with a river to the sea, and a town if a demand is given."""
    nodes = {"upper": reservoir(**changes)}
    links = [{"from": "upper", "to": "sea", "type": "river"}]
    if demand is None:
        ladder = [line for line in ladder if line != "domestic"]
    else:
        nodes["town"] = {"type": "demand", "use": "domestic", "flow": demand}
        links.append({"from": "upper", "to": "town"})
    return content(nodes, links, ladder=ladder, days=days)


# -- lowering --------------------------------------------------------------------------------------


def test_rows_zones_and_claims():
    builder = lowered(alone(zones={"reserve": "30 %"}, ladder=["reserve", *ROW]))
    assert builder.ports["upper"].inlet is builder.ports["upper"].outlet
    zones = [name for name in builder.columns if name.startswith("upper.")]
    assert zones == [
        "upper.reserve",
        "upper.storage",
        "upper.flood_limit",
        "upper.dam_safety",
        "upper.overflow",
    ]
    senses = {name: builder.claims[name].sense for name in zones}
    assert senses == {
        "upper.reserve": 1,
        "upper.storage": 1,
        "upper.flood_limit": -1,
        "upper.dam_safety": -1,
        "upper.overflow": -1,
    }
    assert all(builder.claims[name].stock for name in zones[:4])
    tops = [builder.records["zone_top", name].value.constant for name in zones[:4]]
    # Box of 1e6 m3 a metre: dead 102 m, normal 112 m, flood control 116 m, top 120 m.
    assert tops == pytest.approx([5e6, 12e6, 16e6, 20e6])


def test_without_flood_control_level_one_empty_zone_reaches_the_top():
    levels = {"dead": "102 m", "normal": "112 m"}
    builder = lowered(alone(levels=levels, ladder=["flood_limit", "storage"]))
    assert "upper.dam_safety" not in builder.columns
    assert builder.records["zone_top", "upper.flood_limit"].value.constant == pytest.approx(20e6)


def test_overflow_goes_to_the_river_below_or_where_told():
    builder = lowered(alone())
    rows = {row.name for row, _ in builder.columns["upper.overflow"].entries}
    assert rows == {"upper", "sea"}
    model = alone(spill_to="ditch")
    model["nodes"]["ditch"] = {"type": "junction"}
    rows = {row.name for row, _ in lowered(model).columns["upper.overflow"].entries}
    assert rows == {"upper", "ditch"}


def test_zone_of_a_rule_is_a_share_up_to_one_and_a_volume_above():
    rules = {
        "share": {"type": "constant", "value": 0.25, "unit": "1"},
        "volume": {"type": "constant", "value": "300 万m3"},
    }
    for rule, top in (("share", 4.5e6), ("volume", 3e6)):
        model = alone(zones={"reserve": rule}, ladder=["reserve", *ROW])
        model["rules"] = {rule: rules[rule]}
        value = lowered(model).records["zone_top", "upper.reserve"].value
        assert value.constant == pytest.approx(top)


def test_nothing_is_promised_to_rules_that_the_end_of_the_step_decides():
    builder = lowered(alone(local_inflow="2 m3/s"))
    quantities = {kind for kind, node in builder.quantities if node == "upper"}
    assert quantities == {"storage", "level", "fraction", "local_inflow"}


# -- losses ----------------------------------------------------------------------------------------


def test_evaporation_is_factor_times_reference_on_the_area():
    model = alone(initial="112 m", evaporation="5 mm/day", evaporation_factor=1.2, days=3)
    dataset = simulated(model)
    np.testing.assert_allclose(volume(dataset, "evaporation", "upper"), 6000.0)
    np.testing.assert_allclose(dataset.storage.sel(store="upper"), 12e6 - 6000.0 * np.arange(1, 4))


def test_evaporation_goes_on_below_dead_level_down_to_empty_and_no_further():
    # 2.5e6 m3 above the bottom in a box of 1 km2; 0.4 m a day for ten days.
    model = alone(initial="102.5 m", evaporation="400 mm/day", days=10, demand="0 m3/s")
    dataset = simulated(model)
    storage = dataset.storage.sel(store="upper").to_numpy()
    evaporation = volume(dataset, "evaporation", "upper")
    np.testing.assert_allclose(storage[:6], 1e6 * np.array([2.1, 1.7, 1.3, 0.9, 0.5, 0.1]))
    np.testing.assert_allclose(storage[6:], 0.0, atol=1e-6)
    np.testing.assert_allclose(evaporation[6], 0.1e6)
    np.testing.assert_allclose(evaporation[7:], 0.0, atol=1e-6)
    assert evaporation.sum() == pytest.approx(2.5e6, rel=1e-12)


def test_rain_and_seepage():
    model = alone(
        initial="110 m",
        precipitation="10 mm/day",
        seepage={"depth": "2 mm/day", "flow": "0.01 m3/s"},
        days=4,
    )
    dataset = simulated(model)
    np.testing.assert_allclose(volume(dataset, "precipitation", "upper"), 1e4)
    np.testing.assert_allclose(volume(dataset, "seepage", "upper"), 2000.0 + 864.0)
    change = 1e4 - 2864.0
    np.testing.assert_allclose(
        dataset.storage.sel(store="upper"), 10e6 + change * np.arange(1, 5), rtol=1e-12
    )


def test_seepage_as_a_share_of_the_storage_a_month():
    model = alone(initial="110 m", seepage={"share_per_month": "10 %"}, days=30)
    end = float(simulated(model).storage.sel(store="upper")[-1])
    assert end == pytest.approx(10e6 * 0.9 ** (30 * 86400.0 / 2629800.0), rel=1e-12)


def test_month_steps_take_the_mean_area():
    # Area rises with 0.1 km2 a metre from 1 km2; the month's rain lifts the level.
    curve = {
        "level": ["100 m", "120 m"],
        "storage": ["0 m3", "4000 万m3"],
        "area": ["1 km2", "3 km2"],
    }
    model = alone(storage_curve=curve, initial="1000 万m3", precipitation="310 mm/month")
    model["period"] = {"start": "2001-01-01", "end": "2001-01-31", "step": "month"}
    dataset = simulated(model)
    depth = 0.31 / 2629800.0 * 31 * 86400.0
    area = 1e6 + 2e6 * 10 / 40
    # The area rises with 0.05 m2 for each m3 of rain; half of the rain counts in the mean.
    expected = depth * area / (1.0 - depth * 0.5 * 0.05)
    assert volume(dataset, "precipitation", "upper")[0] == pytest.approx(expected, rel=1e-6)


# -- releases --------------------------------------------------------------------------------------


def test_no_release_below_dead_level():
    model = alone(initial="103 m", demand="5 m3/s", days=6)
    dataset = simulated(model)
    storage = dataset.storage.sel(store="upper").to_numpy()
    # 1e6 m3 above dead, 432 000 m3 a day: two full days and 136 000 m3 on the third.
    supplied = volume(dataset, "supplied", "town")
    np.testing.assert_allclose(supplied, [432e3, 432e3, 136e3, 0, 0, 0], atol=1e-6)
    np.testing.assert_allclose(storage[2:], 2e6, rtol=1e-12)


def test_start_below_dead_level_keeps_its_inflow():
    model = alone(initial="101 m", local_inflow="5 m3/s", demand="5 m3/s", days=6)
    dataset = simulated(model)
    storage = dataset.storage.sel(store="upper").to_numpy()
    # 864 000 m3 after two days; the third brings 432 000 m3, of which 136 000 m3 fill the rest.
    np.testing.assert_allclose(storage[:3], [1.432e6, 1.864e6, 2e6], rtol=1e-12)
    release = volume(dataset, "release", "upper")
    np.testing.assert_allclose(release[:3], [0.0, 0.0, 296e3], atol=1e-6)
    assert dataset.release.sel(store="upper").to_numpy()[3] == pytest.approx(5.0)


def test_gates_release_what_they_pass_along_the_falling_level():
    outlets = [
        {"name": "low", "capacity": "2 m3/s"},
        {
            "name": "high",
            "rating": {"level": ["114 m", "118 m"], "flow": ["0 m3/s", "40 m3/s"]},
            "number": 2,
        },
    ]
    model = alone(initial="118 m", outlets=outlets, local_inflow="3 m3/s", days=6)
    dataset = simulated(model)
    level = np.concatenate(([118.0], dataset.level.sel(store="upper").to_numpy()[:-1]))
    rating = 2.0 + 2 * np.clip((level - 114.0) * 10.0, 0.0, 40.0)
    release = dataset.release.sel(store="upper").to_numpy()
    # The height above 114 m nears 0.05 m, where 3 m3/s leave, by exp(-20 * 0.0864) a day.
    height = 0.05 + 3.95 * np.exp(-1.728 * np.arange(7))
    passed = 3.0 - np.diff(height) * 1e6 / 86400.0
    np.testing.assert_allclose(release[:3], passed[:3], rtol=1e-6)
    assert (release <= rating + 1e-9).all()
    np.testing.assert_allclose(dataset.spill.sel(store="upper"), 0.0, atol=1e-9)


def test_release_bands():
    bands = [
        {"up_to": "114 m", "cap": "5 m3/s"},
        {"up_to": "118 m", "cap": "10 m3/s"},
    ]
    model = alone(initial="118.5 m", release_bands=bands, days=12)
    dataset = simulated(model)
    level = np.concatenate(([118.5], dataset.level.sel(store="upper").to_numpy()[:-1]))
    release = dataset.release.sel(store="upper").to_numpy()
    # 118.5 m stands above all bands: everything above the limit of 112 m may leave at once.
    assert release[0] == pytest.approx(6.5e6 / 86400.0, rel=1e-9)
    model["nodes"]["upper"]["initial"] = "117.5 m"
    dataset = simulated(model)
    level = np.concatenate(([117.5], dataset.level.sel(store="upper").to_numpy()[:-1]))
    release = dataset.release.sel(store="upper").to_numpy()
    cap = np.where(level < 114.0, 5.0, 10.0)
    full = np.flatnonzero(dataset.level.sel(store="upper").to_numpy() > 112.0 + 1e-9)
    np.testing.assert_allclose(release[full], cap[full], rtol=1e-9)
    assert {5.0, 10.0} == set(cap[full])


def test_a_band_with_no_more_than_the_inflow():
    bands = [{"cap": "inflow"}]
    model = alone(initial="116 m", release_bands=bands, local_inflow="7 m3/s", days=4)
    dataset = simulated(model)
    np.testing.assert_allclose(dataset.release.sel(store="upper"), 7.0, rtol=1e-9)
    np.testing.assert_allclose(dataset.level.sel(store="upper"), 116.0, rtol=1e-12)


def test_free_outlets_flow_by_level_alone():
    outlets = [
        {"name": "gate", "capacity": "100 m3/s"},
        {
            "name": "weir",
            "kind": "free",
            "rating": {"level": ["108 m", "110 m"], "flow": ["0 m3/s", "20 m3/s"]},
        },
    ]
    model = alone(initial="110 m", outlets=outlets, days=5)
    dataset = simulated(model)
    storage = 10e6
    for spilled, end in zip(
        volume(dataset, "spill", "upper"),
        dataset.storage.sel(store="upper").to_numpy(),
        strict=True,
    ):
        level = 100.0 + storage / 1e6
        flow = min((level - 108.0) * 10.0 * 86400.0, storage - 8e6)
        assert spilled == pytest.approx(flow, rel=1e-9)
        storage -= flow
        assert end == pytest.approx(storage, rel=1e-12)
    np.testing.assert_allclose(dataset.release.sel(store="upper"), 0.0, atol=1e-9)
    np.testing.assert_allclose(
        dataset.discharge.sel(reach="sea"), dataset.spill.sel(store="upper"), rtol=1e-9
    )


def test_overflow_only_above_the_top():
    outlets = [{"name": "low", "capacity": "1 m3/s"}]
    model = alone(initial="119.5 m", outlets=outlets, local_inflow="20 m3/s", days=3)
    dataset = simulated(model)
    release = dataset.release.sel(store="upper").to_numpy()
    np.testing.assert_allclose(release, 1.0, rtol=1e-9)
    spill = volume(dataset, "spill", "upper")
    # 19 m3/s more than may leave is 1 641 600 m3 a day; 500 000 m3 have room.
    np.testing.assert_allclose(spill, [1141600.0, 1641600.0, 1641600.0], rtol=1e-9)


# -- zones and the flood-limited level -------------------------------------------------------------


def test_stacked_zones_ration_a_city_above_its_reserve():
    # 2e6 dead, reserve to 5e6, storage to 12e6; farms stand below the reserve on the ladder.
    model = alone(initial="105.5 m", zones={"reserve": "500 万m3"}, days=6)
    model["ladder"] = ["dam_safety", "flood_limit", "domestic", "reserve", "agriculture", "storage"]
    for name, use, flow in (("town", "domestic", "1 m3/s"), ("farm", "agriculture", "4 m3/s")):
        model["nodes"][name] = {"type": "demand", "use": use, "flow": flow}
        model["links"].append({"from": "upper", "to": name})
    dataset = simulated(model)
    town = volume(dataset, "supplied", "town")
    farm = volume(dataset, "supplied", "farm")
    np.testing.assert_allclose(town, 86400.0, rtol=1e-9)
    # 500 000 m3 above the reserve: 432 000 on the first day, the rest on the second does not pay
    # for the town's 86 400, so the farm gets nothing more.
    first = 500e3 - 86400.0
    np.testing.assert_allclose(farm[0], min(4 * 86400.0, first), rtol=1e-9)
    second = max(first - farm[0] - 86400.0, 0.0)
    np.testing.assert_allclose(farm[1], second, atol=1e-6)
    np.testing.assert_allclose(farm[2:], 0.0, atol=1e-6)


def seasonal(drawdown, days=120, **changes):
    limit = {"stages": {"07-01": "108 m", "08-11": "110 m", "09-01": "112 m"}}
    if drawdown:
        limit["drawdown"] = {"from": drawdown}
    nodes = {
        "upper": reservoir(initial="112 m", flood_limited_level=limit, **changes),
        "sha": {"type": "reach", "safe_discharge": "15 m3/s"},
    }
    links = [
        {"from": "upper", "to": "sha", "type": "river"},
        {"from": "sha", "to": "sea", "type": "river"},
    ]
    ladder = [line for line in LADDER if line != "domestic"]
    return content(nodes, links, ladder=ladder, days=days, start="2001-05-15")


def test_drawdown_ramp_is_a_straight_line_in_storage():
    dataset = simulated(seasonal("06-01"))
    limit = dataset.limit_storage.sel(store="upper")
    days = 30
    ends = limit.sel(time=slice("2001-06-01", "2001-06-30")).to_numpy()
    np.testing.assert_allclose(ends, 12e6 - 4e6 * np.arange(1, days + 1) / days, rtol=1e-12)
    np.testing.assert_allclose(
        dataset.storage.sel(store="upper").sel(time=slice("2001-06-01", "2001-08-10")),
        limit.sel(time=slice("2001-06-01", "2001-08-10")),
        rtol=1e-9,
    )
    flow = dataset.discharge.sel(reach="sha").sel(time=slice("2001-06-01", "2001-06-30"))
    np.testing.assert_allclose(flow, 4e6 / days / 86400.0, rtol=1e-9)
    assert float(dataset.discharge.max()) <= 15.0


@pytest.mark.parametrize("drawdown", [None, "06-29", "06-01"])
def test_a_fall_of_the_limit_alone_never_exceeds_the_safe_discharge(drawdown):
    dataset = simulated(seasonal(drawdown))
    discharge = dataset.discharge.sel(reach="sha").to_numpy()
    assert discharge.max() <= 15.0 * (1 + 1e-9)
    end = dataset.storage.sel(store="upper").sel(time="2001-07-10").item()
    assert end == pytest.approx(8e6, rel=1e-9)


def test_water_of_the_drawdown_is_offered_to_demands_first():
    model = seasonal("06-01")
    model["period"] = {"start": "2001-06-01", "end": "2001-06-30", "step": "day"}
    model["nodes"]["town"] = {"type": "demand", "use": "domestic", "flow": "1 m3/s"}
    model["links"].append({"from": "upper", "to": "town"})
    model["ladder"].insert(3, "domestic")
    dataset = simulated(model)
    total = dataset.release.sel(store="upper").to_numpy()
    np.testing.assert_allclose(dataset.supplied.sel(claim="town"), 1.0, rtol=1e-9)
    np.testing.assert_allclose(total, 4e6 / 30 / 86400.0, rtol=1e-9)


def test_year_of_month_steps_holds_the_limits():
    model = seasonal("05-15")
    model["period"] = {"start": "2001-01-01", "end": "2001-12-31", "step": "month"}
    model["nodes"]["upper"]["local_inflow"] = "2 m3/s"
    dataset = simulated(model)
    limit = dataset.limit_storage.sel(store="upper").to_numpy()
    # The end of June stands at the first stage, the end of August still at the second.
    assert limit[5] == pytest.approx(8e6)
    assert limit[6] == pytest.approx(8e6)
    assert limit[7] == pytest.approx(10e6)
    assert limit[8] == pytest.approx(12e6)
    storage = dataset.storage.sel(store="upper").to_numpy()
    assert (storage <= limit * (1 + 1e-9)).all()


def test_mass_closes_for_random_inflow(tmp_path):
    generator = np.random.default_rng(7)
    flood = generator.gamma(0.3, 60.0, 120)
    series = write_series(tmp_path, "2001-05-15", flood=flood)
    model = seasonal(
        "06-01",
        local_inflow="flood",
        precipitation="3 mm/day",
        evaporation="4 mm/day",
        seepage={"depth": "1 mm/day"},
        zones={"reserve": "30 %"},
        outlets=[
            {"name": "gate", "capacity": "60 m3/s"},
            {
                "name": "weir",
                "kind": "free",
                "rating": {"level": ["113 m", "117 m"], "flow": ["0 m3/s", "300 m3/s"]},
            },
        ],
    )
    model["series"] = series
    model["ladder"].insert(3, "reserve")
    dataset = simulated(model, tmp_path)
    parts = {
        name: volume(dataset, name, "upper")
        for name in (
            "local_inflow",
            "inflow",
            "precipitation",
            "evaporation",
            "seepage",
            "release",
            "spill",
        )
    }
    storage = dataset.storage.sel(store="upper").to_numpy()
    change = np.diff(np.concatenate(([12e6], storage)))
    gains = parts["local_inflow"] + parts["inflow"] + parts["precipitation"]
    losses = parts["evaporation"] + parts["seepage"] + parts["release"] + parts["spill"]
    scale = storage + gains + losses
    assert np.max(np.abs(change - (gains - losses)) / scale) <= 1e-12
    assert parts["spill"].max() > 0


# -- faults ----------------------------------------------------------------------------------------


LEVELS = {"dead": "102 m", "normal": "112 m", "flood_control": "116 m"}
STAGES = {"stages": {"07-01": "108 m", "09-01": "112 m"}, "drawdown": {"from": "06-01"}}


@pytest.mark.parametrize(
    ("changes", "place", "found", "expected"),
    [
        (
            {"levels": {**LEVELS, "dead": "113 m"}},
            "levels.dead",
            "dead level 113 m, normal level 112 m",
            "a dead level below the normal level",
        ),
        (
            {"levels": {**LEVELS, "dead": "99 m"}},
            "levels.dead",
            "dead level 99 m",
            "a level inside the storage curve, 100 to 120 m",
        ),
        (
            {"levels": {**LEVELS, "flood_control": "107 m"}, "flood_limited_level": STAGES},
            "levels.flood_control",
            "flood-control level 107 m, lowest flood limit 108 m",
            "a flood-control level above the lowest flood limit",
        ),
        (
            {"levels": {**LEVELS, "design": "115 m"}},
            "levels.design",
            "design flood level 115 m, flood-control level 116 m",
            "a design flood level at or above the flood-control level",
        ),
        (
            {"levels": {**LEVELS, "design": "118 m", "check": "118 m"}},
            "levels.check",
            "check flood level 118 m, design flood level 118 m",
            "a check flood level above the design flood level",
        ),
        (
            {"flood_limited_level": {"stages": {"07-01": "113 m", "09-01": "112 m"}}},
            "flood_limited_level.stages.07-01",
            "113 m",
            "a level above the dead level 102 m and at most the normal level 112 m",
        ),
        (
            {"initial": "2500 万m3"},
            "initial",
            "2500 万m3",
            "at most the storage at the curve's top, 2000 万m3",
        ),
        (
            {"initial": "125 m"},
            "initial",
            "level 125 m",
            "a level inside the storage curve, 100 to 120 m",
        ),
        (
            {"zones": {"reserve": "60 %", "carryover": "108 m", "storage": "100 %"}},
            "zones.carryover",
            "zone 'carryover' up to 800 万m3, below the top of zone 'reserve' of 800 万m3",
            "",
        ),
        (
            {"zones": {"reserve": "60 %", "carryover": "107 m"}},
            "zones.carryover",
            "zone 'carryover' up to 700 万m3, below the top of zone 'reserve' of 800 万m3",
            "zones from the lowest up",
        ),
        (
            {"zones": {"reserve": "113 m"}},
            "zones.reserve",
            "zone 'reserve' up to 1300 万m3, above the normal level 112 m (1200 万m3)",
            "zones inside the conservation storage",
        ),
        (
            {
                "zones": {
                    "reserve": {"top": "50 %", "line": "storage"},
                    "early": {"top": "80 %", "line": "flood_limit"},
                }
            },
            "zones.early",
            "zone 'early' (line 'flood_limit') above zone 'reserve' (line 'storage'), which the "
            "ladder of policy 'standard' serves later",
            "zones whose ladder lines never come earlier from the lowest up",
        ),
        (
            {
                "release_bands": [
                    {"up_to": "114 m", "cap": "5 m3/s"},
                    {"up_to": "113 m", "cap": "9 m3/s"},
                ]
            },
            "release_bands.1.up_to",
            "113 m after 114 m",
            "bands from the lowest up",
        ),
        (
            {
                "release_bands": [
                    {"up_to": "114 m", "cap": "9 m3/s"},
                    {"up_to": "115 m", "cap": "5 m3/s"},
                ]
            },
            "release_bands.1.cap",
            "5 m3/s above a band with 9 m3/s",
            "a cap that never falls with the level",
        ),
        (
            {"outlets": [{"name": "gate"}]},
            "outlets.0",
            "neither",
            "either `capacity` or `rating`",
        ),
        (
            {"outlets": [{"name": "gate", "rating": "storage_curve"}]},
            "outlets.0.rating",
            "a storage curve without release capacity",
            "a column release_capacity_m3s in the storage curve, or a rating table",
        ),
        (
            {"outlets": [{"name": "gate", "capacity": "5 m3/s", "to": "sea2"}]},
            "outlets.0.to",
            "'sea2'",
            "a node that a link from upper leads to: sea",
        ),
    ],
)
def test_faults(changes, place, found, expected):
    found_all = told(alone(**changes))
    if not expected:
        assert not any(path == f"nodes.upper.{place}" for path, _, _ in found_all)
        return
    assert (f"nodes.upper.{place}", found, expected) in found_all


def test_a_fall_without_drawdown_is_a_warning():
    faults = faults_of(alone(flood_limited_level={"stages": STAGES["stages"]}))
    warned = [fault for fault in faults if fault.path[-1] == "drawdown"]
    assert [fault.severity for fault in warned] == ["warning"]
    assert warned[0].found == "no drawdown before the limit falls from 112 m to 108 m on 07-01"


def test_two_rivers_below_one_dam():
    model = alone()
    model["nodes"]["other"] = {"type": "outlet"}
    model["links"].append({"from": "upper", "to": "other", "type": "river"})
    expected = "one river below a store; further ways are canals"
    assert ("nodes.upper", "2 rivers that leave: upper->sea, upper->other", expected) in told(model)


def test_negative_local_inflow_names_the_day(tmp_path):
    flood = np.ones(30)
    flood[11] = -0.5
    model = alone(local_inflow="flood")
    model["series"] = write_series(tmp_path, "2001-01-01", flood=flood)
    with pytest.raises(Exception, match=r"-0\.5 m3/s in column 'flood', 2001-01-12"):
        simulated(model, tmp_path)


def test_every_key_is_described():
    assert all(field.description for field in Reservoir.model_fields.values())
