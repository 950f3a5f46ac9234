"""Fitting copulas: by Kendall's tau, by pseudo-likelihood; choice and goodness of fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.errors import ConfigError, DataError, Fault
from hydrosim.hydrology.archimedean import GENERATORS
from hydrosim.hydrology.copula import (
    FAMILIES,
    ArchimedeanCopula,
    Copula,
    Family,
    GaussianCopula,
)
from hydrosim.hydrology.normal_scores import nearest_covariance
from hydrosim.hydrology.refusal import check_choice, refuse
from hydrosim.hydrology.streams import Purpose, uniforms
from hydrosim.locale import SEMICOLON, _, listed

__all__ = [
    "CopulaChoice",
    "CopulaFit",
    "GoodnessOfFit",
    "choose_copula",
    "fit_copula",
    "goodness_of_fit",
    "kendall_tau",
    "pseudo_observations",
]

Floats = NDArray[np.float64]
Method = Literal["likelihood", "tau"]
Criterion = Literal["aic", "bic"]
_LARGEST_CORRELATION = 0.999


@dataclass(frozen=True)
class CopulaFit:
    """A fitted copula.

    Attributes
    ----------
    copula : Copula
        The copula.
    method : {"likelihood", "tau"}
        How its parameters were found.
    log_likelihood : float
        Pseudo log-likelihood of the observations' ranks.
    aic, bic : float
        Criteria of Akaike (1974) and Schwarz (1978); less is better.
    """

    copula: Copula
    method: Method
    log_likelihood: float
    aic: float
    bic: float


@dataclass(frozen=True)
class CopulaChoice:
    """Fits of several families, the best first.

    Attributes
    ----------
    fits : tuple of CopulaFit
        Fits by rising criterion.
    refused : dict of str to str
        Families that cannot have this dependence, with the reason.
    """

    fits: tuple[CopulaFit, ...]
    refused: dict[str, str]

    @property
    def best(self) -> CopulaFit:
        """The fit with the smallest criterion."""
        return self.fits[0]


@dataclass(frozen=True)
class GoodnessOfFit:
    """Test of a fitted copula.

    Attributes
    ----------
    statistic : float
        Cramer-von Mises distance of the empirical copula from the fitted one.
    p_value : float
        Chance of a larger distance if the fitted family were true; below 0.05 it is doubtful.
    samples : int
        Number of bootstrap samples.
    """

    statistic: float
    p_value: float
    samples: int


def pseudo_observations(values: ArrayLike) -> Floats:
    """Ranks over n + 1 of each source; equal values share their mean rank.

    Parameters
    ----------
    values : array_like, shape (n, d)
        Observations of two or three sources in the same years, at least 10.

    Returns
    -------
    ndarray, shape (n, d)
        Non-exceedance of each observation among its source [1].

    Raises
    ------
    DataError
        If there are fewer than 10 years, not 2 or 3 sources, or a value is not finite.
    """
    from scipy.stats import rankdata

    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] < 10 or table.shape[1] not in (2, 3):
        expected = _("at least 10 years of 2 or 3 sources")
        raise DataError(
            file="sources",
            found=_("an array of shape {shape}", shape=table.shape),
            expected=expected,
        )
    if not np.isfinite(table).all():
        year = int(np.flatnonzero(~np.isfinite(table).all(axis=1))[0])
        raise DataError(
            file="sources",
            found=_("no number in year {year}", year=year),
            expected=_("finite numbers"),
        )
    return np.asarray(rankdata(table, axis=0) / (table.shape[0] + 1.0), dtype=np.float64)


def kendall_tau(values: ArrayLike) -> Floats:
    """Kendall's tau-b of each pair of sources, shape (d, d)."""
    from scipy.stats import kendalltau

    points = pseudo_observations(values)
    size = points.shape[1]
    result = np.eye(size)
    for i in range(size):
        for j in range(i + 1, size):
            tau: Any = kendalltau(points[:, i], points[:, j])
            result[i, j] = result[j, i] = float(tau.statistic)
    return result


def fit_copula(values: ArrayLike, family: Family, method: Method = "likelihood") -> CopulaFit:
    """Fit one family to observations of two or three sources.

    ``tau`` inverts Kendall's tau: ``rho = sin(pi tau / 2)`` (Gaussian),
    ``theta = 2 tau / (1 - tau)`` (Clayton), ``1 / (1 - tau)`` (Gumbel), Debye's
    function (Frank); an exchangeable copula of three sources takes the mean of the three.
    ``likelihood`` maximises the pseudo-likelihood of the ranks (Genest, Ghoudi & Rivest 1995,
    Biometrika 82).

    Parameters
    ----------
    values : array_like, shape (n, d)
        Observations in the same years; only their ranks matter.
    family : {"gaussian", "frank", "clayton", "gumbel"}
        The family.
    method : {"likelihood", "tau"}
        The method.

    Returns
    -------
    CopulaFit
        The fit.

    Raises
    ------
    ConfigError
        If the family or method is not known, or the family cannot have the dependence found.
    DataError
        See `pseudo_observations`.
    """
    check_choice("family", family, FAMILIES)
    check_choice("method", method, ("likelihood", "tau"))
    return _fit(pseudo_observations(values), family, method)


def choose_copula(
    values: ArrayLike,
    families: Sequence[Family] = FAMILIES,
    *,
    criterion: Criterion = "aic",
    method: Method = "likelihood",
) -> CopulaChoice:
    """Fit several families and order them by a criterion.

    Parameters
    ----------
    values : array_like, shape (n, d)
        Observations in the same years.
    families : sequence of str
        Families that compete.
    criterion : {"aic", "bic"}
        What orders them.
    method : {"likelihood", "tau"}
        How they are fitted.

    Returns
    -------
    CopulaChoice
        The fits, the best first, and the families that cannot have this dependence.

    Raises
    ------
    ConfigError
        If the criterion is not known or no family is left; see also `fit_copula`.
    """
    check_choice("criterion", criterion, ("aic", "bic"))
    points = pseudo_observations(values)
    fits: list[CopulaFit] = []
    refused: dict[str, str] = {}
    for family in families:
        check_choice("families", family, FAMILIES)
        try:
            fits.append(_fit(points, family, method))
        except ConfigError as error:
            refused[family] = listed([error.faults[0].found, error.faults[0].expected], SEMICOLON)
    if not fits:
        refuse(
            "families",
            listed(refused.values(), SEMICOLON),
            _("a family that can have this dependence"),
        )
    fits.sort(key=lambda fit: (getattr(fit, criterion), fit.copula.family))
    return CopulaChoice(tuple(fits), refused)


def goodness_of_fit(
    values: ArrayLike, fit: CopulaFit, samples: int = 200, seed: int = 1
) -> GoodnessOfFit:
    """Cramer-von Mises test with a parametric bootstrap (Genest, Remillard & Beaudoin 2009).

    Each bootstrap sample of the fitted copula is fitted by the same method as `fit`.

    Parameters
    ----------
    values : array_like, shape (n, d)
        The observations that were fitted.
    fit : CopulaFit
        The fit.
    samples : int
        Number of bootstrap samples, at least 20.
    seed : int
        Seed of the samples.

    Returns
    -------
    GoodnessOfFit
        Statistic and p-value ``(1/2 + number of larger ones) / (samples + 1)``.

    Raises
    ------
    ConfigError
        If there are fewer than 20 samples or the sources do not fit the copula.
    DataError
        See `pseudo_observations`.
    """
    points = pseudo_observations(values)
    count, size = points.shape
    if samples < 20:
        refuse("samples", str(samples), _("at least 20 samples"))
    if fit.copula.dimension != size:
        refuse(
            "fit",
            _("a copula of {dimension} sources", dimension=fit.copula.dimension),
            _("one of {size} sources", size=size),
        )
    statistic = _distance(points, fit.copula)
    larger = 0
    for number in range(samples):
        chances = np.stack(
            [
                uniforms(seed, number, Purpose.BOOTSTRAP, str(source), "", count)
                for source in range(size)
            ],
            axis=1,
        )
        drawn = pseudo_observations(fit.copula.sample(chances))
        # A sample without positive dependence is fitted by the least that the family has.
        refit = _fit(drawn, fit.copula.family, fit.method, weakest=True)
        larger += _distance(drawn, refit.copula) >= statistic
    return GoodnessOfFit(statistic, (0.5 + larger) / (samples + 1.0), samples)


def _distance(points: Floats, copula: Copula) -> float:
    """Return the sum over observations of the squared difference of both copulas."""
    below = (points[:, np.newaxis, :] <= points[np.newaxis, :, :]).all(axis=2)
    empirical = below.mean(axis=0)
    return float(np.sum((empirical - copula.probability(points)) ** 2))


def _fit(points: Floats, family: Family, method: Method, *, weakest: bool = False) -> CopulaFit:
    copula = (
        _fit_gaussian(points, method)
        if family == "gaussian"
        else _fit_archimedean(points, family, method, weakest=weakest)
    )
    likelihood = float(copula.log_density(points).sum())
    number = len(copula.parameters)
    aic = 2.0 * number - 2.0 * likelihood
    bic = number * float(np.log(points.shape[0])) - 2.0 * likelihood
    return CopulaFit(copula, method, likelihood, aic, bic)


def _fit_gaussian(points: Floats, method: Method) -> GaussianCopula:
    start = np.sin(0.5 * np.pi * kendall_tau(points))
    size = points.shape[1]
    places = np.triu_indices(size, 1)
    limit = _LARGEST_CORRELATION
    start = nearest_covariance(np.where(np.eye(size) > 0, 1.0, np.clip(start, -limit, limit)))
    if method == "tau":
        return GaussianCopula(start)
    from scipy.optimize import minimize, minimize_scalar

    def matrix_of(free: Floats) -> Floats:
        matrix = np.eye(size)
        matrix[places] = limit * np.tanh(free)
        return matrix + np.triu(matrix, 1).T

    def minus_likelihood(free: Floats) -> float:
        matrix = matrix_of(free)
        if np.linalg.eigvalsh(matrix)[0] < 1e-6:
            return 1e10
        return -float(GaussianCopula(matrix).log_density(points).sum())

    if size == 2:
        found: Any = minimize_scalar(
            lambda free: minus_likelihood(np.array([free])),
            bounds=(-6.0, 6.0),
            method="bounded",
            options={"xatol": 1e-7},
        )
        return GaussianCopula(matrix_of(np.array([found.x])))
    free = np.arctanh(np.clip(start[places] / limit, -0.9999, 0.9999))
    options = {"xatol": 1e-7, "fatol": 1e-9}
    found = minimize(minus_likelihood, free, method="Nelder-Mead", options=options)
    return GaussianCopula(matrix_of(found.x))


def _fit_archimedean(
    points: Floats, family: Family, method: Method, *, weakest: bool
) -> ArchimedeanCopula:
    from scipy.optimize import brentq, minimize_scalar

    size = points.shape[1]
    generator = GENERATORS[family]
    low, high = generator.limits(size)
    pairs = kendall_tau(points)[np.triu_indices(size, 1)]
    tau = float(pairs.mean())
    two_sided = low < 0.0
    if not two_sided and not weakest and float(pairs.min()) <= 0.0:
        found = _(
            "Kendall's tau of {pairs:.3f}, which {family} cannot have",
            pairs=float(pairs.min()),
            family=family,
        )
        expected = _("positive dependence, or the families gaussian and (of two sources) frank")
        raise ConfigError([Fault(("family",), found, expected)])
    if two_sided:
        # Theta of 0 is independence and no member of the formulas.
        low, high = (1e-4, high) if tau >= 0.0 else (low, -1e-4)
    if method == "tau":
        held = float(np.clip(tau, generator.tau(low), generator.tau(high)))
        inside = generator.tau(low) < held < generator.tau(high)
        theta = low if held <= generator.tau(low) else high
        if inside:
            root: Any = brentq(lambda t: generator.tau(t) - held, low, high, xtol=1e-12)
            theta = float(root)
        return ArchimedeanCopula(family, theta, size)

    def minus_likelihood(theta: float) -> float:
        return -float(ArchimedeanCopula(family, theta, size).log_density(points).sum())

    best: Any = minimize_scalar(
        minus_likelihood, bounds=(low, high), method="bounded", options={"xatol": 1e-7}
    )
    return ArchimedeanCopula(family, float(best.x), size)
