"""The end of the modelled river: the sea, or a neighbour downstream."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from hydrosim.builders.primitives import Ports
from hydrosim.errors import Fault
from hydrosim.locale import _
from hydrosim.nodes._section import FlowClaim
from hydrosim.nodes.base import Node, WholeConfig
from hydrosim.reading.kinds import OUTFLOW

if TYPE_CHECKING:
    from hydrosim.builders.flood import FloodBuilder
    from hydrosim.builders.supply import Builder

__all__ = ["Outlet"]


class Outlet(Node):
    """The end of the model (入海口, 出境断面). It may ask for a flow (入海水量)."""

    type: Literal["outlet"] = Field("outlet", description="The end of the model.")
    symbol: ClassVar[str] = "end"
    is_surface_water: ClassVar[bool] = True
    measures_flow: ClassVar[bool] = True
    links_leave: ClassVar[bool] = False

    outflow: FlowClaim | None = Field(None, description="Flow that is to leave the model.")

    def declare(self, name: str, builder: Builder) -> None:
        """Open the row."""
        row = builder.junction(name)
        builder.ports[name] = Ports(inlet=row, river_inlet=row)

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Let all that arrives leave, first what is asked for."""
        row = builder.rows[name]
        free = builder.column(f"{name}.free_flow", row, ())
        total = free.volume
        if self.outflow is not None:
            claim = self.outflow
            wanted = builder.volume(claim.requirement)
            label = f"{name}.{OUTFLOW}"
            column = builder.column(label, row, (), ((wanted, "requirement"),))
            line = claim.line or OUTFLOW
            builder.claim(label, column, wanted, line)
            builder.item(
                "claim",
                label,
                node=name,
                kind=OUTFLOW,
                use=OUTFLOW,
                tier=self.tier or "",
                river=self.river or "",
                line=line,
                guarantee=claim.guarantee,
                period=claim.period,
                gross_factor=1.0,
            )
            builder.record("demand", label, wanted)
            builder.record("supplied", label, column.volume)
            builder.year_claim(label, wanted, column.volume, claim.period)
            total = total + column.volume
        builder.leaves(f"{name}.outflow", OUTFLOW, total)
        builder.item("reach", name, river=self.river or "", type=self.type_name, ends_model=True)
        builder.record("discharge", name, total)

    def lower_flood(self, name: str, builder: FloodBuilder) -> None:
        """Add the end of the flood's way."""
        builder.passing(name)

    def faults(self, name: str, config: WholeConfig) -> list[Fault]:
        """Return links that leave it."""
        return [
            Fault(
                (),
                _("the link {label!r} leaves it", label=link.label),
                _("links to the outlet only"),
            )
            for link in config.link_ends.leaving(name)
        ]
