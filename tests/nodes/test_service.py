"""Nodes that enter service on a date, year by year and at a planning level."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hydrosim.errors import ConfigError
from tests.nodes.small import config, simulated

SERVES = "2001-01-04"
LATE = [0.0, 0.0, 0.0, 1.0, 1.0]
LINKS = ("tap > plant", "plant > city", "tap > ponds", "works > park", "plant > works")


def nodes(**dated: str) -> dict[str, Any]:
    """A tap, a plant, a city that returns its water to works, a park, and recharge ponds."""
    made: dict[str, dict[str, Any]] = {
        "tap": {"type": "import", "capacity": "9 m3/s"},
        "plant": {"type": "treatment_plant", "capacity": "2 m3/s"},
        "city": {"type": "demand", "use": "domestic", "flow": "1 m3/s"},
        "works": {"type": "reclaimed_plant", "capacity": "1 m3/s", "discharge_to": "sea"},
        "park": {"type": "demand", "use": "ecology", "flow": "0.5 m3/s"},
        "ponds": {
            "type": "recharge_basin",
            "aquifer": "ground",
            "infiltration": "864 mm/day",
            "area": "0.1 km2",
        },
        "ground": {
            "type": "aquifer",
            "area": "100 km2",
            "specific_yield": 0.1,
            "initial_depth": "10 m",
            "floor_depth": "50 m",
        },
        "sea": {"type": "outlet"},
    }
    for name, day in dated.items():
        made[name]["in_service"] = day
    return made


def supplied(dated: dict[str, str], claim: str, **more: Any) -> np.ndarray[Any, Any]:
    ladder = ("domestic", "ecology", "recharge")
    result = simulated(nodes(**dated), *LINKS, ladder=ladder, **more)
    return result["supplied"].sel(claim=claim).to_numpy()


@pytest.mark.parametrize(
    ("work", "claim", "flow"),
    [
        ("tap", "city", 1.0),
        ("plant", "city", 1.0),
        ("works", "park", 0.5),
        ("city", "city", 1.0),
        ("ponds", "ponds", 1.0),
    ],
)
def test_a_node_serves_from_its_day_on(work, claim, flow):
    late = supplied({work: SERVES}, claim, mode="trajectory")
    np.testing.assert_allclose(late, np.multiply(LATE, flow), atol=1e-12)
    always = supplied({}, claim, mode="trajectory")
    np.testing.assert_allclose(always, flow, atol=1e-12)


@pytest.mark.parametrize(("year", "serves"), [(2000, 0.0), (2001, 1.0), (2035, 1.0)])
def test_at_a_planning_level_the_works_of_its_year_serve(year, serves):
    for work in ("tap", "plant", "city"):
        flow = supplied({work: SERVES}, "city", planning_year=year)
        np.testing.assert_allclose(flow, serves, atol=1e-12)


def test_a_user_to_come_wants_nothing_and_a_work_to_come_leaves_a_shortage():
    ladder = ("domestic", "ecology", "recharge")
    later = simulated(nodes(city=SERVES), *LINKS, ladder=ladder, mode="trajectory")
    np.testing.assert_allclose(later["demand"].sel(claim="city"), LATE, atol=1e-12)
    dry = simulated(nodes(plant=SERVES), *LINKS, ladder=ladder, mode="trajectory")
    np.testing.assert_allclose(dry["demand"].sel(claim="city"), 1.0, atol=1e-12)
    told = dry["reason"].attrs["table"]
    assert "not in service" in told
    assert "尚未投运" in told


def test_a_type_without_a_day_of_service_refuses_it():
    made = nodes()
    made["sea"]["in_service"] = SERVES
    with pytest.raises(ConfigError, match="in_service"):
        config(made, *LINKS, ladder=("domestic", "ecology", "recharge"))
