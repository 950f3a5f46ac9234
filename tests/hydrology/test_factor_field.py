"""The least-distance problem of the factor field: guesses at what binds, against Lawson-Hanson."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import nnls

from hydrosim.hydrology.factor_field import _binding, _least_distance, _lower_factor, _solved


@pytest.mark.parametrize("seed", range(20))
def test_guesses_find_what_lawson_and_hanson_find(seed):
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(rng.integers(1, 9), 30))
    rows /= np.linalg.norm(rows, axis=1)[:, None]
    need = rng.normal(size=rows.shape[0])
    found, known = _binding(rows, need), _least_distance(rows, need)
    assert found is not None
    if (need <= 0.0).all():
        np.testing.assert_allclose(found, 0.0, atol=1e-12)
        return
    np.testing.assert_allclose(found, known, atol=1e-9)
    # Kuhn-Tucker: the answer is a sum of rows that bind, none with a negative weight.
    weights, left = nnls(rows.T, found)
    assert left < 1e-9
    np.testing.assert_allclose((rows @ found - need)[weights > 1e-9], 0.0, atol=1e-9)
    assert (rows @ found >= need - 1e-10).all()


def test_what_contradicts_itself_has_no_answer():
    row = np.full((1, 4), 0.5)
    rows, need = np.vstack([row, -row]), np.array([1.0, 1.0])
    assert _binding(rows, need) is None
    assert _least_distance(rows, need) is None


def test_the_factor_is_that_of_the_identity_and_the_squared_differences():
    size, smoothing = 12, 3.0
    steps = np.diff(np.eye(size), axis=0)
    matrix = np.eye(size) + smoothing**2 * steps.T @ steps
    right = np.linspace(1.0, 2.0, size)
    lower = _lower_factor(size, smoothing)
    found = _solved(lower, _solved(lower, right), transposed=True)
    np.testing.assert_allclose(matrix @ found, right, rtol=1e-13)
