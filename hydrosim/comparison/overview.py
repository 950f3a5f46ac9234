"""What a notebook shows of a comparison: differences with their intervals, changed verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hydrosim.comparison.sources import NAMES
from hydrosim.comparison.telling import (
    comparison_title,
    interval_text,
    number_text,
    outcome_text,
)
from hydrosim.io.blocks import Badge, block, rows
from hydrosim.locale import _, capital, language_of_environment, pgettext
from hydrosim.standards.board_html import OUTCOME_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.comparison.telling import Compared
    from hydrosim.locale import Language

__all__ = ["comparison_html"]

_CLEAR = {
    1: Badge(pgettext("of a difference", "clearly better"), "good"),
    -1: Badge(pgettext("of a difference", "clearly worse"), "bad"),
    0: Badge(pgettext("of a difference", "clear")),
}


def comparison_html(comparison: Compared) -> str:
    """Return what a notebook shows of a comparison.

    Parameters
    ----------
    comparison
        What came of it.
    """
    language = language_of_environment()
    members = comparison.by == "member"
    ends = [("low", "high"), ("record_low", "record_high")][: 2 if members else 1]
    heads = [
        _("figure"), _("unit"), _("run"), comparison.reference, pgettext("of a figure", "mean"),
        _("difference"),
        *((_("given this record"), _("of the record")) if members else (_("interval"),)), "",
    ]  # fmt: skip
    table = rows(heads, _differences(comparison, ends, language), set(range(3, 6 + len(ends))))
    parts = [comparison_title(comparison), table]
    if len(comparison.verdicts):
        parts += [_("Verdicts that changed"), _changed(comparison, language)]
    return block(_("Comparison with {reference}", reference=comparison.reference), *parts)


def _differences(
    comparison: Compared, ends: list[tuple[str, str]], language: Language
) -> Iterator[tuple[object, ...]]:
    """Yield a row a figure and run."""
    found: list[Any] = comparison.table.to_dict("records")
    for row in found:
        title = str(row["title_zh" if language == "zh" else "title"])
        yield (
            capital(title, language), row["unit"], row["run"],
            number_text(float(row["reference"])), number_text(float(row["mean"])),
            number_text(float(row["difference"]), sign=True),
            *(interval_text(float(row[low]), float(row[high])) for low, high in ends),
            _CLEAR[int(row["better"])] if row["clear"] else "",
        )  # fmt: skip


def _changed(comparison: Compared, language: Language) -> str:
    """Return the verdicts that are not the same everywhere: a row a verdict, a column a run."""
    runs = [name for name in comparison.verdicts.columns if name not in ("id", *NAMES)]
    other = "_zh" if language == "zh" else ""
    shown = (
        (
            row[f"subject{other}"] or row["subject"], row[f"quantity{other}"] or row["quantity"],
            *(
                Badge(outcome_text(row[run], language), OUTCOME_KINDS.get(row[run], ""))
                if row[run] else "-"
                for run in runs
            ),
        )
        for row in comparison.verdicts.to_dict("records")
    )  # fmt: skip
    return rows([_("subject"), _("quantity"), *runs], shown, set())
