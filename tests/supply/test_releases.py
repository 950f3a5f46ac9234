"""What gates pass within a step, and evaporation in long steps, in whole models."""

import numpy as np
import pytest

import hydrosim
from hydrosim.config.load import config_from_text, load_config
from tests.conftest import ROOT

MODELS = ROOT / "tests/models/supply"


def text_of(name):
    """Return the text of a model."""
    return (MODELS / f"{name}.yaml").read_text(encoding="utf-8")


def run(text):
    """Return the run of a config's text, of one scenario and member."""
    return hydrosim.run(config_from_text(text)).squeeze()


def test_a_gate_of_ten_passes_ten_until_the_crest_overflows():
    """90 m3/s more than the gate passes are stored to the crest; then they spill."""
    result = run(text_of("gate_of_ten").replace("2001-01-05", "2001-01-20"))
    release, spill, storage = (result[v].values for v in ("release", "spill", "storage"))
    np.testing.assert_allclose(release, 10.0)
    np.testing.assert_allclose(storage[:11], 10e6 + 90 * 86400 * np.arange(1, 12))
    np.testing.assert_allclose(storage[11:], 100e6)
    assert spill[:11].max() == 0.0
    np.testing.assert_allclose(spill[12:], 90.0)
    assert (spill * 86400).sum() == pytest.approx(20 * 90 * 86400 - 90e6)


def test_an_empty_dam_passes_on_what_comes_in_the_first_month():
    result = hydrosim.run(load_config(MODELS / "empty_dam_in_months.yaml")).squeeze()
    np.testing.assert_allclose(result["supplied"].sel(claim="city").values, 10.0)
    np.testing.assert_allclose(result["supplied"].sel(claim="reach.base_flow").values, 5.0)


@pytest.mark.parametrize("step", ["day", "pentad", "dekad", "month"])
def test_gates_that_stand_open_together_pass_no_more_than_all_of_them_at_once(step):
    """Two weirs Q = 40 (z - 5) above 5 m empty 10 Mm3 a metre: S falls with k = 1e7 / 80 s."""
    text = f"""
hydrosim: 1
period: {{start: 2001-01-01, end: 2001-01-31, step: {step}}}
ladder: [agriculture, storage]
nodes:
  dam:
    type: reservoir
    storage_curve: {{level: [0 m, 20 m], storage: [0 Mm3, 200 Mm3]}}
    levels: {{dead: 0 m, normal: 20 m}}
    initial: 9 m
    outlets:
      - {{name: left, to: west, rating: {{level: [5 m, 20 m], flow: [0 m3/s, 600 m3/s]}}}}
      - {{name: right, to: east, rating: {{level: [5 m, 20 m], flow: [0 m3/s, 600 m3/s]}}}}
  west: {{type: demand, use: agriculture, flow: 1000 m3/s}}
  east: {{type: demand, use: agriculture, flow: 1000 m3/s}}
links: [{{from: dam, to: west}}, {{from: dam, to: east}}]
"""
    result = run(text)
    days = np.diff(np.append(result.time.values, np.datetime64("2001-02-01")))
    end = np.cumsum(days.astype("timedelta64[s]").astype(float))
    expected = 50e6 + 40e6 * np.exp(-end * 80 / 1e7)
    np.testing.assert_allclose(result["storage"].values, expected, rtol=1e-9)
    east, west = (result["supplied"].sel(claim=name).values for name in ("east", "west"))
    np.testing.assert_allclose(east, west, rtol=1e-9)


def test_two_canals_through_one_gate_share_it():
    text = """
hydrosim: 1
period: {start: 2001-01-01, end: 2001-01-03, step: day}
ladder: [agriculture, storage]
nodes:
  dam:
    type: reservoir
    storage_curve: {level: [0 m, 20 m], storage: [0 Mm3, 200 Mm3]}
    levels: {dead: 0 m, normal: 20 m}
    initial: 9 m
    outlets: [{name: gate, capacity: 6 m3/s, to: farm}]
  farm: {type: demand, use: agriculture, flow: 50 m3/s}
links:
  - {from: dam, to: farm, name: old}
  - {from: dam, to: farm, name: new, minimum: 1 m3/s, minimum_line: agriculture}
"""
    result = run(text)
    np.testing.assert_allclose(result["supplied"].sel(claim="farm").values, 6.0)
    np.testing.assert_allclose(result["supplied"].sel(claim="new.minimum").values, 1.0)


def test_a_store_below_its_dead_level_by_rounding_still_releases():
    text = text_of("empty_dam_in_months").replace("step: month", "step: day")
    text = text.replace("initial: 1 m", "initial: 0.99999999994 m")
    result = run(text.replace("2001-06-30", "2001-01-05"))
    np.testing.assert_allclose(result["supplied"].sel(claim="city").values, 10.0, rtol=1e-6)
    np.testing.assert_allclose(
        result["supplied"].sel(claim="reach.base_flow").values, 5.0, rtol=1e-6
    )


def test_band_caps_hold_beside_the_gates():
    text = text_of("gate_of_ten").replace("capacity: 10 m3/s", "capacity: 80 m3/s")
    text = text.replace(
        "    initial:",
        "    release_bands: [{up_to: 11 m, cap: 30 m3/s}, {cap: 70 m3/s}]\n    initial:",
    )
    release = run(text)["release"].values
    np.testing.assert_allclose(release, [30.0, 30.0, 70.0, 70.0, 70.0])
