"""What is wrong with the flood block in view of the whole configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.config.check_design import design_faults
from hydrosim.errors import Fault, nearest, shown
from hydrosim.locale import _, alternatives
from hydrosim.nodes import NODE_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from hydrosim.config.flood import FloodEvent
    from hydrosim.config.schema import Config
    from hydrosim.nodes.base import Node

__all__ = ["flood_faults"]

LONGEST_STEP_S = 6 * 3600.0


LONGEST_EVENT_S = 366 * 86400.0


DAY_S = 86400.0


def flood_faults(config: Config) -> Iterator[Fault]:
    """Tell what is wrong with the flood block in view of the nodes."""
    flood = config.flood
    if flood is None:
        return
    if not 60.0 <= flood.step <= LONGEST_STEP_S or DAY_S % flood.step:
        expected = _("a step of 1 minute to 6 hours that divides the day, such as 1 h")
        yield Fault(("flood", "step"), f"{flood.step / 3600:.6g} h", expected)
    inner = flood.inner_step
    if inner is not None and not (60.0 <= inner <= flood.step and _parts_whole(flood.step, inner)):
        expected = _(
            "a part of the step of {step:g} h, of a minute or more", step=flood.step / 3600
        )
        yield Fault(("flood", "inner_step"), f"{inner / 3600:.6g} h", expected)
    if flood.recession <= 0:
        yield Fault(("flood", "recession"), "0", _("a time, such as 24 h"))
    yield from _store_faults(config, flood.start_levels, "flood", "start_levels")
    yield from _store_faults(config, flood.draws, "flood", "draws")
    for name, event in flood.events.items():
        path = ("flood", "events", name)
        yield from (fault.under(*path) for fault in _event_faults(config, event))
    yield from (fault.under("flood", "design") for fault in design_faults(config))


def _parts_whole(step_s: float, inner_s: float) -> bool:
    parts = step_s / inner_s
    return abs(parts - round(parts)) <= 1e-9 * parts


def _event_faults(config: Config, event: FloodEvent) -> Iterator[Fault]:
    flood = config.flood
    assert flood is not None
    for place, hydrograph in event.inflows.items():
        yield from _place_faults(config, place, _carries_floods, "inflows", place)
        yield from (fault.under("inflows", place) for fault in hydrograph.faults())
        other = hydrograph.of
        if other is not None and other not in event.inflows:
            expected = _(
                "a place with a hydrograph in this event: {inflows}",
                inflows=", ".join(event.inflows),
            )
            near = nearest(str(other), event.inflows)
            yield Fault(("inflows", place, "of"), shown(str(other)), expected, near)
        elif other is not None and event.inflows[str(other)].of is not None:
            found = _("{other!r}, itself a multiple of another", other=str(other))
            yield Fault(("inflows", place, "of"), found, _("a place with a hydrograph of its own"))
    yield from _store_faults(config, event.start_levels, "start_levels")
    for place in event.start_flows:
        yield from _place_faults(config, place, _delays_floods, "start_flows", place)
    if isinstance(event.duration, float) and not flood.step <= event.duration <= LONGEST_EVENT_S:
        expected = _("a time of one step to a year")
        yield Fault(("duration",), f"{event.duration / 3600:g} h", expected)
    clock = event.start
    second = clock.hour * 3600 + clock.minute * 60 + clock.second
    if flood.step > 0 and second % flood.step:
        expected = _("a moment on the edge of a step of {step:g} h", step=flood.step / 3600)
        yield Fault(("start",), clock.isoformat(timespec="minutes"), expected)


def _store_faults(config: Config, places: Mapping[str, float], *path: str) -> Iterator[Fault]:
    for place in places:
        yield from _place_faults(config, place, _is_flood_store, *path, place)


def _carries_floods(kind: type[Node]) -> bool:
    return kind.carries_floods()


def _delays_floods(kind: type[Node]) -> bool:
    return kind.carries_floods() and kind.delays_floods


def _is_flood_store(kind: type[Node]) -> bool:
    return kind.carries_floods() and kind.is_store


def _place_faults(
    config: Config, place: str, fits: Callable[[type[Node]], bool], *path: str
) -> Iterator[Fault]:
    node = config.nodes.get(place)
    fitting = [name for name, other in config.nodes.items() if fits(type(other))]
    if node is None:
        near = nearest(place, fitting) or nearest(place, config.nodes)
        found = _("the place {place!r}, which is no node", place=place)
    elif not fits(type(node)):
        near = nearest(place, fitting)
        found = _("{place!r}, of type {type_name}", place=place, type_name=node.type_name)
    else:
        return
    kinds = [name for name, kind in NODE_TYPES.items() if fits(kind)]
    expected = _("a node of type {kinds}", kinds=alternatives(kinds))
    yield Fault(path, found, expected, near, nearest_path=("nodes", near) if near else None)
