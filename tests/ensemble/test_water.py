"""The water of members: any alone; the record's months and imports; a changed climate."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from hydrosim.config.load import config_from_text
from hydrosim.ensemble.water import fit_water
from hydrosim.errors import ConfigError
from tests.ensemble.small import YEARS, town, town_text, write_data

FROM_JANUARY = "  first_month: 1\n"


def yearly(series):
    return series.reshape(-1, 12)[:, 0]


@pytest.mark.parametrize("method", ["index_sequential", "block_bootstrap", "synthetic"])
def test_a_member_is_the_same_alone_and_after_others(tmp_path, method):
    config = town(tmp_path, method)
    water, alone = fit_water(config), fit_water(config)
    before = [water.numbers(member) for member in range(4)]
    after = alone.numbers(3)
    assert sorted(after) == ["extra", "offered", "rain", "river"] == water.names
    for name in after:
        assert after[name].tobytes() == before[3][name].tobytes()
        assert after[name].shape == (360,)
    assert not np.array_equal(before[0]["river"], before[1]["river"])


def test_the_first_member_in_sequence_is_the_record(tmp_path):
    water = fit_water(town(tmp_path, "index_sequential", FROM_JANUARY))
    first = water.numbers(0)
    for name in water.names:
        np.testing.assert_allclose(first[name], water.base[name], rtol=1e-15, err_msg=name)


def test_the_first_member_in_sequence_is_the_record_whatever_the_water_year(tmp_path):
    # The period begins in January, the water year in June.
    water = fit_water(town(tmp_path, "index_sequential"))
    assert water.record.years == len(YEARS)
    first = water.numbers(0)
    for name in water.names:
        np.testing.assert_allclose(first[name], water.base[name], rtol=1e-15, err_msg=name)
    june = fit_water(town(tmp_path, "index_sequential", "  first_month: 6\n"))
    first = june.numbers(0)
    whole = slice(5, -7)
    for name in ("river", "rain"):
        np.testing.assert_allclose(first[name][whole], june.base[name][whole], rtol=1e-15)
    # Before its first whole year a member goes back from the record's end.
    np.testing.assert_allclose(first["river"][:5], june.base["river"][-12:-7], rtol=1e-15)


def test_imports_go_with_the_record_year(tmp_path):
    water = fit_water(town(tmp_path, "index_sequential", FROM_JANUARY))
    third = water.numbers(2)
    record = water.base
    # From November 1981 on the member has what was offered from November 1983 on.
    np.testing.assert_array_equal(third["offered"][10:-24], record["offered"][34:])
    np.testing.assert_array_equal(third["extra"][10:-24], record["extra"][34:])
    # Before, what was offered in the account year before that record year; after the last record
    # year comes the first.
    assert third["offered"][0] == record["offered"][24]
    assert third["offered"][-14] == record["offered"][10]
    np.testing.assert_allclose(third["river"][:336], record["river"][24:], rtol=1e-15)


def test_a_shorter_member_begins_the_longer_one(tmp_path):
    long = fit_water(town(tmp_path, "synthetic")).numbers(7)
    short = fit_water(town(tmp_path, "synthetic", "  years: 9\n"))
    assert short.config.period.end == datetime.date(1989, 12, 31)
    assert short.config.hash != town(tmp_path, "synthetic").hash
    for name, series in short.numbers(7).items():
        np.testing.assert_array_equal(series, long[name][:108])


def test_members_may_be_longer_than_the_record(tmp_path):
    water = fit_water(town(tmp_path, "synthetic", "  years: 40\n"))
    assert all(series.shape == (480,) for series in water.numbers(0).values())
    np.testing.assert_array_equal(water.base["rain"][360:], water.numbers(0)["rain"][360:])


def test_a_changed_climate_scales_its_months(tmp_path):
    changed = "  climate:\n    - {variable: rain, months: [7, 8], factor: 1.5}\n"
    plain = fit_water(town(tmp_path)).numbers(2)
    wetter = fit_water(town(tmp_path, more=changed)).numbers(2)
    ratio = (wetter["rain"] / plain["rain"]).reshape(-1, 12)
    np.testing.assert_allclose(ratio[:, 6:8], 1.5, rtol=1e-12)
    np.testing.assert_allclose(np.delete(ratio, (6, 7), axis=1), 1.0, rtol=1e-12)
    np.testing.assert_array_equal(wetter["river"], plain["river"])
    np.testing.assert_array_equal(wetter["offered"], plain["offered"])


@pytest.mark.parametrize("method", ["synthetic", "synthetic, encounter: copula"])
def test_generated_members_keep_the_encounter_of_river_and_import(tmp_path, method):
    from scipy.stats import spearmanr

    water = fit_water(town(tmp_path, method))
    record = water.base

    def met(numbers):
        # Total of the water year and what the import offers from its November on.
        total = numbers["river"][5:-7].reshape(-1, 12).sum(axis=1)
        offer = (numbers["offered"] + numbers["extra"])[10:-7:12]
        return total, offer

    observed = spearmanr(*met(record)).statistic
    pool = [met(water.numbers(member)) for member in range(60)]
    made = spearmanr(np.concatenate([a for a, _ in pool]), np.concatenate([b for _, b in pool]))
    assert observed > 0.9
    assert made.statistic == pytest.approx(observed, abs=0.12)
    # Only offers that the record has.
    assert set(np.concatenate([b for _, b in pool])) <= set(record["offered"] + record["extra"])


def test_before_today_stands_the_record(tmp_path):
    today = np.datetime64("2001-03-01")
    water = fit_water(town(tmp_path), today=today)
    months = np.arange("1981-01", "2011-01", dtype="datetime64[M]")
    past = months < today
    for member in range(3):
        numbers = water.numbers(member)
        for name in ("river", "rain"):
            np.testing.assert_array_equal(numbers[name][past], water.base[name][past])
            assert not np.array_equal(numbers[name][~past], water.base[name][~past])
        # The account year that began in November 2000 keeps its offer to its end.
        begun = months < np.datetime64("2001-11")
        np.testing.assert_array_equal(numbers["offered"][begun], water.base["offered"][begun])


def test_a_record_that_does_not_suit_is_told_at_its_line(tmp_path):
    config = town(tmp_path, "block_bootstrap, block_years: 99")
    with pytest.raises(ConfigError, match=r"ensemble\.method\.block_years\n  found     99\n"):
        fit_water(config)
    short = town(tmp_path, "synthetic, neighbours: 99")
    with pytest.raises(ConfigError, match="number from 1 to 29"):
        fit_water(short)


def test_series_that_know_the_state_or_have_holes_are_refused(tmp_path):
    write_data(tmp_path)
    place = str(tmp_path / "town.yaml")
    text = town_text()
    rule = "  full: {type: expression, unit: m3, expression: storage('lake')}\n"
    state = text.replace("rules:\n", f"rules:\n{rule}")
    state = state.replace("rain: rain}", "rain: rain, full: other}")
    with pytest.raises(ConfigError, match="depends on the state of the model"):
        fit_water(config_from_text(state, place))
    missing = (tmp_path / "offered.csv").read_text(encoding="utf-8").replace("1995,", "2095,")
    (tmp_path / "gap.csv").write_text(missing, encoding="utf-8")
    gap = text.replace("file: offered.csv, column: extra", "file: gap.csv, column: extra")
    with pytest.raises(ConfigError) as caught:
        fit_water(config_from_text(gap, place))
    assert "1995" in str(caught.value)


def test_years_of_the_record_are_those_of_the_data(tmp_path):
    water = fit_water(town(tmp_path))
    assert (water.record.first_year, water.record.years) == (YEARS[0], len(YEARS) - 1)
    assert yearly(water.base["river"]).size == len(YEARS)
