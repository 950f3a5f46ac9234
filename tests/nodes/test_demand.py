"""Demands: amounts by step, sharing, losses, return flow, water that passes on, faults."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr

from tests.nodes.small import lowered, simulated, told, volumes

DAY = 86400.0
SHARES = ["0 %", "1 %", "18 %", "20 %", "20 %", "13 %", "5 %", "4 %", "4 %", "5 %", "9 %", "1 %"]
STEPS = ["day", "pentad", "dekad", "month"]


def tap(capacity: str = "100 m3/s") -> dict[str, Any]:
    return {"type": "import", "capacity": capacity}


def demand(use: str = "domestic", **keys: Any) -> dict[str, Any]:
    amount = {} if "flow" in keys else {"amount": "3.45 亿m3/year"}
    return {"type": "demand", "use": use, **amount, **keys}


def served(city: dict[str, Any], capacity: str = "100 m3/s", **keys: Any) -> xr.Dataset:
    return simulated({"tap": tap(capacity), "city": city}, "tap > city", **keys)


def test_lowers_to_a_delivery_with_its_claim():
    city = demand(loss="10 %", loss_to="shallow", guarantee="95 %", tier="city")
    city["return"] = {"share": "80 %", "to": "works"}
    nodes = {
        "tap": tap(),
        "city": city,
        "works": {"type": "reclaimed_plant", "capacity": "1 m3/s"},
        "shallow": {
            "type": "aquifer",
            "area": "10 km2",
            "specific_yield": 0.1,
            "initial_depth": "5 m",
            "floor_depth": "30 m",
        },
    }
    builder = lowered(nodes, "tap > city")
    claim = builder.claims["city"]
    assert (claim.line, claim.sense, claim.column.name) == ("domestic", 1, "city.delivery")
    consumed = [b for b in builder.boundaries if b.kind == "consumption"]
    assert len(consumed) == 1
    assert builder.recharge_of("shallow")[0][1] == "seepage"
    assert "city.return.under_way" in builder.balances
    item = builder.items["claim"]["city"]
    assert item["gross_factor"] == pytest.approx(1 / 0.9)
    assert (item["kind"], item["use"], item["guarantee"]) == ("demand", "domestic", 0.95)
    assert builder.year_claims["city"]["period"] == "month"


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("pattern", ["flat", SHARES])
def test_the_year_s_amount_is_exact_for_every_step(step: str, pattern: Any):
    nodes = {"tap": tap(), "city": demand(pattern=pattern)}
    built = lowered(nodes, "tap > city", period=("1999-01-01", "2001-12-31", step))
    wanted = built.year_claims["city"]["wanted"].known
    assert wanted is not None
    for year in (1999, 2000, 2001):
        total = wanted[0][built.calendar.year == year].sum()
        assert total == pytest.approx(3.45e8, rel=1e-14)
    if pattern != "flat":
        march = wanted[0][(built.calendar.year == 2000) & (built.calendar.month == 3)]
        assert march.sum() == pytest.approx(0.18 * 3.45e8, rel=1e-14)


def test_a_rule_is_a_factor_on_the_mean_flow_and_an_amount_by_year():
    rules = {
        "summer": {"type": "profile", "values": [0.5] * 6 + [1.5] * 6, "unit": 1},
        "growth": {"type": "by_year", "values": {2001: 1.0, 2002: 2.0}, "unit": "万m3/year"},
    }
    city = demand(amount="growth", pattern="summer")
    keys = {"rules": rules, "mode": "trajectory"}
    result = served(city, period=("2001-12-31", "2002-01-01", "day"), **keys)
    # a rule's year has 365.25 days, as all units have
    np.testing.assert_allclose(
        volumes(result, "supplied", "city"), [1.5e4 / 365, 0.5 * 2e4 / 365], rtol=1e-9
    )


def test_shortage_is_shared_by_weight():
    nodes = {
        "tap": tap("3 m3/s"),
        "east": demand(flow="4 m3/s", share=2.0),
        "west": demand(flow="4 m3/s"),
    }
    result = simulated(nodes, "tap > east", "tap > west")
    np.testing.assert_allclose(volumes(result, "supplied", "east") / DAY, 2.0, rtol=1e-9)
    np.testing.assert_allclose(volumes(result, "supplied", "west") / DAY, 1.0, rtol=1e-9)


def test_loss_is_asked_for_and_not_counted_as_supply():
    result = served(demand(flow="1.8 m3/s", loss="10 %"))
    np.testing.assert_allclose(volumes(result, "withdrawn", "tap") / DAY, 2.0, rtol=1e-9)
    np.testing.assert_allclose(volumes(result, "supplied", "city") / DAY, 1.8, rtol=1e-9)
    budget = result["year_budget"].sum("water_year")
    assert float(budget.sel(budget="loss")) == pytest.approx(0.2 * 5 * DAY, rel=1e-9)
    assert float(budget.sel(budget="consumption")) == pytest.approx(1.8 * 5 * DAY, rel=1e-9)


def downstream(same_step: bool) -> xr.Dataset:
    city = demand(flow="2 m3/s", loss="50 %")
    city["return"] = {"share": "75 %", "to": "outfall", "same_step": same_step}
    nodes = {
        "tap": tap(),
        "city": city,
        "outfall": {"type": "junction"},
        "farm": demand("agriculture", flow="1 m3/s"),
        "sea": {"type": "outlet"},
    }
    ladder = ("domestic", "agriculture")
    river = {"from": "outfall", "to": "sea", "type": "river"}
    return simulated(nodes, "tap > city", "outfall > farm", river, ladder=ladder)


@pytest.mark.parametrize(("same_step", "first"), [(False, 0.0), (True, 1.0)])
def test_return_flow_arrives_in_the_next_or_the_same_step(same_step: bool, first: float):
    result = downstream(same_step)
    expected = [first, 1.0, 1.0, 1.0, 1.0]  # 1.5 m3/s return, the farm wants 1
    np.testing.assert_allclose(volumes(result, "supplied", "farm") / DAY, expected, atol=1e-9)
    budget = result["year_budget"].sum("water_year") / DAY
    assert float(budget.sel(budget="outflow")) == pytest.approx(0.5 * sum(expected), rel=1e-9)


def test_return_to_an_aquifer_and_out_of_the_model():
    city = demand(flow="2 m3/s")
    shallow = {
        "type": "aquifer",
        "area": "10 km2",
        "specific_yield": 0.1,
        "initial_depth": "5 m",
        "floor_depth": "30 m",
    }
    nodes = {"tap": tap(), "city": {**city, "return": {"share": 0.25, "to": "shallow"}}}
    result = simulated({**nodes, "shallow": shallow}, "tap > city")
    np.testing.assert_allclose(volumes(result, "recharge", "shallow") / DAY, 0.5, rtol=1e-9)
    result = served({**city, "return": {"share": 0.25}})
    budget = result["year_budget"].sum("water_year") / DAY
    assert float(budget.sel(budget="return_flow")) == pytest.approx(2.5, rel=1e-9)


def test_ecological_water_passes_on_in_the_same_step():
    nodes = {
        "tap": tap("2 m3/s"),
        "bed": demand(
            "ecology",
            flow="5 m3/s",
            line="replenishment",
            loss="40 %",
            passes_to="end",
            passes_same_step=True,
        ),
        "end": {"type": "junction"},
        "farm": demand("agriculture", flow="1 m3/s"),
        "sea": {"type": "outlet"},
    }
    ladder = ("replenishment", "agriculture")
    links = ("tap > bed", "end > farm", {"from": "end", "to": "sea", "type": "river"})
    result = simulated(nodes, *links, ladder=ladder)
    np.testing.assert_allclose(volumes(result, "supplied", "farm") / DAY, 1.0, rtol=1e-9)
    np.testing.assert_allclose(volumes(result, "supplied", "bed") / DAY, 1.2, rtol=1e-9)
    builder = lowered(nodes, *links, ladder=ladder)
    assert builder.items["claim"]["bed"]["kind"] == "replenishment"


def test_ecological_water_passes_on_in_the_next_step_by_default():
    nodes = {
        "tap": tap("2 m3/s"),
        "bed": demand("ecology", flow="5 m3/s", line="replenishment", passes_to="end"),
        "end": {"type": "junction"},
        "farm": demand("agriculture", flow="1 m3/s"),
        "sea": {"type": "outlet"},
    }
    links = ("tap > bed", "end > farm", {"from": "end", "to": "sea", "type": "river"})
    result = simulated(nodes, *links, ladder=("replenishment", "agriculture"))
    farm = volumes(result, "supplied", "farm") / DAY
    assert farm[0] == 0.0
    np.testing.assert_allclose(farm[1:], 1.0, rtol=1e-9)


def test_faults_in_engineers_words():
    city = demand(flow="1 m3/s", amount="1 亿m3/year", pattern=["50 %"] * 2, share=0, loss=1.0)
    found = told({"tap": tap(), "city": city}, "tap > city")
    assert found["nodes.city.amount"] == (
        "both amount and flow",
        "either `amount` a year or `flow`",
    )
    assert found["nodes.city.share"] == ("0", "a weight above 0, such as 1")
    assert found["nodes.city.loss"] == ("1", "a loss below 100 %")
    found = told({"city": demand(pattern=["8 %"] * 12, loss_to="city")})
    assert found["nodes.city.pattern"] == (
        "shares with a sum of 96 %",
        "shares with a sum of 100 %",
    )
    assert found["nodes.city.loss_to"][1] == "an aquifer"
    found = told({"city": {"type": "demand", "use": "industry"}})
    assert found["nodes.city.amount"][0] == "no amount"
    assert told({"city": demand(loss_to="x")})["nodes.city.loss_to"]


def test_faults_of_return_flow():
    def returned(**keys: Any) -> dict[str, tuple[str, str]]:
        city = {**demand(), "return": {"share": "80 %", **keys}}
        return told({"tap": tap(), "city": city, "farm": demand("agriculture")}, "tap > city")

    assert returned(to="city")["nodes.city.return.to"] == ("a return to itself", "another node")
    assert returned(to="farm")["nodes.city.return.to"] == (
        "'farm', which is of type 'demand'",
        "a node that can pass on or store what returns",
    )
    assert returned(same_step=True)["nodes.city.return.same_step"][0] == (
        "a return in the same step to no node of the surface network"
    )
    city = {**demand(passes_to="city"), "return": {"share": 0.5}}
    found = told({"city": city})
    assert found["nodes.city.passes_to"] == ("a node that flows to itself", "another node")
    found = told({"city": demand(passes_to="farm"), "farm": demand("agriculture")})
    assert found["nodes.city.passes_to"][1] == "a river, lake, reservoir or junction"


def test_reclaimed_water_never_reaches_a_domestic_use():
    nodes = {
        "works": {"type": "reclaimed_plant", "capacity": "1 m3/s"},
        "rain": {"type": "local_source", "capacity": "1 m3/s"},
        "pool": {"type": "junction"},
        "city": {**demand(), "return": {"share": "80 %", "to": "works"}},
        "park": demand("ecology"),
    }
    links = ("works > pool", "rain > pool", "pool > city", "pool > park")
    found = told(nodes, *links)
    assert found["nodes.city"] == (
        "reclaimed water on the way works > pool > city",
        "a domestic use without reclaimed water",
    )
    assert "nodes.park" not in found
    assert "nodes.city" not in told(nodes, "rain > pool", "pool > city", "works > park")
