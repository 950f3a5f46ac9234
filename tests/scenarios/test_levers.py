"""Each lever of a planner, as a change of a scenario, does what it says."""

import json

import numpy as np
import pytest

from hydrosim import expand_scenarios, run
from hydrosim.config.load import config_from_text

CITY = """\
hydrosim: 1
period: {start: 2001-01-01, end: 2002-12-31, step: month}
water_year: 01-01
planning_year: 2025
ladder: [flood_limit, domestic, agriculture, storage, spare: wells]
rules:
  rain: {type: profile, unit: mm/day, values: [0, 0, 0, 1, 1, 2, 4, 4, 1, 0, 0, 0]}
  et0: {type: profile, unit: mm/day, values: [1, 1, 2, 4, 5, 6, 5, 4, 3, 2, 1, 1]}
  catchment:
    {type: runoff, area: 400 km2, rain: rain, et0: et0, x1: 300 mm, x2: 0 mm/day, x3: 60 mm,
     x4: 1.5 days}
  replaced_town: {type: by_year, unit: 亿m3/year, values: {2025: 0.05, 2030: 0.15}}
nodes:
  dam:
    type: reservoir
    storage_curve: {level: [0 m, 40 m], storage: [0 亿m3, 4 亿m3]}
    levels: {dead: 1 m, normal: 38 m}
    initial: 50 %
    local_inflow: catchment
  canal_head: {type: import, quota: 0.4 亿m3/year, account_year: 01-01, capacity: 3 m3/s}
  wells:
    {type: aquifer, area: 500 km2, specific_yield: 0.1, initial_depth: 10 m, floor_depth: 60 m}
  town: {type: demand, use: domestic, amount: 0.3 亿m3/year}
  city: {type: demand, use: domestic, amount: 1.0 亿m3/year}
  pond:
    type: lake
    storage_curve: {level: [0 m, 20 m], storage: [0 亿m3, 2 亿m3]}
    levels: {normal: 18 m}
    initial: 6 m
  fields:
    type: irrigation_district
    rain: rain
    et0: et0
    canal_efficiency: 0.6
    field_efficiency: 0.8
    fields:
      maize:
        area: 20 km2
        available_water: 15 %
        root_depth: 1 m
        crops:
          maize:
            sow: 04-15
            harvest: 09-30
            kc: {04-15: 0.5, 06-30: 1.1, 09-30: 0.6}
            stress_depletion: 50 %
            allowed_depletion: 40 %
  sea: {type: outlet}
links:
  - {from: dam, to: sea, type: river}
  - {from: pond, to: sea, type: river}
  - {from: dam, to: town, capacity: 5 m3/s, cost: 0.2 yuan/m3}
  - {from: wells, to: town, type: pump, capacity: 5 m3/s, quota: 0.2 亿m3/year, account_year: 01-01}
  - {from: canal_head, to: city, capacity: 3 m3/s}
  - {from: dam, to: city, capacity: 1 m3/s}
  - {from: dam, to: city, name: second_pipe, capacity: 2 m3/s, in_service: 2028-06-01}
  - {from: dam, to: fields, capacity: 9 m3/s}
scenarios:
  combine: list
  axes:
    lever:
      none: {}
      quota: {nodes.canal_head.quota: 0.6 亿m3/year}
      growth: {planning_year: 2030, nodes.town.growth: {rate: 2 %, from: 2025}}
      saving: {nodes.town.saving: 10 %}
      efficiency: {nodes.fields.canal_efficiency: 0.75}
      crop_area: {nodes.fields.fields.maize.area: 12 km2}
      replacement_2025: {links.wells->town.replaced: replaced_town}
      replacement_2030: {planning_year: 2030, links.wells->town.replaced: replaced_town}
      price: {nodes.town.tariff: {price: 4.8 yuan/m3, reference: 4 yuan/m3, elasticity: -0.25}}
      works: {planning_year: 2030}
      links_both_ways:
        links.dam->pond: {type: canal, capacity: 4 m3/s}
        links.pond->dam: {type: pump, capacity: 4 m3/s, cycle: allowed, reason: connected waters}
      one_way_back: {links.pond->dam: {type: pump, capacity: 4 m3/s}}
      land_cover: {rules.catchment.land_cover_factor: 90 %}
  list:
"""
LEVERS = (
    "none", "quota", "growth", "saving", "efficiency", "crop_area", "replacement_2025",
    "replacement_2030", "price", "works", "links_both_ways", "one_way_back", "land_cover",
)  # fmt: skip
TEXT = CITY + "".join(f"    {name}: {{lever: {name}}}\n" for name in LEVERS)


@pytest.fixture(scope="module")
def years():
    """Year tables by lever."""
    results = {}
    for scenario in expand_scenarios(config_from_text(TEXT, "city.yaml")):
        result = run(scenario.config, ledger=False).isel(scenario=0, member=0)
        proof = json.loads(result.attrs["certificate"])
        assert proof["largest_row_closure"] < 1e-12
        assert proof["largest_network_closure"] < 1e-12
        results[scenario.name] = result
    return results


def of(result, name, **item):
    return result[name].sel(**item).to_numpy()


def test_a_quota(years):
    np.testing.assert_allclose(of(years["none"], "year_withdrawn", source="canal_head"), 0.4e8)
    np.testing.assert_allclose(of(years["quota"], "year_withdrawn", source="canal_head"), 0.6e8)


@pytest.mark.parametrize(
    ("lever", "factor"),
    [("none", 1.0), ("growth", 1.02**5), ("saving", 0.9), ("price", 1.2**-0.25)],
)
def test_growth_saving_and_price(years, lever, factor):
    wanted = of(years[lever], "year_demand", claim="town")
    np.testing.assert_allclose(wanted, 0.3e8 * factor, rtol=1e-12)


def test_irrigation_efficiency_and_crop_area(years):
    intake = {name: of(one, "year_volume", link="dam->fields") for name, one in years.items()}
    np.testing.assert_allclose(intake["efficiency"], intake["none"] * 0.6 / 0.75, rtol=1e-9)
    np.testing.assert_allclose(intake["crop_area"], intake["none"] * 12 / 20, rtol=1e-9)


def test_source_replacement_by_year_and_unit(years):
    wells = {name: of(one, "year_withdrawn", source="wells") for name, one in years.items()}
    surface = {name: of(one, "year_volume", link="dam->town") for name, one in years.items()}
    np.testing.assert_allclose(wells["none"], 0.2e8, rtol=1e-9)
    np.testing.assert_allclose(wells["replacement_2025"], 0.15e8, rtol=1e-9)
    np.testing.assert_allclose(wells["replacement_2030"], 0.05e8, rtol=1e-9)
    for name in ("replacement_2025", "replacement_2030"):
        np.testing.assert_allclose(surface[name] + wells[name], 0.3e8, rtol=1e-9)


def test_works_enter_service(years):
    before = of(years["none"], "year_volume", link="second_pipe")
    after = of(years["works"], "year_volume", link="second_pipe")
    np.testing.assert_allclose(before, 0.0)
    assert (after > 1e7).all()
    supplied = {name: of(years[name], "year_supplied", claim="city") for name in ("none", "works")}
    assert (supplied["works"] > supplied["none"] + 1e7).all()


def test_connected_waters_pass_water_both_ways_but_never_in_a_circle(years):
    result = years["links_both_ways"]
    there, back = (result["flow"].sel(link=name) for name in ("dam->pond", "pond->dam"))
    assert float(there.max()) > 0.1
    assert float(back.max()) > 0.1
    np.testing.assert_allclose(np.minimum(there, back), 0.0, atol=1e-9)
    pumped = of(years["one_way_back"], "year_volume", link="pond->dam")
    assert pumped.sum() > 1e6


def test_land_cover_lowers_the_runoff(years):
    plain = years["none"]["local_inflow"].sel(store="dam").to_numpy()
    lower = years["land_cover"]["local_inflow"].sel(store="dam").to_numpy()
    np.testing.assert_allclose(lower, 0.9 * plain, rtol=1e-14)
