"""Confidence of quantiles by bootstrap (Efron & Tibshirani 1993), with counter-based streams.

Each replicate has a Philox stream of its own, keyed by seed and number of the replicate, so that
the same seed gives the same numbers whatever the number of replicates before or beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from hydrosim.errors import ConfigError
from hydrosim.hydrology.curves import FrequencyCurve, at_return_period
from hydrosim.hydrology.flood_samples import FloodSample, flood_sample
from hydrosim.hydrology.frequency import FrequencyMethod, fit_frequency
from hydrosim.hydrology.refusal import check_choice, refuse
from hydrosim.locale import _

Floats = NDArray[np.float64]
Resampling = Literal["parametric", "cases"]
_FEWEST_REPLICATES = 20
_MOST_FAILED = 0.05


@dataclass(frozen=True, eq=False)
class QuantileBand:
    """Quantiles with their confidence limits.

    Attributes
    ----------
    return_period_years : ndarray, shape (t,)
        Return periods [year].
    estimate : ndarray, shape (t,)
        Quantiles of the curve fitted to the sample.
    lower, upper : ndarray, shape (t,)
        Confidence limits 置信限, percentiles of the replicates.
    standard_error : ndarray, shape (t,)
        Standard deviation of the replicates.
    level : float
        Share of replicates between the limits [1].
    replicates, failed : int
        Replicates that gave a curve, and those that did not.
    """

    return_period_years: Floats
    estimate: Floats
    lower: Floats
    upper: Floats
    standard_error: Floats
    level: float
    replicates: int
    failed: int


def bootstrap_quantiles(
    sample: FloodSample,
    return_period_years: Sequence[float],
    method: FrequencyMethod | None = None,
    *,
    resampling: Resampling = "parametric",
    replicates: int = 1000,
    level: float = 0.9,
    seed: int = 1,
) -> QuantileBand:
    """Confidence limits of design values by fitting again to drawn samples.

    Parametric: N years are drawn from the fitted curve; the last n of them are the record, the a
    greatest of N are known, as in the sample. Cases: the record is drawn with replacement, which
    says nothing of years outside it and so needs a continuous record.

    Parameters
    ----------
    sample : FloodSample
        Floods of a site.
    return_period_years : sequence of float
        Return periods [year], above 1.
    method : FrequencyMethod, optional
        How the sample and each replicate are fitted.
    resampling : {"parametric", "cases"}
        How samples are drawn.
    replicates : int
        Number of drawn samples, at least 20.
    level : float
        Share of replicates between the limits, in (0, 1) [1].
    seed : int
        Seed of the streams, at least 0.

    Returns
    -------
    QuantileBand

    Raises
    ------
    ConfigError
        If an argument is out of range, cases are drawn with historical floods, or more than 5 % of
        the replicates allow no fit.
    """
    _check_arguments(sample, resampling, replicates, level, seed)
    how = method or FrequencyMethod()
    periods = np.asarray(return_period_years, dtype=np.float64)
    curve = fit_frequency(sample, how).curve
    estimate = at_return_period(curve, periods)
    drawn = np.full((replicates, periods.size), np.nan)
    for number in range(replicates):
        stream = np.random.Generator(np.random.Philox(key=[seed, number]))
        try:
            again = fit_frequency(_drawn_sample(sample, curve, resampling, stream), how)
        except ConfigError:
            continue
        drawn[number] = at_return_period(again.curve, periods)
    kept = drawn[np.isfinite(drawn).all(axis=1)]
    failed = replicates - len(kept)
    if failed > _MOST_FAILED * replicates:
        found = _(
            "{failed} of {replicates} drawn samples that allow no fit",
            failed=failed,
            replicates=replicates,
        )
        refuse("method", found, _("a method that fits at least 95 % of drawn samples"))
    tail = 0.5 * (1.0 - level)
    lower, upper = np.quantile(kept, [tail, 1.0 - tail], axis=0)
    spread = kept.std(axis=0, ddof=1)
    return QuantileBand(periods, estimate, lower, upper, spread, level, len(kept), failed)


def _drawn_sample(
    sample: FloodSample,
    curve: FrequencyCurve,
    resampling: Resampling,
    stream: np.random.Generator,
) -> FloodSample:
    if resampling == "cases":
        return flood_sample(stream.choice(sample.ordinary, sample.ordinary.size))
    years, record = sample.survey_years, sample.record_years
    drawn = np.maximum(curve.quantile(_open_unit(stream, years)), 0.0)
    known = sample.extreme.size
    if known == 0:
        return flood_sample(drawn)
    measured, before = drawn[years - record :], drawn[: years - record]
    threshold = np.sort(drawn)[years - known]
    inside = int((measured >= threshold).sum())
    return flood_sample(
        measured,
        historical=before[before >= threshold],
        survey_years=years,
        extreme_in_record=inside,
    )


def _open_unit(stream: np.random.Generator, count: int) -> Floats:
    """Uniform numbers strictly between 0 and 1."""
    return (np.floor(stream.random(count) * 2.0**52) + 0.5) / 2.0**52


def _check_arguments(
    sample: FloodSample, resampling: str, replicates: int, level: float, seed: int
) -> None:
    check_choice("resampling", resampling, get_args(Resampling))
    if resampling == "cases" and not sample.is_continuous:
        expected = _("parametric where there are historical or extraordinary floods")
        refuse("resampling", _("cases"), expected)
    if replicates < _FEWEST_REPLICATES:
        expected = _(
            "at least {fewest_replicates} replicates", fewest_replicates=_FEWEST_REPLICATES
        )
        refuse("replicates", str(replicates), expected)
    if not 0.0 < level < 1.0:
        refuse("level", f"{level:g}", _("a share strictly between 0 and 1"))
    if seed < 0:
        refuse("seed", str(seed), _("a whole number of 0 or more"))
