"""Design hydrographs: peak and volumes come out exactly, and nothing else exceeds them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hydrosim.errors import ConfigError
from hydrosim.hydrology import (
    DesignValues,
    Hydrograph,
    nested_windows,
    same_frequency,
    same_ratio,
)
from tests.hydrology.floods import DAY, HOUR, wave


def volumes(*parts):
    return tuple((days * DAY, volume) for days, volume in zip((1, 3, 7), parts, strict=False))


def built_flood():
    """Ten days with peak 8000 m3/s and W1 3.0, W3 5.0, W7 7.0e8 m3, six-hour steps."""
    step, per_day = 6 * HOUR, 1e8 / DAY
    day = {0: 0.1, 1: 0.3, 2: 0.6, 3: 0.9, 4: 3.0, 5: 1.1, 6: 0.6, 7: 0.5, 8: 0.1, 9: 0.1}
    flow = np.repeat([day[number] * per_day for number in range(10)], 4)
    rest = (4 * 3.0 * per_day - 8000.0) / 3.0
    flow[16:20] = [rest, 8000.0, rest, rest]
    return Hydrograph(flow, step)


def errors_of(found, typical, design):
    """Relative errors of peak and window volumes, and the greatest excess of any window."""
    made, step = found.hydrograph, typical.step_s
    off = [
        made.flow_m3s[low:high].sum() * step / volume - 1.0
        for (low, high), (_, volume) in zip(found.windows.spans, design.volumes_m3, strict=True)
    ]
    most = [made.greatest_volume_m3(span) / volume - 1.0 for span, volume in design.volumes_m3]
    if design.peak_m3s is not None:
        off.append(made.flow_m3s[found.windows.peak_step] / design.peak_m3s - 1.0)
        most.append(made.peak_m3s / design.peak_m3s - 1.0)
    return np.abs(off).max(), max(most)


def test_factors_of_the_worked_example():
    # Typical 8000 m3/s, 3.0, 5.0, 7.0; design 12000, 4.2, 7.4, 10.2.
    typical = built_flood()
    windows = nested_windows(typical, (DAY, 3 * DAY, 7 * DAY))
    assert windows.spans == ((16, 20), (12, 24), (4, 32))
    assert windows.notes == ()
    # Two of the days' volumes are those of the example; 6.999... by summing shares is 7.0.
    assert typical.greatest_volume_m3(7 * DAY) == pytest.approx(7.0e8, rel=1e-12)
    design = DesignValues(12000.0, volumes(4.2e8, 7.4e8, 10.2e8))
    found = same_frequency(typical, design, smoothing_s=0.0)
    factors = dict(found.factors)
    assert factors["K_Q"] == pytest.approx(1.5, rel=1e-12)
    # The day's factor holds without its peak: the peak's share is scaled apart.
    peak = 6 * HOUR
    day = (4.2e8 - 12000.0 * peak) / (3.0e8 - 8000.0 * peak)
    assert factors["K_1"] == pytest.approx(day, rel=1e-12)
    assert factors["K_3-1"] == pytest.approx(1.6, rel=1e-12)
    assert factors["K_7-3"] == pytest.approx(1.4, rel=1e-12)
    assert errors_of(found, typical, design)[0] < 1e-12
    without = same_frequency(
        typical, DesignValues(None, volumes(4.2e8, 7.4e8, 10.2e8)), smoothing_s=0.0
    )
    assert dict(without.factors)["K_1"] == pytest.approx(1.4, rel=1e-12)


def test_without_smoothing_and_limits_it_is_the_textbook():
    # Far from any limit each step is the typical one times the factor of its part.
    typical = wave(8000.0, 100, 30)
    windows = nested_windows(typical, (DAY, 3 * DAY, 7 * DAY))
    (a, b), (c, d), (e, f) = windows.spans
    sums = [typical.flow_m3s[low:high].sum() * HOUR for low, high in windows.spans]
    wanted = (1.5 * sums[0], 1.5 * sums[0] + 1.3 * (sums[1] - sums[0]))
    wanted = (*wanted, wanted[1] + 1.2 * (sums[2] - sums[1]))
    design = DesignValues(1.5 * typical.peak_m3s, volumes(*wanted))
    found = same_frequency(typical, design, smoothing_s=0.0).hydrograph
    ratio = found.flow_m3s / typical.flow_m3s
    np.testing.assert_allclose(ratio[a:b], 1.5, rtol=1e-9)
    np.testing.assert_allclose(np.r_[ratio[c:a], ratio[b:d]], 1.3, rtol=1e-9)
    np.testing.assert_allclose(np.r_[ratio[:e], ratio[e:c], ratio[d:]], 1.2, rtol=1e-9)
    assert f < ratio.size


@pytest.mark.parametrize("smoothing", [0.0, HOUR, 3 * HOUR, 12 * HOUR])
def test_values_are_exact_and_nothing_exceeds_them(smoothing):
    typical = wave(8000.0, 100, 30)
    greatest = [typical.greatest_volume_m3(days * DAY) for days in (1, 3, 7)]
    design = DesignValues(12000.0, volumes(1.3 * greatest[0], 1.5 * greatest[1], 1.7 * greatest[2]))
    found = same_frequency(typical, design, smoothing_s=smoothing)
    off, excess = errors_of(found, typical, design)
    assert off < 1e-12
    assert excess < 1e-9
    assert found.notes == ()


def test_smoothing_takes_the_jumps_away():
    typical = wave(8000.0, 100, 30)
    sums = [typical.greatest_volume_m3(days * DAY) for days in (1, 3, 7)]
    wanted = np.cumsum(np.diff(sums, prepend=0.0) * np.array([1.3, 1.0, 1.4]))
    design = DesignValues(1.6 * typical.peak_m3s, volumes(*wanted))
    steepest = []
    for smoothing in (0.0, 2 * HOUR, 6 * HOUR):
        made = same_frequency(typical, design, smoothing_s=smoothing).hydrograph
        steepest.append(np.abs(np.diff(made.flow_m3s / typical.flow_m3s)).max())
    assert steepest[1] < 0.6 * steepest[0]
    assert steepest[2] < 0.6 * steepest[1]


def test_the_flood_of_1963_at_four_return_periods(shared_data):
    from hydrosim.hydrology import PearsonIII, SiteStatistics, hydrograph_from_points

    path = shared_data / "daqing_reservoirs" / "wangkuai_flood_3h.csv"
    if not path.is_file():
        pytest.skip("the flood of 1963 is absent")
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    typical = hydrograph_from_points(table[:, 1] * HOUR, table[:, 2], HOUR)
    site = SiteStatistics(
        "wangkuai",
        PearsonIII(1300.0, 1.6, 4.0),
        (
            (DAY, PearsonIII(7.75e7, 1.5, 3.75)),
            (3 * DAY, PearsonIII(1.35e8, 1.4, 3.5)),
            (7 * DAY, PearsonIII(1.75e8, 1.3, 3.25)),
        ),
    )
    for years in (5, 50, 1000, 10000):
        design = site.design_values(years)
        found = same_frequency(typical, design)
        off, excess = errors_of(found, typical, design)
        assert off < 1e-12
        assert excess < 1e-9
        assert found.design.return_period_years == years


@settings(max_examples=40)
@given(
    peaks=st.lists(st.floats(200.0, 9000.0), min_size=1, max_size=3),
    places=st.lists(st.integers(40, 200), min_size=3, max_size=3),
    rise=st.integers(5, 40),
    growth=st.tuples(*[st.floats(0.6, 1.8)] * 4),
    base=st.sampled_from([0.0, 5.0, 100.0]),
    step=st.sampled_from([HOUR, 3 * HOUR]),
)
def test_same_frequency_is_exact_for_any_flood(peaks, places, rise, growth, base, step):
    waves = [
        wave(peak, place, rise, base=base, step_s=step)
        for peak, place in zip(peaks, places, strict=False)
    ]
    typical = Hydrograph(np.sum([one.flow_m3s for one in waves], axis=0), step)
    windows = nested_windows(typical, (DAY, 3 * DAY, 7 * DAY))
    sums = np.array([typical.flow_m3s[low:high].sum() * step for low, high in windows.spans])
    wanted = np.cumsum(np.diff(sums, prepend=0.0) * np.array(growth[1:]))
    peak = growth[0] * typical.peak_m3s
    means = wanted / (np.array([1, 3, 7]) * DAY)
    assume(peak >= means[0] >= means[1] >= means[2] and wanted[0] >= peak * step)
    assume((np.diff(sums) > 0.0).all())
    design = DesignValues(peak, volumes(*wanted))
    found = same_frequency(typical, design)
    off, excess = errors_of(found, typical, design)
    assert off < 1e-12
    assert (found.hydrograph.flow_m3s >= 0.0).all()
    exceeds = any("exceeds its design value" in note for note in found.notes)
    assert exceeds or excess < 1e-9


def test_limits_that_cannot_be_kept_are_told():
    # Two waves of half a day, four days apart: what the first may not carry the second must.
    one, two = wave(5000.0, 60, 3, base=0.0), wave(4990.0, 156, 3, base=0.0)
    typical = Hydrograph(one.flow_m3s + two.flow_m3s, HOUR)
    sums = [
        typical.flow_m3s[low:high].sum() * HOUR
        for low, high in nested_windows(typical, (DAY, 7 * DAY)).spans
    ]
    design = DesignValues(None, ((DAY, sums[0]), (7 * DAY, 2.5 * sums[0])))
    assert sums[1] < 2.01 * sums[0]
    found = same_frequency(typical, design)
    assert errors_of(found, typical, design)[0] < 1e-12
    assert any("exceeds its design value" in note for note in found.notes)


def test_windows_are_nested_and_told_where_another_carries_more():
    # A sharp peak early, more water later: the nest stays about the peak.
    flow = wave(6000.0, 48, 6, base=0.0).flow_m3s + wave(3000.0, 150, 40, base=0.0).flow_m3s
    typical = Hydrograph(flow, HOUR)
    windows = nested_windows(typical, (DAY, 3 * DAY))
    (a, b), (c, d) = windows.spans
    assert c <= a <= windows.peak_step < b <= d
    assert "more in another window of 3 d" in windows.notes[-1]


def test_same_ratio_by_peak_and_by_volume():
    typical = wave(8000.0, 100, 30)
    design = DesignValues(12000.0, volumes(5e8, 9e8))
    by_peak = same_ratio(typical, design)
    assert by_peak.hydrograph.peak_m3s == pytest.approx(12000.0, rel=1e-14)
    np.testing.assert_allclose(
        by_peak.hydrograph.flow_m3s / typical.flow_m3s, dict(by_peak.factors)["K_Q"], rtol=1e-14
    )
    by_volume = same_ratio(typical, design, 3 * DAY)
    assert by_volume.hydrograph.greatest_volume_m3(3 * DAY) == pytest.approx(9e8, rel=1e-13)
    assert "K_W3" in dict(by_volume.factors)


def test_only_a_peak_means_same_ratio_and_says_so():
    found = same_frequency(wave(8000.0, 100, 30), DesignValues(4000.0))
    assert found.method == "same_ratio"
    assert found.notes == ("only a peak is given: scaled by the same ratio",)
    assert found.hydrograph.peak_m3s == pytest.approx(4000.0, rel=1e-14)


def test_one_volume_alone_is_one_ratio():
    typical = wave(8000.0, 100, 30)
    found = same_frequency(typical, DesignValues(None, volumes(5e8)))
    ratio = found.hydrograph.flow_m3s / typical.flow_m3s
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-10)
    assert found.hydrograph.greatest_volume_m3(DAY) == pytest.approx(5e8, rel=1e-13)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DesignValues(), "neither a peak nor a volume"),
        (lambda: DesignValues(0.0), "design.peak"),
        (lambda: DesignValues(1.0, ((DAY, -1.0),)), "design.volume_1 d"),
        (lambda: DesignValues(None, ((3 * DAY, 5.0), (DAY, 4.0))), "durations that ascend"),
        (lambda: DesignValues(None, volumes(5.0, 4.0)), "at least 5 m3, the volume of 1 d"),
        (lambda: DesignValues(None, volumes(5.0, 15.1)), "at most 15 m3, the mean flow of 1 d"),
        (lambda: DesignValues(1.0, volumes(9e4)), "at most 86400 m3, 1 d at the design peak"),
        (lambda: same_ratio(wave(9.0, 9, 9), DesignValues(None, volumes(5.0))), "design.peak"),
        (
            lambda: same_ratio(wave(9.0, 9, 9), DesignValues(9.0), DAY),
            "a duration with a design volume: none",
        ),
        (
            lambda: same_frequency(wave(9.0, 9, 9, hours=30), DesignValues(None, volumes(5, 9))),
            "a duration up to 1.25 d",
        ),
        (
            lambda: same_frequency(
                Hydrograph(np.r_[np.zeros(60), np.ones(20), np.zeros(90)], HOUR),
                DesignValues(None, volumes(5.0, 9.0)),
            ),
            "flows wherever the design flood does",
        ),
        (
            lambda: same_frequency(Hydrograph(np.zeros(30), HOUR), DesignValues(5.0)),
            "a typical flood that carries water",
        ),
        (
            lambda: same_frequency(wave(9.0, 90, 9), DesignValues(9.0, volumes(9.0 * 3000.0))),
            "at least peak times time step",
        ),
        (
            lambda: same_frequency(
                wave(9.0, 90, 9), DesignValues(None, volumes(1.0)), smoothing_s=-1.0
            ),
            "a time of 0 s or more",
        ),
    ],
)
def test_what_is_refused(make, message):
    with pytest.raises(ConfigError, match=message):
        make()
