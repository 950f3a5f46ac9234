"""What a run is to be warned of that no table shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.locale import _
from hydrosim.reading.items import has, items, one_run
from hydrosim.reading.steps import seconds_of
from hydrosim.reading.supply import column
from hydrosim.standards.titles import item_title

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr

    from hydrosim.locale import Message

__all__ = ["run_notes"]

LEAST_M3 = 1.0
"""Volume of a step from which on an aquifer counts as full to the ground [m3]."""
_YEAR_S = 365.25 * 86400.0


def run_notes(dataset: xr.Dataset) -> Iterator[Message]:
    """Yield a warning for each aquifer that was full to the ground.

    Water that cannot enter a full aquifer leaves the model as outflow, so its recharge, or what
    it loses, does not fit its size.

    Parameters
    ----------
    dataset
        A result of one scenario and member; without ``surface_outflow`` there is no warning.
    """
    run = one_run(dataset)
    if not has(run, "surface_outflow"):
        return
    seconds = seconds_of(run)
    for name in items(run, "store"):
        volumes = np.nan_to_num(column(run, "surface_outflow", name)) * seconds
        full = volumes > LEAST_M3
        if not full.any():
            continue
        yield _(
            "{aquifer} is full to the ground on {share:.0f} % of the days: {volume:.3f} × 10⁸ m³ "
            "a year that cannot enter it leave the model as outflow; are its recharge, its "
            "specific yield and its losses (phreatic_evaporation, lateral_outflow) right?",
            aquifer=item_title(dataset, name),
            share=max(100.0 * float(seconds[full].sum() / seconds.sum()), 1.0),
            volume=float(volumes.sum()) / 1e8 * _YEAR_S / float(seconds.sum()),
        )
