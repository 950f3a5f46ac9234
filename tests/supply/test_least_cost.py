"""What costs alone decide: limits that hold, water that is kept, what is refused."""

import numpy as np
import pytest

import hydrosim
from hydrosim.config.load import config_from_text
from hydrosim.errors import ConfigError
from hydrosim.supply.build import check_model

HEAD = """
hydrosim: 1
period: {{start: 2015-01-01, end: 2015-01-05, step: day}}
"""


def run(text):
    """Return the run of a config's text."""
    return hydrosim.run(config_from_text(text)).isel(scenario=0, member=0)


def faults_of(text):
    """Return all that is wrong with a config, errors and warnings."""
    try:
        return check_model(config_from_text(text))[0].warnings
    except ConfigError as error:
        return list(error.faults)


STORES = (
    HEAD
    + """
allocation: least_cost
nodes:
  {first}: &store
    type: regulating_reservoir
    storage_curve: {{level: [0 m, 10 m], storage: [0 m3, 350000 m3]}}
    levels: {{normal: 10 m}}
    initial: 350000 m3
  {second}: *store
  city1: {{type: demand, use: other, flow: 10000 m3/day}}
  city2: {{type: demand, use: other, flow: 10000 m3/day}}
links:
  - {{from: {first}, to: city1, type: pipe, cost: {cost} yuan/m3}}
  - {{from: {second}, to: city2, type: pipe, cost: {cost} yuan/m3}}
"""
)


@pytest.mark.parametrize("names", [("tank", "store"), ("pond", "weir"), ("a", "b")])
def test_water_is_kept_whatever_the_store_is_called(names):
    result = run(STORES.format(first=names[0], second=names[1], cost=-10))
    left = 350000.0 - 10000.0 * np.arange(1, 6)
    for name in names:
        np.testing.assert_allclose(result["storage"].sel(store=name).values, left)
    np.testing.assert_allclose(result["spill"].values, 0.0)


def test_what_earns_nothing_is_not_supplied():
    result = run(STORES.format(first="tank", second="store", cost=1))
    np.testing.assert_allclose(result["supplied"].values, 0.0)
    np.testing.assert_allclose(result["storage"].values, 350000.0)


RIVER = (
    HEAD
    + """
allocation: least_cost
nodes:
  dam:
    type: reservoir
    storage_curve: {{level: [0 m, 10 m], storage: [0 m3, 1000000 m3]}}
    levels: {{dead: 0 m, normal: 10 m}}
    initial: {initial} m3
    local_inflow: 1 m3/s
  valley: {{type: reach, safe_discharge: {safe} m3/s}}
  city: {{type: demand, use: domestic, flow: 50 m3/s}}
  sea: {{type: outlet}}
links:
  - {{from: dam, to: valley, type: river}}
  - {{from: valley, to: sea, type: river}}
  - {{from: dam, to: city, type: pipe, cost: -1000 yuan/m3}}
  - {{from: dam, to: sea, name: treaty, type: canal, minimum: {minimum} m3/s, cost: 1 yuan/m3}}
"""
)


def test_a_minimum_holds_before_any_benefit():
    result = run(RIVER.format(initial=0, minimum=0.4, safe=9))
    assert result.sizes["claim"] == 2
    np.testing.assert_allclose(result["supplied"].sel(claim="treaty.minimum").values, 0.4)
    np.testing.assert_allclose(result["supplied"].sel(claim="city").values, 0.6)


def test_a_minimum_that_the_water_does_not_allow_gives_way_and_says_so():
    result = run(RIVER.format(initial=0, minimum=1.5, safe=9))
    np.testing.assert_allclose(result["supplied"].sel(claim="treaty.minimum").values, 1.0)
    np.testing.assert_allclose(result["demand"].sel(claim="treaty.minimum").values, 1.5)
    assert (result["reason"].sel(claim="treaty.minimum").values > 0).all()


def test_a_safe_discharge_holds_where_anything_else_can_give_way():
    """A river that earns money carries no more than it may."""
    text = RIVER.format(initial=1000000, minimum=0, safe=2)
    text = text.replace("to: valley, type: river", "to: valley, type: canal, cost: -2000 yuan/m3")
    result = run(text.replace("local_inflow: 1 m3/s", "local_inflow: 1 m3/s\n    spill_to: valley"))
    # On the first day there is more; then the city has emptied the dam.
    np.testing.assert_allclose(result["discharge"].sel(reach="valley").values, [2, 1, 1, 1, 1])


GOALS = (
    HEAD
    + """
allocation: least_cost
{ladder}
nodes:
  lake:
    type: reservoir
    storage_curve: {{level: [0 m, 10 m, 20 m], storage: [0 m3, 1000000 m3, 2000000 m3]}}
    levels: {{dead: 0 m, normal: 10 m}}
    initial: 0 m
    local_inflow: 1 m3/s
    {limit}
  section: {{type: reach{base}}}
  city: {{type: demand, use: domestic, flow: 0.2 m3/s}}
  sea: {{type: outlet{outflow}}}
links:
  - {{from: lake, to: section, type: river}}
  - {{from: section, to: sea, type: river}}
  - {{from: lake, to: city, type: pipe, minimum: 0.1 m3/s}}
"""
)
NONE = {"ladder": "", "limit": "", "base": "", "outflow": ""}


@pytest.mark.parametrize(
    ("key", "text", "path"),
    [
        ("base", ", base_flow: {requirement: 0.5 m3/s}", ("nodes", "section", "base_flow")),
        ("outflow", ", outflow: {requirement: 0.3 m3/s}", ("nodes", "sea", "outflow")),
        ("limit", "zones: {town: 5 m}", ("nodes", "lake", "zones")),
        (
            "limit",
            "flood_limited_level: {stages: {07-01: 5 m}, drawdown: {from: 06-01}, until: 09-01}",
            ("nodes", "lake", "flood_limited_level"),
        ),
    ],
)
def test_a_claim_that_costs_cannot_keep_is_an_error(key, text, path):
    (fault,) = faults_of(GOALS.format(**NONE | {key: text}))
    assert (fault.path, fault.severity) == (path, "error")
    assert "`allocation: least_cost`" in str(fault.found)


def test_a_ladder_is_not_asked_for_and_said_to_be_read_by_nothing():
    assert faults_of(GOALS.format(**NONE)) == []
    (warning,) = faults_of(GOALS.format(**NONE | {"ladder": "ladder: [domestic, minimum]"}))
    assert (warning.path, warning.severity) == (("ladder",), "warning")
    assert run(GOALS.format(**NONE))["supplied"].sel(claim="lake->city.minimum").values == (
        pytest.approx([0.1] * 5)
    )


SOURCES = (
    HEAD
    + """
{head}
nodes:
  src: {{type: local_source, capacity: 20000 m3/day}}
  src2: {{type: local_source, capacity: 20000 m3/day}}
  city: {{type: demand, use: other, flow: 10000 m3/day}}
  fire: {{type: demand, use: other, flow: 1000 m3/day}}
links:
  - {{from: src, to: city, type: pipe, cost: {city} yuan/m3}}
  - {{from: src2, to: fire, type: pipe, cost: {fire} yuan/m3}}
"""
)
BY_COST = "allocation: least_cost"


def test_a_cost_too_small_beside_the_largest_names_both():
    faults = faults_of(SOURCES.format(head=BY_COST, city=-0.002, fire=-1e7))
    (fault,) = [one for one in faults if one.severity == "error"]
    assert fault.path == ("links", 0, "cost")
    assert "'src->city'" in str(fault.found)
    assert "'src2->fire'" in str(fault.found)


def test_a_cost_above_that_counts():
    """2e-9 of the largest cost decides."""
    result = run(SOURCES.format(head=BY_COST, city=-0.02, fire=-1e7))
    np.testing.assert_allclose(result["supplied"].sel(claim="city").values, 1e4 / 86400)
    result = run(SOURCES.format(head=BY_COST, city=0.02, fire=-1e7))
    np.testing.assert_allclose(result["supplied"].sel(claim="city").values, 0.0, atol=1e-12)


def test_a_negative_cost_where_the_ladder_decides_is_a_fault():
    (fault,) = faults_of(SOURCES.format(head="ladder: [other]", city=-3, fire=1))
    assert (fault.path, fault.severity) == (("links", 0, "cost"), "error")
    assert "-3 yuan/m3" in str(fault.found)


BROOK = (
    HEAD
    + """
{head}
nodes:
  brook: {{type: inflow, local_inflow: 20000 m3/day}}
  {middle}
  city: {{type: demand, use: other, flow: 10000 m3/day}}
  sea: {{type: outlet}}
links:
  {links}
"""
)
PLANT = "plant: {type: treatment_plant, capacity: 15000 m3/day}"


@pytest.mark.parametrize("head", ["ladder: [other]", BY_COST])
@pytest.mark.parametrize(
    ("middle", "links", "end"),
    [
        ("", "[{from: brook, to: city, type: river}]", "city"),
        (PLANT, "[{from: brook, to: plant, type: river}, {from: plant, to: city}]", "plant"),
        (
            "pool: {type: junction}",
            "[{from: brook, to: pool, type: river}, {from: pool, to: city, type: river}]",
            "city",
        ),
    ],
)
def test_a_brook_with_no_way_out_is_refused(head, middle, links, end):
    faults = faults_of(BROOK.format(head=head, middle=middle, links=links))
    (fault,) = [one for one in faults if one.severity == "error"]
    assert fault.path[0] == "links"
    assert f"'{end}'" in str(fault.found)


@pytest.mark.parametrize(
    ("middle", "links"),
    [
        ("", "[{from: brook, to: city, type: pipe}, {from: brook, to: sea, type: river}]"),
        (
            "pool: {type: junction}",
            "[{from: brook, to: pool, type: river}, {from: pool, to: city, type: canal}, "
            "{from: pool, to: sea, type: river}]",
        ),
    ],
)
def test_a_brook_with_a_way_out_runs(middle, links):
    result = run(BROOK.format(head="ladder: [other]", middle=middle, links=links))
    np.testing.assert_allclose(result["supplied"].values, 1e4 / 86400)
    links = links.replace("to: city,", "to: city, cost: 1 yuan/m3,")
    result = run(BROOK.format(head=BY_COST, middle=middle, links=links))
    np.testing.assert_allclose(result["supplied"].values, 0.0, atol=1e-12)
