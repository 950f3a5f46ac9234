"""Floods from the levels of a supply run: probabilities by hand, verdicts, the command."""

from __future__ import annotations

import json

import numpy as np
import pytest
import xarray as xr

from hydrosim.cli.main import main
from hydrosim.errors import DataError
from hydrosim.flood.build import build_flood_model
from hydrosim.flood.exceedance import (
    exceedance_of,
    level_sample,
    opened_levels,
    rest_of_year,
    union_of_seasons,
)
from hydrosim.flood.judging import check_floods
from hydrosim.flood.start_levels import start_level_floods
from hydrosim.hydrology.curves import PearsonIII
from hydrosim.plot import plot
from hydrosim.report.start_levels import start_level_frame
from hydrosim.standards.flood_chance import chance_verdicts
from tests.flood.small import flood_config, reservoir
from tests.plot.text_boxes import faults_of_picture

WAVE = [0, 100, 500, 1000, 600, 200, 50, 0, 0, 0, 0, 0]
CURVE = {"peak": {"mean": "800 m3/s", "cv": 1.0, "cs_over_cv": 2.0}}
DESIGN = {
    "typical": {"storm": {"event": "event"}},
    "statistics": {"dam": CURVE},
    "return_periods": [2, 10, 100, 1000],
    "scaling": {"same_ratio": "peak"},
}
STANDARDS = {
    "dams": {
        "type": "flood_reservoir",
        "works": {"dam": {"protection": 20, "design": 100, "check": 2000}},
    }
}
LEVELS = {"dead": "101 m", "normal": "112 m", "flood_control": "114 m", "design": "115 m",
          "check": "129 m"}  # fmt: skip


def config(**design):
    node = reservoir(
        levels=LEVELS,
        outlets=[{"name": "gate", "capacity": "100 m3/s", "sill": "101 m"}],
        flood_limited_level={"stages": {"07-01": "110 m", "08-11": "112 m"}},
    )
    return flood_config(
        {"dam": node}, "dam > sea", inflows={"dam": WAVE}, standards=STANDARDS,
        design={**DESIGN, **design},
    )  # fmt: skip


def run(level):
    """Result of a supply run of two years in which the dam stands at a level by day."""
    time = np.arange("2001-01-01", "2003-01-01", dtype="M8[D]").astype("M8[ns]")
    levels = np.broadcast_to(np.asarray(level, dtype=np.float64), time.shape)[:, None]
    return xr.Dataset(
        {"level": (("time", "store"), levels)}, coords={"time": time, "store": ["dam"]}
    )


def test_between_floods_the_level_is_linear_in_the_logarithm_of_the_probability():
    years, peaks = np.array([10.0, 100.0]), np.array([110.0, 120.0])
    levels = np.array([99.0, 105.0, 110.0, 115.0, 119.9999999, 120.0, 121.0])
    found = exceedance_of(levels, years, peaks, 100.0)
    # From 1 at the start by way of 1/10; halfway to 120 m 10^-1.5; what no flood exceeds is 0.
    wanted = [1.0, 10**-0.5, 0.1, 10**-1.5, 0.0, 0.0, 0.0]
    np.testing.assert_allclose(found, wanted, rtol=1e-9)
    most = exceedance_of(levels, years, peaks, 100.0, beyond=0.01)
    np.testing.assert_allclose(most[-3:], 0.01)


def test_a_level_held_by_many_floods_is_exceeded_by_the_rarest_only():
    years = np.array([5.0, 10.0, 20.0, 50.0])
    peaks = np.array([104.0, 105.0, 105.0 + 1e-9, 107.0])
    found = exceedance_of(np.array([105.0]), years, peaks, 100.0)
    assert found[0] == pytest.approx(1 / 20, rel=1e-5)


def test_seasons_with_curves_are_independent_and_the_others_share_the_flood_of_the_year():
    chances = {"a": np.array([0.1]), "b": np.array([0.3]), "c": np.array([0.2])}
    days = {"a": 30, "b": 10, "c": 50}
    own = union_of_seasons(chances, days, {"a", "b", "c"})
    assert own[0] == pytest.approx(1 - 0.9 * 0.7 * 0.8)
    shared = union_of_seasons(chances, days, {"c"})
    assert shared[0] == pytest.approx(1 - (1 - (0.75 * 0.1 + 0.25 * 0.3)) * 0.8)


def test_what_seasons_leave_of_the_year_and_they_make_up_the_year():
    year = PearsonIII(800.0, 1.0, 2.0)
    late = year.scaled(0.7)
    chance = np.array([0.0, 1e-3, 0.02, 0.3, 1.0])
    rest = rest_of_year(chance, year, [late])
    inside = late.exceedance(year.quantile(chance[1:4]))
    np.testing.assert_allclose(1 - (1 - rest[1:4]) * (1 - inside), chance[1:4], rtol=1e-12)
    assert (rest[1:4] < chance[1:4]).all()
    assert rest[[0, 4]].tolist() == [0.0, 1.0]
    # Rarer in the season than what was routed: nothing is taken.
    kept = rest_of_year(chance, year, [late], smallest=1e-3)
    assert kept[1] == pytest.approx(1e-3)
    np.testing.assert_allclose(kept[2:4], rest[2:4])


@pytest.mark.parametrize("early_m", [110.0, 112.0])
def test_the_yearly_chance_is_that_of_the_curve_of_the_year(early_m):
    """No release below 129 m: the level rises by the volume of a day over 10 km2."""
    from tests.flood.test_judging import AREA_M2, CURVE, closed_config

    stages = {"07-01": f"{early_m} m", "09-01": "112 m"}
    source = closed_config(
        dam={"flood_limited_level": {"stages": stages}},
        statistics={"seasons": {"09-01": {"factor": 0.7}}},
        design={"return_periods": [2, 10, 100, 1000]},
    )
    early, late = ((120.0 - limit) * AREA_M2 for limit in (early_m, 112.0))
    season = CURVE.scaled(0.7)
    held = (1 - CURVE.exceedance(early)) / (1 - season.exceedance(early))
    wanted = 1 - held * (1 - season.exceedance(late))
    found = start_level_floods(source, run(112.0), classes=1)
    chance = float(found["exceedance"].sel(start="limit", node="dam", bound="flood_control"))
    assert chance == pytest.approx(float(wanted), rel=0.01)
    verdict = next(v for v in check_floods(source).verdicts if v.quantity == "flood-control level")
    assert isinstance(verdict.return_period_reached, float)
    if early_m == 112.0:
        # From equal levels the seasons together are the year: its curve, and the verdict on it.
        assert wanted == pytest.approx(float(CURVE.exceedance(early)))
        assert 1 / chance == pytest.approx(verdict.return_period_reached, rel=0.01)
    else:
        assert 1 / chance < verdict.return_period_reached


def test_a_level_counts_for_the_day_after_the_step_that_ends_with_it():
    time = np.array(["2001-07-01", "2001-07-02", "2001-07-03"], dtype="M8[ns]")
    levels = np.array([[100.0], [101.0], [np.nan]])
    result = xr.Dataset({"level": (("time", "store"), levels)}, {"time": time, "store": ["dam"]})
    sample = level_sample(result, "dam")
    assert dict(zip(sample.day.tolist(), sample.level_m.tolist(), strict=True)) == {
        "07-02": 100.0, "07-03": 101.0,
    }  # fmt: skip
    hours = np.arange("2001-07-01T00", "2001-07-03T00", dtype="M8[h]").astype("M8[ns]")
    steps = np.arange(48.0)[None, :, None]
    fine = xr.Dataset(
        {"level": (("member", "time", "store"), steps)}, {"time": hours, "store": ["dam"]}
    )
    assert level_sample(fine, "dam").level_m.tolist() == [23.0, 47.0]


def test_a_run_that_stands_at_the_limits_gives_what_the_limits_give():
    days = np.array([str(d)[5:] for d in np.arange("2001-01-01", "2003-01-01", dtype="M8[D]")])
    # A level on the last day of a stage starts the first day of the next.
    later = np.array([str(d)[5:] for d in np.arange("2001-01-02", "2003-01-02", dtype="M8[D]")])
    assert days.size == later.size
    at_limit = np.where((later >= "07-01") & (later < "08-11"), 110.0, 112.0)
    found = start_level_floods(config(), run(at_limit), classes=3)
    limit, own = found["exceedance"].values
    np.testing.assert_allclose(own, limit, rtol=1e-9)
    assert np.all(limit[0, :2] > 0.0)
    below = start_level_floods(config(), run(104.0), classes=3)["exceedance"].values[1]
    assert np.all(below[0, :2] < limit[0, :2])


def test_two_start_levels_are_mixed_by_their_days():
    half = np.tile([104.0, 111.0], 365)
    mixed = start_level_floods(config(), run(half), classes=2)
    low = start_level_floods(config(), run(104.0), classes=2)
    high = start_level_floods(config(), run(111.0), classes=2)
    wanted = 0.5 * (low["exceedance"].values[1] + high["exceedance"].values[1])
    # One flood of the year for both seasons: the mixture of the year is that of the seasons.
    np.testing.assert_allclose(mixed["exceedance"].values[1], wanted, rtol=1e-9)


def test_verdicts_compare_with_one_in_the_return_period_and_say_what_is_open():
    model = build_flood_model(config())
    check = check_floods(model)
    found = start_level_floods(model, run(111.0), design=check.design)
    verdicts = {v.quantity: v for v in chance_verdicts(check.dataset, found, check.standards)}
    control = verdicts["flood-control level, yearly chance"]
    chance = float(found["exceedance"].sel(start="run", node="dam", bound="flood_control"))
    assert control.required == pytest.approx(5.0)
    assert control.achieved == pytest.approx(100 * chance)
    assert control.return_period_required == 20
    assert control.return_period_reached == pytest.approx(1 / chance)
    assert control.outcome == ("pass" if chance <= 0.05 else "fail")
    assert "start levels and floods taken as independent" in control.reason
    rare = verdicts["check flood level, yearly chance"]
    assert (rare.outcome, rare.return_period_reached) == ("not provable", "> 1000")
    assert "Floods rarer than those routed could exceed it" in rare.reason
    frame = start_level_frame(found)
    assert frame["bound"].tolist() == ["flood_control", "design", "check"]
    left, right = plot("flood_exceedance", found, "dam")
    assert left.get_ylabel() == "Level at the start (m)"
    assert right.get_xlabel() == "Yearly probability of exceeding (%)"
    with pytest.raises(DataError, match="no node 'lake'"):
        plot("flood_exceedance", found, "lake")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.usefixtures("font_of_language")
def test_texts_of_the_picture_lie_apart(language):
    model = build_flood_model(config())
    found = start_level_floods(model, run(111.0), design=check_floods(model).design)
    assert faults_of_picture("flood_exceedance", found, language) == []


def test_what_is_no_run_is_told(tmp_path):
    with pytest.raises(DataError, match="no file"):
        opened_levels(tmp_path / "none.nc")
    (tmp_path / "text.nc").write_text("no netCDF", encoding="utf-8")
    with pytest.raises(DataError, match="a file that is no netCDF"):
        opened_levels(tmp_path / "text.nc")
    xr.Dataset({"a": 1.0}).to_netcdf(tmp_path / "other.nc")
    with pytest.raises(DataError, match=r"no levels of stores in other\.nc"):
        opened_levels(tmp_path / "other.nc")
    with pytest.raises(DataError, match="steps longer than a day"):
        level_sample(run(100.0).isel(time=slice(None, None, 5)), "dam")
    with pytest.raises(DataError, match="none of the stores"):
        start_level_floods(config(), run(100.0).assign_coords(store=["lake"]))
    winter = run(100.0).isel(time=slice(0, 90))
    with pytest.raises(DataError, match="no levels of these days"):
        start_level_floods(config(), winter)


def test_the_command_writes_table_file_picture_and_verdicts(tmp_path, capsys):
    run(108.0).to_netcdf(tmp_path / "results.nc")
    file = tmp_path / "small.yaml"
    file.write_text(json.dumps(config().source.tree), encoding="utf-8")
    folder = tmp_path / "out"
    arguments = ["flood", str(file), "--out", str(folder), "--start-from", str(tmp_path)]
    assert main(arguments) == 0
    assert "Yearly chance to exceed a level" in capsys.readouterr().out
    names = {path.name for path in folder.iterdir()}
    assert {"start_levels.nc", "flood_exceedance.csv", "verdicts.json"} <= names
    assert (folder / "plots" / "flood_exceedance.png").exists()
    told = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    assert sum("yearly chance" in one["quantity"] for one in told) == 3
    assert main([*arguments, "--event", "event"]) == 2
    assert "--start-from needs the design floods" in capsys.readouterr().err
    assert main([*arguments[:-1], str(tmp_path / "gone.nc")]) == 2
