"""Works as changes of the file: ``hydrosim flood --scenario KEY=VALUE``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import xarray as xr
from numpy.testing import assert_allclose

from hydrosim.cli.main import main

RIVER = """
hydrosim: 1
period: {start: 2001-01-01, end: 2001-12-31, step: day}
ladder: [safe_discharge]
nodes:
  hill: {type: reach, muskingum: [{k: 1 h, x: 0.2}], safe_discharge: 500 m3/s}
  gauge: {type: control_section}
  sea: {type: outlet}
links:
  - {from: hill, to: gauge, type: river}
  - {from: gauge, to: sea, type: river}
flood:
  inner_step: 15 min
  events:
    storm: {start: 2001-07-15, inflows: {hill: {flows: [50, 800, 50, 50, 50], every: 6 h}}}
"""
BASIN = (
    "nodes.basin={type: detention_basin, section: gauge, trigger: {discharge: 300 m3/s}, "
    "capacity: 1 亿m3, inlet: {kind: gate, capacity: 1000 m3/s}}"
)


@pytest.fixture
def flood(tmp_path: Path):
    """Route the flood with changes; return the exit code and, where it ran, the result."""
    file = tmp_path / "river.yaml"
    file.write_text(RIVER, encoding="utf-8")

    def told(*changes: str) -> tuple[int, xr.Dataset | None]:
        folder = tmp_path / f"out_{len(changes)}"
        words = [word for change in changes for word in ("--scenario", change)]
        code = main(["flood", str(file), "--out", str(folder), "--no-plots", *words])
        if code:
            return code, None
        with xr.open_dataset(folder / "flood.nc", decode_timedelta=False) as result:
            return code, result.isel(event=0).load()

    return told


def test_dredging_and_a_new_basin(flood) -> None:
    _, plain = flood()
    _, works = flood("nodes.hill.safe_discharge=900 m3/s", BASIN)
    assert plain is not None
    assert works is not None
    assert plain.attrs["scenario"] == ""
    assert "900 m3/s" in works.attrs["scenario"]
    assert plain["reach_safe_discharge"].values.tolist() == [500.0]
    assert works["reach_safe_discharge"].values.tolist() == [900.0]
    assert float(plain["peak_outflow"].sel(node="gauge")) > 600.0
    assert_allclose(float(works["peak_outflow"].sel(node="gauge")), 300.0, rtol=1e-9)
    passed = [float(one["volume_out"].sel(node="gauge")) for one in (plain, works)]
    taken = float(works["basin_volume"].sel(basin="basin"))
    assert_allclose(passed[0] - passed[1], taken, rtol=1e-9)
    assert json.loads(works.attrs["certificate"])["largest_network_closure"] < 1e-12


def test_changes_are_checked_like_the_file(flood, capsys: pytest.CaptureFixture[str]) -> None:
    assert flood("nodes.hil.safe_discharge=900 m3/s")[0] == 2
    assert "nearest   'hill'" in capsys.readouterr().err
    assert flood("nodes.hill.safe_dischrge=900 m3/s")[0] == 2
    assert "safe_discharge" in capsys.readouterr().err
    assert flood("nodes.hill.safe_discharge=900 m")[0] == 2
    assert "nodes.hill.safe_discharge" in capsys.readouterr().err
    assert flood("nodes.hill.safe_discharge")[0] == 2
    assert "KEY=VALUE" in capsys.readouterr().err
