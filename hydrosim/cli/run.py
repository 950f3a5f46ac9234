"""The command `run`."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from hydrosim.cli.exits import FINE, NOT_MET, refuse
from hydrosim.cli.results import check_font, draw, shortfalls, warnings_of
from hydrosim.locale import _

if TYPE_CHECKING:
    import argparse

    import xarray as xr

    from hydrosim.cli.console import Console
    from hydrosim.cli.write import Target
    from hydrosim.config.schema import Config
    from hydrosim.standards.verdict import Verdict

__all__ = ["run"]


def run(options: argparse.Namespace, console: Console) -> int:
    """Simulate a config, judge and draw it; with scenarios in it, all that are chosen."""
    from hydrosim.cli.write import target_of
    from hydrosim.config.load import load_config
    from hydrosim.scenarios.expand import expand_scenarios

    saves, goes_on = options.save_state is not None, options.from_state is not None
    refuse(options.at is not None and not saves, _("--at needs --save-state"))
    refuse(options.restart is not None and not goes_on, _("--restart needs --from-state"))
    config = load_config(options.config)
    if config.has_scenarios:
        from hydrosim.cli.scenarios import run_scenarios

        refuse(saves or goes_on, _("states belong to one run: this config has scenarios"))
        return run_scenarios(options, config, console)
    refuse(
        options.resume,
        _(
            "--resume goes on with scenarios, and this config has none: a single run goes on from "
            "a state (--save-state FILE --at DATE, then --from-state FILE)"
        ),
    )
    config = expand_scenarios(config, options.scenario)[0].config
    target = target_of(options)
    check_font(options)
    dataset = _simulated(config, options, console)
    _tell_states(dataset, options, console)
    verdicts = _write(target, dataset, config, options, console)
    console.line(_("results in {folder}", folder=options.out or target.folder))
    if options.report:
        from hydrosim.cli.report import report_of_run, say_written

        with console.share_of(_("report"), thread=False) as advance:
            written = report_of_run(target.folder, dataset, options, advance)
        say_written(written, console)
    failed = shortfalls(dataset, verdicts) if options.strict else []
    console.complain(*failed)
    return NOT_MET if failed else FINE


def _simulated(config: Config, options: argparse.Namespace, console: Console) -> xr.Dataset:
    from hydrosim.cli.prefetch import (
        DRAWING,
        TELLING,
        allocation_compiled_meanwhile,
        imported_meanwhile,
    )
    from hydrosim.kernels._jit import cache_folder, is_compiled
    from hydrosim.supply.build import build_model
    from hydrosim.supply.loop import compile_time_loop
    from hydrosim.supply.simulation import run

    if is_compiled("simulate"):
        model = build_model(config)
    else:
        console.line(_("compiling the kernels: once for this version, a minute or so"))
        # Without a folder a second process could hand nothing over.
        with nullcontext() if cache_folder() is None else allocation_compiled_meanwhile():
            model = build_model(config)
            compile_time_loop()
    console.complain(warnings_of(config, model.builder.warnings, options.lang))
    first, last = config.period.start.year, config.period.end.year
    years = _("simulating {first}-{last}", first=first, last=last)
    modules = TELLING if options.no_plots else (*TELLING, *DRAWING)
    with imported_meanwhile(modules), console.share_of(years) as advance:
        return run(
            model,
            from_state=options.from_state,
            restart=options.restart or "auto",
            save_state=options.save_state,
            save_at=options.at,
            progress=advance,
        )


def _tell_states(dataset: xr.Dataset, options: argparse.Namespace, console: Console) -> None:
    """Say from which state the run went on, and how, and where its own stands."""
    from hydrosim.report.restart import restart_lines, saved_line

    for line in restart_lines(dataset, options.lang):
        console.print(line)
    if options.save_state is not None:
        console.line(saved_line(dataset, options.save_state, options.at, options.lang))


def _write(
    target: Target,
    dataset: xr.Dataset,
    config: Config,
    options: argparse.Namespace,
    console: Console,
) -> list[Verdict]:
    """Judge, print and draw while the results are being written; return the verdicts."""
    from hydrosim.io.folder import writing_results
    from hydrosim.report.run_notes import run_notes
    from hydrosim.report.summary import summary_tables, verdict_board
    from hydrosim.standards.board import check, write_verdicts

    with writing_results(target.folder, dataset, target.made) as partial:
        verdicts = check(dataset, config.standards)
        write_verdicts(verdicts, partial)
        console.complain(*run_notes(dataset))
        for table in summary_tables(dataset, options.lang):
            console.print(table)
        if verdicts:
            console.print(verdict_board(verdicts, options.lang))
        draw(partial, dataset, verdicts, options, console)
    return verdicts
