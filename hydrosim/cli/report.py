"""The command `report`, and the report of a run that has just ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.cli.exits import FINE, refuse
from hydrosim.locale import _, alternatives, listed

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path

    import xarray as xr

    from hydrosim.cli.console import Console
    from hydrosim.handout.writing import Written

__all__ = ["formats_of", "report", "report_if_wanted", "report_of_run", "say_written"]


def report(options: argparse.Namespace, console: Console) -> int:
    """Write the report of each of some results."""
    from hydrosim.handout.writing import write_report
    from hydrosim.io.folder import picture_folder, refuse_other_results

    formats = formats_of(options.format)
    refuse(
        len(options.results) > 1 and options.out is not None,
        _("--out takes the report of one result; without it each stands in its own folder"),
    )
    folder = picture_folder(options.out) if options.out is not None else None
    if folder is not None:
        refuse_other_results(folder, options.results[0])
    for results in options.results:
        with console.share_of(_("report of {results}", results=results), thread=False) as advance:
            written = write_report(results, folder, formats, options.lang, advance)
        say_written(written, console)
    return FINE


def report_of_run(
    folder: Path,
    dataset: xr.Dataset,
    options: argparse.Namespace,
    progress: Callable[[float], None] | None = None,
) -> Written:
    """Write the report of a run that has just been written into a folder, and return its files.

    Parameters
    ----------
    folder
        Holds the verdicts, and the pictures where they were drawn.
    dataset
        The result of the run.
    options
        Options of the command; its language is that of the pictures.
    progress
        Called with the done share in [0, 1].
    """
    from hydrosim.handout.contents import result_of
    from hydrosim.handout.writing import FORMATS, write_run_report
    from hydrosim.io.folder import REPORT

    plots = None if options.no_plots else folder / "plots"
    result = result_of(folder, dataset)
    return write_run_report(result, folder / REPORT, FORMATS, options.lang, plots, progress)


def report_if_wanted(folder: Path, options: argparse.Namespace, console: Console) -> None:
    """Write the report of results that were just written, where ``--report`` asks for it.

    Parameters
    ----------
    folder
        The folder of the results.
    options
        Options of the command.
    console
        Where the files are named.
    """
    if not options.report:
        return
    from hydrosim.handout.writing import FORMATS, write_report

    with console.share_of(_("report"), thread=False) as advance:
        written = write_report(folder, None, FORMATS, options.lang, advance)
    say_written(written, console)


def formats_of(text: str) -> tuple[str, ...]:
    """Return the forms that an option names, such as ``html,docx``.

    Raises
    ------
    UsageError
        If one of them is none.
    """
    from hydrosim.handout.writing import FORMATS

    wanted = [one.strip() for one in text.split(",")]
    unknown = [one for one in wanted if one not in FORMATS]
    refuse(bool(unknown), _("--format takes {forms}, not {unknown}",
                            forms=alternatives(FORMATS), unknown=listed(unknown)))  # fmt: skip
    return tuple(one for one in FORMATS if one in wanted)


def say_written(written: Written, console: Console) -> None:
    """Print the files of a report, and complain of what is wrong with its pictures."""
    for file in written.files:
        console.line(file)
    for note in written.notes:
        console.complain(_("pictures: {note}", note=note))
