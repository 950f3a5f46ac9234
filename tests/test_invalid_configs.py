"""Each configuration under tests/models/invalid is told as the text beside it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from hydrosim.cli.main import main

FOLDER = Path(__file__).parent / "models" / "invalid"
CONFIGS = sorted(FOLDER.glob("*.yaml"))
STOPPED = "found; nothing was run.\n"


@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: path.stem)
def test_a_config_is_told_as_the_text_beside_it_says(config, monkeypatch, capsys):
    monkeypatch.chdir(FOLDER)
    code = main(["check", config.name])
    captured = capsys.readouterr()
    assert captured.err == config.with_suffix(".txt").read_text(encoding="utf-8")
    assert code == (2 if captured.err.endswith(STOPPED) else 0)
    assert ("no fault found" in captured.out) == (code == 0)


def test_there_are_many_and_each_has_its_text():
    assert len(CONFIGS) >= 120
    assert {path.stem for path in FOLDER.glob("*.txt")} == {path.stem for path in CONFIGS}


@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: path.stem)
def test_a_message_has_place_found_and_expected(config):
    lines = config.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    assert lines
    heads = [line for line in lines if not line.startswith(" ") and "nothing was run" not in line]
    for head in heads:
        assert head.startswith((f"{config.name}:", "data/")), head
    founds = [line for line in lines if line.startswith("  found     ")]
    expected = [line for line in lines if line.startswith("  expected  ")]
    assert len(heads) == len(founds) == len(expected)
    words = ("Traceback", "pydantic", "Error", "None", "RuleRef(", "object at", "<class")
    assert not [word for word in words for line in lines if word in line]
