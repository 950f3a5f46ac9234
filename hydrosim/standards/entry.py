"""Replenished water, counted once, where it first enters a river or lake.

Water released for one claim may flow on and serve another claim downstream. What a claim got by
ways that no other claim lies on is new. What came by ways from claims upstream is new only as far
as it exceeds their first entries. Where claims lie on a circle, the first by name counts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.locale import _
from hydrosim.reading.items import NotJudged, has, item_numbers, item_texts, items
from hydrosim.reading.steps import month_years, seconds_of
from hydrosim.reading.supply import ledger_volumes, series
from hydrosim.reading.view import Result, of_frame, of_result
from hydrosim.standards.periods import period_volumes, periods_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

__all__ = ["UNKNOWN_ORIGIN", "Entry", "first_entry", "planned_entry"]

UNKNOWN_ORIGIN = "unknown"


@dataclass(frozen=True)
class Entry:
    """What entered, by origin.

    Attributes
    ----------
    by_origin
        Origin -> volume that entered [m3], (years,).
    arrived
        Sum over the claims of all that arrived [m3], (years,), through-flow counted at each.
    """

    by_origin: dict[str, Floats]
    arrived: Floats

    @property
    def total(self) -> Floats:
        """Volume that entered, all origins together [m3], (years,)."""
        return np.sum(list(self.by_origin.values()), axis=0)


def first_entry(
    dataset: Result,
    which: Sequence[int],
    years: Integers,
    sources: Sequence[str] | None = None,
) -> Entry:
    """Return what claims got, counted once.

    Parameters
    ----------
    dataset
        Result of one scenario and member.
    which
        Positions of the claims.
    years
        Water years.
    sources
        Origins, or kinds of origin, that count; default all.

    Raises
    ------
    NotJudged
        When the needed numbers were not recorded or are NaN.
    """
    if not has(dataset, "supplied_by_origin"):
        if sources is not None:
            raise NotJudged(
                _("the run kept no ledger, so what came from the named sources is unknown")
            )
        return _counted(dataset, which, _monthly(dataset, "supplied", which), years)
    got = ledger_volumes(dataset, which)
    names = items(dataset, "origin")
    kept = None
    if sources is not None:
        kinds = item_texts(dataset, "origin", "origin_kind")
        kept = [k for k, name in enumerate(names) if name in sources or kinds[k] in sources]
    return _counted(dataset, which, (got, month_years(dataset), names), years, kept)


def planned_entry(dataset: Result, which: Sequence[int], years: Integers) -> Floats:
    """Return what claims wanted, counted once [m3], (years,)."""
    return _counted(dataset, which, _monthly(dataset, "demand", which), years).total


def _monthly(
    dataset: Result, name: str, which: Sequence[int]
) -> tuple[Floats, Integers, list[str]]:
    sums = np.stack([period_volumes(dataset, name, claim, "month") for claim in which])
    return sums[:, :, None], periods_of(dataset, "month").year, [UNKNOWN_ORIGIN]


def _counted(
    dataset: Result,
    which: Sequence[int],
    table: tuple[Floats, Integers, list[str]],
    years: Integers,
    kept: list[int] | None = None,
) -> Entry:
    got, of_year, names = table
    inside, in_year = _months_of_years(dataset, of_year, years)
    got = got[:, inside]
    if not np.isfinite(got).all():
        raise NotJudged(_("the supplied volumes hold NaN"))
    upstream = _upstream(dataset, which)
    new = np.zeros_like(got)
    for k in sorted(range(len(which)), key=lambda k: len(upstream[k])):
        before = new[sorted(upstream[k])].sum(axis=0)
        again = np.minimum(got[k], before)
        if upstream[k]:
            passed = by_ways_from(dataset, which[k], tuple(which[i] for i in sorted(upstream[k])))
            whole = again.sum(axis=1)
            most = whole if passed is None else np.minimum(whole, passed[inside])
            again = again * (most / np.where(whole > 0.0, whole, 1.0))[:, None]
        new[k] = got[k] - again
    entered = in_year @ new.sum(axis=0)
    counted = range(len(names)) if kept is None else kept
    return Entry(
        {names[k]: entered[:, k] for k in counted},
        in_year @ got[:, :, list(counted)].sum(axis=(0, 2)),
    )


@of_frame
def _months_of_years(
    dataset: Result, of_year: Integers, years: Integers
) -> tuple[NDArray[np.bool_], Floats]:
    """Return which months lie in some years, and of each of these 1 in the row of its year."""
    del dataset
    inside = np.isin(of_year, years)
    return inside, (of_year[inside][None, :] == years[:, None]).astype(np.float64)


def _upstream(dataset: Result, which: Sequence[int]) -> list[set[int]]:
    """Return for each claim which of the others its water may have passed before."""
    names = item_texts(dataset, "claim", "claim_node")
    text = str(dataset.attrs.get("network", ""))
    return _upstream_of(text, tuple(names[i] for i in which))


@lru_cache(maxsize=64)
def _upstream_of(text: str, nodes: tuple[str, ...]) -> list[set[int]]:
    """Search the network, once for all members that have it in common."""
    onward, kept = _ways_of(text)
    stops = kept.difference(nodes)  # water passes on through the places of the claims
    reached = [_reached(node, onward, stops) for node in nodes]
    return [
        {a for a, node in enumerate(nodes) if node != nodes[b] and nodes[b] in reached[a]}
        for b in range(len(nodes))
    ]


@of_result
def by_ways_from(dataset: Result, claim: int, upstream: tuple[int, ...]) -> Floats | None:
    """Return what came to a claim by ways from other claims [m3 a month], (months,).

    A link counts whose water may have passed one of them, and water that one of them hands on
    straight to the place of the claim.

    Parameters
    ----------
    dataset
        Result of one scenario and member.
    claim
        Place of the claim.
    upstream
        Places of the claims that its water may have passed.

    Returns
    -------
    ndarray or None
        None where the flows of links were not recorded.
    """
    if not has(dataset, "flow", "supplied") or "link_to" not in dataset.variables:
        return None
    nodes = item_texts(dataset, "claim", "claim_node")
    place, onward, kept = nodes[claim], *_ways_of(str(dataset.attrs.get("network", "")))
    stops = kept.difference(nodes[i] for i in (claim, *upstream))
    passed = {nodes[i] for i in upstream}
    for node in sorted(passed):
        passed |= _reached(node, onward, stops)
    start, end = (item_texts(dataset, "link", f"link_{key}") for key in ("from", "to"))
    loss = np.nan_to_num(item_numbers(dataset, "link", "link_loss"))
    flow = np.zeros(dataset.sizes["time"])
    for k, node in enumerate(end):
        if node == place and start[k] in passed and start[k] not in kept.difference(nodes):
            flow = flow + series(dataset, "flow", k) * (1.0 - loss[k])
    for i in upstream:
        if place in onward.get(nodes[i], []) and nodes[i] not in start:
            flow = flow + series(dataset, "supplied", i)
    if not np.isfinite(flow).all():
        return None
    return np.maximum(periods_of(dataset, "month").sums(flow * seconds_of(dataset)), 0.0)


@lru_cache(maxsize=64)
def _ways_of(text: str) -> tuple[dict[str, list[str]], set[str]]:
    """Return where water goes on from each node, and the nodes that keep it."""
    network: dict[str, Any] = json.loads(text) if text else {}
    onward: dict[str, list[str]] = {}
    for link in network.get("links", []):
        onward.setdefault(link["from"], []).append(link["to"])
    return onward, {node["name"] for node in network.get("nodes", []) if node.get("keeps_water")}


def _reached(start: str, onward: dict[str, list[str]], stops: set[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(onward.get(start, []))
    while waiting:
        node = waiting.pop()
        if node in found:
            continue
        found.add(node)
        if node not in stops:
            waiting.extend(onward.get(node, []))
    return found
