"""A report from a folder of results: what is there, its content once, a file for each form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from hydrosim.errors import DataError
from hydrosim.io.folder import (
    DESIGN,
    FLOOD,
    OUTLOOK,
    REPORT,
    RESULTS,
    STANDARDS,
    TRADEOFF,
    results_file,
)
from hydrosim.io.manifest import MANIFEST, sums_in
from hydrosim.io.parallel import beside, may_copy
from hydrosim.io.whole_file import write_whole_bytes
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import xarray as xr

    from hydrosim.handout.model import Picture, Report
    from hydrosim.handout.run import RunResult
    from hydrosim.locale import Language

__all__ = ["FORMATS", "Written", "result_of", "write_report", "write_run_report"]

FORMATS = ("html", "docx", "xlsx")


class Written(NamedTuple):
    """The files of a report, and notes on what is wrong with its pictures."""

    files: tuple[Path, ...]
    notes: tuple[str, ...]


def write_report(
    results: Path, folder: Path | None, formats: Sequence[str], language: Language
) -> Written:
    """Write the report of results into a folder.

    Parameters
    ----------
    results
        A folder of results, or its ``results.nc``.
    folder
        Where the files go; the folder ``report`` beside the results without it.
    formats
        Some of FORMATS.
    language
        "en" or "zh".

    Raises
    ------
    DataError
        If there are no such results, or no report is made of them.
    """
    from hydrosim.io.netcdf import open_results

    ahead = _file_ahead(results)
    if ahead is not None:
        report, notes = _report_ahead(ahead, formats, language)
        return _written(report, notes, folder or ahead.parent / REPORT, formats)
    _refuse_others(results)
    file = results_file(results)
    target = folder or file.parent / REPORT
    with open_results(file) as dataset:
        loaded = dataset.load()
    if loaded.attrs.get("engine") == "flood":
        report, notes = _flood_report(file.parent, loaded, formats, language)
        return _written(report, notes, target, formats)
    return write_run_report(result_of(file.parent, loaded), target, formats, language)


def result_of(folder: Path, dataset: xr.Dataset) -> RunResult:
    """Return what a run has left in a folder beside its result: verdicts, check sums.

    Parameters
    ----------
    folder
        The folder.
    dataset
        The result.
    """
    from hydrosim.handout.run import RunResult

    judged = folder / "verdicts.json"
    verdicts = json.loads(judged.read_text(encoding="utf-8")) if judged.exists() else []
    return RunResult(dataset, verdicts, sums_in(folder / MANIFEST) or {})


def write_run_report(
    result: RunResult,
    folder: Path,
    formats: Sequence[str],
    language: Language,
    plots: Path | None = None,
) -> Written:
    """Write the report of a run that is at hand; each file appears whole or not at all.

    Parameters
    ----------
    result
        What the run has left.
    folder
        Where the files go; it is made when absent.
    formats
        Some of FORMATS.
    language
        "en" or "zh".
    plots
        A folder with the pictures of the run in this language, which are taken from there; they
        are drawn without it.
    """
    from hydrosim.handout.run import run_report

    pictures, notes = _drawn(result.dataset, formats, language, plots)
    return _written(run_report(result, pictures, language), notes, folder, formats)


def _written(report: Report, notes: Sequence[str], folder: Path, formats: Sequence[str]) -> Written:
    """Write a report in each of its forms, the last of them in a copy of this process."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [form for form in FORMATS if form in formats]
    if len(wanted) > 1 and may_copy():
        with beside(_write_form, report, folder, wanted[-1]) as second:
            files = [_write_form(report, folder, form) for form in wanted[:-1]]
            files.append(second.result())
    else:
        files = [_write_form(report, folder, form) for form in wanted]
    return Written(tuple(files), tuple(notes))


def _write_form(report: Report, folder: Path, form: str) -> Path:
    """Write a report in one form and return the file."""
    file = folder / f"report.{form}"
    write_whole_bytes(file, _writer(form)(report))
    return file


def _flood_report(
    folder: Path, dataset: xr.Dataset, formats: Sequence[str], language: Language
) -> tuple[Report, list[str]]:
    """Return the report of a folder of floods, and notes on its pictures."""
    import pandas as pd

    from hydrosim.handout.drawn import draw_pictures
    from hydrosim.handout.flood import PICTURES, FloodResult, flood_report
    from hydrosim.io.netcdf import open_results

    judged = result_of(folder, dataset)
    beside: dict[str, xr.Dataset] = {FLOOD: dataset}
    for name in PICTURES:
        if name != FLOOD and (folder / name).exists():
            with open_results(folder / name) as opened:
                beside[name] = opened.load()
    pictures: list[Picture] = []
    notes: list[str] = []
    for name, found in beside.items() if {"html", "docx"} & set(formats) else ():
        more, further = draw_pictures(found, PICTURES[name], language, formats)
        pictures += more
        notes += further
    held = folder / STANDARDS
    table = pd.read_csv(held) if held.exists() else None
    result = FloodResult(dataset, judged.verdicts, judged.sums, beside.get(DESIGN), table)
    return flood_report(result, pictures, language), list(dict.fromkeys(notes))


def _writer(form: str) -> Callable[[Report], bytes]:
    """Return the function that makes a file of a report."""
    if form == "html":
        from hydrosim.handout.html import html_of

        return html_of
    if form == "docx":
        from hydrosim.handout.word import word_of

        return word_of
    from hydrosim.handout.workbook import workbook_of

    return workbook_of


def _drawn(
    dataset: xr.Dataset, formats: Sequence[str], language: Language, plots: Path | None
) -> tuple[list[Picture], list[str]]:
    """Draw the pictures of a run, half of them in a copy of this process."""
    from hydrosim.handout.drawn import draw_pictures
    from hydrosim.handout.run import PICTURES
    from hydrosim.reading.items import one_run

    if not {"html", "docx"} & set(formats):
        return [], []
    run = one_run(dataset)
    if not may_copy():
        return draw_pictures(run, PICTURES, language, formats, plots)
    first, last = PICTURES[::2], PICTURES[1::2]
    with beside(draw_pictures, run, last, language, formats, plots) as second:
        pictures, notes = draw_pictures(run, first, language, formats, plots)
        more, further = second.result()
    return [*pictures, *more], list(dict.fromkeys([*notes, *further]))


_AHEAD = {OUTLOOK: "outlook", TRADEOFF: "tradeoff"}
"""Files of outlooks and sweeps, and the picture of each."""


def _file_ahead(results: Path) -> Path | None:
    """Return the file of an outlook or sweep; None where there is another result, or none."""
    if results.is_dir():
        there = (results / name for name in _AHEAD)
        return next((file for file in there if file.exists()), None)
    return results if results.name in _AHEAD and results.exists() else None


def _report_ahead(
    file: Path, formats: Sequence[str], language: Language
) -> tuple[Report, list[str]]:
    """Return the report of an outlook or sweep, and notes on its picture."""
    from hydrosim.handout.ahead import outlook_report, tradeoff_report
    from hydrosim.handout.drawn import draw_pictures
    from hydrosim.io.netcdf import open_results

    with open_results(file) as opened:
        dataset = opened.load()
    pictures: list[Picture] = []
    notes: list[str] = []
    if {"html", "docx"} & set(formats):
        pictures, notes = draw_pictures(dataset, [_AHEAD[file.name]], language, formats)
    make = outlook_report if file.name == OUTLOOK else tradeoff_report
    return make(dataset, pictures, sums_in(file.parent / MANIFEST) or {}, language), notes


_OTHERS = {
    "scenarios.json": _("results of scenarios"),
    "ensemble.nc": _("results of an ensemble"),
    "outlook_skill.nc": _("outlooks of the past"),
    "comparison.csv": _("a comparison"),
}
"""Main files of results that no report is made of."""


def _refuse_others(results: Path) -> None:
    """Refuse results of which no report is made."""
    if not results.is_dir() or any((results / name).exists() for name in (RESULTS, FLOOD)):
        return
    for name, what in _OTHERS.items():
        if (results / name).exists():
            raise _unknown(results, what)


def _unknown(results: Path, what: str) -> DataError:
    return DataError(
        str(results),
        found=what,
        expected=_(
            "results of which reports are made: those of a run ({run}), of floods ({floods}), of "
            "an outlook ({outlook}) or of a sweep ({sweep})",
            run=RESULTS, floods=FLOOD, outlook=OUTLOOK, sweep=TRADEOFF,
        ),
    )  # fmt: skip
