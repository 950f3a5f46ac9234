"""What the entries of reservoirs, lakes and regulating reservoirs have in common."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hydrosim.nodes._outlets import Band, Outlet, flow_by_storage
from hydrosim.nodes.base import Node
from hydrosim.parts.flood_limit import FloodLimitedLevel, LimitedRange
from hydrosim.parts.flood_operation import (
    FloodOperation,
    dead_bands,
    operation_faults,
    safety_level,
)
from hydrosim.parts.storage_curve import (
    Amount,
    AmountFormat,
    StorageCurve,
    StorageTable,
    read_curve,
)
from hydrosim.units import (
    DepthRateOrRule,
    FactorOrRule,
    FlowOrRule,
    Fraction,
    Level,
    Name,
    NodeRef,
    RuleRef,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from hydrosim.builders.supply import Builder
    from hydrosim.errors import Fault

__all__ = ["FloodStore", "OptionalDeadLevel", "Seepage", "StoreLevels", "StoreNode", "ZoneSpec"]


class StoreLevels(BaseModel):
    """Characteristic levels of a store that all types have; each type adds its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    normal: Level | None = Field(
        None,
        description="Level up to which water is stored for use; floods alone do not need it.",
    )

    def dead_m(self, bottom_m: float) -> float:
        """Level [m] below which nothing can be released, in a curve that begins at a level."""
        return bottom_m


class OptionalDeadLevel(StoreLevels):
    """Levels of a store whose dead level may be the curve's bottom."""

    dead: Level | None = Field(
        None, description="Level below which nothing can be released; default the curve's bottom."
    )

    def dead_m(self, bottom_m: float) -> float:
        """Level [m] below which nothing can be released: the curve's bottom without another."""
        return bottom_m if self.dead is None else self.dead


LevelsT = TypeVar("LevelsT", bound=StoreLevels)


class Seepage(BaseModel):
    """Water that a store loses into the ground; the parts given are added."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    flow: FlowOrRule | None = Field(None, description="Constant or given flow.")
    depth: DepthRateOrRule | None = Field(None, description="Depth per time on the water surface.")
    share_per_month: Fraction | None = Field(None, description="Share of the storage a month.")
    to: NodeRef | None = Field(None, description="Aquifer that receives it; default lost.")


class ZoneSpec(BaseModel):
    """A layer of the conservation storage."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    top: Annotated[Amount | RuleRef, AmountFormat(rule=True)] = Field(
        description="Top of the zone: a level, a storage, a share of the conservation storage, or "
        "a rule (up to 1 a share, above 1 a storage in m3)."
    )
    line: Name | None = Field(None, description="Ladder line that fills it; default its name.")

    @model_validator(mode="before")
    @classmethod
    def _from_top(cls, value: Any) -> Any:
        return value if isinstance(value, (dict, ZoneSpec)) else {"top": value}


class StoreNode(Node, Generic[LevelsT]):
    """A water body with level, area and storage."""

    supply_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("levels", "normal"), ("initial",))

    is_store: ClassVar[bool] = True
    is_surface_water: ClassVar[bool] = True
    keeps_water: ClassVar[bool] = True
    shown_by: ClassVar[Literal["storage", "level"]] = "storage"
    """By what pictures follow it beside its storage."""
    reported_defaults: ClassVar[tuple[str, ...]] = ("evaporation", "seepage")

    storage_curve: str | StorageTable = Field(
        description="File with level_m, area_m2, storage_m3 and, if known, release_capacity_m3s; "
        "or a table. Without areas the water surface, of which evaporation and rain are taken, is "
        "the slope of the storage."
    )
    levels: LevelsT = Field(description="Characteristic levels.")
    initial: Annotated[Amount, AmountFormat()] | None = Field(
        None,
        description="Water at the start: a level, a storage or a share of the conservation "
        "storage.",
    )
    zones: dict[Name, ZoneSpec] = Field(
        {}, description="Layers of the conservation storage from the lowest up, by name."
    )
    precipitation: DepthRateOrRule | None = Field(
        None, description="Rain on the water surface; default none."
    )
    evaporation: DepthRateOrRule | None = Field(
        None, description="Reference evapotranspiration or pan evaporation; default none."
    )
    evaporation_factor: FactorOrRule = Field(
        1.0, description="Open-water evaporation over `evaporation` (a pan coefficient)."
    )
    seepage: Seepage | None = Field(None, description="Water lost into the ground; default none.")
    local_inflow: FlowOrRule | None = Field(
        None, description="Inflow from its own catchment; default none."
    )
    outlets: tuple[Outlet, ...] = Field(
        (), description="Gates and free outlets; default the curve's release capacity."
    )
    release_bands: tuple[Band, ...] = Field(
        (), description="Largest release by level, from the lowest band up."
    )
    spill_to: NodeRef | None = Field(
        None, description="Node below; default the end of the first river that leaves it."
    )

    def dead_m(self, curve: StorageCurve) -> float:
        """Level [m] below which nothing can be released."""
        return self.levels.dead_m(curve.bottom_m)

    @property
    def normal_m(self) -> float:
        """Level [m] up to which water is stored for use.

        Raises
        ------
        TypeError
            If none is given, which the faults of a supply run exclude.
        """
        if self.levels.normal is None:
            msg = "a store without a normal level, which a supply run needs"
            raise TypeError(msg)
        return self.levels.normal

    def initial_m3(self, curve: StorageCurve) -> float:
        """Storage [m3] at the start of a supply run.

        Raises
        ------
        TypeError
            If none is given, which the faults of a supply run exclude.
        """
        if self.initial is None:
            msg = "a store without an initial storage, which a supply run needs"
            raise TypeError(msg)
        dead, normal = curve.storage_at(self.dead_m(curve)), curve.storage_at(self.normal_m)
        return self.initial.storage_m3(curve, dead, normal)

    def largest_release_m3s(self, folder: Path) -> float | None:
        """Return what its gates and outlets pass at the highest level; None where none says."""
        curve = read_curve(self.storage_curve, folder)
        if self.outlets:
            return max(flow_by_storage(self.outlets, curve, self.dead_m(curve))[1])
        return None if curve.release_m3s is None else float(curve.release_m3s.max())

    @property
    def spills_to(self) -> str | None:
        """Node below."""
        return self.spill_to


class FloodStore(StoreNode[LevelsT]):
    """A store that floods pass."""

    delays_floods: ClassVar[bool] = True

    flood_limited_level: FloodLimitedLevel | None = Field(
        None, description="Highest level by season; default the normal level all year."
    )
    flood_operation: FloodOperation | None = Field(
        None, description="Operation in floods beyond levels and bands."
    )

    @property
    def flood_limit(self) -> LimitedRange | None:
        """Highest level by season."""
        if self.flood_limited_level is None:
            return None
        dead = self.levels.dead_m(-math.inf)
        normal = self.levels.normal
        if normal is None:
            normal = max(self.flood_limited_level.stages.values(), default=math.inf)
        return LimitedRange(self.flood_limited_level, dead, normal)

    def with_flood_limit(self, limit: FloodLimitedLevel) -> Node:
        """Return it with another highest level by season."""
        return self.model_copy(update={"flood_limited_level": limit})

    def operation_faults(
        self, curve: StorageCurve, bounds_m: Sequence[float | None], crest_m: float | None
    ) -> list[Fault]:
        """Return what is wrong with its operation in floods.

        ``bounds_m`` are the levels that it may not exceed, the flood-control level first.
        """
        top = bounds_m[0] or curve.top_m
        normal = curve.top_m if self.levels.normal is None else self.levels.normal
        bands = [(band.up_to, band.cap) for band in self.release_bands]
        return [
            *dead_bands(bands, safety_level(self.flood_operation, bounds_m), self._lowest_limit_m),
            *operation_faults(self.flood_operation, self.dead_m(curve), normal, top, crest_m),
        ]

    @property
    def _lowest_limit_m(self) -> float:
        """Lowest level of the year below which floods are held [m]; -inf where a rule decides."""
        operation = self.flood_operation
        if operation is not None and operation.release is not None:
            return -math.inf
        if self.flood_limited_level is not None and self.flood_limited_level.stages:
            return min(self.flood_limited_level.stages.values())
        return -math.inf if self.levels.normal is None else self.levels.normal

    def limit_m3(self, builder: Builder) -> NDArray[np.float64] | None:
        """Storage at the flood-limited level at the end of each step [m3], shape (T,)."""
        if self.flood_limited_level is None:
            return None
        curve = read_curve(self.storage_curve, builder.settings.folder)
        calendar = builder.calendar
        normal = curve.storage_at(self.normal_m)
        return self.flood_limited_level.storage_m3(calendar.starts, calendar.ends, curve, normal)
