"""The year table of whole runs against the series of the same runs."""

import numpy as np
import pytest

import hydrosim
from tests.models.every_type import every_type
from tests.models.two_sources import FLOW_DAY_M3, by_day, reservoir
from tests.naive.year_table import claim_table
from tests.nodes.small import simulated


@pytest.fixture(scope="module")
def result():
    """Run of two and a half years with every type of node, from within a water year."""
    return hydrosim.run(every_type("2003-06-30")).isel(scenario=0, member=0)


def period_ends(time, kind):
    month = time.astype("datetime64[M]")
    period = month.astype(np.int64)
    if kind == "dekad":
        day = (time.astype("datetime64[D]") - month).astype(np.int64)
        period = 3 * period + np.minimum(day // 10, 2)
    return np.append(period[1:] != period[:-1], True)


def test_claims_are_judged_by_month_or_dekad_as_the_series_tell(result):
    year = np.unique(result["water_year_of_time"].values, return_inverse=True)[1]
    kinds = set()
    for claim in result["claim"].values:
        one = result.sel(claim=claim)
        kind = str(one["claim_period"].values)
        kinds.add(kind)
        wanted = (one["demand"] * result["dt"]).values
        supplied = (one["supplied"] * result["dt"]).values
        expected = claim_table(wanted, supplied, year, period_ends(result["time"].values, kind))
        names = ("demand", "supplied", "periods", "periods_short", "longest_break",
                 "deepest_break")  # fmt: skip
        found = np.array([one[f"year_{name}"].values for name in names]).T
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9, err_msg=str(claim))
    assert kinds == {"month", "dekad"}
    assert float(result["year_periods_short"].sum()) > 10


def test_stores_links_and_sources_are_those_of_the_series(result):
    label = result["water_year_of_time"]
    storage = result["storage"].groupby(label)
    for name, reduced in (("min", storage.min()), ("max", storage.max()), ("end", storage.last())):
        np.testing.assert_array_equal(
            result[f"year_storage_{name}"].values, reduced.transpose(..., "store").values
        )
    for name, series in (("year_volume", "flow"), ("year_withdrawn", "withdrawn")):
        expected = (result[series] * result["dt"]).groupby(label).sum()
        np.testing.assert_allclose(result[name].values, expected.values, rtol=1e-9, atol=1e-6)
    change = result["storage"].diff("time")
    rise = change.clip(min=0).groupby(label.isel(time=slice(1, None))).sum()
    np.testing.assert_allclose(
        result["year_storage_rise"].values[1:], rise.values[1:], rtol=1e-9, atol=1e-3
    )


def test_days_above_the_limit_are_counted_from_the_end_of_each_day(result):
    east = result.sel(store="east")
    above = np.maximum(east["level"] - east["limit_level"], 0.0)
    label = result["water_year_of_time"]
    np.testing.assert_array_equal(
        east["year_days_above_limit"].values, (above > 0.001).groupby(label).sum().values
    )
    np.testing.assert_allclose(
        east["year_depth_above_limit"].values, above.groupby(label).max().values, atol=1e-9
    )


def test_only_whole_water_years_are_complete(result):
    assert result["water_year"].values.tolist() == [2000, 2001, 2002, 2003]
    assert result["complete"].values.tolist() == [False, True, True, False]


def test_a_year_with_29_february_is_complete_with_366_days():
    nodes = {
        "river": {"type": "inflow", "local_inflow": "inflow"},
        "city": {"type": "demand", "use": "domestic", "flow": "1 m3/s"},
        "sea": {"type": "outlet"},
    }
    found = simulated(
        nodes,
        "river > city",
        {"from": "river", "to": "sea", "type": "river"},
        ladder=("domestic",),
        rules={"inflow": {"type": "constant", "value": "2 m3/s"}},
        period=("1999-06-02", "2004-05-30", "day"),
    )
    days = [365, 365, 365, 365, 365]  # of 366, 365, 365, 365 and 366
    label = found["water_year_of_time"].values
    assert [int((label == year).sum()) for year in found["water_year"].values] == days
    assert found["complete"].values.tolist() == [False, True, True, True, False]


def test_breaks_in_dekads_by_hand():
    # 1 m3/s wanted, judged by dekad. 31 May to 20 June 2001 are dry: the dekad from 21 May has
    # 10 of 11 days (91 %), the next two nothing; the water year turns on 1 June.
    nodes = {
        "river": {"type": "inflow", "local_inflow": "inflow"},
        "city": {"type": "demand", "use": "domestic", "flow": "1 m3/s", "period": "dekad"},
        "sea": {"type": "outlet"},
    }
    rules = {
        "inflow": {
            "type": "values",
            "dates": ["2001-05-01", "2001-05-31", "2001-06-21"],
            "values": [1, 0, 1],
            "unit": "m3/s",
        }
    }
    result = simulated(
        nodes,
        "river > city",
        {"from": "river", "to": "sea", "type": "river"},
        ladder=("domestic",),
        rules=rules,
        period=("2001-05-01", "2001-06-30", "day"),
    )
    city = result.sel(claim="city")
    assert city["year_periods"].values.tolist() == [3, 3]
    assert city["year_periods_short"].values.tolist() == [1, 2]
    assert city["year_longest_break"].values.tolist() == [1, 3]
    np.testing.assert_allclose(city["year_deepest_break"].values, [1 / 11, 1])


def test_a_month_step_is_one_period_of_its_own():
    nodes = {
        "dam": reservoir(200, 50, "inflow"),
        "city": {"type": "demand", "use": "domestic", "flow": "1 m3/s", "period": "dekad"},
    }
    result = simulated(
        nodes,
        "dam > city",
        ladder=("flood_limit", "domestic", "storage"),
        rules={"inflow": by_day(0)},
        water_year="01-01",
        period=("2001-01-01", "2001-03-31", "month"),
    )
    # 31 + 19 of 28 days: February is short by 9 / 28, March by all.
    city = result.sel(claim="city")
    assert city["year_periods"].values.tolist() == [3]
    assert city["year_longest_break"].values.tolist() == [2]
    np.testing.assert_allclose(city["year_supplied"].values, [50 * FLOW_DAY_M3])
