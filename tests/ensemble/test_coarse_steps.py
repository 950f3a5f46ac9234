"""Members of pentads and dekads: means of the days that are drawn."""

import json

import numpy as np
import pytest

from hydrosim.config.load import config_from_text
from hydrosim.ensemble.member import MemberRunner
from hydrosim.ensemble.water import fit_water
from hydrosim.errors import ConfigError
from tests.ensemble.small import LAKE_AND_TOWN

TEXT = """\
hydrosim: 1
period: {start: 1991-01-01, end: 2002-12-31, step: STEP}
ladder: [flood_limit, domestic, storage]
series:
  river: {type: series, file: days.csv, column: river, unit: m3/s}
  rain: {type: series, file: days.csv, column: rain, unit: mm/day}
"""
TEXT += LAKE_AND_TOWN.replace("RAIN", "rain")
TEXT += """\
ensemble:
  method: {type: METHOD}
  members: 3
  first_month: 1
  series: {river: inflow, rain: rain}
"""


def lines(days):
    """Rows of a river and its rain that differ from day to day and from year to year."""
    rng = np.random.default_rng(4)
    year = days.astype("datetime64[Y]").astype(int) - 21
    wet = rng.gamma(6.0, 1.0 / 6.0, year.max() + 1)[year]
    season = 1.2 + np.sin(2.0 * np.pi * np.arange(days.size) / 365.25)
    flow = 1.5 * wet * season * rng.uniform(0.7, 1.3, days.size)
    return [f"{day},{float(q)!r},{float(1.1 * q)!r}" for day, q in zip(days, flow, strict=True)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("coarse")
    days = np.arange("1991-01-01", "2003-01-01", dtype="datetime64[D]")
    (place / "days.csv").write_text("\n".join(["day,river,rain", *lines(days)]))
    return place


def config(folder, step, method="index_sequential", file="days.csv"):
    text = TEXT.replace("STEP", step).replace("METHOD", method).replace("days.csv", file)
    return config_from_text(text, str(folder / "town.yaml"))


@pytest.mark.parametrize(("step", "count"), [("pentad", 72), ("dekad", 36)])
def test_the_first_member_in_sequence_is_the_record(folder, step, count):
    water = fit_water(config(folder, step))
    first = water.numbers(0)
    for name in ("river", "rain"):
        assert first[name].shape == (12 * count,)
        np.testing.assert_allclose(first[name], water.base[name], rtol=1e-12)


@pytest.mark.parametrize("method", ["block_bootstrap", "synthetic"])
def test_dekads_are_the_means_of_the_days_that_are_drawn(folder, method):
    days = fit_water(config(folder, "day", method))
    dekads = fit_water(config(folder, "dekad", method))
    for member in (0, 2):
        drawn, means = days.numbers(member)["river"], dekads.numbers(member)["river"]
        expected = dekads.config.calendar.mean_of_days(drawn)
        np.testing.assert_array_equal(means, expected)
    assert not np.array_equal(dekads.numbers(1)["river"], dekads.numbers(2)["river"])


def test_a_member_of_dekads_is_run_and_judged(folder):
    member = MemberRunner(config(folder, "dekad", "synthetic")).run(1)
    proof = json.loads(member.certificate)
    assert proof["largest_row_closure"] < 1e-12
    assert proof["largest_network_closure"] < 1e-12
    assert any(verdict.outcome in ("pass", "fail") for verdict in member.verdicts)


def test_a_record_of_dekads_alone_is_refused(folder):
    dates = [
        f"{year}-{month:02d}-{day:02d}"
        for year in range(1991, 2003)
        for month in range(1, 13)
        for day in (1, 11, 21)
    ]
    rows = [f"{date},1.5,0.2" for date in dates]
    (folder / "dekads.csv").write_text("\n".join(["day,river,rain", *rows]))
    with pytest.raises(ConfigError) as error:
        fit_water(config(folder, "dekad", file="dekads.csv"))
    told = str(error.value)
    assert "dekads.csv" in told
    assert "rows about 10 days apart in column 'river'" in told
