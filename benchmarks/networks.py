"""The four benchmark networks and their series, as arrays for the allocation core.

S is one reservoir, M a small basin with a treatment plant, an import and return flow, L and XL
random river trees with reservoirs, lossy supply arcs and return flow.  Random streams are fixed:
figures of different versions compare.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from hydrosim.kernels.allocation import MODE_FAIR, MODE_LEAST_COST, TOLERANCE, AllocationModel
from hydrosim.kernels.allocation import build_allocation as build_model

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

UNBOUNDED = 1e5
CARRY_OVER = 0.9995
"""Share of a storage that is left after a step's evaporation."""


@dataclass
class Arc:
    """One column: water from `tail` to `head` (-1: outside), perhaps with a claim."""

    tail: int
    head: int
    upper: float = UNBOUNDED
    gain: float = 1.0
    cost: float = 0.0
    line: int = -1
    wanted: float = 0.0
    kind: str = ""
    varies: bool = False


@dataclass
class Reservoir:
    """A node that keeps water in zone columns."""

    node: int
    zones: list[int]
    size: float
    start: float


@dataclass
class Network:
    """Nodes, arcs and reservoirs in the order in which they were added."""

    inflow: list[float] = field(default_factory=list)
    arcs: list[Arc] = field(default_factory=list)
    reservoirs: list[Reservoir] = field(default_factory=list)
    group_caps: list[tuple[list[int], float]] = field(default_factory=list)

    def add_node(self, inflow: float = 0.0) -> int:
        """Add a junction with a mean local inflow; return its number."""
        self.inflow.append(inflow)
        return len(self.inflow) - 1

    def add_arc(self, tail: int, head: int, **options: Any) -> int:
        """Add an arc; return its number."""
        self.arcs.append(Arc(tail, head, **options))
        return len(self.arcs) - 1

    def add_reservoir(
        self, inflow: float, zones: list[tuple[int, float]], start: float = 0.6
    ) -> int:
        """Add a node with zone columns (line, size); return its number."""
        node = self.add_node(inflow)
        columns = [
            self.add_arc(node, -1, line=line, wanted=size, kind="zone") for line, size in zones
        ]
        self.reservoirs.append(Reservoir(node, columns, sum(size for _, size in zones), start))
        return node


@dataclass(frozen=True)
class Case:
    """A network as the time loop needs it."""

    name: str
    network: Network
    model: AllocationModel
    upper: FloatArray
    wanted: FloatArray
    rhs: FloatArray
    inflow_mean: FloatArray
    claim_kind: IntArray
    varying: IntArray
    store_row: IntArray
    zone_ptr: IntArray
    zone_column: IntArray
    storage_start: FloatArray


KINDS = {"zone": 0, "env": 1, "dem": 2, "irr": 3}


def build_s() -> Network:
    """One reservoir with one zone, one demand and a spill arc."""
    net = Network()
    node = net.add_reservoir(10.0, [(2, 800.0)])
    net.add_arc(node, -1, line=1, wanted=7.5, kind="dem")
    net.add_arc(node, -1, kind="spill", cost=1.0)
    return net


def build_m(group_cap: bool = False) -> Network:
    """Twelve nodes: two reservoirs, a treatment plant, two cities, two irrigation districts."""
    net = Network()
    upper_lake = net.add_reservoir(8.0, [(4, 150.0), (5, 350.0)])
    lower_lake = net.add_reservoir(3.0, [(4, 80.0), (5, 220.0)])
    bend, fork, mouth = net.add_node(1.0), net.add_node(0.5), net.add_node(0.8)
    plant, city_1, city_2 = net.add_node(), net.add_node(), net.add_node()
    field_1, field_2, hub = net.add_node(), net.add_node(), net.add_node()
    wells = net.add_node(0.6)
    net.add_arc(upper_lake, bend, upper=25.0, cost=0.01)
    net.add_arc(upper_lake, bend, cost=5.0, kind="spill")
    net.add_arc(bend, lower_lake, gain=0.98)
    canal = net.add_arc(bend, field_1, upper=4.0, gain=0.85, cost=0.05)
    net.add_arc(lower_lake, fork, upper=30.0, cost=0.01)
    net.add_arc(lower_lake, fork, cost=5.0, kind="spill")
    pipe = net.add_arc(lower_lake, plant, upper=6.0, gain=0.97, cost=0.1)
    net.add_arc(fork, mouth, line=1, wanted=1.5, kind="env")
    net.add_arc(fork, mouth)
    net.add_arc(mouth, -1)
    net.add_arc(mouth, field_2, upper=3.0, gain=0.8, cost=0.06)
    net.add_arc(fork, plant, upper=3.0, gain=0.97, cost=0.3)
    net.add_arc(plant, city_1, upper=5.0, gain=0.92, cost=0.02)
    net.add_arc(plant, city_2, upper=4.0, gain=0.88, cost=0.02)
    net.add_arc(-1, hub, upper=1.2, cost=2.0, varies=True)
    net.add_arc(hub, city_1, upper=1.0, gain=0.99)
    net.add_arc(hub, city_2, upper=1.0)
    net.add_arc(-1, city_2, upper=0.5, cost=4.0, varies=True)
    net.add_arc(wells, field_2, upper=1.0, gain=0.9, cost=0.2)
    net.add_arc(wells, -1)
    net.add_arc(city_1, mouth, line=2, wanted=3.6, gain=0.3, kind="dem")
    net.add_arc(city_2, -1, line=2, wanted=2.4, kind="dem")
    net.add_arc(field_1, -1, line=3, wanted=2.6, kind="irr")
    net.add_arc(field_2, -1, line=3, wanted=2.2, kind="irr")
    if group_cap:
        net.group_caps.append(([pipe, canal], 7.0))
    return net


def build_random(
    rivers: int, lakes: int, demands: int, imports: int, seed: int, caps: int = 0
) -> Network:
    """A random river tree with reservoirs, demands on several sources, imports, group caps."""
    rng = np.random.default_rng(seed)
    net = Network()
    is_lake = np.zeros(rivers, dtype=bool)
    is_lake[rng.choice(np.arange(1, rivers), lakes, replace=False)] = True
    parent = [-1] + [int(rng.integers(max(0, i - 6), i)) for i in range(1, rivers)]
    node = []
    for i in range(rivers):
        inflow = float(rng.uniform(0.3, 1.5)) * (1.5 if is_lake[i] else 0.6)
        if is_lake[i]:
            size = float(rng.uniform(100, 400))
            zones = [(4, 0.25 * size), (5, 0.35 * size), (6, 0.4 * size)]
            node.append(net.add_reservoir(inflow, zones, start=float(rng.uniform(0.4, 0.8))))
        else:
            node.append(net.add_node(inflow))
    total = [net.inflow[node[i]] for i in range(rivers)]
    for i in range(rivers - 1, 0, -1):
        total[parent[i]] += total[i]
    for i in range(rivers):
        below = node[parent[i]] if i else -1
        gain = float(rng.uniform(0.96, 1.0)) if i else 1.0
        if is_lake[i]:
            net.add_arc(node[i], below, upper=4 * total[i], cost=0.01, gain=gain)
            net.add_arc(node[i], below, cost=5.0, gain=gain, kind="spill")
        else:
            net.add_arc(node[i], below, gain=gain)
        if i and total[i] > 3 and rng.random() < 0.3:
            net.add_arc(node[i], below, line=1, wanted=0.04 * total[i], gain=gain, kind="env")
    _add_demands(net, rng, node, parent, is_lake, total[0], demands, imports)
    for _ in range(caps):
        pool = [
            j
            for j, a in enumerate(net.arcs)
            if a.upper < UNBOUNDED and a.head >= 0 and a.line < 0 and a.kind == ""
        ]
        picked = [int(j) for j in rng.choice(pool, 3, replace=False)]
        cap = 0.6 * sum(net.arcs[j].upper for j in picked)
        net.group_caps.append((picked, float(cap)))
    return net


def _add_demands(
    net: Network,
    rng: np.random.Generator,
    node: list[int],
    parent: list[int],
    is_lake: npt.NDArray[np.bool_],
    total: float,
    demands: int,
    imports: int,
) -> None:
    rivers = len(node)
    placed = []
    for _ in range(demands):
        use = net.add_node()
        i = int(rng.integers(0, rivers))
        wanted = float(rng.uniform(0.3, 1.7)) * 0.3 * total / demands
        line = 2 if rng.random() < 0.4 else 3
        more = rng.integers(max(0, i - 8), min(rivers, i + 8), size=int(rng.integers(0, 3)))
        sources = [i] + [int(s) for s in more]
        if rng.random() < 0.8:
            i = min((q for q in range(rivers) if is_lake[q]), key=lambda q: abs(q - i))
            sources[0] = i
        for rank, source in enumerate(dict.fromkeys(sources)):
            size = rng.uniform(1.5, 2.2) if rank == 0 else rng.uniform(0.4, 1.2)
            net.add_arc(
                node[source],
                use,
                upper=float(size) * wanted * 1.3,
                gain=float(rng.uniform(0.75, 0.98)),
                cost=float(rng.uniform(0.02, 0.5)),
            )
        head, gain = -1, 1.0
        if rng.random() < 0.2 and parent[i] >= 0:
            head, gain = node[parent[i]], float(rng.uniform(0.1, 0.4))
        kind = "dem" if line == 2 else "irr"
        net.add_arc(use, head, line=line, wanted=wanted, gain=gain, kind=kind)
        placed.append((use, wanted))
    for _ in range(imports):
        use, wanted = placed[int(rng.integers(0, demands))]
        net.add_arc(-1, use, upper=0.5 * wanted, cost=float(rng.uniform(1, 5)), varies=True)


def build_l(caps: int = 0) -> Network:
    """A random network of 95 nodes."""
    return build_random(65, 10, 30, 5, seed=3, caps=caps)


def build_xl(caps: int = 0) -> Network:
    """A random network of 480 nodes."""
    return build_random(330, 40, 150, 20, seed=5, caps=caps)


NETWORKS = {"S": build_s, "M": build_m, "L": build_l, "XL": build_xl}


def build_case(
    name: str, network: Network, mode: int = MODE_FAIR, tolerance: float = TOLERANCE
) -> Case:
    """Lower a network to arrays; in the least-cost mode lines become negative costs."""
    arcs = list(network.arcs)
    nodes = len(network.inflow)
    rows = nodes + len(network.group_caps)
    columns: list[dict[int, float]] = []
    for arc in arcs:
        entries: dict[int, float] = {}
        if arc.tail >= 0:
            entries[arc.tail] = entries.get(arc.tail, 0.0) + 1.0
        if arc.head >= 0:
            entries[arc.head] = entries.get(arc.head, 0.0) - arc.gain
        columns.append(entries)
    rhs = np.zeros(rows)
    for number, (members, cap) in enumerate(network.group_caps):
        for j in members:
            columns[j][nodes + number] = 1.0
        rhs[nodes + number] = cap
        columns.append({nodes + number: 1.0})
        arcs.append(Arc(-1, -1, upper=cap, kind="slack"))
    pointer = np.cumsum([0] + [len(c) for c in columns])
    index = [i for c in columns for i in sorted(c)]
    value = [c[i] for c in columns for i in sorted(c)]
    claimed = [j for j, arc in enumerate(arcs) if arc.line >= 0]
    claimed.sort(key=lambda j: (arcs[j].line, j))
    line = np.array([arcs[j].line for j in claimed])
    class_ptr = np.searchsorted(line, np.append(np.unique(line), line.max() + 1))
    cost = np.array([arc.cost for arc in arcs])
    if mode == MODE_LEAST_COST:
        for j in claimed:
            cost[j] -= 10.0 * 4.0 ** (6 - arcs[j].line)
    model = build_model(
        column_ptr=pointer,
        row_index=index,
        coefficient=[value],
        cost=[cost],
        tie_break=1.0 + np.random.default_rng(123).random(len(arcs)),
        claim_column=claimed,
        claim_sense=np.ones(len(claimed)),
        claim_share=np.ones(len(claimed)),
        claim_order=[np.arange(len(claimed))],
        class_ptr=[class_ptr],
        rows=rows,
        mode=mode,
        tolerance=tolerance,
    )
    zone_ptr = np.cumsum([0] + [len(r.zones) for r in network.reservoirs])
    return Case(
        name=name,
        network=network,
        model=model,
        upper=np.array([arc.upper for arc in arcs]),
        wanted=np.array([arcs[j].wanted for j in claimed]),
        rhs=rhs,
        inflow_mean=np.array(network.inflow + [0.0] * len(network.group_caps)),
        claim_kind=np.array([KINDS[arcs[j].kind] for j in claimed], dtype=np.int64),
        varying=np.array([j for j, arc in enumerate(arcs) if arc.varies], dtype=np.int64),
        store_row=np.array([r.node for r in network.reservoirs], dtype=np.int64),
        zone_ptr=zone_ptr.astype(np.int64),
        zone_column=np.array([z for r in network.reservoirs for z in r.zones], dtype=np.int64),
        storage_start=np.array([r.start * r.size for r in network.reservoirs]),
    )


def build_series(
    case: Case, steps: int, seed: int = 1, wetness: float = 1.0
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return inflows (step, row) and the factors of demand, irrigation and imports (step,)."""
    rng = np.random.default_rng(seed)
    mean = case.inflow_mean
    day = np.arange(steps) % 365
    season = 1 + 0.8 * np.sin(2 * np.pi * (day - 60) / 365)
    years = steps // 365 + 2
    year = np.exp(0.35 * rng.standard_normal(years) - 0.06)
    year = np.where(rng.random(years) < 0.2, year * 0.45, year)[np.arange(steps) // 365]
    noise = rng.standard_normal((steps, 2))
    memory = np.zeros(steps)
    value = 0.0
    for t in range(steps):
        value = 0.9 * value + 0.3 * noise[t, 0]
        memory[t] = value
    wet = np.flatnonzero(mean)
    inflow = np.zeros((steps, mean.size))
    local = np.exp(0.3 * rng.standard_normal((steps, wet.size)) - 0.045)
    inflow[:, wet] = (wetness * season * year * np.exp(memory - 0.2))[:, None] * mean[wet] * local
    demand = 1 + 0.15 * np.sin(2 * np.pi * (day - 200) / 365)
    irrigation = np.maximum(0, np.sin(2 * np.pi * (day - 100) / 365)) * 1.9
    imports = np.where(rng.random(steps) < 0.02, 0.3, 1.0)
    return inflow, demand, irrigation, imports
