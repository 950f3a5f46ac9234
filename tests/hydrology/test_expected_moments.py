"""Expected moments, low outliers and regional skew against Bulletin 17C and simulation."""

from __future__ import annotations

import os

import numpy as np
import pytest
from scipy import integrate, stats

from hydrosim.errors import ConfigError
from hydrosim.hydrology import (
    FrequencyMethod,
    KnownRange,
    LogPearsonIII,
    MomentRules,
    expected_moments,
    fit_frequency,
    flood_sample,
    log_moments,
    low_outliers,
    quantile_limits,
)
from hydrosim.hydrology.low_outliers import grubbs_beck_chance
from hydrosim.hydrology.moments import skew_error
from hydrosim.hydrology.partial_moments import partial_moments, standard_density
from tests.hydrology import bulletin_17c as book

LONG = os.environ.get("HYDROSIM_LONG") == "1"


def fitted(example: book.Example, **rules: float):
    sample = flood_sample(example.peaks, ranges=example.ranges)
    return expected_moments(sample, MomentRules(low_outliers=example.low_outliers, **rules))


@pytest.mark.parametrize("name", list(book.EXAMPLES))
def test_moments_are_those_printed_in_bulletin_17c(name):
    curve = fitted(book.EXAMPLES[name]).curve
    found = (curve.log_mean, curve.log_deviation, curve.log_skewness)
    assert found == pytest.approx(book.EXAMPLES[name].moments, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "printed"),
    [("moose", book.MOOSE_QUANTILES), ("orestimba", book.ORESTIMBA_QUANTILES)],
)
def test_quantiles_are_those_printed_in_bulletin_17c(name, printed):
    curve = fitted(book.EXAMPLES[name]).curve
    assert curve.quantile(list(printed)) == pytest.approx(list(printed.values()), rel=5e-4)


def test_the_regional_skew_is_weighted_as_printed_in_bulletin_17c():
    # Moose River: station skew 0.397 of MSE 0.101, region 0.44 of 0.078: weighted 0.421.
    found = fitted(book.MOOSE, regional_skew=0.44, regional_error=0.078)
    assert found.station_skew == pytest.approx(0.397, abs=5e-4)
    assert found.station_error == pytest.approx(0.101, abs=5e-4)
    assert found.curve.log_skewness == pytest.approx(0.421, abs=5e-4)
    # Without ranges the weights are the reciprocal errors, by hand.
    by_hand = (0.078 * found.station_skew + found.station_error * 0.44) / (
        0.078 + found.station_error
    )
    assert found.curve.log_skewness == pytest.approx(by_hand, rel=1e-9)


def test_low_outliers_are_those_of_bulletin_17c():
    assert low_outliers(book.MOOSE.peaks).count == 0
    orestimba = low_outliers(book.ORESTIMBA.peaks)
    assert (orestimba.count, orestimba.threshold) == (30, 782.0)
    # The number does not hang on the unit although twelve of the floods are 0.
    scaled = low_outliers(np.array(book.ORESTIMBA.peaks) * 1e-6)
    assert scaled.count == 30
    assert low_outliers(np.full(12, 5.0) + np.arange(12)).count == 0


def test_the_chance_of_an_outlier_is_that_of_simulation():
    # Normal samples of 30: quantiles of the third smallest against those above it.
    stream = np.random.default_rng(5)
    drawn = np.sort(stream.standard_normal((100_000, 30)), axis=1)
    above = drawn[:, 3:]
    ratio = (drawn[:, 2] - above.mean(axis=1)) / above.std(axis=1, ddof=1)
    for share in (0.01, 0.1, 0.5):
        found = grubbs_beck_chance(30, 3, float(np.quantile(ratio, share)))
        assert found == pytest.approx(share, rel=0.1)


@pytest.mark.parametrize("skewness", [0.0, 3e-5, 1e-3, 0.7, -0.7, 2.5])
def test_partial_moments_are_those_of_quadrature(skewness):
    law = stats.pearson3(skewness) if abs(skewness) > 1e-2 else stats.norm()
    if 0.0 < abs(skewness) < 1e-2:
        # The density of small skew: the normal one times 1 + Cs He3 / 6, to the square of Cs.
        def density(z):
            return stats.norm.pdf(z) * (1.0 + skewness * (z**3 - 3.0 * z) / 6.0)
    else:
        density = law.pdf
    assert standard_density([0.3], skewness)[0] == pytest.approx(density(0.3), rel=1e-6)
    found = partial_moments([-0.5, 1.0], [0.8, 2.0], skewness, 4)
    for column, (low, high) in enumerate(((-0.5, 0.8), (1.0, 2.0))):
        for order in range(5):
            by_hand, _error = integrate.quad(lambda z, k=order: z**k * density(z), low, high)
            assert found[order, column] == pytest.approx(by_hand, rel=1e-5, abs=1e-7)
    whole = partial_moments([-np.inf], [np.inf], skewness, 3)[:, 0]
    assert whole == pytest.approx([1.0, 0.0, 1.0, skewness], abs=1e-9)


def test_without_ranges_expected_moments_are_the_plain_ones():
    sample = flood_sample(book.MOOSE.peaks)
    plain = log_moments(sample)
    curve = expected_moments(sample, MomentRules("none")).curve
    found = (curve.log_mean, curve.log_deviation, curve.log_skewness)
    assert found == pytest.approx((plain.mean, plain.deviation, plain.skewness), rel=1e-9)


def test_a_survey_period_is_a_perception_threshold():
    # The years of the survey period outside the record lie below the smallest historical flood.
    record = [300.0, 120.0, 450.0, 80.0, 210.0, 560.0, 150.0, 330.0, 260.0, 95.0, 180.0, 240.0]
    one = expected_moments(flood_sample(record, historical=[900.0], survey_years=60))
    by_ranges = expected_moments(
        flood_sample([*record, 900.0], ranges=[KnownRange(47, 0.0, 900.0)]), MomentRules("none")
    )
    assert one.low_count == 0
    assert one.curve.log_mean == pytest.approx(by_ranges.curve.log_mean, rel=1e-9)
    assert one.curve.log_skewness == pytest.approx(by_ranges.curve.log_skewness, rel=1e-7)
    alone = expected_moments(flood_sample([*record, 900.0]))
    assert one.curve.quantile(0.01) < alone.curve.quantile(0.01)


def test_confidence_limits_hold_the_quantile_in_nine_of_ten_samples():
    parent = LogPearsonIII(3.0, 0.25, 0.2)
    samples = 2000 if LONG else 150
    stream = np.random.default_rng(17)
    inside = np.zeros(2)
    for _sample in range(samples):
        drawn = parent.quantile(1.0 - stream.random(60))
        # Fifteen more years are known only to lie below 2000.
        found = expected_moments(
            flood_sample(drawn[:45], ranges=_below(drawn[45:], 2000.0)), MomentRules("none")
        )
        limits = quantile_limits(found, [0.1, 0.01])
        true = parent.quantile([0.1, 0.01])
        inside += (limits.lower <= true) & (true <= limits.upper)
    assert inside / samples == pytest.approx([0.9, 0.9], abs=0.025 if LONG else 0.06)


def _below(drawn, threshold):
    """Ranges of years below a threshold; those above it become narrow intervals."""
    low = int((drawn < threshold).sum())
    held = [KnownRange(1, x * 0.999, x * 1.001) for x in drawn[drawn >= threshold]]
    return [KnownRange(low, 0.0, threshold), *held] if low else held


def test_limits_widen_with_rarity_and_level():
    found = fitted(book.MOOSE)
    limits = quantile_limits(found, [0.1, 0.01])
    assert (limits.lower < limits.estimate).all()
    assert (limits.estimate < limits.upper).all()
    assert limits.log_error[1] > limits.log_error[0]
    wide = quantile_limits(found, [0.1], 0.98)
    assert wide.lower[0] < limits.lower[0] < limits.upper[0] < wide.upper[0]
    # A good regional skew narrows them.
    region = quantile_limits(fitted(book.MOOSE, regional_skew=0.4, regional_error=0.01), [0.01])
    assert region.log_error[0] < limits.log_error[1]


def test_the_error_of_a_skew_is_that_of_bulletin_17b():
    # 10^(A - B log10(N / 10)) by hand: 0.0 and 1.0 with 100 years.
    assert skew_error(100.0, 0.0) == pytest.approx(10.0 ** (-0.33 - 0.94))
    assert skew_error(100.0, -1.0) == pytest.approx(10.0 ** (-0.52 + 0.30 - (0.94 - 0.26)))


def test_fits_by_expected_moments_say_what_they_did():
    how = FrequencyMethod(
        "log_pearson3",
        "expected_moments",
        moment_rules=MomentRules(regional_skew=-0.3, regional_error=0.2),
    )
    made = fit_frequency(flood_sample(book.ORESTIMBA.peaks), how)
    assert made.expected is not None
    assert made.notes[0] == "30 low outliers, known only to lie below 782"
    assert made.notes[1].startswith("the skew of the station -0.929, of error 0.139, becomes ")


@pytest.mark.parametrize(
    ("make", "place"),
    [
        (lambda: MomentRules(regional_skew=0.1), "regional_skew"),
        (lambda: MomentRules(regional_skew=0.1, regional_error=0.0), "regional_error"),
        (lambda: MomentRules(low_outliers="grubbs"), "low_outliers"),
        (lambda: MomentRules(low_outliers=-1.0), "low_outliers"),
        (lambda: KnownRange(0, 0.0, 5.0), "ranges"),
        (lambda: KnownRange(3, 5.0, 5.0), "ranges"),
        (lambda: low_outliers([1.0, 2.0, 3.0]), "measured"),
        (lambda: low_outliers([1.0, 2.0, *[3.0] * 10]), "measured"),
        (lambda: FrequencyMethod("gumbel", "expected_moments"), "method"),
        (lambda: FrequencyMethod(moment_rules=MomentRules("none")), "moment_rules"),
        (lambda: quantile_limits(fitted(book.MOOSE), [0.1], 1.0), "level"),
        (
            lambda: fit_frequency(
                flood_sample([1.0, 2.0, 4.0, 7.0], ranges=[KnownRange(5, 0.0, 9.0)])
            ),
            "ranges",
        ),
        (
            lambda: expected_moments(flood_sample([1.0, 2.0, 4.0, 7.0]), MomentRules(6.0)),
            "measured",
        ),
    ],
)
def test_what_cannot_be_is_refused(make, place):
    with pytest.raises(ConfigError) as raised:
        make()
    assert raised.value.faults[0].path == (place,)
