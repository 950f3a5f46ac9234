"""The commands `plot`, `low-flow` and `compare`, which read results from files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.cli.exits import FINE, month_day, refuse
from hydrosim.cli.report import report_if_wanted
from hydrosim.cli.results import check_font
from hydrosim.cli.write import target_of, write_comparison
from hydrosim.locale import _, alternatives

if TYPE_CHECKING:
    import argparse

    from hydrosim.cli.console import Console

__all__ = ["compare", "low_flow", "plot"]


def plot(options: argparse.Namespace, console: Console) -> int:
    """Draw pictures from saved results."""
    from hydrosim.errors import DataError, nearest
    from hydrosim.handout.contents import main_file, several_figures
    from hydrosim.io.folder import FLOOD, RESULTS, picture_folder, results_file
    from hydrosim.io.manifest import refuse_damaged
    from hydrosim.plot.catalogue import plot_figures, plot_file
    from hydrosim.plot.files import FORMS, Form
    from hydrosim.plot.text import PLOTS

    refuse(
        options.format not in FORMS,
        _("--format takes {forms}, not {unknown}", forms=alternatives(FORMS),
          unknown=options.format),
    )  # fmt: skip
    form = Form(options.format, options.dpi)
    file = main_file(options.results)
    several = several_figures(file)
    folder = picture_folder(options.out or file.parent / "plots")
    if several is not None:
        figures, known = several
        for name in options.names:
            if name not in known:
                expected = _("one of {valid}", valid=", ".join(known))
                raise DataError(
                    PLOTS, found=repr(name), expected=expected, nearest=nearest(name, known)
                )
        drawn = plot_figures(figures, options.names or known, folder, options.lang, form)
    else:
        results_file(file) if file.name in (RESULTS, FLOOD) else refuse_damaged(file)
        drawn = plot_file(file, options.names, folder=folder, language=options.lang, form=form)
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
