"""Small configurations for the tests of node types: checked, lowered and run."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hydrosim.builders.supply import Builder
from hydrosim.config.load import config_from_text
from hydrosim.config.schema import Config
from hydrosim.errors import ConfigError, Fault
from hydrosim.supply.build import lower_config
from hydrosim.supply.simulation import run

CLOSURE = 1e-12


def config(
    nodes: dict[str, Any],
    *links: str | dict[str, Any],
    ladder: tuple[Any, ...] = ("domestic",),
    rules: dict[str, Any] | None = None,
    period: tuple[str, str, str] = ("2001-01-01", "2001-01-05", "day"),
    **more: Any,
) -> Config:
    """Configuration of nodes and of links written ``a > b`` (canals) or as blocks."""
    start, end, step = period
    blocks = [
        dict(zip(("from", "to"), link.split(" > "), strict=True)) if isinstance(link, str) else link
        for link in links
    ]
    text = {
        "hydrosim": 1,
        "period": {"start": start, "end": end, "step": step},
        "ladder": list(ladder),
        "rules": rules or {},
        "nodes": nodes,
        "links": blocks,
        **more,
    }
    return config_from_text(json.dumps(text, ensure_ascii=False))


def lowered(*arguments: Any, **keys: Any) -> Builder:
    """Primitives of a small configuration."""
    return lower_config(config(*arguments, **keys))


def simulated(*arguments: Any, **keys: Any) -> xr.Dataset:
    """Result of a small configuration, of one scenario and member; its balance is checked."""
    result = run(config(*arguments, **keys))
    proof = json.loads(result.attrs["certificate"])
    assert proof["largest_row_closure"] < CLOSURE
    assert proof["largest_network_closure"] < CLOSURE
    return result.isel(scenario=0, member=0)


def volumes(result: xr.Dataset, name: str, item: str) -> NDArray[np.float64]:
    """Volumes of the steps [m3] of a flux of one item."""
    flux = result[name]
    dimension = next(str(d) for d in flux.dims if d != "time")
    return np.asarray((flux * result["dt"]).sel({dimension: item}).values, dtype=np.float64)


def states(result: xr.Dataset, name: str, item: str) -> NDArray[np.float64]:
    """Values at the end of the steps of one item."""
    variable = result[name]
    dimension = next(str(d) for d in variable.dims if d != "time")
    return np.asarray(variable.sel({dimension: item}).values, dtype=np.float64)


def faults(*arguments: Any, **keys: Any) -> list[Fault]:
    """Faults and warnings of a small configuration."""
    try:
        return list(config(*arguments, **keys).warnings)
    except ConfigError as error:
        return list(error.faults)


def told(*arguments: Any, **keys: Any) -> dict[str, tuple[str, str]]:
    """Faults of a small configuration: found and expected by path."""
    return {
        ".".join(str(key) for key in fault.path): (fault.found, fault.expected)
        for fault in faults(*arguments, **keys)
    }
