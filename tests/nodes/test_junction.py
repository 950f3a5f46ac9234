"""Junctions: what comes in leaves, and a way out for what nobody takes."""

from __future__ import annotations

import numpy as np

from tests.nodes.river_models import content, lowered, simulated


def model(**junction):
    nodes = {
        "fork": {"type": "junction", "local_inflow": "5 m3/s", **junction},
        "town": {"type": "demand", "use": "domestic", "flow": "2 m3/s"},
    }
    links = [{"from": "fork", "to": "town"}, {"from": "fork", "to": "sea", "type": "river"}]
    return content(nodes, links, ladder=["domestic"], days=3)


def test_a_river_is_the_way_out():
    builder = lowered(model())
    assert "fork.overflow" not in builder.columns
    ports = builder.ports["fork"]
    assert ports.inlet is ports.outlet is ports.river_inlet


def test_without_a_river_the_rest_leaves_the_model():
    one = model()
    one["links"].pop()
    del one["nodes"]["sea"]
    assert "fork.overflow" in lowered(one).columns
    dataset = simulated(one)
    np.testing.assert_allclose(dataset.supplied.sel(claim="town"), 2.0)
    outflow = dataset.year_budget.sel(budget="outflow").sum()
    np.testing.assert_allclose(outflow, 3 * 3 * 86400.0, rtol=1e-9)


def test_it_spills_where_told():
    one = model(spill_to="ditch")
    one["nodes"]["ditch"] = {"type": "outlet"}
    rows = {row.name for row, _ in lowered(one).columns["fork.overflow"].entries}
    assert rows == {"fork", "ditch"}


def test_balance():
    dataset = simulated(model())
    flow = dataset.flow
    np.testing.assert_allclose(flow.sel(link="fork->town"), 2.0, rtol=1e-12)
    np.testing.assert_allclose(flow.sel(link="fork->sea"), 3.0, rtol=1e-12)
