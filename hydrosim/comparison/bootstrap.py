"""Intervals of a mean by resampling whole blocks, so that what follows on each other stays so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LEAST", "interval_of_mean"]

LEAST = 5
"""Least number of values for which an interval is given."""


def interval_of_mean(
    values: NDArray[np.float64],
    *,
    block: int = 1,
    resamples: int = 2000,
    confidence: float = 0.9,
    seed: int = 1,
) -> tuple[float, float]:
    """Return the percentile interval of the mean by the circular block bootstrap.

    Politis & Romano (1992): blocks of consecutive values that go round from the end to the start.

    Parameters
    ----------
    values
        Numbers in their order, shape (n,), such as paired differences of years; nan, such as for
        a year of another kind, keeps its place in its block and counts for nothing.
    block
        Values to a block; 1 for numbers without order, such as members.
    resamples
        Number of resampled means.
    confidence
        Share of the resampled means inside the interval.
    seed
        Seed of a counter-based stream: the same seed and number of values draw the same places,
        whatever the values.

    Returns
    -------
    tuple of float
        Low and high; nan for fewer than five numbers.
    """
    count = values.size
    if np.isfinite(values).sum() < LEAST:
        return float("nan"), float("nan")
    length = max(1, min(block, count // 2))
    stream = np.random.Generator(np.random.Philox(key=seed))
    blocks = -(-count // length)
    starts = stream.integers(0, count, size=(resamples, blocks))
    places = (starts[:, :, np.newaxis] + np.arange(length)) % count
    drawn = places.reshape(resamples, blocks * length)[:, :count]
    means = _means(values[drawn])
    tail = 0.5 * (1.0 - confidence)
    low, high = np.quantile(means, [tail, 1.0 - tail])
    return float(low), float(high)


def _means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of each row without what is nan; rows of nan alone are left out."""
    known = np.isfinite(values)
    if known.all():
        return values.mean(axis=1)
    count = known.sum(axis=1)
    there = count > 0
    return np.where(known, values, 0.0).sum(axis=1)[there] / count[there]
