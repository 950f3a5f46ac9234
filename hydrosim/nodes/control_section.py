"""A measured section of a river: stages, rating curve, base flow and ecological flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from hydrosim.builders.primitives import Ports
from hydrosim.nodes._section import (
    FlowClaim,
    NaturalFlowClaim,
    claim_faults,
    leave_by_river,
    pass_claims,
)
from hydrosim.nodes._stages import Stages
from hydrosim.reading.kinds import BASE_FLOW, ECOLOGY
from hydrosim.units import FlowOrRule, NodeRef

if TYPE_CHECKING:
    from hydrosim.builders.flood import FloodBuilder
    from hydrosim.builders.supply import Builder
    from hydrosim.errors import Fault
    from hydrosim.expressions.values import Value
    from hydrosim.nodes.base import WholeConfig

__all__ = ["ControlSection"]


class ControlSection(Stages):
    """A control section (控制断面), where flow and stage are measured and judged."""

    type: Literal["control_section"] = Field(
        "control_section", description="A measured section of a river."
    )
    symbol: ClassVar[str] = "gauge"
    flood_bounds: ClassVar[tuple[str, ...]] = ("guaranteed", "safe_discharge", "crest")

    base_flow: NaturalFlowClaim | None = Field(None, description="Base flow (生态基流).")
    ecology: FlowClaim | None = Field(
        None, description="Ecological flow; it asks for what the base flow leaves open."
    )
    natural: FlowOrRule | None = Field(None, description="Natural flow, for verdicts.")
    local_inflow: FlowOrRule | None = Field(
        None, description="Inflow from the catchment at this place; default none."
    )
    spill_to: NodeRef | None = Field(
        None, description="Node that takes what no link takes; default the river below."
    )

    @property
    def spills_to(self) -> str | None:
        """Node that takes what no link takes."""
        return self.spill_to

    def declare(self, name: str, builder: Builder) -> None:
        """Open the rows above and below the gauge."""
        above, below = builder.junction(f"{name}.above"), builder.junction(name)
        builder.ports[name] = Ports(inlet=above, outlet=below, river_inlet=above)
        builder.ratings[name] = self.discharge_at
        builder.quantities["local_inflow", name] = builder.value(self.local_inflow, 0.0)
        if self.local_inflow is not None:
            builder.item("origin", name, kind="surface")

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Add the claims on the passing water."""
        above, below = builder.rows[f"{name}.above"], builder.rows[name]
        if self.local_inflow is not None:
            local = builder.quantities["local_inflow", name] * builder.dt_s
            builder.force(above, local, name)
            builder.enters(f"{name}.local_inflow", "local_inflow", local)
        natural = None if self.natural is None else builder.volume(self.natural)
        claims: dict[str, FlowClaim | None] = {
            BASE_FLOW: self.base_flow,
            ECOLOGY: self.ecology,
        }
        columns = pass_claims(name, self, builder, above, below, claims, natural)
        leave_by_river(name, below, self.spill_to, builder)
        discharge = columns[0].volume
        for column in columns[1:]:
            discharge = discharge + column.volume
        builder.record("discharge", name, discharge)
        if natural is not None:
            builder.record("natural_discharge", name, natural)
        builder.item(
            "reach",
            name,
            type=self.type_name,
            river=self.river or "",
            safe_discharge_m3s=self.safe_discharge,
            warning_discharge_m3s=self.discharge_at(self.warning_stage),
            guaranteed_discharge_m3s=self.discharge_at(self.guaranteed_stage),
            mean_natural_m3s=mean_of(natural, builder),
        )

    def lower_flood(self, name: str, builder: FloodBuilder) -> None:
        """Add the section with its rating curve and what it may carry."""
        builder.passing(
            name,
            spill_to=self.spill_to,
            stage=self.stage_by_flow,
            safe_m3s=self.carried_m3s,
            levels=self.stages_m,
        )

    def faults(self, name: str, config: WholeConfig) -> list[Fault]:
        """Return what is wrong with stages, rating curve and claims."""
        del name, config
        return [*claim_faults(self.base_flow, self.natural, "base_flow"), *self.stage_faults()]


def mean_of(volume: Value | None, builder: Builder) -> float | None:
    """Mean flow [m3/s] of a volume a step that is known before the run, else None."""
    if volume is None or volume.known is None:
        return None
    dt_s = builder.calendar.dt_s
    return float(np.broadcast_to(volume.known[0], dt_s.shape).sum() / dt_s.sum())
