"""Pumps: a lift with a capacity and a cost; the cheaper way is taken first."""

from __future__ import annotations

import numpy as np

from tests.nodes.test_canal import model, simulated, told


def test_the_cheaper_way_is_taken_first():
    one = model(type="pump", capacity="4 m3/s", cost="0.8 yuan/m3", head="30 m")
    one["links"].append(
        {"from": "upper", "to": "town", "name": "gravity", "capacity": "3 m3/s", "type": "pipe"}
    )
    flow = simulated(one).flow
    np.testing.assert_allclose(flow.sel(link="gravity"), 3.0, rtol=1e-12)
    np.testing.assert_allclose(flow.sel(link="upper->town"), 2.0, rtol=1e-12)


def test_a_pump_needs_a_capacity():
    found = ("links.1.capacity", "a pump without capacity", "the flow it can lift")
    assert found in told(model(type="pump"))
