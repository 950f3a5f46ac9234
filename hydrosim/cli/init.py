"""The commands `init` and `export-excel`: a new project, and a configuration as a workbook."""

from __future__ import annotations

import os
from shlex import quote
from typing import TYPE_CHECKING

from hydrosim.cli.exits import FINE, refuse
from hydrosim.locale import _

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from hydrosim.cli.console import Console

__all__ = ["export_excel", "init"]

DEFAULT = "county"


def init(options: argparse.Namespace, console: Console) -> int:
    """Write a new project and say what to do next."""
    from hydrosim.projects.folder import new_folder, write_project

    both = options.template is not None and options.from_excel is not None
    refuse(both, _("--template and --from-excel do not go together"))
    folder = new_folder(options.project)
    command = "run"
    if options.from_excel is not None:
        from hydrosim.projects.from_book import book_files

        files = book_files(folder.name, options.from_excel, options.lang)
    else:
        from hydrosim.projects.templates import TEMPLATES, template_files

        template = options.template or DEFAULT
        command = TEMPLATES[template].command
        files = template_files(folder.name, template, options.lang)
    write_project(folder, files)
    config = options.project / f"{folder.name}.yaml"
    console.line(_("{count} files in {folder}", count=len(files), folder=options.project))
    for one in ("check", command):
        console.line(f"  hydrosim {one} {quote(str(config))}")
    return FINE


def export_excel(options: argparse.Namespace, console: Console) -> int:
    """Write a configuration as a workbook."""
    from hydrosim.config.load import load_config
    from hydrosim.io.whole_file import write_whole_bytes
    from hydrosim.projects.book_write import book_of

    target: Path = options.out or options.config.with_suffix(".xlsx")
    refuse(
        target.suffix.lower() != ".xlsx", _("--out {file}: a name that ends in .xlsx", file=target)
    )
    there = target.exists() and not (options.replace and target.is_file())
    refuse(there, _("{file} is there already: --replace writes it anew", file=target))
    config = load_config(options.config)
    folder = _relative(config.folder, target.parent)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole_bytes(target, book_of(config, options.lang, folder))
    console.line(_("{config} is in {file}", config=options.config, file=target))
    return FINE


def _relative(folder: Path, start: Path) -> str | None:
    """Return a folder as seen from another; None for the same one."""
    try:
        text = os.path.relpath(folder.resolve(), start.resolve()).replace(os.sep, "/")
    except ValueError:  # another drive
        return str(folder.resolve())
    return None if text == "." else text
