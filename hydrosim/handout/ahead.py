"""Reports of an outlook and of a sweep of flood-limited levels: a table, its picture, its files."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from hydrosim.handout.model import Part, Picture, Report
from hydrosim.handout.proof import file_table
from hydrosim.handout.sections import named, section
from hydrosim.locale import Language, Message, _, capital, in_language, sentences
from hydrosim.report.outlook import ALARM_WORDS, DANGER_WORDS, left_out_lines, worst_first
from hydrosim.report.table import Cell, Column, Number, Table
from hydrosim.report.tradeoff import column_head, tradeoff_frame
from hydrosim.standards.titles import item_title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import xarray as xr

__all__ = ["outlook_report", "tradeoff_report"]

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
            _said(ALARM_WORDS[codes[at]], language),
            _said(DANGER_WORDS[str(dangers[at])], language), str(titles[at]),
            *(Number(share, 0, 0.01) for share in shares),
        ))  # fmt: skip
    heads = [_("alarm"), _("danger"), _("where")]
    columns = [Column(_said(head, language)) for head in heads]
    columns.append(Column(_said(_("in all"), language), "%", 0))
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
    columns = [Column(_said(_("store"), language))]
    columns += [Column(_said(column_head(key), language), "", _DIGITS.get(key, 1))
                for key in keys[1:]]  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for one in frame.to_dict("records"):
        store = _said(item_title(dataset, str(one["store"])), language)
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
    known = str(dataset.attrs.get(f"title_{language}") or dataset.attrs.get("title") or "")
    sections = (
        section("summary", _("Summary"), summary, language),
        section("results", title, parts, language),
        section("proof", _("Certificate and check sums"), [file_table(sums, language)], language),
    )
    said = title.in_language(language)
    whole = tuple(one for one in sections if one.parts)
    return Report(known or said, said, language, whole)


def _said(text: str, language: Language) -> str:
    return capital(in_language(text, language), language)
