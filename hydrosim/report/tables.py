"""Tables of a result: who was supplied from which water, what was short, stored, replenished.

All take a result of one scenario and member, with or without these dimensions. Rows and columns
have plain names; volumes are in 10^8 m3 a year (storages in 10^8 m3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hydrosim.reading.gross import gross_use
from hydrosim.reading.items import (
    has,
    item_flags,
    item_numbers,
    item_texts,
    items,
    one_run,
    values_of,
)
from hydrosim.reading.kinds import REPLENISHED, USES
from hydrosim.reading.steps import by_year, seconds_of, years_of
from hydrosim.reading.supply import claims_of, firm_claims, supply_claims
from hydrosim.standards.entry import first_entry
from hydrosim.standards.year_classes import year_classes

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from hydrosim.reading.view import Result

    Floats = NDArray[np.float64]

__all__ = [
    "UNIT_M3",
    "budget_table",
    "has_ledger",
    "has_offered",
    "in_lieu_table",
    "replenishment_table",
    "shortage_table",
    "storage_table",
    "supply_table",
]

UNIT_M3 = 1e8
SOURCE_ORDER = (
    "surface", "yangtze", "yellow", "reclaimed", "groundwater_shallow", "groundwater_deep", "other",
)  # fmt: skip
_SECONDS_A_YEAR = 365.2425 * 86400.0
_LEAST_SHARE = 1e-6
_LEAST_MOVED = 5e-4
_LOST = ("evaporation", "seepage", "spill")
"""What leaves a store without being released."""


def has_ledger(dataset: xr.Dataset) -> bool:
    """Tell whether a result knows where the supplied water came from."""
    return has(dataset, "supplied_by_origin")


def _values(dataset: Result, name: str, *order: str) -> Floats:
    return values_of(dataset, name, *order).astype(np.float64)


def _years(dataset: Result) -> float:
    return float(seconds_of(dataset).sum()) / _SECONDS_A_YEAR


def _uses(dataset: Result) -> list[str]:
    return item_texts(dataset, "claim", "claim_use", "other")


def _chosen(dataset: Result, claims: list[int]) -> NDArray[np.bool_]:
    """Return which claims are some of them."""
    return np.isin(np.arange(len(items(dataset, "claim"))), claims)


def _ordered(names: set[str], order: tuple[str, ...]) -> list[str]:
    return [*(name for name in order if name in names), *sorted(names - set(order))]


def _by_kind(dataset: Result) -> tuple[Floats, list[str]]:
    """Return supply by claim and kind of source [10^8 m3 a year] (claim, kind), and the kinds."""
    volume = np.nansum(values_of(dataset, "supplied_by_origin", "claim", "origin", "month"), axis=2)
    of_origin = item_texts(dataset, "origin", "origin_kind", "other")
    kinds = _ordered(set(of_origin), SOURCE_ORDER)
    table = np.zeros((volume.shape[0], len(kinds)))
    for place, kind in enumerate(of_origin):
        table[:, kinds.index(kind)] += volume[:, place]
    return table / _years(dataset) / UNIT_M3, kinds


def supply_table(dataset: xr.Dataset) -> pd.DataFrame:
    """Mean delivered supply by kind of source (rows) and use (columns) [10^8 m3 a year].

    Below the total stands the gross use: what the sources gave for it, with all losses on the way.

    Raises
    ------
    KeyError
        If the run kept no ledger.
    """
    data = one_run(dataset)
    by_kind, kinds = _by_kind(data)
    chosen = _chosen(data, supply_claims(data))
    of_claim = np.array(_uses(data))
    uses = _ordered(set(of_claim[chosen].tolist()), USES)
    columns = {use: by_kind[chosen & (of_claim == use)].sum(axis=0) for use in uses}
    table = pd.DataFrame(columns, index=kinds)
    table["total"] = table.sum(axis=1)
    table = table.loc[table["total"] > _LEAST_SHARE * table["total"].sum()]
    table.loc["total"] = table.sum()
    gross = {use: _gross(data, np.flatnonzero(chosen & (of_claim == use)).tolist()) for use in uses}
    table.loc["gross_use"] = {**gross, "total": sum(gross.values())}
    return table


def _gross(dataset: Result, claims: list[int]) -> float:
    """Return the mean gross use of claims over the whole run [10^8 m3 a year]."""
    years = years_of(dataset).year
    volumes = [gross_use(dataset, claim, "water", years).volume.sum() for claim in claims]
    return float(sum(volumes)) / _years(dataset) / UNIT_M3


def has_offered(dataset: xr.Dataset) -> bool:
    """Tell whether some of what is supplied has no demand: it takes what is offered."""
    data = one_run(dataset)
    return bool(set(supply_claims(data)) - set(firm_claims(data)))


def shortage_table(dataset: xr.Dataset) -> pd.DataFrame:
    """Demand, supply and shortage of each use [10^8 m3 a year], and its worst water year.

    Replenishment and recharge take what is offered and have no demand that could be short. The
    worst year is the complete one with the largest missing volume, and has no number in a use
    that was never short; shares are parts of the demand, 0..1.
    """
    data = one_run(dataset)
    chosen = _chosen(data, firm_claims(data))
    of_claim = np.array(_uses(data))
    demand, supplied = (
        np.nan_to_num(_values(data, name)) / UNIT_M3 for name in ("year_demand", "year_supplied")
    )
    uses = _ordered(set(of_claim[chosen].tolist()), USES)
    groups = {use: chosen & (of_claim == use) for use in uses}
    if len(groups) > 1:
        groups["total"] = chosen
    rows = {use: _short(data, demand[:, mine], supplied[:, mine]) for use, mine in groups.items()}
    return pd.DataFrame.from_dict(rows, orient="index")


def _short(data: Result, demand: Floats, supplied: Floats) -> dict[str, float]:
    wanted, got = demand.sum(axis=1), supplied.sum(axis=1)
    missing = wanted - got
    found = years_of(data)
    of_whole = np.where(found.complete, missing, -np.inf)
    worst = int(np.argmax(of_whole))
    lacks = of_whole[worst] > _LEAST_SHARE * wanted[worst]
    total = float(wanted.sum())
    return {
        "demand": total / _years(data),
        "supplied": float(got.sum()) / _years(data),
        "shortage": float(missing.sum()) / _years(data),
        "shortage_share": float(missing.sum()) / total if total > 0 else 0.0,
        "worst_year": float(found.year[worst]) if lacks else np.nan,
        "worst_share": float(missing[worst] / wanted[worst]) if lacks else 0.0,
    }


def storage_table(dataset: xr.Dataset) -> pd.DataFrame:
    """Mean storage and its range [10^8 m3], and what wet years stored and dry years drew.

    ``stored_in_wet_years`` and ``drawn_in_dry_years`` are the mean rise and fall over such a water
    year [10^8 m3 a year]; their classes are those of hindsight. ``used_in_dry_years`` is the part
    of the fall that was released, without what evaporated, seeped away or spilled. Surface stores
    come first and have a total; aquifers follow.
    """
    data = one_run(dataset)
    names, below = items(data, "store"), item_flags(data, "store", "store_groundwater")
    classes = np.array(year_classes(data) or [""] * data.sizes["water_year"])
    end = _values(data, "year_storage_end") / UNIT_M3
    if "year_storage_rise" in data and "year_storage_fall" in data:
        change = (_values(data, "year_storage_rise") - _values(data, "year_storage_fall")) / UNIT_M3
    else:
        change = np.diff(end, axis=0, prepend=np.nan)
    of_steps = _values(data, "storage") / UNIT_M3 if "storage" in data else end
    mean = of_steps.mean(axis=0)
    lowest, highest = (
        np.nanmin(_values(data, "year_storage_min"), axis=0) / UNIT_M3,
        np.nanmax(_values(data, "year_storage_max"), axis=0) / UNIT_M3,
    )

    used = _used(data, change) if names else change

    def row(stores: list[int]) -> dict[str, float]:
        total = change[:, stores].sum(axis=1)
        one = len(stores) == 1
        return {
            "mean_storage": float(mean[stores].sum()),
            "stored_in_wet_years": _mean(total, classes == "wet"),
            "drawn_in_dry_years": -_mean(total, classes == "dry"),
            "used_in_dry_years": _mean(used[:, stores].sum(axis=1), classes == "dry"),
            "lowest": float(lowest[stores[0]]) if one else np.nan,
            "highest": float(highest[stores[0]]) if one else np.nan,
        }

    known = [s for s in range(len(names)) if np.isfinite(end[:, s]).any()]
    surface = [s for s in known if not below[s]]
    rows = {names[s]: row([s]) for s in surface}
    if len(surface) > 1:
        rows["all_reservoirs_and_lakes"] = row(surface)
    rows |= {names[s]: row([s]) for s in known if s not in surface}
    return pd.DataFrame.from_dict(rows, orient="index")


def _used(dataset: Result, change: Floats) -> Floats:
    """Return how much of the fall of stores was released [10^8 m3], (water_year, store).

    Of the fall of a store over a year what evaporated, seeped away and spilled is left out; what
    remains was released beyond inflow and rain. It is not known of aquifers, nor without steps.
    """
    used = np.full(change.shape, np.nan)
    if "time" not in dataset.dims or not has(dataset, *_LOST):
        return used
    years = years_of(dataset).year
    seconds = seconds_of(dataset)
    below = item_flags(dataset, "store", "store_groundwater")
    for store in (place for place, flag in enumerate(below) if not flag):
        lost = np.zeros(years.size)
        for name in _LOST:
            flow = np.nan_to_num(_values(dataset, name, "time", "store")[:, store])
            lost += by_year(dataset, flow * seconds, years) / UNIT_M3
        used[:, store] = np.maximum(-change[:, store] - lost, 0.0)
    return used


def _mean(values: Floats, where: NDArray[np.bool_]) -> float:
    chosen = values[where & np.isfinite(values)]
    return float(chosen.mean()) if chosen.size else np.nan


def replenishment_table(dataset: xr.Dataset) -> pd.DataFrame:
    """Water released by decision for rivers and lakes, by claim and source [10^8 m3 a year].

    Claims that name no river (parks, streets) are left out where others name one. Water that flows
    on and serves a second claim stands in both rows; ``counted_once`` leaves it out where it comes
    again.
    """
    data = one_run(dataset)
    rivers = item_texts(data, "claim", "claim_river")
    chosen = sorted(claims_of(data, REPLENISHED))
    if any(rivers[place] for place in chosen):
        chosen = [place for place in chosen if rivers[place]]
    by_kind, sources = _by_kind(data)
    names = items(data, "claim")
    table = pd.DataFrame(by_kind[chosen], index=[names[c] for c in chosen], columns=sources)
    total = table.sum(axis=0)
    table = table.loc[:, total > _LEAST_SHARE * total.sum()]
    table["total"] = table.sum(axis=1)
    if len(table) > 1:
        table.loc["total"] = table.sum()
        table.loc["counted_once"] = _once(data, chosen, [str(one) for one in table.columns])
    return table


def _once(dataset: Result, claims: list[int], columns: list[str]) -> list[float]:
    """Return what entered, counted once, by kind of source and in all [10^8 m3 a year]."""
    entry = first_entry(dataset, claims, years_of(dataset).year)
    kinds = dict(
        zip(
            items(dataset, "origin"),
            item_texts(dataset, "origin", "origin_kind", "other"),
            strict=True,
        )
    )
    found = dict.fromkeys(columns, 0.0)
    for origin, volume in entry.by_origin.items():
        mean = float(volume.sum()) / _years(dataset) / UNIT_M3
        for column in {kinds[origin], "total"} & set(columns):
            found[column] += mean
    return [found[column] for column in columns]


def in_lieu_table(dataset: xr.Dataset) -> pd.DataFrame:
    """In-lieu credit of each reservoir: what came and went [10^8 m3 a year], what stands [10^8 m3].

    ``in_lieu_booked`` less ``in_lieu_used`` and ``in_lieu_lapsed`` and with ``in_lieu_moved`` in is
    the rise of the credit; ``in_lieu_largest`` is the largest at the end of a month. Reservoirs
    that never had a credit to speak of are left out.

    Raises
    ------
    KeyError
        If the run kept no such credits.
    """
    data = one_run(dataset)
    sums: dict[str, Floats] = {}
    for name in ("in_lieu_booked", "in_lieu_moved", "in_lieu_used", "in_lieu_lapsed"):
        volume = values_of(data, name, "month", "store", "origin")
        sums[name] = np.nansum(volume, axis=(0, 2)) / _years(data) / UNIT_M3
    standing = values_of(data, "in_lieu_credit", "month", "store", "origin")
    at_end = np.nansum(standing, axis=2) / UNIT_M3
    table = pd.DataFrame(
        {**sums, "in_lieu_credit": at_end[-1], "in_lieu_largest": at_end.max(axis=0)},
        index=items(data, "store"),
    )
    had_any = (
        (table["in_lieu_booked"] > _LEAST_MOVED)
        | (table["in_lieu_moved"].abs() > _LEAST_MOVED)
        | (table["in_lieu_largest"] > _LEAST_MOVED)
    )
    table = table.loc[had_any]
    if not np.any(table["in_lieu_moved"].abs() > _LEAST_MOVED):
        table = table.drop(columns="in_lieu_moved")
    if len(table) > 1:
        largest = float(at_end[:, had_any.to_numpy()].sum(axis=1).max())
        table.loc["total"] = table.sum()
        table.loc["total", "in_lieu_largest"] = largest
    return table


def budget_table(dataset: xr.Dataset) -> pd.DataFrame:
    """Mean fluxes across the edge of the model [10^8 m3 a year]; the rest is stored."""
    data = one_run(dataset)
    kinds, signs = items(data, "budget"), item_numbers(data, "budget", "budget_sign")
    volume = _values(data, "year_budget").sum(axis=0) / _years(data) / UNIT_M3
    order = sorted(range(len(kinds)), key=lambda place: (-signs[place], -volume[place]))
    # What tolerances of the allocation took from empty aquifers is none in nearly all runs.
    order = [place for place in order if kinds[place] != "rounding" or volume[place] > 0.0]
    table = pd.DataFrame(
        {
            "in": np.where(signs > 0, volume, np.nan)[order],
            "out": np.where(signs < 0, volume, np.nan)[order],
        },
        index=[kinds[place] for place in order],
    )
    table.loc["total"] = table.sum()
    gained = float(table.loc["total", "in"] - table.loc["total", "out"])  # type: ignore[operator]
    change: dict[str, Any] = {"in": max(-gained, 0.0), "out": max(gained, 0.0)}
    table.loc["storage_change"] = {key: value or np.nan for key, value in change.items()}
    return table
