"""Pearson III margin of yearly totals that are never negative, with its normal scores."""

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

LARGEST_CHANCE_BELOW_ZERO = 1e-3
_EDGE = 1e-12  # frequencies of observed totals beyond the curve's ends are held off 0 and 1
_LARGEST_SCORE = 8.0  # beyond it a double holds no probability below one


@dataclass(frozen=True)
class Pearson3Margin:
    """Pearson III distribution of a yearly total, cut off at zero.

    The part below zero (allowed up to 1 in 1000) is left out and the rest scaled up, so that
    every total drawn is above 0.

    Attributes
    ----------
    mean : float
        Mean, above 0, any unit.
    variation, skewness : float
        Cv, above 0, and Cs [1].

    Raises
    ------
    ConfigError
        If the mean or Cv is not above 0, or totals below zero are likelier than 1 in 1000.
    """

    mean: float
    variation: float
    skewness: float

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
        kept = np.asarray(exceedance_frac, np.float64) * (1.0 - self.chance_below_zero)
        return pearson3_quantile(kept, self.mean, self.variation, self.skewness)

    def exceedance(self, totals: ArrayLike) -> NDArray[np.float64]:
        """Probability that each total is exceeded [1], of the shape of `totals`."""
        chance = pearson3_exceedance(totals, self.mean, self.variation, self.skewness)
        return np.minimum(chance / (1.0 - self.chance_below_zero), 1.0)

    def of_normal(self, scores: ArrayLike) -> NDArray[np.float64]:
        """Return the totals of standard normal scores (wet years are positive).

        Beyond +-8 (once in 10^15 years) a score counts as 8.
        """
        from scipy.special import ndtr

        held = np.clip(np.asarray(scores, np.float64), -_LARGEST_SCORE, _LARGEST_SCORE)
        return self.quantile(np.asarray(ndtr(-held)))

    def normal_of(self, totals: ArrayLike) -> NDArray[np.float64]:
        """Return the normal scores of totals; those beyond the curve's ends stop at +-7."""
        from scipy.special import ndtri

        chance = np.clip(self.exceedance(totals), _EDGE, 1.0 - _EDGE)
        return -np.asarray(ndtri(chance))


def fit_margin(totals: ArrayLike, skewness_ratio: float | None = None) -> Pearson3Margin:
    """Fit a margin to yearly totals by moments (SL/T 278-2020: Pearson III for yearly runoff).

    Mean, Cv (n - 1) and unbiased Cs of the sample. Where these would give totals below zero in
    more than 1 of 1000 years, Cs is raised to 2 Cv, the least with which the curve starts at or
    above zero and the usual ratio for yearly runoff.

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
        If there are fewer than 10 totals, one is negative or missing, or all are alike.
    ConfigError
        If the ratio given leaves totals below zero in more than 1 of 1000 years.
    """
    values = checked_series(_("yearly totals"), totals, least=0.0, count=10)
    sample = moments(values)
    if not sample.variation > 0.0:
        raise DataError(
            file=_("yearly totals"), found=_("every year alike"), expected=_("years that differ")
        )
    if skewness_ratio is not None:
        return Pearson3Margin(sample.mean, sample.variation, skewness_ratio * sample.variation)
    below = 1.0 - float(pearson3_exceedance(0.0, sample.mean, sample.variation, sample.skewness))
    skewness = sample.skewness
    if below > LARGEST_CHANCE_BELOW_ZERO:
        skewness = 2.0 * sample.variation
    return Pearson3Margin(sample.mean, sample.variation, skewness)
