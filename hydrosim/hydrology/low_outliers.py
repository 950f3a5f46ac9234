"""Low outliers of floods: the multiple Grubbs-Beck test (Cohn et al. 2013; Bulletin 17C).

Small floods, which other processes make, can bend a curve of logarithms where it matters most. The
test finds how many of the smallest floods are unlike the others; they are then known only to lie
below the smallest flood that is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.hydrology.refusal import refuse
from hydrosim.locale import _

__all__ = ["LowOutliers", "grubbs_beck_chance", "low_outliers"]

Floats = NDArray[np.float64]
OUTWARD = 0.005
"""Significance of the sweep from the median outwards."""
INWARD = 0.1
"""Significance of the sweep from the smallest flood inwards."""
_FEWEST = 10
_NODES = 64
_TAIL = 1e-12  # chance of the r-th value beyond the range of its integral
_REACH = 8.0  # deviations of S to either side in its integral


@dataclass(frozen=True, eq=False)
class LowOutliers:
    """Low outliers of a record.

    Attributes
    ----------
    count : int
        Number of floods, zeros among them, that are low outliers.
    threshold : float
        Smallest flood that is none, in the unit of the floods; 0 without low outliers.
    chances : ndarray, shape (n // 2,)
        Chance of each of the smallest floods in a sample without outliers [1].
    """

    count: int
    threshold: float
    chances: Floats


def low_outliers(floods: ArrayLike) -> LowOutliers:
    """Find the low outliers of a record by the multiple Grubbs-Beck test.

    The r-th smallest flood is compared with the mean and deviation of the logarithms above it. The
    number of low outliers is the larger of two sweeps: the last that is significant at 0.5 % from
    the median outwards, and the first ones in a row that are significant at 10 % (Bulletin 17C).

    Parameters
    ----------
    floods : array_like, shape (n,)
        Annual floods of the systematic record, at least 10.

    Returns
    -------
    LowOutliers

    Raises
    ------
    ConfigError
        If there are fewer than 10 floods, or fewer than three that differ lie above the median.
    """
    ascending = np.sort(np.asarray(floods, dtype=np.float64))
    count = ascending.size
    if count < _FEWEST:
        expected = _("at least {fewest} for the test of low outliers", fewest=_FEWEST)
        refuse("measured", _("{size} floods", size=count), expected)
    half = count // 2
    logs = np.log10(np.maximum(ascending, np.finfo(np.float64).tiny))
    if np.unique(ascending[half:]).size < 3 or ascending[half] <= 0.0:
        expected = _("three floods above 0 that differ in the upper half of the record")
        refuse("measured", _("a record without them"), expected)
    zeros = int(np.count_nonzero(ascending == 0.0))
    chances = np.zeros(half)
    for rank in range(1, half + 1):
        statistic = _statistic(logs, rank, zeros)
        if np.isfinite(statistic):
            chances[rank - 1] = grubbs_beck_chance(count, rank, statistic)
    outward = np.flatnonzero(chances < OUTWARD)
    inward = np.flatnonzero(chances >= INWARD)
    found = max(
        int(outward[-1]) + 1 if outward.size else 0,
        int(inward[0]) if inward.size else half,
        zeros,
    )
    return LowOutliers(found, float(ascending[found]) if found else 0.0, chances)


def _statistic(logs: Floats, rank: int, zeros: int) -> float:
    """Return the r-th value over those above it, in deviations; for zeros its limit.

    Of n values above a zero k are zeros too: ``-sqrt((n - k) (n - 1) / (k n))``, whatever the unit.
    """
    above = logs[rank:]
    others = zeros - rank
    if others < 0:
        return float((logs[rank - 1] - above.mean()) / above.std(ddof=1))
    if others == 0:
        return -np.inf
    size = above.size
    return -float(np.sqrt((size - others) * (size - 1.0) / (others * size)))


def grubbs_beck_chance(count: int, rank: int, statistic: float) -> float:
    """Chance that the r-th smallest of n normal values lies as far below those above it.

    Given the probability of the r-th value, the n - r values above it are a sample of the normal
    law cut there. Their mean M, made independent of their deviation S, is taken as normal and S^2
    as gamma (Cohn et al. 2013, appendix); the chance that ``(z_r - M) / S < w`` is its mean over
    the beta distribution of that probability and the law of S.

    Parameters
    ----------
    count : int
        Size n of the sample.
    rank : int
        Rank r, 1 for the smallest.
    statistic : float
        ``w = (x_r - mean) / deviation`` of the values above it [1].

    Returns
    -------
    float
        Chance of a smaller statistic [1].
    """
    special: Any = _special()
    nodes, weights = _nodes()
    low = float(special.ndtri(special.betaincinv(rank, count + 1 - rank, _TAIL)))
    high = -float(special.ndtri(special.betaincinv(count + 1 - rank, rank, _TAIL)))
    cut = 0.5 * (low + high + (high - low) * nodes)
    density = (
        -0.5 * cut**2
        + (rank - 1.0) * special.log_ndtr(cut)
        + (count - rank) * special.log_ndtr(-cut)
    )
    share = weights * np.exp(density - density.max())
    return float(share @ _chance_given(cut, count - rank, statistic) / share.sum())


def _chance_given(cut: Floats, above: int, statistic: float) -> Floats:
    """Chance of a smaller statistic given the standardised r-th value."""
    special: Any = _special()
    hazard = np.exp(-0.5 * cut**2) / np.sqrt(2.0 * np.pi) / special.ndtr(-cut)
    first = hazard
    second = 1.0 + cut * hazard
    third = (2.0 + cut**2) * hazard
    fourth = 3.0 + (3.0 * cut + cut**3) * hazard
    variance = second - first**2
    skew = third - 3.0 * first * second + 2.0 * first**3
    kurtosis = fourth - 4.0 * first * third + 6.0 * first**2 * second - 3.0 * first**4
    of_variance = (kurtosis - variance**2) / above + 2.0 * variance**2 / (above * (above - 1.0))
    shape = variance**2 / of_variance
    ratio = special.gammaln(shape + 0.5) - special.gammaln(shape)
    deviation = np.sqrt(variance / shape) * np.exp(ratio)
    of_deviation = variance - deviation**2
    joint = skew / above * deviation / (2.0 * variance)
    slope = joint / of_deviation
    spread = np.sqrt(variance / above - joint**2 / of_deviation)
    nodes, weights = _nodes()
    reach = _REACH * np.sqrt(of_deviation)
    low = np.maximum(deviation - reach, 0.0)[:, np.newaxis]
    high = (deviation + reach)[:, np.newaxis]
    drawn = 0.5 * (low + high + (high - low) * nodes)
    shapes = shape[:, np.newaxis]
    gamma = shapes * drawn**2 / variance[:, np.newaxis]
    density = (2.0 * shapes - 1.0) * np.log(drawn) - gamma
    share = weights * np.exp(density - density.max(axis=1, keepdims=True))
    lead = (first - slope * deviation - cut)[:, np.newaxis]
    lead = lead + (statistic + slope)[:, np.newaxis] * drawn
    chance = special.ndtr(lead / spread[:, np.newaxis])
    return np.asarray((share * chance).sum(axis=1) / share.sum(axis=1))


@lru_cache(maxsize=1)
def _nodes() -> tuple[Floats, Floats]:
    """Return nodes and weights of Gauss and Legendre on (-1, 1)."""
    return np.polynomial.legendre.leggauss(_NODES)


def _special() -> Any:
    """Return scipy.special: loaded late, for its import takes long."""
    from scipy import special

    return special
