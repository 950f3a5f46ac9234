"""Runs of all scenarios: folders, tables, one scenario, what fails and what is stopped."""

import io
import json
import shutil
import signal
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from hydrosim import expand_scenarios, load_config, run, run_scenarios
from hydrosim.cli.main import main
from hydrosim.errors import SimulationError
from hydrosim.scenarios import runner
from hydrosim.scenarios.figures import key_figures
from tests.conftest import ROOT

TEXT = (
    (ROOT / "configs" / "minimal.yaml")
    .read_text(encoding="utf-8")
    .replace("end: 2010-12-31", "end: 2003-12-31")
    .replace("amount: 2.6", "amount: 4.2")
    + """
scenarios:
  axes:
    year:
      2025: {planning_year: 2025}
      2030: {planning_year: 2030, nodes.city.growth: {rate: 1 %, from: 2025}}
    quota:
      plan: {}
      half:
        nodes.yangtze.quota: 0.6 亿m3/year
        nodes.pond: {type: junction}
        links.yangtze->pond: {}
        links.pond->city: {}
"""
)
NAMES = ["2025-plan", "2025-half", "2030-plan", "2030-half"]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("scenarios") / "city.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(file):
    """The folder of all scenarios, run by the command line, with what was printed."""
    target = file.parent / "results"
    said, complained = io.StringIO(), io.StringIO()
    with redirect_stdout(said), redirect_stderr(complained):
        code = main(["run", str(file), "--out", str(target), "--no-plots", "--strict"])
    return target, code, said.getvalue(), complained.getvalue()


@pytest.fixture(scope="module")
def folder(made):
    return made[0]


def test_each_scenario_has_the_folder_of_a_run(folder):
    for name in NAMES:
        with xr.open_dataset(folder / name / "results.nc") as result:
            assert result["scenario"].values.tolist() == [name]
            assert "-".join(json.loads(result.attrs["scenario"]).values()) == name
        assert {path.name for path in (folder / name).iterdir()} == {
            "results.nc", "verdicts.json", "verdicts.csv", "certificate.json", "SHA256SUMS",
        }  # fmt: skip


def test_a_scenario_has_the_bits_of_its_config_alone(folder, file):
    last = expand_scenarios(load_config(file))[-1]
    alone = run(last.config)
    with xr.open_dataset(folder / "2030-half" / "results.nc") as kept:
        assert kept.attrs["config_hash"] == alone.attrs["config_hash"]
        for name in alone.data_vars:
            np.testing.assert_array_equal(kept[name].values, alone[name].values)


def test_the_tables_of_all(folder, file):
    with xr.open_dataset(folder / "scenarios.nc") as tables:
        assert tables["scenario"].values.tolist() == NAMES
        assert tables["axis_year"].values.tolist() == ["2025", "2025", "2030", "2030"]
        assert tables["axis_quota"].values.tolist() == ["plan", "half"] * 2
        new = tables["year_volume"].sel(link="yangtze->pond", water_year=2002).squeeze()
        assert np.isnan(new.sel(scenario="2025-plan"))
        assert float(new.sel(scenario="2025-half")) >= 0.0
        made = run_scenarios(load_config(file), workers=1)
        xr.testing.assert_identical(made["year_supplied"].load(), tables["year_supplied"].load())
    summary = pd.read_csv(folder / "summary.csv").set_index("scenario")
    assert list(summary["quota"]) == ["plan", "half"] * 2
    with xr.open_dataset(folder / "2030-half" / "results.nc") as result:
        figures = key_figures(result)
        assert summary.loc["2030-half", "shortage"] == pytest.approx(
            float(figures["shortage"].mean())
        )
    assert summary.loc["2030-half", "shortage"] > summary.loc["2025-half", "shortage"]
    verdicts = pd.read_csv(folder / "verdicts.csv")
    assert set(verdicts["scenario"]) == set(NAMES)


def test_what_is_printed(made):
    _folder, _code, said, _complained = made
    assert "1 of 4: 2025-plan, closes to " in said
    assert "4 of 4: 2030-half" in said
    assert said.count(" left\n") == 3
    rows = [line.split() for line in said.splitlines() if line.startswith(" 20")]
    assert [row[0] for row in rows] == NAMES * 2


def test_one_scenario_leaves_the_others(folder, file):
    before = {name: (folder / name / "results.nc").stat().st_mtime_ns for name in NAMES}
    chosen = ["--scenario", "year=2030,quota=half", "--out", str(folder), "--no-plots"]
    assert main(["run", str(file), *chosen]) == 0
    after = {name: (folder / name / "results.nc").stat().st_mtime_ns for name in NAMES}
    assert [name for name in NAMES if after[name] != before[name]] == ["2030-half"]
    assert set(json.loads((folder / "scenarios.json").read_text())) == set(NAMES)


def test_a_folder_of_something_else_is_refused(file, tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("kept")
    assert main(["run", str(file), "--out", str(tmp_path), "--no-plots"]) == 2
    assert "a folder with other files: mine.txt" in capsys.readouterr().err
    assert (tmp_path / "mine.txt").exists()


def test_a_run_goes_on_with_what_is_not_there(file, folder, tmp_path, capsys):
    out = tmp_path / "out"
    shutil.copytree(folder, out)
    command = ["run", str(file), "--out", str(out), "--no-plots"]
    tables = ("scenarios.nc", "summary.csv", "verdicts.csv")
    whole = {name: (out / name).read_bytes() for name in tables}
    # As a kill leaves it: one scenario is missing, one is half written, no tables.
    shutil.rmtree(out / "2025-half")
    (out / ".2025-half.part").mkdir()
    for name in tables:
        (out / name).unlink()
    kept = [name for name in NAMES if name != "2025-half"]
    before = [(out / name / "results.nc").stat().st_mtime_ns for name in kept]
    capsys.readouterr()
    assert main([*command, "--resume"]) == 0
    said = capsys.readouterr().out
    assert "4 of 4: 2025-half" in said
    assert "of 4: 2025-plan" not in said
    assert [(out / name / "results.nc").stat().st_mtime_ns for name in kept] == before
    for name in tables[1:]:
        assert (out / name).read_bytes() == whole[name]
    (tmp_path / "whole.nc").write_bytes(whole["scenarios.nc"])
    with (
        xr.open_dataset(out / "scenarios.nc") as one,
        xr.open_dataset(tmp_path / "whole.nc") as other,
    ):
        xr.testing.assert_identical(one.load(), other.load())


def test_a_changed_scenario_is_run_again(folder, file, tmp_path, capsys):
    out, other = tmp_path / "out", file.with_name("changed.yaml")
    shutil.copytree(folder, out)
    other.write_text(TEXT.replace("quota: 0.6", "quota: 0.5"), encoding="utf-8")
    assert main(["run", str(other), "--out", str(out), "--no-plots", "--resume"]) == 0
    said = capsys.readouterr().out
    assert [f"of 4: {name}," in said for name in NAMES] == [False, True, False, True]


def test_a_single_run_has_nothing_to_resume(tmp_path, capsys):
    file = str(ROOT / "configs" / "minimal.yaml")
    assert main(["run", file, "--out", str(tmp_path), "--resume"]) == 2
    assert "--resume goes on with scenarios, and this config has none" in capsys.readouterr().err


def test_a_state_belongs_to_one_run(file, tmp_path, capsys):
    state = str(tmp_path / "state.nc")
    assert main(["run", str(file), "--save-state", state]) == 2
    assert "states belong to one run" in capsys.readouterr().err


def test_a_scenario_that_fails_is_named_and_the_others_are_kept(
    file, tmp_path, monkeypatch, capsys
):
    original = runner._run

    def failing(scenario, stop, advance):
        if scenario.name == "2025-half":
            return SimulationError("no flow", scenario=scenario.name, date="2001-05-01")
        return original(scenario, stop, advance)

    monkeypatch.setattr(runner, "_run", failing)
    assert main(["run", str(file), "--out", str(tmp_path / "out"), "--no-plots"]) == 1
    assert "scenario 2025-half, 2001-05-01: no flow" in capsys.readouterr().err
    with xr.open_dataset(tmp_path / "out" / "scenarios.nc") as tables:
        assert tables["scenario"].values.tolist() == ["2025-plan", "2030-plan", "2030-half"]
    with pytest.raises(SimulationError, match="2025-half"):
        run_scenarios(load_config(file))


def test_strict_tells_the_verdicts_that_fail(made):
    _folder, code, _said, complained = made
    assert code == 3
    assert "2030-half: " in complained


def test_an_interrupt_keeps_what_is_done(file, tmp_path):
    long = tmp_path / "long.yaml"
    text = TEXT.replace("end: 2003-12-31", "end: 2020-12-31")
    more = "".join(f"      q{k}: {{nodes.yangtze.quota: 0.{k} 亿m3/year}}\n" for k in range(1, 10))
    long.write_text(text.rstrip("\n") + "\n" + more, encoding="utf-8")
    target = tmp_path / "out"
    command = [sys.executable, "-m", "hydrosim.cli.main", "run", str(long), "--out", str(target)]
    process = subprocess.Popen(
        [*command, "--no-plots"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    deadline = time.monotonic() + 240
    while not (target / "2025-plan" / "results.nc").exists() and time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert " of 22 scenarios are done and kept" in said
    with xr.open_dataset(target / "scenarios.nc") as tables:
        done = tables["scenario"].values.tolist()
    assert 1 <= len(done) < 22
    whole = [path.parent.name for path in target.glob("*/results.nc")]
    assert sorted(whole) == sorted(done)
    assert not list(target.glob(".*"))
