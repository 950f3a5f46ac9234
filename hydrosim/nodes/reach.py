"""A river reach: travel time, safe discharge, bed loss and base flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator

from hydrosim.builders.primitives import Ports
from hydrosim.errors import Fault
from hydrosim.locale import _
from hydrosim.nodes._checks import of_supply
from hydrosim.nodes._section import (
    FlowClaim,
    NaturalFlowClaim,
    claim_faults,
    leave_by_river,
    pass_claims,
)
from hydrosim.nodes._stages import Stages
from hydrosim.nodes.control_section import mean_of
from hydrosim.parts.muskingum import (
    NoFormError,
    RoutingForm,
    lag_form,
    muskingum_form,
    open_delay,
)
from hydrosim.reading.kinds import BASE_FLOW, ECOLOGY
from hydrosim.units import Duration, Flow, FlowOrRule, Fraction, Length, NodeRef, Number

if TYPE_CHECKING:
    from hydrosim.builders.flood import FloodBuilder
    from hydrosim.builders.primitives import Row
    from hydrosim.builders.supply import Builder
    from hydrosim.expressions.values import Value
    from hydrosim.nodes.base import WholeConfig

__all__ = ["Reach"]

SAFE_DISCHARGE = "safe_discharge"
ORDERED_COST = 1e-6
"""Cost [yuan/m3] of arriving within the step, so that water nobody claims takes its time."""


class Muskingum(BaseModel):
    """Muskingum parameters of floods up to a size."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    k: Duration = Field(description="Travel time K of a flood wave.")
    x: Number = Field(description="Weight of the inflow, 0 to 0.5.")
    up_to: Flow | None = Field(None, description="Peak up to which they hold; none: above all.")


class Channel(BaseModel):
    """Cross-section and slope, for Muskingum-Cunge in the flood engine."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    length: Length = Field(description="Length of the reach.")
    width: Length = Field(description="Width of the bed.")
    side_slope: Number = Field(0.0, description="Horizontal over vertical slope of the banks.")
    slope: Number = Field(description="Slope of the bed.")
    roughness: Number = Field(description="Manning's n.")
    method: Literal["variable", "constant"] = Field(
        "variable", description="variable: parameters follow the flow; constant: of `reference`."
    )
    reference: Flow | None = Field(
        None, description="Flow for which its parts are sized; default the safe discharge."
    )


class Reach(Stages):
    """A reach of a river (河段).

    Supply: water that somebody claims arrives in the same step, less the bed loss; water that
    nobody claims takes the travel time. Flow above the safe discharge is a claim to stay unused.
    """

    type: Literal["reach"] = Field("reach", description="A reach of a river.")
    symbol: ClassVar[str] = "reach"
    delays_floods: ClassVar[bool] = True
    reported_defaults: ClassVar[tuple[str, ...]] = ("loss",)
    flood_bounds: ClassVar[tuple[str, ...]] = ("safe_discharge", "guaranteed", "crest")

    travel_time: Duration | None = Field(None, description="Travel time; default none.")
    muskingum: tuple[Muskingum, ...] = Field(
        (), description="Muskingum parameters by size of flood; the first set routes daily flows."
    )
    channel: Channel | None = Field(None, description="Cross-section, for floods.")
    loss: Fraction = Field(0.0, description="Share of the flow that the bed takes.")
    loss_to: NodeRef | None = Field(
        None, description="Aquifer that receives the bed loss; default it is lost."
    )
    flood_loss: Flow | None = Field(
        None,
        description="Largest bed loss in floods: the share `loss` up to this flow (all of a flow "
        "below it where there is no share); default none.",
    )
    base_flow: NaturalFlowClaim | None = Field(
        None, description="Base flow at its lower end (生态基流)."
    )
    ecology: FlowClaim | None = Field(
        None, description="Ecological flow at its lower end, beyond the base flow."
    )
    natural: FlowOrRule | None = Field(None, description="Natural flow, for verdicts.")
    initial_flow: Flow = Field(0.0, description="Steady flow under way at the start.")
    spill_to: NodeRef | None = Field(
        None, description="Node that takes what no link takes; default the river below."
    )

    @field_validator("muskingum", mode="before")
    @classmethod
    def _as_list(cls, value: Any) -> Any:
        return [value] if isinstance(value, (dict, Muskingum)) else value

    @property
    def spills_to(self) -> str | None:
        """Node that takes what no link takes."""
        return self.spill_to

    def form(self, dt_s: float) -> RoutingForm:
        """Return how the reach delays water in steps of a length [s].

        Raises
        ------
        NoFormError
            If its Muskingum parameters have no admissible form.
        """
        if self.muskingum:
            return muskingum_form(self.muskingum[0].k, self.muskingum[0].x, dt_s)
        return lag_form(self.travel_time or 0.0, dt_s)

    def declare(self, name: str, builder: Builder) -> None:
        """Open the rows at the upper and lower end."""
        upper, lower = builder.junction(f"{name}.above"), builder.junction(name)
        builder.ports[name] = Ports(inlet=upper, outlet=lower, river_inlet=upper)

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Add safe discharge, ordered and free water, bed loss, delay and base flow."""
        head = self._safe(name, builder, builder.rows[f"{name}.above"])
        outlet = builder.rows[name]
        natural = None if self.natural is None else builder.volume(self.natural)
        claims: dict[str, FlowClaim | None] = {
            BASE_FLOW: self.base_flow,
            ECOLOGY: self.ecology,
        }
        has_claims = any(claim is not None for claim in claims.values())
        tail = builder.junction(f"{name}.tail") if has_claims else outlet
        form = self.form(builder.calendar.mean_s)
        discharge = self._travel(name, builder, head, tail, form)
        if has_claims:
            pass_claims(name, self, builder, tail, outlet, claims, natural)
        leave_by_river(name, outlet, self.spill_to, builder)
        builder.record("discharge", name, discharge)
        if natural is not None:
            builder.record("natural_discharge", name, natural)
        builder.item(
            "reach",
            name,
            type=self.type_name,
            river=self.river or "",
            safe_discharge_m3s=self.safe_discharge,
            mean_natural_m3s=mean_of(natural, builder),
            routing=str(form.sentence),
            routing_zh=form.sentence.in_language("zh"),
            travel_time_steps=form.mean_steps,
            travel_time_wanted_steps=form.wanted_steps,
        )

    def _safe(self, name: str, builder: Builder, upper: Row) -> Row:
        """Split the flow at the safe discharge; what exceeds it claims to stay unused."""
        if self.safe_discharge is None:
            return upper
        head = builder.junction(f"{name}.head")
        safe = builder.volume(self.safe_discharge)
        builder.column(f"{name}.within_safe", upper, ((head, 1.0),), ((safe, SAFE_DISCHARGE),))
        above = builder.column(f"{name}.above_safe", upper, ((head, 1.0),))
        unlimited = builder.graph.constant(np.inf)
        builder.claim(f"{name}.above_safe", above, unlimited, SAFE_DISCHARGE, sense=-1, limits=True)
        return head

    def _travel(
        self, name: str, builder: Builder, head: Row, tail: Row, form: RoutingForm
    ) -> Value:
        """Add the columns from the upper to the lower end; return the discharge there [m3]."""
        gain = 1.0 - self.loss
        delayed = form.kind != "none"
        ordered = builder.column(
            f"{name}.ordered" if delayed else f"{name}.through",
            head,
            ((tail, gain),),
            cost_yuan_per_m3=ORDERED_COST if delayed else 0.0,
        )
        ordered.travel_s = self.travel_time or 0.0
        if self.muskingum:
            ordered.travel_s = self.muskingum[0].k
        builder.lose(ordered.name, ordered, self.loss, self.loss_to)
        if not delayed:
            return ordered.volume * gain
        free = builder.column(f"{name}.free", head, ())
        builder.lose(free.name, free, self.loss, self.loss_to)
        entering = free.volume * gain
        steady = self.initial_flow * builder.calendar.mean_s
        delay = open_delay(name, form, builder.graph, steady)
        delay.enter(entering)
        label = f"{name}.under_way"
        water = builder.stored(label, delay.initial_m3)
        builder.balance(label, water, [entering], [delay.arriving_m3])
        builder.carry(label, free, gain)
        builder.force(tail, delay.arriving_m3, f"carry:{label}")
        return ordered.volume * gain + delay.arriving_m3

    def lower_flood(self, name: str, builder: FloodBuilder) -> None:
        """Add the routed reach; its Muskingum set follows the size of the flood."""
        sets = [(one.up_to, one.k, one.x) for one in self.muskingum]
        builder.reach(
            name,
            muskingum=sets,
            travel_s=self.travel_time or 0.0,
            channel=self.channel,
            loss=0.0 if self.flood_loss is None else self.loss or 1.0,
            most_loss_m3s=self.flood_loss,
            safe_m3s=self.carried_m3s,
            spill_to=self.spill_to,
            stage=self.stage_by_flow,
            levels=self.stages_m,
        )

    def faults(self, name: str, config: WholeConfig) -> list[Fault]:
        """Return what is wrong with travel time, loss and claims."""
        del name
        faults = [
            *of_supply(claim_faults(self.base_flow, self.natural, "base_flow")),
            *self.stage_faults(),
        ]
        if self.loss >= 1.0:
            faults.append(Fault(("loss",), _("a loss of all water"), _("a loss below 100 %")))
        if self.muskingum and self.travel_time is not None:
            found = _("both `travel_time` and `muskingum`")
            faults.append(Fault(("travel_time",), found, _("one of them")))
        for place, one in enumerate(self.muskingum):
            if not 0.0 <= one.x <= 0.5:
                path = ("muskingum", place, "x")
                faults.append(Fault(path, f"x = {one.x:g}", _("a number between 0 and 0.5")))
        faults.extend(self._size_faults())
        if not faults:
            try:
                self.form(config.calendar.mean_s)
            except NoFormError as error:
                faults.append(
                    Fault(
                        ("muskingum", 0),
                        error.args[0],
                        _("parameters with an admissible form"),
                        note=_("a larger x, or a longer step"),
                        engine="supply",
                    )
                )
        return faults

    def _size_faults(self) -> list[Fault]:
        faults: list[Fault] = []
        for place in range(1, len(self.muskingum)):
            before, size = self.muskingum[place - 1].up_to, self.muskingum[place].up_to
            if before is None or (size is not None and size <= before):
                found = (
                    _("no size")
                    if before is None
                    else _("{size:g} m3/s after {before:g} m3/s", size=size, before=before)
                )
                path = ("muskingum", place if before is not None else place - 1, "up_to")
                faults.append(Fault(path, found, _("sizes from the smallest flood up")))
        return faults
