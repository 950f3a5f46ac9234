"""Recharge basins: what the bed lets through reaches the aquifer."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.nodes.small import lowered, simulated, told, volumes

DAY = 86400.0
LADDER = ("recharge", {"spare": "tap"})


def nodes(**keys: Any) -> dict[str, Any]:
    return {
        "tap": {"type": "import", "capacity": "9 m3/s"},
        "shallow": {
            "type": "aquifer",
            "area": "10 km2",
            "specific_yield": 0.1,
            "initial_depth": "15 m",
            "floor_depth": "30 m",
        },
        "bed": {
            "type": "recharge_basin",
            "aquifer": "shallow",
            "area": "0.5 km2",
            "infiltration": "0.4 m/day",
            **keys,
        },
    }


def test_lowers_to_a_claim_on_the_recharge_line():
    builder = lowered(nodes(loss="10 %"), "tap > bed", ladder=LADDER)
    assert builder.claims["bed"].line == "recharge"
    assert builder.items["claim"]["bed"]["kind"] == "recharge"
    assert [kind for _, kind in builder.recharge_of("shallow")] == ["recharge"]
    assert [b.kind for b in builder.boundaries if b.name == "bed.evaporation"] == ["evaporation"]


def test_the_bed_s_infiltration_bounds_it():
    result = simulated(nodes(loss="10 %", factor=0.5), "tap > bed", ladder=LADDER)
    np.testing.assert_allclose(volumes(result, "supplied", "bed"), 0.5 * 0.4 * 5e5, rtol=1e-9)
    np.testing.assert_allclose(volumes(result, "recharge", "shallow"), 0.9 * 1e5, rtol=1e-9)


def test_a_wanted_flow_below_it():
    result = simulated(nodes(wanted="1 m3/s"), "tap > bed", ladder=LADDER)
    np.testing.assert_allclose(volumes(result, "recharge", "shallow") / DAY, 1.0, rtol=1e-9)


def test_faults_in_engineers_words():
    bad = nodes(aquifer="tap", infiltration="0 m/day", area="0 km2", share=0)
    found = told(bad, "tap > bed", ladder=LADDER)
    assert found["nodes.bed.aquifer"] == ("'tap', which is of type 'import'", "the aquifer below")
    assert found["nodes.bed.infiltration"] == ("0", "an infiltration rate above 0")
    assert found["nodes.bed.area"] == ("0", "an area above 0")
    assert found["nodes.bed.share"] == ("0", "a weight above 0, such as 1")
