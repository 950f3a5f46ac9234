"""What commands print in Chinese holds no English sentence: names of keys, units and files stay."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from hydrosim.cli.arguments import COMMANDS
from hydrosim.cli.main import main
from hydrosim.config.describe import describe, registries
from tools.messages import tree_of

ROOT = Path(__file__).parents[2]
INVALID = sorted((ROOT / "tests/models/invalid").glob("*.yaml"))
TYPES = sorted({name for members in registries().values() for name in members})

# What stands for itself: code, what was written, names with signs of keys and files, options.
AS_IT_IS = re.compile(
    r"``.+?``|`[^`]+`|'[^']*'|\"[^\"]*\"|\{[^{}]*\}|\S*[_=/@.\d]\S*|--?[a-z-]+", re.DOTALL
)
WORDS = re.compile(r"\b[A-Za-z]{2,}(?: [A-Za-z]{2,})+\b")
NAMES = {"JSON Schema", "Muskingum Cunge", "soil conservation"}
"""Names of two words; the last is the name of a region as the config has it by default."""

# Who takes texts for readers, with the places of these among the arguments without a name.
SAYS = {"Fault": (1, 2, 4), "refuse": (1, 2, 3), "warn": (1, 2), "reject": (1,), "Offence": (1, 2),
        "SimulationError": (0,), "RoutingError": (1, 2, 3), "NotJudged": (0,), "UsageError": (0,),
        "complain": (0,), "config_fault": (1, 2), "Range": (2,)}  # fmt: skip
NAMED = {"found", "expected", "note", "hint", "told"}
SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")


def english_in(text: str) -> list[str]:
    """Return the runs of two and more English words that are no names."""
    return [found for found in WORDS.findall(AS_IT_IS.sub("。", text)) if found not in NAMES]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("应为 a number above zero", ["number above zero"]),
        ("应为 'a number above zero' 的数", []),
        ("键 `a b c d`，river_intake to lake_inlet", []),
        ("Muskingum Cunge 法", []),
        ("未知 the first\n  second", ["the first"]),
    ],
)
def test_a_sentence_is_told_from_names(text, found):
    assert english_in(text) == found


@pytest.mark.parametrize("config", INVALID, ids=lambda path: path.stem)
def test_faults_are_said_in_chinese(config, monkeypatch, capsys):
    monkeypatch.chdir(config.parent)
    main(["check", config.name, "--lang", "zh"])
    captured = capsys.readouterr()
    assert english_in(f"{captured.out}\n{captured.err}") == []


@pytest.mark.parametrize("name", ["config", *TYPES])
def test_the_reference_is_said_in_chinese(name):
    assert english_in(describe(name, "zh")) == []


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_said_in_chinese(command, capsys):
    with pytest.raises(SystemExit):
        main([*command.split(), "--help", "--lang", "zh"])
    _usage, _blank, told = capsys.readouterr().out.partition("\n\n")
    assert told
    assert english_in(told) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--lang", "zh"],
        ["run", "a.yaml", "--nothing", "--lang=zh"],
        ["fly", "--lang", "zh"],
        ["outlook", "a.yaml", "--from-state", "b", "--months", "0", "--lang", "zh"],
        ["outlook", "a.yaml", "--from-state", "b", "--months", "x", "--lang", "zh"],
        ["run", "a.yaml", "--out", "--lang", "zh"],
    ],
)
def test_what_the_parser_refuses_is_said_in_chinese(arguments, capsys):
    with pytest.raises(SystemExit):
        main(arguments)
    said = capsys.readouterr().err
    assert english_in(said.partition("错误")[2]) == []
    assert "用法" in said
    assert "错误" in said


@pytest.mark.parametrize("config", ["minimal.yaml", "month_lake.yaml"])
def test_a_run_is_told_in_chinese(config, tmp_path, capsys):
    folder = str(tmp_path / "out")
    arguments = ["run", str(ROOT / "configs" / config), "--out", folder, "--no-plots"]
    assert main([*arguments, "--lang", "zh"]) == 0
    captured = capsys.readouterr()
    assert english_in(f"{captured.out}\n{captured.err}") == []


def _texts_for_readers(tree: ast.AST) -> list[ast.expr]:
    """Return what is handed to faults and errors as text without a marker."""
    found: list[ast.expr] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
        given = [node.args[place] for place in SAYS.get(name, ()) if place < len(node.args)]
        given += [one.value for one in node.keywords if one.arg in NAMED]
        found += [one for one in given if isinstance(one, (ast.Constant, ast.JoinedStr))]
    return found


def _words(text: ast.expr) -> str:
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('Fault((), "no text", _("another text"))', ["no text"]),
        ('reject(value, f"a rule of {x}")', ["a rule of {}"]),
        ('raise DataError(f, found=f"{x:g} m", expected=_("one text"))', []),
        ('complain("some words")', ["some words"]),
    ],
)
def test_a_text_without_marker_is_found(code, found):
    texts = [_words(text) for text in _texts_for_readers(ast.parse(code))]
    assert [text for text in texts if SENTENCE.search(text)] == found


def test_what_faults_and_errors_say_is_marked():
    wrong = [
        f"{path.relative_to(ROOT)}:{text.lineno}: {_words(text)}"
        for path in sorted((ROOT / "hydrosim").rglob("*.py"))
        for text in _texts_for_readers(tree_of(path))
        if SENTENCE.search(_words(text))
    ]
    assert wrong == []
