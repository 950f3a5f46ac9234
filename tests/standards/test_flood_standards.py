"""Flood standards on hand-made results: return periods, classes, chains, what is not judged."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import xarray as xr

from hydrosim.nodes import NODE_TYPES
from hydrosim.standards.board import check
from hydrosim.standards.flood_basin import FloodBasin
from hydrosim.standards.flood_channel import FloodChannel
from hydrosim.standards.flood_criteria import reached
from hydrosim.standards.flood_levee import FloodLevee, levee_row
from hydrosim.standards.flood_reservoir import FloodReservoir, reservoir_rank
from hydrosim.standards.flood_works import flow_criterion, store_criterion
from hydrosim.standards.flood_zone import FloodZone, zone_row
from hydrosim.standards.replenishment import Replenishment

YEARS = [2.0, 10.0, 50.0, 100.0, 500.0, 1000.0]
LEVELS = [100.0, 102.0, 104.0, 105.0, 107.0, 109.0]
PEAKS = [100.0, 400.0, 900.0, 1100.0, 1800.0, 2500.0]
EXCESS = [0.0, 0.0, 0.0, 3.6e5, 2.88e6, 5.4e6]
HELD = [0.0, 0.0, 1e7, 2e7, 5e7, 5e7]
"""Six floods of one control point; the lake's level follows the dam's, 90 m lower."""


def result(**changes: Any) -> xr.Dataset:
    """Six design floods through a dam, a lake with a levee, a reach and a basin."""
    levels = np.array(changes.pop("levels", LEVELS))
    over = np.array(changes.pop("over", np.zeros(len(YEARS))))
    count = len(YEARS)
    seasons = changes.pop("seasons", ["main"] * count)
    control = changes.pop("control", "dam")
    nodes = ["dam", "lake"]
    data = {
        "peak_level": (("event", "node"), np.stack([levels, levels - 90.0], axis=1)),
        "peak_storage": (("event", "node"), np.stack([levels * 1e6, levels * 1e6], axis=1)),
        "overflow": (("event", "node"), np.stack([over, np.zeros(count)], axis=1)),
        "peak_discharge": (("event", "reach"), np.array(PEAKS)[:, None]),
        "reach_peak_inflow": (("event", "reach"), np.array(PEAKS)[:, None] * 0.5),
        "reach_excess_volume": (("event", "reach"), np.array(EXCESS)[:, None]),
        "excess_volume": (("event", "node"), np.full((len(PEAKS), 2), np.nan)),
        "basin_peak_storage": (("event", "basin"), np.array(HELD)[:, None]),
        "basin_volume": (("event", "basin"), np.array(HELD)[:, None]),
    }
    kinds = ("reservoir", "lake")
    coordinates = {
        "event": [f"f{i}" for i in range(count)],
        "event_return_period": ("event", changes.pop("years", YEARS)),
        "event_control": ("event", ["dam"] * count),
        "event_season": ("event", seasons),
        "event_scheme": ("event", ["site"] * count),
        "event_typical": ("event", ["1963"] * count),
        "node": nodes,
        "node_is_store": ("node", [True, True]),
        "node_is_dam": ("node", [True, False]),
        "node_is_embanked": ("node", [False, True]),
        "node_flood_bounds": ("node", [" ".join(NODE_TYPES[kind].flood_bounds) for kind in kinds]),
        "reach_is_store": ("reach", [False]),
        "reach_is_embanked": ("reach", [True]),
        "reach_flood_bounds": ("reach", ["safe_discharge guaranteed crest"]),
        "reach": ["river"],
        "basin": ["basin"],
        "reach_safe_discharge": ("reach", [1000.0]),
        "basin_capacity": ("basin", [5e7]),
        "flood_control_level": ("node", [104.0, 14.5]),
        "flood_control_storage": ("node", [104e6, np.nan]),
        "design_level": ("node", [106.0, np.nan]),
        "check_level": ("node", [108.0, np.nan]),
        "check_storage": ("node", [changes.pop("total", 2e8), np.nan]),
        "crest_level": ("node", [np.nan, 15.5]),
    }
    for dimension, size in (("node", 2), ("reach", 1), ("basin", 1)):
        coordinates[f"{dimension}_control"] = (dimension, [control] * size)
        coordinates[f"{dimension}_river"] = (dimension, [""] * size)
        coordinates[f"{dimension}_tier"] = (dimension, [""] * size)
    attributes = {
        "engine": "flood",
        "zones": json.dumps(changes.pop("zones", [])),
        "protects": json.dumps(changes.pop("protects", {})),
    }
    assert not changes
    return xr.Dataset(data, coordinates, attributes)


def only(verdicts: Any, quantity: str) -> Any:
    (found,) = [verdict for verdict in verdicts if verdict.quantity == quantity]
    return found


# -- the return period reached -------------------------------------------------------------------


def test_the_largest_that_holds_below_the_smallest_that_fails():
    criterion = store_criterion(result(), "dam", "flood_control")
    assert criterion is not None
    stands = reached(result(), criterion)
    assert (stands.years, stands.fails_at) == (50.0, 100.0)


def test_a_larger_flood_that_holds_again_does_not_count():
    levels = [100.0, 105.0, 103.0, 103.0, 107.0, 109.0]
    data = result(levels=levels)
    criterion = store_criterion(data, "dam", "flood_control")
    assert criterion is not None
    assert reached(data, criterion).answer == 2.0


@pytest.mark.parametrize(
    ("levels", "answer"), [([90.0] * 6, "> 1000"), ([120.0] * 6, "< 2")], ids=["never", "always"]
)
def test_answers_outside_the_range(levels, answer):
    data = result(levels=levels)
    criterion = store_criterion(data, "dam", "flood_control")
    assert criterion is not None
    assert reached(data, criterion).answer == answer


def test_the_worst_season_counts():
    data = result(years=[10.0, 50.0, 100.0] * 2, seasons=["late"] * 3 + ["main"] * 3,
                  levels=[103.0, 105.0, 106.0, 105.0, 106.0, 107.0])  # fmt: skip
    criterion = store_criterion(data, "dam", "flood_control")
    assert criterion is not None
    assert reached(data, criterion).answer == "< 10"
    assert reached(data, criterion).case[0] == "main"
    assert reached(data, criterion, ("late", "site", "1963")).answer == 10.0


def test_both_ends_of_a_reach_count():
    data = result()
    data["reach_peak_inflow"][:] = 1200.0
    criterion = flow_criterion(data, "river")
    assert criterion is not None
    assert reached(data, criterion).answer == "< 2"


# -- reservoirs ----------------------------------------------------------------------------------


def test_a_reservoir_is_judged_by_its_level_of_structure():
    """2e8 m3: rank II, level 2; design 100 years (105 m of 106 m), check 2000: not routed."""
    verdicts = check(result(), [FloodReservoir()])
    design = only(verdicts, "design flood level")
    assert (design.required, design.achieved, design.margin) == (106.0, 105.0, 1.0)
    assert (design.return_period_required, design.return_period_reached) == (100.0, 100.0)
    assert (design.outcome, design.margin_level) == ("pass", 1.0)
    assert design.source == "SL 252-2017 (as entered)"
    checked = only(verdicts, "check flood level")
    assert checked.outcome == "not judged"
    assert "2000 years" in checked.reason
    protection = only(verdicts, "flood-control level")
    assert (protection.outcome, protection.return_period_reached) == ("not judged", 50.0)


def test_the_config_overrides_levels_and_return_periods():
    works = {"dam": {"protection": 100, "design": 500, "level": 4, "dam": "concrete"}}
    verdicts = check(result(), [FloodReservoir.model_validate({"type": "flood_reservoir",
                                                              "works": works})])  # fmt: skip
    protection = only(verdicts, "flood-control level")
    assert (protection.outcome, protection.margin) == ("fail", -1.0)
    assert protection.margin_volume == pytest.approx(-1e6)
    assert only(verdicts, "design flood level").return_period_required == 500.0
    assert only(verdicts, "check flood level").outcome == "not judged"  # 200 years


def test_a_dam_that_is_overtopped_fails_at_its_level():
    data = result(levels=[106.0] * 6, over=[0.0, 0.0, 0.0, 3e6, 4e6, 5e6])
    verdict = only(check(data, [FloodReservoir()]), "design flood level")
    assert verdict.outcome == "fail"
    assert "Overtopped: 3 Mm3 pass over the crest" in verdict.reason
    assert "漫顶" in verdict.reason_zh


def test_a_zone_asks_of_its_reservoir():
    zones = [{"name": "city", "years": 50.0, "members": ["dam"]}]
    verdict = only(check(result(zones=zones), [FloodReservoir()]), "flood-control level")
    assert (verdict.outcome, verdict.margin) == ("pass", 0.0)


@pytest.mark.parametrize(
    ("total", "name"),
    [
        (10e8, "I"),
        (9.99e8, "II"),
        (1e8, "II"),
        (0.5e8, "III"),
        (1e6, "IV"),
        (1e5, "V"),
        (9e4, None),
    ],
)
def test_rank_by_total_storage(total, name):
    row = reservoir_rank(total)
    assert (row["name"] if row else None) == name


def test_without_a_total_storage_there_is_no_rank():
    verdict = only(check(result(total=np.nan), [FloodReservoir()]), "design flood level")
    assert verdict.outcome == "not judged"
    assert "total storage" in verdict.reason


@pytest.mark.parametrize(("control", "words"), [("", "arrives"), ("*", "composition")])
def test_floods_that_do_not_arrive_or_meet_judge_nothing(control, words):
    (verdict,) = check(result(control=control), [FloodReservoir()])
    assert verdict.outcome == "not judged"
    assert words in verdict.reason


# -- channels, levees, basins --------------------------------------------------------------------


def test_a_reach_against_its_safe_discharge():
    standard = FloodChannel.model_validate(
        {"type": "flood_channel", "return_periods": {"river": "100 years"}, "places": ["river"]}
    )
    (verdict,) = check(result(), [standard])
    assert (verdict.margin, verdict.margin_flow, verdict.outcome) == (-100.0, -100.0, "fail")
    assert verdict.return_period_reached == 50.0
    assert verdict.unit == "m3 s-1"
    assert verdict.margin_volume == -3.6e5
    assert "flow above it" in verdict.reason
    assert "超额洪量" in verdict.reason_zh


def test_a_lake_by_its_flood_control_level():
    verdicts = check(result(), [FloodChannel.model_validate({"type": "flood_channel",
                                                             "places": ["lake"]})])  # fmt: skip
    (verdict,) = verdicts
    assert (verdict.outcome, verdict.return_period_reached) == ("not judged", 50.0)


@pytest.mark.parametrize(
    ("years", "name", "freeboard"),
    [
        (100, "1", 1.0),
        (99, "2", 0.8),
        (50, "2", 0.8),
        (30, "3", 0.7),
        (20, "4", 0.6),
        (10, "5", 0.5),
    ],
)
def test_class_of_a_levee_by_return_period(years, name, freeboard):
    row = levee_row(years)
    assert row is not None
    assert (row["name"], row["freeboard"]) == (name, freeboard)


def test_a_levee_needs_its_freeboard():
    """Crest 15.5 m less 0.8 m of class 2: 14.7 m; 14 m at 50 years, 15 m at 100 years."""
    standard = FloodLevee.model_validate({"type": "flood_levee", "return_periods": {"lake": 50}})
    (verdict,) = check(result(), [standard])
    assert verdict.required == pytest.approx(14.7)
    assert verdict.margin == pytest.approx(0.7)
    assert (verdict.outcome, verdict.return_period_reached) == ("pass", 50.0)
    assert levee_row(None) is None
    assert levee_row(9.0) is None


def test_a_full_basin_fails_and_tells_its_first_use():
    standard = FloodBasin.model_validate({"type": "flood_basin", "return_periods": {"basin": 500}})
    (verdict,) = check(result(), [standard])
    assert (verdict.outcome, verdict.return_period_reached) == ("fail", 100.0)
    assert (verdict.required, verdict.achieved, verdict.margin_volume) == (50.0, 50.0, 0.0)
    assert "First used in the flood of 50 years" in verdict.reason


# -- zones and their chains ----------------------------------------------------------------------


def zone(**keys: Any) -> FloodZone:
    return FloodZone.model_validate({"type": "flood_zone", "protects": ["dam", "river"], **keys})


@pytest.mark.parametrize(
    ("keys", "name", "years"),
    [
        ({"population": "150 万人"}, "I", 200.0),
        ({"population": "149 万人"}, "II", 100.0),
        ({"population": "10 万人", "economy": "120 万人"}, "II", 100.0),
        ({"population": "10 万人"}, "IV", 20.0),
        ({"kind": "rural", "population": "35 万人", "farmland": "20 万亩"}, "III", 20.0),
        ({"kind": "rural", "population": "10 万人", "farmland": "300 万亩"}, "I", 50.0),
        ({"kind": "industry", "size": "medium"}, "III", 20.0),
        ({"class": "I", "population": "10 万人"}, "I", 200.0),
        ({"population": "150 万人", "return_period": 300}, "I", 300.0),
    ],
)
def test_class_of_a_zone_is_the_higher_of_its_columns(keys, name, years):
    made = zone(**keys)
    row = zone_row(made)
    assert row is not None
    assert row["name"] == name
    assert made.required()[0] == years


def test_a_zone_says_where_its_class_comes_from_and_what_its_size_would_be():
    own = zone(**{"class": "III", "source": "City plan", "clause": "3.1", "confidence": "H"})
    (verdict,) = check(result(), [own])
    assert (verdict.source, verdict.clause, verdict.confidence) == ("City plan", "3.1", "H")
    (verdict,) = check(result(), [zone(**{"class": "III", "confidence": "L"})])
    assert (verdict.source, verdict.confidence) == ("GB 50201-2014 (as entered)", "L")
    (verdict,) = check(result(), [zone(**{"class": "III", "population": "150 万人"})])
    assert "By its size it would be of class I." in verdict.reason
    (verdict,) = check(result(), [zone(**{"class": "I", "population": "150 万人"})])
    assert "By its size" not in verdict.reason


def test_a_chain_is_as_strong_as_its_first_failing_member():
    (verdict,) = check(result(), [zone(population="60 万人", title="City")])
    assert (verdict.required, verdict.achieved, verdict.outcome) == (100.0, 50.0, "fail")
    assert verdict.return_period_reached == 50.0
    assert "First to fail: dam" in verdict.reason
    assert verdict.margin_level == pytest.approx(-1.0)  # of the dam in the flood of 100 years
    assert verdict.subject == "City"


def test_reservoirs_that_protect_a_member_belong_to_the_chain():
    data = result(protects={"dam": ["river"]}, levels=[100.0, 105.0, 106.0, 106.0, 107.0, 109.0])
    (verdict,) = check(data, [zone(population="60 万人", protects=["river"])])
    assert verdict.return_period_reached == 2.0
    assert "First to fail: dam" in verdict.reason


def test_a_chain_that_never_fails_says_more_than_the_largest_flood():
    data = result(levels=[90.0] * 6)
    (verdict,) = check(data, [zone(population="60 万人", protects=["dam"])])
    assert (verdict.outcome, verdict.return_period_reached) == ("pass", "> 1000")


def test_a_chain_with_an_unjudged_member_is_not_judged():
    (verdict,) = check(result(control="*"), [zone(population="60 万人")])
    assert verdict.outcome == "not judged"


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ({}, "a zone without size, class and return period"),
        ({"farmland": "3 万亩", "class": "I"}, "`farmland` of a zone of kind urban"),
        ({"size": "large", "class": "I"}, "`size` of a zone of kind urban"),
        ({"class": "I", "protects": ["dan"]}, "'dan'"),
        ({"class": "I", "protects": ["city"]}, "'city', of type demand"),
    ],
)
def test_faults_of_a_zone(keys, found):
    kinds = {"dam": "reservoir", "river": "reach", "city": "demand"}
    nodes = {name: NODE_TYPES[kind].model_construct(type=kind) for name, kind in kinds.items()}
    faults = zone(**keys).faults(SimpleNamespace(nodes=nodes, node_types=NODE_TYPES))
    assert found in [fault.found for fault in faults]


def test_standards_of_the_other_engine_are_left_out():
    assert check(result(), [Replenishment.model_validate({"type": "replenishment"})]) == []
    assert check(xr.Dataset(), [FloodBasin()]) == []


def test_verdicts_on_floods_speak_chinese():
    standards = [FloodReservoir(), FloodChannel(), FloodLevee(), FloodBasin(),
                 zone(population="60 万人")]  # fmt: skip
    verdicts = check(result(), standards)
    assert {verdict.standard for verdict in verdicts} == {one.label for one in standards}
    for verdict in verdicts:
        assert verdict.reason_zh
        assert verdict.quantity_zh != verdict.quantity
        plain = re.sub("lake|main|river|basin", "", verdict.reason_zh)
        assert not re.search("[a-z]{4,}", plain)
