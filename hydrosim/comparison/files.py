"""The files of a comparison: tables as CSV, and what they say of in sentences as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hydrosim.comparison.guarantee import guarantee_answer
from hydrosim.comparison.telling import comparison_title
from hydrosim.io.folder import ABOUT, CHANGED, COMPARISON, DRY_YEARS, GUARANTEE
from hydrosim.locale import LANGUAGES, Message, _

if TYPE_CHECKING:
    from pathlib import Path

    from hydrosim.comparison.compare import Comparison

__all__ = ["OTHER_WATER", "write_tables"]

OTHER_WATER = _("The runs had other water: differences are not those of works and policies alone.")


def write_tables(found: Comparison, folder: Path) -> None:
    """Write the tables of a comparison, and ``comparison.json`` with what they are of.

    Parameters
    ----------
    found
        The comparison.
    folder
        Where the files go.
    """
    found.table.to_csv(folder / COMPARISON, index=False)
    found.dry.to_csv(folder / DRY_YEARS, index=False)
    found.guarantee.to_csv(folder / GUARANTEE, index=False)
    found.verdicts.to_csv(folder / CHANGED, index=False)
    text = json.dumps(_about(found), ensure_ascii=False, indent=1) + "\n"
    (folder / ABOUT).write_text(text, encoding="utf-8")


def _about(found: Comparison) -> dict[str, Any]:
    """Return the reference, the way of pairing, and sentences in each language."""
    lines: dict[str, list[str]] = {}
    for language in LANGUAGES:
        said = [comparison_title(found).in_language(language)]
        if len(found.guarantee):
            said.append(guarantee_answer(found.guarantee, language))
        if not found.same_water:
            said.append(Message(OTHER_WATER).in_language(language))
        lines[language] = said
    return {
        "reference": found.reference, "by": found.by, "confidence": found.confidence,
        "sentences": lines,
    }  # fmt: skip
