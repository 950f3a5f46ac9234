"""Demands that no water reaches, and circles within a step."""

from __future__ import annotations

import pytest

from hydrosim.config.load import config_from_text
from hydrosim.errors import ConfigError
from hydrosim.supply.build import check_model
from hydrosim.supply.network import starting_row

HEAD = """\
hydrosim: 1
period: {start: 2001-01-01, end: 2001-01-10}
ladder: [domestic]
nodes:
  river: {type: inflow, local_inflow: 5 m3/s}
  city: {type: demand, use: domestic, flow: 2 m3/s}
  a: {type: junction}
  b: {type: junction}
  c: {type: junction}
  lake: {type: regulating_reservoir, initial: 50 %, levels: {dead: 1 m, normal: 3 m}, \
storage_curve: {level: [0 m, 4 m], storage: [0 万m3, 400 万m3]}}
links:
"""
SERVED = "  - {from: river, to: city}\n"


def checked(links, ladder="domestic, storage"):
    text = HEAD.replace("[domestic]", f"[{ladder}]") + links
    return check_model(config_from_text(text, "city.yaml"))[0]


def faults(links, **keys):
    with pytest.raises(ConfigError) as caught:
        checked(links, **keys)
    return [(fault.path, fault.found) for fault in caught.value.faults]


def test_water_from_a_river_reaches_the_city():
    assert "city" in checked(SERVED).claims


def test_a_demand_without_a_link():
    assert faults("  - {from: river, to: a}\n") == [
        (("nodes", "city"), "no source reaches it: no link ends here")
    ]


def test_a_demand_behind_dry_junctions():
    links = "  - {from: river, to: a}\n  - {from: b, to: c}\n  - {from: c, to: city}\n"
    assert faults(links) == [(("nodes", "city"), "no source reaches it through c->city")]


def test_stored_water_is_a_source():
    checked("  - {from: lake, to: c}\n  - {from: c, to: city}\n  - {from: river, to: a}\n")


def test_a_circle_of_canals():
    links = "  - {from: river, to: a}\n  - {from: a, to: b}\n  - {from: b, to: a}\n"
    assert faults(SERVED + links) == [
        (("links", 2), "a circle within one step: a->b, then b->a"),
    ]


def test_all_circles_are_told():
    links = (
        "  - {from: river, to: a}\n  - {from: a, to: b}\n  - {from: b, to: a}\n"
        "  - {from: b, to: c}\n  - {from: c, to: b}\n"
    )
    told = faults(SERVED + links)
    assert len(told) == 2
    assert {found for _, found in told} == {
        "a circle within one step: a->b, then b->a",
        "a circle within one step: b->c, then c->b",
    }


def test_a_store_does_not_break_a_circle():
    links = "  - {from: lake, to: a}\n  - {from: a, to: lake}\n"
    assert faults(SERVED + links) == [
        (("links", 2), "a circle within one step: a->lake, then lake->a"),
    ]


def test_a_circle_may_be_allowed_with_a_reason():
    links = "  - {from: lake, to: a}\n  - {from: a, to: lake, cycle: allowed, reason: pumped}\n"
    checked(SERVED + links)


def test_a_return_in_the_next_step_is_no_circle_and_one_in_the_same_step_is():
    text = HEAD.replace("[domestic]", "[domestic, storage]")
    text = text.replace("flow: 2 m3/s}", "flow: 2 m3/s, return: {share: 50 %, to: a}}")
    links = "  - {from: river, to: a}\n  - {from: a, to: city}\n"
    check_model(config_from_text(text + links))
    text = text.replace("to: a}}", "to: a, same_step: true}}")
    with pytest.raises(ConfigError, match=r"a circle within one step: a->city, then city\.deliv"):
        check_model(config_from_text(text + links))


def test_the_row_that_a_column_leaves():
    builder = checked(SERVED)
    row = starting_row(builder.columns["river->city"])
    assert row is not None
    assert row.name == "river"
