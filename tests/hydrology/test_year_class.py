"""Classes of wet and dry years, against the grades of a published bulletin."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hydrosim.errors import ConfigError, DataError
from hydrosim.hydrology.pearson import pearson3_quantile
from hydrosim.hydrology.year_class import (
    CLASS_LIMITS,
    CLASS_NAMES,
    class_of_frequency,
    class_of_total,
    class_totals,
    classify_years,
    rank_frequency,
)


def test_grades_of_the_fourteen_cities_of_the_2024_bulletin(shared_data):
    table = pd.read_csv(shared_data / "hebei_bulletin_2024" / "cities_2024.csv")
    assert len(table) == 14
    # Cv of yearly rain of the mountain gauges of the demonstration city is 0.22; Cs = 2 Cv.
    ratio = table["precip_mm"] / table["precip_mean_mm"]
    told = classify_years(ratio.to_numpy(), 1.0, 0.22, 0.44)
    grades = [CLASS_NAMES[5][number - 1].in_language("zh") for number in told]
    assert grades == table["grade"].tolist()


@pytest.mark.parametrize(("count", "limits"), CLASS_LIMITS.items())
def test_a_year_on_a_limit_belongs_to_the_wetter_class(count, limits):
    assert class_of_frequency(limits, limits).tolist() == list(range(1, count))
    above = np.nextafter(limits, 1.0)
    assert class_of_frequency(above, limits).tolist() == list(range(2, count + 1))
    assert len(CLASS_NAMES[count]) == count


@pytest.mark.parametrize("count", [3, 5])
def test_class_by_total_and_by_frequency_agree(count):
    totals = pearson3_quantile(np.linspace(0.01, 0.99, 99), 2.0, 0.8, 1.7)
    between = class_totals(2.0, 0.8, 1.7, CLASS_LIMITS[count])
    assert (np.diff(between) < 0.0).all()
    by_frequency = classify_years(totals, 2.0, 0.8, 1.7, count)
    np.testing.assert_array_equal(class_of_total(totals, between), by_frequency)
    # Shares of the classes among evenly spread frequencies are the widths between the limits.
    widths = np.diff([0.0, *CLASS_LIMITS[count], 1.0])
    share = np.bincount(by_frequency, minlength=count + 1)[1:] / 99
    np.testing.assert_allclose(share, widths, atol=0.011)


def test_rank_frequency_counts_from_the_wettest():
    np.testing.assert_allclose(rank_frequency([3.0, 9.0, 1.0, 2.0]), [0.4, 0.2, 0.8, 0.6])


def test_years_of_equal_totals_share_their_rank():
    np.testing.assert_allclose(rank_frequency([3.0, 9.0, 1.0, 3.0]), [0.5, 0.2, 0.8, 0.5])
    leap = [365.0, 366.0, 365.0, 365.0, 366.0]  # a constant flow and a day more
    np.testing.assert_allclose(rank_frequency(leap), 0.5)
    np.testing.assert_allclose(
        rank_frequency(leap, equal=0.0), [4 / 6, 1.5 / 6, 4 / 6, 4 / 6, 1.5 / 6]
    )
    np.testing.assert_allclose(rank_frequency([0.0, 0.0, 5.0]), [2.5 / 4, 2.5 / 4, 0.25])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: class_of_frequency([0.5], (0.6, 0.4)), "frequencies between 0 and 1 that incr"),
        (lambda: class_of_frequency([1.5]), "a frequency between 0 and 1"),
        (lambda: class_totals(1.0, 0.2, 0.4, ()), "frequencies between 0 and 1 that increase"),
        (lambda: classify_years([1.0], 1.0, 0.2, 0.4, 4), "3 or 5 classes"),
    ],
)
def test_arguments_without_a_meaning(call, message):
    with pytest.raises(ConfigError, match=message):
        call()


def test_a_gap_in_the_totals():
    with pytest.raises(DataError, match="nan at place 1"):
        rank_frequency([1.0, np.nan])
