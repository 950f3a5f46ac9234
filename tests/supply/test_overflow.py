"""Overflow as a consequence in whole models."""

import json

import numpy as np
import pytest

import hydrosim
from hydrosim.config.load import config_from_text, load_config
from tests.conftest import ROOT
from tests.models.random_city import load, random_city

MODELS = ROOT / "tests/models/supply"


def run(text):
    """Return the run of a config's text, of one scenario and member."""
    return hydrosim.run(config_from_text(text)).squeeze()


def test_a_town_is_not_cut_because_a_full_reservoir_below_overflows():
    result = hydrosim.run(load_config(MODELS / "town_above_a_full_reservoir.yaml")).squeeze()
    supplied = {str(c): result["supplied"].sel(claim=c).values for c in result["claim"].values}
    np.testing.assert_allclose(supplied["town"], 5.0)
    np.testing.assert_allclose(supplied["brook.base_flow"], 1.0)
    np.testing.assert_allclose(supplied["farm"], 0.5)
    # 80 % of the town's 5 m3/s, the brook's 1 and its own 1, less the farm's 0.5.
    np.testing.assert_allclose(result["spill"].sel(store="low").values, 5.5)
    np.testing.assert_allclose(result["storage"].sel(store="low").values, 10e6)
    assert set(np.unique(result["reason"].values)) == {0}


@pytest.mark.parametrize("local", ["0 m3/s", "0.5 m3/s", "1 m3/s"])
def test_whether_or_not_the_full_reservoir_has_water_of_its_own(local):
    text = (MODELS / "town_above_a_full_reservoir.yaml").read_text(encoding="utf-8")
    result = run(text.replace("local_inflow: 1 m3/s", f"local_inflow: {local}"))
    np.testing.assert_allclose(result["supplied"].sel(claim="town").values, 5.0)


WET_YEAR = """
hydrosim: 1
period: {start: 2001-01-01, end: 2001-12-31, step: day}
ladder: [flood_limit, domestic, base_flow, storage]
rules:
  inflow: {type: profile, unit: m3/s, values: [2, 2, 3, 2, 2, 4, 60, 90, 40, 6, 4, 3]}
nodes:
  dam:
    type: reservoir
    storage_curve: {level: [0 m, 10 m, 12 m], storage: [0 Mm3, 100 Mm3, 130 Mm3]}
    levels: {dead: 0 m, normal: 10 m}
    flood_limited_level: {stages: {07-01: 8 m, 09-01: 10 m}, drawdown: {from: 06-01}}
    initial: 70 %
    local_inflow: inflow
    spill_to: reach
  reach: {type: reach, base_flow: {requirement: 30 m3/s}}
  town: {type: demand, use: domestic, flow: 3 m3/s}
  sea: {type: outlet}
links:
  - {from: dam, to: reach, type: canal, capacity: 20 m3/s}
  - {from: reach, to: sea, type: river}
  - {from: dam, to: town, capacity: 5 m3/s}
"""


def test_a_store_overflows_only_at_its_crest():
    """Emptiness above the limit and a base flow above the canal's capacity draw on no overflow."""
    result = run(WET_YEAR)
    spill, storage = result["spill"].values, result["storage"].values
    assert spill.max() > 30.0
    assert (storage[spill > 1e-9] >= 130e6 * (1 - 1e-9)).all()
    base = result["supplied"].sel(claim="reach.base_flow").values
    assert (base[spill < 1e-9] <= 20.0 + 1e-9).all()
    assert base.max() == pytest.approx(30.0)


@pytest.mark.parametrize("seed", range(8))
def test_no_reservoir_of_a_random_city_overflows_below_its_crest(seed):
    content = random_city(seed)
    for link in content["links"]:
        if link.get("type") == "river" and link["from"].startswith("reservoir"):
            link |= {"type": "canal", "capacity": "3 m3/s"}
            content["nodes"][link["from"]]["spill_to"] = link["to"]
    result = hydrosim.run(load(content)).isel(scenario=0, member=0)
    for store in result["store"].values:
        curve = content["nodes"][str(store)]["storage_curve"]["storage"]
        crest = float(curve[-1].split()[0]) * 1e8
        one = result.sel(store=store)
        spilling = one["spill"].values > 1e-9
        assert (one["storage"].values[spilling] >= crest * (1 - 1e-9)).all()
    assert json.loads(result.attrs["certificate"])["widened_steps"] == 0
