"""Treatment plants: capacity, loss, outages, faults."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.nodes.small import lowered, simulated, told, volumes

DAY = 86400.0


def nodes(**keys: Any) -> dict[str, Any]:
    return {
        "tap": {"type": "import", "capacity": "9 m3/s"},
        "plant": {"type": "treatment_plant", "capacity": "2 m3/s", **keys},
        "city": {"type": "demand", "use": "domestic", "flow": "5 m3/s"},
    }


def test_lowers_to_one_column_between_its_rows():
    builder = lowered(nodes(loss="5 %"), "tap > plant", "plant > city")
    column = builder.columns["plant.treated"]
    assert [(row.name, weight) for row, weight in column.entries] == [
        ("plant.inlet", 1.0),
        ("plant.outlet", -0.95),
    ]
    assert [b.kind for b in builder.boundaries if b.name == "plant.loss"] == ["loss"]


def test_capacity_loss_and_outage():
    rules = {"running": {"type": "profile", "values": [1.0] * 2 + [0.5] + [0.0] * 9, "unit": 1}}
    result = simulated(
        nodes(loss="5 %", running="running"), "tap > plant", "plant > city", rules=rules,
        period=("2001-01-31", "2001-04-30", "day"),
    )  # fmt: skip
    supplied = volumes(result, "supplied", "city") / DAY
    np.testing.assert_allclose(supplied[[0, 1, 29, 89]], [1.9, 1.9, 0.95, 0.0], atol=1e-9)


def test_faults_in_engineers_words():
    found = told(nodes(loss=1.0), "tap > plant")
    assert found["nodes.plant"] == ("a plant that no link leaves", "a link from it")
    assert found["nodes.plant.loss"] == ("1", "a loss below 100 %")
    found = told(nodes(), "plant > city")
    assert found["nodes.plant"] == ("a plant that no link reaches", "a link to it")
