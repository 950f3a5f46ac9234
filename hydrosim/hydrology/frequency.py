"""Frequency analysis 频率分析 of annual floods: one call from a sample to a curve and its measures.

Distributions: Pearson III, log-Pearson III, lognormal, Gumbel. Methods: moments 矩法, L-moments
线性矩法, curve fitting 适线法, and for log-Pearson III expected moments (Bulletin 17C).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from hydrosim.hydrology.curve_fitting import (
    FitRules,
    LineFit,
    fit_pearson3,
    fit_with_factors,
)
from hydrosim.hydrology.curves import (
    FrequencyCurve,
    Gumbel,
    LogPearsonIII,
    PearsonIII,
    gumbel_factor,
)
from hydrosim.hydrology.expected_moments import (
    ExpectedMoments,
    MomentRules,
    expected_moments,
)
from hydrosim.hydrology.flood_samples import (
    FloodSample,
    Plotting,
    PlottingPositions,
    plotting_positions,
)
from hydrosim.hydrology.moments import (
    SkewForm,
    gumbel_from_l_moments,
    l_moments,
    log_l_moments,
    log_moments,
    log_pearson3_from_l_moments,
    logarithms,
    lognormal_from_l_moments,
    pearson3_from_l_moments,
    sample_moments,
)
from hydrosim.hydrology.pearson import frequency_factor
from hydrosim.hydrology.refusal import check_choice, refuse
from hydrosim.locale import _

Floats = NDArray[np.float64]
Distribution = Literal["pearson3", "log_pearson3", "lognormal", "gumbel"]
Method = Literal["moments", "l_moments", "curve_fitting", "expected_moments"]
LOG_SKEWNESS_RANGE = (-3.0, 3.0)


@dataclass(frozen=True)
class FrequencyMethod:
    """How a sample becomes a curve.

    Attributes
    ----------
    distribution : {"pearson3", "log_pearson3", "lognormal", "gumbel"}
        Law of the annual maxima.
    method : {"moments", "l_moments", "curve_fitting", "expected_moments"}
        How its parameters are found; expected moments with log-Pearson III only.
    plotting : {"unified", "separate"}
        Plotting formula with historical floods, for curve fitting and the measures of fit.
    skew_form : {"textbook", "unbiased"}, optional
        Form of Cs by moments; textbook for Pearson III, unbiased for log-Pearson III without it.
    rules : FitRules
        Criterion and what is held in curve fitting. What is held refers to the floods
        themselves: with logarithms and Gumbel only the criterion is free to choose.
    mean_from_moments : bool
        Hold the mean of the sample in curve fitting of Pearson III, as is usual.
    moment_rules : MomentRules
        Low outliers and regional skew of expected moments.

    Raises
    ------
    ConfigError
        If a word is unknown or what is held does not go with the law.
    """

    distribution: Distribution = "pearson3"
    method: Method = "curve_fitting"
    plotting: Plotting = "unified"
    skew_form: SkewForm | None = None
    rules: FitRules = field(default_factory=FitRules)
    mean_from_moments: bool = False
    moment_rules: MomentRules = field(default_factory=MomentRules)

    def __post_init__(self) -> None:
        check_choice("distribution", self.distribution, get_args(Distribution))
        check_choice("method", self.method, get_args(Method))
        check_choice("plotting", self.plotting, get_args(Plotting))
        if self.skew_form is not None:
            check_choice("skew_form", self.skew_form, get_args(SkewForm))
        self._check_expected_moments()
        held = FitRules(self.rules.criterion) != self.rules or self.mean_from_moments
        fits_pearson3 = self.method == "curve_fitting" and self.distribution == "pearson3"
        if held and not fits_pearson3:
            refuse(
                "rules",
                _(
                    "{distribution} by {method} with a mean, Cv or Cs held",
                    distribution=self.distribution,
                    method=self.method,
                ),
                _("held parameters in curve fitting of pearson3 only"),
            )
        logarithmic = self.distribution in ("log_pearson3", "lognormal")
        if logarithmic and self.rules.criterion == "relative":
            refuse(
                "rules.criterion",
                _("relative with {distribution}", distribution=self.distribution),
                _("least_squares or absolute: a deviation of logarithms is relative already"),
            )
        if self.mean_from_moments and self.rules.mean is not None:
            refuse("rules.mean", _("a mean held twice"), _("a mean, or mean_from_moments"))

    def _check_expected_moments(self) -> None:
        """Refuse expected moments with another law, and their rules with another method."""
        if self.method == "expected_moments":
            if self.distribution != "log_pearson3":
                found = _("expected_moments with {law}", law=self.distribution)
                refuse("method", found, _("log_pearson3, the law of expected moments"))
        elif self.moment_rules != MomentRules():
            found = _("low outliers or a regional skew by {method}", method=self.method)
            refuse("moment_rules", found, _("them with expected_moments only"))


@dataclass(frozen=True)
class Goodness:
    """How near a curve runs to the plotted floods.

    Attributes
    ----------
    root_mean_square, mean_absolute : float
        Deviation of floods from the curve at their probabilities, in their unit.
    mean_relative : float
        Mean of ``|x_i - x(P_i)| / x(P_i)`` [1].
    determination : float
        Share of the spread of the floods that the curve explains (Nash & Sutcliffe 1970) [1].
    correlation : float
        Correlation of floods and curve, the plotting-position coefficient of Filliben (1975) [1].
    greatest_relative : float
        Deviation of the greatest flood over the curve there [1]; positive where it lies above.
    """

    root_mean_square: float
    mean_absolute: float
    mean_relative: float
    determination: float
    correlation: float
    greatest_relative: float


@dataclass(frozen=True)
class FittedCurve:
    """A curve, how it was found and how well it fits.

    Attributes
    ----------
    curve : PearsonIII, LogPearsonIII or Gumbel
        The curve.
    method : FrequencyMethod
        How it was found.
    goodness : Goodness
        Measures at the plotting positions.
    notes : tuple of str
        What a reviewer should know: a range whose edge was reached, a curve below 0, low outliers.
    expected : ExpectedMoments or None
        What expected moments found, for confidence limits; None by other methods.
    """

    curve: PearsonIII | LogPearsonIII | Gumbel
    method: FrequencyMethod
    goodness: Goodness
    notes: tuple[str, ...] = ()
    expected: ExpectedMoments | None = None


def fit_frequency(sample: FloodSample, method: FrequencyMethod | None = None) -> FittedCurve:
    """Fit a frequency curve to a sample.

    Parameters
    ----------
    sample : FloodSample
        Floods of a site, with historical floods where known.
    method : FrequencyMethod, optional
        How; Pearson III by least squares at unified plotting positions without it.

    Returns
    -------
    FittedCurve

    Raises
    ------
    ConfigError
        If the sample does not allow the method (floods of 0 with logarithms or the relative
        criterion, too few floods).
    """
    how = method or FrequencyMethod()
    positions = plotting_positions(sample, how.plotting)
    edge = ""
    if how.method == "expected_moments":
        made = expected_moments(sample, how.moment_rules)
        good = goodness_of_fit(made.curve, positions)
        return FittedCurve(made.curve, how, good, tuple(_notes_of(made)), made)
    if sample.ranges:
        found = _("years known by ranges with {method}", method=how.method)
        refuse("ranges", found, _("the method expected_moments, which reads them"))
    if how.method == "moments":
        curve = _by_moments(sample, how)
    elif how.method == "l_moments":
        curve = _by_l_moments(sample, how)
    else:
        curve, edge = _by_fitting(sample, positions, how)
    notes: list[str] = []
    if edge:
        notes.append(_("the search ended at an edge of {edge}", edge=edge))
    if isinstance(curve, PearsonIII) and -np.inf < curve.lower_bound < 0.0:
        least = curve.lower_bound
        notes.append(_("Cs < 2 Cv: the curve falls below 0, to {least:g}", least=least))
    return FittedCurve(curve, how, goodness_of_fit(curve, positions), tuple(notes))


def _notes_of(made: ExpectedMoments) -> list[str]:
    """Return what a reviewer should know of a curve by expected moments."""
    notes: list[str] = []
    if made.low_count:
        notes.append(
            _(
                "{count} low outliers, known only to lie below {threshold:g}",
                count=made.low_count,
                threshold=made.low_threshold,
            )
        )
    if made.regional_years > 0.0:
        notes.append(
            _(
                "the skew of the station {station:.3f}, of error {error:.3f}, becomes "
                "{weighted:.3f} with the regional skew",
                station=made.station_skew,
                error=made.station_error,
                weighted=made.curve.log_skewness,
            )
        )
    return notes


def goodness_of_fit(curve: FrequencyCurve, positions: PlottingPositions) -> Goodness:
    """Measures of the deviation of plotted floods from a curve.

    Parameters
    ----------
    curve : FrequencyCurve
        The curve.
    positions : PlottingPositions
        Floods and their empirical probabilities.

    Returns
    -------
    Goodness
    """
    value = positions.value
    on_curve = curve.quantile(positions.exceedance_frac)
    off = value - on_curve
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = off / np.abs(on_curve)
    return Goodness(
        root_mean_square=float(np.sqrt(np.mean(off**2))),
        mean_absolute=float(np.mean(np.abs(off))),
        mean_relative=float(np.mean(np.abs(relative))),
        determination=float(1.0 - np.sum(off**2) / np.sum((value - value.mean()) ** 2)),
        correlation=_correlation(value, on_curve),
        greatest_relative=float(relative[0]),
    )


def _correlation(one: Floats, other: Floats) -> float:
    """Correlation of two series; not a number where one of them is constant."""
    first, second = one - one.mean(), other - other.mean()
    spread = float(np.dot(first, first) * np.dot(second, second))
    return float(np.dot(first, second) / np.sqrt(spread)) if spread > 0.0 else np.nan


def _by_moments(sample: FloodSample, how: FrequencyMethod) -> PearsonIII | LogPearsonIII | Gumbel:
    if how.distribution == "pearson3":
        found = sample_moments(sample, how.skew_form or "textbook")
        return PearsonIII(found.mean, found.variation, found.skewness)
    if how.distribution == "gumbel":
        found = sample_moments(sample, "unbiased")
        return Gumbel(found.mean, found.deviation)
    found = log_moments(sample, how.skew_form or "unbiased")
    skewness = found.skewness if how.distribution == "log_pearson3" else 0.0
    return LogPearsonIII(found.mean, found.deviation, skewness)


def _by_l_moments(sample: FloodSample, how: FrequencyMethod) -> PearsonIII | LogPearsonIII | Gumbel:
    if how.distribution == "pearson3":
        return pearson3_from_l_moments(l_moments(sample))
    if how.distribution == "gumbel":
        return gumbel_from_l_moments(l_moments(sample))
    if how.distribution == "lognormal":
        return lognormal_from_l_moments(log_l_moments(sample))
    return log_pearson3_from_l_moments(log_l_moments(sample))


def _by_fitting(
    sample: FloodSample, positions: PlottingPositions, how: FrequencyMethod
) -> tuple[PearsonIII | LogPearsonIII | Gumbel, str]:
    criterion = how.rules.criterion
    if how.distribution == "pearson3":
        rules = how.rules
        if how.mean_from_moments:
            rules = replace(rules, mean=sample_moments(sample, "unbiased").mean)
        found = fit_pearson3(positions, rules)
        curve = PearsonIII(found.location, found.scale / found.location, found.skewness)
        return curve, found.at_edge
    if how.distribution == "gumbel":
        found = fit_with_factors(positions, criterion, gumbel_factor(positions.exceedance_frac))
        return Gumbel(found.location, found.scale), ""
    found = _fit_logarithms(positions, how)
    return LogPearsonIII(found.location, found.scale, found.skewness), found.at_edge


def _fit_logarithms(positions: PlottingPositions, how: FrequencyMethod) -> LineFit:
    logs = logarithms(positions.value)
    # A mean logarithm may be negative: the fit sees them measured from below the least.
    base = float(logs[-1]) - 1.0
    moved = PlottingPositions(logs - base, positions.exceedance_frac, positions.formula)
    if how.distribution == "lognormal":
        normal = frequency_factor(0.0, positions.exceedance_frac)
        found = fit_with_factors(moved, how.rules.criterion, normal)
    else:
        rules = replace(how.rules, skewness_range=LOG_SKEWNESS_RANGE)
        found = fit_pearson3(moved, rules)
    return replace(found, location=found.location + base)
