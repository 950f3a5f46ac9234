"""The command line: parses, runs a command and maps whatever ends it to an exit code."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from hydrosim.cli.arguments import build_parser
from hydrosim.cli.console import Console
from hydrosim.cli.exits import FAILED, FINE, INTERRUPTED, STOPPED, outcome_of
from hydrosim.cli.kernel_cache import cache_lines
from hydrosim.cli.signals import ending, no_more_signals
from hydrosim.locale import _, language_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from hydrosim.cli.signals import Stop
    from hydrosim.locale import Language

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Parameters
    ----------
    arguments
        What stands behind ``hydrosim``; by default that of the process.

    Raises
    ------
    SystemExit
        With 2 for arguments that the parser refuses, with 0 for ``--help`` and ``--version``.
    """
    with ending() as stop:
        try:
            code = _parsed_and_run(arguments, stop)
        except KeyboardInterrupt:  # before the command began
            code = INTERRUPTED
            Console().complain(STOPPED)
    if arguments is None:
        no_more_signals()
    return stop.code if code == INTERRUPTED else code


def _parsed_and_run(arguments: Sequence[str] | None, stop: Stop) -> int:
    gc.set_threshold(50_000)  # its default costs a tenth of a short run
    console = Console()
    given = sys.argv[1:] if arguments is None else arguments
    parser = build_parser(_language_of(given) or console.language)
    try:
        options = parser.parse_args(arguments)
    finally:
        console.output.flush()
    if options.command is not None:
        return _run(options, console, stop)
    console.line(parser.format_help().rstrip())
    return FINE


def _language_of(arguments: Sequence[str]) -> Language | None:
    """Return the language that the arguments ask for, before they are parsed; None for none."""
    for place, argument in enumerate(arguments):
        if argument == "--lang" and place + 1 < len(arguments):
            return language_of(arguments[place + 1])
        if argument.startswith("--lang="):
            return language_of(argument.partition("=")[2])
    return None


def _run(options: argparse.Namespace, console: Console, stop: Stop) -> int:
    """Run a command: a function (options, console) that returns an exit code."""
    options.lang = console.language = options.lang or console.language
    console.quiet = vars(options).get("quiet", False)
    module, _colon, name = options.about.function.partition(":")
    try:
        code = vars(import_module(f"hydrosim.cli.{module}"))[name](options, console)
    except (Exception, KeyboardInterrupt) as error:
        # A library may make another error of an interrupt that comes while it is at work.
        ended = KeyboardInterrupt() if stop.came else error
        code, message = outcome_of(ended, options.lang)
        console.complain(message)
    console.complain(*cache_lines())
    console.output.flush()
    lost = console.output.failure
    if lost is not None and not isinstance(lost, BrokenPipeError):
        from hydrosim.io.reasons import reason_of

        console.complain(_("the output could not be written: {reason}", reason=reason_of(lost)))
        return code or FAILED
    return code


if __name__ == "__main__":
    sys.exit(main())
