"""A lake with a band of wanted levels, open-water evaporation and gated or free outlets."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from hydrosim.errors import Fault
from hydrosim.locale import _, listed
from hydrosim.nodes._pool import lower_pool
from hydrosim.nodes._storage import declare_store, lower_store
from hydrosim.nodes._storage_faults import limit_faults, store_faults
from hydrosim.nodes._store_schema import FloodStore, OptionalDeadLevel
from hydrosim.parts.storage_curve import inside_fault, level_said
from hydrosim.units import Level, NodeRef

if TYPE_CHECKING:
    from hydrosim.builders.flood import FloodBuilder
    from hydrosim.builders.supply import Builder
    from hydrosim.nodes.base import WholeConfig

__all__ = ["Lake"]


class LakeLevels(OptionalDeadLevel):
    """Characteristic levels of a lake."""

    warning: Level | None = Field(None, description="Warning level (警戒水位).")
    guaranteed: Level | None = Field(None, description="Guaranteed level (保证水位).")
    flood_control: Level | None = Field(
        None, description="Level above which its surroundings are flooded by order."
    )
    crest: Level | None = Field(None, description="Crest of the embankments.")


class TargetBand(BaseModel):
    """The band in which the level is to stay."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    low: Level = Field(description="Lower edge of the wanted band.")
    high: Level = Field(description="Upper edge of the wanted band.")


class Lake(FloodStore[LakeLevels]):
    """A lake (湖泊, 淀) whose outlet is closed below the wanted band unless water is asked for.

    Supply: as a reservoir. `levels.normal` is the level up to which water is kept; what stands
    above it leaves through the gates, and through free outlets by level alone.
    """

    type: Literal["lake"] = Field("lake", description="A lake.")
    symbol: ClassVar[str] = "lake"
    fact_keys: ClassVar[tuple[str, ...]] = ("levels.warning",)
    keeps_water: ClassVar[bool] = False
    shown_by: ClassVar[Literal["storage", "level"]] = "level"
    is_embanked: ClassVar[bool] = True
    flood_bounds: ClassVar[tuple[str, ...]] = ("guaranteed", "flood_control", "crest")

    target: TargetBand | None = Field(None, description="Wanted band of levels, for verdicts.")
    detention: tuple[NodeRef, ...] = Field(
        (), description="Detention basins that take its water in floods, in the order of use."
    )

    def declare(self, name: str, builder: Builder) -> None:
        """Open row, state and quantities."""
        band = self.target
        declare_store(
            name,
            self,
            builder,
            target_low_m=band.low if band else None,
            target_high_m=band.high if band else None,
        )

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Add losses, zones, outlets and balance."""
        lower_store(
            name,
            self,
            builder,
            limit_m3=self.limit_m3(builder),
            flood_control_m=self.levels.flood_control,
        )

    def lower_flood(self, name: str, builder: FloodBuilder) -> None:
        """Add the level pool with its outlets and operation."""
        levels = self.levels
        lower_pool(
            name,
            self,
            builder,
            bounds_m=self._bounds_m,
            crest_m=levels.crest,
            basins=tuple(map(str, self.detention)),
        )

    def faults(self, name: str, config: WholeConfig) -> list[Fault]:
        """Return what is wrong with levels, band, zones and outlets."""
        curve, faults = store_faults(name, self, config)
        if curve is None:
            return faults
        faults.extend(self.operation_faults(curve, self._bounds_m, self.levels.crest))
        levels = self.levels
        chain = [
            ("normal", _("normal level"), levels.normal),
            ("warning", _("warning level"), levels.warning),
            ("guaranteed", _("guaranteed level"), levels.guaranteed),
            ("crest", _("crest"), levels.crest),
        ]
        given = [(key, label, level) for key, label, level in chain if level is not None]
        for (_unused, lower_label, low), (key, label, level) in pairwise(given):
            if level < low:
                found = listed([level_said(label, level), level_said(lower_label, low)])
                expected = _("a {level} at or above the {lower}", level=label, lower=lower_label)
                faults.append(Fault(("levels", key), found, expected))
        if levels.flood_control is not None:
            label = _("flood-control level")
            path = ("levels", "flood_control")
            faults.extend(inside_fault(path, label, levels.flood_control, curve))
            if levels.normal is not None and levels.flood_control <= levels.normal:
                found = _(
                    "{label} {flood_control:g} m, normal level {normal:g} m",
                    label=label,
                    flood_control=levels.flood_control,
                    normal=levels.normal,
                )
                faults.append(Fault(path, found, _("a flood-control level above the normal level")))
            if levels.crest is not None and levels.flood_control > levels.crest:
                found = _(
                    "{label} {flood_control:g} m, crest {crest:g} m",
                    label=label,
                    flood_control=levels.flood_control,
                    crest=levels.crest,
                )
                faults.append(Fault(path, found, _("a flood-control level not above the crest")))
        if self.target is not None:
            faults.extend(self._target_faults())
        faults.extend(limit_faults(self, curve))
        return faults

    @property
    def _bounds_m(self) -> tuple[float | None, ...]:
        """Levels [m] that may not be exceeded in floods, the flood-control level first."""
        return (self.levels.flood_control, self.levels.guaranteed, self.levels.crest)

    def _target_faults(self) -> list[Fault]:
        assert self.target is not None
        if self.target.low < self.target.high:
            return []
        found = _("a band from {low:g} m to {high:g} m", low=self.target.low, high=self.target.high)
        return [Fault(("target",), found, _("a lower edge below the upper edge"))]
