"""Replenishment 生态补水 by river and source, and goals for single rivers (一河一策)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from hydrosim.locale import EMPTY, Message, _, listed, percent, pgettext, sentences, volume
from hydrosim.reading.glossary import name_of
from hydrosim.reading.items import NotJudged, item_texts, items, position
from hydrosim.reading.kinds import PLANNED, REPLENISHED
from hydrosim.reading.steps import SECONDS_PER_DAY, seconds_of, whole_years, year_of_steps
from hydrosim.reading.supply import claims_of, reason_of, recorded_items, series
from hydrosim.reading.words import WORDS, word
from hydrosim.standards.entry import UNKNOWN_ORIGIN, Entry, first_entry, planned_entry
from hydrosim.standards.periods import step_note
from hydrosim.standards.telling import Requirement, Subject, claim_subject
from hydrosim.standards.titles import node_title
from hydrosim.units import AnnualVolume, Flow, Fraction

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.reading.view import Result
    from hydrosim.standards.verdict import Verdict

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

__all__ = ["Replenishment", "RiverGoal"]

_VOLUME = name_of("replenished_volume")
_GOAL = _("goal")
_UNIT = "Mm3/year"
_MEGA = 1e6
_EQUAL = 1e-9
_LEAST_THROUGH_M3 = 0.5
_LEAST_SHARE = 1e-6


class Replenishment(Requirement):
    """Water released by decision for ecology, a year, counted once where it first enters.

    Spill and base flow never count, nor does water for parks and streets, which names no river,
    unless ``nodes`` does. Without ``volume`` the plan is what the planned replenishments
    (claims of kind ecology) ask for; water beyond the plan counts towards it all the same.
    """

    rank: ClassVar[int] = 2
    type: Literal["replenishment"] = Field("replenishment", description="Type of the standard.")
    volume: AnnualVolume | None = Field(
        None, description="Planned volume a year of all that is chosen, as one subject."
    )
    rivers: tuple[str, ...] | None = Field(None, description="Rivers that count; default all.")
    nodes: tuple[str, ...] | None = Field(None, description="Nodes that count; default all.")
    sources: tuple[str, ...] | None = Field(
        None, description="Origins, or kinds of origin, that count; default all."
    )
    rate: Fraction | None = Field(
        None, description="Share of years that must reach the plan; default: the mean year must."
    )

    def check(self, dataset: Result) -> list[Verdict]:
        """Return a verdict for the chosen whole, or for each claim, each river and the total."""
        river = item_texts(dataset, "claim", "claim_river")
        chosen = claims_of(dataset, REPLENISHED, nodes=self.nodes, rivers=self.rivers)
        if self.nodes is None and self.rivers is None and any(river[i] for i in chosen):
            chosen = [i for i in chosen if river[i]]
        whole = _whole(dataset, self.rivers, self.nodes)
        if not chosen:
            reason = _("the result has no replenishment here")
            return [self.not_judged(whole, _VOLUME, reason)]
        if self.volume is not None:
            return [self._judged(dataset, whole, chosen)]
        kind = item_texts(dataset, "claim", "claim_kind")
        subjects = [(claim_subject(dataset, i), [i]) for i in chosen if kind[i] in PLANNED]
        subjects.extend(
            (_river(name), [i for i in chosen if river[i] == name])
            for name in sorted({river[i] for i in chosen if kind[i] in PLANNED} - {""})
        )
        if whole.name not in {subject.name for subject, _unused in subjects}:
            subjects.append((whole, chosen))
        return [self._judged(dataset, subject, claims) for subject, claims in subjects]

    def _judged(self, dataset: Result, subject: Subject, claims: list[int]) -> Verdict:
        try:
            years = whole_years(dataset)
            entry = first_entry(dataset, claims, years, self.sources)
            planned = self._planned(dataset, claims, years)
        except NotJudged as missing:
            return self.not_judged(subject, _VOLUME, missing.reason, unit=_UNIT)
        details = _volume_details(dataset, claims, entry, years, planned)
        if self.rate is None:
            return self.judge(
                subject,
                _VOLUME,
                required=float(planned.mean()) / _MEGA,
                achieved=float(entry.total.mean()) / _MEGA,
                unit=_UNIT,
                sense="at least",
                details=details,
            )
        return _share_of_years(self, subject, _VOLUME, (entry.total, planned), self.rate, details)

    def _planned(self, dataset: Result, claims: list[int], years: Integers) -> Floats:
        if self.volume is not None:
            return np.full(years.size, self.volume)
        kind = item_texts(dataset, "claim", "claim_kind")
        asked = [i for i in claims if kind[i] in PLANNED]
        planned = planned_entry(dataset, asked, years) if asked else np.zeros(years.size)
        if not planned.any():
            raise NotJudged(_("no planned volume is set: give `volume`, or a demand for ecology"))
        return planned


class RiverGoal(Requirement):
    """A goal of one river (一河一策): replenished volume a year, days a year with flow, or both."""

    rank: ClassVar[int] = 3
    type: Literal["river_goal"] = Field("river_goal", description="Type of the standard.")
    river: str = Field(description="River the goal is for.")
    volume: AnnualVolume | None = Field(None, description="Replenished volume a year.")
    days: int | None = Field(None, ge=1, le=366, description="Days a year with flow.")
    flow: Flow = Field(0.1, description="Least flow of a day with flow; default 0.1 m3/s.")
    reaches: tuple[str, ...] | None = Field(
        None,
        description="Reaches where flow is counted; default all of the river. The worst counts.",
    )
    sources: tuple[str, ...] | None = Field(
        None, description="Origins, or kinds of origin, whose volume counts; default all."
    )
    rate: Fraction = Field(1.0, description="Share of complete water years that must reach it.")

    def check(self, dataset: Result) -> list[Verdict]:
        """Return a verdict on the volume, on the days, or on both."""
        verdicts: list[Verdict] = []
        subject = _river(self.river)
        if self.volume is None and self.days is None:
            reason = _("neither `volume` nor `days` is set")
            return [self.not_judged(subject, _GOAL, reason)]
        for wanted, quantity, method in (
            (self.volume, _VOLUME, self._volume),
            (self.days, name_of("days_with_flow"), self._days),
        ):
            if wanted is None:
                continue
            try:
                years = whole_years(dataset)
                values, details = method(dataset, years)
            except NotJudged as missing:
                verdicts.append(self.not_judged(subject, quantity, missing.reason))
                continue
            pair = (values, np.full(years.size, float(wanted)))
            verdicts.append(_share_of_years(self, subject, quantity, pair, self.rate, details))
        return verdicts

    def _volume(self, dataset: Result, years: Integers) -> tuple[Floats, Message]:
        claims = claims_of(dataset, REPLENISHED, rivers=(self.river,))
        if not claims:
            raise NotJudged(
                _("the result has no replenishment of river {river!r}", river=self.river)
            )
        entry = first_entry(dataset, claims, years, self.sources)
        planned = np.full(years.size, self.volume or 0.0)
        goal = _(
            "goal {volume} in {rate} of the years",
            volume=volume(float(planned[0]), a_year=True),
            rate=percent(self.rate),
        )
        return entry.total, sentences(goal, _volume_details(dataset, claims, entry, years, planned))

    def _days(self, dataset: Result, years: Integers) -> tuple[Floats, Message]:
        names, rivers = items(dataset, "reach"), item_texts(dataset, "reach", "reach_river")
        flowing = recorded_items(dataset, "discharge")
        chosen = self.reaches or tuple(
            sorted(n for i, n in enumerate(names) if rivers[i] == self.river and i in flowing)
        )
        if not chosen:
            raise NotJudged(_("the run recorded no discharge of river {river!r}", river=self.river))
        of_step = year_of_steps(dataset)
        days = seconds_of(dataset) / SECONDS_PER_DAY
        counted: list[Floats] = []
        for name in chosen:
            discharge = series(dataset, "discharge", position(dataset, "reach", name))
            if not np.isfinite(discharge[np.isin(of_step, years)]).all():
                raise NotJudged(_("the discharge of {name!r} holds NaN", name=name))
            flowing = np.where(discharge >= self.flow, days, 0.0)
            counted.append(np.array([flowing[of_step == year].sum() for year in years]))
        worst = int(np.argmin([values.mean() for values in counted]))
        values = counted[worst]
        least = int(np.argmin(values))
        return values, sentences(
            _(
                "goal {days} days a year of {flow} m3/s or more in {rate} of the years",
                days=self.days,
                flow=float(self.flow),
                rate=percent(self.rate),
            ),
            _(
                "at {reach}{which} on average {days} days a year",
                reach=node_title(dataset, chosen[worst]),
                which=_(", the driest reach,") if len(chosen) > 1 else EMPTY,
                days=float(values.mean()),
            ),
            _(
                "worst water year {year} with {days} days",
                year=years[least],
                days=float(values[least]),
            ),
            step_note(dataset),
        )


def _share_of_years(
    standard: Requirement,
    subject: Subject,
    quantity: Message,
    pair: tuple[Floats, Floats],
    rate: float,
    details: Message,
) -> Verdict:
    reached, wanted = pair
    good = reached >= wanted * (1.0 - _EQUAL)
    return standard.judge(
        subject,
        quantity,
        required=100.0 * rate,
        achieved=100.0 * float(good.mean()),
        unit="% of years",
        sense="at least",
        details=sentences(
            _("{good} of {all} complete water years reach it", good=int(good.sum()), all=good.size),
            details,
        ),
    )


def _volume_details(
    dataset: Result, claims: list[int], entry: Entry, years: Integers, planned: Floats
) -> Message:
    total = entry.total
    by_source = _by_source(dataset, entry)
    through = float((entry.arrived - total).mean())
    worst = int(np.argmin(total - planned))
    why = EMPTY
    if total[worst] < planned[worst] * (1.0 - _EQUAL):
        found = reason_of(dataset, claims, year_of_steps(dataset) == years[worst])
        why = _(": {why}", why=found) if found else EMPTY
    return sentences(
        _("mean by source: {sources}", sources=by_source) if by_source else EMPTY,
        _(
            "counted once at first entry; {through} of through-flow not again",
            through=volume(through, a_year=True),
        )
        if through > _LEAST_THROUGH_M3
        else EMPTY,
        _(
            "worst water year {year} with {got} of {planned}{why}",
            year=years[worst],
            got=volume(float(total[worst])),
            planned=volume(float(planned[worst])),
            why=why,
        ),
    )


def _by_source(dataset: Result, entry: Entry) -> Message:
    """Return what entered by origin, the largest first; what is too small to see is left out."""
    total = float(entry.total.mean())
    shares = sorted((-float(got.mean()), name) for name, got in entry.by_origin.items())
    return listed(
        _("{name} {volume}", name=_origin(dataset, name), volume=volume(-got, a_year=True))
        for got, name in shares
        if -got > _LEAST_SHARE * total
    )


def _origin(dataset: Result, name: str) -> Message:
    if name == UNKNOWN_ORIGIN:
        return pgettext("origin of water", "unknown")
    return word(name) if name in WORDS else node_title(dataset, name)


def _river(name: str) -> Subject:
    return Subject(f"river {name}", "", name, _("river {name}", name=name))


def _whole(
    dataset: Result, rivers: tuple[str, ...] | None, nodes: tuple[str, ...] | None
) -> Subject:
    if rivers is None and nodes is None:
        return Subject("all rivers", title=_("all rivers"))
    parts = [_river(name) for name in rivers or ()]
    parts += [Subject(name, title=node_title(dataset, name)) for name in nodes or ()]
    only = rivers[0] if rivers is not None and len(rivers) == 1 else ""
    name = ", ".join(part.name for part in parts)
    return Subject(name, "", only, listed(part.label for part in parts))
