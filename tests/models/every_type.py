"""A city with every type of node and link, small enough to run in a second."""

import json

from hydrosim.config.load import config_from_text

HILL_CURVE = {
    "level": ["100 m", "110 m", "120 m", "130 m"],
    "storage": ["0.01 亿m3", "0.2 亿m3", "0.6 亿m3", "1.2 亿m3"],
}
POND_CURVE = {"level": ["10 m", "16 m"], "storage": ["0 m3", "0.12 亿m3"]}
LAKE_CURVE = {"level": ["5 m", "7 m", "9 m"], "storage": ["0.05 亿m3", "0.4 亿m3", "1.2 亿m3"]}
MONTHS = [2, 2, 3, 3, 3, 5, 16, 22, 9, 5, 4, 3]
KC = {"10-08": 0.5, "12-05": 0.4, "02-25": 0.4, "04-05": 1.15, "05-20": 1.15, "06-10": 0.4}
FLOOD = {"stages": {"07-01": "113 m", "08-21": "120 m"}, "drawdown": {"from": "05-20"}}


def _rules():
    rain = [0.1, 0.2, 0.3, 0.8, 1.1, 2.6, 5.2, 4.8, 1.7, 0.8, 0.4, 0.1]
    et0 = [0.9, 1.5, 2.7, 4.2, 5.1, 5.4, 4.7, 4.1, 3.3, 2.2, 1.2, 0.8]
    return {
        "hills": {"type": "profile", "values": MONTHS, "unit": "m3/s"},
        "rain": {"type": "profile", "values": rain, "unit": "mm/day"},
        "et0": {"type": "profile", "values": et0, "unit": "mm/day"},
        "class": {
            "type": "year_class", "method": "running", "of": "hills", "mean": 6.4,
            "unit": "m3/s", "cv": 0.5, "initial": 3,
            "month_shares": [f"{round(100 * month / 77, 4)} %" for month in MONTHS],
        },
        "hedge": {
            "type": "control_curve", "node": "east", "thresholds": [0.1, 0.3],
            "factors": [0.6, 0.8, 1.0],
        },
        "wish": {"type": "expression", "expression": "1.6 * hedge", "unit": "m3/s"},
        "choice": {"type": "expression", "expression": "fraction('west') < 0.25"},
    }  # fmt: skip


def _nodes():
    hill = {
        "type": "reservoir", "storage_curve": HILL_CURVE, "precipitation": "rain",
        "evaporation": "et0", "levels": {"dead": "105 m", "normal": "120 m"},
    }  # fmt: skip
    return {
        "east": {
            **hill, "initial": "50 %", "local_inflow": "hills", "flood_limited_level": FLOOD,
            "levels": {**hill["levels"], "flood_control": "124 m"}, "zones": {"reserve": "20 %"},
            "seepage": {"share_per_month": "1 %", "to": "plain"},
        },
        "west": {
            **hill, "initial": "20 %",
            "outlets": [
                {"name": "gate", "capacity": "30 m3/s"},
                {"name": "weir", "kind": "free",
                 "rating": {"level": ["116 m", "120 m"], "flow": ["0 m3/s", "6 m3/s"]}},
            ],
        },
        "creek": {"type": "inflow", "local_inflow": "2 m3/s"},
        "confluence": {"type": "junction", "local_inflow": "0.3 m3/s"},
        "reach": {
            "type": "reach", "travel_time": "36 h", "loss": "8 %", "loss_to": "plain",
            "safe_discharge": "20 m3/s", "base_flow": {"requirement": "0.4 m3/s"},
            "initial_flow": "1 m3/s",
        },
        "gorge": {"type": "reach", "muskingum": {"k": "30 h", "x": 0.2}},
        "section": {"type": "control_section", "safe_discharge": "30 m3/s"},
        "basin": {
            "type": "detention_basin", "section": "section", "trigger": {"discharge": "25 m3/s"},
            "capacity": "0.5 亿m3",
        },
        "lake": {
            "type": "lake", "storage_curve": LAKE_CURVE, "levels": {"normal": "7 m"},
            "zones": {"lake": "6.5 m"}, "initial": "6 m", "evaporation": "et0",
            "precipitation": "rain",
        },
        "pond": {
            "type": "regulating_reservoir", "storage_curve": POND_CURVE, "evaporation": "et0",
            "levels": {"normal": "16 m"}, "initial": "30 %",
        },
        "yangtze": {
            "type": "import", "source_kind": "yangtze", "quota": "0.6 亿m3/year",
            "account_year": "11-01", "plan": ["8.3333333333 %"] * 12, "capacity": "4 m3/s",
            "loss": "4 %", "carry_over": "20 %",
        },
        "yellow": {"type": "import", "source_kind": "yellow", "capacity": "2 m3/s"},
        "plain": {
            "type": "aquifer", "area": "600 km2", "specific_yield": 0.06, "ground_level": "30 m",
            "initial_depth": "6 m", "floor_depth": "60 m", "rain": "rain",
            "rain_recharge": "12 %", "percolation_lag": "60 d", "et0": "et0",
            "phreatic_evaporation": {"extinction_depth": "8 m", "exponent": 2},
            "lateral_outflow": {"conductance": "0.1 m2/s", "depth": "10 m"},
            "leakage": {"to": "deep", "conductance": "0.002 m2/s"},
            "quota": "0.3 亿m3/year", "account_year": "01-01", "capacity": "3 m3/s",
        },
        "deep": {
            "type": "aquifer", "confined": True, "area": "600 km2", "storage_coefficient": 0.002,
            "ground_level": "30 m", "initial_depth": "40 m", "floor_depth": "120 m",
            "capacity": "0.3 m3/s",
        },
        "spring": {
            "type": "spring", "aquifer": "plain", "outlet_level": "23 m",
            "conductance": "0.3 m2/s",
        },
        "rainwater": {"type": "local_source", "capacity": "0.05 m3/s"},
        "works": {"type": "treatment_plant", "capacity": "3 m3/s", "loss": "3 %"},
        "city": {
            "type": "demand", "use": "domestic", "amount": "0.7 亿m3/year", "loss": "10 %",
            "loss_to": "plain", "return": {"share": "70 %", "to": "reclaimed"},
        },
        "factories": {
            "type": "demand", "use": "industry", "flow": "wish",
            "return": {"share": "30 %", "to": "section", "same_step": True},
        },
        "reclaimed": {
            "type": "reclaimed_plant", "capacity": "0.8 m3/s", "loss": "5 %",
            "discharge_to": "section",
        },
        "fields": {
            "type": "irrigation_district", "rain": "rain", "et0": "et0",
            "canal_efficiency": 0.7, "aquifer": "plain", "loss_to_aquifer": "50 %",
            "fields": {
                "wheat": {
                    "area": "60 km2", "available_water": "15 %", "root_depth": "1.1 m",
                    "initial_depletion": "30 %",
                    "crops": {"wheat": {"sow": "10-08", "harvest": "06-10", "kc": KC,
                                        "stress_depletion": "55 %"}},
                    "waterings": {"winter": {"from": "11-10", "to": "12-05", "depth": "40 mm"}},
                }
            },
        },
        "park": {
            "type": "demand", "use": "ecology", "line": "replenishment", "flow": "1.5 m3/s",
            "passes_to": "lake",
        },
        "gravel": {
            "type": "recharge_basin", "aquifer": "plain", "area": "0.5 km2",
            "infiltration": "0.1 m/day",
        },
        "sea": {"type": "outlet"},
    }  # fmt: skip


def _links():
    return [
        {"from": "creek", "to": "west", "type": "river"},
        {"from": "east", "to": "confluence", "type": "river"},
        {"from": "west", "to": "gorge", "type": "river"},
        {"from": "gorge", "to": "confluence", "type": "river"},
        {"from": "confluence", "to": "reach", "type": "river"},
        {"from": "reach", "to": "section", "type": "river"},
        {"from": "spring", "to": "section", "type": "river"},
        {"from": "section", "to": "lake", "type": "river"},
        {"from": "lake", "to": "sea", "type": "river"},
        {"from": "east", "to": "west", "type": "tunnel", "capacity": "3 m3/s", "invert": "108 m"},
        {"from": "east", "to": "works", "type": "pipe", "capacity": "2 m3/s"},
        {"from": "works", "to": "city"},
        {"from": "yangtze", "to": "works", "capacity": "2 m3/s", "loss": "2 %"},
        {"from": "yangtze", "to": "pond", "capacity": "3 m3/s", "cost": "0.4 yuan/m3"},
        {"from": "pond", "to": "factories", "capacity": "1.5 m3/s"},
        {"from": "reclaimed", "to": "factories"},
        {"from": "rainwater", "to": "factories"},
        {"from": "yellow", "to": "fields", "capacity": "2 m3/s", "loss": "20 %"},
        {"from": "west", "to": "fields", "capacity": "6 m3/s", "loss": "15 %",
         "loss_to": "plain"},
        {"from": "plain", "to": "fields", "type": "pump", "capacity": "2 m3/s"},
        {"from": "deep", "to": "city", "type": "pump", "capacity": "0.3 m3/s"},
        {"from": "confluence", "to": "park", "capacity": "3 m3/s"},
        {"from": "yangtze", "to": "park", "capacity": "1 m3/s"},
        {"from": "confluence", "to": "gravel", "capacity": "1 m3/s", "minimum": "0.02 m3/s",
         "minimum_line": "recharge"},
    ]  # fmt: skip


def every_type(end, start="2001-01-01", **changes):
    """Config from a first to a last day; the keys of ``changes`` replace its sections."""
    spare = [{"spare": name} for name in ("deep", "plain", "yangtze.plan", "yellow", "reclaimed",
                                          "rainwater", "yangtze.surplus")]  # fmt: skip
    top = ["dam_safety", "safe_discharge", "flood_limit", "domestic", "base_flow", spare[0]]
    end_lines = ["storage", spare[2], "replenishment", "recharge", *spare[3:]]
    content = {
        "hydrosim": 1,
        "period": {"start": start, "end": end, "step": "day"},
        "policy": "choice",
        "ladder": [*top, "reserve", "industry", "lake", "agriculture", spare[1], *end_lines],
        "policies": {
            "dry": {
                "ladder": [*top, "industry", "reserve", "lake", spare[1], "agriculture",
                           *end_lines]
            }
        },
        "rules": _rules(),
        "nodes": _nodes(),
        "links": _links(),
        **changes,
    }  # fmt: skip
    return config_from_text(json.dumps(content, ensure_ascii=False), "every_type.yaml")
