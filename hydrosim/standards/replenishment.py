"""Replenishment 生态补水 by river and source, and goals for single rivers (一河一策)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from hydrosim.standards.entry import Entry, first_entry, planned_entry
from hydrosim.standards.reading import (
    SECONDS_PER_DAY,
    NotJudged,
    claims_of,
    item_texts,
    items,
    position,
    reason_of,
    recorded_items,
    seconds_of,
    series,
    whole_years,
    year_of_steps,
)
from hydrosim.standards.telling import Requirement, Subject, number, percent, sentences
from hydrosim.units import AnnualVolume, Flow, Fraction

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from hydrosim.standards.verdict import Verdict

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

__all__ = ["Replenishment", "RiverGoal"]

_KINDS = ("ecology", "replenishment")
_PLANNED_KINDS = ("ecology",)
_VOLUME = "replenished volume"
_UNIT = "Mm3/year"
_MEGA = 1e6
_EQUAL = 1e-9


class Replenishment(Requirement):
    """Water released by decision for ecology, a year, counted once where it first enters.

    Spill and base flow never count, nor does water for parks and streets, which names no river,
    unless ``nodes`` does. Without ``volume`` the plan is what the planned replenishments
    (claims of kind ecology) ask for; water beyond the plan counts towards it all the same.
    """

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

    def check(self, dataset: xr.Dataset) -> list[Verdict]:
        """Return a verdict for the chosen whole, or for each claim, each river and the total."""
        river = item_texts(dataset, "claim", "claim_river")
        chosen = claims_of(dataset, _KINDS, nodes=self.nodes, rivers=self.rivers)
        if self.nodes is None and self.rivers is None and any(river[i] for i in chosen):
            chosen = [i for i in chosen if river[i]]
        whole = Subject(_whole_name(self.rivers, self.nodes), river=_only(self.rivers))
        if not chosen:
            return [self.not_judged(whole, _VOLUME, "the result has no replenishment here")]
        if self.volume is not None:
            return [self._judged(dataset, whole, chosen)]
        names = items(dataset, "claim")
        tier = item_texts(dataset, "claim", "claim_tier")
        kind = item_texts(dataset, "claim", "claim_kind")
        subjects = [
            (Subject(names[i], tier[i], river[i]), [i]) for i in chosen if kind[i] in _PLANNED_KINDS
        ]
        subjects.extend(
            (Subject(f"river {name}", "", name), [i for i in chosen if river[i] == name])
            for name in sorted({river[i] for i in chosen if kind[i] in _PLANNED_KINDS} - {""})
        )
        if whole.name not in {subject.name for subject, _ in subjects}:
            subjects.append((whole, chosen))
        return [self._judged(dataset, subject, claims) for subject, claims in subjects]

    def _judged(self, dataset: xr.Dataset, subject: Subject, claims: list[int]) -> Verdict:
        try:
            years = whole_years(dataset)
            entry = first_entry(dataset, claims, years, self.sources)
            planned = self._planned(dataset, claims, years)
        except NotJudged as missing:
            return self.not_judged(subject, _VOLUME, str(missing), unit=_UNIT)
        told = _told(dataset, claims, entry, years, planned)
        if self.rate is None:
            return self.judge(
                subject,
                _VOLUME,
                required=float(planned.mean()) / _MEGA,
                achieved=float(entry.total.mean()) / _MEGA,
                unit=_UNIT,
                sense="at least",
                told=told,
            )
        return _share_of_years(self, subject, _VOLUME, (entry.total, planned), self.rate, told)

    def _planned(self, dataset: xr.Dataset, claims: list[int], years: Integers) -> Floats:
        if self.volume is not None:
            return np.full(years.size, self.volume)
        kind = item_texts(dataset, "claim", "claim_kind")
        asked = [i for i in claims if kind[i] in _PLANNED_KINDS]
        planned = planned_entry(dataset, asked, years) if asked else np.zeros(years.size)
        if not planned.any():
            msg = "no planned volume is set: give `volume`, or a demand for ecology"
            raise NotJudged(msg)
        return planned


class RiverGoal(Requirement):
    """A goal of one river (一河一策): replenished volume a year, days a year with flow, or both."""

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

    def check(self, dataset: xr.Dataset) -> list[Verdict]:
        """Return a verdict on the volume, on the days, or on both."""
        verdicts: list[Verdict] = []
        subject = Subject(f"river {self.river}", "", self.river)
        if self.volume is None and self.days is None:
            return [self.not_judged(subject, "goal", "neither `volume` nor `days` is set")]
        for wanted, quantity, method in (
            (self.volume, _VOLUME, self._volume),
            (self.days, "days with flow", self._days),
        ):
            if wanted is None:
                continue
            try:
                years = whole_years(dataset)
                values, told = method(dataset, years)
            except NotJudged as missing:
                verdicts.append(self.not_judged(subject, quantity, str(missing)))
                continue
            pair = (values, np.full(years.size, float(wanted)))
            verdicts.append(_share_of_years(self, subject, quantity, pair, self.rate, told))
        return verdicts

    def _volume(self, dataset: xr.Dataset, years: Integers) -> tuple[Floats, str]:
        claims = claims_of(dataset, _KINDS, rivers=(self.river,))
        if not claims:
            msg = f"the result has no replenishment of river {self.river!r}"
            raise NotJudged(msg)
        entry = first_entry(dataset, claims, years, self.sources)
        planned = np.full(years.size, self.volume or 0.0)
        goal = f"Goal {_mega(planned[0])} {_UNIT} in {percent(self.rate)} of the years"
        return entry.total, sentences(goal, _told(dataset, claims, entry, years, planned))

    def _days(self, dataset: xr.Dataset, years: Integers) -> tuple[Floats, str]:
        names, rivers = items(dataset, "reach"), item_texts(dataset, "reach", "reach_river")
        flowing = recorded_items(dataset, "discharge")
        chosen = self.reaches or tuple(
            sorted(n for i, n in enumerate(names) if rivers[i] == self.river and i in flowing)
        )
        if not chosen:
            msg = f"the run recorded no discharge of river {self.river!r}"
            raise NotJudged(msg)
        of_step = year_of_steps(dataset)
        days = seconds_of(dataset) / SECONDS_PER_DAY
        counted: list[Floats] = []
        for name in chosen:
            discharge = series(dataset, "discharge", position(dataset, "reach", name))
            if not np.isfinite(discharge[np.isin(of_step, years)]).all():
                msg = f"the discharge of {name!r} holds NaN"
                raise NotJudged(msg)
            flowing = np.where(discharge >= self.flow, days, 0.0)
            counted.append(np.array([flowing[of_step == year].sum() for year in years]))
        worst = int(np.argmin([values.mean() for values in counted]))
        values = counted[worst]
        least = int(np.argmin(values))
        return values, sentences(
            f"Goal {self.days} days a year of {number(self.flow)} m3/s or more in"
            f" {percent(self.rate)} of the years",
            f"At {chosen[worst]}{', the driest reach,' if len(chosen) > 1 else ''} on average"
            f" {number(float(values.mean()))} days a year",
            f"Worst water year {years[least]} with {number(float(values[least]))} days",
        )


def _share_of_years(
    standard: Requirement,
    subject: Subject,
    quantity: str,
    pair: tuple[Floats, Floats],
    rate: float,
    told: str,
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
        told=sentences(f"{int(good.sum())} of {good.size} complete water years reach it", told),
    )


def _told(
    dataset: xr.Dataset, claims: list[int], entry: Entry, years: Integers, planned: Floats
) -> str:
    total = entry.total
    shares = sorted((-float(volume.mean()), name) for name, volume in entry.by_origin.items())
    listed = ", ".join(f"{name} {_mega(-volume)}" for volume, name in shares if volume < 0)
    through = float((entry.arrived - total).mean())
    worst = int(np.argmin(total - planned))
    short = total[worst] < planned[worst] * (1.0 - _EQUAL)
    why = ""
    if short:
        why = reason_of(dataset, claims, year_of_steps(dataset) == years[worst])
    return sentences(
        f"Mean by source [{_UNIT}]: {listed}" if listed else "",
        f"Counted once at first entry; {_mega(through)} {_UNIT} of through-flow not again"
        if through > 0.5
        else "",
        f"Worst water year {years[worst]} with {_mega(float(total[worst]))} of"
        f" {_mega(float(planned[worst]))} Mm3{': ' + why if why else ''}",
    )


def _mega(volume: float) -> str:
    return number(volume / _MEGA)


def _only(names: tuple[str, ...] | None) -> str:
    return names[0] if names is not None and len(names) == 1 else ""


def _whole_name(rivers: tuple[str, ...] | None, nodes: tuple[str, ...] | None) -> str:
    if rivers is None and nodes is None:
        return "all rivers"
    parts = [f"river {name}" for name in rivers or ()] + list(nodes or ())
    return ", ".join(parts)
