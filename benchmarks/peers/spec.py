"""Four neutral networks of 4, 12, 100 and 500 nodes with their series, for every peer alike.

Flows are in one unit of flow (read as m3/s), volumes in that flow times one day. Costs are those of
a linear program: a claim has a value, a way has a cost. The random streams are fixed, so figures of
different days compare.
"""

import datetime
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

START = datetime.date(1970, 1, 1)
MEMORY = 0.92
"""Correlation of the logarithm of inflow from day to day."""

SEASON = (0.90, 0.90, 0.93, 0.97, 1.05, 1.15, 1.20, 1.15, 1.05, 0.95, 0.90, 0.85)
"""Factor on demands by month."""
UPPER_CURVE = (0.80, 0.85, 0.90, 0.90, 0.88, 0.84, 0.78, 0.72, 0.68, 0.68, 0.70, 0.75)
LOWER_CURVE = (0.50, 0.52, 0.55, 0.55, 0.53, 0.50, 0.45, 0.42, 0.40, 0.40, 0.42, 0.46)
"""Control curves by month: shares of a store's volume."""
SAVING = (1.0, 0.85, 0.65)
"""Factor on demands above the upper curve, between the curves and below the lower one."""


@dataclass(frozen=True)
class Source:
    """Water that enters: all of it where `cost` is None, else what is taken at that cost."""

    name: str
    mean: float
    cost: float | None = None


@dataclass(frozen=True)
class Store:
    """A reservoir between empty and `volume`; each unit kept is worth `value`."""

    name: str
    volume: float
    value: float
    filled: float = 0.7


@dataclass(frozen=True)
class Use:
    """A demand of `flow`, by season and saved by the state of a store; without flow an outlet."""

    name: str
    flow: float | None = None
    value: float = 0.0
    seasonal: bool = False
    saved_by: str | None = None


@dataclass(frozen=True)
class Passage:
    """A way without storage; `by_zone` bounds it by the zone of a store instead of `capacity`."""

    name: str
    capacity: float | None = None
    cost: float = 0.0
    store: str | None = None
    by_zone: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class Gauge:
    """A river section whose first `flow` is worth `value` a unit."""

    name: str
    flow: float
    value: float


@dataclass(frozen=True)
class Plant:
    """A plant that puts out at most `capacity` and loses `loss` of what it puts out."""

    name: str
    capacity: float
    loss: float
    cost: float


Node = Source | Store | Use | Passage | Gauge | Plant


@dataclass
class Network:
    """Nodes in the order in which they were added, and directed edges."""

    name: str
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[tuple[str, str]] = field(default_factory=list)

    def add(self, *nodes: Node) -> None:
        """Add nodes."""
        for node in nodes:
            self.nodes[node.name] = node

    def join(self, *names: str) -> None:
        """Add the edges of a chain."""
        self.edges += list(pairwise(names))

    def after(self, name: str) -> list[str]:
        """Return the ends of the edges that leave a node."""
        return [end for start, end in self.edges if start == name]

    def before(self, name: str) -> list[str]:
        """Return the starts of the edges that reach a node."""
        return [start for start, end in self.edges if end == name]

    @property
    def sources(self) -> list[Source]:
        """Forced sources first, then those with a cost: the order of the random streams."""
        found = [node for node in self.nodes.values() if isinstance(node, Source)]
        return sorted(found, key=lambda node: node.cost is not None)

    @property
    def stores(self) -> list[Store]:
        """All reservoirs."""
        return [node for node in self.nodes.values() if isinstance(node, Store)]

    @property
    def demands(self) -> list[Use]:
        """All uses with a wanted flow."""
        return [n for n in self.nodes.values() if isinstance(n, Use) and n.flow is not None]

    @property
    def gauges(self) -> list[Gauge]:
        """All sections with a wanted flow."""
        return [node for node in self.nodes.values() if isinstance(node, Gauge)]

    def taken(self, use: str) -> float:
        """Water taken from the network for one unit at a use: above 1 behind a lossy plant."""
        way = self.nodes[self.before(use)[0]]
        return 1.0 + way.loss if isinstance(way, Plant) else 1.0


def classes(network: Network) -> dict[str, list[str]]:
    """Claims by class in the order of their values, the dearest class first.

    Neighbours of one kind in that order are one class, so the ladder has as few lines as the costs
    allow; inside a class the costs of a linear program still tell its members apart.
    """
    claims = [(n.value, "minimum_flow", n.name) for n in network.gauges]
    claims += [(n.value, "demand", n.name) for n in network.demands]
    claims += [(n.value, "storage", n.name) for n in network.stores]
    found: dict[str, list[str]] = {}
    last = ""
    for _, kind, name in sorted(claims, reverse=True):
        if kind != last:
            again = sum(key.split("_part_")[0] == kind for key in found)
            line = f"{kind}_part_{again + 1}" if again else kind
            found[line] = []
            last = kind
        found[line].append(name)
    return found


def build_s() -> Network:
    """One reservoir, one demand, one way out."""
    net = Network("S")
    net.add(Source("c1", 25.0), Store("res1", 4000.0, 1.0))
    net.add(Use("d1", 22.0, 100.0), Use("spill"))
    net.join("c1", "res1", "d1")
    net.join("res1", "spill")
    return net


def build_m() -> Network:
    """Twelve nodes: two reservoirs with a transfer, three demands, a minimum flow."""
    net = Network("M")
    net.add(Source("c1", 30.0), Source("c2", 18.0), Source("c3", 15.0))
    net.add(Store("res1", 6000.0, 10.0), Store("res2", 2500.0, 12.0))
    net.add(Passage("river"), Gauge("gauge", 8.0, 500.0), Use("term"))
    net.add(Passage("transfer", cost=0.5, store="res2", by_zone=(0.0, 6.0, 12.0)))
    net.add(Use("d1", 20.0, 300.0, seasonal=True, saved_by="res1"))
    net.add(Use("d2", 19.0, 250.0, seasonal=True, saved_by="res2"))
    net.add(Use("d3", 10.0, 200.0, seasonal=True))
    net.join("c1", "res1", "d1")
    net.join("res1", "river", "gauge", "term")
    net.join("c2", "res2", "d2")
    net.join("res2", "river", "d3")
    net.join("c3", "river")
    net.join("res1", "transfer", "res2")
    return net


def build_l(basins: int = 10, seed: int = 1) -> Network:
    """Ten basins along one river, each with a reservoir, a lossy plant, a gauge, three demands."""
    draw = Random(seed)
    net = Network("L")
    net.add(Use("term"))
    for b in range(basins):
        mean, local = draw.uniform(15, 40), draw.uniform(4, 12)
        store, river, plant, gauge = f"res{b}", f"riv{b}", f"wtw{b}", f"gauge{b}"
        net.add(Source(f"c{b}", round(mean, 2)), Source(f"lc{b}", round(local, 2)))
        volume = round(mean * draw.uniform(120, 260), 1)
        net.add(Store(store, volume, round(10 + b * 1.3 + draw.random(), 3)), Passage(river))
        net.add(Gauge(gauge, round(local * 0.5, 2), 1000.0 + b * 3))
        net.add(Plant(plant, round(mean * 1.1, 2), 0.04, 0.25))
        for k in range(3):
            flow = mean * draw.uniform(0.25, 0.45) if k < 2 else local * 0.5
            value = round(200 + draw.uniform(0, 200), 3)
            saved_by = store if k < 2 else None
            net.add(Use(f"d{b}_{k}", round(flow, 3), value, True, saved_by))
        net.join(f"c{b}", store, river)
        net.join(f"lc{b}", river)
        net.join(store, plant, f"d{b}_0")
        net.join(plant, f"d{b}_1")
        net.join(river, f"d{b}_2")
        net.join(river, gauge, f"riv{b + 1}" if b < basins - 1 else "term")
        if b > 0:
            cost = round(0.5 + draw.random() * 0.4, 3)
            net.add(Passage(f"tr{b}", cost=cost, store=store, by_zone=(0.0, 5.0, 10.0)))
            net.join(f"res{b - 1}", f"tr{b}", store)
    return net


def build_xl(systems: int = 125, seed: int = 2) -> Network:
    """125 small systems of source, store or way, and demand, with 125 transfers between them."""
    draw = Random(seed)
    net = Network("XL")
    for i in range(systems):
        mean = draw.uniform(5, 40)
        net.add(Source(f"in{i}", round(mean, 2), round(draw.uniform(0.1, 1.0), 4)))
        if i % 3 == 0:
            volume = round(mean * draw.uniform(60, 200), 1)
            net.add(Store(f"n{i}", volume, round(draw.uniform(2, 10), 4)))
        else:
            net.add(Passage(f"n{i}", cost=round(draw.uniform(0.01, 0.2), 4)))
        flow = round(mean * draw.uniform(0.6, 1.2), 3)
        net.add(Use(f"d{i}", flow, round(draw.uniform(50, 300), 4), seasonal=True))
        net.join(f"in{i}", f"n{i}", f"d{i}")
    for k in range(systems):
        low, high = sorted(draw.sample(range(systems), 2))
        capacity = round(draw.uniform(2, 15), 2)
        net.add(Passage(f"t{k}", capacity, round(draw.uniform(0.5, 5), 4)))
        net.join(f"n{low}", f"t{k}", f"n{high}")
    return net


NETWORKS = {"S": build_s, "M": build_m, "L": build_l, "XL": build_xl}


def build_inflow(network: Network, days: int, scenarios: int, seed: int = 0) -> FloatArray:
    """Return the inflow of each source, shape (source, day, scenario).

    A season times the exponential of a first-order autoregressive process, drawn from a stream of
    its own for each source and scenario: the first scenarios are the same for any number of them.
    """
    day = np.arange(days) % 365
    season = 1.0 + 0.55 * np.cos(2 * np.pi * (day - 15) / 365.0)
    inflow = np.empty((len(network.sources), days, scenarios))
    for number, source in enumerate(network.sources):
        for scenario in range(scenarios):
            stream = np.random.default_rng([seed, number, scenario])
            inflow[number, :, scenario] = stream.standard_normal(days)
        noise = inflow[number] * 0.75 * np.sqrt(1 - MEMORY * MEMORY)
        level = np.zeros(scenarios)
        for t in range(days):
            level = MEMORY * level + noise[t]
            inflow[number, t] = level
        inflow[number] = source.mean * season[:, None] * np.exp(inflow[number] - 0.28)
    return np.round(inflow, 4)
