"""The command on the demonstration city: files, verdicts, proof, pictures from saved results."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
import xarray as xr

from hydrosim.cli.main import main

CONFIG = Path(__file__).parents[2] / "configs" / "daqing_city.yaml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Folder of one run of the command without pictures, in Chinese and strict."""
    out = tmp_path_factory.mktemp("flood") / "city"
    arguments = ["flood", str(CONFIG), "--out", str(out), "--no-plots", "--lang", "zh", "--strict"]
    assert main(arguments) == 3  # the chain of the city does not hold its 100 years
    return out


def test_files_and_proof(folder):
    assert {path.name for path in folder.iterdir()} == {
        "SHA256SUMS", "certificate.json", "design_floods.nc", "design_hydrographs.nc",
        "design_values.nc", "flood.nc", "flood_basins.csv",
        "flood_channels.csv", "flood_standards.csv", "flood_stores.csv", "made_by.json",
        "verdicts.csv", "verdicts.json",
    }  # fmt: skip
    proof = json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
    assert proof["largest_element_closure"] < 1e-12
    assert proof["largest_network_closure"] < 1e-12
    with xr.open_dataset(folder / "flood.nc", decode_timedelta=False) as flood:
        peaks = flood["peak_inflow"].sel(event="august_1963")
        assert float(peaks.sel(node="wangkuai")) == 9600.0
        assert float(peaks.sel(node="xidayang")) == 7940.0
        assert flood.attrs["Conventions"].startswith("CF-")


def test_every_judged_work_has_a_return_period_and_margins(folder):
    told = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    judged = [one for one in told if one["pass"] in (True, False)]
    assert len(judged) >= 20
    for one in judged:
        if one["standard"] == "flood_peak":
            continue
        assert one["return_period_required"] >= 10
        reached = one["return_period_reached"]
        held = float(str(reached).lstrip("> <"))
        assert one["pass"] == (held >= one["return_period_required"])
        assert one["subject_zh"]
    failed = {one["subject"]: one for one in judged if not one["pass"]}
    city = next(one for one in judged if one["standard"] == "flood_zone" and not one["pass"])
    assert "First to fail" in city["reason"]
    tang = failed["Tang river"]
    assert tang["margin_flow"] < 0.0
    assert tang["margin_volume"] < 0.0
    table = pd.read_csv(folder / "flood_standards.csv")
    assert set(table["season"].unique()) == {"07-01", "08-11", "09-01"}


def test_the_level_by_return_period_is_drawn_from_the_saved_design_floods(folder, tmp_path, capsys):
    assert main(["plot", str(folder), "flood_frequency", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "flood_frequency.png").stat().st_size > 10_000
    assert "flood_frequency.png" in capsys.readouterr().out


def test_one_flood_alone_judges_nothing(tmp_path, capsys):
    out = tmp_path / "one"
    arguments = ["flood", str(CONFIG), "--event", "august_1963", "--no-plots", "--out", str(out)]
    assert main(arguments) == 0
    assert not (out / "verdicts.json").exists()
    assert "Verdicts" not in capsys.readouterr().out
    assert main(["flood", str(CONFIG), "--event", "august_1936", "--out", str(out)]) == 2
    assert "august_1963" in capsys.readouterr().err
