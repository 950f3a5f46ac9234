"""Outlets: all that arrives leaves, first what is asked for."""

from __future__ import annotations

import numpy as np

from tests.nodes.river_models import content, lowered, reservoir, simulated, told


def model(outlet=None, days=5, **store):
    nodes = {"upper": reservoir(**store), "sea": {"type": "outlet", **(outlet or {})}}
    links = [{"from": "upper", "to": "sea", "type": "river"}]
    ladder = ["dam_safety", "flood_limit", "outflow", "storage"]
    if outlet is None:
        ladder.remove("outflow")
    return content(nodes, links, ladder=ladder, days=days)


def test_lowering():
    builder = lowered(model({"outflow": {"requirement": "2 m3/s"}}))
    assert builder.ports["sea"].outlet is None
    assert builder.claims["sea.outflow"].line == "outflow"
    assert {b.kind for b in builder.boundaries if b.name == "sea.outflow"} == {"outflow"}


def test_a_wanted_outflow_is_released_from_storage():
    dataset = simulated(model({"outflow": {"requirement": "2 m3/s"}}, initial="110 m"))
    np.testing.assert_allclose(dataset.supplied.sel(claim="sea.outflow"), 2.0, rtol=1e-9)
    np.testing.assert_allclose(dataset.discharge.sel(reach="sea"), 2.0, rtol=1e-9)


def test_more_than_wanted_leaves_too():
    dataset = simulated(model({"outflow": {"requirement": "2 m3/s"}}, initial="113 m"))
    np.testing.assert_allclose(dataset.supplied.sel(claim="sea.outflow"), 2.0, rtol=1e-9)
    first = dataset.discharge.sel(reach="sea").to_numpy()[0]
    np.testing.assert_allclose(first, 1e6 / 86400.0, rtol=1e-9)
    leaves = dataset.year_budget.sel(budget="outflow").sum()
    np.testing.assert_allclose(leaves, dataset.discharge.sum() * 86400.0, rtol=1e-12)


def test_nothing_leaves_an_outlet_by_a_link():
    one = model()
    one["links"].append({"from": "sea", "to": "upper", "type": "river"})
    told_all = told(one)
    assert (
        "nodes.sea",
        "the link 'sea->upper' leaves it",
        "links to the outlet only",
    ) in told_all
    assert ("links.1.from", "'sea', of type outlet", "a node that water leaves") in told_all
