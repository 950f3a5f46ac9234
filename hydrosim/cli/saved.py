"""The commands `plot`, `low-flow` and `compare`, which read results from files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.cli.exits import FINE, month_day, refuse
from hydrosim.cli.report import report_if_wanted
from hydrosim.cli.results import check_font
from hydrosim.cli.write import target_of, write_comparison
from hydrosim.locale import _

if TYPE_CHECKING:
    import argparse

    from hydrosim.cli.console import Console

__all__ = ["compare", "low_flow", "plot"]


def plot(options: argparse.Namespace, console: Console) -> int:
    """Draw pictures from saved results."""
    from hydrosim.io.folder import picture_folder, results_file
    from hydrosim.plot.catalogue import plot_file

    file = results_file(options.results)
    folder = picture_folder(options.out or file.parent / "plots")
    drawn = plot_file(file, options.names, folder=folder, language=options.lang)
    for picture in drawn.files:
        console.line(picture)
    for note in drawn.notes:
        console.complain(_("pictures: {note}", note=note))
    return FINE


def low_flow(options: argparse.Namespace, console: Console) -> int:
    """Print the low flows of rivers, or of some nodes, from results."""
    from hydrosim.io.folder import results_file
    from hydrosim.io.netcdf import open_results
    from hydrosim.report.low_flow import low_flow_tables

    start = options.year_start and month_day("--year-start", options.year_start)
    with open_results(results_file(options.results)) as dataset:
        for table in low_flow_tables(dataset, options.names, start or None, options.lang):
            console.print(table)
    return FINE


def compare(options: argparse.Namespace, console: Console) -> int:
    """Compare results, print the differences, and write them where a folder is given."""
    from hydrosim.comparison import compare
    from hydrosim.comparison.files import OTHER_WATER
    from hydrosim.comparison.guarantee import guarantee_answer
    from hydrosim.comparison.telling import comparison_tables

    refuse(options.report and options.out is None, _("--report needs --out, the folder of both"))
    check_font(options)
    target = None if options.out is None else target_of(options)
    with console.share_of(_("comparing")) as advance:
        found = compare(
            *options.results,
            reference=options.reference,
            by=options.by,
            block=options.block,
            seed=options.seed,
            other_water=options.other_water,
            progress=advance,
        )
    if not found.same_water:
        console.print(OTHER_WATER, style="yellow")
    for table in comparison_tables(found, options.lang):
        console.print(table)
    if len(found.guarantee):
        console.print(guarantee_answer(found.guarantee, options.lang))
    if target is not None:
        write_comparison(target, found, None if options.no_plots else options.lang)
        console.line(_("results in {folder}", folder=options.out))
        report_if_wanted(target.folder, options, console)
    return FINE
