"""A new store and a new place on a flood's way: each one file, taken up by all that asks nodes.

Nothing but the registry is told of them; supply and floods are run, judged and drawn with them.
"""

from __future__ import annotations

import json

import numpy as np
import pytest

from hydrosim.config.load import config_from_text
from hydrosim.errors import ConfigError
from hydrosim.flood.judging import check_floods
from hydrosim.nodes import NODE_TYPES
from hydrosim.plot import flood_network, lake, network, storage
from hydrosim.report.flood import flood_frames
from hydrosim.report.tables import storage_table
from hydrosim.standards.board import check
from hydrosim.supply.build import build_model
from hydrosim.supply.simulation import run
from tests.models.bridge import Bridge
from tests.models.polder import Polder

CONFIG = """\
hydrosim: 1
period: {start: 2001-06-01, end: 2002-05-31}
ladder: [flood_limit, domestic, storage]
ledger: {stores: {polder: first_in_first_out}}
nodes:
  hills: {type: inflow, local_inflow: 3 m3/s}
  polder:
    type: polder
    storage_curve: {level: [10 m, 20 m], storage: [0 m3, 1000 万m3]}
    levels: {normal: 15 m, crest: 18 m}
    initial: 50 %
    flood_limited_level: {stages: {06-01: 14 m}, until: 10-01}
    outlets: [{name: sluice, capacity: 150 m3/s, sill: 11 m}]
  bridge: {type: bridge, clearance: 100 m3/s}
  hollow:
    {type: detention_basin, section: bridge, capacity: 100 万m3, trigger: {discharge: 120 m3/s}}
  town: {type: demand, use: domestic, flow: 2 m3/s, return: {share: 50 %, to: bridge}}
  sea: {type: outlet}
links:
  - {from: hills, to: polder, type: river}
  - {from: polder, to: bridge, type: river}
  - {from: bridge, to: sea, type: river}
  - {from: polder, to: town}
standards:
  users: {type: guarantee, targets: {domestic: 95 %}}
  channels: {type: flood_channel}
  dikes: {type: flood_levee, freeboard: 1 m}
  peaks: {type: flood_peak, stores: [polder]}
  basin: {type: flood_basin}
  town_of_all: {type: flood_zone, return_period: 5, protects: [polder, bridge, hollow]}
flood:
  start_levels: {polder: 13 m}
  draws: {polder: 2 m3/s}
  events:
    storm:
      start: 2001-07-15
      inflows: {hills: {flows: [10, 60, 250, 120, 40, 10], every: 4 h}}
      start_flows: {polder: 10 m3/s}
  design:
    return_periods: [2, 5, 10, 50]
    scaling: {same_ratio: peak}
    typical: {storm: {event: storm}}
    statistics: {hills: {peak: {mean: 90 m3/s, cv: 0.9, cs_over_cv: 2.5}}}
"""


@pytest.fixture
def config(monkeypatch):
    monkeypatch.setitem(NODE_TYPES, "polder", Polder)
    monkeypatch.setitem(NODE_TYPES, "bridge", Bridge)
    return config_from_text(CONFIG)


def test_a_new_store_in_a_supply_run(config):
    model = build_model(config)
    assert model.builder.lenders == {"polder"}
    whole = run(model)
    assert json.loads(whole.attrs["certificate"])["largest_network_closure"] < 1e-12
    result = whole.isel(scenario=0, member=0)
    town = result["supplied"].sel(claim="town").to_numpy()
    np.testing.assert_allclose(town, 2.0, rtol=1e-9)
    held = result["storage"].sel(store="polder").to_numpy()
    np.testing.assert_allclose(held[[60, -1]], [4e6, 5e6], rtol=1e-9)  # limit, normal level
    assert list(storage_table(result).index) == ["polder"]
    verdicts = {one.quantity: one for one in check(result, config.standards)}
    assert verdicts["guarantee"].achieved == 50.0  # one full year of one: 1 / (1 + 1)
    known = {node["name"]: node for node in json.loads(result.attrs["network"])["nodes"]}
    assert (known["polder"]["symbol"], known["polder"]["keeps_water"]) == ("lake", True)
    assert [len(page(result, "en")) for page in (storage.pages, lake.pages, network.pages)] == [
        1,
        1,
        1,
    ]


def test_new_types_in_floods(config):
    judged = check_floods(config)
    result = judged.dataset
    assert json.loads(result.attrs["certificate"])["largest_element_closure"] < 1e-12
    storm = result.sel(event="storm") if "storm" in result["event"].values else result.isel(event=0)
    assert storm["peak_level"].sel(node="polder").item() > 13.0
    told = {(one.standard, one.subject): one for one in judged.verdicts}
    assert {place for family, place in told if family == "flood_channel"} == {"bridge"}
    assert {place for family, place in told if family == "flood_levee"} == {"polder"}
    assert {place for family, place in told if family == "flood_peak"} == {"polder"}
    assert {place for family, place in told if family == "flood_basin"} == {"hollow"}
    channel = told["flood_channel", "bridge"]
    assert channel.return_period_required == 5.0
    assert channel.outcome == "fail"
    assert "bridge" in set(flood_frames(result)["channels"]["place"])
    assert flood_network.pages(result, "en")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("levels: {polder: 13 m}", "levels: {bridge: 13 m}"), "'bridge', of type bridge"),
        (("stores: [polder]", "stores: [bridge]"), "'bridge', of type bridge"),
        (("protects: [polder, ", "protects: [town, "), "'town', of type demand"),
        (("section: bridge", "section: hills"), "'hills', of type inflow"),
        (("trigger: {discharge: 120 m3/s}", "trigger: {level: 5 m}"),
         "a level at 'bridge', which has no rating curve"),
    ],
)  # fmt: skip
def test_what_new_types_do_not_answer_is_a_fault(config, change, found):
    del config
    with pytest.raises(ConfigError) as caught:
        config_from_text(CONFIG.replace(*change))
    assert found in [fault.found for fault in caught.value.faults]
    if "levels" in change[0]:
        (fault,) = caught.value.faults
        assert fault.expected == "a node of type lake, reservoir or polder"
