"""The report of a comparison: differences with intervals, dry years, changed verdicts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from hydrosim.handout.proof import file_table
from hydrosim.handout.sections import named, report_of, said, section
from hydrosim.locale import Language, Message, _, capital, pgettext
from hydrosim.reading.words import word
from hydrosim.report.table import Cell, Column, Number, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from hydrosim.handout.model import Picture, Report

__all__ = ["ComparedResult", "comparison_report"]

_GUARANTEE: dict[str, tuple[Message, str, int]] = {
    "full_years": (_("years of full supply, dry years"), "%", 1),
    "full_years_all": (_("years of full supply, all years"), "%", 1),
    "reliability": (_("reliability, dry years"), "%", 1),
    "shortage": (_("shortage in dry years"), "10⁸ m³", 3),
    "groundwater_pumped": (_("groundwater pumped in dry years"), "10⁸ m³", 3),
    "replenished": (_("to rivers and lakes in dry years"), "10⁸ m³", 3),
    "water_cost": (_("cost of the water in dry years"), "10⁸ yuan", 3),
}
_TEXTS = ("id", "subject", "quantity", "subject_zh", "quantity_zh")
_OF_MEMBERS = " % of members"


class ComparedResult(NamedTuple):
    """What a comparison has left.

    Attributes
    ----------
    about
        What ``comparison.json`` says: reference, way of pairing, sentences by language.
    table, dry, guarantee, verdicts
        Its tables: figures of all years and of dry years, the guarantee in them, verdicts that
        changed.
    sums
        SHA-256 of the files of its folder.
    """

    about: Mapping[str, Any]
    table: pd.DataFrame
    dry: pd.DataFrame
    guarantee: pd.DataFrame
    verdicts: pd.DataFrame
    sums: Mapping[str, str] = {}


def comparison_report(
    result: ComparedResult, pictures: Sequence[Picture], language: Language
) -> Report:
    """Return the report of a comparison.

    Parameters
    ----------
    result
        What the comparison has left.
    pictures
        Its pictures, as far as they were drawn.
    language
        "en" or "zh".
    """
    drawn = named(pictures)
    reference = str(result.about["reference"])
    lines = [capital(str(one), language) for one in result.about["sentences"][language]]
    all_years = _("Differences of all years")
    dry_years = _("Differences of dry years")
    sections = (
        section("summary", _("Summary"), [*lines, _counted(result, language)], language),
        section(
            "differences", _("Differences"),
            [_differences(result, result.table, "differences", all_years, language),
             *drawn("comparison")], language,
        ),
        section(
            "dry_years", _("Dry years"),
            [_guarantee(result.guarantee, language), *drawn("guarantee"),
             _differences(result, result.dry, "dry_years", dry_years, language)], language,
        ),
        section("verdicts", _("Verdicts that changed"), [_verdicts(result, language)], language),
        section("proof", _("Certificate and check sums"), [file_table(result.sums, language)],
                language),
    )  # fmt: skip
    runs = 1 + len(set(result.table["run"]))
    title = _("Comparison of {count} runs", count=runs).in_language(language)
    subtitle = _("Report of a comparison with {reference}", reference=reference)
    return report_of(title, subtitle, sections, language)


def _counted(result: ComparedResult, language: Language) -> str:
    """Return how many differences are clear, and in which sense."""
    table: Any = result.table
    reference = str(result.about["reference"])
    count = int(table["low"].notna().sum())
    if not count:
        return _("No difference has an interval, so that none can be called clear.").in_language(
            language
        )
    return _(
        "Of {count} differences {good} are clearly better and {bad} clearly worse than "
        "{reference}; the rest is within what chance would give, or neither good nor bad.",
        count=count, good=int((table["better"] > 0).sum()), bad=int((table["better"] < 0).sum()),
        reference=reference,
    ).in_language(language)  # fmt: skip


def _differences(
    result: ComparedResult, frame: pd.DataFrame, name: str, title: Message, language: Language
) -> Table | None:
    """Return figures of all runs beside those of the reference, with the intervals."""
    if frame.empty:
        return None
    members = result.about["by"] == "member"
    heads: list[tuple[str, int]] = [
        (_("figure"), 0), (word("unit"), 0), (_("run"), 0), (_("reference"), 3),
        (pgettext("of a figure", "mean"), 3), (_("difference"), 3),
        (pgettext("end of an interval", "from"), 3), (pgettext("end of an interval", "to"), 3),
    ]  # fmt: skip
    if members:
        heads += [(_("of the record, from"), 3), (_("of the record, to"), 3)]
    heads.append((_("verdict"), 0))
    rows: list[tuple[Cell, ...]] = []
    marks: list[str] = []
    records: list[Any] = frame.to_dict("records")
    for row in records:
        ends = ["low", "high", *(["record_low", "record_high"] if members else [])]
        rows.append((
            said(str(row["title_zh" if language == "zh" else "title"]), language),
            said(Message(str(row["unit"])), language), str(row["run"]),
            _finite(row["reference"]), _finite(row["mean"]), _signed(row["difference"]),
            *(_signed(row[end]) for end in ends), said(_outcome(row), language),
        ))  # fmt: skip
        marks.append({1: "pass", -1: "fail"}.get(int(row["better"]), ""))
    return Table(
        name, title.in_language(language),
        tuple(Column(said(head, language), "", digits) for head, digits in heads), tuple(rows),
        marks=tuple(marks),
    )  # fmt: skip


def _outcome(row: Any) -> Message:
    if not math.isfinite(float(row["low"])):
        return _("no interval")
    if not row["clear"]:
        return _("not clear")
    return {1: _("better"), -1: _("worse")}.get(int(row["better"]), _("changed"))


def _finite(value: Any) -> Cell:
    number = float(value)
    return number if math.isfinite(number) else None


def _signed(value: Any) -> Cell:
    number = float(value)
    return Number(number, 3, signed=True) if math.isfinite(number) else None


def _guarantee(frame: pd.DataFrame, language: Language) -> Table | None:
    """Return who keeps the guarantee in dry years, and at what price."""
    if frame.empty:
        return None
    shown = [key for key in _GUARANTEE if key in frame and bool(frame[key].notna().any())]
    columns = [Column(said(_("run"), language))]
    columns += [
        Column(said(_GUARANTEE[key][0], language), said(Message(_GUARANTEE[key][1]), language),
               _GUARANTEE[key][2])
        for key in shown
    ]  # fmt: skip
    columns.append(Column(said(_("guarantee in dry years"), language)))
    rows: list[tuple[Cell, ...]] = []
    marks: list[str] = []
    records: list[Any] = frame.to_dict("records")
    for row in records:
        outcome = "not provable" if not row["provable"] else "pass" if row["keeps"] else "fail"
        answer = {
            "pass": _("keeps the guarantee"), "fail": _("does not keep it"),
            "not provable": _("record too short to prove"),
        }[outcome]  # fmt: skip
        rows.append((str(row["run"]), *(_finite(row[key]) for key in shown),
                     said(answer, language)))  # fmt: skip
        marks.append(outcome)
    first = records[0]
    title = _(
        "Dry years ({years} of them): who keeps {required:g} % for {use} use",
        years=int(first["dry_years"]), required=float(first["required"]),
        use=word(str(first["use"])),
    )  # fmt: skip
    return Table(
        "guarantee", title.in_language(language), tuple(columns), tuple(rows), marks=tuple(marks)
    )


def _verdicts(result: ComparedResult, language: Language) -> Table | None:
    """Return the verdicts that are not the same everywhere, a row a run that differs."""
    reference = str(result.about["reference"])
    names = [name for name in result.verdicts.columns if name not in _TEXTS]
    rows: list[tuple[Cell, ...]] = []
    for row in result.verdicts.to_dict("records"):
        own = "_zh" if language == "zh" and row["subject_zh"] else ""
        before = str(row[reference])
        for name in names:
            after = str(row[name])
            if after and after != before:
                rows.append((
                    capital(str(row[f"subject{own}"]), language), str(row[f"quantity{own}"]),
                    _came(before, language), str(name), _came(after, language),
                ))  # fmt: skip
    if not rows:
        return None
    heads = (word("subject"), word("quantity"), Message(reference), _("run"), _("outcome"))
    return Table(
        "changed", _("Verdicts that changed").in_language(language),
        tuple(Column(said(head, language)) for head in heads), tuple(rows),
    )  # fmt: skip


def _came(words: str, language: Language) -> str:
    """Return an outcome, or the share of members that pass."""
    share = words.removesuffix(_OF_MEMBERS)
    text = word(words) if share == words else _("{share} % of members", share=share)
    return said(text, language) if words else "-"
