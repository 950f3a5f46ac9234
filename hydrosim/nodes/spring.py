"""Spring: flows by the head of its aquifer above its outlet."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from hydrosim.builders.primitives import Ports
from hydrosim.builders.supply import Builder
from hydrosim.errors import Fault
from hydrosim.locale import _
from hydrosim.nodes._checks import aquifer_faults, node_of
from hydrosim.nodes._groundwater import spring_volumes
from hydrosim.nodes._section import leave_by_river
from hydrosim.nodes.aquifer import SPRING
from hydrosim.nodes.base import Node, WholeConfig
from hydrosim.units import ConductanceFlow, Level, NodeRef

__all__ = ["Spring"]


class Spring(Node):
    """A forced flow Q = k (h - h0)+ from the head h of the aquifer at the start of the step.

    In steps longer than a day the head falls while the spring flows. What no link takes overflows
    to the first river link's end, to ``spill_to`` or out of the model. A step never takes more
    than the aquifer holds above the outlet and, in long steps, what flows in from beyond the model.
    """

    type: Literal["spring"] = Field("spring", description="A spring.")
    symbol: ClassVar[str] = "spring"
    links_arrive: ClassVar[bool] = False

    aquifer: NodeRef = Field(description="Aquifer that feeds the spring.")
    outlet_level: Level = Field(description="Level h0 of the outlet; no flow at heads below it.")
    conductance: ConductanceFlow = Field(description="Flow k for each metre of head above it.")
    spill_to: NodeRef | None = Field(
        None, description="Node that unused water flows to; default: the first river link's end."
    )

    @property
    def spills_to(self) -> str | None:
        """Node that unused water flows to."""
        return self.spill_to

    def further_ways(self) -> dict[str, str]:
        """Return the aquifer that it is connected with."""
        return {"recharge": str(self.aquifer)}

    def faults(self, name: str, config: WholeConfig) -> list[Fault]:
        """Return a target that is no aquifer, or an aquifer without level."""
        found = list(aquifer_faults(config, ("aquifer",), self.aquifer, _("the spring's aquifer")))
        aquifer = node_of(config, self.aquifer)
        if aquifer is not None and aquifer.is_aquifer and not aquifer.head_known:
            found.append(
                Fault(
                    ("aquifer",),
                    _("{aquifer!r}, an aquifer without `ground_level`", aquifer=str(self.aquifer)),
                    _("an aquifer whose head is known"),
                )
            )
        if self.spill_to == name:
            found.append(
                Fault(("spill_to",), _("a spring that flows to itself"), _("another node"))
            )
        return found

    def declare(self, name: str, builder: Builder) -> None:
        """Open the row of the spring."""
        builder.ports[name] = Ports(outlet=builder.junction(name))
        builder.springs.setdefault(str(self.aquifer), {})[name] = (
            self.outlet_level,
            self.conductance,
        )
        builder.item("origin", name, kind="groundwater_shallow")
        builder.item("reach", name, river=self.river)

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Force the flow, take it from the aquifer and let the rest overflow."""
        outlet = builder.ports[name].outlet
        assert outlet is not None
        volume = spring_volumes(str(self.aquifer), builder)[name]
        builder.force(outlet, volume, name)
        builder.recharge(self.aquifer, volume, SPRING)
        leave_by_river(name, outlet, self.spill_to, builder)
        builder.record("discharge", name, volume)
