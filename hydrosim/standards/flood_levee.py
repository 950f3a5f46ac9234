"""Levees 堤防: the level in their flood against the crest less freeboard."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from hydrosim.locale import Message, _
from hydrosim.reading.flood import flags, number_of
from hydrosim.reading.items import NotJudged, items
from hydrosim.standards.flood_criteria import zone_years
from hydrosim.standards.flood_named import EVENTS, event_faults, judged_by_name, left_out
from hydrosim.standards.flood_reservoir import is_embanked, name_faults
from hydrosim.standards.flood_standard import Asked, FloodStandard
from hydrosim.standards.flood_works import LEVEE, levee_criterion, place_of
from hydrosim.standards.tables import basis_of, load_table
from hydrosim.standards.telling import Subject
from hydrosim.standards.titles import node_title
from hydrosim.units import Depth, Name, ReturnPeriod

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.errors import Fault
    from hydrosim.reading.view import Result
    from hydrosim.standards.base import WholeConfig
    from hydrosim.standards.verdict import Verdict

__all__ = ["FloodLevee", "levee_row"]


class FloodLevee(FloodStandard):
    """Levels at levees against their crest less freeboard (安全加高).

    A levee stands at a lake, section or reach with a `crest` level. A reach or section needs a
    rating curve; without one its safe discharge stands for the level that the levee may hold.
    Its class follows from the return period of what it protects (GB 50286), the freeboard from
    its class.
    """

    rank: ClassVar[int] = 18
    nothing: ClassVar[Message] = _("no lake, section or reach has a crest")
    type: Literal["flood_levee"] = Field("flood_levee", description="Type of the standard.")
    places: tuple[Name, ...] | None = Field(
        None,
        description="Lakes, sections, reaches whose levees are judged; default all with a crest.",
    )
    return_periods: dict[Name, ReturnPeriod] = Field(
        {}, description="Return period that a levee is to hold; default that of its zones."
    )
    events: dict[Name, Name] = Field({}, description=EVENTS)
    freeboard: Depth | None = Field(None, description="Freeboard; default by class.")

    def named_floods(self, config: WholeConfig) -> set[str]:
        """Return the floods that levees are to hold."""
        del config
        return set(self.events.values())

    def asked(self, dataset: Result) -> Iterator[Asked | Verdict]:
        """Yield the criterion of each levee."""
        every = [
            name
            for dimension, key in (("node", "crest_level"), ("reach", "reach_crest_level"))
            for item, name in enumerate(items(dataset, dimension))
            if flags(dataset, f"{dimension}_is_embanked")[item]
            and not math.isnan(number_of(dataset, key, item))
        ]
        for name in self.places or tuple(sorted({*every, *self.return_periods, *self.events})):
            subject = Subject(name, title=node_title(dataset, name))
            if place_of(dataset, name) is None:
                yield self.not_judged(subject, LEVEE, _("no flood passes it"))
                continue
            years = self.return_periods.get(name) or zone_years(dataset, name)
            event = self.events.get(name)
            row = levee_row(years)
            freeboard = self.freeboard
            if freeboard is None:
                freeboard = 0.0 if row is None else float(row["freeboard"])
            try:
                judged = judged_by_name(dataset, name, event)
                criterion = levee_criterion(dataset, name, freeboard, judged)
            except NotJudged as missing:
                yield self.not_judged(subject, LEVEE, missing.reason)
                continue
            if criterion is None:
                reason = _("no crest, or neither a rating curve nor a safe discharge")
                yield self.not_judged(subject, LEVEE, reason)
                continue
            basis = None if row is None or self.freeboard is not None else basis_of("levee", row)
            years = None if event is not None else years
            if criterion.unit != "m":
                note = _("no rating curve: judged by its safe discharge")
                yield Asked(criterion, years, None, note, event)
                continue
            note = _("freeboard {depth} m", depth=freeboard)
            if row is not None:
                note = _("class {level}, {note}", level=row["name"], note=note)
            yield Asked(criterion, years, basis, note, event)

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


def levee_row(years: float | None) -> dict[str, Any] | None:
    """Return the row of a levee's class by return period [year]; None below the lowest."""
    if years is None:
        return None
    rows: list[dict[str, Any]] = load_table("levee")["rows"]
    return next((row for row in rows if years >= row["return_period"][0]), None)
