"""How a verdict is worded: what was required, what was reached, the margin, and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

from hydrosim.errors import Fault, nearest, shown
from hydrosim.locale import EMPTY, Composed, Language, Message, _, amount, pgettext, sentences
from hydrosim.reading.items import item_texts, items
from hydrosim.reading.words import word
from hydrosim.standards.base import Standard
from hydrosim.standards.titles import node_title
from hydrosim.standards.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from hydrosim.reading.view import Result
    from hydrosim.standards.base import WholeConfig

__all__ = [
    "Basis",
    "Requirement",
    "Subject",
    "claim_subject",
    "store_subject",
    "used_by",
]

_EQUAL = 1e-9
_POINTS = _("percentage points")
_NODE_KEYS = ("node", "nodes", "store", "stores", "reach", "reaches")
_RIVER_KEYS = ("river", "rivers")
_A_NODE, _A_RIVER = _("the name of a node"), _("the name of a river")


@dataclass(frozen=True)
class Subject:
    """Whom a verdict is about: the plain name, and what readers call it."""

    name: str
    tier: str = ""
    river: str = ""
    title: Message | None = None

    @property
    def label(self) -> Message:
        """What readers call it."""
        return self.title or Message(self.name)


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
        return _label(type(self))

    def _verdict(
        self,
        subject: Subject,
        quantity: Message,
        outcome: Outcome,
        reason: Message,
        *,
        details: Message | None = None,
        numbers: tuple[float | None, float | None, float | None] = (None, None, None),
        unit: str = "",
        basis: Basis | None = None,
    ) -> Verdict:
        found = basis or Basis()
        details = reason if details is None else details
        words = (self.label, subject.name, quantity)
        return Verdict(
            id="/".join(part.replace(" ", "_") for part in words),
            subject=subject.label,
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
            subject_zh=subject.label.in_language("zh"),
            quantity_zh=quantity.in_language("zh"),
            reason_zh=reason.in_language("zh"),
            details=details,
            details_zh=details.in_language("zh"),
        )

    def judge(
        self,
        subject: Subject,
        quantity: Message,
        *,
        required: float,
        achieved: float,
        unit: str,
        sense: Literal["at least", "at most"],
        details: Message = EMPTY,
        basis: Basis | None = None,
    ) -> Verdict:
        """Compare and say so; a number that equals the required one to 1e-9 passes.

        ``details`` follow the comparison in the reason; ``unit`` is also the margin's.
        """
        margin = achieved - required if sense == "at least" else required - achieved
        if abs(margin) <= _EQUAL * max(1.0, abs(required)):
            margin = 0.0
        outcome: Outcome = "pass" if margin >= 0 else "fail"
        values = (required, achieved, margin)
        compared = _compared(values, unit, sense)
        return self._verdict(
            subject, quantity, outcome, sentences(compared, details), details=sentences(details),
            numbers=values, unit=unit, basis=basis,
        )  # fmt: skip

    def not_judged(
        self,
        subject: Subject,
        quantity: Message,
        reason: Message,
        *,
        required: float | None = None,
        achieved: float | None = None,
        unit: str = "",
        outcome: Outcome = "not judged",
        basis: Basis | None = None,
    ) -> Verdict:
        """Say why there is no judgement."""
        sentence = _("{outcome}: {reason}", outcome=word(outcome), reason=reason)
        values = (required, achieved, None)
        return self._verdict(
            subject, quantity, outcome, sentences(sentence), numbers=values, unit=unit, basis=basis
        )

    def basis_or_own(self, basis: Basis) -> Basis | None:
        """Return where a number of a table comes from, as far as the standard does not say so.

        For standards with one number: with a ``source`` of its own all is its own.
        """
        if self.source:
            return None
        clause, confidence = self.clause or basis.clause, self.confidence or basis.confidence
        return Basis(basis.source, clause, confidence)

    def check(self, dataset: Result) -> list[Verdict]:
        """Return the verdicts of this standard on one scenario and member of a result."""
        raise TypeError(type(self).__name__)

    def faults(self, config: WholeConfig) -> list[Fault]:
        """Return the nodes and rivers it names that the config does not have."""
        nodes = config.nodes
        rivers = {str(node.river) for node in nodes.values() if node.river}
        known = ((_NODE_KEYS, _A_NODE, set(nodes)), (_RIVER_KEYS, _A_RIVER, rivers))
        return [
            Fault(
                (*path,),
                shown(name),
                _("{what} ({count} are defined)", what=what, count=len(valid)),
                nearest(name, valid),
            )
            for keys, what, valid in known
            for path, name in self._named(keys)
            if name not in valid and name.partition(".")[0] not in valid
        ]

    def _named(self, keys: tuple[str, ...]) -> list[tuple[tuple[str | int, ...], str]]:
        found: list[tuple[tuple[str | int, ...], str]] = []
        given = dict(self)
        for key in keys:
            value: object = given.get(key)
            if isinstance(value, str):
                found.append(((key,), value))
            elif isinstance(value, tuple):
                found.extend(((key, i), str(name)) for i, name in enumerate(value))
        return found


@cache
def _label(standard: type[Requirement]) -> str:
    return str(get_args(standard.model_fields["type"].annotation)[0])


def _compared(
    values: tuple[float, float, float], unit: str, sense: Literal["at least", "at most"]
) -> Message:
    required, achieved, margin = values
    size = _points(abs(margin)) if unit.startswith("%") else amount(abs(margin), unit)
    if margin == 0:
        standing = _("just met")
    elif margin > 0:
        standing = _("met by {size}", size=size)
    else:
        standing = _("missed by {size}", size=size)
    return _(
        "required {sense} {wanted}, reached {got}: {standing}",
        sense=_("at least") if sense == "at least" else _("at most"),
        wanted=amount(required, unit),
        got=amount(achieved, unit),
        standing=standing,
    )


def _points(margin: float) -> Message:
    return _("{margin} {points}", margin=margin, points=_POINTS)


def used_by(title: Message, use: str) -> Message:
    """Return a title with the use it is about, where it does not name the use itself."""
    return Composed(_used_by, title, word(use))


def _used_by(language: Language, title: Message, use: Message) -> str:
    text, what = title.in_language(language), use.in_language(language)
    if what in text.lower():
        return text
    both = pgettext("a user and the use", "{title}, {use}", title=text, use=what)
    return both.in_language(language)


def claim_subject(dataset: Result, claim: int) -> Subject:
    """Return a claim as a subject, called by its node."""
    node = item_texts(dataset, "claim", "claim_node")[claim]
    name = items(dataset, "claim")[claim]
    return Subject(
        name,
        item_texts(dataset, "claim", "claim_tier")[claim],
        item_texts(dataset, "claim", "claim_river")[claim],
        node_title(dataset, node or name),
    )


def store_subject(dataset: Result, name: str) -> Subject:
    """Return a store as a subject, with its tier and river where the result holds it."""
    names = items(dataset, "store")
    title = node_title(dataset, name)
    if name not in names:
        return Subject(name, title=title)
    store = names.index(name)
    tier = item_texts(dataset, "store", "store_tier")[store]
    return Subject(name, tier, item_texts(dataset, "store", "store_river")[store], title)
