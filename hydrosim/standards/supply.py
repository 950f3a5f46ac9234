"""Supply: the guarantee 供水保证率 of each use and the allowed depth of a break 破坏深度."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from hydrosim.locale import EMPTY, Message, _, counted, listed, percent, sentences
from hydrosim.reading.items import NotJudged, item_numbers, item_texts
from hydrosim.reading.kinds import FIRM
from hydrosim.reading.supply import claims_of
from hydrosim.reading.words import word
from hydrosim.standards.breaks import NEVER_WANTED, Record, merge_records, record_of
from hydrosim.standards.periods import claim_periods
from hydrosim.standards.refuted import is_refuted, refuted_message
from hydrosim.standards.tables import basis_of, row_of
from hydrosim.standards.telling import Basis, Requirement, Subject, used_by
from hydrosim.standards.titles import node_title
from hydrosim.units import Fraction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hydrosim.reading.view import Result
    from hydrosim.standards.verdict import Verdict

__all__ = ["Guarantee"]

_RATE = _("guarantee")
_DEPTH = _("deepest monthly shortage")
_MOST_YEARS = 6


@dataclass(frozen=True)
class _Member:
    """The claims of one use at one node: what is supplied as one."""

    node: str
    use: str
    tier: str
    river: str
    claims: tuple[int, ...]
    period: Literal["month", "dekad"]
    target: float | None
    limit: float | None
    own_target: bool
    own_limit: bool


class Guarantee(Requirement):
    """Years of full supply over all years, m/(n+1), by node, tier and use.

    A period (month, or dekad 旬) is met when the supplied volume reaches ``1 - tolerance`` of the
    demand, and a water year when all its periods are. Only complete water years count. Planned
    ecological demands are judged like any other; opportunistic replenishment is not.
    """

    rank: ClassVar[int] = 0
    type: Literal["guarantee"] = Field("guarantee", description="Type of the standard.")
    targets: dict[str, Fraction] = Field(
        default_factory=dict,
        description="Wanted rate by use; a demand's own `guarantee` stands above it, the"
        " national table below.",
    )
    depth_limits: dict[str, Fraction] = Field(
        default_factory=dict,
        description="Allowed short share of a period's demand by use; a demand's own limit stands"
        " above it, the national table below.",
    )
    tolerance: Fraction = Field(
        0.01, description="Short share of a period's demand that still counts as full supply."
    )
    by: tuple[Literal["node", "tier", "use"], ...] = Field(
        ("node", "tier", "use"),
        description="Verdicts for each node, each tier's use, each use of the whole network.",
    )
    uses: tuple[str, ...] | None = Field(None, description="Uses that are judged; default all.")
    nodes: tuple[str, ...] | None = Field(None, description="Nodes that are judged; default all.")
    period: Literal["month", "dekad"] | None = Field(
        None, description="Period that is judged; default that of each demand."
    )

    def check(self, dataset: Result) -> list[Verdict]:
        """Return a rate for each subject, and a depth where a limit is set."""
        members = self._members(dataset)
        if not members:
            subject = Subject("all demands", title=_("all demands"))
            reason = _("the result has no demand of this kind")
            return [self.not_judged(subject, _RATE, reason)]
        records: dict[_Member, Record | Message] = {}
        for member in members:
            try:
                records[member] = record_of(dataset, member.claims, member.period, self.tolerance)
            except NotJudged as missing:
                records[member] = missing.reason
        verdicts: list[Verdict] = []
        for subject, group in self._subjects(dataset, members):
            verdicts.extend(self._judged(dataset, subject, group, records))
        return verdicts

    def _members(self, dataset: Result) -> list[_Member]:
        chosen = claims_of(dataset, FIRM, nodes=self.nodes, uses=self.uses)
        node = item_texts(dataset, "claim", "claim_node")
        use = item_texts(dataset, "claim", "claim_use", "other")
        tier = item_texts(dataset, "claim", "claim_tier")
        river = item_texts(dataset, "claim", "claim_river")
        period = claim_periods(dataset)
        target = item_numbers(dataset, "claim", "claim_guarantee")
        limit = item_numbers(dataset, "claim", "claim_depth_limit")
        groups: dict[tuple[str, str], list[int]] = {}
        for i in chosen:
            groups.setdefault((node[i], use[i]), []).append(i)
        members = []
        for (name, kind), claims in sorted(groups.items()):
            first = claims[0]
            own_target, own_limit = _largest(target[claims]), _smallest(limit[claims])
            members.append(
                _Member(
                    node=name,
                    use=kind,
                    tier=tier[first],
                    river=river[first],
                    claims=tuple(claims),
                    period=self.period or period[first],
                    target=self._default(own_target, kind, self.targets, "guarantee"),
                    limit=self._default(own_limit, kind, self.depth_limits, "depth_limit"),
                    own_target=own_target is not None,
                    own_limit=own_limit is not None,
                )
            )
        return members

    @staticmethod
    def _default(own: float | None, use: str, given: dict[str, float], key: str) -> float | None:
        if own is not None:
            return own
        if use in given:
            return given[use]
        row = row_of("guarantee", use)
        return None if row is None or key not in row else float(row[key])

    def _subjects(
        self, dataset: Result, members: list[_Member]
    ) -> list[tuple[Subject, list[_Member]]]:
        found: list[tuple[Subject, list[_Member]]] = []
        if "node" in self.by:
            for m in members:
                title = used_by(node_title(dataset, m.node), m.use)
                found.append((Subject(f"{m.node} {m.use}", m.tier, m.river, title), [m]))
        if "tier" in self.by:
            pairs = sorted({(m.tier, m.use) for m in members if m.tier})
            found.extend(
                (
                    Subject(f"tier {tier} {use}", tier, title=_all_of(use, tier)),
                    [m for m in members if (m.tier, m.use) == (tier, use)],
                )
                for tier, use in pairs
            )
        if "use" in self.by:
            found.extend(
                (Subject(f"use {use}", title=_all_of(use)), [m for m in members if m.use == use])
                for use in sorted({m.use for m in members})
            )
        return found

    def _judged(
        self,
        dataset: Result,
        subject: Subject,
        group: list[_Member],
        records: dict[_Member, Record | Message],
    ) -> list[Verdict]:
        found = [(member, records[member]) for member in group]
        wrong = [(m, record) for m, record in found if isinstance(record, Message)]
        idle = [record for _unused, record in wrong if record == NEVER_WANTED]
        good = [(m, record) for m, record in found if isinstance(record, Record)]
        if len(wrong) > len(idle) or not good:
            reasons = [
                _("{node}: {why}", node=node_title(dataset, m.node), why=why) for m, why in wrong
            ]
            return [self.not_judged(subject, _RATE, listed(reasons, _("; ")), unit="%")]
        judged = [member for member, _unused in good]
        record = merge_records([record for _unused, record in good])
        verdicts = [self._rate(dataset, subject, judged, record)]
        limits = [member.limit for member in judged if member.limit is not None]
        if limits:
            verdicts.append(self._depth(subject, judged, record, min(limits)))
        return verdicts

    def _rate(
        self, dataset: Result, subject: Subject, group: list[_Member], record: Record
    ) -> Verdict:
        targets = [member.target for member in group if member.target is not None]
        if not targets:
            reason = _("no rate is set for the use {use!r}", use=group[0].use)
            return self.not_judged(subject, _RATE, reason, unit="%")
        target = max(targets)
        basis = self._basis(group, self.targets, "target")
        if dataset.attrs.get("mode") == "trajectory":
            reason = _(
                "demands and works change along a trajectory, so its years are no sample of "
                "one planning year; run mode planning_level"
            )
            return self.not_judged(
                subject, _RATE, reason, required=100 * target, unit="%", basis=basis
            )
        n, m = int(record.years.size), int(record.year_met.sum())
        rate = m / (n + 1)
        details = self._rate_details(record, n, m, len(group))
        short = n == 0 or target > n / (n + 1) + 1e-12
        if short and is_refuted(n, m, target):
            details = sentences(refuted_message(n, m, target), details)
        elif short:
            reason = sentences(
                _(
                    "{n} complete water years can prove at most {most} as n/(n+1), and {target} "
                    "is required",
                    n=n,
                    most=percent(n / (n + 1)),
                    target=percent(target),
                ),
                details,
            )
            return self.not_judged(
                subject,
                _RATE,
                reason,
                required=100 * target,
                achieved=100 * rate,
                unit="%",
                outcome="not provable",
                basis=basis,
            )
        return self.judge(
            subject,
            _RATE,
            required=100 * target,
            achieved=100 * rate,
            unit="%",
            sense="at least",
            details=details,
            basis=basis,
        )

    def _rate_details(self, record: Record, n: int, m: int, members: int) -> Message:
        share = record.periods_met / record.periods if record.periods else 0.0
        return sentences(
            _(
                "full supply{whose} in m = {m} of n = {n} complete water years, m/(n+1)",
                whose=_(" for each of {count} users", count=members) if members > 1 else EMPTY,
                m=m,
                n=n,
            ),
            _("a period is full at {share} of its demand", share=percent(1 - self.tolerance)),
            _short_years(record),
            _(
                "by time {share} ({met} of {all})",
                share=percent(share),
                met=record.periods_met,
                all=counted(record.periods, record.kind),
            ),
            _worst(record),
        )

    def _depth(
        self, subject: Subject, group: list[_Member], record: Record, limit: float
    ) -> Verdict:
        lasted = _("no break")
        if record.breaks:
            once = record.breaks == 1
            lasted = _(
                "{breaks}, {whose} {length}",
                breaks=counted(record.breaks, "break"),
                whose=_("of") if once else _("the longest of"),
                length=counted(record.longest, record.kind),
            )
        still = EMPTY
        if record.open_at_end:
            still = _("the last break is still open at the end of the run")
        return self.judge(
            subject,
            _DEPTH,
            required=100 * limit,
            achieved=100 * record.depth,
            unit="%",
            sense="at most",
            details=sentences(lasted, still, _worst(record)),
            basis=self._basis(group, self.depth_limits, "limit"),
        )

    @staticmethod
    def _basis(
        group: list[_Member], given: dict[str, float], what: Literal["target", "limit"]
    ) -> Basis | None:
        own = any(m.own_target if what == "target" else m.own_limit for m in group)
        use = group[0].use
        row = row_of("guarantee", use)
        if own or use in given or row is None:
            return None
        basis = basis_of("guarantee", row)
        if what == "limit":
            return Basis("planning practice (as entered)", "", str(row["depth_confidence"]))
        return basis


def _all_of(use: str, tier: str = "") -> Message:
    what = word(use)
    if tier:
        return _("all {use}, {tier} tier", use=what, tier=word(tier))
    return _("all {use} use", use=what)


def _short_years(record: Record) -> Message:
    failed = [str(year) for year in record.years[~record.year_met]]
    if not failed:
        return EMPTY
    years = ", ".join(failed[:_MOST_YEARS])
    beyond = len(failed) - _MOST_YEARS
    more = _(" and {n} more", n=beyond) if beyond > 0 else EMPTY
    return _("water years short: {years}{more}", years=years, more=more)


def _worst(record: Record) -> Message:
    if not record.worst or not record.breaks:
        return EMPTY
    return _(
        "worst in {period}, {depth} of the demand missing{why}",
        period=record.worst,
        depth=percent(record.depth),
        why=_(": {why}", why=record.why) if record.why else EMPTY,
    )


def _largest(values: Sequence[float] | np.ndarray) -> float | None:
    finite = np.asarray(values, dtype=np.float64)
    finite = finite[np.isfinite(finite)]
    return float(finite.max()) if finite.size else None


def _smallest(values: Sequence[float] | np.ndarray) -> float | None:
    finite = np.asarray(values, dtype=np.float64)
    finite = finite[np.isfinite(finite)]
    return float(finite.min()) if finite.size else None
