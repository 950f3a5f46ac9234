"""Tunnels: one way, by decision, closed while the water stands below the intake."""

from __future__ import annotations

import numpy as np

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
        "intake level",
        "dead storage",
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


def test_it_is_dry_below_its_intake():
    dataset = simulated(model(invert="110 m"))
    level = np.concatenate(([112.0], dataset.level.sel(store="east").to_numpy()[:-1]))
    flow = dataset.flow.sel(link="east->west").to_numpy()
    np.testing.assert_allclose(flow[level <= 110.0], 0.0, atol=1e-9)
    assert (flow[level > 110.0] > 0.1).all()
    assert (level <= 110.0).any()
