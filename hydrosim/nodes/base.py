"""What every node and link type is: a frozen schema with a meaning for each engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from hydrosim.builders.flood import FloodBuilder
    from hydrosim.builders.supply import Builder
    from hydrosim.errors import Fault
    from hydrosim.expressions.values import Value

__all__ = ["Link", "Node", "Tier"]

Tier = Literal["city", "county", "township"]


class Node(BaseModel):
    """A place in the network. One file a type, with a literal field ``type``.

    ``declare`` opens rows, ports and states; ``lower_supply`` adds the rest, once every node has
    declared itself and every link has been lowered; types that set ``lowers_last`` come after
    all others, because they collect what those send them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)
    lowers_last: ClassVar[bool] = False

    title: str | dict[str, str] | None = Field(None, description="Name shown to readers.")
    tier: Tier | None = Field(None, description="Who it serves: city, county or township.")
    river: str | None = Field(None, description="River it belongs to, for verdicts by river.")

    def declare(self, name: str, builder: Builder) -> None:
        """Open rows, ports and states."""
        raise TypeError(type(self).__name__)

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Add the primitives of the supply engine."""
        del name, builder

    def planned(self, name: str, builder: Builder) -> Value | None:
        """Return what it wants at its inlet in each step [m3] where the calendar alone tells it."""
        del name, builder

    def lower_flood(self, name: str, builder: FloodBuilder) -> None:
        """Add the primitives of the flood engine; a type without such a meaning refuses."""
        builder.refuse(
            ("nodes", name),
            f"a {getattr(self, 'type', '')} on a flood path{builder.reached_by(name)}",
            "places through which a flood can pass: reservoirs, lakes, junctions, reaches, "
            "control sections and outlets",
        )

    @classmethod
    def carries_floods(cls) -> bool:
        """Whether the type has a meaning in the flood engine."""
        return cls.lower_flood is not Node.lower_flood

    def faults(self, name: str, config: Any) -> list[Fault]:
        """Return what is wrong with it in view of the whole config (paths relative to it)."""
        del name, config
        return []


class Link(BaseModel):
    """A way for water from one node to another. One file a type, with a literal ``type``."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    name: str | None = Field(None, description="Name of the link; default 'from->to'.")
    start: str = Field(alias="from", description="Node where the water leaves.")
    end: str = Field(alias="to", description="Node where the water arrives.")
    tier: Tier | None = Field(None, description="Who it serves: city, county or township.")
    cycle: Literal["allowed"] | None = Field(
        None, description="Set to `allowed` where it closes a circle within the step on purpose."
    )
    reason: str | None = Field(None, description="Why the circle is allowed.")

    @property
    def label(self) -> str:
        """Name of the link."""
        return self.name or f"{self.start}->{self.end}"

    def lower_supply(self, builder: Builder) -> None:
        """Add the primitives of the supply engine."""
        raise TypeError(type(self).__name__)

    def lower_flood(self, builder: FloodBuilder) -> None:
        """Add what it carries in floods: nothing, unless it is a river.

        What a canal takes from a store in floods stands under ``flood.draws``.
        """
        del builder

    def faults(self, config: Any) -> list[Fault]:
        """Return what is wrong with it in view of the whole config (paths relative to it)."""
        del config
        return []
