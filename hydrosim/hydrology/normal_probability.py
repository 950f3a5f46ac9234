"""Probabilities of two and three correlated normal variables, to machine precision.

SciPy's ``multivariate_normal.cdf`` samples at random to about 1e-5; encounter tables want 1e-6 and
the same bits each time.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

__all__ = ["normal_probability"]

Floats = NDArray[np.float64]

_NODES = 48
_FAR = 8.5  # beyond it a normal probability is below 1e-16


def normal_probability(upper: Floats, correlation: Floats) -> Floats:
    """P(Z_1 <= h_1, ..., Z_d <= h_d) of a standard normal vector of two or three components.

    Two: Owen (1956) by his function T. Three: the conditional two-dimensional probability
    integrated over the first component by Gauss-Legendre.

    Parameters
    ----------
    upper : ndarray, shape (..., d)
        Limits, infinite ones allowed; d is 2 or 3.
    correlation : ndarray, shape (d, d)
        Correlations, positive definite.

    Returns
    -------
    ndarray, shape (...)
        Probabilities [1].
    """
    if upper.shape[-1] == 2:
        return _two(upper[..., 0], upper[..., 1], float(correlation[0, 1]))
    return _three(upper, correlation)


def _two(first: Floats, second: Floats, rho: float | Floats) -> Floats:
    from scipy.special import ndtr, owens_t

    h = np.clip(first, -40.0, 40.0)
    k = np.clip(second, -40.0, 40.0)
    root = np.sqrt(1.0 - np.square(rho))
    # A limit of zero is moved by less than rounding, so that the slopes stay defined.
    h = np.where(h == 0.0, 1e-300, h)
    k = np.where(k == 0.0, 1e-300, k)
    with np.errstate(over="ignore"):
        slope_h = (k / h - rho) / root
        slope_k = (h / k - rho) / root
    apart = np.where(h * k < 0.0, 0.5, 0.0)
    apart = np.where((h * k == 0.0) & (np.minimum(h, k) < 0.0), 0.5, apart)
    value = 0.5 * (ndtr(h) + ndtr(k)) - owens_t(h, slope_h) - owens_t(k, slope_k) - apart
    return np.clip(value, 0.0, 1.0)


def _three(upper: Floats, correlation: Floats) -> Floats:
    from scipy.special import ndtr

    h, k, m = (upper[..., place] for place in range(3))
    r12, r13, r23 = correlation[0, 1], correlation[0, 2], correlation[1, 2]
    s2, s3 = np.sqrt(1.0 - r12**2), np.sqrt(1.0 - r13**2)
    rest = (r23 - r12 * r13) / (s2 * s3)
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    # In panels, so that a steep conditional probability is met.
    edges = np.linspace(0.0, 1.0, 5)
    top = np.clip(h, -_FAR, _FAR)[..., np.newaxis]
    total = np.zeros(h.shape)
    for left, right in pairwise(edges):
        part = 0.5 * (left + right) + 0.5 * (right - left) * nodes
        z = -_FAR + (top + _FAR) * part
        inner = _two((k[..., np.newaxis] - r12 * z) / s2, (m[..., np.newaxis] - r13 * z) / s3, rest)
        density = np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)
        total += (inner * density) @ (weights * 0.5 * (right - left)) * (top[..., 0] + _FAR)
    return np.clip(total, 0.0, ndtr(h))
