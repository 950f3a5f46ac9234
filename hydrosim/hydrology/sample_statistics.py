"""Statistics of yearly totals: moments, lag-one and cross-correlation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.hydrology.checked_series import checked_series

__all__ = [
    "Moments",
    "cross_correlation",
    "lag_one_correlation",
    "moments",
    "rank_correlation",
]


@dataclass(frozen=True)
class Moments:
    """Mean, Cv and Cs of a sample.

    Attributes
    ----------
    mean : float
        Mean in the unit of the sample.
    variation : float
        Coefficient of variation Cv with n - 1 [1].
    skewness : float
        Coefficient of skewness Cs, the unbiased n / ((n - 1)(n - 2)) form [1].
    """

    mean: float
    variation: float
    skewness: float


def moments(values: ArrayLike) -> Moments:
    """Mean, Cv and Cs of a sample.

    Parameters
    ----------
    values : array_like, shape (n,)
        At least three values; Cv and Cs are 0 where all are alike, and Cv where the mean is 0.

    Returns
    -------
    Moments
        The moments.

    Raises
    ------
    DataError
        If there are fewer than three values or one is not finite.
    """
    sample = checked_series("sample", values, count=3)
    count = sample.size
    mean = float(sample.mean())
    deviation = sample - mean
    spread = float(np.sqrt(deviation @ deviation / (count - 1)))
    # Rounding of equal values is no spread.
    if spread <= 1e-14 * abs(mean):
        return Moments(mean, 0.0, 0.0)
    third = float(np.sum((deviation / spread) ** 3))
    skewness = third * count / ((count - 1.0) * (count - 2.0))
    return Moments(mean, spread / mean if mean else 0.0, skewness)


def lag_one_correlation(values: ArrayLike) -> float:
    """Correlation of a series with itself one step before (Pearson's, over n - 1 pairs) [1].

    Parameters
    ----------
    values : array_like, shape (n,)
        At least four values; the correlation is 0 where all are alike.

    Raises
    ------
    DataError
        If there are fewer than four values or one is not finite.
    """
    series = checked_series("series", values, count=4)
    return float(cross_correlation(np.stack([series[1:], series[:-1]]))[0, 1])


def cross_correlation(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pearson correlation of each pair of series; 0 with one that never changes.

    Parameters
    ----------
    values : ndarray, shape (series, n)
        Series of one length.

    Returns
    -------
    ndarray, shape (series, series)
        Correlations with ones on the diagonal [1].
    """
    deviation = values - values.mean(axis=1, keepdims=True)
    length = np.sqrt(np.sum(deviation**2, axis=1))
    constant = length <= 1e-14 * np.abs(values.mean(axis=1)) * np.sqrt(values.shape[1])
    unit = deviation / np.where(constant, 1.0, length)[:, np.newaxis]
    unit[constant] = 0.0
    result = np.clip(unit @ unit.T, -1.0, 1.0)
    np.fill_diagonal(result, 1.0)
    return result


def rank_correlation(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Spearman's rank correlation of two series of one length [1]; equal values share their rank.

    It is 0 where one never changes.
    """
    from scipy.stats import rankdata

    ranks = np.stack([rankdata(first), rankdata(second)])
    return float(cross_correlation(np.asarray(ranks, dtype=np.float64))[0, 1])
