"""A new project from a workbook: checked as a whole, then written as YAML with its data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from hydrosim.config.load import config_from_source
from hydrosim.config.schema import Config
from hydrosim.config.source import parse_text
from hydrosim.locale import _
from hydrosim.projects.assemble import read_book
from hydrosim.projects.data_files import is_inside, named_files
from hydrosim.projects.yaml_text import yaml_of

if TYPE_CHECKING:
    from hydrosim.locale import Language

__all__ = ["book_files"]


def book_files(name: str, book: Path, language: Language = "en") -> dict[str, bytes]:
    """Return the files of a new project: the configuration of a book, and what it names.

    Data files that stand elsewhere than below the folder of the book are named by their whole path.

    Parameters
    ----------
    name
        Name of the project, which its configuration takes.
    book
        The workbook.
    language
        Of the remarks in the configuration.

    Raises
    ------
    DataError
        When the book cannot be read.
    ConfigError
        With all faults of the configuration, each at its cell.
    """
    source = read_book(book)
    config = config_from_source(source)
    order = [field.alias or key for key, field in Config.model_fields.items()]
    ordered = {key: source.tree[key] for key in sorted(source.tree, key=order.index)}
    tree = _with_whole_paths(ordered, config.folder)
    remark = _(
        "{name}.yaml, from the workbook {book}. Text behind a # is a remark.\n"
        "`hydrosim check {name}.yaml` names all faults with their line, `hydrosim run {name}.yaml` "
        "runs it,\n`hydrosim describe TYPE` explains the keys of a type, such as reservoir.",
        name=name,
        book=book.name,
    )
    text = yaml_of(tree, remark, language)
    if parse_text(text).tree != tree:
        msg = "the text of a configuration does not read back as what was written"
        raise RuntimeError(msg)
    files = {f"{name}.yaml": text.encode()}
    for file in named_files(tree, config.folder):
        files[file] = (config.folder / file).read_bytes()
    return files


def _with_whole_paths(part: Any, folder: Path) -> Any:
    """Return a configuration whose files outside of a folder are named by their whole path."""
    if isinstance(part, dict):
        return {key: _with_whole_paths(item, folder) for key, item in part.items()}
    if isinstance(part, list):
        return [_with_whole_paths(item, folder) for item in part]
    if isinstance(part, str) and part.startswith("..") and not is_inside(part, folder):
        outside = folder / part
        return str(outside.resolve()) if outside.is_file() else part
    return part
