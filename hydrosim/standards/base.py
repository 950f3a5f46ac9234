"""What every standard is: a frozen schema, and a check from a Dataset to verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

from pydantic import Field

from hydrosim.registry import Typed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hydrosim.errors import Fault
    from hydrosim.reading.view import Result
    from hydrosim.standards.verdict import Verdict

__all__ = ["Place", "Standard", "WholeConfig"]


class Place(Protocol):
    """What standards ask of a node that they name; ``nodes/base.py`` says what it means."""

    is_store: ClassVar[bool]
    is_dam: ClassVar[bool]
    is_embanked: ClassVar[bool]
    floods_beside: ClassVar[bool]
    flood_bounds: ClassVar[tuple[str, ...]]

    @property
    def type_name(self) -> str:
        """Its type."""
        ...

    @property
    def river(self) -> str | None:
        """River that it belongs to."""
        ...

    @classmethod
    def carries_floods(cls) -> bool:
        """Whether floods pass it."""
        ...


class Floods(Protocol):
    """The flood block of a configuration."""

    @property
    def events(self) -> Mapping[str, object]:
        """Floods by name."""
        ...


class WholeConfig(Protocol):
    """What standards ask of the configuration in which they stand."""

    @property
    def nodes(self) -> Mapping[str, Place]:
        """The nodes by name."""
        ...

    @property
    def node_types(self) -> Mapping[str, type[Place]]:
        """The node types that are known, by name."""
        ...

    @property
    def flood(self) -> Floods | None:
        """Floods that are routed."""
        ...


class Standard(Typed):
    """A requirement the results are judged against. One file a family, with a literal ``type``."""

    engine: ClassVar[str] = "supply"
    """Engine whose results it judges: supply, or flood (design floods)."""
    rank: ClassVar[int] = 100
    """Order of its verdicts on the board: the lowest first, equal ranks by the name of the type."""

    source: str | None = Field(None, description="Where the requirement comes from.")
    clause: str | None = Field(None, description="Clause or table of the source.")
    confidence: str | None = Field(None, description="How sure the number is: H, M or L.")

    _name: str = ""

    def named(self, name: str) -> Standard:
        """Return the standard itself, which now knows its name in the configuration."""
        self._name = name
        return self

    def check(self, dataset: Result) -> list[Verdict]:
        """Return the verdicts of this standard on one scenario and member of a result."""
        raise TypeError(type(self).__name__)

    def faults(self, config: WholeConfig) -> list[Fault]:
        """Return what is wrong with it in view of the whole config (paths relative to it)."""
        del config
        return []
