"""Inflows: the water of a catchment enters the network whole."""

from __future__ import annotations

import numpy as np
import pytest

from hydrosim.config.load import config_from_text
from hydrosim.errors import ConfigError
from hydrosim.flood.simulation import route
from tests.nodes.river_models import content, lowered, simulated, told, write_series


def model(flow="3 m3/s", **sections):
    nodes = {
        "hills": {"type": "inflow", "local_inflow": flow, "catchment": "476 km2"},
        "fork": {"type": "junction"},
        "town": {"type": "demand", "use": "domestic", "flow": "1 m3/s"},
    }
    links = [
        {"from": "hills", "to": "fork", "type": "river"},
        {"from": "fork", "to": "town"},
        {"from": "fork", "to": "sea", "type": "river"},
    ]
    return content(nodes, links, ladder=["domestic"], days=10, **sections)


def test_lowering():
    builder = lowered(model())
    assert builder.ports["hills"].inlet is None
    assert [origin for _, origin in builder.rows["hills"].forced] == ["hills"]
    assert builder.items["origin"]["hills"] == {"kind": "surface"}
    assert builder.quantity("local_inflow", "hills").constant == 3.0


def test_all_of_it_enters(tmp_path):
    flow = np.random.default_rng(3).gamma(1.0, 4.0, 10)
    dataset = simulated(
        model("flow", series=write_series(tmp_path, "2001-01-01", flow=flow)), tmp_path
    )
    np.testing.assert_allclose(dataset.flow.sel(link="hills->fork"), flow, rtol=1e-12)
    np.testing.assert_allclose(
        dataset.flow.sel(link="fork->sea"), flow - np.minimum(flow, 1.0), atol=1e-9
    )
    entered = dataset.year_budget.sel(budget="local_inflow").sum()
    np.testing.assert_allclose(entered, flow.sum() * 86400.0, rtol=1e-12)


def test_a_negative_inflow_names_the_day(tmp_path):
    flow = np.ones(10)
    flow[4] = -2.0
    one = model("flow", series=write_series(tmp_path, "2001-01-01", flow=flow))
    with pytest.raises(ConfigError, match=r"-2 m3/s in column 'flow', 2001-01-05"):
        lowered(one, tmp_path)


def test_an_inflow_that_leads_nowhere():
    one = model()
    one["links"] = one["links"][1:]
    expected = ("nodes.hills", "no link from 'hills'", "a river to the node where it enters")
    assert expected in told(one)


def test_no_link_ends_at_an_inflow():
    one = model()
    one["links"].append({"from": "fork", "to": "hills"})
    found = ("links.3.to", "'hills', of type inflow", "a node that takes water from links")
    assert found in told(one)


FLOOD = """
hydrosim: 1
{period}nodes:
  hills: {{type: inflow{flow}}}
  sea: {{type: outlet}}
links: [{{from: hills, to: sea, type: river}}]
flood:
  events: {{e: {{start: 2001-07-15, inflows: {{hills: {{flows: [5, 9, 5], every: 6 h}}}}}}}}
"""


def test_floods_alone_need_no_flow_of_supply():
    config = config_from_text(FLOOD.format(period="", flow=""))
    assert float(route(config)["peak_inflow"].sel(node="sea").item()) == pytest.approx(9.0)
    period = "period: {start: 2001-01-01, end: 2001-12-31, step: day}\nladder: [storage]\n"
    config = config_from_text(FLOOD.format(period=period, flow=""))
    with pytest.raises(ConfigError) as caught:
        config.refuse_supply()
    (fault,) = [one for one in caught.value.faults if one.path[0] == "nodes"]
    assert fault.path == ("nodes", "hills", "local_inflow")
    assert fault.expected == "`local_inflow:`, which floods do without and a supply run needs"


def test_a_supply_run_needs_its_flow():
    period = "period: {start: 2001-01-01, end: 2001-12-31, step: day}\nladder: [storage]\n"
    text = FLOOD.format(period=period, flow="").partition("flood:")[0]
    with pytest.raises(ConfigError) as caught:
        config_from_text(text)
    assert [fault.path for fault in caught.value.faults] == [("nodes", "hills", "local_inflow")]
