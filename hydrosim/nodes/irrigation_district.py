"""Irrigation district: fields with crop rotations, watered by the depletion of their root zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from hydrosim.builders.primitives import Ports
from hydrosim.builders.supply import Builder
from hydrosim.calendar import noleap_day
from hydrosim.errors import Fault
from hydrosim.expressions.functions import maximum, minimum
from hydrosim.locale import _
from hydrosim.nodes._checks import aquifer_faults
from hydrosim.nodes._pattern import MONTHS
from hydrosim.nodes._soil import RootZone, Season, parts_of_step
from hydrosim.nodes.base import Node, WholeConfig
from hydrosim.reading.kinds import IRRIGATION
from hydrosim.units import (
    Area,
    Depth,
    DepthRateOrRule,
    Factor,
    FlowOrRule,
    Fraction,
    FractionOrRule,
    Length,
    MonthDay,
    NodeRef,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from hydrosim.errors import Path
    from hydrosim.expressions.values import Value

__all__ = ["Crop", "CropField", "IrrigationDistrict", "Watering", "Window"]

DAYS = 365
_MOST_KC = 1.5
SMALLEST_M3 = 1e-6  # a smaller wanted volume counts as none in the division for its fulfilment


def _days_between(first: MonthDay, last: MonthDay) -> int:
    return int(noleap_day(*last) - noleap_day(*first)) % DAYS


def _season_days(first: MonthDay, last: MonthDay) -> NDArray[np.bool_]:
    offset = (np.arange(DAYS) - int(noleap_day(*first))) % DAYS
    return offset <= _days_between(first, last)


class Window(BaseModel):
    """A season of the year, both days included."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    start: MonthDay = Field(alias="from", description="First day, month-day.")
    end: MonthDay = Field(alias="to", description="Last day, month-day.")

    def days(self) -> NDArray[np.bool_]:
        """Return for each day of a year of 365 days whether it is inside."""
        return _season_days(self.start, self.end)


class Watering(Window):
    """A scheduled watering (冬灌, 返青水), spread evenly over its days; it fills up at most."""

    depth: Depth = Field(description="Net depth of water on the field.")


class Crop(BaseModel):
    """A crop of a rotation, from sowing to harvest."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    sow: MonthDay = Field(description="First day in the field, month-day.")
    harvest: MonthDay = Field(description="Last day in the field, month-day.")
    kc: dict[MonthDay, Factor] = Field(
        description="Crop coefficient by date; straight lines between the dates (FAO-56)."
    )
    stress_depletion: Fraction = Field(
        0.55, description="Depletion at which stress starts, as a share of available water (p)."
    )
    allowed_depletion: Fraction | None = Field(
        None, description="Depletion up to which nothing is watered; default: stress_depletion."
    )
    irrigated: bool = Field(True, description="Whether the crop is watered.")
    irrigation: Window | None = Field(
        None, description="Season in which it is watered; default: sowing to harvest."
    )

    def days(self) -> NDArray[np.bool_]:
        """Return for each day of a year of 365 days whether the crop stands."""
        return _season_days(self.sow, self.harvest)

    def coefficients(self) -> NDArray[np.float64]:
        """Return Kc of each day of a year of 365 days; only days of the crop mean anything."""
        sown = int(noleap_day(*self.sow))
        points = sorted((_days_between(self.sow, day), kc) for day, kc in self.kc.items())
        offset = (np.arange(DAYS) - sown) % DAYS
        return np.interp(offset, [p[0] for p in points], [p[1] for p in points])

    def faults(self) -> Iterator[Fault]:
        """Tell stages outside the season, and depletions that leave no water."""
        length = _days_between(self.sow, self.harvest)
        if not self.kc:
            yield Fault(("kc",), _("no crop coefficient"), _("Kc by date, such as 04-15: 1.15"))
        for day, kc in self.kc.items():
            if kc > _MOST_KC:
                yield Fault(
                    ("kc", str(day)),
                    _("a crop coefficient of {kc:g}", kc=kc),
                    _("as a rule at most {most_kc:g} (Allen et al. 1998)", most_kc=_MOST_KC),
                    note=_("{kc:g} % is written '{kc:g} %'", kc=kc) if kc >= 10.0 else None,
                    severity="warning",
                )
            if _days_between(self.sow, day) > length:
                yield Fault(
                    ("kc", str(day)),
                    _("a crop coefficient on {day}", day=day),
                    _(
                        "a date from sowing on {sow} to harvest on {harvest}",
                        sow=self.sow,
                        harvest=self.harvest,
                    ),
                )
        for key, share in (
            ("stress_depletion", self.stress_depletion),
            ("allowed_depletion", self.allowed_depletion),
        ):
            if share is not None and not 0.0 < share < 1.0:
                yield Fault((key,), f"{share:.6g}", _("a share between 0 and 1, such as 0.55"))


class CropField(BaseModel):
    """Land with one soil and one rotation."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    area: Area = Field(description="Irrigated area.")
    available_water: Fraction = Field(
        description="Water that plants can take, as a share of the soil's volume."
    )
    root_depth: Length = Field(description="Depth of the root zone.")
    initial_depletion: Fraction = Field(
        0.5, description="Depletion at the start of the run, as a share of available water."
    )
    effective_rain: Fraction = Field(1.0, description="Share of rain that enters the root zone.")
    fallow_kc: Factor = Field(0.3, description="Crop coefficient between crops.")
    crops: dict[str, Crop] = Field(description="Crops of the rotation by name.")
    waterings: dict[str, Watering] = Field({}, description="Scheduled waterings by name.")

    @property
    def capacity_m3(self) -> float:
        """Total available water of the root zone [m3]."""
        return self.available_water * self.root_depth * self.area

    def faults(self) -> Iterator[Fault]:
        """Tell a soil that holds nothing, and crops that stand on one field at one time."""
        sizes = {
            "area": self.area,
            "available_water": self.available_water,
            "root_depth": self.root_depth,
        }
        for key, size in sizes.items():
            if size == 0.0:
                yield Fault((key,), "0", _("more than 0"))
        if not self.crops:
            yield Fault(("crops",), _("no crop"), _("at least one crop"))
        taken: dict[int, str] = {}
        for name, crop in self.crops.items():
            yield from (fault.under("crops", name) for fault in crop.faults())
            days = [int(day) for day in np.flatnonzero(crop.days())]
            other = next((taken[day] for day in days if day in taken), None)
            if other is not None:
                yield Fault(
                    ("crops", name),
                    _(
                        "{sow} to {harvest}, while {other!r} stands on the field",
                        sow=crop.sow,
                        harvest=crop.harvest,
                        other=other,
                    ),
                    _("crops of one field one after the other"),
                )
            taken.update(dict.fromkeys(days, name))

    def season(self, builder: Builder, et0_m: Value) -> Season:
        """Return what the calendar tells of the field; ``et0_m`` is a depth a step."""
        kc = np.full(DAYS, self.fallow_kc)
        stress, allowed, asked = np.full(DAYS, 0.5), np.full(DAYS, 0.5), np.zeros(DAYS)
        for crop in self.crops.values():
            days = crop.days()
            kc[days] = crop.coefficients()[days]
            stress[days] = crop.stress_depletion
            share = crop.allowed_depletion
            allowed[days] = crop.stress_depletion if share is None else share
            if crop.irrigated:
                asked[days if crop.irrigation is None else days & crop.irrigation.days()] = 1.0
        watering = np.zeros(DAYS)
        for one in self.waterings.values():
            watering[one.days()] += one.depth / one.days().sum()
        calendar, series = builder.calendar, builder.graph.series
        return Season(
            series(calendar.profile(kc)) * et0_m * self.area,
            series(calendar.profile(stress)),
            series(calendar.profile(allowed)),
            series(calendar.profile(asked)),
            series(calendar.profile(watering) * calendar.days * self.area),
        )


class IrrigationDistrict(Node):
    """A claim on line ``agriculture`` of the gross need of its fields' root zones.

    Wanted and supplied water are gross, at the head of the district. Canals and fields lose a
    part of it; fields share what arrives by their need.
    """

    type: Literal["irrigation_district"] = Field(
        "irrigation_district", description="Irrigated land."
    )
    symbol: ClassVar[str] = "field"
    links_leave: ClassVar[bool] = False
    keeps_water: ClassVar[bool] = True
    reported_defaults: ClassVar[tuple[str, ...]] = ("field_efficiency", "aquifer")

    use: Literal["agriculture", "ecology"] = Field(
        "agriculture", description="Kind of use: agriculture, or ecology for green land."
    )
    line: str | None = Field(None, description="Line of the ladder; default: the use.")
    rain: DepthRateOrRule = Field(description="Rain on the fields.")
    et0: DepthRateOrRule = Field(description="Reference evapotranspiration.")
    fields: dict[str, CropField] = Field(description="Fields by name.")
    canal_efficiency: FractionOrRule = Field(
        description="Water at the fields over water at the head of the district (渠系水利用系数)."
    )
    field_efficiency: FractionOrRule = Field(
        1.0, description="Water in the root zone over water at the field (田间水利用系数)."
    )
    capacity: FlowOrRule | None = Field(None, description="Capacity of the head canal.")
    aquifer: NodeRef | None = Field(
        None, description="Aquifer below; default: what sinks leaves the model."
    )
    loss_to_aquifer: Fraction = Field(
        0.0, description="Share of canal and field losses that reaches the aquifer."
    )
    percolation_to_aquifer: Fraction = Field(
        1.0,
        description="Share of water beyond field capacity that reaches the aquifer; the rest "
        "drains away.",
    )
    guarantee: Fraction | None = Field(
        None, description="Share of years in which the demand has to be met (灌溉保证率)."
    )
    depth_limit: Fraction | None = Field(
        None, description="Largest short share of a period's demand in a break (破坏深度)."
    )
    period: Literal["month", "dekad"] = Field(
        "dekad", description="Period by which shortage is judged."
    )
    share: Factor = Field(
        1.0, description="Weight of its fulfilment in sharing shortage within its line."
    )

    @property
    def claim_line(self) -> str:
        """Line of the ladder."""
        return self.line or self.use

    def further_ways(self) -> dict[str, str]:
        """Return the aquifer below."""
        return {} if self.aquifer is None else {"recharge": str(self.aquifer)}

    def faults(self, name: str, config: WholeConfig) -> list[Fault]:
        """Return wrong efficiencies, fields, crops and targets."""
        del name
        found = [
            Fault((key,), "0", _("an efficiency above 0 and at most 1"))
            for key, efficiency in (
                ("canal_efficiency", self.canal_efficiency),
                ("field_efficiency", self.field_efficiency),
            )
            if efficiency == 0.0
        ]
        if self.share <= 0.0:
            found.append(Fault(("share",), f"{self.share:.6g}", _("a weight above 0, such as 1")))
        if not self.fields:
            found.append(Fault(("fields",), _("no field"), _("at least one field")))
        for field_name, one in self.fields.items():
            found += [fault.under("fields", field_name) for fault in one.faults()]
        path: Path = ("aquifer",)
        found += aquifer_faults(config, path, self.aquifer, _("the aquifer below"))
        if self.aquifer is None and self.loss_to_aquifer > 0.0:
            found.append(Fault(path, _("loss_to_aquifer without aquifer"), _("the key `aquifer`")))
        return found

    def declare(self, name: str, builder: Builder) -> None:
        """Open the row where links end and the soil water of each field."""
        builder.ports[name] = Ports(inlet=builder.junction(name))
        total, capacity = builder.graph.constant(0.0), 0.0
        for field_name, one in sorted(self.fields.items()):
            initial = one.capacity_m3 * (1.0 - one.initial_depletion)
            water = builder.stored(f"{name}.{field_name}.soil", initial)
            builder.quantities["soil", f"{name}.{field_name}"] = water
            total, capacity = total + water, capacity + one.capacity_m3
        builder.quantities["storage", name] = total
        builder.quantities["fraction", name] = total / capacity
        efficiencies = (self.canal_efficiency, self.field_efficiency)
        known = [one for one in efficiencies if isinstance(one, float)]
        builder.item(
            "claim",
            name,
            node=name,
            kind=IRRIGATION,
            use=self.use,
            tier=self.tier,
            river=self.river,
            line=self.claim_line,
            guarantee=self.guarantee,
            depth_limit=self.depth_limit,
            period=self.period,
            gross_factor=1.0,
            net_factor=float(np.prod(known)) if len(known) == len(efficiencies) else None,
            area_m2=sum(one.area for one in self.fields.values()),
        )

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Add the claim of the gross need, share what arrives, close the soil balances."""
        zones = self._root_zones(name, builder)
        needs = {field_name: zone.need() for field_name, zone in zones.items()}
        need = sum(needs.values(), builder.graph.constant(0.0))
        efficiency = builder.value(self.canal_efficiency) * builder.value(self.field_efficiency)
        gross = need / efficiency
        upper = [(gross, "demand")]
        if self.capacity is not None:
            upper.append((builder.volume(self.capacity), "capacity"))
        column = builder.column(f"{name}.delivery", builder.ports[name].inlet, (), upper)
        builder.claim(name, column, gross, self.claim_line, share=self.share)
        fulfilment = minimum(column.volume / maximum(gross, SMALLEST_M3), 1.0)
        net = builder.graph.constant(0.0)
        for field_name, zone in zones.items():
            part = f"{name}.{field_name}"
            received = fulfilment * needs[field_name]
            net = net + received
            actual, percolation = zone.close(builder, f"{part}.soil", received, fulfilment)
            builder.enters(f"{part}.rain", "rain", zone.rain_m3)
            builder.leaves(f"{part}.evapotranspiration", "evapotranspiration", actual)
            self._sink(
                f"{part}.percolation", builder, percolation, self.percolation_to_aquifer, "outflow"
            )
        self._sink(f"{name}.loss", builder, column.volume - net, self.loss_to_aquifer, "loss")
        builder.record("demand", name, gross)
        builder.record("supplied", name, column.volume)
        builder.year_claim(name, gross, column.volume, self.period)

    def expected(self, name: str, builder: Builder) -> Value | None:
        """Return about the gross need [m3]: by months what crops need beyond the rain.

        What the soil holds from month to month is left out.
        """
        del name
        calendar = builder.calendar
        months = (calendar.year - calendar.year[0]) * MONTHS + calendar.month_index
        rain, et0 = builder.volume(self.rain), builder.volume(self.et0)
        efficiency = builder.value(self.canal_efficiency) * builder.value(self.field_efficiency)
        need = np.zeros(len(calendar))
        for one in self.fields.values():
            season = one.season(builder, et0)
            lacking = (season.potential_m3 - rain * (one.area * one.effective_rain)).known
            asked, watering = season.asked_frac.known, season.watering_m3.known
            if lacking is None or asked is None or watering is None:
                return None
            by_month = np.bincount(months, np.broadcast_to((lacking * asked)[0], need.shape))
            by_month = np.maximum(by_month, 0.0) / np.maximum(np.bincount(months), 1)
            need += by_month[months] + np.broadcast_to(watering[0], need.shape)
        gross = builder.graph.series(need, "expected") / efficiency
        return gross if gross.known is not None else None

    def _root_zones(self, name: str, builder: Builder) -> dict[str, RootZone]:
        rain, et0 = builder.volume(self.rain), builder.volume(self.et0)
        parts = parts_of_step(builder)
        return {
            field_name: RootZone(
                one.capacity_m3,
                builder.quantities["soil", f"{name}.{field_name}"],
                rain * (one.area * one.effective_rain),
                one.season(builder, et0),
                parts,
            )
            for field_name, one in sorted(self.fields.items())
        }

    def _sink(self, name: str, builder: Builder, volume: Value, share: float, kind: str) -> None:
        """Send a share of a volume to the aquifer; the rest leaves the model."""
        part = share if self.aquifer is not None else 0.0
        if self.aquifer is not None and part > 0.0:
            builder.recharge(self.aquifer, volume * part, "irrigation")
        if part < 1.0:
            builder.leaves(name, kind, volume * (1.0 - part))
