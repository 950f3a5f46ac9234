"""Detention basins in floods: what they hold, and from which flood on they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from hydrosim.locale import EMPTY, Message, _
from hydrosim.reading.flood import peaks, periods
from hydrosim.reading.items import NotJudged, items
from hydrosim.standards.flood_criteria import zone_years
from hydrosim.standards.flood_named import EVENTS, event_faults, judged_by_name, left_out
from hydrosim.standards.flood_reservoir import name_faults
from hydrosim.standards.flood_standard import Asked, FloodStandard
from hydrosim.standards.flood_works import HELD, basin_criterion
from hydrosim.standards.telling import Subject
from hydrosim.standards.titles import node_title
from hydrosim.units import Name, ReturnPeriod

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.errors import Fault
    from hydrosim.reading.view import Result
    from hydrosim.standards.base import Place, WholeConfig
    from hydrosim.standards.verdict import Verdict

__all__ = ["FloodBasin"]

_UNUSED = _("not used in it")


class FloodBasin(FloodStandard):
    """Water in detention basins (蓄滞洪区) against what they hold; a full basin fails.

    Their return period follows from the plan of the river, so the config gives it, or a protected
    zone with the basin in its chain.
    """

    rank: ClassVar[int] = 19
    nothing: ClassVar[Message] = _("there is no detention basin")
    type: Literal["flood_basin"] = Field("flood_basin", description="Type of the standard.")
    basins: tuple[Name, ...] | None = Field(
        None, description="Basins that are judged; default all."
    )
    return_periods: dict[Name, ReturnPeriod] = Field(
        {}, description="Return period that a basin is to hold; default that of its zones."
    )
    events: dict[Name, Name] = Field({}, description=EVENTS)

    def named_floods(self, config: WholeConfig) -> set[str]:
        """Return the floods that basins are to hold."""
        del config
        return set(self.events.values())

    def asked(self, dataset: Result) -> Iterator[Asked | Verdict]:
        """Yield the criterion of each basin."""
        known = items(dataset, "basin")
        for name in self.basins or tuple(sorted({*known, *self.return_periods, *self.events})):
            subject = Subject(name, title=node_title(dataset, name))
            if name not in known:
                yield self.not_judged(subject, HELD, _("no flood passes it"))
                continue
            event = self.events.get(name)
            try:
                criterion = basin_criterion(dataset, name, judged_by_name(dataset, name, event))
            except NotJudged as missing:
                yield self.not_judged(subject, HELD, missing.reason)
                continue
            if event is not None:
                used = bool((criterion.value[criterion.judged] > 0.0).any())
                yield Asked(criterion, None, None, EMPTY if used else _UNUSED, event)
                continue
            years = self.return_periods.get(name) or zone_years(dataset, name)
            yield Asked(criterion, years, None, _used(dataset, name, criterion.judged))

    def faults(self, config: WholeConfig) -> list[Fault]:
        """Return the basins it names that the config does not have."""
        return [
            *name_faults(config, ("basins",), self.basins or (), _is_basin),
            *name_faults(config, ("return_periods",), tuple(self.return_periods), _is_basin),
            *name_faults(config, ("events",), tuple(self.events), _is_basin),
            *event_faults(config, self.events, self.return_periods),
            *left_out(
                "basins", self.basins, return_periods=self.return_periods, events=self.events
            ),
        ]


def _is_basin(kind: type[Place]) -> bool:
    return kind.floods_beside


def _used(dataset: Result, name: str, judged: np.ndarray) -> Message:
    """Return the smallest return period routed at which the basin takes water, in words."""
    taken = peaks(dataset, "basin_volume", items(dataset, "basin").index(name))
    years = periods(dataset)[judged & (taken > 0.0)]
    if years.size == 0:
        return _("never used in the floods routed")
    return _("first used in the flood of {years} years", years=float(years.min()))
