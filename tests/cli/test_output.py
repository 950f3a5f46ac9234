"""Any encoding of the output, and readers that go away: results are written, the code is right."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hydrosim.cli.main import main
from hydrosim.cli.output import Output
from tests.conftest import ROOT
from tests.ensemble.small import town_text, write_data

FLOOD = """
flood:
  events:
    storm: {start: 2001-07-20, inflows: {lake: {flows: [10, 300, 300, 10], every: 12 h}}}
"""

ALL = """\
import json, os, sys
from hydrosim.cli.main import main

codes = []
for command in json.loads(sys.argv[1]):
    if sys.argv[2] == "closed":
        reader, writer = os.pipe()
        os.dup2(writer, 1)
        os.close(writer)
        os.close(reader)
        sys.stdout = open(1, "w", closefd=False)
    codes.append(main(command))
print(json.dumps(codes), file=sys.stderr)
"""
"""Runs commands one after the other; with "closed" each of them into a pipe that nobody reads."""


def config(folder: Path) -> Path:
    """A small config for every command, with names that only Unicode has."""
    write_data(folder)
    text = town_text(more=FLOOD).replace(
        "type: reservoir", "type: reservoir\n    title: 平湖水库\n    at: [115, 39]"
    )
    text = text.replace("initial: 60 %", "initial: 60 %\n    outlets: [{name: gate, sill: 181 m, "
                        "capacity: 200 m3/s}]\n    release_bands: [{cap: 100 m3/s}]")  # fmt: skip
    path = folder / "town.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def commands(folder: Path, language: str) -> list[list[str]]:
    """Every command, with the folders that they write."""
    out, file = folder / "out", str(config(folder))
    state, run = str(folder / "state.npz"), str(out / "run")
    quiet = ["--lang", language, "--no-plots"]
    return [
        ["check", file, "--lang", language],
        ["describe", "reservoir"],
        ["schema"],
        ["run", file, "--out", run, *quiet, "--save-state", state, "--at", "1994-03-01"],
        ["flood", file, "--out", str(out / "flood"), *quiet],
        ["tradeoff", file, "--out", str(out / "tradeoff"), *quiet],
        ["ensemble", file, "--out", str(out / "ensemble"), "--members", "4", "--lang", language],
        ["outlook", file, "--out", str(out / "outlook"), "--from-state", state, "--members", "4",
         *quiet],
        ["compare", run, run, "--out", str(out / "compare"), *quiet],
        ["plot", run, "storages", "--out", str(out / "plots")],
        ["low-flow", run, "--lang", language],
        ["tables", run, "--out", str(out / "tables"), "--lang", language],
        ["geojson", run, "--out", str(out / "town.geojson"), "--lang", language],
        ["export-excel", file, "--out", str(out / "town.xlsx"), "--lang", language],
        ["init", str(out / "town"), "--from-excel", str(out / "town.xlsx"), "--lang", language],
    ]  # fmt: skip


WRITTEN = ("run/results.nc", "flood/flood.nc", "tradeoff/tradeoff.nc", "ensemble/ensemble.nc",
           "outlook/outlook.nc", "compare/comparison.csv", "plots/storages.png")  # fmt: skip


def run_all(
    folder: Path, language: str, reader: str = "open", most: int = 15, **environment: str
) -> bytes:
    """Run the commands in one process; return what was printed, once all is found written."""
    wanted = commands(folder, language)[:most]
    done = subprocess.run(
        [sys.executable, "-c", ALL, json.dumps(wanted), reader],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True, check=False, timeout=600,
    )  # fmt: skip
    errors = done.stderr.decode("ascii", "replace")
    assert done.returncode == 0, errors
    assert json.loads(errors.splitlines()[-1]) == [0] * len(wanted), errors
    assert "Traceback" not in errors
    assert missing(folder, wanted) == []
    return done.stdout


def missing(folder: Path, wanted: list[list[str]]) -> list[str]:
    """Return the files that commands should have written and have not."""
    names = [one[0] for one in wanted]
    written = [name for name in WRITTEN if name.partition("/")[0].rstrip("s") in names]
    return [name for name in written if not (folder / "out" / name).exists()]


@pytest.mark.parametrize(
    ("encoding", "language", "found"),
    [
        ("cp936", "zh", ("平湖水库", "亿m^3", "未发现错误")),
        ("ascii", "en", ("10^8 m^3", "????", "no fault found")),
    ],
)
def test_every_command_prints_in_any_encoding(tmp_path, monkeypatch, encoding, language, found):
    # As PYTHONIOENCODING makes the streams of a process.
    stream, errors = (io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _unused in range(2))
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", errors)
    wanted = commands(tmp_path, language)
    assert [main(command) for command in wanted] == [0] * len(wanted)
    monkeypatch.undo()
    assert missing(tmp_path, wanted) == []
    assert "Traceback" not in errors.buffer.getvalue().decode(encoding)
    printed = stream.buffer.getvalue().decode(encoding)
    assert [text for text in found if text not in printed] == []
    schema = printed[printed.index('{\n "') : printed.index("\n}\n") + 2]
    assert "死水位" in json.dumps(json.loads(schema), ensure_ascii=False)


def test_every_command_prints_in_the_plain_locale(tmp_path):
    plain = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    assert "m^3" in run_all(tmp_path, "en", most=5, **plain).decode("ascii")


def test_every_command_ends_well_where_nobody_reads(tmp_path):
    assert run_all(tmp_path, "en", "closed") == b""


def test_a_reader_of_one_line_gets_it_and_the_rest_is_dropped(tmp_path):
    file = config(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-m", "hydrosim", "run", str(file), "--out", str(tmp_path / "out"),
         "--no-plots"],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("Delivered by source")
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 0
    assert (tmp_path / "out" / "results.nc").exists()


def test_help_into_a_closed_pipe_says_nothing_else(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "hydrosim", "run", "--help"],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_an_output_that_is_full_is_an_error_beside_whole_results(tmp_path):
    file = config(tmp_path)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "hydrosim", "run", str(file), "--out", str(tmp_path / "out"),
             "--no-plots"],
            env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT,
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "the output could not be written: no space left on device\n"
    assert (tmp_path / "out" / "results.nc").exists()


# -- the stream itself ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "text", "printed"),
    [
        ("utf-8", "10⁸ m³ 汛限", "10⁸ m³ 汛限"),
        ("ascii", "10⁸ m³, 10⁻¹² – ≤ 5 ± 1 é", "10^8 m^3, 10^-12 - <= 5 ? 1 e"),
        ("ascii", "汛限水位，√", "????,?"),
        ("cp936", "亿m³ 10⁻¹² ✓", "亿m^3 10^-12 +"),
        ("latin-1", "10⁸ m³", "10^8 m³"),
    ],
)
def test_characters_that_an_encoding_lacks_are_replaced(encoding, text, printed):
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    output = Output(stream)
    assert output.write(text) == len(text)
    output.flush()
    assert stream.buffer.getvalue().decode(encoding) == printed


def test_another_way_of_errors_is_left_as_it_was_chosen():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="backslashreplace")
    output = Output(stream)
    output.write("³")
    output.flush()
    assert stream.buffer.getvalue() == rb"\xb3"


def test_a_process_without_output_prints_nothing():
    output = Output(None)
    assert output.write("text") == 4
    output.flush()
    assert output.failure is None
