"""The report of a run: from its results and verdicts to sections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hydrosim.handout.calendars import calendar_table, calendars, of_short
from hydrosim.handout.model import Part
from hydrosim.handout.network_map import network_map
from hydrosim.handout.proof import certificate_table, file_table, record_table, setting_table
from hydrosim.handout.sections import board, named, report_of, result_title, section
from hydrosim.handout.summary import summary_sentences
from hydrosim.locale import Language, _
from hydrosim.reading.items import one_run
from hydrosim.report.account_tables import account_summary, account_table
from hydrosim.report.planners_tables import planners_tables
from hydrosim.report.planning import Run
from hydrosim.report.run_notes import run_notes
from hydrosim.report.run_tables import run_tables
from hydrosim.report.verdict_tables import source_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import xarray as xr

    from hydrosim.handout.model import Picture, Report

__all__ = ["PICTURES", "RunResult", "run_report"]

PICTURES = (
    "network", "storages", "lake_level", "groundwater_depth", "supply", "shortage",
    "flow_duration", "wet_dry", "whose_water", "accounts",
)  # fmt: skip
"""Pictures of a run that its report shows."""


class RunResult(NamedTuple):
    """What a run has left.

    Attributes
    ----------
    dataset
        The result of one scenario and member.
    verdicts
        Verdicts as verdicts.json holds them.
    sums
        SHA-256 of the files of its folder; empty where they are not known.
    """

    dataset: xr.Dataset
    verdicts: Sequence[Mapping[str, Any]]
    sums: Mapping[str, str] = {}


def run_report(result: RunResult, pictures: Sequence[Picture], language: Language) -> Report:
    """Return the report of a run.

    Parameters
    ----------
    result
        What the run has left.
    pictures
        Its pictures, as far as they were drawn.
    language
        "en" or "zh".
    """
    dataset = one_run(result.dataset)
    tables = run_tables(dataset, language)
    drawn = named(pictures)

    def known(*names: str) -> list[Part]:
        return [tables[name] for name in names if name in tables]

    verdicts = result.verdicts
    summary = summary_sentences(dataset, tables, verdicts, language)
    notes = [note.in_language(language) for note in run_notes(dataset)]
    some = calendars(dataset, language)
    sections = (
        section("summary", _("Summary"), [*summary, *notes], language),
        section("verdicts", _("Verdicts"), board(verdicts, language), language),
        section(
            "network", _("Network"),
            [network_map(dataset, tables, language), *drawn("network")], language,
        ),
        section(
            "storages", _("Storages"),
            [*known("storage"), *drawn("storages", "lake_level", "groundwater_depth", "wet_dry")],
            language,
        ),
        section(
            "supply", _("Supply by source and use"),
            [*known("supply", "shortage", "users"), *drawn("supply")], language,
        ),
        section(
            "shortage", _("Shortage calendar"),
            [*of_short(some, language), calendar_table(some, language), *drawn("shortage")],
            language,
        ),
        section(
            "accounts", _("Accounts"),
            [account_summary(dataset, language), account_table(dataset, language),
             *known("in_lieu"), *drawn("accounts", "whose_water")], language,
        ),
        section("rivers", _("Rivers and replenishment"),
                 [*known("replenishment"), *drawn("flow_duration")], language),
        section("planning", _("Tables of planning"),
                planners_tables([Run({}, dataset)], language), language),
        section("budget", _("Water budget"), known("budget"), language),
        section("inputs", _("Sources and confidence"),
                 [setting_table(dataset, language), record_table(dataset, language),
                  source_table(verdicts, language) if verdicts else None], language),
        section("proof", _("Certificate and check sums"),
                 [certificate_table(dataset, language), file_table(result.sums, language)],
                 language),
    )  # fmt: skip
    subtitle = _("Report of a simulation by hydrosim {version}",
                 version=dataset.attrs.get("hydrosim_version", ""))  # fmt: skip
    title = result_title(dataset, language) or "hydrosim"
    return report_of(title, subtitle, sections, language)
