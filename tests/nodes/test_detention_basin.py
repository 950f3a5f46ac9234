"""Detention basins: dry in daily runs, their trigger noted at the section they name."""

from __future__ import annotations

import numpy as np
import pytest

from tests.nodes.river_models import BOX, content, lowered, reservoir, simulated, told

RATING = {"level": ["20 m", "24 m"], "flow": ["0 m3/s", "800 m3/s"]}


def model(gauge=None, **basin):
    nodes = {
        "upper": reservoir(initial="113 m"),
        "gauge": {"type": "control_section", **(gauge or {})},
        "hollow": {
            "type": "detention_basin",
            "section": "gauge",
            "capacity": "3.23 亿m3",
            "trigger": {"discharge": "9 m3/s"},
            **basin,
        },
    }
    links = [
        {"from": "upper", "to": "gauge", "type": "river"},
        {"from": "gauge", "to": "sea", "type": "river"},
    ]
    return content(nodes, links, ladder=["dam_safety", "flood_limit", "storage"], days=5)


def test_it_stays_dry_and_notes_its_trigger():
    builder = lowered(model())
    assert not [name for name in (*builder.rows, *builder.columns) if "hollow" in name]
    dataset = simulated(model())
    at = dataset.sel(reach="gauge")
    assert at.reach_flood_trigger_m3s.item() == 9.0
    above = (at.discharge > at.reach_flood_trigger_m3s).to_numpy()
    np.testing.assert_array_equal(above, [True, False, False, False, False])
    assert "hollow" not in dataset.store.to_numpy()


def test_a_level_becomes_a_discharge_by_the_rating_curve():
    one = model({"rating_curve": RATING}, trigger={"level": "21 m"})
    assert lowered(one).items["reach"]["gauge"]["flood_trigger_m3s"] == pytest.approx(200.0)


def test_the_lowest_trigger_of_several_basins_counts_and_a_store_keeps_a_level():
    one = model()
    one["nodes"]["second"] = {**one["nodes"]["hollow"], "trigger": {"discharge": "7 m3/s"}}
    one["nodes"]["third"] = {
        **one["nodes"]["hollow"],
        "section": "upper",
        "trigger": {"level": "117 m"},
    }
    builder = lowered(one)
    assert builder.items["reach"]["gauge"]["flood_trigger_m3s"] == 7.0
    assert builder.items["store"]["upper"]["flood_trigger_m"] == 117.0


@pytest.mark.parametrize(
    ("basin", "place", "found", "expected"),
    [
        ({"trigger": {}}, "trigger", "neither", "either `discharge` or `level`"),
        (
            {"storage_curve": BOX},
            "",
            "both",
            "either `storage_curve` or `capacity`",
        ),
        (
            {"section": "upper"},
            "trigger.discharge",
            "a discharge at 'upper', of type reservoir",
            "a level",
        ),
        (
            {"trigger": {"level": "21 m"}},
            "trigger.level",
            "a level at 'gauge', which has no rating curve",
            "a discharge, or `rating_curve:` at the section",
        ),
        (
            {"section": "hollow"},
            "section",
            "'hollow', of type detention_basin",
            "a place of type control_section, lake, outlet, reach, regulating_reservoir, reservoir",
        ),
    ],
)
def test_faults(basin, place, found, expected):
    path = f"nodes.hollow.{place}".rstrip(".")
    assert (path, found, expected) in told(model(**basin))


def test_no_link_reaches_it():
    one = model()
    one["links"].append({"from": "gauge", "to": "hollow"})
    expected = "a node that takes water from links"
    assert ("links.2.to", "'hollow', of type detention_basin", expected) in told(one)


def test_the_ledger_follows_no_water_in_it():
    one = {**model(), "ledger": {"stores": {"hollow": "first_in_first_out"}}}
    expected = "the name of a reservoir, lake or regulating reservoir"
    assert ("ledger.stores.hollow", "'hollow'", expected) in told(one)
