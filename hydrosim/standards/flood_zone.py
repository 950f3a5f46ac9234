"""Protected zones 防护区: what a city or rural zone asks of the chain that protects it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from hydrosim.errors import Fault
from hydrosim.locale import AND, EMPTY, Bilingual, Message, _, listed, sentences
from hydrosim.reading.items import NotJudged
from hydrosim.standards.flood_criteria import Reached, reached
from hydrosim.standards.flood_reservoir import name_faults
from hydrosim.standards.flood_standard import Asked, FloodStandard, standing, worst_event
from hydrosim.standards.flood_works import member_criteria
from hydrosim.standards.tables import basis_of, load_table
from hydrosim.standards.telling import Basis, Subject
from hydrosim.standards.titles import node_title, plain_title
from hydrosim.units import Area, Name, Persons, ReturnPeriod

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.reading.view import Result
    from hydrosim.standards.base import WholeConfig
    from hydrosim.standards.flood_criteria import Criterion
    from hydrosim.standards.verdict import Verdict

__all__ = ["FloodZone", "size_row", "zone_row"]

TABLES = {
    "urban": "city_flood_class", "rural": "rural_flood_class", "industry": "industrial_flood_class",
}  # fmt: skip
TEN_THOUSAND = 1e4
TEN_THOUSAND_MU_M2 = 1e8 / 15.0
_KINDS = {
    "urban": _("city protection zone"),
    "rural": _("rural protection zone"),
    "industry": _("industrial zone"),
}
_PERIOD = _("return period of the chain")


class FloodZone(FloodStandard):
    """A protected zone, whose standard is the least that the works of its chain stand.

    The class follows from population, economy or farmland (GB 50201, the higher of the columns),
    the return period required from the class. `protects` names the works: reservoirs by their
    flood-control level, lakes and sections by guaranteed level or safe discharge, reaches by safe
    discharge, basins by capacity. Reservoirs whose own `protects` names one of them belong to it.
    """

    rank: ClassVar[int] = 15
    type: Literal["flood_zone"] = Field("flood_zone", description="Type of the standard.")
    title: str | dict[str, str] | None = Field(None, description="Name shown to readers.")
    kind: Literal["urban", "rural", "industry"] = Field(
        "urban", description="Which table gives its class."
    )
    protects: tuple[Name, ...] = Field(min_length=1, description="Works that protect it.")
    population: Persons | None = Field(None, description="People who live in it.")
    economy: Persons | None = Field(
        None, description="Equivalent economic scale (当量经济规模), of a city, in persons."
    )
    farmland: Area | None = Field(None, description="Cultivated land of a rural zone.")
    size: Literal["largest", "large", "medium", "small"] | None = Field(
        None, description="Size of an industrial or mining plant."
    )
    flood_class: Literal["I", "II", "III", "IV"] | None = Field(
        None, alias="class", description="Class, instead of that by size."
    )
    return_period: ReturnPeriod | None = Field(
        None, description="Return period required, instead of the lower end of the class."
    )

    def required(self) -> tuple[float | None, Basis | None, Message]:
        """Return the return period required [year], where it comes from, and the class in words."""
        row = zone_row(self)
        if row is None:
            return self.return_period, None, EMPTY
        low, high = row["return_period"]
        span = f"{low}" if high is None else f"{low}-{high}"
        class_text = _(
            "{kind} of class {name}: {span} years",
            kind=_KINDS[self.kind],
            name=row["name"],
            span=span,
        )
        by_size = size_row(self)
        if by_size is not None and by_size is not row:
            other = _("by its size it would be of class {name}", name=by_size["name"])
            class_text = sentences(class_text, other)
        if self.return_period is not None:
            return self.return_period, None, class_text
        return float(low), self.basis_or_own(basis_of(TABLES[self.kind], row)), class_text

    def asked(self, dataset: Result) -> Iterator[Asked | Verdict]:
        """Yield the criteria of all members, so that the return period of each is narrowed down."""
        years = self.required()[0]
        for name in chain_of(dataset, self.protects):
            try:
                yield from (Asked(one, years) for one in member_criteria(dataset, name))
            except NotJudged:
                continue

    def check(self, dataset: Result) -> list[Verdict]:
        """Return one verdict: the chain as a whole, with the first member that fails."""
        subject = self._subject()
        years, basis, class_text = self.required()
        members: list[tuple[Criterion, Reached]] = []
        for name in chain_of(dataset, self.protects):
            try:
                found = member_criteria(dataset, name)
            except NotJudged as missing:
                reason = _("{name}: {why}", name=node_title(dataset, name), why=missing.reason)
                return [self.not_judged(subject, _PERIOD, reason, required=years, unit="years",
                                        basis=basis)]  # fmt: skip
            members.extend((one, reached(dataset, one)) for one in found)
        first, least = min(members, key=lambda member: member[1].fails_at)
        chain = _chain_text(members)
        if years is None:
            reason = sentences(_("no class or return period is given"), chain)
            verdict = self.not_judged(subject, _PERIOD, reason)
            return [replace(verdict, return_period_reached=least.answer)]
        held = least.highest if math.isinf(least.years) else least.years
        weakest = _("first to fail: {name}", name=first.subject.label)
        if math.isinf(least.fails_at):
            weakest = EMPTY
        verdict = self.judge(
            subject, _PERIOD, required=years, achieved=held, unit="years", sense="at least",
            details=sentences(weakest, standing(dataset, first, least), chain, class_text),
            basis=basis,
        )  # fmt: skip
        return [_with_margins(dataset, verdict, first, least, years)]

    def _subject(self) -> Subject:
        title = self.title
        if isinstance(title, dict):
            text = Bilingual(title.get("en", ""), title.get("zh", ""))
        else:
            text = Message(title) if title else plain_title(self._name)
        if not title and not self._name:
            text = _KINDS[self.kind]
        return Subject(text.lower(), title=text)

    def faults(self, config: WholeConfig) -> list[Fault]:
        """Return works that it names and the config does not have, and sizes that do not fit."""
        faults = name_faults(
            config, ("protects",), self.protects, lambda kind: bool(kind.flood_bounds)
        )
        fitting = {"urban": ("population", "economy"), "rural": ("population", "farmland"),
                   "industry": ("size",)}  # fmt: skip
        sizes = {
            "population": self.population, "economy": self.economy,
            "farmland": self.farmland, "size": self.size,
        }  # fmt: skip
        for key, given in sizes.items():
            if given is not None and key not in fitting[self.kind]:
                expected = _(
                    "{fitting} of its kind",
                    fitting=listed([f"`{one}`" for one in fitting[self.kind]], AND),
                )
                faults.append(
                    Fault(
                        (key,),
                        _("`{key}` of a zone of kind {kind}", key=key, kind=self.kind),
                        expected,
                    )
                )
        sized = any(sizes[key] is not None for key in fitting[self.kind])
        if not sized and self.flood_class is None and self.return_period is None:
            given = ", ".join(f"`{key}`" for key in fitting[self.kind])
            expected = _("{given}, `class` or `return_period`", given=given)
            faults.append(Fault((), _("a zone without size, class and return period"), expected))
        return faults


def zone_row(zone: FloodZone) -> dict[str, Any] | None:
    """Return the row of a zone's class: the given one, else the highest of its columns."""
    if zone.flood_class is None:
        return size_row(zone)
    rows: list[dict[str, Any]] = load_table(TABLES[zone.kind])["rows"]
    return next((row for row in rows if row["name"] == zone.flood_class), None)


def size_row(zone: FloodZone) -> dict[str, Any] | None:
    """Return the row of a zone's class by size, the highest of its columns; None without sizes."""
    rows: list[dict[str, Any]] = load_table(TABLES[zone.kind])["rows"]
    if zone.kind == "industry":
        return next((row for row in rows if row["size"] == zone.size), None)
    sizes = {
        "population": None if zone.population is None else zone.population / TEN_THOUSAND,
        "economy": None if zone.economy is None else zone.economy / TEN_THOUSAND,
        "farmland": None if zone.farmland is None else zone.farmland / TEN_THOUSAND_MU_M2,
    }
    for row in rows:
        for key, size in sizes.items():
            if size is not None and key in row and size >= row[key]:
                return row
    return None


def chain_of(dataset: Result, protects: tuple[str, ...]) -> list[str]:
    """Return the works of a chain: those named, and reservoirs that protect one of them."""
    import json

    known: dict[str, list[str]] = json.loads(str(dataset.attrs.get("protects") or "{}"))
    more = [name for name, below in sorted(known.items()) if set(below) & set(protects)]
    return [*protects, *(name for name in more if name not in protects)]


def _chain_text(members: list[tuple[Criterion, Reached]]) -> Message:
    parts = listed(
        _("{name} {years}", name=one.subject.label, years=stands.text) for one, stands in members
    )
    return _("chain, years: {parts}", parts=parts)


def _with_margins(
    dataset: Result, verdict: Verdict, first: Criterion, least: Reached, years: float
) -> Verdict:
    """Add return periods, and the margins of the first member that fails in the flood required."""
    worst = worst_event(dataset, first, years)

    def at(values: Any) -> float | None:
        return None if worst is None or values is None else float(values[worst])

    return replace(
        verdict,
        outcome="fail" if least.fails_at <= years else "pass",
        return_period_required=years,
        return_period_reached=least.answer,
        margin_level=at(first.level_margin),
        margin_flow=at(first.flow_margin),
        margin_volume=at(first.volume_margin),
    )
