"""Pipes among results, links in a circle and names that no system takes: a fault, no waiting."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import netCDF4
import numpy as np
import pytest

from hydrosim.cli.main import main
from hydrosim.errors import DataError
from hydrosim.io.bounded import followed
from hydrosim.io.folder import result_folder
from hydrosim.io.json_file import json_of
from hydrosim.io.layout import Layout
from hydrosim.io.manifest import MANIFEST, refuse_damaged
from hydrosim.io.netcdf_series import read_netcdf
from tests.conftest import ROOT


@pytest.mark.parametrize("name", ["results.nc", "flood.nc", MANIFEST])
def test_a_pipe_among_results_is_not_waited_for(name: str, tmp_path: Path, capsys) -> None:
    (tmp_path / "results.nc").write_bytes(b"")
    (tmp_path / name).unlink(missing_ok=True)
    if name == "flood.nc":
        (tmp_path / "results.nc").unlink()
    os.mkfifo(tmp_path / name)
    assert main(["report", str(tmp_path)]) == 2
    assert "no regular file" in capsys.readouterr().err


def test_a_pipe_in_place_of_a_text_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="no regular file"):
        json_of(tmp_path / "pipe")
    with pytest.raises(DataError, match="no regular file"):
        refuse_damaged(tmp_path / "pipe")


def test_links_in_a_circle_are_no_folder(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to(tmp_path / "two")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    with pytest.raises(DataError, match="too many levels of symbolic links"):
        followed(tmp_path / "one")
    with pytest.raises(DataError, match="too many levels of symbolic links"):
        result_folder(tmp_path / "one")


def test_a_folder_of_the_command_that_is_deleted_does_not_matter(tmp_path, monkeypatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert result_folder(tmp_path / "out") == tmp_path / "out"
    with pytest.raises(DataError, match="no such file or directory"):
        result_folder(Path("out"))


def test_a_name_that_is_too_long_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="file name too long"):
        result_folder(tmp_path / ("n" * 300))


def test_lists_of_unlike_length_are_no_series(tmp_path: Path) -> None:
    with netCDF4.Dataset(tmp_path / "lists.nc", "w") as file:
        file.createDimension("time", 3)
        time = file.createVariable("time", "i4", ("time",))
        time.units = "days since 2001-01-01"
        time[:] = np.arange(3)
        file.createVariable("flow", file.createVLType(np.float64, "list"), ("time",))
        file.createVariable("rain", "f8", ("time",))[:] = 1.0
    table = read_netcdf(tmp_path / "lists.nc", Layout())
    assert list(table.columns) == ["rain"]


def test_an_environment_that_numba_refuses_is_named() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "from hydrosim.cli.exits import outcome_of\n"
         "try: import numba\nexcept ValueError as error: print(*outcome_of(error))"],
        cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, "NUMBA_NUM_THREADS": "0", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert ended.stdout.startswith("2 numba cannot be used with these variables of the environment")
    assert "NUMBA_NUM_THREADS" in ended.stdout
