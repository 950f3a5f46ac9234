"""The folder of a run: where it may stand, and that it appears whole or not at all."""

from __future__ import annotations

import json

import pytest
import xarray as xr

from hydrosim.errors import DataError
from hydrosim.io.folder import (
    picture_folder,
    result_folder,
    results_file,
    whole_folder,
    writing_results,
)


def test_a_folder_appears_when_it_is_whole(tmp_path):
    target = tmp_path / "deep" / "run"
    with whole_folder(target) as partial:
        (partial / "results.nc").write_text("x")
        assert not target.exists()
        assert partial.name.startswith(".run.")
        assert partial.name.endswith(".part")
    assert (target / "results.nc").read_text() == "x"
    assert [path.name for path in target.parent.iterdir()] == ["run"]


def test_a_failure_leaves_the_folder_as_it_was(tmp_path):
    target = tmp_path / "run"
    target.mkdir()
    (target / "results.nc").write_text("old")

    def write_half():
        with whole_folder(target) as partial:
            (partial / "results.nc").write_text("new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert (target / "results.nc").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_folder_of_an_earlier_run_is_replaced_as_a_whole(tmp_path):
    target = tmp_path / "run"
    (target / "plots").mkdir(parents=True)
    (target / "plots" / "old.png").write_text("")
    assert result_folder(target) == target
    with whole_folder(target) as partial:
        (partial / "results.nc").write_text("new")
    assert {path.name for path in target.iterdir()} == {"results.nc", "SHA256SUMS"}
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_folders_that_are_refused(tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    (home / "letter.txt").write_text("")
    with pytest.raises(DataError, match=r"a folder with other files: letter\.txt"):
        result_folder(home)
    with pytest.raises(DataError, match="found     a file\n"):
        result_folder(home / "letter.txt")
    with pytest.raises(DataError, match=r"the file 'letter\.txt' on the way"):
        picture_folder(home / "letter.txt" / "plots")
    monkeypatch.chdir(home)
    for above in (home, tmp_path):
        with pytest.raises(DataError, match="the folder in which the command runs"):
            result_folder(above)


def test_a_folder_without_the_right_to_write(tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(DataError, match="no write permission in"):
        result_folder(tmp_path / "run")


def test_a_link_to_a_folder_is_followed(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "disk")
    assert result_folder(tmp_path / "run") == tmp_path / "disk"


def test_what_is_written(tmp_path):
    dataset = xr.Dataset(
        {"storage": ("time", [1.0, 2.0], {"units": "m3"})},
        {"time": xr.date_range("2001-01-01", periods=2, use_cftime=False)},
        {"certificate": json.dumps({"closure": 0.0})},
    )
    run = tmp_path / "run"
    with writing_results(run, dataset) as partial:
        (partial / "verdicts.json").write_text("[]")
    assert {path.name for path in run.iterdir()} == {
        "results.nc", "verdicts.json", "certificate.json", "SHA256SUMS",
    }  # fmt: skip
    assert json.loads((run / "certificate.json").read_text()) == {"closure": 0.0}
    assert results_file(run) == results_file(run / "results.nc")


def test_a_failed_write_of_results_leaves_nothing(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError("disk full")  # noqa: EM101

    monkeypatch.setattr("hydrosim.io.netcdf.write_dataset", fail)
    dataset = xr.Dataset(attrs={"certificate": "{}"})
    with pytest.raises(OSError, match="disk full"), writing_results(tmp_path / "run", dataset):
        """Nothing goes wrong beside it."""
    assert list(tmp_path.iterdir()) == []
