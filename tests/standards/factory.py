"""Small hand-made results that follow the contract of a run's Dataset."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from hydrosim.nodes import NODE_TYPES
from hydrosim.variables import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hydrosim.standards.verdict import Verdict

DAY_S = 86_400.0
_PREFIXED = {
    "store": (
        "type", "river", "tier", "target_low_m", "target_high_m", "depth_max_m", "level_min_m",
    ),
    "claim": (
        "node", "kind", "use", "tier", "river", "guarantee", "depth_limit", "period",
        "gross_factor",
    ),
    "reach": ("river", "mean_natural_m3s"),
    "source": ("kind", "role", "node"),
    "origin": ("kind",),
}  # fmt: skip
_TEXTS = ("type", "river", "tier", "node", "kind", "use", "period", "role")


def make_dataset(
    start: str,
    end: str,
    *,
    step: str = "D",
    first_month: int = 6,
    items: Mapping[str, Sequence[dict[str, Any]]] | None = None,
    reasons: Mapping[int, str] | None = None,
    ledger: Mapping[tuple[str, str], Any] | None = None,
    network: Sequence[tuple[str, str]] = (),
    node_types: Mapping[str, str] | None = None,
    **attrs: Any,
) -> xr.Dataset:
    """Return the result of one scenario and member, from ``start`` up to ``end`` (not included).

    ``items`` gives by dimension a list of items; each has ``name``, coordinates without their
    prefix, and variables: a number, one number a step, or for the year table one a water year.
    ``ledger`` gives (claim, origin) -> m3 a month, and needs the items of ``origin``.
    """
    time = np.arange(start, end, dtype=f"datetime64[{step}]")
    edges = np.append(time, np.datetime64(end)).astype("datetime64[s]")
    month = time.astype("datetime64[M]").astype(np.int64)
    year = 1970 + (month - (first_month - 1)) // 12
    years = np.unique(year)
    covered = np.array([np.diff(edges).astype(np.int64)[year == one].sum() for one in years])
    coords: dict[str, Any] = {
        "time": time.astype("datetime64[ns]"),
        "dt": ("time", np.diff(edges).astype(np.float64)),
        "water_year_of_time": ("time", year),
        "water_year": years,
        "complete": ("water_year", covered >= 365 * DAY_S),
    }
    data: dict[str, Any] = {}
    for dimension, found in (items or {}).items():
        coords[dimension] = [item["name"] for item in found]
        _add_coordinates(coords, dimension, found)
        _add_variables(data, dimension, found, (time.size, years.size))
    if ledger is not None:
        _add_ledger(data, coords, ledger)
    dataset = xr.Dataset(data, coords, _attrs(attrs, network, node_types or {}))
    if reasons is not None:
        dataset["reason"].attrs["table"] = json.dumps({str(k): v for k, v in reasons.items()})
    return dataset


def _add_coordinates(
    coords: dict[str, Any], dimension: str, found: Sequence[dict[str, Any]]
) -> None:
    for key in _PREFIXED.get(dimension, ()):
        default: str | float = "" if key in _TEXTS else np.nan
        coords[f"{dimension}_{key}"] = (dimension, [item.get(key, default) for item in found])
    if dimension == "store":
        below = [item.get("type") == "aquifer" for item in found]
        coords["store_groundwater"] = ("store", below)


def _add_variables(
    data: dict[str, Any],
    dimension: str,
    found: Sequence[dict[str, Any]],
    sizes: tuple[int, int],
) -> None:
    for name in sorted({key for item in found for key in item if key in VARIABLES}):
        yearly = VARIABLES[name].cell_methods.startswith("water_year")
        columns = [
            np.broadcast_to(np.asarray(item.get(name, np.nan), float), (sizes[int(yearly)],))
            for item in found
        ]
        data[name] = (("water_year" if yearly else "time", dimension), np.stack(columns, axis=1))


def _add_ledger(
    data: dict[str, Any], coords: dict[str, Any], ledger: Mapping[tuple[str, str], Any]
) -> None:
    months = np.unique(coords["time"].astype("datetime64[M]"))
    table = np.zeros((months.size, len(coords["claim"]), len(coords["origin"])))
    for (claim, origin), volume in ledger.items():
        table[:, coords["claim"].index(claim), coords["origin"].index(origin)] = volume
    coords["month"] = months.astype("datetime64[ns]")
    data["supplied_by_origin"] = (("month", "claim", "origin"), table)


def _attrs(
    attrs: Mapping[str, Any], network: Sequence[tuple[str, str]], types: Mapping[str, str]
) -> dict[str, Any]:
    names = sorted({name for link in network for name in link})
    graph = {
        "nodes": [_node(name, types.get(name, "reach")) for name in names],
        "links": [{"name": f"{a}->{b}", "from": a, "to": b, "type": "link"} for a, b in network],
    }
    told = {key: json.dumps(v) if isinstance(v, dict) else v for key, v in attrs.items()}
    return {"mode": "planning_level", "network": json.dumps(graph), **told}


def _node(name: str, kind: str) -> dict[str, Any]:
    return {"name": name, "type": kind, "keeps_water": NODE_TYPES[kind].keeps_water}


def times(dataset: xr.Dataset) -> np.ndarray:
    """Return the days of the steps."""
    return dataset["time"].to_numpy().astype("datetime64[D]")


def days(start: str, end: str, base: float, *changes: tuple[str, str, float]) -> np.ndarray:
    """Return one number a day: ``base``, and others from a day up to another."""
    time = np.arange(start, end, dtype="datetime64[D]")
    values = np.full(time.size, base)
    for first, last, value in changes:
        values[(time >= np.datetime64(first)) & (time < np.datetime64(last))] = value
    return values


def only(verdicts: Sequence[Verdict], subject: str, quantity: str) -> Verdict:
    """Return the one verdict about a quantity of a subject, called by its plain name."""
    wanted = f"{subject}/{quantity}".replace(" ", "_")
    found = [v for v in verdicts if v.id.partition("/")[2].partition("#")[0] == wanted]
    assert len(found) == 1, [v.id for v in verdicts]
    return found[0]
