"""Errors of the expected moments algorithm.

Cohn, Lane & Stedinger (2001): the moments solve the mean of an equation over the years, so that
their covariance is ``A^-1 B A^-T`` with A the expected slope and B the covariance of that equation.
Both are in closed form for thresholds below which only the number of years is known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hydrosim.hydrology.partial_moments import partial_moments

__all__ = ["LogRanges", "Parameters", "covariance", "differences", "perceived",
           "relative_skew_error"]  # fmt: skip

Floats = NDArray[np.float64]
_STEP = 1e-4
_BINOMIAL = ((1.0,), (1.0, 1.0), (1.0, 2.0, 1.0), (1.0, 3.0, 3.0, 1.0))


class Parameters(NamedTuple):
    """Moments of the logarithms: mean, standard deviation and skewness [1]."""

    mean: float
    deviation: float
    skewness: float


class LogRanges(NamedTuple):
    """Years known by ranges of the logarithm: ends, and years of each."""

    low: Floats
    high: Floats
    years: Floats


def relative_skew_error(
    at: Parameters, known: Floats, ranges: LogRanges, low_threshold: float
) -> float:
    """Return the variance of the skew over that of a record in which every flood is known [1].

    Parameters
    ----------
    at : Parameters
        Moments of the logarithms.
    known : ndarray
        Logarithms of the floods that are known.
    ranges : LogRanges
        The other years.
    low_threshold : float
        Smallest flood that is no low outlier, in the unit of the floods; 0 without.
    """
    thresholds, years = perceived(known.size, ranges, low_threshold)
    whole = np.array([-np.inf]), np.array([float(years.sum())])
    partly = float(covariance(np.array(at), thresholds, years, 0.0, 0.0)[2, 2])
    return partly / float(covariance(np.array(at), *whole, 0.0, 0.0)[2, 2])


def perceived(known: int, ranges: LogRanges, low_threshold: float) -> tuple[Floats, Floats]:
    """Return thresholds of the logarithm above which floods were known, and years of each.

    A year with a range of its own counts as one in which every flood above the low outliers was.

    Parameters
    ----------
    known : int
        Number of floods that are known.
    ranges : LogRanges
        The other years.
    low_threshold : float
        Smallest flood that is no low outlier, in the unit of the floods; 0 without.
    """
    base = np.log10(low_threshold) if low_threshold > 0.0 else -np.inf
    open_below = ~np.isfinite(ranges.low) & (ranges.high > base + 1e-12)
    rest = float(known) + float(ranges.years[~open_below].sum())
    years = np.concatenate([[rest], ranges.years[open_below]])
    return np.concatenate([[base], ranges.high[open_below]]), years


def differences(function: Callable[[Floats], Floats], at: Floats) -> Floats:
    """Return the slopes of a function of the moments by central differences, (values, 3).

    Parameters
    ----------
    function : callable
        Function of the three moments.
    at : ndarray, shape (3,)
        Moments.
    """
    columns = []
    for place in range(3):
        step = np.zeros(3)
        step[place] = _STEP * (at[1] if place < 2 else 1.0)
        columns.append((function(at + step) - function(at - step)) / (2.0 * step[place]))
    return np.stack(columns, axis=-1)


def covariance(
    at: Floats, thresholds: Floats, years: Floats, regional_years: float, regional_error: float
) -> Floats:
    """Return the covariance of the three moments of the logarithms, (3, 3).

    Parameters
    ----------
    at : ndarray, shape (3,)
        Mean, deviation and skewness.
    thresholds, years : ndarray
        Thresholds of the logarithm above which floods were known, and years of each.
    regional_years : float
        Years that a regional skew counts for.
    regional_error : float
        Its mean square error [1].
    """
    total = float(years.sum())
    slope = differences(lambda where: _residual(at, where, thresholds, years), at)
    # A regional skew enters the third equation as further years of its own.
    slope[2, 2] -= regional_years * at[1] ** 3
    spread = np.zeros((3, 3))
    for threshold, count in zip(thresholds, years, strict=True):
        spread += count * _spread_of_year(at, threshold)
    spread[2, 2] += (regional_years * at[1] ** 3) ** 2 * regional_error
    inverse = np.linalg.inv(slope / total)
    return np.asarray(inverse @ spread @ inverse.T / total**2)


def _residual(at: Floats, where: Floats, thresholds: Floats, years: Floats) -> Floats:
    """Return what the equations of moments `where` leave, expected under the curve `at`."""
    left = np.zeros(3)
    goal = np.array([where[0] * 0.0, where[1] ** 2, where[2] * where[1] ** 3])
    for threshold, count in zip(thresholds, years, strict=True):
        above = partial_moments([_standard(threshold, at)], [np.inf], at[2], 3)[:, 0]
        above = above * at[1] ** np.arange(4.0)
        moved = at[0] - where[0]
        shifted = np.array([
            sum(c * moved ** (k - j) * above[j] for j, c in enumerate(_BINOMIAL[k]))
            for k in range(4)
        ])  # fmt: skip
        left += count * (shifted[1:] + (1.0 - above[0]) * _below(threshold, where) - goal)
    return left


def _spread_of_year(at: Floats, threshold: float) -> Floats:
    """Return the covariance of what a year gives to the three equations."""
    powers = at[1] ** np.arange(7.0)
    above = partial_moments([_standard(threshold, at)], [np.inf], at[2], 6)[:, 0] * powers
    below = _below(threshold, at)
    goal = np.array([0.0, at[1] ** 2, at[2] * at[1] ** 3])
    orders = np.arange(1, 4)
    second = above[orders[:, np.newaxis] + orders] + (1.0 - above[0]) * np.outer(below, below)
    return np.asarray(second - np.outer(goal, goal))


def _below(threshold: float, at: Floats) -> Floats:
    """Return the expected (x - mean)^k, k = 1 to 3, below a threshold; zeros without one."""
    parts = partial_moments([-np.inf], [_standard(threshold, at)], at[2], 3)[:, 0]
    if not parts[0] > 1e-300:
        return np.zeros(3)
    return np.asarray(parts[1:] / parts[0] * at[1] ** np.arange(1.0, 4.0))


def _standard(value: float, at: Floats) -> float:
    return float((value - at[0]) / at[1])
