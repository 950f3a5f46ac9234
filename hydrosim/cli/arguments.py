"""The commands and their options; imports nothing that takes time."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from hydrosim._version import __version__
from hydrosim.cli.exits import MEANINGS
from hydrosim.cli.parser_words import speak
from hydrosim.locale import LANGUAGES, _, in_language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hydrosim.locale import Language, Message

__all__ = ["build_parser"]

LANGUAGE_HELP = _("language; default that of the environment (LANGUAGE, LC_ALL, LC_MESSAGES, LANG)")


class Command(NamedTuple):
    """A command: its function (options, console) -> exit code as ``module:name``, its options.

    ``narrowing`` names the options that leave out a part of the results, ``widening`` those that
    add one; ``suffix`` is what the name of the folder of results has behind that of the config.
    """

    function: str
    help: str
    options: str = ""
    own: Mapping[str, dict[str, Any]] = MappingProxyType({})
    narrowing: tuple[str, ...] = ()
    widening: tuple[str, ...] = ()
    suffix: str = ""


def build_parser(language: Language = "en") -> argparse.ArgumentParser:
    """Return the parser of all commands, with help in a language."""
    speak(language)
    about = _("Hydrological scenario simulation of a city's water.")
    codes = _("Exit codes: {meanings}.", meanings=MEANINGS)
    parser = argparse.ArgumentParser(
        prog="hydrosim",
        description=about.in_language(language),
        epilog=codes.in_language(language),
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"hydrosim {__version__}",
        help=_("show program's version number and exit").in_language(language),
    )
    parser.set_defaults(lang=None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, command in COMMANDS.items():
        part = commands.add_parser(name, help=in_language(command.help, language))
        part.set_defaults(about=command)
        for option in command.options.split():
            keys: dict[str, Any] = OPTIONS[option] | command.own.get(option, {})
            help_text = keys["help"](command.suffix) if callable(keys["help"]) else keys["help"]
            if keys.get("type") is _count:
                keys["type"] = partial(_count, language=language)
            keys["help"] = in_language(help_text, language)
            part.add_argument(option, **keys)
    return parser


def _count(text: str, language: Language = "en") -> int:
    """Return a whole number from 1."""
    if not text.strip().lstrip("+-").isdecimal():
        problem = _("{text!r} is no whole number", text=text)
    elif int(text) < 1:
        problem = _("{number} is below 1", number=int(text))
    else:
        return int(text)
    raise argparse.ArgumentTypeError(problem.in_language(language))


def _switch(help: str) -> dict[str, Any]:
    return {"action": "store_true", "help": help}


def _word(metavar: str, help: str | Callable[[str], str], **keys: Any) -> dict[str, Any]:
    return {"metavar": metavar, "help": help, **keys}


def _folder_help(suffix: str) -> Message:
    return _("folder of the results; default results/NAME{suffix}", suffix=suffix)


OPTIONS: dict[str, dict[str, Any]] = {
    "config": _word("CONFIG", _("YAML file"), type=Path),
    "results": _word("RESULTS", _("results.nc of a run, or its folder"), type=Path),
    "names": _word("NAME", _("pictures; all when none is named"), nargs="*"),
    "project": _word("NAME", _("folder of the new project; must be new or empty"), type=Path),
    "--template": {
        "choices": ("county", "minimal", "flood", "month", "daqing"),
        "help": _(
            "county: plan of a county; minimal: one reservoir, one import, one city; flood: design "
            "floods of a reservoir; month: a lake in months; daqing: the demonstration city with "
            "its data; default county"
        ),
    },
    "type": _word(
        "TYPE", _("a type of node, link, rule, standard or method of members"), nargs="?"
    ),
    "--from-excel": _word(
        "BOOK", _("make the configuration of a workbook, see `export-excel`"), type=Path
    ),
    "--out": _word("DIR", _folder_help, type=Path),
    "--replace": _switch(
        _("replace what is in the folder, also results of another command, or whole ones by a part")
    ),
    "--lang": {"choices": LANGUAGES, "help": LANGUAGE_HELP},
    "--bom": _switch(_("mark the text as UTF-8, as Excel wants it")),
    "--no-page": _switch(_("leave out the sanity page, and what only it would warn of")),
    "--no-plots": _switch(_("write no pictures")),
    "--report": _switch(
        _("make a report too: a page, a document and a workbook in the folder report")
    ),
    "--quiet": _switch(_("show no progress")),
    "--strict": _switch(_("exit 3 when a verdict fails or the peak of a flood exceeds its bound")),
    "--scenario": _word(
        "AXIS=VALUE,...",
        _("scenarios of the file by the values of their axes or by name, or KEY=VALUE to change a "
        "key, such as nodes.sha_river.safe_discharge='3000 m3/s'; may be repeated"),
        action="append", default=[],
    ),
    "--resume": _switch(_("run only what an interrupted run has not completed")),
    "--save-state": _word("FILE", _("write the state to a file"), type=Path),
    "--at": _word(
        "DATE",
        _("the state at the start of this day, default the run's end; of a flood at this moment, "
        "such as 1963-08-06T08:00"),
    ),
    "--from-state": _word("FILE", _("go on from a state"), type=Path),
    "--restart": {
        "choices": ("auto", "exact", "cold"),
        "help": _(
            "auto: exactly, or cold for a changed configuration; exact: bit for bit or not at "
            "all; cold: start the solver anew; default auto"
        ),
    },
    "--leave-out": {
        "choices": ("later", "own", "none"),
        "help": _(
            "years of the record that members do not take: later, the year of today and all later "
            "ones; own, those that the outlook covers; none; default later, with --hindcast own"
        ),
    },
    "--hindcast": _word(
        "MM-DD",
        _("instead of one state: the outlooks from this day of every past year, and their skill"),
    ),
    "--format": _word(
        "FORMS", _("forms of the report, of html, docx and xlsx; default all: html,docx,xlsx"),
        default="html,docx,xlsx",
    ),
    "--dpi": _word(
        "N", _("dots per inch of the pictures, such as 300 for print; default 110"), type=_count
    ),
    "--year-start": _word(
        "MM-DD", _("first day of a climatic year; default that of the water year")
    ),
    "--event": _word("NAME", _("a flood; default all and design floods"), action="append"),
    "--start-from": _word(
        "RESULTS",
        _("results.nc of a supply run: yearly probability to exceed levels from its levels"),
        type=Path,
    ),
    "--reservoir": _word("NAME", _("a store; all with a limit by default"), action="append"),
    "--members": _word("N", _("number of members; default that of the file"), type=_count),
    "--threads": _word("N", _("threads, or local workers; default all"), type=_count),
    "--dask": _word("ADDRESS", _("run on a Dask cluster: its address, or local")),
    "--allow-unlike": _switch(_("take workers of other versions or processors; bits may differ")),
    "--months": _word("N", _("months to look ahead; default 6"), type=_count),
    "--reference": _word("NAME", _("what others are compared with; default the first")),
    "--by": {
        "choices": ("year", "member"),
        "help": _("pairs that are resampled; default members where there are five or more"),
    },
    "--block": _word("YEARS", _("years to a block; default by the record"), type=_count),
    "--seed": _word("N", _("seed of the resampling; default 1"), type=int, default=1),
    "--other-water": _switch(_("compare runs of other records of water too")),
}  # fmt: skip

COMMANDS: dict[str, Command] = {
    "init": Command(
        "init:init",
        _("begin a project: a folder with a commented configuration and its data"),
        "project --template --from-excel --lang",
    ),
    "export-excel": Command(
        "init:export_excel",
        _("write a configuration as an Excel workbook, which `init --from-excel` reads"),
        "config --out --replace --lang",
        {
            "--out": {"metavar": "BOOK", "help": _("the workbook; default CONFIG with .xlsx")},
            "--replace": {"help": _("replace a workbook that is there")},
        },
    ),
    "run": Command(
        "run:run",
        _("simulate a configuration, judge and draw it"),
        "config --out --replace --lang --no-plots --report --scenario --resume --strict "
        "--save-state --at --from-state --restart --quiet",
        narrowing=("scenario", "from_state"),
    ),
    "check": Command(
        "check:check",
        _("report all faults of a configuration, run nothing"),
        "config --lang --strict --no-page",
        {"--strict": {"help": _("exit 3 when anything is warned of")}},
    ),
    "describe": Command(
        "reference:describe", _("reference of the types and their keys"), "type --lang"
    ),
    "schema": Command("reference:schema", _("print the JSON Schema for editors")),
    "plot": Command(
        "saved:plot",
        _("draw pictures from saved results"),
        "results names --out --lang --format --dpi",
        {
            "results": {
                "help": _("folder of results of any command, or the main file of one"),
            },
            "--out": {"help": _("folder of the pictures; default plots beside the results")},
            "--format": {
                "metavar": "FORM",
                "default": "png",
                "help": _("form of the pictures: png, svg or pdf; default png"),
            },
        },
    ),
    "report": Command(
        "report:report",
        _("make a report of results: a page, a document and a workbook"),
        "results --out --lang --format --quiet",
        {
            "results": {
                "nargs": "+",
                "help": _("folder of results of any command, or the main file of one"),
            },
            "--out": {"help": _("folder of the report; default report beside the results")},
        },
    ),
    "tables": Command(
        "tables:tables",
        _("planner's tables of saved results as CSV: balances, regulation, accounts"),
        "results --out --bom --lang",
        {
            "results": {"help": _("results of a run, or the folder of scenarios")},
            "--out": {"help": _("folder of the tables; default RESULTS_tables")},
        },
    ),
    "geojson": Command(
        "geojson:geojson",
        _("write the network of saved results with what it brought as GeoJSON, for maps"),
        "results --out --lang",
        {"--out": {"metavar": "FILE", "help": _("the file; default RESULTS.geojson")}},
    ),
    "low-flow": Command(
        "saved:low_flow",
        _("low flows of saved results: Q90, 7Q10, base-flow index"),
        "results names --year-start --lang",
        {
            "results": {"help": _("results.nc of a supply run, or its folder")},
            "names": {"help": _("nodes, stores among them; all rivers when none is named")},
        },
    ),
    "flood": Command(
        "floods:flood",
        _("route floods through stores, rivers and basins"),
        "config --event --out --replace --lang --no-plots --report --start-from --save-state "
        "--at --from-state --restart --scenario --strict --quiet",
        {
            "--restart": {
                "choices": ("auto", "exact"),
                "help": _(
                    "auto: go on and say what differs; exact: bit for bit or not at all; "
                    "default auto"
                ),
            }
        },
        narrowing=("event", "scenario", "from_state", "save_state"),
        widening=("start_from",),
        suffix="_flood",
    ),
    "tradeoff": Command(
        "floods:tradeoff",
        _("sweep flood-limited levels: water against floods"),
        "config --reservoir --out --replace --lang --no-plots --report --quiet",
        narrowing=("reservoir",),
        suffix="_tradeoff",
    ),
    "ensemble": Command(
        "ensembles:ensemble",
        _("run many possible waters and sum them up"),
        "config --scenario --members --threads --dask --allow-unlike --out --replace --resume "
        "--lang --report --quiet",
        narrowing=("scenario", "members"),
        suffix="_ensemble",
    ),
    "outlook": Command(
        "ensembles:outlook",
        _("what may come in the next months, and how likely"),
        "config --from-state --hindcast --months --members --leave-out --threads --out --replace "
        "--lang --no-plots --report --quiet",
        {"--from-state": {"help": _("the state of today")}},
        narrowing=("months", "members"),
        suffix="_outlook",
    ),
    "compare": Command(
        "saved:compare",
        _("differences of runs, scenarios or ensembles from one of them"),
        "results --reference --by --block --seed --out --replace --other-water --lang --no-plots "
        "--report --quiet",
        {
            "results": {
                "nargs": "+",
                "help": _("results of runs, or folders of runs, of scenarios or of ensembles"),
            },
            "--out": {"help": _("folder of the tables and pictures; default none")},
        },
    ),
}
