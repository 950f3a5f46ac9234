"""Records of routed events to one CF Dataset with units, names and the proof of the balance."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from hydrosim.flood.basins import basin_curve
from hydrosim.flood.builder import Pool, Reach
from hydrosim.flood.describe import flood_network
from hydrosim.flood.tables import level_at
from hydrosim.header import base_attributes
from hydrosim.kernels.flood import codes as c
from hydrosim.variables import DIMENSIONS, FLOOD_VARIABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from hydrosim.flood.build import FloodModel
    from hydrosim.flood.events import Event
    from hydrosim.flood.simulation import Routed

    Floats = NDArray[np.float64]

__all__ = ["build_flood_dataset"]

HOUR_S = 3600.0


def build_flood_dataset(
    model: FloodModel, events: Sequence[Event], parts: Sequence[Routed]
) -> xr.Dataset:
    """Return routed events as a Dataset with dims (event, time, node | reach | basin | outlet).

    Flows, levels and storages are values at points of time (hours since the start of the event);
    events that are shorter than the longest end in nan.
    """
    rows = {event.name: (part, place) for part in parts for place, event in enumerate(part.events)}
    kept = max((part.kept for part in parts), default=0)
    nodes = _nodes(model)
    arrays: dict[str, Any] = {}
    if kept:
        _add_series(model, events, rows, kept, nodes, arrays)
    _add_summary(model, events, rows, nodes, arrays)
    coordinates = _coordinates(model, events, kept, nodes)
    attributes = {
        **base_attributes(model.config),
        "engine": "flood",
        "step_s": model.dt_s,
        "flood_network": json.dumps(flood_network(model), ensure_ascii=False),
        "rules": json.dumps({str(code): name for code, name in c.RULE_NAMES.items()}),
        "certificate": json.dumps(_certificate(model, events, rows), ensure_ascii=False),
    }
    dataset = xr.Dataset(arrays, coordinates, attributes)
    for name in ("event", "node", "reach", "basin", "outlet"):
        if name in dataset.coords:
            dataset[name].attrs.setdefault("long_name", DIMENSIONS[name])
    return dataset


def _nodes(model: FloodModel) -> list[str]:
    return [name for name in model.elements if name not in model.reaches]


def _described(name: str) -> dict[str, str]:
    variable = FLOOD_VARIABLES[name]
    given = {
        "units": variable.units,
        "long_name": variable.long_name,
        "cell_methods": variable.cell_methods,
    }
    return {key: value for key, value in given.items() if value}


def _gathered(
    events: Sequence[Event],
    rows: dict[str, tuple[Routed, int]],
    field: str,
    items: list[int],
    points: int,
    which: int | None = None,
) -> Floats:
    """Return series by event, shape (event, points, item), nan behind an event's end."""
    data = np.full((len(events), points, len(items)), np.nan)
    for i, event in enumerate(events):
        part, place = rows[event.name]
        series = getattr(part.record, field)[place]
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
        arrays[name] = (("event", "time", FLOOD_VARIABLES[name].dimension), data, _described(name))

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
    add("level", _levels(model, nodes, outflow, storage))
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


def _levels(model: FloodModel, nodes: list[str], outflow: Floats, storage: Floats) -> Floats:
    """Level of pools by storage, stage of sections by rating curve, nan where neither is known."""
    levels = np.full(outflow.shape, np.nan)
    for i, name in enumerate(nodes):
        element = model.builder.elements[name]
        if isinstance(element, Pool):
            levels[..., i] = level_at(model.tables[name], storage[..., i])
        elif element.stage is not None:
            levels[..., i] = _stage_at(outflow[..., i], *element.stage)
    return levels


def _stage_at(flow_m3s: Floats, flows: Sequence[float], stages: Sequence[float]) -> Floats:
    """Stage by a rating curve; above its top the last piece goes on, so that no flow looks safe."""
    found = np.interp(flow_m3s, flows, stages)
    rise = [(q, z) for q, z in zip(flows, stages, strict=True) if q < flows[-1]]
    slope = (stages[-1] - rise[-1][1]) / (flows[-1] - rise[-1][0]) if rise else 0.0
    return np.where(flow_m3s > flows[-1], stages[-1] + slope * (flow_m3s - flows[-1]), found)


def _limit_levels(
    model: FloodModel,
    events: Sequence[Event],
    rows: dict[str, tuple[Routed, int]],
    points: int,
    nodes: list[str],
) -> Floats:
    data = np.full((len(events), points, len(nodes)), np.nan)
    for i, event in enumerate(events):
        limit = rows[event.name][0].data.limit_m3
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


def _add_summary(
    model: FloodModel,
    events: Sequence[Event],
    rows: dict[str, tuple[Routed, int]],
    nodes: list[str],
    arrays: dict[str, Any],
) -> None:
    records = [(rows[event.name][0].record, rows[event.name][1]) for event in events]
    summary = np.array([record.summary[place] for record, place in records])
    summary = summary.reshape(len(events), c.SUMMARY_FIELDS, len(model.elements))
    summary = summary.transpose(0, 2, 1)
    node_places = [model.place(name) for name in nodes]
    reach_places = [model.place(name) for name in model.reaches]

    def add(name: str, data: Floats) -> None:
        arrays[name] = (("event", FLOOD_VARIABLES[name].dimension), data, _described(name))

    pools = [nodes.index(name) for name in model.pools]
    _add_peaks(add, model, nodes, summary[:, node_places], pools)
    volumes = np.full((len(events), len(nodes), 2), np.nan)
    excess = np.full((len(events), len(model.elements)), np.nan)
    for i, (record, place) in enumerate(records):
        volumes[i, pools] = record.pool_volume[place]
        _set_excess(model, record.excess_m3[place], excess[i])
    add("overflow", volumes[..., 0])
    add("volume_drawn", volumes[..., 1])
    add("excess_volume", excess[:, node_places])
    if model.reaches:
        add("reach_excess_volume", excess[:, reach_places])
        _add_reaches(add, model, summary[:, reach_places])
    if model.basins:
        basins = np.array([record.basin_summary[place] for record, place in records])
        basins = basins.reshape(len(events), len(model.basins), 2)
        add("basin_peak_storage", basins[..., 0])
        add("basin_volume", basins[..., 1])


def _add_peaks(
    add: Callable[[str, Floats], None],
    model: FloodModel,
    nodes: list[str],
    own: Floats,
    pools: list[int],
) -> None:
    """Add peaks, their times and volumes of nodes by their summary, (event, node, field)."""
    hours = model.dt_s / HOUR_S
    passing = [i for i in range(len(nodes)) if i not in pools]
    stored = own[..., c.PEAK_STORAGE].copy()
    stored[:, passing] = np.nan
    level_time = own[..., c.PEAK_STORAGE_STEP] * hours
    level_time[:, passing] = own[:, passing, c.PEAK_OUTFLOW_STEP] * hours
    levels = _levels(model, nodes, own[..., c.PEAK_OUTFLOW], stored)
    level_time[np.isnan(levels)] = np.nan
    add("peak_inflow", own[..., c.PEAK_INFLOW])
    add("peak_outflow", own[..., c.PEAK_OUTFLOW])
    add("peak_increase", _peak_increase(own, passing))
    add("peak_storage", stored)
    add("peak_level", levels)
    add("time_of_peak_inflow", own[..., c.PEAK_INFLOW_STEP] * hours)
    add("time_of_peak_outflow", own[..., c.PEAK_OUTFLOW_STEP] * hours)
    add("time_of_peak_level", level_time)
    add("volume_in", own[..., c.VOLUME_IN])
    add("volume_out", own[..., c.VOLUME_OUT])
    add("volume_lost", own[..., c.VOLUME_LOST])


def _set_excess(model: FloodModel, above: Floats, excess: Floats) -> None:
    """Set volumes above the safe discharge, (element,), from those at both ends, (bounded, 2)."""
    bounded = model.parts[0].bounded
    # A basin takes water at its section, so a section is judged by what it passes on.
    excess[bounded] = above[:, 1]
    ends = [b for b, e in enumerate(bounded) if model.elements[e] in model.reaches]
    excess[bounded[ends]] = above[ends].max(axis=1)


def _add_reaches(add: Callable[[str, Floats], None], model: FloodModel, own: Floats) -> None:
    """Add peaks and losses of reaches by their summary, (event, reach, field)."""
    add("reach_peak_inflow", own[..., c.PEAK_INFLOW])
    add("peak_discharge", own[..., c.PEAK_OUTFLOW])
    add("time_of_peak_discharge", own[..., c.PEAK_OUTFLOW_STEP] * (model.dt_s / HOUR_S))
    add("bed_loss", own[..., c.VOLUME_LOST])
    highest = np.maximum(own[..., c.PEAK_INFLOW], own[..., c.PEAK_OUTFLOW])
    add("reach_peak_level", _levels(model, model.reaches, highest, highest))


def _peak_increase(summary: Floats, passing: list[int]) -> Floats:
    """Largest outflow of stores behind the start, less their largest inflow; 0 where it is less."""
    more = summary[..., c.PEAK_OUTFLOW] - summary[..., c.PEAK_INFLOW]
    begun = summary[..., c.PEAK_OUTFLOW_STEP] > 0
    rounding = 1e-9 * summary[..., c.PEAK_INFLOW]
    found = np.where(begun & (more > rounding), more, 0.0)
    found[:, passing] = np.nan
    return found


def _coordinates(
    model: FloodModel, events: Sequence[Event], points: int, nodes: list[str]
) -> dict[str, Any]:
    builder, config = model.builder, model.config
    coordinates: dict[str, Any] = {
        "event": np.array([event.name for event in events], dtype=str),
        "start": ("event", np.array([event.start.astype("M8[ns]") for event in events])),
        "event_steps": ("event", np.array([event.steps for event in events])),
        "all_open": ("event", np.array([event.operation == "all_open" for event in events])),
        "node": np.array(nodes, dtype=str),
        "node_type": ("node", [str(getattr(config.nodes[name], "type", "")) for name in nodes]),
        "node_river": ("node", [config.nodes[name].river or "" for name in nodes]),
        "safe_discharge": (
            "node",
            [_number(builder.elements[name].safe_m3s) for name in nodes],
            {"units": "m3 s-1"},
        ),
    }
    if points:
        hours = np.arange(points) * model.dt_s / HOUR_S
        told = {"units": "h", "long_name": "time since the start of the event"}
        coordinates["time"] = ("time", hours, told)
    keys = sorted({key for name in nodes for key in builder.elements[name].levels})
    for key in keys:
        values = [_number(builder.elements[name].levels.get(key)) for name in nodes]
        coordinates[f"{key}_level"] = ("node", values, {"units": "m"})
    if model.reaches:
        own = [builder.elements[name] for name in model.reaches]
        coordinates["reach"] = np.array(model.reaches, dtype=str)
        safe = [_number(element.safe_m3s) for element in own if isinstance(element, Reach)]
        coordinates["reach_safe_discharge"] = ("reach", safe, {"units": "m3 s-1"})
        for key in sorted({key for element in own for key in element.levels}):
            values = [_number(element.levels.get(key)) for element in own]
            coordinates[f"reach_{key}_level"] = ("reach", values, {"units": "m"})
    if model.basins:
        full = model.parts[3].number[:, c.FULL]
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
