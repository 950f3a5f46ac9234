"""Reaches and pools against closed forms: travel time, spread, diffusion wave, linear reservoir."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.special import erfc

from hydrosim.builders.channel import (
    RoutingError,
    channel_routing,
    lag_routing,
    manning_table,
    muskingum_routing,
)
from hydrosim.nodes.reach import Channel
from tests.flood.small import reservoir, routed, series

HOUR_S = 3600.0
HOURS = np.arange(301)
WAVE = 100 + 900 * np.exp(-(((HOURS - 60) / 9.0) ** 2))


def through(node, inflow=WAVE, step="1 h", **more):
    """Result of one reach under an inflow at its top."""
    nodes = {"top": {"type": "junction"}, "reach": {"type": "reach", **node}}
    return routed(nodes, "top > reach", "reach > sea", inflows={"top": inflow}, step=step, **more)


def moments(flow):
    """Mean time and variance of a flow above its first value, in steps."""
    above = flow - flow[0]
    time = np.arange(flow.size)
    mean = float((time * above).sum() / above.sum())
    return mean, float(((time - mean) ** 2 * above).sum() / above.sum())


@pytest.mark.parametrize("lag", ["0 h", "1 h", "2.5 h", "7 h", "30 min"])
def test_a_lag_delays_and_keeps_the_volume(lag):
    result = through({"travel_time": lag})
    out = series(result, "discharge", "reach")
    steps = float(lag.split()[0]) / (60.0 if "min" in lag else 1.0)
    assert moments(out)[0] - moments(WAVE)[0] == pytest.approx(steps, abs=1e-9)
    assert (out - out[0]).sum() == pytest.approx((WAVE - WAVE[0]).sum(), rel=1e-12)


@pytest.mark.parametrize(
    ("k", "x"),
    [(2.3, 0.15), (14, 0.29), (10, 0.23), (8, 0.2), (19, 0.37), (15, 0.3), (10, 0.35), (6, 0.24)],
)
def test_muskingum_keeps_travel_time_and_spread(k, x):
    # Mean K and variance K^2 (1 - 2 x) of the response, whatever sub-reaches and lag it takes.
    result = through({"muskingum": {"k": f"{k} h", "x": x}}, inner_step="1 h")
    out = series(result, "discharge", "reach")
    (mean_in, spread_in), (mean_out, spread_out) = moments(WAVE), moments(out)
    assert mean_out - mean_in == pytest.approx(k, abs=1e-6)
    assert spread_out - spread_in == pytest.approx(k**2 * (1 - 2 * x), rel=1e-5)
    assert (out - out[0]).sum() == pytest.approx((WAVE - WAVE[0]).sum(), rel=1e-9)
    routing = muskingum_routing(k * HOUR_S, x, HOUR_S, ())
    assert min(routing.weights) >= 0.0


def test_a_lag_stands_before_muskingum_where_no_sub_reaches_fit():
    routing = muskingum_routing(14 * HOUR_S, 0.29, HOUR_S, ())
    assert (routing.kind, routing.lag, routing.count) == ("muskingum", 1, 2)
    assert lag_routing(5400.0, HOUR_S).weights[0] == pytest.approx(0.5)
    for k in np.arange(0.1, 12.0, 0.3):
        for x in np.arange(0.0, 0.51, 0.05):
            found = muskingum_routing(k * HOUR_S, x, HOUR_S, ())
            assert min(found.weights) >= 0.0


@pytest.mark.parametrize(("peak", "hours"), [(500, 10.0), (2000, 6.0)])
def test_the_set_of_a_reach_follows_the_size_of_the_flood(peak, hours):
    sets = [{"k": "10 h", "x": 0.2, "up_to": "1000 m3/s"}, {"k": "6 h", "x": 0.2}]
    inflow = 10 + (peak - 10) * np.exp(-(((HOURS - 60) / 8.0) ** 2))
    out = series(through({"muskingum": sets}, inflow), "discharge", "reach")
    assert moments(out)[0] - moments(inflow)[0] == pytest.approx(hours, abs=1e-6)


def test_sets_that_depend_on_each_other_settle():
    # The upper reach flattens the wave below the size of the lower one's second set.
    sets = [{"k": "4 h", "x": 0.2, "up_to": "850 m3/s"}, {"k": "2 h", "x": 0.2}]
    nodes = {
        "top": {"type": "junction"},
        "one": {"type": "reach", "muskingum": {"k": "9 h", "x": 0.1}},
        "two": {"type": "reach", "muskingum": sets},
    }
    result = routed(nodes, "top > one", "one > two", "two > sea", inflows={"top": WAVE})
    assert float(result["reach_peak_inflow"].sel(reach="two")) < 850
    out, middle = (series(result, name, reach) for name, reach in
                   (("discharge", "two"), ("discharge", "one")))  # fmt: skip
    assert moments(out)[0] - moments(middle)[0] == pytest.approx(4.0, abs=1e-6)


def test_the_bed_takes_its_share_up_to_its_limit():
    result = through({"travel_time": "2 h", "loss": "10 %", "flood_loss": "40 m3/s"})
    out = series(result, "discharge", "reach")
    lost = np.minimum(0.1 * WAVE, 40.0)
    np.testing.assert_allclose(out[2:], (WAVE - lost)[:-2], rtol=1e-12)
    taken = np.minimum(0.1 * 0.5 * (WAVE[1:] + WAVE[:-1]), 40.0).sum() * HOUR_S
    assert float(result["bed_loss"].sel(reach="reach")) == pytest.approx(taken, rel=1e-12)


def test_a_river_loses_a_share_too():
    nodes = {"top": {"type": "junction"}}
    river = {"from": "top", "to": "sea", "type": "river", "flood_loss": "20 %"}
    result = routed(nodes, river, inflows={"top": WAVE})
    np.testing.assert_allclose(series(result, "inflow", "sea"), 0.8 * WAVE, rtol=1e-12)


def test_local_inflow_joins_between():
    nodes = {
        "top": {"type": "junction"},
        "reach": {"type": "reach", "travel_time": "3 h"},
        "side": {"type": "inflow", "local_inflow": "1 m3/s"},
        "gauge": {"type": "control_section"},
    }
    rivers = ("top > reach", "reach > gauge", "side > gauge", "gauge > sea")
    result = routed(nodes, *rivers, inflows={"top": WAVE, "side": 0.3 * WAVE})
    gauge = series(result, "outflow", "gauge")
    np.testing.assert_allclose(gauge[3:], WAVE[:-3] + 0.3 * WAVE[3:], rtol=1e-12)


# -- Muskingum-Cunge ------------------------------------------------------------------------------

WIDE = {"length": "40 km", "width": "100 m", "slope": 0.0005, "roughness": 0.03}


def hayami(celerity, diffusion, length, times):
    """Response of the linear diffusion wave to a unit step at the head (Hayami 1951)."""
    with np.errstate(divide="ignore", over="ignore"):
        root = 2 * np.sqrt(diffusion * np.maximum(times, 1e-9))
        first = erfc((length - celerity * times) / root)
        second = np.exp(celerity * length / diffusion) * erfc((length + celerity * times) / root)
    return np.where(times > 0, 0.5 * (first + np.nan_to_num(second)), 0.0)


def test_constant_muskingum_cunge_is_the_linear_diffusion_wave():
    channel = Channel.model_validate({**WIDE, "method": "constant", "reference": "400 m3/s"})
    depth = (400 * 0.03 / (100 * math.sqrt(0.0005))) ** 0.6
    routing = channel_routing(channel, None, 600.0)
    area = 100 * depth
    assert routing.count > 1
    celerity = channel.length / routing.travel_s
    # Manning in a rectangle: c = V (5/3 - 2/3 depth / (width + 2 depth) * 2) of normal depth.
    speed = 400 / area
    assert celerity == pytest.approx(speed * 5 / 3, rel=0.05)
    diffusion = 400 / (2 * 100 * 0.0005)
    inflow = np.where(np.arange(241) < 1, 200.0, 210.0)
    inflow[0] = 200.0
    step = through({"channel": {**WIDE, "method": "constant", "reference": "400 m3/s"}},
                   inflow=inflow, step="10 min")  # fmt: skip
    out = (series(step, "discharge", "reach") - 200.0) / 10.0
    # The inflow rises within the first step: the response of a step half a step late.
    times = np.arange(241) * 600.0 - 300.0
    exact = hayami(celerity, diffusion, 40e3, times)
    assert np.abs(out - exact).max() < 0.02
    assert np.interp(0.5, out, times) == pytest.approx(np.interp(0.5, exact, times), rel=0.01)


def test_the_weights_of_ponce():
    # Ponce (1989), example 9-3: C = 1, D = 0.2, C0 = C2 = 0.091, C1 = 0.818: one part, 4 ft/s,
    # 14 400 ft, 1 h, q = 10 ft2/s, slope 0.000868.
    from hydrosim.builders.channel import _constant

    reynolds = 10 / (0.000868 * 4 * 14400)
    assert reynolds == pytest.approx(0.2, abs=0.001)
    routing = _constant(1.0, reynolds, 1, 3600.0, 0.0, 3600.0)
    np.testing.assert_allclose(routing.weights, [0.091, 0.818, 0.091], atol=0.0006)
    inflow = [0, 200, 400, 600, 800, 1000, 800, 600, 400, 200, 0, 0]
    out = [0.0]
    for now, before in zip(inflow[1:], inflow[:-1], strict=True):
        c0, c1, c2 = routing.weights
        out.append(c0 * now + c1 * before + c2 * out[-1])
    assert max(out) == pytest.approx(963.6, abs=1.5)
    assert sum(out) == pytest.approx(sum(inflow), rel=0.02)


def test_variable_muskingum_cunge_keeps_water_and_steady_flow():
    steady = through({"channel": {**WIDE, "reference": "600 m3/s"}}, inflow=np.full(60, 350.0))
    out, held = series(steady, "discharge", "reach"), series(steady, "reach_storage", "reach")
    np.testing.assert_allclose(out, 350.0, rtol=1e-9)
    depth = (350 * 0.03 / (100 * math.sqrt(0.0005))) ** 0.6
    assert held[0] == pytest.approx(40e3 * 100 * depth, rel=0.04)  # the radius is below the depth
    table, spacing = manning_table(Channel.model_validate({**WIDE, "reference": "1 m3/s"}), 1)
    row = round(math.sqrt(350.0) * spacing)
    flow = (row / spacing) ** 2
    assert held[0] == pytest.approx(table[row, 0] * flow, rel=0.02)

    wave = through({"channel": {**WIDE, "reference": "600 m3/s"}})
    out = series(wave, "discharge", "reach")
    assert out.max() < WAVE.max()
    assert out.argmax() > WAVE.argmax()
    assert out[-1] == pytest.approx(100.0, rel=1e-3)
    volume = float(wave["volume_out"].sel(node="sea"))
    came = float(wave["volume_in"].sel(node="top"))
    change = series(wave, "reach_storage", "reach")
    assert volume == pytest.approx(came - (change[-1] - change[0]), rel=1e-12)


def test_a_bigger_flood_runs_faster_with_variable_parameters():
    delays = []
    for factor in (0.3, 3.0):
        node = {"channel": {**WIDE, "reference": "600 m3/s", "side_slope": 2}}
        out = series(through(node, inflow=factor * WAVE), "discharge", "reach")
        delays.append(moments(out)[0] - moments(WAVE)[0])
    assert delays[1] < 0.8 * delays[0]


def test_what_a_channel_lacks_is_told():
    with pytest.raises(RoutingError, match="without a reference flow"):
        channel_routing(Channel.model_validate(WIDE), None, HOUR_S)
    flat = Channel.model_validate({**WIDE, "slope": 0, "reference": "9 m3/s"})
    with pytest.raises(RoutingError, match="0 or less"):
        channel_routing(flat, None, HOUR_S)


# -- flat rivers ----------------------------------------------------------------------------------

PLAIN = {"width": "300 m", "roughness": 0.03, "reference": "1500 m3/s"}
RISE = np.array(
    [*[100.0] * 2, *np.linspace(100, 1500, 13)[1:], *np.linspace(1500, 100, 25)[1:], *[100.0] * 48]
)


@pytest.mark.parametrize(
    ("slope", "length", "peak", "hour"),
    [
        (6.7e-5, "60 km", 948, 26),
        (1e-4, "15 km", 1315, 16),
        (6.7e-5, "15 km", 1283, 16),
        (1e-5, "15 km", 1220, 15),
        (5e-4, "15 km", 1446, 15),
    ],
)
@pytest.mark.parametrize("step", [15, 60])
def test_a_flat_river_is_the_nonlinear_diffusive_wave(slope, length, peak, hour, step):
    # Peaks and hours of an explicit solution in steps of 1 s in 6 to 40 cells, and a river that
    # goes on for three times its length.
    times = np.arange((RISE.size - 1) * 60 // step + 1) * step / 60
    inflow = np.interp(times, np.arange(RISE.size), RISE)
    channel = {**PLAIN, "slope": slope, "length": length}
    out = series(
        through({"channel": channel}, inflow=inflow, step=f"{step} min"), "discharge", "reach"
    )
    assert out.max() == pytest.approx(peak, rel=0.012)
    assert times[out.argmax()] == pytest.approx(hour, abs=1.0)
    assert out.min() >= 100.0 * (1 - 1e-9)


def test_a_plain_river_never_falls_below_its_least_inflow_behind_a_gate():
    inflow = np.array([300.0] * 5 + [20.0] * 20 + [900.0] * 20 + [20.0] * 120)
    for slope in (1e-5, 1e-4, 5e-4, 2e-3):
        channel = {**PLAIN, "slope": slope, "length": "25 km"}
        result = through({"channel": channel}, inflow=inflow)
        out = series(result, "discharge", "reach")
        assert out.min() >= 20.0 * (1 - 1e-9)
        assert out.max() <= 900.0 * (1 + 1e-9)
        volume = float(result["volume_out"].sel(node="sea"))
        held = series(result, "reach_storage", "reach")
        came = float(result["volume_in"].sel(node="top"))
        assert volume == pytest.approx(came - (held[-1] - held[0]), rel=1e-12)


def test_steady_flow_in_a_flat_river_stays_and_fills_it():
    channel = {**PLAIN, "slope": 1e-4, "length": "15 km"}
    result = through({"channel": channel}, inflow=np.full(30, 350.0))
    np.testing.assert_allclose(series(result, "discharge", "reach"), 350.0, rtol=1e-9)
    depth = (350 * 0.03 / (300 * 0.01)) ** 0.6
    held = series(result, "reach_storage", "reach")
    assert held[0] == pytest.approx(15e3 * 300 * depth, rel=0.01)


# -- pools ----------------------------------------------------------------------------------------


def linear_pool(step, hours=48):
    """A pool whose outflow is its storage over 10 h, under a constant inflow."""
    size = 3e8
    per_m3s = size / (10 * HOUR_S)
    node = reservoir(
        outlets=[
            {
                "name": "pipe", "kind": "free", "sill": "100 m",
                "rating": {"level": ["100 m", "130 m"], "flow": ["0 m3/s", f"{per_m3s} m3/s"]},
            }
        ],
        levels={"dead": "100 m", "normal": "110 m"},
    )  # fmt: skip
    count = round(hours * HOUR_S / step)
    return routed(
        {"dam": node}, "dam > sea", step=f"{step} s",
        inflows={"dam": {"flows": [500.0, 500.0], "times": ["0 h", f"{hours} h"]}},
        event={"start_levels": {"dam": "100.5 m"}},
    ), np.arange(count + 1) * step  # fmt: skip


def test_a_linear_reservoir_is_its_analytic_solution_to_second_order():
    errors = []
    for step in (3600.0, 1800.0, 900.0):
        result, time = linear_pool(step)
        k = 10 * HOUR_S
        exact = 500.0 + (5e6 / k - 500.0) * np.exp(-time / k)
        errors.append(np.abs(series(result, "outflow", "dam") - exact).max())
    assert errors[0] < 0.2
    assert errors[0] / errors[1] == pytest.approx(4.0, rel=0.05)
    assert errors[1] / errors[2] == pytest.approx(4.0, rel=0.05)


def levels_of(step, outlets, **changes):
    """Levels of a pool every two hours under one smooth wave, in steps of a length [s]."""
    count = round(60 * HOUR_S / step)
    time = np.arange(count + 1) * step / HOUR_S
    wave = 50 + 1500 * np.exp(-(((time - 20) / 6.0) ** 2))
    node = reservoir(outlets=outlets, **changes)
    result = routed(
        {"dam": node}, "dam > sea", step=f"{step} s", inflows={"dam": {
            "flows": wave.tolist(), "every": f"{step} s"}},
    )  # fmt: skip
    return series(result, "level", "dam")[:: round(7200 / step)]


def test_halving_the_step_changes_the_peak_by_the_order_that_is_told():
    weir = {"level": ["110 m", "130 m"], "flow": ["0 m3/s", "4000 m3/s"]}
    free = [{"name": "weir", "kind": "free", "rating": weir}]
    gate = [{"name": "gate", "capacity": "400 m3/s", "sill": "101 m"}]
    steps = (7200.0, 3600.0, 1800.0, 900.0)
    levels = [levels_of(step, free) for step in steps]
    changes = [np.abs(a - b).max() for a, b in pairwise(levels)]
    assert changes[0] / changes[1] == pytest.approx(4.0, rel=0.25)
    assert changes[1] / changes[2] == pytest.approx(4.0, rel=0.25)
    peaks = [level.max() for level in levels]
    assert abs(peaks[1] - peaks[2]) < 5e-3
    # A decision holds for a step: at a band's edge the cap's jump comes up to a step late, which
    # moves the level by at most jump * step / area. First order.
    bands = [{"up_to": "112 m", "cap": "100 m3/s"}, {"up_to": "118 m", "cap": "300 m3/s"}]
    levels = [levels_of(step, gate, release_bands=bands) for step in steps]
    changes = [np.abs(a - b).max() for a, b in pairwise(levels)]
    for change, step in zip(changes, steps, strict=False):
        assert change < 200.0 * step / 1e7
    assert changes[0] > 1e-3


def test_what_flows_above_the_safe_discharge_is_counted_in_each_step():
    flows = [100.0, 700.0, 900.0, 400.0, 100.0, 100.0]
    result = routed(
        {
            "river": {"type": "reach", "safe_discharge": "500 m3/s", "travel_time": "1 h"},
            "gauge": {"type": "control_section", "safe_discharge": "300 m3/s"},
        },
        "river > gauge", "gauge > sea", inflows={"river": flows},
    )  # fmt: skip
    # Means of the steps: 400, 800, 650, 250, 100; at the gauge an hour later.
    assert float(result["reach_excess_volume"][0]) == pytest.approx((300 + 150) * HOUR_S)
    excess = result["excess_volume"].sel(node="gauge")
    assert float(excess) == pytest.approx((100 + 500 + 350) * HOUR_S)
    assert np.isnan(float(result["excess_volume"].sel(node="sea")))


@pytest.mark.parametrize("step", ["3 h", "1 h", "30 min", "5 min"])
@pytest.mark.parametrize("flows", [[0.1, 0.1, 5, 20, 10, 3, 1, 0.1], [0, 0, 20, 0, 0]])
def test_a_short_steep_reach_neither_rings_nor_raises_a_flood(step, flows):
    # A wave passes in two minutes; in steps of 3 h the flow rang between 0.005 and 0.14 m3/s
    # below an inflow of 0.03 m3/s, and a peak of 20 m3/s became 20.1.
    brook = {"length": "500 m", "slope": 0.1, "width": "5 m", "roughness": 0.05}
    node = {"type": "reach", "channel": brook, "safe_discharge": "20 m3/s"}
    result = through(
        node, inflow={"flows": flows, "every": "6 h"}, step=step, event={"duration": "72 h"}
    )
    flow = series(result, "discharge", "reach")
    entered = series(result, "reach_inflow", "reach")
    assert flow.max() <= entered.max()
    assert flow.min() >= entered.min()
    assert flow.max() == pytest.approx(19.94, rel=1e-3)
    after = int(np.argmax(entered[::-1] == entered.max()))
    tail = flow[flow.size - after + 1 :]
    assert (np.diff(tail) <= 0.0).all()
