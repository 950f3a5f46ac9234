"""Tables of a result against numbers worked out by hand: two years of 100 million m3 and parts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr

from hydrosim.report.tables import (
    budget_table,
    has_ledger,
    in_lieu_table,
    replenishment_table,
    shortage_table,
    storage_table,
    supply_table,
)

YEAR_S = 365.2425 * 86400.0
E8 = 1e8


def result(**attrs: Any) -> xr.Dataset:
    """Return a run of exactly two mean years in two steps, with all that the tables read."""
    coords: dict[str, Any] = {
        "time": np.array(["2000-06-01", "2001-06-01"], "datetime64[ns]"),
        "dt": ("time", [YEAR_S, YEAR_S]),
        "water_year_of_time": ("time", [2000, 2001]),
        "water_year": [2000, 2001],
        "complete": ("water_year", [True, True]),
        "month": np.array(["2000-06-01", "2001-06-01"], "datetime64[ns]"),
        "claim": ["farm", "lake_release", "parks", "river.base_flow", "sink", "town"],
        "claim_kind": (
            "claim", ["irrigation", "ecology", "ecology", "base_flow", "replenishment", "demand"],
        ),
        "claim_use": (
            "claim", ["agriculture", "ecology", "ecology", "ecology", "ecology", "domestic"],
        ),
        "claim_river": ("claim", ["", "sha", "", "sha", "sha", ""]),
        "origin": ["dam", "wells", "yellow"],
        "origin_kind": ("origin", ["surface", "groundwater_shallow", "yellow"]),
        "store": ["aquifer", "dam", "lake"],
        "store_type": ("store", ["aquifer", "reservoir", "lake"]),
        "store_groundwater": ("store", [True, False, False]),
        "budget": ["evaporation", "local_inflow", "outflow"],
        "budget_sign": ("budget", [-1, 1, -1]),
    }  # fmt: skip
    by_origin = np.zeros((2, 6, 3))
    by_origin[0, 0] = [2 * E8, 4 * E8, 0.0]  # farm
    by_origin[1, 0] = [0.0, 4 * E8, 0.0]
    by_origin[:, 1, 2] = E8  # lake_release
    by_origin[0, 2, 0] = 0.2 * E8  # parks
    by_origin[:, 3, 0] = 9 * E8  # the river's own flow
    by_origin[1, 4, 0] = 3 * E8  # sink
    by_origin[:, 5, 0] = 2 * E8  # town
    yearly = ("water_year", "claim")
    stored = ("water_year", "store")
    data = {
        "supplied_by_origin": (("month", "claim", "origin"), by_origin),
        "year_demand": (yearly, np.array([[6, 1, 0.2, 9, 50, 2], [8, 1, 0, 9, 50, 2.0]]) * E8),
        "year_supplied": (yearly, np.array([[6, 1, 0.2, 9, 0, 2], [4, 1, 0, 9, 3, 2.0]]) * E8),
        "storage": (("time", "store"), np.array([[60, 5, 2], [58, 3, 2.0]]) * E8),
        "year_storage_end": (stored, np.array([[60, 5, 2], [58, 3, 2.0]]) * E8),
        "year_storage_min": (stored, np.array([[57, 1, 1], [56, 0.5, 2.0]]) * E8),
        "year_storage_max": (stored, np.array([[61, 6, 2], [60, 5, 3.0]]) * E8),
        "year_storage_rise": (stored, np.array([[3, 4, 1], [0, 1, 1.0]]) * E8),
        "year_storage_fall": (stored, np.array([[1, 1, 1], [2, 3, 1.0]]) * E8),
        "year_budget": (("water_year", "budget"), np.array([[2, 12, 5], [3, 4, 4.0]]) * E8),
    }
    return xr.Dataset(data, coords, {"mode": "planning_level", **attrs})


def test_supply_by_source_and_use() -> None:
    table = supply_table(result())
    assert list(table.index) == ["surface", "yellow", "groundwater_shallow", "total", "gross_use"]
    assert list(table.columns) == ["domestic", "agriculture", "ecology", "total"]
    # farm 2 + 0 over two years; parks 0.2 and sink 3; town 2 a year; base flow is no supply
    assert table.loc["surface"].tolist() == pytest.approx([2.0, 1.0, 1.6, 4.6])
    assert table.loc["yellow"].tolist() == pytest.approx([0.0, 0.0, 1.0, 1.0])
    assert table.loc["groundwater_shallow"].tolist() == pytest.approx([0.0, 4.0, 0.0, 4.0])
    assert table.loc["total"].tolist() == pytest.approx([2.0, 5.0, 2.6, 9.6])
    assert table.loc["gross_use"].tolist() == pytest.approx([2.0, 5.0, 2.6, 9.6])  # no links


def test_shortage_leaves_out_what_takes_only_what_is_offered() -> None:
    table = shortage_table(result())
    assert list(table.index) == ["domestic", "agriculture", "ecology", "total"]
    farm = table.loc["agriculture"]
    assert farm[["demand", "supplied", "shortage"]].tolist() == pytest.approx([7.0, 5.0, 2.0])
    assert farm["shortage_share"] == pytest.approx(4.0 / 14.0)
    assert (farm["worst_year"], farm["worst_share"]) == (2001.0, pytest.approx(0.5))
    green = table.loc["ecology"]  # lake_release and parks alone: the 50 of sink are no demand
    assert green["demand"] == pytest.approx(1.1)
    assert green["shortage"] == 0.0
    assert np.isnan(green["worst_year"])
    total = table.loc["total"]
    assert total[["demand", "supplied", "shortage"]].tolist() == pytest.approx([10.1, 8.1, 2.0])


def test_only_complete_years_can_be_the_worst() -> None:
    dataset = result().assign_coords(complete=("water_year", [True, False]))
    assert np.isnan(shortage_table(dataset).loc["agriculture", "worst_year"])


def test_storage_by_class_of_the_year() -> None:
    table = storage_table(result())  # inflow 12 then 4: ranks 1/3 (wet) and 2/3 (dry)
    assert list(table.index) == ["dam", "lake", "all_reservoirs_and_lakes", "aquifer"]
    nan = float("nan")  # nothing tells what evaporated, seeped away and spilled
    assert table.loc["dam"].tolist() == pytest.approx([4.0, 3.0, 2.0, nan, 0.5, 6.0], nan_ok=True)
    assert table.loc["lake"].tolist() == pytest.approx([2.0, 0.0, 0.0, nan, 1.0, 3.0], nan_ok=True)
    both = table.loc["all_reservoirs_and_lakes"]
    assert both.tolist()[:3] == pytest.approx([6.0, 3.0, 2.0])
    assert np.isnan(both["lowest"])
    assert np.isnan(both["highest"])
    ground = pytest.approx([59.0, 2.0, 2.0, nan, 56.0, 61.0], nan_ok=True)
    assert table.loc["aquifer"].tolist() == ground


def test_what_evaporates_and_spills_in_dry_years_is_not_used() -> None:
    flow = {"evaporation": 0.5, "seepage": 0.25, "spill": 0.75}  # of the fall of 2 of the dam
    dataset = result()
    for name, volume in flow.items():
        values = np.array([[9, 9, 9], [9, volume, 0.0]]) * E8 / YEAR_S
        dataset[name] = (("time", "store"), values)
    table = storage_table(dataset)
    assert table.loc["dam", "used_in_dry_years"] == pytest.approx(0.5)
    assert table.loc["lake", "used_in_dry_years"] == 0.0  # it did not fall
    assert table.loc["all_reservoirs_and_lakes", "used_in_dry_years"] == pytest.approx(0.5)
    assert np.isnan(table.loc["aquifer", "used_in_dry_years"])


def test_years_of_equal_inflow_are_neither_wet_nor_dry() -> None:
    dataset = result()
    dataset["year_budget"][:, 1] = 12 * E8
    table = storage_table(dataset)
    assert np.isnan(table.loc["dam", "stored_in_wet_years"])
    assert np.isnan(table.loc["dam", "drawn_in_dry_years"])


def test_storage_without_rises_and_falls_uses_the_ends_of_years() -> None:
    table = storage_table(result().drop_vars(["year_storage_rise", "year_storage_fall"]))
    assert np.isnan(table.loc["dam", "stored_in_wet_years"])  # no end before the first year
    assert table.loc["dam", "drawn_in_dry_years"] == pytest.approx(2.0)


def test_replenishment_by_source() -> None:
    table = replenishment_table(result())
    assert list(table.index) == ["lake_release", "sink", "total", "counted_once"]  # parks: no river
    assert list(table.columns) == ["surface", "yellow", "total"]
    assert table.loc["lake_release"].tolist() == pytest.approx([0.0, 1.0, 1.0])
    assert table.loc["sink"].tolist() == pytest.approx([1.5, 0.0, 1.5])
    assert table.loc["total"].tolist() == pytest.approx([1.5, 1.0, 2.5])
    assert table.loc["counted_once"].tolist() == pytest.approx([1.5, 1.0, 2.5])  # no way joins them


def test_budget_balances_with_the_change_of_storage() -> None:
    table = budget_table(result())
    assert list(table.index) == [
        "local_inflow", "outflow", "evaporation", "total", "storage_change",
    ]  # fmt: skip
    assert table.loc["local_inflow", "in"] == pytest.approx(8.0)
    assert np.isnan(table.loc["local_inflow", "out"])
    assert table.loc["outflow", "out"] == pytest.approx(4.5)
    assert table.loc["total"].tolist() == pytest.approx([8.0, 7.0])
    assert table.loc["storage_change", "out"] == pytest.approx(1.0)  # into the stores
    assert np.isnan(table.loc["storage_change", "in"])


def test_a_run_of_one_scenario_and_member_gives_the_same() -> None:
    wide = result().expand_dims({"scenario": ["base"], "member": [0]})
    for table in (supply_table, shortage_table, storage_table, replenishment_table, budget_table):
        assert table(wide).equals(table(result()))


def test_the_ledger_may_be_absent() -> None:
    assert has_ledger(result())
    assert not has_ledger(result().drop_vars("supplied_by_origin"))


def credited() -> xr.Dataset:
    """Return a run whose dam saved 4, used 1 and lost 0.5, by two imports; a lake never did."""
    dims = ("month", "store", "origin")
    nothing = np.full((2, 3, 3), np.nan)
    nothing[:, 1:, 1:] = 0.0
    booked, used, lapsed, moved, standing = (nothing.copy() for _ in range(5))
    booked[:, 1, 1:] = [[2 * E8, 1 * E8], [1 * E8, 0.0]]
    used[1, 1, 1] = E8
    lapsed[1, 1, 2] = 0.5 * E8
    standing[:, 1, 1:] = [[2 * E8, 1 * E8], [2 * E8, 0.5 * E8]]
    return result().assign(
        in_lieu_booked=(dims, booked),
        in_lieu_used=(dims, used),
        in_lieu_lapsed=(dims, lapsed),
        in_lieu_moved=(dims, moved),
        in_lieu_credit=(dims, standing),
    )


def test_in_lieu_credit_of_each_reservoir() -> None:
    table = in_lieu_table(credited())
    assert list(table.index) == ["dam"]
    assert table.loc["dam"].to_dict() == pytest.approx(
        {
            "in_lieu_booked": 2.0,
            "in_lieu_used": 0.5,
            "in_lieu_lapsed": 0.25,
            "in_lieu_credit": 2.5,
            "in_lieu_largest": 3.0,
        }
    )


def test_credit_that_moves_has_a_column_and_two_reservoirs_a_total() -> None:
    data = credited()
    data["in_lieu_moved"][1, 1, 1] = -0.5 * E8
    data["in_lieu_moved"][1, 2, 1] = 0.5 * E8
    data["in_lieu_credit"][1, 2, 1] = 0.5 * E8
    table = in_lieu_table(data)
    assert list(table.index) == ["dam", "lake", "total"]
    assert table["in_lieu_moved"].tolist() == pytest.approx([-0.25, 0.25, 0.0])
    assert table.loc["total", "in_lieu_credit"] == pytest.approx(3.0)
    assert table.loc["total", "in_lieu_largest"] == pytest.approx(3.0)
