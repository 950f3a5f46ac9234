"""Small node, link, rule and standard types, so that the config layer is tested by itself."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from hydrosim.config.load import config_from_text
from hydrosim.errors import ConfigError, Fault
from hydrosim.nodes import LINK_TYPES, NODE_TYPES
from hydrosim.nodes.base import Link, Node
from hydrosim.rules import RULE_TYPES
from hydrosim.rules.base import Rule
from hydrosim.standards import STANDARD_TYPES
from hydrosim.standards.base import Standard
from hydrosim.units import (
    Flow,
    FlowOrRule,
    Fraction,
    Level,
    LevelOrRule,
    MonthDay,
    NodeRef,
    Number,
    Volume,
    VolumeOrRule,
    reject,
)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Levels(_Part):
    dead: Level = Field(description="Dead level.")
    normal: Level = Field(description="Normal level.")

    @model_validator(mode="after")
    def _in_order(self) -> Levels:
        if self.normal <= self.dead:
            reject(self.normal, "a level above `dead`", found=f"{self.normal:g} m", key="normal")
        return self


class Gate(_Part):
    type: Literal["gate"]
    width: Flow = Field(description="Largest flow.")


class Weir(_Part):
    type: Literal["weir"]
    crest: Level = Field(description="Level of the crest.")


class Tank(Node):
    """A tank for tests."""

    type: Literal["tank"]
    storage_max: Volume = Field(description="Largest storage.")
    levels: Levels | None = Field(None, description="Levels.")
    limit: dict[MonthDay, LevelOrRule] = Field({}, description="Limit by date.")
    zones: dict[str, VolumeOrRule] = Field({}, description="Zones.")
    outlets: tuple[Annotated[Gate | Weir, Field(discriminator="type")], ...] = Field(
        (), description="Outlets."
    )
    share: Fraction = Field(0.5, description="A share.")
    parts: tuple[Number, ...] | FlowOrRule | None = Field(None, description="Parts or one flow.")
    downstream: NodeRef | None = Field(None, description="Where overflow goes.")
    count: int = Field(1, ge=1, description="How many.")
    use: Literal["domestic", "industry"] = Field("domestic", description="What for.")

    def faults(self, name: str, config: Any) -> list[Fault]:
        if self.share == 0.25:
            return [Fault(("share",), "0.25", f"not 0.25 in {name}")]
        if self.share == 0.75:
            return [Fault(("share",), "0.75", "not 0.75", severity="warning")]
        return []


class Tube(Link):
    """A link for tests."""

    type: Literal["canal"] = "canal"
    capacity: FlowOrRule | None = Field(None, description="Largest flow.")


class Steady(Rule):
    """A rule for tests."""

    type: Literal["steady"]
    value: Number = Field(description="The number.")


class Table(Rule):
    """A rule with parts for tests."""

    type: Literal["table"]
    columns: tuple[str, ...] = Field(description="Names of the parts.")

    @property
    def members(self) -> tuple[str, ...]:
        return self.columns


class Goal(Standard):
    """A standard for tests."""

    type: Literal["goal"]
    subject: NodeRef = Field(description="Node that is judged.")


def _replace(registry, types):
    """Give a registry other types, in their order; return those that it had."""
    before = dict(registry)
    for name in before:
        del registry[name]
    registry.update(types)
    return before


@pytest.fixture
def dummy_types():
    """Types for tests; afterwards the true ones in their order, in which faults are listed."""
    before = [
        (registry, _replace(registry, types))
        for registry, types in (
            (NODE_TYPES, {"tank": Tank}),
            (LINK_TYPES, {"canal": Tube}),
            (RULE_TYPES, {"steady": Steady, "table": Table}),
            (STANDARD_TYPES, {"goal": Goal}),
        )
    ]
    yield
    for registry, types in before:
        _replace(registry, types)


HEAD = """\
hydrosim: 1
period: {start: 1980-01-01, end: 1980-12-31}
ladder: [domestic, industry]
"""
BASE = f"""\
{HEAD}nodes:
  a: {{type: tank, storage_max: 1 亿m3}}
  b: {{type: tank, storage_max: 2 亿m3}}
"""


@pytest.fixture
def load():
    """Return a function from text (behind a valid start) to a Config."""
    return lambda tail="", head=BASE: config_from_text(head + tail, "city.yaml")


@pytest.fixture
def told():
    """Return a function from text (behind a valid start) to the message it is refused with."""

    def refuse(tail: str = "", head: str = BASE) -> str:
        with pytest.raises(ConfigError) as caught:
            config_from_text(head + tail, "city.yaml")
        return str(caught.value)

    return refuse


@pytest.fixture
def head() -> str:
    """Return the start of a configuration without nodes."""
    return HEAD
