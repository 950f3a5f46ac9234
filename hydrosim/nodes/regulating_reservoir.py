"""An off-channel plain reservoir that is filled from links and may keep imported water."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from hydrosim.errors import Fault
from hydrosim.locale import _
from hydrosim.nodes._storage import declare_store, lower_store
from hydrosim.nodes._storage_faults import store_faults
from hydrosim.nodes._store_schema import OptionalDeadLevel, StoreNode
from hydrosim.units import Level

if TYPE_CHECKING:
    from hydrosim.builders.supply import Builder
    from hydrosim.nodes.base import WholeConfig

__all__ = ["RegulatingReservoir"]


class RegulatingLevels(OptionalDeadLevel):
    """Characteristic levels of a regulating reservoir."""

    crest: Level | None = Field(None, description="Crest of the embankment.")


class RegulatingReservoir(StoreNode[RegulatingLevels]):
    """A regulating reservoir (调蓄水库) beside the river, filled by canal, pipe or pump.

    It has no flood duty: the normal level is its brim, and what rain adds above it overflows.
    """

    type: Literal["regulating_reservoir"] = Field(
        "regulating_reservoir", description="An off-channel store filled from links."
    )
    symbol: ClassVar[str] = "pond"
    conveys: ClassVar[bool] = True

    def declare(self, name: str, builder: Builder) -> None:
        """Open row, state and quantities."""
        declare_store(name, self, builder)

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Add losses, zones, outlets and balance."""
        lower_store(name, self, builder, keeps_empty=False)

    def faults(self, name: str, config: WholeConfig) -> list[Fault]:
        """Return what is wrong with levels, zones and outlets."""
        curve, faults = store_faults(name, self, config)
        if curve is None or faults:
            return faults
        normal, initial = curve.storage_at(self.normal_m), self.initial_m3(curve)
        if initial > normal * (1 + 1e-9):
            found = f"{initial / 1e4:.6g} 万m3"
            expected = _(
                "at most what it holds at its normal level, {normal:.6g} 万m3",
                normal=normal / 10000.0,
            )
            faults.append(Fault(("initial",), found, expected))
        crest = self.levels.crest
        if crest is not None and crest < self.normal_m:
            found = _(
                "crest {crest:g} m, normal level {normal_m:g} m",
                crest=crest,
                normal_m=self.normal_m,
            )
            expected = _("a crest at or above the normal level")
            faults.append(Fault(("levels", "crest"), found, expected))
        return faults
