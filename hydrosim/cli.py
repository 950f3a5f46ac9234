"""The command line: parses, calls the API and maps errors to exit codes.

0: it ran. 1: internal failure, told with place and values. 2: wrong input, nothing was run.
3: with ``--strict``, a verdict failed or a step needed a wider tolerance.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hydrosim.arguments import build_parser
from hydrosim.presenting import check_font, draw, terminal, write_run

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    import xarray as xr
    from rich.console import Console

    from hydrosim.builder import Builder
    from hydrosim.config.schema import Config
    from hydrosim.flood.builder import FloodBuilder
    from hydrosim.standards.verdict import Verdict

__all__ = ["main"]

FINE, FAILED, WRONG_INPUT, NOT_MET = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Parameters
    ----------
    arguments
        What stands behind ``hydrosim``; by default that of the process.

    Raises
    ------
    SystemExit
        With 2 for arguments that the parser refuses, with 0 for ``--help``.
    """
    gc.set_threshold(50_000)  # its default costs a tenth of a short run
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = build_parser()
    options = parser.parse_args(given)
    if options.version:
        from hydrosim import __version__

        print(f"hydrosim {__version__}")
        return FINE
    if options.command is None:
        parser.print_help()
        return FINE
    return _guarded(options)


def _guarded(options: argparse.Namespace) -> int:
    """Run a command; whatever goes wrong ends in a sentence and an exit code."""
    from hydrosim.errors import ConfigError, DataError, SimulationError

    actions = {
        "run": _run,
        "check": _check,
        "describe": _describe,
        "schema": _schema,
        "plot": _plot,
        "flood": _flood,
        "tradeoff": _tradeoff,
        "ensemble": _ensemble,
        "outlook": _ensemble,
        "compare": _compare,
    }
    try:
        code = actions[options.command](options)
        sys.stdout.flush()
    except (ConfigError, DataError) as error:
        _complain(error)
        return WRONG_INPUT
    except SimulationError as error:
        _complain(error)
        return FAILED
    except BrokenPipeError:
        _close_output()
        return FINE
    except KeyboardInterrupt:
        _complain("stopped; nothing was written")
        return FAILED
    except Exception as error:
        from hydrosim.internal_failure import told_failure

        _complain(told_failure(error))
        return FAILED
    return code


def _complain(message: object) -> None:
    print(message, file=sys.stderr)


def _close_output() -> None:
    """Let nothing more be written to a reader that has gone, as ``hydrosim describe | head``."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _warn(config: Config, builder: Builder | FloodBuilder, language: str) -> None:
    from hydrosim.errors import render_faults

    if warnings := [*config.warnings, *builder.warnings]:
        _complain(render_faults(warnings, config.source, language))


def _run(options: argparse.Namespace) -> int:
    from hydrosim.config.load import load_config
    from hydrosim.output import result_folder
    from hydrosim.scenarios.expand import expand_scenarios

    if _has_lone_options(options):
        return WRONG_INPUT
    config = load_config(options.config)
    if config.scenarios is not None:
        return _run_scenarios(options, config)
    config = expand_scenarios(config, options.scenario)[0].config
    folder = result_folder(options.out or Path("results") / options.config.stem)
    check_font(options)
    console = terminal()
    dataset = _simulated(config, options, console)
    _tell_states(dataset, options, console)
    verdicts = write_run(folder, dataset, config, options, console)
    console.print(f"results in {options.out or folder}", soft_wrap=True)
    return _judged(dataset, verdicts) if options.strict else FINE


def _run_scenarios(options: argparse.Namespace, config: Config) -> int:
    """Run the scenarios of a config, each into its own folder."""
    from hydrosim.scenario_commands import run_command

    if options.save_state is not None or options.from_state is not None:
        _complain("states belong to one run: this config has scenarios")
        return WRONG_INPUT
    check_font(options)
    code, complaints = run_command(options, config, terminal(), draw)
    for complaint in complaints:
        _complain(complaint)
    return code


def _simulated(config: Config, options: argparse.Namespace, console: Console) -> xr.Dataset:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    from hydrosim.ahead import DRAWING, TELLING, allocation_compiled_meanwhile, imported_meanwhile
    from hydrosim.build import build_model
    from hydrosim.engine import compile_time_loop
    from hydrosim.kernels._jit import is_compiled
    from hydrosim.simulation import run

    if is_compiled("simulate"):
        model = build_model(config)
    else:
        console.print("compiling the kernels: once for this version, a minute or so")
        with allocation_compiled_meanwhile():
            model = build_model(config)
            compile_time_loop(model)
    _warn(config, model.builder, options.lang)
    modules = TELLING if options.no_plots else (*TELLING, *DRAWING)
    with imported_meanwhile(modules):
        states = {
            "from_state": options.from_state,
            "restart": options.restart or "auto",
            "save_state": options.save_state,
            "save_at": options.at,
        }
        if not console.is_terminal:
            return run(model, **states)
        columns = (
            TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(),
            TimeElapsedColumn(),
        )  # fmt: skip
        with Progress(*columns, console=console, transient=True) as progress:
            years = f"{config.period.start.year}-{config.period.end.year}"
            task = progress.add_task(f"simulating {years}", total=1.0)
            return run(model, progress=lambda done: progress.update(task, completed=done), **states)


def _has_lone_options(options: argparse.Namespace) -> bool:
    """Complain of an option that means nothing without another."""
    if options.at is not None and options.save_state is None:
        _complain("--at needs --save-state")
        return True
    if options.restart is not None and options.from_state is None:
        _complain("--restart needs --from-state")
        return True
    return False


def _tell_states(dataset: xr.Dataset, options: argparse.Namespace, console: Console) -> None:
    """Tell from which state the run went on, and how, and where its own stands."""
    from hydrosim.report.restart import restart_lines, saved_line

    for line in restart_lines(dataset, options.lang):
        console.print(line)
    if options.save_state is not None:
        line = saved_line(dataset, options.save_state, options.at, options.lang)
        console.print(line, soft_wrap=True)


def _judged(dataset: xr.Dataset, verdicts: list[Verdict]) -> int:
    """Return the exit code of ``--strict``."""
    import json

    failed = [verdict for verdict in verdicts if verdict.outcome == "fail"]
    widened = int(json.loads(dataset.attrs["certificate"]).get("widened_steps", 0))
    if not failed and not widened:
        return FINE
    told = [f"{len(failed)} of {len(verdicts)} verdicts failed"] if failed else []
    told += [f"{widened} steps needed a wider tolerance"] if widened else []
    _complain(", ".join(told))
    return NOT_MET


def _check(options: argparse.Namespace) -> int:
    from hydrosim.build import check_model
    from hydrosim.config.load import load_config
    from hydrosim.ensemble_commands import check_water
    from hydrosim.scenarios.expand import expand_scenarios, told_in

    config = load_config(options.config)
    builder, _ = check_model(config, check_only=True)
    _warn(config, builder, options.lang)
    if config.flood is not None:
        _check_floods(config, options.lang)
    check_water(config)
    if config.scenarios is not None:
        for scenario in expand_scenarios(config):
            with told_in(scenario):
                check_model(scenario.config, check_only=True)
    key = "routing_zh" if options.lang == "zh" else "routing"
    for name, reach in sorted(builder.items.get("reach", {}).items()):
        if key in reach:
            print(f"{name}: {reach[key]}")
    print(f"{options.config}: {'no fault found' if options.lang == 'en' else '未发现错误'}")
    return FINE


def _check_floods(config: Config, language: str) -> None:
    """Build the flood network and read all hydrographs; route nothing."""
    from hydrosim.errors import render_faults
    from hydrosim.flood.design import flood_warnings

    if warnings := flood_warnings(config):
        _complain(render_faults(warnings, config.source, language))


def _flood(options: argparse.Namespace) -> int:
    from hydrosim.config.load import load_config
    from hydrosim.flood.build import build_flood_model
    from hydrosim.flood.design import build_design_floods
    from hydrosim.flood.events import config_events, named_events
    from hydrosim.flood.judging import check_floods
    from hydrosim.flood.simulation import route
    from hydrosim.flood.start_levels import judged_from_run
    from hydrosim.kernels._jit import is_compiled
    from hydrosim.output import (
        result_folder,
        whole_folder,
        write_design_floods,
        write_flood,
        write_start_levels,
    )
    from hydrosim.report.flood import flood_tables, peaks_beyond
    from hydrosim.report.summary import verdict_board
    from hydrosim.scenarios.expand import one_config

    config = one_config(load_config(options.config), options.scenario)
    folder = result_folder(options.out or Path("results") / f"{options.config.stem}_flood")
    names = named_events(config, options.event)
    judged = options.event is None and config.flood is not None and config.flood.design is not None
    if options.start_from is not None and not judged:
        _complain("--start-from needs the design floods of `flood.design`, without --event")
        return WRONG_INPUT
    check_font(options)
    console = terminal()
    if not is_compiled("route"):
        console.print("compiling the kernels: once for this version, some seconds")
    model = build_flood_model(config)
    design = build_design_floods(model) if judged else None
    _warn(config, model.builder, options.lang)
    dataset = route(model, config_events(config, names))
    dataset.attrs["scenario"] = "; ".join(options.scenario)
    check = check_floods(model, design=design) if design is not None else None
    starts = None if check is None else judged_from_run(model, check, options.start_from)
    with whole_folder(folder) as partial:
        write_flood(partial, dataset)
        if check is not None:
            check.dataset.attrs["scenario"] = dataset.attrs["scenario"]
            write_design_floods(partial, check)
            draw(partial, check.dataset, [], options, console, ["flood_frequency"])
        if starts is not None:
            write_start_levels(partial, starts)
            draw(partial, starts, [], options, console)
        draw(partial, dataset, [] if check is None else check.verdicts, options, console)
    for table in flood_tables(dataset, options.lang):
        console.print(table)
    if starts is not None:
        from hydrosim.report.start_levels import start_level_table

        console.print(start_level_table(starts, options.lang))
    if check is not None and check.verdicts:
        console.print(verdict_board(check.verdicts, options.lang))
    console.print(f"results in {options.out or folder}", soft_wrap=True)
    if not options.strict:
        return FINE
    if check is not None:
        return _judged(check.dataset, check.verdicts)
    if exceeded := peaks_beyond(dataset):
        _complain(f"{exceeded} peaks exceed the level or flow that is to be held")
    return NOT_MET if exceeded else FINE


def _tradeoff(options: argparse.Namespace) -> int:
    from hydrosim.config.load import load_config
    from hydrosim.output import result_folder, whole_folder, write_tradeoff
    from hydrosim.report.tradeoff import tradeoff_table
    from hydrosim.tradeoff import tradeoff

    config = load_config(options.config)
    folder = result_folder(options.out or Path("results") / f"{options.config.stem}_tradeoff")
    check_font(options)
    console = terminal()
    dataset = tradeoff(config, options.reservoir)
    with whole_folder(folder) as partial:
        write_tradeoff(partial, dataset)
        draw(partial, dataset, [], options, console)
    console.print(tradeoff_table(dataset, options.lang))
    console.print(f"results in {options.out or folder}", soft_wrap=True)
    return FINE


def _ensemble(options: argparse.Namespace) -> int:
    from hydrosim.ensemble_commands import ensemble_command, outlook_command

    command = outlook_command if options.command == "outlook" else ensemble_command
    code, told = command(options, terminal())
    if told:
        _complain(told)
    return code


def _compare(options: argparse.Namespace) -> int:
    from hydrosim.scenario_commands import compare_command

    check_font(options)
    compare_command(options, terminal())
    return FINE


def _describe(options: argparse.Namespace) -> int:
    from hydrosim.config.describe import describe

    try:
        text = describe(options.type)
    except KeyError as error:
        _complain(error.args[0])
        return WRONG_INPUT
    print(text)
    return FINE


def _schema(options: argparse.Namespace) -> int:
    import json

    from hydrosim.config.describe import json_schema

    del options
    print(json.dumps(json_schema(), ensure_ascii=False, indent=1))
    return FINE


def _plot(options: argparse.Namespace) -> int:
    from hydrosim.output import picture_folder, results_file
    from hydrosim.plot.catalogue import plot_file

    file = results_file(options.results)
    folder = picture_folder(options.out or file.parent / "plots")
    drawn = plot_file(file, options.names, folder=folder, language=options.lang)
    for picture in drawn.files:
        print(picture)
    for note in drawn.notes:
        _complain(f"pictures: {note}")
    return FINE


if __name__ == "__main__":
    sys.exit(main())
