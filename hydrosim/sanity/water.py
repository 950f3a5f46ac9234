"""What is known of a lowered network before its run: what sources can give, what claims want."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.builders.primitives import STORED, WITHDRAWN
from hydrosim.reading.kinds import is_firm, is_supply
from hydrosim.sanity.flows import INTO, Flows
from hydrosim.sanity.reach import Reach, marked, members
from hydrosim.supply.network import starting_row
from hydrosim.supply.quota_network import Ways, arrivals
from hydrosim.units import RuleRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from hydrosim.builders.primitives import Column
    from hydrosim.builders.supply import Builder
    from hydrosim.calendar import Calendar
    from hydrosim.config.schema import Config
    from hydrosim.errors import Path
    from hydrosim.expressions.values import Value

    Floats = NDArray[np.float64]

__all__ = ["SECONDS_A_YEAR", "Rates", "Source", "Want", "Water"]

SECONDS_A_YEAR = 365.25 * 86400.0
WHOLE_YEAR = 0.98
"""Share of a calendar year from which on its sum counts as that of a whole year."""


@dataclass(frozen=True)
class Rates:
    """A flow [m3/s]: mean of the run, driest and wettest year, largest step; None if unknown."""

    mean: float
    least: float | None = None
    most: float | None = None
    largest: float | None = None

    def at_most(self, other: Rates) -> Rates:
        """Return the smaller of both, number by number."""
        pairs = ((self.least, other.least), (self.most, other.most), (self.largest, other.largest))
        least, most, largest = (
            min((one for one in pair if one is not None), default=None) for pair in pairs
        )
        return Rates(min(self.mean, other.mean), least, most, largest)


UNLIMITED = Rates(np.inf)


@dataclass(frozen=True)
class Source:
    """Where water comes from.

    Attributes
    ----------
    row
        Name of the row at which it enters the network.
    gives
        What it can give at most.
    capacity
        What its own works can take at most; None without a limit.
    quotas
        What each account of a source with a capacity grants at most, by the name of the account.
    natural
        Whether its water comes of itself.
    estimated
        Whether a model makes its water, so that about the mean is known and nothing else.
    """

    name: str
    kind: str
    row: str
    gives: Rates
    natural: bool = False
    estimated: bool = False
    capacity: float | None = None
    quotas: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Want:
    """A claim for supply: at which row, for which use, and how much, where that is known."""

    name: str
    node: str
    use: str
    row: str
    firm: bool
    wanted: Rates | None


class Water:
    """Sources, claims and ways of a lowered config.

    Parameters
    ----------
    builder
        The lowered config; modelled inflow may be about its mean.
    config
        The config.
    """

    def __init__(self, builder: Builder, config: Config) -> None:
        self.builder, self.config = builder, config
        self.years = _Years(builder.calendar)
        self.ways = Ways(builder)
        self.into: dict[str, list[Column]] = {}
        self.caps: dict[str, float] = {}
        for columns in self.ways.leaving.values():
            for column in columns:
                self.caps[column.name] = self.bound(column).mean
                for row, _gain in arrivals(column):
                    self.into.setdefault(row, []).append(column)
        self.passing: set[str] = set()
        self.wants = self._wants()
        self.sources = sorted([*self._natural(), *self._taken()], key=lambda one: one.name)
        self.flows = self._flows()
        self.flows_and_stores = self._flows(with_stores=True)
        self._reach = Reach(
            {
                start: [end for column in columns for end, _gain in arrivals(column)]
                for start, columns in self.ways.leaving.items()
            }
        )

    # -- along the ways ----------------------------------------------------------------------

    def bound(self, column: Column) -> Rates:
        """Return what a column carries at most, as far as the calendar tells it."""
        return self._least(value for value, _reason in column.upper)

    def _least(self, bounds: Iterable[Value]) -> Rates:
        known = [one.known[0] for one in bounds if one.known is not None]
        finite = [one for one in known if np.isfinite(one).any()]
        if not finite:
            return UNLIMITED
        least = finite[0]
        for one in finite[1:]:
            least = np.minimum(least, one)
        return self.years.rates(least)

    def carried_from(self, row: str) -> float:
        """Return what the ways that leave a row carry together [m3/s]."""
        return sum(self.caps[column.name] for column in self.ways.leaving.get(row, ()))

    def before(self, row: str) -> list[Source]:
        """Return the sources whose water can reach a row."""
        return [self.sources[number] for number in members(self._sources_before.get(row, 0))]

    def reached(self, row: str) -> list[Want]:
        """Return the claims that water from a row can reach."""
        return [self.wants[number] for number in members(self._wants_behind.get(row, 0))]

    def feeds(self, row: str, *, others: bool = False) -> bool:
        """Whether a store takes water of a row; with ``others`` one of another name."""
        behind = self._stores_behind.get(row, 0)
        if others and row in self._store_numbers:
            behind &= ~(1 << self._store_numbers[row])
        return behind != 0

    def passes(self, row: str) -> bool:
        """Whether a claim that is no supply takes water of a row."""
        return self._passing_behind.get(row, 0) != 0

    @cached_property
    def _sources_before(self) -> dict[str, int]:
        return self._reach.before(marked((one.row, n) for n, one in enumerate(self.sources)))

    @cached_property
    def _wants_behind(self) -> dict[str, int]:
        return self._reach.behind(marked((one.row, n) for n, one in enumerate(self.wants)))

    @cached_property
    def _store_numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.builder.stores)}

    @cached_property
    def _stores_behind(self) -> dict[str, int]:
        return self._reach.behind(marked(self._store_numbers.items()))

    @cached_property
    def _passing_behind(self) -> dict[str, int]:
        return self._reach.behind(dict.fromkeys(self.passing, 1))

    def _flows(self, *, with_stores: bool = False) -> Flows:
        """Return what sources and ways carry; with what stores hold at the start, over the run."""
        flows = Flows()
        items = self.builder.items.get("store", {})
        for name in self.builder.stores if with_stores else ():
            dead = float(items.get(name, {}).get("dead_storage_m3", 0.0))
            held = max((self.content_m3(name) or 0.0) - dead, 0.0)
            flows.add(INTO, name, held / self.years.seconds)
        for source in self.sources:
            flows.add(INTO, f"source {source.name}", source.gives.mean)
            flows.add(f"source {source.name}", source.row, np.inf)
        for start, columns in self.ways.leaving.items():
            for column in columns:
                for end, _gain in arrivals(column):
                    flows.add(start, end, self.caps[column.name])
        return flows

    # -- claims ------------------------------------------------------------------------------

    def _wants(self) -> list[Want]:
        found: list[Want] = []
        items = self.builder.items.get("claim", {})
        for name in sorted(self.builder.year_claims):
            claim, item = self.builder.claims.get(name), items.get(name, {})
            row = starting_row(claim.column) if claim is not None else None
            kind = str(item.get("kind"))
            if claim is None or row is None:
                continue
            if not is_supply(kind):
                self.passing.add(row.name)
                continue
            node = self.config.nodes.get(name)
            wanted = claim.wanted
            if wanted.known is None and node is not None:
                wanted = node.expected(name, self.builder)
            known = None if wanted is None else wanted.known
            rates = None if known is None else self.years.rates(known[0])
            use = str(item.get("use") or "other")
            found.append(Want(name, str(item["node"]), use, row.name, is_firm(kind), rates))
        return found

    # -- sources -----------------------------------------------------------------------------

    def _natural(self) -> list[Source]:
        returned = self._returned()
        found: dict[str, Source] = {}
        for row in self.builder.rows.values():
            for volume, origin in row.forced:
                if origin in (STORED, WITHDRAWN) or origin not in self.config.nodes:
                    continue
                kind = str(self.builder.items.get("origin", {}).get(origin, {}).get("kind"))
                estimated = volume.known is not None and self._is_simulated(origin)
                gives = UNLIMITED
                if volume.known is not None:
                    gives = self.years.rates(volume.known[0])
                    gives = Rates(gives.mean) if estimated else gives
                elif origin in returned:
                    gives = self._reused(origin, returned[origin])
                natural = origin not in returned
                found[origin] = Source(origin, kind, row.name, gives, natural, estimated)
        return list(found.values())

    def _reused(self, plant: str, returned: Rates) -> Rates:
        """Return what a plant gives of what comes back: no more than its ways to reuse carry."""
        column = self.builder.columns.get(f"{plant}.reuse")
        return returned if column is None else returned.at_most(self.bound(column))

    def _returned(self) -> dict[str, Rates]:
        """Return by node what can come back to it: no more than its users want."""
        sums: dict[str, float] = {}
        for want in self.wants:
            node = self.config.nodes.get(want.node)
            to = None if node is None else node.further_ways().get("return")
            if to is not None and want.wanted is not None:
                sums[to] = sums.get(to, 0.0) + want.wanted.mean
        return {to: Rates(total) for to, total in sums.items()}

    def _is_simulated(self, node: str) -> bool:
        """Whether a model makes a node's own inflow."""
        given = dict(self.config.nodes[node]).get("local_inflow")
        rules = self.config.all_rules
        waiting = [given.name] if isinstance(given, RuleRef) else []
        seen = set(waiting)
        while waiting:
            rule = rules.get(waiting.pop().split(".")[0])
            if rule is None:
                continue
            if rule.simulated:
                return True
            new = [name for name in rule.references() if name not in seen]
            seen.update(new)
            waiting += new
        return False

    def _taken(self) -> list[Source]:
        """Return the sources from which water is taken by decision: imports, wells and others."""
        columns: dict[str, list[Column]] = {}
        for name in sorted(self.builder.columns):
            column = self.builder.columns[name]
            if starting_row(column) is None and column.origin and arrivals(column):
                columns.setdefault(column.origin, []).append(column)
        return [self._source(name, own) for name, own in columns.items()]

    def _source(self, name: str, columns: list[Column]) -> Source:
        kind = str(self.builder.items.get("origin", {}).get(name, {}).get("kind"))
        bounds = [self.bound(column) for column in columns]
        works = max(bounds, key=lambda one: one.mean)
        grants: dict[str, Floats] = {}
        for account in (name, f"{name}.extra"):
            opened = self.builder.accounts.get(account)
            if opened is not None and opened.granted.known is not None:
                grants[account] = opened.granted.known[0]
        quota = self._granted(list(grants.values())) if grants else UNLIMITED
        gives = works.at_most(quota)
        if np.isinf(gives.mean):
            gives = self._held(name)
        row = arrivals(columns[0])[0][0]
        return Source(
            name, kind, row, gives,
            capacity=works.mean if np.isfinite(works.mean) else None,
            quotas={one: float(grant.max()) / SECONDS_A_YEAR for one, grant in grants.items()},
        )  # fmt: skip

    def _granted(self, grants: list[Floats]) -> Rates:
        means, least, most = (
            sum(float(number(one)) for one in grants) / SECONDS_A_YEAR
            for number in (np.mean, np.min, np.max)
        )
        return Rates(means, least, most)

    def _held(self, name: str) -> Rates:
        """Return what a store of groundwater without other bounds can give over the run."""
        content = self.content_m3(name)
        if content is None:
            return UNLIMITED
        return Rates(content / self.years.seconds + self.known_gain(name))

    def content_m3(self, name: str) -> float | None:
        """Return the volume of a store at the start of the run."""
        state = self.builder.quantities.get(("storage", name))
        start = None if state is None else self.builder.graph.initial.get(state)
        return None if start is None else float(start)

    def known_gain(self, name: str) -> float:
        """Return what enters a node over the edge of the model, as far as it is known [m3/s]."""
        return sum(self.years.rates(one).mean for one in self._entering.get(name, ()))

    @cached_property
    def _entering(self) -> dict[str, list[Floats]]:
        """Known volumes that enter over the edge of the model, by the node that books them."""
        found: dict[str, list[Floats]] = {}
        for one in self.builder.boundaries:
            if one.sign > 0 and one.volume.known is not None:
                for dot in (place for place, letter in enumerate(one.name) if letter == "."):
                    found.setdefault(one.name[:dot], []).append(one.volume.known[0])
        return found

    @cached_property
    def _position(self) -> dict[str, int]:
        """Places of the links in the config by their label."""
        return {link.label: number for number, link in enumerate(self.config.links)}

    def path(self, name: str) -> Path:
        """Return where a node, a link or a claim of either stands in the config."""
        if name in self.config.nodes:
            return ("nodes", name)
        return ("links", self._position[name]) if name in self._position else ("nodes",)


class _Years:
    """Sums of the calendar years of a run."""

    def __init__(self, calendar: Calendar) -> None:
        self._dt = calendar.dt_s
        self._year = calendar.year - calendar.year[0]
        self._length = np.bincount(self._year, self._dt)
        self.seconds = float(self._dt.sum())

    def rates(self, volume: Floats) -> Rates:
        """Return the rates of a volume a step [m3]."""
        steps = np.broadcast_to(volume, self._dt.shape)
        by_year = np.bincount(self._year, steps) / self._length
        whole = by_year[self._length >= WHOLE_YEAR * SECONDS_A_YEAR]
        mean = float(steps.sum()) / self.seconds
        largest = float((steps / self._dt).max())
        if not whole.size:
            return Rates(mean, None, None, largest)
        return Rates(mean, float(whole.min()), float(whole.max()), largest)
