"""Growth, saving and price of a demand; cost of sources and links by year."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hydrosim.errors import ConfigError
from hydrosim.parts.tariffs import tariff_from_text
from tests.nodes.small import lowered, simulated, told

YEAR = ("2001-01-01", "2001-12-31", "month")


def town(**keys: Any) -> dict[str, Any]:
    city = {"type": "demand", "use": "domestic", "amount": "1 亿m3/year", **keys}
    return {"tap": {"type": "import", "capacity": "100 m3/s"}, "city": city}


def wanted(planning_year: int | None = 2030, **keys: Any) -> float:
    """Volume that a demand of 1 亿m3 a year wants in a year."""
    more = {} if planning_year is None else {"planning_year": planning_year}
    built = lowered(town(**keys), "tap > city", period=YEAR, **more)
    value = built.year_claims["city"]["wanted"].known
    assert value is not None
    return float(np.broadcast_to(value[0], (12,)).sum())


def test_growth_to_the_planning_year():
    growth = {"rate": "1.2 %", "from": 2024}
    assert wanted(growth=growth) == pytest.approx(1e8 * 1.012**6, rel=1e-14)
    assert wanted(growth=growth, planning_year=2024) == pytest.approx(1e8, rel=1e-14)
    assert wanted(growth={"rate": -0.01, "from": 2025}) == pytest.approx(1e8 * 0.99**5, rel=1e-14)


def test_growth_year_by_year_in_a_trajectory():
    built = lowered(
        town(growth={"rate": "10 %", "from": 2001}),
        "tap > city",
        period=("2000-01-01", "2003-12-31", "month"),
        mode="trajectory",
    )
    value = built.year_claims["city"]["wanted"].known
    assert value is not None
    years = value[0].reshape(4, 12).sum(axis=1)
    np.testing.assert_allclose(years, [1e8, 1e8, 1.1e8, 1.21e8], rtol=1e-14)


def test_saving_is_a_share_or_a_rule_by_year():
    assert wanted(saving="8 %") == pytest.approx(0.92e8, rel=1e-14)
    rules = {"plan": {"type": "by_year", "values": {2025: 0.04, 2030: 0.1}, "unit": "1"}}
    keys = {"rules": rules, "planning_year": 2030, "period": YEAR}
    built = lowered(town(saving="plan"), "tap > city", **keys)
    value = built.year_claims["city"]["wanted"].known
    assert value is not None
    assert float(np.broadcast_to(value[0], (12,)).sum()) == pytest.approx(0.9e8, rel=1e-14)


def test_a_price_lowers_the_demand_by_its_elasticity():
    tariff = {"price": "4.4 yuan/m3", "reference": "4 yuan/m3", "elasticity": -0.2}
    assert wanted(tariff=tariff) == pytest.approx(1e8 * 1.1**-0.2, rel=1e-14)
    both = wanted(tariff=tariff, saving="10 %", growth={"rate": "1 %", "from": 2025})
    assert both == pytest.approx(1e8 * 1.1**-0.2 * 0.9 * 1.01**5, rel=1e-14)


TIERS = [{"price": "4 yuan/m3", "up_to": "0.6 亿m3/year"}, {"price": "6 yuan/m3"}]


def test_tiers_lower_it_by_the_mean_price():
    tariff = {"tiers": TIERS, "reference": "4 yuan/m3", "elasticity": -1}
    # D p(D) = 4e8 yuan: 0.6e8 at 4 leave 1.6e8 at 6
    assert wanted(tariff=tariff) == pytest.approx(0.6e8 + 1.6e8 / 6.0, rel=1e-13)


def test_bill_and_cost_of_a_year():
    nodes = town(tariff={"tiers": TIERS, "fixed": "500 万元"})
    nodes["tap"]["price"] = "1.2 yuan/m3"
    link = {"from": "tap", "to": "city", "type": "pipe", "loss": "20 %", "cost": "0.5 yuan/m3"}
    result = simulated(nodes, link, period=YEAR, water_year="01-01")
    supplied = float(result["year_supplied"].sel(claim="city").sum())
    assert supplied == pytest.approx(1e8)
    cost = result["year_cost"].sel(water_year=2001)
    assert float(cost.sel(cost="tap")) == pytest.approx(1.25e8 * 1.2)
    assert float(cost.sel(cost="tap->city")) == pytest.approx(1.25e8 * 0.5)
    table = tariff_from_text(str(result["claim_tariff"].sel(claim="city").item()))
    assert float(table.bill(supplied)) == pytest.approx(5e6 + 0.6e8 * 4 + 0.4e8 * 6)


@pytest.mark.parametrize(
    ("keys", "place", "found", "expected"),
    [
        ({"tariff": {}}, "tariff.price", "no price", "either `price` or `tiers`"),
        (
            {"tariff": {"price": "4 yuan/m3", "elasticity": -0.2}},
            "tariff.reference",
            "an elasticity without a reference price",
            "`reference`: the price at which the amount is wanted",
        ),
        (
            {"tariff": {"price": "4 yuan/m3", "elasticity": 0.2, "reference": "4 yuan/m3"}},
            "tariff.elasticity",
            "0.2",
            "0 or a negative number, such as -0.2",
        ),
        (
            {"tariff": {"tiers": [{"price": "4 yuan/m3"}, {"price": "5 yuan/m3"}]}},
            "tariff.tiers.0.up_to",
            "a tier without end before another",
            "`up_to` for each tier but the last",
        ),
        (
            {"tariff": {"tiers": [TIERS[0], {"price": "3 yuan/m3"}]}},
            "tariff.tiers.1.price",
            "3 yuan/m3 after 4 yuan/m3",
            "prices that do not fall",
        ),
        (
            {"growth": {"rate": "1 %", "from": 2024}},
            "growth.from",
            "no `planning_year`",
            "`planning_year:` of 2024 or later",
        ),
    ],
)
def test_faults(keys, place, found, expected):
    assert told(town(**keys), "tap > city")[f"nodes.city.{place}"] == (found, expected)


def test_tiers_need_an_amount_that_is_known():
    rules = {"asked": {"type": "expression", "unit": "m3/s", "expression": "level('lake')"}}
    lake = {
        "type": "lake",
        "storage_curve": {"level": ["0 m", "10 m"], "storage": ["0 万m3", "900 万m3"]},
        "levels": {"normal": "9 m"},
        "initial": "5 m",
    }
    tariff = {"tiers": TIERS, "elasticity": -0.3, "reference": "4 yuan/m3"}
    nodes = {**town(tariff=tariff, amount="asked"), "lake": lake, "sea": {"type": "outlet"}}
    river = {"from": "lake", "to": "sea", "type": "river"}
    with pytest.raises(ConfigError, match="not known before the run"):
        lowered(nodes, "tap > city", river, rules=rules, ladder=("domestic", "storage"))
