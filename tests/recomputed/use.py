"""Efficiency, caps and structure of use: gross volumes traced to the sources."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import numpy as np

from tests.recomputed.record import MEGA, REPLENISHED, USES, Record, key

CITY = "whole network"


def efficiency(record: Record, standard: dict[str, Any]) -> dict[str, float]:
    """Return gross demand per 10^4 yuan of industry, and of all uses."""
    economy = json.loads(record.attrs["economy"])
    use = record.texts("claim_use", "claim")
    users = record.claims(*USES)
    years = record.whole_years("water")
    if record.attrs["mode"] == "trajectory":
        years = [year for year in years if year == int(record.attrs["planning_year"])]
    found: dict[str, float] = {}
    if not years:
        return found
    industry = [k for k in users if use[k] == "industry"]
    firm = [k for k in users if use[k] != "ecology"]
    green = [k for k in users if use[k] == "ecology"]
    value, gdp = economy.get("industrial_value_added"), economy.get("gdp")
    if value and industry and _lack(record, industry, years) <= standard["shortage_max"] + 1e-9:
        gross = sum(_gross_wanted(record, k, years) for k in industry)
        name = "industrial use per value added"
        found[key("efficiency", CITY, name)] = 1e4 * float(np.mean(gross)) / value
    if gdp and firm and _lack(record, firm, years) <= standard["shortage_max"] + 1e-9:
        gross = sum(_gross_wanted(record, k, years) for k in firm)
        if standard["ecological_use"]:
            gross = gross + sum(_gross_wanted(record, k, years) for k in green)
            released = record.claims(*REPLENISHED)
            gross = gross + sum(_gross(record, k, "water", years) for k in released)
        found[key("efficiency", CITY, "total use per GDP")] = 1e4 * float(np.mean(gross)) / gdp
    return found


def total_use_cap(record: Record, standard: dict[str, Any]) -> dict[str, float]:
    """Return the gross use of the largest year, or of the mean year [Mm3]."""
    use = record.texts("claim_use", "claim")
    claims = record.claims(*USES, *REPLENISHED)
    if not standard["ecological_use"]:
        claims = [k for k in record.claims(*USES) if use[k] != "ecology"]
    years = record.whole_years(standard["years"])
    if not claims or not years:
        return {}
    gross = sum(_gross(record, k, standard["years"], years) for k in claims) / MEGA
    value = gross.max() if standard["measure"] == "every_year" else gross.mean()
    return {key("total_use_cap", CITY, "gross use"): float(value)}


def supply_structure(record: Record, standard: dict[str, Any]) -> dict[str, float]:
    """Return shares of kinds of source in the gross supply."""
    volumes = _by_kind(record, ecology=standard["ecological_use"])
    total = sum(volumes.values())
    if not volumes or not total > 0:
        return {}
    rows = (
        ("share of the main sources", standard["main"], standard["main_share"]),
        (
            "share of groundwater",
            ["groundwater_shallow", "groundwater_deep"],
            standard["groundwater_share"],
        ),
        ("share of deep groundwater", ["groundwater_deep"], standard["deep_share"]),
        ("share of reclaimed water", ["reclaimed"], standard["reclaimed_share"]),
    )
    return {
        key("supply_structure", CITY, name): 100
        * sum(volumes.get(kind, 0.0) for kind in set(kinds))
        / total
        for name, kinds, limit in rows
        if limit is not None
    }


def reclaimed_share(record: Record, standard: dict[str, Any]) -> dict[str, float]:
    """Return the share of reclaimed water in gross supply, or in the effluent offered."""
    if standard["of"] == "supply":
        volumes = _by_kind(record, ecology=standard["ecological_use"])
        total = sum(volumes.values())
        if not volumes or not total > 0:
            return {}
        share = volumes.get("reclaimed", 0.0) / total
        return {key("reclaimed_share", CITY, "reclaimed share of supply"): 100 * share}
    kinds = record.texts("source_kind", "source")
    plants = [k for k, kind in enumerate(kinds) if kind == "reclaimed"]
    used = sum(record.by_year(record.volume("withdrawn", k)).sum() for k in plants)
    offered = sum(record.by_year(record.volume("available", k)).sum() for k in plants)
    if not plants or not offered > 0:
        return {}
    return {key("reclaimed_share", CITY, "reclaimed share of effluent"): 100 * used / offered}


def soil_conservation(record: Record, standard: dict[str, Any]) -> dict[str, float]:
    """Return the least area treated in a year [km2], which the config states."""
    del record
    treated = standard["treated"]
    least = min(treated.values()) if isinstance(treated, dict) else treated
    return {key("soil_conservation", standard["name"], "treated area"): least / 1e6}


def _by_kind(record: Record, *, ecology: bool) -> dict[str, float]:
    """Return the gross supply of the whole water years by kind of origin [m3]."""
    claims = record.claims(*USES, *(REPLENISHED if ecology else ()))
    years = record.whole_years("water")
    if not claims or not years or not record.has("supplied_by_origin"):
        return {}
    dims = record.dims["supplied_by_origin"]
    cube = np.transpose(
        record.values["supplied_by_origin"],
        [dims.index(dim) for dim in ("claim", "month", "origin")],
    )
    months = np.unique(record.month_of_step)
    of_step = np.searchsorted(months, record.month_of_step)
    of_month = record.water_year[np.searchsorted(of_step, np.arange(months.size))]
    origins = record.names("origin")
    kinds = record.texts("origin_kind", "origin")
    sources = set(record.texts("source_node", "source"))
    volumes: dict[str, float] = {}
    for claim in claims:
        got = record.volume("supplied", claim)
        ways = traced(record, claim)
        for year in years:
            where = record.water_year == year
            supplied = cube[claim][of_month == year].sum(axis=0)
            if not ways:
                parts = {}
                rest = _own(record, claim)
            else:
                parts = {
                    name: ((got * gave)[where].sum(), (got * share)[where].sum())
                    for name, (gave, share) in ways.items()
                }
                gross, net = sum(p[0] for p in parts.values()), got[where].sum()
                parts = {n: p for n, p in parts.items() if n in sources and n in origins}
                gross -= sum(p[0] for p in parts.values())
                left = net - sum(p[1] for p in parts.values())
                rest = gross / left if left > 1e-9 * max(net, 1.0) else _own(record, claim)
            for o, name in enumerate(origins):
                gave, share = parts.get(name, (0.0, 0.0))
                volume = gave + (supplied[o] - share) * rest
                volumes[kinds[o]] = volumes.get(kinds[o], 0.0) + float(volume)
    return volumes


def _own(record: Record, claim: int) -> float:
    factor = record.numbers("claim_gross_factor", "claim")[claim]
    return float(factor) if np.isfinite(factor) else 1.0


def _gross(record: Record, claim: int, kind: str, years: list[int]) -> np.ndarray:
    """Return what sources gave for what a claim got, in some years [m3]."""
    got = record.volume("supplied", claim)
    factor = sum(gave for gave, _share in traced(record, claim).values())
    if not traced(record, claim):
        factor = np.full(got.size, _own(record, claim))
    labels = record.labels(kind)
    return np.array([(got * factor)[labels == year].sum() for year in years])


def _gross_wanted(record: Record, claim: int, years: list[int]) -> np.ndarray:
    """Return the demand of a claim with the losses that its supply of the same year had."""
    labels = record.water_year
    wanted, got = record.volume("demand", claim), record.volume("supplied", claim)
    asked = np.array([wanted[labels == year].sum() for year in years])
    net = np.array([got[labels == year].sum() for year in years])
    gross = _gross(record, claim, "water", years)
    mean = gross.sum() / net.sum() if net.sum() > 0 else _own(record, claim)
    if record.texts("claim_kind", "claim")[claim] == "replenishment":
        return gross
    return np.array(
        [a * (g / n if n > 0 else mean) for a, g, n in zip(asked, gross, net, strict=True)]
    )


def _lack(record: Record, claims: list[int], years: list[int]) -> float:
    inside = np.isin(record.water_year, years)
    wanted = sum(record.volume("demand", k)[inside].sum() for k in claims)
    got = sum(record.volume("supplied", k)[inside].sum() for k in claims)
    return 1 - got / wanted if wanted > 0 else 0.0


@lru_cache(maxsize=4096)
def traced(record: Record, claim: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return by source what it gave for each m3 that a claim got, and its share of that m3."""
    node = record.texts("claim_node", "claim")[claim]
    start, end = record.texts("link_from", "link"), record.texts("link_to", "link")
    if not record.has("flow") or node not in end or node in start:
        return {}
    got, arrived = _arriving(record, node, ())
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            name: (
                np.where(arrived > 0, _own(record, claim) * gave / arrived, 0.0),
                np.where(arrived > 0, brought / arrived, 0.0),
            )
            for name, (gave, brought) in got.items()
        }


def _arriving(
    record: Record, node: str, path: tuple[str, ...]
) -> tuple[dict[str, tuple[np.ndarray, np.ndarray]], np.ndarray]:
    start, end = record.texts("link_from", "link"), record.texts("link_to", "link")
    loss = np.nan_to_num(record.numbers("link_loss", "link"))
    arrived = np.zeros(record.time.size)
    found: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for link, place in enumerate(end):
        if place != node:
            continue
        volume = record.volume("flow", link)
        left = volume * (1 - loss[link])
        arrived = arrived + left
        for name, (gave, share) in _leaving(record, start[link], path).items():
            old = found.get(name, (np.zeros(volume.size), np.zeros(volume.size)))
            found[name] = (old[0] + volume * gave, old[1] + left * share)
    return found, arrived


def _leaving(
    record: Record, node: str, path: tuple[str, ...]
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    one = np.ones(record.time.size)
    start, end = record.texts("link_from", "link"), record.texts("link_to", "link")
    about = record.nodes[node]
    if not about["conveys"] or node not in end or node in path:
        return {node: (one, one)}
    got, arrived = _arriving(record, node, (*path, node))
    if about["keeps_water"]:
        gave = sum(pair[0].sum() for pair in got.values())
        mean = gave / arrived.sum() if arrived.sum() > 0 else 1.0
        return {node: (mean * one, one)}
    kept = 1 - about["loss"]
    left = sum(
        (record.volume("flow", k) for k, place in enumerate(start) if place == node), 0 * one
    )
    through = np.maximum(left / kept, arrived)
    got[node] = (through - arrived, through - arrived)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = {
            name: (
                np.where(through > 0, gave / (through * kept), 0.0),
                np.where(through > 0, brought / through, 0.0),
            )
            for name, (gave, brought) in got.items()
        }
    found[node] = tuple(np.where(through > 0, value, 1.0) for value in found[node])
    return found
