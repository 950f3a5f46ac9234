"""Compensation toward a control section, and reservoirs that share it (错峰, 联合调度)."""

from __future__ import annotations

import numpy as np
import pytest

from tests.flood.small import reservoir, routed, series, told

HOURS = np.arange(61)
LOCAL = 50 + 700 * np.exp(-(((HOURS - 30) / 8.0) ** 2))
RISING = 100 + 900 * np.exp(-(((HOURS - 24) / 12.0) ** 2))
SAFE = 1000.0


def section(**changes):
    return {"type": "control_section", "safe_discharge": f"{SAFE} m3/s", **changes}


def one_dam(lag="3 h", local=LOCAL, inflow=RISING, reach=None, **changes):
    """A reservoir, a reach, and a section where local flow joins."""
    nodes = {
        "dam": reservoir(compensation="gauge", **changes),
        "river": reach or {"type": "reach", "travel_time": lag},
        "side": {"type": "inflow", "local_inflow": "1 m3/s"},
        "gauge": section(),
    }
    return routed(
        nodes,
        "dam > river",
        "river > gauge",
        "side > gauge",
        "gauge > sea",
        inflows={"dam": inflow, "side": local},
    )


def test_a_release_gives_way_to_the_local_flow_at_the_section():
    result = one_dam()
    gauge = series(result, "outflow", "gauge")
    release = series(result, "release", "dam")
    assert gauge[4:].max() <= SAFE * (1 + 1e-12)
    # It takes all that is left there: the section stands at its safe discharge for hours.
    assert np.count_nonzero(np.isclose(gauge, SAFE, rtol=2e-2)) >= 5
    allowed = SAFE - LOCAL
    for hour in range(1, 55):
        before = 0.25 * allowed[hour + 2] + 0.75 * allowed[hour + 3]  # a quarter of an hour
        assert release[hour] <= min(before, allowed[hour + 3]) + 1e-9
    assert float(result["peak_level"].sel(node="dam")) > 110.1


def test_a_spread_wave_keeps_the_section_safe_too():
    reach = {"type": "reach", "muskingum": {"k": "4 h", "x": 0.2}}
    result = one_dam(reach=reach, forecast="14 h")
    gauge = series(result, "outflow", "gauge")
    # Weights of a spread wave have no end: 2 standard deviations around the arrival are counted.
    assert gauge[5:].max() <= 1.005 * SAFE
    assert gauge.max() > 0.8 * SAFE


def test_an_error_of_the_forecast_is_left_free():
    sure = one_dam()
    wary = one_dam(forecast_error=0.3)
    peak = series(wary, "outflow", "gauge")[4:].max()
    assert peak <= SAFE - 0.3 * 50 + 1e-9
    level = [float(one["peak_level"].sel(node="dam")) for one in (sure, wary)]
    assert level[1] > level[0]


def test_beyond_the_horizon_nothing_is_known():
    # Seen one hour ahead only, a local flow that rises in the last two hours is met too late.
    blind = one_dam(forecast="1 h")
    assert series(blind, "outflow", "gauge").max() > SAFE * 1.02
    steady = one_dam(forecast="1 h", local=np.full(61, 400.0))
    assert series(steady, "outflow", "gauge")[4:].max() <= SAFE * (1 + 1e-12)


def test_local_flow_above_the_safe_discharge_closes_the_gates_until_the_dam_is_in_danger():
    flood = np.full(61, 1500.0)
    result = one_dam(local=flood, inflow=np.full(61, 3000.0), initial="50 %")
    release, level = series(result, "release", "dam"), series(result, "level", "dam")
    low = (level < 120.0 - 1e-9) & (HOURS > 0)
    assert np.all(release[low] == 0.0)
    assert level.max() >= 120.0 - 1e-9
    assert release[-1] == pytest.approx(2000.0)


def two_dams(second=None, lags=("3 h", "3 h"), inflows=(RISING, RISING)):
    nodes = {
        "a": reservoir(compensation="gauge"),
        "b": reservoir(compensation="gauge", **(second or {})),
        "ra": {"type": "reach", "travel_time": lags[0]},
        "rb": {"type": "reach", "travel_time": lags[1]},
        "side": {"type": "inflow", "local_inflow": "1 m3/s"},
        "gauge": section(),
    }
    rivers = ("a > ra", "b > rb", "ra > gauge", "rb > gauge", "side > gauge", "gauge > sea")
    flows = {"a": inflows[0], "b": inflows[1], "side": LOCAL}
    return routed(nodes, *rivers, inflows=flows)


def fraction(result, name, top_m3=1e8):
    """Part of the flood storage that is filled."""
    return (series(result, "storage", name) - series(result, "storage", name)[0]) / top_m3


def test_equal_reservoirs_share_a_section_equally():
    result = two_dams()
    a, b = series(result, "release", "a"), series(result, "release", "b")
    np.testing.assert_allclose(a, b, rtol=0, atol=1e-6)
    assert series(result, "outflow", "gauge")[4:].max() <= SAFE * (1 + 1e-9)
    assert fraction(result, "a").max() > 0.02


def test_unequal_reservoirs_fill_the_same_part_of_their_flood_storage():
    small = {
        "storage_curve": {"level": ["100 m", "130 m"], "storage": ["0 m3", "1 亿m3"]},
    }
    result = two_dams(small, inflows=(RISING, 0.6 * RISING))
    a, b = fraction(result, "a"), fraction(result, "b", 1e8 / 3)
    wet = (a > 0.01) & (HOURS > 15) & (HOURS < 45)
    assert wet.sum() > 15
    assert np.abs(a - b)[wet].max() < 0.02
    assert series(result, "outflow", "gauge")[4:].max() <= SAFE * (1 + 1e-9)


def test_the_farther_reservoir_decides_first_and_its_water_is_booked():
    result = two_dams(lags=("6 h", "2 h"))
    gauge = series(result, "outflow", "gauge")
    assert gauge[7:].max() <= SAFE * (1 + 1e-9)
    assert gauge[7:].max() > 0.9 * SAFE
    assert series(result, "release", "a").max() > 100
    assert series(result, "release", "b").max() > 100


def test_reservoirs_in_a_row_hold_back_together():
    nodes = {
        "upper": reservoir(compensation="gauge"),
        "between": {"type": "reach", "travel_time": "1 h"},
        "lower": reservoir(compensation="gauge"),
        "river": {"type": "reach", "travel_time": "3 h"},
        "side": {"type": "inflow", "local_inflow": "1 m3/s"},
        "gauge": section(),
    }
    rivers = (
        "upper > between", "between > lower", "lower > river", "river > gauge", "side > gauge",
        "gauge > sea",
    )  # fmt: skip
    flows = {"upper": 1.5 * RISING, "lower": 0.2 * RISING, "side": LOCAL}
    result = routed(nodes, *rivers, inflows=flows)
    upper, lower = fraction(result, "upper"), fraction(result, "lower")
    assert series(result, "outflow", "gauge")[4:].max() <= SAFE * (1 + 1e-9)
    # The lower one alone would hold everything back; together both fill alike.
    wet = (upper + lower > 0.05) & (HOURS > 20) & (HOURS < 45)
    assert wet.sum() > 10
    assert np.abs(upper - lower)[wet].max() < 0.04  # what is under way between them: 0.03
    release = series(result, "release", "upper")
    assert np.abs(np.diff(release)).max() < 100.0  # no see-saw between the two


def test_a_reservoir_that_does_not_give_way_is_counted_with_its_running_release():
    nodes = {
        "dam": reservoir(compensation="gauge"),
        "other": reservoir(),
        "river": {"type": "reach", "travel_time": "1 h"},
        "gauge": section(),
    }
    rivers = ("dam > river", "other > river", "river > gauge", "gauge > sea")
    flows = {"dam": RISING, "other": np.full(61, 300.0)}
    result = routed(nodes, *rivers, inflows=flows)
    assert series(result, "release", "dam").max() <= SAFE - 300.0 + 1e-9
    assert series(result, "outflow", "gauge")[3:].max() == pytest.approx(SAFE, rel=1e-9)


def test_what_cannot_be_compensated_is_told():
    wrong = {
        "dam": reservoir(compensation="gauge"),
        "gauge": {"type": "control_section"},
    }
    found = told(wrong, "dam > gauge", "gauge > sea", inflows={"dam": [1.0, 2.0]})
    assert found["nodes.dam.compensation"][0] == "'gauge', which has no safe discharge"
    aside = {"dam": reservoir(compensation="gauge"), "gauge": section()}
    found = told(aside, "dam > sea", "gauge > sea", inflows={"dam": [1.0, 2.0]})
    assert found["nodes.dam.compensation"][0] == "'gauge', which is not below"
    lake = {"type": "lake", **{k: v for k, v in reservoir().items() if k != "type"}}
    through = {"dam": reservoir(compensation="gauge"), "lake": lake, "gauge": section()}
    found = told(through, "dam > lake", "lake > gauge", "gauge > sea", inflows={"dam": [1.0, 2.0]})
    assert found["nodes.dam.compensation"][0] == "'gauge', below the store 'lake'"
