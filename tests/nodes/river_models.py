"""Small river models for the tests of nodes: configs as plain data, run in one go."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from hydrosim.builders.supply import Builder
from hydrosim.config.load import config_from_text
from hydrosim.config.schema import Config
from hydrosim.errors import ConfigError, Fault
from hydrosim.supply.build import lower_config
from hydrosim.supply.simulation import run

DAY_S = 86400.0
LADDER = ("dam_safety", "safe_discharge", "flood_limit", "domestic", "storage")
# Level, storage and area of a box with 1 km2: 1 m holds 1e6 m3.
BOX = {
    "level": ["100 m", "120 m"],
    "storage": ["0 m3", "2000 万m3"],
    "area": ["1 km2", "1 km2"],
}


def reservoir(**changes: Any) -> dict[str, Any]:
    """Return a reservoir in a box of 1 km2: dead 102 m, normal 112 m, flood control 116 m."""
    block: dict[str, Any] = {
        "type": "reservoir",
        "storage_curve": BOX,
        "levels": {"dead": "102 m", "normal": "112 m", "flood_control": "116 m"},
        "initial": "50 %",
    }
    return {**block, **changes}


def content(
    nodes: Mapping[str, Any],
    links: Sequence[Mapping[str, Any]],
    *,
    ladder: Sequence[Any] = LADDER,
    days: int = 30,
    start: str = "2001-01-01",
    step: str = "day",
    **sections: Any,
) -> dict[str, Any]:
    """Return a config as plain data; a sea is added when a link leads to it."""
    nodes = dict(nodes)
    if any(link["to"] == "sea" for link in links):
        nodes.setdefault("sea", {"type": "outlet"})
    first = date.fromisoformat(start)
    end = first + timedelta(days=days - 1)
    return {
        "hydrosim": 1,
        "period": {"start": start, "end": end.isoformat(), "step": step},
        "ladder": list(ladder),
        "nodes": nodes,
        "links": [dict(link) for link in links],
        **sections,
    }


def config(model: Mapping[str, Any], folder: Path | None = None) -> Config:
    """Read a model; files count from a folder."""
    file = str(folder / "model.yaml") if folder else "model.yaml"
    return config_from_text(json.dumps(model, ensure_ascii=False), file)


def lowered(model: Mapping[str, Any], folder: Path | None = None) -> Builder:
    """Return the primitives of a model."""
    return lower_config(config(model, folder))


def simulated(model: Mapping[str, Any], folder: Path | None = None) -> xr.Dataset:
    """Run a model and return its only scenario, once its mass closes."""
    dataset = run(config(model, folder))
    proof = json.loads(dataset.attrs["certificate"])
    assert proof["largest_row_closure"] <= 1e-12
    assert proof["largest_network_closure"] <= 1e-12
    return dataset.isel(scenario=0, member=0)


def faults_of(model: Mapping[str, Any], folder: Path | None = None) -> list[Fault]:
    """Return errors and warnings of a model."""
    try:
        return list(config(model, folder).warnings)
    except ConfigError as error:
        return list(error.faults)


def told(model: Mapping[str, Any], folder: Path | None = None) -> list[tuple[str, str, str]]:
    """Return place, found and expected of each fault."""
    return [
        (".".join(str(key) for key in fault.path), fault.found, fault.expected)
        for fault in faults_of(model, folder)
    ]


def write_series(folder: Path, start: str, **columns: Sequence[float]) -> dict[str, Any]:
    """Write daily flows [m3/s] to a file and return the rules that read them."""
    days = len(next(iter(columns.values())))
    first = date.fromisoformat(start)
    lines = [",".join(["date", *columns])]
    for day in range(days):
        numbers = [repr(float(values[day])) for values in columns.values()]
        lines.append(",".join([(first + timedelta(days=day)).isoformat(), *numbers]))
    (folder / "flows.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {
        name: {"type": "series", "file": "flows.csv", "column": name, "unit": "m3/s"}
        for name in columns
    }


def volume(dataset: xr.Dataset, name: str, item: str) -> np.ndarray[Any, Any]:
    """Volume of each step [m3] of a mean flow."""
    variable = dataset[name]
    dimension = next(d for d in variable.dims if d != "time")
    return (variable.sel({dimension: item}) * dataset.dt).to_numpy()
