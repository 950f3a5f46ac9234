"""Supply: the guarantee 供水保证率 of each use and the allowed depth of a break 破坏深度."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from hydrosim.locale import EMPTY, Message, _, listed, percent, sentences
from hydrosim.reading.items import NotJudged, item_numbers, item_texts
from hydrosim.reading.kinds import FIRM
from hydrosim.reading.supply import claims_of
from hydrosim.standards.breaks import NEVER_WANTED, BreakBy, Record, merge_records, record_of
from hydrosim.standards.periods import claim_periods
from hydrosim.standards.rates import DEPTHS, RATES, all_of, depth_details, rate_details, too_short
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

_RATE = RATES["years", False]


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
    """Years of full supply over all years, m/(n+1), by node, tier and use (年保证率).

    A period (month, or dekad 旬) is met when the supplied volume reaches ``1 - tolerance`` of the
    demand, and a water year when all its periods are. Only complete water years count. Planned
    ecological demands are judged like any other; opportunistic replenishment is not. The share of
    periods (历时保证率) is another number, and so is the guarantee of a group by its sums.
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
    measures: tuple[Literal["years", "time"], ...] = Field(
        ("years",),
        description="Rates that are judged: years of full supply, m/(n+1) (年保证率), or full"
        " periods of all periods (历时保证率). The other stands in the reason.",
    )
    groups: tuple[Literal["members", "sums"], ...] = Field(
        ("members",),
        description="How a tier's or a whole use is judged: each of its members full, or summed"
        " supply against summed demand. The other stands in the reason.",
    )
    break_by: BreakBy = Field(
        "period",
        description="Time over which the depth of a break is taken: the period, the season (an"
        " unbroken run of periods with a demand in a water year), or the water year.",
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
        records = {m: self._record(dataset, m.claims, m.period) for m in members}
        verdicts: list[Verdict] = []
        for subject, group in self._subjects(dataset, members):
            verdicts.extend(self._judged(dataset, subject, group, records))
        return verdicts

    def _record(
        self, dataset: Result, claims: tuple[int, ...], period: Literal["month", "dekad"]
    ) -> Record | Message:
        """Return how claims were supplied together, or why this is not known."""
        try:
            return record_of(dataset, claims, period, self.tolerance, self.break_by)
        except NotJudged as missing:
            return missing.reason

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
                    Subject(f"tier {tier} {use}", tier, title=all_of(use, tier)),
                    [m for m in members if (m.tier, m.use) == (tier, use)],
                )
                for tier, use in pairs
            )
        if "use" in self.by:
            found.extend(
                (Subject(f"use {use}", title=all_of(use)), [m for m in members if m.use == use])
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
        found_by: dict[str, Record | Message] = {
            "members": merge_records([record for _unused, record in good])
        }
        if len(judged) > 1:
            found_by["sums"] = self._summed(dataset, judged)
        verdicts: list[Verdict] = []
        for name in dict.fromkeys(g if g in found_by else "members" for g in self.groups):
            record, sums = found_by[name], name == "sums"
            if not isinstance(record, Record):
                verdicts.append(self.not_judged(subject, RATES["years", sums], record, unit="%"))
                continue
            other = found_by.get("members" if sums else "sums", EMPTY)
            details = sentences(
                rate_details(record, len(judged), self.tolerance, sums=sums),
                _other_way(other, sums=sums),
            )
            verdicts.extend(
                self._rate(dataset, subject, judged, record, (measure, sums), details)
                for measure in self.measures
            )
            if any(m.limit is not None for m in judged):
                verdicts.append(self._depth(subject, judged, record, sums))
        return verdicts

    def _summed(self, dataset: Result, members: list[_Member]) -> Record | Message:
        """Return the record of summed supply and demand; by months where periods differ."""
        first = members[0].period
        alike = all(member.period == first for member in members)
        claims = tuple(claim for member in members for claim in member.claims)
        return self._record(dataset, claims, first if alike else "month")

    def _rate(
        self,
        dataset: Result,
        subject: Subject,
        group: list[_Member],
        record: Record,
        what: tuple[Literal["years", "time"], bool],
        details: Message,
    ) -> Verdict:
        quantity = RATES[what]
        targets = [member.target for member in group if member.target is not None]
        if not targets:
            reason = _("no rate is set for the use {use!r}", use=group[0].use)
            return self.not_judged(subject, quantity, reason, unit="%")
        target = max(targets)
        basis = self._basis(group, self.targets, "target")
        if dataset.attrs.get("mode") == "trajectory":
            reason = _(
                "demands and works change along a trajectory, so its years are no sample of "
                "one planning year; run mode planning_level"
            )
            return self.not_judged(
                subject, quantity, reason, required=100 * target, unit="%", basis=basis
            )
        n, m = int(record.years.size), int(record.year_met.sum())
        by_time = what[0] == "time"
        achieved = 100 * (record.periods_met / max(record.periods, 1) if by_time else m / (n + 1))
        if by_time and record.periods == 0:
            reason = _("no period with a demand was run whole")
            return self.not_judged(
                subject, quantity, reason, required=100 * target, unit="%", basis=basis
            )
        short = not by_time and (n == 0 or target > n / (n + 1) + 1e-12)
        if short and is_refuted(n, m, target):
            details = sentences(refuted_message(n, m, target), details)
        elif short:
            return self.not_judged(
                subject,
                quantity,
                sentences(too_short(n, target), details),
                required=100 * target,
                achieved=achieved,
                unit="%",
                outcome="not provable",
                basis=basis,
            )
        return self.judge(
            subject,
            quantity,
            required=100 * target,
            achieved=achieved,
            unit="%",
            sense="at least",
            details=details,
            basis=basis,
        )

    def _depth(self, subject: Subject, group: list[_Member], record: Record, sums: bool) -> Verdict:
        span = record.kind if self.break_by == "period" else self.break_by
        return self.judge(
            subject,
            DEPTHS[span, sums],
            required=100 * min(m.limit for m in group if m.limit is not None),
            achieved=100 * record.depth,
            unit="%",
            sense="at most",
            details=depth_details(record),
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


def _other_way(record: Record | Message, *, sums: bool) -> Message:
    """Return the rate of a group judged in the other way, as a part of the reason."""
    if not isinstance(record, Record):
        return EMPTY
    n, m = int(record.years.size), int(record.year_met.sum())
    return _(
        "{way} it is {rate}, m = {m} of n = {n}",
        way=_("with each user full") if sums else _("on summed supply and demand"),
        rate=percent(m / (n + 1)),
        m=m,
        n=n,
    )


def _largest(values: Sequence[float] | np.ndarray) -> float | None:
    finite = np.asarray(values, dtype=np.float64)
    finite = finite[np.isfinite(finite)]
    return float(finite.max()) if finite.size else None


def _smallest(values: Sequence[float] | np.ndarray) -> float | None:
    finite = np.asarray(values, dtype=np.float64)
    finite = finite[np.isfinite(finite)]
    return float(finite.min()) if finite.size else None
