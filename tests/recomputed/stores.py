"""Flood limits, groundwater and heads: days, depths and pumped volumes of stores."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.recomputed.record import DAY_S, MEGA, Record, key


def flood_limit(record: Record, standard: dict[str, Any]) -> dict[str, float]:
    """Return the most days a water year, and the largest depth, above the staged limit."""
    found = {}
    for store, name in enumerate(record.names("store")):
        if standard["stores"] is not None and name not in standard["stores"]:
            continue
        limit = record.series("limit_level", store) if record.has("limit_level") else np.array([])
        known = np.isfinite(limit)
        if not known.any():
            continue
        rise = record.series("level", store) - np.where(known, limit, np.inf)
        above = rise > standard["tolerance"]
        years = np.unique(record.water_year)
        days = [record.seconds[above & (record.water_year == y)].sum() / DAY_S for y in years]
        found[key("flood_limit", name, "days above the flood limit")] = max(days)
        depth = max(0.0, float(np.where(above, rise, 0.0).max()))
        found[key("flood_limit", name, "depth above the flood limit")] = depth
    return found


def groundwater(record: Record, standard: dict[str, Any]) -> dict[str, float]:
    """Return the largest pumped volume of a year and the share of days with level."""
    below = record.numbers("store_groundwater", "store") == 1.0
    deep = record.numbers("store_depth_max_m", "store")
    low = record.numbers("store_level_min_m", "store")
    found = {}
    for store, name in enumerate(record.names("store")):
        chosen = standard["stores"]
        if name not in chosen if chosen is not None else not below[store]:
            continue
        if standard["pumping_cap"] is not None and record.whole_years(standard["years"]):
            pumped = record.by_year(record.volume("pumped", store), standard["years"])
            found[key("groundwater", name, "pumped volume")] = pumped.max() / MEGA
        most, least = standard["depth_max"], standard["level_min"]
        if most is None and least is None and np.isfinite(deep[store]):
            most = deep[store]
        least = low[store] if least is None else least
        if most is not None:
            good = record.series("depth_to_water", store) <= most + 1e-9
        elif np.isfinite(least):
            good = record.series("level", store) >= least - 1e-9
        else:
            continue
        share = 100 * record.seconds[good].sum() / record.seconds.sum()
        found[key("groundwater", name, "share of days with level")] = share
    return found


def spring_head(record: Record, standard: dict[str, Any]) -> dict[str, float]:
    """Return the share of days with the head of a spring."""
    name = standard["spring"] or standard["store"]
    share = _head(record, standard)
    return {key("spring_head", name, "share of days with spring head"): share}


def coastal_head(record: Record, standard: dict[str, Any]) -> dict[str, float]:
    """Return the share of days with the head near the coast."""
    share = _head(record, standard)
    return {key("coastal_head", standard["store"], "share of days with coastal head"): share}


def _head(record: Record, standard: dict[str, Any]) -> float:
    level = record.series("level", record.names("store").index(standard["store"]))
    good = level >= standard["level"] - 1e-9
    return float(100 * record.seconds[good].sum() / record.seconds.sum())
