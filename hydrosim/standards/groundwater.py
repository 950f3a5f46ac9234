"""Groundwater: volume and level together (水量、水位双控), spring head, coastal head."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from hydrosim.reading.supply import (
    SECONDS_PER_DAY,
    NotJudged,
    has,
    item_flags,
    item_numbers,
    item_texts,
    items,
    position,
    seconds_of,
    series,
    whole_years,
    year_of_steps,
    year_volumes,
)
from hydrosim.reading.text import Text, both, listed, percent, sentences, volume, worded
from hydrosim.standards.periods import step_note
from hydrosim.standards.telling import Requirement, Subject, store_subject
from hydrosim.standards.titles import node_title
from hydrosim.units import AnnualVolume, Depth, Fraction, Level

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from hydrosim.standards.verdict import Verdict

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = ["CoastalHead", "Groundwater", "SpringHead"]

_MEGA = 1e6
_UNIT = "Mm3/year"
_EQUAL = 1e-9
_PUMPED = Text("pumped volume", "开采量")
_DEPTH = Text("share of days with level", "水位达标天数占比")
_BOTH = Text("volume and level", "水量水位双控")
_KEPT = {"pass": Text("kept", "达标"), "fail": Text("broken", "不达标")}


class Groundwater(Requirement):
    """Pumping cap and water level of aquifers, each alone and both together (双控)."""

    rank: ClassVar[int] = 7
    type: Literal["groundwater"] = Field("groundwater", description="Type of the standard.")
    stores: tuple[str, ...] | None = Field(
        None, description="Aquifers that are judged; default all."
    )
    pumping_cap: AnnualVolume | None = Field(
        None, description="Volume that may be pumped from each aquifer in a water year."
    )
    depth_max: Depth | None = Field(
        None, description="Largest allowed depth to water; default the aquifer's own."
    )
    level_min: Level | None = Field(
        None, description="Lowest allowed head; default the aquifer's own. Used without a depth."
    )
    share: Fraction = Field(1.0, description="Share of days that must keep depth or level.")

    def check(self, dataset: xr.Dataset) -> list[Verdict]:
        """Return volume, level and both for each aquifer."""
        flags = item_flags(dataset, "store", "store_groundwater")
        chosen = self.stores or tuple(
            sorted(name for name, flag in zip(items(dataset, "store"), flags, strict=True) if flag)
        )
        if not chosen:
            subject = Subject("all aquifers", title=Text("all aquifers", "全部含水层"))
            reason = Text("the result has no aquifer", "结果中没有含水层")
            return [self.not_judged(subject, _BOTH, reason)]
        verdicts: list[Verdict] = []
        for name in chosen:
            subject = store_subject(dataset, name)
            pair: list[Verdict] = []
            for quantity, method in ((_PUMPED, self._pumped), (_DEPTH, self._level)):
                try:
                    pair.append(method(dataset, subject))
                except NotJudged as missing:
                    pair.append(self.not_judged(subject, quantity, missing.told))
            verdicts.extend((*pair, self._both(subject, pair)))
        return verdicts

    def _pumped(self, dataset: xr.Dataset, subject: Subject) -> Verdict:
        if self.pumping_cap is None:
            raise NotJudged(Text("no `pumping_cap` is set", "未设 `pumping_cap`"))
        store = position(dataset, "store", subject.name)
        years = whole_years(dataset)
        if has(dataset, "pumped"):
            pumped = year_volumes(dataset, None, "pumped", store, years)
        else:
            pumped = _withdrawn_from(dataset, subject.name, years)
        if not np.isfinite(pumped).all():
            raise NotJudged(Text("the pumped volume holds NaN", "开采量含空值"))
        worst = int(np.argmax(pumped))
        over = int((pumped > self.pumping_cap * (1 + _EQUAL)).sum())
        return self.judge(
            subject,
            _PUMPED,
            required=self.pumping_cap / _MEGA,
            achieved=float(pumped[worst]) / _MEGA,
            unit=_UNIT,
            sense="at most",
            told=sentences(
                both(
                    "worst water year {year}; mean {mean}; {over} of {all} complete water years"
                    " above the cap",
                    "最大为 {year} 水文年；年均 {mean}；{all} 个完整水文年中 {over} 年超过上限",
                    year=years[worst],
                    mean=volume(float(pumped.mean()), a_year=True),
                    over=over,
                    all=years.size,
                )
            ),
        )

    def _level(self, dataset: xr.Dataset, subject: Subject) -> Verdict:
        store = position(dataset, "store", subject.name)
        depth_max = self.depth_max
        if depth_max is None and self.level_min is None:
            own = float(item_numbers(dataset, "store", "store_depth_max_m")[store])
            depth_max = own if np.isfinite(own) else None
        if depth_max is not None:
            depth = series(dataset, "depth_to_water", store)
            return _share_verdict(
                self, dataset, (subject, _DEPTH), depth, depth > depth_max + _EQUAL,
                both("depth to water of at most {depth} m", "埋深不超过 {depth} m",
                     depth=float(depth_max)),
                self.share, deepest=True,
            )  # fmt: skip
        low = self.level_min
        if low is None:
            low = float(item_numbers(dataset, "store", "store_level_min_m")[store])
        if not np.isfinite(low):
            raise NotJudged(
                Text("neither a largest depth nor a lowest level is set", "未设最大埋深或最低水位")
            )
        level = series(dataset, "level", store)
        return _share_verdict(
            self, dataset, (subject, _DEPTH), level, level < low - _EQUAL,
            both("level of at least {level} m", "水位不低于 {level} m", level=float(low)),
            self.share, deepest=False,
        )  # fmt: skip

    def _both(self, subject: Subject, pair: list[Verdict]) -> Verdict:
        told = listed(
            (
                both("{what} {how}", "{what}{how}", what=Text(v.quantity, v.quantity_zh),
                     how=_KEPT.get(v.outcome, worded(v.outcome)))
                for v in pair
            ),
            ("; ", "；"),
        )  # fmt: skip
        outcomes = {v.outcome for v in pair}
        if "fail" in outcomes:
            return self._verdict(subject, _BOTH, "fail", sentences(told))
        if outcomes == {"pass"}:
            return self._verdict(subject, _BOTH, "pass", sentences(told))
        return self.not_judged(subject, _BOTH, told)


class _Head(Requirement):
    """A head that an aquifer must keep."""

    store: str = Field(description="Aquifer whose head is judged.")
    level: Level = Field(description="Lowest head that counts.")
    share: Fraction = Field(1.0, description="Share of days with at least that head.")

    def _judged(self, dataset: xr.Dataset, name: str, quantity: Text, told: Text) -> Verdict:
        found = store_subject(dataset, self.store)
        title = node_title(dataset, name) if name else found.title
        subject = Subject(name or self.store, found.tier, found.river, title)
        try:
            level = series(dataset, "level", position(dataset, "store", self.store))
            return _share_verdict(
                self, dataset, (subject, quantity), level, level < self.level - _EQUAL,
                both("{told} {level} m in {store}", "{store}{told} {level} m", told=told,
                     level=float(self.level), store=found.told),
                self.share, deepest=False,
            )  # fmt: skip
        except NotJudged as missing:
            return self.not_judged(subject, quantity, missing.told, unit="% of days")


class SpringHead(_Head):
    """Share of days on which the head keeps a spring running."""

    rank: ClassVar[int] = 8
    type: Literal["spring_head"] = Field("spring_head", description="Type of the standard.")
    spring: str | None = Field(None, description="Name of the spring; default the aquifer's.")

    def check(self, dataset: xr.Dataset) -> list[Verdict]:
        """Return one verdict."""
        quantity = Text("share of days with spring head", "泉域水位达标天数占比")
        told = Text("head for the spring of at least", "泉域水位不低于")
        return [self._judged(dataset, self.spring or "", quantity, told)]


class CoastalHead(_Head):
    """Share of days on which the head near the coast keeps sea water out."""

    rank: ClassVar[int] = 9
    type: Literal["coastal_head"] = Field("coastal_head", description="Type of the standard.")

    def check(self, dataset: xr.Dataset) -> list[Verdict]:
        """Return one verdict."""
        quantity = Text("share of days with coastal head", "滨海水位达标天数占比")
        told = Text("head against the sea of at least", "防海水入侵水位不低于")
        return [self._judged(dataset, "", quantity, told)]


def _share_verdict(
    standard: Requirement,
    dataset: xr.Dataset,
    what: tuple[Subject, Text],
    values: Floats,
    bad: Flags,
    told: Text,
    share: float,
    *,
    deepest: bool,
) -> Verdict:
    if not np.isfinite(values).all():
        raise NotJudged(
            both(
                "the level is not a number on {steps} steps",
                "有 {steps} 个时段的水位不是数值",
                steps=int((~np.isfinite(values)).sum()),
            )
        )
    days = seconds_of(dataset) / SECONDS_PER_DAY
    extreme = int(np.argmax(values) if deepest else np.argmin(values))
    time = dataset.variables["time"].values
    parts = [
        both("wanted {told} on {share} of days", "要求 {share} 的天数{told}",
             told=told, share=percent(share)),
        both(
            "{word} {most} m on {date}; from {first} m at the start to {last} m at the end",
            "{word} {most} m（{date}）；期初 {first} m，期末 {last} m",
            word=Text("deepest", "最大埋深") if deepest else Text("lowest", "最低"),
            most=float(values[extreme]), date=time[extreme].astype("datetime64[D]"),
            first=float(values[0]), last=float(values[-1]),
        ),
    ]  # fmt: skip
    if bad.any():
        of_step = year_of_steps(dataset)
        years = np.unique(of_step)
        lost = np.array([days[bad & (of_step == year)].sum() for year in years])
        worst = int(np.argmax(lost))
        parts.append(
            both(
                "worst water year {year} with {days} days out",
                "最差水文年 {year}，{days} 天不满足",
                year=years[worst],
                days=float(lost[worst]),
            )
        )
    return standard.judge(
        what[0],
        what[1],
        required=100 * share,
        achieved=100 * float(days[~bad].sum() / days.sum()),
        unit="% of days",
        sense="at least",
        told=sentences(*parts, step_note(dataset)),
    )


def _withdrawn_from(dataset: xr.Dataset, store: str, years: NDArray[np.int64]) -> Floats:
    """Return what sources at an aquifer took [m3], (years,)."""
    nodes = item_texts(dataset, "source", "source_node")
    sources = [i for i, node in enumerate(nodes) if node == store]
    if not sources:
        raise NotJudged(
            both(
                "the run recorded neither the pumping of {store!r} nor a source there",
                "运算既未记录 {store!r} 的开采量，也未记录该处水源",
                store=store,
            )
        )
    volumes = [year_volumes(dataset, "year_withdrawn", "withdrawn", i, years) for i in sources]
    return np.sum(volumes, axis=0)
