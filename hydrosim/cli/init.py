"""The command `init`: a new project from a template."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from hydrosim.cli.exits import FINE
from hydrosim.locale import _

if TYPE_CHECKING:
    import argparse

    from hydrosim.cli.console import Console

__all__ = ["init"]


def init(options: argparse.Namespace, console: Console) -> int:
    """Write a new project and say what to do next."""
    from hydrosim.projects.folder import new_folder, write_project
    from hydrosim.projects.templates import TEMPLATES, template_files

    folder = new_folder(options.project)
    files = template_files(folder.name, options.template, options.lang)
    write_project(folder, files)
    config = options.project / f"{folder.name}.yaml"
    console.line(_("{count} files in {folder}", count=len(files), folder=options.project))
    for command in ("check", TEMPLATES[options.template].command):
        console.line(f"  hydrosim {command} {quote(str(config))}")
    return FINE
