"""Artificial peaks 人造洪峰: a store that lets go more than ever arrives makes the flood worse."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from hydrosim.reading.text import Text, both, sentences
from hydrosim.standards.flood_criteria import flags, names_of, numbers, periods, texts
from hydrosim.standards.flood_reservoir import name_faults
from hydrosim.standards.flood_standard import FloodStandard, flood_told
from hydrosim.standards.telling import Subject
from hydrosim.standards.titles import node_title
from hydrosim.units import Name

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr

    from hydrosim.errors import Fault
    from hydrosim.standards.base import Place, WholeConfig
    from hydrosim.standards.verdict import Verdict

__all__ = ["FloodPeak"]

_RATIO = Text("outflow peak of inflow peak", "下泄峰值占入流峰值")
_PERCENT = 100.0


class FloodPeak(FloodStandard):
    """Outflow peaks of stores against their inflow peaks (不造峰).

    In every flood that reaches a store, the largest outflow behind its start may not exceed the
    largest inflow: design floods, and all floods under `flood.events`. An outflow that was larger
    at the start, such as that of a store which stands high, does not count.
    """

    rank: ClassVar[int] = 20
    type: Literal["flood_peak"] = Field("flood_peak", description="Type of the standard.")
    stores: tuple[Name, ...] | None = Field(
        None, description="Reservoirs and lakes that are judged; default all reservoirs."
    )

    def named_floods(self, config: WholeConfig) -> set[str]:
        """Return all floods of the config."""
        return set(config.flood.events) if config.flood is not None else set()

    def asked(self, dataset: xr.Dataset) -> Iterator[Verdict]:
        """Yield one verdict on each store."""
        nodes, dams = names_of(dataset, "node"), flags(dataset, "node_is_dam")
        every = [name for name, dam in zip(nodes, dams, strict=True) if dam]
        for name in self.stores or sorted(every):
            if name in nodes:
                yield self._of(dataset, name, nodes.index(name))
            else:
                subject = Subject(name, title=node_title(dataset, name))
                yield self.not_judged(subject, _RATIO, Text("no flood passes it", "无洪水经过"))

    def _of(self, dataset: xr.Dataset, name: str, item: int) -> Verdict:
        tier = texts(dataset, "node_tier")[item] if "node_tier" in dataset.coords else ""
        river = texts(dataset, "node_river")[item]
        subject = Subject(name, tier, river, node_title(dataset, name))
        inflow = numbers(dataset, "peak_inflow", item)
        more = numbers(dataset, "peak_increase", item)
        reached = np.flatnonzero(inflow > 0.0)
        if reached.size == 0:
            return self.not_judged(subject, _RATIO, Text("no flood reaches it", "无洪水到达"))
        ratios = 1.0 + more[reached] / inflow[reached]
        worst = int(reached[np.argmax(ratios)])
        worse = reached[more[reached] > 0.0]
        told = Text("in no flood does it release more than its inflow peak", "各场洪水均未造峰")
        if worse.size:
            told = sentences(
                both(
                    "releases more than its inflow peak in {count} of {all} floods",
                    "{all} 场洪水中有 {count} 场下泄峰值超过入流峰值（造峰）",
                    count=worse.size, all=reached.size,
                ),
                both(
                    "worst: {flood}, {out} out where {into} m3/s flow in",
                    "最大：{flood}，入流 {into} m3/s，下泄 {out} m3/s",
                    flood=flood_told(dataset, worst), out=float(inflow[worst] + more[worst]),
                    into=float(inflow[worst]),
                ),
            )  # fmt: skip
        verdict = self.judge(
            subject, _RATIO, required=_PERCENT, achieved=_PERCENT * float(ratios.max()), unit="%",
            sense="at most", told=told,
        )  # fmt: skip
        outcome = "fail" if worse.size else "pass"
        years = periods(dataset)[worse] if worse.size else np.zeros(0)
        known = years[np.isfinite(years)]
        least = float(known.min()) if known.size else math.nan
        flow = -float(more[worst]) if worse.size else None
        found = replace(verdict, outcome=outcome, margin_flow=flow)
        if math.isnan(least):
            return found
        return replace(found, reason=f"{found.reason} First in the flood of {least:g} years.",
                       reason_zh=f"{found.reason_zh}最早见于 {least:g} 年一遇洪水。")  # fmt: skip

    def faults(self, config: WholeConfig) -> list[Fault]:
        """Return the stores it names that the config does not have."""
        return name_faults(config, ("stores",), self.stores or (), _is_flood_store)


def _is_flood_store(kind: type[Place]) -> bool:
    return kind.is_store and kind.carries_floods()
