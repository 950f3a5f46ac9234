"""Random cities whose rivers and stores are dry, tiny or huge, side by side."""

import random

from tests.models.random_city import random_city

SIZES = (0.0, 1e-9, 1e-4, 1.0, 1.0, 1e4)
ROUTES = (
    {},
    {"muskingum": {"k": "1.5 days", "x": 0.1}},
    {"muskingum": {"k": "9 days", "x": 0.3}},
    {"travel_time": "40 hours"},
)


def extreme_city(seed):
    """Return the content of a config; each river and store has a size of its own."""
    dice = random.Random(seed)
    step = dice.choice(("day", "day", "day", "pentad", "dekad", "month"))
    content = random_city(seed, days=dice.choice((61, 92, 365)), step=step)
    rules, nodes, links = content["rules"], content["nodes"], content["links"]
    for name, rule in rules.items():
        size = dice.choice(SIZES)
        dry = dice.random() < 0.5
        values = [value * size for value in rule["values"]]
        rules[name] = {**rule, "values": [0.0] * 6 + values[6:] if dry else values}
    for name in [name for name in nodes if name.startswith("reservoir")]:
        size = dice.choice(SIZES[1:])
        volumes = [0.0, 1e8 * size, 2e8 * size]
        nodes[name] |= {
            "storage_curve": {
                "level": ["100 m", "120 m", "130 m"],
                "storage": [f"{volume!r} m3" for volume in volumes],
            },
            "levels": {
                "dead": dice.choice(("100 m", "103 m")), "normal": "120 m", "flood_control": "125 m"
            },
            "initial": dice.choice(("0 %", "37 %", "100 %", "100 m")),
        }  # fmt: skip
    for name in [name for name in nodes if name.startswith("reach")]:
        nodes[name] |= dice.choice(ROUTES)
        if dice.random() < 0.3:
            nodes[name].pop("base_flow")
    if not any("base_flow" in node for node in nodes.values()):
        content["ladder"].remove("base_flow")
    for node in nodes.values():
        if node["type"] == "demand":
            size = dice.choice(SIZES)
            node["amount"] = f"{float(node['amount'].split()[0]) * size!r} 亿m3/year"
    if dice.random() < 0.5:
        nodes["karst"] = {
            "type": "aquifer", "area": f"{20.0 * dice.choice(SIZES[1:])!r} km2",
            "specific_yield": 0.05, "ground_level": "70 m", "initial_depth": "4 m",
            "floor_depth": "12 m",
        }  # fmt: skip
        for number in range(dice.randint(1, 3)):
            nodes[f"spring_{number}"] = {
                "type": "spring", "aquifer": "karst",
                "outlet_level": f"{dice.choice((55, 60, 65))} m",
                "conductance": f"{dice.choice((1e-6, 1.2, 1e3))!r} m2/s",
            }  # fmt: skip
            links.append({"from": f"spring_{number}", "to": "sea", "type": "river"})
        links.append({"from": "karst", "to": "capital", "type": "pump", "capacity": "1 m3/s"})
    content["ledger"] = {"draw": dice.choice(("first_in_first_out", "proportional"))}
    return content
