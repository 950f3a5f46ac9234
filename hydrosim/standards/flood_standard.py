"""What the standards on floods share: criteria, return periods required and reached, words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from hydrosim.reading.text import EMPTY, Text, both, listed, sentences, volume
from hydrosim.standards.flood_criteria import CASE_KEYS, periods, reached, texts
from hydrosim.standards.telling import Basis, Requirement

if TYPE_CHECKING:
    import xarray as xr

    from hydrosim.standards.base import WholeConfig
    from hydrosim.standards.flood_criteria import Criterion, Reached
    from hydrosim.standards.verdict import Verdict

__all__ = ["Asked", "FloodStandard", "case_told", "flood_told", "standing", "worst_event"]

_NO_CLASS = Text("no return period is required of it, by class, zone or config", "未规定其防洪标准")


@dataclass(frozen=True, eq=False)
class Asked:
    """A criterion with the return period at which it is to hold; None where it is only told.

    ``event`` names a flood of the config, such as the PMF, in which it is to hold instead.
    """

    criterion: Criterion
    years: float | None
    basis: Basis | None = None
    note: Text = EMPTY
    event: str | None = None


class FloodStandard(Requirement):
    """A requirement judged by design floods; the types of flood standard derive from it."""

    engine: ClassVar[str] = "flood"

    def named_floods(self, config: WholeConfig) -> set[str]:
        """Return the floods under ``flood.events`` that it judges."""
        del config
        return set()

    def asked(self, dataset: xr.Dataset) -> Iterator[Asked | Verdict]:
        """Yield what is asked of each work; a verdict where it cannot be judged."""
        raise TypeError(type(self).__name__)

    def check(self, dataset: xr.Dataset) -> list[Verdict]:
        """Return a verdict on each work and bound."""
        return [
            self._judged(dataset, one) if isinstance(one, Asked) else one
            for one in self.asked(dataset)
        ]

    def criteria(self, dataset: xr.Dataset) -> list[tuple[Criterion, float | None]]:
        """Return all criteria, each with the return period required of it [year]."""
        return [
            (one.criterion, one.years)
            for one in self.asked(dataset)
            if isinstance(one, Asked) and one.event is None
        ]

    def _judged(self, dataset: xr.Dataset, asked: Asked) -> Verdict:
        criterion = asked.criterion
        if asked.event is not None:
            return self._judged_by_name(dataset, asked)
        stands = reached(dataset, criterion)
        if asked.years is None:
            told = sentences(_NO_CLASS, standing(dataset, criterion, stands), asked.note)
            verdict = self.not_judged(
                criterion.subject, criterion.quantity, told, required=criterion.bound,
                unit=criterion.unit, basis=asked.basis,
            )  # fmt: skip
            return replace(verdict, return_period_reached=stands.answer)
        worst = worst_event(dataset, criterion, asked.years)
        if worst is None:
            reason = both(
                "no flood of {years} years was routed", "未演算 {years} 年一遇洪水",
                years=asked.years,
            )  # fmt: skip
            return self.not_judged(criterion.subject, criterion.quantity, reason)
        verdict = self._compared(dataset, asked, worst, standing(dataset, criterion, stands))
        return replace(
            verdict,
            outcome="fail" if stands.fails_at <= asked.years else "pass",
            return_period_required=asked.years,
            return_period_reached=stands.answer,
        )

    def _judged_by_name(self, dataset: xr.Dataset, asked: Asked) -> Verdict:
        """Judge by the one flood that the config names."""
        found = np.flatnonzero(asked.criterion.judged)
        if found.size == 0:
            reason = both(
                "the flood {name} does not reach it", "洪水 {name} 未到达", name=asked.event
            )
            return self.not_judged(asked.criterion.subject, asked.criterion.quantity, reason)
        event = int(found[0])
        verdict = self._compared(dataset, asked, event, EMPTY)
        return replace(verdict, outcome="fail" if asked.criterion.failed[event] else "pass")

    def _compared(self, dataset: xr.Dataset, asked: Asked, event: int, standing: Text) -> Verdict:
        """Compare value and bound in one flood."""
        criterion = asked.criterion
        verdict = self.judge(
            criterion.subject,
            criterion.quantity,
            required=criterion.bound / _size(criterion),
            achieved=float(criterion.value[event]) / _size(criterion),
            unit="Mm3" if criterion.unit == "m3" else criterion.unit,
            sense="at most",
            told=sentences(
                flood_told(dataset, event),
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


def _size(criterion: Criterion) -> float:
    return 1e6 if criterion.unit == "m3" else 1.0


def _at_event(values: object, event: int) -> float | None:
    if values is None:
        return None
    value = float(np.asarray(values)[event])
    return value if math.isfinite(value) else None


def worst_event(dataset: xr.Dataset, criterion: Criterion, years: float) -> int | None:
    """Return the flood of a return period in which the least was left, None without one."""
    at = np.flatnonzero(criterion.judged & np.isclose(periods(dataset), years, rtol=1e-9))
    if at.size == 0:
        return None
    over = np.zeros(criterion.value.size) if criterion.overflow is None else criterion.overflow
    return int(max(at, key=lambda i: (criterion.value[i], over[i])))


def flood_told(dataset: xr.Dataset, event: int) -> Text:
    """Return a flood in words: its return period and case, or its title."""
    years = float(periods(dataset)[event])
    if math.isfinite(years):
        case = tuple(texts(dataset, f"event_{key}")[event] for key in CASE_KEYS)
        return both("flood of {years} years, {case}", "{years} 年一遇，{case}",
                    years=years, case=case_told(case))  # fmt: skip
    name = texts(dataset, "event")[event]
    titles = [
        texts(dataset, key)[event] if key in dataset.coords else ""
        for key in ("event_title", "event_title_zh")
    ]
    title = Text(titles[0] or name, titles[1] or titles[0] or name)
    return both("in the flood {title}", "{title}", title=title)


def _overtopped(criterion: Criterion, event: int) -> Text:
    if criterion.overflow is None or not criterion.overflow[event] > 0.0:
        return EMPTY
    over = float(criterion.overflow[event])
    return both("overtopped: {over} pass over the crest", "漫顶：{over} 越过坝顶",
                over=volume(over))  # fmt: skip


def _excess(criterion: Criterion, event: int) -> Text:
    """Tell the volume above a safe discharge (超额洪量)."""
    if criterion.flow_margin is None or criterion.volume_margin is None:
        return EMPTY
    over = -float(criterion.volume_margin[event])
    if not over > 0.0:
        return EMPTY
    return both("{over} flow above it", "超额洪量 {over}", over=volume(over))


def case_told(case: tuple[str, ...]) -> Text:
    """Return season, scheme and typical flood in words."""
    season, scheme, typical = case
    name, _, leader = scheme.partition(":")
    schemes = {
        "site": Text("its own flood", "本站设计洪水"),
        "typical_year": Text("composed as in the typical year", "典型年法组成"),
        "same_frequency": Text(f"{leader} at the same frequency", f"{leader}同频率组成"),
    }
    return both(
        "season {season}, {scheme}, form of {typical}", "{season} 分期，{scheme}，{typical} 典型",
        season=season, scheme=schemes.get(name, Text(scheme, scheme)), typical=typical,
    )  # fmt: skip


def standing(dataset: xr.Dataset, criterion: Criterion, stands: Reached) -> Text:
    """Return the return period reached in words, season by season where they differ."""
    if math.isinf(stands.years):
        first = both("holds in all floods up to {most} years", "各频率洪水（至 {most} 年）均满足",
                     most=stands.highest)  # fmt: skip
    elif stands.years == 0.0:
        first = both(
            "fails in the flood of {least} years already: {case}",
            "{least} 年一遇即不满足：{case}",
            least=stands.lowest, case=case_told(stands.case),
        )  # fmt: skip
    else:
        first = both(
            "holds up to {years} years, fails from {fails} years on ({case})",
            "可抗 {years} 年一遇，{fails} 年一遇起不满足（{case}）",
            years=stands.years, fails=stands.fails_at, case=case_told(stands.case),
        )  # fmt: skip
    return sentences(first, _by_season(dataset, criterion))


def _by_season(dataset: xr.Dataset, criterion: Criterion) -> Text:
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
    told = listed(Text(f"{name} {one.told}", f"{name} {one.told}") for name, one in least.items())
    return both("years by season: {told}", "分期（年）：{told}", told=told)
