"""Canals, and what all built ways for water share: capacity, loss, cost, minimum, service."""

from __future__ import annotations

import numpy as np
import pytest

from tests.nodes.river_models import content, lowered, reservoir, simulated, told, volume

LADDER = ["dam_safety", "flood_limit", "domestic", "storage"]


def model(days=6, town="5 m3/s", ladder=LADDER, **canal):
    nodes = {
        "upper": reservoir(initial="112 m"),
        "town": {"type": "demand", "use": "domestic", "flow": town},
    }
    links = [
        {"from": "upper", "to": "sea", "type": "river"},
        {"from": "upper", "to": "town", **canal},
    ]
    return content(nodes, links, ladder=ladder, days=days)


def test_lowering():
    builder = lowered(model(capacity="4 m3/s", loss="20 %", cost="1.2 yuan/m3"))
    link, columns = builder.links["upper->town"]
    assert link.type == "canal"
    assert [column.name for column in columns] == ["upper->town"]
    column = columns[0]
    assert {row.name: weight for row, weight in column.entries} == {"upper": 1.0, "town": -0.8}
    assert column.cost_yuan_per_m3 == 1.2
    assert [reason for _, reason in column.upper] == ["capacity", "dead storage"]
    assert builder.items["link"]["upper->town"]["loss"] == pytest.approx(0.2)


def test_capacity_and_loss():
    dataset = simulated(model(capacity="4 m3/s", loss="20 %"))
    np.testing.assert_allclose(dataset.flow.sel(link="upper->town"), 4.0, rtol=1e-12)
    np.testing.assert_allclose(dataset.supplied.sel(claim="town"), 3.2, rtol=1e-12)
    lost = dataset.year_budget.sel(budget="loss").sum()
    np.testing.assert_allclose(lost, 0.8 * 6 * 86400.0, rtol=1e-12)


def test_its_loss_recharges_an_aquifer():
    one = model(capacity="4 m3/s", loss="20 %", loss_to="plain")
    one["nodes"]["plain"] = {
        "type": "aquifer",
        "area": "100 km2",
        "specific_yield": 0.1,
        "initial_depth": "10 m",
        "floor_depth": "60 m",
    }
    dataset = simulated(one)
    np.testing.assert_allclose(volume(dataset, "recharge", "plain"), 0.8 * 86400.0, rtol=1e-9)


def test_availability_by_season():
    one = model(capacity="4 m3/s", availability="ice", days=59)
    one["rules"] = {
        "ice": {"type": "profile", "values": [0.5] + [1.0] * 11, "unit": "1"},
    }
    dataset = simulated(one)
    flow = dataset.flow.sel(link="upper->town").to_numpy()
    np.testing.assert_allclose(flow[:20], 2.0, rtol=1e-12)
    reasons = [reason for _, reason in lowered(one).columns["upper->town"].upper]
    assert reasons == ["capacity", "availability", "dead storage"]


def test_a_work_that_enters_service_within_the_run():
    one = model(capacity="4 m3/s", in_service="2001-01-04")
    one["mode"] = "trajectory"
    flow = simulated(one).flow.sel(link="upper->town").to_numpy()
    np.testing.assert_allclose(flow, [0, 0, 0, 4, 4, 4], atol=1e-12)


@pytest.mark.parametrize(("year", "serves"), [(2000, 0.0), (2001, 4.0), (2035, 4.0)])
def test_at_a_planning_level_the_works_of_its_year_serve(year, serves):
    one = model(capacity="4 m3/s", in_service="2001-01-04")
    one["planning_year"] = year
    flow = simulated(one).flow.sel(link="upper->town").to_numpy()
    np.testing.assert_allclose(flow, serves, atol=1e-12)


def test_a_minimum_is_a_claim_within_the_capacity():
    ladder = ["dam_safety", "flood_limit", "minimum", "storage", "domestic"]
    one = model(capacity="4 m3/s", minimum="1.5 m3/s", ladder=ladder)
    builder = lowered(one)
    assert [c.name for c in builder.links["upper->town"][1]] == [
        "upper->town.minimum",
        "upper->town",
    ]
    assert "upper->town.capacity" in builder.rows
    # The town stands below storage, which would keep all water but for the minimum.
    flow = simulated(one).flow.sel(link="upper->town").to_numpy()
    np.testing.assert_allclose(flow, 1.5, rtol=1e-9)
    one["ladder"] = ["dam_safety", "flood_limit", "minimum", "domestic", "storage"]
    flow = simulated(one).flow.sel(link="upper->town").to_numpy()
    np.testing.assert_allclose(flow, 4.0, rtol=1e-9)


@pytest.mark.parametrize(
    ("canal", "place", "found", "expected"),
    [
        ({"loss": "100 %"}, "loss", "a loss of all water", "a loss below 100 %"),
        (
            {"capacity": "4 m3/s", "minimum": "5 m3/s"},
            "minimum",
            "a minimum of 5 m3/s above the capacity",
            "a minimum of at most 4 m3/s",
        ),
        (
            {"availability": "50 %"},
            "availability",
            "an availability without a capacity",
            "`capacity:` beside it",
        ),
    ],
)
def test_faults(canal, place, found, expected):
    assert (f"links.1.{place}", found, expected) in told(model(**canal))
