"""Tunnels: one way, by decision, closed while the water stands below the intake."""

from __future__ import annotations

import numpy as np
import pytest

import hydrosim
from hydrosim.config.load import config_from_text
from hydrosim.errors import ConfigError
from tests.nodes.river_models import content, lowered, reservoir, simulated


def model(days=8, **tunnel):
    nodes = {
        "east": reservoir(initial="112 m"),
        "west": reservoir(initial="102 m"),
        "town": {"type": "demand", "use": "domestic", "flow": "4 m3/s"},
    }
    links = [
        {"from": "east", "to": "sea", "type": "river"},
        {"from": "west", "to": "sea", "type": "river"},
        {"from": "east", "to": "west", "type": "tunnel", "capacity": "10 m3/s", **tunnel},
        {"from": "west", "to": "town"},
    ]
    ladder = ["dam_safety", "flood_limit", "domestic", "storage"]
    return content(nodes, links, ladder=ladder, days=days)


def test_lowering():
    columns = lowered(model(invert="110 m")).links["east->west"][1]
    assert [reason for _, reason in columns[0].upper] == [
        "capacity",
        "dead storage",
        "intake level",
    ]


def test_it_balances_two_reservoirs_one_way():
    dataset = simulated(model(days=9))
    flow = dataset.flow.sel(link="east->west").to_numpy()
    east, west = (dataset.storage.sel(store=name).to_numpy() for name in ("east", "west"))
    assert (flow >= -1e-9).all()
    np.testing.assert_allclose(flow[:4], 10.0, rtol=1e-9)
    # Once both are equally full they stay so: the town's water comes half from each.
    np.testing.assert_allclose(east[-1], west[-1], rtol=1e-9)
    np.testing.assert_allclose(flow[-1], 2.0, rtol=1e-6)


def test_it_takes_only_what_stands_above_its_intake():
    """East holds V above 110 m: days of 10 m3/s, then the rest, then nothing; it ends at 110 m."""
    dataset = simulated(model(days=40, invert="110 m"))
    level = dataset.level.sel(store="east").to_numpy()
    flow = dataset.flow.sel(link="east->west").to_numpy()
    assert level.min() >= 110.0 - 1e-9
    below = np.append(False, level[:-1] <= 110.0 + 1e-9)
    assert below.any()
    np.testing.assert_allclose(flow[below], 0.0, atol=1e-6)


STEPS = """
hydrosim: 1
period: {{start: 2001-01-01, end: 2001-06-30, step: {step}}}
ladder: [domestic, flood_limit, storage]
nodes:
  dam:
    type: reservoir
    storage_curve: {{level: [0 m, 10 m], storage: [0 Mm3, 10 Mm3]}}
    levels: {{dead: 1 m, normal: 10 m}}
    initial: {initial} m
    local_inflow: {inflow} m3/s
  city: {{type: demand, use: domestic, flow: 10 m3/s}}
  sea: {{type: outlet}}
links:
  - {{from: dam, to: city, type: tunnel, invert: 5 m, capacity: 20 m3/s}}
  - {{from: dam, to: sea, type: river}}
"""


@pytest.mark.parametrize("step", ["day", "pentad", "dekad", "month"])
@pytest.mark.parametrize(
    ("initial", "inflow", "volume"),
    [(10, 0, 5e6), (5.01, 0, 0.01e6), (5, 10, 181 * 864e3), (4, 0, 0.0)],
)
def test_an_intake_gives_the_same_water_in_days_and_months(step, initial, inflow, volume):
    """What stands above 5 m, 1 Mm3 a metre, and what flows in; not a cubic metre below."""
    result = hydrosim.run(
        config_from_text(STEPS.format(step=step, initial=initial, inflow=inflow))
    ).squeeze()
    given = float((result.supplied * result.dt).sum())
    assert given == pytest.approx(volume, rel=1e-6, abs=0.1)
    assert float(result.level.min()) >= min(initial, 5.0) - 1e-6


def test_a_month_fills_a_pool_to_its_intake_and_serves_from_it():
    """January brings 15 m3/s, 40.176 Mm3, into a pool 4 m below the intake: the town has 10."""
    text = STEPS.format(step="month", initial=1, inflow=15)
    result = hydrosim.run(config_from_text(text)).squeeze()
    np.testing.assert_allclose(result.supplied, 10.0)


def test_an_intake_level_needs_a_water_level():
    text = """
hydrosim: 1
period: {start: 2001-01-01, end: 2001-01-03, step: day}
ladder: [domestic]
nodes:
  head: {type: inflow, local_inflow: 5 m3/s}
  city: {type: demand, use: domestic, flow: 10 m3/s}
  sea: {type: outlet}
links:
  - {from: head, to: city, type: tunnel, invert: 5 m}
  - {from: head, to: sea, type: river}
"""
    with pytest.raises(ConfigError, match="an intake level at 'head', which has no water level"):
        config_from_text(text)
