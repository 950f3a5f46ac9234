"""Verdicts as tables for reports: the board, its numbers in full, where they come from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from hydrosim.locale import Language, _, capital, pgettext, unit_scale
from hydrosim.reading.words import word
from hydrosim.report.table import Cell, Column, Number, Table
from hydrosim.standards import rank_of
from hydrosim.standards.board import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Judged = Mapping[str, Any]

__all__ = [
    "CONFIDENCE",
    "board_table",
    "by_outcome",
    "exact_table",
    "outcome_of",
    "source_table",
    "text_of",
]

NUMBERS = ("required", "achieved", "margin")
FURTHER = ("return_period_required", "return_period_reached", "margin_level", "margin_flow",
           "margin_volume")  # fmt: skip
CONFIDENCE = {
    "H": _("high"),
    "M": _("medium"),
    "L": _("low"),
    "S": _("read in the source"),
    "demo": _("demonstration value"),
}


def outcome_of(verdict: Judged) -> str:
    """Return the outcome of a verdict of verdicts.json as a word."""
    passed = verdict.get("pass", "not judged")
    return {True: "pass", False: "fail"}.get(passed, str(passed))


def text_of(verdict: Judged, key: str, language: Language) -> str:
    """Return a text of a verdict in a language; in English where it has no other."""
    chinese = str(verdict.get(f"{key}_zh") or "") if language == "zh" else ""
    return chinese or str(verdict.get(key) or "")


def by_outcome(verdicts: Sequence[Judged]) -> dict[str, int]:
    """Return how many verdicts had each outcome."""
    found = [outcome_of(verdict) for verdict in verdicts]
    return {outcome: found.count(outcome) for outcome in OUTCOMES}


def in_order(verdicts: Sequence[Judged]) -> list[Judged]:
    """Return verdicts by family."""
    return sorted(verdicts, key=lambda one: rank_of(str(one.get("standard", ""))))


def board_table(verdicts: Sequence[Judged], language: Language) -> Table:
    """Return the verdict board: a row a verdict, with its reason beside it.

    Parameters
    ----------
    verdicts
        Verdicts as verdicts.json holds them.
    language
        "en" or "zh".
    """
    ordered = in_order(verdicts)
    floods = any(one.get("return_period_reached") is not None for one in ordered)
    keys = ["family", "subject", "quantity", *NUMBERS, "unit", *["held_asked"] * floods, "verdict"]
    heads = [_("family of standards") if key == "family" else word(key) for key in keys]
    return Table(
        "verdicts", capital(word("verdicts").in_language(language), language),
        tuple(Column(capital(head.in_language(language), language), "", 2) for head in heads),
        tuple(_row(one, language, floods=floods) for one in ordered),
        keys=tuple(str(one.get("id", "")) for one in ordered),
        marks=tuple(outcome_of(one) for one in ordered),
        details=tuple(text_of(one, "reason", language) for one in ordered),
    )  # fmt: skip


def _row(verdict: Judged, language: Language, *, floods: bool) -> tuple[Cell, ...]:
    values = [_finite(verdict.get(name)) for name in NUMBERS]
    known = [abs(value) for value in values if value is not None]
    largest = max(known, default=0.0)
    factor, unit = unit_scale(str(verdict.get("unit", "")), largest, language)
    digits = 0 if largest / factor >= 1000 else 2
    cells = [
        None if value is None else _number(value, digits, factor, signed=place == 2)
        for place, value in enumerate(values)
    ]
    short = "%" if unit.startswith("%") else unit.replace(" per ", "/").replace(" a year", "/year")
    return (
        capital(word(str(verdict.get("standard", ""))).in_language(language), language),
        capital(text_of(verdict, "subject", language), language),
        text_of(verdict, "quantity", language), *cells, short if known else "",
        *[_years(verdict)] * floods, word(outcome_of(verdict)).in_language(language),
    )  # fmt: skip


def _number(value: float, digits: int, factor: float, *, signed: bool) -> Number:
    if 0.0 < abs(value / factor) < 0.5 * 10.0**-digits:
        digits = 4
    return Number(value, digits, factor, signed)


def _years(verdict: Judged) -> str:
    """Return the return period reached over the one required."""
    reached, asked = verdict.get("return_period_reached"), verdict.get("return_period_required")
    if reached is None:
        return ""
    held = reached if isinstance(reached, str) else f"{float(f'{reached:.3g}'):g}"
    return held if asked is None else f"{held} / {asked:g}"


def _finite(value: Any) -> float | None:
    numeric = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if numeric and math.isfinite(value) else None


def exact_table(verdicts: Sequence[Judged], language: Language) -> Table:
    """Return the numbers of verdicts as verdicts.json has them, in its units, by id.

    Parameters
    ----------
    verdicts
        Verdicts as verdicts.json holds them.
    language
        "en" or "zh".
    """
    ordered = in_order(verdicts)
    names = (*NUMBERS, *(name for name in FURTHER if any(one.get(name) for one in ordered)))
    return Table(
        "verdicts_exact", _("Numbers of the verdicts in full precision").in_language(language),
        (Column("id"), *(Column(name, "", 15) for name in names), Column("unit"), Column("pass")),
        tuple(
            (str(one.get("id", "")), *(_exact(one.get(name)) for name in names),
             str(one.get("unit", "")), outcome_of(one))
            for one in ordered
        ),
        keys=tuple(str(one.get("id", "")) for one in ordered),
        beside=True,
    )  # fmt: skip


def _exact(value: Any) -> Cell:
    return value if isinstance(value, str) else _finite(value)


def source_table(verdicts: Sequence[Judged], language: Language) -> Table:
    """Return where the requirements come from and how sure they are, each once.

    Parameters
    ----------
    verdicts
        Verdicts as verdicts.json holds them.
    language
        "en" or "zh".
    """
    heads = (_("family of standards"), _("quantity"), _("source"), _("clause"), _("confidence"),
             _("verdicts"))  # fmt: skip
    counts: dict[tuple[str, ...], int] = {}
    for row in _sources(in_order(verdicts), language):
        counts[row] = counts.get(row, 0) + 1
    return Table(
        "sources", _("Sources and confidence of the requirements").in_language(language),
        tuple(Column(capital(head.in_language(language), language), "", 0) for head in heads),
        tuple((*row, count) for row, count in counts.items()),
    )  # fmt: skip


def _sources(verdicts: Sequence[Judged], language: Language) -> Iterator[tuple[str, ...]]:
    unstated = pgettext("source or confidence", "not stated").in_language(language)
    for one in verdicts:
        confidence = str(one.get("confidence") or "")
        known = CONFIDENCE.get(confidence)
        said = f"{confidence} ({known.in_language(language)})" if known else confidence
        yield (
            capital(word(str(one.get("standard", ""))).in_language(language), language),
            text_of(one, "quantity", language), str(one.get("source") or "") or unstated,
            str(one.get("clause") or ""), said or unstated,
        )  # fmt: skip
