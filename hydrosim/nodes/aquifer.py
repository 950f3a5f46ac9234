"""Aquifer: groundwater as one stored volume with a mean depth, shallow or deep confined."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from hydrosim.builders.primitives import Ports
from hydrosim.builders.supply import Builder
from hydrosim.errors import Fault
from hydrosim.expressions.functions import clip, maximum, minimum
from hydrosim.locale import _
from hydrosim.nodes._checks import account_faults, aquifer_faults, unlinked_faults
from hydrosim.nodes._groundwater import drained, evaporated, is_long, leaked
from hydrosim.nodes._pattern import annual_volume, part_of_year
from hydrosim.nodes._quality import QUALITY
from hydrosim.nodes._quota import RESERVED_TEXT, reserved_faults
from hydrosim.nodes._wells import lower_wells, taken_beyond
from hydrosim.nodes.base import Node, WholeConfig
from hydrosim.units import (
    AnnualVolume,
    AnnualVolumeOrRule,
    Area,
    ConductanceFlow,
    DepthRateOrRule,
    Duration,
    FactorOrRule,
    FlowOrRule,
    Fraction,
    FractionOrRule,
    Length,
    Level,
    MonthDay,
    NodeRef,
    Number,
    Price,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hydrosim.expressions.values import Value

__all__ = ["SPRING", "Aquifer", "LateralOutflow", "Leakage", "PhreaticEvaporation"]

SPRING = "spring"
"""Kind of a volume that a spring takes, sent the way recharge is sent."""
LEAKAGE = "leakage"


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class PhreaticEvaporation(_Block):
    """Evaporation from a shallow water table (潜水蒸发), after Averianov (1965)."""

    extinction_depth: Length = Field(description="Depth to water at which evaporation ends.")
    coefficient: FactorOrRule = Field(
        1.0, description="Evaporation of a water table at the surface over reference ET."
    )
    exponent: Number = Field(1.0, description="Exponent of the fall with depth, 1 to 3.")


class LateralOutflow(_Block):
    """Outflow to the land beyond the model: constant, or by the head above a level."""

    flow: FlowOrRule | None = Field(None, description="Constant outflow.")
    conductance: ConductanceFlow | None = Field(
        None, description="Outflow for each metre of head above `depth`."
    )
    depth: Length | None = Field(None, description="Depth to water from which none flows out.")


class Leakage(_Block):
    """Leakage down to another aquifer (越流) by the difference of heads."""

    to: NodeRef = Field(description="Aquifer that receives the water.")
    conductance: ConductanceFlow = Field(description="Flow for each metre of head difference.")


class Aquifer(Node):
    """A stored volume, zero at the floor depth: storage = coefficient x area x (floor - depth).

    Rain recharge and what canals, reaches, basins and fields send down pass a linear reservoir
    (``percolation_lag``) first. Losses are limited to the water above the floor. What cannot enter
    an aquifer that is full to the ground leaves the model as outflow, and the run warns. Wells
    take water through links from it; ``spare: NAME`` in the ladder keeps it unused.
    """

    type: Literal["aquifer"] = Field("aquifer", description="Groundwater.")
    symbol: ClassVar[str] = "aquifer"
    lowers_last: ClassVar[bool] = True
    is_aquifer: ClassVar[bool] = True
    reported_defaults: ClassVar[tuple[str, ...]] = ("quota", "rain_recharge")
    links_arrive: ClassVar[bool] = False
    keeps_water: ClassVar[bool] = True

    confined: bool = Field(False, description="Confined: storage by compression, no rain recharge.")
    area: Area = Field(description="Area of the aquifer.")
    specific_yield: Fraction | None = Field(
        None, description="Specific yield (给水度) of an unconfined aquifer."
    )
    storage_coefficient: Fraction | None = Field(
        None, description="Storage coefficient (弹性释水系数) of a confined aquifer."
    )
    ground_level: Level | None = Field(
        None, description="Mean level of the ground; needed for heads (springs, leakage)."
    )
    initial_depth: Length = Field(description="Depth to water at the start of the run.")
    floor_depth: Length = Field(description="Depth to water below which nothing can be taken.")
    depth_limit: Length | None = Field(
        None, description="Depth to water that should not be exceeded, for verdicts."
    )
    quality: Literal["raw", "potable"] = Field("potable", description=QUALITY)
    emergency_only: bool = Field(
        False, description="Kept for emergencies: `open_when` says when wells may run."
    )
    open_when: FactorOrRule | None = Field(
        None, description="Factor on the wells' capacity: 1 open, 0 closed; default: always open."
    )
    capacity: FlowOrRule | None = Field(None, description="Capacity of all wells.")
    quota: AnnualVolumeOrRule | None = Field(
        None, description="Volume that may be pumped in an account year."
    )
    account_year: MonthDay | None = Field(
        None, description="First day of the account year, month-day."
    )
    reserved: dict[str, AnnualVolume] = Field({}, description=RESERVED_TEXT)
    price: Price = Field(0.0, description="Price of the water at the well.")
    rain: DepthRateOrRule | None = Field(None, description="Rain on the aquifer's land.")
    rain_recharge: FractionOrRule = Field(
        0.0, description="Share of rain that recharges the aquifer (降水入渗补给系数)."
    )
    percolation_lag: Duration = Field(
        0.0, description="Mean time of percolating water on its way to the water table."
    )
    initial_percolation: AnnualVolume = Field(
        0.0, description="Recharge under way at the start, as a volume a year."
    )
    lateral_inflow: AnnualVolumeOrRule = Field(
        0.0, description="Inflow from beyond the model (mountain front), even over the year."
    )
    lateral_outflow: LateralOutflow | None = Field(None, description="Outflow to beyond the model.")
    et0: DepthRateOrRule | None = Field(None, description="Reference evapotranspiration.")
    phreatic_evaporation: PhreaticEvaporation | None = Field(
        None, description="Evaporation from a shallow water table."
    )
    leakage: Leakage | None = Field(None, description="Leakage down to another aquifer.")

    @property
    def head_known(self) -> bool:
        """Whether the level of the ground tells the head."""
        return self.ground_level is not None

    @property
    def _coefficient(self) -> float:
        given = self.storage_coefficient if self.confined else self.specific_yield
        return given or 0.0

    @property
    def _per_metre_m2(self) -> float:
        """Volume for a metre of head [m3/m]."""
        return self._coefficient * self.area

    @property
    def full_storage_m3(self) -> float:
        """Storage with water at the ground."""
        return self._per_metre_m2 * self.floor_depth

    @property
    def quota_day(self) -> MonthDay | None:
        """Day on which its quota is granted anew."""
        return None if self.quota is None else self.account_year

    @property
    def reserved_parts(self) -> Mapping[str, float]:
        """Parts of its quota that are kept for a use or a line, as a volume a year."""
        return self.reserved

    def faults(self, name: str, config: WholeConfig) -> list[Fault]:
        """Return wrong storage terms, depths, accounts and missing series."""
        found = [*account_faults(self.quota, self.account_year)]
        found += reserved_faults(self.reserved, self.quota)
        found += self._coefficient_faults()
        if self.initial_depth >= self.floor_depth:
            found.append(
                Fault(
                    ("initial_depth",),
                    f"{self.initial_depth:.6g} m",
                    _(
                        "a depth above the floor, less than {floor_depth:.6g} m",
                        floor_depth=self.floor_depth,
                    ),
                )
            )
        found += self._flux_faults()
        wells = (self.capacity, self.quota, self.open_when)
        if any(one is not None for one in wells) or self.price > 0.0 or self.emergency_only:
            found += unlinked_faults(name, config, _("the water of its wells"))
        if self.leakage is not None:
            path = ("leakage", "to")
            found += aquifer_faults(config, path, self.leakage.to)
            other = config.nodes.get(self.leakage.to)
            unknown = other is not None and other.is_aquifer and not other.head_known
            if unknown or not self.head_known:
                found.append(
                    Fault(
                        ("leakage",),
                        _("leakage between heads of which one is not known"),
                        _("`ground_level` for both aquifers"),
                    )
                )
            if other is self:
                found.append(Fault(path, _("leakage to itself"), _("another aquifer")))
        return found

    def _coefficient_faults(self) -> list[Fault]:
        """Return a storage coefficient that is missing, zero, or that of the other kind."""
        found: list[Fault] = []
        right, wrong = ("specific_yield", "storage_coefficient")
        kind = _("an unconfined aquifer")
        if self.confined:
            right, wrong, kind = wrong, right, _("a confined aquifer")
        given = {
            "specific_yield": self.specific_yield,
            "storage_coefficient": self.storage_coefficient,
        }
        if not self._coefficient:
            none = _("no {right}", right=right)
            held = none if given[right] is None else _("{right} of 0", right=right)
            expected = _("the {right} of {kind}, above 0", right=right, kind=kind)
            found.append(Fault((right,), held, expected))
        if given[wrong] is not None:
            held = _("{wrong} of {kind}", wrong=wrong, kind=kind)
            found.append(Fault((wrong,), held, _("the key `{right}`", right=right)))
        return found

    def _flux_faults(self) -> list[Fault]:
        found: list[Fault] = []
        if self.confined and (self.rain_recharge != 0.0 or self.phreatic_evaporation is not None):
            key = "rain_recharge" if self.rain_recharge != 0.0 else "phreatic_evaporation"
            found.append(
                Fault(
                    (key,),
                    _("{key} of a confined aquifer", key=key),
                    _("a confined aquifer without it"),
                )
            )
        if self.rain_recharge != 0.0 and self.rain is None:
            found.append(Fault(("rain",), _("rain_recharge without rain"), _("the key `rain`")))
        if self.phreatic_evaporation is not None and self.et0 is None:
            found.append(Fault(("et0",), _("phreatic_evaporation without et0"), _("the key `et0`")))
        if self.emergency_only and self.open_when is None:
            found.append(
                Fault(
                    ("open_when",),
                    _("an aquifer for emergencies that is always open"),
                    _("`open_when`, a rule that is 1 in an emergency and 0 else"),
                    note=_("its `spare` line alone decides which uses may take it"),
                    severity="warning",
                )
            )
        outflow = self.lateral_outflow
        if outflow is not None:
            linear = outflow.conductance is not None and outflow.depth is not None
            half = (outflow.conductance is None) != (outflow.depth is None)
            if half or linear == (outflow.flow is not None):
                found.append(
                    Fault(
                        ("lateral_outflow",),
                        _("an outflow that is given in part, or twice"),
                        _("`flow`, or `conductance` with `depth`"),
                    )
                )
        if self.initial_percolation > 0.0 and self.percolation_lag == 0.0:
            found.append(
                Fault(
                    ("initial_percolation",),
                    _("recharge under way without a percolation lag"),
                    _("the key `percolation_lag`"),
                )
            )
        return found

    def declare(self, name: str, builder: Builder) -> None:
        """Open the wells' row and the stored volume."""
        builder.ports[name] = Ports(outlet=builder.junction(name))
        per_metre = self._per_metre_m2
        storage = builder.stored(name, per_metre * (self.floor_depth - self.initial_depth))
        depth = self.floor_depth - storage / per_metre
        builder.quantities["storage", name] = storage
        builder.quantities["depth", name] = depth
        builder.quantities["fraction", name] = storage / (per_metre * self.floor_depth)
        builder.quantities["storage_per_metre", name] = builder.graph.constant(per_metre)
        beyond = annual_volume(builder, self.lateral_inflow)
        part = builder.graph.series(part_of_year(builder.calendar))
        builder.quantities["beyond_m3", name] = beyond * part
        if self.ground_level is not None:
            builder.quantities["level", name] = self.ground_level - depth
            floor_m = builder.graph.constant(self.ground_level - self.floor_depth)
            builder.quantities["floor_level", name] = floor_m
        if self.quota is not None:
            builder.quantities["account", name] = builder.graph.deferred(f"account({name})")
        if self.leakage is not None:
            leak = builder.graph.deferred(f"leakage({name})")
            builder.recharge(self.leakage.to, leak, LEAKAGE)
        kind = "groundwater_deep" if self.confined else "groundwater_shallow"
        builder.item("origin", name, kind=kind)
        builder.item(
            "store",
            name,
            type=self.type_name,
            groundwater=True,
            shown_by="depth",
            confined=self.confined,
            tier=self.tier,
            river=self.river,
            depth_max_m=self.depth_limit,
        )

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Add wells, recharge, losses and the balance of the stored volume."""
        storage = builder.quantities["storage", name]
        depth = builder.quantities["depth", name]
        received = builder.recharge_of(name)
        zero = builder.graph.constant(0.0)
        springs = sum((volume for volume, kind in received if kind == SPRING), zero)
        inflow = builder.quantities["beyond_m3", name]
        sooner = inflow if is_long(builder) else zero  # springs take it first
        left = maximum(storage - maximum(springs - sooner, 0.0), 0.0)
        evaporation = minimum(self._evaporation(builder, depth), left)
        left = left - evaporation
        outflow = minimum(self._outflow(builder, depth), left)
        left = left - outflow
        leak = minimum(self._leak(name, builder), left)
        left = left - leak
        if self.leakage is not None:
            builder.graph.bind(builder.graph.deferred(f"leakage({name})"), leak)
        pumped = lower_wells(self, name, builder, left)
        direct = sum((volume for volume, kind in received if kind == LEAKAGE), zero)
        recharge = self._percolated(name, builder, received) + direct
        gains, losses = [recharge, inflow], [springs, evaporation, outflow, leak, pumped]
        if not self.confined:
            full = self._per_metre_m2 * self.floor_depth
            end = storage + recharge + inflow - springs - evaporation - outflow - leak - pumped
            seep = maximum(end - full, 0.0)
            builder.leaves(f"{name}.surface", "outflow", seep)
            builder.record("surface_outflow", name, seep)
            losses.append(seep)
        gains += taken_beyond(name, builder, storage, gains, losses)
        end = builder.balance(name, storage, gains, losses)
        if self.lateral_inflow != 0.0:
            builder.enters(f"{name}.lateral_inflow", "lateral_inflow", inflow)
        if self.phreatic_evaporation is not None:
            builder.leaves(f"{name}.evaporation", "evaporation", evaporation)
        if self.lateral_outflow is not None:
            builder.leaves(f"{name}.lateral_outflow", "lateral_outflow", outflow)
        depth_at_end = self.floor_depth - end / self._per_metre_m2
        builder.record("storage", name, end)
        builder.record("depth_to_water", name, depth_at_end)
        if self.ground_level is not None:
            builder.record("level", name, self.ground_level - depth_at_end)
        builder.record("evaporation", name, evaporation)
        builder.record("seepage", name, leak + outflow)
        builder.record("recharge", name, recharge + inflow)
        builder.record("pumped", name, pumped)

    def _evaporation(self, builder: Builder, depth: Value) -> Value:
        """E = C ET0 A (1 - depth / extinction depth)^n (Averianov 1965) [m3]."""
        formula = self.phreatic_evaporation
        if formula is None:
            return builder.graph.constant(0.0)
        reach = clip(1.0 - depth / formula.extinction_depth, 0.0, 1.0)
        potential = builder.volume(self.et0) * self.area * builder.value(formula.coefficient)
        held = self._per_metre_m2 * formula.extinction_depth
        return evaporated(potential, reach, held, formula.exponent, long=is_long(builder))

    def _outflow(self, builder: Builder, depth: Value) -> Value:
        """Outflow of a step [m3]."""
        outflow = self.lateral_outflow
        if outflow is None or outflow.flow is not None:
            return builder.volume(0.0 if outflow is None else outflow.flow)
        assert outflow.conductance is not None
        assert outflow.depth is not None
        above = maximum(outflow.depth - depth, 0.0)
        return drained(above, outflow.conductance, self._per_metre_m2, builder)

    def _leak(self, name: str, builder: Builder) -> Value:
        way = self.leakage
        return leaked(name, way.to, way.conductance, builder) if way else builder.volume(0.0)

    def _percolated(self, name: str, builder: Builder, received: list[tuple[Value, str]]) -> Value:
        """Return the recharge that reaches the water table in a step [m3].

        A linear reservoir gives the part dt / lag of what is under way at the start of a step
        (all of it when the step is longer), so that the mean delay of a volume is the lag.
        """
        sent = builder.graph.constant(0.0)
        for volume, kind in received:
            if kind not in (SPRING, LEAKAGE):
                sent = sent + volume
        if self.rain_recharge != 0.0:
            rain = builder.volume(self.rain) * self.area * builder.value(self.rain_recharge)
            builder.enters(f"{name}.rain", "rain", rain)
            sent = sent + rain
        if self.percolation_lag == 0.0:
            return sent
        initial = self.initial_percolation * self.percolation_lag / (365.25 * 86400.0)
        under_way = builder.stored(f"{name}.percolation", initial)
        part = np.minimum(builder.calendar.dt_s / self.percolation_lag, 1.0)
        arriving = under_way * builder.graph.series(part)
        builder.balance(f"{name}.percolation", under_way, [sent], [arriving])
        return arriving
