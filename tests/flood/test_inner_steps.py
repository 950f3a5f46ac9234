"""What floods do does not follow the length of their step: peaks, volumes, return periods."""

from __future__ import annotations

import math
import os

import numpy as np
import pytest

from hydrosim.builders.channel import muskingum_routing
from hydrosim.errors import ConfigError
from hydrosim.flood.build import build_flood_model
from hydrosim.flood.events import Event, config_events
from hydrosim.flood.judging import check_floods
from hydrosim.flood.simulation import route
from tests.flood.small import flood_config, proved, reservoir, series

LONG = os.environ.get("HYDROSIM_LONG") == "1"
FLOWS = [10, 100, 900, 3000, 1800, 700, 300, 100, 60, 40, 30, 20, 10]
SIDE = [10, 60, 200, 420, 300, 150, 80, 40, 20, 15, 10, 10, 10]
BANDS = [{"up_to": "13 m", "cap": "800 m3/s"}, {"cap": "1500 m3/s"}]
STEPPED = [{"up_to": "12 m", "cap": "300 m3/s"}, {"up_to": "14 m", "cap": "900 m3/s"},
           {"cap": "1500 m3/s"}]  # fmt: skip
SMALL = {
    "level": ["0 m", "10 m", "20 m", "30 m"],
    "storage": ["0 m3", "4 Mm3", "12 Mm3", "24 Mm3"],
}
SECTION = {"type": "control_section", "safe_discharge": "900 m3/s"}
REACH = {"type": "reach", "muskingum": [{"k": "2 h", "x": 0.2}]}
BASIN = {"type": "detention_basin", "section": "gauge", "trigger": {"discharge": "900 m3/s"},
         "capacity": "8 Mm3", "drain": {"to": "sea", "capacity": "50 m3/s"}}  # fmt: skip


def every_3_hours(flows=FLOWS):
    return {"flows": flows, "every": "3 h"}


def dam(**changes):
    return reservoir(**{
        "storage_curve": {
            "level": ["0 m", "10 m", "20 m", "30 m"],
            "storage": ["0 亿m3", "1 亿m3", "3 亿m3", "6 亿m3"],
        },
        "levels": {"dead": "1 m", "normal": "10 m", "flood_control": "15 m", "design": "18 m",
                   "check": "22 m", "crest": "28 m"},
        "outlets": [{"name": "gate", "kind": "gate", "sill": "0 m", "rating": {
            "level": ["0 m", "30 m"], "flow": ["0 m3/s", "6000 m3/s"]}}],
        **changes,
    })  # fmt: skip


def below(**changes):
    """A dam over a section."""
    return {"dam": dam(**changes), "gauge": SECTION}, ("dam > gauge", "gauge > sea")


def river(reach, safe="1300 m3/s"):
    """A reach over a section."""
    nodes = {"dam": reach, "gauge": {**SECTION, "safe_discharge": safe}}
    return nodes, ("dam > gauge", "gauge > sea")


def gives_way():
    nodes = {"dam": dam(release_bands=BANDS, compensation="gauge"), "reach": REACH,
             "side": {"type": "inflow", "local_inflow": "1 m3/s"}, "gauge": SECTION}  # fmt: skip
    return nodes, ("dam > reach", "reach > gauge", "side > gauge", "gauge > sea")


def in_series():
    lower = dam(release_bands=STEPPED, release_change="200 m3/s/h")
    nodes = {"dam": dam(release_bands=BANDS), "reach": REACH, "lower": lower, "gauge": SECTION}
    return nodes, ("dam > reach", "reach > lower", "lower > gauge", "gauge > sea")


WISH = "400 + 300 * max(level('dam') - 10, 0)"
WEIR = {"level": ["10 m", "14 m", "30 m"], "flow": ["0 m3/s", "700 m3/s", "9000 m3/s"]}
FREE = [{"name": "weir", "kind": "free", "rating": WEIR}]
PRE = {"pre_release": {"to": "8 m", "when": "1000 m3/s", "most": "700 m3/s"}}
CASES = {
    "bands": below(release_bands=BANDS),
    "no bands": below(),
    "ramp": below(release_bands=BANDS, release_change="100 m3/s/h"),
    "slow ramp": below(release_bands=BANDS, release_change="30 m3/s/h"),
    "small dam": below(release_bands=STEPPED, storage_curve=SMALL),
    "small dam with ramp": below(
        release_bands=STEPPED, storage_curve=SMALL, release_change="300 m3/s/h"
    ),
    "pre-release": below(release_bands=BANDS, forecast="6 h", flood_operation=PRE),
    "wish": below(flood_operation={"release": "wish"}),
    "small weir": below(outlets=FREE, storage_curve=SMALL),
    "gives way": gives_way(),
    "in series": in_series(),
    "basin": ({"dam": REACH, "gauge": SECTION, "basin": BASIN}, ("dam > gauge", "gauge > sea")),
    "reach of 20 min": river({"type": "reach", "muskingum": [{"k": "20 min", "x": 0.2}]}),
    "reach of 3 h": river({"type": "reach", "muskingum": [{"k": "3 h", "x": 0.2}]}),
    "reach of 6 h": river({"type": "reach", "muskingum": [{"k": "6 h", "x": 0.2}]}, "900 m3/s"),
    "lag of 90 min": river({"type": "reach", "travel_time": "90 min"}),
    "reach by size": river({"type": "reach", "muskingum": [
        {"up_to": "1500 m3/s", "k": "2 h", "x": 0.2}, {"k": "1 h", "x": 0.3}]}),
    "channel": river({"type": "reach", "channel": {
        "length": "40 km", "width": "100 m", "slope": 0.001, "roughness": 0.035,
        "reference": "1500 m3/s", "method": "constant"}}),
}  # fmt: skip
QUICK = ("bands", "slow ramp", "small dam with ramp", "basin", "reach of 6 h", "lag of 90 min")


def config(name, step, **flood):
    nodes, rivers = CASES[name]
    design = {
        "return_periods": [2, 5, 20, 100, 500, 2000, 10000],
        "scaling": {"same_ratio": "peak"},
        "typical": {"t": {"event": "event"}},
        "statistics": {"dam": {"peak": {"mean": "900 m3/s", "cv": 0.9, "cs_over_cv": 3}}},
    }
    standards: dict[str, object] = {
        "river": {"type": "flood_channel", "return_periods": {"gauge": 20}}
    }
    stores = [one for one, node in nodes.items() if node["type"] == "reservoir"]
    if stores:
        works = {one: {"design": 100, "check": 1000, "protection": 20} for one in stores}
        standards["dams"] = {"type": "flood_reservoir", "works": works}
    if "basin" in nodes:
        standards["basins"] = {"type": "flood_basin", "return_periods": {"basin": 20}}
    inflows = {"dam": every_3_hours()}
    if "side" in nodes:
        inflows["side"] = every_3_hours(SIDE)
    rules = {"wish": {"type": "expression", "expression": WISH, "unit": "m3/s"}}
    return flood_config(
        nodes, *rivers, inflows=inflows, step=step, design=design, standards=standards,
        rules=rules, **flood,
    )  # fmt: skip


def reached(name, step, **flood):
    """Return periods reached, by work and bound; without bound above and below what is routed."""
    return np.array(check_floods(config(name, step, **flood)).table()["reached"])


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.skipif(not (LONG or n in QUICK), reason="long"))
             for n in CASES]
)  # fmt: skip
def test_return_periods_do_not_follow_the_step(name):
    fine = reached(name, "15 min")
    steps = ("3 h", "1 h", "5 min") if LONG else ("1 h",)
    for step in steps:
        np.testing.assert_allclose(reached(name, step), fine, rtol=0.02, err_msg=step)
    assert np.any(np.isfinite(fine) & (fine > 0))


@pytest.mark.parametrize("name", ["bands", "slow ramp", "small dam", "gives way", "basin"])
def test_parts_of_a_step_give_what_steps_of_a_minute_give(name):
    # The last is far below what is chosen, and solves no step again.
    chosen, minute = (
        proved(route(config(name, "1 h", **more))).isel(event=0)
        for more in ({}, {"inner_step": "1 min"})
    )
    assert chosen.attrs["inner_step_s"] == 900.0
    for key in ("peak_outflow", "peak_level", "peak_storage", "volume_out", "basin_volume"):
        if key in chosen:
            found, true = chosen[key].values, minute[key].values
            np.testing.assert_allclose(found, true, rtol=6e-3, equal_nan=True, err_msg=key)
    size = float(minute["outflow"].max())
    apart = np.abs(chosen["outflow"].values - minute["outflow"].values)
    assert np.quantile(apart, 0.95) < 0.025 * size


def test_points_and_means_stay_those_of_the_step():
    fine, hourly = (route(config("bands", step)).isel(event=0) for step in ("15 min", "1 h"))
    assert hourly.attrs["step_s"] == 3600.0
    assert hourly.sizes["time"] == 37
    assert int(hourly["event_steps"]) == 36
    for key in ("inflow", "outflow", "level", "release", "operation"):
        np.testing.assert_array_equal(series(hourly, key, "dam"), series(fine, key, "dam")[::4])
    for key in ("mean_inflow", "mean_outflow"):
        quarters = series(fine, key, "dam")[1:].reshape(-1, 4).mean(axis=1)
        np.testing.assert_allclose(series(hourly, key, "dam")[1:], quarters, rtol=1e-12)
    for key in ("peak_outflow", "peak_level", "time_of_peak_outflow", "volume_out"):
        np.testing.assert_array_equal(hourly[key].values, fine[key].values)


def test_a_peak_between_two_points_is_seen():
    flows = {"flows": [10, 3000, 500, 10], "times": ["0 h", "2.5 h", "5.25 h", "12 h"]}
    nodes, rivers = {"top": {"type": "junction"}}, ("top > sea",)
    for step in ("1 h", "3 h"):
        result = route(flood_config(nodes, *rivers, inflows={"top": flows}, step=step))
        result = result.isel(event=0).sel(node="top")
        assert float(result["peak_outflow"]) == pytest.approx(3000.0, rel=3e-3)
        assert float(result["time_of_peak_outflow"]) == pytest.approx(2.5)
        assert float(result["outflow"].max()) < 2700.0


@pytest.mark.parametrize(
    ("name", "step", "inner_s"),
    [
        ("bands", "1 h", 900.0),
        ("bands", "3 h", 900.0),
        ("bands", "10 min", 600.0),
        ("basin", "1 h", 900.0),
        ("lag of 90 min", "1 h", 1800.0),
        ("reach of 6 h", "1 h", 3600.0),
        ("reach of 6 h", "3 h", 3600.0),
        ("reach of 20 min", "1 h", 900.0),
        ("small weir", "1 h", 900.0),
    ],
)
def test_steps_are_parted_only_where_results_need_it(name, step, inner_s):
    model = build_flood_model(config(name, step))
    assert model.dt_s == inner_s
    assert model.dt_s * model.every == model.step_s


def test_the_part_of_a_step_can_be_given():
    assert build_flood_model(config("bands", "1 h", inner_step="1 h")).every == 1
    assert build_flood_model(config("bands", "1 h", inner_step="5 min")).every == 12
    with pytest.raises(ConfigError, match="a part of the step of 1 h, of a minute or more"):
        build_flood_model(config("bands", "1 h", inner_step="25 min"))


def test_all_gates_open_decide_nothing():
    one = config("no bands", "1 h", operation="all_open")
    assert build_flood_model(one).dt_s > 900.0


@pytest.mark.parametrize("k", [2.0, 3.7, 6.0, 18.0, 40.0])
@pytest.mark.parametrize("x", [0.0, 0.13, 0.2, 0.3, 0.35, 0.4, 0.47])
def test_a_muskingum_reach_has_one_form_in_steps_of_any_length(k, x):
    def peak(dt_h):
        routing = muskingum_routing(k * 3600.0, x, dt_h * 3600.0, ())
        inflow = np.interp(np.arange(0.0, 200.0, dt_h), 3.0 * np.arange(13), FLOWS)
        flow = np.concatenate((np.full(routing.lag, FLOWS[0]), inflow))
        if routing.kind == "lag":
            return flow.max()
        c0, c1, c2 = routing.weights
        for _ in range(routing.count):
            out = np.empty_like(flow)
            out[0] = flow[0]
            for step in range(1, flow.size):
                out[step] = c0 * flow[step] + c1 * flow[step - 1] + c2 * out[step - 1]
            flow = out
        return flow.max()

    fine = peak(1 / 12)
    short = min(1.0, k * math.sqrt(1.0 - 2.0 * x) / 3.0)
    dt_h = next(one for one in (1.0, 0.5, 1 / 3, 0.25) if one <= max(short, 0.25))
    assert peak(dt_h) == pytest.approx(fine, rel=0.009)


def test_given_events_are_parted_with_their_means_and_ends():
    rng = np.random.default_rng(3)
    ends = rng.uniform(0.0, 100.0, 21)
    means = 0.5 * (ends[1:] + ends[:-1]) * rng.uniform(0.8, 1.2, 20)
    event = Event("e", np.datetime64("2001-07-15", "s"), {"a": ends}, {"a": means})
    fine = event.refined(900.0, 4)
    np.testing.assert_array_equal(fine.end_m3s["a"][::4], ends)
    np.testing.assert_allclose(fine.mean_m3s["a"].reshape(-1, 4).mean(axis=1), means, rtol=1e-12)
    low = np.minimum(np.minimum(ends[1:], ends[:-1]), means)
    high = np.maximum(np.maximum(ends[1:], ends[:-1]), means)
    assert np.all(fine.mean_m3s["a"].reshape(-1, 4) >= low[:, None] - 1e-9)
    assert np.all(fine.mean_m3s["a"].reshape(-1, 4) <= high[:, None] + 1e-9)
    (own,) = config_events(config("bands", "1 h"))
    replaced = own.refined(900.0, 4).mean_m3s["dam"]
    np.testing.assert_allclose(
        replaced, config_events(config("bands", "15 min"))[0].mean_m3s["dam"], rtol=1e-12
    )
