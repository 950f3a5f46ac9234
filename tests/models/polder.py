"""A store as a package outside would add it: one file, built of what all stores are made of."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from hydrosim.builders.flood import FloodBuilder
from hydrosim.builders.supply import Builder
from hydrosim.errors import Fault
from hydrosim.nodes._pool import lower_pool
from hydrosim.nodes._storage import declare_store, lower_store
from hydrosim.nodes._storage_faults import store_faults
from hydrosim.nodes._store_schema import FloodStore, OptionalDeadLevel
from hydrosim.nodes.base import WholeConfig
from hydrosim.units import Level


class PolderLevels(OptionalDeadLevel):
    """Characteristic levels of a polder."""

    crest: Level | None = Field(None, description="Crest of its dike.")


class Polder(FloodStore[PolderLevels]):
    """A polder (圩区) whose dike keeps the water in."""

    type: Literal["polder"] = Field("polder", description="A polder.")
    symbol: ClassVar[str] = "lake"
    shown_by: ClassVar[Literal["storage", "level"]] = "level"
    lends_in_lieu: ClassVar[bool] = True
    is_embanked: ClassVar[bool] = True
    flood_bounds: ClassVar[tuple[str, ...]] = ("crest",)

    def declare(self, name: str, builder: Builder) -> None:
        """Open row, state and quantities."""
        declare_store(name, self, builder)

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Add losses, zones, outlets and balance."""
        lower_store(name, self, builder, limit_m3=self.limit_m3(builder))

    def lower_flood(self, name: str, builder: FloodBuilder) -> None:
        """Add the level pool."""
        crest = self.levels.crest
        lower_pool(name, self, builder, bounds_m=(crest,), crest_m=crest)

    def faults(self, name: str, config: WholeConfig) -> list[Fault]:
        """Return what is wrong with levels, zones and outlets."""
        return store_faults(name, self, config)[1]
