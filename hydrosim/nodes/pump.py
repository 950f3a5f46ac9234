"""A pump: lifts water at a cost."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from hydrosim.errors import Fault
from hydrosim.nodes._conveyance import Conveyance
from hydrosim.units import Length

__all__ = ["Pump"]


class Pump(Conveyance):
    """A pumping station (泵站). `cost` holds its energy."""

    type: Literal["pump"] = Field("pump", description="A pumping station.")
    head: Length | None = Field(None, description="Height by which the water is lifted.")

    def faults(self, config: Any) -> list[Fault]:
        """Return what is wrong with it."""
        faults = super().faults(config)
        if self.capacity is None:
            faults.append(Fault(("capacity",), "a pump without capacity", "the flow it can lift"))
        return faults
