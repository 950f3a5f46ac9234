"""From the kept tables of all members to statistics, in the order of the members."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.ensemble.measures import DISCHARGE_EDGES
from hydrosim.ensemble.quantiles import QUANTILES, class_quantiles, exceedance_of_edges
from hydrosim.io.missing import explain_missing
from hydrosim.locale import _
from hydrosim.reading.kinds import FIRM
from hydrosim.supply.attributes import base_attributes
from hydrosim.variables import ENSEMBLE_VARIABLES, VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr
    from numpy.typing import NDArray

    from hydrosim.ensemble.plan import EnsemblePlan
    from hydrosim.ensemble.store import EnsembleStore

    Floats = NDArray[np.float64]

__all__ = ["OUTCOME_CODES", "reduce_ensemble"]

OUTCOME_CODES = {"pass": 1, "fail": 0, "not provable": -1, "not judged": -2}
MOST_NUMBERS = 2_000_000
"""Numbers of a kept table that are in memory at a time."""
ROUNDING_FRAC = 1e-9
"""Shortage in parts of the demand that counts as none."""
MISSING = -9
"""Code of a verdict that a member does not have, as of one that failed."""
_MISSING = {
    "storage_of_day": _("no step of a member ends on this day"),
    "shortage": _("the member failed"),
    "resilience_quantile": _("no member has a break"),
    "vulnerability_quantile": _("no member has a break"),
    **dict.fromkeys(("required", "achieved", "margin"), _("the verdict has no such number")),
}
"""What a value means that is no number, where it is not that an item lacks the quantity."""
NAMES = ("subject", "subject_zh", "quantity", "quantity_zh", "unit", "standard", "tier", "river")


def reduce_ensemble(plan: EnsemblePlan, store: EnsembleStore) -> xr.Dataset:
    """Return the statistics of an ensemble whose chunks are all there.

    Variables are read one after the other, so that memory does not grow with their number.

    Returns
    -------
    xarray.Dataset
        Dims (scenario, ...): quantiles over members and over the years of all members, storage
        by day of year, duration of discharge, verdicts by member and the share of members that
        meet them, shortage by member and the worst members; see ``docs/ensembles.md``.
    """
    import xarray as xr

    arrays: dict[str, Any] = {}
    coordinates = _coordinates(plan)
    _add_quantiles(plan, store, arrays)
    _add_storage(plan, store, arrays)
    _add_durations(plan, store, arrays)
    _add_shortage(plan, store, arrays)
    attributes = _add_verdicts(plan, store, arrays, coordinates)
    known = set(_dims(arrays))
    coordinates = {n: c for n, c in coordinates.items() if _dim(n, c) in known}
    result = xr.Dataset(
        arrays, coordinates, {**base_attributes(plan.scenarios[0].config), **attributes}
    )
    return explain_missing(result, own=_MISSING)


def _dims(arrays: dict[str, Any]) -> list[str]:
    return [dim for content in arrays.values() for dim in content[0]]


def _dim(name: str, content: Any) -> str:
    return str(content[0]) if isinstance(content, tuple) else name


def _coordinates(plan: EnsemblePlan) -> dict[str, Any]:
    layout = plan.layout
    axes = {axis for one in plan.scenarios for axis in one.coordinates}
    return {
        "scenario": np.array([one.name for one in plan.scenarios], dtype=str),
        **{
            f"axis_{axis}": (
                "scenario",
                np.array([one.coordinates.get(axis, "") for one in plan.scenarios], dtype=str),
            )
            for axis in sorted(axes)
        },
        "member": np.arange(plan.members),
        "water_year": np.array(layout.water_years),
        "complete": ("water_year", np.array(layout.complete)),
        "quantile": QUANTILES,
        **{dim: np.array(names, dtype=str) for dim, names in layout.items.items()},
        **layout.coordinates,
    }


def _add_quantiles(plan: EnsemblePlan, store: EnsembleStore, arrays: dict[str, Any]) -> None:
    """Add quantiles over members, and of yearly tables over the whole years of all members."""
    whole = np.array(plan.layout.complete)
    for name, dims in plan.layout.variables.items():
        yearly = dims[0] == "water_year"
        if yearly and not whole.any():
            continue
        items = dims[1:] if yearly else dims
        size = tuple(plan.layout.size(dim) for dim in items)
        result = np.full((len(plan.scenarios), len(QUANTILES), *size), np.nan)
        rows = plan.members * (whole.size if yearly else 1)
        for scenario in range(len(plan.scenarios)):
            for part in _parts(size[-1], rows * math.prod(size[:-1])):
                table = store.table(name, scenario, items=part)
                if yearly:
                    table = table[:, whole].reshape(-1, *table.shape[2:])
                result[scenario, ..., part] = _quantiles(table)
        over = "members and their whole water years" if yearly else "members"
        variable = ENSEMBLE_VARIABLES.get(name) or VARIABLES[name]
        arrays[f"{name}_quantile"] = (
            ("scenario", "quantile", *items),
            result,
            {"units": variable.units, "long_name": f"{variable.long_name}: quantiles over {over}"},
        )


def _parts(count: int, numbers: int) -> Iterator[slice]:
    """Yield slices of items that together take a bounded memory, however many members there are."""
    step = max(1, MOST_NUMBERS // max(numbers, 1))
    for first in range(0, count, step):
        yield slice(first, min(first + step, count))


def _quantiles(table: Floats) -> Floats:
    """Return quantiles along the first axis, without what is nan; shape (quantile, ...)."""
    flat = table.reshape(table.shape[0], -1)
    result = np.full((len(QUANTILES), flat.shape[1]), np.nan)
    for column in range(flat.shape[1]):
        values = flat[:, column]
        values = values[~np.isnan(values)]
        if values.size:
            result[:, column] = np.quantile(values, QUANTILES)
    return result.reshape(len(QUANTILES), *table.shape[1:])


def _add_storage(plan: EnsemblePlan, store: EnsembleStore, arrays: dict[str, Any]) -> None:
    if "store" not in plan.layout.items:
        return
    edges = plan.layout.edges
    found = [
        class_quantiles(store.counted("storage_count", scenario), edges[scenario])
        for scenario in range(len(plan.scenarios))
    ]
    arrays["storage_of_day"] = (
        ("scenario", "store", "day_of_year", "quantile"),
        np.array(found),
        {
            "units": "m3",
            "long_name": "storage by day of the year: quantiles over members and years",
            "comment": "from counts in classes, exact to the width of a class",
        },
    )
    arrays["storage_edge"] = (
        ("scenario", "store", "storage_edge_number"),
        edges,
        {"units": "m3", "long_name": "edges between classes of storage"},
    )


def _add_durations(plan: EnsemblePlan, store: EnsembleStore, arrays: dict[str, Any]) -> None:
    if "reach" not in plan.layout.items:
        return
    found = [
        exceedance_of_edges(store.counted("discharge_count", scenario))
        for scenario in range(len(plan.scenarios))
    ]
    arrays["discharge_exceedance"] = (
        ("scenario", "reach", "discharge_edge"),
        np.array(found),
        {"units": "1", "long_name": "part of the time with at least this discharge"},
    )
    arrays["discharge_edge_value"] = (
        ("discharge_edge",),
        DISCHARGE_EDGES,
        {"units": "m3 s-1", "long_name": "edges between classes of discharge"},
    )


def _add_shortage(plan: EnsemblePlan, store: EnsembleStore, arrays: dict[str, Any]) -> None:
    """Add what the uses lack by member, and the members that lack most."""
    variables = plan.layout.variables
    if "year_demand" not in variables:
        return
    kinds = plan.layout.coordinates.get("claim_kind", ("claim", np.zeros(0, dtype=str)))[1]
    judged = np.isin(kinds, FIRM)
    shortage = np.full((len(plan.scenarios), plan.members), np.nan)
    ensemble = plan.scenarios[0].config.ensemble
    assert ensemble is not None
    worst = np.full((len(plan.scenarios), min(ensemble.worst, plan.members)), -1, dtype=np.int64)
    wanted = np.zeros(plan.members)
    for scenario in range(len(plan.scenarios)):
        for part in _parts(
            plan.members, plan.layout.size("claim") * plan.layout.size("water_year")
        ):
            demand = store.table("year_demand", scenario, part)
            lacking = demand - store.table("year_supplied", scenario, part)
            ran = ~np.isnan(lacking).all(axis=(1, 2))
            for place in np.flatnonzero(ran):
                shortage[scenario, part.start + place] = np.nansum(lacking[place][:, judged])
                wanted[part.start + place] = np.nansum(demand[place][:, judged])
        # A member that lacks nothing, but for rounding, is no worst one.
        there = np.flatnonzero(shortage[scenario] > ROUNDING_FRAC * wanted).tolist()
        order = sorted(there, key=lambda m: (-shortage[scenario, m], m))
        chosen = order[: worst.shape[1]]
        worst[scenario, : len(chosen)] = chosen
    arrays["shortage"] = (
        ("scenario", "member"),
        shortage,
        {
            "units": "m3",
            "long_name": "volume that all uses lack over the run",
        },
    )
    arrays["worst_member"] = (
        ("scenario", "rank"),
        worst,
        {"units": "1", "long_name": "members of the largest shortage; -1 where there is none"},
    )


def _add_verdicts(
    plan: EnsemblePlan, store: EnsembleStore, arrays: dict[str, Any], coordinates: dict[str, Any]
) -> dict[str, str]:
    """Add verdicts by member and the share of members that pass; return proof and failures."""
    # Markers are read twice rather than kept: they hold the verdicts of all members.
    entries: dict[str, dict[str, Any]] = {}
    for part in plan.parts():
        for name, verdict in store.marker(part)["verdicts"].items():
            entries.setdefault(name, {key: verdict[key] for key in NAMES})
    ids = list(entries)
    shape = (len(plan.scenarios), plan.members, len(ids))
    outcome = np.full(shape, MISSING, dtype=np.int8)
    numbers = {name: np.full(shape, np.nan) for name in ("required", "achieved", "margin")}
    failed: dict[str, dict[str, dict[str, str]]] = {"failed": {}, "failed_zh": {}}
    proof: dict[str, Any] = {}
    for part in plan.parts():
        marker = store.marker(part)
        region = slice(part.first, part.last)
        for column, name in enumerate(ids):
            verdict = marker["verdicts"].get(name)
            if verdict is None:
                continue
            codes = [MISSING if one is None else OUTCOME_CODES[one] for one in verdict["outcome"]]
            outcome[part.scenario, region, column] = codes
            for key, array in numbers.items():
                values = [np.nan if one is None else one for one in verdict[key]]
                array[part.scenario, region, column] = values
        for key, reasons in failed.items():
            if marker[key]:
                reasons.setdefault(marker["scenario"], {}).update(marker[key])
        for key, value in marker["proof"].items():
            proof[key] = max(proof.get(key, 0.0), value)
        proof["widened_steps"] = proof.get("widened_steps", 0) + marker["widened_steps"]
    if ids:
        coordinates["verdict"] = np.array(ids, dtype=str)
        for key in NAMES:
            words = np.array([str(entries[name][key]) for name in ids], dtype=str)
            coordinates[f"verdict_{key}"] = ("verdict", words)
        _add_outcomes(outcome, numbers, arrays)
    return _attributes(plan, proof, failed)


def _add_outcomes(
    outcome: NDArray[np.int8], numbers: dict[str, Floats], arrays: dict[str, Any]
) -> None:
    dims = ("scenario", "member", "verdict")
    meanings = ", ".join(f"{code}: {word}" for word, code in OUTCOME_CODES.items())
    arrays["outcome"] = (
        dims,
        outcome,
        {"long_name": "outcome", "comment": f"{meanings}, {MISSING}: none"},
    )
    for key, array in numbers.items():
        arrays[key] = (dims, array, {"long_name": f"{key}, in the verdict's unit"})
    judged = (outcome == OUTCOME_CODES["pass"]) | (outcome == OUTCOME_CODES["fail"])
    count = judged.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (outcome == OUTCOME_CODES["pass"]).sum(axis=1) / count
    arrays["members_judged"] = (
        ("scenario", "verdict"),
        count.astype(np.int64),
        {"units": "1", "long_name": "members that pass or fail"},
    )
    arrays["members_passing"] = (
        ("scenario", "verdict"),
        np.where(count > 0, share, np.nan),
        {"units": "1", "long_name": "share of the judged members that pass"},
    )


def _attributes(
    plan: EnsemblePlan, proof: dict[str, Any], failed: dict[str, dict[str, dict[str, str]]]
) -> dict[str, str]:
    header = plan.header
    count = sum(len(one) for one in failed["failed"].values())
    proof |= {
        "members": plan.members,
        "scenarios": [one.name for one in plan.scenarios],
        "failed_members": count,
        "machine": header["machine"],
    }
    return {
        "engine": "ensemble",
        "mode": plan.scenarios[0].config.mode,
        "seed": str(header["seed"]),
        "scenario_hashes": json.dumps({one["name"]: one["hash"] for one in header["scenarios"]}),
        "scenario_water": json.dumps(
            {
                one["name"]: {key: one[key] for key in ("water_records", "method")}
                for one in header["scenarios"]
            },
            ensure_ascii=False,
        ),
        "record_years": json.dumps(list(plan.record_years)),
        **{key: json.dumps(one, ensure_ascii=False) for key, one in failed.items()},
        "certificate": json.dumps(proof, ensure_ascii=False),
    }
