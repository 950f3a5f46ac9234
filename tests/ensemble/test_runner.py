"""An ensemble ends in the same bits however it is run: threads, Dask, one by one, resumed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import xarray as xr

from hydrosim import open_ensemble, run, run_ensemble
from hydrosim.cli.main import main
from hydrosim.ensemble.executors import machine_of_worker, unlike_workers
from hydrosim.ensemble.plan import make_plan
from hydrosim.ensemble.refold import Refold
from hydrosim.ensemble.store import EnsembleStore, create_store
from hydrosim.ensemble.water import fit_water
from hydrosim.errors import DataError
from hydrosim.scenarios import expand_scenarios
from hydrosim.standards.board import check
from hydrosim.supply.build import build_model
from tests.ensemble.small import town, town_file

SCENARIOS = """
scenarios:
  axes:
    demand:
      today: {}
      more: {nodes.town.flow: 1.5 m3/s}
    canal:
      there: {}
      wider: {nodes.canal.capacity: 3 m3/s}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("town")


@pytest.fixture(scope="module")
def whole(folder):
    """The ensemble of four scenarios on two threads."""
    config = town(folder, "synthetic", SCENARIOS)
    return config, run_ensemble(config, folder / "threads", threads=2)


def assert_same(first, second):
    """Statistics and all kept tables have the same bits."""
    for opened in (lambda path: xr.open_dataset(path / "ensemble.nc"), open_ensemble):
        one, two = opened(first).load(), opened(second).load()
        xr.testing.assert_identical(one, two)
    for marker in sorted((first / "chunks").iterdir()):
        assert marker.read_bytes() == (second / "chunks" / marker.name).read_bytes()


def test_threads_one_by_one_and_dask_end_in_the_same_bits(folder, whole):
    config, _ = whole
    run_ensemble(config, folder / "one", threads=1)
    assert_same(folder / "one", folder / "threads")
    run_ensemble(config, folder / "dask", dask="local", threads=2)
    assert_same(folder / "dask", folder / "threads")


def test_a_member_is_what_a_run_of_its_water_gives(folder, whole):
    config, ensemble = whole
    kept = open_ensemble(folder / "threads")
    assert kept["scenario"].to_numpy().tolist() == [
        "today-there", "today-wider", "more-there", "more-wider",
    ]  # fmt: skip
    one = expand_scenarios(config)[2]
    water = fit_water(one.config)
    model = build_model(one.config, forced=water.base)
    alone = run(Refold(model).model_of(water.numbers(9)))
    for name in ("year_demand", "year_supplied", "year_storage_min", "year_budget"):
        told = kept[name].sel(scenario="more-there", member=9).to_numpy()
        np.testing.assert_array_equal(told, alone[name].to_numpy()[0, 0], name)
    for verdict in check(alone, one.config.standards):
        place = {"scenario": "more-there", "member": 9, "verdict": verdict.id}
        if verdict.achieved is not None:
            assert float(ensemble.dataset["achieved"].sel(place)) == verdict.achieved


def test_scenarios_meet_the_same_water(whole):
    config, ensemble = whole
    first, *others = [fit_water(one.config) for one in expand_scenarios(config)]
    for other in others:
        for name, series in other.numbers(3).items():
            np.testing.assert_array_equal(series, first.numbers(3)[name])
    dataset = ensemble.dataset
    inflow = open_ensemble(ensemble.plan.folder)["year_budget"].sel(budget="local_inflow")
    assert (inflow.std("scenario") == 0.0).all()
    assert dataset["axis_demand"].to_numpy().tolist() == ["today", "today", "more", "more"]
    short = dataset["shortage"].to_numpy()
    assert (short[2] >= short[0]).all()
    assert (short[2] > short[0]).any()


def test_statistics_are_those_of_the_kept_tables(whole):
    _, ensemble = whole
    dataset, kept = ensemble.dataset, open_ensemble(ensemble.plan.folder).load()
    lowest = kept["year_storage_min"][1, :, kept["complete"].to_numpy()].to_numpy()[..., 0]
    told = dataset["year_storage_min_quantile"].sel(scenario="today-wider", store="lake")
    np.testing.assert_array_equal(told, np.quantile(lowest, dataset["quantile"].to_numpy()))
    assert kept["storage_count"].sum() == 4 * 12 * 360
    code = dataset["outcome"].sel(verdict="guarantee/use_domestic/guarantee").to_numpy()
    share = dataset["members_passing"].sel(verdict="guarantee/use_domestic/guarantee").to_numpy()
    np.testing.assert_array_equal(share, (code == 1).mean(axis=1))
    lacking = kept["year_demand"] - kept["year_supplied"]
    total = lacking.sel(claim=["town", "farms"]).sum(("water_year", "claim")).to_numpy()
    np.testing.assert_allclose(dataset["shortage"], total, rtol=1e-12)
    np.testing.assert_array_equal(dataset["worst_member"].to_numpy()[:, 0], total.argmax(axis=1))


def test_the_worst_member_is_kept_whole(folder, whole):
    _, ensemble = whole
    worst = int(ensemble.dataset["worst_member"].to_numpy()[0, 0])
    path = folder / "threads" / "worst" / f"today-there_member{worst:05d}"
    assert (path / "verdicts.json").exists()
    with xr.open_dataset(path / "results.nc") as result:
        assert result["member"].to_numpy().tolist() == [worst]
        kept = open_ensemble(folder / "threads")["year_supplied"].sel(scenario="today-there")
        np.testing.assert_array_equal(result["year_supplied"][0, 0], kept.sel(member=worst))
        assert "supplied_by_origin" in result


def command(config, out, *more):
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    arguments = ["ensemble", str(config), "--out", str(out), "--threads", "2", *more]
    return subprocess.Popen(
        [sys.executable, "-m", "hydrosim.cli.main", *arguments],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def markers(out):
    return sorted((out / "chunks").glob("*.json")) if (out / "chunks").exists() else []


def stopped_by(process, out, sign):
    """Send a signal once some chunks are there; return the exit code and what was told."""
    while process.poll() is None and len(markers(out)) < 2:
        time.sleep(0.005)
    process.send_signal(sign)
    told = process.communicate(timeout=60)
    return process.returncode, told


long = pytest.mark.skipif(
    os.environ.get("HYDROSIM_LONG") != "1", reason="HYDROSIM_LONG=1 asks for it"
)


@pytest.mark.parametrize("sign", [signal.SIGKILL, pytest.param(signal.SIGINT, marks=long)])
def test_a_stopped_run_that_goes_on_ends_in_the_same_bits(tmp_path, sign, capsys):
    config = town_file(tmp_path, "synthetic")
    members = ("--members", "40")
    out = tmp_path / "out"
    code, (_, told) = stopped_by(command(config, out, *members), out, sign)
    assert not (out / "ensemble.nc").exists(), "it was over before the signal came"
    kept = {path.name: path.read_bytes() for path in markers(out)}
    assert 2 <= len(kept) < 10
    if sign == signal.SIGKILL:
        assert code == -signal.SIGKILL
    else:
        assert code == 130
        assert told.startswith("stopped; ")
        assert told.rstrip().endswith("go on with --resume")
    again = ["ensemble", str(config), "--out", str(out), "--threads", "2", *members]
    assert main(again) == 2
    assert "an ensemble that was not finished" in capsys.readouterr().err
    assert main([*again, "--resume"]) == 0
    assert "of 40 members" in capsys.readouterr().out
    assert {name: (out / "chunks" / name).read_bytes() for name in kept} == kept
    run_ensemble(town(tmp_path, "synthetic"), tmp_path / "whole", members=40, threads=2)
    assert_same(out, tmp_path / "whole")


def test_a_chunk_without_its_marker_is_run_again(folder, whole):
    config, _ = whole
    out = folder / "cut"
    shutil.copytree(folder / "threads", out)
    (out / "ensemble.nc").unlink()
    (out / "chunks" / "001_00001.json").unlink()
    for file in (out / "members.zarr" / "year_supplied" / "c" / "1" / "1").rglob("*"):
        if file.is_file():
            file.write_bytes(b"cut off")
    run_ensemble(config, out, threads=1, resume=True)
    assert_same(out, folder / "threads")


@pytest.mark.parametrize("damage", ["bit", "missing", "marker"])
def test_a_damaged_chunk_is_found_and_run_again(folder, whole, damage, tmp_path):
    config, _ = whole
    out = tmp_path / "damaged"
    shutil.copytree(folder / "threads", out)
    chunk = out / "members.zarr" / "year_supplied" / "c" / "1" / "1"
    file = next(path for path in sorted(chunk.rglob("*")) if path.is_file())
    if damage == "bit":
        raw = bytearray(file.read_bytes())
        raw[len(raw) // 2] ^= 1
        file.write_bytes(raw)
    elif damage == "missing":
        file.unlink()
    else:
        (out / "chunks" / "001_00001.json").write_text('{"sums": ', encoding="utf-8")
    with pytest.raises(DataError, match="the chunk 001_00001, damaged or changed since"):
        open_ensemble(out)
    (out / "ensemble.nc").unlink()
    run_ensemble(config, out, threads=1, resume=True)
    assert_same(out, folder / "threads")
    open_ensemble(out)


def test_a_member_that_fails_is_named_and_the_rest_is_run(tmp_path):
    # Dry months after the years of a member make the inflow of some members negative.
    config = town(tmp_path, more="  years: 6\n", inflow="(-2 if river < 0.19 else 0)")
    ensemble = run_ensemble(config, tmp_path / "out", threads=2)
    failed = sorted(member for _, member in ensemble.failed)
    assert 0 < len(failed) < 12
    reason = ensemble.failed["town", failed[0]]
    assert "node lake: the member's local inflow is negative" in reason
    kept = open_ensemble(tmp_path / "out")["year_supplied"].isel(scenario=0)
    missing = np.isnan(kept).all(("water_year", "claim")).to_numpy()
    assert np.flatnonzero(missing).tolist() == failed
    assert int(ensemble.dataset["members_judged"].max()) == 12 - len(failed)
    assert json.loads(ensemble.dataset.attrs["certificate"])["failed_members"] == len(failed)
    assert (ensemble.dataset["worst_member"] >= 0).all()


def test_folders_of_others_are_left_alone(tmp_path, whole, folder):
    config, _ = whole
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match=r"other files: letter\.txt"):
        run_ensemble(config, other)
    with pytest.raises(DataError, match="no such folder"):
        run_ensemble(config, tmp_path / "nothing", resume=True)
    with pytest.raises(DataError, match="an ensemble with other members"):
        run_ensemble(config, folder / "threads", members=13, resume=True)
    reseeded = expand_scenarios(config, ["ensemble.seed=6"])
    with pytest.raises(DataError, match="an ensemble with other seed, scenarios"):
        run_ensemble(reseeded, folder / "threads", resume=True)


def test_an_ensemble_of_other_data_is_not_gone_on_with(tmp_path):
    out = tmp_path / "out"
    create_store(make_plan(expand_scenarios(town(tmp_path)), out, None), resume=False)
    file = tmp_path / "river.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text(
        "\n".join([*lines[:-1], lines[-1].rpartition(",")[0] + ",3.25"]), encoding="utf-8"
    )
    other = make_plan(expand_scenarios(town(tmp_path)), out, None)
    with pytest.raises(DataError, match="an ensemble with other scenarios"):
        create_store(other, resume=True)


def test_unlike_workers_are_refused(whole, tmp_path, monkeypatch):
    own = machine_of_worker()
    assert unlike_workers({"tcp://a": own}) == {}
    other = {**own, "processor": "z80 00000000"}
    (told,) = unlike_workers({"tcp://a": own, "tcp://b": other}).values()
    assert told == f"processor (z80 00000000, here {own['processor']})"
    from dask.distributed import Client

    monkeypatch.setattr(Client, "run", lambda self, function: {"tcp://b": other})
    config, _ = whole
    with pytest.raises(DataError, match=r"tcp://b.*\n.*a worker with another processor"):
        run_ensemble(config, tmp_path / "out", dask="local", threads=1)


def test_nothing_answers_at_an_address(whole, tmp_path, monkeypatch):
    config, _ = whole
    with pytest.raises(DataError, match="a Dask scheduler"):
        run_ensemble(config, tmp_path / "out", dask="nowhere://x")
    xr.Dataset({"volume": 1.0}).to_netcdf(tmp_path / "after.nc")  # Dask has been forgotten


def test_a_marker_tells_proof_and_verdicts(whole):
    config, ensemble = whole
    plan = make_plan(expand_scenarios(config), ensemble.plan.folder, None)
    marker = EnsembleStore(plan).marker(next(plan.parts()))
    assert marker["members"] == [0, 4]
    assert marker["proof"]["largest_row_closure"] < 1e-12
    (rate,) = [v for k, v in marker["verdicts"].items() if k == "guarantee/use_domestic/guarantee"]
    assert len(rate["outcome"]) == len(rate["achieved"]) == 4
