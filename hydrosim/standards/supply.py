"""Supply: the guarantee 供水保证率 of each use and the allowed depth of a break 破坏深度."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, cast

import numpy as np
from pydantic import Field

from hydrosim.reading.supply import (
    WATER_USE_KINDS,
    NotJudged,
    claims_of,
    item_numbers,
    item_texts,
)
from hydrosim.reading.text import (
    EMPTY,
    Text,
    both,
    counted,
    listed,
    percent,
    sentences,
    worded,
)
from hydrosim.standards.breaks import NEVER_WANTED, Record, merge_records, record_of
from hydrosim.standards.tables import basis_of, row_of
from hydrosim.standards.telling import Basis, Requirement, Subject, used_by
from hydrosim.standards.titles import node_title
from hydrosim.units import Fraction

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr

    from hydrosim.standards.verdict import Verdict

__all__ = ["Guarantee"]

_KINDS = (*WATER_USE_KINDS, "ecology")
_RATE = Text("guarantee", "供水保证率")
_DEPTH = Text("depth of break", "破坏深度")
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

    def check(self, dataset: xr.Dataset) -> list[Verdict]:
        """Return a rate for each subject, and a depth where a limit is set."""
        members = self._members(dataset)
        if not members:
            subject = Subject("all demands", title=Text("all demands", "全部用户"))
            reason = Text("the result has no demand of this kind", "结果中没有此类需水")
            return [self.not_judged(subject, _RATE, reason)]
        records: dict[_Member, Record | Text] = {}
        for member in members:
            try:
                records[member] = record_of(dataset, member.claims, member.period, self.tolerance)
            except NotJudged as missing:
                records[member] = missing.told
        verdicts: list[Verdict] = []
        for subject, group in self._subjects(dataset, members):
            verdicts.extend(self._judged(dataset, subject, group, records))
        return verdicts

    def _members(self, dataset: xr.Dataset) -> list[_Member]:
        chosen = claims_of(dataset, _KINDS, nodes=self.nodes, uses=self.uses)
        node = item_texts(dataset, "claim", "claim_node")
        use = item_texts(dataset, "claim", "claim_use", "other")
        tier = item_texts(dataset, "claim", "claim_tier")
        river = item_texts(dataset, "claim", "claim_river")
        period = item_texts(dataset, "claim", "claim_period", "month")
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
                    period=self.period or cast("Literal['month', 'dekad']", period[first]),
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
        self, dataset: xr.Dataset, members: list[_Member]
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
        dataset: xr.Dataset,
        subject: Subject,
        group: list[_Member],
        records: dict[_Member, Record | Text],
    ) -> list[Verdict]:
        found = [(member, records[member]) for member in group]
        wrong = [(m, record) for m, record in found if isinstance(record, Text)]
        idle = [record for _, record in wrong if record == NEVER_WANTED]
        good = [(m, record) for m, record in found if isinstance(record, Record)]
        if len(wrong) > len(idle) or not good:
            told = [
                both("{node}: {why}", "{node}：{why}", node=node_title(dataset, m.node), why=why)
                for m, why in wrong
            ]
            return [self.not_judged(subject, _RATE, listed(told, ("; ", "；")), unit="%")]
        judged = [member for member, _ in good]
        record = merge_records([record for _, record in good])
        verdicts = [self._rate(dataset, subject, judged, record)]
        limits = [member.limit for member in judged if member.limit is not None]
        if limits:
            verdicts.append(self._depth(subject, judged, record, min(limits)))
        return verdicts

    def _rate(
        self, dataset: xr.Dataset, subject: Subject, group: list[_Member], record: Record
    ) -> Verdict:
        targets = [member.target for member in group if member.target is not None]
        if not targets:
            reason = both(
                "no rate is set for the use {use!r}", "用途 {use!r} 未设保证率", use=group[0].use
            )
            return self.not_judged(subject, _RATE, reason, unit="%")
        target = max(targets)
        basis = self._basis(group, self.targets, "target")
        if dataset.attrs.get("mode") == "trajectory":
            reason = Text(
                "demands and works change along a trajectory, so its years are no sample of one"
                " planning year; run mode planning_level",
                "逐年推演中需水与工程逐年变化，各年不是同一规划水平年的样本；请用 planning_level"
                " 模式",
            )
            return self.not_judged(
                subject, _RATE, reason, required=100 * target, unit="%", basis=basis
            )
        n, m = int(record.years.size), int(record.year_met.sum())
        rate = m / (n + 1)
        told = self._told(record, n, m, len(group))
        if n == 0 or target > n / (n + 1) + 1e-12:
            reason = sentences(
                both(
                    "{n} complete water years can prove at most {most} as n/(n+1),"
                    " and {target} is required",
                    "{n} 个完整水文年按 n/(n+1) 最多证明 {most}，要求为 {target}",
                    n=n,
                    most=percent(n / (n + 1)),
                    target=percent(target),
                ),
                told,
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
            told=told,
            basis=basis,
        )

    def _told(self, record: Record, n: int, m: int, members: int) -> Text:
        share = record.periods_met / record.periods if record.periods else 0.0
        return sentences(
            both(
                "full supply{whose} in m = {m} of n = {n} complete water years, m/(n+1)",
                "{whose}满足供水的完整水文年 m = {m}，共 n = {n} 年，按 m/(n+1) 计",
                whose=both(" for each of {count} users", "{count} 个用户均", count=members)
                if members > 1
                else EMPTY,
                m=m, n=n,
            ),
            both("a period is full at {share} of its demand", "时段供水达需水的 {share} 即为满足",
                 share=percent(1 - self.tolerance)),
            _short_years(record),
            both(
                "by time {share} ({met} of {all})", "历时保证率 {share}（{met}/{all}）",
                share=percent(share), met=record.periods_met,
                all=counted(record.periods, record.kind),
            ),
            _worst(record),
        )  # fmt: skip

    def _depth(
        self, subject: Subject, group: list[_Member], record: Record, limit: float
    ) -> Verdict:
        lasted = Text("no break", "没有破坏")
        if record.breaks:
            once = record.breaks == 1
            lasted = both(
                "{breaks}, {whose} {length}", "{breaks}，{whose} {length}",
                breaks=counted(record.breaks, "break"),
                whose=Text("of", "历时") if once else Text("the longest of", "最长"),
                length=counted(record.longest, record.kind),
            )  # fmt: skip
        still = EMPTY
        if record.open_at_end:
            still = Text(
                "the last break is still open at the end of the run", "最后一次破坏至末尾尚未结束"
            )
        return self.judge(
            subject,
            _DEPTH,
            required=100 * limit,
            achieved=100 * record.depth,
            unit="%",
            sense="at most",
            told=sentences(lasted, still, _worst(record)),
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


def _all_of(use: str, tier: str = "") -> Text:
    what = worded(use)
    if tier:
        return both("all {use}, {tier} tier", "{tier}全部{use}用水", use=what, tier=worded(tier))
    return both("all {use} use", "全部{use}用水", use=what)


def _short_years(record: Record) -> Text:
    failed = [str(year) for year in record.years[~record.year_met]]
    if not failed:
        return EMPTY
    years = ", ".join(failed[:_MOST_YEARS])
    beyond = len(failed) - _MOST_YEARS
    more = both(" and {n} more", " 等另 {n} 年", n=beyond) if beyond > 0 else EMPTY
    return both(
        "water years short: {years}{more}", "缺水水文年：{years}{more}", years=years, more=more
    )


def _worst(record: Record) -> Text:
    if not record.worst.en or not record.breaks:
        return EMPTY
    return both(
        "worst in {period}, {depth} of the demand missing{why}",
        "最严重在 {period}，缺需水的 {depth}{why}",
        period=record.worst,
        depth=percent(record.depth),
        why=both(": {why}", "：{why}", why=record.why) if record.why.en else EMPTY,
    )


def _largest(values: Sequence[float] | np.ndarray) -> float | None:
    finite = np.asarray(values, dtype=np.float64)
    finite = finite[np.isfinite(finite)]
    return float(finite.max()) if finite.size else None


def _smallest(values: Sequence[float] | np.ndarray) -> float | None:
    finite = np.asarray(values, dtype=np.float64)
    finite = finite[np.isfinite(finite)]
    return float(finite.min()) if finite.size else None
