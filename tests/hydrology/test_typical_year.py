"""Typical years by hand and on the demonstration city."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from hydrosim.errors import ConfigError, DataError
from hydrosim.hydrology.margin import Pearson3Margin, fit_margin
from hydrosim.hydrology.record import SeriesName
from hydrosim.hydrology.typical_year import (
    distribution_adversity,
    plan_of_typical_year,
    typical_years,
)
from tests.hydrology.city_record import city_record

EVEN = np.full(4, 0.25)


def test_adversity_by_hand():
    # All water in one of four seasons: three quarters must be stored, whichever season it is.
    told = distribution_adversity([[4.0, 0.0, 0.0, 0.0], [0.0, 0.0, 4.0, 0.0], [1.0] * 4])
    np.testing.assert_allclose(told, [0.75, 0.75, 0.0], atol=1e-15)
    # A demand in that season only needs no storage.
    assert distribution_adversity([[4.0, 0, 0, 0]], [1.0, 0, 0, 0])[0] == pytest.approx(0.0)
    # Two wet seasons apart: each half is stored over one dry season.
    assert distribution_adversity([[2.0, 0, 2.0, 0]])[0] == pytest.approx(0.25)


def test_of_near_years_the_most_adverse_is_taken():
    margin = Pearson3Margin(100.0, 0.5, 1.0)
    wanted = float(margin.quantile(0.5))
    shape = np.array([EVEN, [0.7, 0.1, 0.1, 0.1], [1.0, 0.0, 0.0, 0.0]])
    totals = np.array([1.01, 0.93, 1.2]) * wanted
    (told,) = typical_years([1961, 1962, 1963], shape * totals[:, None], margin, frequencies=[0.5])
    # 1963 is more adverse still, but too far; 1961 is nearer, but even.
    assert (told.year, told.candidates) == (1962, (1961, 1962))
    assert told.factor == pytest.approx(1.0 / 0.93)
    assert told.factor * told.total == pytest.approx(told.quantile) == pytest.approx(wanted)
    (near,) = typical_years(
        [1961, 1962, 1963], shape * totals[:, None], margin, frequencies=[0.5], near_frac=0.0
    )
    assert (near.year, near.candidates) == (1961, (1961,))


def test_typical_years_of_the_city():
    record = city_record()
    row = record.row(SeriesName("wangkuai", "inflow"))
    month = record.dates.astype("datetime64[M]").astype(int)
    by_month = np.bincount(month - month[0], record.values[row]).reshape(-1, 12)
    years = list(range(1980, 2019))
    told = typical_years(years, by_month, fit_margin(record.totals[row]))
    assert [year.frequency for year in told] == [0.25, 0.5, 0.75, 0.95]
    assert all(a.quantile > b.quantile for a, b in pairwise(told))
    for year in told:
        assert year.total == pytest.approx(by_month[year.year - 1980].sum())
        assert year.factor * year.total == pytest.approx(year.quantile, rel=1e-12)
        assert year.adversity == max(
            distribution_adversity(by_month)[other - 1980] for other in year.candidates
        )

    # The dry year twice over: the design total of the inflow, the rain as it was.
    dry = told[2]
    plan = plan_of_typical_year(record, dry, 2025, 2)
    flow, rain = plan.expand(record, [record.names[row], SeriesName("dezhou", "rain")])
    assert flow[:365].sum() == pytest.approx(dry.quantile, rel=1e-12)
    own = record.values[record.row(SeriesName("dezhou", "rain"))]
    assert np.isin(
        rain, own[record.dates.astype("datetime64[Y]").astype(int) + 1970 == dry.year]
    ).all()
    with pytest.raises(ConfigError, match="a variable of the record"):
        plan_of_typical_year(record, dry, 2025, variables=("flow",))
    with pytest.raises(ConfigError, match="a year from 1980 to 2018"):
        plan_of_typical_year(record, replace(dry, year=1979), 2025)


def test_arguments_without_a_meaning():
    margin = Pearson3Margin(100.0, 0.5, 1.0)
    with pytest.raises(ConfigError, match=r"a part from 0 to 0.5"):
        typical_years([1], [[1.0, 1.0]], margin, near_frac=0.6)
    with pytest.raises(ConfigError, match="2 shares of at least 0 and of sum 1"):
        distribution_adversity([[1.0, 1.0]], [0.5, 0.6])
    with pytest.raises(DataError, match="one label a year"):
        typical_years([1, 2], [[1.0, 1.0]], margin)
    with pytest.raises(DataError, match="no water in year 1"):
        distribution_adversity([[1.0, 1.0], [0.0, 0.0]])
    with pytest.raises(DataError, match="of at least 0"):
        distribution_adversity([[1.0, -1.0]])
