"""Base flow, lake level, Tennant classes: shares of periods and days, means of half-years."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.recomputed.record import Record, by_period, key


def base_flow(record: Record, standard: dict[str, Any]) -> dict[str, float]:
    """Return the share of periods in which a required flow passed."""
    names, node = record.names("claim"), record.texts("claim_node", "claim")
    river = record.texts("claim_river", "claim")
    own = record.numbers("claim_guarantee", "claim")
    kind = record.texts("claim_period", "claim")
    chosen = record.claims("base_flow")
    outflows = [
        k for k in record.claims("outflow") if standard["rate"] is not None or np.isfinite(own[k])
    ]
    found = {}
    for claim in [*chosen, *outflows]:
        if standard["nodes"] is not None and not {node[claim], names[claim]} & set(
            standard["nodes"]
        ):
            continue
        if standard["rivers"] is not None and river[claim] not in standard["rivers"]:
            continue
        of_step, _year, whole = record.periods(standard["period"] or kind[claim] or "month")
        wanted = by_period(of_step, record.volume("demand", claim))
        got = by_period(of_step, record.volume("supplied", claim))
        if standard["natural_limit"]:
            reach = record.names("reach").index(node[claim])
            natural = np.maximum(record.series("natural_discharge", reach), 0) * record.seconds
            wanted = np.minimum(wanted, by_period(of_step, natural))
        asked = (wanted > 0) & whole
        if not asked.any():
            continue
        met = got[asked] >= (1 - standard["tolerance"]) * wanted[asked] * (1 - 1e-9)
        what = "outflow" if claim in outflows else "share of periods with base flow"
        found[key("base_flow", names[claim], what)] = 100 * met.mean()
    return found


def lake_level(record: Record, standard: dict[str, Any]) -> dict[str, float]:
    """Return the share of days on which a lake stood above its target, or inside its band."""
    low = record.numbers("store_target_low_m", "store")
    high = record.numbers("store_target_high_m", "store")
    found = {}
    for store, name in enumerate(record.names("store")):
        chosen = standard["stores"]
        if name not in chosen if chosen is not None else not np.isfinite(low[store]):
            continue
        foot = low[store] if standard["low"] is None else standard["low"]
        top = high[store] if standard["high"] is None else standard["high"]
        level = record.series("level", store)
        good = level >= foot - 1e-9
        what = "share of days above the low target"
        if standard["measure"] == "inside":
            good &= level <= top + 1e-9
            what = "share of days inside the band"
        share = record.seconds[good].sum() / record.seconds.sum()
        found[key("lake_level", name, what)] = 100 * share
    return found


def tennant(record: Record, standard: dict[str, Any]) -> dict[str, float]:
    """Return mean flows of half-years in percent of the natural mean of the same years."""
    own = record.numbers("reach_mean_natural_m3s", "reach")
    rivers_natural = record.values.get("natural_discharge")
    inside = np.isin(record.water_year, record.whole_years("water"))
    month = record.month_of_step.astype(int) % 12 + 1
    found = {}
    for reach, name in enumerate(record.names("reach")):
        if standard["reaches"] is not None and name not in standard["reaches"]:
            continue
        if not record.has("discharge") or not inside.any():
            continue
        flow = record.series("discharge", reach)
        mean = np.nan
        if standard["natural_mean"] is not None:
            mean = standard["natural_mean"]
        elif rivers_natural is not None and not np.isnan(rivers_natural[:, reach]).all():
            mean = _mean(record.series("natural_discharge", reach), record.seconds, inside)
        else:
            mean = own[reach]
        if np.isnan(flow).all() or not mean > 0:
            continue
        for half, summer in (("October-March", False), ("April-September", True)):
            where = inside & (((month >= 4) & (month <= 9)) == summer)
            share = 100 * _mean(flow, record.seconds, where) / mean
            found[key("tennant", name, f"Tennant class {half}")] = share
    return found


def _mean(flow: np.ndarray, seconds: np.ndarray, where: np.ndarray) -> float:
    return float((flow[where] * seconds[where]).sum() / seconds[where].sum())
