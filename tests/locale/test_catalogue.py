from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import pytest

from hydrosim.locale import language_of, language_of_environment
from hydrosim.locale.languages import catalogue
from hydrosim.units.table import UNITS
from tools import messages

ROOT = Path(__file__).parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NAME = re.compile(r"(?<![\w.])_(?![\w(])")
"""The name of the marker where it is not called: imported, or given a value."""


@pytest.mark.parametrize("file", messages.catalogues(), ids=lambda file: file.parts[-3])
def test_every_text_of_the_code_is_translated_and_nothing_else(file):
    assert list(messages.faults(file)) == []


def test_chinese_texts_have_chinese_punctuation():
    half = re.compile(r"[\u4e00-\u9fff][;,:!?](?!//)|[;,:!?] ?[\u4e00-\u9fff]")
    wrong = [
        text
        for message in messages.read(messages.catalogues()[0])
        for text in ([message.string] if isinstance(message.string, str) else message.string or ())
        if message.id and half.search(text)
    ]
    assert wrong == []


def test_every_marked_text_can_be_read_from_the_code():
    assert list(messages.unmarked()) == []


def test_the_extraction_passes_over_no_marked_text():
    assert list(messages.lost()) == []


def test_faults_name_what_is_missing_uncertain_and_unlike(tmp_path, monkeypatch):
    source = tmp_path / "hydrosim" / "part.py"
    source.parent.mkdir()
    source.write_text(
        '_("a {x}", x=1)\n_("b")\n_("c")\npgettext("sea", "level")\n_(f"{no}")\nf\'{_("b")}\'\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(messages, "PACKAGE", source.parent)
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "described", lambda: [("part.py", "described")])
    file = tmp_path / "zh_CN" / "LC_MESSAGES" / "hydrosim.po"
    file.parent.mkdir(parents=True)
    file.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "a {x}"\nmsgstr "甲 {y}"\n\n#, fuzzy\nmsgid "b"\nmsgstr "乙"\n\n'
        'msgid "c"\nmsgstr ""\n\nmsgid "gone"\nmsgstr "去"\n\n#~ msgid "old"\n#~ msgstr "旧"\n',
        encoding="utf-8",
    )
    assert list(messages.faults(file)) == [
        "not in the catalogue: ('sea', 'level')",
        "not in the catalogue: (None, 'described')",
        "not in the code: (None, 'gone')",
        "obsolete: old",
        "other places for values: (None, 'a {x}'): '甲 {y}'",
        "uncertain: (None, 'b')",
        "not translated: (None, 'c')",
    ]
    assert list(messages.unmarked()) == ["hydrosim/part.py:5", "hydrosim/part.py:6"]
    messages.update(file)
    assert "gone" not in file.read_text(encoding="utf-8")
    assert sorted(fault.partition(":")[0] for fault in messages.faults(file)) == [
        *["not translated"] * 3, "other places for values", "uncertain",
    ]  # fmt: skip


def test_a_catalogue_is_compiled_when_it_is_older_than_its_source():
    assert messages.compile_catalogues(only_stale=True) == []
    file = messages.catalogues()[0]
    assert file.with_suffix(".mo").stat().st_mtime >= file.stat().st_mtime


def test_a_catalogue_that_was_never_compiled_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr("hydrosim.locale.languages.__file__", str(tmp_path / "languages.py"))
    with pytest.raises(RuntimeError, match=r"catalogue of zh_CN is not compiled: .*compile`"):
        catalogue.__wrapped__("zh")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_TW", "LANG": "de_DE"}, "zh"),
        ({"LANGUAGE": "zh_CN:en", "LC_ALL": "en_GB"}, "zh"),
    ],
)
def test_the_environment_chooses_the_language(environment, language):
    assert language_of_environment(environment) == language


def test_the_environment_of_the_process_is_asked(monkeypatch):
    monkeypatch.setattr(os, "environ", {"LANG": "zh_CN"})
    assert language_of_environment() == "zh"
    assert language_of("zh-Hans") == "zh"


def test_no_module_that_marks_texts_uses_the_marker_as_a_name_to_throw_away():
    wrong = []
    for path in sorted((ROOT / "hydrosim").rglob("*.py")):
        if len(NAME.findall(path.read_text(encoding="utf-8"))) < 2:
            continue  # the import alone, or not even that
        tree = messages.tree_of(path)
        imported = any(
            isinstance(node, ast.ImportFrom) and "_" in [alias.name for alias in node.names]
            for node in ast.walk(tree)
        )
        wrong += [
            f"{path.relative_to(ROOT)}:{node.lineno}"
            for node in ast.walk(tree)
            if imported
            and isinstance(node, ast.Name)
            and node.id == "_"
            and isinstance(node.ctx, ast.Store)
        ]
    assert wrong == []


# Names that files of data may use, beside the units that the table of units knows.
NAMES_IN_DATA = {"单位", "时间", "日期", "日期时间", "时间日期", "时", "分", "缺测", "缺"}


def _chinese_texts(tree):
    """Yield the strings of a module with Chinese that is neither a unit nor in a description."""
    described = {
        id(node)
        for parent in ast.walk(tree)
        if isinstance(parent, ast.keyword) and parent.arg == "description"
        for node in ast.walk(parent)
    } | {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    units = sorted((name for name in UNITS if CHINESE.search(name)), key=len, reverse=True)
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            continue
        rest = node.value
        for name in units:
            rest = rest.replace(name, "")
        if CHINESE.search(rest) and id(node) not in described and node.value not in NAMES_IN_DATA:
            yield node.lineno, node.value


def test_the_code_says_nothing_in_chinese():
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in sorted((ROOT / "hydrosim").rglob("*.py"))
        if CHINESE.search(path.read_text(encoding="utf-8"))
        for line, text in _chinese_texts(messages.tree_of(path))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('x = "水库"', ["水库"]),
        ('x = f"{y} 座水库"', [" 座水库"]),
        ('x = "at most 2 亿m3"', []),
        ('x: int = Field(description="Dead level (死水位).")', []),
        ('"""A lake (湖泊)."""', []),
    ],
)
def test_chinese_in_the_code_is_found(code, found):
    assert [text for _line, text in _chinese_texts(ast.parse(code))] == found
