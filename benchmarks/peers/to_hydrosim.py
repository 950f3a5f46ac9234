"""The networks as configurations of hydrosim, as an engineer would write them.

A catchment is the local inflow of the place that it reaches, a gauge a control section with a base
flow, a store a regulating reservoir, a source with a cost a local source. The ladder has a line for
each class of `spec.classes`, in that order.
"""

from typing import Any

from benchmarks.peers.spec import (
    LOWER_CURVE,
    SAVING,
    SEASON,
    START,
    UPPER_CURVE,
    Gauge,
    Network,
    Passage,
    Plant,
    Source,
    Store,
    Use,
    classes,
)
from benchmarks.peers.to_pywr import last_day

DAY_S = 86400.0
BRIM_M = 100.0


def build_config(network: Network, days: int) -> dict[str, Any]:
    """Return a network as the tree of a configuration file; inflows are in `inflow.csv`."""
    line = {name: key for key, names in classes(network).items() for name in names}
    tree: dict[str, Any] = {
        "hydrosim": 1,
        "title": f"benchmark network {network.name}",
        "period": {"start": str(START), "end": last_day(days), "step": "day"},
        "ladder": list(classes(network)),
        "series": {
            f"inflow_{source.name}": {
                "type": "series",
                "file": "inflow.csv",
                "column": source.name,
                "unit": "m3/s",
            }
            for source in network.sources
        },
        "rules": {"season": {"type": "profile", "unit": "1", "values": list(SEASON)}},
        "nodes": {},
        "links": [],
    }
    local = {
        network.after(source.name)[0]: f"inflow_{source.name}"
        for source in network.sources
        if source.cost is None
    }
    for node in network.nodes.values():
        told = _node(node, line, local, tree["rules"])
        if told is not None:
            tree["nodes"][node.name] = told
    for start, end in network.edges:
        link = _link(network, start, end, tree["rules"])
        if link is not None:
            tree["links"].append(link)
    return tree


def _by_zone(store: str, values: tuple[float, ...]) -> dict[str, Any]:
    """Factors by zone, told for the zones from the lowest up."""
    return {
        "type": "control_curve",
        "node": store,
        "thresholds": [list(LOWER_CURVE), list(UPPER_CURVE)],
        "factors": list(reversed(values)),
    }


def _wanted(use: Use, rules: dict[str, Any]) -> str:
    """Return the wanted flow: a number, or the name of a rule that is added."""
    factors = ["season"] if use.seasonal else []
    if use.saved_by is not None:
        factors.append(f"saving_{use.saved_by}")
        rules[factors[-1]] = _by_zone(use.saved_by, SAVING)
    if not factors:
        return f"{use.flow} m3/s"
    name = f"wanted_{use.name}"
    rules[name] = {"type": "expression", "expression": " * ".join([str(use.flow), *factors])}
    return name


def _node(
    node: Any, line: dict[str, str], local: dict[str, str], rules: dict[str, Any]
) -> dict[str, Any] | None:
    """Return a node, or None for what is a property of another node or a link."""
    told: dict[str, Any]
    match node:
        case Source(cost=None):
            return None
        case Source():
            return {"type": "local_source", "capacity": f"inflow_{node.name}"}
        case Store():
            brim = node.volume * DAY_S
            told = {
                "type": "regulating_reservoir",
                "storage_curve": {"level": ["0 m", "100 m"], "storage": ["0 m3", f"{brim!r} m3"]},
                "levels": {"normal": f"{BRIM_M} m"},
                "initial": f"{100 * node.filled} %",
            }
            if line[node.name] != "storage":
                told["zones"] = {"storage": {"top": "100 %", "line": line[node.name]}}
        case Use(flow=None):
            return {"type": "outlet"}
        case Use():
            flow = _wanted(node, rules)
            return {"type": "demand", "use": "other", "line": line[node.name], "flow": flow}
        case Gauge():
            claim = {"requirement": f"{node.flow} m3/s", "line": line[node.name]}
            told = {"type": "control_section", "base_flow": claim}
        case Plant():
            inlet = 1.0 + node.loss
            return {
                "type": "treatment_plant",
                "capacity": f"{node.capacity * inlet!r} m3/s",
                "loss": node.loss / inlet,
                "price": f"{node.cost / inlet!r} yuan/m3",
            }
        case Passage() if not is_transfer(node):
            told = {"type": "junction"}
        case _:
            return None
    if node.name in local:
        told["local_inflow"] = local[node.name]
    return told


def is_transfer(node: Any) -> bool:
    """Whether a passage is a link with a capacity rather than a place."""
    return isinstance(node, Passage) and (node.capacity is not None or node.by_zone is not None)


def _capacity(transfer: Passage, rules: dict[str, Any]) -> str:
    """Return the capacity of a transfer: a number, or the name of a rule that is added."""
    if transfer.store is None or transfer.by_zone is None:
        return f"{transfer.capacity} m3/s"
    most = max(transfer.by_zone)
    part, name = f"part_{transfer.name}", f"most_{transfer.name}"
    rules[part] = _by_zone(transfer.store, tuple(value / most for value in transfer.by_zone))
    rules[name] = {"type": "expression", "expression": f"{most} * {part}"}
    return name


def _link(network: Network, start: str, end: str, rules: dict[str, Any]) -> dict[str, Any] | None:
    """Return the link of an edge; a transfer's two edges are one link."""
    first, last = network.nodes[start], network.nodes[end]
    if (isinstance(first, Source) and first.cost is None) or is_transfer(last):
        return None
    link: dict[str, Any] = {"from": start, "to": end}
    cost = last.cost if isinstance(last, Passage) else 0.0
    if isinstance(first, Source):
        cost += first.cost or 0.0
    if isinstance(first, Passage) and is_transfer(first):
        cost += first.cost
        link |= {"from": network.before(start)[0], "name": start}
        link["capacity"] = _capacity(first, rules)
    elif not cost and not isinstance(last, Plant) and (last not in network.demands):
        link["type"] = "river"
    if cost:
        link["cost"] = f"{cost!r} yuan/m3"
    return link
