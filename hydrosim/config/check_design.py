"""What is wrong with the design floods in view of nodes, events and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.config.design_flood import Composed, Design, Scheme, Statistics
from hydrosim.errors import Fault, nearest, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.config.schema import Config

__all__ = ["design_faults"]

FINEST_TOLERANCE = 1e-4


def design_faults(config: Config) -> Iterator[Fault]:
    """Tell what is wrong with the design block in view of nodes, events and limits."""
    flood = config.flood
    assert flood is not None
    design = flood.design
    if design is None:
        return
    for place in range(1, len(design.return_periods)):
        before, now = design.return_periods[place - 1], design.return_periods[place]
        if now <= before:
            found = f"{now:g} after {before:g}"
            yield Fault(("return_periods", place), found, "return periods that ascend")
    if not FINEST_TOLERANCE <= design.tolerance <= 0.5:
        found = f"{design.tolerance:g}"
        yield Fault(("tolerance",), found, f"a share between {FINEST_TOLERANCE:g} and 0.5")
    days = design.season_days(config.nodes)
    if days and max(days.values()) >= design.seasons_end:
        found = f"{design.seasons_end}, where the last season begins on {max(days.values())}"
        yield Fault(("seasons_end",), found, "a later day of the year")
    yield from _typical_faults(config, design)
    for site, statistics in design.statistics.items():
        yield from _statistics_faults(config, design, site, statistics)
    for control, composed in design.composition.items():
        yield from _composition_faults(config, design, control, composed)


def _typical_faults(config: Config, design: Design) -> Iterator[Fault]:
    flood = config.flood
    assert flood is not None
    events = sorted(flood.events)
    for name, typical in design.typical.items():
        path = ("typical", name)
        if typical.event not in flood.events:
            near = nearest(typical.event, events)
            expected = f"a flood under `flood.events` ({len(events)} are defined)"
            yield Fault((*path, "event"), shown(typical.event), expected, near)
            continue
        shown_at = flood.events[typical.event].inflows
        for site, place in typical.shapes.items():
            if site not in design.statistics:
                near = nearest(site, design.statistics)
                expected = "a site with statistics"
                yield Fault((*path, "shapes", site), shown(site), expected, near)
            if place not in shown_at and place in config.nodes:
                expected = f"a place with a hydrograph in it: {', '.join(shown_at)}"
                near = nearest(str(place), shown_at)
                yield Fault((*path, "shapes", site), shown(str(place)), expected, near)
        for site in design.statistics:
            if site in design.composition or site in shown_at or site in typical.shapes:
                continue
            found = f"no form for {site!r}"
            expected = (
                f"its hydrograph in the flood {typical.event!r}, or `shapes: {{{site}: ...}}`"
            )
            yield Fault((*path,), found, expected)


def _statistics_faults(
    config: Config, design: Design, site: str, statistics: Statistics
) -> Iterator[Fault]:
    path = ("statistics", site)
    if site not in config.nodes:
        near = nearest(site, config.nodes)
        nodes = ("nodes", near) if near else None
        yield Fault(path, shown(site), "the name of a node", near, nearest_path=nodes)
    yield from (fault.under(*path) for fault in statistics.faults())
    if statistics.like is not None:
        other = design.statistics.get(statistics.like)
        known = [name for name, one in design.statistics.items() if one.like is None]
        if other is None or other.like is not None:
            what = "" if other is None else ", itself like another"
            near = nearest(statistics.like, known)
            expected = f"a site with curves of its own: {', '.join(known)}"
            yield Fault((*path, "like"), f"{shown(statistics.like)}{what}", expected, near)
    seasons = list(design.season_days(config.nodes))
    for season in statistics.seasons:
        if season not in seasons:
            expected = f"a season: {', '.join(seasons) or 'none, for no store has a limit'}"
            near = nearest(season, seasons)
            yield Fault((*path, "seasons", season), shown(season), expected, near)


def _composition_faults(
    config: Config, design: Design, control: str, composed: Composed
) -> Iterator[Fault]:
    path = ("composition", control)
    if control not in design.statistics:
        near = nearest(control, design.statistics)
        expected = "a site with statistics of its own, for its design flood is composed"
        yield Fault(path, shown(control), expected, near)
    for area, entry in composed.areas.items():
        if area not in design.statistics or area == control or area in design.composition:
            known = [name for name in design.statistics if name not in design.composition]
            near = nearest(area, known)
            expected = f"a site with statistics above it: {', '.join(known)}"
            yield Fault((*path, "areas", area), shown(area), expected, near)
        assert config.flood is not None
        steps = entry.travel_time / config.flood.step
        if abs(steps - round(steps)) > 1e-9:
            expected = f"whole steps of {config.flood.step / 3600:g} h"
            found = f"{entry.travel_time / 3600:g} h"
            yield Fault((*path, "areas", area, "travel_time"), found, expected)
    for place, scheme in enumerate(composed.schemes):
        if isinstance(scheme, Scheme) and scheme.same_frequency not in composed.areas:
            near = nearest(scheme.same_frequency, composed.areas)
            expected = f"one of its areas: {', '.join(composed.areas)}"
            where = (*path, "schemes", place, "same_frequency")
            yield Fault(where, shown(scheme.same_frequency), expected, near)
        if composed.schemes.index(scheme) < place:
            yield Fault((*path, "schemes", place), "a scheme twice", "each scheme once")
    if len(composed.areas) < 2:
        yield Fault((*path, "areas"), f"{len(composed.areas)} area", "two areas or more")
