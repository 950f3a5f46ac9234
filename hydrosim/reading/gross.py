"""Gross use: what a user's water was where it was taken at its sources.

From a user water is followed up its links. Each link, plant and network on the way adds what it
loses; where waters join, each way counts by what it brought. The search ends at a source: an
import (at the end of its trunk: supply is counted where the region takes it over), an aquifer, a
reservoir or lake, a river, reclaimed or other water. A regulating reservoir that is filled by links
is no source: its water counts by the mean of all that was brought to it, while its evaporation is a
loss of storage and not of conveyance.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from hydrosim.reading.items import attributes, has, item_numbers, item_texts, items
from hydrosim.reading.kinds import together
from hydrosim.reading.steps import YearKind, labels_of, month_seconds, seconds_of, totals
from hydrosim.reading.supply import drawn_by, volumes_in
from hydrosim.reading.view import Result, of_result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

__all__ = ["Gross", "gross_by_origin", "gross_factor", "gross_use"]

_LEAST_REST = 1e-9
"""Part of what a claim got below which nothing came by way of stores: rounding."""


class Cells(NamedTuple):
    """The finest parts of a run of which flows of links are known.

    Attributes
    ----------
    dimension
        time, month or water_year.
    flow
        Volumes at the start of links [m3], (cells, links).
    supplied
        Net volumes that claims got [m3], (cells, claims).
    """

    dimension: Literal["time", "month", "water_year"]
    flow: Floats
    supplied: Floats


class Gross(NamedTuple):
    """Gross use of a claim in some years [m3].

    Attributes
    ----------
    volume
        What its sources gave for it, (years,).
    supplied
        What it got, (years,).
    by_source
        Source -> what it gave, and what of this the claim got, each (years,). Empty where ways
        are not known.
    """

    volume: Floats
    supplied: Floats
    by_source: dict[str, tuple[Floats, Floats]]


@of_result
def _cells(dataset: Result) -> Cells | None:
    """Return volumes of links and claims on the finest grid that holds both; None without."""
    if has(dataset, "flow", "supplied"):
        seconds = seconds_of(dataset)[:, None]
        found = [_table(dataset, name, "time") * seconds for name in ("flow", "supplied")]
        if np.isfinite(found[0]).all():
            return Cells("time", found[0], found[1])
    if has(dataset, "flow_monthly", "supplied_monthly") and "time" in dataset.variables:
        seconds = month_seconds(dataset)[:, None]
        found = [
            _table(dataset, f"{name}_monthly", "month") * seconds for name in ("flow", "supplied")
        ]
        if np.isfinite(found[0]).all():
            return Cells("month", found[0], found[1])
    if has(dataset, "year_volume", "year_supplied"):
        found = [_table(dataset, name, "water_year") for name in ("year_volume", "year_supplied")]
        if np.isfinite(found[0]).all():
            return Cells("water_year", found[0], found[1])
    return None


def _table(dataset: Result, name: str, rows: str) -> Floats:
    variable = dataset.variables[name]
    values = np.asarray(variable.values, dtype=np.float64)
    return values if variable.dims[0] == rows else values.T


class _Part(NamedTuple):
    """What a source has in some water, for each m3 of it, (cells,)."""

    gave: Floats
    share: Floats


@dataclass
class _Search:
    """Follows water up the links of a result; ``flow`` is in m3, (cells, links)."""

    flow: Floats
    start: list[str]
    end: list[str]
    loss: Floats
    nodes: dict[str, dict[str, Any]]
    known: dict[str, dict[str, _Part]] = field(default_factory=dict)

    def arriving(self, node: str) -> tuple[dict[str, _Part], Floats]:
        """Return what sources have in what links bring to a node, and its volume [m3]."""
        none = np.zeros(self.flow.shape[0])
        gave: dict[str, Floats] = {}
        brought: dict[str, Floats] = {}
        arrived = none
        for link in (k for k, end in enumerate(self.end) if end == node):
            volume = self.flow[:, link]
            left = volume * (1.0 - self.loss[link])
            arrived = arrived + left
            for source, part in self.leaving(self.start[link]).items():
                gave[source] = gave.get(source, none) + volume * part.gave
                brought[source] = brought.get(source, none) + left * part.share
        return {name: _Part(gave[name], brought[name]) for name in gave}, arrived

    def leaving(self, node: str) -> dict[str, _Part]:
        """Return what sources have in each m3 that leaves a node."""
        if node not in self.known:
            one = np.ones(self.flow.shape[0])
            self.known[node] = {node: _Part(one, one)}  # cuts a circle of ways where it is entered
            about = self.nodes.get(node, {})
            if about.get("conveys") and node in self.end:
                self.known[node] = self._conveyed(node, about)
        return self.known[node]

    def _conveyed(self, node: str, about: dict[str, Any]) -> dict[str, _Part]:
        parts, arrived = self.arriving(node)
        if about.get("keeps_water"):
            whole = float(arrived.sum())
            gave = sum(float(part.gave.sum()) for part in parts.values())
            mean = gave / whole if whole > 0.0 else 1.0
            return {node: _Part(np.full(arrived.size, mean), np.ones(arrived.size))}
        kept = 1.0 - float(about.get("loss", 0.0))
        leaves = np.array([start == node for start in self.start])
        through = np.maximum(self.flow[:, leaves].sum(axis=1) / kept, arrived)
        own = through - arrived  # inflow of its own, or what came back after use
        some = through > 0.0
        volume = np.where(some, through, 1.0)
        found = {
            name: _Part(part.gave / (volume * kept), part.share / volume)
            for name, part in parts.items()
        }
        found[node] = _Part(
            np.where(some, own / (volume * kept), 1.0), np.where(some, own / volume, 1.0)
        )
        return found


@of_result
def _search(dataset: Result) -> _Search | None:
    cells = _cells(dataset)
    if cells is None or "link_loss" not in dataset.variables:
        return None
    network: dict[str, Any] = attributes(dataset, "network") or {}
    return _Search(
        cells.flow,
        item_texts(dataset, "link", "link_from"),
        item_texts(dataset, "link", "link_to"),
        np.nan_to_num(item_numbers(dataset, "link", "link_loss")),
        {str(node["name"]): node for node in network.get("nodes", [])},
    )


def _own_factor(dataset: Result, claim: int) -> float:
    """Return what a claim takes at its own inlet for each m3 that it gets."""
    factor = float(item_numbers(dataset, "claim", "claim_gross_factor")[claim])
    return factor if np.isfinite(factor) else 1.0


@of_result
def _ways(dataset: Result, claim: int) -> dict[str, _Part]:
    """Return what sources have in each m3 that a claim got, (cells,).

    Empty where the claim is no user at the end of links, or no flow of links is known: its water
    counts where it got it, with the loss of its own network alone.
    """
    search = _search(dataset)
    node = item_texts(dataset, "claim", "claim_node")[claim]
    if search is None or node not in search.end or node in search.start:
        return {}
    parts, arrived = search.arriving(node)
    own = _own_factor(dataset, claim)
    some = arrived > 0.0
    volume = np.where(some, arrived, 1.0)
    return {
        name: _Part(np.where(some, own * part.gave / volume, 0.0), part.share / volume)
        for name, part in parts.items()
    }


@of_result
def gross_use(dataset: Result, claim: int, kind: YearKind, years: Integers) -> Gross:
    """Return the gross use of a claim in some years.

    Parameters
    ----------
    dataset
        Result of one scenario and member.
    claim
        Place of the claim.
    kind
        Whether ``years`` are water years or calendar years.
    years
        The years, rising.

    Raises
    ------
    NotJudged
        When the volumes of such years are unknown.
    """
    cells = _cells(dataset)
    if cells is None:
        return _without_links(dataset, claim, kind, years)
    got = cells.supplied[:, claim]
    place, inside = _places(dataset, cells, kind, years)
    if not np.isfinite(got[inside]).all():
        return _without_links(dataset, claim, kind, years)
    supplied = totals(place, got[inside], years.size)
    by_source: dict[str, tuple[Floats, Floats]] = {}
    for source, part in _ways(dataset, claim).items():
        gave, share = (totals(place, (got * one)[inside], years.size) for one in part)
        by_source[source] = (gave, share)
    if not by_source:
        return Gross(supplied * _own_factor(dataset, claim), supplied, {})
    gross = np.sum([gave for gave, _unused in by_source.values()], axis=0)
    return Gross(gross, supplied, by_source)


def _without_links(dataset: Result, claim: int, kind: YearKind, years: Integers) -> Gross:
    supplied = volumes_in(dataset, ("year_supplied", "supplied"), claim, kind, years)
    return Gross(supplied * _own_factor(dataset, claim), supplied, {})


def _places(
    dataset: Result, cells: Cells, kind: YearKind, years: Integers
) -> tuple[Integers, NDArray[np.bool_]]:
    """Return the place of each cell inside some years among them, and which cells these are."""
    label = labels_of(dataset, cells.dimension, kind)
    place = np.minimum(np.searchsorted(years, label), years.size - 1)
    inside = years[place] == label
    return place[inside], inside


def gross_factor(dataset: Result, claim: int, kind: YearKind, years: Integers) -> Floats:
    """Return what sources gave for each m3 that a claim got in some years, (years,).

    In a year without supply the factor is that of all these years, and without any supply that of
    the claim's own network.
    """
    gross = gross_use(dataset, claim, kind, years)
    whole = float(gross.supplied.sum())
    mean = float(gross.volume.sum()) / whole if whole > 0.0 else _own_factor(dataset, claim)
    some = gross.supplied > 0.0
    return np.where(some, gross.volume / np.where(some, gross.supplied, 1.0), mean)


def gross_by_origin(dataset: Result, claims: Sequence[int], years: Integers) -> dict[str, Floats]:
    """Return the gross use of claims by origin of the water in some water years [m3].

    What came straight from an import, an aquifer, reclaimed or other water counts by the losses
    of its own ways. The rest of what the ledger says came from reservoirs, lakes and rivers: it
    counts by the losses of the ways from these.

    Parameters
    ----------
    dataset
        Result of one scenario and member.
    claims
        Places of the claims.
    years
        The water years, rising.

    Returns
    -------
    dict of str to ndarray
        Origin -> (years,).

    Raises
    ------
    NotJudged
        When the run kept no ledger.
    """
    names = items(dataset, "origin")
    nodes = item_texts(dataset, "source", "source_node")
    kinds = item_texts(dataset, "source", "source_kind", "other")
    origin_of = {
        node: node if node in names else together(kind)
        for node, kind in zip(nodes, kinds, strict=True)
    }
    found = {name: np.zeros(years.size) for name in names}
    for claim in claims:
        supplied = drawn_by(dataset, [claim], years)
        gross = gross_use(dataset, claim, "water", years)
        straight: dict[str, tuple[Floats, Floats]] = {}
        for source, pair in gross.by_source.items():
            origin = origin_of.get(source)
            if origin in found:
                before = straight.get(origin, (0.0, 0.0))
                straight[origin] = (before[0] + pair[0], before[1] + pair[1])
        gave, got = gross.volume.copy(), gross.supplied.copy()
        for one in straight.values():
            gave, got = gave - one[0], got - one[1]
        some = got > _LEAST_REST * np.maximum(gross.supplied, 1.0)
        factor = np.where(some, gave / np.where(some, got, 1.0), _own_factor(dataset, claim))
        for name in names:
            direct, arrived = straight.get(name, (0.0, 0.0))
            found[name] = found[name] + direct + (supplied[name] - arrived) * factor
    return found
