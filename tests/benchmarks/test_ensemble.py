"""The benchmark of ensembles runs at smoke size and says what it has not measured."""

from __future__ import annotations

import json
import os
import runpy

import pytest

from tests.conftest import ROOT


@pytest.mark.skipif(os.environ.get("HYDROSIM_LONG") != "1", reason="long: four ensembles")
def test_the_benchmark_runs_and_says_what_is_extrapolated(tmp_path, capsys):
    main = runpy.run_path(str(ROOT / "benchmarks" / "ensemble.py"))["main"]
    config = ROOT / "configs" / "month_lake.yaml"
    file = tmp_path / "figures.json"
    main(["--config", str(config), "--members", "10", "--measured", "2", "--json", str(file)])
    said = capsys.readouterr().out
    assert "10 members:" in said
    assert "extrapolated from 2 members" in said
    figures = json.loads(file.read_text(encoding="utf-8"))
    assert figures["extrapolated"]
    assert 0.0 < figures["share_of_generation_and_build"] < 1.0
    assert figures["cpu_ms_per_member"] > 0.0
    assert figures["peak_gib"] > 0.05


@pytest.mark.skipif(os.environ.get("HYDROSIM_LONG") != "1", reason="long: a hundred members")
def test_growth_is_measured_whole(tmp_path, capsys):
    main = runpy.run_path(str(ROOT / "benchmarks" / "ensemble.py"))["main"]
    file = tmp_path / "growth.json"
    config = str(ROOT / "configs" / "month_lake.yaml")
    main(["--growth", "30", "--config", config, "--json", str(file)])
    assert "month_lake.yaml with 20, 30, 60 members" in capsys.readouterr().out
    figures = json.loads(file.read_text(encoding="utf-8"))
    assert figures["failed"] == [0, 0, 0]
    # Noise of a busy machine is larger than what these few members show.
    assert figures["many_over_few"] < 1.6
    assert figures["peak_of_twice_over_once"] < 1.1


def test_without_dask_it_says_what_it_needs():
    told = runpy.run_path(str(ROOT / "benchmarks" / "ensemble.py"))["told"]
    numbers = dict.fromkeys(
        ("threads", "processors", "load", "members", "wall_s", "measured_members",
         "wall_s_of_measured", "cpu_ms_per_member", "cpu_ms_per_member_of_few",
         "cpu_ms_per_member_of_many", "many_over_few", "share_of_generation_and_build",
         "share_of_judging", "set_up_s", "peak_gib", "peak_of_twice_over_once"), 1.0,
    )  # fmt: skip
    figures = {**numbers, "config": "lake.yaml", "extrapolated": False, "dask_over_threads": None}
    assert told(figures)[-1].endswith("not measured, it needs hydrosim[dask]")
