"""Intervals of a mean by a block bootstrap that is scaled to the uncertainty of short records.

The percentiles of a block bootstrap are too near the mean where a record is short: blocks are few,
and the deviation of a sample is below that of the river. Here the blocks give the form of the
interval, and its width is that of Student's law with the variance of a mean of values that follow
on each other (lag-one correlation, both corrected for the length of the record).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["LEAST", "LEAST_YEARS", "interval_of_mean", "interval_of_record"]

LEAST = 5
"""Least number of values without order, such as members, for which an interval is given."""
LEAST_YEARS = 20
"""Least number of values that follow on each other: fewer do not show how they do."""
_LOWEST, _HIGHEST = -0.2, 0.9
"""Bounds of the lag-one correlation taken from a record."""
_FEWEST_FREE = 3.0


class _Width(NamedTuple):
    """How far a mean may be off: its standard error, degrees of freedom, lag-one correlation."""

    error: float
    free: float
    lag_one: float


def interval_of_mean(
    values: Floats,
    *,
    block: int | None = None,
    resamples: int = 2000,
    confidence: float = 0.9,
    seed: int = 1,
) -> tuple[float, float]:
    """Return the interval of the mean by the circular block bootstrap, scaled by Student's law.

    Politis & Romano (1992): blocks of consecutive values that go round from the end to the start.
    The resampled means are spread about the mean until their deviation times the normal quantile
    is the standard error times Student's (see :func:`_width_of`).

    Parameters
    ----------
    values
        Numbers in their order, shape (n,), such as paired differences of years; nan, such as for
        a year of another kind, keeps its place in its block and counts for nothing.
    block
        Values to a block; 1 for numbers without order, such as members; without it that which
        the lag-one correlation of the record asks for (Carlstein 1986).
    resamples
        Number of resampled means.
    confidence
        Share of the intervals that hold the mean of a long record.
    seed
        Seed of a counter-based stream: the same seed and number of values draw the same places,
        whatever the values.

    Returns
    -------
    tuple of float
        Low and high; nan for fewer than 20 numbers, without order for fewer than five.
    """
    known = np.isfinite(values)
    count = int(known.sum())
    if count < (LEAST if block == 1 else LEAST_YEARS):
        return float("nan"), float("nan")
    width = _width_of(values[np.newaxis], ordered=block != 1)
    length = block or _block_of(width.lag_one, count)
    drawn = _drawn(values.size, max(1, min(length, values.size // 2)), resamples, seed)
    there = drawn @ known.astype(np.float64)
    means = (drawn @ np.where(known, values, 0.0))[there > 0.0] / there[there > 0.0]
    return _scaled(means, float(values[known].mean()), width, confidence)


def interval_of_record(
    grid: Floats,
    years: int,
    *,
    block_years: int | None = None,
    resamples: int = 2000,
    confidence: float = 0.9,
    seed: int = 1,
) -> tuple[float, float]:
    """Return the interval of a long-run mean from members that were made from a record.

    More members do not make the record longer: a resample is a record of its length, in blocks of
    consecutive years of any member, and the width is that of the mean of such a record, together
    with what the mean of so few members may miss. Members of blocks of b record years keep the
    order of (b - 1) / b of all pairs of years, so that their lag-one correlation is raised by
    b / (b - 1); members of single years do not show how the record's years follow on each other.

    Parameters
    ----------
    grid
        Values of the years of members, (member, year); nan counts for nothing.
    years
        Length of the record that the members are made from [year].
    block_years
        Years to a block in which members keep the order of the record; None where they keep it
        throughout, or where a model of how years follow on each other made them.
    resamples, confidence, seed
        As for :func:`interval_of_mean`.

    Returns
    -------
    tuple of float
        Low and high; nan for a record of fewer than 20 years.
    """
    known = np.isfinite(grid)
    members, length = grid.shape
    if years < LEAST_YEARS or int(known.sum()) < LEAST_YEARS:
        return float("nan"), float("nan")
    kept = 1.0 if block_years in (None, 1) else 1.0 - 1.0 / block_years
    width = _width_of(grid, years=years, kept=kept)
    width = width._replace(error=float(np.hypot(width.error, _error_of_members(grid))))
    block = max(1, min(_block_of(width.lag_one, years), length))
    stream = np.random.Generator(np.random.Philox(key=seed))
    blocks = -(-years // block)
    rows = stream.integers(0, members, size=(resamples, blocks, 1))
    starts = stream.integers(0, length, size=(resamples, blocks, 1))
    places = (rows * length + (starts + np.arange(block)) % length).reshape(resamples, -1)
    drawn = grid.ravel()[places[:, :years]]
    there = np.isfinite(drawn)
    size = there.sum(axis=1)
    means = np.where(there, drawn, 0.0).sum(axis=1)[size > 0] / size[size > 0]
    return _scaled(means, float(grid[known].mean()), width, confidence)


def _error_of_members(grid: Floats) -> float:
    """Return the standard error of the mean of members, given the record; 0 of one member."""
    known = np.isfinite(grid)
    count = known.sum(axis=1)
    means = np.where(known, grid, 0.0).sum(axis=1)[count > 0] / count[count > 0]
    return float(means.std(ddof=1) / np.sqrt(means.size)) if means.size > 1 else 0.0


def _width_of(
    grid: Floats, years: int | None = None, *, ordered: bool = True, kept: float = 1.0
) -> _Width:
    """Return how far the mean may be off from that of a long record.

    With the lag-one correlation r of the record, ``r + (1 + 7 r) / n`` for its bias (Marriott &
    Pope 1954, and a little more for what its own error costs), the variance of the mean of the n
    values at their places is ``s^2 / n^2 sum r^|i - j|``, s^2 corrected for the same sum (Bayley &
    Hammersley 1946), with ``n (1 - r^2) / (1 + r^2) - 5`` degrees of freedom.

    Parameters
    ----------
    grid
        Values in their order, (row, place); nan counts for nothing.
    years
        Length of the record whose mean it is; default the number of values.
    ordered
        Whether values follow on each other; else r is 0 and n - 1 values are free.
    kept
        Share of the pairs of values that follow on each other as in the record.
    """
    known = np.isfinite(grid)
    count = float(known.sum()) if years is None else float(years)
    off = np.where(known, grid - grid[known].mean(), 0.0)
    square = float(np.sum(off**2)) / float(known.sum())
    if square <= 0.0:
        return _Width(0.0, count, 0.0)
    if not ordered:
        return _Width(float(np.sqrt(square / (count - 1.0))), count - 1.0, 0.0)
    pairs = float((known[:, 1:] & known[:, :-1]).sum())
    found = float(np.sum(off[:, 1:] * off[:, :-1])) / square / max(pairs, 1.0)
    if years is None:
        # As many values as pairs: the sum of products of a whole record is over one pair fewer.
        found *= pairs / (pairs + grid.shape[0])
    found /= kept
    lag_one = float(np.clip(found + (1.0 + 7.0 * found) / count, _LOWEST, _HIGHEST))
    places = np.flatnonzero(known[0]) if years is None else np.arange(years)
    apart = np.abs(places[:, np.newaxis] - places)
    inflation = float(np.sum(lag_one**apart)) / count
    variance = square * count / (count - inflation)
    free = count * (1.0 - lag_one**2) / (1.0 + lag_one**2) - 5.0
    error = float(np.sqrt(variance * inflation / count))
    return _Width(error, max(free, _FEWEST_FREE), lag_one)


def _block_of(lag_one: float, count: int) -> int:
    """Return the length of block for the mean of a first-order process (Carlstein 1986)."""
    ratio = np.sqrt(6.0) * abs(lag_one) / (1.0 - lag_one**2)
    return max(1, round(float(ratio ** (2.0 / 3.0) * count ** (1.0 / 3.0))))


def _scaled(means: Floats, centre: float, width: _Width, confidence: float) -> tuple[float, float]:
    """Return the ends of resampled means, spread to the width that the record asks for."""
    from scipy.special import ndtri, stdtrit

    spread = float(means.std())
    if spread <= 0.0 or width.error <= 0.0:
        return centre, centre
    tail = 0.5 * (1.0 - confidence)
    low, high = np.quantile(means, [tail, 1.0 - tail]) - means.mean()
    wanted = width.error * float(stdtrit(width.free, 1.0 - tail))
    factor = wanted / (spread * float(ndtri(1.0 - tail)))
    return centre + factor * float(low), centre + factor * float(high)


@lru_cache(maxsize=16)
def _drawn(count: int, length: int, resamples: int, seed: int) -> Floats:
    """Return how often each value stands in each resample, (resamples, count)."""
    stream = np.random.Generator(np.random.Philox(key=seed))
    blocks = -(-count // length)
    starts = stream.integers(0, count, size=(resamples, blocks))
    places = (starts[:, :, np.newaxis] + np.arange(length)) % count
    places = places.reshape(resamples, blocks * length)[:, :count]
    rows = np.arange(resamples)[:, np.newaxis] * count
    return (
        np.bincount((rows + places).ravel(), minlength=resamples * count)
        .reshape(resamples, count)
        .astype(np.float64)
    )
