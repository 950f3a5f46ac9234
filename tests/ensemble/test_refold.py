"""Replaced series give the bits of a model that was lowered with them."""

from __future__ import annotations

import numpy as np
import pytest

from hydrosim.config.load import config_from_text
from hydrosim.ensemble.refold import Refold
from hydrosim.errors import ConfigError, SimulationError
from hydrosim.supply.build import build_model
from hydrosim.supply.simulation import run

DAYS = np.arange("2001-03-01", "2004-03-01", dtype="datetime64[D]")
NAMES = ("river", "rain", "plan")
CONFIG = """\
hydrosim: 1
period: {start: 2001-03-01, end: 2004-02-29}
start: {state: warm_up, years: 1}
water_year: 06-01
ladder: [dam_safety, flood_limit, domestic, storage, spare: canal.plan, spare: canal.surplus]
series:
  river: {type: series, file: FILE, column: river, unit: m3/s}
  rain: {type: series, file: FILE, column: rain, unit: mm/day}
  plan: {type: series, file: FILE, column: plan, unit: "1"}
rules:
  inflow: {type: expression, unit: m3/s, expression: "river * 0.9 + 0.1 if river > 1 else river"}
  offer: {type: expression, unit: Mm3/year, expression: 30 * plan}
  kind: {type: year_class, method: last_year, of: river, mean: 0.32, unit: 亿m3, cv: 0.05}
  thrift: {type: expression, unit: "1", expression: 0.8 if kind >= 3 else 1}
  wanted: {type: expression, unit: m3/s, expression: 4 * thrift}
nodes:
  lake:
    type: reservoir
    storage_curve:
      level: [180 m, 200 m, 210 m]
      storage: [0.2 亿m3, 1.2 亿m3, 2.0 亿m3]
      area: [1 km2, 6 km2, 9 km2]
    levels: {dead: 182 m, normal: 200 m, flood_control: 205 m}
    initial: 60 %
    local_inflow: inflow
    precipitation: rain
  canal:
    type: import
    quota: offer
    account_year: 11-01
    plan: [8 %, 8 %, 8 %, 9 %, 9 %, 9 %, 8 %, 8 %, 8 %, 8 %, 8 %, 9 %]
    capacity: 4 m3/s
  city: {type: demand, use: domestic, flow: wanted, guarantee: 95 %}
links:
  - {from: lake, to: city, capacity: 12 m3/s}
  - {from: canal, to: city, capacity: 8 m3/s}
"""


def config_with(folder, numbers, name="data.csv", text=CONFIG):
    rows = zip(DAYS, *(numbers[one] for one in NAMES), strict=True)
    lines = ["date,river,rain,plan", *(f"{d},{a!r},{b!r},{c!r}" for d, a, b, c in rows)]
    (folder / name).write_text("\n".join(lines), encoding="utf-8")
    return config_from_text(text.replace("FILE", str(folder / name)))


def weather(seed):
    random = np.random.default_rng(seed)
    year = np.repeat(random.uniform(0.3, 1.1, 4), [245, 365, 365, DAYS.size - 975])
    return {
        "river": [float(x) for x in random.gamma(0.5, 2.0, DAYS.size)],
        "rain": [float(x) for x in random.gamma(0.2, 8.0, DAYS.size)],
        "plan": [float(x) for x in year],
    }


def in_si(numbers):
    factors = {"river": 1.0, "rain": 0.001 / 86400.0, "plan": 1.0}
    return {name: np.array(values) * factors[name] for name, values in numbers.items()}


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Config of one weather with its model that can take another, and the config of another."""
    folder = tmp_path_factory.mktemp("refold")
    config = config_with(folder, weather(1))
    other = config_with(folder, weather(2), "other.csv")
    lowered = build_model(config)
    names = {name: lowered.builder.rule(name).known[0] for name in NAMES}
    return config, other, build_model(config, forced=names)


def same(first, second):
    for name in second.data_vars:
        if second[name].dtype.kind == "f":
            np.testing.assert_array_equal(first[name].to_numpy(), second[name].to_numpy(), name)


def test_the_record_gives_its_own_bits(two):
    config, _, forced = two
    refold = Refold(forced)
    assert refold.names == ["plan", "rain", "river"]
    again = refold.model_of({name: forced.builder.rule(name).known[0] for name in NAMES})
    assert again.program.series.tobytes() == forced.program.series.tobytes()
    same(run(again), run(config))


def test_another_weather_gives_the_bits_of_a_model_lowered_with_it(two):
    config, other, forced = two
    lowered = build_model(other)
    numbers = {name: lowered.builder.rule(name).known[0] for name in NAMES}
    told = run(other)
    same(run(Refold(forced).model_of(numbers)), told)
    assert not np.array_equal(told["supplied"], run(config)["supplied"])


def test_arrays_are_taken_again_and_the_model_stays(two):
    _, other, forced = two
    before = forced.program.series.tobytes()
    lowered = build_model(other)
    numbers = {name: lowered.builder.rule(name).known[0] for name in NAMES}
    refold = Refold(forced)
    first = refold.model_of(numbers)
    expected = first.program.series.copy()
    record = {name: forced.builder.rule(name).known[0] for name in NAMES}
    refold.model_of(record, first.program.series)
    assert refold.model_of(numbers, first.program.series).program.series is first.program.series
    assert np.array_equal(first.program.series, expected)
    assert forced.program.series.tobytes() == before


def test_a_rule_that_is_constant_in_the_record_stays_a_series(two):
    config, other, _ = two
    flat = {**{n: build_model(config).builder.rule(n).known[0] for n in NAMES}}
    flat["plan"] = np.ones(DAYS.size)
    lowered = build_model(other)
    numbers = {name: lowered.builder.rule(name).known[0] for name in NAMES}
    same(run(Refold(build_model(config, forced=flat)).model_of(numbers)), run(other))


def test_what_is_no_number_or_negative_is_refused_with_place_and_date(two):
    _, _, forced = two
    numbers = {name: forced.builder.rule(name).known[0].copy() for name in NAMES}
    numbers["rain"][3] = np.nan
    with pytest.raises(SimulationError, match="2001-03-04, node rain: the member's rain is no"):
        Refold(forced).model_of(numbers)
    numbers["rain"][3] = 0.0
    numbers["river"][40] = -1.0
    with pytest.raises(SimulationError, match=r"2001-04-10, node lake: .* is negative"):
        Refold(forced).model_of(numbers)


def test_a_runoff_from_replaced_rain_is_modelled_anew(tmp_path):
    text = CONFIG.replace(
        "rules:\n",
        "  model: {type: runoff, area: 100 km2, rain: rain, et0: rain, x1: 300 mm, x2: 0 mm/day, "
        "x3: 50 mm, x4: 1.5 day}\nrules:\n",
    ).replace("local_inflow: inflow", "local_inflow: model")
    config = config_with(tmp_path, weather(1), text=text)
    other = config_with(tmp_path, weather(2), "other.csv", text)
    refold = Refold(build_model(config, forced=in_si(weather(1))))
    same(run(refold.model_of(in_si(weather(1)))), run(config))
    same(run(refold.model_of(in_si(weather(2)))), run(other))


def test_a_runoff_from_rain_that_is_replaced_by_months_is_refused(tmp_path):
    text = CONFIG.replace(
        "rules:\n",
        "  model: {type: runoff, area: 100 km2, rain: rain, et0: rain, x1: 300 mm, x2: 0 mm/day, "
        "x3: 50 mm, x4: 1.5 day}\nrules:\n",
    ).replace("2004-02-29}", "2004-02-29, step: month}")
    config = config_with(tmp_path, weather(1), text=text)
    with pytest.raises(ConfigError, match="'rain', which members replace by steps of a month"):
        build_model(config, forced={"rain": np.ones(36)})
