"""Flows against the capacities of what must carry them: links, works, outlets, river reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.locale import _, pgettext, short
from hydrosim.sanity.table import Row, Table, finite, mark
from hydrosim.supply.network import starting_row
from hydrosim.supply.quota_network import arrivals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.builders.primitives import Column
    from hydrosim.errors import Path
    from hydrosim.sanity.water import Water

__all__ = ["flow_table"]

LEAST_ONLY_WAY, LEAST_WAY = 0.01, 0.001
"""Capacity over the mean flow that it should carry, below which it is marked: of the only way to
where it leads, and of one of several."""
MOST_WAY = 1000.0
"""Capacity over the largest flow that it should carry, above which it is marked."""
LEAST_RIVER, MOST_RIVER = 1.0, 1e5
"""Discharge that a reach or the outlets of a dam carry over the mean natural flow."""
MOST_PRINTED = 8


@dataclass(frozen=True)
class _Carrier:
    """What must carry water.

    Attributes
    ----------
    mean, largest
        Flow that it should carry [m3/s].
    least, most
        Bounds of capacity over mean and over largest flow.
    """

    name: str
    path: Path
    capacity: float
    mean: float
    largest: float | None
    least: float
    most: float

    @property
    def rank(self) -> float:
        """How near it is to a bound, in powers of ten; above 0 it is marked."""
        if self.capacity <= 0.0:
            return np.inf
        below = self.least * self.mean / self.capacity
        above = self.capacity / (self.most * (self.largest or self.mean))
        return float(np.log10(max(below, above)))

    @property
    def row(self) -> Row:
        cells = (self.name, self.capacity, self.mean, self.largest, self.capacity / self.mean)
        note = _("is one of them in another unit?")
        flow = _("{mean} m3/s in the mean", mean=short(self.mean))
        if self.largest is not None:
            flow = _("{mean} m3/s in the mean, {largest} at most",
                     mean=short(self.mean), largest=short(self.largest))  # fmt: skip
        found = _("a capacity of {capacity} m3/s, where it should carry {flow}",
                  capacity=short(self.capacity), flow=flow)  # fmt: skip
        if self.capacity < self.least * self.mean:
            expected = _("as a rule at least {least:g} of the mean flow", least=self.least)
        elif self.capacity > self.most * (self.largest or self.mean):
            expected = _("as a rule at most {most:g} times the largest flow", most=self.most)
        else:
            return Row(cells, rank=self.rank)
        return Row(cells, mark(self.path, found, expected, note), self.rank)


def flow_table(water: Water) -> Table:
    """Return the capacity of each way against the flow that it should carry [m3/s].

    A link or plant should carry the demand behind it, as far as the sources before it give it; a
    river reach and the outlets of a dam the natural water above.
    """
    carriers = [*_links(water), *_works(water), *_reaches(water), *_outlets(water)]
    return Table(
        "capacities",
        _("Capacities against the flow that they should carry, m³/s"),
        {
            "carrier": _("what carries it"),
            "capacity": pgettext("sanity page", "capacity"),
            "mean": _("mean flow"),
            "largest": _("largest flow"),
            "ratio": _("capacity / mean"),
        },
        [one.row for one in carriers],
        most=MOST_PRINTED,
    )


def _links(water: Water) -> Iterator[_Carrier]:
    positions = {link.label: number for number, link in enumerate(water.config.links)}
    for label, (_link, columns) in sorted(water.builder.links.items()):
        path = ("links", positions[label], "capacity")
        carrier = _carrier(label, path, columns[-1], water)
        if carrier is not None:
            yield carrier


def _works(water: Water) -> Iterator[_Carrier]:
    """Return plants: nodes with a capacity between their own inlet and outlet."""
    for name, node in sorted(water.config.nodes.items()):
        ports = water.builder.ports.get(name)
        if ports is None or ports.inlet is None or ports.outlet is None:
            continue
        if dict(node).get("capacity") is None or ports.inlet is ports.outlet:
            continue
        for column in water.ways.leaving.get(ports.inlet.name, ()):
            if any(row == ports.outlet.name for row, _gain in arrivals(column)):
                carrier = _carrier(name, ("nodes", name, "capacity"), column, water)
                if carrier is not None:
                    yield carrier


def _carrier(name: str, path: Path, column: Column, water: Water) -> _Carrier | None:
    capacity = finite(water.caps.get(column.name))
    start, ends = starting_row(column), [row for row, _gain in arrivals(column)]
    if capacity is None or start is None or not ends:
        return None
    behind = [want for end in ends for want in water.reached(end)]
    known = [want.wanted for want in behind if want.wanted is not None]
    stores = any(water.feeds(end) for end in ends)
    given = water.flows.most({start.name})
    mean, largest = given, None
    if not stores and known and len(known) == len(behind):
        mean = min(given, sum(one.mean for one in known))
        largest = max(mean, sum(one.largest or one.mean for one in known))
    if not np.isfinite(mean) or mean <= 0.0:
        return None
    only = all(len(water.into.get(end, ())) <= 1 for end in ends)
    least = LEAST_ONLY_WAY if only else LEAST_WAY
    return _Carrier(name, path, capacity, mean, largest, least, MOST_WAY)


def _reaches(water: Water) -> Iterator[_Carrier]:
    for name, item in sorted(water.builder.items.get("reach", {}).items()):
        safe, ports = item.get("safe_discharge_m3s"), water.builder.ports.get(name)
        row = None if ports is None else ports.river_inlet or ports.inlet
        if safe is not None and row is not None:
            path = ("nodes", name, "safe_discharge")
            yield from _natural(name, path, float(safe), row.name, water)


def _outlets(water: Water) -> Iterator[_Carrier]:
    for name in sorted(water.builder.stores):
        released = water.config.nodes[name].largest_release_m3s(water.config.folder)
        if released is not None:
            label = _("{name}, outlets", name=name)
            yield from _natural(label, ("nodes", name), released, name, water)


def _natural(name: str, path: Path, capacity: float, row: str, water: Water) -> Iterator[_Carrier]:
    """Yield what natural water above a row flows through."""
    above = [source.gives for source in water.before(row) if source.natural]
    mean = sum(one.mean for one in above)
    if not np.isfinite(mean) or mean <= 0.0:
        return
    known = [one.largest for one in above if one.largest is not None]
    largest = max(mean, sum(known)) if len(known) == len(above) else None
    most = MOST_RIVER * mean / (largest or mean)
    yield _Carrier(name, path, capacity, mean, largest, LEAST_RIVER, most)
