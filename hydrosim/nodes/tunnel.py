"""A tunnel: a one-way connection between two waters."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from hydrosim.expressions.functions import where
from hydrosim.nodes._conveyance import Conveyance
from hydrosim.units import Length, Level

if TYPE_CHECKING:
    from hydrosim.builders.supply import Builder

__all__ = ["Tunnel"]


class Tunnel(Conveyance):
    """A tunnel (隧洞) through which water flows one way, by decision."""

    type: Literal["tunnel"] = Field("tunnel", description="A one-way tunnel.")
    symbol: ClassVar[str] = "tunnel"

    length: Length | None = Field(None, description="Length of the tunnel.")
    invert: Level | None = Field(None, description="Level of its intake.")

    def lower_supply(self, builder: Builder) -> None:
        """Add the column; nothing passes while the water at its start is below the intake."""
        super().lower_supply(builder)
        level = builder.quantities.get(("level", self.start))
        if self.invert is None or level is None:
            return
        for column in builder.links[self.label][1]:
            column.upper.append((where(level > self.invert, np.inf, 0.0), "intake level"))
