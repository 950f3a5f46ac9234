"""Pearson III margin of yearly totals that are never negative, with its normal scores.

Rivers that fall dry have a share of years without water beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hydrosim.errors import DataError
from hydrosim.hydrology.checked_series import checked_series
from hydrosim.hydrology.pearson import (
    pearson3_exceedance,
    pearson3_quantile,
)
from hydrosim.hydrology.refusal import refuse
from hydrosim.hydrology.sample_statistics import moments
from hydrosim.locale import _

__all__ = ["Pearson3Margin", "fit_margin"]

LARGEST_CHANCE_BELOW_ZERO = 1e-2
VARIABLE = 0.5
"""Cv from which on most years of a skewed curve stand next to its start."""
LARGEST_START = 0.95
"""Largest start of a curve in parts of the lowest total."""
_EDGE = 1e-12  # frequencies of observed totals beyond the curve's ends are held off 0 and 1
_LARGEST_SCORE = 8.0  # beyond it a double holds no probability below one


@dataclass(frozen=True)
class Pearson3Margin:
    """Pearson III distribution of a yearly total, cut off at zero.

    The part below zero (allowed up to 1 in 100) is left out and the rest scaled up, so that
    every total drawn is above 0, but for the years in which a river that falls dry has none.

    Attributes
    ----------
    mean : float
        Mean of the years with water, above 0, any unit.
    variation, skewness : float
        Cv, above 0, and Cs of the years with water [1].
    zero_frac : float
        Share of years without water, 0 to below 1 [1].

    Raises
    ------
    ConfigError
        If the mean or Cv is not above 0, totals below zero are likelier than 1 in 100, or the
        share of years without water is out of range.
    """

    mean: float
    variation: float
    skewness: float
    zero_frac: float = 0.0

    def __post_init__(self) -> None:
        """Refuse moments with which yearly totals would be negative."""
        if not (self.mean > 0.0 and self.variation > 0.0 and np.isfinite(self.skewness)):
            found = _(
                "mean {mean:g}, Cv {variation:g}, Cs {skewness:g}",
                mean=self.mean,
                variation=self.variation,
                skewness=self.skewness,
            )
            refuse("margin", found, _("a mean and a Cv above 0 and a finite Cs"))
        if not 0.0 <= self.zero_frac < 1.0:
            refuse("zero_frac", f"{self.zero_frac:g}", _("a share from 0 to below 1"))
        if self.chance_below_zero > LARGEST_CHANCE_BELOW_ZERO:
            refuse(
                "margin",
                _(
                    "Cv {variation:g} and Cs {skewness:g}: {chance_below_zero:.2g} of the totals "
                    "lie below 0",
                    variation=self.variation,
                    skewness=self.skewness,
                    chance_below_zero=self.chance_below_zero,
                ),
                _(
                    "totals below 0 in at most {largest_chance_below_zero:g} of the years",
                    largest_chance_below_zero=LARGEST_CHANCE_BELOW_ZERO,
                ),
                _("a Cs of at least twice Cv keeps the lower end at or above 0"),
            )

    @cached_property
    def chance_below_zero(self) -> float:
        """Probability of a total below zero before the cut [1]."""
        above = pearson3_exceedance(0.0, self.mean, self.variation, self.skewness)
        return float(1.0 - above)

    def quantile(self, exceedance_frac: ArrayLike) -> NDArray[np.float64]:
        """Return the totals that are exceeded with given probabilities in (0, 1)."""
        asked = np.asarray(exceedance_frac, np.float64)
        wet = 1.0 - self.zero_frac
        # Within the share without water any number will do: it is not taken.
        inside = np.minimum(asked, wet * (1.0 - _EDGE)) / wet if self.zero_frac else asked
        totals = pearson3_quantile(
            inside * (1.0 - self.chance_below_zero), self.mean, self.variation, self.skewness
        )
        return np.where(asked < wet, totals, 0.0) if self.zero_frac else totals

    def exceedance(self, totals: ArrayLike) -> NDArray[np.float64]:
        """Probability that each total is exceeded [1], of the shape of `totals`."""
        chance = pearson3_exceedance(totals, self.mean, self.variation, self.skewness)
        wet = np.minimum(chance / (1.0 - self.chance_below_zero), 1.0)
        return wet * (1.0 - self.zero_frac)

    def of_normal(self, scores: ArrayLike) -> NDArray[np.float64]:
        """Return the totals of standard normal scores (wet years are positive).

        Beyond +-8 (once in 10^15 years) a score counts as 8.
        """
        from scipy.special import ndtr

        held = np.clip(np.asarray(scores, np.float64), -_LARGEST_SCORE, _LARGEST_SCORE)
        return self.quantile(np.asarray(ndtr(-held)))

    def normal_of(self, totals: ArrayLike) -> NDArray[np.float64]:
        """Return the normal scores of totals; those beyond the curve's ends stop at +-7.

        Years without water stand in the middle of their share.
        """
        from scipy.special import ndtri

        given = np.asarray(totals, np.float64)
        dry = (given <= 0.0) & (self.zero_frac > 0.0)
        chance = np.where(dry, 1.0 - 0.5 * self.zero_frac, self.exceedance(given))
        chance = np.clip(chance, _EDGE, 1.0 - _EDGE)
        return -np.asarray(ndtri(chance))


def fit_margin(totals: ArrayLike, skewness_ratio: float | None = None) -> Pearson3Margin:
    """Fit a margin to yearly totals by moments (SL/T 278-2020: Pearson III for yearly runoff).

    Mean, Cv (n - 1) and unbiased Cs of the years with water; those without are a share of their
    own. Where the moments would give totals below zero in more than 1 of 100 years, or, with a Cv
    above 0.5, a curve that starts far below the lowest year, Cs is chosen by the low end: from
    2 Cv, the least with which the curve starts at or above zero and the usual ratio for yearly
    runoff, to that with which it starts at 0.95 of the lowest total, so that the lowest third of
    the years is met best.

    Parameters
    ----------
    totals : array_like, shape (years,)
        Yearly totals, at least 0, of one unit.
    skewness_ratio : float, optional
        Regional ratio Cs / Cv that is taken instead of the sample's Cs [1].

    Returns
    -------
    Pearson3Margin
        The margin.

    Raises
    ------
    DataError
        If there are fewer than 10 totals above 0, one is negative or missing, or all are alike.
    ConfigError
        If the ratio given leaves totals below zero in more than 1 of 100 years.
    """
    given = checked_series(_("yearly totals"), totals, least=0.0, count=10)
    values = given[given > 0.0]
    if 0 < values.size < 10 or not given.any():
        found = _("{count} years with water", count=values.size)
        raise DataError(
            file=_("yearly totals"), found=found, expected=_("at least 10 years with water")
        )
    zero = 1.0 - values.size / given.size
    sample = moments(values)
    if not sample.variation > 0.0:
        raise DataError(
            file=_("yearly totals"), found=_("every year alike"), expected=_("years that differ")
        )
    if skewness_ratio is not None:
        skewness = skewness_ratio * sample.variation
        return Pearson3Margin(sample.mean, sample.variation, skewness, zero)
    below = 1.0 - float(pearson3_exceedance(0.0, sample.mean, sample.variation, sample.skewness))
    skewness = sample.skewness
    start = sample.mean * (1.0 - 2.0 * sample.variation / skewness) if skewness > 0.0 else 0.0
    empty = sample.variation > VARIABLE and start < 0.5 * float(values.min())
    if below > LARGEST_CHANCE_BELOW_ZERO or (skewness > 2.0 * sample.variation and empty):
        skewness = _low_end_skewness(values, sample.mean, sample.variation)
    return Pearson3Margin(sample.mean, sample.variation, skewness, zero)


def _low_end_skewness(values: NDArray[np.float64], mean: float, variation: float) -> float:
    """Return the Cs, from 2 Cv on, whose curve comes nearest to the lowest third of a sample.

    With 2 Cv the curve starts at zero, and with a Cv above 1 most dry years would be next to it;
    with the largest Cs that is tried it starts at 0.95 of the lowest total.
    """
    count = values.size
    lowest = np.sort(values)[: max(count // 3, 3)]
    chance = 1.0 - (np.arange(1, lowest.size + 1) - 0.4) / (count + 0.2)
    least = 2.0 * variation
    largest = least / (1.0 - LARGEST_START * min(float(lowest[0]) / mean, 1.0))
    logs = np.log(np.maximum(lowest, 1e-3 * mean))
    tried = np.linspace(least, largest, 101)
    misfit = [
        float(np.sum((np.log(pearson3_quantile(chance, mean, variation, cs)) - logs) ** 2))
        for cs in tried
    ]
    return float(tried[int(np.argmin(misfit))])
