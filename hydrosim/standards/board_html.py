"""What a notebook shows of verdicts: the board, each with its margin and its reason."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from hydrosim.io.blocks import Badge, block, rows
from hydrosim.locale import _, capital, language_of_environment, listed, number
from hydrosim.reading.words import word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hydrosim.standards.verdict import Verdict

__all__ = ["OUTCOME_KINDS", "board_html"]

OUTCOME_KINDS = {"pass": "good", "fail": "bad", "not provable": "open", "not judged": ""}
"""The badge of each outcome."""


def board_html(verdicts: Sequence[Verdict]) -> str:
    """Return what a notebook shows of verdicts.

    Parameters
    ----------
    verdicts
        Verdicts of one result, or of several.
    """
    if not verdicts:
        return block(word("verdicts"), _("no verdicts"))
    language = language_of_environment()
    counts = Counter(one.outcome for one in verdicts)
    sums = [_("{count} {outcome}", count=counts[outcome], outcome=word(outcome))
            for outcome in OUTCOME_KINDS if counts[outcome]]  # fmt: skip
    heads = (word("subject"), word("quantity"), word("required"), word("achieved"),
             word("margin"), word("unit"), word("verdict"), word("reason"))  # fmt: skip
    shown = (
        (
            capital(one.text("subject", language), language), one.text("quantity", language),
            _number(one.required), _number(one.achieved), _number(one.margin, sign="+"),
            one.unit, Badge(word(one.outcome), OUTCOME_KINDS[one.outcome]),
            one.text("reason", language),
        )
        for one in verdicts
    )  # fmt: skip
    named = [capital(head.in_language(language), language) for head in heads]
    return block(
        capital(word("verdicts").in_language(language), language),
        listed(sums), rows(named, shown, {2, 3, 4}),
    )  # fmt: skip


def _number(value: float | None, sign: str = "") -> str:
    if value is None or not math.isfinite(value):
        return "-"
    return f"{sign if value > 0.0 else ''}{number(value)}"
