"""The command line: exit codes, what is said where, and runs that are stopped or killed."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import xarray as xr

import hydrosim
from hydrosim.cli import run as cli
from hydrosim.cli.main import main
from hydrosim.errors import SimulationError

ROOT = Path(__file__).parents[2]
MINIMAL = ROOT / "configs" / "minimal.yaml"
WRITTEN = {"results.nc", "verdicts.json", "verdicts.csv", "certificate.json", "made_by.json",
           "SHA256SUMS"}  # fmt: skip


@pytest.fixture
def say(capsys):
    """Return a function from arguments to exit code, output and complaints."""

    def told(*arguments):
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err + captured.out
        return code, captured.out, captured.err

    return told


@pytest.fixture
def short(tmp_path):
    """The minimal configuration over one year."""
    text = MINIMAL.read_text(encoding="utf-8").replace("end: 2010-12-31", "end: 2001-12-31")
    path = tmp_path / "short.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The folder of a run without pictures."""
    folder = tmp_path_factory.mktemp("run") / "minimal"
    assert main(["run", str(MINIMAL), "--out", str(folder), "--no-plots"]) == 0
    return folder


def started(*arguments, **keys):
    command = [
        sys.executable,
        "-m",
        "hydrosim",
        *(str(argument) for argument in arguments),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=environment, **streams, **keys)


# -- what needs no configuration -----------------------------------------------------------------


def test_version_and_help(say, capsys):
    with pytest.raises(SystemExit, match="0"):
        say("--version")
    assert capsys.readouterr().out == f"hydrosim {hydrosim.__version__}\n"
    code, text, _ = say()
    assert code == 0
    for command in ("run", "check", "describe", "schema", "plot", "compare"):
        assert f"\n    {command}" in text


def test_help_loads_nothing_heavy():
    script = (
        "import sys; from hydrosim.cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'pydantic', 'numba', 'xarray', 'matplotlib', 'rich', 'pandas'}\n"
        "print('heavy:', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "heavy: []" in done.stdout


def test_check_loads_neither_kernels_nor_results():
    script = (
        "import sys; from hydrosim.cli.main import main\n"
        f"assert main(['check', {str(MINIMAL)!r}]) == 0\n"
        "heavy = {'numba', 'xarray', 'matplotlib', 'pandas', 'scipy.stats', 'netCDF4'}\n"
        "print('heavy:', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "heavy: []" in done.stdout


@pytest.mark.parametrize("arguments", [["fly"], ["run"], ["run", "a", "--lang", "fr"], ["check"]])
def test_arguments_that_are_refused(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: hydrosim" in capsys.readouterr().err


def test_describe(say):
    code, text, _ = say("describe")
    assert code == 0
    assert "types of node: aquifer," in text
    code, text, _ = say("describe", "reservoir")
    assert code == 0
    assert text.startswith("node reservoir\n")
    code, out, err = say("describe", "resevoir")
    assert (code, out) == (2, "")
    assert err == "no type 'resevoir' is known, the nearest is 'reservoir'\n"


def test_schema_is_json(say):
    code, text, _ = say("schema")
    assert code == 0
    assert json.loads(text)["$schema"].startswith("https://json-schema.org")


def test_output_into_a_closed_pipe():
    process = started("describe")
    process.stdout.close()
    assert process.wait(timeout=60) == 0
    assert process.stderr.read() == ""
    process.stderr.close()


# -- wrong input ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_config_that_cannot_be_read(say, command, tmp_path):
    code, out, err = say(command, tmp_path / "nothing.yaml")
    assert (code, out) == (2, "")
    assert err == (
        f"{tmp_path / 'nothing.yaml'}\n"
        "  found     no such file or directory\n"
        "  expected  a configuration file that can be read\n"
        f"  note      searched in the folder {tmp_path}\n"
        "1 problem found; nothing was run.\n"
    )
    code, _, err = say(command, tmp_path)
    assert code == 2
    assert "found     a folder" in err
    broken = tmp_path / "broken.yaml"
    broken.write_bytes(b"title: \xff\xfe")
    code, _, err = say(command, broken)
    assert code == 2
    assert "bytes that are not UTF-8 at position 7" in err


def test_a_wrong_config_is_not_run(say, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(MINIMAL.read_text(encoding="utf-8").replace("capacity", "capcity", 1))
    code, out, err = say("run", wrong, "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    assert "nearest   'capacity'" in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["run", "plot"])
def test_a_folder_that_cannot_be_written(say, command, tmp_path, results):
    file = tmp_path / "file"
    file.write_text("")
    what = MINIMAL if command == "run" else results
    code, _, err = say(command, what, "--out", file / "results")
    assert code == 2
    assert "found     the file 'file' on the way" in err
    code, _, err = say(command, what, "--out", file)
    assert code == 2
    assert err.startswith(f"{file}\n  found     a file\n")


def test_a_folder_of_others_is_never_replaced(say, tmp_path, monkeypatch):
    (tmp_path / "thesis.docx").write_text("years of work")
    code, _, err = say("run", MINIMAL, "--out", tmp_path)
    assert code == 2
    assert "found     a folder with other files: thesis.docx\n" in err
    monkeypatch.chdir(tmp_path)
    code, _, err = say("run", MINIMAL, "--out", ".")
    assert code == 2
    assert "the folder in which the command runs" in err
    assert (tmp_path / "thesis.docx").read_text() == "years of work"


def test_results_that_are_none(say, tmp_path):
    code, _, err = say("plot", tmp_path / "nothing")
    assert code == 2
    assert "no such file\n  expected  results.nc of a run, flood.nc of floods, or a folder" in err
    code, _, err = say("plot", tmp_path)
    assert code == 2
    assert "found     a folder without results.nc" in err
    text = tmp_path / "results.nc"
    text.write_text("level,area\n")
    code, _, err = say("plot", text)
    assert code == 2
    assert "found     a file that is not netCDF" in err
    text.unlink()
    xr.Dataset({"t": ("x", [1.0])}).to_netcdf(text)
    code, _, err = say("plot", text)
    assert code == 2
    assert "found     netCDF that no run has written" in err


def test_verdicts_that_are_broken(say, tmp_path, results):
    shutil.copy(results / "results.nc", tmp_path)
    (tmp_path / "verdicts.json").write_text("[{")
    code, _, err = say("plot", tmp_path)
    assert code == 2
    assert "expected  the verdicts of a run" in err


def test_an_unknown_picture(say, results):
    code, _, err = say("plot", results, "storags")
    assert code == 2
    assert "nearest   'storages'" in err
    assert not (results / "plots").exists()


# -- runs ----------------------------------------------------------------------------------------


def test_check_of_a_config_without_fault(say):
    assert say("check", MINIMAL, "--no-page") == (0, f"{MINIMAL}: no fault found\n", "")
    code, text, err = say("check", MINIMAL, "--strict")
    assert (code, err) == (0, "")
    assert text.startswith("Demand, and the most that could supply it")
    assert text.endswith(f"\n{MINIMAL}: no fault found\n")


def test_a_run_writes_everything_and_prints_tables(say, short, tmp_path):
    folder = tmp_path / "deep" / "out"
    code, text, err = say("run", short, "--out", folder, "--no-plots")
    assert code == 0
    assert "a new quota on 2001-11-01" in err
    assert {path.name for path in folder.iterdir()} == WRITTEN
    assert max(len(line) for line in text.splitlines()) <= max(100, len(str(folder)) + 12)
    assert "Demand and shortage by use" in text
    assert text.splitlines()[-1] == f"results in {folder}"
    verdicts = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    assert isinstance(verdicts, list)
    assert json.loads((folder / "certificate.json").read_text(encoding="utf-8"))["config_hash"]
    with xr.open_dataset(folder / "results.nc") as dataset:
        assert dataset.sizes["time"] == 365


def test_numbers_stand_under_each_other(say, short, tmp_path):
    _, text, _ = say("run", short, "--out", tmp_path / "out", "--no-plots")
    table = text[text.index("Delivered by source") :].split("Demand and shortage")[0]
    rows = [line for line in table.splitlines() if "." in line]
    dots = [[place for place, sign in enumerate(row) if sign == "."] for row in rows]
    assert len(dots) >= 3
    assert dots[0]
    assert all(one == dots[0] for one in dots)


def test_the_default_folder_has_the_name_of_the_config(say, short, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, text, _ = say("run", short.name, "--no-plots")
    assert code == 0
    assert (tmp_path / "results" / "short" / "results.nc").exists()
    assert text.endswith(f"results in {tmp_path / 'results' / 'short'}\n")


def test_a_second_run_replaces_the_first(say, short, tmp_path):
    folder = tmp_path / "out"
    for _ in range(2):
        assert say("run", short, "--out", folder, "--no-plots")[0] == 0
    assert {path.name for path in folder.iterdir()} == WRITTEN
    assert {path.name for path in tmp_path.iterdir()} == {"short.yaml", "out"}


def test_a_chinese_run(say, short, tmp_path):
    code, text, _ = say("run", short, "--out", tmp_path / "out", "--no-plots", "--lang", "zh")
    assert code == 0
    assert "分用途需水与缺水" in text


def test_names_are_printed_as_they_are(say, short, tmp_path):
    text = short.read_text(encoding="utf-8")
    title = "title: '[/] [note] :smile: [bold]'"
    short.write_text(text.replace("title: {en: City, zh: 城市}", title), encoding="utf-8")
    code, text, err = say("run", short, "--out", tmp_path / "out", "--no-plots")
    assert code == 0
    assert err.count("(warning)") == err.count("nodes.yangtze.account_year") == 1
    assert "[/] [note] :smile: [bold]" in text


def test_pictures_from_saved_results(say, results, tmp_path):
    code, text, _ = say("plot", results, "storages", "--out", tmp_path / "pictures")
    assert code == 0
    assert text == f"{tmp_path / 'pictures' / 'storages.png'}\n"
    assert (tmp_path / "pictures" / "storages.png").stat().st_size > 10_000


def test_strict_fails_with_a_verdict(say, short, tmp_path):
    strict = ("--out", tmp_path / "out", "--no-plots", "--strict")
    text = short.read_text(encoding="utf-8").replace("amount: 2.6 亿m3/year", "amount: 5 亿m3/year")
    short.write_text(text, encoding="utf-8")
    code, _, err = say("run", short, *strict)
    assert code == 3
    assert err.endswith("verdicts failed\n")
    assert (tmp_path / "out" / "results.nc").exists()
    short.write_text(text.split("standards:")[0], encoding="utf-8")
    assert say("run", short, *strict)[0] == 0


def test_warnings_are_told_and_the_run_goes_on(say, short, tmp_path):
    text = short.read_text(encoding="utf-8").replace("amount: 2.6 亿", "amount: 2.6 ")
    short.write_text(text, encoding="utf-8")
    code, _, err = say("run", short, "--out", tmp_path / "out", "--no-plots")
    assert code == 0
    assert "(warning)" in err
    assert err.count("the likely unit is 万m3/year") == 1


# -- what goes wrong inside ----------------------------------------------------------------------


def test_a_failed_step_is_told_with_its_place(say, short, tmp_path, monkeypatch):
    def fail(*_):
        sentence = "no balance"
        raise SimulationError(sentence, date="2001-02-03", node="city")

    monkeypatch.setattr(cli, "_simulated", fail)
    code, _, err = say("run", short, "--out", tmp_path / "out")
    assert (code, err) == (1, "2001-02-03, node city: no balance\n")
    assert not (tmp_path / "out").exists()


def test_an_internal_error_is_reported_with_place_and_values(say, short, tmp_path, monkeypatch):
    def fail(*_):
        sentence = "division by zero"
        raise ZeroDivisionError(sentence)

    monkeypatch.setattr(cli, "_simulated", fail)
    code, _, err = say("run", short, "--out", tmp_path / "out")
    assert code == 1
    assert err.startswith("internal error: ZeroDivisionError: division by zero\n  at        ")
    assert re.search(r"at {8}hydrosim/cli/run.py:\d+, in run\n {2}values {4}saves = False", err)


def test_an_internal_error_is_reported_at_its_innermost_place(say, short, tmp_path, monkeypatch):
    monkeypatch.setattr("hydrosim.standards.verdict.Verdict.as_dict", None)
    code, _, err = say("run", short, "--out", tmp_path / "out", "--no-plots")
    assert code == 1
    assert "\n  at        hydrosim/standards/board.py:" in err


def test_a_stopped_run_leaves_nothing(say, short, tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_simulated", stop)
    code, _, err = say("run", short, "--out", tmp_path / "out")
    assert (code, err) == (130, "stopped; unfinished results were removed\n")
    assert {path.name for path in tmp_path.iterdir()} == {"short.yaml"}


def test_a_stop_while_files_are_written_leaves_nothing(say, short, tmp_path, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("hydrosim.io.netcdf.write_dataset", stop)
    code, _, _ = say("run", short, "--out", tmp_path / "out")
    assert code == 130
    assert {path.name for path in tmp_path.iterdir()} == {"short.yaml"}


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_run_leaves_nothing_that_looks_whole(kind, short, tmp_path):
    """A real process is killed as soon as it has begun to write."""
    folder = tmp_path / "out"
    process = started("run", short, "--out", folder)
    deadline = time.monotonic() + 180
    while process.poll() is None and not list(tmp_path.glob(".out.*.part/*")):
        assert time.monotonic() < deadline
        time.sleep(0.002)
    assert process.poll() is None, process.communicate()
    process.send_signal(kind)
    process.communicate(timeout=60)
    assert process.returncode == (-kind if kind == signal.SIGKILL else 128 + kind)
    assert not folder.exists()
    assert all(path.name.startswith(".") for path in tmp_path.iterdir() if path != short)
    assert main(["run", str(short), "--out", str(folder), "--no-plots"]) == 0
    assert {path.name for path in folder.iterdir()} == WRITTEN


def test_control_c_in_a_real_run(tmp_path):
    process = started("run", MINIMAL, "--out", tmp_path / "out")
    deadline = time.monotonic() + 180
    while process.poll() is None and not list(tmp_path.glob(".out.*.part/*")):
        assert time.monotonic() < deadline
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "stopped; unfinished results were removed\n")
    assert list(tmp_path.iterdir()) == []
