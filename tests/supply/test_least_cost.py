"""What costs alone decide: limits that hold, water that is kept, what is refused."""

import json

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


QUOTA = (
    HEAD
    + """
allocation: least_cost
nodes:
  wells: {{type: aquifer, area: 20 km2, specific_yield: 0.05, initial_depth: 4 m, floor_depth: 12 m,
    quota: 365 万m3/year, account_year: 01-01{more}}}
  mill: {{type: demand, use: industry, flow: 200000 m3/day{share}}}
  town: {{type: demand, use: domestic, flow: 200 m3/day}}
links:
  - {{from: wells, to: mill, type: pump, capacity: 10 m3/s, cost: -2 yuan/m3}}
  - {{from: wells, to: town, type: pump, capacity: 10 m3/s, cost: {cost} yuan/m3}}
"""
)


def test_a_reserved_part_of_a_quota_is_refused():
    """Costs know no lines: the mill took the 1 Mm3 a year that `reserved:` kept for the town."""
    more = ", reserved: {domestic: 100 万m3/year}"
    found = faults_of(QUOTA.format(more=more, share="", cost=-1))
    assert [(".".join(map(str, one.path)), one.severity) for one in found] == [
        ("nodes.wells.reserved", "error")
    ]


def test_keys_that_only_a_ladder_reads_are_named():
    found = faults_of(QUOTA.format(more="", share=", share: 3, line: first", cost=-1))
    assert {".".join(map(str, one.path)) for one in found} == {
        "nodes.mill.line",
        "nodes.mill.share",
    }
    assert {one.severity for one in found} == {"warning"}


def test_a_demand_that_brings_nothing_is_named_and_its_reason_is_true():
    """Its water costs 0.5 yuan and brings none: it gets nothing, and no ladder took it away."""
    text = QUOTA.format(more="", share="", cost=0.5)
    found = faults_of(text)
    assert [(".".join(map(str, one.path)), one.severity) for one in found] == [
        ("nodes.town", "warning")
    ]
    result = run(text)
    np.testing.assert_allclose(result["supplied"].sel(claim="town"), 0.0)
    code = int(result["reason"].sel(claim="town")[0])
    told = json.loads(result["reason"].attrs["table"])[str(code)]["en"]
    assert told == "no water that is worth its cost"


def test_water_stands_in_a_store_whose_zone_above_the_limit_is_empty():
    """The reach's safe discharge holds the claim; the store is 83 % full, its flood zone empty."""
    result = run("""
hydrosim: 1
period: {start: 2001-01-01, end: 2001-01-03, step: day}
allocation: least_cost
nodes:
  dam:
    type: reservoir
    storage_curve: {level: [0 m, 10 m, 12 m], storage: [0 m3, 350000 m3, 420000 m3]}
    levels: {dead: 0 m, normal: 10 m}
    initial: 300000 m3
  river: {type: reach, safe_discharge: 0.1 m3/s}
  town: {type: demand, use: domestic, flow: 20000 m3/day}
  sea: {type: outlet}
links:
  - {from: dam, to: river, type: river}
  - {from: river, to: town, type: pipe, cost: -3 yuan/m3}
  - {from: river, to: sea, type: river}
""")
    np.testing.assert_allclose(result["supplied"], 0.1)
    table = json.loads(result["reason"].attrs["table"])
    told = {table[str(int(code))]["en"] for code in np.unique(result["reason"].values)} - {""}
    assert told == {"river: at its safe discharge"}
