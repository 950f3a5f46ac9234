"""A measured section of a river: stages, rating curve, base flow and ecological flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from hydrosim.errors import Fault
from hydrosim.nodes._outlets import RatingTable
from hydrosim.nodes._section import (
    FlowClaim,
    NaturalFlowClaim,
    claim_faults,
    leave_by_river,
    pass_claims,
)
from hydrosim.nodes.base import Node
from hydrosim.primitives import Ports
from hydrosim.units import Flow, FlowOrRule, Level, NodeRef

if TYPE_CHECKING:
    from hydrosim.builder import Builder
    from hydrosim.flood.builder import FloodBuilder

__all__ = ["ControlSection"]


class ControlSection(Node):
    """A control section (控制断面), where flow and stage are measured and judged."""

    type: Literal["control_section"] = Field(
        "control_section", description="A measured section of a river."
    )
    base_flow: NaturalFlowClaim | None = Field(None, description="Base flow (生态基流).")
    ecology: FlowClaim | None = Field(
        None, description="Ecological flow; it asks for what the base flow leaves open."
    )
    natural: FlowOrRule | None = Field(None, description="Natural flow, for verdicts.")
    local_inflow: FlowOrRule | None = Field(
        None, description="Inflow from the catchment at this place; default none."
    )
    rating_curve: RatingTable | None = Field(None, description="Flow by stage (水位流量关系).")
    warning_stage: Level | None = Field(None, description="Warning stage (警戒水位).")
    guaranteed_stage: Level | None = Field(None, description="Guaranteed stage (保证水位).")
    safe_discharge: Flow | None = Field(
        None, description="Flow that its embankments carry (安全泄量)."
    )
    spill_to: NodeRef | None = Field(
        None, description="Node that takes what no link takes; default the river below."
    )

    def declare(self, name: str, builder: Builder) -> None:
        """Open the rows above and below the gauge."""
        above, below = builder.junction(f"{name}.above"), builder.junction(name)
        builder.ports[name] = Ports(inlet=above, outlet=below, river_inlet=above)
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
            "base_flow": self.base_flow,
            "ecology": self.ecology,
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
            type="control_section",
            river=self.river or "",
            safe_discharge_m3s=self.safe_discharge,
            warning_discharge_m3s=self.discharge_at(self.warning_stage),
            guaranteed_discharge_m3s=self.discharge_at(self.guaranteed_stage),
            mean_natural_m3s=mean_of(natural, builder),
        )

    def lower_flood(self, name: str, builder: FloodBuilder) -> None:
        """Add the section with its rating curve and what it may carry."""
        curve = self.rating_curve
        builder.passing(
            name,
            spill_to=self.spill_to,
            stage=None if curve is None else (curve.flow, curve.level),
            safe_m3s=self.safe_discharge or self.discharge_at(self.guaranteed_stage),
            levels={"warning": self.warning_stage, "guaranteed": self.guaranteed_stage},
        )

    def discharge_at(self, stage_m: float | None) -> float | None:
        """Flow [m3/s] at a stage by the rating curve; None without either."""
        if stage_m is None or self.rating_curve is None:
            return None
        return float(np.interp(stage_m, self.rating_curve.level, self.rating_curve.flow))

    def faults(self, name: str, config: Any) -> list[Fault]:
        """Return what is wrong with stages, rating curve and claims."""
        del name, config
        faults = claim_faults(self.base_flow, self.natural, "base_flow")
        curve = self.rating_curve
        if curve is not None:
            faults.extend(curve.faults("rating_curve"))
        warning, guaranteed = self.warning_stage, self.guaranteed_stage
        if warning is not None and guaranteed is not None and warning >= guaranteed:
            found = f"warning stage {warning:g} m, guaranteed stage {guaranteed:g} m"
            expected = "a warning stage below the guaranteed stage"
            faults.append(Fault(("warning_stage",), found, expected))
        for key, stage in (("warning_stage", warning), ("guaranteed_stage", guaranteed)):
            if stage is None or curve is None:
                continue
            low, high = curve.level[0], curve.level[-1]
            if not low <= stage <= high:
                expected = f"a stage inside the rating curve, {low:g} to {high:g} m"
                faults.append(Fault((key,), f"{stage:g} m", expected))
        return faults


def mean_of(volume: Any, builder: Builder) -> float | None:
    """Mean flow [m3/s] of a volume a step that is known before the run, else None."""
    if volume is None or volume.known is None:
        return None
    dt_s = builder.calendar.dt_s
    return float(np.broadcast_to(volume.known[0], dt_s.shape).sum() / dt_s.sum())
