"""Guarantee: full years, full periods, deepest shortage, by member and by sums."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.recomputed.record import FIRM, Record, by_period, key


def guarantee(record: Record, standard: dict[str, Any]) -> dict[str, float]:
    """Return the verdicts of a guarantee by id."""
    members = _members(record, standard)
    found: dict[str, float] = {}
    for subject, group in _subjects(standard, members):
        judged = [m for m in group if m["wanted"].any()]
        if not judged:
            continue
        has_limit = any(m["limit"] is not None for m in judged)
        if "members" in standard["groups"] or len(judged) == 1:
            _add(record, standard, found, subject, judged, has_limit, sums=False)
        if "sums" in standard["groups"] and len(group) > 1:
            _add(record, standard, found, subject, judged, has_limit, sums=True)
    return found


def _add(
    record: Record,
    standard: dict[str, Any],
    found: dict[str, float],
    subject: str,
    judged: list[dict[str, Any]],
    has_limit: bool,
    *,
    sums: bool,
) -> None:
    kinds = {m["period"] for m in judged}
    together = judged
    if sums:
        kind = "month" if len(kinds) > 1 else next(iter(kinds))
        together = [_summed(record, judged, kind)]
    years = record.whole_years("water")
    full = np.ones(len(years), dtype=bool)
    met, periods, depth = 0, 0, 0.0
    for member in together:
        of_step, of_year, whole = record.periods(member["period"])
        wanted = by_period(of_step, member["wanted"])
        got = by_period(of_step, member["got"])
        asked = wanted > 0
        short = asked & (got < (1 - standard["tolerance"]) * wanted * (1 - 1e-9))
        full &= np.array([not short[of_year == year].any() for year in years], dtype=bool)
        met += int((asked & whole & ~short).sum())
        periods += int((asked & whole).sum())
        depth = max(depth, _depth(standard, wanted, got, short & whole, of_year, years))
    mark = " of summed supply" if sums else ""
    trajectory = record.attrs["mode"] == "trajectory"
    if any(m["target"] is not None for m in judged):
        if "years" in standard["measures"] and not trajectory:
            rate = float(full.sum()) / (len(years) + 1)
            found[key("guarantee", subject, f"guarantee{mark}")] = 100 * rate
        if "time" in standard["measures"] and not trajectory and periods:
            found[key("guarantee", subject, f"guarantee by time{mark}")] = 100 * met / periods
    if has_limit:
        kinds = {m["period"] for m in together}
        unit = next(iter(kinds)) if len(kinds) == 1 else "period"
        if unit == "dekad" and record.seconds.max() >= 11.5 * 86_400.0:
            unit = "month"
        unit = {"period": unit, "season": "season", "year": "year"}[standard["break_by"]]
        name = {
            "month": "deepest monthly shortage",
            "dekad": "deepest shortage of a dekad",
            "period": "deepest shortage of a period",
            "season": "deepest shortage of a season",
            "year": "deepest shortage of a year",
        }[unit]
        found[key("guarantee", subject, name + mark)] = 100 * depth


def _depth(
    standard: dict[str, Any],
    wanted: np.ndarray,
    got: np.ndarray,
    short: np.ndarray,
    of_year: np.ndarray,
    years: list[int],
) -> float:
    if standard["break_by"] == "period":
        return max((1 - got[p] / wanted[p] for p in np.flatnonzero(short)), default=0.0)
    groups: list[np.ndarray] = []
    if standard["break_by"] == "year":
        groups = [np.flatnonzero(of_year == year) for year in years]
    else:
        run: list[int] = []
        for p in range(wanted.size + 1):
            if p < wanted.size and wanted[p] > 0 and (not run or of_year[p] == of_year[run[-1]]):
                run.append(p)
                continue
            if run and of_year[run[0]] in years:
                groups.append(np.array(run))
            run = [p] if p < wanted.size and wanted[p] > 0 else []
    found = [
        1 - got[group].sum() / wanted[group].sum()
        for group in groups
        if wanted[group].sum() > 0 and short[group].any()
    ]
    return max(found, default=0.0)


def _summed(record: Record, members: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    return {
        "period": kind,
        "wanted": np.sum([m["wanted"] for m in members], axis=0),
        "got": np.sum([m["got"] for m in members], axis=0),
    }


def _members(record: Record, standard: dict[str, Any]) -> list[dict[str, Any]]:
    node = record.texts("claim_node", "claim")
    use = record.texts("claim_use", "claim")
    tier = record.texts("claim_tier", "claim")
    period = record.texts("claim_period", "claim")
    target = record.numbers("claim_guarantee", "claim")
    limit = record.numbers("claim_depth_limit", "claim")
    groups: dict[tuple[str, str], list[int]] = {}
    names = record.names("claim")
    for claim in sorted(record.claims(*FIRM), key=lambda k: names[k]):
        if standard["uses"] is not None and use[claim] not in standard["uses"]:
            continue
        groups.setdefault((node[claim], use[claim]), []).append(claim)
    members = []
    for (place, what), claims in sorted(groups.items()):
        own = [target[k] for k in claims if np.isfinite(target[k])]
        deep = [limit[k] for k in claims if np.isfinite(limit[k])]
        rate = max(own) if own else standard["targets"].get(what, _TABLE.get(what, (None,))[0])
        depth = min(deep) if deep else standard["depth_limits"].get(what, _limit(what))
        members.append(
            {
                "name": f"{place} {what}",
                "use": what,
                "tier": tier[claims[0]],
                "period": standard["period"] or period[claims[0]] or "month",
                "target": rate,
                "limit": depth,
                "wanted": np.sum([record.volume("demand", k) for k in claims], axis=0),
                "got": np.sum([record.volume("supplied", k) for k in claims], axis=0),
            }
        )
    return members


def _limit(use: str) -> float | None:
    return _TABLE[use][1] if use in _TABLE else None


_TABLE: dict[str, tuple[float, float | None]] = {
    "domestic": (0.95, 0.2),
    "rural": (0.9, 0.2),
    "industry": (0.9, None),
    "agriculture": (0.5, 0.5),
    "ecology": (0.5, None),
}
"""Rates and depths of the national table, typed from its rows."""


def _subjects(
    standard: dict[str, Any], members: list[dict[str, Any]]
) -> list[tuple[str, list[dict[str, Any]]]]:
    found: list[tuple[str, list[dict[str, Any]]]] = []
    if "node" in standard["by"]:
        found += [(m["name"], [m]) for m in members]
    if "tier" in standard["by"]:
        for tier, use in sorted({(m["tier"], m["use"]) for m in members if m["tier"]}):
            group = [m for m in members if (m["tier"], m["use"]) == (tier, use)]
            found.append((f"tier {tier} {use}", group))
    if "use" in standard["by"]:
        for use in sorted({m["use"] for m in members}):
            found.append((f"use {use}", [m for m in members if m["use"] == use]))
    return found
