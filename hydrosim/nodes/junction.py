"""A place where waters join and part."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from hydrosim.builders.primitives import Ports
from hydrosim.nodes._section import leave_by_river
from hydrosim.nodes.base import Node
from hydrosim.units import FlowOrRule, NodeRef

if TYPE_CHECKING:
    from hydrosim.builders.flood import FloodBuilder
    from hydrosim.builders.supply import Builder

__all__ = ["Junction"]


class Junction(Node):
    """A junction: what comes in leaves within the step."""

    type: Literal["junction"] = Field("junction", description="A place where waters join.")
    symbol: ClassVar[str] = "junction"
    is_surface_water: ClassVar[bool] = True
    conveys: ClassVar[bool] = True

    local_inflow: FlowOrRule | None = Field(
        None, description="Inflow from the catchment at this place; default none."
    )
    spill_to: NodeRef | None = Field(
        None, description="Node that takes what cannot go elsewhere; default the river below."
    )

    @property
    def spills_to(self) -> str | None:
        """Node that takes what cannot go elsewhere."""
        return self.spill_to

    def declare(self, name: str, builder: Builder) -> None:
        """Open the row."""
        row = builder.junction(name)
        builder.ports[name] = Ports(inlet=row, outlet=row, river_inlet=row)
        builder.quantities["local_inflow", name] = builder.value(self.local_inflow, 0.0)
        if self.local_inflow is not None:
            builder.item("origin", name, kind="surface")

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Add local inflow and the way out."""
        row = builder.rows[name]
        if self.local_inflow is not None:
            local = builder.quantities["local_inflow", name] * builder.dt_s
            builder.force(row, local, name)
            builder.enters(f"{name}.local_inflow", "local_inflow", local)
        leave_by_river(name, row, self.spill_to, builder)

    def lower_flood(self, name: str, builder: FloodBuilder) -> None:
        """Add a place where floods join."""
        builder.passing(name, spill_to=self.spill_to)
