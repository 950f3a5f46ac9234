import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hydrosim.kernels.ledger import shift_cohorts


def test_cohorts_grow_a_year_older_and_the_last_one_collects():
    content = np.array([[1.0, 2.0, 4.0, 10.0, 20.0, 40.0]])
    shift_cohorts(content, 3, 0, len(content))
    np.testing.assert_array_equal(content, [[0, 1, 6, 0, 10, 60]])
    shift_cohorts(content, 3, 0, len(content))
    np.testing.assert_array_equal(content, [[0, 0, 7, 0, 0, 70]])


def test_two_cohorts_are_this_year_and_older():
    content = np.array([[1.0, 2.0]])
    shift_cohorts(content, 2, 0, len(content))
    np.testing.assert_array_equal(content, [[0, 3]])


@given(st.integers(2, 6), st.integers(1, 4), st.integers(0, 1000))
def test_a_shift_keeps_the_water_of_each_origin(cohorts, origins, seed):
    content = np.random.default_rng(seed).uniform(0, 9, (3, cohorts * origins))
    before = content.reshape(3, origins, cohorts).sum(axis=2)
    shift_cohorts(content, cohorts, 0, len(content))
    np.testing.assert_allclose(content.reshape(3, origins, cohorts).sum(axis=2), before)
