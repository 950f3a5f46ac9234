"""Events with what the kernel left of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hydrosim.flood.events import Event
    from hydrosim.kernels.flood.arrays import FloodEvents, FloodRecord

__all__ = ["Routed", "rows_of"]


@dataclass(frozen=True, eq=False)
class Routed:
    """Events of one start and length with what the kernel left of them.

    Attributes
    ----------
    settled
        Whether the parameter sets of all reaches fit the peaks that came of them.
    kept
        Number of points of time whose series are kept; 0 without series.
    dropped
        Names of events that count as another part has them.
    """

    events: list[Event]
    data: FloodEvents
    record: FloodRecord
    settled: bool
    kept: int
    dropped: set[str] = field(default_factory=set)


def rows_of(parts: Iterable[Routed]) -> dict[str, tuple[Routed, int]]:
    """Return where the record of each event stands: part and place, those of the last part."""
    return {
        event.name: (part, place)
        for part in parts
        for place, event in enumerate(part.events)
        if event.name not in part.dropped
    }
