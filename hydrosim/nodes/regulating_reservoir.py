"""An off-channel plain reservoir that is filled from links and may keep imported water."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from hydrosim.nodes._storage import StoreLevels, StoreNode, declare_store, lower_store, store_faults
from hydrosim.units import Level

if TYPE_CHECKING:
    from hydrosim.builder import Builder
    from hydrosim.errors import Fault

__all__ = ["RegulatingReservoir"]


class RegulatingLevels(StoreLevels):
    """Characteristic levels of a regulating reservoir."""

    crest: Level | None = Field(None, description="Crest of the embankment.")


class RegulatingReservoir(StoreNode):
    """A regulating reservoir (调蓄水库) beside the river, filled by canal, pipe or pump.

    It has no flood duty: the normal level is its brim, and what rain adds above it overflows.
    """

    type: Literal["regulating_reservoir"] = Field(
        "regulating_reservoir", description="An off-channel store filled from links."
    )
    levels: RegulatingLevels = Field(description="Characteristic levels.")

    def declare(self, name: str, builder: Builder) -> None:
        """Open row, state and quantities."""
        declare_store(name, self, builder)

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Add losses, zones, outlets and balance."""
        lower_store(name, self, builder, keeps_empty=False)

    def faults(self, name: str, config: Any) -> list[Fault]:
        """Return what is wrong with levels, zones and outlets."""
        _, faults = store_faults(name, self, config)
        return faults
