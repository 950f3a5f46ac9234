"""What is handed to other processes and back, by copying or by starting them anew (``spawn``)."""

from __future__ import annotations

import multiprocessing
import os
import pickle
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

import hydrosim
from hydrosim.config.load import config_from_text, load_config
from hydrosim.errors import ConfigError, DataError, SimulationError
from hydrosim.io import parallel
from hydrosim.io.netcdf import write_dataset
from hydrosim.reading.items import NotHeld
from hydrosim.supply.build import build_model
from tests.conftest import ROOT

LONG = pytest.mark.skipif(os.environ.get("HYDROSIM_LONG") != "1", reason="long: processes")
MINIMAL = ROOT / "configs" / "minimal.yaml"


def again(value):
    return pickle.loads(pickle.dumps(value))


def raised_by(config):
    with pytest.raises(ConfigError) as caught:
        config_from_text(config, "city.yaml")
    return caught.value


@pytest.mark.parametrize(
    "make",
    [
        lambda: raised_by("x: 1\n"),
        lambda: raised_by("a: [1"),
        lambda: DataError("a.csv", found="x", expected="y", column="c", line=3, note="n"),
        lambda: SimulationError(
            "no way", scenario="s", date="2001-01-01", values={"q": (1.0, "m")}
        ),
        lambda: NotHeld("reason", found="x", expected="y"),
    ],
)
def test_an_error_comes_out_of_another_process_as_it_was(make):
    error = make()
    other = again(error)
    assert type(other) is type(error)
    assert str(other) == str(error)
    for language in ("en", "zh"):
        assert other.render(language) == error.render(language)
    assert vars(other).keys() == vars(error).keys()


def test_configs_models_and_results_can_be_handed_over():
    config = load_config(MINIMAL)
    result = hydrosim.run(config)
    assert again(config).hash == config.hash
    assert again(result).identical(result)
    assert hydrosim.run(again(build_model(config))).identical(result)


def test_without_copies_of_the_process_the_same_is_written(tmp_path, monkeypatch):
    from hydrosim.cli.main import main

    def sums(out):
        assert main(["run", str(MINIMAL), "--no-plots", "--out", str(tmp_path / out)]) == 0
        return (tmp_path / out / "SHA256SUMS").read_text(encoding="utf-8")

    copied = sums("one")
    monkeypatch.setattr(parallel, "may_copy", lambda: False)
    assert sums("two") == copied


def total(end: str, out: str) -> float:
    """Run the minimal config up to a day, in whatever process; what is wrong is raised."""
    text = MINIMAL.read_text(encoding="utf-8").replace("end: 2010-12-31", f"end: {end}")
    result = hydrosim.run(config_from_text(text))
    write_dataset(result, Path(out) / f"{end}.nc")
    return float(result["supplied"].sum())


@LONG
@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_processes_that_start_anew_run_and_write(method: str, tmp_path: Path):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} here")
    ends = ("2002-12-31", "2003-12-31")
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        jobs = [pool.submit(total, end, str(tmp_path)) for end in ends]
        wrong = pool.submit(total, "1990-12-31", str(tmp_path))
        found = [job.result(timeout=300) for job in jobs]
        with pytest.raises(ConfigError, match="end"):
            wrong.result(timeout=300)
    assert found == [total(end, str(tmp_path)) for end in ends]


@LONG
def test_workers_of_a_cluster_start_anew_where_no_process_can_be_copied(tmp_path, monkeypatch):
    from hydrosim.cli.main import main

    def numbers(out, *more):
        given = [
            str(ROOT / "configs/month_lake.yaml"),
            "--members",
            "4",
            "--out",
            str(tmp_path / out),
        ]
        assert main(["ensemble", *given, *more]) == 0
        return (tmp_path / out / "verdicts.csv").read_text(encoding="utf-8")

    alone = numbers("one", "--threads", "1")
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert numbers("two", "--threads", "2", "--dask", "local") == alone
