"""Lakes: the wanted band, outlets that stay closed below it, evaporation on a wide surface."""

from __future__ import annotations

import numpy as np
import pytest

from tests.nodes.river_models import BOX, content, lowered, simulated, told, volume

LADDER = ["flood_limit", "domestic", "storage"]


def lake(**changes):
    block = {
        "type": "lake",
        "storage_curve": BOX,
        "levels": {"normal": "107 m"},
        "target": {"low": "106.5 m", "high": "107 m"},
        "initial": "106.5 m",
    }
    return {**block, **changes}


def model(days=20, demand=None, ladder=None, **changes):
    nodes = {"marsh": lake(**changes)}
    links = [{"from": "marsh", "to": "sea", "type": "river"}]
    lines = list(ladder or LADDER)
    if demand is None:
        lines.remove("domestic")
    else:
        nodes["town"] = {"type": "demand", "use": "domestic", "flow": demand}
        links.append({"from": "marsh", "to": "town"})
    return content(nodes, links, ladder=lines, days=days)


def test_lowering():
    builder = lowered(model())
    assert builder.items["store"]["marsh"]["target_low_m"] == 106.5
    assert builder.items["store"]["marsh"]["target_high_m"] == 107.0
    assert builder.items["store"]["marsh"]["dead_level_m"] == 100.0
    assert [name for name in builder.columns if name.startswith("marsh.")] == [
        "marsh.storage",
        "marsh.flood_limit",
        "marsh.overflow",
    ]


def test_it_keeps_what_stands_below_the_band_and_lets_go_what_is_above():
    dataset = simulated(model(local_inflow="2 m3/s"))
    release = volume(dataset, "release", "marsh")
    # 0.5e6 m3 have room, 172 800 m3 come a day: the third day is the first to release.
    np.testing.assert_allclose(release[:2], 0.0, atol=1e-6)
    assert release[2] == pytest.approx(3 * 172800.0 - 500e3, rel=1e-9)
    np.testing.assert_allclose(release[3:], 172800.0, rtol=1e-9)
    np.testing.assert_allclose(dataset.level.sel(store="marsh")[3:], 107.0, rtol=1e-12)


def test_asked_water_leaves_below_the_band():
    dataset = simulated(model(demand="2 m3/s", days=5))
    np.testing.assert_allclose(dataset.supplied.sel(claim="town"), 2.0, rtol=1e-9)
    assert float(dataset.level.sel(store="marsh")[-1]) == pytest.approx(106.5 - 5 * 0.1728)


def test_open_water_evaporation_on_the_area_of_the_curve():
    dataset = simulated(model(evaporation="6 mm/day", precipitation="1 mm/day", days=10))
    np.testing.assert_allclose(volume(dataset, "evaporation", "marsh"), 6000.0)
    assert float(dataset.level.sel(store="marsh")[-1]) == pytest.approx(106.5 - 0.05)


def test_target_zone_may_have_its_own_line():
    changes = {"zones": {"habitat": {"top": "106.5 m", "line": "ecology"}}}
    lines = ["flood_limit", "ecology", "domestic", "storage"]
    dataset = simulated(model(demand="5 m3/s", days=5, ladder=lines, initial="106.9 m", **changes))
    supplied = volume(dataset, "supplied", "town")
    # 0.4e6 m3 stand above the habitat's 6.5e6 m3; a day of 5 m3/s is 432 000 m3.
    assert supplied[0] == pytest.approx(400e3, rel=1e-9)
    np.testing.assert_allclose(supplied[1:], 0.0, atol=1e-6)


def test_month_steps_close():
    one = model(local_inflow="1 m3/s", evaporation="1000 mm/year", precipitation="500 mm/year")
    one["period"] = {"start": "2001-01-01", "end": "2002-12-31", "step": "month"}
    dataset = simulated(one)
    storage = dataset.storage.sel(store="marsh").to_numpy()
    flows = {
        name: volume(dataset, name, "marsh")
        for name in ("local_inflow", "precipitation", "evaporation", "release", "spill")
    }
    change = np.diff(np.concatenate(([6.5e6], storage)))
    net = (
        flows["local_inflow"]
        + flows["precipitation"]
        - flows["evaporation"]
        - flows["release"]
        - flows["spill"]
    )
    np.testing.assert_allclose(change, net, atol=1e-5)


@pytest.mark.parametrize(
    ("changes", "place", "found", "expected"),
    [
        (
            {"target": {"low": "107 m", "high": "106 m"}},
            "target",
            "a band from 107 m to 106 m",
            "a lower edge below the upper edge",
        ),
        (
            {"levels": {"normal": "107 m", "warning": "106 m"}},
            "levels.warning",
            "warning level 106 m, normal level 107 m",
            "a warning level at or above the normal level",
        ),
        (
            {"levels": {"normal": "107 m", "flood_control": "107 m"}},
            "levels.flood_control",
            "flood-control level 107 m, normal level 107 m",
            "a flood-control level above the normal level",
        ),
        (
            {"levels": {"normal": "107 m", "flood_control": "109 m", "crest": "108 m"}},
            "levels.flood_control",
            "flood-control level 109 m, crest 108 m",
            "a flood-control level not above the crest",
        ),
        (
            {"levels": {"normal": "127 m"}},
            "levels.normal",
            "normal level 127 m",
            "a level inside the storage curve, 100 to 120 m",
        ),
    ],
)
def test_faults(changes, place, found, expected):
    assert (f"nodes.marsh.{place}", found, expected) in told(model(**changes))
