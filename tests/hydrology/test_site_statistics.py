"""Statistics of a site: design values, crossings of curves, transfer to another catchment."""

from __future__ import annotations

import numpy as np
import pytest

from hydrosim.errors import ConfigError
from hydrosim.hydrology import RETURN_PERIODS, PearsonIII, SiteStatistics

DAY = 86400.0
# Placeholders of the demonstration city, confidence L.
WANGKUAI = SiteStatistics(
    "wangkuai",
    PearsonIII(1300.0, 1.6, 4.0),
    (
        (DAY, PearsonIII(7.75e7, 1.5, 3.75)),
        (3 * DAY, PearsonIII(1.35e8, 1.4, 3.5)),
        (7 * DAY, PearsonIII(1.75e8, 1.3, 3.25)),
    ),
)


def test_design_peaks_of_the_demonstration_city():
    table = WANGKUAI.quantile_table()
    assert table.shape == (12, 4)
    peaks = dict(zip(RETURN_PERIODS, table[:, 0], strict=True))
    # 1 % about 10 400, 0.1 % about 18 500, 0.01 % about 27 000 m3/s.
    assert peaks[100.0] == pytest.approx(10385.0, abs=1.0)
    assert peaks[1000.0] == pytest.approx(18466.0, abs=1.0)
    assert peaks[10000.0] == pytest.approx(27002.0, abs=1.0)
    assert (np.diff(table, axis=0) > 0.0).all()


def test_one_return_period():
    values = WANGKUAI.design_values(50.0)
    assert values.return_period_years == 50.0
    assert values.peak_m3s == pytest.approx(1300.0 * (1.0 + 1.6 * 3.27404), rel=1e-5)
    assert [duration for duration, _ in values.volumes_m3] == [DAY, 3 * DAY, 7 * DAY]


def test_without_a_curve_of_peaks():
    site = SiteStatistics("x", None, WANGKUAI.volumes)
    assert site.design_values(20.0).peak_m3s is None
    assert np.isnan(site.quantile_table([10.0, 20.0])[:, 0]).all()


def test_curves_that_cross_are_told_with_site_and_return_period():
    site = SiteStatistics(
        "x", None, ((DAY, PearsonIII(1e8, 1.0, 3.0)), (3 * DAY, PearsonIII(1.2e8, 0.5, 1.5)))
    )
    assert site.design_values(2.0).volumes_m3[1][1] > site.design_values(2.0).volumes_m3[0][1]
    with pytest.raises(ConfigError, match="the volume of 1 d") as caught:
        site.quantile_table([2.0, 100.0, 1000.0])
    assert [fault.path[0] for fault in caught.value.faults] == ["x.T100", "x.T1000"]


def test_transfer_by_area():
    other = WANGKUAI.transferred("longmen", 470 / 3770, source="by area, demo")
    assert other.peak.mean == pytest.approx(1300.0 * (470 / 3770) ** (2 / 3), rel=1e-12)
    assert other.volumes[2][1].mean == pytest.approx(1.75e8 * 470 / 3770, rel=1e-12)
    power = np.log(other.volumes[0][1].mean / 7.75e7) / np.log(470 / 3770)
    assert 2 / 3 < power < 1.0
    assert (other.volumes[0][1].variation, other.volumes[0][1].skewness) == (1.5, 3.75)
    assert other.confidence == "L"
    other.quantile_table()  # consistent at all return periods


def test_what_is_refused():
    with pytest.raises(ConfigError, match="a curve of peaks or of volumes"):
        SiteStatistics("x", None)
    with pytest.raises(ConfigError, match="one of H, M, L"):
        SiteStatistics("x", PearsonIII(1.0, 1.0, 1.0), confidence="high")  # pyright: ignore
    with pytest.raises(ConfigError, match="area_ratio"):
        WANGKUAI.transferred("y", 0.0)
