"""Local inflow of a catchment that enters the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from hydrosim.builders.primitives import Ports
from hydrosim.errors import Fault
from hydrosim.locale import _
from hydrosim.nodes._section import leave_by_river
from hydrosim.nodes._storage import not_negative
from hydrosim.nodes.base import Node, WholeConfig
from hydrosim.units import Area, FlowOrRule, NodeRef

if TYPE_CHECKING:
    from hydrosim.builders.flood import FloodBuilder
    from hydrosim.builders.supply import Builder

__all__ = ["Inflow"]


class Inflow(Node):
    """The inflow of a catchment (区间入流). A river leads from it to where it enters."""

    type: Literal["inflow"] = Field("inflow", description="Local inflow of a catchment.")
    symbol: ClassVar[str] = "catchment"
    fact_keys: ClassVar[tuple[str, ...]] = ("catchment",)
    links_arrive: ClassVar[bool] = False

    supply_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("local_inflow",),)
    local_inflow: FlowOrRule | None = Field(
        None, description="Flow that the catchment brings; floods alone do without."
    )
    catchment: Area | None = Field(None, description="Area of the catchment.")
    origin: Literal["surface", "yangtze", "yellow", "reclaimed", "other"] = Field(
        "surface", description="Kind of water, for the account of sources."
    )
    spill_to: NodeRef | None = Field(
        None, description="Node that takes what no link takes; default the river below."
    )

    @property
    def spills_to(self) -> str | None:
        """Node that takes what no link takes."""
        return self.spill_to

    @property
    def gives_reclaimed(self) -> bool:
        """Whether its water is reclaimed, by its origin."""
        return self.origin == "reclaimed"

    def declare(self, name: str, builder: Builder) -> None:
        """Open the row."""
        assert self.local_inflow is not None
        row = builder.junction(name)
        builder.ports[name] = Ports(outlet=row)
        builder.quantities["local_inflow", name] = builder.value(self.local_inflow)
        builder.item("origin", name, kind=self.origin)

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Force the inflow into the row."""
        not_negative(name, builder)
        row = builder.rows[name]
        volume = builder.quantities["local_inflow", name] * builder.dt_s
        builder.force(row, volume, name)
        builder.enters(f"{name}.local_inflow", "local_inflow", volume)
        leave_by_river(name, row, self.spill_to, builder)

    def lower_flood(self, name: str, builder: FloodBuilder) -> None:
        """Add the place where its hydrograph enters."""
        builder.passing(name, spill_to=self.spill_to)

    def faults(self, name: str, config: WholeConfig) -> list[Fault]:
        """Return an inflow that leads nowhere, or brings nothing in a supply run."""
        faults: list[Fault] = []
        if self.spill_to is None and not config.link_ends.leaving(name):
            found = _("no link from {name!r}", name=name)
            faults.append(Fault((), found, _("a river to the node where it enters")))
        if self.local_inflow is None:
            expected = _(
                "`{path}:`, which floods do without and a supply run needs", path="local_inflow"
            )
            found = _("no {path}", path="local_inflow")
            faults.append(Fault(("local_inflow",), found, expected, engine="supply"))
        return faults
