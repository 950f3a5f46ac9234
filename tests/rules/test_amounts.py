"""A series of amounts where rates are taken: one fault, at its unit."""

from __future__ import annotations

from hydrosim.config.load import config_from_text
from hydrosim.errors import ConfigError

CITY = """
hydrosim: 1
period: {start: 2001-01-01, end: 2002-12-31, step: day}
ladder: [domestic]
series:
  rain: {type: series, file: met.csv, column: rain, unit: UNIT}
nodes:
  reservoir:
    type: reservoir
    storage_curve: {level: [180 m, 200 m], storage: [0.2 亿m3, 2.2 亿m3]}
    levels: {dead: 182 m, normal: 200 m}
    initial: INITIAL
    precipitation: rain
    evaporation: rain
  wells:
    type: aquifer
    area: 10 km2
    specific_yield: 0.1
    initial_depth: 5 m
    floor_depth: 30 m
    rain: rain
    et0: rain
  town: {type: demand, use: domestic, flow: 0.1 m3/s}
links:
  - {from: reservoir, to: town}
"""


def refused(unit: str) -> str:
    try:
        config_from_text(CITY.replace("UNIT", unit).replace("INITIAL", "50 %"), "city.yaml")
    except ConfigError as error:
        return str(error)
    return ""


def test_an_amount_is_one_fault_at_the_unit_of_the_series():
    assert refused("mm") == (
        "city.yaml:6:53  series.rain.unit\n"
        "  found     mm, an amount, where a rate is expected: nodes.reservoir.evaporation, "
        "nodes.reservoir.precipitation, nodes.wells.et0, 1 further key\n"
        "  expected  a rate such as mm/day, or `kind: sum` where each row has the amount of its "
        "own day or month\n"
        "1 problem found; nothing was run."
    )
    assert refused("mm, kind: sum") == ""
    assert refused("mm/day") == ""


def test_another_dimension_stays_a_fault_of_each_key():
    told = refused("m3/s")
    assert told.count("'rain', a rule in m3/s") == 4
    assert "nodes.wells.rain" in told


def test_a_start_below_the_dead_level_is_warned_of():
    for initial, found in (
        ("181 m", "level 181 m, below the dead level 182 m"),
        ("0.3 亿m3", "3000 万m3, below the dead storage of 4000 万m3"),
    ):
        text = CITY.replace("UNIT", "mm/day").replace("INITIAL", initial)
        warnings = config_from_text(text, "city.yaml").warnings
        assert [one.found for one in warnings if one.path[-1] == "initial"] == [found]
    text = CITY.replace("UNIT", "mm/day").replace("INITIAL", "182 m")
    warnings = config_from_text(text, "city.yaml").warnings
    assert not [one for one in warnings if one.path[-1] == "initial"]
