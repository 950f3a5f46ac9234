"""Small random cities: configs as plain data, the same for the same seed."""

import json
import random
from datetime import date, timedelta

from hydrosim.config.load import config_from_text


def random_city(seed, days=400, step="day"):
    """Return the content of a config with some reservoirs, reaches, sources and demands."""
    dice = random.Random(seed)
    nodes: dict = {}
    links: list = []
    rules: dict = {}
    rivers = dice.randint(1, 3)
    ladder = ["dam_safety", "safe_discharge", "flood_limit", "domestic", "base_flow"]
    for river in range(rivers):
        mean = dice.uniform(2, 12)
        shape = [0.4, 0.4, 0.5, 0.5, 0.4, 0.6, 2.2, 3.6, 1.3, 0.8, 0.7, 0.6]
        rules[f"inflow_{river}"] = {
            "type": "profile",
            "unit": "m3/s",
            "values": [round(mean * s * dice.uniform(0.3, 1.7), 3) for s in shape],
        }
        size = dice.uniform(0.3, 2.0)
        nodes[f"reservoir_{river}"] = {
            "type": "reservoir",
            "river": f"river {river}",
            "storage_curve": {
                "level": ["100 m", "120 m", "130 m"],
                "storage": ["0.02 亿m3", f"{size:.3f} 亿m3", f"{2 * size:.3f} 亿m3"],
            },
            "levels": {"dead": "103 m", "normal": "120 m", "flood_control": "125 m"},
            "flood_limited_level": {
                "stages": {"07-01": "116 m", "08-21": "120 m"},
                "drawdown": {"from": "05-15"},
            },
            "zones": {"reserve": f"{dice.randint(10, 40)} %"},
            "initial": f"{dice.randint(0, 100)} %",
            "local_inflow": f"inflow_{river}",
            "evaporation": "3 mm/day",
            "precipitation": "1 mm/day",
        }
        nodes[f"reach_{river}"] = {
            "type": "reach",
            "river": f"river {river}",
            "loss": f"{dice.choice([0, 5, 20])} %",
            "safe_discharge": f"{mean * dice.uniform(3, 9):.1f} m3/s",
            "base_flow": {"requirement": f"{mean * 0.08:.3f} m3/s"},
        }
        links += [
            {"from": f"reservoir_{river}", "to": f"reach_{river}", "type": "river"},
            {"from": f"reach_{river}", "to": "sea", "type": "river"},
        ]
    if rivers > 1:
        links.append(
            {"from": "reservoir_0", "to": "reservoir_1", "type": "tunnel", "capacity": "4 m3/s"}
        )
    nodes["sea"] = {"type": "outlet"}
    nodes["yangtze"] = {
        "type": "import",
        "source_kind": "yangtze",
        "quota": f"{dice.uniform(0.2, 2):.3f} 亿m3/year",
        "account_year": "11-01",
        "capacity": f"{dice.uniform(2, 9):.2f} m3/s",
        "price": "1.2 yuan/m3",
    }
    demands = dice.randint(1, 4)
    for number in range(demands):
        use = dice.choice(["domestic", "industry", "agriculture"])
        nodes[f"demand_{number}"] = {
            "type": "demand",
            "use": use,
            "tier": dice.choice(["city", "county", "township"]),
            "amount": f"{dice.uniform(0.1, 2):.3f} 亿m3/year",
        }
        links.append(
            {
                "from": f"reservoir_{dice.randrange(rivers)}",
                "to": f"demand_{number}",
                "capacity": f"{dice.uniform(1, 9):.2f} m3/s",
                "loss": f"{dice.choice([0, 3, 12])} %",
            }
        )
        if dice.random() < 0.6:
            links.append({"from": "yangtze", "to": f"demand_{number}", "capacity": "5 m3/s"})
    nodes["capital"] = {"type": "demand", "use": "domestic", "amount": "0.3 亿m3/year"}
    links.append({"from": "yangtze", "to": "capital"})
    links.append({"from": "reservoir_0", "to": "capital", "capacity": "3 m3/s"})
    uses = {node["use"] for node in nodes.values() if node["type"] == "demand"}
    ladder += ["reserve"]
    ladder += [use for use in ("industry", "agriculture") if use in uses]
    ladder += ["storage", {"spare": "yangtze"}]
    start = date(2001, 3, 1)
    end = (start + timedelta(days=days - 1)).isoformat()
    return {
        "hydrosim": 1,
        "period": {"start": start.isoformat(), "end": end, "step": step},
        "ladder": ladder,
        "rules": rules,
        "nodes": nodes,
        "links": links,
    }


def shuffled(content, seed):
    """Return the same config written in another order."""
    dice = random.Random(seed)
    turned = dict(content)
    for key in ("rules", "nodes"):
        entries = list(content[key].items())
        dice.shuffle(entries)
        turned[key] = dict(entries)
    turned["links"] = list(content["links"])
    dice.shuffle(turned["links"])
    return turned


def load(content):
    """Check plain data as a config."""
    return config_from_text(json.dumps(content, ensure_ascii=False), "random_city.yaml")
