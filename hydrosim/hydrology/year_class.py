"""How wet a year is (丰平枯): classes of the exceedance frequency of its total.

The one place that holds the frequencies between the classes. The rule `year_class` (the past,
or a forecast) and the hindsight classes of verdicts and plots both read them here. A year whose
frequency stands on a limit belongs to the wetter class.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.hydrology.checked_series import checked_series
from hydrosim.hydrology.pearson import pearson3_exceedance, pearson3_quantile
from hydrosim.hydrology.refusal import refuse
from hydrosim.locale import Message, _, pgettext

__all__ = [
    "CLASS_LIMITS",
    "CLASS_NAMES",
    "EQUAL_TOTALS",
    "class_of_frequency",
    "class_of_total",
    "class_totals",
    "classify_years",
    "rank_frequency",
]

ClassCount = Literal[3, 5]

# Exceedance frequencies between the classes, wet first: the practice of Chinese water bulletins
# and of encounter analysis.
CLASS_LIMITS: dict[int, tuple[float, ...]] = {5: (0.125, 0.375, 0.625, 0.875), 3: (0.375, 0.625)}
EQUAL_TOTALS = 0.005
"""Relative difference below which yearly totals count as equal: a leap day adds 0.3 %."""
_WET, _NORMAL, _DRY = (
    pgettext("year class", "wet"), pgettext("year class", "normal"), pgettext("year class", "dry"),
)  # fmt: skip
CLASS_NAMES: dict[int, tuple[Message, ...]] = {
    5: (_WET, _("moderately wet"), _NORMAL, _("moderately dry"), _DRY),
    3: (_WET, _NORMAL, _DRY),
}


def class_of_frequency(
    exceedance_frac: ArrayLike, limits: tuple[float, ...] = CLASS_LIMITS[3]
) -> NDArray[np.int64]:
    """Class of years by their exceedance frequency, 1 for the wettest.

    Parameters
    ----------
    exceedance_frac : array_like
        Exceedance frequency of each year, 0 to 1 [1].
    limits : tuple of float
        Frequencies between the classes, wet first [1].

    Returns
    -------
    ndarray of int64
        Classes from 1 to ``len(limits) + 1``, of the shape of `exceedance_frac`.

    Raises
    ------
    ConfigError
        If the limits do not increase inside 0 to 1, or a frequency lies outside 0 to 1.
    """
    _check_limits(limits)
    frequency = np.asarray(exceedance_frac, dtype=np.float64)
    outside = frequency[~((frequency >= 0.0) & (frequency <= 1.0))]
    if outside.size:
        refuse("exceedance", f"{outside[0]:g}", _("a frequency between 0 and 1"))
    return np.searchsorted(limits, frequency, side="left").astype(np.int64) + 1


def class_totals(
    mean: float,
    variation: float,
    skewness: float,
    limits: tuple[float, ...] = CLASS_LIMITS[5],
) -> NDArray[np.float64]:
    """Yearly totals between the classes, the largest first.

    Parameters
    ----------
    mean : float
        Mean yearly total of the reference, any unit.
    variation, skewness : float
        Cv and Cs of the yearly totals [1].
    limits : tuple of float
        Frequencies between the classes, wet first [1].

    Returns
    -------
    ndarray, shape (len(limits),)
        Pearson III quantiles in the unit of `mean`, descending.

    Raises
    ------
    ConfigError
        If the limits do not increase inside 0 to 1.
    """
    _check_limits(limits)
    return pearson3_quantile(np.array(limits), mean, variation, skewness)


def class_of_total(totals: ArrayLike, between: NDArray[np.float64]) -> NDArray[np.int64]:
    """Class of yearly totals against the totals between the classes.

    Parameters
    ----------
    totals : array_like
        Yearly totals in the unit of `between`.
    between : ndarray, shape (classes - 1,)
        Totals between the classes, descending (`class_totals`).

    Returns
    -------
    ndarray of int64
        Classes from 1, of the shape of `totals`.
    """
    below = np.asarray(totals, dtype=np.float64)[..., np.newaxis] < between
    return 1 + below.sum(axis=-1, dtype=np.int64)


def classify_years(
    totals: ArrayLike,
    mean: float,
    variation: float,
    skewness: float,
    classes: ClassCount = 5,
) -> NDArray[np.int64]:
    """Class of yearly totals by their Pearson III frequency, 1 for the wettest.

    Parameters
    ----------
    totals : array_like
        Yearly totals in the unit of `mean`.
    mean : float
        Mean yearly total of the reference, above 0.
    variation, skewness : float
        Cv (above 0) and Cs of the reference [1].
    classes : {5, 3}
        Number of classes.

    Returns
    -------
    ndarray of int64
        Classes; `CLASS_NAMES` names them.

    Raises
    ------
    ConfigError
        If the mean or Cv is not above 0, or `classes` is neither 3 nor 5.
    """
    if classes not in CLASS_LIMITS:
        refuse("classes", str(classes), _("3 or 5 classes"))
    frequency = pearson3_exceedance(totals, mean, variation, skewness)
    return class_of_frequency(frequency, CLASS_LIMITS[classes])


def rank_frequency(totals: ArrayLike, equal: float = EQUAL_TOTALS) -> NDArray[np.float64]:
    """Empirical exceedance frequency m / (n + 1) of each year (Weibull 1939).

    Years of equal totals share the mean of their ranks, so that neither their order nor rounding
    makes one wetter than the other.

    Parameters
    ----------
    totals : array_like, shape (years,)
        Yearly totals, any unit.
    equal : float
        Part of the largest of some totals by which the others may lie below it and still count
        as equal to it [1].

    Returns
    -------
    ndarray, shape (years,)
        Frequencies [1].

    Raises
    ------
    DataError
        If a total is not finite.
    """
    values = checked_series(_("yearly totals"), totals)
    order = np.argsort(-values, kind="stable")
    rank = np.empty(values.size)
    first = 0
    while first < values.size:
        largest = values[order[first]]
        alike = values[order[first:]] >= largest - equal * abs(largest)
        count = int(alike.sum())
        rank[order[first : first + count]] = first + (count + 1) / 2
        first += count
    return rank / (values.size + 1)


def _check_limits(limits: tuple[float, ...]) -> None:
    inside = all(0.0 < limit < 1.0 for limit in limits)
    if not (limits and inside and list(limits) == sorted(set(limits))):
        found = ", ".join(f"{limit:g}" for limit in limits)
        refuse("limits", found, _("frequencies between 0 and 1 that increase"))
