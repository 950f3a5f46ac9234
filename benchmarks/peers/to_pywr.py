"""The networks as model files of Pywr 1 and of Pywr 2 (plain JSON; Pywr itself is not needed).

Pywr 1 gets its inflows as arrays from its runner; Pywr 2 reads a Parquet file for each source.
"""

import datetime
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
)

SCENARIO = "inflow"
RECORDER = "mean_supply"
CURVES = ["upper_curve", "lower_curve"]


def last_day(days: int) -> str:
    """Return the date of the last of some days."""
    return str(START + datetime.timedelta(days=days - 1))


def saving_name(store: str) -> str:
    """Return the name of the parameter that saves demands by the state of a store."""
    return f"saving_{store}"


def build_pywr_1(network: Network, days: int, scenarios: int) -> dict[str, Any]:
    """Return a network as a model of Pywr 1."""
    parameters: dict[str, Any] = {
        "season": {"type": "monthlyprofile", "values": list(SEASON)},
        "upper_curve": {"type": "monthlyprofile", "values": list(UPPER_CURVE)},
        "lower_curve": {"type": "monthlyprofile", "values": list(LOWER_CURVE)},
    }

    def by_zone(store: str, values: tuple[float, ...]) -> dict[str, Any]:
        curve = {"type": "controlcurve", "storage_node": store}
        return {**curve, "control_curves": CURVES, "values": list(values)}

    def wanted(use: Use) -> str | float | None:
        factors = ["season"] if use.seasonal else []
        if use.saved_by is not None:
            name = saving_name(use.saved_by)
            parameters.setdefault(name, by_zone(use.saved_by, SAVING))
            factors.append(name)
        if not factors:
            return use.flow
        parts = [{"type": "constant", "value": use.flow}, *factors]
        parameters[f"wanted_{use.name}"] = {
            "type": "aggregated",
            "agg_func": "product",
            "parameters": parts,
        }
        return f"wanted_{use.name}"

    nodes: list[dict[str, Any]] = []
    for node in network.nodes.values():
        told: dict[str, Any] = {"name": node.name}
        match node:
            case Source(cost=None):
                told |= {"type": "catchment", "flow": 0.0}
            case Source():
                told |= {"type": "input", "max_flow": 0.0, "cost": node.cost}
            case Store():
                told |= {"type": "storage", "max_volume": node.volume, "cost": -node.value}
                told["initial_volume"] = node.volume * node.filled
            case Use():
                told |= {"type": "output", "cost": -node.value, "max_flow": wanted(node)}
            case Passage():
                told |= {"type": "link", "cost": node.cost, "max_flow": node.capacity}
                if node.store is not None and node.by_zone is not None:
                    parameters[f"most_{node.name}"] = by_zone(node.store, node.by_zone)
                    told["max_flow"] = f"most_{node.name}"
            case Gauge():
                told |= {"type": "rivergauge", "mrf": node.flow, "mrf_cost": -node.value}
                told["cost"] = 0.0
            case Plant():
                told |= {"type": "losslink", "max_flow": node.capacity, "cost": node.cost}
                told["loss_factor"] = node.loss
        nodes.append({key: value for key, value in told.items() if value is not None})
    recorder = {"type": "meanflownode", "node": network.demands[0].name}
    return {
        "metadata": {"title": network.name, "minimum_version": "1.0"},
        "timestepper": {"start": str(START), "end": last_day(days), "timestep": 1},
        "scenarios": [{"name": SCENARIO, "size": scenarios}],
        "nodes": nodes,
        "edges": [list(edge) for edge in network.edges],
        "parameters": parameters,
        "recorders": {RECORDER: recorder},
    }


def _literal(value: float) -> dict[str, Any]:
    return {"type": "Literal", "value": value}


def _parameter(name: str) -> dict[str, Any]:
    return {"type": "Parameter", "name": name}


class _ParametersOfPywr2:
    """Collects the parameters of a model of Pywr 2."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, Any]] = {}

    def profile(self, name: str, values: tuple[float, ...]) -> None:
        numbers = {"type": "Literal", "values": list(values)}
        self.found[name] = {"type": "MonthlyProfile", "meta": {"name": name}, "values": numbers}

    def by_zone(self, name: str, store: str, values: tuple[float, ...]) -> None:
        metric = {"type": "Node", "name": store, "attribute": "ProportionalVolume"}
        self.found[name] = {
            "type": "ControlCurve",
            "meta": {"name": name},
            "phase": "Before",
            "storage_metric": metric,
            "control_curves": [_parameter(curve) for curve in CURVES],
            "values": [_literal(value) for value in values],
        }

    def product(self, name: str, factor: float, names: list[str]) -> None:
        self.found[name] = {
            "type": "Aggregated",
            "meta": {"name": name},
            "phase": "Before",
            "agg_func": {"type": "Product"},
            "metrics": [_literal(factor), *map(_parameter, names)],
        }

    def wanted(self, use: Use) -> dict[str, Any] | None:
        """Return the metric of a use's wanted flow."""
        if use.flow is None:
            return None
        factors = ["season"] if use.seasonal else []
        if use.saved_by is not None:
            factors.append(saving_name(use.saved_by))
            self.by_zone(factors[-1], use.saved_by, SAVING)
        if not factors:
            return _literal(use.flow)
        self.product(f"wanted_{use.name}", use.flow, factors)
        return _parameter(f"wanted_{use.name}")


def build_pywr_2(
    network: Network, days: int, scenarios: int, recorded: dict[str, str] | None = None
) -> dict[str, Any]:
    """Return a network as a model of Pywr 2; `recorded` names nodes and the attribute to keep."""
    parameters = _ParametersOfPywr2()
    parameters.profile("season", SEASON)
    parameters.profile("upper_curve", UPPER_CURVE)
    parameters.profile("lower_curve", LOWER_CURVE)
    nodes = [_node_of_pywr_2(node, parameters) for node in network.nodes.values()]
    attributes = recorded or {network.demands[0].name: "Inflow"}
    metrics = [{"type": "Node", "name": n, "attribute": a} for n, a in attributes.items()]
    kept: dict[str, Any] = {"meta": {"name": RECORDER}, "metrics": metrics}
    if recorded is None:
        kept["aggregator"] = {"func": {"type": "Mean"}}
    series = [
        {
            "type": "Parquet",
            "meta": {"name": f"inflow_{source.name}"},
            "path": f"{source.name}.parquet",
            "time_col": "date",
        }
        for source in network.sources
    ]
    return {
        "metadata": {"title": network.name, "minimum_version": "0.1"},
        "time": {
            "start": str(START),
            "end": last_day(days),
            "timestep": {"type": "Days", "days": 1},
        },
        "scenarios": {"groups": [{"name": SCENARIO, "size": scenarios}]},
        "network": {
            "nodes": nodes,
            "edges": [{"from_node": start, "to_node": end} for start, end in network.edges],
            "parameters": list(parameters.found.values()),
            "time_series": series,
            "metric_sets": [kept],
            "outputs": [{"type": "Memory", "meta": {"name": "kept"}, "metric_set": RECORDER}],
        },
    }


def _node_of_pywr_2(node: Any, parameters: _ParametersOfPywr2) -> dict[str, Any]:
    told: dict[str, Any] = {"meta": {"name": node.name}}
    columns = {"type": "Scenario", "name": SCENARIO}
    inflow = {"type": "TimeSeries", "name": f"inflow_{node.name}", "columns": columns}
    match node:
        case Source(cost=None):
            told |= {"type": "Catchment", "flow": inflow}
        case Source(cost=cost):
            told |= {"type": "Input", "max_flow": inflow, "cost": _literal(cost or 0.0)}
        case Store():
            told |= {"type": "Storage", "max_volume": _literal(node.volume)}
            told |= {"cost": _literal(-node.value)}
            told["initial_volume"] = {"type": "Absolute", "volume": node.volume * node.filled}
        case Use():
            told |= {"type": "Output", "cost": _literal(-node.value)}
            told["max_flow"] = parameters.wanted(node)
        case Passage():
            told |= {"type": "Link", "cost": _literal(node.cost)}
            if node.capacity is not None:
                told["max_flow"] = _literal(node.capacity)
            if node.store is not None and node.by_zone is not None:
                parameters.by_zone(f"most_{node.name}", node.store, node.by_zone)
                told["max_flow"] = _parameter(f"most_{node.name}")
        case Gauge():
            told |= {"type": "RiverGauge", "mrf": _literal(node.flow)}
            told |= {"mrf_cost": _literal(-node.value), "bypass_cost": _literal(0.0)}
        case Plant():
            loss = {"type": "Net", "factor": _literal(node.loss)}
            told |= {"type": "LossLink", "max_net_flow": _literal(node.capacity)}
            told |= {"loss_factor": loss, "net_cost": _literal(node.cost)}
    return {key: value for key, value in told.items() if value is not None}
