"""The catalogue of messages: gather from the code, compile, look for what is missing.

``python tools/messages.py update`` after texts of the code have changed: the catalogue gets the new
ones, without translation, and loses those that are gone. Then translate and run ``compile``.
``check`` names what is missing or does not agree, and fails if anything does.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import os
import sys
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Message

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "hydrosim"
FOLDER = PACKAGE / "locale"
NAME = "hydrosim"
MARKERS = ("_", "pgettext", "ngettext")
WIDTH = 100


def catalogues() -> list[Path]:
    """Return the files that translators edit."""
    return sorted(FOLDER.glob("*/LC_MESSAGES/*.po"))


def read(file: Path) -> Catalog:
    """Return a catalogue as it stands in its file."""
    with file.open("rb") as opened:
        return read_po(opened, locale=file.parts[-3])


@cache
def tree_of(file: Path) -> ast.Module:
    """Return the tree of a file of the code, which is parsed once a process."""
    return ast.parse(file.read_text(encoding="utf-8"))


def gathered() -> Catalog:
    """Return all messages of the code, without translation."""
    template = Catalog(project=NAME, charset="utf-8")
    for file, _line, message, comments, context in _extracted(PACKAGE):
        place = (f"{PACKAGE.name}/{Path(file).as_posix()}", None)
        template.add(message, None, [place], auto_comments=comments, context=context)
    for file, text in described():
        template.add(text, None, [(f"{PACKAGE.name}/{file}", None)])
    return template


@cache
def _extracted(package: Path) -> tuple[tuple[Any, ...], ...]:
    """Return what the extraction finds in a package, which is read once a process."""
    found = extract_from_dir(
        package, method_map=[("**.py", "python")], comment_tags=("For translators:",)
    )
    return tuple(found)


def described() -> Iterator[tuple[str, str]]:
    """Yield what `hydrosim describe` says from the schemas: the file of each, and the text."""
    from hydrosim.config.describe import described_texts

    for model, text in described_texts():
        file = Path(inspect.getfile(model))
        if file.is_relative_to(PACKAGE):
            yield file.relative_to(PACKAGE).as_posix(), text


def update(file: Path) -> None:
    """Bring a catalogue to the messages of the code; what is translated stays so."""
    catalogue = read(file)
    dates = catalogue.creation_date, catalogue.revision_date
    catalogue.update(gathered(), no_fuzzy_matching=True)
    catalogue.creation_date, catalogue.revision_date = dates
    write(catalogue, file)


def write(catalogue: Catalog, file: Path) -> None:
    """Write a catalogue, in the order of the files of the code, without what is obsolete."""
    for message in catalogue:
        message.flags.discard("python-format")  # a per cent sign is one, and no more
    with file.open("wb") as opened:
        write_po(
            opened, catalogue, width=WIDTH, sort_by_file=True, ignore_obsolete=True,
            include_lineno=False,
        )  # fmt: skip


def compile_catalogues(*, only_stale: bool = False) -> list[Path]:
    """Compile catalogues, each whole or not; return the compiled files.

    Parameters
    ----------
    only_stale
        Whether to leave out those that are younger than what they are made from.
    """
    made: list[Path] = []
    for file in catalogues():
        target = file.with_suffix(".mo")
        if only_stale and target.exists() and target.stat().st_mtime > file.stat().st_mtime:
            continue
        beside = target.with_name(f"{target.name}.{os.getpid()}")
        with beside.open("wb") as opened:
            write_mo(opened, read(file))
        beside.replace(target)
        made.append(target)
    return made


def faults(file: Path) -> Iterator[str]:
    """Yield what is missing, obsolete, uncertain, or does not agree with the code."""
    catalogue, template = read(file), gathered()
    wanted = {_key(message) for message in template if message.id}
    known = {_key(message): message for message in catalogue if message.id}
    for key in sorted(wanted - set(known), key=str):
        yield f"not in the catalogue: {key}"
    for key in sorted(set(known) - wanted, key=str):
        yield f"not in the code: {key}"
    for key in sorted(catalogue.obsolete, key=str):
        yield f"obsolete: {key}"
    for key, message in sorted(known.items(), key=str):
        if message.fuzzy:
            yield f"uncertain: {key}"
        if not all(_texts(message.string)):
            yield f"not translated: {key}"
        elif _fields(message.id) != _fields(message.string):
            yield f"other places for values: {key}: {message.string!r}"


def unmarked() -> Iterator[str]:
    """Yield the calls of a marker whose text the extraction cannot read, or not in every Python."""
    for file in sorted(PACKAGE.rglob("*.py")):
        tree = tree_of(file)
        inside = {
            id(node)
            for text in ast.walk(tree)
            if isinstance(text, ast.JoinedStr)
            for node in ast.walk(text)
        }
        for node in ast.walk(tree):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if name not in MARKERS:
                continue
            texts = node.args[: 1 if name == "_" else 2]
            plain = all(isinstance(a, ast.Constant) and isinstance(a.value, str) for a in texts)
            if not plain or id(node) in inside:
                yield f"{file.relative_to(ROOT)}:{node.lineno}"


def lost() -> Iterator[str]:
    """Yield the marked texts of the code that the extraction has passed over."""
    found = {(one.context, _texts(one.id)[0]) for one in gathered() if one.id}
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(tree_of(file)):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if name not in MARKERS:
                continue
            texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
            key = tuple(texts[:2]) if name == "pgettext" else (None, *texts[:1])
            if key not in found:
                yield f"{file.relative_to(ROOT)}:{node.lineno}"


def _key(message: Message) -> tuple[str | None, object]:
    return message.context, message.id


def _texts(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _fields(text: str | tuple[str, ...] | list[str]) -> set[str]:
    """Return the names of the values in a text."""
    try:
        parts = [part for one in _texts(text) for part in Formatter().parse(one)]
    except ValueError:
        return {"no format: braces that stand for themselves"}
    return {name for _text, name, _form, _conversion in parts if name is not None}


def main(arguments: list[str]) -> int:
    """Do what is asked; 1 where the check finds something."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("task", choices=("update", "compile", "check"))
    sys.path.insert(0, str(ROOT))  # the descriptions are those of this tree
    task = parser.parse_args(arguments).task
    if task == "update":
        for file in catalogues():
            update(file)
    if task in ("update", "compile"):
        compile_catalogues()
    if task == "compile":
        return 0
    found = [*unmarked(), *lost(), *(fault for file in catalogues() for fault in faults(file))]
    for line in found:
        print(line)
    return 1 if found and task == "check" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
