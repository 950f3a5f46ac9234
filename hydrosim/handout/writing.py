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
        A folder of results of any kind, or its main file.
    folder
        Where the files go; the folder ``report`` beside the results without it.
    formats
        Some of FORMATS.
    language
        "en" or "zh".

    Raises
    ------
    DataError
        If there are no such results.
    """
    content = content_of(results, formats, language)
    return _written(content.report, content.notes, folder or content.folder / REPORT, formats)


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

    pictures, notes = draw_run(result.dataset, formats, language, plots)
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
