"""A reservoir on a river: conservation zones, flood-limited level, gated and free outlets."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from hydrosim.errors import Fault
from hydrosim.locale import _, listed
from hydrosim.nodes._pool import lower_pool
from hydrosim.nodes._storage import declare_store, lower_store
from hydrosim.nodes._storage_faults import limit_faults, store_faults
from hydrosim.nodes._store_schema import FloodStore, StoreLevels
from hydrosim.parts.storage_curve import inside_fault, level_said
from hydrosim.units import Duration, Flow, FlowChange, Fraction, Level, NodeRef

if TYPE_CHECKING:
    from hydrosim.builders.flood import FloodBuilder
    from hydrosim.builders.supply import Builder
    from hydrosim.nodes.base import WholeConfig
    from hydrosim.parts.storage_curve import StorageCurve

__all__ = ["Reservoir"]


class ReservoirLevels(StoreLevels):
    """Characteristic levels of a reservoir, from the lowest up."""

    dead: Level | None = Field(
        None,
        description="Dead level: below it nothing can be released (死水位); floods alone do not "
        "need it.",
    )
    flood_control: Level | None = Field(
        None, description="Highest level while the river below is protected (防洪高水位)."
    )
    design: Level | None = Field(None, description="Design flood level (设计洪水位).")
    check: Level | None = Field(None, description="Check flood level (校核洪水位).")
    crest: Level | None = Field(None, description="Crest of the dam.")

    def dead_m(self, bottom_m: float) -> float:
        """Level [m] below which nothing can be released."""
        return bottom_m if self.dead is None else self.dead


class Reservoir(FloodStore[ReservoirLevels]):
    """A reservoir (水库) that stores the river's water for use and holds back its floods.

    Supply: evaporation, rain and seepage act on the water at the start of the step; what is left
    is shared by releases and zones. The storage above the flood-limited level is to stay empty.
    """

    type: Literal["reservoir"] = Field("reservoir", description="A reservoir on a river.")
    symbol: ClassVar[str] = "dam"
    fact_keys: ClassVar[tuple[str, ...]] = ("design_discharge",)
    supply_keys: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("levels", "dead"),
        *FloodStore.supply_keys,
    )
    lends_in_lieu: ClassVar[bool] = True
    is_dam: ClassVar[bool] = True
    flood_bounds: ClassVar[tuple[str, ...]] = ("flood_control", "design", "check", "crest")

    protects: tuple[NodeRef, ...] = Field(
        (), description="Nodes downstream that its flood operation protects."
    )
    compensation: NodeRef | None = Field(
        None, description="Control section whose local flow the release gives way to (错峰)."
    )
    forecast: Duration | None = Field(
        None, description="Horizon of the inflow forecast in floods; default the travel time."
    )
    forecast_error: Fraction = Field(0.0, description="Relative error of that forecast.")
    release_change: FlowChange | None = Field(
        None, description="Maximum rate of change of the release in floods."
    )
    design_discharge: Flow | None = Field(
        None, description="Release capacity at the design flood level, as published."
    )

    def declare(self, name: str, builder: Builder) -> None:
        """Open row, state and quantities."""
        declare_store(name, self, builder)

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
            ramp_m3s2=self.release_change,
            compensation=self.compensation,
            forecast_s=self.forecast,
            forecast_error=self.forecast_error,
            protects=tuple(map(str, self.protects)),
        )

    def faults(self, name: str, config: WholeConfig) -> list[Fault]:
        """Return what is wrong with levels, zones, outlets and limits."""
        curve, faults = store_faults(name, self, config)
        if curve is None:
            return faults
        faults.extend(self._level_faults(curve))
        faults.extend(self.operation_faults(curve, self._bounds_m, self.levels.crest))
        faults.extend(limit_faults(self, curve))
        return faults

    @property
    def _bounds_m(self) -> tuple[float | None, ...]:
        """Levels [m] that may not be exceeded in floods, the flood-control level first."""
        levels = self.levels
        return (levels.flood_control, levels.design, levels.check, levels.crest)

    def _level_faults(self, curve: StorageCurve) -> list[Fault]:
        levels = self.levels
        stages = self.flood_limited_level.stages.values() if self.flood_limited_level else ()
        lowest = min(stages, default=levels.normal)
        chain: list[tuple[str, str, float | None]] = [
            ("normal" if not stages else "flood_control", _("lowest flood limit"), lowest),
            ("flood_control", _("flood-control level"), levels.flood_control),
            ("design", _("design flood level"), levels.design),
            ("check", _("check flood level"), levels.check),
            ("crest", _("crest"), levels.crest),
        ]
        given = [(key, label, level) for key, label, level in chain if level is not None]
        faults: list[Fault] = []
        for (_unused, lower_label, low), (key, label, level) in pairwise(given):
            may_equal = key in ("design", "crest")
            if level > low or (may_equal and level == low):
                continue
            expected = _("a {level} above the {lower}", level=label, lower=lower_label)
            if may_equal:
                expected = _("a {level} at or above the {lower}", level=label, lower=lower_label)
            faults.append(
                Fault(
                    ("levels", key),
                    listed([level_said(label, level), level_said(lower_label, low)]),
                    expected,
                )
            )
        if levels.flood_control is not None:
            faults.extend(
                inside_fault(
                    ("levels", "flood_control"),
                    _("flood-control level"),
                    levels.flood_control,
                    curve,
                )
            )
        upper = ("design", "check", "crest")
        for key, label, level in (one for one in given if one[0] in upper):
            faults.extend(inside_fault(("levels", key), label, level, curve, severe=False))
        return faults
