"""The arguments of the command line; imports nothing that takes time."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from hydrosim.locale import LANGUAGES, language_of_environment

__all__ = ["build_parser"]


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="hydrosim",
        description="Hydrological scenario simulation of a city's water.",
        epilog="Exit codes: 0 it ran; 1 internal failure; 2 wrong input, nothing was run; 3 with "
        "--strict, a verdict failed.",
    )
    parser.add_argument("--version", action="store_true", help="print the version and stop")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    run = commands.add_parser("run", help="simulate a configuration, judge and draw it")
    _add_config(run)
    _add_out(run, "results/NAME")
    _add_showing(run)
    _add_scenario(run)
    run.add_argument(
        "--resume",
        action="store_true",
        help="of a config with scenarios run only those that are not there whole",
    )
    run.add_argument("--strict", action="store_true", help="exit 3 when a verdict fails")
    _add_states(
        run,
        "the state at the start of this day; default the run's end",
        {
            "auto": "exactly, or cold for a changed configuration",
            "exact": "bit for bit or not at all",
            "cold": "start the solver anew",
        },
    )

    check = commands.add_parser("check", help="report all faults of a configuration, run nothing")
    _add_config(check)
    _add_language(check)

    describe = commands.add_parser("describe", help="reference of the types and their keys")
    describe.add_argument(
        "type", nargs="?", metavar="TYPE", help="a type of node, link, rule or standard"
    )

    commands.add_parser("schema", help="print the JSON Schema for editors")

    plot = commands.add_parser("plot", help="draw pictures from saved results")
    plot.add_argument(
        "results", type=Path, metavar="RESULTS", help="results.nc of a run, or its folder"
    )
    plot.add_argument("names", nargs="*", metavar="NAME", help="pictures; all when none is named")
    plot.add_argument(
        "--out", type=Path, metavar="DIR", help="folder of the pictures; default plots beside"
    )
    _add_language(plot)

    _add_floods(commands)
    _add_ensemble(commands)
    _add_outlook(commands)
    _add_compare(commands)
    return parser


def _add_config(command: Any) -> None:
    command.add_argument("config", type=Path, metavar="CONFIG", help="YAML file")


def _add_out(command: Any, default: str) -> None:
    told = f"folder of the results; default {default}"
    command.add_argument("--out", type=Path, metavar="DIR", help=told)


def _add_language(command: Any) -> None:
    command.add_argument(
        "--lang", choices=LANGUAGES, default=language_of_environment(),
        help="language; default that of the environment (LANGUAGE, LC_ALL, LC_MESSAGES, LANG)",
    )  # fmt: skip


def _add_showing(command: Any) -> None:
    """Add language and pictures."""
    _add_language(command)
    command.add_argument("--no-plots", action="store_true", help="write no pictures")


def _add_states(command: Any, moment: str, restarts: dict[str, str]) -> None:
    """Add the options of the state of a run or flood, and of going on from one."""
    command.add_argument(
        "--save-state", type=Path, metavar="FILE", help="write the state to a file"
    )
    command.add_argument("--at", metavar="DATE", help=moment)
    command.add_argument("--from-state", type=Path, metavar="FILE", help="go on from a state")
    told = "; ".join(f"{key}: {what}" for key, what in restarts.items())
    command.add_argument("--restart", choices=tuple(restarts), help=f"{told}; default auto")


def _add_scenario(command: Any) -> None:
    """Add the choice of scenarios and changes of the file."""
    command.add_argument(
        "--scenario",
        action="append",
        default=[],
        metavar="AXIS=VALUE,...",
        help="scenarios of the file by the values of their axes or by name, or KEY=VALUE to change "
        "a key, such as nodes.sha_river.safe_discharge='3000 m3/s'; may be repeated",
    )


def _add_compare(commands: Any) -> None:
    """Add the command that compares runs."""
    compare = commands.add_parser(
        "compare", help="differences of runs, scenarios or ensembles from one of them"
    )
    compare.add_argument(
        "results",
        nargs="+",
        type=Path,
        metavar="RESULTS",
        help="results of runs, or folders of runs, of scenarios or of ensembles",
    )
    compare.add_argument(
        "--reference",
        metavar="NAME",
        help="what others are compared with; default the first",
    )
    compare.add_argument(
        "--by",
        choices=("year", "member"),
        help="pairs that are resampled; default members where there are five or more",
    )
    compare.add_argument(
        "--block", type=_count, default=5, metavar="YEARS", help="years to a block; default 5"
    )
    compare.add_argument(
        "--seed", type=int, default=1, metavar="N", help="seed of the resampling; default 1"
    )
    compare.add_argument(
        "--out", type=Path, metavar="DIR", help="folder of tables and picture; default none"
    )
    compare.add_argument(
        "--other-water", action="store_true", help="compare runs of other records of water too"
    )
    _add_language(compare)
    compare.add_argument("--no-plots", action="store_true", help="write no picture")


def _add_floods(commands: Any) -> None:
    """Add the commands that route floods."""
    flood = commands.add_parser("flood", help="route floods through stores, rivers and basins")
    _add_config(flood)
    flood.add_argument(
        "--event", action="append", metavar="NAME", help="a flood; default all and design floods"
    )
    _add_out(flood, "results/NAME_flood")
    _add_showing(flood)
    flood.add_argument(
        "--start-from",
        type=Path,
        metavar="RESULTS",
        help="results.nc of a supply run: yearly chance to exceed levels from its levels",
    )
    _add_states(
        flood,
        "moment of the state within the flood, such as 1963-08-06T08:00",
        {
            "auto": "go on and tell what differs",
            "exact": "bit for bit or not at all",
        },
    )
    _add_scenario(flood)
    flood.add_argument(
        "--strict",
        action="store_true",
        help="exit 3 when a verdict fails or a peak exceeds its bound",
    )

    sweep = commands.add_parser("tradeoff", help="sweep flood-limited levels: water against floods")
    _add_config(sweep)
    sweep.add_argument(
        "--reservoir", action="append", metavar="NAME", help="a store; all with a limit by default"
    )
    _add_out(sweep, "results/NAME_tradeoff")
    _add_showing(sweep)


def _add_ensemble(commands: Any) -> None:
    """Add the command that runs many possible waters."""
    ensemble = commands.add_parser("ensemble", help="run many possible waters and sum them up")
    _add_config(ensemble)
    ensemble.add_argument(
        "--scenario",
        action="append",
        default=[],
        metavar="AXIS=VALUE",
        help="values of axes, a scenario's name, or KEY=VALUE; may be repeated; default all",
    )
    ensemble.add_argument(
        "--members", type=_count, metavar="N", help="number of members; default that of the file"
    )
    ensemble.add_argument(
        "--threads", type=_count, metavar="N", help="threads, or local workers; default all"
    )
    ensemble.add_argument(
        "--dask", metavar="ADDRESS", help="run on a Dask cluster: its address, or local"
    )
    ensemble.add_argument(
        "--allow-unlike",
        action="store_true",
        help="take workers of other versions or processors; bits may differ",
    )
    _add_out(ensemble, "results/NAME_ensemble")
    ensemble.add_argument(
        "--resume", action="store_true", help="go on with what an interrupted run has left"
    )
    _add_language(ensemble)


def _add_outlook(commands: Any) -> None:
    """Add the command that looks ahead from today's state."""
    outlook = commands.add_parser(
        "outlook", help="what may come in the next months, and how likely"
    )
    _add_config(outlook)
    outlook.add_argument(
        "--from-state", type=Path, metavar="FILE", required=True, help="the state of today"
    )
    outlook.add_argument(
        "--months", type=_count, metavar="N", default=6, help="months to look ahead; default 6"
    )
    outlook.add_argument(
        "--members", type=_count, metavar="N", help="number of members; default that of the file"
    )
    outlook.add_argument("--threads", type=_count, metavar="N", help="threads; default all")
    _add_out(outlook, "results/NAME_outlook")
    _add_showing(outlook)


def _count(text: str) -> int:
    """Return a whole number from 1."""
    number = int(text)
    if number < 1:
        msg = f"{number} is below 1"
        raise argparse.ArgumentTypeError(msg)
    return number
