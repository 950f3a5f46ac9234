"""Inflow that members model anew from their own rain and ET0."""

from __future__ import annotations

import os

import numpy as np
import pytest

from hydrosim import run_ensemble
from hydrosim.config.load import config_from_text
from hydrosim.ensemble.member import MemberRunner
from hydrosim.ensemble.water import fit_water
from hydrosim.errors import ConfigError, SimulationError
from hydrosim.hydrology.runoff import Catchment, Gr4jParameters, runoff_series
from hydrosim.supply.build import build_model
from hydrosim.supply.simulation import run
from tests.ensemble.small import LAKE_AND_TOWN
from tests.ensemble.test_runner import assert_same

FIRST, START, AFTER = map(np.datetime64, ("1989-01-01", "1991-01-01", "2003-01-01"))
DAYS = np.arange(FIRST, AFTER)
TEXT = """\
hydrosim: 1
period: {start: 1991-01-01, end: 2002-12-31, step: STEP}
start: {state: given}
planning_year: 2030
ladder: [flood_limit, domestic, storage]
series:
  hill: {type: series, file: weather.csv, column: hill, unit: mm/day}
  vale: {type: series, file: weather.csv, column: vale, unit: mm/day}
  et0: {type: series, file: weather.csv, column: et0, unit: mm/day}
  river:
    type: runoff
    area: 300 km2
    rain: rain
    et0: et0
    rain_factor: 1.2
    x1: 300 mm
    x2: -0.3 mm/day
    x3: 40 mm
    x4: 1.7 day
    weather_from: 1989-01-01
    year_factors: factors.csv
    land_cover_factor: cover
rules:
  rain: {type: expression, expression: 0.25 * hill + 0.75 * vale}
  cover: {type: by_year, unit: "1", values: {2020: 1, 2030: 0.97}}
"""
TEXT += LAKE_AND_TOWN.replace("RAIN", "vale")
TEXT += """\
ensemble:
  method: {type: METHOD}
  members: 6
  chunk: 2
  first_month: 1
  series: {hill: rain, vale: rain, et0: et0}
MORE
"""
FACTORS = {1989 + i: 0.8 + 0.05 * i for i in range(14)}
COVER = 0.97
SI = 0.001 / 86_400.0
WETTER = "  climate: [{variable: rain, factor: 110 %}]\n"


def weather():
    random = np.random.default_rng(8)
    season = 2.5 - 2.0 * np.cos(2.0 * np.pi * np.arange(DAYS.size) / 365.25)
    wet = random.uniform(size=(2, DAYS.size)) < 0.3
    hill, vale = np.where(wet, random.gamma(0.8, 5.0, (2, DAYS.size)) * season, 0.0)
    return hill, vale, season


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("anew")
    rows = zip(DAYS, *weather(), strict=True)
    lines = [f"{day},{float(a)!r},{float(b)!r},{float(c)!r}" for day, a, b, c in rows]
    (place / "weather.csv").write_text("\n".join(["date,hill,vale,et0", *lines]))
    table = [f"{year},{factor!r}" for year, factor in FACTORS.items()]
    (place / "factors.csv").write_text("\n".join(["year,factor", *table]))
    return place


def config(folder, method="index_sequential", more="", step="day", **changes):
    text = TEXT.replace("METHOD", method).replace("MORE", more).replace("STEP", step)
    for old, new in changes.items():
        key = {"no_factors": "    year_factors: factors.csv\n"}.get(old, old)
        assert key in text
        text = text.replace(key, new)
    return config_from_text(text, str(folder / "town.yaml"))


def inflow(model):
    """Local inflow of the lake in a model of a member [m3/s]."""
    return run(model)["local_inflow"].to_numpy().ravel()


def by_hand(numbers, factors):
    """The inflow by GR4J over the record's weather before the run and a member's in it."""
    hill, vale, et0 = (row[: (START - FIRST).astype(int)] * SI for row in weather())
    rain = 0.25 * np.append(hill, numbers["hill"]) + 0.75 * np.append(vale, numbers["vale"])
    et0 = np.append(et0, numbers["et0"])
    catchment = Catchment(3e8, 1.2, Gr4jParameters(300.0, -0.3, 40.0, 1.7))
    flow = runoff_series(DAYS, rain / SI, et0 / SI, catchment)
    return flow[-factors.size :] * factors * COVER


def factors_of(years):
    return np.array([FACTORS[int(str(year))] for year in years])


def test_the_record_gives_the_bits_of_a_plain_run(folder):
    one = config(folder)
    runner = MemberRunner(one)
    plain = run(one)
    again = run(runner.model_of(0))
    for name in plain.data_vars:
        if plain[name].dtype.kind == "f":
            first, second = plain[name].to_numpy(), again[name].to_numpy()
            np.testing.assert_array_equal(first, second, str(name))


@pytest.mark.parametrize("method", ["index_sequential", "synthetic"])
def test_a_member_is_modelled_from_its_own_weather(folder, method):
    runner = MemberRunner(config(folder, method))
    years = DAYS[DAYS >= START].astype("M8[Y]")
    numbers = runner.water.numbers(2)
    assert "river.year_factors" in numbers
    drawn = runner.water.drawn(2).plan.record_year
    factors = np.array([FACTORS[year] for year in drawn])[years.astype(int) - 21]
    np.testing.assert_array_equal(numbers["river.year_factors"], factors)
    np.testing.assert_allclose(inflow(runner.model_of(2)), by_hand(numbers, factors), rtol=1e-9)


def test_a_changed_rain_reaches_the_river(folder):
    dry, wet = (MemberRunner(config(folder, more=more)) for more in ("", WETTER))
    numbers = dry.water.numbers(0)
    wetter = numbers | {name: 1.1 * numbers[name] for name in ("hill", "vale")}
    factors = factors_of(DAYS[DAYS >= START].astype("M8[Y]"))
    told = inflow(wet.model_of(0))
    np.testing.assert_allclose(told, by_hand(wetter, factors), rtol=1e-9)
    # More than in proportion: what evaporates grows by less.
    assert told.sum() > 1.12 * inflow(dry.model_of(0)).sum()
    hotter = "  climate: [{variable: et0, add: 0.3 mm/day}]\n"
    lower = MemberRunner(config(folder, more=hotter))
    assert inflow(lower.model_of(0)).sum() < 0.98 * inflow(dry.model_of(0)).sum()


def test_threads_one_by_one_and_dask_end_in_the_same_bits(folder, tmp_path):
    one = config(folder, "block_bootstrap", WETTER)
    run_ensemble(one, tmp_path / "one", threads=1)
    run_ensemble(one, tmp_path / "threads", threads=2)
    assert_same(tmp_path / "threads", tmp_path / "one")
    if os.environ.get("HYDROSIM_LONG") == "1":  # else of other water, in test_runner.py
        run_ensemble(one, tmp_path / "dask", dask="local", threads=2)
        assert_same(tmp_path / "dask", tmp_path / "one")
    marker = sorted((tmp_path / "one" / "chunks").iterdir())[1]
    marker.unlink()
    (tmp_path / "one" / "ensemble.nc").unlink()
    run_ensemble(one, tmp_path / "one", threads=1, resume=True)
    assert_same(tmp_path / "threads", tmp_path / "one")


def test_before_today_stands_the_river_of_the_record(folder):
    one = config(folder, "block_bootstrap")
    today = np.datetime64("1998-07-01")
    runner = MemberRunner(one, today=today, leave_out="none")
    record = run(one)["local_inflow"].to_numpy().ravel()
    past = DAYS[DAYS >= START] < today
    for member in (0, 3):
        flow = inflow(runner.model_of(member))
        np.testing.assert_array_equal(flow[past], record[past])
        assert not np.array_equal(flow[~past], record[~past])


def test_members_may_be_longer_than_the_record(folder):
    water = fit_water(config(folder, "synthetic", "  years: 20\n"))
    model = build_model(water.config, forced=water.base)
    record = run(config(folder))["local_inflow"].to_numpy().ravel()
    longer = inflow(model)
    np.testing.assert_array_equal(longer[: record.size], record)
    assert longer.size == 7305


def test_without_replaced_et0_it_keeps_its_record(folder):
    series = {"hill: rain, vale: rain, et0: et0": "hill: rain, vale: rain"}
    runner = MemberRunner(config(folder, no_factors="", **series))
    record = {"et0": weather()[2][DAYS >= START] * SI}
    numbers = runner.water.numbers(3)
    assert sorted(numbers) == ["hill", "vale"]
    expected = by_hand(numbers | record, np.ones(4383))
    np.testing.assert_allclose(inflow(runner.model_of(3)), expected, rtol=1e-9)


def test_inflow_that_is_listed_itself_is_drawn(folder):
    listed = {"et0: et0}\n": "et0: et0, river: inflow}\n"}
    plain = MemberRunner(config(folder, **listed))
    wetter = config(folder, more=WETTER, **listed)
    told = inflow(MemberRunner(wetter).model_of(1))
    np.testing.assert_array_equal(told, inflow(plain.model_of(1)))
    warned = "a changed rain that leaves 'river' as it was"
    assert [str(fault.found) for fault in wetter.warnings] == [warned]
    assert not config(folder, more=WETTER).warnings


def test_inflow_that_no_member_replaces_is_warned_of(folder):
    columns = [f"{{file: weather.csv, column: {column}}}" for column in ("hill", "et0")]
    rules = "    rain: rain\n    et0: et0\n"
    of_files = {rules: "    rain: {}\n    et0: {}\n".format(*columns)}
    one = config(folder, more=WETTER, **of_files)
    (fault,) = one.warnings
    assert fault.found == "a changed rain that leaves 'river' as it was"
    assert fault.note == "what no member replaces keeps its record"
    runner = MemberRunner(one)
    np.testing.assert_array_equal(inflow(runner.model_of(3)), inflow(runner.model_of(1)))
    assert not config(folder, **of_files).warnings


def test_weather_that_is_negative_in_a_member_is_told(folder):
    runner = MemberRunner(config(folder, **{"0.25 * hill": "0.25 * hill - 0 * 2"}))
    numbers = runner.water.numbers(1)
    numbers["et0"][7] = -1.0 * SI
    with pytest.raises(SimulationError, match=r"1991-01-08, node river: the member's evapotransp"):
        runner.refold.model_of(numbers)


@pytest.mark.parametrize("step", ["month", "dekad", "pentad"])
def test_other_steps_than_days_are_refused(folder, step):
    with pytest.raises(ConfigError) as caught:
        config(folder, step=step)
    (fault,) = caught.value.faults
    assert fault.path == ("series", "river", "rain")
    assert fault.found == f"'rain', which members replace by steps of a {step}"
    assert "this inflow itself" in fault.expected
