"""Warnings on quotas that only the lowered network can tell.

A line of the ladder takes what it wants of a day and knows nothing of the rest of the account
year, so a lower line can use up the account that a higher one needs later. Ways behind a store do
not count here: what a store takes of a quota waits in it for whom it serves.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hydrosim.builders.accounts import remaining_part
from hydrosim.builders.quotas import lines_of_use
from hydrosim.errors import Fault
from hydrosim.locale import _
from hydrosim.supply.network import starting_row
from hydrosim.supply.quota_needs import above_plan, lines_as_text, planning_values
from hydrosim.supply.quota_network import QuotaNetwork, Ways
from hydrosim.units import RuleRef

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from hydrosim.builders.primitives import Account, Column, Row
    from hydrosim.builders.supply import Builder
    from hydrosim.config.schema import Config
    from hydrosim.errors import Path
    from hydrosim.expressions.values import Value
    from hydrosim.nodes.base import Link, Node

__all__ = ["quota_warnings", "two_quota_warnings"]

SECONDS_A_YEAR = 365.25 * 86400.0
YI = 1e8
SPARE = "spare:"
TOLERANCE = 1e-6
DAYS_A_YEAR = 365.25
TOLERATED = 1.2
"""Quotas a year above which a period is reported; ten years from January reach 1.08 by November."""
MOST_NAMES = 4


def quota_warnings(builder: Builder, config: Config) -> list[Fault]:
    """Return what is worth telling of the quotas of a lowered config."""
    ways = Ways(builder)
    found = [*two_quota_warnings(config), *_idle_warnings(ways, config)]
    if builder.accounts:
        planned = planning_values(builder, config, builder.calendar)
        found += _plan_warnings(ways, config, planned)
        found += _emptied_warnings(ways, config, planned)
        found += _varying_warnings(builder, config)
    return found


# -- quotas against the period ------------------------------------------------------------------


def two_quota_warnings(config: Config) -> Iterator[Fault]:
    """Tell quotas that are granted anew within a period of a year or a few.

    What is left of the old quota and all of the new one can then be used in one hydrological
    year, which makes a typical year too rich.
    """
    days = (config.period.end - config.period.start).days + 1
    for path, part in _parts(config):
        begin = part.quota_day
        if begin is None:
            continue
        grants = config.calendar.resets(begin)
        if not grants[1:].any():
            continue
        first = 0.0 if grants[0] else remaining_part(config.calendar, begin)
        quotas = first + int(grants.sum())
        if quotas <= TOLERATED * max(days / DAYS_A_YEAR, 1.0):
            continue
        day: datetime.datetime = config.calendar.starts[1:][grants[1:]][0].item()
        start = config.period.start
        yield Fault(
            (*path, "account_year"),
            _(
                "a new quota on {day:%Y-%m-%d}: {quotas:.3g} quotas for the {days:.3g} years "
                "from {start} to {end}",
                day=day,
                quotas=quotas,
                days=days / DAYS_A_YEAR,
                start=start,
                end=config.period.end,
            ),
            _(
                "an account year from the first day of the period, account_year: "
                "{start:%m-%d}; or a longer period",
                start=start,
            ),
            note=_(
                "the rest of the old quota and all of the new one can be used in one "
                "hydrological year"
            ),
            severity="warning",
        )


def _parts(config: Config) -> Iterator[tuple[Path, Node | Link]]:
    yield from ((("nodes", name), node) for name, node in config.nodes.items())
    yield from ((("links", number), link) for number, link in enumerate(config.links))


# -- plans: demand that no calendar tells -----------------------------------------------------


def _plan_warnings(ways: Ways, config: Config, planned: Mapping[str, object]) -> Iterator[Fault]:
    builder = ways.builder
    for name in sorted(builder.needs):
        need = builder.needs[name]
        if need.plan is None or need.in_force is None:
            continue
        network = QuotaNetwork(ways, need.row)
        above = above_plan(name, network, builder, lines_as_text(config))
        unknown = sorted(above - planned.keys())
        if unknown and need.later is not None and above != set(network.claims):
            yield Fault(
                ("nodes", name, "reserve"),
                _(
                    "the demand of {unknown} follows no calendar, so the surplus of {name} keeps "
                    "no more for it than the rest of the plan",
                    unknown=_names(unknown),
                    name=name,
                ),
                _("`reserve:`, a volume or rule of what is to be kept in the account for it"),
                severity="warning",
            )
        if need.flexibility > 0.0 and (unknown or need.in_force.known is None):
            reason = _("the quota")
            if unknown:
                reason = _("the demand of {names}", names=_names(unknown))
            yield Fault(
                ("nodes", name, "flexibility"),
                _(
                    "a flexibility without effect: {reason} is not known before the run, so that "
                    "no month knows what later ones can lend it",
                    reason=reason,
                ),
                _("demand that a number, a pattern or a profile gives, or no flexibility"),
                severity="warning",
            )


# -- accounts that a lower line can empty -----------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Source:
    """A quota with the network behind it."""

    name: str
    path: Path
    row: Row
    account: Account
    granted_m3: float
    reserved: Mapping[str, float]
    can_reserve: bool


def _emptied_warnings(
    ways: Ways, config: Config, planned: Mapping[str, NDArray[np.float64]]
) -> Iterator[Fault]:
    builder = ways.builder
    ladders = lines_as_text(config)
    for source in _sources(builder, config):
        free = _unguarded(builder, source)
        network = QuotaNetwork(ways, source.row, passable=free, through_stores=False)
        everyone = QuotaNetwork(ways, source.row, through_stores=False)
        yield from _kept_from_nobody(builder, source, ladders, everyone)
        for lines in ladders:
            fault = _emptied(builder, source, lines, network, everyone, planned)
            if fault is not None:
                yield fault
                break


def _kept_from_nobody(
    builder: Builder, source: _Source, ladders: Sequence[Sequence[str]], everyone: QuotaNetwork
) -> Iterator[Fault]:
    """Tell reserved parts below all of which no line takes water of the source, in any ladder.

    One of several parts may wait for a scenario in which more users take the water.
    """
    users = {builder.claims[claim].line for claim in everyone.claims}
    for key in sorted(source.reserved):
        kept = lines_of_use(builder, key)
        for lines in ladders:
            lowest = max((n for n, line in enumerate(lines) if line in kept), default=len(lines))
            if users & set(lines[lowest + 1 :]):
                return
    if source.reserved:
        yield Fault(
            (*source.path, "reserved"),
            _(
                "a part kept for {keys}, below which no line takes water of {name}",
                keys=_names(tuple(source.reserved)),
                name=source.name,
            ),
            _("a use or line that stands above others; a part is kept from lower lines only"),
            severity="warning",
        )


def _sources(builder: Builder, config: Config) -> Iterator[_Source]:
    """Return quotas without a plan, which lets no month take another's water."""
    positions = {link.label: number for number, link in enumerate(config.links)}
    for name in sorted(builder.accounts):
        account = builder.accounts[name]
        granted = account.granted.known
        row, path, reserved = None, ("nodes", name), {}
        if name in config.nodes:
            node = config.nodes[name]
            row, reserved = builder.ports[name].outlet, node.reserved_parts
            if node.plans_by_month:
                continue
        elif name in builder.links:
            link, columns = builder.links[name]
            row = next((row for row, weight in columns[0].entries if weight < 0), None)
            path = ("links", positions[link.label])
        if row is None or granted is None or not np.any(granted > 0.0):
            continue
        least = float(granted[granted > 0.0].min())
        yield _Source(name, path, row, account, least, reserved, name in config.nodes)


def _unguarded(builder: Builder, source: _Source) -> Callable[[Column], bool]:
    """Tell columns that no rule on the account itself holds back."""
    asked = {source.account.start}

    def passable(column: Column) -> bool:
        bounds = [bound for bound, _unused in column.upper]
        return starting_row(column) is None or not _depends(builder, bounds, asked)

    return passable


def _depends(builder: Builder, values: Sequence[Value], asked: Collection[Value]) -> bool:
    waiting, seen = list(values), set(values)
    while waiting:
        value = waiting.pop()
        if value in asked:
            return True
        bound = builder.graph.bound.get(value)
        following = [*value.arguments, *([bound] if bound is not None else [])]
        waiting += [one for one in following if one not in seen]
        seen.update(following)
    return False


def _emptied(
    builder: Builder,
    source: _Source,
    lines: Sequence[str],
    network: QuotaNetwork,
    everyone: QuotaNetwork,
    planned: Mapping[str, NDArray[np.float64]],
) -> Fault | None:
    """Return a warning where lower lines can leave too little of the account to a higher one."""
    spare = f"{SPARE}{source.name}"
    usable = lines[: lines.index(spare)] if spare in lines else lines
    reached = everyone.claims
    users = [[c for c in reached if builder.claims[c].line == line] for line in usable]
    users = [group for group in users if group]
    kept = {line for key in source.reserved for line in lines_of_use(builder, key)}
    for number, high in enumerate(users):
        lower = {claim for group in users[number + 1 :] for claim in group} & set(network.claims)
        line = builder.claims[high[0]].line
        if not lower or line in kept:
            continue
        above = {claim for group in users[: number + 1] for claim in group}
        most = _yearly(builder, network, lower, planned)
        needed = _yearly(builder, everyone, above, planned)
        if min(most, needed) <= 0.0 or most + needed <= source.granted_m3 * (1.0 + TOLERANCE):
            continue
        below = sorted({builder.claims[claim].line for claim in lower})
        asks = _yearly(builder, everyone, set(high), planned)
        return _emptied_fault(source, line, below, asks)
    return None


def _yearly(
    builder: Builder,
    network: QuotaNetwork,
    claims: set[str],
    planned: Mapping[str, NDArray[np.float64]],
) -> float:
    """Return the largest volume [m3/year] that claims can draw in the mean year of the run."""
    calendar = builder.calendar
    endless = np.full(len(calendar), np.inf)
    wanted = {claim: planned.get(claim, endless) for claim in claims}
    drawn = network.drawn(wanted, calendar)
    return float(drawn.sum() / calendar.dt_s.sum() * SECONDS_A_YEAR)


def _emptied_fault(source: _Source, line: str, below: list[str], asks: float) -> Fault:
    free = max(source.granted_m3 - sum(source.reserved.values()), 0.0)
    volume = f"{min(asks, free) / YI:.3g} 亿m3/year" if np.isfinite(asks) else "... 亿m3/year"
    expected = _(
        "a part of the quota that is kept for it, reserved: {{{line}: {volume}}}",
        line=line,
        volume=volume,
    )
    if free == 0.0:
        expected = _("smaller parts reserved for other lines, or a larger quota")
    if not source.can_reserve:
        expected = _("a link of its own, with a quota of its own, for each line")
    return Fault(
        (*source.path, "reserved" if source.can_reserve else "quota"),
        _(
            "{below} can use up the year's account of {name} before {line}, a higher "
            "line, has what it needs of it (quota {granted_m3:.3g} 亿m3/year)",
            below=_names(below),
            name=source.name,
            line=line,
            granted_m3=source.granted_m3 / YI,
        ),
        expected,
        severity="warning",
    )


# -- numbers that change within an account year, sources that reach nobody --------------------


def _varying_warnings(builder: Builder, config: Config) -> Iterator[Fault]:
    for name in sorted(builder.accounts):
        granted = builder.accounts[name].granted.known
        owner = name.removesuffix(".extra")
        node: Any = config.nodes.get(owner)
        if node is None or granted is None or granted.shape[1] == 1:
            continue
        part = node if name == owner else node.extra
        begin = node.account_year
        calendar = builder.calendar
        label = calendar.water_year(begin)
        same_year = label[1:] == label[:-1]
        # A number by calendar year is announced on 1 January and holds from the next grant.
        new_year = calendar.year[1:] != calendar.year[:-1]
        changed = np.flatnonzero((granted[0][1:] != granted[0][:-1]) & same_year & ~new_year)
        if changed.size == 0:
            continue
        step = int(changed[0]) + 1
        by_rule = isinstance(dict(part).get("availability"), RuleRef)
        key = "availability" if by_rule else "quota"
        day = str(calendar.starts[step].astype("datetime64[D]"))
        yield Fault(
            ("nodes", owner, *(() if name == owner else ("extra",)), key),
            _(
                "a number that changes on {day}, within the account year from {begin}",
                day=day,
                begin=begin,
            ),
            _("one number for each account year: that of its first day is granted and holds"),
            severity="warning",
        )


def _idle_warnings(ways: Ways, config: Config) -> Iterator[Fault]:
    wanting = ways.wanting
    ends: dict[str, list[str]] = {}
    for link in config.links:
        ends.setdefault(link.start, []).append(link.end)
    for name in sorted(ways.builder.items.get("source", {})):
        ports = ways.builder.ports.get(name)
        if ports is None or ports.outlet is None or name not in ends:
            continue
        if ports.outlet.name not in wanting:
            yield Fault(
                ("nodes", name),
                _(
                    "{name!r} reaches no use and no store that claims water, through {ends}",
                    name=name,
                    ends=_names(ends[name]),
                ),
                _("a way to a use"),
                severity="warning",
            )


def _names(names: Sequence[str]) -> str:
    ordered = sorted(names)
    listed = ", ".join(ordered[:MOST_NAMES])
    if len(ordered) <= MOST_NAMES:
        return listed
    return _("{names} and {more} more", names=listed, more=len(ordered) - MOST_NAMES)
