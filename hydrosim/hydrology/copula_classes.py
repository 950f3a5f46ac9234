"""Copulas of sources that are known in classes, such as the shares that an import offers.

Years that share a class are tied. A copula fitted to tied ranks and then cut into classes again
has less dependence than the record: by 0.07 of Kendall's tau with three classes. Here its
parameter is raised until the *classes* have the record's tau-b.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hydrosim.hydrology.archimedean import GENERATORS
from hydrosim.hydrology.copula import ArchimedeanCopula, Copula, GaussianCopula, gaussian_pair
from hydrosim.hydrology.copula_fit import kendall_tau
from hydrosim.hydrology.normal_scores import nearest_covariance

__all__ = ["copula_behind_classes"]

Floats = NDArray[np.float64]

POINTS = 2000
STEPS = 24
LARGEST_CORRELATION = 0.999
NEAR_LIMIT = 0.9
"""Part of the limits of theta: at the limit itself Frank's derivatives leave double precision."""
# Additive recurrences that fill the square and the cube evenly (Roberts 2018: powers of the
# inverse of the real root of x^(d + 1) = x + 1).
RECURRENCES = {
    2: (0.7548776662466927, 0.5698402909980532),
    3: (0.8191725133961645, 0.6710436067037893, 0.5497004779019703),
}


def copula_behind_classes(values: Floats, copula: Copula) -> Copula:
    """Return a copula of the same family whose sources, cut into classes, have the record's tau-b.

    Parameters
    ----------
    values : ndarray, shape (n, d)
        Observations in the same years, of two or three sources; equal values are a class.
    copula : Copula
        The copula fitted to them.

    Returns
    -------
    Copula
        The same copula where no source has equal values. A Gaussian copula has each pair's
        tau-b, an Archimedean one of three sources their mean.
    """
    classes = [np.sort(column) for column in values.T]
    if all(np.unique(column).size == column.size for column in classes):
        return copula
    wanted = kendall_tau(values)
    if isinstance(copula, ArchimedeanCopula):
        return _archimedean(classes, wanted, copula)
    size = values.shape[1]
    matrix = np.eye(size)
    for i in range(size):
        for j in range(i + 1, size):
            pair = [classes[i], classes[j]]
            matrix[i, j] = matrix[j, i] = _root(
                lambda rho, pair=pair: float(_tau_of(pair, gaussian_pair(rho))[0, 1]),
                float(wanted[i, j]),
                -LARGEST_CORRELATION,
                LARGEST_CORRELATION,
            )
    return GaussianCopula(nearest_covariance(matrix))


def _archimedean(
    classes: list[Floats], wanted: Floats, copula: ArchimedeanCopula
) -> ArchimedeanCopula:
    size = len(classes)
    places = np.triu_indices(size, 1)
    low, high = (NEAR_LIMIT * limit for limit in GENERATORS[copula.name].limits(size))
    low = max(low, 1.0) if copula.name == "gumbel" else low
    if low < 0.0:
        # A theta of 0 is no member of the formulas: the sign stays.
        low, high = (1e-4, high) if copula.theta > 0.0 else (low, -1e-4)

    def mean_tau(theta: float) -> float:
        return float(_tau_of(classes, ArchimedeanCopula(copula.name, theta, size))[places].mean())

    theta = _root(mean_tau, float(wanted[places].mean()), low, high)
    return ArchimedeanCopula(copula.name, theta, size)


def _tau_of(classes: list[Floats], copula: Copula) -> Floats:
    """Return tau-b of each pair of sources whose years are cut into the record's classes."""
    number = np.arange(1, POINTS + 1)[:, np.newaxis]
    chances = (0.5 + number * np.array(RECURRENCES[copula.dimension])) % 1.0
    points = copula.sample(np.asarray(np.clip(chances, 1e-9, 1.0 - 1e-9), dtype=np.float64))
    cut = np.empty_like(points)
    for source, column in enumerate(classes):
        # A source without equal values stays as it is.
        if np.unique(column).size == column.size:
            cut[:, source] = points[:, source]
        else:
            place = np.minimum((points[:, source] * column.size).astype(np.int64), column.size - 1)
            cut[:, source] = column[place]
    return kendall_tau(cut)


def _root(function: Callable[[float], float], wanted: float, low: float, high: float) -> float:
    """Return where a rising function has a value, or the end that comes nearest."""
    for _unused in range(STEPS):
        middle = 0.5 * (low + high)
        if function(middle) < wanted:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
