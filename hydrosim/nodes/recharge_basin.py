"""Recharge basin: water spread on permeable ground (回补) sinks to an aquifer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from hydrosim.builders.primitives import Ports
from hydrosim.builders.supply import Builder
from hydrosim.errors import Fault
from hydrosim.expressions.functions import minimum
from hydrosim.locale import _
from hydrosim.nodes._checks import aquifer_faults
from hydrosim.nodes._service import Service
from hydrosim.nodes.base import WholeConfig
from hydrosim.reading.kinds import RECHARGE
from hydrosim.units import Area, Factor, FactorOrRule, FlowOrRule, Fraction, NodeRef, SpeedOrRule

if TYPE_CHECKING:
    from hydrosim.expressions.values import Value

__all__ = ["RechargeBasin"]


class RechargeBasin(Service):
    """A claim on line ``recharge`` of at most what the basin's bed lets through."""

    type: Literal["recharge_basin"] = Field(
        "recharge_basin", description="A basin or river bed where water sinks."
    )
    symbol: ClassVar[str] = "recharge"
    links_leave: ClassVar[bool] = False
    keeps_water: ClassVar[bool] = True

    aquifer: NodeRef = Field(description="Aquifer that receives the water.")
    area: Area = Field(description="Wetted area of the basin or river bed.")
    infiltration: SpeedOrRule = Field(
        description="Infiltration rate of the bed, such as 0.5 m/day."
    )
    factor: FactorOrRule = Field(
        1.0, description="Factor on the infiltration: ice, clogging, season."
    )
    wanted: FlowOrRule | None = Field(
        None, description="Wanted flow; default: what the bed lets through."
    )
    loss: Fraction = Field(
        0.0, description="Share of the water that evaporates and does not reach the aquifer."
    )
    line: str = Field("recharge", description="Line of the ladder.")
    share: Factor = Field(
        1.0, description="Weight of its fulfilment in sharing shortage within its line."
    )

    def further_ways(self) -> dict[str, str]:
        """Return the aquifer below."""
        return {"recharge": str(self.aquifer)}

    def faults(self, name: str, config: WholeConfig) -> list[Fault]:
        """Return a target that is no aquifer, and terms of zero."""
        del name
        found = list(aquifer_faults(config, ("aquifer",), self.aquifer, _("the aquifer below")))
        if self.infiltration == 0.0:
            found.append(Fault(("infiltration",), "0", _("an infiltration rate above 0")))
        if self.area == 0.0:
            found.append(Fault(("area",), "0", _("an area above 0")))
        if self.share <= 0.0:
            found.append(Fault(("share",), f"{self.share:.6g}", _("a weight above 0, such as 1")))
        return found

    def declare(self, name: str, builder: Builder) -> None:
        """Open the row of the basin and describe its claim."""
        builder.ports[name] = Ports(inlet=builder.junction(name))
        builder.item(
            "claim",
            name,
            node=name,
            kind=RECHARGE,
            use="recharge",
            tier=self.tier,
            river=self.river,
            line=self.line,
            period="month",
            gross_factor=1.0,
        )

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Add the claim and send what sinks to the aquifer."""
        inlet = builder.ports[name].inlet
        wanted = self._wanted(builder)
        column = builder.column(f"{name}.delivery", inlet, (), ((wanted, "infiltration"),))
        builder.claim(name, column, wanted, self.line, share=self.share)
        if self.loss > 0.0:
            builder.leaves(f"{name}.evaporation", "evaporation", column.volume * self.loss)
        builder.recharge(self.aquifer, column.volume * (1.0 - self.loss), "recharge")
        builder.record("demand", name, wanted)
        builder.record("supplied", name, column.volume)
        builder.year_claim(name, wanted, column.volume)

    def planned(self, name: str, builder: Builder) -> Value | None:
        """Return the wanted volume of each step [m3] where the calendar alone tells it."""
        if not builder.by_calendar(self.infiltration, self.factor, self.wanted):
            return None
        return self._wanted(builder)

    def _wanted(self, builder: Builder) -> Value:
        room = builder.volume(self.infiltration) * self.area * builder.value(self.factor)
        wanted = room if self.wanted is None else minimum(builder.volume(self.wanted), room)
        return self.when_serving(wanted, builder)
