"""Copulas of two or three sources: Gaussian, and the Archimedean of Clayton, Frank and Gumbel.

Arguments are non-exceedance probabilities, dry near 0 and wet near 1. Closed forms of Joe (1997)
and Nelsen (2006). In three dimensions the Archimedean copulas are exchangeable: every pair has the
same dependence.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.hydrology.archimedean import GENERATORS, Generator
from hydrosim.hydrology.normal_probability import normal_probability
from hydrosim.hydrology.refusal import check_choice, refuse
from hydrosim.locale import _

__all__ = ["FAMILIES", "ArchimedeanCopula", "Copula", "Family", "GaussianCopula", "gaussian_pair"]

Floats = NDArray[np.float64]
Family = Literal["gaussian", "frank", "clayton", "gumbel"]
FAMILIES: tuple[Family, ...] = ("gaussian", "frank", "clayton", "gumbel")
# Arguments are held off 0 and 1, where densities and quantiles have no value.
_EDGE = 1e-9


class Copula(ABC):
    """A copula of two or three sources."""

    @property
    @abstractmethod
    def family(self) -> Family:
        """Name of the family."""

    @property
    @abstractmethod
    def dimension(self) -> int:
        """Number of sources, 2 or 3."""

    @property
    @abstractmethod
    def parameters(self) -> tuple[float, ...]:
        """The parameters: theta, or the correlations (1,2), (1,3), (2,3)."""

    @abstractmethod
    def probability(self, points: ArrayLike) -> Floats:
        """C(u): probability that no source exceeds its argument.

        Parameters
        ----------
        points : array_like, shape (..., d)
            Non-exceedance probabilities, 0 to 1.

        Returns
        -------
        ndarray, shape (...)
            Probabilities [1].
        """

    @abstractmethod
    def log_density(self, points: ArrayLike) -> Floats:
        """Logarithm of the copula's density at points inside (0, 1), shape (...)."""

    @abstractmethod
    def conditional_quantile(self, given: Floats, chance: Floats) -> Floats:
        """Non-exceedance of the next source, given those before it.

        Parameters
        ----------
        given : ndarray, shape (n, k)
            Non-exceedance of the first k sources, 1 <= k < d.
        chance : ndarray, shape (n,)
            Conditional non-exceedance of source k + 1.

        Returns
        -------
        ndarray, shape (n,)
            Its non-exceedance: that u for which P(U <= u | given) = chance (Rosenblatt 1952).
        """

    def sample(self, chances: Floats) -> Floats:
        """Turn independent uniform numbers into a sample, shape (n, d) to (n, d).

        The first source keeps its number, so sources can be tied to one that is known already.
        """
        result = np.array(chances, dtype=np.float64)
        for k in range(1, self.dimension):
            result[:, k] = self.conditional_quantile(result[:, :k], chances[:, k])
        return result


@dataclass(frozen=True, eq=False)
class GaussianCopula(Copula):
    """Copula of a normal vector.

    Attributes
    ----------
    correlation : ndarray, shape (d, d)
        Correlations of the normal scores, positive definite; d is 2 or 3.

    Raises
    ------
    ConfigError
        If the matrix is not a positive definite correlation matrix of two or three sources.
    """

    correlation: Floats

    def __post_init__(self) -> None:
        """Refuse what is no correlation matrix."""
        matrix = self.correlation
        expected = _("a positive definite correlation matrix of 2 or 3 sources")
        if matrix.shape not in ((2, 2), (3, 3)):
            refuse("correlation", _("a matrix of shape {shape}", shape=matrix.shape), expected)
        sound = np.allclose(matrix, matrix.T) and np.allclose(np.diag(matrix), 1.0)
        if not (sound and np.linalg.eigvalsh(matrix)[0] > 1e-9):
            refuse("correlation", str(matrix.tolist()), expected)

    @property
    def family(self) -> Family:
        """Name of the family."""
        return "gaussian"

    @property
    def dimension(self) -> int:
        """Number of sources."""
        return self.correlation.shape[0]

    @property
    def parameters(self) -> tuple[float, ...]:
        """Correlations (1,2), (1,3), (2,3)."""
        places = np.triu_indices(self.dimension, 1)
        return tuple(float(value) for value in self.correlation[places])

    def probability(self, points: ArrayLike) -> Floats:
        """C(u); see `Copula.probability`."""
        from scipy.special import ndtri

        limits = np.asarray(ndtri(np.asarray(points, dtype=np.float64)))
        return normal_probability(limits, self.correlation)

    def log_density(self, points: ArrayLike) -> Floats:
        """Logarithm of the density; see `Copula.log_density`."""
        scores = _scores(np.asarray(points, dtype=np.float64))
        inverse = np.linalg.inv(self.correlation) - np.eye(self.dimension)
        form = np.einsum("...i,ij,...j->...", scores, inverse, scores)
        return -0.5 * (form + np.log(np.linalg.det(self.correlation)))

    def conditional_quantile(self, given: Floats, chance: Floats) -> Floats:
        """See `Copula.conditional_quantile`."""
        from scipy.special import ndtr

        known = given.shape[1]
        block = self.correlation[:known, :known]
        weights = np.linalg.solve(block, self.correlation[:known, known])
        spread = np.sqrt(1.0 - weights @ self.correlation[:known, known])
        scores = _scores(given)
        centre = np.zeros(given.shape[0])
        for k in range(known):
            centre += weights[k] * scores[:, k]
        return np.asarray(ndtr(centre + spread * _scores(chance)))


@dataclass(frozen=True)
class ArchimedeanCopula(Copula):
    """Copula ``psi(phi(u_1) + ... + phi(u_d))`` of Clayton, Frank or Gumbel.

    Attributes
    ----------
    name : {"clayton", "frank", "gumbel"}
        The family.
    theta : float
        Parameter: Clayton above 0; Gumbel at least 1; Frank not 0, and above 0 for three sources.
    sources : int
        2 or 3.

    Raises
    ------
    ConfigError
        If the family is not known or the parameter is outside its range.
    """

    name: Family
    theta: float
    sources: int = 2

    def __post_init__(self) -> None:
        """Refuse parameters for which the function is no copula."""
        check_choice("family", self.name, GENERATORS)
        if self.sources not in (2, 3):
            refuse("sources", str(self.sources), _("2 or 3 sources"))
        low, high = self._generator.limits(self.sources)
        if not low <= self.theta <= high or self.theta == 0.0:
            found = _(
                "{theta:g} for {name} with {sources} sources",
                theta=self.theta,
                name=self.name,
                sources=self.sources,
            )
            refuse(
                "theta", found, _("a number from {low:g} to {high:g}, not 0", low=low, high=high)
            )

    @property
    def _generator(self) -> Generator:
        return GENERATORS[self.name]

    @property
    def family(self) -> Family:
        """Name of the family."""
        return self.name

    @property
    def dimension(self) -> int:
        """Number of sources."""
        return self.sources

    @property
    def parameters(self) -> tuple[float, ...]:
        """Theta alone."""
        return (self.theta,)

    def probability(self, points: ArrayLike) -> Floats:
        """C(u); see `Copula.probability`."""
        asked = np.asarray(points, dtype=np.float64)
        inside = np.clip(asked, _EDGE, 1.0)
        value = self._generator.inverse(self.theta, inside, 0)
        total = self._generator.value(self.theta, value.sum(axis=-1), 0)
        return np.where((asked <= 0.0).any(axis=-1), 0.0, np.clip(total, 0.0, 1.0))

    def log_density(self, points: ArrayLike) -> Floats:
        """Logarithm of the density; see `Copula.log_density`."""
        inside = np.clip(np.asarray(points, dtype=np.float64), _EDGE, 1.0 - _EDGE)
        parts = self._generator.inverse(self.theta, inside, 0)
        slopes = np.abs(self._generator.inverse(self.theta, inside, 1))
        top = np.abs(self._generator.value(self.theta, parts.sum(axis=-1), self.sources))
        return np.log(top) + np.log(slopes).sum(axis=-1)

    def conditional_quantile(self, given: Floats, chance: Floats) -> Floats:
        """See `Copula.conditional_quantile`; by bisection of the generator's derivative."""
        known = given.shape[1]
        inside = np.clip(given, _EDGE, 1.0 - _EDGE)
        base = self._generator.inverse(self.theta, inside, 0).sum(axis=1)
        bottom = self._generator.value(self.theta, base, known)
        low, high = np.full(base.shape, _EDGE), np.full(base.shape, 1.0 - _EDGE)
        for _unused in range(60):
            middle = 0.5 * (low + high)
            there = base + self._generator.inverse(self.theta, middle, 0)
            below = self._generator.value(self.theta, there, known) / bottom < chance
            low = np.where(below, middle, low)
            high = np.where(below, high, middle)
        return 0.5 * (low + high)


def gaussian_pair(correlation: float) -> GaussianCopula:
    """Gaussian copula of two sources with the given correlation of their normal scores."""
    return GaussianCopula(np.array([[1.0, correlation], [correlation, 1.0]]))


def _scores(points: Floats) -> Floats:
    from scipy.special import ndtri

    return cast("Floats", np.asarray(ndtri(np.clip(points, _EDGE, 1.0 - _EDGE))))
