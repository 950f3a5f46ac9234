"""Low flows: duration of flows, lowest n-day means, driest months, how often they return.

Frequencies are those that SWSTAT of the U.S. Geological Survey prints for annual 4-day lows; no
published daily series with its 7Q10 could be had whole, so other numbers are computed by hand or
known in closed form, and the formula of the U.S. EPA (440/4-86-014, 1986) is a second opinion.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hydrosim.errors import ConfigError, DataError
from hydrosim.hydrology import (
    annual_minima,
    driest_months,
    flow_duration,
    low_flow_frequency,
)
from tests.hydrology.swstat import PERIODS, STATIONS

MINIMA = (3.0, 4.0, 5.0, 2.0, 7.0, 8.0, 3.3, 2.2, 4.4, 6.0, 9.0, 2.7)


def record(start: str, end: str, flow: float = 5.0) -> tuple[np.ndarray, np.ndarray]:
    dates = np.arange(start, end, dtype="datetime64[D]")
    return dates, np.full(dates.size, flow)


def test_duration_by_hand() -> None:
    # Nine flows have the exceedances 0.1 to 0.9; half way between two of them, half way in flow.
    flow = [4, 9, 1, 7, 3, 8, 2, 6, 5]
    assert flow_duration(flow, [0.1, 0.5, 0.9, 0.85]) == pytest.approx([9, 5, 1, 1.5])
    # A share of 4 / 6 of the time: a step of 1 s and one of 3 s have 1 / 6 and 4 / 6.
    assert flow_duration([1, 5], 0.5, [3, 1]) == pytest.approx(5 - 4 * 2 / 3)


def test_duration_of_ties_zeros_and_constants() -> None:
    assert flow_duration(np.full(365, 2.5), [0.1, 0.9, 0.95]) == pytest.approx([2.5] * 3)
    dry = np.where(np.arange(100) < 20, 0.0, 3.0)
    assert flow_duration(dry, [0.7, 0.9, 0.95]).tolist() == [3.0, 0.0, 0.0]


def test_duration_of_a_sine() -> None:
    # Of 2 + sin, a share P of the time lies above 2 + cos(pi P).
    flow = 2 + np.sin(2 * np.pi * (np.arange(36500) + 0.5) / 36500)
    wanted = np.array([0.1, 0.5, 0.9, 0.95])
    assert flow_duration(flow, wanted) == pytest.approx(2 + np.cos(np.pi * wanted), abs=1e-3)


@given(
    st.lists(st.floats(0, 1e6), min_size=3, max_size=40),
    st.integers(1, 5),
    st.floats(0.3, 0.7),
)
def test_duration_does_not_depend_on_order_or_unit(
    flow: list[float], times: int, at: float
) -> None:
    value = flow_duration(flow, at)
    assert flow_duration(flow[::-1], at) == value
    assert flow_duration(flow, at, np.full(len(flow), 86400.0 * times)) == pytest.approx(value)
    assert min(flow) <= value <= max(flow)


def test_shares_that_a_record_does_not_tell_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"0\.1 to 0\.9, which 9 steps tell"):
        flow_duration(np.arange(9.0), 0.95)


def test_lowest_seven_days_by_hand() -> None:
    dates, flow = record("2001-04-01", "2003-04-01")
    flow[100:107] = [1, 2, 3, 4, 3, 2, 1]  # 16 / 7 in seven days
    flow[50] = 0.0  # one dry day: 30 / 7 only
    flow[400:410] = 1.5
    found = annual_minima(dates, flow)
    assert found.years.tolist() == [2001, 2002]
    assert found.values == pytest.approx([16 / 7, 1.5])
    assert found.first_days.astype(str).tolist() == [str(dates[100]), str(dates[400])]
    assert not found.at_edge.any()
    assert found.left_out == 0
    assert annual_minima(dates, flow, days=1).values.tolist() == [0.0, 1.5]
    year = annual_minima(dates, flow, days=365).values
    assert year == pytest.approx([flow[:365].mean(), flow[365:].mean()])


def test_a_dry_week_is_exactly_zero_after_a_flood() -> None:
    dates, flow = record("2001-04-01", "2002-04-01", 0.1)
    flow[80] = 1e9
    flow[90:97] = 0.0
    assert annual_minima(dates, flow).values.tolist() == [0.0]


def test_windows_lie_wholly_in_their_year() -> None:
    dates, flow = record("2001-04-01", "2003-04-01")
    flow[360:370] = 1.0  # five days of either year
    found = annual_minima(dates, flow)
    assert found.values == pytest.approx([(5 * 1 + 2 * 5) / 7] * 2)
    assert found.at_edge.all()
    whole = annual_minima(dates, flow, year_start=(7, 1))
    assert whole.years.tolist() == [2001]
    assert whole.values.tolist() == [1.0]
    assert whole.left_out == 2


def test_years_with_a_missing_day_are_left_out() -> None:
    dates, flow = record("2001-04-01", "2005-04-01")
    flow[10] = np.nan
    gone = np.delete(np.arange(dates.size), 500)
    found = annual_minima(dates[gone], flow[gone])
    assert found.years.tolist() == [2003, 2004]
    assert found.left_out == 2
    # 29 February is a day of its year.
    leap = dates != np.datetime64("2004-02-29")
    assert annual_minima(dates[leap], flow[leap]).years.tolist() == [2002, 2004]


def test_driest_months_by_hand() -> None:
    months = np.arange("2000-01", "2003-07", dtype="datetime64[M]")
    flow = np.full(months.size, 4.0)
    flow[[5, 17, 30]] = [1.0, 0.0, 2.5]
    found = driest_months(months, flow)
    assert found.years.tolist() == [2000, 2001, 2002]
    assert found.values.tolist() == [1.0, 0.0, 2.5]
    assert found.first_days.astype(str).tolist() == ["2000-06-01", "2001-06-01", "2002-07-01"]
    assert found.left_out == 1
    flow[2] = np.nan
    assert driest_months(months, flow, year_start=(6, 1)).years.tolist() == [2000, 2001, 2002]


def test_a_curve_of_three_logarithms_by_hand() -> None:
    # Logarithms -1, 0, 1: mean 0, deviation 1, skew 0, so that 7Q10 is 10^-1.2815516.
    found = low_flow_frequency([10.0, 0.1, 1.0])
    assert found.quantile(10) == pytest.approx(10**-1.2815515655, rel=1e-9)
    assert found.quantile(2) == pytest.approx(1.0)
    # With one dry year of four, T = 2 asks (1/2 - 1/4) / (3/4) = 1/3 of the curve, T = 4 nothing.
    dry = low_flow_frequency([10.0, 0.0, 0.1, 1.0])
    assert dry.dry_frac == 0.25
    assert dry.quantile(2) == pytest.approx(10**-0.4307272993, rel=1e-9)
    assert dry.quantile(4) == 0.0
    assert dry.quantile(10) == 0.0
    assert dry.quantile(3.999) > 0.0


@pytest.mark.parametrize("zeros", [0, 1, 3])
@pytest.mark.parametrize("years", [2, 5, 10, 20, 50])
def test_curves_are_those_of_scipy(zeros: int, years: float) -> None:
    minima = [*MINIMA, *[0.0] * zeros]
    logs = np.log10(MINIMA)
    part = (1 / years - zeros / len(minima)) / (1 - zeros / len(minima))
    law = stats.pearson3(stats.skew(logs, bias=False), logs.mean(), logs.std(ddof=1))
    expected = 10 ** law.ppf(part) if part > 0 else 0.0
    assert low_flow_frequency(minima).quantile(years) == pytest.approx(expected, rel=1e-9)


def test_the_formula_of_the_epa_gives_the_same_7q10_to_one_per_cent() -> None:
    logs = np.log(MINIMA)
    skew = stats.skew(logs, bias=False)
    z = 4.91 * (0.1**0.14 - 0.9**0.14)
    factor = 2 / skew * ((1 + skew * z / 6 - skew**2 / 36) ** 3 - 1)
    expected = np.exp(logs.mean() + factor * logs.std(ddof=1))
    assert low_flow_frequency(MINIMA).quantile(10) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("station", STATIONS)
def test_quantiles_are_those_printed_by_swstat(station: str) -> None:
    """4Q10 and others; of 3 years SWSTAT interpolates its table of factors, the farther off."""
    lows, moments, printed = STATIONS[station]
    logs = np.log10(lows)
    found = (logs.mean(), logs.std(ddof=1), stats.skew(logs, bias=False))
    assert found == pytest.approx(moments, abs=6e-4)
    frequency = low_flow_frequency(lows)
    for years, value in zip(PERIODS, printed, strict=True):
        near = 3e-3 if years == 3 else 3e-4
        assert frequency.quantile(years) == pytest.approx(value, rel=near), years


def test_plotting_positions_by_hand() -> None:
    # Nine minima: the lowest has 1 / 10, the second 2 / 10; T = 20 / 3 lies half way.
    found = low_flow_frequency([9, 1, 5, 2, 6, 3, 7, 4, 8], "empirical")
    assert found.quantile(10) == pytest.approx(1.0)
    assert found.quantile(5) == pytest.approx(2.0)
    assert found.quantile(20 / 3) == pytest.approx(1.5)
    with pytest.raises(ConfigError, match=r"1\.11111 to 10 years, which 9 minima tell"):
        found.quantile(10.5)


def test_equal_minima_are_their_own_quantile() -> None:
    found = low_flow_frequency([2.0, 2.0 * (1 + 1e-12), 2.0, 0.0])
    assert found.curve is None
    assert found.quantile(2) == pytest.approx(2.0)
    assert found.quantile(10) == 0.0


def test_what_is_below_a_trifle_is_dry() -> None:
    found = low_flow_frequency([1e-13, *MINIMA], zero_below=3e-4)
    assert found.dry_years == 1
    assert found.quantile(5) == pytest.approx(low_flow_frequency([0.0, *MINIMA]).quantile(5))


def test_a_river_dry_in_nearly_all_years() -> None:
    found = low_flow_frequency([0.0] * 10 + [1.0, 2.0])
    assert found.quantile(10) == 0.0
    with pytest.raises(ConfigError, match="2 years with flow that differ"):
        found.quantile(1.1)
    assert low_flow_frequency([0.0] * 10).quantile(1.5) == 0.0


@given(st.lists(st.floats(0.01, 1000), min_size=3, max_size=30), st.integers(0, 5))
def test_rarer_is_never_higher(minima: list[float], zeros: int) -> None:
    found = low_flow_frequency([*minima, *[0.0] * zeros])
    if found.curve is None and np.ptp(minima) > 1e-9 * max(minima):
        return
    values = [found.quantile(years) for years in (1.5, 2, 5, 10, 50, 100)]
    assert all(a >= b * (1 - 1e-9) for a, b in pairwise(values))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: annual_minima(*record("2001-01-01", "2002-01-01"), days=0), "1 to 365"),
        (lambda: annual_minima(*record("2001-01-01", "2002-01-01"), days=366), "1 to 365"),
        (lambda: annual_minima(["2001-01-02", "2001-01-01"], [1, 1]), "dates that rise"),
        (lambda: annual_minima(["2001-01-01"], [-1]), "a number of at least 0"),
        (lambda: annual_minima(["2001-01-01"], [np.inf]), "a number of at least 0"),
        (lambda: annual_minima(["2001-01-01"], [1, 2]), "one value a date"),
        (lambda: low_flow_frequency([1, 2]), "at least 3 values"),
        (lambda: low_flow_frequency([1, 2, np.nan]), "nan at place 2"),
        (lambda: low_flow_frequency([1, 2, 3], "gumbel"), "one of log_pearson3, empirical"),
        (lambda: low_flow_frequency([1, 2, 3]).quantile(1), "above 1 year"),
        (lambda: flow_duration([1, np.nan], 0.5), "nan at place 1"),
        (lambda: flow_duration([1, 2], 0.5, [1, 0]), "one length above 0 s"),
    ],
)
def test_what_cannot_be_is_refused(make, words) -> None:
    with pytest.raises((ConfigError, DataError), match=words):
        make()
