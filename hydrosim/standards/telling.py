"""How a verdict is worded: what was required, what was reached, the margin, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from hydrosim.errors import Fault, nearest, shown
from hydrosim.standards.base import Standard
from hydrosim.standards.reading import item_texts, items
from hydrosim.standards.verdict import Outcome, Verdict

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "Basis",
    "Requirement",
    "Subject",
    "counted",
    "number",
    "percent",
    "sentences",
    "store_subject",
]

_EQUAL = 1e-9
_POINTS = "percentage points"
_NODE_KEYS = ("node", "nodes", "store", "stores", "reach", "reaches")
_RIVER_KEYS = ("river", "rivers")


@dataclass(frozen=True)
class Subject:
    """Whom a verdict is about."""

    name: str
    tier: str = ""
    river: str = ""


@dataclass(frozen=True)
class Basis:
    """Where a required number comes from, if not from the standard's own entry."""

    source: str = ""
    clause: str = ""
    confidence: str = ""


class Requirement(Standard):
    """A standard with the words that all verdicts share; the types of standard derive from it."""

    @property
    def label(self) -> str:
        """The literal ``type`` of the standard."""
        return str(get_args(type(self).model_fields["type"].annotation)[0])

    def _verdict(
        self,
        subject: Subject,
        quantity: str,
        outcome: Outcome,
        reason: str,
        *,
        numbers: tuple[float | None, float | None, float | None] = (None, None, None),
        unit: str = "",
        basis: Basis | None = None,
    ) -> Verdict:
        found = basis or Basis()
        words = (self.label, subject.name, quantity)
        return Verdict(
            id="/".join(word.replace(" ", "_") for word in words),
            subject=subject.name,
            quantity=quantity,
            required=numbers[0],
            achieved=numbers[1],
            margin=numbers[2],
            unit=unit,
            outcome=outcome,
            reason=reason,
            standard=self.label,
            tier=subject.tier,
            river=subject.river,
            source=found.source or self.source or "",
            clause=found.clause or (self.clause or "" if not found.source else ""),
            confidence=found.confidence or (self.confidence or "" if not found.source else ""),
        )

    def judge(
        self,
        subject: Subject,
        quantity: str,
        *,
        required: float,
        achieved: float,
        unit: str,
        sense: Literal["at least", "at most"],
        told: str = "",
        basis: Basis | None = None,
    ) -> Verdict:
        """Compare and say so; a number that equals the required one to 1e-9 passes.

        ``told`` follows the comparison in the reason; ``unit`` is also the margin's.
        """
        margin = achieved - required if sense == "at least" else required - achieved
        if abs(margin) <= _EQUAL * max(1.0, abs(required)):
            margin = 0.0
        outcome: Outcome = "pass" if margin >= 0 else "fail"
        words = _POINTS if unit.startswith("%") else unit
        size = "" if margin == 0 else f" by {number(abs(margin))} {words}".rstrip()
        standing = "just met" if margin == 0 else ("met" if margin > 0 else "missed") + size
        compared = f"required {sense} {_with(required, unit)}, reached {_with(achieved, unit)}"
        reason = sentences(f"{compared}: {standing}", told)
        values = (required, achieved, margin)
        return self._verdict(
            subject, quantity, outcome, reason, numbers=values, unit=unit, basis=basis
        )

    def not_judged(
        self,
        subject: Subject,
        quantity: str,
        reason: str,
        *,
        required: float | None = None,
        achieved: float | None = None,
        unit: str = "",
        outcome: Outcome = "not judged",
        basis: Basis | None = None,
    ) -> Verdict:
        """Say why there is no judgement."""
        values = (required, achieved, None)
        return self._verdict(
            subject,
            quantity,
            outcome,
            sentences(f"{outcome}: {reason}"),
            numbers=values,
            unit=unit,
            basis=basis,
        )

    def check(self, dataset: xr.Dataset) -> list[Verdict]:
        """Return the verdicts of this standard on one scenario and member of a result."""
        raise TypeError(type(self).__name__)

    def faults(self, config: Any) -> list[Fault]:
        """Return the nodes and rivers it names that the config does not have."""
        nodes: dict[str, Any] = getattr(config, "nodes", None) or {}
        rivers = {str(node.river) for node in nodes.values() if getattr(node, "river", None)}
        known = ((_NODE_KEYS, "node", set(nodes)), (_RIVER_KEYS, "river", rivers))
        return [
            Fault(
                (*path,),
                shown(name),
                f"the name of a {kind} ({len(valid)} are defined)",
                nearest(name, valid),
            )
            for keys, kind, valid in known
            for path, name in self._named(keys)
            if name not in valid and name.partition(".")[0] not in valid
        ]

    def _named(self, keys: tuple[str, ...]) -> list[tuple[tuple[str | int, ...], str]]:
        found: list[tuple[tuple[str | int, ...], str]] = []
        for key in keys:
            value: object = getattr(self, key, None)
            if isinstance(value, str):
                found.append(((key,), value))
            elif isinstance(value, tuple):
                found.extend(((key, i), str(name)) for i, name in enumerate(value))
        return found


def number(value: float) -> str:
    """Return a number with four significant digits; what is smaller than 1e-9 is 0."""
    if abs(value) < _EQUAL:
        return "0"
    if value != 0 and 1e4 <= abs(value) < 1e9:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def counted(count: int, word: str) -> str:
    """Return a count with its word: ``1 month``, ``3 months``."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def percent(share: float) -> str:
    """Return a share as a percentage."""
    return f"{number(100 * share)} %"


def sentences(*parts: str) -> str:
    """Join parts as sentences: a capital in front, a stop behind, empty parts left out."""
    told = [part.strip().rstrip(".") for part in parts if part.strip()]
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in told)


def _with(value: float, unit: str) -> str:
    return f"{number(value)} {unit}".rstrip()


def store_subject(dataset: xr.Dataset, name: str) -> Subject:
    """Return a store as a subject, with its tier and river where the result holds it."""
    names = items(dataset, "store")
    if name not in names:
        return Subject(name)
    store = names.index(name)
    tier = item_texts(dataset, "store", "store_tier")[store]
    return Subject(name, tier, item_texts(dataset, "store", "store_river")[store])
