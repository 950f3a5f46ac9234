"""Changed climate on plans and on series."""

from __future__ import annotations

import numpy as np
import pytest

from hydrosim.errors import ConfigError
from hydrosim.hydrology.climate_factors import (
    SeasonChange,
    apply_changes,
    change_series,
    monthly_changes,
)
from hydrosim.hydrology.member_plan import plan_of_years
from hydrosim.hydrology.record import SeriesName, build_series_record

RAIN, OTHER, ET0 = SeriesName("a", "rain"), SeriesName("b", "rain"), SeriesName("a", "et0")
SUMMER = (6, 7, 8, 9)


def record_of():
    dates = np.arange(np.datetime64("2001-01-01"), np.datetime64("2013-01-01"))
    ones = np.ones(dates.size)
    series = {RAIN: 2.0 * ones, OTHER: 3.0 * ones, ET0: 0.5 * ones}
    return build_series_record(dates, series, first_month=7)


def test_seasons_of_a_plan_whose_years_begin_in_july():
    record = record_of()
    plan = plan_of_years(record, np.array([1, 0]), 2001)
    changes = [
        SeasonChange("rain", SUMMER, 1.2),
        SeasonChange("rain", (1,), 0.5, sites=("b",)),
        SeasonChange("et0", (6,), 1.1, 0.2),
        SeasonChange("et0", (12,), offset=-0.8),
    ]
    changed = apply_changes(plan, record, changes).expand(record)
    month = plan.dates.astype("datetime64[M]").astype(int) % 12 + 1
    rows = {name: changed[record.row(name)] for name in (RAIN, OTHER, ET0)}
    summer = np.isin(month, SUMMER)
    np.testing.assert_allclose(rows[RAIN], np.where(summer, 2.4, 2.0), rtol=1e-15)
    january = np.where(month == 1, 1.5, 3.0)
    np.testing.assert_allclose(rows[OTHER], np.where(summer, 3.6, january), rtol=1e-15)
    expected = np.select([month == 6, month == 12], [0.75, 0.0], 0.5)
    np.testing.assert_allclose(rows[ET0], expected, rtol=1e-14)
    # The same on a full series.
    series = change_series(np.full(month.size, 0.5), plan.dates, ET0, changes[2:])
    np.testing.assert_allclose(series, expected, rtol=1e-14)


def test_two_changes_after_one_another():
    record = record_of()
    plan = plan_of_years(record, np.array([0]), 2001)
    warmer = [SeasonChange("et0", tuple(range(1, 13)), 1.0, 0.5)]
    more = [SeasonChange("et0", tuple(range(1, 13)), 2.0)]
    twice = apply_changes(apply_changes(plan, record, warmer), record, more)
    np.testing.assert_allclose(twice.expand(record, [ET0]), 2.0, rtol=1e-15)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: SeasonChange("rain", (0,)), "different months from 1 to 12"),
        (lambda: SeasonChange("rain", (1, 1)), "different months from 1 to 12"),
        (lambda: SeasonChange("rain", (1,), -0.1), "a factor of at least 0"),
        (lambda: SeasonChange("rain", (1,), offset=1.0), "a factor; only et0 and temperature can"),
        (lambda: SeasonChange("et0", (1,), offset=np.inf), "a finite number"),
        (lambda: monthly_changes([SeasonChange("rian", (1,))], [RAIN]), "nearest   'rain'"),
        (
            lambda: monthly_changes([SeasonChange("rain", (1,), sites=("c",))], [RAIN]),
            "'rain' at 'c'",
        ),
        (
            lambda: monthly_changes([SeasonChange("rain", (1, 2))] * 2, [RAIN]),
            "one change a series and month",
        ),
        (
            lambda: change_series(np.ones(2), np.array(["2001-01-01"], "M8[D]"), RAIN, []),
            "2 values for 1 dates",
        ),
    ],
)
def test_changes_without_a_meaning(call, message):
    with pytest.raises(ConfigError, match=message):
        call()
