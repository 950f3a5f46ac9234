"""Generators of Archimedean copulas with their derivatives, and Kendall's tau of each.

A copula is ``psi(phi(u_1) + ... + phi(u_d))`` with phi the inverse of psi (Nelsen 2006, ch. 4; for
three dimensions psi must be monotone to the third derivative, McNeil & Neslehova 2009).
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

__all__ = ["GENERATORS", "Generator"]

Floats = NDArray[np.float64]


class Generator(ABC):
    """Generator psi of one family."""

    @abstractmethod
    def limits(self, sources: int) -> tuple[float, float]:
        """Return the smallest and largest theta; the largest has a tau of 0.9."""

    @abstractmethod
    def value(self, theta: float, s: Floats, order: int) -> Floats:
        """Return psi or its derivative of the order 1 to 3 at s >= 0."""

    @abstractmethod
    def inverse(self, theta: float, u: Floats, order: int) -> Floats:
        """Return phi (order 0) or its derivative (order 1) at u in (0, 1]."""

    @abstractmethod
    def tau(self, theta: float) -> float:
        """Return Kendall's tau of a pair."""


class _Clayton(Generator):
    """``psi = (1 + s)^(-1/theta)`` (Clayton 1978): dry together more than wet together."""

    def limits(self, sources: int) -> tuple[float, float]:
        del sources
        return 1e-4, 18.0

    def value(self, theta: float, s: Floats, order: int) -> Floats:
        power = 1.0 / theta
        factor = 1.0
        for j in range(order):
            factor *= -(power + j)
        return factor * (1.0 + s) ** (-power - order)

    def inverse(self, theta: float, u: Floats, order: int) -> Floats:
        if order == 0:
            return np.expm1(-theta * np.log(u))
        return -theta * u ** (-theta - 1.0)

    def tau(self, theta: float) -> float:
        return theta / (theta + 2.0)


class _Gumbel(Generator):
    """``psi = exp(-s^(1/theta))`` (Gumbel 1960, Hougaard 1986): wet together more than dry."""

    def limits(self, sources: int) -> tuple[float, float]:
        del sources
        return 1.0, 10.0

    def value(self, theta: float, s: Floats, order: int) -> Floats:
        a = 1.0 / theta
        s = np.maximum(s, 1e-90)  # u = 1 - 1e-9 with the largest theta
        root = s**a
        psi = np.exp(-root)
        if order == 0:
            return psi
        if order == 1:
            return -a * root / s * psi
        if order == 2:
            return psi * a * root / s**2 * (a * root + 1.0 - a)
        inner = (a * root) ** 2 + 3.0 * a * (1.0 - a) * root + (1.0 - a) * (2.0 - a)
        return -psi * a * root / s**3 * inner

    def inverse(self, theta: float, u: Floats, order: int) -> Floats:
        log = -np.log(u)
        if order == 0:
            return log**theta
        return -theta * log ** (theta - 1.0) / u

    def tau(self, theta: float) -> float:
        return 1.0 - 1.0 / theta


class _Frank(Generator):
    """``psi = -log(1 - (1 - e^-theta) e^-s) / theta`` (Frank 1979): dry and wet alike."""

    def limits(self, sources: int) -> tuple[float, float]:
        return (-38.0, 38.0) if sources == 2 else (1e-4, 38.0)

    def value(self, theta: float, s: Floats, order: int) -> Floats:
        s = np.asarray(s)
        x = -np.expm1(-theta) * np.exp(-s)
        if order == 0:
            return -np.log1p(-x) / theta
        if order == 1:
            return -x / (1.0 - x) / theta
        if order == 2:
            return x / (1.0 - x) ** 2 / theta
        return -x * (1.0 + x) / (1.0 - x) ** 3 / theta

    def inverse(self, theta: float, u: Floats, order: int) -> Floats:
        if order == 0:
            return -np.log(np.expm1(-theta * u) / np.expm1(-theta))
        return theta / -np.expm1(theta * u)

    def tau(self, theta: float) -> float:
        return 1.0 - 4.0 / theta * (1.0 - _debye(theta))


def _debye(theta: float) -> float:
    """First Debye function ``1/theta integral_0^theta t / (e^t - 1) dt`` by Gauss-Legendre."""
    nodes, weights = np.polynomial.legendre.leggauss(64)
    t = 0.5 * theta * (nodes + 1.0)
    return float(0.5 * np.sum(weights * t / np.expm1(t)))


GENERATORS: dict[str, Generator] = {"clayton": _Clayton(), "frank": _Frank(), "gumbel": _Gumbel()}
