"""Rivers: uncapped, from node to node; a store bounds them by its outlets."""

from __future__ import annotations

import numpy as np
import pytest

from tests.nodes.river_models import content, lowered, reservoir, simulated, told


def model(loss="0 %", **sections):
    nodes = {"hills": {"type": "inflow", "local_inflow": "9000 m3/s"}, "fork": {"type": "junction"}}
    links = [
        {"from": "hills", "to": "fork", "type": "river", "loss": loss},
        {"from": "fork", "to": "sea", "type": "river"},
    ]
    nodes["pond"] = reservoir()
    links.append({"from": "pond", "to": "sea", "type": "river"})
    ladder = ["dam_safety", "flood_limit", "storage"]
    return content(nodes, links, ladder=ladder, days=3, **sections)


def test_between_junctions_nothing_bounds_it():
    builder = lowered(model())
    assert builder.columns["hills->fork"].upper == []
    reasons = [reason for _, reason in builder.columns["pond->sea"].upper]
    assert reasons == ["dead storage"]


@pytest.mark.parametrize("loss", [0.0, 0.25])
def test_it_carries_any_flood_less_its_loss(loss):
    dataset = simulated(model(f"{loss * 100:g} %"))
    flow = dataset.flow
    np.testing.assert_allclose(flow.sel(link="hills->fork"), 9000.0, rtol=1e-12)
    np.testing.assert_allclose(flow.sel(link="fork->sea"), 9000.0 * (1 - loss), rtol=1e-12)


def test_a_river_enters_where_natural_water_does():
    one = model()
    one["nodes"]["sha"] = {"type": "reach"}
    one["links"][0]["to"] = "sha"
    one["links"].append({"from": "sha", "to": "fork", "type": "river"})
    rows = {row.name for row, _ in lowered(one).columns["hills->sha"].entries}
    assert rows == {"hills", "sha.above"}


def test_faults():
    assert ("links.0.loss", "a loss of all water", "a loss below 100 %") in told(model("100 %"))
