"""What the flood standards read beside peaks: controls, zones, storages at levels."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.flood.design_sites import controls_of
from hydrosim.flood.routed import Routed, rows_of
from hydrosim.flood.tables import level_at, storage_at
from hydrosim.standards.flood_zone import FloodZone

if TYPE_CHECKING:
    import xarray as xr

    from hydrosim.flood.build import FloodModel
    from hydrosim.flood.design import DesignFloods
    from hydrosim.flood.events import Event

__all__ = ["described", "start_levels_of"]


def described(
    model: FloodModel,
    design: DesignFloods,
    dataset: xr.Dataset,
) -> xr.Dataset:
    """Add what the standards read beside peaks: controls, storages at levels, zones."""
    config = model.config
    controls = controls_of(model)
    added: dict[str, Any] = {}
    for dimension, names in (
        ("node", [str(name) for name in dataset["node"].values]),
        ("reach", model.reaches),
        ("basin", model.basins),
    ):
        if not names:
            continue
        at = [model.builder.basins[n].section if dimension == "basin" else n for n in names]
        nodes = [config.nodes[name] for name in names]
        added[f"{dimension}_control"] = (dimension, [controls[name] for name in at])
        added[f"{dimension}_river"] = (dimension, [node.river or "" for node in nodes])
        added[f"{dimension}_tier"] = (dimension, [node.tier or "" for node in nodes])
    names = [str(name) for name in dataset["node"].values]
    for key in ("flood_control", "design", "check", "guaranteed", "warning", "crest"):
        levels = {n: p.levels[key] for n, p in model.builder.pools.items() if key in p.levels}
        if levels:
            stored = [
                storage_at(model.builder.pools[name], levels[name]) if name in levels else math.nan
                for name in names
            ]
            added[f"{key}_storage"] = ("node", stored, {"units": "m3"})
    dataset = dataset.assign_coords(added)
    return dataset.assign_attrs(
        engine="flood",
        tolerance=design.tolerance,
        zones=json.dumps(_zones(model), ensure_ascii=False),
        protects=json.dumps(_protects(model), ensure_ascii=False),
        impossible=json.dumps(
            {
                f"{case.control}/T{years:g}/{case.season}/{case.scheme}": why
                for (case, years), why in sorted(design.impossible.items())
            },
            ensure_ascii=False,
        ),
    )


def start_levels_of(
    model: FloodModel, names: list[str], events: list[Event], parts: list[Routed]
) -> np.ndarray[Any, Any]:
    """Return the level of stores at the start of each event [m], shape (event, name)."""
    rows = rows_of(parts)
    levels = np.full((len(events), len(names)), np.nan)
    places = [(p, names.index(name), model.tables[name]) for p, name in enumerate(model.pools)]
    stored = np.array([rows[e.name][0].data.start_m3[rows[e.name][1]] for e in events])
    for p, item, table in places:
        levels[:, item] = level_at(table, stored[:, p])
    return levels


def _protects(model: FloodModel) -> dict[str, list[str]]:
    """Return what each reservoir says that its operation protects."""
    pools = sorted(model.builder.pools.items())
    return {name: list(pool.protects) for name, pool in pools if pool.protects}


def _zones(model: FloodModel) -> list[dict[str, Any]]:
    """Return the works of each zone and the return period it asks of them."""
    protects = _protects(model)
    found: list[dict[str, Any]] = []
    for name, zone in sorted(model.config.standards.items()):
        if isinstance(zone, FloodZone) and (years := zone.required()[0]) is not None:
            more = [work for work, below in protects.items() if set(below) & set(zone.protects)]
            found.append({"name": name, "years": years, "members": [*zone.protects, *more]})
    return found
