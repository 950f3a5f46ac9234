"""The worked examples of docs/quotas.md, in 10^4 m3 a month."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.nodes.small import simulated, states, volumes

WAN = 1e4
YEAR = ("2000-11-01", "2001-10-31", "month")
DAYS = np.array([30, 31, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31])  # November first
ABOVE = ("domestic", {"spare": "yangtze.plan"}, "replenishment", {"spare": "yangtze.surplus"})
EVEN = ["8.3333 %"] * 12


def flows(months: list[float]) -> dict[str, Any]:
    """Rule for a volume in each month of the account year, November first."""
    rates = np.array(months) * WAN / DAYS / 86400.0
    values = [float(rates[(month + 2) % 12]) for month in range(12)]
    return {"type": "profile", "unit": "m3/s", "values": values}


def planned(months: list[float], period: Any = YEAR, **keys: Any) -> Any:
    nodes = {
        "yangtze": {"type": "import", "quota": "1200 万m3/year", "account_year": "11-01",
                    "plan": EVEN, "capacity": "9 m3/s", **keys},
        "town": {"type": "demand", "use": "domestic", "flow": "wanted"},
        "wetland": {"type": "demand", "use": "ecology", "line": "replenishment", "flow": "9 m3/s"},
    }  # fmt: skip
    rules = {"wanted": flows(months)}
    links = ("yangtze > town", "yangtze > wetland")
    return simulated(nodes, *links, ladder=ABOVE, rules=rules, period=period)


def got(result: Any, claim: str) -> np.ndarray[Any, Any]:
    return volumes(result, "supplied", claim) / WAN


def test_plan_and_surplus():
    result = planned([60] * 6 + [120] * 6)
    np.testing.assert_allclose(got(result, "town"), [60] * 6 + [120] * 6, rtol=1e-9)
    left = states(result, "account_left", "yangtze") / WAN
    np.testing.assert_allclose(left[1:6], [1080, 1000, 900, 800, 720], rtol=1e-9)
    wetland = got(result, "wetland")
    np.testing.assert_allclose(wetland, [0, 0, 20, 40, 40, 20, *[0] * 6], atol=1e-6)


@pytest.mark.parametrize("flexibility", ["0 %", "20 %"])
def test_flexibility(flexibility: str):
    wanted = [120, 120, *[100] * 8, 80, 80]
    served = got(planned(wanted, flexibility=flexibility), "town")
    first = 120.0 if flexibility == "20 %" else 100.0
    np.testing.assert_allclose(served[:2], first, rtol=1e-9)
    np.testing.assert_allclose(served[2:], wanted[2:], rtol=1e-9)
    high = got(planned([120] * 12, flexibility=flexibility), "town")
    np.testing.assert_allclose(high, 100.0, rtol=1e-9)


@pytest.mark.parametrize("reserved", [False, True])
def test_reserved_parts(reserved: bool):
    keys = {"reserved": {"domestic": "480 万m3/year"}} if reserved else {}
    nodes = {
        "wells": {"type": "aquifer", "area": "500 km2", "specific_yield": 0.1,
                  "initial_depth": "5 m", "floor_depth": "30 m", "quota": "1200 万m3/year",
                  "account_year": "11-01", **keys},
        "town": {"type": "demand", "use": "domestic", "flow": "town_wants"},
        "fields": {"type": "demand", "use": "agriculture", "flow": "fields_want"},
    }  # fmt: skip
    result = simulated(
        nodes, "wells > town", "wells > fields", period=YEAR,
        ladder=("domestic", "agriculture", {"spare": "wells"}),
        rules={"town_wants": flows([40] * 12), "fields_want": flows([200] * 12)},
    )  # fmt: skip
    town, left = got(result, "town"), states(result, "account_left", "wells") / WAN
    if reserved:
        np.testing.assert_allclose(town, 40.0, rtol=1e-9)
        assert got(result, "fields").sum() == pytest.approx(720.0)
        np.testing.assert_allclose(left[3:], 40.0 * np.arange(8, -1, -1), atol=1e-6)
    else:
        np.testing.assert_allclose(town, [*[40.0] * 5, *[0.0] * 7], atol=1e-6)
        assert left[4] == pytest.approx(0.0, abs=1e-6)


def test_carry_over():
    others = (1200 - 100 - 300) / 11
    result = planned(
        [250, *[others] * 11],
        ("2000-11-01", "2001-11-30", "month"),
        carry_over="50 %",
        carry_over_limit="100 万m3",
        reserve="1200 万m3",
    )
    left, town = states(result, "account_left", "yangtze") / WAN, got(result, "town")
    assert left[11] == pytest.approx(300.0)
    assert (town[0], town[12]) == pytest.approx((100.0, 200.0))
    assert left[12] == pytest.approx(1300.0 - 200.0)
