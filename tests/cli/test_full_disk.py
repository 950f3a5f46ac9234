"""A full disk is named as such: exit 1, the file and the reason, and nothing half written is left.

The limit of the system on the size of a file stands in for the end of the disk; where a single
call can be made to fail, the system's own error is raised in it.
"""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys

import numpy as np
import pytest
import xarray as xr

import hydrosim
from hydrosim.cli.exits import outcome_of
from hydrosim.cli.main import main
from hydrosim.io import netcdf, whole_file
from hydrosim.io.netcdf import write_dataset
from tests.conftest import ROOT

CONFIG = ROOT / "configs" / "month_lake.yaml"
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def full(*_unused, **_more):
    raise FULL


def run(folder, *more):
    return main(["run", str(CONFIG), "--no-plots", "--out", str(folder / "out"), *more])


def test_netcdf_that_does_not_fit_is_named(tmp_path, monkeypatch):
    def broken(*_unused, **_more):
        msg = "NetCDF: HDF error"
        raise RuntimeError(msg)

    dataset = xr.Dataset({"storage": ("time", np.zeros(10))})
    monkeypatch.setattr(xr.Dataset, "to_netcdf", broken)
    with pytest.raises(RuntimeError, match="HDF error"):
        write_dataset(dataset, tmp_path / "results.nc")
    monkeypatch.setattr(netcdf.tempfile, "TemporaryFile", full)
    with pytest.raises(OSError, match=r"results\.nc") as raised:
        write_dataset(dataset, tmp_path / "results.nc")
    code, text = outcome_of(raised.value)
    assert code == 1
    assert text.endswith("results.nc could not be written: no space left on device")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("what", ["results", "certificate", "verdicts", "check sums"])
def test_a_run_on_a_full_disk_leaves_nothing(tmp_path, capsys, monkeypatch, what):
    import pandas as pd

    from hydrosim.io import folder as folders

    if what == "results":
        # In this process, since the copy that writes beside the tables hands over no error.
        monkeypatch.setattr("hydrosim.io.parallel.may_copy", lambda: False)
        monkeypatch.setattr(netcdf, "_written_through", full)
        monkeypatch.setattr(netcdf.tempfile, "TemporaryFile", full)
    elif what == "certificate":
        monkeypatch.setattr(folders, "write_certificate", full)
    elif what == "verdicts":
        monkeypatch.setattr(pd.DataFrame, "to_csv", full)
        monkeypatch.setattr(whole_file.os, "fsync", full)
    else:
        monkeypatch.setattr(folders, "write_manifest", full)
    assert run(tmp_path) == 1
    told = capsys.readouterr().err
    assert "could not be written: no space left on device" in " ".join(told.split())
    assert "internal error" not in told
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


def test_a_state_that_does_not_fit_is_named(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(whole_file.os, "fsync", full)
    state = tmp_path / "state.npz"
    assert run(tmp_path, "--save-state", str(state)) == 1
    text = " ".join(capsys.readouterr().err.split())
    assert "state.npz could not be written: no space left on device" in text
    assert list(tmp_path.iterdir()) == []


def test_a_picture_that_does_not_fit_is_named(tmp_path, capsys, monkeypatch):
    from PIL import Image

    assert run(tmp_path) == 0
    capsys.readouterr()
    monkeypatch.setattr(Image.Image, "save", full)
    assert main(["plot", str(tmp_path / "out"), "--out", str(tmp_path / "pictures")]) == 1
    text = " ".join(capsys.readouterr().err.split())
    assert "could not be written: no space left on device" in text
    assert "internal error" not in text


def test_an_ensemble_that_does_not_fit_is_named(tmp_path, capsys, monkeypatch):
    from hydrosim.ensemble.store import EnsembleStore

    monkeypatch.setattr(EnsembleStore, "write", full)
    out = str(tmp_path / "many")
    many = ["ensemble", str(CONFIG), "--members", "2", "--threads", "1", "--out", out]
    assert main(many) == 1
    text = " ".join(capsys.readouterr().err.split())
    assert "could not be written: no space left on device" in text
    assert "internal error" not in text
    monkeypatch.undo()
    assert main([*many, "--resume"]) == 0


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="no limit of the size of files")
def test_the_end_of_the_disk_is_told_by_the_system(tmp_path):
    """In a process of its own, since the limit holds for all files from then on."""
    code = (
        "import resource, sys\n"
        "from hydrosim.cli.main import main\n"
        "import hydrosim.supply.simulation, hydrosim.io.netcdf, netCDF4\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))\n"
        f"sys.exit(main(['run', {str(CONFIG)!r}, '--no-plots', '--out', 'out']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False,
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    text = " ".join(done.stderr.split())
    assert done.returncode == 1, text
    assert "results.nc could not be written: file too large" in text
    assert not (tmp_path / "out").exists()


def test_errors_that_are_no_lack_of_room_stay_internal():
    with pytest.raises(OSError, match="descriptor") as raised:
        os.close(10**6)
    code, text = outcome_of(raised.value)
    assert code == 1
    assert text.startswith("internal error: OSError")


def test_files_that_others_take_away_are_named():
    """Between a check and the use of a file anybody may remove it, or write over it."""
    with pytest.raises(FileNotFoundError) as raised:
        open("results/gone.nc", "rb")  # noqa: PTH123, SIM115
    code, text = outcome_of(raised.value)
    assert (code, text) == (1, "results/gone.nc: no such file or directory")
    for error in (RuntimeError("NetCDF: HDF error"), OSError(-101, "NetCDF: HDF error", "a.nc")):
        code, text = outcome_of(error)
        assert code == 1
        assert text.startswith("a file of results was damaged or changed while it was being used")


def test_the_interface_raises_the_error_of_the_system(tmp_path, monkeypatch):
    monkeypatch.setattr(whole_file.os, "fsync", full)
    config = hydrosim.load_config(CONFIG)
    with pytest.raises(OSError, match="No space left") as raised:
        hydrosim.run(config, save_state=tmp_path / "state.npz")
    assert raised.value.filename == str(tmp_path / "state.npz")
