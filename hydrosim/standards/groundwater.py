"""Groundwater: volume and level together (水量、水位双控), spring head, coastal head."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from hydrosim.locale import Message, _, listed, percent, sentences, volume
from hydrosim.reading.glossary import name_of
from hydrosim.reading.items import (
    NotJudged,
    has,
    item_flags,
    item_numbers,
    item_texts,
    items,
    position,
)
from hydrosim.reading.steps import (
    SECONDS_PER_DAY,
    YearKind,
    seconds_of,
    whole_years,
    year_of_steps,
)
from hydrosim.reading.supply import series, volumes_in
from hydrosim.reading.words import word
from hydrosim.standards.periods import counted_years, step_note, year_name
from hydrosim.standards.telling import Requirement, Subject, store_subject
from hydrosim.standards.titles import node_title
from hydrosim.units import AnnualVolume, Depth, Fraction, Level

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.reading.view import Result
    from hydrosim.standards.verdict import Verdict

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = ["CoastalHead", "Groundwater", "SpringHead"]

_MEGA = 1e6
_UNIT = "Mm3/year"
_EQUAL = 1e-9
_PUMPED = name_of("pumped_volume")
_DEPTH = name_of("days_with_level")
_BOTH = _("volume and level")
_KEPT = {"pass": _("kept"), "fail": _("broken")}


class Groundwater(Requirement):
    """Pumping cap and water level of aquifers, each alone and both together (双控)."""

    rank: ClassVar[int] = 7
    type: Literal["groundwater"] = Field("groundwater", description="Type of the standard.")
    stores: tuple[str, ...] | None = Field(
        None, description="Aquifers that are judged; default all."
    )
    pumping_cap: AnnualVolume | None = Field(
        None, description="Volume that may be pumped from each aquifer in a year."
    )
    years: YearKind = Field(
        "calendar",
        description="Years by which pumping is counted: calendar years, as 双控 does, or water.",
    )
    depth_max: Depth | None = Field(
        None, description="Largest allowed depth to water; default the aquifer's own."
    )
    level_min: Level | None = Field(
        None, description="Lowest allowed head; default the aquifer's own. Used without a depth."
    )
    share: Fraction = Field(1.0, description="Share of days that must keep depth or level.")

    def check(self, dataset: Result) -> list[Verdict]:
        """Return volume, level and both for each aquifer."""
        flags = item_flags(dataset, "store", "store_groundwater")
        chosen = self.stores or tuple(
            sorted(name for name, flag in zip(items(dataset, "store"), flags, strict=True) if flag)
        )
        if not chosen:
            subject = Subject("all aquifers", title=_("all aquifers"))
            reason = _("the result has no aquifer")
            return [self.not_judged(subject, _BOTH, reason)]
        verdicts: list[Verdict] = []
        for name in chosen:
            subject = store_subject(dataset, name)
            pair: list[Verdict] = []
            for quantity, method in ((_PUMPED, self._pumped), (_DEPTH, self._level)):
                try:
                    pair.append(method(dataset, subject))
                except NotJudged as missing:
                    pair.append(self.not_judged(subject, quantity, missing.reason))
            verdicts.extend((*pair, self._both(subject, pair)))
        return verdicts

    def _pumped(self, dataset: Result, subject: Subject) -> Verdict:
        if self.pumping_cap is None:
            raise NotJudged(_("no `pumping_cap` is set"))
        store = position(dataset, "store", subject.name)
        years = whole_years(dataset, self.years)
        if has(dataset, "pumped"):
            pumped = volumes_in(dataset, (None, "pumped"), store, self.years, years)
        else:
            pumped = _withdrawn_from(dataset, subject.name, self.years, years)
        if not np.isfinite(pumped).all():
            raise NotJudged(_("the pumped volume holds NaN"))
        worst = int(np.argmax(pumped))
        over = int((pumped > self.pumping_cap * (1 + _EQUAL)).sum())
        return self.judge(
            subject,
            _PUMPED,
            required=self.pumping_cap / _MEGA,
            achieved=float(pumped[worst]) / _MEGA,
            unit=_UNIT,
            sense="at most",
            details=sentences(
                _(
                    "worst {year}; mean {mean}; {over} of {all} above the cap",
                    year=year_name(int(years[worst]), self.years),
                    mean=volume(float(pumped.mean()), a_year=True),
                    over=over,
                    all=counted_years(years.size, self.years),
                )
            ),
        )

    def _level(self, dataset: Result, subject: Subject) -> Verdict:
        store = position(dataset, "store", subject.name)
        depth_max = self.depth_max
        if depth_max is None and self.level_min is None:
            own = float(item_numbers(dataset, "store", "store_depth_max_m")[store])
            depth_max = own if np.isfinite(own) else None
        if depth_max is not None:
            depth = series(dataset, "depth_to_water", store)
            return _share_verdict(
                self,
                dataset,
                (subject, _DEPTH),
                depth,
                depth > depth_max + _EQUAL,
                _("depth to water of at most {depth} m", depth=float(depth_max)),
                self.share,
                deepest=True,
            )
        low = self.level_min
        if low is None:
            low = float(item_numbers(dataset, "store", "store_level_min_m")[store])
        if not np.isfinite(low):
            raise NotJudged(_("neither a largest depth nor a lowest level is set"))
        level = series(dataset, "level", store)
        return _share_verdict(
            self,
            dataset,
            (subject, _DEPTH),
            level,
            level < low - _EQUAL,
            _("level of at least {level} m", level=float(low)),
            self.share,
            deepest=False,
        )

    def _both(self, subject: Subject, pair: list[Verdict]) -> Verdict:
        parts = listed(
            (
                _(
                    "{what} {how}",
                    what=v.quantity,
                    how=_KEPT.get(v.outcome, word(v.outcome)),
                )
                for v in pair
            ),
            _("; "),
        )
        outcomes = {v.outcome for v in pair}
        if "fail" in outcomes:
            return self._verdict(subject, _BOTH, "fail", sentences(parts))
        if outcomes == {"pass"}:
            return self._verdict(subject, _BOTH, "pass", sentences(parts))
        return self.not_judged(subject, _BOTH, parts)


class _Head(Requirement):
    """A head that an aquifer must keep."""

    store: str = Field(description="Aquifer whose head is judged.")
    level: Level = Field(description="Lowest head that counts.")
    share: Fraction = Field(1.0, description="Share of days with at least that head.")

    def _judged(self, dataset: Result, name: str, quantity: Message, goal: Message) -> Verdict:
        found = store_subject(dataset, self.store)
        title = node_title(dataset, name) if name else found.title
        subject = Subject(name or self.store, found.tier, found.river, title)
        try:
            level = series(dataset, "level", position(dataset, "store", self.store))
            return _share_verdict(
                self,
                dataset,
                (subject, quantity),
                level,
                level < self.level - _EQUAL,
                _(
                    "{goal} {level} m in {store}",
                    goal=goal,
                    level=float(self.level),
                    store=found.label,
                ),
                self.share,
                deepest=False,
            )
        except NotJudged as missing:
            return self.not_judged(subject, quantity, missing.reason, unit="% of days")


class SpringHead(_Head):
    """Share of days on which the head keeps a spring running."""

    rank: ClassVar[int] = 8
    type: Literal["spring_head"] = Field("spring_head", description="Type of the standard.")
    spring: str | None = Field(None, description="Name of the spring; default the aquifer's.")

    def check(self, dataset: Result) -> list[Verdict]:
        """Return one verdict."""
        quantity = _("share of days with spring head")
        goal = _("head for the spring of at least")
        return [self._judged(dataset, self.spring or "", quantity, goal)]


class CoastalHead(_Head):
    """Share of days on which the head near the coast keeps sea water out."""

    rank: ClassVar[int] = 9
    type: Literal["coastal_head"] = Field("coastal_head", description="Type of the standard.")

    def check(self, dataset: Result) -> list[Verdict]:
        """Return one verdict."""
        quantity = _("share of days with coastal head")
        goal = _("head against the sea of at least")
        return [self._judged(dataset, "", quantity, goal)]


def _share_verdict(
    standard: Requirement,
    dataset: Result,
    what: tuple[Subject, Message],
    values: Floats,
    bad: Flags,
    goal: Message,
    share: float,
    *,
    deepest: bool,
) -> Verdict:
    if not np.isfinite(values).all():
        raise NotJudged(
            _("the level is not a number on {steps} steps", steps=int((~np.isfinite(values)).sum()))
        )
    days = seconds_of(dataset) / SECONDS_PER_DAY
    extreme = int(np.argmax(values) if deepest else np.argmin(values))
    time = dataset.variables["time"].values
    parts = [
        _("wanted {goal} on {share} of days", goal=goal, share=percent(share)),
        _(
            "{word} {most} m on {date}; from {first} m at the start to {last} m at the end",
            word=_("deepest") if deepest else _("lowest"),
            most=float(values[extreme]),
            date=time[extreme].astype("datetime64[D]"),
            first=float(values[0]),
            last=float(values[-1]),
        ),
    ]
    if bad.any():
        of_step = year_of_steps(dataset)
        years = np.unique(of_step)
        lost = np.array([days[bad & (of_step == year)].sum() for year in years])
        worst = int(np.argmax(lost))
        parts.append(
            _(
                "worst water year {year} with {days} days out",
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
        details=sentences(*parts, step_note(dataset)),
    )


def _withdrawn_from(
    dataset: Result, store: str, kind: YearKind, years: NDArray[np.int64]
) -> Floats:
    """Return what sources at an aquifer took [m3], (years,)."""
    nodes = item_texts(dataset, "source", "source_node")
    sources = [i for i, node in enumerate(nodes) if node == store]
    if not sources:
        raise NotJudged(
            _("the run recorded neither the pumping of {store!r} nor a source there", store=store)
        )
    names = ("year_withdrawn", "withdrawn")
    volumes = [volumes_in(dataset, names, i, kind, years) for i in sources]
    return np.sum(volumes, axis=0)
