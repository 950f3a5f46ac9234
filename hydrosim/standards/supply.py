"""Supply: the guarantee 供水保证率 of each use and the allowed depth of a break 破坏深度."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

import numpy as np
from pydantic import Field

from hydrosim.standards.breaks import Record, merge_records, record_of
from hydrosim.standards.reading import (
    WATER_USE_KINDS,
    NotJudged,
    claims_of,
    item_numbers,
    item_texts,
)
from hydrosim.standards.tables import basis_of, row_of
from hydrosim.standards.telling import Basis, Requirement, Subject, counted, percent, sentences
from hydrosim.units import Fraction

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr

    from hydrosim.standards.verdict import Verdict

__all__ = ["Guarantee"]

_KINDS = (*WATER_USE_KINDS, "ecology")
_RATE = "guarantee"
_DEPTH = "depth of break"


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
            subject = Subject("all demands")
            return [self.not_judged(subject, _RATE, "the result has no demand of this kind")]
        records: dict[_Member, Record | str] = {}
        for member in members:
            try:
                records[member] = record_of(dataset, member.claims, member.period, self.tolerance)
            except NotJudged as missing:
                records[member] = str(missing)
        verdicts: list[Verdict] = []
        for subject, group in self._subjects(members):
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

    def _subjects(self, members: list[_Member]) -> list[tuple[Subject, list[_Member]]]:
        found: list[tuple[Subject, list[_Member]]] = []
        if "node" in self.by:
            found.extend((Subject(f"{m.node} {m.use}", m.tier, m.river), [m]) for m in members)
        if "tier" in self.by:
            pairs = sorted({(m.tier, m.use) for m in members if m.tier})
            found.extend(
                (
                    Subject(f"tier {tier} {use}", tier),
                    [m for m in members if (m.tier, m.use) == (tier, use)],
                )
                for tier, use in pairs
            )
        if "use" in self.by:
            found.extend(
                (Subject(f"use {use}"), [m for m in members if m.use == use])
                for use in sorted({m.use for m in members})
            )
        return found

    def _judged(
        self,
        dataset: xr.Dataset,
        subject: Subject,
        group: list[_Member],
        records: dict[_Member, Record | str],
    ) -> list[Verdict]:
        found = [(member, records[member]) for member in group]
        wrong = [f"{m.node}: {record}" for m, record in found if isinstance(record, str)]
        idle = [text for text in wrong if text.endswith("nothing was ever wanted")]
        good = [(m, record) for m, record in found if isinstance(record, Record)]
        if len(wrong) > len(idle) or not good:
            return [self.not_judged(subject, _RATE, "; ".join(wrong), unit="%")]
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
            reason = f"no rate is set for the use {group[0].use!r}"
            return self.not_judged(subject, _RATE, reason, unit="%")
        target = max(targets)
        basis = self._basis(group, self.targets, "target")
        if dataset.attrs.get("mode") == "trajectory":
            reason = (
                "demands and works change along a trajectory, so its years are no sample of one"
                " planning year; run mode planning_level"
            )
            return self.not_judged(
                subject, _RATE, reason, required=100 * target, unit="%", basis=basis
            )
        n, m = int(record.years.size), int(record.year_met.sum())
        rate = m / (n + 1)
        told = self._told(record, n, m, len(group))
        if n == 0 or target > n / (n + 1) + 1e-12:
            reason = sentences(
                f"{n} complete water years can prove at most {percent(n / (n + 1))} as n/(n+1),"
                f" and {percent(target)} is required",
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

    def _told(self, record: Record, n: int, m: int, members: int) -> str:
        whose = f" for each of {members} users" if members > 1 else ""
        share = record.periods_met / record.periods if record.periods else 0.0
        kinds = {"month": "months", "dekad": "dekads"}.get(record.kind, "periods")
        failed = [str(year) for year in record.years[~record.year_met]]
        more = f" and {len(failed) - 6} more" if len(failed) > 6 else ""
        shown = ", ".join(failed[:6]) + more
        return sentences(
            f"Full supply{whose} in m = {m} of n = {n} complete water years, m/(n+1)",
            f"A period is full at {percent(1 - self.tolerance)} of its demand",
            f"Water years short: {shown}" if failed else "",
            f"By time {percent(share)} ({record.periods_met} of {record.periods} {kinds})",
            _worst(record),
        )

    def _depth(
        self, subject: Subject, group: list[_Member], record: Record, limit: float
    ) -> Verdict:
        lasted = "No break"
        if record.breaks:
            whose = "of" if record.breaks == 1 else "the longest of"
            length = counted(record.longest, record.kind)
            lasted = f"{counted(record.breaks, 'break')}, {whose} {length}"
        still = "The last break is still open at the end of the run" if record.open_at_end else ""
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


def _worst(record: Record) -> str:
    if not record.worst or not record.breaks:
        return ""
    why = f": {record.why}" if record.why else ""
    return f"Worst in {record.worst}, {percent(record.depth)} of the demand missing{why}"


def _largest(values: Sequence[float] | np.ndarray) -> float | None:
    finite = np.asarray(values, dtype=np.float64)
    finite = finite[np.isfinite(finite)]
    return float(finite.max()) if finite.size else None


def _smallest(values: Sequence[float] | np.ndarray) -> float | None:
    finite = np.asarray(values, dtype=np.float64)
    finite = finite[np.isfinite(finite)]
    return float(finite.min()) if finite.size else None
