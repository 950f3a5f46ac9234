"""The commands `describe` and `schema`: what a configuration may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydrosim.cli.exits import FINE, UsageError
from hydrosim.locale import _

if TYPE_CHECKING:
    import argparse

    from hydrosim.cli.console import Console

__all__ = ["describe", "schema"]


def describe(options: argparse.Namespace, console: Console) -> int:
    """Print the reference of a type, or of the configuration."""
    from hydrosim.config.describe import NUMBERS, describe, quantity_lines
    from hydrosim.flood.variables import FLOOD_VARIABLES

    try:
        console.line(describe(options.type, options.lang))
    except KeyError as error:
        raise UsageError(error.args[0]) from None
    if options.type == NUMBERS:
        title = _("variables of a flood result")
        console.line("")
        for line in quantity_lines(FLOOD_VARIABLES, title, options.lang):
            console.line(line)
    return FINE


def schema(options: argparse.Namespace, console: Console) -> int:
    """Print the JSON Schema; characters that the output lacks are escaped, not replaced."""
    import json

    from hydrosim.config.describe import json_schema

    del options
    escaped = not console.has_all_characters
    console.line(json.dumps(json_schema(), ensure_ascii=escaped, indent=1))
    return FINE
