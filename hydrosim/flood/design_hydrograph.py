"""The hydrograph of a design flood on the steps that are routed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.hydrology.hydrographs import Hydrograph

__all__ = ["DesignFlood"]


@dataclass(frozen=True, eq=False)
class DesignFlood:
    """The inflow of a place: at the edges of steps, shape (T + 1,), and its means, (T,)."""

    end_m3s: NDArray[np.float64]
    mean_m3s: NDArray[np.float64]

    @classmethod
    def of(cls, flood: Hydrograph, dt_s: float, every: int) -> DesignFlood:
        """Return a hydrograph on steps of another length, with its volume, in groups of several.

        Nothing flows in steps that fill up the last group.
        """
        made = cls._on(flood, dt_s)
        more = np.zeros(-made.mean_m3s.size % every)
        if not more.size:
            return made
        return cls(np.append(made.end_m3s, more), np.append(made.mean_m3s, more))

    @classmethod
    def _on(cls, flood: Hydrograph, dt_s: float) -> DesignFlood:
        if dt_s == flood.step_s:
            return cls(flood.edge_flows_m3s, flood.flow_m3s)
        own = flood.resampled(dt_s)
        if dt_s > flood.step_s:
            return cls(own.edge_flows_m3s, own.flow_m3s)
        place = np.arange(own.flow_m3s.size + 1) * (dt_s / flood.step_s)
        whole = np.rint(place)
        edge = flood.edge_flows_m3s[np.minimum(whole.astype(int), flood.flow_m3s.size)]
        inside = flood.flow_m3s[np.minimum(place.astype(int), flood.flow_m3s.size - 1)]
        return cls(np.where(np.abs(place - whole) < 1e-9, edge, inside), own.flow_m3s)
