"""Events with what the kernel left of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hydrosim.flood.arrays import FloodEvents, FloodRecord
    from hydrosim.flood.events import Event

__all__ = ["Routed"]


@dataclass(frozen=True, eq=False)
class Routed:
    """Events of one start and length with what the kernel left of them.

    Attributes
    ----------
    settled
        Whether the parameter sets of all reaches fit the peaks that came of them.
    kept
        Number of points of time whose series are kept; 0 without series.
    """

    events: list[Event]
    data: FloodEvents
    record: FloodRecord
    settled: bool
    kept: int
