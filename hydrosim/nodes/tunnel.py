"""A tunnel: a one-way connection between two waters."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from hydrosim.errors import Fault
from hydrosim.locale import _
from hydrosim.nodes._conveyance import Conveyance
from hydrosim.units import Length, Level

if TYPE_CHECKING:
    from hydrosim.nodes.base import WholeConfig

__all__ = ["Tunnel"]


class Tunnel(Conveyance):
    """A tunnel (隧洞) through which water flows one way, by decision."""

    type: Literal["tunnel"] = Field("tunnel", description="A one-way tunnel.")
    symbol: ClassVar[str] = "tunnel"
    fact_keys: ClassVar[tuple[str, ...]] = ("length",)

    length: Length | None = Field(None, description="Length of the tunnel.")
    invert: Level | None = Field(
        None,
        description="Level of its intake at a store: it takes only water that stands above it.",
    )

    @property
    def intake_m(self) -> float | None:
        """Level of its intake, in m."""
        return self.invert

    def faults(self, config: WholeConfig) -> list[Fault]:
        """Return what is wrong with it: an intake where no level is known."""
        found = super().faults(config)
        start = config.nodes.get(self.start)
        if self.invert is None or start is None:
            return found
        if not start.is_store:
            found.append(
                Fault(
                    ("invert",),
                    _("an intake level at {start!r}, which has no water level", start=self.start),
                    _("a tunnel from a reservoir, lake or regulating reservoir; or no `invert`"),
                )
            )
        return found
