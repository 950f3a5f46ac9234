"""Flood season: days and depth above the staged flood-limited level 汛限水位."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from hydrosim.locale import EMPTY, Message, _, sentences
from hydrosim.reading.glossary import name_of
from hydrosim.reading.items import NotJudged, has, items, position
from hydrosim.reading.steps import SECONDS_PER_DAY, seconds_of, totals, year_of_steps
from hydrosim.reading.supply import series, year_table
from hydrosim.standards.periods import step_note
from hydrosim.standards.telling import Requirement, Subject, store_subject
from hydrosim.units import Depth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.reading.view import Result
    from hydrosim.standards.verdict import Verdict

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

__all__ = ["FloodLimit"]

_DAYS = name_of("days_above_flood_limit")
_DEPTH = _("depth above the flood limit")
_ALL = Subject("all reservoirs", title=_("all reservoirs"))
_NO_LIMIT = _("this store has no flood limit")
_TABLES = ("year_days_above_limit", "year_depth_above_limit")
_OF_TABLES_M = 0.001
"""Depth from which the year table counts a level as above its limit."""


class FloodLimit(Requirement):
    """Days a water year, and depth, above the staged limit 超汛限天数、水深.

    Read from the year table, or from the levels of the steps without one or with a `tolerance`.
    Incomplete water years count too: a day above the limit is one.
    """

    rank: ClassVar[int] = 6
    type: Literal["flood_limit"] = Field("flood_limit", description="Type of the standard.")
    stores: tuple[str, ...] | None = Field(
        None, description="Reservoirs that are judged; default all with a limit."
    )
    allowed_days: float = Field(0.0, ge=0.0, description="Days above that a water year may have.")
    allowed_depth: Depth = Field(0.0, description="Depth above the limit that may occur.")
    tolerance: Depth = Field(
        _OF_TABLES_M,
        description="Depth that does not count as above; the year table counts from 1 mm on, "
        "another is read from the levels of the steps.",
    )

    def check(self, dataset: Result) -> list[Verdict]:
        """Return a verdict on the days and one on the depth for each reservoir."""
        if not has(dataset, *_TABLES) and not has(dataset, "level", "limit_level"):
            reason = _(
                "the run recorded neither the days above the limit nor level and limit_level"
            )
            return [self.not_judged(_ALL, _DAYS, reason)]
        if self._has_own_tolerance and not has(dataset, "level", "limit_level"):
            reason = _("a tolerance of its own needs level and limit_level of the steps")
            return [self.not_judged(_ALL, _DAYS, reason)]
        verdicts: list[Verdict] = []
        for name in self.stores or tuple(sorted(items(dataset, "store"))):
            subject = store_subject(dataset, name)
            try:
                years, days, depth = self._counted(dataset, position(dataset, "store", name))
            except NotJudged as missing:
                if self.stores is not None:
                    verdicts.append(self.not_judged(subject, _DAYS, missing.reason, unit="days"))
                continue
            details = _details(dataset, name, years, days, depth)
            verdicts.append(
                self.judge(
                    subject,
                    _DAYS,
                    required=self.allowed_days,
                    achieved=float(days.max()),
                    unit="days a year",
                    sense="at most",
                    details=details,
                )
            )
            verdicts.append(
                self.judge(
                    subject,
                    _DEPTH,
                    required=self.allowed_depth,
                    achieved=float(depth.max()),
                    unit="m",
                    sense="at most",
                    details=details,
                )
            )
        if not verdicts:
            return [self.not_judged(_ALL, _DAYS, _("no reservoir has a flood limit"))]
        return verdicts

    @property
    def _has_own_tolerance(self) -> bool:
        return self.tolerance != _OF_TABLES_M

    def _counted(self, dataset: Result, store: int) -> tuple[Integers, Floats, Floats]:
        if not self._has_own_tolerance and has(dataset, *_TABLES):
            days, depth = (year_table(dataset, name, store) for name in _TABLES)
            years = dataset.variables["water_year"].values.astype(np.int64)
            known = np.isfinite(days) & np.isfinite(depth)
            if not known.any():
                raise NotJudged(_NO_LIMIT)
            return years[known], days[known], np.maximum(depth[known], 0.0)
        level, limit = series(dataset, "level", store), series(dataset, "limit_level", store)
        known = np.isfinite(limit)
        if not known.any():
            raise NotJudged(_NO_LIMIT)
        if not np.isfinite(level[known]).all():
            raise NotJudged(_("the level holds NaN where a limit stands"))
        rise = np.where(known, level - limit, 0.0)
        rise = np.where(rise > self.tolerance, rise, 0.0)
        day = seconds_of(dataset) / SECONDS_PER_DAY
        years, of_step = np.unique(year_of_steps(dataset), return_inverse=True)
        depth = np.zeros(years.size)
        np.maximum.at(depth, of_step, rise)
        return years, totals(of_step, np.where(rise > 0, day, 0.0), years.size), depth


def _details(dataset: Result, name: str, years: Integers, days: Floats, depth: Floats) -> Message:
    if not days.any():
        return _("never above the limit")
    longest, deepest = int(np.argmax(days)), int(np.argmax(depth))
    return sentences(
        _(
            "above in {over} of {all} water years, {mean} days a year in the mean",
            over=int((days > 0).sum()),
            all=years.size,
            mean=float(days.mean()),
        ),
        _(
            "worst water year {year} with {days} days; deepest {depth} m in {when}{date}",
            year=years[longest],
            days=float(days[longest]),
            depth=float(depth[deepest]),
            when=years[deepest],
            date=_date(dataset, name),
        ),
        _("a flood that passes in a daily run counts too: the flood engine judges its peak"),
        step_note(dataset),
    )


def _date(dataset: Result, name: str) -> Message:
    """Return the day of the largest depth where levels were recorded."""
    if not has(dataset, "level", "limit_level"):
        return EMPTY
    store = position(dataset, "store", name)
    rise = series(dataset, "level", store) - series(dataset, "limit_level", store)
    if not np.isfinite(rise).any():
        return EMPTY
    at = dataset.variables["time"].values[int(np.nanargmax(rise))]
    return _(", on {day}", day=at.astype("datetime64[D]"))
