"""A basin that takes flood water by order and stays dry otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from hydrosim.builders.primitives import Ports
from hydrosim.errors import Fault
from hydrosim.locale import _
from hydrosim.nodes._outlets import RatingTable
from hydrosim.nodes.base import Node, WholeConfig
from hydrosim.parts.storage_curve import StorageTable, curve_faults
from hydrosim.units import Area, Flow, Length, Level, NodeRef, Persons, Volume

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hydrosim.builders.flood import FloodBuilder
    from hydrosim.builders.supply import Builder

__all__ = ["DetentionBasin"]


class Trigger(BaseModel):
    """When the basin is used: a discharge or a level at its section."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    discharge: Flow | None = Field(None, description="Flow at the section above which it is used.")
    level: Level | None = Field(None, description="Level at the section above which it is used.")


class Inlet(BaseModel):
    """Gate or weir through which the basin fills."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    kind: Literal["gate", "weir", "breach"] = Field("gate", description="How it is opened.")
    crest: Level | None = Field(None, description="Level of its crest.")
    width: Length | None = Field(None, description="Width of its crest.")
    capacity: Flow | None = Field(None, description="Largest flow through it.")
    rating: RatingTable | None = Field(None, description="Flow by level outside, fully open.")


class Drain(BaseModel):
    """How the basin is emptied after the flood."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    to: NodeRef = Field(description="Node that takes the water.")
    capacity: Flow = Field(description="Largest flow of the drain.")
    below: Level | None = Field(None, description="Level outside below which it can drain.")


class DetentionBasin(Node):
    """A flood detention basin (蓄滞洪区).

    Supply: it stays dry. Steps in which its section is above the trigger are counted, since such
    days belong to the flood engine.
    """

    type: Literal["detention_basin"] = Field(
        "detention_basin", description="A flood detention basin."
    )
    symbol: ClassVar[str] = "detention"
    fact_keys: ClassVar[tuple[str, ...]] = ("area", "population")
    lowers_last: ClassVar[bool] = True
    links_arrive: ClassVar[bool] = False
    links_leave: ClassVar[bool] = False
    floods_beside: ClassVar[bool] = True
    flood_bounds: ClassVar[tuple[str, ...]] = ("capacity",)

    section: NodeRef = Field(description="Place whose flow or level decides on its use.")
    trigger: Trigger = Field(description="When it is used.")
    storage_curve: str | StorageTable | None = Field(
        None, description="File or table with level, area and storage."
    )
    capacity: Volume | None = Field(None, description="Water that it holds, without a curve.")
    area: Area | None = Field(None, description="Area that it floods when full.")
    order: int = Field(1, ge=1, description="Place in the order of use.")
    inlet: Inlet | None = Field(None, description="How it fills.")
    drain: Drain | None = Field(None, description="How it is emptied.")
    population: Persons | None = Field(None, description="People who live in it.")

    @property
    def flood_section(self) -> str | None:
        """Place whose flow or level decides on its use."""
        return str(self.section)

    def declare(self, name: str, builder: Builder) -> None:
        """Open no row: no link reaches it in daily runs."""
        builder.ports[name] = Ports()

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Note the trigger at its section, so that days above it are reported."""
        del name
        section = str(self.section)
        level = self.trigger.level
        discharge = self.trigger.discharge
        rating = builder.ratings.get(section)
        if discharge is None and level is not None and rating is not None:
            discharge = rating(level)
        for dimension, key, value in (
            ("reach", "flood_trigger_m3s", discharge),
            ("store", "flood_trigger_m", level),
        ):
            described = builder.items.get(dimension, {}).get(section)
            if described is None or value is None:
                continue
            lowest = min(value, described.get(key, np.inf))
            builder.item(dimension, section, **{key: lowest})

    def lower_flood(self, name: str, builder: FloodBuilder) -> None:
        """Add the basin beside its section."""
        builder.basin(name, self)

    def faults(self, name: str, config: WholeConfig) -> list[Fault]:
        """Return what is wrong with trigger, curve and links."""
        faults: list[Fault] = []
        if (self.trigger.discharge is None) == (self.trigger.level is None):
            found = _("neither") if self.trigger.level is None else _("both")
            faults.append(Fault(("trigger",), found, _("either `discharge` or `level`")))
        if (self.storage_curve is None) == (self.capacity is None):
            found = _("neither") if self.capacity is None else _("both")
            faults.append(Fault((), found, _("either `storage_curve` or `capacity`")))
        if self.storage_curve is not None:
            _unused, wrong = curve_faults(self.storage_curve, config.folder, "storage_curve")
            faults.extend(wrong)
        return [*faults, *self._section_faults(config)]

    def _section_faults(self, config: WholeConfig) -> Iterator[Fault]:
        node = config.nodes.get(self.section)
        if node is None:
            return
        place = _(
            "{section!r}, of type {type_name}", section=str(self.section), type_name=node.type_name
        )
        if not (node.measures_flow or node.is_store):
            fitting = [
                name for name, one in config.node_types.items() if one.measures_flow or one.is_store
            ]
            yield Fault(
                ("section",), place, _("a place of type {fitting}", fitting=", ".join(fitting))
            )
        elif node.is_store and self.trigger.discharge is not None:
            yield Fault(
                ("trigger", "discharge"), _("a discharge at {place}", place=place), _("a level")
            )
        elif node.measures_flow and self.trigger.level is not None and not node.rating_known:
            found = _(
                "a level at {section!r}, which has no rating curve", section=str(self.section)
            )
            expected = _("a discharge, or `rating_curve:` at the section")
            yield Fault(("trigger", "level"), found, expected)
