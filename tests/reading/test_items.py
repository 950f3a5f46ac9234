"""Names and attributes of items, and what is told of what a result does not hold."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from made import supply

from hydrosim.errors import DataError
from hydrosim.locale import Message
from hydrosim.reading.items import (
    NotHeld,
    NotJudged,
    attributes,
    has,
    item_flags,
    item_numbers,
    item_texts,
    items,
    nodes_of,
    one_run,
    position,
    require,
    unrecorded_either,
    values_of,
)


def test_names_and_places() -> None:
    result = supply()
    assert items(result, "store") == ["dam", "aquifer"]
    assert items(result, "reach") == []
    assert items(result.drop_vars("store"), "store") == ["0", "1"]
    assert position(result, "claim", "field") == 1


def test_an_absent_item_is_told_with_the_nearest_to_readers_and_standards() -> None:
    with pytest.raises(NotHeld) as caught:
        position(supply(), "store", "damm")
    problem = caught.value
    assert isinstance(problem, DataError)
    assert isinstance(problem, NotJudged)
    assert problem.found == "no store 'damm'"
    assert (problem.expected, problem.nearest) == ("one of dam, aquifer", "dam")
    assert str(problem.reason) == "the result holds no store 'damm'"
    with pytest.raises(NotHeld, match="no flood 'x'"):
        position(supply(), "event", "x")


def test_of_many_names_their_number_is_told() -> None:
    many = xr.Dataset(coords={"claim": [f"c{k}" for k in range(13)]})
    with pytest.raises(DataError, match="one of 13"):
        position(many, "claim", "x")


def test_coordinates_have_defaults_where_nothing_is_set() -> None:
    result = supply()
    assert item_texts(result, "claim", "claim_use", "other") == ["domestic", "other", "ecology"]
    assert item_texts(result, "claim", "claim_river") == ["", "", ""]
    np.testing.assert_array_equal(
        item_numbers(result, "claim", "claim_guarantee"), [0.95, np.nan, 0.9]
    )
    assert np.isnan(item_numbers(result, "store", "store_dead_storage_m3")).all()
    assert item_flags(result, "store", "store_groundwater") == [False, True]
    assert item_flags(result, "store", "store_confined") == [False, False]


def test_what_was_recorded() -> None:
    result = supply()
    assert has(result, "demand", "supplied")
    assert not has(result, "demand", "reach_inflow")
    assert not has(result, "claim_kind")  # a coordinate is no record
    assert not has(result.isel(claim=[]), "demand")  # nor is a variable without items
    require(result, "demand", "supplied")
    with pytest.raises(NotHeld, match="no variable 'limit_level'") as caught:
        require(result, "demand", "limit_level")
    assert (
        caught.value.expected == "a run that records 'limit_level' (see 'outputs:' in the config)"
    )
    assert str(caught.value.reason) == ("the run did not record limit_level (flood-limited level)")
    either = unrecorded_either("year_withdrawn", "withdrawn")
    assert str(either.reason).startswith("the run did not record year_withdrawn or withdrawn (")


def test_values_come_in_the_order_that_is_asked() -> None:
    result = supply(3)
    assert values_of(result, "demand").shape == (3, 3)
    np.testing.assert_array_equal(
        values_of(result, "storage", "store", "time")[0], result["storage"].sel(store="dam")
    )
    with pytest.raises(NotHeld, match="no variable 'snow'"):
        values_of(result, "snow")


def test_attributes_are_json_text_or_nothing() -> None:
    result = supply()
    assert [node["name"] for node in nodes_of(result)] == ["town"]
    assert attributes(result, "network") is attributes(supply(2), "network")  # parsed once
    assert attributes(result, "economy") is None
    assert attributes(result, "absent") is None
    assert nodes_of(xr.Dataset()) == []


def test_one_run_of_one_scenario_and_member() -> None:
    result = supply(2).expand_dims(scenario=["base"], member=[0])
    assert set(one_run(result).dims).isdisjoint({"scenario", "member"})
    two = xr.concat([result, result], "member")
    with pytest.raises(DataError, match=r"found +2 members\n.*dataset\.isel\(member=0\)|2 members"):
        one_run(two)


def test_a_reason_of_its_own_is_no_fault_in_data() -> None:
    assert not isinstance(NotJudged(Message("no")), DataError)
