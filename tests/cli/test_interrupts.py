"""Ctrl-C and SIGTERM in every command: exit code 130 or 143, one line, nothing left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from hydrosim.cli.arguments import COMMANDS
from hydrosim.cli.exits import INTERRUPTED
from hydrosim.cli.main import main
from tests.conftest import ROOT

MINIMAL = ROOT / "configs" / "minimal.yaml"
GIVEN = {
    "describe": ["reservoir"],
    "geojson": ["one"],
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
    assert captured.err == "stopped; unfinished results were removed\n"
    assert captured.out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_that_ends_the_process_ends_it_as_ctrl_c_does(
    number, tmp_path, monkeypatch, capsys
):
    """It comes while results are being written: the folder is taken away, its lock is freed."""
    from hydrosim.io import folder as folders

    def signalled(*_given: object) -> None:
        os.kill(os.getpid(), number)

    def run() -> int:
        given = [str(ROOT / "configs" / "month_lake.yaml"), "--no-plots"]
        return main(["run", *given, "--out", str(tmp_path / "out")])

    handlers = [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)]
    with monkeypatch.context() as patched:
        patched.setattr(folders, "write_certificate", signalled)
        assert run() == 128 + number
    assert capsys.readouterr().err.endswith("stopped; unfinished results were removed\n")
    assert list(tmp_path.iterdir()) == []
    now = [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)]
    assert now == handlers
    assert run() == 0


def test_a_signal_that_is_ignored_stays_so(monkeypatch, capsys):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        monkeypatch.setattr(
            "hydrosim.cli.reference.schema", lambda *_given: os.kill(os.getpid(), signal.SIGHUP)
        )
        main(["schema"])
    finally:
        signal.signal(signal.SIGHUP, before)
    assert capsys.readouterr().err == ""


def test_a_signal_that_comes_while_python_cleans_up_is_not_lost(monkeypatch, capsys):
    class Held:
        def __del__(self) -> None:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0)  # the signal comes here, where Python drops all errors

    def work(*_given: object) -> int:
        held = Held()
        del held
        time.sleep(5.0)
        return 0

    before = signal.getsignal(signal.SIGALRM)
    monkeypatch.setattr("hydrosim.cli.reference.schema", work)
    try:
        assert main(["schema"]) == 143
    finally:
        signal.signal(signal.SIGALRM, before)
    assert capsys.readouterr().err == "stopped; unfinished results were removed\n"


def test_ctrl_c_inside_an_executed_text_does_not_decide_the_exit_code(tmp_path):
    text = (
        "import sys\nfrom hydrosim.cli.signals import no_more_signals\n"
        "try:\n    exec('raise KeyboardInterrupt')\nexcept KeyboardInterrupt:\n    pass\n"
        "no_more_signals()\nsys.exit(5)\n"
    )
    (tmp_path / "stopped.py").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "stopped"], check=False, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 5


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupt_of_which_a_library_makes_another_error(number, monkeypatch, capsys):
    """As pydantic does where one comes while it builds a schema."""

    def swallowing(*_given: object) -> None:
        try:
            signal.raise_signal(number)
        except KeyboardInterrupt:
            raise RuntimeError(number) from None

    monkeypatch.setattr("hydrosim.config.load.load_config", swallowing)
    before = signal.getsignal(number)
    assert main(["check", str(MINIMAL)]) == 128 + number
    assert signal.getsignal(number) is before
    assert capsys.readouterr().err == "stopped; unfinished results were removed\n"


def test_ctrl_c_before_the_command_began(monkeypatch, capsys):
    def stop(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("hydrosim.cli.main.build_parser", stop)
    assert main(["schema"]) == INTERRUPTED
    assert capsys.readouterr().err == "stopped; unfinished results were removed\n"


SCENARIOS = """
scenarios:
  axes:
    demand:
      low: {nodes.city.amount: 2.4 亿m3/year}
      high: {nodes.city.amount: 2.9 亿m3/year}
"""
MINE = "mine.yaml"
LAKE = str(ROOT / "configs" / "month_lake.yaml")
FLOODS = str(ROOT / "configs" / "flood_plan.yaml")
SWEEP = (
    "import hydrosim, sys; from hydrosim.config.load import load_config\n"
    "hydrosim.sweep(load_config(sys.argv[1]), {'nodes.city.amount': ['2.4 亿m3/year'] * 1 + "
    "[f'2.{digit} 亿m3/year' for digit in '56789']}, workers=2)"
)
PROCESSES = {
    "check": ["check", LAKE],
    "run": ["run", str(MINIMAL), "--report", "--out", "out"],
    "scenarios": ["run", MINE, "--no-plots", "--out", "out"],
    "flood": ["flood", FLOODS, "--out", "out"],
    "tradeoff": ["tradeoff", FLOODS, "--out", "out"],
    "ensemble": ["ensemble", LAKE, "--members", "8", "--out", "out"],
    "outlook": ["outlook", LAKE, "--from-state", "state.npz", "--months", "3", "--members", "20",
                "--out", "out"],
    "compare": ["compare", "one", "two", "--other-water", "--out", "out"],
    "report": ["report", "one", "--out", "out"],
    "plot": ["plot", "one", "--out", "out"],
    "tables": ["tables", "one", "--out", "out"],
    "init": ["init", "out"],
    "export-excel": ["export-excel", LAKE, "--out", "out.xlsx"],
    "sweep": ["-c", SWEEP, str(MINIMAL)],
}  # fmt: skip
LONG = pytest.mark.skipif(os.environ.get("HYDROSIM_LONG") != "1", reason="long: real processes")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A folder with results of two runs, a state, and a config with scenarios."""
    folder = tmp_path_factory.mktemp("prepared")
    (folder / MINE).write_text(MINIMAL.read_text(encoding="utf-8") + SCENARIOS, encoding="utf-8")
    for name in ("one", "two"):
        assert main(["run", str(MINIMAL), "--no-plots", "--out", str(folder / name)]) == 0
    state = ["--save-state", str(folder / "state.npz")]
    assert main(["run", LAKE, "--no-plots", *state, "--out", str(folder / "lake")]) == 0
    return folder


@LONG
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("command", sorted(PROCESSES))
def test_a_real_process_is_stopped_at_any_time(command, number, prepared):
    """At eight moments, from the imports on to the end of the process."""
    given = PROCESSES[command]
    for path in prepared.glob("out*"):  # of a test that failed
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    start = [sys.executable] if given[0] == "-c" else [sys.executable, "-m", "hydrosim"]
    before = sorted(path.name for path in prepared.iterdir())
    began = time.monotonic()
    whole = 0.0
    for part in (None, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.99):
        process = subprocess.Popen(
            [*start, *given], cwd=prepared, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        if part is not None:
            time.sleep(0.3 + part * whole)
            process.send_signal(number)
        out, err = process.communicate(timeout=300)
        whole = whole or time.monotonic() - began
        if part is None:
            assert process.returncode == 0, err
        else:
            judge_stopped(process.returncode, number, err, command)
        left = [path for path in prepared.rglob(".*") if path.is_file() or ".part" in path.name]
        assert not left, (part, left, out, err)
        for path in sorted(prepared.iterdir()):
            if path.name not in before:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def judge_stopped(code: int, number: int, err: str, command: str) -> None:
    """Judge how a process ended that a signal came to."""
    if command == "sweep":  # of the interface: Python's own end
        assert code in (0, -number, 1, 130), err
        return
    assert "Traceback" not in err
    assert "Exception ignored" not in err
    assert code in (0, 128 + number), (code, err)
    if code:
        assert err.rstrip().splitlines()[-1].startswith("stopped; ")
