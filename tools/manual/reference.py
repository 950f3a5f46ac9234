"""The reference as MyST text: types and their keys, variables, units, commands."""

from __future__ import annotations

import importlib
import inspect
import os
import re
from typing import TYPE_CHECKING

from hydrosim.cli.arguments import COMMANDS, build_parser
from hydrosim.config.describe import inner_blocks, keys_of, paragraphs, registries
from hydrosim.config.schema import Config
from hydrosim.flood.variables import FLOOD_VARIABLES
from hydrosim.locale import SEMICOLON, as_message, in_language
from hydrosim.units.table import UNITS, unit_of
from hydrosim.variables import VARIABLES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from pydantic import BaseModel

    from hydrosim.locale import Language

__all__ = ["api_text", "commands_text", "config_text", "types_text", "units_text", "variables_text"]

_CODE = re.compile(r"(``.+?``|`[^`]+`)")
_WIDTH = "88"
PUBLIC_MODULES = (
    "hydrosim",
    "hydrosim.errors",
    "hydrosim.plot",
    "hydrosim.hydrology",
)


def types_text(kind: str, language: Language) -> str:
    """Return every type of a kind as a section with its keys."""
    sections = []
    for name, model in sorted(registries()[kind].items()):
        sections.append(f"({_prefix(language)}{kind}-{name})=\n## {_plain(name)}\n")
        sections.append("\n".join(_block(model, language)))
    return "\n".join(sections)


def config_text(language: Language) -> str:
    """Return the keys of a whole configuration, block by block."""
    return "\n".join(_block(Config, language))


def variables_text(language: Language) -> str:
    """Return the variables of results of runs and floods, each with its unit and dimension."""
    lines: list[str] = []
    for title, table in (("results.nc", VARIABLES), ("floods", FLOOD_VARIABLES)):
        lines += [f"## `{title}`", ""]
        for name, one in table.items():
            held = f", `{one.cell_methods}`" if one.cell_methods else ""
            meaning = plain_text(in_language(one.long_name, language))
            about = f": {meaning} [{_plain(one.units)}], `{one.dimension}`{held}"
            lines += [f"`{name}`", about, ""]
    return "\n".join(lines)


def units_text(language: Language) -> str:
    """Return all units by dimension, with their names and their size in SI."""
    groups: dict[str, dict[float, list[str]]] = {}
    for name in UNITS:
        factor, dimension = unit_of(name)
        base = _base_unit(dict(dimension))
        groups.setdefault(base, {}).setdefault(float(factor), []).append(name)
    lines: list[str] = []
    for base, sizes in groups.items():
        lines += [f"## {base or '1'}", "", f"| | {base or '1'} |", "|---|---|"]
        for factor, names in sorted(sizes.items()):
            lines.append(f"| {', '.join(f'`{name}`' for name in names)} | {factor:.10g} |")
        lines.append("")
    return "\n".join(lines)


def commands_text(language: Language) -> str:
    """Return the help of each command as a section."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = _WIDTH  # argparse breaks its lines by it
    try:
        parser = build_parser(language)
        sections = [f"## {name}\n\n```text\n{_help(parser, name)}\n```\n" for name in COMMANDS]
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before
    return "\n".join(sections)


def api_text(_language: Language) -> str:
    """Return the public names of the package as directives of autodoc, module by module."""
    sections = []
    for module_name in PUBLIC_MODULES:
        module = importlib.import_module(module_name)
        lines = []
        for name in sorted(module.__all__, key=str.lower):
            one = getattr(module, name)
            if inspect.isclass(one):
                lines += [f".. autoclass:: {module_name}.{name}", "   :members:", ""]
            elif callable(one):
                lines += [f".. autofunction:: {module_name}.{name}", ""]
        body = "\n".join(lines)
        sections.append(f"## {module_name}\n\n```{{eval-rst}}\n{body}\n```\n")
    return "\n".join(sections)


def _help(parser: argparse.ArgumentParser, command: str) -> str:
    for action in parser._actions:
        if isinstance(action.choices, dict):
            return action.choices[command].format_help().rstrip()
    raise KeyError(command)


def _block(
    model: type[BaseModel], language: Language, done: set[type[BaseModel]] | None = None
) -> Iterator[str]:
    """Yield the lines of a block and of the blocks in it, each of them once."""
    done = {model} if done is None else done
    for text in paragraphs(model):
        yield from (plain_text(in_language(as_message(text), language)), "")
    for key in keys_of(model):
        if key.name == "type":
            continue
        unit = "" if key.unit == "-" else f" [{key.unit}]"
        separator = in_language(SEMICOLON, language)
        form = f"{in_language(key.form, language)}{unit}{separator}"
        about = plain_text(f"{form}{in_language(key.default, language)}")
        yield from (f"`{key.name}`", f": *{about}*  ")
        yield from (f"  {plain_text(in_language(key.description, language))}", "")
    for name, inner in inner_blocks(model):
        if inner not in done:
            done.add(inner)
            yield from (f"**`{name}:`**{_kind(inner)}", "")
            yield from _block(inner, language, done)


def _kind(model: type[BaseModel]) -> str:
    """Return which type of a block is described, where it has several."""
    field = model.model_fields.get("type")
    names = getattr(field.annotation, "__args__", ()) if field else ()
    return f" `type: {names[0]}`" if names else ""


def plain_text(text: str) -> str:
    """Return text in which all but its code stands for itself in MyST."""
    parts = _CODE.split(text)
    return "".join(part if part.startswith("`") else _plain(part) for part in parts)


def _plain(text: str) -> str:
    return re.sub(r"([\\*_<>\[\]$|#{}])", r"\\\1", text)


def _prefix(language: Language) -> str:
    return "" if language == "en" else f"{language}-"


def _base_unit(powers: Mapping[str, int]) -> str:
    """Return the SI unit of a dimension, such as ``m3/s``."""
    words = {"[length]": "m", "[time]": "s", "[money]": "yuan", "[person]": "person"}

    def text(sign: int) -> str:
        named = [(words[base], abs(power)) for base, power in powers.items() if power * sign > 0]
        return " ".join(name if power == 1 else f"{name}{power}" for name, power in named)

    below = text(-1)
    return (text(1) or "1") + (f"/{below}" if below else "") if powers else ""
