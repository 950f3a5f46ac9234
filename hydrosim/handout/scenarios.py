"""The report of a folder of scenarios: key figures, verdicts, planner's tables, pictures, proof."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from hydrosim.handout.proof import file_table, setting_table
from hydrosim.handout.sections import (
    closure_sentence,
    named,
    report_of,
    result_title,
    said,
    section,
)
from hydrosim.locale import Language, Message, _, capital, listed, pgettext, sentences
from hydrosim.reading.items import one_run
from hydrosim.reading.words import word
from hydrosim.report.planners_tables import planners_tables
from hydrosim.report.planning import Run, axis_cells, axis_columns, axis_title
from hydrosim.report.table import Cell, Column, Table
from hydrosim.report.verdict_tables import by_outcome, in_order, outcome_of, source_table, text_of
from hydrosim.scenarios.figures import FIGURES, Figure, key_figures
from hydrosim.standards.board import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hydrosim.handout.model import Picture, Report

__all__ = ["ScenarioResult", "figure_frame", "outcome_frame", "scenarios_report"]

_MOST = 4
"""Names of scenarios in a cell or sentence."""


class ScenarioResult(NamedTuple):
    """What a set of scenarios has left.

    Attributes
    ----------
    runs
        The results with their values on the axes, by name of the scenario.
    verdicts
        Verdicts as verdicts.json holds them, by name of the scenario.
    sums
        SHA-256 of the result of each scenario.
    """

    runs: Mapping[str, Run]
    verdicts: Mapping[str, Sequence[Mapping[str, Any]]]
    sums: Mapping[str, str] = {}


def figure_frame(result: ScenarioResult) -> pd.DataFrame:
    """Return the mean of each key figure over the complete water years in SI, a row a scenario."""
    rows = {}
    for name, run in result.runs.items():
        means = key_figures(one_run(run.result)).mean()
        rows[name] = {str(key): float(value) for key, value in means.data_vars.items()}
    frame: Any = pd.DataFrame.from_dict(rows, orient="index")
    return frame[[key for key in FIGURES if key in frame.columns and frame[key].notna().any()]]


def outcome_frame(result: ScenarioResult) -> pd.DataFrame:
    """Return how many verdicts of each scenario had each outcome."""
    rows = {name: by_outcome(result.verdicts.get(name, [])) for name in result.runs}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(OUTCOMES))


def scenarios_report(
    result: ScenarioResult, pictures: Sequence[Picture], language: Language
) -> Report:
    """Return the report of a set of scenarios.

    Parameters
    ----------
    result
        What the scenarios have left.
    pictures
        Their pictures, as far as they were drawn.
    language
        "en" or "zh".
    """
    runs = list(result.runs.values())
    first = one_run(runs[0].result)
    figures = figure_frame(result)
    judged = [one for given in result.verdicts.values() for one in given]
    sections = (
        section("summary", _("Summary"), _sentences(result, figures, language), language),
        section(
            "figures", _("Key figures"),
            [*_figure_tables(result, figures, language), *named(pictures)("scenarios")], language,
        ),
        section(
            "verdicts", _("Verdicts"),
            [_count_table(result, language), _difference_table(result, language)]
            if judged else [], language,
        ),
        section("planning", _("Tables of planning"), planners_tables(runs, language), language),
        section(
            "inputs", _("Sources and confidence"),
            [setting_table(first, language), source_table(judged, language) if judged else None],
            language,
        ),
        section(
            "proof", _("Certificate and check sums"),
            [_proof_table(result, language), file_table(result.sums, language)], language,
        ),
    )  # fmt: skip
    subtitle = _("Report of {count} scenarios by hydrosim {version}", count=len(runs),
                 version=first.attrs.get("hydrosim_version", ""))  # fmt: skip
    return report_of(result_title(first, language), subtitle, sections, language)


def _sentences(result: ScenarioResult, figures: pd.DataFrame, language: Language) -> list[str]:
    """Return what was compared, where most and least is short, what is met, and the proof."""
    runs = list(result.runs.values())
    axes = [axis_title(axis) for axis in dict.fromkeys(one for run in runs for one in run.axes)]
    count = len(runs)
    found: list[Message] = [
        _(
            "{count} scenarios were run; they differ in {axes}",
            count=count,
            axes=listed(axes),
        )
        if axes
        else _("{count} scenarios were run", count=count)
    ]
    if "shortage" in figures:
        shortage: Any = figures["shortage"]
        found.append(_shortage_sentence(shortage.dropna()))
    whole = [
        name for name in result.runs
        if result.verdicts.get(name) and not _failed(result.verdicts[name])
    ]  # fmt: skip
    if any(result.verdicts.values()):
        found.append(_met(whole, count))
    closures = [_closure(run) for run in runs]
    found.append(closure_sentence(max(closures)))
    return [sentences(one).in_language(language) for one in found]


def _shortage_sentence(shortage: pd.Series) -> Message:
    """Return where users are least and most short."""
    least, most = str(shortage.idxmin()), str(shortage.idxmax())
    ends = {
        "least": least, "little": float(shortage.min()) * 1e-4,
        "most": most, "much": float(shortage.max()) * 1e-4,
    }  # fmt: skip
    if ends["much"] <= 0.0:
        return _("users are short in none of them")
    return _(
        "in the mean year users are least short in {least}, {little:.0f} × 10⁴ m³, and most in "
        "{most}, {much:.0f} × 10⁴ m³",
        **ends,
    )


def _met(whole: Sequence[str], count: int) -> Message:
    """Return in which scenarios no requirement fails."""
    if not whole:
        return _("at least one requirement fails in each of the {count} scenarios", count=count)
    if len(whole) == count:
        return _("no requirement fails in any of the {count} scenarios", count=count)
    return _("no requirement fails in {good} of {count} scenarios: {names}", good=len(whole),
             count=count, names=listed(_some(whole)))  # fmt: skip


def _some(names: Sequence[str]) -> list[Message]:
    """Return the first names, and how many more there are."""
    more = [_("and {count} more", count=len(names) - _MOST)] if len(names) > _MOST else []
    return [*map(Message, names[:_MOST]), *more]


def _failed(verdicts: Sequence[Mapping[str, Any]]) -> bool:
    return any(outcome_of(one) == "fail" for one in verdicts)


def _proof(run: Run) -> dict[str, Any]:
    return json.loads(one_run(run.result).attrs["certificate"])


def _closure(run: Run) -> float:
    proof = _proof(run)
    return max(proof["largest_row_closure"], proof["largest_network_closure"])


def _figure_tables(
    result: ScenarioResult, figures: pd.DataFrame, language: Language
) -> list[Table]:
    """Return the key figures, a row a scenario: volumes and costs, then shares."""
    shares = [key for key in figures.columns if FIGURES[str(key)].unit == "%"]
    others = [key for key in figures.columns if key not in shares]
    note = _(
        "Means of the complete water years; of reliability and full years the share of periods "
        "and of years."
    ).in_language(language)
    titles = (
        ("volumes", _("Volumes and costs of the scenarios"), others),
        ("shares", _("Reliability of the scenarios"), shares),
    )
    found: list[Table] = []
    for name, title, keys in titles:
        if not keys:
            continue
        units = [_unit(FIGURES[str(key)]) for key in keys]
        columns = [Column(said(_("scenario"), language))]
        columns += [
            Column(said(FIGURES[str(key)].title, language), said(unit, language), digits)
            for key, (unit, _factor, digits) in zip(keys, units, strict=True)
        ]
        rows = [
            (plain, *(_shown(float(figures.loc[plain, key]) * factor)
                      for key, (_unused, factor, _digits) in zip(keys, units, strict=True)))
            for plain in result.runs
        ]  # fmt: skip
        found.append(
            Table(name, title.in_language(language), tuple(columns), tuple(rows), notes=(note,))
        )
    return found


def _unit(figure: Figure) -> tuple[Message, float, int]:
    """Return the unit of a figure as planners write it, the factor from SI and the decimals."""
    if figure.unit.endswith("m³"):
        return _("10⁴ m³"), 1e-4, 2
    return Message(figure.unit), figure.factor, 1 if figure.unit == "%" else 4


def _shown(value: float) -> Cell:
    return value if np.isfinite(value) else None


def _count_table(result: ScenarioResult, language: Language) -> Table:
    """Return how many verdicts of each scenario had each outcome."""
    frame = outcome_frame(result)
    heads = [_("scenario"), *(word(outcome) for outcome in OUTCOMES)]
    rows = [(str(name), *(int(n) for n in row)) for name, row in
            zip(frame.index, frame.to_numpy(), strict=True)]  # fmt: skip
    return Table(
        "counts", _("Verdicts by scenario").in_language(language),
        tuple(Column(said(head, language), "", 0) for head in heads), tuple(rows),
    )  # fmt: skip


def _difference_table(result: ScenarioResult, language: Language) -> Table | None:
    """Return the verdicts whose outcome is not the same everywhere, with the scenarios of each."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for name, given in result.verdicts.items():
        for one in in_order(given):
            found.setdefault(str(one.get("id", "")), {})[name] = one
    rows: list[tuple[Cell, ...]] = []
    marks: list[str] = []
    for own in found.values():
        outcomes = {name: outcome_of(one) for name, one in own.items()}
        if len(set(outcomes.values())) < 2:
            continue
        first = next(iter(own.values()))
        for outcome in OUTCOMES:
            names = [name for name, came in outcomes.items() if came == outcome]
            if names:
                rows.append((
                    capital(text_of(first, "subject", language), language),
                    text_of(first, "quantity", language), len(names),
                    listed(names).in_language(language), said(word(outcome), language),
                ))  # fmt: skip
                marks.append(outcome)
    if not rows:
        return None
    heads = (word("subject"), word("quantity"), _("scenarios"),
             pgettext("scenarios", "in"), _("outcome"))  # fmt: skip
    return Table(
        "differences", _("Verdicts that differ between the scenarios").in_language(language),
        tuple(Column(said(head, language), "", 0) for head in heads), tuple(rows),
        marks=tuple(marks),
    )  # fmt: skip


def _proof_table(result: ScenarioResult, language: Language) -> Table:
    """Return the largest errors of the balance of each scenario, and the hash of its config."""
    runs = list(result.runs.values())
    heads = [
        Column(said(_("scenario"), language)), *axis_columns(runs, language),
        Column(said(_("largest error of a node's balance in a step"), language)),
        Column(said(_("largest error of the balance of the whole network"), language)),
        Column(said(_("hash of the configuration"), language)),
    ]  # fmt: skip
    axes = [head.head for head in heads[1:-3]]
    rows: list[tuple[Cell, ...]] = []
    for name, run in result.runs.items():
        proof = _proof(run)
        own = axis_cells(run, language) or [""] * len(axes)
        rows.append((
            name, *own, str(proof["largest_row_closure"]), str(proof["largest_network_closure"]),
            str(one_run(run.result).attrs.get("config_hash", "")),
        ))  # fmt: skip
    return Table("certificates", _("Certificates").in_language(language), tuple(heads), tuple(rows))
