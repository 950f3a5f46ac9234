"""Random cities with several policies and with sources that some ladders spare and some do not.

    python -m tests.models.random_policies COUNT [--backwards]

Runs that many of them and prints a hash of each one's results as JSON.
"""

import argparse
import json
import random
import sys
from hashlib import sha256

import numpy as np

import hydrosim
from tests.models.random_city import load, random_city

FIRST_LINES = ["dam_safety", "safe_discharge", "flood_limit", "domestic", "base_flow", "reserve"]
MOST_POLICIES = 4
MONTHS = 12


def random_policies(seed, days=150):
    """Return the content of a config with two to four policies; the sources differ by seed."""
    dice = random.Random(f"policies {seed}")
    content = random_city(seed, days)
    nodes, links = content["nodes"], content["links"]
    demands = [name for name, node in nodes.items() if node["type"] == "demand"]
    others = [name for name in demands if nodes[name]["use"] != "domestic"]
    sources = ["yangtze"]
    if others and dice.random() < 0.7:
        nodes[dice.choice(demands)]["return"] = {
            "share": f"{dice.randint(40, 80)} %",
            "to": "plant",
        }
        nodes["plant"] = {
            "type": "reclaimed_plant",
            "capacity": f"{dice.uniform(0.2, 2):.2f} m3/s",
            "discharge_to": "sea",
        }
        links.append({"from": "plant", "to": dice.choice(others), "capacity": "2 m3/s"})
        sources.append("plant")
    for number in range(dice.randint(0, 2)):
        name = f"wells_{number}"
        nodes[name] = {"type": "local_source", "capacity": f"{dice.uniform(0.3, 3):.2f} m3/s"}
        links += [{"from": name, "to": user} for user in dice.sample(demands, 1)]
        sources.append(name)
    if dice.random() < 0.4:
        plan = [8.0] * 4 + [8.5] * 8
        nodes["yangtze"]["plan"] = [f"{share} %" for share in plan]
        sources += ["yangtze.plan", "yangtze.surplus"]
    uses = [line for line in content["ladder"] if line in ("industry", "agriculture")]

    def ladder():
        spared = [name for name in sources if dice.random() < 0.5]
        if "yangtze" in spared:
            spared = [name for name in spared if not name.startswith("yangtze.")]
        if dice.random() < 0.3:
            spared = []
        lines = [*dice.sample(uses, len(uses)), "storage"]
        for name in spared:
            lines.insert(dice.randint(0, len(lines)), {"spare": name})
        return [*FIRST_LINES, *lines]

    count = dice.randint(2, MOST_POLICIES)
    content["ladder"] = ladder()
    names = [f"policy_{number}" for number in range(1, count)]
    content["policies"] = {name: {"ladder": ladder()} for name in names}
    content["policy"] = dice.choice(names)
    if dice.random() < 0.5:
        turns = [dice.randrange(count) for _ in range(MONTHS)]
        content["rules"]["in_force"] = {"type": "profile", "unit": "1", "values": turns}
        content["policy"] = "in_force"
    return content


def bits_of(seed):
    """Run a city; return a hash of all its results."""
    result = hydrosim.run(load(random_policies(seed)), ledger=True)
    digest = sha256()
    for name in sorted(result.data_vars):
        values = result[name].values
        digest.update(name.encode() + np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()[:16]


def main():
    """Run the cities and write their hashes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--backwards", action="store_true")
    options = parser.parse_args()
    seeds = range(options.count)
    order = reversed(seeds) if options.backwards else seeds
    sys.stdout.write(json.dumps({str(seed): bits_of(seed) for seed in order}))


if __name__ == "__main__":
    main()
