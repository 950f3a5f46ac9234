"""Demand against what could supply it, by use and by source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.locale import _, pgettext, short
from hydrosim.reading.kinds import USES
from hydrosim.reading.words import WORDS
from hydrosim.sanity.table import YI, Row, Table, finite, mark
from hydrosim.sanity.water import SECONDS_A_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hydrosim.config.schema import Config
    from hydrosim.errors import Fault, Path
    from hydrosim.sanity.water import Rates, Source, Want, Water

__all__ = ["source_table", "use_table"]

MOST_DEMAND = 3.0
"""Demand over what could supply it, from which on it is marked."""
LEAST_DEMAND = 1e-3
"""Demand over what could supply it, below which it is marked."""
LEAST_CAPACITY, MOST_CAPACITY = 0.01, 1000.0
"""Capacity of a source over its quota, outside which it is marked."""
A_YEAR = SECONDS_A_YEAR / YI
MOST_SOURCES = 24


def _yearly(rate: float | None) -> float | None:
    known = finite(rate)
    return None if known is None else known * A_YEAR


def _volume(rate: float) -> str:
    volume = rate * A_YEAR
    return short(volume) if abs(volume) >= 100.0 else f"{volume:.3g}"


def _sum(parts: Sequence[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


# -- by use --------------------------------------------------------------------------------------


def use_table(water: Water) -> Table:
    """Return demand of each use against the most that all sources and ways could bring to it.

    Claims that are marked follow their use. Years are summed claim by claim.
    """
    rows: list[Row] = []
    firm = [want for want in water.wants if want.firm]
    possible_for = water.flows_and_stores.most
    for use in (use for use in USES if any(want.use == use for want in firm)):
        wants = [want for want in firm if want.use == use]
        known = [want.wanted for want in wants if want.wanted is not None]
        name = WORDS.get(use, use)
        if len(known) == len(wants):
            rows.append(_use_row(name, known, possible_for({one.row for one in wants})))
        for want in wants:
            possible = possible_for({want.row})
            faults = _demand_marks(want, possible, water)
            if faults and want.wanted is not None:
                rows.append(_use_row(f"  {want.name}", [want.wanted], possible, faults))
            elif want.wanted is None:
                rows.append(Row((f"  {want.name}", None, None, None, _yearly(possible), None)))
    return Table(
        "uses",
        _("Demand, and the most that could supply it, 10⁸ m³ a year"),
        {
            "use": pgettext("sanity page", "use"),
            "demand": pgettext("sanity page", "demand"),
            "least_year": _("least year"),
            "largest_year": _("largest year"),
            "possible": _("could be supplied"),
            "ratio": _("demand / supply"),
        },
        rows,
    )


def _use_row(
    name: str, wanted: Sequence[Rates], possible: float, faults: tuple[Fault, ...] = ()
) -> Row:
    demand = sum(one.mean for one in wanted)
    ratio = demand / possible if possible > 0.0 else None
    return Row(
        (
            name,
            _yearly(demand),
            _yearly(_sum([one.least for one in wanted])),
            _yearly(_sum([one.most for one in wanted])),
            _yearly(possible),
            ratio,
        ),
        faults,
    )


def _demand_marks(want: Want, possible: float, water: Water) -> tuple[Fault, ...]:
    demand = None if want.wanted is None else want.wanted.mean
    if not demand or not np.isfinite(possible):
        return ()
    found = _(
        "a demand of {demand} 亿m3/year, where sources and ways could bring {possible}",
        demand=_volume(demand), possible=_volume(possible),
    )  # fmt: skip
    path = water.path(want.node)
    if demand > MOST_DEMAND * possible:
        expected = _("as a rule at most {bound:g} times as much", bound=MOST_DEMAND)
    elif demand < LEAST_DEMAND * possible:
        expected = _("as a rule at least {bound:g} of it", bound=LEAST_DEMAND)
    else:
        return ()
    return mark(path, found, expected, _("is it, or what supplies it, in another unit?"))


# -- by source -----------------------------------------------------------------------------------


def source_table(water: Water) -> Table:
    """Return what each source could give against the demand that its water can reach."""
    rows = [_source_row(source, water) for source in water.sources]
    return Table(
        "sources",
        _("Sources, and the demand that their water can reach, 10⁸ m³ a year"),
        {
            "source": pgettext("sanity page", "source"),
            "kind": pgettext("sanity page", "kind"),
            "possible": _("could give"),
            "least_year": _("least year"),
            "largest_year": _("largest year"),
            "carried": _("ways carry"),
            "demand": _("demand in reach"),
        },
        rows,
        most=MOST_SOURCES,
    )


def _source_row(source: Source, water: Water) -> Row:
    wants = water.reached(source.row)
    known = [one.wanted.mean if one.wanted is not None else None for one in wants if one.firm]
    demand = _sum(known)
    carried = water.carried_from(source.row)
    gives = source.gives
    kind = _("of itself, about") if source.estimated else WORDS.get(source.kind, source.kind)
    return Row(
        (
            source.name,
            kind,
            _yearly(gives.mean),
            _yearly(gives.least),
            _yearly(gives.most),
            _yearly(carried),
            _yearly(demand),
        ),
        _source_marks(source, demand, carried, water),
        gives.mean if np.isfinite(gives.mean) else np.inf,
    )


def _source_marks(
    source: Source, demand: float | None, carried: float, water: Water
) -> tuple[Fault, ...]:
    path, gives = water.path(source.name), source.gives.mean
    if gives <= 0.0 and source.natural and source.name in _flood_places(water.config):
        return ()
    if gives <= 0.0:
        return mark(path, _("an idle source: {name!r} can give no water in any step of the run",
                            name=source.name),
                    _("a quota, a capacity or an inflow above 0, or no such node"))  # fmt: skip
    if not source.natural and carried <= 0.0:
        return mark(path, _("an idle source: the ways that leave {name!r} carry no water",
                            name=source.name),
                    _("a link with a capacity above 0"))  # fmt: skip
    if not source.natural and not water.reached(source.row) and not water.feeds(source.row):
        return mark(path, _("an idle source: {name!r} reaches no use", name=source.name),
                    _("a way to a use"))  # fmt: skip
    wrong = _quota_marks(source, path)
    if wrong:
        return wrong
    if not np.isfinite(gives) or not demand:
        return ()
    if demand < LEAST_DEMAND * gives:
        return mark(
            path,
            _("{gives} 亿m3/year, where the demand in reach is {demand} 亿m3/year",
              gives=_volume(gives), demand=_volume(demand)),
            _("as a rule at most {bound:g} times as much", bound=1.0 / LEAST_DEMAND),
            _("is it, or the demand, in another unit?"),
        )  # fmt: skip
    return ()


def _flood_places(config: Config) -> set[str]:
    """Return the places where floods enter: an inflow there may be of floods alone."""
    flood = config.flood
    if flood is None:
        return set()
    found = {place for event in flood.events.values() for place in event.inflows}
    return found | (flood.design.statistics.keys() if flood.design is not None else set())


def _quota_marks(source: Source, path: Path) -> tuple[Fault, ...]:
    """Mark quotas that the capacity of their source does not fit."""
    marks: list[Fault] = []
    for account, quota in source.quotas.items():
        if source.capacity is None or quota <= 0.0:
            continue
        if LEAST_CAPACITY * quota <= source.capacity <= MOST_CAPACITY * quota:
            continue
        key = ("capacity",) if account == source.name else ("extra", "quota")
        marks += mark(
            (*path, *key),
            _("a capacity of {capacity} 亿m3/year for a quota of {quota} 亿m3/year",
              capacity=_volume(source.capacity), quota=_volume(quota)),
            _("as a rule {least:g} to {most:g} times the quota",
              least=LEAST_CAPACITY, most=MOST_CAPACITY),
            _("is one of them in another unit?"),
        )  # fmt: skip
    return tuple(marks)
