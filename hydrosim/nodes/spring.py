"""Spring: flows by the head of its aquifer above its outlet."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from hydrosim.builders.primitives import Ports
from hydrosim.builders.supply import Builder
from hydrosim.errors import Fault
from hydrosim.expressions.functions import maximum, minimum, where
from hydrosim.expressions.values import Value
from hydrosim.locale import _
from hydrosim.nodes._checks import aquifer_faults, node_of
from hydrosim.nodes._section import leave_by_river
from hydrosim.nodes.aquifer import SPRING
from hydrosim.nodes.base import Node, WholeConfig
from hydrosim.units import ConductanceFlow, Level, NodeRef

__all__ = ["Spring"]


class Spring(Node):
    """A forced flow Q = k (h - h0)+ from the head h of the aquifer at the start of the step.

    What no link takes overflows to the first river link's end, to ``spill_to`` or out of the
    model. A step never takes more than the aquifer holds above the outlet.
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

    def _alone(self, builder: Builder, outlet_m: float, conductance: float) -> tuple[Value, Value]:
        """Return what a spring gives in the step if no other draws, and what it could at most.

        It gives no more than the aquifer holds above its outlet, nor above the floor.
        """
        above = maximum(builder.quantities["level", self.aquifer] - outlet_m, 0.0)
        held = above * builder.quantities["storage_per_metre", self.aquifer]
        held = minimum(held, maximum(builder.quantities["storage", self.aquifer], 0.0))
        return minimum(builder.volume(conductance) * above, held), held

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Force the flow, take it from the aquifer and let the rest overflow."""
        outlet = builder.ports[name].outlet
        assert outlet is not None
        volume = self._alone(builder, self.outlet_level, self.conductance)[0]
        springs = builder.springs[str(self.aquifer)]
        together = [self._alone(builder, *springs[other]) for other in sorted(springs)]
        if len(together) > 1:
            # Several springs draw on the same water: each gets its part of what is there.
            total, most = together[0]
            for flow, held in together[1:]:
                total, most = total + flow, maximum(most, held)
            volume = volume * where(total > most, most / maximum(total, 1e-9), 1.0)
        builder.force(outlet, volume, name)
        builder.recharge(self.aquifer, volume, SPRING)
        leave_by_river(name, outlet, self.spill_to, builder)
        builder.record("discharge", name, volume)
