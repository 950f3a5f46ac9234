"""What is printed of a comparison: differences with their intervals, and changed verdicts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol

from hydrosim.comparison.bootstrap import LEAST_YEARS
from hydrosim.comparison.guarantee import guarantee_table
from hydrosim.comparison.sources import NAMES
from hydrosim.locale import (
    SEMICOLON,
    Language,
    Message,
    _,
    capital,
    in_language,
    language_of,
    listed,
    pgettext,
)
from hydrosim.reading.words import OUTCOME_STYLES, word

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

__all__ = [
    "Compared",
    "comparison_tables",
    "comparison_title",
    "interval_text",
    "number_text",
    "outcome_text",
]

MANY = 6
MAIN = (
    "shortage", "reliability_domestic", "full_years_domestic", "replenished", "groundwater_pumped",
    "water_cost",
)  # fmt: skip
"""Figures that are printed where there are many runs; the table on disk has all."""
STYLES = {1: "green", -1: "bold red", 0: ""}
OF_MEMBERS = " % of members"


class Compared(Protocol):
    """What came of a comparison; see :class:`hydrosim.comparison.Comparison`."""

    @property
    def reference(self) -> str:
        """Name of the run that the others are compared with."""
        ...

    @property
    def table(self) -> pd.DataFrame:
        """A row a figure and run."""
        ...

    @property
    def guarantee(self) -> pd.DataFrame:
        """A row a run: what keeping the guarantee takes."""
        ...

    @property
    def verdicts(self) -> pd.DataFrame:
        """Verdicts that are not the same everywhere."""
        ...

    @property
    def by(self) -> str:
        """What was paired: years or members."""
        ...

    @property
    def block(self) -> int | None:
        """Years to a block."""
        ...

    @property
    def confidence(self) -> float:
        """Share of the intervals that hold the difference."""
        ...

    @property
    def copies(self) -> int:
        """Members that are copies of others."""
        ...

    @property
    def record_years(self) -> int | None:
        """Length of the record that members are made from [year]."""
        ...

    @property
    def single_years(self) -> bool:
        """Whether members are made of single years of the record."""
        ...


def comparison_tables(comparison: Compared, language: str = "en") -> list[Table]:
    """Return the tables of a comparison in a language, ``en`` or ``zh``."""
    spoken = language_of(language)
    made = [_differences(comparison, spoken)]
    if len(comparison.guarantee):
        made.append(guarantee_table(comparison.guarantee, language))
    if len(comparison.verdicts):
        made.append(_verdicts(comparison, spoken))
    return made


def _table(title: str) -> Table:
    from rich import box
    from rich.table import Table

    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )


def comparison_title(comparison: Compared) -> Message:
    """Return what is paired, what the intervals are of, and what has none."""
    share = 100.0 * comparison.confidence
    rows = comparison.table
    parts: list[Message] = []
    if comparison.by == "member":
        parts.append(
            _(
                "Differences from {reference}, paired by members, with {share:.0f} % intervals",
                reference=comparison.reference,
                share=share,
            )
        )
        parts.append(_("given this record: what more members would change"))
        if comparison.record_years is None:
            parts.append(_("the length of the record is not known"))
        else:
            parts.append(
                _(
                    "of the record: what other records of {years} years would change",
                    years=comparison.record_years,
                )
            )
        if comparison.single_years:
            parts.append(_("its years taken as independent, for members are of single years"))
        if comparison.copies:
            parts.append(
                _(
                    "{copies} members are copies of others and left out: the record has no more",
                    copies=comparison.copies,
                )
            )
    else:
        blocks = (
            _("blocks by the record")
            if comparison.block is None
            else _("blocks of {years}", years=comparison.block)
        )
        parts.append(
            _(
                "Differences from {reference}, paired by water years in {blocks}, with "
                "{share:.0f} % intervals",
                reference=comparison.reference,
                blocks=blocks,
                share=share,
            )
        )
        if len(rows) and bool((rows["pairs"] < LEAST_YEARS).all()):
            parts.append(_("no interval from fewer than {least} years", least=LEAST_YEARS))
    parts.append(_("* where zero lies outside"))
    return listed(parts, SEMICOLON)


def _differences(comparison: Compared, language: Language) -> Table:
    members = comparison.by == "member"
    table = _table(comparison_title(comparison).in_language(language))
    heads = (
        _("figure"),
        _("run"),
        pgettext("of a figure", "mean"),
        _("difference"),
        *((_("given this record"), _("of the record")) if members else (_("interval"),)),
        "",
    )
    for place, head in enumerate(heads):
        justify = "left" if place in (0, 1, len(heads) - 1) else "right"
        table.add_column(in_language(head, language), justify=justify, vertical="top")
    many = len(set(comparison.table["run"])) > MANY
    before = ""
    rows: list[Any] = comparison.table.to_dict("records")
    for row in rows:
        name = str(row["figure"])
        if many and name not in MAIN:
            continue
        if name != before:
            title = str(row["title_zh" if language == "zh" else "title"])
            reference = number_text(float(row["reference"]))
            head = f"{title[:1].upper()}{title[1:]}, {row['unit']}"
            table.add_row(head, comparison.reference, reference, style="bold")
            before = name
        ends = (("low", "high"), ("record_low", "record_high"))[: 2 if members else 1]
        table.add_row(
            "",
            str(row["run"]),
            number_text(float(row["mean"])),
            number_text(float(row["difference"]), sign=True),
            *(interval_text(float(row[low]), float(row[high])) for low, high in ends),
            "*" if row["clear"] else "",
            style=STYLES[int(row["better"])],
        )
    return table


def interval_text(low: float, high: float) -> str:
    """Return an interval as it is shown; a dash where it is not known."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return "-"
    return f"{number_text(low, sign=True)} … {number_text(high, sign=True)}"


def number_text(value: float, *, sign: bool = False) -> str:
    """Return a number as it is shown; a dash where it is not known."""
    if not math.isfinite(value):
        return "-"
    places = 1 if abs(value) >= 100.0 else 3
    return f"{value:+.{places}f}" if sign else f"{value:.{places}f}"


def _verdicts(comparison: Compared, language: Language) -> Table:
    """Return the verdicts that changed: a row for each run that differs from the reference."""
    from rich.text import Text

    table = _table(_("Verdicts that changed").in_language(language))
    for head in ("", comparison.reference, _("outcome"), _("runs")):
        table.add_column(in_language(head, language), vertical="top")
    names = [name for name in comparison.verdicts.columns if name not in ("id", *NAMES)]
    for row in comparison.verdicts.to_dict("records"):
        before = str(row[comparison.reference])
        names_in = "_zh" if language == "zh" and row["subject_zh"] else ""
        label = _(
            "{subject}, {quantity}",
            subject=capital(str(row[f"subject{names_in}"])), quantity=row[f"quantity{names_in}"],
        ).in_language(language)  # fmt: skip
        groups: dict[str, list[str]] = {}
        for name in names:
            if row[name] and row[name] != before:
                groups.setdefault(str(row[name]), []).append(name)
        for outcome, found in groups.items():
            table.add_row(
                label,
                outcome_text(before, language),
                Text(outcome_text(outcome, language), OUTCOME_STYLES.get(outcome, "")),
                ", ".join(found),
            )
    return table


def outcome_text(words: str, language: Language) -> str:
    """Return an outcome, or the share of members that pass, in the language."""
    share = words.removesuffix(OF_MEMBERS)
    text = word(words) if share == words else _("{share} % of members", share=share)
    return text.in_language(language)
