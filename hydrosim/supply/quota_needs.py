"""What lines above still need of a quota: the calendar demand of the claims that it can reach.

Planning values only: a wanted volume counts where the calendar tells it (a constant, a pattern, a
profile, growth), not where weather or the state does. How much of it can be drawn from a source
follows from the network: losses raise it, capacities that never change bound it. Where a claim
can be reached by several ways the sum is an upper bound, so that what is kept is never too little.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from hydrosim.builders.needs import Need
from hydrosim.builders.quotas import lines_of_use
from hydrosim.calendar import Calendar
from hydrosim.config.crosscheck import references
from hydrosim.errors import ConfigError, Fault, shown
from hydrosim.locale import _
from hydrosim.nodes._pattern import last_of_year, part_of_year, rest_after, rest_of_year
from hydrosim.nodes.base import Node
from hydrosim.supply.quota_network import QuotaNetwork, Ways, constant_rate
from hydrosim.units import RuleRef

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from hydrosim.builders.supply import Builder
    from hydrosim.config.ladder_line import LadderLine
    from hydrosim.config.schema import Config
    from hydrosim.expressions.values import Value

__all__ = [
    "above_plan",
    "bind_needs",
    "lines_as_text",
    "planning_values",
    "with_reserved_lines",
]

SPARE = "spare:"
LONGEST_STEP_DAYS = 31
CHORDS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)


def bind_needs(builder: Builder, config: Config) -> None:
    """Bind what sources with a quota keep for later.

    Raises
    ------
    ConfigError
        If a part is reserved for what no claim that the source can reach is.
    """
    if not builder.needs:
        return
    calendar = _whole_years(builder.calendar, [need.begin for need in builder.needs.values()])
    planned = planning_values(builder, config, calendar)
    faults: list[Fault] = []
    ways = Ways(builder)
    for name in sorted(builder.needs):
        need = builder.needs[name]
        network = QuotaNetwork(ways, need.row)
        faults += _bind_reserved(name, need, network, planned, builder, calendar)
        if need.plan is not None:
            above = above_plan(name, network, builder, lines_as_text(config))
            _bind_plan(need, network, above, planned, builder, calendar)
    if faults:
        raise ConfigError(faults)


def planning_values(
    builder: Builder, config: Config, calendar: Calendar
) -> dict[str, NDArray[np.float64]]:
    """Return what each claim wants by the calendar [m3 a step], for claims where it tells that."""
    other = builder.on_calendar(calendar)
    steps = calendar.dt_s
    found: dict[str, NDArray[np.float64]] = {}
    for name, claim in builder.claims.items():
        if claim.sense < 0 or claim.stock or not _told_by_calendar(name, builder, config):
            continue
        rate = constant_rate(claim.wanted, builder)
        node = config.nodes.get(name)
        value = node.planned(name, other) if node is not None and rate is None else None
        if rate is not None:
            found[name] = rate * steps
        elif value is not None and value.known is not None:
            found[name] = np.broadcast_to(value.known[0], steps.shape)
    return found


def _told_by_calendar(claim: str, builder: Builder, config: Config) -> bool:
    """Whether no rule of a file, the weather or the state is in what a claim wants.

    Numbers of a file that are alike in all steps of a run need not be so later: a plan that took
    them for a constant would know the end of the period.
    """
    node = config.nodes.get(claim)
    if node is not None and type(node).planned is not Node.planned:
        return node.planned(claim, builder) is not None
    owner, _dot, key = claim.rpartition(".")
    part: object = node
    if node is None:
        link = builder.links[owner][0] if owner in builder.links else None
        part = getattr(config.nodes.get(owner, link), key, None)
    named = (one for _path, one in references(part, ()) if isinstance(one, RuleRef))
    return builder.by_calendar(*named)


def above_plan(
    name: str,
    network: QuotaNetwork,
    builder: Builder,
    ladders: Collection[Sequence[str]],
) -> set[str]:
    """Claims on water, within reach, that a policy lets use the plan of a source."""
    above: set[str] = set()
    for lines in ladders:
        spares = (f"{SPARE}{name}.plan", f"{SPARE}{name}")
        end = next((n for n, line in enumerate(lines) if line in spares), len(lines))
        usable = set(lines[:end])
        above |= {claim for claim in network.claims if builder.claims[claim].line in usable}
    return above


def lines_as_text(config: Config) -> list[list[str]]:
    """Return the lines of each policy's ladder, from the top."""
    return [
        [f"{SPARE}{line.name}" if line.spare else line.name for line in ladder]
        for ladder in config.ladders.values()
    ]


def with_reserved_lines(
    builder: Builder, ladders: Mapping[str, Sequence[LadderLine]]
) -> dict[str, Sequence[LadderLine]]:
    """Return ladders with a spare line for each reserved part, below the lines that may take it."""
    result = {policy: list(ladder) for policy, ladder in ladders.items()}
    for name in sorted(builder.needs):
        for key in sorted(builder.needs[name].reserved):
            lines = lines_of_use(builder, key)
            for ladder in result.values():
                places = [n for n, one in enumerate(ladder) if not one.spare and one.name in lines]
                if places:
                    spare = type(ladder[0])(f"{name}.reserved.{key}", spare=True)
                    ladder.insert(max(places) + 1, spare)
    return dict(result)


def _whole_years(calendar: Calendar, begins: Sequence[tuple[int, int]]) -> Calendar:
    """Return the calendar up to where all account years of its last step have ended."""
    longest = calendar
    for begin in begins:
        year = int(calendar.water_year(begin)[-1]) + 1
        month, day = begin
        edge = datetime.date(year, month, 28 if (month, day) == (2, 29) else day)
        for _unused in range(LONGEST_STEP_DAYS):
            try:
                one = Calendar(calendar.start, edge - datetime.timedelta(days=1), calendar.step)
            except ValueError:
                edge += datetime.timedelta(days=1)
                continue
            longest = max(longest, one, key=len)
            break
    return longest


def _bind_reserved(
    name: str,
    need: Need,
    network: QuotaNetwork,
    planned: Mapping[str, NDArray[np.float64]],
    builder: Builder,
    calendar: Calendar,
) -> Iterator[Fault]:
    steps = len(builder.calendar)
    for key, part in need.reserved.items():
        lines = lines_of_use(builder, key)
        items = builder.items.get("claim", {})
        asking = {
            claim
            for claim in network.claims
            if key in (items.get(claim, {}).get("use"), builder.claims[claim].line)
        }
        if not asking:
            builder.graph.bind(part.kept, builder.graph.constant(0.0))
            found = shown(key)
            if not lines:
                found = _("{key!r}, which no claim has as use or line", key=key)
            expected = _(
                "a use or line of a claim that a link from here leads to: {keys}",
                keys=", ".join(sorted(network.keys)) or _("there is none"),
            )
            yield Fault(("nodes", name, "reserved", key), found, expected)
            continue
        if asking <= planned.keys():
            drawn = network.drawn({claim: planned[claim] for claim in asking}, calendar)
            years = _Years(calendar, need.begin)
            kept = np.minimum(part.volume_m3, years.later(drawn * need.measure))
        else:
            kept = part.volume_m3 * rest_after(calendar, None, need.begin)
        builder.graph.bind(part.kept, builder.graph.series(kept[:steps]))


def _bind_plan(
    need: Need,
    network: QuotaNetwork,
    above: set[str],
    planned: Mapping[str, NDArray[np.float64]],
    builder: Builder,
    calendar: Calendar,
) -> None:
    """Bind what is kept of a plan for its later steps, and for the demand of the lines above."""
    assert need.plan is not None
    assert need.in_force is not None
    assert need.plan_after is not None
    assert need.plan_share is not None
    graph, steps = builder.graph, len(builder.calendar)
    known = {claim: planned[claim] for claim in above if claim in planned}
    drawn = network.drawn(known, calendar) * need.measure
    shape = _PlanOfYears(calendar, need, drawn)
    grant = need.in_force
    after = grant * graph.series(shape.rest_after[:steps])
    share = graph.series(shape.share_of_rest[:steps])
    if need.flexibility > 0.0 and grant.known is not None and known.keys() == above and above:
        after = graph.mapped((grant,), shape.on_run(shape.kept_after), "kept of the plan")
        share = graph.mapped((grant,), shape.on_run(shape.kept_share), "share of the plan kept")
    graph.bind(need.plan_after, after)
    graph.bind(need.plan_share, share)
    if need.later is None:
        return
    if not drawn.any():
        later = graph.constant(0.0)
    elif grant.known is not None:
        later = graph.mapped((grant,), shape.on_run(shape.needed_later), "needed later")
    else:
        later = _by_chords(grant, shape, steps)
    graph.bind(need.later, later)


def _by_chords(grant: Value, shape: _PlanOfYears, steps: int) -> Value:
    """Return the need for a grant that only the run tells.

    The need is convex in the grant: chords between grants lie above it, and beyond the last one
    its slope is at most the plan's rest, so that what is kept is never too little.
    """
    graph = grant.graph
    ones = np.ones(len(shape.calendar))
    grants = [part * shape.largest_need_m3 for part in CHORDS]
    needs = [shape.needed_later(one * ones) for one in grants]
    widths = np.diff(grants)
    slopes = [(b - a) / width for (a, b), width in zip(pairwise(needs), widths, strict=True)]
    lines = [*zip(needs, slopes, grants, strict=False), (needs[-1], shape.rest_after, grants[-1])]
    result = grant * graph.series(shape.rest_after[:steps])
    for need, slope, at in lines:
        line = graph.series((need - slope * at)[:steps]) + grant * graph.series(slope[:steps])
        result = graph.apply("maximum", result, line)
    return result


@dataclass(frozen=True, eq=False)
class _Years:
    """Sums to the end of each account year."""

    calendar: Calendar
    begin: tuple[int, int]

    @property
    def slices(self) -> list[slice]:
        """Steps of each account year."""
        last = np.flatnonzero(last_of_year(self.calendar, self.begin))
        edges = [0, *(int(one) + 1 for one in last), len(self.calendar)]
        return [slice(a, b) for a, b in pairwise(edges) if b > a]

    def later(self, volumes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of the volumes of later steps of the year, shape (steps,)."""
        result = np.empty_like(volumes)
        for year in self.slices:
            backward = np.append(np.cumsum(volumes[year][::-1])[::-1], 0.0)
            result[year] = backward[1:]
        return result


class _PlanOfYears:
    """The plan of a quota and the demand of the lines above, over whole account years.

    All methods take the grant of each step's account year [m3], shape (steps,).
    """

    def __init__(self, calendar: Calendar, need: Need, drawn: NDArray[np.float64]) -> None:
        assert need.plan is not None
        self.calendar = calendar
        self.years = _Years(calendar, need.begin)
        self.slices = self.years.slices
        self.drawn = drawn
        self.flexibility = need.flexibility
        self.part = part_of_year(calendar, need.plan, need.begin)
        self.rest = rest_of_year(calendar, need.plan, need.begin)
        self.rest_after = rest_after(calendar, need.plan, need.begin)
        self.share_of_rest = _ratio(self.part, self.rest)
        sums = [float(drawn[year].sum()) for year in self.slices]
        self.largest_need_m3 = max(1.0, *sums)

    def on_run(
        self, function: Callable[[NDArray[np.float64]], NDArray[np.float64]]
    ) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
        """Return a function for the grants of the run's steps; its last year goes on to its end."""

        def of_run(grant: NDArray[np.float64]) -> NDArray[np.float64]:
            rest = np.full(len(self.calendar) - grant.size, grant[-1])
            return function(np.concatenate((grant, rest)))[: grant.size]

        return of_run

    def needed_later(self, grant: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what has to be left after each step for the lines above.

        The least volume of which every later step can serve its demand and still leave the plan of
        the steps behind it whole: n = max(plan's rest, demand of the step + n of the next).
        """
        result = grant * self.rest_after
        for year in self.slices:
            drawn = np.concatenate(([0.0], np.cumsum(self.drawn[year])))
            rest = np.append(self.rest[year] * grant[year], 0.0)
            largest = np.maximum.accumulate((drawn + rest)[::-1])[::-1]
            result[year] = np.maximum(result[year], largest[1:] - drawn[1:])
        return result

    def _kept(self, grant: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what later steps lend nothing of: their plan, less what is not wanted of it."""
        plan = grant * self.part
        return np.maximum((1.0 - self.flexibility) * plan, np.minimum(plan, self.drawn))

    def kept_after(self, grant: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what is kept of the plan of later steps; at most the plan's rest."""
        return np.minimum(self.years.later(self._kept(grant)), grant * self.rest_after)

    def kept_share(self, grant: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the part of each step in what is kept of it and of later steps."""
        kept = self._kept(grant)
        return _ratio(kept, kept + self.kept_after(grant))


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0.0)
