"""Flood-limited level (汛限水位): its stages, the drawdown before it and the rise after it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from hydrosim.errors import Fault
from hydrosim.locale import _
from hydrosim.units import Level, MonthDay

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.parts.storage_curve import StorageCurve

__all__ = ["Drawdown", "FloodLimitedLevel", "LimitedRange"]

DAY_S = 86400.0


class Drawdown(BaseModel):
    """The window in which the limit falls to its first stage."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    start: MonthDay = Field(
        alias="from", description="First day of the drawdown; it ends with the first stage."
    )


class FloodLimitedLevel(BaseModel):
    """Highest level allowed at the end of a day, by season."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    stages: dict[MonthDay, Level] = Field(
        description="Level that holds from a day on, day by day through the flood season."
    )
    drawdown: Drawdown | None = Field(
        None, description="Window before the first stage in which the limit falls evenly."
    )
    rise: Literal["step", "line"] = Field(
        "step",
        description="step: each stage begins on its day; line: after the last stage below the "
        "normal level the limit rises evenly (in storage) to the next date.",
    )
    until: MonthDay | None = Field(None, description="Day from which the normal level holds again.")

    @property
    def season(self) -> dict[MonthDay, float]:
        """Stages in the order of the season, however they are written.

        The season begins with the first stage after `until`, or after the drawdown begins, or
        after the highest stage, which ends it. Where `until` or the drawdown stands among the
        stages, it cannot be meant: the longest time without a stage lies before the season then.
        """
        days = sorted(self.stages, key=lambda day: (day.month, day.day))
        if not days:
            return {}
        gaps = [
            _days_after(day, other) for day, other in zip(days, [*days[1:], days[0]], strict=True)
        ]
        edge = self.until or (self.drawdown.start if self.drawdown is not None else None)
        if edge is None:
            last = days.index(max(days, key=lambda day: self.stages[day]))
        else:
            last = sum((day.month, day.day) <= (edge.month, edge.day) for day in days) - 1
            if 2 * gaps[last] < max(gaps):
                last = gaps.index(max(gaps))
        return {day: self.stages[day] for day in [*days[last + 1 :], *days[: last + 1]]}

    def faults(self, dead_m: float, normal_m: float) -> list[Fault]:
        """Return what is wrong with the stages (paths relative to this block).

        Parameters
        ----------
        dead_m, normal_m
            Dead and normal level [m]; stages lie between them.
        """
        if not self.stages:
            return [
                Fault(("stages",), _("no stage"), _("a level from each day on: {07-01: 193.0 m}"))
            ]
        faults: list[Fault] = []
        days = list(self.season)
        for day, level in self.stages.items():
            if not dead_m < level <= normal_m:
                faults.append(
                    Fault(
                        ("stages", str(day)),
                        f"{level:g} m",
                        _(
                            "a level above the dead level {dead_m:g} m and at most the normal "
                            "level {normal_m:g} m",
                            dead_m=dead_m,
                            normal_m=normal_m,
                        ),
                    )
                )
        offsets = [_days_after(days[0], day) for day in days]
        faults.extend(self._season_faults(days, offsets, normal_m))
        return faults

    def _season_faults(
        self, days: list[MonthDay], offsets: list[int], normal_m: float
    ) -> list[Fault]:
        faults: list[Fault] = []
        last = self.stages[days[-1]]
        if last < normal_m and self.until is None:
            faults.append(
                Fault(
                    ("stages", str(days[-1])),
                    _(
                        "a last stage of {last:g} m, below the normal level {normal_m:g} m, and no "
                        "`until`",
                        last=last,
                        normal_m=normal_m,
                    ),
                    _("a last stage at the normal level, or `until:` with the day it holds again"),
                )
            )
        end = offsets[-1]
        if self.until is not None:
            end = _days_after(days[0], self.until)
            if end <= offsets[-1]:
                faults.append(
                    Fault(
                        ("until",),
                        str(self.until),
                        _("a day after the last stage {days}", days=days[-1]),
                    )
                )
        if self.drawdown is not None:
            window = 365 - _days_after(days[0], self.drawdown.start)
            if window >= 365 - end or window <= 0:
                faults.append(
                    Fault(
                        ("drawdown", "from"),
                        str(self.drawdown.start),
                        _(
                            "a day before the first stage {days} and outside the season",
                            days=days[0],
                        ),
                    )
                )
        elif self.stages[days[0]] < normal_m:
            faults.append(
                Fault(
                    ("drawdown",),
                    _(
                        "no drawdown before the limit falls from {normal_m:g} m to {stages:g} m on "
                        "{days}",
                        normal_m=normal_m,
                        stages=self.stages[days[0]],
                        days=days[0],
                    ),
                    _("`drawdown: {from: 05-15}`, so that the fall is not asked in one day"),
                    severity="warning",
                )
            )
        return faults

    def storage_m3(
        self,
        starts: NDArray[np.datetime64],
        ends: NDArray[np.datetime64],
        curve: StorageCurve,
        normal_m3: float,
    ) -> NDArray[np.float64]:
        """Return the largest storage allowed at the end of each step, shape (T,).

        A stage binds the ends of the days on which it holds; a drawdown is a straight line in
        storage that reaches the first stage at the start of its day, so the stage itself asks for
        no fall.

        Parameters
        ----------
        starts, ends
            Start and end of each step, shape (T,).
        curve
            The storage curve.
        normal_m3
            Storage outside the season.
        """
        first, last = (int(str(edge)[:4]) for edge in (starts[0], ends[-1]))
        events: list[tuple[np.datetime64, float]] = []
        ramps: list[tuple[np.datetime64, np.datetime64, float, float]] = []
        for year in range(first - 1, last + 2):
            season = self._season(year, curve, normal_m3)
            if self.drawdown is not None and season[0][1] < normal_m3:
                begin = _date(year, self.drawdown.start)
                if begin > season[0][0]:
                    begin = _date(year - 1, self.drawdown.start)
                ramps.append((begin, season[0][0], normal_m3, season[0][1]))
            below = [place for place, (_unused, volume) in enumerate(season) if volume < normal_m3]
            if self.rise == "line" and below and below[-1] + 1 < len(season):
                (begin, low), (end, high) = season[below[-1]], season[below[-1] + 1]
                ramps.append((begin, end, low, high))
            events.extend(season)
        days = np.array([day for day, _unused in events], dtype="M8[D]")
        volumes = np.array([normal_m3, *(volume for _unused, volume in events)])
        moments = ends.astype("M8[s]")
        in_force = (moments - np.timedelta64(1, "s")).astype("M8[D]")
        limit = volumes[np.searchsorted(days, in_force, side="right")]
        for begin, end, low, high in ramps:
            span = float((end - begin) / np.timedelta64(1, "s"))
            part = (moments - begin.astype("M8[s]")).astype(np.float64) / span
            inside = (part > 0.0) & (part <= 1.0)
            limit = np.where(inside, low + (high - low) * part, limit)
        return limit

    def _season(
        self, year: int, curve: StorageCurve, normal_m3: float
    ) -> list[tuple[np.datetime64, float]]:
        """Dates and storages of the season that starts in a year, the return to normal last."""
        season = self.season
        first = _date(year, next(iter(season)))
        events: list[tuple[np.datetime64, float]] = []
        for day, level in season.items():
            date = _date(year, day)
            if date < first:
                date = _date(year + 1, day)
            events.append((date, curve.storage_at(level)))
        if self.until is not None:
            date = _date(year, self.until)
            events.append((date if date > first else _date(year + 1, self.until), normal_m3))
        return events


class LimitedRange(NamedTuple):
    """The flood-limited level of a store with the levels [m] between which it may lie."""

    limit: FloodLimitedLevel
    dead_m: float
    normal_m: float


def _date(year: int, day: MonthDay) -> np.datetime64:
    return np.datetime64(datetime.date(year, day.month, day.day), "D")


def _days_after(first: MonthDay, day: MonthDay) -> int:
    """Days from one day of the year to the next time of another, in a year of 365 days."""
    start, end = (datetime.date(2001, one.month, one.day) for one in (first, day))
    return (end - start).days % 365
