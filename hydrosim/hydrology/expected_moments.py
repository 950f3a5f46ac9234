"""Expected moments algorithm: log-Pearson III from floods of which some are known by ranges.

Cohn, Lane & Baier (1997) and Bulletin 17C (England et al. 2019, appendix 7): a year whose flood is
known gives its logarithm, a year known by a range what the curve itself expects within it; moments
and curve are made anew until they agree. Low outliers and years below a perception threshold are
such ranges.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hydrosim.hydrology.curves import LogPearsonIII
from hydrosim.hydrology.flood_samples import FloodSample
from hydrosim.hydrology.low_outliers import low_outliers
from hydrosim.hydrology.moment_errors import LogRanges, Parameters, relative_skew_error
from hydrosim.hydrology.moments import skew_error
from hydrosim.hydrology.partial_moments import partial_moments
from hydrosim.hydrology.refusal import refuse
from hydrosim.locale import _

__all__ = ["ExpectedMoments", "MomentRules", "expected_moments"]

Floats = NDArray[np.float64]
_MOST_ROUNDS = 20000
_CLOSE = 1e-10
_FEWEST = 3


@dataclass(frozen=True)
class MomentRules:
    """What the expected moments algorithm goes by.

    Attributes
    ----------
    low_outliers : float or {"multiple_grubbs_beck", "none"}
        Floods below a number, in the unit of the floods, or those that the test finds, are known
        only to lie below the smallest flood that is kept.
    regional_skew : float, optional
        Skewness of the logarithms in the region [1], weighted with that of the station.
    regional_error : float, optional
        Mean square error of the regional skew [1], above 0; given with it.

    Raises
    ------
    ConfigError
        If a number is out of range, or one of the regional skew and its error is missing.
    """

    low_outliers: float | Literal["multiple_grubbs_beck", "none"] = "multiple_grubbs_beck"
    regional_skew: float | None = None
    regional_error: float | None = None

    def __post_init__(self) -> None:
        if (self.regional_skew is None) != (self.regional_error is None):
            expected = _("both or none of them")
            refuse("regional_skew", _("one of `regional_skew` and its error"), expected)
        if self.regional_error is not None and not self.regional_error > 0.0:
            refuse("regional_error", f"{self.regional_error:g}", _("a number above 0"))
        if isinstance(self.low_outliers, str):
            if self.low_outliers not in ("multiple_grubbs_beck", "none"):
                expected = _("multiple_grubbs_beck, none or a flood")
                refuse("low_outliers", repr(self.low_outliers), expected)
        elif not self.low_outliers >= 0.0:
            refuse("low_outliers", f"{self.low_outliers:g}", _("a flood of 0 or more"))


@dataclass(frozen=True, eq=False)
class ExpectedMoments:
    """A curve found by the expected moments algorithm.

    Attributes
    ----------
    curve : LogPearsonIII
        The curve, with the weighted skew where a regional one is given.
    station_skew : float
        Skew of the logarithms by the record alone [1].
    station_error : float
        Mean square error of the station skew [1].
    low_count : int
        Number of low outliers.
    low_threshold : float
        Smallest flood that is none, in the unit of the floods; 0 without low outliers.
    known : ndarray
        Logarithms of the floods that are known.
    ranges : LogRanges
        The other years.
    regional_years : float
        Years that the regional skew counts for.
    regional_error : float
        Mean square error of the regional skew [1]; 0 without one.
    """

    curve: LogPearsonIII
    station_skew: float
    station_error: float
    low_count: int
    low_threshold: float
    known: Floats = field(repr=False)
    ranges: LogRanges = field(repr=False)
    regional_years: float = 0.0
    regional_error: float = 0.0


def expected_moments(sample: FloodSample, rules: MomentRules | None = None) -> ExpectedMoments:
    """Fit a log-Pearson III curve by the expected moments algorithm.

    With N years, of which ``n_>`` are known, and ``c2 = n_> / (n_> - 1)``,
    ``c3 = n_>^2 / ((n_> - 1)(n_> - 2))``, each round sets the mean to that of logarithms and
    expectations, the variance to ``(c2 sum (x - m)^2 + sum E(x - m)^2) / N`` and the skew to
    ``(c3 sum (x - m)^3 + sum E(x - m)^3) / (N s^3)``. A regional skew G counts for
    ``N_G = N MSE(station) / MSE(G)`` years more (Bulletin 17C, equation 7-10).

    Parameters
    ----------
    sample : FloodSample
        Record, extraordinary floods and ranges. The years of the survey period outside the record
        lie below the smallest extraordinary flood.
    rules : MomentRules, optional
        Low outliers and regional skew; the test and none without it.

    Returns
    -------
    ExpectedMoments

    Raises
    ------
    ConfigError
        If fewer than three floods that differ are known after low outliers, or the algorithm finds
        no curve.
    """
    how = rules or MomentRules()
    count, threshold = _low(sample, how)
    known, ranges = _in_logarithms(sample, threshold)
    if known.size < _FEWEST or float(known.max()) <= float(known.min()):
        expected = _("at least 3 floods above the low outliers that are not all equal")
        refuse("measured", _("{size} floods", size=known.size), expected)
    station = _solved(known, ranges, 0.0, 0.0)
    years = known.size + float(ranges.years.sum())
    error = skew_error(years, station.skewness)
    if ranges.years.size:
        error *= relative_skew_error(station, known, ranges, threshold)
    found, regional = station, 0.0
    if how.regional_skew is not None and how.regional_error is not None:
        regional = years * error / how.regional_error
        found = _solved(known, ranges, how.regional_skew, regional)
    return ExpectedMoments(
        LogPearsonIII(*found), station.skewness, error, count, threshold, known, ranges,
        regional, how.regional_error or 0.0,
    )  # fmt: skip


def _low(sample: FloodSample, how: MomentRules) -> tuple[int, float]:
    """Return number of low outliers and smallest flood that is none."""
    if how.low_outliers == "multiple_grubbs_beck":
        found = low_outliers(sample.measured)
        return found.count, found.threshold
    bound = 0.0 if isinstance(how.low_outliers, str) else how.low_outliers
    below = sample.values < bound if bound > 0.0 else sample.values <= 0.0
    if not below.any() or below.all():
        return int(below.sum()), 0.0
    return int(below.sum()), bound or float(sample.values[~below].min())


def _in_logarithms(sample: FloodSample, threshold: float) -> tuple[Floats, LogRanges]:
    """Return logarithms that are known and ranges of the other years, low outliers among them."""
    values = sample.values
    kept = values >= threshold if threshold > 0.0 else np.full(values.size, True)
    low, high, years = [], [], []
    if not kept.all():
        low.append(0.0)
        high.append(threshold)
        years.append(float((~kept).sum()))
    unseen = sample.survey_years - values.size
    if unseen > 0 and sample.extreme.size:
        low.append(0.0)
        high.append(float(sample.extreme[-1]))
        years.append(float(unseen))
    for one in sample.ranges:
        low.append(one.low)
        # A range that ends below the threshold of low outliers says no more than that.
        high.append(max(one.high, threshold))
        years.append(float(one.years))
    with np.errstate(divide="ignore"):
        ends = np.log10(np.array([low, high]).reshape(2, -1))
    return np.log10(values[kept]), LogRanges(ends[0], ends[1], np.array(years))


def _solved(known: Floats, ranges: LogRanges, regional: float, regional_years: float) -> Parameters:
    """Return the moments that agree with what their curve expects."""
    size = float(known.size)
    years = size + float(ranges.years.sum())
    second = size / (size - 1.0)
    third = size**2 / ((size - 1.0) * (size - 2.0))
    at = Parameters(float(known.mean()), float(known.std(ddof=1)), 0.0)
    for _round in range(_MOST_ROUNDS):
        inside = _expected(at, ranges)
        mean = (known.sum() + np.dot(ranges.years, at.mean + inside[1])) / years
        off, moved = known - mean, at.mean - mean
        squares = inside[2] + 2.0 * moved * inside[1] + moved**2
        cubes = inside[3] + 3.0 * moved * inside[2] + 3.0 * moved**2 * inside[1] + moved**3
        variance = (second * np.dot(off, off) + np.dot(ranges.years, squares)) / years
        deviation = math.sqrt(variance)
        sums = third * np.sum(off**3) + np.dot(ranges.years, cubes)
        skewness = sums / deviation**3 + regional_years * regional
        now = Parameters(float(mean), deviation, float(skewness) / (years + regional_years))
        if max(abs(a - b) for a, b in zip(at, now, strict=True)) < _CLOSE:
            return now
        if not all(math.isfinite(one) for one in now):
            break
        at = now
    expected = _("floods that determine a log-Pearson III curve: fewer low outliers or ranges")
    refuse("method", _("no curve by expected moments"), expected)


def _expected(at: Parameters, ranges: LogRanges) -> Floats:
    """Return 1 and the expected (x - mean)^k, k = 1 to 3, inside each range."""
    low = (ranges.low - at.mean) / at.deviation
    high = (ranges.high - at.mean) / at.deviation
    parts = partial_moments(low, high, at.skewness, 3)
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = parts / parts[0]
    # Where the curve gives a range no chance, its nearer end stands for it.
    empty = ~(parts[0] > 1e-300)
    if empty.any():
        end = np.where(np.isfinite(low) & (np.abs(low) < np.abs(high)), low, high)
        inside[:, empty] = end[empty] ** np.arange(4.0)[:, np.newaxis]
    return np.asarray(inside * at.deviation ** np.arange(4.0)[:, np.newaxis])
