"""Where the water of a source can go: the claims within its reach and what they can draw of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hydrosim.builders.primitives import PHYSICAL
from hydrosim.supply.network import starting_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from hydrosim.builders.primitives import Claim, Column, Row
    from hydrosim.builders.supply import Builder
    from hydrosim.calendar import Calendar

__all__ = ["QuotaNetwork"]


class QuotaNetwork:
    """The part of a lowered network that water from one row can reach within a step.

    Parameters
    ----------
    builder
        A lowered config.
    row
        Where the water starts, such as the outlet of an import.
    passable
        Whether water may go along a column; default: along all.
    through_stores
        Whether ways go on behind a store.
    """

    def __init__(
        self,
        builder: Builder,
        row: Row,
        *,
        passable: Callable[[Column], bool] = lambda column: True,
        through_stores: bool = True,
    ) -> None:
        self.builder = builder
        self.row = row
        self._through_stores = through_stores
        self._claim_of = _claims_by_column(builder)
        overflow = {
            claim.column.name for claim in builder.claims.values() if claim.line == PHYSICAL
        }
        self._leaving: dict[str, list[Column]] = {}
        for name in sorted(builder.columns):
            column = builder.columns[name]
            start = starting_row(column)
            if start is not None and name not in overflow and passable(column):
                self._leaving.setdefault(start.name, []).append(column)
        self.rows = self._ordered()
        self._largest = {name: _constant_flow(builder, column) for name, column in self._columns()}

    @property
    def claims(self) -> list[str]:
        """Names of the claims on water within reach; zones of stores are none of them."""
        found = (self._claim_of.get(name) for name, _ in self._columns())
        return sorted(claim.name for claim in found if claim is not None)

    @property
    def zones(self) -> list[Claim]:
        """Claims of stores within reach to be filled."""
        rows = set(self.rows)
        claims = self.builder.claims.values()
        return [
            claim
            for claim in claims
            if claim.stock
            and claim.sense > 0
            and (start := starting_row(claim.column)) is not None
            and start.name in rows
        ]

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

    def _arrivals(self, column: Column) -> list[tuple[str, float]]:
        return [
            (row.name, -weight)
            for row, weight in column.entries
            if weight < 0 and row.kind != "side"
        ]

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
        return iter(
            [row for column in self._leaving.get(name, ()) for row, _ in self._arrivals(column)]
        )

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
        claim = self._claim_of.get(column.name)
        if claim is not None and claim.name in wanted:
            return wanted[claim.name]
        total: NDArray[np.float64] | None = None
        for row, gain in self._arrivals(column):
            if row in needed and place[row] < number:
                volume = needed[row] if gain == 1.0 else needed[row] / gain
                total = volume if total is None else total + volume
        largest = self._largest[column.name]
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
                claim = self._claim_of.get(column.name)
                if claim is not None and claim.name in wanted:
                    total = total + wanted[claim.name] / gains[name]
                for row, gain in self._arrivals(column):
                    gains[row] = min(gains.get(row, 1.0), gains[name] * gain)
        return total


def _claims_by_column(builder: Builder) -> dict[str, Claim]:
    return {
        claim.column.name: claim
        for claim in builder.claims.values()
        if claim.sense > 0 and not claim.stock
    }


def _constant_flow(builder: Builder, column: Column) -> float | None:
    """Smallest bound of a column that is one flow in all steps [m3/s]; None without one."""
    flows: list[float] = []
    for bound, _ in column.upper:
        if bound.known is None or bound.forced:
            continue
        rates = bound.known[0] / builder.calendar.dt_s
        if np.all(np.abs(rates - rates[0]) <= 1e-12 * np.abs(rates[0])) and np.isfinite(rates[0]):
            flows.append(float(rates[0]))
    return min(flows, default=None)
