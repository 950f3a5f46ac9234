"""Hydrographs: volumes are kept whatever the step."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hydrosim.errors import ConfigError
from hydrosim.hydrology import Hydrograph, hydrograph_from_points, total_hydrograph

HOUR, DAY = 3600.0, 86400.0
FLOWS = st.lists(st.floats(0.0, 1e4), min_size=1, max_size=40)


def test_points_become_step_means_by_the_trapezoid():
    # A triangle 0, 300, 0 over 6 h: means of two hours by hand.
    found = hydrograph_from_points([0.0, 3 * HOUR, 6 * HOUR], [0.0, 300.0, 0.0], 2 * HOUR)
    np.testing.assert_allclose(found.flow_m3s, [100.0, 250.0, 100.0], rtol=1e-14)
    assert found.volume_m3 == pytest.approx(300.0 * 3 * HOUR, rel=1e-14)
    # A last step that is only half filled holds the rest of the volume.
    short = hydrograph_from_points([0.0, 3 * HOUR], [100.0, 100.0], 2 * HOUR)
    np.testing.assert_allclose(short.flow_m3s, [100.0, 50.0], rtol=1e-14)


def test_the_flood_of_1963_keeps_its_volume(shared_data):
    path = shared_data / "daqing_reservoirs" / "wangkuai_flood_3h.csv"
    if not path.is_file():
        pytest.skip("the flood of 1963 is absent")
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    times, flow = table[:, 1] * HOUR, table[:, 2]
    for step in (900.0, HOUR, 3 * HOUR, 5 * HOUR, DAY):
        found = hydrograph_from_points(times, flow, step)
        assert found.volume_m3 == pytest.approx(np.trapezoid(flow, times), rel=1e-13)
    # 10.84e8 m3 in eight days, as published: 64 values of 3 h.
    assert flow.sum() * 3 * HOUR == pytest.approx(10.84e8, rel=2e-3)


@given(flow=FLOWS, step=st.sampled_from([600.0, 1000.0, HOUR, 10000.0, DAY]), smooth=st.booleans())
def test_another_step_keeps_the_volume(flow, step, smooth):
    flood = Hydrograph(np.array(flow), HOUR, 7200.0)
    other = flood.resampled(step, smooth=smooth)
    assert other.volume_m3 == pytest.approx(flood.volume_m3, rel=1e-9, abs=1e-6)
    assert other.start_s == 7200.0
    assert (other.flow_m3s >= 0.0).all()
    if step < HOUR and HOUR % step == 0.0:  # each old step keeps its own volume
        back = other.resampled(HOUR)
        np.testing.assert_allclose(back.flow_m3s, flood.flow_m3s, rtol=1e-6, atol=1e-6)


def test_a_coarser_step_is_the_mean_and_a_finer_one_is_flat_or_smooth():
    flood = Hydrograph(np.array([1.0, 3.0, 5.0, 7.0]), HOUR)
    np.testing.assert_allclose(flood.resampled(2 * HOUR).flow_m3s, [2.0, 6.0], rtol=1e-14)
    flat = flood.resampled(0.5 * HOUR).flow_m3s
    np.testing.assert_allclose(flat, np.repeat([1.0, 3.0, 5.0, 7.0], 2), rtol=1e-14)
    smooth = flood.resampled(0.5 * HOUR, smooth=True).flow_m3s
    assert (np.diff(smooth[1:-1]) > 0.0).all()


def test_windows():
    flood = Hydrograph(np.array([1.0, 4.0, 2.0, 5.0, 0.0]), HOUR)
    np.testing.assert_allclose(flood.window_volumes_m3(2 * HOUR) / HOUR, [5, 6, 7, 5], rtol=1e-14)
    assert flood.greatest_volume_m3(3 * HOUR) == pytest.approx(11 * HOUR)
    assert (flood.peak_m3s, flood.peak_step) == (5.0, 3)
    assert flood.end_s == flood.duration_s == 5 * HOUR
    np.testing.assert_allclose(flood.edge_flows_m3s, [1, 2.5, 4, 3.5, 5, 0], rtol=1e-14)


@given(flows=FLOWS)
def test_points_show_the_peak_and_nothing_above_it(flows):
    flood = Hydrograph(np.array(flows), HOUR)
    assert flood.edge_flows_m3s.max() == flood.peak_m3s
    assert flood.edge_flows_m3s.min() >= flood.flow_m3s.min()


@given(one=FLOWS, other=FLOWS, delay=st.integers(-5, 5))
def test_a_sum_has_the_sum_of_volumes(one, other, delay):
    first = Hydrograph(np.array(one), HOUR)
    second = Hydrograph(np.array(other), HOUR).delayed(delay * HOUR)
    both = total_hydrograph([first, second])
    assert both.volume_m3 == pytest.approx(first.volume_m3 + second.volume_m3, rel=1e-12, abs=1e-9)
    assert both.start_s == min(0.0, delay * HOUR)
    assert both.end_s == max(first.end_s, second.end_s)


def test_flows_cannot_be_changed_behind_its_back():
    flow = np.array([1.0, 2.0])
    flood = Hydrograph(flow, HOUR)
    flow[0] = 9.0
    assert flood.flow_m3s[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        flood.flow_m3s[0] = 2.0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Hydrograph(np.array([]), HOUR), "at least one step"),
        (lambda: Hydrograph(np.array([1.0, -1.0]), HOUR), "finite flows of 0 m3/s or more"),
        (lambda: Hydrograph(np.array([np.nan]), HOUR), "finite flows of 0 m3/s or more"),
        (lambda: Hydrograph(np.array([1.0]), 0.0), "hydrograph.step"),
        (lambda: Hydrograph(np.array([1.0]), 1.0, np.inf), "a finite time"),
        (lambda: Hydrograph(np.ones(9), HOUR).window_volumes_m3(1.5 * HOUR), "a whole number"),
        (lambda: Hydrograph(np.ones(9), HOUR).window_volumes_m3(DAY), "a duration up to 0.375 d"),
        (lambda: Hydrograph(np.ones(9), HOUR).resampled(-1.0), "a number above 0 s"),
        (lambda: hydrograph_from_points([0.0], [1.0], HOUR), "two or more points"),
        (lambda: hydrograph_from_points([0.0, 0.0], [1.0, 1.0], HOUR), "ascending times"),
        (lambda: hydrograph_from_points([0.0, 1.0], [1.0, -1.0], HOUR), "finite flows of 0"),
        (lambda: total_hydrograph([]), "at least one hydrograph"),
        (
            lambda: total_hydrograph([Hydrograph(np.ones(2), 1.0), Hydrograph(np.ones(2), 2.0)]),
            "one time step",
        ),
        (
            lambda: total_hydrograph(
                [Hydrograph(np.ones(2), 1.0), Hydrograph(np.ones(2), 1.0, 0.5)]
            ),
            "a whole number of steps",
        ),
    ],
)
def test_what_is_refused(make, message):
    with pytest.raises(ConfigError, match=message):
        make()
