"""Ecological water: base flow 生态基流 and lake level 湖泊水位."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from hydrosim.locale import EMPTY, Message, _, counted, number, percent, sentences
from hydrosim.reading.glossary import name_of
from hydrosim.reading.items import NotJudged, item_numbers, item_texts, items, position
from hydrosim.reading.kinds import BASE_FLOW, OUTFLOW
from hydrosim.reading.steps import SECONDS_PER_DAY, longest_run, seconds_of, year_of_steps
from hydrosim.reading.supply import claims_of, reason_of, series
from hydrosim.reading.words import word
from hydrosim.standards.periods import claim_periods, period_volumes, periods_of, step_note
from hydrosim.standards.tables import basis_of, row_of
from hydrosim.standards.telling import (
    Basis,
    Requirement,
    Subject,
    claim_subject,
    store_subject,
)
from hydrosim.units import Fraction, Level

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.reading.view import Result
    from hydrosim.standards.verdict import Verdict

    Floats = NDArray[np.float64]

__all__ = ["BaseFlow", "LakeLevel"]

_EQUAL = 1e-9


class BaseFlow(Requirement):
    """Share of months, or dekads (旬), in which the base flow is there.

    The requirement is the demand of each base-flow claim, or what nature brings where that is less
    and ``natural_limit`` is set. A required outflow of the model is judged alike where it, or this
    standard, says in which share of the periods it is to be met.
    """

    rank: ClassVar[int] = 1
    type: Literal["base_flow"] = Field("base_flow", description="Type of the standard.")
    rate: Fraction | None = Field(
        None,
        description="Required share of periods; default the claim's own guarantee, then the"
        " national table for `region`.",
    )
    region: Literal["general", "short_of_water"] = Field(
        "general", description="Row of the national table: 90 %, or 75 % where water is short."
    )
    natural_limit: bool = Field(
        False,
        description="Require no more than the natural inflow of the reach, period by period.",
    )
    tolerance: Fraction = Field(
        0.01, description="Short share of a period's requirement that still counts as met."
    )
    nodes: tuple[str, ...] | None = Field(None, description="Nodes that are judged; default all.")
    rivers: tuple[str, ...] | None = Field(None, description="Rivers that are judged; default all.")
    period: Literal["month", "dekad"] | None = Field(
        None, description="Period that is judged; default that of each claim."
    )

    def check(self, dataset: Result) -> list[Verdict]:
        """Return one verdict for each base-flow claim, then for each required outflow."""
        chosen = claims_of(dataset, (BASE_FLOW,), nodes=self.nodes, rivers=self.rivers)
        outflows = self._outflows(dataset)
        quantity = name_of("base_flow")
        if not chosen and not outflows:
            subject = Subject("all rivers", title=_("all rivers"))
            reason = _("the result has no base flow here")
            return [self.not_judged(subject, quantity, reason)]
        verdicts: list[Verdict] = []
        for i in (*chosen, *outflows):
            subject = claim_subject(dataset, i)
            what = word(OUTFLOW) if i in outflows else quantity
            try:
                verdicts.append(self._judged(dataset, subject, what, i))
            except NotJudged as missing:
                verdicts.append(self.not_judged(subject, what, missing.reason, unit="%"))
        return verdicts

    def _outflows(self, dataset: Result) -> list[int]:
        """Return outflows with a share of periods to be met; the national table has none."""
        chosen = claims_of(dataset, (OUTFLOW,), nodes=self.nodes, rivers=self.rivers)
        own = item_numbers(dataset, "claim", "claim_guarantee")
        return [i for i in chosen if self.rate is not None or np.isfinite(own[i])]

    def _judged(self, dataset: Result, subject: Subject, quantity: Message, claim: int) -> Verdict:
        kind = self.period or claim_periods(dataset)[claim]
        periods = periods_of(dataset, kind)
        wanted = period_volumes(dataset, "demand", claim, periods.kind)
        got = period_volumes(dataset, "supplied", claim, periods.kind)
        if self.natural_limit:
            node = item_texts(dataset, "claim", "claim_node")[claim]
            natural = series(dataset, "natural_discharge", position(dataset, "reach", node))
            if not np.isfinite(natural).all():
                at = dataset.variables["time"].values[int(np.argmax(~np.isfinite(natural)))]
                raise NotJudged(
                    _(
                        "the natural inflow that limits the requirement is not a number from "
                        "{date} on",
                        date=at.astype("datetime64[D]"),
                    )
                )
            natural = np.maximum(natural, 0.0) * seconds_of(dataset)
            wanted = np.minimum(wanted, periods.sums(natural))
        asked = (wanted > 0) & periods.whole
        if not (np.isfinite(wanted).all() and np.isfinite(got).all()):
            raise NotJudged(_("the requirement or the flow holds NaN"))
        if not asked.any():
            raise NotJudged(_("no flow was ever required"))
        short = asked & (got < (1.0 - self.tolerance) * wanted * (1.0 - _EQUAL))
        rate, basis = self._rate(dataset, claim)
        return self.judge(
            subject,
            quantity,
            required=100 * rate,
            achieved=100 * (1 - float(short.sum()) / float(asked.sum())),
            unit="%",
            sense="at least",
            details=self._details(dataset, claim, (wanted, got, short, asked), kind),
            basis=basis,
        )

    def _rate(self, dataset: Result, claim: int) -> tuple[float, Basis | None]:
        if self.rate is not None:
            return self.rate, None
        own = float(item_numbers(dataset, "claim", "claim_guarantee")[claim])
        if np.isfinite(own):
            return own, None
        row = row_of("base_flow", self.region) or {}
        return float(row["rate"]), basis_of("base_flow", row)

    def _details(
        self,
        dataset: Result,
        claim: int,
        table: tuple[Floats, Floats, NDArray[np.bool_], NDArray[np.bool_]],
        kind: Literal["month", "dekad"],
    ) -> Message:
        wanted, got, short, asked = table
        periods = periods_of(dataset, kind)
        parts = [
            _(
                "{met} of {all} reach {share} of the requirement",
                met=int(asked.sum() - short.sum()),
                all=counted(int(asked.sum()), periods.kind),
                share=percent(1 - self.tolerance),
            )
        ]
        if self.natural_limit:
            parts.append(_("the requirement is capped by the natural inflow"))
        if short.any():
            years, counts = np.unique(periods.year[short], return_counts=True)
            worst = int(np.argmax(counts))
            steps = np.isin(periods.of_step, np.flatnonzero(short & (periods.year == years[worst])))
            missing = np.where(short, 1.0 - got / np.where(asked, wanted, 1.0), 0.0)
            deepest = int(np.argmax(missing))
            why = reason_of(dataset, [claim], steps)
            parts.append(
                _(
                    "worst water year {year} with {lost} short{why}",
                    year=years[worst],
                    lost=counted(int(counts[worst]), periods.kind),
                    why=_(": {why}", why=why) if why else EMPTY,
                )
            )
            parts.append(
                _(
                    "longest gap {gap}; deepest in {period}, {share} missing",
                    gap=counted(longest_run(short), periods.kind),
                    period=periods.label(deepest),
                    share=percent(float(missing[deepest])),
                )
            )
        return sentences(*parts)


class LakeLevel(Requirement):
    """Share of days on which a lake stands in its target band, or above its lower bound."""

    rank: ClassVar[int] = 4
    type: Literal["lake_level"] = Field("lake_level", description="Type of the standard.")
    stores: tuple[str, ...] | None = Field(
        None, description="Lakes that are judged; default all with a target."
    )
    low: Level | None = Field(None, description="Foot of the band; default the lake's own target.")
    high: Level | None = Field(None, description="Top of the band; default the lake's own target.")
    measure: Literal["above_low", "inside"] = Field(
        "above_low", description="Count the days above the foot, or those inside the band."
    )
    share: Fraction = Field(0.9, description="Required share of days; default 90 %.")

    def check(self, dataset: Result) -> list[Verdict]:
        """Return one verdict for each lake."""
        quantity = (
            name_of("days_above_low_target")
            if self.measure == "above_low"
            else _("share of days inside the band")
        )
        names = items(dataset, "store")
        low = item_numbers(dataset, "store", "store_target_low_m")
        chosen = self.stores or tuple(
            sorted(name for i, name in enumerate(names) if np.isfinite(low[i]))
        )
        if not chosen:
            subject = Subject("all lakes", title=_("all lakes"))
            reason = _("no lake has a target level")
            return [self.not_judged(subject, quantity, reason)]
        verdicts: list[Verdict] = []
        for name in chosen:
            subject = store_subject(dataset, name)
            try:
                verdicts.append(self._judged(dataset, subject, quantity))
            except NotJudged as missing:
                verdicts.append(self.not_judged(subject, quantity, missing.reason, unit="%"))
        return verdicts

    def _judged(self, dataset: Result, subject: Subject, quantity: Message) -> Verdict:
        store = position(dataset, "store", subject.name)
        own_low = float(item_numbers(dataset, "store", "store_target_low_m")[store])
        own_high = float(item_numbers(dataset, "store", "store_target_high_m")[store])
        low = own_low if self.low is None else self.low
        high = own_high if self.high is None else self.high
        if not np.isfinite(low) or (self.measure == "inside" and not np.isfinite(high)):
            raise NotJudged(_("no target level is set"))
        level = series(dataset, "level", store)
        if not np.isfinite(level).all():
            raise NotJudged(
                _(
                    "the level is not a number on {steps} steps",
                    steps=int((~np.isfinite(level)).sum()),
                )
            )
        days = seconds_of(dataset) / SECONDS_PER_DAY
        below = level < low - _EQUAL
        above = level > high + _EQUAL if np.isfinite(high) else np.zeros(level.size, np.bool_)
        bad = below | above if self.measure == "inside" else below
        year = year_of_steps(dataset)
        band = f"{number(low)}-{number(high)} m" if np.isfinite(high) else f"{number(low)} m"
        parts = [
            _(
                "target {band}: {below} days below and {above} days above, of {all}",
                band=band,
                below=float(days[below].sum()),
                above=float(days[above].sum()),
                all=float(days.sum()),
            )
        ]
        lowest = int(np.argmin(level))
        date = str(dataset.variables["time"].values[lowest].astype("datetime64[D]"))
        parts.append(_("lowest level {level} m on {date}", level=float(level[lowest]), date=date))
        if bad.any():
            years = np.unique(year)
            lost = np.array([days[bad & (year == one)].sum() for one in years])
            worst = int(np.argmax(lost))
            parts.append(
                _(
                    "worst water year {year} with {days} days out",
                    year=years[worst],
                    days=float(lost[worst]),
                )
            )
        return self.judge(
            subject,
            quantity,
            required=100 * self.share,
            achieved=100 * float(days[~bad].sum() / days.sum()),
            unit="%",
            sense="at least",
            details=sentences(*parts, step_note(dataset)),
        )
