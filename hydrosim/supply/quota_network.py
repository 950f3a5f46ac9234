"""Where the water of a source can go: the claims within its reach and what they can draw of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.builders.primitives import PHYSICAL
from hydrosim.supply.network import starting_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from hydrosim.builders.primitives import Column, Row
    from hydrosim.builders.supply import Builder
    from hydrosim.calendar import Calendar
    from hydrosim.expressions.values import Value

__all__ = ["QuotaNetwork", "Ways", "arrivals", "constant_rate"]


class Ways:
    """The columns of a lowered network by the row that they leave; overflow is no way.

    Parameters
    ----------
    builder
        A lowered config.
    """

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        claims = builder.claims.values()
        self.claim_of = {
            claim.column.name: claim for claim in claims if claim.sense > 0 and not claim.stock
        }
        overflow = {claim.column.name for claim in claims if claim.line == PHYSICAL}
        self.leaving: dict[str, list[Column]] = {}
        for name in sorted(builder.columns):
            column = builder.columns[name]
            start = starting_row(column)
            if start is not None and name not in overflow:
                self.leaving.setdefault(start.name, []).append(column)
        self._flows: dict[str, float | None] = {}

    def constant_flow(self, column: Column) -> float | None:
        """Return the smallest bound that is one flow in all steps [m3/s]; None without one."""
        if column.name not in self._flows:
            rates = (constant_rate(bound, self.builder) for bound, _ in column.upper)
            finite = [rate for rate in rates if rate is not None and np.isfinite(rate)]
            self._flows[column.name] = min(finite, default=None)
        return self._flows[column.name]

    @property
    def wanting(self) -> set[str]:
        """Rows from which water can reach a claim, or a store that claims to be filled."""
        backward: dict[str, list[str]] = {}
        for name, columns in self.leaving.items():
            for column in columns:
                for row, _ in arrivals(column):
                    backward.setdefault(row, []).append(name)
        starts = (starting_row(c.column) for c in self.builder.claims.values() if c.sense > 0)
        waiting = [row.name for row in starts if row is not None]
        found = set(waiting)
        while waiting:
            new = [row for row in backward.get(waiting.pop(), ()) if row not in found]
            found.update(new)
            waiting += new
        return found


def arrivals(column: Column) -> list[tuple[str, float]]:
    """Return the rows where a column arrives, each with its gain."""
    return [(row.name, -w) for row, w in column.entries if w < 0 and row.kind != "side"]


def constant_rate(volume: Value, builder: Builder) -> float | None:
    """Return the flow [m3/s] of a volume a step that is one flow in all steps; None for others."""
    if volume.known is None or volume.forced:
        return None
    rates = volume.known[0] / builder.calendar.dt_s
    rate = float(rates[0])
    if not np.isfinite(rate):
        return rate if bool(np.all(rates == rate)) else None
    return rate if bool(np.all(np.abs(rates - rate) <= 1e-12 * abs(rate))) else None


class QuotaNetwork:
    """The part of a lowered network that water from one row can reach within a step.

    Parameters
    ----------
    ways
        The columns of the network.
    row
        Where the water starts, such as the outlet of an import.
    passable
        Whether water may go along a column; default: along all.
    through_stores
        Whether ways go on behind a store.
    """

    def __init__(
        self,
        ways: Ways,
        row: Row,
        *,
        passable: Callable[[Column], bool] = lambda column: True,
        through_stores: bool = True,
    ) -> None:
        self.ways = ways
        self.builder = ways.builder
        self.row = row
        self._passable = passable
        self._through_stores = through_stores
        self._leaving: dict[str, list[Column]] = {}
        self.rows = self._ordered()

    @property
    def claims(self) -> list[str]:
        """Names of the claims on water within reach; zones of stores are none of them."""
        found = (self.ways.claim_of.get(name) for name, _ in self._columns())
        return sorted(claim.name for claim in found if claim is not None)

    @property
    def keys(self) -> set[str]:
        """Uses and lines of the claims within reach."""
        items = self.builder.items.get("claim", {})
        lines = {self.builder.claims[name].line for name in self.claims}
        uses = {str(items.get(name, {}).get("use") or "") for name in self.claims}
        return (lines | uses) - {""}

    def _columns(self) -> Iterator[tuple[str, Column]]:
        for row in self.rows:
            for column in self._leaving.get(row, ()):
                yield column.name, column

    def _ordered(self) -> list[str]:
        """Rows within reach, each after those that it leads to; ways back are left out."""
        done: list[str] = []
        seen = {self.row.name}
        stack = [(self.row.name, self._next(self.row.name))]
        while stack:
            name, following = stack[-1]
            other = next((one for one in following if one not in seen), None)
            if other is None:
                stack.pop()
                done.append(name)
            else:
                seen.add(other)
                stack.append((other, self._next(other)))
        return done

    def _next(self, name: str) -> Iterator[str]:
        if not self._through_stores and name in self.builder.stores:
            return iter(())
        columns = [one for one in self.ways.leaving.get(name, ()) if self._passable(one)]
        self._leaving[name] = columns
        return iter([row for column in columns for row, _ in arrivals(column)])

    def drawn(
        self, wanted: Mapping[str, NDArray[np.float64]], calendar: Calendar
    ) -> NDArray[np.float64]:
        """Return the largest volume [m3 a step] that claims can draw at the starting row.

        Parameters
        ----------
        wanted
            Wanted volume of each claim that counts, shape (steps,).
        calendar
            The steps.
        """
        nothing = np.zeros(len(calendar))
        place = {name: number for number, name in enumerate(self.rows)}
        needed: dict[str, NDArray[np.float64]] = {}
        for name in self.rows:
            total: NDArray[np.float64] | None = None
            for column in self._leaving.get(name, ()):
                volume = self._through(column, wanted, needed, place, place[name], calendar)
                if volume is not None:
                    total = volume if total is None else total + volume
            if total is not None:
                needed[name] = total
        by_ways = needed.get(self.row.name, nothing)
        return np.minimum(by_ways, self._by_claims(wanted, nothing))

    def _through(
        self,
        column: Column,
        wanted: Mapping[str, NDArray[np.float64]],
        needed: Mapping[str, NDArray[np.float64]],
        place: Mapping[str, int],
        number: int,
        calendar: Calendar,
    ) -> NDArray[np.float64] | None:
        """Return the largest useful volume of a column; None where it leads to no claim."""
        claim = self.ways.claim_of.get(column.name)
        if claim is not None and claim.name in wanted:
            return wanted[claim.name]
        total: NDArray[np.float64] | None = None
        for row, gain in arrivals(column):
            if row in needed and place[row] < number:
                volume = needed[row] if gain == 1.0 else needed[row] / gain
                total = volume if total is None else total + volume
        largest = self.ways.constant_flow(column)
        if total is None or largest is None:
            return total
        return np.minimum(total, largest * calendar.dt_s)

    def _by_claims(
        self, wanted: Mapping[str, NDArray[np.float64]], nothing: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the sum of what claims want, each raised by the losses of its longest way."""
        gains = {self.row.name: 1.0}
        total = nothing
        for name in reversed(self.rows):
            if name not in gains:
                continue
            for column in self._leaving.get(name, ()):
                claim = self.ways.claim_of.get(column.name)
                if claim is not None and claim.name in wanted:
                    total = total + wanted[claim.name] / gains[name]
                for row, gain in arrivals(column):
                    gains[row] = min(gains.get(row, 1.0), gains[name] * gain)
        return total
