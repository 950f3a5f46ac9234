"""Ctrl-C in every command: exit code 130, one line, nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hydrosim.cli.arguments import COMMANDS
from hydrosim.cli.exits import INTERRUPTED
from hydrosim.cli.main import main
from tests.conftest import ROOT

MINIMAL = ROOT / "configs" / "minimal.yaml"
GIVEN = {
    "describe": ["reservoir"],
    "schema": [],
    "low-flow": ["one"],
    "compare": ["one", "two"],
    "plot": ["one"],
    "report": ["one"],
    "tables": ["one"],
    "init": ["project"],
    "outlook": [str(MINIMAL), "--from-state", "state"],
}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_says_that_it_was_stopped(command, tmp_path, monkeypatch, capsys):
    def stop(*_given: object, **_named: object) -> None:
        raise KeyboardInterrupt

    module, _colon, name = COMMANDS[command].function.partition(":")
    given = GIVEN.get(command, [str(MINIMAL)])
    monkeypatch.chdir(tmp_path)
    if command in GIVEN:
        monkeypatch.setattr(f"hydrosim.cli.{module}.{name}", stop)
    else:
        monkeypatch.setattr("hydrosim.config.load.load_config", stop)
    assert main([command, *given]) == INTERRUPTED == 128 + signal.SIGINT
    captured = capsys.readouterr()
    assert captured.err == "stopped; nothing was written\n"
    assert captured.out == ""
    assert list(tmp_path.iterdir()) == []


CONFIGS = {
    "run": "minimal.yaml",
    "check": "daqing_city.yaml",
    "flood": "daqing_city.yaml",
    "tradeoff": "daqing_city.yaml",
    "ensemble": "daqing_city.yaml",
}


@pytest.mark.skipif(os.environ.get("HYDROSIM_LONG") != "1", reason="long: real processes")
@pytest.mark.parametrize("seconds", [1.0, 3.0, 6.0])
@pytest.mark.parametrize("command", sorted(CONFIGS))
def test_a_real_process_is_stopped_at_any_time(command: str, seconds: float, tmp_path: Path):
    given = [command, str(ROOT / "configs" / CONFIGS[command])]
    if command != "check":
        given += ["--out", str(tmp_path / "out")]
    process = subprocess.Popen(
        [sys.executable, "-m", "hydrosim", *given],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=120)
    assert "Traceback" not in err
    if process.returncode == 0:
        return  # it had ended
    assert process.returncode == INTERRUPTED, err
    assert err.rstrip().splitlines()[-1].startswith("stopped; ")
    if "nothing was written" in err:
        assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".out*.part"))
