"""Rows, columns and claims of the allocation, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.builders.primitives import WITHDRAWN, Claim, Column, Row, Zone
from hydrosim.expressions.functions import maximum, minimum
from hydrosim.expressions.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hydrosim.expressions.values import Graph

__all__ = ["Matrix"]


class Matrix:
    """Collects what the allocation sees of a model.

    Parameters
    ----------
    graph
        The values of the model.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.rows: dict[str, Row] = {}
        self.columns: dict[str, Column] = {}
        self.claims: dict[str, Claim] = {}

    def junction(self, name: str) -> Row:
        """Add a balance without storage."""
        return self.open_row(name, "junction")

    def open_row(self, name: str, kind: str) -> Row:
        """Add a row: ``junction``, ``store`` or ``side``."""
        if name in self.rows:
            msg = f"row {name!r} exists already"
            raise ValueError(msg)
        row = Row(name, kind)
        self.rows[name] = row
        return row

    def force(self, row: Row, volume_m3: Value, origin: str) -> None:
        """Let a volume that is known at the start of the step arrive at a row.

        The caller books where the water comes from (a boundary or another balance). A negative
        volume is water taken before the allocation, with the origin ``WITHDRAWN``. ``origin``
        tells the ledger whose water it is: an origin's name, ``row:NAME`` for water of that row's
        mix, ``carry:NAME`` for what :meth:`carry` put under way, or ``STORED`` for the content of
        the row's store.
        """
        row.forced.append((volume_m3, origin))

    def column(
        self,
        name: str,
        start: Row | None,
        arrivals: Iterable[tuple[Row, float]],
        upper: Iterable[tuple[Value, str]] = (),
        *,
        cost_yuan_per_m3: float = 0.0,
        origin: str = "",
    ) -> Column:
        """Add a decided volume that leaves ``start`` and arrives with gains (sum <= 1).

        What ``start`` loses and no row receives is the caller's to book (:meth:`leaves`,
        :meth:`recharge` or a balance). ``origin`` names the source of water of a column
        without start.
        """
        if name in self.columns:
            msg = f"column {name!r} exists already"
            raise ValueError(msg)
        entries: dict[str, tuple[Row, float]] = {}
        if start is not None:
            entries[start.name] = (start, 1.0)
        gains = 0.0
        for row, gain in arrivals:
            gains += gain
            before = entries.get(row.name, (row, 0.0))[1]
            entries[row.name] = (row, before - gain)
        if gains > 1.0 + 1e-12:
            msg = f"column {name!r} gains {gains} of what it takes"
            raise ValueError(msg)
        column = Column(name, list(entries.values()), list(upper), cost_yuan_per_m3, origin)
        column.flow = self.graph.flow(len(self.columns), name)
        self.columns[name] = column
        return column

    def group(
        self,
        name: str,
        parts: Iterable[tuple[Column, float]],
        upper_m3: Value | float,
        reason: str = "group",
    ) -> Row:
        """Hold the weighted sum of columns at or below a volume (0 for a ratio).

        Columns of negative weight make room for the others.
        """
        row = self.open_row(name, "side")
        parts = list(parts)
        for column, weight in parts:
            column.entries.append((row, weight))
        limit = self.graph.constant(upper_m3)
        left = limit if all(weight > 0.0 for _unused, weight in parts) else np.inf
        is_ratio = limit.is_constant and limit.constant == 0.0
        bounds = () if is_ratio else ((self.graph.constant(left), reason),)
        self.column(f"{name}.slack", row, (), bounds)
        self.force(row, limit, WITHDRAWN)
        return row

    def claim(
        self,
        name: str,
        column: Column,
        wanted_m3: Value,
        line: str,
        *,
        sense: int = 1,
        share: float = 1.0,
        stock: bool = False,
        limits: bool = False,
    ) -> Claim:
        """Claim a column for a ladder line."""
        if name in self.claims:
            msg = f"claim {name!r} exists already"
            raise ValueError(msg)
        claim = Claim(name, column, wanted_m3, line, sense, share, stock, limits)
        self.claims[name] = claim
        return claim

    def spare(self, name: str, column: Column) -> Claim:
        """Let ladder lines ``spare: name`` keep a source column unused."""
        bound = minimum(*(value for value, _ in column.upper))
        return self.claim(f"spare:{column.name}", column, bound, f"spare:{name}", sense=-1)

    def declare_store_row(self, name: str) -> Row:
        """Open the row of a store before its zones are known."""
        return self.open_row(name, "store")

    def stack_zones(self, row: Row, locked_m3: Value, zones: Iterable[Zone]) -> list[Column]:
        """Stack the zones of a store on its row, from the volume that no column can take."""
        name = row.name
        columns: list[Column] = []
        below = locked_m3
        for zone in zones:
            top = maximum(zone.top_m3, below)
            size = top - below
            column = self.column(f"{name}.{zone.name}", row, (), ((size, "full"),))
            columns.append(column)
            row.zones.append(column)
            if zone.line is not None:
                self.claim(
                    f"{name}.{zone.name}",
                    column,
                    size,
                    zone.line,
                    sense=-1 if zone.empty else 1,
                    stock=True,
                    limits=zone.empty,
                )
            below = top
        return columns
