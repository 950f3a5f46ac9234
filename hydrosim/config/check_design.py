"""What is wrong with the design floods in view of nodes, events and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.config.design_flood import Composed, Design, Scheme, Statistics
from hydrosim.errors import Fault, nearest, shown
from hydrosim.locale import _

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
            found = _("{now:g} after {before:g}", now=now, before=before)
            yield Fault(("return_periods", place), found, _("return periods that ascend"))
    if not FINEST_TOLERANCE <= design.tolerance <= 0.5:
        found = f"{design.tolerance:g}"
        yield Fault(
            ("tolerance",),
            found,
            _("a share between {finest_tolerance:g} and 0.5", finest_tolerance=FINEST_TOLERANCE),
        )
    days = design.season_days(config.nodes)
    if days and max(days.values()) >= design.seasons_end:
        found = _(
            "{seasons_end}, where the last season begins on {days}",
            seasons_end=design.seasons_end,
            days=max(days.values()),
        )
        yield Fault(("seasons_end",), found, _("a later day of the year"))
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
            expected = _("a flood under `flood.events` ({count} are defined)", count=len(events))
            yield Fault((*path, "event"), shown(typical.event), expected, near)
            continue
        shown_at = flood.events[typical.event].inflows
        for site, place in typical.shapes.items():
            if site not in design.statistics:
                near = nearest(site, design.statistics)
                expected = _("a site with statistics")
                yield Fault((*path, "shapes", site), shown(site), expected, near)
            if place not in shown_at and place in config.nodes:
                expected = _(
                    "a place with a hydrograph in it: {shown_at}", shown_at=", ".join(shown_at)
                )
                near = nearest(str(place), shown_at)
                yield Fault((*path, "shapes", site), shown(str(place)), expected, near)
        for site in design.statistics:
            if site in design.composition or site in shown_at or site in typical.shapes:
                continue
            found = _("no form for {site!r}", site=site)
            expected = _(
                "its hydrograph in the flood {event!r}, or `shapes: {{{site}: ...}}`",
                event=typical.event,
                site=site,
            )
            yield Fault((*path,), found, expected)


def _statistics_faults(
    config: Config, design: Design, site: str, statistics: Statistics
) -> Iterator[Fault]:
    path = ("statistics", site)
    if site not in config.nodes:
        near = nearest(site, config.nodes)
        nodes = ("nodes", near) if near else None
        yield Fault(path, shown(site), _("the name of a node"), near, nearest_path=nodes)
    yield from (fault.under(*path) for fault in statistics.faults())
    if statistics.like is not None:
        other = design.statistics.get(statistics.like)
        known = [name for name, one in design.statistics.items() if one.like is None]
        if other is None or other.like is not None:
            near = nearest(statistics.like, known)
            expected = _("a site with curves of its own: {known}", known=", ".join(known))
            found = shown(statistics.like)
            if other is not None:
                found = _("{name!r}, itself like another", name=str(statistics.like))
            yield Fault((*path, "like"), found, expected, near)
    seasons = list(design.season_days(config.nodes))
    for season in statistics.seasons:
        if season not in seasons:
            expected = _("a season: {seasons}", seasons=", ".join(seasons))
            if not seasons:
                expected = _("a season: none, for no store has a limit")
            near = nearest(season, seasons)
            yield Fault((*path, "seasons", season), shown(season), expected, near)


def _composition_faults(
    config: Config, design: Design, control: str, composed: Composed
) -> Iterator[Fault]:
    path = ("composition", control)
    if control not in design.statistics:
        near = nearest(control, design.statistics)
        expected = _("a site with statistics of its own, for its design flood is composed")
        yield Fault(path, shown(control), expected, near)
    for area, entry in composed.areas.items():
        if area not in design.statistics or area == control or area in design.composition:
            known = [name for name in design.statistics if name not in design.composition]
            near = nearest(area, known)
            expected = _("a site with statistics above it: {known}", known=", ".join(known))
            yield Fault((*path, "areas", area), shown(area), expected, near)
        assert config.flood is not None
        steps = entry.travel_time / config.flood.step
        if abs(steps - round(steps)) > 1e-9:
            expected = _("whole steps of {step:g} h", step=config.flood.step / 3600)
            found = f"{entry.travel_time / 3600:g} h"
            yield Fault((*path, "areas", area, "travel_time"), found, expected)
    for place, scheme in enumerate(composed.schemes):
        if isinstance(scheme, Scheme) and scheme.same_frequency not in composed.areas:
            near = nearest(scheme.same_frequency, composed.areas)
            expected = _("one of its areas: {areas}", areas=", ".join(composed.areas))
            where = (*path, "schemes", place, "same_frequency")
            yield Fault(where, shown(scheme.same_frequency), expected, near)
        if composed.schemes.index(scheme) < place:
            yield Fault((*path, "schemes", place), _("a scheme twice"), _("each scheme once"))
    if len(composed.areas) < 2:
        yield Fault(
            (*path, "areas"), _("{count} area", count=len(composed.areas)), _("two areas or more")
        )
