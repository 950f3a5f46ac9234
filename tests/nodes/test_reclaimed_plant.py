"""Reclaimed water: reuse share, capacity, discharge of the rest, faults."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.nodes.small import lowered, simulated, told, volumes

DAY = 86400.0
LINKS = (
    "tap > city",
    "works > factory",
    "river > farm",
    {"from": "river", "to": "sea", "type": "river"},
)
LADDER = ("domestic", "industry", {"spare": "works"}, "agriculture")


def nodes(**keys: Any) -> dict[str, Any]:
    return {
        "tap": {"type": "import", "capacity": "9 m3/s"},
        "works": {
            "type": "reclaimed_plant",
            "capacity": "3 m3/s",
            "discharge_to": "river",
            **keys,
        },
        "city": {
            "type": "demand",
            "use": "domestic",
            "flow": "5 m3/s",
            "return": {"share": "80 %", "to": "works"},
        },
        "factory": {"type": "demand", "use": "industry", "flow": "8 m3/s"},
        "river": {"type": "junction"},
        "sea": {"type": "outlet"},
        "farm": {"type": "demand", "use": "agriculture", "flow": "8 m3/s"},
    }


def test_lowers_to_reuse_and_discharge():
    builder = lowered(nodes(reuse_share="45 %", loss="10 %"), *LINKS, ladder=LADDER)
    split = {row.name: weight for row, weight in builder.columns["works.treated"].entries}
    assert split == pytest.approx({"works.inlet": 1.0, "works.reusable": -0.405, "river": -0.495})
    assert builder.claims["spare:works.reuse"].line == "spare:works"
    assert [origin for _, origin in builder.rows["works.inlet"].forced] == ["works"]
    builder = lowered(nodes(), *LINKS, ladder=LADDER)
    assert "works.treated" not in builder.columns


@pytest.mark.parametrize(
    ("keys", "reused", "discharged"),
    [
        ({}, 3.0, 1.0),  # the capacity
        ({"reuse_share": "45 %"}, 1.8, 2.2),  # the share
        ({"reuse_share": "45 %", "loss": "10 %"}, 1.62, 1.98),
        ({"running": 0.5}, 1.5, 2.5),
    ],
)
def test_reuse_up_to_share_and_capacity(keys: Any, reused: float, discharged: float):
    result = simulated(nodes(**keys), *LINKS, ladder=LADDER)
    supplied = volumes(result, "supplied", "factory") / DAY
    np.testing.assert_allclose(supplied, [0, *[reused] * 4], atol=1e-9)
    rest = volumes(result, "supplied", "farm") / DAY
    np.testing.assert_allclose(rest, [0, *[discharged] * 4], atol=1e-9)
    np.testing.assert_allclose(volumes(result, "withdrawn", "works") / DAY, supplied, atol=1e-9)


def test_a_spare_line_above_its_users_keeps_it_in_the_river():
    ladder = ("domestic", {"spare": "works"}, "industry", "agriculture")
    result = simulated(nodes(), *LINKS, ladder=ladder)
    assert not volumes(result, "supplied", "factory").any()
    np.testing.assert_allclose(volumes(result, "supplied", "farm")[1:] / DAY, 4.0, rtol=1e-9)


def test_without_a_river_the_rest_leaves_the_model():
    result = simulated(
        nodes(discharge_to=None, reuse_share="45 %"), *LINKS[:2], "tap > farm", ladder=LADDER
    )
    budget = result["year_budget"].sum("water_year") / DAY
    assert float(budget.sel(budget="outflow")) == pytest.approx(4 * 2.2, rel=1e-9)


def test_faults_in_engineers_words():
    bad = nodes(discharge_to="works", loss=1.0)
    del bad["city"]["return"]
    found = told(bad, *LINKS, ladder=LADDER)
    assert found["nodes.works"][0] == "a plant that no water reaches"
    assert found["nodes.works.discharge_to"] == ("a discharge to itself", "another node")
    assert found["nodes.works.loss"] == ("1", "a loss below 100 %")
    found = told(nodes(discharge_to="farm"), *LINKS, ladder=LADDER)
    assert found["nodes.works.discharge_to"] == (
        "'farm', which is of type 'demand'",
        "a river, lake, reservoir or junction",
    )
