"""Tables of a result: who was supplied from which water, what was short, stored, replenished."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

__all__ = [
    "budget_table",
    "replenishment_table",
    "shortage_table",
    "storage_table",
    "supply_table",
]

UNIT_M3 = 1e8
WET_SHARE = 0.375
DRY_SHARE = 0.625
NATURAL_KINDS = ("base_flow", "outflow")
OPPORTUNITY_KINDS = ("replenishment", "recharge")


def _one(dataset: xr.Dataset) -> xr.Dataset:
    """Return a result of one scenario and member without those dims."""
    return dataset.isel({d: 0 for d in ("scenario", "member") if d in dataset.dims})


def _texts(dataset: xr.Dataset, name: str, dimension: str) -> NDArray[Any]:
    if name in dataset.coords:
        return dataset[name].to_numpy().astype(str)
    return np.full(dataset.sizes[dimension], "", dtype="U1")


def _years(dataset: xr.Dataset) -> float:
    return float(dataset["dt"].sum()) / (365.2425 * 86400.0)


def _is_supply(dataset: xr.Dataset) -> NDArray[np.bool_]:
    """Claims that take water for a use; a river's own flow is no supply."""
    return ~np.isin(_texts(dataset, "claim_kind", "claim"), NATURAL_KINDS)


def supply_table(dataset: xr.Dataset) -> pd.DataFrame:
    """Mean supply by source (rows) and use (columns) [10^8 m3 a year].

    Raises
    ------
    KeyError
        If the run kept no ledger.
    """
    data = _one(dataset)
    by_origin = data["supplied_by_origin"].sum("month").to_numpy() / _years(data) / UNIT_M3
    uses = _texts(data, "claim_use", "claim")
    kinds = _texts(data, "origin_kind", "origin")
    chosen = _is_supply(data)
    table = pd.DataFrame(
        0.0, index=sorted(set(kinds)), columns=sorted({use for use in uses[chosen] if use})
    )
    for claim in np.flatnonzero(chosen):
        for origin, kind in enumerate(kinds):
            amount = by_origin[claim, origin]
            if uses[claim] and np.isfinite(amount):
                table.loc[kind, uses[claim]] += amount
    table = table.loc[table.sum(axis=1) > 0.0]
    table["total"] = table.sum(axis=1)
    table.loc["total"] = table.sum()
    return table


def shortage_table(dataset: xr.Dataset) -> pd.DataFrame:
    """Demand, supply and shortage of each use [10^8 m3 a year], with the worst water year.

    Replenishment that takes what is offered has no demand that could be short.
    """
    data = _one(dataset)
    uses = _texts(data, "claim_use", "claim")
    offered = np.isin(_texts(data, "claim_kind", "claim"), OPPORTUNITY_KINDS)
    chosen = _is_supply(data) & ~offered
    demand = data["year_demand"].to_numpy() / UNIT_M3
    supplied = data["year_supplied"].to_numpy() / UNIT_M3
    complete = data["complete"].to_numpy()
    years = data["water_year"].to_numpy()
    rows: dict[str, dict[str, Any]] = {}
    for use in sorted({use for use in uses[chosen] if use}):
        mine = chosen & (uses == use)
        wanted = np.nansum(demand[:, mine], axis=1)
        got = np.nansum(supplied[:, mine], axis=1)
        short = np.where(complete, wanted - got, -np.inf)
        worst = int(np.argmax(short))
        rows[use] = {
            "demand": wanted.sum() / _years(data),
            "supplied": got.sum() / _years(data),
            "shortage": (wanted - got).sum() / _years(data),
            "shortage_share": (wanted - got).sum() / max(wanted.sum(), 1e-30),
            "worst_year": int(years[worst]),
            "worst_share": (wanted - got)[worst] / max(wanted[worst], 1e-30),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def wet_and_dry_years(dataset: xr.Dataset) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Wettest and driest 37.5 % of the complete water years by local inflow, in hindsight."""
    data = _one(dataset)
    kinds = data["budget"].to_numpy().astype(str)
    inflow = data["year_budget"].to_numpy()[:, np.isin(kinds, ("local_inflow",))].sum(axis=1)
    complete = data["complete"].to_numpy()
    ranked = inflow[complete]
    if ranked.size == 0:
        return complete & False, complete & False
    return (
        complete & (inflow >= np.quantile(ranked, 1.0 - WET_SHARE)),
        complete & (inflow <= np.quantile(ranked, 1.0 - DRY_SHARE)),
    )


def storage_table(dataset: xr.Dataset) -> pd.DataFrame:
    """Mean storage, and what was stored in wet years and drawn in dry ones [10^8 m3 a year]."""
    data = _one(dataset)
    names = data["store"].to_numpy().astype(str)
    wet, dry = wet_and_dry_years(dataset)
    end = data["year_storage_end"].to_numpy() / UNIT_M3
    change = np.diff(end, axis=0, prepend=end[:1])
    mean = data["storage"].mean("time").to_numpy() / UNIT_M3 if "storage" in data else end.mean(0)
    rows = {
        name: {
            "mean_storage": mean[s],
            "stored_in_wet_years": float(np.mean(change[wet, s])) if wet.any() else np.nan,
            "drawn_in_dry_years": float(np.mean(-change[dry, s])) if dry.any() else np.nan,
            "lowest": float(np.min(data["year_storage_min"].to_numpy()[:, s])) / UNIT_M3,
            "highest": float(np.max(data["year_storage_max"].to_numpy()[:, s])) / UNIT_M3,
        }
        for s, name in enumerate(names)
        if np.isfinite(end[:, s]).any()
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def replenishment_table(dataset: xr.Dataset) -> pd.DataFrame:
    """Water released by decision for rivers and lakes, by claim and source [10^8 m3 a year]."""
    data = _one(dataset)
    kinds = _texts(data, "claim_kind", "claim")
    chosen = np.flatnonzero(np.isin(kinds, ("ecology", "replenishment", "recharge")))
    sources = _texts(data, "origin_kind", "origin")
    volume = data["supplied_by_origin"].sum("month").to_numpy() / _years(data) / UNIT_M3
    names = data["claim"].to_numpy().astype(str)
    table = pd.DataFrame(0.0, index=[names[c] for c in chosen], columns=sorted(set(sources)))
    for claim in chosen:
        for origin, kind in enumerate(sources):
            table.loc[names[claim], kind] += volume[claim, origin]
    table = table.loc[:, table.sum(axis=0) > 0.0]
    table["total"] = table.sum(axis=1)
    return table


def budget_table(dataset: xr.Dataset) -> pd.DataFrame:
    """Mean fluxes across the edge of the model [10^8 m3 a year]; in minus out is stored."""
    data = _one(dataset)
    kinds = data["budget"].to_numpy().astype(str)
    signs = data["budget_sign"].to_numpy()
    volume = data["year_budget"].sum("water_year").to_numpy() / _years(data) / UNIT_M3
    return pd.DataFrame(
        {"in": np.where(signs > 0, volume, 0.0), "out": np.where(signs < 0, volume, 0.0)},
        index=kinds,
    )
