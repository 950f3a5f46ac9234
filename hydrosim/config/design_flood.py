"""The `flood.design:` block: statistics, typical floods, composition and seasons 设计洪水."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hydrosim.config.annual_maxima import AnnualMaxima
from hydrosim.errors import Fault
from hydrosim.locale import LANGUAGES, _
from hydrosim.parts.data_file import is_flow
from hydrosim.reading.words import SEASONS
from hydrosim.units import (
    DURATION,
    Duration,
    Factor,
    Flow,
    Fraction,
    MonthDay,
    Name,
    NodeRef,
    Number,
    ReturnPeriod,
    Volume,
    reject,
    with_unit,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hydrosim.nodes.base import Node

__all__ = [
    "AnnualMaxima",
    "Composed",
    "Curve",
    "Design",
    "Scheme",
    "SeasonStatistics",
    "Statistics",
]

RETURN_PERIODS = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0)
DAY_S = 86400.0


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Curve(_Block):
    """Pearson III by mean, Cv and Cs (or Cs/Cv), or a curve fitted to annual maxima."""

    of_flows: ClassVar[bool] = False
    cv: Number | None = Field(None, description="Coefficient of variation Cv.")
    cs: Number | None = Field(None, description="Coefficient of skewness Cs.")
    cs_over_cv: Number | None = Field(None, description="Cs as a multiple of Cv, instead of `cs`.")
    annual_maxima: AnnualMaxima | None = Field(
        None, description="Record to which the curve is fitted, instead of its parameters."
    )

    def faults(self) -> list[Fault]:
        """Return what does not fit together (paths relative to it)."""
        given = {
            "mean": dict(self).get("mean"),
            "cv": self.cv,
            "cs": self.cs,
            "cs_over_cv": self.cs_over_cv,
        }
        written = [key for key, value in given.items() if value is not None]
        if self.annual_maxima is not None:
            if written:
                found = _("`annual_maxima` and `{written}`", written=written[0])
                return [Fault((written[0],), found, _("either a record or the parameters"))]
            unit = self.annual_maxima.unit
            if is_flow(unit) != self.of_flows:
                expected = (
                    _("a flow, such as m3/s") if self.of_flows else _("a volume, such as 万m3")
                )
                return [Fault(("annual_maxima", "unit"), f"{unit!r}", expected)]
            return []
        faults = [
            Fault((key,), _("no `{key}`", key=key), _("`mean`, `cv` and `cs` or `cs_over_cv`"))
            for key in ("mean", "cv")
            if given[key] is None
        ]
        if (self.cs is None) == (self.cs_over_cv is None):
            found = (
                _("neither `cs` nor `cs_over_cv`")
                if self.cs is None
                else _("`cs` and `cs_over_cv`")
            )
            faults.append(Fault(("cs",), found, _("one of `cs` and `cs_over_cv`")))
        for key, low in (("mean", 0.0), ("cv", 0.0), ("cs", 0.0), ("cs_over_cv", 0.0)):
            value = given[key]
            if value is not None and value <= low:
                faults.append(Fault((key,), f"{value:g}", _("a number above 0")))
        return faults


class PeakCurve(Curve):
    """Curve of peaks."""

    of_flows: ClassVar[bool] = True

    mean: Flow | None = Field(None, description="Mean of the annual peaks.")


class VolumeCurve(Curve):
    """Curve of the greatest volumes of a duration."""

    mean: Volume | None = Field(None, description="Mean of the annual greatest volumes.")


class SeasonStatistics(_Block):
    """Curves of a season; none stands above the annual one (分期设计洪水)."""

    factor: Factor | None = Field(
        None, description="Annual curves times a factor of 1 or less, instead of own curves."
    )
    peak: PeakCurve | None = Field(None, description="Curve of the season's peaks.")
    volumes: dict[Duration, VolumeCurve] = Field(
        {}, description="Curves of the season's volumes by duration."
    )

    def faults(self) -> list[Fault]:
        """Return what does not fit together (paths relative to it)."""
        own = self.peak is not None or bool(self.volumes)
        if own == (self.factor is not None):
            found = _("both a factor and curves") if own else _("neither a factor nor curves")
            return [Fault((), found, _("`factor`, or `peak` and `volumes`"))]
        if self.factor is not None and not 0.0 < self.factor <= 1.0:
            found, expected = f"{self.factor:g}", _("a factor above 0 and at most 1")
            return [Fault(("factor",), found, expected)]
        return _curve_faults(self.peak, self.volumes)


class Statistics(_Block):
    """Flood statistics of a site: own curves, or those of another site by catchment area."""

    peak: PeakCurve | None = Field(None, description="Curve of annual peaks.")
    volumes: dict[Duration, VolumeCurve] = Field(
        {}, description="Curves of annual volumes by duration, such as `1 d`, `3 d`, `7 d`."
    )
    like: Name | None = Field(
        None, description="Site whose curves are carried over by area (水文比拟法)."
    )
    area_ratio: Number | None = Field(
        None, description="Catchment area over that of the site in `like`."
    )
    peak_exponent: Number = Field(2.0 / 3.0, description="Power of the area ratio for peaks.")
    volume_exponent: Number = Field(1.0, description="Power for volumes of 7 d and longer.")
    seasons: dict[str, SeasonStatistics] = Field(
        {}, description="Curves by season; a season left out has the annual ones."
    )
    source: str | None = Field(None, description="Where the numbers come from.")
    confidence: Literal["H", "M", "L"] = Field("L", description="High, medium or low.")

    def faults(self) -> list[Fault]:
        """Return what does not fit together (paths relative to it)."""
        own = self.peak is not None or bool(self.volumes)
        if own == (self.like is not None):
            found = _("both `like` and curves") if own else _("neither curves nor `like`")
            return [Fault((), found, _("`peak` and `volumes`, or `like` with `area_ratio`"))]
        if self.like is not None and self.area_ratio is None:
            return [Fault(("area_ratio",), _("no `area_ratio`"), _("the area over that of `like`"))]
        if self.like is None and self.area_ratio is not None:
            return [
                Fault(("area_ratio",), _("an area ratio without `like`"), _("`like:` beside it"))
            ]
        faults = _curve_faults(self.peak, self.volumes)
        if self.area_ratio is not None and self.area_ratio <= 0:
            faults.append(Fault(("area_ratio",), f"{self.area_ratio:g}", _("a number above 0")))
        for name, season in self.seasons.items():
            faults.extend(fault.under("seasons", name) for fault in season.faults())
        return faults


class Typical(_Block):
    """A flood whose hydrographs give design floods their form (典型洪水)."""

    event: Name = Field(description="Name of the flood under `flood.events`.")
    shapes: dict[Name, NodeRef] = Field(
        {}, description="Place whose hydrograph of that flood gives the form at a site."
    )


class Area(_Block):
    """An area above a control point."""

    travel_time: Duration = Field(0.0, description="Time of travel to the control point.")


class Scheme(_Block):
    """A way of composition: one area has its own flood, the rest the balance."""

    same_frequency: Name = Field(description="Area that has its own flood of the same frequency.")


class Composed(_Block):
    """How the design flood of a control point is made up of those above (地区组成)."""

    areas: dict[Name, Area] = Field(description="Sites whose floods make it up.")
    schemes: tuple[Literal["typical_year"] | Scheme, ...] = Field(
        ("typical_year",), min_length=1, description="typical_year, or {same_frequency: AREA}."
    )


class SameRatio(_Block):
    """Scaling by one factor."""

    same_ratio: Literal["peak"] | Duration = Field(
        description="peak, or the duration whose volume is met."
    )

    @model_validator(mode="before")
    @classmethod
    def _only_block(cls, value: Any) -> Any:
        if not isinstance(value, (dict, SameRatio)):
            reject(value, _("same_frequency, or {same_ratio: peak}, or {same_ratio: 3 d}"))
        return value


class Design(_Block):
    """Design floods and how they are made."""

    return_periods: tuple[ReturnPeriod, ...] = Field(
        RETURN_PERIODS, min_length=2, description="Return periods that are routed, ascending."
    )
    tolerance: Fraction = Field(
        0.01, description="Relative width to which the return period reached is narrowed."
    )
    scaling: Literal["same_frequency"] | SameRatio = Field(
        "same_frequency", description="By peak and volumes (同频率放大), or by one factor (同倍比)."
    )
    smoothing: Duration = Field(3 * 3600.0, description="Time over which factors blend at a join.")
    typical: dict[Name, Typical] = Field(min_length=1, description="Typical floods by name.")
    statistics: dict[Name, Statistics] = Field(
        min_length=1, description="Statistics by site: a node where floods enter or are composed."
    )
    composition: dict[Name, Composed] = Field(
        {}, description="Control points whose floods are composed of those above."
    )
    seasons: dict[str, MonthDay] = Field(
        {},
        description="First day of each season by name, such as early, main and late; default the "
        "stages of the limits.",
    )
    seasons_end: MonthDay = Field(
        MonthDay(10, 1), description="First day after the last season, where days are counted."
    )

    def season_days(self, nodes: Mapping[str, Node]) -> dict[str, MonthDay]:
        """Return the first day of each season; that of a stage is named by its day."""
        if self.seasons:
            return dict(self.seasons)
        days: dict[str, MonthDay] = {}
        for node in nodes.values():
            given = node.flood_limit
            days.update({str(day): day for day in (given.limit.stages if given else ())})
        return dict(sorted(days.items()))

    def season_titles(self, nodes: Mapping[str, Node]) -> dict[str, dict[str, str]]:
        """Return each season in words of each language: its days, and a name of its own."""
        firsts = sorted(self.season_days(nodes).items(), key=lambda one: one[1])
        if not firsts:
            return {}
        ends = [day for _unused, day in firsts[1:]] + [self.seasons_end]
        titles: dict[str, dict[str, str]] = {}
        for (name, first), end in zip(firsts, ends, strict=True):
            before = datetime.date(2001, end.month, end.day) - datetime.timedelta(days=1)
            last = MonthDay(before.month, before.day)
            days = _("{first} to {last}", first=str(first), last=str(last))
            if end <= first:
                days = _("from {first} on", first=str(first))
            own = SEASONS.get(name, name.replace("_", " "))
            title = days if name == str(first) else _("{name} ({days})", name=own, days=days)
            titles[name] = {language: title.in_language(language) for language in LANGUAGES}
        return titles


def _curve_faults(peak: Curve | None, volumes: dict[float, VolumeCurve]) -> list[Fault]:
    faults = [fault.under("peak") for fault in peak.faults()] if peak is not None else []
    for duration, curve in volumes.items():
        key = with_unit(duration, DURATION)
        faults.extend(
            Fault(("volumes",), f"{key}: {fault.found}", fault.expected) for fault in curve.faults()
        )
    if list(volumes) != sorted(volumes):
        faults.append(Fault(("volumes",), _("durations out of order"), _("the shortest first")))
    return faults
