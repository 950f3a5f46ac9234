"""A store below its dead level that a dam above feeds: filled to it, then it passes water on."""

import json

import numpy as np
import pytest

import hydrosim
from hydrosim.config.load import config_from_text

CASCADE = """
hydrosim: 1
period: {start: 2001-01-01, end: 2001-04-30, step: STEP}
ladder: [domestic, reserve, storage]
rules:
  evaporation: {type: profile, unit: mm/day, values: [1, 1, 2, 3, 4, 5, 5, 4, 3, 2, 1, 1]}
nodes:
  upper:
    type: reservoir
    storage_curve: {level: [100 m, 110 m], storage: [0 Mm3, 300 Mm3]}
    levels: {dead: 102 m, normal: 108 m}
    initial: 80 %
    zones: {reserve: 108 m}
  lower:
    type: reservoir
    storage_curve: {level: [50 m, 60 m], area: [1 km2, 1 km2], storage: [0 Mm3, 10 Mm3]}
    levels: {dead: 53 m, normal: 58 m}
    evaporation: evaporation
    initial: START
  hill: {type: demand, use: HILL, flow: 1 m3/s}
  town: {type: demand, use: domestic, flow: 3 m3/s}
  sea: {type: outlet}
links:
  - {from: upper, to: hill, capacity: 5 m3/s}
  - {from: upper, to: lower, type: river}
  - {from: lower, to: town, capacity: 5 m3/s}
  - {from: lower, to: sea, type: river}
"""


def run(text):
    """Return the run of a config's text; its balance is checked."""
    result = hydrosim.run(config_from_text(text)).isel(scenario=0, member=0)
    proof = json.loads(result.attrs["certificate"])
    assert max(proof["largest_row_closure"], proof["largest_network_closure"]) <= 1e-12
    return result


@pytest.mark.parametrize("step", ["day", "month"])
@pytest.mark.parametrize("start", ["53 m", "51 m"])
def test_the_dam_above_fills_it_and_the_town_is_served(step, start):
    """A millimetre of evaporation below the dead level shut it for ever: the town got nothing."""
    text = CASCADE.replace("STEP", step).replace("START", start).replace("HILL", "domestic")
    result = run(text)
    np.testing.assert_allclose(result["supplied"], [[1.0, 3.0]] * result.sizes["time"])
    lower = result["storage"].sel(store="lower").values
    np.testing.assert_allclose(lower, 3e6)
    seconds = 120 * 86400.0
    lost = (31 + 28 + 2 * 31 + 3 * 30) * 1e-3 * 1e6
    left = 0.8 * 180e6 + 60e6 - 4.0 * seconds - lost - (3e6 - (3e6 if start == "53 m" else 1e6))
    assert float(result["storage"].sel(store="upper")[-1]) == pytest.approx(left, rel=1e-9)


def test_nothing_fills_it_where_no_line_draws_on_it():
    """Dead storage is no use of its own: without the town it sinks by what evaporates."""
    text = CASCADE.replace("STEP", "day").replace("START", "53 m").replace("HILL", "domestic")
    text = text.replace("  - {from: lower, to: town, capacity: 5 m3/s}\n", "")
    text = text.replace("  town: {type: demand, use: domestic, flow: 3 m3/s}\n", "")
    result = run(text)
    lost = (31 + 28 + 2 * 31 + 3 * 30) * 1e-3 * 1e6
    assert float(result["storage"].sel(store="lower")[-1]) == pytest.approx(3e6 - lost)


def test_lines_above_those_that_it_serves_come_first():
    """The hill's industry stands above the town: in a dry dam it is served, the fill waits."""
    text = CASCADE.replace("STEP", "day").replace("START", "51 m").replace("HILL", "industry")
    text = text.replace("[domestic, reserve", "[industry, domestic, reserve")
    text = text.replace("initial: 80 %", "initial: 102.001 m")  # 30 000 m3, a third of a day
    result = run(text)
    first = result["supplied"].isel(time=0)
    assert float(first.sel(claim="hill")) == pytest.approx(30_000 / 86400)
    assert float(first.sel(claim="town")) == 0.0
    assert float(result["storage"].sel(store="lower")[0]) == pytest.approx(1e6 - 1e3)
