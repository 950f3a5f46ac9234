"""Reaches: ordered and free water, travel time, safe discharge, bed loss, base flow."""

from __future__ import annotations

import numpy as np
import pytest

from tests.nodes.river_models import (
    LADDER,
    content,
    lowered,
    reservoir,
    simulated,
    told,
    volume,
    write_series,
)

RIVER = [
    {"from": "upper", "to": "sha", "type": "river"},
    {"from": "sha", "to": "town"},
    {"from": "sha", "to": "sea", "type": "river"},
]


def river_model(reach=None, town="3 m3/s", store=None, **sections):
    nodes = {
        "upper": reservoir(**(store or {})),
        "sha": {"type": "reach", **(reach or {})},
        "town": {"type": "demand", "use": "domestic", "flow": town},
    }
    if reach is None or "safe_discharge" not in reach:
        sections.setdefault("ladder", [line for line in LADDER if line != "safe_discharge"])
    return content(nodes, RIVER, **sections)


# -- lowering --------------------------------------------------------------------------------------


def test_without_delay_one_column():
    builder = lowered(river_model({"loss": "10 %"}))
    names = [name for name in builder.columns if name.startswith("sha.")]
    assert names == ["sha.through"]
    gains = {row.name: weight for row, weight in builder.columns["sha.through"].entries}
    assert gains == {"sha.above": 1.0, "sha": -0.9}
    assert builder.ports["sha"].inlet.name == "sha.above"
    assert builder.ports["sha"].outlet.name == "sha"


def test_with_delay_ordered_arrives_and_free_enters_the_delay():
    builder = lowered(river_model({"travel_time": "2 days", "loss": "10 %"}))
    ordered, free = builder.columns["sha.ordered"], builder.columns["sha.free"]
    assert {row.name: weight for row, weight in ordered.entries} == {"sha.above": 1.0, "sha": -0.9}
    assert {row.name: weight for row, weight in free.entries} == {"sha.above": 1.0}
    assert ordered.cost_yuan_per_m3 > free.cost_yuan_per_m3 == 0.0
    assert [origin for _, origin in builder.rows["sha"].forced] == ["carry:sha.under_way"]
    assert "sha.under_way" in builder.balances


def test_safe_discharge_claims_an_unused_exceedance():
    builder = lowered(river_model({"safe_discharge": "20 m3/s"}))
    within, above = builder.columns["sha.within_safe"], builder.columns["sha.above_safe"]
    assert [(v.constant, reason) for v, reason in within.upper] == [
        (20 * 86400.0, "safe_discharge")
    ]
    assert above.upper == []
    claim = builder.claims["sha.above_safe"]
    assert (claim.sense, claim.line) == (-1, "safe_discharge")


def test_base_flow_and_ecology_are_one_river():
    builder = lowered(
        river_model(
            {
                "base_flow": {"requirement": "1 m3/s", "guarantee": "90 %"},
                "ecology": {"requirement": "3 m3/s", "line": "green"},
            },
            ladder=[*LADDER, "base_flow", "green"],
        )
    )
    assert builder.claims["sha.base_flow"].wanted.constant == 86400.0
    assert builder.claims["sha.ecology"].wanted.constant == 2 * 86400.0
    assert builder.claims["sha.ecology"].line == "green"
    assert builder.columns["sha.free_flow"].upper == []
    assert builder.items["claim"]["sha.base_flow"]["guarantee"] == 0.9


def test_a_river_that_leaves_is_the_way_out_and_without_one_there_is_an_overflow():
    assert "sha.overflow" not in lowered(river_model()).columns
    model = river_model()
    model["links"].pop()
    del model["nodes"]["sea"]
    assert "sha.overflow" in lowered(model).columns


# -- physics ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "travel",
    [
        {},
        {"travel_time": "1 day"},
        {"travel_time": "3 days"},
        {"travel_time": "2.4 days"},
        {"muskingum": {"k": "36 h", "x": 0.2}},
    ],
)
def test_a_constant_demand_releases_itself_and_the_loss(travel):
    # One store, one reach, one demand of 3 m3/s: the mean release is 3 / (1 - 0.1) m3/s.
    model = river_model(
        {**travel, "loss": "10 %"},
        store={"initial": "110 m"},
        days=25,
    )
    dataset = simulated(model)
    release = dataset.release.sel(store="upper").to_numpy()
    assert abs(release.mean() / (3.0 / 0.9) - 1.0) <= 1e-9
    np.testing.assert_allclose(dataset.supplied.sel(claim="town"), 3.0, rtol=1e-9)


def test_unclaimed_water_takes_its_time_and_claimed_water_does_not(tmp_path):
    pulse = np.zeros(20)
    pulse[4] = 10.0
    series = write_series(tmp_path, "2001-01-01", pulse=pulse)
    nodes = {
        "hills": {"type": "inflow", "local_inflow": "pulse"},
        "sha": {"type": "reach", "travel_time": "2 days", "loss": "20 %"},
        "town": {"type": "demand", "use": "domestic", "flow": "3 m3/s"},
    }
    links = [
        {"from": "hills", "to": "sha", "type": "river"},
        {"from": "sha", "to": "town"},
        {"from": "sha", "to": "sea", "type": "river"},
    ]
    dataset = simulated(
        content(nodes, links, ladder=["domestic"], days=20, series=series), tmp_path
    )
    supplied = dataset.supplied.sel(claim="town").to_numpy()
    # On the day of the pulse the town takes 3 = 0.8 x 3.75; the other 6.25 arrive as 5.0 later.
    expected = np.zeros(20)
    expected[4] = 3.0
    expected[6] = 3.0
    np.testing.assert_allclose(supplied, expected, atol=1e-9)
    sea = dataset.flow.sel(link="sha->sea").to_numpy()
    assert sea[6] == pytest.approx(2.0, rel=1e-9)
    assert sea.sum() == pytest.approx(2.0, rel=1e-9)


def test_steady_flow_under_way_at_the_start():
    model = river_model({"travel_time": "3 days", "initial_flow": "2 m3/s"}, town="0 m3/s", days=6)
    dataset = simulated(model)
    discharge = dataset.discharge.sel(reach="sha").to_numpy()
    np.testing.assert_allclose(discharge, [2, 2, 2, 0, 0, 0], atol=1e-12)


def test_base_flow_is_met_where_both_waters_have_joined():
    model = river_model(
        {
            "travel_time": "2 days",
            "loss": "10 %",
            "base_flow": {"requirement": "1.8 m3/s"},
        },
        town="0 m3/s",
        ladder=["dam_safety", "base_flow", "flood_limit", "domestic", "storage"],
        days=20,
    )
    dataset = simulated(model)
    np.testing.assert_allclose(dataset.discharge.sel(reach="sha"), 1.8, rtol=1e-9)
    np.testing.assert_allclose(dataset.release.sel(store="upper"), 2.0, rtol=1e-9)
    np.testing.assert_allclose(dataset.supplied.sel(claim="sha.base_flow"), 1.8, rtol=1e-9)


def test_base_flow_of_at_most_the_natural_flow():
    base = {"requirement": "1.8 m3/s", "at_most_natural": True}
    model = river_model(
        {"base_flow": base, "natural": "0.5 m3/s"},
        town="0 m3/s",
        ladder=["dam_safety", "base_flow", "flood_limit", "domestic", "storage"],
    )
    dataset = simulated(model)
    np.testing.assert_allclose(dataset.demand.sel(claim="sha.base_flow"), 0.5)
    np.testing.assert_allclose(dataset.natural_discharge.sel(reach="sha"), 0.5)
    assert dataset.reach_mean_natural_m3s.sel(reach="sha").item() == pytest.approx(0.5)


def test_bed_loss_recharges_the_aquifer():
    model = river_model({"loss": "25 %", "loss_to": "plain"}, days=5)
    model["nodes"]["plain"] = {
        "type": "aquifer",
        "area": "100 km2",
        "specific_yield": 0.1,
        "initial_depth": "10 m",
        "floor_depth": "60 m",
    }
    dataset = simulated(model)
    lost = 0.25 * volume(dataset, "release", "upper").sum()
    assert lost == pytest.approx(5 * 86400.0, rel=1e-9)
    assert volume(dataset, "recharge", "plain").sum() == pytest.approx(lost, rel=1e-9)


def test_exceedance_stays_unused_until_dam_safety_asks():
    # The store starts 4 m above its normal level: 4e6 m3 to release, 20 m3/s a day are safe.
    model = river_model(
        {"safe_discharge": "20 m3/s"},
        town="0 m3/s",
        store={"initial": "116 m"},
        days=5,
    )
    dataset = simulated(model)
    discharge = dataset.discharge.sel(reach="sha").to_numpy()
    np.testing.assert_allclose(discharge[:2], 20.0, rtol=1e-9)
    assert discharge.max() <= 20.0 * (1 + 1e-9)
    model["nodes"]["upper"]["initial"] = "119 m"
    discharge = simulated(model).discharge.sel(reach="sha").to_numpy()
    # Above the flood-control level of 116 m stand 3e6 m3; they leave on the first day.
    assert discharge[0] == pytest.approx(3e6 / 86400.0, rel=1e-9)
    assert discharge[1] == pytest.approx(20.0, rel=1e-9)


def test_month_steps():
    model = river_model(
        {"travel_time": "14 h", "loss": "10 %"},
        store={"initial": "112 m", "local_inflow": "2 m3/s"},
        start="2001-01-01",
        days=365,
        step="month",
    )
    dataset = simulated(model)
    assert "no delay" in dataset.reach_routing.sel(reach="sha").item()
    supplied = volume(dataset, "supplied", "town").sum()
    through = volume(dataset, "discharge", "sha").sum()
    released = volume(dataset, "release", "upper").sum()
    assert through == pytest.approx(0.9 * released, rel=1e-12)
    assert supplied <= through * (1 + 1e-12)


# -- faults ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reach", "place", "found", "expected"),
    [
        ({"loss": "100 %"}, "loss", "a loss of all water", "a loss below 100 %"),
        (
            {"muskingum": {"k": "10 h", "x": 0.7}},
            "muskingum.0.x",
            "x = 0.7",
            "a number between 0 and 0.5",
        ),
        (
            {"muskingum": {"k": "360 h", "x": 0.1666667}},
            "muskingum.0",
            "K = 360 h and x = 0.166667 in steps of 24 h: no number of sub-reaches has "
            "coefficients of 0 or more",
            "parameters with an admissible form",
        ),
        (
            {"travel_time": "1 day", "muskingum": {"k": "10 h", "x": 0.2}},
            "travel_time",
            "both `travel_time` and `muskingum`",
            "one of them",
        ),
        (
            {
                "muskingum": [
                    {"k": "14 h", "x": 0.2, "up_to": "1000 m3/s"},
                    {"k": "10 h", "x": 0.2, "up_to": "500 m3/s"},
                ]
            },
            "muskingum.1.up_to",
            "500 m3/s after 1000 m3/s",
            "sizes from the smallest flood up",
        ),
        (
            {"base_flow": {"requirement": "1 m3/s", "at_most_natural": True}},
            "base_flow.at_most_natural",
            "`at_most_natural` without a natural flow",
            "`natural:` beside it, the natural flow",
        ),
    ],
)
def test_faults(reach, place, found, expected):
    assert (f"nodes.sha.{place}", found, expected) in told(river_model(reach))
