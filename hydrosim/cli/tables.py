"""The command `tables`: what planners hand in, from results of a run or of scenarios, as CSV."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from hydrosim.cli.exits import FINE
from hydrosim.locale import _

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from hydrosim.cli.console import Console
    from hydrosim.locale import Language
    from hydrosim.report.planning import Run
    from hydrosim.report.table import Table

__all__ = ["tables"]


def tables(options: argparse.Namespace, console: Console) -> int:
    """Write the planner's tables of results."""
    from hydrosim.io.whole_file import write_whole_bytes
    from hydrosim.report.planners_tables import planners_tables
    from hydrosim.report.table_csv import csv_of

    floods = _floods_in(options.results)
    if floods is not None:
        found = _of_floods(floods, options.lang)
    else:
        with ExitStack() as opened:
            runs = _runs(options.results, opened)
            found = planners_tables(runs, options.lang)
    folder: Path = options.out or _beside(options.results)
    folder.mkdir(parents=True, exist_ok=True)
    for table in found:
        file = folder / f"{table.name}.csv"
        write_whole_bytes(file, csv_of(table).encode("utf-8-sig" if options.bom else "utf-8"))
        console.line(f"{file}  {_titled(table)}")
    return FINE


def _floods_in(results: Path) -> Path | None:
    """Return the folder of results of floods; None where results are of something else."""
    from hydrosim.io.folder import FLOOD, RESULTS, SCENARIOS, results_file

    if results.is_dir():
        is_flood = not any((results / name).exists() for name in (RESULTS, SCENARIOS))
        return results if is_flood and (results / FLOOD).exists() else None
    return results_file(results).parent if results.name == FLOOD else None


def _of_floods(folder: Path, language: Language) -> list[Table]:
    """Return the tables of a folder of floods."""
    from hydrosim.handout.contents import flood_results
    from hydrosim.report.flood_planning import flood_planners_tables

    return flood_planners_tables(flood_results(folder), language)


def _runs(results: Path, opened: ExitStack) -> list[Run]:
    """Open the results of a run, or of all scenarios of a folder that are done."""
    from hydrosim.io.folder import RESULTS, results_file
    from hydrosim.io.netcdf import open_results
    from hydrosim.report.planning import Run
    from hydrosim.scenarios.folder import is_scenario_folder, scenario_axes

    if not is_scenario_folder(results):
        return [Run({}, opened.enter_context(open_results(results_file(results))))]
    return [
        Run(axes, opened.enter_context(open_results(results / name / RESULTS)).load())
        for name, axes in scenario_axes(results).items()
    ]


def _beside(results: Path) -> Path:
    """Return the folder of the tables: beside that of the results, which a run may replace."""
    from hydrosim.io.bounded import followed

    folder = results if results.is_dir() else results.parent
    return folder.with_name(f"{followed(folder).name}_tables")


def _titled(table: Table) -> str:
    return _("{title}, rows: {count}", title=table.title, count=len(table.rows))
