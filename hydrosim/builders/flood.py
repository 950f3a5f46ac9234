"""What node types lower to in the flood engine: pools, reaches, places that pass, basins.

The builder knows no node type. ``flood/build.py`` turns what it holds into arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from hydrosim.builders.channel import (
    ChannelShape,
    Routing,
    RoutingError,
    channel_routing,
    lag_routing,
)
from hydrosim.builders.channel import muskingum_routing as muskingum
from hydrosim.errors import ConfigError, Fault
from hydrosim.locale import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from hydrosim.errors import Places
    from hydrosim.parts.flood_limit import FloodLimitedLevel
    from hydrosim.parts.flood_operation import FloodOperation
    from hydrosim.parts.storage_curve import StorageCurve

__all__ = ["Basin", "Element", "FloodBuilder", "Pool", "Reach", "River", "Way"]

OUTSIDE = "outside"


@dataclass(frozen=True)
class River:
    """A natural way downstream, with the share of the water that its bed takes."""

    label: str
    start: str
    end: str
    loss: float


@dataclass(eq=False)
class Element:
    """A place in the flood network with one way downstream."""

    name: str
    target: str | None = None
    gain: float = 1.0
    stage: tuple[Sequence[float], Sequence[float]] | None = None
    safe_m3s: float | None = None
    levels: dict[str, float] = field(default_factory=dict)


@dataclass(eq=False)
class Reach(Element):
    """A routed reach; one routing for each size of flood, from the smallest up.

    It is routed by its channel if it has one, else by Muskingum, else by a lag.
    """

    routings: list[tuple[float | None, Routing]] = field(default_factory=list)
    loss: float = 0.0
    most_loss_m3s: float | None = None
    muskingum: Sequence[tuple[float | None, float, float]] = ()
    travel_s: float = 0.0
    channel: ChannelShape | None = None

    def routings_in(self, dt_s: float) -> list[tuple[float | None, Routing]]:
        """Return the routing for each size of flood in steps of a length [s].

        Raises
        ------
        RoutingError
            If no form of routing fits.
        """
        if self.channel is not None:
            return [(None, channel_routing(self.channel, self.safe_m3s, dt_s))]
        routings = _muskingum_routings(self.muskingum, dt_s)
        return routings or [(None, lag_routing(self.travel_s, dt_s))]


@dataclass(frozen=True, eq=False)
class Way:
    """An outlet of a pool: flow [m3/s] of the open outlet by level [m]."""

    name: str
    gated: bool
    to: str | None
    level_m: NDArray[Any]
    flow_m3s: NDArray[Any]


@dataclass(eq=False)
class Pool(Element):
    """A level pool with its outlets and operation; levels in m.

    ``protects`` names the places that its operation protects, ``basins`` the detention basins
    that take its water, in the order of use.
    """

    curve: StorageCurve | None = None
    dead_m: float = 0.0
    normal_m: float = 0.0
    limit: FloodLimitedLevel | None = None
    safety_m: float | None = None
    crest_m: float | None = None
    ways: list[Way] = field(default_factory=list)
    bands: list[tuple[float | None, float | None]] = field(default_factory=list)
    operation: FloodOperation | None = None
    ramp_m3s2: float | None = None
    compensation: str | None = None
    forecast_s: float | None = None
    forecast_error: float = 0.0
    protects: tuple[str, ...] = ()
    basins: tuple[str, ...] = ()
    overflow_to: str | None = None

    @property
    def gated(self) -> bool:
        """Whether some outlet opens by decision."""
        return any(way.gated for way in self.ways)


@dataclass(frozen=True, eq=False)
class Basin:
    """A detention basin beside a section or pool; ``node`` is its schema."""

    name: str
    node: Any
    section: str


class FloodConfig(Protocol):
    """What the builder needs of a configuration."""

    @property
    def folder(self) -> Path:
        """Folder from which names of data files count."""
        ...

    @property
    def source(self) -> Places | None:
        """Where its parts stand in the file."""
        ...

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What looks unlikely but does not stop a run."""
        ...


class FloodBuilder:
    """Collects the primitives of a flood model.

    Parameters
    ----------
    config
        A loaded configuration.
    dt_s
        Length of a step [s].

    Attributes
    ----------
    dt_s, every
        Length of the steps that are routed [s], and how many of them make a step of the flood
        block.
    """

    def __init__(self, config: FloodConfig, dt_s: float) -> None:
        self.config = config
        self.dt_s = dt_s
        self.every = 1
        self.rivers: dict[str, River] = {}
        self.elements: dict[str, Element] = {}
        self.basins: dict[str, Basin] = {}
        self.faults: list[Fault] = []

    @property
    def folder(self) -> Path:
        """Folder from which names of data files count."""
        return self.config.folder

    @property
    def pools(self) -> dict[str, Pool]:
        """The pools by name."""
        return {n: e for n, e in self.elements.items() if isinstance(e, Pool)}

    @property
    def reaches(self) -> dict[str, Reach]:
        """The reaches by name."""
        return {n: e for n, e in self.elements.items() if isinstance(e, Reach)}

    def refuse(
        self, path: tuple[str | int, ...], found: str, expected: str, note: str | None = None
    ) -> None:
        """Note a fault; all are reported together."""
        self.faults.append(Fault(path, found, expected, note=note))

    def warn(self, path: tuple[str | int, ...], found: str, expected: str) -> None:
        """Note what looks unlikely but does not stop a run."""
        self.faults.append(Fault(path, found, expected, severity="warning"))

    @property
    def warnings(self) -> list[Fault]:
        """What looks unlikely but does not stop a run."""
        return [fault for fault in self.faults if fault.severity == "warning"]

    def raise_faults(self) -> None:
        """Stop if something was refused.

        Raises
        ------
        ConfigError
            With all faults noted so far.
        """
        if any(fault.severity == "error" for fault in self.faults):
            raise ConfigError([*self.faults, *self.config.warnings], self.config.source)

    def reached_by(self, name: str) -> str | None:
        """Name of the river that leads to a node, the first of several; None without one."""
        return min((one.label for one in self.rivers.values() if one.end == name), default=None)

    def river(self, label: str, start: str, end: str, loss: float) -> None:
        """Add a natural way downstream."""
        self.rivers[label] = River(label, start, end, loss)

    def below(self, name: str, spill_to: str | None) -> tuple[str | None, float]:
        """Return the node below and the share that arrives there; None outside the model."""
        rivers = [river for river in self.rivers.values() if river.start == name]
        if len(rivers) > 1:
            labels = ", ".join(sorted(river.label for river in rivers))
            self.refuse(
                ("nodes", name),
                _("{count} rivers that leave it: {labels}", count=len(rivers), labels=labels),
                _("one river, since a flood needs to know its way"),
            )
        if rivers:
            river = min(rivers, key=lambda one: one.label)
            return river.end, 1.0 - river.loss
        outside = spill_to is None or spill_to == OUTSIDE
        return (None if outside else str(spill_to)), 1.0

    def passing(
        self,
        name: str,
        *,
        spill_to: str | None = None,
        stage: tuple[Sequence[float], Sequence[float]] | None = None,
        safe_m3s: float | None = None,
        levels: Mapping[str, float | None] | None = None,
    ) -> None:
        """Add a place that passes what arrives; ``stage`` is (flows, levels) of its rating."""
        target, gain = self.below(name, spill_to)
        self.elements[name] = Element(name, target, gain, stage, safe_m3s, _known(levels))

    def reach(
        self,
        name: str,
        *,
        muskingum: Sequence[tuple[float | None, float, float]],
        travel_s: float,
        channel: ChannelShape | None,
        loss: float,
        most_loss_m3s: float | None,
        safe_m3s: float | None,
        spill_to: str | None,
        stage: tuple[Sequence[float], Sequence[float]] | None = None,
        levels: Mapping[str, float | None] | None = None,
    ) -> None:
        """Add a routed reach; its routing is found once the step is known."""
        target, gain = self.below(name, spill_to)
        self.elements[name] = Reach(
            name,
            target,
            gain,
            stage,
            safe_m3s,
            _known(levels),
            loss=loss,
            most_loss_m3s=most_loss_m3s,
            muskingum=muskingum,
            travel_s=travel_s,
            channel=channel,
        )

    def route_reaches(self) -> None:
        """Find the routing of each reach in the steps that are routed; note what has none."""
        for name, reach in self.reaches.items():
            try:
                reach.routings = reach.routings_in(self.dt_s)
            except RoutingError as error:
                path = ("nodes", name, *error.path)
                self.refuse(path, error.found, error.expected, error.note)

    def pool(
        self,
        name: str,
        *,
        ways: Iterable[tuple[str, str, str | None, NDArray[Any], NDArray[Any]]],
        spill_to: str | None,
        crest_m: float | None,
        **pool: Any,
    ) -> None:
        """Add a level pool; ``ways`` are (name, kind, node below, levels, flows)."""
        river, gain = self.below(name, None)
        outside = spill_to is None or spill_to == OUTSIDE
        spill = river if spill_to is None else (None if outside else str(spill_to))
        target = river if river is not None else spill
        self.elements[name] = Pool(
            name,
            target,
            gain if river is not None else 1.0,
            ways=[Way(own, kind == "gate", to, *curve) for own, kind, to, *curve in ways],
            overflow_to=spill,
            crest_m=crest_m,
            **pool,
        )

    def basin(self, name: str, node: Any) -> None:
        """Add a detention basin beside its section."""
        self.basins[name] = Basin(name, node, str(node.section))


def _known(levels: Mapping[str, float | None] | None) -> dict[str, float]:
    return {key: level for key, level in (levels or {}).items() if level is not None}


def _muskingum_routings(
    sets: Sequence[tuple[float | None, float, float]], dt_s: float
) -> list[tuple[float | None, Routing]]:
    return [
        (up_to, muskingum(k, x, dt_s, ("muskingum", place)))
        for place, (up_to, k, x) in enumerate(sets)
    ]
