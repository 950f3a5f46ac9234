"""Random networks with a use, a source and a standard of every kind that verdicts judge."""

from __future__ import annotations

import random
from typing import Any

from tests.models.random_city import random_city

BATTERY: dict[str, Any] = {
    "guarantee": {"type": "guarantee"},
    "summed": {
        "type": "guarantee",
        "groups": ["members", "sums"],
        "measures": ["years", "time"],
        "tolerance": "5 %",
    },
    "season": {"type": "guarantee", "break_by": "season", "by": ["use"], "groups": ["sums"]},
    "year": {"type": "guarantee", "break_by": "year", "period": "dekad"},
    "base_flow": {"type": "base_flow", "rate": "80 %"},
    "replenishment": {"type": "replenishment"},
    "replenished_by_imports": {
        "type": "replenishment",
        "volume": "0.1 亿m3/year",
        "sources": ["yangtze"],
        "rate": "50 %",
    },
    "river_goal": {
        "type": "river_goal",
        "river": "river 0",
        "volume": "0.05 亿m3/year",
        "days": 200,
        "flow": "0.5 m3/s",
    },
    "tennant": {"type": "tennant", "natural_mean": "5 m3/s"},
    "low_flow": {
        "type": "low_flow",
        "duration_flow": "0.5 m3/s",
        "low_flow": "0.5 m3/s",
        "driest_month": "0.5 m3/s",
        "base_flow_index": "30 %",
    },
    "flood_limit": {"type": "flood_limit"},
    "use_cap": {"type": "total_use_cap", "cap": "2 亿m3/year"},
    "use_cap_of_water_years": {
        "type": "total_use_cap",
        "cap": "2 亿m3/year",
        "years": "water",
        "measure": "mean",
        "ecological_use": False,
    },
    "efficiency": {"type": "efficiency", "shortage_max": "100 %"},
    "structure": {
        "type": "supply_structure",
        "groundwater_share": "30 %",
        "deep_share": "10 %",
        "reclaimed_share": "20 %",
        "ecological_use": True,
    },
    "reclaimed": {"type": "reclaimed_share", "share": "5 %"},
    "effluent": {"type": "reclaimed_share", "share": "5 %", "of": "effluent"},
    "soil": {"type": "soil_conservation", "goal": "290 km2", "treated": "295 km2"},
}
"""Standards that any network can be judged by."""

GROUND: dict[str, Any] = {
    "groundwater": {"type": "groundwater", "pumping_cap": "0.1 亿m3/year"},
    "groundwater_of_water_years": {
        "type": "groundwater",
        "pumping_cap": "0.1 亿m3/year",
        "years": "water",
        "level_min": "10 m",
    },
    "spring": {"type": "spring_head", "store": "wells", "level": "14 m"},
    "coast": {"type": "coastal_head", "store": "wells", "level": "13 m"},
    "lake": {"type": "lake_level", "measure": "inside"},
    "lake_foot": {"type": "lake_level"},
}


def network(seed: int) -> dict[str, Any]:
    """Return a random city with a plant, a basin, a lake, wells, reuse and replenishment."""
    dice = random.Random(1000 + seed)
    content = random_city(seed, days=dice.choice([760, 830, 1100]))
    content["water_year"] = dice.choice(["06-01", "01-01", "06-15", "11-01"])
    nodes, links = content["nodes"], content["links"]
    nodes["yangtze"]["loss"] = "5 %"
    nodes["wells"] = {
        "type": "aquifer",
        "area": "300 km2",
        "specific_yield": 0.1,
        "ground_level": "20 m",
        "initial_depth": "5 m",
        "floor_depth": "60 m",
        "depth_limit": "6 m",
        "rain": "1 mm/day",
        "rain_recharge": "15 %",
    }
    nodes["plant"] = {"type": "treatment_plant", "capacity": "6 m3/s", "loss": "4 %"}
    nodes["pond"] = {
        "type": "regulating_reservoir",
        "storage_curve": {"level": ["7 m", "12 m"], "storage": ["0 万m3", "2000 万m3"]},
        "levels": {"dead": "7.5 m", "normal": "12 m"},
        "initial": "50 %",
    }
    nodes["fork"] = {"type": "junction"}
    nodes["reuse"] = {
        "type": "reclaimed_plant",
        "capacity": "2 m3/s",
        "reuse_share": "60 %",
        "discharge_to": "reach_0",
    }
    nodes["lake"] = {
        "type": "lake",
        "storage_curve": {
            "level": ["5 m", "6.5 m", "7 m", "9 m"],
            "storage": ["0.1 亿m3", "0.4 亿m3", "0.6 亿m3", "1.5 亿m3"],
        },
        "levels": {"dead": "5.2 m", "normal": "7 m"},
        "target": {"low": "6.5 m", "high": "7 m"},
        "initial": "6.6 m",
        "evaporation": "3 mm/day",
    }
    nodes["works"] = {
        "type": "demand",
        "use": "industry",
        "tier": "city",
        "amount": f"{dice.uniform(0.1, 0.5):.3f} 亿m3/year",
        "loss": "6 %",
        "return": {"share": "70 %", "to": "reuse"},
    }
    nodes["upper"] = {
        "type": "demand",
        "use": "ecology",
        "river": "river 0",
        "amount": f"{dice.uniform(0.1, 0.5):.3f} 亿m3/year",
        "passes_to": "reach_0",
        "guarantee": "50 %",
    }
    nodes["lower"] = {
        "type": "demand",
        "use": "ecology",
        "river": "river 0",
        "line": "replenishment",
        "flow": f"{dice.uniform(0.3, 1.5):.2f} m3/s",
        "passes_to": "lake",
    }
    nodes["bank"] = {
        "type": "demand",
        "use": "ecology",
        "river": "river 0",
        "amount": "0.2 亿m3/year",
        "passes_to": "lake",
    }
    nodes["farms"] = {
        "type": "demand",
        "use": "agriculture",
        "tier": "township",
        "period": dice.choice(["month", "dekad"]),
        "amount": f"{dice.uniform(0.1, 0.6):.3f} 亿m3/year",
        "pattern": [0, 0, "15 %", "20 %", "20 %", "15 %", "10 %", 0, 0, "10 %", "10 %", 0],
        "loss": "30 %",
    }
    links += [
        {"from": "yangtze", "to": "pond", "capacity": "2 m3/s", "loss": "4 %"},
        {"from": "yangtze", "to": "plant", "capacity": "3 m3/s", "loss": "2 %"},
        {"from": "pond", "to": "plant", "capacity": "2 m3/s", "loss": "1 %"},
        {"from": "reservoir_0", "to": "plant", "capacity": "1 m3/s", "loss": "8 %"},
        {"from": "wells", "to": "plant", "type": "pump", "capacity": "0.3 m3/s"},
        {"from": "plant", "to": "fork", "loss": "3 %"},
        {"from": "fork", "to": "works", "loss": "5 %"},
        {"from": "reuse", "to": "works", "capacity": "0.2 m3/s"},
        {"from": "reservoir_0", "to": "upper", "capacity": "3 m3/s"},
        {"from": "reach_0", "to": "lower", "type": "canal", "capacity": "2 m3/s", "loss": "2 %"},
        {"from": "yangtze", "to": "lower", "capacity": "0.5 m3/s", "loss": "3 %"},
        {"from": "reach_0", "to": "bank", "type": "canal", "capacity": "1 m3/s"},
        {"from": "reservoir_0", "to": "bank", "type": "canal", "capacity": "0.4 m3/s"},
        {"from": "wells", "to": "farms", "type": "pump", "capacity": "1 m3/s"},
        {"from": "reservoir_0", "to": "farms", "capacity": "2 m3/s", "loss": "10 %"},
        {"from": "lake", "to": "sea", "type": "river"},
    ]
    for name in ("industry", "agriculture"):
        if name not in content["ladder"]:
            content["ladder"].insert(content["ladder"].index("storage"), name)
    content["ladder"].insert(content["ladder"].index("storage"), "ecology")
    content["ladder"] += ["replenishment", {"spare": "wells"}, {"spare": "reuse"}]
    content["economy"] = {"gdp": "100 亿元", "industrial_value_added": "40 亿元", "base_year": 2020}
    content["standards"] = {**BATTERY, **GROUND}
    return content
