"""What commands print in Chinese holds no English sentence: names of keys, units and files stay."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hydrosim.cli.arguments import COMMANDS
from hydrosim.cli.main import main
from hydrosim.config.describe import describe, registries

ROOT = Path(__file__).parents[2]
INVALID = sorted((ROOT / "tests/models/invalid").glob("*.yaml"))
TYPES = sorted({name for members in registries().values() for name in members})

# What stands for itself: code, what was written, names with signs of keys and files, options.
AS_IT_IS = re.compile(
    r"``.+?``|`[^`]+`|'[^']*'|\"[^\"]*\"|“[^”]*”|\{[^{}]*\}|\S*[_=/@.\d]\S*|--?[a-z-]+", re.DOTALL
)
WORDS = re.compile(r"(?:\b[A-Za-z]{2,}\b ){2,}\b[A-Za-z]{2,}\b")


def english_in(text: str) -> list[str]:
    """Return the runs of three and more English words that are no names."""
    return [" ".join(found.split()) for found in WORDS.findall(AS_IT_IS.sub("。", text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("应为 a number above zero", ["a number above zero"]),
        ("应为 'a number above zero' 的数", []),
        ("键 `a b c d`，river_intake to lake_inlet flows", []),
        ("Muskingum Cunge 法", []),
        ("未知 the first second\n  third", ["the first second"]),
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
    assert english_in(capsys.readouterr().out) == []
