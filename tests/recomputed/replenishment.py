"""Replenishment and goals of rivers: volumes counted once, days with flow."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.recomputed.record import DAY_S, MEGA, REPLENISHED, Record, by_period, key


def replenishment(record: Record, standard: dict[str, Any]) -> dict[str, float]:
    """Return the mean volume that entered, or the share of years that reach the plan."""
    names, river = record.names("claim"), record.texts("claim_river", "claim")
    kind = record.texts("claim_kind", "claim")
    chosen = _chosen(record, standard)
    if not chosen:
        return {}
    rivers, nodes = standard["rivers"], standard["nodes"]
    if rivers is None and nodes is None:
        whole = "all rivers"
    else:
        whole = ", ".join([*(f"river {name}" for name in rivers or ()), *(nodes or ())])
    if standard["volume"] is not None:
        subjects = [(whole, chosen)]
    else:
        subjects = [(names[k], [k]) for k in chosen if kind[k] == "ecology"]
        planned = sorted({river[k] for k in chosen if kind[k] == "ecology"} - {""})
        subjects += [(f"river {name}", [k for k in chosen if river[k] == name]) for name in planned]
        if whole not in [name for name, _claims in subjects]:
            subjects.append((whole, chosen))
    found = {}
    for subject, claims in subjects:
        asked = [k for k in claims if kind[k] == "ecology"]
        entered = once(record, claims, "supplied", standard["sources"])
        if standard["volume"] is not None:
            plan = np.full(entered.size, standard["volume"])
        else:
            plan = once(record, asked, "demand", None) if asked else np.zeros(entered.size)
        if not plan.any() or not entered.size:
            continue
        value = entered.mean() / MEGA
        if standard["rate"] is not None:
            value = 100 * (entered >= plan * (1 - 1e-9)).mean()
        found[key("replenishment", subject, "replenished volume")] = float(value)
    return found


def river_goal(record: Record, standard: dict[str, Any]) -> dict[str, float]:
    """Return the share of years that reach a volume, and that reach days with flow."""
    river, subject = standard["river"], f"river {standard['river']}"
    found = {}
    years = record.whole_years("water")
    of_claim = record.texts("claim_river", "claim")
    claims = [k for k in record.claims(*REPLENISHED) if of_claim[k] == river]
    if standard["volume"] is not None and claims:
        entered = once(record, _sorted(record, claims), "supplied", standard["sources"])
        good = entered >= standard["volume"] * (1 - 1e-9)
        found[key("river_goal", subject, "replenished volume")] = 100 * good.mean()
    if standard["days"] is not None:
        of_reach = record.texts("reach_river", "reach")
        reaches = record.names("reach")
        chosen = standard["reaches"] or [n for k, n in enumerate(reaches) if of_reach[k] == river]
        counted = []
        for name in sorted(chosen):
            flow = record.series("discharge", reaches.index(name))
            wet = np.where(flow >= standard["flow"], record.seconds / DAY_S, 0.0)
            counted.append(np.array([wet[record.water_year == y].sum() for y in years]))
        worst = min(counted, key=lambda days: days.mean())
        good = worst >= standard["days"] * (1 - 1e-9)
        found[key("river_goal", subject, "days with flow")] = 100 * good.mean()
    return found


def once(record: Record, claims: list[int], name: str, sources: list[str] | None) -> np.ndarray:
    """Return what claims got (or wanted) in whole years, without what came from each other."""
    months = np.unique(record.month_of_step)
    of_step = np.searchsorted(months, record.month_of_step)
    of_month = record.water_year[np.searchsorted(of_step, np.arange(months.size))]
    node = record.texts("claim_node", "claim")
    above = {k: [a for a in claims if a != k and _leads(record, claims, a, k)] for k in claims}
    origins = record.names("origin")
    kinds = record.texts("origin_kind", "origin")
    kept = list(range(len(origins)))
    if name == "demand" or not record.has("supplied_by_origin"):
        table = {k: by_period(of_step, record.volume(name, k))[:, None] for k in claims}
        kept = [0]
    else:
        dims = record.dims["supplied_by_origin"]
        cube = np.transpose(
            record.values["supplied_by_origin"],
            [dims.index(dim) for dim in ("claim", "month", "origin")],
        )
        table = {k: cube[k] for k in claims}
        if sources is not None:
            kept = [o for o in kept if origins[o] in sources or kinds[o] in sources]
    new: dict[int, np.ndarray] = {}
    for k in sorted(claims, key=lambda k: len(above[k])):
        before = sum((new[a] for a in above[k] if a in new), np.zeros_like(table[k]))
        again = np.minimum(table[k], before)
        if above[k]:
            came = by_period(of_step, _brought(record, claims, k, above[k], node) * record.seconds)
            for m in range(months.size):
                whole = again[m].sum()
                if whole > max(came[m], 0.0):
                    again[m] = again[m] * (max(came[m], 0.0) / whole)
        new[k] = table[k] - again
    years = record.whole_years("water")
    entered = sum(new.values())[:, kept].sum(axis=1)
    return np.array([entered[of_month == year].sum() for year in years])


def _brought(
    record: Record, claims: list[int], claim: int, above: list[int], node: list[str]
) -> np.ndarray:
    """Return the flow that came to a claim by ways that lead past claims above it."""
    start, end = record.texts("link_from", "link"), record.texts("link_to", "link")
    loss = np.nan_to_num(record.numbers("link_loss", "link"))
    touched = {node[a] for a in above}
    for a in above:
        touched |= _onward(record, node[a], {node[k] for k in (claim, *above)})
    all_nodes = set(node)
    flow = np.zeros(record.time.size)
    for k in range(len(end)):
        holds = record.nodes[start[k]]["keeps_water"] and start[k] not in all_nodes
        if end[k] == node[claim] and start[k] in touched and not holds:
            flow = flow + record.series("flow", k) * (1 - loss[k])
    for a in above:
        straight = any(w["from"] == node[a] and w["to"] == node[claim] for w in record.ways)
        if straight and node[a] not in start:
            flow = flow + record.series("supplied", a)
    return flow


def _leads(record: Record, claims: list[int], first: int, second: int) -> bool:
    node = record.texts("claim_node", "claim")
    if node[first] == node[second]:
        return False
    return node[second] in _onward(record, node[first], {node[k] for k in claims})


def _onward(record: Record, start: str, passing: set[str]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        place = waiting.pop()
        if place != start and record.nodes[place]["keeps_water"] and place not in passing:
            continue
        for way in record.ways:
            if way["from"] == place and way["to"] not in found:
                found.add(way["to"])
                waiting.append(way["to"])
    return found


def _sorted(record: Record, claims: list[int]) -> list[int]:
    names = record.names("claim")
    return sorted(claims, key=lambda k: names[k])


def _chosen(record: Record, standard: dict[str, Any]) -> list[int]:
    names, node = record.names("claim"), record.texts("claim_node", "claim")
    river = record.texts("claim_river", "claim")
    rivers, nodes = standard["rivers"], standard["nodes"]
    chosen = [
        k
        for k in _sorted(record, record.claims(*REPLENISHED))
        if (nodes is None or node[k] in nodes or names[k] in nodes)
        and (rivers is None or river[k] in rivers)
    ]
    if nodes is None and rivers is None and any(river[k] for k in chosen):
        chosen = [k for k in chosen if river[k]]
    return chosen
