"""Correlations of Pearson III variables and of the normal scores behind them.

If ``x = g(z)`` with z normal, correlated scores give less correlated totals. The relation is a
power series (Nataf's model: Liu & Der Kiureghian 1986, Prob. Eng. Mech. 1; for time series
Cario & Nelson 1996, Oper. Res. Lett. 19): with the coefficients b_k of g in normalised Hermite
polynomials, ``corr(x_i, x_j) = sum_k b_ik b_jk r^k / sqrt(sum_k b_ik^2 sum_k b_jk^2)``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hydrosim.hydrology.margin import Pearson3Margin

__all__ = ["hermite_coefficients", "nearest_covariance", "score_correlation", "total_correlation"]

Floats = NDArray[np.float64]

_TERMS = 40
_NODES = 120
_LARGEST = 0.9999
_SMALLEST_EIGENVALUE = 1e-10


def hermite_coefficients(margin: Pearson3Margin) -> Floats:
    """Coefficients of a margin's totals in normalised Hermite polynomials of the score.

    Parameters
    ----------
    margin : Pearson3Margin
        The margin.

    Returns
    -------
    ndarray, shape (terms,)
        Coefficients of the powers 1 and up, scaled so that their squares sum to one.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    weighted = margin.of_normal(nodes) * weights
    # h_k = (z h_(k-1) - sqrt(k-1) h_(k-2)) / sqrt(k)
    before, here = np.zeros(_NODES), np.ones(_NODES)
    found = np.empty(_TERMS)
    for k in range(1, _TERMS + 1):
        before, here = here, (nodes * here - np.sqrt(k - 1.0) * before) / np.sqrt(k)
        found[k - 1] = weighted @ here
    return found / np.sqrt(found @ found)


def total_correlation(first: Floats, second: Floats, score: Floats) -> Floats:
    """Correlation of totals whose scores are correlated.

    Parameters
    ----------
    first, second : ndarray, shape (..., terms)
        Coefficients of the two margins.
    score : ndarray, shape (...)
        Correlation of the scores [1].

    Returns
    -------
    ndarray, shape (...)
        Correlation of the totals [1].
    """
    product = first * second
    result = np.zeros(np.shape(score))
    for k in range(product.shape[-1] - 1, -1, -1):
        result = (result + product[..., k]) * score
    return result


def score_correlation(first: Floats, second: Floats, wanted: Floats) -> Floats:
    """Correlation that the scores need for a wanted correlation of the totals.

    Parameters
    ----------
    first, second : ndarray, shape (..., terms)
        Coefficients of the two margins.
    wanted : ndarray, shape (...)
        Wanted correlation of the totals [1].

    Returns
    -------
    ndarray, shape (...)
        Correlation of the scores [1]; within +-0.9999, also where the totals cannot reach what is
        wanted (two skewed totals cannot mirror each other).
    """
    low = np.full(np.shape(wanted), -_LARGEST)
    high = -low
    for _ in range(60):
        middle = 0.5 * (low + high)
        below = total_correlation(first, second, middle) < wanted
        low = np.where(below, middle, low)
        high = np.where(below, high, middle)
    return 0.5 * (low + high)


def nearest_covariance(matrix: Floats) -> Floats:
    """Positive definite matrix near a symmetric one, with the same diagonal.

    Negative eigenvalues become a small positive one, then rows and columns are scaled back to the
    diagonal (Rousseeuw & Molenberghs 1993, Commun. Statist. Theory Meth. 22). A positive definite
    matrix is returned as it is.

    Parameters
    ----------
    matrix : ndarray, shape (n, n)
        Symmetric matrix with a positive diagonal.

    Returns
    -------
    ndarray, shape (n, n)
        The matrix.
    """
    diagonal = np.sqrt(np.diag(matrix))
    scaled = matrix / np.outer(diagonal, diagonal)
    values, vectors = np.linalg.eigh(scaled)
    if values[0] >= _SMALLEST_EIGENVALUE:
        return matrix
    mended = (vectors * np.maximum(values, _SMALLEST_EIGENVALUE)) @ vectors.T
    back = diagonal / np.sqrt(np.diag(mended))
    result = mended * np.outer(back, back)
    return 0.5 * (result + result.T)
