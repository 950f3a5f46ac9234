"""Yearly chances from start levels agree with their second computation."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from hydrosim.flood.judging import check_floods
from hydrosim.flood.start_levels import start_level_floods
from hydrosim.io.netcdf import write_dataset
from hydrosim.reading.glossary import term_of
from hydrosim.standards.flood_chance import chance_verdicts
from tests.flood.small import flood_config, reservoir
from tests.recomputed.floods import Floods
from tests.recomputed.start_levels import Starts, chances_of_dams, start_levels, yearly

SHARP = [0, 100, 500, 1000, 600, 200, 50, 0, 0, 0, 0, 0]
FLAT = [0, 200, 400, 500, 600, 500, 400, 300, 200, 100, 50, 0]
LEVELS = {"dead": "101 m", "normal": "112 m", "flood_control": "114 m", "design": "115 m",
          "check": "120 m"}  # fmt: skip
SEASONS = {
    "one_with_its_own_curve": {"09-01": {"factor": 0.7}},
    "none": {},
    "all": {"07-01": {"factor": 0.95}, "08-11": {"factor": 0.8}, "09-01": {"factor": 0.5}},
}
LONG = os.environ.get("HYDROSIM_LONG") == "1"


def config(seasons: dict[str, Any]) -> Any:
    """Return a dam with three seasons, two typical floods and gates that hold a band."""
    dam = reservoir(
        levels=LEVELS,
        outlets=[{"name": "gate", "capacity": "300 m3/s", "sill": "101 m"}],
        flood_limited_level={"stages": {"07-01": "109 m", "08-11": "111 m", "09-01": "112 m"}},
    )
    curve = {"mean": "800 m3/s", "cv": 1.0, "cs_over_cv": 2.5}
    design = {
        "typical": {"sharp": {"event": "sharp"}, "flat": {"event": "flat"}},
        "statistics": {"dam": {"peak": curve, **({"seasons": seasons} if seasons else {})}},
        "return_periods": [2, 10, 100, 1000],
        "scaling": {"same_ratio": "peak"},
        "tolerance": 0.05,
    }
    works = {"dam": {"protection": 20, "design": 100, "check": 2000}}
    standards = {"dams": {"type": "flood_reservoir", "works": works}}
    events = {
        name: {"start": "2001-07-15", "inflows": {"dam": {"flows": flows, "every": "1 h"}}}
        for name, flows in (("sharp", SHARP), ("flat", FLAT))
    }
    return flood_config(
        {"dam": dam}, "dam > sea", standards=standards, design=design, events=events,
        inner_step="1 h",
    )  # fmt: skip


def run_of_levels(folder: Path) -> Path:
    """Write a result of three years whose levels go up and down about the limits."""
    time = np.arange("2000-01-01", "2003-01-01", dtype="M8[D]").astype("M8[ns]")
    place = np.arange(time.size)
    level = 109.0 + 3.5 * np.sin(place / 17.0) + 1.2 * np.sin(place / 5.3)
    run = xr.Dataset(
        {"level": (("time", "store"), np.minimum(level, 113.0)[:, None])},
        coords={"time": time, "store": ["dam"]},
    )
    run.to_netcdf(folder / "results.nc")
    return folder / "results.nc"


@pytest.mark.parametrize("seasons", SEASONS if LONG else ["one_with_its_own_curve"])
def test_yearly_chances(seasons: str, tmp_path: Path) -> None:
    made = config(SEASONS[seasons])
    file = run_of_levels(tmp_path)
    check = check_floods(made)
    dataset = start_level_floods(made, file, classes=4, design=check.design)
    write_dataset(dataset, tmp_path / "start_levels.nc")
    write_dataset(check.dataset, tmp_path / "design_floods.nc")
    starts = Starts(tmp_path / "start_levels.nc")

    np.testing.assert_allclose(
        dataset["start_level"].values, start_levels(starts, file), rtol=0.0, atol=1e-12
    )
    compared = 0
    for row, from_run in enumerate((False, True)):
        for name, levels, most in (
            ("exceedance", "bound_level", False),
            ("exceedance_most", "bound_level", True),
            ("curve_exceedance", "curve_level", False),
        ):
            for item, node in enumerate(starts.nodes):
                for place, level in enumerate(dataset[levels].values[item]):
                    found = float(dataset[name].values[row, item, place])
                    if np.isnan(level):
                        assert np.isnan(found)
                        continue
                    wanted = yearly(starts, node, float(level), run=from_run, most=most)
                    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-12), (name, level)
                    compared += 0.0 < wanted < 1.0
    assert compared > 60

    standard = made.standards["dams"]
    given = json.loads(standard.model_dump_json())
    said = chances_of_dams(starts, Floods(tmp_path / "design_floods.nc"), given)
    verdicts = {one.id: one for one in chance_verdicts(check.dataset, dataset, check.standards)}
    assert set(verdicts) == set(said)
    assert len(said) == 3
    for place, wanted in said.items():
        verdict = verdicts[place]
        assert term_of(place) is not None
        assert verdict.outcome == wanted["outcome"], place
        assert verdict.achieved == pytest.approx(wanted["achieved"], rel=1e-9, abs=1e-12)
        assert verdict.required == pytest.approx(wanted["required"])
        reached = wanted["reached"]
        expected = reached if isinstance(reached, str) else pytest.approx(reached, rel=1e-9)
        assert verdict.return_period_reached == expected
