"""Typical floods for tests."""

from __future__ import annotations

import numpy as np

from hydrosim.hydrology import Hydrograph

HOUR, DAY = 3600.0, 86400.0


def wave(peak, at_h, rise_h, power=3.0, hours=240, base=20.0, step_s=HOUR):
    """Return one flood wave over a base flow: peak [m3/s], hour of the peak, hours of rise."""
    steps = int(hours * HOUR / step_s)
    into = np.clip((np.arange(steps) * step_s / HOUR - at_h + rise_h) / rise_h, 0.0, None)
    return Hydrograph(base + peak * (into * np.exp(1.0 - into)) ** power, step_s)
