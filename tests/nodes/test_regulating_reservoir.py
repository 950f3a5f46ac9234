"""Regulating reservoirs: filled from links, full to the brim, no flood duty."""

from __future__ import annotations

import numpy as np
import pytest

from tests.nodes.river_models import BOX, content, lowered, simulated, told, volume


def model(days=20, **changes):
    pond = {
        "type": "regulating_reservoir",
        "storage_curve": BOX,
        "levels": {"dead": "101 m", "normal": "105 m"},
        "initial": "101 m",
        **changes,
    }
    nodes = {
        "hills": {"type": "inflow", "local_inflow": "4 m3/s"},
        "fork": {"type": "junction"},
        "pond": pond,
        "town": {"type": "demand", "use": "domestic", "flow": "1 m3/s"},
    }
    links = [
        {"from": "hills", "to": "fork", "type": "river"},
        {"from": "fork", "to": "pond", "type": "pump", "capacity": "3 m3/s", "loss": "5 %"},
        {"from": "fork", "to": "sea", "type": "river"},
        {"from": "pond", "to": "town", "type": "pipe"},
    ]
    return content(nodes, links, ladder=["domestic", "storage"], days=days)


def test_the_brim_is_the_normal_level():
    builder = lowered(model())
    assert [name for name in builder.columns if name.startswith("pond.")] == [
        "pond.dead_storage",
        "pond.storage",
        "pond.overflow",
    ]
    assert {row.name for row, _ in builder.columns["pond.overflow"].entries} == {"pond"}


def test_it_is_filled_by_its_link_up_to_the_brim():
    dataset = simulated(model(initial="101.5 m"))
    storage = dataset.storage.sel(store="pond").to_numpy()
    daily = (3 * 0.95 - 1.0) * 86400.0
    np.testing.assert_allclose(storage[:20], np.minimum(1.5e6 + daily * np.arange(1, 21), 5e6))
    full = storage >= 5e6 - 1e-3
    np.testing.assert_allclose(
        dataset.flow.sel(link="fork->pond").to_numpy()[full][1:], 1 / 0.95, rtol=1e-9
    )
    np.testing.assert_allclose(dataset.supplied.sel(claim="town"), 1.0, rtol=1e-9)


def test_rain_on_a_full_pond_overflows():
    dataset = simulated(model(initial="105 m", precipitation="200 mm/day", days=3))
    storage = dataset.storage.sel(store="pond").to_numpy()
    np.testing.assert_allclose(storage, 5e6, rtol=1e-12)
    # 200 000 m3 of rain a day, 86 400 go to the town, the rest runs over.
    np.testing.assert_allclose(volume(dataset, "spill", "pond"), 200e3 - 86400.0, rtol=1e-9)


def test_evaporation_alone_empties_it_below_dead_level():
    one = model(initial="101.5 m", evaporation="300 mm/day", days=8)
    one["nodes"]["hills"]["local_inflow"] = "0 m3/s"
    dataset = simulated(one)
    storage = dataset.storage.sel(store="pond").to_numpy()
    assert storage[-1] == pytest.approx(0.0, abs=1e-6)
    assert volume(dataset, "supplied", "town").sum() <= 0.5e6


@pytest.mark.parametrize(
    ("changes", "place", "found", "expected"),
    [
        (
            {"initial": "106 m"},
            "initial",
            "600 万m3",
            "at most what it holds at its normal level, 500 万m3",
        ),
        (
            {"levels": {"dead": "101 m", "normal": "105 m", "crest": "104 m"}},
            "levels.crest",
            "crest 104 m, normal level 105 m",
            "a crest at or above the normal level",
        ),
    ],
)
def test_faults(changes, place, found, expected):
    assert (f"nodes.pond.{place}", found, expected) in told(model(**changes))
