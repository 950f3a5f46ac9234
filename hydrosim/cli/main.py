"""The command line: parses, calls the API and maps errors to exit codes.

0: it ran. 1: internal failure, told with place and values. 2: wrong input, nothing was run.
3: with ``--strict``, a verdict failed or a step needed a wider tolerance.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hydrosim.cli.arguments import build_parser
from hydrosim.cli.console import check_font, draw, judged, terminal, warnings_of, write_run
from hydrosim.locale import Language, _, language_of_environment

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    import xarray as xr
    from rich.console import Console

    from hydrosim.builders.supply import Builder
    from hydrosim.config.schema import Config
    from hydrosim.errors import Fault

__all__ = ["main"]

FINE, FAILED, WRONG_INPUT = 0, 1, 2


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
        from hydrosim._version import __version__

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
        _complain(error.render(_language(options)))
        return WRONG_INPUT
    except SimulationError as error:
        _complain(error.render(_language(options)))
        return FAILED
    except BrokenPipeError:
        _close_output()
        return FINE
    except KeyboardInterrupt:
        _complain("stopped; nothing was written")
        return FAILED
    except Exception as error:
        from hydrosim.cli.crash_report import told_failure

        _complain(told_failure(error))
        return FAILED
    return code


def _language(options: argparse.Namespace) -> Language:
    """Return the language of a command; that of the environment for one that has no choice."""
    return getattr(options, "lang", None) or language_of_environment()


def _complain(message: object) -> None:
    print(message, file=sys.stderr)


def _close_output() -> None:
    """Let nothing more be written to a reader that has gone, as ``hydrosim describe | head``."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _warn(config: Config, builder: Builder, language: Language) -> None:
    if told := warnings_of(config, builder.warnings, language):
        _complain(told)


def _run(options: argparse.Namespace) -> int:
    from hydrosim.config.load import load_config
    from hydrosim.io.folder import result_folder
    from hydrosim.scenarios.expand import expand_scenarios

    if _has_lone_options(options):
        return WRONG_INPUT
    config = load_config(options.config)
    if config.scenarios is not None:
        return _run_scenarios(options, config)
    if options.resume:
        _complain(
            "--resume goes on with scenarios, and this config has none: a single run goes on from "
            "a state (--save-state FILE --at DATE, then --from-state FILE)"
        )
        return WRONG_INPUT
    config = expand_scenarios(config, options.scenario)[0].config
    folder = result_folder(options.out or Path("results") / options.config.stem)
    check_font(options)
    console = terminal()
    dataset = _simulated(config, options, console)
    _tell_states(dataset, options, console)
    verdicts = write_run(folder, dataset, config, options, console)
    console.print(f"results in {options.out or folder}", soft_wrap=True)
    return _told(judged(dataset, verdicts)) if options.strict else FINE


def _run_scenarios(options: argparse.Namespace, config: Config) -> int:
    """Run the scenarios of a config, each into its own folder."""
    from hydrosim.cli.scenarios import run_command

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

    from hydrosim.cli.prefetch import (
        DRAWING,
        TELLING,
        allocation_compiled_meanwhile,
        imported_meanwhile,
    )
    from hydrosim.kernels._jit import is_compiled
    from hydrosim.supply.build import build_model
    from hydrosim.supply.loop import compile_time_loop
    from hydrosim.supply.simulation import run

    if is_compiled("simulate"):
        model = build_model(config)
    else:
        console.print("compiling the kernels: once for this version, a minute or so")
        with allocation_compiled_meanwhile():
            model = build_model(config)
            compile_time_loop()
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


def _check(options: argparse.Namespace) -> int:
    from hydrosim.config.load import load_config
    from hydrosim.io.parallel import beside

    config = load_config(options.config)
    if config.floods_alone:
        _check_floods(config, options.lang)
        missing = "`period:`" if not config.has_period else "`ladder:`"
        alone = _("floods only: there is no {key}, which `hydrosim run` asks for", key=missing)
        print(alone.in_language(options.lang))
    else:
        with beside(_check_possible, config):
            reaches = _check_both(config, options.lang)
        key = "routing_zh" if options.lang == "zh" else "routing"
        for name, reach in sorted(reaches.items()):
            if key in reach:
                print(f"{name}: {reach[key]}")
    told = _("{config}: no fault found", config=options.config)
    print(told.in_language(options.lang))
    return FINE


def _check_both(config: Config, language: str) -> dict[str, dict[str, Any]]:
    """Check a supply run and, where there are, floods; return the reaches of the supply run.

    Raises
    ------
    ConfigError
        With the faults of both engines, each with the engine that it stops.
    """
    from hydrosim.errors import ConfigError, of_engine
    from hydrosim.supply.build import check_model

    reaches: dict[str, dict[str, Any]] = {}
    stopped: list[Fault] = []
    try:
        builder, _ladder = check_model(config, check_only=True)
        _warn(config, builder, language)
        reaches = builder.items.get("reach", {})
    except ConfigError as error:
        if config.flood is None:
            raise
        stopped.extend(of_engine(error.faults, "supply"))
    if config.flood is not None:
        try:
            _check_floods(config, language)
        except ConfigError as error:
            stopped.extend(of_engine(error.faults, "flood") if stopped else error.faults)
    if stopped:
        raise ConfigError(dict.fromkeys(stopped), config.source)
    return reaches


def _check_floods(config: Config, language: str) -> None:
    """Check the floods of a config; complain of what looks unlikely."""
    from hydrosim.cli.floods import check_flood_block

    if told := check_flood_block(config, language):
        _complain(told)


def _check_possible(config: Config) -> None:
    """Check what may come beside the record: possible waters, and each scenario."""
    from hydrosim.cli.ensembles import check_water
    from hydrosim.scenarios.expand import expand_scenarios, told_in
    from hydrosim.supply.build import check_model

    check_water(config)
    if config.scenarios is not None:
        for scenario in expand_scenarios(config):
            with told_in(scenario):
                check_model(scenario.config, check_only=True)


def _flood(options: argparse.Namespace) -> int:
    from hydrosim.cli.floods import flood_command

    return flood_command(options, terminal(), _complain)


def _tradeoff(options: argparse.Namespace) -> int:
    from hydrosim.cli.floods import tradeoff_command

    tradeoff_command(options, terminal())
    return FINE


def _told(result: tuple[int, str]) -> int:
    """Complain of what a command tells; return its exit code."""
    code, told = result
    if told:
        _complain(told)
    return code


def _ensemble(options: argparse.Namespace) -> int:
    from hydrosim.cli.ensembles import ensemble_command, outlook_command

    command = outlook_command if options.command == "outlook" else ensemble_command
    return _told(command(options, terminal()))


def _compare(options: argparse.Namespace) -> int:
    from hydrosim.cli.scenarios import compare_command

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
    from hydrosim.io.folder import picture_folder, results_file
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
