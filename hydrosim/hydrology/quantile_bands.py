"""Bands about a fitted frequency curve by the parametric bootstrap.

Samples of the same form as the record (n years measured, the a greatest of N years known, l of them
in the record) are drawn from the fitted curve, and a curve is fitted to each as to the record. The
limits are the bias-corrected percentiles of their quantiles (Efron 1981, Can. J. Stat. 9, 139-172,
section 7): with z0 the normal quantile of the share of samples below the fitted curve, those at
``Phi(2 z0 -+ z)``, since a curve fitted to Weibull's positions lies above the law on average. In
simulation (30 years, Cs/Cv held, 10 to 1000 years of return period) 92 to 94 % of the bands hold
the true value, where plain percentiles do so in 84 %. Given l, the a greatest of N draws are the
extraordinary floods and n - l others, at random, the ordinary ones. What the fit holds (a mean, Cv,
Cs or Cs/Cv of the region) is held in each sample, as if it were known.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hydrosim.errors import ConfigError
from hydrosim.hydrology.curves import Gumbel, LogPearsonIII, PearsonIII, gumbel_factor
from hydrosim.hydrology.flood_samples import FloodSample, plotting_positions
from hydrosim.hydrology.frequency import LOG_SKEWNESS_RANGE, fit_frequency
from hydrosim.hydrology.many_fits import Fits, Held, fit_many
from hydrosim.hydrology.pearson import frequency_factor
from hydrosim.hydrology.quantile_limits import quantile_limits
from hydrosim.hydrology.refusal import refuse
from hydrosim.hydrology.streams import Purpose, uniforms
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from hydrosim.hydrology.curves import FrequencyCurve
    from hydrosim.hydrology.frequency import FittedCurve, FrequencyMethod

    Floats = NDArray[np.float64]

__all__ = ["DRAWS", "LEVEL", "SEED", "Band", "quantile_band"]

LEVEL = 0.9
DRAWS = 1000
SEED = 1
LARGEST_SHIFT = 1.0
"""Largest correction of the bias, in normal quantiles."""
FEWEST = 0.8
"""Share of the samples that must allow a fit."""


class Band(NamedTuple):
    """Lower and upper limit of quantiles, shape (p,), in the unit of the floods."""

    lower: Floats
    upper: Floats


def quantile_band(
    sample: FloodSample,
    fitted: FittedCurve,
    exceedance_frac: ArrayLike,
    *,
    level: float = LEVEL,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Band:
    """Return the band about a curve that was fitted to a sample.

    A curve by expected moments has the limits of Cohn, Lane & Stedinger (2001) instead, which know
    the years known by ranges (:func:`hydrosim.hydrology.quantile_limits.quantile_limits`).

    Parameters
    ----------
    sample
        The floods.
    fitted
        The curve fitted to them.
    exceedance_frac
        Probabilities of exceedance in (0, 1) [1].
    level
        Share of samples between the limits, in (0, 1) [1].
    draws
        Number of samples.
    seed
        Seed of the samples; the same gives the same bits.

    Returns
    -------
    Band
        Not a number where fewer than four fifths of the samples allow a fit.

    Raises
    ------
    ConfigError
        If the level is not strictly between 0 and 1.
    """
    if not 0.0 < level < 1.0:
        refuse("level", f"{level:g}", _("a share strictly between 0 and 1"))
    chances = np.atleast_1d(np.asarray(exceedance_frac, dtype=np.float64))
    if fitted.expected is not None:
        limits = quantile_limits(fitted.expected, chances, level)
        return Band(limits.lower, limits.upper)
    drawn = _samples(sample, fitted, draws, seed)
    many = fitted.method.method == "curve_fitting"
    make = _quantiles_by_fitting if many else _quantiles_one_by_one
    quantiles = make(sample, fitted.method, drawn, chances)
    if quantiles.shape[0] < FEWEST * draws:
        nothing = np.full(chances.size, np.nan)
        return Band(nothing, nothing.copy())
    return _corrected(quantiles, fitted.curve.quantile(chances), level)


def _corrected(quantiles: Floats, curve: Floats, level: float) -> Band:
    """Return the bias-corrected percentiles of quantiles (samples, p) about those of the curve."""
    from scipy.special import ndtr, ndtri

    below = (quantiles < curve).mean(axis=0) + 0.5 * (quantiles == curve).mean(axis=0)
    shift = np.clip(ndtri(below), -LARGEST_SHIFT, LARGEST_SHIFT)
    reach = ndtri(0.5 + level / 2.0)
    ordered = np.sort(quantiles, axis=0)
    limits = [_at_share(ordered, ndtr(2.0 * shift + side * reach)) for side in (-1.0, 1.0)]
    return Band(limits[0], limits[1])


def _at_share(ordered: Floats, share: Floats) -> Floats:
    """Return what a share of ascending values lies below, one share a column."""
    where = share * (ordered.shape[0] - 1)
    lower = np.floor(where).astype(np.int64)
    upper = np.minimum(lower + 1, ordered.shape[0] - 1)
    column, part = np.arange(share.size), where - lower
    return (1.0 - part) * ordered[lower, column] + part * ordered[upper, column]


def _samples(sample: FloodSample, fitted: FittedCurve, draws: int, seed: int) -> Floats:
    """Draw floods of samples of one form, each group descending, shape (draws, a + n - l)."""
    years, count = sample.survey_years, sample.extreme.size
    chance = uniforms(seed, 0, Purpose.BOOTSTRAP, "frequency curve", "floods", draws * years)
    chance = chance.reshape(draws, years)
    if count:
        # The extraordinary floods are the rarest of all years; others stay as they were drawn.
        rarest = np.argsort(chance, axis=1, kind="stable")[:, :count]
        extreme = np.take_along_axis(chance, rarest, axis=1)
        left = np.ones(chance.shape, dtype=bool)
        np.put_along_axis(left, rarest, False, axis=1)
        others = chance[left].reshape(draws, years - count)[:, : sample.ordinary.size]
        chance = np.concatenate([extreme, np.sort(others, axis=1)], axis=1)
    else:
        chance = np.sort(chance, axis=1)
    floods = fitted.curve.quantile(chance.ravel()).reshape(chance.shape)
    # A curve with Cs < 2 Cv has values below 0, which no flood has.
    return np.maximum(floods, 1e-9 * float(sample.values[0]))


def _quantiles_one_by_one(
    sample: FloodSample, method: FrequencyMethod, drawn: Floats, chances: Floats
) -> Floats:
    """Return quantiles of curves by moments, shape (samples that allow a fit, p)."""
    count, inside = sample.extreme.size, sample.extreme_in_record
    found: list[Floats] = []
    for floods in drawn:
        extreme, ordinary = floods[:count], floods[count:]
        measured = np.concatenate([extreme[:inside], ordinary])
        one = replace(sample, extreme=extreme, ordinary=ordinary, measured=measured)
        try:
            found.append(fit_frequency(one, method).curve.quantile(chances))
        except ConfigError:
            continue
    return np.array(found).reshape(len(found), chances.size)


def _quantiles_by_fitting(
    sample: FloodSample, method: FrequencyMethod, drawn: Floats, chances: Floats
) -> Floats:
    """Return quantiles of curves fitted to plotted floods, shape (samples that allow a fit, p)."""
    at = plotting_positions(sample, method.plotting).exceedance_frac
    rules, law = method.rules, method.distribution
    held = Held(rules.mean, rules.variation, rules.skewness, rules.skewness_ratio)
    if law == "pearson3":
        if method.mean_from_moments:
            held = held._replace(mean=drawn @ sample.weights)
        fits = fit_many(drawn, _factors(at), rules.criterion, held, rules)
        curves = [PearsonIII(*one) for one in _parameters(fits)]
        return _stacked(curves, chances)
    if law == "gumbel":
        factors = gumbel_factor(at)
        fits = fit_many(drawn, lambda _skew: factors, rules.criterion, Held(skewness=0.0), rules)
        pairs = zip(fits.location.tolist(), fits.scale.tolist(), strict=True)
        return _stacked([Gumbel(mean, deviation) for mean, deviation in pairs], chances)
    logs = np.log10(drawn)
    base = float(logs.min()) - 1.0  # a mean logarithm may be negative
    wide = replace(rules, skewness_range=LOG_SKEWNESS_RANGE)
    fixed = Held(skewness=0.0) if law == "lognormal" else Held()
    fits = fit_many(logs - base, _factors(at), rules.criterion, fixed, wide)
    three = zip(fits.location.tolist(), fits.scale.tolist(), fits.skewness.tolist(), strict=True)
    return _stacked([LogPearsonIII(mean + base, s, skew) for mean, s, skew in three], chances)


def _factors(at: Floats) -> Callable[[float], Floats]:
    return lambda skewness: frequency_factor(skewness, at)


def _parameters(fits: Fits) -> list[tuple[float, float, float]]:
    """Return mean, Cv and Cs of each sample."""
    variation = fits.scale / fits.location
    return list(
        zip(fits.location.tolist(), variation.tolist(), fits.skewness.tolist(), strict=True)
    )


def _stacked(curves: Sequence[FrequencyCurve], chances: Floats) -> Floats:
    return np.array([curve.quantile(chances) for curve in curves]).reshape(-1, chances.size)
