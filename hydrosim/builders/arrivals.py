"""What links bring to a row within the step: for certain, and at most.

Water that comes of itself and has one way only (an inflow, the rivers and reaches below it) arrives
whatever is decided. Other arrivals are decided in the step; what they can bring is bounded by the
columns on their way and by the water at their start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hydrosim.expressions.functions import maximum, minimum

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from hydrosim.builders.primitives import Column, Row
    from hydrosim.expressions.values import Graph, Value

__all__ = ["Arrivals", "Bundle", "gain_to"]


class Bundle(NamedTuple):
    """The columns from one row (None: a source) to another, with the least gain of them."""

    start: Row | None
    columns: tuple[Column, ...]
    gain: float


class Arrivals:
    """What arrives at the rows of a model whose nodes are all lowered.

    Parameters
    ----------
    graph
        The values of the model.
    rows, columns
        Its rows and columns by name.
    """

    def __init__(self, graph: Graph, rows: dict[str, Row], columns: dict[str, Column]) -> None:
        self.graph = graph
        self._arriving: dict[str, list[Bundle]] = {name: [] for name in rows}
        self._leaving: dict[str, list[Column]] = {name: [] for name in rows}
        self._certain: dict[str, Value] = {}
        self._most: dict[str, Value] = {}
        parts: dict[tuple[str, str], list[tuple[Column, float]]] = {}
        for name in sorted(columns):
            column = columns[name]
            start, ends = _ways(column)
            if start is not None:
                self._leaving[start.name].append(column)
            for end, gain in ends:
                key = (end.name, "" if start is None else start.name)
                parts.setdefault(key, []).append((column, gain))
        for (end, begin), found in sorted(parts.items(), key=lambda part: part[0]):
            gain = min(weight for _unused, weight in found)
            bundle = Bundle(rows.get(begin), tuple(column for column, _unused in found), gain)
            self._arriving[end].append(bundle)

    def certain(self, row: Row) -> Value:
        """Return what arrives at a row through columns whatever is decided [m3]."""
        for one in self._upstream(row, self._certain, only=True):
            total = self.graph.constant(0.0)
            for bundle in self._arriving[one.name]:
                start = bundle.start
                if start is not None and self._only_way(start, one):
                    above = self._certain.get(start.name, self.graph.constant(0.0))
                    total = total + (_forced(self.graph, start) + above) * bundle.gain
            self._certain[one.name] = total
        return self._certain[row.name]

    def into(self, row: Row) -> list[Bundle]:
        """Return the columns that arrive at a row."""
        return self._arriving[row.name]

    def decided(self, row: Row) -> list[Bundle]:
        """Return the columns that may bring more to a row than what arrives for certain."""
        return [bundle for bundle in self._arriving[row.name] if not self._natural(bundle, row)]

    def most(self, row: Row) -> Value:
        """Return the most that columns can bring to a row [m3]; infinite where nothing bounds it.

        The bounds of all columns on the way are given already.
        """
        for one in self._upstream(row, self._most):
            total = self.graph.constant(0.0)
            for bundle in self._arriving[one.name]:
                total = total + self._brings(bundle)
            self._most[one.name] = total
        return self._most[row.name]

    def downward(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield rows and all rows above them, each after those above it."""
        known: set[str] = set()
        for row in rows:
            for one in self._upstream(row, known):
                known.add(one.name)
                yield one

    def _brings(self, bundle: Bundle) -> Value:
        bound = self.graph.constant(0.0)
        for column in bundle.columns:
            least = self.graph.constant(np.inf)
            for upper, _unused in column.upper:
                least = minimum(least, upper)
            bound = bound + maximum(least, 0.0)
        start = bundle.start
        if start is None:
            return bound * bundle.gain
        if start.name not in self._most:  # on a circle
            return bound * bundle.gain
        water = _forced(self.graph, start) + self._most[start.name]
        return minimum(bound, water) * bundle.gain

    def _upstream(self, row: Row, known: Container[str], *, only: bool = False) -> Iterator[Row]:
        """Yield the rows above a row that are not known yet, from the highest down, and itself.

        ``only``: just those whose water has no other way.
        """
        stack: list[tuple[Row, bool]] = [(row, False)]
        entered: set[str] = set()
        while stack:
            one, done = stack.pop()
            if done:
                yield one
                continue
            if one.name in known or one.name in entered:
                continue
            entered.add(one.name)
            stack.append((one, True))
            for bundle in self._arriving[one.name]:
                start = bundle.start
                if start is not None and (not only or self._only_way(start, one)):
                    stack.append((start, False))

    def _only_way(self, start: Row, end: Row) -> bool:
        """Whether all water of a junction goes to one row: no bound, no other way, no store."""
        if start.kind == "store":
            return False
        unbounded = False
        for column in self._leaving[start.name]:
            if start.overflow is column:
                continue
            _unused, ends = _ways(column)
            if len(ends) != 1 or ends[0][0] is not end:
                return False
            held = any(row.kind == "side" and weight > 0.0 for row, weight in column.entries)
            unbounded = unbounded or not (column.upper or held)
        return unbounded

    def _natural(self, bundle: Bundle, end: Row) -> bool:
        """Whether columns bring what comes for certain and nothing else."""
        stack = [(bundle, end)]
        seen: set[str] = set()
        while stack:
            one, below = stack.pop()
            if one.start is None or not self._only_way(one.start, below):
                return False
            if one.start.name in seen:
                return False
            seen.add(one.start.name)
            stack.extend((above, one.start) for above in self._arriving[one.start.name])
        return True


def gain_to(column: Column, row: Row) -> float:
    """Return the part of a column that arrives at a row."""
    return sum(-weight for other, weight in column.entries if other is row)


def _ways(column: Column) -> tuple[Row | None, list[tuple[Row, float]]]:
    """Return the row that a column leaves, and the rows where it arrives with their gains."""
    start = None
    ends: list[tuple[Row, float]] = []
    for row, weight in column.entries:
        if row.kind == "side":
            continue
        if weight > 0.0:
            start = row
        elif weight < 0.0:
            ends.append((row, -weight))
    return start, ends


def _forced(graph: Graph, row: Row) -> Value:
    total = graph.constant(0.0)
    for volume, _unused in row.forced:
        total = total + volume
    return maximum(total, 0.0)
