"""Flood season: days and depth above the staged flood-limited level 汛限水位."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from hydrosim.reading.supply import (
    SECONDS_PER_DAY,
    NotJudged,
    has,
    items,
    position,
    seconds_of,
    series,
    totals,
    year_of_steps,
    year_table,
)
from hydrosim.reading.text import EMPTY, Text, both, sentences
from hydrosim.standards.periods import step_note
from hydrosim.standards.telling import Requirement, Subject, store_subject
from hydrosim.units import Depth

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from hydrosim.standards.verdict import Verdict

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

__all__ = ["FloodLimit"]

_DAYS = Text("days above the flood limit", "超汛限天数")
_DEPTH = Text("depth above the flood limit", "超汛限水深")
_ALL = Subject("all reservoirs", title=Text("all reservoirs", "全部水库"))
_NO_LIMIT = Text("this store has no flood limit", "此水库未设汛限水位")
_TABLES = ("year_days_above_limit", "year_depth_above_limit")


class FloodLimit(Requirement):
    """Days a water year, and depth, above the staged limit 超汛限天数、水深.

    The year table counts; without it the levels of the steps do. All water years count, whole or
    not: a day above the limit is one.
    """

    rank: ClassVar[int] = 6
    type: Literal["flood_limit"] = Field("flood_limit", description="Type of the standard.")
    stores: tuple[str, ...] | None = Field(
        None, description="Reservoirs that are judged; default all with a limit."
    )
    allowed_days: float = Field(0.0, ge=0.0, description="Days above that a water year may have.")
    allowed_depth: Depth = Field(0.0, description="Depth above the limit that may occur.")
    tolerance: Depth = Field(
        0.001, description="Depth that does not count as above, in levels of steps; default 1 mm."
    )

    def check(self, dataset: xr.Dataset) -> list[Verdict]:
        """Return a verdict on the days and one on the depth for each reservoir."""
        if not has(dataset, *_TABLES) and not has(dataset, "level", "limit_level"):
            reason = Text(
                "the run recorded neither the days above the limit nor level and limit_level",
                "运算既未记录超汛限天数，也未记录水位与汛限水位",
            )
            return [self.not_judged(_ALL, _DAYS, reason)]
        verdicts: list[Verdict] = []
        for name in self.stores or tuple(sorted(items(dataset, "store"))):
            subject = store_subject(dataset, name)
            try:
                years, days, depth = self._counted(dataset, position(dataset, "store", name))
            except NotJudged as missing:
                if self.stores is not None:
                    verdicts.append(self.not_judged(subject, _DAYS, missing.told, unit="days"))
                continue
            told = _told(dataset, name, years, days, depth)
            verdicts.append(
                self.judge(
                    subject,
                    _DAYS,
                    required=self.allowed_days,
                    achieved=float(days.max()),
                    unit="days a year",
                    sense="at most",
                    told=told,
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
                    told=told,
                )
            )
        if not verdicts:
            return [self.not_judged(_ALL, _DAYS, Text("no reservoir has a flood limit",
                                                      "没有水库设汛限水位"))]  # fmt: skip
        return verdicts

    def _counted(self, dataset: xr.Dataset, store: int) -> tuple[Integers, Floats, Floats]:
        if has(dataset, *_TABLES):
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
            raise NotJudged(Text("the level holds NaN where a limit stands", "有汛限时水位含空值"))
        rise = np.where(known, level - limit, 0.0)
        rise = np.where(rise > self.tolerance, rise, 0.0)
        day = seconds_of(dataset) / SECONDS_PER_DAY
        years, of_step = np.unique(year_of_steps(dataset), return_inverse=True)
        depth = np.zeros(years.size)
        np.maximum.at(depth, of_step, rise)
        return years, totals(of_step, np.where(rise > 0, day, 0.0), years.size), depth


def _told(dataset: xr.Dataset, name: str, years: Integers, days: Floats, depth: Floats) -> Text:
    if not days.any():
        return Text("never above the limit", "从未超过汛限")
    longest, deepest = int(np.argmax(days)), int(np.argmax(depth))
    return sentences(
        both(
            "above in {over} of {all} water years, {mean} days a year in the mean",
            "{all} 个水文年中 {over} 年超过，年均 {mean} 天",
            over=int((days > 0).sum()), all=years.size, mean=float(days.mean()),
        ),
        both(
            "worst water year {year} with {days} days; deepest {depth} m in {when}{date}",
            "最长为 {year} 水文年 {days} 天；最深 {depth} m（{when} 水文年{date}）",
            year=years[longest], days=float(days[longest]), depth=float(depth[deepest]),
            when=years[deepest], date=_date(dataset, name),
        ),
        Text(
            "a flood that passes in a daily run counts too: the flood engine judges its peak",
            "逐日运算中过境洪水也计入：洪峰由洪水引擎评判",
        ),
        step_note(dataset),
    )  # fmt: skip


def _date(dataset: xr.Dataset, name: str) -> Text:
    """Return the day of the largest depth where levels were recorded."""
    if not has(dataset, "level", "limit_level"):
        return EMPTY
    store = position(dataset, "store", name)
    rise = series(dataset, "level", store) - series(dataset, "limit_level", store)
    if not np.isfinite(rise).any():
        return EMPTY
    at = dataset.variables["time"].values[int(np.nanargmax(rise))]
    return both(", on {day}", "，{day}", day=at.astype("datetime64[D]"))
