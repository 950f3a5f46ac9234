"""Treatment plant: raw water to drinking water, with a capacity and a loss."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from hydrosim.builders.primitives import Ports
from hydrosim.builders.supply import Builder
from hydrosim.errors import Fault
from hydrosim.locale import _
from hydrosim.nodes._service import Service, service_bounds
from hydrosim.nodes.base import WholeConfig
from hydrosim.units import FactorOrRule, FlowOrRule, Fraction, Price

__all__ = ["TreatmentPlant"]


class TreatmentPlant(Service):
    """Water from the links that end here leaves, less the loss, through those that start here."""

    type: Literal["treatment_plant"] = Field(
        "treatment_plant", description="A drinking-water plant."
    )
    symbol: ClassVar[str] = "works"
    conveys: ClassVar[bool] = True
    treats: ClassVar[bool] = True

    capacity: FlowOrRule = Field(description="Largest flow at the inlet.")
    running: FactorOrRule = Field(
        1.0, description="Factor on the capacity: outages and works, 1 when all of it runs."
    )
    loss: Fraction = Field(0.0, description="Water lost in treatment, as a share of the inlet.")
    price: Price = Field(0.0, description="Cost of treatment for water at the inlet.")

    @property
    def loss_within(self) -> float:
        """Share of what enters that is lost on the way through it."""
        return self.loss

    def faults(self, name: str, config: WholeConfig) -> list[Fault]:
        """Return a loss of everything and a plant without inlet or outlet."""
        found: list[Fault] = []
        if self.loss >= 1.0:
            found.append(Fault(("loss",), f"{self.loss:.6g}", _("a loss below 100 %")))
        if not config.link_ends.reaching(name):
            found.append(Fault((), _("a plant that no link reaches"), _("a link to it")))
        if not config.link_ends.leaving(name):
            found.append(Fault((), _("a plant that no link leaves"), _("a link from it")))
        return found

    def declare(self, name: str, builder: Builder) -> None:
        """Open the rows before and behind treatment."""
        builder.ports[name] = Ports(
            inlet=builder.junction(f"{name}.inlet"), outlet=builder.junction(f"{name}.outlet")
        )

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Add the treated volume and its loss."""
        ports = builder.ports[name]
        assert ports.outlet is not None
        capacity = builder.volume(self.capacity) * builder.value(self.running)
        column = builder.column(
            f"{name}.treated",
            ports.inlet,
            ((ports.outlet, 1.0 - self.loss),),
            [(capacity, "capacity"), *service_bounds(self.in_service, builder)],
            cost_yuan_per_m3=self.price,
        )
        builder.lose(f"{name}.loss", column, self.loss, None)
