"""Springs: the flow by head, the aquifer's balance, the overflow, faults."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.nodes.small import lowered, simulated, states, told, volumes

DAY = 86400.0
CITY = {"type": "demand", "use": "domestic", "flow": "0.5 m3/s"}
KARST = {
    "type": "aquifer",
    "area": "100 km2",
    "specific_yield": 0.02,
    "ground_level": "80 m",
    "initial_depth": "10 m",
    "floor_depth": "60 m",
}
SPRING = {
    "type": "spring",
    "aquifer": "karst",
    "outlet_level": "65 m",
    "conductance": "0.4 m2/s",
}


def nodes(karst: dict[str, Any] | None = None, **keys: Any) -> dict[str, Any]:
    return {"karst": {**KARST, **(karst or {})}, "spring": {**SPRING, **keys}, "city": CITY}


def test_lowers_to_a_forced_flow_and_an_overflow():
    builder = lowered(nodes(), "spring > city")
    row = builder.rows["spring"]
    assert [origin for _, origin in row.forced] == ["spring"]
    assert row.forced[0][0] in builder.balances["karst"].losses
    assert "spring.overflow" in builder.columns


def test_flow_is_k_times_the_head_above_the_outlet():
    result = simulated(nodes(), "spring > city", period=("2001-01-01", "2001-01-31", "day"))
    head, flow = 70.0, []
    for _ in range(31):
        flow.append(0.4 * max(head - 65.0, 0.0))
        head -= flow[-1] * DAY / 2e6
    discharge = volumes(result, "discharge", "spring") / DAY
    np.testing.assert_allclose(discharge, flow, rtol=1e-9)
    np.testing.assert_allclose(states(result, "level", "karst")[-1], head, rtol=1e-12)
    np.testing.assert_allclose(volumes(result, "supplied", "city") / DAY, np.minimum(flow, 0.5))


def test_dry_below_the_outlet():
    result = simulated(nodes({"initial_depth": "16 m"}), "spring > city")
    assert not volumes(result, "discharge", "spring").any()


def test_a_long_step_takes_no_more_than_stands_above_the_outlet():
    """5 m stand above the outlet, 2 Mm3 a metre: V = 10 Mm3 (1 - exp(-k dt / S)) a month."""
    result = simulated(
        nodes(conductance="5 m2/s"), "spring > city", period=("2001-01-01", "2001-03-31", "month")
    )
    days = np.cumsum([31, 28, 31])
    above = 10e6 * np.exp(-5.0 * 86400.0 * np.append(0, days) / 2e6)
    np.testing.assert_allclose(
        volumes(result, "discharge", "spring"), -np.diff(above), rtol=1e-9, atol=1e-3
    )
    np.testing.assert_allclose(states(result, "level", "karst"), 65.0 + above[1:] / 2e6, rtol=1e-12)


def test_faults_in_engineers_words():
    found = told(nodes(aquifer="city", spill_to="spring"), "spring > city")
    assert found["nodes.spring.aquifer"] == (
        "'city', which is of type 'demand'",
        "the spring's aquifer",
    )
    assert found["nodes.spring.spill_to"] == ("a spring that flows to itself", "another node")
    found = told(nodes({"ground_level": None}), "spring > city")
    assert found["nodes.spring.aquifer"] == (
        "'karst', an aquifer without `ground_level`",
        "an aquifer whose head is known",
    )
    found = told(nodes(aquifer="karts"), "spring > city")
    assert "nodes.spring.aquifer" in found
