"""Reports of outlooks and of a sweep of flood-limited levels: tables, a picture, its files."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from hydrosim.handout.model import Part, Picture, Report
from hydrosim.handout.proof import file_table
from hydrosim.handout.sections import named, report_of, result_title, said, section
from hydrosim.locale import Language, Message, _, sentences
from hydrosim.report.outlook import ALARM_WORDS, DANGER_WORDS, left_out_lines, worst_first
from hydrosim.report.outlook_skill import SCORES, reliability_frame, skill_frame
from hydrosim.report.table import Cell, Column, Number, Table
from hydrosim.report.tradeoff import column_head, tradeoff_frame
from hydrosim.standards.titles import item_title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import xarray as xr

__all__ = ["outlook_report", "skill_report", "tradeoff_report"]

_MARKS = ("", "", "", "fail")
_DIGITS = {"rise": 2, "limit_level": 2, "peak_level": 2, "dry_year_gain": 3, "ecology_gain": 3}


def outlook_report(
    dataset: xr.Dataset,
    pictures: Sequence[Picture],
    sums: Mapping[str, str],
    language: Language,
) -> Report:
    """Return the report of an outlook.

    Parameters
    ----------
    dataset
        The outlook.
    pictures
        Its pictures, as far as they were drawn.
    sums
        SHA-256 of the files of its folder.
    language
        "en" or "zh".
    """
    today, members = str(dataset.attrs["today"]), int(dataset.attrs["members"])
    shown = worst_first(dataset)
    rest = int(dataset.sizes["warning"]) - len(shown)
    lines = [
        _("what may come from {today} on, over {members} possible waters", today=today,
          members=members),
        _("{count} risks come in at least one of them, {rest} in none", count=len(shown),
          rest=rest),
    ]  # fmt: skip
    summary = [sentences(one).in_language(language) for one in lines]
    table = _risks(dataset, shown, language) if shown else None
    return _report(
        _("Outlook from {today}: {members} members", today=today, members=members), dataset,
        [*summary, *left_out_lines(dataset, language)], [table, *named(pictures)("outlook")], sums,
        language,
    )  # fmt: skip


def _risks(dataset: xr.Dataset, shown: Sequence[int], language: Language) -> Table:
    """Return the risks that may come, the worst first, with their probability by month."""
    months = dataset["month"].to_numpy().astype("datetime64[M]").astype(str).tolist()
    titles = dataset["warning_title_zh" if language == "zh" else "warning_title"].to_numpy()
    codes = [int(code) for code in dataset["alarm_any"].to_numpy()]
    dangers = dataset["warning_danger"].to_numpy()
    whole, by_month = dataset["probability_any"].to_numpy(), dataset["probability"].to_numpy()
    rows: list[tuple[Cell, ...]] = []
    for at in shown:
        shares = (float(whole[at]), *map(float, by_month[at]))
        rows.append((
            said(ALARM_WORDS[codes[at]], language),
            said(DANGER_WORDS[str(dangers[at])], language), str(titles[at]),
            *(Number(share, 0, 0.01) for share in shares),
        ))  # fmt: skip
    heads = [_("alarm"), _("danger"), _("where")]
    columns = [Column(said(head, language)) for head in heads]
    columns.append(Column(said(_("in all"), language), "%", 0))
    columns += [Column(month, "%", 0) for month in months]
    return Table(
        "risks", _("Probability of each risk by month").in_language(language), tuple(columns),
        tuple(rows), marks=tuple(_MARKS[codes[at]] for at in shown),
    )  # fmt: skip


def tradeoff_report(
    dataset: xr.Dataset,
    pictures: Sequence[Picture],
    sums: Mapping[str, str],
    language: Language,
) -> Report:
    """Return the report of a sweep of flood-limited levels.

    Parameters
    ----------
    dataset
        The sweep.
    pictures
        Its pictures, as far as they were drawn.
    sums
        SHA-256 of the files of its folder.
    language
        "en" or "zh".
    """
    frame = tradeoff_frame(dataset)
    keys = [str(key) for key in frame.columns]
    columns = [Column(said(_("store"), language))]
    columns += [Column(said(column_head(key), language), "", _DIGITS.get(key, 1))
                for key in keys[1:]]  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for one in frame.to_dict("records"):
        store = said(item_title(dataset, str(one["store"])), language)
        rows.append((store, *(_swept(one[key]) for key in keys[1:])))
    table = Table(
        "sweep", _("Water gained and return periods held, by limit").in_language(language),
        tuple(columns), tuple(rows),
    )  # fmt: skip
    summary = sentences(
        _("higher flood-limited levels keep more water for dry years and hold smaller floods: "
          "{count} cases were run", count=len(rows))
    ).in_language(language)  # fmt: skip
    title = _("Sweep of flood-limited levels")
    return _report(title, dataset, [summary], [table, *named(pictures)("tradeoff")], sums, language)


def skill_report(
    dataset: xr.Dataset,
    pictures: Sequence[Picture],
    sums: Mapping[str, str],
    language: Language,
) -> Report:
    """Return the report of outlooks of past years.

    Parameters
    ----------
    dataset
        Their skill.
    pictures
        Its pictures, as far as they were drawn.
    sums
        SHA-256 of the files of its folder.
    language
        "en" or "zh".
    """
    days = dataset["start"].to_numpy().astype("datetime64[D]")
    months = int(dataset.attrs["months"])
    title = _("Skill of {count} outlooks of {months} months, {first} to {last}",
              count=days.size, months=months, first=str(days[0]), last=str(days[-1]))  # fmt: skip
    best = [row for row in skill_frame(dataset).to_dict("records") if math.isfinite(row["skill"])]
    lines: list[Message] = [
        _("{danger}: skill {skill:.2f} over {cases} cases, of which it came in {came}",
          danger=DANGER_WORDS[str(row["danger"])], skill=float(row["skill"]),
          cases=int(row["cases"]), came=int(row["came"]))
        for row in best
    ]  # fmt: skip
    if not best:
        lines.append(_without_skill(dataset))
    summary = [sentences(one).in_language(language) for one in (title, *lines)]
    tables = [*_skill_tables(dataset, language), *named(pictures)("reliability")]
    return _report(title, dataset, summary, tables, sums, language)


def _without_skill(dataset: xr.Dataset) -> Message:
    """Return why no danger has a skill: none came, or all came in every case."""
    came = sum(int(row["came"]) for row in skill_frame(dataset).to_dict("records"))
    if came:
        return _(
            "no danger came in some cases and not in others, so that there is no skill to measure"
        )
    return _("no danger came in any of these years, so that there is no skill to measure")


def _skill_tables(dataset: xr.Dataset, language: Language) -> list[Table]:
    """Return the scores of each danger, and the reliability diagram as numbers."""
    heads = ((_("danger"), 0), (_("count of cases"), 0), (_("came"), 0), (_("Brier score"), 3),
             (_("of the other years"), 3), (_("skill"), 3), (_("reliability"), 3),
             (_("resolution"), 3))  # fmt: skip
    note = _(
        "skill: 1 is perfect, 0 no better than the share of the other years in which a danger came"
    )
    rows = tuple(
        (said(DANGER_WORDS[str(row["danger"])], language), int(row["cases"]), int(row["came"]),
         *(float(row[name]) for name in SCORES[:-1]))
        for row in skill_frame(dataset).to_dict("records")
    )  # fmt: skip
    scores = Table(
        "scores", _("Skill by danger").in_language(language),
        tuple(Column(said(head, language), "", digits) for head, digits in heads), rows,
        notes=(said(note, language),),
    )  # fmt: skip
    classes = ((_("danger"), "", 0), (_("probability"), "%", 0), (_("came in"), "%", 0),
               (_("count of cases"), "", 0))  # fmt: skip
    cells = tuple(
        (said(DANGER_WORDS[str(row["danger"])], language), Number(row["probability"], 0, 0.01),
         Number(row["came"], 0, 0.01), int(row["cases"]))
        for row in reliability_frame(dataset).to_dict("records")
    )  # fmt: skip
    diagram = Table(
        "diagram", _("Reliability diagram").in_language(language),
        tuple(Column(said(head, language), unit, digits) for head, unit, digits in classes), cells,
    )  # fmt: skip
    return [scores, diagram]


def _swept(value: object) -> Cell:
    """Return a cell of a sweep: beyond what was routed a word, else the number."""
    if isinstance(value, float) and math.isinf(value):
        return "∞"
    return float(value) if isinstance(value, (int, float)) else str(value)


def _report(
    title: Message,
    dataset: xr.Dataset,
    summary: Sequence[str],
    parts: Sequence[Part | None],
    sums: Mapping[str, str],
    language: Language,
) -> Report:
    sections = (
        section("summary", _("Summary"), summary, language),
        section("results", title, parts, language),
        section("proof", _("Certificate and check sums"), [file_table(sums, language)], language),
    )
    return report_of(result_title(dataset, language), title, sections, language)
