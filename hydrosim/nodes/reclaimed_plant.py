"""Reclaimed-water plant: what returns from the city is reused up to a share and a capacity."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from hydrosim.builders.primitives import Ports
from hydrosim.builders.supply import Builder
from hydrosim.errors import Fault
from hydrosim.expressions.functions import minimum
from hydrosim.locale import _
from hydrosim.nodes._checks import surface_water_faults, unlinked_faults
from hydrosim.nodes._service import Service, service_bounds
from hydrosim.nodes.base import WholeConfig
from hydrosim.units import FactorOrRule, FlowOrRule, Fraction, NodeRef, Price

__all__ = ["ReclaimedPlant"]


class ReclaimedPlant(Service):
    """Return flow enters; the reusable part leaves by links, the rest is discharged.

    Reuse is a choice of the ladder (``spare: NAME``); what is not reused is discharged in the
    same step, so the plant keeps no water.
    """

    type: Literal["reclaimed_plant"] = Field(
        "reclaimed_plant", description="A plant for reclaimed water."
    )
    symbol: ClassVar[str] = "reuse"
    takes_returns: ClassVar[bool] = True

    capacity: FlowOrRule = Field(description="Capacity of reuse: advanced treatment and its pipes.")
    running: FactorOrRule = Field(
        1.0, description="Factor on the capacity: works in service, seasons."
    )
    reuse_share: Fraction = Field(
        1.0, description="Largest share of the treated water that may be reused (再生水利用率)."
    )
    loss: Fraction = Field(0.0, description="Water lost in treatment, as a share of what enters.")
    discharge_to: NodeRef | None = Field(
        None, description="Node that receives what is not reused; default: it leaves the model."
    )
    price: Price = Field(0.0, description="Price of reclaimed water.")

    @property
    def gives_reclaimed(self) -> bool:
        """Whether its water is reclaimed: all of it is."""
        return True

    def further_ways(self) -> dict[str, str]:
        """Return where it discharges what is not reused."""
        return {} if self.discharge_to is None else {"discharge": str(self.discharge_to)}

    def faults(self, name: str, config: WholeConfig) -> list[Fault]:
        """Return a plant that nothing reaches, a loss of everything and wrong targets."""
        found: list[Fault] = []
        if self.loss >= 1.0:
            found.append(Fault(("loss",), f"{self.loss:.6g}", _("a loss below 100 %")))
        ends = config.link_ends
        fed = bool(ends.reaching(name)) or name in ends.returned_to
        if not fed:
            found.append(
                Fault(
                    (),
                    _("a plant that no water reaches"),
                    _("a demand with `return: {to: ...}` to it, or a link to it"),
                )
            )
        if self.discharge_to == name:
            found.append(Fault(("discharge_to",), _("a discharge to itself"), _("another node")))
        else:
            found += surface_water_faults(config, ("discharge_to",), self.discharge_to)
        return [*found, *unlinked_faults(name, config, _("its reusable water"))]

    def declare(self, name: str, builder: Builder) -> None:
        """Open the rows of what enters and what is reused."""
        builder.ports[name] = Ports(
            inlet=builder.junction(f"{name}.inlet"), outlet=builder.junction(f"{name}.outlet")
        )
        builder.item("origin", name, kind="reclaimed")
        builder.item("source", name, kind="reclaimed", role="supplement", node=name)

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Split what enters into reusable water and effluent, and let the ladder choose."""
        ports = builder.ports[name]
        inlet, outlet = ports.inlet, ports.outlet
        assert inlet is not None
        assert outlet is not None
        river = builder.river_inlet(self.discharge_to)
        kept = 1.0 - self.loss
        pool, usable = inlet, 1.0
        reusable = None
        if self.reuse_share < 1.0 or self.loss > 0.0:
            pool = builder.junction(f"{name}.reusable")
            usable = kept * self.reuse_share
            effluent = kept - usable
            arrivals = [(pool, usable), *([(river, effluent)] if river is not None else [])]
            split = builder.column(f"{name}.treated", inlet, arrivals)
            builder.lose(f"{name}.loss", split, self.loss, None)
            if river is None:
                builder.leaves(f"{name}.effluent", "outflow", split.volume * effluent)
            reusable = split.volume * usable
        unused = builder.column(
            f"{name}.discharge", pool, ((river, 1.0),) if river is not None else ()
        )
        if river is None:
            builder.leaves(f"{name}.discharge", "outflow", unused.volume)
        capacity = builder.volume(self.capacity) * builder.value(self.running)
        bounds = [(capacity, "capacity"), *service_bounds(self.in_service, builder)]
        reuse = builder.column(
            f"{name}.reuse",
            pool,
            ((outlet, 1.0),),
            bounds,
            cost_yuan_per_m3=self.price,
        )
        builder.spare(name, reuse)
        offered = unused.volume + reuse.volume if reusable is None else reusable
        builder.record("withdrawn", name, reuse.volume)
        builder.record("available", name, minimum(offered, *(bound for bound, _unused in bounds)))
