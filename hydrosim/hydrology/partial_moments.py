"""Moments of a standardised Pearson III variable inside ranges, without loss at small skew."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.hydrology.pearson import standard_exceedance

__all__ = ["partial_moments", "standard_density"]

Floats = NDArray[np.float64]
_NORMAL_SKEW = 1.6e-5  # below it the law is taken as normal, as quantiles are
_LARGE_SHAPE = 1e5  # gamma shape from which Stirling's series is exact to rounding


def standard_density(standardised: ArrayLike, skewness: float) -> Floats:
    """Density of a Pearson III variable of mean 0 and deviation 1.

    Parameters
    ----------
    standardised : array_like
        Values [1]; infinite ones have density 0.
    skewness : float
        Coefficient of skewness Cs [1].

    Returns
    -------
    ndarray
        Densities [1], of the shape of `standardised`.
    """
    values = np.asarray(standardised, dtype=np.float64)
    known = np.isfinite(values)
    at = np.where(known, values, 0.0)
    if abs(skewness) < _NORMAL_SKEW:
        return np.where(known, np.exp(-0.5 * at**2) / np.sqrt(2.0 * np.pi), 0.0)
    shape = 4.0 / skewness**2
    share = 0.5 * skewness * at
    inside = known & (share > -1.0)
    share = np.where(inside, share, 0.0)
    # log of shape^(shape - 1/2) e^-shape / gamma(shape), the density at the mean.
    if shape < _LARGE_SHAPE:
        special: Any = _special()
        middle = (shape - 0.5) * np.log(shape) - shape - float(special.gammaln(shape))
    else:
        middle = -0.5 * np.log(2.0 * np.pi) - 1.0 / (12.0 * shape)
    logarithm = middle + (shape - 1.0) * np.log1p(share) - shape * share
    return np.where(inside, np.exp(logarithm), 0.0)


def partial_moments(low: ArrayLike, high: ArrayLike, skewness: float, order: int) -> Floats:
    """Moments about the mean of a standardised Pearson III law, of the part between two values.

    ``M_k`` is the integral of ``z^k f(z)`` from low to high. Pearson's equation
    ``(1 + Cs z / 2) f' = -(z + Cs / 2) f``, times z^k and integrated by parts, gives
    ``M_(k+1) = k M_(k-1) + k Cs / 2 M_k - [z^k (1 + Cs z / 2) f]``.

    Parameters
    ----------
    low, high : array_like, shape (n,)
        Ends of the ranges [1], infinite ones allowed.
    skewness : float
        Coefficient of skewness Cs [1].
    order : int
        Highest moment.

    Returns
    -------
    ndarray, shape (order + 1, n)
        Moments of orders 0 to `order` [1].
    """
    ends = np.stack([np.asarray(low, np.float64), np.asarray(high, np.float64)])
    chance = np.where(
        np.isfinite(ends),
        standard_exceedance(np.where(np.isfinite(ends), ends, 0.0), skewness),
        np.where(ends < 0.0, 1.0, 0.0),
    )
    finite = np.where(np.isfinite(ends), ends, 0.0)
    edge = (1.0 + 0.5 * skewness * finite) * standard_density(ends, skewness)
    found = np.zeros((order + 1, ends.shape[1]))
    found[0] = chance[0] - chance[1]
    power = np.ones_like(ends)
    for k in range(order):
        step = power[1] * edge[1] - power[0] * edge[0]
        found[k + 1] = 0.5 * k * skewness * found[k] - step
        if k:
            found[k + 1] += k * found[k - 1]
        power = power * finite
    return found


def _special() -> Any:
    """Return scipy.special: loaded late, for its import takes long."""
    from scipy import special

    return special
