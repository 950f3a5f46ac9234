"""What the commands show of a run: tables on the terminal, and pictures.

Nothing here takes time to import: rich, matplotlib and the tables come when they are needed.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from hydrosim.locale import Language

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    import xarray as xr
    from rich.console import Console

    from hydrosim.config.schema import Config
    from hydrosim.errors import Fault
    from hydrosim.standards.verdict import Verdict

__all__ = ["check_font", "draw", "judged", "terminal", "warnings_of", "write_run"]

FINE, NOT_MET = 0, 3

WIDTH = 100
"""Columns of what is printed to a file or pipe."""


def terminal() -> Console:
    """Return a console that wraps at the terminal's width, or at a fixed one into a file."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)


def check_font(options: argparse.Namespace) -> None:
    """Tell of a font that is missing before the run, not after it."""
    if not options.no_plots and options.lang != "en":
        from hydrosim.plot.style import drawing

        with drawing(options.lang):
            return


def draw(
    folder: Path,
    dataset: xr.Dataset,
    verdicts: list[Verdict],
    options: argparse.Namespace,
    console: Console,
    names: Sequence[str] = (),
) -> None:
    """Write the pictures of a result, unless none are wanted; tell what was left out."""
    if options.no_plots:
        return
    from hydrosim.io.parallel import beside, give_memory_back, may_copy
    from hydrosim.plot.catalogue import plot_all

    give_memory_back()
    wanted = (dataset, verdicts, folder / "plots", options.lang, names)
    if may_copy() and len(names) != 1:
        with beside(plot_all, *wanted, (2, 2)) as second:
            first = plot_all(*wanted, part=(1, 2))
            notes = (*first.notes, *second.result().notes)
    else:
        notes = plot_all(*wanted).notes
    for note in dict.fromkeys(notes):
        console.print(f"pictures: {note}")


def warnings_of(config: Config, warnings: Sequence[Fault], language: Language) -> str:
    """Return what looks unlikely in a config and its model; empty where nothing does."""
    from hydrosim.errors import render_faults

    found = [*config.warnings, *warnings]
    return render_faults(found, config.source, language) if found else ""


def judged(dataset: xr.Dataset, verdicts: Sequence[Verdict]) -> tuple[int, str]:
    """Return the exit code of ``--strict``, and what is to be complained of."""
    import json

    failed = [verdict for verdict in verdicts if verdict.outcome == "fail"]
    widened = int(json.loads(dataset.attrs["certificate"]).get("widened_steps", 0))
    told = [f"{len(failed)} of {len(verdicts)} verdicts failed"] if failed else []
    told += [f"{widened} steps needed a wider tolerance"] if widened else []
    return (NOT_MET if told else FINE), ", ".join(told)


def write_run(
    folder: Path,
    dataset: xr.Dataset,
    config: Config,
    options: argparse.Namespace,
    console: Console,
) -> list[Verdict]:
    """Judge, tell and draw while the results are being written; return the verdicts."""
    from hydrosim.io.folder import writing_results
    from hydrosim.standards.board import check, write_verdicts

    with writing_results(folder, dataset) as partial:
        verdicts = check(dataset, config.standards)
        write_verdicts(verdicts, partial)
        _show(dataset, verdicts, options.lang, console)
        draw(partial, dataset, verdicts, options, console)
    return verdicts


def _show(dataset: xr.Dataset, verdicts: list[Verdict], language: str, console: Console) -> None:
    from hydrosim.report.summary import summary_tables, verdict_board

    for table in summary_tables(dataset, language):
        console.print(table)
    if verdicts:
        console.print(verdict_board(verdicts, language))
