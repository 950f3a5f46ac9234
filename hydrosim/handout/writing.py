"""A report from a folder of results: its content once, a file for each form."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hydrosim.handout.contents import content_of, draw_run
from hydrosim.io.folder import REPORT
from hydrosim.io.parallel import beside, may_copy
from hydrosim.io.whole_file import write_whole_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from hydrosim.handout.model import Report
    from hydrosim.handout.run import RunResult
    from hydrosim.locale import Language

__all__ = ["FORMATS", "Written", "write_report", "write_run_report"]

FORMATS = ("html", "docx", "xlsx")
DRAWN = 0.7
"""Share of the time of a report that its pictures and tables take."""


class Written(NamedTuple):
    """The files of a report, and notes on what is wrong with its pictures."""

    files: tuple[Path, ...]
    notes: tuple[str, ...]


def write_report(
    results: Path,
    folder: Path | None,
    formats: Sequence[str],
    language: Language,
    progress: Callable[[float], None] | None = None,
) -> Written:
    """Write the report of results into a folder.

    Parameters
    ----------
    results
        A folder of results of any kind, or its main file.
    folder
        Where the files go; the folder ``report`` beside the results without it.
    formats
        Some of FORMATS.
    language
        "en" or "zh".
    progress
        Called with the done share in [0, 1].

    Raises
    ------
    DataError
        If there are no such results.
    """
    drawn = progress and (lambda done: progress(DRAWN * done))
    content = content_of(results, formats, language, drawn)
    target = folder or content.folder / REPORT
    return _written(content.report, content.notes, target, formats, progress)


def write_run_report(
    result: RunResult,
    folder: Path,
    formats: Sequence[str],
    language: Language,
    plots: Path | None = None,
    progress: Callable[[float], None] | None = None,
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
    progress
        Called with the done share in [0, 1].
    """
    from hydrosim.handout.run import run_report

    drawn = progress and (lambda done: progress(DRAWN * done))
    pictures, notes = draw_run(result.dataset, formats, language, plots, drawn)
    return _written(run_report(result, pictures, language), notes, folder, formats, progress)


def _written(
    report: Report,
    notes: Sequence[str],
    folder: Path,
    formats: Sequence[str],
    progress: Callable[[float], None] | None,
) -> Written:
    """Write a report in each of its forms, the last of them in a copy of this process."""
    tell = progress or (lambda _done: None)
    tell(DRAWN)
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [form for form in FORMATS if form in formats]
    if len(wanted) > 1 and may_copy():
        with beside(_write_form, report, folder, wanted[-1]) as second:
            files: list[Path] = []
            for form in wanted[:-1]:
                files.append(_write_form(report, folder, form))
                tell(DRAWN + (1.0 - DRAWN) * len(files) / len(wanted))
            files.append(second.result())
    else:
        files = [_write_form(report, folder, form) for form in wanted]
    tell(1.0)
    return Written(tuple(files), tuple(notes))


def _write_form(report: Report, folder: Path, form: str) -> Path:
    """Write a report in one form and return the file."""
    file = folder / f"report.{form}"
    write_whole_bytes(file, _writer(form)(report))
    return file


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
