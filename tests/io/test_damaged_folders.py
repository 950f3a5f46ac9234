"""Damaged folders of scenarios and ensembles: each command ends with a sentence, none with a trace.

Every small file of a folder is cut, emptied, bent or replaced by something else; what is damaged is
refused with its name, or made anew by ``--resume``.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from hydrosim.cli.main import main
from tests.conftest import ROOT

CONFIG = ROOT / "configs" / "month_lake.yaml"
AXES = """
scenarios:
  axes:
    rain:
      dry: {nodes.karst.rain_recharge: 10 %}
      wet: {nodes.karst.rain_recharge: 14 %}
"""
DEEP = "[" * 100_000
LONG = os.environ.get("HYDROSIM_LONG") == "1"


def bent(raw, rng):
    if not raw:
        return b"\0"
    at = int(rng.integers(len(raw)))
    return raw[:at] + bytes([raw[at] ^ (1 << int(rng.integers(8)))]) + raw[at + 1 :]


def other_types(raw, rng):
    """The same JSON with one value of another type."""
    try:
        content = json.loads(raw)
    except ValueError:
        return b"[1, 2"
    odd = (None, 5, "x", [], {}, [1], True, -1e300)[int(rng.integers(8))]
    if isinstance(content, dict) and content:
        key = sorted(content)[int(rng.integers(len(content)))]
        inner = content[key]
        if isinstance(inner, dict) and inner and rng.integers(2):
            inner[sorted(inner)[int(rng.integers(len(inner)))]] = odd
        else:
            content[key] = odd
        return json.dumps(content).encode()
    return json.dumps(odd).encode()


DAMAGES = {
    "cut": lambda raw, rng: raw[: int(rng.integers(len(raw) + 1))],
    "emptied": lambda raw, rng: b"",
    "bent": bent,
    "foreign": lambda raw, rng: b"\x00\xff not what it was",
    "list": lambda raw, rng: b"[]",
    "deep": lambda raw, rng: DEEP.encode(),
    "other types": other_types,
}


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scenarios")
    text = CONFIG.read_text(encoding="utf-8").replace("data/", f"{CONFIG.parent}/data/")
    (folder / "two.yaml").write_text(text + AXES, encoding="utf-8")
    command = ["run", str(folder / "two.yaml"), "--no-plots"]
    assert main([*command, "--out", str(folder / "out")]) == 0
    return folder / "out", command


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ensemble")
    command = ["ensemble", str(CONFIG), "--members", "3", "--threads", "1"]
    assert main([*command, "--out", str(folder / "out")]) == 0
    return folder / "out", command


def small_files(folder):
    found = (path for path in folder.rglob("*") if path.is_file() and path.stat().st_size < 2e5)
    return sorted(path.relative_to(folder) for path in found if "plots" not in path.parts)


def end_of(arguments, capsys):
    code = main(arguments)
    streams = capsys.readouterr()
    return code, streams.out + streams.err


@pytest.mark.parametrize("case", ["scenarios", "ensemble"])
def test_damaged_folders_end_with_a_sentence(case, request, tmp_path, capsys):
    whole, command = request.getfixturevalue(case)
    rng = np.random.default_rng(7)
    files = small_files(whole)
    assert any(path.suffix == ".json" for path in files)
    wrong = []
    kinds = list(DAMAGES) * 20 if LONG else ["cut", "bent", "deep", "other types"]
    for number, name in enumerate(kinds):
        texts = [file for file in files if file.suffix == ".json" or file.name == "SHA256SUMS"]
        file = texts[number % len(texts)] if number % 3 else files[int(rng.integers(len(files)))]
        target = tmp_path / str(number)
        shutil.copytree(whole, target)
        bad = target / file
        bad.write_bytes(DAMAGES[name](bad.read_bytes(), rng))
        calls = [["compare", str(target), str(whole), "--no-plots"],
                 [*command, "--resume", "--out", str(target)]]  # fmt: skip
        for arguments in calls:
            code, text = end_of(arguments, capsys)
            if code not in (0, 2) or "internal error" in text or "Traceback" in text:
                wrong.append(f"{name} {file} {arguments[0]}: exit {code}: {text[-500:]}")
        shutil.rmtree(target)
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "the list of scenarios as it was written"),
        ("[]", "no list of scenarios"),
        ("{", "the list of scenarios as it was written"),
        (DEEP, "the list of scenarios as it was written"),
        ('{"../elsewhere": {}}', "no list of scenarios"),
    ],
)
def test_a_damaged_list_of_scenarios_is_named(scenarios, tmp_path, capsys, content, says):
    whole, command = scenarios
    shutil.copytree(whole, tmp_path / "out")
    (tmp_path / "out" / "scenarios.json").write_text(content, encoding="utf-8")
    for arguments in (
        ["compare", str(tmp_path / "out"), str(whole), "--no-plots"],
        [*command, "--resume", "--out", str(tmp_path / "out")],
    ):
        code, text = end_of(arguments, capsys)
        assert code == 2
        assert "scenarios.json" in text.replace("\n", "")
        assert says in " ".join(text.split())


@pytest.mark.parametrize("damage", ["cut", "emptied", "foreign", "list", "deep", "other types"])
def test_a_damaged_marker_is_run_again(ensemble, tmp_path, capsys, damage):
    whole, command = ensemble
    shutil.copytree(whole, tmp_path / "out")
    marker = next((tmp_path / "out" / "chunks").glob("*.json"))
    before = marker.read_bytes()
    marker.write_bytes(DAMAGES[damage](before, np.random.default_rng(3)))
    code, text = end_of([*command, "--resume", "--out", str(tmp_path / "out")], capsys)
    assert code == 0, text
    assert json.loads(marker.read_text(encoding="utf-8"))["sums"] == json.loads(before)["sums"]
    first, again = (Path(folder) / "ensemble.nc" for folder in (whole, tmp_path / "out"))
    assert first.stat().st_size == again.stat().st_size


def test_a_damaged_form_of_an_ensemble_is_named(ensemble, tmp_path, capsys):
    whole, command = ensemble
    for number, content in enumerate(("", "[]", "5", DEEP, '{"members": {}}')):
        target = tmp_path / str(number)
        shutil.copytree(whole, target)
        (target / "ensemble.json").write_text(content, encoding="utf-8")
        code, text = end_of([*command, "--resume", "--out", str(target)], capsys)
        assert code == 2, text
        assert "internal error" not in text
