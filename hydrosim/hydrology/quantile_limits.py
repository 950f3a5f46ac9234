"""Confidence limits of quantiles by expected moments (Cohn, Lane & Stedinger 2001)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.hydrology.expected_moments import ExpectedMoments
from hydrosim.hydrology.moment_errors import covariance, differences, perceived
from hydrosim.hydrology.pearson import frequency_factor
from hydrosim.hydrology.refusal import refuse
from hydrosim.locale import _

__all__ = ["QuantileLimits", "quantile_limits"]

Floats = NDArray[np.float64]
_STEP = 1e-4


@dataclass(frozen=True, eq=False)
class QuantileLimits:
    """Quantiles with their confidence limits.

    Attributes
    ----------
    estimate, lower, upper : ndarray, shape (p,)
        Quantiles and their limits, in the unit of the floods.
    log_error : ndarray, shape (p,)
        Standard error of their common logarithms [1].
    level : float
        Share of samples whose limits hold the quantile [1].
    """

    estimate: Floats
    lower: Floats
    upper: Floats
    log_error: Floats
    level: float


def quantile_limits(
    found: ExpectedMoments, exceedance_frac: ArrayLike, level: float = 0.9
) -> QuantileLimits:
    """Confidence limits of quantiles of a curve by expected moments.

    With the logarithm Y of a quantile, its standard error s and the correlation of both,
    ``b = Cov(Y, s) / s^2`` and ``v = s^2 / (2 Var s)``, the limits are
    ``Y + s t / (1 - b t)`` and ``Y - s t / (1 + b t)``, t of Student's law with v degrees of
    freedom (Cohn, Lane & Stedinger 2001).

    Parameters
    ----------
    found : ExpectedMoments
        The fitted curve.
    exceedance_frac : array_like, shape (p,)
        Probabilities of exceedance in (0, 1) [1].
    level : float
        Confidence, in (0, 1) [1].

    Returns
    -------
    QuantileLimits

    Raises
    ------
    ConfigError
        If the level or a probability is not strictly between 0 and 1.
    """
    from scipy.special import stdtrit

    if not 0.0 < level < 1.0:
        refuse("level", f"{level:g}", _("a share strictly between 0 and 1"))
    chances = np.atleast_1d(np.asarray(exceedance_frac, dtype=np.float64))
    curve = found.curve
    at = np.array([curve.log_mean, curve.log_deviation, curve.log_skewness])
    thresholds, years = perceived(found.known.size, found.ranges, found.low_threshold)
    extra = found.regional_years, found.regional_error

    def error(where: Floats) -> Floats:
        spread = covariance(where, thresholds, years, *extra)
        slopes = _slopes(where, chances)
        return np.sqrt(np.einsum("pi,ij,pj->p", slopes, spread, slopes))

    spread = covariance(at, thresholds, years, *extra)
    slopes, own = _slopes(at, chances), error(at)
    changes = differences(error, at)
    joint = np.einsum("pi,ij,pj->p", slopes, spread, changes)
    of_error = np.einsum("pi,ij,pj->p", changes, spread, changes)
    ratio = joint / own**2
    student = np.asarray(
        stdtrit(np.maximum(0.5 * own**2 / np.maximum(of_error, 1e-300), 2.0), 0.5 * (1.0 + level))
    )
    middle = np.log10(np.asarray(curve.quantile(chances)))
    above = middle + own * student / np.maximum(1.0 - ratio * student, 0.1)
    below = middle - own * student / np.maximum(1.0 + ratio * student, 0.1)
    return QuantileLimits(10.0**middle, 10.0**below, 10.0**above, own, level)


def _slopes(at: Floats, chances: Floats) -> Floats:
    """Return the slope of the logarithm of each quantile in the three moments."""
    factor = frequency_factor(at[2], chances)
    moved = frequency_factor(at[2] + _STEP, chances) - frequency_factor(at[2] - _STEP, chances)
    return np.stack([np.ones_like(factor), factor, at[1] * moved / (2.0 * _STEP)], axis=1)
