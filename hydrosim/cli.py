"""The command line: parses, calls the API and maps errors to exit codes.

0: it ran. 1: internal failure, told with place and values. 2: wrong input, nothing was run.
3: with ``--strict``, a verdict failed or a step needed a wider tolerance.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from rich.console import Console

    from hydrosim.config.schema import Config
    from hydrosim.standards.verdict import Verdict

__all__ = ["main"]

FINE, FAILED, WRONG_INPUT, NOT_MET = 0, 1, 2, 3
LATER = {
    "flood": "routing design floods",
    "tradeoff": "the sweep of flood limits against supply",
    "outlook": "the outlook from today's state",
    "compare": "the comparison of runs",
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hydrosim", description="Hydrological scenario simulation of a city's water."
    )
    parser.add_argument("--version", action="store_true", help="print the version and stop")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    run = commands.add_parser("run", help="simulate a configuration, judge and draw it")
    run.add_argument("config", type=Path, metavar="CONFIG")
    run.add_argument("--out", type=Path, metavar="DIR", help="folder of the results")
    run.add_argument("--lang", choices=("en", "zh"), default="en", help="language")
    run.add_argument("--no-plots", action="store_true", help="write no pictures")
    run.add_argument("--strict", action="store_true", help="exit 3 when a verdict fails")

    check = commands.add_parser("check", help="report all faults of a configuration, run nothing")
    check.add_argument("config", type=Path, metavar="CONFIG")

    describe = commands.add_parser("describe", help="reference of the types and their keys")
    describe.add_argument("type", nargs="?", metavar="TYPE")

    commands.add_parser("schema", help="print the JSON Schema for editors")

    plot = commands.add_parser("plot", help="draw pictures from saved results")
    plot.add_argument("results", type=Path, metavar="RESULTS")
    plot.add_argument("names", nargs="*", metavar="NAME", help="pictures; all when none is named")
    plot.add_argument("--out", type=Path, metavar="DIR", help="folder of the pictures")
    plot.add_argument("--lang", choices=("en", "zh"), default="en", help="language")

    for name, what in LATER.items():
        later = commands.add_parser(name, help=f"{what} (not in this version)")
        later.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    options = _parser().parse_args(arguments)
    if options.version:
        from hydrosim import __version__

        print(f"hydrosim {__version__}")
        return FINE
    if options.command is None:
        _parser().print_help()
        return FINE
    if options.command in LATER:
        print(
            f"hydrosim {options.command}: {LATER[options.command]} is not in this version",
            file=sys.stderr,
        )
        return WRONG_INPUT
    return _guarded(options)


def _guarded(options: argparse.Namespace) -> int:
    from hydrosim.errors import ConfigError, DataError, SimulationError

    actions = {
        "run": _run,
        "check": _check,
        "describe": _describe,
        "schema": _schema,
        "plot": _plot,
    }
    try:
        return actions[options.command](options)
    except (ConfigError, DataError, FileNotFoundError, IsADirectoryError) as error:
        print(error, file=sys.stderr)
        return WRONG_INPUT
    except SimulationError as error:
        print(error, file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        return FINE
    except KeyboardInterrupt:
        print("stopped; nothing was written", file=sys.stderr)
        return FAILED


def _load(path: Path) -> Config:
    from hydrosim.config.load import load_config
    from hydrosim.errors import render_faults

    config = load_config(path)
    if config.warnings:
        print(render_faults(config.warnings, config.source), file=sys.stderr)
    return config


def _run(options: argparse.Namespace) -> int:
    from rich.console import Console

    config = _load(options.config)
    console = Console()
    dataset = _simulated(config, console)
    from hydrosim.report.summary import summary_tables, verdict_board
    from hydrosim.standards.board import check

    verdicts = check(dataset, config.standards)
    folder = options.out or Path("results") / options.config.stem
    _write(folder, dataset, verdicts, options, console)
    for table in summary_tables(dataset, options.lang):
        console.print(table)
    if verdicts:
        console.print(verdict_board(verdicts, options.lang))
    console.print(f"results in {folder}")
    failed = [verdict for verdict in verdicts if verdict.outcome == "fail"]
    widened = int(dataset.attrs.get("widened_steps", 0))
    if options.strict and (failed or widened):
        print(
            f"{len(failed)} verdicts failed, {widened} steps needed a wider tolerance",
            file=sys.stderr,
        )
        return NOT_MET
    return FINE


def _simulated(config: Config, console: Console) -> xr.Dataset:
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from hydrosim.build import build_model
    from hydrosim.kernels._jit import is_compiled
    from hydrosim.simulation import run

    model = build_model(config)
    if not is_compiled():
        console.print("compiling the kernels: once for this version, some seconds")
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("simulating", total=1.0)
        return run(model, progress=lambda done: progress.update(task, completed=done))


def _write(
    folder: Path,
    dataset: xr.Dataset,
    verdicts: list[Verdict],
    options: argparse.Namespace,
    console: Console,
) -> None:
    from hydrosim.output import whole_folder, write_results

    with whole_folder(folder) as partial:
        write_results(partial, dataset, verdicts)
        if not options.no_plots:
            from hydrosim.plot.catalogue import plot_all

            drawn = plot_all(dataset, verdicts, partial / "plots", options.lang)
            for note in drawn.notes:
                console.print(f"no picture: {note}")


def _check(options: argparse.Namespace) -> int:
    from hydrosim.build import check_model

    config = _load(options.config)
    check_model(config, check_only=True)
    print(f"{options.config}: no fault found")
    return FINE


def _describe(options: argparse.Namespace) -> int:
    from hydrosim.config.describe import describe

    print(describe(options.type))
    return FINE


def _schema(options: argparse.Namespace) -> int:
    import json

    from hydrosim.config.describe import json_schema

    del options
    print(json.dumps(json_schema(), ensure_ascii=False, indent=1))
    return FINE


def _plot(options: argparse.Namespace) -> int:
    from hydrosim.plot.catalogue import plot_file

    drawn = plot_file(
        options.results, options.names, folder=options.out, language=options.lang
    )
    for file in drawn.files:
        print(file)
    for note in drawn.notes:
        print(f"no picture: {note}", file=sys.stderr)
    return FINE


if __name__ == "__main__":
    sys.exit(main())
