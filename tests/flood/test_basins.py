"""Detention basins: trigger, inlet with tailwater, order of use, drain; beside rivers and lakes."""

from __future__ import annotations

import numpy as np
import pytest

from tests.flood.small import reservoir, routed, series, told

HOUR_S = 3600.0
HOURS = np.arange(61)
WAVE = 100 + 1400 * np.exp(-(((HOURS - 20) / 8.0) ** 2))
STAGE = {"level": ["10 m", "12 m", "14 m", "18 m"], "flow": ["0 m3/s", "300 m3/s", "800 m3/s",
         "2600 m3/s"]}  # fmt: skip


def basin(**changes):
    return {
        "type": "detention_basin",
        "section": "gauge",
        "trigger": {"discharge": "900 m3/s"},
        "capacity": "200 Mm3",
        **changes,
    }


def beside(inflow=WAVE, gauge=None, *, flood=None, **basins):
    nodes = {"gauge": {"type": "control_section", **(gauge or {})}, **basins}
    return routed(nodes, "gauge > sea", inflows={"gauge": inflow}, **(flood or {}))


def means(flows):
    return 0.5 * (flows[1:] + flows[:-1])


HOURLY = {"inner_step": "1 h"}


def means_above(flows, bound):
    """Mean of each hour of what a line between its points has above a bound."""
    low, high = np.minimum(flows[1:], flows[:-1]), np.maximum(flows[1:], flows[:-1])
    part = (high - bound) ** 2 / (2 * np.where(high > low, high - low, 1.0))
    return np.where(low >= bound, means(flows) - bound, np.where(high > bound, part, 0.0))


def test_a_gate_keeps_the_river_at_the_trigger():
    result = beside(basin=basin())
    passed, taken = series(result, "outflow", "gauge"), series(result, "basin_inflow", "basin")
    np.testing.assert_allclose(passed, np.minimum(WAVE, 900.0), rtol=1e-12)
    # Of the hour in which the river passes the trigger, in minutes.
    np.testing.assert_allclose(taken[1:], means_above(WAVE, 900.0), rtol=1e-12, atol=0.01)
    even = means_above(WAVE, 900.0) == np.maximum(means(WAVE) - 900.0, 0.0)
    np.testing.assert_allclose(taken[1:][even], means_above(WAVE, 900.0)[even], rtol=1e-12)
    assert np.count_nonzero(~even) == 2
    held = series(result, "basin_storage", "basin")
    np.testing.assert_allclose(held, np.cumsum(taken) * HOUR_S, rtol=1e-12)
    assert float(result["basin_volume"].sel(basin="basin")) == pytest.approx(held[-1], rel=1e-12)
    assert float(result["basin_peak_storage"].sel(basin="basin")) == held[-1]


def test_an_inlet_passes_no_more_than_its_capacity():
    result = beside(basin=basin(inlet={"kind": "gate", "capacity": "200 m3/s"}))
    taken = series(result, "basin_inflow", "basin")
    assert taken.max() == 200.0
    assert series(result, "outflow", "gauge").max() == pytest.approx(1300.0)


def test_a_full_basin_takes_nothing_more():
    result = beside(basin=basin(capacity="5 Mm3"))
    held, passed = series(result, "basin_storage", "basin"), series(result, "outflow", "gauge")
    assert held.max() == pytest.approx(5e6, rel=1e-12)
    full = held >= 5e6 * (1 - 1e-12)
    assert passed[full][1] > 900.0


def test_basins_fill_in_their_order():
    first, second = basin(order=1, capacity="4 Mm3"), basin(order=2)
    result = beside(z_first=first, a_second=second)
    one = series(result, "basin_inflow", "z_first")
    two = series(result, "basin_inflow", "a_second")
    held = series(result, "basin_storage", "z_first")
    room = np.diff(held, prepend=0.0) > 0
    assert np.all(two[(one > 0) & (held < 4e6 * (1 - 1e-9))] == 0.0)
    assert two.max() > 300.0
    assert room.any()
    np.testing.assert_allclose((one + two)[1:], means_above(WAVE, 900.0), rtol=1e-9, atol=0.01)


def test_a_basin_drains_when_the_river_has_fallen():
    result = beside(
        basin=basin(drain={"to": "low", "capacity": "50 m3/s"}), low={"type": "outlet"},
        flood=HOURLY,
    )  # fmt: skip
    given, passed = series(result, "basin_outflow", "basin"), series(result, "outflow", "gauge")
    taken, held = series(result, "basin_inflow", "basin"), series(result, "basin_storage", "basin")
    assert given.max() == 50.0
    assert np.all(given[1:][passed[:-1] >= 900.0] == 0.0)
    np.testing.assert_allclose(np.diff(held), (taken - given)[1:] * HOUR_S, rtol=0, atol=1e-3)
    np.testing.assert_allclose(series(result, "inflow", "low")[1:], given[1:])


def test_a_basin_drains_below_a_stage_and_back_into_its_river():
    node = basin(drain={"to": "gauge", "capacity": "20 m3/s", "below": "12 m"})
    result = beside(gauge={"rating_curve": STAGE}, basin=node, flood=HOURLY)
    given, passed = series(result, "basin_outflow", "basin"), series(result, "outflow", "gauge")
    assert np.all(given[1:][passed[:-1] >= 300.0] == 0.0)
    assert given.max() == 20.0
    late = given > 0
    np.testing.assert_allclose(passed[late], WAVE[late] + 20.0, rtol=1e-9)


def weir_flow(stage, inside, crest, width):
    """Weir with tailwater: C b h^1.5 (1 - (h2/h)^1.5)^0.385 (Villemonte 1947)."""
    head, tail = stage - crest, max(inside - crest, 0.0)
    if head <= 0 or tail >= head:
        return 0.0
    return 1.7 * width * head**1.5 * (1 - (tail / head) ** 1.5) ** 0.385


@pytest.mark.parametrize("kind", ["weir", "breach"])
def test_a_weir_takes_what_the_stage_of_the_rest_gives(kind):
    curve = {"level": ["8 m", "16 m"], "storage": ["0 m3", "8 Mm3"]}
    inlet = {"kind": kind, "crest": "13 m", "width": "60 m"}
    node = {k: v for k, v in basin().items() if k != "capacity"}
    node = {**node, "storage_curve": curve, "inlet": inlet, "trigger": {"level": "13 m"}}
    result = beside(gauge={"rating_curve": STAGE}, basin=node, flood=HOURLY)
    held, taken = series(result, "basin_storage", "basin"), series(result, "basin_inflow", "basin")
    level = series(result, "basin_level", "basin")
    levels = [10, 12, 14, 18]
    flows = [0, 300, 800, 2600]
    met = means(WAVE)
    submerged = 0
    for hour in range(60):
        passing = (WAVE[hour] - 550.0) * (WAVE[hour + 1] - 550.0) < 0.0
        if taken[hour + 1] <= 0 or passing:  # the river passes the trigger: taken in minutes
            continue
        stage = np.interp(met[hour] - taken[hour + 1], flows, levels)
        inside = 8 + held[hour] / 1e6
        assert level[hour] == pytest.approx(inside, abs=1e-9)
        expected = weir_flow(stage, inside, 13.0, 60.0)
        submerged += inside > 13.0
        room = (8e6 - held[hour]) / HOUR_S
        assert taken[hour + 1] == pytest.approx(min(expected, room), rel=1e-6)
    assert submerged >= 2
    assert np.count_nonzero(taken) > 6


def test_a_breach_stays_open_and_a_gate_does_not():
    curve = {"level": ["8 m", "16 m"], "storage": ["0 m3", "800 Mm3"]}
    node = {k: v for k, v in basin().items() if k != "capacity"}
    node = {**node, "storage_curve": curve, "trigger": {"level": "14.5 m"}}
    breach = {"kind": "breach", "crest": "12 m", "width": "30 m"}
    weir = {"kind": "weir", "crest": "12 m", "width": "30 m"}
    opened = beside(gauge={"rating_curve": STAGE}, basin={**node, "inlet": breach})
    fixed = beside(gauge={"rating_curve": STAGE}, basin={**node, "inlet": weir})
    taken = [series(one, "basin_inflow", "basin") for one in (opened, fixed)]
    flow_at_trigger = np.interp(14.5, [14, 18], [800, 2600])
    after = (HOURS > 28) & (WAVE < flow_at_trigger)
    assert taken[0][after].max() > 30.0
    assert np.all(taken[1][1:][np.maximum(WAVE[1:], WAVE[:-1]) < flow_at_trigger] == 0.0)
    assert np.all(taken[0][:10] == 0.0)


def test_a_rating_of_the_inlet_counts_by_the_level_outside():
    node = basin(trigger={"level": "13 m"}, inlet={
        "kind": "gate", "rating": {"level": ["13 m", "15 m"], "flow": ["0 m3/s", "100 m3/s"]},
    })  # fmt: skip
    result = beside(gauge={"rating_curve": STAGE}, basin=node)
    taken = series(result, "basin_inflow", "basin")
    hour = int(np.argmax(WAVE))
    met = means(WAVE)[hour]
    stage = np.interp(met - taken[hour + 1], [0, 300, 800, 2600], [10, 12, 14, 18])
    assert taken[hour + 1] == pytest.approx(min(50.0 * (stage - 13.0), 100.0), rel=1e-6)


def lake(**changes):
    node = reservoir(outlets=[{"name": "gate", "capacity": "200 m3/s", "sill": "101 m"}])
    node["levels"] = {"normal": "110 m", "flood_control": "115 m"}
    return {**node, "type": "lake", **changes}


def test_a_lake_is_held_at_the_level_of_its_basin():
    node = basin(section="lake", trigger={"level": "112 m"}, capacity="100 Mm3",
                 inlet={"kind": "gate", "capacity": "5000 m3/s"})  # fmt: skip
    inflow = 1500 * np.exp(-(((HOURS - 20) / 8.0) ** 2))
    nodes = {"lake": lake(detention=["basin"]), "basin": node}
    result = routed(nodes, "lake > sea", inflows={"lake": inflow})
    level, taken = series(result, "level", "lake"), series(result, "basin_inflow", "basin")
    assert level.max() == pytest.approx(112.0, abs=1e-6)
    assert taken.max() > 800.0
    held = series(result, "basin_storage", "basin")
    change = np.diff(series(result, "storage", "lake"))
    flows = series(result, "mean_inflow", "lake") - series(result, "mean_outflow", "lake")
    np.testing.assert_allclose(change, (flows[1:] - taken[1:]) * HOUR_S, rtol=0, atol=1e-3)
    assert held[-1] > 1e7


def test_a_lake_uses_its_basins_in_the_order_it_names():
    small = basin(section="lake", trigger={"level": "112 m"}, capacity="3 Mm3")
    nodes = {"lake": lake(detention=["b", "a"]), "a": small, "b": small}
    inflow = 1500 * np.exp(-(((HOURS - 20) / 8.0) ** 2))
    result = routed(nodes, "lake > sea", inflows={"lake": inflow})
    first, second = (series(result, "basin_storage", name) for name in ("b", "a"))
    assert np.all(second[first < 3e6 * (1 - 1e-9)] == 0.0)
    assert second[-1] == pytest.approx(3e6)
    assert float(result["peak_level"].sel(node="lake")) > 112.0


def test_what_an_inlet_lacks_is_told():
    weir = basin(inlet={"kind": "weir", "crest": "13 m", "width": "60 m"})
    nodes = {"gauge": {"type": "control_section"}, "basin": weir}
    found = told(nodes, "gauge > sea", inflows={"gauge": [1.0, 2.0]})
    assert found["nodes.basin.inlet"][0] == (
        "an inlet by level at 'gauge', which has no rating curve"
    )
    nodes["gauge"] = {"type": "control_section", "rating_curve": STAGE}
    nodes["basin"] = basin(inlet={"kind": "weir", "capacity": "10 m3/s"})
    found = told(nodes, "gauge > sea", inflows={"gauge": [1.0, 2.0]})
    assert found["nodes.basin.inlet"][0] == "a weir without a crest"
