"""Pearson III distribution in the terms of a hydrologist: mean, Cv, Cs, exceedance.

The quantile is ``x_P = mean (1 + Cv Phi(Cs, P))`` with the frequency factor Phi of Foster's
table; P is the probability that a value is exceeded, as a fraction.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.errors import ConfigError, Fault
from hydrosim.locale import _

_SMALLEST_SKEW = 1e-6  # below it the gamma form loses digits and the normal law is meant
_NORMAL_SKEW = 1.6e-5  # below it quantiles are those of the normal law to 1e-5


def _scipy_special() -> Any:
    """Return scipy.special: loaded late, for its import takes a third of the time of a check."""
    from scipy import special

    return special


def frequency_factor(skewness: float, exceedance_frac: ArrayLike) -> NDArray[np.float64]:
    """Phi(Cs, P): the standardised Pearson III value that is exceeded with probability P.

    Parameters
    ----------
    skewness : float
        Coefficient of skewness Cs [1].
    exceedance_frac : array_like
        Probability of exceedance in (0, 1) [1].

    Returns
    -------
    ndarray
        Frequency factors [1], of the shape of `exceedance_frac`.

    Raises
    ------
    ConfigError
        If a probability is not strictly between 0 and 1.
    """
    exceedance = np.asarray(exceedance_frac, dtype=np.float64)
    outside = exceedance[~((exceedance > 0.0) & (exceedance < 1.0))]
    if outside.size:
        expected = _("a probability of exceedance strictly between 0 and 1")
        raise ConfigError([Fault(("exceedance",), f"{outside[0]:g}", expected)])
    if exceedance.ndim == 0:
        return np.asarray(_one_factor(float(skewness), float(exceedance)))
    return _factors(skewness, exceedance)


@lru_cache(maxsize=4096)
def _one_factor(skewness: float, exceedance: float) -> float:
    """Phi of one probability, kept: sites carried over by area share Cs, seasons and rounds P."""
    return float(_factors(skewness, np.asarray(exceedance)))


def _factors(skewness: float, exceedance: NDArray[np.float64]) -> NDArray[np.float64]:
    special = _scipy_special()
    if abs(skewness) < _NORMAL_SKEW:
        return np.asarray(-special.ndtri(exceedance), dtype=np.float64)
    shape = 4.0 / skewness**2
    inverse = special.gammainccinv if skewness > 0.0 else special.gammaincinv
    return np.asarray((inverse(shape, exceedance) - shape) * (0.5 * skewness), dtype=np.float64)


def pearson3_quantile(
    exceedance_frac: ArrayLike, mean: float, variation: float, skewness: float
) -> NDArray[np.float64]:
    """Value exceeded with a given probability, ``mean (1 + Cv Phi)``.

    Parameters
    ----------
    exceedance_frac : array_like
        Probability of exceedance in (0, 1) [1].
    mean : float
        Mean of the variable, in its own unit.
    variation : float
        Coefficient of variation Cv [1].
    skewness : float
        Coefficient of skewness Cs [1].

    Returns
    -------
    ndarray
        Quantiles in the unit of `mean`, of the shape of `exceedance_frac`.

    Raises
    ------
    ConfigError
        If a probability is not strictly between 0 and 1.
    """
    return mean * (1.0 + variation * frequency_factor(skewness, exceedance_frac))


def pearson3_exceedance(
    value: ArrayLike, mean: float, variation: float, skewness: float
) -> NDArray[np.float64]:
    """Probability that a Pearson III variable exceeds a value.

    Parameters
    ----------
    value : array_like
        Values in the unit of `mean`.
    mean : float
        Mean of the variable.
    variation : float
        Coefficient of variation Cv [1], above 0.
    skewness : float
        Coefficient of skewness Cs [1].

    Returns
    -------
    ndarray
        Probabilities of exceedance [1], of the shape of `value`.

    Raises
    ------
    ConfigError
        If `mean` or `variation` is not positive.
    """
    if not (mean > 0.0 and variation > 0.0):
        found = _("mean {mean:g} and Cv {variation:g}", mean=mean, variation=variation)
        raise ConfigError([Fault(("pearson3",), found, _("a mean and a Cv above 0"))])
    standardised = (np.asarray(value, dtype=np.float64) / mean - 1.0) / variation
    return standard_exceedance(standardised, skewness)


def standard_exceedance(standardised: ArrayLike, skewness: float) -> NDArray[np.float64]:
    """Probability that a Pearson III variable of mean 0 and deviation 1 exceeds a value.

    Parameters
    ----------
    standardised : array_like
        Values Phi [1].
    skewness : float
        Coefficient of skewness Cs [1].

    Returns
    -------
    ndarray
        Probabilities of exceedance [1], of the shape of `standardised`.
    """
    values = np.asarray(standardised, dtype=np.float64)
    special = _scipy_special()
    if abs(skewness) < _NORMAL_SKEW:
        return np.asarray(special.ndtr(-values), dtype=np.float64)
    shape = 4.0 / skewness**2
    beyond = special.gammaincc if skewness > 0.0 else special.gammainc
    gamma = np.maximum(shape + 2.0 * values / skewness, 0.0)
    return np.asarray(beyond(shape, gamma), dtype=np.float64)


def pearson3_class_means(
    count: int, mean: float, variation: float, skewness: float
) -> NDArray[np.float64]:
    """Means of `count` equally likely classes of a Pearson III variable, ascending.

    A sample of these values has exactly the mean of the distribution, and a Cv a few per cent
    below its Cv (the spread inside the classes is lost). Closed form: with a gamma variable of
    shape ``a = 4 / Cs^2`` the partial mean up to u is ``a G_(a+1)(u)``, G being the gamma
    distribution function.

    Parameters
    ----------
    count : int
        Number of classes, at least 1.
    mean : float
        Mean of the variable, positive.
    variation : float
        Coefficient of variation Cv [1], positive.
    skewness : float
        Coefficient of skewness Cs [1], positive.

    Returns
    -------
    ndarray, shape (count,)
        Class means in the unit of `mean`, ascending.

    Raises
    ------
    ConfigError
        If `count` is below 1, or the mean, Cv or Cs is not positive.
    """
    if count < 1:
        raise ConfigError([Fault(("count",), str(count), _("at least 1 class"))])
    if not (mean > 0.0 and variation > 0.0 and skewness > _SMALLEST_SKEW):
        found = _(
            "mean {mean:g}, Cv {variation:g}, Cs {skewness:g}",
            mean=mean,
            variation=variation,
            skewness=skewness,
        )
        raise ConfigError([Fault(("pearson3",), found, _("a mean, a Cv and a Cs above 0"))])
    special = _scipy_special()
    shape = 4.0 / skewness**2
    scale = 0.5 * mean * variation * skewness
    location = mean - shape * scale
    edges = np.asarray(special.gammaincinv(shape, np.arange(count + 1) / count), dtype=np.float64)
    partial = np.asarray(special.gammainc(shape + 1.0, edges), dtype=np.float64)
    partial[-1] = 1.0
    return location + shape * scale * count * np.diff(partial)
