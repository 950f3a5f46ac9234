"""What every node and link type is: a frozen schema with a meaning for each engine.

Code outside a type's file never asks for the type's name: it asks what the type answers here.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

from pydantic import Field

from hydrosim.locale import Message, _
from hydrosim.registry import Typed
from hydrosim.units.places import LonLat

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from hydrosim.builders.flood import FloodBuilder
    from hydrosim.builders.supply import Builder
    from hydrosim.calendar import Calendar
    from hydrosim.errors import Fault
    from hydrosim.expressions.values import Value
    from hydrosim.parts.flood_limit import FloodLimitedLevel, LimitedRange
    from hydrosim.units import MonthDay

__all__ = ["Link", "LinkEnds", "Node", "Tier", "WholeConfig"]

Tier = Literal["city", "county", "township"]


class Line(Protocol):
    """A line of a ladder."""

    @property
    def name(self) -> str:
        """The class of claims that it serves, or the source that it keeps unused."""
        ...

    @property
    def spare(self) -> bool:
        """Whether it keeps a source unused."""
        ...


class WholeConfig(Protocol):
    """What nodes and links ask of the configuration in which they stand."""

    @property
    def folder(self) -> Path:
        """Folder from which names of data files count."""
        ...

    @cached_property
    def calendar(self) -> Calendar:
        """The steps of the run."""
        ...

    @property
    def mode(self) -> str:
        """planning_level or trajectory."""
        ...

    @property
    def planning_year(self) -> int | None:
        """Year whose works and demands count."""
        ...

    @property
    def nodes(self) -> Mapping[str, Node]:
        """The nodes by name."""
        ...

    @property
    def node_types(self) -> Mapping[str, type[Node]]:
        """The node types that are known, by name."""
        ...

    @property
    def links(self) -> Sequence[Link]:
        """The links in the order of the file."""
        ...

    @cached_property
    def link_ends(self) -> LinkEnds:
        """The links by the nodes at their ends."""
        ...

    @cached_property
    def ladders(self) -> Mapping[str, Sequence[Line]]:
        """The ladder of each policy."""
        ...


class Node(Typed):
    """A place in the network. One file a type, with a literal field ``type``.

    ``declare`` opens rows, ports and states; ``lower_supply`` adds the rest, once every node has
    declared itself and every link has been lowered; types that set ``lowers_last`` come after
    all others, because they collect what those send them.
    """

    lowers_last: ClassVar[bool] = False
    is_store: ClassVar[bool] = False
    """Whether it holds surface water by a storage curve."""
    is_aquifer: ClassVar[bool] = False
    """Whether it holds groundwater, so that what sinks may go to it."""
    is_surface_water: ClassVar[bool] = False
    """Whether natural water may flow to it: rivers, stores on or beside them, the model's end."""
    takes_returns: ClassVar[bool] = False
    """Whether what comes back after use may flow to it, though it is no surface or groundwater."""
    links_arrive: ClassVar[bool] = True
    """Whether links may end at it."""
    links_leave: ClassVar[bool] = True
    """Whether links may start at it."""
    keeps_water: ClassVar[bool] = False
    """Whether water that reaches it is stored or used, so that what leaves it is released anew."""
    conveys: ClassVar[bool] = False
    """Whether it only passes on what links bring, so that gross use is followed up through it."""
    treats: ClassVar[bool] = False
    """Whether raw water is fit for domestic use behind it."""
    fact_keys: ClassVar[tuple[str, ...]] = ()
    """Keys that change no flow and stand in results as they are, for readers (`a.b` inside)."""
    lends_in_lieu: ClassVar[bool] = False
    """Whether it is credited with its own water where an import serves in its stead (置换)."""
    measures_flow: ClassVar[bool] = False
    """Whether floods are measured by their flow at it."""
    delays_floods: ClassVar[bool] = False
    """Whether its outflow at the start of a flood can be given, for it holds water."""
    floods_beside: ClassVar[bool] = False
    """Whether floods do not pass it, but fill it from its ``flood_section``."""
    is_dam: ClassVar[bool] = False
    """Whether it is a dam, which design and check floods judge."""
    is_embanked: ClassVar[bool] = False
    """Whether embankments keep its water in, which safe discharge or guaranteed level judge."""
    flood_bounds: ClassVar[tuple[str, ...]] = ()
    """What it must hold in floods as a work of flood control: the first of them that is known."""
    symbol: ClassVar[str] = "place"
    """By which symbol pictures of the network show it, see ``plot/network.py``."""
    supply_keys: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Those of its keys, as paths, that a supply run needs and floods do not."""
    water_keys: ClassVar[tuple[str, ...]] = (
        "local_inflow", "natural", "precipitation", "rain", "evaporation", "et0",
    )  # fmt: skip
    """Those of its keys that say its weather and the water of its rivers."""

    reported_defaults: ClassVar[tuple[str, ...]] = ()
    """Those of its keys whose default changes results much; a check lists those not written."""

    title: str | dict[str, str] | None = Field(None, description="Name shown to readers.")
    tier: Tier | None = Field(None, description="Who it serves: city, county or township.")
    river: str | None = Field(None, description="River it belongs to, for verdicts by river.")
    unit: str | None = Field(None, description="Planning unit (分区), for tables by unit.")
    at: LonLat | None = Field(
        None, description="Place on the map: [longitude, latitude] in degrees east and north."
    )

    def declare(self, name: str, builder: Builder) -> None:
        """Open rows, ports and states."""
        raise TypeError(type(self).__name__)

    def lower_supply(self, name: str, builder: Builder) -> None:
        """Add the primitives of the supply engine."""
        del name, builder

    def planned(self, name: str, builder: Builder) -> Value | None:
        """Return what it wants at its inlet in each step [m3] where the calendar alone tells it."""
        del name, builder

    def expected(self, name: str, builder: Builder) -> Value | None:
        """Return about what it wants at its inlet in each step [m3], as far as a check can tell."""
        return self.planned(name, builder)

    def largest_release_m3s(self, folder: Path) -> float | None:
        """Return what its gates and outlets pass at the highest level; None where none says."""
        del folder

    def lower_flood(self, name: str, builder: FloodBuilder) -> None:
        """Add the primitives of the flood engine; a type without such a meaning refuses."""
        builder.refuse(
            ("nodes", name),
            _off_the_path(self.type_name, builder.reached_by(name)),
            _(
                "places through which a flood can pass: reservoirs, lakes, junctions, "
                "reaches, control sections and outlets"
            ),
        )

    @classmethod
    def carries_floods(cls) -> bool:
        """Whether floods pass it: it has a meaning in the flood engine and stands on their way."""
        return cls.lower_flood is not Node.lower_flood and not cls.floods_beside

    @property
    def flood_section(self) -> str | None:
        """Place from which floods fill it, where it stands beside their way."""
        return None

    @property
    def spills_to(self) -> str | None:
        """Node that takes what no link takes, where the entry names one."""
        return None

    @property
    def flood_limit(self) -> LimitedRange | None:
        """Its highest level by season, where it has one."""
        return None

    def with_flood_limit(self, limit: FloodLimitedLevel) -> Node:
        """Return it with another highest level by season, where it has one."""
        raise TypeError(type(self).__name__)

    @property
    def head_known(self) -> bool:
        """Whether the level of its groundwater is known, not only the depth."""
        return False

    @property
    def full_storage_m3(self) -> float | None:
        """Storage of groundwater with water at the ground; None of all else."""
        return None

    @property
    def quota_day(self) -> MonthDay | None:
        """Day on which its quota is granted anew; None without a quota."""
        return None

    @property
    def reserved_parts(self) -> Mapping[str, float]:
        """Parts of its quota that are kept for a use or a line, as a volume a year."""
        return {}

    @property
    def plans_by_month(self) -> bool:
        """Whether a plan parts its quota among the months."""
        return False

    @property
    def rating_known(self) -> bool:
        """Whether its level follows from its flow."""
        return False

    @property
    def gives_reclaimed(self) -> bool:
        """Whether its water is reclaimed water."""
        return False

    @property
    def says_raw(self) -> bool:
        """Whether its key `quality` is written and says that its water is raw."""
        return "quality" in self.model_fields_set and dict(self).get("quality") == "raw"

    @property
    def loss_within(self) -> float:
        """Share of what enters that is lost on the way through it."""
        return 0.0

    def further_ways(self) -> dict[str, str]:
        """Return the nodes to which it sends water beside links, by the kind of the way.

        Kinds are ``passes_to``, ``return``, ``discharge`` and ``recharge``.
        """
        return {}

    def faults(self, name: str, config: WholeConfig) -> list[Fault]:
        """Return what is wrong with it in view of the whole config (paths relative to it)."""
        del name, config
        return []


class Link(Typed):
    """A way for water from one node to another. One file a type, with a literal ``type``."""

    is_river: ClassVar[bool] = False
    """Whether it is the natural way downstream: it carries releases, overflow and floods."""
    symbol: ClassVar[str] = "link"
    """By which line pictures of the network show it, see ``plot/network.py``."""

    reported_defaults: ClassVar[tuple[str, ...]] = ()
    """Those of its keys whose default changes results much; a check lists those not written."""
    fact_keys: ClassVar[tuple[str, ...]] = ()
    """Keys that change no flow and stand in results as they are, for readers."""

    name: str | None = Field(None, description="Name of the link; default 'from->to'.")
    start: str = Field(alias="from", description="Node where the water leaves.")
    end: str = Field(alias="to", description="Node where the water arrives.")
    tier: Tier | None = Field(None, description="Who it serves: city, county or township.")
    cycle: Literal["allowed"] | None = Field(
        None, description="Set to `allowed` where it closes a circle within the step on purpose."
    )
    reason: str | None = Field(None, description="Why the circle is allowed.")
    course: tuple[LonLat, ...] = Field(
        (),
        description="Its way on the map between its ends: places [longitude, latitude] from start "
        "to end; default a straight line.",
    )

    @property
    def label(self) -> str:
        """Name of the link."""
        return self.name or f"{self.start}->{self.end}"

    @property
    def quota_day(self) -> MonthDay | None:
        """Day on which its quota is granted anew; None without a quota."""
        return None

    @property
    def intake_m(self) -> float | None:
        """Level below which it takes nothing from a store; None where nothing is said of it."""
        return None

    def lower_supply(self, builder: Builder) -> None:
        """Add the primitives of the supply engine."""
        raise TypeError(type(self).__name__)

    def lower_flood(self, builder: FloodBuilder) -> None:
        """Add what it carries in floods: nothing, unless it is a river.

        What a canal takes from a store in floods stands under ``flood.draws``.
        """
        del builder

    def faults(self, config: WholeConfig) -> list[Fault]:
        """Return what is wrong with it in view of the whole config (paths relative to it)."""
        del config
        return []


def _off_the_path(type_name: str, river: str | None) -> Message:
    """Say that a node without meaning in floods stands on their path."""
    if river is None:
        return _("a {kind} on a flood path", kind=type_name)
    return _("a {kind} on a flood path, where the river {river!r} ends",
             kind=type_name, river=river)  # fmt: skip


class LinkEnds:
    """Which links leave a node and which reach it, found without a search of all links.

    Parameters
    ----------
    links
        All links.
    nodes
        All nodes by name.
    """

    def __init__(self, links: Iterable[Link], nodes: Mapping[str, Node]) -> None:
        self._nodes = nodes
        self._leaving: dict[str, list[Link]] = {}
        self._reaching: dict[str, list[Link]] = {}
        for link in links:
            self._leaving.setdefault(link.start, []).append(link)
            self._reaching.setdefault(link.end, []).append(link)

    def leaving(self, node: str) -> Sequence[Link]:
        """Return the links that start at a node, in the order of the file."""
        return self._leaving.get(node, ())

    def reaching(self, node: str) -> Sequence[Link]:
        """Return the links that end at a node, in the order of the file."""
        return self._reaching.get(node, ())

    @cached_property
    def returned_to(self) -> frozenset[str]:
        """Nodes that receive the return flow of some other node."""
        ends = (node.further_ways().get("return") for node in self._nodes.values())
        return frozenset(end for end in ends if end is not None)

    @cached_property
    def sources_with_quality(self) -> tuple[Node, ...]:
        """Nodes whose key `quality` is written."""
        return tuple(node for node in self._nodes.values() if "quality" in node.model_fields_set)

    @cached_property
    def below_reclaimed(self) -> frozenset[str]:
        """Nodes to which links lead from a node of reclaimed water, through others or at once."""
        waiting = [name for name, node in self._nodes.items() if node.gives_reclaimed]
        found: set[str] = set()
        while waiting:
            ends = {link.end for link in self.leaving(waiting.pop())} - found
            found |= ends
            waiting.extend(ends)
        return frozenset(found)
