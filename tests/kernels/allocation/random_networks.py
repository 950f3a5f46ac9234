"""Random networks with every feature of the allocation, from one seed."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hydrosim.kernels.allocation import (
    MODE_FAIR,
    MODE_LEAST_COST,
    TOLERANCE,
    AllocationModel,
    AllocationState,
    Overflows,
    build_allocation,
)
from hydrosim.kernels.allocation.codes import LAST_POLICY
from hydrosim.kernels.allocation.overflow import HELD
from tests.naive.leximin import Problem

PHYSICAL = 0


@dataclass
class Column:
    """A column: entries by row, today's bound as a factor, perhaps a claim."""

    entries: dict[int, float]
    upper: float
    cost: float = 0.0
    sense: int = 0
    line: int = -1
    share: float = 1.0
    kind: str = ""


@dataclass
class Sample:
    """A network, its model and the means to draw a step."""

    rng: np.random.Generator
    scale: float
    rows: int = 0
    columns: list[Column] = field(default_factory=list)
    inflow_rows: list[int] = field(default_factory=list)
    stores: dict[int, float] = field(default_factory=dict)
    caps: dict[int, float] = field(default_factory=dict)
    policies: list[list[list[int]]] = field(default_factory=list)
    gain: Any = None
    cost: Any = None
    tie_break: Any = None
    model: AllocationModel | None = None

    def add_row(self) -> int:
        """Add a row; return its number."""
        self.rows += 1
        return self.rows - 1

    def add(self, entries: dict[int, float], upper: float, **options: Any) -> int:
        """Add a column, its entries summed by row; return its number."""
        self.columns.append(Column(entries, upper, **options))
        return len(self.columns) - 1

    def claims(self) -> list[int]:
        """Return the columns that carry claims."""
        return [j for j, c in enumerate(self.columns) if c.sense != 0]

    def draw_step(self) -> tuple[int, int, Any, Any, Any]:
        """Return variant, policy, upper [m3], wanted [m3], rhs [m3] of a random step."""
        rng = self.rng
        variant = int(rng.integers(self.gain.shape[0]))
        policy = int(rng.integers(len(self.policies) // 2))
        rhs = np.zeros(self.rows)
        wet = rng.choice([0.1, 1.0, 3.0])
        for i in self.inflow_rows:
            rhs[i] = 0.0 if rng.random() < 0.1 else self.scale * wet * rng.exponential(2.0)
        for i, size in self.stores.items():
            rhs[i] += size * rng.choice([0.0, 1.0, rng.random(), rng.random()])
        for i, cap in self.caps.items():
            rhs[i] = cap * rng.choice([0.0, 1.0, 0.4])
        upper = np.array([c.upper for c in self.columns])
        total = 4.0 * (rhs.sum() + sum(c.upper for c in self.columns if c.kind == "import"))
        wanted = np.zeros(len(self.claims()))
        for j, column in enumerate(self.columns):
            if column.kind in {"overflow", "free", "slack"}:
                upper[j] = total
            elif column.kind == "arc" and rng.random() < 0.1:
                upper[j] *= rng.choice([0.0, 0.3])
            elif column.kind == "import":
                upper[j] *= rng.choice([1.0, 1.0, 0.2, 0.0])
        for k, j in enumerate(self.claims()):
            column = self.columns[j]
            if column.sense < 0:
                wanted[k] = upper[j]
            else:
                wanted[k] = upper[j]
                if column.kind == "demand":
                    wanted[k] *= rng.choice([1.0, 0.0, 0.5, 1.3])
                    upper[j] = wanted[k] * rng.choice([1.0, 1.0, 1.0, 0.6, 2.0])
        return variant, policy, upper, wanted, rhs

    def settle(self, step: tuple[int, int, Any, Any, Any], state: AllocationState) -> Any:
        """Return the step with its overflow held or let go as the solver left it, and what is kept.

        What is kept of a store that overflows (or of the ways out of a junction) is taken from
        bounds, wishes and right-hand sides; it belongs to the flows of the step.
        """
        variant, policy, upper, wanted, rhs = step
        upper, wanted, rhs = upper.copy(), wanted.copy(), rhs.copy()
        claimed = self.claims()
        kept = np.zeros(upper.size)
        if not self.given_up(state):
            for v, j in enumerate(self.model.overflow_column):
                if state.arrays["overflow_state"][v] == HELD:
                    upper[j] = wanted[claimed.index(j)] = 0.0
            if state.arrays["overflow_state"].max(initial=0) > HELD:
                kept = state.arrays["shift"].copy()
        for j in np.flatnonzero(kept):
            upper[j] = max(upper[j] - kept[j], 0.0)
            if j in claimed:
                wanted[claimed.index(j)] = max(wanted[claimed.index(j)] - kept[j], 0.0)
            for i in self.columns[j].entries:
                place = list(self.columns[j].entries).index(i) + sum(
                    len(c.entries) for c in self.columns[:j]
                )
                rhs[i] -= self.gain[variant, place] * kept[j]
        if self.given_up(state):
            policy += len(self.policies) // 2
        return (variant, policy, upper, wanted, rhs), kept

    def given_up(self, state: AllocationState) -> bool:
        """Whether overflow went before all lines in the last step."""
        return bool(state.control[LAST_POLICY] >= len(self.policies) // 2)

    def describe(self, step: tuple[int, int, Any, Any, Any]) -> Problem:
        """Return the step as the oracle takes it."""
        variant, policy, upper, wanted, rhs = step
        claimed = self.claims()
        columns = self.columns
        pointer = np.cumsum([0] + [len(c.entries) for c in columns])
        index = [i for c in columns for i in c.entries]
        return Problem(
            column_ptr=pointer,
            row_index=index,
            coefficient=self.gain[variant],
            cost=self.cost[variant],
            tie_break=self.tie_break,
            claim_column=claimed,
            claim_sense=[columns[j].sense for j in claimed],
            claim_share=[columns[j].share for j in claimed],
            classes=self.policies[policy],
            upper=upper,
            wanted=wanted,
            rhs=rhs,
        )


def _add_river(sample: Sample, nodes: int) -> list[int]:
    """Nodes in a tree (two trees at times); overflow, river arcs, base flow, zones."""
    rng = sample.rng
    scale = sample.scale
    second_root = int(rng.integers(1, nodes)) if rng.random() < 0.25 else 0
    rows = [sample.add_row() for _ in range(nodes)]
    for i in range(nodes):
        parent = -1 if i in {0, second_root} else int(rng.integers(0, i))
        if i > second_root > 0 and parent < second_root:
            parent = second_root

        def arrive(gain: float, i: int = i, parent: int = parent) -> dict[int, float]:
            entries = {rows[i]: 1.0}
            if parent >= 0:
                entries[rows[parent]] = -gain
            return entries

        sample.add(arrive(1.0), 0.0, sense=-1, line=PHYSICAL, kind="overflow")
        if rng.random() < 0.8:
            sample.inflow_rows.append(rows[i])
        gain = float(rng.choice([1.0, rng.uniform(0.85, 1.0)]))
        if rng.random() < 0.35:
            size = scale * float(rng.choice([0.0, rng.uniform(1, 40), rng.uniform(1, 40)]))
            sample.stores[rows[i]] = size
            for line, part in ((4, 0.2), (6, 0.5), (8, 0.3)):
                sample.add({rows[i]: 1.0}, part * size, sense=1, line=line, kind="zone")
            sample.add({rows[i]: 1.0}, 0.2 * size, sense=-1, line=9, kind="empty")
            river = scale * float(rng.uniform(0.5, 8))
            sample.add(arrive(gain), river, cost=0.01, kind="arc")
        else:
            sample.add(arrive(gain), 0.0, kind="free")
        if rng.random() < 0.4:
            base = scale * float(rng.uniform(0.1, 1))
            sample.add(arrive(gain), base, sense=1, line=2, kind="demand")
        if rng.random() < 0.2:
            # More than the safe discharge only when nothing else can.
            sample.add(arrive(gain), 10 * scale, sense=-1, line=1, kind="arc")
    return rows


def _add_uses(sample: Sample, rows: list[int], uses: int) -> None:
    """Demands with several sources, returns in the same step, imports with spare lines."""
    rng = sample.rng
    scale = sample.scale
    arcs = []
    for _ in range(uses):
        use = sample.add_row()
        wanted = scale * float(rng.uniform(0.1, 3))
        for source in rng.choice(rows, size=min(len(rows), int(rng.integers(1, 4))), replace=False):
            entries = {int(source): 1.0, use: -float(rng.uniform(0.6, 1.0))}
            other = int(rng.choice(rows))
            if rng.random() < 0.3 and other != source:
                entries[other] = -float(rng.uniform(0.05, 0.3))
            size = wanted * float(rng.choice([0.3, 0.8, 1.5]))
            cost = float(rng.choice([0.0, rng.uniform(0, 2)]))
            arcs.append(sample.add(entries, size, cost=cost, kind="arc"))
        entries = {use: 1.0}
        if rng.random() < 0.4:
            entries[int(rng.choice(rows))] = -float(rng.uniform(0.05, 0.4))
        line = int(rng.choice([3, 5, 5, 7]))
        share = float(rng.choice([1.0, 1.0, 0.5, 2.0]))
        sample.add(entries, wanted, sense=1, line=line, share=share, kind="demand")
        if rng.random() < 0.4:
            sense = int(rng.choice([0, -1]))
            line = int(rng.choice([4, 6, 8])) if sense else -1
            cost = float(rng.uniform(1, 3))
            size = wanted * float(rng.uniform(0.2, 1))
            sample.add({use: -1.0}, size, cost=cost, sense=sense, line=line, kind="import")
    for _ in range(int(rng.integers(0, 3))):
        if len(arcs) < 2:
            break
        picked = rng.choice(arcs, size=2, replace=False)
        row = sample.add_row()
        if rng.random() < 0.5:
            sample.caps[row] = sum(sample.columns[j].upper for j in picked) * 0.7
            for j in picked:
                sample.columns[j].entries[row] = float(rng.choice([1.0, 0.5, 30.0]))
        else:
            # Blending: the first at most so many times the second.
            sample.columns[picked[0]].entries[row] = 1.0
            sample.columns[picked[1]].entries[row] = -float(rng.uniform(0.3, 3))
        sample.add({row: 1.0}, 0.0, kind="slack")


def build_sample(
    seed: int,
    size: int = 6,
    scale: float = 1.0,
    mode: int = MODE_FAIR,
    tolerance: float = TOLERANCE,
    parallel: bool = False,
) -> Sample:
    """Return a random network of about `size` river nodes; all from one seed.

    With `parallel` some arcs get twins of the same cost and some lose all their room.
    """
    rng = np.random.default_rng(seed)
    sample = Sample(rng, scale)
    rows = _add_river(sample, int(rng.integers(2, size + 1)))
    _add_uses(sample, rows, int(rng.integers(1, size + 1)))
    if parallel:
        for column in [c for c in sample.columns if c.kind == "arc" and c.sense == 0]:
            if rng.random() < 0.3:
                sample.add(dict(column.entries), column.upper, cost=column.cost, kind="arc")
            elif rng.random() < 0.1:
                column.upper = 0.0
    columns = sample.columns
    claimed = sample.claims()
    index = [i for c in columns for i in c.entries]
    value = np.array([v for c in columns for v in c.entries.values()])
    variants = int(rng.integers(1, 3))
    sample.gain = np.tile(value, (variants, 1))
    sample.cost = np.tile([c.cost for c in columns], (variants, 1))
    if rng.random() < 0.2:
        sample.cost[:] = 0.0
    if variants == 2:
        changed = (value < 0) & (rng.random(value.size) < 0.5)
        sample.gain[1, changed] *= rng.uniform(0.7, 1.0, size=int(changed.sum()))
        sample.gain[1, changed & (rng.random(value.size) < 0.1)] = 0.0
        sample.cost[1] *= rng.uniform(0.5, 1.5, size=len(columns))
    if mode == MODE_LEAST_COST:
        for k in claimed:
            sample.cost[:, k] -= columns[k].sense * rng.uniform(0, 5)
            if columns[k].line == PHYSICAL:
                sample.cost[:, k] = 100.0
    lines = sorted({columns[j].line for j in claimed})
    orders = [lines[1:], rng.permutation(lines[1:]).tolist()]
    over = [k for k, j in enumerate(claimed) if columns[j].line == PHYSICAL]
    ladders = []
    for number, order in enumerate(orders):
        ladders.append([])
        for line in order:
            members = [k for k, j in enumerate(claimed) if columns[j].line == line]
            if number == 1:
                members = [k for k in members if rng.random() < 0.85]
            ladders[-1].append(members)
    sample.policies = [*([*one, over] for one in ladders), *([over, *one] for one in ladders)]
    sample.tie_break = 1.0 + rng.random(len(columns))
    claim_order = np.full((4, len(claimed)), -1)
    class_ptr = np.zeros((4, len(lines) + 1), dtype=int)
    for number, classes in enumerate(sample.policies):
        flat = [k for members in classes for k in members]
        claim_order[number, : len(flat)] = flat
        class_ptr[number] = np.cumsum([0] + [len(members) for members in classes])
    sample.model = build_allocation(
        column_ptr=np.cumsum([0] + [len(c.entries) for c in columns]),
        row_index=index,
        coefficient=sample.gain,
        cost=sample.cost,
        tie_break=sample.tie_break,
        claim_column=claimed,
        claim_sense=[columns[j].sense for j in claimed],
        claim_share=[columns[j].share for j in claimed],
        claim_order=claim_order,
        class_ptr=class_ptr,
        rows=sample.rows,
        mode=mode,
        tolerance=tolerance,
        overflows=_overflows(sample),
    )
    return sample


def _overflows(sample: Sample) -> Overflows:
    """Return the overflow of every node, with the zones of those that are stores."""
    columns = sample.columns
    over = [j for j, c in enumerate(columns) if c.line == PHYSICAL]
    rows = [next(iter(columns[j].entries)) for j in over]
    zones = [
        [j for j, c in enumerate(columns) if c.kind in {"zone", "empty"} and row in c.entries]
        for row in rows
    ]
    return Overflows(
        over,
        rows,
        [int(row in sample.stores) for row in rows],
        np.cumsum([0] + [len(members) for members in zones]),
        [j for members in zones for j in members],
    )
