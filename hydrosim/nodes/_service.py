"""Works and users that enter service on a date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from hydrosim.nodes.base import Node
from hydrosim.units import Date

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value

__all__ = ["NOT_IN_SERVICE", "Service", "service_bounds", "serving"]

NOT_IN_SERVICE = "not in service"


class Service(Node):
    """A node that serves from a day on; before it takes, gives and wants nothing."""

    in_service: Date | None = Field(
        None,
        description="First day of service; default always. At a planning level it serves when its "
        "year is not after the planning year.",
    )

    def when_serving(self, wanted: Value, builder: Builder) -> Value:
        """Return a wanted volume, zero before the first day of service."""
        if self.in_service is None:
            return wanted
        flags = serving(self.in_service, builder)
        return wanted if flags.all() else wanted * builder.graph.series(flags.astype(np.float64))


def serving(day: Date, builder: Builder) -> NDArray[np.bool_]:
    """Return whether a work serves in each step; at a planning level the works of its year do."""
    starts = builder.calendar.starts
    year = builder.settings.planning_year
    if builder.settings.mode == "planning_level" and year is not None:
        return np.full(starts.size, day.year <= year)
    return starts >= np.datetime64(day, "s")


def service_bounds(day: Date | None, builder: Builder) -> list[tuple[Value, str]]:
    """Return the bound of zero on a volume before a work serves; none where it always does."""
    if day is None:
        return []
    flags = serving(day, builder)
    if flags.all():
        return []
    return [(builder.graph.series(np.where(flags, np.inf, 0.0)), NOT_IN_SERVICE)]
