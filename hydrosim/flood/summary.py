"""What is left of each routed event: peaks, their times, levels and volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.builders.flood import Pool
from hydrosim.flood.tables import level_at
from hydrosim.flood.variables import FLOOD_VARIABLES
from hydrosim.kernels.flood import codes as c

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from hydrosim.flood.build import FloodModel
    from hydrosim.flood.events import Event
    from hydrosim.flood.routed import Routed

    Floats = NDArray[np.float64]

__all__ = ["HOUR_S", "add_summary", "attributes_of", "levels_of"]

HOUR_S = 3600.0


def attributes_of(name: str) -> dict[str, str]:
    """Return units, name and cell methods of a variable of floods."""
    variable = FLOOD_VARIABLES[name]
    given = {
        "units": variable.units,
        "long_name": str(variable.long_name),
        "cell_methods": variable.cell_methods,
    }
    return {key: value for key, value in given.items() if value}


def levels_of(model: FloodModel, nodes: list[str], outflow: Floats, storage: Floats) -> Floats:
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


def add_summary(
    model: FloodModel,
    events: Sequence[Event],
    rows: dict[str, tuple[Routed, int]],
    nodes: list[str],
    arrays: dict[str, Any],
) -> None:
    """Add peaks, their times and volumes of nodes, reaches and basins, (event, item)."""
    records = [(rows[event.name][0].record, rows[event.name][1]) for event in events]
    summary = np.array([record.summary[place] for record, place in records])
    summary = summary.reshape(len(events), c.SUMMARY_FIELDS, len(model.elements))
    summary = summary.transpose(0, 2, 1)
    node_places = [model.place(name) for name in nodes]
    reach_places = [model.place(name) for name in model.reaches]

    def add(name: str, data: Floats) -> None:
        arrays[name] = (("event", FLOOD_VARIABLES[name].dimension), data, attributes_of(name))

    pools = [nodes.index(name) for name in model.pools]
    _add_peaks(add, model, nodes, summary[:, node_places], pools)
    _add_starts(add, model, [rows[event.name] for event in events], nodes, summary[:, node_places])
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
    levels = levels_of(model, nodes, own[..., c.PEAK_OUTFLOW], stored)
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


def _add_starts(
    add: Callable[[str, Floats], None],
    model: FloodModel,
    routed: Sequence[tuple[Routed, int]],
    nodes: list[str],
    own: Floats,
) -> None:
    """Add the level of stores at the start and what they retained, (event, node)."""
    level, retained = np.full((2, len(routed), len(nodes)), np.nan)
    stored = np.array([part.data.start_m3[row] for part, row in routed])
    for p, name in enumerate(model.pools):
        at = nodes.index(name)
        level[:, at] = level_at(model.tables[name], stored[:, p])
        retained[:, at] = own[:, at, c.PEAK_STORAGE] - stored[:, p]
    add("start_level", level)
    add("volume_retained", retained)


def _set_excess(model: FloodModel, above: Floats, excess: Floats) -> None:
    """Set volumes above the safe discharge, (element,), from those at both ends, (bounded, 2)."""
    bounded = model.parts.elements.bounded
    # A basin takes water at its section, so a section is judged by what it passes on.
    excess[bounded] = above[:, 1]
    ends = [b for b, e in enumerate(bounded) if model.elements[e] in model.reaches]
    excess[bounded[ends]] = above[ends].max(axis=1)


def _add_reaches(add: Callable[[str, Floats], None], model: FloodModel, own: Floats) -> None:
    """Add peaks and losses of reaches by their summary, (event, reach, field)."""
    add("reach_peak_inflow", own[..., c.PEAK_INFLOW])
    add("peak_discharge", own[..., c.PEAK_OUTFLOW])
    add("time_of_peak_discharge", own[..., c.PEAK_OUTFLOW_STEP] * (model.dt_s / HOUR_S))
    inflow_steps = own[..., c.PEAK_INFLOW_STEP]
    add("time_of_reach_peak_inflow", inflow_steps * (model.dt_s / HOUR_S))
    add("bed_loss", own[..., c.VOLUME_LOST])
    highest = np.maximum(own[..., c.PEAK_INFLOW], own[..., c.PEAK_OUTFLOW])
    add("reach_peak_level", levels_of(model, model.reaches, highest, highest))


def _peak_increase(summary: Floats, passing: list[int]) -> Floats:
    """Largest outflow of stores behind the start, less their largest inflow; 0 where it is less."""
    more = summary[..., c.PEAK_OUTFLOW] - summary[..., c.PEAK_INFLOW]
    begun = summary[..., c.PEAK_OUTFLOW_STEP] > 0
    rounding = 1e-9 * summary[..., c.PEAK_INFLOW]
    found = np.where(begun & (more > rounding), more, 0.0)
    found[:, passing] = np.nan
    return found
