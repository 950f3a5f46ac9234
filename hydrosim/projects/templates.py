"""The templates of `hydrosim init`: shipped configurations and the data files that they name.

A wheel has them in ``hydrosim/templates``; in the repository they are those of ``configs``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import hydrosim
from hydrosim.config.source import read_source
from hydrosim.locale import _, in_language
from hydrosim.projects.data_files import named_files

if TYPE_CHECKING:
    from hydrosim.locale import Language, Message

__all__ = ["TEMPLATES", "Template", "template_files", "templates_folder"]

PACKAGE = Path(hydrosim.__file__).parent


class Template(NamedTuple):
    """A start: configurations by what their names have behind that of the project, and a command.

    The first of them is run by ``hydrosim COMMAND``.
    """

    help: Message
    configs: dict[str, str]
    command: str = "run"


TEMPLATES = {
    "county": Template(
        _("plan of a county: two reservoirs, a canal, wells, reclaimed water, six demands"),
        {"": "county_plan.yaml"},
    ),
    "minimal": Template(_("one reservoir, one import, one city"), {"": "minimal.yaml"}),
    "flood": Template(
        _("design floods of a reservoir and its river"), {"": "flood_plan.yaml"}, "flood"
    ),
    "month": Template(_("a lake, a spring and their town in months"), {"": "month_lake.yaml"}),
    "daqing": Template(
        _("demonstration city on the Daqing river, with its data and scenarios"),
        {"": "daqing_city.yaml", "_scenarios": "daqing_scenarios.yaml"},
    ),
}


def templates_folder() -> Path:
    """Return where the shipped configurations stand: in the package, or in the repository."""
    packed = PACKAGE / "templates"
    return packed if packed.is_dir() else PACKAGE.parent / "configs"


def template_files(name: str, template: str, language: Language = "en") -> dict[str, bytes]:
    """Return the files of a new project: its configurations and what they name.

    Parameters
    ----------
    name
        Name of the project, which its configurations take.
    template
        One of ``TEMPLATES``.
    language
        Of the remark at the head of each configuration.

    Returns
    -------
    dict
        Content of each file by its name from the folder of the project.
    """
    folder, chosen = templates_folder(), TEMPLATES[template]
    renamed = {config: f"{name}{suffix}.yaml" for suffix, config in chosen.configs.items()}
    files: dict[str, bytes] = {}
    for config, new in renamed.items():
        source = read_source(folder / config)
        text = (folder / config).read_text(encoding="utf-8")
        for old, other in renamed.items():
            text = re.sub(rf"^base: {re.escape(old)}$", f"base: {other}", text, flags=re.MULTILINE)
        heading = in_language(_heading(Path(new).stem, template), language)
        remark = "".join(f"# {line}\n" for line in heading.split("\n"))
        files[new] = (remark + text).encode()
        for file in named_files(source.tree, folder):
            if file not in renamed:
                files[file] = (folder / file).read_bytes()
    if any(file.startswith("data/") for file in files):
        # Whose the data are goes with them.
        for file in ("NOTICE", "LICENSE-weather", "README.md"):
            files[f"data/{file}"] = (folder / "data" / file).read_bytes()
    return files


def _heading(name: str, template: str) -> Message:
    return _(
        "{name}.yaml, from the template {template!r}. Text behind a # is a remark.\n"
        "`hydrosim check {name}.yaml` names all faults with their line, `hydrosim {command} "
        "{name}.yaml` runs it,\n`hydrosim describe TYPE` explains the keys of a type, such as "
        "reservoir.",
        name=name,
        template=template,
        command=TEMPLATES[template].command,
    )
