"""The verdict: what a standard says about a result."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from hydrosim.locale import Language

__all__ = ["Outcome", "Verdict"]

Outcome = Literal["pass", "fail", "not provable", "not judged"]


@dataclass(frozen=True)
class Verdict:
    """One line of the verdict board.

    ``id`` is made of the family, the plain name of what is judged and the quantity; ``subject``,
    ``quantity`` and ``reason`` are for readers, in English and (``_zh``) in Chinese. ``margin`` is
    in ``unit`` and is positive on the safe side; ``reason`` is a sentence, ``details`` what it says
    beside the numbers. Verdicts on floods hold return periods in years (the one reached may be
    ``> 10000`` or ``< 2``, outside what was routed) and margins in m, m3/s and m3 where they apply.
    """

    id: str
    subject: str
    quantity: str
    required: float | None
    achieved: float | None
    margin: float | None
    unit: str
    outcome: Outcome
    reason: str
    standard: str = ""
    tier: str = ""
    river: str = ""
    source: str = ""
    clause: str = ""
    confidence: str = ""
    subject_zh: str = ""
    quantity_zh: str = ""
    reason_zh: str = ""
    details: str = ""
    details_zh: str = ""
    return_period_required: float | None = None
    return_period_reached: float | str | None = None
    margin_level: float | None = None
    margin_flow: float | None = None
    margin_volume: float | None = None

    def text(self, what: Literal["subject", "quantity", "reason"], language: Language) -> str:
        """Return one of its texts in a language; in English where it has no other."""
        other = getattr(self, f"{what}_zh") if language == "zh" else ""
        return other or str(getattr(self, what))

    def as_dict(self) -> dict[str, Any]:
        """Return a plain dictionary with ``pass`` as true, false or the words of the outcome."""
        content = {
            name: str(value) if isinstance(value, str) else value
            for name, value in asdict(self).items()
        }
        outcome = content.pop("outcome")
        content["pass"] = {"pass": True, "fail": False}.get(outcome, outcome)
        return content
