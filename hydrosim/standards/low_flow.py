"""Low flows 枯水径流: duration flow, n-day low flow, driest month, base-flow index."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from hydrosim.errors import Fault
from hydrosim.hydrology.low_flow import low_flow_frequency
from hydrosim.locale import EMPTY, Message, _, alternatives, number, percent, sentences
from hydrosim.reading.flows import FlowKind, flowing_nodes, longer_than_a_day, water_year_start
from hydrosim.reading.glossary import name_of
from hydrosim.reading.items import NotJudged, item_texts, items
from hydrosim.reading.steps import years_of
from hydrosim.standards.periods import counted_years
from hydrosim.standards.river_flow import (
    LEAST_FLOW_M3S,
    Frequency,
    NotProvable,
    RiverFlow,
    Separation,
    YearlyLows,
)
from hydrosim.standards.telling import Requirement, Subject
from hydrosim.standards.titles import node_title
from hydrosim.units import Flow, Fraction, MonthDay, ReturnPeriod

if TYPE_CHECKING:
    from collections.abc import Callable

    from hydrosim.reading.view import Result
    from hydrosim.standards.base import WholeConfig
    from hydrosim.standards.verdict import Verdict

__all__ = ["LowFlow"]

_SEPARATION = {
    "smoothed_minima": _("smoothed minima of five days"),
    "lyne_hollick": _("the filter of Lyne and Hollick"),
    "eckhardt": _("the filter of Eckhardt"),
}
_NEEDS: dict[str, tuple[str, ...]] = {
    "exceedance": ("duration_flow",),
    "days": ("low_flow",),
    "return_period": ("low_flow", "driest_month"),
    "frequency": ("low_flow", "driest_month"),
    "zero_below": ("low_flow", "driest_month"),
    "year_start": ("low_flow", "driest_month"),
    "separation": ("base_flow_index",),
}
"""Keys with the requirements without which they have no effect."""
_REQUIREMENTS = ("duration_flow", "low_flow", "driest_month", "base_flow_index")


class LowFlow(Requirement):
    """Low flows of rivers: Q90 or another duration flow, 7Q10 or another nQT, base-flow index.

    Each requirement that is given is judged at each node. A climatic year is best begun in the
    season of high flows, so that no drought is cut in two.
    """

    rank: ClassVar[int] = 5
    type: Literal["low_flow"] = Field("low_flow", description="Type of the standard.")
    nodes: tuple[str, ...] | None = Field(
        None,
        description="Reaches, sections, springs, ends of the model, or stores by what they release"
        " and spill; default all but stores.",
    )
    flow: FlowKind = Field(
        "discharge", description="The flow as it runs, or the natural flow of reaches."
    )
    duration_flow: Flow | None = Field(
        None, description="Least flow that is exceeded the share `exceedance` of the time."
    )
    exceedance: Fraction = Field(0.9, description="Share of the time of the duration flow.")
    low_flow: Flow | None = Field(
        None, description="Least low flow nQT of `days` and `return_period`, such as 7Q10."
    )
    days: int = Field(7, ge=1, le=365, description="Length of the window of the low flow in days.")
    driest_month: Flow | None = Field(
        None, description="Least mean flow of the driest month of `return_period`, as of Qp."
    )
    return_period: ReturnPeriod = Field(
        10.0, description="Return period of the low flow and of the driest month."
    )
    frequency: Frequency = Field(
        "log_pearson3", description="A curve of logarithms, or plotting positions m / (n + 1)."
    )
    zero_below: Flow = Field(
        LEAST_FLOW_M3S, description="Yearly minima below it count as dry; default 0.0003 m3/s."
    )
    year_start: MonthDay | None = Field(
        None, description="First day of a climatic year; default that of the water year."
    )
    base_flow_index: Fraction | None = Field(
        None, description="Least share of base flow in the flow."
    )
    separation: Separation = Field(
        "smoothed_minima", description="How base flow is separated for the index."
    )

    def check(self, dataset: Result) -> list[Verdict]:
        """Return a verdict for each node and requirement."""
        chosen = self.nodes or tuple(flowing_nodes(dataset, self.flow))
        tests: tuple[tuple[str, Message, Callable[[RiverFlow], tuple[float, Message]]], ...] = (
            ("duration_flow", _duration_name(self.exceedance), self._duration),
            ("low_flow", _low_flow_name(self.days, self.return_period), self._low_flow),
            ("driest_month", _month_name(self.return_period), self._driest_month),
            ("base_flow_index", name_of("base_flow_index"), self._index),
        )
        required_of = dict(self)
        wanted = [test for test in tests if required_of[test[0]] is not None]
        if not chosen:
            subject = Subject("all rivers", title=_("all rivers"))
            reason = _("the flow of no node was recorded")
            return [self.not_judged(subject, name, reason) for _key, name, _test in wanted]
        verdicts: list[Verdict] = []
        for node in chosen:
            place, subject = RiverFlow(dataset, node, self.flow), _subject(dataset, node)
            for key, name, test in wanted:
                required = float(required_of[key])
                unit = "" if key == "base_flow_index" else "m3/s"
                try:
                    reached, details = test(place)
                except NotJudged as missing:
                    outcome = "not provable" if isinstance(missing, NotProvable) else "not judged"
                    verdicts.append(
                        self.not_judged(
                            subject, name, missing.reason, required=required, unit=unit,
                            outcome=outcome,
                        )
                    )  # fmt: skip
                    continue
                verdicts.append(
                    self.judge(
                        subject, name, required=required, achieved=reached, unit=unit,
                        sense="at least", details=details,
                    )
                )  # fmt: skip
        return verdicts

    def faults(self, config: WholeConfig) -> list[Fault]:
        """Return unknown nodes, a standard without a requirement, and keys without effect."""
        found = super().faults(config)
        given = [key for key in _REQUIREMENTS if dict(self)[key] is not None]
        if not given:
            expected = _("at least one of {keys}", keys=alternatives(_REQUIREMENTS))
            return [*found, Fault((), _("no requirement"), expected)]
        for key, needed in _NEEDS.items():
            if key in self.model_fields_set and not set(needed) & set(given):
                value = _("{key} without {needed}", key=key, needed=alternatives(needed))
                expected = _("a key that has an effect")
                found.append(Fault((key,), value, expected))
        return found

    def _duration(self, place: RiverFlow) -> tuple[float, Message]:
        reached = place.duration_flow(self.exceedance)
        dry = place.dry_frac
        return reached, sentences(
            _mean(place),
            _("no flow {share} of the time", share=percent(dry)) if dry > 0.0 else EMPTY,
            _("of means of steps longer than a day") if longer_than_a_day(place.dataset) else EMPTY,
        )

    def _low_flow(self, place: RiverFlow) -> tuple[float, Message]:
        return self._lows(place, self.days)

    def _driest_month(self, place: RiverFlow) -> tuple[float, Message]:
        return self._lows(place, None)

    def _lows(self, place: RiverFlow, days: int | None) -> tuple[float, Message]:
        found = place.lows(
            days,
            self.return_period,
            frequency=self.frequency,
            zero_below=self.zero_below,
            year_start=self.year_start,
        )
        start = MonthDay(*(self.year_start or water_year_start(place.dataset)))
        return found.flow_m3s, self._of_years(found, start)

    def _index(self, place: RiverFlow) -> tuple[float, Message]:
        reached = place.base_flow_index(self.separation)
        by = _("base flow by {method}", method=_SEPARATION[self.separation])
        return reached, sentences(by, _mean(place))

    def _of_years(self, found: YearlyLows, start: MonthDay) -> Message:
        minima = found.minima
        lowest = int(np.argmin(minima.values))
        count, edge = minima.values.size, int(minima.at_edge.sum())
        parts = [
            _(
                "{count} climatic years from {start}, the lowest with {flow} m3/s from {date} on",
                count=count,
                start=str(start),
                flow=float(minima.values[lowest]),
                date=minima.first_days[lowest],
            )
        ]
        if found.frequency.dry_years:
            dry = found.frequency.dry_years
            parts.append(_("{dry} of {count} years fall dry", dry=dry, count=count))
        if found.frequency.method == "log_pearson3" and self.return_period <= count + 1:
            plotted = low_flow_frequency(found.frequency.minima, "empirical")
            flow = plotted.quantile(self.return_period)
            parts.append(_("by plotting positions {flow} m3/s", flow=flow))
        if edge:
            parts.append(
                _(
                    "{edge} of {count} minima touch an end of their climatic year: begin it in "
                    "the season of high flows (`year_start`)",
                    edge=edge,
                    count=count,
                )
            )
        return sentences(*parts)


def _mean(place: RiverFlow) -> Message:
    """Return a sentence on the mean flow of the complete water years."""
    years = counted_years(int(years_of(place.dataset).whole.size), "water")
    return _("mean flow {flow} m3/s in {years}", flow=place.mean_m3s, years=years)


def _subject(dataset: Result, node: str) -> Subject:
    river = ""
    for dimension in ("reach", "store"):
        names = items(dataset, dimension)
        if node in names and not river:
            river = item_texts(dataset, dimension, f"{dimension}_river")[names.index(node)]
    return Subject(node, "", river, node_title(dataset, node))


def _duration_name(exceedance: float) -> Message:
    return _("duration flow Q{percent}", percent=number(100 * exceedance))


def _low_flow_name(days: int, years: float) -> Message:
    return _("low flow {days}Q{years}", days=days, years=number(years))


def _month_name(years: float) -> Message:
    return _("driest month of {years} years", years=number(years))
