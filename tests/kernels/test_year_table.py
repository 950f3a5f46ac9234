import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hydrosim.kernels.arrays import Recording
from hydrosim.kernels.year_table import step_year_claims, step_year_quantities
from tests.naive.year_table import claim_table, quantity_table


def recording(year, ends, *, days=None, thresholds=()):
    """One claim in register 0 (wanted) and 1 (supplied), one quantity in register 2."""
    year = np.asarray(year, dtype=np.int64)
    years = int(year.max()) + 1
    table = np.zeros((years, 1, 8))
    table[:, :, 1], table[:, :, 2] = np.inf, -np.inf
    threshold = np.full((1, 4), np.nan)
    threshold[0, : len(thresholds)] = thresholds
    empty = np.zeros(0, dtype=np.int64)
    content = {
        "record_register": empty,
        "record": np.zeros((0, 0)),
        "year": year,
        "days": np.ones(year.size) if days is None else np.asarray(days, dtype=np.float64),
        "period_end": np.asarray([ends], dtype=np.int64),
        "claim_wanted": np.array([0]),
        "claim_supplied": np.array([1]),
        "claim_period": np.array([0]),
        "claim_table": np.zeros((years, 1, 6)),
        "claim_running": np.zeros((1, 3)),
        "quantity_register": np.array([2]),
        "threshold": threshold,
        "quantity_table": table,
        "boundary_table": np.zeros((years, 0)),
        "reason": np.zeros((0, 0), dtype=np.int64),
    }
    return Recording(**{name: content[name] for name in Recording._fields})


def filled(wanted, supplied, year, ends, values=None, **more):
    book = recording(year, ends, **more)
    for step in range(len(wanted)):
        value = 0.0 if values is None else values[step]
        register = np.array([wanted[step], supplied[step], value])
        step_year_claims(step, register, book)
        step_year_quantities(step, register, book)
    return book.claim_table[:, 0], book.quantity_table[:, 0]


def test_a_break_over_the_new_year_counts_in_full_in_the_later_year():
    # Eight periods of one step, four a year; short in 3, 4, 5 and 8 (open at the end).
    wanted = np.full(8, 10.0)
    supplied = np.array([10, 10, 5, 4, 9, 10, 10, 0.0])
    table, _ = filled(wanted, supplied, [0, 0, 0, 0, 1, 1, 1, 1], np.ones(8))
    np.testing.assert_allclose(table[0], [40, 29, 4, 2, 2, 0.6])
    np.testing.assert_allclose(table[1], [40, 29, 4, 2, 3, 1.0])


def test_a_period_is_judged_as_a_whole_and_met_at_99_percent():
    # Days of 9, 10, 10.7 of 10: 29.7 of 30 is just met; a period without demand is none.
    wanted = np.array([10, 10, 10, 0, 0, 0, 10, 10, 10.0])
    supplied = np.array([9, 10, 10.7, 0, 0, 0, 9, 10, 10.69])
    table, _ = filled(wanted, supplied, [0] * 9, [0, 0, 1] * 3)
    np.testing.assert_allclose(table[0], [60, 59.39, 2, 1, 1, 0.31 / 30], rtol=1e-12)


def test_a_period_without_demand_does_not_end_a_break():
    supplied = np.array([0.0, 0.0, 0.0])
    table, _ = filled(np.array([1.0, 0.0, 1.0]), supplied, [0, 0, 0], [1, 1, 1])
    np.testing.assert_allclose(table[0], [2, 0, 2, 2, 2, 1])


def test_days_above_a_threshold_are_weighted_with_the_length_of_the_step():
    values = [3.0, 5.0, 5.1, 7.0]
    _, table = filled(
        np.ones(4), np.ones(4), [0, 0, 1, 1], np.ones(4), values,
        days=[31, 28, 31, 30], thresholds=[4.0, 5.0],
    )  # fmt: skip
    np.testing.assert_allclose(table[0], [8, 3, 5, 5, 28, 0, 0, 0])
    np.testing.assert_allclose(table[1], [12.1, 5.1, 7, 7, 61, 61, 0, 0])


@given(st.integers(0, 10_000), st.integers(2, 60))
def test_the_table_is_that_of_the_twin(seed, steps):
    dice = np.random.default_rng(seed)
    year = np.sort(dice.integers(0, 3, steps))
    year = np.unique(year, return_inverse=True)[1]
    ends = dice.random(steps) < 0.4
    ends[-1] = True
    wanted = np.where(dice.random(steps) < 0.2, 0.0, dice.uniform(0, 5, steps))
    supplied = wanted * np.where(dice.random(steps) < 0.5, 1.0, dice.random(steps))
    values = dice.normal(0, 3, steps)
    days = dice.integers(1, 31, steps).astype(float)
    thresholds = [-1.0, 0.5]
    claims, quantities = filled(
        wanted, supplied, year, ends, values, days=days, thresholds=thresholds
    )
    np.testing.assert_allclose(
        claims, claim_table(wanted, supplied, year, ends), rtol=1e-12, atol=1e-12
    )
    expected = quantity_table(values, year, days, thresholds)
    assert quantities == pytest.approx(expected, rel=1e-12, abs=1e-12)
