"""Aquifers: storage and depth, outflow, percolation, wells, leakage, faults."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr

from hydrosim.report.run_notes import run_notes
from tests.nodes.small import lowered, simulated, states, told, volumes

DAY = 86400.0
WELL = {
    "type": "aquifer",
    "area": "10 km2",
    "specific_yield": 0.1,
    "initial_depth": "10 m",
    "floor_depth": "30 m",
}
PER_METRE = 1e6  # m3 for a metre of head
CITY = {"type": "demand", "use": "domestic", "flow": "0.5 m3/s"}
SPARE = ("domestic", {"spare": "shallow"})
WEEK = ("2001-01-01", "2001-01-07", "day")


def alone(nodes: dict[str, Any], **keys: Any) -> xr.Dataset:
    """Result of aquifers that no one pumps; the city has a source of its own."""
    source = {"type": "import", "capacity": "1 m3/s"}
    return simulated({**nodes, "tap": source, "city": CITY}, "tap > city", **keys)


def aquifer(**keys: Any) -> dict[str, Any]:
    return {**WELL, **keys}


def test_lowers_to_a_balance_wells_and_a_spare_claim():
    builder = lowered({"shallow": WELL, "city": CITY}, "shallow > city")
    column = builder.columns["shallow.pumping"]
    assert [(row.name, weight) for row, weight in column.entries] == [("shallow", -1.0)]
    assert builder.claims["spare:shallow.pumping"].line == "spare:shallow"
    assert column.volume in builder.balances["shallow"].losses
    assert builder.items["origin"]["shallow"]["kind"] == "groundwater_shallow"
    assert builder.items["store"]["shallow"]["confined"] is False
    assert {"storage", "depth", "fraction"} <= {k for k, n in builder.quantities if n == "shallow"}


def test_no_wells_without_a_link():
    builder = lowered({"shallow": WELL, "city": CITY})
    assert "shallow.pumping" not in builder.columns
    assert "shallow" not in builder.items.get("source", {})


@pytest.mark.parametrize(
    ("step", "start", "end"),
    [("day", "2001-01-01", "2001-02-28"), ("month", "2001-01-01", "2003-12-31")],
)
def test_linear_lateral_outflow_decays_exponentially(step: str, start: str, end: str):
    conductance = 0.02
    nodes = {
        "shallow": aquifer(lateral_outflow={"conductance": "0.02 m2/s", "depth": "18 m"}),
        "city": CITY,
    }
    result = alone(nodes, period=(start, end, step))
    elapsed = np.cumsum(result["dt"].values)
    head = 8.0 * np.exp(-conductance * elapsed / PER_METRE)
    np.testing.assert_allclose(states(result, "depth_to_water", "shallow"), 18.0 - head, rtol=1e-12)
    np.testing.assert_allclose(
        states(result, "storage", "shallow"), (12.0 + head) * PER_METRE, rtol=1e-12
    )


def test_what_a_full_aquifer_cannot_take_is_warned_of():
    inflow = "73 Mm3/year"  # 2e5 m3 a day, 0.2 m of head
    nodes = {"shallow": aquifer(initial_depth="0.5 m", lateral_inflow=inflow), "city": CITY}
    result = alone(nodes, period=WEEK)
    left = volumes(result, "surface_outflow", "shallow")
    np.testing.assert_allclose(left, [0, 0, 1e5, 2e5, 2e5, 2e5, 2e5], rtol=1e-6, atol=1.0)
    (note,) = run_notes(result)
    assert note.startswith("shallow is full to the ground on 71 % of the days: 0.470 ×")
    assert list(run_notes(alone({"shallow": aquifer(), "city": CITY}, period=WEEK))) == []


def test_mean_delay_of_percolation_is_the_lag():
    pulse = [1000.0] + [0.0] * 364
    nodes = {
        "shallow": aquifer(rain="rain", rain_recharge="20 %", percolation_lag="12.5 days"),
        "city": CITY,
    }
    rules = {"rain": {"type": "profile", "values": pulse, "unit": "mm/day"}}
    result = alone(nodes, rules=rules, period=("2001-01-01", "2001-12-31", "day"))
    arrived = volumes(result, "recharge", "shallow")
    assert arrived.sum() == pytest.approx(0.2 * 1.0 * 1e7, rel=1e-9)
    assert arrived[0] == 0.0
    mean = np.sum(np.arange(arrived.size) * arrived) / arrived.sum()
    assert mean == pytest.approx(12.5, rel=1e-6)


def test_percolation_under_way_at_the_start():
    nodes = {
        "shallow": aquifer(percolation_lag="10 days", initial_percolation="365.25 万m3/year"),
        "city": CITY,
    }
    result = alone(nodes, period=WEEK)
    expected = 1e4 * 0.9 ** np.arange(7)
    np.testing.assert_allclose(volumes(result, "recharge", "shallow"), expected, rtol=1e-12)


def test_phreatic_evaporation_by_the_depth_at_the_start():
    formula = {"extinction_depth": "4 m", "coefficient": 0.8, "exponent": 2.0}
    nodes = {
        "shallow": aquifer(initial_depth="1 m", et0="5 mm/day", phreatic_evaporation=formula),
        "city": CITY,
    }
    result = alone(nodes, period=WEEK)
    depth, expected = 1.0, []
    for _ in range(7):
        lost = 0.8 * 0.005 * 1e7 * (1.0 - depth / 4.0) ** 2
        depth += lost / PER_METRE
        expected.append(lost)
    np.testing.assert_allclose(volumes(result, "evaporation", "shallow"), expected, rtol=1e-12)


def test_wells_stop_at_the_floor():
    nodes = {"shallow": aquifer(initial_depth="29.9 m"), "city": CITY}
    result = simulated(nodes, "shallow > city", ladder=SPARE, period=WEEK)
    day = 0.5 * DAY
    np.testing.assert_allclose(
        volumes(result, "supplied", "city"), [day, day, 1e5 - 2 * day, 0, 0, 0, 0], atol=1e-3
    )
    assert states(result, "depth_to_water", "shallow")[-1] == pytest.approx(30.0, abs=1e-9)


def test_quota_capacity_and_emergency():
    rules = {"dry": {"type": "expression", "expression": "1 if depth('shallow') > 10.05 else 0"}}
    nodes = {
        "shallow": aquifer(lateral_outflow={"flow": "0.3 m3/s"}),
        "deep": {
            "type": "aquifer",
            "confined": True,
            "area": "1000 km2",
            "storage_coefficient": 0.003,
            "initial_depth": "43 m",
            "floor_depth": "80 m",
            "emergency_only": True,
            "open_when": "dry",
            "capacity": "0.2 m3/s",
            "quota": "3 万m3/year",
            "account_year": "01-01",
        },
        "city": CITY,
    }
    ladder = ("domestic", {"spare": "deep"})
    result = simulated(nodes, "deep > city", rules=rules, ladder=ladder, period=WEEK)
    # the shallow table falls 0.02592 m a day: deeper than 10.05 m from the third day on
    pumped = volumes(result, "pumped", "deep")
    np.testing.assert_allclose(pumped, [0, 0, 17280, 12720, 0, 0, 0], atol=1e-3)
    np.testing.assert_allclose(states(result, "account_left", "deep")[2:4], [12720, 0], atol=1e-3)
    builder = lowered(nodes, "deep > city", rules=rules, ladder=ladder)
    assert builder.items["source"]["deep"]["kind"] == "groundwater_deep"


def test_leakage_moves_water_from_one_aquifer_to_the_other():
    nodes = {
        "shallow": aquifer(ground_level="50 m", leakage={"to": "deep", "conductance": "0.01 m2/s"}),
        "deep": {
            "type": "aquifer",
            "confined": True,
            "area": "10 km2",
            "storage_coefficient": 0.01,
            "ground_level": "50 m",
            "initial_depth": "40 m",
            "floor_depth": "80 m",
        },
        "city": CITY,
    }
    result = alone(nodes, period=WEEK)
    head = np.array([40.0, 10.0])
    for day in range(7):
        leak = 0.01 * DAY * max(head[0] - head[1], 0.0)
        head += np.array([-leak / 1e6, leak / 1e5])
        assert states(result, "level", "shallow")[day] == pytest.approx(head[0], rel=1e-12)
        assert states(result, "level", "deep")[day] == pytest.approx(head[1], rel=1e-12)


def test_inflow_beyond_the_surface_flows_off():
    nodes = {
        "shallow": aquifer(initial_depth="0.1 m", lateral_inflow="3650 万m3/year"),
        "city": CITY,
    }
    result = alone(nodes, period=WEEK)
    depth = states(result, "depth_to_water", "shallow")
    np.testing.assert_allclose(depth, [0, 0, 0, 0, 0, 0, 0], atol=1e-9)
    assert result["year_budget"].sel(budget="outflow").sum() == pytest.approx(6e5, rel=1e-9)


def test_faults_in_engineers_words():
    nodes = {
        "bad": {
            "type": "aquifer",
            "confined": True,
            "area": "10 km2",
            "specific_yield": 0.1,
            "initial_depth": "40 m",
            "floor_depth": "30 m",
            "quota": "3 万m3/year",
            "rain_recharge": 0.2,
            "emergency_only": True,
            "initial_percolation": "10 万m3/year",
            "lateral_outflow": {"flow": "1 m3/s", "depth": "3 m"},
            "leakage": {"to": "bad", "conductance": "0.01 m2/s"},
        },
        "city": CITY,
    }
    found = told(nodes)
    prefix = "nodes.bad."
    assert found[prefix + "storage_coefficient"] == (
        "no storage_coefficient",
        "the storage_coefficient of a confined aquifer, above 0",
    )
    assert found[prefix + "specific_yield"] == (
        "specific_yield of a confined aquifer",
        "the key `storage_coefficient`",
    )
    assert found[prefix + "initial_depth"] == ("40 m", "a depth above the floor, less than 30 m")
    assert found[prefix + "account_year"][0] == "a quota without a calendar"
    assert found[prefix + "rain_recharge"][0] == "rain_recharge of a confined aquifer"
    assert found[prefix + "rain"] == ("rain_recharge without rain", "the key `rain`")
    assert found[prefix + "open_when"][0] == "an aquifer for emergencies that is always open"
    assert found[prefix + "lateral_outflow"][1] == "`flow`, or `conductance` with `depth`"
    assert found[prefix + "leakage"][1] == "`ground_level` for both aquifers"
    assert found[prefix + "leakage.to"] == ("leakage to itself", "another aquifer")
    assert found[prefix + "initial_percolation"][1] == "the key `percolation_lag`"
    found = told({"shallow": aquifer(phreatic_evaporation={"extinction_depth": "4 m"})})
    assert found["nodes.shallow.et0"] == ("phreatic_evaporation without et0", "the key `et0`")
    found = told(
        {"shallow": aquifer(leakage={"to": "city", "conductance": "1 m2/s"}), "city": CITY}
    )
    assert found["nodes.shallow.leakage.to"][1] == "an aquifer"
