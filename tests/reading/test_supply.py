"""Series, claims, year tables, the ledger and reasons of a supply result, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from made import supply
from numpy.testing import assert_array_equal

from hydrosim.reading.items import NotHeld, NotJudged
from hydrosim.reading.supply import (
    claims_of,
    column,
    drawn_by,
    firm_claims,
    ledger_volumes,
    reason_of,
    recorded_items,
    series,
    shown_items,
    supply_claims,
    uses_of_claims,
    year_table,
    year_volumes,
)


def test_series_of_items_by_place_and_name() -> None:
    result = supply(4)
    assert_array_equal(series(result, "demand", 0), np.full(4, 2.0))
    assert series(result, "demand", [2, 0]).tolist()[0] == [3.0, 2.0]
    assert_array_equal(column(result, "storage", "dam"), np.arange(4.0))
    with pytest.raises(NotHeld, match="no store 'lake'"):
        column(result, "storage", "lake")
    with pytest.raises(NotHeld, match="no variable 'level'"):
        column(result, "level", "dam")
    with pytest.raises(NotHeld, match="no variable 'level'"):
        series(result, "level", 0)


def test_a_series_is_a_copy() -> None:
    result = supply(2)
    series(result, "demand", 0)[:] = 9.0
    assert float(result["demand"][0, 0]) == 2.0


def test_items_that_were_recorded_and_how_they_are_shown() -> None:
    both = supply(3)
    both["storage"][:, 1] = 5.0
    assert recorded_items(supply(3), "storage") == {0}
    assert recorded_items(both, "storage") == {0, 1}
    assert recorded_items(both, "level") == set()
    assert shown_items(both, "storage") == ["dam", "aquifer"]
    assert shown_items(both, "storage", "storage", "level") == ["dam"]
    assert shown_items(both.drop_vars("store_shown_by"), "storage", "level") == ["dam", "aquifer"]


def test_claims_by_what_they_count_as() -> None:
    result = supply(2)
    assert supply_claims(result) == firm_claims(result) == [0, 1]
    offered = result.assign_coords(claim_kind=("claim", ["demand", "replenishment", "recharge"]))
    assert (supply_claims(offered), firm_claims(offered)) == ([0, 1, 2], [0])
    unknown = result.drop_vars("claim_kind")
    assert firm_claims(unknown) == [0, 1, 2]
    assert uses_of_claims(result) == ["domestic", "agriculture", "ecology"]


def test_claims_by_kind_node_and_use_in_the_order_of_names() -> None:
    result = supply(2)
    assert claims_of(result, ("demand", "irrigation")) == [1, 0]  # field before town
    assert claims_of(result, ("demand", "base_flow"), nodes=("river",)) == [2]
    assert claims_of(result, ("base_flow",), nodes=("river.base_flow",)) == [2]
    assert claims_of(result, ("irrigation",), uses=("domestic",)) == []
    assert claims_of(result, ("demand",), rivers=("sha",)) == []


def test_volumes_of_years_from_the_table_or_else_from_the_steps() -> None:
    result = supply(400)
    assert_array_equal(year_table(result, "year_supplied", 1), [1.0, 1.0])
    years = np.array([2001])
    assert_array_equal(year_volumes(result, "year_supplied", "supplied", 1, years), [1.0])
    assert_array_equal(
        year_volumes(result, "year_demand", "demand", 0, years), [365 * 2.0 * 86400.0]
    )
    for table, told in (("year_withdrawn", "year_withdrawn or withdrawn"), (None, "withdrawn")):
        with pytest.raises(NotHeld, match="no variable 'withdrawn'") as caught:
            year_volumes(result, table, "withdrawn", 0, years)
        assert str(caught.value.reason).startswith(f"the run did not record {told} (")


def test_the_reason_of_most_missing_water_is_told() -> None:
    result = supply(3)
    every = np.ones(3, dtype=bool)
    told = reason_of(result, [0, 1], every)
    assert (told.in_language("en"), told.in_language("zh")) == ("canal full", "渠道已满")
    assert not reason_of(result, [1], every)  # never short
    assert not reason_of(result, [0], ~every)
    assert not reason_of(result.drop_vars("reason"), [0], every)


def test_the_ledger_by_origin_and_year() -> None:
    got = np.zeros((3, 2, 2))
    got[0] = [[1.0, 2.0], [4.0, 8.0]]  # months x origins
    result = supply(400, supplied_by_origin=(("claim", "month", "origin"), got)).assign_coords(
        month=np.array(["2001-12", "2002-01"], "M8[M]").astype("M8[ns]"), origin=["rain", "import"]
    )
    assert_array_equal(ledger_volumes(result, [0])[0], got[0])
    drawn = drawn_by(result, [0, 1], np.array([2001, 2002]))
    assert {name: one.tolist() for name, one in drawn.items()} == {
        "rain": [1.0, 4.0],
        "import": [2.0, 8.0],
    }
    with pytest.raises(NotJudged, match="kept no ledger"):
        drawn_by(supply(2), [0], np.array([2001]))
