"""Records of routed events to one CF Dataset with units, names and the proof of the balance."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from hydrosim.builders.flood import Reach
from hydrosim.flood.basins import basin_curve
from hydrosim.flood.describe import flood_network
from hydrosim.flood.routed import Routed, rows_of
from hydrosim.flood.summary import HOUR_S, add_summary, attributes_of, levels_of
from hydrosim.flood.tables import level_at
from hydrosim.flood.variables import FLOOD_VARIABLES
from hydrosim.io.missing import ENDED, explain_missing
from hydrosim.kernels.flood import codes as c
from hydrosim.supply.attributes import base_attributes
from hydrosim.variables import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hydrosim.config.schema import Config
    from hydrosim.flood.build import FloodModel
    from hydrosim.flood.events import Event

    Floats = NDArray[np.float64]

__all__ = ["build_flood_dataset"]


def build_flood_dataset(
    model: FloodModel, events: Sequence[Event], parts: Sequence[Routed]
) -> xr.Dataset:
    """Return routed events as a Dataset with dims (event, time, node | reach | basin | outlet).

    Flows, levels and storages are values at points of time (hours since the start of the event);
    events that are shorter than the longest end in nan.
    """
    rows = rows_of(parts)
    events = [rows[event.name][0].events[rows[event.name][1]] for event in events]
    kept = max((part.kept for part, _ in rows.values()), default=0)
    nodes = _nodes(model)
    arrays: dict[str, Any] = {}
    if kept:
        _add_series(model, events, rows, kept, nodes, arrays)
    add_summary(model, events, rows, nodes, arrays)
    coordinates = _coordinates(model, events, kept, nodes)
    attributes = {
        **base_attributes(model.config),
        "engine": "flood",
        "step_s": model.step_s,
        "inner_step_s": model.dt_s,
        "flood_network": json.dumps(flood_network(model), ensure_ascii=False),
        "rules": json.dumps({str(code): name for code, name in c.RULE_NAMES.items()}),
        "certificate": json.dumps(_certificate(model, events, rows), ensure_ascii=False),
    }
    dataset = xr.Dataset(arrays, coordinates, attributes)
    for name in ("event", "node", "reach", "basin", "outlet"):
        if name in dataset.coords:
            dataset[name].attrs.setdefault("long_name", DIMENSIONS[name])
    explain_missing(dataset, over=("event", "time"))
    if len({event.steps for event in events}) > 1:
        series = [name for name, variable in dataset.variables.items() if "time" in variable.dims]
        explain_missing(dataset, own={str(name): ENDED for name in series})
    return dataset


def _nodes(model: FloodModel) -> list[str]:
    return [name for name in model.elements if name not in model.reaches]


def _gathered(
    events: Sequence[Event],
    rows: dict[str, tuple[Routed, int]],
    field: str,
    items: list[int],
    points: int,
    which: int | None = None,
) -> Floats:
    """Return series by event, shape (event, points, item), nan behind an event's end.

    Of an event whose hydrographs were not kept all is nan.
    """
    data = np.full((len(events), points, len(items)), np.nan)
    for i, event in enumerate(events):
        part, place = rows[event.name]
        if not part.kept:
            continue
        series = part.record._asdict()[field][place]
        chosen = series[:, items] if which is None else series[:, items, which]
        data[i, : series.shape[0]] = chosen
    return data


def _add_series(
    model: FloodModel,
    events: Sequence[Event],
    rows: dict[str, tuple[Routed, int]],
    points: int,
    nodes: list[str],
    arrays: dict[str, Any],
) -> None:
    node_places = [model.place(name) for name in nodes]
    reach_places = [model.place(name) for name in model.reaches]
    pool_nodes = [nodes.index(name) for name in model.pools]
    all_pools = list(range(len(model.pools)))
    all_basins = list(range(len(model.basins)))

    def add(name: str, data: Floats) -> None:
        arrays[name] = (
            ("event", "time", FLOOD_VARIABLES[name].dimension),
            data,
            attributes_of(name),
        )

    def of_pools(which: int) -> Floats:
        data = np.full((len(events), points, len(nodes)), np.nan)
        data[:, :, pool_nodes] = _gathered(events, rows, "pools", all_pools, points, which)
        return data

    outflow = _gathered(events, rows, "series", node_places, points, c.OUTFLOW)
    storage = _gathered(events, rows, "series", node_places, points, c.STORAGE_SERIES)
    passing = [i for i, name in enumerate(nodes) if name not in model.pools]
    storage[:, :, passing] = np.nan
    add("inflow", _gathered(events, rows, "series", node_places, points, c.INFLOW))
    add("outflow", outflow)
    add("mean_inflow", of_pools(c.MEAN_INFLOW))
    add("mean_outflow", of_pools(c.MEAN_OUTFLOW))
    add("storage", storage)
    add("level", levels_of(model, nodes, outflow, storage))
    release = of_pools(c.RELEASE)
    spill = outflow - release
    add("release", release)
    add("spill", spill)
    add("operation", of_pools(c.RULE))
    add("limit_level", _limit_levels(model, events, rows, points, nodes))
    if model.reaches:
        add("reach_inflow", _gathered(events, rows, "series", reach_places, points, c.INFLOW))
        add("discharge", _gathered(events, rows, "series", reach_places, points, c.OUTFLOW))
        add(
            "reach_storage",
            _gathered(events, rows, "series", reach_places, points, c.STORAGE_SERIES),
        )
    if model.basins:
        held = _gathered(events, rows, "basin_m3", all_basins, points)
        add("basin_inflow", _gathered(events, rows, "basin_inflow_m3s", all_basins, points))
        add("basin_outflow", _gathered(events, rows, "basin_outflow_m3s", all_basins, points))
        add("basin_storage", held)
        add("basin_level", _basin_levels(model, held))
    if model.pools:
        add("outlet_flow", _outlet_flows(model, nodes, release, spill, storage))


def _limit_levels(
    model: FloodModel,
    events: Sequence[Event],
    rows: dict[str, tuple[Routed, int]],
    points: int,
    nodes: list[str],
) -> Floats:
    data = np.full((len(events), points, len(nodes)), np.nan)
    for i, event in enumerate(events):
        limit = rows[event.name][0].data.limit_m3[:: model.every]
        for p, name in enumerate(model.pools):
            column = level_at(model.tables[name], limit[:, p])
            data[i, : limit.shape[0], nodes.index(name)] = column
    return data


def _basin_levels(model: FloodModel, held: Floats) -> Floats:
    levels = np.full(held.shape, np.nan)
    for b, name in enumerate(model.basins):
        curve = basin_curve(model.builder, model.builder.basins[name])
        if curve is not None:
            levels[..., b] = np.interp(held[..., b], curve.storage_m3, curve.level_m)
    return levels


def _outlets(model: FloodModel) -> list[tuple[str, str, int]]:
    """(name, pool, place among its ways) of each outlet."""
    return [
        (f"{pool}.{way.name}", pool, place)
        for pool in model.pools
        for place, way in enumerate(model.builder.pools[pool].ways)
    ]


def _outlet_flows(
    model: FloodModel, nodes: list[str], release: Floats, spill: Floats, storage: Floats
) -> Floats:
    """Part of each outlet in release or free flow, by what it could pass at the level."""
    outlets = _outlets(model)
    flows = np.zeros((*release.shape[:2], len(outlets)))
    for o, (_, pool, place) in enumerate(outlets):
        i, table = nodes.index(pool), model.tables[pool]
        ways = model.builder.pools[pool].ways
        alike = [k for k, way in enumerate(ways) if way.gated == ways[place].gated]
        own = np.interp(storage[..., i], table.storage_m3, table.flows_m3s[place])
        all_of = np.interp(storage[..., i], table.storage_m3, table.flows_m3s[alike].sum(axis=0))
        share = np.divide(own, all_of, out=np.zeros_like(own), where=all_of > 0)
        whole = release if ways[place].gated else spill
        flows[..., o] = share * whole[..., i]
    return flows


def _coordinates(
    model: FloodModel, events: Sequence[Event], points: int, nodes: list[str]
) -> dict[str, Any]:
    builder, config = model.builder, model.config
    coordinates: dict[str, Any] = {
        "event": np.array([event.name for event in events], dtype=str),
        "start": ("event", np.array([event.start.astype("M8[ns]") for event in events])),
        "event_steps": ("event", np.array([event.steps // model.every for event in events])),
        "all_open": ("event", np.array([event.operation == "all_open" for event in events])),
        "node": np.array(nodes, dtype=str),
        "node_type": ("node", [config.nodes[name].type_name for name in nodes]),
        **_answers(config, "node", nodes),
        "node_river": ("node", [config.nodes[name].river or "" for name in nodes]),
        "safe_discharge": (
            "node",
            [_number(builder.elements[name].safe_m3s) for name in nodes],
            {"units": "m3 s-1"},
        ),
    }
    if points:
        hours = np.arange(points) * model.step_s / HOUR_S
        attributes = {"units": "h", "long_name": "time since the start of the event"}
        coordinates["time"] = ("time", hours, attributes)
    keys = sorted({key for name in nodes for key in builder.elements[name].levels})
    for key in keys:
        values = [_number(builder.elements[name].levels.get(key)) for name in nodes]
        coordinates[f"{key}_level"] = ("node", values, {"units": "m"})
    if model.reaches:
        own = [builder.elements[name] for name in model.reaches]
        coordinates["reach"] = np.array(model.reaches, dtype=str)
        coordinates |= _answers(config, "reach", model.reaches)
        safe = [_number(element.safe_m3s) for element in own if isinstance(element, Reach)]
        coordinates["reach_safe_discharge"] = ("reach", safe, {"units": "m3 s-1"})
        for key in sorted({key for element in own for key in element.levels}):
            values = [_number(element.levels.get(key)) for element in own]
            coordinates[f"reach_{key}_level"] = ("reach", values, {"units": "m"})
    if model.basins:
        full = model.parts.basins.number[:, c.FULL]
        coordinates["basin"] = np.array(model.basins, dtype=str)
        coordinates["basin_capacity"] = ("basin", full, {"units": "m3"})
    if points and model.pools:
        outlets = _outlets(model)
        coordinates["outlet"] = np.array([name for name, _, _ in outlets], dtype=str)
        coordinates["outlet_node"] = ("outlet", [pool for _, pool, _ in outlets])
    for key in sorted({key for event in events for key in event.attributes}):
        coordinates[f"event_{key}"] = ("event", _facts(events, key))
        if any(isinstance(event.attributes.get(key), dict) for event in events):
            coordinates[f"event_{key}_zh"] = ("event", _facts(events, key, "zh"))
    return coordinates


def _answers(config: Config, dimension: str, names: Sequence[str]) -> dict[str, Any]:
    """Return what the types of nodes answer, for readers who see the results only."""
    nodes = [config.nodes[name] for name in names]
    answers = {
        "is_store": [node.is_store for node in nodes],
        "is_dam": [node.is_dam for node in nodes],
        "is_embanked": [node.is_embanked for node in nodes],
        "measures_flow": [node.measures_flow for node in nodes],
        "flood_bounds": [" ".join(node.flood_bounds) for node in nodes],
    }
    return {f"{dimension}_{key}": (dimension, values) for key, values in answers.items()}


def _facts(events: Sequence[Event], key: str, language: str = "en") -> list[Any]:
    given = [event.attributes.get(key) for event in events]
    if all(isinstance(value, (int, float)) for value in given):
        return given
    texts = []
    for value in given:
        title = value.get(language, "") if isinstance(value, dict) else value
        texts.append("" if title is None else str(title))
    return texts


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _certificate(
    model: FloodModel, events: Sequence[Event], rows: dict[str, tuple[Routed, int]]
) -> dict[str, Any]:
    proofs = [rows[event.name][0].record.proof[rows[event.name][1]] for event in events]
    settled = [rows[event.name][0].settled for event in events]
    proof = np.array(proofs).reshape(len(events), c.PROOF_FIELDS)
    worst = int(np.argmax(proof[:, c.CLOSURE])) if len(events) else 0
    network = int(np.argmax(proof[:, c.NETWORK_CLOSURE])) if len(events) else 0
    elements = model.elements
    return {
        "largest_element_closure": float(proof[:, c.CLOSURE].max(initial=0.0)),
        "largest_element_closure_at": [
            events[worst].name if events else "",
            elements[int(proof[worst, c.CLOSURE_ELEMENT])] if events else "",
        ],
        "largest_network_closure": float(proof[:, c.NETWORK_CLOSURE].max(initial=0.0)),
        "largest_network_closure_at": events[network].name if events else "",
        "emptied_steps": int(proof[:, c.EMPTIED_STEPS].sum()),
        "reach_parameters_settled": all(settled),
        "events": len(events),
        "config_hash": model.config.hash,
        "hydrosim_version": base_attributes(model.config)["hydrosim_version"],
    }
