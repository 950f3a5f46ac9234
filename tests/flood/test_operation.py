"""Each rule of operation by itself, with numbers that can be checked by hand.

The store has 10 km2: 10^7 m3 a metre, bottom 100 m, limit 110 m, safety above 120 m, gates 2000.
"""

from __future__ import annotations

import json

import numpy as np
import pytest

from hydrosim.flood.simulation import route
from hydrosim.kernels.flood import codes as c
from tests.flood.small import flood_config, proved, reservoir, routed, series

HOUR_S = 3600.0
METRE_M3 = 1e7
BANDS = [{"up_to": "115 m", "cap": "300 m3/s"}, {"up_to": "120 m", "cap": "800 m3/s"}]


def dam(inflow, level="110 m", event=None, **changes):
    """Result of one reservoir under a list of hourly inflows."""
    return routed(
        {"dam": reservoir(**changes)},
        "dam > sea",
        inflows={"dam": inflow},
        event={"start_levels": {"dam": level}, **(event or {})},
    )


def of(result, name):
    return series(result, name, "dam")


def rules_of(result):
    names = {int(k): v for k, v in json.loads(result.attrs["rules"]).items()}
    return [names[int(code)] for code in of(result, "operation")]


def means(flows):
    flows = np.asarray(flows, dtype=float)
    return 0.5 * (flows[1:] + flows[:-1])


def test_below_the_limit_water_is_held():
    result = dam([100.0] * 11, level="105 m")
    assert np.all(of(result, "outflow") == 0.0)
    gained = of(result, "storage")[-1] - of(result, "storage")[0]
    assert gained == pytest.approx(100 * 10 * HOUR_S, rel=1e-12)
    assert set(rules_of(result)[1:]) == {"hold"}


def test_at_the_limit_the_inflow_passes_until_the_cap_binds():
    inflow = [0.0, 100, 200, 280, 400, 600, 900, 900, 400, 250, 200, 150, 100, 100]
    result = dam(inflow, release_bands=BANDS)
    release, level = of(result, "release"), of(result, "level")
    np.testing.assert_allclose(release[1:4], inflow[1:4], rtol=1e-12)
    np.testing.assert_allclose(of(result, "mean_outflow")[1:4], means(inflow)[:3], rtol=1e-12)
    np.testing.assert_allclose(level[:4], 110.0, rtol=0, atol=1e-9)
    assert np.all(release[4:9] == pytest.approx(300.0, rel=1e-12))
    assert level[8] > 110.5
    assert rules_of(result)[1:6] == ["at_limit"] * 3 + ["band_cap"] * 2


def test_a_step_that_reaches_the_limit_rings_not():
    # The trapezoidal rule alone would pass 2 I - 0, 0, 2 I, ... after the step that fills up.
    result = dam([500.0] * 20, level="109.9 m")
    release = of(result, "release")
    first = int(np.flatnonzero(release > 0)[0])
    np.testing.assert_allclose(release[first + 1 :], 500.0, rtol=1e-9)
    assert 0.0 < of(result, "mean_outflow")[first] < 500.0
    np.testing.assert_allclose(of(result, "level")[first:], 110.0, atol=1e-9)


def test_at_a_bands_edge_the_level_holds_with_a_release_between_both_caps():
    result = dam([500.0] * 40, level="114.5 m", release_bands=BANDS)
    release, level = of(result, "release"), of(result, "level")
    at = int(np.argmax(level >= 115.0 - 1e-12))
    assert 1 < at < 20
    np.testing.assert_allclose(release[1:at], 300.0, rtol=1e-12)
    np.testing.assert_allclose(release[at + 1 :], 500.0, rtol=1e-9)
    np.testing.assert_allclose(level[at:], 115.0, atol=1e-9)
    assert rules_of(result)[at + 1] == "band_edge"


def test_nothing_alternates_on_a_recession_through_all_bands():
    hours = np.arange(200)
    inflow = 30 + 1800 * np.exp(-(((hours - 30) / 15) ** 2))
    result = dam(inflow, release_bands=BANDS)
    release = of(result, "release")
    turns = np.diff(np.sign(np.diff(release))[np.abs(np.diff(release)) > 1e-6])
    assert np.count_nonzero(turns) <= 2


def test_above_the_safety_level_all_gates_open():
    inflow = [700.0] * 3 + [3500.0] * 10 + [300.0] * 30
    bands = [BANDS[0], {"cap": "800 m3/s"}]
    result = dam(inflow, level="119.9 m", release_bands=bands)
    release, level, told = of(result, "release"), of(result, "level"), rules_of(result)
    high = level > 120.0 + 1e-9
    assert np.all(release[high] == 2000.0)
    assert level.max() > 120.1
    assert told[int(np.argmax(high))] == "fully_open"
    # What the gates can pass there keeps 120 m.
    kept = dam([700.0] * 3 + [1500.0] * 20, level="119.9 m", release_bands=bands)
    assert "dam_safety" in rules_of(kept)
    assert of(kept, "level").max() == pytest.approx(120.0, abs=1e-9)
    # Behind the flood the safety level is left by the cap of the band below it.
    assert release[-1] == pytest.approx(800.0)
    assert level[-1] < 120.0


def test_dam_safety_goes_before_every_other_bound():
    inflow = [100.0] * 3 + [3500.0] * 12
    bounds = {"release_change": "10 m3/s/h", "flood_operation": {"release": "0 m3/s"}}
    result = dam(inflow, level="119.5 m", **bounds)
    release, level = of(result, "release"), of(result, "level")
    assert np.all(release[level > 120.0 + 1e-9] == 2000.0)


def test_no_artificial_peak():
    inflow = np.array([50.0, 60, 120, 260, 180, 90, 60, 50, 40, 40])
    held = dam(inflow, level="116 m")
    free = dam(inflow, level="116 m", flood_operation={"artificial_peak": True})
    so_far = np.maximum.accumulate(inflow)
    assert np.all(of(held, "outflow")[1:] <= so_far[1:] * (1 + 1e-12))
    assert "no_artificial_peak" in rules_of(held)
    np.testing.assert_allclose(of(held, "outflow")[4:], 260.0, rtol=1e-9)
    assert of(free, "outflow").max() == 2000.0


def test_no_artificial_peak_counts_what_the_free_outlets_pass():
    weir = {"name": "weir", "kind": "free", "rating": {"level": ["115 m", "120 m"],
            "flow": ["0 m3/s", "400 m3/s"]}}  # fmt: skip
    gate = {"name": "gate", "capacity": "2000 m3/s", "sill": "101 m"}
    inflow = np.array([50.0, 60, 120, 260, 180, 90, 60, 50, 40, 40])
    result = dam(inflow, level="116 m", outlets=[gate, weir])
    so_far = np.maximum.accumulate(inflow)
    decided = of(result, "release") > 0.0
    assert np.all(of(result, "outflow")[decided] <= so_far[decided] * (1 + 1e-12))
    assert decided.sum() > 4
    assert of(result, "spill")[:4].min() > 70.0  # above the first inflows, which no gate can help


def test_a_release_changes_no_faster_than_its_limit():
    inflow = [0.0] * 3 + [600.0] * 15 + [0.0] * 15
    result = dam(inflow, release_change="50 m3/s/h")
    release, told = of(result, "release"), rules_of(result)
    assert np.abs(np.diff(release)).max() <= 50.0 * (1 + 1e-12)
    assert release.max() > 590.0
    assert {"ramp_up", "ramp_down"} <= set(told)


WAVE = [20.0] * 12 + [200.0, 600, 1200, 1500, 1300, 900, 600, 400, 250, 150] + [60.0] * 30
PRE = {"pre_release": {"to": "109 m", "when": "500 m3/s", "most": "300 m3/s"}}


def test_a_forecast_flood_finds_room_made_for_it():
    result = dam(WAVE, forecast="12 h", flood_operation=PRE, release_bands=BANDS)
    plain = dam(WAVE, release_bands=BANDS)
    release, level = of(result, "release"), of(result, "level")
    assert np.all(level >= 109.0 - 1e-9)
    assert level.min() < 109.5
    before = slice(1, 12)
    assert release[before].max() == pytest.approx(300.0)  # above all inflow so far: exempt
    assert "pre_release" in rules_of(result)
    assert of(result, "level").max() < of(plain, "level").max() - 0.2
    assert level[-1] == pytest.approx(110.0, abs=1e-9)  # what was released is kept again


def test_a_pre_release_stays_below_forecast_peak_and_safe_discharge():
    reach = {"type": "reach", "safe_discharge": "250 m3/s"}
    operation = {"pre_release": {"to": "105 m", "when": "100 m3/s"}}
    node = reservoir(forecast="12 h", forecast_error=0.2, flood_operation=operation)
    quiet = [20.0] * 12 + [200.0, 280, 240, 120] + [20.0] * 10
    result = routed(
        {"dam": node, "river": reach}, "dam > river", "river > sea", inflows={"dam": quiet},
        event={"start_levels": {"dam": "110 m"}},
    )  # fmt: skip
    release = of(result, "release")
    assert release[1:12].max() <= 0.8 * 280 + 1e-9  # the sure part of the forecast peak
    big = routed(
        {"dam": node, "river": reach}, "dam > river", "river > sea", inflows={"dam": WAVE},
        event={"start_levels": {"dam": "110 m"}},
    )  # fmt: skip
    assert of(big, "release")[1:12].max() == pytest.approx(250.0)


def test_a_pre_release_takes_no_more_than_is_sure_to_come():
    operation = {"pre_release": {"to": "101.5 m", "when": "100 m3/s", "most": "2000 m3/s"}}
    quiet = [20.0] * 12 + [200.0, 280, 240, 120] + [20.0] * 40
    result = dam(quiet, forecast="12 h", forecast_error=0.5, flood_operation=operation)
    lowest = of(result, "storage").min()
    sure = 0.5 * sum(means(quiet)[:30]) * HOUR_S
    assert lowest >= 1e8 - sure
    assert of(result, "level")[-1] == pytest.approx(110.0, abs=1e-9)


def test_the_end_of_a_flood_may_be_kept():
    operation = {"refill": {"level": "111 m", "below": "200 m3/s"}}
    result = dam(WAVE, flood_operation=operation, release_bands=BANDS)
    release, level, inflow = (of(result, name) for name in ("release", "level", "inflow"))
    assert level.max() > 111.0
    # Once the inflow has fallen below 200 the store comes down to 111 m and no further.
    assert level[-1] == pytest.approx(111.0, abs=1e-9)
    assert np.all(level[np.argmax(level) :] >= 111.0 - 1e-9)
    assert inflow[np.argmax(level)] > 0.0
    assert release[-1] == pytest.approx(60.0)


def test_a_rule_of_the_config_wishes_the_release():
    rules = {
        "wish": {
            "type": "expression",
            "expression": "120 if level('dam') < 111 else 0.5 * known_inflow('dam') + 10 * month",
            "unit": "m3/s",
        }
    }
    inflow = [1000.0 + 10 * hour for hour in range(30)]
    result = routed(
        {"dam": reservoir(flood_operation={"release": "wish"})}, "dam > sea",
        inflows={"dam": inflow}, rules=rules, event={"start_levels": {"dam": "110.5 m"}},
        inner_step="1 h",
    )  # fmt: skip
    release, level, told = of(result, "release"), of(result, "level"), rules_of(result)
    low = level[:-1] < 111.0
    expected = np.where(low, 120.0, 0.5 * np.array(inflow[:-1]) + 70.0)
    np.testing.assert_allclose(release[1:], expected, rtol=1e-12)
    assert set(told[1:]) == {"wish"}
    assert 0 < low.sum() < 25


def test_a_rule_that_reads_a_river_and_a_profile():
    rules = {
        "share": {"type": "profile", "unit": "1", "values": [0.1] * 6 + [0.4, 0.2] + [0.1] * 4},
        "wish": {"type": "expression", "expression": "share * known_inflow('gauge')",
                 "unit": "m3/s"},
    }  # fmt: skip
    nodes = {
        "dam": reservoir(flood_operation={"release": "wish"}),
        "gauge": {"type": "control_section"},
    }
    gauge = [float(100 * hour) for hour in range(20)]
    result = routed(
        nodes, "gauge > sea", "dam > sea", inflows={"gauge": gauge, "dam": [500.0] * 20},
        rules=rules, start="2001-07-31T12:00", inner_step="1 h",
    )  # fmt: skip
    share = np.where(np.arange(19) < 12, 0.4, 0.2)
    np.testing.assert_allclose(of(result, "release")[1:], share * np.array(gauge[:-1]), rtol=1e-12)


def test_canals_draw_first():
    result = routed(
        {"dam": reservoir()}, "dam > sea", inflows={"dam": [100.0] * 11},
        draws={"dam": "15 m3/s"}, event={"start_levels": {"dam": "105 m"}},
    )  # fmt: skip
    gained = of(result, "storage")[-1] - of(result, "storage")[0]
    assert gained == pytest.approx(85 * 10 * HOUR_S, rel=1e-12)
    drawn = float(result["volume_drawn"].sel(node="dam"))
    assert drawn == pytest.approx(15 * 10 * HOUR_S, rel=1e-12)


def test_what_nothing_can_hold_passes_over_the_crest_and_is_told():
    result = dam([9000.0] * 60, level="120 m")
    level, outflow = of(result, "level"), of(result, "outflow")
    assert level.max() == 130.0
    assert "overtopped" in rules_of(result)
    assert outflow[-1] == pytest.approx(9000.0)  # all that comes, the gates fully open
    assert of(result, "release")[-1] == 2000.0
    volume = float(result["overflow"].sel(node="dam"))
    topped = np.flatnonzero(level >= 130.0)
    assert volume == pytest.approx(7000.0 * (topped.size - 1) * HOUR_S, rel=0.05)


def test_a_crest_weir_passes_a_flood_at_its_own_depth():
    levels = {"dead": "101 m", "normal": "110 m", "flood_control": "120 m", "crest": "125 m"}
    weir = {"flood_operation": {"crest": {"length": "500 m"}}, "levels": levels}
    result = dam([6000.0] * 200, level="124 m", **weir)
    depth = of(result, "level")[-1] - 125.0
    assert depth == pytest.approx((4000.0 / (1.7 * 500.0)) ** (2 / 3), rel=2e-3)
    assert of(result, "spill")[-1] == pytest.approx(4000.0, rel=1e-6)
    assert float(result["overflow"].sel(node="dam")) == 0.0


def test_two_ways_out_share_a_release_by_their_capacity():
    outlets = [
        {"name": "river", "capacity": "600 m3/s", "sill": "101 m"},
        {"name": "channel", "capacity": "200 m3/s", "sill": "101 m", "to": "bypass"},
    ]
    nodes = {"dam": reservoir(outlets=outlets), "bypass": {"type": "junction"}}
    result = routed(
        nodes, "dam > sea", "bypass > sea", {"from": "dam", "to": "bypass", "type": "canal"},
        inflows={"dam": [400.0] * 10},
    )  # fmt: skip
    np.testing.assert_allclose(series(result, "outflow", "bypass")[1:], 100.0, rtol=1e-9)
    np.testing.assert_allclose(of(result, "outflow")[1:], 400.0, rtol=1e-9)
    flows = result["outlet_flow"].sel(outlet=["dam.river", "dam.channel"]).values
    np.testing.assert_allclose(flows[1:], [[300.0, 100.0]] * 9, rtol=1e-9)


def test_the_start_is_the_limit_of_the_date_or_the_level_given():
    limit = {"stages": {"07-01": "105 m", "08-11": "110 m"}, "drawdown": {"from": "05-20"}}
    node = reservoir(flood_limited_level=limit)
    for start, level in (("2001-07-15", 105.0), ("2001-08-20", 110.0)):
        result = routed({"dam": node}, "dam > sea", inflows={"dam": [50.0] * 30}, start=start)
        assert of(result, "level")[0] == pytest.approx(level, abs=1e-9)
        assert np.all(of(result, "limit_level") == pytest.approx(level, abs=1e-9))
        np.testing.assert_allclose(of(result, "outflow"), 50.0, rtol=1e-9)
    assert of(dam([50.0] * 5, level="103 m"), "level")[0] == pytest.approx(103.0)


def test_a_limit_that_rises_in_an_event_is_filled_from_then_on():
    limit = {"stages": {"07-01": "109.9 m", "08-11": "110 m"}, "drawdown": {"from": "05-20"}}
    node = reservoir(flood_limited_level=limit)
    result = routed({"dam": node}, "dam > sea", inflows={"dam": [100.0] * 49}, start="2001-08-10")
    level = of(result, "level")
    np.testing.assert_allclose(level[:25], 109.9, atol=1e-9)
    assert level[26] > 109.9
    assert level[-1] == pytest.approx(min(109.9 + 24 * 100 * HOUR_S / METRE_M3, 110.0), abs=1e-6)


def test_an_event_with_all_gates_open_ignores_the_rules():
    result = dam([50.0] * 5, level="112 m", event={"operation": "all_open"})
    assert np.all(of(result, "release") == 2000.0)
    assert bool(result["all_open"])


def test_an_inflow_band_lets_the_inflow_pass_but_never_less_than_the_band_below():
    bands = [{"up_to": "112 m", "cap": "300 m3/s"}, {"cap": "inflow"}]
    inflow = [900.0] * 20 + [100.0] * 60
    result = dam(inflow, level="111.9 m", release_bands=bands)
    release, level = of(result, "release"), of(result, "level")
    above = level > 112.0 + 1e-9
    assert level.max() == pytest.approx(112.0, abs=0.2)
    np.testing.assert_allclose(release[above][1:], np.maximum(900.0, 300.0), rtol=1e-9)
    assert release[30] == pytest.approx(300.0, rel=1e-9)
    assert level[-1] < 111.0


def test_rules_are_told_by_name():
    config = flood_config({"dam": reservoir()}, "dam > sea", inflows={"dam": [10.0, 20.0]})
    told = json.loads(proved(route(config)).attrs["rules"])
    assert told == {str(code): name for code, name in c.RULE_NAMES.items()}
