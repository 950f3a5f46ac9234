"""Frequency curves 频率曲线: a value for a probability of exceedance, and back.

Pearson III 皮尔逊III型 is the curve of SL 44 (设计洪水计算规范). Log-Pearson III is that of
Bulletin 17C; with zero skew it is the lognormal law. Gumbel is the extreme value law of type I.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.hydrology.pearson import (
    frequency_factor,
    pearson3_exceedance,
    pearson3_quantile,
    standard_exceedance,
)
from hydrosim.hydrology.refusal import check_positive, refuse
from hydrosim.locale import _

Floats = NDArray[np.float64]
EULER = 0.5772156649015329
_GUMBEL_SCALE = math.sqrt(6.0) / math.pi  # scale over standard deviation


class FrequencyCurve(Protocol):
    """What every frequency curve can tell."""

    def quantile(self, exceedance_frac: ArrayLike) -> Floats:
        """Return the values exceeded with given probabilities."""
        ...

    def exceedance(self, value: ArrayLike) -> Floats:
        """Return the probabilities that values are exceeded."""
        ...

    def scaled(self, factor: float) -> FrequencyCurve:
        """Return the curve of the variable times a factor above 0."""
        ...


@dataclass(frozen=True)
class PearsonIII:
    """Pearson III curve by mean 均值, Cv 变差系数 and Cs 偏态系数.

    Attributes
    ----------
    mean : float
        Mean, in the unit of the variable, above 0.
    variation : float
        Coefficient of variation Cv [1], above 0.
    skewness : float
        Coefficient of skewness Cs [1].

    Raises
    ------
    ConfigError
        If mean or Cv is not above 0, or Cs is not finite.
    """

    mean: float
    variation: float
    skewness: float

    def __post_init__(self) -> None:
        check_positive("pearson3.mean", self.mean, "")
        check_positive("pearson3.variation", self.variation, "")
        _check_finite("pearson3.skewness", self.skewness)

    @property
    def deviation(self) -> float:
        """Standard deviation, in the unit of the variable."""
        return self.mean * self.variation

    @property
    def skewness_ratio(self) -> float:
        """Cs / Cv, the ratio that design codes hold for a region [1]."""
        return self.skewness / self.variation

    @property
    def lower_bound(self) -> float:
        """Least value of the law: below 0 where Cs < 2 Cv; minus infinity without positive skew."""
        if self.skewness <= 0.0:
            return -math.inf
        return self.mean * (1.0 - 2.0 * self.variation / self.skewness)

    def quantile(self, exceedance_frac: ArrayLike) -> Floats:
        """Return ``mean (1 + Cv Phi(Cs, P))`` for probabilities of exceedance in (0, 1)."""
        return pearson3_quantile(exceedance_frac, self.mean, self.variation, self.skewness)

    def exceedance(self, value: ArrayLike) -> Floats:
        """Return the probabilities of exceedance [1] of values."""
        return pearson3_exceedance(value, self.mean, self.variation, self.skewness)

    def scaled(self, factor: float) -> PearsonIII:
        """Return the curve of the variable times a factor above 0."""
        check_positive("factor", factor, "")
        return PearsonIII(self.mean * factor, self.variation, self.skewness)


@dataclass(frozen=True)
class LogPearsonIII:
    """Pearson III curve of the common logarithm; lognormal where the skew is zero.

    Attributes
    ----------
    log_mean : float
        Mean of log10 of the variable.
    log_deviation : float
        Standard deviation of log10 of the variable [1], above 0.
    log_skewness : float
        Skewness of log10 of the variable [1].

    Raises
    ------
    ConfigError
        If the deviation is not above 0, or a number is not finite.
    """

    log_mean: float
    log_deviation: float
    log_skewness: float = 0.0

    def __post_init__(self) -> None:
        _check_finite("log_pearson3.log_mean", self.log_mean)
        check_positive("log_pearson3.log_deviation", self.log_deviation, "")
        _check_finite("log_pearson3.log_skewness", self.log_skewness)

    def quantile(self, exceedance_frac: ArrayLike) -> Floats:
        """Return ``10^(m + s Phi(g, P))`` for probabilities of exceedance in (0, 1)."""
        factors = frequency_factor(self.log_skewness, exceedance_frac)
        return np.asarray(10.0 ** (self.log_mean + self.log_deviation * factors))

    def exceedance(self, value: ArrayLike) -> Floats:
        """Return the probabilities of exceedance [1]; 1 for values of 0 and below."""
        values = np.asarray(value, dtype=np.float64)
        with np.errstate(divide="ignore"):
            logs = np.log10(np.maximum(values, 0.0))
        return standard_exceedance((logs - self.log_mean) / self.log_deviation, self.log_skewness)

    def scaled(self, factor: float) -> LogPearsonIII:
        """Return the curve of the variable times a factor above 0."""
        check_positive("factor", factor, "")
        moved = self.log_mean + math.log10(factor)
        return LogPearsonIII(moved, self.log_deviation, self.log_skewness)


@dataclass(frozen=True)
class Gumbel:
    """Extreme value law of type I by mean and standard deviation (Gumbel 1958).

    Attributes
    ----------
    mean : float
        Mean, in the unit of the variable.
    deviation : float
        Standard deviation, above 0.

    Raises
    ------
    ConfigError
        If the deviation is not above 0, or the mean is not finite.
    """

    mean: float
    deviation: float

    def __post_init__(self) -> None:
        _check_finite("gumbel.mean", self.mean)
        check_positive("gumbel.deviation", self.deviation, "")

    def quantile(self, exceedance_frac: ArrayLike) -> Floats:
        """Return the values exceeded with probabilities in (0, 1)."""
        return self.mean + self.deviation * gumbel_factor(exceedance_frac)

    def exceedance(self, value: ArrayLike) -> Floats:
        """Return the probabilities of exceedance [1] of values."""
        standard = (np.asarray(value, dtype=np.float64) - self.mean) / self.deviation
        return np.asarray(-np.expm1(-np.exp(-(standard / _GUMBEL_SCALE + EULER))))

    def scaled(self, factor: float) -> Gumbel:
        """Return the curve of the variable times a factor above 0."""
        check_positive("factor", factor, "")
        return Gumbel(self.mean * factor, self.deviation * factor)


def gumbel_factor(exceedance_frac: ArrayLike) -> Floats:
    """Standardised Gumbel value that is exceeded with probability P.

    Parameters
    ----------
    exceedance_frac : array_like
        Probability of exceedance in (0, 1) [1].

    Returns
    -------
    ndarray
        Frequency factors [1] (Chow 1951), of the shape of `exceedance_frac`.
    """
    exceedance = check_exceedance(exceedance_frac)
    return np.asarray(-_GUMBEL_SCALE * (EULER + np.log(-np.log1p(-exceedance))))


def at_return_period(curve: FrequencyCurve, return_period_years: ArrayLike) -> Floats:
    """Value that is exceeded on average once in T years, ``x(P = 1/T)``.

    Parameters
    ----------
    curve : FrequencyCurve
        Curve of annual maxima.
    return_period_years : array_like
        Return periods 重现期 T [year], above 1.

    Returns
    -------
    ndarray
        Quantiles in the unit of the curve.

    Raises
    ------
    ConfigError
        If a return period is not above 1 year.
    """
    years = np.asarray(return_period_years, dtype=np.float64)
    wrong = years[~(np.isfinite(years) & (years > 1.0))]
    if wrong.size:
        refuse(
            "return_period", _("{wrong:g} years", wrong=wrong[0]), _("a return period above 1 year")
        )
    return curve.quantile(1.0 / years)


def return_period(curve: FrequencyCurve, value: ArrayLike) -> Floats:
    """Return period [year] of values, ``1 / P``; infinite above the upper end of a law."""
    with np.errstate(divide="ignore"):
        return np.asarray(1.0 / curve.exceedance(value))


def check_exceedance(exceedance_frac: ArrayLike) -> Floats:
    """Return probabilities as an array.

    Raises
    ------
    ConfigError
        If one is not strictly between 0 and 1.
    """
    exceedance = np.asarray(exceedance_frac, dtype=np.float64)
    outside = exceedance[~((exceedance > 0.0) & (exceedance < 1.0))]
    if outside.size:
        expected = _("a probability of exceedance strictly between 0 and 1")
        refuse("exceedance", f"{outside[0]:g}", expected)
    return exceedance


def _check_finite(place: str, value: float) -> None:
    if not math.isfinite(value):
        refuse(place, f"{value:g}", _("a finite number"))
