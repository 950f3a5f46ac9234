"""Intervals by the circular block bootstrap."""

import os

import numpy as np
import pytest

from hydrosim.comparison.bootstrap import interval_of_mean, interval_of_record


def test_equal_values_have_no_width():
    assert interval_of_mean(np.full(20, 3.0), block=4) == pytest.approx((3.0, 3.0))


def test_independent_values_have_the_width_of_the_normal_law():
    values = np.random.default_rng(5).normal(2.0, 1.0, 400)
    low, high = interval_of_mean(values, block=1, confidence=0.9, resamples=8000)
    half = 1.6449 * values.std() / 20.0
    assert low == pytest.approx(values.mean() - half, abs=0.006)
    assert high == pytest.approx(values.mean() + half, abs=0.006)


def test_blocks_keep_what_follows_on_each_other():
    noise = np.random.default_rng(7).normal(size=600)
    slow = np.empty(600)
    slow[0] = noise[0]
    for k in range(1, 600):
        slow[k] = 0.8 * slow[k - 1] + noise[k]
    alone = np.subtract(*interval_of_mean(slow, block=1)[::-1])
    blocks = np.subtract(*interval_of_mean(slow, block=30)[::-1])
    # The variance of the mean of an AR(1) is (1 + r) / (1 - r) = 9 times that of white noise.
    assert 2.2 < blocks / alone < 3.4


def test_a_seed_draws_the_same_places_for_all_values():
    values = np.random.default_rng(2).normal(size=40)
    one = interval_of_mean(values, block=3, seed=4)
    assert one == interval_of_mean(values, block=3, seed=4)
    assert one != interval_of_mean(values, block=3, seed=5)
    shifted = interval_of_mean(values + 10.0, block=3, seed=4)
    assert shifted == pytest.approx([10.0 + limit for limit in one])


def test_few_values_have_no_interval():
    assert np.isnan(interval_of_mean(np.arange(19.0))).all()
    assert np.isfinite(interval_of_mean(np.arange(20.0))).all()
    # Values without order, such as members, need no more than five.
    assert np.isnan(interval_of_mean(np.arange(4.0), block=1)).all()
    assert np.isfinite(interval_of_mean(np.arange(5.0), block=1)).all()
    assert np.isnan(interval_of_record(np.ones((8, 30)), 19)).all()


def test_values_without_order_have_the_width_of_student():
    values = np.random.default_rng(4).normal(size=8)
    low, high = interval_of_mean(values, block=1, resamples=20000)
    half = 1.8946 * values.std(ddof=1) / np.sqrt(8.0)
    assert high - low == pytest.approx(2.0 * half, rel=0.08)


LONG = os.environ.get("HYDROSIM_LONG") == "1"


def following(count: int, lag_one: float, samples: int) -> np.ndarray:
    """Samples of a normal first-order process of deviation 1 and mean 0."""
    noise = np.random.default_rng(count + int(10 * lag_one)).standard_normal((samples, count))
    rows = np.empty_like(noise)
    rows[:, 0] = noise[:, 0]
    for k in range(1, count):
        rows[:, k] = lag_one * rows[:, k - 1] + np.sqrt(1.0 - lag_one**2) * noise[:, k]
    return rows


@pytest.mark.parametrize("count", [20, 39, 100])
@pytest.mark.parametrize("lag_one", [0.0, 0.3])
def test_the_interval_of_90_percent_holds_the_mean_in_90_percent_of_records(count, lag_one):
    samples = 20000 if LONG else 1000
    held = 0
    for row in following(count, lag_one, samples):
        low, high = interval_of_mean(row, resamples=300)
        held += low <= 0.0 <= high
    # 88 to 92 %, and what a thousand samples may miss it by.
    room = 0.0 if LONG else 0.01
    assert 0.88 - room <= held / samples <= 0.92 + room


def members_of(record: np.ndarray, members: int, block: int, seed: int) -> np.ndarray:
    """Members as long as their record, of blocks of its years."""
    years = record.size
    starts = np.random.default_rng(seed).integers(0, years, size=(members, -(-years // block), 1))
    places = (starts + np.arange(block)) % years
    return record[places.reshape(members, -1)[:, :years]]


def cover(count: int, lag_one: float, members: int, block: int, samples: int) -> tuple[float, ...]:
    """Share of records whose interval of the record, and given it, holds the long-run mean."""
    held = narrow = 0
    for number, row in enumerate(following(count, lag_one, samples)):
        grid = members_of(row, members, block, number)
        low, high = interval_of_record(grid, count, block_years=block, resamples=200)
        held += low <= 0.0 <= high
        given = interval_of_mean(grid.mean(axis=1), block=1, resamples=100)
        narrow += given[0] <= 0.0 <= given[1]
    return held / samples, narrow / samples


CASES = [(20, 0.0, 60, 3), (39, 0.3, 6, 3)]
if LONG:
    CASES = [
        (count, lag_one, members, block)
        for count in (20, 39, 100)
        for lag_one in (0.0, 0.3)
        for members, block in ((60, 2), (60, 3), (6, 3), (60, 5))
    ]


@pytest.mark.parametrize(("count", "lag_one", "members", "block"), CASES)
def test_the_interval_of_the_record_holds_the_mean_whatever_the_number_of_members(
    count, lag_one, members, block
):
    samples = 2000 if LONG else 250
    held, narrow = cover(count, lag_one, members, block, samples)
    # 87 to 92 %, and what so few samples may miss it by.
    room = 0.01 if LONG else 0.04
    assert 0.87 - room <= held <= 0.92 + room
    # Given this record says what more members would change, and no more.
    assert narrow < (0.4 if members == 60 else 0.75)


def test_members_of_single_years_do_not_show_how_years_follow_on_each_other():
    """Their interval is that of independent years: too narrow where the record's are not."""
    held, _unused = cover(39, 0.3, 20, 1, 2000 if LONG else 120)
    assert held < 0.86


def test_blocks_lose_the_order_of_their_ends():
    """Of members of pairs of years half the lag-one correlation is left, and is given back."""
    (record,) = following(400, 0.6, 1)
    grid = members_of(record, 80, 2, 5)
    whole = np.subtract(*interval_of_record(record[np.newaxis], 400)[::-1])
    pairs = np.subtract(*interval_of_record(grid, 400, block_years=2)[::-1])
    assert pairs == pytest.approx(whole, rel=0.1)
    assert np.subtract(*interval_of_record(grid, 400)[::-1]) < 0.85 * whole


def test_few_members_widen_the_interval_of_the_record():
    (record,) = following(39, 0.3, 1)
    many, few = (members_of(record, count, 3, 1) for count in (400, 5))
    widths = [np.subtract(*interval_of_record(one, 39, block_years=3)[::-1]) for one in (many, few)]
    alike = np.tile(record, (5, 1))
    alone = np.subtract(*interval_of_record(alike, 39)[::-1])
    assert alone == pytest.approx(np.subtract(*interval_of_record(alike[:1], 39)[::-1]), rel=0.03)
    assert widths[1] > 1.02 * widths[0]
