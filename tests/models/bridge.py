"""A place on a flood's way as a package outside would add it: one file."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from hydrosim.builders.flood import FloodBuilder
from hydrosim.builders.primitives import Ports
from hydrosim.builders.supply import Builder
from hydrosim.nodes._section import leave_by_river
from hydrosim.nodes.base import Node
from hydrosim.units import Flow


class Bridge(Node):
    """A bridge, under which so much can pass."""

    type: Literal["bridge"] = Field("bridge", description="A bridge.")
    is_surface_water: ClassVar[bool] = True
    measures_flow: ClassVar[bool] = True
    is_embanked: ClassVar[bool] = True
    flood_bounds: ClassVar[tuple[str, ...]] = ("safe_discharge",)

    clearance: Flow = Field(description="Flow that passes under it.")

    def declare(self, name: str, builder: Builder) -> None:
        """Open the row."""
        row = builder.junction(name)
        builder.ports[name] = Ports(inlet=row, outlet=row, river_inlet=row)

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Let pass what arrives."""
        leave_by_river(name, builder.rows[name], None, builder)

    def lower_flood(self, name: str, builder: FloodBuilder) -> None:
        """Add the place with what it can pass."""
        builder.passing(name, safe_m3s=self.clearance)
