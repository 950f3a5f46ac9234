"""Reaches and control sections in floods: safe discharge, warning and guaranteed stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from hydrosim.locale import EMPTY, Message, _
from hydrosim.reading.flood import flags
from hydrosim.reading.items import NotJudged, items
from hydrosim.standards.flood_criteria import zone_years
from hydrosim.standards.flood_named import EVENTS, event_faults, judged_by_name, left_out
from hydrosim.standards.flood_reservoir import is_embanked, name_faults
from hydrosim.standards.flood_standard import Asked, FloodStandard
from hydrosim.standards.flood_works import (
    flow_criterion,
    place_of,
    stage_criterion,
    store_criterion,
)
from hydrosim.standards.telling import Subject
from hydrosim.standards.titles import node_title
from hydrosim.units import Name, ReturnPeriod

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.errors import Fault
    from hydrosim.reading.view import Result
    from hydrosim.standards.base import WholeConfig
    from hydrosim.standards.flood_criteria import Criterion
    from hydrosim.standards.verdict import Verdict

__all__ = ["FloodChannel"]

_PEAK = _("flood peak")
_UNBOUNDED = _("no safe discharge, guaranteed level or flood-control level is known")
_WARNING = _("the warning stage asks for watch, it is no standard")


class FloodChannel(FloodStandard):
    """Peaks of reaches, sections and lakes against 安全泄量 and 保证水位.

    The return period required is that of the config, else the largest that a protected zone with
    the place in its chain asks. The warning stage (警戒水位) is reported, not judged.
    """

    rank: ClassVar[int] = 17
    nothing: ClassVar[Message] = _(
        "no reach, section or lake has a safe discharge or a guaranteed level"
    )
    type: Literal["flood_channel"] = Field("flood_channel", description="Type of the standard.")
    places: tuple[Name, ...] | None = Field(
        None, description="Reaches, sections and lakes that are judged; default all with a bound."
    )
    return_periods: dict[Name, ReturnPeriod] = Field(
        {}, description="Return period that a place is to hold; default that of its zones."
    )
    events: dict[Name, Name] = Field({}, description=EVENTS)

    def named_floods(self, config: WholeConfig) -> set[str]:
        """Return the floods that places are to hold."""
        del config
        return set(self.events.values())

    def asked(self, dataset: Result) -> Iterator[Asked | Verdict]:
        """Yield the criteria of each place."""
        reaches, nodes = items(dataset, "reach"), items(dataset, "node")
        embanked = flags(dataset, "node_is_embanked")
        sections = [name for name, kept in zip(nodes, embanked, strict=True) if kept]
        named = {*(self.places or ()), *self.return_periods, *self.events}
        for name in self.places or tuple(sorted({*reaches, *sections, *named})):
            subject = Subject(name, title=node_title(dataset, name))
            years = self.return_periods.get(name) or zone_years(dataset, name)
            event = self.events.get(name)
            try:
                found = list(_bounds(dataset, name, event))
            except NotJudged as missing:
                if name in named or _has_bound(dataset, name):
                    yield self.not_judged(subject, _PEAK, missing.reason)
                continue
            for criterion, warns in found:
                if warns:
                    yield Asked(criterion, None, None, _WARNING)
                else:
                    yield Asked(criterion, None if event else years, None, EMPTY, event)
            if name in named and all(warns for _unused, warns in found):
                yield self.not_judged(subject, _PEAK, _UNBOUNDED)

    def faults(self, config: WholeConfig) -> list[Fault]:
        """Return the places it names that the config does not have."""
        return [
            *name_faults(config, ("places",), self.places or (), is_embanked),
            *name_faults(config, ("return_periods",), tuple(self.return_periods), is_embanked),
            *name_faults(config, ("events",), tuple(self.events), is_embanked),
            *event_faults(config, self.events, self.return_periods),
            *left_out(
                "places", self.places, return_periods=self.return_periods, events=self.events
            ),
        ]


def _bounds(dataset: Result, name: str, event: str | None) -> Iterator[tuple[Criterion, bool]]:
    """Yield the criteria of a place, and whether each only warns; a named flood is judged alone."""
    place = place_of(dataset, name)
    if place is None:
        raise NotJudged(_("no flood passes it"))
    floods = judged_by_name(dataset, name, event)
    dimension, item = place
    if flags(dataset, f"{dimension}_is_store")[item]:
        guaranteed = store_criterion(dataset, name, "guaranteed", floods)
        judged = [guaranteed or store_criterion(dataset, name, "flood_control", floods)]
        warning = store_criterion
    else:
        judged = [
            flow_criterion(dataset, name, judged=floods),
            stage_criterion(dataset, name, "guaranteed", floods),
        ]
        warning = stage_criterion
    yield from ((one, False) for one in judged if one is not None)
    warned = None if event is not None else warning(dataset, name, "warning")
    if warned is not None:
        yield warned, True


def _has_bound(dataset: Result, name: str) -> bool:
    """Return whether a level or flow to hold is known, whoever's flood arrives."""
    for dimension, keys in (
        ("reach", ("reach_safe_discharge", "reach_guaranteed_level")),
        ("node", ("safe_discharge", "guaranteed_level", "flood_control_level")),
    ):
        if name in (names := items(dataset, dimension)):
            item = names.index(name)
            values = [dataset.variables[k].values[item] for k in keys if k in dataset.coords]
            return any(value == value for value in values)
    return False
