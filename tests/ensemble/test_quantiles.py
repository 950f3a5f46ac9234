"""Quantiles and durations out of counts in classes, against values by hand."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from hydrosim.ensemble.measures import (
    DISCHARGE_EDGES,
    discharge_counts,
    storage_counts,
    supply_of,
)
from hydrosim.ensemble.quantiles import QUANTILES, class_quantiles, exceedance_of_edges


def test_quantiles_of_even_classes_are_linear():
    edges = np.array([[0.0, 10.0, 20.0, 30.0, 40.0]])
    counts = np.array([[[0, 25, 25, 25, 25, 0]]])
    np.testing.assert_allclose(class_quantiles(counts, edges)[0, 0], 40.0 * QUANTILES, rtol=1e-14)


def test_what_lies_outside_counts_at_the_edge_and_nothing_is_nan():
    edges = np.array([[0.0, 10.0, 20.0]])
    counts = np.array([[[50, 0, 0, 50], [0, 0, 0, 0]]])
    told = class_quantiles(counts, edges)[0]
    np.testing.assert_array_equal(told[0], np.where(QUANTILES <= 0.5, 0.0, 20.0))
    assert np.isnan(told[1]).all()


def test_quantiles_are_exact_to_the_width_of_a_class():
    values = np.random.default_rng(1).gamma(3.0, 20.0, 5000)
    edges = np.linspace(0.0, 300.0, 61)
    counts = np.bincount(np.searchsorted(edges, values, side="right"), minlength=62)
    told = class_quantiles(counts[np.newaxis, np.newaxis], edges[np.newaxis])[0, 0]
    assert np.abs(told - np.quantile(values, QUANTILES)).max() < edges[1]


def test_exceedance_counts_what_is_at_or_above_an_edge():
    np.testing.assert_allclose(
        exceedance_of_edges(np.array([[1, 2, 3, 4], [0, 0, 0, 0]])),
        [[0.9, 0.7, 0.4], [np.nan] * 3],
    )


@pytest.fixture
def two_months():
    """January and February of a leap year: short in the last ten days of January."""
    days = np.arange("2004-01-01", "2004-03-01", dtype="datetime64[D]")
    supplied = np.where((np.arange(60) >= 21) & (np.arange(60) < 31), 0.0, 1.0)
    return xr.Dataset(
        {
            "demand": (("time", "claim"), np.ones((60, 1))),
            "supplied": (("time", "claim"), supplied[:, np.newaxis]),
            "storage": (("time", "store"), np.arange(60.0)[:, np.newaxis]),
            "discharge": (("time", "reach"), np.full((60, 1), 0.5)),
        },
        {"time": days, "dt": ("time", np.full(60, 86400.0))},
    )


def test_supply_is_judged_by_months(two_months):
    told = {name: float(values[0]) for name, values in supply_of(two_months).items()}
    assert told["reliability"] == 0.5
    assert told["volumetric_reliability"] == pytest.approx(50 / 60)
    assert told["resilience"] == 1.0
    assert told["vulnerability"] == pytest.approx(10 / 31)


def test_days_are_counted_in_their_class(two_months):
    counts = storage_counts(two_months, np.array([[0.0, 30.0, 58.5]]))
    assert counts.shape == (1, 365, 4)
    assert counts.sum() == 60
    # 29 February counts as the 28th.
    assert counts[0, 58].tolist() == [0, 0, 1, 1]
    assert counts[0, 0].tolist() == [0, 1, 0, 0]
    flows = discharge_counts(two_months)[0]
    place = int(np.searchsorted(DISCHARGE_EDGES, 0.5, side="right"))
    assert flows[place] == flows.sum() == 60
    assert exceedance_of_edges(flows[np.newaxis])[0, place - 1 : place + 1].tolist() == [1.0, 0.0]
