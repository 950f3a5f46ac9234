"""A pool that empties through open outlets, in so many short steps (the kernel's plain twin)."""

import numpy as np


def passed_volume(storage_m3, flow_m3s, start_m3, inflow_m3, length_s, steps=20000):
    """Return the volume [m3] that leaves in a step, by Runge-Kutta of order 4.

    Parameters
    ----------
    storage_m3, flow_m3s
        Flow of the open outlets by storage, linear between the points, constant beyond.
    start_m3, inflow_m3, length_s
        Storage at the start, inflow of the step, even over it, and its length.
    """
    supply = inflow_m3 / length_s
    h = length_s / steps

    def change(storage):
        return supply - np.interp(storage, storage_m3, flow_m3s)

    storage = start_m3
    for _ in range(steps):
        first = change(storage)
        second = change(storage + 0.5 * h * first)
        third = change(storage + 0.5 * h * second)
        fourth = change(storage + h * third)
        storage += h / 6.0 * (first + 2.0 * second + 2.0 * third + fourth)
    return start_m3 + inflow_m3 - storage
