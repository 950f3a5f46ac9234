"""The sweep of flood-limited levels: water won against floods held."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from numpy.testing import assert_allclose

from hydrosim.cli.main import main
from hydrosim.config.load import config_from_text, load_config
from hydrosim.errors import ConfigError
from hydrosim.flood.tradeoff import limits_of, tradeoff
from hydrosim.plot import plot
from hydrosim.report.tradeoff import tradeoff_frame
from tests.plot.text_boxes import faults_of_picture

# A reservoir of 10 km2 that fills from July to September; what its limit leaves is used after.
CITY: dict[str, Any] = {
    "hydrosim": 1,
    "period": {"start": "2001-01-01", "end": "2003-12-31", "step": "day"},
    "ladder": ["dam_safety", "flood_limit", "domestic", "storage"],
    "rules": {
        "season": {"type": "profile", "unit": "m3/s",
                   "values": [0, 0, 0, 0, 0, 0, 10, 10, 10, 0, 0, 0]},
        "part": {"type": "values", "unit": "1", "values": [1.1, 1.0, 0.9],
                 "dates": ["2001-01-01", "2002-01-01", "2003-01-01"]},
        "wet": {"type": "expression", "unit": "m3/s", "expression": "season * part"},
    },
    "nodes": {
        "lake": {
            "type": "reservoir",
            "storage_curve": {"level": ["100 m", "130 m"], "storage": ["0 m3", "3 亿m3"]},
            "levels": {"dead": "101 m", "normal": "112 m", "flood_control": "120 m"},
            "flood_limited_level": {"stages": {"07-01": "103 m"}, "until": "10-01",
                                    "drawdown": {"from": "05-15"}},
            "initial": "101 m",
            "outlets": [{"name": "gate", "capacity": "500 m3/s", "sill": "101 m"}],
            "release_bands": [{"cap": "200 m3/s"}],
            "local_inflow": "wet",
        },
        "city": {"type": "demand", "use": "domestic", "amount": "4 m3/s"},
        "sea": {"type": "outlet"},
    },
    "links": [
        {"from": "lake", "to": "sea", "type": "river"},
        {"from": "lake", "to": "city", "type": "pipe", "capacity": "10 m3/s"},
    ],
    "flood": {"events": {"storm": {"start": "2001-07-20", "inflows": {
        "lake": {"flows": [10, 900, 900, 10], "every": "12 h"}}}}},
}  # fmt: skip


@pytest.fixture(scope="module")
def city():
    return config_from_text(json.dumps(CITY, ensure_ascii=False), "city.yaml")


@pytest.fixture(scope="module")
def swept(city) -> xr.Dataset:
    return tradeoff(city, rises_m=(-1.0, 2.0, 20.0))


def test_higher_limits_give_water_and_raise_floods(swept: xr.Dataset) -> None:
    one = swept.sel(limit="lake 07-01")
    assert swept["rise"].values.tolist() == [-1.0, 0.0, 2.0, 20.0]
    assert_allclose(one["limit_level"], [102.0, 103.0, 105.0, np.nan])
    assert float(one["dry_year_gain"][1]) == 0.0
    assert float(one["dry_year_gain"][0]) < 0.0 < float(one["dry_year_gain"][2])
    # 2 m on 10 km2 are kept for the dry months, no more can be won by them.
    assert 0.0 < float(one["dry_year_gain"][2]) <= 2.0e7 * (1.0 + 1e-9)
    peaks = one["peak_level"].sel(flood="storm").values
    assert np.all(np.diff(peaks[:3]) > 0.0)
    assert np.isnan(peaks[3])
    assert swept.attrs["dry_years"] >= 1


def test_peak_is_that_of_the_flood_engine_from_the_limit(city, swept: xr.Dataset) -> None:
    # Held: at first 200 m3/s pass at most, the rest stays on 10 km2 above the limit.
    peak = float(swept["peak_level"].sel(limit="lake 07-01", rise=0.0, flood="storm"))
    inflow = np.interp(np.arange(0, 36.01, 0.01), [0, 12, 24, 36], [10, 900, 900, 10])
    stored = np.maximum(inflow - 200.0, 0.0).sum() * 36.0
    assert_allclose(peak, 103.0 + stored / 1e7, atol=0.05)


def test_table_and_picture_tell_the_same(swept: xr.Dataset) -> None:
    frame = tradeoff_frame(swept)
    assert frame["limit_level"].tolist() == [102.0, 103.0, 105.0]
    left, right = plot("tradeoff", swept, "lake 07-01")
    assert_allclose(left.get_lines()[0].get_ydata(), frame["dry_year_gain"])
    assert_allclose(right.get_lines()[0].get_ydata(), frame["peak_level"])
    assert left.get_ylabel() == "Water gained (10⁶ m³/year)"
    assert right.get_ylabel() == "Highest level (m)"


def test_stores_without_a_limit_are_told(city) -> None:
    with pytest.raises(ConfigError, match="nearest   'lake'"):
        limits_of(city, ["lak"])
    bare = {key: value for key, value in CITY.items() if key != "flood"}
    with pytest.raises(ConfigError, match="no `flood:` block"):
        limits_of(config_from_text(json.dumps(bare, ensure_ascii=False), "bare.yaml"))


def test_command_writes_table_result_and_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "city.yaml"
    file.write_text(json.dumps(CITY, ensure_ascii=False), encoding="utf-8")
    folder = tmp_path / "out"
    assert main(["tradeoff", str(file), "--out", str(folder), "--reservoir", "lake"]) == 0
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["SHA256SUMS", "made_by.json", "plots", "tradeoff.csv", "tradeoff.nc"]
    assert [path.name for path in (folder / "plots").iterdir()] == ["tradeoff.png"]
    with xr.open_dataset(folder / "tradeoff.nc") as result:
        assert result["dry_year_gain"].attrs["units"] == "m3 year-1"
    assert "Flood-limited level" in capsys.readouterr().out
    assert load_config(file).flood is not None
    assert main(["tradeoff", str(file), "--reservoir", "laake"]) == 2


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.usefixtures("font_of_language")
def test_texts_of_the_picture_lie_apart(swept: xr.Dataset, language: str) -> None:
    assert faults_of_picture("tradeoff", swept, language) == []


def test_the_report_has_each_limit_with_its_numbers(swept: xr.Dataset, tmp_path: Path) -> None:
    from hydrosim.io.netcdf import write_dataset
    from tests.handout.reading import Page

    write_dataset(swept, tmp_path / "tradeoff.nc")
    assert main(["report", str(tmp_path), "--format", "html,xlsx"]) == 0
    page = Page((tmp_path / "report" / "report.html").read_text(encoding="utf-8"))
    frame = tradeoff_frame(swept)
    rows = page.tables["sweep"][1:]
    assert len(rows) == len(frame) > 2
    for (_key, cells), one in zip(rows, frame.to_dict("records"), strict=True):
        for cell, value in zip(cells[2:], list(one.values())[2:], strict=True):
            if np.isfinite(value):
                assert float(cell[1]) == value
            else:
                assert cell == ("∞" if value > 0 else "-", None)
