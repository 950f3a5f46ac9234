"""Pumps: a lift with a capacity and a cost; the cheaper way is taken first."""

from __future__ import annotations

import numpy as np

from tests.nodes import small
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


def licensed(**keys):
    """A pump that could lift the 5 m3/s that a town wants all year."""
    nodes = {
        "river": {"type": "import", "capacity": "9 m3/s"},
        "town": {"type": "demand", "use": "domestic", "flow": "5 m3/s"},
    }
    pump = {"from": "river", "to": "town", "type": "pump", "capacity": "9 m3/s", **keys}
    return nodes, pump


def test_a_licence_bounds_the_volume_of_a_year():
    nodes, pump = licensed(quota="0.3 亿m3/year", account_year="01-01", replaced="0.1 亿m3/year")
    result = small.simulated(nodes, pump, period=("2030-01-01", "2031-12-31", "month"))
    lifted = (result.flow.sel(link="river->town") * result["dt"]).groupby("time.year").sum()
    np.testing.assert_allclose(lifted, 0.2e8, rtol=1e-12)
    left = result["account_left"].sel(account="river->town")
    np.testing.assert_allclose(left[[0, 11, 23]], [0.2e8 - 5 * 31 * 86400.0, 0.0, 0.0], atol=1e-6)
    assert str(result["account_node"].sel(account="river->town").item()) == "river"


def test_what_is_replaced_is_a_part_of_a_quota():
    found = small.told(*licensed(replaced="0.1 亿m3/year"))
    assert found["links.0.replaced"] == ("replaced without a quota", "a quota, or no such key")
    keys = {"quota": "0.3 亿m3/year", "account_year": "01-01", "replaced": "0.4 亿m3/year"}
    assert small.told(*licensed(**keys))["links.0.replaced"] == (
        "4e+07 m3/year, more than the quota of 3e+07 m3/year",
        "a part of the quota",
    )
    del keys["account_year"]
    assert "links.0.account_year" in small.told(*licensed(**keys))
