"""Statistics of a flood sample: moments 矩法 and L-moments 线性矩法, and the curves they give.

Sources: the formulas for a record with historical floods are those of SL 44; L-moments follow
Hosking & Wallis (1997), from the probability-weighted moments of Landwehr et al. (1979).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from hydrosim.hydrology.curves import Gumbel, LogPearsonIII, PearsonIII
from hydrosim.hydrology.flood_samples import FloodSample
from hydrosim.hydrology.refusal import check_choice, refuse
from hydrosim.locale import _

Floats = NDArray[np.float64]
SkewForm = Literal["textbook", "unbiased"]
_LOG_SHAPES = (math.log(1e-4), math.log(1e10))  # Cs from 200 down to 2e-5


@dataclass(frozen=True)
class SampleMoments:
    """Mean, standard deviation and skewness of a sample.

    Attributes
    ----------
    mean, deviation : float
        In the unit of the sample.
    skewness : float
        Coefficient of skewness Cs [1].
    """

    mean: float
    deviation: float
    skewness: float

    @property
    def variation(self) -> float:
        """Coefficient of variation Cv [1]."""
        return self.deviation / self.mean


@dataclass(frozen=True)
class LMoments:
    """The first four L-moments of a sample.

    Attributes
    ----------
    location, scale : float
        lambda_1 (the mean) and lambda_2, in the unit of the sample.
    skewness, kurtosis : float
        Ratios tau_3 and tau_4 [1].
    """

    location: float
    scale: float
    skewness: float
    kurtosis: float


def sample_moments(sample: FloodSample, skew_form: SkewForm = "textbook") -> SampleMoments:
    """Mean, standard deviation and skewness, with historical floods where there are any.

    Each ordinary flood of a discontinuous record counts (N - a) / (n - l) times. With the deviation
    s on N - 1, the third moment about the mean M3 (sum of counted cubes) gives

    - textbook form: ``Cs = M3 / ((n - 3) s^3)`` for a continuous record, and
      ``Cs = N M3 / ((N - 1) (N - 2) s^3)`` for one with historical floods (SL 44);
    - unbiased form: ``Cs = N M3 / ((N - 1) (N - 2) s^3)`` for both (Bulletin 17B).

    Parameters
    ----------
    sample : FloodSample
        Floods of a site.
    skew_form : {"textbook", "unbiased"}
        Form of the skewness of a continuous record.

    Returns
    -------
    SampleMoments

    Raises
    ------
    ConfigError
        If the form is unknown, or a continuous record is too short for it (four floods for the
        textbook form).
    """
    return _moments_of(sample.values, sample, skew_form)


def log_moments(sample: FloodSample, skew_form: SkewForm = "unbiased") -> SampleMoments:
    """Mean, standard deviation and skewness of the common logarithms.

    Parameters
    ----------
    sample : FloodSample
        Floods of a site, all above 0.
    skew_form : {"textbook", "unbiased"}
        Form of the skewness of a continuous record.

    Returns
    -------
    SampleMoments

    Raises
    ------
    ConfigError
        If a flood is 0.
    """
    return _moments_of(logarithms(sample.values), sample, skew_form)


def skew_error(years: float, skewness: float) -> float:
    """Mean square error of a sample's skewness (Bulletin 17B; Wallis et al. 1974) [1].

    ``10^(A - B log10(N / 10))`` with A = -0.33 + 0.08 |g| up to |g| = 0.9 and -0.52 + 0.30 |g|
    beyond, B = 0.94 - 0.26 |g| up to 1.5 and 0.55 beyond.

    Parameters
    ----------
    years : float
        Length N of the record [year].
    skewness : float
        Skewness g [1].
    """
    size = abs(skewness)
    at_ten = -0.33 + 0.08 * size if size <= 0.9 else -0.52 + 0.30 * size
    fall = 0.94 - 0.26 * size if size <= 1.5 else 0.55
    return float(10.0 ** (at_ten - fall * math.log10(years / 10.0)))


def logarithms(values: Floats) -> Floats:
    """Return common logarithms.

    Raises
    ------
    ConfigError
        If a value is 0.
    """
    if (values <= 0.0).any():
        expected = _("floods above 0 for a curve of logarithms")
        refuse("measured", f"{values.min():g}", expected, _("take a curve without logarithms"))
    return np.log10(values)


def l_moments(sample: FloodSample) -> LMoments:
    """L-moments from unbiased probability-weighted moments 概率权重矩.

    With historical floods they are those of the N-year sample, whose a greatest floods are known
    and whose N - a lesser ones are known through the n - l ordinary floods, taken as drawn at
    random: ``b_r = b_r(extraordinary, ranked in N) + b_r(ordinary) (N-a)...(N-a-r) / (N...(N-r))``.
    That is unbiased too, and for l = a, N = n the plain estimate.

    Parameters
    ----------
    sample : FloodSample
        Floods of a site, four ordinary ones at least.

    Returns
    -------
    LMoments

    Raises
    ------
    ConfigError
        If the record has fewer than four ordinary floods.
    """
    return _l_moments_of(sample, sample.extreme, sample.ordinary)


def log_l_moments(sample: FloodSample) -> LMoments:
    """L-moments of the common logarithms, as `l_moments`.

    Parameters
    ----------
    sample : FloodSample
        Floods of a site, all above 0.

    Returns
    -------
    LMoments

    Raises
    ------
    ConfigError
        If a flood is 0, or the record has fewer than four ordinary floods.
    """
    logs = logarithms(sample.values)
    extreme, ordinary = logs[: sample.extreme.size], logs[sample.extreme.size :]
    return _l_moments_of(sample, extreme, ordinary)


def pearson3_from_l_moments(moments: LMoments) -> PearsonIII:
    """Pearson III curve with the first three L-moments of a sample.

    With the gamma shape alpha = 4 / Cs^2: ``tau_3 = 6 I_(1/3)(alpha, 2 alpha) - 3`` and
    ``lambda_2 = sigma Gamma(alpha + 1/2) / (sqrt(pi alpha) Gamma(alpha))`` (Hosking & Wallis 1997,
    appendix A.9), solved for alpha to rounding.

    Parameters
    ----------
    moments : LMoments
        L-moments with a mean above 0.

    Returns
    -------
    PearsonIII

    Raises
    ------
    ConfigError
        If the mean is not above 0, or tau_3 is not between -1 and 1.
    """
    deviation, skewness = pearson_shape(moments)
    return PearsonIII(moments.location, deviation / moments.location, skewness)


def log_pearson3_from_l_moments(moments: LMoments) -> LogPearsonIII:
    """Log-Pearson III curve whose logarithms have given L-moments."""
    return LogPearsonIII(moments.location, *pearson_shape(moments))


def lognormal_from_l_moments(moments: LMoments) -> LogPearsonIII:
    """Lognormal curve whose logarithms have given lambda_1 and lambda_2."""
    return LogPearsonIII(moments.location, moments.scale * math.sqrt(math.pi))


def gumbel_from_l_moments(moments: LMoments) -> Gumbel:
    """Gumbel curve: scale ``lambda_2 / ln 2``, location ``lambda_1`` less Euler's number of it."""
    return Gumbel(moments.location, moments.scale / math.log(2.0) * math.pi / math.sqrt(6.0))


def pearson_shape(moments: LMoments) -> tuple[float, float]:
    """Return standard deviation and Cs of the Pearson III law with given lambda_2 and tau_3.

    Parameters
    ----------
    moments : LMoments
        L-moments with tau_3 between -1 and 1.

    Returns
    -------
    deviation, skewness : float
        Standard deviation in the unit of the sample and Cs [1].

    Raises
    ------
    ConfigError
        If tau_3 is outside, or so near 1 that Cs exceeds 200.
    """
    wanted = abs(moments.skewness)
    special, brentq = _numerics()
    if wanted < 1e-8:
        return moments.scale * math.sqrt(math.pi), 0.0

    def excess(log_shape: float) -> float:
        shape = math.exp(log_shape)
        return 6.0 * float(special.betainc(shape, 2.0 * shape, 1.0 / 3.0)) - 3.0 - wanted

    if not wanted < 1.0 or excess(_LOG_SHAPES[0]) < 0.0:
        refuse("l_skewness", f"{moments.skewness:g}", _("an L-skewness between -1 and 1"))
    if excess(_LOG_SHAPES[1]) > 0.0:
        return moments.scale * math.sqrt(math.pi), 0.0
    guess = math.log(_shape_guess(wanted))
    low, high = guess - 0.01, guess + 0.01
    if not excess(low) > 0.0 > excess(high):
        low, high = _LOG_SHAPES
    shape = math.exp(brentq(excess, low, high, xtol=1e-13, rtol=1e-14))
    ratio = math.exp(float(special.gammaln(shape) - special.gammaln(shape + 0.5)))
    deviation = moments.scale * math.sqrt(math.pi * shape) * ratio
    return deviation, math.copysign(2.0 / math.sqrt(shape), moments.skewness)


def _shape_guess(l_skewness: float) -> float:
    """Gamma shape for an L-skewness above 0, to 5e-5 (Hosking & Wallis 1997, A.9)."""
    if l_skewness < 1.0 / 3.0:
        z = 3.0 * math.pi * l_skewness**2
        return (1.0 + 0.2906 * z) / (z + 0.1882 * z**2 + 0.0442 * z**3)
    z = 1.0 - l_skewness
    return (0.36067 * z - 0.59567 * z**2 + 0.25361 * z**3) / (
        1.0 - 2.78861 * z + 2.56096 * z**2 - 0.77045 * z**3
    )


def _moments_of(values: Floats, sample: FloodSample, skew_form: SkewForm) -> SampleMoments:
    check_choice("skew_form", skew_form, get_args(SkewForm))
    years = sample.survey_years
    counts = sample.weights * years
    mean = float(np.dot(counts, values) / years)
    parts = values - mean
    deviation = math.sqrt(float(np.dot(counts, parts**2)) / (years - 1.0))
    third = float(np.dot(counts, parts**3)) / deviation**3
    if skew_form == "textbook" and sample.is_continuous:
        if years < 4:
            refuse(
                "measured",
                _("{years} floods", years=years),
                _("at least 4 for the textbook form of Cs"),
            )
        return SampleMoments(mean, deviation, third / (years - 3.0))
    return SampleMoments(mean, deviation, third * years / ((years - 1.0) * (years - 2.0)))


def _l_moments_of(sample: FloodSample, extreme: Floats, ordinary: Floats) -> LMoments:
    fewest = 4
    if ordinary.size < fewest:
        refuse(
            "measured",
            _("{size} ordinary floods", size=ordinary.size),
            _("at least 4 for L-moments"),
        )
    years, count = sample.survey_years, extreme.size
    ranked = np.zeros(years)
    ranked[years - count :] = extreme[::-1]
    orders = np.arange(4.0)
    share = np.cumprod((years - count - orders) / (years - orders))
    b0, b1, b2, b3 = _weighted_moments(ranked) + share * _weighted_moments(ordinary[::-1])
    scale = 2.0 * b1 - b0
    third = 6.0 * b2 - 6.0 * b1 + b0
    fourth = 20.0 * b3 - 30.0 * b2 + 12.0 * b1 - b0
    return LMoments(float(b0), float(scale), float(third / scale), float(fourth / scale))


def _weighted_moments(ascending: Floats) -> Floats:
    """Unbiased probability-weighted moments of orders 0 to 3 (Landwehr et al. 1979)."""
    count = ascending.size
    ranks = np.arange(count, dtype=np.float64)
    weight = np.full(count, 1.0 / count)
    moments = []
    for order in range(4):
        moments.append(float(np.dot(weight, ascending)))
        weight = weight * (ranks - order) / max(count - 1.0 - order, 1.0)
    return np.array(moments)


def _numerics() -> tuple[Any, Any]:
    """Return scipy.special and brentq: loaded late, for their import takes long."""
    from scipy import special
    from scipy.optimize import brentq

    return special, brentq
