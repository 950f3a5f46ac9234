"""Outlets: all that arrives leaves, first what is asked for."""

from __future__ import annotations

import numpy as np

from hydrosim.report.tables import replenishment_table, shortage_table, supply_table
from hydrosim.scenarios.figures import key_figures
from hydrosim.standards.board import check
from hydrosim.standards.ecology import BaseFlow
from hydrosim.standards.replenishment import Replenishment
from hydrosim.standards.supply import Guarantee
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


def shared_water():
    """A sea that asks for water beside a town and a wetland, two water years of 2 m3/s."""
    nodes = {
        "upper": reservoir(local_inflow="2 m3/s"),
        "sea": {"type": "outlet", "outflow": {"requirement": "1 m3/s", "guarantee": "90 %"}},
        "town": {"type": "demand", "use": "domestic", "flow": "0.25 m3/s"},
        "wetland": {"type": "demand", "use": "ecology", "flow": "0.5 m3/s"},
    }
    ways = [("sea", "river"), ("town", "canal"), ("wetland", "canal")]
    links = [{"from": "upper", "to": end, "type": kind} for end, kind in ways]
    ladder = ["dam_safety", "flood_limit", "domestic", "outflow", "ecology", "storage"]
    period = {"start": "2001-06-01", "days": 730, "water_year": "06-01"}
    return content(nodes, links, ladder=ladder, **period)


def test_a_required_outflow_is_no_supply_and_no_replenishment():
    dataset = simulated(shared_water())
    years = 730 * 86400.0 / 31556952.0  # years of 365.2425 days
    assert dataset["claim_kind"].sel(claim="sea.outflow") == "outflow"
    assert dataset["claim_use"].sel(claim="sea.outflow") == "outflow"
    supply = supply_table(dataset)
    assert set(supply.columns) == {"domestic", "ecology", "total"}
    whole = float(dataset.year_supplied.sel(claim=["town", "wetland"]).sum()) / years / 1e8
    np.testing.assert_allclose(supply.loc["total", "total"], whole, rtol=1e-9)
    assert set(shortage_table(dataset).index) == {"domestic", "ecology", "total"}
    assert set(replenishment_table(dataset).index) <= {"wetland", "total"}
    figures = key_figures(dataset)
    np.testing.assert_allclose(figures["replenished"], 0.5 * 365 * 86400.0, rtol=1e-9)
    wetland = dataset.year_supplied.sel(claim="wetland")
    np.testing.assert_allclose(figures["replenished"], wetland, rtol=1e-12)
    verdicts = check(dataset, [Replenishment(type="replenishment")])
    assert "sea" not in {verdict.subject for verdict in verdicts}
    achieved = [verdict.achieved for verdict in verdicts]
    np.testing.assert_allclose(achieved, 0.5 * 365 * 86400.0 / 1e6, rtol=1e-9)


def test_a_required_outflow_is_judged_as_a_base_flow_is():
    dataset = simulated(shared_water())
    (verdict,) = check(dataset, [BaseFlow(type="base_flow")])
    assert (verdict.subject, verdict.quantity, verdict.unit) == ("sea", "outflow", "%")
    assert (verdict.required, verdict.achieved, verdict.outcome) == (90.0, 100.0, "pass")
    (guarantee,) = check(dataset, [Guarantee(type="guarantee", nodes=("sea",))])
    assert guarantee.outcome == "not judged"
    without = shared_water()
    del without["nodes"]["sea"]["outflow"]["guarantee"]
    (verdict,) = check(simulated(without), [BaseFlow(type="base_flow")])
    assert verdict.outcome == "not judged"
