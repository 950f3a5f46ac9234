"""Artificial peaks 人造洪峰: a store that lets go more than ever arrives makes the flood worse."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from hydrosim.locale import EMPTY, Message, _, sentences
from hydrosim.reading.flood import flags, peaks, periods, texts
from hydrosim.reading.items import items
from hydrosim.standards.flood_reservoir import name_faults
from hydrosim.standards.flood_standard import FloodStandard, flood_text
from hydrosim.standards.telling import Subject
from hydrosim.standards.titles import node_title
from hydrosim.units import Name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.errors import Fault
    from hydrosim.reading.view import Result
    from hydrosim.standards.base import Place, WholeConfig
    from hydrosim.standards.verdict import Verdict

__all__ = ["FloodPeak"]

_RATIO = _("outflow peak of inflow peak")
_PERCENT = 100.0


class FloodPeak(FloodStandard):
    """Outflow peaks of stores against their inflow peaks (不造峰).

    In every flood that reaches a store, the largest outflow behind its start may not exceed the
    largest inflow: design floods, and all floods under `flood.events`. An outflow that was larger
    at the start, such as that of a store which stands high, does not count.
    """

    rank: ClassVar[int] = 20
    nothing: ClassVar[Message] = _("there is no reservoir")
    type: Literal["flood_peak"] = Field("flood_peak", description="Type of the standard.")
    stores: tuple[Name, ...] | None = Field(
        None, description="Reservoirs and lakes that are judged; default all reservoirs."
    )

    def named_floods(self, config: WholeConfig) -> set[str]:
        """Return all floods of the config."""
        return set(config.flood.events) if config.flood is not None else set()

    def asked(self, dataset: Result) -> Iterator[Verdict]:
        """Yield one verdict on each store."""
        nodes, dams = items(dataset, "node"), flags(dataset, "node_is_dam")
        every = [name for name, dam in zip(nodes, dams, strict=True) if dam]
        for name in self.stores or sorted(every):
            if name in nodes:
                yield self._of(dataset, name, nodes.index(name))
            else:
                subject = Subject(name, title=node_title(dataset, name))
                yield self.not_judged(subject, _RATIO, _("no flood passes it"))

    def _of(self, dataset: Result, name: str, item: int) -> Verdict:
        tier = texts(dataset, "node_tier")[item] if "node_tier" in dataset.coords else ""
        river = texts(dataset, "node_river")[item]
        subject = Subject(name, tier, river, node_title(dataset, name))
        inflow = peaks(dataset, "peak_inflow", item)
        more = peaks(dataset, "peak_increase", item)
        reached = np.flatnonzero(inflow > 0.0)
        if reached.size == 0:
            return self.not_judged(subject, _RATIO, _("no flood reaches it"))
        ratios = 1.0 + more[reached] / inflow[reached]
        worst = int(reached[np.argmax(ratios)])
        worse = reached[more[reached] > 0.0]
        details = _("in no flood does it release more than its inflow peak")
        if worse.size:
            years = periods(dataset)[worse]
            known = years[np.isfinite(years)]
            details = sentences(
                _(
                    "releases more than its inflow peak in {count} of {all} floods",
                    count=worse.size,
                    all=reached.size,
                ),
                _(
                    "worst: {flood}, {out} out where {into} m3/s flow in",
                    flood=flood_text(dataset, worst),
                    out=float(inflow[worst] + more[worst]),
                    into=float(inflow[worst]),
                ),
                _("first in the flood of {years:g} years", years=float(known.min()))
                if known.size
                else EMPTY,
            )
        verdict = self.judge(
            subject, _RATIO, required=_PERCENT, achieved=_PERCENT * float(ratios.max()), unit="%",
            sense="at most", details=details,
        )  # fmt: skip
        outcome = "fail" if worse.size else "pass"
        flow = -float(more[worst]) if worse.size else None
        return replace(verdict, outcome=outcome, margin_flow=flow)

    def faults(self, config: WholeConfig) -> list[Fault]:
        """Return the stores it names that the config does not have."""
        return name_faults(config, ("stores",), self.stores or (), _is_flood_store)


def _is_flood_store(kind: type[Place]) -> bool:
    return kind.is_store and kind.carries_floods()
