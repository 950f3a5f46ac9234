"""A network as a linear program with names: one column an edge or claim, one row a node.

The program of a day differs from the next one's in bounds alone. It is written from the neutral
network, apart from hydrosim, so that it also checks the translation.
"""

from dataclasses import dataclass, field

import numpy as np

from benchmarks.peers.spec import (
    LOWER_CURVE,
    SAVING,
    SEASON,
    UPPER_CURVE,
    FloatArray,
    Gauge,
    Network,
    Passage,
    Plant,
    Source,
    Store,
    Use,
)


@dataclass
class Program:
    """Minimise cost x over A x = right, 0 <= x <= upper; rows and columns have names."""

    columns: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    cost: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    entries: list[list[tuple[int, float]]] = field(default_factory=list)

    def row(self, name: str) -> int:
        """Return the number of a row, new if need be."""
        return self.rows.setdefault(name, len(self.rows))

    def column(self, name: str, cost: float, upper: float, **weights: float) -> None:
        """Add a column with its weight on each row."""
        self.columns[name] = len(self.columns)
        self.cost.append(cost)
        self.upper.append(upper)
        self.entries.append([(self.row(node), weight) for node, weight in weights.items()])


def outlet_row(node: object) -> str:
    """Name of the row from which a node's edges leave: apart only where the way through counts."""
    name = str(getattr(node, "name", ""))
    free = isinstance(node, Passage) and not (node.capacity or node.by_zone or node.cost)
    return name if free or isinstance(node, Store | Source | Use) else f"{name}.out"


def build_program(network: Network) -> Program:
    """Return the program of a network: what leaves a row less what arrives is its own water."""
    program = Program()
    for start, end in network.edges:
        way = network.nodes[start]
        taken = 1.0 + way.loss if isinstance(way, Plant) else 1.0
        program.column(f"{start}->{end}", 0.0, np.inf, **{outlet_row(way): taken, end: -1.0})
    for name, node in network.nodes.items():
        through = {name: 1.0, f"{name}.out": -1.0}
        match node:
            case Source(cost=float(cost)):
                program.column(name, cost, np.inf, **{name: -1.0})
            case Store():
                program.column(name, -node.value, node.volume, **{name: 1.0})
            case Use():
                upper = np.inf if node.flow is None else node.flow
                program.column(name, -node.value, upper, **{name: 1.0})
            case Gauge():
                program.column(name, -node.value, node.flow, **through)
                program.column(f"{name}.free", 0.0, np.inf, **through)
            case Plant():
                taken = 1.0 + node.loss
                program.column(name, node.cost / taken, node.capacity * taken, **through)
            case Passage() if outlet_row(node) != name:
                upper = np.inf if node.capacity is None else node.capacity
                program.column(name, node.cost, upper, **through)
    return program


class Day:
    """What changes from day to day: inflow, storage, and bounds that follow month and storage."""

    def __init__(self, network: Network, program: Program, inflow: FloatArray) -> None:
        self.network = network
        self.inflow = inflow
        sources, stores = network.sources, network.stores
        column, row = program.columns, program.rows
        self.forced = np.array([k for k, s in enumerate(sources) if s.cost is None], dtype=int)
        self.priced = np.array([k for k, s in enumerate(sources) if s.cost is not None], dtype=int)
        self.forced_row = np.array([row[sources[k].name] for k in self.forced], dtype=int)
        self.priced_column = np.array([column[sources[k].name] for k in self.priced], dtype=int)
        self.store_row = np.array([row[s.name] for s in stores], dtype=int)
        self.store_column = np.array([column[s.name] for s in stores], dtype=int)
        self.volume = np.array([s.volume for s in stores])
        place = {s.name: k for k, s in enumerate(stores)}
        uses = [u for u in network.demands if u.seasonal or u.saved_by is not None]
        self.use_column = np.array([column[u.name] for u in uses], dtype=int)
        self.use_flow = np.array([u.flow for u in uses], dtype=float)
        self.saved_by = np.array([place.get(u.saved_by or "", -1) for u in uses], dtype=int)
        ways = [p for p in network.nodes.values() if isinstance(p, Passage) and p.by_zone]
        self.way_column = np.array([column[p.name] for p in ways], dtype=int)
        self.way_store = np.array([place[p.store or ""] for p in ways], dtype=int)
        self.way_values = np.array([p.by_zone for p in ways], dtype=float).reshape(-1, 3)
        self.changing = np.concatenate([self.priced_column, self.use_column, self.way_column])
        self.rows = np.concatenate([self.forced_row, self.store_row])

    def upper(self, t: int, month: int, storage: FloatArray) -> FloatArray:
        """Return the upper bounds of the columns in `changing`."""
        share = storage / self.volume
        zone = (share < UPPER_CURVE[month]).astype(int) + (share < LOWER_CURVE[month])
        factor = np.array(SAVING)[zone]
        saved = np.where(self.saved_by >= 0, factor[self.saved_by], 1.0)
        wanted = self.use_flow * SEASON[month] * saved
        ways = self.way_values[np.arange(self.way_store.size), zone[self.way_store]]
        return np.concatenate([self.inflow[self.priced, t], wanted, ways])

    def right(self, t: int, storage: FloatArray) -> FloatArray:
        """Return the right-hand sides of the rows in `rows`."""
        return np.concatenate([self.inflow[self.forced, t], storage])
