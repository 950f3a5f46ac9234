"""The natural way downstream, without a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from hydrosim.errors import Fault
from hydrosim.locale import _
from hydrosim.nodes._conveyance import describe_link, link_rows, port_faults
from hydrosim.nodes.base import Link, WholeConfig
from hydrosim.units import Fraction, NodeRef

if TYPE_CHECKING:
    from hydrosim.builders.flood import FloodBuilder
    from hydrosim.builders.supply import Builder

__all__ = ["River"]


class River(Link):
    """A river (河道) from one node to the next: natural, uncapped, without travel time.

    Travel time, safe discharge and base flow belong to a `reach`. From a store it carries the
    releases of the outlets and, when nothing else is possible, the overflow.
    """

    type: Literal["river"] = Field("river", description="The natural way downstream.")
    symbol: ClassVar[str] = "river"
    is_river: ClassVar[bool] = True

    loss: Fraction = Field(0.0, description="Share of the water that the bed takes.")
    loss_to: NodeRef | None = Field(
        None, description="Aquifer that receives the loss; default it is lost."
    )
    flood_loss: Fraction = Field(
        0.0, description="Share of a flood that the bed takes; default none."
    )

    def lower_supply(self, builder: Builder) -> None:
        """Add one uncapped column; a store at its start bounds it by its outlets."""
        start, end = link_rows(self, builder, river=True)
        column = builder.column(self.label, start, ((end, 1.0 - self.loss),))
        builder.links[self.label] = (self, [column])
        builder.lose(self.label, column, self.loss, self.loss_to)
        describe_link(self, [column], builder, self.loss)

    def lower_flood(self, builder: FloodBuilder) -> None:
        """Lead all water of its start to its end, less the loss that floods are to have."""
        builder.river(self.label, self.start, self.end, self.flood_loss)

    def faults(self, config: WholeConfig) -> list[Fault]:
        """Return what is wrong with its loss and ends."""
        faults = port_faults(self, config)
        if self.loss >= 1.0:
            faults.append(Fault(("loss",), _("a loss of all water"), _("a loss below 100 %")))
        if self.flood_loss >= 1.0:
            faults.append(Fault(("flood_loss",), _("a loss of all water"), _("a loss below 100 %")))
        return faults
