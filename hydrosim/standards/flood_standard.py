"""What the standards on floods share: criteria, return periods required and reached, words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from hydrosim.locale import EMPTY, Bilingual, Message, _, listed, pgettext, sentences, volume
from hydrosim.reading.flood import periods, season_titles, texts
from hydrosim.reading.words import SEASONS
from hydrosim.standards.flood_criteria import CASE_KEYS, reached
from hydrosim.standards.telling import Basis, Requirement, Subject
from hydrosim.standards.titles import plain_title

if TYPE_CHECKING:
    from hydrosim.reading.view import Result
    from hydrosim.standards.base import WholeConfig
    from hydrosim.standards.flood_criteria import Criterion, Reached
    from hydrosim.standards.verdict import Verdict

__all__ = [
    "Asked",
    "FloodStandard",
    "case_text",
    "cut_short",
    "flood_text",
    "standing",
    "worst_event",
]

_EVERY = _("all its places")
_CUT = _(
    "it still rises where the flood ends, and would not hold to the peak: see "
    "`duration: until_peaks`"
)
_NO_CLASS = _("no return period is required of it, by class, zone or config")


@dataclass(frozen=True, eq=False)
class Asked:
    """A criterion with the return period at which it is to hold; None where it is only reported.

    ``event`` names a flood of the config, such as the PMF, in which it is to hold instead.
    """

    criterion: Criterion
    years: float | None
    basis: Basis | None = None
    note: Message = EMPTY
    event: str | None = None


class FloodStandard(Requirement):
    """A requirement judged by design floods; the types of flood standard derive from it."""

    engine: ClassVar[str] = "flood"
    nothing: ClassVar[Message] = _("nothing that it judges")
    """Why it has no verdict, where the network has none of what it judges."""

    def named_floods(self, config: WholeConfig) -> set[str]:
        """Return the floods under ``flood.events`` that it judges."""
        del config
        return set()

    def asked(self, dataset: Result) -> Iterator[Asked | Verdict]:
        """Yield what is asked of each work; a verdict where it cannot be judged."""
        raise TypeError(type(self).__name__)

    def check(self, dataset: Result) -> list[Verdict]:
        """Return a verdict on each work and bound; one that says why where there is none."""
        found = [
            self._judged(dataset, one) if isinstance(one, Asked) else one
            for one in self.asked(dataset)
        ]
        if found:
            return found
        name = self._name or self.type_name
        subject = Subject(name, title=plain_title(name))
        return [self.not_judged(subject, _EVERY, self.nothing)]

    def criteria(self, dataset: Result) -> list[tuple[Criterion, float | None]]:
        """Return all criteria, each with the return period required of it [year]."""
        return [
            (one.criterion, one.years)
            for one in self.asked(dataset)
            if isinstance(one, Asked) and one.event is None
        ]

    def _judged(self, dataset: Result, asked: Asked) -> Verdict:
        criterion = asked.criterion
        if asked.event is not None:
            return self._judged_by_name(dataset, asked)
        stands = reached(dataset, criterion)
        if asked.years is None:
            reason = sentences(_NO_CLASS, standing(dataset, criterion, stands), asked.note)
            verdict = self.not_judged(
                criterion.subject, criterion.quantity, reason, required=criterion.bound,
                unit=criterion.unit, basis=asked.basis,
            )  # fmt: skip
            return replace(verdict, return_period_reached=stands.answer)
        worst = worst_event(dataset, criterion, asked.years)
        if worst is None:
            reason = _("no flood of {years} years was routed", years=asked.years)
            return self.not_judged(criterion.subject, criterion.quantity, reason)
        verdict = self._compared(dataset, asked, worst, standing(dataset, criterion, stands))
        return replace(
            verdict,
            outcome="fail" if stands.fails_at <= asked.years else "pass",
            return_period_required=asked.years,
            return_period_reached=stands.answer,
        )

    def _judged_by_name(self, dataset: Result, asked: Asked) -> Verdict:
        """Judge by the one flood that the config names."""
        found = np.flatnonzero(asked.criterion.judged)
        if found.size == 0:
            reason = _("the flood {name} does not reach it", name=asked.event)
            return self.not_judged(asked.criterion.subject, asked.criterion.quantity, reason)
        event = int(found[0])
        verdict = self._compared(dataset, asked, event, EMPTY)
        return replace(verdict, outcome="fail" if asked.criterion.failed[event] else "pass")

    def _compared(self, dataset: Result, asked: Asked, event: int, standing: Message) -> Verdict:
        """Compare value and bound in one flood."""
        criterion = asked.criterion
        verdict = self.judge(
            criterion.subject,
            criterion.quantity,
            required=criterion.bound / _size(criterion),
            achieved=float(criterion.value[event]) / _size(criterion),
            unit="Mm3" if criterion.unit == "m3" else criterion.unit,
            sense="at most",
            details=sentences(
                flood_text(dataset, event),
                _overtopped(criterion, event),
                _excess(criterion, event),
                standing,
                asked.note,
            ),
            basis=asked.basis,
        )
        return replace(
            verdict,
            margin_level=_at_event(criterion.level_margin, event),
            margin_flow=_at_event(criterion.flow_margin, event),
            margin_volume=_at_event(criterion.volume_margin, event),
        )


def cut_short(verdict: Verdict) -> Verdict:
    """Return a verdict of a flood that ends before its peak, and would not hold to the peak."""
    reason = sentences(verdict.reason, _CUT)
    details = sentences(verdict.details, _CUT)
    return replace(
        verdict,
        outcome="not provable",
        reason=reason,
        reason_zh=reason.in_language("zh"),
        details=details,
        details_zh=details.in_language("zh"),
    )


def _size(criterion: Criterion) -> float:
    return 1e6 if criterion.unit == "m3" else 1.0


def _at_event(values: object, event: int) -> float | None:
    if values is None:
        return None
    value = float(np.asarray(values)[event])
    return value if math.isfinite(value) else None


def worst_event(dataset: Result, criterion: Criterion, years: float) -> int | None:
    """Return the flood of a return period with the smallest margin, None without one."""
    at = np.flatnonzero(criterion.judged & np.isclose(periods(dataset), years, rtol=1e-9))
    if at.size == 0:
        return None
    over = np.zeros(criterion.value.size) if criterion.overflow is None else criterion.overflow
    return int(max(at, key=lambda i: (criterion.value[i], over[i])))


def flood_text(dataset: Result, event: int) -> Message:
    """Return a flood in words: its return period and case, or its title."""
    years = float(periods(dataset)[event])
    if math.isfinite(years):
        case = tuple(texts(dataset, f"event_{key}")[event] for key in CASE_KEYS)
        return _("flood of {years} years, {case}", years=years, case=case_text(dataset, case))
    name = texts(dataset, "event")[event]
    english, chinese = (
        texts(dataset, key)[event] if key in dataset.coords else ""
        for key in ("event_title", "event_title_zh")
    )
    return _("in the flood {title}", title=Bilingual(english or name, chinese))


def _overtopped(criterion: Criterion, event: int) -> Message:
    if criterion.overflow is None or not criterion.overflow[event] > 0.0:
        return EMPTY
    over = float(criterion.overflow[event])
    return _("overtopped: {over} pass over the crest", over=volume(over))


def _excess(criterion: Criterion, event: int) -> Message:
    """Return the volume above a safe discharge (超额洪量) in words, nothing where there is none."""
    if criterion.flow_margin is None or criterion.volume_margin is None:
        return EMPTY
    over = -float(criterion.volume_margin[event])
    if not over > 0.0:
        return EMPTY
    return _("{over} flow above it", over=volume(over))


def case_text(dataset: Result, case: tuple[str, ...]) -> Message:
    """Return season, scheme and typical flood in words."""
    season, scheme, typical = case
    name, _colon, leader = scheme.partition(":")
    schemes = {
        "site": _("its own flood"),
        "typical_year": _("composed as in the typical year"),
        "same_frequency": pgettext("composition", "{leader} at the same frequency", leader=leader),
    }
    title = season_titles(dataset).get(season, season)
    return _(
        "{season}, {scheme}, form of {typical}",
        season=title if season in SEASONS else _("season {season}", season=title),
        scheme=schemes.get(name, Message(scheme)),
        typical=typical,
    )


def standing(dataset: Result, criterion: Criterion, stands: Reached) -> Message:
    """Return the return period reached in words, season by season where they differ."""
    if math.isinf(stands.years):
        first = _("holds in all floods up to {most} years", most=stands.highest)
    elif stands.years == 0.0:
        first = _(
            "fails in the flood of {least} years already: {case}",
            least=stands.lowest,
            case=case_text(dataset, stands.case),
        )
    else:
        first = _(
            "holds up to {years} years, fails from {fails} years on ({case})",
            years=stands.years,
            fails=stands.fails_at,
            case=case_text(dataset, stands.case),
        )
    return sentences(first, _by_season(dataset, criterion))


def _by_season(dataset: Result, criterion: Criterion) -> Message:
    labels = list(zip(*(texts(dataset, f"event_{key}") for key in CASE_KEYS), strict=True))
    cases = sorted({labels[i] for i in np.flatnonzero(criterion.judged)})
    if len(cases) < 2:
        return EMPTY
    least: dict[str, Reached] = {}
    for case in cases:
        one = reached(dataset, criterion, case)
        if case[0] not in least or one.fails_at < least[case[0]].fails_at:
            least[case[0]] = one
    if len(least) < 2:
        return EMPTY
    titles = season_titles(dataset)
    seasons = listed(
        _("{name} {years}", name=titles.get(name, name), years=one.text)
        for name, one in least.items()
    )
    return _("years by season: {seasons}", seasons=seasons)
