"""Lengths, days, months and water years of steps, by hand."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from made import supply
from numpy.testing import assert_allclose, assert_array_equal

from hydrosim.reading.items import NotJudged
from hydrosim.reading.steps import (
    by_year,
    ends_days,
    first_month,
    longest_run,
    month_years,
    monthly_volumes,
    months_of,
    seconds_of,
    starts_days,
    totals,
    whole_years,
    year_of_steps,
    years_of,
)


def test_lengths_of_steps_however_the_file_was_opened() -> None:
    result = supply(3)
    spans = result.assign_coords(dt=("time", np.full(3, np.timedelta64(1, "D")).astype("m8[ns]")))
    for one in (result, spans, result.drop_vars("dt")):
        assert_array_equal(seconds_of(one), np.full(3, 86400.0))
    assert_array_equal(seconds_of(supply(1).drop_vars("dt")), [86400.0])
    months = xr.Dataset(coords={"time": np.array(["2001-01-01", "2001-02-01"], "M8[ns]")})
    assert_array_equal(seconds_of(months), np.full(2, 31 * 86400.0))


def test_days_since_1970() -> None:
    result = supply(2, "1970-01-03")
    assert_array_equal(starts_days(result), [2.0, 3.0])
    assert_array_equal(ends_days(result), [3.0, 4.0])


def test_months_and_water_years() -> None:
    result = supply(400)
    years, months = months_of(result)
    assert (years[0], months[0], years[-1], months[-1]) == (2001, 1, 2002, 2)
    assert_array_equal(year_of_steps(result), years)
    assert_array_equal(year_of_steps(result.drop_vars("water_year_of_time")), years)
    assert first_month(result) == 1
    october = result.assign_coords(water_year_of_time=("time", years - (months < 10)))
    assert first_month(october) == 10
    assert first_month(supply(10)) == 1  # no change is seen


def test_complete_years_from_the_table_or_from_the_steps() -> None:
    result = supply(400)
    for one in (result, result.drop_vars("complete")):
        found = years_of(one)
        assert_array_equal(found.year, [2001, 2002])
        assert_array_equal(found.complete, [True, False])
        assert_array_equal(found.whole, [2001])
    assert_array_equal(whole_years(result), [2001])
    tables = result[["year_supplied"]].drop_vars("complete")
    assert_array_equal(years_of(tables).whole, [2001, 2002])  # tables alone: all that they hold
    with pytest.raises(NotJudged, match="no water year was run whole"):
        whole_years(supply(100))


def test_sums_by_year_and_month() -> None:
    result = supply(400)
    assert_array_equal(by_year(result, np.ones(400), np.array([2001, 2002])), [365.0, 35.0])
    assert_array_equal(by_year(result, np.ones(400), np.array([2002])), [35.0])
    assert_array_equal(totals(np.array([0, 2, 0]), np.array([1.0, 2.0, 3.0]), 4), [4, 0, 2, 0])
    years, volumes = monthly_volumes(result, np.full(400, 2.0))
    assert_array_equal(years, [2001, 2002])
    assert_allclose(volumes[0, :2], [31 * 2 * 86400.0, 28 * 2 * 86400.0])
    assert volumes[1, 1] == 4 * 2 * 86400.0
    assert np.isnan(volumes[1, 2:]).all()


def test_water_years_of_the_months_of_the_ledger() -> None:
    result = supply(400).assign_coords(
        month=np.array(["2001-12", "2002-01"], "M8[M]").astype("M8[ns]")
    )
    assert_array_equal(month_years(result), [2001, 2002])


@pytest.mark.parametrize(
    ("flags", "longest"), [([], 0), ([0, 0], 0), ([1, 1, 0, 1], 2), ([0, 1, 1, 1], 3)]
)
def test_longest_run(flags: list[int], longest: int) -> None:
    assert longest_run(np.array(flags, dtype=bool)) == longest
