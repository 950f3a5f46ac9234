"""Skill of outlooks: scores by hand, hindcasts of the town, members weighted by past inflow."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from hydrosim import run
from hydrosim.cli.main import main
from hydrosim.ensemble.antecedent import (
    antecedent_weights,
    effective_members,
    weighted_quantiles,
    weights_of,
)
from hydrosim.ensemble.outlook import run_outlook
from hydrosim.ensemble.skill import brier_parts, run_hindcasts
from hydrosim.ensemble.water import fit_water
from hydrosim.errors import ConfigError, DataError
from hydrosim.report.outlook_skill import reliability_frame, skill_frame
from tests.ensemble.test_outlook import ALARM, town, town_file


def test_a_score_by_hand():
    came = np.array([1.0, 0.0, 1.0, 0.0, 0.0])
    told = brier_parts(np.array([0.9, 0.1, 0.5, 0.5, 0.1]), came, np.full(5, 0.4))
    assert told["brier"] == pytest.approx((0.01 + 0.01 + 0.25 + 0.25 + 0.01) / 5)
    assert told["brier_reference"] == pytest.approx((2 * 0.36 + 3 * 0.16) / 5)
    assert told["skill"] == pytest.approx(1.0 - 0.106 / 0.24)
    # Probabilities of a class are alike, so that the parts sum to the score.
    assert told["uncertainty"] == pytest.approx(0.24)
    parts = told["reliability"] - told["resolution"] + told["uncertainty"]
    assert parts == pytest.approx(told["brier"])
    assert told["bin_count"].tolist() == [0, 2, 0, 0, 0, 2, 0, 0, 0, 1]
    assert told["bin_frequency"][5] == 0.5
    assert np.isnan(brier_parts(np.zeros(3), np.zeros(3), np.zeros(3))["skill"])


@pytest.fixture(scope="module")
def hindcasts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("skill")
    more = f"{ALARM}  antecedent_days: 120\n"
    return folder, run_hindcasts(town(folder, more), (6, 1), months=3, members=8, threads=2)


def test_each_outlook_is_that_of_its_state_and_each_truth_that_of_the_record(hindcasts):
    folder, skill = hindcasts
    config = town(folder, f"{ALARM}  antecedent_days: 120\n")
    run(config, save_state=folder / "june.npz", save_at="1996-06-01")
    outlook = run_outlook(config, folder / "june.npz", months=3, members=8, leave_out="own")
    mine = skill.sel(start="1996-06-01")
    np.testing.assert_array_equal(mine["probability"], outlook["probability"])
    np.testing.assert_array_equal(mine["probability_any"], outlook["probability_any"])
    whole = run(config).isel(scenario=0, member=0)
    part = whole.sel(time=slice("1996-06-01", "1996-08-31"))
    short = (1.0 - part["supplied"] / part["demand"]).sel(claim=["farms", "town"]) > 0.1
    np.testing.assert_array_equal(mine["came"][:2], short.to_numpy().T)
    assert skill.sizes["start"] == 30
    frame = skill_frame(skill)
    assert frame["danger"].tolist() == ["shortage", "drying", "limit"]
    assert frame["cases"].tolist() == [60, 30, 30]
    # A season that begins with the state of its lake is foretold better than by other years.
    assert frame["skill"][0] > 0.2
    assert reliability_frame(skill).groupby("danger")["cases"].sum()["shortage"] == 60


def test_members_with_a_season_like_todays_count_more(hindcasts):
    folder, _ = hindcasts
    today = np.datetime64("1996-06-01")
    water = fit_water(town(folder), today=today, leave_out="own")
    weight = antecedent_weights(water, today, 120, range(12))
    assert weight.sum() == pytest.approx(1.0)
    before = slice(181, 185)  # February to May of 1996
    months = np.arange("1981-01", "2011-01", dtype="datetime64[M]")[before]
    assert (str(months[0]), str(months[-1])) == ("1996-02", "1996-05")
    flow = [water.unreplaced(member)["river"][before].sum() for member in range(12)]
    apart = np.abs(np.log(np.array(flow) / water.base["river"][before].sum()))
    assert apart[np.argmax(weight)] == pytest.approx(apart.min(), abs=0.05)
    assert weight[np.argmax(apart)] < 1.0 / 12.0
    alike = weights_of(np.array([1.0, 1.0, 1.0]), 5.0)
    np.testing.assert_allclose(alike, 1.0 / 3.0)
    far = weights_of(np.linspace(1.0, 2.0, 20), 50.0)
    assert effective_members(far) >= 4.0
    assert np.argmax(far) == 19


def test_weighted_quantiles():
    values = np.array([[3.0], [1.0], [2.0]])
    even = weighted_quantiles(values, np.full(3, 1.0 / 3.0), np.array([0.5]))
    assert even[0, 0] == pytest.approx(2.0)
    heavy = weighted_quantiles(values, np.array([0.98, 0.01, 0.01]), np.array([0.5]))
    assert heavy[0, 0] == pytest.approx(3.0, abs=0.03)


def test_what_cannot_be_judged_is_refused(hindcasts):
    folder, _ = hindcasts
    with pytest.raises(DataError, match="0 outlooks of 400 months"):
        run_hindcasts(town(folder), (6, 1), months=400)
    with pytest.raises(ConfigError, match="a block `ensemble:`"):
        run_hindcasts(town(folder).model_copy(update={"ensemble": None}), (6, 1))
    water = fit_water(town(folder))
    with pytest.raises(ConfigError, match="120 days before 1981-02-01"):
        antecedent_weights(water, np.datetime64("1981-02-01"), 120, range(3))


def test_the_command_writes_scores(tmp_path, capsys):
    path = town_file(tmp_path)
    out = tmp_path / "skill"
    arguments = ["outlook", str(path), "--hindcast", "03-01", "--months", "2", "--members", "2"]
    assert main([*arguments, "--out", str(out), "--lang", "en"]) == 0
    printed = capsys.readouterr().out
    assert "Skill of 30 outlooks of 2 months, 1981-03-01 to 2010-03-01" in printed
    assert "Reliability diagram" in printed
    names = ["SHA256SUMS", "made_by.json", "outlook_reliability.csv", "outlook_skill.csv"]
    names += ["outlook_skill.nc", "plots"]
    assert sorted(file.name for file in out.iterdir()) == names
    assert [file.name for file in (out / "plots").iterdir()] == ["reliability.png"]
    with xr.open_dataset(out / "outlook_skill.nc") as dataset:
        assert dataset.attrs["leave_out"] == "own"
    assert main(["outlook", str(path), "--lang", "en"]) == 2
    assert "one of --from-state and --hindcast is needed" in capsys.readouterr().err
    assert main(["outlook", str(path), "--hindcast", "31-01", "--lang", "en"]) == 2
    assert "a month and a day up to the 28th" in capsys.readouterr().err
