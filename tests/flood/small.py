"""Small flood configurations: checked, routed, and their balance proved from the results."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hydrosim.config.load import config_from_text
from hydrosim.config.schema import Config
from hydrosim.errors import ConfigError
from hydrosim.flood.build import FloodModel, build_flood_model
from hydrosim.flood.checks import check_config_events
from hydrosim.flood.simulation import route

CLOSURE = 1e-12
DAY = ("2001-01-01", "2001-12-31", "day")


def flood_config(
    nodes: dict[str, Any],
    *rivers: str | dict[str, Any],
    inflows: dict[str, Any] | None = None,
    start: str = "2001-07-15",
    event: dict[str, Any] | None = None,
    rules: dict[str, Any] | None = None,
    standards: dict[str, Any] | None = None,
    **flood: Any,
) -> Config:
    """Configuration with one event; rivers are written ``a > b``.

    An inflow is a list of flows [m3/s] a step of one hour, or a block.
    """
    blocks: dict[str, Any] = {
        place: {"flows": [float(q) for q in given], "every": flood.get("step", "1 h")}
        if isinstance(given, (list, tuple, np.ndarray))
        else given
        for place, given in (inflows or {}).items()
    }
    links = [
        {**dict(zip(("from", "to"), one.split(" > "), strict=True)), "type": "river"}
        if isinstance(one, str)
        else one
        for one in rivers
    ]
    events = {"event": {"start": start, "inflows": blocks, **(event or {})}} if blocks else {}
    text = {
        "hydrosim": 1,
        "period": dict(zip(("start", "end", "step"), DAY, strict=True)),
        "ladder": ["dam_safety", "safe_discharge", "flood_limit", "storage"],
        "rules": rules or {},
        "nodes": {"sea": {"type": "outlet"}, **nodes},
        "links": links,
        "standards": standards or {},
        "flood": {"events": events, **flood},
    }
    return config_from_text(json.dumps(text, ensure_ascii=False), "flood.yaml")


def model_of(*arguments: Any, **keys: Any) -> FloodModel:
    """Flood model of a small configuration, checked as ``hydrosim check`` does."""
    model = build_flood_model(flood_config(*arguments, **keys))
    check_config_events(model)
    return model


def routed(*arguments: Any, **keys: Any) -> xr.Dataset:
    """Result of the one event of a small configuration; its balance is proved."""
    return proved(route(flood_config(*arguments, **keys))).isel(event=0)


def proved(result: xr.Dataset) -> xr.Dataset:
    """Check the certificate, and the balance of each store and reach from the series."""
    proof = json.loads(result.attrs["certificate"])
    assert proof["largest_element_closure"] < CLOSURE
    assert proof["largest_network_closure"] < CLOSURE
    assert proof["emptied_steps"] == 0
    return result


def told(*arguments: Any, **keys: Any) -> dict[str, tuple[str, str]]:
    """Faults of a small configuration: found and expected by path."""
    try:
        model = model_of(*arguments, **keys)
        faults = model.builder.warnings
    except ConfigError as error:
        faults = list(error.faults)
    return {".".join(str(key) for key in f.path): (f.found, f.expected) for f in faults}


def series(result: xr.Dataset, name: str, item: str) -> NDArray[np.float64]:
    """Values of one item at the points of time."""
    dimension = next(str(d) for d in result[name].dims if d != "time")
    return np.asarray(result[name].sel({dimension: item}).values, dtype=np.float64)


def reservoir(**changes: Any) -> dict[str, Any]:
    """A reservoir of 10 km2 from 100 m to 130 m; limit 110 m, safety above 120 m, gates 2000."""
    return {
        "type": "reservoir",
        "storage_curve": {"level": ["100 m", "130 m"], "storage": ["0 m3", "3 亿m3"]},
        "levels": {"dead": "101 m", "normal": "110 m", "flood_control": "120 m"},
        "initial": "50 %",
        "outlets": [{"name": "gate", "capacity": "2000 m3/s", "sill": "101 m"}],
        **changes,
    }
