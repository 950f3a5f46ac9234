"""Changes of a config as written, a base file, and the axes' own checks."""

import pytest

from hydrosim.config.axes import Scenarios
from hydrosim.config.patches import patched
from hydrosim.config.source import parse_text

pytestmark = pytest.mark.usefixtures("dummy_types")

CITY = """\
period: {end: 2001-12-31}
rules:
  inflow.wet: {factor: 2}
nodes:
  lake: {type: tank, level: 3 m}
links:
  - {from: lake, to: town}
  - {from: lake, to: sea, capacity: 1 m3/s}
  - {name: pipe, from: lake, to: farm, capacity: 2 m3/s}
"""
PATCHES = """\
wide:
  links.lake->sea.capacity: 5 m3/s
  rules.inflow.wet.factor: 3.10
gone: {links.lake->town: ~}
new: {links.sea->lake: {capacity: 4 m3/s}, nodes.dam: {type: tank}}
"""


def where(text, part):
    """Line and column, from 1, of a part of a text."""
    before = text[: text.index(part)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


@pytest.fixture
def city():
    return parse_text(CITY, "city.yaml")


@pytest.fixture
def patches():
    return parse_text(PATCHES, "patches.yaml")


def test_a_value_keeps_the_place_of_its_change(city, patches):
    after, faults = patched(city, patches.tree["wide"], patches, ("wide",))
    assert not faults
    assert after.tree["links"][1]["capacity"] == "5 m3/s"
    assert after.place(("links", 1, "capacity")) == where(PATCHES, "links.lake->sea.capacity")
    assert after.file_of(("links", 1, "capacity")) == "patches.yaml"
    assert after.file_of(("links", 1, "from")) == "city.yaml"
    assert after.tree["rules"]["inflow.wet"]["factor"] == 3.1
    assert after.written["rules", "inflow.wet", "factor"] == "3.10"
    assert city.tree["links"][1]["capacity"] == "1 m3/s"
    assert city.place(("links", 1, "capacity")) == where(CITY, "capacity: 1")


def test_places_move_up_where_a_link_is_taken_away(city, patches):
    after, faults = patched(city, patches.tree["gone"], patches, ("gone",))
    assert not faults
    assert [link["to"] for link in after.tree["links"]] == ["sea", "farm"]
    assert after.place(("links", 0, "capacity")) == where(CITY, "capacity: 1")
    assert after.place(("links", 1, "capacity")) == where(CITY, "capacity: 2")
    assert ("links", 2, "capacity") not in after.values


def test_a_new_link_takes_its_ends_from_its_name(city, patches):
    after, faults = patched(city, patches.tree["new"], patches, ("new",))
    assert not faults
    assert after.tree["links"][3] == {"from": "sea", "to": "lake", "capacity": "4 m3/s"}
    assert after.place(("links", 3, "capacity")) == where(PATCHES, "capacity: 4")
    assert after.place(("links", 3, "from")) == where(PATCHES, "links.sea->lake")
    assert after.tree["nodes"]["dam"] == {"type": "tank"}


def test_a_named_link_goes_by_its_name(city):
    after, faults = patched(city, {"links.pipe.capacity": "3 m3/s"})
    assert not faults
    assert after.tree["links"][2]["capacity"] == "3 m3/s"
    _, faults = patched(city, {"links.lake->farm.capacity": "3 m3/s"})
    assert [fault.found for fault in faults] == ["a change of 'links.lake->farm.capacity'"]


def axes(**more):
    given = {"year": {"2025": None, "2030": {}}, "works": {"no": {}, "yes": {"policy": "x"}}}
    return Scenarios.model_validate({"axes": given, **more})


def test_a_product_is_in_the_order_of_the_file():
    names = list(axes().combinations())
    assert names == ["2025-no", "2025-yes", "2030-no", "2030-yes"]
    assert axes().combinations()["2030-no"] == {"year": "2030", "works": "no"}


def test_a_list_takes_the_first_value_of_what_it_leaves_out():
    chosen = axes(combine="list", list={"today": {}, "built": {"works": "yes"}})
    assert chosen.combinations() == {
        "today": {"year": "2025", "works": "no"},
        "built": {"year": "2025", "works": "yes"},
    }


def test_a_subset_is_of_the_product():
    keep = [{"year": "2025"}, {"year": ["2025", "2030"], "works": "yes"}]
    chosen = axes(combine="subset", keep=keep)
    assert list(chosen.combinations()) == ["2025-no", "2025-yes", "2030-yes"]
